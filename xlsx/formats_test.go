package xlsx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// cellTexts returns the cells of a sheet as lines such as A1=text.
func cellTexts(s *Sheet) []string {
	var list []string
	for _, c := range s.Cells {
		list = append(list, fmt.Sprintf("%v=%s", c.Ref, c.Text))
	}
	return list
}

func rangeTexts(s *Sheet) []string {
	var list []string
	for _, m := range s.Merges {
		list = append(list, m.String())
	}
	return list
}

// openFixture opens a file that has to be read without a warning.
func openFixture(t *testing.T, path string) *Workbook {
	t.Helper()
	w, err := Open("testdata/" + path)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Warnings) > 0 {
		t.Errorf("%s: warnings %v", path, w.Warnings)
	}
	return w
}

// TestSameTable reads one small table in every format: with merged cells in
// its head, an empty cell, 0, a slash, a text of digits, percentages and a line
// break. Texts and merged ranges are the same everywhere but for what a format
// cannot hold.
func TestSameTable(t *testing.T) {
	texts := []string{"A1=情况统计", "A2=项目", "B2=数量", "D2=占比", "B3=本年", "C3=上年",
		"A4=行政许可", "B4=0", "D4=31.25%", "A5=行政处罚", "B5=/", "C5=007",
		"A6=法人或\n其他组织", "B6=1234.5", "C6=12", "D6=100%"}
	merges := []string{"A1:D1", "A2:A3", "B2:C2", "D2:D3"}
	const noSpans = "the format has no merged cells"
	for _, tt := range []struct {
		file   string
		format Format
		sheet  string
		lost   string            // why there are no merged ranges
		change map[string]string // what else the format or the program does to texts, and why
		rows   []int             // where the rows are, if not where they are in a workbook
	}{
		{file: "ods/same-excelize.xlsx", format: FormatXLSX, sheet: "表1"},
		{file: "ods/same-libreoffice.ods", format: FormatODS, sheet: "表1"},
		{file: "ods/same-gnumeric.ods", format: FormatODS, sheet: "表1"},
		{file: "ods/same-sheetjs.ods", format: FormatODS, sheet: "表1",
			// Numbers lose their formats in the free edition of SheetJS.
			change: map[string]string{"31.25%": "0.3125", "100%": "1"}},
		{file: "xml2003/same-handmade-like-excel.xml", format: FormatXML2003, sheet: "表1"},
		{file: "xml2003/same-handmade-gb2312.xls", format: FormatXML2003, sheet: "表1"},
		{file: "xml2003/same-sheetjs.xml", format: FormatXML2003, sheet: "表1",
			change: map[string]string{"31.25%": "0.3125", "100%": "1"}},
		{file: "html/same-libreoffice.html", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-libreoffice-gbk-declared-utf8.html", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-gnumeric.html", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-gnumeric.xhtml", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-gnumeric-fragment.html", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-sheetjs.html", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-handmade-like-excel-gb2312.xls", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-handmade-like-word-gb2312.html", format: FormatHTML, sheet: "table 1"},
		{file: "html/same-handmade-in-markdown.md", format: FormatHTML, sheet: "table 1"},
		{file: "mht/same-quoted-printable.mht", format: FormatMHT, sheet: "table 1"},
		{file: "mht/same-base64-gbk.mht", format: FormatMHT, sheet: "table 1"},
		{file: "docx/same-docxjs.docx", format: FormatDOCX, sheet: "table 1"},
		{file: "csv/same-libreoffice.csv", format: FormatCSV, sheet: "csv", lost: noSpans},
		{file: "csv/same-libreoffice-gbk.csv", format: FormatCSV, sheet: "csv", lost: noSpans},
		{file: "csv/same-libreoffice-semicolon-bom.csv", format: FormatCSV, sheet: "csv", lost: noSpans},
		{file: "csv/same-sheetjs-utf16.txt", format: FormatCSV, sheet: "csv", lost: noSpans},
		{file: "text/same-handmade.md", format: FormatText, sheet: "text", lost: noSpans, rows: []int{2, 4, 5, 6, 7, 8}},
		{file: "text/same-handmade-pipes-gbk.txt", format: FormatText, sheet: "text", lost: noSpans,
			// A line break would be the end of the row.
			change: map[string]string{"法人或\n其他组织": "法人或其他组织"}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			w := openFixture(t, tt.file)
			if w.Format != tt.format || len(w.Sheets) != 1 || w.Sheets[0].Name != tt.sheet {
				t.Fatalf("format %s with %d sheets, the first %q; want %s with %q", w.Format, len(w.Sheets), w.Sheets[0].Name, tt.format, tt.sheet)
			}
			var want []string
			if tt.rows != nil {
				want = append(want, "A1=# 统计表")
			}
			for _, line := range texts {
				address, text, _ := strings.Cut(line, "=")
				if s, ok := tt.change[text]; ok {
					text = s
				}
				ref, _ := ParseRef(address)
				if tt.rows != nil {
					ref.Row = tt.rows[ref.Row]
				}
				want = append(want, ref.String()+"="+text)
			}
			if d := cmp.Diff(want, cellTexts(w.Sheets[0])); d != "" {
				t.Errorf("texts (-want +got)\n%s", d)
			}
			wantMerges := merges
			if tt.lost != "" {
				wantMerges = nil
			}
			if d := cmp.Diff(wantMerges, rangeTexts(w.Sheets[0])); d != "" {
				t.Errorf("merged ranges (-want +got)\n%s", d)
			}
		})
	}
}

