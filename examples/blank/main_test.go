package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/xlsx"
)

func TestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	named := filepath.Join("named.xlsx")
	for _, test := range []struct {
		reason string
		args   []string
		code   int
		file   string
		errs   string
	}{
		{"a form under its own name", []string{"national-2021"}, 0, "national-2021-blank.xlsx", ""},
		{"a form under another name", []string{"-o", named, "fujian-2008"}, 0, named, ""},
		{"a form that is known in part", []string{"anhui-bureau-2009"}, 1, "", "anhui-bureau-2009"},
		{"a folder that is not there", []string{"-o", "none/a.xlsx", "fujian-2008"}, 1, "", "none"},
		{"an unknown form", []string{"national-2020"}, 2, "", "national-2021"},
		{"no form", nil, 2, "", "usage"},
		{"two forms", []string{"fujian-2008", "national-2021"}, 2, "", "usage"},
		{"help", []string{"-h"}, 0, "", "usage"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(test.args, &stdout, &stderr); code != test.code {
			t.Errorf("%s: exit code %d, want %d", test.reason, code, test.code)
		}
		if !strings.Contains(stderr.String(), test.errs) {
			t.Errorf("%s: standard error lacks %q: %s", test.reason, test.errs, stderr.String())
		}
		if got := strings.TrimSpace(stdout.String()); got != test.file {
			t.Errorf("%s: printed %q, want %q", test.reason, got, test.file)
		}
		if test.file == "" {
			continue
		}
		book, err := xlsx.Open(test.file)
		if err != nil {
			t.Errorf("%s: %v", test.reason, err)
			continue
		}
		r, err := convert.ToSchema(book)
		if err != nil || len(r.Tables) != len(book.Sheets) || !strings.Contains(test.args[len(test.args)-1], r.Tables[0].Layout) {
			t.Errorf("%s: read again: %v, %+v", test.reason, err, r)
		}
	}
}
