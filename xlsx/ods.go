package xlsx

import (
	"strconv"
	"strings"
)

// readODS reads an OpenDocument spreadsheet.
func readODS(p *ooxml, lim Limits) (*Workbook, error) {
	if manifest := "META-INF/manifest.xml"; p.has(manifest) {
		text, err := p.read("", manifest)
		if err != nil {
			return nil, err
		}
		if strings.Contains(text, "encryption-data") {
			return nil, p.err("", manifest, ErrEncrypted, "it is protected by a password", nil)
		}
	}
	r := odsReader{tally: newTally(p.book.Name, FormatODS, lim), hides: map[string]bool{}, numbers: map[string]string{}, formats: map[string]numFormat{}}
	r.book.Warnings = p.book.Warnings
	for _, part := range []string{"styles.xml", "content.xml"} {
		if part == "styles.xml" && !p.has(part) {
			continue
		}
		text, err := p.read("", part)
		if err != nil {
			return nil, err
		}
		r.x.reset(text)
		if err := r.document(); err != nil {
			err.Part = part
			return r.finish(err)
		}
	}
	if len(r.book.Sheets) == 0 {
		return r.finish(damaged("content.xml", "the workbook has no sheets"))
	}
	return r.finish(nil)
}

type odsReader struct {
	*tally
	x     scanner
	hides map[string]bool // the styles of hidden sheets
	// The names of the number formats of the cell styles, and what they are:
	// Gnumeric has a percentage as a number with a style.
	numbers map[string]string
	formats map[string]numFormat

	// Of the sheet that is being read.
	sheet                     *Sheet
	row, col                  int // the next ones
	hiddenRows, hiddenColumns []span
	buf                       []Cell // the cells of a row
}

func (r *odsReader) document() *Error {
	x := &r.x
	if root := x.root(); root != "document-content" && root != "document-styles" && x.err == nil {
		return &Error{Kind: ErrFormat, Detail: "it is an OpenDocument file with <" + clip(root) + "> for its content"}
	}
	for x.child() {
		switch x.name {
		case "styles", "automatic-styles":
			r.styles()
		case "body":
			if err := r.body(); err != nil {
				return err
			}
		default:
			x.skip()
		}
	}
	if err := x.finish(); err != nil {
		return &Error{Kind: ErrDamaged, Err: err}
	}
	return nil
}

func (r *odsReader) styles() {
	x := &r.x
	for x.child() {
		name := localAttr(x, "name")
		switch x.name {
		case "percentage-style":
			r.formats[name] = formatPercent
		case "date-style":
			r.formats[name] = formatDate
		case "time-style":
			r.formats[name] = formatTime
		case "style":
			if number := localAttr(x, "data-style-name"); number != "" {
				r.numbers[name] = number
			}
		}
		for x.child() {
			if x.name == "table-properties" && localAttr(x, "display") == "false" {
				r.hides[name] = true
			}
			x.skip()
		}
	}
}

func (r *odsReader) body() *Error {
	x := &r.x
	for x.child() {
		if x.name != "spreadsheet" {
			return &Error{Kind: ErrFormat, Detail: "it is an OpenDocument file with a <" + clip(x.name) + ">, not a spreadsheet; save it as .docx or .xlsx"}
		}
		for x.child() {
			if x.name != "table" {
				x.skip()
				continue
			}
			if err := r.table(); err != nil {
				err.Sheet = r.sheet.Name
				return err
			}
		}
	}
	return nil
}

func (r *odsReader) table() *Error {
	x := &r.x
	name, style := strings.Clone(localAttr(x, "name")), localAttr(x, "style-name")
	r.sheet = &Sheet{Name: name}
	s, err := r.tally.sheet(name)
	if err != nil {
		return err
	}
	s.Hidden = r.hides[style]
	r.sheet = s
	r.row, r.col, r.hiddenRows, r.hiddenColumns = 0, 0, nil, nil
	if err := r.lines(); err != nil {
		return err
	}
	s.tidy(func(text string) { r.warn(s.Name, "", "%s", text) })
	return r.hide(s, r.hiddenRows, r.hiddenColumns)
}

// repeated returns how often the element just begun stands there.
func (r *odsReader) repeated(name string) int {
	n, _ := smallInt(localAttr(&r.x, name))
	return max(n, 1)
}

func (r *odsReader) collapsed() bool {
	v := localAttr(&r.x, "visibility")
	return v == "collapse" || v == "filter"
}

