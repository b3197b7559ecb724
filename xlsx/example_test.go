package xlsx_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/zwgk/statable/xlsx"
)

func ExampleOpen() {
	w, err := xlsx.Open("testdata/ooxml/kinds-libreoffice.xlsx")
	if err != nil {
		log.Fatal(err)
	}
	s := w.Sheets[0]
	fmt.Println(w.Format, s.Name, s.Merges)
	for _, c := range s.Cells[6:10] {
		fmt.Println(c.Ref, c.Kind, c.Text, c.Number)
	}
	// Output:
	// xlsx 情况统计 [A1:D2 A9:A10]
	// A4 percent 31.25% 0.3125
	// B4 percent 79.6875% 0.796875
	// C4 percent 7% 0.07
	// A5 date 2021-12-31 44561
}

// A file that is no workbook is named, so that a person knows what to do.
func ExampleRead_notAWorkbook() {
	const file = "%PDF-1.4"
	_, err := xlsx.Read(strings.NewReader(file), int64(len(file)), "年报.xls")
	if errors.Is(err, xlsx.ErrFormat) {
		fmt.Println(err)
	}
	// Output:
	// 年报.xls: not a workbook that can be read: it is a PDF document; convert it to .docx or .xlsx first
}

func ExampleSheet_Cell() {
	w, err := xlsx.Open("testdata/ooxml/kinds-libreoffice.xlsx")
	if err != nil {
		log.Fatal(err)
	}
	if ref, ok := xlsx.ParseRef("B4"); ok {
		c, ok := w.Sheets[0].Cell(ref)
		fmt.Println(c.Text, ok)
	}
	// Output:
	// 79.6875% true
}

func ExampleWorkbook_Save() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	w := &xlsx.Workbook{Sheets: []*xlsx.Sheet{{
		Name: "收费",
		Cells: []xlsx.Cell{
			{Ref: xlsx.Ref{Row: 0, Col: 0}, Text: "行政事业性收费"},
			{Ref: xlsx.Ref{Row: 1, Col: 0}, Text: "本年收费金额（万元）"},
			{Ref: xlsx.Ref{Row: 1, Col: 1}, Kind: xlsx.KindNumber, Text: "79.6875", Number: "79.6875"},
		},
		Merges: []xlsx.Range{{Last: xlsx.Ref{Row: 0, Col: 1}}},
	}}}
	path := filepath.Join(dir, "收费.xlsx")
	if err := w.Save(path); err != nil {
		log.Fatal(err)
	}
	again, err := xlsx.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Sheets[0].Merges, again.Sheets[0].Cells[2].Number)
	// Output:
	// [A1:B1] 79.6875
}
