package xlsx

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"
)

// readDOCX reads the tables of the document that a package is about, those
// inside of cells and text boxes included. Headers, footers and notes have
// parts of their own, which are not read.
func readDOCX(p *ooxml, lim Limits) (*Workbook, error) {
	r := docxReader{tally: newTally(p.book.Name, FormatDOCX, lim)}
	r.book.Warnings = p.book.Warnings
	part := "word/document.xml"
	if p.has("_rels/.rels") {
		rels, err := p.relations("")
		if err != nil {
			return nil, err
		}
		if main := firstOf(rels, "officeDocument"); p.has(main) {
			part = main
		}
	}
	text, err := p.read("", part)
	if err != nil {
		return nil, err
	}
	r.x = new(scanner)
	r.x.reset(text)
	e := r.document(part)
	if e == nil && len(r.book.Sheets) == 0 {
		e = &Error{Kind: ErrFormat, Detail: "it is a Word document (.docx) without a table"}
	}
	return r.finish(e)
}

type docxReader struct {
	*tally
	x     *scanner
	page  docxText // text outside of tables
	above []string // the last lines since the last table
}

// A docxText is text that paragraphs and tables stand in.
type docxText struct {
	textLines
	told int // how much of it stood above a table
}

func (r *docxReader) document(part string) *Error {
	x := r.x
	if root := x.root(); root != "document" && x.err == nil {
		return damaged(part, "the part is no document: it holds <%s>", clip(root))
	}
	for x.child() {
		if x.name != "body" {
			x.skip()
			continue
		}
		if err := r.blocks(&r.page); err != nil {
			return err
		}
	}
	if err := x.finish(); err != nil {
		return &Error{Part: part, Kind: ErrDamaged, Err: err}
	}
	return nil
}

// blocks reads what is in the element just begun. Text is added to to, or left
// out if that is nil.
func (r *docxReader) blocks(to *docxText) *Error {
	for r.x.child() {
		if err := r.block(to); err != nil {
			return err
		}
	}
	return nil
}

// block reads the element just begun: a paragraph, a table, a piece of text or
// something around those.
func (r *docxReader) block(to *docxText) *Error {
	x := r.x
	switch x.name {
	case "tbl":
		return r.table(to)
	case "p":
		err := r.blocks(to)
		r.lineBreak(to)
		return err
	case "r":
		return r.run(to)
	case "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "bdo", "dir", "ruby", "rubyBase":
		return r.blocks(to)
	case "AlternateContent":
		return r.alternate(func() *Error { return r.blocks(to) })
	case "drawing", "pict", "object", "txbxContent":
		return r.textBoxes(x.name == "txbxContent")
	case "t":
		r.add(to, x.text())
	case "oMath", "oMathPara":
		r.add(to, allText(x))
	case "tab", "ptab":
		r.add(to, " ")
		x.skip()
	case "br", "cr":
		r.lineBreak(to)
		x.skip()
	case "noBreakHyphen":
		r.add(to, "-")
		x.skip()
	case "sym":
		if n, err := strconv.ParseUint(localAttr(x, "char"), 16, 16); err == nil && utf8.ValidRune(rune(n)) {
			r.add(to, string(rune(n)))
		}
		x.skip()
	default: // properties, deleted text, field codes, marks
		x.skip()
	}
	return nil
}

func (r *docxReader) add(to *docxText, text string) {
	if to != nil {
		to.add([]byte(text), true)
	}
}

func (r *docxReader) lineBreak(to *docxText) {
	if to == nil {
		return
	}
	to.lineBreak()
	if to == &r.page {
		r.above = addAbove(r.above, to.lines())
		to.drop()
	}
}

// run reads a run of text, which may be hidden.
func (r *docxReader) run(to *docxText) *Error {
	x := r.x
	for x.child() {
		if x.name != "rPr" {
			if err := r.block(to); err != nil {
				return err
			}
			continue
		}
		for x.child() {
			if x.name == "vanish" && isOn(localAttr(x, "val")) {
				to = nil
			}
			x.skip()
		}
	}
	return nil
}

// isOn reports whether a property that is there with a value is on.
func isOn(value string) bool { return value != "0" && value != "false" && value != "off" }

