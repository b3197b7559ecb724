package page

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
)

//go:embed page.tmpl
var pageTemplate string

//go:embed page.css
var style string

//go:embed page.js
var script string

var templates = template.Must(template.New("page").Funcs(template.FuncMap{
	"w":   func(en, zh string) text { return text{en, zh} },
	"num": func(n int) text { return text{strconv.Itoa(n), strconv.Itoa(n)} },
	"of": func(en, zh string, args ...any) text {
		return text{fmt.Sprintf(en, args...), fmt.Sprintf(zh, args...)}
	},
}).Parse(pageTemplate))

func render(w io.Writer, name string, data any) error {
	return templates.ExecuteTemplate(w, name, data)
}

// hash returns the source expression of the Content Security Policy that
// allows a text as style or script.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// policy allows the page's own style and script, and nothing else.
func policy() string {
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
}

// A fileView is an entry as it is written.
type fileView struct {
	*entry
	Details  *details
	HasSheet bool
	Sheets   template.HTML // made by this package's own templates
	Open     bool
}

// view returns the entry with its details, and without its sheets.
func (e *entry) view() fileView {
	return fileView{entry: e, Details: e.details, HasSheet: e.sheets != nil}
}

// ID returns the id of the file's part of the page.
func (e *entry) ID() string { return "f" + strconv.Itoa(e.Number) }

// Class returns the class of the file's rank.
func (e *entry) Class() string { return [...]string{"failed", "wrong", "doubtful", "fine"}[e.Rank] }

// State says how the file fared.
func (e *entry) State() text {
	return [...]text{{"not read", "未读出"}, {"errors", "有错误"}, {"to look at", "待核对"}, {"fine", "无问题"}}[e.Rank]
}

// Sign is a sign of the rank beside its colour.
func (e *entry) Sign() string { return [...]string{"✕", "≠", "!", "✓"}[e.Rank] }

// A summary is the part of the page above the files.
type summary struct {
	ZH                              bool
	Style                           template.CSS
	Script                          template.JS
	Policy                          string
	Files, Failed, Wrong, Doubtful  int
	Fine, Tables, Figures           int
	Years                           []int // 0 for not known
	Cover                           []coverRow
	CoverTotal                      []int
	Findings                        []*tally
	Relations                       []*relationTally
	Across                          []*relationView
	AcrossLeft                      int
	Charts                          []chartView
	ChartsLeft                      int
	Words                           []string
	Listed, Undrawn, Bare, Unlisted int
	Limit                           string
}

type coverRow struct {
	Form, Title string
	Cells       []int
	Sum         int
}

