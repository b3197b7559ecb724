//go:build ignore

// Make writes the fixtures of the small table that stands in this folder in
// same-excelize.xlsx, as the programs of this machine write it, into the
// folders of the formats:
//
//	go run make.go
//
// It needs LibreOffice and Gnumeric. What SheetJS and docx.js write is made by
// make.js in ../xml2003 and ../docx. The tests read the results and need none
// of them.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"hash/crc32"
	"log"
	"mime/quotedprintable"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const source = "same-excelize.xlsx"

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "same")
	check(err)
	defer os.RemoveAll(dir)
	for filter, to := range map[string]string{
		"ods":  "same-libreoffice.ods",
		"html": "../html/same-libreoffice.html",
		"csv:Text - txt - csv (StarCalc):44,34,76": "../csv/same-libreoffice.csv",
	} {
		run("soffice", "--headless", "--convert-to", filter, "--outdir", dir, source)
		extension, _, _ := strings.Cut(filter, ":")
		write(to, read(filepath.Join(dir, "same-excelize."+extension)))
	}
	run("ssconvert", "-T", "Gnumeric_OpenCalc:odf", source, "same-gnumeric.ods")
	run("ssconvert", "-T", "Gnumeric_html:html40", source, "../html/same-gnumeric.html")
	run("ssconvert", "-T", "Gnumeric_html:html40frag", source, "../html/same-gnumeric-fragment.html")
	run("ssconvert", "-T", "Gnumeric_html:xhtml", source, "../html/same-gnumeric.xhtml")

	gb := simplifiedchinese.GB18030.NewEncoder()
	page := read("../html/same-libreoffice.html")
	gbPage, err := gb.Bytes(page)
	check(err)
	write("../html/same-libreoffice-gbk-declared-utf8.html", gbPage)
	values, err := gb.Bytes(read("../csv/same-libreoffice.csv"))
	check(err)
	write("../csv/same-libreoffice-gbk.csv", values)
	write("../csv/same-libreoffice-semicolon-bom.csv", append([]byte("\xEF\xBB\xBF"),
		bytes.ReplaceAll(read("../csv/same-libreoffice.csv"), []byte(","), []byte(";"))...))

	var b bytes.Buffer
	b.WriteString("From: <Saved by a program>\r\nSubject: =?utf-8?B?57uf6K6h6KGo?=\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----MultipartBoundary--x----\"\r\n\r\n\r\n" +
		"------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n" +
		"Content-Location: http://example.com/same.html\r\n\r\n")
	w := quotedprintable.NewWriter(&b)
	_, err = w.Write(page)
	check(err)
	check(w.Close())
	b.WriteString("\r\n------MultipartBoundary--x----\r\nContent-Type: text/css\r\n\r\ntable { }\r\n------MultipartBoundary--x------\r\n")
	write("../mht/same-quoted-printable.mht", b.Bytes())

	b.Reset()
	b.WriteString("MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related; boundary=\"----=_NextPart_01\"\n\n" +
		"------=_NextPart_01\nContent-Location: file:///C:/same.htm\nContent-Transfer-Encoding: base64\nContent-Type: text/html; charset=\"gb2312\"\n\n")
	text := base64.StdEncoding.EncodeToString(gbPage)
	for len(text) > 76 {
		b.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	b.WriteString(text + "\n\n------=_NextPart_01--\n")
	write("../mht/same-base64-gbk.mht", b.Bytes())

	// An archive as Chinese editions of Windows write it: names in GBK, with
	// backslashes for the folders, and no flag for either.
	b.Reset()
	z := zip.NewWriter(&b)
	for _, f := range []struct{ name, file string }{
		{`年报\2024年\统计表.xls`, "../html/same-libreoffice-gbk-declared-utf8.html"},
		{`年报\说明.csv`, "../csv/same-libreoffice-gbk.csv"},
	} {
		name, err := gb.String(f.name)
		check(err)
		data := read(f.file)
		out, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(data),
			CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data)), NonUTF8: true})
		check(err)
		_, err = out.Write(data)
		check(err)
	}
	check(z.Close())
	write("../zip/names-gbk-backslashes.zip", b.Bytes())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(name string) []byte {
	data, err := os.ReadFile(name)
	check(err)
	return data
}

func write(name string, data []byte) { check(os.WriteFile(name, data, 0o666)) }

func run(name string, args ...string) {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		log.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
}
