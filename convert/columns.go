package convert

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zwgk/statable/xlsx"
)

// A geometry says in which columns of the sheet the columns of a section
// stand, as far as its head tells.
type geometry struct {
	cols    []extent // by leaf of the section
	foreign []extent // columns whose labels the section has not, or not for them alone
	head    bool     // there is a head, and it stands over its columns
	ok      bool     // every column of figures has its place
	right   int      // the last column that anything of the block stands in
	group   int      // the one group of the section whose columns are printed, or -1
}

// An extent is a run of columns of the sheet, with the head's cell over it.
type extent struct {
	first, last int
	head        *cell // nil for a column that was not found
}

func (e extent) overlaps(first, last int) bool {
	return e.head != nil && first <= e.last && e.first <= last
}

// geometry finds the section's columns in the head of the block.
func (b *block) geometry(s *section) geometry {
	g := geometry{cols: make([]extent, len(s.leafs)), group: -1}
	var head []*cell
	for _, ln := range b.lines {
		for i := range ln.cells {
			c := &ln.cells[i]
			g.right = max(g.right, c.last.Col)
			if ln.kind == lineHead {
				head = append(head, c)
			}
		}
	}
	leafs := bottom(head)
	match := s.matchHead(head, leafs)
	if k := s.pieceOf(b.titleKey(), leafs); k >= 0 {
		// The table was taken apart: this piece is one group of columns.
		g.group = k
		for j := range match {
			match[j] = -1
			if first := s.groups[k].first; j >= first && j <= s.groups[k].last {
				match[j] = j - first
			}
		}
	}
	g.head = len(head) > 0
	g.ok = g.head
	for j, leaf := range s.leafs {
		if i := match[j]; i >= 0 {
			c := leafs[i]
			g.cols[j] = extent{c.Ref.Col, c.last.Col, c}
		} else if leaf.role == roleValue {
			g.ok = false
		}
	}
	if g.head && g.group < 0 && (s.collapsed(head, leafs, match) || b.unfolded && len(s.groups) > 0) {
		g.head, g.ok = false, false
	}
	for i, c := range leafs {
		if !slices.Contains(match, i) && !s.isPiece(c) {
			g.foreign = append(g.foreign, extent{c.Ref.Col, c.last.Col, c})
		}
	}
	return g
}

// collapsed reports whether a head lost its spans and its cells moved
// together, so that they do not stand over their columns: a column is then to
// the left of the group that it belongs to.
func (s *section) collapsed(head, leafs []*cell, match []int) bool {
	for j, i := range match {
		if i < 0 {
			continue
		}
		for _, g := range s.groups {
			if j < g.first || j > g.last {
				continue
			}
			over, left := false, false
			for _, c := range head {
				if c.key.full == g.own && c.Ref.Row < leafs[i].Ref.Row {
					over = true
					left = left || c.Ref.Col <= leafs[i].Ref.Col
				}
			}
			if over && !left {
				return true
			}
		}
	}
	return false
}

// isPiece reports whether a cell of a head is a label of the section, or a
// piece of one that was cut or broken, as where the head's spans were lost.
func (s *section) isPiece(c *cell) bool {
	return utf8.RuneCountInString(c.key.full) >= 2 && slices.ContainsFunc(s.head, func(h *column) bool {
		return h.role != roleLabel && slices.ContainsFunc(h.label.keys, func(k key) bool {
			return strings.Contains(k.full, c.key.full)
		})
	}) || slices.ContainsFunc(c.marks, func(m mark) bool {
		return m.kind == markNothing || m.kind == markHead && m.section == s && (m.node == wholeHead || s.head[m.node].role != roleValue)
	})
}

// titleKey returns the key of the text next above the block's head, where it
// is alone in its line.
func (b *block) titleKey() string {
	above := b.before
	for _, ln := range b.lines {
		if ln.kind == lineHead && len(ln.cells) > 1 {
			break
		}
		above = append(above[:len(above):len(above)], ln)
	}
	if len(above) == 0 || len(above[len(above)-1].cells) != 1 {
		return ""
	}
	return above[len(above)-1].cells[0].key.full
}

// pieceOf returns the group of the head that a title names and whose columns
// the cells are, one for one, or -1.
func (s *section) pieceOf(title string, cells []*cell) int {
	for k, g := range s.groups {
		if title != g.path && title != g.own || g.last-g.first+1 != len(cells) || len(cells) == len(s.leafs) {
			continue
		}
		fits := true
		for i, c := range cells {
			fits = fits && s.leafs[g.first+i].label.like(c, nil, true) >= sureFuzzy
		}
		if fits {
			return k
		}
	}
	return -1
}

