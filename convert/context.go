package convert

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// Surroundings are what the lines around a table say of it.
type surroundings struct {
	title, issuer, coverage string
	year                    int
	titleAt, issuerAt, yrAt schema.Source
}

// contextOf reads the lines above a table: the title next above it, the
// reporting organ, and the report year. The organ's own line counts before
// the title.
func (c *conversion) contextOf(above []*line) surroundings {
	var ctx surroundings
	for i := len(above) - 1; i >= 0; i-- {
		ln := above[i]
		for k := range ln.cells {
			lc := &ln.cells[k]
			if lc.Kind != xlsx.KindText || utf8.RuneCountInString(lc.Text) > 60 {
				continue
			}
			at := schema.Source{File: c.report.File, Sheet: ln.sheet.Name, Cell: c.address(ln, lc.Ref), Printed: lc.Text}
			text := oneLine(lc.Text)
			if ctx.coverage == "" {
				ctx.coverage = coverageIn(text)
			}
			if name, ok := issuerLine(text); ok {
				if name == "" && k+1 < len(ln.cells) && ln.cells[k+1].isText() {
					name = oneLine(ln.cells[k+1].Text)
					at.Cell, at.Printed = c.address(ln, ln.cells[k+1].Ref), ln.cells[k+1].Text
				}
				if name != "" && (ctx.issuer == "" || ctx.issuerAt == ctx.titleAt) {
					ctx.issuer, ctx.issuerAt = name, at
				}
				continue
			}
			year := yearIn(text)
			if year != 0 && ctx.year == 0 {
				ctx.year, ctx.yrAt = year, at
			}
			if ln.kind != lineCaption && !isTitle(text) {
				continue
			}
			if ctx.title == "" {
				ctx.title, ctx.titleAt = text, at
			}
			if name := issuerInTitle(text); name != "" && ctx.issuer == "" {
				ctx.issuer, ctx.issuerAt = name, at
			}
		}
	}
	return ctx
}

// coverages are the words that say which of an issuer's bodies a table covers.
var coverages = []string{"全省", "省本级", "全市", "市本级", "全县", "县本级", "全区", "区本级", "本行政区域", "本级"}

// coverageIn returns the word in a heading or a sheet's name that says what
// the table covers, or "".
func coverageIn(text string) string {
	if utf8.RuneCountInString(text) > 40 {
		return ""
	}
	var buf [64]rune
	plain := string(fold(buf[:0], text))
	for _, w := range coverages {
		if strings.Contains(plain, w) {
			return w
		}
	}
	return ""
}

