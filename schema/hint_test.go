package schema_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zwgk/statable/schema"
)

// TestHintKinds makes one mistake of each kind in a real report.
func TestHintKinds(t *testing.T) {
	const office, huaian = "2024-national-2021-office", "2024-national-2021-huaian"
	type entry struct {
		code      schema.Code
		applicant schema.Applicant
		figure    string
	}
	row := func(c schema.Code, figures ...string) []entry {
		var list []entry
		for i, f := range figures {
			list = append(list, entry{c, schema.Applicants()[i], f})
		}
		return list
	}
	remedies := func(figures ...string) []entry {
		var list []entry
		for i, c := range []schema.Code{"upheld", "corrected", "other", "pending"} {
			list = append(list, entry{"litigation.direct." + c, "", figures[i]})
		}
		list = append(list, entry{"litigation.direct", "", figures[4]})
		for i, c := range []schema.Code{"upheld", "corrected", "other", "pending"} {
			list = append(list, entry{"litigation.after_reconsideration." + c, "", figures[5+i]})
		}
		return append(list, entry{"litigation.after_reconsideration", "", figures[9]})
	}
	tests := []struct {
		name, sample string
		entries      []entry
		want         []string // the hints of the first failure, in Chinese
	}{
		{
			"one digit", huaian, []entry{{"application.outcome.granted", schema.NaturalPerson, "1388"}},
			[]string{"C3 可能应为 1288 而不是 1388（差一位数字）"},
		},
		{
			"a digit too many", huaian, []entry{{"application.outcome.partial", schema.NaturalPerson, "4447"}},
			[]string{"C4 可能应为 447 而不是 4447（差一位数字）"},
		},
		{
			"two digits the wrong way round", huaian, []entry{{"application.received", schema.Enterprise, "35"}},
			[]string{"D1 可能应为 53 而不是 35（相邻两位数字颠倒）"},
		},
		{
			"any other figure", huaian, []entry{{"application.outcome.unable.not_held", schema.Enterprise, "345"}},
			[]string{"D13 若为 12 而不是 345，则与之有关的各项关系均成立"},
		},
		{
			"two neighbours swapped", huaian, row("application.outcome.granted", "21", "1288"),
			[]string{"C3 与 D3 可能互相填错了位置"},
		},
		{
			"one cell dropped", huaian, row("application.outcome.granted", "1288", "21", "0", "50", "3", "1362", "."),
			[]string{"F3 至 I3 可能错开一格，应为 F3 0，G3 50，H3 3，I3 1362"},
		},
		{
			"one cell added", huaian, row("application.outcome.granted", ".", "1288", "21", "0", "0", "50", "3"),
			[]string{"C3 至 I3 可能错开一格，应为 C3 1288，D3 21，E3 0，G3 50，H3 3，I3 1362"},
		},
		{
			"a figure beside its place", huaian, row("application.outcome.granted", "1288", "21", "0", "50", ".", "3", "1362"),
			[]string{"F3 至 G3 可能错开一格，应为 F3 0，G3 50"},
		},
		{
			"one number in two cells", huaian, row("application.received", "30", "01", "53", "0", "0", "61", "4"),
			nil, // "01" is no second half that could be read back as a figure
		},
		{
			"one number in two cells, the rest moved on", huaian, row("application.received", "300", "1", "53", "0", "0", "61", "4"),
			[]string{"3001 可能是一个数拆成两格（C1 起），应为 C1 3001，D1 53，E1 0，G1 61，H1 4，I1 3119"},
		},
		{
			"one number in two cells, the last total lost", huaian, remedies("1", "3", "4", "8", "1", "26", "12", "1", "1", "6"),
			[]string{"13 可能是一个数拆成两格（H1 起），应为 H1 13，I1 4，J1 8，K1 1，L1 26，M1 12，N1 1，P1 6，Q1 20"},
		},
		{
			"two neighbours read as one", huaian, row("application.outcome.granted", "128821", "0", "0", "50", "3", "1362", "."),
			[]string{"C3 的 128821 可能是相邻两格的数连成一个，应为 C3 1288，D3 21，F3 0，G3 50，H3 3，I3 1362"},
		},
		{
			"two neighbours read as one, the next left blank", huaian, row("application.outcome.granted", "128821", "."),
			[]string{"C3 的 128821 可能是相邻两格的数连成一个，应为 C3 1288，D3 21"},
		},
		{
			"a part left out", huaian, []entry{{"reconsideration", "", "287"}},
			[]string{"差额恰为“行政复议结果纠正”64（D1），另一边可能漏计"},
		},
		{
			"a part counted twice", huaian, []entry{{"reconsideration", "", "415"}},
			[]string{"差额恰为“行政复议结果纠正”64（D1），另一边可能重复计入"},
		},
		{
			"a small part left out", office, []entry{{"reconsideration.upheld", "", "3"}, {"reconsideration.corrected", "", "2"}, {"reconsideration", "", "3"}},
			[]string{"差额恰为“行政复议结果纠正”2（D1），另一边可能漏计；填错一位数字也会有这样的差额"},
		},
		{
			"a total that lacks a part, with row and column", huaian, []entry{{"application.outcome", schema.NaturalPerson, "2827"}},
			// The balance fails first: 3001+34 against 2827+103. All three failures
			// have the total in common.
			[]string{"C24 若为 2932 而不是 2827，则与之有关的各项关系均成立"},
		},
		{
			"no part can be less than 0", "2023-national-2021-jinhu", nil,
			// 2+0+1+0 is 3 and not 0: no part can be 3 less.
			[]string{"L1 可能应为 3 而不是 0（差一位数字）"},
		},
		{
			"nothing stands out", office, []entry{{"reconsideration", "", "7"}, {"reconsideration.upheld", "", "2"}},
			nil, // 7 may be 2, or any part 5 more
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample(t, tt.sample)
			for _, e := range tt.entries {
				enter(t, cell(t, r, e.code, e.applicant), e.figure)
			}
			findings := schema.Check(r)
			if len(findings) == 0 {
				t.Fatal("no relation fails")
			}
			want := ""
			for _, h := range tt.want {
				want += "提示：" + h + "。"
			}
			if got := findings[0].Facts["hint_zh"]; got != want {
				t.Errorf("of %s\n got %s\nwant %s", findings[0].Line(schema.Chinese), got, want)
			}
		})
	}
}

