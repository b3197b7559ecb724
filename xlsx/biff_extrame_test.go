package xlsx

import (
	"bytes"
	"os"
	"testing"

	extrame "github.com/extrame/xls"
)

// extrameFiles are the fixtures that github.com/extrame/xls reads and comes
// back from. On long-strings-libreoffice.xls it asks for more memory than
// there is, which nothing can catch; of the hostile files it is kept away.
var extrameFiles = []string{
	"chart-libreoffice.xls",
	"dates-1904-libreoffice.xls",
	"form-2021-libreoffice.xls",
	"kinds-libreoffice.xls",
}

// Why github.com/extrame/xls gives something else.
const (
	asDate       = "a number in a NUMBER record under any format but General is printed as a date"
	noResult     = "results of formulas are not read unless they are text"
	noFormat     = "an RK number under a format of the file is printed through it as a date, or not formatted at all"
	withAddress  = "the text of a cell with a hyperlink is replaced"
	quotedFormat = "format codes are printed with their escapes"
)

// extrameDiffers are the cells in which the two readers differ, all others of
// extrameFiles are the same.
var extrameDiffers = []struct {
	file, cell string
	ours       string
	theirs     string
	reason     string
}{
	{"dates-1904-libreoffice.xls", "A1", "1904-01-01", `1904\-01\-01`, quotedFormat},
	{"dates-1904-libreoffice.xls", "A2", "1904-01-02", `1904\-02\-02`, "days from 1904 on are counted wrong; " + quotedFormat},
	{"dates-1904-libreoffice.xls", "A3", "2022-01-01", `2022\-01\-01`, quotedFormat},
	{"dates-1904-libreoffice.xls", "A4", "2022-01-01 06:00:00", `2022\-01\-01`, quotedFormat + "; the time of day is lost"},
	{"kinds-libreoffice.xls", "B2", "1234567", "0_ ", noFormat},
	{"kinds-libreoffice.xls", "B3", "1234567.891", "0.14_ ", asDate},
	{"kinds-libreoffice.xls", "B4", "7.12%", "0.80%", asDate},
	{"kinds-libreoffice.xls", "B6", "2022-01-01", `2022\年1\月1\日`, quotedFormat},
	{"kinds-libreoffice.xls", "B7", "18:00:00", "0.75", noFormat},
	{"kinds-libreoffice.xls", "B8", "2022-01-01 12:00:00", "44562.5", noFormat},
	{"kinds-libreoffice.xls", "B10", "0.0000001", "0.51E+00", asDate},
	{"kinds-libreoffice.xls", "B11", "TRUE", "", noResult},
	{"kinds-libreoffice.xls", "B13", "3", "", noResult},
	{"kinds-libreoffice.xls", "D13", "TRUE", "", noResult},
	{"kinds-libreoffice.xls", "E13", "#DIV/0!", "", noResult},
	{"kinds-libreoffice.xls", "G13", "#N/A", "", noResult},
	{"kinds-libreoffice.xls", "H13", "12.5%", "", noResult},
	{"kinds-libreoffice.xls", "B14", "国家统计局", "国家统计局(https://www.stats.gov.cn/sj/)", withAddress},
	{"kinds-libreoffice.xls", "B16", "240", `0"万元"`, noFormat},
}

// TestExtrame reads our fixtures with github.com/extrame/xls too, which shares
// no code with this package.
func TestExtrame(t *testing.T) {
	type address struct{ file, cell string }
	differs := map[address]int{}
	for i, d := range extrameDiffers {
		differs[address{d.file, d.cell}] = i
	}
	for _, file := range extrameFiles {
		ours, err := readFixture(t, "xls/"+file)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile("testdata/xls/" + file)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := extrame.OpenReader(bytes.NewReader(data), "utf-8")
		if err != nil || theirs == nil {
			t.Fatalf("%s: github.com/extrame/xls: %v", file, err)
		}
		if theirs.NumSheets() != len(ours.Sheets) {
			t.Fatalf("%s: %d sheets, theirs are %d", file, len(ours.Sheets), theirs.NumSheets())
		}
		same := 0
		for i, sheet := range ours.Sheets {
			other := theirs.GetSheet(i)
			if other.Name != sheet.Name || (other.Visibility != extrame.WorkSheetVisible) != sheet.Hidden {
				t.Errorf("%s: sheet %q, hidden %v; theirs is %q, %v", file, sheet.Name, sheet.Hidden, other.Name, other.Visibility)
			}
			for row := range int(other.MaxRow) + 1 {
				for col := range 256 {
					ref := Ref{row, col}
					our, _ := sheet.Cell(ref)
					their := ""
					if r := other.Row(row); r != nil {
						their = r.Col(col)
					}
					n, listed := differs[address{file, ref.String()}]
					switch {
					case i == 0 && listed:
						d := extrameDiffers[n]
						delete(differs, address{file, d.cell})
						if our.Text != d.ours || their != d.theirs {
							t.Errorf("%s %v: %q, theirs is %q; the list has %q, %q (%s)", file, ref, our.Text, their, d.ours, d.theirs, d.reason)
						}
					case our.Text != their:
						t.Errorf("%s %v: %q, theirs is %q", file, ref, our.Text, their)
					case our.Text != "":
						same++
					}
				}
			}
			if rows, _ := sheet.used(); rows > int(other.MaxRow)+1 {
				t.Errorf("%s: %d rows, theirs are %d", file, rows, other.MaxRow+1)
			}
		}
		// The file with the dates has nothing else.
		if same == 0 && file != "dates-1904-libreoffice.xls" {
			t.Errorf("%s: no cell was compared", file)
		}
	}
	for d := range differs {
		t.Errorf("%s %s: there is no such cell", d.file, d.cell)
	}
}
