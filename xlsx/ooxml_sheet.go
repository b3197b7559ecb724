package xlsx

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sheetReader reads one sheet part after the other.
type sheetReader struct {
	*ooxml
	sheet    *Sheet
	part     string
	x        scanner
	ref      Ref // the cell that is being read
	noValue  int // formulas without a stored result
	badStyle int // numbers with a style that does not exist

	hiddenRows, hiddenColumns []span

	digits []byte
}

// sheet reads the sheet of a part.
func (p *ooxml) sheet(s *Sheet, part string) error {
	text, err := p.read(s.Name, part)
	if err != nil {
		return err
	}
	r := &p.sheets
	*r = sheetReader{
		ooxml: p, sheet: s, part: part, x: r.x,
		hiddenRows: r.hiddenRows[:0], hiddenColumns: r.hiddenColumns[:0],
		digits: r.digits,
	}
	r.x.reset(text)
	if root := r.x.root(); root != "worksheet" && r.x.err == nil {
		return r.damaged("the part is no worksheet: it holds <%s>", clip(root))
	}
	for r.x.child() {
		var err error
		switch r.x.name {
		case "sheetData":
			// Room for about as many cells as have a value: <v>…</v>.
			s.Cells = slices.Grow(s.Cells, min(strings.Count(text, "v")/2, p.left.Cells))
			err = r.data()
		case "cols":
			r.cols()
		case "mergeCells":
			err = r.merges()
		default:
			r.x.skip()
		}
		if err != nil {
			return err
		}
	}
	if err := r.x.finish(); err != nil {
		return p.err(s.Name, part, ErrDamaged, "", err)
	}
	return r.finish()
}

// finish puts the sheet in order when all of its part has been read.
func (r *sheetReader) finish() error {
	s := r.sheet
	s.tidy(func(text string) { r.warnSheet("%s", text) })
	if r.noValue > 0 {
		r.warnSheet("%d formulas have no stored result; the cells are left empty", r.noValue)
	}
	if r.badStyle > 0 {
		r.warnSheet("%d numbers have a style that does not exist; percentages and dates among them are read as plain numbers", r.badStyle)
	}
	rows, cols := s.used()
	s.HiddenRows = numbersBelow(r.hiddenRows, rows)
	s.HiddenColumns = numbersBelow(r.hiddenColumns, cols)
	// A few bytes can hide all 16,384 columns of each of many sheets.
	if r.left.Cells -= len(s.HiddenColumns); r.left.Cells < 0 {
		return r.tooMuch(s.Name, r.part, "cells and hidden columns", "Cells", int64(r.lim.Cells))
	}
	return nil
}

func (r *sheetReader) damaged(format string, args ...any) error {
	return r.err(r.sheet.Name, r.part, ErrDamaged, fmt.Sprintf(format, args...), nil)
}

func (r *sheetReader) warnSheet(format string, args ...any) {
	r.warn(r.sheet.Name, r.part, format, args...)
}

// warnCell warns of the cell that is being read.
func (r *sheetReader) warnCell(format string, args ...any) {
	r.warnSheet("cell %v "+format, append([]any{r.ref}, args...)...)
}

func (r *sheetReader) cols() {
	x := &r.x
	for x.child() {
		first, ok1 := smallInt(x.attr("min"))
		last, ok2 := smallInt(x.attr("max"))
		if x.name == "col" && x.flag("hidden") && ok1 && ok2 && first > 0 {
			r.hiddenColumns = append(r.hiddenColumns, span{first - 1, min(last, MaxColumns) - 1})
		}
		x.skip()
	}
}

func (r *sheetReader) merges() error {
	x := &r.x
	if n, ok := smallInt(x.attr("count")); ok { // as far as there is text for them
		r.sheet.Merges = slices.Grow(r.sheet.Merges, min(n, (len(x.s)-x.pos)/len(`<mergeCell ref="A1:B1"/>`), r.left.Merges))
	}
	for x.child() {
		if x.name == "mergeCell" {
			if r.left.Merges--; r.left.Merges < 0 {
				return r.tooMuch(r.sheet.Name, r.part, "merged ranges", "Merges", int64(r.lim.Merges))
			}
			ref := x.attr("ref")
			first, last, two := strings.Cut(ref, ":")
			a, ok := ParseRef(first)
			b := a
			if two && ok {
				b, ok = ParseRef(last)
			}
			if ok {
				r.sheet.Merges = append(r.sheet.Merges, Range{
					Ref{min(a.Row, b.Row), min(a.Col, b.Col)},
					Ref{max(a.Row, b.Row), max(a.Col, b.Col)},
				})
			} else {
				r.warnSheet("%q is no range; the merged range is left out", clip(ref))
			}
		}
		x.skip()
	}
	return nil
}

