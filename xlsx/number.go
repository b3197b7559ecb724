package xlsx

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A numFormat is what a number format makes of a number, as far as the text
// of a cell depends on it.
type numFormat uint8

const (
	formatGeneral numFormat = iota
	formatPercent
	formatDate
	formatTime
	formatDateTime
)

// builtinFormat returns what the number format of a built-in id makes of a
// number. The ids 27 to 36 and 50 to 58 belong to the East Asian editions and
// mean something else in each; those of the Chinese edition are taken
// (ECMA-376 part 1, 18.8.30, zh-cn).
func builtinFormat(id int) numFormat {
	switch {
	case id == 9 || id == 10:
		return formatPercent
	case 14 <= id && id <= 17, 27 <= id && id <= 31, id == 36, 50 <= id && id <= 54, id == 57, id == 58:
		return formatDate
	case 18 <= id && id <= 21, 32 <= id && id <= 35, 45 <= id && id <= 47, id == 55, id == 56:
		return formatTime
	case id == 22:
		return formatDateTime
	}
	return formatGeneral
}

// classifyFormat returns what a format code makes of a number. Quoted text,
// escaped characters and what stands in brackets do not count, except for
// elapsed times such as [h]. Of the sections of a code the first that says
// anything decides.
func classifyFormat(code string) numFormat {
	var date, clock, month, digits, cjkDate, cjkTime bool
	for i := 0; i < len(code); {
		rest := code[i:]
		c, size := utf8.DecodeRuneInString(rest)
		i += size
		switch c {
		case '"':
			if n := strings.IndexByte(code[i:], '"'); n >= 0 {
				i += n + 1
			} else {
				i = len(code)
			}
		case '\\', '_', '*': // the next character stands for itself, its width or its repetition
			_, size = utf8.DecodeRuneInString(code[i:])
			i += size
		case '[':
			n := strings.IndexByte(rest, ']')
			if n < 0 {
				i = len(code)
				break
			}
			i += n
			// Elapsed time is one letter repeated; [Red], [$-804] and [>1] are not.
			if in := strings.ToLower(rest[1:n]); in != "" && strings.Trim(in, in[:1]) == "" &&
				(in[0] == 'h' || in[0] == 'm' || in[0] == 's') {
				clock = true
			}
		case '%':
			return formatPercent
		case '0', '#', '?':
			digits = true
		case '@':
			return formatGeneral
		case 'G', 'g':
			if foldPrefix(rest, "general") || strings.HasPrefix(rest, "G/") { // G/通用格式
				return formatGeneral
			}
		case 'A', 'a':
			switch {
			case foldPrefix(rest, "am/pm"):
				i += len("m/pm")
				clock = true
			case foldPrefix(rest, "a/p"):
				i += len("/p")
				clock = true
			case foldPrefix(rest, "aaa"): // a day of the week
				date = true
			}
		case '上':
			if strings.HasPrefix(rest, "上午/下午") {
				clock = true
			}
		case 'E', 'e': // a year, or the exponent of 0.00E+00
			if i == len(code) || code[i] != '+' && code[i] != '-' {
				date = true
			}
		case 'Y', 'y', 'D', 'd':
			date = true
		case 'H', 'h', 'S', 's':
			clock = true
		case 'M', 'm': // months, or minutes beside hours or seconds
			month = true
		case '年', '月', '日':
			cjkDate = true
		case '时', '時', '分', '秒':
			cjkTime = true
		case ';':
			if date || clock || month || digits {
				i = len(code)
			}
		}
	}
	if !date && !clock && !month && !digits { // 0年 is a number, 年 alone can only be a date
		date, clock = cjkDate, cjkTime
	}
	switch {
	case date && clock:
		return formatDateTime
	case clock:
		return formatTime
	case date || month:
		return formatDate
	}
	return formatGeneral
}

// foldPrefix reports whether s begins with prefix, which is in lower case.
func foldPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// plain returns the shortest decimal that gives f again, without an exponent
// and without a sign before zero.
func plain(f float64) string {
	var b [352]byte // as long as any float64 gets
	return string(appendPlain(b[:0], f))
}

func appendPlain(b []byte, f float64) []byte {
	if f == 0 {
		return append(b, '0')
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// numberCell returns the kind, text and number of a cell that holds v under a
// format, as the documentation of Cell has them. A value that is no date in
// the workbook's date system stays a number, and what is no number at all is
// the error that a sheet shows for it.
func numberCell(v float64, nf numFormat, date1904 bool) (kind Kind, text, number string) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return KindError, errorText(0x24), ""
	}
	return formatted(plain(v), v, nf, date1904)
}

// formatted is numberCell for a number of which the plain decimal is known.
func formatted(number string, v float64, nf numFormat, date1904 bool) (Kind, string, string) {
	switch nf {
	case formatPercent:
		return KindPercent, percent(number), number
	case formatDate, formatTime, formatDateTime:
		if text, ok := dateText(v, nf, date1904); ok {
			return KindDate, text, number
		}
	}
	return KindNumber, number, number
}

// percent returns a plain decimal times hundred with a percent sign. It moves
// the point in the digits, since a product of floats would not be exact:
// 0.07 * 100 is 7.000000000000001.
func percent(number string) string {
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	whole, frac, _ := strings.Cut(number, ".")
	for len(frac) < 2 {
		frac += "0"
	}
	whole = strings.TrimLeft(whole+frac[:2], "0")
	frac = strings.TrimRight(frac[2:], "0")
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		frac = "." + frac
	}
	return sign + whole + frac + "%"
}

// dateText returns the date and time of a serial number, rounded to seconds.
// A date is given with its time if it has one, a time with its date if it is
// a day or more, so that nothing is lost to the format. It reports false for
// what lies outside the years 1900 or 1904 to 9999.
func dateText(v float64, nf numFormat, date1904 bool) (string, bool) {
	const day = 24 * 60 * 60
	if !(0 <= v && v < 3e6) {
		return "", false
	}
	seconds := int(math.Round(v * day))
	days, seconds := seconds/day, seconds%day
	clock := nf != formatDate || seconds != 0
	date := nf == formatDate || days != 0 || nf == formatDateTime && date1904
	var b []byte
	if date {
		first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
		switch {
		case date1904: // day 0 is 1 January 1904
			first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		case days == 0: // the zeroth of January 1900
			return "", false
		case days < 60: // day 60 is a 29 February 1900, which never was
			first = first.AddDate(0, 0, 1)
		}
		t := first.AddDate(0, 0, days)
		switch {
		case t.Year() > 9999:
			return "", false
		case days == 60 && !date1904:
			b = append(b, "1900-02-29"...)
		default:
			b = t.AppendFormat(b, time.DateOnly)
		}
		if clock {
			b = append(b, ' ')
		}
	}
	if clock {
		t := time.Unix(int64(seconds), 0).UTC()
		b = t.AppendFormat(b, time.TimeOnly)
	}
	return string(b), true
}

// errorText returns the name of an error code, or "" for what is none.
func errorText(code byte) string {
	switch code {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0F:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1D:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	case 0x2A:
		return "#N/A"
	}
	return ""
}
