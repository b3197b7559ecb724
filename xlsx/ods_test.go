package xlsx

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// odsFile returns a spreadsheet with sheets.
func odsFile(styles, sheets string) testPackage {
	return testPackage{
		"mimetype":              "application/vnd.oasis.opendocument.spreadsheet",
		"META-INF/manifest.xml": `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>`,
		"content.xml": `<?xml version="1.0" encoding="UTF-8"?><office:document-content><office:scripts/><office:automatic-styles>` + styles +
			`</office:automatic-styles><office:body><office:spreadsheet><table:calculation-settings/>` + sheets + `</office:spreadsheet></office:body></office:document-content>`,
	}
}

func TestODS(t *testing.T) {
	cell := func(attrs, text string) string {
		return "<table:table-cell " + attrs + "><text:p>" + text + "</text:p></table:table-cell>"
	}
	for _, tt := range []struct{ reason, styles, rows, want string }{
		{"kinds", "", "<table:table-row>" + cell(`office:value-type="string"`, "规章") + cell(`office:value-type="float" office:value="12.50"`, "13") + cell(`office:value-type="percentage" office:value="0.07"`, "7.0 %") +
			cell(`office:value-type="currency" office:value="1234.5"`, "¥1,234.50") + cell(`office:value-type="boolean" office:boolean-value="true"`, "WAHR") +
			cell(`office:value-type="date" office:date-value="2021-12-31"`, "31.12.21") + cell(`office:value-type="date" office:date-value="2021-12-31T08:30:00"`, "x") +
			cell(`office:value-type="time" office:time-value="PT08H30M00S"`, "x") + cell(`office:value-type="string" office:string-value="" calcext:value-type="error"`, "#DIV/0!") +
			cell(`table:formula="of:=1+1" office:value-type="float" office:value="2"`, "2") + `<table:table-cell office:value-type="string" office:string-value="甲"/></table:table-row>`,
			"A1[规章] B1[12.5 number] C1[7% percent 0.07] D1[1234.5 number] E1[TRUE bool] F1[2021-12-31 date 44561] G1[2021-12-31 08:30:00 date 44561.354166666664] H1[08:30:00 date 0.3541666666666667]" +
				" I1[#DIV/0! error] J1[2 number formula] K1[甲]"},
		{"rows and cells that are repeated", "", `<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/>` + cell(`table:number-columns-repeated="2"`, "a") + `</table:table-row>` +
			`<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row><table:table-row>` + cell("", "b") + `</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`,
			"C1[a] D1[a] C2[a] D2[a] A6[b]"},
		{"merged cells", "", "<table:table-row>" + cell(`table:number-columns-spanned="2" table:number-rows-spanned="2"`, "a") + `<table:covered-table-cell/>` + cell("", "b") + `</table:table-row>` +
			`<table:table-row><table:covered-table-cell table:number-columns-repeated="2"><text:p>c</text:p></table:covered-table-cell>` + cell("", "d") + `</table:table-row>`, "A1[a] C1[b] A2[c] B2[c] C2[d] A1:B2"},
		{"texts", "", "<table:table-row><table:table-cell><text:p>政府<text:span>信</text:span>息</text:p><text:p>公<text:s text:c=\"2\"/>开<text:tab/>x<text:line-break/>y</text:p><office:annotation><text:p>批注</text:p></office:annotation></table:table-cell>" +
			cell("", " a \n  b <text:a>c</text:a><text:note><text:p>d</text:p></text:note>") + "</table:table-row>", "A1[政府信息⏎公  开\tx⏎y] B1[a b c]"},
		{"groups and heads", "", "<table:table-columns><table:table-column/></table:table-columns><table:table-header-rows><table:table-row>" + cell("", "a") + "</table:table-row></table:table-header-rows><table:table-row-group><table:table-row-group><table:table-row>" +
			cell("", "b") + "</table:table-row></table:table-row-group></table:table-row-group><table:table-rows><table:table-row>" + cell("", "c") + "</table:table-row></table:table-rows>", "A1[a] A2[b] A3[c]"},
		{"hidden rows and columns", "", `<table:table-column/><table:table-column-group><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/></table:table-column-group>` +
			`<table:table-row table:visibility="filter">` + cell("", "a") + `</table:table-row><table:table-row table:visibility="collapse" table:number-rows-repeated="2"><table:table-cell/></table:table-row>` +
			`<table:table-row><table:table-cell table:number-columns-repeated="3"/>` + cell("", "b") + `</table:table-row>`, "A1[a] D4[b] hidden rows [0 1 2] hidden columns [1 2]"},
		{"numbers with the style of a percentage or a date", `<number:percentage-style style:name="N1"/><number:date-style style:name="N2"/><style:style style:name="c1" style:data-style-name="N1"/><style:style style:name="c2" style:data-style-name="N2"/>`,
			"<table:table-row>" + cell(`table:style-name="c1" office:value-type="float" office:value="0.3125"`, "31%") + cell(`table:style-name="c2" office:value-type="float" office:value="44561"`, "x") + "</table:table-row>", "A1[31.25% percent 0.3125] B1[2021-12-31 date 44561]"},
		{"times", "", "<table:table-row>" + cell(`office:value-type="time" office:time-value="PT30M"`, "x") + cell(`office:value-type="time" office:time-value="PT36H00M01.5S"`, "x") + "</table:table-row>",
			"A1[00:30:00 date 0.020833333333333332] B1[1900-01-01 12:00:02 date 1.5000173611111112]"},
	} {
		w := readTest(t, tt.reason, odsFile(tt.styles, `<table:table table:name="表">`+tt.rows+`</table:table>`).file(), "表: "+tt.want)
		if w.Format != FormatODS || len(w.Warnings) > 0 {
			t.Errorf("%s: format %s, warnings %v", tt.reason, w.Format, w.Warnings)
		}
	}
	readTest(t, "hidden sheets", odsFile(`<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>`,
		`<table:table table:name="甲" table:style-name="ta1"/><table:table table:name="乙" table:style-name="ta2"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>`).file(),
		"甲:\n乙: A1[a] hidden")
}

