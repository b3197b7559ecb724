package xlsx

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// totalAlloc returns how many bytes f allocates.
func totalAlloc(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// readFixture reads a file of this package's testdata, which must not cost
// memory out of proportion.
func readFixture(t *testing.T, path string) (*Workbook, error) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	var w *Workbook
	if got := totalAlloc(func() { w, err = readXLS(data, path, Limits{}.withDefaults()) }); got > 256<<20 {
		t.Errorf("%s costs %d bytes", path, got)
	}
	return w, err
}

// expectedSheet is a sheet of testdata/hostile/expected.json.
type expectedSheet struct {
	Name   string
	Hidden int
	Cells  []struct {
		row, col int
		kind     string
		value    any
	}
	Merges [][4]int // first and last row, first and last column
}

func (e *expectedSheet) UnmarshalJSON(b []byte) error {
	var raw struct {
		Name   string
		Hidden int
		Cells  [][4]any
		Merges [][4]int
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	e.Name, e.Hidden, e.Merges = raw.Name, raw.Hidden, raw.Merges
	for _, c := range raw.Cells {
		e.Cells = append(e.Cells, struct {
			row, col int
			kind     string
			value    any
		}{int(c[0].(float64)), int(c[1].(float64)), c[2].(string), c[3]})
	}
	return nil
}

// TestHostileXLS reads the files of testdata/hostile. They come from a
// generator that is not ours, and so does what is expected of them.
func TestHostileXLS(t *testing.T) {
	text, err := os.ReadFile("testdata/hostile/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string][]expectedSheet
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	// expected.json tells no percentages from other numbers: these cells are
	// under a percent format.
	percent := map[string][]Range{
		"b8-numbers.xls": {{Ref{1, 2}, Ref{32, 2}}, {Ref{1, 14}, Ref{32, 14}}},
		"b8-kinds.xls":   {{Ref{2, 5}, Ref{2, 5}}},
	}
	// Error codes as Excel names them ([MS-XLS] 2.5.10).
	errorNames := map[float64]string{7: "#DIV/0!", 42: "#N/A"}

	if len(expected) < 10 {
		t.Fatalf("expected.json has %d files", len(expected))
	}
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		if filepath.Ext(name) != ".xls" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			w, err := readFixture(t, "hostile/"+name)
			if err != nil {
				t.Fatal(err)
			}
			if len(w.Warnings) > 0 {
				t.Errorf("warnings: %v", w.Warnings)
			}
			if len(w.Sheets) != len(expected[name]) {
				t.Fatalf("%d sheets, want %d", len(w.Sheets), len(expected[name]))
			}
			for i, want := range expected[name] {
				got := w.Sheets[i]
				if got.Name != want.Name || got.Hidden != (want.Hidden != 0) {
					t.Errorf("sheet %q, hidden %v; want %q, %v", got.Name, got.Hidden, want.Name, want.Hidden != 0)
				}
				if len(got.Cells) != len(want.Cells) {
					t.Errorf("%s: %d cells, want %d", want.Name, len(got.Cells), len(want.Cells))
				}
				for _, c := range want.Cells {
					cell, ok := got.Cell(Ref{c.row, c.col})
					if !ok {
						t.Errorf("%s!%v is missing", want.Name, Ref{c.row, c.col})
						continue
					}
					wantCell := Cell{Ref: Ref{c.row, c.col}, Formula: cell.Formula}
					switch v := c.value; c.kind {
					case "s":
						wantCell.Kind, wantCell.Text = KindText, v.(string)
					case "b":
						wantCell.Kind, wantCell.Text = KindBool, map[float64]string{0: "FALSE", 1: "TRUE"}[v.(float64)]
					case "e":
						wantCell.Kind, wantCell.Text = KindError, errorNames[v.(float64)]
					case "n", "d":
						wantCell.Number = strconv.FormatFloat(v.(float64), 'f', -1, 64)
						wantCell.Kind, wantCell.Text = KindNumber, wantCell.Number
						if slices.ContainsFunc(percent[name], func(r Range) bool { return r.Contains(wantCell.Ref) }) {
							wantCell.Kind, wantCell.Text = KindPercent, cell.Text
						}
						if c.kind == "d" {
							wantCell.Kind, wantCell.Text = KindDate, cell.Text
						}
					default:
						t.Fatalf("kind %q", c.kind)
					}
					if diff := cmp.Diff(wantCell, cell); diff != "" {
						t.Errorf("%s!%v (-want +got)\n%s", want.Name, wantCell.Ref, diff)
					}
				}
				var merges []Range
				for _, m := range want.Merges {
					merges = append(merges, Range{Ref{m[0], m[2]}, Ref{m[1], m[3]}})
				}
				slices.SortFunc(merges, func(a, b Range) int { return a.First.Compare(b.First) })
				if diff := cmp.Diff(merges, slices.Clone(got.Merges)); diff != "" && len(merges)+len(got.Merges) > 0 {
					t.Errorf("%s: merges (-want +got)\n%s", want.Name, diff)
				}
			}
		})
	}
}

