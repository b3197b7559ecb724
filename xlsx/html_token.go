package xlsx

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// A htmlScanner divides HTML into tags and text, as the tokenizer of
// golang.org/x/net/html does, which the tests compare it with. It exists since
// neither that nor the parser on top of it can be given what anyone sends
// (v0.62.0): of 64 MiB, the parser makes a tree of 2.6 to 5.9 GB and takes 18
// seconds, and it refuses elements that are more than 512 deep, which is where
// a page with unclosed <font> tags gets to; the tokenizer takes 11 seconds and
// 1.5 GB for a tag with millions of attributes, and after one of a hundred
// thousand, 10 µs for every tag that follows. This one passes over attributes
// that no table needs, and copies nothing.
type htmlScanner struct {
	data []byte
	pos  int

	text  []byte // of a text, references not decoded
	plain bool   // the text has no references: & stands for itself
	name  string // of a tag, in lower case
	kind  uint8  // of its element
	attrs [len(htmlAttrs)][]byte

	raw string // the element whose text goes on to its end tag
}

// htmlAttrs are the attributes that are kept of a start tag.
var htmlAttrs = [...]string{"rowspan", "colspan", "span", "style", "hidden"}

// The attributes by their places in htmlAttrs.
const (
	attrRowspan = iota
	attrColspan
	attrSpan
	attrStyle
	attrHidden
)

type htmlToken uint8

const (
	htmlEOF htmlToken = iota
	htmlText
	htmlStart
	htmlEnd
)

// The kinds of elements that matter.
const (
	blockElement  = 1 << iota // it stands on lines of its own
	voidElement               // it has no end, and so hides nothing
	unseenElement             // a page shows no text of it: scripts, what stands in for them, controls, drawings, what Office keeps
	rawElement                // tags in it are text
)

type element struct {
	name string
	kind uint8
}

// elements are the elements of a kind, and those that tables are full of.
var elements = func() map[string]element {
	m := map[string]element{}
	for kind, names := range map[uint8]string{
		blockElement: "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure" +
			" footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option" +
			" p plaintext pre search section summary ul xmp table caption colgroup col thead tbody tfoot tr td th",
		voidElement:   "area base br col embed hr img input link meta param source track wbr",
		unseenElement: "script style template noscript noembed noframes iframe title textarea select datalist svg math audio video canvas xml",
		rawElement:    "iframe noembed noframes noscript plaintext script style textarea title xmp",
		0:             "span font b strong i u a o:p",
	} {
		for _, name := range strings.Fields(names) {
			m[name] = element{name, m[name].kind | kind}
		}
	}
	return m
}()

func (x *htmlScanner) is(kind uint8) bool { return x.kind&kind != 0 }

// next reads a token: a text, a start tag or an end tag. Comments,
// declarations and what is no tag at all are passed over.
func (x *htmlScanner) next() htmlToken {
	if x.raw != "" {
		if x.rawText() {
			return htmlText
		}
	}
	for {
		rest := x.data[x.pos:]
		if len(rest) == 0 {
			return htmlEOF
		}
		if n := markup(rest); n != 0 {
			if n < 0 {
				n = len(rest)
			}
			x.text, x.plain = rest[:n], false
			x.pos += n
			return htmlText
		}
		switch c := rest[1]; {
		case c == '!' && bytes.HasPrefix(rest, []byte("<!--")):
			x.pos += 4 + commentLen(rest[4:])
		case c == '!' || c == '?' || c == '/' && len(rest) > 2 && !isLetter(rest[2]):
			n := bytes.IndexByte(rest, '>')
			if n < 0 {
				n = len(rest) - 1
			}
			x.pos += n + 1
		case c == '/':
			x.pos += 2
			if !x.tag() {
				return htmlEOF
			}
			return htmlEnd
		default:
			x.pos++
			if !x.tag() {
				return htmlEOF
			}
			if x.is(rawElement) {
				x.raw = x.name
			}
			return htmlStart
		}
	}
}

