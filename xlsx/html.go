package xlsx

import (
	"bytes"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/width"
)

// Bounds of the HTML standard on what a cell spans.
const (
	maxColspan = 1000
	maxRowspan = 65534
)

// What Sheet.Above holds at most, the page's title apart.
const (
	aboveLines = 12
	aboveRunes = 200 // longer lines are prose
)

// readHTML reads the tables of an HTML page or a piece of one.
func readHTML(data []byte, name string, lim Limits) (*Workbook, error) {
	t := newTally(name, FormatHTML, lim)
	r := htmlReader{tally: t}
	text, err := t.decode("", data, declaredCharset(data))
	if err == nil {
		err = r.read(text)
	}
	if err == nil && len(t.book.Sheets) == 0 {
		err = r.noTable()
	}
	return t.finish(err)
}

// A htmlReader reads tables as a browser shows them: it follows the standard
// (html.spec.whatwg.org) in where cells, rows and tables end that have no end
// tag of their own, and in the places that cells have in the table.
//
// No element but tables is nested: what else there is, is text, is a break
// between lines, or hides what is in it. So nesting costs nothing, be it ever
// so deep.
type htmlReader struct {
	*tally
	x      htmlScanner
	part   string // of a web archive
	pasted bool   // the page is a text with tables in it: its lines are lines
	frames bool   // it shows other pages

	title string
	open  []*htmlTable // the innermost last
	page  textLines    // text outside of tables
	flow  flow         // where the text is now
	above []string     // the last lines since the last table
	told  bool         // that rows stood outside of any table
}

// A flow is what the elements that are open make of text.
type flow struct {
	hide  string // the element that hides it
	depth int    // how many of that name are open
	pre   int    // how many open elements keep its lines and spaces
}

// A htmlTable is a table that is open.
type htmlTable struct {
	sheet   *Sheet
	implied bool // there is no <table>, only rows
	titled  int  // 1 if the first line above the table is the page's title
	outer   flow // around the table

	// The cell or caption that is open, if one is.
	cell  string    // td, th or caption, or ""
	place Ref       // with the column -1 for a caption and what is left out
	last  Ref       // the last of what it spans, before the group's end is known
	text  textLines // in it, or between cells
	told  int       // how much of the text may stand above a table inside
	mark  int       // the first cell that may stand above the next table inside

	row   int  // that is open or was last, counted over all groups
	inRow bool // it is open
	col   int  // the first column that its next cell may have

	group     string // thead, tbody, tfoot, or "" when none is open
	groups    []rowGroup
	merges    int            // the first merged range of the group
	taken     columns        // that cells of the row or from above have
	ends      map[int][]span // the columns that are free again, by the row
	hideGroup bool

	hiddenRows, hiddenCols []span
	cols                   int // counted by <col>

	overlaps int // cells that overlap another
	outside  int // cells beyond the last column
}

// A rowGroup is a run of rows.
type rowGroup struct {
	name  string
	first int
}

func (r *htmlReader) read(text []byte) *Error {
	r.x = htmlScanner{data: text}
	if r.pasted {
		r.flow.pre = 1
	}
	for {
		var err *Error
		switch r.x.next() {
		case htmlText:
			err = r.takeText()
		case htmlStart:
			err = r.start()
		case htmlEnd:
			err = r.end()
		case htmlEOF:
			for err == nil && len(r.open) > 0 {
				if t := r.table(); !t.implied {
					r.warn(t.sheet.Name, r.part, "the page ends inside the table")
				}
				err = r.endTable()
			}
			return err
		}
		if err != nil {
			return err
		}
	}
}

func (r *htmlReader) noTable() *Error {
	detail := "it is an HTML page without a table"
	if r.frames {
		detail = "it is an HTML page that shows other files, which hold the tables; open those"
	}
	if r.title != "" {
		detail += ", titled " + strconv.Quote(clip(r.title))
	}
	return &Error{Part: r.part, Kind: ErrFormat, Detail: detail}
}

// table returns the innermost table that is open, or nil.
func (r *htmlReader) table() *htmlTable {
	if len(r.open) == 0 {
		return nil
	}
	return r.open[len(r.open)-1]
}

