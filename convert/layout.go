package convert

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/zwgk/statable/schema"
)

// A Layout is one version of a form: which tables it has, how their rows and
// columns are labelled, and which indicator each cell asks for. It is read
// from a file, is never changed, and may be used by any number of goroutines.
type Layout struct {
	Name    string // the name of the form, such as "national-2021"
	Version string // the version of the layout file
	Title   string // the printed title; {year} and {issuer} stand for what is filled in
	Basis   string // the notice that the form follows
	Years   string // the report years that it was made for
	Partial bool   // the printed form is not known whole: it is read, and no blank form is offered

	tables []*table
}

// Tables returns the names of the tables of the form in print order.
func (l *Layout) Tables() []string {
	var names []string
	for _, t := range l.tables {
		names = append(names, t.name)
	}
	return names
}

// A table is one printed table of a form: one section, or several with heads
// of their own.
type table struct {
	layout   *Layout
	name     string
	sheet    string  // the name of the sheet that it is written to
	captions []label // what may stand above it
	issuers  []label // what stands before the name of the reporting organ
	footers  []label // what may stand below it
	marks    []label // what may stand in a head and means nothing
	sections []*section
}

// A section is a part of a table with one head.
type section struct {
	table *table
	id    int // position among all sections of a Layouts
	title label
	head  []*column // all cells of the head, groups before their members
	leafs []*column // the columns in print order: head without groups
	rows  []*row

	other  bool   // another arrangement of the table: read, not written
	stub   string // "columns": row labels of each depth have a column of their own
	groups []headGroup

	distinct bool // no two columns have the same label

	nodes  map[string][]int // keys of the rows' labels, synonyms included
	loose  map[string]int   // weaker keys that only one row has
	labels int              // labels that a printed section must have
}

// A headGroup is a run of columns under one label of the head.
type headGroup struct {
	own, path   string // keys: of the label, and of all labels down to it
	first, last int    // leafs
}

type role string

// The roles of columns.
const (
	roleGroup  role = "group"  // stands over several columns
	roleLabel  role = "label"  // row labels
	roleUnit   role = "unit"   // units
	roleCode   role = "code"   // row codes
	roleSerial role = "serial" // serial numbers
	roleShare  role = "share"  // derived percentages
	roleValue  role = "value"  // figures
)

type column struct {
	role      role
	depth     int
	label     label
	unit      string
	code      string // an indicator, or a suffix to the row's code
	applicant schema.Applicant
	scope     schema.Scope
}

// counted reports whether the column says what or who is counted, beside the
// row: its label then belongs to the label of a value.
func (c *column) counted() bool { return c.code != "" || c.applicant != "" }

type row struct {
	heading  bool // asks for no figure
	record   bool // every line is such a row; its label is the issuer's name
	recalled bool // not seen in print: accepted, not required
	depth    int
	label    label
	unit     string
	code     string // an indicator, or what a column's suffix completes
}

// indicator returns what the cell of the row in the column asks for, or ""
// for nothing.
func (r *row) indicator(c *column) schema.Code {
	if strings.HasPrefix(c.code, ".") {
		if r.code == "" {
			return ""
		}
		return schema.Code(r.code + c.code)
	}
	if c.code != "" {
		return schema.Code(c.code)
	}
	return schema.Code(r.code)
}

// A label is a text of the form and the other ways in which it is printed.
type label struct {
	text string
	keys []key // of the text, then of the synonyms
}

// Layouts is a set of layouts, prepared for reading tables.
type Layouts struct {
	all      []*Layout
	sections []*section
	index    map[string][]mark // every key of every label
	marks    int               // number of marks in it, the same label in other spellings counted once
	raw      map[string]key    // the keys of labels in the forms' own spelling
}

// A mark says what a printed text may be.
type mark struct {
	kind    markKind
	section *section // nil for captions, issuer lines and footers
	table   *table
	node    int // the row or the column
	id      int // position among all marks of a Layouts
}

type markKind uint8

const (
	markCaption markKind = iota
	markIssuer
	markFooter
	markNothing
	markTitle
	markHead
	markRow
)

// All returns the layouts, in the order of their names.
func (ls *Layouts) All() []*Layout { return slices.Clone(ls.all) }

// Get returns the layout of the name, or false when there is none.
func (ls *Layouts) Get(name string) (*Layout, bool) {
	for _, l := range ls.all {
		if l.Name == name {
			return l, true
		}
	}
	return nil, false
}

//go:embed layouts/*.csv
var builtinFS embed.FS

