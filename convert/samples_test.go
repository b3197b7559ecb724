package convert_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// samples are the names of the sample tables; each lies in testdata/samples
// as three workbooks and the observations that must come out of them.
var samples = []string{
	"2018-national-2014-rudong",
	"2018-baohe-annex-2018-baohe",
	"2018-national-2014-qiqihar",
	"2019-national-2019-shanghai",
	"2024-national-2021-huaian",
	"2024-national-2021-office",
}

var producers = []string{"excelize.xlsx", "libreoffice.xlsx", "libreoffice.xls"}

func toSchema(t testing.TB, path string, opts ...convert.Option) *schema.Report {
	t.Helper()
	book, err := xlsx.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	report, err := convert.ToSchema(book, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func records(t testing.TB, data []byte) [][]string {
	t.Helper()
	rs, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// TestSamples compares what comes out of every sample workbook with
// expectations that were made from the printed tables.
func TestSamples(t *testing.T) {
	for _, name := range samples {
		data, err := os.ReadFile(filepath.Join("testdata/samples", name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		want := records(t, data)
		for _, producer := range producers {
			t.Run(name+"-"+producer, func(t *testing.T) {
				report := toSchema(t, filepath.Join("testdata/samples", name+"-"+producer))
				var buf bytes.Buffer
				if err := schema.WriteCSV(&buf, report); err != nil {
					t.Fatal(err)
				}
				got := records(t, buf.Bytes())
				for i := range got {
					got[i] = got[i][1:] // the file
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("observations (-want +got):\n%s", diff)
				}
				for _, f := range report.Findings {
					if !strings.Contains("sheet-hidden", string(f.Code)) {
						t.Errorf("finding %s", f.Line(schema.English))
					}
				}
			})
		}
	}
}

// TestSamplesJSON sends the report of every sample workbook through JSON.
func TestSamplesJSON(t *testing.T) {
	for _, name := range samples {
		for _, producer := range producers {
			report := toSchema(t, filepath.Join("testdata/samples", name+"-"+producer))
			data, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			var back schema.Report
			if err := json.Unmarshal(data, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(report, &back); diff != "" {
				t.Errorf("%s-%s: through JSON (-want +got):\n%s", name, producer, diff)
			}
			again, err := json.Marshal(&back)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, again) {
				t.Errorf("%s-%s: the JSON of the same report differs", name, producer)
			}
		}
	}
}

// TestProducers compares the reports of one table in .xls and .xlsx and from
// two programs: they are equal but for the file's name.
func TestProducers(t *testing.T) {
	anyFile := cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".File"
	}, cmp.Ignore())
	for _, name := range samples {
		var first *schema.Report
		for _, producer := range producers {
			report := toSchema(t, filepath.Join("testdata/samples", name+"-"+producer))
			for i := range report.Tables {
				// A year from the file's name is printed as that name.
				if report.Tables[i].YearFrom.Cell == "" {
					report.Tables[i].YearFrom.Printed = ""
				}
			}
			if first == nil {
				first = report
				continue
			}
			if diff := cmp.Diff(first, report, anyFile); diff != "" {
				t.Errorf("%s: %s and %s (-want +got):\n%s", name, producers[0], producer, diff)
			}
		}
	}
}

func textSheet(name string, rows ...[]string) *xlsx.Sheet {
	s := &xlsx.Sheet{Name: name}
	for r, row := range rows {
		for c, text := range row {
			if text != "" {
				s.Cells = append(s.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: r, Col: c}, Text: text})
			}
		}
	}
	return s
}

func TestNoTable(t *testing.T) {
	hidden := textSheet("备份", []string{"统计指标", "单位", "统计数"})
	hidden.Hidden = true
	for _, test := range []struct {
		reason string
		book   *xlsx.Workbook
		want   string
	}{
		{
			"an empty workbook", &xlsx.Workbook{Name: "a.xls"},
			"a.xls: no table of a known form: looked at 0 sheets with 0 cells of text; no label of any layout was found",
		},
		{
			"another table, and a hidden sheet",
			&xlsx.Workbook{Name: "b.xls", Sheets: []*xlsx.Sheet{textSheet("人口", []string{"地区", "人口"}, []string{"北京", "2189"}), hidden}},
			`b.xls: no table of a known form: looked at sheet "人口" with 4 cells of text, not at hidden sheet "备份"; no label of any layout was found`,
		},
		{
			"a head that every table may have",
			&xlsx.Workbook{Name: "c.xls", Sheets: []*xlsx.Sheet{textSheet("产量", []string{"指标", "单位", "数量"}, []string{"钢", "吨", "3"})}},
			`c.xls: no table of a known form: looked at sheet "产量" with 6 cells of text; anhui-bureau-2009/statistics came nearest, but only 3 of its labels were found: "指标", "单位", "数量"`,
		},
		{
			"a report whose table is an attachment",
			&xlsx.Workbook{Name: "d.txt", Sheets: []*xlsx.Sheet{textSheet("text", []string{"附件：齐齐哈尔市2018年度政府信息公开情况统计表.xls"})}},
			`d.txt: no table of a known form: looked at sheet "text" with 1 cells of text; no label of any layout was found; it speaks of a file that may hold the table: "齐齐哈尔市2018年度政府信息公开情况统计表.xls"`,
		},
		{
			"a template",
			&xlsx.Workbook{Name: "e.txt", Sheets: []*xlsx.Sheet{textSheet("text", []string{"受理申请xx件，答复 XXX 件"})}},
			`e.txt: no table of a known form: looked at sheet "text" with 1 cells of text; no label of any layout was found; it is a template: 2 placeholders such as xx stand where figures belong`,
		},
	} {
		_, err := convert.ToSchema(test.book)
		var no *convert.NoTableError
		if !errors.Is(err, convert.ErrNoTable) || !errors.As(err, &no) {
			t.Errorf("%s: error %v, want a *NoTableError", test.reason, err)
			continue
		}
		if diff := cmp.Diff(test.want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.reason, diff)
		}
	}
}

func TestWithLayout(t *testing.T) {
	const file = "testdata/samples/2019-national-2019-shanghai-excelize.xlsx"
	// The 2019 and 2021 forms have the same table of remedies; who asks for
	// the 2021 form gets that one, and the rows that read the same.
	report := toSchema(t, file, convert.WithLayout("national-2021"))
	for _, tb := range report.Tables {
		if tb.Layout != "national-2021" {
			t.Errorf("table %s/%s, want national-2021 only", tb.Layout, tb.Name)
		}
	}
	if n := len(report.Tables[len(report.Tables)-1].Observations); n != 15 {
		t.Errorf("%d observations in the table of remedies, want 15", n)
	}
	book, err := xlsx.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := convert.ToSchema(book, convert.WithLayout("national-2020")); !errors.Is(err, convert.ErrLayout) {
		t.Errorf("an unknown layout: error %v, want ErrLayout", err)
	}
	if _, err := convert.ToSchema(book, convert.WithLayout("fujian-2008")); !errors.Is(err, convert.ErrNoTable) {
		t.Errorf("a layout that the file has not: error %v, want ErrNoTable", err)
	}
}