// data reads the rows.
func (r *sheetReader) data() error {
	x := &r.x
	row := -1
	for x.child() {
		if x.name != "row" {
			x.skip()
			continue
		}
		row++
		if s := x.attr("r"); s != "" {
			n, ok := smallInt(s)
			if !ok || n < 1 {
				return r.damaged("there is a row numbered %q", clip(s))
			}
			row = n - 1
		}
		if row >= MaxRows {
			return r.damaged("there is a row %d, beyond the last that a sheet has", row+1)
		}
		if x.flag("hidden") {
			r.hiddenRows = append(r.hiddenRows, span{row, row})
		}
		col := -1
		for x.child() {
			if x.name != "c" {
				x.skip()
				continue
			}
			r.ref = Ref{row, col + 1}
			if err := r.cell(); err != nil {
				return err
			}
			col = r.ref.Col
		}
	}
	return nil
}

// cell reads the cell that has begun. Where it has no address it stands at
// r.ref, and r.ref becomes the address that it has.
func (r *sheetReader) cell() error {
	x := &r.x
	var address, style, kind string
	for i := range x.attrs {
		switch a := &x.attrs[i]; x.s[a.begin:a.end] {
		case "r":
			address = x.value(a)
		case "s":
			style = x.value(a)
		case "t":
			kind = x.value(a)
		}
	}
	if address != "" {
		switch ref, ok := ParseRef(address); {
		case !ok && looksLikeRef(address):
			return r.damaged("there is a cell %s, beyond the last that a sheet has", clip(address))
		case !ok:
			r.warnCell("or its neighbour has the address %q, which is none; it is left out", clip(address))
			x.skip()
			return nil
		case ref.Row != r.ref.Row:
			r.warnCell("has the address %v of another row; it is read as that", ref)
			r.ref = ref
		default:
			r.ref = ref
		}
	} else if r.ref.Col >= MaxColumns {
		return r.damaged("row %d has more than %d cells", r.ref.Row+1, MaxColumns)
	}

	var value, inline string
	var hasValue, hasFormula bool
	for x.child() {
		switch x.name {
		case "v":
			value, hasValue = x.text(), true
		case "is":
			inline = r.richText(x)
		case "f":
			hasFormula = true
			x.skip()
		default:
			x.skip()
		}
	}
	if kind == "" {
		kind = "n"
	}
	if hasFormula && (!hasValue || value == "" && kind != "str") {
		r.noValue++
	}
	c := Cell{Ref: r.ref, Formula: hasFormula}
	switch kind {
	case "s":
		if !hasValue {
			return nil
		}
		if err := r.loadShared(); err != nil {
			return err
		}
		i, ok := smallInt(strings.TrimSpace(value))
		if !ok || i >= len(r.shared) {
			r.warnCell("refers to the shared text %q of %d; it is left out", clip(value), len(r.shared))
			return nil
		}
		c.Text = r.shared[i]
		return r.add(c)
	case "inlineStr":
		if inline == "" {
			inline = xstring(value)
		}
		c.Text = inline
	case "str":
		c.Text = xstring(value)
	case "e":
		c.Kind, c.Text = KindError, strings.TrimSpace(value)
	case "b":
		c.Kind = KindBool
		switch strings.TrimSpace(value) {
		case "":
		case "1", "true":
			c.Text = "TRUE"
		case "0", "false":
			c.Text = "FALSE"
		default:
			r.warnCell("is marked as true or false and is %q; it is read as text", clip(value))
			c.Kind, c.Text = KindText, value
		}
	default:
		if strings.TrimSpace(value) == "" {
			return nil
		}
		var err error
		switch kind {
		case "n":
			err = r.number(&c, value, style)
		case "d":
			r.isoDate(&c, value)
		default:
			r.warnCell("is of the unknown type %q; it is read as text", clip(kind))
			c.Text = value
		}
		if err != nil {
			return err
		}
	}
	// A text of its own is copied, so that it does not keep the part's alive.
	if c.Number == "" {
		if err := r.charge(len(c.Text)); err != nil {
			return err
		}
		c.Text = r.texts.copy(c.Text)
	}
	return r.add(c)
}