// Builtin returns the layouts that come with the library. They are read on
// the first call.
func Builtin() *Layouts { return builtin() }

var builtin = sync.OnceValue(func() *Layouts {
	sub, err := fs.Sub(builtinFS, "layouts")
	if err == nil {
		var ls *Layouts
		if ls, err = LoadLayouts(sub); err == nil {
			return ls
		}
	}
	panic("convert: embedded layouts: " + err.Error()) // a test reads them
})

// A LayoutError says what is wrong with a layout file.
type LayoutError struct {
	File   string
	Line   int
	Reason string
}

func (e *LayoutError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
}

// LoadLayouts reads every .csv file at the top of fsys as a layout, in the
// format that docs/adding-a-layout.md describes. The error joins a
// *LayoutError for each thing that is wrong with a file.
func LoadLayouts(fsys fs.FS) (*Layouts, error) {
	names, err := fs.Glob(fsys, "*.csv")
	if err != nil {
		return nil, err
	}
	ls := &Layouts{index: make(map[string][]mark), raw: make(map[string]key)}
	var errs []error
	for _, name := range names {
		f, err := fsys.Open(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		p := &layoutParser{file: path.Base(name)}
		l := p.parse(f)
		f.Close()
		if len(p.errs) > 0 {
			errs = append(errs, p.errs...)
			continue
		}
		if _, taken := ls.Get(l.Name); taken {
			errs = append(errs, &LayoutError{p.file, 1, fmt.Sprintf("a second layout of the name %q", l.Name)})
			continue
		}
		ls.add(l)
	}
	if len(names) == 0 {
		errs = append(errs, errors.New("convert: no layout files (*.csv)"))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return ls, nil
}

// add takes the layout's labels into the index.
func (ls *Layouts) add(l *Layout) {
	ls.all = append(ls.all, l)
	put := func(lb label, m mark) {
		m.id = ls.marks
		ls.marks++
		for i, k := range lb.keys {
			if i == 0 {
				ls.raw[lb.text] = k
			}
			// Copies leave remarks in brackets out.
			for _, text := range []string{k.full, k.core} {
				if list := ls.index[text]; text != "" && !slices.Contains(list, m) {
					ls.index[text] = append(list, m)
				}
			}
		}
	}
	for _, t := range l.tables {
		for _, c := range t.captions {
			put(c, mark{kind: markCaption, table: t})
		}
		for _, c := range t.issuers {
			put(c, mark{kind: markIssuer, table: t})
		}
		for _, c := range t.footers {
			put(c, mark{kind: markFooter, table: t})
		}
		for _, c := range t.marks {
			put(c, mark{kind: markNothing, table: t})
		}
		for _, s := range t.sections {
			s.id = len(ls.sections)
			ls.sections = append(ls.sections, s)
			if s.title.text != "" {
				put(s.title, mark{kind: markTitle, section: s, table: t})
			}
			for i, c := range s.head {
				put(c.label, mark{kind: markHead, section: s, table: t, node: i})
			}
			if k := s.gluedHead(); k != "" {
				put(label{text: k, keys: []key{{k, k}}}, mark{kind: markHead, section: s, table: t, node: wholeHead})
			}
			for i, r := range s.rows {
				put(r.label, mark{kind: markRow, section: s, table: t, node: i})
			}
		}
	}
}

// wholeHead is the node of the mark of a head that was printed without
// anything between its labels.
const wholeHead = -1

// gluedHead returns the key of the section's head in one piece, or "" when it
// has one column only.
func (s *section) gluedHead() string {
	k := ""
	for _, c := range s.leafs {
		if len(c.label.keys) > 0 {
			k += c.label.keys[0].full
		}
	}
	if len(s.leafs) < 2 {
		return ""
	}
	return k
}

// key returns the key of a printed text.
func (ls *Layouts) key(text string) key {
	if k, ok := ls.raw[text]; ok {
		return k
	}
	return makeKey(text)
}

// layoutFields are the columns of a layout file.
var layoutFields = []string{"record", "depth", "label", "unit", "code", "applicant", "scope", "also", "note"}

// A layoutParser reads one layout file and collects what is wrong with it.
type layoutParser struct {
	file string
	line int
	errs []error

	layout  *Layout
	table   *table
	section *section
}

func (p *layoutParser) fail(format string, args ...any) {
	p.errs = append(p.errs, &LayoutError{p.file, p.line, fmt.Sprintf(format, args...)})
}

func (p *layoutParser) parse(r io.Reader) *Layout {
	p.layout = &Layout{}
	cr := csv.NewReader(r)
	cr.FieldsPerRecord = len(layoutFields)
	for first := true; ; first = false {
		rec, err := cr.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				p.line = pe.Line
				err = pe.Err
			}
			p.fail("%v", err)
			return p.layout
		}
		p.line, _ = cr.FieldPos(0)
		if first {
			if !slices.Equal(rec, layoutFields) {
				p.fail("the first line must be %s", strings.Join(layoutFields, ","))
				return p.layout
			}
			continue
		}
		p.record(rec)
	}
	p.finishTable()
	if p.layout.Name == "" {
		p.fail("no record \"layout\" with the name of the form")
	}
	if len(p.layout.tables) == 0 {
		p.fail("no table")
	}
	return p.layout
}

