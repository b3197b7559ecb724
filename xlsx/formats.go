package xlsx

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// The formats other than workbooks of Excel that Open and Read accept.
//
// Of a page or document (FormatHTML, FormatMHT, FormatDOCX) every table is a
// sheet, called "table 1", "table 2" and so on in the order in which they
// begin. A table inside of a cell is one of them, and its text is not the
// cell's. A cell that spans rows or columns is a merged range. All cells are
// texts, as a person sees them: paragraphs are lines, a run of white space in
// HTML is one space, and hidden text is left out. Tables and rows that the page
// hides are there and marked as hidden; what only a style sheet hides is not
// known to be. Rows outside of any table are read as one, with a warning. The
// numbers that Word puts in front of paragraphs are not part of a document's
// text.
//
// A text (FormatText) is one sheet called "text" with a row for every line of
// the file, empty ones included, so that B37 is the second cell of line 37.
// Lines are divided into cells at |, or else at tabs; the edges of a Markdown
// table are no cells, and the line below its head has none.
//
// Values that are separated (FormatCSV) are one sheet called "csv" with a row
// for every record. A text is taken for such if four of five records have as
// many of them.
//
// Text of unknown encoding is taken for UTF-8 if it is that, then for what a
// page declares, then for GB18030.
const (
	FormatHTML    Format = "html"    // HTML page, or a piece of one
	FormatMHT     Format = "mht"     // web archive: HTML pages as MIME parts (RFC 2557)
	FormatXML2003 Format = "xml2003" // XML Spreadsheet of Excel 2002 and 2003
	FormatCSV     Format = "csv"     // comma-, semicolon- or tab-separated values
	FormatText    Format = "text"    // plain text or Markdown
	FormatDOCX    Format = "docx"    // Office Open XML document (ECMA-376)
	FormatODS     Format = "ods"     // OpenDocument spreadsheet (ISO/IEC 26300)
)

// A tally makes the sheets of a workbook and counts what is in them against
// the limits.
type tally struct {
	book  *Workbook
	lim   Limits
	left  Limits          // what is left of lim
	rows  int             // so far
	block strings.Builder // the texts of cells, many in one piece of memory

	dropped int // warnings beyond the number that is kept
}

func newTally(name string, format Format, lim Limits) *tally {
	return &tally{book: &Workbook{Name: name, Format: format}, lim: lim, left: lim}
}

func (t *tally) warn(sheet, part, format string, args ...any) {
	if len(t.book.Warnings) == maxWarnings {
		t.dropped++
		return
	}
	t.book.Warnings = append(t.book.Warnings, Warning{sheet, part, fmt.Sprintf(format, args...)})
}

// decode returns a part of a file as UTF-8.
func (t *tally) decode(part string, data []byte, declared string) ([]byte, *Error) {
	text, warning := decodeText(data, declared)
	if bytes.Count(text, []byte{0}) > len(text)/100 {
		return nil, &Error{Part: part, Kind: ErrFormat, Detail: "it holds bytes that are no text, or is in UTF-16 without a byte order mark"}
	}
	if warning != "" {
		t.warn("", part, "%s", warning)
	}
	return text, nil
}

// sheet adds a sheet to the workbook.
func (t *tally) sheet(name string) (*Sheet, *Error) {
	if t.left.Sheets--; t.left.Sheets < 0 {
		return nil, over("sheets", "Sheets", int64(t.lim.Sheets))
	}
	s := &Sheet{Name: name}
	t.book.Sheets = append(t.book.Sheets, s)
	return s, nil
}

// table adds a sheet for the next table of a page or document.
func (t *tally) table() (*Sheet, *Error) {
	return t.sheet("table " + strconv.Itoa(len(t.book.Sheets)+1))
}

// row counts a row. The rows of all tables of a file together are bounded by
// what one sheet has, since empty ones cost memory, too, and hardly a byte.
func (t *tally) row() *Error {
	if t.rows++; t.rows > MaxRows {
		return &Error{Kind: ErrLimit, Detail: fmt.Sprintf("more than %d rows, the most that a sheet has: divide the file", MaxRows)}
	}
	return nil
}

// longText is from where on a text has memory of its own.
const longText = 1 << 10

// count counts a text of n bytes and makes room for it in the block, if it is
// not long.
func (t *tally) count(n int) *Error {
	if t.left.Text -= int64(n); t.left.Text < 0 {
		return over("bytes of text", "Text", t.lim.Text)
	}
	if n <= longText && t.block.Cap()-t.block.Len() < n {
		// The full block is left to the texts that lie in it.
		size := min(max(longText, 2*t.block.Cap()), 64<<10)
		t.block = strings.Builder{}
		t.block.Grow(size)
	}
	return nil
}

// keep counts and copies a text, so that it does not keep the file's alive.
func (t *tally) keep(s string) (string, *Error) {
	if err := t.count(len(s)); err != nil {
		return "", err
	}
	if len(s) > longText {
		return strings.Clone(s), nil
	}
	start := t.block.Len()
	t.block.WriteString(s)
	return t.block.String()[start:], nil
}

// keepBytes is keep for a text in bytes.
func (t *tally) keepBytes(b []byte) (string, *Error) {
	if err := t.count(len(b)); err != nil {
		return "", err
	}
	if len(b) > longText {
		return string(b), nil
	}
	start := t.block.Len()
	t.block.Write(b)
	return t.block.String()[start:], nil
}

// cell counts a cell.
func (t *tally) cell() *Error {
	if t.left.Cells--; t.left.Cells < 0 {
		return over("cells", "Cells", int64(t.lim.Cells))
	}
	return nil
}

// add adds a cell to a sheet unless there is nothing in it.
func (t *tally) add(s *Sheet, c Cell) *Error {
	if c.Text == "" {
		return nil
	}
	err := t.cell()
	if err != nil {
		return err
	}
	same := c.Text == c.Number
	if c.Text, err = t.keep(c.Text); err != nil {
		return err
	}
	if same {
		c.Number = c.Text
	} else if c.Number, err = t.keep(c.Number); err != nil {
		return err
	}
	s.Cells = append(s.Cells, c)
	return nil
}

// addText adds a cell with a text to a sheet unless there is nothing in it.
func (t *tally) addText(s *Sheet, ref Ref, b []byte) *Error {
	if len(b) == 0 {
		return nil
	}
	err := t.cell()
	if err != nil {
		return err
	}
	c := Cell{Ref: ref}
	if c.Text, err = t.keepBytes(b); err != nil {
		return err
	}
	s.Cells = append(s.Cells, c)
	return nil
}

// expect makes room for as many cells as a sheet may have at most.
func (t *tally) expect(s *Sheet, cells int) {
	s.Cells = make([]Cell, 0, min(cells, t.left.Cells))
}

// merge adds a merged range to a sheet unless it is a single cell.
func (t *tally) merge(s *Sheet, r Range) *Error {
	if r.First == r.Last {
		return nil
	}
	if t.left.Merges--; t.left.Merges < 0 {
		return over("merged ranges", "Merges", int64(t.lim.Merges))
	}
	s.Merges = append(s.Merges, r)
	return nil
}

// finish returns the workbook, or the error under the workbook's name.
func (t *tally) finish(err *Error) (*Workbook, error) {
	if err != nil {
		err.File = t.book.Name
		return nil, err
	}
	if t.dropped > 0 {
		t.book.Warnings = append(t.book.Warnings, Warning{Text: fmt.Sprintf("%d more warnings are not listed", t.dropped)})
	}
	return t.book, nil
}
