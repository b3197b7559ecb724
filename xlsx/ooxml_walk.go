package xlsx

// child advances to the next child element of the element that is open and
// reports false when there is none left: the element has ended then.
func (x *scanner) child() bool {
	for {
		switch x.next() {
		case tokenStart:
			return true
		case tokenEnd, tokenEOF:
			return false
		}
	}
}

// skip passes the rest of the element just begun.
func (x *scanner) skip() {
	for depth := 1; depth > 0; {
		switch x.next() {
		case tokenStart:
			depth++
		case tokenEnd:
			depth--
		case tokenEOF:
			return
		}
	}
}

// text returns the text of the element just begun, without that of its
// children, and passes the element.
func (x *scanner) text() string {
	var text joined
	for {
		switch x.next() {
		case tokenText:
			text.add(x.raw)
		case tokenStart:
			x.skip()
		default:
			return text.text(new(arena))
		}
	}
}

// attr returns the value of an attribute without prefix, or "".
func (x *scanner) attr(name string) string {
	for i := range x.attrs {
		if a := &x.attrs[i]; x.s[a.begin:a.end] == name {
			return x.value(a)
		}
	}
	return ""
}

// relation returns the value of the attribute that names a relationship: id,
// with the prefix of the relationships' namespace, whatever that is.
func (x *scanner) relation() string {
	for i := range x.attrs {
		if a := &x.attrs[i]; a.local > a.begin && x.s[a.local:a.end] == "id" {
			return x.value(a)
		}
	}
	return ""
}

func (x *scanner) value(a *attr) string {
	s := x.s[a.value:a.stop]
	if a.coded {
		s, _ = unescape(s)
	}
	return s
}

// flag returns the value of a boolean attribute.
func (x *scanner) flag(name string) bool {
	switch x.attr(name) {
	case "1", "true", "on":
		return true
	}
	return false
}

// root begins the root element and returns its name, or "" if there is none.
func (x *scanner) root() string {
	if x.next() == tokenStart {
		return x.name
	}
	return ""
}

// finish reads what follows the elements walked so far up to the end of the
// part and returns the first error of the whole.
func (x *scanner) finish() error {
	for x.next() != tokenEOF {
	}
	return x.err
}
