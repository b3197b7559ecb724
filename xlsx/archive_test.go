package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// zipOf returns an archive of files in the order given, each a name and a
// content. A name in GBK has no flag that says otherwise.
func zipOf(files ...string) []byte {
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate})
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
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

// booksOf writes an archive to a file, reads it by Books and returns a line for
// each thing that comes: the name and format of a workbook, or the error. The
// path of the file is left out.
func booksOf(t *testing.T, file []byte, opts ...Option) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(path, file, 0o666); err != nil {
		t.Fatal(err)
	}
	var got []string
	for w, err := range Books(path, opts...) {
		line := ""
		if (w == nil) == (err == nil) {
			t.Errorf("workbook %v with error %v", w, err)
		}
		if err != nil {
			checkBook(t, w, err)
			line = err.Error()
		} else {
			line = fmt.Sprintf("%s %s %s", w.Name, w.Format, strings.TrimSpace(show(w)))
		}
		got = append(got, strings.ReplaceAll(line, path, "a.zip"))
	}
	return got
}

func TestBooks(t *testing.T) {
	const page = "<table><tr><td>a</table>"
	gbk := encoded(gb18030, "统计表.htm")
	for _, tt := range []struct {
		reason string
		file   []byte
		want   []string
	}{
		{"files in their order, with errors between", zipOf("b.xls", page, "c.pdf", "%PDF-1.4", "a/d.csv", "a,b\nc,d\n", "e.txt", ""), []string{
			"a.zip/b.xls html table 1: A1[a]", "a.zip/c.pdf: not a workbook that can be read: it is a PDF document; convert it to .docx or .xlsx first",
			"a.zip/a/d.csv csv csv: A1[a] B1[b] A2[c] B2[d]", "a.zip/e.txt: not a workbook that can be read: it is empty"}},
		{"a file that is no archive", []byte(page), []string{"a.zip html table 1: A1[a]"}},
		{"a document", wordFile("<tbl/>").file(), []string{"a.zip docx table 1:"}},
		{"folders and what macOS adds", zipOf("x/", "", "x/.DS_Store", "\x00\x01", "__MACOSX/x/._a.htm", page, "x/__MACOSX/b", page, ".DS_Store", "\x00", "x/a.htm", page, "x/b.DS_Store", page), []string{
			"a.zip/x/a.htm html table 1: A1[a]", "a.zip/x/b.DS_Store html table 1: A1[a]"}},
		{"names that lead elsewhere", zipOf("../../etc/a.htm", page, "/b.htm", page, `C:\c.htm`, page, "d\n.htm", page), []string{
			"a.zip/../../etc/a.htm html table 1: A1[a]", "a.zip//b.htm html table 1: A1[a]", `a.zip/C:\c.htm html table 1: A1[a]`, "a.zip/d\n.htm html table 1: A1[a]"}},
		{"names in GBK and in UTF-8 without a flag", zipOf(gbk, page, encoded(gb18030, "目录\\表.htm"), page), []string{
			"a.zip/统计表.htm html table 1: A1[a]", `a.zip/目录\表.htm html table 1: A1[a]`}},
		{"a name in GBK that ends with the byte of a backslash", zipOf("\x95\x5C", page), []string{"a.zip/昞 html table 1: A1[a]"}},
		{"an archive in the archive", zipOf("1.zip", string(zipOf("a.htm", page, "b.htm", page)), "c.htm", page), []string{
			"a.zip/1.zip/a.htm html table 1: A1[a]", "a.zip/1.zip/b.htm html table 1: A1[a]", "a.zip/c.htm html table 1: A1[a]"}},
		{"an archive in an archive in the archive", zipOf("1.zip", string(zipOf("2.zip", string(zipOf("a.htm", page)), "b.htm", page))), []string{
			"a.zip/1.zip/2.zip: not a workbook that can be read: it is a zip archive in one that is itself in one; unpack it", "a.zip/1.zip/b.htm html table 1: A1[a]"}},
		{"a document in the archive", zipOf("a.docx", string(wordFile("<tbl/>").file()), "b.xlsx", string(rows(`<row><c><v>1</v></c></row>`).file())), []string{
			"a.zip/a.docx docx table 1:", "a.zip/b.xlsx xlsx S: A1[1 number]"}},
		{"nothing", zipOf(), nil},
		{"an archive that was cut", zipOf("a.htm", page)[:60], []string{"a.zip: the workbook is damaged: the zip archive has no directory that can be read, as if the file was cut off: zip: not a valid zip file"}},
	} {
		if d := cmp.Diff(tt.want, booksOf(t, tt.file)); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.reason, d)
		}
	}
	var names []string
	for w, err := range Books("testdata/zip/names-gbk-backslashes.zip") {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, w.Name)
	}
	if d := cmp.Diff([]string{`testdata/zip/names-gbk-backslashes.zip/年报\2024年\统计表.xls`, `testdata/zip/names-gbk-backslashes.zip/年报\说明.csv`}, names); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestBooksDamage(t *testing.T) {
	const page = "<table><tr><td>a</table>"
	p := testPackage{"a.htm": page, "b.htm": page}
	for _, tt := range []struct {
		reason string
		file   []byte
		want   string // the error of one file; the other one is read
	}{
		{"a password", p.patchHeaders("a.htm", func(b []byte) { b[0] |= 1 }), "a.zip/a.htm: the workbook is encrypted: the zip archive has a password"},
		{"an unknown method", p.patchHeaders("a.htm", func(b []byte) { b[2] = 9 }), "a.zip/a.htm: not a workbook that can be read: compressed by method 9 of zip; unpack it"},
		{"a wrong check sum", p.with("a.htm", "<table>x").badCRC("a.htm"), "a.zip/a.htm: the workbook is damaged: the file breaks off or is not what was packed: zip: checksum error"},
	} {
		got := booksOf(t, tt.file)
		if d := cmp.Diff([]string{tt.want, "a.zip/b.htm html table 1: A1[a]"}, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.reason, d)
		}
	}
	for _, path := range []string{"testdata/none.zip", "testdata"} {
		n := 0
		for w, err := range Books(path) {
			if n++; w != nil || err == nil || n > 1 || path != "testdata" && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: workbook %v, error %v", path, w, err)
			}
		}
		if n == 0 {
			t.Errorf("%s: nothing", path)
		}
	}
}

