package schema

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Hint is a guess at why a relation fails: a change of a few figures after
// which every relation that they take part in holds or, of HintLeftOut and
// HintCountedTwice, the part that the difference equals. It proves nothing, and
// it never changes a value.
//
// A hint is given where one explanation stands out among those that the figures
// allow. Of one mistake seeded in a consistent report, the hints that are not
// Weak were right in 98 to 100 % of the cases, and in 93 % of the few for a wrong
// digit in a table of one column. How often there is one depends on how the
// figures are tied together:
//
//   - In the applications tables every figure is tied to its row and its column.
//     A wrong digit, a lost cell, a number split over two cells and two read as
//     one are found and hinted at in every case; two neighbours swapped are found
//     in every case and hinted at in 86 % (another row would do as well).
//   - In the remedies tables, and in those of one column, a figure takes part in
//     one relation or two. A wrong digit is always found, and hinted at in 6 % at
//     most: any figure of the sum may be the wrong one. A lost cell is found in
//     two thirds of the cases or more, two neighbours swapped in about half, as
//     the parts of a sum can change places unseen; what is found is hinted at. A
//     part left out of its total, or counted twice, is hinted at in four of ten
//     cases, and weakly in five.
//
// The test TestHintRates measures the rates.
type Hint struct {
	Kind  HintKind
	Parts []Suggestion
	// Weak marks that another mistake would explain the figures as well: the
	// difference equals a part, but is one that a wrong digit gives, too.
	Weak bool
}

// A Suggestion is a part that a hint speaks of.
type Suggestion struct {
	Part Part
	// Value is the figure with which the relations would hold, in the part's
	// unit. It is empty where a hint only names the part, and where the figure
	// cannot be told.
	Value Decimal
}

// A HintKind is a kind of guess.
type HintKind string

// The kinds of hints.
const (
	HintFigure       HintKind = "figure"        // one figure, for which another would do
	HintDigit        HintKind = "digit"         // one figure, of which another digit would do
	HintTransposed   HintKind = "transposed"    // one figure with two neighbouring digits the wrong way round
	HintUnit         HintKind = "unit"          // an amount in 元 entered as 万元, or the other way round
	HintSwapped      HintKind = "swapped"       // two neighbouring figures in each other's place
	HintShifted      HintKind = "shifted"       // a row, or a column, off by one cell from some cell on
	HintJoined       HintKind = "joined"        // two neighbouring figures read as one number
	HintSplit        HintKind = "split"         // one number split over two cells
	HintLeftOut      HintKind = "left-out"      // the difference equals a part, which the other side may lack
	HintCountedTwice HintKind = "counted-twice" // the difference equals a part, which the other side may hold twice
)

// partHints returns the hints that need no other relation: the difference
// equals one part and no other, or one amount is in another unit.
func partHints(r *Result) []Hint {
	if r.Relation.Op != Equal || len(r.Missing()) > 0 {
		return nil
	}
	if h, ok := equalPart(r); ok {
		return []Hint{h}
	}
	// One amount in another unit.
	var units []Hint
	for s, side := range [][]Part{r.Left.Parts, r.Right.Parts} {
		for i, p := range side {
			if ind, _ := Lookup(p.Indicator); ind.Kind != Amount {
				continue
			}
			for _, n := range []int{4, -4} {
				sides := [2][]operand{r.Left.operands(r.Unit), r.Right.operands(r.Unit)}
				v := p.Value.Shift(n)
				sides[s][i].value = in(r.Unit, v, p.Unit)
				if outcome, _, _ := judge(r.Relation.Op, sides[0], sides[1]); outcome == Holds {
					units = append(units, Hint{Kind: HintUnit, Parts: []Suggestion{{p, v}}})
				}
			}
		}
	}
	if len(units) == 1 {
		return units
	}
	return nil
}

