package schema

import (
	"slices"
	"strings"
)

// A Point is the value of a series for one issuer and year.
type Point struct {
	Issuer   string // as the earliest report prints it; empty where it is not known
	Coverage string // as in Table
	File     string // the file, where the issuer is not known
	Year     int    // 0 where it is not known
	Series   SeriesCode

	// Value is the sum of the parts, in Unit. It is empty where a part has no
	// value, where the units cannot be brought together, where two forms give
	// different values, and where more is subtracted than there is; Reason says
	// which.
	Value Decimal
	Unit  string
	// AtLeast is, where a part has no value, what the others add up to: the true
	// value is that or more, as counts are not negative. For a missing total of
	// applicants it takes what the applicants' columns add up to. It is empty
	// where Value is set, where nothing is known, and where a part that would be
	// subtracted is missing.
	AtLeast Decimal

	// Forms are the forms that the value comes from: several where they agree.
	Forms []string
	// Mapping is how the first of the forms answers to the series: the formula,
	// the match and the note.
	Mapping Mapping
	// Parts are the figures of the formula, form by form, with their cells.
	Parts []Part
	// Break marks a point for which the form is another than for the issuer's
	// point before it: what is counted may have changed (status B of SDMX).
	Break bool
}

func (p *Point) owner() owner { return owner{p.Issuer, p.Coverage, p.File} }

// The observation statuses of SDMX (code list CL_OBS_STATUS 2.2) that a Point
// can have.
const (
	ObsNormal  = "A" // normal value
	ObsBreak   = "B" // time series break
	ObsMissing = "O" // missing value
)

// ObsStatus returns the point's observation status of SDMX. Where a point is
// both a break and missing it returns B, which comes first in SDMX's order for
// users who give one status a value.
func (p *Point) ObsStatus() string {
	switch {
	case p.Break:
		return ObsBreak
	case p.Value == "":
		return ObsMissing
	}
	return ObsNormal
}

// Reason says why a point has no value, or nothing where it has one.
func (p *Point) Reason(lang Lang) string {
	if p.Value != "" {
		return ""
	}
	t := teller{lang: lang}
	if len(p.Parts) > 0 {
		t.home = Source{File: p.Parts[0].Source.File}
	}
	var words []string
	for _, part := range p.Parts {
		if part.Status.HasValue() {
			continue
		}
		w := t.name(part.Indicator)
		for _, n := range []string{part.Applicant.Name(lang), part.Scope.Name(lang)} {
			if n != "" {
				w += t.say(", ", "，") + n
			}
		}
		words = append(words, w+t.say(": ", "：")+part.Status.why(lang)+t.at(part.Source))
	}
	switch {
	case len(words) > 0:
		return strings.Join(words, t.say("; ", "；"))
	case len(p.Forms) > 1:
		return t.say("the forms give different values: ", "各表数值不一致：") + strings.Join(p.Forms, t.say(", ", "、"))
	}
	return t.say("the parts contradict each other: more is subtracted than there is", "各项数值矛盾：减数大于被减数")
}

// Panel joins reports into series: a point for each issuer, year and series
// that one of the issuer's forms answers to, issuers in the order of the
// reports, then by series and by year.
//
// Reports of one issuer and year are taken together, from whatever files; what
// two of them say differently is missing, not chosen. Where two forms answer to
// a series in one year, the one that has a value is taken, then the better
// match; equal matches must agree. Series of applications take the total of
// applicants; of several scopes they take the year, else the sum over the
// issuing bodies. 元, 千元, 万元 and 亿元 are brought together.
//
// Figures of an issuer's own offices only (市本级) are apart from those of the
// issuer. Tables that name no issuer are, file by file, those of an issuer of their
// own. No break is seen where the year is not known.
func Panel(reports ...*Report) []Point {
	var points []Point
	all := dossiers(reports)
	for len(all) > 0 {
		n := 1 // the dossiers of one issuer
		for n < len(all) && all[n].key() == all[0].key() {
			n++
		}
		for _, s := range seriesList() {
			var before []string // the forms of the point before
			for _, d := range all[:n] {
				p, ok := d.point(s)
				if !ok {
					continue
				}
				p.Issuer, p.Coverage, p.File = all[0].issuer, all[0].coverage, d.file
				if p.Year != 0 {
					p.Break = before != nil && !slices.ContainsFunc(p.Forms, func(f string) bool { return slices.Contains(before, f) })
					before = p.Forms
				}
				points = append(points, p)
			}
		}
		all = all[n:]
	}
	return points
}