// markup returns the index of the first < that is not text, or -1.
func markup(s []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(s[i:], '<')
		if n < 0 || i+n+1 == len(s) {
			return -1
		}
		i += n
		switch c := s[i+1]; {
		case isLetter(c), c == '!', c == '?':
			return i
		case c == '/' && i+2 < len(s):
			return i
		}
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isBlank reports whether c is white space in HTML.
func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// commentLen returns the length of a comment behind its <!--, which ends at
// --> or --!>, and at > or -> right at its beginning.
func commentLen(s []byte) int {
	if bytes.HasPrefix(s, []byte(">")) {
		return 1
	}
	if bytes.HasPrefix(s, []byte("->")) {
		return 2
	}
	for i := 0; ; {
		n := bytes.Index(s[i:], []byte("--"))
		if n < 0 {
			return len(s)
		}
		i += n + 2
		switch rest := s[i:]; {
		case bytes.HasPrefix(rest, []byte(">")):
			return i + 1
		case bytes.HasPrefix(rest, []byte("!>")):
			return i + 2
		}
		i-- // --->
	}
}

// rawText reads the text of a raw element, and reports false if it is empty.
// The end tag follows it.
func (x *htmlScanner) rawText() bool {
	name := x.raw
	x.raw = ""
	rest := x.data[x.pos:]
	n := len(rest)
	for i := 0; name != "plaintext"; {
		k := bytes.Index(rest[i:], []byte("</"))
		if k < 0 {
			break
		}
		i += k + 2
		if len(rest)-i <= len(name) {
			break
		}
		if c := rest[i+len(name)]; (isBlank(c) || c == '/' || c == '>') && isName(rest[i:i+len(name)], name) {
			n = i - 2
			break
		}
	}
	x.text, x.plain = rest[:n], name != "title" && name != "textarea"
	x.pos += n
	return n > 0
}

// tag reads a tag from its name on. It reports false if the text ends in it.
func (x *htmlScanner) tag() bool {
	s, i := x.data, x.pos
	for i < len(s) && !isBlank(s[i]) && s[i] != '/' && s[i] != '>' {
		i++
	}
	x.setName(s[x.pos:i])
	x.attrs = [len(htmlAttrs)][]byte{}
	blanks := func() {
		for i < len(s) && isBlank(s[i]) {
			i++
		}
	}
	for {
		if blanks(); i == len(s) {
			break
		}
		if s[i] == '>' {
			x.pos = i + 1
			return true
		}
		key := i
		for i < len(s) && !isBlank(s[i]) && s[i] != '/' && s[i] != '>' && (s[i] != '=' || i == key) {
			i++
		}
		name := s[key:i]
		if blanks(); i == len(s) {
			break
		}
		value := s[i:i]
		switch s[i] {
		case '/':
			i++
		case '=':
			i++
			if blanks(); i == len(s) {
				break
			}
			start := i
			switch c := s[i]; c {
			case '"', '\'':
				n := bytes.IndexByte(s[i+1:], c)
				if n < 0 {
					x.pos = len(s)
					return false
				}
				value = s[i+1:][:n]
				i += n + 2
			default:
				for i < len(s) && !isBlank(s[i]) && s[i] != '>' {
					i++
				}
				value = s[start:i]
			}
		}
		for k, want := range htmlAttrs {
			// Of an attribute that stands twice the first counts.
			if x.attrs[k] == nil && isName(name, want) {
				x.attrs[k] = value
			}
		}
	}
	x.pos = len(s)
	return false
}

// isName reports whether s is a name, which is in lower case, in capitals or
// not. Only the letters of ASCII have two forms in HTML.
func isName(s []byte, name string) bool {
	if len(s) != len(name) {
		return false
	}
	for i, c := range s {
		if c != name[i] && (c|0x20 != name[i] || !isLetter(c)) {
			return false
		}
	}
	return true
}

// setName sets the name of a tag in lower case, and its kind.
func (x *htmlScanner) setName(s []byte) {
	e, ok := elements[string(s)] // without a copy
	if !ok {
		lower := []byte(string(s))
		for i, c := range lower {
			if isLetter(c) {
				lower[i] |= 0x20
			}
		}
		if e, ok = elements[string(lower)]; !ok {
			e.name = string(lower)
		}
	}
	x.name, x.kind = e.name, e.kind
}

// attr returns the value of an attribute with references decoded, and whether
// the tag has it.
func (x *htmlScanner) attr(i int) (string, bool) {
	if x.attrs[i] == nil {
		return "", false
	}
	return html.UnescapeString(string(x.attrs[i])), true
}
