package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zwgk/statable/schema"
)

// A correction says what is right of tables whose issuer or year was not found
// or found wrong.
type correction struct {
	line     int
	issuer   string
	division string
	year     int
	used     bool
}

// A correctionKey tells which tables a correction is for: those of a file, those
// of which an issuer was found, or of both.
type correctionKey struct{ file, printed string }

// corrections are the lines of a file given with -issuers.
type corrections struct {
	name    string
	column  map[string]int // by the header
	lines   map[correctionKey]*correction
	ordered []*correction
}

// readCorrections reads a CSV file with a header line and the columns
//
//	file      the file's name as files.csv has it, or the last part of it
//	printed   the issuer as it was found
//	issuer    the issuer that is right; empty to keep what was found
//	division  its division code after GB/T 2260: six digits, such as 320623
//	year      the report year that is right; empty to keep what was found
//
// of which any may be missing, and others are passed over, so that an
// issuers.csv can be corrected and given back. A line is for the tables of its
// file and of its printed issuer; one that gives both goes before one that gives
// the file, and that before one that gives the issuer.
func readCorrections(name string) (*corrections, error) {
	c := &corrections{name: name, column: map[string]int{}, lines: map[correctionKey]*correction{}}
	if name == "" {
		return c, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: no header line: %w", name, err)
	}
	for i, h := range head {
		c.column[strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))] = i
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		if err := c.add(line, func(column string) string {
			i, ok := c.column[column]
			if !ok {
				return ""
			}
			return strings.TrimSpace(record[i])
		}); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, line, err)
		}
	}
}

func (c *corrections) add(line int, field func(string) string) error {
	k := correctionKey{filepath.ToSlash(field("file")), issuerKey(field("printed"))}
	n := &correction{line: line, issuer: field("issuer"), division: field("division")}
	if k == (correctionKey{}) {
		return errors.New("neither a file nor a printed issuer")
	}
	if n.division != "" && !isDivision(n.division) {
		return fmt.Errorf("%q is no division code of GB/T 2260: six digits, of which the first two are a province", n.division)
	}
	if y := field("year"); y != "" {
		var err error
		if n.year, err = strconv.Atoi(y); err != nil || n.year < 1990 || n.year > 2100 {
			return fmt.Errorf("%q is no year", y)
		}
	}
	if n.issuer == "" && n.division == "" && n.year == 0 {
		return nil // nothing was filled in
	}
	if old := c.lines[k]; old != nil {
		return fmt.Errorf("the same file and printed issuer as in line %d", old.line)
	}
	c.lines[k] = n
	c.ordered = append(c.ordered, n)
	return nil
}

// divisionCode is a code of GB/T 2260-2007: two digits each for province,
// prefecture and county, of which the provinces are those below. The list of
// counties changes every year and is not checked.
var divisionCode = regexp.MustCompile(`^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}$`)

func isDivision(s string) bool { return divisionCode.MatchString(s) }

// issuerKey makes the spellings of an issuer that differ in white space one, as
// package schema does.
func issuerKey(issuer string) string { return strings.Join(strings.Fields(issuer), "") }

// find returns the correction for a table, or nil.
func (c *corrections) find(file, printed string) *correction {
	file, printed = filepath.ToSlash(file), issuerKey(printed)
	names := []string{file}
	if base := path.Base(file); base != file {
		names = append(names, base)
	}
	for _, name := range names {
		if n := c.lines[correctionKey{name, printed}]; n != nil && printed != "" {
			return n
		}
	}
	for _, name := range names {
		if n := c.lines[correctionKey{name, ""}]; n != nil {
			return n
		}
	}
	if printed == "" {
		return nil
	}
	return c.lines[correctionKey{"", printed}]
}

// A tableIssuer is whose a table is beside what stands in it.
type tableIssuer struct{ printed, division string }

// attribute completes issuer and year of the report's tables: an issuer that
// neither the title nor the line 填报单位 names is looked for in the file's
// name, and then the corrections count. It returns for each table the issuer
// before them, and the division code.
func (c *corrections) attribute(r *schema.Report) []tableIssuer {
	var list []tableIssuer
	for i := range r.Tables {
		t := &r.Tables[i]
		if t.Issuer == "" {
			if name := issuerInName(r.File); name != "" {
				t.Issuer, t.IssuerFrom = name, schema.Source{File: r.File, Printed: baseName(r.File)}
			}
		}
		was := tableIssuer{printed: t.Issuer}
		if n := c.find(r.File, t.Issuer); n != nil {
			n.used = true
			was.division = n.division
			if n.issuer != "" && n.issuer != t.Issuer {
				t.IssuerFrom = c.source(n, "issuer", t.Issuer)
				t.Issuer = n.issuer
			}
			if n.year != 0 && n.year != t.Year {
				t.YearFrom = c.source(n, "year", "")
				t.Year = n.year
			}
		}
		list = append(list, was)
	}
	return list
}

// source is the place of a correction, in A1 notation.
func (c *corrections) source(n *correction, column, printed string) schema.Source {
	return schema.Source{File: c.name, Cell: columnName(c.column[column]) + strconv.Itoa(n.line), Printed: printed}
}

func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// unused returns the lines of corrections that no table wanted.
func (c *corrections) unused() []int {
	var lines []int
	for _, n := range c.ordered {
		if !n.used {
			lines = append(lines, n.line)
		}
	}
	return lines
}

func baseName(file string) string { return path.Base(filepath.ToSlash(file)) }

// reportWords are words of the names of reports that belong to no issuer, the
// longer before those that they begin with.
var reportWords = strings.NewReplacer(
	"政府信息公开工作年度报告", " ", "政府信息公开年度报告", " ", "政府信息公开工作报告", " ", "政府信息公开工作情况", " ",
	"政府信息公开情况", " ", "政府信息公开统计", " ", "政府信息公开工作", " ", "政府信息公开年报", " ", "政府信息公开", " ", "信息公开", " ",
	"年度报告", " ", "工作报告", " ", "统计报表", " ", "情况统计表", " ", "统计表", " ", "情况表", " ", "申请来源", " ", "年报", " ", "月报", " ",
	"附件", " ", "附表", " ", "关于", " ", "年度", " ", "年", " ",
)

// organs are the last characters of the names of organs and places.
const organs = "府局委办厅院会道镇乡区县市省团队站所心室部校司社处旗盟州"

// issuerInName returns the organ that a file's name names, or "". The name has
// to be that of a report with words left over that end like an organ's or a
// place's: 2018年如东县政府信息公开工作年度报告.xls names 如东县.
func issuerInName(file string) string {
	base := baseName(file)
	base = strings.TrimSuffix(base, path.Ext(base))
	rest := reportWords.Replace(base)
	if rest == base {
		return "" // nothing says that it is a report
	}
	found := ""
	for _, word := range strings.FieldsFunc(rest, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		last, _ := utf8.DecodeLastRuneInString(word)
		if n := utf8.RuneCountInString(word); n < 2 || n > 40 || !strings.ContainsRune(organs, last) {
			continue
		}
		if found != "" {
			return "" // two: nobody knows which
		}
		found = word
	}
	return found
}
