package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

const (
	huaian   = "../../convert/testdata/samples/2024-national-2021-huaian-excelize.xlsx"
	shanghai = "../../convert/testdata/samples/2019-national-2019-shanghai-libreoffice.xls"
)

// changed writes a copy of a sample in which one figure is another, and returns
// the copy's path and the place of the figure.
func changed(t *testing.T, sample string, c schema.Code, a schema.Applicant, figure int) (file, place string) {
	t.Helper()
	book, err := xlsx.Open(sample)
	if err != nil {
		t.Fatal(err)
	}
	r, err := convert.ToSchema(book)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range r.Tables {
		for _, o := range table.Observations {
			if o.Indicator != c || o.Applicant != a {
				continue
			}
			f, err := excelize.OpenFile(sample)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := f.SetCellValue(o.Source.Sheet, o.Source.Cell, figure); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "changed.xlsx")
			if err := f.SaveAs(file); err != nil {
				t.Fatal(err)
			}
			return file, o.Source.Sheet + "!" + o.Source.Cell
		}
	}
	t.Fatalf("%s has no %s", sample, c)
	return "", ""
}

func TestRun(t *testing.T) {
	// 1288 entered as 1388: the column and the row fail, and have it in common.
	wrong, place := changed(t, huaian, "application.outcome.granted", schema.NaturalPerson, 1388)
	missing := filepath.Join(t.TempDir(), "missing.xlsx")
	_, cell, _ := strings.Cut(place, "!")
	tests := []struct {
		reason string
		args   []string
		code   int
		out    []string // in standard output, in order
		errs   string   // in standard error
	}{
		{"every relation holds", []string{huaian}, 0, nil, ""},
		{"blanks are no failure", []string{shanghai}, 0, nil, ""},
		{
			"a wrong digit", []string{wrong}, 1,
			[]string{wrong + ":", ": relation-fails: sum of the outcomes ≠ total of the outcomes (natural persons): left 3032, right 2932, difference 100.", cell + " may be 1288 instead of 1388: one digit differs."}, "",
		},
		{
			"in Chinese", []string{"-lang", "zh", wrong}, 1,
			[]string{": relation-fails: 第三项各分项之和 ≠ （七）总计（自然人）：左边 3032，右边 2932，差 100。", "提示：" + cell + " 可能应为 1288 而不是 1388（差一位数字）。", "各类申请人之和 ≠ 总计（予以公开）：左边 1462，右边 1362，差 100。"}, "",
		},
		{"one file is not there", []string{missing, huaian}, 1, nil, "missing.xlsx"},
		{"one fails, one holds", []string{huaian, wrong}, 1, []string{wrong + ":", "relation-fails"}, ""},
		{"all relations", []string{"-all", "-lang", "zh", shanghai}, 0, []string{"成立", "无法判定", "未涉及"}, ""},
		{"a superior of one that is the same", []string{"-superior", huaian, huaian}, 0, nil, ""},
		{
			"a superior of two that are the same: a hint is no failure", []string{"-superior", huaian, huaian, huaian}, 0,
			[]string{"relation-across-levels", "with figures of 2 of 2 subordinates"}, "",
		},
		{
			"a superior of one that is not there", []string{"-superior", huaian, huaian, missing}, 1, nil, "missing.xlsx",
		},
		{"no file", nil, 2, nil, "usage"},
		{"an unknown flag", []string{"-x", huaian}, 2, nil, "usage"},
		{"an unknown language", []string{"-lang", "fr", huaian}, 2, nil, "usage"},
		{"help is no error", []string{"-h"}, 0, nil, "usage"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(tt.args, &out, &errs); code != tt.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, tt.code, &out, &errs)
			}
			rest := out.String()
			for _, want := range tt.out {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Errorf("standard output lacks %q:\n%s", want, &out)
				}
				rest = after
			}
			if len(tt.out) == 0 && strings.Contains(out.String(), "relation-") {
				t.Errorf("standard output tells of a relation:\n%s", &out)
			}
			if !strings.Contains(errs.String(), tt.errs) || tt.errs == "" && errs.Len() > 0 {
				t.Errorf("standard error is %q, want %q", &errs, tt.errs)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	wrong, _ := changed(t, huaian, "application.outcome.granted", schema.NaturalPerson, 1388)
	var out, errs bytes.Buffer
	if code := run([]string{"-json", huaian, wrong}, &out, &errs); code != 1 {
		t.Errorf("exit code %d, want 1: %s", code, &errs)
	}
	type line struct {
		File     string
		Findings []schema.Finding
	}
	var lines []line
	d := json.NewDecoder(&out)
	for d.More() {
		var l line
		if err := d.Decode(&l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	if len(lines) != 2 || lines[0].File != huaian || lines[1].File != wrong {
		t.Fatalf("got %v, want a line for each file", lines)
	}
	fails := func(l line) (n int) {
		for _, f := range l.Findings {
			if f.Code == schema.RelationFails {
				n++
			}
		}
		return n
	}
	if fails(lines[0]) != 0 || fails(lines[1]) != 2 {
		t.Errorf("%d and %d relations fail, want 0 and 2", fails(lines[0]), fails(lines[1]))
	}
}

// TestDamaged proves that what is no workbook does not stop the others.
func TestDamaged(t *testing.T) {
	page := filepath.Join(t.TempDir(), "404.xls")
	if err := os.WriteFile(page, []byte("%PDF-1.4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wrong, _ := changed(t, huaian, "reconsideration", "", 352)
	var out, errs bytes.Buffer
	if code := run([]string{page, wrong}, &out, &errs); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !strings.Contains(errs.String(), "404.xls") || !strings.Contains(out.String(), "left 351, right 352, difference 1") {
		t.Errorf("got %s and %s", &out, &errs)
	}
}
