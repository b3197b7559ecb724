// Samples writes the sample workbooks of package convert: real filled forms,
// each drawn as a spreadsheet from the facts in convert/testdata/facts.
//
// Run it from the root of the module:
//
//	go run ./convert/internal/samples            # the files by excelize
//	go run ./convert/internal/samples -convert   # and the same by LibreOffice
//
// For each facts/NAME.json it writes samples/NAME-excelize.xlsx, the same bytes
// every time. With -convert, LibreOffice reads that file and writes
// samples/NAME-libreoffice.xlsx and samples/NAME-libreoffice.xls; where soffice
// is not on the PATH, those are left as they are.
//
// A facts file lists sheets, a sheet is a stack of blocks:
//
//	{"title": "…"}   a title over all columns of the sheet
//	{"line": "…"}    a line over all columns (issuer, section title, signatures)
//	{"blank": true}  an empty row
//	{"head": 1, "labels": 1, "rows": [[…], …]}
//	                 a table; head is the number of its header rows, labels the
//	                 number of its label columns
//
// A cell of a table is a string, a number, null where nothing is printed, or
// {"text": "…", "cols": 3, "rows": 2} (or "number") for one that is merged over
// several columns or rows. As in HTML, a position that a cell from above
// reaches into is not listed again.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

type facts struct {
	Sheets []sheet `json:"sheets"`
}

type sheet struct {
	Name   string    `json:"name"`
	Hidden bool      `json:"hidden"`
	Widths []float64 `json:"widths"` // one a column, in characters
	Blocks []block   `json:"blocks"`
}

type block struct {
	Title  string   `json:"title"`
	Line   string   `json:"line"`
	Blank  bool     `json:"blank"`
	Head   int      `json:"head"`
	Labels int      `json:"labels"`
	Rows   [][]cell `json:"rows"`
}

// A cell holds a text, a number or nothing, over Cols columns and Rows rows.
type cell struct {
	Text   string
	Number json.Number
	Cols   int
	Rows   int
}

func (c *cell) UnmarshalJSON(data []byte) error {
	*c = cell{Cols: 1, Rows: 1}
	switch data[0] {
	case 'n': // null
		return nil
	case '"':
		return json.Unmarshal(data, &c.Text)
	case '{':
		spanned := struct {
			Text   string      `json:"text"`
			Number json.Number `json:"number"`
			Cols   int         `json:"cols"`
			Rows   int         `json:"rows"`
		}{Cols: 1, Rows: 1}
		if err := decodeStrict(data, &spanned); err != nil {
			return err
		}
		if spanned.Cols < 1 || spanned.Rows < 1 {
			return fmt.Errorf("cell %s spans nothing", data)
		}
		*c = cell(spanned)
		return nil
	default:
		return json.Unmarshal(data, &c.Number)
	}
}

