// Package page writes what was read from statistics tables as one page to look
// at: an HTML file that needs nothing else, with the sheets as they were
// printed, what became of each cell, the findings, the relations that fail, and
// charts of the comparable series.
//
//	p := page.New(w, page.Options{Dir: "out"})
//	for each file {
//		p.Add(page.File{Name: name, Path: name, Book: book, Report: report, Parts: parts, Err: err})
//	}
//	err := p.Close()
//
// The files may be thousands: what is kept of each is bounded, and so is the
// page. What does not fit is left out, files without problems first, and the
// page says how much that is.
package page

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// DefaultLimit is the size of a page in bytes that is not exceeded where
// Options say nothing else.
const DefaultLimit = 16_000_000

// Options say how a page is written.
type Options struct {
	// Lang is the language that the page opens in; both are in it. The default
	// is Chinese.
	Lang schema.Lang
	// Dir is the folder that the page will stand in, the current one if empty.
	// Links to files are relative to it.
	Dir string
	// Limit is the size in bytes that the page must not exceed; 0 stands for
	// DefaultLimit. Style, script and summary need some 100 kB of it in any case.
	Limit int
}

// A File is one file and what was read from it.
type File struct {
	Name string // the name to show: of a file in an archive, both names
	// Path is the path of the file, or of the archive that it is in, as it was
	// named by the person who runs the program. The page links to it. It is
	// empty for what is not to be linked to.
	Path   string
	Report *schema.Report // nil where there is none
	// Parts and Book are what the sheets are drawn from. Without Parts, as
	// convert.ToSchema gives none, labels and refused cells are not told from
	// other text; without Book, only the cells that Report and Parts name are
	// drawn.
	Parts []convert.Part
	Book  *xlsx.Workbook
	Err   error // why there is no report
}

// A rank orders files: what a person should look at first comes first.
type rank int

const (
	failed   rank = iota // no report
	wrong                // a finding of severity error
	doubtful             // a warning
	fine
	ranks
)

// A Page is being written. Its methods must not be called at the same time.
type Page struct {
	w    io.Writer
	o    Options
	err  error
	done bool

	files   []*entry
	reports []*schema.Report  // what series and relations across years need of them
	links   map[string]*entry // the first file of a name
	held    int               // bytes of drawings, and of details as they will be written
	drawn   [ranks][]*entry   // those of which a drawing is kept
	detail  [ranks][]*entry   // those of which the details are kept
	undrawn rank              // drawings of this rank and after are not kept any more

	cover     map[coverKey]int
	forms     []string
	tables    []string // layout/table, in the order met
	asked     []map[schema.Code]bool
	tableNo   map[string]int
	findings  map[schema.FindingCode]*tally
	relations map[relationKey]*relationTally
	order     []relationKey
	figures   int
	tableSum  int
}

// An entry is what is kept of a file.
type entry struct {
	Number     int
	Name, Href string
	Rank       rank
	Who        []string // issuers and years
	Words      string   // what it is found by beside its summary
	Tables     string   // the numbers of its tables in the list of tables
	Counts     [3]int   // errors, warnings, notes
	Figures    int
	Dropped    bool // there were drawings, and they are left out

	details *details
	size    int             // of the details as written
	sheets  []byte          // the drawings; nil where they are left out
	names   []string        // of the sheets that cells are linked to in
	ids     map[string]bool // of the cells that are drawn and linked to
}

// drop leaves the drawings out.
func (e *entry) drop() { e.sheets, e.ids, e.Dropped = nil, nil, true }

// details are what is told of a file beside its sheets.
type details struct {
	Err    string
	Reason text
	Tables []tableView
	Found  []findingView
	More   int // findings that are not listed
	Held   int // relations that hold
	Open   int // relations that cannot be assessed
}

type tableView struct {
	Form, Title, Issuer, Coverage, IssuerFrom, YearFrom string
	Year, Figures                                       int
}

type tally struct {
	Kind         schema.FindingKind
	Times, Files int
	last         int
}

type coverKey struct {
	form string
	year int
}

type relationKey struct{ form, name string }

type relationTally struct {
	Relation                  schema.Relation
	Fails, Holds, Unknown, In int
	last                      int
}

// Limits of what is told of one file.
const (
	mostFindings = 100
	mostText     = 400 // runes of a text from a file
)

// New begins a page. Nothing is written before Close.
func New(w io.Writer, o Options) *Page {
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.Lang == "" {
		o.Lang = schema.Chinese
	}
	return &Page{
		w: w, o: o, undrawn: ranks,
		links: map[string]*entry{}, cover: map[coverKey]int{}, tableNo: map[string]int{},
		findings: map[schema.FindingCode]*tally{}, relations: map[relationKey]*relationTally{},
	}
}