func TestBooksLimits(t *testing.T) {
	const page = "<table><tr><td>a</table>"
	long := "<table><tr><td>" + strings.Repeat("甲", 1000) + "</table>"
	nested := zipOf("1.zip", string(zipOf("a.htm", page, "b.htm", page)), "c.htm", page)
	for _, tt := range []struct {
		reason string
		file   []byte
		lim    Limits
		want   []string
	}{
		{"files", nested, Limits{Files: 2}, []string{"a.zip/1.zip/a.htm html table 1: A1[a]", "a.zip/1.zip: the workbook exceeds a limit: more than 2 files: raise Limits.Files to read it"}},
		{"just enough files", nested, Limits{Files: 4}, []string{"a.zip/1.zip/a.htm html table 1: A1[a]", "a.zip/1.zip/b.htm html table 1: A1[a]", "a.zip/c.htm html table 1: A1[a]"}},
		{"bytes of a file", zipOf("a.htm", long, "b.htm", page), Limits{Bytes: 2000}, []string{"a.zip/a.htm: the workbook exceeds a limit: more than 2000 bytes when unpacked: raise Limits.Bytes to read it", "a.zip/b.htm html table 1: A1[a]"}},
		{"bytes of the archive", zipOf("a.htm", page), Limits{Bytes: 50}, []string{fmt.Sprintf("a.zip: the workbook exceeds a limit: %d bytes, more than 50: raise Limits.Bytes to read it", len(zipOf("a.htm", page)))}},
		{"unpacked bytes of each file", zipOf("a.htm", long, "b.htm", page, "c.htm", page), Limits{Unpacked: 30}, []string{
			"a.zip/a.htm: the workbook exceeds a limit: more than 30 bytes when unpacked: raise Limits.Unpacked to read it", "a.zip/b.htm html table 1: A1[a]", "a.zip/c.htm html table 1: A1[a]"}},
	} {
		got := booksOf(t, tt.file, WithLimits(tt.lim))
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.reason, d)
		}
	}
}

