package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// A use is what became of a cell, in the way in which it is drawn. It is the
// name of a class in the style sheet.
type use string

const (
	useValue   use = "v" // read as a figure
	useBlank   use = "b" // asked for by the form, and empty or a dash
	useHeader  use = "h"
	useRefused use = "r" // not read; a finding says why
	useContext use = "c"
)

// A sheetView is a sheet as it is drawn.
type sheetView struct {
	ID      string
	Name    string
	Hidden  bool
	Above   []string
	Columns []string
	Rows    []rowView
	Forms   string
	Nothing bool // no table was found in it
	Left    int  // cells that are not drawn
}

type rowView struct {
	Number  int
	Cells   []cellView
	Skipped int // so many rows are left out before this one
}

type cellView struct {
	ID, Class, Title, Text string
	Cols, Rows             int // 0 for a cell that is not merged
}

// A cell is collected before it is drawn.
type cell struct {
	ref   xlsx.Ref
	last  xlsx.Ref
	text  string
	use   use
	said  text // what is read in it
	found []schema.FindingCode
	part  bool // of a failing relation, and not where the finding stands
	keep  bool // drawn whatever is around it
}

// Limits of what is drawn of one file.
const (
	mostCells   = 6000
	mostColumns = 60
	around      = 2 // rows that are drawn before and after what was looked at
)

// cellID returns the id of a cell's drawing, or nothing for what is no cell.
func (e *entry) cellID(sheet, address string) string {
	ref, ok := xlsx.ParseRef(address)
	if e == nil || !ok {
		return ""
	}
	return fmt.Sprintf("f%d-%d-%s", e.Number, e.sheetNo(sheet), ref)
}

// sheetNo numbers the sheets of a file by name.
func (e *entry) sheetNo(name string) int {
	i := slices.Index(e.names, name)
	if i < 0 {
		i = len(e.names)
		e.names = append(e.names, strings.Clone(name))
	}
	return i
}

// draw returns the sheets of a file with what became of their cells.
func draw(e *entry, f File, findings []schema.Finding) []sheetView {
	e.ids = map[string]bool{}
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	books := map[string]*xlsx.Sheet{}
	if f.Book != nil {
		for _, s := range f.Book.Sheets {
			if books[s.Name] == nil {
				books[s.Name] = s
				add(s.Name)
			}
		}
	}
	for _, part := range f.Parts {
		add(part.Sheet)
	}
	if f.Report != nil {
		for i := range f.Report.Tables {
			for _, o := range f.Report.Tables[i].Observations {
				add(o.Source.Sheet)
			}
		}
	}
	left := mostCells
	var views []sheetView
	for _, name := range names {
		s := collect(name, books[name], f, findings)
		if len(s.cells) == 0 {
			continue
		}
		v := s.view(e, &left)
		views = append(views, v)
	}
	return views
}

// A drawing collects the cells of one sheet.
type drawing struct {
	name   string
	book   *xlsx.Sheet
	cells  map[xlsx.Ref]*cell
	forms  []string
	nearly bool // something in it was weighed
}

func (d *drawing) at(ref xlsx.Ref) *cell {
	c := d.cells[ref]
	if c == nil {
		c = &cell{ref: ref, last: ref, use: useContext}
		d.cells[ref] = c
	}
	return c
}

func collect(name string, book *xlsx.Sheet, f File, findings []schema.Finding) *drawing {
	d := &drawing{name: name, book: book, cells: map[xlsx.Ref]*cell{}}
	if book != nil {
		for _, c := range book.Cells {
			d.at(c.Ref).text = c.Text
		}
		for _, m := range book.Merges {
			d.at(m.First).last = m.Last
		}
	}
	for _, part := range f.Parts {
		if part.Sheet == name {
			d.part(part, book == nil)
		}
	}
	if f.Report != nil {
		for i := range f.Report.Tables {
			t := &f.Report.Tables[i]
			for _, o := range t.Observations {
				if o.Source.Sheet == name {
					d.observation(o)
					if form := t.Layout + "/" + t.Name; !slices.Contains(d.forms, form) {
						d.forms = append(d.forms, form)
					}
				}
			}
		}
	}
	for _, x := range findings {
		if ref, ok := xlsx.ParseRef(x.Source.Cell); ok && x.Source.Sheet == name && sameFile(f, x.Source) {
			c := d.at(ref)
			c.found = append(c.found, x.Code)
			c.keep = true
			c.text = cmp.Or(c.text, x.Source.Printed)
			if f.Parts == nil && c.use == useContext && x.Code.Kind().Severity == schema.SeverityError {
				c.use = useRefused
			}
		}
		for _, r := range x.Related {
			if ref, ok := xlsx.ParseRef(r.Cell); ok && r.Sheet == name && sameFile(f, r) {
				c := d.at(ref)
				c.part = true
				c.keep = true
			}
		}
	}
	return d
}

