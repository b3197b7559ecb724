package convert

import (
	"strings"
	"unicode/utf8"
)

// An alignment says which printed label is which row of a section.
type alignment struct {
	items []item
	nodes []int  // for each item the row of the section, or -1
	sure  []int  // for each item how surely, see the constants
	score int    // how well the whole fits
	taken []bool // the rows of the section that have an item
}

// An item is a printed label that may be a row's: a cell of a line.
type item struct {
	line    *line
	cell    int
	key     key
	inner   bool // no other label stands between it and the figures
	figures bool // figures stand behind it
	part    bool // the label goes on in another item, or began in one, which has the key

	rows []candidate // what it may be, but for a character or two
}

// How surely a printed label is the label of a row.
const (
	sureExact  = 100 // it reads the same but for what a key leaves out
	sureLoose  = 80  // words in brackets or a last 数 are missing or added, and no other row reads so
	sureJoined = 70  // it was printed in two cells of a head
	sureFuzzy  = 50  // some characters are missing; it counts only between neighbours that are sure
)

// Costs of leaving something out of an alignment.
const (
	costFigures = 12 // a printed label with figures
	costLabel   = 2  // a printed label without
	costRow     = 3  // a row of the form
	costHeading = 1  // a heading of the form, or a row that not every copy has
	costMisfit  = 60 // figures behind a heading, or the label of a row that is not innermost
)

// maxLabels is how many label cells a printed row has at most: a group, a
// group within it, and the row's own.
const maxLabels = 3

// labelItems returns the items of a line: the texts before the first figure.
func labelItems(items []item, ln *line) []item {
	first := len(items)
	figures := false
	for i := range ln.cells {
		c := &ln.cells[i]
		switch {
		case c.isText() && !figures:
			items = append(items, item{line: ln, cell: i, key: c.key})
		case c.isFigure() && len(items) > first:
			figures = true
		}
	}
	// A unit is a text between label and figures.
	for len(items) > first+1 {
		c := &ln.cells[items[len(items)-1].cell]
		if !c.isUnit() || hasRowMark(c) {
			break
		}
		items = items[:len(items)-1]
	}
	if n := len(items); n > first {
		items[n-1].inner = true
		items[n-1].figures = figures
	}
	return items
}

func hasRowMark(c *cell) bool {
	for _, m := range c.marks {
		if m.kind == markRow {
			return true
		}
	}
	return false
}

// align places the labels of the block's data lines at the section's rows: in
// order, at the least cost for what is left out on either side (the global
// alignment of Needleman and Wunsch). Labels that stand out of order are
// placed in a second round, among the rows that are still free.
func align(s *section, b *block) alignment {
	var a alignment
	for _, ln := range b.lines {
		if ln.kind == lineData || ln.kind == lineOther && len(ln.cells) <= maxLabels {
			a.items = labelItems(a.items, ln)
		}
	}
	n := len(a.items)
	a.nodes = make([]int, n)
	a.sure = make([]int, n)
	a.taken = make([]bool, len(s.rows))
	for i := range a.nodes {
		a.nodes[i] = -1
	}
	if s.unlabelled() {
		return a
	}
	for i := range a.items {
		a.items[i].rows = s.candidates(a.items[i].key)
	}
	a.join(s)
	free := make([]int, 0, n)
	for i := range a.items {
		if !a.items[i].part {
			free = append(free, i)
		}
	}
	rows := make([]int, len(s.rows))
	for i := range rows {
		rows[i] = i
	}
	a.score = a.round(s, free, rows)
	// The second round is for groups of rows in another order.
	free, rows = free[:0], rows[:0]
	for i, node := range a.nodes {
		if node < 0 && !a.items[i].part && len(a.items[i].rows) > 0 {
			free = append(free, i)
		}
	}
	for i, taken := range a.taken {
		if !taken {
			rows = append(rows, i)
		}
	}
	if len(free) > 0 && len(rows) > 0 {
		a.round(s, free, rows)
	}
	a.check(s)
	return a
}

// A candidate is a row that a printed label may be.
type candidate struct{ node, sure int }

