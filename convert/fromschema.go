package convert

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// ErrTwoValues is the kind of error for a report that gives two figures for
// one key: which of them to write, nobody knows.
var ErrTwoValues = errors.New("two values for one key")

// A WriteOption changes how FromSchema works.
type WriteOption func(*formWriter)

// AllowClose lets FromSchema fill a cell from what the comparable series call
// close to it and not only from what they call the same. Such a cell carries a
// note that says so.
func AllowClose() WriteOption { return func(w *formWriter) { w.close = true } }

// A LossReason says why a figure has no place of its own in a form.
type LossReason string

// The reasons.
const (
	// NotAsked: the form has no row for it, nor one that includes it.
	NotAsked LossReason = "not asked"
	// WithinBroader: the form asks only for something that includes it. What
	// the source says of the whole is written there; so is, where the series
	// call it exact, the sum of the parts.
	WithinBroader LossReason = "within broader"
	// OnlyAsSum: the form asks only for its parts, and has it as their sum.
	OnlyAsSum LossReason = "only as sum"
	// OtherUnitAsked: the form counts in another unit, as 条 for 件.
	OtherUnitAsked LossReason = "unit differs"
	// OnlyClose: the form has a row that is close to it, and AllowClose was not
	// given or the row has another figure.
	OnlyClose LossReason = "only close"
	// Contradicted: the report gives another figure for the same cell.
	Contradicted LossReason = "contradicted"
	// NotHeld: the form's cell cannot hold it: a fraction or a negative number
	// where things are counted, a text that would be read as a figure.
	NotHeld LossReason = "not held"
)

// Name returns the reason in words.
func (r LossReason) Name(lang schema.Lang) string {
	en, zh := string(r), string(r)
	switch r {
	case NotAsked:
		en, zh = "the form does not ask for it", "本表不要求填报"
	case WithinBroader:
		en, zh = "the form has it only within a broader row", "本表仅在更宽的指标中包含"
	case OnlyAsSum:
		en, zh = "the form has it only as a sum of several rows", "本表仅能以若干指标之和表示"
	case OtherUnitAsked:
		en, zh = "the form counts in another unit", "本表计量单位不同"
	case OnlyClose:
		en, zh = "the form has only what is close to it", "本表仅有相近指标"
	case Contradicted:
		en, zh = "the report gives another figure for the same cell", "报告中同一单元格另有不同数值"
	case NotHeld:
		en, zh = "the form's cell cannot hold it", "本表单元格不能填写该值"
	}
	if lang == schema.Chinese {
		return zh
	}
	return en
}

// A Loss is an answer of a report that has no cell of its own in the form that
// it was written to.
type Loss struct {
	Issuer, Coverage string // of the table that it comes from
	Year             int
	Key              schema.Key
	Observation      schema.Observation
	Reason           LossReason
	// Near is what the form has instead: the row that includes it, that is
	// close to it, or that holds another figure; empty where there is no one.
	Near schema.Code
	// Series is the comparable series that says so, where one does.
	Series schema.SeriesCode
}

