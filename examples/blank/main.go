// Command blank writes an empty form to fill in: totals are worked out, cells
// that count take whole numbers only, and a broken relation (勾稽关系) turns red.
//
//	go run ./examples/blank [-o FILE] LAYOUT
//
// The workbook is written to the file that -o names, or to LAYOUT-blank.xlsx.
// Without a layout it lists those that there are forms of.
//
// It exits with 0 when the form was written, with 1 when it was not, and with 2
// for wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/zwgk/statable/convert"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("blank", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: blank [-o FILE] LAYOUT; there are forms of:")
		for _, l := range convert.Builtin().All() {
			if !l.Partial {
				fmt.Fprintf(stderr, "  %-20s %s, %s\n", l.Name, l.Years, l.Basis)
			}
		}
	}
	out := flags.String("o", "", "the workbook to write")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	layout, ok := convert.Builtin().Get(flags.Arg(0))
	if flags.NArg() != 1 || !ok {
		flags.Usage()
		return 2
	}
	if *out == "" {
		*out = layout.Name + "-blank.xlsx"
	}
	book, err := convert.Blank(layout)
	if err == nil {
		err = book.Save(*out)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	fmt.Fprintf(stdout, "%s\n", *out)
	return 0
}
