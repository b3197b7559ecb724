package convert

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// A block is a run of printed rows that may be a section of a table: what
// stands above it, its head, its rows.
type block struct {
	before  []*line // lines above it that no layout knows: titles, the issuer
	lines   []*line // captions, title, head, data, and lines between them
	pending []*line // lines after the last known one; they belong to the block when another follows

	heads, data int  // numbers of lines of these kinds
	unfolded    bool // the rows were put together from lines of one cell
	choices     []choice
	chosen      *choice
}

// A choice is a section that a block may be, with the reasons.
type choice struct {
	section *section
	score   int
	points  int // of the labels that speak for it, see evidence
	align   alignment
}

// A reader finds the tables in the sheets of one workbook.
type reader struct {
	layouts *Layouts
	only    string // the name of the one layout to consider, or ""

	blocks []*block
	cur    *block
	loose  []*line // lines since the last block ended
	spare  *line   // a line that nothing refers to

	freeLines []line
	freeCells []cell

	// origin says where the cells of unfolded sheets really stand.
	origin    map[*xlsx.Sheet]map[xlsx.Ref]xlsx.Ref
	extracted bool // the sheets were extracted from a page: empty cells may be lost

	hits []int // by section: cells of the line that are columns of its head
	seen []int // by section: the last such cell, counted from 1
}

// maxLoose is how many unknown lines are kept as context for a table below.
const maxLoose = 12

// maxBetween is how many unknown lines without figures may stand between the
// rows of a table.
const maxBetween = 3

// find splits the sheet into blocks.
func (r *reader) find(s *xlsx.Sheet) {
	r.hits = make([]int, len(r.layouts.sections))
	r.seen = make([]int, len(r.layouts.sections))
	for _, text := range s.Above {
		// Texts of a page that stand in no cell.
		r.feed(r.line(s, []xlsx.Cell{{Ref: nowhere, Text: text}}, nil))
	}
	r.lines(r.unfold(s), r.feed)
	r.end()
	r.loose = nil
}

// nowhere is the address of a text that stands in no cell.
var nowhere = xlsx.Ref{Row: -1}

// feed takes the next printed row.
func (r *reader) feed(ln *line) {
	r.classify(ln)
	b := r.cur
	switch ln.kind {
	case lineCaption:
		r.end()
		r.begin(ln)
	case lineTitle:
		// Captions come before titles, titles before heads.
		if b != nil && b.heads+b.data > 0 {
			r.end()
		}
		r.begin(ln)
	case lineHead:
		if b != nil && b.data > 0 {
			r.end()
		}
		r.begin(ln)
		r.cur.heads++
	case lineData:
		r.begin(ln)
		r.cur.data++
	case lineFooter:
		if b != nil {
			b.pending = append(b.pending, ln)
			r.end()
			return
		}
		r.keep(ln)
	default:
		if b == nil {
			r.keep(ln)
			return
		}
		b.pending = append(b.pending, ln)
		if len(b.pending) > maxBetween {
			r.end()
		}
	}
}

// keep remembers an unknown line as context for what follows.
func (r *reader) keep(ln *line) {
	r.loose = append(r.loose, ln)
	if len(r.loose) > maxLoose {
		r.spare = r.loose[0]
		r.loose = append(r.loose[:0], r.loose[1:]...)
	}
}

// begin adds the line to the current block, or begins one with it.
func (r *reader) begin(ln *line) {
	if r.cur == nil {
		r.cur = &block{before: r.loose, unfolded: r.origin[ln.sheet] != nil}
		r.loose = nil
	}
	r.cur.lines = append(r.cur.lines, r.cur.pending...)
	r.cur.lines = append(r.cur.lines, ln)
	r.cur.pending = nil
}

// end ends the current block. The unknown lines at its end are context for
// the next one, and so are the lines of a block with nothing in it.
func (r *reader) end() {
	b := r.cur
	r.cur = nil
	if b == nil {
		return
	}
	if b.data == 0 && b.heads == 0 {
		r.loose = append(append(b.before, b.lines...), b.pending...)
		if n := len(r.loose) - maxLoose; n > 0 {
			r.loose = r.loose[n:]
		}
		return
	}
	r.loose = b.pending
	b.pending = nil
	r.blocks = append(r.blocks, b)
}

