package xlsx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// The records of a workbook stream that are read ([MS-XLS] 2.3). All others
// are passed over.
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recDate1904   = 0x0022
	recFilePass   = 0x002F
	recContinue   = 0x003C
	recCodePage   = 0x0042
	recColInfo    = 0x007D
	recWsBool     = 0x0081
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recRString    = 0x00D6
	recXF         = 0x00E0
	recMergeCells = 0x00E5
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recRK         = 0x027E
	recFormat     = 0x041E
	recBOF        = 0x0809
)

// The size of a sheet: rows have 16 bits, columns end at 0xFF ([MS-XLS]
// 2.5.41).
const (
	biffRows    = 1 << 16
	biffColumns = 1 << 8
)

// What a BOF record says ([MS-XLS] 2.4.21): the version of the format, and of
// what the records that follow are.
const (
	biff5      = 0x0500 // Excel 5 and 7
	biff8      = 0x0600
	bofGlobals = 0x0005
	bofSheet   = 0x0010
)

const (
	recordHeader   = 4 // bytes: id and size of the body
	boundWorksheet = 0 // the kind of a worksheet in BOUNDSHEET
)

// recordAt returns the record that begins at an offset and the offset of what
// follows it. It reports false where the data end or the body runs over their
// end.
func recordAt(data []byte, at int) (id int, body []byte, end int, ok bool) {
	if len(data)-at < recordHeader {
		return 0, nil, at, false
	}
	id = le16(data[at:])
	start := at + recordHeader
	end = start + le16(data[at+2:])
	if end > len(data) {
		return id, nil, at, false
	}
	return id, data[start:end], end, true
}

// A biff reads a workbook stream: the records that concern the whole workbook
// (globals), then for each sheet the records from where its BOUNDSHEET record
// says on.
type biff struct {
	book *Workbook
	lim  Limits
	data []byte // the stream

	version  int
	encoding encoding.Encoding // of BIFF5 strings
	ascii    bool              // which has ASCII as it is
	paged    bool              // and which the file names
	date1904 bool
	codes    map[int]numFormat // the FORMAT records
	xfs      []int             // for each XF record its number format
	formats  []numFormat       // for each XF record what that makes of a number
	strings  sharedStrings
	sheets   []boundSheet

	cells, merges int    // so far
	text          int64  // bytes in cells so far
	losses        []loss // of the globals, then of the sheet being read
	cut           *Error // says which sheet is the first without an end
	buf           []byte
}

// A loss is something that the records do not give as they should. One warning
// tells it for all of them, so that damage costs no more than the records do.
type loss struct {
	part, text string
	first      []Ref // the address concerned, if one is
	times      int
}

// A boundSheet is what a BOUNDSHEET record says of a sheet ([MS-XLS] 2.4.28).
type boundSheet struct {
	name   string
	at     uint32
	hidden bool
	kind   byte
}

// readXLS reads a workbook of BIFF5 or BIFF8 ([MS-XLS]) out of an OLE2
// compound file. The limits have no zero fields.
func readXLS(data []byte, name string, lim Limits) (*Workbook, error) {
	b := biff{
		book:     &Workbook{Name: name, Format: FormatXLS},
		lim:      lim,
		encoding: simplifiedchinese.GB18030,
		ascii:    true,
	}
	if err := b.read(data); err != nil {
		err.File = name
		return nil, err
	}
	return b.book, nil
}

func (b *biff) read(data []byte) *Error {
	file, err := openCompound(data)
	if err != nil {
		return err
	}
	entry, err := workbookStream(file)
	if err != nil {
		return err
	}
	if file.missing > 0 {
		b.warn("", "sector", "the file ends inside its last sector; %d bytes are taken for zero", file.missing)
	}
	if b.data, err = file.read(entry); err != nil {
		return err
	}
	if uint64(len(b.data)) < entry.size {
		b.warn("", entry.name, "the stream ends after %d of %d bytes", len(b.data), entry.size)
	}
	if err := b.readGlobals(entry.name); err != nil {
		return err
	}
	if err := b.readSheets(); err != nil {
		return err
	}
	if b.cells == 0 && b.cut != nil {
		return b.cut
	}
	return nil
}

