package xlsx

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Save writes the workbook to a file in the .xlsx format, whatever Format
// says. It writes a temporary file beside it and renames that, so that the
// file is either written as a whole or left as it was.
func (w *Workbook) Save(path string) (err error) {
	mode, keepMode := fs.FileMode(0o666), false
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
		if st, err := os.Stat(path); err == nil {
			mode, keepMode = st.Mode().Perm(), true
		}
	}
	f, err := createBeside(path, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if keepMode {
		if err := f.Chmod(mode); err != nil {
			return err
		}
	}
	if err := w.Write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// createBeside creates a new file in the folder of path. Unlike os.CreateTemp
// it leaves it to the umask who may read the file, which is to stay.
func createBeside(path string, mode fs.FileMode) (*os.File, error) {
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s.%d.tmp", path, i)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err == nil || !errors.Is(err, fs.ErrExist) || i == 1000 {
			return f, err
		}
	}
}

// Write writes the workbook in the .xlsx format. The same workbook always
// gives the same bytes.
//
// Texts are written as texts, whatever they look like, and never as formulas;
// of a formula that was read the stored result is written, since the formula is
// not known. A sheet's Look is followed.
// A number that no float64 holds exactly is written as text. It is an error if
// a sheet's name is not one that the format allows or stands twice, if no
// sheet is visible, or if a cell or merged range cannot be where or what it
// is.
func (w *Workbook) Write(to io.Writer) error {
	if err := w.checkSheets(); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close() // its temporary files
	f.SetZipWriter(newPackageWriter)
	bw := &bookWriter{File: f, styles: map[outfit]int{}, date1904: w.date1904()}
	if err := bw.setUp(w); err != nil {
		return err
	}
	for _, s := range w.Sheets {
		if err := bw.write(s); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	_, err := f.WriteTo(to)
	return err
}

// checkSheets reports what excelize would pass over or do in its own way.
func (w *Workbook) checkSheets() error {
	seen := map[string]bool{}
	visible := false
	for _, s := range w.Sheets {
		switch name := strings.ToLower(s.Name); {
		case s.Name == "" || len(utf16.Encode([]rune(s.Name))) > excelize.MaxSheetNameLength:
			return fmt.Errorf("sheet %q: the name has to have 1 to %d characters", s.Name, excelize.MaxSheetNameLength)
		case strings.ContainsAny(s.Name, `:\/?*[]`) || strings.HasPrefix(s.Name, "'") || strings.HasSuffix(s.Name, "'") ||
			!utf8.ValidString(s.Name) || strings.ContainsFunc(s.Name, func(r rune) bool { return !isXMLChar(r) || r < ' ' }):
			return fmt.Errorf(`sheet %q: the name has one of : \ / ? * [ ], an apostrophe at an end, or a character that is none`, s.Name)
		case seen[name]:
			return fmt.Errorf("sheet %q: two sheets have this name", s.Name)
		default:
			seen[name] = true
		}
		visible = visible || !s.Hidden
	}
	if !visible {
		return errors.New("a workbook has to have a sheet that is not hidden")
	}
	return nil
}

// date1904 reports whether the dates of the workbook count from 1904: whether
// the first one that tells does.
func (w *Workbook) date1904() bool {
	for _, s := range w.Sheets {
		for _, c := range s.Cells {
			if c.Kind != KindDate {
				continue
			}
			_, from1900 := dateFormat(c, false)
			_, from1904 := dateFormat(c, true)
			if from1900 != from1904 {
				return from1904
			}
		}
	}
	return false
}

// bookWriter writes the parts of one workbook.
type bookWriter struct {
	*excelize.File
	styles   map[outfit]int
	red      *int // the style of marks
	date1904 bool
}

// setUp makes the sheets, which has to be done before any is written.
func (b *bookWriter) setUp(w *Workbook) error {
	const epoch = "1980-01-01T00:00:00Z" // no clock, so that the same workbook gives the same bytes
	if err := b.SetDocProps(&excelize.DocProperties{Created: epoch, Modified: epoch, Creator: "statable"}); err != nil {
		return err
	}
	if err := b.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &b.date1904}); err != nil {
		return err
	}
	if err := b.SetSheetName("Sheet1", w.Sheets[0].Name); err != nil {
		return err
	}
	for _, s := range w.Sheets[1:] {
		if _, err := b.NewSheet(s.Name); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(w.Sheets, func(s *Sheet) bool { return s.Look != nil && len(s.Look.Formulas) > 0 }) {
		again := true
		if err := b.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &again}); err != nil {
			return err
		}
	}
	// The sheet that is shown at first cannot be hidden.
	b.SetActiveSheet(slices.IndexFunc(w.Sheets, func(s *Sheet) bool { return !s.Hidden }))
	for _, s := range w.Sheets {
		if s.Hidden {
			if err := b.SetSheetVisible(s.Name, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes one sheet, row by row: excelize's other way, cell by cell, takes
// memory for every cell of the rectangle that the sheet spans.
func (b *bookWriter) write(s *Sheet) error {
	cells := s.Cells
	if byRef := func(x, y Cell) int { return x.Ref.Compare(y.Ref) }; !slices.IsSortedFunc(cells, byRef) {
		cells = slices.SortedStableFunc(slices.Values(cells), byRef)
	}
	for i, c := range cells {
		if c.Ref.Row < 0 || c.Ref.Row >= MaxRows || c.Ref.Col < 0 || c.Ref.Col >= MaxColumns {
			return fmt.Errorf("cell at row %d, column %d, counted from 0: outside of what a sheet has", c.Ref.Row, c.Ref.Col)
		}
		if i > 0 && c.Ref == cells[i-1].Ref {
			return fmt.Errorf("cell %v: stands twice", c.Ref)
		}
	}
	var dresses map[Ref]dress
	var heights []float64
	if s.Look != nil {
		if err := s.Look.check(); err != nil {
			return err
		}
		if err := b.wear(s.Name, s.Look); err != nil {
			return err
		}
		dresses, heights = s.Look.dresses(), s.Look.Heights
		cells = undressed(cells, dresses)
	}
	sw, err := b.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	if s.Look != nil {
		for i, w := range s.Look.Widths {
			if w == 0 {
				continue
			}
			if err := sw.SetColWidth(i+1, i+1, w); err != nil {
				return err
			}
		}
	}
	if err := writeHiddenColumns(sw, s.HiddenColumns); err != nil {
		return err
	}
	hidden := slices.Sorted(slices.Values(s.HiddenRows))
	var values []any
	for next := 0; len(cells) > 0 || len(hidden) > 0 || next < len(heights); {
		row := MaxRows
		if len(cells) > 0 {
			row = cells[0].Ref.Row
		}
		if next < len(heights) && next < row {
			row = next
		}
		var opts excelize.RowOpts
		if len(hidden) > 0 && hidden[0] <= row {
			row, opts.Hidden = hidden[0], true
			for len(hidden) > 0 && hidden[0] == row {
				hidden = hidden[1:]
			}
			if row < 0 || row >= MaxRows {
				return fmt.Errorf("hidden row %d, counted from 0: outside of what a sheet has", row)
			}
		}
		if row >= next {
			next = row + 1
		}
		if row < len(heights) {
			opts.Height = heights[row]
		}
		first := Ref{Row: row}
		values = values[:0]
		for ; len(cells) > 0 && cells[0].Ref.Row == row; cells = cells[1:] {
			c := cells[0]
			if len(values) == 0 {
				first = c.Ref
			}
			for first.Col+len(values) < c.Ref.Col {
				values = append(values, nil)
			}
			v, format, err := b.value(c)
			if err == nil {
				v, err = b.dressed(v, format, dresses[c.Ref])
			}
			if err != nil {
				return fmt.Errorf("cell %v: %w", c.Ref, err)
			}
			values = append(values, v)
		}
		if err := sw.SetRow(first.String(), values, opts); err != nil {
			return err
		}
	}
	if err := writeMerges(sw, s.Merges); err != nil {
		return err
	}
	return sw.Flush()
}

func writeHiddenColumns(sw *excelize.StreamWriter, columns []int) error {
	columns = slices.Compact(slices.Sorted(slices.Values(columns)))
	for len(columns) > 0 {
		n := 1
		for n < len(columns) && columns[n] == columns[0]+n {
			n++
		}
		first, last := columns[0], columns[n-1]
		if first < 0 || last >= MaxColumns {
			return fmt.Errorf("hidden columns %d to %d, counted from 0: outside of what a sheet has", first, last)
		}
		if err := sw.SetColVisible(first+1, last+1, false); err != nil {
			return err
		}
		columns = columns[n:]
	}
	return nil
}

func writeMerges(sw *excelize.StreamWriter, merges []Range) error {
	merges = slices.SortedStableFunc(slices.Values(merges), func(a, b Range) int { return a.First.Compare(b.First) })
	covered := newSkyline(MaxColumns)
	for _, r := range merges {
		if r.First.Row < 0 || r.First.Col < 0 || r.Last.Row < r.First.Row || r.Last.Col < r.First.Col ||
			r.Last.Row >= MaxRows || r.Last.Col >= MaxColumns {
			return fmt.Errorf("merged range %v: no range of a sheet", r)
		}
		if r.First == r.Last {
			continue
		}
		if covered.highest(r.First.Col, r.Last.Col) > r.First.Row {
			return fmt.Errorf("merged range %v: overlaps another one", r)
		}
		covered.raise(r.First.Col, r.Last.Col, r.Last.Row+1)
		if err := sw.MergeCell(r.First.String(), r.Last.String()); err != nil {
			return err
		}
	}
	return nil
}

// value returns what stands in a cell as excelize takes it, and the code of
// its number format where the kind of the cell asks for one.
func (b *bookWriter) value(c Cell) (v any, format string, err error) {
	switch c.Kind {
	case KindNumber:
		if v, ok := exact(c.Number); ok {
			return v, "", nil
		}
		v, err = textValue(cmp.Or(c.Number, c.Text))
		return v, "", err
	case KindPercent:
		if v, ok := exact(c.Number); ok {
			return v, percentFormat(c.Number), nil
		}
	case KindDate:
		if code, ok := dateFormat(c, b.date1904); ok {
			v, _ := exact(c.Number)
			return v, code, nil
		}
	case KindBool:
		if c.Text == "TRUE" || c.Text == "FALSE" {
			return c.Text == "TRUE", "", nil
		}
	case KindError:
		v, err = textValue(c.Text)
		if s, ok := v.(string); ok {
			v = marked(markError, s)
		}
		return v, "", err
	}
	v, err = textValue(c.Text)
	return v, "", err
}

// exact returns the number in a plain decimal if a float64 holds it exactly in
// the sense of Cell: if it is the shortest decimal that gives the float64.
func exact(number string) (float64, bool) {
	v, ok := parseNumber(number)
	if !ok {
		return 0, false
	}
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	whole, frac, _ := strings.Cut(strings.TrimPrefix(number, "+"), ".")
	whole, frac = strings.TrimLeft(whole, "0"), strings.TrimRight(frac, "0")
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		frac = "." + frac
	}
	if number = sign + whole + frac; number == "-0" {
		number = "0"
	}
	return v, plain(v) == number
}

// percentFormat returns the format that shows a number as a percentage with
// all of its decimals, within reason.
func percentFormat(number string) string {
	_, frac, _ := strings.Cut(strings.TrimSuffix(percent(number), "%"), ".")
	if frac == "" {
		return "0%"
	}
	return "0." + strings.Repeat("0", min(len(frac), 10)) + "%"
}

// dateFormat returns the format that shows the number of a date cell as its
// text. It reports false if none does in the date system.
func dateFormat(c Cell, date1904 bool) (code string, ok bool) {
	v, ok := exact(c.Number)
	if !ok {
		return "", false
	}
	code, nf := "yyyy-mm-dd hh:mm:ss", formatDateTime
	switch len(c.Text) {
	case len("2006-01-02"):
		code, nf = "yyyy-mm-dd", formatDate
	case len("15:04:05"):
		code, nf = "hh:mm:ss", formatTime
	}
	text, ok := dateText(v, nf, date1904)
	return code, ok && text == c.Text
}

// textValue returns a text as excelize takes it.
func textValue(s string) (any, error) {
	s = lineEnds(s)
	switch n := len(s); {
	case n == 0:
		return nil, nil
	case n > excelize.TotalCellChars && len(utf16.Encode([]rune(s))) > excelize.TotalCellChars:
		return nil, fmt.Errorf("the text is longer than the %d characters that a cell can hold", excelize.TotalCellChars)
	case !utf8.ValidString(s):
		return nil, errors.New("the text is not valid UTF-8")
	case strings.Contains(s, "_x") || strings.ContainsFunc(s, func(r rune) bool { return !isXMLChar(r) }):
		return marked(markEscaped, escapeHex(s)), nil
	}
	return s, nil
}

// isXMLChar reports whether XML allows a character.
func isXMLChar(r rune) bool {
	return r >= ' ' && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}

// What excelize cannot write is given to it as a rich text of one run, which
// it writes for nothing else here, with a mark in front that says what to make
// of it. packageWriter finds it in the finished part.
const (
	markError   = 'E' // the value of an error
	markEscaped = 'T' // a text with escapes, made by escapeHex
)

func marked(mark rune, s string) []excelize.RichTextRun {
	// The full stop keeps white space from the end of the run.
	return []excelize.RichTextRun{{Text: string(mark) + s + "."}}
}

// escapeHex escapes what XML does not allow, as ^HHHH^. That becomes _xHHHH_
// in the finished part; if it were that already, excelize would take it for
// text and escape it. For the same reason it escapes _ and ^ themselves.
func escapeHex(s string) string {
	var b strings.Builder
	for _, r := range s {
		if isXMLChar(r) && r != '_' && r != '^' {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "^%04X^", r)
	}
	return b.String()
}

// resolveMarks replaces in the text of a sheet part what marked has made.
func resolveMarks(part []byte) ([]byte, error) {
	part = bytes.ReplaceAll(part, []byte("</f><v>"+markResult), []byte("</f><v>"))
	const begin, end = ` t="inlineStr"><is><r><t>`, `.</t></r></is></c>`
	var out []byte
	for {
		i := bytes.Index(part, []byte(begin))
		if i < 0 {
			if out == nil {
				return part, nil
			}
			return append(out, part...), nil
		}
		out = append(out, part[:i]...)
		part = part[i+len(begin):]
		n := bytes.Index(part, []byte(end))
		if n < 1 {
			return nil, errors.New("excelize wrote a rich text in an unknown form")
		}
		mark, text := part[0], part[1:n]
		part = part[n+len(end):]
		switch mark {
		case markError:
			out = append(out, ` t="e"><v>`...)
			out = append(out, text...)
			out = append(out, `</v></c>`...)
		case markEscaped:
			out = append(out, ` t="inlineStr"><is><t xml:space="preserve">`...)
			for inside := false; ; inside = !inside {
				i := bytes.IndexByte(text, '^')
				if i < 0 {
					break
				}
				out = append(out, text[:i]...)
				if inside {
					out = append(out, '_')
				} else {
					out = append(out, "_x"...)
				}
				text = text[i+1:]
			}
			out = append(out, text...)
			out = append(out, `</t></is></c>`...)
		default:
			return nil, errors.New("excelize wrote a rich text in an unknown form")
		}
	}
}

// packageWriter is the zip archive that excelize writes to. It brings the
// parts into one order, in which excelize does not have them if there are
// several sheets.
type packageWriter struct {
	to    io.Writer
	parts map[string]*bytes.Buffer
}

func newPackageWriter(to io.Writer) excelize.ZipWriter {
	return &packageWriter{to, map[string]*bytes.Buffer{}}
}

func (p *packageWriter) Create(name string) (io.Writer, error) {
	p.parts[name] = new(bytes.Buffer)
	return p.parts[name], nil
}

// AddFS is part of excelize's interface, which does not use it.
func (p *packageWriter) AddFS(fs.FS) error { return errors.ErrUnsupported }

func (p *packageWriter) Close() error {
	zw := zip.NewWriter(p.to)
	names := slices.Sorted(maps.Keys(p.parts)) // [Content_Types].xml comes first, as is usual
	for _, name := range names {
		data := p.parts[name].Bytes()
		if strings.HasPrefix(name, "xl/worksheets/") {
			var err error
			if data, err = resolveMarks(data); err != nil {
				return fmt.Errorf("part %s: %w", strconv.Quote(name), err)
			}
		}
		w, err := zw.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return zw.Close()
}
