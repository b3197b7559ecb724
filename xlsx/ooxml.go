package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"unicode/utf16"
)

// maxParts bounds the number of files in a package and of the relationships
// of one part; a workbook with 4,096 sheets has a few thousand.
const maxParts = 1 << 16

// ooxml reads a workbook out of an Office Open XML package. It reads no part
// but those the cells need.
type ooxml struct {
	book     *Workbook
	size     int64
	lim      Limits
	left     Limits // what is left of lim
	parts    map[string]*zip.File
	dropped  int // warnings beyond the number that is kept
	date1904 bool

	related []relation  // of the workbook part
	shared  []string    // the shared strings, nil until a cell needs one
	formats []numFormat // of the cell styles, nil until a number needs one
	texts   arena       // the texts of cells that are no shared strings
	runs    joined
	buf     []byte
	limited io.LimitedReader
	scan    scanner // for any part but a sheet
	sheets  sheetReader
}

// A relation is one entry of a part of relationships.
type relation struct {
	id     string
	kind   string // the last element of its type: worksheet, styles, …
	target string // the name of the part
}

// readZip reads an xlsx file. Of any other zip archive it says what it is.
func readZip(data []byte, name string, lim Limits) (*Workbook, error) {
	p := &ooxml{
		book: &Workbook{Name: name, Format: FormatXLSX},
		size: int64(len(data)), lim: lim, left: lim,
	}
	// The directory is what archive/zip reads without a bound of its own.
	if bytes.Count(data, []byte("PK\x01\x02")) > maxParts {
		return nil, p.err("", "", ErrDamaged, fmt.Sprintf("the zip archive has more than %d parts", maxParts), nil)
	}
	zr, err := zip.NewReader(bytes.NewReader(data), p.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, p.err("", "", ErrDamaged, "the zip archive has no directory that can be read, as if the file was cut off", err)
	}
	p.buf = *copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(&p.buf)
	p.index(zr.File)
	part, text, err := p.mainPart()
	if err != nil {
		return nil, err
	}
	x := p.scanner(text)
	if root := x.root(); root != "workbook" && x.err == nil {
		return nil, p.err("", part, ErrDamaged, fmt.Sprintf("the part is no workbook: it holds <%s>", clip(root)), nil)
	}
	if err := p.workbook(x, part); err != nil {
		return nil, err
	}
	if p.dropped > 0 {
		p.book.Warnings = append(p.book.Warnings, Warning{Text: fmt.Sprintf("%d more warnings are not listed", p.dropped)})
	}
	return p.book, nil
}

var copyBuffers = sync.Pool{New: func() any { b := make([]byte, 16<<10); return &b }}

// err returns an *Error.
func (p *ooxml) err(sheet, part string, kind error, detail string, cause error) error {
	return &Error{File: p.book.Name, Sheet: sheet, Part: part, Kind: kind, Detail: detail, Err: cause}
}

// tooMuch returns the error for a limit that is exceeded.
func (p *ooxml) tooMuch(sheet, part, what, field string, limit int64) error {
	return p.err(sheet, part, ErrLimit, fmt.Sprintf("more than %d %s: raise Limits.%s to read it", limit, what, field), nil)
}

// maxWarnings is how many warnings of a workbook are kept.
const maxWarnings = 1000

func (p *ooxml) warn(sheet, part, format string, args ...any) {
	if len(p.book.Warnings) == maxWarnings {
		p.dropped++
		return
	}
	p.book.Warnings = append(p.book.Warnings, Warning{sheet, part, fmt.Sprintf(format, args...)})
}

// scanner returns a scanner of a part's text. There is only one for all parts
// that are not sheets, since none of them is read amid another.
func (p *ooxml) scanner(text string) *scanner {
	p.scan.reset(text)
	return &p.scan
}

// index makes the parts known by their names, in which capitals do not count.
func (p *ooxml) index(files []*zip.File) {
	p.parts = make(map[string]*zip.File, len(files))
	for _, f := range files {
		name := partKey(f.Name)
		if _, ok := p.parts[name]; ok {
			p.warn("", clip(f.Name), "the part stands twice in the file; the first one is read")
			continue
		}
		p.parts[name] = f
	}
}

func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (p *ooxml) has(part string) bool { return p.parts[partKey(part)] != nil }

