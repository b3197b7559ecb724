package schema

import (
	"cmp"
	"io"
	"slices"
)

// WriteCSV writes the observations of reports as one long table: a header
// line, then a line an observation, in the order of reports, sheets, rows and
// columns. The encoding is UTF-8 without a byte order mark, lines end in "\n",
// and a field is quoted where RFC 4180 wants it.
//
// Nothing is changed to suit a spreadsheet program: a text that begins with
// "=" stands as it is. To write reports one by one, or to suit one, see
// [ObservationRows].
func WriteCSV(w io.Writer, reports ...*Report) error {
	cw := ObservationRows().CSV(w)
	if err := cw.Write(reports...); err != nil {
		return err
	}
	return cw.Flush()
}

type tableObservation struct {
	table                *Table
	observation          *Observation
	sheet, row, col, nth int
}

// inOrder returns the observations in the order of sheets, rows and columns,
// which tables that stand side by side or in several sheets do not give.
func (r *Report) inOrder() []tableObservation {
	var rows []tableObservation
	for i := range r.Tables {
		t := &r.Tables[i]
		for k := range t.Observations {
			o := &t.Observations[k]
			row, col := address(o.Source.Cell)
			rows = append(rows, tableObservation{t, o, slices.Index(r.Sheets, o.Source.Sheet), row, col, len(rows)})
		}
	}
	slices.SortFunc(rows, func(a, b tableObservation) int {
		return cmp.Or(cmp.Compare(a.sheet, b.sheet), cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col), cmp.Compare(a.nth, b.nth))
	})
	return rows
}

// address splits an A1 address into row and column, for ordering only.
func address(cell string) (row, col int) {
	for _, c := range []byte(cell) {
		switch {
		case 'A' <= c && c <= 'Z':
			col = col*26 + int(c-'A') + 1
		case '0' <= c && c <= '9':
			row = row*10 + int(c-'0')
		}
	}
	return row, col
}
