package convert

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// ErrPartial is the kind of error for a form that is not known whole: it is
// read, and nobody is given half of it to fill in.
var ErrPartial = errors.New("the form is not known whole")

// Blank returns an empty form to fill in. The totals are formulas over what
// they add up, and stay empty as long as there is nothing to add; cells that
// count take whole numbers only; and where a relation of the form (勾稽关系)
// does not hold, the figures that it is about turn red. A relation with an empty
// part is broken only when it is so whatever the part may be.
//
// The error wraps ErrLayout without a layout, and ErrPartial for a layout that
// is partial.
func Blank(layout *Layout) (*xlsx.Workbook, error) {
	if layout == nil {
		return nil, fmt.Errorf("convert: %w: there is none to write", ErrLayout)
	}
	if layout.Partial {
		return nil, fmt.Errorf("convert: %w: %s", ErrPartial, layout.Name)
	}
	book := &xlsx.Workbook{Format: xlsx.FormatXLSX}
	w := &formWriter{layout: layout, names: make(map[string]bool)}
	for _, t := range layout.tables {
		f := t.lay(heading{blank: true})
		s := f.sheet(w.sheetName(&delivery{}, t), func(formCell) xlsx.Cell { return xlsx.Cell{} })
		f.dress(s)
		f.total(s.Look)
		f.restrict(s.Look)
		book.Sheets = append(book.Sheets, s)
	}
	return book, nil
}

// asks reports what a value cell asks for, or false if it asks for nothing.
func (fc *formCell) asks() (figureKey, bool) {
	if fc.kind != formValue || fc.column.role != roleValue {
		return figureKey{}, false
	}
	k := figureKey{fc.row.indicator(fc.column), fc.column.applicant, fc.column.scope}
	return k, k.code != ""
}

// A figureKey tells apart the figures of a table.
type figureKey struct {
	code      schema.Code
	applicant schema.Applicant
	scope     schema.Scope
}

// A balance is a relation between cells of a sheet.
type balance struct {
	relation    schema.Relation
	left, right []*formCell
}

// balances returns the relations of the form between cells of the table, for
// each row or column that they run over.
func (f *form) balances() []balance {
	cells := make(map[figureKey]*formCell)
	var keys []figureKey
	for i := range f.cells {
		if k, ok := f.cells[i].asks(); ok && cells[k] == nil {
			cells[k] = &f.cells[i]
			keys = append(keys, k)
		}
	}
	var list []balance
	for _, r := range schema.Relations() {
		if r.Form != f.table.layout.Name || r.Kind != schema.Printed && r.Kind != schema.Implied {
			continue
		}
		done := make(map[figureKey]bool)
		for _, k := range keys {
			switch {
			case r.Over == schema.EachIndicator && k.applicant == "", r.Over == schema.OverTotal && k.applicant != schema.Total:
				continue
			case r.Over == schema.EachIndicator:
				k.applicant = ""
			default:
				k.code = ""
			}
			if done[k] {
				continue
			}
			done[k] = true
			b := balance{relation: r}
			whole := true
			find := func(e schema.Expression) (side []*formCell) {
				for _, t := range e {
					at := k
					if t.Applicant != "" {
						at.applicant = t.Applicant
					} else {
						at.code = t.Indicator
					}
					c := cells[at]
					whole = whole && c != nil && !t.Minus && !t.NextYear
					side = append(side, c)
				}
				return side
			}
			b.left, b.right = find(r.Left), find(r.Right)
			if whole {
				list = append(list, b)
			}
		}
	}
	return list
}

