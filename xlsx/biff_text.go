package xlsx

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// utf16Page is the code page that stands for UTF-16.
const utf16Page = 1200

// codePages are the encodings of BIFF5 strings by the number in the CODEPAGE
// record ([MS-XLS] 2.4.52). GB18030 stands for GBK and GB 2312, which it
// contains.
var codePages = map[int]encoding.Encoding{
	437:       charmap.CodePage437,
	850:       charmap.CodePage850,
	852:       charmap.CodePage852,
	855:       charmap.CodePage855,
	858:       charmap.CodePage858,
	860:       charmap.CodePage860,
	862:       charmap.CodePage862,
	863:       charmap.CodePage863,
	865:       charmap.CodePage865,
	866:       charmap.CodePage866,
	874:       charmap.Windows874,
	932:       japanese.ShiftJIS,
	936:       simplifiedchinese.GB18030,
	949:       korean.EUCKR,
	950:       traditionalchinese.Big5,
	utf16Page: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	1250:      charmap.Windows1250,
	1251:      charmap.Windows1251,
	1252:      charmap.Windows1252,
	1253:      charmap.Windows1253,
	1254:      charmap.Windows1254,
	1255:      charmap.Windows1255,
	1256:      charmap.Windows1256,
	1257:      charmap.Windows1257,
	1258:      charmap.Windows1258,
	10000:     charmap.Macintosh,
	10001:     japanese.ShiftJIS,
	10002:     traditionalchinese.Big5,
	10003:     korean.EUCKR,
	10007:     charmap.MacintoshCyrillic,
	10008:     simplifiedchinese.GB18030,
	32768:     charmap.Macintosh,
	32769:     charmap.Windows1252,
	54936:     simplifiedchinese.GB18030,
	65001:     unicode.UTF8,
}

// Flags of a BIFF8 string ([MS-XLS] 2.5.293).
const (
	stringWide = 1 << 0 // characters have two bytes
	stringExt  = 1 << 2 // phonetic data follow
	stringRuns = 1 << 3 // formatting runs of four bytes each follow
)

// A cursor reads the body of a record and goes on in the CONTINUE records that
// follow it. What is read past their end is zero, and short is set.
type cursor struct {
	data     []byte // the records
	pos, end int    // what is left of the body of the current one
	short    bool
}

// more goes on in the next CONTINUE record.
func (c *cursor) more() bool {
	id, body, end, ok := recordAt(c.data, c.end)
	if !ok || id != recContinue {
		return false
	}
	c.pos, c.end = end-len(body), end
	return true
}

// size returns how many bytes are left, CONTINUE records included.
func (c *cursor) size() int {
	rest := *c
	n := rest.end - rest.pos
	for rest.more() {
		n += rest.end - rest.pos
	}
	return n
}

// left reports whether there is another byte, and finds it.
func (c *cursor) left() bool {
	for c.pos == c.end {
		if !c.more() {
			return false
		}
	}
	return true
}

func (c *cursor) u8() byte {
	if !c.left() {
		c.short = true
		return 0
	}
	b := c.data[c.pos]
	c.pos++
	return b
}

func (c *cursor) u16() int    { return int(c.u8()) | int(c.u8())<<8 }
func (c *cursor) u32() uint32 { return uint32(c.u16()) | uint32(c.u16())<<16 }

func (c *cursor) skip(n int64) {
	for n > 0 {
		if !c.left() {
			c.short = true
			return
		}
		k := min(n, int64(c.end-c.pos))
		c.pos += int(k)
		n -= k
	}
}

// bytes appends n bytes.
func (c *cursor) bytes(dst []byte, n int) []byte {
	for n > 0 {
		if !c.left() {
			c.short = true
			break
		}
		k := min(n, c.end-c.pos)
		dst = append(dst, c.data[c.pos:c.pos+k]...)
		c.pos += k
		n -= k
	}
	return dst
}

// unicode appends a BIFF8 string whose number of characters is known: flags,
// sizes of what follows the characters, characters, formatting runs, phonetic
// data ([MS-XLS] 2.5.293; a string without runs or phonetic data, 2.5.294, has
// the same form).
func (c *cursor) unicode(dst []byte, chars int) []byte {
	if chars == 0 && !c.left() { // some writers leave out the flags then
		return dst
	}
	flags := c.u8()
	var tail int64
	if flags&stringRuns != 0 {
		tail += 4 * int64(c.u16())
	}
	if flags&stringExt != 0 {
		tail += int64(c.u32())
	}
	start := len(dst)
	dst = c.chars(dst, chars, flags&stringWide != 0)
	c.skip(tail)
	return dst[:start+len(newlines(dst[start:]))]
}

// chars appends n characters. Where they run over into a CONTINUE record, that
// begins with flags again, so that their width may change; a character of two
// bytes is never parted ([MS-XLS] 2.5.293).
func (c *cursor) chars(dst []byte, n int, wide bool) []byte {
	var high rune // the first half of a surrogate pair
	for n > 0 {
		if c.pos == c.end {
			if !c.left() {
				break
			}
			wide = c.data[c.pos]&stringWide != 0
			c.pos++
			continue
		}
		width := 1
		if wide {
			width = 2
		}
		k := min(n, (c.end-c.pos)/width)
		if k == 0 { // half a character: whatever follows cannot be trusted
			break
		}
		for b := c.data[c.pos : c.pos+k*width]; len(b) > 0; b = b[width:] {
			r := rune(b[0])
			if wide {
				r |= rune(b[1]) << 8
			}
			if high != 0 {
				pair := utf16.DecodeRune(high, r)
				high = 0
				dst = utf8.AppendRune(dst, pair) // U+FFFD if they are no pair
				if pair != utf8.RuneError {
					continue
				}
			}
			if 0xD800 <= r && r < 0xDC00 {
				high = r
				continue
			}
			dst = utf8.AppendRune(dst, r) // U+FFFD for a lone second half
		}
		c.pos += k * width
		n -= k
	}
	if high != 0 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	c.short = c.short || n > 0
	return dst
}

// newlines writes the line breaks of any system as "\n", in place.
func newlines(b []byte) []byte {
	if bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	out := b[:0]
	var last byte
	for _, c := range b {
		switch {
		case c == '\r':
			out = append(out, '\n')
		case c != '\n' || last != '\r':
			out = append(out, c)
		}
		last = c
	}
	return out
}

// sharedStrings are the strings of the SST record in one piece, since there
// are many and short ones: a table of them would cost more than they do.
type sharedStrings struct {
	text string
	ends []uint32
}

func (s *sharedStrings) at(i uint32) (string, bool) {
	if int64(i) >= int64(len(s.ends)) {
		return "", false
	}
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.text[start:s.ends[i]], true
}