func (p *layoutParser) record(rec []string) {
	kind, text := rec[0], rec[2]
	depth := 0
	if rec[1] != "" {
		n, err := strconv.Atoi(rec[1])
		if err != nil || n < 0 || n > 9 {
			p.fail("depth %q is not a number from 0 to 9", rec[1])
			return
		}
		depth = n
	}
	lb := p.label(text, rec[7])
	l := p.layout
	switch kind {
	case "layout":
		l.Name = text
	case "version":
		l.Version = text
	case "title":
		l.Title = text
	case "basis":
		l.Basis = text
	case "years":
		l.Years = text
	case "completeness":
		switch text {
		case "complete", "partial":
			l.Partial = text == "partial"
		default:
			p.fail("completeness is %q, want complete or partial", text)
		}
	case "table":
		p.finishTable()
		if slices.Contains(l.Tables(), text) {
			p.fail("a second table %q", text)
		}
		p.table = &table{layout: l, name: text}
		l.tables = append(l.tables, p.table)
	case "sheet":
		if p.table == nil {
			p.fail("%s before the first table", kind)
			return
		}
		p.table.sheet = text
	case "caption", "issuer", "footer", "mark":
		if p.table == nil {
			p.fail("%s before the first table", kind)
			return
		}
		list := map[string]*[]label{"caption": &p.table.captions, "issuer": &p.table.issuers, "footer": &p.table.footers, "mark": &p.table.marks}[kind]
		*list = append(*list, lb)
	case "section", "alternative":
		if p.table == nil {
			p.fail("%s before the first table", kind)
			return
		}
		p.section = &section{table: p.table, title: lb, other: kind == "alternative"}
		p.table.sections = append(p.table.sections, p.section)
	case "stub":
		if s := p.inSection(kind); s != nil {
			if text != "columns" {
				p.fail("stub is %q, want columns", text)
			}
			s.stub = text
		}
	case "group", "label", "unit", "code", "serial", "share", "value":
		s := p.inSection(kind)
		if s == nil {
			return
		}
		c := &column{role: role(kind), depth: depth, label: lb, unit: rec[3], code: rec[4],
			applicant: schema.Applicant(rec[5]), scope: schema.Scope(rec[6])}
		if c.role == roleGroup && text == "" {
			p.fail("a group without a label")
			return
		}
		if c.applicant != "" && !slices.Contains(schema.Applicants(), c.applicant) {
			p.fail("unknown applicant %q", c.applicant)
		}
		if c.scope != "" && !slices.Contains(schema.Scopes(), c.scope) {
			p.fail("unknown scope %q", c.scope)
		}
		s.head = append(s.head, c)
		if c.role != roleGroup {
			s.leafs = append(s.leafs, c)
		}
	case "row", "heading", "record":
		s := p.inSection(kind)
		if s == nil {
			return
		}
		r := &row{heading: kind == "heading", record: kind == "record", recalled: strings.HasPrefix(rec[8], "recalled"),
			depth: depth, label: lb, unit: rec[3], code: rec[4]}
		s.rows = append(s.rows, r)
		for _, c := range s.leafs {
			if c.role != roleValue {
				continue
			}
			code := r.indicator(c)
			if code == "" && !r.heading {
				p.fail("row %q asks for no indicator in the column %q", text, c.label.text)
			}
			if _, ok := schema.Lookup(code); code != "" && !ok {
				p.fail("unknown indicator %q", code)
			}
		}
	default:
		p.fail("unknown record %q", kind)
	}
}

// inSection returns the section that a record belongs to: a table without
// section records is one section.
func (p *layoutParser) inSection(kind string) *section {
	if p.table == nil {
		p.fail("%s before the first table", kind)
		return nil
	}
	if p.section == nil {
		p.section = &section{table: p.table}
		p.table.sections = append(p.table.sections, p.section)
	}
	return p.section
}