// lines reads the columns and rows in the element just begun.
func (r *odsReader) lines() *Error {
	x := &r.x
	for x.child() {
		var err *Error
		switch x.name {
		case "table-columns", "table-header-columns", "table-column-group",
			"table-rows", "table-header-rows", "table-row-group":
			err = r.lines()
		case "table-column":
			n := r.repeated("number-columns-repeated")
			if r.collapsed() && r.col < MaxColumns {
				r.hiddenColumns = append(r.hiddenColumns, span{r.col, r.col + n - 1})
			}
			r.col = min(r.col+n, MaxColumns)
			x.skip()
		case "table-row":
			err = r.readRow()
		default:
			x.skip()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readRow reads a row, which may stand for many. Those without a cell cost
// nothing, and the others count with all their cells against the limits.
func (r *odsReader) readRow() *Error {
	x := &r.x
	n := r.repeated("number-rows-repeated")
	if r.collapsed() && r.row < MaxRows {
		r.hiddenRows = append(r.hiddenRows, span{r.row, r.row + n - 1})
	}
	r.buf = r.buf[:0]
	col := 0
	for x.child() {
		if x.name != "table-cell" && x.name != "covered-table-cell" {
			x.skip()
			continue
		}
		more, err := r.cell(col)
		if err != nil {
			return err
		}
		col = min(col+more, MaxColumns)
	}
	if len(r.buf) > 0 {
		for row := r.row; row < r.row+n; row++ {
			if row >= MaxRows {
				return damaged("", "there is a row %d, beyond the last that a sheet has", row+1)
			}
			for _, c := range r.buf {
				c.Ref.Row = row
				if err := r.add(r.sheet, c); err != nil {
					return err
				}
			}
		}
	}
	r.row = min(r.row+n, MaxRows)
	return nil
}

// cell reads a cell and returns how many columns it stands in.
func (r *odsReader) cell(col int) (n int, err *Error) {
	x := &r.x
	n = r.repeated("number-columns-repeated")
	c := Cell{Formula: localAttr(x, "formula") != ""}
	format := r.formats[r.numbers[localAttr(x, "style-name")]]
	across, _ := smallInt(localAttr(x, "number-columns-spanned"))
	down, _ := smallInt(localAttr(x, "number-rows-spanned"))
	if (across > 1 || down > 1) && r.row < MaxRows && col < MaxColumns {
		last := Ref{r.row + min(max(down, 1), MaxRows-r.row) - 1, col + min(max(across, 1), MaxColumns-col) - 1}
		if err := r.merge(r.sheet, Range{Ref{r.row, col}, last}); err != nil {
			return 0, err
		}
	}
	var kind string
	for i := range x.attrs {
		// Besides the type that the standard has there is one that tells errors.
		if a := &x.attrs[i]; x.s[a.local:a.end] == "value-type" && kind != "error" {
			kind = x.value(a)
		}
	}
	value := localAttr(x, "value")
	date, clock, truth := localAttr(x, "date-value"), localAttr(x, "time-value"), localAttr(x, "boolean-value")
	str := localAttr(x, "string-value")
	text := r.text()
	if text == "" {
		text = str
	}
	c.Text = text
	ok := true
	switch kind {
	case "float", "currency":
		ok = setNumber(&c, value, format, false)
	case "percentage":
		ok = setNumber(&c, value, formatPercent, false)
	case "date":
		ok = setDate(&c, date, formatGeneral, false)
	case "time":
		ok = setDuration(&c, clock)
	case "boolean":
		c.Kind, c.Text = KindBool, strings.ToUpper(truth)
		ok = c.Text == "TRUE" || c.Text == "FALSE"
	case "error":
		c.Kind = KindError
	}
	if !ok {
		c.Kind, c.Text = KindText, text
		r.warn(r.sheet.Name, "", "cell %v is marked as %s and is none; it is read as text", Ref{r.row, col}, kind)
	}
	if c.Text == "" {
		return n, nil
	}
	for i := range n {
		if col+i >= MaxColumns {
			return 0, damaged("", "row %d has more than %d cells", r.row+1, MaxColumns)
		}
		if len(r.buf) == r.left.Cells {
			return 0, over("cells", "Cells", int64(r.lim.Cells))
		}
		c.Ref.Col = col + i
		r.buf = append(r.buf, c)
	}
	return n, nil
}

// setDuration sets a cell to a time written as PT08H30M00S. It reports false
// for what is none.
func setDuration(c *Cell, value string) bool {
	rest, ok := strings.CutPrefix(value, "PT")
	seconds := 0.0
	for _, unit := range []struct {
		name    string
		seconds float64
	}{{"H", 3600}, {"M", 60}, {"S", 1}} {
		number, after, found := strings.Cut(rest, unit.name)
		if !found {
			continue
		}
		v, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
		ok = ok && err == nil
		seconds += v * unit.seconds
		rest = after
	}
	if !ok || rest != "" {
		return false
	}
	c.Kind, c.Text, c.Number = numberCell(seconds/86400, formatTime, false)
	return c.Kind == KindDate
}

// text returns the text of the cell just begun: a paragraph is a line.
func (r *odsReader) text() string {
	x := &r.x
	var lines strings.Builder
	for n := 0; x.child(); {
		if x.name != "p" && x.name != "h" {
			x.skip() // notes, drawings
			continue
		}
		if n++; n > 1 {
			lines.WriteByte('\n')
		}
		r.paragraph(&lines, lines.Len())
	}
	return lines.String()
}

// paragraph adds the text in the element just begun. White space is one space
// and none at the beginning, which is at start; more of it has elements of its
// own. Those are short for what they stand for: a text beyond the limit ends.
func (r *odsReader) paragraph(text *strings.Builder, start int) {
	x := &r.x
	for {
		token := x.next()
		if int64(text.Len()) > r.left.Text && token != tokenEnd && token != tokenEOF {
			if token == tokenStart {
				x.skip()
			}
			continue
		}
		switch token {
		case tokenText:
			for _, c := range x.raw {
				if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
					s := text.String()
					if len(s) == start || s[len(s)-1] == ' ' {
						continue
					}
					c = ' '
				}
				text.WriteRune(c)
			}
		case tokenStart:
			switch x.name {
			case "s":
				n := min(r.repeated("c"), 1000)
				text.WriteString(strings.Repeat(" ", n))
				x.skip()
			case "tab":
				text.WriteByte('\t')
				x.skip()
			case "line-break":
				text.WriteByte('\n')
				x.skip()
			case "span", "a", "ruby", "ruby-base", "meta", "meta-field", "title", "sheet-name", "date", "time":
				r.paragraph(text, start)
			default:
				x.skip()
			}
		default:
			return
		}
	}
}
