package schema_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

func TestShareKinds(t *testing.T) {
	seen := map[schema.ShareCode]bool{}
	for _, k := range schema.ShareKinds() {
		if seen[k.Code] || k.ZH == "" || k.EN == "" {
			t.Errorf("%v: its code stands in the list twice, or it has no name", k)
		}
		seen[k.Code] = true
		if k.Name(schema.Chinese) != k.ZH || k.Name(schema.English) != k.EN {
			t.Errorf("%s is called %q", k.Code, k.Name(schema.English))
		}
	}
	if len(seen) != 8 {
		t.Errorf("%d shares, want 8", len(seen))
	}
}

// TestShares works shares out by hand: of 如东 2018 and 淮安 2024, and of 上海
// 2019, in which the outcomes have no totals.
func TestShares(t *testing.T) {
	shares := schema.Shares(schema.Panel(sample(t, "2018-national-2014-rudong"), sample(t, "2024-national-2021-huaian"), sample(t, "2019-national-2019-shanghai"))...)
	got := map[string]string{}
	for _, s := range shares {
		got[fmt.Sprint(s.Year, " ", s.Code)] = fmt.Sprintf("%s/%s %s %s", s.Numerator, s.Denominator, s.Percent(2), s.Match)
	}
	want := map[string]string{
		"2018 granted_share":                    "130/320 40.63 close", // 40.625 rounds up
		"2018 granted_in_part_share":            "15/320 4.69 close",   // 4.6875
		"2018 refused_share":                    "7/320 2.19 close",    // 2.1875
		"2018 not_held_share":                   "89/320 27.81 close",  // 27.8125
		"2018 reconsiderations_upheld_share":    "14/15 93.33 exact",   // 93.333…
		"2018 reconsiderations_corrected_share": "1/15 6.67 exact",     // 6.666…
		"2018 lawsuits_upheld_share":            "11/11 100.00 exact",
		"2018 lawsuits_corrected_share":         "0/11 0.00 exact",
		"2019 granted_share":                    "/805  exact",
		"2019 granted_in_part_share":            "/805  exact",
		"2019 refused_share":                    "/805  exact",
		"2019 not_held_share":                   "/805  exact",
		"2019 reconsiderations_upheld_share":    "5/  exact", // 5 upheld, corrected blank
		"2019 reconsiderations_corrected_share": "/  exact",
		"2019 lawsuits_upheld_share":            "/  exact",
		"2019 lawsuits_corrected_share":         "/  exact",
		"2024 granted_share":                    "1362/3050 44.66 exact", // 44.655…
		"2024 granted_in_part_share":            "454/3050 14.89 exact",  // 14.885…
		"2024 refused_share":                    "178/3050 5.84 exact",   // 5.836…
		"2024 not_held_share":                   "769/3050 25.21 exact",  // 25.213…
		"2024 reconsiderations_upheld_share":    "72/136 52.94 exact",    // 72+64 = 136
		"2024 reconsiderations_corrected_share": "64/136 47.06 exact",
		"2024 lawsuits_upheld_share":            "25/30 83.33 exact", // 13+12 upheld, 4+1 corrected
		"2024 lawsuits_corrected_share":         "5/30 16.67 exact",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestShareIsExact(t *testing.T) {
	s := schema.Share{Numerator: "1", Denominator: "3"}
	if got := s.Ratio(); got.Cmp(big.NewRat(1, 3)) != 0 {
		t.Errorf("the ratio is %s", got)
	}
	if got := s.Percent(0) + " " + s.Percent(4); got != "33 33.3333" {
		t.Errorf("in per cent %s", got)
	}
	for _, s := range []schema.Share{{Numerator: "1", Denominator: "0"}, {Numerator: "", Denominator: "3"}, {Numerator: "1", Denominator: ""}} {
		if s.Ratio() != nil || s.Percent(1) != "" {
			t.Errorf("%s of %s is %s", s.Numerator, s.Denominator, s.Percent(1))
		}
	}
}

// TestShareParts looks at what a share says of where it comes from.
func TestShareParts(t *testing.T) {
	year := func(y int, form, tail string) *schema.Report {
		return report(t, fmt.Sprintf("issuer 某市\nyear %d\ntable %s statistics\n%s", y, form, tail))
	}
	const shanghai = "application.outcome | 10\napplication.outcome.agreed | 4\napplication.outcome.vetoed | 5\n"
	shares := schema.Shares(schema.Panel(
		year(2012, "shanghai-2004", shanghai),
		year(2013, "shanghai-2010", "application.outcome | 10\napplication.outcome.agreed | 4\napplication.outcome.refused | 5\n"),
	)...)
	got := map[string]string{}
	for _, s := range shares {
		if s.Code == "granted_share" || s.Code == "refused_share" {
			got[fmt.Sprint(s.Year, " ", s.Code)] = fmt.Sprint(s.Percent(0), " ", s.Match, " ", s.Break, " ", s.Points[0].Series, " of ", s.Points[1].Series)
		}
	}
	want := map[string]string{
		"2012 granted_share": "40 narrower false granted of applications_answered",
		"2012 refused_share": "50 broader false refused of applications_answered",
		"2013 granted_share": "40 narrower true granted of applications_answered",
		"2013 refused_share": "50 close true refused of applications_answered",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// A numerator of one form is no share of a denominator of another.
	p := func(c schema.SeriesCode, form string) schema.Point {
		return schema.Point{Issuer: "某市", Year: 2021, Series: c, Value: "5", Forms: []string{form}, Mapping: schema.Mapping{Match: schema.Exact}}
	}
	if s := schema.Shares(p("granted", "national-2019"), p("applications_answered", "national-2021")); len(s) != 1 || s[0].Ratio() != nil {
		t.Errorf("got %v", s)
	}
	// One year's is none of another's, nor one file's of another's.
	other := p("applications_answered", "national-2021")
	other.Year = 2022
	if s := schema.Shares(p("granted", "national-2021"), other); len(s) != 1 || s[0].Ratio() != nil {
		t.Errorf("got %v", s)
	}
	a, b := p("granted", "national-2021"), p("applications_answered", "national-2021")
	a.Issuer, a.File, b.Issuer, b.File = "", "a.xlsx", "", "b.xlsx"
	if s := schema.Shares(a, b); len(s) != 1 || s[0].Ratio() != nil {
		t.Errorf("got %v", s)
	}
}
