package schema_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// forms are the names of the forms that data may be keyed by.
var forms = []string{
	"national-2014", "jiangsu-origin-2015", "baohe-annex-2018", "national-2019", "national-2021",
	"shanghai-2004", "shanghai-2010", "fujian-2008", "anhui-bureau-2009", "anhui-quarterly-2014",
}

func TestRelationData(t *testing.T) {
	kinds := []schema.RelationKind{schema.Printed, schema.Implied, schema.AcrossYears, schema.NotARelation}
	overs := []schema.Over{schema.Once, schema.EachApplicant, schema.EachIndicator, schema.OverTotal, schema.EachScope}
	count := map[schema.RelationKind]int{}
	seen := map[string]bool{}
	for _, r := range schema.Relations() {
		name := r.Form + "/" + r.Name
		if seen[name] {
			t.Errorf("%s stands in the data twice", name)
		}
		seen[name] = true
		count[r.Kind]++
		if !slices.Contains(forms, r.Form) || !slices.Contains(kinds, r.Kind) || !slices.Contains(overs, r.Over) {
			t.Errorf("%s: form %q, kind %q or over %q is unknown", name, r.Form, r.Kind, r.Over)
		}
		op := map[schema.Op]string{schema.Equal: " = ", schema.AtMost: " ≤ "}[r.Op]
		for _, words := range []string{r.EN, r.ZH} {
			if op == "" || strings.Count(words, op) != 1 || strings.Count(words, " = ")+strings.Count(words, " ≤ ") != 1 {
				t.Errorf("%s: %q does not hold the operator %q once", name, words, r.Op)
			}
		}
		if r.Kind == schema.NotARelation && r.Note == "" {
			t.Errorf("%s is no relation, for no reason", name)
		}
		if across := strings.Contains(r.Left.String()+r.Right.String(), "@next"); across != (r.Kind == schema.AcrossYears) {
			t.Errorf("%s: kind %q with %s and %s", name, r.Kind, r.Left, r.Right)
		}
		terms := map[schema.Term]bool{}
		for _, term := range slices.Concat(r.Left, r.Right) {
			if terms[term] {
				t.Errorf("%s: %v stands in it twice", name, term)
			}
			terms[term] = true
		}
	}
	want := map[schema.RelationKind]int{schema.Printed: 2, schema.Implied: 39, schema.AcrossYears: 9, schema.NotARelation: 4}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("relations by kind (-want +got):\n%s", diff)
	}
}