// candidates returns the rows that an item may be, without the fuzzy ones.
func (s *section) candidates(k key) []candidate {
	if k.full == "" {
		return nil
	}
	var cs []candidate
	for _, n := range s.nodes[k.full] {
		cs = append(cs, candidate{n, sureExact})
	}
	if cs != nil {
		return cs
	}
	for _, w := range weakerKeys(k) {
		for _, n := range s.nodes[w] {
			cs = append(cs, candidate{n, sureLoose})
		}
		if n, ok := s.loose[w]; ok && n >= 0 {
			cs = append(cs, candidate{n, sureLoose})
		}
		if cs != nil {
			return cs
		}
	}
	return nil
}

// round aligns the items with the rows and records what was placed. It
// returns the score.
func (a *alignment) round(s *section, items, rows []int) int {
	n, m := len(items), len(rows)
	at := make(map[int]int, m) // row -> position in rows
	for j, r := range rows {
		at[r] = j
	}
	// worth holds the gain of placing item i at row j.
	worth := make([]int16, n*m)
	sure := make([]int8, n*m)
	for i, it := range items {
		cs := a.items[it].rows
		if cs == nil {
			cs = s.fuzzy(a.items[it], rows)
		}
		for _, c := range cs {
			if j, ok := at[c.node]; ok {
				worth[i*m+j] = int16(max(1, c.sure-a.misfit(s, it, c.node)))
				if a.items[it].figures {
					// Of a label that is printed twice, as a title and in
					// its row, the one with the figures counts.
					worth[i*m+j]++
				}
				sure[i*m+j] = int8(c.sure)
			}
		}
	}
	skipItem := func(i int) int32 {
		if a.items[items[i]].figures {
			return costFigures
		}
		return costLabel
	}
	skipRow := func(j int) int32 {
		if r := s.rows[rows[j]]; r.heading || r.recalled {
			return costHeading
		}
		return costRow
	}
	best := make([]int32, (n+1)*(m+1))
	w := m + 1
	for i := 1; i <= n; i++ {
		best[i*w] = best[(i-1)*w] - skipItem(i-1)
	}
	// Rows before the first printed one and after the last cost nothing: what
	// is cut off says nothing about the form.
	for i := 1; i <= n; i++ {
		si := skipItem(i - 1)
		for j := 1; j <= m; j++ {
			sr := skipRow(j - 1)
			if i == n {
				sr = 0
			}
			v := max(best[(i-1)*w+j]-si, best[i*w+j-1]-sr)
			if g := worth[(i-1)*m+j-1]; g > 0 {
				v = max(v, best[(i-1)*w+j-1]+int32(g))
			}
			best[i*w+j] = v
		}
	}
	for i, j := n, m; i > 0 && j > 0; {
		v := best[i*w+j]
		k := (i-1)*m + j - 1
		switch {
		case worth[k] > 0 && v == best[(i-1)*w+j-1]+int32(worth[k]):
			a.nodes[items[i-1]] = rows[j-1]
			a.sure[items[i-1]] = int(sure[k])
			a.taken[rows[j-1]] = true
			i, j = i-1, j-1
		case v == best[(i-1)*w+j]-skipItem(i-1):
			i--
		default:
			j-- // a row that is not printed
		}
	}
	return int(best[n*w+m])
}

// misfit returns what it costs to place an item at a row whose place in a
// line it has not.
func (a *alignment) misfit(s *section, i, node int) int {
	r, it := s.rows[node], a.items[i]
	if r.heading && r.code == "" && it.figures || !r.heading && !it.inner {
		return costMisfit
	}
	return 0
}

// join finds labels that were printed in two cells, beside or below each
// other, as where a page breaks: （四）无 and 法提供. The part that has the
// figures gets the whole label's key.
func (a *alignment) join(s *section) {
	for i := range a.items {
		x := &a.items[i]
		if x.part || x.key.full == "" || len(x.rows) > 0 && (x.figures || x.rows[0].sure == sureExact) {
			continue
		}
		for k := i + 1; k < len(a.items); k++ {
			y := &a.items[k]
			if y.line.row > x.line.row+maxApart {
				break
			}
			beside := y.line == x.line && y.cell == x.cell+1
			below := y.line != x.line && y.line.cells[y.cell].Ref.Col == x.line.cells[x.cell].Ref.Col
			if !beside && !below || y.part || len(y.rows) > 0 {
				continue
			}
			whole := x.key.full + y.key.full
			if s.nodes[whole] == nil {
				continue
			}
			if y.inner && y.figures && !x.figures {
				x, y = y, x
			}
			x.key, y.part = key{whole, whole}, true
			x.rows = s.candidates(x.key)
			break
		}
	}
}

