package schema

import (
	"cmp"
	"slices"
	"strings"
)

// An Outcome tells what became of a relation.
type Outcome string

// The outcomes.
const (
	Holds Outcome = "holds"
	Fails Outcome = "fails"
	// NotAssessable: a part has no value, and what is known does not decide.
	// The parts say which and why.
	NotAssessable Outcome = "not assessable"
	// NotAsked: nothing of the relation is printed in the table, or there is no
	// report of the year or level that it would be compared with.
	NotAsked Outcome = "not asked"
)

// The statuses of a Part beyond those of an observation.
const (
	Absent    Status = "absent"   // there is no observation: it is not printed, or could not be read
	Conflict  Status = "conflict" // it is printed several times, with different figures
	OtherUnit Status = "unit"     // its unit cannot be brought together with the others'
)

// A Part is a figure as a term of a sum: of a relation, a series or an
// aggregate.
type Part struct {
	Indicator Code
	Applicant Applicant
	Scope     Scope
	Minus     bool // subtracted
	Form      string
	Issuer    string
	Coverage  string // as in Table
	Year      int
	Status    Status
	Value     Decimal // as printed, in Unit; empty where Status has no value
	Unit      string
	Source    Source
}

// A Side is one side of a relation.
type Side struct {
	Parts []Part
	Sum   Decimal // of the parts that have a value, in the unit of the Result
}

// A Result is what became of a relation for one issuer, year and form, and for
// one applicant, scope or indicator.
type Result struct {
	Relation    Relation
	Outcome     Outcome
	Issuer      string
	Coverage    string // as in Table
	Year        int
	Indicator   Code // the row, of a relation over each indicator and of one across levels
	Applicant   Applicant
	Scope       Scope
	Left, Right Side
	Unit        string  // the unit of the sums; empty where units of counts differ
	Difference  Decimal // left less right, of the parts that have a value
	Hints       []Hint  // what would explain a failure
}

// Missing returns the parts that have no value.
func (r *Result) Missing() []Part {
	var missing []Part
	for _, p := range slices.Concat(r.Left.Parts, r.Right.Parts) {
		if !p.Status.HasValue() {
			missing = append(missing, p)
		}
	}
	return missing
}

// Check evaluates the relations of the reports and returns a finding for each
// that fails. It changes nothing. Relations that hold, or that cannot be
// assessed as a part is missing, give no finding; see [Evaluate].
func Check(reports ...*Report) []Finding { return findings(Evaluate(reports...)) }

func findings(results []Result) []Finding {
	var list []Finding
	for i := range results {
		if f, ok := results[i].Finding(); ok {
			list = append(list, f)
		}
	}
	return list
}

// Evaluate evaluates every relation of the forms in the reports: those within a
// table, file by file, and then those across years, for issuers that are named
// and of which reports of two years in a row are given.
//
// The arithmetic is exact. 元, 千元, 万元 and 亿元 are brought together; units
// that count, as 件 and 条, are not told apart. A part without a value is never
// taken for 0: the relation is not assessable, unless it fails whatever the
// missing figure is, as counts and amounts are not negative. A relation that is
// not asked for stands in the result once.
//
// A file that holds the same figures twice, as a report of the whole city and
// one of the city's own offices under one name do, is evaluated table by table.
func Evaluate(reports ...*Report) []Result {
	var results []Result
	for _, r := range reports {
		for _, l := range ledgers(r) {
			results = append(results, l.evaluate()...)
		}
	}
	return append(results, acrossYears(reports)...)
}

// A figureKey tells apart the figures of a form.
type figureKey struct {
	indicator Code
	applicant Applicant
	scope     Scope
}

// A ledger holds the observations of one form, owner and year by their keys.
type ledger struct {
	form string
	owner
	year  int
	cells []cell
	byKey map[figureKey][]int // indices of cells
	keys  []figureKey         // in the order of their first cells
}

// An owner is whose figures are: an issuer's or, apart from them, those of the
// issuer's own offices without the bodies below (市本级).
type owner struct {
	issuer, coverage string // as printed
	file             string // where the issuer is not known
}

// ownerOf returns the owner of a table's figures.
func ownerOf(r *Report, t *Table) owner {
	o := owner{issuer: t.Issuer, coverage: t.Coverage}
	if issuerKey(t.Issuer) == "" {
		o.file = r.File
	}
	return o
}