// TestTableLimits tests that every reader obeys every limit and names it.
func TestTableLimits(t *testing.T) {
	files := map[string]string{
		"html": "html/same-libreoffice.html", "mht": "mht/same-base64-gbk.mht", "xml": "xml2003/same-handmade-like-excel.xml",
		"csv": "csv/same-libreoffice.csv", "text": "text/same-handmade.md", "docx": "docx/same-docxjs.docx", "ods": "ods/same-gnumeric.ods",
	}
	for kind, file := range files {
		for field, lim := range map[string]Limits{
			"Bytes":    {Bytes: 100},
			"Unpacked": {Unpacked: 100},
			"Cells":    {Cells: 15},
			"Merges":   {Merges: 3},
			"Text":     {Text: 100},
		} {
			switch {
			case field == "Merges" && (kind == "csv" || kind == "text"), // which have none
				field == "Unpacked" && kind != "docx" && kind != "ods": // which alone are packed
				continue
			}
			w, err := Open("testdata/"+file, WithLimits(lim))
			if !errors.Is(err, ErrLimit) || !strings.Contains(fmt.Sprint(err), "Limits."+field) {
				t.Errorf("%s, %s: error %v, workbook %v", kind, field, err, w)
			}
		}
		// With just enough it is read. The numbers of an ODS file count twice
		// where Text and Number differ.
		if _, err := Open("testdata/"+file, WithLimits(Limits{Cells: 17, Merges: 4, Text: 200})); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for name, page := range map[string]string{"html": "<table></table><table></table>", "mht": "MIME-Version: 1.0\nContent-Type: text/html\n\n<table></table><table></table>"} {
		_, err := readBytes([]byte(page), WithLimits(Limits{Sheets: 1}))
		if !errors.Is(err, ErrLimit) || !strings.Contains(fmt.Sprint(err), "Limits.Sheets") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	// A few bytes can hide a million rows.
	hidden := `<Worksheet><Table><Row Hidden="1" Span="999999"/><Row><Cell><Data>1</Data></Cell></Row></Table></Worksheet>`
	_, err := readBytes([]byte(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">` + hidden + hidden + hidden + "</Workbook>"))
	if !errors.Is(err, ErrLimit) || !strings.Contains(fmt.Sprint(err), "Limits.Cells") {
		t.Errorf("hidden rows: error %v", err)
	}
	rows := strings.Repeat("\n", MaxRows+1)
	for name, file := range map[string]string{"text": "a" + rows, "csv": "a,b\na,b" + rows, "html": "<table>" + strings.Repeat("<tr>", MaxRows+1)} {
		if _, err := readBytes([]byte(file)); !errors.Is(err, ErrLimit) || !strings.Contains(fmt.Sprint(err), "rows") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// checkBook reports what no workbook may be, whatever it was read from.
func checkBook(t *testing.T, w *Workbook, err error) {
	t.Helper()
	if err != nil {
		var e *Error
		if w != nil || !errors.As(err, &e) || !slices.Contains([]error{ErrFormat, ErrEncrypted, ErrDamaged, ErrLimit}, e.Kind) {
			t.Errorf("workbook %v with error %v", w, err)
		}
		return
	}
	for _, s := range w.Sheets {
		for i, c := range s.Cells {
			if c.Text == "" || c.Ref.Row < 0 || c.Ref.Row >= MaxRows || c.Ref.Col < 0 || c.Ref.Col >= MaxColumns {
				t.Errorf("%s: cell %v with %q", s.Name, c.Ref, c.Text)
			}
			if i > 0 && s.Cells[i-1].Ref.Compare(c.Ref) >= 0 {
				t.Errorf("%s: cell %v behind %v", s.Name, c.Ref, s.Cells[i-1].Ref)
			}
			if got, ok := s.Cell(c.Ref); !ok || got != c {
				t.Errorf("%s: cell %v is not found", s.Name, c.Ref)
			}
			if s.Widths != nil && (c.Ref.Row >= len(s.Widths) || s.Widths[c.Ref.Row] == 0) {
				t.Errorf("%s: cell %v in a row without cells", s.Name, c.Ref)
			}
			if strings.ToValidUTF8(c.Text, "") != c.Text {
				t.Errorf("%s: cell %v with %q, which is no UTF-8", s.Name, c.Ref, c.Text)
			}
		}
		for i, m := range s.Merges {
			if m.First == m.Last || m.First.Row > m.Last.Row || m.First.Col > m.Last.Col || m.Last.Row >= MaxRows || m.Last.Col >= MaxColumns {
				t.Errorf("%s: merged range %v", s.Name, m)
			}
			if i > 0 && s.Merges[i-1].First.Compare(m.First) >= 0 {
				t.Errorf("%s: merged range %v behind %v", s.Name, m, s.Merges[i-1])
			}
			for _, o := range s.Merges[:min(i, 50)] {
				if o.First.Row <= m.Last.Row && m.First.Row <= o.Last.Row && o.First.Col <= m.Last.Col && m.First.Col <= o.Last.Col {
					t.Errorf("%s: merged ranges %v and %v", s.Name, o, m)
				}
			}
		}
		for _, hidden := range [][]int{s.HiddenRows, s.HiddenColumns} {
			if !slices.IsSorted(hidden) {
				t.Errorf("%s: hidden %v", s.Name, hidden)
			}
		}
	}
}

// fuzzLimits are small, so that inputs reach them.
var fuzzLimits = Limits{Cells: 5000, Merges: 500, Text: 1 << 20, Sheets: 50, Unpacked: 4 << 20, Files: 20}.withDefaults()

// addFolders adds the files of folders of testdata to a fuzz target.
func addFolders(f *testing.F, folders ...string) {
	for _, folder := range folders {
		files, err := os.ReadDir("testdata/" + folder)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(filepath.Join("testdata", folder, file.Name()))
			if err != nil {
				f.Fatal(err)
			}
			if len(data) < 64<<10 && !strings.HasPrefix(file.Name(), "make.") {
				f.Add(data)
			}
		}
	}
}

// TestTableCosts reads the most costly files that there are for each reader.
// With 64 MiB for size, each of them takes less than 2 s of processor time and,
// but for two, less than 256 MiB of memory; the two are a cell of 64 MiB. What
// grows with the square of the size takes minutes then, and still far more than
// is allowed here.
func TestTableCosts(t *testing.T) {
	const (
		size = 2 << 20
		most = time.Second
		room = 512 << 20 // of all memory that was made use of, not at a time
	)
	fill := func(head, piece, tail string) func() []byte {
		return func() []byte {
			n := (size - len(head) - len(tail)) / len(piece)
			return []byte(head + strings.Repeat(piece, n) + tail)
		}
	}
	var names strings.Builder
	for i := 0; names.Len() < size/64; i++ {
		fmt.Fprintf(&names, "a%d ", i)
	}
	for _, tt := range []struct {
		name string
		file func() []byte
	}{
		{"html: cells", fill("<table>", "<tr><td>x", "")},
		{"html: cells of one row", fill("<table><tr>", "<td>x", "")},
		{"html: empty cells", fill("<table><tr>", "<td>", "")},
		{"html: tables in tables", fill("", "<table><tr><td>", "")},
		{"html: tags", fill("<table><tr><td>", "<b>", "")},
		{"html: blocks", fill("<table><tr><td>", "x<p>", "")},
		{"html: lines above", fill("", "<p>x", "<table>")},
		{"html: attributes", fill("<table><tr><td ", names.String(), ">x")},
		{"html: attributes, then tags with one", fill("<table><tr><td "+names.String()+">", "<b c>", "")},
		{"html: references", fill("<table><tr><td>", "&amp;", "")},
		{"html: spans down", fill("<table>", "<tr><td colspan=1000 rowspan=65534>", "")},
		{"html: columns that are taken", fill("<table><tr>"+strings.Repeat("<td rowspan=65534><td rowspan=65533>", 8000), "<tr><td>x", "")},
		{"html: hidden columns", fill("", "<table><col span=1000 hidden><td colspan=1000 rowspan=2>x</table>", "")},
		{"html: comments", fill("<table>", "<!---", "")},
		{"html: titles", fill("<table>", "<title>", "")},
		{"html: unended quotes", fill("<table>", "<a b='c", "")},
		{"html: chinese in GBK", fill("<table><tr><td>", "<p>\xD6\xD0\xCE\xC4", "")},
		{"text: pipes", fill("a", "|", "")},
		{"text: lines", fill("", "a\n", "")},
		{"text: one line", fill("", "a", "")},
		{"text: cells", fill("", "a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x\n", "")},
		{"csv: commas", fill("a,b\nc,d\n", ",", "")},
		{"csv: cells", fill("", "a,b\n", "")},
		{"csv: quotes", fill("a,b\nc,d\n\"", "\"\"", "")},
		{"csv: unended quotes", fill("a,b\nc,d\n", "\"a,b\n", "\"")},
		{"mht: parts", fill("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n", "--x\n\nx\n", "--x--")},
		{"mht: pages", fill("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n", "--x\nContent-Type: text/html\n\n<p>x\n", "--x--")},
		{"mht: quoted-printable", fill("MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<table><td>", "=41= \t", "")},
		{"mht: a header", fill("MIME-Version: 1.0\n", "a: b\n", "\n")},
		{"mht: no line ends", fill("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n", "x", "")},
		{"xml2003: cells", fill(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row>`, `<Cell><Data>1</Data></Cell>`, "")},
		{"xml2003: rows", fill(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>`, `<Row/>`, "")},
		{"xml2003: depth", fill(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, `<a>`, "")},
		{"xml2003: hidden rows", fill(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`,
			`<Worksheet><Table><Row Hidden="1" Span="1048574"/><Row><Cell><Data>1</Data></Cell></Row></Table></Worksheet>`, "</Workbook>")},
		{"xml2003: text", fill(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>`, `a&amp;`, "")},
		{"docx: cells", func() []byte {
			return testPackage{"word/document.xml": string(fill("<document><body><tbl><tr>", "<tc><p><r><t>x</t></r></p></tc>", "")())}.file()
		}},
		{"docx: merged cells", func() []byte {
			return testPackage{"word/document.xml": string(fill("<document><body><tbl>", `<tr><tc><tcPr><vMerge val="restart"/></tcPr></tc></tr>`, "")())}.file()
		}},
		{"docx: tables", func() []byte {
			return testPackage{"word/document.xml": string(fill("<document><body>", `<tbl/>`, "")())}.file()
		}},
		{"ods: repeated rows", func() []byte {
			return testPackage{"content.xml": `<document-content><body><spreadsheet><table>` + strings.Repeat(`<table-row a:number-rows-repeated="2000000000"><table-cell a:number-columns-repeated="2000000000"/></table-row>`, 1e5) +
				`<table-row a:number-rows-repeated="1000"><table-cell a:number-columns-repeated="16384"><p>x</p></table-cell></table-row></table></spreadsheet></body></document-content>`,
				"META-INF/manifest.xml": "<a/>"}.file()
		}},
		{"ods: spaces", func() []byte {
			return testPackage{"content.xml": `<document-content><body><spreadsheet><table><table-row><table-cell><p>` + strings.Repeat(`<s c="2000000000"/>`, size/24) +
				`</p></table-cell></table-row></table></spreadsheet></body></document-content>`, "META-INF/manifest.xml": "<a/>"}.file()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := tt.file()
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := processorTime()
			w, err := readBytes(file)
			spent := processorTime() - start
			runtime.ReadMemStats(&after)
			checkBook(t, w, err)
			if made := after.TotalAlloc - before.TotalAlloc; spent > most || made > room {
				t.Errorf("%.2f s, %d MiB allocated; error %v", spent.Seconds(), made>>20, err)
			}
		})
	}
}

// processorTime returns the time that this process has spent, other processes
// left aside.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
