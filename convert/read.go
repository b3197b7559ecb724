package convert

import (
	"cmp"
	"math/big"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// An instance is one printed table: blocks of one table of one layout.
type instance struct {
	table  *table
	blocks []*block
	taken  map[*section][]printing // by row
	ctx    surroundings
	out    int // index in the report's tables

	rows   []printedRow
	shares []share

	records []int // indexes in the report's tables, of an arrangement with one line an issuer
}

// A share is a printed percentage: checked, never an observation.
type share struct {
	cell  *cell
	line  *line
	part  schema.Code // what it is a share of the whole of
	whole schema.Code
	label string
}

// choose picks the section of each block. Where two layouts have the very
// same section, the other tables of the file decide; failing that, the
// layout that comes last in the order of names, which is the newer one.
func (c *conversion) choose() {
	votes := make(map[*Layout]int)
	var open []*block
	tables := make(map[*table]bool)
	for _, b := range c.blocks {
		if len(b.choices) > 0 && b.choices[0].points >= enough {
			tables[b.choices[0].section.table] = true
		}
	}
	for _, b := range c.blocks {
		// A piece of a table that is there needs less to be known by.
		good := slices.DeleteFunc(slices.Clone(b.choices), func(ch choice) bool {
			return ch.points < enough && !(ch.points > 1 && tables[ch.section.table])
		})
		if len(good) == 0 {
			continue
		}
		b.choices = good
		if len(b.choices) > 1 && b.choices[1].score == b.choices[0].score {
			open = append(open, b)
			continue
		}
		b.chosen = &b.choices[0]
		votes[b.chosen.section.table.layout]++
	}
	for _, b := range open {
		best := 0
		for i := range b.choices {
			if b.choices[i].score < b.choices[0].score {
				break
			}
			l, bl := b.choices[i].section.table.layout, b.choices[best].section.table.layout
			if votes[l] > votes[bl] || votes[l] == votes[bl] && l.Name > bl.Name {
				best = i
			}
		}
		b.chosen = &b.choices[best]
	}
}

// assemble joins the blocks of one printed table.
func (c *conversion) assemble() {
	for _, b := range c.blocks {
		if b.chosen == nil {
			continue
		}
		s := b.chosen.section
		in := c.open(s, b)
		if in == nil {
			in = &instance{table: s.table, taken: make(map[*section][]printing), out: -1}
			c.instances = append(c.instances, in)
		}
		in.blocks = append(in.blocks, b)
		if in.taken[s] == nil {
			in.taken[s] = make([]printing, len(s.rows))
		}
		for i, p := range b.chosen.align.printed(s) {
			in.taken[s][i] |= p
		}
	}
}

// open returns the instance that the block continues: the last one of its
// table, unless the block repeats rows that it has.
func (c *conversion) open(s *section, b *block) *instance {
	for i := len(c.instances) - 1; i >= 0; i-- {
		in := c.instances[i]
		if in.table != s.table {
			continue
		}
		if s.unlabelled() && in.taken[s] != nil {
			// Each block has the one row, unless they are pieces of a head.
			g := b.geometry(s)
			if g.group < 0 || slices.ContainsFunc(in.blocks, func(o *block) bool {
				return o.chosen.section == s && o.geometry(s).group == g.group
			}) {
				return nil
			}
		}
		for k, p := range b.chosen.align.printed(s) {
			if in.taken[s] != nil && p&in.taken[s][k] != 0 {
				return nil
			}
		}
		return in
	}
	return nil
}

// A printing says in which way a row is printed: a label may stand alone as a
// title above the row that has the figures.
type printing uint8

const (
	printedAlone printing = 1 << iota
	printedWithFigures
)

// printed returns how each row of the section is printed.
func (a *alignment) printed(s *section) []printing {
	ps := make([]printing, len(s.rows))
	for i, node := range a.nodes {
		switch {
		case node < 0 || s.rows[node].heading:
		case a.items[i].figures:
			ps[node] |= printedWithFigures
		default:
			ps[node] |= printedAlone
		}
	}
	return ps
}

// read takes the figures of an instance into the report.
func (c *conversion) read(in *instance) {
	t := schema.Table{Layout: in.table.layout.Name, Version: in.table.layout.Version, Name: in.table.name}
	for _, s := range in.table.sections {
		if !s.other {
			t.Evidence.Asked += s.labels
		}
	}
	// All rows are found before any is read: what one row shows may speak
	// against all of them.
	var rows []printedRow
	refused := false // rows were refused before they were found
	for _, b := range in.blocks {
		g := b.geometry(b.chosen.section)
		b.placeLabels(&g, &t)
		found, glued := c.printedRows(in, b, &g, &t)
		rows = append(rows, found...)
		refused = refused || glued
	}
	rows = slices.DeleteFunc(rows, func(p printedRow) bool {
		return len(p.rest()) == 0 && slices.ContainsFunc(rows, func(o printedRow) bool {
			return o.row == p.row && len(o.rest()) > 0
		})
	})
	c.distrust(in, rows)
	if len(rows) > 0 && rows[0].row.record {
		c.readRecords(in, rows, t)
		return
	}
	for i := range rows {
		c.readRow(in, &rows[i], &t)
	}
	for _, b := range in.blocks {
		c.readLabels(in, b, &t)
	}
	if len(rows) == 0 && !refused {
		ln := in.blocks[0].lines[0]
		c.find1("table-empty", ln, &ln.cells[0], "", c.at(in, nil))
		return
	}
	c.checkShares(in, &t)
	c.weighRival(in, &t)
	in.rows, in.out = rows, len(c.report.Tables)
	c.report.Tables = append(c.report.Tables, t)
}

// readRecords makes a table of each line of an arrangement with one line an
// issuer.
func (c *conversion) readRecords(in *instance, rows []printedRow, t schema.Table) {
	in.rows = rows
	for i := range rows {
		p := &rows[i]
		if p.line.label < 0 {
			continue
		}
		rec, lc := t, &p.line.cells[p.line.label]
		lc.used = useHeader
		p.label = ""
		rec.Issuer = oneLine(lc.Text)
		rec.IssuerFrom = schema.Source{File: c.report.File, Sheet: p.line.sheet.Name, Cell: c.address(p.line, lc.Ref), Printed: lc.Text}
		c.readRow(in, p, &rec)
		if p.refused == "" {
			in.records = append(in.records, len(c.report.Tables))
			c.report.Tables = append(c.report.Tables, rec)
		}
	}
	for _, b := range in.blocks {
		c.readLabels(in, b, &t)
	}
	if len(in.records) > 0 {
		in.out = in.records[0]
	}
}

// placeLabels takes over which label of the block is which row's. Words that
// stand in a column of figures are no label, but an answer.
func (b *block) placeLabels(g *geometry, t *schema.Table) {
	a, s := &b.chosen.align, b.chosen.section
	for i, it := range a.items {
		ln, lc := it.line, &it.line.cells[it.cell]
		if g.ok && s.inColumns(g, lc) && it.cell > 0 {
			continue
		}
		ln.label, ln.node = it.cell, a.nodes[i]
		// A row's label without figures may stand above the row as a title.
		title := !it.figures && len(it.rows) > 0
		if it.part || a.nodes[i] >= 0 || title {
			lc.used = useHeader
		}
		t.Evidence.Matched += count(a.nodes[i] >= 0)
	}
}

// inColumns reports whether the cell stands in a column of anything but row
// labels.
func (s *section) inColumns(g *geometry, c *cell) bool {
	for j, e := range g.cols {
		if s.leafs[j].role != roleLabel && e.overlaps(c.Ref.Col, c.last.Col) {
			return true
		}
	}
	return false
}

// inFigures reports whether the cell stands in a column of figures.
func (s *section) inFigures(g *geometry, c *cell) bool {
	for j, e := range g.cols {
		if s.leafs[j].role == roleValue && e.overlaps(c.Ref.Col, c.last.Col) {
			return true
		}
	}
	return false
}

// readLabels marks what the block's other labels are, and reports what is
// none.
func (c *conversion) readLabels(in *instance, b *block, t *schema.Table) {
	s := b.chosen.section
	started := false
	for _, ln := range b.lines {
		started = started || ln.kind == lineHead || ln.kind == lineData
		for i := range ln.cells {
			lc := &ln.cells[i]
			if !started || ln.kind == lineCaption || ln.kind == lineTitle ||
				ln.kind == lineHead && in.table.inHead(lc.key.full) {
				lc.used = useHeader
			}
		}
		c.leftOver(in, s, ln, t)
	}
}

// inHead reports whether a text is the label of a column of the table, or a
// piece of one that was cut or broken.
func (t *table) inHead(text string) bool {
	if utf8.RuneCountInString(text) < 2 {
		return false
	}
	has := func(lb label) bool {
		return slices.ContainsFunc(lb.keys, func(k key) bool {
			return strings.Contains(k.full, text) || strings.HasSuffix(text, k.full) && k.full != ""
		})
	}
	return slices.ContainsFunc(t.marks, has) || slices.ContainsFunc(t.sections, func(s *section) bool {
		return slices.ContainsFunc(s.head, func(c *column) bool { return has(c.label) })
	})
}

// A printedRow is a line with the row of the form that it stands at.
type printedRow struct {
	section *section
	line    *line
	row     *row
	label   string
	answers []answer
	count   int                // cells that were met beside the label
	refused schema.FindingCode // why the row is not read, or empty
}

// printedRows finds the rows of the form among the lines, and what stands in
// their columns. Lines that have no place are reported.
func (c *conversion) printedRows(in *instance, b *block, g *geometry, t *schema.Table) ([]printedRow, bool) {
	s := b.chosen.section
	for _, e := range g.cols {
		if e.head != nil {
			e.head.used = useHeader
		}
	}
	var rows []printedRow
	byRow := make(map[*row]int)
	add := func(ln *line, r *row) {
		if r.heading && len(ln.cells) == ln.label+1 {
			return // a heading and nothing behind it
		}
		p := printedRow{section: s, line: ln, row: r}
		if ln.label >= 0 {
			p.label = ln.cells[ln.label].Text
		}
		var ok bool
		if p.answers, p.count, ok = b.answers(s, g, ln, c.extracted); !ok {
			p.refused = "row-cells"
		}
		byRow[r] = len(rows)
		rows = append(rows, p)
	}
	var glued []*row
	var unplaced []*line
	last := -1 // the row of the form that was met last
	for i, ln := range b.lines {
		if ln.kind != lineData && (ln.kind != lineOther || ln.node < 0) {
			continue
		}
		switch node := c.rowOf(s, b, i, last); {
		case node >= 0:
			if ln.node < 0 && !s.unlabelled() {
				c.find1("row-by-order", ln, &ln.cells[0], "",
					c.at(in, map[string]string{"row": s.rows[node].label.text}))
			}
			add(ln, s.rows[node])
			last = node
		case ln.label >= 0 && ln.cells[ln.label].glued:
			lc := &ln.cells[ln.label]
			for i := range ln.cells {
				ln.cells[i].used = useFinding
			}
			c.find1("cells-glued", ln, lc, "", c.at(in, nil))
			for _, m := range lc.marks {
				if m.kind == markRow && m.section == s {
					glued = append(glued, s.rows[m.node])
				}
			}
		default:
			unplaced = append(unplaced, ln)
		}
	}
	for _, r := range glued {
		// Printed again, it may say something else than what cannot be read.
		if k, ok := byRow[r]; ok {
			rows[k].refused = "row-repeated"
		}
	}
	for _, ln := range unplaced {
		if again := c.repeats(s, ln, byRow); again != nil {
			c.repeated(in, ln, rows, again)
			continue
		}
		c.unplaced(in, s, ln, t)
	}
	b.refuseOverflown(rows)
	if s.unlabelled() && len(rows) == 0 && glued == nil && g.ok {
		// The one row of the form is there, empty.
		head := b.lines[len(b.lines)-1]
		add(&line{sheet: head.sheet, row: head.row + 1, label: -1}, s.rows[0])
	}
	return rows, glued != nil
}

// refuseOverflown refuses empty rows whose figures may stand in the line below
// them, which has no place of its own.
func (b *block) refuseOverflown(rows []printedRow) {
	for i := range rows {
		p := &rows[i]
		k := slices.Index(b.lines, p.line) + 1
		if len(p.rest()) > 0 || k == 0 || k == len(b.lines) {
			continue
		}
		next := b.lines[k]
		if next.node >= 0 || next.kind == lineHead || next.kind == lineTitle || next.row != p.line.row+1 {
			continue
		}
		if next.figures(0) > 0 || slices.ContainsFunc(next.cells, func(c cell) bool {
			return strings.TrimRight(c.key.full, "0123456789") != c.key.full
		}) {
			p.refused = "row-cells"
		}
	}
}

// rowOf returns the row of the form that line i of the block stands at, or
// -1. A line whose label was lost counts where only one row of the form can
// be meant: the one between the rows before and after it.
func (c *conversion) rowOf(s *section, b *block, i, last int) int {
	ln := b.lines[i]
	if s.rows[0].record && ln.figures(0) > 0 {
		return 0
	}
	if ln.node >= 0 || ln.label >= 0 {
		return ln.node
	}
	if s.unlabelled() {
		return 0 // its one row, or one of its records
	}
	next := -1
	if i+1 < len(b.lines) {
		next = b.lines[i+1].node
	}
	if next-last == 2 && !s.rows[last+1].heading && ln.figures(0) == s.figures() {
		return last + 1
	}
	return -1
}

// repeats returns the rows, by index, that were read under the label of a
// line: where several rows of the form have it, it may be any of them.
func (c *conversion) repeats(s *section, ln *line, byRow map[*row]int) []int {
	if ln.label < 0 {
		return nil
	}
	var again []int
	for _, cand := range s.candidates(ln.cells[ln.label].key) {
		if k, ok := byRow[s.rows[cand.node]]; ok {
			again = append(again, k)
		}
	}
	return again
}

// repeated takes care of a row that is printed once more. The same figures
// again are the same row; of different ones nobody knows which, or whether
// their sum, is meant, so that none is read.
func (c *conversion) repeated(in *instance, ln *line, rows []printedRow, again []int) {
	rest, lc := ln.cells[ln.label+1:], &ln.cells[ln.label]
	if len(rest) == 0 {
		lc.used = useHeader // a title with the row's label
		return
	}
	code := schema.FindingCode("row-again")
	for _, k := range again {
		if !slices.EqualFunc(rest, rows[k].rest(), func(a, b cell) bool { return a.fig == b.fig }) {
			code = "row-repeated"
		}
	}
	for i := range ln.cells {
		ln.cells[i].used = useFinding
	}
	first := rows[again[0]].line
	c.find1(code, ln, lc, lc.Text, c.at(in, map[string]string{"other": c.address(first, first.cells[max(first.label, 0)].Ref)}))
	if code == "row-repeated" {
		for _, k := range again {
			rows[k].refused = code
		}
	}
}

// distrust refuses rows whose columns cannot be trusted. Where the empty
// cells of two rows were lost or pushed to their ends, or where a table that
// had one cell a line is not complete, none of the rows can.
func (c *conversion) distrust(in *instance, rows []printedRow) {
	if len(rows) == 0 {
		return
	}
	// An empty cell before a figure shows that the extraction kept them.
	kept := slices.ContainsFunc(rows, func(p printedRow) bool { return p.refused == "" && p.hasGap() })
	pushed := 0
	whole := schema.FindingCode("")
	for i := range rows {
		p := &rows[i]
		switch {
		case p.refused != "" && p.refused != "row-cells":
		case p.sumsEarly():
			pushed++
			p.refused = "row-columns"
		case p.refused == "" && c.extracted && !kept && p.endsBlank():
			pushed += count(p.notZero())
			p.refused = "row-columns"
		}
		if c.origin[p.line.sheet] != nil && (p.refused != "" || !slices.ContainsFunc(p.rest(), func(c cell) bool { return !c.isText() })) {
			whole = "table-folded"
		}
	}
	if pushed >= 2 {
		whole = "table-columns"
	}
	if whole == "" {
		return
	}
	for i := range rows {
		rows[i].refused = refusedWhole
	}
	ln, end := rows[0].line, rows[len(rows)-1].line
	c.find1(whole, ln, &ln.cells[max(ln.label, 0)], rows[0].label, c.at(in, map[string]string{
		"rows": strconv.Itoa(len(rows)),
		"last": c.address(end, end.cells[len(end.cells)-1].Ref),
	}))
}

// refusedWhole marks the rows of a table that was refused as a whole: one
// finding speaks for them.
const refusedWhole schema.FindingCode = "whole"

// rest returns the cells behind the label.
func (p *printedRow) rest() []cell { return p.line.cells[p.line.label+1:] }

// notZero reports whether a figure other than 0 stands in the row.
func (p *printedRow) notZero() bool {
	return slices.ContainsFunc(p.rest(), func(c cell) bool { return c.fig.status == schema.Number && c.fig.value != "0" })
}

// sumsEarly reports whether the figures of a line stand at its front, with
// nothing behind them, and the last of them is the sum of the others, in a
// section that has a column for the sum farther right: the empty cells
// between them were lost. Zeros prove nothing.
func (p *printedRow) sumsEarly() bool {
	n, total := 0, false
	for _, l := range p.section.leafs {
		n += count(l.role == roleValue)
		total = total || l.applicant == schema.Total
	}
	rest := p.rest()
	if !total || len(rest) < 2 || len(rest) >= n || rest[0].Ref.Col > p.line.cells[p.line.label].last.Col+1 {
		return false
	}
	sum := new(big.Rat)
	for i := range rest {
		c := &rest[i]
		if c.fig.status == schema.Text || i > 0 && c.Ref.Col != rest[i-1].last.Col+1 {
			return false
		}
		if i < len(rest)-1 && c.fig.status.HasValue() {
			sum.Add(sum, c.fig.value.Rat())
		}
	}
	last := rest[len(rest)-1].fig
	return last.status == schema.Number && sum.Sign() != 0 && sum.Cmp(last.value.Rat()) == 0
}

// filled returns for each printed column of figures whether anything stands
// in it.
func (p *printedRow) filled() []bool {
	var fs []bool
	for j, l := range p.section.leafs {
		if l.role == roleValue && !p.answers[j].absent {
			fs = append(fs, p.answers[j].cell != nil)
		}
	}
	return fs
}

// endsBlank reports whether a row has figures and then nothing, in several
// columns: an extraction may have lost an empty cell between them.
func (p *printedRow) endsBlank() bool {
	fs := p.filled()
	return len(fs) > 1 && fs[0] && !fs[len(fs)-1] && !p.hasGap()
}

// hasGap reports whether an empty cell stands before a figure of the row.
func (p *printedRow) hasGap() bool {
	fs := p.filled()
	i := slices.Index(fs, false)
	return i >= 0 && slices.Contains(fs[i:], true)
}

// at adds the table's name to the facts of a finding.
func (c *conversion) at(in *instance, facts map[string]string) map[string]string {
	if facts == nil {
		facts = make(map[string]string)
	}
	facts["layout"], facts["table"] = in.table.layout.Name, in.table.name
	return facts
}

// address returns where a cell stands in the file.
func (c *conversion) address(ln *line, ref xlsx.Ref) string {
	if ref == nowhere {
		return ""
	}
	if at, ok := c.origin[ln.sheet][ref]; ok {
		ref = at
	}
	return ref.String()
}

// unplaced reports a line whose label has no place in the form.
func (c *conversion) unplaced(in *instance, s *section, ln *line, t *schema.Table) {
	first := ln.label + 1
	var figures []string
	for i := first; i < len(ln.cells); i++ {
		figures = append(figures, oneLine(ln.cells[i].Text))
		ln.cells[i].used = useFinding
	}
	if len(figures) == 0 || ln.figures(0) == 0 {
		return // leftOver speaks of labels without figures
	}
	at := &ln.cells[max(ln.label, 0)]
	label := ""
	if ln.label >= 0 {
		label = at.Text
		at.used = useFinding
		t.Evidence.Unknown++
	}
	facts := c.at(in, map[string]string{"figures": strings.Join(figures, " | ")})
	if rows := s.maybe(at.key); len(rows) >= 2 {
		facts["first"], facts["second"] = s.path(rows[0]), s.path(rows[1])
		c.find1("row-ambiguous", ln, at, label, facts)
		return
	}
	facts["nearest_en"], facts["nearest_zh"] = s.nearest(at.key)
	c.find1("row-unplaced", ln, at, label, facts)
}

// maybe returns the rows whose label the key is, where there are several.
func (s *section) maybe(k key) []int {
	var rows []int
	for _, c := range s.candidates(k) {
		rows = append(rows, c.node)
	}
	return rows
}

// path names a row by the label it stands under and its own.
func (s *section) path(node int) string {
	name := s.rows[node].label.text
	if up := s.parents()[node]; up >= 0 {
		name = s.rows[up].label.text + " / " + name
	}
	return name
}

// nearest returns words that name the labels of the section that are most
// like the key, two at most, when any is.
func (s *section) nearest(k key) (en, zh string) {
	if k.full == "" {
		return "", ""
	}
	type hit struct{ row, dist int }
	var hits []hit
	most := len([]rune(k.full))/2 + 1
	for i, r := range s.rows {
		best := most
		for _, rk := range r.label.keys {
			best = min(best, distance(k.full, rk.full, most), distance(k.core, rk.core, most))
		}
		if best < most {
			hits = append(hits, hit{i, best})
		}
	}
	if len(hits) == 0 {
		return "", ""
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.dist - b.dist })
	en, zh = s.rows[hits[0].row].label.text, "“"+s.rows[hits[0].row].label.text+"”"
	if len(hits) > 1 {
		en += ", " + s.rows[hits[1].row].label.text
		zh += "、“" + s.rows[hits[1].row].label.text + "”"
	}
	return " (nearest: " + en + ")", "（最接近的标签：" + zh + "）"
}

