package convert

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// vocabulary is what the cells of generated sheets say, beside literal text:
// every label of every layout, then figures and words that stand for one.
var vocabulary = sync.OnceValue(func() []string {
	var words []string
	add := func(lb label) {
		if lb.text != "" && !slices.Contains(words, lb.text) {
			words = append(words, lb.text)
		}
	}
	for _, l := range Builtin().All() {
		for _, t := range l.tables {
			for _, list := range [][]label{t.captions, t.issuers, t.footers, t.marks} {
				for _, lb := range list {
					add(lb)
				}
			}
			for _, s := range t.sections {
				add(s.title)
				for _, c := range s.head {
					add(c.label)
				}
				for _, r := range s.rows {
					add(r.label)
				}
			}
		}
	}
	return append(words, "0", "1", "2", "3", "12", "100", "0.5", "1,234", "+21", "-2", "减3", "无", "/", "——", "251000元",
		"22（其中修订 16 件）", "xx", "--253", "件", "条", "万元", "——", "备注", "合计", "小计", "上年数", "2018年度政府信息公开情况统计表",
		"填报单位：某县档案局", "注：含上年结转", "本年新", "结果", "其他", "总计", "规章000", "8.5%", "01", "51**")
})

// The operations of a sheet's encoding: each is a byte, with what it needs
// behind it.
const (
	opWord    = iota // two bytes: a word of the vocabulary
	opText           // a byte: the length, and the text
	opNumber         // two bytes: a word of the vocabulary, as a number where it is one
	opKind           // a byte: the kind of the next cell
	opSkip           // a byte: as many empty cells
	opRow            // a byte: as many rows down
	opMerge          // two bytes: how far the next cell reaches
	opSheet          // a byte: another sheet, hidden when odd
	opHideRow        // nothing: this row is hidden
	opCount
)

// The largest sheet that is generated.
const (
	maxFuzzRows  = 300
	maxFuzzCols  = 40
	maxFuzzCells = 3000
)

// decodeBook builds a workbook from bytes. Any bytes are one.
func decodeBook(data []byte) *xlsx.Workbook {
	book := &xlsx.Workbook{Name: "fuzz"}
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(b)
	}
	book.Format = []xlsx.Format{"xlsx", "text", "html", "xls"}[next()%4]
	tells := book.Format == "text" || book.Format == "html"
	var s *xlsx.Sheet
	row, col, kind, cells := 0, 0, xlsx.KindText, 0
	wide, high := 0, 0
	begin := func(hidden bool) {
		s = &xlsx.Sheet{Name: string(rune('A' + len(book.Sheets))), Hidden: hidden}
		book.Sheets = append(book.Sheets, s)
		row, col = 0, 0
	}
	endRow := func(n int) {
		for range n {
			if tells {
				s.Widths = append(s.Widths, col)
			}
			row, col = row+1, 0
		}
	}
	put := func(text string, k xlsx.Kind) {
		if row >= maxFuzzRows || col >= maxFuzzCols || cells >= maxFuzzCells {
			return
		}
		ref := xlsx.Ref{Row: row, Col: col}
		if text != "" {
			c := xlsx.Cell{Ref: ref, Kind: k, Text: text}
			if k == xlsx.KindNumber || k == xlsx.KindPercent || k == xlsx.KindDate {
				c.Number = text
			}
			s.Cells = append(s.Cells, c)
			cells++
		}
		if wide > 0 || high > 0 {
			s.Merges = append(s.Merges, xlsx.Range{First: ref, Last: xlsx.Ref{Row: row + high, Col: col + wide}})
		}
		col += 1 + wide
		wide, high, kind = 0, 0, xlsx.KindText
	}
	begin(false)
	words := vocabulary()
	for len(data) > 0 && row < maxFuzzRows {
		switch next() % opCount {
		case opWord:
			put(words[(next()<<8|next())%len(words)], kind)
		case opText:
			n := min(next(), len(data))
			text := strings.ToValidUTF8(string(data[:n]), "�")
			data = data[n:]
			put(text, kind)
		case opNumber:
			w := words[(next()<<8|next())%len(words)]
			if _, err := schema.ParseDecimal(w); err == nil {
				put(w, xlsx.KindNumber)
			} else {
				put(w, kind)
			}
		case opKind:
			kind = xlsx.Kind(next() % 6)
		case opSkip:
			col = min(col+1+next()%8, maxFuzzCols)
		case opRow:
			endRow(1 + next()%3)
		case opMerge:
			wide, high = next()%8, next()%4
		case opSheet:
			endRow(1)
			if len(book.Sheets) < 4 {
				begin(next()%2 == 1)
			}
		case opHideRow:
			if !slices.Contains(s.HiddenRows, row) {
				s.HiddenRows = append(s.HiddenRows, row)
			}
		}
	}
	endRow(1)
	return book
}