// Close writes the page. It must be called once.
func (p *Page) Close() error {
	if p.done {
		return errClosed
	}
	p.done = true
	if p.err != nil {
		return p.err
	}
	s := p.summary()
	entries := slices.Clone(p.files)
	slices.SortStableFunc(entries, func(a, b *entry) int { return cmp.Compare(a.Rank, b.Rank) })

	// First what there is room for, then the page.
	var fixed counter
	s.Undrawn, s.Bare, s.Unlisted = len(entries), len(entries), len(entries) // as long as the numbers can be
	for _, part := range []string{"top", "bottom"} {
		if err := render(&fixed, part, s); err != nil {
			return err
		}
	}
	const slack = 4096
	room := p.o.Limit - int(fixed) - slack
	// The lines of files take half of it first; the other half is for details
	// and drawings of the files that come first; what is left is for more lines.
	list := func(from, least int) (int, error) {
		for i, e := range entries[from:] {
			var n counter
			if err := render(&n, "file", fileView{entry: e, Open: true}); err != nil {
				return 0, err
			}
			if room-int(n) < least {
				return from + i, nil
			}
			room -= int(n)
		}
		return len(entries), nil
	}
	n, err := list(0, room/2)
	if err != nil {
		return err
	}
	for r := range ranks {
		for _, e := range entries[:n] {
			switch {
			case e.Rank != r || e.details == nil:
			case e.size > room:
				e.details = nil
			default:
				room -= e.size
			}
		}
		for _, e := range entries[:n] {
			switch {
			case e.Rank != r || e.sheets == nil:
			case len(e.sheets) > room || e.details == nil:
				e.drop()
			default:
				room -= len(e.sheets)
			}
		}
	}
	for _, e := range entries[n:] {
		e.details = nil
		e.drop()
	}
	if n, err = list(n, 0); err != nil {
		return err
	}
	listed := entries[:n]
	s.Listed, s.Undrawn, s.Bare, s.Unlisted = len(listed), 0, 0, len(entries)-len(listed)
	for _, e := range listed {
		if e.Dropped {
			s.Undrawn++
		}
		if e.details == nil {
			s.Bare++
		}
	}
	var b bytes.Buffer
	flush := func() error {
		_, err := p.w.Write(b.Bytes())
		b.Reset()
		return err
	}
	if err := render(&b, "top", s); err != nil {
		return err
	}
	for i, e := range listed {
		v := e.view()
		v.Sheets = template.HTML(e.sheets)
		v.Open = len(p.files) == 1 || i < 3 && len(p.files) <= 20 && e.Rank < doubtful
		if err := render(&b, "file", v); err != nil {
			return err
		}
		if b.Len() > 1<<16 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := render(&b, "bottom", s); err != nil {
		return err
	}
	return flush()
}

// summary makes what stands above the files, in a part of the page's size.
func (p *Page) summary() *summary {
	s := &summary{
		ZH: p.o.Lang == schema.Chinese, Style: template.CSS(style), Script: template.JS(script), Policy: policy(),
		Files: len(p.files), Tables: p.tableSum, Figures: p.figures,
		Limit: strconv.FormatFloat(float64(p.o.Limit)/1e6, 'f', -1, 64),
	}
	for _, e := range p.files {
		switch e.Rank {
		case failed:
			s.Failed++
		case wrong:
			s.Wrong++
		case doubtful:
			s.Doubtful++
		default:
			s.Fine++
		}
	}
	p.coverage(s)
	for _, k := range schema.FindingKinds() {
		if t := p.findings[k.Code]; t != nil {
			s.Findings = append(s.Findings, t)
			delete(p.findings, k.Code)
		}
	}
	for _, t := range p.findings { // codes that the catalogue does not have
		s.Findings = append(s.Findings, t)
	}
	severities := []schema.Severity{schema.SeverityError, schema.SeverityWarning, schema.SeverityNote}
	slices.SortStableFunc(s.Findings, func(a, b *tally) int {
		return cmp.Or(
			cmp.Compare(slices.Index(severities, a.Kind.Severity), slices.Index(severities, b.Kind.Severity)),
			cmp.Compare(b.Times, a.Times), cmp.Compare(a.Kind.Code, b.Kind.Code))
	})
	s.Findings = s.Findings[:min(len(s.Findings), 200)]

	const mostAcross = 200
	results := schema.Evaluate(p.reports...)
	for i := range results {
		x := &results[i]
		if x.Relation.Kind != schema.AcrossYears {
			continue
		}
		p.weigh(nil, x)
		f, ok := x.Finding()
		if !ok {
			continue
		}
		if len(s.Across) == mostAcross {
			s.AcrossLeft++
			continue
		}
		s.Across = append(s.Across, p.across(x, f))
	}
	for _, k := range p.order {
		s.Relations = append(s.Relations, p.relations[k])
	}
	slices.SortStableFunc(s.Relations, func(a, b *relationTally) int { return cmp.Compare(b.Fails, a.Fails) })
	for i, name := range p.tables {
		s.Words = append(s.Words, p.tableWords(name, i))
	}

	room := p.o.Limit / 5
	for _, c := range charts(schema.Panel(p.reports...)) {
		var n counter
		if err := render(&n, "chart", c); err != nil || int(n) > room {
			s.ChartsLeft++
			continue
		}
		room -= int(n)
		s.Charts = append(s.Charts, c)
	}
	room = p.o.Limit / 10
	for i, v := range s.Across {
		var n counter
		if err := render(&n, "across", v); err != nil || int(n) > room {
			s.AcrossLeft += len(s.Across) - i
			s.Across = s.Across[:i]
			break
		}
		room -= int(n)
	}
	p.reports = nil
	return s
}

// across tells a relation between two files.
func (p *Page) across(x *schema.Result, f schema.Finding) *relationView {
	v := (*entry)(nil).relation(x, f)
	v.Want = text{} // it stands at no one cell
	for k, side := range []*sideView{&v.Left, &v.Right} {
		parts := [][]schema.Part{x.Left.Parts, x.Right.Parts}[k]
		for i := range side.Parts {
			at := &side.Parts[i].At
			if e := p.links[parts[i].Source.File]; e != nil && at.Cell != "" {
				*at = e.place(parts[i].Source)
				at.Other = e
			}
		}
	}
	v.Search = strings.ToLower(strings.Join([]string{v.Code, v.Name, v.Issuer, strconv.Itoa(v.Year)}, " "))
	return v
}

// coverage counts the files by form and year.
func (p *Page) coverage(s *summary) {
	for k := range p.cover {
		if !slices.Contains(s.Years, k.year) {
			s.Years = append(s.Years, k.year)
		}
	}
	slices.SortFunc(s.Years, func(a, b int) int { // 0 last
		return cmp.Or(cmp.Compare(min(b, 1), min(a, 1)), cmp.Compare(a, b))
	})
	if len(s.Years) > 60 {
		s.Years = s.Years[:60]
	}
	var forms []string
	known := map[string]string{}
	for _, l := range convert.Builtin().All() {
		forms = append(forms, l.Name)
		known[l.Name] = strings.NewReplacer("{year}年度", "", "{year}年", "", "{year}", "", "{issuer}", "").Replace(l.Title)
	}
	for _, f := range p.forms { // a program's own forms
		if !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	s.CoverTotal = make([]int, len(s.Years))
	for _, f := range forms[:min(len(forms), 100)] {
		r := coverRow{Form: cut(f), Title: cut(known[f])}
		for i, y := range s.Years {
			n := p.cover[coverKey{f, y}]
			r.Cells = append(r.Cells, n)
			r.Sum += n
			s.CoverTotal[i] += n
		}
		if r.Sum > 0 {
			s.Cover = append(s.Cover, r)
		}
	}
}

// tableWords returns what a table is found by: its names and its indicators.
func (p *Page) tableWords(name string, i int) string {
	words := []string{cut(name)}
	for _, k := range schema.Indicators() {
		if p.asked[i][k.Code] {
			words = append(words, string(k.Code), k.ZH, k.EN)
		}
	}
	return strings.ToLower(strings.Join(words, " "))
}
