package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

func TestIssuerInName(t *testing.T) {
	for file, want := range map[string]string{
		"2018年如东县政府信息公开工作年度报告.xls":             "如东县",
		"in/2018/如东县人民政府办公室2018年政府信息公开年报.xlsx": "如东县人民政府办公室",
		"a.zip/附件：淮安市教育局2019年度报告.xlsx":         "淮安市教育局",
		"政府信息公开情况统计表（如东县）.xls":                 "如东县",
		"关于上海市2019年政府信息公开工作年度报告.docx":          "上海市",
		"2018年政府信息公开统计表.xls":                   "", // no issuer
		"如东县.xls":                              "", // nothing says that it is a report
		"如东县 淮安市 政府信息公开年报.xls":                 "", // two
		"新建文件夹年报.xls":                          "", // not the end of an organ's name
		"县年报.xls":                              "", // too short
		"report-2018.xls":                      "",
	} {
		if got := issuerInName(file); got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

func TestIsDivision(t *testing.T) {
	for code, want := range map[string]bool{
		"320623": true, "110000": true, "659001": true, "710000": true, "820000": true,
		"32062": false, "3206230": false, "990000": false, "000000": false, "16 000": false, "３２０６２３": false, "": false,
	} {
		if got := isDivision(code); got != want {
			t.Errorf("%q: %v, want %v", code, got, want)
		}
	}
}

func parse(t *testing.T, text string) (*corrections, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "fix.csv")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return readCorrections(name)
}

func TestCorrectionErrors(t *testing.T) {
	for _, test := range []struct{ reason, text, want string }{
		{"an empty file", "", "no header"},
		{"neither file nor issuer", "file,printed,issuer\n,,某局\n", "line 2: neither"},
		{"no division code", "printed,division\n甲,32062\n", "GB/T 2260"},
		{"no year", "printed,year\n甲,18\n", `"18" is no year`},
		{"twice the same", "printed,issuer\n甲,乙\n 甲 ,丙\n", "as in line 2"},
		{"a quote that is not closed", "printed,issuer\n\"甲,乙\n", "fix.csv"},
		{"a line that is too short", "printed,issuer\n甲\n", "wrong number of fields"},
	} {
		if _, err := parse(t, test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.reason, err, test.want)
		}
	}
}

// TestCorrections has which line is for a table: that of file and issuer before
// that of the file, and that before that of the issuer.
func TestCorrections(t *testing.T) {
	c, err := parse(t, "\ufeffissuer,file,printed,division,other,year\n"+
		"甲局,,甲,110101,x,\n"+
		"乙局,b.xls,,110102,,2017\n"+
		"丙局,b.xls,丙,,,\n"+
		"丁局,in/d.xls,,110104,,\n"+
		",e.xls,,110105,,\n"+
		"用不到,f.xls,,,,\n"+
		",没有填,,,,\n")
	if err != nil {
		t.Fatal(err)
	}
	type out struct {
		Issuer, From, Printed, Division string
		Year                            int
		YearFrom                        string
	}
	for _, test := range []struct {
		reason       string
		file, issuer string
		want         out
	}{
		{"by the issuer, whatever white space", "in/a.xls", " 甲\n", out{"甲局", c.name + ":A2", " 甲\n", "110101", 2018, ""}},
		{"by the end of the file's name", "in/b.xls", "别的", out{"乙局", c.name + ":A3", "别的", "110102", 2017, c.name + ":F3"}},
		{"by the file rather than by the issuer", "b.xls", "甲", out{"乙局", c.name + ":A3", "甲", "110102", 2017, c.name + ":F3"}},
		{"by both", "in/b.xls", "丙", out{"丙局", c.name + ":A4", "丙", "", 2018, ""}},
		{"by the whole name of the file", "in/d.xls", "", out{"丁局", c.name + ":A5", "", "110104", 2018, ""}},
		{"a code only", "e.xls", "戊", out{"戊", "", "戊", "110105", 2018, ""}},
		{"none", "in/x.xls", "己", out{"己", "", "己", "", 2018, ""}},
		{"none, and no issuer", "in/x.xls", "", out{"", "", "", "", 2018, ""}},
		{"none, and an issuer in the file's name", "in/2018年如东县政府信息公开年报.xls", "", out{"如东县", "in/2018年如东县政府信息公开年报.xls:", "如东县", "", 2018, ""}},
	} {
		r := &schema.Report{File: test.file, Tables: []schema.Table{{Issuer: test.issuer, Year: 2018}}}
		was := c.attribute(r)
		place := func(s schema.Source) string {
			if s == (schema.Source{}) {
				return ""
			}
			return s.File + ":" + s.Cell
		}
		tb := r.Tables[0]
		got := out{tb.Issuer, place(tb.IssuerFrom), was[0].printed, was[0].division, tb.Year, place(tb.YearFrom)}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.reason, diff)
		}
	}
	if diff := cmp.Diff([]int{7}, c.unused()); diff != "" {
		t.Errorf("lines that were not used (-want +got):\n%s", diff)
	}
}

func TestColumnName(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(i); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
}
