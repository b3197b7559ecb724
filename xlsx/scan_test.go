package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newScanner(s string) *scanner {
	x := new(scanner)
	x.reset(s)
	return x
}

// events returns what a scanner tells of a text, one event a line: <name
// attribute="value">, the text in quotes, </>.
func events(s string) (string, error) {
	x := newScanner(s)
	var b strings.Builder
	text := ""
	for {
		t := x.next()
		if t != tokenText && text != "" {
			fmt.Fprintf(&b, "%q\n", text)
			text = ""
		}
		switch t {
		case tokenText:
			text += x.raw
		case tokenStart:
			fmt.Fprintf(&b, "<%s", x.name)
			for i := range x.attrs {
				a := &x.attrs[i]
				fmt.Fprintf(&b, " %s=%q", x.s[a.local:a.end], x.value(a))
			}
			b.WriteString(">\n")
		case tokenEnd:
			b.WriteString("</>\n")
		case tokenEOF:
			return b.String(), x.err
		}
	}
}

// standardEvents is events by encoding/xml.
func standardEvents(s string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(s))
	var b strings.Builder
	text, depth := "", 0
	for {
		t, err := d.Token()
		if _, ok := t.(xml.CharData); !ok && text != "" {
			switch t.(type) {
			case xml.Comment, xml.ProcInst:
			default:
				fmt.Fprintf(&b, "%q\n", text)
				text = ""
			}
		}
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch t := t.(type) {
		case xml.CharData:
			if depth > 0 {
				text += string(t)
			}
		case xml.StartElement:
			depth++
			fmt.Fprintf(&b, "<%s", t.Name.Local)
			for _, a := range t.Attr {
				fmt.Fprintf(&b, " %s=%q", a.Name.Local, a.Value)
			}
			b.WriteString(">\n")
		case xml.EndElement:
			depth--
			b.WriteString("</>\n")
		}
	}
}

var scanned = []struct {
	reason string
	in     string
	want   string
}{
	{"an element", `<a/>`, "<a>\n</>\n"},
	{"white space and a declaration around it", "<?xml version='1.0' encoding=\"utf-8\" standalone=\"yes\" ?>\n<a></a >\n", "<a>\n</>\n"},
	{"prefixes do not count", `<x:row xmlns:x="u"><x:c r="A1" x:s="2"/></x:row>`, "<row x=\"u\">\n<c r=\"A1\" s=\"2\">\n</>\n</>\n"},
	{"both quotes, one inside the other", `<a b='"' c="'"/>`, "<a b=\"\\\"\" c=\"'\">\n</>\n"},
	{"white space inside a tag", "<a\n b\t=\r'1' ></a\n>", "<a b=\"1\">\n</>\n"},
	{"the five entities", `<a b="&lt;&amp;">&gt;&quot;&apos;</a>`, "<a b=\"<&\">\n\">\\\"'\"\n</>\n"},
	{"characters by number", `<a b="&#65;&#x4E2D;">&#x1F600;&#x10FFFF;</a>`, "<a b=\"A中\">\n\"😀\\U0010ffff\"\n</>\n"},
	{"a carriage return by number stays one", `<a>&#13;</a>`, "<a>\n\"\\r\"\n</>\n"},
	{"line ends become \\n", "<a b=\"1\r\n2\r3\">1\r\n2\r3\n</a>", "<a b=\"1\\n2\\n3\">\n\"1\\n2\\n3\\n\"\n</>\n"},
	{"CDATA, text and comments join", "<a>x<![CDATA[<&y]>\r\n]]]]>z<!-- - -->!</a>", "<a>\n\"x<&y]>\\n]]z!\"\n</>\n"},
	{"instructions are passed over", `<?mso a="1"?><a><?b?>1<?c d?>2</a><?e ??>`, "<a>\n\"12\"\n</>\n"},
	{"> may stand in text and values", `<a b=">">]>]]</a>`, "<a b=\">\">\n\"]>]]\"\n</>\n"},
	{"Chinese text", `<a b="行">列</a>`, "<a b=\"行\">\n\"列\"\n</>\n"},
	{"nested", `<a>1<b>2</b>3<b/>4</a>`, "<a>\n\"1\"\n<b>\n\"2\"\n</>\n\"3\"\n<b>\n</>\n\"4\"\n</>\n"},
	{"names with the other characters", `<_a-1.b c-.2="" />`, "<_a-1.b c-.2=\"\">\n</>\n"},
}

