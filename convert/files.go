package convert

import (
	gocontext "context" // the package has a type of that name
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"sync"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// ErrChanged is the kind of error for a file that was not the same after it
// was read as before: what was read of it may be neither.
var ErrChanged = errors.New("the file changed while it was read")

// A Result is what became of one file, or of one file in an archive.
type Result struct {
	Input  string         // the path that it came from: that of the archive, of a file in one
	Report *schema.Report // nil where there is none
	Err    error          // why there is no report
}

// WithWorkers sets how many files [Files] reads at a time. The default, also
// for numbers below 1, is one a processor. [ToSchema] does not heed it.
func WithWorkers(n int) Option { return func(o *options) { o.workers = n } }

// WithProgress has [Files] call f as soon as a file is finished, with the
// number finished so far and the file's name. That is before its turn to be
// yielded has come, and not in the order of the input. The calls come one at a
// time, from other goroutines, and hold up the work for as long as they take.
// [ToSchema] does not heed it.
func WithProgress(f func(done int, name string)) Option {
	return func(o *options) { o.progress = f }
}

// WithReading has [Files] read the files with options, as with higher limits.
// [ToSchema], to which a workbook is given, does not heed it.
func WithReading(opts ...xlsx.Option) Option {
	return func(o *options) { o.reading = append(o.reading, opts...) }
}

// Files converts many files, several at a time, and yields what became of each
// in the order of the paths, with its name. A file is read like [xlsx.Open]
// reads it and converted like [ToSchema] does. A zip archive of other files
// gives a result for each file in it, named after both: archive.zip/file.xls; see
// [xlsx.Books]. One worker reads it, from its first file to its last.
//
// A file that cannot be read or converted, or that makes a reader panic, gives
// a result with an error and stops nothing. A file that has another size or
// time after reading than before gives one of kind [ErrChanged]; an archive
// gives it in addition to the results of its files.
//
// Memory is bounded by the number of workers, whatever the number of paths:
// the paths are asked for a few ahead, from another goroutine, and the reports
// that wait for their turn are few.
//
// When the loop is left, and when the context is done, the files under way are
// finished, and dropped. No goroutine runs on after the loop. If the context is
// done before the last path has had its turn, the last result is that of the
// first path that did not get it, and its error is the context's cause; so a
// loop without such an error has seen everything.
func Files(ctx gocontext.Context, paths iter.Seq[string], opts ...Option) iter.Seq2[string, Result] {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if o.workers < 1 {
		o.workers = runtime.GOMAXPROCS(0)
	}
	b := &batch{
		workers: o.workers, progress: o.progress,
		books:   func(path string) iter.Seq2[*xlsx.Workbook, error] { return xlsx.Books(path, o.reading...) },
		convert: func(book *xlsx.Workbook) (*schema.Report, error) { return ToSchema(book, opts...) },
	}
	return func(yield func(string, Result) bool) { b.run(ctx, paths, yield) }
}

// A batch holds what Files works with.
type batch struct {
	workers  int
	books    func(path string) iter.Seq2[*xlsx.Workbook, error]
	convert  func(*xlsx.Workbook) (*schema.Report, error)
	progress func(done int, name string)

	mu   sync.Mutex
	done int
}

// An input is a path under way.
type input struct {
	path    string
	results chan named // closed after the last
}

type named struct {
	name string
	Result
}

// run does the work of one loop. The dispatcher hands every path to the loop,
// in order, and to a worker; the loop takes the results of one path after the
// other. A worker whose path has not had its turn waits with a result in hand
// and one in the channel.
func (b *batch) run(ctx gocontext.Context, paths iter.Seq[string], yield func(string, Result) bool) {
	var running sync.WaitGroup
	quit := make(chan struct{})
	defer running.Wait()
	defer close(quit)

	turns := make(chan *input, b.workers)
	jobs := make(chan *input)
	running.Go(func() {
		defer close(turns)
		defer close(jobs)
		for path := range paths {
			in := &input{path, make(chan named, 1)}
			select {
			case turns <- in:
			case <-quit:
				return
			}
			select {
			case jobs <- in:
			case <-quit:
				return
			case <-ctx.Done(): // the loop says so when in has its turn
				return
			}
		}
	})
	for range b.workers {
		running.Go(func() {
			for in := range jobs {
				b.read(in, quit)
			}
		})
	}

	for in := range turns {
		for more := true; more; {
			var r named
			select {
			case r, more = <-in.results:
			case <-ctx.Done():
			}
			if ctx.Err() != nil && more {
				yield(in.path, Result{Input: in.path, Err: gocontext.Cause(ctx)})
				return
			}
			if more && !yield(r.name, r.Result) {
				return
			}
			// A file that is no archive has no more results.
			more = more && r.name != in.path
		}
	}
}

// read reads and converts the files at a path.
func (b *batch) read(in *input, quit <-chan struct{}) {
	defer close(in.results)
	send := func(name string, report *schema.Report, err error) bool {
		b.finished(name)
		select {
		case in.results <- named{name, Result{in.path, report, err}}:
			return true
		case <-quit:
			return false
		}
	}
	defer func() {
		if v := recover(); v != nil {
			send(in.path, nil, fmt.Errorf("%s: panic: %v", in.path, v))
		}
	}()

	before, err := os.Stat(in.path)
	if err != nil {
		send(in.path, nil, err)
		return
	}
	changed := func() error {
		if after, err := os.Stat(in.path); err != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
			return fmt.Errorf("%s: %w", in.path, ErrChanged)
		}
		return nil
	}
	none := true
	for book, err := range b.books(in.path) {
		none = false
		name, report := in.path, (*schema.Report)(nil)
		if err == nil {
			name = book.Name
			report, err = b.convert(book)
		} else if e := (*xlsx.Error)(nil); errors.As(err, &e) {
			name = e.File
		}
		if name == in.path { // no file in an archive
			if changed := changed(); changed != nil {
				report, err = nil, changed
			}
			send(name, report, err)
			return
		}
		if !send(name, report, err) {
			return
		}
	}
	switch err := changed(); {
	case err != nil:
		send(in.path, nil, err)
	case none:
		send(in.path, nil, fmt.Errorf("%s: the archive holds no file", in.path))
	}
}

// finished counts a file and tells of it.
func (b *batch) finished(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	if b.progress != nil {
		b.progress(b.done, name)
	}
}
