package xlsx

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// A Look is how a sheet looks and prints, and what it works out and checks
// when it is filled in: everything beside what stands in its cells. Write
// follows it. Readers give none.
type Look struct {
	Widths   []float64 // of the columns from the first on, in digits of the default font; 0 is as usual
	Heights  []float64 // of the rows from the first on, in points; 0 is as usual
	Styles   []Styled  // where two cover a cell, the later counts
	Formulas []Formula
	Notes    []Note
	Counts   []Count
	Marks    []Mark
	Print    *Print // nil leaves it to the program that prints
}

// Styled gives the cells of a range a style, empty ones too.
type Styled struct {
	Range Range
	Style Style
}

// A Style is how a cell looks. The zero Style is how a cell looks anyway.
type Style struct {
	Font   string  // the name of the font; programs without it take another one of its script
	Size   float64 // in points
	Bold   bool
	Across Align // from left to right
	Down   Align // from top to bottom
	Indent int   // from the left, in steps of three spaces
	Wrap   bool  // breaks the text into lines
	Border bool  // a thin line on all sides
	Format string
	// Format is the code of the number format, such as 0.00. Cells of the kinds
	// KindPercent and KindDate have their own.
}

// An Align says where a text stands in its cell.
type Align string

// The alignments. Across a cell, texts stand at the left and numbers at the
// right if nothing is said; down a cell, both at the bottom.
const (
	AlignStart  Align = "start"  // left, top
	AlignCenter Align = "center" // in the middle
	AlignEnd    Align = "end"    // right, bottom
)

// A Formula is worked out by the program that shows the sheet. What stands in
// the cell is its stored result, for readers that work nothing out; if
// nothing does, the stored result is an empty text.
type Formula struct {
	Ref  Ref
	Expr string // without an equals sign in front
}

// A Note is a comment that is shown beside a cell and not printed.
type Note struct {
	Ref  Ref
	Text string
}

// A Count is a range whose cells take whole numbers only when they are typed
// in, not negative ones unless Signed.
type Count struct {
	Range  Range
	Signed bool
	Title  string // of the message that refuses anything else
	Text   string // of the message
}

// A Mark shows ranges in red as long as a formula is true.
type Mark struct {
	Ranges []Range
	When   string // without an equals sign in front; the addresses as $B$7
}

// Print says how a sheet is printed, on A4.
type Print struct {
	Landscape bool
	// Wide and Tall are the pages that the sheet is shrunk to fit, side by side
	// and one below the other; 0 is as many as it takes.
	Wide, Tall int
	Area       *Range  // what is printed; nil for everything
	Repeat     *[2]int // the first and last row that every page begins with
	Margin     float64 // on all sides, in inches; 0 is as usual
	Center     bool    // between the left and right margins
}

// Bounds of the format.
const (
	maxWidth   = 255
	maxHeight  = 409
	maxFormula = 8192
	maxStyled  = 1 << 20 // cells, to stop what is certainly a mistake
)

// check reports what excelize would pass over or write all the same.
func (l *Look) check() error {
	for i, w := range l.Widths {
		if !(w >= 0 && w <= maxWidth) {
			return fmt.Errorf("column %d, counted from 0: width %v", i, w)
		}
	}
	for i, h := range l.Heights {
		if !(h >= 0 && h <= maxHeight) {
			return fmt.Errorf("row %d, counted from 0: height %v", i, h)
		}
	}
	if len(l.Widths) > MaxColumns || len(l.Heights) > MaxRows {
		return fmt.Errorf("%d widths, %d heights: more than a sheet has columns or rows", len(l.Widths), len(l.Heights))
	}
	styled := 0
	for _, s := range l.Styles {
		if err := s.Range.check(); err != nil {
			return fmt.Errorf("style: %w", err)
		}
		styled += (s.Range.Last.Row - s.Range.First.Row + 1) * (s.Range.Last.Col - s.Range.First.Col + 1)
		if styled > maxStyled {
			return fmt.Errorf("styles: more than %d cells", maxStyled)
		}
		if !(s.Style.Size >= 0 && s.Style.Size <= maxHeight) {
			return fmt.Errorf("style of %v: size %v", s.Range, s.Style.Size)
		}
	}
	seen := map[Ref]bool{}
	for _, f := range l.Formulas {
		if err := (Range{f.Ref, f.Ref}).check(); err != nil {
			return fmt.Errorf("formula: %w", err)
		}
		if seen[f.Ref] {
			return fmt.Errorf("formula in %v: stands twice", f.Ref)
		}
		seen[f.Ref] = true
		if err := checkFormula(f.Expr); err != nil {
			return fmt.Errorf("formula in %v: %w", f.Ref, err)
		}
	}
	clear(seen)
	for _, n := range l.Notes {
		if err := (Range{n.Ref, n.Ref}).check(); err != nil {
			return fmt.Errorf("note: %w", err)
		}
		if _, err := textValue(n.Text); err != nil || n.Text == "" || seen[n.Ref] {
			return fmt.Errorf("note on %v: empty, no text, or the second one", n.Ref)
		}
		seen[n.Ref] = true
	}
	for _, c := range l.Counts {
		if err := c.Range.check(); err != nil {
			return fmt.Errorf("count: %w", err)
		}
	}
	for _, m := range l.Marks {
		if err := checkFormula(m.When); err != nil {
			return fmt.Errorf("mark of %v: %w", m.Ranges, err)
		}
		for _, r := range m.Ranges {
			if err := r.check(); err != nil {
				return fmt.Errorf("mark: %w", err)
			}
		}
	}
	return l.Print.check()
}

