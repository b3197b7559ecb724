package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const rudong = "samples/2018-national-2014-rudong.xls"

func TestRun(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "404.xls")
	if err := os.WriteFile(page, []byte("%PDF-1.4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing.xls")
	for _, test := range []struct {
		reason string
		args   []string
		code   int
		lines  int    // of the CSV, the header included
		first  string // what the first line after the header begins with
		errs   []string
	}{
		{"a bare run converts the samples", nil, 0, 1 + 68 + 198 + 200,
			rudong + ",统计表,C5,national-2014,statistics,proactive.information,,,39734,number,条,39734,(一)主动公开政府信息数,如东县人民政府办公室,2018",
			[]string{"no files given"}},
		{"one file", []string{rudong}, 0, 1 + 68, rudong + ",统计表,C5,", nil},
		{"one of three files is no workbook, one is not there", []string{page, rudong, missing}, 1, 1 + 68, rudong + ",统计表,C5,",
			[]string{"404.xls", "PDF", "missing.xls"}},
		{"no file gives a report: the header line is there all the same", []string{page}, 1, 1, "", []string{"PDF"}},
		{"an unknown format", []string{"-format", "xml", rudong}, 2, 0, "", []string{"usage"}},
		{"an unknown flag", []string{"-x"}, 2, 0, "", []string{"usage"}},
		{"an unknown layout", []string{"-layout", "national-2020", rudong}, 2, 0, "", []string{"national-2020", "national-2021"}},
		{"help is no error", []string{"-h"}, 0, 0, "", []string{"usage"}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(test.args, &out, &errs); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			records, err := csv.NewReader(&out).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			if len(records) != test.lines {
				t.Errorf("%d lines, want %d", len(records), test.lines)
			}
			if len(records) > 1 {
				if got := strings.Join(records[1], ","); !strings.HasPrefix(got, test.first) {
					t.Errorf("first line %s, want %s…", got, test.first)
				}
			}
			for _, e := range test.errs {
				if !strings.Contains(errs.String(), e) {
					t.Errorf("standard error lacks %q:\n%s", e, errs.String())
				}
			}
		})
	}
}

func TestRunJSON(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-format", "json", rudong, "samples/2024-national-2021-huaian.xlsx"}, &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want a report a line", len(lines))
	}
	for i, want := range []string{`"file":"` + rudong, `"file":"samples/2024-national-2021-huaian.xlsx"`} {
		if !strings.HasPrefix(lines[i], `{"schema_version":"1",`+want) {
			t.Errorf("line %d begins %.80s", i+1, lines[i])
		}
	}
}
