// Command series prints comparable series from the statistics tables in its
// input files: one line for each series, year and issuer, from whatever form the
// issuer's report was printed in.
//
//	go run ./examples/series [-lang en|zh] [-format text|csv] [-shares] [-series CODE] [-issuer NAME] [FILE…]
//
// Without files it takes the sample workbooks in convert/testdata/samples, and
// must then be run from the root of the module.
//
// The first column is the observation status of SDMX: A a normal value, B a break
// (the form is another than for the issuer's year before, so that what is counted
// may have changed), O a missing value, of which the reason is told. A value that
// is at least so much is printed as ≥. Where the line above is another issuer's
// and comes from another form, "~" stands before the line: the two are comparable
// only as well as their matches say. -format csv also gives the formula and the
// cells.
//
// It exits with 0 when every file gave a report, with 1 when some file did not
// (the others are still printed), and with 2 for wrong usage.
package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// samples are the sample workbooks, those of one of the programs that wrote
// them.
const samples = "convert/testdata/samples/*-excelize.xlsx"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("series", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: series [-lang en|zh] [-format text|csv] [-shares] [-series CODE] [-issuer NAME] [FILE...]")
		flags.PrintDefaults()
	}
	lang := flags.String("lang", "en", "language of names and reasons: en or zh")
	format := flags.String("format", "text", "text or csv")
	shares := flags.Bool("shares", false, "print shares, such as granted of answered, instead of series")
	only := flags.String("series", "", "print this series only")
	issuer := flags.String("issuer", "", "take all files as reports of this issuer")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if *lang != "en" && *lang != "zh" || *format != "text" && *format != "csv" || *shares && *only != "" {
		flags.Usage()
		return 2
	}
	if _, ok := schema.LookupSeries(schema.SeriesCode(*only)); *only != "" && !ok {
		fmt.Fprintf(stderr, "series: there is no series %q; there are:\n", *only)
		for _, s := range schema.SeriesList() {
			fmt.Fprintf(stderr, "  %s\t%s\n", s.Code, s.Name(schema.Lang(*lang)))
		}
		return 2
	}
	files := flags.Args()
	if len(files) == 0 {
		var err error
		if files, err = filepath.Glob(samples); err != nil || len(files) == 0 {
			fmt.Fprintf(stderr, "series: no files given, and none like %s; run it from the root of the module\n", samples)
			return 2
		}
		fmt.Fprintln(stderr, "series: no files given; taking the sample workbooks in convert/testdata/samples")
	}

	code := 0
	var reports []*schema.Report
	for _, file := range files {
		r, err := read(file)
		if err != nil {
			fmt.Fprintln(stderr, err)
			code = 1
			continue
		}
		if *issuer != "" {
			for i := range r.Tables {
				r.Tables[i].Issuer = *issuer
			}
		}
		reports = append(reports, r)
	}
	points := schema.Panel(reports...)
	if *only != "" {
		points = slices.DeleteFunc(points, func(p schema.Point) bool { return p.Series != schema.SeriesCode(*only) })
	}
	p := printer{stdout, schema.Lang(*lang)}
	var err error
	switch {
	case *shares && *format == "csv":
		err = p.sharesCSV(schema.Shares(points...))
	case *shares:
		err = p.shares(schema.Shares(points...))
	case *format == "csv":
		err = p.pointsCSV(points)
	default:
		err = p.points(points)
	}
	if err != nil {
		fmt.Fprintln(stderr, "series:", err)
		return 1
	}
	return code
}

func read(file string) (*schema.Report, error) {
	book, err := xlsx.Open(file)
	if err != nil {
		return nil, err
	}
	return convert.ToSchema(book)
}

type printer struct {
	w    io.Writer
	lang schema.Lang
}

// who names an issuer, or the file of one without a name.
func who(issuer, coverage, file string) string {
	name := cmp.Or(issuer, filepath.Base(file))
	if coverage != "" {
		name += "（" + coverage + "）"
	}
	return name
}

func year(y int) string {
	if y == 0 {
		return "?"
	}
	return strconv.Itoa(y)
}