func (p *Print) check() error {
	switch {
	case p == nil:
	case p.Wide < 0 || p.Tall < 0:
		return fmt.Errorf("print: %d by %d pages", p.Wide, p.Tall)
	case !(p.Margin >= 0 && p.Margin <= 4):
		return fmt.Errorf("print: margins of %v inches on A4", p.Margin)
	case p.Area != nil && p.Area.check() != nil:
		return fmt.Errorf("print: %w", p.Area.check())
	case p.Repeat != nil && (p.Repeat[0] < 0 || p.Repeat[1] < p.Repeat[0] || p.Repeat[1] >= MaxRows):
		return fmt.Errorf("print: repeated rows %d to %d, counted from 0", p.Repeat[0], p.Repeat[1])
	}
	return nil
}

// check reports a range that a sheet does not have.
func (r Range) check() error {
	if r.First.Row < 0 || r.First.Col < 0 || r.Last.Row < r.First.Row || r.Last.Col < r.First.Col ||
		r.Last.Row >= MaxRows || r.Last.Col >= MaxColumns {
		return fmt.Errorf("%v: no range of a sheet", r)
	}
	return nil
}

func checkFormula(expr string) error {
	switch {
	case expr == "" || strings.HasPrefix(expr, "="):
		return fmt.Errorf("%q: empty, or with an equals sign in front", expr)
	case len(expr) > maxFormula:
		return fmt.Errorf("longer than %d characters", maxFormula)
	}
	if v, err := textValue(expr); err != nil {
		return err
	} else if _, ok := v.(string); !ok {
		return errors.New("with characters that a formula cannot have")
	}
	return nil
}

// dress is what a look gives to one cell.
type dress struct {
	style   Style
	formula string
}

// dresses returns what each cell of the look gets.
func (l *Look) dresses() map[Ref]dress {
	m := make(map[Ref]dress)
	for _, s := range l.Styles {
		for row := s.Range.First.Row; row <= s.Range.Last.Row; row++ {
			for col := s.Range.First.Col; col <= s.Range.Last.Col; col++ {
				m[Ref{row, col}] = dress{style: s.Style}
			}
		}
	}
	for _, f := range l.Formulas {
		d := m[f.Ref]
		d.formula = f.Expr
		m[f.Ref] = d
	}
	return m
}

// undressed returns the cells together with the empty ones that the look gives
// a style or formula to, in order.
func undressed(cells []Cell, dresses map[Ref]dress) []Cell {
	full := make(map[Ref]bool, len(cells))
	for _, c := range cells {
		full[c.Ref] = true
	}
	all := slices.Clone(cells)
	for ref := range dresses {
		if !full[ref] {
			all = append(all, Cell{Ref: ref})
		}
	}
	slices.SortFunc(all, func(a, b Cell) int { return a.Ref.Compare(b.Ref) })
	return all
}

// An outfit is a style with the format of its numbers, and has an id.
type outfit struct {
	style  Style
	format string
}

// outfit returns the id of a style.
func (b *bookWriter) outfit(s Style, format string) (int, error) {
	if format == "" {
		format = s.Format
	}
	o := outfit{s, format}
	if o == (outfit{}) {
		return 0, nil
	}
	if id, ok := b.styles[o]; ok {
		return id, nil
	}
	style := &excelize.Style{}
	if format != "" {
		style.CustomNumFmt = &format
	}
	if s.Font != "" || s.Size != 0 || s.Bold {
		style.Font = &excelize.Font{Family: s.Font, Size: s.Size, Bold: s.Bold}
		if strings.ContainsFunc(s.Font, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			gb2312 := 134 // by which a program without the font finds another one
			style.Font.Charset = &gb2312
		}
	}
	if s.Across != "" || s.Down != "" || s.Indent != 0 || s.Wrap {
		style.Alignment = &excelize.Alignment{
			Horizontal: map[Align]string{AlignStart: "left", AlignCenter: "center", AlignEnd: "right"}[s.Across],
			Vertical:   map[Align]string{AlignStart: "top", AlignCenter: "center", AlignEnd: "bottom"}[s.Down],
			Indent:     s.Indent,
			WrapText:   s.Wrap,
		}
	}
	if s.Border {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			style.Border = append(style.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
		}
	}
	id, err := b.NewStyle(style)
	b.styles[o] = id
	return id, err
}