// TestBooksStop tests that nothing is read when nobody asks for more.
func TestBooksStop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	page := "<table></table>"
	if err := os.WriteFile(path, zipOf("1.zip", string(zipOf("a.htm", page, "b.pdf", "%PDF")), "c.htm", page), 0o666); err != nil {
		t.Fatal(err)
	}
	for stop := 1; stop <= 3; stop++ {
		n := 0
		for range Books(path) {
			if n++; n == stop {
				break
			}
		}
		if n != stop {
			t.Errorf("%d of %d", n, stop)
		}
	}
}

// TestOpenArchive tests that an archive of one file that can be read is as good
// as the file, and that of others the error says what to do.
func TestOpenArchive(t *testing.T) {
	const page = "<table><tr><td>a</table>"
	quine := zipOf("1.zip", string(zipOf("a.htm", page)))
	for _, tt := range []struct {
		reason string
		file   []byte
		want   string // the name of the workbook
		kind   error
		detail string
	}{
		{"one file", zipOf("x/a.xls", page), "test.xlsx/x/a.xls", nil, ""},
		{"one that can be read", zipOf("a.pdf", "%PDF", "b.htm", page, "c.png", "GIF89a"), "test.xlsx/b.htm", nil, ""},
		{"one beside what macOS adds", zipOf("a.htm", page, "__MACOSX/._a.htm", page), "test.xlsx/a.htm", nil, ""},
		{"two", zipOf("a.htm", page, "b.htm", page), "", ErrFormat, "it is a zip archive of 2 files; use Books"},
		{"none", zipOf("a.pdf", "%PDF", "b.pdf", "%PDF"), "", ErrFormat, "it is a zip archive of 2 files; use Books"},
		{"one that cannot be read", zipOf("a.pdf", "%PDF"), "", ErrFormat, "it is a PDF document; convert it to .docx or .xlsx first"},
		{"an archive", quine, "", ErrFormat, "it is a zip archive of 1 files; use Books"},
		{"nothing", zipOf(), "", ErrFormat, "it is a zip archive of other files"},
		{"only folders", zipOf("a/", ""), "", ErrFormat, "it is a zip archive of other files"},
	} {
		w, err := readBytes(tt.file)
		if tt.kind == nil {
			if err != nil || w.Name != tt.want {
				t.Errorf("%s: %v, error %v", tt.reason, w, err)
			}
			continue
		}
		if e := new(Error); w != nil || !errors.As(err, &e) || e.Kind != tt.kind || !strings.Contains(e.Detail, tt.detail) {
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.detail)
		}
	}
	// What is looked at in search of the one is bounded.
	for lim, want := range map[Limits]string{{Files: 2}: "3 files", {Unpacked: 5}: "3 files"} {
		_, err := readBytes(zipOf("a.pdf", "%PDF", "b.pdf", "%PDF", "c.htm", page), WithLimits(lim))
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v", lim, err)
		}
	}
}

func FuzzBooks(f *testing.F) {
	addFolders(f, "zip", "docx", "ods")
	f.Add(zipOf("1.zip", string(zipOf("a.htm", "<table><td>a", "b.csv", "a,b\nc,d")), "\xD6\xD0", "MIME-Version: 1.0\n\n", "../c", "a|b"))
	f.Add(quine(3))
	f.Fuzz(func(t *testing.T, data []byte) {
		n := 0
		b := books{lim: fuzzLimits, left: fuzzLimits.Files, yield: func(w *Workbook, err error) bool {
			n++
			checkBook(t, w, err)
			return n < 100
		}}
		b.file(data, "", 0)
		if n > fuzzLimits.Files+1 {
			t.Errorf("%d workbooks", n)
		}
		w, err := Read(bytes.NewReader(data), int64(len(data)), "", WithLimits(fuzzLimits))
		checkBook(t, w, err)
	})
}

// quine returns an archive with an archive in it, and so on.
func quine(depth int) []byte {
	data := zipOf("a.htm", "<table></table>")
	for range depth {
		data = zipOf("a.zip", string(data))
	}
	return data
}
