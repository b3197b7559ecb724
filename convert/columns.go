package convert

import (
	"slices"
	"strings"

	"github.com/zwgk/statable/xlsx"
)

// A geometry says in which columns of the sheet the columns of a section
// stand, as far as its head tells.
type geometry struct {
	cols  []extent // by leaf of the section
	ok    bool     // every column of figures has its place
	found int      // columns of figures that have
	right int      // the last column that anything of the block stands in

	distinct bool // the labels that were found are each one column's only
	group    int  // the one group of the section whose columns are printed, or -1
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
	g.ok, g.distinct = len(head) > 0, true
	for j, leaf := range s.leafs {
		if i := match[j]; i >= 0 {
			c := leafs[i]
			g.cols[j] = extent{c.Ref.Col, c.last.Col, c}
			g.found += count(leaf.role == roleValue)
			for k := range s.leafs {
				if k != j && s.leafs[k].label.like(c, nil, true) > 0 || leaf.label.like(c, nil, false) < sureLoose {
					g.distinct = false
				}
			}
		} else if leaf.role == roleValue {
			g.ok = false
		}
	}
	return g
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
		// Position decides unless a label contradicts it: one that is surely
		// another column's, which no other cell is.
		sure, against := 0, false
		for i := range cells {
			if gain(i, i) >= sureFuzzy {
				sure++
				continue
			}
			for j := range s.leafs {
				if gain(i, j) < sureLoose {
					continue
				}
				other := false
				for k := range cells {
					other = other || k != i && gain(k, j) >= sureLoose
				}
				against = against || !other
			}
		}
		if !against && 2*sure >= m {
			for j := range match {
				match[j] = j
			}
			return match
		}
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
		case cut && c.key.full != "" && (strings.HasPrefix(k.full, c.key.full) || oneOff(c.key.full, k.full)):
			best = max(best, sureFuzzy)
		case oneOff(c.key.full, k.full), len(c.key.full) > len(k.full)/2 && strings.HasPrefix(k.full, c.key.full):
			best = max(best, sureFuzzy)
		}
	}
	return best
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
func (b *block) answers(s *section, g *geometry, ln *line) ([]answer, int, bool) {
	as := make([]answer, len(s.leafs))
	for j := range as {
		as[j].head = g.cols[j].head
	}
	first := 0
	if ln.label >= 0 {
		first = ln.cells[ln.label].last.Col + 1
	} else if g.ok {
		first = g.cols[0].first
	} else {
		first = ln.cells[0].Ref.Col
	}
	rest := ln.cells[ln.label+1:]
	if g.ok && !b.ragged(ln, first, s) && b.byColumn(s, g, ln, rest, as) {
		return as, len(rest), true
	}
	if b.byOrder(s, g, ln, first, rest, as) {
		return as, len(rest), true
	}
	// Some columns of the form were not printed: head and row agree.
	if g.found > 0 && len(rest) == g.found && (g.distinct || g.group >= 0) && b.byColumn(s, g, ln, rest, as) {
		for j := range as {
			as[j].absent = g.cols[j].head == nil
		}
		return as, len(rest), true
	}
	return nil, len(rest), false
}

// ragged reports whether the row was written with another number of cells
// than the form has, in a format that tells: columns then mean nothing.
func (b *block) ragged(ln *line, first int, s *section) bool {
	n, ok := ln.written(first)
	return ok && len(ln.merges) == 0 && n != len(s.leafs)-1
}

// byColumn assigns the cells by the columns that they stand in. It reports
// false when a cell stands in no column, in two, or where another one stands.
func (b *block) byColumn(s *section, g *geometry, ln *line, rest []cell, as []answer) bool {
	for i := range rest {
		c := &rest[i]
		at := -1
		for j, e := range g.cols {
			if e.overlaps(c.Ref.Col, c.last.Col) && s.leafs[j].role != roleLabel {
				if at >= 0 {
					return false
				}
				at = j
			}
		}
		if at < 0 || as[at].cell != nil {
			return false
		}
		as[at].ref, as[at].cell = c.Ref, c
	}
	for j := range as {
		if as[j].cell == nil && g.cols[j].head != nil {
			as[j].ref = ln.first(g.cols[j].first)
		}
	}
	return true
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

// byOrder assigns the cells by their order after the label. It reports false
// unless the row has as many cells as the form, empty ones counted, or as
// many figures.
func (b *block) byOrder(s *section, g *geometry, ln *line, first int, rest []cell, as []answer) bool {
	var want, figures []int // leafs after the label; those of figures
	for j, l := range s.leafs {
		as[j].cell, as[j].ref = nil, xlsx.Ref{}
		switch l.role {
		case roleLabel, roleSerial:
			continue
		case roleValue, roleShare:
			figures = append(figures, j)
		}
		want = append(want, j)
	}
	slots := ln.slots(nil, first, g.right)
	if n, ok := ln.written(first); ok {
		for col := g.right + 1; len(slots) < n; col++ {
			slots = append(slots, slot{ref: xlsx.Ref{Row: ln.row, Col: col}, last: col})
		}
		slots = slots[:n]
	}
	if len(slots) == len(want) {
		for i, j := range want {
			as[j].ref, as[j].cell = slots[i].ref, slots[i].cell
		}
		return true
	}
	if len(want) > len(figures) && len(rest) > 0 && rest[0].isText() && (len(rest) > len(figures) || rest[0].isUnit()) {
		for _, j := range want {
			if s.leafs[j].role == roleUnit {
				as[j].ref, as[j].cell = rest[0].Ref, &rest[0]
				rest = rest[1:]
				break
			}
		}
	}
	if len(rest) == len(figures) {
		for i, j := range figures {
			as[j].ref, as[j].cell = rest[i].Ref, &rest[i]
		}
		return true
	}
	if len(rest) == 0 {
		// All empty: which is which does not matter.
		for i, j := range want {
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
