package xlsx

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestDelimited(t *testing.T) {
	for _, tt := range []struct {
		reason, file, want, widths string
	}{
		{"commas", "地区,人口\n北京,2189.3\n", "A1[地区] B1[人口] A2[北京] B2[2189.3]", "[2 2]"},
		{"tabs", "a\tb\tc\r\nd\t\te\r\n", "A1[a] B1[b] C1[c] A2[d] C2[e]", "[3 3]"},
		{"semicolons", "a;b,x\nc;d\n", "A1[a] B1[b,x] A2[c] B2[d]", "[2 2]"},
		{"quotes", "\"a\"\"b\",\"c,d\"\n\"e\nf\r\ng\",h\n", "A1[a\"b] B1[c,d] A2[e⏎f⏎g] B2[h]", "[2 2]"},
		{"quotes that are no quotes", "5\"x,6\"\n7,8\"", "A1[5\"x] B1[6\"] A2[7] B2[8\"]", "[2 2]"},
		{"an empty line is a row", "a,b\n\n\nc,d\n", "A1[a] B1[b] A4[c] B4[d]", "[2 0 0 2]"},
		{"a row of empty cells", "a,b,c\n,,\nd,e,f", "A1[a] B1[b] C1[c] A3[d] B3[e] C3[f]", "[3 3 3]"},
		{"spaces stand", " a, b \nc,  \n", "A1[ a] B1[ b ] A2[c] B2[  ]", "[2 2]"},
		{"a title above, and a shorter row", "统计表\na,b,c\nd,e,f\ng,h,i\nj,k,l\n", "A1[统计表] A2[a] B2[b] C2[c] A3[d] B3[e] C3[f] A4[g] B4[h] C4[i] A5[j] B5[k] C5[l]", "[1 3 3 3 3]"},
		{"numbers stay texts", "\"007\",1e5\n0.10,31%\n", "A1[007] B1[1e5] A2[0.10] B2[31%]", "[2 2]"},
		{"line ends of old systems", "a,b\rc,d\r", "A1[a] B1[b] A2[c] B2[d]", "[2 2]"},
		{"empty quotes", "\"\",a\n\"\",b\n", "B1[a] B2[b]", "[2 2]"},
	} {
		w := readTest(t, tt.reason, []byte(tt.file), "csv: "+tt.want)
		if w.Format != FormatCSV || len(w.Warnings) > 0 {
			t.Errorf("%s: format %s, warnings %v", tt.reason, w.Format, w.Warnings)
		} else if got := fmt.Sprint(w.Sheets[0].Widths); got != tt.widths {
			t.Errorf("%s: widths %s, want %s", tt.reason, got, tt.widths)
		}
	}
}

// TestDelimitedNot tests that text with commas is no table of values.
func TestDelimitedNot(t *testing.T) {
	for _, tt := range []struct{ reason, file string }{
		{"sentences", "2018年,全区公开信息15654条,其中网站公开9980条。\n二是明确任务,落实责任。\n三是注重服务,不断提升。\n四是突出重点。\n"},
		{"sentences with as many commas each", "甲局公开信息,共5条。\n乙局公开信息,共6条。\n丙局公开信息,共7条。\n"},
		{"one line", "a,b,c"},
		{"commas in some lines", "一、概述\n公开1,234条\n二、内容\n公开5,678条\n"},
		{"no commas", "a\nb\nc\n"},
		{"tables with |", "a,b | c\nd,e | f\ng,h | i\n"},
		{"a Markdown table with commas", "|1,2|3|\n|---|---|\n|4,5|6|\n"},
		{"lines of one cell each", "条\n39,734\n条\n2\n"},
	} {
		if w, err := readBytes([]byte(tt.file)); err != nil || w.Format != FormatText {
			t.Errorf("%s: read as %v, error %v", tt.reason, w, err)
		}
	}
	// What was taken out of reports is text, whatever commas it has.
	for _, folder := range []string{"text"} {
		files, err := os.ReadDir("testdata/" + folder)
		if err != nil || len(files) < 5 {
			t.Fatalf("%d files, error %v", len(files), err)
		}
		for _, f := range files {
			if w := openFixture(t, folder+"/"+f.Name()); w.Format != FormatText {
				t.Errorf("%s: read as %s", f.Name(), w.Format)
			}
		}
	}
}

func TestDelimitedDamage(t *testing.T) {
	w := readTest(t, "a quote that is never closed", []byte("a,b\nc,\"d\ne,f\ng,h\ni,j\nk,l\n"),
		"csv: A1[a] B1[b] A2[c] B2[d] A3[e] B3[f] A4[g] B4[h] A5[i] B5[j] A6[k] B6[l]")
	if got := fmt.Sprint(w.Warnings); len(w.Warnings) != 1 || !strings.Contains(got, "the quote in record 2 is never closed") {
		t.Errorf("warnings %v", w.Warnings)
	}
	w = readTest(t, "a value that goes on behind its quotes", []byte("\"a\"x,b\n\"c\"\"\"y,\"d\" \n"), "csv: A1[ax] B1[b] A2[c\"y] B2[d ]")
	if got := fmt.Sprint(w.Warnings); len(w.Warnings) != 1 || !strings.Contains(got, "3 values go on behind the quote") {
		t.Errorf("warnings %v", w.Warnings)
	}
	line := strings.Repeat(",", MaxColumns) + "a\n"
	w = readTest(t, "columns beyond the last", []byte("x"+line+"y"+line), "csv: A1[x] A2[y]")
	if got := fmt.Sprint(w.Warnings); len(w.Warnings) != 1 || !strings.Contains(got, "2 cells are beyond the last column") {
		t.Errorf("warnings %v", w.Warnings)
	}
}

func FuzzReadDelimited(f *testing.F) {
	addFolders(f, "csv")
	for _, s := range []string{"a,\"b\"\"\",c\n\"d\n", "a\tb\r\n\"\"\tc\r", "\"a\"b,c\n\n,\"", "a;b\nc;d\n;\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, comma := range []byte{',', '\t', ';'} {
			tl := newTally("", FormatCSV, fuzzLimits)
			text, err := tl.decode("", data, "")
			if err == nil {
				err = tl.readDelimited(text, comma)
			}
			w, e := tl.finish(err)
			checkBook(t, w, e)
			if w == nil {
				continue
			}
			s := w.Sheets[0]
			for _, c := range s.Cells {
				if c.Ref.Col >= s.Widths[c.Ref.Row] {
					t.Errorf("cell %v in a row of %d", c.Ref, s.Widths[c.Ref.Row])
				}
			}
			// encoding/csv reads the same from what it takes, empty lines
			// aside. Line ends of other systems it has in its own way.
			r := csv.NewReader(bytes.NewReader(text))
			r.Comma, r.FieldsPerRecord = rune(comma), -1
			records, csvErr := r.ReadAll()
			if csvErr != nil || bytes.IndexByte(text, '\r') >= 0 {
				continue
			}
			row := 0
			for _, record := range records {
				for row < len(s.Widths) && s.Widths[row] == 0 {
					row++
				}
				if row == len(s.Widths) || s.Widths[row] != len(record) {
					t.Fatalf("%q: row %d of %v for %q", text, row, s.Widths, record)
				}
				for col, want := range record[:min(len(record), MaxColumns)] {
					if c, _ := s.Cell(Ref{row, col}); c.Text != want {
						t.Errorf("%q: %q, want %q", text, c.Text, want)
					}
				}
				row++
			}
		}
	})
}
