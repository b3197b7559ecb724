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

// TestDamage holds what was seen in reports that are not among the cases: what
// is read must be right, and what is refused must be told.
func TestDamage(t *testing.T) {
	tests := []struct {
		reason string
		rows   []string
		want   string // without the lines that name tables
	}{
		{"instructions within the labels", []string{
			"第二十条第（一）项",
			"信息内容|本年新制作数量|本年新公开数量|对外公开总数量",
			"规章（设区的市、自治州人民政府应提供）|1|2|3",
			"规范性文件（标题采用规定、办法、细则、规范、规程、规则等字样的公文）|4|5|6",
			"第二十条第（五）项",
			"信息内容|上一年项目数量（指2019年事项数）|本年增/减（减用负值表示，如-8）|处理决定数量（指2020年办件量）",
			"行政许可|7|-8|9",
			"其他对外管理服务事项（行政许可以外的政务服务事项，含行政确认、行政奖励、行政裁决）|10|11|12",
		}, `B3:D3 proactive.rules.made=1 .published=2 .public_total=3
B4:D4 proactive.normative.made=4 .published=5 .public_total=6
B7:D7 proactive.licensing.items_previous=7 .items_change=-8 .decisions=9
B8:D8 proactive.other_services.items_previous=10 .items_change=11 .decisions=12`},
		{"rows with another number of cells are refused alone", []string{
			"第二十条第（一）项",
			"信息内容|本年新制作数量|本年新公开数量|对外公开总数量",
			"规章|1|2|3",
			"规范性文件|4|5|6|7",
			"第二十条第（五）项",
			"信息内容|上一年项目数量|本年增/减|处理决定数量",
			"行政许可|8|9|10",
			"其他对外管理服务事项|11|12",
		}, `B3:D3 proactive.rules.made=1 .published=2 .public_total=3
B7:D7 proactive.licensing.items_previous=8 .items_change=9 .decisions=10
! row-cells A4
! row-cells A8`},
		{"two tables end to end, without a title between them", []string{
			"第二十条第（八）项",
			"信息内容|本年收费金额（单位：万元）",
			"行政事业性收费|1.5",
			"（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|申请人情况",
			"自然人|法人或其他组织|总计",
			"商业企业|科研机构|社会公益组织|法律服务机构|其他",
			"一、本年新收政府信息公开申请数量|/|/|/|/|/|/|/",
			"二、上年结转政府信息公开申请数量|1|2|3|4|5|6|21",
		}, `B3 proactive.fees.amount=1.5万元
B7:H7 application.received dash dash dash dash dash dash dash
B8:H8 application.carried_in 1 2 3 4 5 6 21`},
		{"a head that lost its first column", []string{
			"第二十条第（九）项",
			"信息内容|采购项目数量|采购总金额",
			"政府集中采购|5|100",
			"（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|申请人情况",
			"法人或其他组织|总计",
			"商业企业|科研机构|社会公益组织|法律服务机构|其他",
			"一、本年新收政府信息公开申请数量|1|2|3|4|5|6|21",
			"三、本年度办理结果|（一）予以公开|1|2|3|4|5|6|21",
		}, `B3:C3 proactive.procurement.projects=5 .amount=100元
B7:H7 application.received 1 2 3 4 5 6 21
C8:I8 application.outcome.granted 1 2 3 4 5 6 21`},
		{"words for no change, and only the last figure", []string{
			"第二十条第（五）项",
			"信息内容|上一年项目数量|本年增/减|处理决定数量",
			"行政许可|5|未增未减|9",
			"其他对外管理服务事项|||6",
		}, `B3:D3 proactive.licensing.items_previous=5 .items_change=none .decisions=9
B4:D4 proactive.other_services.items_previous=_ .items_change=_ .decisions=6`},
		{"one section is all there is", []string{
			"第二十条第（九）项",
			"信息内容|采购项目数量|采购总金额",
			"政府集中采购|5|149.673874",
		}, `B3:C3 proactive.procurement.projects=5 .amount=149.673874元`},
		{"a row for every project", []string{
			"第二十条第（八）项",
			"信息内容|上一年项目数量|本年增/减",
			"行政事业性收费|1|0",
			"第二十条第（九）项",
			"信息内容|采购项目数量|采购总金额",
			"政府集中采购|1|100",
			"政府集中采购|2|200",
			"政府集中采购|3|300",
		}, `B3:C3 proactive.fees.items_previous=1 .items_change=0
! row-repeated A6
! row-repeated A7
! row-repeated A8`},
		{"a row twice with the same figures", []string{
			"第二十条第（六）项",
			"信息内容|本年处理决定数量",
			"行政处罚|3",
			"行政处罚|3",
			"行政强制|4",
		}, `B4 proactive.penalty.decisions=3
B5 proactive.compulsion.decisions=4
! row-again A3`},
		{"rows that a province added", []string{
			"第二十条第（五）项",
			"信息内容|上一年项目数量|本年增/减|处理决定数量",
			"行政许可|1|2|3",
			"其他对外管理服务事项|4|5|6",
			"行政检查|1|1|1",
			"行政确认|3|4|5",
			"第二十条第（六）项",
			"信息内容|上一年项目数量|本年增/减|处理决定数量",
			"行政处罚|7|8|9",
			"行政强制|10|11|12",
		}, `B3:D3 proactive.licensing.items_previous=1 .items_change=2 .decisions=3
B4:D4 proactive.other_services.items_previous=4 .items_change=5 .decisions=6
B9:D9 proactive.penalty.items_previous=7 .items_change=8 .decisions=9
B10:D10 proactive.compulsion.items_previous=10 .items_change=11 .decisions=12
! row-unplaced A5
! row-unplaced A6`},
		{"annotations behind figures", []string{
			"第二十条第(一)项",
			"信息内容|本年制发件数|本年废止件数|现行有效件数",
			"规章|22（其中修订 16 件）|55（含自然失效 29 件）|100",
			"行政规范性文件|1|2|3",
		}, `B3:D3 proactive.rules.issued=22 .repealed=55 .in_force=100
B4:D4 proactive.normative.issued=1 .repealed=2 .in_force=3
! value-note B3
! value-note C3`},
		{"one label in two columns", []string{
			"第二十条第（一）项",
			"信息内容|本年新制作数量|本年新制作数量|对外公开总数量",
			"规章|1|2|3",
			"规范性文件|4|5|6",
		}, `B3:D3 proactive.rules.made=1 .published=2 .public_total=3
B4:D4 proactive.normative.made=4 .published=5 .public_total=6`},
		{"characters lost in the head and in the titles", []string{
			"第二十条第(一项)",
			"信息内容|本年新制作数量|本年新公开数量|对外公开数量",
			"规章|1|2|3",
			"规范性文件|4|5|6",
			"第二十条(五)项",
			"信息内容|上一年项目数量|本年增/|处理决定数量",
			"行政许可|7|8|9",
		}, `B3:D3 proactive.rules.made=1 .published=2 .public_total=3
B4:D4 proactive.normative.made=4 .published=5 .public_total=6
B7:D7 proactive.licensing.items_previous=7 .items_change=8 .decisions=9`},
		{"empty cells more than the form has, at the end of every row", []string{
			"第二十条第（六）项",
			"信息内容|本年处理决定数量||",
			"行政处罚|3||",
			"行政强制|4||",
			"(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)|申请人情况",
			"自然 人|法人或其他组织|总计",
			"商业 企业|科研 机构|社会 公益 组织|法律服务 机构|其他",
			"一、本年新收政府信息公开申请数量|1|2|3|4|5|6|21|||||",
			"(二)部分公开(区分处理的,只计这一情况,不计其他情况)|1|0|0|0|0|0|1|||||",
		}, `B3 proactive.penalty.decisions=3
B4 proactive.compulsion.decisions=4
B8:H8 application.received 1 2 3 4 5 6 21
B9:H9 application.outcome.partial 1 0 0 0 0 0 1`},
		{"empty cells in place of cells that reach down", []string{
			"第二十条第（六）项",
			"信息内容|本年处理决定数量",
			"行政处罚|3",
			"行政强制|4",
			"（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|||申请人情况||||||",
			"|||自然人|法人或其他组织|||||总计",
			"||||商业企业|科研机构|社会公益组织|法律服务机构|其他|",
			"一、本年新收政府信息公开申请数量|||1|2|3|4|5|6|21",
			"三、本年度办理结果|（一）予以公开||1|2|3|4|5|6|21",
			"|（二）部分公开||2|2|3|4|5|6|22",
			"|（三）不予公开|1.属于国家秘密|3|2|3|4|5|6|23",
			"||2.其他法律行政法规禁止公开|4|2|3|4|5|6|24",
		}, `B3 proactive.penalty.decisions=3
B4 proactive.compulsion.decisions=4
D8:J8 application.received 1 2 3 4 5 6 21
D9:J9 application.outcome.granted 1 2 3 4 5 6 21
D10:J10 application.outcome.partial 2 2 3 4 5 6 22
D11:J11 application.outcome.refused.state_secret 3 2 3 4 5 6 23
D12:J12 application.outcome.refused.other_law 4 2 3 4 5 6 24`},
		{"a row without its label between two that have theirs", []string{
			"第二十条第（一）项",
			"信息内容|本年制发件数|本年废止件数|现行有效件数",
			"|1|2|3",
			"行政规范性文件|4|5|6",
		}, `B3:D3 proactive.rules.issued=1 .repealed=2 .in_force=3
B4:D4 proactive.normative.issued=4 .repealed=5 .in_force=6
! row-by-order B3`},
		{"two rows without their labels: nobody knows which is which", []string{
			"第二十条第（一）项",
			"信息内容|本年制发件数|本年废止件数|现行有效件数",
			"|1|2|3",
			"|4|5|6",
			"第二十条第（六）项",
			"信息内容|本年处理决定数量",
			"行政处罚|7",
			"行政强制|8",
		}, `B7 proactive.penalty.decisions=7
B8 proactive.compulsion.decisions=8
! row-unplaced B3
! row-unplaced B4`},
		{"a label cut short where a page ends, and one with a wrong character", []string{
			"第二十条第（六）项",
			"信息内容|本年处理决定数量",
			"行政处罚|3",
			"行政强制|4",
			"（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|申请人情况",
			"自然人|法人或其他组织|总计",
			"商业企业|科研机构|社会公益组织|法律服务机构|其他",
			"3.要求提供公开出版物|1|0|0|0|0|0|1",
			"4.无正当理由大最反复申请|2|0|0|0|0|0|2",
			"5.要求行政机关确认或重新出|3|0|0|0|0|0|3",
			"（七）总计|6|0|0|0|0|0|6",
		}, `B3 proactive.penalty.decisions=3
B4 proactive.compulsion.decisions=4
B8:H8 application.outcome.rejected.publication 1 0 0 0 0 0 1
B9:H9 application.outcome.rejected.excessive 2 0 0 0 0 0 2
B10:H10 application.outcome.rejected.reconfirmation 3 0 0 0 0 0 3
B11:H11 application.outcome 6 0 0 0 0 0 6`},
		{"a form that was not filled in", []string{
			"第二十条第（一）项",
			"信息内容|本年制发件数|本年废止件数|现行有效件数",
			"规章|xx|xx|xx",
			"行政规范性文件|1|xx|xx",
			"统计指标|单位|统计数",
			"（一）收到申请数|件|xx",
			"1.当面申请数|件|755多",
			"2.传真申请数|件|2",
			"3.网络申请数|件|3",
		}, `B3:D3 proactive.rules.issued=text .repealed=text .in_force=text
B4:D4 proactive.normative.issued=1 .repealed=text .in_force=text
C6 application.received=text
C7 application.received.channel.in_person=text
C8 application.received.channel.fax=2
C9 application.received.channel.online=3
! value-text B3
! value-text C3
! value-text D3
! value-text C4
! value-text D4
! value-text C6
! value-text C7`},
		{"two figures in one cell", []string{
			"第二十条第（六）项",
			"信息内容|本年处理决定数量",
			"行政处罚|12 34",
			"行政强制|8",
		}, `B3 proactive.penalty.decisions=text
B4 proactive.compulsion.decisions=8
! value-text B3`},
	}
	for _, tt := range tests {
		var grid [][]string
		for _, row := range tt.rows {
			grid = append(grid, strings.Split(row, "|"))
		}
		report, err := convert.ToSchema(sheetOf(grid))
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		var got []string
		for i := range report.Tables {
			got = append(got, goldenRows(&report.Tables[i])...)
		}
		for _, f := range report.Findings {
			if f.Code != "form-shared" {
				got = append(got, fmt.Sprintf("! %s %s", f.Code, f.Source.Cell))
			}
		}
		if diff := cmp.Diff(strings.Split(tt.want, "\n"), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
		}
	}
}
