package xlsx

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// gb18030 is what GBK and GB 2312 are parts of.
var gb18030 = simplifiedchinese.GB18030

func encoded(enc encoding.Encoding, s string) string {
	out, err := enc.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

func TestDecodeText(t *testing.T) {
	gb := gb18030
	const text = "<td>行政许可，〇㐂𠮷"
	for _, tt := range []struct {
		reason, data, declared, want, warning string
	}{
		{"UTF-8", text, "", text, ""},
		{"nothing", "", "", "", ""},
		{"UTF-8 with a mark", "\xEF\xBB\xBF" + text, "gb2312", text, ""},
		{"UTF-8 under a wrong declaration", text, "gb2312", text, ""},
		{"GB18030 without a declaration", encoded(gb, text), "", text, ""},
		{"GB18030 declared as GB 2312", encoded(gb, text), "gb2312", text, ""},
		{"GB18030 declared as GBK", encoded(gb, text), "GBK", text, ""},
		{"GB18030 under a wrong declaration", encoded(gb, text), "utf-8", text, ""},
		{"GB18030 under an unknown declaration", encoded(gb, text), "x-unknown", text, ""},
		{"GB18030 declared as UTF-16, which could not be read", encoded(gb, text), "utf-16", text, ""},
		{"Big5", encoded(traditionalchinese.Big5, "<td>信息公開"), "big5", "<td>信息公開", ""},
		{"windows-1252", encoded(charmap.Windows1252, "café"), "iso-8859-1", "café", ""},
		{"UTF-16", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text), "", text, ""},
		{"UTF-16 of the other order", encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text), "", text, ""},
		{"UTF-16 cut in a character", "\xFF\xFEa\x00b", "", "a\uFFFD", "none in UTF-16"},
		{"the euro sign of GBK", "\x80", "", "€", ""},
		{"UTF-8 cut in a character", text + "\xE8\xA1", "", text + "\uFFFD", "none in UTF-8"},
		{"UTF-8 with one byte too many", strings.Repeat(text, 10) + "\xFF" + text, "gb2312", strings.Repeat(text, 10) + "\uFFFD" + text, "none in UTF-8"},
		{"UTF-8 with a mark and damage", "\xEF\xBB\xBF甲\xFF", "", "甲\uFFFD", "none in UTF-8"},
		{"GB18030 cut in a character", encoded(gb, text) + "\xD0", "", text + "\uFFFD", "none in GB18030"},
	} {
		got, warning := decodeText([]byte(tt.data), tt.declared)
		if string(got) != tt.want || (warning == "") != (tt.warning == "") || !strings.Contains(warning, tt.warning) {
			t.Errorf("%s: %q with warning %q, want %q with %q", tt.reason, got, warning, tt.want, tt.warning)
		}
	}
}

func TestDeclaredCharset(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`<html><meta http-equiv="Content-Type" content="text/html; charset=gb2312">`, "gb2312"},
		{`<META HTTP-EQUIV=Content-Type CONTENT="text/html; CHARSET = GBK">`, "GBK"},
		{"<meta\n charset='big5'>", "big5"},
		{`<?xml version="1.0" encoding="gb18030"?><html>`, "gb18030"},
		{`<html><p>charset=gb2312 <metal charset=big5>`, ""},
		{strings.Repeat(" ", 2000) + `<meta charset="gbk">`, "gbk"},
		{"", ""},
	} {
		if got := declaredCharset([]byte(tt.text)); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}
