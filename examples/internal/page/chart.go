package page

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/zwgk/statable/schema"
)

// A chartView is the chart of a series, with its figures as a table.
type chartView struct {
	ID     string
	Code   string
	Name   text
	Unit   string
	Lines  []lineView
	Others int // issuers without a line
	Years  []tick
	Values []tick
	Break  float64 // where the forms of 2019 begin; 0 for outside the chart
	Rows   []pointRow
	Left   int // points that are not in the table
	Drawn  bool
}

type tick struct {
	At   float64
	Text string
}

// A lineView is the line of one issuer.
type lineView struct {
	Style  int // of 1 to mostLines
	Letter string
	Name   string
	Paths  []pathView
	Points []markView
	X, Y   float64 // of the letter at its end
}

type pathView struct {
	D   string
	Gap bool // years are missing between its ends
}

type markView struct {
	X, Y  float64
	D     string // the path of the mark, around its place
	Class string // the match
	Title string
}

type pointRow struct {
	Who, Year, Value, Form string
	Match                  text
	Break                  bool
	Remark                 text
}

// The size of a chart, and of its frame within.
const (
	chartWidth, chartHeight = 360, 210
	left, right             = 46, 338
	top, bottom             = 24, 184
	mostLines               = 6
	mostPoints              = 120
)

// firstNew is the first report year of the forms of 2019, which break most
// series.
const firstNew = 2019

// charts returns a chart for every series with a value.
//
// The issuers of most points are drawn, the same in all charts and in the same
// way.
func charts(points []schema.Point) []chartView {
	var views []chartView
	known := map[string]int{}
	var names []string
	for _, q := range points {
		name := owner(q)
		if _, ok := known[name]; !ok {
			names = append(names, name)
		}
		if _, ok := height(q); ok {
			known[name]++
		} else {
			known[name] += 0
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(known[b], known[a]) })
	names = names[:min(len(names), mostLines)]
	for _, s := range schema.SeriesList() {
		var mine []schema.Point
		for _, q := range points {
			if q.Series == s.Code {
				mine = append(mine, q)
			}
		}
		if len(mine) > 0 {
			views = append(views, chart(s, mine, names))
		}
	}
	return views
}

// owner names an issuer, or the file of one that is not known.
func owner(q schema.Point) string {
	name := cut(cmp.Or(q.Issuer, path.Base(filepath.ToSlash(q.File))))
	if q.Coverage != "" {
		name += "（" + cut(q.Coverage) + "）"
	}
	return name
}

func chart(s schema.Series, points []schema.Point, names []string) chartView {
	v := chartView{ID: "s-" + strings.ReplaceAll(string(s.Code), ".", "-"), Code: string(s.Code), Name: text{s.EN, s.ZH}}
	type group struct {
		name   string
		points []schema.Point
	}
	var groups []*group
	byName := map[string]*group{}
	years := []int{}
	most := 0.0
	for _, q := range points {
		name := owner(q)
		g := byName[name]
		if g == nil {
			g = &group{name: name}
			byName[name] = g
			groups = append(groups, g)
		}
		g.points = append(g.points, q)
		if v.Unit == "" {
			v.Unit = cut(q.Unit)
		}
	}
	place := func(g *group) int { // in names, the others last
		if i := slices.Index(names, g.name); i >= 0 {
			return i
		}
		return mostLines
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(place(a), place(b)) })
	for _, g := range groups {
		if place(g) == mostLines {
			v.Others++
			continue
		}
		slices.SortStableFunc(g.points, func(a, b schema.Point) int { return cmp.Compare(a.Year, b.Year) })
		for _, q := range g.points {
			if f, ok := height(q); ok {
				years = append(years, q.Year)
				most = max(most, f)
			}
		}
	}
	slices.Sort(years)
	years = slices.Compact(years)
	if len(years) > 1 {
		v.Drawn = true
		most = nice(most)
		from, to := years[0], years[len(years)-1]
		x := func(year float64) float64 {
			return round(left + (right-left)*(year-float64(from))/float64(to-from))
		}
		y := func(value float64) float64 { return round(bottom - (bottom-top)*value/most) }
		step := (to-from)/7 + 1
		for year := from; year <= to; year += step {
			v.Years = append(v.Years, tick{x(float64(year)), strconv.Itoa(year)})
		}
		for _, f := range []float64{0, most / 2, most} {
			v.Values = append(v.Values, tick{y(f), strconv.FormatFloat(f, 'f', -1, 64)})
		}
		if from < firstNew && firstNew <= to {
			v.Break = x(firstNew - 0.5)
		}
		for _, g := range groups[:len(groups)-v.Others] {
			v.Lines = append(v.Lines, line(place(g), g.name, g.points, x, y))
		}
	}
	for _, g := range groups {
		for _, q := range g.points {
			if len(v.Rows) == mostPoints {
				v.Left++
				continue
			}
			v.Rows = append(v.Rows, pointLine(g.name, q))
		}
	}
	return v
}