// takeText adds the text just read to what it belongs to.
func (r *htmlReader) takeText() *Error {
	if r.flow.hide != "" {
		return nil
	}
	text := r.x.text
	if !r.x.plain && bytes.IndexByte(text, '&') >= 0 {
		text = []byte(html.UnescapeString(string(text)))
	}
	if len(bytes.TrimSpace(text)) > 0 {
		if err := r.endImplied(); err != nil {
			return err
		}
		if around := r.around(); around != nil {
			around.text.add(text, r.flow.pre > 0)
		}
	}
	if t := r.table(); t != nil {
		t.text.add(text, r.flow.pre > 0)
		return nil
	}
	r.page.add(text, r.flow.pre > 0)
	r.tellLongPage()
	return nil
}

// endImplied ends a table that has only rows where something else comes.
func (r *htmlReader) endImplied() *Error {
	if t := r.table(); t != nil && t.implied && t.cell == "" {
		return r.endTable()
	}
	return nil
}

// lineBreak ends a line of the text.
func (r *htmlReader) lineBreak() {
	switch t := r.table(); {
	case r.flow.hide != "":
	case t == nil:
		r.page.lineBreak()
		r.tellLongPage()
	default:
		t.text.lineBreak()
		if around := r.around(); around != nil {
			around.text.lineBreak()
		}
	}
}

// around returns the table with the cell around the innermost table, if there
// is one and no cell of the innermost table is open: a browser shows what
// stands between cells above the table, and so in the cell around it.
func (r *htmlReader) around() *htmlTable {
	n := len(r.open)
	if n < 2 || r.open[n-1].cell != "" {
		return nil
	}
	return r.open[n-2]
}

// tellLongPage keeps the text of a page short.
func (r *htmlReader) tellLongPage() {
	if len(r.page.buf) > 64<<10 {
		r.tellPage()
	}
}

// tellPage keeps the lines of the page as what may stand above a table.
func (r *htmlReader) tellPage() {
	r.above = addAbove(r.above, r.page.lines())
	r.page.drop()
}

// addAbove adds lines to those above a table. It looks at no more lines than it
// keeps, from the last one on, since there may be millions.
func addAbove(above []string, text []byte) []string {
	var last []string
	for len(text) > 0 && len(last) < aboveLines {
		text = bytes.TrimSuffix(text, []byte("\n"))
		n := bytes.LastIndexByte(text, '\n') + 1
		line := text[n:]
		text = text[:n]
		if len(line) > 0 && len(line) <= aboveRunes*utf8.UTFMax && utf8.RuneCount(line) <= aboveRunes {
			last = append(last, string(line))
		}
	}
	slices.Reverse(last)
	above = append(above, last...)
	return above[max(0, len(above)-aboveLines):]
}

// start takes a start tag.
func (r *htmlReader) start() *Error {
	name := r.x.name
	switch name {
	case "table":
		return r.startTable()
	case "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th":
		return r.startTablePart(name)
	case "title":
		r.takeTitle()
		return nil
	case "frameset":
		r.frames = true
	}
	if r.flow.hide != "" {
		switch {
		case r.flow.hide == "p" && r.x.is(blockElement): // it ends the paragraph
			r.flow.hide = ""
		case name == r.flow.hide:
			r.flow.depth++
			return nil
		default:
			return nil
		}
	}
	if r.x.is(blockElement) {
		if err := r.endImplied(); err != nil {
			return err
		}
	}
	switch {
	case name == "html" || name == "body": // if hidden, then only until a script has run
	case r.x.is(unseenElement) || !r.x.is(voidElement) && r.hidden():
		r.flow.hide, r.flow.depth = name, 1
		return nil
	case name == "pre" || name == "listing" || name == "xmp" || name == "plaintext":
		r.flow.pre++
	}
	if name == "br" || r.x.is(blockElement) {
		r.lineBreak()
	}
	return nil
}