// encodeBook writes a workbook as bytes that decodeBook reads, as far as the
// encoding goes.
func encodeBook(book *xlsx.Workbook) []byte {
	words := vocabulary()
	var b []byte
	switch book.Format {
	case "text":
		b = append(b, 1)
	case "html":
		b = append(b, 2)
	default:
		b = append(b, 0)
	}
	for i, s := range book.Sheets {
		if i > 0 {
			b = append(b, opSheet, 0)
			if s.Hidden {
				b[len(b)-1] = 1
			}
		}
		at := xlsx.Ref{}
		for _, c := range s.Cells {
			for at.Row < c.Ref.Row {
				n := min(c.Ref.Row-at.Row, 3)
				b = append(b, opRow, byte(n-1))
				at = xlsx.Ref{Row: at.Row + n}
			}
			for at.Col < c.Ref.Col {
				n := min(c.Ref.Col-at.Col, 8)
				b = append(b, opSkip, byte(n-1))
				at.Col += n
			}
			for _, m := range s.Merges {
				if m.First == c.Ref && m.Last.Col-m.First.Col < 8 && m.Last.Row-m.First.Row < 4 {
					b = append(b, opMerge, byte(m.Last.Col-m.First.Col), byte(m.Last.Row-m.First.Row))
					at.Col += m.Last.Col - m.First.Col
				}
			}
			at.Col++
			if w := slices.Index(words, c.Text); w >= 0 && c.Kind == xlsx.KindText {
				b = append(b, opWord, byte(w>>8), byte(w))
				continue
			} else if w >= 0 && c.Kind == xlsx.KindNumber {
				b = append(b, opNumber, byte(w>>8), byte(w))
				continue
			}
			if c.Kind != xlsx.KindText {
				b = append(b, opKind, byte(c.Kind))
			}
			text := c.Text
			for len(text) > 255 {
				_, n := utf8.DecodeLastRuneInString(text)
				text = text[:len(text)-n]
			}
			b = append(b, opText, byte(len(text)))
			b = append(b, text...)
		}
	}
	return b
}

// TestFuzzEncoding checks that the seeds say what the sheets say.
func TestFuzzEncoding(t *testing.T) {
	for name, book := range seedBooks(t) {
		got := decodeBook(encodeBook(book))
		for i, s := range book.Sheets {
			if len(s.Cells) > maxFuzzCells || len(got.Sheets) <= i {
				continue
			}
			texts := func(s *xlsx.Sheet) (ts []string) {
				for _, c := range s.Cells {
					if len(c.Text) <= 255 && c.Ref.Row < maxFuzzRows {
						ts = append(ts, c.Ref.String()+" "+c.Text)
					}
				}
				return ts
			}
			if diff := cmp.Diff(texts(s), texts(got.Sheets[i])); diff != "" {
				t.Errorf("%s, sheet %s (-want +got):\n%s", name, s.Name, diff)
			}
		}
	}
}

// seedBooks returns the sample workbooks and the real cases.
func seedBooks(t testing.TB) map[string]*xlsx.Workbook {
	books := make(map[string]*xlsx.Workbook)
	names, _ := filepath.Glob("testdata/samples/*.xls*")
	for _, name := range names {
		book, err := xlsx.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		books[name] = book
	}
	names, _ = filepath.Glob("testdata/cases/*.json")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Format xlsx.Format
			Tables struct {
				Proactive, Applications [][]string
				Remedies                [][]string `json:"review_litigation"`
				Other                   [][][]string
			}
		}
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := &xlsx.Sheet{Name: "A"}
		for _, grid := range append([][][]string{c.Tables.Proactive, c.Tables.Applications, c.Tables.Remedies}, c.Tables.Other...) {
			for _, cells := range grid {
				for col, text := range cells {
					if strings.TrimSpace(text) != "" {
						s.Cells = append(s.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: len(s.Widths), Col: col}, Text: text})
					}
				}
				s.Widths = append(s.Widths, len(cells))
			}
		}
		if len(s.Cells) > 0 {
			books[name] = &xlsx.Workbook{Name: name, Format: "text", Sheets: []*xlsx.Sheet{s}}
		}
	}
	if len(books) < 20 {
		t.Fatalf("%d seeds", len(books))
	}
	return books
}

