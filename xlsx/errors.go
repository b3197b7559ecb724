package xlsx

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds of errors that Open and Read give; test for them with errors.Is.
// Errors of the file system come as they are, wrapped.
var (
	// ErrFormat: the file is not of a format that is read. The error's text
	// says what it was found to be.
	ErrFormat = errors.New("not a workbook that can be read")
	// ErrEncrypted: the workbook is protected by a password.
	ErrEncrypted = errors.New("the workbook is encrypted")
	// ErrDamaged: the file is a workbook and too damaged to be read.
	ErrDamaged = errors.New("the workbook is damaged")
	// ErrLimit: the file is larger than a limit allows. The error's text
	// names the field of Limits to raise.
	ErrLimit = errors.New("the workbook exceeds a limit")
)

// An Error tells which file could not be read and why.
type Error struct {
	File   string // the name given to Open or Read
	Sheet  string // the sheet concerned, if one is
	Part   string // the part, stream or record of the file concerned, if one is
	Kind   error  // ErrFormat, ErrEncrypted, ErrDamaged or ErrLimit
	Detail string // what was met
	Err    error  // the cause, if there is one
}

// Error returns the facts on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	for _, s := range []string{e.Sheet, e.Part} {
		if s != "" {
			fmt.Fprintf(&b, ": %q", s)
		}
	}
	fmt.Fprintf(&b, ": %v", e.Kind)
	if e.Detail != "" {
		fmt.Fprintf(&b, ": %s", e.Detail)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives errors.Is and errors.As the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}
