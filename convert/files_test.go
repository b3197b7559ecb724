package convert

import (
	"archive/zip"
	"bytes"
	gocontext "context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

var (
	corpusDir  = flag.String("corpus", "", "folder to write a corpus of generated files to, for TestCorpus, or to read one from, for BenchmarkFiles")
	corpusSize = flag.Int("files", 200, "number of files of the corpus")
)

// corpus writes files of every layout with random answers to a folder: issuers
// of a made-up province with a report a year, .xlsx and .xls by turns, fifty to
// a folder. It returns their paths in the order of their names.
func corpus(t testing.TB, dir string, n int) []string {
	t.Helper()
	layouts := Builtin().All()
	var paths []string
	for i := range n {
		l := layouts[i%len(layouts)]
		book, _ := generate(l, rand.New(rand.NewPCG(uint64(i), 2)))
		issuer, year := fmt.Sprintf("某省第%d市人民政府", i/len(layouts)/8), 2011+i/len(layouts)%8
		fill := strings.NewReplacer("某市人民政府", issuer, "2015", strconv.Itoa(year))
		for _, s := range book.Sheets {
			for k := range s.Cells {
				s.Cells[k].Text = fill.Replace(s.Cells[k].Text)
				if s.Cells[k].Kind == xlsx.KindNumber {
					s.Cells[k].Text = s.Cells[k].Number
				}
			}
		}
		path := filepath.Join(dir, fmt.Sprintf("%05d", i/50), fmt.Sprintf("%06d-%d-%s.", i, year, l.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		var err error
		if i/len(layouts)%2 == 0 {
			path += "xlsx"
			err = book.Save(path)
		} else {
			path += "xls"
			err = os.WriteFile(path, xlsFile(book), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// xlsFile returns a workbook as a BIFF8 stream ([MS-XLS]) in a compound file
// ([MS-CFB]): the least that a reader needs.
func xlsFile(book *xlsx.Workbook) []byte {
	le := binary.LittleEndian
	record := func(id uint16, body []byte) []byte {
		return append(le.AppendUint16(le.AppendUint16(nil, id), uint16(len(body))), body...)
	}
	u16 := func(values ...int) []byte {
		var b []byte
		for _, v := range values {
			b = le.AppendUint16(b, uint16(v))
		}
		return b
	}
	text := func(s string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = le.AppendUint16(b, u)
		}
		return b
	}
	const bof, eof, boundSheet, label, number, merged = 0x809, 0x0a, 0x85, 0x204, 0x203, 0xe5
	var sheets [][]byte
	globals := len(record(bof, make([]byte, 16))) + len(record(eof, nil))
	for _, s := range book.Sheets {
		globals += 4 + 8 + len(text(s.Name))
		b := record(bof, u16(0x600, 0x10, 0, 0, 0, 0, 0, 0))
		for _, c := range s.Cells {
			at := u16(c.Ref.Row, c.Ref.Col, 0)
			if c.Kind == xlsx.KindNumber {
				v, err := strconv.ParseFloat(c.Number, 64)
				if err != nil {
					panic(err)
				}
				b = append(b, record(number, append(at, binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))...))...)
				continue
			}
			u := text(c.Text)
			b = append(b, record(label, append(append(append(at, u16(len(u)/2)...), 1), u...))...)
		}
		for ms := range slices.Chunk(s.Merges, 1000) {
			body := u16(len(ms))
			for _, m := range ms {
				body = append(body, u16(m.First.Row, m.Last.Row, m.First.Col, m.Last.Col)...)
			}
			b = append(b, record(merged, body)...)
		}
		sheets = append(sheets, append(b, record(eof, nil)...))
	}
	stream := record(bof, u16(0x600, 5, 0, 0, 0, 0, 0, 0))
	offset := globals
	for i, s := range book.Sheets {
		name := text(s.Name)
		body := append(le.AppendUint32(nil, uint32(offset)), 0, 0, byte(len(name)/2), 1)
		stream = append(stream, record(boundSheet, append(body, name...))...)
		offset += len(sheets[i])
	}
	stream = append(stream, record(eof, nil)...)
	stream = append(stream, bytes.Join(sheets, nil)...)
	// A stream of less than 4,096 bytes would stand elsewhere.
	stream = append(stream, make([]byte, max(0, 4096-len(stream)))...)

	const sector, free, end, fatSector = 512, 0xffffffff, 0xfffffffe, 0xfffffffd
	n := (len(stream) + sector - 1) / sector
	fats := 1
	for fats*128 < fats+1+n {
		fats++
	}
	fat := make([]uint32, fats*128)
	for i := range fat {
		switch {
		case i < fats:
			fat[i] = fatSector
		case i == fats, i == fats+n:
			fat[i] = end // the directory; the last of the stream
		case i < fats+n:
			fat[i] = uint32(i + 1)
		default:
			fat[i] = free
		}
	}
	out := append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 16)...)
	out = append(out, u16(0x3e, 3, 0xfffe, 9, 6, 0, 0, 0)...)
	for _, v := range []uint32{0, uint32(fats), uint32(fats), 0, 4096, end, 0, end, 0} {
		out = le.AppendUint32(out, v)
	}
	for i := range 109 {
		v := uint32(free)
		if i < fats {
			v = uint32(i)
		}
		out = le.AppendUint32(out, v)
	}
	for _, v := range fat {
		out = le.AppendUint32(out, v)
	}
	entry := func(name string, kind byte, child, start uint32, size int) []byte {
		b := make([]byte, 128)
		copy(b, text(name))
		le.PutUint16(b[64:], uint16(2*len(name)+2))
		b[66], b[67] = kind, 1
		le.PutUint32(b[68:], free)
		le.PutUint32(b[72:], free)
		le.PutUint32(b[76:], child)
		le.PutUint32(b[116:], start)
		le.PutUint32(b[120:], uint32(size))
		return b
	}
	out = append(out, entry("Root Entry", 5, 1, end, 0)...)
	out = append(out, entry("Workbook", 2, free, uint32(fats+1), len(stream))...)
	for range 2 {
		b := make([]byte, 128)
		for _, at := range []int{68, 72, 76} {
			le.PutUint32(b[at:], free)
		}
		out = append(out, b...)
	}
	out = append(out, stream...)
	return append(out, make([]byte, n*sector-len(stream))...)
}

// TestCorpus writes a corpus where -corpus says, or a small one, and reads some
// of it: .xls and .xlsx of the same answers give the same.
func TestCorpus(t *testing.T) {
	dir := *corpusDir
	if dir == "" {
		dir = t.TempDir()
	}
	paths := corpus(t, dir, *corpusSize)
	layouts := Builtin().All()
	for i := range 2 * len(layouts) {
		want := generatedAnswers(layouts[i%len(layouts)], i)
		book, err := xlsx.Open(paths[i])
		if err != nil {
			t.Fatal(err)
		}
		if want := []xlsx.Format{xlsx.FormatXLSX, xlsx.FormatXLS}[i/len(layouts)%2]; book.Format != want {
			t.Errorf("%s: format %s, want %s", paths[i], book.Format, want)
		}
		r, err := ToSchema(book)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, answersOf(t, r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", paths[i], diff)
		}
		if len(r.Tables) == 0 || r.Tables[0].Year != 2011+i/len(layouts)%8 {
			t.Errorf("%s: year %d", paths[i], r.Tables[0].Year)
		}
	}
}

func generatedAnswers(l *Layout, i int) map[schema.Key]string {
	_, want := generate(l, rand.New(rand.NewPCG(uint64(i), 2)))
	return want
}

// A converted is a result without what cannot be compared.
type converted struct {
	Name, Input string
	Report      *schema.Report
	Err         string
}

func collected(seq iter.Seq2[string, Result]) []converted {
	var all []converted
	for name, r := range seq {
		c := converted{name, r.Input, r.Report, ""}
		if r.Err != nil {
			c.Err = r.Err.Error()
		}
		all = append(all, c)
	}
	return all
}

// TestFiles compares what comes out of many workers with one conversion after
// the other.
func TestFiles(t *testing.T) {
	paths := corpus(t, t.TempDir(), 200)
	for _, i := range []int{0, 77, 199} {
		paths[i] += ".gone" // an error at the start, in the middle and at the end
	}
	var want []converted
	for _, path := range paths {
		c := converted{Name: path, Input: path}
		book, err := xlsx.Open(path)
		if err == nil {
			c.Report, err = ToSchema(book)
		} else {
			_, err = os.Stat(path)
		}
		if err != nil {
			c.Err = err.Error()
		}
		want = append(want, c)
	}
	for _, workers := range []int{0, 1, 2, 7, 300} {
		got := collected(Files(t.Context(), slices.Values(paths), WithWorkers(workers)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers (-want +got):\n%s", workers, diff)
		}
	}
	if got := collected(Files(t.Context(), slices.Values([]string{}))); got != nil {
		t.Errorf("no paths give %v", got)
	}
	// The options of ToSchema hold.
	one := paths[1:2]
	if got := collected(Files(t.Context(), slices.Values(one), WithLayout("no-such"))); !strings.Contains(got[0].Err, "no-such") {
		t.Errorf("an unknown layout gives %+v", got)
	}
}

// zipFile writes an archive of files by turns: name, content.
func zipFile(t *testing.T, path string, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(files[i+1]))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFilesRefused has one file after the other that gives no report, between
// two that do.
func TestFilesRefused(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.xls")
	book, _ := generate(Builtin().All()[0], rand.New(rand.NewPCG(1, 1)))
	content := string(xlsFile(book))
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("good.xls", content)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("如东县.xls")
	if err != nil {
		t.Fatal(err)
	}
	archive := zipFile(t, filepath.Join(dir, "a.zip"), "one.xls", content, "inner/two.pdf", "%PDF-1.4\n", gbk, content)
	many := []string{}
	for i := range 10_001 {
		many = append(many, fmt.Sprint(i, ".txt"), "x")
	}
	crowd := zipFile(t, filepath.Join(dir, "crowd.zip"), many...)
	const report = "" // no error
	for _, test := range []struct {
		reason string
		path   string
		opts   []Option
		want   map[string]string // part of the error by name
		count  int
	}{
		{reason: "a missing file", path: filepath.Join(dir, "missing.xls"), want: map[string]string{"missing.xls": "no such file"}, count: 1},
		{reason: "a folder", path: dir, want: map[string]string{"": "director"}, count: 1},
		{reason: "an empty file", path: write("empty.xls", ""), want: map[string]string{"empty.xls": "empty"}, count: 1},
		{reason: "a PDF file under another name", path: write("pdf.xls", "%PDF-1.4\n"), want: map[string]string{"pdf.xls": "PDF"}, count: 1},
		{reason: "a file that breaks off", path: write("cut.xls", content[:3000]), want: map[string]string{"cut.xls": "damaged"}, count: 1},
		{reason: "a text without a table", path: write("text.csv", "a,b\n1,2\n"), want: map[string]string{"text.csv": ErrNoTable.Error()}, count: 1},
		{reason: "an archive gives a result for each file, names in GBK read", path: archive,
			want: map[string]string{"a.zip/one.xls": report, "a.zip/inner/two.pdf": "PDF", "a.zip/如东县.xls": report}, count: 3},
		{reason: "an archive without files", path: zipFile(t, filepath.Join(dir, "none.zip"), "folder/", ""), want: map[string]string{"none.zip": "no file"}, count: 1},
		{reason: "more files than the limit: those before it, and an error that names it", path: crowd,
			want: map[string]string{"crowd.zip": "Limits.Files", "crowd.zip/9999.txt": "table"}, count: 10_001},
		{reason: "the limit raised", path: crowd, opts: []Option{WithReading(xlsx.WithLimits(xlsx.Limits{Files: 20_000}))},
			want: map[string]string{"crowd.zip/10000.txt": "table"}, count: 10_001},
		{reason: "a limit on the size", path: good, opts: []Option{WithReading(xlsx.WithLimits(xlsx.Limits{Bytes: 100}))},
			want: map[string]string{"good.xls": "Limits.Bytes"}, count: 1},
	} {
		t.Run(test.reason, func(t *testing.T) {
			results := map[string]converted{}
			got := collected(Files(t.Context(), slices.Values([]string{test.path}), test.opts...))
			for _, c := range got {
				if (c.Report == nil) == (c.Err == "") {
					t.Errorf("%s: report %v and error %q", c.Name, c.Report, c.Err)
				}
				if c.Input != test.path {
					t.Errorf("%s comes from %s", c.Name, c.Input)
				}
				name, err := filepath.Rel(dir, c.Name)
				if err != nil || name == "." {
					name = ""
				}
				results[name] = c
			}
			if len(got) != test.count {
				t.Errorf("%d results, want %d", len(got), test.count)
			}
			for name, want := range test.want {
				c, ok := results[name]
				if !ok || want == report && c.Err != "" || !strings.Contains(c.Err, want) {
					t.Errorf("%q: %v, error %q, want %q", name, ok, c.Err, want)
				}
			}
			// The files around it are converted all the same.
			around := collected(Files(t.Context(), slices.Values([]string{good, test.path, good}), WithWorkers(2)))
			if first, last := around[0], around[len(around)-1]; first.Report == nil || last.Report == nil || last.Name != good {
				t.Errorf("around it: %+v and %+v", first, last)
			}
		})
	}
}

// A stub is a batch whose files are books of one text, and whose reader may be
// held up.
type stub struct {
	batch
	pulled, active atomic.Int32
	dir            string
}

func newStub(t *testing.T, workers int, read func(path string)) *stub {
	s := &stub{dir: t.TempDir()}
	s.workers = workers
	s.books = func(path string) iter.Seq2[*xlsx.Workbook, error] {
		return func(yield func(*xlsx.Workbook, error) bool) {
			s.active.Add(1)
			defer s.active.Add(-1)
			read(filepath.Base(path))
			yield(&xlsx.Workbook{Name: path}, nil)
		}
	}
	s.convert = func(b *xlsx.Workbook) (*schema.Report, error) { return &schema.Report{File: b.Name}, nil }
	return s
}

// paths yields n files that are there, called 0, 1, 2 …
func (s *stub) paths(t *testing.T, n int) iter.Seq[string] {
	var paths []string
	for i := range n {
		path := filepath.Join(s.dir, strconv.Itoa(i))
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return func(yield func(string) bool) {
		for _, p := range paths {
			s.pulled.Add(1)
			if !yield(p) {
				return
			}
		}
	}
}

func (s *stub) run1(ctx gocontext.Context, paths iter.Seq[string]) iter.Seq2[string, Result] {
	return func(yield func(string, Result) bool) { s.run(ctx, paths, yield) }
}

// TestFilesAhead holds up the first file: the others do not run ahead further
// than the workers allow, and come after it.
func TestFilesAhead(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			s := newStub(t, workers, func(name string) {
				if name == "0" {
					<-release
				}
			})
			var order []string
			finished := make(chan struct{})
			paths := s.paths(t, 100)
			go func() {
				defer close(finished)
				for name := range s.run1(t.Context(), paths) {
					order = append(order, filepath.Base(name))
				}
			}()
			synctest.Wait()
			if got := int(s.pulled.Load()); got > 2*workers+2 {
				t.Errorf("%d workers: %d paths were asked for while the first waits", workers, got)
			}
			if len(order) != 0 {
				t.Errorf("%d workers: %v came before the first", workers, order)
			}
			close(release)
			<-finished
			for i, name := range order {
				if name != strconv.Itoa(i) {
					t.Fatalf("%d workers: number %d is %s", workers, i, name)
				}
			}
			if len(order) != 100 {
				t.Errorf("%d workers: %d results", workers, len(order))
			}
		})
	}
}

// TestFilesLeft leaves the loop: the workers are at rest when it is left, and no
// goroutine is left behind, for which synctest would not end.
func TestFilesLeft(t *testing.T) {
	for _, after := range []int{1, 3, 50} {
		synctest.Test(t, func(t *testing.T) {
			s := newStub(t, 4, func(string) { time.Sleep(time.Second) })
			n := 0
			for range s.run1(t.Context(), s.paths(t, 50)) {
				if n++; n == after {
					break
				}
			}
			if n != after {
				t.Errorf("%d results, want %d", n, after)
			}
			if a := s.active.Load(); a != 0 {
				t.Errorf("%d files are under way after the loop", a)
			}
		})
	}
}

// TestFilesCancelled ends the context: the last result says so, and is that of
// the first path without another.
func TestFilesCancelled(t *testing.T) {
	cause := errors.New("enough")
	for _, test := range []struct {
		reason string
		after  int // results before the end
		want   []string
	}{
		{"before the first", 0, []string{"0: enough"}},
		{"after the second", 2, []string{"0", "1", "2: enough"}},
		{"after the last: nothing is missing", 5, []string{"0", "1", "2", "3", "4"}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := gocontext.WithCancelCause(t.Context())
				defer cancel(nil)
				s := newStub(t, 2, func(string) {})
				var got []string
				if test.after == 0 {
					cancel(cause)
				}
				for name, r := range s.run1(ctx, s.paths(t, 5)) {
					text := filepath.Base(name)
					if r.Err != nil {
						text += ": " + r.Err.Error()
						if !errors.Is(r.Err, cause) || r.Input != name {
							t.Errorf("%+v", r)
						}
					}
					got = append(got, text)
					if len(got) == test.after {
						cancel(cause)
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if a := s.active.Load(); a != 0 {
					t.Errorf("%d files are under way after the loop", a)
				}
			})
		})
	}
	t.Run("while a file is read", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := gocontext.WithTimeout(t.Context(), time.Second)
			defer cancel()
			s := newStub(t, 2, func(string) { time.Sleep(time.Hour) })
			var got []string
			for name, r := range s.run1(ctx, s.paths(t, 5)) {
				got = append(got, filepath.Base(name)+": "+r.Err.Error())
			}
			if diff := cmp.Diff([]string{"0: context deadline exceeded"}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	})
}

