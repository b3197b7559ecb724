package convert

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// ErrNoTable is the kind of error for a workbook in which no table of any
// layout was recognised. The error is a *NoTableError.
var ErrNoTable = errors.New("no table of a known form")

// ErrLayout is the kind of error for a layout name that is not in the set of
// layouts.
var ErrLayout = errors.New("unknown layout")

// A NoTableError says what was looked at and what came nearest to a table.
type NoTableError struct {
	File   string
	Sheets []string // the sheets that were looked at, hidden ones left out
	Hidden []string // the hidden sheets, which were not
	Texts  int      // cells with words in the sheets
	// Nearest is the table that most labels were found of, as layout/table,
	// or empty when there was no label of any; Found are those labels.
	Nearest string
	Found   []string
	// Attachments are the files that the sheets speak of, five at most: the
	// table may be in one of them.
	Attachments []string
	// Placeholders counts what a template has in place of figures: xx件.
	Placeholders int
}

// Error returns the facts on one line.
func (e *NoTableError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %v: looked at %s with %d cells of text", e.File, ErrNoTable, listSheets(e.Sheets), e.Texts)
	if len(e.Hidden) > 0 {
		fmt.Fprintf(&b, ", not at hidden %s", listSheets(e.Hidden))
	}
	if e.Nearest == "" {
		b.WriteString("; no label of any layout was found")
	} else {
		fmt.Fprintf(&b, "; %s came nearest, but only %d of its labels were found: %s", e.Nearest, len(e.Found), strings.Join(quoted(e.Found), ", "))
	}
	if len(e.Attachments) > 0 {
		fmt.Fprintf(&b, "; it speaks of a file that may hold the table: %s", strings.Join(quoted(e.Attachments), ", "))
	}
	if e.Placeholders > 0 {
		fmt.Fprintf(&b, "; it is a template: %d placeholders such as xx stand where figures belong", e.Placeholders)
	}
	return b.String()
}

var (
	attachment  = regexp.MustCompile(`(?i)[^\s/\\，。、：:；;（）()“”"'|<>《》]+\.(?:xlsx|xls|et|docx|doc|wps|pdf|zip|rar)\b`)
	placeholder = regexp.MustCompile(`(?i)(?:x{2,}|×{2,}|\*{2,}|＊{2,})\s*(?:件|条|次|个|项|人|篇|万元|元|年)`)
)

// Unwrap returns ErrNoTable.
func (e *NoTableError) Unwrap() error { return ErrNoTable }

func listSheets(names []string) string {
	const most = 5
	word := "sheet "
	if len(names) != 1 {
		word = fmt.Sprintf("%d sheets ", len(names))
	}
	more := ""
	if len(names) > most {
		names, more = names[:most], " …"
	}
	return strings.TrimSpace(word + strings.Join(quoted(names), ", ") + more)
}

func quoted(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = fmt.Sprintf("%q", oneLine(t))
	}
	return out
}

// An Option changes how ToSchema and Files work.
type Option func(*options)

type options struct {
	layouts *Layouts
	only    string

	// Of Files only.
	workers  int
	progress func(done int, name string)
	reading  []xlsx.Option
}

// WithLayouts uses a set of layouts in place of the built-in one.
func WithLayouts(ls *Layouts) Option { return func(o *options) { o.layouts = ls } }

// WithLayout looks for tables of the named layout only, whatever other layouts
// the labels speak for.
func WithLayout(name string) Option { return func(o *options) { o.only = name } }

// ToSchema maps the tables of a workbook onto the shared schema. The layout
// of each table, and of each section of a table, is told from its labels,
// never from the year.
//
// Every non-empty cell of a recognised table ends as an observation, as a
// label, or in a finding with its address. What cannot be placed with
// certainty gives a finding and no observation.
//
// Hidden sheets are not read; a finding says so when one holds a table.
//
// The error is a *NoTableError when no table was recognised, or wraps
// ErrLayout when WithLayout names none.
func ToSchema(book *xlsx.Workbook, opts ...Option) (*schema.Report, error) {
	c, err := convert(book, opts)
	if err != nil {
		return nil, err
	}
	return c.report, nil
}

