package xlsx

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func refAt(s string) Ref {
	r, ok := ParseRef(s)
	if !ok {
		panic(s)
	}
	return r
}

func rangeAt(first, last string) Range { return Range{refAt(first), refAt(last)} }

// number returns a cell with a number.
func number(ref, n string) Cell { return Cell{Ref: refAt(ref), Kind: KindNumber, Text: n, Number: n} }

// dressedBook is a workbook with all that a look has.
func dressedBook() *Workbook {
	head := Style{Font: "宋体", Size: 10.5, Bold: true, Across: AlignCenter, Down: AlignCenter, Wrap: true, Border: true}
	return &Workbook{Sheets: []*Sheet{
		{
			Name: "甲'乙 表",
			Cells: []Cell{
				{Ref: refAt("A1"), Text: "标题"}, {Ref: refAt("A2"), Text: "指标"}, number("B2", "2"), number("B3", "3.5"),
				{Ref: refAt("B5"), Kind: KindNumber, Text: "5.5", Number: "5.5"}, {Ref: refAt("B6"), Text: "^是"},
				{Ref: refAt("B7"), Kind: KindBool, Text: "TRUE"}, {Ref: refAt("C2"), Kind: KindPercent, Text: "31.25%", Number: "0.3125"},
			},
			Merges:     []Range{rangeAt("A1", "C1")},
			HiddenRows: []int{3, 7},
			Look: &Look{
				Widths:  []float64{30, 0, 12.5},
				Heights: []float64{32, 0, 20, 21, 0, 0, 0, 0, 40},
				Styles: []Styled{
					{rangeAt("A1", "C1"), Style{Size: 16, Bold: true}},
					{rangeAt("A2", "C4"), Style{Border: true}},
					{rangeAt("A2", "A3"), head},
					{rangeAt("B3", "B3"), Style{Format: "0.00", Across: AlignEnd, Down: AlignStart}},
					{rangeAt("B5", "B5"), Style{Border: true}},
					{rangeAt("C2", "C2"), Style{Font: "Arial", Indent: 2, Across: AlignStart, Down: AlignEnd}},
				},
				Formulas: []Formula{
					{refAt("B5"), "SUM(B2:B3)"}, {refAt("B6"), `IF(B5>5,"^是","否")`}, {refAt("B7"), "B5>5"},
					{refAt("B8"), `IF(COUNT(A2)=0,"",1)`}, {refAt("C3"), "1<2"},
				},
				Notes:  []Note{{refAt("B2"), "第一行\n第二行"}, {refAt("C9"), "在空单元格上"}},
				Counts: []Count{{rangeAt("B2", "B4"), false, "请填写整数", "只能填写0或正整数"}, {rangeAt("C2", "C2"), true, "", ""}},
				Marks:  []Mark{{[]Range{rangeAt("B2", "B3"), rangeAt("B5", "B5")}, "$B$2+$B$3<>$B$5"}},
				Print: &Print{Landscape: true, Wide: 1, Tall: 2, Area: &Range{refAt("A1"), refAt("C9")}, Repeat: &[2]int{0, 1},
					Margin: 0.5, Center: true},
			},
		},
		{Name: "丙", Cells: []Cell{{Ref: refAt("A1"), Text: "无"}}, Look: &Look{Print: &Print{}}},
		{Name: "丁", Cells: []Cell{{Ref: refAt("A1"), Text: "无"}}},
	}}
}