// maxApart is how many rows lie between the two cells of a label at most.
const maxApart = 8

// fuzzy returns the one row among rows that differs from the label by
// characters lost at the end, or by one character.
func (s *section) fuzzy(it item, rows []int) []candidate {
	k := it.key.full
	if utf8.RuneCountInString(k) < 4 || it.line.cells[it.cell].glued {
		return nil
	}
	found := -1
	for _, i := range rows {
		for _, rk := range s.rows[i].label.keys {
			if near(k, rk.full) {
				if found >= 0 && found != i {
					return nil
				}
				found = i
			}
		}
	}
	if found < 0 {
		return nil
	}
	return []candidate{{found, sureFuzzy}}
}

// near reports whether a printed key may be the key of a label: it lacks some
// of the label's end, but not more than half, or it differs by one character.
func near(printed, label string) bool {
	if len(printed) < len(label) && strings.HasPrefix(label, printed) {
		return 2*len(printed) >= len(label)
	}
	return oneOff(printed, label)
}

// oneOff reports whether two texts differ by one character that is missing,
// added or another, in texts of four characters at least.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > utf8.UTFMax || len(b) < 4 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	for i > 0 && i < len(b) && !utf8.RuneStart(b[i]) {
		i--
	}
	n := 0
	for n < len(a)-i && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	for n > 0 && !utf8.RuneStart(b[len(b)-n]) {
		n--
	}
	return utf8.RuneCountInString(a[i:len(a)-n]) <= 1 && utf8.RuneCountInString(b[i:len(b)-n]) <= 1 &&
		utf8.RuneCountInString(b) >= 4
}

// check takes back placements that are not certain: a fuzzy one whose
// neighbours are not sure, and one of a label that several rows have whose
// neighbours do not stand under the same parent.
func (a *alignment) check(s *section) {
	parent := s.parents()
	neighbour := func(i, step int) int {
		for k := i + step; k >= 0 && k < len(a.nodes); k += step {
			if a.nodes[k] >= 0 && a.nodes[k] != a.nodes[i] && a.sure[k] > sureFuzzy {
				return a.nodes[k]
			}
		}
		return -1
	}
	for i, node := range a.nodes {
		if node < 0 {
			continue
		}
		before, after := neighbour(i, -1), neighbour(i, 1)
		near := func(n int) bool {
			return n >= 0 && (n == parent[node] || parent[n] == parent[node] || parent[n] == node)
		}
		several := false
		for _, k := range s.rows[node].label.keys {
			several = several || len(s.nodes[k.full]) > 1
		}
		switch {
		case a.sure[i] <= sureFuzzy && !(near(before) && before < node || before < 0 && node == 0) && !(near(after) && after > node):
			a.nodes[i] = -1
		case several && !near(before) && !near(after):
			a.nodes[i] = -1
		}
		if a.nodes[i] < 0 {
			a.taken[node] = false
		}
	}
	// Labels in one line stand under each other: 三、 | （三） | 1.
	for i := 1; i < len(a.items); i++ {
		x, y := a.nodes[i-1], a.nodes[i]
		if x >= 0 && y >= 0 && a.items[i-1].line == a.items[i].line && parent[y] != x {
			a.nodes[i-1], a.nodes[i] = -1, -1
			a.taken[x], a.taken[y] = false, false
		}
	}
}

// parents returns for each row the row that it stands under, or -1.
func (s *section) parents() []int {
	ps := make([]int, len(s.rows))
	var path []int
	for i, r := range s.rows {
		path = path[:min(r.depth, len(path))]
		ps[i] = -1
		if len(path) > 0 {
			ps[i] = path[len(path)-1]
		}
		path = append(path, i)
	}
	return ps
}
