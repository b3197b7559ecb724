package xlsx

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines describes a workbook with a line for everything in it.
func lines(w *Workbook) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, s := range w.Sheets {
		hidden := ""
		if s.Hidden {
			hidden = " hidden"
		}
		add("sheet %s%s", s.Name, hidden)
		for _, c := range s.Cells {
			formula := ""
			if c.Formula {
				formula = "="
			}
			switch c.Kind {
			case KindText:
				add("%v %s%q", c.Ref, formula, c.Text)
			case KindNumber:
				add("%v %s%s", c.Ref, formula, c.Text)
				if c.Number != c.Text {
					add("%v has the number %s", c.Ref, c.Number)
				}
			case KindPercent, KindDate:
				add("%v %s%v %s (%s)", c.Ref, formula, c.Kind, c.Text, c.Number)
			default:
				add("%v %s%v %s", c.Ref, formula, c.Kind, c.Text)
			}
		}
		for _, r := range s.Merges {
			add("merged %v", r)
		}
		for _, row := range s.HiddenRows {
			add("row %d hidden", row+1)
		}
		for _, col := range s.HiddenColumns {
			add("column %d hidden", col+1)
		}
	}
	for _, m := range w.Warnings {
		add("! %s %s: %s", m.Sheet, m.Part, m.Text)
	}
	return out
}

// xf returns XF records for these number formats.
func xf(formats ...int) []byte {
	var out []byte
	for _, f := range formats {
		out = append(out, rec(recXF, uint16(0), uint16(f), make([]byte, 16))...)
	}
	return out
}

// rkFloat returns the RK value that holds the upper bits of a float.
func rkFloat(f float64) uint32 { return uint32(math.Float64bits(f)>>32) &^ 3 }

func rkInt(n int32) uint32 { return uint32(n)<<2 | 2 }

// result returns a FORMULA record with a result that is no number.
func result(row, col int, kind, value byte) []byte {
	return rec(recFormula, at(row, col), kind, byte(0), value, make([]byte, 3), uint16(0xFFFF), make([]byte, 8))
}

// gbk is 统计 in GBK.
const gbk = "\xCD\xB3\xBC\xC6"

// A biffCase is a workbook of some records and what is to be read from it.
type biffCase struct {
	reason string
	book   testBook
	want   []string
}

