package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// A fact is a line of testdata/layouts/*.facts.csv: what a form prints and
// what it asks for, written down independently of the layout files.
type fact struct {
	Kind, Table, Section string
	Depth                string // of a row
	Row, Column          string // labels; a column's with those of its groups
	Indicator            string
	Applicant, Scope     string
	Unit                 string // that counts where the cell prints none
	Recalled             string
}

// factsOf states a layout as its facts file does. Other arrangements of a
// table are left out.
func factsOf(l *Layout) []fact {
	var facts []fact
	for _, t := range l.tables {
		for _, s := range t.sections {
			if s.other {
				continue
			}
			if len(l.tables) > 1 && len(t.sections) == 1 && len(t.captions) > 0 {
				facts = append(facts, fact{Kind: "caption", Table: t.name, Row: t.captions[0].text})
			}
			columns := make(map[*column]string)
			var groups []string
			for _, c := range s.head {
				groups = append(groups[:min(c.depth, len(groups))], c.label.text)
				columns[c] = strings.Join(groups, " / ")
				if c.role != roleGroup {
					facts = append(facts, fact{Kind: string(c.role), Table: t.name, Section: s.title.text,
						Column: columns[c], Scope: string(c.scope)})
				}
			}
			for _, r := range s.rows {
				f := fact{Table: t.name, Section: s.title.text, Depth: strconv.Itoa(r.depth), Row: r.label.text}
				if r.recalled {
					f.Recalled = "recalled"
				}
				if r.heading {
					f.Kind = "heading"
					f.Indicator = r.code
					ind, _ := schema.Lookup(schema.Code(r.code))
					f.Unit = ind.Unit
					facts = append(facts, f)
					continue
				}
				f.Kind = "cell"
				for _, c := range s.leafs {
					if c.role != roleValue {
						continue
					}
					ind, _ := schema.Lookup(r.indicator(c))
					f.Column, f.Indicator = columns[c], string(ind.Code)
					f.Applicant, f.Scope = string(c.applicant), string(c.scope)
					f.Unit = c.unit
					if f.Unit == "" {
						f.Unit = r.unit
					}
					if f.Unit == "" {
						f.Unit = ind.Unit
					}
					facts = append(facts, f)
				}
			}
		}
	}
	return facts
}

// TestBuiltinFacts compares the layouts with independent statements of the
// forms, so that a slip in a layout file is found.
func TestBuiltinFacts(t *testing.T) {
	forms := testRecords(t, "testdata/layouts/forms.facts.csv")
	if len(forms) != len(Builtin().All()) {
		t.Errorf("%d layouts, %d forms", len(Builtin().All()), len(forms))
	}
	for _, form := range forms {
		l, ok := Builtin().Get(form[0])
		if !ok {
			t.Errorf("no layout %s", form[0])
			continue
		}
		partial := ""
		if l.Partial {
			partial = "partial"
		}
		if diff := cmp.Diff(form[1:], []string{strings.Join(l.Tables(), " "), l.Basis, l.Years, partial}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l.Name, diff)
		}
		var want []fact
		for _, r := range testRecords(t, "testdata/layouts/"+l.Name+".facts.csv") {
			want = append(want, fact{r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10]})
		}
		got := factsOf(l)
		// The national forms' sections are told by their titles and their
		// remedies by the head: only the annexes' captions are facts.
		if !slices.ContainsFunc(want, func(f fact) bool { return f.Kind == "caption" }) {
			got = slices.DeleteFunc(got, func(f fact) bool { return f.Kind == "caption" })
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l.Name, diff)
		}
	}
}

