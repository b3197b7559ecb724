package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "page.xls")
	if err := os.WriteFile(page, []byte("%PDF-1.4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := func(name string) string { return filepath.Join(dir, name) }
	old := out("old.xls")
	if err := os.WriteFile(old, sample, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		reason string
		args   []string
		code   int
		lines  int    // losses
		file   string // that is written
		cell   string // and holds
		want   string
		errs   string
	}{
		{"the old table that comes with it, in the form of 2021", []string{"-o", out("new.xlsx")}, 0, 59, out("new.xlsx"), "申请办理!J6", "320", "59 figures"},
		{"beside the input", []string{old}, 0, 59, out("old-national-2021.xlsx"), "申请办理!J8", "", "old-national-2021.xlsx"},
		{"with what is close", []string{"-close", "-o", out("close.xlsx"), old}, 0, 58, out("close.xlsx"), "申请办理!J8", "130", "58 figures"},
		{"in its own form, which asks for no origins", []string{"-layout", "national-2014", "-lang", "zh", "-o", out("same.xlsx"), old}, 0, 10, out("same.xlsx"), "统计表!C25", "320", ""},
		{"no workbook", []string{page}, 1, 0, "", "", "", "page.xls"},
		{"no such folder", []string{"-o", out("none/new.xlsx")}, 1, 0, "", "", "", "none"},
		{"an unknown layout", []string{"-layout", "national-2020"}, 2, 0, "", "", "", "national-2021"},
		{"an unknown language", []string{"-lang", "fr"}, 2, 0, "", "", "", "usage"},
		{"two inputs", []string{old, old}, 2, 0, "", "", "", "usage"},
		{"help", []string{"-h"}, 0, 0, "", "", "", "usage"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(test.args, &stdout, &stderr); code != test.code {
			t.Errorf("%s: exit code %d, want %d: %s", test.reason, code, test.code, stderr.String())
		}
		if n := strings.Count(stdout.String(), "\n"); n != test.lines {
			t.Errorf("%s: %d losses, want %d", test.reason, n, test.lines)
		}
		if !strings.Contains(stderr.String(), test.errs) {
			t.Errorf("%s: standard error lacks %q: %s", test.reason, test.errs, stderr.String())
		}
		if test.file == "" {
			continue
		}
		book, err := xlsx.Open(test.file)
		if err != nil {
			t.Errorf("%s: %v", test.reason, err)
			continue
		}
		sheet, at, _ := strings.Cut(test.cell, "!")
		ref, _ := xlsx.ParseRef(at)
		got, found := "", false
		for _, s := range book.Sheets {
			if s.Name == sheet {
				c, _ := s.Cell(ref)
				got, found = c.Text, true
			}
		}
		if !found || got != test.want {
			t.Errorf("%s: %s is %q, want %q", test.reason, test.cell, got, test.want)
		}
	}
}

// TestLosses checks that what is printed is all that did not get across.
func TestLosses(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new.xlsx")
	var stdout, stderr bytes.Buffer
	if code := run([]string{"-o", out}, &stdout, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	for _, want := range []string{
		sampleName + ":统计表!C7: normative documents issued in the year [proactive.normative.issued] 2条: the form counts in another unit",
		sampleName + ":统计表!C51: administrative litigation: cases [litigation] 11件: the form has it only as a sum of several rows",
		sampleName + ":统计表!C62: budget for disclosure [organisation.budget] 21.8万元: the form does not ask for it",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no loss %q", want)
		}
	}
	figures := func(book *xlsx.Workbook) (n int) {
		r, err := convert.ToSchema(book)
		if err != nil {
			t.Fatal(err)
		}
		for _, tb := range r.Tables {
			for _, o := range tb.Observations {
				if o.Status != schema.Blank {
					n++
				}
			}
		}
		return n
	}
	before, err := open("")
	if err != nil {
		t.Fatal(err)
	}
	after, err := xlsx.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	// The figure of 320 applications stands in two tables of the file.
	if all, kept, lost := figures(before), figures(after), strings.Count(stdout.String(), "\n"); all != kept+lost+1 {
		t.Errorf("%d figures became %d and %d losses", all, kept, lost)
	}
}
