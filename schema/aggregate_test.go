package schema_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// TestAggregate adds up seven units of the form of 2014 and one of that of
// 2021.
func TestAggregate(t *testing.T) {
	unit := func(issuer, received, budget string) *schema.Report {
		text := "issuer " + issuer + "\nyear 2018\ntable national-2014 statistics\n"
		if received != "" {
			text += "application.received | " + received + "\n"
		}
		return report(t, text+"organisation.budget | "+budget+"\n")
	}
	again := unit("甲", "10", "1万元")
	reports := []*schema.Report{
		unit("甲", "10", "1万元"), unit("乙", "20", "5000元"), unit("丙", "无", "0"), unit("丁", ".", "."), unit("戊", "/", "/"),
		unit("己", "", "xx"), unit("庚", "7条", "2"),
		again, nil,
		report(t, "issuer 辛\nyear 2018\ntable national-2021 applications applicants\napplication.received | 0 0 0 0 0 0 1000\n"),
		report(t, "issuer 甲\nyear 2017\ntable national-2014 statistics\napplication.received | 100\n"),
	}
	got := map[string]string{}
	for _, s := range schema.Aggregate(reports...) {
		if s.Applicant != "" && s.Applicant != schema.Total {
			continue
		}
		got[fmt.Sprint(s.Year, " ", s.Form, " ", s.Indicator)] = fmt.Sprintf("%s%s of %d/%d %v missing %d", s.Value, s.Unit, s.Reported, s.Units, s.Statuses, len(s.Missing))
	}
	want := map[string]string{
		"2017 national-2014 application.received": "100件 of 1/1 map[number:1] missing 0",
		// 10 + 20 + 无; 7条 is in another unit; 甲 counts once.
		"2018 national-2014 application.received": "30件 of 3/7 map[absent:1 blank:1 dash:1 none:1 number:2 unit:1] missing 4",
		// 1 + 0.5 + 0 + 2 万元.
		"2018 national-2014 organisation.budget":  "3.5万元 of 4/7 map[blank:1 dash:1 number:4 text:1] missing 3",
		"2018 national-2021 application.received": "1000件 of 1/1 map[number:1] missing 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// Two files that say different things of one unit.
	enter(t, cell(t, again, "application.received", ""), "11")
	for _, s := range schema.Aggregate(reports...) {
		if s.Year == 2018 && s.Form == "national-2014" && s.Indicator == "application.received" {
			if s.Value != "20" || s.Statuses[schema.Conflict] != 1 || s.Missing[0].Issuer != "甲" {
				t.Errorf("got %s, %v, missing %v", s.Value, s.Statuses, s.Missing)
			}
		}
	}
	for _, s := range schema.Aggregate(unit("丁", ".", ".")) {
		if s.Value != "" || s.Reported != 0 || s.Units != 1 {
			t.Errorf("a sum of nothing is %q, of %d/%d", s.Value, s.Reported, s.Units)
		}
	}
	if got := schema.Aggregate(); got != nil {
		t.Errorf("no report at all gives %v", got)
	}
}

func TestAggregateKeepsColumnsApart(t *testing.T) {
	var got []string
	for _, s := range schema.Aggregate(sample(t, "2024-national-2021-huaian"), sample(t, "2024-national-2021-office")) {
		if s.Indicator == "application.received" {
			got = append(got, fmt.Sprint(s.Applicant, " ", s.Value))
		}
	}
	want := []string{"natural_person 3101", "enterprise 53", "research 0", "public_benefit 0", "legal_service 61", "other 4", "total 3219"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAggregateSeries adds up over forms: 如东, 齐齐哈尔 and 包河 for 2018.
func TestAggregateSeries(t *testing.T) {
	points := schema.Panel(
		sample(t, "2018-national-2014-rudong"), sample(t, "2018-national-2014-qiqihar"), sample(t, "2018-baohe-annex-2018-baohe"),
		sample(t, "2024-national-2021-huaian"),
	)
	got := map[string]string{}
	for _, s := range schema.AggregateSeries(points...) {
		got[fmt.Sprint(s.Series, " ", s.Year)] = fmt.Sprintf("%s%s of %d/%d %v %s %v", s.Value, s.Unit, s.Reported, s.Units, s.Statuses, s.Match, s.Forms)
	}
	want := map[string]string{
		// 320 + 247 + 85 accepted
		"applications_received 2018": "652件 of 3/3 map[number:3] narrower [national-2014 jiangsu-origin-2015 baohe-annex-2018]",
		// 15 + 2 + 2
		"reconsiderations 2018": "19件 of 3/3 map[number:3] close [national-2014 baohe-annex-2018]",
		// 11 + 8 + 2
		"lawsuits 2018": "21件 of 3/3 map[number:3] close [national-2014 baohe-annex-2018]",
		// 齐齐哈尔 left the total of answers blank; 包河 is not asked for it
		"applications_answered 2018": "320件 of 1/2 map[blank:1 number:1] close [national-2014]",
		// 2条 and 194件 do not add up; the first of two units counts
		"normative_documents_issued 2018": "2条 of 1/2 map[number:1 unit:1] exact [national-2014]",
		"applications_received 2024":      "3119件 of 1/1 map[number:1] exact [national-2021]",
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: got %s, want %s", k, got[k], v)
		}
	}
}

// TestAggregateSeriesConflict counts a point on which two forms differ.
func TestAggregateSeriesConflict(t *testing.T) {
	points := schema.Panel(report(t, "issuer 某县\nyear 2018\ntable national-2014 statistics\napplication.received | 320\ntable jiangsu-origin-2015 origin\napplication.received | 319\n"))
	for _, s := range schema.AggregateSeries(points...) {
		if s.Series == "applications_received" && (s.Value != "" || s.Statuses[schema.Conflict] != 1) {
			t.Errorf("got %s, %v", s.Value, s.Statuses)
		}
	}
}
