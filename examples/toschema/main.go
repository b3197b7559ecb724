// Command toschema prints every figure of the statistics tables in its input
// files in the shared schema, one line a cell.
//
//	go run ./examples/toschema [-format csv|json] FILE…
//
// The observations go to standard output: as one long CSV table (see
// schema.WriteCSV), or as one JSON report a line. Findings go to standard
// error, one a line, with file, sheet and cell. Without files, it converts
// three sample workbooks that come with it.
//
// It exits with 0 when every file gave a report, with 1 when some file did
// not (the others are still printed), and with 2 for wrong usage.
package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

//go:embed samples
var samples embed.FS

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("toschema", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: toschema [-format csv|json] [-layout NAME] [-lang en|zh] FILE...")
		flags.PrintDefaults()
	}
	format := flags.String("format", "csv", "csv (one long table) or json (one report a line)")
	layout := flags.String("layout", "", "look for tables of this layout only, such as national-2021")
	lang := flags.String("lang", "en", "language of the findings: en or zh")
	if err := flags.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	if *format != "csv" && *format != "json" || *lang != "en" && *lang != "zh" {
		flags.Usage()
		return 2
	}
	var opts []convert.Option
	if *layout != "" {
		if _, ok := convert.Builtin().Get(*layout); !ok {
			fmt.Fprintf(stderr, "toschema: there is no layout %q; there are:\n", *layout)
			for _, l := range convert.Builtin().All() {
				fmt.Fprintf(stderr, "  %s\n", l.Name)
			}
			return 2
		}
		opts = append(opts, convert.WithLayout(*layout))
	}

	open, files := xlsx.Open, flags.Args()
	if len(files) == 0 {
		open = openSample
		files, _ = fs.Glob(samples, "samples/*")
		fmt.Fprintln(stderr, "toschema: no files given; converting the samples that come with it")
	}

	// What is printed on standard output is one document: without a report
	// the CSV is the header line.
	csv := schema.ObservationRows().CSV(stdout)
	if *format == "csv" {
		if err := csv.Flush(); err != nil {
			fmt.Fprintln(stderr, "toschema:", err)
			return 1
		}
	}
	code := 0
	for _, file := range files {
		report, err := convertFile(open, file, opts)
		if err != nil {
			fmt.Fprintln(stderr, err)
			code = 1
			continue
		}
		for _, f := range report.Findings {
			fmt.Fprintln(stderr, f.Line(schema.Lang(*lang)))
		}
		if *format == "json" {
			err = json.NewEncoder(stdout).Encode(report)
		} else if err = csv.Write(report); err == nil {
			err = csv.Flush()
		}
		if err != nil {
			fmt.Fprintln(stderr, "toschema:", err)
			return 1
		}
	}
	return code
}

func convertFile(open func(string, ...xlsx.Option) (*xlsx.Workbook, error), file string, opts []convert.Option) (*schema.Report, error) {
	book, err := open(file)
	if err != nil {
		return nil, err
	}
	return convert.ToSchema(book, opts...)
}

func openSample(name string, opts ...xlsx.Option) (*xlsx.Workbook, error) {
	data, err := samples.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return xlsx.Read(bytes.NewReader(data), int64(len(data)), name, opts...)
}