// Line returns the loss on one line: where the figure stood, what it counts,
// and why it has no cell.
func (l Loss) Line(lang schema.Lang) string {
	o := &l.Observation
	var b strings.Builder
	b.WriteString(o.Source.File)
	if o.Source.Sheet != "" {
		fmt.Fprintf(&b, ":%s!%s", o.Source.Sheet, o.Source.Cell)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	name := func(c schema.Code) string {
		ind, _ := schema.Lookup(c)
		return ind.Name(lang) + " [" + string(c) + "]"
	}
	b.WriteString(name(o.Indicator))
	for _, w := range []string{o.Applicant.Name(lang), o.Scope.Name(lang)} {
		if w != "" {
			b.WriteString(", " + w)
		}
	}
	switch {
	case o.Status == schema.Number:
		b.WriteString(" " + string(o.Value) + o.Unit)
	case o.Source.Printed != "":
		fmt.Fprintf(&b, " %q", oneLine(o.Source.Printed))
	default:
		b.WriteString(" " + string(o.Status))
	}
	b.WriteString(": " + l.Reason.Name(lang))
	if l.Near != "" {
		b.WriteString(" (" + name(l.Near) + ")")
	}
	return b.String()
}

// FromSchema writes what a report says into a form: a workbook that looks like
// the printed form, and a list of what had no place in it, in the order of the
// report.
//
// A table of this very layout is written as it was read, its words as they
// were printed; there is a sheet for each of the report's tables. Figures of
// other forms fill a cell that asks for the same indicator, of the whole where
// no kinds of applicants or spans of time are told apart: what has no applicant
// goes to the total, what has no scope to the year. Else a cell is filled by a
// comparable series (schema.SeriesList) that both forms answer exactly, if all
// figures of its sum are numbers; see AllowClose. 元 and 万元 are converted,
// other units never. A note on the cell says what was done to a figure. All
// tables of the form are written then.
//
// Every other cell stays blank: nothing becomes 0, and nothing is worked out
// but shares in percent, which are derived anyway.
//
// Tables of several issuers, years or coverages give a set of sheets each.
//
// The error wraps ErrLayout without a layout, ErrNoTable without a table, and
// ErrTwoValues where two figures have one key; it then names all of them.
func FromSchema(report *schema.Report, layout *Layout, opts ...WriteOption) (*xlsx.Workbook, []Loss, error) {
	w := &formWriter{layout: layout, names: make(map[string]bool)}
	for _, opt := range opts {
		opt(w)
	}
	if layout == nil {
		return nil, nil, fmt.Errorf("convert: %w: there is none to write", ErrLayout)
	}
	if report == nil || len(report.Tables) == 0 {
		return nil, nil, fmt.Errorf("convert: %w: the report has none", ErrNoTable)
	}
	if err := w.take(report); err != nil {
		return nil, nil, err
	}
	book := &xlsx.Workbook{Format: xlsx.FormatXLSX}
	for _, d := range w.deliveries {
		for _, t := range d.tables {
			book.Sheets = append(book.Sheets, w.write(d, t))
		}
		w.account(d)
	}
	var losses []Loss
	for _, g := range w.all {
		if !g.held {
			losses = append(losses, g.loss)
		}
	}
	return book, losses, nil
}

// A formWriter is the state of one call of FromSchema.
type formWriter struct {
	layout     *Layout
	close      bool
	deliveries []*delivery
	all        []*given
	names      map[string]bool // of the sheets so far, in lower case
}

// A delivery is what a report says of one issuer, year and coverage.
type delivery struct {
	heading
	tables []*table // of the form that are written
	given  []*given // answers that are not blank
	byCode map[schema.Code][]*given
	asked  map[schema.Code][]*formCell // the cells of the whole form
}

// A given is an answer that is to be written.
type given struct {
	table *schema.Table
	obs   *schema.Observation
	held  bool // it has a cell of its own
	loss  Loss // if it has none
}

func (g *given) lost(reason LossReason, near schema.Code, series schema.SeriesCode) {
	if g.loss.Reason == "" {
		g.loss.Reason, g.loss.Near, g.loss.Series = reason, near, series
	}
}

// take sorts the report's tables by whose they are, and finds keys with two
// values.
func (w *formWriter) take(report *schema.Report) error {
	type owner struct {
		issuer, coverage string
		year             int
	}
	type place struct {
		owner
		schema.Key
	}
	deliveries := make(map[owner]*delivery)
	first := make(map[place]*given)
	var errs []error
	for i := range report.Tables {
		t := &report.Tables[i]
		o := owner{strings.Join(strings.Fields(t.Issuer), ""), t.Coverage, t.Year}
		d := deliveries[o]
		if d == nil {
			d = &delivery{heading: heading{issuer: t.Issuer, coverage: t.Coverage, year: t.Year}, byCode: make(map[schema.Code][]*given)}
			deliveries[o] = d
			w.deliveries = append(w.deliveries, d)
		}
		d.want(w.layout, t)
		for k := range t.Observations {
			obs := &t.Observations[k]
			if obs.Status == schema.Blank {
				continue
			}
			g := &given{table: t, obs: obs, loss: Loss{Issuer: t.Issuer, Coverage: t.Coverage, Year: t.Year, Key: t.Key(*obs), Observation: *obs}}
			at := place{o, g.loss.Key}
			if f := first[at]; f != nil {
				// The same answer again is no second one.
				if f.obs.Status != obs.Status || f.obs.Value != obs.Value || f.obs.Unit != obs.Unit ||
					obs.Status == schema.Text && f.obs.Source.Printed != obs.Source.Printed {
					errs = append(errs, fmt.Errorf("convert: %w: %s is %s and %s", ErrTwoValues, keyName(g), said(f), said(g)))
				}
				continue
			}
			first[at] = g
			w.all = append(w.all, g)
			d.given = append(d.given, g)
			d.byCode[obs.Indicator] = append(d.byCode[obs.Indicator], g)
		}
	}
	for _, d := range w.deliveries {
		d.finish(w.layout)
	}
	return errors.Join(errs...)
}

// keyName names the key of an answer.
func keyName(g *given) string {
	k := g.loss.Key
	words := []string{k.Layout + "/" + k.Table, string(k.Indicator)}
	for _, w := range []string{string(k.Applicant), string(k.Scope), g.table.Issuer, g.table.Coverage, yearName(g.table.Year)} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// said tells an answer and where it stands.
func said(g *given) string {
	text := string(g.obs.Value) + g.obs.Unit
	if g.obs.Status != schema.Number {
		text = fmt.Sprintf("%q", g.obs.Source.Printed)
	}
	if g.obs.Source.Cell != "" {
		text += " (" + g.obs.Source.Sheet + "!" + g.obs.Source.Cell + ")"
	}
	return text
}

// want adds the table of the form that a table of the report is, if it is one.
func (d *delivery) want(l *Layout, t *schema.Table) {
	i := slices.IndexFunc(l.tables, func(o *table) bool { return o.name == t.Name })
	switch {
	case t.Layout != l.Name || i < 0:
		d.tables = append(d.tables, nil) // all tables are wanted, see finish
	case !slices.Contains(d.tables, l.tables[i]):
		d.tables = append(d.tables, l.tables[i])
	}
}

// finish settles which tables are written, and collects the cells of the form.
func (d *delivery) finish(l *Layout) {
	if slices.Contains(d.tables, nil) {
		d.tables = l.tables
	}
	d.asked = make(map[schema.Code][]*formCell)
	for _, t := range d.tables {
		f := t.lay(d.heading)
		for i := range f.cells {
			fc := &f.cells[i]
			if fc.kind == formValue && fc.column.role == roleValue {
				if code := fc.row.indicator(fc.column); code != "" {
					d.asked[code] = append(d.asked[code], fc)
				}
			}
		}
	}
}

// A filled is what is written to a cell, and the note on it.
type filled struct {
	cell  xlsx.Cell
	value schema.Decimal
	notes []string
}

// write makes the sheet of a table of the form.
func (w *formWriter) write(d *delivery, t *table) *xlsx.Sheet {
	f := t.lay(d.heading)
	units := w.units(d, f)
	content := make(map[xlsx.Ref]filled)
	values := make(map[schema.Code]schema.Decimal)
	for i := range f.cells {
		fc := &f.cells[i]
		switch {
		case fc.kind == formUnit && units[fc.row] != "":
			fc.text = units[fc.row]
		case fc.kind == formValue && fc.column.role == roleValue:
			code := fc.row.indicator(fc.column)
			if code == "" {
				continue
			}
			unit := fc.unitOf()
			if units[fc.row] != "" {
				unit = units[fc.row]
			}
			c := w.fill(d, fc, unit)
			content[fc.at] = c
			if values[code] == "" {
				values[code] = c.value
			}
		}
	}
	for i := range f.cells {
		fc := &f.cells[i]
		if fc.kind == formValue && fc.column.role == roleShare {
			part := values[fc.row.indicator(fc.section.shared())]
			if share := sharePercent(part, values[schema.Code(fc.column.code)]); share != "" {
				content[fc.at] = filled{cell: numberCell(share)}
			}
		}
	}
	s := f.sheet(w.sheetName(d, t), func(fc formCell) xlsx.Cell { return content[fc.at].cell })
	f.dress(s)
	for _, fc := range f.cells {
		note(s, fc.at, strings.Join(content[fc.at].notes, "\n"))
	}
	return s
}

// sheetName returns the name of the sheet of a table: with what tells it from
// the others, where the report has several.
func (w *formWriter) sheetName(d *delivery, t *table) string {
	base := t.sheetName()
	name := base
	if d.coverage != "" {
		name += "（" + d.coverage + "）"
	}
	if len(w.deliveries) > 1 {
		full := name
		for _, o := range w.deliveries {
			if o.year != d.year {
				full = name + yearName(d.year)
			}
		}
		for _, o := range w.deliveries {
			if o.issuer != d.issuer {
				full += " " + d.issuer
				break
			}
		}
		// An issuer's name must not be read as a coverage.
		if full = plainSheetName(full); coverageIn(full) == coverageIn(name) {
			name = full
		}
	}
	name = plainSheetName(name)
	for n := 2; w.names[strings.ToLower(name)]; n++ {
		tail := fmt.Sprintf(" %d", n)
		rs := []rune(name)
		for name = plainSheetName(string(rs) + tail); !strings.HasSuffix(name, tail); name = plainSheetName(string(rs) + tail) {
			rs = rs[:len(rs)-1]
		}
	}
	w.names[strings.ToLower(name)] = true
	return name
}

// units returns the units that the unit column prints where they are not the
// form's: those of a table of this layout, as it was printed.
func (w *formWriter) units(d *delivery, f *form) map[*row]string {
	units := make(map[*row]string)
	worded := make(map[*row]bool) // a unit that the cell itself cannot print
	for i := range f.cells {
		fc := &f.cells[i]
		if fc.kind != formValue || fc.column.role != roleValue || !fc.section.unitColumn() {
			continue
		}
		for _, g := range d.byCode[fc.row.indicator(fc.column)] {
			if !w.isDirect(g, fc) || g.obs.Unit == "" {
				continue
			}
			own := readFigureText(g.obs.Source.Printed).unit != ""
			number := g.obs.Status == schema.Number
			if own && number || worded[fc.row] || number && units[fc.row] != "" {
				continue
			}
			units[fc.row], worded[fc.row] = g.obs.Unit, !number
		}
	}
	for i := range f.cells {
		if fc := &f.cells[i]; fc.kind == formValue && units[fc.row] == fc.unitOf() {
			units[fc.row] = "" // what the form prints, if anything
		}
	}
	return units
}

// isDirect reports whether an answer is that of this very cell of the form.
func (w *formWriter) isDirect(g *given, fc *formCell) bool {
	return g.table.Layout == w.layout.Name && g.table.Name == fc.section.table.name &&
		g.obs.Applicant == fc.column.applicant && g.obs.Scope == fc.column.scope
}

// alike reports whether an answer to the same indicator is one to the cell:
// the total of applicants where they are not told apart, the year where spans
// of time are not.
func alike(o *schema.Observation, fc *formCell) bool {
	wholeApplicant := func(a schema.Applicant) bool { return a == "" || a == schema.Total }
	wholeScope := func(s schema.Scope) bool { return s == "" || s == schema.Year }
	return (o.Applicant == fc.column.applicant || wholeApplicant(o.Applicant) && wholeApplicant(fc.column.applicant)) &&
		(o.Scope == fc.column.scope || wholeScope(o.Scope) && wholeScope(fc.column.scope))
}

// fill finds what is written to a cell that counts in the unit.
func (w *formWriter) fill(d *delivery, fc *formCell, unit string) filled {
	code := fc.row.indicator(fc.column)
	var direct *given
	var others []*given
	for _, g := range d.byCode[code] {
		switch {
		case w.isDirect(g, fc):
			direct = g
		case alike(g.obs, fc):
			others = append(others, g)
		}
	}
	if direct != nil {
		c, ok := figureCell(direct.obs, unit)
		if !ok || !holds(direct.obs.Indicator, direct.obs) {
			direct.lost(NotHeld, "", "")
			c = xlsx.Cell{}
		} else {
			direct.held = true
		}
		for _, g := range others {
			if v, ok := inUnit(g.obs, direct.obs.Unit); ok && v == direct.obs.Value && g.obs.Status == direct.obs.Status {
				g.held = direct.held
			}
			g.lost(Contradicted, code, "")
		}
		f := filled{cell: c}
		if v, ok := inUnit(direct.obs, unit); ok && c.Text != "" {
			f.value = v
		}
		return f
	}
	if len(others) > 0 {
		return w.fillSame(fc, unit, others)
	}
	return w.fillSeries(d, fc, unit)
}

// fillSame fills a cell with answers to the same indicator in other forms.
// Where they give different figures, nobody knows which is right, and the cell
// stays blank.
func (w *formWriter) fillSame(fc *formCell, unit string, gs []*given) filled {
	code := fc.row.indicator(fc.column)
	var can []*given
	var contents []filled
	best, agree := -1, true
	for _, g := range gs {
		series, same, near := w.grade(g, code)
		f, reason := carry(g, code, unit, w.close && near)
		if reason != "" {
			g.lost(reason, code, series)
			continue
		}
		if !same {
			f.notes = append(f.notes, closeNote(g.table.Layout, series))
		}
		can, contents = append(can, g), append(contents, f)
		switch {
		case best < 0 || f.value != "" && contents[best].value == "":
			best = len(can) - 1
		case f.value != "":
			agree = agree && f.value == contents[best].value
		}
	}
	if best < 0 {
		return filled{}
	}
	for i, g := range can {
		if agree && (i == best || contents[i].value != "" && contents[i].value == contents[best].value || contents[i].cell == contents[best].cell) {
			g.held = true
		} else {
			g.lost(Contradicted, code, "")
		}
	}
	if !agree {
		return filled{}
	}
	return contents[best]
}

// carry returns what a cell that counts in the unit says for an answer from
// another form, or why it cannot say it. Where a series calls the two close,
// counts of different things may stand for one another.
func carry(g *given, code schema.Code, unit string, anyUnit bool) (filled, LossReason) {
	o := g.obs
	if o.Status != schema.Number {
		c, ok := figureCell(o, o.Unit)
		if !ok {
			return filled{}, NotHeld
		}
		return filled{cell: c, value: o.Value}, ""
	}
	v, ok := inUnit(o, unit)
	var f filled
	switch {
	case !ok && !anyUnit:
		return filled{}, OtherUnitAsked
	case !ok:
		v = o.Value
		f.notes = append(f.notes, fmt.Sprintf("原计量单位为“%s”，本表为“%s”。", o.Unit, unit))
	case v != o.Value:
		f.notes = append(f.notes, fmt.Sprintf("由%s%s换算。", o.Value, o.Unit))
	}
	if !holds(code, &schema.Observation{Status: schema.Number, Value: v}) {
		return filled{}, NotHeld
	}
	if readFigureText(o.Source.Printed).remark {
		f.notes = append(f.notes, "原表填写为：“"+o.Source.Printed+"”。")
	}
	f.cell, f.value = numberCell(v), v
	return f, ""
}

// holds reports whether a cell that asks for the indicator can have the answer.
func holds(code schema.Code, o *schema.Observation) bool {
	ind, ok := schema.Lookup(code)
	if !ok || o.Status != schema.Number {
		return true
	}
	return (ind.Kind == schema.Amount || o.Value.IsInteger()) &&
		(ind.Kind == schema.Signed || !strings.HasPrefix(string(o.Value), "-"))
}

// moneyUnits are the units of money, in powers of ten of 元.
var moneyUnits = map[string]int{"元": 0, "千元": 3, "万元": 4, "亿元": 8}

// inUnit returns an answer's value in a unit, or false where that is another
// one: units of money are converted, others are not.
func inUnit(o *schema.Observation, unit string) (schema.Decimal, bool) {
	if o.Unit == unit || o.Unit == "" || !o.Status.HasValue() {
		return o.Value, true
	}
	from, ok := moneyUnits[o.Unit]
	to, ok2 := moneyUnits[unit]
	if !ok || !ok2 {
		return "", false
	}
	return o.Value.Shift(from - to), true
}

// grade returns how the series in which both forms answer with the one
// indicator grade it: whether alike, so that the answers are the same, and
// whether near enough for counts of different things to stand for one another.
func (w *formWriter) grade(g *given, code schema.Code) (series schema.SeriesCode, same, near bool) {
	single := func(s *schema.Series, form string) (schema.Match, bool) {
		m, ok := mappingOf(s, form)
		return m.Match, ok && len(m.Expression) == 1 && m.Expression[0].Indicator == code
	}
	for _, s := range schema.SeriesList() {
		here, ok := single(&s, w.layout.Name)
		there, ok2 := single(&s, g.table.Layout)
		if ok && ok2 && closeAtWorst(here, there) {
			return s.Code, here == there, here == schema.Close || there == schema.Close
		}
	}
	return "", true, false
}

func mappingOf(s *schema.Series, form string) (schema.Mapping, bool) {
	i := slices.IndexFunc(s.Mappings, func(m schema.Mapping) bool { return m.Form == form })
	if i < 0 {
		return schema.Mapping{}, false
	}
	return s.Mappings[i], true
}

// closeAtWorst reports whether both forms answer a series at least closely.
func closeAtWorst(a, b schema.Match) bool {
	ok := func(m schema.Match) bool { return m == schema.Exact || m == schema.Close }
	return ok(a) && ok(b)
}

// closeNote says that what is written is close only, and why.
func closeNote(form string, code schema.SeriesCode) string {
	s, _ := schema.LookupSeries(code)
	text := fmt.Sprintf("相近口径，并非完全一致：%s（%s）。", s.ZH, form)
	if m, ok := mappingOf(&s, form); ok && m.Note != "" {
		text += "\n" + m.Note
	}
	return text
}

// fillSeries fills a cell from a series that both forms answer: exactly or, if
// that is allowed and there is no such, closely.
func (w *formWriter) fillSeries(d *delivery, fc *formCell, unit string) filled {
	code := fc.row.indicator(fc.column)
	for _, grade := range []schema.Match{schema.Exact, schema.Close} {
		if grade == schema.Close && !w.close {
			break
		}
		var found []filled
		var terms []*given
		for _, s := range schema.SeriesList() {
			to, ok := mappingOf(&s, w.layout.Name)
			if !ok || len(to.Expression) != 1 || to.Expression[0].Indicator != code || to.Expression[0].Minus {
				continue
			}
			for _, from := range s.Mappings {
				exact := to.Match == schema.Exact && from.Match == schema.Exact
				if from.Form == w.layout.Name || !closeAtWorst(to.Match, from.Match) || exact != (grade == schema.Exact) {
					continue
				}
				if f, gs, ok := w.add(d, fc, unit, &s, from, grade); ok {
					found, terms = append(found, f), append(terms, gs...)
				}
			}
		}
		if len(found) == 0 {
			continue
		}
		if slices.ContainsFunc(found, func(f filled) bool { return f.value != found[0].value }) {
			for _, g := range terms {
				g.held = false
				g.lost(Contradicted, code, "")
			}
			return filled{}
		}
		return found[0]
	}
	return filled{}
}

// add fills a cell with the value of a series in another form, and returns the
// answers that went into it.
func (w *formWriter) add(d *delivery, fc *formCell, unit string, s *schema.Series, from schema.Mapping, grade schema.Match) (filled, []*given, bool) {
	var terms []*given
	for _, t := range from.Expression {
		i := slices.IndexFunc(d.byCode[t.Indicator], func(g *given) bool {
			return g.table.Layout == from.Form && alike(g.obs, fc)
		})
		if i < 0 {
			return filled{}, nil, false
		}
		terms = append(terms, d.byCode[t.Indicator][i])
	}
	code := fc.row.indicator(fc.column)
	var f filled
	if len(terms) == 1 {
		var reason LossReason
		if f, reason = carry(terms[0], code, unit, grade == schema.Close); reason != "" {
			terms[0].lost(reason, code, s.Code)
			return filled{}, nil, false
		}
		terms[0].held = true
	} else {
		total := schema.Decimal("0")
		var words []string
		for i, g := range terms {
			v, ok := inUnit(g.obs, unit)
			if !ok && grade == schema.Close {
				v, ok = g.obs.Value, true
				f.notes = []string{fmt.Sprintf("原计量单位为“%s”，本表为“%s”。", g.obs.Unit, unit)}
			}
			if g.obs.Status != schema.Number || !ok {
				return filled{}, nil, false
			}
			sign := "＋"
			if from.Expression[i].Minus {
				sign, v = "－", v.Neg()
			}
			if i > 0 || sign == "－" {
				words = append(words, sign)
			}
			ind, _ := schema.Lookup(g.obs.Indicator)
			words = append(words, ind.ZH+strings.TrimPrefix(string(v), "-"))
			total = total.Add(v)
		}
		o := schema.Observation{Status: schema.Number, Value: total}
		if !holds(code, &o) {
			return filled{}, nil, false
		}
		f.cell, f.value = numberCell(total), total
		f.notes = append([]string{"由" + from.Form + "表合计：" + strings.Join(words, "") + "。"}, f.notes...)
	}
	if grade == schema.Close {
		f.notes = append(f.notes, closeNote(from.Form, s.Code))
	}
	return f, terms, true
}

// account finds out why answers without a cell of their own have none.
func (w *formWriter) account(d *delivery) {
	for _, g := range d.given {
		if !g.held && g.loss.Reason == "" {
			g.lost(w.reason(d, g))
		}
	}
}

// reason says why the form has no cell for an answer.
func (w *formWriter) reason(d *delivery, g *given) (LossReason, schema.Code, schema.SeriesCode) {
	o := g.obs
	whole := func(code schema.Code) bool {
		return slices.ContainsFunc(d.asked[code], func(fc *formCell) bool { return includes(fc, o) })
	}
	code := o.Indicator
	if len(d.asked[code]) > 0 {
		if whole(code) {
			return WithinBroader, code, ""
		}
		if (o.Scope == "" || o.Scope == schema.Year) && slices.ContainsFunc(d.asked[code], func(fc *formCell) bool { return isBody(fc.column.scope) }) {
			return OnlyAsSum, code, ""
		}
	}
	if reason, near, series := w.inSeries(g.table.Layout, code, whole); reason != "" {
		return reason, near, series
	}
	for _, r := range schema.Relations() {
		if r.Form == g.table.Layout && r.Op == schema.Equal && (r.Kind == schema.Printed || r.Kind == schema.Implied) &&
			len(r.Right) == 1 && r.Right[0].Indicator == code && r.Over != schema.EachIndicator &&
			!slices.ContainsFunc(r.Left, func(t schema.Term) bool { return t.Minus || !whole(t.Indicator) }) {
			return OnlyAsSum, "", ""
		}
	}
	for ind, ok := schema.Lookup(code); ok && ind.Parent != ""; ind, ok = schema.Lookup(ind.Parent) {
		if whole(ind.Parent) {
			return WithinBroader, ind.Parent, ""
		}
		// Of what the form has as a sum, it has the parts in that sum.
		if reason, _, series := w.inSeries(g.table.Layout, ind.Parent, whole); reason == OnlyAsSum {
			return WithinBroader, "", series
		}
	}
	return NotAsked, "", ""
}

// inSeries says what the series tell of an indicator of another form that has
// no cell in this one, of which whole says what it asks for.
func (w *formWriter) inSeries(form string, code schema.Code, whole func(schema.Code) bool) (reason LossReason, near schema.Code, series schema.SeriesCode) {
	better := func(r LossReason, c schema.Code, s schema.SeriesCode) {
		rank := []LossReason{Contradicted, OnlyAsSum, OnlyClose, WithinBroader}
		if reason == "" || slices.Index(rank, r) < slices.Index(rank, reason) {
			reason, near, series = r, c, s
		}
	}
	for _, s := range schema.SeriesList() {
		from, ok := mappingOf(&s, form)
		to, ok2 := mappingOf(&s, w.layout.Name)
		if !ok || !ok2 || !slices.ContainsFunc(from.Expression, func(t schema.Term) bool { return t.Indicator == code && !t.Minus }) {
			continue
		}
		target := to.Expression[0].Indicator
		switch {
		case len(to.Expression) > 1:
			if len(from.Expression) == 1 && closeAtWorst(from.Match, to.Match) {
				better(OnlyAsSum, "", s.Code)
			}
		case !whole(target):
		case len(from.Expression) == 1 && from.Match == schema.Exact && to.Match == schema.Exact:
			better(Contradicted, target, s.Code) // or it would have the cell
		case len(from.Expression) == 1 && closeAtWorst(from.Match, to.Match):
			better(OnlyClose, target, s.Code)
		case len(from.Expression) > 1 || from.Match == schema.Narrower || to.Match == schema.Broader:
			better(WithinBroader, target, s.Code)
		}
	}
	return reason, near, series
}

// includes reports whether a cell of the form covers the applicants and the
// span of time or the bodies of an answer, or more of them.
func includes(fc *formCell, o *schema.Observation) bool {
	c := fc.column
	if alike(o, fc) {
		return true
	}
	applicant := c.applicant == o.Applicant || c.applicant == "" || c.applicant == schema.Total
	scope := c.scope == o.Scope || (c.scope == "" || c.scope == schema.Year) && o.Scope != schema.Cumulative
	return applicant && scope
}

// isBody reports whether a scope is a group of issuing bodies.
func isBody(s schema.Scope) bool {
	return s == schema.Government || s == schema.Departments || s == schema.Townships
}
