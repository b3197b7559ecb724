package schema

import (
	"cmp"
	"slices"
)

// A Sum is a figure added up over reporting units: issuers.
type Sum struct {
	Year int // 0 where it is not known

	// What was added up: an indicator of one form or, from AggregateSeries, a
	// series over forms.
	Form      string
	Indicator Code
	Applicant Applicant
	Scope     Scope
	Series    SeriesCode

	// Value is the sum over the units that have a value, in Unit. Where Reported
	// is less than Units it is no total of them all. It is empty where no unit
	// has a value.
	Value Decimal
	Unit  string

	Units    int            // the units that were asked: those of which a table of the form, or a point, is at hand
	Reported int            // the units with a value
	Statuses map[Status]int // the units by status; 无 is None, what is not printed is Absent
	Missing  []Part         // the units without a value; of a series, with the status of the first part that has none

	Forms []string // of a series: the forms behind it
	Match Match    // of a series: the worst match behind it
}

// Aggregate adds up figures over the reports' issuers, within one form and
// year, indicator by indicator, applicants and scopes apart. It never adds up
// across forms: that is what [AggregateSeries] is for. What a unit does not
// give is counted as missing, and not as 0.
//
// The figures of an issuer's own offices only (市本级) are no unit beside the
// issuer's, which holds them. Reports of one issuer and year count once; what two of them say differently
// is missing. 元, 千元, 万元 and 亿元 are brought together; of other units the one
// that most figures have counts, and figures in another are missing.
func Aggregate(reports ...*Report) []Sum {
	type id struct {
		year int
		form string
	}
	groups := map[id][]*ledger{}
	var order []id
	all := dossiers(reports)
	for _, d := range all {
		for _, l := range d.forms {
			if d.ownOffices() && slices.ContainsFunc(all, func(e *dossier) bool {
				return !e.ownOffices() && e.year == d.year && issuerKey(e.issuer) == issuerKey(d.issuer) && e.file == d.file && e.form(l.form) != nil
			}) {
				continue
			}
			k := id{d.year, l.form}
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], l)
		}
	}
	slices.SortStableFunc(order, func(a, b id) int { return cmp.Compare(a.year, b.year) })
	var sums []Sum
	for _, id := range order {
		seen := map[figureKey]bool{}
		for _, l := range groups[id] {
			for _, k := range l.keys {
				if !seen[k] {
					seen[k] = true
					sums = append(sums, addUp(groups[id], k))
				}
			}
		}
	}
	return sums
}

// addUp adds up one figure over the units.
func addUp(units []*ledger, k figureKey) Sum {
	s := Sum{Year: units[0].year, Form: units[0].form, Indicator: k.indicator, Applicant: k.applicant, Scope: k.scope}
	var parts []Part
	for _, l := range units {
		p, _ := l.part(k)
		parts = append(parts, p)
	}
	s.addUp(parts)
	return s
}

// addUp adds up the units' parts.
func (s *Sum) addUp(parts []Part) {
	s.Units = len(parts)
	s.Statuses = map[Status]int{}
	s.Unit = usualUnit(parts)
	for _, p := range parts {
		_, money := yuan(p.Unit)
		_, usualMoney := yuan(s.Unit)
		if p.Status.HasValue() && p.Unit != s.Unit && !(money && usualMoney) {
			p.Status = OtherUnit
		}
		s.Statuses[p.Status]++
		if !p.Status.HasValue() {
			s.Missing = append(s.Missing, p)
			continue
		}
		s.Reported++
		s.Value = cmp.Or(s.Value, "0").Add(in(s.Unit, p.Value, p.Unit))
	}
}

// usualUnit returns the unit that most of the parts have, of several the first.
func usualUnit(parts []Part) string {
	count := map[string]int{}
	for _, p := range parts {
		if p.Status.HasValue() {
			count[p.Unit]++
		}
	}
	unit := ""
	for _, p := range parts {
		if p.Status.HasValue() && (unit == "" || count[p.Unit] > count[unit]) {
			unit = p.Unit
		}
	}
	return unit
}

// AggregateSeries adds up the points of a panel over their issuers, by series
// and year. A point without a value is counted as missing, and not as 0; its
// AtLeast is not added. As in Aggregate, own offices are no unit beside the
// whole.
func AggregateSeries(points ...Point) []Sum {
	type id struct {
		series SeriesCode
		year   int
	}
	type whole struct {
		ownerKey
		id
	}
	known := map[whole]bool{}
	for _, p := range points {
		known[whole{p.owner().key(), id{p.Series, p.Year}}] = true
	}
	groups := map[id][]*Point{}
	var order []id
	for i := range points {
		k := id{points[i].Series, points[i].Year}
		if w := points[i].owner().key(); w.ownOffices {
			w.ownOffices = false
			if known[whole{w, k}] {
				continue
			}
		}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], &points[i])
	}
	slices.SortStableFunc(order, func(a, b id) int {
		return cmp.Or(cmp.Compare(seriesIndex(a.series), seriesIndex(b.series)), cmp.Compare(a.year, b.year))
	})
	var sums []Sum
	for _, k := range order {
		s := Sum{Year: k.year, Series: k.series, Match: Exact}
		var parts []Part
		for _, p := range groups[k] {
			s.Match = s.Match.worst(p.Mapping.Match)
			for _, f := range p.Forms {
				if !slices.Contains(s.Forms, f) {
					s.Forms = append(s.Forms, f)
				}
			}
			parts = append(parts, p.part())
		}
		s.addUp(parts)
		sums = append(sums, s)
	}
	return sums
}

func seriesIndex(c SeriesCode) int {
	return slices.IndexFunc(seriesList(), func(s Series) bool { return s.Code == c })
}

// part returns the point as one figure.
func (p *Point) part() Part {
	part := Part{Form: p.Forms[0], Issuer: p.Issuer, Coverage: p.Coverage, Year: p.Year, Status: Number, Value: p.Value, Unit: p.Unit}
	if p.Value == "" {
		part.Status = Conflict
		for _, q := range p.Parts {
			if !q.Status.HasValue() {
				part.Status = q.Status
				break
			}
		}
	}
	return part
}