// ownOffices reports whether the figures are those of the own offices only. A
// table that says 全市 or nothing has all.
func (o owner) ownOffices() bool { return strings.HasSuffix(o.coverage, "本级") }

// An ownerKey is the same for the spellings of one owner.
type ownerKey struct {
	issuer, file string
	ownOffices   bool
}

func (o owner) key() ownerKey { return ownerKey{issuerKey(o.issuer), o.file, o.ownOffices()} }

type cell struct {
	table *Table
	obs   *Observation
}

func newLedger(form string, o owner, year int) *ledger {
	return &ledger{form: form, owner: o, year: year, byKey: map[figureKey][]int{}}
}

func (l *ledger) add(t *Table) {
	for i := range t.Observations {
		o := &t.Observations[i]
		k := figureKey{o.Indicator, o.Applicant, o.Scope}
		if _, ok := l.byKey[k]; !ok {
			l.keys = append(l.keys, k)
		}
		l.byKey[k] = append(l.byKey[k], len(l.cells))
		l.cells = append(l.cells, cell{t, o})
	}
}

func (l *ledger) overlaps(t *Table) bool {
	return slices.ContainsFunc(t.Observations, func(o Observation) bool {
		_, ok := l.byKey[figureKey{o.Indicator, o.Applicant, o.Scope}]
		return ok
	})
}

// ledgers sorts the tables of a file by owner, year and form. A table that gives
// figures over again starts a ledger of its own.
func ledgers(r *Report) []*ledger {
	if r == nil {
		return nil
	}
	type id struct {
		ownerKey
		year int
		form string
	}
	var all []*ledger
	of := map[id][]*ledger{}
	for i := range r.Tables {
		t := &r.Tables[i]
		o := ownerOf(r, t)
		k := id{o.key(), t.Year, t.Layout}
		n := slices.IndexFunc(of[k], func(l *ledger) bool { return !l.overlaps(t) })
		if n < 0 {
			n = len(of[k])
			l := newLedger(t.Layout, o, t.Year)
			of[k] = append(of[k], l)
			all = append(all, l)
		}
		of[k][n].add(t)
	}
	return all
}

// issuerKey makes the spellings of an issuer that differ in white space one.
func issuerKey(issuer string) string { return strings.Join(strings.Fields(issuer), "") }

// part returns the figure with the key, and its cell or -1.
func (l *ledger) part(k figureKey) (p Part, at int) {
	p = Part{
		Indicator: k.indicator, Applicant: k.applicant, Scope: k.scope,
		Form: l.form, Issuer: l.issuer, Coverage: l.coverage, Year: l.year, Status: Absent, Unit: unitOf(k.indicator, ""),
	}
	at = -1
	for _, i := range l.byKey[k] {
		o := l.cells[i].obs
		switch {
		case at < 0, !p.Status.HasValue() && o.Status.HasValue():
			p.Status, p.Value, p.Unit, p.Source = o.Status, o.Value, unitOf(o.Indicator, o.Unit), o.Source
			at = i
		case o.Status.HasValue() && in(p.Unit, o.Value, unitOf(o.Indicator, o.Unit)) != p.Value:
			p.Status, p.Value = Conflict, ""
			return p, -1
		}
	}
	return p, at
}

// unitOf returns the unit that counts for a figure.
func unitOf(c Code, printed string) string {
	if printed != "" {
		return printed
	}
	i, _ := Lookup(c)
	return i.Unit
}

// yuan returns how many powers of ten a unit of money is in 元.
func yuan(unit string) (power int, ok bool) {
	switch unit {
	case "元":
		return 0, true
	case "千元":
		return 3, true
	case "万元":
		return 4, true
	case "亿元":
		return 8, true
	}
	return 0, false
}

// in returns a figure of one unit in another; it stays as it is unless both are
// money.
func in(to string, v Decimal, from string) Decimal {
	f, ok := yuan(from)
	t, ok2 := yuan(to)
	if !ok || !ok2 {
		return v
	}
	return v.Shift(f - t)
}

// commonUnit returns the unit in which parts can be added up: their one unit or,
// where they are all money, that of the last. It is empty, and same is false,
// where they differ otherwise.
func commonUnit(parts []Part) (unit string, same bool) {
	same = true
	for _, p := range parts {
		if !p.Status.HasValue() {
			continue
		}
		_, money := yuan(p.Unit)
		_, moneyBefore := yuan(unit)
		if unit != "" && p.Unit != unit && !(money && moneyBefore) {
			return "", false
		}
		unit = p.Unit
	}
	return unit, same
}

