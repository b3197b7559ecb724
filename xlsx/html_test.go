package xlsx

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show returns what is in a workbook as lines: one for each sheet with its
// cells and merged ranges, and what else there is of it.
func show(w *Workbook) string {
	var b strings.Builder
	for _, s := range w.Sheets {
		fmt.Fprintf(&b, "%s:", s.Name)
		for _, c := range s.Cells {
			text := strings.ReplaceAll(c.Text, "\n", "⏎")
			if c.Kind != KindText {
				text += " " + c.Kind.String()
			}
			if c.Number != "" && c.Number != c.Text {
				text += " " + c.Number
			}
			if c.Formula {
				text += " formula"
			}
			fmt.Fprintf(&b, " %v[%s]", c.Ref, text)
		}
		for _, m := range s.Merges {
			fmt.Fprintf(&b, " %v", m)
		}
		if s.Hidden {
			b.WriteString(" hidden")
		}
		if s.HiddenRows != nil {
			fmt.Fprintf(&b, " hidden rows %v", s.HiddenRows)
		}
		if s.HiddenColumns != nil {
			fmt.Fprintf(&b, " hidden columns %v", s.HiddenColumns)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// readTest reads a file and returns what show makes of it, which it expects to
// be want, and what the file is warned of.
func readTest(t *testing.T, reason string, file []byte, want string) *Workbook {
	t.Helper()
	w, err := readBytes(file)
	if err != nil {
		t.Errorf("%s: %v", reason, err)
		return &Workbook{}
	}
	checkBook(t, w, nil)
	if d := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(show(w))); d != "" {
		t.Errorf("%s: (-want +got)\n%s", reason, d)
	}
	return w
}

func TestHTMLCells(t *testing.T) {
	for _, tt := range []struct{ reason, page, want string }{
		{"lines in a cell", "<td>本年新<br/>制作数量<td>a<BR>b</br>c<td>a<br><br>b", "A1[本年新⏎制作数量] B1[a⏎b⏎c] C1[a⏎b]"},
		{"blocks in a cell", "<td><p>商业</p><p>企业</p><td><div>a</div>b<td>a<ul><li>b<li>c</ul>d<td>a<hr>b", "A1[商业⏎企业] B1[a⏎b] C1[a⏎b⏎c⏎d] D1[a⏎b]"},
		{"a span for every character", "<td><span>三</span><span>、本</span><span>年</span><b>度</b>", "A1[三、本年度]"},
		{"tags that Word has", "<td><p class=MsoNormal>规<o:p></o:p><![if !supportEmptyParas]>章<![endif]></p><o:p>&nbsp;</o:p>", "A1[规章]"},
		{"spaces that do not break", "<td>&nbsp;&#160;a\u00A0b&nbsp;<td>&nbsp;<td>\u3000&nbsp;c\u3000", "A1[a b] C1[c]"},
		{"white space", "<td> a \t b\r\n  c <td>a<b> b </b> c", "A1[a b c] B1[a b c]"},
		{"lines of the source", "<td>行政\n  许可\n1 件<td>a\nb<td>（一）\n予以公开<td>3\n件", "A1[行政许可 1 件] B1[a b] C1[（一）予以公开] D1[3 件]"},
		{"what cannot be seen", "<td>a\u200Bb\uFEFF\x01c", "A1[abc]"},
		{"lines that are kept", "<td><pre>a\n  b  c\n\nd</pre>e\nf", "A1[a⏎b  c⏎d⏎e f]"},
		{"references", "<td>&lt;5 &amp; &gt;3<td>a&b<td>&#x4E00;&#19968;&hellip;", "A1[<5 & >3] B1[a&b] C1[一一…]"},
		{"scripts and styles", "<td>a<script>if (a<b) '</td>'</script>b<style>td</style>c<noscript>d</noscript>", "A1[abc]"},
		{"hidden pieces", "<td>a<span style='color:red; DISPLAY : None !important'>b<span>c</span></span>d<p hidden>e<p>f<i hidden=''>g</i>h", "A1[ad⏎fh]"},
		{"a style that shows again", "<td><b style='display:none;display:inline'>a</b><b style='display-none'>b</b><b style='x:display:none'>c</b>", "A1[abc]"},
		{"a hidden piece without end ends with its cell", "<td>a<b hidden>b<td>c", "A1[a] B1[c]"},
		{"controls", "<td>a<select><option>b</select><textarea>c</textarea><input value=d>e", "A1[ae]"},
		{"comments", "<td>a<!-- <td>b -->c<!-->d<!--->e<!-- f --->g<!-- h --!>i", "A1[acdegi]"},
		{"a text of < and &", "<td>1 < 2 <td>a<3&<td><", "A1[1 < 2] B1[a<3&] C1[<]"},
	} {
		readTest(t, tt.reason, []byte("<table><tr>"+tt.page+"</table>"), "table 1: "+tt.want)
	}
}

func TestHTMLTables(t *testing.T) {
	for _, tt := range []struct{ reason, page, want string }{
		{"merged cells", "<table><tr><td rowspan=2>地区<td colspan=2>人口<tr><td>男<td>女<tr><td>北京<td>1<td>2</table>",
			"table 1: A1[地区] B1[人口] B2[男] C2[女] A3[北京] B3[1] C3[2] A1:A2 B1:C1"},
		{"a span in both directions", "<table><tr><td colspan=2 rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e<td>f</table>",
			"table 1: A1[a] C1[b] C2[c] A3[d] B3[e] C3[f] A1:B2"},
		{"rowspan=0 goes to the end of its group", "<table><tbody><tr><td rowspan=0>a<td>b<tr><td>c<tbody><tr><td>d</table>",
			"table 1: A1[a] B1[b] B2[c] A3[d] A1:A2"},
		{"a rowspan beyond the table", "<table><tr><td rowspan=65534>a<td>b<tr><td>c</table>", "table 1: A1[a] B1[b] B2[c] A1:A2"},
		{"a rowspan beyond its group", "<table><thead><tr><td rowspan=9>a<td>b</thead><tr><td>c</table>", "table 1: A1[a] B1[b] A2[c]"},
		{"spans that are none", "<table><tr><td colspan=0>a<td colspan=-3>b<td rowspan=x>c<td colspan='2px'>d<td colspan=' +2.9'>e<td>f</table>",
			"table 1: A1[a] B1[b] C1[c] D1[d] F1[e] H1[f] D1:E1 F1:G1"},
		{"absurd spans", "<table><tr><td colspan=99999999999999999999>a<td>b</table>", "table 1: A1[a] ALM1[b] A1:ALL1"},
		{"cells left out at the end of rows", "<table><tr><td>a<td>b<tr><td>c<tr><tr><td>d</table>", "table 1: A1[a] B1[b] A2[c] A4[d]"},
		{"no end tags at all", "<table><thead><tr><th>a<th>b<tbody><tr><td>c<td>d", "table 1: A1[a] B1[b] A2[c] B2[d]"},
		{"the foot before the body", "<table><tfoot><tr><td>总计<tr><td>注</tfoot><tbody><tr><td rowspan=2>a<td>b<tr><td>c</tbody><thead><tr><th>头</table>",
			"table 1: A1[头] A2[a] B2[b] B3[c] A4[总计] A5[注] A2:A3"},
		{"a second foot is a body", "<table><tfoot><tr><td>a<tfoot><tr><td>b<tr><td>c</table>", "table 1: A1[b] A2[c] A3[a]"},
		{"two tables", "<table><tr><td>a</table><table><tr><td>b</table>", "table 1: A1[a]\ntable 2: A1[b]"},
		{"a table in a cell", "<table><tr><td>a<table><tr><td>b<tr><td>c</table>d<td>e</table>", "table 1: A1[a⏎d] B1[e]\ntable 2: A1[b] A2[c]"},
		{"a table in a table in a table", "<table><tr><td><table><tr><td><table><tr><td>a</table>b</table>c</table>", "table 1: A1[c]\ntable 2: A1[b]\ntable 3: A1[a]"},
		{"a table that is not in a cell ends the one before", "<table><tr><table><tr><td>a</table>", "table 1:\ntable 2: A1[a]"},
		{"a table without rows", "<table></table><table><tr><td></td></tr></table>", "table 1:\ntable 2:"},
		{"a head is no row", "<table><caption>表一</caption><tr><td>a</table>", "table 1: A1[a]"},
		{"end tags of nothing", "</td></table></tr><table></p></td><tr></tbody></th><td>a</th>b</caption></body>c</table>", "table 1: A2[abc]"},
		{"a hidden table", "<table style='display:none'><tr><td>a</table><div hidden><table><tr><td>b</table></div><table><tr><td>c</table>",
			"table 1: A1[a] hidden\ntable 2: A1[b] hidden\ntable 3: A1[c]"},
		{"a table in a hidden cell or row", "<table><tr><td hidden><table><tr><td>a</table><tr hidden><td><table><tr><td>b</table><tr><td><table><tr><td>c</table></table>",
			"table 1:\ntable 2: A1[a] hidden\ntable 3: A1[b] hidden\ntable 4: A1[c]"},
		{"hidden rows", "<table><tr hidden><td>a<tr><td>b<tbody style=display:none><tr><td>c<tbody><tr><td>d<tr style='display:none'><td></table>",
			"table 1: A1[a] A2[b] A3[c] A4[d] hidden rows [0 2]"},
		{"a hidden row that moves", "<table><tfoot><tr hidden><td>a<tbody><tr><td>b</table>", "table 1: A1[b] A2[a] hidden rows [1]"},
		{"a hidden cell has no place", "<table><tr><td colspan=2>a<td hidden>b<tr><td>c<td style='display:none'>d<td>e</table>", "table 1: A1[a] A2[c] B2[e] A1:B1"},
		{"hidden columns", "<table><col><col span=2 style='display:none'><col><tr><td>a<td>b<td>c<td>d</table>", "table 1: A1[a] B1[b] C1[c] D1[d] hidden columns [1 2]"},
		{"text that runs over empty cells in Excel", "<table><tr><td colspan=3 style='mso-ignore:colspan'>a<td>b</table>", "table 1: A1[a] D1[b]"},
		{"a hidden body is shown by a script", "<body style='display:none'><table><tr><td>a</table>", "table 1: A1[a]"},
		{"a page in capitals", "<HTML><TABLE><TR><TD COLSPAN=2>a</TD><TD>b</TD></TR></TABLE></HTML>", "table 1: A1[a] C1[b] A1:B1"},
		{"600 elements around", strings.Repeat("<font>", 600) + "<table><tr><td>a</table>", "table 1: A1[a]"},
	} {
		readTest(t, tt.reason, []byte(tt.page), tt.want)
	}
}

// TestHTMLDamage reads pages that are not whole and says what is missing.
func TestHTMLDamage(t *testing.T) {
	for _, tt := range []struct{ reason, page, want, warning string }{
		{"cut in a cell", "<table><tr><td>a<td>规", "table 1: A1[a] B1[规]", "table 1: the page ends inside the table"},
		{"cut in a tag", "<table><tr><td>a</td><td colsp", "table 1: A1[a]", "table 1: the page ends inside the table"},
		{"cut in a character", "<table><tr><td>规章</table><p>规\xE8", "table 1: A1[规章]", "characters that are none in UTF-8"},
		{"rows alone", "<tr><td>a<td>b</tr>\n<tr><td>c</tr>", "table 1: A1[a] B1[b] A2[c]", "rows stand outside of any table"},
		{"one end tag too many", "<table><tr><td>a</table></table><p>b</p><tr><td>c</td></tr><p>d</p><table><tr><td>e</table>",
			"table 1: A1[a]\ntable 2: A1[c]\ntable 3: A1[e]", "table 2: rows stand outside of any table"},
		{"cells that overlap", "<table><tr><td>a<td rowspan=2>b<tr><td colspan=3>c<td>d</table>", "table 1: A1[a] B1[b] A2[c] D2[d] B1:B2", "table 1: 1 cells overlap"},
		{"columns beyond the last", "<table><tr>" + strings.Repeat("<td colspan=1000>", 16) + "<td colspan=1000>a<td>b<td>c</table>", "table 1: WQK1[a]" + spans(), "table 1: 2 cells are beyond the last column"},
	} {
		want := tt.want
		w := readTest(t, tt.reason, []byte(tt.page), want)
		if got := fmt.Sprint(w.Warnings); len(w.Warnings) != 1 || !strings.Contains(strings.ReplaceAll(got, "  ", ": "), tt.warning) {
			t.Errorf("%s: warnings %v, want %q", tt.reason, w.Warnings, tt.warning)
		}
	}
}

// spans returns the merged ranges of a row of cells of 1,000 columns each.
func spans() string {
	var b strings.Builder
	for col := 0; col < MaxColumns; col += 1000 {
		fmt.Fprintf(&b, " %v", Range{Ref{0, col}, Ref{0, min(col+1000, MaxColumns) - 1}})
	}
	return b.String()
}

func TestHTMLAbove(t *testing.T) {
	var many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&many, "<p>%d</p>", i)
	}
	for _, tt := range []struct {
		reason, page string
		want         [][]string
	}{
		{"the title and what stands above", "<title> 年报\n表 </title><h1>标题</h1><p>第一行<br>第二行</p><table></table>", [][]string{{"年报表", "标题", "第一行", "第二行"}}},
		{"only since the table before", "<title>t</title>a<table><tr><td>x</table><div>b</div>c<table></table><table></table>", [][]string{{"t", "a"}, {"t", "b", "c"}, {"t"}}},
		{"the last twelve lines", many.String() + "<table></table>", [][]string{{"8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"}}},
		{"no prose", "<p>" + strings.Repeat("甲", 200) + "<p>" + strings.Repeat("乙", 201) + "<p>c<table></table>", [][]string{{strings.Repeat("甲", 200), "c"}}},
		{"the head of the table and what stands between its cells", "<p>a<table>b<caption>c<br>d</caption><tr>e<td>x</td>f</tr></table>", [][]string{{"a", "b", "c", "d", "e", "f"}}},
		{"what the cells around a table say", "<p>a<table><tr><td>b<td>c<p>d<table><tr><td>x</table>e<p>f<table></table><tr><td>g<td><table></table></table>h<table></table>",
			[][]string{{"a"}, {"b", "c", "d"}, {"e", "f"}, {"g"}, {"h"}}},
		{"nothing that is hidden", "<p>a<p hidden>b</p><div style=display:none>c<p>d</p></div><script>e</script><!--f--><svg><title>g</title></svg><table></table>", [][]string{{"a"}}},
		{"a title that is a text", "<title>" + strings.Repeat("x", 201) + "</title><p>a<table></table>", [][]string{{"a"}}},
		{"the lines of a text", "# 二、主动公开\n\n单位：件\n<table><tr><td>x</td></tr></table>\n表二\n<table></table>", [][]string{{"# 二、主动公开", "单位：件"}, {"表二"}}},
	} {
		w, err := readBytes([]byte(tt.page))
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		var got [][]string
		for _, s := range w.Sheets {
			got = append(got, s.Above)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.reason, d)
		}
	}
}

