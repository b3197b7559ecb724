package xlsx

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"
)

// maxMultiparts bounds how deep multiparts are nested, and maxHeader the header
// of the whole in bytes. Those of the parts are bounded by mime/multipart.
const (
	maxMultiparts = 8
	maxHeader     = 1 << 20
)

// readMHT reads the tables of the pages in a web archive (RFC 2557), which is
// a MIME message with a page and what belongs to it as its parts. Excel writes
// a workbook of several sheets as a page that shows other pages, one a sheet:
// so all pages are read, in their order.
func readMHT(data []byte, name string, lim Limits) (*Workbook, error) {
	r := mhtReader{tally: newTally(name, FormatMHT, lim)}
	return r.finish(r.read(data))
}

type mhtReader struct {
	*tally
	parts int    // so far
	err   *Error // of a page without a table
}

func (r *mhtReader) read(data []byte) *Error {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")), " \t\r\n")
	// A header is read into a table, for which a long one has too many lines.
	end := len(data)
	for _, blank := range []string{"\n\n", "\n\r\n"} {
		if n := bytes.Index(data[:min(end, maxHeader)], []byte(blank)); n >= 0 {
			end = n + len(blank)
		}
	}
	if end > maxHeader {
		return damaged("header", "the header of the web archive has no end")
	}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(data[:end]))).ReadMIMEHeader()
	if err != nil && err != io.EOF {
		return &Error{Part: "header", Kind: ErrDamaged, Detail: "the header of the web archive cannot be read", Err: err}
	}
	body := bytes.NewReader(data[end:])
	if err := r.entity(header, body, 0); err != nil {
		return err
	}
	switch {
	case len(r.book.Sheets) > 0:
		return nil
	case r.err != nil:
		return r.err
	}
	return &Error{Kind: ErrFormat, Detail: "it is a web archive (MHT) without a page"}
}

// entity reads a message or a part of one.
func (r *mhtReader) entity(header textproto.MIMEHeader, body io.Reader, depth int) *Error {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil && kind == "" { // with a bad parameter the kind is still good
		kind = "text/plain"
	}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		boundary := params["boundary"]
		if boundary == "" {
			boundary = bareBoundary(header.Get("Content-Type"))
		}
		return r.multipart(kind, boundary, body, depth)
	case kind == "text/html" || kind == "application/xhtml+xml":
		return r.page(header, params["charset"], body)
	}
	return nil
}

// bareBoundary returns a boundary that stands without quotes although it has
// characters that need them, such as ----=_Part.
func bareBoundary(contentType string) string {
	i := strings.Index(strings.ToLower(contentType), "boundary=")
	if i < 0 {
		return ""
	}
	boundary, _, _ := strings.Cut(contentType[i+len("boundary="):], ";")
	return strings.Trim(boundary, " \t\"")
}

// multipart reads the parts of a multipart.
func (r *mhtReader) multipart(kind, boundary string, body io.Reader, depth int) *Error {
	if boundary == "" {
		return damaged(kind, "the header names no boundary between the parts")
	}
	if depth == maxMultiparts {
		return damaged(kind, "parts are nested more than %d deep", maxMultiparts)
	}
	mr := multipart.NewReader(body, boundary)
	for n := 0; ; n++ {
		part, err := mr.NextRawPart()
		switch {
		case n == 0 && errors.Is(err, io.EOF):
			return damaged(kind, "the boundary %q, which the header names, is nowhere in the file", clip(boundary))
		case err == io.EOF:
			return nil
		case err != nil && len(r.book.Sheets) > 0:
			r.warn("", kind, "the parts do not end with a boundary: %v", err)
			return nil
		case err != nil:
			return &Error{Part: kind, Kind: ErrDamaged, Detail: "the parts cannot be told apart", Err: err}
		}
		if r.parts++; r.parts > r.lim.Files {
			return over("parts of a web archive", "Files", int64(r.lim.Files))
		}
		if err := r.entity(part.Header, part, depth+1); err != nil {
			return err
		}
	}
}

// page reads the tables of a page.
func (r *mhtReader) page(header textproto.MIMEHeader, charset string, body io.Reader) *Error {
	name := header.Get("Content-Location")
	name = clip(name[strings.LastIndexAny(name, `/\`)+1:])
	if strings.EqualFold(name, "tabstrip.htm") { // the names of the sheets, which Excel writes as a table
		return nil
	}
	encoding := strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding")))
	data, err := io.ReadAll(body)
	if err != nil {
		r.warn("", name, "the page breaks off: %v", err)
	}
	switch encoding {
	case "quoted-printable":
		data = unquotePrintable(data)
	case "base64":
		if data, err = decodeBase64(data); err != nil {
			r.warn("", name, "the page breaks off: %v", err)
		}
	}
	declared := declaredCharset(data)
	if declared == "" {
		declared = charset
	}
	text, e := r.decode(name, data, declared)
	if e != nil {
		return e
	}
	before := len(r.book.Sheets)
	h := htmlReader{tally: r.tally, part: name}
	if err := h.read(text); err != nil {
		return err
	}
	if len(r.book.Sheets) == before && (r.err == nil || h.title != "") {
		r.err = h.noTable()
	}
	return nil
}

// unquotePrintable decodes quoted-printable text (RFC 2045, 6.7), in place. An
// = that begins nothing stands for itself: mime/quotedprintable gives up there.
func unquotePrintable(data []byte) []byte {
	out := data[:0]
	for len(data) > 0 {
		n := bytes.IndexByte(data, '=')
		if n < 0 {
			return append(out, data...)
		}
		out = append(out, data[:n]...)
		data = data[n:]
		if len(data) > 2 {
			high, ok1 := hexDigit(data[1])
			low, ok2 := hexDigit(data[2])
			if ok1 && ok2 {
				out = append(out, byte(high<<4|low))
				data = data[3:]
				continue
			}
		}
		// At the end of a line it joins the line with the next one.
		rest := bytes.TrimLeft(data[1:], " \t")
		switch {
		case bytes.HasPrefix(rest, []byte("\r\n")):
			data = rest[2:]
		case bytes.HasPrefix(rest, []byte("\n")):
			data = rest[1:]
		default:
			out = append(out, '=')
			data = data[1:]
		}
	}
	return out
}

// decodeBase64 decodes base64 text (RFC 2045, 6.8), in which characters that
// are none do not count.
func decodeBase64(data []byte) ([]byte, error) {
	clean := data[:0]
	for _, c := range data {
		if isLetter(c) || '0' <= c && c <= '9' || c == '+' || c == '/' {
			clean = append(clean, c)
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	return out[:n], err
}