// distance returns the number of characters to change, add or remove between
// two texts (Levenshtein), or most when it is that much or more.
func distance(a, b string, most int) int {
	ra, rb := []rune(a), []rune(b)
	if d := len(ra) - len(rb); d >= most || -d >= most {
		return most
	}
	prev := make([]int, len(rb)+1)
	row := make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, x := range ra {
		row[0] = i + 1
		for j, y := range rb {
			row[j+1] = min(prev[j]+count(x != y), prev[j+1]+1, row[j]+1)
		}
		prev, row = row, prev
	}
	return min(prev[len(rb)], most)
}

// readRow takes the figures of a row into the table, or reports why not.
func (c *conversion) readRow(in *instance, p *printedRow, t *schema.Table) {
	s, ln, r, as, label := p.section, p.line, p.row, p.answers, p.label
	if p.refused != "" {
		for i := max(ln.label, 0); i < len(ln.cells); i++ {
			ln.cells[i].used = useFinding
		}
		if p.refused != refusedWhole {
			at := &ln.cells[max(ln.label, 0)]
			facts := c.at(in, map[string]string{"count": strconv.Itoa(p.count), "want": strconv.Itoa(s.figures())})
			if p.refused == "row-repeated" {
				facts["other"] = c.address(ln, at.Ref)
			}
			c.find1(p.refused, ln, at, label, facts)
		}
		return
	}
	unit := ""
	for j, leaf := range s.leafs {
		if leaf.role == roleUnit && as[j].cell != nil {
			unit = c.readUnit(as[j].cell)
		}
	}
	for j, leaf := range s.leafs {
		a := as[j]
		if a.absent {
			continue
		}
		switch leaf.role {
		case roleCode, roleSerial:
			if a.cell != nil {
				a.cell.used = useHeader
			}
		case roleValue:
			c.readValue(in, ln, r, leaf, a, label, unit, t)
		case roleShare:
			if a.cell != nil {
				a.cell.used = useHeader
				in.shares = append(in.shares, share{a.cell, ln, r.indicator(s.shared()), schema.Code(leaf.code), label})
			}
		}
	}
}