func biffCases() []biffCase {
	const sharedFormula, array, table, blank, hyperlink = 0x04BC, 0x0221, 0x0236, 0x0201, 0x01B8
	biff5Book := func(globals [][]byte, records ...[]byte) testBook {
		return testBook{version: biff5, globals: globals, sheets: []testSheet{{name: "Sheet1", records: records}}}
	}
	page := func(n int, text string) testBook {
		return biff5Book([][]byte{rec(recCodePage, uint16(n))}, rec(recLabel, at(0, 0), long(text)))
	}
	sheet1 := func(want ...string) []string { return append([]string{"sheet Sheet1"}, want...) }
	table1 := func(want ...string) []string { return append([]string{"sheet 表1"}, want...) }
	// A merged range over the first two rows and thirteen in the second row.
	overlapping := []uint16{0, 1, 0, 255}
	overlaps := []string{"merged A1:IV2"}
	for i := range 13 {
		overlapping = append(overlapping, 1, 1, uint16(2*i), uint16(2*i+1))
		if i < 10 {
			overlaps = append(overlaps, fmt.Sprintf("! 表1 MERGEDCELLS: merged range %c2:%c2 overlaps another one; it is left out", 'A'+2*i, 'B'+2*i))
		}
	}
	overlaps = append(overlaps, "! 表1 MERGEDCELLS: 3 more merged ranges overlap another one; they are left out")
	return []biffCase{
		// Numbers.
		{"RK: integer, integer times hundred, float, float times hundred",
			one(
				rec(recRK, at(0, 0), rkInt(7)),
				rec(recRK, at(0, 1), rkInt(2180)|1),
				rec(recRK, at(0, 2), rkFloat(0.3125)),
				rec(recRK, at(0, 3), rkFloat(7968.75)|1)),
			table1("A1 7", "B1 21.8", "C1 0.3125", "D1 79.6875")},
		{"RK: negative numbers and the ends of the range",
			one(
				rec(recRK, at(0, 0), rkInt(-25)|1),
				rec(recRK, at(0, 1), rkInt(1<<29-1)),
				rec(recRK, at(0, 2), rkInt(-1<<29)),
				rec(recRK, at(0, 3), rkFloat(-21.75))),
			table1("A1 -0.25", "B1 536870911", "C1 -536870912", "D1 -21.75")},
		{"MULRK: each cell has a format and an encoding of its own",
			one(rec(recMulRK, uint16(4), uint16(1),
				uint16(0), rkInt(1234),
				uint16(1), rkInt(712)|1,
				uint16(0), rkFloat(0.5),
				uint16(0), rkFloat(50)|1, uint16(4))).with(xf(0, 10)),
			table1("B5 1234", "C5 percent 712% (7.12)", "D5 0.5", "E5 0.5")},
		{"MULRK: the last column contradicts the number of cells",
			one(rec(recMulRK, uint16(0), uint16(0), uint16(0), rkInt(1), uint16(0), rkInt(2), uint16(9))),
			table1("A1 1", "B1 2", "! 表1 MULRK: A1: the last column does not fit the number of cells, which is taken")},
		{"MULRK: it runs out of the sheet",
			one(rec(recMulRK, uint16(0), uint16(255), uint16(0), rkInt(1), uint16(0), rkInt(2), uint16(0), rkInt(3), uint16(257))),
			table1("IV1 1", "! 表1 column: IW1 and 1 more: the cell lies outside the 256 columns of a sheet and is left out")},
		{"NUMBER: every digit counts, whatever the format shows",
			one(
				rec(recNumber, at(0, 0, 1), 1234567.891),
				rec(recNumber, at(1, 0, 1), 1e-7),
				rec(recNumber, at(2, 0, 1), 12345678901234567890.0)).with(xf(0, 1)),
			table1("A1 1234567.891", "A2 0.0000001", "A3 12345678901234567000")},
		{"NUMBER: what is no number is an error",
			one(rec(recNumber, at(0, 0), math.NaN())),
			table1("A1 error #NUM!")},
		{"formats: what a format code makes of a number, and 0_ and 0.00_ are no dates",
			one(
				rec(recNumber, at(0, 0, 1), 3.0), rec(recNumber, at(0, 1, 2), 21.8),
				rec(recNumber, at(0, 2, 3), 0.0712), rec(recNumber, at(0, 3, 4), 44562.0),
				rec(recNumber, at(0, 4, 5), 240.0)).with(
				rec(recFormat, uint16(164), str("0_ ")), rec(recFormat, uint16(165), latin("0.00_ ")),
				rec(recFormat, uint16(166), latin("0.00%")), rec(recFormat, uint16(167), str(`yyyy"年"m"月"d"日"`)),
				rec(recFormat, uint16(168), str(`0"万元"`)), xf(0, 164, 165, 166, 167, 168)),
			table1("A1 3", "B1 21.8", "C1 percent 7.12% (0.0712)", "D1 date 2022-01-01 (44562)", "E1 240")},
		{"formats: built-in ones; of XF records before the FORMAT records too; one beyond the table",
			one(
				rec(recRK, at(0, 0, 1), rkInt(5)), rec(recRK, at(0, 1, 2), rkInt(44562)), rec(recRK, at(0, 2, 3), rkFloat(0.5)),
				rec(recRK, at(0, 3, 4), rkFloat(44562.5)), rec(recRK, at(0, 4, 5), rkInt(1)), rec(recRK, at(0, 5, 77), rkInt(1))).with(
				xf(0, 9, 14, 20, 22, 164), rec(recFormat, uint16(164), latin("0%"))),
			table1("A1 percent 500% (5)", "B1 date 2022-01-01 (44562)", "C1 date 12:00:00 (0.5)",
				"D1 date 2022-01-01 12:00:00 (44562.5)", "E1 percent 100% (1)", "F1 1")},
		{"formats: the file may say what a built-in one is",
			one(rec(recRK, at(0, 0, 0), rkInt(5))).with(rec(recFormat, uint16(5), latin("0%")), xf(5)),
			table1("A1 percent 500% (5)")},
		{"formats: an empty format code says nothing",
			one(rec(recRK, at(0, 0, 0), rkInt(5))).with(rec(recFormat, uint16(9), latin("")), xf(9)),
			table1("A1 percent 500% (5)")},
		{"formats: one that is cut",
			one(rec(recRK, at(0, 0, 0), rkInt(5))).with(rec(recFormat, uint16(164), uint16(9), byte(0), "0%"), xf(164)),
			table1("A1 5", "!  FORMAT: a number format is cut; the numbers under it are taken for plain ones")},
		{"dates count from 1904",
			one(rec(recRK, at(0, 0), rkInt(43100))).with(rec(recDate1904, uint16(1)), xf(14)),
			table1("A1 date 2022-01-01 (43100)")},

		// Formulas.
		{"FORMULA: a number, a percentage, TRUE, FALSE, errors, nothing",
			one(
				rec(recFormula, at(0, 0), 42.5, make([]byte, 8)),
				rec(recFormula, at(0, 1, 1), 0.125, make([]byte, 8)),
				result(0, 2, 1, 1), result(0, 3, 1, 0),
				result(0, 4, 2, 0x07), result(0, 5, 2, 0x2A),
				result(0, 6, 3, 0)).with(xf(0, 9)),
			table1("A1 =42.5", "B1 =percent 12.5% (0.125)", "C1 =bool TRUE", "D1 =bool FALSE",
				"E1 =error #DIV/0!", "F1 =error #N/A")},
		{"FORMULA: an error and a type that are not known",
			one(result(0, 0, 2, 0x55), result(0, 1, 9, 0), rec(recRK, at(0, 2), rkInt(1))),
			table1("C1 1", "! 表1 BOOLERR: A1: the code of the error is not known; the cell is left out",
				"! 表1 FORMULA: B1: the result is of no known type; the cell is left out")},
		{"STRING: right behind the formula, behind SHRFMLA, ARRAY and TABLE, and empty",
			one(
				result(0, 0, 0, 0), rec(recString, str("公式文本")),
				result(1, 0, 0, 0), rec(sharedFormula, make([]byte, 10)), rec(recString, latin("shared")),
				result(2, 0, 0, 0), rec(array, make([]byte, 14)), rec(recString, str("数组")),
				result(3, 0, 0, 0), rec(table, make([]byte, 16)), rec(recString, str("表")),
				result(4, 0, 0, 0), rec(recString, latin(""))),
			table1(`A1 ="公式文本"`, `A2 ="shared"`, `A3 ="数组"`, `A4 ="表"`)},
		{"STRING: it runs over into a CONTINUE record and changes its width there",
			one(result(0, 0, 0, 0), rec(recString, uint16(4), byte(1), wide("统计")), rec(recContinue, byte(0), "ok")),
			table1(`A1 ="统计ok"`)},
		{"STRING: missing, and one too many",
			one(result(0, 0, 0, 0), rec(recRK, at(0, 1), rkInt(1)), rec(recString, latin("stray"))),
			table1("B1 1", "! 表1 FORMULA: A1: no STRING record gives the text of the formula; the cell is left out")},
		{"STRING: missing before a MULRK and at the end of the sheet",
			one(result(0, 0, 0, 0), rec(recMulRK, uint16(0), uint16(1), uint16(0), rkInt(1), uint16(1)), rec(recString, latin("stray")), result(1, 0, 0, 0)),
			table1("B1 1", "! 表1 FORMULA: A1 and 1 more: no STRING record gives the text of the formula; the cell is left out")},

		// Text.
		{"LABEL: of one and two bytes a character; line breaks of any system; empty",
			one(
				rec(recLabel, at(0, 0), str("标签")), rec(recLabel, at(0, 1), latin("caf\xE9")),
				rec(recLabel, at(1, 0), str("一\r\n二\r三\n四")), rec(recLabel, at(1, 1), latin(""))),
			table1(`A1 "标签"`, `B1 "café"`, `A2 "一\n二\n三\n四"`)},
		{"LABEL: numbers stored as text stay text",
			one(rec(recLabel, at(0, 0), latin("00123")), rec(recLabel, at(0, 1), str("12.50"))),
			table1(`A1 "00123"`, `B1 "12.50"`)},
		{"LABEL: it runs over into CONTINUE records",
			one(rec(recLabel, at(0, 0), uint16(5), byte(0), "ab"), rec(recContinue, byte(1), wide("统")), rec(recContinue, byte(0), "cd")),
			table1(`A1 "ab统cd"`)},
		{"LABEL: an empty text without flags is nothing to tell",
			one(rec(recLabel, at(0, 0), uint16(0)), rec(recLabel, at(0, 1), latin("next"))),
			table1(`B1 "next"`)},
		{"LABEL: it is cut",
			one(rec(recLabel, at(0, 0), uint16(9), byte(0), "abc"), rec(recLabel, at(0, 1), latin("next"))),
			table1(`B1 "next"`, "! 表1 LABEL: A1: the text is cut; the cell is left out")},
		{"RSTRING: how the text is formatted is no part of it",
			one(rec(recRString, at(0, 0), str("富文本"), uint16(1), uint16(0), uint16(5))),
			table1(`A1 "富文本"`)},
		{"the text of a cell with a hyperlink is the cell's",
			one(rec(recLabelSST, at(0, 0), uint32(0)),
				rec(hyperlink, uint16(0), uint16(65535), uint16(0), uint16(0), make([]byte, 20), uint32(0x17), uint32(1<<31))).with(sst(str("国家统计局"))),
			table1(`A1 "国家统计局"`)},
		{"characters beyond the first 65,536, and halves of such",
			one(rec(recLabel, at(0, 0), str("𠮷😀")), rec(recLabel, at(0, 1), uint16(3), byte(1), uint16(0xD83D), uint16('a'), uint16(0xDE00)),
				rec(recLabel, at(0, 2), uint16(2), byte(1), uint16(0xD83D), uint16(0xD83D))),
			table1(`A1 "𠮷😀"`, `B1 "�a�"`, `C1 "��"`)},

		// Shared strings.
		{"SST: formatting runs and phonetic data are no part of the text",
			one(
				rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1)),
				rec(recLabelSST, at(0, 2), uint32(2)), rec(recLabelSST, at(0, 3), uint32(3))).with(sst(
				pack(uint16(3), byte(1|8), uint16(2), wide("富文本"), make([]byte, 8)),
				pack(uint16(2), byte(1|4), uint32(14), wide("東京"), make([]byte, 14)),
				pack(uint16(4), byte(4|8), uint16(1), uint32(6), "both", make([]byte, 4+6)),
				str("末"))),
			table1(`A1 "富文本"`, `B1 "東京"`, `C1 "both"`, `D1 "末"`)},
		{"SST: split between characters, the flag byte repeated, the width changed",
			one(rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1))).with(
				rec(recSST, uint32(2), uint32(2), uint16(6), byte(1), wide("统计")),
				rec(recContinue, byte(0), "abc"),
				rec(recContinue, byte(1), wide("局"), str("后"))),
			table1(`A1 "统计abc局"`, `B1 "后"`)},
		{"SST: split between the halves of a surrogate pair",
			one(rec(recLabelSST, at(0, 0), uint32(0))).with(
				rec(recSST, uint32(1), uint32(1), uint16(2), byte(1), uint16(0xD842)),
				rec(recContinue, byte(1), uint16(0xDFB7))),
			table1(`A1 "𠮷"`)},
		{"SST: split between strings, where no flag byte is repeated, with empty CONTINUE records between",
			one(rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1))).with(
				rec(recSST, uint32(2), uint32(2), str("前")), rec(recContinue), rec(recContinue), rec(recContinue, str("后"))),
			table1(`A1 "前"`, `B1 "后"`)},
		{"SST: split behind the head of a string, before its first character",
			one(rec(recLabelSST, at(0, 0), uint32(0))).with(
				rec(recSST, uint32(1), uint32(1), uint16(2), byte(1)), rec(recContinue, byte(0), "ab")),
			table1(`A1 "ab"`)},
		{"SST: split within the head of a string",
			one(rec(recLabelSST, at(0, 0), uint32(0))).with(
				rec(recSST, uint32(1), uint32(1), uint16(2)), rec(recContinue, byte(8), byte(1)), rec(recContinue, byte(0), "ab", uint32(0))),
			table1(`A1 "ab"`)},
		{"SST: split within formatting runs and within phonetic data, where no flag byte is repeated",
			one(rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1))).with(
				rec(recSST, uint32(2), uint32(2), uint16(1), byte(4|8), uint16(2), uint32(8), "x", make([]byte, 5)),
				rec(recContinue, make([]byte, 3+2)),
				rec(recContinue, make([]byte, 6), latin("y"))),
			table1(`A1 "x"`, `B1 "y"`)},
		{"SST: split within a character, which the format forbids: nothing behind that is certain",
			one(rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1)), rec(recLabelSST, at(0, 2), uint32(2))).with(
				rec(recSST, uint32(3), uint32(3), str("好"), uint16(2), byte(1), wide("统"), byte(0xA1)),
				rec(recContinue, byte(1), byte(0x8B), str("后"))),
			table1(`A1 "好"`, "!  SST: the shared string 1 is damaged; it and those behind it are left out",
				"! 表1 LABELSST: B1 and 1 more: the cell refers to a shared string that is not there and is left out")},
		{"SST: more strings are claimed than there are, and cells refer to them",
			one(rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1<<31))).with(
				rec(recSST, uint32(1<<31), uint32(1<<31), str("统计"))),
			table1(`A1 "统计"`, "! 表1 LABELSST: B1: the cell refers to a shared string that is not there and is left out")},
		{"SST: fewer strings are claimed than there are",
			one(rec(recLabelSST, at(0, 0), uint32(1))).with(rec(recSST, uint32(0), uint32(0), str("一"), str("二"), byte(7))),
			table1(`A1 "二"`)},
		{"SST: what belongs to the last string is cut",
			one(rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1))).with(
				sst(str("一"), pack(uint16(1), byte(1|4), uint32(99), wide("二"), make([]byte, 98)))),
			table1(`A1 "一"`, "!  SST: the shared string 1 is damaged; it and those behind it are left out",
				"! 表1 LABELSST: B1: the cell refers to a shared string that is not there and is left out")},
		{"SST: half the length of a string is there",
			one(rec(recLabelSST, at(0, 0), uint32(0))).with(sst(str("一"), []byte{0})),
			table1(`A1 "一"`, "!  SST: the shared string 1 is damaged; it and those behind it are left out")},
		{"SST: an empty string is no cell",
			one(rec(recLabelSST, at(0, 0), uint32(0)), rec(recLabelSST, at(0, 1), uint32(1))).with(sst(latin(""), latin("x"))),
			table1(`B1 "x"`)},

		// Other cells.
		{"BOOLERR and blank cells",
			one(
				rec(recBoolErr, at(0, 0), byte(1), byte(0)), rec(recBoolErr, at(0, 1), byte(0), byte(0)),
				rec(recBoolErr, at(0, 2), byte(0x2A), byte(1)), rec(recBoolErr, at(0, 3), byte(0x17), byte(1)),
				rec(blank, at(0, 4))),
			table1("A1 bool TRUE", "B1 bool FALSE", "C1 error #N/A", "D1 error #REF!")},
		{"a record that is too short",
			one(rec(recNumber, at(6, 1), uint32(0)), rec(recLabelSST, uint16(3)), rec(recRK, at(0, 2), rkInt(1))),
			table1("C1 1", "! 表1 NUMBER: B7: the record is too short for what it should hold",
				"! 表1 LABELSST: A4: the record is too short for what it should hold")},
		{"the last row and column",
			one(rec(recRK, at(65535, 255), rkInt(1))),
			table1("IV65536 1")},
		{"cells against the order of the sheet",
			one(rec(recRK, at(1, 0), rkInt(3)), rec(recRK, at(0, 1), rkInt(2)), rec(recRK, at(0, 0), rkInt(1))),
			table1("A1 1", "B1 2", "A2 3")},
		{"two cells at an address, one behind the other",
			one(rec(recRK, at(0, 0), rkInt(1)), rec(recRK, at(0, 0), rkInt(2))),
			table1("A1 2", "! 表1 cell: A1: the address has more than one cell; the last one is taken")},
		{"two cells at an address: the later one is what programs show",
			one(rec(recRK, at(0, 0), rkInt(1)), rec(recRK, at(0, 1), rkInt(2)), rec(recLabel, at(0, 0), str("后"))),
			table1(`A1 "后"`, "B1 2", "! 表1 cell: A1: the address has more than one cell; the last one is taken")},

		// Sheets.
		{"several MERGEDCELLS, against the order of the sheet; a single cell is not merged",
			one(
				rec(recMergeCells, uint16(2), []uint16{3, 4, 0, 0}, []uint16{9, 9, 9, 9}),
				rec(recMergeCells, uint16(1), []uint16{0, 0, 1, 255})),
			table1("merged B1:IV1", "merged A4:A5")},
		{"MERGEDCELLS: overlapping, with corners in the wrong order, outside the sheet, fewer than claimed",
			one(
				rec(recMergeCells, uint16(5), []uint16{0, 2, 0, 2}, []uint16{1, 1, 1, 5}, []uint16{9, 8, 0, 0}, []uint16{9, 9, 250, 256})),
			table1("merged A1:C3",
				"! 表1 MERGEDCELLS: merged range B2:F2 overlaps another one; it is left out",
				"! 表1 MERGEDCELLS: a record has fewer merged ranges than it claims",
				"! 表1 MERGEDCELLS: A10 and 1 more: the merged range has its corners in the wrong order or outside the sheet and is left out")},
		{"MERGEDCELLS: of many that overlap the first ten are told",
			one(rec(recMergeCells, uint16(14), overlapping)),
			table1(overlaps...)},
		{"hidden rows and columns, as far as the sheet is used",
			one(
				rec(recColInfo, []uint16{1, 2, 2304, 0, 1, 0}), rec(recColInfo, []uint16{3, 3, 2304, 0, 0, 0}), rec(recColInfo, []uint16{5, 256, 0, 0, 1, 0}),
				rec(recRow, []uint16{2, 0, 1, 255, 0, 0, 0x20, 0}), rec(recRow, []uint16{1, 0, 1, 255, 0, 0, 0x100, 0}),
				rec(recRow, []uint16{0, 0, 1, 255, 0, 0, 0x1A0, 0}), rec(recRow, []uint16{9, 0, 1, 0, 0, 0, 0x20, 0}),
				rec(recRK, at(3, 5), rkInt(1))),
			table1("F4 1", "row 1 hidden", "row 3 hidden", "column 2 hidden", "column 3 hidden", "column 6 hidden")},
		{"what stands in an embedded chart is not the sheet's",
			one(
				rec(recRK, at(0, 0), rkInt(1)),
				bof(biff8, 0x20), rec(recNumber, at(0, 0), 99.0), rec(recMergeCells, uint16(1), []uint16{0, 1, 0, 1}),
				bof(biff8, 0x20), rec(recEOF), rec(recNumber, at(0, 7), 99.0), rec(recEOF),
				rec(recRK, at(1, 0), rkInt(2))),
			table1("A1 1", "A2 2")},
		{"hidden and very hidden sheets are sheets; charts, macro sheets, VB modules and dialogs are none",
			testBook{sheets: []testSheet{
				{name: "见", records: [][]byte{rec(recRK, at(0, 0), rkInt(1))}},
				{name: "隐", state: 1, records: [][]byte{rec(recRK, at(0, 0), rkInt(2))}},
				{name: "很隐", state: 2},
				{name: "图", kind: 2, bof: 0x20, records: [][]byte{rec(recRK, at(0, 0), rkInt(3))}},
				{name: "宏", kind: 1, bof: 0x40, records: [][]byte{rec(recRK, at(0, 0), rkInt(4))}},
				{name: "模块", kind: 6, bof: 0x06},
				{name: "对话框", records: [][]byte{rec(recWsBool, uint16(0x10)), rec(recRK, at(0, 0), rkInt(5))}},
			}},
			[]string{"sheet 见", "A1 1", "sheet 隐 hidden", "A1 2", "sheet 很隐 hidden"}},
		{"sheets that are not where they should be are left out",
			testBook{sheets: []testSheet{
				{name: "好", records: [][]byte{rec(recRK, at(0, 0), rkInt(1))}},
				{name: "外", offset: 1 << 30},
				{name: "中", offset: 2},
				{name: "图", bof: 0x20},
				{name: "全局", offset: -1},
			}},
			[]string{"sheet 好", "A1 1",
				"! 外 BOUNDSHEET: the sheet is left out: at byte 1073741824 of 230, where it should begin, there is no BOF record",
				"! 中 BOUNDSHEET: the sheet is left out: at byte 2 of 230, where it should begin, there is no BOF record",
				"! 图 BOUNDSHEET: the sheet is left out: what begins at byte 182 is no worksheet",
				"! 全局 BOUNDSHEET: the sheet is left out: at byte 4294967295 of 230, where it should begin, there is no BOF record"}},
		{"two sheets at one place",
			testBook{sheets: []testSheet{{name: "一", records: [][]byte{rec(recRK, at(0, 0), rkInt(1))}}, {name: "二", like: 1}}},
			[]string{"sheet 一", "A1 1", "! 二 BOUNDSHEET: the sheet is left out: another sheet begins at byte 52 as well"}},
		{"sheets against the order of the file",
			testBook{sheets: []testSheet{
				{name: "一", offset: 90, records: [][]byte{rec(recRK, at(0, 0), rkInt(1))}},
				{name: "二", offset: 52, records: [][]byte{rec(recRK, at(0, 0), rkInt(2))}},
			}},
			[]string{"sheet 一", "A1 2", "sheet 二", "A1 1"}},
		{"a sheet without EOF, with another one behind it",
			testBook{sheets: []testSheet{
				{name: "一", noEOF: true, records: [][]byte{rec(recRK, at(0, 0), rkInt(1))}},
				{name: "二", records: [][]byte{rec(recRK, at(0, 0), rkInt(2))}},
			}},
			[]string{"sheet 一", "A1 1", "sheet 二", "A1 2", "! 一 EOF: the sheet ends without an EOF record; cells may be missing"}},
		{"a record that runs over the end of the stream",
			testBook{sheets: []testSheet{{name: "表1", noEOF: true, records: [][]byte{
				rec(recRK, at(0, 0), rkInt(1)), rec(recRK, at(0, 1), rkInt(1))[:9]}}}},
			table1("A1 1", "! 表1 EOF: the sheet ends inside a record of the type 0x027e; cells are missing")},
		{"the globals have no EOF but end where the first sheet begins",
			testBook{noEOF: true, sheets: []testSheet{{name: "表1", records: [][]byte{rec(recRK, at(0, 0), rkInt(1))}}}},
			table1("A1 1", "!  Workbook: the globals have no EOF record")},

		// BIFF5.
		{"BIFF5: labels, names, formats and results in the code page; rich text",
			testBook{version: biff5,
				globals: [][]byte{rec(recCodePage, uint16(936)), rec(recFormat, uint16(164), byte(8), "0\"\xCD\xF2\xD4\xAA\"0"[:8]), rec(recFormat, uint16(165), byte(4), "0.0%"), xf(0, 164, 165)},
				sheets: []testSheet{{name: gbk, records: [][]byte{
					rec(recLabel, at(0, 0), long(gbk+"1\r\n2")), rec(recLabel, at(1, 0), long("1\r\n2")),
					rec(recRString, at(0, 1), long("\xB8\xBB"), byte(1), byte(0), byte(5)),
					rec(recNumber, at(0, 2, 1), 5.0), rec(recNumber, at(0, 3, 2), 0.5),
					result(0, 4, 0, 0), rec(recString, long(gbk)),
				}}}},
			[]string{"sheet 统计", `A1 "统计1\n2"`, `B1 "富"`, "C1 5", "D1 percent 50% (0.5)", `E1 ="统计"`, `A2 "1\n2"`}},
		{"BIFF5: a label runs over into a CONTINUE record, within a character and without flags; another one is cut",
			biff5Book(nil, rec(recLabel, at(0, 0), uint16(4), gbk[:3]), rec(recContinue, gbk[3:]), rec(recLabel, at(0, 1), uint16(9), gbk)),
			sheet1(`A1 "统计"`, "! Sheet1 LABEL: B1: the text is cut; the cell is left out")},
		{"BIFF5: no CODEPAGE record stands for GB18030", biff5Book(nil, rec(recLabel, at(0, 0), long(gbk))), sheet1(`A1 "统计"`)},
		{"BIFF5: a character that GB18030 has and GBK lacks", page(936, "\x81\x39\xEE\x39"), sheet1(`A1 "㐀"`)},
		{"BIFF5: Big5", page(950, "\xB2\xCE\xADp"), sheet1(`A1 "統計"`)},
		{"BIFF5: Shift JIS", page(932, "\x93\x9D\x8Cv"), sheet1(`A1 "統計"`)},
		{"BIFF5: Korean", page(949, "\xC5\xEB\xB0\xE8"), sheet1(`A1 "통계"`)},
		{"BIFF5: Western", page(1252, "caf\xE9\x80"), sheet1(`A1 "café€"`)},
		{"BIFF5: Cyrillic", page(1251, "\xC8\xF2\xEE\xE3"), sheet1(`A1 "Итог"`)},
		{"BIFF5: Simplified Chinese of the Macintosh", page(10008, gbk), sheet1(`A1 "统计"`)},
		{"BIFF5: Western of the Macintosh", page(32768, "caf\x8E"), sheet1(`A1 "café"`)},
		{"BIFF5: UTF-16, which none but Gnumeric writes there",
			testBook{version: biff5, globals: [][]byte{rec(recCodePage, uint16(1200))}, sheets: []testSheet{
				{name: "A\x00", records: [][]byte{rec(recLabel, at(0, 0), long(string(wide("统计"))))}}}},
			[]string{"sheet A", `A1 "统计"`, "!  CODEPAGE: the code page 1200 is not one of this version of the format; text may be wrong"}},
		{"BIFF5: a code page that is not known", page(9999, gbk), sheet1(`A1 "统计"`, "!  CODEPAGE: the code page 9999 is not known; text is taken for GB18030")},
		{"BIFF5: the first CODEPAGE record counts",
			biff5Book([][]byte{rec(recCodePage, uint16(936)), rec(recCodePage, uint16(1252))}, rec(recLabel, at(0, 0), long(gbk))),
			sheet1(`A1 "统计"`)},
		{"BIFF8: the code page does not concern its text",
			one(rec(recLabel, at(0, 0), str("统计"))).with(rec(recCodePage, uint16(1252))), table1(`A1 "统计"`)},
	}
}

