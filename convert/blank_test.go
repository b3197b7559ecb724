package convert

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

func mustBlank(t testing.TB, l *Layout) *xlsx.Workbook {
	t.Helper()
	book, err := Blank(l)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// wholeLayouts are the layouts of which there are blank forms.
func wholeLayouts() []*Layout {
	return slices.DeleteFunc(Builtin().All(), func(l *Layout) bool { return l.Partial })
}

func TestBlankErrors(t *testing.T) {
	if _, err := Blank(nil); !errors.Is(err, ErrLayout) {
		t.Errorf("no layout: error %v, want ErrLayout", err)
	}
	for _, name := range []string{"anhui-bureau-2009", "anhui-quarterly-2014"} {
		_, err := Blank(layoutOf(t, name))
		if !errors.Is(err, ErrPartial) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want ErrPartial with the name", name, err)
		}
	}
}

// TestBlankIsBlank reads the empty forms: all of the form is there, nothing is
// answered, and nothing is found fault with.
func TestBlankIsBlank(t *testing.T) {
	for _, l := range wholeLayouts() {
		r := mustRead(t, through(t, mustBlank(t, l)))
		for _, f := range r.Findings {
			t.Errorf("%s: %s", l.Name, f.Line(schema.English))
		}
		if len(r.Tables) != len(l.tables) {
			t.Errorf("%s: %d tables, want %d", l.Name, len(r.Tables), len(l.tables))
		}
		for i, tb := range r.Tables {
			asked := 0
			for _, fc := range l.tables[i].lay(heading{blank: true}).cells {
				if _, ok := fc.asks(); ok && !fc.row.heading {
					asked++
				}
			}
			if tb.Layout != l.Name || tb.Name != l.tables[i].name || tb.Issuer != "" || tb.Year != 0 || len(tb.Observations) != asked {
				t.Errorf("%s: read as %s/%s of %q %d with %d cells of %d", l.Name, tb.Layout, tb.Name, tb.Issuer, tb.Year, len(tb.Observations), asked)
			}
			for _, o := range tb.Observations {
				if o.Status != schema.Blank {
					t.Errorf("%s: %s is %s", l.Name, o.Indicator, o.Status)
				}
			}
		}
	}
}

// TestBlankRestricts checks which cells take whole numbers only, as excelize
// reads it from the file.
func TestBlankRestricts(t *testing.T) {
	for _, l := range wholeLayouts() {
		f := opened(t, mustBlank(t, l))
		for _, tb := range l.tables {
			rules, err := f.GetDataValidations(tb.sheetName())
			if err != nil {
				t.Fatal(err)
			}
			for _, fc := range tb.lay(heading{blank: true}).cells {
				k, ok := fc.asks()
				ind, _ := schema.Lookup(k.code)
				want := map[schema.IndicatorKind]string{schema.Count: "whole greaterThanOrEqual 0", schema.Signed: "whole between -2147483647"}[ind.Kind]
				if !ok {
					want = ""
				}
				got := ""
				for _, r := range rules {
					first, last, ok := strings.Cut(r.Sqref, ":")
					if !ok {
						last = first
					}
					a, _ := xlsx.ParseRef(first)
					b, _ := xlsx.ParseRef(last)
					if (xlsx.Range{First: a, Last: b}).Contains(fc.at) {
						got += r.Type + " " + r.Operator + " " + r.Formula1
					}
				}
				if got != want {
					t.Errorf("%s %s %v: %q, want %q", l.Name, tb.name, fc.at, got, want)
				}
			}
		}
	}
}

