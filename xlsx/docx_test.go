package xlsx

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wordFile returns a document with a body. Elements and attributes of it get
// the prefix w, if they have none.
func wordFile(body string) testPackage {
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		b.WriteByte(body[i])
		start := body[i] == '<' || body[i] == '/' && i > 0 && body[i-1] == '<' || body[i] == ' ' && strings.LastIndexByte(body[:i], '<') > strings.LastIndexByte(body[:i], '>')
		if rest := body[i+1:]; start && rest != "" && isLetter(rest[0]) && !strings.Contains(rest[:min(len(rest), 4)], ":") {
			b.WriteString("w:")
		}
	}
	return testPackage{
		"[Content_Types].xml": `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml": `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">` +
			`<w:body>` + b.String() + `</w:body></w:document>`,
	}
}

// cells returns cells with a text each.
func wordCells(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&b, "<tc><p><r><t>%s</t></r></p></tc>", text)
	}
	return b.String()
}

func TestDOCXText(t *testing.T) {
	for _, tt := range []struct{ reason, cell, want string }{
		{"paragraphs", "<p><r><t>商业</t></r></p><p><r><t>企业</t></r></p><p/>", "商业⏎企业"},
		{"runs", "<p><r><t>三</t></r><r><rPr><b/></rPr><t>、本</t></r><proofErr/><bookmarkStart/><r><t>年</t></r></p>", "三、本年"},
		{"breaks and tabs", "<p><r><t>a</t><br/><t>b</t><cr/><t>c</t><tab/><t>d</t><noBreakHyphen/><t>e</t></r></p>", "a⏎b⏎c d-e"},
		{"tab stops are no tabs", "<p><pPr><tabs><tab val=\"left\"/></tabs></pPr><r><t>a</t></r></p>", "a"},
		{"spaces", "<p><r><t xml:space=\"preserve\"> a  b </t></r><r><t>\u00A0c\u00A0</t></r></p>", "a  b  c"},
		{"deleted and inserted text", "<p><del><r><delText>a</delText><t>a</t></r></del><ins><r><t>b</t></r></ins><moveFrom><r><t>c</t></r></moveFrom><moveTo><r><t>d</t></r></moveTo></p>", "bd"},
		{"content that is controlled", "<sdt><sdtPr><alias val=\"x\"/></sdtPr><sdtContent><p><r><t>a</t></r><sdt><sdtContent><r><t>b</t></r></sdtContent></sdt></p></sdtContent></sdt>", "ab"},
		{"links and fields", "<p><hyperlink><r><t>a</t></r></hyperlink><r><fldChar/><instrText>SUM(LEFT)</instrText></r><r><t>5</t></r><fldSimple><r><t>6</t></r></fldSimple></p>", "a56"},
		{"one of two forms", "<p><r><mc:AlternateContent><mc:Choice Requires=\"wps\"><t>a</t></mc:Choice><mc:Choice><t>b</t></mc:Choice><mc:Fallback><t>c</t></mc:Fallback></mc:AlternateContent></r>" +
			"<mc:AlternateContent><mc:Fallback><r><t>d</t></r></mc:Fallback></mc:AlternateContent></p>", "ad"},
		{"text boxes", "<p><r><t>a</t><mc:AlternateContent><mc:Choice><drawing><wp:inline><a:graphic><wps:txbx><txbxContent><p><r><t>b</t></r></p></txbxContent></wps:txbx></a:graphic></wp:inline></drawing></mc:Choice>" +
			"<mc:Fallback><pict><v:textbox><txbxContent><p><r><t>b</t></r></p></txbxContent></v:textbox></pict></mc:Fallback></mc:AlternateContent></r></p>", "a"},
		{"hidden text", "<p><r><rPr><vanish/></rPr><t>a</t></r><r><rPr><vanish val=\"0\"/></rPr><t>b</t></r></p>", "b"},
		{"signs of a font", "<p><r><sym font=\"Wingdings\" char=\"00FE\"/><sym char=\"zz\"/></r></p>", "þ"},
		{"phonetic guides", "<p><r><ruby><rubyPr/><rt><r><t>a</t></r></rt><rubyBase><r><t>政</t></r></rubyBase></ruby></r></p>", "政"},
		{"formulas", "<p><m:oMath><m:r><m:t>1</m:t></m:r><m:sSup><m:e><m:r><m:t>2</m:t></m:r></m:e></m:sSup></m:oMath></p>", "12"},
		{"footnotes and comments", "<p><r><t>a</t><footnoteReference id=\"1\"/><commentReference id=\"1\"/></r></p>", "a"},
	} {
		readTest(t, tt.reason, wordFile("<tbl><tr><tc>"+tt.cell+"</tc></tr></tbl>").file(), "table 1: A1["+tt.want+"]")
	}
}

