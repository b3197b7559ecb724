package xlsx

import (
	"fmt"
	"slices"
)

// A biffSheet reads the records of one worksheet.
type biffSheet struct {
	*biff
	sheet *Sheet

	formula Ref  // the formula whose text is still to come
	waiting bool // there is one

	unsorted bool // a cell came behind one that it precedes
	dialog   bool // the sheet is a dialog and no table

	hiddenRows, hiddenColumns []span
}

var sheetRecords = map[int]recordReader[*biffSheet]{
	recFormula:    {"FORMULA", 14, (*biffSheet).readFormula},
	recString:     {"STRING", 2, (*biffSheet).readString},
	recLabelSST:   {"LABELSST", 10, (*biffSheet).readLabelSST},
	recLabel:      {"LABEL", 8, (*biffSheet).readLabel},
	recRString:    {"RSTRING", 8, (*biffSheet).readLabel},
	recNumber:     {"NUMBER", 14, (*biffSheet).readNumber},
	recRK:         {"RK", 10, (*biffSheet).readRK},
	recMulRK:      {"MULRK", 12, (*biffSheet).readMulRK},
	recBoolErr:    {"BOOLERR", 8, (*biffSheet).readBoolErr},
	recMergeCells: {"MERGEDCELLS", 2, (*biffSheet).readMergeCells},
	recRow:        {"ROW", 14, (*biffSheet).readRow},
	recColInfo:    {"COLINFO", 10, (*biffSheet).readColInfo},
	recWsBool:     {"WSBOOL", 2, (*biffSheet).readWsBool},
}

// mulRKCells is the number of cells in a MULRK record of a size: the body is
// the row, the first column, for each cell format and number, the last column.
func mulRKCells(size int) int { return (size - 6) / 6 }

// cellsIn returns how many cells the records can hold at most, so that room
// for them is made once.
func cellsIn(data []byte) int {
	n := 0
	for id, body, at, ok := recordAt(data, 0); ok; id, body, at, ok = recordAt(data, at) {
		switch id {
		case recFormula, recLabelSST, recLabel, recRString, recNumber, recRK, recBoolErr:
			n++
		case recMulRK:
			n += max(0, mulRKCells(len(body)))
		}
	}
	return n
}

// readSheet reads the worksheet of which data are the records, from its BOF
// on.
func (b *biff) readSheet(bound boundSheet, data []byte) *Error {
	s := &biffSheet{biff: b, sheet: &Sheet{Name: bound.name, Hidden: bound.hidden}}
	_, _, at, _ := recordAt(data, 0)
	s.sheet.Cells = make([]Cell, 0, min(cellsIn(data), b.lim.Cells-b.cells))
	var c cursor
	for depth := 1; depth > 0; {
		id, body, end, ok := recordAt(data, at)
		if !ok {
			s.cutShort(len(data)-at, id)
			break
		}
		at = end
		switch id {
		// What stands between another BOF and its EOF is an embedded chart's;
		// the cells in there are what it remembers of its data ([MS-XLS]
		// 2.2.3.2).
		case recBOF:
			depth++
		case recEOF:
			depth--
		}
		record, ok := sheetRecords[id]
		if !ok || depth != 1 {
			continue
		}
		c = cursor{data: data, pos: at - len(body), end: at}
		if len(body) < record.size {
			row, col := c.u16(), c.u16() // as far as they are there
			s.lose(record.name, "the record is too short for what it should hold", Ref{row, col})
			continue
		}
		if err := record.read(s, &c); err != nil {
			return err
		}
	}
	s.finish()
	return nil
}

// cutShort notes that the sheet has no EOF record.
func (s *biffSheet) cutShort(rest, id int) {
	text := "the sheet ends without an EOF record; cells may be missing"
	if rest >= recordHeader {
		text = fmt.Sprintf("the sheet ends inside a record of the type %#04x; cells are missing", id)
	}
	s.warn(s.sheet.Name, "EOF", "%s", text)
	if s.cut == nil {
		s.cut = &Error{Sheet: s.sheet.Name, Part: "EOF", Kind: ErrDamaged, Detail: text}
	}
}

// cell reads the beginning of a record that holds a cell ([MS-XLS] 2.5.19).
func (s *biffSheet) cell(c *cursor) (Ref, numFormat) {
	s.missText()
	ref := Ref{c.u16(), c.u16()}
	return ref, s.format(c.u16())
}