func TestODSDamage(t *testing.T) {
	row := func(attrs string) testPackage {
		return odsFile("", `<table:table table:name="表"><table:table-row><table:table-cell `+attrs+`><text:p>x</text:p></table:table-cell></table:table-row></table:table>`)
	}
	for _, attrs := range []string{`office:value-type="float" office:value="一"`, `office:value-type="date" office:date-value="x"`, `office:value-type="time" office:time-value="PTxH"`, `office:value-type="time" office:time-value="8:30"`,
		`office:value-type="boolean"`, `office:value-type="percentage"`} {
		w := readTest(t, attrs, row(attrs).file(), "表: A1[x]")
		if len(w.Warnings) != 1 || !strings.Contains(fmt.Sprint(w.Warnings), "cell A1 is marked as") {
			t.Errorf("%s: warnings %v", attrs, w.Warnings)
		}
	}
	good := row("")
	for _, tt := range []struct {
		reason  string
		file    testPackage
		kind    error
		message string
	}{
		{"a text document", good.replace("content.xml", "office:spreadsheet", "office:text"), ErrFormat, "<text>, not a spreadsheet; save it as .docx"},
		{"no sheets", odsFile("", ""), ErrDamaged, "no sheets"},
		{"a password", good.with("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"), ErrEncrypted, "password"},
		{"a text that breaks off", good.with("content.xml", good["content.xml"][:300]), ErrDamaged, `"content.xml"`},
		{"styles that break off", good.with("styles.xml", "<office:document-styles>"), ErrDamaged, `"styles.xml"`},
		{"no content", good.without("content.xml"), ErrFormat, "OpenDocument"},
		{"a row beyond the last", odsFile("", `<table:table table:name="表"><table:table-row table:number-rows-repeated="1048576"/><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>`), ErrDamaged, `"表": "content.xml": the workbook is damaged: there is a row 1048577`},
		{"a column beyond the last", row(`table:number-columns-repeated="16385"`), ErrDamaged, "row 1 has more than 16384 cells"},
		{"a row repeated beyond the limit", good.replace("content.xml", "<table:table-row>", `<table:table-row table:number-rows-repeated="2000000000">`), ErrDamaged, "row 1048577"},
	} {
		_, err := readBytes(tt.file.file())
		if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.message)
		}
	}
	readTest(t, "a span beyond the sheet", row(`table:number-columns-spanned="2000000000" table:number-rows-spanned="2000000000"`).file(), "表: A1[x] A1:XFD1048576")
}

func FuzzReadODS(f *testing.F) {
	f.Add([]byte(odsFile(`<number:percentage-style style:name="N"/><style:style style:name="c" style:data-style-name="N"><style:table-properties table:display="false"/></style:style>`,
		`<table:table table:name="a" table:style-name="c"><table:table-column table:visibility="collapse" table:number-columns-repeated="9"/><table:table-row table:number-rows-repeated="3" table:visibility="filter">`+
			`<table:table-cell table:number-columns-spanned="2" table:style-name="c" office:value-type="float" office:value="1"/><table:covered-table-cell table:number-columns-repeated="2"><text:p>b<text:s text:c="9"/></text:p></table:covered-table-cell>`+
			`<table:table-cell office:value-type="time" office:time-value="PT1H2M3S"/></table:table-row></table:table>`)["content.xml"]))
	good := odsFile("", "")
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := openPackage(good.with("content.xml", string(content)).file(), "", fuzzLimits)
		if err != nil {
			t.Fatal(err)
		}
		w, err := readODS(p.ooxml, fuzzLimits)
		checkBook(t, w, err)
	})
}
