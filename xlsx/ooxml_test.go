package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// A testPackage is the parts of a workbook by their names.
type testPackage map[string]string

const (
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relSpace  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	relType   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`

	bookPart    = "xl/workbook.xml"
	bookRels    = "xl/_rels/workbook.xml.rels"
	sheetPart   = "xl/worksheets/sheet1.xml"
	stringsPart = "xl/sharedStrings.xml"
	stylesPart  = "xl/styles.xml"
)

// newPackage returns a workbook with one sheet named S of this content.
func newPackage(sheet string) testPackage {
	return testPackage{
		contentTypes: `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels": `<Relationships ` + relSpace + `><Relationship Id="rId1" Type="` + relType + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		bookPart:      `<workbook ` + mainSpace + `><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		bookRels: `<Relationships ` + relSpace + `><Relationship Id="rId1" Type="` + relType + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + relType + `sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + relType + `styles" Target="styles.xml"/></Relationships>`,
		sheetPart:   `<worksheet ` + mainSpace + `>` + sheet + `</worksheet>`,
		stringsPart: `<sst ` + mainSpace + `/>`,
		stylesPart:  `<styleSheet ` + mainSpace + `/>`,
	}
}

// rows returns a workbook with these rows.
func rows(s string) testPackage { return newPackage("<sheetData>" + s + "</sheetData>") }

// with returns the package with a part replaced.
func (p testPackage) with(part, text string) testPackage {
	p = maps.Clone(p)
	p[part] = text
	return p
}

// without returns the package without a part.
func (p testPackage) without(part string) testPackage {
	p = maps.Clone(p)
	delete(p, part)
	return p
}

// replace returns the package with something in one part replaced, which has
// to be there.
func (p testPackage) replace(part, old, new string) testPackage {
	if !strings.Contains(p[part], old) {
		panic(fmt.Sprintf("%s has no %s", part, old))
	}
	return p.with(part, strings.ReplaceAll(p[part], old, new))
}

