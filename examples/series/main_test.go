package main

import (
	"bytes"
	"encoding/csv"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	dir      = "../../convert/testdata/samples/"
	rudong   = dir + "2018-national-2014-rudong-libreoffice.xls"
	shanghai = dir + "2019-national-2019-shanghai-excelize.xlsx"
	huaian   = dir + "2024-national-2021-huaian-excelize.xlsx"
)

func TestRun(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.xlsx")
	tests := []struct {
		reason string
		args   []string
		code   int
		want   []string // lines of standard output, with single spaces
		errs   string   // in standard error
	}{
		{
			"three issuers", []string{"-series", "granted", rudong, shanghai, huaian}, 0,
			[]string{
				"granted · granted",
				"A 2018 130 close national-2014 如东县人民政府办公室 – since 2019 pointing to published information counts as granted",
				"~ O 2019 ≥272 exact national-2019 上海市人民政府办公厅 – granted, total: blank (依申请公开!J6)",
				"~ A 2024 1362 exact national-2021 淮安市人民政府",
			}, "",
		},
		{
			"taken as one issuer: breaks", []string{"-series", "applications_received", "-issuer", "某市", huaian, shanghai, rudong}, 0,
			[]string{
				"applications_received · applications received",
				"A 2018 320 exact national-2014+jiangsu-origin-2015 某市",
				"B 2019 859 exact national-2019 某市",
				"B 2024 3119 exact national-2021 某市",
			}, "",
		},
		{
			"in Chinese", []string{"-lang", "zh", "-series", "refused", rudong}, 0,
			[]string{"refused · 不予公开", "A 2018 7 相近 national-2014 如东县人民政府办公室 – 2014 counts 不是《条例》所指政府信息 as a refusal"}, "",
		},
		{"one file is not there", []string{"-series", "not_held", missing, huaian}, 1, []string{"not_held · not held", "A 2024 769 exact national-2021 淮安市人民政府"}, "missing.xlsx"},
		{"no samples where it is run", nil, 2, nil, "root of the module"},
		{"an unknown series", []string{"-series", "all", huaian}, 2, nil, "applications_received"},
		{"an unknown format", []string{"-format", "xml", huaian}, 2, nil, "usage"},
		{"a series and shares", []string{"-shares", "-series", "granted", huaian}, 2, nil, "usage"},
		{"help is no error", []string{"-h"}, 0, nil, "usage"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(tt.args, &out, &errs); code != tt.code {
				t.Errorf("exit code %d, want %d: %s", code, tt.code, &errs)
			}
			if got := lines(&out); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if !strings.Contains(errs.String(), tt.errs) || tt.errs == "" && errs.Len() > 0 {
				t.Errorf("standard error is %q, want %q", &errs, tt.errs)
			}
		})
	}
}

// lines returns the lines that are not empty, with single spaces.
func lines(out *bytes.Buffer) []string {
	var got []string
	for l := range strings.Lines(out.String()) {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			got = append(got, l)
		}
	}
	return got
}

// TestBare runs the program as it is run without arguments: from the root of the
// module.
func TestBare(t *testing.T) {
	t.Chdir("../..")
	var out, errs bytes.Buffer
	if code := run(nil, &out, &errs); code != 0 {
		t.Errorf("exit code %d: %s", code, &errs)
	}
	text := strings.Join(lines(&out), "\n")
	for _, want := range []string{"A 2018 320 exact national-2014+jiangsu-origin-2015 如东县人民政府办公室", "A 2024 3119 exact national-2021 淮安市人民政府", "2018 85 narrower baohe-annex-2018"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no line %s in\n%s", want, text)
		}
	}
}

func TestShares(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-shares", rudong, shanghai, huaian}, &out, &errs); code != 0 {
		t.Errorf("exit code %d: %s", code, &errs)
	}
	want := []string{
		"granted_share · granted of answered",
		"A 2018 40.6% 130/320 close 如东县人民政府办公室",
		"O 2019 - ?/805 exact 上海市人民政府办公厅",
		"A 2024 44.7% 1362/3050 exact 淮安市人民政府",
	}
	if got := lines(&out); !slices.Equal(got[:len(want)], want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got[:len(want)], "\n"), strings.Join(want, "\n"))
	}
}

func TestCSV(t *testing.T) {
	find := func(args []string, column, value string) map[string]string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(args, &out, &errs); code != 0 {
			t.Fatalf("exit code %d: %s", code, &errs)
		}
		records, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records[1:] {
			row := map[string]string{}
			for i, name := range records[0] {
				row[name] = r[i]
			}
			if row[column] == value {
				return row
			}
		}
		t.Fatalf("no line with %s %s", column, value)
		return nil
	}
	row := find([]string{"-format", "csv", rudong}, "series", "refused")
	for column, want := range map[string]string{
		"year": "2018", "value": "7", "unit": "件", "obs_status": "A", "match": "close", "forms": "national-2014",
		"formula": "application.outcome.not_agreed − application.outcome.not_government_information", "reason": "",
	} {
		if row[column] != want {
			t.Errorf("%s is %q, want %q", column, row[column], want)
		}
	}
	if n := strings.Count(row["cells"], rudong+":统计表!"); n != 2 {
		t.Errorf("the cells are %q, want two", row["cells"])
	}
	row = find([]string{"-format", "csv", "-shares", huaian}, "share", "granted_share")
	if row["percent"] != "44.6557" || row["numerator"] != "1362" || row["denominator"] != "3050" {
		t.Errorf("got %v", row)
	}
}
