package convert

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// sheet makes a sheet of the form. The text or number of a value cell is
// what value returns for it.
func (f *form) sheet(name string, value func(formCell) xlsx.Cell) *xlsx.Sheet {
	s := &xlsx.Sheet{Name: name}
	for _, fc := range f.cells {
		if fc.at != fc.last {
			s.Merges = append(s.Merges, xlsx.Range{First: fc.at, Last: fc.last})
		}
		c := xlsx.Cell{Text: fc.text}
		if fc.kind == formValue {
			c = value(fc)
		}
		c.Ref = fc.at
		if c.Text != "" {
			s.Cells = append(s.Cells, c)
		}
	}
	slices.SortFunc(s.Cells, func(a, b xlsx.Cell) int { return a.Ref.Compare(b.Ref) })
	slices.SortFunc(s.Merges, func(a, b xlsx.Range) int { return a.First.Compare(b.First) })
	return s
}

// numberCell returns the cell of a number.
func numberCell(d schema.Decimal) xlsx.Cell {
	return xlsx.Cell{Kind: xlsx.KindNumber, Text: string(d), Number: string(d)}
}

// figureCell returns the cell that says what an observation says, in a row
// that counts in the unit: a number where it is nothing but a number in that
// unit, however it was spelt, else what was printed. It reports false for what
// no cell can say.
func figureCell(o *schema.Observation, unit string) (xlsx.Cell, bool) {
	ind, _ := schema.Lookup(o.Indicator)
	f, text := readFigureText(o.Source.Printed), o.Source.Printed
	if f.unit == "万" { // as it is read
		if f.unit = "万元"; ind.Kind != schema.Amount {
			f = figure{status: schema.Text}
		}
	}
	// What was printed says the same only if it did so where it was read.
	same := f.status == o.Status && f.value == o.Value
	switch o.Status {
	case schema.Number:
		switch {
		case same && f.unit == o.Unit && f.unit != "" && (f.remark || f.unit != unit), same && f.remark && f.unit == "" && o.Unit == unit:
		case o.Unit == unit || o.Unit == "":
			return numberCell(o.Value), true
		default:
			text = string(o.Value) + o.Unit
			back := readFigureText(text)
			if back.status != o.Status || back.value != o.Value || back.unit != o.Unit {
				return xlsx.Cell{}, false
			}
		}
	case schema.None:
		if !same {
			text = "无"
		}
	case schema.Dash:
		if !same {
			text = "—"
		}
	case schema.Text:
		return xlsx.Cell{Text: text}, same
	default:
		return xlsx.Cell{}, true
	}
	return xlsx.Cell{Text: text}, true
}

// unitOf returns the unit that a value cell of the form counts in, as it is
// read: the form's unit column, else the head, else the indicator.
func (fc *formCell) unitOf() string {
	ind, _ := schema.Lookup(fc.row.indicator(fc.column))
	head := headUnit(&cell{Cell: xlsx.Cell{Text: fc.column.label.text}})
	if fc.section.unitColumn() {
		return cmp.Or(fc.row.unit, head, fc.column.unit, ind.Unit)
	}
	return cmp.Or(head, fc.column.unit, fc.row.unit, ind.Unit)
}

// unitColumn reports whether the form prints the units of the rows.
func (s *section) unitColumn() bool {
	return slices.ContainsFunc(s.leafs, func(l *column) bool { return l.role == roleUnit })
}

// sharePercent returns part of whole in percent, rounded to two digits behind
// the point, or "" where there is none.
func sharePercent(part, whole schema.Decimal) schema.Decimal {
	if part == "" || whole == "" || whole == "0" {
		return ""
	}
	p := new(big.Rat).Quo(part.Rat(), whole.Rat())
	d, err := schema.ParseDecimal(p.Mul(p, big.NewRat(100, 1)).FloatString(2))
	if err != nil {
		return ""
	}
	return d
}

// sheetName returns the name of the sheet that a table is written to.
func (t *table) sheetName() string { return plainSheetName(cmp.Or(t.sheet, t.name)) }

// longestSheetName is what the format allows, in UTF-16 units.
const longestSheetName = 31

// plainSheetName takes out of a name what a sheet's name must not have.
func plainSheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`:\/?*[]'`, r) || r == '\uFFFD' || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, name)
	for len(utf16.Encode([]rune(name))) > longestSheetName {
		rs := []rune(name)
		name = string(rs[:len(rs)-1])
	}
	return cmp.Or(strings.TrimSpace(name), "表")
}