// height returns where a point is drawn: at its value, or at what it is at
// least.
func height(q schema.Point) (float64, bool) {
	f, err := strconv.ParseFloat(string(cmp.Or(q.Value, q.AtLeast)), 64)
	return f, err == nil && q.Year != 0 && f >= 0
}

func line(i int, name string, points []schema.Point, x, y func(float64) float64) lineView {
	l := lineView{Style: i + 1, Letter: string(rune('A' + i)), Name: name}
	var before *schema.Point // the point with a value before
	for k := range points {
		q := &points[k]
		f, ok := height(*q)
		if !ok {
			if q.Break {
				before = nil
			}
			continue
		}
		at := [2]float64{x(float64(q.Year)), y(f)}
		// No line leads over a break, nor to what is only a lower bound.
		if before != nil && !q.Break && q.Value != "" && before.Value != "" && before.Year < q.Year {
			b, _ := height(*before)
			l.Paths = append(l.Paths, pathView{
				D:   fmt.Sprintf("M%g %gL%g %g", x(float64(before.Year)), y(b), at[0], at[1]),
				Gap: q.Year-before.Year > 1,
			})
		}
		before = q
		l.Points = append(l.Points, mark(name, q, at[0], at[1]))
		l.X, l.Y = at[0]+7, at[1]+4
	}
	return l
}

// mark draws a point by its match, in a shape of its own.
func mark(name string, q *schema.Point, x, y float64) markView {
	m := markView{X: x, Y: y, Class: string(q.Mapping.Match)}
	switch {
	case q.Value == "":
		m.Class = "least"
		m.D = "M-4 4H4M0 4V-5M-3 -2L0 -5L3 -2" // an arrow up from a line
	case q.Mapping.Match == schema.Broader:
		m.D = "M-4.5 -3.5H4.5L0 4.5Z" // down: the true value is this or less
	case q.Mapping.Match == schema.Narrower:
		m.D = "M-4.5 3.5H4.5L0 -4.5Z"
	case q.Mapping.Match == schema.Close:
		m.D = "M0 -4.5L4.5 0L0 4.5L-4.5 0Z"
	default:
		m.D = "M-3.5 0A3.5 3.5 0 1 0 3.5 0A3.5 3.5 0 1 0 -3.5 0Z"
	}
	r := pointLine(name, *q)
	m.Title = fmt.Sprintf("%s %s：%s（%s）\n%s %s: %s (%s)", r.Who, r.Year, r.Value, r.Match.ZH, r.Who, r.Year, r.Value, r.Match.EN)
	if q.Break {
		m.Title += "\n⫽"
	}
	return m
}

func pointLine(name string, q schema.Point) pointRow {
	r := pointRow{Who: name, Year: "?", Value: string(q.Value), Form: strings.Join(q.Forms, ", "), Match: both(q.Mapping.Match.Name), Break: q.Break}
	if q.Year != 0 {
		r.Year = strconv.Itoa(q.Year)
	}
	if q.Value == "" && q.AtLeast != "" {
		r.Value = "≥ " + string(q.AtLeast)
	}
	if r.Value != "" && q.Unit != "" {
		r.Value += " " + cut(q.Unit)
	}
	r.Remark = both(q.Reason)
	if r.Remark.ZH == "" {
		r.Remark = text{EN: cut(q.Mapping.Note)} // notes are in English
	}
	return r
}

// nice returns the round number next above.
func nice(f float64) float64 {
	if f <= 0 {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(f)))
	for _, m := range []float64{1, 2, 4, 5, 8, 10} {
		if m*p >= f {
			return m * p
		}
	}
	return 10 * p
}

func round(f float64) float64 { return math.Round(f*10) / 10 }