// end takes an end tag.
func (r *htmlReader) end() *Error {
	name := r.x.name
	t := r.table()
	switch name {
	case "table":
		if t == nil {
			return nil
		}
		return r.endTable()
	case "td", "th", "caption":
		if t == nil || t.cell != name {
			return nil
		}
		return r.endCell()
	case "tr":
		if t == nil || !t.inRow {
			return nil
		}
		return r.endRow()
	case "thead", "tbody", "tfoot":
		if t == nil || t.group != name {
			return nil
		}
		return r.endGroup()
	case "col", "colgroup":
		return nil
	}
	if r.flow.hide != "" {
		if name == r.flow.hide {
			if r.flow.depth--; r.flow.depth == 0 {
				r.flow.hide = ""
			}
		}
		return nil
	}
	if name == "br" || r.x.is(blockElement) {
		r.lineBreak()
	}
	if r.flow.pre > 0 && (name == "pre" || name == "listing" || name == "xmp") {
		r.flow.pre--
	}
	return nil
}

// hidden reports whether the start tag just read hides its element. What a
// style sheet hides is not known.
func (r *htmlReader) hidden() bool {
	if r.x.attrs[attrHidden] != nil {
		return true
	}
	style, ok := r.x.attr(attrStyle)
	if !ok || len(style) < len("display:none") {
		return false
	}
	hidden := false
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, _ := strings.Cut(declaration, ":")
		if strings.EqualFold(strings.TrimSpace(property), "display") {
			value, _, _ = strings.Cut(value, "!")
			hidden = strings.EqualFold(strings.TrimSpace(value), "none")
		}
	}
	return hidden
}

// takeTitle takes the text of a title for that of the page.
func (r *htmlReader) takeTitle() {
	if r.x.raw == "" || !r.x.rawText() || r.title != "" || r.flow.hide != "" {
		return
	}
	var title textLines
	title.add([]byte(html.UnescapeString(string(r.x.text[:min(len(r.x.text), headLength)]))), false)
	title.lineBreak()
	if s := title.lines(); utf8.RuneCount(s) <= aboveRunes {
		r.title = strings.TrimSuffix(string(s), "\n")
	}
}

// startTable begins a table: one inside of the cell that is open, or else one
// that ends the table before it.
func (r *htmlReader) startTable() *Error {
	hidden := r.hidden()
	if r.flow.hide == "p" {
		r.flow.hide = ""
	}
	outer := r.table()
	if outer != nil && outer.cell == "" {
		if err := r.endTable(); err != nil {
			return err
		}
		outer = r.table()
	}
	hidden = hidden || r.flow.hide != ""
	if outer != nil {
		hidden = hidden || outer.sheet.Hidden || outer.rowHidden()
	}
	return r.pushTable(hidden, false)
}

func (r *htmlReader) pushTable(hidden, implied bool) *Error {
	s, err := r.tally.table()
	if err != nil {
		return err
	}
	if outer := r.table(); outer != nil {
		for _, c := range outer.sheet.Cells[max(outer.mark, len(outer.sheet.Cells)-aboveLines):] {
			r.above = addAbove(r.above, []byte(c.Text))
		}
		outer.text.lineBreak()
		r.above = addAbove(r.above, outer.text.lines()[outer.told:])
	} else {
		r.page.lineBreak()
		r.tellPage()
	}
	t := &htmlTable{sheet: s, implied: implied, outer: r.flow, row: -1}
	s.Hidden = hidden
	if r.title != "" {
		s.Above = append(s.Above, r.title)
		t.titled = 1
	}
	s.Above = append(s.Above, r.above...)
	r.above = r.above[:0]
	r.open = append(r.open, t)
	r.flow = flow{}
	return nil
}

// rowHidden reports whether the row that is open is hidden.
func (t *htmlTable) rowHidden() bool {
	n := len(t.hiddenRows)
	return t.inRow && n > 0 && t.hiddenRows[n-1].last == t.row
}