// An operand is a part in the arithmetic.
type operand struct {
	value  Decimal
	known  bool
	minus  bool
	signed bool // may be negative
}

func operandOf(p Part, unit string) operand {
	i, _ := Lookup(p.Indicator)
	return operand{in(unit, p.Value, p.Unit), p.Status.HasValue(), p.Minus, i.Kind == Signed}
}

// total adds up what is known. Open says in which directions the missing
// operands can move the sum.
func total(side []operand) (sum Decimal, openUp, openDown bool) {
	sum = "0"
	for _, o := range side {
		switch {
		case !o.known:
			openUp = openUp || o.signed || !o.minus
			openDown = openDown || o.signed || o.minus
		case o.minus:
			sum = sum.Add(o.value.Neg())
		default:
			sum = sum.Add(o.value)
		}
	}
	return sum, openUp, openDown
}

// judge compares two sides.
func judge(op Op, left, right []operand) (Outcome, Decimal, Decimal) {
	l, lUp, lDown := total(left)
	r, rUp, rDown := total(right)
	over := l.Cmp(r)
	switch closed := !lUp && !lDown && !rUp && !rDown; {
	case over > 0 && !lDown && !rUp, op == Equal && over < 0 && !lUp && !rDown:
		return Fails, l, r
	case closed:
		return Holds, l, r
	}
	return NotAssessable, l, r
}

// An instance is a result with the cells of its parts, for the hints.
type instance struct {
	result *Result
	sides  [2][]slot
}

type slot struct {
	cell int // or -1
	operand
	unit string // of the cell
}

// evaluate evaluates the relations within the form.
func (l *ledger) evaluate() []Result {
	var results []Result
	var cells [][2][]int
	for _, r := range relations() {
		if r.Form != l.form || r.Kind != Printed && r.Kind != Implied {
			continue
		}
		where := l.over(r)
		if len(where) == 0 {
			results = append(results, Result{Relation: r, Outcome: NotAsked, Issuer: l.issuer, Coverage: l.coverage, Year: l.year})
			cells = append(cells, [2][]int{})
		}
		for _, k := range where {
			res := Result{
				Relation: r, Issuer: l.issuer, Coverage: l.coverage, Year: l.year,
				Indicator: k.indicator, Applicant: k.applicant, Scope: k.scope,
			}
			var at [2][]int
			res.Left.Parts, at[0] = l.parts(r.Left, k)
			res.Right.Parts, at[1] = l.parts(r.Right, k)
			res.judge()
			results = append(results, res)
			cells = append(cells, at)
		}
	}
	l.explain(results, cells)
	return results
}

// over returns the columns or rows for which the relation is evaluated: those
// in which any of its figures is printed.
func (l *ledger) over(r Relation) []figureKey {
	var where []figureKey
	seen := map[figureKey]bool{}
	terms := map[Code]bool{}
	for _, t := range slices.Concat(r.Left, r.Right) {
		terms[t.Indicator] = terms[t.Indicator] || !t.NextYear
	}
	for _, k := range l.keys {
		switch {
		case r.Over == EachIndicator:
			if k.applicant == "" {
				continue
			}
			k.applicant = ""
		case !terms[k.indicator]:
			continue
		case r.Over == OverTotal && k.applicant != Total:
			continue
		default:
			k.indicator = ""
		}
		if !seen[k] {
			seen[k] = true
			where = append(where, k)
		}
	}
	slices.SortStableFunc(where, func(a, b figureKey) int {
		if a.indicator != b.indicator {
			return 0 // as printed
		}
		return cmp.Or(
			cmp.Compare(slices.Index(Applicants(), a.applicant), slices.Index(Applicants(), b.applicant)),
			cmp.Compare(slices.Index(Scopes(), a.scope), slices.Index(Scopes(), b.scope)))
	})
	return where
}

// parts returns the figures of an expression in a column or row.
func (l *ledger) parts(e Expression, where figureKey) (parts []Part, cells []int) {
	for _, t := range e {
		k := where
		if t.Applicant != "" {
			k.applicant = t.Applicant
		} else {
			k.indicator = t.Indicator
		}
		p, at := l.part(k)
		p.Minus = t.Minus
		parts = append(parts, p)
		cells = append(cells, at)
	}
	return parts, cells
}

