package convert

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// mixtures is how many mixtures TestMixtures makes; 100000 is the long run.
var mixtures = flag.Int("mixtures", 3000, "number of mixtures of spellings and damage to generate")

// A spelling changes a workbook as copies of the forms in the wild differ
// from the form. It says the same afterwards, as far as anybody can tell.
type spelling struct {
	name   string
	reason string
	apply  func(m *mixture)
}

// A mixture is a generated workbook on its way.
type mixture struct {
	rng    *rand.Rand
	layout *Layout
	book   *xlsx.Workbook
	want   map[schema.Key]string
}

// eachText changes the texts of cells, some of them.
func (m *mixture) eachText(share int, f func(string) string) {
	for _, s := range m.book.Sheets {
		for i := range s.Cells {
			c := &s.Cells[i]
			if c.Kind == xlsx.KindText && readFigureText(c.Text).status == schema.Text && m.rng.IntN(100) < share {
				c.Text = f(c.Text)
			}
		}
	}
}

func replacing(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

var (
	halfWidth = replacing("（", "(", "）", ")", "：", ":", "，", ",", "“", "\"", "”", "\"", "、", "、")
	fullWidth = replacing("(", "（", ")", "）", ":", "：", "1.", "１．", "2.", "２．", "3.", "３．", "4.", "４．")
)

// traditional maps the characters of the layouts to their first variant.
var traditional = func() func(string) string {
	var pairs []string
	seen := make(map[rune]bool)
	for line := range strings.Lines(variantsTXT) {
		to, from, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && to != "#" && !seen[[]rune(to)[0]] {
			seen[[]rune(to)[0]] = true
			pairs = append(pairs, to, string([]rune(from)[0]))
		}
	}
	return replacing(pairs...)
}()

var spellings = []spelling{
	{"half width", "web text has ASCII brackets and colons", func(m *mixture) { m.eachText(100, halfWidth) }},
	{"full width", "Word and WPS widen digits and dots", func(m *mixture) { m.eachText(60, fullWidth) }},
	{"traditional", "wikis and mirrors convert the script", func(m *mixture) { m.eachText(100, traditional) }},
	{"taiwan", "規範性文件 becomes 規範性檔案", func(m *mixture) { m.eachText(100, replacing("文件", "檔案")) }},
	{"pinyin", "mirrors put readings behind characters", func(m *mixture) {
		m.eachText(50, replacing("数", "数(shù)", "项", "项(xiàng)", "规", "规（guī）", "业", "业(yè)"))
	}},
	{"line breaks", "narrow columns break labels anywhere", func(m *mixture) {
		m.eachText(40, func(s string) string {
			rs := []rune(s)
			i := m.rng.IntN(len(rs) + 1)
			return string(rs[:i]) + "\n" + string(rs[i:])
		})
	}},
	{"upright", "vertical text has one character a line", func(m *mixture) {
		m.eachText(10, func(s string) string { return strings.Join(strings.Split(s, ""), "\n") })
	}},
	{"spaces", "labels are spaced out to fill the column", func(m *mixture) {
		m.eachText(30, func(s string) string { return "  " + strings.Join(strings.Split(s, ""), " ") + "\u3000" })
	}},
	{"numbering", "1. is 1、 or ① or (1)", func(m *mixture) {
		style := [][]string{{"1.", "1、", "2.", "2、", "3.", "3、"}, {"1.", "①", "2.", "②", "3.", "③"}, {"1.", "(1)", "2.", "(2)"}, {"（一）", "㈠", "（二）", "㈡"}}[m.rng.IntN(4)]
		m.eachText(80, replacing(style...))
	}},
	{"no numbering", "numbering is list formatting and gets lost", func(m *mixture) {
		m.eachText(70, func(s string) string {
			for _, n := range []string{"1.", "2.", "3.", "4.", "5.", "6.", "7.", "8.", "一、", "二、", "三、", "四、"} {
				if rest, ok := strings.CutPrefix(s, n); ok {
					return rest
				}
			}
			return s
		})
	}},
	{"other words", "其它 for 其他, 网上 for 网络, 情况 for 情形", func(m *mixture) {
		m.eachText(70, replacing("其他", "其它", "免予", "免于", "网络", "网上", "情形", "情况", "勾稽", "钩稽"))
	}},
	{"quotes", "quotes are dropped, reversed or replaced", func(m *mixture) {
		m.eachText(90, replacing("“", "”", "”", "“", "《", "<<", "》", ">>"))
	}},
	{"remarks dropped", "long remarks in brackets are left out", func(m *mixture) {
		m.eachText(60, replacing("（不同渠道和方式公开相同信息计1条）", "", "（区分处理的，只计这一情形，不计其他情形）", "", "（不包括政府公报及政府网站工作人员数）", ""))
	}},
	{"remarks added", "the column says since when it counts", func(m *mixture) {
		m.eachText(80, replacing("对外公开总数量", "对外公开总数量(2019年起)", "现行有效件数", "现行有效件数 (历史累计)"))
	}},
	{"cut heads", "the end of a label stands in a line that was lost", func(m *mixture) {
		m.eachText(80, replacing("本年新制作数量", "本年新", "本年新公开数量", "本年新", "本年增/减", "本年增/", "现行有效件数", "现行有效件"))
	}},
	{"spans lost", "merged ranges become empty cells", func(m *mixture) {
		for _, s := range m.book.Sheets {
			if m.rng.IntN(2) == 0 {
				s.Merges = nil
			}
		}
	}},
	{"moved", "the table does not begin in A1", func(m *mixture) { m.move(m.rng.IntN(5), m.rng.IntN(3)) }},
	{"one sheet", "all tables stand in one sheet", func(m *mixture) { m.stack() }},
	{"figures as text", "figures carry spaces, separators, signs and wide digits", func(m *mixture) {
		for _, s := range m.book.Sheets {
			for i := range s.Cells {
				c := &s.Cells[i]
				if c.Kind == xlsx.KindNumber && m.rng.IntN(3) == 0 {
					c.Kind, c.Number = xlsx.KindText, ""
					switch m.rng.IntN(4) {
					case 0:
						c.Text = "  " + c.Text + " "
					case 1:
						c.Text = thousands(c.Text)
					case 2:
						c.Text = fullDigits(c.Text)
					}
				}
			}
		}
	}},
	{"unknown row", "a province adds a row of its own", func(m *mixture) { m.insertRow("其他需要特别说明的本地指标情况", "7") }},
	{"row dropped", "a row is not printed and its numbers are closed up", func(m *mixture) { m.dropRow() }},
	{"title around", "a cover line, an unrelated table and a note stand around", func(m *mixture) {
		m.move(4, 0)
		for _, s := range m.book.Sheets {
			s.Cells = append([]xlsx.Cell{
				{Ref: xlsx.Ref{Row: 0}, Text: "单位名称"}, {Ref: xlsx.Ref{Row: 0, Col: 1}, Text: "某市某局"},
				{Ref: xlsx.Ref{Row: 1}, Text: "索引号"}, {Ref: xlsx.Ref{Row: 1, Col: 1}, Kind: xlsx.KindNumber, Text: "12", Number: "12"},
			}, s.Cells...)
		}
	}},
	{"sections moved", "the sections of a table stand in another order", func(m *mixture) { m.swapSections() }},
	{"two lines", "a label goes on in the next row, where its figures stand", func(m *mixture) { m.splitLabel() }},
	{"head lost", "a cell of the head is empty while the rows are whole", func(m *mixture) { m.dropHead() }},
	{"row again", "a row is printed twice", func(m *mixture) { m.repeatRow(false) }},
	{"row twice", "a row is printed twice with different figures", func(m *mixture) { m.repeatRow(true) }},
	{"glued", "label and figures were joined", func(m *mixture) { m.glue() }},
	{"codes marked", "codes carry the marks of half-yearly figures", func(m *mixture) {
		m.eachText(100, replacing()) // codes are texts without letters
		for _, s := range m.book.Sheets {
			for i := range s.Cells {
				if c := &s.Cells[i]; len(c.Text) == 2 && c.Kind == xlsx.KindText && c.Text > "48" && c.Text < "57" {
					c.Text += "**"
				}
			}
		}
	}},
	{"blanks pushed", "an extraction pushed empty cells to the rows' ends", func(m *mixture) { m.pushBlanks() }},
}

func thousands(s string) string {
	whole, frac, ok := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if ok {
		whole += "." + frac
	}
	return sign + whole
}

func fullDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}

