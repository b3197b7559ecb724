package xlsx

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"
)

// checkWriteRead writes a workbook that was read and reads it again: it has to
// be the same, apart from what Write cannot know or the format does not allow.
func checkWriteRead(t *testing.T, w *Workbook) {
	t.Helper()
	visible := slices.ContainsFunc(w.Sheets, func(s *Sheet) bool { return !s.Hidden })
	for i, s := range w.Sheets {
		// Readers take names and a lack of visible sheets that Write refuses.
		s.Name = fmt.Sprintf("表%d", i)
		s.Hidden = s.Hidden && (visible || i > 0)
		for j := range s.Cells {
			c := &s.Cells[j]
			c.Formula = false // its text is not known
			if len(utf16.Encode([]rune(c.Text))) > excelize.TotalCellChars {
				c.Text = c.Text[:100]
				for !strings.HasSuffix(string([]rune(c.Text)), c.Text) { // whole characters
					c.Text = c.Text[:len(c.Text)-1]
				}
			}
		}
	}
	if len(w.Sheets) == 0 { // nothing but chart sheets
		return
	}
	var b bytes.Buffer
	if err := w.Write(&b); err != nil {
		t.Fatalf("write: %v", err)
	}
	again, err := readBytes(b.Bytes())
	if err != nil {
		t.Fatalf("read again: %v", err)
	}
	if len(again.Warnings) > 0 {
		t.Errorf("read again: %v", again.Warnings)
	}
	if diff := cmp.Diff(w.Sheets, again.Sheets, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("read again (-read +read again):\n%s", diff)
	}
}

func TestWriteReadFixtures(t *testing.T) {
	paths := fixtures(t)
	old, err := filepath.Glob("testdata/xls/*.xls")
	if err != nil || len(old) == 0 {
		t.Fatalf("%d .xls fixtures, error %v", len(old), err)
	}
	for _, path := range append(paths, old...) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			w, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			checkWriteRead(t, w)
		})
	}
	for _, tt := range sheetTests {
		t.Run(tt.reason, func(t *testing.T) {
			w, err := readBytes(tt.file.file())
			if err != nil {
				t.Fatal(err)
			}
			checkWriteRead(t, w)
		})
	}
}

// written writes a workbook and reads it with this package and with excelize.
func written(t *testing.T, w *Workbook) (*Workbook, *excelize.File) {
	t.Helper()
	var b bytes.Buffer
	if err := w.Write(&b); err != nil {
		t.Fatal(err)
	}
	again, err := readBytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return again, f
}

// bookOf returns a workbook of one sheet, the cells in one column.
func bookOf(cells ...Cell) *Workbook {
	for i := range cells {
		cells[i].Ref = Ref{Row: i}
	}
	return &Workbook{Sheets: []*Sheet{{Name: "表", Cells: cells}}}
}

// numberOf returns a cell as a reader makes it.
func numberOf(v float64, nf numFormat) Cell {
	kind, text, number := numberCell(v, nf, false)
	return Cell{Kind: kind, Text: text, Number: number}
}