// The fonts and sizes of the forms. Where a machine has no such font, its
// programs take another one for Chinese.
var (
	styleTitle   = xlsx.Style{Font: "宋体", Size: 16, Bold: true, Across: xlsx.AlignCenter, Down: xlsx.AlignCenter, Wrap: true}
	stylePeriod  = xlsx.Style{Font: "宋体", Size: 11, Across: xlsx.AlignCenter, Down: xlsx.AlignCenter, Wrap: true}
	styleCaption = xlsx.Style{Font: "黑体", Size: 12, Across: xlsx.AlignStart, Down: xlsx.AlignCenter, Wrap: true}
	styleLine    = xlsx.Style{Font: "仿宋", Size: 11, Across: xlsx.AlignStart, Down: xlsx.AlignCenter, Wrap: true}
	styleHead    = xlsx.Style{Font: "宋体", Size: 10.5, Bold: true, Across: xlsx.AlignCenter, Down: xlsx.AlignCenter, Wrap: true, Border: true}
	styleLabel   = xlsx.Style{Font: "宋体", Size: 10.5, Across: xlsx.AlignStart, Down: xlsx.AlignCenter, Wrap: true, Border: true}
	styleValue   = xlsx.Style{Font: "宋体", Size: 10.5, Across: xlsx.AlignCenter, Down: xlsx.AlignCenter, Wrap: true, Border: true}
)

// style returns how a cell of the form looks, with c in it.
func (fc *formCell) style(c xlsx.Cell) xlsx.Style {
	switch fc.kind {
	case formTitle:
		return styleTitle
	case formPeriod:
		return stylePeriod
	case formCaption:
		return styleCaption
	case formIssuer, formFooter:
		return styleLine
	case formSection, formHead:
		return styleHead
	case formLabel:
		s := styleLabel
		switch {
		case fc.section.stub == "":
			s.Indent = fc.row.depth
		case fc.row.heading:
			s.Across = xlsx.AlignCenter // beside its rows
		}
		s.Bold = fc.row.heading && fc.row.depth == 0
		return s
	}
	s := styleValue
	// A cell that has no number yet gets no format for one: with one, LibreOffice
	// stores 0 for the result of a formula that is an empty text.
	if fc.kind == formValue && c.Kind == xlsx.KindNumber {
		// In full, where the usual format would turn to powers of ten.
		s.Format = "0"
		if _, frac, ok := strings.Cut(c.Number, "."); ok {
			s.Format += "." + strings.Repeat("0", min(len(frac), 10))
		}
		if fc.column.role == roleShare {
			s.Format = "0.00"
		}
	}
	return s
}

// Measures of a page, in points and in the digits that widths count in. A4
// less the margins is 523 by 770 points; a digit takes five and a quarter.
const (
	pageMargin   = 0.5 // inches
	pageWidth    = 99  // digits, upright
	pageLength   = 145 // digits, lying
	pageHeight   = 765 // points, upright
	pageLow      = 520 // points, lying
	lineHeight   = 1.48
	cellPadding  = 1.4 // digits
	rowPadding   = 5   // points
	lowestRow    = 20  // points
	smallestPage = 0.8 // what an upright page is shrunk to before it lies down
)

// textWidth returns the width of a text without line breaks in digits, at a
// size of so many points.
func textWidth(text string, size float64) float64 {
	n := 0.0
	for _, r := range text {
		if r < 0x2000 && r != '×' {
			n++
		} else {
			n += 2
		}
	}
	return n * size / 10.5
}

// textLines returns how many lines a text takes in a column.
func textLines(text string, size, width float64) float64 {
	n := 0.0
	// A character that does not fit a line stands in the next one.
	perLine := max(1, math.Floor((width-cellPadding)/(2*size/10.5)))
	for line := range strings.SplitSeq(text, "\n") {
		n += max(1, math.Ceil(textWidth(line, size)/(2*size/10.5)/perLine))
	}
	return n
}

// dress gives a sheet of the form its look.
func (f *form) dress(s *xlsx.Sheet) {
	look := &xlsx.Look{Widths: f.widths(s)}
	texts := make([]xlsx.Cell, len(f.cells))
	for i := range f.cells {
		fc := &f.cells[i]
		texts[i], _ = s.Cell(fc.at)
		look.Styles = append(look.Styles, xlsx.Styled{Range: xlsx.Range{First: fc.at, Last: fc.last}, Style: fc.style(texts[i])})
	}
	look.Heights = make([]float64, f.rows)
	for i := range look.Heights {
		look.Heights[i] = lowestRow
	}
	// Cells of one row first: those of several need only what is missing.
	for _, several := range []bool{false, true} {
		for i := range f.cells {
			fc := &f.cells[i]
			if several != (fc.last.Row > fc.at.Row) {
				continue
			}
			style := look.Styles[i].Style
			width := sum(look.Widths[fc.at.Col:fc.last.Col+1]) - 1.5*float64(style.Indent)
			need := textLines(texts[i].Text, style.Size, width)*style.Size*lineHeight + rowPadding
			if missing := need - sum(look.Heights[fc.at.Row:fc.last.Row+1]); missing > 0 {
				look.Heights[fc.last.Row] = min(look.Heights[fc.last.Row]+missing, 400)
			}
		}
	}
	look.Print = f.page(sum(look.Widths), sum(look.Heights))
	s.Look = look
}

