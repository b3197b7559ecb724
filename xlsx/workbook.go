package xlsx

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A Format names what a file was found to be, by its content and never by its
// name.
type Format string

// The formats that Open and Read accept.
const (
	FormatXLSX Format = "xlsx" // Office Open XML workbook (ECMA-376, transitional or strict)
	FormatXLS  Format = "xls"  // BIFF5 or BIFF8 workbook in an OLE2 container ([MS-XLS])
)

// A Workbook is what stands in the cells of one file.
type Workbook struct {
	Name     string    // the path or name the file was opened under, for citing
	Format   Format    // what the file is
	Sheets   []*Sheet  // in the order of the file
	Warnings []Warning // what was damaged and could still be read
}

// A Warning says that a file could be read although something in it is
// damaged, so that cells may be missing.
type Warning struct {
	Sheet string // the sheet concerned, empty for the whole file
	Part  string // the part or record of the file concerned
	Text  string // what is wrong
}

// A Sheet holds the non-empty cells of one sheet.
type Sheet struct {
	Name   string
	Hidden bool // the file hides the sheet from a person who opens it

	// Cells are the cells with something in them, in the order of rows and,
	// within a row, of columns. No address stands twice.
	Cells []Cell

	// Merges are the merged ranges of more than one cell, in the order of
	// their first cells. The text of a merged range stands in its first cell.
	Merges []Range

	// Above are the texts that stand above the table in a format whose sheets
	// are tables of a page: the page's title, then headings and lines, the
	// next one last. Workbooks have none.
	Above []string

	// Widths holds for each row the number of cells that it was written with,
	// empty ones counted, in a format whose rows may differ in length (text,
	// HTML). It is nil in workbooks, where every row goes on for ever.
	Widths []int

	// HiddenRows and HiddenColumns are the zero-based rows and columns that
	// the file hides and that lie within the used part of the sheet, in
	// ascending order.
	HiddenRows, HiddenColumns []int

	// Look is how the sheet is to look when it is written. Readers give none.
	Look *Look
}

// A Kind tells what a cell holds.
type Kind uint8

// The kinds of cells. The result of a formula has the kind of its value.
const (
	KindText    Kind = iota // text, numbers stored as text included
	KindNumber              // a number
	KindPercent             // a number shown with a percent format
	KindDate                // a number shown as a date or a time
	KindBool                // TRUE or FALSE
	KindError               // an error such as #DIV/0!
)

var kindNames = [...]string{"text", "number", "percent", "date", "bool", "error"}

// String returns the kind's name in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// A Cell is one cell with something in it.
type Cell struct {
	Ref     Ref
	Kind    Kind
	Formula bool // the value is the stored result of a formula

	// Text is the cell's content for a person: text as it stands, line breaks
	// as "\n"; a number in plain decimal notation and full precision, which
	// the sheet may show rounded; a percent value times hundred with "%"; a
	// date as 2006-01-02, a time as 15:04:05 or both with a space between; TRUE
	// or FALSE; the error's name.
	Text string

	// Number is the stored number of a KindNumber, KindPercent or KindDate
	// cell: the shortest plain decimal that gives the same float64, without
	// an exponent, without trailing zeros in the fraction. It is empty for
	// the other kinds.
	Number string
}

// A Ref is the address of a cell: zero-based row and column.
type Ref struct{ Row, Col int }

// String returns the address in A1 notation: Ref{6, 1} is B7.
func (r Ref) String() string {
	var buf [16]byte
	return string(r.append(buf[:0]))
}

func (r Ref) append(b []byte) []byte {
	var col [8]byte
	i := len(col)
	for c := r.Col + 1; c > 0 && i > 0; c = (c - 1) / 26 {
		i--
		col[i] = byte('A' + (c-1)%26)
	}
	b = append(b, col[i:]...)
	return strconv.AppendInt(b, int64(r.Row)+1, 10)
}

// ParseRef parses an address in A1 notation; $ signs are allowed. It reports
// false for what is not an address within 1,048,576 rows and 16,384 columns.
func ParseRef(s string) (Ref, bool) {
	s = strings.ReplaceAll(s, "$", "")
	i, col := 0, 0
	for ; i < len(s) && i < 4; i++ {
		c := s[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		col = col*26 + int(c-'a') + 1
	}
	if i == 0 || i > 3 || i == len(s) || len(s)-i > 7 || col > MaxColumns {
		return Ref{}, false
	}
	row := 0
	for _, c := range []byte(s[i:]) {
		if c < '0' || c > '9' {
			return Ref{}, false
		}
		row = row*10 + int(c-'0')
	}
	if row < 1 || row > MaxRows {
		return Ref{}, false
	}
	return Ref{row - 1, col - 1}, true
}

// The size of the largest sheet of the xlsx format.
const (
	MaxRows    = 1 << 20
	MaxColumns = 1 << 14
)

// Compare orders addresses by row, then by column.
func (r Ref) Compare(o Ref) int {
	if c := cmp.Compare(r.Row, o.Row); c != 0 {
		return c
	}
	return cmp.Compare(r.Col, o.Col)
}

// A Range is a rectangle of cells, both corners included.
type Range struct{ First, Last Ref }

// String returns the range in A1 notation, such as B2:D4.
func (r Range) String() string { return r.First.String() + ":" + r.Last.String() }

// Contains reports whether ref lies in the range.
func (r Range) Contains(ref Ref) bool {
	return r.First.Row <= ref.Row && ref.Row <= r.Last.Row &&
		r.First.Col <= ref.Col && ref.Col <= r.Last.Col
}

// Cell returns the cell at ref, or false when it is empty.
func (s *Sheet) Cell(ref Ref) (Cell, bool) {
	i, ok := slices.BinarySearchFunc(s.Cells, ref, func(c Cell, r Ref) int { return c.Ref.Compare(r) })
	if !ok {
		return Cell{}, false
	}
	return s.Cells[i], true
}