func TestDOCXTables(t *testing.T) {
	const restart, goOn = `<tcPr><vMerge val="restart"/></tcPr>`, `<tcPr><vMerge/></tcPr>`
	text := func(properties, s string) string { return "<tc>" + properties + "<p><r><t>" + s + "</t></r></p></tc>" }
	row := func(cells ...string) string { return "<tr>" + strings.Join(cells, "") + "</tr>" }
	for _, tt := range []struct{ reason, body, want, warning string }{
		{"merged cells", "<tbl><tblPr/><tblGrid/>" + row(text(restart, "a"), text(`<tcPr><gridSpan val="2"/></tcPr>`, "b")) +
			row(text(`<tcPr><vMerge val="continue"/></tcPr>`, ""), wordCells("c", "d")) + row(wordCells("e", "f", "g")) + "</tbl>", "table 1: A1[a] B1[b] B2[c] C2[d] A3[e] B3[f] C3[g] A1:A2 B1:C1", ""},
		{"merged in both directions", "<tbl>" + row(text(`<tcPr><gridSpan val="2"/><vMerge val="restart"/></tcPr>`, "a"), wordCells("b")) + row(text(`<tcPr><gridSpan val="2"/><vMerge/></tcPr>`, ""), wordCells("c")) + "</tbl>",
			"table 1: A1[a] C1[b] C2[c] A1:B2", ""},
		{"one merged cell below another", "<tbl>" + row(text(restart, "a")) + row(text(goOn, "")) + row(text(restart, "b")) + row(text(goOn, "")) + "</tbl>", "table 1: A1[a] A3[b] A1:A2 A3:A4", ""},
		{"a merged cell that does not go on", "<tbl>" + row(text(restart, "a")) + row(wordCells("b")) + row(text(goOn, "c")) + "</tbl>", "table 1: A1[a] A2[b] A3[c]", ""},
		{"a cell that goes on with another width", "<tbl>" + row(text(restart, "a"), wordCells("x")) + row(text(`<tcPr><gridSpan val="2"/><vMerge/></tcPr>`, "b")) + "</tbl>", "table 1: A1[a] B1[x] A2[b] A2:B2", ""},
		{"text in a cell that is covered", "<tbl>" + row(text(restart, "a")) + row(text(goOn, "b")) + "</tbl>", "table 1: A1[a] A1:A2", "1 cells have text that a merged cell covers"},
		{"merged cells of Word 97", "<tbl>" + row(text(`<tcPr><hMerge val="restart"/></tcPr>`, "a"), text(`<tcPr><hMerge/></tcPr>`, ""), text(`<tcPr><hMerge/></tcPr>`, ""), wordCells("b")) + "</tbl>", "table 1: A1[a] D1[b] A1:C1", ""},
		{"rows that begin and end inside", "<tbl>" + row(wordCells("a", "b", "c")) + `<tr><trPr><gridBefore val="1"/><gridAfter val="1"/></trPr>` + wordCells("d") + "</tr></tbl>", "table 1: A1[a] B1[b] C1[c] B2[d]", ""},
		{"deleted, hidden and inserted rows", `<tbl><tr><trPr><del/></trPr>` + wordCells("a") + `</tr><tr><trPr><hidden/></trPr>` + wordCells("b") + `</tr><tr><trPr><ins/></trPr>` + wordCells("c") + "</tr></tbl>",
			"table 1: A1[b] A2[c] hidden rows [0]", ""},
		{"rows and cells that are controlled", "<tbl><sdt><sdtContent>" + row(wordCells("a"), "<sdt><sdtContent>"+wordCells("b")+"</sdtContent></sdt>") + "</sdtContent></sdt></tbl>", "table 1: A1[a] B1[b]", ""},
		{"a table in a cell", "<tbl>" + row("<tc><p><r><t>a</t></r></p><tbl>"+row(wordCells("b", "c"))+"</tbl><p><r><t>d</t></r></p></tc>") + "</tbl>", "table 1: A1[a⏎d]\ntable 2: A1[b] B1[c]", ""},
		{"a table in a text box", "<p><r><pict><v:shape><v:textbox><txbxContent><tbl>" + row(wordCells("a")) + "</tbl></txbxContent></v:textbox></v:shape></pict></r></p>", "table 1: A1[a]", ""},
		{"a table without rows", "<tbl/><tbl><tr/></tbl>", "table 1:\ntable 2:", ""},
		{"columns beyond the last", "<tbl>" + row(text(`<tcPr><gridSpan val="16383"/></tcPr>`, ""), wordCells("a", "b", "c")) + "</tbl>", "table 1: XFD1[a] A1:XFC1", "2 cells are beyond the last column"},
		{"a width of nothing", "<tbl>" + row(text(`<tcPr><gridSpan val="0"/></tcPr>`, "a"), text(`<tcPr><gridSpan val="x"/></tcPr>`, "b"), wordCells("c")) + "</tbl>", "table 1: A1[a] B1[b] C1[c]", ""},
	} {
		w := readTest(t, tt.reason, wordFile(tt.body).file(), tt.want)
		if got := fmt.Sprint(w.Warnings); (tt.warning == "") != (len(w.Warnings) == 0) || !strings.Contains(got, tt.warning) {
			t.Errorf("%s: warnings %v, want %q", tt.reason, w.Warnings, tt.warning)
		}
	}
}

