package convert

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// layoutOf returns a built-in layout.
func layoutOf(t testing.TB, name string) *Layout {
	t.Helper()
	l, ok := Builtin().Get(name)
	if !ok {
		t.Fatalf("no layout %q", name)
	}
	return l
}

// tableOf makes a table of answers, each as "code[,applicant][,scope]=printed".
func tableOf(t testing.TB, name string, answers ...string) schema.Table {
	t.Helper()
	layout, table, _ := strings.Cut(name, "/")
	l := layoutOf(t, layout)
	tb := schema.Table{Layout: layout, Version: l.Version, Name: table, Issuer: "某市人民政府", Year: 2018}
	var f *form
	for _, lt := range l.tables {
		if lt.name == table {
			f = lt.lay(heading{})
		}
	}
	for n, a := range answers {
		key, printed, _ := strings.Cut(a, "=")
		parts := strings.Split(key, ",")
		o := schema.Observation{Indicator: schema.Code(parts[0]), Source: schema.Source{File: "in.xls", Sheet: "表", Cell: fmt.Sprintf("C%d", n+1), Printed: printed}}
		for _, p := range parts[1:] {
			if slices.Contains(schema.Applicants(), schema.Applicant(p)) {
				o.Applicant = schema.Applicant(p)
			} else {
				o.Scope = schema.Scope(p)
			}
		}
		i := slices.IndexFunc(f.cells, func(fc formCell) bool {
			k, ok := fc.asks()
			return ok && k == figureKey{o.Indicator, o.Applicant, o.Scope}
		})
		if i < 0 {
			t.Fatalf("%s does not ask for %s", name, key)
		}
		fig := readFigureText(printed)
		o.Status, o.Value, o.Unit = fig.status, fig.value, f.cells[i].unitOf()
		if fig.unit != "" {
			o.Unit = fig.unit
		}
		tb.Observations = append(tb.Observations, o)
	}
	return tb
}

// figures returns what stands in the value cells of a written workbook, as
// "code[,applicant][,scope]=text", and the notes on them.
func figures(t testing.TB, book *xlsx.Workbook, l *Layout, h heading) (cells, notes []string) {
	t.Helper()
	for i, tb := range l.tables {
		s := book.Sheets[i]
		for _, fc := range tb.lay(h).cells {
			k, ok := fc.asks()
			if !ok {
				continue
			}
			name := strings.Join(strings.FieldsFunc(fmt.Sprint(k.code, "|", k.applicant, "|", k.scope), func(r rune) bool { return r == '|' }), ",")
			if c, ok := s.Cell(fc.at); ok {
				text := c.Text
				if c.Kind != xlsx.KindNumber {
					text = fmt.Sprintf("%q", text)
				}
				cells = append(cells, name+"="+text)
			}
			for _, n := range s.Look.Notes {
				if n.Ref == fc.at {
					notes = append(notes, name+": "+n.Text)
				}
			}
		}
	}
	return cells, notes
}

func lossesOf(losses []Loss) []string {
	var list []string
	for _, l := range losses {
		words := []string{string(l.Key.Indicator)}
		for _, w := range []string{string(l.Key.Applicant), string(l.Key.Scope)} {
			if w != "" {
				words = append(words, w)
			}
		}
		text := strings.Join(words, ",") + ": " + string(l.Reason)
		if l.Near != "" {
			text += " " + string(l.Near)
		}
		if l.Series != "" {
			text += " by " + string(l.Series)
		}
		list = append(list, text)
	}
	return list
}

