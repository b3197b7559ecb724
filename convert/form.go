package convert

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zwgk/statable/xlsx"
)

// A formCell is a cell of a printed form: where it stands, what it says, and
// for a value what it asks for.
type formCell struct {
	at, last xlsx.Ref
	kind     formKind
	text     string
	section  *section
	row      *row    // of labels, units and values
	column   *column // of heads and values
}

type formKind uint8

const (
	formTitle  formKind = iota
	formPeriod          // year and coverage, where no title tells them
	formIssuer
	formCaption
	formSection // the title of a section
	formHead
	formLabel
	formUnit
	formCode
	formValue
	formFooter
)

// A form is a printed table: its cells in the order of rows and columns.
type form struct {
	table   *table
	cells   []formCell
	columns int // of the sheet
	labels  int // columns of row labels
	rows    int
	marks   bool // a line of the head that means nothing is printed
}

// A heading is what is filled in above a table.
type heading struct {
	issuer, coverage string
	year             int
	blank            bool // it is left to be filled in by hand
}

// print lays the table out with everything that the form may print.
func (t *table) print(issuer string, year int) *form {
	return (&form{table: t, marks: true}).lay(heading{issuer: issuer, year: year})
}

// lay lays the table out as it is written: as the form prints it, without
// what means nothing.
func (t *table) lay(h heading) *form { return (&form{table: t}).lay(h) }

// lay adds all cells to the form. What its title does not tell of the issuer,
// the year and the coverage stands in lines of its own.
func (f *form) lay(h heading) *form {
	t := f.table
	sections := slices.DeleteFunc(slices.Clone(t.sections), func(s *section) bool { return s.other })
	for _, s := range sections {
		f.labels = max(f.labels, s.labelColumns())
		f.columns = max(f.columns, s.columns())
	}
	row := 0
	line := func(kind formKind, text string) {
		if text == "" {
			return
		}
		f.add(formCell{at: xlsx.Ref{Row: row}, last: xlsx.Ref{Row: row, Col: f.columns - 1}, kind: kind, text: text})
		row++
	}
	title, captions := h.title(t.layout), t.captions
	// A caption that the title already is, is not printed twice, nor a title
	// that the caption says in full.
	captions = slices.DeleteFunc(slices.Clone(captions), func(c label) bool { return strings.Contains(t.layout.Title, c.text) })
	if len(captions) > 0 && strings.Contains(captions[0].text, t.layout.Title) {
		title, captions = captions[0].text, captions[1:]
	}
	line(formTitle, title)
	if utf8.RuneCountInString(title) > 60 {
		title = "" // too long to be read as one
	}
	line(formPeriod, h.period(title))
	for _, c := range captions {
		line(formCaption, c.text)
	}
	for _, c := range t.issuers {
		line(formIssuer, c.text+"："+h.issuer)
	}
	if len(t.issuers) == 0 && h.issuer != "" && issuerInTitle(title) != h.issuer {
		line(formIssuer, "填报单位："+h.issuer)
	}
	for _, s := range sections {
		line(formSection, s.title.text)
		row = f.head(s, row, h.replacer())
		row = f.body(s, row)
	}
	for signatures := range slices.Chunk(t.footers, 3) {
		// They stand side by side, with room to sign.
		text := ""
		for _, c := range signatures {
			text += c.text + "：" + strings.Repeat("\u3000", max(1, 13-utf8.RuneCountInString(c.text)))
		}
		line(formFooter, strings.TrimRight(text, "\u3000"))
	}
	f.rows = row
	return f
}

// replacer fills in what stands for year and issuer in the form's texts.
func (h heading) replacer() *strings.Replacer {
	switch {
	case h.blank:
		return strings.NewReplacer("{issuer}", "________\u3000", "{year}", "____")
	case h.year == 0:
		return strings.NewReplacer("{issuer}", h.issuer, "{year}", "")
	}
	return strings.NewReplacer("{issuer}", h.issuer, "{year}", strconv.Itoa(h.year))
}

// title returns the title of the form, filled in.
func (h heading) title(l *Layout) string {
	text := l.Title
	if h.year == 0 && !h.blank {
		text = strings.NewReplacer("{year}年度", "", "{year}年", "").Replace(text)
	}
	return h.replacer().Replace(text)
}

