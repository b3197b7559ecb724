package schema

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A SeriesCode names a comparable series. Codes are stable.
type SeriesCode string

// A Series is a concept that figures of several forms can be joined under, to
// be followed over the years and compared between issuers.
type Series struct {
	Code     SeriesCode
	ZH, EN   string
	Mappings []Mapping // at most one a form
}

// A Mapping says how a form answers to a series.
type Mapping struct {
	Form       string
	Expression Expression // over the form's indicators
	Match      Match
	Note       string // why it is not exact, or what else is known
}

// A Match grades how well what is counted answers to a concept. The words are
// those of the mapping relations of SKOS (exactMatch, closeMatch, broadMatch,
// narrowMatch) that XKOS uses for correspondences between classifications; the
// package comment defines them.
type Match string

// The grades.
const (
	Exact    Match = "exact"
	Close    Match = "close"
	Broader  Match = "broader"
	Narrower Match = "narrower"
)

// rank orders the grades from the best.
func (m Match) rank() int { return slices.Index([]Match{Exact, Close, Narrower, Broader}, m) }

// worst returns the lesser of two grades.
func (m Match) worst(n Match) Match {
	if n.rank() > m.rank() {
		return n
	}
	return m
}

// Name returns the grade in words.
func (m Match) Name(lang Lang) string {
	switch m {
	case Exact:
		return either(lang, "exact", "一致")
	case Close:
		return either(lang, "close", "相近")
	case Broader:
		return either(lang, "broader", "偏宽")
	case Narrower:
		return either(lang, "narrower", "偏窄")
	}
	return string(m)
}

// Name returns the series' name.
func (s Series) Name(lang Lang) string { return either(lang, s.EN, s.ZH) }

//go:embed data/series.csv
var seriesCSV string

var seriesList = sync.OnceValue(func() []Series {
	list, err := parseSeries(seriesCSV)
	if err != nil {
		panic("schema: embedded series: " + err.Error()) // a test reads them
	}
	return list
})

func parseSeries(text string) ([]Series, error) {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var list []Series
	for _, f := range records[1:] {
		code := SeriesCode(f[0])
		i := slices.IndexFunc(list, func(s Series) bool { return s.Code == code })
		if i < 0 {
			i = len(list)
			list = append(list, Series{Code: code, ZH: f[1], EN: f[2]})
		}
		e, err := parseExpression(f[4], false)
		if err != nil {
			return nil, fmt.Errorf("%s for %s: %w", code, f[3], err)
		}
		list[i].Mappings = append(list[i].Mappings, Mapping{Form: f[3], Expression: e, Match: Match(f[5]), Note: f[6]})
	}
	return list, nil
}

// SeriesList returns the comparable series in their published order. The caller
// may keep and change the slice, but not what its elements point to.
func SeriesList() []Series { return slices.Clone(seriesList()) }

// LookupSeries returns the series with the code, or false when there is none.
func LookupSeries(c SeriesCode) (Series, bool) {
	list := seriesList()
	if i := slices.IndexFunc(list, func(s Series) bool { return s.Code == c }); i >= 0 {
		return list[i], true
	}
	return Series{}, false
}
