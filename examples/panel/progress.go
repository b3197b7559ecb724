package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress shows how far the conversion is: on a terminal as a bar, else as
// a line now and then.
type progress struct {
	mu  sync.Mutex
	w   io.Writer
	bar *progressbar.ProgressBar
}

// newProgress returns a progress that shows itself on w. Count is asked only
// where a bar is shown.
func newProgress(w io.Writer, terminal bool, count func() int) *progress {
	p := &progress{w: w}
	if terminal {
		p.bar = progressbar.NewOptions(count(), progressbar.OptionSetWriter(w), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetItsString("files"), progressbar.OptionSetDescription("converting"),
			progressbar.OptionClearOnFinish())
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// every is how many files a line is printed for.
const every = 1000

// converted is told of every file that is finished.
func (p *progress) converted(done int, name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.bar != nil:
		// The files in archives are not known before.
		if int64(done) > p.bar.GetMax64() {
			p.bar.ChangeMax(done)
		}
		p.bar.Set(done)
	case done%every == 0:
		fmt.Fprintf(p.w, "%d files converted\n", done)
	}
}

// refused tells of a file that gave no report.
func (p *progress) refused(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Clear()
	}
	fmt.Fprintln(p.w, err)
}

func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Finish()
	}
}
