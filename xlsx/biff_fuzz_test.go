package xlsx

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"
)

// checkXLS checks what readXLS promises for whatever it is given: an *Error of
// a known kind, or a workbook in order.
func checkXLS(t *testing.T, data []byte) {
	lim := Limits{Sheets: 64, Cells: 5000, Merges: 500, Text: 1 << 20}.withDefaults()
	w, err := readXLS(data, "fuzz.xls", lim)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("%T is no *Error: %v", err, err)
		}
		if !slices.Contains([]error{ErrFormat, ErrEncrypted, ErrDamaged, ErrLimit}, e.Kind) {
			t.Fatalf("an error of the kind %v", e.Kind)
		}
		if e.File != "fuzz.xls" || e.Detail == "" {
			t.Fatalf("the error does not say enough: %v", e)
		}
		return
	}
	cells, merges, text := 0, 0, 0
	for _, s := range w.Sheets {
		if !slices.IsSortedFunc(s.Cells, func(a, b Cell) int {
			if c := a.Ref.Compare(b.Ref); c != 0 {
				return c
			}
			return -1 // an address that stands twice
		}) {
			t.Fatalf("cells out of order: %v", s.Cells)
		}
		for _, c := range s.Cells {
			switch {
			case c.Ref.Row < 0 || c.Ref.Row >= biffRows || c.Ref.Col < 0 || c.Ref.Col >= biffColumns:
				t.Fatalf("%v lies outside of the sheet", c.Ref)
			case c.Text == "" || !utf8.ValidString(c.Text):
				t.Fatalf("%v has the text %q", c.Ref, c.Text)
			case int(c.Kind) >= len(kindNames):
				t.Fatalf("%v is a %v", c.Ref, c.Kind)
			case (c.Number != "") != (c.Kind == KindNumber || c.Kind == KindPercent || c.Kind == KindDate):
				t.Fatalf("%v is a %v with the number %q", c.Ref, c.Kind, c.Number)
			}
			text += len(c.Text)
		}
		cells += len(s.Cells)
		merges += len(s.Merges)
		for i, r := range s.Merges {
			if r.First == r.Last || r.First.Row > r.Last.Row || r.First.Col > r.Last.Col || r.Last.Row >= biffRows || r.Last.Col >= biffColumns {
				t.Fatalf("merged range %v", r)
			}
			for _, o := range s.Merges[:i] {
				if o.First.Compare(r.First) >= 0 || o.Last.Row >= r.First.Row && o.First.Col <= r.Last.Col && r.First.Col <= o.Last.Col {
					t.Fatalf("merged ranges %v and %v", o, r)
				}
			}
		}
		rows, cols := s.used()
		for _, hidden := range []struct {
			list []int
			used int
		}{{s.HiddenRows, rows}, {s.HiddenColumns, cols}} {
			for i, n := range hidden.list {
				if n < 0 || n >= hidden.used || i > 0 && n <= hidden.list[i-1] {
					t.Fatalf("hidden: %v of %d", hidden.list, hidden.used)
				}
			}
		}
	}
	if cells > lim.Cells || merges > lim.Merges || int64(text) > lim.Text || len(w.Sheets) > lim.Sheets {
		t.Fatalf("%d sheets, %d cells, %d merged ranges, %d bytes of text", len(w.Sheets), cells, merges, text)
	}
	if len(w.Warnings) > 100+len(data)/8 {
		t.Fatalf("%d warnings for %d bytes", len(w.Warnings), len(data))
	}
}

// addFixtures calls add with the content of every file in testdata that is or
// claims to be an old workbook.
func addFixtures(f *testing.F, add func([]byte)) {
	for _, pattern := range []string{"xls/*.xls", "hostile/*.xls*"} {
		paths, err := filepath.Glob(filepath.Join("testdata", pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			if len(data) < 64<<10 { // long ones teach the fuzzer nothing
				add(data)
			}
		}
	}
}

// FuzzReadXLS reads whole files.
func FuzzReadXLS(f *testing.F) {
	addFixtures(f, func(data []byte) { f.Add(data) })
	book := one(rec(recLabel, at(0, 0), str("统计"))).bytes()
	for _, c := range []testContainer{
		{streams: []testStream{{"Workbook", book}}},
		{streams: []testStream{{"Book", book}, {"x", noise(5000)}}, descending: true},
		{streams: []testStream{{"Workbook", book}}, shift: 12},
	} {
		f.Add(c.bytes())
	}
	f.Fuzz(checkXLS)
}

// FuzzBIFF reads workbook streams in a sound container, which a fuzzer would
// hardly keep so.
func FuzzBIFF(f *testing.F) {
	for _, c := range biffCases() {
		f.Add(c.book.bytes())
	}
	addFixtures(f, func(data []byte) {
		c, err := openCompound(data)
		if err != nil {
			return // it is damaged, and a seed of FuzzReadXLS
		}
		for _, e := range c.entries {
			if stream, err := c.read(e); err == nil {
				f.Add(stream)
			}
		}
	})
	f.Fuzz(func(t *testing.T, stream []byte) {
		checkXLS(t, container(testStream{"Workbook", stream}))
	})
}