func decodeStrict(data []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

// A placed cell knows its first row and column, both counted from 0 at the top
// left of its table.
type placed struct {
	cell
	row, col int
}

// place finds the column of every cell of a table and checks that the cells
// cover it exactly.
func place(rows [][]cell) (cells []placed, width int, err error) {
	for _, c := range rows[0] {
		width += c.Cols
	}
	taken := make([][]bool, len(rows))
	for i := range taken {
		taken[i] = make([]bool, width)
	}
	for r, row := range rows {
		col := 0
		for _, c := range row {
			for col < width && taken[r][col] {
				col++
			}
			if col+c.Cols > width || r+c.Rows > len(rows) {
				return nil, 0, fmt.Errorf("row %d: %q reaches out of the table", r+1, c.Text)
			}
			for y := r; y < r+c.Rows; y++ {
				for x := col; x < col+c.Cols; x++ {
					if taken[y][x] {
						return nil, 0, fmt.Errorf("row %d: %q covers another cell", r+1, c.Text)
					}
					taken[y][x] = true
				}
			}
			cells = append(cells, placed{c, r, col})
			col += c.Cols
		}
		for x, t := range taken[r] {
			if !t {
				return nil, 0, fmt.Errorf("row %d: nothing in column %d of %d", r+1, x+1, width)
			}
		}
	}
	return cells, width, nil
}

// The looks of a cell.
type styles struct{ title, line, head, label, group, value int }

func newStyles(f *excelize.File) (styles, error) {
	var (
		s        styles
		firstErr error
	)
	add := func(size float64, bold bool, horizontal string, border bool) int {
		style := &excelize.Style{
			Font:      &excelize.Font{Family: "宋体", Size: size, Bold: bold},
			Alignment: &excelize.Alignment{Horizontal: horizontal, Vertical: "center", WrapText: true},
		}
		if border {
			for _, side := range []string{"left", "right", "top", "bottom"} {
				style.Border = append(style.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
			}
		}
		id, err := f.NewStyle(style)
		if err != nil && firstErr == nil {
			firstErr = err
		}
		return id
	}
	s.title = add(16, true, "center", false)
	s.line = add(11, false, "left", false)
	s.head = add(11, true, "center", true)
	s.label = add(11, false, "left", true)
	s.group = add(11, false, "center", true)
	s.value = add(11, false, "center", true)
	return s, firstErr
}

// A drawing is a sheet being filled from top to bottom.
type drawing struct {
	file   *excelize.File
	styles styles
	sheet  sheet
	row    int // rows filled so far
}

func (d *drawing) block(b block) error {
	switch {
	case b.Title != "":
		return d.across(b.Title, d.styles.title, 30)
	case b.Line != "":
		return d.across(b.Line, d.styles.line, 20)
	case b.Blank:
		d.row++
		return nil
	case len(b.Rows) > 0:
		return d.table(b)
	default:
		return errors.New("a block with nothing in it")
	}
}

// across writes one cell over all columns.
func (d *drawing) across(text string, style int, height float64) error {
	c := cell{Text: text, Cols: len(d.sheet.Widths), Rows: 1}
	if err := d.cell(placed{c, 0, 0}, style); err != nil {
		return err
	}
	d.row++
	return d.file.SetRowHeight(d.sheet.Name, d.row, height)
}

func (d *drawing) table(b block) error {
	cells, width, err := place(b.Rows)
	if err != nil {
		return err
	}
	if width > len(d.sheet.Widths) {
		return fmt.Errorf("a table of %d columns, widths for %d", width, len(d.sheet.Widths))
	}
	lines := make([]float64, len(b.Rows))
	for _, c := range cells {
		style := d.styles.value
		switch {
		case c.row < b.Head:
			style = d.styles.head
		case c.col < b.Labels && c.Rows > 1:
			style = d.styles.group
		case c.col < b.Labels:
			style = d.styles.label
		}
		if err := d.cell(c, style); err != nil {
			return err
		}
		if c.Rows == 1 {
			lines[c.row] = max(lines[c.row], d.lines(c))
		}
	}
	for i, n := range lines {
		if err := d.file.SetRowHeight(d.sheet.Name, d.row+i+1, 6+15*max(n, 1)); err != nil {
			return err
		}
	}
	d.row += len(b.Rows)
	return nil
}

func (d *drawing) cell(c placed, style int) error {
	first, err := excelize.CoordinatesToCellName(c.col+1, d.row+c.row+1)
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(c.col+c.Cols, d.row+c.row+c.Rows)
	if err != nil {
		return err
	}
	if err := d.file.SetCellStyle(d.sheet.Name, first, last, style); err != nil {
		return err
	}
	if first != last {
		if err := d.file.MergeCell(d.sheet.Name, first, last); err != nil {
			return err
		}
	}
	switch {
	case c.Number != "":
		n, err := c.Number.Float64()
		if err != nil {
			return err
		}
		return d.file.SetCellFloat(d.sheet.Name, first, n, -1, 64)
	case c.Text != "":
		return d.file.SetCellStr(d.sheet.Name, first, c.Text)
	}
	return nil
}

// lines estimates how many lines the text of a cell takes.
func (d *drawing) lines(c placed) float64 {
	room := -1.0
	for _, w := range d.sheet.Widths[c.col : c.col+c.Cols] {
		room += w
	}
	n := 0.0
	for line := range strings.SplitSeq(c.Text, "\n") {
		// A Chinese character is three bytes and two units wide.
		wide := float64(len(line)-utf8.RuneCountInString(line)) / 2
		narrow := float64(utf8.RuneCountInString(line)) - wide
		n += max(1, math.Ceil((2*wide+narrow)/room))
	}
	return n
}

func build(facts facts) (*excelize.File, error) {
	f := excelize.NewFile()
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	active := -1
	for i, s := range facts.Sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err != nil {
			return nil, err
		}
		wide := 0.0
		for x, w := range s.Widths {
			name, err := excelize.ColumnNumberToName(x + 1)
			if err != nil {
				return nil, err
			}
			if err := f.SetColWidth(s.Name, name, name, w); err != nil {
				return nil, err
			}
			wide += w
		}
		d := &drawing{file: f, styles: styles, sheet: s}
		for _, b := range s.Blocks {
			if err := d.block(b); err != nil {
				return nil, fmt.Errorf("sheet %s: %w", s.Name, err)
			}
		}
		if err := page(f, s.Name, wide); err != nil {
			return nil, err
		}
		if !s.Hidden && active < 0 {
			active = i
		}
	}
	f.SetActiveSheet(active)
	for _, s := range facts.Sheets {
		if s.Hidden {
			if err := f.SetSheetVisible(s.Name, false); err != nil {
				return nil, err
			}
		}
	}
	const stamp = "2020-01-01T00:00:00Z"
	return f, f.SetDocProps(&excelize.DocProperties{Creator: "statable", Created: stamp, Modified: stamp})
}

// page sets A4, upright or lying, one page wide.
func page(f *excelize.File, name string, width float64) error {
	fit, a4, one, any := true, 9, 1, 0
	orientation := "portrait"
	if width > 120 {
		orientation = "landscape"
	}
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return f.SetPageLayout(name, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &orientation, FitToWidth: &one, FitToHeight: &any,
	})
}

