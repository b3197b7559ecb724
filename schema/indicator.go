package schema

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
)

// A Code identifies an indicator, such as "application.received". Codes are
// stable: programs may store and compare them.
type Code string

// An Indicator is one distinct printed meaning. Two forms share an indicator
// only where they mean the same; what may be compared beyond that is a matter
// of comparable series.
type Indicator struct {
	Code   Code
	ZH     string        // name in Chinese, in the wording of a form
	EN     string        // name in English
	Unit   string        // the unit where a form prints none
	Kind   IndicatorKind // what numbers it can hold
	Parent Code          // the broader indicator; its children need not add up to it
}

// An IndicatorKind tells what numbers an indicator can hold.
type IndicatorKind string

// The kinds of indicators.
const (
	Count  IndicatorKind = "count"  // a whole number, not negative
	Signed IndicatorKind = "signed" // a whole number
	Amount IndicatorKind = "amount" // a decimal number: money
)

// An Applicant is the kind of applicant that a column of an applications
// table counts. It is empty where a form does not tell applicants apart.
type Applicant string

// The applicants of the national forms of 2019 and 2021. The five between
// NaturalPerson and Total are the kinds of 法人或其他组织.
const (
	NaturalPerson   Applicant = "natural_person" // 自然人
	Enterprise      Applicant = "enterprise"     // 商业企业
	Research        Applicant = "research"       // 科研机构
	PublicBenefit   Applicant = "public_benefit" // 社会公益组织
	LegalService    Applicant = "legal_service"  // 法律服务机构
	OtherApplicants Applicant = "other"          // 其他
	Total           Applicant = "total"          // 总计
)

// Applicants returns the code list of applicants in the order of the forms.
func Applicants() []Applicant {
	return []Applicant{NaturalPerson, Enterprise, Research, PublicBenefit, LegalService, OtherApplicants, Total}
}

// A Scope is what a value column covers where a form prints several: a span
// of time or a group of issuing bodies. It is empty where a form has one.
type Scope string

// The scopes.
const (
	Period      Scope = "period"      // 本期实际, 本月累计
	Year        Scope = "year"        // 本年累计, 年度累计, 本年度
	Cumulative  Scope = "cumulative"  // 历年累计
	Government  Scope = "government"  // 区政府
	Departments Scope = "departments" // 区直单位
	Townships   Scope = "townships"   // 乡镇街道
)

// Scopes returns the code list of scopes.
func Scopes() []Scope {
	return []Scope{Period, Year, Cumulative, Government, Departments, Townships}
}

//go:embed data/indicators.csv
var indicatorsCSV string

// The code list is read on first use: importing the package costs nothing.
var codeList = sync.OnceValue(func() (list struct {
	indicators []Indicator
	byCode     map[Code]int
}) {
	records, err := csv.NewReader(strings.NewReader(indicatorsCSV)).ReadAll()
	if err != nil {
		panic("schema: embedded code list: " + err.Error()) // a test reads it
	}
	list.byCode = make(map[Code]int, len(records))
	for i, r := range records[1:] {
		list.indicators = append(list.indicators, Indicator{
			Code: Code(r[0]), ZH: r[1], EN: r[2], Unit: r[3], Kind: IndicatorKind(r[4]), Parent: Code(r[5]),
		})
		list.byCode[Code(r[0])] = i
	}
	return list
})

// Indicators returns the code list of indicators in its published order. The
// caller may keep and change the slice.
func Indicators() []Indicator { return slices.Clone(codeList().indicators) }

// Lookup returns the indicator with the code, or false when there is none.
func Lookup(c Code) (Indicator, bool) {
	list := codeList()
	i, ok := list.byCode[c]
	if !ok {
		return Indicator{}, false
	}
	return list.indicators[i], true
}