// errClosed is the error for a page that is used after Close.
var errClosed = errors.New("page: the page is closed")

// Add adds a file. The relations of its report are evaluated; findings of them
// that the report already has are not told twice. Of the file itself no more is
// kept than the page will show.
func (p *Page) Add(f File) error {
	if p.done {
		return errClosed
	}
	if p.err != nil {
		return p.err
	}
	e := &entry{Number: len(p.files) + 1, Name: strings.Clone(f.Name), Href: p.href(f.Path)}
	p.files = append(p.files, e)
	for _, name := range []string{f.Name, fileOf(f.Report)} {
		if p.links[name] == nil {
			p.links[strings.Clone(name)] = e
		}
	}
	d := &details{}
	e.details = d
	var list []findingView
	var all []schema.Finding
	var words []string
	switch {
	case f.Report == nil:
		if f.Err == nil {
			f.Err = errors.New("there is no report")
		}
		d.Err, d.Reason = cut(f.Err.Error()), reason(f.Err)
		words = append(words, "no-report")
	default:
		all, list = p.judge(e, f.Report)
		words = append(words, p.count(e, f.Report)...)
	}
	for _, x := range all {
		p.tally(e, x)
		words = append(words, string(x.Code))
		switch x.Code.Kind().Severity {
		case schema.SeverityError:
			e.Counts[0]++
		case schema.SeverityWarning:
			e.Counts[1]++
		default:
			e.Counts[2]++
		}
	}
	slices.Sort(words)
	e.Words = strings.Join(slices.Compact(words), " ")
	switch {
	case f.Report == nil:
		e.Rank = failed
	case e.Counts[0] > 0:
		e.Rank = wrong
	case e.Counts[1] > 0:
		e.Rank = doubtful
	default:
		e.Rank = fine
	}
	switch {
	case e.Rank >= p.undrawn:
		e.Dropped = f.Report != nil || f.Book != nil
	default:
		var b bytes.Buffer
		if p.err = render(&b, "sheets", draw(e, f, all)); p.err != nil {
			return p.err
		}
		if b.Len() > 0 {
			e.sheets = slices.Clip(b.Bytes())
			p.held += len(e.sheets)
			p.drawn[e.Rank] = append(p.drawn[e.Rank], e)
		}
	}
	slices.SortStableFunc(list, func(a, b findingView) int { return cmp.Compare(a.order, b.order) })
	if len(list) > mostFindings {
		d.More = len(list) - mostFindings
		list = slices.Clone(list[:mostFindings])
	}
	d.Found = list
	var n counter
	if p.err = render(&n, "details", e.view()); p.err != nil {
		return p.err
	}
	e.size = int(n)
	p.held += e.size
	p.detail[e.Rank] = append(p.detail[e.Rank], e)
	p.trim()
	return nil
}

// trim drops what will not fit: of files without problems before others, and
// then drawings before details, the last before the first.
func (p *Page) trim() {
	for r := fine; r >= failed; r-- {
		for p.held > p.o.Limit && len(p.drawn[r]) > 0 {
			last := len(p.drawn[r]) - 1
			p.held -= len(p.drawn[r][last].sheets)
			p.drawn[r][last].drop()
			p.drawn[r] = p.drawn[r][:last]
			p.undrawn = min(p.undrawn, r)
		}
		for p.held > p.o.Limit && len(p.detail[r]) > 0 {
			last := len(p.detail[r]) - 1
			p.held -= p.detail[r][last].size
			p.detail[r][last].details = nil
			p.detail[r] = p.detail[r][:last]
		}
	}
}

// fileOf returns the name that a report's findings have for its file.
func fileOf(r *schema.Report) string {
	if r == nil {
		return ""
	}
	return r.File
}

// A counter counts what is written.
type counter int

