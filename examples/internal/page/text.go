package page

import (
	"sync"

	"github.com/zwgk/statable/schema"
)

// A text is one thing said in both languages.
type text struct{ EN, ZH string }

// both returns what a function says in each language.
func both(f func(schema.Lang) string) text {
	return text{cut(f(schema.English)), cut(f(schema.Chinese))}
}

// indicator names an indicator, by its code where it is unknown.
func indicator(c schema.Code) text {
	if i, ok := schema.Lookup(c); ok {
		return text{i.EN, i.ZH}
	}
	return text{cut(string(c)), cut(string(c))}
}

// subject names a figure: its indicator, applicant and scope.
func subject(c schema.Code, a schema.Applicant, s schema.Scope) text {
	t := indicator(c)
	for _, n := range []text{both(a.Name), both(s.Name)} {
		if n.ZH != "" {
			t.EN += ", " + n.EN
			t.ZH += "，" + n.ZH
		}
	}
	return t
}

// status says in which way there is no figure.
func status(s schema.Status) text {
	switch s {
	case schema.Number, schema.None:
		return text{}
	case schema.Blank:
		return text{"blank", "空白"}
	case schema.Dash:
		return text{"a dash", "横线"}
	case schema.Text:
		return text{"no figure", "不是数字"}
	case schema.Conflict:
		return text{"contradictory", "数值矛盾"}
	case schema.OtherUnit:
		return text{"in another unit", "单位不同"}
	}
	return text{"not printed", "未列"}
}

// What an indicator is needed for beyond its own report.
const (
	forSeries = 1
	forYears  = 2
)

// needed tells for which indicators a report has to be remembered.
var needed = sync.OnceValue(func() map[schema.Code]int {
	need := map[schema.Code]int{}
	for _, s := range schema.SeriesList() {
		for _, m := range s.Mappings {
			for _, t := range m.Expression {
				need[t.Indicator] |= forSeries
			}
		}
	}
	for _, r := range schema.Relations() {
		if r.Kind != schema.AcrossYears {
			continue
		}
		for _, e := range []schema.Expression{r.Left, r.Right} {
			for _, t := range e {
				need[t.Indicator] |= forYears
			}
		}
	}
	return need
})
