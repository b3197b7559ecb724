package xlsx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/richardlehane/mscfb"
)

// noise returns n bytes that are the same in every run and nowhere repeat.
func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestCompoundStreams(t *testing.T) {
	for _, tt := range []struct {
		reason string
		file   testContainer
		size   int // of the stream that is read
	}{
		{"an empty stream", testContainer{}, 0},
		{"one byte, in the mini stream", testContainer{}, 1},
		{"exactly a mini sector", testContainer{}, 64},
		{"the largest stream in the mini stream", testContainer{}, 4095},
		{"the smallest stream outside of it", testContainer{}, 4096},
		{"a last sector that is not full", testContainer{}, 5000},
		{"mini sectors against the order of the file", testContainer{descending: true}, 4000},
		{"sectors against the order of the file", testContainer{descending: true}, 5000},
		{"a FAT of several sectors", testContainer{descending: true}, 200_000},
		{"sectors of 4,096 bytes", testContainer{shift: 12}, 100_001},
		{"a mini stream in sectors of 4,096 bytes", testContainer{shift: 12, descending: true}, 4095},
		{"a FAT of more sectors than the header has room for", testContainer{}, 7_300_000},
		{"a DIFAT of several sectors", testContainer{descending: true}, 16_000_000},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			want := noise(tt.size)
			tt.file.streams = []testStream{{"before", noise(99)}, {"Wanted", want}, {"behind", noise(9999)}}
			c, err := openCompound(tt.file.bytes())
			if err != nil {
				t.Fatal(err)
			}
			e, ok := c.find("wANTED")
			if !ok {
				t.Fatalf("not found among %v", c.entries)
			}
			got, err := c.read(e)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want %d, or other ones", len(got), len(want))
			}
		})
	}
}

// TestCompoundMemory: a stream whose sectors follow one another is not copied.
func TestCompoundMemory(t *testing.T) {
	file := container(testStream{"Workbook", noise(1 << 20)})
	got := totalAlloc(func() {
		c, err := openCompound(file)
		if err != nil {
			t.Fatal(err)
		}
		e, _ := c.find("Workbook")
		if _, err := c.read(e); err != nil {
			t.Fatal(err)
		}
	})
	if got > 1<<17 { // the FAT and the chain take 8 KiB each, lists that grow some more
		t.Errorf("reading a stream of 1 MiB in one piece allocates %d bytes", got)
	}
}

// TestCompoundDamage changes a sound file of sixteen sectors in one place. Its
// stream has the sectors 0 to 9; 10 is the mini FAT, 11 the directory, 12 the
// FAT.
func TestCompoundDamage(t *testing.T) {
	const (
		fat       = 512 + 12*512
		directory = 512 + 11*512
		entry     = directory + 128
		difat     = 68 // in the header
	)
	put := func(at int, v uint32) func([]byte) []byte {
		return func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[at:], v)
			return b
		}
	}
	both := func(f, g func([]byte) []byte) func([]byte) []byte {
		return func(b []byte) []byte { return g(f(b)) }
	}
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	const whole = 5000
	for _, tt := range []struct {
		reason string
		change func([]byte) []byte
		want   string // in the error
		size   int    // of the stream that is read, without an error
	}{
		{"nothing is changed", cut(512 + 13*512), "", whole},
		{"the file ends in its header", cut(511), `"header": the workbook is damaged: the file ends after 511 bytes`, 0},
		{"the file ends behind its header", cut(512), `"header": the workbook is damaged: the file ends after 512 bytes`, 0},
		{"the signature is another", put(0, 0), "begins with 00 00 00 00 A1 B1 1A E1", 0},
		{"the sector size is another", put(30, 10), "2^10 bytes", 0},
		{"the FAT lies outside of the file", put(76, 0x10000), "the table ends before sector 11", 0},
		{"the FAT is cut behind its last entry", cut(512 + 12*512 + 52), "", whole},
		{"the FAT is cut, what is lacking is free", cut(512 + 12*512 + 6*4), "", 7 * 512},
		{"the directory's chain leads out of the file", put(fat+11*4, 13), `"directory": the workbook is damaged: the chain from sector 11 on leads to sector 13 of 13`, 0},
		{"the directory's chain is a cycle", put(fat+11*4, 11), "comes back to sector 11", 0},
		{"the directory has no sector", put(48, endOfChain), `"directory": the workbook is damaged: there is none`, 0},
		{"a chain goes back", put(fat+5*4, 2), `"FAT": the workbook is damaged: the chain from sector 0 on is a cycle: it comes back to sector 2`, 0},
		{"a chain goes to itself", put(fat+5*4, 5), "comes back to sector 5", 0},
		{"a chain leads out of the file", put(fat+5*4, 13), "leads to sector 13 of 13", 0},
		{"a chain leads to a FAT sector's mark", put(fat+5*4, 0xFFFFFFFD), "leads to sector 4294967293 of 13", 0},
		{"a chain ends early", put(fat+5*4, endOfChain), "", 6 * 512},
		{"a chain ends early as if its sectors were free", put(fat+5*4, freeSector), "", 6 * 512},
		{"a chain goes on behind the stream", put(fat+9*4, 0), "", whole},
		{"the stream is said to be larger than its chain", put(entry+120, 1<<30), "", 10 * 512},
		{"the upper half of the size is not used in version 3", put(entry+124, 0xFFFFFFFF), "", whole},
		{"the stream begins nowhere", put(entry+116, endOfChain), "", 0},
		{"the stream begins outside of the file", put(entry+116, 99), "leads to sector 99 of 13", 0},
		{"the stream is said to be small, and the mini stream is empty", put(entry+120, 100), `"mini FAT": the workbook is damaged: the chain from sector 0 on leads to sector 0 of 0`, 0},
		{"DIFAT sectors are claimed and there are none", put(difat+4, 7), "", whole},
		{"the DIFAT ends as if its sectors were free", both(put(difat+4, 7), put(difat, freeSector)), "", whole},
		{"the DIFAT is a cycle", both(put(difat, 11), both(put(difat+4, 1), put(directory+508, 11))), `"DIFAT": the workbook is damaged: the chain is a cycle: it comes back to sector 11`, 0},
		{"the DIFAT lies outside of the file", both(put(difat, 13), put(difat+4, 1)), `"DIFAT": the workbook is damaged: the chain leads to sector 13 of 13`, 0},
		{"a DIFAT of no sectors begins somewhere", put(difat, 13), "", whole},
		{"an entry of the directory is its own neighbour", put(entry+72, 1), "", whole},
		{"an entry of the directory has a neighbour that is not there", put(entry+68, 77), "", whole},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			want := noise(whole)
			file := tt.change(container(testStream{"Workbook", want}))
			c, err := openCompound(file)
			var got []byte
			if err == nil {
				e, ok := c.find("Workbook")
				if !ok {
					t.Fatalf("not found among %v", c.entries)
				}
				got, err = c.read(e)
			}
			if tt.want != "" {
				if err == nil || !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("error %v, want ErrDamaged with %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			// The last sector is filled up with zeros.
			if full := append(want, make([]byte, 10*512-whole)...); !bytes.Equal(got, full[:tt.size]) {
				t.Errorf("got %d bytes, want %d, or other ones", len(got), tt.size)
			}
		})
	}
}