// convert does the work of ToSchema. With a *NoTableError it returns the
// conversion too: what was weighed in vain may be explained.
func convert(book *xlsx.Workbook, opts []Option) (*conversion, error) {
	o := options{layouts: Builtin()}
	for _, opt := range opts {
		opt(&o)
	}
	if o.only != "" {
		if _, ok := o.layouts.Get(o.only); !ok {
			return nil, fmt.Errorf("%s: %w: %q", book.Name, ErrLayout, o.only)
		}
	}
	c := &conversion{
		reader: reader{layouts: o.layouts, only: o.only, extracted: book.Format == formatText},
		report: &schema.Report{File: book.Name},
	}
	c.warnings(book)
	for _, s := range book.Sheets {
		if s.Hidden {
			continue
		}
		c.report.Sheets = append(c.report.Sheets, s.Name)
		c.find(s)
	}
	for _, b := range c.blocks {
		c.weigh(b)
	}
	c.choose()
	c.assemble()
	if len(c.instances) == 0 {
		return c, c.noTable(book)
	}
	for _, in := range c.instances {
		c.read(in)
	}
	c.attribute()
	c.unread()
	c.hidden(book)
	c.conflicts()
	c.sortFindings()
	return c, nil
}

// formatText is the format of sheets whose rows are lines of text.
const formatText xlsx.Format = "text"

// A conversion is the state of one call of ToSchema.
type conversion struct {
	reader
	report    *schema.Report
	instances []*instance
}

// warnings takes over what the reader of the file had to say.
func (c *conversion) warnings(book *xlsx.Workbook) {
	for _, w := range book.Warnings {
		detail := w.Text
		if w.Part != "" {
			detail = w.Part + ": " + detail
		}
		c.report.Findings = append(c.report.Findings, schema.Finding{
			Code:   "file-damaged",
			Source: schema.Source{File: book.Name, Sheet: w.Sheet},
			Facts:  map[string]string{"detail": detail},
		})
	}
}

// unread reports parts of sheets that have a label and figures of a form, but
// too little to be taken for a table.
func (c *conversion) unread() {
	for _, b := range c.blocks {
		if b.chosen != nil || len(b.choices) == 0 || b.choices[0].points < enough/2 {
			continue
		}
		for _, ln := range b.lines {
			if ln.kind == lineData && ln.figures(0) > 0 {
				t := b.choices[0].section.table
				c.find1("part-unread", ln, &ln.cells[0], "", map[string]string{
					"layout": t.layout.Name, "table": t.name,
					"labels": strings.Join(b.labelsOf(b.choices[0].section), ", "),
				})
				break
			}
		}
	}
}

// hidden notes the hidden sheets that hold a table.
func (c *conversion) hidden(book *xlsx.Workbook) {
	for _, s := range book.Sheets {
		if !s.Hidden {
			continue
		}
		h := &conversion{reader: reader{layouts: c.layouts, only: c.only}, report: &schema.Report{}}
		h.find(s)
		for _, b := range h.blocks {
			h.weigh(b)
		}
		h.choose()
		for _, b := range h.blocks {
			if b.chosen != nil {
				t := b.chosen.section.table
				c.report.Findings = append(c.report.Findings, schema.Finding{
					Code:   "sheet-hidden",
					Source: schema.Source{File: book.Name, Sheet: s.Name},
					Facts:  map[string]string{"layout": t.layout.Name, "table": t.name},
				})
				break
			}
		}
	}
}

// noTable says what was looked at in vain.
func (c *conversion) noTable(book *xlsx.Workbook) error {
	e := &NoTableError{File: book.Name, Sheets: c.report.Sheets}
	for _, s := range book.Sheets {
		if s.Hidden {
			e.Hidden = append(e.Hidden, s.Name)
			continue
		}
		for i := range s.Cells {
			text := s.Cells[i].Text
			if s.Cells[i].Kind != xlsx.KindText {
				continue
			}
			e.Texts++
			e.Placeholders += len(placeholder.FindAllStringIndex(text, -1))
			for _, name := range attachment.FindAllString(text, -1) {
				if len(e.Attachments) < 5 && !slices.Contains(e.Attachments, name) {
					e.Attachments = append(e.Attachments, name)
				}
			}
		}
	}
	best := -1
	for _, b := range c.blocks {
		for _, ch := range b.choices {
			if ch.points > best {
				best = ch.points
				e.Nearest = ch.section.table.layout.Name + "/" + ch.section.table.name
				e.Found = b.labelsOf(ch.section)
			}
		}
	}
	return e
}

// labelsOf returns the printed labels of the block that the section has.
func (b *block) labelsOf(s *section) []string {
	var found []string
	for _, ln := range b.lines {
		for i := range ln.cells {
			if slices.ContainsFunc(ln.cells[i].marks, func(m mark) bool { return m.section == s }) {
				found = append(found, ln.cells[i].Text)
			}
		}
	}
	if len(found) > 8 {
		found = append(found[:8], "…")
	}
	return found
}
