package page

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

const samples = "../../../convert/testdata/samples/"

func sample(t testing.TB, name string) File {
	t.Helper()
	book, err := xlsx.Open(samples + name)
	if err != nil {
		t.Fatal(err)
	}
	r, parts, err := convert.Explain(book)
	if err != nil {
		t.Fatal(err)
	}
	return File{Name: book.Name, Path: book.Name, Report: r, Parts: parts, Book: book}
}

func write(t testing.TB, o Options, files ...File) string {
	t.Helper()
	var b bytes.Buffer
	p := New(&b, o)
	for _, f := range files {
		if err := p.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parse(t testing.TB, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func find(root *html.Node, ok func(*html.Node) bool) []*html.Node {
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && ok(n) {
			list = append(list, n)
		}
	}
	return list
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func cellAt(t *testing.T, root *html.Node, address, has string) *html.Node {
	t.Helper()
	for _, n := range find(root, func(n *html.Node) bool {
		return n.Data == "td" && strings.HasPrefix(attr(n, "title"), address+" ")
	}) {
		if strings.Contains(attr(n, "title"), has) {
			return n
		}
	}
	t.Fatalf("no cell %s with %q in its title", address, has)
	return nil
}

// broken is a report of the form of 2021 in which one relation fails, a figure
// is refused and a row has no place, with the sheet that it was read from.
func broken() File {
	const file, sheet = "2024.xlsx", "表"
	at := func(cell, printed, label string) schema.Source {
		return schema.Source{File: file, Sheet: sheet, Cell: cell, Printed: printed, Label: label}
	}
	r := &schema.Report{File: file, Sheets: []string{sheet}, Tables: []schema.Table{{
		Layout: "national-2021", Name: "applications", Issuer: "甲市", Year: 2024, IssuerFrom: at("A1", "", ""),
		Observations: []schema.Observation{
			{Indicator: "application.received", Applicant: schema.Total, Status: schema.Number, Value: "10", Unit: "件", Source: at("B2", "10", "新收")},
			{Indicator: "application.carried_in", Applicant: schema.Total, Status: schema.Number, Value: "1", Unit: "件", Source: at("B3", "1", "结转")},
			{Indicator: "application.outcome", Applicant: schema.Total, Status: schema.Number, Value: "8", Unit: "件", Source: at("B4", "8", "总计")},
			{Indicator: "application.carried_out", Applicant: schema.Total, Status: schema.Number, Value: "2", Unit: "件", Source: at("B5", "2", "下年")},
			{Indicator: "application.outcome.granted", Applicant: schema.Total, Status: schema.Blank, Unit: "件", Source: at("B6", "", "予以公开")},
		},
	}}, Findings: []schema.Finding{{
		Code: "row-unplaced", Source: at("A7", "其它处理", "其它处理"),
		Facts: map[string]string{"layout": "national-2021", "table": "applications", "figures": "3", "nearest_en": ` (nearest: "其他处理")`, "nearest_zh": "（最接近的标签：“其他处理”）"},
	}}}
	s := &xlsx.Sheet{Name: sheet}
	for row, texts := range [][]string{{"甲市2024年报告"}, {"新收", "10"}, {"结转", "1"}, {"总计", "8"}, {"下年", "2"}, {"予以公开"}, {"其它处理", "3"}} {
		for col, text := range texts {
			s.Cells = append(s.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: row, Col: col}, Text: text})
		}
	}
	part := convert.Part{Sheet: sheet, First: "A2", Last: "B7", Layout: "national-2021", Table: "applications"}
	for _, c := range s.Cells[1:] {
		use := convert.UseLabel
		switch {
		case c.Ref.Row == 6:
			use = convert.UseFinding
		case c.Ref.Col == 1:
			use = convert.UseValue
		}
		part.Cells = append(part.Cells, convert.PlacedCell{Cell: c.Ref.String(), Text: c.Text, Ref: c.Ref, Last: c.Ref, Use: use})
	}
	return File{Name: file, Path: file, Report: r, Parts: []convert.Part{part}, Book: &xlsx.Workbook{Name: file, Sheets: []*xlsx.Sheet{s}}}
}

// TestCells: every way in which a cell can fare is drawn in its own way, and
// says in both languages what it is.
func TestCells(t *testing.T) {
	page := write(t, Options{}, broken())
	root := parse(t, page)
	for _, c := range []struct{ reason, cell, has, class, text string }{
		{"a figure of the failing relation", "B2", "本年新收政府信息公开申请数量，总计 = 10 件 [application.received]", "v fp", "10"},
		{"the same in English", "B2", "read: applications received in the year, total = 10 件", "v fp", "10"},
		{"the cell at which the relation fails", "B4", "[relation-fails]", "v fe", "8"},
		{"a cell that the form asks for and that is empty", "B6", "空缺：予以公开，总计：空白", "b", ""},
		{"the label of a row without a place, with its finding", "A7", "[row-unplaced]", "r fe", "其它处理"},
		{"the figure of that row", "B7", "未读取", "r", "3"},
	} {
		n := cellAt(t, root, c.cell, c.has)
		if got := attr(n, "class"); got != c.class {
			t.Errorf("%s (%s): class %q, want %q", c.cell, c.reason, got, c.class)
		}
		if got := words(n); got != c.text {
			t.Errorf("%s (%s): text %q, want %q", c.cell, c.reason, got, c.text)
		}
	}
	for text, class := range map[string]string{"甲市2024年报告": "c", "予以公开": "h"} {
		if !slices.ContainsFunc(find(root, func(n *html.Node) bool { return n.Data == "td" && attr(n, "class") == class }), func(n *html.Node) bool { return words(n) == text }) {
			t.Errorf("%q is not drawn as %s", text, class)
		}
	}
}

// TestFindings: a person who corrects the sheet finds file, sheet and cell, what
// stands there, what the relation wants and the nearest label.
func TestFindings(t *testing.T) {
	root := parse(t, write(t, Options{}, broken()))
	var told []string
	for _, n := range find(root, func(n *html.Node) bool { return n.Data == "li" && attr(n, "class") == "error" }) {
		told = append(told, strings.Join(strings.Fields(words(n)), " "))
	}
	if len(told) != 2 {
		t.Fatalf("%d errors are told, want 2: %q", len(told), told)
	}
	for i, wants := range [][]string{
		{"relation-fails", "2024.xlsx 表!B4", "现为there stands“8”", "11", "≠", "10", "差difference 1", "第一项 + 第二项 ≠ 第三项 + 第四项"},
		{"row-unplaced", "2024.xlsx 表!A7", "现为there stands“其它处理”", "最接近的标签nearest known“其他处理”\"其他处理\""},
	} {
		for _, want := range wants {
			if !strings.Contains(strings.NewReplacer("“", "", "”", "", "\"", "").Replace(told[i]), strings.NewReplacer("“", "", "”", "", "\"", "").Replace(want)) {
				t.Errorf("finding %d does not say %q:\n%s", i, want, told[i])
			}
		}
	}
	// Links lead to what is there.
	ids := map[string]bool{}
	for _, n := range find(root, func(n *html.Node) bool { return attr(n, "id") != "" }) {
		if ids[attr(n, "id")] {
			t.Errorf("the id %q stands twice", attr(n, "id"))
		}
		ids[attr(n, "id")] = true
	}
	inner := 0
	for _, n := range find(root, func(n *html.Node) bool { return n.Data == "a" }) {
		if id, ok := strings.CutPrefix(attr(n, "href"), "#"); ok {
			inner++
			if !ids[id] {
				t.Errorf("a link leads to #%s, which is not there", id)
			}
		}
	}
	if inner < 8 {
		t.Errorf("%d links within the page, want at least the contents and 5 cells", inner)
	}
}

// TestOnlyOnce: findings of relations that the report already has are not told
// twice.
func TestOnlyOnce(t *testing.T) {
	f := broken()
	f.Report.Findings = append(f.Report.Findings, schema.Check(f.Report)...)
	if n := strings.Count(write(t, Options{}, f), `<li class="error">`); n != 2 {
		t.Errorf("%d errors, want 2", n)
	}
}

// TestOrder: files that gave no report stand first, then those with errors,
// with warnings, and the others.
func TestOrder(t *testing.T) {
	doubtful := broken()
	doubtful.Name = "doubtful"
	doubtful.Report = &schema.Report{File: "doubtful", Findings: []schema.Finding{{Code: "cell-unexpected"}}}
	page := write(t, Options{},
		File{Name: "fine", Report: &schema.Report{File: "fine"}}, doubtful, broken(),
		File{Name: "none", Err: fmt.Errorf("none: %w", convert.ErrNoTable)})
	var got []string
	for _, n := range find(parse(t, page), func(n *html.Node) bool { return n.Data == "details" && strings.HasPrefix(attr(n, "class"), "file ") }) {
		got = append(got, attr(n, "class"))
	}
	if want := []string{"file failed", "file wrong", "file doubtful", "file fine"}; !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
	if !strings.Contains(page, "没有认出任何已知表式的表。") {
		t.Error("the reason why there is no report is not told")
	}
}

// TestWithoutSheets: of a report alone, as one that was stored, the cells that
// it names are drawn.
func TestWithoutSheets(t *testing.T) {
	f := broken()
	f.Parts, f.Book = nil, nil
	root := parse(t, write(t, Options{}, f))
	if got := attr(cellAt(t, root, "B4", "relation-fails"), "class"); got != "v fe" {
		t.Errorf("B4 is drawn as %q, want v fe", got)
	}
	if got := attr(cellAt(t, root, "A7", "row-unplaced"), "class"); got != "r fe" {
		t.Errorf("A7 is drawn as %q, want r fe", got)
	}
}

// series is a report with one figure, received, of the form of its year.
func series(issuer string, year int, value string) File {
	form, table := "national-2014", "statistics"
	a := schema.Applicant("")
	if year > 2018 {
		form, table, a = "national-2021", "applications", schema.Total
	}
	file := fmt.Sprintf("%s-%d.xls", issuer, year)
	o := schema.Observation{Indicator: "application.received", Applicant: a, Status: schema.Number, Value: schema.Decimal(value), Unit: "件",
		Source: schema.Source{File: file, Sheet: "s", Cell: "B2", Printed: value}}
	return File{Name: file, Report: &schema.Report{File: file, Tables: []schema.Table{{Layout: form, Name: table, Issuer: issuer, Year: year, Observations: []schema.Observation{o}}}}}
}

// TestChart: points stand at their values, the break between 2018 and 2019 is
// drawn, and no line leads over it.
func TestChart(t *testing.T) {
	var points []schema.Point
	var reports []*schema.Report
	for _, f := range []File{series("甲", 2017, "10"), series("甲", 2018, "20"), series("甲", 2019, "30"), series("甲", 2021, "40"), series("乙", 2018, "5")} {
		reports = append(reports, f.Report)
	}
	points = schema.Panel(reports...)
	var c chartView
	for _, x := range charts(points) {
		if x.Code == "applications_received" {
			c = x
		}
	}
	if !c.Drawn || len(c.Lines) != 2 {
		t.Fatalf("drawn %v with %d lines, want 2", c.Drawn, len(c.Lines))
	}
	// 2017 to 2021 lie on 46 to 338, 73 a year; 0 to 40 on 184 to 24, 4 a unit.
	want := []pathView{{D: "M46 144L119 104"}, {D: "M192 64L338 24", Gap: true}}
	if got := c.Lines[0].Paths; !slices.Equal(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
	if c.Break != 155.5 {
		t.Errorf("the break stands at %v, want 155.5, between 2018 and 2019", c.Break)
	}
	if len(c.Lines[1].Paths) != 0 || len(c.Lines[1].Points) != 1 || c.Lines[1].Points[0].X != 119 {
		t.Errorf("an issuer of one year: %+v, want a point at 119 without a line", c.Lines[1])
	}
	svg := write(t, Options{}, series("甲", 2018, "20"), series("甲", 2019, "30"))
	if !strings.Contains(svg, `class="break"`) || !strings.Contains(svg, "2019 年换表") {
		t.Error("the page does not draw the break")
	}
}

// TestMarks: every match has a shape of its own.
func TestMarks(t *testing.T) {
	seen := map[string]string{}
	for _, m := range []schema.Match{schema.Exact, schema.Close, schema.Broader, schema.Narrower, ""} {
		q := schema.Point{Value: "1", Year: 2018, Mapping: schema.Mapping{Match: m}}
		if m == "" {
			q.Value, q.AtLeast = "", "1"
		}
		d := mark("甲", &q, 0, 0).D
		if other, ok := seen[d]; ok {
			t.Errorf("%q and %q have one shape", m, other)
		}
		seen[d] = string(m)
		if !strings.Contains(pageTemplate, d) {
			t.Errorf("the shape of %q is not in the legend", m)
		}
	}
}

// TestCoverage counts files by form and year.
func TestCoverage(t *testing.T) {
	root := parse(t, write(t, Options{}, series("甲", 2017, "1"), series("乙", 2017, "1"), series("乙", 2022, "1"), series("丙", 0, "1")))
	table := find(root, func(n *html.Node) bool { return attr(n, "class") == "cover" })[0]
	var rows []string
	for _, tr := range find(table, func(n *html.Node) bool { return n.Data == "tr" }) {
		rows = append(rows, strings.Join(strings.Fields(words(tr)), ""))
	}
	want := []string{"表式form20172022无年度noyear合计all", "政府信息公开情况统计表national-20142–13", "政府信息公开工作年度报告national-2021–1–1"}
	if !slices.Equal(rows, want) {
		t.Errorf("coverage %q, want %q", rows, want)
	}
}

// TestLinks: links are relative to the page, and a name cannot make them lead
// elsewhere.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ reason, path, want string }{
		{"a file beside the page", filepath.Join(dir, "a.xls"), "./a.xls"},
		{"a file above it", filepath.Join(dir, "..", "b.xls"), "./../b.xls"},
		{"a name like a scheme", filepath.Join(dir, "javascript:alert(1)"), "./javascript:alert%281%29"},
		{"a name like a host", filepath.Join(dir, "x", "..", "example.org"), "./example.org"},
		{"a fragment and a query in a name", filepath.Join(dir, "a#b?c"), "./a%23b%3Fc"},
		{"Chinese", filepath.Join(dir, "报告.xls"), "./%E6%8A%A5%E5%91%8A.xls"},
		{"no file named", "", ""},
	} {
		p := New(nil, Options{Dir: dir})
		if got := p.href(c.path); got != c.want {
			t.Errorf("%s: %q, want %q", c.reason, got, c.want)
		}
	}
}