// streamKinds tell by the streams of a compound file what it is. The first
// that fits counts: what Office protects by rights management has a workbook
// as well, with nothing but a note to the person who opens it ([MS-OFFCRYPTO]
// 1.3.2), and of two workbooks for an old and a new Excel the new one is read.
var streamKinds = []struct {
	stream string
	kind   error // nil: the workbook
	detail string
}{
	{"\tDRMContent", ErrEncrypted, "it is protected by rights management"},
	{"Workbook", nil, ""},
	{"Book", nil, ""},
	{"EncryptedPackage", ErrEncrypted, "it is an Office Open XML file under a password; save it without one"},
	{"EncryptionInfo", ErrEncrypted, "it is an Office Open XML file under a password; save it without one"},
	{"WordDocument", ErrFormat, "it is a Word document (.doc); save it as .docx"},
	{"PowerPoint Document", ErrFormat, "it is a PowerPoint presentation (.ppt)"},
	{"__properties_version1.0", ErrFormat, "it is an Outlook message (.msg)"},
	{"VisioDocument", ErrFormat, "it is a Visio drawing (.vsd)"},
	{"Quill", ErrFormat, "it is a Publisher document (.pub)"},
	{"HwpSummaryInformation", ErrFormat, "it is a Hangul document (.hwp)"},
}

// msiClass is the class of a Windows Installer package,
// {000C1084-0000-0000-C000-000000000046}; its streams have coded names.
const msiClass = "\x84\x10\x0C\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46"

// workbookStream finds the stream with the workbook, or says what a file
// without one is.
func workbookStream(file *compound) (cfbEntry, *Error) {
	for _, k := range streamKinds {
		if entry, ok := file.find(k.stream); ok {
			if k.kind != nil {
				return entry, &Error{Kind: k.kind, Detail: k.detail}
			}
			return entry, nil
		}
	}
	if string(file.clsid[:]) == msiClass {
		return cfbEntry{}, &Error{Kind: ErrFormat, Detail: "it is a Windows Installer package (.msi)"}
	}
	var names []string
	for _, e := range file.entries[:min(len(file.entries), 8)] {
		names = append(names, fmt.Sprintf("%q", e.name))
	}
	detail := "it is an OLE2 compound file without a workbook stream"
	if len(names) > 0 {
		detail += "; it holds " + strings.Join(names, ", ")
	}
	return cfbEntry{}, &Error{Kind: ErrFormat, Detail: detail}
}

func (b *biff) warn(sheet, part, format string, args ...any) {
	b.book.Warnings = append(b.book.Warnings, Warning{sheet, part, fmt.Sprintf(format, args...)})
}

// lose notes a loss.
func (b *biff) lose(part, text string, where ...Ref) {
	for i := range b.losses {
		if l := &b.losses[i]; l.part == part && l.text == text {
			l.times++
			return
		}
	}
	b.losses = append(b.losses, loss{part, text, where, 1})
}

// tellLosses makes warnings of the losses noted.
func (b *biff) tellLosses(sheet string) {
	for _, l := range b.losses {
		where := ""
		for _, ref := range l.first {
			where = ref.String() + ": "
			if l.times > 1 {
				where = fmt.Sprintf("%v and %d more: ", ref, l.times-1)
			}
		}
		b.warn(sheet, l.part, "%s%s", where, l.text)
	}
	b.losses = b.losses[:0]
}

// over returns the error for a file that exceeds a limit.
func over(what, field string, limit int64) *Error {
	return &Error{Kind: ErrLimit, Detail: fmt.Sprintf("more than %d %s: raise Limits.%s to read it", limit, what, field)}
}

// readGlobals reads the first substream: what concerns all sheets.
func (b *biff) readGlobals(stream string) *Error {
	id, body, at, ok := recordAt(b.data, 0)
	switch {
	case !ok:
		return damaged(stream, "the stream has %d bytes and no record in them", len(b.data))
	case id == 0x0009 || id == 0x0209 || id == 0x0409: // BOF of Excel 2, 3, 4
		return &Error{Part: stream, Kind: ErrFormat, Detail: "the workbook is of Excel 4 or older; save it as .xlsx with a spreadsheet program"}
	case id != recBOF || len(body) < 4:
		return damaged(stream, "it does not begin with a BOF record")
	}
	b.version = le16(body)
	if b.version != biff8 && b.version != biff5 {
		return &Error{Part: stream, Kind: ErrFormat, Detail: fmt.Sprintf("the version of its records is %#04x and not that of Excel 5 or later", b.version)}
	}
	if kind := le16(body[2:]); kind != bofGlobals {
		return damaged(stream, "its first part is of the kind %#04x, where the workbook's globals are expected", kind)
	}
	b.codes = map[int]numFormat{}
	var c cursor
	for {
		start := at
		id, body, at, ok = recordAt(b.data, start)
		if !ok {
			return damaged(stream, "it is cut in the globals, at byte %d", start)
		}
		if id == recBOF { // the first sheet: the globals are whole but for their EOF
			b.warn("", stream, "the globals have no EOF record")
		}
		if id == recEOF || id == recBOF {
			break
		}
		global, ok := globals[id]
		if !ok {
			continue
		}
		if len(body) < global.size {
			return damaged(global.name, "the record has %d bytes and not at least %d", len(body), global.size)
		}
		c = cursor{data: b.data, pos: at - len(body), end: at}
		if err := global.read(b, &c); err != nil {
			return err
		}
	}
	b.resolveFormats()
	b.tellLosses("")
	return nil
}

