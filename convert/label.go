package convert

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A key is what remains of a printed label when everything is taken away in
// which copies of the same form differ: width, white space, Traditional
// script, pinyin that mirrors insert, numbering, 其中, quotes and punctuation.
type key struct {
	full string // with the words in brackets
	core string // without them; equal to full where there are none
}

//go:embed data/variants.txt
var variantsTXT string

// variants maps Traditional and variant characters to those of the layouts.
var variants = sync.OnceValue(func() map[rune]rune {
	m := make(map[rune]rune, 256)
	for line := range strings.Lines(variantsTXT) {
		to, from, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || to == "#" {
			continue
		}
		for _, r := range from {
			m[r] = []rune(to)[0]
		}
	}
	return m
})

// sameWords are words that copies of the forms use for one another. The first
// is replaced by the second in layouts and in print alike.
var sameWords = [][2]string{
	{"其它", "其他"},
	{"免于", "免予"},
	{"网上", "网络"},
	{"情形", "情况"},
	{"档案", "文件"}, // 規範性檔案, the Taiwan word for 文件
}

func unify(s string) string {
	for _, w := range sameWords {
		if strings.Contains(s, w[0]) {
			s = strings.ReplaceAll(s, w[0], w[1])
		}
	}
	return s
}

// longestLabel is the length in bytes above which a text is prose, not a
// label. The longest label of a form has 135.
const longestLabel = 400

// makeKey normalises a printed label. It returns the zero key for a text that
// is too long for a label or has no letters.
func makeKey(text string) key {
	if len(text) > longestLabel {
		return key{}
	}
	var buf [longestLabel]rune
	rs := stripNumbering(stripPinyin(fold(buf[:0], text)))
	// full and core are written into one buffer each; core only once there
	// is something in brackets.
	full := make([]byte, 0, len(text))
	var core []byte
	depth, remarks := 0, false
	for i, r := range rs {
		switch r {
		case '(', '[', '〔', '【':
			// An opening bracket without a closing one opens nothing.
			if closes(rs[i+1:]) {
				depth++
			}
			continue
		case ')', ']', '〕', '】':
			depth = max(0, depth-1)
			continue
		}
		if !(0x4e00 <= r && r <= 0x9fff) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if depth > 0 && !remarks {
			remarks = true
			core = append(make([]byte, 0, len(text)), full...)
		}
		full = utf8.AppendRune(full, r)
		if remarks && depth == 0 {
			core = utf8.AppendRune(core, r)
		}
	}
	k := key{full: unify(string(full))}
	k.core = k.full
	if len(core) > 0 {
		k.core = unify(string(core))
	}
	return k
}

func closes(rs []rune) bool {
	for _, r := range rs {
		switch r {
		case ')', ']', '〕', '】':
			return true
		}
	}
	return false
}

// fold appends the characters of text to rs: half width, simplified, without
// white space and control characters, compatibility characters taken apart
// (㈠ is (一), ① is 1).
func fold(rs []rune, text string) []rune {
	trad := variants()
	for _, r := range text {
		switch {
		case r < 0x80:
			if r > ' ' && r != 0x7f {
				rs = append(rs, r)
			}
		case 0x4e00 <= r && r <= 0x9fff:
			if s, ok := trad[r]; ok {
				r = s
			}
			rs = append(rs, r)
		case 0xff01 <= r && r <= 0xff5e:
			rs = append(rs, r-0xfee0)
		case r == '、' || r == '。' || r == '“' || r == '”' || r == '《' || r == '》':
			rs = append(rs, r)
		case unicode.IsSpace(r) || unicode.Is(unicode.C, r) || r == 0x3000:
		default:
			for _, c := range norm.NFKC.String(string(r)) {
				if unicode.IsSpace(c) || unicode.Is(unicode.Mn, c) {
					continue
				}
				if s, ok := trad[c]; ok {
					c = s
				}
				rs = append(rs, c)
			}
		}
	}
	return rs
}

// stripPinyin takes away readings in brackets that some mirrors insert after
// characters: 報(bào)告.
func stripPinyin(rs []rune) []rune {
	out := rs[:0]
	for i := 0; i < len(rs); i++ {
		if rs[i] == '(' && i > 0 && rs[i-1] >= 0x2e80 {
			j := i + 1
			for j < len(rs) && j-i <= 8 && rs[j] < 0x250 && unicode.IsLetter(rs[j]) {
				j++
			}
			if j > i+1 && j < len(rs) && rs[j] == ')' {
				i = j
				continue
			}
		}
		out = append(out, rs[i])
	}
	return out
}

// stripNumbering takes away what numbers a row, and 其中, from the front.
func stripNumbering(rs []rune) []rune {
	for range 4 {
		n := numbering(rs)
		if n == 0 || n >= len(rs) {
			break
		}
		rs = rs[n:]
	}
	return rs
}

// numbering returns the length of one piece of numbering at the front of rs,
// or of 其中.
func numbering(rs []rune) int {
	if len(rs) >= 2 && rs[0] == '其' && rs[1] == '中' {
		if len(rs) > 2 && rs[2] == ':' {
			return 3
		}
		return 2
	}
	i, open := 0, false
	if len(rs) > 0 && rs[0] == '(' {
		i, open = 1, true
	}
	start := i
	for i < len(rs) && i-start < 3 && strings.ContainsRune("一二三四五六七八九十", rs[i]) {
		i++
	}
	chinese := i > start
	if !chinese {
		for i < len(rs) && i-start < 2 && '0' <= rs[i] && rs[i] <= '9' {
			i++
		}
	}
	if i == start || i == len(rs) {
		return 0
	}
	next := rs[i]
	switch {
	case open:
		if next == ')' {
			return i + 1
		}
		return 0
	case next == '、' || next == '.' || next == ',' || next == ':' || next == ')':
		if i+1 < len(rs) && !chinese && '0' <= rs[i+1] && rs[i+1] <= '9' {
			return 0 // 1.5, 1,234
		}
		return i + 1
	case !chinese && unicode.Is(unicode.Han, next) && !strings.ContainsRune("年月日条次件个项人篇万元", next):
		return i // 1政府公报…, what ①政府公报… becomes
	}
	return 0
}