// charge counts a cell's text.
func (r *sheetReader) charge(bytes int) error {
	if r.left.Text -= int64(bytes); r.left.Text < 0 {
		return r.tooMuch(r.sheet.Name, r.part, "bytes of text", "Text", r.lim.Text)
	}
	return nil
}

// add adds a cell unless there is nothing in it.
func (r *sheetReader) add(c Cell) error {
	if c.Text == "" {
		return nil
	}
	if r.left.Cells--; r.left.Cells < 0 {
		return r.tooMuch(r.sheet.Name, r.part, "cells", "Cells", int64(r.lim.Cells))
	}
	r.sheet.Cells = append(r.sheet.Cells, c)
	return nil
}

// number sets the kind, text and number of a cell by its value and style.
func (r *sheetReader) number(c *Cell, value, style string) error {
	if number, ok := canonical(value); ok {
		r.digits = append(r.digits[:0], number...)
	} else if v, ok := parseNumber(value); ok {
		r.digits = appendPlain(r.digits[:0], v)
	} else {
		r.warnCell("is marked as a number and is %q; it is read as text", clip(value))
		c.Text = value
		return nil
	}
	format, err := r.format(style)
	if err != nil {
		return err
	}
	number := r.texts.copyBytes(r.digits)
	n := len(number)
	switch format {
	case formatGeneral:
		c.Kind, c.Text, c.Number = KindNumber, number, number
	case formatPercent:
		c.Kind, c.Text, c.Number = KindPercent, percent(number), number
		n += len(c.Text)
	default:
		v, _ := strconv.ParseFloat(number, 64)
		c.Kind, c.Text, c.Number = formatted(number, v, format, r.date1904)
		n += len(c.Text)
	}
	return r.charge(n)
}

// isoDate sets a cell's date by a value such as 2006-01-02T15:04:05, which
// the strict form of the format has.
func (r *sheetReader) isoDate(c *Cell, value string) {
	value = strings.TrimSuffix(strings.TrimSpace(value), "Z")
	for _, f := range [...]struct {
		layout string
		format numFormat
	}{
		{"2006-01-02T15:04:05", formatDateTime},
		{"2006-01-02", formatDate},
		{"15:04:05", formatTime},
		{"2006-01-02T15:04", formatDateTime},
		{"15:04", formatTime},
	} {
		t, err := time.Parse(f.layout, value)
		if err != nil {
			continue
		}
		serial := float64(t.Hour()*3600+t.Minute()*60+t.Second())/86400 + float64(t.Nanosecond())/86400e9
		if f.format != formatTime {
			serial += serialDay(t, r.date1904)
		}
		if kind, text, number := numberCell(serial, f.format, r.date1904); kind == KindDate {
			c.Kind, c.Text, c.Number = kind, text, number
			return
		}
	}
	r.warnCell("is marked as a date and is %q; it is read as text", clip(value))
	c.Text = value
}

// serialDay returns the serial number of the day of t.
func serialDay(t time.Time, date1904 bool) float64 {
	days := int(t.Unix()/86400) + 25569 // of the days from 30 December 1899, 25,569 lie before 1970
	switch {
	case date1904:
		days -= 1462
	case days <= 60: // before March 1900 the 29 February that never was is not counted
		days--
	}
	return float64(days)
}

// canonical returns what plain returns for the number in s, for the numbers
// of which that can be told from the digits: those without an exponent and
// with 15 digits at most. No two of them give the same float64, so that none
// has a shorter form.
func canonical(s string) (string, bool) {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) == 0 || len(digits) > 16 {
		return "", false
	}
	point := len(digits)
	for i := range len(digits) {
		switch c := digits[i]; {
		case c == '.' && point == len(digits):
			point = i
		case c < '0' || c > '9':
			return "", false
		}
	}
	n := len(digits)
	if point < n {
		n--
	}
	// A zero in front is left to parseNumber, except for one before the point.
	if n > 15 || point == 0 || point == len(digits)-1 || digits[0] == '0' && point > 1 {
		return "", false
	}
	if point < len(digits) {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	return s, true
}