// oneLine joins the lines and runs of white space of a text.
func oneLine(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		// Any white space but single spaces between words, any character
		// that may be some.
		if c := s[i]; c < ' ' || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') || c == 0xc2 || c == 0xe3 && i+2 < len(s) && s[i+1] == 0x80 && s[i+2] == 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// besideIssuer is what may follow the organ's name in its line.
var besideIssuer = regexp.MustCompile(`  |\s*(?:填报|填表|报送|制表)?(?:日期|时间)|\s*(?:联系电话|单位负责人|负责人|审核人|填报人|填表人|(?:计量)?单位:)`)

// issuerLine returns the organ that a line such as 填报单位(盖章):… names.
func issuerLine(text string) (string, bool) {
	head, rest, ok := strings.Cut(strings.ReplaceAll(text, "：", ":"), ":")
	switch makeKey(head).core {
	case "填报单位", "报送单位", "填报机关", "单位名称", "编报单位", "填报部门":
	default:
		return "", false
	}
	if !ok {
		rest = ""
	}
	rest = strings.TrimSpace(rest)
	// The date, the unit or names may follow on the same line.
	if at := besideIssuer.FindStringIndex(rest); at != nil {
		rest = rest[:at[0]]
	}
	// A blank form prints what is to be filled in: 20  年  季度.
	if strings.Trim(rest, " 0123456789年月日季度_") == "" {
		rest = ""
	}
	return strings.TrimSpace(rest), true
}

// isTitle reports whether a text reads like the title of a report or table.
func isTitle(text string) bool {
	k := makeKey(text).full
	for _, w := range []string{"统计表", "年度报告", "工作报告", "年报", "统计报表", "月报"} {
		if strings.Contains(k, w) {
			return true
		}
	}
	return false
}

// yearIn returns the first year in the text that is followed by 年, or 0.
func yearIn(text string) int {
	y, _, _ := findYear(text)
	return y
}

// findYear returns the first year that is followed by 年, with the texts
// before and after 年 or 年度.
func findYear(text string) (year int, before, after string) {
	var buf [128]rune
	rs := fold(buf[:0], text)
	for i := 0; i+4 < len(rs); i++ {
		if rs[i+4] != '年' || i > 0 && rs[i-1] >= '0' && rs[i-1] <= '9' {
			continue
		}
		y := 0
		for _, r := range rs[i : i+4] {
			d := strings.IndexRune("0123456789", r)
			if d < 0 {
				if r == '〇' || r == '○' || r == '零' {
					d = 0
				} else if d = strings.IndexRune("一二三四五六七八九", r); d >= 0 {
					d = d/3 + 1
				}
			}
			if d < 0 {
				y = -1
				break
			}
			y = y*10 + d
		}
		if y < 1990 || y > 2100 {
			continue
		}
		rest := rs[i+5:]
		if isMonth(rest) {
			continue // a date: of publication, or of filling in
		}
		if len(rest) > 0 && rest[0] == '度' {
			rest = rest[1:]
		}
		return y, string(rs[:i]), string(rest)
	}
	return 0, "", ""
}

// isMonth reports whether a month follows a year.
func isMonth(rs []rune) bool {
	i := 0
	for i < len(rs) && i < 2 && rs[i] >= '0' && rs[i] <= '9' {
		i++
	}
	return i > 0 && i < len(rs) && rs[i] == '月'
}

// issuerInTitle returns the organ that a title names: before the year, or
// between the year and what the report is about. It takes it from the text as
// printed.
func issuerInTitle(text string) string {
	name := ""
	for _, mark := range []string{"政府信息公开", "政府信息公開", "政务公开", "信息公开"} {
		if i := strings.Index(text, mark); i >= 0 {
			text = text[:i]
			// 人民政府信息公开 says 政府 once for the organ and for its information.
			if strings.HasSuffix(text, "人民") {
				text += "政府"
			}
			break
		}
	}
	for i := range text {
		if y, before, _ := findYear(text[i:]); y != 0 && before == "" {
			if name = text[:i]; strings.TrimSpace(name) == "" {
				_, after, _ := strings.Cut(text[i:], "年")
				name = strings.TrimPrefix(after, "度")
			}
			break
		}
	}
	name = strings.TrimPrefix(strings.TrimSpace(name), "关于")
	name = strings.Trim(name, " （()）《》“”:：-—_、,，")
	if n := utf8.RuneCountInString(name); n < 2 || n > 40 || strings.HasPrefix(name, "附") {
		return ""
	}
	return name
}

// fromName returns the year that a file's name tells, or 0. 2018-… and
// …2018年… count; a longer number, as an archive's serial, does not.
func fromName(file string) int {
	base := strings.TrimSuffix(filepath.Base(strings.ReplaceAll(file, `\`, "/")), filepath.Ext(file))
	found := 0
	for i := 0; i < len(base); {
		j := i
		for j < len(base) && base[j] >= '0' && base[j] <= '9' {
			j++
		}
		if j-i == 4 {
			if y, _ := strconv.Atoi(base[i:j]); y >= 2000 && y <= 2100 {
				if found != 0 && found != y {
					return 0 // two years: nobody knows which
				}
				found = y
			}
		}
		i = max(j, i+1)
	}
	return found
}
