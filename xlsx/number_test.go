package xlsx

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func TestClassifyFormat(t *testing.T) {
	for _, tt := range []struct {
		reason string
		code   string
		want   numFormat
	}{
		{"nothing", ``, formatGeneral},
		{"General", `General`, formatGeneral},
		{"General in capitals, as some programs write it", `GENERAL`, formatGeneral},
		{"General as Chinese Excel shows it", `G/通用格式`, formatGeneral},
		{"General with text", `General"元"`, formatGeneral},
		{"text", `@`, formatGeneral},
		{"digits", `0`, formatGeneral},
		{"digits of a width, as WPS writes them", `0_ `, formatGeneral},
		{"decimals of a width", `0.00_ `, formatGeneral},
		{"decimals with red negatives", `0.00_ ;[Red]\-0.00\ `, formatGeneral},
		{"thousands", `#,##0`, formatGeneral},
		{"accounting", `_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ `, formatGeneral},
		{"an exponent", `0.00E+00`, formatGeneral},
		{"an exponent in small letters", `##0.0e-0`, formatGeneral},
		{"a fraction", `# ??/??`, formatGeneral},
		{"a currency", `[$¥-804]#,##0.00`, formatGeneral},
		{"a condition", `[>=1000]0.0,"千";0`, formatGeneral},
		{"capital numerals", `[DBNum1][$-804]General`, formatGeneral},
		{"quoted letters of dates", `0.0"days"`, formatGeneral},
		{"escaped letters of dates", `0\d\a\y\s`, formatGeneral},
		{"letters of dates as widths and fillings", `0_d*y`, formatGeneral},
		{"a quoted percent sign", `0.0"%"`, formatGeneral},
		{"an escaped percent sign", `0.0\%`, formatGeneral},
		{"another letter in brackets", `[a]0`, formatGeneral},
		{"several letters in brackets", `[hms]0`, formatGeneral},
		{"a quotation without end", `0.0"%yyyy`, formatGeneral},
		{"a bracket without end", `0[yyyy`, formatGeneral},
		{"a backslash at the end", `0\`, formatGeneral},
		{"a year as a unit of a number", `0年`, formatGeneral},
		{"only the sections say", `;;;`, formatGeneral},

		{"percent", `0%`, formatPercent},
		{"percent with decimals", `0.00%`, formatPercent},
		{"percent with red negatives", `0.0%;[Red]-0.0%`, formatPercent},
		{"percent with a width", `0.00_%%`, formatPercent},
		{"percent in the second section, when the first shows only text", `[=0]"-";0.0%`, formatPercent},
		{"percent in brackets", `[Blue]0.0%_)`, formatPercent},

		{"a date", `yyyy-mm-dd`, formatDate},
		{"a date with a text section", `yyyy/m/d;@`, formatDate},
		{"a Chinese date, quoted", `yyyy"年"m"月"d"日"`, formatDate},
		{"a Chinese date, escaped", `yyyy\年m\月d\日`, formatDate},
		{"a Chinese date, neither", `yyyy年m月d日`, formatDate},
		{"a date of a language", `[$-804]yyyy"年"m"月";@`, formatDate},
		{"a date in Chinese numerals", `[DBNum1][$-804]yyyy"年"m"月"d"日";@`, formatDate},
		{"a month alone", `mmm`, formatDate},
		{"a year of an era", `e"年"`, formatDate},
		{"a day of the week", `[$-804]aaaa;@`, formatDate},
		{"only characters", `年月`, formatDate},
		{"capitals", `YYYY-MM-DD`, formatDate},
		{"letters with digits of seconds do not matter", `d-mmm-yy`, formatDate},

		{"a time", `h:mm`, formatTime},
		{"a time with seconds", `h:mm:ss`, formatTime},
		{"minutes and seconds", `mm:ss.0`, formatTime},
		{"a time of twelve hours", `h:mm AM/PM`, formatTime},
		{"a time of twelve hours, in short", `h A/P`, formatTime},
		{"a time of twelve hours in Chinese", `上午/下午h"时"mm"分"`, formatTime},
		{"elapsed hours", `[h]:mm:ss`, formatTime},
		{"elapsed hours alone", `[hh]`, formatTime},
		{"elapsed minutes", `[mm]:ss`, formatTime},
		{"elapsed seconds", `[s]`, formatTime},
		{"only characters of a time", `时分`, formatTime},

		{"both", `yyyy-mm-dd hh:mm`, formatDateTime},
		{"both in Chinese", `m"月"d"日" h"时"`, formatDateTime},
		{"both with AM", `m/d/yy h:mm AM/PM`, formatDateTime},
	} {
		if got := classifyFormat(tt.code); got != tt.want {
			t.Errorf("%s: classifyFormat(%q) = %d, want %d", tt.reason, tt.code, got, tt.want)
		}
	}
}

func TestBuiltinFormat(t *testing.T) {
	want := map[int]numFormat{9: formatPercent, 10: formatPercent, 22: formatDateTime}
	for _, r := range []struct {
		first, last int
		is          numFormat
	}{
		{14, 17, formatDate}, {18, 21, formatTime}, {27, 31, formatDate}, {32, 35, formatTime}, {36, 36, formatDate},
		{45, 47, formatTime}, {50, 54, formatDate}, {55, 56, formatTime}, {57, 58, formatDate},
	} {
		for id := r.first; id <= r.last; id++ {
			want[id] = r.is
		}
	}
	for id := -1; id < 200; id++ {
		if got := builtinFormat(id); got != want[id] {
			t.Errorf("builtinFormat(%d) = %d, want %d", id, got, want[id])
		}
	}
}

func TestPlain(t *testing.T) {
	for _, tt := range []struct {
		in   float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {-1.5, "-1.5"}, {1e15, "1000000000000000"},
		{math.Nextafter(0.8, 0), "0.7999999999999999"}, {1e-7, "0.0000001"}, {12345678901234567890, "12345678901234567000"},
		{math.MaxFloat64, "179769313486231570" + strings.Repeat("0", 291)},
		{math.SmallestNonzeroFloat64, "0." + strings.Repeat("0", 323) + "5"},
		{-2.2250738585072014e-308, "-0." + strings.Repeat("0", 307) + "22250738585072014"},
	} {
		if got := plain(tt.in); got != tt.want {
			t.Errorf("plain(%v) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestNumberCell(t *testing.T) {
	for _, tt := range []struct {
		reason   string
		v        float64
		nf       numFormat
		date1904 bool
		kind     Kind
		text     string
		number   string
	}{
		{"a number", 1234567, formatGeneral, false, KindNumber, "1234567", "1234567"},
		{"negative zero", math.Copysign(0, -1), formatGeneral, false, KindNumber, "0", "0"},
		{"infinity", math.Inf(1), formatGeneral, false, KindError, "#NUM!", ""},
		{"not a number", math.NaN(), formatPercent, false, KindError, "#NUM!", ""},

		{"percent", 0.3125, formatPercent, false, KindPercent, "31.25%", "0.3125"},
		{"percent of more places than are shown", 0.796875, formatPercent, false, KindPercent, "79.6875%", "0.796875"},
		{"percent that a product of floats gets wrong", 0.07, formatPercent, false, KindPercent, "7%", "0.07"},
		{"percent that a product of floats gets wrong, too", 0.289, formatPercent, false, KindPercent, "28.9%", "0.289"},
		{"percent of 1", 1, formatPercent, false, KindPercent, "100%", "1"},
		{"percent of one place", 0.5, formatPercent, false, KindPercent, "50%", "0.5"},
		{"percent of more than 1", 12.3, formatPercent, false, KindPercent, "1230%", "12.3"},
		{"negative percent", -0.0005, formatPercent, false, KindPercent, "-0.05%", "-0.0005"},
		{"percent of 0", 0, formatPercent, false, KindPercent, "0%", "0"},
		{"small percent", 1e-7, formatPercent, false, KindPercent, "0.00001%", "0.0000001"},

		{"the first day", 1, formatDate, false, KindDate, "1900-01-01", "1"},
		{"the day before the one that never was", 59, formatDate, false, KindDate, "1900-02-28", "59"},
		{"the day that never was", 60, formatDate, false, KindDate, "1900-02-29", "60"},
		{"the day after", 61, formatDate, false, KindDate, "1900-03-01", "61"},
		{"a day", 44562, formatDate, false, KindDate, "2022-01-01", "44562"},
		{"the last day", 2958465, formatDate, false, KindDate, "9999-12-31", "2958465"},
		{"after the last day", 2958466, formatDate, false, KindNumber, "2958466", "2958466"},
		{"rounded to after the last day", 2958465.999999, formatDate, false, KindNumber, "2958465.999999", "2958465.999999"},
		{"the zeroth day", 0, formatDate, false, KindNumber, "0", "0"},
		{"a time of the zeroth day as a date", 0.5, formatDate, false, KindNumber, "0.5", "0.5"},
		{"before the first day", -1, formatDate, false, KindNumber, "-1", "-1"},
		{"a large number", 1e300, formatDate, false, KindNumber, "1" + strings.Repeat("0", 300), "1" + strings.Repeat("0", 300)},
		{"the first day of 1904", 0, formatDate, true, KindDate, "1904-01-01", "0"},
		{"the day that was in 1904", 59, formatDate, true, KindDate, "1904-02-29", "59"},
		{"a day from 1904", 43100, formatDate, true, KindDate, "2022-01-01", "43100"},
		{"the last day from 1904", 2957003, formatDate, true, KindDate, "9999-12-31", "2957003"},
		{"after the last day from 1904", 2957004, formatDate, true, KindNumber, "2957004", "2957004"},

		{"a time", 0.5, formatTime, false, KindDate, "12:00:00", "0.5"},
		{"midnight", 0, formatTime, false, KindDate, "00:00:00", "0"},
		{"a time of more than a day", 1.5, formatTime, false, KindDate, "1900-01-01 12:00:00", "1.5"},
		{"a time of a date", 44562.25, formatTime, false, KindDate, "2022-01-01 06:00:00", "44562.25"},
		{"a date that has a time", 44562.25, formatDate, false, KindDate, "2022-01-01 06:00:00", "44562.25"},
		{"both", 44562.75, formatDateTime, false, KindDate, "2022-01-01 18:00:00", "44562.75"},
		{"both, at midnight", 44562, formatDateTime, false, KindDate, "2022-01-01 00:00:00", "44562"},
		{"both, without a date", 0.75, formatDateTime, false, KindDate, "18:00:00", "0.75"},
		{"both, of the first day of 1904", 0.75, formatDateTime, true, KindDate, "1904-01-01 18:00:00", "0.75"},
		{"a time of 1904", 0.75, formatTime, true, KindDate, "18:00:00", "0.75"},
		{"rounded to the second", 44562.521, formatDateTime, false, KindDate, "2022-01-01 12:30:14", "44562.521"},
		{"rounded to the next day", 44561.9999999, formatDate, false, KindDate, "2022-01-01", "44561.9999999"},
		{"a day of nearly no time", 44562.0000001, formatDate, false, KindDate, "2022-01-01", "44562.0000001"},
	} {
		kind, text, number := numberCell(tt.v, tt.nf, tt.date1904)
		if kind != tt.kind || text != tt.text || number != tt.number {
			t.Errorf("%s: numberCell(%v) = %v %q %q, want %v %q %q", tt.reason, tt.v, kind, text, number, tt.kind, tt.text, tt.number)
		}
	}
}

// TestDatesExcelize compares all days with excelize's, which count from March
// 1900 or from 1904 on without exceptions.
func TestDatesExcelize(t *testing.T) {
	for _, date1904 := range []bool{false, true} {
		for day := 61; day < 2957004; day += 13 {
			want, err := excelize.ExcelDateToTime(float64(day), date1904)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := dateText(float64(day), formatDate, date1904); !ok || got != want.Format(time.DateOnly) {
				t.Fatalf("day %d from 1904 %v: %s, by excelize %s", day, date1904, got, want)
			}
		}
	}
}

// TestCanonical compares the digits that are taken as they stand with what
// comes out of a float64.
func TestCanonical(t *testing.T) {
	taken := 0
	check := func(s string) {
		got, ok := canonical(s)
		if !ok {
			return
		}
		taken++
		v, err := strconv.ParseFloat(s, 64)
		if want := plain(v); err != nil || got != want {
			t.Errorf("canonical(%q) = %q, want %q, %v", s, got, want, err)
		}
	}
	for _, s := range []string{"", "-", ".", "-.", "1-", "--1", "1.2.3", " 1", "1e5", "+1", "0", "-0", "0.0", "-0.0", "00", "01", "-01", "0.1", "-0.10",
		".5", "5.", "10", "1.50", "100.00", "999999999999999", "9999999999999999", "0.99999999999999", "0.000000000000001", "123456789.123456", "x"} {
		check(s)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		digits := strconv.FormatInt(r.Int64N(int64(math.Pow10(1+r.IntN(17)))), 10)
		if i := r.IntN(len(digits) + 1); r.IntN(2) == 0 {
			digits = digits[:i] + "." + digits[i:]
		}
		check([]string{"", "-", "0.000"}[r.IntN(3)] + digits)
	}
	if taken < 10_000 {
		t.Errorf("only %d numbers were taken as they stand", taken)
	}
}

func TestErrorText(t *testing.T) {
	want := map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
	for code := range 256 {
		if got := errorText(byte(code)); got != want[byte(code)] {
			t.Errorf("errorText(%#x) = %q, want %q", code, got, want[byte(code)])
		}
	}
}