// dressed returns a value with a style and a formula, as excelize takes it.
func (b *bookWriter) dressed(v any, format string, d dress) (any, error) {
	id, err := b.outfit(d.style, format)
	if err != nil {
		return nil, err
	}
	if d.formula != "" {
		switch text := v.(type) {
		case nil:
			v = markResult
		case string:
			v = markResult + text
		case []excelize.RichTextRun:
			return nil, errors.New("a formula with an error, or characters that XML does not have, as its result")
		}
	}
	if id == 0 && d.formula == "" {
		return v, nil
	}
	return excelize.Cell{StyleID: id, Formula: d.formula, Value: v}, nil
}

// markResult stands before a text that is the result of a formula: excelize
// writes no empty one. packageWriter takes it away.
const markResult = "^"

// wear gives a sheet the parts of its look that excelize takes before the
// cells.
func (b *bookWriter) wear(sheet string, l *Look) error {
	for _, n := range l.Notes {
		lines := 1 + strings.Count(n.Text, "\n") + len([]rune(n.Text))/20
		c := excelize.Comment{Cell: n.Ref.String(), Author: "statable", Text: lineEnds(n.Text),
			Width: 260, Height: uint(min(20+18*lines, 400))}
		if err := b.AddComment(sheet, c); err != nil {
			return fmt.Errorf("note on %v: %w", n.Ref, err)
		}
	}
	for _, c := range l.Counts {
		dv := excelize.NewDataValidation(true)
		dv.Sqref = c.Range.String()
		var err error
		if c.Signed {
			err = dv.SetRange(-math.MaxInt32, math.MaxInt32, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween)
		} else {
			err = dv.SetRange(0, 0, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorGreaterThanOrEqual)
			dv.Formula2 = ""
		}
		if err != nil {
			return fmt.Errorf("count in %v: %w", c.Range, err)
		}
		if c.Text != "" {
			dv.SetError(excelize.DataValidationErrorStyleStop, c.Title, c.Text)
		}
		if err := b.AddDataValidation(sheet, dv); err != nil {
			return fmt.Errorf("count in %v: %w", c.Range, err)
		}
	}
	for _, m := range l.Marks {
		if b.red == nil {
			id, err := b.NewConditionalStyle(&excelize.Style{
				Font: &excelize.Font{Color: "9C0006"},
				Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FF9999"}},
			})
			if err != nil {
				return err
			}
			b.red = &id
		}
		var ranges []string
		for _, r := range m.Ranges {
			ranges = append(ranges, r.String())
		}
		rule := excelize.ConditionalFormatOptions{Type: "formula", Criteria: m.When, Format: b.red}
		if err := b.SetConditionalFormat(sheet, strings.Join(ranges, " "), []excelize.ConditionalFormatOptions{rule}); err != nil {
			return fmt.Errorf("mark of %v: %w", m.Ranges, err)
		}
	}
	if l.Print != nil {
		return b.printed(sheet, l.Print)
	}
	return nil
}

// printed sets a sheet up for printing.
func (b *bookWriter) printed(sheet string, p *Print) error {
	a4, orientation := 9, "portrait"
	if p.Landscape {
		orientation = "landscape"
	}
	page := excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation}
	if p.Wide > 0 || p.Tall > 0 {
		fit := true
		page.FitToWidth, page.FitToHeight = &p.Wide, &p.Tall
		if err := b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
			return err
		}
	}
	if err := b.SetPageLayout(sheet, &page); err != nil {
		return err
	}
	margins := excelize.PageLayoutMarginsOptions{Horizontally: &p.Center}
	if p.Margin > 0 {
		half := p.Margin / 2 // for what a person may put at the head or foot of the page
		margins.Left, margins.Right, margins.Top, margins.Bottom = &p.Margin, &p.Margin, &p.Margin, &p.Margin
		margins.Header, margins.Footer = &half, &half
	}
	if err := b.SetPageMargins(sheet, &margins); err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(sheet, "'", "''") + "'!"
	if p.Area != nil {
		name := excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: sheet,
			RefersTo: quoted + p.Area.First.Absolute() + ":" + p.Area.Last.Absolute()}
		if err := b.SetDefinedName(&name); err != nil {
			return err
		}
	}
	if p.Repeat != nil {
		name := excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheet,
			RefersTo: fmt.Sprintf("%s$%d:$%d", quoted, p.Repeat[0]+1, p.Repeat[1]+1)}
		if err := b.SetDefinedName(&name); err != nil {
			return err
		}
	}
	return nil
}

// Absolute returns the address as formulas cite it: Ref{6, 1} is $B$7.
func (r Ref) Absolute() string {
	s := r.String()
	i := strings.IndexAny(s, "0123456789")
	return "$" + s[:i] + "$" + s[i:]
}