// A recordReader is how the records of a kind are read.
type recordReader[R any] struct {
	name string
	size int // of the body at least, in bytes
	read func(R, *cursor) *Error
}

var globals = map[int]recordReader[*biff]{
	// What stands before FILEPASS is not encrypted, everything behind it is
	// ([MS-XLS] 2.2.10).
	recFilePass: {"FILEPASS", 0, func(*biff, *cursor) *Error {
		return &Error{Part: "FILEPASS", Kind: ErrEncrypted, Detail: "it is protected by a password; save it without one"}
	}},
	recCodePage:   {"CODEPAGE", 2, (*biff).readCodePage},
	recDate1904:   {"DATEMODE", 2, (*biff).readDate1904},
	recFormat:     {"FORMAT", 3, (*biff).readFormat},
	recXF:         {"XF", 4, (*biff).readXF},
	recBoundSheet: {"BOUNDSHEET", 7, (*biff).readBoundSheet},
	recSST:        {"SST", 8, (*biff).readSST},
}

// readCodePage takes the encoding of BIFF5 strings; those of BIFF8 are in
// UTF-16. Gnumeric writes UTF-16 into BIFF5, and cannot read it again.
func (b *biff) readCodePage(c *cursor) *Error {
	if b.version == biff8 || b.paged {
		return nil
	}
	b.paged = true
	page := c.u16()
	if enc, ok := codePages[page]; ok {
		b.encoding, b.ascii = enc, page != utf16Page
	} else {
		b.warn("", "CODEPAGE", "the code page %d is not known; text is taken for GB18030", page)
	}
	if page == utf16Page {
		b.warn("", "CODEPAGE", "the code page %d is not one of this version of the format; text may be wrong", page)
	}
	return nil
}

func (b *biff) readDate1904(c *cursor) *Error {
	b.date1904 = c.u16() == 1
	return nil
}

// shortString reads a string whose number of characters, or of bytes in
// BIFF5, has one byte.
func (b *biff) shortString(c *cursor) string { return b.string(c, int(c.u8())) }

// longString reads a string whose number of characters has two bytes.
func (b *biff) longString(c *cursor) string { return b.string(c, c.u16()) }

func (b *biff) string(c *cursor, chars int) string {
	if b.version == biff8 {
		b.buf = c.unicode(b.buf[:0], chars)
		return string(b.buf)
	}
	b.buf = c.bytes(b.buf[:0], chars)
	if b.ascii && !slices.ContainsFunc(b.buf, func(x byte) bool { return x >= 0x80 }) {
		return string(newlines(b.buf))
	}
	// What the encoding does not know comes as U+FFFD; there is no error.
	text, _ := b.encoding.NewDecoder().Bytes(b.buf)
	return string(newlines(text))
}

func (b *biff) readFormat(c *cursor) *Error {
	id := c.u16()
	var code string
	if b.version == biff8 {
		code = b.longString(c)
	} else {
		code = b.shortString(c)
	}
	switch {
	case c.short:
		b.lose("FORMAT", "a number format is cut; the numbers under it are taken for plain ones")
	case code != "":
		b.codes[id] = classifyFormat(code)
	}
	return nil
}

func (b *biff) readXF(c *cursor) *Error {
	c.skip(2) // font
	b.xfs = append(b.xfs, c.u16())
	return nil
}

