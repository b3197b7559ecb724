package convert

import (
	"slices"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// A Part is a run of rows of a sheet that may be a table or a piece of one,
// with what was made of it and why.
type Part struct {
	Sheet         string
	First, Last   string   // its first and last cell with something in it
	Layout, Table string   // what it was taken for; empty when for nothing
	Weighed       []Weight // what it was weighed against, the best first
	Rows          []PlacedRow
	Cells         []PlacedCell
}

// A Weight is how much speaks for a layout.
type Weight struct {
	Layout, Table string
	Section       string   // the title of the section, of tables that have several
	Score         int      // how well the labels fit, in order and number; the highest is chosen
	Evidence      int      // what the labels found are worth
	Enough        int      // the least evidence that makes a table
	Deciding      []string // printed labels that the next layout has not
}

// A PlacedRow is a printed row and the row of the form that it was placed at.
type PlacedRow struct {
	Cell    string // where the label stands, or the first figure of a row without one
	Label   string // as printed
	Row     string // the form's label, empty when the row was not placed
	Surety  int    // how surely, in percent: 100 reads the same, 80 a remark is missing, 50 a character is
	Heading bool   // the form's row asks for no figure
	Refused schema.FindingCode
}

// A PlacedCell is a cell of a part and what became of it.
type PlacedCell struct {
	Cell, Text string
	Ref, Last  xlsx.Ref // the cell, or the corners of a merged range
	Use        CellUse
}

// A CellUse says what became of a cell.
type CellUse string

// The uses of cells.
const (
	UseContext CellUse = "context" // stands around a table
	UseLabel   CellUse = "label"
	UseValue   CellUse = "value"
	UseFinding CellUse = "finding" // neither: a finding speaks of it
)

// Explain does what ToSchema does and tells how: it returns the report, and
// every part of the sheets that some layout was thought of for. The parts
// are there for a *NoTableError too.
func Explain(book *xlsx.Workbook, opts ...Option) (*schema.Report, []Part, error) {
	c, err := convert(book, opts)
	if c == nil {
		return nil, nil, err
	}
	var parts []Part
	for _, b := range c.blocks {
		parts = append(parts, c.part(b))
	}
	if err != nil {
		return nil, parts, err
	}
	return c.report, parts, nil
}

func (c *conversion) part(b *block) Part {
	first, last := b.lines[0], b.lines[len(b.lines)-1]
	p := Part{
		Sheet: first.sheet.Name,
		First: c.address(first, first.cells[0].Ref),
		Last:  c.address(last, last.cells[len(last.cells)-1].Ref),
	}
	if b.chosen != nil {
		t := b.chosen.section.table
		p.Layout, p.Table = t.layout.Name, t.name
	}
	for i, ch := range b.choices {
		s := ch.section
		w := Weight{Layout: s.table.layout.Name, Table: s.table.name, Section: s.title.text,
			Score: ch.score, Evidence: ch.points, Enough: enough}
		next := slices.IndexFunc(b.choices[i+1:], func(o choice) bool { return o.section.table.layout != s.table.layout })
		for _, ln := range b.lines {
			for k := range ln.cells {
				ours, theirs := false, false
				for _, m := range ln.cells[k].marks {
					ours = ours || m.section == s
					theirs = theirs || next >= 0 && m.section == b.choices[i+1+next].section
				}
				text := oneLine(ln.cells[k].Text)
				if ours && !theirs && len(w.Deciding) < 8 && !slices.Contains(w.Deciding, text) {
					w.Deciding = append(w.Deciding, text)
				}
			}
		}
		p.Weighed = append(p.Weighed, w)
	}
	if b.chosen != nil {
		p.Rows = c.placedRows(b)
	}
	for _, ln := range b.lines {
		for i := range ln.cells {
			lc := &ln.cells[i]
			use := UseContext
			switch {
			case lc.used == useValue:
				use = UseValue
			case lc.used == useFinding:
				use = UseFinding
			case lc.used == useHeader && b.chosen != nil:
				use = UseLabel
			}
			p.Cells = append(p.Cells, PlacedCell{Cell: c.address(ln, lc.Ref), Text: lc.Text, Ref: lc.Ref, Last: lc.last, Use: use})
		}
	}
	return p
}

// placedRows returns where the rows of a block were placed: the labels that
// were aligned, and the rows that have none.
func (c *conversion) placedRows(b *block) []PlacedRow {
	refused := make(map[*line]schema.FindingCode)
	for _, in := range c.instances {
		for i := range in.rows {
			refused[in.rows[i].line] = in.rows[i].refused
		}
	}
	var rows []PlacedRow
	for i, it := range b.chosen.align.items {
		lc := &it.line.cells[it.cell]
		r := PlacedRow{Cell: c.address(it.line, lc.Ref), Label: lc.Text}
		if node := b.chosen.align.nodes[i]; node >= 0 {
			row := b.chosen.section.rows[node]
			r.Row, r.Surety, r.Heading = row.label.text, b.chosen.align.sure[i], row.heading
		}
		if it.inner {
			r.Refused = refused[it.line]
			if r.Refused == refusedWhole {
				r.Refused = "table-columns"
			}
		}
		rows = append(rows, r)
	}
	return rows
}