var refused = []struct {
	reason string
	in     string
	want   string // in the error
}{
	{"nothing", "", "no element"},
	{"only white space", " \n", "no element"},
	{"cut off in text", "<a>1", "breaks off inside <a>"},
	{"cut off in a tag", "<a><b c=", "attributes of <b>"},
	{"cut off in a value", `<a><b c="1`, "attributes of <b>"},
	{"cut off after a name", `<a`, "without a proper name"},
	{"cut off in an end tag", "<a></a", "end tag of <a> is not ended"},
	{"cut off at <", "<a><", "without a proper name"},
	{"cut off before the end tag", "<a><b></b>", "breaks off inside <a>"},
	{"ended by another tag", "<a><b></a></b>", "<b> is not ended by its own"},
	{"ended by a longer tag", "<a></ab>", "<a> is not ended by its own"},
	{"ended by a shorter tag", "<ab></a>", "<ab> is not ended by its own"},
	{"ended under another prefix", "<x:a></y:a>", "<x:a> is not ended by its own"},
	{"an end without a beginning", "</a>", "has not begun"},
	{"two roots", "<a/><b/>", "second root"},
	{"text before the root", "x<a/>", "text outside"},
	{"text after the root", "<a/>x", "text outside"},
	{"a coded space after the root", "<a/>&#32;", "text outside"},
	{"CDATA after the root", "<a/><![CDATA[ ]]>", "declaration"},
	{"a document type", `<!DOCTYPE a><a/>`, "document type"},
	{"entities of its own", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, "document type"},
	{"an unknown entity", "<a>&nbsp;</a>", "unknown entity"},
	{"an unknown entity in a value", `<a b="&nbsp;"/>`, "attributes of <a>"},
	{"a lone &", "<a>1 & 2</a>", "unknown entity"},
	{"a reference without an end", "<a>&amp</a>", "unknown entity"},
	{"a reference that is cut off", "<a>&#", "unknown entity"},
	{"a reference without a number", "<a>&#;&#x;</a>", "unknown entity"},
	{"letters in a number", "<a>&#1z;</a>", "unknown entity"},
	{"letters in a hexadecimal number", "<a>&#x1z;</a>", "unknown entity"},
	{"hexadecimal digits in a decimal number", "<a>&#1a;</a>", "unknown entity"},
	{"character 0", "<a>&#0;</a>", "unknown entity"},
	{"a control character by number", "<a>&#x8;</a>", "unknown entity"},
	{"half a surrogate pair by number", "<a>&#xD800;</a>", "unknown entity"},
	{"a character beyond Unicode", "<a>&#x110000;</a>", "unknown entity"},
	{"a non-character by number", "<a>&#xFFFE;</a>", "unknown entity"},
	{"a control character", "<a>\x01</a>", "byte 3: there is a byte"},
	{"no UTF-8", "<a>\xFF</a>", "byte 3: there is a byte"},
	{"a non-character", "<a>12\uFFFF</a>", "byte 5: there is a byte"},
	{"]]> in text", "<a>]]></a>", "]]>"},
	{"< in a value", `<a b="<"/>`, "attributes of <a>"},
	{"a value without quotes", `<a b=1/>`, "attributes of <a>"},
	{"an attribute without a value", `<a b/>`, "attributes of <a>"},
	{"attributes without space between them", `<a b="1"c="2"/>`, "attributes of <a>"},
	{"an attribute twice", `<a b="1" b="2"/>`, "attributes of <a>"},
	{"an attribute twice under a prefix", `<a x:b="1" x:b="2"/>`, "attributes of <a>"},
	{"a stray character in a tag", `<a b="1" ?>`, "start tag of <a>"},
	{"space before the name", `< a/>`, "without a proper name"},
	{"space inside />", `<a/ >`, "start tag of <a>"},
	{"a name of two colons", `<a:b:c/>`, "without a proper name"},
	{"a name that begins with a colon", `<:a/>`, "without a proper name"},
	{"a name that ends with a colon", `<a:/>`, "without a proper name"},
	{"a local name that begins with a digit", `<a:1/>`, "without a proper name"},
	{"a name that begins with a digit", `<1a/>`, "without a proper name"},
	{"a name beyond ASCII", `<表/>`, "without a proper name"},
	{"a comment without an end", `<a><!-- </a>`, "comment"},
	{"-- in a comment", `<a><!-- -- --></a>`, "comment"},
	{"a comment of three dashes", `<a><!---></a>`, "comment"},
	{"CDATA without an end", `<a><![CDATA[ </a>`, "CDATA"},
	{"an instruction without an end", `<a><?b </a>`, "processing instruction"},
	{"an instruction without a name", `<a><? b?></a>`, "processing instruction"},
	{"a declaration that comes late", ` <?xml version="1.0"?><a/>`, "processing instruction"},
	{"a declaration twice", `<?xml version="1.0"?><?XML version="1.0"?><a/>`, "processing instruction"},
	{"the beginning of a declaration", `<?xml`, "processing instruction"},
	{"a declaration without an end", `<?xml version="1.0"`, "XML declaration"},
	{"another attribute in the declaration", `<?xml version="1.0" a="b"?><a/>`, "XML declaration"},
	{"another version", `<?xml version="1.1"?><a/>`, `version is "1.1"`},
	{"another encoding", `<?xml version="1.0" encoding="GBK"?><a/>`, `encoding is "GBK"`},
	{"too deep", strings.Repeat("<a>", maxDepth+1), "nested more than 256 deep"},
	{"too many attributes", "<a" + manyAttributes(maxAttrs+1) + "/>", "attributes of <a>"},
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d=''", i)
	}
	return b.String()
}

