package xlsx

import (
	"bytes"
	"fmt"
	"slices"
)

// readDelimited reads values separated by commas, semicolons or tabs (RFC
// 4180), one sheet named csv. A record is a row, and so is an empty line, as
// in a spreadsheet. Texts stand as they are, spaces at their ends included.
//
// encoding/csv is not used: it passes over empty lines, so that rows could not
// be cited; it keeps a table of all fields of a record, 24 bytes for every
// comma; and a quote that is never closed swallows the rest of the file.
func (t *tally) readDelimited(text []byte, comma byte) *Error {
	s, err := t.sheet("csv")
	if err != nil {
		return err
	}
	d := newDelimited(text, comma, false)
	outside := 0
	read := func() *Error {
		t.expect(s, bytes.Count(text, []byte{comma})+bytes.Count(text, []byte("\n"))+bytes.Count(text, []byte("\r"))+1)
		for row := 0; d.pos < len(text); row++ {
			if err := t.row(); err != nil {
				return err
			}
			width := 0
			for more := !d.emptyLine(); more; width++ {
				var field []byte
				field, more = d.field()
				if width >= MaxColumns && len(field) > 0 {
					outside++
				} else if err := t.addText(s, Ref{row, width}, field); err != nil {
					return err
				}
			}
			s.Widths = append(s.Widths, width)
		}
		return nil
	}
	err = read()
	if err == nil && d.unclosed {
		// Again, with quotes that end with their line.
		damage := fmt.Sprintf("the quote in record %d is never closed; every line is read as a record", len(s.Widths))
		*t = *newTally(t.book.Name, t.book.Format, t.lim)
		if s, err = t.sheet("csv"); err != nil {
			return err
		}
		t.warn(s.Name, "", "%s", damage)
		d = newDelimited(text, comma, true)
		outside = 0
		err = read()
	}
	if d.behind > 0 {
		t.warn(s.Name, "", "%d values go on behind the quote that closes them", d.behind)
	}
	if outside > 0 {
		t.warn(s.Name, "", "%d cells are beyond the last column that a sheet has; they are left out", outside)
	}
	return err
}

// A delimited text is divided into fields.
type delimited struct {
	text    []byte
	pos     int
	comma   byte
	stops   string // what a field ends at: the comma or the end of a line
	oneLine bool   // a quoted field ends with its line at the latest

	unclosed bool // the text ended in a quoted field
	behind   int  // fields with something behind their quotes
}

func newDelimited(text []byte, comma byte, oneLine bool) *delimited {
	return &delimited{text: text, comma: comma, stops: string(comma) + "\r\n", oneLine: oneLine}
}

// emptyLine passes over an empty line, if one comes.
func (d *delimited) emptyLine() bool {
	start := d.pos
	d.lineEnd()
	return d.pos > start
}

// lineEnd passes over the end of a line, if it comes.
func (d *delimited) lineEnd() {
	rest := d.text[d.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		d.pos += 2
	case len(rest) > 0 && (rest[0] == '\n' || rest[0] == '\r'):
		d.pos++
	}
}

// field reads a field and reports whether the record has another one.
func (d *delimited) field() (value []byte, more bool) {
	rest := d.text[d.pos:]
	if len(rest) > 0 && rest[0] == '"' {
		value = d.quoted()
		rest = d.text[d.pos:]
	}
	n := bytes.IndexAny(rest, d.stops)
	if n < 0 {
		n = len(rest)
	}
	d.pos += n
	switch {
	case len(value) == 0:
		value = rest[:n]
	case n > 0:
		d.behind++
		value = append(slices.Clip(value), rest[:n]...)
	}
	if n < len(rest) && rest[n] == d.comma {
		d.pos++
		return value, true
	}
	d.lineEnd()
	return value, false
}

// quoted reads what stands in quotes; two quotes inside stand for one.
func (d *delimited) quoted() []byte {
	d.pos++
	end := len(d.text)
	if d.oneLine {
		if n := bytes.IndexAny(d.text[d.pos:], "\r\n"); n >= 0 {
			end = d.pos + n
		}
	}
	start, doubled := d.pos, false
	for {
		n := bytes.IndexByte(d.text[d.pos:end], '"')
		if n < 0 {
			d.unclosed = true
			d.pos = end
			if !d.oneLine { // the text is read again
				return nil
			}
			break
		}
		d.pos += n + 1
		if d.pos == end || d.text[d.pos] != '"' {
			end = d.pos - 1
			break
		}
		doubled = true
		d.pos++
	}
	value := d.text[start:end]
	if doubled {
		value = bytes.ReplaceAll(value, []byte(`""`), []byte(`"`))
	}
	if bytes.IndexByte(value, '\r') >= 0 {
		value = []byte(lineEnds(string(value)))
	}
	return value
}

// delimiter returns what the fields of a text are separated by, or 0 if it is
// no text of that kind: a comma in a sentence separates no fields. In four of
// five records at least there has to be the same number of it, which leaves
// room for a title; a text of less than five records has no such room.
func delimiter(text []byte) byte {
	const enough = 64 << 10
	cut := len(text) > enough
	if text = text[:min(len(text), enough)]; cut {
		text = text[:bytes.LastIndexByte(text, '\n')+1]
	}
	records, pipes, sentences := 0, 0, 0
	for rest := text; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		records++
		if nextPipe(line) >= 0 {
			pipes++
		}
		if bytes.HasSuffix(line, []byte("。")) {
			sentences++
		}
	}
	if pipes > records/5 {
		return 0
	}
	best, bestRecords := byte(0), 0
	for _, comma := range []byte{'\t', ',', ';'} {
		if comma != '\t' && sentences > records/5 {
			continue
		}
		for _, oneLine := range []bool{false, true} {
			most, unclosed := sameFields(text, comma, oneLine)
			if most > bestRecords {
				best, bestRecords = comma, most
			}
			if !unclosed || most > 0 {
				break
			}
		}
	}
	return best
}

// sameFields returns the number of records that have the number of fields that
// most have, or 0 if those are too few.
func sameFields(text []byte, comma byte, oneLine bool) (most int, unclosed bool) {
	counts, records := map[int]int{}, 0
	d := newDelimited(text, comma, oneLine)
	for d.pos < len(text) {
		if d.emptyLine() {
			continue
		}
		n, blank := 0, true
		for more := true; more; n++ {
			var field []byte
			field, more = d.field()
			blank = blank && len(bytes.TrimSpace(field)) == 0
		}
		if n > 1 || !blank {
			records++
			counts[n]++
		}
	}
	fields := 0
	for n, k := range counts {
		if k > most || k == most && n > fields {
			most, fields = k, n
		}
	}
	if fields == 1 || most == 1 || records-most > records/5 {
		most = 0
	}
	return most, d.unclosed
}
