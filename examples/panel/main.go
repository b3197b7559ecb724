// Command panel converts a folder of files into one panel: every figure of
// every statistics table in the shared schema, and the comparable series of
// every issuer over the years, in the formats that people go on with.
//
//	go run ./examples/panel -o OUT [flags] INPUT…
//
// An input is a file, a folder, which is walked, or a zip archive. OUT is a
// folder that receives
//
//	observations.csv, .jsonl   every observation, as schema.ObservationRows has them
//	observations.parquet       the same with typed columns; with -partition a
//	                           folder observations with a file a year
//	observations.sdmx.csv      the same as SDMX-CSV 2.0
//	series.csv, .sdmx.csv      the comparable series: issuer, year, series
//	tables.csv                 every table, with its issuer and year and where
//	                           they were found
//	issuers.csv                every issuer, with its division code; corrected, it
//	                           can be given back with -issuers
//	findings.csv               what a person should know of
//	files.csv                  every file, with what it gave or why it was refused
//	indicators.csv             the code list
//	datapackage.json           the Frictionless description of all the CSV files
//	panel.sqlite               everything, with a view for each series
//	panel.xlsx                 everything, for a person
//
// The issuer and the year of a table come from the table's title or the line
// 填报单位 above it, and else from the file's name; tables.csv says from where.
//
// What was converted is kept in OUT/.panel until all is done. After an
// interruption the same command goes on from there, with the files that have
// not changed since. The outputs are made beside it and take their names at the
// end, all together: none is ever half written. Nothing else in OUT is touched.
//
// It exits with 0 when every input gave a report, with 1 when some did not, and
// with 2 for wrong usage and when the outputs could not be made.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/xlsx"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are what the command line says.
type options struct {
	out       string
	inputs    []string
	issuers   string
	force     bool
	bom       bool
	excel     bool
	partition bool
	workers   int
	license   string
	limits    xlsx.Limits
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	flags := flag.NewFlagSet("panel", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: panel -o OUT [flags] INPUT...")
		flags.PrintDefaults()
	}
	flags.StringVar(&o.out, "o", "", "folder that receives the outputs")
	flags.StringVar(&o.issuers, "issuers", "", "CSV `file` of corrections: file, printed, issuer, division, year (see issuers.csv)")
	flags.BoolVar(&o.force, "force", false, "replace outputs that exist, and start anew after an interruption")
	flags.BoolVar(&o.bom, "bom", false, "begin the CSV files with a byte order mark, for Excel")
	flags.BoolVar(&o.excel, "excel", false, "put an apostrophe before texts in the CSV files that a spreadsheet program would run")
	flags.BoolVar(&o.partition, "partition", false, "write Parquet as a folder with a file a year")
	flags.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "files that are read at a time")
	flags.StringVar(&o.license, "licence", "notspecified", "licence of the data for datapackage.json: an `identifier` of licenses.opendefinition.org")
	flags.IntVar(&o.limits.Files, "archive-files", 1_000_000, "files in an archive")
	flags.Int64Var(&o.limits.Bytes, "file-bytes", 1<<30, "size of a file or archive")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	o.inputs = flags.Args()
	if o.out == "" || len(o.inputs) == 0 || !licenseName(o.license) {
		flags.Usage()
		return 2
	}
	summary, err := build(ctx, o, stderr)
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "panel: interrupted; run the same command again to go on")
		return 2
	case err != nil:
		fmt.Fprintln(stderr, "panel:", err)
		return 2
	}
	summary.print(stdout)
	if summary.refused() > 0 {
		return 1
	}
	return 0
}

// build makes the outputs.
func build(ctx context.Context, o options, stderr io.Writer) (*summary, error) {
	fixes, err := readCorrections(o.issuers)
	if err != nil {
		return nil, err
	}
	dir, err := openFolder(o.out, o.force)
	if err != nil {
		return nil, err
	}
	defer dir.close()
	if !dir.complete {
		if err := collect(ctx, o, dir, stderr); err != nil {
			return nil, err
		}
		if err := write(ctx, o, dir, fixes, stderr); err != nil {
			return nil, err
		}
	}
	return dir.publish()
}

// collect converts the inputs into the journal.
func collect(ctx context.Context, o options, dir *folder, stderr io.Writer) error {
	in := &inputs{paths: o.inputs, skip: dir.path, journal: dir.journal}
	show := newProgress(stderr, isTerminal(stderr), in.count)
	defer show.stop()
	for name, result := range convert.Files(ctx, in.pending(), convert.WithWorkers(o.workers),
		convert.WithReading(xlsx.WithLimits(o.limits)), convert.WithProgress(show.converted)) {
		if err := ctx.Err(); err != nil && errors.Is(result.Err, context.Cause(ctx)) {
			return errors.Join(err, dir.journal.commit())
		}
		if result.Err != nil {
			show.refused(result.Err)
		}
		if err := dir.journal.add(result.Input, name, result.Report, result.Err); err != nil {
			return err
		}
	}
	if in.err != nil {
		return in.err
	}
	return dir.journal.end()
}
