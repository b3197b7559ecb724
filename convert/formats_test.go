package convert_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// A printed cell of a sheet: its text, and how far it reaches.
type printedCell struct {
	text       string
	cols, rows int
	covered    bool // by a merged range that began to the left or above
	above      bool // by one that began above
}

// grid returns the sheet as rows of cells.
func grid(s *xlsx.Sheet) [][]printedCell {
	rows, cols := 0, 0
	for _, c := range s.Cells {
		rows, cols = max(rows, c.Ref.Row+1), max(cols, c.Ref.Col+1)
	}
	for _, m := range s.Merges {
		rows, cols = max(rows, m.Last.Row+1), max(cols, m.Last.Col+1)
	}
	g := make([][]printedCell, rows)
	for i := range g {
		g[i] = make([]printedCell, cols)
		for j := range g[i] {
			g[i][j] = printedCell{cols: 1, rows: 1}
		}
	}
	for _, c := range s.Cells {
		g[c.Ref.Row][c.Ref.Col].text = c.Text
	}
	for _, m := range s.Merges {
		for r := m.First.Row; r <= m.Last.Row; r++ {
			for c := m.First.Col; c <= m.Last.Col; c++ {
				g[r][c].covered = true
				g[r][c].above = r > m.First.Row
			}
		}
		first := &g[m.First.Row][m.First.Col]
		first.covered, first.above = false, false
		first.cols, first.rows = m.Last.Col-m.First.Col+1, m.Last.Row-m.First.Row+1
	}
	return g
}

// Each writer makes a file of one format of the visible sheets of a workbook.
// They are as small as such files can be.
var formatWriters = []struct {
	name   string
	reason string
	write  func(t *testing.T, book *xlsx.Workbook) []byte
	may    bool // rows may be refused: the format loses empty cells or spans
}{
	{"page.html", "a page in UTF-8", func(t *testing.T, b *xlsx.Workbook) []byte { return []byte(htmlOf(b, "utf-8")) }, false},
	{"page-gbk.html", "a page in GBK that says gb2312", func(t *testing.T, b *xlsx.Workbook) []byte { return gbk(t, htmlOf(b, "gb2312")) }, false},
	{"page-no-meta.html", "a page in GBK that says nothing", func(t *testing.T, b *xlsx.Workbook) []byte { return gbk(t, htmlOf(b, "")) }, false},
	{"page.xls", "a page saved as .xls", func(t *testing.T, b *xlsx.Workbook) []byte { return []byte(htmlOf(b, "utf-8")) }, false},
	{"page.mht", "a page saved with its parts", mhtOf, false},
	{"book.xml.xls", "an XML spreadsheet of 2003 saved as .xls", xml2003Of, false},
	{"report.docx", "tables of a Word file", docxOf, false},
	{"table.csv", "merged ranges become empty cells", csvOf, true},
	{"pipes.txt", "text with a row a line, padded at its end", pipesOf, true},
	{"lines.txt", "text with a cell a line", linesOf, true},
}

func gbk(t *testing.T, s string) []byte {
	t.Helper()
	data, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func visible(b *xlsx.Workbook) []*xlsx.Sheet {
	var ss []*xlsx.Sheet
	for _, s := range b.Sheets {
		if !s.Hidden {
			ss = append(ss, s)
		}
	}
	return ss
}

func htmlOf(b *xlsx.Workbook, charset string) string {
	var w strings.Builder
	w.WriteString("<html><head>")
	if charset != "" {
		fmt.Fprintf(&w, `<meta http-equiv="Content-Type" content="text/html; charset=%s">`, charset)
	}
	w.WriteString("</head><body>")
	for _, s := range visible(b) {
		w.WriteString("<table>\n")
		for _, row := range grid(s) {
			w.WriteString("<tr>")
			for _, c := range row {
				if !c.covered {
					text := strings.ReplaceAll(html.EscapeString(c.text), "\n", "<br>")
					fmt.Fprintf(&w, `<td colspan="%d" rowspan="%d">%s</td>`, c.cols, c.rows, text)
				}
			}
			w.WriteString("</tr>\n")
		}
		w.WriteString("</table>\n")
	}
	w.WriteString("</body></html>")
	return w.String()
}

func mhtOf(t *testing.T, b *xlsx.Workbook) []byte {
	return []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"----=_Part\"\r\n\r\n" +
		"------=_Part\r\nContent-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(htmlOf(b, "utf-8"))) + "\r\n------=_Part--\r\n")
}

func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s))
	return b.String()
}

