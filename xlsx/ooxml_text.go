package xlsx

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// joined is text of several pieces, which costs nothing as long as it has
// only one.
type joined struct {
	first string
	all   []byte // of two pieces or more
}

func (j *joined) reset() { j.first, j.all = "", j.all[:0] }

func (j *joined) add(s string) {
	switch {
	case j.first == "":
		j.first = s
	case s != "":
		if len(j.all) == 0 {
			j.all = append(j.all, j.first...)
		}
		j.all = append(j.all, s...)
	}
}

// text returns the text; what had to be put together lies in the arena.
func (j *joined) text(a *arena) string {
	if len(j.all) > 0 {
		return a.copyBytes(j.all)
	}
	return j.first
}

// An arena keeps many short strings in few blocks of memory.
type arena struct{ block strings.Builder }

// copy returns a copy of s.
func (a *arena) copy(s string) string {
	a.room(len(s))
	start := a.block.Len()
	a.block.WriteString(s)
	return a.block.String()[start:]
}

// copyBytes returns b as a string.
func (a *arena) copyBytes(b []byte) string {
	a.room(len(b))
	start := a.block.Len()
	a.block.Write(b)
	return a.block.String()[start:]
}

// room makes room for n bytes in the block. Blocks double from 512 bytes to
// 64 KiB; a full one is left to the strings that lie in it.
func (a *arena) room(n int) {
	if free := a.block.Cap() - a.block.Len(); free < n {
		size := min(max(512, 2*a.block.Cap()), 64<<10)
		a.block = strings.Builder{}
		a.block.Grow(max(size, n))
	}
}

// xstring decodes what the format escapes in texts beyond XML, characters
// written as _xHHHH_, and makes every line end "\n".
func xstring(s string) string {
	if strings.Contains(s, "_x") {
		s = unescapeHex(s)
	}
	return lineEnds(s)
}

func unescapeHex(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.Index(s, "_x")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		r, ok := hexEscape(s)
		if !ok {
			b.WriteString("_x")
			s = s[len("_x"):]
			continue
		}
		s = s[len("_xHHHH_"):]
		if second, ok := hexEscape(s); ok && utf16.IsSurrogate(r) {
			if pair := utf16.DecodeRune(r, second); pair != utf8.RuneError {
				r = pair
				s = s[len("_xHHHH_"):]
			}
		}
		b.WriteRune(r)
	}
}

// hexEscape decodes the escape that s begins with.
func hexEscape(s string) (r rune, ok bool) {
	if len(s) < len("_xHHHH_") || s[:2] != "_x" || s[6] != '_' {
		return 0, false
	}
	for _, c := range []byte(s[2:6]) {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, true
}

// scanName returns where the name that begins at s[i] ends and where its part
// after the prefix begins. Without a proper name it returns i.
func scanName(s string, i int) (end, local int) {
	begin, local := i, i
	for ; i < len(s); i++ {
		switch class := nameBytes[s[i]]; {
		case class == nameStart || class == nameRest && i > local:
		case class == nameColon && i > begin && local == begin:
			local = i + 1
		case class == 0 && i > local:
			return i, local
		default:
			return begin, begin
		}
	}
	return begin, begin // a name is never the last thing
}

// nameBytes tells which bytes a name begins with and which it goes on with.
// Names beyond ASCII are not taken: the format has none.
var nameBytes = func() (t [256]uint8) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
			t[c] = nameStart
		case '0' <= c && c <= '9', c == '-', c == '.':
			t[c] = nameRest
		case c == ':':
			t[c] = nameColon
		}
	}
	return t
}()

const (
	nameStart = iota + 1
	nameRest
	nameColon
)

// skipSpace returns the index of the first byte from s[i] on that is not
// white space.
func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// invalidChar returns the index of the first byte that is not UTF-8 or that
// begins a character which XML does not allow, or -1.
func invalidChar(s string) int {
	for i := range len(s) {
		if s[i] < ' ' && !isSpace(s[i]) {
			return i
		}
	}
	if utf8.ValidString(s) && !strings.Contains(s, "\uFFFE") && !strings.Contains(s, "\uFFFF") {
		return -1
	}
	for i, r := range s {
		if r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return -1
}

// reference decodes the reference that s begins with and returns its length,
// 0 if it is none.
func reference(s string) (r rune, n int) {
	n = strings.IndexByte(s[:min(len(s), 12)], ';') + 1
	if n < 4 {
		return 0, 0
	}
	switch name := s[1 : n-1]; name {
	case "amp":
		return '&', n
	case "lt":
		return '<', n
	case "gt":
		return '>', n
	case "quot":
		return '"', n
	case "apos":
		return '\'', n
	default:
		if name[0] != '#' {
			return 0, 0
		}
		digits, base := name[1:], rune(10)
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		for _, c := range []byte(digits) {
			d, ok := hexDigit(c)
			if r = r*base + d; !ok || d >= base || r > utf8.MaxRune {
				return 0, 0
			}
		}
		if digits == "" || r < ' ' && (r == 0 || !isSpace(byte(r))) || r == 0xFFFE || r == 0xFFFF || !utf8.ValidRune(r) {
			return 0, 0
		}
		return r, n
	}
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0'), true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10, true
	}
	return 0, false
}

// unescape decodes the references in s and makes every line end "\n". It
// reports false if there is an & that begins no reference.
func unescape(s string) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexAny(s, "&\r")
		if i < 0 {
			b.WriteString(s)
			return b.String(), true
		}
		b.WriteString(s[:i])
		s = s[i:]
		if s[0] == '\r' {
			b.WriteByte('\n')
			s = strings.TrimPrefix(s[1:], "\n")
			continue
		}
		r, n := reference(s)
		if n == 0 {
			return "", false
		}
		b.WriteRune(r)
		s = s[n:]
	}
}

// lineEnds makes every line end in s "\n".
func lineEnds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// clip shortens what a message cites from a file.
func clip(s string) string {
	if n := 60; len(s) > n {
		for !utf8.RuneStart(s[n]) {
			n--
		}
		return s[:n] + "…"
	}
	return s
}
