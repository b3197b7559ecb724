package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const huaian = "../../convert/testdata/samples/2024-national-2021-huaian-excelize.xlsx"

func TestRun(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.xls")
	if err := os.WriteFile(bad, []byte("\xd0\xcf\x11\xe0 no workbook"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "report.html")
	for _, c := range []struct {
		reason    string
		args      []string
		code      int
		on        []string // what the page says
		untouched bool
	}{
		{"a file that is read", []string{"-o", out, huaian}, 0, []string{"淮安市人民政府", `id="to-zh" value="zh" checked`, "-excelize.xlsx\">"}, false},
		{"the page opens in English", []string{"-lang", "en", "-o", out, huaian}, 0, []string{`id="to-en" value="en" checked`}, false},
		{"a file that is not is shown too", []string{"-o", out, bad, huaian}, 1, []string{"淮安市人民政府", "file failed", `href="./bad.xls"`}, false},
		{"no file", []string{"-o", out}, 2, nil, true},
		{"a language that there is not", []string{"-o", out, "-lang", "fr", huaian}, 2, nil, true},
		{"an unknown flag", []string{"-x", huaian}, 2, nil, true},
		{"the page would be written over an input", []string{"-o", bad, bad}, 2, nil, true},
		{"a folder that there is not", []string{"-o", filepath.Join(dir, "no", "r.html"), huaian}, 1, nil, true},
	} {
		before, _ := os.ReadFile(out)
		var stderr bytes.Buffer
		if got := run(c.args, &stderr); got != c.code {
			t.Errorf("%s: exit code %d, want %d: %s", c.reason, got, c.code, &stderr)
		}
		if (c.code != 0) != (stderr.Len() > 0) {
			t.Errorf("%s: standard error says %q", c.reason, &stderr)
		}
		page, err := os.ReadFile(out)
		if c.untouched {
			if !bytes.Equal(page, before) {
				t.Errorf("%s: the page was written", c.reason)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.on {
			if !strings.Contains(string(page), want) {
				t.Errorf("%s: the page does not have %q", c.reason, want)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".page-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %q %v", left, err)
	}
	if data, _ := os.ReadFile(bad); !strings.HasPrefix(string(data), "\xd0\xcf") {
		t.Error("an input was written over")
	}
}