func FuzzToSchema(f *testing.F) {
	for _, book := range seedBooks(f) {
		data := encodeBook(book)
		for format := range byte(4) {
			data = slices.Clone(data)
			data[0] = format
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		defer reportPanic(t)
		book := decodeBook(data)
		before := cloneBook(book)
		report, err := ToSchema(book)
		if diff := cmp.Diff(before, book, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the workbook was changed (-before +after):\n%s", diff)
		}
		if err != nil {
			if !errors.Is(err, ErrNoTable) || report != nil || !utf8.ValidString(err.Error()) {
				t.Fatalf("error %v with report %v", err, report)
			}
			return
		}
		checkReport(t, book, report)
		again, err := ToSchema(book)
		if err != nil || !reflect.DeepEqual(report, again) {
			t.Fatalf("a second time: error %v, (-first +second):\n%s", err, cmp.Diff(report, again))
		}
	})
}

// reportPanic makes a panic a failure of the one input, so that the other
// tests run.
func reportPanic(t *testing.T) {
	if p := recover(); p != nil {
		t.Fatalf("panic: %v\n%s", p, debug.Stack())
	}
}

func cloneBook(book *xlsx.Workbook) *xlsx.Workbook {
	c := *book
	c.Sheets = nil
	for _, s := range book.Sheets {
		n := *s
		n.Cells, n.Merges = slices.Clone(s.Cells), slices.Clone(s.Merges)
		n.Widths, n.HiddenRows = slices.Clone(s.Widths), slices.Clone(s.HiddenRows)
		c.Sheets = append(c.Sheets, &n)
	}
	return &c
}

// checkReport checks what must hold of the report of any workbook.
func checkReport(t *testing.T, book *xlsx.Workbook, report *schema.Report) {
	t.Helper()
	sheets := make(map[string]*xlsx.Sheet)
	for _, s := range book.Sheets {
		if !s.Hidden {
			sheets[s.Name] = s
		}
	}
	cell := func(src schema.Source) (*xlsx.Sheet, xlsx.Ref, xlsx.Cell) {
		s := sheets[src.Sheet]
		ref, ok := xlsx.ParseRef(src.Cell)
		if s == nil || !ok {
			t.Fatalf("no place %q!%q", src.Sheet, src.Cell)
		}
		c, _ := s.Cell(ref)
		return s, ref, c
	}
	type place struct {
		sheet string
		row   int
	}
	remarked := make(map[place]bool)
	for _, f := range report.Findings {
		if f.Code.Kind().MessageEN == "" {
			t.Errorf("finding %s is in no catalogue", f.Code)
		}
		if f.Source.Sheet == "" || f.Source.Cell == "" {
			continue
		}
		_, ref, c := cell(f.Source)
		remarked[place{f.Source.Sheet, ref.Row}] = true
		if f.Source.Printed != c.Text {
			t.Errorf("finding %s on %s!%s cites %q, the cell says %q", f.Code, f.Source.Sheet, f.Source.Cell, f.Source.Printed, c.Text)
		}
		for _, lang := range []schema.Lang{schema.English, schema.Chinese} {
			if f.Line(lang) == "" {
				t.Errorf("finding %s says nothing in %s", f.Code, lang)
			}
		}
	}
	type spot struct {
		sheet, cell string
	}
	taken := make(map[spot]schema.Key)
	read := make(map[place]*Layout)
	for i := range report.Tables {
		tb := &report.Tables[i]
		l, ok := Builtin().Get(tb.Layout)
		if !ok || !slices.Contains(l.Tables(), tb.Name) || tb.Version != l.Version {
			t.Errorf("no table %s/%s version %q", tb.Layout, tb.Name, tb.Version)
			continue
		}
		if tb.Evidence.Matched > tb.Evidence.Asked+tb.Evidence.Matched || tb.Evidence.Asked == 0 {
			t.Errorf("%s/%s: evidence %+v", tb.Layout, tb.Name, tb.Evidence)
		}
		for _, o := range tb.Observations {
			_, ref, c := cell(o.Source)
			ind, ok := schema.Lookup(o.Indicator)
			if !ok {
				t.Errorf("%s: unknown indicator %q", o.Source.Cell, o.Indicator)
			}
			empty := strings.TrimSpace(c.Text) == "" || readFigure(c).status == schema.Blank
			if (o.Status == schema.Blank) != empty {
				t.Errorf("%s!%s is %s and says %q", o.Source.Sheet, o.Source.Cell, o.Status, c.Text)
			}
			if o.Status != schema.Blank && o.Source.Printed != c.Text {
				t.Errorf("%s!%s is cited as %q and says %q", o.Source.Sheet, o.Source.Cell, o.Source.Printed, c.Text)
			}
			if o.Status.HasValue() != (o.Value != "") || o.Status == schema.None && o.Value != "0" {
				t.Errorf("%s!%s: status %s with the value %q", o.Source.Sheet, o.Source.Cell, o.Status, o.Value)
			}
			if v, err := schema.ParseDecimal(string(o.Value)); o.Value != "" && (err != nil || v != o.Value) {
				t.Errorf("%s!%s: value %q is not canonical", o.Source.Sheet, o.Source.Cell, o.Value)
			}
			if o.Value != "" && o.Value != readFigure(c).value {
				t.Errorf("%s!%s: value %q of %q", o.Source.Sheet, o.Source.Cell, o.Value, c.Text)
			}
			if o.Unit == "" && ind.Unit != "" {
				t.Errorf("%s!%s: no unit", o.Source.Sheet, o.Source.Cell)
			}
			at := spot{o.Source.Sheet, o.Source.Cell}
			if other, twice := taken[at]; twice && !empty {
				t.Errorf("%s!%s is both %v and %v", at.sheet, at.cell, other, tb.Key(o))
			}
			taken[at] = tb.Key(o)
			read[place{o.Source.Sheet, ref.Row}] = l
		}
	}
	// A figure in a row that was read is an observation, or a finding speaks
	// of the row; other columns of figures are those of the layout.
	for name, s := range sheets {
		for _, c := range s.Cells {
			at := place{name, c.Ref.Row}
			l := read[at]
			if l == nil || remarked[at] || readFigure(c).status != schema.Number || hasOtherFigures(l) {
				continue
			}
			if _, ok := taken[spot{name, c.Ref.String()}]; !ok {
				t.Errorf("%s!%s: %q was lost", name, c.Ref, c.Text)
			}
		}
	}
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var back schema.Report
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if diff := cmp.Diff(report, &back, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("by way of JSON (-want +got):\n%s", diff)
	}
}

