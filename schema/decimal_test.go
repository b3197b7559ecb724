package schema_test

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/zwgk/statable/schema"
)

func TestParseDecimal(t *testing.T) {
	tests := []struct {
		in     string
		want   schema.Decimal // empty: an error
		reason string
	}{
		{"0", "0", ""},
		{"8", "8", ""},
		{"08.50", "8.5", "zeros that say nothing go"},
		{"-0", "0", "there is one zero"},
		{"-0.00", "0", "there is one zero"},
		{"00", "0", "as printed in one real table"},
		{"+21", "21", "as changes are printed"},
		{"-2", "-2", ""},
		{"96171.6", "96171.6", ""},
		{"0.0001", "0.0001", ""},
		{"100", "100", "zeros before the point count"},
		{strings.Repeat("9", 40), schema.Decimal(strings.Repeat("9", 40)), "forty digits are the most"},
		{"0." + strings.Repeat("0", 39) + "1", schema.Decimal("0." + strings.Repeat("0", 39) + "1"), "the zero before the point is no digit that counts"},
		{strings.Repeat("0", 100) + "1", "1", "leading zeros do not count"},
		{strings.Repeat("9", 41), "", "one digit too many"},
		{strings.Repeat("9", 21) + "." + strings.Repeat("9", 20), "", "digits on both sides of the point count"},
		{"", "", ""},
		{"-", "", ""},
		{"+", "", ""},
		{".", "", ""},
		{".5", "", "not a plain number"},
		{"5.", "", "not a plain number"},
		{"1.2.3", "", ""},
		{"--253", "", "as printed in one real table"},
		{"1,234", "", "separators are the reader's business"},
		{"1e3", "", "an exponent could stand for more digits than there is memory"},
		{"８", "", "only ASCII digits"},
		{"0x10", "", ""},
		{" 8", "", "white space is the reader's business"},
		{"1/3", "", ""},
		{"NaN", "", ""},
	}
	for _, tt := range tests {
		got, err := schema.ParseDecimal(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseDecimal(%q) = %q, %v; want %q; %s", tt.in, got, err, tt.want, tt.reason)
		}
	}
}

func TestDecimalShift(t *testing.T) {
	tests := []struct {
		d      schema.Decimal
		n      int
		want   schema.Decimal
		reason string
	}{
		{"0.37", 4, "3700", "万元 into 元"},
		{"251000", -4, "25.1", "元 into 万元"},
		{"5", -4, "0.0005", "zeros fill up after the point"},
		{"5", 4, "50000", "zeros fill up before the point"},
		{"-12.5", 1, "-125", "the sign stays"},
		{"-12.5", -3, "-0.0125", "the sign stays"},
		{"12.5", 0, "12.5", ""},
		{"0", 4, "0", "zero stays zero"},
		{"", 4, "", "no number stays none"},
		{"0.05", 1, "0.5", "a zero after the point goes"},
		{"100", -2, "1", "zeros at the end go"},
	}
	for _, tt := range tests {
		if got := tt.d.Shift(tt.n); got != tt.want {
			t.Errorf("%q.Shift(%d) = %q, want %q; %s", tt.d, tt.n, got, tt.want, tt.reason)
		}
	}
}

func TestDecimalAdd(t *testing.T) {
	tests := []struct {
		a, b, want schema.Decimal
		reason     string
	}{
		{"0.1", "0.2", "0.3", "exact, which binary fractions are not"},
		{"1.5", "-1.5", "0", ""},
		{"-1", "0.25", "-0.75", ""},
		{"14722.49", "81449.11", "96171.6", "the zero at the end goes"},
		{"999999999999999999", "1", "1000000000000000000", "more than fits eighteen digits"},
		{"9223372036854775807", "9223372036854775807", "18446744073709551614", "more than fits an int64"},
		{schema.Decimal(strings.Repeat("9", 40)), "1", schema.Decimal("1" + strings.Repeat("0", 40)), "a sum may have more digits than can be read"},
		{"0", "7", "7", ""},
		{"7", "0", "7", ""},
		{"", "7", "", "no number"},
		{"7", "", "", "no number"},
		{"0", "", "", "no number, and not 0"},
		{"", "0", "", "no number, and not 0"},
	}
	for _, tt := range tests {
		if got := tt.a.Add(tt.b); got != tt.want {
			t.Errorf("%q.Add(%q) = %q, want %q; %s", tt.a, tt.b, got, tt.want, tt.reason)
		}
	}
}

