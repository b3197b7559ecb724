package xlsx

import (
	"fmt"
	"strings"
)

// A scanner reads one XML part of a package, element by element, as far as
// SpreadsheetML needs XML: names are taken without their prefixes, since what
// an element is follows from where it stands, and document types and entities
// other than the five of XML are refused, since the format forbids them.
//
// Strings that a scanner returns are parts of the text it reads wherever
// nothing in them had to be decoded, so that they cost nothing and keep the
// whole text alive.
//
// A walk over an element's children looks like this; every child has to be
// walked, read by text or passed by skip:
//
//	for x.child() {
//		switch x.name {
//		case "t":
//			s += x.text()
//		default:
//			x.skip()
//		}
//	}
//
// The loop ends at the element's end or at an error. The caller asks for the
// error once, by finish, at the end of the part.
type scanner struct {
	s      string
	pos    int
	err    error
	name   string   // the name of the element just begun, without prefix
	attrs  []attr   // its attributes
	raw    string   // the text just met, references decoded
	open   []string // the elements that are open, with prefixes
	single bool     // the element just begun is an empty-element tag
	rooted bool     // the root element has begun
}

// An attr is where an attribute stands in the text. It holds no strings, as
// most attributes are never asked for.
type attr struct {
	begin, local, end int // the name, with and without its prefix
	value, stop       int
	coded             bool // the value has references or line ends to decode
}

// Bounds that no part of a workbook comes near. The time to compare the names
// of an element's attributes with each other grows with their square.
const (
	maxDepth = 256
	maxAttrs = 100
)

type token uint8

const (
	tokenEnd   token = iota // the end of an element
	tokenStart              // the beginning of an element
	tokenText
	tokenEOF // the end of the part, or an error
)

// reset brings the scanner to the beginning of an XML text in UTF-8.
func (x *scanner) reset(s string) {
	*x = scanner{s: s, open: x.open[:0], attrs: x.attrs[:0]}
	if x.open == nil {
		x.open, x.attrs = make([]string, 0, 16), make([]attr, 0, 64)
	}
	if i := invalidChar(s); i >= 0 {
		x.pos = i
		x.fail("there is a byte that no XML text has")
	} else if strings.HasPrefix(s, "<?xml") && len(s) > 5 && nameBytes[s[5]] == 0 {
		x.declaration()
	}
}

// fail ends the scan with an error.
func (x *scanner) fail(format string, args ...any) token {
	if x.err == nil {
		x.err = fmt.Errorf("byte %d: %s", x.pos, fmt.Sprintf(format, args...))
	}
	x.single = false
	x.pos = len(x.s)
	return tokenEOF
}

// next reads a token. At the beginning of an element it sets name and attrs,
// at text raw.
func (x *scanner) next() token {
	if x.single {
		x.single = false
		x.open = x.open[:len(x.open)-1]
		return tokenEnd
	}
	for x.err == nil {
		s := x.s[x.pos:]
		switch {
		case s == "":
			return x.end()
		case s[0] != '<':
			if x.charData(s) && len(x.open) > 0 {
				return tokenText
			}
		case len(s) == 1 || s[1] != '/' && s[1] != '?' && s[1] != '!':
			return x.startTag()
		case s[1] == '/':
			return x.endTag(s)
		case s[1] == '?':
			n := strings.Index(s, "?>")
			end, _ := scanName(s, 2)
			if n < 0 || end == 2 || s[end] != '?' && !isSpace(s[end]) || strings.EqualFold(s[2:end], "xml") {
				return x.fail("there is a processing instruction that is none")
			}
			x.pos += n + len("?>")
		case strings.HasPrefix(s, "<!--"):
			n := strings.Index(s[4:], "--")
			if n < 0 || !strings.HasPrefix(s[4+n:], "-->") {
				return x.fail("a comment is not ended")
			}
			x.pos += 4 + n + len("-->")
		case strings.HasPrefix(s, "<![CDATA[") && len(x.open) > 0:
			n := strings.Index(s, "]]>")
			if n < 0 {
				return x.fail("a CDATA section is not ended")
			}
			x.pos += n + len("]]>")
			x.raw = lineEnds(s[len("<![CDATA["):n])
			return tokenText
		default:
			return x.fail("there is a document type or another declaration, which workbooks have none of")
		}
	}
	return tokenEOF
}

// end ends the scan where nothing is left of the text.
func (x *scanner) end() token {
	switch {
	case len(x.open) > 0:
		return x.fail("the text breaks off inside <%s>", clip(x.open[len(x.open)-1]))
	case !x.rooted:
		return x.fail("there is no element")
	}
	return tokenEOF
}

