package schema

import (
	"strings"
	"testing"
)

// TestParseExpression holds the grammar of the data: terms with + or − (U+2212)
// between them, each a code, with @next for the next year.
func TestParseExpression(t *testing.T) {
	tests := []struct {
		in         string
		applicants bool
		want       string // empty: an error
	}{
		{"appeal", false, "appeal"},
		{"appeal + complaint − remedy", false, "appeal + complaint − remedy"},
		{"appeal@next − complaint@next", false, "appeal@next − complaint@next"},
		{"enterprise + other", true, "enterprise + other"},
		{"", false, ""},
		{"appeal +", false, ""},
		{"+ appeal", false, ""},
		{"appeal complaint", false, ""},
		{"appeal - complaint", false, ""}, // a hyphen
		{"appeal * complaint", false, ""},
		{"appeals", false, ""},
		{"enterprise", false, ""},
		{"appeal", true, ""},
		{"appeal@last", false, ""},
		{"appeal@next@next", false, ""},
	}
	for _, tt := range tests {
		e, err := parseExpression(tt.in, tt.applicants)
		if got := e.String(); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q gives %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

// TestParseData proves that mistakes in the data are told with their place.
func TestParseData(t *testing.T) {
	const relationHead = "form,name,kind,zh,en,left,op,right,over,note\n"
	_, err := parseRelations(relationHead + "f,n,printed,a = b,a = b,appeal + appeals,=,complaint,,\n")
	if err == nil || !strings.Contains(err.Error(), "f/n") || !strings.Contains(err.Error(), `"appeals"`) {
		t.Errorf("left: %v", err)
	}
	_, err = parseRelations(relationHead + "f,n,printed,a = b,a = b,appeal,=,complaints,,\n")
	if err == nil || !strings.Contains(err.Error(), "f/n") || !strings.Contains(err.Error(), `"complaints"`) {
		t.Errorf("right: %v", err)
	}
	if _, err = parseRelations(relationHead + "f,n,printed\n"); err == nil {
		t.Error("a line of three columns is read")
	}
	_, err = parseSeries("series,zh,en,form,expression,relation,note\ns,名,name,f,appeals,exact,\n")
	if err == nil || !strings.Contains(err.Error(), "s for f") {
		t.Errorf("series: %v", err)
	}
	_, err = parseShares("share,zh,en,numerator,denominator,note\ns,名,name,granted,answered,\n")
	if err == nil || !strings.Contains(err.Error(), `no series "answered"`) {
		t.Errorf("shares: %v", err)
	}
}

// TestMoney holds which units are money.
func TestMoney(t *testing.T) {
	tests := []struct {
		to   string
		v    Decimal
		from string
		want Decimal
	}{
		{"万元", "251000", "元", "25.1"},
		{"元", "0.37", "万元", "3700"},
		{"元", "1.5", "千元", "1500"},
		{"万元", "2", "亿元", "20000"},
		{"件", "5", "条", "5"},
		{"元", "5", "件", "5"},
		{"", "5", "万元", "5"},
	}
	for _, tt := range tests {
		if got := in(tt.to, tt.v, tt.from); got != tt.want {
			t.Errorf("%s %s in %s is %s, want %s", tt.v, tt.from, tt.to, got, tt.want)
		}
	}
}

// TestSlip holds which mistakes turn one spelling into another.
func TestSlip(t *testing.T) {
	tests := []struct {
		wrong, right string
		want         HintKind
	}{
		{"112", "113", HintDigit},
		{"0", "3", HintDigit},
		{"121", "112", HintTransposed},
		{"2112", "1212", HintTransposed},
		{"211", "112", HintFigure}, // not neighbours
		{"3124", "1324", HintTransposed},
		{"2315", "1325", HintFigure}, // two digits, of which none took the other's place
		{"1213", "1231", HintTransposed},
		{"1224", "1342", HintFigure}, // three digits
		{"2134", "1324", HintFigure},
		{"11", "113", HintDigit},   // one digit lost
		{"1113", "113", HintDigit}, // one digit twice
		{"13", "113", HintDigit},
		{"31", "113", HintFigure},
		{"1", "113", HintFigure},
	}
	for _, tt := range tests {
		if got := slip(tt.wrong, tt.right); got != tt.want {
			t.Errorf("%s for %s is %s, want %s", tt.wrong, tt.right, got, tt.want)
		}
	}
}

// TestCommonUnit proves that parts without a value have no say.
func TestCommonUnit(t *testing.T) {
	part := func(s Status, unit string) Part { return Part{Status: s, Unit: unit} }
	tests := []struct {
		parts []Part
		want  string
		same  bool
	}{
		{[]Part{part(Number, "件"), part(None, "件")}, "件", true},
		{[]Part{part(Number, "件"), part(Blank, "条")}, "件", true},
		{[]Part{part(Number, "件"), part(Number, "条")}, "", false},
		{[]Part{part(Number, "元"), part(Number, "万元")}, "万元", true},
		{[]Part{part(Number, "元"), part(Number, "件")}, "", false},
		{[]Part{part(Number, "件"), part(Number, "元")}, "", false},
		{[]Part{part(Blank, "件")}, "", true},
	}
	for _, tt := range tests {
		if got, same := commonUnit(tt.parts); got != tt.want || same != tt.same {
			t.Errorf("%v have the unit %q, %t; want %q, %t", tt.parts, got, same, tt.want, tt.same)
		}
	}
}
