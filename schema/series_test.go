package schema_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

func TestSeriesData(t *testing.T) {
	text := map[schema.SeriesCode]int{}
	for _, s := range schema.SeriesList() {
		if text[s.Code]++; text[s.Code] > 1 {
			t.Errorf("%s stands in the list twice", s.Code)
		}
		if s.ZH == "" || s.EN == "" || len(s.Mappings) == 0 {
			t.Errorf("%s: %v", s.Code, s)
		}
		byForm := map[string]bool{}
		for _, m := range s.Mappings {
			if byForm[m.Form] {
				t.Errorf("%s has two mappings for %s", s.Code, m.Form)
			}
			byForm[m.Form] = true
			if !slices.Contains(forms, m.Form) {
				t.Errorf("%s: unknown form %s", s.Code, m.Form)
			}
			if !slices.Contains([]schema.Match{schema.Exact, schema.Close, schema.Broader, schema.Narrower}, m.Match) {
				t.Errorf("%s for %s: unknown match %q", s.Code, m.Form, m.Match)
			}
			for _, term := range m.Expression {
				if term.NextYear {
					t.Errorf("%s for %s reaches into another year", s.Code, m.Form)
				}
			}
		}
		if got, ok := schema.LookupSeries(s.Code); !ok || got.ZH != s.ZH {
			t.Errorf("LookupSeries(%s) = %v, %t", s.Code, got, ok)
		}
	}
	if len(text) != 46 {
		t.Errorf("%d series, want 46", len(text))
	}
	if _, ok := schema.LookupSeries("granted_share"); ok {
		t.Error("LookupSeries finds a code that is not in the list")
	}
}

