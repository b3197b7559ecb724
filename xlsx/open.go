package xlsx

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Open reads the workbook at path. It tells the format by the content: the
// extension of the name does not matter. The file is closed before Open
// returns.
//
// The error is an *Error, or one of the file system.
func Open(path string, opts ...Option) (*Workbook, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return Read(f, st.Size(), path, opts...)
}

// Read reads a workbook of size bytes from r. The name is for citing only.
func Read(r io.ReaderAt, size int64, name string, opts ...Option) (*Workbook, error) {
	var c config
	for _, o := range opts {
		o(&c)
	}
	c.limits = c.limits.withDefaults()
	data, err := readAll(r, size, name, c.limits)
	if err != nil {
		return nil, err
	}
	return read(data, name, c.limits)
}

// readAll reads the whole of a file, which is small enough for that.
func readAll(r io.ReaderAt, size int64, name string, lim Limits) ([]byte, error) {
	if size > lim.Bytes {
		return nil, &Error{File: name, Kind: ErrLimit, Detail: fmt.Sprintf("%d bytes, more than %d: raise Limits.Bytes to read it", size, lim.Bytes)}
	}
	data := make([]byte, max(size, 0))
	n, err := r.ReadAt(data, 0)
	if n == len(data) {
		return data, nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return nil, fmt.Errorf("%s: %w", name, err)
}

// read reads a file by the reader for what it is. A format that is to be read
// one day gets its reader here.
func read(data []byte, name string, lim Limits) (*Workbook, error) {
	switch c := sniff(data); c {
	case contentOLE2:
		return readXLS(data, name, lim)
	case contentZip:
		return readPackage(data, name, lim)
	case contentHTML:
		return readHTML(data, name, lim)
	case contentMHT:
		return readMHT(data, name, lim)
	case contentXML2003:
		return readXML2003(data, name, lim)
	case contentText:
		return readPlain(data, name, lim)
	default:
		return nil, &Error{File: name, Kind: ErrFormat, Detail: c.describe()}
	}
}