// shared returns the column of figures that shares are worked out from.
func (s *section) shared() *column {
	for _, l := range s.leafs {
		if l.role == roleValue {
			return l
		}
	}
	return nil
}

// checkShares compares printed percentages with what the figures give. A
// share may be rounded to the digits that it is printed with.
func (c *conversion) checkShares(in *instance, t *schema.Table) {
	value := func(code schema.Code) *big.Rat {
		for _, o := range t.Observations {
			if o.Indicator == code && o.Status.HasValue() {
				return o.Value.Rat()
			}
		}
		return nil
	}
	for _, sh := range in.shares {
		part, whole := value(sh.part), value(sh.whole)
		if part == nil || whole == nil || whole.Sign() == 0 || sh.cell.fig.status == schema.Dash {
			continue
		}
		text := strings.TrimSuffix(strings.TrimSpace(sh.cell.Text), "%")
		printed, err := schema.ParseDecimal(text)
		want := new(big.Rat).Quo(part, whole)
		want.Mul(want, big.NewRat(100, 1))
		if err == nil {
			_, frac, _ := strings.Cut(text, ".")
			diff := new(big.Rat).Sub(printed.Rat(), want)
			room := schema.Decimal("5").Shift(-len(frac) - 1)
			if diff.Abs(diff).Cmp(room.Rat()) <= 0 {
				continue
			}
		}
		c.find1("share-differs", sh.line, sh.cell, sh.label, map[string]string{"want": want.FloatString(4)})
	}
}