func xml2003Of(t *testing.T, b *xlsx.Workbook) []byte {
	var w strings.Builder
	w.WriteString(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`)
	for _, s := range visible(b) {
		fmt.Fprintf(&w, `<Worksheet ss:Name="%s"><Table>`, escape(s.Name))
		for _, row := range grid(s) {
			w.WriteString("<Row>")
			for j, c := range row {
				if c.covered || c.text == "" && c.cols == 1 && c.rows == 1 {
					continue
				}
				fmt.Fprintf(&w, `<Cell ss:Index="%d" ss:MergeAcross="%d" ss:MergeDown="%d"><Data ss:Type="String">%s</Data></Cell>`, j+1, c.cols-1, c.rows-1, escape(c.text))
			}
			w.WriteString("</Row>")
		}
		w.WriteString("</Table></Worksheet>")
	}
	w.WriteString("</Workbook>")
	return []byte(w.String())
}

func docxOf(t *testing.T, b *xlsx.Workbook) []byte {
	var w strings.Builder
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	for _, s := range visible(b) {
		w.WriteString("<w:tbl>")
		g := grid(s)
		for i, row := range g {
			w.WriteString("<w:tr>")
			for j := 0; j < len(row); j++ {
				c := row[j]
				span, merge := c.cols, ""
				if c.covered {
					if !c.above {
						continue
					}
					// The continuation of a cell that began above.
					k := i
					for k > 0 && g[k][j].above {
						k--
					}
					span, merge = g[k][j].cols, "<w:vMerge/>"
				} else if c.rows > 1 {
					merge = `<w:vMerge w:val="restart"/>`
				}
				fmt.Fprintf(&w, `<w:tc><w:tcPr><w:gridSpan w:val="%d"/>%s</w:tcPr>`, span, merge)
				text := ""
				if !c.covered {
					text = c.text
				}
				for _, p := range strings.Split(text, "\n") {
					fmt.Fprintf(&w, `<w:p><w:r><w:t>%s</w:t></w:r></w:p>`, escape(p))
				}
				w.WriteString("</w:tc>")
				j += span - 1
			}
			w.WriteString("</w:tr>")
		}
		w.WriteString("</w:tbl><w:p/>")
	}
	w.WriteString("</w:body></w:document>")
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, text := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   w.String(),
	} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(text))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func csvOf(t *testing.T, b *xlsx.Workbook) []byte {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	cols := 0
	for _, s := range visible(b) {
		cols = max(cols, len(grid(s)[0]))
	}
	for _, s := range visible(b) {
		for _, row := range grid(s) {
			texts := make([]string, cols)
			for j, c := range row {
				texts[j] = c.text
			}
			w.Write(texts)
		}
	}
	w.Flush()
	return buf.Bytes()
}

func pipesOf(t *testing.T, b *xlsx.Workbook) []byte {
	var w strings.Builder
	for _, s := range visible(b) {
		for _, row := range grid(s) {
			var texts []string
			pad := 0
			for _, c := range row {
				if c.covered {
					pad += 1
					continue
				}
				texts = append(texts, strings.Join(strings.Fields(c.text), " "))
			}
			w.WriteString(strings.Join(texts, " | ") + " |" + strings.Repeat("|", pad) + "\n")
		}
		w.WriteString("\n")
	}
	return []byte(w.String())
}

func linesOf(t *testing.T, b *xlsx.Workbook) []byte {
	var w strings.Builder
	for _, s := range visible(b) {
		for _, row := range grid(s) {
			for _, c := range row {
				if c.text != "" {
					w.WriteString(strings.Join(strings.Fields(c.text), "") + "\n\n")
				}
			}
		}
	}
	return []byte(w.String())
}

// said returns what a report says, by key, without where it stands.
func said(r *schema.Report) map[schema.Key]string {
	m := make(map[schema.Key]string)
	for i := range r.Tables {
		t := &r.Tables[i]
		for _, o := range t.Observations {
			m[t.Key(o)] = fmt.Sprint(o.Status, " ", o.Value, " ", o.Unit)
		}
	}
	return m
}

// TestFormats writes every sample in every format and compares what comes out
// with what comes out of the workbook. Where a format loses spans or empty
// cells, rows may be refused; nothing may come out otherwise than printed.
func TestFormats(t *testing.T) {
	for _, name := range samples {
		file := filepath.Join("testdata/samples", name+"-excelize.xlsx")
		book, err := xlsx.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		want := said(toSchema(t, file))
		for _, f := range formatWriters {
			t.Run(name+"/"+f.name, func(t *testing.T) {
				data := f.write(t, book)
				read, err := xlsx.Read(bytes.NewReader(data), int64(len(data)), f.name)
				if err != nil {
					t.Fatal(err)
				}
				report, err := convert.ToSchema(read)
				if err != nil {
					t.Fatal(err)
				}
				got := said(report)
				refused := 0
				for k := range want {
					if _, ok := got[k]; !ok && f.may {
						refused++
						got[k] = want[k]
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", f.reason, diff)
				}
				if refused > 0 && len(report.Findings) == 0 {
					t.Errorf("%d observations are missing without a finding", refused)
				}
				if f.may {
					t.Logf("%d of %d observations refused", refused, len(want))
				}
			})
		}
	}
}

// TestSeeds reads facts that stand in text files as an extraction left them.
func TestSeeds(t *testing.T) {
	names, err := filepath.Glob("testdata/seeds/*.txt")
	if err != nil || len(names) != 3 {
		t.Fatalf("%d seed files, want 3 (%v)", len(names), err)
	}
	want := map[string]string{
		"baohe-2018.txt":  "2018-baohe-annex-2018-baohe",
		"office-2024.txt": "2024-national-2021-office",
		"rudong-2018.txt": "2018-national-2014-rudong",
	}
	for _, name := range names {
		sample := want[filepath.Base(name)]
		if sample == "" {
			t.Errorf("no sample for %s", name)
			continue
		}
		if _, err := os.Stat(name); err != nil {
			t.Fatal(err)
		}
		report := toSchema(t, name)
		if diff := cmp.Diff(said(toSchema(t, filepath.Join("testdata/samples", sample+"-excelize.xlsx"))), said(report)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, f := range report.Findings {
			t.Error(f.Line(schema.English))
		}
	}
}
