//go:build ignore

// Make writes the workbooks that the fixtures of this folder were converted
// from, and converts them with LibreOffice and Gnumeric:
//
//	go run make.go
//
// The tests read the results and need neither program.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "xls")
	check(err)
	defer os.RemoveAll(dir)

	for name, book := range map[string]*excelize.File{
		"form-2021":    form(),
		"kinds":        kinds(),
		"dates-1904":   dates1904(),
		"long-strings": longStrings(),
		"chart":        chart(),
	} {
		input := filepath.Join(dir, name+".xlsx")
		check(book.SaveAs(input))
		run("soffice", "--headless", "--convert-to", "xls:MS Excel 97", "--outdir", dir, input)
		check(os.Rename(filepath.Join(dir, name+".xls"), name+"-libreoffice.xls"))
	}
	// Gnumeric writes BIFF5 and BIFF8 beside each other into one file. Its BIFF5
	// is unfit for Chinese text, which it cannot read again itself.
	for _, name := range []string{"form-2021", "kinds"} {
		run("ssconvert", "-T", "Gnumeric_Excel:excel_dsf", name+"-libreoffice.xls", name+"-dual-gnumeric.xls")
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func run(name string, args ...string) {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		log.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
}

// form returns the workbook that form-2021.txt describes.
func form() *excelize.File {
	text, err := os.ReadFile("form-2021.txt")
	check(err)
	f := excelize.NewFile()
	sheet := ""
	for line := range strings.Lines(string(bytes.TrimSpace(text))) {
		address, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if address == "sheet" {
			sheet = rest
			check(f.SetSheetName("Sheet1", sheet))
			continue
		}
		first, last, merged := strings.Cut(address, ":")
		if merged {
			check(f.MergeCell(sheet, first, last))
		}
		col, row, err := excelize.CellNameToCoordinates(first)
		check(err)
		for i, v := range strings.Split(rest, " | ") {
			cell, err := excelize.CoordinatesToCellName(col+i, row)
			check(err)
			if n, err := strconv.Atoi(v); err == nil {
				check(f.SetCellInt(sheet, cell, int64(n)))
			} else {
				check(f.SetCellStr(sheet, cell, v))
			}
		}
	}
	return f
}

func style(f *excelize.File, code string) int {
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
	check(err)
	return id
}

// kinds returns a workbook with a cell of every kind.
func kinds() *excelize.File {
	f := excelize.NewFile()
	const sheet = "统计表"
	check(f.SetSheetName("Sheet1", sheet))
	set := func(cell string, v any) { check(f.SetCellValue(sheet, cell, v)) }
	formatted := func(cell, code string, v any) {
		set(cell, v)
		check(f.SetCellStyle(sheet, cell, cell, style(f, code)))
	}
	formula := func(cell, text string) { check(f.SetCellFormula(sheet, cell, text)) }

	set("A1", "指标")
	set("B1", "数值")
	set("C1", "合并的表头")
	check(f.MergeCell(sheet, "C1", "D1"))
	check(f.MergeCell(sheet, "A20", "A22"))
	set("A20", "竖的")

	set("A2", "整数")
	formatted("B2", "0_ ", 1234567)
	set("A3", "小数")
	formatted("B3", "0.00_ ", 1234567.891)
	set("A4", "百分比")
	formatted("B4", "0.00%", 0.0712)
	set("A5", "数字文本")
	check(f.SetCellStr(sheet, "B5", "00123"))
	set("A6", "日期")
	formatted("B6", "yyyy\"年\"m\"月\"d\"日\"", 44562)
	set("A7", "时间")
	formatted("B7", "h:mm:ss", 0.75)
	set("A8", "日期时间")
	formatted("B8", "yyyy/m/d h:mm", 44562.5)
	set("A9", "负数")
	formatted("B9", "#,##0.00_);[Red](#,##0.00)", -21.8)
	set("A10", "科学")
	formatted("B10", "0.00E+00", 1e-7)
	set("A11", "真")
	set("B11", true)
	set("A12", "换行")
	set("B12", "第一行\n第二行")
	set("A13", "公式")
	formula("B13", "1.5*2")
	formula("C13", `"共"&"计"`)
	formula("D13", "1=1")
	formula("E13", "1/0")
	formula("F13", `""`)
	formula("G13", "NA()")
	formatted("H13", "0%", nil)
	formula("H13", "1/8")
	set("A14", "链接")
	set("B14", "国家统计局")
	check(f.SetCellHyperLink(sheet, "B14", "https://www.stats.gov.cn/sj/", "External"))
	set("A15", "表情")
	set("B15", "𠮷野家😀é")
	set("A16", "万元")
	formatted("B16", "0\"万元\"", 240)
	set("A17", "会计")
	formatted("B17", `_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ `, 12345.6)

	check(f.SetRowVisible(sheet, 9, false))
	check(f.SetColVisible(sheet, "D", false))
	check(f.SetColVisible(sheet, "AA", false)) // beyond what is used
	_, err := f.NewSheet("隐藏")
	check(err)
	check(f.SetCellStr("隐藏", "B2", "看不见"))
	check(f.SetSheetVisible("隐藏", false))
	_, err = f.NewSheet("空表")
	check(err)
	return f
}

func dates1904() *excelize.File {
	f := excelize.NewFile()
	yes := true
	check(f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	for i, v := range []float64{0, 1, 43100, 43100.25} {
		cell := fmt.Sprintf("A%d", i+1)
		check(f.SetCellValue("Sheet1", cell, v))
		check(f.SetCellStyle("Sheet1", cell, cell, style(f, "yyyy-mm-dd")))
	}
	return f
}

// longString is what cell i of column A holds in long-strings: text that the
// test can compute too.
func longString(i int) string {
	switch i % 3 {
	case 0:
		return fmt.Sprintf("第%d项%s", i, strings.Repeat("政府信息公开", i%97))
	case 1:
		return fmt.Sprintf("item %d %s", i, strings.Repeat("plain ", i%89))
	}
	return fmt.Sprintf("项%dé%s", i, strings.Repeat("混合mix", i%53))
}

func longStrings() *excelize.File {
	f := excelize.NewFile()
	for i := range 600 {
		check(f.SetCellStr("Sheet1", fmt.Sprintf("A%d", i+1), longString(i)))
		if i%5 == 0 {
			check(f.SetCellRichText("Sheet1", fmt.Sprintf("B%d", i+1), []excelize.RichTextRun{
				{Text: "富文本", Font: &excelize.Font{Bold: true}},
				{Text: longString(i)},
				{Text: "尾", Font: &excelize.Font{Color: "FF0000"}},
			}))
		}
	}
	return f
}

// chart returns a table and a chart of it, which keeps a copy of the figures.
func chart() *excelize.File {
	f := excelize.NewFile()
	for i, row := range [][]any{{"地区", "申请"}, {"东区", 12}, {"西区", 34.5}, {"南区", -7}} {
		check(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	check(f.AddChart("Sheet1", "D2", &excelize.Chart{
		Type:   excelize.Col,
		Series: []excelize.ChartSeries{{Name: "Sheet1!$B$1", Categories: "Sheet1!$A$2:$A$4", Values: "Sheet1!$B$2:$B$4"}},
	}))
	check(f.SetCellStr("Sheet1", "A6", "图下"))
	return f
}