// write makes NAME-excelize.xlsx from the facts of NAME and returns its path.
func write(factsFile, dir string) (string, error) {
	data, err := os.ReadFile(factsFile)
	if err != nil {
		return "", err
	}
	var facts facts
	if err := decodeStrict(data, &facts); err != nil {
		return "", fmt.Errorf("%s: %w", factsFile, err)
	}
	f, err := build(facts)
	if err != nil {
		return "", fmt.Errorf("%s: %w", factsFile, err)
	}
	defer f.Close()
	name := strings.TrimSuffix(filepath.Base(factsFile), ".json")
	out := filepath.Join(dir, name+"-excelize.xlsx")
	buf, err := f.WriteToBuffer()
	if err != nil {
		return "", fmt.Errorf("%s: %w", factsFile, err)
	}
	return out, os.WriteFile(out, buf.Bytes(), 0o644)
}

// convert has LibreOffice write the workbooks at paths anew, as .xlsx and .xls.
func convert(paths []string, dir string) error {
	tmp, err := os.MkdirTemp("", "samples-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for ext, filter := range map[string]string{"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97"} {
		args := []string{
			"-env:UserInstallation=file://" + filepath.ToSlash(filepath.Join(tmp, "profile")),
			"--headless", "--convert-to", ext + ":" + filter, "--outdir", tmp,
		}
		cmd := exec.Command("soffice", append(args, paths...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("soffice: %w\n%s", err, out)
		}
		for _, path := range paths {
			base := strings.TrimSuffix(filepath.Base(path), "-excelize.xlsx")
			data, err := os.ReadFile(filepath.Join(tmp, base+"-excelize."+ext))
			if errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("soffice wrote no .%s of %s", ext, path)
			} else if err != nil {
				return err
			}
			if ext == "xlsx" {
				if err := fixZipTimes(data); err != nil {
					return fmt.Errorf("%s.%s: %w", base, ext, err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, base+"-libreoffice."+ext), data, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// fixZipTimes sets the time of every entry of a zip file to 1 January 2020,
// in place, so that LibreOffice's files differ only where their contents do.
func fixZipTimes(data []byte) error {
	const stamp = (2020-1980)<<9 | 1<<5 | 1 // date above, time 0 below
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	if end < 0 || end+22 > len(data) {
		return zip.ErrFormat
	}
	entries := int(binary.LittleEndian.Uint16(data[end+10:]))
	at := int(binary.LittleEndian.Uint32(data[end+16:]))
	for range entries {
		if at+46 > len(data) || string(data[at:at+4]) != "PK\x01\x02" {
			return zip.ErrFormat
		}
		local := int(binary.LittleEndian.Uint32(data[at+42:]))
		if local+30 > len(data) || string(data[local:local+4]) != "PK\x03\x04" {
			return zip.ErrFormat
		}
		binary.LittleEndian.PutUint32(data[at+12:], stamp<<16)
		binary.LittleEndian.PutUint32(data[local+10:], stamp<<16)
		next := at + 46
		for _, field := range []int{28, 30, 32} { // lengths of name, extra field, comment
			next += int(binary.LittleEndian.Uint16(data[at+field:]))
		}
		at = next
	}
	return nil
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("samples: ")
	also := flag.Bool("convert", false, "also write the files by LibreOffice")
	flag.Parse()

	testdata := filepath.Join("convert", "testdata")
	dir := filepath.Join(testdata, "samples")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		log.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(testdata, "facts", "*.json"))
	if err != nil {
		log.Fatal(err)
	}
	if len(files) == 0 {
		log.Fatal("no facts in convert/testdata/facts; run from the root of the module")
	}
	var written []string
	for _, file := range files {
		path, err := write(file, dir)
		if err != nil {
			log.Fatal(err)
		}
		written = append(written, path)
	}
	if !*also {
		return
	}
	if _, err := exec.LookPath("soffice"); err != nil {
		log.Print("no soffice on the PATH: the files by LibreOffice stay as they are")
		return
	}
	if err := convert(written, dir); err != nil {
		log.Fatal(err)
	}
}