// charData reads the text that s, what is left of the part, begins with.
func (x *scanner) charData(s string) bool {
	n, coded, blank := 0, false, true
	for ; n < len(s) && s[n] != '<'; n++ {
		switch s[n] {
		case ' ', '\n', '\t':
			continue
		case '\r':
			coded = true
			continue
		case '&':
			coded = true
		case '>':
			if n >= 2 && s[n-2:n] == "]]" {
				x.fail("there is ]]> outside of a CDATA section")
				return false
			}
		}
		blank = false
	}
	x.raw = s[:n]
	if coded {
		var ok bool
		if x.raw, ok = unescape(x.raw); !ok {
			x.fail("there is a reference to an unknown entity or character")
			return false
		}
	}
	if !blank && len(x.open) == 0 {
		x.fail("there is text outside of the root element")
		return false
	}
	x.pos += n
	return true
}

func (x *scanner) endTag(s string) token {
	if len(x.open) == 0 {
		return x.fail("an element ends that has not begun")
	}
	name := x.open[len(x.open)-1]
	n := len("</") + len(name)
	if !strings.HasPrefix(s[2:], name) || n < len(s) && nameBytes[s[n]] != 0 {
		return x.fail("<%s> is not ended by its own end tag", clip(name))
	}
	for n < len(s) && isSpace(s[n]) {
		n++
	}
	if n == len(s) || s[n] != '>' {
		return x.fail("the end tag of <%s> is not ended", clip(name))
	}
	x.pos += n + 1
	x.open = x.open[:len(x.open)-1]
	return tokenEnd
}

func (x *scanner) startTag() token {
	if x.rooted && len(x.open) == 0 {
		return x.fail("there is a second root element")
	}
	if len(x.open) == maxDepth {
		return x.fail("elements are nested more than %d deep", maxDepth)
	}
	x.pos++
	begin := x.pos
	end, local := scanName(x.s, begin)
	full := x.s[begin:end]
	if full == "" {
		return x.fail("there is an element without a proper name")
	}
	x.pos = end
	if !x.attributes() {
		return x.fail("the attributes of <%s> are not well-formed", clip(full))
	}
	switch rest := x.s[x.pos:]; {
	case strings.HasPrefix(rest, ">"):
		x.pos++
	case strings.HasPrefix(rest, "/>"):
		x.single = true
		x.pos += len("/>")
	default:
		return x.fail("the start tag of <%s> is not ended", clip(full))
	}
	x.name = x.s[local:end]
	x.open = append(x.open, full)
	x.rooted = true
	return tokenStart
}

// attributes reads attributes until something else comes.
func (x *scanner) attributes() bool {
	x.attrs = x.attrs[:0]
	s, i := x.s, x.pos
	for {
		before := i
		i = skipSpace(s, i)
		if i == len(s) || nameBytes[s[i]] != nameStart {
			x.pos = i
			return true
		}
		begin := i
		end, local := scanName(s, i)
		i = skipSpace(s, end)
		if begin == before || end == begin || i == len(s) || s[i] != '=' {
			return false
		}
		i = skipSpace(s, i+1)
		if i == len(s) || s[i] != '"' && s[i] != '\'' {
			return false
		}
		quote := s[i]
		i++
		a := attr{begin: begin, local: local, end: end, value: i}
		for i < len(s) && s[i] != quote {
			switch s[i] {
			case '<':
				return false
			case '&', '\r':
				a.coded = true
			}
			i++
		}
		if i == len(s) || len(x.attrs) == maxAttrs {
			return false
		}
		a.stop = i
		i++
		if a.coded {
			if _, ok := unescape(s[a.value:a.stop]); !ok {
				return false
			}
		}
		for j := range x.attrs {
			if b := &x.attrs[j]; s[b.begin:b.end] == s[begin:end] {
				return false
			}
		}
		x.attrs = append(x.attrs, a)
	}
}

// declaration reads the XML declaration.
func (x *scanner) declaration() {
	x.pos = len("<?xml")
	if !x.attributes() || !strings.HasPrefix(x.s[x.pos:], "?>") {
		x.fail("the XML declaration is not well-formed")
		return
	}
	x.pos += len("?>")
	for i := range x.attrs {
		switch a := &x.attrs[i]; x.s[a.begin:a.end] {
		case "version":
			if v := x.value(a); v != "1.0" {
				x.fail("the XML version is %q", clip(v))
			}
		case "encoding":
			if e := x.value(a); !strings.EqualFold(e, "utf-8") {
				x.fail("the encoding is %q, not UTF-8 or UTF-16", clip(e))
			}
		case "standalone":
		default:
			x.fail("the XML declaration is not well-formed")
		}
	}
}