// TestBuiltin checks what the layouts must be for the engine and for people.
func TestBuiltin(t *testing.T) {
	names := make(map[string]bool)
	for _, l := range Builtin().All() {
		if names[l.Name] {
			t.Errorf("two layouts %s", l.Name)
		}
		names[l.Name] = true
		if l.Version == "" || l.Title == "" || l.Basis == "" || l.Years == "" {
			t.Errorf("%s: version %q, title %q, basis %q, years %q", l.Name, l.Version, l.Title, l.Basis, l.Years)
		}
		// No cell of a form may answer the same as another one.
		asked := make(map[schema.Key]string)
		for _, f := range factsOf(l) {
			if f.Kind != "cell" && (f.Kind != "heading" || f.Indicator == "") {
				continue
			}
			k := schema.Key{Layout: l.Name, Table: f.Table, Indicator: schema.Code(f.Indicator),
				Applicant: schema.Applicant(f.Applicant), Scope: schema.Scope(f.Scope)}
			at := f.Row + " / " + f.Column
			if other, twice := asked[k]; twice {
				t.Errorf("%s: %q and %q both answer %v", l.Name, other, at, k)
			}
			asked[k] = at
		}
	}
	if _, ok := Builtin().Get("national-2020"); ok {
		t.Error("there is a layout national-2020")
	}
	if l, ok := Builtin().Get("national-2021"); !ok || l.Name != "national-2021" {
		t.Error("there is no layout national-2021")
	}
	all := Builtin().All()
	if !slices.IsSortedFunc(all, func(a, b *Layout) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the layouts are not in the order of their names")
	}
	all[0] = nil
	if Builtin().All()[0] == nil {
		t.Error("a caller changed the built-in layouts")
	}
}

// layoutHead is the first line of a layout file.
const layoutHead = "record,depth,label,unit,code,applicant,scope,also,note\n"

// soundLayout is a layout without faults, from line 2 on.
const soundLayout = `layout,,test,,,,,,
version,,1,,,,,,
completeness,,complete,,,,,,
table,,one,,,,,,
label,0,指标,,,,,,
value,0,数量,,,,,,
row,0,收到申请数,件,application.received,,,,
row,1,当面申请数,件,application.received.channel.in_person,,,,
`

func TestLoadLayouts(t *testing.T) {
	sound := layoutHead + soundLayout
	ls, err := LoadLayouts(fstest.MapFS{"test.csv": {Data: []byte(sound)}, "README.md": {Data: []byte("no layout")}})
	if err != nil {
		t.Fatal(err)
	}
	l, ok := ls.Get("test")
	if !ok || l.Version != "1" || !slices.Equal(l.Tables(), []string{"one"}) {
		t.Errorf("layout %+v", l)
	}
	if all := ls.All(); len(all) != 1 || all[0] != l {
		t.Errorf("layouts %v", all)
	}
	got := reading2(t, ls, "指标|数量", "收到申请数|7", "当面申请数|8")
	if want := "application.received=7 application.received.channel.in_person=8"; got != want {
		t.Errorf("read %q with a layout of the caller's, want %q", got, want)
	}
}

// reading2 returns the figures that are read of a table with given layouts.
func reading2(t *testing.T, ls *Layouts, rows ...string) string {
	t.Helper()
	report, err := ToSchema(valueBook("xlsx", rows...), WithLayouts(ls))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, tb := range report.Tables {
		for _, o := range tb.Observations {
			words = append(words, string(o.Indicator)+"="+string(o.Value))
		}
	}
	return strings.Join(words, " ")
}