// judge fills in the outcome from the parts.
func (r *Result) judge() {
	r.Unit, _ = commonUnit(slices.Concat(r.Left.Parts, r.Right.Parts))
	r.Outcome, r.Left.Sum, r.Right.Sum = judge(r.Relation.Op, r.Left.operands(r.Unit), r.Right.operands(r.Unit))
	r.Difference = r.Left.Sum.Add(r.Right.Sum.Neg())
}

func (s *Side) operands(unit string) []operand {
	list := make([]operand, len(s.Parts))
	for i, p := range s.Parts {
		list[i] = operandOf(p, unit)
	}
	return list
}

// A dossier holds all that is known of one owner and year, from any file, form
// by form.
type dossier struct {
	owner
	year  int
	forms []*ledger
}

func (d *dossier) form(name string) *ledger {
	if i := slices.IndexFunc(d.forms, func(l *ledger) bool { return l.form == name }); i >= 0 {
		return d.forms[i]
	}
	return nil
}

// dossiers sorts the tables of all reports by owner and year: owners in the
// order in which they first appear, years in order. Tables of a file that name
// no issuer are those of an issuer of their own, without a name.
func dossiers(reports []*Report) []*dossier {
	type id struct {
		ownerKey
		year int
	}
	rank := map[ownerKey]int{}
	byID := map[id]*dossier{}
	var all []*dossier
	for _, r := range reports {
		if r == nil {
			continue
		}
		for i := range r.Tables {
			t := &r.Tables[i]
			o := ownerOf(r, t)
			if _, ok := rank[o.key()]; !ok {
				rank[o.key()] = len(rank)
			}
			d := byID[id{o.key(), t.Year}]
			if d == nil {
				d = &dossier{owner: o, year: t.Year}
				byID[id{o.key(), t.Year}] = d
				all = append(all, d)
			}
			l := d.form(t.Layout)
			if l == nil {
				l = newLedger(t.Layout, o, t.Year)
				d.forms = append(d.forms, l)
			}
			l.add(t)
		}
	}
	slices.SortStableFunc(all, func(a, b *dossier) int {
		return cmp.Or(cmp.Compare(rank[a.key()], rank[b.key()]), cmp.Compare(a.year, b.year))
	})
	return all
}

// acrossYears evaluates the relations between one year's report and the next.
func acrossYears(reports []*Report) []Result {
	var results []Result
	all := dossiers(reports)
	for i, d := range all {
		var next *dossier
		if i+1 < len(all) && all[i+1].key() == d.key() && d.issuer != "" && d.year != 0 && all[i+1].year == d.year+1 {
			next = all[i+1]
		}
		for _, l := range d.forms {
			for _, r := range relations() {
				if r.Form == l.form && r.Kind == AcrossYears {
					results = append(results, acrossYear(r, l, next)...)
				}
			}
		}
	}
	return results
}

func acrossYear(r Relation, this *ledger, next *dossier) []Result {
	var results []Result
	for _, k := range this.over(r) {
		if next == nil {
			break
		}
		res := Result{Relation: r, Issuer: this.issuer, Coverage: this.coverage, Year: this.year, Applicant: k.applicant, Scope: k.scope}
		fill := func(side *Side, e Expression) (nextPrinted bool) {
			for _, t := range e {
				l := this
				if t.NextYear {
					l = next.with(t.Indicator, r.Form)
				}
				p, _ := l.part(figureKey{t.Indicator, k.applicant, k.scope})
				p.Minus = t.Minus
				side.Parts = append(side.Parts, p)
				nextPrinted = nextPrinted || t.NextYear && p.Status != Absent
			}
			return nextPrinted
		}
		left, right := fill(&res.Left, r.Left), fill(&res.Right, r.Right)
		if !left && !right {
			continue
		}
		res.judge()
		if res.Outcome == Fails {
			res.Hints = partHints(&res)
		}
		results = append(results, res)
	}
	if results == nil {
		results = []Result{{Relation: r, Outcome: NotAsked, Issuer: this.issuer, Coverage: this.coverage, Year: this.year}}
	}
	return results
}

// with returns the ledger in which an indicator is printed, that of a form by
// preference.
func (d *dossier) with(c Code, form string) *ledger {
	best := d.form(form)
	for _, l := range d.forms {
		has := func(l *ledger) bool {
			return l != nil && slices.ContainsFunc(l.keys, func(k figureKey) bool { return k.indicator == c })
		}
		if has(l) && !has(best) {
			best = l
		}
	}
	if best == nil {
		best = newLedger(form, d.owner, d.year)
	}
	return best
}

