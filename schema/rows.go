package schema

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Rows tells how values of type T are written as the rows of a flat table: what
// its fields are and, for each T, the rows that it gives, which may be none or
// many. One list of fields makes the CSV, the JSON Lines and the description of
// the table ([Rows.Resource]), so that they cannot disagree.
//
// [ObservationRows], [TableRows], [FindingRows], [PointRows], [IndicatorRows],
// [SDMXObservationRows] and [SDMXPointRows] return the tables that there are.
type Rows[T any] struct {
	name   string
	title  string
	fields []Field
	each   func(v T, emit func(row []string) error) error
}

// A Field describes a column in the words of Table Schema
// (https://datapackage.org/standard/table-schema/). What is empty in a row has
// no value, whatever the type.
type Field struct {
	Name        string       `json:"name"`
	Type        FieldType    `json:"type"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Constraints *Constraints `json:"constraints,omitempty"`
}

// A FieldType is a type of Table Schema.
type FieldType string

// The types that the tables use. Numbers are written in plain decimals and in
// full, booleans as true and false.
const (
	StringField  FieldType = "string"
	IntegerField FieldType = "integer"
	NumberField  FieldType = "number"
	YearField    FieldType = "year"
	BooleanField FieldType = "boolean"
)

// Constraints are what holds for every value of a field.
type Constraints struct {
	Required bool     `json:"required,omitempty"`
	Unique   bool     `json:"unique,omitempty"`
	Pattern  string   `json:"pattern,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

// A column is a field and its text in a row made of an R.
type column[R any] struct {
	Field
	text func(R) string
}

func newRows[T, R any](name, title string, columns []column[R], each func(v T, emit func(R) error) error) Rows[T] {
	t := Rows[T]{name: name, title: title}
	for _, c := range columns {
		t.fields = append(t.fields, c.Field)
	}
	t.each = func(v T, emit func([]string) error) error {
		row := make([]string, len(columns))
		return each(v, func(r R) error {
			for i := range columns {
				row[i] = columns[i].text(r)
			}
			return emit(row)
		})
	}
	return t
}

// NewRows returns a table of a caller's own, to be written in the same ways.
// Each calls emit with every row of v: a text a field, in their order. The slice
// may be used again. An empty text is no value; that of a boolean or a number
// has to be one in JSON.
func NewRows[T any](name, title string, fields []Field, each func(v T, emit func(row []string) error) error) Rows[T] {
	return Rows[T]{name, title, fields, each}
}

// Each calls emit with every row of v: a text a field. The slice is used again.
// It stops at an error and returns it.
func (t Rows[T]) Each(v T, emit func(row []string) error) error { return t.each(v, emit) }

// Fields returns the fields of the table, in order.
func (t Rows[T]) Fields() []Field { return slices.Clone(t.fields) }

// A CSVOption changes how a table is written as CSV.
type CSVOption func(*csvOptions)

type csvOptions struct{ bom, guard bool }

// WithBOM begins the file with a byte order mark, by which Excel knows UTF-8.
func WithBOM() CSVOption { return func(o *csvOptions) { o.bom = true } }

// WithSpreadsheetGuard writes an apostrophe before a text that a spreadsheet
// program would run as a formula when it opens the file: one that begins with
// =, +, -, @ (also in full width), a tab or a carriage return. Dashes alone and
// signed numbers are left as they are, as they are harmless and mean something.
// A program that reads such a file gets the apostrophe too.
func WithSpreadsheetGuard() CSVOption { return func(o *csvOptions) { o.guard = true } }

// CSV returns a writer of the table as CSV after RFC 4180: a header line, then
// a line a row, in UTF-8, lines ended by "\n", a field quoted where it has to
// be. The header line is written before anything else, and by Flush at the
// latest.
//
// Nothing is changed to suit a spreadsheet program unless an option says so.
func (t Rows[T]) CSV(w io.Writer, opts ...CSVOption) *Writer[T] {
	var o csvOptions
	for _, opt := range opts {
		opt(&o)
	}
	cw := csv.NewWriter(w)
	out := &Writer[T]{rows: t, flush: func() error { cw.Flush(); return cw.Error() }}
	out.header = func() error {
		var names []string
		for _, f := range t.fields {
			names = append(names, f.Name)
		}
		if o.bom {
			if _, err := io.WriteString(w, "\ufeff"); err != nil {
				return err
			}
		}
		return cw.Write(names)
	}
	out.emit = cw.Write
	if o.guard {
		out.emit = func(row []string) error {
			for i, s := range row {
				if runs(s) {
					row[i] = "'" + s
				}
			}
			return cw.Write(row)
		}
	}
	return out
}

// runs reports whether a spreadsheet program may take a text for a formula.
func runs(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	switch first {
	case '=', '@', '\t', '\r', '＝', '＠':
		return true
	case '+', '-', '＋', '－':
	default:
		return false
	}
	if strings.Trim(s, "-－ ") == "" {
		return false // a dash or several: no value
	}
	number := strings.TrimSuffix(strings.ReplaceAll(s, ",", ""), "%")
	_, err := ParseDecimal(number)
	return err != nil
}

// JSONL returns a writer of the table as JSON Lines (https://jsonlines.org): an
// object a row, with the fields that have a value, in their order. Numbers are
// JSON numbers with all their digits.
func (t Rows[T]) JSONL(w io.Writer) *Writer[T] {
	bw := bufio.NewWriter(w)
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		name, _ := json.Marshal(f.Name)
		names[i] = string(name) + ":"
	}
	var line []byte
	return &Writer[T]{rows: t, flush: bw.Flush, header: func() error { return nil }, emit: func(row []string) error {
		line = append(line[:0], '{')
		for i, s := range row {
			if s == "" {
				continue
			}
			if len(line) > 1 {
				line = append(line, ',')
			}
			line = append(line, names[i]...)
			if t.fields[i].Type != StringField {
				line = append(line, s...)
				continue
			}
			text, err := json.Marshal(s)
			if err != nil {
				return err
			}
			line = append(line, text...)
		}
		_, err := bw.Write(append(line, '}', '\n'))
		return err
	}}
}