// opened returns a workbook as excelize reads it.
func opened(t testing.TB, book *xlsx.Workbook) *excelize.File {
	t.Helper()
	var buf bytes.Buffer
	if err := book.Write(&buf); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestBlankFormulas fills in blank forms, some cells of them or all, and works
// their formulas out with excelize. The totals are what the relations say, and
// a cell is marked exactly where one is broken.
func TestBlankFormulas(t *testing.T) {
	marked := 0
	for _, l := range wholeLayouts() {
		formulas := 0
		for _, s := range mustBlank(t, l).Sheets {
			formulas += len(s.Look.Formulas)
		}
		if formulas == 0 {
			t.Errorf("%s: no formulas", l.Name)
		}
		for seed := range uint64(4) {
			book := mustBlank(t, l)
			file := opened(t, book)
			rng := rand.New(rand.NewPCG(seed, 8))
			for i, s := range book.Sheets {
				fill(t, file, s, l.tables[i], rng, int(seed))
			}
			results := make(map[string]schema.Outcome)
			for _, res := range schema.Evaluate(mustRead(t, book)) {
				results[resultName(res.Relation, res.Indicator, res.Applicant, res.Scope)] = res.Outcome
			}
			for i, s := range book.Sheets {
				bs := l.tables[i].lay(heading{blank: true}).balances()
				if len(bs) != len(s.Look.Marks) {
					t.Fatalf("%s: %d marks for %d relations", l.Name, len(s.Look.Marks), len(bs))
				}
				for n, b := range bs {
					k, _ := b.left[0].asks()
					code := schema.Code("")
					if b.relation.Over == schema.EachIndicator {
						code, k.applicant = k.code, ""
					}
					name := resultName(b.relation, code, k.applicant, k.scope)
					red := calculate(t, file, s.Name, "IF("+s.Look.Marks[n].When+",1,0)") == "1"
					if want := results[name] == schema.Fails; red != want {
						t.Errorf("%s, seed %d: %s: marked %v, the relation %s", l.Name, seed, name, red, results[name])
					}
					marked += count(red)
				}
			}
		}
	}
	if marked < 50 {
		t.Errorf("only %d marks in all", marked)
	}
}

func resultName(r schema.Relation, c schema.Code, a schema.Applicant, s schema.Scope) string {
	return fmt.Sprint(r.Name, " ", c, " ", a, " ", s)
}

// fill puts numbers into the cells of a sheet that have no formula, and the
// results of the formulas into the others: into the file, and as cells. Of
// seed 0 no cell is left empty; of seed 3 some totals are typed over.
func fill(t *testing.T, file *excelize.File, s *xlsx.Sheet, tb *table, rng *rand.Rand, seed int) {
	t.Helper()
	set := func(at xlsx.Ref, n string) {
		v, err := strconv.ParseFloat(n, 64)
		if err != nil {
			t.Fatal(err)
		}
		if err := file.SetCellFloat(s.Name, at.String(), v, -1, 64); err != nil {
			t.Fatal(err)
		}
		s.Cells = append(s.Cells, xlsx.Cell{Ref: at, Kind: xlsx.KindNumber, Text: n, Number: n})
	}
	formulas := make(map[xlsx.Ref]bool)
	for _, f := range s.Look.Formulas {
		formulas[f.Ref] = true
	}
	cells := tb.lay(heading{blank: true}).cells
	for _, fc := range cells {
		k, ok := fc.asks()
		switch {
		case !ok || fc.row.heading && seed < 2:
		case seed > 0 && rng.IntN(4) == 0:
		case formulas[fc.at] && !(seed == 3 && rng.IntN(3) == 0):
		default:
			delete(formulas, fc.at)
			n := fmt.Sprint(rng.IntN(50))
			if ind, _ := schema.Lookup(k.code); ind.Kind == schema.Amount {
				n += "." + fmt.Sprint(1+rng.IntN(9))
			}
			set(fc.at, n)
		}
	}
	for _, f := range s.Look.Formulas {
		if formulas[f.Ref] {
			if n := calculate(t, file, s.Name, f.Expr); n != "" {
				s.Cells = append(s.Cells, xlsx.Cell{Ref: f.Ref, Kind: xlsx.KindNumber, Text: n, Number: n, Formula: true})
			}
		}
	}
	slices.SortFunc(s.Cells, func(a, b xlsx.Cell) int { return a.Ref.Compare(b.Ref) })
}

// calculate works out a formula on a sheet.
func calculate(t *testing.T, file *excelize.File, sheet, expr string) string {
	t.Helper()
	const scratch = "ZZ999"
	if err := file.SetCellFormula(sheet, scratch, expr); err != nil {
		t.Fatal(err)
	}
	v, err := file.CalcCellValue(sheet, scratch, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return v
}

// TestBlankTotals states for one form which cells are worked out, from what,
// and which are marked when.
func TestBlankTotals(t *testing.T) {
	s := mustBlank(t, layoutOf(t, "national-2021")).Sheets[1]
	formulas := make(map[string]string)
	for _, f := range s.Look.Formulas {
		formulas[f.Ref.String()] = f.Expr
	}
	for at, want := range map[string]string{
		"J6":  `IF(COUNT($D$6:$I$6)=0,"",SUM($D$6:$I$6))`,
		"D29": `IF(COUNT($D$8:$D$28)=0,"",SUM($D$8:$D$28))`,
		"J29": `IF(COUNT($J$8:$J$28)=0,"",SUM($J$8:$J$28))`,
		"J30": `IF(COUNT($D$30:$I$30)=0,"",SUM($D$30:$I$30))`,
		"D6":  "", // is counted
	} {
		if formulas[at] != want {
			t.Errorf("%s: %s, want %s", at, formulas[at], want)
		}
	}
	if len(formulas) != 25+6 {
		t.Errorf("%d formulas, want one a row and one more a column of applicants", len(formulas))
	}
	balance := s.Look.Marks[0]
	if got, want := fmt.Sprint(balance.Ranges), "[D6:D7 D29:D30]"; got != want {
		t.Errorf("the relation that the form prints marks %s, want %s", got, want)
	}
	if want := "OR(AND(COUNT($D$29:$D$30)=2,ROUND(SUM($D$6:$D$7)-SUM($D$29:$D$30),6)>0)," +
		"AND(COUNT($D$6:$D$7)=2,ROUND(SUM($D$29:$D$30)-SUM($D$6:$D$7),6)>0))"; balance.When != want {
		t.Errorf("it does when\n%s\nwant\n%s", balance.When, want)
	}
	// A share is worked out from its figure and the total.
	o := mustBlank(t, layoutOf(t, "jiangsu-origin-2015")).Sheets[0]
	want := xlsx.Formula{Ref: xlsx.Ref{Row: 3, Col: 2}, Expr: `IF(COUNT($B$4,$B$14)=2,IF($B$14=0,"",ROUND($B$4/$B$14*100,2)),"")`}
	if !slices.Contains(o.Look.Formulas, want) {
		t.Errorf("no formula %v: %v", want, o.Look.Formulas)
	}
	var ranges []string
	for _, r := range o.Look.Marks {
		ranges = append(ranges, fmt.Sprint(r.Ranges))
	}
	if diff := cmp.Diff([]string{"[B14:B14]", "[B9:B12]"}, ranges); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
}