// period returns what a title does not tell of year and coverage, as a line
// that stands below it.
func (h heading) period(title string) string {
	var words []string
	switch {
	case h.blank && !strings.Contains(title, "____年"):
		words = append(words, "____年度")
	case h.year != 0 && yearIn(title) != h.year:
		words = append(words, strconv.Itoa(h.year)+"年度")
	}
	if h.coverage != "" {
		words = append(words, h.coverage)
	}
	if words == nil {
		return ""
	}
	return "（" + strings.Join(words, "，") + "）"
}

func (f *form) add(c formCell) { f.cells = append(f.cells, c) }

// labelColumns returns how many columns the row labels take.
func (s *section) labelColumns() int {
	if s.unlabelled() {
		return 0
	}
	n := 1
	if s.stub != "" {
		for _, r := range s.rows {
			n = max(n, r.depth+1)
		}
	}
	return n
}

// columns returns how many columns the section takes.
func (s *section) columns() int {
	n := s.labelColumns()
	for _, l := range s.leafs {
		n += count(l.role != roleLabel)
	}
	return n
}

// places returns the first and last column of each leaf. Where the section
// has fewer columns than the form, the last of them is the wider.
func (f *form) places(s *section) [][2]int {
	at := make([][2]int, len(s.leafs))
	col := 0
	for j, l := range s.leafs {
		n := 1
		if l.role == roleLabel {
			n = max(1, f.labels)
		}
		at[j] = [2]int{col, col + n - 1}
		col += n
	}
	at[len(at)-1][1] = f.columns - 1
	return at
}

// head prints the section's head from the row on and returns the next row.
func (f *form) head(s *section, row int, fill *strings.Replacer) int {
	depth := 0
	for _, c := range s.head {
		depth = max(depth, c.depth)
	}
	at := f.places(s)
	leaf := 0
	for i, c := range s.head {
		first, last := leaf, leaf
		bottom := row + c.depth
		if c.role == roleGroup {
			last = leaf - 1
			for _, d := range s.head[i+1:] {
				if d.depth <= c.depth {
					break
				}
				last += count(d.role != roleGroup)
			}
		} else {
			bottom = row + depth
			leaf++
		}
		f.add(formCell{
			at: xlsx.Ref{Row: row + c.depth, Col: at[first][0]}, last: xlsx.Ref{Row: bottom, Col: at[last][1]},
			kind: formHead, text: fill.Replace(c.label.text), section: s, column: c,
		})
	}
	if f.marks && len(f.table.marks) == len(s.leafs) {
		depth++
		for j, m := range f.table.marks {
			f.add(formCell{at: xlsx.Ref{Row: row + depth, Col: at[j][0]}, last: xlsx.Ref{Row: row + depth, Col: at[j][1]},
				kind: formHead, text: m.text, section: s, column: s.leafs[j]})
		}
	}
	return row + depth + 1
}

// body prints the section's rows from the row on and returns the next row.
func (f *form) body(s *section, row int) int {
	at := f.places(s)
	stub := [2]int{} // the columns of row labels
	for j, l := range s.leafs {
		if l.role == roleLabel {
			stub = at[j]
		}
	}
	line := row
	for i, r := range s.rows {
		spans := s.stub != "" && r.heading // the label stands beside its rows
		if !s.unlabelled() {
			c := formCell{at: xlsx.Ref{Row: line, Col: stub[0]}, last: xlsx.Ref{Row: line, Col: stub[1]},
				kind: formLabel, text: r.label.text, section: s, row: r}
			if s.stub != "" {
				c.at.Col = stub[0] + r.depth
			}
			if spans {
				c.last = xlsx.Ref{Row: line - 1, Col: stub[0] + r.depth}
				for _, d := range s.rows[i+1:] {
					if d.depth <= r.depth {
						break
					}
					c.last.Row += count(!d.heading)
				}
			}
			f.add(c)
		}
		if spans {
			continue
		}
		for j, l := range s.leafs {
			c := formCell{at: xlsx.Ref{Row: line, Col: at[j][0]}, last: xlsx.Ref{Row: line, Col: at[j][1]},
				section: s, row: r, column: l}
			switch l.role {
			case roleLabel:
				continue
			case roleUnit:
				c.kind, c.text = formUnit, r.unit
			case roleCode, roleSerial:
				c.kind, c.text = formCode, strconv.Itoa(i+1)
				if l.role == roleCode && i < 9 {
					c.text = "0" + c.text
				}
			default:
				c.kind = formValue
			}
			f.add(c)
		}
		line++
	}
	return line
}
