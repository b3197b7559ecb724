package xlsx

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func inGBK(s string) string {
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

func TestSniff(t *testing.T) {
	for _, tt := range []struct {
		reason string
		in     string
		want   content
	}{
		{"nothing", "", contentEmpty},
		{"an OLE2 file", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00", contentOLE2},
		{"half of its mark", "\xD0\xCF\x11\xE0", contentUnknown},
		{"a zip archive", "PK\x03\x04\x14\x00", contentZip},
		{"a zip archive of nothing", "PK\x05\x06" + strings.Repeat("\x00", 18), contentZip},
		{"text that begins with PK", "PK 赛\t1\n", contentText},

		{"a page", "<html><body>", contentHTML},
		{"a page in capitals", "<HTML>\n<HEAD>", contentHTML},
		{"a page of Excel's", `<html xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`, contentHTML},
		{"a page with a document type", "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0\">\n<html>", contentHTML},
		{"a document type in small letters", "<!doctype html>", contentHTML},
		{"a table alone", "<table border=1><tr>", contentHTML},
		{"a page after a mark and white space", "\uFEFF\r\n\t <html>", contentHTML},
		{"a page after comments", "<!-- saved from url=(0014)about:internet -->\n<!-- > -->\n<html>", contentHTML},
		{"a page after 40 KiB of comments", "<!--" + strings.Repeat("甲", 20000) + "--><html>", contentHTML},
		{"a page that is XML", `<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">`, contentHTML},
		{"a page in GBK", inGBK("<html><title>统计表</title>"), contentHTML},
		{"a page in UTF-16", "\xFF\xFE<\x00h\x00t\x00m\x00l\x00>\x00", contentHTML},
		{"the page of a missing file", "<head><title>404 Not Found</title></head>", contentHTML},

		{"a spreadsheet of Excel 2003", `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, contentXML2003},
		{"a spreadsheet with prefixes", `<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`, contentXML2003},
		{"a workbook of something else", `<?xml version="1.0"?><Workbook>`, contentXML},
		{"a document in one file", `<?xml version="1.0"?><pkg:package xmlns:pkg="x">`, contentFlatOPC},
		{"some XML", "<?xml version='1.0'?>\n<report/>", contentXML},
		{"XML that says nothing", "<?xml version='1.0'?>", contentText},
		{"a comment without end", "<!-- <html>", contentText},
		{"text with <", "<5 件\t1\n", contentText},

		{"a web archive", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", contentMHT},
		{"a web archive with another head", "From: <Saved by WPS>\r\nMIME-Version: 1.0\r\n", contentMHT},
		{"Excel 2", "\x09\x00\x04\x00\x02\x00\x10\x00", contentOldBIFF},
		{"Excel 3", "\x09\x02\x06\x00\x00\x00\x10\x00", contentOldBIFF},
		{"Excel 4", "\x09\x04\x06\x00\x00\x00\x10\x00", contentOldBIFF},
		{"a stream of Excel 97", "\x09\x08\x10\x00\x00\x06\x05\x00", contentBareBIFF},
		{"a PDF", "%PDF-1.4", contentPDF},
		{"rich text", `{\rtf1\ansi`, contentRTF},
		{"a PNG", "\x89PNG\r\n\x1A\n", contentImage},
		{"a JPEG", "\xFF\xD8\xFF\xE0", contentImage},
		{"a GIF", "GIF89a", contentImage},
		{"a TIFF", "II*\x00", contentImage},
		{"a bitmap", "BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + strings.Repeat("\x00", 20), contentImage},
		{"text that begins with BM", "BM,1,2\n地区,3,4,5,6,7,8,9,10,11\n", contentText},
		{"a RAR archive", "Rar!\x1A\x07\x01\x00", contentArchive},
		{"a 7z archive", "7z\xBC\xAF\x27\x1C\x00\x04", contentArchive},
		{"a gzip archive", "\x1F\x8B\x08\x00", contentArchive},

		{"a table in UTF-8", "地区,人口\n北京,2189.3\n", contentText},
		{"a table in GBK", inGBK("地区\t人口\n北京\t2189.3\n"), contentText},
		{"a table in UTF-16", "\xFF\xFE0W:S\t\x001\x00", contentText},
		{"a table longer than what is looked at", strings.Repeat("地区,人口\n", 10000), contentText},
		{"a table in GBK longer than what is looked at", inGBK(strings.Repeat("x地区,人口\n", 10000)), contentText},
		{"half a character of GBK", "1,2\n\xB1", contentUnknown},
		{"bytes", "\x00\x01\x02\x03", contentUnknown},
		{"bytes with 8 bits", "\xFE\x80\xFF\xFF", contentUnknown},
	} {
		if got := sniff([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.reason, got.describe(), tt.want.describe())
		}
	}
}

// TestSniffFiles tells files that offices have given the name of a workbook.
func TestSniffFiles(t *testing.T) {
	for name, want := range map[string]content{
		"not-csv-gbk.xls":     contentText,
		"not-html-gb2312.xls": contentHTML,
		"not-mht.xls":         contentMHT,
		"not-xml2003.xls":     contentXML2003,
		"enc-spin-2e9.xlsx":   contentOLE2,
		"row-2e9.xlsx":        contentZip,
	} {
		data, err := os.ReadFile("testdata/hostile/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := sniff(data); got != want {
			t.Errorf("%s: %s, want %s", name, got.describe(), want.describe())
		}
	}
}

// TestContentNames tests that there is something to say of every content.
func TestContentNames(t *testing.T) {
	for c := range contentText + 1 {
		if c.describe() == "" {
			t.Errorf("content %d has no name", c)
		}
	}
}

// TestNoWorkbook tests that what is no workbook and not read is named.
func TestNoWorkbook(t *testing.T) {
	rels := rows(`<row/>`)["_rels/.rels"]
	for _, tt := range []struct {
		reason string
		file   []byte
		want   string
	}{
		{"an empty file", nil, "it is empty"},
		{"a PDF", []byte("%PDF-1.4"), "PDF"},
		{"a picture", []byte("GIF89a"), "picture"},
		{"bytes", []byte{0, 1, 2, 3}, "no known kind"},
		{"a presentation", testPackage{"ppt/presentation.xml": "<a/>", "_rels/.rels": rels}.file(), "presentation"},
		{"an OFD document", testPackage{"OFD.xml": "<a/>"}.file(), "OFD"},
		{"a binary workbook", testPackage{"xl/workbook.bin": "x", "_rels/.rels": rels}.file(), ".xlsb"},
	} {
		w, err := readBytes(tt.file)
		if e := new(Error); w != nil || !errors.As(err, &e) || e.Kind != ErrFormat || e.File != "test.xlsx" || !strings.Contains(e.Detail, tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.want)
		}
	}
	// What other readers may take, the reader of .xlsx files names.
	for _, tt := range []struct {
		reason string
		file   testPackage
		want   string
	}{
		{"a Word document", testPackage{"word/document.xml": "<document/>", "_rels/.rels": rels}, "Word document"},
		{"an OpenDocument file", testPackage{"content.xml": "<a/>", "META-INF/manifest.xml": "<a/>"}, "OpenDocument"},
		{"workbooks in an archive", testPackage{"a.xlsx": "x", "b.xls": "y"}, "zip archive of other files"},
		{"an archive of nothing", testPackage{}, "zip archive of other files"},
	} {
		if w, err := readZip(tt.file.file(), "test.xlsx", Limits{}.withDefaults()); w != nil || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.want)
		}
	}
}

// shortFile is a file that is shorter than it was said to be, or that fails.
type shortFile struct{ err error }

func (f shortFile) ReadAt([]byte, int64) (int, error) { return 3, f.err }

func TestReadAll(t *testing.T) {
	if _, err := Open("testdata/none.xlsx"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: error %v", err)
	}
	if _, err := Open("testdata"); err == nil {
		t.Error("a folder: no error")
	}
	if _, err := Read(shortFile{io.EOF}, 100, "a.xlsx"); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "a.xlsx") {
		t.Errorf("a short file: error %v", err)
	}
	if _, err := Read(shortFile{os.ErrPermission}, 100, "a.xlsx"); !errors.Is(err, os.ErrPermission) {
		t.Errorf("a file that fails: error %v", err)
	}
	if _, err := Read(bytes.NewReader(nil), -1, "a.xlsx"); !errors.Is(err, ErrFormat) {
		t.Errorf("a negative size: error %v", err)
	}
	lim := WithLimits(Limits{Bytes: 10})
	if _, err := Read(shortFile{}, 11, "a.xlsx", lim); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "Limits.Bytes") {
		t.Errorf("a large file: error %v", err)
	}
}