// TestHintFirstCell takes a mistake in the very first cell of a report.
func TestHintFirstCell(t *testing.T) {
	r := sample(t, "2024-national-2021-huaian")
	r.Tables = r.Tables[1:2]
	enter(t, &r.Tables[0].Observations[0], "3002")
	const want = "提示：C1 可能应为 3001 而不是 3002（差一位数字）。"
	if f := schema.Check(r); len(f) != 2 || f[0].Facts["hint_zh"] != want {
		t.Errorf("got %v, want %s", f, want)
	}
}

// TestHintUnit takes fees of which one was entered as 万元.
func TestHintUnit(t *testing.T) {
	r := report(t, "table shanghai-2004 statistics\nfees | 5000.5元\nfees.proactive | 0.2万元\nfees.application | 0.30005\n")
	findings := schema.Check(r)
	const want = "提示：C3 的 0.30005元 可能是按万元填的，应为 3000.5元。"
	if len(findings) != 1 || findings[0].Facts["hint_zh"] != want {
		t.Errorf("got %v, want %s", findings, want)
	}
}

// TestHintSecond tells of a wrong total that lacks a part both ways.
func TestHintSecond(t *testing.T) {
	r := sample(t, "2024-national-2021-huaian")
	enter(t, cell(t, r, "application.outcome", schema.NaturalPerson), "2827")
	for _, res := range schema.Evaluate(r) {
		if res.Outcome != schema.Fails || res.Relation.Name != "outcomes" {
			continue
		}
		f, _ := res.Finding()
		const want = "提示：C24 若为 2932 而不是 2827，则与之有关的各项关系均成立。提示：差额恰为“属于行政查询事项”105（C12），另一边可能漏计。"
		if got := f.Facts["hint_zh"]; got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
		return
	}
	t.Error("the outcomes do not fail")
}