// TestLook reads a dressed workbook with excelize.
func TestLook(t *testing.T) {
	w := dressedBook()
	_, f := written(t, w)
	const sheet = "甲'乙 表"
	for _, tt := range []struct {
		reason    string
		got, want func() (any, error)
	}{
		{reason: "width of A", got: func() (any, error) { return f.GetColWidth(sheet, "A") }, want: is(30.0)},
		{reason: "width of B, as usual", got: func() (any, error) { return f.GetColWidth(sheet, "B") }, want: is(9.140625)},
		{reason: "width of C", got: func() (any, error) { return f.GetColWidth(sheet, "C") }, want: is(12.5)},
		{reason: "height of 1", got: func() (any, error) { return f.GetRowHeight(sheet, 1) }, want: is(32.0)},
		{reason: "height of 2, as usual", got: func() (any, error) { return f.GetRowHeight(sheet, 2) }, want: is(15.0)},
		{reason: "height of 4, which is hidden", got: func() (any, error) { return f.GetRowHeight(sheet, 4) }, want: is(21.0)},
		{reason: "4 is hidden", got: func() (any, error) { return f.GetRowVisible(sheet, 4) }, want: is(false)},
		{reason: "8 is hidden and has nothing else", got: func() (any, error) { return f.GetRowVisible(sheet, 8) }, want: is(false)},
		{reason: "height of 9, which has nothing else", got: func() (any, error) { return f.GetRowHeight(sheet, 9) }, want: is(40.0)},

		{reason: "a number formula", got: func() (any, error) { return f.GetCellFormula(sheet, "B5") }, want: is("SUM(B2:B3)")},
		{reason: "its stored result", got: func() (any, error) { return f.GetCellValue(sheet, "B5") }, want: is("5.5")},
		{reason: "what it gives", got: func() (any, error) { return f.CalcCellValue(sheet, "B5") }, want: is("5.5")},
		{reason: "a text formula", got: func() (any, error) { return f.GetCellValue(sheet, "B6") }, want: is("^是")},
		{reason: "what it gives", got: func() (any, error) { return f.CalcCellValue(sheet, "B6") }, want: is("^是")},
		{reason: "a truth", got: func() (any, error) { return f.GetCellValue(sheet, "B7") }, want: is("TRUE")},
		{reason: "an empty result", got: func() (any, error) { return f.GetCellValue(sheet, "B8") }, want: is("")},
		{reason: "what gives it", got: func() (any, error) { return f.GetCellFormula(sheet, "B8") }, want: is(`IF(COUNT(A2)=0,"",1)`)},
		{reason: "a formula with signs of XML", got: func() (any, error) { return f.GetCellFormula(sheet, "C3") }, want: is("1<2")},

		{reason: "notes", got: func() (any, error) { return notesOf(f, sheet) }, want: is([]string{"B2 第一行\n第二行", "C9 在空单元格上"})},
		{reason: "counts", got: func() (any, error) { return countsOf(f, sheet) }, want: is([]string{
			"B2:B4 whole greaterThanOrEqual 0  请填写整数 只能填写0或正整数", "C2:C2 whole between -2147483647 2147483647  ",
		})},
		{reason: "marks", got: func() (any, error) { return marksOf(f, sheet) }, want: is("B2:B3 B5:B5: formula $B$2+$B$3<>$B$5 in 9C0006 on FF9999")},

		{reason: "names", got: func() (any, error) { return f.GetDefinedName(), nil }, want: is([]excelize.DefinedName{
			{Name: "_xlnm.Print_Area", RefersTo: "'甲''乙 表'!$A$1:$C$9", Scope: sheet},
			{Name: "_xlnm.Print_Titles", RefersTo: "'甲''乙 表'!$1:$2", Scope: sheet},
		})},
		{reason: "page", got: func() (any, error) { return pageOf(f, sheet) }, want: is("paper 9 landscape 1x2 fit true margins 0.5 0.5 0.5 0.5 centred true")},
		{reason: "page without a wish", got: func() (any, error) { return pageOf(f, "丙") }, want: is("paper 9 portrait 1x1 fit false margins 0.7 0.7 0.75 0.75 centred false")},
		{reason: "the workbook is worked out when it is opened", got: func() (any, error) {
			p, err := f.GetCalcProps()
			return p.FullCalcOnLoad != nil && *p.FullCalcOnLoad, err
		}, want: is(true)},

		{reason: "style of A1", got: func() (any, error) { return styleOf(f, sheet, "A1") }, want: is(" 16 bold")},
		{reason: "style of C1, within a merged range", got: func() (any, error) { return styleOf(f, sheet, "C1") }, want: is(" 16 bold")},
		{reason: "the later style counts", got: func() (any, error) { return styleOf(f, sheet, "A2") }, want: is("宋体/134 10.5 bold across center down center wrap border")},
		{reason: "style of an empty cell", got: func() (any, error) { return styleOf(f, sheet, "A4") }, want: is("Calibri 11 border")},
		{reason: "format", got: func() (any, error) { return styleOf(f, sheet, "B3") }, want: is("Calibri 11 across right down top format 0.00")},
		{reason: "percent has its own format", got: func() (any, error) { return styleOf(f, sheet, "C2") }, want: is("Arial 0 across left down bottom indent 2 format 0.00%")},
		{reason: "style of a formula", got: func() (any, error) { return styleOf(f, sheet, "B5") }, want: is("Calibri 11 border")},
		{reason: "no style", got: func() (any, error) { return f.GetCellStyle(sheet, "B7") }, want: is(0)},
		{reason: "a sheet without a look", got: func() (any, error) { return f.GetCellStyle("丁", "A1") }, want: is(0)},
	} {
		want, _ := tt.want()
		got, err := tt.got()
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
		}
	}
}