// point returns the value of a series, or false when no form answers to it.
func (d *dossier) point(s Series) (Point, bool) {
	var best []Point
	for _, m := range s.Mappings {
		l := d.form(m.Form)
		if l == nil {
			continue
		}
		p := l.value(m)
		order := -1
		if len(best) > 0 {
			order = p.worse(best[0])
		}
		if order < 0 {
			best = best[:0]
		}
		if order <= 0 {
			best = append(best, p)
		}
	}
	if len(best) == 0 {
		return Point{}, false
	}
	p := best[0]
	p.Year, p.Series = d.year, s.Code
	for _, q := range best[1:] {
		if in(best[0].Unit, q.Value, q.Unit) != best[0].Value {
			p.Value, p.AtLeast = "", ""
		}
		p.Forms = append(p.Forms, q.Forms...)
		p.Parts = append(p.Parts, q.Parts...)
	}
	return p, true
}

// worse orders the points of several forms: what has a value, then what is
// printed at all, then the better match.
func (p *Point) worse(q Point) int {
	rank := func(p *Point) int {
		n := p.Mapping.Match.rank()
		if p.Value == "" {
			n += 10
		}
		if !slices.ContainsFunc(p.Parts, func(p Part) bool { return p.Status != Absent }) {
			n += 100
		}
		return n
	}
	return rank(p) - rank(&q)
}

// value evaluates a mapping.
func (l *ledger) value(m Mapping) Point {
	p := Point{Forms: []string{m.Form}, Mapping: m}
	bounds := []operand{} // what a part is at least
	bounded, known := true, false
	for _, t := range m.Expression {
		for _, k := range l.seriesKeys(t.Indicator) {
			part, _ := l.part(k)
			part.Minus = t.Minus
			p.Parts = append(p.Parts, part)
			b := operandOf(part, part.Unit)
			if !b.known {
				bounded = bounded && !b.minus && !b.signed
				b.value, known = l.atLeast(k, known)
				b.known = true
			} else {
				known = true
			}
			bounds = append(bounds, b)
		}
	}
	unit, same := commonUnit(p.Parts)
	if !same {
		for i := range p.Parts {
			if p.Parts[i].Status.HasValue() {
				p.Parts[i].Status = OtherUnit
			}
		}
		return p
	}
	p.Unit = unit
	missing := false
	for i := range bounds {
		missing = missing || !p.Parts[i].Status.HasValue()
		bounds[i].value = in(unit, bounds[i].value, p.Parts[i].Unit)
	}
	sum, _, _ := total(bounds)
	switch { // no series counts changes: none is negative
	case !missing && !sum.negative():
		p.Value = sum
	case missing && bounded && known && !sum.negative():
		p.AtLeast = sum
	}
	return p
}

// atLeast returns what a missing figure is at least: for a total of applicants
// the sum of the applicants' figures, else 0.
func (l *ledger) atLeast(k figureKey, known bool) (Decimal, bool) {
	sum := Decimal("0")
	if k.applicant != Total {
		return sum, known
	}
	for _, a := range Applicants() {
		k.applicant = a
		if p, _ := l.part(k); a != Total && p.Status.HasValue() {
			sum, known = sum.Add(p.Value), true
		}
	}
	return sum, known
}

// seriesKeys returns the figures that an indicator stands for in a series: that
// of the total of applicants, and of the year or of each issuing body.
func (l *ledger) seriesKeys(c Code) []figureKey {
	k := figureKey{indicator: c}
	scopes := map[Scope]bool{}
	for _, have := range l.keys {
		if have.indicator != c {
			continue
		}
		scopes[have.scope] = true
		if have.applicant != "" {
			k.applicant = Total
		}
	}
	bodies := []Scope{Government, Departments, Townships}
	switch {
	case scopes[Year]:
		k.scope = Year
	case scopes[""] || len(scopes) == 0:
	case slices.ContainsFunc(bodies, func(s Scope) bool { return scopes[s] }):
		keys := make([]figureKey, len(bodies))
		for i, s := range bodies {
			keys[i] = k
			keys[i].scope = s
		}
		return keys
	default: // a period, or all years
		k.scope = Year
	}
	return []figureKey{k}
}
