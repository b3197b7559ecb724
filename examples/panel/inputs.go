package main

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// inputs walks the inputs and leaves out what the journal already has.
type inputs struct {
	paths   []string
	skip    string // the folder of the outputs
	journal *journal
	err     error // of the journal; the walk ends with it
}

// pending yields the files to convert. Each has its place in the journal by
// then. Convert.Files reads it from another goroutine; the journal is made for
// that.
func (in *inputs) pending() iter.Seq[string] {
	return func(yield func(string) bool) {
		for path, err := range walk(in.paths, in.skip) {
			if err != nil {
				if in.err = in.journal.refuse(path, err); in.err != nil {
					return
				}
				continue
			}
			var todo bool
			if todo, in.err = in.journal.enter(path); in.err != nil || todo && !yield(path) {
				return
			}
		}
	}
}

// count returns how many files the inputs have, those in archives not counted.
func (in *inputs) count() int {
	n := 0
	for range walk(in.paths, in.skip) {
		n++
	}
	return n
}

// walk yields the files of the inputs: of a folder all in it and below, in the
// order of their names, without the folder to skip, hidden files, and those
// that Office keeps beside a file that is open (~$…). A name of "." or ".."
// hides nothing. What cannot be read is yielded with its error, and the walk
// goes on.
func walk(paths []string, skip string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var errStop = errors.New("stop")
		for _, path := range paths {
			root := filepath.Clean(path)
			// A folder that is given by a link is walked.
			if st, err := os.Stat(root); err == nil && st.IsDir() {
				root += string(filepath.Separator)
			}
			err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				path = filepath.Clean(path)
				hidden := path != filepath.Clean(root) && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "~$"))
				switch {
				case err != nil:
				case d.IsDir() && (hidden || same(path, skip)):
					return fs.SkipDir
				case d.IsDir() || hidden:
					return nil
				case d.Type()&fs.ModeSymlink != 0:
					var st fs.FileInfo
					if st, err = os.Stat(path); err == nil && st.IsDir() {
						err = fmt.Errorf("%s: a link to a folder; give the folder itself", path)
					}
				case !d.Type().IsRegular():
					err = fmt.Errorf("%s: not a file", path)
				}
				if !yield(path, err) {
					return errStop
				}
				return nil
			})
			if err != nil {
				return
			}
		}
	}
}

// same reports whether two paths lead to one folder.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
