package xlsx

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// The helpers of this file put together workbook streams record by record and
// compound files sector by sector, so that a test can state what a spreadsheet
// program would not write.

// pack returns values as they stand in a record: integers and floats of any
// size in little endian, bytes and strings as they are.
func pack(values ...any) []byte {
	var out []byte
	for _, v := range values {
		switch v := v.(type) {
		case string:
			out = append(out, v...)
		case []byte:
			out = append(out, v...)
		default:
			var err error
			if out, err = binary.Append(out, binary.LittleEndian, v); err != nil {
				panic(fmt.Sprintf("pack: %T: %v", v, err))
			}
		}
	}
	return out
}

// rec returns a record.
func rec(id int, values ...any) []byte {
	body := pack(values...)
	return pack(uint16(id), uint16(len(body)), body)
}

// wide returns UTF-16 without any header.
func wide(s string) []byte { return pack(utf16.Encode([]rune(s))) }

// str returns a BIFF8 string with its number of characters in two bytes.
func str(s string) []byte {
	u := utf16.Encode([]rune(s))
	return pack(uint16(len(u)), byte(stringWide), u)
}

// latin returns a BIFF8 string with one byte a character.
func latin(s string) []byte { return pack(uint16(len(s)), byte(0), s) }

// long returns a BIFF5 string with its number of bytes in two bytes.
func long(s string) []byte { return pack(uint16(len(s)), s) }

// at returns the beginning of a record that holds a cell in the format xf.
func at(row, col int, xf ...int) []byte {
	xf = append(xf, 0)
	return pack(uint16(row), uint16(col), uint16(xf[0]))
}

// A testSheet is one sheet of a testBook.
type testSheet struct {
	name    string
	state   byte     // 1 hidden, 2 very hidden
	kind    byte     // in BOUNDSHEET
	bof     int      // in BOF; 0 stands for a worksheet
	records [][]byte // between BOF and EOF
	noEOF   bool
	offset  int // in the BOUNDSHEET record; 0 stands for the right one
	like    int // the number of the sheet, from 1 on, whose place is claimed
}

// A testBook is a workbook stream.
type testBook struct {
	version int // 0 stands for BIFF8
	globals [][]byte
	noEOF   bool // of the globals
	sheets  []testSheet
}

func bof(version, kind int) []byte {
	if version == biff5 {
		return rec(recBOF, uint16(version), uint16(kind), uint16(0), uint16(1993))
	}
	return rec(recBOF, uint16(version), uint16(kind), uint16(0), uint16(1997), uint32(0), uint32(6))
}

// bytes returns the stream.
func (t testBook) bytes() []byte {
	if t.version == 0 {
		t.version = biff8
	}
	name := func(s string) []byte {
		if t.version == biff5 {
			return pack(byte(len(s)), s)
		}
		u := utf16.Encode([]rune(s))
		return pack(byte(len(u)), byte(stringWide), u)
	}
	head := bof(t.version, bofGlobals)
	for _, g := range t.globals {
		head = append(head, g...)
	}
	var end []byte
	if !t.noEOF {
		end = rec(recEOF)
	}
	size := len(head) + len(end)
	for _, s := range t.sheets {
		size += len(rec(recBoundSheet, uint32(0), s.state, s.kind, name(s.name)))
	}
	var body []byte
	var offsets []int
	for _, s := range t.sheets {
		offset := size + len(body)
		if s.offset != 0 {
			offset = s.offset
		}
		if s.like != 0 {
			offset = offsets[s.like-1]
		}
		offsets = append(offsets, offset)
		head = append(head, rec(recBoundSheet, uint32(offset), s.state, s.kind, name(s.name))...)
		kind := bofSheet
		if s.bof != 0 {
			kind = s.bof
		}
		body = append(body, bof(t.version, kind)...)
		for _, r := range s.records {
			body = append(body, r...)
		}
		if !s.noEOF {
			body = append(body, rec(recEOF)...)
		}
	}
	return append(append(head, end...), body...)
}

// file returns the stream in a compound file.
func (t testBook) file() []byte { return container(testStream{"Workbook", t.bytes()}) }

// one returns a BIFF8 workbook with a single sheet of these records.
func one(records ...[]byte) testBook {
	return testBook{sheets: []testSheet{{name: "表1", records: records}}}
}

// with returns the workbook with these records in its globals.
func (t testBook) with(globals ...[]byte) testBook {
	t.globals = globals
	return t
}

// sst returns an SST record of strings.
func sst(strings ...[]byte) []byte {
	body := pack(uint32(len(strings)), uint32(len(strings)))
	for _, s := range strings {
		body = append(body, s...)
	}
	return rec(recSST, body)
}

