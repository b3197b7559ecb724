package convert

import (
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// Text that was copied or extracted from a page often has one cell a line,
// with or without "|" between them: the rows are gone. unfold brings them
// back by the labels: a row label begins a row, and the figures after it are
// its own. What comes out is only as good as the text is complete, so a table
// from an unfolded sheet is taken whole or not at all (see readBlock).
//
// It returns the sheet itself when its rows are whole.
func (r *reader) unfold(s *xlsx.Sheet) *xlsx.Sheet {
	if s.Widths == nil || len(s.Merges) > 0 || !r.folded(s) {
		return s
	}
	u := &unfolding{sheet: &xlsx.Sheet{Name: s.Name, Above: s.Above}, origin: make(map[xlsx.Ref]xlsx.Ref)}
	for i := range s.Cells {
		c := s.Cells[i]
		kind := r.cellKind(c)
		// Lines of their own between the cells of a table end a row.
		if kind == cellWords || u.kind == cellWords {
			u.newRow()
		}
		switch {
		case kind == cellHead && u.kind == cellHead:
		case kind == cellFigure && (u.kind == cellRow || u.kind == cellFigure || u.kind == cellUnit):
		case kind == cellUnit && u.kind == cellRow:
		case kind == cellUnit && u.kind == cellHead: // 单位 as a column is marked as a head
		case u.kind == cellNothing:
		default:
			u.newRow()
		}
		// 其他 and 总计 are columns when they stand among columns.
		if kind == cellEither {
			kind = cellRow
			if u.kind == cellHead {
				kind = cellHead
			}
		}
		u.add(c, kind)
	}
	u.newRow()
	if r.origin == nil {
		r.origin = make(map[*xlsx.Sheet]map[xlsx.Ref]xlsx.Ref)
	}
	r.origin[u.sheet] = u.origin
	return u.sheet
}

// An unfolding is the sheet that unfold makes.
type unfolding struct {
	sheet  *xlsx.Sheet
	origin map[xlsx.Ref]xlsx.Ref // where a cell of the sheet really stands
	row    int
	col    int
	kind   cellKind // of the last cell of the row
}

func (u *unfolding) newRow() {
	if u.col > 0 {
		u.sheet.Widths = append(u.sheet.Widths, u.col)
		u.row++
	}
	u.col, u.kind = 0, cellNothing
}

func (u *unfolding) add(c xlsx.Cell, kind cellKind) {
	at := xlsx.Ref{Row: u.row, Col: u.col}
	u.origin[at] = c.Ref
	c.Ref = at
	u.sheet.Cells = append(u.sheet.Cells, c)
	u.col++
	u.kind = kind
}

// A cellKind is what a single cell may be, for unfolding.
type cellKind uint8

const (
	cellNothing cellKind = iota
	cellWords            // no label
	cellHead             // a column's label
	cellRow              // a row's label
	cellEither           // both, and without a number in front
	cellUnit
	cellFigure
)

func (r *reader) cellKind(c xlsx.Cell) cellKind {
	f := readFigure(c)
	if f.status != schema.Text {
		return cellFigure
	}
	k := r.layouts.key(c.Text)
	var head, row bool
	for _, m := range r.layouts.index[k.full] {
		if r.allowed(m.table) {
			head = head || m.kind == markHead
			row = row || m.kind == markRow
		}
	}
	for _, w := range weakerKeys(k) {
		for _, m := range r.layouts.index[w] {
			row = row || m.kind == markRow && r.allowed(m.table) && !head
		}
	}
	switch _, unit := unitWords[k.full]; {
	case head && row && !numbered(c.Text):
		return cellEither
	case row:
		return cellRow
	case head:
		return cellHead
	case unit:
		return cellUnit
	}
	return cellWords
}

// numbered reports whether a label begins with what numbers a row.
func numbered(text string) bool {
	var buf [longestLabel]rune
	if len(text) > longestLabel {
		return false
	}
	return numbering(fold(buf[:0], text)) > 0
}

// folded reports whether the sheet has rows' labels and figures, but in lines
// of their own.
func (r *reader) folded(s *xlsx.Sheet) bool {
	alone, together := 0, 0
	for i := 0; i < len(s.Cells); {
		row := s.Cells[i].Ref.Row
		labels, heads, others := 0, 0, 0
		for ; i < len(s.Cells) && s.Cells[i].Ref.Row == row; i++ {
			switch r.cellKind(s.Cells[i]) {
			case cellHead, cellEither:
				heads++
			case cellRow:
				labels++
			case cellFigure:
				others++
			}
		}
		switch {
		case labels > 0 && others > 0, heads > 1:
			together++
		case labels > 0, heads == 1:
			alone++
		}
	}
	return alone >= 4 && alone > 4*together
}