// bottom returns the cells of a head that no other cell of it stands under,
// from left to right.
func bottom(head []*cell) []*cell {
	var leafs []*cell
	for _, c := range head {
		under := slices.ContainsFunc(head, func(o *cell) bool {
			return o.Ref.Row > c.last.Row && o.Ref.Col <= c.last.Col && c.Ref.Col <= o.last.Col
		})
		if !under {
			leafs = append(leafs, c)
		}
	}
	slices.SortStableFunc(leafs, func(a, b *cell) int { return a.Ref.Col - b.Ref.Col })
	return leafs
}

// matchHead aligns the bottom cells of a head with the section's columns, in
// order. It returns for each column the index of its cell, or -1.
//
// Labels that are cut short (本年新 for two columns, 结果 for two more) count
// only where head and form have the same number of columns, so that the order
// tells them apart.
func (s *section) matchHead(head, cells []*cell) []int {
	n, m := len(cells), len(s.leafs)
	match := make([]int, m)
	for j := range match {
		match[j] = -1
	}
	gains := make([]int8, n*m)
	for i, c := range cells {
		up := above(head, c)
		for j := range s.leafs {
			gains[i*m+j] = int8(s.leafs[j].label.like(c, up, n == m))
		}
	}
	gain := func(i, j int) int { return int(gains[i*m+j]) }
	if n == m {
		// As many cells as columns: a label may be cut, or be printed over
		// two columns by mistake, as long as none is another column's.
		fits := true
		for i, c := range cells {
			if gain(i, i) >= sureFuzzy {
				continue
			}
			twice := false
			for k, o := range cells {
				twice = twice || k != i && o.key.full == c.key.full && gain(k, k) >= sureLoose
			}
			fits = fits && twice
		}
		if fits {
			for j := range match {
				match[j] = j
			}
			return match
		}
	}
	if s.distinct {
		// Each label is one column's: the order does not matter, but a label
		// that two cells have is nobody's.
		for j := range s.leafs {
			for i := range cells {
				if gain(i, j) < sureLoose {
					continue
				}
				if match[j] >= 0 {
					match[j] = -1
					break
				}
				match[j] = i
			}
		}
		return match
	}
	best := make([]int, (n+1)*(m+1))
	w := m + 1
	for i := 1; i <= n; i++ {
		for j := 1; j <= m; j++ {
			v := max(best[(i-1)*w+j], best[i*w+j-1])
			if g := gain(i-1, j-1); g > 0 {
				v = max(v, best[(i-1)*w+j-1]+g)
			}
			best[i*w+j] = v
		}
	}
	for i, j := n, m; i > 0 && j > 0; {
		g := gain(i-1, j-1)
		switch {
		case g > 0 && best[i*w+j] == best[(i-1)*w+j-1]+g:
			match[j-1] = i - 1
			i, j = i-1, j-1
		case best[i*w+j] == best[(i-1)*w+j]:
			i--
		default:
			j--
		}
	}
	return match
}

// above returns the cell of the head that stands next above c over the same
// columns, or nil. 商业 may stand above 企业.
func above(head []*cell, c *cell) *cell {
	var found *cell
	for _, o := range head {
		if o.last.Row < c.Ref.Row && o.Ref.Col == c.Ref.Col && o.last.Col == c.last.Col &&
			(found == nil || o.Ref.Row > found.Ref.Row) {
			found = o
		}
	}
	return found
}

// like says how surely a printed cell, with the one above it, is a column
// head of this label.
func (lb *label) like(c, above *cell, cut bool) int {
	best := 0
	for _, k := range lb.keys {
		switch {
		case c.key.full == k.full, isYear(c.key.full, k.full):
			return sureExact
		case c.key.core == k.core, c.key.core == k.full:
			best = max(best, sureLoose)
		case above != nil && above.key.full+c.key.full == k.full:
			best = max(best, sureJoined)
		case cut && lost(c.key.full, k.full):
			best = max(best, sureFuzzy)
		case oneOff(c.key.full, k.full), len(c.key.full) > len(k.full)/2 && strings.HasPrefix(k.full, c.key.full):
			best = max(best, sureFuzzy)
		}
	}
	return best
}

// lost reports whether a label is printed with characters missing, but not
// more than half of them: 本年发件 for 本年制发件数, or 结果 for 结果维持. Three
// characters are enough when they are its first: 本年新.
func lost(printed, label string) bool {
	if printed == "" {
		return false
	}
	if strings.HasPrefix(label, printed) {
		return true
	}
	rest := label
	for _, r := range printed {
		i := strings.IndexRune(rest, r)
		if i < 0 {
			return oneOff(printed, label)
		}
		rest = rest[i+utf8.RuneLen(r):]
	}
	return 2*len(printed) >= len(label)
}