// total puts formulas into the totals, and marks on what breaks a relation.
func (f *form) total(look *xlsx.Look) {
	taken := make(map[xlsx.Ref]bool)
	formula := func(at xlsx.Ref, expr string) {
		if !taken[at] {
			taken[at] = true
			look.Formulas = append(look.Formulas, xlsx.Formula{Ref: at, Expr: expr})
		}
	}
	for _, b := range f.balances() {
		left, right := refs(b.left), refs(b.right)
		if b.relation.Op == schema.Equal && len(right) == 1 && !b.right[0].row.heading {
			formula(right[0], fmt.Sprintf(`IF(COUNT(%s)=0,"",SUM(%[1]s))`, cite(left)))
		}
		// A side with an empty cell is at least the sum of the others.
		over := fmt.Sprintf("AND(COUNT(%s)=%d,ROUND(SUM(%s)-SUM(%[1]s),6)>0)", cite(right), len(right), cite(left))
		marked := right
		if b.relation.Op == schema.Equal {
			over = fmt.Sprintf("OR(%s,AND(COUNT(%s)=%d,ROUND(SUM(%s)-SUM(%[2]s),6)>0))", over, cite(left), len(left), cite(right))
		}
		if b.relation.Op != schema.Equal || len(right) > 1 {
			marked = slices.Concat(left, right) // there is no one whole
		}
		look.Marks = append(look.Marks, xlsx.Mark{Ranges: ranges(marked), When: over})
	}
	for i := range f.cells {
		fc := &f.cells[i]
		if fc.kind != formValue || fc.column.role != roleShare {
			continue
		}
		find := func(code schema.Code) int {
			return slices.IndexFunc(f.cells, func(o formCell) bool {
				k, ok := o.asks()
				return ok && k.code == code
			})
		}
		i, j := find(fc.row.indicator(fc.section.shared())), find(schema.Code(fc.column.code))
		if i < 0 || j < 0 {
			continue
		}
		part, whole := f.cells[i].at.Absolute(), f.cells[j].at.Absolute()
		formula(fc.at, fmt.Sprintf(`IF(COUNT(%s,%s)=2,IF(%[2]s=0,"",ROUND(%[1]s/%[2]s*100,2)),"")`, part, whole))
	}
}

// restrict lets cells that count take whole numbers only.
func (f *form) restrict(look *xlsx.Look) {
	var counts, signed []xlsx.Ref
	for i := range f.cells {
		k, ok := f.cells[i].asks()
		if !ok {
			continue
		}
		switch ind, _ := schema.Lookup(k.code); ind.Kind {
		case schema.Count:
			counts = append(counts, f.cells[i].at)
		case schema.Signed:
			signed = append(signed, f.cells[i].at)
		}
	}
	for _, r := range ranges(counts) {
		look.Counts = append(look.Counts, xlsx.Count{Range: r, Title: "请填写整数", Text: "本格只能填写0或正整数；没有数据请留空。"})
	}
	for _, r := range ranges(signed) {
		look.Counts = append(look.Counts, xlsx.Count{Range: r, Signed: true, Title: "请填写整数", Text: "本格只能填写整数，减少的填写负数；没有数据请留空。"})
	}
}

func refs(cells []*formCell) []xlsx.Ref {
	list := make([]xlsx.Ref, len(cells))
	for i, c := range cells {
		list[i] = c.at
	}
	return list
}

// ranges returns the rectangles that cells make: runs within columns, and
// equal runs beside each other.
func ranges(cells []xlsx.Ref) []xlsx.Range {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b xlsx.Ref) int {
		if a.Col != b.Col {
			return a.Col - b.Col
		}
		return a.Row - b.Row
	})
	var runs []xlsx.Range
	for _, c := range cells {
		if n := len(runs); n > 0 && runs[n-1].Last.Col == c.Col && runs[n-1].Last.Row == c.Row-1 {
			runs[n-1].Last.Row = c.Row
			continue
		}
		runs = append(runs, xlsx.Range{First: c, Last: c})
	}
	var list []xlsx.Range
	for _, r := range runs {
		i := slices.IndexFunc(list, func(o xlsx.Range) bool {
			return o.First.Row == r.First.Row && o.Last.Row == r.Last.Row && o.Last.Col == r.First.Col-1
		})
		if i >= 0 {
			list[i].Last.Col = r.Last.Col
			continue
		}
		list = append(list, r)
	}
	return list
}

// cite returns the arguments of a function over cells.
func cite(cells []xlsx.Ref) string {
	var args []string
	for _, r := range ranges(cells) {
		arg := r.First.Absolute()
		if r.First != r.Last {
			arg += ":" + r.Last.Absolute()
		}
		args = append(args, arg)
	}
	return strings.Join(args, ",")
}
