package schema

// A ChangeKind tells what differs between two reports.
type ChangeKind string

// The kinds of changes.
const (
	ValueChanged ChangeKind = "value" // the figure, or the way in which there is none
	UnitChanged  ChangeKind = "unit"  // the unit only, of the same figure or, of money, of the same amount
	LabelChanged ChangeKind = "label" // the printed label
	Added        ChangeKind = "new"   // printed in the second report only
	Gone         ChangeKind = "gone"  // printed in the first report only
)

// A Change is a difference between two reports in one figure. Where the figure
// and its label have changed there are two Changes.
type Change struct {
	Kind     ChangeKind
	Issuer   string // of the table
	Coverage string // of the table
	Key      Key
	// Before and After are the observations; one of them is nil where the figure
	// is new or gone.
	Before, After *Observation
}

// Diff compares two reports, or two versions of one, figure by figure within
// the same form: it returns what has changed in the order of the first report,
// and what is new after it, table by table. Where a cell stands, how a figure is
// spelt and the table's title make no difference. Tables of one form are paired
// by their issuers first, and then in their order, so that the reports of one
// issuer for two years, or of two issuers, can be compared as well.
func Diff(a, b *Report) []Change {
	var changes []Change
	pairs, rest := pairTables(a, b)
	for i := range a.Tables {
		changes = append(changes, diffTables(&a.Tables[i], pairs[i])...)
	}
	for _, t := range rest {
		changes = append(changes, diffTables(nil, t)...)
	}
	return changes
}

// pairTables finds for each table of a that of b, and the tables of b that are
// left over.
func pairTables(a, b *Report) (pairs map[int]*Table, rest []*Table) {
	type kind struct{ layout, name, coverage, issuer string }
	pairs = map[int]*Table{}
	taken := map[*Table]bool{}
	for _, alike := range []int{2, 1, 0} { // in issuer and coverage, in coverage, in form only
		kindOf := func(t *Table) kind {
			k := kind{layout: t.Layout, name: t.Name}
			if alike > 0 {
				k.coverage = t.Coverage
			}
			if alike > 1 {
				k.issuer = issuerKey(t.Issuer)
			}
			return k
		}
		queue := map[kind][]*Table{}
		for i := range b.Tables {
			if u := &b.Tables[i]; !taken[u] {
				queue[kindOf(u)] = append(queue[kindOf(u)], u)
			}
		}
		for i := range a.Tables {
			k := kindOf(&a.Tables[i])
			if pairs[i] == nil && len(queue[k]) > 0 {
				pairs[i], queue[k] = queue[k][0], queue[k][1:]
				taken[pairs[i]] = true
			}
		}
	}
	for i := range b.Tables {
		if u := &b.Tables[i]; !taken[u] {
			rest = append(rest, u)
		}
	}
	return pairs, rest
}

// diffTables compares two tables, either of which may be nil.
func diffTables(t, u *Table) []Change {
	type nth struct { // a key may stand in a table twice
		Key
		n int
	}
	index := func(t *Table) (order []nth, at map[nth]*Observation) {
		at = map[nth]*Observation{}
		if t == nil {
			return nil, at
		}
		count := map[Key]int{}
		for i := range t.Observations {
			k := t.Key(t.Observations[i])
			id := nth{k, count[k]}
			count[k]++
			order = append(order, id)
			at[id] = &t.Observations[i]
		}
		return order, at
	}
	before, was := index(t)
	after, is := index(u)
	whose := t
	if t == nil {
		whose = u
	}
	var changes []Change
	for _, id := range before {
		o, p := was[id], is[id]
		add := func(k ChangeKind) { changes = append(changes, Change{k, whose.Issuer, whose.Coverage, id.Key, o, p}) }
		if p == nil {
			add(Gone)
			continue
		}
		from, to := unitOf(o.Indicator, o.Unit), unitOf(p.Indicator, p.Unit)
		switch {
		case o.Status != p.Status || in(from, p.Value, to) != o.Value || o.Status == Text && o.Source.Printed != p.Source.Printed:
			add(ValueChanged)
		case from != to:
			add(UnitChanged)
		}
		if o.Source.Label != p.Source.Label {
			add(LabelChanged)
		}
	}
	for _, id := range after {
		if _, ok := was[id]; !ok {
			changes = append(changes, Change{Added, whose.Issuer, whose.Coverage, id.Key, nil, is[id]})
		}
	}
	return changes
}