// move shifts the sheets down and to the right.
func (m *mixture) move(rows, cols int) {
	shift := func(r *xlsx.Ref) { r.Row += rows; r.Col += cols }
	for _, s := range m.book.Sheets {
		for i := range s.Cells {
			shift(&s.Cells[i].Ref)
		}
		for i := range s.Merges {
			shift(&s.Merges[i].First)
			shift(&s.Merges[i].Last)
		}
	}
}

// stack puts all sheets below each other.
func (m *mixture) stack() {
	all := &xlsx.Sheet{Name: "全部"}
	row := 0
	for _, s := range m.book.Sheets {
		end := 0
		for _, c := range s.Cells {
			end = max(end, c.Ref.Row+1)
			c.Ref.Row += row
			all.Cells = append(all.Cells, c)
		}
		for _, r := range s.Merges {
			end = max(end, r.Last.Row+1)
			r.First.Row += row
			r.Last.Row += row
			all.Merges = append(all.Merges, r)
		}
		row += end + 1
	}
	m.book.Sheets = []*xlsx.Sheet{all}
}

// valueRow picks a row with a label and figures, of one sheet.
func (m *mixture) valueRow() (*xlsx.Sheet, int, bool) {
	s := m.book.Sheets[m.rng.IntN(len(m.book.Sheets))]
	rows := make(map[int]bool)
	for _, c := range s.Cells {
		if c.Kind == xlsx.KindNumber && c.Ref.Col > 0 {
			rows[c.Ref.Row] = true
		}
	}
	if len(rows) == 0 {
		return nil, 0, false
	}
	list := slices.Sorted(maps.Keys(rows))
	return s, list[m.rng.IntN(len(list))], true
}

