package convert

import (
	"strings"
	"unicode"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

// A figure is what a value cell says.
type figure struct {
	status schema.Status
	value  schema.Decimal
	unit   string // the unit printed in the cell, if one is
	remark bool   // words in brackets follow the figure
}

// readFigure reads a value cell. What is not certainly a figure is Text.
func readFigure(c xlsx.Cell) figure {
	switch c.Kind {
	case xlsx.KindNumber:
		v, err := schema.ParseDecimal(c.Number)
		if err != nil {
			return figure{status: schema.Text}
		}
		return figure{status: schema.Number, value: v}
	case xlsx.KindText:
		return readFigureText(c.Text)
	}
	// A percentage, a date, a truth value or an error does not answer how
	// many. 1-2 typed into a cell becomes a date without anybody noticing.
	return figure{status: schema.Text}
}

// noneWords are the words that say that there is none.
var noneWords = map[string]bool{
	"无": true, "没有": true, "未发生": true, "未增未减": true,
}

// unitWords are the units that are read behind a figure, and the unit that
// they count in.
var unitWords = map[string]string{
	"件": "件", "条": "条", "次": "次", "篇": "篇", "个": "个", "项": "项", "人": "人", "人次": "人次",
	"起": "起", "宗": "宗", "份": "份", "元": "元", "万元": "万元", "亿元": "亿元",
	"万": "万", // completed by readFigure's caller for money, refused for counts
}

func readFigureText(text string) figure {
	var buf [64]rune
	if len(text) > 400 {
		return figure{status: schema.Text}
	}
	if isWords(text) {
		return figure{status: schema.Text}
	}
	for _, r := range text {
		// 10① and 10² are figures with a mark for a note: not 101, not 102.
		if r >= 0x80 && unicode.In(r, unicode.No, unicode.Nl) {
			return figure{status: schema.Text}
		}
	}
	text = strings.TrimFunc(text, unicode.IsSpace)
	if brokenDigits(text) {
		return figure{status: schema.Text}
	}
	text, damaged := strings.CutPrefix(text, "? ")
	rs := fold(buf[:0], text)
	if len(rs) == 0 {
		return figure{status: schema.Blank}
	}
	s := strings.TrimSuffix(string(rs), "。")
	if noneWords[s] {
		return figure{status: schema.None, value: "0"}
	}
	if strings.Trim(s, `-—–―−_/\─`) == "" {
		return figure{status: schema.Dash}
	}
	number, rest := splitNumber(s)
	if number == "" || strings.HasSuffix(number, ".") {
		return figure{status: schema.Text}
	}
	v, err := schema.ParseDecimal(number)
	if err != nil {
		return figure{status: schema.Text}
	}
	// A no-break space that lost its encoding is a question mark.
	f := figure{status: schema.Number, value: v, remark: damaged}
	if rest == "" {
		return f
	}
	bare := rest
	if inner, ok := bracketed(rest); ok {
		bare = inner
	}
	if u, ok := unitWords[bare]; ok {
		f.unit = u
		return f
	}
	// 22件(其中修订16件): a unit, then words in brackets.
	i := strings.IndexByte(rest, '(')
	if i < 0 {
		return figure{status: schema.Text}
	}
	if i > 0 {
		u, ok := unitWords[rest[:i]]
		if !ok {
			return figure{status: schema.Text}
		}
		f.unit = u
	}
	if _, ok := bracketed(rest[i:]); !ok {
		return figure{status: schema.Text}
	}
	f.remark = true
	return f
}

// isWords reports whether a text begins as no figure does. Most texts of a
// sheet are labels, and this is all that is looked at.
func isWords(text string) bool {
	for _, r := range text {
		switch {
		case r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z'):
			return true
		case 0x4e00 <= r && r <= 0x9fff:
			return !strings.ContainsRune("无無没沒未减減增", r)
		case unicode.IsSpace(r):
			continue
		}
		return false
	}
	return false
}

// brokenDigits reports whether white space stands between digits: two numbers,
// or one that was broken; nobody knows.
func brokenDigits(text string) bool {
	digit, space := false, false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			space = true
		case unicode.IsDigit(r):
			if digit && space {
				return true
			}
			digit, space = true, false
		default:
			digit, space = false, false
		}
	}
	return false
}

// bracketed returns what stands between the brackets when s is all of one
// pair of brackets.
func bracketed(s string) (string, bool) {
	if len(s) > 2 && s[0] == '(' && strings.IndexByte(s, ')') == len(s)-1 {
		return s[1 : len(s)-1], true
	}
	return "", false
}

// splitNumber splits a plain number, its thousands separators removed, from
// what follows it. 减3 is -3.
func splitNumber(s string) (number, rest string) {
	sign := ""
	switch {
	case strings.HasPrefix(s, "减"):
		sign, s = "-", s[len("减"):]
	case strings.HasPrefix(s, "增"):
		s = s[len("增"):]
	case strings.HasPrefix(s, "-"):
		sign, s = "-", s[1:]
	case strings.HasPrefix(s, "−"):
		sign, s = "-", s[len("−"):]
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == ',' || s[i] == '.') {
		i++
	}
	body, rest := s[:i], s[i:]
	if body == "" || body[0] == ',' || body[0] == '.' {
		return "", ""
	}
	if whole, frac, _ := strings.Cut(body, "."); strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		for k, g := range groups {
			if len(g) > 3 || k > 0 && len(g) != 3 {
				return "", "" // 1,23 may be 1.23, two numbers, or 123
			}
		}
		body = strings.Join(groups, "")
		if frac != "" {
			body += "." + frac
		}
	}
	return sign + body, rest
}
