package xlsx

import (
	"bytes"
	"iter"
	"strings"
	"unicode"
)

// readPlain reads a text: a page's tables if it has such, values separated by
// commas or tabs if it has those, and otherwise its lines.
func readPlain(data []byte, name string, lim Limits) (*Workbook, error) {
	t := newTally(name, FormatText, lim)
	text, err := t.decode("", data, "")
	if err != nil {
		return t.finish(err)
	}
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("<?xml ")) {
		// Of a kind that was not told, since it begins with entities.
		return readXML2003(data, name, lim)
	}
	if hasTags(text) {
		t.book.Format = FormatHTML
		r := htmlReader{tally: t, pasted: true}
		return t.finish(r.read(text))
	}
	if comma := delimiter(text); comma != 0 {
		t.book.Format = FormatCSV
		return t.finish(t.readDelimited(text, comma))
	}
	return t.finish(t.readLines(text))
}

// hasTags reports whether a text has a table of HTML in it, as Markdown often
// does.
func hasTags(text []byte) bool {
	tags := 0
	for _, tag := range []string{"<table", "<td", "</table"} {
		for rest := text; ; {
			i := bytes.IndexByte(rest, '<')
			if i < 0 {
				return false
			}
			rest = rest[i:]
			if len(rest) > len(tag) && isName(rest[:len(tag)], tag) && !isLetter(rest[len(tag)]) {
				tags++
				break
			}
			rest = rest[1:]
		}
	}
	return tags == 3
}

// readLines reads a plain text or Markdown. A line is a row, so that B37 is
// the second cell of line 37; no line is ever joined with another one. Lines
// are divided into cells at | if they have one, or else at tabs.
//
// Tables are written with | in two ways. In Markdown it stands at both ends of
// a line, too, and is the edge of the table there and no cell: "| a | b |" has
// the two cells a and b. Elsewhere, as in texts taken from pages and documents,
// it stands between cells or behind each, so that "a | b" and "a | b |" have
// the same two cells, and "| b" has an empty one before b. A line that begins
// with | is taken for Markdown if all the lines around it do, up to the next
// one without |. A tab always has a cell on both sides, as spreadsheets write
// it.
//
// Lines such as |---|:-:| that divide a head from its table in Markdown have
// no cells. Such a line needs three hyphens or a colon in every cell, since
// one or two are what a table may have for "none".
func (t *tally) readLines(text []byte) *Error {
	s, err := t.sheet("text")
	if err != nil {
		return err
	}
	t.expect(s, bytes.Count(text, []byte("\n"))+bytes.Count(text, []byte("\r"))+bytes.Count(text, []byte("|"))+bytes.Count(text, []byte("\t"))+1)
	outside := 0
	lines, edged := 0, false // what is left of the lines around this one
	for row := 0; len(text) > 0; row++ {
		if err := t.row(); err != nil {
			return err
		}
		if lines--; lines < 0 {
			lines, edged = linesAround(text)
		}
		var line []byte
		line, text = cutLine(text)
		width := 0
		for cell := range lineCells(line, edged) {
			if width >= MaxColumns && len(cell) > 0 {
				outside++
			} else if err := t.addText(s, Ref{row, width}, cell); err != nil {
				return err
			}
			width++
		}
		s.Widths = append(s.Widths, width)
	}
	if outside > 0 {
		t.warn(s.Name, "", "%d cells are beyond the last column that a sheet has; they are left out", outside)
	}
	return nil
}

// cutLine returns the first line of a text and what follows it, whatever the
// line ends with.
func cutLine(text []byte) (line, rest []byte) {
	n := bytes.IndexAny(text, "\r\n")
	if n < 0 {
		return text, nil
	}
	line, rest = text[:n], text[n+1:]
	if text[n] == '\r' && len(rest) > 0 && rest[0] == '\n' {
		rest = rest[1:]
	}
	return line, rest
}

// linesAround returns how many lines behind the first of a text have a | as it
// has, and whether all of them begin with one.
func linesAround(text []byte) (n int, edged bool) {
	edged = true
	for n = -1; len(text) > 0; n++ {
		var line []byte
		line, text = cutLine(text)
		if nextPipe(line) < 0 {
			break
		}
		edged = edged && bytes.HasPrefix(bytes.TrimSpace(line), []byte("|"))
	}
	return max(n, 0), edged
}

// lineCells returns the cells of a line. The line of a table with edges begins
// with one.
func lineCells(line []byte, edged bool) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		trimmed := bytes.TrimSpace(line)
		if nextPipe(line) < 0 {
			rest := line
			for more := len(trimmed) > 0; more; {
				var cell []byte
				cell, rest, more = bytes.Cut(rest, []byte("\t"))
				if !yield(trimText(cell)) {
					return
				}
			}
			return
		}
		line := trimmed
		if isDivider(line) {
			return
		}
		if edged {
			line = line[1:]
		}
		for len(line) > 0 {
			n := nextPipe(line)
			cell := line
			if line = nil; n >= 0 {
				cell, line = cell[:n], cell[n+1:]
			}
			if !yield(markdownCell(cell)) {
				return
			}
		}
	}
}

// nextPipe returns the index of the first | that is not escaped, or -1.
func nextPipe(s []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(s[i:], '|')
		if n < 0 {
			return -1
		}
		i += n
		if i == 0 || s[i-1] != '\\' {
			return i
		}
	}
}

// isDivider reports whether a line divides the head of a Markdown table from
// its rows.
func isDivider(line []byte) bool {
	if len(bytes.Trim(line, "|:- \t")) > 0 {
		return false
	}
	for cell := range bytes.SplitSeq(bytes.Trim(line, "|"), []byte("|")) {
		cell = bytes.TrimSpace(cell)
		hyphens := bytes.Trim(cell, ":")
		if len(hyphens) == 0 || len(bytes.Trim(hyphens, "-")) > 0 || len(hyphens) < 3 && len(hyphens) == len(cell) {
			return false
		}
	}
	return true
}

var markdown = strings.NewReplacer(`\|`, "|", "<br>", "\n", "<br/>", "\n", "<br />", "\n", "<BR>", "\n")

// markdownCell returns the text of a cell between two |.
func markdownCell(cell []byte) []byte {
	cell = trimText(cell)
	if bytes.ContainsAny(cell, `\<`) {
		cell = trimText([]byte(markdown.Replace(string(cell))))
	}
	return cell
}

// trimText trims a text and makes plain spaces of tabs and of spaces that do
// not break a line.
func trimText(text []byte) []byte {
	text = bytes.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u200B' || r == '\uFEFF'
	})
	if bytes.ContainsAny(text, "\u00A0\u202F\t") {
		text = bytes.Map(func(r rune) rune {
			if r == '\u00A0' || r == '\u202F' || r == '\t' {
				return ' '
			}
			return r
		}, text)
	}
	return text
}