// figures returns the number of the section's columns of figures.
func (s *section) figures() int {
	n := 0
	for _, l := range s.leafs {
		n += count(l.role == roleValue || l.role == roleShare)
	}
	return n
}

// readUnit reads a cell of the unit column.
func (c *conversion) readUnit(uc *cell) string {
	if uc.fig.status == schema.Dash {
		uc.used = useHeader // ---- beside a heading
		return ""
	}
	if !uc.isText() {
		return "" // a figure in the unit column: leftOver reports it
	}
	uc.used = useHeader
	return strings.Trim(oneLine(uc.Text), "()（）")
}

// readValue makes the observation of one cell.
func (c *conversion) readValue(in *instance, ln *line, r *row, leaf *column, a answer, label, unit string, t *schema.Table) {
	code := r.indicator(leaf)
	f := figureOf(a.cell)
	if r.heading && (f.status == schema.Blank || f.status == schema.Dash) {
		if a.cell != nil {
			a.cell.used = useHeader
		}
		return
	}
	if a.head != nil && leaf.counted() {
		if label == "" {
			label = a.head.Text
		} else {
			label += " / " + a.head.Text
		}
	}
	if code == "" {
		if a.cell != nil {
			a.cell.used = useFinding
			c.find1("heading-figure", ln, a.cell, label, c.at(in, nil))
		}
		return
	}
	ind, _ := schema.Lookup(code)
	o := schema.Observation{
		Indicator: code, Applicant: leaf.applicant, Scope: leaf.scope, Status: f.status,
		Source: schema.Source{File: c.report.File, Sheet: ln.sheet.Name, Cell: c.address(ln, a.ref), Label: label},
	}
	if a.cell != nil {
		a.cell.used = useValue
		o.Source.Printed = a.cell.Text
	}
	o.Unit = cmp.Or(unit, headUnit(a.head), leaf.unit, r.unit, ind.Unit)
	switch {
	case f.unit == "万" && ind.Kind == schema.Amount:
		o.Unit = "万元" // 211.509万 leaves out 元
	case f.unit == "万":
		f = figure{status: schema.Text} // ten thousands of what is counted: not one figure
	case f.unit != "":
		o.Unit = f.unit
	}
	o.Status = f.status
	if f.status.HasValue() {
		o.Value = f.value
	}
	facts := func() map[string]string {
		return map[string]string{"value": string(o.Value), "indicator": string(code), "unit": o.Unit}
	}
	switch {
	case f.status == schema.Text:
		c.find1("value-text", ln, a.cell, label, nil)
	case f.remark:
		c.find1("value-note", ln, a.cell, label, facts())
	}
	if o.Status == schema.Number {
		switch {
		case ind.Kind != schema.Amount && !o.Value.IsInteger():
			c.find1("value-fraction", ln, a.cell, label, facts())
		case ind.Kind != schema.Signed && strings.HasPrefix(string(o.Value), "-"):
			c.find1("value-negative", ln, a.cell, label, facts())
		}
		if slices.Contains(ln.sheet.HiddenRows, a.ref.Row) || slices.Contains(ln.sheet.HiddenColumns, a.ref.Col) {
			c.find1("row-hidden", ln, a.cell, label, facts())
		}
	}
	t.Observations = append(t.Observations, o)
}

