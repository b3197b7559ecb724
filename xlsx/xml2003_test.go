package xlsx

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// spreadsheet returns an XML spreadsheet with something around a table.
func spreadsheet(before, table, after string) []byte {
	return []byte(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">` +
		before + `<Worksheet ss:Name="表"><Table>` + table + `</Table>` + after + `</Worksheet></Workbook>`)
}

func TestXML2003(t *testing.T) {
	const styles = `<Styles><Style ss:ID="Default"><NumberFormat/></Style><Style ss:ID="p"><NumberFormat ss:Format="0.00%"/></Style>` +
		`<Style ss:ID="q" ss:Parent="p"/><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="t"><NumberFormat ss:Format="h:mm"/></Style>` +
		`<Style ss:ID="g" ss:Parent="p"><NumberFormat ss:Format="General"/></Style><Style ss:ID="x"><NumberFormat ss:Format="General Date"/></Style></Styles>`
	num := func(style, value string) string {
		return fmt.Sprintf(`<Cell ss:StyleID="%s"><Data ss:Type="Number">%s</Data></Cell>`, style, value)
	}
	date := func(style, value string) string {
		return fmt.Sprintf(`<Cell ss:StyleID="%s"><Data ss:Type="DateTime">%s</Data></Cell>`, style, value)
	}
	for _, tt := range []struct {
		reason, before, table, after, want string
	}{
		{"kinds", "", `<Row><Cell><Data ss:Type="String">规章</Data></Cell><Cell><Data ss:Type="Number">12.50</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell>` +
			`<Cell><Data ss:Type="Boolean">0</Data></Cell><Cell><Data ss:Type="Error">#DIV/0!</Data></Cell><Cell><Data ss:Type="String"></Data></Cell><Cell/><Cell><Data ss:Type="String">007</Data></Cell></Row>`, "",
			"A1[规章] B1[12.5 number] C1[TRUE bool] D1[FALSE bool] E1[#DIV/0! error] H1[007]"},
		{"places", "", `<Row ss:Index="3"><Cell ss:Index="2"><Data>a</Data></Cell><Cell><Data>b</Data></Cell></Row><Row><Cell><Data>c</Data></Cell></Row><Row ss:Span="2"/><Row><Cell><Data>d</Data></Cell></Row>`, "",
			"B3[a] C3[b] A4[c] A8[d]"},
		{"merged cells", "", `<Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data>a</Data></Cell><Cell><Data>b</Data></Cell></Row><Row><Cell ss:Index="3" ss:MergeAcross="2"/></Row>`, "",
			"A1[a] C1[b] A1:B2 C2:E2"},
		{"percentages by the cell, its parent style, the row and the column", styles,
			`<Column ss:Index="2" ss:StyleID="p"/><Row>` + num("p", "0.3125") + num("q", "0.07") + num("g", "0.5") + `</Row>` +
				`<Row ss:StyleID="p"><Cell><Data ss:Type="Number">1</Data></Cell>` + num("Default", "2") + `</Row><Row><Cell><Data ss:Type="Number">3</Data></Cell><Cell><Data ss:Type="Number">4</Data></Cell></Row>`, "",
			"A1[31.25% percent 0.3125] B1[7% percent 0.07] C1[0.5 number] A2[100% percent 1] B2[2 number] A3[3 number] B3[400% percent 4]"},
		{"dates", styles, `<Row>` + date("d", "2021-12-31T00:00:00.000") + date("Default", "2021-12-31T08:30:00.000") + date("t", "1899-12-31T08:30:00.000") + date("Default", "1899-12-31T00:30:00.000") +
			date("Default", "2021-12-31") + date("d", "1960-02-29T12:00:00.000") + num("x", "44561.5") + num("d", "1") + `</Row>`, "",
			"A1[2021-12-31 date 44561] B1[2021-12-31 08:30:00 date 44561.354166666664] C1[08:30:00 date 0.3541666666666667] D1[00:30:00 date 0.020833333333333332]" +
				" E1[2021-12-31 date 44561] F1[1960-02-29 12:00:00 date 21975.5] G1[2021-12-31 12:00:00 date 44561.5] H1[1900-01-01 date 1]"},
		{"dates from 1904 on", `<ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel"><Date1904/></ExcelWorkbook>` + styles, `<Row>` + date("d", "2021-12-31T00:00:00.000") + num("d", "0") + `</Row>`, "",
			"A1[2021-12-31 date 43099] B1[1904-01-01 date 0]"},
		{"rich text, a comment and phonetic text", "", `<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>政府</B>信<I><Font>息</Font></I>&#10;公开</ss:Data>` +
			`<Comment><ss:Data>x</ss:Data></Comment><x:PhoneticText>y</x:PhoneticText></Cell></Row>`, "", "A1[政府信息⏎公开]"},
		{"a formula", "", `<Row><Cell ss:Formula="=RC[1]"><Data ss:Type="Number">5</Data></Cell></Row>`, "", "A1[5 number formula]"},
		{"hidden rows and columns", "", `<Column ss:Hidden="1"/><Column/><Column ss:Hidden="1" ss:Span="1"/><Row ss:Hidden="1"><Cell><Data>a</Data></Cell></Row><Row ss:Hidden="1" ss:Span="1"/>` +
			`<Row><Cell ss:Index="4"><Data>b</Data></Cell></Row><Row ss:Hidden="1"/>`, "", "A1[a] D4[b] hidden rows [0 1 2] hidden columns [0 2 3]"},
		{"a hidden sheet", "", `<Row><Cell><Data>a</Data></Cell></Row>`, `<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>`, "A1[a] hidden"},
		{"a sheet that is hidden well", "", ``, `<x:WorksheetOptions><x:Visible>SheetVeryHidden</x:Visible></x:WorksheetOptions>`, "hidden"},
		{"a sheet that says it is visible", "", ``, `<x:WorksheetOptions><x:Visible>SheetVisible</x:Visible></x:WorksheetOptions>`, ""},
		{"numbers in other forms", "", `<Row>` + num("", "1E3") + num("", "0.10000000000000001") + num("", "-0") + `</Row>`, "", "A1[1000 number] B1[0.1 number] C1[0 number]"},
	} {
		w := readTest(t, tt.reason, spreadsheet(tt.before, tt.table, tt.after), strings.TrimSpace("表: "+tt.want))
		if w.Format != FormatXML2003 || len(w.Warnings) > 0 || w.Sheets[0].Widths != nil {
			t.Errorf("%s: format %s, warnings %v", tt.reason, w.Format, w.Warnings)
		}
	}
}

