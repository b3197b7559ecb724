package convert

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// notKept is what a report does not get back from a workbook that it was
// written to, in its own layout. Where it stands (file, sheet, cell) is left
// out: that is another place by intention. TestLaws fails when something else
// is lost, and when something in the list no longer is.
var notKept = map[string]string{
	"rows that a copy left out": "the form is written whole: what was not printed comes back blank",
	"labels of a copy":          "the form's own labels are written",
	"title of a copy":           "the form's own title is written",
	"evidence":                  "it tells how well a copy fitted the form, and the form fits itself",
	"findings":                  "they speak of the copy; what is wrong with a figure itself is found again",
	"spelling of a number":      "a number is written as a number, not as 1,234 or ８ or +21 or 3件",
	"unit of a cell without a figure": "where the form has no column for units, a unit stands behind a figure, " +
		"and without one there is no place for it",
	"a figure that the form cannot hold": "a fraction or a negative number where things are counted is a loss, not written",
	"scope of one line an issuer": "that arrangement tells no spans of time apart; the form does, and its figures " +
		"come back as the year's",
}

// A difference is what one report has and another has not.
type difference struct {
	what   string // a key of notKept, or empty where it is none
	detail string
}

// withoutPlace compares sources by what they say.
var withoutPlace = cmp.Options{
	cmpopts.IgnoreFields(schema.Source{}, "File", "Sheet", "Cell"),
	cmpopts.IgnoreFields(schema.Report{}, "File", "Sheets"),
	cmpopts.EquateEmpty(),
}

// differences compares a report with what came back of it.
func differences(before, after *schema.Report, losses []Loss) []difference {
	var ds []difference
	add := func(what, format string, args ...any) {
		ds = append(ds, difference{what, fmt.Sprintf(format, args...)})
	}
	if len(before.Tables) != len(after.Tables) {
		add("", "%d tables, %d came back", len(before.Tables), len(after.Tables))
		return ds
	}
	lost := make(map[schema.Key]LossReason)
	for _, l := range losses {
		lost[l.Key] = l.Reason
	}
	for i := range before.Tables {
		b, a := before.Tables[i], after.Tables[i]
		name := b.Layout + "/" + b.Name
		if b.Title != a.Title || b.TitleFrom.Printed != a.TitleFrom.Printed {
			add("title of a copy", "%s: %q is %q", name, b.Title, a.Title)
		}
		if d := cmp.Diff(b.Evidence, a.Evidence); d != "" {
			add("evidence", "%s: %s", name, d)
		}
		// Title, issuer and year as such are compared, where they stand is not.
		for _, t := range []*schema.Table{&b, &a} {
			t.Title, t.TitleFrom, t.IssuerFrom, t.YearFrom = "", schema.Source{}, schema.Source{}, schema.Source{}
			t.Evidence = schema.Evidence{}
		}
		wide := slices.ContainsFunc(b.Observations, func(o schema.Observation) bool { return o.Scope == "" }) && b.Layout == "shanghai-2010"
		got := make(map[schema.Key]schema.Observation)
		for _, o := range a.Observations {
			got[a.Key(o)] = o
		}
		for _, o := range b.Observations {
			k := b.Key(o)
			if wide {
				k.Scope = schema.Year
			}
			g, ok := got[k]
			delete(got, k)
			if wide && g.Scope != o.Scope {
				add("scope of one line an issuer", "%v", k)
				g.Scope = o.Scope
			}
			if lost[b.Key(o)] == NotHeld && g.Status == schema.Blank {
				add("a figure that the form cannot hold", "%v %s", k, o.Value)
				continue
			}
			if !ok {
				add("", "%v is gone", k)
				continue
			}
			if g.Source.Label != o.Source.Label {
				add("labels of a copy", "%v: %q is %q", k, o.Source.Label, g.Source.Label)
				g.Source.Label = o.Source.Label
			}
			if o.Status == schema.Number && g.Status == schema.Number && g.Source.Printed == string(g.Value) && g.Source.Printed != o.Source.Printed {
				f := readFigureText(o.Source.Printed)
				if (f.unit == "" || f.unit == o.Unit || f.unit == "万") && !f.remark {
					add("spelling of a number", "%v: %q is %q", k, o.Source.Printed, g.Source.Printed)
					g.Source.Printed = o.Source.Printed
				}
			}
			if !o.Status.HasValue() && g.Unit != o.Unit && g.Status == o.Status {
				add("unit of a cell without a figure", "%v: %q is %q", k, o.Unit, g.Unit)
				g.Unit = o.Unit
			}
			if d := cmp.Diff(o, g, withoutPlace); d != "" {
				add("", "%v: (-before +after)\n%s", k, d)
			}
		}
		for k, o := range got {
			if o.Status == schema.Blank {
				add("rows that a copy left out", "%v", k)
			} else {
				add("", "%v is new: %s %s", k, o.Status, o.Value)
			}
		}
		b.Observations, a.Observations = nil, nil
		if d := cmp.Diff(b, a); d != "" {
			add("", "%s (-before +after):\n%s", name, d)
		}
	}
	if d := cmp.Diff(before.Findings, after.Findings, withoutPlace); d != "" {
		add("findings", "%s", d)
	}
	return ds
}