// equalPart finds the only part that the difference equals. Where the part is
// on the greater side, the other side lacks it; where it is on the lesser, the
// other holds it twice. Of subordinates, one may be in another's figure.
func equalPart(r *Result) (Hint, bool) {
	d := r.Difference
	greater := r.Left.Parts
	if d.negative() {
		d, greater = d.Neg(), r.Right.Parts
	}
	var found []Hint
	for _, side := range [][]Part{r.Left.Parts, r.Right.Parts} {
		for _, p := range side {
			if len(side) == 1 && len(r.Left.Parts) != len(r.Right.Parts) {
				continue // the whole
			}
			if p.Status.HasValue() && in(r.Unit, p.Value, p.Unit) == d {
				kind := HintCountedTwice
				if slices.Contains(greater, p) != p.Minus && r.Relation.Kind != AcrossLevels {
					kind = HintLeftOut
				}
				found = append(found, Hint{Kind: kind, Parts: []Suggestion{{Part: p}}, Weak: oneDigit(d)})
			}
		}
	}
	if len(found) != 1 {
		return Hint{}, false
	}
	return found[0], true
}

// oneDigit reports whether a number is what one wrong digit can make out: a
// digit, and zeros.
func oneDigit(d Decimal) bool {
	return len(strings.Trim(strings.Replace(string(d), ".", "", 1), "0")) == 1
}

// A change gives a cell another figure; known is false where it has none.
type change struct {
	value Decimal
	known bool
}

// A theory explains failures by changes of cells.
type theory struct {
	kind    HintKind
	cells   []int // in the order of telling
	changes map[int]change
	fixed   []int // the instances that fail and would hold
	gained  int   // how many could not be assessed and would hold
}

// A bench tries theories on the relations of a ledger.
type bench struct {
	*ledger
	instances []*instance
	of        map[int][]int // the instances that a cell takes part in
	theories  []theory
	seen      map[string]bool
}

