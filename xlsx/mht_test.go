package xlsx

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// archiveOf returns a web archive of parts, each with a header and a body.
func archiveOf(header string, parts ...string) []byte {
	var b strings.Builder
	b.WriteString(header + "\n\n")
	for _, p := range parts {
		b.WriteString("--x\n" + p + "\n")
	}
	return []byte(b.String() + "--x--\n")
}

const mixed = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"x\""

func TestMHT(t *testing.T) {
	page := "Content-Type: text/html\n\n<table><tr><td>"
	for _, tt := range []struct {
		reason string
		file   []byte
		want   string
	}{
		{"a page alone", []byte("MIME-Version: 1.0\nContent-Type: text/html\n\n<table><tr><td>a</table>"), "table 1: A1[a]"},
		{"a page as the part of a mail", archiveOf(strings.Replace(mixed, "related", "mixed", 1),
			"Content-Type: multipart/alternative; boundary=y\n\n--y\nContent-Type: text/plain\n\na\n--y\n"+page+"b</table>\n--y--\n"), "table 1: A1[b]"},
		{"several pages", archiveOf(mixed, page+"a</table>", "Content-Type: image/png\n\n<table>", page+"b</table><table></table>"), "table 1: A1[a]\ntable 2: A1[b]\ntable 3:"},
		{"the header in other letters", archiveOf("mime-version: 1.0\ncontent-type: Multipart/Related; Boundary=x", "content-type: TEXT/HTML\n\n<table><td>a</table>"), "table 1: A1[a]"},
		{"a header that goes on in the next line, in GBK", archiveOf("From: <\xD3\xC9 IE \xB1\xA3\xB4\xE6>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype=text/html;\n\tboundary=x", page+"a</table>"), "table 1: A1[a]"},
		{"a boundary without quotes that needs them", []byte("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=----=_Part(1)\n\n------=_Part(1)\n" + page + "a</table>\n------=_Part(1)--"), "table 1: A1[a]"},
		{"quoted-printable with an = too many", archiveOf(mixed, "Content-Type: text/html\nContent-Transfer-Encoding: Quoted-Printable\n\n<table><tr><td rowspan=3D2>=E8=A7=84=\n=E7=AB=A0 = 1=0<td>=3c</table>="), "table 1: A1[规章 = 1=0] B1[<]"},
		{"base64 with other characters in it", archiveOf(mixed, "Content-Type: text/html\nContent-Transfer-Encoding: BASE64\n\nPHRhYmxl\n  Pjx0cj48*dGQ+YTwvdGFibGU+Cg==\n"), "table 1: A1[a]"},
		{"the encoding in the header of the part", archiveOf(mixed, "Content-Type: text/html; charset=\"big5\"\n\n<table><td>\xB8\xEA\xB0T</table>"), "table 1: A1[資訊]"},
		{"the encoding in the page", archiveOf(mixed, "Content-Type: text/html; charset=\"big5\"\n\n<meta charset=gbk><table><td>\xD0\xC5\xCF\xA2</table>"), "table 1: A1[信息]"},
		{"a mark and empty lines before", append([]byte("\xEF\xBB\xBF\r\n"), archiveOf(mixed, page+"a</table>")...), "table 1: A1[a]"},
	} {
		if w := readTest(t, tt.reason, tt.file, tt.want); w.Format != FormatMHT || len(w.Warnings) > 0 {
			t.Errorf("%s: format %q, warnings %v", tt.reason, w.Format, w.Warnings)
		}
	}
}

// TestMHTSheets reads a workbook of two sheets as Excel saves it: as a page
// that shows the pages of the sheets, and a table of their names that is none.
func TestMHTSheets(t *testing.T) {
	w := openFixture(t, "mht/two-sheets-handmade-like-excel.mht")
	if d := cmp.Diff("table 1: A1[甲表] A2[规章] B2[13] A1:B1\ntable 2: A1[乙表] A2[规范性文件] B2[60]\n", show(w)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestMHTDamage(t *testing.T) {
	page := "Content-Type: text/html\n\n<title>a</title><table><tr><td>"
	var nested strings.Builder
	for i := range 20 {
		fmt.Fprintf(&nested, "Content-Type: multipart/related; boundary=b%d\n\n--b%d\n", i, i)
	}
	for _, tt := range []struct {
		reason  string
		file    string
		kind    error // nil: it is read, with a warning
		message string
	}{
		{"no boundary", "MIME-Version: 1.0\nContent-Type: multipart/related\n\n--x\n" + page, ErrDamaged, "the header names no boundary"},
		{"another boundary", mixed + "\n\n--y\n" + page + "a</table>\n--y--\n", ErrDamaged, `the boundary "x", which the header names, is nowhere in the file`},
		{"no parts", mixed + "\n\n", ErrDamaged, "is nowhere in the file"},
		{"no end", mixed + "\n\n--x\n" + page + "a</table>\n", nil, "breaks off"},
		{"base64 that is none", mixed + "\n\n--x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHRhYmxlPjx0ZD5hPC90YWJsZT4Ka\n--x--\n", nil, "breaks off"},
		{"no page", string(archiveOf(mixed, "Content-Type: text/css\n\na")), ErrFormat, "a web archive (MHT) without a page"},
		{"no table", string(archiveOf(mixed, "Content-Type: text/html\n\n<title>404</title>")), ErrFormat, `an HTML page without a table, titled "404"`},
		{"a header without end", "MIME-Version: 1.0\n" + strings.Repeat("a: b\n", 1<<18), ErrDamaged, "the header of the web archive has no end"},
		{"a header that is none", "MIME-Version: 1.0\n a b\nc\n\n", ErrDamaged, "cannot be read"},
		{"multiparts without end", mixed + "\n\n--x\n" + nested.String(), ErrDamaged, "nested more than 8 deep"},
		{"bytes for a page", string(archiveOf(mixed, "Content-Type: text/html\n\n\x00\x00\x00")), ErrFormat, "no text"},
	} {
		w, err := readBytes([]byte(tt.file))
		if tt.kind == nil {
			if err != nil || len(w.Warnings) == 0 || !strings.Contains(fmt.Sprint(w.Warnings), tt.message) || len(w.Sheets[0].Cells) != 1 {
				t.Errorf("%s: %v, error %v, want a warning with %q", tt.reason, w, err, tt.message)
			}
		} else if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.message) || !strings.Contains(err.Error(), "test.xlsx") {
			t.Errorf("%s: error %v, want %v with %q", tt.reason, err, tt.kind, tt.message)
		}
	}
}

func FuzzReadMHT(f *testing.F) {
	addFolders(f, "mht")
	f.Add(archiveOf(mixed, "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHRhYmxlPjx0ZD5h\n", "Content-Type: multipart/x; boundary=y\n\n--y\n\na\n--y--"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := readMHT(data, "", fuzzLimits)
		checkBook(t, w, err)
	})
}