func TestHTMLWidths(t *testing.T) {
	w := readTest(t, "widths", []byte("<table><tr><td colspan=3>a<td></td><tr><tr><td rowspan=2>b<td hidden><tr><td></table>"), "table 1: A1[a] A3[b] A1:C1 A3:A4")
	if d := cmp.Diff([]int{2, 0, 1, 1}, w.Sheets[0].Widths); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	w = readTest(t, "widths that move", []byte("<table><tfoot><tr><td>a<td>b<tbody><tr><td>c</table>"), "table 1: A1[c] A2[a] B2[b]")
	if d := cmp.Diff([]int{1, 2}, w.Sheets[0].Widths); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestHTMLNoTable(t *testing.T) {
	for page, want := range map[string]string{
		"<html><title>404 Not Found</title>":                  `it is an HTML page without a table, titled "404 Not Found"`,
		"<html><body>":                                        "it is an HTML page without a table",
		"<html><frameset><frame src=a.htm></frameset></html>": "it is an HTML page that shows other files, which hold the tables; open those",
		"<html>" + strings.Repeat("\x00", 10):                 "it holds bytes that are no text",
	} {
		_, err := readBytes([]byte(page))
		if e := new(Error); !errors.As(err, &e) || e.Kind != ErrFormat || !strings.HasPrefix(e.Detail, want) || e.File != "test.xlsx" {
			t.Errorf("%q: error %v, want %q", page, err, want)
		}
	}
}

// TestHTMLShanghai reads the tables of a report as they were on the web.
func TestHTMLShanghai(t *testing.T) {
	w := openFixture(t, "html/2019-national-2019-shanghai.html")
	if len(w.Sheets) != 3 {
		t.Fatalf("%d sheets", len(w.Sheets))
	}
	p, a, r := w.Sheets[0], w.Sheets[1], w.Sheets[2]
	for _, tt := range []struct {
		sheet *Sheet
		ref   string
		want  string
	}{
		{p, "A1", "第二十条第（一）项"}, {p, "B2", "本年新\n制作数量"}, {p, "E4", "368"}, {p, "D15", "0"}, {p, "D18", "251000元"},
		{a, "A1", "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"}, {a, "J4", "859"}, {a, "A6", "三、本年度办理结果"},
		{a, "B8", "（三）不予公开"}, {a, "C15", "8.属于行政查询事项"}, {a, "F5", ""}, {a, "J25", "805"}, {a, "J26", "72"},
		{r, "F2", "未经复议直接起诉"}, {r, "O3", "总计"}, {r, "J4", "9"}, {r, "O4", ""},
	} {
		ref, _ := ParseRef(tt.ref)
		if c, _ := tt.sheet.Cell(ref); c.Text != tt.want || c.Kind != KindText {
			t.Errorf("%s %s: %q, want %q", tt.sheet.Name, tt.ref, c.Text, tt.want)
		}
	}
	// Of the rows of the second table, one in a group has one cell more.
	if d := cmp.Diff([]int{2, 3, 5, 8, 8, 9, 8, 9, 8, 8, 8, 8, 8, 8, 8, 9, 8, 8, 9, 8, 8, 8, 8, 8, 8, 8}, a.Widths); d != "" {
		t.Errorf("widths (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"A1:C3", "D1:J1", "D2:D3", "E2:I2", "J2:J3", "A4:C4", "A5:C5", "A6:A25", "B6:C6", "B7:C7", "B8:B15",
		"B16:B18", "B19:B23", "B24:C24", "B25:C25", "A26:C26"}, rangeTexts(a)); d != "" {
		t.Errorf("merged ranges (-want +got)\n%s", d)
	}
	if n := len(p.Cells) + len(a.Cells) + len(r.Cells); n != 150 {
		t.Errorf("%d cells", n)
	}
}

func FuzzReadHTML(f *testing.F) {
	addFolders(f, "html")
	for _, s := range []string{
		"<table><tr><td rowspan=0 colspan=1000>a<td><tfoot><tr><td>b<tbody hidden><tr><td>c", "<tr><td>a<table><td>b</table>c<p>d<table>",
		"<table><col span=9 hidden><caption>a<table></caption><td hidden>b<td style='display:none'>", "<pre>a\n b</pre><title>c</title><table>d<td>e",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		w, err := readHTML(page, "", fuzzLimits)
		checkBook(t, w, err)
	})
}
