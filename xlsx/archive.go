package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Books reads the files at path: that one file, or if it is a zip archive and
// no document, every file in it, in the archive's order, those of archives in
// it included. It goes on behind a file that cannot be read.
//
// The name of a workbook out of an archive is the path, a slash, and the name
// that the archive has for it. That is a name for citing and nothing more: it
// can have any characters and be anything, such as ../x, and nothing is ever
// written under it. Names that are not in UTF-8 are taken for GB18030. What
// archives have besides files, and what macOS puts there, is left out.
//
// The limits hold for each file by itself. The archive counts against
// Limits.Bytes, the number of its files against Limits.Files, and each of them
// against Limits.Bytes and Limits.Unpacked.
func Books(path string, opts ...Option) iter.Seq2[*Workbook, error] {
	return func(yield func(*Workbook, error) bool) {
		var c config
		for _, o := range opts {
			o(&c)
		}
		lim := c.limits.withDefaults()
		data, err := readFile(path, lim)
		if err != nil {
			yield(nil, err)
			return
		}
		b := books{lim: lim, left: lim.Files, yield: yield}
		b.file(data, path, 0)
	}
}

func readFile(path string, lim Limits) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return readAll(f, st.Size(), path, lim)
}

// maxArchives bounds how deep archives are read that are in archives.
const maxArchives = 1

type books struct {
	lim   Limits
	left  int // files that may still come
	yield func(*Workbook, error) bool
}

// file reads a file and yields what it gives. It reports whether to go on.
func (b *books) file(data []byte, name string, depth int) bool {
	a := openArchive(data, name, b.lim)
	switch {
	case a == nil:
		return b.yield(read(data, name, b.lim))
	case a.err != nil:
		return b.yield(nil, a.err)
	case depth > maxArchives:
		return b.yield(nil, &Error{File: name, Kind: ErrFormat, Detail: "it is a zip archive in one that is itself in one; unpack it"})
	}
	for _, f := range a.files {
		if b.left--; b.left < 0 {
			err := over("files", "Files", int64(b.lim.Files))
			err.File = name
			b.yield(nil, err)
			return false
		}
		data, err := a.unpack(f, b.lim)
		if err != nil {
			if !b.yield(nil, err) {
				return false
			}
			continue
		}
		if !b.file(data, f.name, depth+1) {
			return false
		}
	}
	return true
}

// An archive is a zip archive that is no document.
type archive struct {
	file  string
	files []archiveFile
	err   error // if it cannot be read
}

type archiveFile struct {
	*zip.File
	name string // for citing
}

