package xlsx

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decodeText returns a text in UTF-8 without its byte order mark. The encoding
// is told by the mark, then by whether the bytes are UTF-8, then by the name
// that the text declares, if it is not "", and is GB18030 otherwise, which has
// GBK and GB 2312 in it. A declaration counts so little because many pages were
// converted by a server or an archive that left the old one in place.
//
// Where characters are damaged, U+FFFD stands for them and warning says so.
//
// golang.org/x/net/html/charset is not used: it takes Chinese text without a
// declaration for windows-1252, and a declaration for true.
func decodeText(data []byte, declared string) (text []byte, warning string) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
		if !utf8.Valid(data) {
			return decode(data, "UTF-8", unicode.UTF8)
		}
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return decode(data[2:], "UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM))
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return decode(data[2:], "UTF-16", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM))
	}
	if utf8.Valid(data) {
		return data, ""
	}
	if mostlyUTF8(data) {
		return decode(data, "UTF-8", unicode.UTF8)
	}
	name, enc := "GB18030", encoding.Encoding(simplifiedchinese.GB18030)
	if e, err := htmlindex.Get(declared); err == nil {
		// An encoding of two bytes a character or more is not it, since then
		// the declaration could not be read. UTF-8 has been ruled out.
		if n, err := htmlindex.Name(e); err == nil && n != "gbk" && n != "gb18030" && n != "utf-8" && n != "utf-16le" && n != "utf-16be" && n != "replacement" {
			name, enc = n, e
		}
	}
	return decode(data, name, enc)
}

// decode decodes a text. It says so if that has characters that are none.
func decode(data []byte, name string, enc encoding.Encoding) (text []byte, warning string) {
	// Room for three bytes for each character of two, so that nothing has to
	// be copied to make more.
	high := 0
	for _, c := range data {
		high += int(c >> 7)
	}
	text = make([]byte, 0, len(data)+high/2+utf8.UTFMax)
	d := enc.NewDecoder()
	for {
		nDst, nSrc, err := d.Transform(text[len(text):cap(text)], data, true)
		text, data = text[:len(text)+nDst], data[nSrc:]
		if err == nil || nDst == 0 && nSrc == 0 && cap(text)-len(text) >= utf8.UTFMax {
			break
		}
		text = slices.Grow(text, len(data)+utf8.UTFMax)
	}
	if bytes.Contains(text, []byte("\uFFFD")) {
		warning = "the text has characters that are none in " + name + "; U+FFFD stands for them"
	}
	return text, warning
}

// mostlyUTF8 reports whether data is UTF-8 but for a few bytes, as when a text
// was cut in the middle of a character. In Chinese text of another encoding
// most characters are none of UTF-8.
func mostlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for len(data) > 0 {
		if data[0] < utf8.RuneSelf {
			data = data[1:]
			continue
		}
		r, n := utf8.DecodeRune(data)
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case !utf8.FullRune(data): // cut at the end
			return bad*50 <= good && good > 0
		default:
			bad++
		}
		data = data[n:]
	}
	return bad*50 <= good && good > 0
}

// headLength is how much of a text is searched for a declaration. Browsers
// search 1,024 bytes at first; the heads of pages saved by Office are longer.
const headLength = 64 << 10

// declaredCharset returns the encoding that a page names in a <meta> at its
// beginning, or an XML text in its declaration, or "".
func declaredCharset(data []byte) string {
	rest := data[:min(len(data), headLength)]
	for {
		i := bytes.IndexByte(rest, '<')
		if i < 0 {
			return ""
		}
		rest = rest[i+1:]
		tag := rest
		if end := bytes.IndexByte(rest, '>'); end >= 0 {
			tag = rest[:end]
		}
		key := ""
		switch {
		case len(tag) > 4 && isName(tag[:4], "meta") && isBlank(tag[4]):
			key = "charset"
		case bytes.HasPrefix(tag, []byte("?xml ")):
			key = "encoding"
		default:
			continue
		}
		for at := 5; at+len(key) <= len(tag); at++ {
			if !isName(tag[at:at+len(key)], key) {
				continue
			}
			value, ok := bytes.CutPrefix(bytes.TrimLeft(tag[at+len(key):], " \t\r\n"), []byte("="))
			value = bytes.TrimLeft(value, " \t\r\n\"'")
			n := 0
			for n < len(value) && (isLetter(value[n]) || '0' <= value[n] && value[n] <= '9' || bytes.IndexByte([]byte("-_.:"), value[n]) >= 0) {
				n++
			}
			if ok && n > 0 {
				return string(value[:n])
			}
		}
	}
}