// TestHostileTexts are the texts of cells in testdata/hostile of which
// expected.json has the number only.
func TestHostileTexts(t *testing.T) {
	for _, tt := range []struct{ file, cell, want string }{
		{"b8-numbers.xls", "C2", "2180%"},
		{"b8-numbers.xls", "C3", "31.25%"},
		{"b8-numbers.xls", "O5", "79.6875%"},
		{"b8-numbers.xls", "C11", "0.00001%"},
		{"b8-kinds.xls", "A5", "2022-01-01"},
		{"b8-kinds.xls", "D5", "2022-01-01 12:00:00"},
	} {
		w, err := readFixture(t, "hostile/"+tt.file)
		if err != nil {
			t.Fatal(err)
		}
		ref, _ := ParseRef(tt.cell)
		if c, _ := w.Sheets[0].Cell(ref); c.Text != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.file, tt.cell, c.Text, tt.want)
		}
	}
}

func TestHostileErrors(t *testing.T) {
	for _, tt := range []struct {
		file string
		kind error
		want string
	}{
		{"enc-spin-2e9.xlsx", ErrEncrypted, "under a password"},
		{"ole-difat-cycle.xls", ErrDamaged, `"DIFAT": the workbook is damaged: the chain is a cycle`},
		{"ole-fat-cycle.xls", ErrDamaged, `"FAT": the workbook is damaged: the chain from sector 0 on is a cycle: it comes back to sector 1`},
		{"ole-secid-out-of-range.xls", ErrDamaged, `"FAT": the workbook is damaged: the chain from sector 0 on leads to sector 65536 of 16`},
	} {
		w, err := readFixture(t, "hostile/"+tt.file)
		if err == nil {
			t.Errorf("%s: no error, but %v", tt.file, lines(w))
		} else if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %v with %q", tt.file, err, tt.kind, tt.want)
		}
	}
}