// TestSeriesFormulas proves the formula of every series for every form: each
// form is filled so that every figure is a power of two of its own, or the sum
// of such, and what a series must give is worked out by hand from the row
// numbers. A formula that takes a row too many, too few or another one gives
// another number.
func TestSeriesFormulas(t *testing.T) {
	filled := map[string]*schema.Report{
		"national-2019": report(t, `table national-2019 proactive
proactive.normative.made proactive.normative.published proactive.normative.public_total | 7 8 9
proactive.licensing.items_previous proactive.licensing.items_change proactive.licensing.decisions | 10 1 11
proactive.penalty.items_previous proactive.penalty.items_change proactive.penalty.decisions | 12 2 13
proactive.compulsion.items_previous proactive.compulsion.items_change proactive.compulsion.decisions | 14 3 15
table national-2019 applications applicants
application.received | 9 0 0 0 0 0 101
application.carried_in | 9 0 0 0 0 0 102
application.outcome.granted | 9 0 0 0 0 0 103
application.outcome.partial | 9 0 0 0 0 0 104
application.outcome.refused.state_secret | 9 0 0 0 0 0 1
application.outcome.refused.other_law | 9 0 0 0 0 0 2
application.outcome.refused.security | 9 0 0 0 0 0 4
application.outcome.refused.third_party | 9 0 0 0 0 0 8
application.outcome.refused.internal | 9 0 0 0 0 0 16
application.outcome.refused.process | 9 0 0 0 0 0 32
application.outcome.refused.enforcement_file | 9 0 0 0 0 0 64
application.outcome.refused.inquiry | 9 0 0 0 0 0 128
application.outcome.unable.not_held | 9 0 0 0 0 0 105
application.outcome.unable.needs_creation | 9 0 0 0 0 0 106
application.outcome.unable.unclear | 9 0 0 0 0 0 107
application.outcome.rejected.petition | 9 0 0 0 0 0 108
application.outcome.rejected.repeated | 9 0 0 0 0 0 109
application.outcome.rejected.publication | 9 0 0 0 0 0 110
application.outcome.rejected.excessive | 9 0 0 0 0 0 111
application.outcome.rejected.reconfirmation | 9 0 0 0 0 0 112
application.outcome.other | 9 0 0 0 0 0 113
application.outcome | 9 0 0 0 0 0 114
application.carried_out | 9 0 0 0 0 0 115
table national-2019 remedies
reconsideration.upheld reconsideration.corrected reconsideration.other reconsideration.pending reconsideration | 201 202 203 204 205
litigation.direct.upheld litigation.direct.corrected litigation.direct.other litigation.direct.pending litigation.direct | 300 301 302 303 304
litigation.after_reconsideration.upheld litigation.after_reconsideration.corrected litigation.after_reconsideration.other litigation.after_reconsideration.pending litigation.after_reconsideration | 1000 2000 3000 4000 5000
`),
		"national-2014": report(t, `table national-2014 statistics
proactive.normative.disclosed | 1
proactive.normative.issued | 2
application.received | 3
application.received.channel.in_person | 4
application.closed | 5
application.outcome | 6
application.outcome.already_public | 10
application.outcome.agreed | 20
application.outcome.partial | 40
application.outcome.not_agreed | 800
application.outcome.refused.state_secret | 7
application.outcome.refused.trade_secret | 100
application.outcome.refused.privacy | 200
application.outcome.refused.security | 8
application.outcome.not_government_information | 300
application.outcome.refused.other_statutory | 9
application.outcome.not_this_organ | 1000
application.outcome.nonexistent | 2000
application.outcome.correction_notice | 11
application.outcome.redirected | 12
reconsideration | 13
reconsideration.upheld | 14
reconsideration.corrected | 15
reconsideration.other_or_pending | 16
litigation | 17
litigation.upheld | 18
litigation.corrected | 19
litigation.other_or_pending | 21
`),
		"shanghai-2004": report(t, `table shanghai-2004 statistics period year
proactive.normative.added | 9 1
application.received | 9 2
application.received.channel.online | 9 3
application.outcome | 9 4
application.outcome.agreed | 9 5
application.outcome.partial | 9 6
application.outcome.vetoed | 9 7
application.outcome.not_government_information | 9 8
application.outcome.nonexistent | 9 10
application.outcome.not_held_here | 9 20
application.outcome.content_unclear | 9 11
application.outcome.refused.state_secret | 9 12
application.outcome.refused.trade_secret | 9 100
application.outcome.refused.privacy | 9 200
reconsideration | 9 13
litigation | 9 14
appeal | 9 15
`),
		"shanghai-2010": report(t, `table shanghai-2010 statistics period year
proactive.normative.added | 9 1
application.received | 9 2
application.outcome | 9 4
application.outcome.agreed | 9 5
application.outcome.partial | 9 6
application.outcome.not_government_information | 9 8
application.outcome.nonexistent | 9 10
application.outcome.outside_authority | 9 20
application.outcome.content_unclear | 9 11
application.outcome.rejected.repeated | 9 16
application.outcome.refused | 9 7
application.outcome.refused.state_secret | 9 12
application.outcome.refused.trade_secret | 9 100
application.outcome.refused.privacy | 9 200
application.outcome.refused.process_and_security | 9 17
application.outcome.refused.security | 9 18
reconsideration | 9 13
litigation | 9 14
appeal | 9 15
`),
		"fujian-2008": report(t, `table fujian-2008 statistics year cumulative
application.accepted | 1 9
application.outcome | 2 9
application.outcome.agreed | 3 9
application.outcome.partial | 4 9
application.outcome.vetoed | 5 9
reconsideration | 6 9
litigation | 7 9
appeal | 8 9
`),
		"anhui-bureau-2009": report(t, `table anhui-bureau-2009 statistics
application.catalogue | 1
application.received | 2
application.outcome | 3
application.outcome.agreed | 4
application.outcome.partial | 5
application.outcome.refused | 6
application.outcome.other_circumstance | 7
complaint | 8
reconsideration | 9
`),
		"baohe-annex-2018": report(t, `table baohe-annex-2018 annex-2
application.accepted | 1
application.accepted.townships | 2
table baohe-annex-2018 annex-3
remedy | 3
complaint | 4
reconsideration | 5
litigation | 6
`),
		"jiangsu-origin-2015": report(t, "table jiangsu-origin-2015 origin\napplication.origin.citizen | 1\napplication.received | 2\n"),
	}
	// The form of 2021 prints the same, but three rows for one and other columns
	// of documents.
	text := strings.ReplaceAll(`table national-2021 proactive
proactive.normative.issued proactive.normative.repealed proactive.normative.in_force | 7 8 9
proactive.licensing.decisions | 11
proactive.penalty.decisions | 13
proactive.compulsion.decisions | 15
table national-2021 applications applicants
`, "\t", "")
	for _, table := range filled["national-2019"].Tables[1:] {
		if table.Name == "remedies" {
			text += "table national-2021 remedies\n"
		}
		byRow := map[string][]schema.Observation{}
		var rows []string
		for _, o := range table.Observations {
			row := o.Source.Cell[1:]
			if byRow[row] == nil {
				rows = append(rows, row)
			}
			byRow[row] = append(byRow[row], o)
		}
		for _, row := range rows {
			var codes, figures []string
			for _, o := range byRow[row] {
				if c := string(o.Indicator); !slices.Contains(codes, c) {
					codes = append(codes, c)
				}
				figures = append(figures, string(o.Value))
			}
			if codes[0] == "application.outcome.other" {
				text += "application.outcome.other.uncorrected | 9 0 0 0 0 0 13\napplication.outcome.other.unpaid | 9 0 0 0 0 0 40\napplication.outcome.other.other | 9 0 0 0 0 0 60\n"
				continue
			}
			text += strings.Join(codes, " ") + " | " + strings.Join(figures, " ") + "\n"
		}
	}
	filled["national-2021"] = report(t, text)

	// What the series must give, by hand: 1+2+4+8+16+32+64+128 = 255, 800−300 =
	// 500, 100+200 = 300, 10+20 = 30, 1000+2000 = 3000, 304+5000 = 5304.
	since2019 := map[schema.SeriesCode]string{
		"applications_received": "101 exact", "applications_answered": "114 exact", "granted": "103 exact", "granted_in_part": "104 exact",
		"refused": "255 exact", "refused_state_secret": "1 exact", "refused_security": "4 exact", "refused_third_party": "8 exact",
		"not_held": "105 exact", "unclear": "107 exact", "repeated": "109 exact",
		"reconsiderations": "205 exact", "reconsiderations_upheld": "201 exact", "reconsiderations_corrected": "202 exact",
		"lawsuits": "5304 exact", "lawsuits_upheld": "1300 exact", "lawsuits_corrected": "2301 exact",
		"normative_documents_issued": "7 close", "other_handling": "113 exact",
		"licensing_decisions": "11 exact", "penalty_decisions": "13 exact", "compulsion_decisions": "15 exact",
		"applications_carried_in": "102 exact", "refused_other_law": "2 exact", "refused_internal": "16 exact", "refused_process": "32 exact",
		"refused_enforcement_file": "64 exact", "refused_inquiry": "128 exact", "unable_needs_creation": "106 exact",
		"rejected_petition": "108 exact", "rejected_publication": "110 exact", "rejected_excessive": "111 exact", "rejected_reconfirmation": "112 exact",
		"applications_carried_out": "115 exact", "reconsideration_other": "203 exact", "reconsideration_pending": "204 exact",
		"litigation_direct": "304 exact", "litigation_direct_upheld": "300 exact", "litigation_direct_corrected": "301 exact",
		"litigation_direct_other": "302 exact", "litigation_direct_pending": "303 exact",
		"litigation_after_reconsideration": "5000 exact", "litigation_after_reconsideration_upheld": "1000 exact",
		"litigation_after_reconsideration_corrected": "2000 exact", "litigation_after_reconsideration_other": "3000 exact",
		"litigation_after_reconsideration_pending": "4000 exact",
	}
	want := map[string]map[schema.SeriesCode]string{
		"national-2019": since2019,
		"national-2021": since2019, // other_handling: 13+40+60 = 113
		"national-2014": {
			"applications_received": "3 exact", "applications_answered": "6 close", "granted": "30 close", "granted_in_part": "40 exact",
			"refused": "500 close", "refused_state_secret": "7 exact", "refused_security": "8 exact", "refused_third_party": "300 close",
			"not_held": "3000 close", "unclear": "11 broader",
			"reconsiderations": "13 close", "reconsiderations_upheld": "14 exact", "reconsiderations_corrected": "15 exact",
			"lawsuits": "17 close", "lawsuits_upheld": "18 exact", "lawsuits_corrected": "19 exact", "normative_documents_issued": "2 exact",
		},
		"shanghai-2004": {
			"applications_received": "2 close", "applications_answered": "4 close", "granted": "5 narrower", "granted_in_part": "6 close",
			"refused": "7 broader", "refused_state_secret": "12 close", "refused_third_party": "300 close", "not_held": "30 close", "unclear": "11 broader",
			"reconsiderations": "13 close", "lawsuits": "14 close", "normative_documents_issued": "1 close",
		},
		"shanghai-2010": {
			"applications_received": "2 close", "applications_answered": "4 close", "granted": "5 narrower", "granted_in_part": "6 close",
			"refused": "7 close", "refused_state_secret": "12 close", "refused_security": "18 close", "refused_third_party": "300 close",
			"not_held": "30 close", "unclear": "11 broader", "repeated": "16 close",
			"reconsiderations": "13 close", "lawsuits": "14 close", "normative_documents_issued": "1 close",
		},
		"fujian-2008": {
			"applications_received": "1 narrower", "applications_answered": "2 close", "granted": "3 narrower", "granted_in_part": "4 close",
			"refused": "5 broader", "reconsiderations": "6 close", "lawsuits": "7 close",
		},
		"anhui-bureau-2009": {
			"applications_received": "2 close", "applications_answered": "3 close", "granted": "4 narrower", "granted_in_part": "5 close",
			"refused": "6 close", "reconsiderations": "9 close",
		},
		"baohe-annex-2018":    {"applications_received": "1 narrower", "reconsiderations": "5 close", "lawsuits": "6 close"},
		"jiangsu-origin-2015": {"applications_received": "2 exact"},
	}
	for form, r := range filled {
		got := map[schema.SeriesCode]string{}
		for _, p := range schema.Panel(r) {
			got[p.Series] = fmt.Sprint(p.Value, " ", p.Mapping.Match)
		}
		if diff := cmp.Diff(want[form], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form, diff)
		}
	}
}