// CheckLevels compares a superior's tables with the sum of its subordinates'
// and returns a finding for each figure where they differ; see
// [EvaluateLevels].
func CheckLevels(superior *Report, subordinates ...*Report) []Finding {
	return findings(EvaluateLevels(superior, subordinates...))
}

// EvaluateLevels compares each figure of a superior's tables with the sum of
// the same figure over its subordinates, within one form and year. The superior
// is the issuer of its report's first table; each issuer in a subordinate's file
// is a subordinate. A nil report stands for a subordinate whose report is not at
// hand; it and one whose figure is missing count against the coverage, and are
// never taken for 0. Where a file has tables of the whole and of the own offices
// (市本级), the whole is compared, and the superior's own offices count among its
// subordinates.
//
// A difference is a hint, no error: a superior's table also covers its own
// offices, and an application that two subordinates handled counts twice in
// their sum. Where the difference is the figure of one subordinate, given twice
// or left out, a hint names it.
func EvaluateLevels(superior *Report, subordinates ...*Report) []Result {
	if superior == nil || len(superior.Tables) == 0 {
		return nil
	}
	first := ownerOf(superior, &superior.Tables[0]).key()
	var whole, own []*dossier
	for _, d := range dossiers([]*Report{superior}) {
		switch k := d.key(); {
		case k.issuer != first.issuer:
		case k.ownOffices:
			own = append(own, d)
		default:
			whole = append(whole, d)
		}
	}
	if whole == nil {
		whole, own = own, nil
	}
	below := make([][]*dossier, len(subordinates))
	for i, r := range subordinates {
		below[i] = dossiers([]*Report{r})
	}
	var results []Result
	for _, d := range whole {
		for _, s := range d.forms {
			var parts []*ledger
			for _, o := range own {
				if l := o.form(s.form); l != nil && o.year == d.year {
					parts = append(parts, l)
				}
			}
			for i, r := range subordinates {
				parts = append(parts, subordinate(s, r, below[i])...)
			}
			for _, k := range s.keys {
				results = append(results, level(s, parts, k))
			}
		}
	}
	return results
}

// level compares one figure.
func level(s *ledger, below []*ledger, k figureKey) Result {
	res := Result{
		Relation: levels(s.form), Issuer: s.issuer, Coverage: s.coverage, Year: s.year,
		Indicator: k.indicator, Applicant: k.applicant, Scope: k.scope,
	}
	p, _ := s.part(k)
	res.Left.Parts = []Part{p}
	asked := false
	for _, l := range below {
		p, _ := l.part(k)
		res.Right.Parts = append(res.Right.Parts, p)
		asked = asked || p.Status != Absent
	}
	res.judge()
	switch {
	case !asked:
		res.Outcome = NotAsked
	case res.Outcome == Fails:
		res.Hints = partHints(&res)
	}
	return res
}

func levels(form string) Relation {
	return Relation{
		Form: form, Name: "levels", Kind: AcrossLevels, Op: Equal,
		ZH: "上级数 = 各下级之和", EN: "superior = sum of the subordinates",
	}
}

// subordinate returns a subordinate's tables of the form and year of the
// superior's, for each issuer in its file.
func subordinate(s *ledger, r *Report, all []*dossier) []*ledger {
	var here []*ledger
	whole := map[string]bool{}
	for _, d := range all {
		if l := d.form(s.form); l != nil && (d.year == s.year || d.year == 0 || s.year == 0) {
			here = append(here, l)
			whole[issuerKey(d.issuer)] = whole[issuerKey(d.issuer)] || !d.ownOffices()
		}
	}
	here = slices.DeleteFunc(here, func(l *ledger) bool { return l.ownOffices() && whole[issuerKey(l.issuer)] })
	if len(here) > 0 {
		return here
	}
	l := newLedger(s.form, owner{}, s.year) // not at hand, or of another form or year
	if r != nil {
		l.issuer = r.File
		if len(r.Tables) > 0 {
			l.issuer = cmp.Or(r.Tables[0].Issuer, r.File)
		}
	}
	return []*ledger{l}
}

// Reported returns, of a result across levels, how many subordinates gave a
// figure and how many there are.
func (r *Result) Reported() (reported, all int) {
	for _, p := range r.Right.Parts {
		if p.Status.HasValue() {
			reported++
		}
	}
	return reported, len(r.Right.Parts)
}
