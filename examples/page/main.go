// Command page writes one page to look at of the statistics tables in its input
// files: what was read, what was not, and what it says.
//
//	go run ./examples/page [-o report.html] [-lang zh|en] FILE…
//
// The page needs nothing else: it opens from disk, in Chinese and English, and
// can be printed. It links to the files by their places relative to it. It is
// written under another name first, so that it is never half there.
//
// It exits with 0 when every file gave a report, with 1 when some file did not
// (the page shows these too) or the page could not be written, and with 2 for
// wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/examples/internal/page"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("page", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: page [-o report.html] [-lang zh|en] FILE...")
		flags.PrintDefaults()
	}
	out := flags.String("o", "report.html", "the `file` to write")
	lang := flags.String("lang", "zh", "language that the page opens in: zh or en; it has both")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() == 0 || *out == "" || *lang != "zh" && *lang != "en" {
		flags.Usage()
		return 2
	}
	for _, file := range flags.Args() {
		if same(file, *out) {
			fmt.Fprintf(stderr, "page: %s is an input; it is not written over\n", *out)
			return 2
		}
	}
	failed, err := write(*out, schema.Lang(*lang), flags.Args(), stderr)
	if err != nil {
		fmt.Fprintln(stderr, "page:", err)
		return 1
	}
	if failed {
		return 1
	}
	return 0
}

// write makes the page, and reports whether a file gave no report.
func write(out string, lang schema.Lang, files []string, stderr io.Writer) (failed bool, err error) {
	dir := filepath.Dir(out)
	f, err := os.CreateTemp(dir, ".page-*")
	if err != nil {
		return false, err
	}
	defer os.Remove(f.Name()) // nothing is there once it has its name
	defer f.Close()

	p := page.New(f, page.Options{Lang: lang, Dir: dir})
	for _, name := range files {
		x := page.File{Name: name, Path: name}
		if x.Book, x.Err = xlsx.Open(name); x.Err == nil {
			x.Report, x.Parts, x.Err = convert.Explain(x.Book)
		}
		if x.Err != nil {
			fmt.Fprintln(stderr, x.Err)
			failed = true
		}
		if err := p.Add(x); err != nil {
			return failed, err
		}
	}
	if err := p.Close(); err != nil {
		return failed, err
	}
	// A temporary file is for its owner alone; a page is for showing.
	if err := errors.Join(f.Chmod(0o644), f.Close()); err != nil {
		return failed, err
	}
	return failed, os.Rename(f.Name(), out)
}

// same reports whether two paths lead to one file.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
