package main

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/zwgk/statable/schema"
)

// workbook writes panel.xlsx: a sheet of observations, one of the comparable
// series with a column a year, one of findings with links to the cells, and one
// with the code list. The rows go through temporary files; the notes of cells
// are held in memory, and bounded.
type workbook struct {
	dir *folder
	f   *excelize.File
	to  io.Writer // panel.xlsx, when it is written

	observations, series, findings *bookSheet
	head, broken, link             int // styles
	years                          map[int]bool
	columns                        []int // the years of the sheet of series, when it has begun
	row                            *seriesRow
	notes                          int
}

// A sheet holds 1,048,576 rows and a cell 32,767 characters.
const (
	sheetRows = 1 << 20
	cellChars = 32767
	maxNotes  = 2000
)

// A bookSheet is a sheet with a header line that is written row by row.
type bookSheet struct {
	name    string
	sw      *excelize.StreamWriter
	rows    int // written, the header included
	columns int
	left    int // rows that found no room
}

func openWorkbook(dir *folder, _ options) (output, error) {
	b := &workbook{dir: dir, f: excelize.NewFile(excelize.Options{TmpDir: dir.work}), years: map[int]bool{}}
	// Excelize would put the whole package together in memory; what it gives
	// for that is left empty.
	b.f.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		return &packageWriter{to: b.to, dir: dir.work, parts: map[string]*os.File{}}
	})
	if err := b.begin(); err != nil {
		return nil, errors.Join(err, b.f.Close())
	}
	return b, nil
}

func (b *workbook) begin() error {
	const epoch = "1980-01-01T00:00:00Z" // no clock: the same reports give the same workbook
	if err := b.f.SetDocProps(&excelize.DocProperties{Created: epoch, Modified: epoch, Creator: "statable"}); err != nil {
		return err
	}
	var err error
	style := func(s excelize.Style) int {
		if err != nil {
			return 0
		}
		var id int
		id, err = b.f.NewStyle(&s)
		return id
	}
	b.head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}})
	b.broken = style(excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFE699"}},
		Border: []excelize.Border{{Type: "left", Style: 5, Color: "C00000"}}})
	b.link = style(excelize.Style{Font: &excelize.Font{Color: "0563C1", Underline: "single"}})
	if err != nil {
		return err
	}
	if err := b.f.SetSheetName("Sheet1", "observations"); err != nil {
		return err
	}
	for _, name := range []string{"series", "findings", "indicators"} {
		if _, err := b.f.NewSheet(name); err != nil {
			return err
		}
	}
	if b.observations, err = b.sheet("observations", names(schema.ObservationRows()), 30, 12, 8, 16, 14, 34, 14, 11, 12, 9, 7, 14, 34, 28, 7); err != nil {
		return err
	}
	if b.findings, err = b.sheet("findings", append(names(schema.FindingRows()), "link"), 30, 12, 8, 24, 10, 60, 60, 16, 30, 30, 16); err != nil {
		return err
	}
	indicators, err := b.sheet("indicators", names(schema.IndicatorRows()), 44, 44, 60, 8, 9, 40)
	if err != nil {
		return err
	}
	for _, i := range schema.Indicators() {
		if err := rows(indicators, schema.IndicatorRows(), i); err != nil {
			return err
		}
	}
	return b.end(indicators)
}

func names[T any](rows schema.Rows[T]) []string {
	var list []string
	for _, f := range rows.Fields() {
		list = append(list, f.Name)
	}
	return list
}

