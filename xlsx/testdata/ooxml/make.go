//go:build ignore

// Make writes the fixtures of this folder, some of them with LibreOffice:
//
//	go run make.go
//
// The tests read the results and do not need it.
package main

import (
	"archive/zip"
	"bytes"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

func main() {
	log.SetFlags(0)
	toXLSX("kinds-libreoffice.fods")
	for _, name := range []string{"form-2021", "dates-1904", "chart"} {
		toXLSX(filepath.Join("..", "xls", name+"-libreoffice.xls"))
	}
	strict("kinds-libreoffice.xlsx", "kinds-strict.xlsx")
	check(kinds().SaveAs("kinds-excelize.xlsx"))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func toXLSX(path string) {
	cmd := exec.Command("soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", ".", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		log.Fatalf("%s: %v\n%s", path, err, out)
	}
}

// strict turns a workbook of the transitional form into one of the strict
// form, as far as their namespaces go; and it writes the dates that have no
// time as strict workbooks do.
func strict(from, to string) {
	namespaces := strings.NewReplacer(
		"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main",
		"http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships",
		"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties", "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
		"http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main",
		`<c r="A5" s="4" t="n"><v>44561</v></c>`, `<c r="A5" s="4" t="d"><v>2021-12-31</v></c>`,
	)
	zr, err := zip.OpenReader(from)
	check(err)
	defer zr.Close()
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for _, f := range zr.File {
		r, err := f.Open()
		check(err)
		text, err := io.ReadAll(r)
		check(err)
		w, err := zw.Create(f.Name)
		check(err)
		_, err = namespaces.WriteString(w, string(text))
		check(err)
	}
	check(zw.Close())
	check(os.WriteFile(to, b.Bytes(), 0o666))
}

// kinds has what LibreOffice does not write: a sheet that is very hidden, rich
// text, errors and formulas without stored results, links on cells, numbers
// that look rounded, columns hidden in one run, a chart sheet.
func kinds() *excelize.File {
	f := excelize.NewFile()
	set := func(sheet, at string, v any) { check(f.SetCellValue(sheet, at, v)) }
	style := func(code string) int {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		check(err)
		return id
	}
	builtin := func(id int) int {
		id, err := f.NewStyle(&excelize.Style{NumFmt: id})
		check(err)
		return id
	}
	styled := func(sheet, at string, v any, id int) {
		set(sheet, at, v)
		check(f.SetCellStyle(sheet, at, at, id))
	}

	const sheet = "公开 统计（一）"
	check(f.SetSheetName("Sheet1", sheet))
	set(sheet, "A1", "  两端有空格 ")
	set(sheet, "B1", "第一行\n第二行\t末")
	set(sheet, "C1", `<a href="x">&amp;</a>`)
	set(sheet, "D1", "_x0041_ 和 _x005F_")
	set(sheet, "E1", "=SUM(A1:A2)")
	set(sheet, "F1", "😀 𠮷")
	check(f.SetCellRichText(sheet, "A2", []excelize.RichTextRun{
		{Text: "红", Font: &excelize.Font{Color: "FF0000", Bold: true}}, {Text: " 和 "}, {Text: "黑\n行"},
	}))
	set(sheet, "B2", "12,345")
	set(sheet, "C2", "00123")
	set(sheet, "D2", "")
	set(sheet, "A3", 0)
	set(sheet, "B3", -21.8)
	set(sheet, "C3", 0.1+0.2)
	set(sheet, "D3", 12345678901234567)
	set(sheet, "E3", 1e-7)
	set(sheet, "F3", 6.02214076e23)
	styled(sheet, "A4", 0.3125, builtin(10))
	styled(sheet, "B4", 0.796875, builtin(9))
	styled(sheet, "C4", 0.29, style("0.0%;[Red]-0.0%"))
	styled(sheet, "D4", 1.5, style(`0.00"%"`))
	styled(sheet, "E4", 0.28999999999999998, style("0.00_ "))
	styled(sheet, "F4", 1234567, style("#,##0_ "))
	day := time.Date(2022, 1, 31, 0, 0, 0, 0, time.UTC)
	styled(sheet, "A5", day, builtin(14))
	styled(sheet, "B5", day, builtin(31))
	styled(sheet, "C5", day.Add(18*time.Hour+30*time.Minute), builtin(22))
	styled(sheet, "D5", day, style(`[$-804]yyyy"年"m"月"d"日";@`))
	styled(sheet, "E5", 0.75, builtin(20))
	styled(sheet, "F5", 44592, style(`m"月"d"日"`))
	set(sheet, "A6", true)
	set(sheet, "B6", false)
	check(f.SetCellFormula(sheet, "C6", "=A3+1"))
	check(f.SetCellFormula(sheet, "D6", `=HYPERLINK("https://www.gov.cn/","网")`))
	set(sheet, "E6", "首页")
	check(f.SetCellHyperLink(sheet, "E6", "https://www.gov.cn/", "External"))
	check(f.MergeCell(sheet, "A8", "C8"))
	check(f.MergeCell(sheet, "D8", "D9"))
	check(f.MergeCell(sheet, "A9", "B12"))
	set(sheet, "A8", "合并")
	set(sheet, "D8", 8)
	set(sheet, "J14", "末")
	check(f.SetRowVisible(sheet, 11, false))
	check(f.SetRowVisible(sheet, 13, false))
	check(f.SetRowVisible(sheet, 20, false))
	check(f.SetColVisible(sheet, "G:I", false))
	check(f.SetColVisible(sheet, "M:N", false))

	for _, name := range []string{"隐藏", "深藏", "a'b&<c>"} {
		_, err := f.NewSheet(name)
		check(err)
		set(name, "B2", name)
	}
	check(f.SetSheetVisible("隐藏", false))
	check(f.SetSheetVisible("深藏", false, true))
	check(f.AddChartSheet("图", &excelize.Chart{
		Type:   excelize.Col,
		Series: []excelize.ChartSeries{{Name: "'a''b&<c>'!$B$2", Values: "'a''b&<c>'!$C$2:$C$3"}},
	}))
	return f
}