func TestDOCXAround(t *testing.T) {
	p := func(s string) string { return "<p><r><t>" + s + "</t></r></p>" }
	w := readTest(t, "what stands above, and widths", wordFile(p("一")+p("二")+"<tbl><tr>"+wordCells("a", "b")+"</tr><tr><tc><tcPr><vMerge/></tcPr>"+p("c")+"<tbl/>"+p("d")+"<tbl/></tc></tr></tbl>"+
		p(strings.Repeat("长", 201))+p("三")+"<sectPr/><tbl><tr><tc><tcPr><vMerge val=\"restart\"/></tcPr></tc><tc/></tr><tr><tc><tcPr><vMerge/></tcPr></tc><tc/></tr></tbl>").file(),
		"table 1: A1[a] B1[b] A2[c⏎d]\ntable 2:\ntable 3:\ntable 4: A1:A2")
	var above [][]string
	var widths [][]int
	for _, s := range w.Sheets {
		above, widths = append(above, s.Above), append(widths, s.Widths)
	}
	if d := cmp.Diff([][]string{{"一", "二"}, {"c"}, {"d"}, {"三"}}, above); d != "" {
		t.Errorf("above (-want +got)\n%s", d)
	}
	if d := cmp.Diff([][]int{{2, 1}, nil, nil, {2, 1}}, widths); d != "" {
		t.Errorf("widths (-want +got)\n%s", d)
	}
	if w := openFixture(t, "docx/same-docxjs.docx"); cmp.Diff([]string{"二、主动公开政府信息情况", "填报单位：测试局"}, w.Sheets[0].Above) != "" {
		t.Errorf("above the table of docx.js %q", w.Sheets[0].Above)
	}
}

func TestDOCXDamage(t *testing.T) {
	good := wordFile("<tbl><tr>" + wordCells("a") + "</tr></tbl>")
	const part = "word/document.xml"
	for _, tt := range []struct {
		reason  string
		file    []byte
		kind    error
		message string
	}{
		{"no table", wordFile("<p/>").file(), ErrFormat, "a Word document (.docx) without a table"},
		{"a text that breaks off", good.with(part, good[part][:len(good[part])-30]).file(), ErrDamaged, `"word/document.xml"`},
		{"a document type", good.with(part, "<!DOCTYPE a>"+good[part]).file(), ErrDamaged, "document type"},
		{"another root", good.with(part, "<w:styles/>").file(), ErrDamaged, "holds <styles>"},
		{"a wrong check sum", good.badCRC(part), ErrDamaged, `"word/document.xml"`},
		{"a password of the archive", good.patchHeaders(part, func(b []byte) { b[0] |= 1 }), ErrEncrypted, `"word/document.xml"`},
		{"elements nested without end", good.with(part, "<w:document><w:body>"+strings.Repeat("<w:tbl><w:tr><w:tc>", 100)).file(), ErrDamaged, "deep"},
	} {
		w, err := readBytes(tt.file)
		if w != nil || !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.message) || !strings.Contains(err.Error(), "test.xlsx") {
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.message)
		}
	}
	// Word on the web gives the part another name, and others leave out who
	// names it.
	other := good.with("word/document2.xml", good[part]).without(part).replace("_rels/.rels", "document.xml", "document2.xml")
	readTest(t, "another name", other.file(), "table 1: A1[a]")
	readTest(t, "no relationships", good.without("_rels/.rels").file(), "table 1: A1[a]")
}

func FuzzReadDOCX(f *testing.F) {
	f.Add([]byte(wordFile("<p><r><t>一</t></r></p><tbl><tr><tc><tcPr><gridSpan val=\"2\"/><vMerge val=\"restart\"/></tcPr><p/></tc></tr><tr><trPr><gridBefore val=\"1\"/><hidden/></trPr><tc><tcPr><vMerge/><hMerge/></tcPr>" +
		"<tbl><tr><trPr><del/></trPr><tc/></tr></tbl></tc></tr></tbl><mc:AlternateContent><mc:Choice><sdt><sdtContent><tbl/></sdtContent></sdt></mc:Choice></mc:AlternateContent>")["word/document.xml"]))
	f.Add([]byte(wordFile("<tbl><tr><tc><p><r><rPr><vanish/></rPr><sym char=\"41\"/><tab/><br/><pict><txbxContent><p/></txbxContent></pict></r></p></tc></tr></tbl>")["word/document.xml"]))
	good := wordFile("")
	f.Fuzz(func(t *testing.T, document []byte) {
		data := good.with("word/document.xml", string(document)).file()
		p, err := openPackage(data, "", fuzzLimits)
		if err != nil {
			t.Fatal(err)
		}
		w, err := readDOCX(p.ooxml, fuzzLimits)
		checkBook(t, w, err)
	})
}