// TestEscaping feeds markup and script through every text of a file, and parses
// the page back: nothing that came from it is an element or an attribute.
func TestEscaping(t *testing.T) {
	n := 0
	var marks []string
	evil := func() string {
		n++
		m := fmt.Sprintf("m%dm", n)
		marks = append(marks, m)
		return m + `"'></td></title></style></script><script data-evil="1">evil()</script><img src=x onerror=evil() data-evil><a href="javascript:evil()">{{.}}` + "`${evil()}<!--"
	}
	f := broken()
	sheet := evil()
	f.Name, f.Path = evil(), "named/"+evil()
	f.Report.File = f.Name
	f.Book.Name = f.Name
	s := f.Book.Sheets[0]
	s.Name, s.Above, f.Parts[0].Sheet = sheet, []string{evil()}, sheet
	s.Cells[0].Text = evil()
	f.Parts[0].Rows = []convert.PlacedRow{{Cell: "A2", Label: evil(), Row: evil(), Surety: 80}}
	marks = slices.DeleteFunc(marks, func(m string) bool { return m == "m"+strconv.Itoa(n-1)+"m" }) // the label as printed is not told
	tb := &f.Report.Tables[0]
	tb.Title, tb.Issuer, tb.Coverage, tb.Layout, tb.Name = evil(), evil(), evil(), evil(), evil()
	for i := range tb.Observations {
		o := &tb.Observations[i]
		o.Source.File, o.Source.Sheet = f.Name, sheet
		if o.Status.HasValue() {
			o.Unit = evil()
		}
	}
	tb.IssuerFrom.Sheet = evil()
	tb.Observations[0].Indicator = schema.Code(evil())
	f.Report.Findings = []schema.Finding{
		{Code: "row-unplaced", Source: schema.Source{File: f.Name, Sheet: sheet, Cell: "A7", Printed: evil(), Label: evil()}},
		{Code: schema.FindingCode(evil()), Source: schema.Source{File: evil(), Sheet: evil(), Cell: evil()}, Facts: map[string]string{evil(): evil()}},
	}
	for _, k := range []string{"layout", "table", "figures", "nearest_en", "nearest_zh"} {
		f.Report.Findings = append(f.Report.Findings, schema.Finding{Code: "row-unplaced", Facts: map[string]string{k: evil()}})
	}
	failing := broken() // a relation with texts of its own
	failing.Name, failing.Report.File = evil(), ""
	failing.Report.Tables[0].Issuer = evil()
	charted := []File{series(evil(), 2017, "1"), series("甲", 2018, "2")}
	page := write(t, Options{}, append(charted, f, failing, File{Name: evil(), Err: errors.New(evil())})...)

	for _, m := range marks {
		if !strings.Contains(page, m) {
			t.Errorf("the text %s is not on the page at all: the test proves nothing of it", m)
		}
	}
	root := parse(t, page)
	scripts := 0
	for _, e := range find(root, func(*html.Node) bool { return true }) {
		switch e.Data {
		case "script":
			scripts++
			if words(e) != script {
				t.Errorf("a script is not the page's own: %.80q", words(e))
			}
		case "style":
			if words(e) != style {
				t.Errorf("a style is not the page's own: %.80q", words(e))
			}
		case "img", "iframe", "link", "object", "embed", "base", "image", "audio", "video":
			t.Errorf("an element <%s>", e.Data)
		}
		for _, a := range e.Attr {
			if a.Key == "data-evil" || a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.ContainsAny(a.Key, "`<\"'{") {
				t.Errorf("<%s> has an attribute %s", e.Data, a.Key)
			}
			switch a.Key {
			case "src", "action", "formaction", "srcset", "xlink:href", "background", "ping":
				t.Errorf("<%s> has an attribute %s", e.Data, a.Key)
			case "href":
				if !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "./named/") && a.Val != "./2024.xlsx" {
					t.Errorf("a link leads to %q", a.Val)
				}
			case "id":
				if !regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(a.Val) {
					t.Errorf("an id is %q", a.Val)
				}
			}
		}
	}
	if scripts != 1 {
		t.Errorf("%d scripts, want the page's own", scripts)
	}
	if c := find(root, func(n *html.Node) bool { return attr(n, "http-equiv") == "Content-Security-Policy" }); len(c) != 1 || attr(c[0], "content") != policy() {
		t.Errorf("the policy is not %q", policy())
	}
}

