package xlsx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestText(t *testing.T) {
	for _, tt := range []struct {
		reason, text, want string
		widths             string
	}{
		{"a line is a row, and an empty line too", "标题\n\n规章 | 13\n\n\n注", "A1[标题] A3[规章] B3[13] A6[注]", "[1 0 2 0 0 1]"},
		{"line ends of all systems", "a\r\nb\rc\n\rd", "A1[a] A2[b] A3[c] A5[d]", "[1 1 1 0 1]"},
		{"| between cells", "规章 | 0 | 5 | 6\n总计||7", "A1[规章] B1[0] C1[5] D1[6] A2[总计] C2[7]", "[4 3]"},
		{"| behind each cell", "第二十条第(一)项 | |||\n规章 | 0 | 0 | 0 |\n行政许可 | 0 | ||", "A1[第二十条第(一)项] A2[规章] B2[0] C2[0] D2[0] A3[行政许可] B3[0]", "[4 4 4]"},
		{"| at both ends", "| 规章 | 13 |\n|a|  |b|\n||c|", "A1[规章] B1[13] A2[a] C2[b] B3[c]", "[2 3 2]"},
		{"an empty first cell beside lines that have none", "规章 | 1 | 2\n | 3 | 4\n| | 5 |", "A1[规章] B1[1] C1[2] B2[3] C2[4] C3[5]", "[3 3 3]"},
		{"a line that begins with | beside none that does", "a\n| b | c\nd", "A1[a] A2[b] B2[c] A3[d]", "[1 2 1]"},
		{"one cell a line", "条 |\n||\n12 |\n|", "A1[条] A3[12]", "[1 2 1 1]"},
		{"a Markdown table", "| 项目 | 数量 |\n|:--|---:|\n| a\\|b | c<br>d<br/>e |\n| \\\\ | **f** |", "A1[项目] B1[数量] A3[a|b] B3[c⏎d⏎e] A4[\\\\] B4[**f**]", "[2 0 2 2]"},
		{"a Markdown table without edges", "a | b\n--- | ---\nc | d", "A1[a] B1[b] A3[c] B3[d]", "[2 0 2]"},
		{"a row of dashes is no divider", "x | y\n- | -\n-- | --\n--- | -\n- | :-:\n|---|", "A1[x] B1[y] A2[-] B2[-] A3[--] B3[--] A4[---] B4[-] A5[-] B5[:-:]", "[2 2 2 2 2 0]"},
		{"tabs", "a\tb\t\tc\n\td\n\n\te\t\nf", "A1[a] B1[b] D1[c] B2[d] B4[e] A5[f]", "[4 2 0 3 1]"},
		{"| before tabs", "a\tb | c", "A1[a b] B1[c]", "[2]"},
		{"spaces at the ends", "\u3000\u3000一、概述 \n\u00A0x\u00A0y\u200B | \uFEFFz\n \t \nq\f", "A1[一、概述] A2[x y] B2[z] A4[q]", "[1 2 0 1]"},
		{"a long line stays whole", strings.Repeat("甲", 3000), "A1[" + strings.Repeat("甲", 3000) + "]", "[1]"},
		{"an escaped | alone divides nothing", `a \| b`, `A1[a \| b]`, "[1]"},
		{"nothing but spaces", " \n", "", "[0]"},
	} {
		w := readTest(t, tt.reason, []byte(tt.text), "text: "+tt.want)
		if w.Format == FormatText {
			if got := fmt.Sprint(w.Sheets[0].Widths); got != tt.widths {
				t.Errorf("%s: widths %s, want %s", tt.reason, got, tt.widths)
			}
		} else {
			t.Errorf("%s: format %q", tt.reason, w.Format)
		}
	}
}

func TestTextDamage(t *testing.T) {
	w := readTest(t, "columns beyond the last", []byte(strings.Repeat("|", MaxColumns)+"a|b|c"), "text: XFD1[a]")
	if len(w.Warnings) != 1 || !strings.Contains(w.Warnings[0].Text, "2 cells are beyond the last column") {
		t.Errorf("warnings %v", w.Warnings)
	}
	w = readTest(t, "a text in UTF-8 that was cut", []byte(strings.Repeat("规章\n", 30)+"规\xE7"), "text:"+column("规章", 30)+" A31[规\uFFFD]")
	if len(w.Warnings) != 1 || !strings.Contains(w.Warnings[0].Text, "none in UTF-8") {
		t.Errorf("warnings %v", w.Warnings)
	}
}

// column returns n cells with the same text below each other.
func column(text string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " A%d[%s]", i+1, text)
	}
	return b.String()
}

// TestTextExtracted reads the tables of reports as they were taken out of pages
// by others: with | behind every cell, with a line for every cell, and with
// nothing but lines.
func TestTextExtracted(t *testing.T) {
	for file, want := range map[string][]string{
		"2024-national-2021-office-pipes.txt": {
			"A1=二、主动公开政府信息情况", "D3=现行有效件数", "D5=6", "B11=0", "A16=三、收到和处理政府信息公开申请情况",
			"B20=100", "H20=100", "B22=(一)予以公开", "I22=68", "A24=(三)不予公开", "C24=0", "H43=113", "G47=复议后起诉", "O49=0"},
		"2018-national-2014-rudong-cell-per-line.txt": {"A1=2018年度政府信息公开情况统计表", "A12=39734", "A13=其中:主动公开规范性文件数", "A15=2", "A110=件", "B110=1", "B127=9", "B144=11", "B169=31", "B179=81", "A221=320"},
		"2018-baohe-annex-2018-lines.txt":             {"A1=附表一 主動公開政府信息情況統計", "A6=15654", "A30=2"},
	} {
		w := openFixture(t, "text/"+file)
		s := w.Sheets[0]
		for _, line := range want {
			address, text, _ := strings.Cut(line, "=")
			ref, _ := ParseRef(address)
			if c, _ := s.Cell(ref); c.Text != text {
				t.Errorf("%s: %s is %q, want %q", file, address, c.Text, text)
			}
		}
	}
	// Where a span was, | stand at the end of the line.
	s := openFixture(t, "text/2024-national-2021-office-pipes.txt").Sheets[0]
	if d := cmp.Diff([]int{1, 4, 4, 4, 4, 4, 4, 4}, s.Widths[:8]); d != "" {
		t.Errorf("widths (-want +got)\n%s", d)
	}
}

func FuzzReadText(f *testing.F) {
	addFolders(f, "text", "csv")
	for _, s := range []string{"|a|\n|---|\n|b\\||", "a\tb\r\rc|\n|", "\xFF\xFEa\x00|\x00", "甲|\xD6\xD0", "a<table><td>b</table>c"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tl := newTally("", FormatText, fuzzLimits)
		text, err := tl.decode("", data, "")
		if err == nil {
			err = tl.readLines(text)
		}
		w, e := tl.finish(err)
		checkBook(t, w, e)
		if w == nil {
			return
		}
		// A row for every line, and every cell in a line of its own number.
		lines := 0
		for rest := text; len(rest) > 0; lines++ {
			_, rest = cutLine(rest)
		}
		if len(w.Sheets[0].Widths) != lines {
			t.Errorf("%d rows for %d lines", len(w.Sheets[0].Widths), lines)
		}
		for _, c := range w.Sheets[0].Cells {
			if c.Ref.Col >= w.Sheets[0].Widths[c.Ref.Row] {
				t.Errorf("cell %v in a row of %d", c.Ref, w.Sheets[0].Widths[c.Ref.Row])
			}
		}
		w, e = readPlain(data, "", fuzzLimits)
		checkBook(t, w, e)
	})
}