// Write counts.
func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// href returns the link to a file, or nothing where there is none.
func (p *Page) href(path string) string {
	if path == "" {
		return ""
	}
	dir, err := filepath.Abs(p.o.Dir)
	if err != nil {
		return ""
	}
	if path, err = filepath.Abs(path); err != nil {
		return ""
	}
	if path, err = filepath.Rel(dir, path); err != nil {
		return ""
	}
	parts := strings.Split(filepath.ToSlash(path), "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	// With ./ before it, no name is a scheme, a host or a fragment.
	return "./" + strings.Join(parts, "/")
}

// reason says why a file gave no report, as far as the kind of error tells.
func reason(err error) text {
	for _, r := range []struct {
		kind error
		text text
	}{
		{convert.ErrNoTable, text{"No table of a known form was recognised.", "没有认出任何已知表式的表。"}},
		{convert.ErrChanged, text{"The file changed while it was read.", "读取过程中文件发生了变化。"}},
		{xlsx.ErrEncrypted, text{"The file is encrypted.", "文件已加密。"}},
		{xlsx.ErrDamaged, text{"The file is damaged.", "文件已损坏。"}},
		{xlsx.ErrLimit, text{"The file is larger than is read.", "文件超出读取上限。"}},
		{xlsx.ErrFormat, text{"The file is not of a format that is read.", "不是可读取的文件格式。"}},
	} {
		if errors.Is(err, r.kind) {
			return r.text
		}
	}
	return text{"The file could not be read.", "文件未能读取。"}
}

// count adds the tables of a report to the summary, and returns the words that
// its file is found by.
func (p *Page) count(e *entry, r *schema.Report) []string {
	var words, numbers, who []string
	seen := map[coverKey]bool{}
	for i := range r.Tables {
		t := &r.Tables[i]
		name := t.Layout + "/" + t.Name
		n, ok := p.tableNo[name]
		if !ok {
			n = len(p.tables)
			p.tableNo[name] = n
			p.tables = append(p.tables, name)
			p.asked = append(p.asked, map[schema.Code]bool{})
		}
		numbers = append(numbers, strconv.Itoa(n))
		figures := 0
		for _, o := range t.Observations {
			p.asked[n][o.Indicator] = true
			if o.Status.HasValue() {
				figures++
			}
		}
		e.Figures += figures
		p.figures += figures
		p.tableSum++
		if k := (coverKey{t.Layout, t.Year}); !seen[k] {
			seen[k] = true
			p.cover[k]++
		}
		if !slices.Contains(p.forms, t.Layout) {
			p.forms = append(p.forms, t.Layout)
		}
		label := cut(t.Issuer)
		if t.Coverage != "" {
			label += "（" + cut(t.Coverage) + "）"
		}
		if t.Year != 0 {
			label = strings.TrimSpace(label + " " + strconv.Itoa(t.Year))
		}
		if label != "" && !slices.Contains(who, label) {
			who = append(who, label)
		}
		e.details.Tables = append(e.details.Tables, tableView{
			Form: name, Title: cut(t.Title), Issuer: cut(t.Issuer), Coverage: cut(t.Coverage), Year: t.Year, Figures: figures,
			IssuerFrom: where(t.IssuerFrom), YearFrom: where(t.YearFrom),
		})
	}
	e.Who = who
	slices.Sort(numbers)
	e.Tables = strings.Join(slices.Compact(numbers), " ")
	p.reports = append(p.reports, slim(r))
	return words
}

// tally counts a finding.
func (p *Page) tally(e *entry, f schema.Finding) {
	t := p.findings[f.Code]
	if t == nil {
		t = &tally{Kind: f.Code.Kind()}
		p.findings[f.Code] = t
	}
	t.Times++
	if t.last != e.Number {
		t.last = e.Number
		t.Files++
	}
}

// slim returns of a report what the series and the relations across years
// need: the figures that they name and, of applicants, the total where it is
// printed as a figure.
func slim(r *schema.Report) *schema.Report {
	s := &schema.Report{File: r.File}
	for i := range r.Tables {
		t := r.Tables[i]
		t.Evidence, t.Title, t.TitleFrom = schema.Evidence{}, "", schema.Source{}
		total := map[schema.Code]bool{}
		for _, o := range t.Observations {
			if o.Applicant == schema.Total && o.Status.HasValue() {
				total[o.Indicator] = true
			}
		}
		t.Observations = nil
		for _, o := range r.Tables[i].Observations {
			use := needed()[o.Indicator]
			if use == 0 || use == forSeries && total[o.Indicator] && o.Applicant != schema.Total {
				continue
			}
			o.Source.Label, o.Source.Printed = "", ""
			t.Observations = append(t.Observations, o)
		}
		t.Observations = slices.Clip(t.Observations)
		s.Tables = append(s.Tables, t)
	}
	return s
}

// cut shortens a text from a file and makes it one line.
func cut(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	n := 0
	for i := range s {
		if n++; n > mostText {
			return s[:i] + "…"
		}
	}
	return s
}

// where tells a place within a file.
func where(s schema.Source) string {
	switch {
	case s.Sheet != "" && s.Cell != "":
		return cut(s.Sheet) + "!" + s.Cell
	case s.Sheet != "":
		return cut(s.Sheet)
	}
	return ""
}