// hasOtherFigures reports whether the layout has columns with figures that are
// no observations: codes, serial numbers, shares.
func hasOtherFigures(l *Layout) bool {
	for _, t := range l.tables {
		for _, s := range t.sections {
			if slices.ContainsFunc(s.leafs, func(c *column) bool {
				return c.role == roleCode || c.role == roleSerial || c.role == roleShare
			}) {
				return true
			}
		}
	}
	return false
}

func FuzzMakeKey(f *testing.F) {
	for _, w := range vocabulary() {
		f.Add(w)
	}
	for _, book := range seedBooks(f) {
		for _, s := range book.Sheets {
			for _, c := range s.Cells {
				f.Add(c.Text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		k := makeKey(text)
		// A character is folded into 18 others at most (U+FDFA).
		if len(k.full) > 18*3*len(text) || len(k.core) > len(k.full) || (k.full == "") != (k.core == "") {
			t.Fatalf("%q has the key %+v", text, k)
		}
		if !utf8.ValidString(k.full) || !utf8.ValidString(k.core) {
			t.Fatalf("%q has the key %q, which is no text", text, k)
		}
		if strings.ContainsAny(k.full, " \t\n\u3000()（）[]“”\"'、,，:：.。*《》") {
			t.Fatalf("%q has punctuation in its key %q", text, k.full)
		}
		if k != makeKey(" "+text+"\n") && len(text) < longestLabel-2 {
			t.Fatalf("white space round %q changes its key", text)
		}
		if again := makeKey(k.full); again.full != k.full && len(k.full) <= longestLabel && numbering([]rune(k.full)) == 0 {
			t.Fatalf("%q has the key %q, which has the key %q", text, k.full, again.full)
		}
	})
}

func FuzzReadFigure(f *testing.F) {
	for _, s := range []string{"8", "８", "8.0", " 8 ", "1,234", "+21", "-2", "00", "31.25%", "251000元", "0.37万元", "16368(件)",
		"22（其中修订 16 件）", "减3", "无", "没有", "未发生", "/", "-", "—", "_", "", "xx", "--253", "閻良區公務用車10輛", "755多", "3 5",
		"? 0", "211.509万", "10①", "1.2.3", "1,23", "½", "٣"} {
		f.Add(uint8(0), s)
		f.Add(uint8(1), s)
	}
	for _, book := range seedBooks(f) {
		for _, s := range book.Sheets {
			for _, c := range s.Cells {
				f.Add(uint8(c.Kind), c.Text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		c := xlsx.Cell{Kind: xlsx.Kind(kind % 6), Text: text}
		if c.Kind == xlsx.KindNumber || c.Kind == xlsx.KindPercent || c.Kind == xlsx.KindDate {
			c.Number = text
		}
		fig := readFigure(c)
		if fig != readFigure(c) {
			t.Fatalf("%+v is read in two ways", c)
		}
		switch fig.status {
		case schema.Number:
			if v, err := schema.ParseDecimal(string(fig.value)); err != nil || v != fig.value {
				t.Fatalf("%+v: the value %q is not canonical", c, fig.value)
			}
			if c.Kind != xlsx.KindText && c.Kind != xlsx.KindNumber {
				t.Fatalf("a %s was read as %+v", c.Kind, fig)
			}
		case schema.None:
			if fig.value != "0" || fig.unit != "" {
				t.Fatalf("%+v was read as %+v", c, fig)
			}
		case schema.Dash, schema.Blank, schema.Text:
			if fig != (figure{status: fig.status}) {
				t.Fatalf("%+v was read as %+v", c, fig)
			}
		default:
			t.Fatalf("%+v has the status %q", c, fig.status)
		}
		if fig.unit != "" && unitWords[fig.unit] != fig.unit {
			t.Fatalf("%+v has the unit %q", c, fig.unit)
		}
		if c.Kind == xlsx.KindText && fig.status == schema.Number {
			// The digits of the value are digits of the text.
			if digits := digitsOf(text); !strings.HasPrefix(digits, strings.TrimLeft(digitsOf(string(fig.value)), "0")) &&
				!strings.Contains(digits, strings.Trim(digitsOf(string(fig.value)), "0")) {
				t.Fatalf("%q was read as %s", text, fig.value)
			}
		}
	})
}

// digitsOf returns the digits of a text, full width or not.
func digitsOf(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case '0' <= r && r <= '9':
			b.WriteRune(r)
		case '０' <= r && r <= '９':
			b.WriteRune(r - '０' + '0')
		}
	}
	return b.String()
}

func FuzzLoadLayouts(f *testing.F) {
	names, _ := filepath.Glob("layouts/*.csv")
	if len(names) == 0 {
		f.Fatal("no layouts")
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(layoutHead + soundLayout))
	book := valueBook("xlsx", "2018年度政府信息公开情况统计表", "统计指标|单位|统计数|备注", "（一）收到申请数|件|3|", "1.当面申请数|件|1|见附件",
		"第二十条第（六）项", "信息内容|本年处理决定数量", "行政处罚|3", "行政强制|4")
	f.Fuzz(func(t *testing.T, data []byte) {
		defer reportPanic(t)
		ls, err := LoadLayouts(fstest.MapFS{"fuzz.csv": {Data: data}})
		if err != nil {
			var le *LayoutError
			if ls != nil || !errors.As(err, &le) || le.File != "fuzz.csv" || le.Line < 0 || le.Line > bytes.Count(data, []byte("\n"))+2 {
				t.Fatalf("layouts %v, error %v", ls, err)
			}
			return
		}
		all := ls.All()
		if len(all) != 1 || all[0].Name == "" || len(all[0].Tables()) == 0 {
			t.Fatalf("layouts %+v", all)
		}
		if l, ok := ls.Get(all[0].Name); !ok || l != all[0] {
			t.Fatalf("no layout %q", all[0].Name)
		}
		// A layout that was accepted can be used.
		if report, err := ToSchema(book, WithLayouts(ls)); err == nil {
			for _, tb := range report.Tables {
				if tb.Layout != all[0].Name || !slices.Contains(all[0].Tables(), tb.Name) {
					t.Fatalf("table %s/%s", tb.Layout, tb.Name)
				}
				for _, o := range tb.Observations {
					if _, ok := schema.Lookup(o.Indicator); !ok {
						t.Fatalf("unknown indicator %q", o.Indicator)
					}
				}
			}
		} else if !errors.Is(err, ErrNoTable) {
			t.Fatal(err)
		}
	})
}
