package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/zwgk/statable/schema"
)

// A summary counts what a run gave.
type summary struct {
	Files    int                        // files that gave a report
	Refused  map[string][]string        // why files gave none, with some of their names
	Refusals map[string]int             // and how many they are
	Tables   map[string]int             // by form
	Values   map[schema.Status]int      // observations by status
	Findings map[schema.FindingCode]int // by code
	Points   int                        // of comparable series
	Nameless int                        // tables without an issuer
	Yearless int                        // tables without a year
	Unused   []int                      // lines of corrections
	Issuers  string                     // their file
	Notes    []string
	Outputs  []string
}

func newSummary() *summary {
	return &summary{
		Refused: map[string][]string{}, Refusals: map[string]int{}, Tables: map[string]int{},
		Values: map[schema.Status]int{}, Findings: map[schema.FindingCode]int{},
	}
}

func (s *summary) refused() int {
	n := 0
	for _, k := range s.Refusals {
		n += k
	}
	return n
}

// add counts a file.
func (s *summary) add(r result) {
	if r.report == nil {
		why := reason(r.name, r.err)
		if _, ok := s.Refusals[why]; !ok && len(s.Refusals) >= maxReasons {
			why = "for other reasons"
		}
		s.Refusals[why]++
		if len(s.Refused[why]) < 3 {
			s.Refused[why] = append(s.Refused[why], r.name)
		}
		return
	}
	s.Files++
	for i := range r.report.Tables {
		t := &r.report.Tables[i]
		s.Tables[t.Layout]++
		if t.Issuer == "" {
			s.Nameless++
		}
		if t.Year == 0 {
			s.Yearless++
		}
		for _, o := range t.Observations {
			s.Values[o.Status]++
		}
	}
	for _, f := range r.report.Findings {
		s.Findings[f.Code]++
	}
}

// reason takes the name of the file off an error's text, and what follows a
// colon, so that the same reasons are counted together.
func reason(name, text string) string {
	for _, prefix := range []string{name + ": ", "open " + name + ": ", "stat " + name + ": ", "lstat " + name + ": "} {
		text = strings.TrimPrefix(text, prefix)
	}
	if kind, _, ok := strings.Cut(text, ": looked at "); ok {
		return kind
	}
	if words := []rune(text); len(words) > 160 {
		text = string(words[:160]) + "…"
	}
	return text
}

// maxReasons bounds how many reasons are counted one by one, and most how many
// are printed.
const (
	maxReasons = 1000
	most       = 20
)

func (s *summary) print(w io.Writer) {
	fmt.Fprintf(w, "%d files gave a report, %d did not\n", s.Files, s.refused())
	reasons := slices.SortedFunc(maps.Keys(s.Refusals), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.Refusals[b], s.Refusals[a]), cmp.Compare(a, b))
	})
	for i, why := range reasons {
		if i == most {
			fmt.Fprintf(w, "  … and %d other reasons: see files.csv\n", len(reasons)-most)
			break
		}
		more := ""
		if s.Refusals[why] > len(s.Refused[why]) {
			more = ", …"
		}
		fmt.Fprintf(w, "  %6d  %s (%s%s)\n", s.Refusals[why], why, strings.Join(s.Refused[why], ", "), more)
	}
	list(w, "tables by form", s.Tables)
	list(w, "values by status", s.Values)
	list(w, "findings by code", s.Findings)
	fmt.Fprintf(w, "%d points of comparable series\n", s.Points)
	if s.Nameless > 0 {
		fmt.Fprintf(w, "%d tables name no issuer: correct issuers.csv and give it back with -issuers\n", s.Nameless)
	}
	if s.Yearless > 0 {
		fmt.Fprintf(w, "%d tables have no year, and are not in the SDMX-CSV files\n", s.Yearless)
	}
	for _, line := range s.Unused {
		fmt.Fprintf(w, "%s, line %d: no table has this file and issuer\n", s.Issuers, line)
	}
	for _, n := range s.Notes {
		fmt.Fprintln(w, n)
	}
}

func list[K ~string](w io.Writer, title string, counts map[K]int) {
	if len(counts) > 0 {
		fmt.Fprintf(w, "%s\n", title)
	}
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(w, "  %6d  %s\n", counts[k], k)
	}
}