// alternate reads one of several forms of the same thing.
func (r *docxReader) alternate(read func() *Error) *Error {
	x := r.x
	taken := false
	for x.child() {
		if taken || x.name != "Choice" && x.name != "Fallback" {
			x.skip()
			continue
		}
		taken = true
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// textBoxes reads the tables in the text boxes of a drawing, without the text:
// that floats over the page, and not in the cell that holds it.
func (r *docxReader) textBoxes(inside bool) *Error {
	x := r.x
	if inside {
		return r.blocks(nil)
	}
	for x.child() {
		var err *Error
		if x.name == "AlternateContent" {
			err = r.alternate(func() *Error { return r.textBoxes(false) })
		} else {
			err = r.textBoxes(x.name == "txbxContent")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A docxTable is a table that is being read.
type docxTable struct {
	sheet   *Sheet
	row     int
	col     int
	last    Range       // the last cell of the row
	merged  map[int]int // for a column, the merged range that begins in it and may go on below
	down    []Range     // merged ranges over rows, of one row at first
	hidden  []span      // rows
	covered int         // cells with text that another one covers
	outside int         // cells beyond the last column
}

func (r *docxReader) table(around *docxText) *Error {
	s, err := r.tally.table()
	if err != nil {
		return err
	}
	if around != nil && around != &r.page {
		around.lineBreak()
		r.above = addAbove(nil, around.lines()[around.told:])
	}
	s.Above = slices.Clone(r.above)
	for _, line := range s.Above {
		if _, err := r.keep(line); err != nil {
			return err
		}
	}
	r.above = nil
	t := &docxTable{sheet: s, row: -1, merged: map[int]int{}}
	if err := r.rows(t); err != nil {
		return err
	}
	r.above = nil
	if around != nil {
		around.told = len(around.lines())
	}
	for _, m := range t.down {
		if m.First != m.Last {
			s.Merges = append(s.Merges, m)
		}
	}
	s.tidy(func(text string) { r.warn(s.Name, "", "%s", text) })
	if t.covered > 0 {
		r.warn(s.Name, "", "%d cells have text that a merged cell covers; it is left out", t.covered)
	}
	if t.outside > 0 {
		r.warn(s.Name, "", "%d cells are beyond the last column that a sheet has; they are left out", t.outside)
	}
	return r.hide(s, t.hidden, nil)
}

// rows reads the rows in the element just begun.
func (r *docxReader) rows(t *docxTable) *Error {
	x := r.x
	for x.child() {
		var err *Error
		switch x.name {
		case "tr":
			err = r.readRow(t)
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			err = r.rows(t)
		case "AlternateContent":
			err = r.alternate(func() *Error { return r.rows(t) })
		default:
			x.skip()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readRow reads a row. One that was deleted, of which the document still shows
// that, is none.
func (r *docxReader) readRow(t *docxTable) *Error {
	if err := r.row(); err != nil {
		return err
	}
	t.row++
	t.col = 0
	t.last = Range{Ref{-1, -1}, Ref{-1, -1}}
	t.sheet.Widths = append(t.sheet.Widths, 0)
	deleted, err := r.cells(t)
	if deleted {
		t.hidden = slices.DeleteFunc(t.hidden, func(s span) bool { return s.first == t.row })
		t.row--
		t.sheet.Widths = t.sheet.Widths[:t.row+1]
	}
	return err
}

// cells reads the cells in the element just begun.
func (r *docxReader) cells(t *docxTable) (deleted bool, err *Error) {
	x := r.x
	for x.child() {
		switch x.name {
		case "trPr":
			for x.child() {
				switch x.name {
				case "gridBefore":
					t.col += r.count(MaxColumns)
				case "hidden":
					if isOn(localAttr(x, "val")) {
						t.hidden = append(t.hidden, span{t.row, t.row})
					}
				case "del":
					deleted = true
				}
				x.skip()
			}
		case "tc":
			if deleted {
				x.skip()
				continue
			}
			err = r.cell(t)
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			var d bool
			d, err = r.cells(t)
			deleted = deleted || d
		default:
			x.skip()
		}
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

// count returns the value of the property just begun if it is a number, at
// most most.
func (r *docxReader) count(most int) int {
	n, _ := smallInt(localAttr(r.x, "val"))
	return min(n, most)
}

func (r *docxReader) cell(t *docxTable) *Error {
	x := r.x
	width := 1
	down, across := "", "" // restart, continue, or "" for a cell that is not merged
	var content docxText
	for x.child() {
		if x.name != "tcPr" {
			if err := r.block(&content); err != nil {
				return err
			}
			continue
		}
		for x.child() {
			switch x.name {
			case "gridSpan":
				width = max(r.count(MaxColumns), 1)
			case "vMerge", "hMerge":
				merge := localAttr(x, "val")
				if merge == "" {
					merge = "continue"
				}
				if x.name == "vMerge" {
					down = merge
				} else {
					across = merge
				}
			}
			x.skip()
		}
	}
	content.lineBreak()
	col := t.col
	t.col = min(col+width, MaxColumns)
	if col+width > MaxColumns {
		t.outside++
		return nil
	}
	place := Range{Ref{t.row, col}, Ref{t.row, col + width - 1}}
	i, above := t.merged[col]
	switch {
	case down == "continue" && above && t.down[i].Last == (Ref{t.row - 1, place.Last.Col}):
		t.down[i].Last.Row = t.row
		t.cover(&content)
		return nil
	case across == "continue" && down == "" && t.last.First.Row == t.row:
		// The form that Word 97 has for it.
		t.last.Last.Col = place.Last.Col
		if n := len(t.sheet.Merges); n > 0 && t.sheet.Merges[n-1].First == t.last.First {
			t.sheet.Merges[n-1].Last = t.last.Last
		} else if err := r.merge(t.sheet, t.last); err != nil {
			return err
		}
		t.cover(&content)
		return nil
	}
	t.sheet.Widths[t.row]++
	delete(t.merged, col)
	t.last = Range{Ref{-1, -1}, Ref{-1, -1}}
	if down != "" {
		if r.left.Merges--; r.left.Merges < 0 {
			return over("merged ranges", "Merges", int64(r.lim.Merges))
		}
		t.merged[col] = len(t.down)
		t.down = append(t.down, place)
	} else {
		t.last = place
		if err := r.merge(t.sheet, place); err != nil {
			return err
		}
	}
	return r.addText(t.sheet, place.First, bytes.TrimSuffix(content.lines(), []byte("\n")))
}

// cover leaves out the text of a cell that is covered.
func (t *docxTable) cover(text *docxText) {
	if len(text.lines()) > 0 {
		t.covered++
	}
}