// read returns the text of a part in UTF-8.
func (p *ooxml) read(sheet, part string) (string, error) {
	f := p.parts[partKey(part)]
	if f == nil {
		return "", p.err(sheet, part, ErrDamaged, "the part is missing", nil)
	}
	if f.Flags&1 != 0 {
		return "", p.err(sheet, part, ErrEncrypted, "the zip archive has a password", nil)
	}
	if f.UncompressedSize64 > uint64(p.left.Unpacked) { // a part that is not what it claims is refused below
		return "", p.tooMuch(sheet, part, "bytes when unpacked", "Unpacked", p.lim.Unpacked)
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return "", p.err(sheet, part, ErrFormat, fmt.Sprintf("compressed by method %d of zip", f.Method), err)
	} else if err != nil {
		return "", p.err(sheet, part, ErrDamaged, "the part cannot be found in the zip archive", err)
	}
	defer r.Close()
	var b strings.Builder
	// Make room at once for the size that is claimed, as far as a deflated
	// part of the file could have it.
	b.Grow(int(min(f.UncompressedSize64, 1032*min(f.CompressedSize64, uint64(p.size)), 1<<30)))
	p.limited = io.LimitedReader{R: r, N: p.left.Unpacked + 1}
	n, err := io.CopyBuffer(&b, &p.limited, p.buf)
	if n > p.left.Unpacked {
		return "", p.tooMuch(sheet, part, "bytes when unpacked", "Unpacked", p.lim.Unpacked)
	}
	p.left.Unpacked -= n
	if err != nil {
		return "", p.err(sheet, part, ErrDamaged, "the part breaks off or is not what was packed", err)
	}
	return utf8Text(b.String()), nil
}

// utf8Text removes the byte order mark of a part's text, and if it tells of
// UTF-16, decodes the text.
func utf8Text(s string) string {
	if rest, ok := strings.CutPrefix(s, "\xEF\xBB\xBF"); ok {
		return rest
	}
	if len(s) < 2 || s[:2] != "\xFF\xFE" && s[:2] != "\xFE\xFF" {
		return s
	}
	low, high := 0, 1
	if s[0] == 0xFE {
		low, high = 1, 0
	}
	unit := func(i int) rune { return rune(s[i+low]) | rune(s[i+high])<<8 }
	var b strings.Builder
	b.Grow(len(s) / 2)
	for i := 2; i+1 < len(s); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			second := rune(0)
			if i+3 < len(s) {
				second = unit(i + 2)
			}
			if r = utf16.DecodeRune(r, second); r != '\uFFFD' {
				i += 2
			}
		}
		b.WriteRune(r)
	}
	if len(s)%2 != 0 { // half a character: no text of XML has this byte
		b.WriteByte(0)
	}
	text := b.String()
	// The declaration names an encoding that the text is no longer in.
	if i := strings.Index(text, "?>"); i >= 0 && strings.HasPrefix(text, "<?xml ") {
		text = text[i+len("?>"):]
	}
	return text
}

// mainPart returns the part that the package is about and its text.
func (p *ooxml) mainPart() (part, text string, err error) {
	c := p.content()
	if c != contentXLSX && c != contentZip {
		return "", "", p.err("", "", ErrFormat, c.describe(), nil)
	}
	switch {
	case p.has("_rels/.rels"):
		rels, err := p.relations("")
		if err != nil {
			return "", "", err
		}
		part = firstOf(rels, "officeDocument")
	case p.has(contentTypes):
		if part, err = p.workbookByType(); err != nil {
			return "", "", err
		}
	}
	switch {
	case c == contentZip && !p.has(part):
		return "", "", p.err("", "", ErrFormat, c.describe(), nil)
	case part == "":
		return "", "", p.err("", "_rels/.rels", ErrDamaged, "no part is named as the workbook", nil)
	}
	text, err = p.read("", part)
	return part, text, err
}

const contentTypes = "[Content_Types].xml"

// workbookByType returns the part whose content type is that of a workbook.
func (p *ooxml) workbookByType() (part string, err error) {
	text, err := p.read("", contentTypes)
	if err != nil {
		return "", err
	}
	x := p.scanner(text)
	x.root()
	for x.child() {
		// sheet.main+xml, template.main+xml and the two with macros
		if t := x.attr("ContentType"); x.name == "Override" && strings.HasSuffix(t, ".main+xml") &&
			(strings.Contains(t, "spreadsheetml") || strings.Contains(t, "ms-excel")) {
			part = resolve("", x.attr("PartName"))
		}
		x.skip()
	}
	if err := x.finish(); err != nil {
		return "", p.err("", contentTypes, ErrDamaged, "", err)
	}
	return part, nil
}