// moneyUnit is a unit of money in a column's head: one with a multiple or a
// currency anywhere, 元 alone only at the end or before a bracket.
var moneyUnit = regexp.MustCompile(`([十百千万萬亿億]+(?:美|港|欧|歐)?|美|港|欧|歐)元|元\s*(?:[)）,，]|$)`)

// headUnit returns the unit of money that a column's head prints, simplified.
func headUnit(head *cell) string {
	if head == nil || !strings.Contains(head.Text, "元") {
		return ""
	}
	m := moneyUnit.FindStringSubmatch(head.Text)
	if m == nil {
		return ""
	}
	return strings.NewReplacer("萬", "万", "億", "亿", "歐", "欧").Replace(m[1]) + "元"
}

// leftOver reports the cells of a line of the table that are neither value
// nor label: nothing is lost. Words in a line without figures are one finding.
func (c *conversion) leftOver(in *instance, s *section, ln *line, t *schema.Table) {
	var left []*cell
	for i := range ln.cells {
		if ln.cells[i].used == useNone {
			left = append(left, &ln.cells[i])
			ln.cells[i].used = useFinding
		}
	}
	if len(left) == 0 {
		return
	}
	if ln.figures(0) > 0 {
		for _, lc := range left {
			c.find1("cell-unexpected", ln, lc, "", c.at(in, nil))
		}
		return
	}
	var texts []string
	for _, lc := range left {
		texts = append(texts, oneLine(lc.Text))
	}
	t.Evidence.Unknown++
	en, zh := "", ""
	if len(left) == 1 {
		en, zh = s.nearest(left[0].key)
	}
	c.find1("label-unknown", ln, left[0], "", c.at(in, map[string]string{
		"texts": strings.Join(texts, " | "), "last": c.address(ln, left[len(left)-1].Ref),
		"nearest_en": en, "nearest_zh": zh,
	}))
}

