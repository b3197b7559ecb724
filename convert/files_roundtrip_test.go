package convert

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// updating reports whether fixtures are to be written anew: go test -update.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// byLibreOffice has LibreOffice write a workbook anew, in the format of the
// extension.
func byLibreOffice(t *testing.T, book *xlsx.Workbook, path string) {
	t.Helper()
	dir := t.TempDir()
	ext := filepath.Ext(path)[1:]
	in := filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), "."+ext)+".xlsx")
	if err := book.Save(in); err != nil {
		t.Fatal(err)
	}
	filter := map[string]string{"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97"}[ext]
	out := filepath.Join(dir, "out")
	cmd := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")),
		"--headless", "--convert-to", filter, "--outdir", out, in)
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, msg)
	}
	data, err := os.ReadFile(filepath.Join(out, filepath.Base(path)))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, data)
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func readJSON(t *testing.T, path string) *schema.Report {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := new(schema.Report)
	if err := json.Unmarshal(data, r); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return r
}

func writeJSON(t *testing.T, path string, r *schema.Report) {
	t.Helper()
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, append(data, '\n'))
}

func openBook(t *testing.T, path string) *xlsx.Workbook {
	t.Helper()
	book, err := xlsx.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range book.Warnings {
		t.Errorf("%s: %+v", path, w)
	}
	return book
}

// fixture is a report of a layout for the fixtures, as it is read from the
// workbook that FromSchema makes of it.
func fixture(t *testing.T, l *Layout) *schema.Report {
	t.Helper()
	book, losses := mustWrite(t, mustRead(t, filledIn(l, headings[0], newRand(11))), l)
	if len(losses) > 0 {
		t.Fatalf("%s: losses: %v", l.Name, lossesOf(losses))
	}
	r := mustRead(t, book)
	r.File = l.Name + ".xlsx"
	return r
}

// TestThroughXLS checks the laws of the round trip through .xls files that
// LibreOffice made of what FromSchema wrote. With -update both the reports and
// the files are made anew; that needs LibreOffice.
func TestThroughXLS(t *testing.T) {
	for _, l := range Builtin().All() {
		base := filepath.Join("testdata/roundtrip", l.Name)
		if updating() {
			r := fixture(t, l)
			writeJSON(t, base+".json", r)
			book, _ := mustWrite(t, r, l)
			// The bytes are left alone where they say the same.
			if old, err := xlsx.Open(base + ".xls"); err != nil || !cmp.Equal(content(book), content(old)) {
				byLibreOffice(t, book, base+".xls")
			}
		}
		r := readJSON(t, base+".json")
		book, losses := mustWrite(t, r, l)
		if len(losses) > 0 {
			t.Errorf("%s: losses: %v", l.Name, lossesOf(losses))
		}
		old := openBook(t, base+".xls")
		if old.Format != xlsx.FormatXLS {
			t.Errorf("%s.xls is of the format %s", base, old.Format)
		}
		if diff := cmp.Diff(content(book), content(old)); diff != "" {
			t.Errorf("%s: report → workbook → .xls (-workbook +.xls):\n%s", l.Name, diff)
		}
		back := mustRead(t, old)
		for _, d := range differences(r, back, nil) {
			t.Errorf("%s: report → .xls → report: %s: %s", l.Name, d.what, d.detail)
		}
		again, _ := mustWrite(t, back, l)
		if diff := cmp.Diff(content(old), content(again)); diff != "" {
			t.Errorf("%s: .xls → report → workbook (-.xls +workbook):\n%s", l.Name, diff)
		}
	}
}

// TestReleases reads what earlier versions wrote: the JSON of reports and the
// workbooks that they were written to. The files are never changed. When the
// version of the schema or of a layout changes, the next folder is begun, with
// -update.
func TestReleases(t *testing.T) {
	now := "testdata/v" + schema.Version
	if updating() {
		for _, l := range Builtin().All() {
			base := filepath.Join(now, l.Name)
			if _, err := os.Stat(base + ".json"); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			r := fixture(t, l)
			writeJSON(t, base+".json", r)
			book, _ := mustWrite(t, r, l)
			if err := book.Save(base + ".xlsx"); err != nil {
				t.Fatal(err)
			}
			byLibreOffice(t, book, base+".xls")
		}
	}
	names, err := filepath.Glob("testdata/v*/*.json")
	if err != nil || len(names) < len(Builtin().All()) {
		t.Fatalf("%d reports of earlier versions, error %v", len(names), err)
	}
	for _, name := range names {
		r := readJSON(t, name)
		if len(r.Tables) == 0 || len(r.Tables[0].Observations) < 3 {
			t.Errorf("%s: next to nothing is in it", name)
		}
		for _, ext := range []string{".xlsx", ".xls"} {
			path := strings.TrimSuffix(name, ".json") + ext
			book := openBook(t, path)
			if want := xlsx.Format(ext[1:]); book.Format != want {
				t.Errorf("%s is of the format %s", path, book.Format)
			}
			if diff := cmp.Diff(saidBy(r), saidBy(mustRead(t, book))); diff != "" {
				t.Errorf("%s (-report of then +read now):\n%s", path, diff)
			}
		}
	}
}

