package convert_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/xlsx"
)

// block returns the fenced block after a marker in a page.
func block(t *testing.T, page, marker string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, "<!-- "+marker+" -->\n```csv\n")
	text, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatalf("the page has no block %q", marker)
	}
	return text
}

// TestAddingALayout follows the recipe: the page's layout is loaded, and its
// sheet gives what the page says.
func TestAddingALayout(t *testing.T) {
	data, err := os.ReadFile("docs/adding-a-layout.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	layouts, err := convert.LoadLayouts(fstest.MapFS{
		"example-annex-2016.csv": {Data: []byte(block(t, page, "layout: example-annex-2016.csv"))},
	})
	if err != nil {
		t.Fatal(err)
	}
	grid, err := csv.NewReader(strings.NewReader(block(t, page, "sheet"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	book := &xlsx.Workbook{Name: "annex.xls", Sheets: []*xlsx.Sheet{textSheet("附表", grid...)}}
	report, err := convert.ToSchema(book, convert.WithLayouts(layouts))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Error(f.Line("en"))
	}
	var got [][]string
	for _, o := range report.Tables[0].Observations {
		got = append(got, []string{o.Source.Cell, string(o.Indicator), string(o.Scope), string(o.Value), string(o.Status)})
	}
	want, err := csv.NewReader(strings.NewReader(block(t, page, "want"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("observations (-want +got):\n%s", diff)
	}
	if tb := report.Tables[0]; tb.Layout != "example-annex-2016" || tb.Issuer != "某区教育局" || tb.Year != 2016 {
		t.Errorf("table of %s, issuer %s, year %d", tb.Layout, tb.Issuer, tb.Year)
	}
	// Without the layout the sheet is another form's, or none.
	if r, err := convert.ToSchema(book); err == nil && r.Tables[0].Layout == "example-annex-2016" {
		t.Error("the built-in layouts have the page's layout")
	}
}
