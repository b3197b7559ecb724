package xlsx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf16"
)

// An .xls file, a .doc file and an encrypted .xlsx file are all compound
// files: a small file system in sectors, linked into chains by a table (FAT)
// that itself lies in sectors ([MS-CFB]).
//
// The streams are put together here and not by github.com/richardlehane/mscfb.
// Where a chain is a cycle, that repeats sectors until the stream is as long as
// the directory claims, and gives no error; it refuses a file that ends inside
// its last sector; and it merges neighbouring sectors one by one, in time that
// grows with the square of the stream (77 ms for 6 MiB, so 9 s for 64 MiB). A
// guard against all that would have to follow every chain and so hold the
// stream in hand. The tests compare the two on sound files.

// Numbers of sectors with a meaning of their own ([MS-CFB] 2.1).
const (
	endOfChain = 0xFFFFFFFE
	freeSector = 0xFFFFFFFF
)

// The bytes that stand for what a cut sector lacks: nothing in a stream, free
// sectors in a table.
const zero, free = 0x00, 0xFF

const (
	cfbHeader   = 512  // bytes, in files with sectors of any size
	miniSector  = 64   // bytes; the header field for it must say so
	miniCutoff  = 4096 // smaller streams lie in the mini stream; likewise
	cfbDirEntry = 128  // bytes
)

// cfbSignature is what every compound file begins with.
const cfbSignature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// A compound file gives access to the streams of its root storage.
type compound struct {
	main    sectorSpace
	mini    sectorSpace // filled when the first small stream is asked for
	root    cfbEntry
	entries []cfbEntry // of the root storage
	clsid   [16]byte   // of the root storage: the program that the file belongs to
	miniFAT uint32     // first sector of the mini FAT
	missing int        // bytes that the last sector lacks
}

// A cfbEntry is a stream or storage of the root storage ([MS-CFB] 2.6.1).
type cfbEntry struct {
	name  string
	first uint32 // first sector
	size  uint64
}

// A sectorSpace is a row of sectors and the table that links them into chains.
type sectorSpace struct {
	name  string // of the table
	body  []byte // the sectors; the last may be cut
	size  int    // of a sector in bytes
	table []byte // for each sector the number of the next one, in 4 bytes
}

func le16(b []byte) int    { return int(binary.LittleEndian.Uint16(b)) }
func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// damaged returns an error of kind ErrDamaged. Whoever knows it adds the file.
func damaged(part, format string, args ...any) *Error {
	return &Error{Part: part, Kind: ErrDamaged, Detail: fmt.Sprintf(format, args...)}
}

func (s *sectorSpace) count() int { return (len(s.body) + s.size - 1) / s.size }

// chain returns the numbers of the sectors linked from first on, at most max
// of them. What a chain says beyond those is nobody's business, so that it
// does no harm there.
func (s *sectorSpace) chain(first uint32, max int) ([]uint32, *Error) {
	var (
		count  = s.count()
		seen   = make([]uint64, count/64+1)
		chain  []uint32
		sector = first
	)
	// Some writers end a chain with FREESECT.
	for sector != endOfChain && sector != freeSector {
		switch i := int64(sector); {
		case i >= int64(count):
			return nil, damaged(s.name, "the chain from sector %d on leads to sector %d of %d", first, sector, count)
		case seen[i/64]&(1<<(i%64)) != 0:
			return nil, damaged(s.name, "the chain from sector %d on is a cycle: it comes back to sector %d", first, sector)
		default:
			seen[i/64] |= 1 << (i % 64)
		}
		chain = append(chain, sector)
		if len(chain) == max {
			break
		}
		at := 4 * int(sector)
		if at+4 > len(s.table) {
			return nil, damaged(s.name, "the table ends before sector %d", sector)
		}
		sector = le32(s.table[at:])
	}
	return chain, nil
}

// gather returns the bytes of sectors, without a copy if they follow one
// another. What the last sector of the file lacks is filled up.
func (s *sectorSpace) gather(chain []uint32, fill byte) []byte {
	if len(chain) == 0 {
		return nil
	}
	start, run := int(chain[0])*s.size, true
	for i, sector := range chain {
		run = run && int(sector) == int(chain[0])+i
	}
	if end := start + len(chain)*s.size; run && end <= len(s.body) {
		return s.body[start:end:end]
	}
	out := make([]byte, len(chain)*s.size)
	for i, sector := range chain {
		to := out[i*s.size : (i+1)*s.size]
		for n := copy(to, s.body[int(sector)*s.size:]); n < len(to); n++ {
			to[n] = fill
		}
	}
	return out
}