// saidBy returns what a report says, without what may be told better by a
// later version: why a table was taken for one of its layout, and findings.
func saidBy(r *schema.Report) []string {
	var lines []string
	for i := range r.Tables {
		t := &r.Tables[i]
		lines = append(lines, fmt.Sprintf("%s/%s %q %q %q %d", t.Layout, t.Name, t.Title, t.Issuer, t.Coverage, t.Year))
		for _, o := range t.Observations {
			lines = append(lines, fmt.Sprintf("%s %s %s %s %q %s %q %q", o.Source.Cell, o.Indicator, o.Applicant, o.Scope, saysOf(o), o.Unit, o.Source.Printed, o.Source.Label))
		}
	}
	return lines
}

// filledForms are blank forms that were filled in, and what is then worked out
// in them.
var filledForms = []struct {
	layout string
	sheet  int
	issuer string
	year   int
	typed  map[string]string // cells that somebody filled in
	totals map[string]string // what the formulas give
}{
	{
		"national-2021", 1, "某市", 2026,
		map[string]string{"A1": "某市2026年政府信息公开工作年度报告",
			"D6": "10", "E6": "2", "D7": "1", "D8": "6", "E8": "1", "D9": "2", "E18": "1", "D30": "3"},
		map[string]string{"J6": "12", "J7": "1", "J8": "7", "J9": "2", "J18": "1", "J30": "3", "D29": "8", "E29": "2", "J29": "10"},
	},
	{
		"national-2014", 0, "某县人民政府办公室", 2017,
		map[string]string{"A1": "2017年度政府信息公开情况统计表", "A2": "填报单位：某县人民政府办公室", "C26": "3", "C28": "4", "C31": "6", "C32": "0",
			"C34": "1", "C36": "9", "C38": "2", "C45": "1", "C62": "3", "C63": "5"},
		map[string]string{"C25": "7", "C30": "6", "C33": "13", "C37": "2", "C61": "8"},
	},
	{
		"jiangsu-origin-2015", 0, "某市", 2018,
		map[string]string{"A1": "2018年度政府信息公开申请来源统计表", "A2": "填报单位：某市", "B4": "1", "B5": "0", "B6": "2", "B9": "4", "B10": "1"},
		map[string]string{"B14": "7", "C4": "14.29", "C5": "0", "C6": "28.57", "C9": "57.14", "C10": "14.29", "C14": "100"},
	},
}

// TestFilled reads blank forms that were filled in and worked out by
// LibreOffice: the results of formulas are read like any figure.
func TestFilled(t *testing.T) {
	for _, test := range filledForms {
		l := layoutOf(t, test.layout)
		for _, ext := range []string{".xlsx", ".xls"} {
			path := filepath.Join("testdata/roundtrip", "filled-"+test.layout+ext)
			if updating() {
				book := mustBlank(t, l)
				s := book.Sheets[test.sheet]
				for at, text := range test.typed {
					ref, _ := xlsx.ParseRef(at)
					c := xlsx.Cell{Ref: ref, Text: text}
					if _, err := schema.ParseDecimal(text); err == nil {
						c = numberCell(schema.Decimal(text))
						c.Ref = ref
					}
					s.Cells = slices.DeleteFunc(s.Cells, func(o xlsx.Cell) bool { return o.Ref == ref })
					s.Cells = append(s.Cells, c)
				}
				slices.SortFunc(s.Cells, func(a, b xlsx.Cell) int { return a.Ref.Compare(b.Ref) })
				if _, err := os.Stat(path); err != nil {
					byLibreOffice(t, book, path)
				}
			}
			book := openBook(t, path)
			got := make(map[string]string)
			for _, c := range book.Sheets[test.sheet].Cells {
				if c.Formula {
					got[c.Ref.String()] = c.Text
				}
			}
			if diff := cmp.Diff(test.totals, got); diff != "" {
				t.Errorf("%s: results of formulas (-want +got):\n%s", path, diff)
			}
			// The report has what was typed and what was worked out, and blanks.
			r := mustRead(t, book)
			tb := r.Tables[test.sheet]
			if tb.Issuer != test.issuer || tb.Year != test.year || tb.Layout != test.layout {
				t.Errorf("%s: %s of %q, %d", path, tb.Layout, tb.Issuer, tb.Year)
			}
			want, said := make(map[string]string), make(map[string]string)
			for _, m := range []map[string]string{test.typed, test.totals} {
				for at, text := range m {
					if _, err := schema.ParseDecimal(text); err == nil && !(test.layout == "jiangsu-origin-2015" && at[0] == 'C') {
						want[at] = "number " + text
					}
				}
			}
			for _, o := range tb.Observations {
				if o.Status != schema.Blank {
					said[o.Source.Cell] = string(o.Status) + " " + string(o.Value)
				}
			}
			if diff := cmp.Diff(want, said); diff != "" {
				t.Errorf("%s: answers (-want +got):\n%s", path, diff)
			}
			for _, f := range append(r.Findings, schema.Check(r)...) {
				t.Errorf("%s: %s", path, f.Line(schema.English))
			}
		}
	}
}