func is(v any) func() (any, error) { return func() (any, error) { return v, nil } }

func notesOf(f *excelize.File, sheet string) (list []string, err error) {
	comments, err := f.GetComments(sheet)
	for _, c := range comments {
		list = append(list, c.Cell+" "+c.Text)
	}
	return list, err
}

func countsOf(f *excelize.File, sheet string) (list []string, err error) {
	dvs, err := f.GetDataValidations(sheet)
	text := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	for _, dv := range dvs {
		list = append(list, strings.Join([]string{dv.Sqref, dv.Type, dv.Operator, dv.Formula1, dv.Formula2, text(dv.ErrorTitle), text(dv.Error)}, " "))
	}
	return list, err
}

func marksOf(f *excelize.File, sheet string) (string, error) {
	marks, err := f.GetConditionalFormats(sheet)
	var b strings.Builder
	for ranges, rules := range marks {
		for _, r := range rules {
			st, err := f.GetConditionalStyle(*r.Format)
			if err != nil {
				return "", err
			}
			b.WriteString(ranges + ": " + r.Type + " " + r.Criteria + " in " + st.Font.Color + " on " + strings.Join(st.Fill.Color, " "))
		}
	}
	return b.String(), err
}

func pageOf(f *excelize.File, sheet string) (string, error) {
	p, err := f.GetPageLayout(sheet)
	if err != nil {
		return "", err
	}
	m, err := f.GetPageMargins(sheet)
	if err != nil {
		return "", err
	}
	props, err := f.GetSheetProps(sheet)
	num := func(p *int) int {
		if p == nil {
			return 1
		}
		return *p
	}
	var b strings.Builder
	fmt.Fprint(&b, "paper ", *p.Size, " ", *p.Orientation, " ", num(p.FitToWidth), "x", num(p.FitToHeight), " fit ", props.FitToPage != nil && *props.FitToPage,
		" margins ", *m.Left, " ", *m.Right, " ", *m.Top, " ", *m.Bottom, " centred ", m.Horizontally != nil && *m.Horizontally)
	return b.String(), err
}

func styleOf(f *excelize.File, sheet, cell string) (string, error) {
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		return "", err
	}
	st, err := f.GetStyle(id)
	if err != nil {
		return "", err
	}
	words := []string{""}
	if st.Font != nil {
		words[0] = st.Font.Family
		if st.Font.Charset != nil {
			words[0] += "/" + fmt.Sprint(*st.Font.Charset)
		}
		words = append(words, fmt.Sprint(st.Font.Size))
		if st.Font.Bold {
			words = append(words, "bold")
		}
	} else {
		words = append(words, "0")
	}
	if a := st.Alignment; a != nil {
		words = append(words, "across "+a.Horizontal, "down "+a.Vertical)
		if a.Indent > 0 {
			words = append(words, "indent "+fmt.Sprint(a.Indent))
		}
		if a.WrapText {
			words = append(words, "wrap")
		}
	}
	if len(st.Border) == 4 {
		words = append(words, "border")
	}
	if st.CustomNumFmt != nil {
		words = append(words, "format "+*st.CustomNumFmt)
	} else if code, ok := map[int]string{2: "0.00", 10: "0.00%"}[st.NumFmt]; ok {
		words = append(words, "format "+code)
	}
	return strings.Join(words, " "), nil
}

// TestLookIsIgnored reads a dressed workbook: there are the same cells as
// without a look, and results of formulas are marked as such.
func TestLookIsIgnored(t *testing.T) {
	w := dressedBook()
	got, _ := written(t, w)
	if len(got.Warnings) > 0 {
		t.Errorf("warnings: %v", got.Warnings)
	}
	want := dressedBook().Sheets
	for _, s := range want {
		for i := range s.Cells {
			ref := s.Cells[i].Ref
			s.Cells[i].Formula = s.Look != nil && (ref == refAt("B5") || ref == refAt("B6") || ref == refAt("B7"))
		}
		s.Look = nil
	}
	want[0].Cells = slices.SortedFunc(slices.Values(want[0].Cells), func(a, b Cell) int { return a.Ref.Compare(b.Ref) })
	want[0].HiddenRows = []int{3} // row 8 has nothing in it
	if diff := cmp.Diff(want, got.Sheets); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	// The same workbook gives the same bytes.
	var a, b bytes.Buffer
	if err := w.Write(&a); err != nil {
		t.Fatal(err)
	}
	if err := dressedBook().Write(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same workbook gives other bytes")
	}
}

