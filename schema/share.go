package schema

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
)

// A ShareCode names a share. Codes are stable.
type ShareCode string

// A ShareKind is an entry of the list of shares: one series of others.
type ShareKind struct {
	Code        ShareCode
	ZH, EN      string
	Numerator   SeriesCode
	Denominator []SeriesCode // to be added up
	Note        string
}

// Name returns the share's name.
func (k ShareKind) Name(lang Lang) string { return either(lang, k.EN, k.ZH) }

// A Share is what one series is of others, for one issuer and year.
type Share struct {
	Issuer   string
	Coverage string // as in Table
	File     string // where the issuer is not known
	Year     int
	Code     ShareCode
	// Numerator and Denominator are kept apart, as two shares can be added up
	// only over their denominators. One of them is empty where a series has no
	// value, and both are where the series come from different forms.
	Numerator, Denominator Decimal
	// Match is the worst of the points'.
	Match Match
	// Break marks a share of which a series has a break; see [Point].
	Break bool
	// Points are the points that the share comes from, the numerator's first.
	Points []Point
}

// Ratio returns the share as an exact fraction, or nil where a series has no
// value or the denominator is 0.
func (s *Share) Ratio() *big.Rat {
	n, d := s.Numerator.Rat(), s.Denominator.Rat()
	if n == nil || d == nil || d.Sign() == 0 {
		return nil
	}
	return n.Quo(n, d)
}

// Percent returns the share in per cent with a number of decimals, rounded half
// away from 0, without a sign for per cent; or nothing where there is no Ratio.
func (s *Share) Percent(decimals int) string {
	r := s.Ratio()
	if r == nil {
		return ""
	}
	return r.Mul(r, big.NewRat(100, 1)).FloatString(decimals)
}

//go:embed data/shares.csv
var sharesCSV string

var shareKinds = sync.OnceValue(func() []ShareKind {
	list, err := parseShares(sharesCSV)
	if err != nil {
		panic("schema: embedded shares: " + err.Error()) // a test reads them
	}
	return list
})

func parseShares(text string) ([]ShareKind, error) {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var list []ShareKind
	for _, f := range records[1:] {
		k := ShareKind{Code: ShareCode(f[0]), ZH: f[1], EN: f[2], Numerator: SeriesCode(f[3]), Note: f[5]}
		for c := range strings.SplitSeq(f[4], " + ") {
			k.Denominator = append(k.Denominator, SeriesCode(c))
		}
		for _, c := range append(slices.Clone(k.Denominator), k.Numerator) {
			if _, ok := LookupSeries(c); !ok {
				return nil, fmt.Errorf("%s: no series %q", k.Code, c)
			}
		}
		list = append(list, k)
	}
	return list, nil
}

// ShareKinds returns the list of shares in its published order: what was
// granted, granted in part, refused or not held of the applications answered,
// and the cases upheld or corrected of those decided either way. The caller may
// keep and change the slice, but not what its elements point to.
func ShareKinds() []ShareKind { return slices.Clone(shareKinds()) }

// Shares returns the shares that the points of a panel give: one for each
// issuer and year, in the order in which the points first name them, and kind
// of share of which a numerator is among the points.
func Shares(points ...Point) []Share {
	type id struct {
		ownerKey
		year int
	}
	at := map[id]map[SeriesCode]*Point{}
	var order []id
	for i := range points {
		p := &points[i]
		k := id{p.owner().key(), p.Year}
		if at[k] == nil {
			at[k] = map[SeriesCode]*Point{}
			order = append(order, k)
		}
		at[k][p.Series] = p
	}
	var shares []Share
	for _, k := range order {
		for _, kind := range shareKinds() {
			if n := at[k][kind.Numerator]; n != nil {
				shares = append(shares, share(kind, n, at[k]))
			}
		}
	}
	return shares
}

func share(kind ShareKind, n *Point, of map[SeriesCode]*Point) Share {
	s := Share{
		Issuer: n.Issuer, Coverage: n.Coverage, File: n.File, Year: n.Year, Code: kind.Code,
		Numerator: n.Value, Denominator: "0", Match: n.Mapping.Match, Break: n.Break, Points: []Point{*n},
	}
	forms := n.Forms
	for _, c := range kind.Denominator {
		d := of[c]
		if d == nil {
			s.Denominator = ""
			continue
		}
		s.Denominator = s.Denominator.Add(d.Value)
		s.Match = s.Match.worst(d.Mapping.Match)
		s.Break = s.Break || d.Break
		if c != kind.Numerator {
			s.Points = append(s.Points, *d)
		}
		forms = slices.DeleteFunc(slices.Clone(forms), func(f string) bool { return !slices.Contains(d.Forms, f) })
	}
	if len(forms) == 0 {
		s.Numerator, s.Denominator = "", ""
	}
	return s
}
