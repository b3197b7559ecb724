package xlsx

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"
)

// annualForm returns a workbook of the size and make of a disclosure report's
// table: 30 rows of 10 columns, about 250 cells of which two thirds are
// numbers, 60 merged ranges, a bordered style on every cell.
func annualForm(tb testing.TB) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	border := []excelize.Border{{Type: "left", Style: 1}, {Type: "right", Style: 1}, {Type: "top", Style: 1}, {Type: "bottom", Style: 1}}
	plainStyle, err := f.NewStyle(&excelize.Style{Border: border})
	check(err)
	wrapped, err := f.NewStyle(&excelize.Style{Border: border, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	check(err)
	for row := 1; row <= 30; row++ {
		// Two merged ranges a row: the labels in A:B, and C:D.
		for _, m := range [][2]int{{1, 2}, {3, 4}} {
			a, _ := excelize.CoordinatesToCellName(m[0], row)
			b, _ := excelize.CoordinatesToCellName(m[1], row)
			check(f.MergeCell("Sheet1", a, b))
		}
		for col := 1; col <= 10; col++ {
			at, _ := excelize.CoordinatesToCellName(col, row)
			switch {
			case col == 2 || col == 4:
			case col <= 3:
				check(f.SetCellStr("Sheet1", at, fmt.Sprintf("(%d)不予公开的政府信息第%d类", row, col)))
			default:
				check(f.SetCellInt("Sheet1", at, int64(row*col%17)))
			}
			style := plainStyle
			if col <= 3 {
				style = wrapped
			}
			check(f.SetCellStyle("Sheet1", at, at, style))
		}
	}
	var b bytes.Buffer
	check(f.Write(&b))
	return b.Bytes()
}

// BenchmarkOpen reads an annual form with this package and, for comparison,
// with excelize, which gives the texts only.
func BenchmarkOpen(b *testing.B) {
	data := annualForm(b)
	b.Run("xlsx", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w, err := Read(bytes.NewReader(data), int64(len(data)), "form.xlsx")
			if err != nil || len(w.Sheets[0].Cells) != 240 || len(w.Sheets[0].Merges) != 60 {
				b.Fatal(err, len(w.Sheets[0].Cells), len(w.Sheets[0].Merges))
			}
		}
	})
	b.Run("excelize", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := excelize.OpenReader(bytes.NewReader(data))
			if err != nil {
				b.Fatal(err)
			}
			rows, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
			if err != nil || len(rows) != 30 {
				b.Fatal(err, len(rows))
			}
			f.Close()
		}
	})
}