func TestWriteCells(t *testing.T) {
	long := strings.Repeat("长", excelize.TotalCellChars)
	for _, tt := range []struct {
		reason string
		cell   Cell
		want   Cell              // read again, the same if it is zero
		shown  string            // by excelize, the text if it is empty
		typ    excelize.CellType // by excelize
	}{
		{reason: "a text", cell: Cell{Text: "甲"}, typ: excelize.CellTypeInlineString},
		{reason: "a text with white space at its ends", cell: Cell{Text: " \t甲 \n"}, typ: excelize.CellTypeInlineString},
		{reason: "a text like a number", cell: Cell{Text: "007"}, typ: excelize.CellTypeInlineString},
		{reason: "a text like a formula", cell: Cell{Text: "=1+1"}, typ: excelize.CellTypeInlineString},
		{reason: "a text like a formula, too", cell: Cell{Text: "@SUM(1)"}, typ: excelize.CellTypeInlineString},
		{reason: "a text with an apostrophe", cell: Cell{Text: "'1"}, typ: excelize.CellTypeInlineString},
		{reason: "a text like an error", cell: Cell{Text: "#DIV/0!"}, typ: excelize.CellTypeInlineString},
		{reason: "a text of XML", cell: Cell{Text: `<is><r><t>E&amp;"'.</t></r></is>]]>`}, typ: excelize.CellTypeInlineString},
		{reason: "a text of several lines", cell: Cell{Text: "a\nb\n\nc"}, typ: excelize.CellTypeInlineString},
		{reason: "a text with other line ends", cell: Cell{Text: "a\r\nb\rc"}, want: Cell{Text: "a\nb\nc"}, shown: "a\nb\nc", typ: excelize.CellTypeInlineString},
		{reason: "a text like an escape", cell: Cell{Text: "_x0041_^ _x005F_"}, typ: excelize.CellTypeInlineString},
		{reason: "half an escape before a control character", cell: Cell{Text: "_x0041\x01_"}, shown: "_x0041\x01_", typ: excelize.CellTypeInlineString},
		{reason: "control characters", cell: Cell{Text: "\x00a\x0Bb\x1F ^\uFFFE"}, shown: "?", typ: excelize.CellTypeInlineString},
		{reason: "a text beyond the first plane", cell: Cell{Text: "😀𠮷"}, typ: excelize.CellTypeInlineString},
		{reason: "as long a text as there may be", cell: Cell{Text: long}, typ: excelize.CellTypeInlineString},

		{reason: "a number", cell: numberOf(-21.8, formatGeneral), typ: excelize.CellTypeUnset},
		{reason: "a large number", cell: numberOf(6.02214076e23, formatGeneral), shown: "6.02214076E+23", typ: excelize.CellTypeUnset},
		{reason: "a number of 17 digits", cell: numberOf(12345678901234568, formatGeneral), shown: "1.23456789012346E+16", typ: excelize.CellTypeUnset},
		{reason: "a number of 16 digits behind the point", cell: numberOf(0.7999999999999999, formatGeneral), typ: excelize.CellTypeUnset, shown: "0.8"},
		{reason: "a number that is not in its plain form", cell: Cell{Kind: KindNumber, Number: "+01.50", Text: "?"}, want: numberOf(1.5, formatGeneral), shown: "1.5", typ: excelize.CellTypeUnset},
		{reason: "a number that no float64 holds", cell: Cell{Kind: KindNumber, Number: "12345678901234567890", Text: "12345678901234567890"}, want: Cell{Text: "12345678901234567890"}, typ: excelize.CellTypeInlineString},
		{reason: "a code of 18 digits", cell: Cell{Kind: KindNumber, Number: "110101199003071233", Text: "110101199003071233"}, want: Cell{Text: "110101199003071233"}, typ: excelize.CellTypeInlineString},
		{reason: "a number that is none", cell: Cell{Kind: KindNumber, Text: "n/a"}, want: Cell{Text: "n/a"}, typ: excelize.CellTypeInlineString},

		{reason: "percent", cell: numberOf(0.3125, formatPercent), typ: excelize.CellTypeUnset},
		{reason: "percent of four decimals", cell: numberOf(0.796875, formatPercent), typ: excelize.CellTypeUnset},
		{reason: "percent without decimals", cell: numberOf(12, formatPercent), typ: excelize.CellTypeUnset},
		{reason: "negative percent", cell: numberOf(-0.005, formatPercent), typ: excelize.CellTypeUnset},
		{reason: "percent that no float64 holds", cell: Cell{Kind: KindPercent, Number: "0.12345678901234567890", Text: "12.345678901234567890%"}, want: Cell{Text: "12.345678901234567890%"}, typ: excelize.CellTypeInlineString},

		{reason: "a date", cell: numberOf(44562, formatDate), typ: excelize.CellTypeUnset},
		{reason: "a date and time", cell: numberOf(44562.75, formatDateTime), typ: excelize.CellTypeUnset},
		{reason: "a time", cell: numberOf(0.5, formatTime), typ: excelize.CellTypeUnset},
		{reason: "a date that has a time", cell: numberOf(44562.25, formatDate), typ: excelize.CellTypeUnset},
		{reason: "a date that its number is not", cell: Cell{Kind: KindDate, Number: "44562", Text: "2022-01-02"}, want: Cell{Text: "2022-01-02"}, typ: excelize.CellTypeInlineString},
		{reason: "a date without a number", cell: Cell{Kind: KindDate, Text: "2022-01-02"}, want: Cell{Text: "2022-01-02"}, typ: excelize.CellTypeInlineString},

		{reason: "true", cell: Cell{Kind: KindBool, Text: "TRUE"}, typ: excelize.CellTypeBool},
		{reason: "false", cell: Cell{Kind: KindBool, Text: "FALSE"}, typ: excelize.CellTypeBool},
		{reason: "neither", cell: Cell{Kind: KindBool, Text: "是"}, want: Cell{Text: "是"}, typ: excelize.CellTypeInlineString},
		{reason: "an error", cell: Cell{Kind: KindError, Text: "#DIV/0!"}, typ: excelize.CellTypeError},
		{reason: "another error", cell: Cell{Kind: KindError, Text: "#N/A"}, typ: excelize.CellTypeError},
		{reason: "an error of XML", cell: Cell{Kind: KindError, Text: "#<&>!"}, typ: excelize.CellTypeError},
		{reason: "the result of a formula", cell: Cell{Kind: KindNumber, Number: "3", Text: "3", Formula: true}, want: Cell{Kind: KindNumber, Number: "3", Text: "3"}, typ: excelize.CellTypeUnset},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			if tt.want == (Cell{}) {
				tt.want = tt.cell
			}
			w, f := written(t, bookOf(tt.cell))
			if diff := cmp.Diff([]Cell{tt.want}, w.Sheets[0].Cells); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if formula, err := f.GetCellFormula("表", "A1"); formula != "" || err != nil {
				t.Errorf("it is the formula %q, error %v", formula, err)
			}
			if typ, err := f.GetCellType("表", "A1"); typ != tt.typ || err != nil {
				t.Errorf("its type is %d by excelize, want %d, error %v", typ, tt.typ, err)
			}
			if tt.shown == "" {
				tt.shown = tt.want.Text
			}
			if shown, err := f.GetCellValue("表", "A1"); shown != tt.shown && tt.shown != "?" || err != nil {
				t.Errorf("excelize shows %q, want %q, error %v", shown, tt.shown, err)
			}
		})
	}
}