func TestBIFFRecords(t *testing.T) {
	for _, tt := range biffCases() {
		t.Run(tt.reason, func(t *testing.T) {
			w, err := readXLS(tt.book.file(), "book.xls", Limits{}.withDefaults())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, lines(w)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestBIFFErrors(t *testing.T) {
	cell := rec(recRK, at(0, 0), rkInt(1))
	good := one(cell).bytes()
	stream := func(data []byte) []byte { return container(testStream{"Workbook", data}) }
	streams := func(names ...string) []byte {
		var list []testStream
		for _, n := range names {
			list = append(list, testStream{n, []byte("x")})
		}
		return container(list...)
	}
	msi := streams("䡀䌏")
	copy(msi[len(msi)-512-512+80:], msiClass) // the directory is the sector before the FAT
	for _, tt := range []struct {
		reason string
		data   []byte
		kind   error
		want   string
	}{
		{"a password in BIFF8", one(cell).with(rec(recFilePass, make([]byte, 54))).file(), ErrEncrypted, `"FILEPASS": the workbook is encrypted: it is protected by a password`},
		{"a password in BIFF5", testBook{version: biff5, globals: [][]byte{rec(recFilePass, make([]byte, 4))}, sheets: []testSheet{{}}}.file(), ErrEncrypted, "FILEPASS"},
		{"what is encrypted behind FILEPASS is not looked at", one(cell).with(rec(recFilePass, make([]byte, 54)), []byte("\xFC\x00\xFF\xFF")).file(), ErrEncrypted, "FILEPASS"},
		{"an encrypted .xlsx", streams("EncryptionInfo", "EncryptedPackage"), ErrEncrypted, "it is an Office Open XML file under a password"},
		{"rights management leaves a workbook with a note", container(testStream{"Workbook", good}, testStream{"\tDRMContent", []byte("x")}), ErrEncrypted, "rights management"},

		{"a Word document", streams("WordDocument", "1Table"), ErrFormat, "it is a Word document (.doc)"},
		{"a presentation", streams("Current User", "PowerPoint Document"), ErrFormat, "it is a PowerPoint presentation (.ppt)"},
		{"an Outlook message", streams("__properties_version1.0"), ErrFormat, "it is an Outlook message (.msg)"},
		{"an installer", msi, ErrFormat, "it is a Windows Installer package (.msi)"},
		{"something else", streams("Foo", "\x05Bar"), ErrFormat, `it is an OLE2 compound file without a workbook stream; it holds "\x05Bar", "Foo"`},
		{"nothing", streams(), ErrFormat, "it is an OLE2 compound file without a workbook stream"},
		{"a workbook of Excel 4", stream(rec(0x0409, uint16(0), uint16(0x10), uint16(0))), ErrFormat, "Excel 4 or older"},
		{"a version that is not known", stream(bof(0x0700, bofGlobals)), ErrFormat, "the version of its records is 0x0700"},

		{"an empty stream", stream(nil), ErrDamaged, "the stream has 0 bytes"},
		{"a stream that is none", stream([]byte("This is no workbook stream.")), ErrDamaged, "no record in them"},
		{"a stream that begins with another record", stream(cell), ErrDamaged, "does not begin with a BOF record"},
		{"a stream that begins with a sheet", stream(bof(biff8, bofSheet)), ErrDamaged, "where the workbook's globals are expected"},
		{"a stream that ends in the globals", stream(good[:30]), ErrDamaged, `"Workbook": the workbook is damaged: it is cut in the globals, at byte 20`},
		{"a record of the globals that is too short", one(cell).with(rec(recDate1904, byte(1))).file(), ErrDamaged, "DATEMODE"},
		{"a name of a sheet that is cut", one(cell).with(rec(recBoundSheet, uint32(0), uint16(0), byte(9), byte(0), "ab")).file(), ErrDamaged, "the name of a sheet is cut"},
		{"no sheets", testBook{}.file(), ErrDamaged, "the workbook has no sheets"},
		{"no sheet where it should be", testBook{sheets: []testSheet{{name: "一", offset: 5}, {name: "二", offset: 7}}}.file(), ErrDamaged, "none of the 2 worksheets is where its record says"},
		{"a stream that ends before the first cell", stream(good[:len(good)-12]), ErrDamaged, `"表1": "EOF": the workbook is damaged: the sheet ends inside a record of the type 0x027e`},
		{"a stream that ends before EOF, without cells", testBook{sheets: []testSheet{{name: "表1", noEOF: true}}}.file(), ErrDamaged, "the sheet ends without an EOF record"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			w, err := readXLS(tt.data, "some.xls", Limits{}.withDefaults())
			if err == nil {
				t.Fatalf("no error, but %q", lines(w))
			}
			if !errors.Is(err, tt.kind) || !strings.HasPrefix(err.Error(), "some.xls: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %v with %q", err, tt.kind, tt.want)
			}
		})
	}
}

// TestBIFFStreams: which of several streams is the workbook, and whether its
// name is in capitals does not matter.
func TestBIFFStreams(t *testing.T) {
	book := func(text string) []byte { return one(rec(recLabel, at(0, 0), latin(text))).bytes() }
	old := testBook{version: biff5, sheets: []testSheet{{name: "S", records: [][]byte{rec(recLabel, at(0, 0), long("old"))}}}}.bytes()
	for _, tt := range []struct {
		reason  string
		streams []testStream
		want    string
	}{
		{"one", []testStream{{"Workbook", book("new")}}, "new"},
		{"in capitals", []testStream{{"WORKBOOK", book("new")}}, "new"},
		{"of Excel 5", []testStream{{"Book", old}}, "old"},
		{"of both", []testStream{{"Book", old}, {"Workbook", book("new")}}, "new"},
		{"of both the other way round", []testStream{{"Workbook", book("new")}, {"BOOK", old}}, "new"},
		{"the records say the version, not the name", []testStream{{"Workbook", old}}, "old"},
		{"beside a Word document", []testStream{{"WordDocument", nil}, {"Workbook", book("new")}}, "new"},
	} {
		w, err := readXLS(container(tt.streams...), "x.xls", Limits{}.withDefaults())
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		if c, _ := w.Sheets[0].Cell(Ref{}); c.Text != tt.want {
			t.Errorf("%s: read %q, want %q", tt.reason, c.Text, tt.want)
		}
		if w.Format != FormatXLS || w.Name != "x.xls" {
			t.Errorf("%s: format %q, name %q", tt.reason, w.Format, w.Name)
		}
	}
}

// TestBIFFContainer: what is wrong with the container without harm to the
// workbook is a warning.
func TestBIFFContainer(t *testing.T) {
	book := one(rec(recLabel, at(0, 0), str("统计")))
	file := book.file()
	directory := len(file) - 2*512 // before the FAT
	for _, tt := range []struct {
		reason string
		change func([]byte) []byte
		want   []string
	}{
		{"the file ends inside its last sector", func(b []byte) []byte { return b[:len(b)-100] },
			[]string{"sheet 表1", `A1 "统计"`, "!  sector: the file ends inside its last sector; 100 bytes are taken for zero"}},
		{"the stream is shorter than the directory claims", func(b []byte) []byte { b[directory+128+120] += 128; return b },
			[]string{"sheet 表1", `A1 "统计"`, fmt.Sprintf("!  Workbook: the stream ends after %d of %d bytes", 128, len(book.bytes())+128)}},
	} {
		w, err := readXLS(tt.change(append([]byte(nil), file...)), "x.xls", Limits{}.withDefaults())
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		if diff := cmp.Diff(tt.want, lines(w)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
		}
	}
}

func TestBIFFLimits(t *testing.T) {
	merge := func(row uint16) []byte { return rec(recMergeCells, uint16(1), []uint16{row, row, 0, 1}) }
	book := testBook{
		globals: [][]byte{sst(str("统计"), str("公报"))}, // 12 bytes in UTF-8
		sheets: []testSheet{
			{name: "一", records: [][]byte{rec(recLabelSST, at(0, 0), uint32(0)), rec(recRK, at(0, 1), rkInt(1)), merge(5)}},
			{name: "二", records: [][]byte{rec(recLabelSST, at(0, 0), uint32(1)), rec(recRK, at(0, 1), rkInt(23456)), merge(5), merge(6)}},
		},
	}
	// What the workbook takes of each limit.
	fits := Limits{Sheets: 2, Cells: 4, Merges: 3, Text: 18}
	if _, err := readXLS(book.file(), "x.xls", fits.withDefaults()); err != nil {
		t.Errorf("limits that are just kept: %v", err)
	}
	for _, tt := range []struct {
		reason string
		change func(*Limits)
		want   string
	}{
		{"sheets", func(l *Limits) { l.Sheets-- }, "x.xls: the workbook exceeds a limit: more than 1 sheets: raise Limits.Sheets to read it"},
		{"cells of all sheets", func(l *Limits) { l.Cells-- }, `x.xls: "二": the workbook exceeds a limit: more than 3 cells: raise Limits.Cells to read it`},
		{"merged ranges of all sheets", func(l *Limits) { l.Merges-- }, `x.xls: "二": the workbook exceeds a limit: more than 2 merged ranges: raise Limits.Merges to read it`},
		{"text of all cells", func(l *Limits) { l.Text-- }, `x.xls: "二": the workbook exceeds a limit: more than 17 bytes of text: raise Limits.Text to read it`},
		{"shared strings alone", func(l *Limits) { l.Text = 11 }, "x.xls: the workbook exceeds a limit: more than 11 bytes of text: raise Limits.Text to read it"},
	} {
		lim := fits
		tt.change(&lim)
		_, err := readXLS(book.file(), "x.xls", lim.withDefaults())
		if !errors.Is(err, ErrLimit) || err.Error() != tt.want {
			t.Errorf("%s: error %v, want %s", tt.reason, err, tt.want)
		}
	}
}

// TestBIFFAmplification: small files that claim or repeat much cost little.
func TestBIFFAmplification(t *testing.T) {
	many := func(n int, r []byte) [][]byte {
		list := make([][]byte, n)
		for i := range list {
			list[i] = r
		}
		return list
	}
	overlaps := make([]uint16, 0, 4*1000)
	for range 1000 {
		overlaps = append(overlaps, 0, 65535, 0, 255)
	}
	stacked := testBook{} // each sheet begins inside the one before it and has no end
	for i := range 2000 {
		stacked.sheets = append(stacked.sheets, testSheet{name: fmt.Sprint(i), noEOF: true})
	}
	samePlace := testBook{sheets: []testSheet{{name: "一", records: many(100_000, rec(recRK, at(0, 0), rkInt(1)))}}}
	for range 4000 {
		samePlace.sheets = append(samePlace.sheets, testSheet{name: "一", like: 1})
	}
	for _, tt := range []struct {
		reason string
		book   testBook
		kind   error
	}{
		{"an SST that claims 4 G strings of 64 K characters", one().with(rec(recSST, uint32(1<<32-1), uint32(1<<32-1), uint16(65535), byte(1|4|8), uint16(65535), uint32(1<<32-1))), nil},
		{"one shared string in every cell", one(many(300_000, rec(recLabelSST, at(0, 0), uint32(0)))...).with(sst(latin(strings.Repeat("x", 8000)))), ErrLimit},
		{"numbers that are long in decimals", one(many(300_000, rec(recNumber, at(0, 0), 1e308))...), ErrLimit},
		{"the whole sheet merged 150,000 times", one(many(150, rec(recMergeCells, uint16(1000), overlaps))...), nil},
		{"all columns hidden 100,000 times", one(append(many(100_000, rec(recColInfo, []uint16{0, 255, 0, 0, 1, 0})), rec(recRK, at(0, 0), rkInt(1)))...), nil},
		{"every cell outside of the sheet", one(many(200_000, rec(recRK, at(0, 999), rkInt(1)))...), nil},
		{"code pages without end", testBook{version: biff5, globals: many(200_000, rec(recCodePage, uint16(1))), sheets: []testSheet{{name: "S"}}}, nil},
		{"sheets without end", stacked, ErrDamaged},
		{"sheets that all begin at one place", samePlace, nil},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			file := testContainer{shift: 12, streams: []testStream{{"Workbook", tt.book.bytes()}}}.bytes()
			var err error
			got := totalAlloc(func() { _, err = readXLS(file, "x.xls", Limits{}.withDefaults()) })
			if !errors.Is(err, tt.kind) {
				t.Errorf("error %v, want %v", err, tt.kind)
			}
			if got > 256<<20 {
				t.Errorf("%d bytes of file cost %d bytes", len(file), got)
			}
		})
	}
}