// TestXlwt reads a file by xlwt: the same six numbers under eight formats, of
// which the seventh is 0.00%.
func TestXlwt(t *testing.T) {
	w, err := readFixture(t, "hostile/xlwt-cn.xls")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"sheet 表", `A1 "地区"`, `B1 "人口"`}
	numbers := []string{"21.8", "0.3125", "1234567", "0.796875", "-3.14159", "123456789.123"}
	percents := []string{"2180%", "31.25%", "123456700%", "79.6875%", "-314.159%", "12345678912.3%"}
	for row := 3; row <= 10; row++ {
		for i, n := range numbers {
			cell := Ref{row - 1, i}.String()
			if row == 9 {
				want = append(want, fmt.Sprintf("%s percent %s (%s)", cell, percents[i], n))
			} else {
				want = append(want, cell+" "+n)
			}
		}
	}
	want = append(want, "B13 bool TRUE", "merged A1:A2", "merged B1:C1")
	if diff := cmp.Diff(want, lines(w)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestForm reads a form of 2021, written by two programs, and compares it with
// the description that it was made from.
func TestForm(t *testing.T) {
	text, err := os.ReadFile("testdata/xls/form-2021.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want, merges []string
	var cells []Cell
	for line := range strings.Lines(string(text)) {
		address, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if address == "sheet" {
			want = append(want, "sheet "+rest)
			continue
		}
		first, _, merged := strings.Cut(address, ":")
		if merged {
			merges = append(merges, "merged "+address)
		}
		ref, ok := ParseRef(first)
		if !ok {
			t.Fatalf("no address: %q", line)
		}
		for i, v := range strings.Split(rest, " | ") {
			cells = append(cells, Cell{Ref: Ref{ref.Row, ref.Col + i}, Text: v})
		}
	}
	slices.SortFunc(cells, func(a, b Cell) int { return a.Ref.Compare(b.Ref) })
	for _, c := range cells {
		if _, err := strconv.Atoi(c.Text); err == nil {
			want = append(want, fmt.Sprintf("%v %s", c.Ref, c.Text))
		} else {
			want = append(want, fmt.Sprintf("%v %q", c.Ref, c.Text))
		}
	}
	want = append(want, merges...)
	if len(cells) != 282 || len(merges) != 39 {
		t.Fatalf("the description has %d cells and %d merged ranges", len(cells), len(merges))
	}
	for _, path := range []string{"xls/form-2021-libreoffice.xls", "xls/form-2021-dual-gnumeric.xls"} {
		w, err := readFixture(t, path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, lines(w)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", path, diff)
		}
	}
}

// TestKinds reads a sheet with a cell of every kind, written by two programs.
func TestKinds(t *testing.T) {
	want := []string{
		"sheet 统计表",
		`A1 "指标"`, `B1 "数值"`, `C1 "合并的表头"`,
		`A2 "整数"`, "B2 1234567",
		`A3 "小数"`, "B3 1234567.891",
		`A4 "百分比"`, "B4 percent 7.12% (0.0712)",
		`A5 "数字文本"`, `B5 "00123"`,
		`A6 "日期"`, "B6 date 2022-01-01 (44562)",
		`A7 "时间"`, "B7 date 18:00:00 (0.75)",
		`A8 "日期时间"`, "B8 date 2022-01-01 12:00:00 (44562.5)",
		`A9 "负数"`, "B9 -21.8",
		`A10 "科学"`, "B10 0.0000001",
		`A11 "真"`, "B11 =bool TRUE", // LibreOffice makes a formula of it
		`A12 "换行"`, `B12 "第一行\n第二行"`,
		`A13 "公式"`, "B13 =3", `C13 ="共计"`, "D13 =bool TRUE", "E13 =error #DIV/0!",
		"G13 =error #N/A", "H13 =percent 12.5% (0.125)",
		`A14 "链接"`, `B14 "国家统计局"`,
		`A15 "表情"`, `B15 "𠮷野家😀é"`,
		`A16 "万元"`, "B16 240",
		`A17 "会计"`, "B17 12345.6",
		`A20 "竖的"`,
		"merged C1:D1", "merged A20:A22",
		"row 9 hidden", "column 4 hidden",
		"sheet 隐藏 hidden", `B2 "看不见"`,
		"sheet 空表",
	}
	for _, path := range []string{"xls/kinds-libreoffice.xls", "xls/kinds-dual-gnumeric.xls"} {
		w, err := readFixture(t, path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, lines(w)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", path, diff)
		}
	}
}

func TestDates1904(t *testing.T) {
	w, err := readFixture(t, "xls/dates-1904-libreoffice.xls")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"sheet Sheet1", "A1 date 1904-01-01 (0)", "A2 date 1904-01-02 (1)",
		"A3 date 2022-01-01 (43100)", "A4 date 2022-01-01 06:00:00 (43100.25)"}
	if diff := cmp.Diff(want, lines(w)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestChart: the figures that a chart keeps are not the sheet's.
func TestChart(t *testing.T) {
	w, err := readFixture(t, "xls/chart-libreoffice.xls")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"sheet Sheet1", `A1 "地区"`, `B1 "申请"`, `A2 "东区"`, "B2 12", `A3 "西区"`, "B3 34.5",
		`A4 "南区"`, "B4 -7", `A6 "图下"`}
	if diff := cmp.Diff(want, lines(w)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	data, err := os.ReadFile("testdata/xls/chart-libreoffice.xls")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), string(bof(biff8, 0x20)[:8])); n != 1 {
		t.Errorf("the file has %d charts, so that it shows nothing", n)
	}
}

// TestLongStrings reads shared strings that run over many CONTINUE records, of
// one and two bytes a character, every fifth one in a second column with
// formatting runs.
func TestLongStrings(t *testing.T) {
	text := func(i int) string { // as in testdata/xls/make.go
		switch i % 3 {
		case 0:
			return fmt.Sprintf("第%d项%s", i, strings.Repeat("政府信息公开", i%97))
		case 1:
			return fmt.Sprintf("item %d %s", i, strings.Repeat("plain ", i%89))
		}
		return fmt.Sprintf("项%dé%s", i, strings.Repeat("混合mix", i%53))
	}
	w, err := readFixture(t, "xls/long-strings-libreoffice.xls")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"sheet Sheet1"}
	for i := range 600 {
		want = append(want, fmt.Sprintf("A%d %q", i+1, text(i)))
		if i%5 == 0 {
			want = append(want, fmt.Sprintf("B%d %q", i+1, "富文本"+text(i)+"尾"))
		}
	}
	if diff := cmp.Diff(want, lines(w)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestOpenXLS: Open goes by the content, whatever the name says.
func TestOpenXLS(t *testing.T) {
	w, err := Open("testdata/xls/form-2021-libreoffice.xls")
	if err != nil || w.Format != FormatXLS || len(w.Sheets) != 1 {
		t.Errorf("%v, %v", w, err)
	}
	if _, err := Open("testdata/hostile/enc-spin-2e9.xlsx"); !errors.Is(err, ErrEncrypted) {
		t.Errorf("error %v, want %v", err, ErrEncrypted)
	}
}