func TestExpressionString(t *testing.T) {
	for _, r := range schema.Relations() {
		if r.Form == "national-2021" && r.Name == "rules_in_force" {
			const want = "proactive.rules.in_force + proactive.rules.issued@next − proactive.rules.repealed@next"
			if got := r.Left.String(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			return
		}
	}
	t.Error("no relation national-2021/rules_in_force")
}

// TestSampleRelations checks every relation of every complete sample against
// what the figures give when they are added up by hand.
func TestSampleRelations(t *testing.T) {
	const (
		holds = schema.Holds
		fails = schema.Fails
		na    = schema.NotAssessable
		none  = schema.NotAsked
	)
	type counts map[schema.Outcome]int
	whole2021 := map[string]counts{ // seven columns, twenty-five rows
		"balance": {holds: 7}, "outcomes": {holds: 7}, "applicants": {holds: 25},
		"reconsideration": {holds: 1}, "litigation.direct": {holds: 1}, "litigation.after_reconsideration": {holds: 1},
		"carry_over": {none: 1}, "rules_in_force": {none: 1}, "normative_in_force": {none: 1},
	}
	but := func(m map[string]counts, name string, c counts) map[string]counts {
		changed := map[string]counts{}
		for k, v := range m {
			changed[k] = v
		}
		changed[name] = c
		return changed
	}
	tests := []struct {
		sample string
		want   map[string]counts
		why    string
	}{
		{"2024-national-2021-huaian", whole2021, "3001+34 = 2932+103 … 3119+34 = 3050+103; 72+64+178+37 = 351, 13+4+8+1 = 26, 12+1+1+6 = 20"},
		{"2024-national-2021-office", whole2021, "100+13 = 113+0; 68+4+1+40 = 113; all others 0"},
		{"2023-national-2021-suqian", whole2021, "3402+91 = 3375+118 … 3511+96 = 3486+121; 309+17+88+26 = 440, 1+1+16+6 = 24, 13+0+67+9 = 89"},
		{"2025-national-2021-shuyang", whole2021, "705+36 = 710+31 … 713+36 = 718+31; 27+10+9+15 = 61, 3 = 3, 8+0+1+1 = 10"},
		{
			"2023-national-2021-jinhu", but(whole2021, "litigation.direct", counts{fails: 1}),
			"2+0+1+0 is 3 and not 0: 10 and 12 were read as 1 and 0; all else holds",
		},
		{
			"2019-national-2019-shanghai", map[string]counts{
				"balance":         {holds: 2, na: 5},
				"outcomes":        {na: 7},
				"applicants":      {na: 23},
				"reconsideration": {na: 1}, "litigation.direct": {na: 1}, "litigation.after_reconsideration": {na: 1},
				"carry_over": {none: 1}, "licensing_items": {none: 1}, "other_services_items": {none: 1},
				"penalty_items": {none: 1}, "compulsion_items": {none: 1}, "fees_items": {none: 1},
			},
			"821+18 = 767+72 and 859+18 = 805+72; every other sum has a blank, which is not 0",
		},
		{
			"2018-national-2014-rudong", map[string]counts{
				"channels": {holds: 1}, "closed": {holds: 1}, "outcomes": {holds: 1}, "not_agreed": {holds: 1},
				"reconsideration": {holds: 1}, "litigation": {holds: 1}, "staff": {holds: 1},
				"leaders_at_conferences": {holds: 1}, "leaders_at_interviews": {holds: 1},
				"disclosure_channels_printed": {na: 1},
				"origins":                     {holds: 1}, "citizens": {holds: 1},
			},
			"26+0+68+226 = 320, 307+13 = 320, 26+104+15+43+36+53+9+34 = 320, 1+36+6 = 43, 14+1+0 = 15, 11 = 11, 31+135 = 166, " +
				"12 ≤ 21, 3 ≤ 26, 4+4+1+255+56 = 320, 0 ≤ 255; the gazette has no row, so that 39734 = 24771+4581+9833+549 proves nothing",
		},
		{
			"2018-national-2014-qiqihar", map[string]counts{
				"channels": {holds: 1}, "staff": {holds: 1},
				"closed": {na: 1}, "outcomes": {na: 1}, "not_agreed": {na: 1}, "reconsideration": {na: 1}, "litigation": {na: 1},
				"leaders_at_conferences": {na: 1}, "leaders_at_interviews": {na: 1}, "disclosure_channels_printed": {na: 1},
			},
			"123+5+97+22 = 247, 26+139 = 165; the rest is blank in part, 2+6 = 8 of litigation too",
		},
		{
			"2018-baohe-annex-2018-baohe", map[string]counts{"information": {holds: 1}, "accepted": {holds: 1}, "remedies": {holds: 1}},
			"9980+5674 = 15654, 54+31 = 85, 0+2+2 = 4",
		},
	}
	for _, tt := range tests {
		got := map[string]counts{}
		for _, r := range schema.Evaluate(sample(t, tt.sample)) {
			if got[r.Relation.Name] == nil {
				got[r.Relation.Name] = counts{}
			}
			got[r.Relation.Name][r.Outcome]++
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.sample, tt.why, diff)
		}
	}
}

const head2014 = "issuer 某县\nyear 2018\ntable national-2014 statistics\n"

// outcome evaluates one relation of a report.
func outcome(t *testing.T, r *schema.Report, name string) schema.Result {
	t.Helper()
	results := slices.DeleteFunc(schema.Evaluate(r), func(r schema.Result) bool { return r.Relation.Name != name })
	if len(results) != 1 {
		t.Fatalf("%s has %d results, want 1", name, len(results))
	}
	return results[0]
}