// explain fills in the hints of the results that fail. Cells are those of the
// results' parts.
func (l *ledger) explain(results []Result, cells [][2][]int) {
	if !slices.ContainsFunc(results, func(r Result) bool { return r.Outcome == Fails }) {
		return
	}
	b := &bench{ledger: l, of: map[int][]int{}, seen: map[string]bool{}}
	for i := range results {
		inst := &instance{result: &results[i]}
		for s, parts := range [][]Part{results[i].Left.Parts, results[i].Right.Parts} {
			for k, p := range parts {
				at := cells[i][s][k]
				inst.sides[s] = append(inst.sides[s], slot{at, operandOf(p, results[i].Unit), p.Unit})
				if at >= 0 {
					b.of[at] = append(b.of[at], i)
				}
			}
		}
		b.instances = append(b.instances, inst)
	}
	suspects := map[int]bool{}
	for _, inst := range b.instances {
		if inst.result.Outcome != Fails {
			continue
		}
		for _, side := range inst.sides {
			for _, s := range side {
				if s.cell >= 0 {
					suspects[s.cell] = true
				}
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(suspects)) {
		b.figure(at)
	}
	for _, line := range b.lines(suspects) {
		b.swaps(line.cells)
		b.shifts(line)
	}
	for i, inst := range b.instances {
		if inst.result.Outcome == Fails {
			inst.result.Hints = b.choose(i)
		}
	}
}

// choose returns the theory that explains an instance and most besides, if one
// stands out, and the part that the difference equals.
func (b *bench) choose(i int) []Hint {
	r := b.instances[i].result
	equal, hasEqual := Hint{}, false
	if r.Relation.Op == Equal && len(r.Missing()) == 0 {
		equal, hasEqual = equalPart(r)
	}
	var best []theory
	for _, t := range b.theories {
		if !slices.Contains(t.fixed, i) {
			continue
		}
		order := 0
		if len(best) > 0 {
			order = t.compare(best[0])
		}
		if order < 0 {
			best = best[:0]
		}
		if order <= 0 {
			best = append(best, t)
		}
	}
	if len(best) > 1 && best[0].kind == HintShifted {
		best = []theory{b.merge(best)} // where the line was broken is not certain, that it was is
	}
	alone := len(best) == 1
	switch {
	case alone && len(best[0].fixed) > 1, alone && best[0].plausible():
		hints := []Hint{b.hint(best[0])}
		// A wrong total that lacks a part is best told both ways.
		if hasEqual && len(best[0].cells) == 1 && len(b.instances[i].sides[1]) == 1 && b.instances[i].sides[1][0].cell == best[0].cells[0] {
			hints = append(hints, equal)
		}
		return hints
	case len(best) > 1 && len(best[0].fixed) > 1:
		return nil
	case hasEqual:
		return []Hint{equal}
	case alone:
		return []Hint{b.hint(best[0])}
	}
	return nil
}

// merge returns what theories of one kind agree on: a cell for which they want
// different figures is left without one.
func (b *bench) merge(theories []theory) theory {
	m := theory{kind: theories[0].kind, fixed: theories[0].fixed, changes: map[int]change{}}
	for _, t := range theories {
		for _, at := range t.cells {
			m.changes[at] = t.changes[at]
		}
	}
	for at := range m.changes {
		for _, t := range theories {
			c, ok := t.changes[at]
			if !ok {
				c = b.at(at)
			}
			if c != m.changes[at] {
				m.changes[at] = change{}
			}
		}
	}
	m.cells = slices.Sorted(maps.Keys(m.changes))
	return m
}

// compare puts the better of two theories first: that which explains more, and
// among equals that of the mistake that is made more readily.
func (t theory) compare(u theory) int {
	return cmp.Or(
		cmp.Compare(len(u.fixed), len(t.fixed)),
		cmp.Compare(u.gained, t.gained),
		cmp.Compare(t.kind.rank(), u.kind.rank()))
}

// rank orders the kinds by how readily such a mistake is made.
func (k HintKind) rank() int {
	return slices.Index([]HintKind{HintUnit, HintSwapped, HintShifted, HintJoined, HintSplit, HintTransposed, HintDigit, HintFigure}, k)
}

// plausible reports whether a theory says how the mistake came about.
func (t theory) plausible() bool { return t.kind != HintFigure && t.kind != HintDigit }

func (b *bench) hint(t theory) Hint {
	h := Hint{Kind: t.kind}
	for _, at := range t.cells {
		o := b.cells[at].obs
		h.Parts = append(h.Parts, Suggestion{
			Part: Part{
				Indicator: o.Indicator, Applicant: o.Applicant, Scope: o.Scope,
				Form: b.form, Issuer: b.issuer, Coverage: b.coverage, Year: b.year,
				Status: o.Status, Value: o.Value, Unit: unitOf(o.Indicator, o.Unit), Source: o.Source,
			},
			Value: t.changes[at].value,
		})
	}
	return h
}

// try adds a theory if, with its changes, no relation fails that the changed
// cells take part in, and one that failed holds. The relation from which a
// figure was solved holds by itself, and proves nothing.
func (b *bench) try(kind HintKind, changes map[int]change, solved int) {
	t := theory{kind: kind, changes: changes}
	var key strings.Builder
	for _, at := range slices.Sorted(maps.Keys(changes)) {
		o, c := b.cells[at].obs, changes[at]
		if c.known == o.Status.HasValue() && c.value == o.Value {
			continue // stays as it is
		}
		if c.known && !possible(o.Indicator, c.value) {
			return
		}
		t.cells = append(t.cells, at)
		key.WriteString(strconv.Itoa(at) + "=" + string(c.value) + " ")
	}
	if b.seen[key.String()] {
		return
	}
	touched := map[int]bool{}
	for _, at := range t.cells {
		for _, i := range b.of[at] {
			touched[i] = true
		}
	}
	for _, i := range slices.Sorted(maps.Keys(touched)) {
		before, after := b.instances[i].result.Outcome, b.outcome(i, changes)
		switch {
		case after == Fails:
			return
		case after == Holds && before == Fails:
			t.fixed = append(t.fixed, i)
		case after == Holds && before == NotAssessable:
			t.gained++
		}
	}
	evidence := len(t.fixed) + t.gained
	if solved != nothing {
		evidence--
	}
	if len(t.fixed) == 0 || evidence == 0 {
		return
	}
	b.seen[key.String()] = true
	b.theories = append(b.theories, t)
}

// possible reports whether an indicator can have the figure.
func possible(c Code, v Decimal) bool {
	i, _ := Lookup(c)
	switch i.Kind {
	case Count:
		return v.IsInteger() && !v.negative()
	case Signed:
		return v.IsInteger()
	}
	return v != "" && !v.negative()
}

// changed returns the operands of an instance with the changes made.
func (b *bench) changed(i int, changes map[int]change) (sides [2][]operand) {
	inst := b.instances[i]
	for s := range inst.sides {
		sides[s] = make([]operand, len(inst.sides[s]))
		for k, slot := range inst.sides[s] {
			sides[s][k] = slot.operand
			if c, ok := changes[slot.cell]; ok {
				sides[s][k].value, sides[s][k].known = in(inst.result.Unit, c.value, slot.unit), c.known
			}
		}
	}
	return sides
}

func (b *bench) outcome(i int, changes map[int]change) Outcome {
	sides := b.changed(i, changes)
	outcome, _, _ := judge(b.instances[i].result.Relation.Op, sides[0], sides[1])
	return outcome
}

// nothing is solved by no relation.
const nothing = -1

// solve returns the figure that a relation wants for a cell, if the cell is all
// that is missing in one, and that relation.
func (b *bench) solve(at int, changes map[int]change) (v Decimal, by int, ok bool) {
	for _, i := range b.of[at] {
		if v, ok := b.wanted(i, at, changes); ok {
			return v, i, true
		}
	}
	return "", nothing, false
}

// wanted returns the figure with which a relation would hold.
func (b *bench) wanted(i, at int, changes map[int]change) (Decimal, bool) {
	inst := b.instances[i]
	if inst.result.Relation.Op != Equal {
		return "", false
	}
	sides := b.changed(i, changes)
	var unit string
	onRight, minus := false, false
	for s := range sides {
		for k := range sides[s] {
			if o := &sides[s][k]; inst.sides[s][k].cell == at {
				o.known, o.value = true, "0"
				unit, onRight, minus = inst.sides[s][k].unit, s == 1, o.minus
			} else if !o.known {
				return "", false
			}
		}
	}
	left, _, _ := total(sides[0])
	right, _, _ := total(sides[1])
	v := left.Add(right.Neg())
	if onRight == minus {
		v = v.Neg()
	}
	return in(unit, v, inst.result.Unit), true
}

// figure tries other figures for one cell.
func (b *bench) figure(at int) {
	o := b.cells[at].obs
	if !o.Status.HasValue() {
		return
	}
	if i, _ := Lookup(o.Indicator); i.Kind == Amount {
		for _, n := range []int{4, -4} {
			b.try(HintUnit, map[int]change{at: {o.Value.Shift(n), true}}, nothing)
		}
	}
	for _, i := range b.of[at] {
		if b.instances[i].result.Outcome != Fails {
			continue
		}
		if v, ok := b.wanted(i, at, nil); ok {
			b.try(slip(string(o.Value), string(v)), map[int]change{at: {v, true}}, nothing)
		}
	}
}

// slip tells what kind of mistake turns one spelling into another.
func slip(wrong, right string) HintKind {
	if len(wrong) == len(right) {
		var differ []int
		for i := range wrong {
			if wrong[i] != right[i] {
				differ = append(differ, i)
			}
		}
		switch {
		case len(differ) == 1:
			return HintDigit
		case len(differ) == 2 && differ[1] == differ[0]+1 && wrong[differ[0]] == right[differ[1]] && wrong[differ[1]] == right[differ[0]]:
			return HintTransposed
		}
		return HintFigure
	}
	short, long := wrong, right
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(long)-len(short) == 1 {
		for i := range long {
			if long[:i]+long[i+1:] == short {
				return HintDigit
			}
		}
	}
	return HintFigure
}

// A line is a row or a column of cells of one table, in order.
type line struct {
	cells []int
	row   bool
}

// maxLine bounds the length of a line in which mistakes are looked for. No form
// has a longer one.
const maxLine = 100

// lines returns the rows and columns that any of the cells stands in.
func (b *bench) lines(suspects map[int]bool) []line {
	type place struct {
		table *Table
		sheet string
		n     int
		row   bool
	}
	byPlace := map[place][]int{}
	var order []place
	pos := make([][2]int, len(b.cells))
	for at, c := range b.cells {
		row, col := address(c.obs.Source.Cell)
		if row == 0 || col == 0 {
			continue
		}
		pos[at] = [2]int{row, col}
		for _, p := range []place{{c.table, c.obs.Source.Sheet, row, true}, {c.table, c.obs.Source.Sheet, col, false}} {
			if byPlace[p] == nil {
				order = append(order, p)
			}
			byPlace[p] = append(byPlace[p], at)
		}
	}
	var lines []line
	for _, p := range order {
		cells := byPlace[p]
		if len(cells) < 2 || len(cells) > maxLine || !slices.ContainsFunc(cells, func(at int) bool { return suspects[at] }) {
			continue
		}
		along := 0
		if p.row {
			along = 1
		}
		slices.SortStableFunc(cells, func(x, y int) int { return cmp.Compare(pos[x][along], pos[y][along]) })
		lines = append(lines, line{cells, p.row})
	}
	return lines
}

func (b *bench) at(cell int) change {
	o := b.cells[cell].obs
	return change{o.Value, o.Status.HasValue()}
}

// swaps tries each two neighbours in each other's place; of a figure and a blank
// cell, the figure in the blank one's.
func (b *bench) swaps(cells []int) {
	for i := range len(cells) - 1 {
		x, y := cells[i], cells[i+1]
		switch {
		case b.at(x).known && b.at(y).known:
			b.try(HintSwapped, map[int]change{x: b.at(y), y: b.at(x)}, nothing)
		case b.at(x).known:
			b.trySolved(HintShifted, map[int]change{y: b.at(x)}, x)
		case b.at(y).known:
			b.trySolved(HintShifted, map[int]change{x: b.at(y)}, y)
		}
	}
}

// shifts tries what a lost, an added, a split or a joined cell does to the rest
// of a line.
func (b *bench) shifts(l line) {
	cells := l.cells
	n := len(cells)
	lastBlank := !b.at(cells[n-1]).known
	for k := range n {
		if lastBlank {
			// A cell was lost here: the others moved up, the last is left blank.
			changes := map[int]change{}
			for j := k + 1; j < n; j++ {
				changes[cells[j]] = b.at(cells[j-1])
			}
			b.trySolved(HintShifted, changes, cells[k])
		}
		if k == n-1 {
			break
		}
		here, next := b.at(cells[k]), b.at(cells[k+1])
		if !here.known {
			// A blank cell was added here: the others moved on, the last was lost.
			changes := map[int]change{}
			for j := k; j < n-1; j++ {
				changes[cells[j]] = b.at(cells[j+1])
			}
			b.trySolved(HintShifted, changes, cells[n-1])
		}
		if !l.row {
			continue
		}
		if joined := here.value + next.value; here.known && next.known && canonical(joined) {
			// One number in two cells, which push on the others or take the next one's place.
			changes := map[int]change{cells[k]: {joined, true}}
			b.trySolved(HintSplit, changes, cells[k+1])
			for j := k + 1; j < n-1; j++ {
				changes[cells[j]] = b.at(cells[j+1])
			}
			b.trySolved(HintSplit, changes, cells[n-1])
		}
		for cut := 1; here.known && cut < len(here.value); cut++ {
			first, second := here.value[:cut], here.value[cut:]
			if !canonical(first) || !canonical(second) {
				continue
			}
			// Two numbers in one cell, after which the others moved up or the next is blank.
			changes := map[int]change{cells[k]: {first, true}, cells[k+1]: {second, true}}
			if !next.known {
				b.try(HintJoined, changes, nothing)
			}
			if lastBlank && k+2 < n {
				changes = maps.Clone(changes)
				for j := k + 2; j < n; j++ {
					changes[cells[j]] = b.at(cells[j-1])
				}
				b.try(HintJoined, changes, nothing)
			}
		}
	}
}

func canonical(d Decimal) bool {
	c, err := ParseDecimal(string(d))
	return err == nil && c == d
}

// trySolved tries a theory that loses a figure, with the figure that the
// relations want in its place, or none.
func (b *bench) trySolved(kind HintKind, changes map[int]change, lost int) {
	changes = maps.Clone(changes)
	changes[lost] = change{}
	v, by, ok := b.solve(lost, changes)
	if ok {
		changes[lost] = change{v, true}
	}
	b.try(kind, changes, by)
}