// insertRow puts a row with an unknown label behind a row with figures.
func (m *mixture) insertRow(label, figure string) {
	s, row, ok := m.valueRow()
	if !ok || slices.ContainsFunc(s.Merges, func(r xlsx.Range) bool { return r.First.Row <= row && row < r.Last.Row }) {
		return
	}
	cols := 0
	for _, c := range s.Cells {
		if c.Ref.Row == row {
			cols = c.Ref.Col
		}
	}
	if cols == 0 {
		return
	}
	for i := range s.Cells {
		if s.Cells[i].Ref.Row > row {
			s.Cells[i].Ref.Row++
		}
	}
	for i := range s.Merges {
		if s.Merges[i].First.Row > row {
			s.Merges[i].First.Row++
			s.Merges[i].Last.Row++
		}
	}
	s.Cells = append(s.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: row + 1}, Text: label},
		xlsx.Cell{Ref: xlsx.Ref{Row: row + 1, Col: cols}, Kind: xlsx.KindNumber, Text: figure, Number: figure})
	slices.SortFunc(s.Cells, func(a, b xlsx.Cell) int { return a.Ref.Compare(b.Ref) })
}

// dropRow empties a row that no other label stands in: it is not printed, and
// gives no observation.
func (m *mixture) dropRow() {
	s, row, ok := m.valueRow()
	if !ok {
		return
	}
	labels := 0
	for _, c := range s.Cells {
		if c.Ref.Row == row && c.Kind == xlsx.KindText && readFigureText(c.Text).status == schema.Text {
			labels++
		}
	}
	if labels != 1 || slices.ContainsFunc(s.Merges, func(r xlsx.Range) bool { return r.First.Row <= row && row <= r.Last.Row && r.First.Row != r.Last.Row }) {
		return
	}
	s.Cells = slices.DeleteFunc(s.Cells, func(c xlsx.Cell) bool { return c.Ref.Row == row })
	s.Merges = slices.DeleteFunc(s.Merges, func(r xlsx.Range) bool { return r.First.Row == row })
}

// openRow makes room for a row behind row.
func openRow(s *xlsx.Sheet, row int) bool {
	if slices.ContainsFunc(s.Merges, func(r xlsx.Range) bool { return r.First.Row <= row && row < r.Last.Row }) {
		return false
	}
	for i := range s.Cells {
		if s.Cells[i].Ref.Row > row {
			s.Cells[i].Ref.Row++
		}
	}
	for i := range s.Merges {
		if s.Merges[i].First.Row > row {
			s.Merges[i].First.Row++
			s.Merges[i].Last.Row++
		}
	}
	return true
}

