package convert

import (
	"slices"
	"strconv"
	"strings"

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
	formTitle formKind = iota
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
}

// print lays the table out as the form prints it. The title's and the issuer
// line's blanks are filled in with issuer and year, where they are known.
func (t *table) print(issuer string, year int) *form {
	f := &form{table: t}
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
	y := ""
	if year != 0 {
		y = strconv.Itoa(year)
	}
	fill := strings.NewReplacer("{issuer}", issuer, "{year}", y)
	line(formTitle, fill.Replace(t.layout.Title))
	for _, c := range t.captions {
		// A caption that the title already is, is not printed twice.
		if !strings.Contains(t.layout.Title, c.text) {
			line(formCaption, c.text)
		}
	}
	for _, c := range t.issuers {
		line(formIssuer, c.text+"："+issuer)
	}
	for _, s := range sections {
		line(formSection, s.title.text)
		row = f.head(s, row, fill)
		row = f.body(s, row)
	}
	for i, c := range t.footers {
		// The signatures stand side by side as far as there is room.
		n := max(1, f.columns)
		f.add(formCell{at: xlsx.Ref{Row: row + i/n, Col: i % n}, last: xlsx.Ref{Row: row + i/n, Col: i % n}, kind: formFooter, text: c.text + "："})
	}
	return f
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
	if len(f.table.marks) == len(s.leafs) {
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
