package xlsx

// Limits bound what a file may make a reader do. A field that is zero stands
// for its default; the defaults leave room for any statistics table and let a
// file of 64 MiB cost at most 256 MiB of memory.
type Limits struct {
	Bytes    int64 // size of the file; default 64 MiB
	Unpacked int64 // bytes inflated from a packed file, all parts read together; default 64 MiB
	Sheets   int   // sheets in a workbook; default 4,096
	Cells    int   // non-empty cells in a workbook; default 2,000,000
	Merges   int   // merged ranges in a workbook; default 200,000
	Text     int64 // bytes of text in all cells together; default 64 MiB
	Files    int   // files in an archive, parts of a web archive; default 10,000
}

func (l Limits) withDefaults() Limits {
	def := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	def64 := func(p *int64, v int64) {
		if *p <= 0 {
			*p = v
		}
	}
	def64(&l.Bytes, 64<<20)
	def64(&l.Unpacked, 64<<20)
	def(&l.Sheets, 4096)
	def(&l.Cells, 2_000_000)
	def(&l.Merges, 200_000)
	def64(&l.Text, 64<<20)
	def(&l.Files, 10_000)
	return l
}

// An Option changes how a file is read.
type Option func(*config)

type config struct{ limits Limits }

// WithLimits replaces the default limits.
func WithLimits(l Limits) Option { return func(c *config) { c.limits = l } }