func TestWriteSheets(t *testing.T) {
	in := &Workbook{Sheets: []*Sheet{
		{Name: "一", Hidden: true},
		{Name: "B 表（二）", Cells: []Cell{
			{Ref: Ref{4, 2}, Text: "后"}, {Ref: Ref{0, 1}, Text: "先"}, {Ref: Ref{4, 0}, Text: "中"}, {Ref: Ref{9, 9}}, // not in order, one empty
			{Ref: Ref{MaxRows - 1, MaxColumns - 1}, Text: "末"},
		},
			Merges:        []Range{{Ref{6, 0}, Ref{8, 3}}, {Ref{0, 1}, Ref{1, 2}}, {Ref{3, 3}, Ref{3, 3}}},
			HiddenRows:    []int{10, 2, 4, 2},
			HiddenColumns: []int{5, 3, 2, 3, MaxColumns - 1}},
		{Name: "a'b", Hidden: true},
		{Name: strings.Repeat("名", 31)},
	}}
	var got *Workbook
	var f *excelize.File
	if n := totalAlloc(func() { got, f = written(t, in) }); n > 64<<20 {
		t.Errorf("two cells far apart cost %d bytes", n)
	}
	want := []string{
		`sheet 一 hidden`,
		`sheet B 表（二）`, `B1 "先"`, `A5 "中"`, `C5 "后"`, `XFD1048576 "末"`,
		`merged B1:C2`, `merged A7:D9`, `row 3 hidden`, `row 5 hidden`, `row 11 hidden`,
		`column 3 hidden`, `column 4 hidden`, `column 6 hidden`, `column 16384 hidden`,
		`sheet a'b hidden`,
		`sheet ` + strings.Repeat("名", 31),
	}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A range of one cell is not written; this package would not read it.
	if part, ok := f.Pkg.Load("xl/worksheets/sheet2.xml"); !ok || strings.Count(string(part.([]byte)), "<mergeCell ") != 2 {
		t.Error("the sheet has not two merged ranges")
	}
	if in.Sheets[1].Cells[0].Text != "后" || in.Sheets[1].HiddenRows[0] != 10 {
		t.Error("Write changes the workbook")
	}
}