func sameFile(f File, s schema.Source) bool {
	return s.File == "" || s.File == f.Name || s.File == fileOf(f.Report)
}

func (d *drawing) part(part convert.Part, alone bool) {
	d.nearly = true
	if part.Layout == "" {
		for _, name := range []string{part.First, part.Last} {
			if ref, ok := xlsx.ParseRef(name); ok {
				d.at(ref).keep = true
			}
		}
	}
	for _, c := range part.Cells {
		ref, ok := xlsx.ParseRef(c.Cell)
		if !ok {
			continue
		}
		x := d.at(ref)
		x.text = cmp.Or(x.text, c.Text)
		if alone && c.Ref == ref && c.Last.Compare(c.Ref) > 0 {
			x.last = c.Last
		}
		x.keep = x.keep || part.Layout != ""
		switch c.Use {
		case convert.UseLabel:
			x.use = useHeader
		case convert.UseValue:
			x.use = useValue
		case convert.UseFinding:
			x.use = useRefused
		}
	}
	for _, r := range part.Rows {
		ref, ok := xlsx.ParseRef(r.Cell)
		if !ok || d.cells[ref] == nil || d.cells[ref].use != useHeader {
			continue
		}
		label := cut(r.Row)
		switch {
		case r.Refused != "":
			d.cells[ref].said = text{"row not read: " + string(r.Refused), "该行未读取：" + string(r.Refused)}
		case label != "" && r.Surety < 100:
			d.cells[ref].said = text{fmt.Sprintf("label, read as “%s” (%d %%)", label, r.Surety), fmt.Sprintf("标签，对应“%s”（%d %%）", label, r.Surety)}
		}
	}
}

func (d *drawing) observation(o schema.Observation) {
	ref, ok := xlsx.ParseRef(o.Source.Cell)
	if !ok {
		return
	}
	c := d.at(ref)
	c.text = cmp.Or(c.text, o.Source.Printed)
	c.keep = true
	name := subject(o.Indicator, o.Applicant, o.Scope)
	switch o.Status {
	case schema.Number, schema.None:
		c.use = useValue
		value := string(o.Value)
		if o.Unit != "" {
			value += " " + cut(o.Unit)
		}
		name.EN += " = " + value
		name.ZH += " = " + value
	case schema.Text:
		c.use = useRefused
		fallthrough
	default:
		if c.use != useRefused {
			c.use = useBlank
		}
		name.EN += ": " + status(o.Status).EN
		name.ZH += "：" + status(o.Status).ZH
	}
	if c.said.ZH != "" { // a cell that stands for several figures
		name.EN, name.ZH = c.said.EN+"; "+name.EN, c.said.ZH+"；"+name.ZH
	} else {
		name.ZH += " [" + string(o.Indicator) + "]"
	}
	c.said = name
}