// A Writer writes a table one value after the other, under one header, and
// keeps nothing of it.
type Writer[T any] struct {
	rows    Rows[T]
	header  func() error
	emit    func(row []string) error
	flush   func() error
	started bool
}

// Write adds the rows of the values.
func (w *Writer[T]) Write(values ...T) error {
	if err := w.start(); err != nil {
		return err
	}
	for _, v := range values {
		if err := w.rows.each(v, w.emit); err != nil {
			return err
		}
	}
	return nil
}

// Flush writes what is held back to the underlying writer. Without it the file
// may lack its end.
func (w *Writer[T]) Flush() error { return errors.Join(w.start(), w.flush()) }

func (w *Writer[T]) start() error {
	if w.started {
		return nil
	}
	w.started = true
	return w.header()
}

// InOrder calls f with every observation of the report and its table, in the
// order of sheets, rows and columns, which the tables of a file need not have:
// they may stand side by side. It stops at an error and returns it.
func (r *Report) InOrder(f func(*Table, *Observation) error) error {
	for _, row := range r.inOrder() {
		if err := f(row.table, row.observation); err != nil {
			return err
		}
	}
	return nil
}

func text[R any](name string, get func(R) string, opts ...func(*Field)) column[R] {
	c := column[R]{Field{Name: name, Type: StringField}, get}
	for _, o := range opts {
		o(&c.Field)
	}
	return c
}

func is(t FieldType) func(*Field) { return func(f *Field) { f.Type = t } }

func says(title string) func(*Field) { return func(f *Field) { f.Title = title } }

func required(f *Field) { f.constraints().Required = true }

func oneOf[S ~string](values ...S) func(*Field) {
	return func(f *Field) {
		for _, v := range values {
			f.constraints().Enum = append(f.constraints().Enum, string(v))
		}
	}
}

func (f *Field) constraints() *Constraints {
	if f.Constraints == nil {
		f.Constraints = &Constraints{}
	}
	return f.Constraints
}

func yearText(y int) string {
	if y == 0 {
		return ""
	}
	return strconv.Itoa(y)
}

type observationRow struct {
	report *Report
	*Table
	*Observation
}