// through sends a workbook through the bytes of a file.
func through(t testing.TB, book *xlsx.Workbook) *xlsx.Workbook {
	t.Helper()
	var buf bytes.Buffer
	if err := book.Write(&buf); err != nil {
		t.Fatal(err)
	}
	again, err := xlsx.Read(bytes.NewReader(buf.Bytes()), int64(buf.Len()), book.Name)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Warnings) > 0 {
		t.Fatalf("what was written is read with warnings: %v", again.Warnings)
	}
	return again
}

// content returns what stands in a workbook, without its look.
func content(book *xlsx.Workbook) []xlsx.Sheet {
	var sheets []xlsx.Sheet
	for _, s := range book.Sheets {
		sheets = append(sheets, xlsx.Sheet{Name: s.Name, Cells: s.Cells, Merges: s.Merges})
	}
	return sheets
}

func mustRead(t testing.TB, book *xlsx.Workbook, opts ...Option) *schema.Report {
	t.Helper()
	r, err := ToSchema(book, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustWrite(t testing.TB, r *schema.Report, l *Layout, opts ...WriteOption) (*xlsx.Workbook, []Loss) {
	t.Helper()
	book, losses, err := FromSchema(r, l, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return book, losses
}

// lawful checks the laws of the round trip in the report's own layout, and
// returns what was not kept.
func lawful(t testing.TB, name string, r *schema.Report, l *Layout, opts ...Option) []difference {
	t.Helper()
	book, losses := mustWrite(t, r, l)
	back := mustRead(t, book, opts...)
	ds := differences(r, back, losses)
	for _, d := range ds {
		if notKept[d.what] == "" {
			t.Errorf("%s: report → workbook → report: %s", name, d.detail)
		}
	}
	again, _ := mustWrite(t, back, l)
	if diff := cmp.Diff(content(book), content(again)); diff != "" {
		t.Errorf("%s: workbook → report → workbook (-first +second):\n%s", name, diff)
	}
	filed := through(t, book)
	if diff := cmp.Diff(content(book), content(filed)); diff != "" {
		t.Errorf("%s: through the bytes of a file (-before +after):\n%s", name, diff)
	}
	if diff := cmp.Diff(back, mustRead(t, filed, opts...)); diff != "" {
		t.Errorf("%s: report from the bytes of a file (-before +after):\n%s", name, diff)
	}
	return ds
}

// headings are what may stand above a table.
var headings = []heading{
	{issuer: "某市人民政府", year: 2015},
	{issuer: "如东县人民政府办公室", coverage: "市本级", year: 2008},
	{issuer: "上海市2010年世博会事务协调局", year: 2015}, // a name with a year in it
	{issuer: "某市人民政府", coverage: "全市"},       // of no year
	{year: 2024}, // of nobody
	{},
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// filledIn returns a filled form with random answers.
func filledIn(l *Layout, h heading, rng *rand.Rand) *xlsx.Workbook {
	book := &xlsx.Workbook{}
	for _, tb := range l.tables {
		book.Sheets = append(book.Sheets, tb.lay(h).sheet(tb.sheetName(), func(fc formCell) xlsx.Cell {
			k, ok := fc.asks()
			if !ok {
				return xlsx.Cell{}
			}
			ind, _ := schema.Lookup(k.code)
			c, _ := randomAnswer(ind, rng)
			if fc.row.heading && c.Text == "/" {
				return xlsx.Cell{} // no answer
			}
			return c
		}))
	}
	return book
}

// TestLaws checks the laws over generated reports of every layout and over
// the sample tables.
func TestLaws(t *testing.T) {
	met := make(map[string]string)
	meet := func(ds []difference) {
		for _, d := range ds {
			met[d.what] = d.detail
		}
	}
	for _, l := range Builtin().All() {
		t.Run(l.Name, func(t *testing.T) {
			for seed := range uint64(6) {
				rng := rand.New(rand.NewPCG(seed, 2))
				h := headings[seed%6]
				book := filledIn(l, h, rng)
				r := mustRead(t, book)
				for _, tb := range r.Tables {
					if tb.Issuer != h.issuer || tb.Coverage != h.coverage || tb.Year != h.year {
						t.Errorf("%s: read as of %q, %q, %d; want %+v", tb.Name, tb.Issuer, tb.Coverage, tb.Year, h)
					}
				}
				if ds := lawful(t, fmt.Sprint("generated ", seed), r, l); len(ds) > 0 {
					t.Errorf("generated %d: not kept: %v", seed, ds)
				}
				respell(book, l, h, rng)
				// Words in place of figures may hide which of two forms it is.
				only := WithLayout(l.Name)
				meet(lawful(t, fmt.Sprint("respelt ", seed), mustRead(t, book, only), l, only))
				if t.Failed() {
					return
				}
			}
		})
	}
	for name, r := range sampleReports(t) {
		meet(lawful(t, name, r, layoutOf(t, r.Tables[0].Layout)))
	}
	for name, r := range oddReports(t) {
		l, _ := Builtin().Get(r.Tables[0].Layout)
		meet(lawful(t, name, r, l))
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(notKept)), slices.Sorted(maps.Keys(met))); diff != "" {
		t.Errorf("what is not kept (-listed +met):\n%s\n%v", diff, met)
	}
}

// TestThereAndBack writes generated reports of every layout, and the samples,
// into every other layout and back. What comes back is what was there; and what
// does not is named, all of it and nothing else.
func TestThereAndBack(t *testing.T) {
	reports := make(map[string]*schema.Report)
	for _, l := range Builtin().All() {
		for seed := range uint64(2) {
			reports[fmt.Sprint(l.Name, " ", seed)] = mustRead(t, filledIn(l, headings[0], rand.New(rand.NewPCG(seed, 4))), WithLayout(l.Name))
		}
	}
	for name, r := range sampleReports(t) {
		if strings.Contains(name, "excelize") { // the others are the same
			reports[name] = r
		}
	}
	kept, sums := 0, 0
	for name, r := range reports {
		for _, b := range Builtin().All() {
			if b.Name != r.Tables[0].Layout {
				for _, opts := range [][]WriteOption{nil, {AllowClose()}} {
					k, s := thereAndBack(t, fmt.Sprintf("%s → %s, %d options", name, b.Name, len(opts)), r, b, opts)
					kept, sums = kept+k, sums+s
				}
			}
		}
	}
	if kept < 3000 || sums < 40 {
		t.Errorf("only %d answers came back, only %d sums: the forms have more in common", kept, sums)
	}
}

// thereAndBack writes a report of one layout into another and back, and returns
// how many answers came back and how many sums were written.
func thereAndBack(t *testing.T, name string, there *schema.Report, b *Layout, opts []WriteOption) (kept, added int) {
	t.Helper()
	a := layoutOf(t, there.Tables[0].Layout)
	book, lost := mustWrite(t, there, b, opts...)
	between := mustRead(t, book, WithLayout(b.Name))
	home, lostBack := mustWrite(t, between, a, opts...)
	was, is := answered(there), answered(mustRead(t, home, WithLayout(a.Name)))
	if len(opts) > 0 {
		// What is close may be counted as something else on the way.
		for _, m := range []map[schema.Key]string{was, is} {
			for k, says := range m {
				m[k] = strings.TrimRight(says, "件条")
			}
		}
	}
	gone := make(map[schema.Key]string)
	for k, says := range was {
		if is[k] == says {
			kept++
		} else {
			gone[k] = says
		}
	}
	for k, says := range is {
		if _, asked := was[k]; !asked {
			t.Errorf("%s: %v came from nowhere: %s", name, k, says)
		}
	}
	named := make(map[schema.Key]string)
	for _, l := range lost {
		if _, twice := named[l.Key]; twice {
			t.Errorf("%s: %v is named twice", name, l.Key)
		}
		if named[l.Key] = saysOf(l.Observation); len(opts) > 0 {
			named[l.Key] = strings.TrimRight(named[l.Key], "件条")
		}
	}
	if diff := cmp.Diff(gone, named); diff != "" {
		t.Errorf("%s: losses (-not come back +named):\n%s", name, diff)
	}
	// On the way back only sums are lost.
	sums, sumsNamed := make(map[string]string), make(map[string]string)
	for _, s := range book.Sheets {
		for _, n := range s.Look.Notes {
			if c, _ := s.Cell(n.Ref); isSum(n.Text) {
				sums[s.Name+"!"+n.Ref.String()] = c.Text
			}
		}
	}
	for _, l := range lostBack {
		sumsNamed[l.Observation.Source.Sheet+"!"+l.Observation.Source.Cell] = l.Observation.Source.Printed
	}
	if diff := cmp.Diff(sums, sumsNamed); diff != "" {
		t.Errorf("%s: losses on the way back (-sums +named):\n%s", name, diff)
	}
	return kept, len(sums)
}

func isSum(note string) bool { return strings.Contains(note, "表合计：") }

// saysOf tells an answer; 251000元 and 25.1万元 are the same.
func saysOf(o schema.Observation) string {
	if v, ok := inUnit(&o, "万元"); ok && o.Status == schema.Number {
		return fmt.Sprint(o.Status, " ", v, "万元")
	}
	return fmt.Sprint(o.Status, " ", o.Value, o.Unit)
}

// answered returns the answers of a report that are not blank.
func answered(r *schema.Report) map[schema.Key]string {
	m := make(map[schema.Key]string)
	for i := range r.Tables {
		for _, o := range r.Tables[i].Observations {
			if o.Status != schema.Blank {
				m[r.Tables[i].Key(o)] = saysOf(o)
			}
		}
	}
	return m
}

// sampleReports are the reports of all sample files, layout by layout.
func sampleReports(t testing.TB) map[string]*schema.Report {
	t.Helper()
	files, err := filepath.Glob("testdata/samples/*.xls*")
	if err != nil || len(files) < 18 {
		t.Fatalf("%d samples, error %v", len(files), err)
	}
	reports := make(map[string]*schema.Report)
	for _, file := range files {
		book, err := xlsx.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		r := mustRead(t, book)
		for _, tb := range r.Tables {
			name := filepath.Base(file) + " " + tb.Layout
			own := reports[name]
			if own == nil {
				own = &schema.Report{File: r.File, Findings: r.Findings}
				reports[name] = own
			}
			own.Tables = append(own.Tables, tb)
		}
	}
	return reports
}

// respell changes how the answers in a generated workbook are printed. What
// they say may change with it.
func respell(book *xlsx.Workbook, l *Layout, h heading, rng *rand.Rand) {
	for i, s := range book.Sheets {
		f := l.tables[i].lay(h)
		for k := range f.cells {
			fc := &f.cells[k]
			code, ok := fc.asks()
			if !ok || fc.row.heading && rng.IntN(2) == 0 {
				continue
			}
			at, there := slices.BinarySearchFunc(s.Cells, fc.at, func(c xlsx.Cell, r xlsx.Ref) int { return c.Ref.Compare(r) })
			ind, _ := schema.Lookup(code.code)
			n := fmt.Sprint(rng.IntN(1000000))
			words := []string{"没有", "未发生", "——", "-", "_", thousands(n), fullDigits(n), "0" + n, " " + n + " ", "+" + n,
				n + ".0", n + ind.Unit, n + "（" + ind.Unit + "）", n + "（其中修订 16 件）",
				"xx", "755多", "某项目", "12万", "--253", "3 4"}
			if ind.Kind == schema.Amount {
				words = append(words, n+"元", n+".5万元", "0.37万")
			}
			if ind.Kind == schema.Signed {
				words = append(words, "减"+n, "-"+n, "未增未减")
			}
			c := xlsx.Cell{Ref: fc.at, Text: words[rng.IntN(len(words))]}
			switch {
			case rng.IntN(2) == 0:
			case there:
				s.Cells[at] = c
			default:
				s.Cells = slices.Insert(s.Cells, at, c)
			}
		}
	}
}

// oddReports are reports for what neither the samples nor the generator have.
func oddReports(t testing.TB) map[string]*schema.Report {
	odd := make(map[string]*schema.Report)
	// One line an issuer.
	odd["wide"] = mustRead(t, wide([]string{"区发展改革委", "区教育局", "川沙新镇"}, func(line, col int) string {
		return fmt.Sprint(1000*(line+1) + col)
	}))
	// Fractions and negative numbers of things, empty cells under another unit.
	edit := func(layout, table string, change func(s *xlsx.Sheet, f *form)) *schema.Report {
		l, _ := Builtin().Get(layout)
		book := filledIn(l, headings[0], rand.New(rand.NewPCG(1, 3)))
		i := slices.Index(l.Tables(), table)
		change(book.Sheets[i], l.tables[i].lay(headings[0]))
		return mustRead(t, book)
	}
	set := func(s *xlsx.Sheet, f *form, code schema.Code, text string) {
		i := slices.IndexFunc(f.cells, func(fc formCell) bool { k, ok := fc.asks(); return ok && k.code == code })
		s.Cells = slices.DeleteFunc(s.Cells, func(c xlsx.Cell) bool { return c.Ref == f.cells[i].at })
		if text == "" {
			return
		}
		s.Cells = append(s.Cells, xlsx.Cell{Ref: f.cells[i].at, Kind: xlsx.KindNumber, Text: text, Number: text})
		slices.SortFunc(s.Cells, func(a, b xlsx.Cell) int { return a.Ref.Compare(b.Ref) })
	}
	odd["fraction"] = edit("national-2014", "statistics", func(s *xlsx.Sheet, f *form) {
		set(s, f, "application.received", "2.5")
		set(s, f, "complaint", "-3")
	})
	odd["unit in the head"] = edit("national-2019", "proactive", func(s *xlsx.Sheet, f *form) {
		for i := range s.Cells {
			if s.Cells[i].Text == "采购总金额" {
				s.Cells[i].Text = "采购总金额（万元）"
			}
		}
		set(s, f, "proactive.procurement.amount", "")
	})
	return odd
}
