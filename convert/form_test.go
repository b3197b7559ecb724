package convert

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// generate makes a workbook of the layout with random answers, and the
// answers by key. The figures are consistent with nothing.
func generate(l *Layout, rng *rand.Rand) (*xlsx.Workbook, map[schema.Key]string) {
	want := make(map[schema.Key]string)
	book := &xlsx.Workbook{Name: l.Name}
	for _, tb := range l.tables {
		f := tb.print("某市人民政府", 2015)
		book.Sheets = append(book.Sheets, f.sheet(tb.name, func(fc formCell) xlsx.Cell {
			code := fc.row.indicator(fc.column)
			if fc.column.role == roleShare || code == "" {
				return xlsx.Cell{}
			}
			key := schema.Key{Layout: l.Name, Table: tb.name, Indicator: code, Applicant: fc.column.applicant, Scope: fc.column.scope}
			ind, _ := schema.Lookup(code)
			c, says := randomAnswer(ind, rng)
			if fc.row.heading && c.Text == "" {
				return xlsx.Cell{} // nothing beside a heading is no answer
			}
			if fc.row.heading && c.Text == "/" {
				return xlsx.Cell{}
			}
			want[key] = says
			return c
		}))
	}
	return book, want
}

func randomAnswer(ind schema.Indicator, rng *rand.Rand) (xlsx.Cell, string) {
	switch rng.IntN(12) {
	case 0:
		return xlsx.Cell{}, "blank"
	case 1:
		return xlsx.Cell{Text: "/"}, "dash"
	case 2:
		return xlsx.Cell{Text: "无"}, "none 0"
	case 3, 4, 5:
		return xlsx.Cell{Kind: xlsx.KindNumber, Text: "0", Number: "0"}, "number 0"
	}
	n := fmt.Sprint(rng.IntN(100000) + 1)
	switch {
	case ind.Kind == schema.Amount && rng.IntN(2) == 0:
		n += fmt.Sprintf(".%d", rng.IntN(9)+1)
	case ind.Kind == schema.Signed && rng.IntN(2) == 0:
		n = "-" + n
	}
	return xlsx.Cell{Kind: xlsx.KindNumber, Text: n, Number: n}, "number " + n
}

// answersOf returns the observations of a report by key.
func answersOf(t *testing.T, r *schema.Report) map[schema.Key]string {
	t.Helper()
	got := make(map[schema.Key]string)
	for i := range r.Tables {
		tb := &r.Tables[i]
		for _, o := range tb.Observations {
			says := string(o.Status)
			if o.Status.HasValue() {
				says += " " + string(o.Value)
			}
			k := tb.Key(o)
			if old, twice := got[k]; twice {
				t.Errorf("%v is answered twice: %s and %s", k, old, says)
			}
			got[k] = says
		}
	}
	return got
}

// TestGenerated reads generated reports of every layout.
func TestGenerated(t *testing.T) {
	for _, l := range Builtin().All() {
		t.Run(l.Name, func(t *testing.T) {
			for seed := range uint64(30) {
				book, want := generate(l, rand.New(rand.NewPCG(seed, 1)))
				r, err := ToSchema(book)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, answersOf(t, r)); diff != "" {
					t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
				}
			}
		})
	}
}