func sortCells(s *xlsx.Sheet) {
	slices.SortFunc(s.Cells, func(a, b xlsx.Cell) int { return a.Ref.Compare(b.Ref) })
	slices.SortFunc(s.Merges, func(a, b xlsx.Range) int { return a.First.Compare(b.First) })
}

// labelOf returns the index of the innermost label cell of a row of figures.
func labelOf(s *xlsx.Sheet, row int) int {
	found := -1
	for i, c := range s.Cells {
		if c.Ref.Row == row && c.Kind == xlsx.KindText && c.Ref.Col < 3 && readFigureText(c.Text).status == schema.Text {
			if _, unit := unitWords[c.Text]; !unit {
				found = i
			}
		}
	}
	return found
}

// splitLabel puts the first half of a row's label into a row of its own.
func (m *mixture) splitLabel() {
	s, row, ok := m.valueRow()
	if !ok || row == 0 {
		return
	}
	i := labelOf(s, row)
	if i < 0 || len([]rune(s.Cells[i].Text)) < 8 || s.Cells[i].Ref.Col > 0 || !openRow(s, row-1) {
		return
	}
	c := s.Cells[i]
	rs := []rune(c.Text)
	s.Cells[i].Text = string(rs[len(rs)/2:])
	s.Cells = append(s.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: row, Col: c.Ref.Col}, Text: string(rs[:len(rs)/2])})
	sortCells(s)
}

// repeatRow prints a row a second time, with other figures if asked to.
func (m *mixture) repeatRow(other bool) {
	s, row, ok := m.valueRow()
	if !ok {
		return
	}
	if i := labelOf(s, row); i < 0 || !openRow(s, row) {
		return
	}
	for _, c := range slices.Clone(s.Cells) {
		if c.Ref.Row != row {
			continue
		}
		if c.Ref.Row++; other && c.Kind == xlsx.KindNumber {
			c.Number += "1"
			c.Text = c.Number
		}
		s.Cells = append(s.Cells, c)
	}
	for _, r := range slices.Clone(s.Merges) {
		if r.First.Row == row && r.Last.Row == row {
			r.First.Row++
			r.Last.Row++
			s.Merges = append(s.Merges, r)
		}
	}
	sortCells(s)
}

// glue joins a row's label and figures.
func (m *mixture) glue() {
	s, row, ok := m.valueRow()
	if !ok {
		return
	}
	i := labelOf(s, row)
	if i < 0 {
		return
	}
	label := s.Cells[i].Ref
	for _, c := range s.Cells {
		if c.Ref.Row == row && c.Kind == xlsx.KindNumber {
			s.Cells[i].Text += c.Text
		}
	}
	s.Cells = slices.DeleteFunc(s.Cells, func(c xlsx.Cell) bool { return c.Ref.Row == row && c.Ref.Col > label.Col })
}

// dropHead empties a cell of a head.
func (m *mixture) dropHead() {
	t := m.layout.tables[m.rng.IntN(len(m.layout.tables))]
	var heads []string
	for _, s := range t.sections {
		for _, c := range s.head {
			heads = append(heads, c.label.text)
		}
	}
	text := heads[m.rng.IntN(len(heads))]
	for _, s := range m.book.Sheets {
		if i := slices.IndexFunc(s.Cells, func(c xlsx.Cell) bool { return c.Text == text }); i >= 0 && s.Name == t.name {
			s.Cells = slices.Delete(s.Cells, i, i+1)
			return
		}
	}
}

// swapSections moves the first section of a table to its end.
func (m *mixture) swapSections() {
	for _, s := range m.book.Sheets {
		var starts []int
		end := 0
		for _, c := range s.Cells {
			if strings.HasPrefix(c.Text, "第二十条") {
				starts = append(starts, c.Ref.Row)
			}
			end = max(end, c.Ref.Row+1)
		}
		if len(starts) < 2 {
			continue
		}
		shift := func(r *xlsx.Ref) {
			switch n := starts[1] - starts[0]; {
			case r.Row >= starts[1]:
				r.Row -= n
			case r.Row >= starts[0]:
				r.Row += end - starts[1]
			}
		}
		for i := range s.Cells {
			shift(&s.Cells[i].Ref)
		}
		for i := range s.Merges {
			shift(&s.Merges[i].First)
			shift(&s.Merges[i].Last)
		}
		sortCells(s)
	}
}