// find1 adds a finding on a cell.
func (c *conversion) find1(code schema.FindingCode, ln *line, at *cell, label string, facts map[string]string) {
	c.report.Findings = append(c.report.Findings, schema.Finding{
		Code: code,
		Source: schema.Source{File: c.report.File, Sheet: ln.sheet.Name, Cell: c.address(ln, at.Ref),
			Printed: at.Text, Label: label},
		Facts: facts,
	})
}

// weighRival fills in why the table was taken for one of its layout, and not
// for one of the next best.
func (c *conversion) weighRival(in *instance, t *schema.Table) {
	b := in.blocks[0]
	for _, ob := range in.blocks {
		if len(ob.chosen.align.items) > len(b.chosen.align.items) {
			b = ob
		}
	}
	var rival *choice
	for i := range b.choices {
		if b.choices[i].section.table.layout != in.table.layout {
			rival = &b.choices[i]
			break
		}
	}
	if rival == nil {
		return
	}
	rt := rival.section.table
	t.Evidence.Rival = rt.layout.Name + "/" + rt.name
	for _, ob := range in.blocks {
		for _, ln := range ob.lines {
			for i := range ln.cells {
				ours, theirs := false, false
				for _, m := range ln.cells[i].marks {
					ours = ours || m.table == in.table && m.section == ob.chosen.section
					theirs = theirs || m.table == rt
				}
				text := oneLine(ln.cells[i].Text)
				if ours && !theirs && len(t.Evidence.Deciding) < 8 && !slices.Contains(t.Evidence.Deciding, text) {
					t.Evidence.Deciding = append(t.Evidence.Deciding, text)
				}
			}
		}
	}
	if len(t.Evidence.Deciding) == 0 && rival.score == b.chosen.score {
		c.sharedForm(in, b, rt)
	}
}