// TestLimit: the page stays under its limit, leaves out files without problems
// first, and says so.
func TestLimit(t *testing.T) {
	good := sample(t, "2024-national-2021-huaian-excelize.xlsx")
	for _, c := range []struct {
		reason       string
		limit, files int
		drawn        bool // of the file with errors
	}{
		{"room for some drawings", 600_000, 40, true},
		{"room for lines of files only", 400_000, 3000, true},
		{"the default limit, thousands of files", 0, 3000, true},
	} {
		var b bytes.Buffer
		p := New(&b, Options{Limit: c.limit})
		for i := range c.files {
			f := good
			f.Name = fmt.Sprintf("file %d", i)
			if i == c.files-1 {
				f = broken()
			}
			if i > 60 && i < c.files-1 { // as large, and quicker to make
				f.Report = &schema.Report{File: f.Name, Tables: []schema.Table{good.Report.Tables[0]}}
			}
			if err := p.Add(f); err != nil {
				t.Fatal(err)
			}
			if p.held > p.o.Limit {
				t.Fatalf("%s: %d bytes are held after %d files", c.reason, p.held, i+1)
			}
		}
		limit := p.o.Limit
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		t.Logf("%s: %d bytes", c.reason, len(page))
		if len(page) > limit || len(page) > 20_000_000 {
			t.Errorf("%s: %d bytes, limit %d", c.reason, len(page), limit)
		}
		if !strings.Contains(page, `id="left-out"`) {
			t.Errorf("%s: the page does not say what it leaves out", c.reason)
		}
		if strings.Contains(page, "2024.xlsx") != c.drawn || strings.Contains(page, `class="v fe"`) != c.drawn {
			t.Errorf("%s: the file with errors, which came last, is not shown", c.reason)
		}
	}
	if page := write(t, Options{}, good); strings.Contains(page, `id="left-out"`) {
		t.Error("a page with everything says that something is left out")
	}
}

