package xlsx

import (
	"bytes"
	"strings"
	"time"
)

// readXML2003 reads an XML spreadsheet of Excel 2002 or 2003, which is a
// whole workbook in one XML text.
func readXML2003(data []byte, name string, lim Limits) (*Workbook, error) {
	r := xml2003{tally: newTally(name, FormatXML2003, lim), styles: map[string]numFormat{}}
	text, err := r.decode("", data, declaredCharset(data))
	if err == nil {
		r.x = scanXML(text)
		err = r.read()
	}
	return r.finish(err)
}

// scanXML returns a scanner for an XML text that was decoded to UTF-8.
func scanXML(text []byte) *scanner {
	text = bytes.TrimLeft(text, " \t\r\n")
	// The declaration names an encoding that the text may be no longer in.
	if bytes.HasPrefix(text, []byte("<?xml ")) {
		if n := bytes.Index(text, []byte("?>")); n >= 0 {
			text = text[n+2:]
		}
	}
	x := new(scanner)
	x.reset(string(text))
	return x
}

// localAttr returns the value of an attribute by its name without the prefix,
// or "". Every attribute of an XML spreadsheet has a prefix, and whoever
// writes one by hand chooses another.
func localAttr(x *scanner, name string) string {
	for i := range x.attrs {
		if a := &x.attrs[i]; x.s[a.local:a.end] == name {
			return x.value(a)
		}
	}
	return ""
}

type xml2003 struct {
	*tally
	x        *scanner
	styles   map[string]numFormat
	date1904 bool

	// Of the sheet that is being read.
	sheet                     *Sheet
	hiddenRows, hiddenColumns []span
	columns                   []numFormat // by the column, as far as they are given
	plain                     numFormat   // of the table
	row                       numFormat   // of the row
}

func (r *xml2003) read() *Error {
	x := r.x
	if root := x.root(); root != "Workbook" && x.err == nil {
		return damaged("", "the root element is <%s> and not <Workbook>", clip(root))
	}
	for x.child() {
		var err *Error
		switch x.name {
		case "Styles":
			r.readStyles()
		case "ExcelWorkbook":
			for x.child() {
				r.date1904 = r.date1904 || x.name == "Date1904"
				x.skip()
			}
		case "Worksheet":
			err = r.worksheet()
		default:
			x.skip()
		}
		if err != nil {
			if r.sheet != nil {
				err.Sheet = r.sheet.Name
			}
			return err
		}
	}
	if err := x.finish(); err != nil {
		return &Error{Kind: ErrDamaged, Detail: "the XML text is not well-formed", Err: err}
	}
	if len(r.book.Sheets) == 0 {
		return damaged("", "the workbook has no sheets")
	}
	return nil
}

// namedFormats are the number formats that have names instead of codes. The
// others with a name are plain numbers.
var namedFormats = map[string]numFormat{
	"Percent":      formatPercent,
	"General Date": formatDateTime,
	"Long Date":    formatDate,
	"Medium Date":  formatDate,
	"Short Date":   formatDate,
	"Long Time":    formatTime,
	"Medium Time":  formatTime,
	"Short Time":   formatTime,
	"Currency":     formatGeneral,
	"Fixed":        formatGeneral,
	"Standard":     formatGeneral,
	"Scientific":   formatGeneral,
	"Yes/No":       formatGeneral,
	"True/False":   formatGeneral,
	"On/Off":       formatGeneral,
}

// readStyles reads the number formats of the styles. A style that has none
// takes that of its parent, which stands before it.
func (r *xml2003) readStyles() {
	x := r.x
	for x.child() {
		id := localAttr(x, "ID")
		format := r.styles[localAttr(x, "Parent")]
		for x.child() {
			if x.name == "NumberFormat" {
				code := localAttr(x, "Format")
				f, ok := namedFormats[code]
				if !ok {
					f = classifyFormat(code)
				}
				format = f
			}
			x.skip()
		}
		r.styles[id] = format
	}
}