func TestOutcomes(t *testing.T) {
	lines := func(codes string, figures ...string) string {
		var b strings.Builder
		for i, c := range strings.Fields(codes) {
			if figures[i] != "" {
				fmt.Fprintf(&b, "%s | %s\n", c, figures[i])
			}
		}
		return b.String()
	}
	const (
		staff   = "organisation.staff organisation.staff.full_time organisation.staff.part_time"
		leaders = "response.press_conference response.press_conference.leader"
		money   = "fees fees.proactive fees.application"
	)
	tests := []struct {
		name, relation, text string
		want                 schema.Outcome
		left, right          schema.Decimal
		missing              []schema.Status
		why                  string
	}{
		{"holds", "staff", head2014 + lines(staff, "166", "31", "135"), schema.Holds, "166", "166", nil, ""},
		{"fails", "staff", head2014 + lines(staff, "166", "31", "136"), schema.Fails, "167", "166", nil, ""},
		{"none is 0", "staff", head2014 + lines(staff, "31", "31", "无"), schema.Holds, "31", "31", nil, "无 is a word for 0"},
		{"blank", "staff", head2014 + lines(staff, "31", "31", "."), schema.NotAssessable, "31", "31", []schema.Status{schema.Blank}, "blank is not 0, even where it would do"},
		{"dash", "staff", head2014 + lines(staff, "31", "31", "/"), schema.NotAssessable, "31", "31", []schema.Status{schema.Dash}, "a dash is not 0"},
		{"text", "staff", head2014 + lines(staff, "31", "xx", "31"), schema.NotAssessable, "31", "31", []schema.Status{schema.Text}, ""},
		{"absent", "staff", head2014 + lines(staff, "31", "31", ""), schema.NotAssessable, "31", "31", []schema.Status{schema.Absent}, "the row is not printed"},
		{"whole absent", "staff", head2014 + lines(staff, "", "31", "1"), schema.NotAssessable, "32", "0", []schema.Status{schema.Absent}, ""},
		{"contradiction", "staff", head2014 + lines(staff, "31", "31", "0") + "organisation.staff | 32\n", schema.NotAssessable, "31", "0", []schema.Status{schema.Conflict}, "the total stands there twice, differently"},
		{"said twice", "staff", head2014 + lines(staff, "31", "31", "0") + "organisation.staff | 31\n", schema.Holds, "31", "31", nil, ""},
		{"blank and said", "staff", head2014 + lines(staff, ".", "31", "0") + "organisation.staff | 31\n", schema.Holds, "31", "31", nil, ""},
		{"certain", "staff", head2014 + lines(staff, "30", "31", "."), schema.Fails, "31", "30", []schema.Status{schema.Blank}, "whatever the blank is, 31 is more than 30"},
		{"not asked", "staff", head2014 + lines(leaders, "2", "1"), schema.NotAsked, "", "", nil, ""},
		{"at most, less", "leaders_at_conferences", head2014 + lines(leaders, "21", "12"), schema.Holds, "12", "21", nil, ""},
		{"at most, equal", "leaders_at_conferences", head2014 + lines(leaders, "21", "21"), schema.Holds, "21", "21", nil, ""},
		{"at most, more", "leaders_at_conferences", head2014 + lines(leaders, "21", "22"), schema.Fails, "22", "21", nil, ""},
		{"at most, blank", "leaders_at_conferences", head2014 + lines(leaders, ".", "22"), schema.NotAssessable, "22", "0", []schema.Status{schema.Blank}, ""},
		{"at most, 0 of a blank", "leaders_at_conferences", head2014 + lines(leaders, ".", "0"), schema.NotAssessable, "0", "0", []schema.Status{schema.Blank}, "it does hold, but a figure is missing"},
		{"money", "fees", "table shanghai-2004 statistics\n" + lines(money, "1.5万元", "5000.5元", "9999.5元"), schema.Holds, "1.5", "1.5", nil, "元 and 万元 are brought together"},
		{"money, one cent off", "fees", "table shanghai-2004 statistics\n" + lines(money, "1.5万元", "5000.5元", "9999.49元"), schema.Fails, "1.499999", "1.5", nil, "decimals are exact"},
		{"decimals", "fees", "table shanghai-2004 statistics\n" + lines(money, "0.3", "0.1", "0.2"), schema.Holds, "0.3", "0.3", nil, "not so in binary"},
		{"units of counts", "information", "table baohe-annex-2018 annex-1\nproactive.information | 3条\nproactive.information.government_and_departments | 1件\nproactive.information.townships | 2\n", schema.Holds, "3", "3", nil, "件 and 条 are not told apart"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := outcome(t, report(t, tt.text), tt.relation)
			var missing []schema.Status
			for _, p := range got.Missing() {
				missing = append(missing, p.Status)
			}
			if got.Outcome != tt.want || got.Left.Sum != tt.left || got.Right.Sum != tt.right || !slices.Equal(missing, tt.missing) {
				t.Errorf("%s: left %s, right %s, missing %q; want %s: left %s, right %s, missing %q; %s",
					got.Outcome, got.Left.Sum, got.Right.Sum, missing, tt.want, tt.left, tt.right, tt.missing, tt.why)
			}
		})
	}
}

