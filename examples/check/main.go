// Command check prints what is to be said of the statistics tables in its input
// files: the findings of reading them, and the relations between their figures
// (勾稽关系) that do not hold.
//
//	go run ./examples/check [-lang en|zh] [-json] [-all] [-superior FILE] FILE…
//
// A finding stands on a line of its own, file:sheet!cell: code: message, or with
// -json in one JSON object a file. With -all the relations that hold or cannot be
// assessed are counted, and the parts that are missing are told. Reports of one
// issuer for two years in a row are compared with each other; with -superior, so
// is the superior's report with the sum of the others. What these two find is a
// hint, and no failure.
//
// It exits with 0 when every relation holds or cannot be assessed, with 1 when
// one fails or a file could not be read, and with 2 for wrong usage.
package main

import (
	"encoding/json"
	"errors"
	"flag"
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
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: check [-lang en|zh] [-json] [-all] [-superior FILE] FILE...")
		flags.PrintDefaults()
	}
	lang := flags.String("lang", "en", "language of the messages: en or zh")
	asJSON := flags.Bool("json", false, "print one JSON object a file, with its findings")
	all := flags.Bool("all", false, "also tell which relations hold and which cannot be assessed")
	superior := flags.String("superior", "", "compare this report with the sum of the others")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() == 0 || *lang != "en" && *lang != "zh" || *asJSON && *all {
		flags.Usage()
		return 2
	}

	code := 0
	read := func(file string) *schema.Report {
		book, err := xlsx.Open(file)
		if err == nil {
			var r *schema.Report
			if r, err = convert.ToSchema(book); err == nil {
				return r
			}
		}
		fmt.Fprintln(stderr, err)
		code = 1
		return nil
	}
	var reports []*schema.Report
	findings := map[string][]schema.Finding{} // by file
	add := func(list []schema.Finding) {
		for _, f := range list {
			findings[f.Source.File] = append(findings[f.Source.File], f)
			if errors.Is(f, schema.RelationFails) {
				code = 1
			}
		}
	}
	for _, file := range flags.Args() {
		r := read(file) // nil: one that is not at hand
		reports = append(reports, r)
		if r != nil {
			add(r.Findings)
		}
	}
	results := schema.Evaluate(reports...)
	if *superior != "" {
		if r := read(*superior); r != nil {
			add(r.Findings)
			results = append(results, schema.Evaluate(r)...)
			results = append(results, schema.EvaluateLevels(r, reports...)...)
			reports = append(reports, r)
		}
	}
	for i := range results {
		if f, ok := results[i].Finding(); ok {
			add([]schema.Finding{f})
		}
	}

	printed := map[string]bool{}
	for _, r := range reports {
		if r == nil || printed[r.File] {
			continue
		}
		printed[r.File] = true
		if *asJSON {
			line := struct {
				File     string           `json:"file"`
				Findings []schema.Finding `json:"findings"`
			}{r.File, append([]schema.Finding{}, findings[r.File]...)}
			if err := json.NewEncoder(stdout).Encode(line); err != nil {
				fmt.Fprintln(stderr, "check:", err)
				return 1
			}
			continue
		}
		for _, f := range findings[r.File] {
			fmt.Fprintln(stdout, f.Line(schema.Lang(*lang)))
		}
	}
	if *all {
		summary(stdout, results, schema.Lang(*lang))
	}
	return code
}

// summary tells what became of the relations, issuer by issuer.
func summary(w io.Writer, results []schema.Result, lang schema.Lang) {
	words := map[schema.Outcome]string{
		schema.Holds: "holds", schema.Fails: "fails", schema.NotAssessable: "not assessable", schema.NotAsked: "not asked",
	}
	if lang == schema.Chinese {
		words = map[schema.Outcome]string{
			schema.Holds: "成立", schema.Fails: "不成立", schema.NotAssessable: "无法判定", schema.NotAsked: "未涉及",
		}
	}
	for _, r := range results {
		name := r.Relation.EN
		if lang == schema.Chinese {
			name = r.Relation.ZH
		}
		var where []string
		if i, ok := schema.Lookup(r.Indicator); ok {
			where = append(where, i.Name(lang))
		}
		for _, n := range []string{r.Applicant.Name(lang), r.Scope.Name(lang)} {
			if n != "" {
				where = append(where, n)
			}
		}
		var missing []string
		if r.Outcome == schema.NotAssessable {
			for _, p := range r.Missing() {
				i, _ := schema.Lookup(p.Indicator)
				missing = append(missing, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", i.Name(lang), p.Applicant.Name(lang), p.Status, p.Source.Cell)))
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", words[r.Outcome], r.Issuer, r.Year, name, strings.Join(where, ", "), strings.Join(missing, "; "))
	}
}