// TestHintsChangeNothing proves that a hint is no correction.
func TestHintsChangeNothing(t *testing.T) {
	r := sample(t, "2024-national-2021-huaian")
	o := cell(t, r, "application.outcome.granted", schema.NaturalPerson)
	enter(t, o, "1388")
	schema.Check(r)
	if o.Value != "1388" {
		t.Errorf("the value is %s", o.Value)
	}
}

// TestBlankIsNamed drops one figure of a consistent report, which is left blank:
// each relation that asks for it is not assessable, names it, and no other.
func TestBlankIsNamed(t *testing.T) {
	rnd := rand.New(rand.NewPCG(21, 1))
	for range 30 {
		r := generated(t, "national-2021", rnd)
		table := r.Tables[rnd.IntN(len(r.Tables))]
		o := &table.Observations[rnd.IntN(len(table.Observations))]
		enter(t, o, ".")
		named := 0
		for _, res := range schema.Evaluate(r) {
			if res.Outcome == schema.NotAsked {
				continue
			}
			asks := slices.ContainsFunc(slices.Concat(res.Left.Parts, res.Right.Parts), func(p schema.Part) bool { return p.Source == o.Source })
			missing := res.Missing()
			switch {
			case !asks && res.Outcome == schema.Holds:
			case asks && res.Outcome == schema.NotAssessable && len(missing) == 1 && missing[0].Source == o.Source && missing[0].Status == schema.Blank:
				named++
			default:
				t.Errorf("%s blank: %s %s is %s without %v", o.Source.Cell, res.Relation.Name, res.Applicant, res.Outcome, missing)
			}
		}
		if named == 0 {
			t.Errorf("no relation asks for %s", o.Indicator)
		}
	}
}