func (r *htmlReader) startTablePart(name string) *Error {
	hidden := r.hidden()
	if r.table() == nil {
		if name == "caption" || name == "col" || name == "colgroup" {
			return nil
		}
		// The rows of a piece of a page, or of a table that was ended by one
		// end tag too many.
		if err := r.pushTable(r.flow.hide != "", true); err != nil {
			return err
		}
		if !r.told {
			r.told = true
			r.warn(r.table().sheet.Name, r.part, "rows stand outside of any table; they are read as one")
		}
	}
	t := r.table()
	if t.cell != "" {
		if err := r.endCell(); err != nil {
			return err
		}
	}
	if name != "td" && name != "th" {
		if err := r.endRow(); err != nil {
			return err
		}
	}
	switch name {
	case "caption", "colgroup", "col", "thead", "tbody", "tfoot":
		if err := r.endGroup(); err != nil {
			return err
		}
	}
	r.flow = flow{}
	switch name {
	case "caption":
		r.startCell(t, name, hidden)
	case "col":
		t.column(&r.x, hidden)
	case "thead", "tbody", "tfoot":
		t.startGroup(name)
		t.hideGroup = hidden
	case "tr":
		return r.startRow(t, hidden)
	case "td", "th":
		if !t.inRow {
			if err := r.startRow(t, false); err != nil {
				return err
			}
		}
		r.startCell(t, name, hidden)
		// A hidden cell takes no place: in tables that a script made, cells
		// that another one covers are written so.
		if !hidden {
			r.placeCell(t)
		}
	}
	return nil
}

// startCell begins a cell or caption, without a place.
func (r *htmlReader) startCell(t *htmlTable, name string, hidden bool) {
	t.text.lineBreak()
	t.tellAbove()
	t.cell = name
	t.place.Col = -1
	if hidden {
		r.flow = flow{hide: name, depth: 1}
	}
}

// tellAbove takes the text that was read for lines above the table.
func (t *htmlTable) tellAbove() {
	if text := t.text.lines(); len(text) > 0 {
		lines := addAbove(slices.Clone(t.sheet.Above[t.titled:]), text)
		t.sheet.Above = append(t.sheet.Above[:t.titled:t.titled], lines...)
	}
	t.dropText()
}

func (t *htmlTable) dropText() {
	t.text.drop()
	t.told = 0
}

// column takes a <col>, which may hide columns.
func (t *htmlTable) column(x *htmlScanner, hidden bool) {
	s, _ := x.attr(attrSpan)
	n := min(htmlInt(s, 1), maxColspan)
	if hidden && n > 0 && t.cols < MaxColumns {
		t.hiddenCols = append(t.hiddenCols, span{t.cols, t.cols + n - 1})
	}
	t.cols = min(t.cols+n, MaxColumns)
}

func (t *htmlTable) startGroup(name string) {
	t.group = name
	t.hideGroup = false
	t.groups = append(t.groups, rowGroup{name, t.row + 1})
	t.merges = len(t.sheet.Merges)
	t.taken = columns{}
	t.ends = nil
}

func (r *htmlReader) startRow(t *htmlTable, hidden bool) *Error {
	if t.group == "" {
		t.startGroup("tbody")
	}
	if err := r.row(); err != nil {
		return err
	}
	t.row++
	t.inRow = true
	t.col = 0
	t.sheet.Widths = append(t.sheet.Widths, 0)
	for _, s := range t.ends[t.row] {
		t.taken.set(s.first, s.last, false)
	}
	delete(t.ends, t.row)
	if hidden || t.hideGroup {
		t.hiddenRows = append(t.hiddenRows, span{t.row, t.row})
	}
	return nil
}

// placeCell gives the cell that begins its place in the row.
func (r *htmlReader) placeCell(t *htmlTable) {
	t.sheet.Widths[t.row]++
	s, _ := r.x.attr(attrColspan)
	colspan := min(max(htmlInt(s, 1), 1), maxColspan)
	s, _ = r.x.attr(attrRowspan)
	rowspan := min(htmlInt(s, 1), maxRowspan)
	col := t.taken.next(t.col, false)
	if col >= MaxColumns {
		t.outside++
		t.col = MaxColumns
		r.flow = flow{hide: t.cell, depth: 1}
		return
	}
	t.col = col + colspan
	// Cells may overlap in a browser. Here the one that came first stays.
	last := col + colspan - 1
	if free := t.taken.next(col, true) - 1; free < last {
		if free < MaxColumns-1 {
			t.overlaps++
		}
		last = free
	}
	t.taken.set(col, last, true)
	end := t.row + rowspan
	if rowspan == 0 { // to the end of the group
		end = MaxRows
	}
	if t.ends == nil {
		t.ends = map[int][]span{}
	}
	t.ends[end] = append(t.ends[end], span{col, last})
	t.place = Ref{t.row, col}
	t.last = Ref{end - 1, last}
	// Excel writes a text that runs over empty cells as if it spanned them.
	if style, _ := r.x.attr(attrStyle); strings.Contains(style, "mso-ignore:colspan") {
		t.last.Col = col
	}
}