func TestLayoutErrors(t *testing.T) {
	// A test replaces a line of the sound layout, or adds one behind it.
	edit := func(line int, text string) string {
		lines := strings.SplitAfter(layoutHead+soundLayout, "\n")
		lines[line-1] = text
		if text != "" {
			lines[line-1] += "\n"
		}
		return strings.Join(lines, "")
	}
	after := func(line int, text string) string {
		lines := strings.SplitAfter(layoutHead+soundLayout, "\n")
		lines[line-1] += text + "\n"
		return strings.Join(lines, "")
	}
	tests := []struct {
		reason string
		file   string
		line   int    // of the error; 0: any
		want   string // part of the error's text
	}{
		{"unknown indicator", edit(8, "row,0,收到申请数,件,application.recieved,,,,"), 8, `unknown indicator "application.recieved"`},
		{"unknown indicator by a column's suffix", after(7, "value,0,金额,,.amount,,,,"), 9, `unknown indicator "application.received.amount"`},
		{"row without an indicator", edit(8, "row,0,收到申请数,件,,,,,"), 8, "asks for no indicator"},
		{"label claimed twice", after(9, "row,1,1.当面申请数,件,application.received.channel.fax,,,,"), 0, `the label "当面申请数" is claimed by`},
		{"label claimed by a synonym", after(9, "row,1,传真申请数,件,application.received.channel.fax,,,当面申请数,"), 0, `the label "当面申请数" is claimed by`},
		{"unused synonym", edit(9, "row,1,当面申请数,件,application.received.channel.in_person,,,1、當面申請數,"), 9, `unused synonym "1、當面申請數"`},
		{"unused synonym of a synonym", edit(9, "row,1,当面申请数,件,application.received.channel.in_person,,,现场申请数 | 現場申請數,"), 9, `unused synonym "現場申請數"`},
		{"empty synonym", edit(9, "row,1,当面申请数,件,application.received.channel.in_person,,,现场申请数 | ,"), 9, "an empty synonym"},
		{"unknown record", edit(8, "rows,0,收到申请数,件,application.received,,,,"), 8, `unknown record "rows"`},
		{"depth that is no number", edit(8, "row,zero,收到申请数,件,application.received,,,,"), 8, `depth "zero"`},
		{"negative depth", edit(8, "row,-1,收到申请数,件,application.received,,,,"), 8, `depth "-1"`},
		{"depth beyond reason", edit(8, "row,10,收到申请数,件,application.received,,,,"), 8, `depth "10"`},
		{"unknown applicant", edit(7, "value,0,数量,,,natural,,,"), 7, `unknown applicant "natural"`},
		{"unknown scope", edit(7, "value,0,数量,,,,month,,"), 7, `unknown scope "month"`},
		{"no head", edit(7, ""), 0, "without a value column"},
		{"no rows", strings.Join(strings.SplitAfter(layoutHead+soundLayout, "\n")[:7], ""), 0, "without rows"},
		{"a table with nothing", after(9, "table,,two,,,,,,"), 0, `table "two" has no rows`},
		{"no table", strings.Join(strings.SplitAfter(layoutHead+soundLayout, "\n")[:4], ""), 0, "no table"},
		{"no name", edit(2, ""), 0, `no record "layout"`},
		{"unknown completeness", edit(4, "completeness,,mostly,,,,,,"), 4, `completeness is "mostly"`},
		{"a second table of a name", after(9, "table,,one,,,,,,\nlabel,0,指标,,,,,,\nvalue,0,数量,,,,,,\nrow,0,收到申请数,件,application.received,,,,"), 10, `a second table "one"`},
		{"a row before the first table", edit(5, ""), 5, "before the first table"},
		{"a caption before the first table", after(4, "caption,,统计表,,,,,,"), 5, "before the first table"},
		{"a section before the first table", after(4, "section,,第一项,,,,,,"), 5, "before the first table"},
		{"wrong CSV", edit(8, `row,0,"收到申请数,件,application.received,,,,`), 0, `"`},
		{"a quote within a field", edit(8, `row,0,收到"申请数,件,application.received,,,,`), 8, `"`},
		{"too few fields", edit(8, "row,0,收到申请数,件,application.received"), 8, "number of fields"},
		{"too many fields", edit(8, "row,0,收到申请数,件,application.received,,,,,"), 8, "number of fields"},
		{"another first line", strings.Replace(layoutHead, "scope", "range", 1) + soundLayout, 1, "the first line must be"},
		{"an empty file", "", 0, ""},
		{"a group without a label", after(5, "group,0,,,,,,,"), 0, ""},
	}
	for _, tt := range tests {
		err := func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("panic: %v", p)
				}
			}()
			_, err = LoadLayouts(fstest.MapFS{"test.csv": {Data: []byte(tt.file)}})
			return err
		}()
		var le *LayoutError
		if !errors.As(err, &le) {
			t.Errorf("%s: error %v, want a *LayoutError", tt.reason, err)
			continue
		}
		if le.File != "test.csv" || le.Line < 1 && tt.file != "" || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q in test.csv", tt.reason, err, tt.want)
		}
		if tt.line != 0 && le.Line != tt.line {
			t.Errorf("%s: error in line %d, want %d: %v", tt.reason, le.Line, tt.line, err)
		}
		if !strings.Contains(le.Error(), fmt.Sprintf("test.csv:%d", le.Line)) {
			t.Errorf("%s: %q does not name file and line", tt.reason, le.Error())
		}
	}
}