// point returns the only point of a series.
func point(t *testing.T, points []schema.Point, c schema.SeriesCode) schema.Point {
	t.Helper()
	points = slices.DeleteFunc(slices.Clone(points), func(p schema.Point) bool { return p.Series != c })
	if len(points) != 1 {
		t.Fatalf("%d points of %s, want 1", len(points), c)
	}
	return points[0]
}

// TestPanelRudongHuaian puts 如东 2018, in the form of 2014, next to 淮安 2024,
// in that of 2021.
func TestPanelRudongHuaian(t *testing.T) {
	points := schema.Panel(sample(t, "2018-national-2014-rudong"), sample(t, "2024-national-2021-huaian"))
	got := map[schema.SeriesCode][]string{}
	for _, p := range points {
		got[p.Series] = append(got[p.Series], fmt.Sprintf("%s %d %s%s %s %s", p.Issuer, p.Year, p.Value, p.Unit, p.Mapping.Match, strings.Join(p.Forms, "+")))
	}
	const rudong, huaian = "如东县人民政府办公室 2018 ", "淮安市人民政府 2024 "
	// By hand: 26+104 = 130; 43−36 = 7; 0+1 = 1; 36+53 = 89; 2+31+5+6+8+12+9+105
	// = 178; 26+20 = 46; 13+12 = 25; 4+1 = 5.
	want := map[schema.SeriesCode][]string{
		"applications_received":      {rudong + "320件 exact national-2014+jiangsu-origin-2015", huaian + "3119件 exact national-2021"},
		"applications_answered":      {rudong + "320件 close national-2014", huaian + "3050件 exact national-2021"},
		"granted":                    {rudong + "130件 close national-2014", huaian + "1362件 exact national-2021"},
		"granted_in_part":            {rudong + "15件 exact national-2014", huaian + "454件 exact national-2021"},
		"refused":                    {rudong + "7件 close national-2014", huaian + "178件 exact national-2021"},
		"refused_state_secret":       {rudong + "0件 exact national-2014", huaian + "2件 exact national-2021"},
		"refused_security":           {rudong + "0件 exact national-2014", huaian + "5件 exact national-2021"},
		"refused_third_party":        {rudong + "1件 close national-2014", huaian + "6件 exact national-2021"},
		"not_held":                   {rudong + "89件 close national-2014", huaian + "769件 exact national-2021"},
		"unclear":                    {rudong + "9件 broader national-2014", huaian + "1件 exact national-2021"},
		"reconsiderations":           {rudong + "15件 close national-2014", huaian + "351件 exact national-2021"},
		"reconsiderations_upheld":    {rudong + "14件 exact national-2014", huaian + "72件 exact national-2021"},
		"reconsiderations_corrected": {rudong + "1件 exact national-2014", huaian + "64件 exact national-2021"},
		"lawsuits":                   {rudong + "11件 close national-2014", huaian + "46件 exact national-2021"},
		"lawsuits_upheld":            {rudong + "11件 exact national-2014", huaian + "25件 exact national-2021"},
		"lawsuits_corrected":         {rudong + "0件 exact national-2014", huaian + "5件 exact national-2021"},
		"normative_documents_issued": {rudong + "2条 exact national-2014", huaian + "8件 close national-2021"},
	}
	for c, lines := range want {
		if diff := cmp.Diff(lines, got[c]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c, diff)
		}
	}
	if n := len(got["repeated"]); n != 1 {
		t.Errorf("%d points of repeated applications, want only that of 淮安: the form of 2014 does not ask for them", n)
	}
	// Each value has its formula and its cells.
	p := point(t, schema.Panel(sample(t, "2018-national-2014-rudong")), "refused")
	if got, want := p.Mapping.Expression.String(), "application.outcome.not_agreed − application.outcome.not_government_information"; got != want {
		t.Errorf("the formula is %s, want %s", got, want)
	}
	var cells []string
	for _, part := range p.Parts {
		cells = append(cells, fmt.Sprint(part.Source.File, ":", part.Source.Cell, " ", part.Value, " ", part.Minus))
	}
	if want := []string{"2018-national-2014-rudong:C29 43 false", "2018-national-2014-rudong:C34 36 true"}; !slices.Equal(cells, want) {
		t.Errorf("the cells are %q, want %q", cells, want)
	}
}