// view lays the cells out in rows. Rows without anything that was looked at,
// or that a finding speaks of, are left out where there are many, and so are
// cells beyond the limit.
func (d *drawing) view(e *entry, left *int) sheetView {
	v := sheetView{ID: fmt.Sprintf("f%d-%d", e.Number, e.sheetNo(d.name)), Name: cut(d.name), Forms: strings.Join(d.forms, " "), Nothing: len(d.forms) == 0}
	if d.book != nil {
		v.Hidden = d.book.Hidden
		for _, a := range d.book.Above {
			v.Above = append(v.Above, cut(a))
		}
		if len(v.Above) > 5 {
			v.Above = v.Above[len(v.Above)-5:]
		}
	}
	rows := map[int][]*cell{}
	wanted := map[int]bool{}
	first, last := xlsx.MaxColumns, 0
	for ref, c := range d.cells {
		rows[ref.Row] = append(rows[ref.Row], c)
		if c.keep {
			for r := ref.Row - around; r <= c.last.Row+around && r <= ref.Row+50; r++ {
				wanted[r] = true
			}
		}
	}
	var numbers []int
	for r := range rows {
		if wanted[r] || len(wanted) == 0 || len(d.cells) <= 200 {
			numbers = append(numbers, r)
		}
	}
	slices.Sort(numbers)
	if len(wanted) == 0 && len(numbers) > 15 { // nothing is known of it: its beginning
		numbers = numbers[:15]
	}
	drawn := 0
	for i, r := range numbers {
		if *left -= len(rows[r]); *left < 0 {
			numbers = numbers[:i]
			break
		}
		drawn += len(rows[r])
		for _, c := range rows[r] {
			first = min(first, c.ref.Col)
			last = max(last, c.ref.Col)
			if c.use != useContext { // a title may be as wide as the sheet
				last = max(last, min(c.last.Col, c.ref.Col+mostColumns))
			}
		}
	}
	last = min(last, first+mostColumns-1)
	v.Left = len(d.cells) - drawn
	if len(numbers) == 0 {
		return v
	}
	// A row between two that are drawn is drawn too when it is empty.
	var lines []int
	for i, r := range numbers {
		if i > 0 {
			for k := numbers[i-1] + 1; k < r && r-numbers[i-1] <= 2 && rows[k] == nil; k++ {
				lines = append(lines, k)
			}
		}
		lines = append(lines, r)
	}
	for c := first; c <= last; c++ {
		name := xlsx.Ref{Col: c}.String()
		v.Columns = append(v.Columns, name[:len(name)-1])
	}
	covered := map[xlsx.Ref]bool{}
	for i, r := range lines {
		row := rowView{Number: r + 1}
		if i > 0 {
			row.Skipped = r - lines[i-1] - 1
		}
		for col := first; col <= last; col++ {
			ref := xlsx.Ref{Row: r, Col: col}
			if covered[ref] {
				continue
			}
			c := d.cells[ref]
			if c == nil {
				row.Cells = append(row.Cells, cellView{Class: "n"})
				continue
			}
			view := d.cell(e, c)
			// A merged range ends where the next row that is drawn does not
			// follow, and at a cell of its own.
			right, bottom := min(c.last.Col, last), r
			for k := i + 1; k < len(lines) && lines[k] == lines[k-1]+1 && lines[k] <= c.last.Row; k++ {
				bottom = lines[k]
			}
			for k := col + 1; k <= right; k++ {
				if o := d.cells[xlsx.Ref{Row: r, Col: k}]; o != nil && (o.text != "" || o.said.ZH != "") || covered[xlsx.Ref{Row: r, Col: k}] {
					right = k - 1
				}
			}
			for k := r + 1; k <= bottom; k++ {
				for j := col; j <= right; j++ {
					if o := d.cells[xlsx.Ref{Row: k, Col: j}]; o != nil && (o.text != "" || o.said.ZH != "") || covered[xlsx.Ref{Row: k, Col: j}] {
						bottom = k - 1
					}
				}
			}
			for k := r; k <= bottom; k++ {
				for j := col; j <= right; j++ {
					covered[xlsx.Ref{Row: k, Col: j}] = true
				}
			}
			if right > col {
				view.Cols = right - col + 1
			}
			if bottom > r {
				view.Rows = bottom - r + 1
			}
			row.Cells = append(row.Cells, view)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

var usedAs = map[use]text{
	useBlank:   {"blank", "空缺"},
	useRefused: {"not read", "未读取"},
	useValue:   {"read", "已读取"},
}

// cell draws a cell. Its title says in both languages, a line each, what it
// was read as.
func (d *drawing) cell(e *entry, c *cell) cellView {
	v := cellView{Class: string(c.use), Text: cut(c.text)}
	zh, en := c.said.ZH, c.said.EN
	if u := usedAs[c.use]; u.ZH != "" {
		zh = strings.TrimSuffix(u.ZH+"："+zh, "：")
		en = strings.TrimSuffix(u.EN+": "+en, ": ")
	}
	severity := ""
	for i, code := range c.found {
		k := code.Kind()
		if slices.Contains(c.found[:i], code) {
			continue
		}
		zh += "；" + cmp.Or(k.TitleZH, "检查结果") + " [" + cut(string(code)) + "]"
		en += "; " + cmp.Or(k.TitleEN, "finding") + " [" + cut(string(code)) + "]"
		switch {
		case k.Severity == schema.SeverityError:
			severity = " fe"
		case k.Severity == schema.SeverityWarning && severity != " fe":
			severity = " fw"
		case severity == "":
			severity = " fn"
		}
	}
	if severity == "" && c.part {
		severity = " fp"
		zh += "；参与不成立的关系"
		en += "; part of a relation that fails"
	}
	v.Class += severity
	if zh != "" {
		v.Title = c.ref.String() + " " + strings.TrimPrefix(zh, "；") + "\n" + strings.TrimPrefix(en, "; ")
	}
	if c.found != nil || c.part {
		v.ID = e.cellID(d.name, c.ref.String())
		e.ids[v.ID] = true
	}
	return v
}