// style returns the number format of the element just begun, or one that it
// stands in.
func (r *xml2003) style(around numFormat) numFormat {
	id := localAttr(r.x, "StyleID")
	if id == "" {
		return around
	}
	return r.styles[id]
}

func (r *xml2003) worksheet() *Error {
	x := r.x
	s, err := r.tally.sheet(strings.Clone(localAttr(x, "Name")))
	if err != nil {
		return err
	}
	r.sheet = s
	r.hiddenRows, r.hiddenColumns, r.columns, r.plain = nil, nil, nil, formatGeneral
	for x.child() {
		switch x.name {
		case "Table":
			r.plain = r.style(formatGeneral)
			if err := r.table(); err != nil {
				return err
			}
		case "WorksheetOptions":
			for x.child() {
				if x.name == "Visible" {
					s.Hidden = strings.TrimSpace(x.text()) != "SheetVisible"
				} else {
					x.skip()
				}
			}
		default:
			x.skip()
		}
	}
	s.tidy(func(text string) { r.warn(s.Name, "", "%s", text) })
	return r.hide(s, r.hiddenRows, r.hiddenColumns)
}

// hide notes the hidden rows and columns of a sheet that is finished. They
// count as cells, since a few bytes can hide a million.
func (t *tally) hide(s *Sheet, hiddenRows, hiddenColumns []span) *Error {
	rows, cols := s.used()
	s.HiddenRows = numbersBelow(hiddenRows, rows)
	s.HiddenColumns = numbersBelow(hiddenColumns, cols)
	if t.left.Cells -= len(s.HiddenRows) + len(s.HiddenColumns); t.left.Cells < 0 {
		return over("cells and hidden rows and columns", "Cells", int64(t.lim.Cells))
	}
	return nil
}

// index returns the number of the row, column or cell just begun, from 0. next
// is its number if it names none.
func (r *xml2003) index(next, most int) (int, *Error) {
	if s := localAttr(r.x, "Index"); s != "" {
		n, ok := smallInt(s)
		if !ok || n < 1 {
			return 0, damaged("", "a <%s> has the index %q", r.x.name, clip(s))
		}
		next = n - 1
	}
	if next >= most {
		return 0, damaged("", "a <%s> is number %d, beyond the last that a sheet has", r.x.name, next+1)
	}
	return next, nil
}

// more returns how many rows or columns what has just begun goes on for beyond
// its first, most of them at most.
func (r *xml2003) more(name string, most int) (int, *Error) {
	s := localAttr(r.x, name)
	if s == "" {
		return 0, nil
	}
	n, ok := smallInt(s)
	if !ok {
		return 0, damaged("", "a <%s> has the %s %q", r.x.name, name, clip(s))
	}
	return min(n, most), nil
}

func (r *xml2003) table() *Error {
	x := r.x
	row, col := -1, -1
	for x.child() {
		switch x.name {
		case "Column":
			first, err := r.index(col+1, MaxColumns)
			if err != nil {
				return err
			}
			if first <= col {
				return damaged("", "column %d stands behind column %d", first+1, col+1)
			}
			more, err := r.more("Span", MaxColumns-1-first)
			if err != nil {
				return err
			}
			for len(r.columns) < first {
				r.columns = append(r.columns, r.plain)
			}
			col = first + more
			for format := r.style(r.plain); len(r.columns) <= col; {
				r.columns = append(r.columns, format)
			}
			if localAttr(x, "Hidden") == "1" {
				r.hiddenColumns = append(r.hiddenColumns, span{first, col})
			}
			x.skip()
		case "Row":
			first, err := r.index(row+1, MaxRows)
			if err != nil {
				return err
			}
			more, err := r.more("Span", MaxRows-1-first)
			if err != nil {
				return err
			}
			row = first + more
			if localAttr(x, "Hidden") == "1" {
				r.hiddenRows = append(r.hiddenRows, span{first, row})
			}
			id := localAttr(x, "StyleID")
			r.row = r.styles[id]
			if err := r.readRow(first, id != ""); err != nil {
				return err
			}
		default:
			x.skip()
		}
	}
	return nil
}