func TestPanelMissing(t *testing.T) {
	const table = "table national-2021 applications applicants\n"
	tests := []struct {
		name, text string
		series     schema.SeriesCode
		value      schema.Decimal
		atLeast    schema.Decimal
		reason     string
		why        string
	}{
		{"blank", head2014 + "application.outcome.already_public | 26\napplication.outcome.agreed | .\n", "granted", "", "26", "同意公开答复数：空白（statistics!C2）", ""},
		{"dash", head2014 + "application.outcome.already_public | 26\napplication.outcome.agreed | /\n", "granted", "", "26", "同意公开答复数：填横线（statistics!C2）", ""},
		{"text", head2014 + "application.outcome.already_public | 26\napplication.outcome.agreed | xx\n", "granted", "", "26", "同意公开答复数：不是数字（statistics!C2）", ""},
		{"not printed", head2014 + "application.outcome.already_public | 26\n", "granted", "", "26", "同意公开答复数：未列", ""},
		{"none is 0", head2014 + "application.outcome.already_public | 26\napplication.outcome.agreed | 无\n", "granted", "26", "", "", ""},
		{"nothing known", head2014 + "application.outcome.already_public | .\n", "granted", "", "", "属于已主动公开范围数：空白（statistics!C1）；同意公开答复数：未列", "0 at least says nothing"},
		{"what is subtracted", head2014 + "application.outcome.not_agreed | 43\napplication.outcome.not_government_information | .\n", "refused", "", "", "不是《条例》所指政府信息：空白（statistics!C2）", "it may be up to 43"},
		{"more subtracted than there is", head2014 + "application.outcome.not_agreed | 3\napplication.outcome.not_government_information | 5\n", "refused", "", "", "各项数值矛盾：减数大于被减数", "no count is −2"},
		{"said twice", head2014 + "application.outcome.partial | 3\napplication.outcome.partial | 4\n", "granted_in_part", "", "", "部分公开：数值矛盾（statistics!C1）", "neither is chosen"},
		{"two units", head2014 + "application.outcome.already_public | 26件\napplication.outcome.agreed | 4条\n", "granted", "", "", "属于已主动公开范围数：单位不同（statistics!C1）；同意公开答复数：单位不同（statistics!C2）", "件 and 条 do not add up"},
		{"total blank", table + "application.outcome.granted | 258 12 . . 1 1 .\n", "granted", "", "272", "予以公开，总计：空白（applications!I1）", "258+12+1+1, as in 上海 2019"},
		{"no applicants told apart", "table national-2021 applications\napplication.outcome.granted | 1\n", "granted", "1", "", "", ""},
		{"the year, not the period", "table shanghai-2010 statistics period year\napplication.received | 3 40\n", "applications_received", "40", "", "", ""},
		{"no year", "table fujian-2008 statistics cumulative\napplication.accepted | 50\n", "applications_received", "", "", "受理政府信息公开申请数，本年累计：未列", "never what all years add up to"},
		{"issuing bodies", "table national-2014 statistics government departments townships\napplication.received | 1 20 300\n", "applications_received", "321", "", "", ""},
		{"an issuing body blank", "table national-2014 statistics government departments townships\napplication.received | 1 . 300\n", "applications_received", "", "301", "本年新收政府信息公开申请数量，区直单位：空白（statistics!D1）", ""},
		{"an issuing body not printed", "table national-2014 statistics government townships\napplication.received | 1 300\n", "applications_received", "", "301", "本年新收政府信息公开申请数量，区直单位：未列", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := point(t, schema.Panel(report(t, tt.text)), tt.series)
			if got := p.Reason(schema.Chinese); p.Value != tt.value || p.AtLeast != tt.atLeast || got != tt.reason {
				t.Errorf("value %q, at least %q, %q; want %q, %q, %q; %s", p.Value, p.AtLeast, got, tt.value, tt.atLeast, tt.reason, tt.why)
			}
			if missing := p.ObsStatus() == schema.ObsMissing; missing != (tt.value == "") {
				t.Errorf("status %s", p.ObsStatus())
			}
		})
	}
}

