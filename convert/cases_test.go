package convert_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A realCase holds the tables of a real report as they were printed or as an
// extraction left them: rows of cells, of unequal length. A report that tells
// its figures in prose has them as lines.
type realCase struct {
	ID, Issuer, Year, Form, Source string

	Format    xlsx.Format // empty for text, whose extraction may have lost cells
	AsPrinted bool        `json:"as_printed"`
	Tables    struct {
		Proactive    [][]string `json:"proactive"`
		Applications [][]string `json:"applications"`
		Remedies     [][]string `json:"review_litigation"`
		Other        [][][]string
	}
	Prose []string
}

func loadCases(t testing.TB) []realCase {
	t.Helper()
	names, err := filepath.Glob("testdata/cases/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var cases []realCase
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var c realCase
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want := c.ID + ".json"; filepath.Base(name) != want {
			t.Fatalf("%s holds the case %q", name, c.ID)
		}
		cases = append(cases, c)
	}
	return cases
}

// book returns the case as a workbook of one sheet, its tables below each
// other with an empty row between them.
func (c *realCase) book() *xlsx.Workbook {
	grids := append([][][]string{c.Tables.Proactive, c.Tables.Applications, c.Tables.Remedies}, c.Tables.Other...)
	for _, line := range c.Prose {
		grids = append(grids, [][]string{{line}})
	}
	b := sheetOf(grids...)
	b.Name = c.ID
	if c.Format != "" {
		b.Format = c.Format
	}
	return b
}

// sheetOf returns a workbook of text rows with one sheet that holds the grids.
func sheetOf(grids ...[][]string) *xlsx.Workbook {
	s := &xlsx.Sheet{Name: "report"}
	for _, grid := range grids {
		for _, row := range grid {
			for col, text := range row {
				if strings.TrimSpace(text) != "" {
					s.Cells = append(s.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: len(s.Widths), Col: col}, Text: text})
				}
			}
			s.Widths = append(s.Widths, len(row))
		}
		s.Widths = append(s.Widths, 0)
	}
	return &xlsx.Workbook{Format: "text", Sheets: []*xlsx.Sheet{s}}
}

const goldenHead = `# What is read of the tables in testdata/cases. Written by go test -run TestCases -update.
#
# One line a printed row: its cells, the indicator of each figure (.x after
# a.b.y stands for a.b.x) and what was read. A row of the applications table has
# one indicator and the applicants in the order of the form. _ is a blank cell;
# dash, none and text are the other statuses without a figure. The unit stands
# behind amounts of money. A finding begins with !.
`