func TestXML2003Prefixes(t *testing.T) {
	// Whoever writes the format by hand puts prefixes where Excel has none.
	file := strings.NewReplacer("<Workbook", "<ss:Workbook", "</Workbook", "</ss:Workbook", "ss:Name", "s:Name").Replace(string(spreadsheet("", `<s:Row><s:Cell s:Index="2"><s:Data>a</s:Data></s:Cell></s:Row>`, "")))
	readTest(t, "prefixes", []byte(file), "表: B1[a]")
	readTest(t, "an encoding", []byte(encoded(gb18030, strings.Replace(string(spreadsheet("", `<Row><Cell><Data>规章</Data></Cell></Row>`, "")), `"1.0"`, `"1.0" encoding="GBK"`, 1))), "表: A1[规章]")
}

func TestXML2003Damage(t *testing.T) {
	cell := func(kind, value string) []byte {
		return spreadsheet("", `<Row><Cell><Data ss:Type="`+kind+`">`+value+`</Data></Cell></Row>`, "")
	}
	for _, tt := range []struct{ reason, kind, value string }{
		{"a number that is none", "Number", "一"}, {"a date that is none", "DateTime", "2021-02-30"}, {"a truth that is none", "Boolean", "真"}, {"a date before all dates", "DateTime", "0001-01-01T00:00:00"},
	} {
		w := readTest(t, tt.reason, cell(tt.kind, tt.value), "表: A1["+tt.value+"]")
		if len(w.Warnings) != 1 || !strings.Contains(w.Warnings[0].Text, "cell A1 is marked as "+tt.kind) || w.Warnings[0].Sheet != "表" {
			t.Errorf("%s: warnings %v", tt.reason, w.Warnings)
		}
	}
	w := readTest(t, "cells in one place", spreadsheet("", `<Row><Cell><Data>a</Data></Cell><Cell ss:Index="1"><Data>b</Data></Cell></Row>`, ""), "表: A1[a]")
	if len(w.Warnings) != 1 || !strings.Contains(w.Warnings[0].Text, "stands twice") {
		t.Errorf("warnings %v", w.Warnings)
	}
	good := string(cell("Number", "1"))
	for _, tt := range []struct {
		reason, file string
		kind         error
		message      string
	}{
		{"a document type with entities", strings.Replace(good, "<Workbook", `<!DOCTYPE Workbook [<!ENTITY a "b">]><Workbook`, 1), ErrDamaged, "document type"},
		{"a text that breaks off", good[:len(good)-60], ErrDamaged, "not well-formed"},
		{"an & that is none", strings.Replace(good, ">1<", ">1 & 2<", 1), ErrDamaged, "not well-formed"},
		{"another root", strings.NewReplacer("<Workbook", "<a:Workbook1", "</Workbook", "</a:Workbook1").Replace(good), ErrFormat, "XML file that is no workbook"},
		{"no sheets", `<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`, ErrDamaged, "no sheets"},
		{"row 0", strings.Replace(good, "<Row", `<Row ss:Index="0"`, 1), ErrDamaged, `"表": the workbook is damaged: a <Row> has the index "0"`},
		{"a column of no number", strings.Replace(good, "<Cell", `<Cell ss:Index="B"`, 1), ErrDamaged, `index "B"`},
		{"a row beyond the last", strings.Replace(good, "<Row", `<Row ss:Index="1048577"`, 1), ErrDamaged, "number 1048577, beyond the last"},
		{"a column beyond the last", strings.Replace(good, "<Cell", `<Cell ss:Index="16385"`, 1), ErrDamaged, "number 16385, beyond the last"},
		{"a span of no number", strings.Replace(good, "<Cell", `<Cell ss:MergeAcross="-1"`, 1), ErrDamaged, `MergeAcross "-1"`},
		{"columns in disorder", strings.Replace(good, "<Row", `<Column ss:Index="2"/><Column ss:Index="2"/><Row`, 1), ErrDamaged, "column 2 stands behind column 2"},
	} {
		_, err := readBytes([]byte(tt.file))
		if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.message)
		}
	}
	// A merged range ends with the sheet.
	readTest(t, "a span beyond the last row and column", []byte(strings.Replace(good, "<Cell", `<Cell ss:MergeAcross="2000000000" ss:MergeDown="2000000000"`, 1)), "表: A1[1 number] A1:XFD1048576")
}

func FuzzReadXML2003(f *testing.F) {
	addFolders(f, "xml2003")
	f.Add(spreadsheet(`<Styles><Style ss:ID="a"><NumberFormat ss:Format="Percent"/></Style></Styles>`, `<Column ss:Span="3" ss:Hidden="1"/><Row ss:Index="3" ss:Span="9" ss:Hidden="1" ss:StyleID="a">`+
		`<Cell ss:MergeAcross="1" ss:MergeDown="2"><Data ss:Type="DateTime">2021-12-31T00:00:00</Data></Cell></Row>`, `<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := readXML2003(data, "", fuzzLimits)
		checkBook(t, w, err)
	})
}
