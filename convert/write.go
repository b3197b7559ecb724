package convert

import (
	"cmp"
	"math/big"
	"slices"

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

// figureCell returns the cell that says what an observation says: as a number
// where it is one in the unit of the form, else as it was printed.
func figureCell(o schema.Observation, unit string) xlsx.Cell {
	text := o.Source.Printed
	if text != "" {
		// What was printed is kept when it says the same.
		f := readFigureText(text)
		if f.status != o.Status || f.value != o.Value || f.unit != "" && f.unit != o.Unit {
			text = ""
		}
	}
	switch o.Status {
	case schema.Number:
		if text == "" || schema.Decimal(text) == o.Value {
			if o.Unit != "" && unit != "" && o.Unit != unit {
				return xlsx.Cell{Kind: xlsx.KindText, Text: string(o.Value) + o.Unit}
			}
			return xlsx.Cell{Kind: xlsx.KindNumber, Text: string(o.Value), Number: string(o.Value)}
		}
	case schema.None:
		text = cmp.Or(text, "无")
	case schema.Dash:
		text = cmp.Or(text, "—")
	case schema.Text:
		text = o.Source.Printed
	default:
		return xlsx.Cell{}
	}
	return xlsx.Cell{Kind: xlsx.KindText, Text: text}
}

// unitOf returns the unit that a value cell of the form counts in.
func (fc *formCell) unitOf() string {
	code := fc.row.indicator(fc.column)
	ind, _ := schema.Lookup(code)
	return cmp.Or(fc.row.unit, fc.column.unit, ind.Unit)
}

// sharePercent returns part of whole in percent, with as many digits as it
// takes, six at most.
func sharePercent(part, whole schema.Decimal) string {
	if part == "" || whole == "" || whole == "0" {
		return ""
	}
	p := new(big.Rat).Quo(part.Rat(), whole.Rat())
	p.Mul(p, big.NewRat(100, 1))
	d, err := schema.ParseDecimal(p.FloatString(6))
	if err != nil {
		return ""
	}
	return string(d)
}
