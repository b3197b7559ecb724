package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/zwgk/statable/schema"
)

// An event is one thing that outputs are made of. First come the results, in
// the order of the inputs, then the points of the comparable series and the
// findings about them, issuer by issuer, and the issuers last.
type event struct {
	result  *result
	issuers []tableIssuer // whose the tables of the result are
	finding *schema.Finding
	point   *schema.Point
	place   string // of the point: the division code
	issuer  *owned
}

// An output is made of events.
type output interface {
	take(event) error
	close() error
}

// write makes the outputs of what the journal has.
//
// Of the reports there are never more in memory than wait between the journal
// and the slowest output. The series are made issuer by issuer: all reports of
// one issuer, of all years, are in memory at a time, and their points.
func write(ctx context.Context, o options, dir *folder, fixes *corrections, stderr io.Writer) error {
	fmt.Fprintln(stderr, "writing the outputs")
	if err := dir.clear(); err != nil {
		return err
	}
	sum := newSummary()
	csvs, err := openCSVs(dir, o)
	if err != nil {
		return err
	}
	outs := []output{csvs}
	group, ctx := errgroup.WithContext(ctx)
	for _, open := range []func(*folder, options) (output, error){openLong, openParquet, openSQLite, openWorkbook} {
		out, err := open(dir, o)
		if err != nil {
			for _, out := range outs {
				err = errors.Join(err, out.close())
			}
			return err
		}
		outs = append(outs, out)
	}
	var feeds []chan event
	for _, out := range outs {
		feed := make(chan event, 16)
		feeds = append(feeds, feed)
		group.Go(func() error {
			var err error
			for e := range feed {
				if err == nil && ctx.Err() == nil {
					err = out.take(e)
				}
				if err != nil {
					break
				}
			}
			return errors.Join(err, out.close())
		})
	}
	send := func(e event) error {
		for _, feed := range feeds {
			select {
			case feed <- e:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	}
	group.Go(func() error {
		defer func() {
			for _, feed := range feeds {
				close(feed)
			}
		}()
		return tell(ctx, dir.journal, fixes, sum, send)
	})
	if err := group.Wait(); err != nil {
		return err
	}
	for _, out := range outs {
		if n, ok := out.(interface{ left() string }); ok && n.left() != "" {
			sum.Notes = append(sum.Notes, n.left())
		}
	}
	if err := csvs.describe(dir, o.license); err != nil {
		return err
	}
	sum.Unused, sum.Issuers = fixes.unused(), fixes.name
	if sum.Outputs, err = dir.made(); err != nil {
		return err
	}
	return dir.finish(sum)
}

// tell sends the events of all that the journal has, and counts it.
func tell(ctx context.Context, j *journal, fixes *corrections, sum *summary, send func(event) error) error {
	if err := j.clearOwners(); err != nil {
		return err
	}
	for r, err := range j.results(ctx) {
		if err != nil {
			return err
		}
		e := event{result: &r}
		if r.report != nil {
			e.issuers = fixes.attribute(r.report)
			for _, o := range owners(r, e.issuers) {
				if err := j.owner(o); err != nil {
					return err
				}
			}
		}
		sum.add(r)
		if err := send(e); err != nil {
			return err
		}
	}
	for group, err := range j.owners(ctx) {
		if err != nil {
			return err
		}
		if err := tellIssuer(j, fixes, sum, group, send); err != nil {
			return err
		}
	}
	for o, err := range j.issuers(ctx) {
		if err != nil {
			return err
		}
		if err := send(event{issuer: &o}); err != nil {
			return err
		}
	}
	return nil
}

// tellIssuer sends the points and findings of one issuer's tables.
func tellIssuer(j *journal, fixes *corrections, sum *summary, group []owned, send func(event) error) error {
	var reports []*schema.Report
	place := ""
	for _, o := range group {
		r, err := j.report(o.id, o.nth)
		if err != nil {
			return err
		}
		issuers := fixes.attribute(r)
		var tables []schema.Table
		for i := range r.Tables {
			if ownerKey(r, &r.Tables[i]) == o.key {
				tables = append(tables, r.Tables[i])
				if place == "" {
					place = issuers[i].division
				}
			}
		}
		r.Tables = tables
		reports = append(reports, r)
	}
	for _, f := range schema.Check(reports...) {
		sum.Findings[f.Code]++
		if err := send(event{finding: &f}); err != nil {
			return err
		}
	}
	for _, p := range schema.Panel(reports...) {
		sum.Points++
		if err := send(event{point: &p, place: place}); err != nil {
			return err
		}
	}
	return nil
}

// ownerKey is the same for the tables that package schema takes for those of
// one issuer.
func ownerKey(r *schema.Report, t *schema.Table) string {
	if k := issuerKey(t.Issuer); k != "" {
		return k
	}
	return "\x00" + r.File
}

// owners returns whose tables a result has.
func owners(r result, issuers []tableIssuer) []owned {
	var list []owned
	for i := range r.report.Tables {
		t := &r.report.Tables[i]
		o := owned{key: ownerKey(r.report, t), id: r.id, nth: r.nth, printed: issuers[i].printed, issuer: t.Issuer, division: issuers[i].division, tables: 1}
		if t.Issuer == "" {
			o.file = r.report.File
		}
		if n := slices.IndexFunc(list, func(p owned) bool { p.tables = 1; return p == o }); n >= 0 {
			list[n].tables++
		} else {
			list = append(list, o)
		}
	}
	return list
}

// A table is an output that is one table of a kind of values.
type table[T any] struct {
	file *file
	rows schema.Rows[T]
	*schema.Writer[T]
}

func (t *table[T]) close() error {
	return errors.Join(t.Flush(), t.file.Close())
}

// tables opens outputs one after the other, and closes what is open when one
// cannot be opened.
type tables struct {
	dir  *folder
	open []interface{ close() error }
	err  error
}

func openTable[T any](ts *tables, name string, rows schema.Rows[T], encode func(schema.Rows[T], io.Writer) *schema.Writer[T]) *table[T] {
	if ts.err != nil {
		return nil
	}
	f, err := ts.dir.file(name)
	if err != nil {
		ts.err = err
		return nil
	}
	t := &table[T]{f, rows, encode(rows, f)}
	ts.open = append(ts.open, t)
	return t
}

func (ts *tables) close() error {
	var err error
	for _, t := range ts.open {
		err = errors.Join(err, t.close())
	}
	return err
}

func jsonl[T any](rows schema.Rows[T], w io.Writer) *schema.Writer[T] { return rows.JSONL(w) }

func sdmxCSV[T any](rows schema.Rows[T], w io.Writer) *schema.Writer[T] { return rows.CSV(w) }

// A long output writes the observations in other text formats.
type long struct {
	tables
	jsonl, sdmx *table[*schema.Report]
	sdmxSeries  *table[schema.Point]
}

func openLong(dir *folder, _ options) (output, error) {
	l := &long{tables: tables{dir: dir}}
	l.jsonl = openTable(&l.tables, "observations.jsonl", schema.ObservationRows(), jsonl)
	l.sdmx = openTable(&l.tables, "observations.sdmx.csv", schema.SDMXObservationRows(), sdmxCSV)
	l.sdmxSeries = openTable(&l.tables, "series.sdmx.csv", schema.SDMXPointRows(), sdmxCSV)
	if l.err != nil {
		return nil, errors.Join(l.err, l.tables.close())
	}
	return l, nil
}

func (l *long) take(e event) error {
	switch {
	case e.result != nil && e.result.report != nil:
		if err := l.jsonl.Write(e.result.report); err != nil {
			return err
		}
		return l.sdmx.Write(e.result.report)
	case e.point != nil:
		return l.sdmxSeries.Write(*e.point)
	}
	return nil
}

func (l *long) close() error { return l.tables.close() }

// csvs are the tables of the data package.
type csvs struct {
	tables
	observations *table[*schema.Report]
	list         *table[*schema.Report]
	files        *table[*result]
	findings     *table[schema.Finding]
	points       *table[schema.Point]
	issuers      *table[owned]
	indicators   *table[schema.Indicator]
}

func openCSVs(dir *folder, o options) (*csvs, error) {
	c := &csvs{tables: tables{dir: dir}}
	var opts []schema.CSVOption
	if o.bom {
		opts = append(opts, schema.WithBOM())
	}
	if o.excel {
		opts = append(opts, schema.WithSpreadsheetGuard())
	}
	c.observations = openCSV(c, schema.ObservationRows(), opts)
	c.points = openCSV(c, schema.PointRows(), opts)
	c.list = openCSV(c, schema.TableRows(), opts)
	c.issuers = openCSV(c, issuerRows(), opts)
	c.findings = openCSV(c, schema.FindingRows(), opts)
	c.files = openCSV(c, fileRows(), opts)
	c.indicators = openCSV(c, schema.IndicatorRows(), opts)
	if c.err != nil {
		return nil, errors.Join(c.err, c.tables.close())
	}
	return c, nil
}

func openCSV[T any](c *csvs, rows schema.Rows[T], opts []schema.CSVOption) *table[T] {
	return openTable(&c.tables, rows.Resource("").Name+".csv", rows, func(rows schema.Rows[T], w io.Writer) *schema.Writer[T] { return rows.CSV(w, opts...) })
}

func (c *csvs) take(e event) error {
	switch {
	case e.result != nil:
		if err := c.files.Write(e.result); err != nil || e.result.report == nil {
			return err
		}
		if err := c.observations.Write(e.result.report); err != nil {
			return err
		}
		if err := c.list.Write(e.result.report); err != nil {
			return err
		}
		return c.findings.Write(e.result.report.Findings...)
	case e.finding != nil:
		return c.findings.Write(*e.finding)
	case e.point != nil:
		return c.points.Write(*e.point)
	case e.issuer != nil:
		return c.issuers.Write(*e.issuer)
	}
	return nil
}

func (c *csvs) close() error {
	return errors.Join(c.indicators.Write(schema.Indicators()...), c.tables.close())
}

// fileRows is the list of the files that were read or refused.
func fileRows() schema.Rows[*result] {
	return schema.NewRows("files", "Files, with what they gave or why they were refused", []schema.Field{
		{Name: "file", Type: schema.StringField, Constraints: &schema.Constraints{Required: true}},
		{Name: "input", Type: schema.StringField, Title: "the file itself, or the archive that it is in", Constraints: &schema.Constraints{Required: true}},
		{Name: "status", Type: schema.StringField, Constraints: &schema.Constraints{Required: true, Enum: []string{"report", "refused"}}},
		{Name: "reason", Type: schema.StringField, Title: "why it gave no report"},
		{Name: "tables", Type: schema.IntegerField},
		{Name: "observations", Type: schema.IntegerField},
		{Name: "findings", Type: schema.IntegerField, Title: "without those about relations, which may be of several files"},
	}, func(r *result, emit func([]string) error) error {
		if r.report == nil {
			return emit([]string{r.name, r.input, "refused", r.err, "", "", ""})
		}
		n := 0
		for i := range r.report.Tables {
			n += len(r.report.Tables[i].Observations)
		}
		return emit([]string{r.name, r.input, "report", "", strconv.Itoa(len(r.report.Tables)), strconv.Itoa(n), strconv.Itoa(len(r.report.Findings))})
	})
}

// issuerRows is the list of issuers, in the columns that -issuers reads.
func issuerRows() schema.Rows[owned] {
	return schema.NewRows("issuers", "Issuers, as found and as corrected", []schema.Field{
		{Name: "file", Type: schema.StringField, Title: "the file, where no issuer was found"},
		{Name: "printed", Type: schema.StringField, Title: "the issuer as found"},
		{Name: "issuer", Type: schema.StringField, Title: "the issuer as corrected"},
		{Name: "division", Type: schema.StringField, Title: "division code after GB/T 2260", Constraints: &schema.Constraints{Pattern: "[0-9]{6}"}},
		{Name: "year", Type: schema.YearField, Title: "left empty, for corrections"},
		{Name: "tables", Type: schema.IntegerField},
	}, func(o owned, emit func([]string) error) error {
		return emit([]string{o.file, o.printed, o.issuer, o.division, "", strconv.Itoa(o.tables)})
	})
}

var licensePattern = regexp.MustCompile(`^[-a-zA-Z0-9._]+$`)

func licenseName(s string) bool { return licensePattern.MatchString(s) }

// describe writes the description of the CSV files.
func (c *csvs) describe(dir *folder, license string) error {
	p := schema.DataPackage{
		Schema:      schema.DataPackageProfile,
		Name:        "statable-panel",
		Title:       "Statistics tables of annual reports on government information disclosure (政府信息公开工作年度报告)",
		Description: "Every figure of the tables with the cell it was read from. An empty value is a missing one; status says whether the cell was blank, a dash or a text. 无 is the value 0 with the status none.",
		Version:     schema.Version,
		Keywords:    []string{"政府信息公开", "open government", "statistics"},
		Licenses:    []schema.License{{Name: license}},
	}
	if license == "notspecified" {
		p.Licenses[0].Title = "License Not Specified"
	}
	describeCSV(&p, c.observations, foreign("indicator", "indicators", "code"), foreign("file", "files", "file"))
	describeCSV(&p, c.points)
	describeCSV(&p, c.list, foreign("file", "files", "file"))
	describeCSV(&p, c.issuers)
	describeCSV(&p, c.findings)
	describeCSV(&p, c.files)
	describeCSV(&p, c.indicators)
	for i := range p.Resources {
		if p.Resources[i].Name == "indicators" {
			p.Resources[i].Schema.PrimaryKey = []string{"code"}
		}
	}
	f, err := dir.file("datapackage.json")
	if err != nil {
		return err
	}
	return errors.Join(p.Write(f), f.Close())
}

func foreign(field, resource, other string) schema.ForeignKey {
	return schema.ForeignKey{Fields: []string{field}, Reference: schema.Reference{Resource: resource, Fields: []string{other}}}
}

func describeCSV[T any](p *schema.DataPackage, t *table[T], keys ...schema.ForeignKey) {
	r := t.rows.Resource(t.file.name)
	r.Bytes, r.Hash = t.file.bytes, t.file.sum()
	r.Schema.ForeignKeys = keys
	p.Resources = append(p.Resources, r)
}

// number returns a text as the number that SQLite and a workbook hold it as, or
// as it is where that would lose a digit.
func number(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strconv.FormatFloat(f, 'f', -1, 64) != s {
		return s
	}
	return f
}