// points prints a block a series, the years in order.
func (p printer) points(points []schema.Point) error {
	for _, s := range schema.SeriesList() {
		var rows []schema.Point
		for _, q := range points {
			if q.Series == s.Code {
				rows = append(rows, q)
			}
		}
		if len(rows) == 0 {
			continue
		}
		slices.SortStableFunc(rows, func(a, b schema.Point) int { return cmp.Compare(a.Year, b.Year) })
		fmt.Fprintf(p.w, "%s · %s\n", s.Code, s.Name(p.lang))
		tw := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
		for i, q := range rows {
			mark, value, remark := " ", string(q.Value), q.Mapping.Note
			if i > 0 && rows[i-1].Issuer != q.Issuer && !slices.Equal(rows[i-1].Forms, q.Forms) {
				mark = "~"
			}
			if q.Value == "" {
				value, remark = "-", q.Reason(p.lang)
				if q.AtLeast != "" {
					value = "≥" + string(q.AtLeast)
				}
			}
			if q.Mapping.Match == schema.Exact && q.Value != "" {
				remark = ""
			}
			fmt.Fprintf(tw, "%s %s\t%s\t%s\t%s\t%s\t%s%s\n", mark, q.ObsStatus(), year(q.Year), value, q.Mapping.Match.Name(p.lang),
				strings.Join(q.Forms, "+"), who(q.Issuer, q.Coverage, q.File), dash(remark))
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(p.w); err != nil {
			return err
		}
	}
	return nil
}

func dash(remark string) string {
	if remark == "" {
		return ""
	}
	return " – " + remark
}

func (p printer) pointsCSV(points []schema.Point) error {
	w := csv.NewWriter(p.w)
	w.Write([]string{"series", "name", "issuer", "coverage", "file", "year", "value", "at_least", "unit", "obs_status", "match", "forms", "formula", "cells", "note", "reason"}) // Flush tells of errors
	for _, q := range points {
		s, _ := schema.LookupSeries(q.Series)
		var cells []string
		for _, part := range q.Parts {
			if part.Source != (schema.Source{}) {
				cells = append(cells, fmt.Sprintf("%s:%s!%s", part.Source.File, part.Source.Sheet, part.Source.Cell))
			}
		}
		w.Write([]string{
			string(q.Series), s.Name(p.lang), q.Issuer, q.Coverage, q.File, year(q.Year), string(q.Value), string(q.AtLeast), q.Unit, q.ObsStatus(),
			string(q.Mapping.Match), strings.Join(q.Forms, " "), q.Mapping.Expression.String(), strings.Join(cells, " "), q.Mapping.Note, q.Reason(p.lang),
		})
	}
	w.Flush()
	return w.Error()
}

// shares prints a block a share, the years in order.
func (p printer) shares(shares []schema.Share) error {
	for _, k := range schema.ShareKinds() {
		var rows []schema.Share
		for _, s := range shares {
			if s.Code == k.Code {
				rows = append(rows, s)
			}
		}
		if len(rows) == 0 {
			continue
		}
		slices.SortStableFunc(rows, func(a, b schema.Share) int { return cmp.Compare(a.Year, b.Year) })
		fmt.Fprintf(p.w, "%s · %s\n", k.Code, k.Name(p.lang))
		tw := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
		for _, s := range rows {
			fmt.Fprintf(tw, "  %s\t%s\t%s\t%s/%s\t%s\t%s\n", status(s), year(s.Year), percent(s), cmp.Or(s.Numerator, "?"), cmp.Or(s.Denominator, "?"),
				s.Match.Name(p.lang), who(s.Issuer, s.Coverage, s.File))
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(p.w); err != nil {
			return err
		}
	}
	return nil
}

func percent(s schema.Share) string {
	if v := s.Percent(1); v != "" {
		return v + "%"
	}
	return "-"
}

func status(s schema.Share) string {
	switch {
	case s.Break:
		return schema.ObsBreak
	case s.Ratio() == nil:
		return schema.ObsMissing
	}
	return schema.ObsNormal
}

func (p printer) sharesCSV(shares []schema.Share) error {
	w := csv.NewWriter(p.w)
	w.Write([]string{"share", "issuer", "coverage", "file", "year", "numerator", "denominator", "percent", "obs_status", "match"}) // Flush tells of errors
	for _, s := range shares {
		w.Write([]string{
			string(s.Code), s.Issuer, s.Coverage, s.File, year(s.Year), string(s.Numerator), string(s.Denominator), s.Percent(4), status(s), string(s.Match),
		})
	}
	w.Flush()
	return w.Error()
}