func (p *layoutParser) label(text, also string) label {
	lb := label{text: text}
	if text == "" {
		return lb
	}
	// What is filled in on a form is no part of the label.
	clean := strings.NewReplacer("{year}", "", "{issuer}", "").Replace(text)
	lb.keys = append(lb.keys, makeKey(clean))
	if also == "" {
		return lb
	}
	for _, a := range strings.Split(also, "|") {
		k := makeKey(strings.TrimSpace(a))
		if k.full == "" {
			p.fail("an empty synonym of %q", text)
			continue
		}
		if slices.ContainsFunc(lb.keys, func(o key) bool { return o.full == k.full }) {
			p.fail("unused synonym %q: it reads the same as another spelling of %q", strings.TrimSpace(a), text)
			continue
		}
		lb.keys = append(lb.keys, k)
	}
	return lb
}

// finishTable checks the table that was read last and prepares its sections.
func (p *layoutParser) finishTable() {
	t := p.table
	p.table, p.section = nil, nil
	if t == nil {
		return
	}
	if len(t.sections) == 0 {
		p.fail("table %q has no rows", t.name)
	}
	for _, s := range t.sections {
		if !slices.ContainsFunc(s.leafs, func(c *column) bool { return c.role == roleValue }) {
			p.fail("table %q: a section without a value column", t.name)
		}
		if len(s.rows) == 0 {
			p.fail("table %q: a section without rows", t.name)
		}
		s.prepare(p)
	}
}

// prepare builds the look-up of the section's rows.
func (s *section) prepare(p *layoutParser) {
	s.nodes = make(map[string][]int)
	s.loose = make(map[string]int)
	type claim struct{ full, parent string }
	claimed := make(map[claim]string)
	var path []string
	for i, r := range s.rows {
		path = append(path[:min(r.depth, len(path))], r.label.text)
		parent := strings.Join(path[:len(path)-1], "\x00")
		if !r.heading || !r.recalled {
			s.labels++
		}
		for _, k := range r.label.keys {
			c := claim{k.full, parent}
			if other, taken := claimed[c]; taken {
				p.fail("table %q: the label %q is claimed by %q and by %q", s.table.name, k.full, other, r.label.text)
			}
			claimed[c] = r.label.text
			s.nodes[k.full] = append(s.nodes[k.full], i)
		}
	}
	s.findGroups()
	s.distinct = true
	for i, c := range s.leafs {
		for _, o := range s.leafs[:i] {
			s.distinct = s.distinct && !slices.ContainsFunc(c.label.keys, func(k key) bool {
				return slices.ContainsFunc(o.label.keys, func(ok key) bool { return ok.full == k.full })
			})
		}
	}
	// A weaker key counts only where it is one row's and no row's full key.
	weak := func(k string, i int) {
		if _, full := s.nodes[k]; full || k == "" {
			return
		}
		if other, taken := s.loose[k]; taken && other != i {
			s.loose[k] = -1
			return
		}
		s.loose[k] = i
	}
	for i, r := range s.rows {
		for _, k := range r.label.keys {
			for _, w := range weakerKeys(k) {
				weak(w, i)
			}
		}
	}
}

// findGroups collects the groups of the head with the columns under them.
func (s *section) findGroups() {
	type open struct{ depth, group int }
	var path []open
	leaf := 0
	for _, c := range s.head {
		for len(path) > 0 && path[len(path)-1].depth >= c.depth {
			path = path[:len(path)-1]
		}
		if c.role == roleGroup {
			g := headGroup{own: c.label.keys[0].full, first: leaf, last: leaf - 1}
			g.path = g.own
			if len(path) > 0 {
				g.path = s.groups[path[len(path)-1].group].path + g.own
			}
			path = append(path, open{c.depth, len(s.groups)})
			s.groups = append(s.groups, g)
			continue
		}
		for _, o := range path {
			s.groups[o.group].last = leaf
		}
		leaf++
	}
}

// weakerKeys returns what a label may have lost on the way: the words in
// brackets, and the 数 at its end.
func weakerKeys(k key) []string {
	var ws []string
	for _, w := range []string{k.full, k.core, strings.TrimSuffix(k.full, "数"), strings.TrimSuffix(k.core, "数")} {
		if !slices.Contains(ws, w) {
			ws = append(ws, w)
		}
	}
	return ws
}