// A testStream is a stream in the root storage of a compound file.
type testStream struct {
	name string
	data []byte
}

// container returns a compound file of version 3 with these streams.
func container(streams ...testStream) []byte {
	return testContainer{streams: streams}.bytes()
}

// A testContainer is a compound file: its header, then the sectors of the
// streams, those under 4,096 bytes in the mini stream, of the mini FAT, the
// directory, the FAT and the DIFAT.
type testContainer struct {
	shift      int  // sectors have 1<<shift bytes; 0 stands for 9
	descending bool // each chain runs through the file from its end
	streams    []testStream
}

func (t testContainer) bytes() []byte {
	if t.shift == 0 {
		t.shift = 9
	}
	size := 1 << t.shift
	main := testSpace{size: size, descending: t.descending}
	mini := testSpace{size: miniSector, descending: t.descending}
	entry := func(name string, kind byte, right, child, first uint32, n int) []byte {
		u := utf16.Encode([]rune(name))
		return pack(u, make([]byte, 64-2*len(u)), uint16(2*len(u)+2), kind, byte(1),
			uint32(freeSector), right, child, make([]byte, 36), first, uint64(n))
	}
	var entries []byte
	child := uint32(freeSector)
	for i, s := range t.streams {
		space := &main
		if len(s.data) < miniCutoff {
			space = &mini
		}
		entries = append(entries, entry(s.name, 2, child, freeSector, space.add(s.data), len(s.data))...)
		child = uint32(i + 1)
	}
	first := main.add(mini.body)
	miniTable := pad(pack(mini.table), size)
	miniFirst := main.add(miniTable)
	directory := main.add(append(entry("Root Entry", 5, freeSector, child, first, len(mini.body)), entries...))

	// The FAT has a place for its own sectors and those of the DIFAT.
	const inHeader, fatSector, difatSector = 109, 0xFFFFFFFD, 0xFFFFFFFC
	perDIFAT := size/4 - 1
	fats, difats := 0, 0
	for fats*size/4 < len(main.table)+fats+difats {
		fats++
		difats = (max(0, fats-inHeader) + perDIFAT - 1) / perDIFAT
	}
	var numbers []uint32
	for range fats {
		numbers = append(numbers, uint32(len(main.table)))
		main.table = append(main.table, fatSector)
	}
	difatFirst := uint32(endOfChain)
	if difats > 0 {
		difatFirst = uint32(len(main.table))
	}
	var tail []byte
	for i := range difats {
		main.table = append(main.table, difatSector)
		from := inHeader + i*perDIFAT
		part := pad(pack(numbers[from:min(from+perDIFAT, fats)]), size)[:size-4]
		next := uint32(endOfChain)
		if i+1 < difats {
			next = difatFirst + uint32(i) + 1
		}
		tail = append(tail, pack(part, next)...)
	}
	header := pack(cfbSignature, make([]byte, 16), uint16(0x3E), uint16(t.shift/3), uint16(0xFFFE),
		uint16(t.shift), uint16(6), make([]byte, 10), uint32(fats), directory, uint32(0),
		uint32(miniCutoff), miniFirst, uint32(len(miniTable)/size), difatFirst, uint32(difats),
		pad(pack(numbers[:min(fats, inHeader)]), 4*inHeader))
	header = append(header, make([]byte, size-len(header))...)
	return pack(header, main.body, pad(pack(main.table), size), tail)
}

// pad fills data up to a multiple of size with the bytes of free sectors.
func pad(data []byte, size int) []byte {
	for len(data)%size != 0 || len(data) == 0 {
		data = append(data, 0xFF)
	}
	return data
}

// A testSpace is a sectorSpace in the making.
type testSpace struct {
	size       int
	descending bool
	body       []byte
	table      []uint32
}

// add adds data as a chain and returns its first sector.
func (t *testSpace) add(data []byte) uint32 {
	n := (len(data) + t.size - 1) / t.size
	base := len(t.table)
	body := make([]byte, n*t.size)
	links := make([]uint32, n)
	first, last := uint32(endOfChain), uint32(endOfChain)
	for i := range n {
		place := i
		if t.descending {
			place = n - 1 - i
		}
		copy(body[place*t.size:(place+1)*t.size], data[i*t.size:])
		links[place] = endOfChain
		if i == 0 {
			first = uint32(base + place)
		} else {
			links[int(last)-base] = uint32(base + place)
		}
		last = uint32(base + place)
	}
	t.body = append(t.body, body...)
	t.table = append(t.table, links...)
	return first
}