// TestPalette: text stands out from every ground, and the grounds of the cells
// from each other, in both themes and to colour-blind eyes; where grounds are
// near, the cells differ by a sign.
func TestPalette(t *testing.T) {
	themes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(style, -1)
	if len(themes) != 3 {
		t.Fatalf("%d themes, want light, dark and print", len(themes))
	}
	for i, name := range []string{"light", "dark", "print"} {
		c := map[string][3]float64{}
		for _, m := range regexp.MustCompile(`--([a-z0-9-]+): #([0-9a-f]+)`).FindAllStringSubmatch(themes[i][1], -1) {
			c[m[1]] = rgb(t, m[2])
		}
		for _, ground := range []string{"paper", "box", "v", "h", "r", "f"} {
			if k := contrast(c["ink"], c[ground]); k < 6 {
				t.Errorf("%s: text on %s has a contrast of %.1f, want 6", name, ground, k)
			}
		}
		for _, pair := range [][2]string{{"soft", "paper"}, {"soft", "box"}, {"link", "paper"}, {"link", "box"}, {"f-line", "f"}, {"f-line", "v"}, {"f-line", "paper"}, {"r-line", "r"}} {
			if k := contrast(c[pair[0]], c[pair[1]]); k < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.1f, want 4.5", name, pair[0], pair[1], k)
			}
		}
		for j := 1; j <= mostLines; j++ {
			if k := contrast(c["l"+strconv.Itoa(j)], c["paper"]); k < 3 {
				t.Errorf("%s: line %d has a contrast of %.1f, want 3", name, j, k)
			}
		}
		for eyes, m := range blind {
			for _, pair := range [][2]string{{"v", "f"}, {"v-line", "f-line"}, {"v", "h"}, {"f", "h"}, {"r", "v"}} {
				if d := distance(see(m, c[pair[0]]), see(m, c[pair[1]])); d < 14 {
					t.Errorf("%s: %s and %s are %.0f apart to %s eyes, want 14", name, pair[0], pair[1], d, eyes)
				}
			}
		}
	}
	for _, class := range []string{"td.b::after", "td.r::before", ".fe::after", ".fw::after", ".fn::after", ".fp::after"} {
		if !strings.Contains(style, class) {
			t.Errorf("no sign for %s", class)
		}
	}
}

func rgb(t *testing.T, s string) (c [3]float64) {
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	for i := range c {
		n, err := strconv.ParseUint(s[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c[i] = float64(n)
	}
	return c
}

func TestWords(t *testing.T) {
	if _, err := os.Stat(samples); err != nil {
		t.Fatal(err)
	}
	page := write(t, Options{}, sample(t, "2019-national-2019-shanghai-excelize.xlsx"))
	root := parse(t, page)
	file := find(root, func(n *html.Node) bool { return attr(n, "id") == "f1" })[0]
	if got := attr(file, "data-t"); got != "0 1 2" {
		t.Errorf("the file's tables are %q, want 0 1 2", got)
	}
	dict := find(root, func(n *html.Node) bool { return attr(n, "id") == "dict" })[0]
	for _, want := range []string{"application.received", "本年新收政府信息公开申请数量", "applications received in the year"} {
		if !strings.Contains(words(dict), want) {
			t.Errorf("an indicator is not found by %q", want)
		}
	}
}
