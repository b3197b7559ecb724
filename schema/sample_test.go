package schema_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/zwgk/statable/schema"
)

// A sample file holds the figures of a real report:
//
//	issuer NAME
//	coverage WORD
//	year YEAR
//	source WHERE FROM
//	table FORM TABLE [applicants | SCOPE…]
//	CODE… | FIGURE…
//
// A line of figures is a row of the table. It has a figure a code, or one code
// and a figure an applicant or scope. A figure is a number with or without a
// unit, "." for a blank cell, "/" for a dash, "无", or "xx" for a text.
func sample(t *testing.T, name string) *schema.Report {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return parseSample(t, name, string(text))
}

// report reads a report in the notation of the sample files. Its file is
// called after the issuer and year.
func report(t *testing.T, text string) *schema.Report {
	t.Helper()
	r := parseSample(t, "", text)
	if len(r.Tables) > 0 {
		r.File = fmt.Sprint(r.Tables[0].Issuer, r.Tables[0].Year)
	}
	for i := range r.Tables {
		for k := range r.Tables[i].Observations {
			r.Tables[i].Observations[k].Source.File = r.File
		}
	}
	return r
}

func parseSample(t *testing.T, file, text string) *schema.Report {
	t.Helper()
	r := &schema.Report{File: file}
	issuer, coverage, year := "", "", 0
	var columns []string
	row := 0
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "":
		case "issuer":
			issuer = rest
		case "coverage":
			coverage = rest
		case "year":
			year, _ = strconv.Atoi(rest)
		case "source":
		case "table":
			f := strings.Fields(rest)
			columns = f[2:]
			row = 0
			r.Sheets = append(r.Sheets, f[1])
			r.Tables = append(r.Tables, schema.Table{Layout: f[0], Version: "1", Name: f[1], Issuer: issuer, Coverage: coverage, Year: year})
		default:
			row++
			table := &r.Tables[len(r.Tables)-1]
			left, right, ok := strings.Cut(line, "|")
			codes, figures := strings.Fields(left), strings.Fields(right)
			want := len(codes)
			switch {
			case len(columns) == 1 && columns[0] == "applicants":
				want = len(schema.Applicants())
			case len(columns) > 0:
				want = len(columns)
			}
			if !ok || len(figures) != want {
				t.Fatalf("%s: %q: want %d figures", file, line, want)
			}
			for i, f := range figures {
				o := schema.Observation{Indicator: schema.Code(codes[min(i, len(codes)-1)])}
				ind, known := schema.Lookup(o.Indicator)
				if !known {
					t.Fatalf("%s: %q: unknown code %s", file, line, o.Indicator)
				}
				switch {
				case len(columns) == 1 && columns[0] == "applicants":
					o.Applicant = schema.Applicants()[i]
				case len(columns) > 0:
					o.Scope = schema.Scope(columns[i])
				}
				o.Unit = ind.Unit
				o.Source = schema.Source{
					File: file, Sheet: table.Name, Cell: fmt.Sprintf("%c%d", 'C'+rune(i), row), Printed: f, Label: ind.ZH,
				}
				enter(t, &o, f)
				table.Observations = append(table.Observations, o)
			}
		}
	}
	return r
}

// enter puts a figure into an observation.
func enter(t *testing.T, o *schema.Observation, f string) {
	t.Helper()
	o.Value = ""
	o.Source.Printed = f
	switch f {
	case ".":
		o.Status, o.Source.Printed = schema.Blank, ""
	case "/":
		o.Status = schema.Dash
	case "xx":
		o.Status = schema.Text
	case "无":
		o.Status, o.Value = schema.None, "0"
	default:
		n := strings.TrimRight(f, "千万亿元件条")
		v, err := schema.ParseDecimal(n)
		if err != nil {
			t.Fatal(err)
		}
		o.Status, o.Value = schema.Number, v
		if unit := f[len(n):]; unit != "" {
			o.Unit = unit
		}
	}
}

// cell returns the observation of a report with a key.
func cell(t *testing.T, r *schema.Report, c schema.Code, a schema.Applicant) *schema.Observation {
	t.Helper()
	for i := range r.Tables {
		for k := range r.Tables[i].Observations {
			if o := &r.Tables[i].Observations[k]; o.Indicator == c && o.Applicant == a {
				return o
			}
		}
	}
	t.Fatalf("no cell %s %s", c, a)
	return nil
}
