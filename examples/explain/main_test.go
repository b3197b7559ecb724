package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	const sample = "../../convert/testdata/samples/2018-national-2014-rudong-libreoffice.xls"
	for _, test := range []struct {
		reason string
		args   []string
		code   int
		out    []string // must stand on standard output
		errs   string   // must stand on standard error
	}{
		{"a report of two tables", []string{sample}, 0, []string{
			"national-2014/statistics\n", "jiangsu-origin-2015/origin\n",
			"A17    其中:县领导参加新闻发布会次数", "主要负责同志参加新闻发布会次数 (100 %)",
		}, ""},
		{"a file without a table tells what came nearest", []string{"../../README.md"}, 1, nil, "no table of a known form"},
		{"a file that is not there", []string{"missing.xls"}, 1, nil, "missing.xls"},
		{"no file", nil, 2, nil, "usage"},
		{"a flag that there is not", []string{"-v"}, 2, nil, "usage"},
	} {
		var out, errs bytes.Buffer
		if code := run(test.args, &out, &errs); code != test.code {
			t.Errorf("%s: exit code %d, want %d", test.reason, code, test.code)
		}
		for _, want := range test.out {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: standard output lacks %q", test.reason, want)
			}
		}
		if !strings.Contains(errs.String(), test.errs) {
			t.Errorf("%s: standard error %q, want %q", test.reason, errs.String(), test.errs)
		}
	}
}
