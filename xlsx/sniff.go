package xlsx

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// content is what a file holds, told by its first bytes. Offices save and
// publish a good deal under the names of workbooks that are none.
type content uint8

const (
	contentUnknown content = iota
	contentEmpty
	contentOLE2 // of which readXLS says more
	contentXLSX
	contentZip // before its parts are known, and when they are nothing else
	contentXLSB
	contentDOCX
	contentPPTX
	contentODF
	contentOFD
	contentHTML
	contentMHT
	contentXML2003
	contentFlatOPC
	contentXML
	contentOldBIFF
	contentBareBIFF
	contentPDF
	contentRTF
	contentImage
	contentArchive
	contentText
)

const saveAs = "; save it as .xlsx with a spreadsheet program"

var contentNames = [...]string{
	contentUnknown:  "its content is of no known kind",
	contentEmpty:    "it is empty",
	contentOLE2:     "it is an OLE2 file",
	contentXLSX:     "it is an .xlsx workbook",
	contentZip:      "it is a zip archive of other files; unpack it",
	contentXLSB:     "it is a binary workbook (.xlsb)" + saveAs,
	contentDOCX:     "it is a Word document (.docx); copy its tables into a workbook",
	contentPPTX:     "it is a presentation (.pptx); copy its tables into a workbook",
	contentODF:      "it is an OpenDocument file such as .ods" + saveAs,
	contentOFD:      "it is an OFD document, which has a fixed layout like PDF; convert it to .docx or .xlsx first",
	contentHTML:     "it is an HTML page, a table saved from the web or an error page" + saveAs,
	contentMHT:      "it is a web archive (MHT)" + saveAs,
	contentXML2003:  "it is an XML spreadsheet of Excel 2003" + saveAs,
	contentFlatOPC:  "it is an Office document in a single XML file; save it as .docx or .xlsx",
	contentXML:      "it is an XML file that is no workbook",
	contentOldBIFF:  "it is a workbook of Excel 2, 3 or 4" + saveAs,
	contentBareBIFF: "it is the bare stream of an .xls workbook without the container" + saveAs,
	contentPDF:      "it is a PDF document; convert it to .docx or .xlsx first",
	contentRTF:      "it is a rich text document (RTF); save it as .docx",
	contentImage:    "it is a picture; have its text recognised and save that as .docx or .xlsx",
	contentArchive:  "it is a packed archive; unpack it",
	contentText:     "it is plain text, such as CSV" + saveAs,
}

// describe says what the content is, and what a person can do about it.
func (c content) describe() string { return contentNames[c] }

var magics = [...]struct {
	prefix string
	is     content
}{
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", contentOLE2},
	{"PK\x03\x04", contentZip},
	{"PK\x05\x06", contentZip}, // without a file in it
	{"\x09\x00\x04\x00", contentOldBIFF},
	{"\x09\x00\x06\x00", contentOldBIFF},
	{"\x09\x02\x06\x00", contentOldBIFF},
	{"\x09\x04\x06\x00", contentOldBIFF},
	{"\x09\x08\x08\x00", contentBareBIFF},
	{"\x09\x08\x10\x00", contentBareBIFF},
	{"%PDF", contentPDF},
	{"{\\rtf", contentRTF},
	{"\x89PNG\r\n\x1A\n", contentImage},
	{"\xFF\xD8\xFF", contentImage},
	{"GIF8", contentImage},
	{"BM", contentImage},
	{"II*\x00", contentImage},
	{"MM\x00*", contentImage},
	{"Rar!\x1A\x07", contentArchive},
	{"7z\xBC\xAF\x27\x1C", contentArchive},
	{"\x1F\x8B\x08", contentArchive},
}

// sniff tells what a file holds. Whether a zip archive is a workbook is told
// by its parts, in readZip.
func sniff(data []byte) content {
	if len(data) == 0 {
		return contentEmpty
	}
	for _, m := range magics {
		if bytes.HasPrefix(data, []byte(m.prefix)) && (m.prefix != "BM" || isBitmap(data)) {
			return m.is
		}
	}
	// A page's head, or comments that come before it, can be long.
	head := strings.TrimSpace(utf8Text(string(data[:min(len(data), 64<<10)])))
	if strings.HasPrefix(head, "<") {
		if c := sniffMarkup(head); c != contentUnknown {
			return c
		}
	}
	if foldPrefix(head, "mime-version:") || strings.Contains(head[:min(len(head), 2048)], "\nMIME-Version:") {
		return contentMHT
	}
	if isText(data) {
		return contentText
	}
	return contentUnknown
}

// sniffMarkup tells HTML and the kinds of XML by the first element.
func sniffMarkup(s string) content {
	xml := false
	for {
		s = strings.TrimSpace(s)
		var end string
		switch {
		case strings.HasPrefix(s, "<!--"):
			end = "-->"
		case foldPrefix(s, "<!doctype html"):
			return contentHTML
		case strings.HasPrefix(s, "<?"):
			xml, end = xml || strings.HasPrefix(s, "<?xml"), "?>"
		case strings.HasPrefix(s, "<!"):
			end = ">"
		}
		if end == "" {
			break
		}
		_, rest, ok := strings.Cut(s, end)
		if !ok {
			return contentUnknown
		}
		s = rest
	}
	if !strings.HasPrefix(s, "<") {
		return contentUnknown
	}
	end, begin := scanName(s, 1)
	full := s[1:end]
	switch local := s[begin:end]; {
	case local == "Workbook" && strings.Contains(s, "urn:schemas-microsoft-com:office:spreadsheet"):
		return contentXML2003
	case full == "pkg:package":
		return contentFlatOPC
	case htmlElements[strings.ToLower(full)]:
		return contentHTML
	case xml:
		return contentXML
	}
	return contentUnknown
}

// htmlElements are the elements that pages and pieces of pages begin with.
var htmlElements = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields("html head meta title link style script body base" +
		" table thead tbody tr td div span p br h1 h2 h3 center font form pre b a img") {
		m[name] = true
	}
	return m
}()

// isBitmap reports whether data has the header of a BMP picture, of which BM
// alone tells too little: it may begin a text.
func isBitmap(data []byte) bool {
	return len(data) > 26 && bytes.Equal(data[6:10], make([]byte, 4)) && data[14] >= 12 && data[15] == 0
}

// isText reports whether data is text in UTF-8, UTF-16 with its mark, or GBK.
func isText(data []byte) bool {
	const enough = 64 << 10
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		data = []byte(utf8Text(string(data[:min(len(data), enough)])))
	}
	cut := len(data) > enough
	data = data[:min(len(data), enough)]
	for _, c := range data {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1A {
			return false
		}
	}
	if cut { // perhaps in the middle of a character
		data = data[:bytes.LastIndexAny(data, " \t\r\n,;")+1]
	}
	if utf8.Valid(data) || mostlyUTF8(data) {
		return true
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return err == nil && !bytes.ContainsRune(text, utf8.RuneError)
}