// TestFilesPanic has a reader and a converter that panic for one file.
func TestFilesPanic(t *testing.T) {
	for _, where := range []string{"reading", "converting"} {
		s := newStub(t, 2, func(name string) {
			if where == "reading" && name == "1" {
				panic("out of bounds")
			}
		})
		s.convert = func(b *xlsx.Workbook) (*schema.Report, error) {
			if where == "converting" && filepath.Base(b.Name) == "1" {
				panic("out of bounds")
			}
			return &schema.Report{}, nil
		}
		var got []string
		for name, r := range s.run1(t.Context(), s.paths(t, 3)) {
			got = append(got, fmt.Sprintf("%s %v %v", filepath.Base(name), r.Report != nil, r.Err))
		}
		want := []string{"0 true <nil>", "1 false " + filepath.Join(s.dir, "1") + ": panic: out of bounds", "2 true <nil>"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", where, diff)
		}
	}
}

// TestFilesChanged changes files while they are read.
func TestFilesChanged(t *testing.T) {
	for _, test := range []struct {
		reason string
		change func(path string) error
	}{
		{"longer", func(path string) error { return os.WriteFile(path, []byte("more"), 0o666) }},
		{"of the same length, at another time", func(path string) error {
			at := time.Date(2001, 2, 3, 4, 5, 6, 7, time.UTC)
			return os.Chtimes(path, at, at)
		}},
		{"removed", os.Remove},
	} {
		t.Run(test.reason, func(t *testing.T) {
			s := newStub(t, 1, nil)
			s.books = func(path string) iter.Seq2[*xlsx.Workbook, error] {
				return func(yield func(*xlsx.Workbook, error) bool) {
					if filepath.Base(path) != "0" {
						if err := test.change(path); err != nil {
							t.Error(err)
						}
					}
					if filepath.Base(path) == "2" { // an archive of two files
						if !yield(&xlsx.Workbook{Name: path + "/a"}, nil) {
							return
						}
						path += "/b"
					}
					yield(&xlsx.Workbook{Name: path}, nil)
				}
			}
			var got []string
			for name, r := range s.run1(t.Context(), s.paths(t, 3)) {
				name, _ = filepath.Rel(s.dir, name)
				got = append(got, fmt.Sprint(name, " ", r.Report != nil, " ", errors.Is(r.Err, ErrChanged)))
			}
			want := []string{"0 true false", "1 false true", "2/a true false", "2/b true false", "2 false true"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFilesProgress counts every file once, those in archives and those that
// are refused included, one call at a time.
func TestFilesProgress(t *testing.T) {
	dir := t.TempDir()
	paths := corpus(t, dir, 20)
	paths = append(paths, filepath.Join(dir, "missing"), zipFile(t, filepath.Join(dir, "a.zip"), "b.txt", "x", "c.txt", "y"))
	last, seen := 0, map[string]int{}
	results := collected(Files(t.Context(), slices.Values(paths), WithWorkers(3), WithProgress(func(done int, name string) {
		if done != last+1 {
			t.Errorf("%d comes after %d", done, last)
		}
		last = done
		seen[name]++
	})))
	if last != 23 || len(results) != 23 {
		t.Errorf("%d calls for %d results, want 23", last, len(results))
	}
	for _, r := range results {
		if seen[r.Name] != 1 {
			t.Errorf("%s was told of %d times", r.Name, seen[r.Name])
		}
	}
}

// TestFilesDescriptors leaves a loop over real files, an archive among them: no
// file stays open.
func TestFilesDescriptors(t *testing.T) {
	open := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0 // not on this system, where the rest of the test holds nothing
		}
		return len(entries)
	}
	dir := t.TempDir()
	paths := corpus(t, dir, 40)
	paths = slices.Insert(paths, 1, zipFile(t, filepath.Join(dir, "a.zip"), "b.txt", "x", "c.txt", "y", "d.txt", "z"))
	before := open()
	for range 20 {
		n := 0
		for range Files(t.Context(), slices.Values(paths), WithWorkers(4)) {
			if n++; n == 3 {
				break
			}
		}
	}
	if after := open(); after > before {
		t.Errorf("%d files are open, %d were before", after, before)
	}
}

// BenchmarkFiles converts a corpus, by default of 200 files:
//
//	go test ./convert -run '^$' -bench Files -files 20000
//
// It gives files a second and the most memory that was in use at a time, as far
// as looking after every hundredth file shows it.
func BenchmarkFiles(b *testing.B) {
	dir := *corpusDir
	var paths []string
	if dir != "" {
		paths, _ = filepath.Glob(filepath.Join(dir, "*", "*"))
	}
	if len(paths) == 0 {
		paths = corpus(b, b.TempDir(), *corpusSize)
	}
	for _, workers := range []int{1, 2} {
		for _, part := range []int{len(paths) / 10, len(paths)} {
			b.Run(fmt.Sprintf("workers=%d/files=%d", workers, part), func(b *testing.B) {
				var peak uint64
				for b.Loop() {
					runtime.GC()
					n := 0
					for name, r := range Files(b.Context(), slices.Values(paths[:part]), WithWorkers(workers)) {
						if r.Err != nil {
							b.Fatal(name, r.Err)
						}
						if n++; n%100 == 0 {
							var m runtime.MemStats
							runtime.ReadMemStats(&m)
							peak = max(peak, m.HeapInuse)
						}
					}
				}
				b.ReportMetric(float64(part)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
				b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			})
		}
	}
}
