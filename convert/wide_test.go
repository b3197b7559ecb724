package convert

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// wide prints the arrangement of the Shanghai form of 2010 that has one line
// a department and the indicators in columns.
func wide(departments []string, figure func(line, col int) string) *xlsx.Workbook {
	l, _ := Builtin().Get("shanghai-2010")
	s := l.tables[0].sections[1]
	f := &form{table: l.tables[0], labels: 1, columns: len(s.leafs)}
	f.add(formCell{last: xlsx.Ref{Col: f.columns - 1}, text: "2013年政府信息公开统计汇总"})
	row := f.head(s, 1, strings.NewReplacer())
	sheet := f.sheet("汇总", nil)
	for i, d := range departments {
		sheet.Cells = append(sheet.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: row + i}, Text: d})
		for j := 1; j < f.columns; j++ {
			if n := figure(i, j); n != "" {
				sheet.Cells = append(sheet.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: row + i, Col: j}, Kind: xlsx.KindNumber, Text: n, Number: n})
			}
		}
	}
	return &xlsx.Workbook{Name: "wide.xls", Sheets: []*xlsx.Sheet{sheet}}
}

func TestWide(t *testing.T) {
	book := wide([]string{"区发展改革委", "区教育局", "川沙新镇"}, func(line, col int) string {
		if line == 1 && col == 13 {
			return "" // 当面申请数 of 区教育局 is blank
		}
		return fmt.Sprint(1000*(line+1) + col)
	})
	r, err := ToSchema(book)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Error(f.Line(schema.English))
	}
	var issuers []string
	for _, tb := range r.Tables {
		issuers = append(issuers, fmt.Sprintf("%s %d %s %d", tb.Issuer, tb.Year, tb.IssuerFrom.Cell, len(tb.Observations)))
	}
	want := []string{"区发展改革委 2013 A5 54", "区教育局 2013 A6 54", "川沙新镇 2013 A7 54"}
	if diff := cmp.Diff(want, issuers); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		table int
		code  schema.Code
		says  string
		cell  string
	}{
		{0, "proactive.information", "number 1001", "B5"},
		{1, "application.received", "number 2012", "M6"}, // the first of the columns under 申请
		{1, "application.received.channel.in_person", "blank ", "N6"},
		{2, "application.outcome.refused", "number 3027", "AB7"},
		{2, "organisation.litigation_cost", "number 3054", "BC7"},
	} {
		for _, o := range r.Tables[test.table].Observations {
			if o.Indicator == test.code {
				if got := string(o.Status) + " " + string(o.Value); got != test.says || o.Source.Cell != test.cell {
					t.Errorf("%s %s: %s in %s, want %s in %s", issuers[test.table], test.code, got, o.Source.Cell, test.says, test.cell)
				}
			}
		}
	}
}
