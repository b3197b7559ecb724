// Command roundtrip writes the figures of a report, whatever form it is in,
// into another form: last year's figures in this year's form, or an old table
// in the shape that is asked for now. What has no place in that form is printed,
// a line a figure, with the reason.
//
//	go run ./examples/roundtrip [-layout NAME] [-close] [-o FILE] [-lang en|zh] [FILE]
//
// The workbook is written to the file that -o names, or beside the input under
// its name and the layout's. Without an input it takes a table of 2018 that
// comes with it, an .xls file, and writes to the folder for temporary files.
// With -close, cells are also filled from what is close and not the same; they
// carry a note that says so.
//
// It exits with 0 when the workbook was written, with losses or without, with 1
// when it was not, and with 2 for wrong usage.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

const sampleName = "2018-national-2014-rudong.xls"

//go:embed samples/2018-national-2014-rudong.xls
var sample []byte

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("roundtrip", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: roundtrip [-layout NAME] [-close] [-o FILE] [-lang en|zh] [FILE]")
		flags.PrintDefaults()
	}
	name := flags.String("layout", "national-2021", "the form to write")
	close := flags.Bool("close", false, "also fill cells from what is close, with a note")
	out := flags.String("o", "", "the workbook to write")
	lang := flags.String("lang", "en", "language of the losses: en or zh")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() > 1 || *lang != "en" && *lang != "zh" {
		flags.Usage()
		return 2
	}
	layout, ok := convert.Builtin().Get(*name)
	if !ok {
		fmt.Fprintf(stderr, "roundtrip: there is no layout %q; there are:\n", *name)
		for _, l := range convert.Builtin().All() {
			fmt.Fprintf(stderr, "  %s\n", l.Name)
		}
		return 2
	}

	book, err := open(flags.Arg(0))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if *out == "" {
		base := strings.TrimSuffix(book.Name, filepath.Ext(book.Name)) + "-" + layout.Name + ".xlsx"
		if flags.NArg() == 0 {
			base = filepath.Join(os.TempDir(), base)
		}
		*out = base
	}
	losses, err := write(book, layout, *out, *close)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	for _, l := range losses {
		fmt.Fprintln(stdout, l.Line(schema.Lang(*lang)))
	}
	fmt.Fprintf(stderr, "roundtrip: wrote %s; %d figures have no cell of their own in it\n", *out, len(losses))
	return 0
}

func open(file string) (*xlsx.Workbook, error) {
	if file == "" {
		return xlsx.Read(bytes.NewReader(sample), int64(len(sample)), sampleName)
	}
	return xlsx.Open(file)
}

// write writes a workbook's figures into a form.
func write(book *xlsx.Workbook, layout *convert.Layout, out string, close bool) ([]convert.Loss, error) {
	report, err := convert.ToSchema(book)
	if err != nil {
		return nil, err
	}
	var opts []convert.WriteOption
	if close {
		opts = append(opts, convert.AllowClose())
	}
	form, losses, err := convert.FromSchema(report, layout, opts...)
	if err != nil {
		return nil, err
	}
	return losses, form.Save(out)
}