func TestScan(t *testing.T) {
	for _, tt := range scanned {
		got, err := events(tt.in)
		if err != nil {
			t.Errorf("%s: %q: %v", tt.reason, tt.in, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", tt.reason, tt.in, diff)
		}
	}
}

func TestScanRefuses(t *testing.T) {
	for _, tt := range refused {
		if got, err := events(tt.in); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %q: error %v, want one with %q; read\n%s", tt.reason, clip(tt.in), err, tt.want, got)
		}
	}
	deep := strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth)
	if _, err := events(deep); err != nil {
		t.Errorf("%d elements deep: %v", maxDepth, err)
	}
	if _, err := events("<a" + manyAttributes(maxAttrs) + "/>"); err != nil {
		t.Errorf("%d attributes: %v", maxAttrs, err)
	}
}

// TestScanWalk walks over children in each of the ways there are.
func TestScanWalk(t *testing.T) {
	x := newScanner(`<?xml version="1.0"?><root xmlns:r="u" on="1" off="0" r:id="rId7">` +
		`<skipped><a>1</a><b/></skipped><t>x<i>no</i>y<!---->z</t><empty/><t/></root><!-- end -->`)
	if got := x.root(); got != "root" {
		t.Fatalf("root: %q", got)
	}
	if x.relation() != "rId7" || x.attr("id") != "" || !x.flag("on") || x.flag("off") || x.flag("none") {
		t.Errorf("attributes: relation %q, id %q", x.relation(), x.attr("id"))
	}
	var got []string
	for x.child() {
		if x.name == "t" {
			got = append(got, x.text())
		} else {
			got = append(got, x.name)
			x.skip()
		}
	}
	if err := x.finish(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"skipped", "xyz", "empty", ""}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	x = newScanner(`<a><b>`)
	x.root()
	for x.child() {
		x.skip()
	}
	if err := x.finish(); err == nil {
		t.Error("no error at the end of a text that breaks off")
	}
}

// FuzzScan compares the scanner with encoding/xml: what the scanner accepts,
// encoding/xml accepts, with the same elements, attributes and text.
//
// The other way round they differ, as the scanner also refuses document types,
// names beyond ASCII, a second root, text outside the root, attributes that
// stand twice or without white space between them, references to half a
// surrogate pair, XML declarations that are not first, and what is too deep.
func FuzzScan(f *testing.F) {
	for _, tt := range scanned {
		f.Add(tt.in)
	}
	for _, tt := range refused {
		f.Add(tt.in)
	}
	for _, s := range fixtureParts(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := events(s)
		if err != nil {
			return
		}
		want, err := standardEvents(s)
		if err != nil {
			t.Fatalf("%q: encoding/xml refuses: %v", s, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-encoding/xml +scanner):\n%s", s, diff)
		}
	})
}