func sum(list []float64) float64 {
	n := 0.0
	for _, v := range list {
		n += v
	}
	return n
}

// widths returns the widths of the columns, by what the forms print in them.
func (f *form) widths(s *xlsx.Sheet) []float64 {
	ws := make([]float64, f.columns)
	values := make([]bool, f.columns)
	for i := range f.cells {
		fc := &f.cells[i]
		if fc.section == nil || fc.at.Col != fc.last.Col && !(fc.kind == formLabel && fc.section.stub == "") {
			continue
		}
		need := 0.0
		switch fc.kind {
		case formLabel:
			size := styleLabel.Size
			need = textWidth(fc.text, size) + cellPadding + 1.5*float64(fc.row.depth)
			switch {
			case fc.section.stub == "":
				need = min(max(need, 20), 50)
			case fc.row.heading && fc.row.depth == 0:
				need = 9 // beside its rows, in lines of three characters
			case fc.row.heading:
				need = min(max(textWidth(fc.text, size)+cellPadding, 8), 16)
			default:
				need = min(max(need, 20), 30)
			}
		case formHead:
			switch fc.column.role {
			case roleLabel:
				continue
			case roleUnit, roleCode, roleSerial:
				need = textWidth(fc.text, styleHead.Size) + 2*cellPadding
			default:
				// Four characters stand in one line, more in two, and more in
				// three only beyond twelve.
				n := textWidth(fc.text, styleHead.Size)
				if n > 8 {
					n = max(8, math.Ceil(n/4)*2)
				}
				need = min(max(n, 8), 16) + cellPadding
				values[fc.at.Col] = true
			}
		case formUnit:
			need = textWidth(fc.text, styleValue.Size) + 2*cellPadding
		case formValue:
			values[fc.at.Col] = true
			if c, ok := s.Cell(fc.at); ok {
				if need = textWidth(c.Text, styleValue.Size) + cellPadding; c.Kind != xlsx.KindNumber {
					need = min(need, 14)
				}
			}
		}
		ws[fc.at.Col] = max(ws[fc.at.Col], need)
	}
	for i, w := range ws {
		if w == 0 {
			ws[i] = 8 + cellPadding
		}
	}
	// A narrow table is stretched over the page: a few columns of figures to one
	// good width, then the labels.
	n, widest := 0.0, 0.0
	for i, v := range values {
		if v {
			n, widest = n+1, max(widest, ws[i])
		}
	}
	for i, v := range values {
		if v && n <= 3 {
			ws[i] = widest
		}
	}
	if room := 90 - sum(ws); room > 0 {
		for i, v := range values {
			if v {
				ws[i] = max(ws[i], min(20, ws[i]+room/n))
			}
		}
	}
	if room := 90 - sum(ws); room > 0 && f.labels > 0 {
		ws[f.labels-1] += min(room, 25)
	}
	for i := range ws {
		ws[i] = math.Round(ws[i]*10) / 10
	}
	return ws
}

// page returns how a sheet of this width and height is printed: upright if
// that does not make it small, on one page if it nearly fits.
func (f *form) page(width, height float64) *xlsx.Print {
	p := &xlsx.Print{Wide: 1, Margin: pageMargin, Center: true,
		Area: &xlsx.Range{Last: xlsx.Ref{Row: f.rows - 1, Col: f.columns - 1}}}
	high := pageHeight / min(1, pageWidth/width)
	if pageWidth/width < smallestPage && height <= pageLow {
		p.Landscape = true
		high = pageLow / min(1, pageLength/width)
	}
	if height <= high/smallestPage {
		p.Tall = 1
		return p
	}
	// Every page begins with the head, if there is but one.
	first, last := -1, -1
	for i := range f.cells {
		if fc := &f.cells[i]; fc.kind == formHead {
			if first < 0 {
				first = fc.at.Row
			}
			if fc.section != f.table.sections[0] {
				return p
			}
			last = max(last, fc.last.Row)
		}
	}
	p.Repeat = &[2]int{first, last}
	return p
}

// note adds words to the note on a cell.
func note(s *xlsx.Sheet, at xlsx.Ref, text string) {
	if text == "" {
		return
	}
	s.Look.Notes = append(s.Look.Notes, xlsx.Note{Ref: at, Text: text})
}

// yearName returns a year as part of a sheet's name.
func yearName(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}