// generated returns a consistent report of the form of 2021, or of that of
// 2014, in which every relation holds. The figures are spread as in real
// reports: many 0, some small, few great.
func generated(t *testing.T, form string, rnd *rand.Rand) *schema.Report {
	figure := func() int {
		switch p := rnd.IntN(10); {
		case p < 4:
			return 0
		case p < 7:
			return 1 + rnd.IntN(9)
		case p < 9:
			return 10 + rnd.IntN(90)
		}
		return 100 + rnd.IntN(900)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "issuer 某市\nyear 2021\n")
	row := func(codes string, figures []int) {
		b.WriteString(codes + " |")
		for _, f := range figures {
			fmt.Fprint(&b, " ", f)
		}
		b.WriteString("\n")
	}
	if form == "national-2014" {
		// Of each group the whole stands first; not_agreed is part of the answers.
		b.WriteString("table national-2014 statistics\n")
		group := func(codes ...string) {
			figures := make([]int, len(codes))
			for i := 1; i < len(figures); i++ {
				figures[i] = figure()
				figures[0] += figures[i]
			}
			for i, c := range codes {
				row(c, figures[i:i+1])
			}
		}
		group("application.received", "application.received.channel.in_person", "application.received.channel.fax", "application.received.channel.online", "application.received.channel.letter")
		group("application.closed", "application.closed.on_time", "application.closed.extended")
		reasons := make([]int, 6)
		refused := 0
		for i := range reasons {
			reasons[i] = figure()
			refused += reasons[i]
		}
		answers := []int{figure(), figure(), figure(), refused, figure(), figure(), figure(), figure()}
		all := 0
		for _, a := range answers {
			all += a
		}
		row("application.outcome", []int{all})
		for i, c := range []string{"already_public", "agreed", "partial", "not_agreed", "not_this_organ", "nonexistent", "correction_notice", "redirected"} {
			row("application.outcome."+c, answers[i:i+1])
			if c == "not_agreed" {
				for k, reason := range []string{"refused.state_secret", "refused.trade_secret", "refused.privacy", "refused.security", "not_government_information", "refused.other_statutory"} {
					row("application.outcome."+reason, reasons[k:k+1])
				}
			}
		}
		group("reconsideration", "reconsideration.upheld", "reconsideration.corrected", "reconsideration.other_or_pending")
		group("litigation", "litigation.upheld", "litigation.corrected", "litigation.other_or_pending")
		group("organisation.staff", "organisation.staff.full_time", "organisation.staff.part_time")
		return report(t, b.String())
	}
	b.WriteString("table national-2021 applications applicants\n")
	var outcomes []schema.Code
	for _, r := range schema.Relations() {
		if r.Form == form && r.Name == "outcomes" {
			for _, term := range r.Left {
				outcomes = append(outcomes, term.Indicator)
			}
		}
	}
	var rows [][]int
	total := make([]int, 7)
	for range outcomes {
		figures := make([]int, 7)
		for i := range 6 {
			figures[i] = figure()
			if i > 0 {
				figures[i] /= 1 + rnd.IntN(20) // organisations apply less
			}
			figures[6] += figures[i]
		}
		for i, f := range figures {
			total[i] += f
		}
		rows = append(rows, figures)
	}
	in, out, received := make([]int, 7), make([]int, 7), make([]int, 7)
	for i := range 6 {
		in[i] = min(figure(), total[i])
		out[i] = figure()
		received[i] = total[i] + out[i] - in[i]
		in[6] += in[i]
		out[6] += out[i]
		received[6] += received[i]
	}
	row("application.received", received)
	row("application.carried_in", in)
	for i, c := range outcomes {
		row(string(c), rows[i])
	}
	row("application.outcome", total)
	row("application.carried_out", out)
	b.WriteString("table national-2021 remedies\n")
	var codes []string
	var figures []int
	for _, g := range []string{"reconsideration", "litigation.direct", "litigation.after_reconsideration"} {
		sum := 0
		for _, c := range []string{".upheld", ".corrected", ".other", ".pending"} {
			f := figure()
			sum += f
			codes, figures = append(codes, g+c), append(figures, f)
		}
		codes, figures = append(codes, g), append(figures, sum)
	}
	row(strings.Join(codes, " "), figures)
	return report(t, b.String())
}

