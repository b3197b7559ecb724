// Command explain shows how a file's tables were recognised: what each run of
// rows was weighed against and which labels decided, and for every printed
// row where it was placed, how surely, or why not.
//
//	go run ./examples/explain FILE
//
// It exits with 0 when a table was recognised, with 1 when none was or the
// file could not be read, and with 2 for wrong usage.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		fmt.Fprintln(stderr, "usage: explain FILE")
		return 2
	}
	book, err := xlsx.Open(args[0])
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	report, parts, err := convert.Explain(book)
	for i, p := range parts {
		if i > 0 {
			fmt.Fprintln(stdout)
		}
		explain(stdout, p)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if len(report.Findings) > 0 {
		fmt.Fprintln(stdout, "\nfindings:")
	}
	for _, f := range report.Findings {
		fmt.Fprintln(stdout, " ", f.Line(schema.English))
	}
	return 0
}

func explain(w io.Writer, p convert.Part) {
	verdict := "not a table of a known form"
	if p.Layout != "" {
		verdict = p.Layout + "/" + p.Table
	}
	fmt.Fprintf(w, "%s %s:%s  %s\n", p.Sheet, p.First, p.Last, verdict)
	for _, x := range p.Weighed {
		name := x.Layout + "/" + x.Table
		if x.Section != "" {
			name += " " + x.Section
		}
		fmt.Fprintf(w, "  weighed  %-50s score %5d, evidence %d (at least %d)", name, x.Score, x.Evidence, x.Enough)
		if len(x.Deciding) > 0 {
			fmt.Fprintf(w, "; decided by %s", strings.Join(x.Deciding, ", "))
		}
		fmt.Fprintln(w)
	}
	for _, r := range p.Rows {
		label := strings.Join(strings.Fields(r.Label), " ")
		switch {
		case r.Row == "":
			fmt.Fprintf(w, "  %-6s %s: not placed\n", r.Cell, label)
		case r.Refused != "":
			fmt.Fprintf(w, "  %-6s %s -> %s (%d %%), refused: %s\n", r.Cell, label, r.Row, r.Surety, r.Refused)
		default:
			fmt.Fprintf(w, "  %-6s %s -> %s (%d %%)\n", r.Cell, label, r.Row, r.Surety)
		}
	}
}