// TestCompoundLastSector: what a cut last sector lacks is zero, and how much
// that is gets known.
func TestCompoundLastSector(t *testing.T) {
	file := container(testStream{"Workbook", noise(5000)})
	c, err := openCompound(file[:len(file)-100])
	if err != nil {
		t.Fatal(err)
	}
	if c.missing != 100 {
		t.Errorf("missing = %d, want 100", c.missing)
	}
	s := sectorSpace{body: []byte("abcdefgh12345"), size: 8}
	for _, tt := range []struct {
		reason string
		chain  []uint32
		want   string
	}{
		{"only whole sectors", []uint32{0}, "abcdefgh"},
		{"the cut one behind a whole one", []uint32{0, 1}, "abcdefgh12345\x00\x00\x00"},
		{"the cut one first", []uint32{1, 0}, "12345\x00\x00\x00abcdefgh"},
	} {
		if got := string(s.gather(tt.chain, zero)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.reason, got, tt.want)
		}
	}
}

// TestCompoundDIFAT: what stands behind a gap in the list of the FAT's sectors
// has no place in it.
func TestCompoundDIFAT(t *testing.T) {
	file := container(testStream{"Workbook", noise(7_300_000)})
	binary.LittleEndian.PutUint32(file[76+4*108:], freeSector) // the last one of the header
	_, err := openCompound(file)
	// 108 sectors of 128 numbers each; the directory lies behind.
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "the table ends before sector 14") {
		t.Errorf("error %v", err)
	}
}

// TestCompoundStorages: a workbook inside a storage is not the file's own.
func TestCompoundStorages(t *testing.T) {
	file := container(testStream{"ObjectPool", nil}, testStream{"Workbook", []byte("inner")})
	directory := bytes.Index(file, wide("Root Entry"))
	root, pool := file[directory:], file[directory+128:]
	binary.LittleEndian.PutUint32(root[76:], 1) // the root's child is the pool
	pool[66] = 1                                // which is a storage
	binary.LittleEndian.PutUint32(pool[72:], freeSector)
	binary.LittleEndian.PutUint32(pool[76:], 2) // whose child is the workbook
	c, err := openCompound(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.find("ObjectPool"); !ok {
		t.Errorf("the storage is not found")
	}
	if e, ok := c.find("Workbook"); ok {
		t.Errorf("found %v, which lies in a storage", e)
	}
}

// TestCompoundReference compares the streams with what mscfb makes of them.
func TestCompoundReference(t *testing.T) {
	paths, err := filepath.Glob("testdata/xls/*.xls")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c, e := openCompound(data)
		if e != nil {
			t.Fatal(e)
		}
		reference, err := mscfb.New(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		streams := 0
		for f, err := reference.Next(); err == nil; f, err = reference.Next() {
			if f.FileInfo().IsDir() || len(f.Path) > 0 {
				continue
			}
			streams++
			want, err := io.ReadAll(f)
			if err != nil {
				t.Fatal(err)
			}
			name := f.Name
			if f.Initial < ' ' { // which mscfb keeps apart
				name = string(rune(f.Initial)) + name
			}
			entry, ok := c.find(name)
			if !ok {
				t.Errorf("%s: stream %q is not found", path, name)
				continue
			}
			got, e := c.read(entry)
			if e != nil {
				t.Fatal(e)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: stream %q differs", path, name)
			}
		}
		if streams == 0 {
			t.Errorf("%s: no streams", path)
		}
	}
}