func (r *xml2003) readRow(row int, styled bool) *Error {
	x := r.x
	next := 0
	for x.child() {
		if x.name != "Cell" {
			x.skip()
			continue
		}
		col, err := r.index(next, MaxColumns)
		if err != nil {
			return err
		}
		across, err := r.more("MergeAcross", MaxColumns-1-col)
		if err != nil {
			return err
		}
		down, err := r.more("MergeDown", MaxRows-1-row)
		if err != nil {
			return err
		}
		next = col + across + 1
		format := r.plain
		if col < len(r.columns) {
			format = r.columns[col]
		}
		if styled {
			format = r.row
		}
		c := Cell{Ref: Ref{row, col}, Formula: localAttr(x, "Formula") != ""}
		format = r.style(format)
		for x.child() {
			if x.name == "Data" {
				kind := localAttr(x, "Type")
				r.value(&c, kind, allText(x), format)
			} else {
				x.skip()
			}
		}
		if err := r.add(r.sheet, c); err != nil {
			return err
		}
		if err := r.merge(r.sheet, Range{c.Ref, Ref{row + down, col + across}}); err != nil {
			return err
		}
	}
	return nil
}

// allText returns the text of the element just begun, that of its children
// included, and passes the element.
func allText(x *scanner) string {
	text, pieces := "", 0
	var b strings.Builder
	for depth := 1; depth > 0; {
		switch x.next() {
		case tokenStart:
			depth++
		case tokenEnd:
			depth--
		case tokenEOF:
			depth = 0
		case tokenText:
			if pieces++; pieces == 1 {
				text = x.raw
			} else {
				if pieces == 2 {
					b.WriteString(text)
				}
				b.WriteString(x.raw)
			}
		}
	}
	if pieces > 1 {
		return b.String()
	}
	return text
}

// value sets what a cell holds.
func (r *xml2003) value(c *Cell, kind, text string, format numFormat) {
	c.Kind, c.Text, c.Number = KindText, text, ""
	ok := true
	switch kind {
	case "Number":
		ok = setNumber(c, text, format, r.date1904)
	case "DateTime":
		ok = setDate(c, text, format, r.date1904)
	case "Boolean":
		if ok = text == "1" || text == "0"; ok {
			c.Kind, c.Text = KindBool, map[string]string{"1": "TRUE", "0": "FALSE"}[text]
		}
	case "Error":
		c.Kind = KindError
	}
	if !ok {
		r.warn(r.sheet.Name, "", "cell %v is marked as %s and is %q; it is read as text", c.Ref, kind, clip(text))
	}
}

// setNumber sets a cell to a number. It reports false for what is none.
func setNumber(c *Cell, value string, format numFormat, date1904 bool) bool {
	v, ok := parseNumber(value)
	if !ok {
		return false
	}
	c.Kind, c.Text, c.Number = numberCell(v, format, date1904)
	return true
}

// setDate sets a cell to a date or time written as 2006-01-02T15:04:05, where
// the time, or its seconds, may be missing. It reports false for what is none.
func setDate(c *Cell, value string, format numFormat, date1904 bool) bool {
	value = strings.TrimSuffix(strings.TrimSpace(value), "Z")
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02", "2006-01-02T15:04"} {
		t, err := time.Parse(layout, value)
		if err != nil {
			continue
		}
		day := serialDay(t.Truncate(24*time.Hour), date1904)
		seconds := float64(t.Hour()*3600+t.Minute()*60+t.Second()) + float64(t.Nanosecond())/1e9
		if format != formatDate && format != formatTime && format != formatDateTime {
			switch {
			case day == 0: // a time has the day before the first
				format = formatTime
			case seconds != 0:
				format = formatDateTime
			default:
				format = formatDate
			}
		}
		kind, text, number := numberCell(day+seconds/86400, format, date1904)
		if kind == KindDate {
			c.Kind, c.Text, c.Number = kind, text, number
			return true
		}
	}
	return false
}