// pushBlanks closes the gaps in the rows of applications tables.
func (m *mixture) pushBlanks() {
	for _, s := range m.book.Sheets {
		if s.Name != "applications" {
			continue
		}
		byRow := make(map[int][]int)
		for i, c := range s.Cells {
			if c.Ref.Col >= 3 && readFigure(c).status != schema.Text {
				byRow[c.Ref.Row] = append(byRow[c.Ref.Row], i)
			}
		}
		for _, cells := range byRow {
			for k, i := range cells {
				s.Cells[i].Ref.Col = 3 + k
			}
		}
	}
}

// consistent makes the totals of applications tables the sums of their rows,
// which is all that shows that columns have moved.
func consistent(book *xlsx.Workbook, want map[schema.Key]string, l *Layout) {
	for _, s := range book.Sheets {
		if s.Name != "applications" {
			continue
		}
		sums := make(map[int]int)
		for _, c := range s.Cells {
			if c.Kind == xlsx.KindNumber && c.Ref.Col < 9 {
				n := 0
				fmt.Sscan(c.Number, &n)
				sums[c.Ref.Row] += n
			}
		}
		f := l.tables[slices.IndexFunc(l.tables, func(t *table) bool { return t.name == "applications" })].print("某市人民政府", 2015)
		s.Cells = slices.DeleteFunc(s.Cells, func(c xlsx.Cell) bool { return c.Ref.Col == 9 && c.Ref.Row >= 5 })
		for _, fc := range f.cells {
			if fc.kind == formValue && fc.at.Col == 9 {
				n := fmt.Sprint(sums[fc.at.Row])
				s.Cells = append(s.Cells, xlsx.Cell{Ref: fc.at, Kind: xlsx.KindNumber, Text: n, Number: n})
				want[schema.Key{Layout: l.Name, Table: "applications", Indicator: fc.row.indicator(fc.column), Applicant: schema.Total}] = "number " + n
			}
		}
		slices.SortFunc(s.Cells, func(a, b xlsx.Cell) int { return a.Ref.Compare(b.Ref) })
	}
}

// TestMixtures reads generated reports in mixtures of spellings and damage. A
// cell may be refused; it may never give another answer than it has.
func TestMixtures(t *testing.T) {
	layouts := Builtin().All()
	asked, read, whole := 0, 0, 0
	perSpelling := make(map[string][2]int)
	for n := range *mixtures {
		rng := rand.New(rand.NewPCG(uint64(n), 42))
		l := layouts[rng.IntN(len(layouts))]
		book, want := generate(l, rng)
		consistent(book, want, l)
		m := &mixture{rng, l, book, want}
		var names []string
		for range 1 + rng.IntN(4) {
			s := spellings[rng.IntN(len(spellings))]
			if slices.Contains(names, s.name) {
				continue
			}
			names = append(names, s.name)
		}
		// What changes the arrangement comes last, as the others look for
		// columns and words.
		slices.SortFunc(names, func(a, b string) int { return order(a) - order(b) })
		for _, name := range names {
			spellings[order(name)].apply(m)
		}
		r, err := ToSchema(m.book)
		got := make(map[schema.Key]string)
		if err == nil {
			got = answersOf(t, r)
		}
		wrong := 0
		for k, g := range got {
			w, known := want[k]
			w2 := strings.TrimSuffix(w, ".0")
			if !known || g != w && g != w2 {
				if wrong++; wrong <= 3 {
					t.Errorf("mixture %d (%s; %s): %v: got %q, want %q", n, l.Name, strings.Join(names, ", "), k, g, w)
				}
			}
		}
		asked += len(want)
		read += len(got) - wrong
		whole += count(len(got) == len(want))
		for _, name := range names {
			p := perSpelling[name]
			perSpelling[name] = [2]int{p[0] + len(want), p[1] + len(got) - wrong}
		}
		if t.Failed() && wrong > 0 && n > 200 {
			t.FailNow()
		}
	}
	t.Logf("%d mixtures: %.2f%% of cells read, %.2f%% of mixtures whole, the rest refused", *mixtures, 100*float64(read)/float64(asked), 100*float64(whole)/float64(*mixtures))
	for _, s := range spellings {
		p := perSpelling[s.name]
		t.Logf("%-16s %6.2f%% of cells read", s.name, 100*float64(p[1])/float64(max(1, p[0])))
	}
}

func order(name string) int {
	return slices.IndexFunc(spellings, func(s spelling) bool { return s.name == name })
}