// TestOverScopes proves that a relation runs within each scope.
func TestOverScopes(t *testing.T) {
	r := report(t, `table fujian-2008 statistics year cumulative
application.accepted | 5 50
application.received.channel.in_person | 1 10
application.received.channel.fax | 0 0
application.received.channel.email | 1 10
application.received.channel.online | 1 10
application.received.channel.letter | 1 10
application.received.channel.other | 1 11
`)
	got := map[schema.Scope]schema.Outcome{}
	for _, res := range schema.Evaluate(r) {
		if res.Relation.Name == "channels" {
			got[res.Scope] = res.Outcome
		}
	}
	want := map[schema.Scope]schema.Outcome{schema.Year: schema.Holds, schema.Cumulative: schema.Fails}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("channels by scope (-want +got):\n%s", diff)
	}
}

// TestNotARelation proves that what is no relation is never evaluated: 如东
// reports 999 matters that were answered and 1019 answers.
func TestNotARelation(t *testing.T) {
	for _, r := range schema.Evaluate(sample(t, "2018-national-2014-rudong")) {
		if r.Relation.Kind == schema.NotARelation {
			t.Errorf("%s was evaluated: %s", r.Relation.Name, r.Outcome)
		}
	}
}

// TestEvaluateTwoScopesInOneFile takes a file with a table for the whole city
// and one for the city's own offices, under one name.
func TestEvaluateTwoScopesInOneFile(t *testing.T) {
	r := report(t, head2014+`organisation.staff | 165
organisation.staff.full_time | 26
organisation.staff.part_time | 139
table national-2014 statistics
organisation.staff | 71
organisation.staff.full_time | 12
organisation.staff.part_time | 58
`)
	var got []string
	for _, res := range schema.Evaluate(r) {
		if res.Relation.Name == "staff" {
			got = append(got, fmt.Sprint(res.Left.Sum, " ", res.Right.Sum, " ", res.Outcome))
		}
	}
	if want := []string{"165 165 holds", "70 71 fails"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRelationFinding looks at all that a finding tells of a failure.
func TestRelationFinding(t *testing.T) {
	r := sample(t, "2024-national-2021-office")
	enter(t, cell(t, r, "application.outcome", schema.Total), "112")
	enter(t, cell(t, r, "application.carried_out", schema.Total), ".")
	before := cmp.Diff(sample(t, "2024-national-2021-office"), r)
	findings := schema.Check(r)
	if after := cmp.Diff(sample(t, "2024-national-2021-office"), r); after != before {
		t.Errorf("Check changed the report: %s", after)
	}
	// The balance of the total column is 113 against 112 and a blank, which may
	// be 1. The outcomes and the applicants fail; so does the row of what is
	// carried out not, as its total is blank.
	var got []string
	for _, f := range findings {
		got = append(got, f.Facts["relation"]+" "+f.Source.Cell)
	}
	if want := []string{"national-2021/outcomes I24", "national-2021/applicants I24"}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	// Of many parts, those that are 0 are only counted: 21 outcomes, 4 of them not 0.
	const outcomes = "第三项各分项之和 ≠ （七）总计（总计）：左边 113，右边 112，差 1。" +
		"左边：予以公开 68（I3） + 部分公开 4（I4） + 属于三类内部事务信息 1（I9） + 本机关不掌握相关政府信息 40（I13） + 其余 17 项为 0；右边：本年度办理结果总计 112（I24）。"
	if got := findings[0].Message(schema.Chinese); !strings.HasPrefix(got, outcomes) {
		t.Errorf("\n got %s\nwant %s…", got, outcomes)
	}
	f := findings[1]
	if f.Code != schema.RelationFails || f.Code.Kind().Severity != schema.SeverityError {
		t.Errorf("code %s of severity %s", f.Code, f.Code.Kind().Severity)
	}
	var related []string
	for _, s := range f.Related {
		related = append(related, s.Cell)
	}
	if want := []string{"C24", "D24", "E24", "F24", "G24", "H24", "I24"}; !slices.Equal(related, want) {
		t.Errorf("cells %q, want %q", related, want)
	}
	lines := map[schema.Lang]string{
		schema.Chinese: "2024-national-2021-office:applications!I24: relation-fails: 各类申请人之和 ≠ 总计（本年度办理结果总计）：左边 113，右边 112，差 1。" +
			"左边：自然人 113（C24） + 商业企业 0（D24） + 科研机构 0（E24） + 社会公益组织 0（F24） + 法律服务机构 0（G24） + 其他 0（H24）；右边：总计 112（I24）。" +
			"提示：I24 可能应为 113 而不是 112（差一位数字）。",
		schema.English: "2024-national-2021-office:applications!I24: relation-fails: sum over the kinds of applicants ≠ total (applications answered: total of outcomes): left 113, right 112, difference 1. " +
			"Left: natural persons 113 (C24) + enterprises 0 (D24) + research bodies 0 (E24) + public-benefit organisations 0 (F24) + legal services 0 (G24) + other organisations 0 (H24); right: total 112 (I24). " +
			"Hint: I24 may be 113 instead of 112: one digit differs.",
	}
	for lang, want := range lines {
		if got := f.Line(lang); got != want {
			t.Errorf("in %s:\n got %s\nwant %s", lang, got, want)
		}
	}
}

// TestRelationFindingMissing tells the parts that were not reported.
func TestRelationFindingMissing(t *testing.T) {
	r := report(t, head2014+"application.received | 10\napplication.received.channel.in_person | 11\napplication.received.channel.fax | .\napplication.received.channel.online | /\n")
	findings := schema.Check(r)
	if len(findings) != 1 {
		t.Fatalf("%d findings, want 1", len(findings))
	}
	const want = "当面 + 传真 + 网络 + 信函 ≠ 收到申请数：左边 11，右边 10，差 1。" +
		"左边：当面申请数 11（C2） + 传真申请数 ?（C3） + 网络申请数 ?（C4） + 信函申请数 ?；右边：本年新收政府信息公开申请数量 10（C1）。" +
		"缺数：传真申请数：空白（C3）；网络申请数：填横线（C4）；信函申请数：未列。"
	if got := findings[0].Message(schema.Chinese); !strings.HasPrefix(got, want) {
		t.Errorf("\n got %s\nwant %s…", got, want)
	}
}

// TestRelationFindingAtMost tells a relation that is no equation.
func TestRelationFindingAtMost(t *testing.T) {
	findings := schema.Check(report(t, head2014+"response.press_conference | 21\nresponse.press_conference.leader | 22\n"))
	const want = "主要负责同志参加的新闻发布会 > 新闻发布会总次数：左边 22，右边 21，差 1。"
	if len(findings) != 1 || !strings.HasPrefix(findings[0].Message(schema.Chinese), want) {
		t.Errorf("got %v, want %s…", findings, want)
	}
}

func TestAcrossYears(t *testing.T) {
	year := func(issuer string, year int, form, in, out, rules string) *schema.Report {
		text := fmt.Sprintf("issuer %s\nyear %d\n", issuer, year)
		if rules != "" {
			text += "table " + form + " proactive\n" + rules + "\n"
		}
		zeros := " | 0 0 0 0 0 0 "
		return report(t, text+"table "+form+" applications applicants\napplication.carried_in"+zeros+in+"\napplication.carried_out"+zeros+out+"\n")
	}
	const (
		inForce = "proactive.normative.issued proactive.normative.repealed proactive.normative.in_force | "
		items   = "proactive.licensing.items_previous proactive.licensing.items_change proactive.licensing.decisions | "
	)
	tests := []struct {
		name     string
		reports  []*schema.Report
		relation string
		want     []string // of every result: year, outcome, sides
		why      string
	}{
		{
			"follows", []*schema.Report{year("某市", 2023, "national-2021", "0", "121", ""), year("某市", 2024, "national-2021", "121", "0", "")},
			"carry_over", []string{"2023 holds 121 121", "2024 not asked  "}, "there is no report of 2025",
		},
		{
			"does not follow", []*schema.Report{year("某市", 2024, "national-2021", "112", "0", ""), year("某市", 2023, "national-2021", "0", "121", "")},
			"carry_over", []string{"2023 fails 121 112", "2024 not asked  "}, "the order of the reports does not matter",
		},
		{
			"over two forms", []*schema.Report{year("某市", 2020, "national-2019", "0", "5", ""), year("某市", 2021, "national-2021", "6", "0", "")},
			"carry_over", []string{"2020 fails 5 6", "2021 not asked  "}, "carried_in means the same in both forms",
		},
		{
			"a year between", []*schema.Report{year("某市", 2021, "national-2021", "0", "5", ""), year("某市", 2023, "national-2021", "6", "0", "")},
			"carry_over", []string{"2021 not asked  ", "2023 not asked  "}, "2022 is missing",
		},
		{
			"two issuers", []*schema.Report{year("甲市", 2021, "national-2021", "0", "5", ""), year("乙市", 2022, "national-2021", "6", "0", "")},
			"carry_over", []string{"2021 not asked  ", "2022 not asked  "}, "",
		},
		{
			"no name", []*schema.Report{year("", 2021, "national-2021", "0", "5", ""), year("", 2022, "national-2021", "6", "0", "")},
			"carry_over", []string{"2021 not asked  ", "2022 not asked  "}, "nobody knows that it is one issuer",
		},
		{
			"blank", []*schema.Report{year("某市", 2021, "national-2021", "0", "5", ""), year("某市", 2022, "national-2021", ".", "0", "")},
			"carry_over", []string{"2021 not assessable 5 0", "2022 not asked  "}, "",
		},
		{
			"in force", []*schema.Report{
				year("某市", 2023, "national-2021", "0", "0", inForce+"0 0 66"), year("某市", 2024, "national-2021", "0", "0", inForce+"8 26 48"),
			},
			"normative_in_force", []string{"2023 holds 48 48", "2024 not asked  "}, "66 + 8 − 26 = 48",
		},
		{
			"what was repealed is blank", []*schema.Report{
				year("某市", 2023, "national-2021", "0", "0", inForce+"0 0 66"), year("某市", 2024, "national-2021", "0", "0", inForce+"8 . 48"),
			},
			"normative_in_force", []string{"2023 not assessable 74 48", "2024 not asked  "}, "26 may have been repealed",
		},
		{
			"what was repealed is blank, and does not matter", []*schema.Report{
				year("某市", 2023, "national-2021", "0", "0", inForce+"0 0 66"), year("某市", 2024, "national-2021", "0", "0", inForce+"8 . 80"),
			},
			"normative_in_force", []string{"2023 fails 74 80", "2024 not asked  "}, "there can only be less than 74",
		},
		{
			"what was issued and repealed is blank", []*schema.Report{
				year("某市", 2023, "national-2021", "0", "0", inForce+"0 0 66"), year("某市", 2024, "national-2021", "0", "0", inForce+". . 80"),
			},
			"normative_in_force", []string{"2023 not assessable 66 80", "2024 not asked  "}, "14 and more may have been issued",
		},
		{
			"the change is blank", []*schema.Report{
				year("某市", 2019, "national-2019", "0", "0", items+"10 . 0"), year("某市", 2020, "national-2019", "0", "0", items+"5 0 0"),
			},
			"licensing_items", []string{"2019 not assessable 10 5", "2020 not asked  "}, "it may be −5",
		},
		{
			"two forms in the next year", []*schema.Report{
				year("某市", 2020, "national-2019", "0", "5", ""),
				report(t, "issuer 某市\nyear 2021\ntable national-2014 statistics\nreconsideration | 1\n"),
				year("某市", 2021, "national-2021", "5", "0", ""),
			},
			"carry_over", []string{"2020 holds 5 5", "2021 not asked  "}, "the first of them does not ask for what was carried in",
		},
		{
			"in force, not", []*schema.Report{
				year("某市", 2023, "national-2021", "0", "0", inForce+"0 0 66"), year("某市", 2024, "national-2021", "0", "0", inForce+"8 26 74"),
			},
			"normative_in_force", []string{"2023 fails 48 74", "2024 not asked  "}, "26 repealed were not taken off",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range schema.Evaluate(tt.reports...) {
				if r.Relation.Name == tt.relation {
					got = append(got, fmt.Sprint(r.Year, " ", r.Outcome, " ", r.Left.Sum, " ", r.Right.Sum))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}

	// A hint, with the cells in two files.
	findings := schema.Check(tests[len(tests)-1].reports...)
	if len(findings) != 1 {
		t.Fatalf("%d findings, want 1", len(findings))
	}
	const want = "某市2024:proactive!E1: relation-across-years: 行政规范性文件现行有效 + 下一年制发 − 下一年废止 ≠ 下一年现行有效：左边 48，右边 74，差 26。" +
		"左边：行政规范性文件现行有效件数 66（某市2023:proactive!E1） + 行政规范性文件本年制发件数 8（C1） − 行政规范性文件本年废止件数 26（D1）；右边：行政规范性文件现行有效件数 74（E1）。" +
		"提示：差额恰为“行政规范性文件本年废止件数”26（D1），另一边可能漏计。"
	if got := findings[0].Line(schema.Chinese); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if s := findings[0].Code.Kind().Severity; s != schema.SeverityWarning {
		t.Errorf("severity %s: a relation across years is a hint", s)
	}
}

func TestLevels(t *testing.T) {
	unit := func(issuer, received string) *schema.Report {
		return report(t, "issuer "+issuer+"\nyear 2024\ntable national-2021 applications applicants\napplication.received | 0 0 0 0 0 0 "+received+"\n")
	}
	city := unit("某市", "120")
	tests := []struct {
		name  string
		below []*schema.Report
		want  string // outcome, sum, coverage, hints
		why   string
	}{
		{"all", []*schema.Report{unit("甲县", "50"), unit("乙县", "70")}, "holds 120 2/2 []", ""},
		{"more", []*schema.Report{unit("甲县", "50"), unit("乙县", "71")}, "fails 121 2/2 []", "one application handled by both counts twice"},
		{"less, one missing", []*schema.Report{unit("甲县", "50"), unit("乙县", ".")}, "not assessable 50 1/2 []", "乙县 may have 70"},
		{"more, one missing", []*schema.Report{unit("甲县", "121"), unit("乙县", ".")}, "fails 121 1/2 []", "乙县 can only add"},
		{"as much more as one has, one missing", []*schema.Report{unit("甲县", "120"), unit("丙县", "30"), unit("乙县", ".")}, "fails 150 2/3 []", "the true difference is not known"},
		{"not at hand", []*schema.Report{unit("甲县", "50"), nil, unit("乙县", "70")}, "not assessable 120 2/3 []", "nil is a subordinate without a report"},
		{"given twice", []*schema.Report{unit("甲县", "50"), unit("乙县", "70"), unit("乙县", "70")}, "fails 190 3/3 []", "which of the two equal figures is one too many cannot be told from the figures"},
		{"counted twice", []*schema.Report{unit("甲县", "50"), unit("乙县", "70"), unit("甲县乡镇", "30")}, "fails 150 3/3 [counted-twice 甲县乡镇]", "the townships are in the county's figure"},
		{"the superior itself", []*schema.Report{unit("甲县", "50"), unit("乙县", "70"), unit("某市", "120")}, "fails 240 3/3 [counted-twice 某市]", ""},
		{"none", []*schema.Report{nil}, "not asked 0 0/1 []", ""},
		{"another year", []*schema.Report{report(t, "issuer 甲县\nyear 2023\ntable national-2021 applications applicants\napplication.received | 0 0 0 0 0 0 120\n")}, "not asked 0 0/1 []", ""},
		{"another form", []*schema.Report{report(t, "issuer 甲县\nyear 2024\ntable national-2014 statistics\napplication.received | 120\n")}, "not asked 0 0/1 []", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range schema.EvaluateLevels(city, tt.below...) {
				if r.Applicant != schema.Total {
					continue
				}
				var hints []string
				for _, h := range r.Hints {
					hints = append(hints, string(h.Kind)+" "+h.Parts[0].Part.Issuer)
				}
				reported, all := r.Reported()
				if got := fmt.Sprintf("%s %s %d/%d %v", r.Outcome, r.Right.Sum, reported, all, hints); got != tt.want {
					t.Errorf("got %s, want %s; %s", got, tt.want, tt.why)
				}
				return
			}
			t.Error("no result for the total")
		})
	}

	for _, nobody := range []*schema.Report{nil, {}} {
		if got := schema.EvaluateLevels(nobody, city); got != nil {
			t.Errorf("a superior without a table gives %v", got)
		}
	}

	findings := schema.CheckLevels(city, tests[3].below...)
	const want = "某市2024:applications!I1: relation-across-levels: 上级数 120 ≠ 下级合计 121（本年新收政府信息公开申请数量，总计）（2 个下级中 1 个有数）：差 1。缺数：乙县：空白（乙县2024:applications!I1）。"
	if len(findings) != 1 || findings[0].Line(schema.Chinese) != want {
		t.Errorf("%d findings:\n got %s\nwant %s", len(findings), findings[0].Line(schema.Chinese), want)
	}
}

// TestLevelsUnit names the subordinate that entered 元 for 万元.
func TestLevelsUnit(t *testing.T) {
	unit := func(issuer, fees string) *schema.Report {
		return report(t, "issuer "+issuer+"\nyear 2024\ntable national-2021 proactive\nproactive.fees.amount | "+fees+"\n")
	}
	results := schema.EvaluateLevels(unit("某市", "96171.6"), unit("甲县", "14722.49"), unit("乙县", "814491100"))
	if len(results) != 1 || len(results[0].Hints) != 1 {
		t.Fatalf("got %v", results)
	}
	const want = "提示：乙县2024:proactive!C1 的 814491100万元 可能是按元填的，应为 81449.11万元。"
	f, _ := results[0].Finding()
	if got := f.Facts["hint_zh"]; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLevelsOwnOffices takes a city whose file has a table of the whole and one
// of its own offices.
func TestLevelsOwnOffices(t *testing.T) {
	table := func(issuer, coverage, figure string) string {
		return "issuer " + issuer + "\ncoverage " + coverage + "\nyear 2018\ntable national-2014 statistics\nreconsideration | " + figure + "\n"
	}
	city := report(t, table("某市", "全市", "20")+table("某市", "市本级", "8"))
	county := report(t, table("甲县", "全县", "7")+table("甲县", "县本级", "3"))
	other := report(t, table("乙县", "", "4"))
	results := schema.EvaluateLevels(city, county, other)
	if len(results) != 1 {
		t.Fatalf("%d results, want that of the whole", len(results))
	}
	r := results[0]
	if r.Outcome != schema.Fails || r.Left.Sum != "20" || r.Right.Sum != "19" || len(r.Right.Parts) != 3 {
		t.Errorf("%s: %s against %s of %v, want 20 against 8+7+4", r.Outcome, r.Left.Sum, r.Right.Sum, r.Right.Parts)
	}
	enter(t, &city.Tables[1].Observations[0], ".")
	f, ok := schema.EvaluateLevels(city, county, county, other, other)[0].Finding() // 7+7+4+4 is more than 20
	const want = "缺数：某市（市本级）：空白"
	if !ok || !strings.HasPrefix(f.Facts["missing_zh"], want) {
		t.Errorf("got %q, want %s…", f.Facts["missing_zh"], want)
	}
}