// openCompound reads the header, the FAT and the directory.
func openCompound(data []byte) (*compound, *Error) {
	if len(data) < cfbHeader {
		return nil, damaged("header", "the file ends after %d bytes", len(data))
	}
	if !bytes.HasPrefix(data, []byte(cfbSignature)) {
		return nil, damaged("header", "the file begins with % X and not as a compound file does", data[:8])
	}
	shift := le16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, damaged("header", "the sector size is 2^%d bytes, which is neither 512 nor 4,096", shift)
	}
	c := &compound{
		main:    sectorSpace{name: "FAT", size: 1 << shift},
		miniFAT: le32(data[60:]),
	}
	// The header fills a sector, so sector 0 begins with the second one
	// ([MS-CFB] 2.2).
	if len(data) <= c.main.size {
		return nil, damaged("header", "the file ends after %d bytes", len(data))
	}
	c.main.body = data[c.main.size:]
	c.missing = c.main.count()*c.main.size - len(c.main.body)
	if err := c.readFAT(data[:cfbHeader]); err != nil {
		return nil, err
	}
	directory, err := c.main.chain(le32(data[48:]), c.main.count())
	if err != nil {
		err.Part = "directory"
		return nil, err
	}
	if len(directory) == 0 {
		return nil, damaged("directory", "there is none")
	}
	c.readDirectory(c.main.gather(directory, zero), le16(data[26:]) > 3)
	return c, nil
}

// readFAT gathers the FAT. The numbers of its sectors stand in the header and,
// for more than 109, in a chain of DIFAT sectors, each of which ends with the
// number of the next one ([MS-CFB] 2.5).
func (c *compound) readFAT(header []byte) *Error {
	var (
		s     = &c.main
		count = s.count()
		need  = (4*count + s.size - 1) / s.size // sectors of a FAT for the whole file
		fat   []uint32
	)
	add := func(numbers []byte) {
		for ; len(numbers) > 0 && len(fat) < need; numbers = numbers[4:] {
			sector := le32(numbers)
			if int64(sector) >= int64(count) {
				need = len(fat) // what follows has no place in the table
				return
			}
			fat = append(fat, sector)
		}
	}
	add(header[76:])
	if le32(header[72:]) != 0 { // DIFAT sectors; the number itself proves nothing
		sector := le32(header[68:])
		// Some writers end the chain with FREESECT.
		for steps := 0; sector != endOfChain && sector != freeSector; steps++ {
			if int64(sector) >= int64(count) {
				return damaged("DIFAT", "the chain leads to sector %d of %d", sector, count)
			}
			if steps == count {
				return damaged("DIFAT", "the chain is a cycle: it comes back to sector %d", sector)
			}
			b := s.gather([]uint32{sector}, free)
			add(b[:s.size-4])
			sector = le32(b[s.size-4:])
		}
	}
	s.table = s.gather(fat, free)
	return nil
}

// readDirectory notes the entries of the root storage. They form a tree of
// which the order is not relied on; storages within are not entered, so that a
// workbook that a Word document embeds is not taken for the file's own.
func (c *compound) readDirectory(b []byte, wide bool) {
	entry := func(b []byte) cfbEntry {
		e := cfbEntry{first: le32(b[116:]), size: binary.LittleEndian.Uint64(b[120:])}
		if !wide {
			e.size &= 1<<32 - 1 // the upper half may be anything ([MS-CFB] 2.6.1)
		}
		var name []uint16
		for i := 0; i < 64; i += 2 {
			u := uint16(le16(b[i:]))
			if u == 0 {
				break
			}
			name = append(name, u)
		}
		e.name = string(utf16.Decode(name))
		return e
	}
	c.root = entry(b)
	copy(c.clsid[:], b[80:96])
	seen := make([]bool, len(b)/cfbDirEntry)
	for todo := []uint32{le32(b[76:])}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int64(id) >= int64(len(seen)) || seen[id] { // NOSTREAM is out of range
			continue
		}
		seen[id] = true
		e := b[int(id)*cfbDirEntry:]
		c.entries = append(c.entries, entry(e))
		todo = append(todo, le32(e[72:]), le32(e[68:])) // right, left
	}
}

// find returns the entry of a name, which does not depend on case ([MS-CFB]
// 2.6.4).
func (c *compound) find(name string) (cfbEntry, bool) {
	for _, e := range c.entries {
		if strings.EqualFold(e.name, name) {
			return e, true
		}
	}
	return cfbEntry{}, false
}

// read returns the bytes of a stream. They are fewer than the directory claims
// when the chain ends before.
func (c *compound) read(e cfbEntry) ([]byte, *Error) {
	s := &c.main
	if e.size < miniCutoff {
		if err := c.openMini(); err != nil {
			return nil, err
		}
		s = &c.mini
	}
	need := e.size / uint64(s.size)
	if e.size%uint64(s.size) != 0 {
		need++
	}
	if need == 0 {
		return nil, nil
	}
	chain, err := s.chain(e.first, int(min(need, math.MaxInt32)))
	if err != nil {
		return nil, err
	}
	b := s.gather(chain, zero)
	return b[:min(e.size, uint64(len(b)))], nil
}

// openMini gathers the mini stream, whose chain begins in the root entry, and
// its table ([MS-CFB] 2.4).
func (c *compound) openMini() *Error {
	if c.mini.size != 0 {
		return nil
	}
	body, err := c.main.chain(c.root.first, c.main.count())
	if err != nil {
		return err
	}
	table, err := c.main.chain(c.miniFAT, c.main.count())
	if err != nil {
		return err
	}
	c.mini = sectorSpace{name: "mini FAT", body: c.main.gather(body, zero), size: miniSector, table: c.main.gather(table, free)}
	return nil
}