// TestCases compares what is read of every case with testdata/cases.golden.
// The golden file was checked against the printed tables figure by figure.
func TestCases(t *testing.T) {
	var b strings.Builder
	b.WriteString(goldenHead)
	for _, c := range loadCases(t) {
		fmt.Fprintf(&b, "\n== %s %s %s\n", c.ID, c.Form, c.Year)
		report, err := convert.ToSchema(c.book())
		if err != nil {
			fmt.Fprintf(&b, "%v\n", err)
			continue
		}
		b.WriteString(goldenReport(report))
	}
	const name = "testdata/cases/cases.golden"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// goldenReport writes a report as the golden file has it.
func goldenReport(r *schema.Report) string {
	var b strings.Builder
	for i := range r.Tables {
		t := &r.Tables[i]
		fmt.Fprintf(&b, "%s/%s: %d observations", t.Layout, t.Name, len(t.Observations))
		if t.Issuer != "" || t.Year != 0 || t.Title != "" {
			fmt.Fprintf(&b, "; %q %d %q", t.Issuer, t.Year, t.Title)
		}
		b.WriteString("\n")
		for _, line := range goldenRows(t) {
			b.WriteString("  " + line + "\n")
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "! %s %s", f.Code, f.Source.Cell)
		if f.Facts["table"] != "" {
			fmt.Fprintf(&b, " %s/%s", f.Facts["layout"], f.Facts["table"])
		}
		for _, name := range slices.Sorted(maps.Keys(f.Facts)) {
			switch name {
			case "layout", "table", "nearest_en", "nearest_zh":
				continue
			}
			fmt.Fprintf(&b, " %s=%q", name, f.Facts[name])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// goldenRows writes the observations of a table, one line a printed row.
func goldenRows(t *schema.Table) []string {
	var lines []string
	for i := 0; i < len(t.Observations); {
		first := t.Observations[i]
		at, _ := xlsx.ParseRef(first.Source.Cell)
		k := i + 1
		for ; k < len(t.Observations); k++ {
			if ref, _ := xlsx.ParseRef(t.Observations[k].Source.Cell); ref.Row != at.Row {
				break
			}
		}
		row := t.Observations[i:k]
		i = k
		line := first.Source.Cell
		if last := row[len(row)-1].Source.Cell; last != line {
			line += ":" + last
		}
		wholeRow := len(row) == len(schema.Applicants())
		for n, a := range schema.Applicants() {
			wholeRow = wholeRow && row[n].Applicant == a && row[n].Indicator == first.Indicator
		}
		if wholeRow {
			line += " " + string(first.Indicator)
		}
		stem := ""
		for _, o := range row {
			line += " "
			if !wholeRow {
				code := string(o.Indicator)
				dot := strings.LastIndex(code, ".")
				if dot >= 0 && code[:dot] == stem {
					code = code[dot:]
				} else {
					stem = code[:max(dot, 0)]
				}
				line += code + "="
			}
			line += goldenValue(o)
		}
		lines = append(lines, line)
	}
	return lines
}

func goldenValue(o schema.Observation) string {
	if o.Status == schema.Blank {
		return "_"
	}
	if o.Status != schema.Number {
		return string(o.Status)
	}
	ind, _ := schema.Lookup(o.Indicator)
	if ind.Kind == schema.Amount || o.Unit != ind.Unit {
		return string(o.Value) + o.Unit
	}
	return string(o.Value)
}

// TestCaseVerdicts states what must become of each case, whatever the golden
// file says.
func TestCaseVerdicts(t *testing.T) {
	const (
		p19, a19, r19 = "national-2019/proactive", "national-2019/applications", "national-2019/remedies"
		p21, a21, r21 = "national-2021/proactive", "national-2021/applications", "national-2021/remedies"
	)
	read := func(table string, n int) string { return fmt.Sprintf("%s %d", table, n) }
	verdicts := []struct {
		ids    string
		reason string
		tables []string // tables with the number of their observations
		codes  string   // the findings' codes, sorted, each once
	}{
		{"001 003 004", "whole", []string{read(p21, 10), read(a21, 175), read(r21, 15)}, ""},
		{"002", "whole, of the form of 2019", []string{read(p19, 22), read(a19, 161), read(r19, 15)}, ""},
		{"006", "one table broken into many; the labels say which row is which, the invented heads are reported", []string{read(p21, 10), read(a21, 175), read(r21, 15)}, "label-unknown row-unplaced"},
		{"013", "a column is not printed: it has no observations", []string{read(p19, 14)}, ""},
		{"014 062 096 046", "cut off after some sections", nil, ""},
		{"016 018 020 028 036 072", "whole", []string{read(p19, 22)}, ""},
		{"022", "one of two cells: nobody knows which", []string{read(p19, 18)}, "row-cells"},
		{"024 034", "without the last section", []string{read(p19, 20)}, ""},
		{"026 068", "whole, and one row of the second table", []string{read(p19, 22), read(a19, 7)}, "value-text"},
		{"029 031", "equal lines were dropped, and the zeros with them", []string{read(p19, 0)}, "row-unplaced table-folded"},
		{"032", "a blank form has blanks, not zeros", []string{read(p19, 22), read(a19, 98)}, ""},
		{"040 048 050 056 064 082 098 100", "whole", []string{read(p21, 10)}, "table-empty"},
		{"051", "the first section is of another form than the others", []string{read(p19, 6), read(p21, 4), read(a21, 42)}, ""},
		{"054", "the label of the first row was lost", []string{read(p21, 10), read(a21, 21)}, "row-by-order"},
		{"055", "labels and figures in one cell", []string{read(p21, 0)}, "cells-glued"},
		{"065 091", "empty cells were pushed to the end of the rows", []string{read(p19, 22), read(a19, 0)}, "table-columns"},
		{"070 090", "whole, and two rows of the second table", []string{read(p19, 22), read(a19, 14)}, ""},
		{"078", "the row that ends blank may have lost a cell", []string{read(p21, 7), read(a21, 14)}, "row-columns"},
		{"079", "empty cells were pushed to the end of the rows", []string{read(p19, 0)}, "table-columns"},
		{"080", "rows with fewer cells than columns, some with nothing in them", []string{read(p19, 13), read(a19, 49)}, "row-cells"},
		{"094", "a head of four lines, only the total filled in", []string{read(p21, 10), read(a21, 63)}, ""},
		{"102", "blank cells kept", []string{read(p21, 10), read(a21, 14)}, ""},
		{"t04", "a report for 2016 in the form of 2019", []string{read(p19, 12)}, ""},
		{"l000", "three tables, one cell a line", []string{"baohe-annex-2018/annex-1 3", "baohe-annex-2018/annex-2 3", "baohe-annex-2018/annex-3 4"}, ""},
		{"l003", "two tables, one cell a line", []string{"national-2014/statistics 57", "jiangsu-origin-2015/origin 11"}, ""},
		{"011", "the names of another system", []string{}, ""},
		{"p01 p17 p26 p29 p33", "figures in prose", []string{}, ""},
	}
	cases := make(map[string]*realCase)
	for _, c := range loadCases(t) {
		cases[c.ID] = &c
	}
	for _, v := range verdicts {
		for _, id := range strings.Fields(v.ids) {
			c := cases[id]
			if c == nil {
				t.Errorf("no case %s", id)
				continue
			}
			report, err := convert.ToSchema(c.book())
			if v.tables != nil && len(v.tables) == 0 {
				var none *convert.NoTableError
				if !errors.As(err, &none) || !errors.Is(err, convert.ErrNoTable) {
					t.Errorf("%s (%s): error %v, want a *NoTableError", id, v.reason, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s (%s): %v", id, v.reason, err)
				continue
			}
			var tables []string
			for i := range report.Tables {
				tb := &report.Tables[i]
				tables = append(tables, read(tb.Layout+"/"+tb.Name, len(tb.Observations)))
			}
			if v.tables != nil && !slices.Equal(tables, v.tables) {
				t.Errorf("%s (%s): tables %q, want %q", id, v.reason, tables, v.tables)
			}
			for _, f := range report.Findings {
				if !slices.Contains(strings.Fields(v.codes), string(f.Code)) {
					t.Errorf("%s (%s): finding %s", id, v.reason, f.Line(schema.English))
				}
			}
		}
	}
	// Every code that is named must be met, or the list says nothing.
	for _, v := range verdicts {
		met := make(map[string]bool)
		for _, id := range strings.Fields(v.ids) {
			if report, err := convert.ToSchema(cases[id].book()); err == nil {
				for _, f := range report.Findings {
					met[string(f.Code)] = true
				}
			}
		}
		for _, code := range strings.Fields(v.codes) {
			if !met[code] {
				t.Errorf("%s (%s): no finding %s", v.ids, v.reason, code)
			}
		}
	}
}