// sharedForm notes that nothing in the file tells the table's form from
// another.
func (c *conversion) sharedForm(in *instance, b *block, other *table) {
	if slices.ContainsFunc(c.instances, func(o *instance) bool {
		return o.table.layout == in.table.layout && o.table != in.table
	}) {
		return // they are of this form
	}
	ln := b.lines[0]
	c.find1("form-shared", ln, &ln.cells[0], "", map[string]string{
		"layout": in.table.layout.Name, "table": in.table.name, "other": other.layout.Name,
	})
}

// attribute fills in title, issuer and year of the tables: from the lines
// above each, else from another table of the file, the year else from the
// file's name.
func (c *conversion) attribute() {
	c.instances = slices.DeleteFunc(c.instances, func(in *instance) bool { return in.out < 0 })
	for _, in := range c.instances {
		for _, b := range in.blocks {
			above := b.before
			for _, ln := range b.lines {
				if ln.kind == lineHead || ln.kind == lineData {
					break
				}
				above = append(above[:len(above):len(above)], ln)
			}
			ctx := c.contextOf(above)
			if in.ctx.coverage == "" {
				in.ctx.coverage = cmp.Or(ctx.coverage, coverageIn(b.lines[0].sheet.Name))
			}
			if in.ctx.title == "" {
				in.ctx.title, in.ctx.titleAt = ctx.title, ctx.titleAt
			}
			if in.ctx.issuer == "" {
				in.ctx.issuer, in.ctx.issuerAt = ctx.issuer, ctx.issuerAt
			}
			if in.ctx.year == 0 {
				in.ctx.year, in.ctx.yrAt = ctx.year, ctx.yrAt
			}
		}
	}
	for i, in := range c.instances {
		for _, r := range in.records {
			// The line names the issuer; the rest stands above all lines.
			t := &c.report.Tables[r]
			t.Title, t.TitleFrom = in.ctx.title, in.ctx.titleAt
			t.Year, t.YearFrom = in.ctx.year, in.ctx.yrAt
		}
		if in.records != nil {
			continue
		}
		t := &c.report.Tables[in.out]
		t.Title, t.TitleFrom = in.ctx.title, in.ctx.titleAt
		t.Issuer, t.IssuerFrom = in.ctx.issuer, in.ctx.issuerAt
		t.Coverage = in.ctx.coverage
		t.Year, t.YearFrom = in.ctx.year, in.ctx.yrAt
		for _, o := range c.others(i) {
			if t.Issuer == "" {
				t.Issuer, t.IssuerFrom = o.ctx.issuer, o.ctx.issuerAt
			}
			if t.Year == 0 {
				t.Year, t.YearFrom = o.ctx.year, o.ctx.yrAt
			}
		}
		if t.Year == 0 {
			if y := fromName(c.report.File); y != 0 {
				t.Year, t.YearFrom = y, schema.Source{File: c.report.File, Printed: path.Base(filepath.ToSlash(c.report.File))}
			}
		}
	}
}

