package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// changes tells changes in short.
func changes(list []schema.Change) []string {
	var lines []string
	for _, c := range list {
		side := func(o *schema.Observation) string {
			if o == nil {
				return "–"
			}
			return strings.TrimSpace(fmt.Sprint(o.Status, " ", o.Value, o.Unit))
		}
		line := fmt.Sprintf("%s %s", c.Kind, c.Key.Indicator)
		if c.Key.Applicant != "" {
			line += "/" + string(c.Key.Applicant)
		}
		lines = append(lines, line+": "+side(c.Before)+" → "+side(c.After))
	}
	return lines
}

func TestDiffSame(t *testing.T) {
	for _, name := range samples {
		a, b := sample(t, name), sample(t, name)
		// Where it stands, and in which file, is no change.
		b.File = "other"
		for i := range b.Tables {
			b.Tables[i].Title = "other"
			for k := range b.Tables[i].Observations {
				o := &b.Tables[i].Observations[k]
				o.Source.Cell, o.Source.Sheet, o.Source.File = "Z99", "other", "other"
			}
		}
		if got := schema.Diff(a, b); got != nil {
			t.Errorf("%s: %v", name, changes(got))
		}
	}
}

func TestDiff(t *testing.T) {
	const head = "issuer 某县\nyear 2018\ntable national-2014 statistics\n"
	a := report(t, head+`application.received | 320
application.closed | 320
application.outcome | .
application.outcome.agreed | 1
application.outcome.partial | 0
application.outcome.nonexistent | xx
complaint | 0
organisation.budget | 21.8万元
organisation.spending | 1万元
reconsideration | 1件
`)
	b := report(t, head+`application.received | 321
application.closed | 320
application.outcome | 0
application.outcome.agreed | 2
application.outcome.partial | 无
application.outcome.nonexistent | xx
organisation.budget | 218000元
organisation.spending | 2万元
reconsideration | 1条
litigation | 3
`)
	label := func(r *schema.Report, c schema.Code, l string) { cell(t, r, c, "").Source.Label = l }
	label(b, "application.closed", "办结数")
	label(b, "application.outcome.agreed", "同意公开数")
	cell(t, b, "application.outcome.nonexistent", "").Source.Printed = "755多"
	got := changes(schema.Diff(a, b))
	want := []string{
		"value application.received: number 320件 → number 321件",
		"label application.closed: number 320件 → number 320件",
		"value application.outcome: blank 件 → number 0件", // blank is not 0
		"value application.outcome.agreed: number 1件 → number 2件",
		"label application.outcome.agreed: number 1件 → number 2件",
		"value application.outcome.partial: number 0件 → none 0件", // 0 and 无 are two answers
		"value application.outcome.nonexistent: text 件 → text 件", // xx and 755多
		"gone complaint: number 0件 → –",
		"unit organisation.budget: number 21.8万元 → number 218000元", // the same amount
		"value organisation.spending: number 1万元 → number 2万元",
		"unit reconsideration: number 1件 → number 1条",
		"new litigation: – → number 3件",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiffTables(t *testing.T) {
	table := func(issuer, form, figure string) string {
		return "issuer " + issuer + "\ntable " + form + " statistics\nreconsideration | " + figure + "\n"
	}
	tests := []struct {
		name, a, b string
		want       []string
	}{
		{"issuers out of order", table("甲", "national-2014", "1") + table("乙", "national-2014", "2"), table("乙", "national-2014", "2") + table("甲", "national-2014", "3"), []string{"value reconsideration: number 1件 → number 3件"}},
		{"two issuers", table("甲", "national-2014", "1"), table("乙", "national-2014", "2"), []string{"value reconsideration: number 1件 → number 2件"}},
		{"two forms", table("甲", "national-2014", "1"), table("甲", "shanghai-2010", "1"), []string{"gone reconsideration: number 1件 → –", "new reconsideration: – → number 1件"}},
		{"a table more", table("甲", "national-2014", "1"), table("甲", "national-2014", "1") + table("乙", "national-2014", "2"), []string{"new reconsideration: – → number 2件"}},
		{"a table less", table("甲", "national-2014", "1") + table("乙", "national-2014", "2"), table("乙", "national-2014", "2"), []string{"gone reconsideration: number 1件 → –"}},
		{"a key twice", table("甲", "national-2014", "1") + "reconsideration | 1\n", table("甲", "national-2014", "1") + "reconsideration | 2\n", []string{"value reconsideration: number 1件 → number 2件"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, changes(schema.Diff(report(t, tt.a), report(t, tt.b)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	c := schema.Diff(report(t, tests[3].a), report(t, tests[3].b))
	if c[0].Issuer != "乙" || c[0].Before != nil || c[0].Key != (schema.Key{Layout: "national-2014", Table: "statistics", Indicator: "reconsideration"}) {
		t.Errorf("got %v", c[0])
	}
}