// relations reads the relationships of a part, "" being the package itself.
func (p *ooxml) relations(part string) ([]relation, error) {
	dir, file := path.Split(part)
	source := dir + "_rels/" + file + ".rels"
	text, err := p.read("", source)
	if err != nil {
		return nil, err
	}
	x := p.scanner(text)
	rels := make([]relation, 0, 16)
	x.root()
	for x.child() {
		if x.name == "Relationship" && x.attr("TargetMode") != "External" {
			if len(rels) == maxParts {
				return nil, p.err("", source, ErrDamaged, fmt.Sprintf("there are more than %d relationships", maxParts), nil)
			}
			kind := x.attr("Type")
			rels = append(rels, relation{
				id:     x.attr("Id"),
				kind:   kind[strings.LastIndexByte(kind, '/')+1:],
				target: resolve(dir, x.attr("Target")),
			})
		}
		x.skip()
	}
	if err := x.finish(); err != nil {
		return nil, p.err("", source, ErrDamaged, "", err)
	}
	return rels, nil
}

// firstOf returns the target of the first relation of a kind, or "".
func firstOf(rels []relation, kind string) string {
	for _, r := range rels {
		if r.kind == kind {
			return r.target
		}
	}
	return ""
}

// resolve returns the name of the part that a target means, relative to the
// folder of the part that names it.
func resolve(dir, target string) string {
	if strings.IndexByte(target, '\\') >= 0 {
		target = strings.ReplaceAll(target, `\`, "/")
	}
	if strings.HasPrefix(target, "/") {
		dir = ""
	}
	name := dir + target
	if strings.Contains(name, "./") || strings.Contains(name, "//") {
		name = path.Clean("/" + name)
	}
	return strings.TrimLeft(name, "/")
}

// content tells what a zip archive is that is no xlsx file.
func (p *ooxml) content() content {
	for _, c := range [...]struct {
		part string
		is   content
	}{
		{"xl/workbook.xml", contentXLSX},
		{"xl/workbook.bin", contentXLSB},
		{"word/document.xml", contentDOCX},
		{"ppt/presentation.xml", contentPPTX},
		{"OFD.xml", contentOFD},
		{"META-INF/manifest.xml", contentODF},
	} {
		if p.has(c.part) {
			return c.is
		}
	}
	return contentZip
}

// workbook reads the workbook part, the root of which has begun, and the
// sheets it lists.
func (p *ooxml) workbook(x *scanner, part string) error {
	type entry struct {
		sheet *Sheet
		id    string
	}
	var list []entry
	for x.child() {
		switch x.name {
		case "workbookPr":
			p.date1904 = x.flag("date1904")
			x.skip()
		case "sheets":
			for x.child() {
				if x.name == "sheet" {
					if len(list) == p.lim.Sheets {
						return p.tooMuch("", part, "sheets", "Sheets", int64(p.lim.Sheets))
					}
					state := x.attr("state")
					list = append(list, entry{
						&Sheet{Name: xstring(x.attr("name")), Hidden: state != "" && state != "visible"},
						x.relation(),
					})
				}
				x.skip()
			}
		default:
			x.skip()
		}
	}
	if err := x.finish(); err != nil {
		return p.err("", part, ErrDamaged, "", err)
	}
	if len(list) == 0 {
		return p.err("", part, ErrDamaged, "the workbook lists no sheets", nil)
	}
	var err error
	if p.related, err = p.relations(part); err != nil {
		return err
	}
	byID := make(map[string]relation, len(p.related))
	for _, r := range p.related {
		if _, ok := byID[r.id]; !ok {
			byID[r.id] = r
		}
	}
	p.book.Sheets = make([]*Sheet, 0, len(list))
	for _, e := range list {
		switch r, ok := byID[e.id]; {
		case !ok:
			return p.err(e.sheet.Name, part, ErrDamaged, fmt.Sprintf("the sheet has no part: there is no relationship %q", clip(e.id)), nil)
		case r.kind == "worksheet":
			if err := p.sheet(e.sheet, r.target); err != nil {
				return err
			}
			p.book.Sheets = append(p.book.Sheets, e.sheet)
		case r.kind != "chartsheet" && r.kind != "dialogsheet" && r.kind != "xlMacrosheet" && r.kind != "xlIntlMacrosheet":
			p.warn(e.sheet.Name, r.target, "the sheet is of the unknown type %q; it is left out", clip(r.kind))
		}
	}
	return nil
}