// isYear reports whether printed is the label with a year in front: 2009年度.
func isYear(printed, label string) bool {
	year, ok := strings.CutSuffix(printed, label)
	return ok && len(year) == 4 && strings.Trim(year, "0123456789") == ""
}

// An answer is what stands in one column of figures of a printed row.
type answer struct {
	ref  xlsx.Ref
	cell *cell // nil when empty
	head *cell // the column's label, nil when it was not found

	absent bool // the column was not printed
}

// answers reads the figures of a line: one answer for each leaf of the
// section, of which only the columns of figures, shares and units count. It
// returns false and the number of cells met when which is which is not
// certain.
//
// What stands under a column's label is that column's. The order of the cells
// counts only where the head says nothing else: where there is none, where
// its spans were lost, or where the row has every figure of the form.
func (b *block) answers(s *section, g *geometry, ln *line, extracted bool) ([]answer, int, bool) {
	as := make([]answer, len(s.leafs))
	for j := range as {
		as[j].head = g.cols[j].head
	}
	first := ln.cells0()
	switch {
	case ln.label >= 0:
		first = ln.cells[ln.label].last.Col + 1
	case g.ok:
		first = g.cols[0].first
	}
	rest := ln.cells[ln.label+1:]
	written, told := ln.written(first)
	ragged := extracted && told && len(ln.merges) == 0 && written < g.columns(s)
	drift := false
	if g.head && !ragged {
		var ok bool
		if ok, drift = b.byColumn(s, g, ln, rest, as); ok {
			return as, len(rest), true
		}
		if g.ok && !drift {
			return nil, len(rest), false // a cell stands beside the columns
		}
	}
	head := g.head && !g.beside(s, rest)
	if head && (len(g.foreign) > 0 || g.inverted(s)) {
		return nil, len(rest), false
	}
	count := !head || drift || extracted && told
	return as, len(rest), b.byOrder(s, g, ln, first, rest, as, count)
}

// columns returns how many columns beside the row labels the head has.
func (g *geometry) columns(s *section) int {
	n := len(g.foreign)
	for j, l := range s.leafs {
		n += count(l.role != roleLabel && g.cols[j].head != nil)
	}
	return n
}

// beside reports whether the head says nothing of the cells: it has no column
// of figures of the section, and some of the cells stand under none of its
// labels.
func (g *geometry) beside(s *section, rest []cell) bool {
	for j, l := range s.leafs {
		if l.role == roleValue && g.cols[j].head != nil {
			return false
		}
	}
	return slices.ContainsFunc(rest, func(c cell) bool {
		under := func(e extent) bool { return e.overlaps(c.Ref.Col, c.last.Col) }
		return !slices.ContainsFunc(g.cols, under) && !slices.ContainsFunc(g.foreign, under)
	})
}

// cells0 returns the column of the line's first cell.
func (ln *line) cells0() int {
	if len(ln.cells) == 0 {
		return 0
	}
	return ln.cells[0].Ref.Col
}

// inverted reports whether the head has the section's columns in another
// order.
func (g *geometry) inverted(s *section) bool {
	last := -1
	for j := range s.leafs {
		if g.cols[j].head == nil {
			continue
		}
		if g.cols[j].first < last {
			return true
		}
		last = g.cols[j].first
	}
	return false
}

// byColumn assigns the cells by the columns that they stand in. Columns that
// the head has not are absent; cells under labels that the section has not
// are left alone. It reports false when a cell stands in no column, and a
// drift when one stands in two, as where the spans of head and row differ.
func (b *block) byColumn(s *section, g *geometry, ln *line, rest []cell, as []answer) (ok, drift bool) {
	for i := range ln.cells[:ln.label+1] {
		if s.inFigures(g, &ln.cells[i]) {
			return false, false // the head stands beside its columns
		}
	}
	for j := range as {
		as[j].cell, as[j].absent = nil, g.cols[j].head == nil
	}
	found := false
	for i := range rest {
		c := &rest[i]
		at := -1
		for j, e := range g.cols {
			if e.overlaps(c.Ref.Col, c.last.Col) && s.leafs[j].role != roleLabel {
				if at >= 0 {
					return false, true
				}
				at = j
			}
		}
		if at < 0 {
			if slices.ContainsFunc(g.foreign, func(e extent) bool { return e.overlaps(c.Ref.Col, c.last.Col) }) {
				continue
			}
			return false, false
		}
		if s.leafs[at].role == roleUnit && !c.mayBeUnit() {
			return false, false
		}
		if as[at].cell != nil {
			return false, true
		}
		as[at].ref, as[at].cell = c.Ref, c
	}
	for j := range as {
		if !as[j].absent && as[j].cell == nil {
			as[j].ref = ln.first(g.cols[j].first)
		}
		found = found || !as[j].absent && s.leafs[j].role == roleValue
	}
	return found, false
}