func (s *biffSheet) format(xf int) numFormat {
	if xf < len(s.formats) {
		return s.formats[xf]
	}
	return formatGeneral
}

// missText notes a formula whose text did not come.
func (s *biffSheet) missText() {
	if s.waiting {
		s.waiting = false
		s.lose("FORMULA", "no STRING record gives the text of the formula; the cell is left out", s.formula)
	}
}

// put adds a cell, unless it is empty.
func (s *biffSheet) put(c Cell) *Error {
	switch {
	case c.Ref.Col >= biffColumns:
		s.lose("column", "the cell lies outside the 256 columns of a sheet and is left out", c.Ref)
		return nil
	case c.Text == "":
		return nil
	case s.cells == s.lim.Cells:
		return over("cells", "Cells", int64(s.lim.Cells))
	case s.text+int64(len(c.Text)) > s.lim.Text:
		return over("bytes of text", "Text", s.lim.Text)
	}
	s.cells++
	s.text += int64(len(c.Text))
	if n := len(s.sheet.Cells); n > 0 && s.sheet.Cells[n-1].Ref.Compare(c.Ref) >= 0 {
		s.unsorted = true
	}
	s.sheet.Cells = append(s.sheet.Cells, c)
	return nil
}

func (s *biffSheet) putNumber(ref Ref, f numFormat, v float64, formula bool) *Error {
	kind, text, number := numberCell(v, f, s.date1904)
	return s.put(Cell{ref, kind, formula, text, number})
}

func (s *biffSheet) putBool(ref Ref, v, formula bool) *Error {
	text := "FALSE"
	if v {
		text = "TRUE"
	}
	return s.put(Cell{Ref: ref, Kind: KindBool, Formula: formula, Text: text})
}

func (s *biffSheet) putError(ref Ref, code byte, formula bool) *Error {
	text := errorText(code)
	if text == "" {
		s.lose("BOOLERR", "the code of the error is not known; the cell is left out", ref)
	}
	return s.put(Cell{Ref: ref, Kind: KindError, Formula: formula, Text: text})
}

func (s *biffSheet) putText(part string, ref Ref, text string, c *cursor, formula bool) *Error {
	if c.short {
		s.lose(part, "the text is cut; the cell is left out", ref)
		return nil
	}
	return s.put(Cell{Ref: ref, Kind: KindText, Formula: formula, Text: text})
}

func (s *biffSheet) readLabelSST(c *cursor) *Error {
	ref, _ := s.cell(c)
	text, ok := s.strings.at(c.u32())
	if !ok {
		s.lose("LABELSST", "the cell refers to a shared string that is not there and is left out", ref)
	}
	return s.put(Cell{Ref: ref, Kind: KindText, Text: text})
}

// readLabel reads text that stands in the cell; behind that of an RSTRING
// stands how it is formatted.
func (s *biffSheet) readLabel(c *cursor) *Error {
	ref, _ := s.cell(c)
	return s.putText("LABEL", ref, s.longString(c), c, false)
}

func (s *biffSheet) readNumber(c *cursor) *Error {
	ref, f := s.cell(c)
	return s.putNumber(ref, f, float(c.data[c.pos:]), false)
}

func (s *biffSheet) readRK(c *cursor) *Error {
	ref, f := s.cell(c)
	return s.putNumber(ref, f, rkNumber(c.u32()), false)
}

func (s *biffSheet) readMulRK(c *cursor) *Error {
	s.missText()
	n := mulRKCells(c.end - c.pos)
	ref := Ref{c.u16(), c.u16()}
	last := le16(c.data[c.end-2:])
	if last != ref.Col+n-1 {
		s.lose("MULRK", "the last column does not fit the number of cells, which is taken", ref)
	}
	for range n {
		f := s.format(c.u16())
		if err := s.putNumber(ref, f, rkNumber(c.u32()), false); err != nil {
			return err
		}
		ref.Col++
	}
	return nil
}

func (s *biffSheet) readBoolErr(c *cursor) *Error {
	ref, _ := s.cell(c)
	value, isError := c.u8(), c.u8() != 0
	if isError {
		return s.putError(ref, value, false)
	}
	return s.putBool(ref, value != 0, false)
}