// ObservationRows is the long table: a row an observation. The meaning of a
// column is that of the field of the same name in [Table], [Observation] and
// [Source].
func ObservationRows() Rows[*Report] {
	type row = observationRow
	return newRows("observations", "Observations, one a cell", []column[row]{
		text("file", func(r row) string { return r.report.File }, required),
		text("sheet", func(r row) string { return r.Source.Sheet }),
		text("cell", func(r row) string { return r.Source.Cell }, says("address in A1 notation")),
		text("layout", func(r row) string { return r.Layout }, says("form"), required),
		text("table", func(r row) string { return r.Name }, required),
		text("indicator", func(r row) string { return string(r.Indicator) }, required),
		text("applicant", func(r row) string { return string(r.Applicant) }, oneOf(Applicants()...)),
		text("scope", func(r row) string { return string(r.Scope) }, oneOf(Scopes()...)),
		text("value", func(r row) string { return string(r.Value) }, is(NumberField)),
		text("status", func(r row) string { return string(r.Status) }, required, oneOf(Number, None, Dash, Blank, Text)),
		text("unit", func(r row) string { return r.Unit }),
		text("printed", func(r row) string { return r.Source.Printed }, says("text of the cell as shown")),
		text("label", func(r row) string { return r.Source.Label }, says("printed label of the row")),
		text("issuer", func(r row) string { return r.Issuer }, says("organ that reports")),
		text("year", func(r row) string { return yearText(r.Year) }, is(YearField), says("report year")),
	}, eachObservation)
}

func eachObservation(r *Report, emit func(observationRow) error) error {
	return r.InOrder(func(t *Table, o *Observation) error { return emit(observationRow{r, t, o}) })
}

// TableRows is the list of tables: a row a table of a report, with what was
// found of its title, issuer and year, and where.
func TableRows() Rows[*Report] {
	type row struct {
		report *Report
		*Table
	}
	place := func(r row, s Source) string {
		switch {
		case s == (Source{}):
			return ""
		case s.File != r.report.File && s.File != "":
			return strings.TrimSuffix(s.File+":"+s.Cell, ":")
		case s.Cell == "":
			return "file name"
		}
		return s.Sheet + "!" + s.Cell
	}
	return newRows("tables", "Tables, one a table of a form in a file", []column[row]{
		text("file", func(r row) string { return r.report.File }, required),
		text("sheet", func(r row) string {
			if len(r.Observations) == 0 {
				return ""
			}
			return r.Observations[0].Source.Sheet
		}),
		text("layout", func(r row) string { return r.Layout }, says("form"), required),
		text("layout_version", func(r row) string { return r.Version }),
		text("table", func(r row) string { return r.Name }, required),
		text("title", func(r row) string { return r.Title }),
		text("issuer", func(r row) string { return r.Issuer }, says("organ that reports")),
		text("issuer_from", func(r row) string { return place(r, r.IssuerFrom) }, says("where the issuer was found: a cell, the file name, or a line of a file of corrections")),
		text("issuer_printed", func(r row) string { return r.IssuerFrom.Printed }),
		text("coverage", func(r row) string { return r.Coverage }),
		text("year", func(r row) string { return yearText(r.Year) }, is(YearField), says("report year")),
		text("year_from", func(r row) string { return place(r, r.YearFrom) }, says("where the year was found")),
		text("labels_matched", func(r row) string { return strconv.Itoa(r.Evidence.Matched) }, is(IntegerField)),
		text("labels_asked", func(r row) string { return strconv.Itoa(r.Evidence.Asked) }, is(IntegerField)),
		text("labels_unknown", func(r row) string { return strconv.Itoa(r.Evidence.Unknown) }, is(IntegerField)),
		text("observations", func(r row) string { return strconv.Itoa(len(r.Observations)) }, is(IntegerField)),
	}, func(r *Report, emit func(row) error) error {
		for i := range r.Tables {
			if err := emit(row{r, &r.Tables[i]}); err != nil {
				return err
			}
		}
		return nil
	})
}