// TestWriteEscapes tests that only what has to be escaped is.
func TestWriteEscapes(t *testing.T) {
	_, f := written(t, bookOf(Cell{Text: "a\nb\tc_d^e"}, Cell{Text: "_x0041_"}))
	part, ok := f.Pkg.Load("xl/worksheets/sheet1.xml")
	if !ok {
		t.Fatal("there is no sheet")
	}
	for _, want := range []string{"<t>a\nb&#x9;c_d^e</t>", "_x005F_x0041_x005F_"} {
		if !strings.Contains(string(part.([]byte)), want) {
			t.Errorf("the sheet has no %q", want)
		}
	}
}

// TestWrite1904 writes the dates of a workbook that counts from 1904.
func TestWrite1904(t *testing.T) {
	in, err := Open("testdata/ooxml/dates-1904-libreoffice.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	got, f := written(t, in)
	if diff := cmp.Diff(lines(in), lines(got)); diff != "" {
		t.Errorf("(-read +read again):\n%s", diff)
	}
	if shown, err := f.GetCellValue("Sheet1", "A3"); shown != "2022-01-01" || err != nil {
		t.Errorf("excelize shows %q, error %v", shown, err)
	}
	// In one that counts from 1900 a date of the other kind becomes text.
	mixed := bookOf(numberOf(44562, formatDate), in.Sheets[0].Cells[2])
	got, _ = written(t, mixed)
	if diff := cmp.Diff([]string{`sheet 表`, `A1 date 2022-01-01 (44562)`, `A2 "2022-01-01"`}, lines(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWriteRefuses(t *testing.T) {
	sheet := func(s Sheet) *Workbook {
		s.Name = "表"
		return &Workbook{Sheets: []*Sheet{&s}}
	}
	named := func(names ...string) *Workbook {
		w := &Workbook{}
		for _, name := range names {
			w.Sheets = append(w.Sheets, &Sheet{Name: name})
		}
		return w
	}
	at := func(row, col int) Sheet { return Sheet{Cells: []Cell{{Ref: Ref{row, col}, Text: "x"}}} }
	merged := func(r ...Range) Sheet { return Sheet{Merges: r} }
	for _, tt := range []struct {
		reason string
		w      *Workbook
		want   string
	}{
		{"no sheets", named(), "not hidden"},
		{"only hidden sheets", sheet(Sheet{Hidden: true}), "not hidden"},
		{"a name of nothing", named(""), `sheet ""`},
		{"a long name", named(strings.Repeat("名", 32)), "1 to 31 characters"},
		{"a long name beyond the first plane", named(strings.Repeat("😀", 16)), "1 to 31 characters"},
		{"a name with a colon", named("好", "a:b"), `sheet "a:b"`},
		{"a name with a slash", named("a/b"), `sheet "a/b"`},
		{"a name with brackets", named("a[b]"), `sheet "a[b]"`},
		{"a name that begins with an apostrophe", named("'a"), `sheet "'a"`},
		{"a name that ends with an apostrophe", named("a'"), `sheet "a'"`},
		{"a name of two lines", named("a\nb"), `sheet "a\nb"`},
		{"a name that is no text", named("a\xFF"), `sheet "a\xff"`},
		{"a name twice", named("甲", "甲"), `sheet "甲": two sheets`},
		{"a name twice but for capitals", named("Abc", "aBC"), `sheet "aBC": two sheets`},

		{"a row before the first", sheet(at(-1, 0)), `sheet "表": cell at row -1`},
		{"a row after the last", sheet(at(MaxRows, 0)), `sheet "表": cell at row 1048576`},
		{"a column before the first", sheet(at(0, -1)), "column -1"},
		{"a column after the last", sheet(at(0, MaxColumns)), "column 16384"},
		{"a cell twice", sheet(Sheet{Cells: []Cell{{Text: "1"}, {Ref: Ref{1, 1}}, {Text: "2"}}}), `sheet "表": cell A1: stands twice`},
		{"a long text", bookOf(Cell{Text: strings.Repeat("x", excelize.TotalCellChars+1)}), `cell A1: the text is longer than the 32767`},
		{"a long text beyond the first plane", bookOf(Cell{Text: strings.Repeat("😀", excelize.TotalCellChars/2+1)}), "longer"},
		{"no text", bookOf(Cell{Text: "a"}, Cell{Text: "a\xFF"}), "cell A2: the text is not valid UTF-8"},
		{"a merged range from the last cell to the first", sheet(merged(Range{Ref{1, 1}, Ref{0, 0}})), "merged range B2:A1: no range"},
		{"a merged range before the first row", sheet(merged(Range{Ref{-1, 1}, Ref{0, 2}})), "no range"},
		{"a merged range before the first column", sheet(merged(Range{Ref{0, -1}, Ref{2, 2}})), "no range"},
		{"a merged range that ends above its beginning", sheet(merged(Range{Ref{1, 0}, Ref{0, 2}})), "no range"},
		{"a merged range that ends left of its beginning", sheet(merged(Range{Ref{0, 1}, Ref{2, 0}})), "no range"},
		{"a merged range after the last row", sheet(merged(Range{Ref{0, 0}, Ref{MaxRows, 0}})), "no range"},
		{"a merged range after the last column", sheet(merged(Range{Ref{0, 0}, Ref{0, MaxColumns}})), "no range"},
		{"merged ranges that overlap", sheet(merged(Range{Ref{2, 2}, Ref{3, 3}}, Range{Ref{0, 0}, Ref{2, 2}})), `sheet "表": merged range C3:D4: overlaps`},
		{"a hidden row before the first", sheet(Sheet{HiddenRows: []int{-1}}), "hidden row -1"},
		{"a hidden row after the last", sheet(Sheet{HiddenRows: []int{MaxRows}}), "hidden row 1048576"},
		{"a hidden column before the first", sheet(Sheet{HiddenColumns: []int{-1}}), "hidden columns -1"},
		{"a hidden column after the last", sheet(Sheet{HiddenColumns: []int{MaxColumns}}), "hidden columns 16384"},
	} {
		var b bytes.Buffer
		if err := tt.w.Write(&b); err == nil || !strings.Contains(err.Error(), tt.want) || b.Len() > 0 {
			t.Errorf("%s: %d bytes, error %v, want one with %q", tt.reason, b.Len(), err, tt.want)
		}
	}
}

// TestWriteDeterministic writes the same workbook again and again.
func TestWriteDeterministic(t *testing.T) {
	w, err := Open("testdata/ooxml/kinds-excelize.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	var first bytes.Buffer
	if err := w.Write(&first); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		var b bytes.Buffer
		if err := w.Write(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), b.Bytes()) {
			t.Fatal("the bytes differ")
		}
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "表.xlsx")
	good, bad := bookOf(Cell{Text: "甲"}), bookOf(Cell{Text: "a\xFF"})
	check := func(when string, err error, want ...string) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: files (-want +got):\n%s", when, diff)
		}
	}
	read := func() string {
		t.Helper()
		w, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return w.Sheets[0].Cells[0].Text
	}

	if bad.Save(path) == nil {
		t.Error("no error from a workbook that cannot be written")
	}
	check("after an error", nil)
	check("a new file", good.Save(path), "表.xlsx")
	if got := read(); got != "甲" {
		t.Errorf("read %q", got)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	check("over a file", bookOf(Cell{Text: "乙"}).Save(path), "表.xlsx")
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o640 {
		t.Errorf("the mode is %v, error %v", st.Mode(), err)
	}
	if bad.Save(path) == nil {
		t.Error("no error over a file")
	}
	check("after an error over a file", nil, "表.xlsx")
	if got := read(); got != "乙" {
		t.Errorf("after an error over a file: read %q", got)
	}

	link := filepath.Join(dir, "链接.xlsx")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	check("through a link", good.Save(link), "表.xlsx", "链接.xlsx")
	if st, err := os.Lstat(link); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, error %v", st.Mode(), err)
	}
	if got := read(); got != "甲" {
		t.Errorf("through a link: read %q", got)
	}
	if err := good.Save(filepath.Join(dir, "none", "a.xlsx")); !os.IsNotExist(err) {
		t.Errorf("in a folder that there is not: error %v", err)
	}
	if good.Save(dir) == nil {
		t.Error("no error over a folder")
	}
	check("after an error over a folder", nil, "表.xlsx", "链接.xlsx")

	// Two at once do not get into each other's way.
	if err := os.WriteFile(path+".0.tmp", []byte("another's"), 0o666); err != nil {
		t.Fatal(err)
	}
	check("beside another's file", good.Save(path), "表.xlsx", "表.xlsx.0.tmp", "链接.xlsx")
}
