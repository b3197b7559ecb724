package convert

import (
	"math/rand/v2"
	"testing"

	"github.com/zwgk/statable/xlsx"
)

// TestNothingLost checks that every non-empty cell of a recognised table ends
// as a value, a label or a finding: over generated reports in mixtures of
// spellings and damage, which give tables every reason to lose a cell.
func TestNothingLost(t *testing.T) {
	layouts := Builtin().All()
	for n := range 600 {
		rng := rand.New(rand.NewPCG(uint64(n), 99))
		l := layouts[rng.IntN(len(layouts))]
		book, want := generate(l, rng)
		m := &mixture{rng, l, book, want}
		for range rng.IntN(4) {
			spellings[rng.IntN(len(spellings))].apply(m)
		}
		r, parts, err := Explain(m.book)
		if err != nil {
			continue
		}
		observed := make(map[string]bool)
		for _, tb := range r.Tables {
			for _, o := range tb.Observations {
				observed[o.Source.Sheet+"!"+o.Source.Cell] = true
			}
		}
		for _, p := range parts {
			if p.Layout == "" {
				continue
			}
			values, findings := 0, 0
			for _, c := range p.Cells {
				switch c.Use {
				case UseContext:
					t.Errorf("mixture %d (%s): %s!%s %q is nothing", n, l.Name, p.Sheet, c.Cell, c.Text)
				case UseValue:
					values++
					if !observed[p.Sheet+"!"+c.Cell] {
						t.Errorf("mixture %d (%s): %s!%s %q is a value without an observation", n, l.Name, p.Sheet, c.Cell, c.Text)
					}
				case UseFinding:
					findings++
				}
			}
			if findings > 0 && len(r.Findings) == 0 {
				t.Errorf("mixture %d (%s): cells of %s are marked as findings, and there is none", n, l.Name, p.Sheet)
			}
		}
	}
}

// TestExplainNothing explains a sheet without a table.
func TestExplainNothing(t *testing.T) {
	s := &xlsx.Sheet{Name: "产量", Cells: []xlsx.Cell{
		{Text: "指标"}, {Ref: xlsx.Ref{Col: 1}, Text: "单位"}, {Ref: xlsx.Ref{Col: 2}, Text: "数量"},
		{Ref: xlsx.Ref{Row: 1}, Text: "钢"}, {Ref: xlsx.Ref{Row: 1, Col: 1}, Text: "吨"}, {Ref: xlsx.Ref{Row: 1, Col: 2}, Kind: xlsx.KindNumber, Text: "3", Number: "3"},
	}}
	r, parts, err := Explain(&xlsx.Workbook{Name: "a.xls", Sheets: []*xlsx.Sheet{s}})
	if err == nil || r != nil {
		t.Fatalf("report %v, error %v", r, err)
	}
	if len(parts) != 1 || parts[0].Layout != "" || parts[0].First != "A1" || parts[0].Last != "C2" {
		t.Fatalf("parts %+v", parts)
	}
	for _, w := range parts[0].Weighed {
		if w.Evidence >= w.Enough {
			t.Errorf("%s has evidence %d of %d", w.Layout, w.Evidence, w.Enough)
		}
	}
}