// FindingRows is the list of findings: a row a finding, with its messages.
func FindingRows() Rows[Finding] {
	return newRows("findings", "Findings, one a place that a person should know of", []column[Finding]{
		text("file", func(f Finding) string { return f.Source.File }),
		text("sheet", func(f Finding) string { return f.Source.Sheet }),
		text("cell", func(f Finding) string { return f.Source.Cell }),
		text("code", func(f Finding) string { return string(f.Code) }, required),
		text("severity", func(f Finding) string { return string(f.Code.Kind().Severity) }, required, oneOf(SeverityError, SeverityWarning, SeverityNote)),
		text("message", func(f Finding) string { return f.Message(English) }),
		text("message_zh", func(f Finding) string { return f.Message(Chinese) }),
		text("printed", func(f Finding) string { return f.Source.Printed }),
		text("label", func(f Finding) string { return f.Source.Label }),
		text("related", func(f Finding) string {
			var places []string
			for _, s := range f.Related {
				places = append(places, citation(s, f.Source.File))
			}
			return strings.Join(places, " ")
		}, says("the other cells that it speaks of")),
	}, func(f Finding, emit func(Finding) error) error { return emit(f) })
}

// citation names a cell, with its file where that is not the one at home.
func citation(s Source, home string) string {
	place := s.Sheet + "!" + s.Cell
	if s.File != home && s.File != "" {
		place = s.File + ":" + place
	}
	return place
}

// PointRows is the list of the points of a panel: a row an issuer, year and
// series. The columns are those of [Point]; cells are the cells that the value
// comes from.
func PointRows() Rows[Point] {
	var codes []SeriesCode
	for _, s := range seriesList() {
		codes = append(codes, s.Code)
	}
	return newRows("series", "Comparable series, a row an issuer, year and series", []column[Point]{
		text("issuer", func(p Point) string { return p.Issuer }),
		text("coverage", func(p Point) string { return p.Coverage }),
		text("file", func(p Point) string { return p.File }, says("the file, where the issuer is not known")),
		text("year", func(p Point) string { return yearText(p.Year) }, is(YearField)),
		text("series", func(p Point) string { return string(p.Series) }, required, oneOf(codes...)),
		text("value", func(p Point) string { return string(p.Value) }, is(NumberField)),
		text("unit", func(p Point) string { return p.Unit }),
		text("at_least", func(p Point) string { return string(p.AtLeast) }, is(NumberField), says("a lower bound, where a part is missing")),
		text("obs_status", func(p Point) string { return p.ObsStatus() }, required, oneOf(ObsNormal, ObsBreak, ObsMissing), says("SDMX CL_OBS_STATUS")),
		text("break", func(p Point) string { return strconv.FormatBool(p.Break) }, is(BooleanField), required),
		text("forms", func(p Point) string { return strings.Join(p.Forms, " ") }),
		text("relation", func(p Point) string { return string(p.Mapping.Match) }, oneOf(Exact, Close, Narrower, Broader), says("how what is counted answers to the series")),
		text("expression", func(p Point) string { return p.Mapping.Expression.String() }, says("over the indicators of the first form")),
		text("note", func(p Point) string { return p.Mapping.Note }),
		text("reason", func(p Point) string { return p.Reason(English) }, says("why there is no value")),
		text("reason_zh", func(p Point) string { return p.Reason(Chinese) }),
		text("cells", func(p Point) string {
			var places []string
			for _, part := range p.Parts {
				if part.Status != Absent {
					places = append(places, citation(part.Source, ""))
				}
			}
			return strings.Join(places, " ")
		}),
	}, func(p Point, emit func(Point) error) error { return emit(p) })
}

// IndicatorRows is the code list of indicators.
func IndicatorRows() Rows[Indicator] {
	return newRows("indicators", "Code list of indicators", []column[Indicator]{
		text("code", func(i Indicator) string { return string(i.Code) }, required, func(f *Field) { f.constraints().Unique = true }),
		text("zh", func(i Indicator) string { return i.ZH }, required),
		text("en", func(i Indicator) string { return i.EN }, required),
		text("unit", func(i Indicator) string { return i.Unit }),
		text("kind", func(i Indicator) string { return string(i.Kind) }, required, oneOf(Count, Signed, Amount)),
		text("parent", func(i Indicator) string { return string(i.Parent) }, says("the broader indicator; its children need not add up to it")),
	}, func(i Indicator, emit func(Indicator) error) error { return emit(i) })
}