// TestLayoutErrorsTogether checks that all faults of all files are told at
// once.
func TestLayoutErrorsTogether(t *testing.T) {
	a := layoutHead + `layout,,a,,,,,,
table,,one,,,,,,
label,0,指标,,,,,,
value,0,数量,,,nobody,,,
row,0,收到申请数,件,application.recieved,,,,
row,x,当面申请数,件,application.received,,,,
line,,,,,,,,
`
	b := layoutHead + strings.Replace(soundLayout, "value,0,数量,,,,,,\n", "value,0,数量,,,,month,,\n", 1)
	_, err := LoadLayouts(fstest.MapFS{"b.csv": {Data: []byte(b)}, "a.csv": {Data: []byte(a)}})
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("error %v is not a list", err)
	}
	var got []string
	for _, e := range joined.Unwrap() {
		var le *LayoutError
		if !errors.As(e, &le) {
			t.Errorf("%v is no *LayoutError", e)
			continue
		}
		got = append(got, fmt.Sprintf("%s:%d", le.File, le.Line))
	}
	if diff := cmp.Diff([]string{"a.csv:5", "a.csv:6", "a.csv:7", "a.csv:8", "b.csv:7"}, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s\n%v", diff, err)
	}
}

func TestLoadLayoutsOfSeveralFiles(t *testing.T) {
	sound := layoutHead + soundLayout
	_, err := LoadLayouts(fstest.MapFS{"a.csv": {Data: []byte(sound)}, "b.csv": {Data: []byte(sound)}})
	var le *LayoutError
	if !errors.As(err, &le) || le.File != "b.csv" || !strings.Contains(le.Reason, `"test"`) {
		t.Errorf("two layouts of one name: error %v", err)
	}
	for reason, fsys := range map[string]fs.FS{
		"nothing":             fstest.MapFS{},
		"no layout file":      fstest.MapFS{"README.md": {Data: []byte(sound)}},
		"layouts in a folder": fstest.MapFS{"layouts/a.csv": {Data: []byte(sound)}},
	} {
		if ls, err := LoadLayouts(fsys); err == nil {
			t.Errorf("%s: %v and no error", reason, ls.All())
		}
	}
	_, err = LoadLayouts(fstest.MapFS{"a.csv": {Mode: fs.ModeDir}})
	if err == nil {
		t.Error("a folder of the name a.csv: no error")
	}
}

func TestWithLayout(t *testing.T) {
	book := valueBook("text", "第二十条第（六）项", "信息内容|本年处理决定数量", "行政处罚|3", "行政强制|4")
	report, err := ToSchema(book, WithLayout("national-2021"))
	if err != nil || len(report.Tables) != 1 || len(report.Tables[0].Observations) != 2 {
		t.Errorf("report %v, error %v", report, err)
	}
	if _, err := ToSchema(book, WithLayout("national-2014")); !errors.Is(err, ErrNoTable) {
		t.Errorf("a layout that the table has not: error %v", err)
	}
	if _, err := ToSchema(book, WithLayout("national-2020")); !errors.Is(err, ErrLayout) {
		t.Errorf("a layout that is none: error %v", err)
	}
}
