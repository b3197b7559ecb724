package convert

import (
	"slices"
	"strings"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// A cell is a non-empty printed cell: a merged range is one cell.
type cell struct {
	xlsx.Cell
	last  xlsx.Ref // the last cell of the merged range, or the cell itself
	key   key      // of a text
	marks []mark   // what the text may be
	fig   figure   // what the cell says when it is a value
	used  use      // what became of the cell
	glued bool     // a row's label with its figures behind it, nothing between
}

// A use says what became of a cell of a recognised table.
type use uint8

const (
	useNone use = iota
	useHeader
	useValue
	useFinding
)

// isText reports whether the cell holds words, no figure and no stand-in for
// one.
func (c *cell) isText() bool { return c.Kind == xlsx.KindText && c.fig.status == schema.Text }

// isUnit reports whether the cell holds a unit and nothing else.
func (c *cell) isUnit() bool {
	_, ok := unitWords[c.key.full]
	return ok
}

// mayBeUnit reports whether the cell may hold a unit: words without digits, or
// a dash. 件12 is a unit and a figure in one cell.
func (c *cell) mayBeUnit() bool {
	return c.fig.status == schema.Dash || c.isText() && !strings.ContainsAny(c.key.full, "0123456789")
}

// isFigure reports whether the cell holds a figure or a word or sign that
// stands for one.
func (c *cell) isFigure() bool { return c.fig.status != schema.Text }

// A line is one printed row with something in it.
type line struct {
	sheet  *xlsx.Sheet
	row    int
	cells  []cell
	merges []xlsx.Range // merged ranges that touch the row, by column
	kind   lineKind
	label  int // index of the innermost label cell, -1 for none
	node   int // the layout's row that the line was placed at, -1 for none
}

type lineKind uint8

const (
	lineOther   lineKind = iota // nothing that any layout knows
	lineCaption                 // stands above a table
	lineTitle                   // the title of a section
	lineHead                    // column labels
	lineData                    // a row label that a layout knows, or figures
	lineFooter                  // stands below a table
)

// figures counts the cells that hold figures, from the given column on.
func (ln *line) figures(col int) int {
	n := 0
	for i := range ln.cells {
		if ln.cells[i].Ref.Col >= col && ln.cells[i].isFigure() {
			n++
		}
	}
	return n
}

// slot is one logical cell of a row: a cell, a merged range, or an empty cell.
type slot struct {
	ref  xlsx.Ref // the first cell
	last int      // the last column
	cell *cell    // nil when empty
}

// slots returns the logical cells of the line from column first to column
// last, one for a merged range. A range that began in an earlier row is no
// cell of this row.
func (ln *line) slots(dst []slot, first, last int) []slot {
	for col := first; col <= last; {
		s := slot{ref: xlsx.Ref{Row: ln.row, Col: col}, last: col}
		inherited := false
		for _, m := range ln.merges {
			if m.First.Col <= col && col <= m.Last.Col {
				s.ref, s.last = m.First, m.Last.Col
				inherited = m.First.Row < ln.row
				break
			}
		}
		if i, ok := slices.BinarySearchFunc(ln.cells, col, func(c cell, col int) int { return c.Ref.Col - col }); ok {
			s.cell = &ln.cells[i]
		}
		if !inherited {
			dst = append(dst, s)
		}
		col = max(col, s.last) + 1
	}
	return dst
}

// lines calls yield for every printed row of the sheet that has something in
// it, in order. The line and its cells are made anew for each row.
func (r *reader) lines(s *xlsx.Sheet, yield func(*line)) {
	var active []xlsx.Range // merged ranges that have not ended yet
	nextMerge := 0
	for i := 0; i < len(s.Cells); {
		row := s.Cells[i].Ref.Row
		end := i + 1
		for end < len(s.Cells) && s.Cells[end].Ref.Row == row {
			end++
		}
		active = slices.DeleteFunc(active, func(m xlsx.Range) bool { return m.Last.Row < row })
		for nextMerge < len(s.Merges) && s.Merges[nextMerge].First.Row <= row {
			if s.Merges[nextMerge].Last.Row >= row {
				active = append(active, s.Merges[nextMerge])
			}
			nextMerge++
		}
		ln := r.line(s, s.Cells[i:end], active)
		i = end
		if len(ln.cells) > 0 {
			yield(ln)
		}
	}
}

// newLine returns a line with room for n cells. Lines are allotted in
// chunks, which live as long as any of them is needed.
func (r *reader) newLine(n int) *line {
	const chunk = 64
	if len(r.freeLines) == 0 {
		r.freeLines = make([]line, chunk)
	}
	if len(r.freeCells) < n {
		r.freeCells = make([]cell, max(n, 4*chunk))
	}
	ln := &r.freeLines[0]
	ln.cells = r.freeCells[:0:n]
	r.freeLines, r.freeCells = r.freeLines[1:], r.freeCells[n:]
	return ln
}

// line prepares one row: it knows the cells' extents and what their texts may
// be.
func (r *reader) line(s *xlsx.Sheet, cells []xlsx.Cell, merges []xlsx.Range) *line {
	ln := r.spare
	if ln == nil || cap(ln.cells) < len(cells) {
		ln = r.newLine(len(cells))
	}
	r.spare = nil
	*ln = line{sheet: s, row: cells[0].Ref.Row, cells: ln.cells[:0], label: -1, node: -1}
	for _, xc := range cells {
		c := cell{Cell: xc, last: xc.Ref, fig: readFigure(xc)}
		if c.fig.status == schema.Blank {
			continue // white space
		}
		for _, m := range merges {
			if m.First == xc.Ref {
				c.last = m.Last
			}
		}
		if c.isText() {
			c.key = r.layouts.key(xc.Text)
			c.marks = r.layouts.index[c.key.full]
			if c.marks == nil && c.key.core != c.key.full {
				c.marks = r.layouts.index[c.key.core]
			}
			if c.marks == nil {
				if label := strings.TrimRight(c.key.full, "0123456789"); label != c.key.full && label != "" {
					c.marks = r.layouts.index[label]
					c.glued = slices.ContainsFunc(c.marks, func(m mark) bool { return m.kind == markRow })
					if !c.glued {
						c.marks = nil
					}
				}
			}
		}
		ln.cells = append(ln.cells, c)
	}
	if len(merges) > 0 {
		ln.merges = slices.Clone(merges)
		slices.SortFunc(ln.merges, func(a, b xlsx.Range) int { return a.First.Col - b.First.Col })
	}
	return ln
}
