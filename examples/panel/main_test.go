package main

import (
	"archive/zip"
	"bytes"
	gocmp "cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

var (
	update = flag.Bool("update", false, "rewrite the goldens")
	large  = flag.String("large", "", "folder of a large corpus for BenchmarkPanel")
)

const samples = "../../convert/testdata/samples/"

// inputFolder makes a folder of real tables: three forms in .xls and .xlsx, two
// of one issuer once corrections are given, and one file that is none.
func inputFolder(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "in")
	for to, from := range map[string]string{
		"2018/rudong.xls":    "2018-national-2014-rudong-libreoffice.xls",
		"2018/qiqihar.xlsx":  "2018-national-2014-qiqihar-excelize.xlsx",
		"2019/shanghai.xlsx": "2019-national-2019-shanghai-libreoffice.xlsx",
		"2024/huaian.xlsx":   "2024-national-2021-huaian-excelize.xlsx",
	} {
		data, err := os.ReadFile(samples + from)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, to), data)
	}
	put(t, filepath.Join(dir, "2019/notice.pdf"), []byte("%PDF-1.4\n"))
	return dir
}

func put(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

const fixes = `file,printed,issuer,division,year
shanghai.xlsx,,如东县人民政府办公室,,
,如东县人民政府办公室,,320623,
,不存在,某局,,
`

// panel runs the program and returns its exit code and what it printed.
func panel(t testing.TB, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(ctx, args, &out, &errs)
	return code, out.String(), errs.String()
}

func read(t testing.TB, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func records(t testing.TB, path ...string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, path...), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// contents returns all files of a folder with their bytes.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		all[name] = read(t, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func differences(want, got map[string]string) []string {
	var names []string
	for name := range want {
		if got[name] != want[name] {
			names = append(names, name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// made is a run over inputFolder with corrections, for tests of its outputs.
type made struct {
	in, out string
	stdout  string
	reports []*schema.Report // as they have to be in the outputs, in order
}

func makePanel(t *testing.T, flags ...string) made {
	t.Helper()
	m := made{in: inputFolder(t), out: filepath.Join(t.TempDir(), "out")}
	fix := filepath.Join(t.TempDir(), "fix.csv")
	put(t, fix, []byte(fixes))
	code, stdout, stderr := panel(t, t.Context(), append(append([]string{"-o", m.out, "-issuers", fix}, flags...), m.in)...)
	if code != 1 { // the PDF file
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	m.stdout = stdout
	for _, name := range []string{"2018/qiqihar.xlsx", "2018/rudong.xls", "2019/shanghai.xlsx", "2024/huaian.xlsx"} {
		book, err := xlsx.Open(filepath.Join(m.in, name))
		if err != nil {
			t.Fatal(err)
		}
		r, err := convert.ToSchema(book)
		if err != nil {
			t.Fatal(err)
		}
		if name == "2019/shanghai.xlsx" {
			for i := range r.Tables {
				r.Tables[i].Issuer = "如东县人民政府办公室"
				r.Tables[i].IssuerFrom = schema.Source{File: fix, Cell: "C2", Printed: "上海市人民政府办公厅"}
			}
		}
		m.reports = append(m.reports, r)
	}
	return m
}

// TestRun has the exit codes, and what is left of a run.
func TestRun(t *testing.T) {
	in := inputFolder(t)
	good := filepath.Join(in, "2018")
	badFix := filepath.Join(t.TempDir(), "fix.csv")
	put(t, badFix, []byte("printed,division\n甲,3206\n"))
	for _, test := range []struct {
		reason string
		args   []string
		code   int
		errs   string
		made   bool
	}{
		{"every input gives a report", []string{good}, 0, "", true},
		{"one does not", []string{in}, 1, "notice.pdf", true},
		{"an input is not there", []string{filepath.Join(in, "missing"), good}, 1, "", true},
		{"no input", nil, 2, "usage", false},
		{"an unknown flag", []string{"-x", good}, 2, "usage", false},
		{"a licence that is no identifier", []string{"-licence", "my own", good}, 2, "usage", false},
		{"help is no error", []string{"-h"}, 0, "usage", false},
		{"a wrong division code", []string{"-issuers", badFix, good}, 2, "line 2: \"3206\" is no division code", false},
		{"a missing file of corrections", []string{"-issuers", badFix + "x", good}, 2, "no such file", false},
	} {
		t.Run(test.reason, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			code, stdout, stderr := panel(t, t.Context(), append([]string{"-o", out}, test.args...)...)
			if code != test.code || !strings.Contains(stderr, test.errs) {
				t.Errorf("exit code %d, want %d, and %q in\n%s", code, test.code, test.errs, stderr)
			}
			entries, _ := os.ReadDir(out)
			var names []string
			for _, e := range entries {
				names = append(names, e.Name())
			}
			var want []string
			if test.made {
				want = []string{"datapackage.json", "files.csv", "findings.csv", "indicators.csv", "issuers.csv", "observations.csv", "observations.jsonl",
					"observations.parquet", "observations.sdmx.csv", "panel.sqlite", "panel.xlsx", "series.csv", "series.sdmx.csv", "tables.csv"}
				if !strings.Contains(stdout, "gave a report") {
					t.Errorf("no summary: %s", stdout)
				}
			}
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("outputs (-want +got):\n%s", diff)
			}
		})
	}
	if code, _, stderr := panel(t, t.Context(), in); code != 2 || !strings.Contains(stderr, "usage") {
		t.Errorf("without -o: exit code %d\n%s", code, stderr)
	}
}

// TestLong compares the text outputs with what package schema writes of the
// same reports at once.
func TestLong(t *testing.T) {
	m := makePanel(t)
	compare(t, m, "observations.csv", schema.ObservationRows().CSV, m.reports)
	compare(t, m, "tables.csv", schema.TableRows().CSV, m.reports)
	compare(t, m, "observations.sdmx.csv", schema.SDMXObservationRows().CSV, m.reports)
	compare(t, m, "observations.jsonl", func(w io.Writer, _ ...schema.CSVOption) *schema.Writer[*schema.Report] {
		return schema.ObservationRows().JSONL(w)
	}, m.reports)
	points := schema.Panel(m.reports...)
	if n := slices.IndexFunc(points, func(p schema.Point) bool { return p.Break }); n < 0 {
		t.Error("the corrected issuer has no break")
	}
	compare(t, m, "series.csv", schema.PointRows().CSV, points)
	compare(t, m, "series.sdmx.csv", schema.SDMXPointRows().CSV, points)
	var findings []schema.Finding
	for _, r := range m.reports {
		findings = append(findings, r.Findings...)
	}
	// Those about relations come issuer by issuer.
	compare(t, m, "findings.csv", schema.FindingRows().CSV, append(findings, schema.Check(m.reports...)...))
	compare(t, m, "indicators.csv", schema.IndicatorRows().CSV, schema.Indicators())
}

func compare[T any](t *testing.T, m made, name string, encode func(io.Writer, ...schema.CSVOption) *schema.Writer[T], values []T) {
	t.Helper()
	var want bytes.Buffer
	w := encode(&want)
	if err := errors.Join(w.Write(values...), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), read(t, m.out, name)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
	if want.Len() < 100 {
		t.Errorf("%s: there is nothing to compare", name)
	}
}

// TestLists has the lists of files and issuers, and the summary.
func TestLists(t *testing.T) {
	m := makePanel(t)
	in := func(name string) string { return filepath.Join(m.in, filepath.FromSlash(name)) }
	var got [][]string
	for _, r := range records(t, m.out, "files.csv") {
		got = append(got, r[:5])
	}
	want := [][]string{
		{"file", "input", "status", "reason", "tables"},
		{in("2018/qiqihar.xlsx"), in("2018/qiqihar.xlsx"), "report", "", "1"},
		{in("2018/rudong.xls"), in("2018/rudong.xls"), "report", "", "2"},
		{in("2019/notice.pdf"), in("2019/notice.pdf"), "refused", got[3][3], ""},
		{in("2019/shanghai.xlsx"), in("2019/shanghai.xlsx"), "report", "", "3"},
		{in("2024/huaian.xlsx"), in("2024/huaian.xlsx"), "report", "", "3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files.csv (-want +got):\n%s", diff)
	}
	if !strings.Contains(got[3][3], "PDF") {
		t.Errorf("the PDF file was refused for %q", got[3][3])
	}
	was := m.reports[0].Tables[0].Issuer
	want = [][]string{
		{"file", "printed", "issuer", "division", "year", "tables"},
		{"", was, was, "", "", "1"},
		{"", "如东县人民政府办公室", "如东县人民政府办公室", "320623", "", "2"},
	}
	issuers := records(t, m.out, "issuers.csv")
	if diff := cmp.Diff(want, issuers[:3]); diff != "" {
		t.Errorf("issuers.csv (-want +got):\n%s", diff)
	}
	// What it wrote can be given back.
	if _, err := readCorrections(filepath.Join(m.out, "issuers.csv")); err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		"4 files gave a report, 1 did not\n", "notice.pdf)", "       2  national-2014\n", "       3  national-2021\n",
		"line 4: no table has this file and issuer",
	} {
		if !strings.Contains(m.stdout, want) {
			t.Errorf("the summary lacks %q:\n%s", want, m.stdout)
		}
	}
}

// TestSummary prints one with all that there can be.
func TestSummary(t *testing.T) {
	s := newSummary()
	s.add(result{name: "a.xls", report: &schema.Report{
		Tables:   []schema.Table{{Layout: "f", Observations: []schema.Observation{{Status: schema.Number}, {Status: schema.Blank}}}},
		Findings: []schema.Finding{{Code: "value-text"}},
	}})
	for i := range 4 {
		name := strconv.Itoa(i) + ".pdf"
		s.add(result{name: name, err: name + ": it is a PDF document"})
	}
	s.add(result{name: "x.xls", err: "open x.xls: no such file or directory"})
	s.add(result{name: "y.xls", err: "y.xls: no table of a known form: looked at sheet 1 with 3 cells of text"})
	s.Points, s.Unused, s.Issuers, s.Notes = 7, []int{4}, "fix.csv", []string{"panel.xlsx is full"}
	const want = `1 files gave a report, 6 did not
       4  it is a PDF document (0.pdf, 1.pdf, 2.pdf, …)
       1  no such file or directory (x.xls)
       1  no table of a known form (y.xls)
tables by form
       1  f
values by status
       1  blank
       1  number
findings by code
       1  value-text
7 points of comparable series
1 tables name no issuer: correct issuers.csv and give it back with -issuers
1 tables have no year, and are not in the SDMX-CSV files
fix.csv, line 4: no table has this file and issuer
panel.xlsx is full
`
	var b bytes.Buffer
	s.print(&b)
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWorkers makes the same outputs, byte for byte, whatever the number of
// workers, and again.
func TestWorkers(t *testing.T) {
	in := inputFolder(t)
	var want map[string]string
	for _, workers := range []string{"1", "2", "8", "8"} {
		out := filepath.Join(filepath.Dir(in), "out")
		if code, _, stderr := panel(t, t.Context(), "-o", out, "-force", "-workers", workers, in); code != 1 {
			t.Fatalf("exit code %d\n%s", code, stderr)
		}
		got := contents(t, out)
		if want == nil {
			want = got
		}
		if d := differences(want, got); d != nil {
			t.Errorf("%s workers: %v differ", workers, d)
		}
	}
}

// TestManyFiles runs over some hundred files in folders and an archive, of
// which every tenth is refused.
func TestManyFiles(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	data := []byte(read(t, samples+"2018-national-2014-rudong-libreoffice.xls"))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 200 {
		content := data
		if i%10 == 0 {
			content = []byte("%PDF-1.4\n")
		}
		name := fmt.Sprintf("%d/%03d.xls", i/50, i)
		if i < 100 {
			put(t, filepath.Join(in, name), content)
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(in, "z.zip"), b.Bytes())
	before := openFiles()
	code, stdout, _ := panel(t, t.Context(), "-o", out, "-workers", "3", in)
	if code != 1 || !strings.Contains(stdout, "180 files gave a report, 20 did not") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	if after := openFiles(); after > before {
		t.Errorf("%d files are open, %d were before", after, before)
	}
	if n := len(records(t, out, "observations.csv")) - 1; n != 180*68 {
		t.Errorf("%d observations, want %d", n, 180*68)
	}
	files := records(t, out, "files.csv")
	if got, want := files[102][:2], []string{filepath.Join(in, "z.zip") + "/2/101.xls", filepath.Join(in, "z.zip")}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0 // not on this system
	}
	return len(entries)
}

// TestArchiveNames has an archive with names in GBK.
func TestArchiveNames(t *testing.T) {
	dir := t.TempDir()
	name, err := simplifiedchinese.GBK.NewEncoder().String("2018年齐齐哈尔市政府信息公开统计表.xls")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, NonUTF8: true, Method: zip.Deflate})
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(read(t, samples+"2018-national-2014-rudong-libreoffice.xls")))
	z.Close()
	archive := filepath.Join(dir, "a.zip")
	put(t, archive, b.Bytes())
	out := filepath.Join(dir, "out")
	if code, _, stderr := panel(t, t.Context(), "-o", out, archive); code != 0 {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	if got, want := records(t, out, "files.csv")[1][0], archive+"/2018年齐齐哈尔市政府信息公开统计表.xls"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFlags has what flags change in the files.
func TestFlags(t *testing.T) {
	in := inputFolder(t)
	// An issuer that a spreadsheet program would run.
	book, err := xlsx.Open(filepath.Join(in, "2018/rudong.xls"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range book.Sheets {
		for i := range s.Cells {
			if c := &s.Cells[i]; s.Name == "统计表" && c.Ref.String() == "A2" {
				c.Text = "填报单位：=1+1"
			}
		}
	}
	if err := book.Save(filepath.Join(in, "2018/rudong.xlsx")); err != nil {
		t.Fatal(err)
	}
	plain, excel := filepath.Join(t.TempDir(), "plain"), filepath.Join(t.TempDir(), "excel")
	panel(t, t.Context(), "-o", plain, in)
	panel(t, t.Context(), "-o", excel, "-bom", "-excel", "-licence", "CC-BY-4.0", in)
	if text := read(t, plain, "observations.csv"); strings.HasPrefix(text, "\ufeff") || !strings.Contains(text, ",=1+1,") {
		t.Error("without flags there is a byte order mark, or a text is not as it stands")
	}
	if text := read(t, excel, "observations.csv"); !strings.HasPrefix(text, "\ufefffile,") || !strings.Contains(text, ",'=1+1,") {
		t.Error("with -bom and -excel there is no byte order mark, or a text can run")
	}
	if text := read(t, excel, "observations.jsonl"); strings.Contains(text, "'=1+1") {
		t.Error("-excel changes JSON Lines")
	}
	if !strings.Contains(read(t, plain, "datapackage.json"), `"name": "notspecified"`) || !strings.Contains(read(t, excel, "datapackage.json"), `"name": "CC-BY-4.0"`) {
		t.Error("the licence is not in the description")
	}
}

// TestExisting does not touch outputs that exist, unless it is told to.
func TestExisting(t *testing.T) {
	in := inputFolder(t)
	out := filepath.Join(t.TempDir(), "out")
	put(t, filepath.Join(out, "series.csv"), []byte("mine"))
	put(t, filepath.Join(out, "notes.txt"), []byte("mine"))
	put(t, filepath.Join(out, "observations", "old.parquet"), []byte("old"))
	before := contents(t, out)
	code, _, stderr := panel(t, t.Context(), "-o", out, in)
	if code != 2 || !strings.Contains(stderr, "exists") || !strings.Contains(stderr, "-force") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if d := differences(before, contents(t, out)); d != nil {
		t.Errorf("%v were touched", d)
	}
	if code, _, stderr := panel(t, t.Context(), "-o", out, "-force", in); code != 1 {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	after := contents(t, out)
	if after["notes.txt"] != "mine" {
		t.Error("a file that is no output was touched")
	}
	if strings.HasPrefix(after["series.csv"], "mine") || len(after) != 15 {
		t.Errorf("%d files, want 14 outputs and the notes", len(after))
	}
	if _, ok := after["observations/old.parquet"]; ok {
		t.Error("Parquet of a run before is still there")
	}
}

// A trigger calls f when what it is written holds a text.
type trigger struct {
	text string
	f    func()
}

func (w trigger) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.text) {
		w.f()
	}
	return len(p), nil
}

// TestResume interrupts a run and runs it again.
func TestResume(t *testing.T) {
	in := inputFolder(t)
	whole := filepath.Join(filepath.Dir(in), "whole") // beside the others, for the links in the workbook
	panel(t, t.Context(), "-o", whole, in)
	want := contents(t, whole)
	for _, test := range []struct {
		reason string
		at     string // what is printed when it is interrupted
	}{
		{"while it converts", "notice.pdf"},
		{"while it writes the outputs", "writing"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			out := filepath.Join(filepath.Dir(in), test.at)
			ctx, cancel := context.WithCancel(t.Context())
			var stdout bytes.Buffer
			if code := run(ctx, []string{"-o", out, "-workers", "1", in}, &stdout, trigger{test.at, cancel}); code != 2 {
				t.Fatalf("exit code %d", code)
			}
			for name := range contents(t, out) {
				if !strings.HasPrefix(name, workName+string(filepath.Separator)) {
					t.Errorf("%s is there after an interruption", name)
				}
			}
			// A file that was finished is not read again: here it is another of
			// the same size and time.
			first := filepath.Join(in, "2018/qiqihar.xlsx")
			st, err := os.Stat(first)
			if err != nil {
				t.Fatal(err)
			}
			data := read(t, first)
			put(t, first, bytes.Repeat([]byte("x"), len(data)))
			if err := os.Chtimes(first, st.ModTime(), st.ModTime()); err != nil {
				t.Fatal(err)
			}
			code, _, stderr := panel(t, t.Context(), "-o", out, in)
			if code != 1 {
				t.Fatalf("exit code %d\n%s", code, stderr)
			}
			if d := differences(want, contents(t, out)); d != nil {
				t.Errorf("%v differ from those of a run without interruption", d)
			}
			put(t, first, []byte(data))
			os.Chtimes(first, st.ModTime(), st.ModTime())
		})
	}
}

// TestResumeChanged changes the input between an interruption and the next run.
func TestResumeChanged(t *testing.T) {
	in, out := inputFolder(t), filepath.Join(t.TempDir(), "out")
	ctx, cancel := context.WithCancel(t.Context())
	run(ctx, []string{"-o", out, "-workers", "1", in}, io.Discard, trigger{"writing", cancel})
	later := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	put(t, filepath.Join(in, "2018/qiqihar.xlsx"), []byte(read(t, filepath.Join(in, "2024/huaian.xlsx"))))
	if err := os.Chtimes(filepath.Join(in, "2018/qiqihar.xlsx"), later, later); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(in, "2018/rudong.xls")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(in, "2017/new.xls"), []byte(read(t, samples+"2018-national-2014-rudong-libreoffice.xls")))
	if code, _, stderr := panel(t, t.Context(), "-o", out, in); code != 1 {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	var got []string
	for _, r := range records(t, out, "files.csv")[1:] {
		name, _ := filepath.Rel(in, r[0])
		got = append(got, filepath.ToSlash(name)+" "+r[4])
	}
	want := []string{"2017/new.xls 2", "2018/qiqihar.xlsx 3", "2019/notice.pdf ", "2019/shanghai.xlsx 3", "2024/huaian.xlsx 3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestResumePublish is interrupted while the outputs take their places: some
// have them, and the next run goes on with the others.
func TestResumePublish(t *testing.T) {
	in := inputFolder(t)
	whole, out := filepath.Join(filepath.Dir(in), "whole"), filepath.Join(filepath.Dir(in), "out")
	panel(t, t.Context(), "-o", whole, in)
	o := options{out: out, inputs: []string{in}, workers: 2, license: "notspecified"}
	dir, err := openFolder(out, false)
	if err != nil {
		t.Fatal(err)
	}
	none := &corrections{}
	if err := errors.Join(collect(t.Context(), o, dir, io.Discard), write(t.Context(), o, dir, none, io.Discard), dir.close()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"observations.csv", "panel.sqlite"} {
		if err := os.Rename(filepath.Join(dir.stage, name), filepath.Join(out, name)); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := panel(t, t.Context(), "-o", out, in)
	if code != 1 || !strings.Contains(stdout, "4 files gave a report") || stderr != "" {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if d := differences(contents(t, whole), contents(t, out)); d != nil {
		t.Errorf("%v differ", d)
	}
}

// TestOtherBuild does not go on from what another build of the program wrote.
func TestOtherBuild(t *testing.T) {
	in, out := inputFolder(t), filepath.Join(t.TempDir(), "out")
	o := options{out: out, inputs: []string{in}, workers: 2}
	// finished opens the folder, counts what is known, converts the rest, and
	// changes the journal.
	finished := func(change string) (n int) {
		dir, err := openFolder(out, false)
		if err != nil {
			t.Fatal(err)
		}
		defer dir.close()
		if err := dir.journal.tx.QueryRow(`SELECT count(*) FROM inputs WHERE done`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if err := collect(t.Context(), o, dir, io.Discard); err != nil {
			t.Fatal(err)
		}
		if _, err := dir.journal.tx.Exec(change); err != nil {
			t.Fatal(err)
		}
		if err := dir.journal.commit(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const nothing, other = `UPDATE meta SET value = value`, `UPDATE meta SET value = 'other' WHERE key = 'build'`
	for i, step := range []struct {
		change string
		want   int
	}{{nothing, 0}, {other, 5}, {nothing, 0}, {nothing, 5}} {
		if got := finished(step.change); got != step.want {
			t.Errorf("step %d: %d files are finished, want %d", i+1, got, step.want)
		}
	}
}

// TestTwoRuns has another run at work on the folder.
func TestTwoRuns(t *testing.T) {
	out := t.TempDir()
	dir, err := openFolder(out, false)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	if _, err := openFolder(out, false); err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("got %v", err)
	}
}

// A full writer has room for some bytes.
type full struct {
	io.WriteCloser
	room int
}

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return f.WriteCloser.Write(p)
}

// TestDiskFull has no room for one output after the other: the error says so,
// none takes its place, and when there is room again, the work goes on.
func TestDiskFull(t *testing.T) {
	in := inputFolder(t)
	for _, name := range outputNames {
		if name == "observations" || name == "panel.sqlite" {
			continue // a folder; written by SQLite, which says so itself
		}
		for _, room := range []int{0, 100} {
			out := filepath.Join(t.TempDir(), "out")
			o := options{out: out, inputs: []string{in}, workers: 2, license: "notspecified"}
			dir, err := openFolder(out, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := collect(t.Context(), o, dir, io.Discard); err != nil {
				t.Fatal(err)
			}
			create := dir.create
			dir.create = func(n string) (io.WriteCloser, error) {
				f, err := create(n)
				if n == name && err == nil {
					f = &full{f, room}
				}
				return f, err
			}
			if err := write(t.Context(), o, dir, &corrections{}, io.Discard); !errors.Is(err, errFull) {
				t.Errorf("%s, room for %d bytes: got %v, want %v", name, room, err, errFull)
			}
			if dir.complete {
				t.Errorf("%s: the outputs are called complete", name)
			}
			if err := dir.close(); err != nil {
				t.Error(err)
			}
			for _, other := range outputNames {
				if _, err := os.Stat(filepath.Join(out, other)); err == nil {
					t.Errorf("%s has its place although there was no room for %s", other, name)
				}
			}
		}
	}
}

// TestParquet reads the Parquet file back with its own reader.
func TestParquet(t *testing.T) {
	m := makePanel(t)
	rows, err := parquet.ReadFile[observationRow](filepath.Join(m.out, "observations.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	want := records(t, m.out, "observations.csv")[1:]
	var got [][]string
	divisions := map[string]string{}
	for _, r := range rows {
		year := ""
		if r.Year != nil {
			year = strconv.Itoa(int(*r.Year))
		}
		if v := r.Value; (v == nil) != (r.Decimal == "") || v != nil && strconv.FormatFloat(*v, 'f', -1, 64) != r.Decimal {
			t.Errorf("value %v, decimal %q", v, r.Decimal)
		}
		divisions[r.Issuer] = r.Division
		got = append(got, []string{r.File, r.Sheet, r.Cell, r.Layout, r.Table, r.Indicator, r.Applicant, r.Scope, r.Decimal, r.Status, r.Unit, r.Printed, r.Label, r.Issuer, year})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-CSV +Parquet):\n%s", diff)
	}
	if divisions["如东县人民政府办公室"] != "320623" && divisions["如东县人民政府办公室"] != "" || !slices.ContainsFunc(rows, func(r observationRow) bool { return r.Division == "320623" }) {
		t.Errorf("division codes %v", divisions)
	}
	f, err := os.Open(filepath.Join(m.out, "observations.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, err := parquet.OpenFile(f, st.Size())
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for _, c := range p.Schema().Fields() {
		types[c.Name()] = fmt.Sprint(c.Type(), " ", c.Optional())
	}
	for name, want := range map[string]string{"value": "DOUBLE true", "year": "INT(32,true) true", "file": "STRING false", "scope": "STRING true"} {
		if !strings.HasPrefix(types[name], strings.Fields(want)[0]) || !strings.HasSuffix(types[name], strings.Fields(want)[1]) {
			t.Errorf("%s is %s, want %s", name, types[name], want)
		}
	}
}

// TestPartition reads a folder by years back.
func TestPartition(t *testing.T) {
	m := makePanel(t, "-partition")
	if _, err := os.Stat(filepath.Join(m.out, "observations.parquet")); err == nil {
		t.Error("there is a single file too")
	}
	want := map[string]int{}
	for _, r := range records(t, m.out, "observations.csv")[1:] {
		want["year="+r[14]]++
	}
	entries, err := os.ReadDir(filepath.Join(m.out, "observations"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, e := range entries {
		rows, err := parquet.ReadFile[observationRow](filepath.Join(m.out, "observations", e.Name(), "observations.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = len(rows)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 3 {
		t.Errorf("rows by year (-want +got):\n%s", diff)
	}
}

// TestPartitionUnknownYear has a table without a year.
func TestPartitionUnknownYear(t *testing.T) {
	dir := &folder{stage: t.TempDir()}
	dir.create = func(name string) (io.WriteCloser, error) {
		put(t, filepath.Join(dir.stage, name), nil)
		return os.Create(filepath.Join(dir.stage, name))
	}
	p, err := openParquet(dir, options{partition: true})
	if err != nil {
		t.Fatal(err)
	}
	r := &schema.Report{File: "a.xls", Tables: []schema.Table{{Observations: []schema.Observation{{Status: schema.Blank}}}}}
	if err := errors.Join(p.take(event{result: &result{report: r}, issuers: []tableIssuer{{}}}), p.close()); err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.ReadFile[observationRow](filepath.Join(dir.stage, "observations/year=__HIVE_DEFAULT_PARTITION__/observations.parquet"))
	if err != nil || len(rows) != 1 || rows[0].File != "a.xls" {
		t.Errorf("%v, %v", rows, err)
	}
}

// TestSQLite reads the database back.
func TestSQLite(t *testing.T) {
	m := makePanel(t)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(m.out, "panel.sqlite")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	query := func(q string) [][]string {
		t.Helper()
		rows, err := db.Query(q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		var all [][]string
		for rows.Next() {
			values := make([]sql.NullString, len(columns))
			to := make([]any, len(columns))
			for i := range values {
				to[i] = &values[i]
			}
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
			row := make([]string, len(columns))
			for i, v := range values {
				row[i] = v.String
			}
			all = append(all, row)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := query(`PRAGMA integrity_check`); got[0][0] != "ok" {
		t.Errorf("integrity: %v", got)
	}
	for name, columns := range map[string]string{
		"observations": `file, sheet, cell, layout, "table", indicator, applicant, scope, value, status, unit, printed, label, issuer, year`,
		"tables":       `file, sheet, layout, layout_version, "table", title, issuer, issuer_from, issuer_printed, coverage, year, year_from, labels_matched, labels_asked, labels_unknown, observations`,
		"findings":     "*", "files": "*", "issuers": "*",
		"indicators": "code, zh, en, unit, kind, parent",
	} {
		if diff := cmp.Diff(records(t, m.out, name+".csv")[1:], query("SELECT "+columns+" FROM "+name)); diff != "" {
			t.Errorf("%s (-CSV +SQLite):\n%s", name, diff)
		}
	}
	// A view has the points of its series, with numbers that can be added up.
	series := records(t, m.out, "series.csv")
	views := 0
	for _, s := range schema.SeriesList() {
		var want [][]string
		for _, r := range series[1:] {
			if r[4] == string(s.Code) {
				want = append(want, []string{r[0], r[3], r[5], strconv.FormatBool(r[9] == "true")})
			}
		}
		got := query(fmt.Sprintf(`SELECT issuer, year, value, iif("break", 'true', 'false') FROM "%s"`, s.Code))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-CSV +SQLite):\n%s", s.Code, diff)
		}
		if len(got) > 0 {
			views++
		}
	}
	if views < 10 {
		t.Errorf("only %d series have points", views)
	}
	if got := query(`SELECT DISTINCT division FROM applications_received WHERE issuer = '如东县人民政府办公室'`); len(got) != 1 || got[0][0] != "320623" {
		t.Errorf("division code %v", got)
	}
	if got := query(`SELECT DISTINCT typeof(value) FROM observations WHERE status = 'number' ORDER BY 1`); len(got) == 0 || got[0][0] != "integer" || slices.ContainsFunc(got, func(r []string) bool { return r[0] == "text" }) {
		t.Errorf("numbers are stored as %v", got)
	}
}

// TestNumber keeps every digit.
func TestNumber(t *testing.T) {
	for text, want := range map[string]any{
		"0": int64(0), "-12": int64(-12), "0.37": 0.37, "9007199254740993": int64(9007199254740993),
		"12345678901234567890": "12345678901234567890", "0.12345678901234567890123": "0.12345678901234567890123",
	} {
		if got := number(text); got != want {
			t.Errorf("number(%q) is %v (%T), want %v (%T)", text, got, got, want, want)
		}
	}
}

// TestWorkbook reads the workbook back with its own reader.
func TestWorkbook(t *testing.T) {
	m := makePanel(t)
	f, err := excelize.OpenFile(filepath.Join(m.out, "panel.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if diff := cmp.Diff([]string{"observations", "series", "findings", "indicators"}, f.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	rows := func(sheet string, columns int) [][]string {
		all, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			all[i] = append(all[i], make([]string, max(0, columns-len(all[i])))...)[:columns]
		}
		return all
	}
	for _, name := range []string{"observations", "indicators", "findings"} {
		want := records(t, m.out, name+".csv")
		if diff := cmp.Diff(want, rows(name, len(want[0]))); diff != "" {
			t.Errorf("%s (-CSV +workbook):\n%s", name, diff)
		}
	}
	for _, name := range f.GetSheetList() {
		panes, err := f.GetPanes(name)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: the header line is not frozen: %+v, %v", name, panes, err)
		}
		if width, err := f.GetColWidth(name, "A"); err != nil || width < 20 {
			t.Errorf("%s: column A is %v wide, %v", name, width, err)
		}
	}
	filters := 0
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm._FilterDatabase" {
			filters++
		}
	}
	if filters != 4 {
		t.Errorf("%d sheets have filters, want 4", filters)
	}
	// A finding opens its file at its cell.
	findings := records(t, m.out, "findings.csv")
	formula, err := f.GetCellFormula("findings", "K2")
	if err != nil {
		t.Fatal(err)
	}
	want := `HYPERLINK("` + relative(m.out, findings[1][0]) + `#'` + findings[1][1] + `'!` + gocmp.Or(findings[1][2], "A1") + `","open")`
	if formula != want {
		t.Errorf("got %s, want %s", formula, want)
	}
	if !strings.HasPrefix(relative(m.out, findings[1][0]), "../") {
		t.Errorf("the link is not relative: %s", want)
	}
	testSeriesSheet(t, f, rows("series", 7+3+1), m)
}

// testSeriesSheet compares the sheet of series with the points: a column a
// year, breaks marked, and notes that say how a figure answers to its series.
func testSeriesSheet(t *testing.T, f *excelize.File, rows [][]string, m made) {
	if diff := cmp.Diff([]string{"issuer", "division", "coverage", "file", "series", "系列", "unit", "2018", "2019", "2024", "relation"}, rows[0]); diff != "" {
		t.Fatalf("header (-want +got):\n%s", diff)
	}
	column := map[int]int{2018: 7, 2019: 8, 2024: 9}
	points := schema.Panel(m.reports...)
	cells := map[string]string{}
	for i, r := range rows[1:] {
		for year, c := range column {
			cell, _ := excelize.CoordinatesToCellName(c+1, i+2)
			cells[fmt.Sprint(r[0], "|", r[2], "|", r[3], "|", r[4], "|", year)] = cell
		}
	}
	comments, err := f.GetComments("series")
	if err != nil {
		t.Fatal(err)
	}
	notes := map[string]string{}
	for _, c := range comments {
		for _, run := range c.Paragraph {
			notes[c.Cell] += run.Text
		}
	}
	plain, breaks := -1, 0
	for _, p := range points {
		cell, ok := cells[fmt.Sprint(p.Issuer, "|", p.Coverage, "|", p.File, "|", p.Series, "|", p.Year)]
		if !ok {
			t.Fatalf("no cell for %s %d %s", p.Issuer, p.Year, p.Series)
		}
		value, err := f.GetCellValue("series", cell, excelize.Options{RawCellValue: true})
		if err != nil || value != string(p.Value) {
			t.Errorf("%s: %q, want %q, %v", cell, value, p.Value, err)
		}
		style, err := f.GetCellStyle("series", cell)
		if err != nil {
			t.Fatal(err)
		}
		if p.Break {
			breaks++
		} else if plain < 0 {
			plain = style
		}
		if p.Break == (style == plain) {
			t.Errorf("%s: break %v, style %d", cell, p.Break, style)
		}
		note := notes[cell]
		if needs := p.Break || p.Value == "" || p.Mapping.Match != schema.Exact; needs != (note != "") || !strings.Contains(note, string(p.Mapping.Match)) && needs {
			t.Errorf("%s: note %q for a point that is %s, break %v, value %q", cell, note, p.Mapping.Match, p.Break, p.Value)
		}
	}
	if breaks == 0 || len(points) < 100 {
		t.Errorf("%d points with %d breaks", len(points), breaks)
	}
}

// TestWorkbookFull has more rows than a sheet has room for.
func TestWorkbookFull(t *testing.T) {
	b, err := openWorkbook(&folder{work: t.TempDir()}, options{})
	if err != nil {
		t.Fatal(err)
	}
	w := b.(*workbook)
	defer w.f.Close()
	w.observations.rows = sheetRows - 1
	for range 3 {
		if err := w.observations.write([]any{"x"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.left(); !strings.Contains(got, "observations lacks 2 rows") {
		t.Errorf("got %q", got)
	}
}

// TestDescribed holds the description against the files: sizes, check sums,
// columns, foreign keys.
func TestDescribed(t *testing.T) {
	m := makePanel(t)
	var p schema.DataPackage
	if err := json.Unmarshal([]byte(read(t, m.out, "datapackage.json")), &p); err != nil {
		t.Fatal(err)
	}
	if p.Schema != schema.DataPackageProfile || len(p.Resources) != 7 || len(p.Licenses) != 1 {
		t.Errorf("%d resources, %d licences, profile %s", len(p.Resources), len(p.Licenses), p.Schema)
	}
	values := func(resource, field string) map[string]bool {
		rows := records(t, m.out, resource+".csv")
		i := slices.Index(rows[0], field)
		if i < 0 {
			t.Fatalf("%s has no %s", resource, field)
		}
		all := map[string]bool{}
		for _, r := range rows[1:] {
			all[r[i]] = true
		}
		return all
	}
	keys := 0
	for _, r := range p.Resources {
		data := read(t, m.out, r.Path)
		sum := sha256.Sum256([]byte(data))
		if r.Bytes != int64(len(data)) || r.Hash != "sha256:"+hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %d bytes, %s", r.Path, r.Bytes, r.Hash)
		}
		var names []string
		for _, f := range r.Schema.Fields {
			names = append(names, f.Name)
		}
		rows := records(t, m.out, r.Path)
		if diff := cmp.Diff(names, rows[0]); diff != "" {
			t.Errorf("%s (-described +there):\n%s", r.Path, diff)
		}
		for _, k := range r.Schema.ForeignKeys {
			keys++
			there := values(k.Reference.Resource, k.Reference.Fields[0])
			for v := range values(r.Name, k.Fields[0]) {
				if !there[v] {
					t.Errorf("%s: %s %q is not in %s", r.Name, k.Fields[0], v, k.Reference.Resource)
				}
			}
		}
	}
	if keys != 3 {
		t.Errorf("%d foreign keys, want 3", keys)
	}
	golden := filepath.Join("testdata", "datapackage.json")
	for i := range p.Resources {
		p.Resources[i].Bytes, p.Resources[i].Hash = 0, ""
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		put(t, golden, b.Bytes())
	}
	if diff := cmp.Diff(read(t, golden), b.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// TestWalk has what a walk leaves out and what it reports.
func TestWalk(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b/2.xls", "a/1.xls", "a/.hidden", "a/~$1.xls", ".git/x", "out/observations.csv", "3.zip"} {
		put(t, filepath.Join(dir, name), nil)
	}
	for link, to := range map[string]string{"link.xls": "a/1.xls", "linkdir": "a", "dead.xls": "gone"} {
		if err := os.Symlink(filepath.Join(dir, to), filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	list := func(paths ...string) []string {
		var got []string
		for path, err := range walk(paths, filepath.Join(dir, "out")) {
			name, _ := filepath.Rel(dir, path)
			if err != nil {
				name += "!"
			}
			got = append(got, filepath.ToSlash(name))
		}
		return got
	}
	want := []string{"3.zip", "a/1.xls", "b/2.xls", "dead.xls!", "link.xls", "linkdir!"}
	if diff := cmp.Diff(want, list(dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = []string{"b/2.xls", "linkdir/1.xls", "missing!", "a/.hidden"}
	if diff := cmp.Diff(want, list(filepath.Join(dir, "b"), filepath.Join(dir, "linkdir"), filepath.Join(dir, "missing"), filepath.Join(dir, "a/.hidden"))); diff != "" {
		t.Errorf("several inputs, one hidden that was asked for (-want +got):\n%s", diff)
	}
	// A folder that cannot be read any more is reported, and the walk goes on.
	var got []string
	for path, err := range walk([]string{dir}, "") {
		if filepath.Base(path) == "3.zip" {
			if err := os.RemoveAll(filepath.Join(dir, "a")); err != nil {
				t.Fatal(err)
			}
		}
		name, _ := filepath.Rel(dir, path)
		got = append(got, fmt.Sprint(filepath.ToSlash(name), " ", err == nil))
	}
	if diff := cmp.Diff([]string{"3.zip true", "a false", "b/2.xls true"}, got[:3]); diff != "" {
		t.Errorf("a folder that went away (-want +got):\n%s", diff)
	}
	// Leaving the loop ends it.
	n := 0
	for range walk([]string{dir, dir}, "") {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d steps", n)
	}
}

// TestTwice gives a file twice: it counts once.
func TestTwice(t *testing.T) {
	in, out := inputFolder(t), filepath.Join(t.TempDir(), "out")
	file := filepath.Join(in, "2018", "rudong.xls")
	code, stdout, _ := panel(t, t.Context(), "-o", out, file, filepath.Join(in, "2018"), in+"/2018/../2018/rudong.xls")
	if code != 0 || !strings.Contains(stdout, "2 files gave a report, 0 did not") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
}

func TestProgress(t *testing.T) {
	var lines bytes.Buffer
	p := newProgress(&lines, false, nil)
	for i := range 2500 {
		p.converted(i+1, "x")
	}
	p.refused(errors.New("x.pdf: it is a PDF document"))
	p.stop()
	if diff := cmp.Diff("1000 files converted\n2000 files converted\nx.pdf: it is a PDF document\n", lines.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var bar bytes.Buffer
	p = newProgress(&bar, true, func() int { return 2 })
	for i := range 5 { // three of them in archives
		p.converted(i+1, "x")
	}
	p.refused(errors.New("x.pdf: it is a PDF document"))
	if p.bar.GetMax64() != 5 {
		t.Errorf("the bar ends at %d, want 5", p.bar.GetMax64())
	}
	p.stop()
	if !strings.Contains(bar.String(), "converting") || !strings.Contains(bar.String(), "x.pdf") || strings.Contains(bar.String(), "files converted") {
		t.Errorf("got %q", bar.String())
	}
}

// BenchmarkPanel makes all outputs of a corpus:
//
//	go test ./convert -run TestCorpus -corpus DIR -files 20000
//	cd examples/panel && go test -run '^$' -bench Panel -large DIR
func BenchmarkPanel(b *testing.B) {
	in := *large
	if in == "" {
		in = inputFolder(b)
	}
	for _, workers := range []string{"1", "2"} {
		b.Run("workers="+workers, func(b *testing.B) {
			for b.Loop() {
				panel(b, b.Context(), "-o", filepath.Join(b.TempDir(), "out"), "-workers", workers, in)
			}
		})
	}
}