// parseNumber parses a decimal number.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if strings.Trim(s, "0123456789+-.eE") != "" { // ParseFloat takes inf, nan and 0x1p4
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// smallInt parses a count or index; it reports false for what is none or
// beyond 2,147,483,647. Unlike strconv it makes no error, which would cost more
// than all the rest.
func smallInt(s string) (int, bool) {
	n := int64(0)
	for _, c := range []byte(s) {
		if n = n*10 + int64(c-'0'); c < '0' || c > '9' || n > math.MaxInt32 {
			return 0, false
		}
	}
	return int(n), s != ""
}

// looksLikeRef reports whether s is made like an address, of letters and
// digits, whatever their number.
func looksLikeRef(s string) bool {
	s = strings.ReplaceAll(s, "$", "")
	digits := strings.TrimLeft(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
	return len(digits) < len(s) && digits != "" && strings.Trim(digits, "0123456789") == "" && strings.Trim(digits, "0") != ""
}

// loadShared reads the shared strings when the first cell asks for them.
func (p *ooxml) loadShared() error {
	if p.shared != nil {
		return nil
	}
	p.shared = []string{}
	part := firstOf(p.related, "sharedStrings")
	if part == "" {
		return nil
	}
	text, err := p.read("", part)
	if err != nil {
		return err
	}
	x := p.scanner(text)
	x.root()
	if n, ok := smallInt(x.attr("uniqueCount")); ok { // as far as there is text for them
		p.shared = make([]string, 0, min(n, len(text)/len("<si><t>x</t></si>"), p.lim.Cells))
	}
	for x.child() {
		if x.name != "si" {
			x.skip()
			continue
		}
		if len(p.shared) == p.lim.Cells {
			return p.tooMuch("", part, "shared texts", "Cells", int64(p.lim.Cells))
		}
		s := p.richText(x)
		if p.left.Text -= int64(len(s)); p.left.Text < 0 {
			return p.tooMuch("", part, "bytes of text", "Text", p.lim.Text)
		}
		p.shared = append(p.shared, s)
	}
	if err := x.finish(); err != nil {
		return p.err("", part, ErrDamaged, "", err)
	}
	return nil
}

// format returns what the style with an index makes of a number.
func (r *sheetReader) format(style string) (numFormat, error) {
	if r.formats == nil {
		if err := r.loadFormats(); err != nil {
			return 0, err
		}
	}
	i, ok := 0, true
	if style != "" {
		i, ok = smallInt(style)
	}
	if ok && i < len(r.formats) {
		return r.formats[i], nil
	}
	if len(r.formats) > 0 || style != "" {
		r.badStyle++
	}
	return formatGeneral, nil
}

// loadFormats reads the number formats of the cell styles.
func (p *ooxml) loadFormats() error {
	p.formats = []numFormat{}
	part := firstOf(p.related, "styles")
	if part == "" {
		return nil
	}
	text, err := p.read("", part)
	if err != nil {
		return err
	}
	x := p.scanner(text)
	x.root()
	custom := map[int]numFormat{}
	for x.child() {
		switch x.name {
		case "numFmts":
			for x.child() {
				if id, ok := smallInt(x.attr("numFmtId")); ok {
					custom[id] = classifyFormat(xstring(x.attr("formatCode")))
				}
				x.skip()
			}
		case "cellXfs":
			for x.child() {
				id, _ := smallInt(x.attr("numFmtId"))
				f, ok := custom[id]
				if !ok {
					f = builtinFormat(id)
				}
				p.formats = append(p.formats, f)
				x.skip()
			}
		default:
			x.skip()
		}
	}
	if err := x.finish(); err != nil {
		return p.err("", part, ErrDamaged, "", err)
	}
	return nil
}

// richText returns the text of the shared or inline string that has begun:
// that of its own and of its runs, without the phonetic ones.
func (p *ooxml) richText(x *scanner) string {
	p.runs.reset()
	for x.child() {
		switch x.name {
		case "t":
			p.runs.add(x.text())
		case "r":
			for x.child() {
				if x.name == "t" {
					p.runs.add(x.text())
				} else {
					x.skip()
				}
			}
		default:
			x.skip()
		}
	}
	return xstring(p.runs.text(&p.texts))
}