// others returns the other instances, the nearest before i first, then those
// after it.
func (c *conversion) others(i int) []*instance {
	before := slices.Clone(c.instances[:i])
	slices.Reverse(before)
	return append(before, c.instances[i+1:]...)
}

// conflicts takes out what two cells answer with different figures: which of
// them is right nobody knows.
func (c *conversion) conflicts() {
	// One table never has a key twice: each of its rows is read once.
	tables := make(map[[2]string]bool, len(c.report.Tables))
	for i := range c.report.Tables {
		t := &c.report.Tables[i]
		tables[[2]string{t.Layout, t.Name}] = true
	}
	if len(tables) == len(c.report.Tables) {
		return
	}
	type owner struct {
		key              schema.Key
		issuer, coverage string
		year             int
	}
	first := make(map[owner]schema.Observation)
	lost := make(map[owner]bool)
	of := func(t *schema.Table, o schema.Observation) owner {
		return owner{t.Key(o), t.Issuer, t.Coverage, t.Year}
	}
	for i := range c.report.Tables {
		t := &c.report.Tables[i]
		for _, o := range t.Observations {
			if !o.Status.HasValue() {
				continue
			}
			at := of(t, o)
			f, seen := first[at]
			if !seen {
				first[at] = o
				continue
			}
			if f.Value == o.Value && f.Unit == o.Unit {
				continue
			}
			lost[at] = true
			c.report.Findings = append(c.report.Findings, schema.Finding{
				Code: "value-conflict", Source: o.Source,
				Facts: map[string]string{"indicator": string(o.Indicator), "value": string(o.Value),
					"other_value": string(f.Value), "other": f.Source.Sheet + "!" + f.Source.Cell},
			})
		}
	}
	if len(lost) == 0 {
		return
	}
	for i := range c.report.Tables {
		t := &c.report.Tables[i]
		t.Observations = slices.DeleteFunc(t.Observations, func(o schema.Observation) bool {
			return o.Status.HasValue() && lost[of(t, o)]
		})
	}
}

// sortFindings puts the findings in the order of the file.
func (c *conversion) sortFindings() {
	slices.SortStableFunc(c.report.Findings, func(a, b schema.Finding) int {
		ra, _ := xlsx.ParseRef(a.Source.Cell)
		rb, _ := xlsx.ParseRef(b.Source.Cell)
		return cmp.Or(
			cmp.Compare(slices.Index(c.report.Sheets, a.Source.Sheet), slices.Index(c.report.Sheets, b.Source.Sheet)),
			ra.Compare(rb))
	})
}