// sheet begins a sheet: its column widths, and a header line that stays in view.
func (b *workbook) sheet(name string, header []string, widths ...float64) (*bookSheet, error) {
	sw, err := b.f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, w := range widths {
		if err := sw.SetColWidth(i+1, i+1, w); err != nil {
			return nil, err
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	s := &bookSheet{name: name, sw: sw, columns: len(header)}
	cells := make([]any, len(header))
	for i, h := range header {
		cells[i] = excelize.Cell{StyleID: b.head, Value: h}
	}
	return s, s.write(cells)
}

// write adds a row, or counts it where the sheet is full.
func (s *bookSheet) write(cells []any) error {
	if s.rows == sheetRows {
		s.left++
		return nil
	}
	s.rows++
	return s.sw.SetRow("A"+strconv.Itoa(s.rows), cells)
}

// end gives a sheet its filters and finishes it.
func (b *workbook) end(s *bookSheet) error {
	last, err := excelize.CoordinatesToCellName(s.columns, s.rows)
	if err != nil {
		return err
	}
	if err := b.f.AutoFilter(s.name, "A1:"+last, nil); err != nil {
		return err
	}
	return s.sw.Flush()
}

// rows adds the rows of a value to a sheet, with other cells after them.
func rows[T any](s *bookSheet, rows schema.Rows[T], v T, after ...any) error {
	fields := rows.Fields()
	return rows.Each(v, func(row []string) error {
		cells := make([]any, 0, len(row)+len(after))
		for i, text := range row {
			cells = append(cells, cellValue(fields[i].Type, text))
		}
		return s.write(append(cells, after...))
	})
}

// cellValue returns what a cell holds: a number as one, as long as a
// spreadsheet shows all its digits.
func cellValue(t schema.FieldType, text string) any {
	switch {
	case text == "":
		return nil
	case t == schema.NumberField || t == schema.IntegerField || t == schema.YearField:
		if len(strings.Trim(text, "-.")) <= 15 {
			return number(text)
		}
	case utf8.RuneCountInString(text) > cellChars/2: // two for characters beyond the first 65,536
		text = string([]rune(text)[:cellChars/2])
	}
	return text
}

func (b *workbook) take(e event) error {
	switch {
	case e.result != nil && e.result.report != nil:
		for i := range e.result.report.Tables {
			b.years[e.result.report.Tables[i].Year] = true
		}
		if err := rows(b.observations, schema.ObservationRows(), e.result.report); err != nil {
			return err
		}
		for _, f := range e.result.report.Findings {
			if err := b.finding(f, e.result.input); err != nil {
				return err
			}
		}
	case e.finding != nil:
		return b.finding(*e.finding, e.finding.Source.File)
	case e.point != nil:
		return b.point(*e.point, e.place)
	}
	return nil
}

// finding adds a finding, with a link that opens its file at its cell.
func (b *workbook) finding(f schema.Finding, file string) error {
	var link any
	// A link in a formula has 255 characters at most.
	target := relative(b.dir.path, file)
	if f.Source.Sheet != "" {
		target += "#'" + strings.ReplaceAll(f.Source.Sheet, "'", "''") + "'!" + cmp.Or(f.Source.Cell, "A1")
	}
	if quoted := strings.ReplaceAll(target, `"`, `""`); f.Source.File != "" && utf8.RuneCountInString(quoted) <= 255 {
		link = excelize.Cell{StyleID: b.link, Formula: `HYPERLINK("` + quoted + `","open")`, Value: "open"}
	}
	return rows(b.findings, schema.FindingRows(), f, link)
}

// A seriesRow is a row of the sheet of series: a series of one issuer.
type seriesRow struct {
	first  schema.Point
	place  string
	points map[int]schema.Point
}

func (b *workbook) point(p schema.Point, place string) error {
	if b.series == nil {
		if err := b.beginSeries(); err != nil {
			return err
		}
	}
	if r := b.row; r == nil || r.first.Issuer != p.Issuer || r.first.Coverage != p.Coverage || r.first.File != p.File || r.first.Series != p.Series {
		if err := b.endRow(); err != nil {
			return err
		}
		b.row = &seriesRow{first: p, place: place, points: map[int]schema.Point{}}
	}
	b.row.points[p.Year] = p
	return nil
}

// fixedColumns stand before the years.
var fixedColumns = []string{"issuer", "division", "coverage", "file", "series", "系列", "unit"}

func (b *workbook) beginSeries() error {
	b.columns = slices.Sorted(maps.Keys(b.years))
	header := slices.Clone(fixedColumns)
	widths := []float64{28, 9, 10, 16, 34, 30, 7}
	for _, y := range b.columns {
		if y == 0 {
			header = append(header, "year unknown")
		} else {
			header = append(header, strconv.Itoa(y))
		}
		widths = append(widths, 11)
	}
	var err error
	b.series, err = b.sheet("series", append(header, "relation"), append(widths, 80)...)
	return err
}

// endRow writes the row of a series: a figure a year. Where the form is another
// than before the cell is marked. A figure that is not exactly what the series'
// name says, or that is missing, has a note that says why; so has the last
// column, for all of them.
func (b *workbook) endRow() error {
	r := b.row
	if r == nil {
		return nil
	}
	b.row = nil
	series, _ := schema.LookupSeries(r.first.Series)
	cells := []any{null(r.first.Issuer), null(r.place), null(r.first.Coverage), null(r.first.File), string(r.first.Series), series.ZH, null(r.first.Unit)}
	var relations []string
	at := b.series.rows + 1
	for i, y := range b.columns {
		p, ok := r.points[y]
		if !ok {
			cells = append(cells, nil)
			continue
		}
		cell := excelize.Cell{Value: cellValue(schema.NumberField, string(p.Value))}
		if p.Break {
			cell.StyleID = b.broken
		}
		cells = append(cells, cell)
		note := noteOf(p, r.first.Unit)
		year := "?"
		if y != 0 {
			year = strconv.Itoa(y)
		}
		relations = append(relations, year+": "+note)
		if p.Break || p.Value == "" || p.Mapping.Match != schema.Exact {
			if err := b.note(len(fixedColumns)+i+1, at, note); err != nil {
				return err
			}
		}
	}
	return b.series.write(append(cells, cellValue(schema.StringField, strings.Join(relations, "; "))))
}

// noteOf says how a figure answers to its series.
func noteOf(p schema.Point, unit string) string {
	note := strings.Join(p.Forms, ", ") + " " + string(p.Mapping.Match)
	if p.Break {
		note = "break, " + note
	}
	if p.Mapping.Note != "" {
		note += " (" + p.Mapping.Note + ")"
	}
	if p.Unit != unit && p.Value != "" {
		note += ", in " + p.Unit
	}
	if p.Value == "" {
		note += ", missing: " + p.Reason(schema.English)
	}
	if p.AtLeast != "" {
		note += ", at least " + string(p.AtLeast)
	}
	return note
}

// note puts a note at a cell, as long as there are few: they are held in memory.
func (b *workbook) note(col, row int, text string) error {
	if b.notes == maxNotes || row > sheetRows {
		return nil
	}
	b.notes++
	cell, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return err
	}
	return b.f.AddComment("series", excelize.Comment{Cell: cell, Author: "statable", Paragraph: []excelize.RichTextRun{{Text: text}}})
}

// left says what did not fit.
func (b *workbook) left() string {
	var full []string
	for _, s := range []*bookSheet{b.observations, b.series, b.findings} {
		if s != nil && s.left > 0 {
			full = append(full, fmt.Sprintf("%s lacks %d rows", s.name, s.left))
		}
	}
	if full == nil {
		return ""
	}
	return fmt.Sprintf("panel.xlsx holds what a sheet has room for, %d rows; %s, which the other outputs have", sheetRows, strings.Join(full, ", "))
}

func (b *workbook) close() (err error) {
	defer func() { err = errors.Join(err, b.f.Close()) }()
	if b.series == nil {
		if err := b.beginSeries(); err != nil {
			return err
		}
	}
	if err := b.endRow(); err != nil {
		return err
	}
	for _, s := range []*bookSheet{b.observations, b.series, b.findings} {
		if err := b.end(s); err != nil {
			return err
		}
	}
	to, err := b.dir.file("panel.xlsx")
	if err != nil {
		return err
	}
	b.to = to
	_, err = b.f.WriteTo(io.Discard)
	return errors.Join(err, to.Close())
}

// A packageWriter writes the parts of a workbook in the order of their names:
// excelize has none for sheets that are written row by row. Until the end they
// are in temporary files.
type packageWriter struct {
	to    io.Writer
	dir   string
	parts map[string]*os.File
}

func (p *packageWriter) Create(name string) (io.Writer, error) {
	f, err := os.CreateTemp(p.dir, "part-")
	if err != nil {
		return nil, err
	}
	p.parts[name] = f
	return f, nil
}

// AddFS is part of excelize's interface, which does not use it.
func (p *packageWriter) AddFS(fs.FS) error { return errors.ErrUnsupported }

func (p *packageWriter) Close() (err error) {
	defer func() {
		for _, f := range p.parts {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	zw := zip.NewWriter(p.to)
	for _, name := range slices.Sorted(maps.Keys(p.parts)) { // [Content_Types].xml comes first, as is usual
		f := p.parts[name]
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		w, err := zw.Create(name)
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, f); err != nil {
			return err
		}
	}
	return zw.Close()
}
