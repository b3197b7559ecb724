package schema_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zwgk/statable/schema"
)

// units are those that the forms print or mean.
var units = []string{"件", "条", "次", "篇", "个", "项", "人", "人次", "元", "万元"}

func TestIndicators(t *testing.T) {
	list := schema.Indicators()
	if len(list) != 192 {
		t.Errorf("%d indicators, want 192: codes are stable, and a new one is published", len(list))
	}
	code := regexp.MustCompile(`^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*$`)
	seen := map[schema.Code]bool{}
	for _, i := range list {
		if !code.MatchString(string(i.Code)) {
			t.Errorf("%q is no code", i.Code)
		}
		if seen[i.Code] {
			t.Errorf("%s stands in the list twice", i.Code)
		}
		seen[i.Code] = true
		if i.ZH == "" || i.EN == "" || i.EN != strings.TrimSpace(i.EN) || i.ZH != strings.TrimSpace(i.ZH) {
			t.Errorf("%s is called %q and %q", i.Code, i.ZH, i.EN)
		}
		if !slices.Contains(units, i.Unit) {
			t.Errorf("%s: unknown unit %q", i.Code, i.Unit)
		}
		if !slices.Contains([]schema.IndicatorKind{schema.Count, schema.Signed, schema.Amount}, i.Kind) {
			t.Errorf("%s: unknown kind %q", i.Code, i.Kind)
		}
		if money := i.Unit == "元" || i.Unit == "万元"; money != (i.Kind == schema.Amount) {
			t.Errorf("%s is of kind %s, in %s", i.Code, i.Kind, i.Unit)
		}
		if i.Parent != "" && i.Parent == i.Code {
			t.Errorf("%s is its own parent", i.Code)
		}
		if got, ok := schema.Lookup(i.Code); !ok || got != i {
			t.Errorf("Lookup(%s) = %v, %t", i.Code, got, ok)
		}
	}
	for _, i := range list {
		if i.Parent != "" && !seen[i.Parent] {
			t.Errorf("%s: the parent %s is not in the list", i.Code, i.Parent)
		}
	}
	if _, ok := schema.Lookup("application"); ok {
		t.Error("Lookup finds a code that is not in the list")
	}
}

func TestCallersMayChangeLists(t *testing.T) {
	schema.Indicators()[0].Code = "changed"
	schema.FindingKinds()[0].Code = "changed"
	schema.Relations()[0].Name = "changed"
	schema.SeriesList()[0].Code = "changed"
	schema.ShareKinds()[0].Code = "changed"
	schema.Applicants()[0] = "changed"
	schema.Scopes()[0] = "changed"
	for _, first := range []string{
		string(schema.Indicators()[0].Code), string(schema.FindingKinds()[0].Code), schema.Relations()[0].Name,
		string(schema.SeriesList()[0].Code), string(schema.ShareKinds()[0].Code), string(schema.Applicants()[0]), string(schema.Scopes()[0]),
	} {
		if first == "changed" {
			t.Error("a caller changed a list of the package")
		}
	}
}

func TestNames(t *testing.T) {
	for _, lang := range []schema.Lang{schema.English, schema.Chinese} {
		names := map[string]bool{}
		for _, a := range schema.Applicants() {
			names[a.Name(lang)] = true
		}
		for _, s := range schema.Scopes() {
			names[s.Name(lang)] = true
		}
		if want := len(schema.Applicants()) + len(schema.Scopes()); len(names) != want || names[""] {
			t.Errorf("%d names in %s, want %d: %v", len(names), lang, want, names)
		}
	}
	if got := schema.Applicant("").Name(schema.English) + schema.Scope("").Name(schema.Chinese); got != "" {
		t.Errorf("what is not told apart is called %q", got)
	}
}
