package schema

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Relation is a relation between figures of a form (勾稽关系): two sums of
// figures that must be equal, or of which the first must not exceed the second.
// It is declared once, for the form, and evaluated for every applicant, scope
// or indicator that Over names; see [Evaluate].
type Relation struct {
	Form string       // the name of the form, as in Table.Layout
	Name string       // unique within the form
	Kind RelationKind // where the relation comes from, and whether it is one
	ZH   string       // the relation in words, in Chinese, with "=" or "≤" once
	EN   string       // the same in English
	Left Expression
	Op   Op
	// Right is the whole where the relation is one of parts and a whole.
	Right Expression
	Over  Over
	// Note is what else is known; of NotARelation, why it is none.
	Note string
}

// A RelationKind tells where a relation comes from.
type RelationKind string

// The kinds of relations.
const (
	// Printed relations stand in words on the form itself.
	Printed RelationKind = "printed"
	// Implied relations follow from the structure of the form.
	Implied RelationKind = "implied"
	// AcrossYears relations tie a year's report to the same issuer's next. They
	// are hints: what was reported may have been put right in between.
	AcrossYears RelationKind = "across years"
	// AcrossLevels relations tie a superior's table to the sum of its
	// subordinates'. They are hints, and not declared but made by
	// [EvaluateLevels] for every figure.
	AcrossLevels RelationKind = "across levels"
	// NotARelation marks what looks like a relation and is none. It is declared
	// for the reason in its note, and never evaluated.
	NotARelation RelationKind = "none"
)

// An Op compares the two sides of a relation.
type Op string

// The operators.
const (
	Equal  Op = "="
	AtMost Op = "<="
)

// Over tells for what a relation is evaluated, one by one. Whatever it says, a
// relation never mixes the figures of two scopes or two applicants.
type Over string

// What a relation may run over.
const (
	Once          Over = ""                                         // the form has one column for it
	EachApplicant Over = "each applicant"                           // every applicant's column
	EachIndicator Over = "each indicator of the applications table" // every row with applicants; its terms are applicants
	OverTotal     Over = "total"                                    // the total of applicants only
	EachScope     Over = "each scope"                               // every value column
)

// A Term is a figure in an Expression: of an indicator or, in a relation over
// each indicator, of an applicant.
type Term struct {
	Indicator Code
	Applicant Applicant
	Minus     bool // subtracted
	NextYear  bool // of the same issuer's report of the next year
}

// An Expression is a sum of terms.
type Expression []Term

// String returns the expression as the data spells it, such as
// "application.received + application.carried_in".
func (e Expression) String() string {
	var b strings.Builder
	for i, t := range e {
		switch {
		case t.Minus:
			b.WriteString(" − ")
		case i > 0:
			b.WriteString(" + ")
		}
		b.WriteString(string(t.Indicator) + string(t.Applicant))
		if t.NextYear {
			b.WriteString("@next")
		}
	}
	return b.String()
}

// parseExpression reads what String writes. The minus sign is U+2212.
func parseExpression(s string, applicants bool) (Expression, error) {
	var e Expression
	minus := false
	for i, word := range strings.Fields(s) {
		if i%2 == 1 {
			if word != "+" && word != "−" {
				return nil, fmt.Errorf("%q: %q is neither + nor −", s, word)
			}
			minus = word == "−"
			continue
		}
		name, next := strings.CutSuffix(word, "@next")
		t := Term{Minus: minus, NextYear: next}
		if applicants {
			t.Applicant = Applicant(name)
			if !slices.Contains(Applicants(), t.Applicant) {
				return nil, fmt.Errorf("%q: no applicant %q", s, name)
			}
		} else {
			t.Indicator = Code(name)
			if _, ok := Lookup(t.Indicator); !ok {
				return nil, fmt.Errorf("%q: no indicator %q", s, name)
			}
		}
		e = append(e, t)
	}
	if len(strings.Fields(s)) != 2*len(e)-1 {
		return nil, fmt.Errorf("%q: not a sum", s)
	}
	return e, nil
}

//go:embed data/relations.csv
var relationsCSV string

var relations = sync.OnceValue(func() []Relation {
	list, err := parseRelations(relationsCSV)
	if err != nil {
		panic("schema: embedded relations: " + err.Error()) // a test reads them
	}
	return list
})

func parseRelations(text string) ([]Relation, error) {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var list []Relation
	for _, f := range records[1:] {
		r := Relation{
			Form: f[0], Name: f[1], Kind: RelationKind(f[2]), ZH: f[3], EN: f[4],
			Op: Op(f[6]), Over: Over(f[8]), Note: f[9],
		}
		if r.Left, err = parseExpression(f[5], r.Over == EachIndicator); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", r.Form, r.Name, err)
		}
		if r.Right, err = parseExpression(f[7], r.Over == EachIndicator); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", r.Form, r.Name, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// Relations returns the declared relations of all forms, those of a form
// together, with those that look like relations and are none. The caller may
// keep and change the slice, but not the expressions in it.
func Relations() []Relation { return slices.Clone(relations()) }