// readFormula reads the result of a formula: a float, or something else where
// the float would be one that is no number ([MS-XLS] 2.5.133).
func (s *biffSheet) readFormula(c *cursor) *Error {
	const isText, isBool, isError, isEmpty = 0, 1, 2, 3
	ref, f := s.cell(c)
	v := c.data[c.pos : c.pos+8]
	if v[6] != 0xFF || v[7] != 0xFF {
		return s.putNumber(ref, f, float(v), true)
	}
	switch v[0] {
	case isText: // in a STRING record, SHRFMLA, ARRAY or TABLE perhaps before it
		s.formula, s.waiting = ref, true
	case isBool:
		return s.putBool(ref, v[2] != 0, true)
	case isError:
		return s.putError(ref, v[2], true)
	case isEmpty:
	default:
		s.lose("FORMULA", "the result is of no known type; the cell is left out", ref)
	}
	return nil
}

func (s *biffSheet) readString(c *cursor) *Error {
	if !s.waiting {
		return nil
	}
	s.waiting = false
	return s.putText("STRING", s.formula, s.longString(c), c, true)
}

func (s *biffSheet) readMergeCells(c *cursor) *Error {
	n := c.u16()
	if there := (c.end - c.pos) / 8; there < n {
		s.lose("MERGEDCELLS", "a record has fewer merged ranges than it claims")
		n = there
	}
	for range n {
		top, bottom, left, right := c.u16(), c.u16(), c.u16(), c.u16()
		r := Range{Ref{top, left}, Ref{bottom, right}}
		if top > bottom || left > right || right >= biffColumns {
			s.lose("MERGEDCELLS", "the merged range has its corners in the wrong order or outside the sheet and is left out", r.First)
			continue
		}
		if s.merges == s.lim.Merges {
			return over("merged ranges", "Merges", int64(s.lim.Merges))
		}
		s.merges++
		s.sheet.Merges = append(s.sheet.Merges, r)
	}
	return nil
}

func (s *biffSheet) readRow(c *cursor) *Error {
	const hidden = 1 << 5 // [MS-XLS] 2.4.221, fDyZero
	row := c.u16()
	c.skip(10)
	if c.u16()&hidden != 0 {
		s.hiddenRows = append(s.hiddenRows, span{row, row})
	}
	return nil
}

func (s *biffSheet) readColInfo(c *cursor) *Error {
	const hidden = 1 // [MS-XLS] 2.4.53, fHidden
	first, last := c.u16(), c.u16()
	c.skip(4) // width, format
	if c.u16()&hidden != 0 {
		s.hiddenColumns = append(s.hiddenColumns, span{first, last})
	}
	return nil
}

func (s *biffSheet) readWsBool(c *cursor) *Error {
	const dialog = 1 << 4 // [MS-XLS] 2.4.351, fDialog
	s.dialog = c.u16()&dialog != 0
	return nil
}

// finish puts what was read in order and adds the sheet to the workbook.
func (s *biffSheet) finish() {
	s.missText()
	s.finishCells()
	s.finishMerges()
	rows, cols := s.sheet.used()
	s.sheet.HiddenRows = numbersBelow(s.hiddenRows, rows)
	s.sheet.HiddenColumns = numbersBelow(s.hiddenColumns, cols)
	s.tellLosses(s.sheet.Name)
	if !s.dialog {
		s.book.Sheets = append(s.book.Sheets, s.sheet)
	}
}

// finishCells sorts the cells. Of two at an address the later one counts: the
// file does not say which is meant, and LibreOffice, Gnumeric and xlrd all put
// the later one in the place of the earlier one, so that it is what people see.
func (s *biffSheet) finishCells() {
	if !s.unsorted {
		return
	}
	cells := s.sheet.Cells
	slices.SortStableFunc(cells, func(a, b Cell) int { return a.Ref.Compare(b.Ref) })
	out := cells[:0]
	for i, c := range cells {
		if i+1 < len(cells) && cells[i+1].Ref == c.Ref {
			s.lose("cell", "the address has more than one cell; the last one is taken", c.Ref)
			continue
		}
		out = append(out, c)
	}
	s.sheet.Cells = out
}

// finishMerges sorts the merged ranges and leaves out those that overlap. A
// file can hold them by the hundred thousand: the first few are told one by
// one.
func (s *biffSheet) finishMerges() {
	const told = 10
	n := 0
	s.sheet.tidy(func(text string) {
		if n++; n <= told {
			s.warn(s.sheet.Name, "MERGEDCELLS", "%s", text)
		}
	})
	if n > told {
		s.warn(s.sheet.Name, "MERGEDCELLS", "%d more merged ranges overlap another one; they are left out", n-told)
	}
}