// TestPanelShanghai takes a report in which the totals of the outcomes are
// blank.
func TestPanelShanghai(t *testing.T) {
	points := schema.Panel(sample(t, "2019-national-2019-shanghai"))
	for c, want := range map[schema.SeriesCode]string{
		"applications_received": "859 ", "applications_answered": "805 ", "granted": " 272", "granted_in_part": " 3",
		"refused": " 35", // 14+5+(3+1)+(10+2)
		"unclear": " 25", "not_held": " 265", "lawsuits": " 9", "reconsiderations": "7 ",
	} {
		if p := point(t, points, c); string(p.Value+" "+p.AtLeast) != want {
			t.Errorf("%s: %q at least %q, want %q", c, p.Value, p.AtLeast, want)
		}
	}
}

func TestPanelForms(t *testing.T) {
	const n14, origin = "issuer 某县\nyear 2018\ntable national-2014 statistics\n", "table jiangsu-origin-2015 origin\n"
	tests := []struct {
		name, text string
		want       string // value, forms, reason
	}{
		{"agree", n14 + "application.received | 320\n" + origin + "application.received | 320\n", "320 [national-2014 jiangsu-origin-2015] "},
		{"differ", n14 + "application.received | 320\n" + origin + "application.received | 319\n", " [national-2014 jiangsu-origin-2015] 各表数值不一致：national-2014、jiangsu-origin-2015"},
		{"one blank", n14 + "application.received | .\n" + origin + "application.received | 320\n", "320 [jiangsu-origin-2015] "},
		{"one not printed", n14 + "application.closed | 1\n" + origin + "application.received | .\n", " [jiangsu-origin-2015] 本年新收政府信息公开申请数量：空白（origin!C1）"},
		{"the better match", "issuer 某县\nyear 2018\ntable baohe-annex-2018 annex-2\napplication.accepted | 300\n" + origin + "application.received | 320\n", "320 [jiangsu-origin-2015] "},
		{"a value before a better match", "issuer 某县\nyear 2018\ntable baohe-annex-2018 annex-2\napplication.accepted | 300\n" + origin + "application.received | .\n", "300 [baohe-annex-2018] "},
	}
	for _, tt := range tests {
		p := point(t, schema.Panel(report(t, tt.text)), "applications_received")
		if got := fmt.Sprint(p.Value, " ", p.Forms, " ", p.Reason(schema.Chinese)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestPanelBreaks(t *testing.T) {
	of := func(issuer string, year int, form, received string) *schema.Report {
		head := fmt.Sprintf("issuer %s\nyear %d\ntable %s ", issuer, year, form)
		if strings.HasPrefix(form, "national-20") && form != "national-2014" {
			return report(t, head+"applications applicants\napplication.received | . . . . . . "+received+"\n")
		}
		return report(t, head+"statistics\napplication.received | "+received+"\n")
	}
	reports := []*schema.Report{
		of("某 市", 2021, "national-2021", "6"), // not in order
		of("某市", 2017, "national-2014", "2"),
		of("某市", 2018, "national-2014", "3"),
		of("某市", 2018, "jiangsu-origin-2015", "3"),
		of("某市", 2019, "national-2019", "."),
		of("某市", 2020, "national-2019", "5"),
		of("某市", 2024, "national-2021", "7"),
		of("某市", 0, "national-2021", "8"),
		of("乙市", 2022, "national-2021", "9"),
		of("", 2018, "national-2014", "10"),
		of("", 2021, "national-2021", "11"),
	}
	var got []string
	for _, p := range schema.Panel(reports...) {
		if p.Series == "applications_received" {
			got = append(got, fmt.Sprintf("%s%s %d %s %s", p.Issuer, p.File, p.Year, p.Value, p.ObsStatus()))
		}
	}
	want := []string{
		"某市 0 8 A", // of no known year: neither a break nor before one
		"某市 2017 2 A",
		"某市 2018 3 A", // two forms, of which one goes on
		"某市 2019  B",  // the break counts more than that the value is missing
		"某市 2020 5 A",
		"某市 2021 6 B",
		"某市 2024 7 A", // years between do not matter
		"乙市 2022 9 A",
		"2018 2018 10 A", // files of nobody are not joined
		"2021 2021 11 A",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMatchNames(t *testing.T) {
	got := ""
	for _, m := range []schema.Match{schema.Exact, schema.Close, schema.Broader, schema.Narrower, "other"} {
		got += m.Name(schema.English) + " " + m.Name(schema.Chinese) + "; "
	}
	if want := "exact 一致; close 相近; broader 偏宽; narrower 偏窄; other other; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestCoverage keeps the figures of an issuer's own offices apart from those of
// the issuer.
func TestCoverage(t *testing.T) {
	table := func(coverage string, year int, figure string) string {
		return fmt.Sprintf("issuer 某市\ncoverage %s\nyear %d\ntable national-2014 statistics\nreconsideration | %s\nreconsideration.upheld | 1\nreconsideration.corrected | 1\n", coverage, year, figure)
	}
	r := report(t, table("全市", 2017, "20")+table("市本级", 2017, "8")+table("", 2018, "21")+table("市本级", 2018, "9"))
	points := schema.Panel(r)
	var got []string
	for _, p := range points {
		if p.Series == "reconsiderations" {
			got = append(got, fmt.Sprint(p.Coverage, " ", p.Year, " ", p.Value))
		}
	}
	if want := []string{"全市 2017 20", "全市 2018 21", "市本级 2017 8", "市本级 2018 9"}; !slices.Equal(got, want) {
		t.Errorf("the points are %q, want %q", got, want)
	}
	// A share is of one of them, and a sum does not count the own offices twice.
	for _, s := range schema.Shares(points...) {
		if s.Denominator != "" && s.Percent(0) != "50" || s.Coverage == "" {
			t.Errorf("%s %d %s: %s/%s", s.Coverage, s.Year, s.Code, s.Numerator, s.Denominator)
		}
	}
	for _, s := range append(schema.Aggregate(r), schema.AggregateSeries(points...)...) {
		if (s.Indicator == "reconsideration" || s.Series == "reconsiderations") && (s.Units != 1 || s.Value != map[int]schema.Decimal{2017: "20", 2018: "21"}[s.Year]) {
			t.Errorf("%d: %s of %d units", s.Year, s.Value, s.Units)
		}
	}
	own := report(t, table("市本级", 2017, "8"))
	for _, s := range append(schema.Aggregate(own), schema.AggregateSeries(schema.Panel(own)...)...) {
		if (s.Indicator == "reconsideration" || s.Series == "reconsiderations") && s.Value != "8" {
			t.Errorf("own offices alone: %s of %d units", s.Value, s.Units)
		}
	}
	// Another issuer's whole is not that of the own offices.
	other := report(t, strings.Replace(table("", 2017, "5"), "某市", "乙市", 1))
	for _, s := range append(schema.Aggregate(own, other), schema.AggregateSeries(schema.Panel(own, other)...)...) {
		if (s.Indicator == "reconsideration" || s.Series == "reconsiderations") && s.Value != "13" {
			t.Errorf("own offices and another issuer: %s of %d units", s.Value, s.Units)
		}
	}
	// The years follow each other one by one.
	if n := len(schema.Diff(r, r)); n != 0 {
		t.Errorf("%d changes of a report to itself", n)
	}
}