// A mistake changes cells of a table, and tells whether it could.
type mistake func(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool

// oneDigit replaces a digit of one figure.
func oneDigit(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool {
	o := cells[rnd.IntN(len(cells))]
	digits := []byte(o.Value)
	i := rnd.IntN(len(digits))
	d := byte('0' + rnd.IntN(10))
	if d == digits[i] || d == '0' && i == 0 && len(digits) > 1 {
		return false
	}
	digits[i] = d
	enter(t, o, string(digits))
	return true
}

// oneSwap puts two neighbouring figures of a row in each other's place or, in a
// table of one column, of the column.
func oneSwap(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool {
	i := rnd.IntN(len(cells) - 1)
	x, y := cells[i], cells[i+1]
	if x.Value == y.Value || x.Source.Cell[0] != y.Source.Cell[0] && x.Source.Cell[1:] != y.Source.Cell[1:] {
		return false
	}
	v, w := string(x.Value), string(y.Value)
	enter(t, x, w)
	enter(t, y, v)
	return true
}

// oneDropped loses a cell, so that the rest of its row moves up and the last
// cell of the row is left blank.
func oneDropped(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool {
	i := rnd.IntN(len(cells))
	changed := false
	for ; ; i++ {
		last := i+1 == len(cells) || cells[i+1].Source.Cell[1:] != cells[i].Source.Cell[1:] && cells[i+1].Source.Cell[0] != cells[i].Source.Cell[0]
		if last {
			enter(t, cells[i], ".")
			return changed
		}
		changed = changed || cells[i].Value != cells[i+1].Value
		enter(t, cells[i], string(cells[i+1].Value))
	}
}

// oneSplit puts the digits of one figure into two cells, after which the rest of
// the row moves on and its last figure is lost.
func oneSplit(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool {
	i := rnd.IntN(len(cells))
	end := i
	for end+1 < len(cells) && cells[end+1].Source.Cell[1:] == cells[i].Source.Cell[1:] {
		end++
	}
	v := string(cells[i].Value)
	if end == i || len(v) < 2 || v[1] == '0' && len(v) > 2 {
		return false
	}
	for k := end; k > i+1; k-- {
		enter(t, cells[k], string(cells[k-1].Value))
	}
	enter(t, cells[i], v[:1])
	enter(t, cells[i+1], v[1:])
	return true
}

// oneJoined reads two neighbours as one figure, after which the rest of the row
// moves up.
func oneJoined(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool {
	i := rnd.IntN(len(cells))
	end := i
	for end+1 < len(cells) && cells[end+1].Source.Cell[1:] == cells[i].Source.Cell[1:] {
		end++
	}
	if end == i || cells[i].Value == "0" {
		return false
	}
	enter(t, cells[i], string(cells[i].Value+cells[i+1].Value))
	for k := i + 1; k < end; k++ {
		enter(t, cells[k], string(cells[k+1].Value))
	}
	enter(t, cells[end], ".")
	return true
}

// oneLeftOut makes the total of a group of the remedies table one that lacks a
// part.
func oneLeftOut(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool {
	g := cells[5*rnd.IntN(3):][:5]
	part := g[rnd.IntN(4)].Value
	enter(t, g[4], string(g[4].Value.Add(part.Neg())))
	return part != "0"
}

// oneCountedTwice makes the total of a group of the remedies table one that
// holds a part twice.
func oneCountedTwice(t *testing.T, cells []*schema.Observation, rnd *rand.Rand) bool {
	g := cells[5*rnd.IntN(3):][:5]
	part := g[rnd.IntN(4)].Value
	enter(t, g[4], string(g[4].Value.Add(part)))
	return part != "0"
}

// TestHintRates seeds one mistake in a consistent report, time and again, and
// counts how often a relation fails, and how often the first hint of the
// failures would restore the figures. The rates are those that the
// documentation of Hint tells; run it with -v to see them.
func TestHintRates(t *testing.T) {
	tests := []struct {
		mistake     string
		seed        mistake
		form, table string
		found       int // per cent of the seeded, at least
		hinted      int // per cent of those found that have a hint that is not weak, at least
		right       int // per cent of those hinted, at least
		why         string
	}{
		{"one digit", oneDigit, "national-2021", "applications", 100, 99, 99, "row and column cross at the figure"},
		{"one swap", oneSwap, "national-2021", "applications", 100, 80, 99, "two columns fail by opposite differences; another row may do as well"},
		{"one dropped", oneDropped, "national-2021", "applications", 99, 99, 99, "the columns after it fail"},
		{"one split", oneSplit, "national-2021", "applications", 99, 99, 99, "the columns after it fail"},
		{"one joined", oneJoined, "national-2021", "applications", 99, 99, 99, "the columns after it fail"},
		{"one digit", oneDigit, "national-2021", "remedies", 100, 2, 90, "one relation for five figures: any may be wrong"},
		{"one swap", oneSwap, "national-2021", "remedies", 30, 95, 99, "two parts of one sum can change places unseen"},
		{"one dropped", oneDropped, "national-2021", "remedies", 60, 95, 99, "one that is lost near the end leaves the sums before it"},
		{"one left out", oneLeftOut, "national-2021", "remedies", 100, 35, 95, "another part may be as great, and a part of one digit makes a weak hint"},
		{"one counted twice", oneCountedTwice, "national-2021", "remedies", 100, 35, 95, "another part may be as great, and a part of one digit makes a weak hint"},
		{"one digit", oneDigit, "national-2014", "statistics", 100, 4, 90, "one relation, or two, for a figure"},
		{"one swap", oneSwap, "national-2014", "statistics", 40, 95, 99, "two parts of one sum can change places unseen"},
		{"one dropped", oneDropped, "national-2014", "statistics", 90, 95, 99, "one that is lost near the end leaves the sums before it"},
	}
	for n, tt := range tests {
		t.Run(tt.mistake+" in "+tt.table, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(20, uint64(n)))
			const runs = 250
			seeded, found := 0, 0
			hinted, right := map[bool]int{}, map[bool]int{} // by weak
			wrong := map[schema.HintKind]int{}
			for seeded < runs {
				r := generated(t, tt.form, rnd)
				if seeded < 20 {
					if f := schema.Check(r); len(f) > 0 {
						t.Fatalf("a generated report is not consistent: %s", f[0].Line(schema.English))
					}
				}
				was := map[string]schema.Decimal{}
				var cells []*schema.Observation
				for i := range r.Tables {
					for k := range r.Tables[i].Observations {
						if o := &r.Tables[i].Observations[k]; r.Tables[i].Name == tt.table {
							cells = append(cells, o)
							was[o.Source.Cell] = o.Value
						}
					}
				}
				if !tt.seed(t, cells, rnd) {
					continue
				}
				seeded++
				results := slices.DeleteFunc(schema.Evaluate(r), func(r schema.Result) bool { return r.Outcome != schema.Fails })
				if len(results) == 0 {
					continue
				}
				found++
				i := slices.IndexFunc(results, func(r schema.Result) bool { return len(r.Hints) > 0 })
				if i < 0 {
					continue
				}
				hint := results[i].Hints[0]
				hinted[hint.Weak]++
				switch {
				case restores(r, tt.table, hint, was):
					right[hint.Weak]++
				case !hint.Weak:
					wrong[hint.Kind]++
				}
			}
			rate := func(n, of int) int { return n * 100 / max(1, of) }
			t.Logf("%d seeded: found %d%%; a hint in %d%% of those, right in %d%%, wrong %v; a weak hint in %d%%, right in %d%%",
				seeded, rate(found, seeded), rate(hinted[false], found), rate(right[false], hinted[false]), wrong,
				rate(hinted[true], found), rate(right[true], hinted[true]))
			if rate(found, seeded) < tt.found || rate(hinted[false], found) < tt.hinted || rate(right[false], hinted[false]) < tt.right {
				t.Errorf("want at least %d%%, %d%% and %d%%: %s", tt.found, tt.hinted, tt.right, tt.why)
			}
		})
	}
}

// restores reports whether a hint gives every figure of a table back. A figure
// that the hint leaves open is no mistake, but some must be given. A hint that
// names a part is right where the total, with or without the part, is.
func restores(r *schema.Report, table string, h schema.Hint, was map[string]schema.Decimal) bool {
	is := map[string]schema.Decimal{}
	var row []string
	for i := range r.Tables {
		for _, o := range r.Tables[i].Observations {
			if r.Tables[i].Name == table {
				is[o.Source.Cell] = o.Value
				row = append(row, o.Source.Cell)
			}
		}
	}
	open := map[string]bool{}
	for _, s := range h.Parts {
		at := s.Part.Source.Cell
		switch h.Kind {
		case schema.HintLeftOut, schema.HintCountedTwice:
			if table != "remedies" {
				return false // no such mistake is seeded
			}
			whole := row[slices.Index(row, at)/5*5+4]
			if h.Kind == schema.HintLeftOut {
				is[whole] = is[whole].Add(s.Part.Value)
			} else {
				is[whole] = is[whole].Add(s.Part.Value.Neg())
			}
		default:
			is[at] = s.Value
			open[at] = s.Value == ""
		}
	}
	if len(open) > 0 && !slices.ContainsFunc(h.Parts, func(s schema.Suggestion) bool { return s.Value != "" }) {
		return false
	}
	for c, v := range was {
		if is[c] != v && !open[c] {
			return false
		}
	}
	return true
}