func (b *biff) readBoundSheet(c *cursor) *Error {
	s := boundSheet{at: c.u32(), hidden: c.u8()&3 != 0, kind: c.u8()}
	s.name = b.shortString(c)
	if c.short {
		return damaged("BOUNDSHEET", "the name of a sheet is cut")
	}
	if len(b.sheets) == b.lim.Sheets {
		return over("sheets", "Sheets", int64(b.lim.Sheets))
	}
	b.sheets = append(b.sheets, s)
	return nil
}

// readSST reads the shared strings ([MS-XLS] 2.4.265). It reads the strings
// that are there: how many the record claims is only asked when one is cut.
func (b *biff) readSST(c *cursor) *Error {
	c.skip(4) // cells that refer to them
	claimed := c.u32()
	var (
		max  = uint64(min(b.lim.Text, math.MaxUint32))
		size = uint64(c.size())
		text = make([]byte, 0, min(size+size/2, max)) // of two bytes UTF-8 makes three
		ends []uint32
	)
	for c.left() {
		text = c.unicode(text, c.u16())
		if c.short {
			if uint64(len(ends)) < uint64(claimed) {
				b.warn("", "SST", "the shared string %d is damaged; it and those behind it are left out", len(ends))
			}
			break
		}
		if uint64(len(text)) > max {
			return over("bytes of text", "Text", b.lim.Text)
		}
		ends = append(ends, uint32(len(text)))
	}
	b.strings = sharedStrings{string(text), ends}
	return nil
}

// resolveFormats finds what each XF record makes of a number. A FORMAT record
// says what even a built-in format is in this workbook.
func (b *biff) resolveFormats() {
	b.formats = make([]numFormat, len(b.xfs))
	for i, id := range b.xfs {
		f, ok := b.codes[id]
		if !ok {
			f = builtinFormat(id)
		}
		b.formats[i] = f
	}
}

// readSheets reads the worksheets: no chart, macro sheet or VB module.
func (b *biff) readSheets() *Error {
	if len(b.sheets) == 0 {
		return damaged("BOUNDSHEET", "the workbook has no sheets")
	}
	// A sheet's records end at the latest where another sheet begins, so that
	// no byte is read twice, whatever the offsets say.
	var starts []int
	for _, s := range b.sheets {
		if id, _, _, ok := recordAt(b.data, int(min(uint64(s.at), uint64(len(b.data))))); ok && id == recBOF {
			starts = append(starts, int(s.at))
		}
	}
	slices.Sort(starts)
	starts = append(slices.Compact(starts), len(b.data))
	taken := make(map[uint32]bool, len(b.sheets))
	leftOut := 0
	for _, s := range b.sheets {
		if s.kind != boundWorksheet {
			continue
		}
		i, ok := slices.BinarySearch(starts[:len(starts)-1], int(s.at))
		reason := ""
		switch {
		case !ok:
			reason = fmt.Sprintf("at byte %d of %d, where it should begin, there is no BOF record", s.at, len(b.data))
		case taken[s.at]:
			reason = fmt.Sprintf("another sheet begins at byte %d as well", s.at)
		case bofKind(b.data[s.at:]) != bofSheet:
			reason = fmt.Sprintf("what begins at byte %d is no worksheet", s.at)
		}
		if reason != "" {
			b.warn(s.name, "BOUNDSHEET", "the sheet is left out: %s", reason)
			leftOut++
			continue
		}
		taken[s.at] = true
		if err := b.readSheet(s, b.data[starts[i]:starts[i+1]]); err != nil {
			err.Sheet = s.name
			return err
		}
	}
	if leftOut > 0 && len(b.book.Sheets) == 0 {
		return damaged("BOUNDSHEET", "none of the %d worksheets is where its record says", leftOut)
	}
	return nil
}

// bofKind returns what the substream is that begins with data, or -1 if it
// cannot be told ([MS-XLS] 2.4.21).
func bofKind(data []byte) int {
	if id, body, _, ok := recordAt(data, 0); ok && id == recBOF && len(body) >= 4 {
		return le16(body[2:])
	}
	return -1
}

// rkNumber returns the number that an RK value stands for: 30 bits of an
// integer or the upper 30 of a float, perhaps times hundred ([MS-XLS]
// 2.5.217).
func rkNumber(rk uint32) float64 {
	const hundredfold, integer = 1, 2
	f := math.Float64frombits(uint64(rk&^3) << 32)
	if rk&integer != 0 {
		f = float64(int32(rk) >> 2)
	}
	if rk&hundredfold != 0 {
		f /= 100
	}
	return f
}

func float(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }
