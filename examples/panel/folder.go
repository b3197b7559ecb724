package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// workName is the folder in the folder of outputs that the work is done in.
const workName = ".panel"

// outputNames are the names of everything that is ever put into a folder of
// outputs, in the order in which they take their places: the description is
// the last, and says that the others are all there.
var outputNames = []string{
	"observations.csv", "observations.jsonl", "observations.parquet", "observations", "observations.sdmx.csv",
	"series.csv", "series.sdmx.csv", "tables.csv", "issuers.csv", "findings.csv", "files.csv", "indicators.csv",
	"panel.sqlite", "panel.xlsx", "datapackage.json",
}

// A folder is the folder of the outputs. Its folder .panel holds
//
//	journal.sqlite  what was converted
//	out             the outputs as they are made
//	complete        the summary, once all outputs are whole; from then on they
//	                take their places, whatever is interrupted
type folder struct {
	path, work, stage string
	journal           *journal
	complete          bool
	create            func(name string) (io.WriteCloser, error) // of an output, as it is made
}

// openFolder makes or opens a folder of outputs.
func openFolder(path string, force bool) (*folder, error) {
	d := &folder{path: path, work: filepath.Join(path, workName)}
	d.stage = filepath.Join(d.work, "out")
	d.create = func(name string) (io.WriteCloser, error) {
		path := filepath.Join(d.stage, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, err
		}
		return os.Create(path)
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, err
	}
	if _, err := os.Stat(d.summaryPath()); err == nil {
		d.complete = true
		return d, nil
	}
	if !force {
		for _, name := range outputNames {
			if _, err := os.Lstat(filepath.Join(path, name)); err == nil {
				return nil, fmt.Errorf("%s exists; use -force to replace the outputs, or another folder", filepath.Join(path, name))
			} else if !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	if err := os.MkdirAll(d.work, 0o777); err != nil {
		return nil, err
	}
	var err error
	d.journal, err = openJournal(filepath.Join(d.work, "journal.sqlite"))
	return d, err
}

func (d *folder) summaryPath() string { return filepath.Join(d.work, "complete") }

// clear makes the folder for outputs anew.
func (d *folder) clear() error {
	if err := os.RemoveAll(d.stage); err != nil {
		return err
	}
	return os.Mkdir(d.stage, 0o777)
}

// finish notes that all outputs are whole.
func (d *folder) finish(s *summary) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.Create(d.summaryPath() + ".tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	d.complete = true
	return os.Rename(f.Name(), d.summaryPath())
}

// publish lets the outputs take their places, and removes what is left. It may
// be interrupted at any point and be called again.
func (d *folder) publish() (*summary, error) {
	data, err := os.ReadFile(d.summaryPath())
	if err != nil {
		return nil, err
	}
	s := new(summary)
	if err := json.Unmarshal(data, s); err != nil {
		return nil, err
	}
	if err := d.close(); err != nil {
		return nil, err
	}
	for _, name := range outputNames {
		from, to := filepath.Join(d.stage, name), filepath.Join(d.path, name)
		st, err := os.Lstat(from)
		switch {
		case errors.Is(err, fs.ErrNotExist) && slices.Contains(s.Outputs, name):
			continue // it has its place
		case errors.Is(err, fs.ErrNotExist):
			// An output of an earlier run that this one does not make.
			if err := os.RemoveAll(to); err != nil {
				return nil, err
			}
			continue
		case err != nil:
			return nil, err
		}
		if old, err := os.Lstat(to); err == nil && (old.IsDir() || st.IsDir()) {
			if err := os.RemoveAll(to); err != nil {
				return nil, err
			}
		}
		if err := os.Rename(from, to); err != nil {
			return nil, err
		}
	}
	return s, os.RemoveAll(d.work)
}

// close lets go of the journal. What is done in .panel stays for the next run.
func (d *folder) close() error {
	if d.journal == nil {
		return nil
	}
	j := d.journal
	d.journal = nil
	return j.close()
}

// A file is an output under way.
type file struct {
	name  string
	to    io.WriteCloser
	buf   *bufio.Writer
	hash  hash.Hash
	bytes int64
}

func (d *folder) file(name string) (*file, error) {
	to, err := d.create(name)
	if err != nil {
		return nil, err
	}
	f := &file{name: name, to: to, hash: sha256.New()}
	f.buf = bufio.NewWriterSize(f.to, 1<<16)
	return f, nil
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.buf.Write(p)
	f.hash.Write(p[:n])
	f.bytes += int64(n)
	return n, err
}

// Close writes what is held back and makes sure that it is on the disk.
func (f *file) Close() error {
	err := f.buf.Flush()
	if s, ok := f.to.(interface{ Sync() error }); ok && err == nil {
		err = s.Sync()
	}
	return errors.Join(err, f.to.Close())
}

func (f *file) sum() string { return "sha256:" + hex.EncodeToString(f.hash.Sum(nil)) }

// kinds returns the outputs that were made.
func (d *folder) made() ([]string, error) {
	entries, err := os.ReadDir(d.stage)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !slices.Contains(outputNames, e.Name()) {
			return nil, fmt.Errorf("%s is no output", e.Name())
		}
		names = append(names, e.Name())
	}
	return names, nil
}

func relative(from, to string) string {
	a, err := filepath.Abs(from)
	if err != nil {
		return to
	}
	b, err := filepath.Abs(to)
	if err != nil {
		return to
	}
	r, err := filepath.Rel(a, b)
	if err != nil {
		return to
	}
	return strings.ReplaceAll(r, `\`, "/")
}