func TestFromSchema(t *testing.T) {
	for _, test := range []struct {
		reason string
		tables []schema.Table
		to     string
		close  bool
		cells  []string
		notes  []string
		losses []string
	}{
		{
			reason: "an old table tells no applicants apart: its figures are totals, and nobody knows the carry-over",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.received=320", "application.outcome.partial=15", "complaint=0")},
			to:     "national-2021",
			cells:  []string{"application.received,total=320", "application.outcome.partial,total=15"},
			losses: []string{"complaint: not asked"},
		},
		{
			reason: "an empty cell stays empty, and is no loss",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.received=", "application.outcome.partial=0")},
			to:     "national-2021",
			cells:  []string{"application.outcome.partial,total=0"},
		},
		{
			reason: "a close sum is not written unless it is allowed",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.outcome.already_public=26", "application.outcome.agreed=104")},
			to:     "national-2021",
			losses: []string{
				"application.outcome.already_public: within broader application.outcome.granted by granted",
				"application.outcome.agreed: within broader application.outcome.granted by granted",
			},
		},
		{
			reason: "a close sum that is allowed carries a note; its parts are lost all the same",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.outcome.already_public=26", "application.outcome.agreed=104")},
			to:     "national-2021",
			close:  true,
			cells:  []string{"application.outcome.granted,total=130"},
			notes: []string{"application.outcome.granted,total: 由national-2014表合计：属于已主动公开范围数26＋同意公开答复数104。\n" +
				"相近口径，并非完全一致：予以公开（national-2014）。\nsince 2019 pointing to published information counts as granted"},
			losses: []string{
				"application.outcome.already_public: within broader application.outcome.granted by granted",
				"application.outcome.agreed: within broader application.outcome.granted by granted",
			},
		},
		{
			reason: "three rows of 2021 are one of 2019, in every column",
			tables: []schema.Table{tableOf(t, "national-2021/applications",
				"application.outcome.other.uncorrected,natural_person=67", "application.outcome.other.uncorrected,total=71",
				"application.outcome.other.unpaid,natural_person=6", "application.outcome.other.unpaid,total=6",
				"application.outcome.other.other,natural_person=108", "application.outcome.other.other,total=110")},
			to:    "national-2019",
			cells: []string{"application.outcome.other,natural_person=181", "application.outcome.other,total=187"},
			notes: []string{
				"application.outcome.other,natural_person: 由national-2021表合计：申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请67＋申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请6＋其他108。",
				"application.outcome.other,total: 由national-2021表合计：申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请71＋申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请6＋其他110。",
			},
			losses: []string{
				"application.outcome.other.uncorrected,natural_person: within broader application.outcome.other by other_handling",
				"application.outcome.other.uncorrected,total: within broader application.outcome.other by other_handling",
				"application.outcome.other.unpaid,natural_person: within broader application.outcome.other by other_handling",
				"application.outcome.other.unpaid,total: within broader application.outcome.other by other_handling",
				"application.outcome.other.other,natural_person: within broader application.outcome.other by other_handling",
				"application.outcome.other.other,total: within broader application.outcome.other by other_handling",
			},
		},
		{
			reason: "the one row of 2019 is not any of the three of 2021",
			tables: []schema.Table{tableOf(t, "national-2019/applications", "application.outcome.other,total=5")},
			to:     "national-2021",
			close:  true,
			losses: []string{"application.outcome.other,total: only as sum by other_handling"},
		},
		{
			reason: "无 has no place in a sum, nor has a part that is not there",
			tables: []schema.Table{tableOf(t, "national-2021/applications",
				"application.outcome.other.uncorrected,total=2", "application.outcome.other.unpaid,total=无", "application.outcome.other.other,total=3",
				"application.outcome.other.uncorrected,enterprise=1")},
			to: "national-2019",
			losses: []string{
				"application.outcome.other.uncorrected,total: within broader application.outcome.other by other_handling",
				"application.outcome.other.unpaid,total: within broader application.outcome.other by other_handling",
				"application.outcome.other.other,total: within broader application.outcome.other by other_handling",
				"application.outcome.other.uncorrected,enterprise: within broader application.outcome.other by other_handling",
			},
		},
		{
			reason: "one to one, words stay as they are",
			tables: []schema.Table{tableOf(t, "national-2021/applications",
				"application.received,total=没有", "application.carried_in,total=／", "application.carried_out,total=xx")},
			to:    "national-2019",
			cells: []string{`application.received,total="没有"`, `application.carried_in,total="／"`, `application.carried_out,total="xx"`},
		},
		{
			reason: "a figure with words is written as a number, and the words as a note",
			tables: []schema.Table{tableOf(t, "national-2021/proactive", "proactive.licensing.decisions=22（其中变更 16 件）")},
			to:     "national-2019",
			cells:  []string{"proactive.licensing.decisions=22"},
			notes:  []string{"proactive.licensing.decisions: 原表填写为：“22（其中变更 16 件）”。"},
		},
		{
			reason: "counts of one thing are none of another",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.received=320", "application.outcome.agreed=104")},
			to:     "shanghai-2004",
			losses: []string{
				"application.received: unit differs application.received by applications_received",
				"application.outcome.agreed: unit differs application.outcome.agreed",
			},
		},
		{
			reason: "where a series calls them close they are, if that is allowed",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.received=320", "application.outcome.agreed=104")},
			to:     "shanghai-2004",
			close:  true,
			cells:  []string{"application.received,year=320"},
			notes: []string{"application.received,year: 原计量单位为“件”，本表为“条”。\n" +
				"相近口径，并非完全一致：收到申请（national-2014）。"},
			losses: []string{"application.outcome.agreed: unit differs application.outcome.agreed"},
		},
		{
			reason: "money is converted, and the note says so",
			tables: []schema.Table{tableOf(t, "shanghai-2004/statistics", "organisation.budget,year=3050元", "organisation.spending,year=1")},
			to:     "national-2014",
			cells:  []string{"organisation.budget=0.305"},
			notes:  []string{"organisation.budget: 由3050元换算。"},
			losses: []string{"organisation.spending,year: not asked"},
		},
		{
			reason: "an old form asks for all applicants together",
			tables: []schema.Table{tableOf(t, "national-2021/applications", "application.received,natural_person=5", "application.received,total=7", "application.carried_in,total=2")},
			to:     "national-2014",
			cells:  []string{"application.received=7"},
			losses: []string{"application.received,natural_person: within broader application.received", "application.carried_in,total: not asked"},
		},
		{
			reason: "the year is the year; all years together are more than a form of one year asks for",
			tables: []schema.Table{tableOf(t, "fujian-2008/statistics", "application.accepted,year=9", "application.accepted,cumulative=99")},
			to:     "baohe-annex-2018",
			cells:  []string{"application.accepted=9"},
			losses: []string{"application.accepted,cumulative: not asked"},
		},
		{
			reason: "a month is part of the year that a form asks for",
			tables: []schema.Table{tableOf(t, "shanghai-2010/statistics", "litigation,period=1", "litigation,year=4")},
			to:     "national-2014",
			cells:  []string{"litigation=4"},
			losses: []string{"litigation,period: within broader litigation"},
		},
		{
			reason: "figures of issuing bodies are parts, and no series says that they may be added up",
			tables: []schema.Table{tableOf(t, "anhui-quarterly-2014/statistics", "proactive.information,government=1", "proactive.information,departments=2", "proactive.information,townships=3")},
			to:     "national-2014",
			close:  true,
			losses: []string{
				"proactive.information,government: within broader proactive.information",
				"proactive.information,departments: within broader proactive.information",
				"proactive.information,townships: within broader proactive.information",
			},
		},
		{
			reason: "and the other way round",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "proactive.information=6")},
			to:     "anhui-quarterly-2014",
			losses: []string{"proactive.information: only as sum proactive.information"},
		},
		{
			reason: "two blocks of lawsuits are one row of the old form where a series calls that exact; the total is close only",
			tables: []schema.Table{tableOf(t, "national-2021/remedies", "litigation.direct.upheld=13", "litigation.after_reconsideration.upheld=12",
				"litigation.direct=26", "litigation.after_reconsideration=20")},
			to:    "national-2014",
			cells: []string{"litigation.upheld=25"},
			notes: []string{"litigation.upheld: 由national-2021表合计：未经复议直接起诉结果维持13＋复议后起诉结果维持12。"},
			losses: []string{
				"litigation.direct.upheld: within broader litigation.upheld by lawsuits_upheld",
				"litigation.after_reconsideration.upheld: within broader litigation.upheld by lawsuits_upheld",
				"litigation.direct: within broader litigation by lawsuits",
				"litigation.after_reconsideration: within broader litigation by lawsuits",
			},
		},
		{
			reason: "what is part of a sum that the form has in parts has no row of its own",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "litigation=11", "litigation.other_or_pending=2")},
			to:     "national-2021",
			losses: []string{"litigation: only as sum by lawsuits", "litigation.other_or_pending: within broader by lawsuits"},
		},
		{
			reason: "one meaning that the forms count a little differently carries a note",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "reconsideration=15", "reconsideration.upheld=14")},
			to:     "national-2021",
			cells:  []string{"reconsideration.upheld=14", "reconsideration=15"},
			notes: []string{"reconsideration: 相近口径，并非完全一致：行政复议（national-2014）。\n" +
				"before 2019 pending cases may be left out"},
		},
		{
			reason: "another code for nearly the same is close",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "proactive.normative.issued=2")},
			to:     "national-2019",
			losses: []string{"proactive.normative.issued: only close proactive.normative.made by normative_documents_issued"},
		},
		{
			reason: "and is written if that is allowed; it is no loss then",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "proactive.normative.issued=2")},
			to:     "national-2019",
			close:  true,
			cells:  []string{"proactive.normative.made=2"},
			notes:  []string{"proactive.normative.made: 相近口径，并非完全一致：制发规范性文件（national-2014）。"},
		},
		{
			reason: "accepted applications are some of those received",
			tables: []schema.Table{tableOf(t, "fujian-2008/statistics", "application.accepted,year=9")},
			to:     "national-2014",
			close:  true,
			losses: []string{"application.accepted,year: within broader application.received by applications_received"},
		},
		{
			reason: "a subtraction is close at best",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.outcome.not_agreed=43", "application.outcome.not_government_information=36")},
			to:     "anhui-bureau-2009",
			close:  true,
			cells:  []string{"application.outcome.refused=7"},
			notes: []string{"application.outcome.refused: 由national-2014表合计：不同意公开答复数43－不是《条例》所指政府信息36。\n" +
				"相近口径，并非完全一致：不予公开（national-2014）。\n2014 counts 不是《条例》所指政府信息 as a refusal"},
			losses: []string{
				"application.outcome.not_agreed: within broader application.outcome.refused by refused",
				"application.outcome.not_government_information: within broader application.outcome",
			},
		},
		{
			reason: "a subtraction that gives less than nothing is a contradiction",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.outcome.not_agreed=3", "application.outcome.not_government_information=36")},
			to:     "anhui-bureau-2009",
			close:  true,
			losses: []string{
				"application.outcome.not_agreed: within broader application.outcome.refused by refused",
				"application.outcome.not_government_information: within broader application.outcome",
			},
		},
		{
			reason: "a total of which the form has all parts",
			tables: []schema.Table{tableOf(t, "baohe-annex-2018/annex-3", "remedy=4", "complaint=1")},
			to:     "national-2014",
			cells:  []string{"complaint=1"},
			losses: []string{"remedy: only as sum"},
		},
		{
			reason: "two tables of a report that agree fill one cell",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.received=320"), tableOf(t, "jiangsu-origin-2015/origin", "application.received=320")},
			to:     "national-2021",
			cells:  []string{"application.received,total=320"},
		},
		{
			reason: "two tables of a report that do not agree fill none",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.received=320"), tableOf(t, "jiangsu-origin-2015/origin", "application.received=321")},
			to:     "national-2021",
			losses: []string{"application.received: contradicted application.received", "application.received: contradicted application.received"},
		},
		{
			reason: "the form's own table comes before any other, and shares are worked out anew",
			tables: []schema.Table{tableOf(t, "national-2014/statistics", "application.received=320"), tableOf(t, "jiangsu-origin-2015/origin", "application.received=321", "application.origin.media=107")},
			to:     "jiangsu-origin-2015",
			cells:  []string{"application.origin.media=107", "application.received=321"},
			losses: []string{"application.received: contradicted application.received"},
		},
		{
			reason: "a count has no fraction and is not negative; a change may be",
			tables: []schema.Table{tableOf(t, "national-2019/proactive", "proactive.rules.made=2.5", "proactive.rules.published=-1", "proactive.fees.items_change=-3", "proactive.procurement.amount=2.5")},
			to:     "national-2019",
			cells:  []string{"proactive.fees.items_change=-3", "proactive.procurement.amount=2.5"},
			losses: []string{"proactive.rules.made: not held", "proactive.rules.published: not held"},
		},
		{
			reason: "in its own form, an answer is written as it was printed, and a plain number as a number",
			tables: []schema.Table{tableOf(t, "national-2021/proactive", "proactive.rules.issued=１，２３４", "proactive.rules.repealed=未发生", "proactive.rules.in_force=——",
				"proactive.normative.issued=22（其中修订 16 件）", "proactive.normative.repealed=3件", "proactive.fees.amount=251000元")},
			to: "national-2021",
			cells: []string{"proactive.rules.issued=1234", `proactive.rules.repealed="未发生"`, `proactive.rules.in_force="——"`,
				`proactive.normative.issued="22（其中修订 16 件）"`, "proactive.normative.repealed=3", `proactive.fees.amount="251000元"`},
		},
	} {
		t.Run(test.reason, func(t *testing.T) {
			l := layoutOf(t, test.to)
			var opts []WriteOption
			if test.close {
				opts = append(opts, AllowClose())
			}
			book, losses, err := FromSchema(&schema.Report{File: "in.xls", Tables: test.tables}, l, opts...)
			if err != nil {
				t.Fatal(err)
			}
			for len(book.Sheets) < len(l.tables) {
				book.Sheets = append(book.Sheets, &xlsx.Sheet{Look: &xlsx.Look{}})
			}
			cells, notes := figures(t, book, l, heading{issuer: "某市人民政府", year: 2018})
			if diff := cmp.Diff(test.cells, cells); diff != "" {
				t.Errorf("cells (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.losses, lossesOf(losses)); diff != "" {
				t.Errorf("losses (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFromSchemaErrors(t *testing.T) {
	table := tableOf(t, "national-2014/statistics", "application.received=320", "complaint=1")
	other := tableOf(t, "national-2014/statistics", "application.received=321", "complaint=—")
	for _, test := range []struct {
		reason string
		report *schema.Report
		layout *Layout
		kind   error
		want   string
	}{
		{"no layout, as of an unknown name", &schema.Report{Tables: []schema.Table{table}}, nil, ErrLayout, "convert: unknown layout: there is none to write"},
		{"no report", nil, layoutOf(t, "national-2021"), ErrNoTable, "convert: no table of a known form: the report has none"},
		{"a report of nothing", &schema.Report{}, layoutOf(t, "national-2021"), ErrNoTable, "convert: no table of a known form: the report has none"},
		{
			"two values for one key, twice", &schema.Report{Tables: []schema.Table{table, other}}, layoutOf(t, "national-2021"), ErrTwoValues,
			"convert: two values for one key: national-2014/statistics application.received 某市人民政府 2018 is 320件 (表!C1) and 321件 (表!C1)\n" +
				`convert: two values for one key: national-2014/statistics complaint 某市人民政府 2018 is 1件 (表!C2) and "—" (表!C2)`,
		},
	} {
		book, losses, err := FromSchema(test.report, test.layout)
		if !errors.Is(err, test.kind) || err.Error() != test.want {
			t.Errorf("%s: error\n%v\nwant\n%s", test.reason, err, test.want)
		}
		if book != nil || losses != nil {
			t.Errorf("%s: a workbook or losses beside the error", test.reason)
		}
	}
	// The same answer again is no second one, nor is a blank.
	again := tableOf(t, "national-2014/statistics", "application.received=320", "complaint=")
	if _, _, err := FromSchema(&schema.Report{Tables: []schema.Table{table, again}}, layoutOf(t, "national-2021")); err != nil {
		t.Error(err)
	}
}

// TestFromSchemaOwnLayout writes a layout that a program brings along, and
// reads it again.
func TestFromSchemaOwnLayout(t *testing.T) {
	const file = `record,depth,label,unit,code,applicant,scope,also,note
layout,,district-2030,,,,,,
completeness,,complete,,,,,,
table,,requests:2030,,,,,,
label,0,事项,,,,,,
value,0,收到申请数量,,application.received,,,,
value,0,其中收费金额,万元,application.fees,,,,
row,0,全区合计与各部门填报情况,,,,,,
`
	ls, err := LoadLayouts(fstest.MapFS{"a.csv": {Data: []byte(file)}})
	if err != nil {
		t.Fatal(err)
	}
	l := ls.All()[0]
	report := &schema.Report{Tables: []schema.Table{
		tableOf(t, "national-2014/statistics", "application.received=7", "application.fees=3000元", "complaint=1"),
	}}
	book, losses := mustWrite(t, report, l)
	if diff := cmp.Diff([]string{"complaint: not asked"}, lossesOf(losses)); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
	if len(book.Sheets) != 1 || book.Sheets[0].Name != "requests2030" {
		t.Errorf("sheets %+v, want the table's name without the colon", book.Sheets)
	}
	r := mustRead(t, through(t, book), WithLayouts(ls))
	want := map[schema.Key]string{
		{Layout: "district-2030", Table: "requests:2030", Indicator: "application.received"}: "number 7件",
		{Layout: "district-2030", Table: "requests:2030", Indicator: "application.fees"}:     "number 0.3万元",
	}
	if diff := cmp.Diff(want, answered(r)); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	if tb := r.Tables[0]; tb.Issuer != "某市人民政府" || tb.Year != 2018 {
		t.Errorf("read as of %q, %d", tb.Issuer, tb.Year)
	}
	if b := mustBlank(t, l); len(b.Sheets[0].Look.Counts) != 1 || len(b.Sheets[0].Look.Formulas) != 0 {
		t.Errorf("the blank form: %+v", b.Sheets[0].Look)
	}
}

// TestFromSchemaSheets checks which sheets there are, and what they are named.
func TestFromSchemaSheets(t *testing.T) {
	of := func(tb schema.Table, issuer, coverage string, year int) schema.Table {
		tb.Issuer, tb.Coverage, tb.Year = issuer, coverage, year
		return tb
	}
	apps := tableOf(t, "national-2021/applications", "application.received,total=1")
	pro := tableOf(t, "national-2021/proactive", "proactive.rules.issued=1")
	old := tableOf(t, "national-2014/statistics", "application.received=1")
	const city = "某市人民政府"
	for _, test := range []struct {
		reason string
		tables []schema.Table
		to     string
		want   []string
	}{
		{"the tables of the report, in its order", []schema.Table{apps, pro}, "national-2021", []string{"申请办理", "主动公开"}},
		{"one of them", []schema.Table{apps}, "national-2021", []string{"申请办理"}},
		{"all tables of the form, where some figures come from another", []schema.Table{apps, old}, "national-2021", []string{"主动公开", "申请办理", "复议诉讼"}},
		{"a coverage", []schema.Table{of(old, city, "市本级", 2018)}, "national-2014", []string{"统计表（市本级）"}},
		{"two coverages", []schema.Table{of(old, city, "全市", 2018), of(old, city, "市本级", 2018)}, "national-2014", []string{"统计表（全市）", "统计表（市本级）"}},
		{"two years", []schema.Table{of(old, city, "", 2017), of(old, city, "", 2018)}, "national-2014", []string{"统计表2017", "统计表2018"}},
		{"two issuers", []schema.Table{of(old, "区教育局", "", 2018), of(old, "川沙新镇", "", 2018)}, "national-2014", []string{"统计表 区教育局", "统计表 川沙新镇"}},
		{"one issuer in two spellings", []schema.Table{of(apps, "某市 人民政府", "", 2018), of(pro, city, "", 2018)}, "national-2021", []string{"申请办理", "主动公开"}},
		{
			"a name that no sheet may have, and one that is too long twice",
			[]schema.Table{of(old, "甲/乙[丙]'局:?*", "", 2018), of(old, strings.Repeat("长", 40), "", 2018), of(old, strings.Repeat("长", 41), "", 2018)},
			"national-2014", []string{"统计表 甲乙丙局", "统计表 " + strings.Repeat("长", 27), "统计表 " + strings.Repeat("长", 25) + " 2"},
		},
		{
			"a name that reads like a coverage",
			[]schema.Table{of(old, "全市政务服务中心", "全市", 2018), of(old, "区本级机关", "区本级", 2018), of(old, "县本级机关", "县本级", 2017)},
			"national-2014", []string{"统计表（全市）2018 全市政务服务中心", "统计表（区本级）2018 区本级机关", "统计表（县本级）2017 县本级机关"},
		},
	} {
		book, losses := mustWrite(t, &schema.Report{Tables: test.tables}, layoutOf(t, test.to))
		var names []string
		for _, s := range book.Sheets {
			names = append(names, s.Name)
		}
		if diff := cmp.Diff(test.want, names); diff != "" {
			t.Errorf("%s: sheets (-want +got):\n%s", test.reason, diff)
		}
		if len(losses) > 0 {
			t.Errorf("%s: losses: %v", test.reason, lossesOf(losses))
		}
		// Each is read as of its own issuer, year and coverage.
		var want, got []string
		for _, tb := range test.tables {
			if tb.Layout == test.to {
				want = append(want, fmt.Sprint(tb.Name, " ", strings.ReplaceAll(tb.Issuer, " ", ""), " ", tb.Coverage, " ", tb.Year))
			}
		}
		for _, tb := range mustRead(t, through(t, book)).Tables {
			if line := fmt.Sprint(tb.Name, " ", strings.ReplaceAll(tb.Issuer, " ", ""), " ", tb.Coverage, " ", tb.Year); test.to == "national-2014" || slices.Contains(want, line) {
				got = append(got, line)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: read again (-want +got):\n%s", test.reason, diff)
		}
	}
}

func TestLossLine(t *testing.T) {
	table := tableOf(t, "national-2021/applications", "application.received,natural_person=5", "application.carried_in,total=—", "application.outcome.other.other,total=3")
	_, losses := mustWrite(t, &schema.Report{Tables: []schema.Table{table}}, layoutOf(t, "national-2014"))
	var en, zh []string
	for _, l := range losses {
		en, zh = append(en, l.Line(schema.English)), append(zh, l.Line(schema.Chinese))
	}
	if diff := cmp.Diff([]string{
		"in.xls:表!C1: applications received in the year [application.received], natural persons 5件: the form has it only within a broader row (applications received in the year [application.received])",
		`in.xls:表!C2: applications carried over from the previous year [application.carried_in], total "—": the form does not ask for it`,
		"in.xls:表!C3: other handling: other [application.outcome.other.other], total 3件: the form has it only within a broader row (applications answered: total of outcomes [application.outcome])",
	}, en); diff != "" {
		t.Errorf("English (-want +got):\n%s", diff)
	}
	if want := "in.xls:表!C1: 本年新收政府信息公开申请数量 [application.received], 自然人 5件: 本表仅在更宽的指标中包含 (本年新收政府信息公开申请数量 [application.received])"; zh[0] != want {
		t.Errorf("Chinese: %s\nwant %s", zh[0], want)
	}
	for _, r := range []LossReason{NotAsked, WithinBroader, OnlyAsSum, OtherUnitAsked, OnlyClose, Contradicted, NotHeld} {
		if r.Name(schema.English) == string(r) || r.Name(schema.Chinese) == string(r) {
			t.Errorf("the reason %q has no name", r)
		}
	}
}

// TestLooks checks what makes the forms look right on paper. What is checked
// was seen on the pages that LibreOffice made of them.
func TestLooks(t *testing.T) {
	for _, l := range Builtin().All() {
		book, _ := mustWrite(t, mustRead(t, filledIn(l, headings[0], newRand(5))), l)
		for i, s := range book.Sheets {
			f := l.tables[i].lay(headings[0])
			t.Run(l.Name+" "+s.Name, func(t *testing.T) {
				checkLook(t, f, s)
			})
		}
	}
}

func checkLook(t *testing.T, f *form, s *xlsx.Sheet) {
	look := s.Look
	style := func(at xlsx.Ref) (st xlsx.Style) {
		for _, x := range look.Styles {
			if x.Range.Contains(at) {
				st = x.Style
			}
		}
		return st
	}
	// The table is a rectangle of bordered cells without a gap.
	first, last := math.MaxInt, 0
	for _, fc := range f.cells {
		if fc.section != nil {
			first, last = min(first, fc.at.Row), max(last, fc.last.Row)
		}
	}
	for row := first; row <= last; row++ {
		for col := range f.columns {
			if st := style(xlsx.Ref{Row: row, Col: col}); !st.Border || st.Font == "" {
				t.Errorf("%v has no border or font", xlsx.Ref{Row: row, Col: col})
			}
		}
	}
	// In pixels of a screen, a digit of the default font is 7 wide and a cell
	// has 5 more; a Chinese character is as wide as its font is high. That is
	// how Excel has it; LibreOffice gives a little more room.
	points := 0.0
	for _, fc := range f.cells {
		st := style(fc.at)
		if fc.last.Row >= len(look.Heights) || fc.last.Col >= len(look.Widths) {
			t.Fatalf("%v to %v: outside of the look", fc.at, fc.last)
		}
		width, height := 0.0, 0.0
		for col := fc.at.Col; col <= fc.last.Col; col++ {
			width += 7 * look.Widths[col]
		}
		width -= 12 * float64(st.Indent)
		for row := fc.at.Row; row <= fc.last.Row; row++ {
			height += look.Heights[row]
		}
		c, _ := s.Cell(fc.at)
		em := st.Size * 96 / 72
		chars := 0.0
		for _, r := range c.Text {
			if chars += 1; r < 0x2000 {
				chars -= 0.5
			}
		}
		if width < em {
			t.Errorf("%v: no character fits in: %q", fc.at, c.Text)
			continue
		}
		lines := math.Ceil(chars / math.Floor(width/em))
		if need := lines * st.Size * 1.25; need > height {
			t.Errorf("%v: %q takes %v lines, %.0f points of %.0f", fc.at, c.Text, lines, need, height)
		}
		if c.Kind == xlsx.KindNumber && lines > 1 {
			t.Errorf("%v: the number %s does not fit", fc.at, c.Text)
		}
		if c.Text != "" && fc.section != nil && !st.Wrap {
			t.Errorf("%v is not wrapped: %q", fc.at, c.Text)
		}
	}
	for _, h := range look.Heights {
		points += h
	}
	// The page.
	p := look.Print
	if want := (xlsx.Range{Last: xlsx.Ref{Row: len(look.Heights) - 1, Col: len(look.Widths) - 1}}); *p.Area != want {
		t.Errorf("print area %v, want %v", p.Area, want)
	}
	total := 0.0
	for _, w := range look.Widths {
		total += w
	}
	paper, long := 523.0, 770.0
	if p.Landscape {
		paper, long = long, paper
	}
	scale := min(1, paper/(total*5.25+2))
	if p.Tall == 1 {
		scale = min(scale, long/points)
	}
	if scale < 0.7 || p.Wide != 1 || !p.Center {
		t.Errorf("printed at %.0f %%, %d pages wide", 100*scale, p.Wide)
	}
	if p.Tall == 0 && (p.Repeat == nil || *p.Repeat != [2]int{first, first}) {
		t.Errorf("several pages, of which each begins with the rows %v, want %d", p.Repeat, first)
	}
}

// TestLooksOfForms states for single forms what the general checks leave open.
func TestLooksOfForms(t *testing.T) {
	report := func(l *Layout) *schema.Report { return mustRead(t, filledIn(l, headings[0], newRand(6))) }
	sheet := func(layout, name string) *xlsx.Sheet {
		l := layoutOf(t, layout)
		book, _ := mustWrite(t, report(l), l)
		i := slices.IndexFunc(book.Sheets, func(s *xlsx.Sheet) bool { return s.Name == name })
		if i < 0 {
			t.Fatalf("%s: no sheet %q", layout, name)
		}
		return book.Sheets[i]
	}
	for _, test := range []struct {
		layout, sheet string
		landscape     bool
		tall          int
		merges        []string // among others
		texts         map[string]string
	}{
		{
			"national-2021", "申请办理", false, 1,
			[]string{"A1:J1", "A3:C5", "D3:J3", "D4:D5", "E4:I4", "J4:J5", "A6:C6", "A8:A29", "B8:C8", "B10:B17", "B18:B20", "B21:B25", "B26:B28", "B29:C29", "A30:C30"},
			map[string]string{"A1": "某市人民政府2015年政府信息公开工作年度报告", "A2": "三、收到和处理政府信息公开申请情况", "A8": "三、本年度办理结果", "B10": "（三）不予公开", "C10": "1.属于国家秘密"},
		},
		{"national-2021", "复议诉讼", true, 1, []string{"A3:E3", "F3:O3", "A4:A5", "F4:J4", "K4:O4"}, map[string]string{"A3": "行政复议", "K4": "复议后起诉"}},
		{"national-2021", "主动公开", false, 1, []string{"A3:D3", "B8:D8", "B9:D9"}, map[string]string{"A3": "第二十条第（一）项"}},
		{"national-2019", "申请办理", false, 1, []string{"A8:A27"}, nil},
		{"national-2014", "统计表", false, 0, []string{"A1:C1", "A2:C2", "A69:C69"}, map[string]string{
			"A1": "2015年度政府信息公开情况统计表", "A2": "填报单位：某市人民政府", "A3": "统计指标",
			"A69": "单位负责人：　　　　　　　　审核人：　　　　　　　　　　填报人：", "A70": "联系电话：　　　　　　　　　填报日期："}},
		{"shanghai-2004", "统计表", false, 0, []string{"A2:E2"}, map[string]string{"A1": "政府信息公开情况统计报表", "A2": "（2015年度）", "A3": "填报单位：某市人民政府"}},
		{"fujian-2008", "统计表", false, 1, nil, map[string]string{"C3": "2015年度", "D3": "历年累计"}},
		{"jiangsu-origin-2015", "申请来源", false, 1, nil, map[string]string{"C3": "占比(%)"}},
		{"baohe-annex-2018", "附表二", false, 1, nil, map[string]string{"A1": "附表二 依申请公开政府信息情况", "A2": "（2015年度）", "A3": "填报单位：某市人民政府"}},
	} {
		s := sheet(test.layout, test.sheet)
		if p := s.Look.Print; p.Landscape != test.landscape || p.Tall != test.tall {
			t.Errorf("%s %s: landscape %v, %d pages, want %v, %d", test.layout, test.sheet, p.Landscape, p.Tall, test.landscape, test.tall)
		}
		for _, m := range test.merges {
			if !slices.ContainsFunc(s.Merges, func(r xlsx.Range) bool { return r.String() == m }) {
				t.Errorf("%s %s: %s is not merged: %v", test.layout, test.sheet, m, s.Merges)
			}
		}
		for at, want := range test.texts {
			ref, _ := xlsx.ParseRef(at)
			if c, _ := s.Cell(ref); c.Text != want {
				t.Errorf("%s %s: %s is %q, want %q", test.layout, test.sheet, at, c.Text, want)
			}
		}
	}
}