// endCell ends the cell or caption that is open.
func (r *htmlReader) endCell() *Error {
	t := r.table()
	caption := t.cell == "caption"
	t.cell = ""
	r.flow = flow{}
	t.text.lineBreak()
	switch {
	case caption:
		t.tellAbove()
		return nil
	case t.place.Col < 0:
		t.dropText()
		return nil
	}
	text := t.text.lines()
	if err := r.addText(t.sheet, t.place, bytes.TrimSuffix(text, []byte("\n"))); err != nil {
		return err
	}
	if t.told > 0 {
		// What stands above the table inside stands above no other one.
		r.above = addAbove(r.above, text[t.told:])
		t.mark = len(t.sheet.Cells)
	}
	t.dropText()
	return r.merge(t.sheet, Range{t.place, t.last})
}

func (r *htmlReader) endRow() *Error {
	t := r.table()
	if t.cell != "" {
		if err := r.endCell(); err != nil {
			return err
		}
	}
	t.inRow = false
	r.flow = flow{}
	return nil
}

// endGroup ends the rows of a group. No cell spans rows beyond it.
func (r *htmlReader) endGroup() *Error {
	if err := r.endRow(); err != nil {
		return err
	}
	t := r.table()
	for i := t.merges; i < len(t.sheet.Merges); i++ {
		m := &t.sheet.Merges[i]
		m.Last.Row = min(m.Last.Row, t.row)
	}
	t.group = ""
	return nil
}

// endTable ends the innermost table.
func (r *htmlReader) endTable() *Error {
	if err := r.endGroup(); err != nil {
		return err
	}
	t := r.table()
	t.text.lineBreak()
	t.tellAbove()
	for _, s := range t.sheet.Above {
		if _, err := r.keep(s); err != nil {
			return err
		}
	}
	t.arrange()
	s := t.sheet
	s.tidy(func(text string) { r.warn(s.Name, r.part, "%s", text) })
	rows, cols := s.used()
	s.HiddenRows = numbersBelow(t.hiddenRows, rows)
	s.HiddenColumns = numbersBelow(t.hiddenCols, cols)
	if r.left.Cells -= len(s.HiddenColumns); r.left.Cells < 0 {
		return over("cells and hidden columns", "Cells", int64(r.lim.Cells))
	}
	if t.overlaps > 0 {
		r.warn(s.Name, r.part, "%d cells overlap another one; they are cut where it begins", t.overlaps)
	}
	if t.outside > 0 {
		r.warn(s.Name, r.part, "%d cells are beyond the last column that a sheet has; they are left out", t.outside)
	}
	r.open = r.open[:len(r.open)-1]
	r.flow = t.outer
	r.above = r.above[:0]
	if outer := r.table(); outer != nil {
		outer.text.lineBreak()
		outer.told = len(outer.text.lines())
		outer.mark = len(outer.sheet.Cells)
	}
	return nil
}

// arrange puts the rows of the first thead before all others and those of the
// first tfoot behind them, wherever they were written.
func (t *htmlTable) arrange() {
	ranks := make([]int, len(t.groups))
	order := make([]int, len(t.groups))
	seen := map[string]bool{"tbody": true}
	for i, g := range t.groups {
		order[i], ranks[i] = i, 1
		if !seen[g.name] {
			seen[g.name] = true
			ranks[i] = map[string]int{"thead": 0, "tfoot": 2}[g.name]
		}
	}
	if slices.IsSorted(ranks) {
		return
	}
	slices.SortStableFunc(order, func(a, b int) int { return ranks[a] - ranks[b] })
	rows := t.row + 1
	to := make([]int, rows) // the new place of each row
	widths := make([]int, 0, rows)
	for _, i := range order {
		end := rows
		if i+1 < len(t.groups) {
			end = t.groups[i+1].first
		}
		for row := t.groups[i].first; row < end; row++ {
			to[row] = len(widths)
			widths = append(widths, t.sheet.Widths[row])
		}
	}
	t.sheet.Widths = widths
	for i := range t.sheet.Cells {
		c := &t.sheet.Cells[i]
		c.Ref.Row = to[c.Ref.Row]
	}
	for i := range t.sheet.Merges {
		m := &t.sheet.Merges[i]
		m.First.Row, m.Last.Row = to[m.First.Row], to[m.Last.Row]
	}
	for i := range t.hiddenRows {
		row := to[t.hiddenRows[i].first]
		t.hiddenRows[i] = span{row, row}
	}
}