// first returns the address of the cell at col, or of the merged range that
// it belongs to.
func (ln *line) first(col int) xlsx.Ref {
	for _, m := range ln.merges {
		if m.First.Row == ln.row && m.First.Col <= col && col <= m.Last.Col {
			return m.First
		}
	}
	return xlsx.Ref{Row: ln.row, Col: col}
}

// byOrder assigns the cells by their order after the label: where empty cells
// may be counted, when the row has as many cells as the form; else when it has
// every figure, or none.
func (b *block) byOrder(s *section, g *geometry, ln *line, first int, rest []cell, as []answer, countEmpty bool) bool {
	var want, figures []int // leafs after the label; those of figures
	code := false
	for j, l := range s.leafs {
		as[j].cell, as[j].ref, as[j].absent = nil, xlsx.Ref{}, false
		switch l.role {
		case roleLabel, roleSerial:
			continue
		case roleValue, roleShare:
			figures = append(figures, j)
		case roleCode:
			code = true
		}
		want = append(want, j)
	}
	assign := func(leafs []int, cells []cell) {
		for i, j := range leafs {
			as[j].ref, as[j].cell = cells[i].Ref, &cells[i]
		}
	}
	slots := ln.slots(nil, first, g.right)
	if n, ok := ln.written(first); ok {
		for col := g.right + 1; len(slots) < n; col++ {
			slots = append(slots, slot{ref: xlsx.Ref{Row: ln.row, Col: col}, last: col})
		}
		slots = slots[:n]
	}
	for i, j := range want {
		// 1002 where the code belongs is a figure: something is missing.
		if i < len(slots) && s.leafs[j].role == roleCode && slots[i].cell != nil && len(strings.TrimRight(slots[i].cell.Text, "*＊")) > 2 {
			countEmpty = false
		}
	}
	if countEmpty && len(slots) == len(want) {
		for i, j := range want {
			as[j].ref, as[j].cell = slots[i].ref, slots[i].cell
		}
		return true
	}
	fits := len(rest) == len(want)
	for i := 0; fits && i < len(want); i++ {
		// Units are words and figures are none.
		switch l := s.leafs[want[i]]; l.role {
		case roleUnit:
			fits = rest[i].mayBeUnit()
		case roleCode:
			fits = len(strings.TrimRight(rest[i].Text, "*＊")) <= 2
		case roleValue, roleShare:
			fits = !rest[i].isText()
		}
	}
	if fits {
		assign(want, rest)
		return true
	}
	if len(want) > len(figures) && len(rest) > 0 && rest[0].mayBeUnit() && (len(rest) > len(figures) || rest[0].isUnit()) {
		for _, j := range want {
			if s.leafs[j].role == roleUnit {
				as[j].ref, as[j].cell = rest[0].Ref, &rest[0]
				rest = rest[1:]
				break
			}
		}
	}
	// Where there are codes, a figure more or less is a code less or more.
	if len(rest) == len(figures) && !code && (countEmpty || !slices.ContainsFunc(rest, func(c cell) bool { return c.isText() })) {
		assign(figures, rest)
		return true
	}
	// A percentage may be left out, as in the row of the whole.
	values := figures[:0:0]
	for _, j := range figures {
		if s.leafs[j].role == roleValue {
			values = append(values, j)
		}
	}
	if len(values) < len(figures) && len(rest) == len(values) && !code && rest[0].isFigure() {
		assign(values, rest)
		return true
	}
	if len(rest) == 0 {
		// All empty: which is which does not matter.
		for i, j := range want {
			if as[j].cell != nil {
				continue
			}
			as[j].ref = xlsx.Ref{Row: ln.row, Col: first + i}
			if i < len(slots) {
				as[j].ref = slots[i].ref
			}
		}
		return true
	}
	return false
}

// written returns how many cells were written in the row from column first
// on, in a format that tells.
func (ln *line) written(first int) (int, bool) {
	if ln.row >= len(ln.sheet.Widths) {
		return 0, false
	}
	return max(0, ln.sheet.Widths[ln.row]-len(ln.slots(nil, 0, first-1))), true
}
