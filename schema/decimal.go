package schema

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// A Decimal is an exact decimal number in its one canonical spelling: an
// optional minus sign, digits without leading zeros, and, where there is a
// fraction, a point and digits without trailing zeros. Two Decimals are equal
// as numbers exactly when they are equal as strings. The empty Decimal is no
// number.
type Decimal string

// maxDigits bounds the spelling of a Decimal. No figure of an official table
// comes near it, and nothing computed from one grows out of proportion.
const maxDigits = 40

// ParseDecimal reads a plain decimal number: an optional sign, digits, and
// optionally a point and more digits, 40 digits at most. It returns the
// canonical spelling, so that "08.50" gives "8.5" and "-0" gives "0".
func ParseDecimal(s string) (Decimal, error) {
	body := s
	neg := false
	if body != "" && (body[0] == '-' || body[0] == '+') {
		neg = body[0] == '-'
		body = body[1:]
	}
	whole, frac, hasPoint := strings.Cut(body, ".")
	if whole == "" || hasPoint && frac == "" || !digits(whole) || !digits(frac) {
		return "", fmt.Errorf("schema: not a plain decimal number: %.60q", s)
	}
	whole = strings.TrimLeft(whole, "0")
	frac = strings.TrimRight(frac, "0")
	if len(whole)+len(frac) > maxDigits {
		return "", fmt.Errorf("schema: a number of more than %d digits: %.60q", maxDigits, s)
	}
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	if neg && whole != "0" {
		whole = "-" + whole
	}
	return Decimal(whole), nil
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Rat returns the number as a new fraction, or nil for the empty Decimal and
// for a string that is not the spelling of a Decimal.
func (d Decimal) Rat() *big.Rat {
	n, scale, ok := d.scaled()
	if !ok {
		return nil
	}
	return new(big.Rat).SetFrac(n, tenTo(scale))
}

// scaled returns the number as n / 10^scale.
func (d Decimal) scaled() (n *big.Int, scale int, ok bool) {
	whole, frac, hasPoint := strings.Cut(strings.TrimPrefix(string(d), "-"), ".")
	if whole == "" || hasPoint && frac == "" || !digits(whole) || !digits(frac) {
		return nil, 0, false
	}
	n, ok = new(big.Int).SetString(whole+frac, 10)
	if ok && d[0] == '-' {
		n.Neg(n)
	}
	return n, len(frac), ok
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// Add returns the sum of two numbers. It is exact, and may have more digits
// than ParseDecimal reads. A sum with no number is no number.
func (d Decimal) Add(e Decimal) Decimal {
	if d == "0" {
		return e
	}
	if e == "0" {
		return d
	}
	if a, ok := d.small(); ok {
		if b, ok := e.small(); ok {
			return Decimal(strconv.FormatInt(a+b, 10))
		}
	}
	a, as, ok := d.scaled()
	b, bs, ok2 := e.scaled()
	if !ok || !ok2 {
		return ""
	}
	scale := max(as, bs)
	a.Mul(a, tenTo(scale-as))
	b.Mul(b, tenTo(scale-bs))
	return Decimal(a.Add(a, b).String()).Shift(-scale)
}

// small returns a whole number that fits an int64 with room for a sum.
func (d Decimal) small() (int64, bool) {
	if len(d) > 18 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(d), 10, 64)
	return n, err == nil
}

// Neg returns the number with the other sign.
func (d Decimal) Neg() Decimal {
	switch {
	case d == "" || d == "0":
		return d
	case d[0] == '-':
		return d[1:]
	}
	return "-" + d
}

// Cmp returns -1, 0 or +1 as the number is less than, equal to or greater than
// the other. No number is less than any.
func (d Decimal) Cmp(e Decimal) int {
	switch {
	case d == e:
		return 0
	case d == "":
		return -1
	case e == "":
		return +1
	case d.Add(e.Neg()).negative():
		return -1
	}
	return +1
}

func (d Decimal) negative() bool { return strings.HasPrefix(string(d), "-") }

// IsInteger reports whether the number has no fraction. No number is none.
func (d Decimal) IsInteger() bool { return d != "" && !strings.Contains(string(d), ".") }

// Shift returns the number times ten to the power n: Shift(4) turns a figure in
// 万元 into one in 元.
func (d Decimal) Shift(n int) Decimal {
	if d == "" || d == "0" || n == 0 {
		return d
	}
	sign, body := "", string(d)
	if body[0] == '-' {
		sign, body = "-", body[1:]
	}
	whole, frac, _ := strings.Cut(body, ".")
	if n > 0 {
		frac += strings.Repeat("0", max(0, n-len(frac)))
		whole, frac = whole+frac[:n], frac[n:]
	} else {
		whole = strings.Repeat("0", max(0, -n-len(whole)+1)) + whole
		cut := len(whole) + n
		whole, frac = whole[:cut], whole[cut:]+frac
	}
	whole = strings.TrimLeft(whole, "0")
	frac = strings.TrimRight(frac, "0")
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	return Decimal(sign + whole)
}

// UnmarshalText accepts what ParseDecimal accepts, and the empty text.
func (d *Decimal) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = ""
		return nil
	}
	v, err := ParseDecimal(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