// file returns the package as a file.
func (p testPackage) file() []byte {
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		w, err := zw.Create(name)
		if err == nil {
			_, err = io.WriteString(w, p[name])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := zw.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// readBytes reads a file that is in memory.
func readBytes(data []byte, opts ...Option) (*Workbook, error) {
	return Read(bytes.NewReader(data), int64(len(data)), "test.xlsx", opts...)
}

// styles returns a styles part with one cell style for each format code, the
// built-in ids given as numbers.
func styles(formats ...string) string {
	var fmts, xfs strings.Builder
	for i, code := range formats {
		id, err := strconv.Atoi(code)
		if err != nil {
			id = 164 + i
			fmt.Fprintf(&fmts, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, code)
		}
		fmt.Fprintf(&xfs, `<xf numFmtId="%d" fontId="0"><alignment wrapText="1"/></xf>`, id)
	}
	return `<styleSheet ` + mainSpace + `><numFmts>` + fmts.String() + `</numFmts>` +
		`<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>` + xfs.String() + `</cellXfs></styleSheet>`
}

func sharedTexts(items ...string) string {
	return `<sst ` + mainSpace + ` count="2000000000" uniqueCount="2000000000">` + strings.Join(items, "") + `</sst>`
}

// sheetTests are packages that can be read, with what lines makes of them.
var sheetTests = []struct {
	reason string
	file   testPackage
	want   []string // without the line of the sheet
}{
	{"a number and a text", rows(`<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><v>x</v></c></row>`),
		[]string{`A1 1`, `B1 "x"`}},
	{"no cells", newPackage(``), nil},
	{"cells without anything in them", rows(`<row r="1" spans="1:3"><c r="A1" s="5"/><c r="B1" t="s"/><c r="C1"><v></v></c><c r="D1" t="inlineStr"><is><t></t></is></c><c r="E1" t="b"><v/></c><c r="F1" t="e"><v/></c></row>`), nil},
	{"addresses left out", rows(`<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="4"><c r="C4"><v>4</v></c><c><v>5</v></c></row><row><c><v>6</v></c></row>`),
		[]string{`A1 1`, `C1 3`, `C4 4`, `D4 5`, `A5 6`}},
	{"addresses with $ and in small letters", rows(`<row r="2"><c r="$B$2"><v>1</v></c><c r="c2"><v>2</v></c></row>`),
		[]string{`B2 1`, `C2 2`}},
	{"the last cell that there is", rows(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`),
		[]string{`XFD1048576 1`}},
	{"cells and rows out of order", rows(`<row r="2"><c r="B2"><v>4</v></c><c r="A2"><v>3</v></c></row><row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>`),
		[]string{`A1 1`, `B1 2`, `A2 3`, `B2 4`}},
	{"an address that stands twice: the first one stays", rows(`<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="A1"><v>3</v></c></row><row r="1"><c r="A1"><v>4</v></c></row>`),
		[]string{`A1 1`, `B1 2`,
			`! S xl/worksheets/sheet1.xml: cell A1 stands twice; the second, "3", is left out`,
			`! S xl/worksheets/sheet1.xml: cell A1 stands twice; the second, "4", is left out`}},
	{"a cell in another row's place", rows(`<row r="3"><c r="B7"><v>1</v></c></row>`),
		[]string{`B7 1`, `! S xl/worksheets/sheet1.xml: cell A3 has the address B7 of another row; it is read as that`}},
	{"an address that is none", rows(`<row r="3"><c r="B3"><v>1</v></c><c r="7"><v>2</v></c><c r="D0"><v>2</v></c><c r="D3"><v>3</v></c></row>`),
		[]string{`B3 1`, `D3 3`,
			`! S xl/worksheets/sheet1.xml: cell C3 or its neighbour has the address "7", which is none; it is left out`,
			`! S xl/worksheets/sheet1.xml: cell D3 or its neighbour has the address "D0", which is none; it is left out`}},

	{"shared texts", rows(`<row><c t="s"><v>1</v></c><c t="s"><v> 0 </v></c><c t="s"><v>2</v></c></row>`).with(stringsPart, sharedTexts(`<si><t>甲</t></si>`, `<si><t xml:space="preserve"> 乙 </t></si>`, `<si/>`)),
		[]string{`A1 " 乙 "`, `B1 "甲"`}},
	{"rich text, its phonetic runs left out", rows(`<row><c t="s"><v>0</v></c></row>`).with(stringsPart, sharedTexts(`<si><r><rPr><b/><t>no</t></rPr><t>東</t></r><r><t>京 </t></r><r/><rPh sb="0" eb="1"><t>トウ</t></rPh><phoneticPr fontId="1"/><r><t>都</t></r></si>`)),
		[]string{`A1 "東京 都"`}},
	{"phonetic runs beside plain text", rows(`<row><c t="s"><v>0</v></c></row>`).with(stringsPart, sharedTexts(`<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>`)),
		[]string{`A1 "東京"`}},
	{"inline text, plain and rich", rows(`<row><c t="inlineStr"><is><t>甲</t></is></c><c t="inlineStr"><is><r><t>乙</t></r><r><t>丙</t></r><rPh><t>no</t></rPh></is></c><c t="inlineStr"><v>丁</v></c></row>`),
		[]string{`A1 "甲"`, `B1 "乙丙"`, `C1 "丁"`}},
	{"text that looks like something else", rows(`<row><c t="str"><v>007</v></c><c t="str"><v>=1+1</v></c><c t="str"><v>TRUE</v></c><c t="str"><v>12%</v></c></row>`),
		[]string{`A1 "007"`, `B1 "=1+1"`, `C1 "TRUE"`, `D1 "12%"`}},
	{"entities, CDATA and comments in text", rows(`<row><c t="inlineStr"><is><t>a&lt;b<![CDATA[ & ]]>c<!-- no -->&#x4E2D;</t></is></c><c><v>1<!-- -->2<![CDATA[3]]></v></c></row>`),
		[]string{`A1 "a<b & c中"`, `B1 123`}},
	{"characters escaped as _xHHHH_", rows(`<row><c t="inlineStr"><is><t>a_x000D_&#10;b_x0041__x005F_x0041__xD83D__xDE00__xZZZZ_x_x0041-_x00411_x0041</t></is></c><c t="str"><v>_x4E2D_</v></c></row>`),
		[]string{`A1 "a\nbA_x0041_😀_xZZZZ_x_x0041-_x00411_x0041"`, `B1 "中"`}},
	{"line ends", rows("<row><c t=\"inlineStr\"><is><t>a\r\nb\rc&#13;&#10;d&#13;e</t></is></c></row>"),
		[]string{`A1 "a\nb\nc\nd\ne"`}},
	{"a shared text that there is not", rows(`<row r="2"><c t="s"><v>1</v></c><c t="s"><v>x</v></c><c t="s"><v>-1</v></c><c t="s"><v/></c><c><v>5</v></c></row>`).with(stringsPart, sharedTexts(`<si><t>甲</t></si>`)),
		[]string{`E2 5`,
			`! S xl/worksheets/sheet1.xml: cell A2 refers to the shared text "1" of 1; it is left out`,
			`! S xl/worksheets/sheet1.xml: cell B2 refers to the shared text "x" of 1; it is left out`,
			`! S xl/worksheets/sheet1.xml: cell C2 refers to the shared text "-1" of 1; it is left out`,
			`! S xl/worksheets/sheet1.xml: cell D2 refers to the shared text "" of 1; it is left out`}},

	{"numbers in all their forms", rows(`<row><c><v>1.50</v></c><c><v>-0</v></c><c><v>-0.0</v></c><c><v>007</v></c><c><v>1E3</v></c><c><v>1e-7</v></c><c><v>.5</v></c><c><v>5.</v></c><c><v>+5</v></c><c><v> 6 </v></c><c t="n"><v>-12.25</v></c></row>`),
		[]string{`A1 1.5`, `B1 0`, `C1 0`, `D1 7`, `E1 1000`, `F1 0.0000001`, `G1 0.5`, `H1 5`, `I1 5`, `J1 6`, `K1 -12.25`}},
	{"numbers at the edge of a float64", rows(`<row><c><v>0.28999999999999998</v></c><c><v>12345678901234567</v></c><c><v>999999999999999</v></c><c><v>0.1000000000000000055511151231257827</v></c><c><v>6.02214076E+23</v></c><c><v>0.00000000000001</v></c></row>`),
		[]string{`A1 0.29`, `B1 12345678901234568`, `C1 999999999999999`, `D1 0.1`, `E1 602214076000000000000000`, `F1 0.00000000000001`}},
	{"numbers that are none stay as text", rows(`<row><c><v>1,5</v></c><c><v>inf</v></c><c><v>NaN</v></c><c><v>0x10</v></c><c><v>1_000</v></c><c><v>1e400</v></c><c><v>-</v></c></row>`),
		[]string{`A1 "1,5"`, `B1 "inf"`, `C1 "NaN"`, `D1 "0x10"`, `E1 "1_000"`, `F1 "1e400"`, `G1 "-"`,
			`! S xl/worksheets/sheet1.xml: cell A1 is marked as a number and is "1,5"; it is read as text`,
			`! S xl/worksheets/sheet1.xml: cell B1 is marked as a number and is "inf"; it is read as text`,
			`! S xl/worksheets/sheet1.xml: cell C1 is marked as a number and is "NaN"; it is read as text`,
			`! S xl/worksheets/sheet1.xml: cell D1 is marked as a number and is "0x10"; it is read as text`,
			`! S xl/worksheets/sheet1.xml: cell E1 is marked as a number and is "1_000"; it is read as text`,
			`! S xl/worksheets/sheet1.xml: cell F1 is marked as a number and is "1e400"; it is read as text`,
			`! S xl/worksheets/sheet1.xml: cell G1 is marked as a number and is "-"; it is read as text`}},
	{"true, false and errors", rows(`<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="b"><v>true</v></c><c t="e"><v>#DIV/0!</v></c><c t="e"><v> #N/A </v></c><c t="b"><v>2</v></c></row>`),
		[]string{`A1 bool TRUE`, `B1 bool FALSE`, `C1 bool TRUE`, `D1 error #DIV/0!`, `E1 error #N/A`, `F1 "2"`,
			`! S xl/worksheets/sheet1.xml: cell F1 is marked as true or false and is "2"; it is read as text`}},
	{"an unknown type", rows(`<row><c t="z"><v>1</v></c></row>`),
		[]string{`A1 "1"`, `! S xl/worksheets/sheet1.xml: cell A1 is of the unknown type "z"; it is read as text`}},

	{"results of formulas", rows(`<row><c><f>1+2</f><v>3</v></c><c t="str"><f>"a"</f><v>a</v></c><c t="b"><f/><v>1</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="str"><f>""</f><v></v></c><c><f t="shared" si="0"/><v>4</v></c><c><v>5</v></c></row>`),
		[]string{`A1 =3`, `B1 ="a"`, `C1 =bool TRUE`, `D1 =error #DIV/0!`, `F1 =4`, `G1 5`}},
	{"formulas without results", rows(`<row><c><f>1+2</f></c><c><f>1+2</f><v/></c><c t="str"><f>A1</f></c><c><v>1</v></c></row>`),
		[]string{`D1 1`, `! S xl/worksheets/sheet1.xml: 3 formulas have no stored result; the cells are left empty`}},

	{"percent and date formats", rows(`<row><c s="0"><v>0.5</v></c><c s="1"><v>0.3125</v></c><c s="2"><v>0.796875</v></c><c s="3"><v>44562</v></c><c s="4"><v>0.5</v></c><c s="5"><v>44562.75</v></c><c s="6"><v>1.5</v></c><c s="1" t="str"><v>0.5</v></c></row>`).
		with(stylesPart, styles("0", "0.0%", "9", `[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@`, "21", "22", `0.0&quot;%&quot;`)),
		[]string{`A1 0.5`, `B1 percent 31.25% (0.3125)`, `C1 percent 79.6875% (0.796875)`, `D1 date 2022-01-01 (44562)`, `E1 date 12:00:00 (0.5)`, `F1 date 2022-01-01 18:00:00 (44562.75)`, `G1 1.5`, `H1 "0.5"`}},
	{"the style of cells that name none", rows(`<row><c><v>0.5</v></c></row>`).with(stylesPart, styles("10")),
		[]string{`A1 percent 50% (0.5)`}},
	{"dates from 1904", rows(`<row><c s="0"><v>0</v></c><c s="0"><v>1</v></c><c s="0"><v>2957003</v></c><c s="0"><v>2957004</v></c></row>`).
		with(stylesPart, styles("14")).replace(bookPart, "<sheets>", `<workbookPr date1904="true"/><sheets>`),
		[]string{`A1 date 1904-01-01 (0)`, `B1 date 1904-01-02 (1)`, `C1 date 9999-12-31 (2957003)`, `D1 2957004`}},
	{"dates that are none stay numbers", rows(`<row><c s="0"><v>-1</v></c><c s="0"><v>0</v></c><c s="0"><v>60</v></c><c s="0"><v>2958466</v></c><c s="0"><v>1e300</v></c></row>`).with(stylesPart, styles("14")),
		[]string{`A1 -1`, `B1 0`, `C1 date 1900-02-29 (60)`, `D1 2958466`, `E1 1` + strings.Repeat("0", 300)}},
	{"dates written as such", rows(`<row><c t="d"><v>2022-01-01</v></c><c t="d"><v>2022-01-01T18:00:00Z</v></c><c t="d"><v>1900-01-01</v></c><c t="d"><v>1900-03-01</v></c><c t="d"><v>06:00</v></c><c t="d"><v>2022-13-01</v></c><c t="d"><v>1899-12-31</v></c></row>`),
		[]string{`A1 date 2022-01-01 (44562)`, `B1 date 2022-01-01 18:00:00 (44562.75)`, `C1 date 1900-01-01 (1)`, `D1 date 1900-03-01 (61)`, `E1 date 06:00:00 (0.25)`, `F1 "2022-13-01"`, `G1 "1899-12-31"`,
			`! S xl/worksheets/sheet1.xml: cell F1 is marked as a date and is "2022-13-01"; it is read as text`,
			`! S xl/worksheets/sheet1.xml: cell G1 is marked as a date and is "1899-12-31"; it is read as text`}},
	{"dates written as such, from 1904", rows(`<row><c t="d"><v>1904-01-02</v></c></row>`).replace(bookPart, "<sheets>", `<workbookPr date1904="1"/><sheets>`),
		[]string{`A1 date 1904-01-02 (1)`}},
	{"styles that there are not", rows(`<row><c s="1"><v>1</v></c><c s="x"><v>2</v></c><c s="0"><v>3</v></c></row>`).with(stylesPart, styles("9")),
		[]string{`A1 1`, `B1 2`, `C1 percent 300% (3)`,
			`! S xl/worksheets/sheet1.xml: 2 numbers have a style that does not exist; percentages and dates among them are read as plain numbers`}},
	{"a workbook without a styles part", rows(`<row><c><v>1</v></c></row>`).without(stylesPart).replace(bookRels, "/styles\"", "/theme\""),
		[]string{`A1 1`}},
	{"no part of shared texts, as none is asked for", rows(`<row><c><v>1</v></c></row>`).without(stringsPart),
		[]string{`A1 1`}},

	{"merged ranges, one of a single cell", newPackage(`<sheetData/><mergeCells count="9"><mergeCell ref="C3:D4"/><mergeCell ref="A1:B2"/><mergeCell ref="E5:E5"/><mergeCell ref="F6"/><mergeCell ref="B9:A8"/><mergeCell ref="A3:B3"></mergeCell></mergeCells>`),
		[]string{`merged A1:B2`, `merged A3:B3`, `merged C3:D4`, `merged A8:B9`}},
	{"merged ranges that overlap", newPackage(`<mergeCells><mergeCell ref="B2:C3"/><mergeCell ref="C3:D4"/><mergeCell ref="D2:D4"/><mergeCell ref="A1:A3"/><mergeCell ref="B2:C3"/><mergeCell ref="A4:B4"/></mergeCells>`),
		[]string{`merged A1:A3`, `merged B2:C3`, `merged D2:D4`, `merged A4:B4`,
			`! S xl/worksheets/sheet1.xml: merged range B2:C3 overlaps another one; it is left out`,
			`! S xl/worksheets/sheet1.xml: merged range C3:D4 overlaps another one; it is left out`}},
	{"merged ranges that are none", newPackage(`<mergeCells><mergeCell ref=""/><mergeCell ref="A1:"/><mergeCell ref="A1:A1048577"/><mergeCell/><mergeCell ref="A1:A2"/></mergeCells>`),
		[]string{`merged A1:A2`,
			`! S xl/worksheets/sheet1.xml: "" is no range; the merged range is left out`,
			`! S xl/worksheets/sheet1.xml: "A1:" is no range; the merged range is left out`,
			`! S xl/worksheets/sheet1.xml: "A1:A1048577" is no range; the merged range is left out`,
			`! S xl/worksheets/sheet1.xml: "" is no range; the merged range is left out`}},
	{"hidden rows and columns, within what is used", newPackage(`<cols><col min="5" max="16384" hidden="1"/><col min="2" max="3" hidden="true"/><col min="3" max="3" hidden="1"/><col min="4" max="4"/><col min="1" max="9" hidden="0"/></cols><sheetData><row r="1" hidden="1"/><row r="3" hidden="1"><c r="F3"><v>1</v></c></row><row r="5" hidden="1"/></sheetData>`),
		[]string{`F3 1`, `row 1 hidden`, `row 3 hidden`, `column 2 hidden`, `column 3 hidden`, `column 5 hidden`, `column 6 hidden`}},
	{"what a merged range covers is used", newPackage(`<cols><col min="2" max="9" hidden="1"/></cols><sheetData><row r="2" hidden="1"/></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`),
		[]string{`merged A1:B2`, `row 2 hidden`, `column 2 hidden`}},
	{"columns hidden by something else than a range", newPackage(`<cols><col min="0" max="2" hidden="1"/><col min="3" max="2" hidden="1"/><col hidden="1"/><col min="1" max="99999999999" hidden="1"/></cols><sheetData><row><c r="B1"><v>1</v></c></row></sheetData>`),
		[]string{`B1 1`}},

	{"prefixes", testPackage.with(rows(""), sheetPart, `<x:worksheet xmlns:x="u"><x:sheetData><x:row x:r="9" r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="A2:B2"/></x:mergeCells></x:worksheet>`).
		with(stringsPart, `<y:sst xmlns:y="u"><y:si><y:r><y:t>甲</y:t></y:r></y:si></y:sst>`).
		with(bookPart, `<z:workbook xmlns:z="u" xmlns:q="v"><z:sheets><z:sheet q:id="rId1" name="S"/></z:sheets></z:workbook>`),
		[]string{`A2 "甲"`, `merged A2:B2`}},
	{"what stands elsewhere is not the sheet's", newPackage(`<sheetViews><c r="A1"><v>9</v></c></sheetViews><sheetData><note><c><v>9</v></c></note><row><note><v>9</v></note><c><v>1</v><extLst><v>2</v></extLst></c></row></sheetData><extLst><ext><sheetData><row r="5"><c><v>9</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></ext></extLst>`),
		[]string{`A1 1`}},
	{"sizes that are not true", newPackage(`<dimension ref="A1:XFD1048576"/><sheetData><row r="1" spans="1:16384"><c r="A1"><v>1</v></c></row></sheetData><mergeCells count="4000000000"><mergeCell ref="A1:A2"/></mergeCells>`),
		[]string{`A1 1`, `merged A1:A2`}},
}

func TestSheets(t *testing.T) {
	for _, tt := range sheetTests {
		w, err := readBytes(tt.file.file())
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		if diff := cmp.Diff(append([]string{"sheet S"}, tt.want...), lines(w)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
		}
	}
}

// TestPackages reads one sheet out of packages that are put together in
// different ways.
func TestPackages(t *testing.T) {
	base := rows(`<row><c t="s"><v>0</v></c></row>`).with(stringsPart, sharedTexts(`<si><t>甲</t></si>`))
	move := func(p testPackage, from, to string) testPackage { return p.without(from).with(to, p[from]) }
	wide := func(s string, high bool) string {
		var b []byte
		for _, u := range append([]uint16{0xFEFF}, utf16.Encode([]rune(s))...) {
			if high {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return string(b)
	}
	capitals := testPackage{}
	backslashes := testPackage{}
	for name, text := range base {
		capitals[strings.ToUpper(name)] = text
		backslashes[strings.ReplaceAll(name, "/", `\`)] = text
	}
	two := base.replace(bookPart, "</sheets>", `<sheet name="T" r:id="rId9"/></sheets>`)
	second := func(kind, target string) testPackage {
		return two.replace(bookRels, "</Relationships>", `<Relationship Id="rId9" Type="x/`+kind+`" Target="`+target+`"/></Relationships>`)
	}
	tests := []struct {
		reason string
		file   testPackage
		want   []string
	}{
		{"as usual", base, nil},
		{"targets from the root", base.replace(bookRels, `Target="`, `Target="/xl/`).replace("_rels/.rels", `Target="`, `Target="/`), nil},
		{"targets with dots", base.replace(bookRels, `Target="`, `Target="./../xl//`), nil},
		{"targets with backslashes", base.replace(bookRels, "worksheets/", `worksheets\`), nil},
		{"names in capitals", capitals, nil},
		{"names with backslashes", backslashes, nil},
		{"no content types", base.without(contentTypes), nil},
		{"no relationships of the package", base.without("_rels/.rels"), nil},
		{"no relationships of a workbook with macros", base.without("_rels/.rels").replace(contentTypes, "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "vnd.ms-excel.sheet.macroEnabled"), nil},
		{"a workbook in another place", move(move(base, bookPart, "a.xml").replace("_rels/.rels", "xl/workbook.xml", "a.xml"), bookRels, "_rels/a.xml.rels").replace("_rels/a.xml.rels", `Target="`, `Target="xl/`), nil},
		{"an external relationship of the same id", base.replace(bookRels, "><Relationship ", `><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="http://a/"/><Relationship `), nil},
		{"an id twice, the first one counts", base.replace(bookRels, "</Rel", `<Relationship Id="rId1" Type="x/worksheet" Target="none.xml"/></Rel`), nil},
		{"a byte order mark", base.with(sheetPart, "\uFEFF"+base[sheetPart]), nil},
		{"UTF-16", base.with(stringsPart, wide(`<?xml version="1.0" encoding="UTF-16"?>`+base[stringsPart], false)).with(bookPart, wide(base[bookPart], true)), nil},
		{"UTF-16 beyond the first plane", base.with(stringsPart, wide(sharedTexts(`<si><t>甲😀</t></si>`), false)), []string{`sheet S`, `A1 "甲😀"`}},
		{"a hidden sheet", base.replace(bookPart, "<sheet ", `<sheet state="hidden" `), []string{`sheet S hidden`, `A1 "甲"`}},
		{"a very hidden sheet", base.replace(bookPart, "<sheet ", `<sheet state="veryHidden" `), []string{`sheet S hidden`, `A1 "甲"`}},
		{"a sheet said to be visible", base.replace(bookPart, "<sheet ", `<sheet state="visible" `), nil},
		{"a sheet's name with escapes", base.replace(bookPart, `"S"`, `"表 &quot;一&quot;_x0041_"`), []string{`sheet 表 "一"A`, `A1 "甲"`}},
		{"two sheets of one part", second("worksheet", "worksheets/sheet1.xml"), []string{`sheet S`, `A1 "甲"`, `sheet T`, `A1 "甲"`}},
		{"a chart sheet", second("chartsheet", "none.xml"), nil},
		{"a dialog sheet", second("dialogsheet", "none.xml"), nil},
		{"a macro sheet", second("xlMacrosheet", "none.xml"), nil},
		{"a sheet of an unknown type", second("mystery", "none.xml"), []string{`sheet S`, `A1 "甲"`, `! T xl/none.xml: the sheet is of the unknown type "mystery"; it is left out`}},
		{"a part twice", base.with("XL/worksheets/SHEET1.xml", strings.Replace(base[sheetPart], "<row>", "<row><c><v>1</v></c>", 1)), []string{`sheet S`, `A1 1`, `B1 "甲"`, `! xl/worksheets/sheet1.xml: the part stands twice in the file; the first one is read`}},
	}
	for _, tt := range tests {
		if tt.want == nil {
			tt.want = []string{`sheet S`, `A1 "甲"`}
		}
		w, err := readBytes(tt.file.file())
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		got := lines(w)
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], "!  ", "! ")
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
		}
	}
}

// badCRC returns the package with a wrong check sum on one part.
func (p testPackage) badCRC(part string) []byte {
	data := p.file()
	var sum [4]byte
	for i, c := 0, crc32.ChecksumIEEE([]byte(p[part])); i < 4; i++ {
		sum[i] = byte(c >> (8 * i))
	}
	if !bytes.Contains(data, sum[:]) {
		panic("the check sum is not there")
	}
	return bytes.ReplaceAll(data, sum[:], []byte{1, 2, 3, 4})
}

// patchHeaders changes the headers of one part in the zip archive: b begins at
// the general purpose flags in both the local one and that in the directory.
func (p testPackage) patchHeaders(part string, patch func(b []byte)) []byte {
	data := p.file()
	for _, h := range []struct {
		magic       string
		flags, name int
	}{{"PK\x03\x04", 6, 30}, {"PK\x01\x02", 8, 46}} {
		for i := 0; ; i++ {
			n := bytes.Index(data[i:], []byte(h.magic))
			if n < 0 {
				panic("there is no such part")
			}
			if i += n; bytes.HasPrefix(data[i+h.name:], []byte(part)) {
				patch(data[i+h.flags:])
				break
			}
		}
	}
	return data
}

func TestDamaged(t *testing.T) {
	good := rows(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row>`).with(stringsPart, sharedTexts(`<si><t>甲</t></si>`)).with(stylesPart, styles("0"))
	if w, err := readBytes(good.file()); err != nil || len(w.Sheets[0].Cells) != 2 {
		t.Fatalf("the workbook that is to be damaged: %v", err)
	}
	sheet := good[sheetPart]
	file := good.file()
	tests := []struct {
		reason string
		file   []byte
		kind   error
		want   string // in the error
	}{
		{"a file that is cut off", file[:len(file)/2], ErrDamaged, "cut off"},
		{"a file of which the end is lost", file[:len(file)-30], ErrDamaged, "cut off"},
		{"a directory that is overwritten", bytes.ReplaceAll(file, []byte("PK\x01\x02"), []byte("PK\x01\x03")), ErrDamaged, "directory"},
		{"a directory of too many entries", append(bytes.Repeat([]byte("PK\x03\x04PK\x01\x02"), 1<<16+1), file...), ErrDamaged, "more than 65536 parts"},
		{"a wrong check sum of the sheet", good.badCRC(sheetPart), ErrDamaged, `"S": "xl/worksheets/sheet1.xml"`},
		{"a wrong check sum of the shared texts", good.badCRC(stringsPart), ErrDamaged, `"xl/sharedStrings.xml"`},
		{"a wrong check sum of the styles", good.badCRC(stylesPart), ErrDamaged, `"xl/styles.xml"`},
		{"a wrong check sum of the workbook", good.badCRC(bookPart), ErrDamaged, `"xl/workbook.xml"`},
		{"a part that is encrypted", good.patchHeaders(bookPart, func(b []byte) { b[0] |= 1 }), ErrEncrypted, `"xl/workbook.xml"`},
		{"a part packed in an unknown way", good.patchHeaders(sheetPart, func(b []byte) { b[2] = 99 }), ErrFormat, "method 99"},
		{"a part larger than it says", good.patchHeaders(sheetPart, func(b []byte) { b[16] -= 10 }), ErrDamaged, `"S": "xl/worksheets/sheet1.xml"`},
		{"a part smaller than it says", good.patchHeaders(sheetPart, func(b []byte) { b[16] += 10 }), ErrDamaged, `"S": "xl/worksheets/sheet1.xml"`},
		{"a part that is not packed as it says", good.patchHeaders(sheetPart, func(b []byte) { b[2] = 0 }), ErrDamaged, `"xl/worksheets/sheet1.xml"`},

		{"no workbook part", good.without(bookPart).file(), ErrFormat, "zip archive of other files"},
		{"neither types nor relationships", good.without(contentTypes).without("_rels/.rels").file(), ErrDamaged, `"_rels/.rels": the workbook is damaged: no part is named`},
		{"no relationships of the workbook", good.without(bookRels).file(), ErrDamaged, `"xl/_rels/workbook.xml.rels": the workbook is damaged: the part is missing`},
		{"no sheet part", good.without(sheetPart).file(), ErrDamaged, `"S": "xl/worksheets/sheet1.xml": the workbook is damaged: the part is missing`},
		{"no shared texts, which a cell refers to", good.without(stringsPart).file(), ErrDamaged, `"xl/sharedStrings.xml": the workbook is damaged: the part is missing`},
		{"no styles, which a number has", good.without(stylesPart).file(), ErrDamaged, `"xl/styles.xml": the workbook is damaged: the part is missing`},
		{"a workbook without sheets", good.with(bookPart, "<workbook/>").file(), ErrDamaged, "lists no sheets"},
		{"a sheet without a relationship", good.replace(bookPart, "rId1", "rId9").file(), ErrDamaged, `no relationship "rId9"`},
		{"a workbook part that is none", good.with(bookPart, "<document/>").file(), ErrDamaged, "holds <document>"},
		{"a sheet part that is none", good.with(sheetPart, "<sst/>").file(), ErrDamaged, "holds <sst>"},
		{"relationships without end", good.with(bookRels, "<Relationships>"+strings.Repeat("<Relationship/>", maxParts+1)+"</Relationships>").file(), ErrDamaged, "more than 65536 relationships"},

		{"row 0", good.replace(sheetPart, `row r="1"`, `row r="0"`).file(), ErrDamaged, `a row numbered "0"`},
		{"a row of no number", good.replace(sheetPart, `row r="1"`, `row r="A"`).file(), ErrDamaged, `a row numbered "A"`},
		{"row 1,048,577", good.replace(sheetPart, `row r="1"`, `row r="1048577"`).file(), ErrDamaged, "row 1048577, beyond the last"},
		{"row 2,000,000,000", good.replace(sheetPart, `row r="1"`, `row r="2000000000"`).file(), ErrDamaged, "row 2000000000, beyond the last"},
		{"a row beyond all numbers", good.replace(sheetPart, `row r="1"`, `row r="99999999999999999999"`).file(), ErrDamaged, "a row numbered"},
		{"a row after the last", rows(`<row r="1048576"/><row/>`).file(), ErrDamaged, "row 1048577, beyond the last"},
		{"a cell below the last row", good.replace(sheetPart, `"A1"`, `"A1048577"`).file(), ErrDamaged, "cell A1048577, beyond the last"},
		{"a cell right of the last column", good.replace(sheetPart, `"B1"`, `"XFE1"`).file(), ErrDamaged, "cell XFE1, beyond the last"},
		{"a cell far right of the last column", good.replace(sheetPart, `"B1"`, `"AAAAAAA1"`).file(), ErrDamaged, "cell AAAAAAA1, beyond the last"},
		{"a cell after the last of the row", good.replace(sheetPart, `<c r="B1">`, `<c r="XFD1"/><c>`).file(), ErrDamaged, "row 1 has more than 16384 cells"},

		{"a sheet that breaks off", good.with(sheetPart, sheet[:strings.Index(sheet, "</row>")]).file(), ErrDamaged, `"S": "xl/worksheets/sheet1.xml": the workbook is damaged: byte`},
		{"a sheet that breaks off after its data", good.with(sheetPart, strings.TrimSuffix(sheet, "</worksheet>")).file(), ErrDamaged, "breaks off inside <worksheet>"},
		{"a sheet with text after its end", good.with(sheetPart, sheet+"x").file(), ErrDamaged, "text outside"},
		{"end tags in the wrong order", good.replace(sheetPart, "</row></sheetData>", "</sheetData></row>").file(), ErrDamaged, "<row> is not ended"},
		{"a sheet with a document type", good.with(sheetPart, `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>`+sheet).file(), ErrDamaged, "document type"},
		{"a sheet with an unknown entity", good.replace(sheetPart, "<v>1</v>", "<v>&nbsp;</v>").file(), ErrDamaged, "unknown entity"},
		{"a sheet of nothing", good.with(sheetPart, "").file(), ErrDamaged, "no element"},
		{"a sheet of zeros", good.with(sheetPart, strings.Repeat("\x00", 1000)).file(), ErrDamaged, "byte 0"},
		{"half a character of UTF-16", good.with(sheetPart, "\xFF\xFE<\x00a\x00/\x00>\x00x").file(), ErrDamaged, "no XML text has"},
		{"another encoding", good.with(sheetPart, `<?xml version="1.0" encoding="GB2312"?>`+sheet).file(), ErrDamaged, `encoding is "GB2312"`},
		{"shared texts that break off", good.replace(stringsPart, "</sst>", "").file(), ErrDamaged, `"xl/sharedStrings.xml": the workbook is damaged: byte`},
		{"styles that break off", good.replace(stylesPart, "</styleSheet>", "").file(), ErrDamaged, `"xl/styles.xml": the workbook is damaged: byte`},
		{"a workbook part that breaks off", good.replace(bookPart, "</workbook>", "").file(), ErrDamaged, `"xl/workbook.xml": the workbook is damaged: byte`},
		{"relationships that break off", good.replace(bookRels, "</Relationships>", "").file(), ErrDamaged, `"xl/_rels/workbook.xml.rels": the workbook is damaged: byte`},
		{"the package's relationships break off", good.replace("_rels/.rels", "</Relationships>", "").file(), ErrDamaged, `"_rels/.rels": the workbook is damaged: byte`},
		{"content types that break off", good.without("_rels/.rels").replace(contentTypes, "</Types>", "").file(), ErrDamaged, `"[Content_Types].xml": the workbook is damaged: byte`},
	}
	for _, tt := range tests {
		w, err := readBytes(tt.file)
		if w != nil || !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q with %q", tt.reason, err, tt.kind, tt.want)
			continue
		}
		if e := new(Error); !errors.As(err, &e) || e.File != "test.xlsx" {
			t.Errorf("%s: the error %v does not name the file", tt.reason, err)
		}
	}
}

// TestBrokenOff cuts a sheet after every byte: whatever is lost, it is never
// read as a shorter sheet.
func TestBrokenOff(t *testing.T) {
	p := newPackage(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>甲&amp;</t></is></c></row><row><c><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>`)
	for n := range len(p[sheetPart]) {
		if w, err := readBytes(p.with(sheetPart, p[sheetPart][:n]).file()); w != nil || !errors.Is(err, ErrDamaged) {
			t.Errorf("cut off after %q: error %v", p[sheetPart][:n], err)
		}
	}
	file := p.file()
	for n := 4; n < len(file); n++ { // what is shorter may be text
		if w, err := readBytes(file[:n]); w != nil || !errors.Is(err, ErrDamaged) {
			t.Errorf("a file cut off after %d bytes of %d: error %v", n, len(file), err)
		}
	}
}

func TestLimits(t *testing.T) {
	p := newPackage(`<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>0</v></c><c t="inlineStr"><is><t>丙丁</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/></mergeCells>`).
		with(stringsPart, sharedTexts(`<si><t>甲乙</t></si>`)).
		replace(bookPart, "</sheets>", `<sheet name="T" r:id="rId9"/></sheets>`).
		replace(bookRels, "</Rel", `<Relationship Id="rId9" Type="x/worksheet" Target="worksheets/sheet2.xml"/></Rel`).
		with("xl/worksheets/sheet2.xml", `<worksheet><cols><col min="1" max="2" hidden="1"/></cols><sheetData><row><c><v>12</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`)
	data := p.file()
	unpacked := int64(0)
	for part, text := range p {
		if part != contentTypes {
			unpacked += int64(len(text))
		}
	}
	// What the workbook has of everything: it can be read with just that.
	exact := Limits{
		Bytes:    int64(len(data)),
		Unpacked: unpacked,
		Sheets:   2,
		Cells:    4 + 2, // hidden columns count
		Merges:   3,
		Text:     int64(len("甲乙" + "丙丁" + "12")), // the shared text once
	}
	if _, err := readBytes(data, WithLimits(exact)); err != nil {
		t.Errorf("with room for all: %v", err)
	}
	for field, lower := range map[string]func(*Limits){
		"Bytes":    func(l *Limits) { l.Bytes-- },
		"Unpacked": func(l *Limits) { l.Unpacked-- },
		"Sheets":   func(l *Limits) { l.Sheets-- },
		"Cells":    func(l *Limits) { l.Cells-- },
		"Merges":   func(l *Limits) { l.Merges-- },
		"Text":     func(l *Limits) { l.Text-- },
	} {
		lim := exact
		lower(&lim)
		if _, err := readBytes(data, WithLimits(lim)); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "Limits."+field) {
			t.Errorf("Limits.%s: error %v", field, err)
		}
	}
}

// TestAmplification reads small files that ask for much. Whether they can be
// read or not, the memory they take is bounded. An eighth of the default limits
// makes the test fast; an eighth of what these are to cost is the bound.
func TestAmplification(t *testing.T) {
	const mib = 1 << 20
	lim := Limits{}.withDefaults()
	lim.Unpacked /= 4 // the files below need some room to get at the other limits
	lim.Cells /= 8
	lim.Merges /= 8
	lim.Text /= 8
	repeat := func(s string, size int) string { return strings.Repeat(s, size/len(s)) }
	sheets := newPackage(`<cols><col min="1" max="16384" hidden="1"/></cols><sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData>`)
	sheets = sheets.replace(bookPart, `<sheet name="S" sheetId="1" r:id="rId1"/>`, strings.Repeat(`<sheet name="S" r:id="rId1"/>`, 4096))
	tests := []struct {
		reason string
		file   testPackage
		want   string // in the error, "" for none
	}{
		{"a sheet of 17 MiB of spaces", rows(strings.Repeat(" ", 17*mib)), "Limits.Unpacked"},
		{"the same part for 4,096 sheets", rows(strings.Repeat(" ", mib)).with(bookPart, sheets[bookPart]), "Limits.Unpacked"},
		{"more cells than there may be", rows(`<row>` + repeat(`</row><row><c><v>1</v></c>`, 14*mib) + `</row>`), "Limits.Cells"},
		{"more cells than a sheet has rows", rows(`<row>` + repeat(`</row><row>`, 12*mib) + `</row>`), "beyond the last"},
		{"numbers of 309 digits", rows(`<row>` + repeat(`</row><row><c><v>1e308</v></c>`, 2*mib) + `</row>`), "Limits.Text"},
		{"shared texts of nothing", rows(`<row><c t="s"><v>0</v></c></row>`).with(stringsPart, sharedTexts(repeat(`<si/>`, 8*mib))), "Limits.Cells"},
		{"text in pieces", rows(`<row><c t="str"><v>` + repeat(`a<!---->`, 4*mib) + `</v></c></row>`), ""},
		{"rich text of many runs", rows(`<row><c t="inlineStr"><is>` + repeat(`<r><t>a</t></r>`, 4*mib) + `</is></c></row>`), ""},
		{"merged ranges without end", newPackage(`<mergeCells>` + repeat(`<mergeCell ref="A1:B2"/>`, 4*mib) + `</mergeCells>`), "Limits.Merges"},
		{"as many merged rows as there may be", newPackage(`<mergeCells>` + mergedRows(lim.Merges) + `</mergeCells>`), ""},
		{"merged ranges that all overlap", newPackage(`<mergeCells>` + strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, lim.Merges) + `</mergeCells>`), ""},
		{"hidden columns on many sheets", sheets, "Limits.Cells"},
		{"hidden columns again and again", newPackage(`<cols>` + repeat(`<col min="1" max="16384" hidden="1"/>`, 4*mib) + `</cols><sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData>`), ""},
		{"warnings without end", rows(`<row>` + repeat(`</row><row><c t="s"><v>1</v></c>`, 2*mib) + `</row>`), ""},
		{"cells that stand twice, without end", rows(`<row>` + repeat(`<c r="A1"><v>1</v></c>`, 4*mib) + `</row>`), ""},
		{"elements without end", rows(repeat(`<a>`, 8*mib)), "deep"},
		{"attributes without end", rows(`<row` + manyAttributes(100_000) + `/>`), "not well-formed"},
		{"styles without end", rows(`<row><c><v>1</v></c></row>`).with(stylesPart, `<styleSheet><cellXfs>`+repeat(`<xf/>`, 8*mib)+`</cellXfs></styleSheet>`), ""},
		{"a name of 8 MiB", newPackage(`<` + repeat("a", 8*mib) + ` b>`), "aaa…"},
	}
	for _, tt := range tests {
		data := tt.file.file()
		var w *Workbook
		var err error
		if got := totalAlloc(func() { w, err = readBytes(data, WithLimits(lim)) }); got > 32*mib {
			t.Errorf("%s: %d bytes make for %d MiB", tt.reason, len(data), got/mib)
		}
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.reason, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.want)
		case err != nil && len(err.Error()) > 1000:
			t.Errorf("%s: the error has %d bytes", tt.reason, len(err.Error()))
		case err == nil && len(w.Warnings) > maxWarnings+1:
			t.Errorf("%s: there are %d warnings", tt.reason, len(w.Warnings))
		}
	}
}

func mergedRows(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, `<mergeCell ref="A%d:XFD%d"/>`, i, i)
	}
	return b.String()
}

// TestTidy compares the merged ranges that are kept with those of a plain
// comparison of each with each.
func TestTidy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	dropped := 0
	for range 2000 {
		size := 1 + r.IntN(12)
		var s Sheet
		for range r.IntN(12) {
			a, b := Ref{r.IntN(size), r.IntN(size)}, Ref{r.IntN(size), r.IntN(size)}
			s.Merges = append(s.Merges, Range{Ref{min(a.Row, b.Row), min(a.Col, b.Col)}, Ref{max(a.Row, b.Row), max(a.Col, b.Col)}})
		}
		sorted := slices.Clone(s.Merges)
		slices.SortStableFunc(sorted, func(a, b Range) int { return a.First.Compare(b.First) })
		var want []Range
		for _, m := range sorted {
			overlaps := slices.ContainsFunc(want, func(o Range) bool {
				return m.First.Row <= o.Last.Row && o.First.Row <= m.Last.Row && m.First.Col <= o.Last.Col && o.First.Col <= m.Last.Col
			})
			if m.First != m.Last && !overlaps {
				want = append(want, m)
			} else if m.First != m.Last {
				dropped--
			}
		}
		s.tidy(func(string) { dropped++ })
		if !slices.Equal(want, s.Merges) {
			t.Fatalf("of %v\nkept %v\nwant %v", sorted, s.Merges, want)
		}
	}
	if dropped != 0 {
		t.Errorf("warnings are %d more than ranges dropped", dropped)
	}

	var s Sheet
	for range 103 {
		s.Cells = append(s.Cells, Cell{Text: "x"})
		s.Merges = append(s.Merges, Range{Last: Ref{0, 1}})
	}
	var warnings []string
	s.tidy(func(text string) { warnings = append(warnings, text) })
	if len(s.Cells) != 1 || len(s.Merges) != 1 || len(warnings) != 202 ||
		warnings[100] != "2 more cells stand twice; the second ones are left out" ||
		warnings[201] != "2 more merged ranges overlap others; they are left out" {
		t.Errorf("%d cells, %d merged ranges, %d warnings: %q", len(s.Cells), len(s.Merges), len(warnings), warnings[max(0, len(warnings)-103):])
	}
}

// TestWarningsBeyond tests that warnings which are not kept are counted.
func TestWarningsBeyond(t *testing.T) {
	w, err := readBytes(rows(`<row>` + strings.Repeat(`</row><row><c t="s"><v>1</v></c>`, maxWarnings+5) + `</row>`).file())
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Warnings[len(w.Warnings)-1]; len(w.Warnings) != maxWarnings+1 || got != (Warning{Text: "5 more warnings are not listed"}) {
		t.Errorf("%d warnings, the last one %v", len(w.Warnings), got)
	}
}

func TestHostileXLSX(t *testing.T) {
	w, err := Open("testdata/hostile/wide-1000.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	cells := w.Sheets[0].Cells
	if first, last := cells[0], cells[len(cells)-1]; len(cells) != 1000 ||
		first != (Cell{Ref: Ref{0, MaxColumns - 1}, Kind: KindNumber, Text: "1", Number: "1"}) || last.Ref.String() != "XFD1000" {
		t.Errorf("wide-1000: %d cells from %v to %v", len(cells), first, last)
	}
	if _, err := Open("testdata/hostile/row-2e9.xlsx"); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "row 2000000000") {
		t.Errorf("row-2e9: error %v", err)
	}
}

// fixtures are the workbooks in testdata that can be read.
func fixtures(tb testing.TB) []string {
	tb.Helper()
	paths, err := filepath.Glob("testdata/ooxml/*.xlsx")
	if err != nil || len(paths) < 6 {
		tb.Fatalf("%d fixtures, error %v", len(paths), err)
	}
	return append(paths, "testdata/hostile/wide-1000.xlsx")
}

// fixtureParts returns the XML parts of the fixtures.
func fixtureParts(tb testing.TB) []string {
	var parts []string
	for _, path := range fixtures(tb) {
		zr, err := zip.OpenReader(path)
		if err != nil {
			tb.Fatal(err)
		}
		for _, f := range zr.File {
			r, err := f.Open()
			if err != nil {
				tb.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				tb.Fatal(err)
			}
			parts = append(parts, string(text))
		}
		zr.Close()
	}
	return parts
}

// TestKindsLibreOffice reads what kinds-libreoffice.fods says, by way of
// LibreOffice, in the transitional and in the strict form.
func TestKindsLibreOffice(t *testing.T) {
	want := []string{
		`sheet 情况统计`,
		`A1 "政府信息公开情况统计表"`, `E1 "隐藏列"`,
		`A3 1234567`, `B3 -0.25`, `C3 123456789.12`, `D3 0.1`,
		`A4 percent 31.25% (0.3125)`, `B4 percent 79.6875% (0.796875)`, `C4 percent 7% (0.07)`,
		`A5 date 2021-12-31 (44561)`, `B5 date 2022-01-01 12:30:00 (44562.5208333333)`, `C5 date 12:00:00 (0.5)`,
		`A6 "隐藏行"`,
		`A7 =3`, `B7 ="合计"`, `C7 =1`, `D7 =error #DIV/0!`, `E7 =error #N/A`, `F7 =percent 31.25% (0.3125)`,
		`A8 "007"`, `B8 bool FALSE`, `C8 "第一行\n第二行"`, `D8 "中国政府网"`, `E8 "a<b>&\"c\""`,
		`A9 "竖"`, `G9 12345678901234600`, `H9 0.0000001`,
		`merged A1:D2`, `merged A9:A10`,
		`row 6 hidden`, `column 5 hidden`,
		`sheet 隐藏 表 hidden`, `A1 "不可见"`,
		`sheet 空表`,
	}
	for _, name := range []string{"kinds-libreoffice", "kinds-strict"} {
		w, err := Open("testdata/ooxml/" + name + ".xlsx")
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(want, lines(w)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestKindsExcelize(t *testing.T) {
	w, err := Open("testdata/ooxml/kinds-excelize.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`sheet 公开 统计（一）`,
		`A1 "  两端有空格 "`, `B1 "第一行\n第二行\t末"`, `C1 "<a href=\"x\">&amp;</a>"`,
		`D1 "A 和 _"`, // excelize does not escape shared texts that look like escapes
		`E1 "=SUM(A1:A2)"`, `F1 "😀 𠮷"`,
		`A2 "红 和 黑\n行"`, `B2 "12,345"`, `C2 "00123"`,
		`A3 0`, `B3 -21.8`, `C3 0.3`, `D3 12345678901234568`, `E3 0.0000001`, `F3 602214076000000000000000`,
		`A4 percent 31.25% (0.3125)`, `B4 percent 79.6875% (0.796875)`, `C4 percent 29% (0.29)`, `D4 1.5`, `E4 0.29`, `F4 1234567`,
		`A5 date 2022-01-31 (44592)`, `B5 date 2022-01-31 (44592)`, `C5 date 2022-01-31 18:30:00 (44592.770833333336)`,
		`D5 date 2022-01-31 (44592)`, `E5 date 18:00:00 (0.75)`, `F5 date 2022-01-31 (44592)`,
		`A6 bool TRUE`, `B6 bool FALSE`, `E6 "首页"`,
		`A8 "合并"`, `D8 8`, `J14 "末"`,
		`merged A8:C8`, `merged D8:D9`, `merged A9:B12`,
		`row 11 hidden`, `row 13 hidden`, `column 7 hidden`, `column 8 hidden`, `column 9 hidden`,
		`sheet 隐藏 hidden`, `B2 "隐藏"`,
		`sheet 深藏 hidden`, `B2 "深藏"`,
		`sheet a'b&<c>`, `B2 "a'b&<c>"`,
		`! 公开 统计（一） xl/worksheets/sheet1.xml: 2 formulas have no stored result; the cells are left empty`,
	}
	if diff := cmp.Diff(want, lines(w)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBothFormats reads workbooks that LibreOffice converted from .xls: they
// hold the same.
func TestBothFormats(t *testing.T) {
	for _, name := range []string{"form-2021", "dates-1904", "chart"} {
		x, err := Open("testdata/ooxml/" + name + "-libreoffice.xlsx")
		if err != nil {
			t.Error(err)
			continue
		}
		b, err := Open("testdata/xls/" + name + "-libreoffice.xls")
		if err != nil {
			t.Error(err)
			continue
		}
		if x.Format != FormatXLSX || b.Format != FormatXLS {
			t.Errorf("%s: formats %s and %s", name, x.Format, b.Format)
		}
		if len(x.Sheets[0].Cells) == 0 {
			t.Errorf("%s: no cells", name)
		}
		if diff := cmp.Diff(lines(b), lines(x)); diff != "" {
			t.Errorf("%s (-xls +xlsx):\n%s", name, diff)
		}
	}
}

// differences names where excelize and this package differ, with the reason.
var differences = map[string]string{
	"testdata/hostile/wide-1000.xlsx":                   "excelize takes 3 GB for its merged ranges",
	"kinds-strict.xlsx A5":                              strictDates,
	"dates written as such":                             strictDates,
	"dates written as such, from 1904":                  strictDates,
	"cells and rows out of order":                       "excelize puts a cell after the one before it",
	"an address that stands twice: the first one stays": "excelize puts the second one into the next column",
	"a cell in another row's place":                     "excelize leaves it in the row that it stands in",
	"an address that is none":                           "excelize refuses the sheet",
	"merged ranges that are none":                       "excelize refuses the sheet",
	"styles that there are not":                         "excelize refuses the sheet",
	"characters escaped as _xHHHH_":                     "excelize leaves out surrogate pairs, keeps \\r and does not decode results of formulas",
	"line ends":                                         "excelize keeps \\r",
	"a shared text that there is not":                   "excelize takes the first one for what is not a number",
	"true, false and errors":                            "excelize keeps the words true and false and white space around errors",
	"merged ranges, one of a single cell":               "excelize keeps those of a single cell, and those from the last cell to the first",
	"merged ranges that overlap":                        "excelize joins them",
	"hidden rows and columns, within what is used":      "excelize goes by the last of several ranges with a column in them",
	"columns hidden by something else than a range":     "excelize takes 99,999,999,999 for the last column",
	"prefixes": "excelize wants the namespaces as well",
	"what stands elsewhere is not the sheet's": "excelize takes rows and values wherever they stand",
}

const strictDates = "excelize gives dates as they are written, not as numbers"

// TestExcelize compares all fixtures and packages that can be read with what
// excelize reads out of them. A difference that is no longer one has to go.
func TestExcelize(t *testing.T) {
	used := map[string]bool{}
	check := func(name string, data []byte) {
		for _, diff := range compareWithExcelize(t, data) {
			// A difference is that of a file or of one cell of a file.
			cell := name + " " + strings.Fields(diff)[0]
			if differences[name] == "" && differences[cell] == "" {
				t.Errorf("%s: %s", name, diff)
			}
			used[name], used[cell] = true, true
		}
	}
	for _, path := range fixtures(t) {
		if differences[path] != "" {
			used[path] = true
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		check(filepath.Base(path), data)
	}
	for _, tt := range sheetTests {
		check(tt.reason, tt.file.file())
	}
	for name := range differences {
		if !used[name] {
			t.Errorf("%q is named as a difference and is none", name)
		}
	}
}

// compareWithExcelize returns what differs in the two readings of a workbook.
func compareWithExcelize(t *testing.T, data []byte) (diffs []string) {
	t.Helper()
	report := func(format string, args ...any) { diffs = append(diffs, fmt.Sprintf(format, args...)) }
	w, err := readBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		report("excelize: %v", err)
		return diffs
	}
	defer f.Close()
	var names []string
	for _, s := range w.Sheets {
		names = append(names, s.Name)
		if visible, err := f.GetSheetVisible(s.Name); err != nil || visible == s.Hidden {
			report("%s hidden is %v, visible by excelize %v, error %v", s.Name, s.Hidden, visible, err)
		}
		ours := map[string]Cell{}
		for _, c := range s.Cells {
			ours[c.Ref.String()] = c
		}
		rows, err := f.GetRows(s.Name)
		if err != nil {
			report("%s: %v", s.Name, err)
		}
		for row, values := range rows {
			for col, value := range values {
				ref := Ref{row, col}.String()
				c, ok := ours[ref]
				delete(ours, ref)
				if !ok && value == "" {
					continue
				}
				if same := ok && sameValue(c, value); !same {
					report("%s is %v %q (%s), by excelize %q", ref, c.Kind, c.Text, c.Number, value)
				}
			}
		}
		for _, ref := range slices.Sorted(maps.Keys(ours)) {
			report("%s is %q, not there by excelize", ref, ours[ref].Text)
		}
		merges, err := f.GetMergeCells(s.Name)
		if err != nil {
			report("merges: %v", err)
		}
		theirs := map[string]bool{}
		for _, m := range merges {
			theirs[m.GetStartAxis()+":"+m.GetEndAxis()] = true
		}
		for _, r := range s.Merges {
			if !theirs[r.String()] {
				report("%v is merged, not so by excelize", r)
			}
			delete(theirs, r.String())
		}
		for r := range theirs {
			report("%s is merged by excelize", r)
		}
		// For excelize rows without cells are hidden.
		for _, c := range s.Cells {
			visible, err := f.GetRowVisible(s.Name, c.Ref.Row+1)
			if hidden := slices.Contains(s.HiddenRows, c.Ref.Row); err != nil || visible == hidden {
				report("row %d hidden is %v, visible by excelize %v, error %v", c.Ref.Row+1, hidden, visible, err)
			}
		}
		_, usedColumns := s.used()
		for col := range min(usedColumns, 100) {
			name, _ := excelize.ColumnNumberToName(col + 1)
			visible, err := f.GetColVisible(s.Name, name)
			if hidden := slices.Contains(s.HiddenColumns, col); err != nil || visible == hidden {
				report("column %d hidden is %v, visible by excelize %v, error %v", col+1, hidden, visible, err)
			}
		}
	}
	list := slices.DeleteFunc(f.GetSheetList(), func(name string) bool { return !slices.Contains(names, name) })
	if !slices.Equal(list, names) {
		report("sheets are %q, by excelize %q", names, list)
	}
	return diffs
}

// sameValue compares a cell with excelize's raw value.
func sameValue(c Cell, raw string) bool {
	switch c.Kind {
	case KindNumber, KindPercent, KindDate:
		v, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
		number, err2 := strconv.ParseFloat(c.Number, 64)
		return err == nil && err2 == nil && (v == number || math.Abs(v-number) < 1e-9*math.Abs(v) && c.Kind == KindDate)
	case KindBool:
		return raw == c.Text || raw == "1" && c.Text == "TRUE" || raw == "0" && c.Text == "FALSE"
	}
	return raw == c.Text
}

// FuzzReadXLSX reads workbooks that are damaged in any way. What can be read
// can be written, and reads the same again.
func FuzzReadXLSX(f *testing.F) {
	for _, path := range fixtures(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, tt := range sheetTests {
		f.Add(tt.file.file())
	}
	lim := WithLimits(Limits{Unpacked: 8 << 20, Sheets: 16, Cells: 20_000, Merges: 2_000, Text: 1 << 20})
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := readBytes(data, lim)
		if err != nil || w.Format != FormatXLSX { // it may have become plain text
			return
		}
		checkWriteRead(t, w)
	})
}

// FuzzSheetXML is FuzzReadXLSX with the damage inside the parts, which hardly
// any change to a packed file brings about.
func FuzzSheetXML(f *testing.F) {
	for _, tt := range sheetTests {
		f.Add(tt.file[sheetPart], tt.file[stringsPart], tt.file[stylesPart], tt.file[bookPart])
	}
	lim := WithLimits(Limits{Unpacked: 8 << 20, Sheets: 16, Cells: 20_000, Merges: 2_000, Text: 1 << 20})
	f.Fuzz(func(t *testing.T, sheet, shared, styles, book string) {
		w, err := readBytes(newPackage("").with(sheetPart, sheet).with(stringsPart, shared).with(stylesPart, styles).with(bookPart, book).file(), lim)
		if err != nil {
			return
		}
		checkWriteRead(t, w)
	})
}