func TestLookErrors(t *testing.T) {
	nan := math.NaN()
	one := rangeAt("A1", "A1")
	for _, tt := range []struct {
		reason string
		look   Look
		want   string
	}{
		{"a width below nothing", Look{Widths: []float64{1, -1}}, "column 1, counted from 0: width -1"},
		{"a width that is no number", Look{Widths: []float64{nan}}, "column 0, counted from 0: width NaN"},
		{"a height beyond the format's", Look{Heights: []float64{410}}, "row 0, counted from 0: height 410"},
		{"more widths than columns", Look{Widths: make([]float64, MaxColumns+1)}, "more than a sheet has"},
		{"a range upside down", Look{Styles: []Styled{{rangeAt("B2", "A1"), Style{}}}}, "style: B2:A1: no range of a sheet"},
		{"a style of a whole sheet", Look{Styles: []Styled{{Range{Last: Ref{MaxRows - 1, MaxColumns - 1}}, Style{Bold: true}}}}, "more than 1048576 cells"},
		{"a font of no size", Look{Styles: []Styled{{one, Style{Size: -1}}}}, "style of A1:A1: size -1"},
		{"two formulas in a cell", Look{Formulas: []Formula{{refAt("A1"), "1"}, {refAt("A1"), "2"}}}, "formula in A1: stands twice"},
		{"no formula", Look{Formulas: []Formula{{refAt("A1"), ""}}}, `formula in A1: "": empty`},
		{"a formula with its sign", Look{Formulas: []Formula{{refAt("A1"), "=1"}}}, `formula in A1: "=1"`},
		{"a formula outside", Look{Formulas: []Formula{{Ref{-1, 0}, "1"}}}, "formula: A0:A0: no range of a sheet"},
		{"a formula too long", Look{Formulas: []Formula{{refAt("A1"), strings.Repeat("1", 8193)}}}, "longer than 8192"},
		{"a formula with a control character", Look{Formulas: []Formula{{refAt("A1"), "\x01"}}}, "characters that a formula cannot have"},
		{"a formula whose result is an error", Look{Formulas: []Formula{{refAt("B1"), "1/0"}}}, "cell B1: a formula with an error"},
		{"an empty note", Look{Notes: []Note{{refAt("A1"), ""}}}, "note on A1: empty"},
		{"two notes on a cell", Look{Notes: []Note{{refAt("A1"), "a"}, {refAt("A1"), "b"}}}, "note on A1: empty, no text, or the second one"},
		{"a count outside", Look{Counts: []Count{{Range: Range{Last: Ref{MaxRows, 0}}}}}, "count: A1:A1048577: no range of a sheet"},
		{"a mark without a condition", Look{Marks: []Mark{{Ranges: []Range{one}}}}, "mark of [A1:A1]"},
		{"a mark outside", Look{Marks: []Mark{{Ranges: []Range{rangeAt("B2", "A1")}, When: "1"}}}, "mark: B2:A1: no range of a sheet"},
		{"fewer pages than none", Look{Print: &Print{Wide: -1}}, "print: -1 by 0 pages"},
		{"margins wider than the page", Look{Print: &Print{Margin: 5}}, "print: margins of 5 inches"},
		{"a print area upside down", Look{Print: &Print{Area: &Range{refAt("B2"), refAt("A1")}}}, "print: B2:A1: no range of a sheet"},
		{"repeated rows upside down", Look{Print: &Print{Repeat: &[2]int{2, 1}}}, "print: repeated rows 2 to 1"},
	} {
		dir := t.TempDir()
		w := &Workbook{Sheets: []*Sheet{{Name: "表", Look: &tt.look, Cells: []Cell{
			{Ref: refAt("A1"), Text: "a"}, {Ref: refAt("B1"), Kind: KindError, Text: "#DIV/0!"},
		}}}}
		err := w.Save(filepath.Join(dir, "a.xlsx"))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), `sheet "表": `) {
			t.Errorf("%s: error %v, want sheet and %s", tt.reason, err, tt.want)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			t.Errorf("%s: left %v behind", tt.reason, files)
		}
	}
}

func TestAbsolute(t *testing.T) {
	for ref, want := range map[string]string{"A1": "$A$1", "B7": "$B$7", "XFD1048576": "$XFD$1048576"} {
		if got := refAt(ref).Absolute(); got != want {
			t.Errorf("%s: %s, want %s", ref, got, want)
		}
	}
}
