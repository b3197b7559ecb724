package xlsx

import (
	"cmp"
	"fmt"
	"slices"
)

// tidy brings the cells and merged ranges of a sheet into the order that Sheet
// promises. Of two cells with one address the one that came first stays, and
// of two merged ranges that overlap the one that begins first on the sheet;
// warn is told of the others, one by one as far as a person would read it.
func (s *Sheet) tidy(warn func(text string)) {
	const singly = 100
	twice, overlap := 0, 0
	// Nearly always the cells are in order and there is nothing to do.
	byRef := func(a, b Cell) int { return a.Ref.Compare(b.Ref) }
	inOrder := true
	for i := 1; i < len(s.Cells) && inOrder; i++ {
		inOrder = s.Cells[i-1].Ref.Compare(s.Cells[i].Ref) < 0
	}
	if !inOrder {
		slices.SortStableFunc(s.Cells, byRef)
		s.Cells = slices.CompactFunc(s.Cells, func(c, kept Cell) bool {
			if c.Ref != kept.Ref {
				return false
			}
			if twice++; twice <= singly {
				warn(fmt.Sprintf("cell %v stands twice; the second, %q, is left out", c.Ref, clip(c.Text)))
			}
			return true
		})
	}
	if twice > singly {
		warn(fmt.Sprintf("%d more cells stand twice; the second ones are left out", twice-singly))
	}

	s.Merges = slices.DeleteFunc(s.Merges, func(r Range) bool { return r.First == r.Last })
	slices.SortStableFunc(s.Merges, func(a, b Range) int { return a.First.Compare(b.First) })
	width := 0
	for _, r := range s.Merges {
		width = max(width, r.Last.Col+1)
	}
	covered := newSkyline(width)
	s.Merges = slices.DeleteFunc(s.Merges, func(r Range) bool {
		if covered.highest(r.First.Col, r.Last.Col) > r.First.Row {
			if overlap++; overlap <= singly {
				warn(fmt.Sprintf("merged range %v overlaps another one; it is left out", r))
			}
			return true
		}
		covered.raise(r.First.Col, r.Last.Col, r.Last.Row+1)
		return false
	})
	if overlap > singly {
		warn(fmt.Sprintf("%d more merged ranges overlap others; they are left out", overlap-singly))
	}
}

// used returns the number of rows and columns from the first of the sheet to
// the last that a cell or merged range is in.
func (s *Sheet) used() (rows, cols int) {
	for i := range s.Cells {
		rows, cols = max(rows, s.Cells[i].Ref.Row+1), max(cols, s.Cells[i].Ref.Col+1)
	}
	for _, r := range s.Merges {
		rows, cols = max(rows, r.Last.Row+1), max(cols, r.Last.Col+1)
	}
	return rows, cols
}

// A span is a run of rows or columns, both ends included.
type span struct{ first, last int }

// numbersBelow returns what lies in the spans and below n, in ascending order.
func numbersBelow(spans []span, n int) []int {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	var list []int
	next := 0
	for _, s := range spans {
		for next = max(next, s.first); next <= s.last && next < n; next++ {
			list = append(list, next)
		}
	}
	return list
}

// A skyline holds a height for each of a number of columns. Asking for the
// highest of a run of columns and raising a run take time in proportion to the
// logarithm of their number, whatever the length of the run: a file may merge
// whole rows by the hundred thousand.
//
// It is a segment tree: node 1 stands for all columns, nodes 2i and 2i+1 for
// the two halves of node i's.
type skyline struct {
	size int
	all  []int32 // the height that every column of the node has at least
	top  []int32 // the height of the node's highest column
}

func newSkyline(width int) *skyline {
	size := 1
	for size < width {
		size *= 2
	}
	heights := make([]int32, 4*size)
	return &skyline{size, heights[:2*size], heights[2*size:]}
}

func (s *skyline) highest(first, last int) int { return s.query(1, 0, s.size-1, first, last) }

func (s *skyline) query(node, lo, hi, first, last int) int {
	if last < lo || hi < first {
		return 0
	}
	if first <= lo && hi <= last {
		return int(s.top[node])
	}
	mid := (lo + hi) / 2
	return max(int(s.all[node]),
		s.query(2*node, lo, mid, first, last),
		s.query(2*node+1, mid+1, hi, first, last))
}

// raise makes the columns at least as high as height.
func (s *skyline) raise(first, last, height int) {
	s.update(1, 0, s.size-1, first, last, int32(height))
}

func (s *skyline) update(node, lo, hi, first, last int, height int32) {
	if last < lo || hi < first {
		return
	}
	s.top[node] = max(s.top[node], height)
	if first <= lo && hi <= last {
		s.all[node] = max(s.all[node], height)
		return
	}
	mid := (lo + hi) / 2
	s.update(2*node, lo, mid, first, last, height)
	s.update(2*node+1, mid+1, hi, first, last, height)
}