// htmlInt parses a number as the standard has it: white space, digits, then
// anything. What is no number is def.
func htmlInt(s string, def int) int {
	s = strings.TrimPrefix(strings.TrimLeft(s, " \t\n\r\f"), "+")
	n, digits := 0, 0
	for ; digits < len(s) && '0' <= s[digits] && s[digits] <= '9'; digits++ {
		n = min(n*10+int(s[digits]-'0'), 1<<20)
	}
	if digits == 0 {
		return def
	}
	return n
}

// columns is a set of columns.
type columns [MaxColumns / 64]uint64

// next returns the first column from col on that is in the set, or is not, and
// MaxColumns or more if there is none.
func (c *columns) next(col int, in bool) int {
	for i := col / 64; i < len(c); i++ {
		word := c[i]
		if !in {
			word = ^word
		}
		if i == col/64 {
			word &= ^uint64(0) << (col % 64)
		}
		if word != 0 {
			return 64*i + bits.TrailingZeros64(word)
		}
	}
	return max(col, MaxColumns)
}

// set puts columns into the set or takes them out.
func (c *columns) set(first, last int, in bool) {
	for i := first / 64; i <= last/64; i++ {
		mask := ^uint64(0)
		if i == first/64 {
			mask &= ^uint64(0) << (first % 64)
		}
		if i == last/64 {
			mask &= ^uint64(0) >> (63 - last%64)
		}
		if in {
			c[i] |= mask
		} else {
			c[i] &^= mask
		}
	}
}

// textLines puts text together as a page shows it: white space is one space,
// lines are trimmed, and those without anything in them are left out.
type textLines struct {
	buf   []byte // the lines, each with a line feed at its end
	line  int    // where the last one begins, which has not ended
	space bool   // white space follows
	feed  bool   // with a line feed in it
	last  rune
}

// add adds text. pre keeps its lines and spaces.
func (l *textLines) add(text []byte, pre bool) {
	for len(text) > 0 {
		c, n := rune(text[0]), 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRune(text)
		}
		b := text[:n]
		text = text[n:]
		switch c {
		case '\n':
			if pre {
				l.lineBreak()
				continue
			}
			l.space, l.feed = true, true
			continue
		case ' ', '\t', '\r', '\f':
			if !pre {
				l.space = true
				continue
			}
			b = []byte{' '}
		case '\u00A0', '\u202F':
			b = []byte{' '}
		case '\u200B', '\uFEFF', '\x7F': // nothing to see
			continue
		default:
			if c < ' ' {
				continue
			}
		}
		if l.space {
			// A line feed between two Chinese characters only divides the
			// source into lines (CSS Text 3, 4.1.3).
			if len(l.buf) > l.line && !(l.feed && isWide(l.last) && isWide(c)) {
				l.buf = append(l.buf, ' ')
			}
			l.space, l.feed = false, false
		}
		l.buf = append(l.buf, b...)
		l.last = c
	}
}

func isWide(r rune) bool {
	if unicode.Is(unicode.Hangul, r) {
		return false
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianHalfwidth:
		return true
	}
	return false
}

// lineBreak ends the line.
func (l *textLines) lineBreak() {
	line := bytes.TrimSpace(l.buf[l.line:])
	l.buf = append(l.buf[:l.line], line...)
	if len(line) > 0 {
		l.buf = append(l.buf, '\n')
	}
	l.line = len(l.buf)
	l.space, l.feed = false, false
}

// lines returns the lines that have ended, each with a line feed.
func (l *textLines) lines() []byte { return l.buf[:l.line] }

// drop makes room for other lines.
func (l *textLines) drop() {
	if l.line == 0 {
		return
	}
	l.buf = append(l.buf[:0], l.buf[l.line:]...)
	l.line = 0
}