// openArchive opens a file if it is a zip archive that is no document, and
// returns nil if not.
func openArchive(data []byte, name string, lim Limits) *archive {
	if sniff(data) != contentZip {
		return nil
	}
	p, err := openPackage(data, name, lim)
	if err != nil {
		return &archive{err: err}
	}
	if p.document() {
		return nil
	}
	a := &archive{file: name}
	for _, f := range p.files {
		inner := f.Name
		if !utf8.ValidString(inner) {
			// A character of GBK may have a backslash for its second byte.
			inner, _ = simplifiedchinese.GB18030.NewDecoder().String(inner)
		}
		path := "/" + strings.ReplaceAll(inner, `\`, "/")
		if !strings.HasSuffix(path, "/") && !strings.HasSuffix(path, "/.DS_Store") && !strings.Contains(path, "/__MACOSX/") {
			a.files = append(a.files, archiveFile{f, name + "/" + inner})
		}
	}
	return a
}

// unpack returns the content of a file.
func (a *archive) unpack(f archiveFile, lim Limits) ([]byte, error) {
	fail := func(kind error, detail string, cause error) ([]byte, error) {
		return nil, &Error{File: f.name, Kind: kind, Detail: detail, Err: cause}
	}
	if f.Flags&1 != 0 {
		return fail(ErrEncrypted, "the zip archive has a password", nil)
	}
	most, field := lim.Bytes, "Bytes"
	if lim.Unpacked < most {
		most, field = lim.Unpacked, "Unpacked"
	}
	r, err := f.Open()
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		return fail(ErrFormat, fmt.Sprintf("compressed by method %d of zip; unpack it", f.Method), nil)
	case err != nil:
		return fail(ErrDamaged, "the file cannot be found in the zip archive", err)
	}
	defer r.Close()
	var b bytes.Buffer
	// Room for the size that is claimed, as far as a deflated file of that
	// length could have it.
	b.Grow(int(min(f.UncompressedSize64, 1032*min(f.CompressedSize64, 1<<32), uint64(most))))
	_, err = b.ReadFrom(io.LimitReader(r, most+1))
	data := b.Bytes()
	switch {
	case int64(len(data)) > most:
		return fail(ErrLimit, fmt.Sprintf("more than %d bytes when unpacked: raise Limits.%s to read it", most, field), nil)
	case err != nil:
		return fail(ErrDamaged, "the file breaks off or is not what was packed", err)
	}
	return data, nil
}

// A zipPackage is a zip archive that may be a document.
type zipPackage struct {
	*ooxml
	files []*zip.File
}

// openPackage opens a zip archive.
func openPackage(data []byte, name string, lim Limits) (*zipPackage, error) {
	p := &zipPackage{ooxml: &ooxml{
		book: &Workbook{Name: name},
		size: int64(len(data)), lim: lim, left: lim,
		buf: make([]byte, 16<<10),
	}}
	// archive/zip reads a directory of any length. That of an archive in the
	// archive counts here as well, where it is not packed.
	if most := max(4*maxParts, lim.Files); bytes.Count(data, []byte("PK\x01\x02")) > most {
		return nil, p.err("", "", ErrDamaged, fmt.Sprintf("the zip archive has more than %d files", most), nil)
	}
	zr, err := zip.NewReader(bytes.NewReader(data), p.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, p.err("", "", ErrDamaged, "the zip archive has no directory that can be read, as if the file was cut off", err)
	}
	p.files = zr.File
	p.index(zr.File)
	return p, nil
}

// document reports whether the archive is a document, of whatever kind.
func (p *zipPackage) document() bool {
	return p.content() != contentZip || p.has(contentTypes) || p.has("_rels/.rels") || p.has("mimetype")
}

// readPackage reads a zip archive: a document, or the one file in it that can
// be read.
func readPackage(data []byte, name string, lim Limits) (*Workbook, error) {
	// Most are workbooks, of which the directory need not be read twice. What
	// is no document has no such names in it, or is found out to be none.
	for _, part := range []string{"word/", "content.xml"} {
		if !bytes.Contains(data, []byte(part)) {
			continue
		}
		p, err := openPackage(data, name, lim)
		if err != nil {
			return nil, err
		}
		switch kind, err := p.kind(); {
		case err != nil:
			return nil, err
		case kind == contentDOCX:
			return readDOCX(p.ooxml, lim)
		case kind == contentODF:
			return readODS(p.ooxml, lim)
		}
	}
	book, err := readZip(data, name, lim)
	if e := (*Error)(nil); !errors.As(err, &e) || e.Kind != ErrFormat {
		return book, err
	}
	a := openArchive(data, name, lim)
	if a == nil || a.err != nil || len(a.files) == 0 {
		return book, err
	}
	return a.only(lim)
}

// kind tells what document the archive is by its parts: their names are free
// in principle, and Word on the web makes use of that.
func (p *zipPackage) kind() (content, error) {
	c := p.content()
	if c != contentZip || !p.has("_rels/.rels") {
		return c, nil
	}
	rels, err := p.relations("")
	if err != nil {
		return c, err
	}
	if strings.HasPrefix(firstOf(rels, "officeDocument"), "word/") {
		return contentDOCX, nil
	}
	return c, nil
}

// only reads the one file of the archive that can be read.
func (a *archive) only(lim Limits) (*Workbook, error) {
	many := &Error{File: a.file, Kind: ErrFormat, Detail: fmt.Sprintf("it is a zip archive of %d files; use Books, or unpack it", len(a.files))}
	if len(a.files) > lim.Files {
		return nil, many
	}
	var only *Workbook
	left := lim
	for _, f := range a.files {
		if left.Unpacked <= 0 {
			return nil, many
		}
		data, err := a.unpack(f, left)
		left.Unpacked -= int64(len(data))
		// An archive in the archive is left to Books, so that there is no end
		// of archives to open.
		var book *Workbook
		if err == nil && openArchive(data, "", lim) == nil {
			book, err = read(data, f.name, lim)
		}
		switch {
		case err != nil && len(a.files) == 1:
			return nil, err
		case book != nil && only != nil:
			return nil, many
		case book != nil:
			only = book
		}
	}
	if only == nil {
		return nil, many
	}
	return only, nil
}