// classify says what kind of line it is, by the labels that it holds.
func (r *reader) classify(ln *line) {
	figures, issuers, footers, rows, captions, titles, nothing := 0, 0, 0, 0, 0, 0, 0
	clear(r.hits)
	clear(r.seen)
	best := 0
	for i := range ln.cells {
		c := &ln.cells[i]
		if c.isFigure() {
			figures++
		}
		var isRow, isCaption, isTitle, isFooter, isNothing, isIssuer bool
		for _, m := range c.marks {
			if !r.allowed(m.table) {
				continue
			}
			switch m.kind {
			case markRow:
				isRow = true
			case markCaption:
				isCaption = true
			case markTitle:
				isTitle = true
			case markFooter:
				isFooter = true
			case markIssuer:
				isIssuer = true
			case markNothing:
				isNothing = true
			case markHead:
				if r.seen[m.section.id] == i+1 {
					continue // 总计 is several columns, but one cell
				}
				r.seen[m.section.id] = i + 1
				r.hits[m.section.id] += 1 + count(m.node == wholeHead)
				best = max(best, r.hits[m.section.id])
			}
		}
		issuers += count(isIssuer)
		rows += count(isRow)
		captions += count(isCaption)
		titles += count(isTitle)
		footers += count(isFooter)
		nothing += count(isNothing)
	}
	open := r.cur != nil
	inHead := open && r.cur.heads > 0 && r.cur.data == 0
	switch {
	case issuers > 0 && best < 3:
		// 填报单位 is no head, whatever stands beside it.
	case figures == 0 && best >= 2:
		ln.kind = lineHead
	case figures == 0 && best == 1 && rows == 0 && (len(ln.cells) == 1 && inHead || len(ln.cells) == 2 && open):
		ln.kind = lineHead
	case figures == 0 && inHead && r.endsHead(ln):
		ln.kind = lineHead
	case nothing >= 2 && nothing >= len(ln.cells)-1 && inHead:
		ln.kind = lineHead
	case figures == 0 && len(ln.cells) > maxLabels && !hasRowMark(&ln.cells[0]):
		// Labels in a row that no form has as a head.
	case figures == 0 && captions > 0 && rows < len(ln.cells):
		ln.kind = lineCaption
	case figures == 0 && titles > 0:
		ln.kind = lineTitle
	case rows > 0:
		ln.kind = lineData
	case footers > 0 || r.isFooter(ln):
		ln.kind = lineFooter
	case figures == 0 && len(ln.cells) <= 2 && r.isCaption(ln):
		ln.kind = lineCaption
	case open && figures > 0:
		// A row that no layout knows, or one without a label. Prose with a
		// number beside it ends the table.
		if r.cur.heads+r.cur.data > 0 && !longText(ln) {
			ln.kind = lineData
		}
	}
}

// endsHead reports whether the line holds the second halves of labels whose
// first halves are the head's last line: 商业 above 企业.
func (r *reader) endsHead(ln *line) bool {
	last := r.cur.lines[len(r.cur.lines)-1]
	for i := range ln.cells {
		c := &ln.cells[i]
		k := slices.IndexFunc(last.cells, func(o cell) bool { return o.Ref.Col == c.Ref.Col })
		if k < 0 || !slices.ContainsFunc(r.layouts.index[last.cells[k].key.full+c.key.full], func(m mark) bool { return m.kind == markHead }) {
			return false
		}
	}
	return true
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func longText(ln *line) bool {
	for i := range ln.cells {
		if ln.cells[i].isText() && utf8.RuneCountInString(ln.cells[i].Text) > 80 {
			return true
		}
	}
	return false
}

// allowed reports whether tables of the layout are looked for.
func (r *reader) allowed(t *table) bool { return r.only == "" || t.layout.Name == r.only }

// isCaption reports whether a text is a caption with something around it,
// such as a year or the issuer's name.
func (r *reader) isCaption(ln *line) bool {
	k := ln.cells[0].key.full
	if k == "" || len(k) > 120 {
		return false
	}
	for _, l := range r.layouts.all {
		for _, t := range l.tables {
			if !r.allowed(t) {
				continue
			}
			for _, c := range t.captions {
				for _, ck := range c.keys {
					if len(ck.full) >= 18 && strings.Contains(k, ck.full) {
						return true
					}
				}
			}
		}
	}
	return false
}

// isFooter reports whether the line begins like what stands below a form.
func (r *reader) isFooter(ln *line) bool {
	if r.cur == nil || r.cur.data == 0 {
		return false
	}
	text := ln.cells[0].Text
	if i := strings.IndexAny(text, "：:"); i > 0 {
		text = text[:i]
	}
	k := makeKey(text).full
	if k == "注" || k == "备注" || k == "说明" || k == "填表说明" {
		return true
	}
	for _, m := range r.layouts.index[k] {
		if m.kind == markFooter {
			return true
		}
	}
	return false
}

// weigh finds the sections that the block may be and orders them, the best
// first.
func (r *reader) weigh(b *block) {
	type tally struct{ head, rows, above int }
	tallies := make([]tally, len(r.layouts.sections))
	seen := make([]bool, r.layouts.marks)
	for _, ln := range b.lines {
		for i := range ln.cells {
			for _, m := range ln.cells[i].marks {
				if seen[m.id] || !r.allowed(m.table) {
					continue
				}
				seen[m.id] = true
				switch m.kind {
				case markHead:
					tallies[m.section.id].head++
				case markRow:
					tallies[m.section.id].rows++
				case markTitle:
					tallies[m.section.id].above += 2
				case markCaption:
					for _, s := range m.table.sections {
						tallies[s.id].above++
					}
				}
			}
		}
	}
	rough := func(t *tally) int { return 2*t.rows + 2*t.head + t.above }
	best := 0
	for i := range tallies {
		best = max(best, rough(&tallies[i]))
	}
	for i, s := range r.layouts.sections {
		t := &tallies[i]
		if t.rows+t.head == 0 || 2*rough(t) < best {
			continue
		}
		c := choice{section: s, align: align(s, b)}
		c.score = c.align.score + 20*t.head + 10*t.above
		clear(seen)
		c.points = evidence(s, b, &c.align, seen)
		b.choices = append(b.choices, c)
	}
	slices.SortStableFunc(b.choices, func(a, c choice) int { return c.score - a.score })
}

// enough is how much evidence makes a table: some three long row labels, or a
// row label under its head.
const enough = 6

// evidence adds up what speaks for the section: long labels say more than
// short ones, of which every table has some. done has room for every mark.
func evidence(s *section, b *block, a *alignment, done []bool) int {
	weight := func(k key) int {
		switch n := utf8.RuneCountInString(k.full); {
		case n >= 8:
			return 3
		case n >= 5:
			return 2
		}
		return 1
	}
	points := 0
	for i, node := range a.nodes {
		switch {
		case node >= 0 && a.sure[i] >= sureLoose:
			points += weight(s.rows[node].label.keys[0])
		case node < 0 && a.items[i].line.cells[a.items[i].cell].glued:
			points += weight(a.items[i].key)
		}
	}
	for _, ln := range b.lines {
		for i := range ln.cells {
			for _, m := range ln.cells[i].marks {
				if done[m.id] || m.table != s.table || m.section != nil && m.section != s {
					continue
				}
				done[m.id] = true
				switch m.kind {
				case markHead:
					if m.node == wholeHead {
						points++
					} else if h := s.head[m.node]; h.role == roleGroup || h.counted() {
						points += weight(ln.cells[i].key)
					} else {
						points++
					}
				case markTitle, markCaption:
					points += 2
				}
			}
		}
	}
	return points
}

// unlabelled reports whether the section has one row and no label for it.
func (s *section) unlabelled() bool { return len(s.rows) == 1 && s.rows[0].label.text == "" }

// figureOf reads what a cell says in a column that asks for an indicator.
func figureOf(c *cell) figure {
	if c == nil {
		return figure{status: schema.Blank}
	}
	return c.fig
}