func TestDecimalCmp(t *testing.T) {
	inOrder := []schema.Decimal{"", "-12", "-1.5", "-1", "-0.1", "0", "0.09", "0.1", "1", "9", "10", "10.01", "9999999999999999999999"}
	for i, a := range inOrder {
		for k, b := range inOrder {
			want := 0
			if i < k {
				want = -1
			} else if i > k {
				want = 1
			}
			if got := a.Cmp(b); got != want {
				t.Errorf("%q.Cmp(%q) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestDecimalRat(t *testing.T) {
	for d, want := range map[schema.Decimal]*big.Rat{
		"0.125": big.NewRat(1, 8), "-3": big.NewRat(-3, 1), "0": new(big.Rat),
		"": nil, "1/3": nil, "1e9999999": nil, "x": nil, "-": nil, "--1": nil,
	} {
		got := d.Rat()
		if (got == nil) != (want == nil) || got != nil && got.Cmp(want) != 0 {
			t.Errorf("%q.Rat() = %v, want %v", d, got, want)
		}
	}
}

func TestDecimalIsInteger(t *testing.T) {
	for d, want := range map[schema.Decimal]bool{"8": true, "-8": true, "0": true, "8.5": false, "": false} {
		if got := d.IsInteger(); got != want {
			t.Errorf("%q.IsInteger() = %t, want %t", d, got, want)
		}
	}
}

func TestDecimalText(t *testing.T) {
	tests := []struct {
		json string
		want schema.Decimal
		ok   bool
	}{
		{`"08.50"`, "8.5", true},
		{`""`, "", true},
		{`"1e3"`, "", false},
		{`8`, "", false}, // a JSON number may have lost digits on its way
	}
	for _, tt := range tests {
		var d schema.Decimal
		if err := json.Unmarshal([]byte(tt.json), &d); (err == nil) != tt.ok || d != tt.want {
			t.Errorf("%s gives %q, %v; want %q", tt.json, d, err, tt.want)
		}
	}
}

// TestDecimalProperties holds sums and shifts against fractions.
func TestDecimalProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	random := func() schema.Decimal {
		b := []byte("-")
		for range 1 + rnd.IntN(20) {
			b = append(b, byte('0'+rnd.IntN(10)))
		}
		if rnd.IntN(2) == 0 {
			b = append(b, '.')
			for range 1 + rnd.IntN(10) {
				b = append(b, byte('0'+rnd.IntN(10)))
			}
		}
		d, err := schema.ParseDecimal(string(b[rnd.IntN(2):]))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for range 2000 {
		a, b := random(), random()
		checkDecimal(t, a)
		if sum, want := a.Add(b), new(big.Rat).Add(a.Rat(), b.Rat()); sum.Rat().Cmp(want) != 0 || sum != b.Add(a) {
			t.Errorf("%s + %s = %s, want %s", a, b, sum, want)
		}
		if got, want := a.Cmp(b), a.Rat().Cmp(b.Rat()); got != want {
			t.Errorf("%s.Cmp(%s) = %d, want %d", a, b, got, want)
		}
	}
}

// checkDecimal checks what holds of every number.
func checkDecimal(t *testing.T, d schema.Decimal) {
	t.Helper()
	if again, err := schema.ParseDecimal(string(d)); err != nil || again != d {
		t.Errorf("%q is read again as %q, %v", d, again, err)
	}
	if got := d.Neg().Neg(); got != d {
		t.Errorf("%q twice negated is %q", d, got)
	}
	if got := d.Add(d.Neg()); got != "0" {
		t.Errorf("%q less itself is %q", d, got)
	}
	for _, n := range []int{-8, -4, -1, 1, 4, 8} {
		shifted := d.Shift(n)
		if got := shifted.Shift(-n); got != d {
			t.Errorf("%q there and back by %d is %q", d, n, got)
		}
		want := new(big.Rat).Mul(d.Rat(), new(big.Rat).SetFrac(
			new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(0, n))), nil),
			new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(0, -n))), nil)))
		if shifted.Rat().Cmp(want) != 0 {
			t.Errorf("%q.Shift(%d) = %q", d, n, shifted)
		}
	}
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0", "08.50", "+21", "96171.6", "", ".", "1.", ".1", "--253", "1e3", "８", "999999999999999999999999999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := schema.ParseDecimal(s)
		if err != nil {
			if d != "" {
				t.Errorf("ParseDecimal(%q) = %q and %v", s, d, err)
			}
			return
		}
		if want, ok := new(big.Rat).SetString(s); !ok || d.Rat().Cmp(want) != 0 {
			t.Errorf("ParseDecimal(%q) = %s, want %s", s, d, want)
		}
		checkDecimal(t, d)
	})
}
