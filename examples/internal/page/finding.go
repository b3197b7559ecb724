package page

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zwgk/statable/schema"
)

// A findingView is a finding as it is told.
type findingView struct {
	order                  int // errors first
	Code                   string
	Severity               string // error, warning or note
	Title, Message, Advice text
	At                     place
	Printed, Label         string
	Nearest                text
	Relation               *relationView
}

// A place is a cell that is linked to where it is drawn.
type place struct {
	File        string
	Sheet, Cell string
	Other       *entry // the file, where it is not the one that speaks of the cell
	near        bool   // in the sheet that was just named
	in          *entry
	id          string // of the cell's drawing; empty where there can be none
}

// Href returns the link to the cell, or nothing where it is not drawn.
func (p place) Href() string {
	if p.in != nil && p.in.sheets != nil && p.in.ids[p.id] {
		return "#" + p.id
	}
	return ""
}

// Text returns the place in short.
func (p place) Text() string {
	if p.Sheet == "" || p.near {
		return p.Cell
	}
	return p.Sheet + "!" + p.Cell
}

// A relationView is a relation that fails, with both sides.
type relationView struct {
	Name           string
	Text, Where    text
	Left, Right    sideView
	Op             string
	Difference     string
	Missing, Hint  text
	Want           text
	Note           string
	Issuer         string
	Year           int
	Search         string
	Severity, Code string
}

type sideView struct {
	Sum   string
	Parts []partView
}

type partView struct {
	Sign   string
	Name   text
	Value  string
	Status text
	At     place
}

// judge evaluates the relations of a report and returns all findings of the
// file, as they are and as they are told.
func (p *Page) judge(e *entry, r *schema.Report) ([]schema.Finding, []findingView) {
	var all []schema.Finding
	var views []findingView
	told := map[string]bool{}
	results := schema.Evaluate(r)
	for i := range results {
		x := &results[i]
		if x.Relation.Kind != schema.AcrossYears {
			p.weigh(e, x)
		}
		f, ok := x.Finding()
		if !ok || x.Relation.Kind == schema.AcrossYears {
			continue // years are compared when all files are there
		}
		told[sameFinding(f)] = true
		all = append(all, f)
		v := e.finding(f)
		v.Relation = e.relation(x, f)
		for _, side := range []sideView{v.Relation.Left, v.Relation.Right} {
			for i := range side.Parts {
				side.Parts[i].At.near = side.Parts[i].At.Sheet == v.At.Sheet
			}
		}
		views = append(views, v)
	}
	for _, f := range r.Findings {
		if told[sameFinding(f)] || f.Code == schema.RelationAcrossYears {
			continue
		}
		all = append(all, f)
		views = append(views, e.finding(f))
	}
	return all, views
}

// sameFinding is equal for findings of the same relation at the same place.
func sameFinding(f schema.Finding) string {
	if f.Code != schema.RelationFails {
		return ""
	}
	return strings.Join([]string{f.Source.Sheet, f.Source.Cell, f.Facts["relation"], f.Facts["where_en"]}, "\x00")
}

// weigh counts what became of a relation.
func (p *Page) weigh(e *entry, x *schema.Result) {
	if x.Outcome == schema.NotAsked {
		return
	}
	k := relationKey{x.Relation.Form, x.Relation.Name}
	t := p.relations[k]
	if t == nil {
		t = &relationTally{Relation: x.Relation}
		p.relations[k] = t
		p.order = append(p.order, k)
	}
	switch x.Outcome {
	case schema.Fails:
		t.Fails++
		if e != nil && t.last != e.Number {
			t.last = e.Number
			t.In++
		}
	case schema.Holds:
		t.Holds++
		if e != nil {
			e.details.Held++
		}
	default:
		t.Unknown++
		if e != nil {
			e.details.Open++
		}
	}
}

func (e *entry) finding(f schema.Finding) findingView {
	k := f.Code.Kind()
	v := findingView{
		Code: cut(string(f.Code)), Severity: string(k.Severity),
		Title: text{k.TitleEN, k.TitleZH}, Advice: text{k.AdviceEN, k.AdviceZH}, Message: both(f.Message),
		At: e.place(f.Source), Printed: cut(f.Source.Printed), Label: cut(f.Source.Label),
	}
	switch k.Severity {
	case schema.SeverityError:
	case schema.SeverityWarning:
		v.order = 1
	default:
		v.order = 2
	}
	near := func(s string) string {
		s = strings.Trim(cut(s), " ()（）")
		return strings.TrimPrefix(strings.TrimPrefix(s, "nearest: "), "最接近的标签：")
	}
	v.Nearest = text{near(f.Facts["nearest_en"]), near(f.Facts["nearest_zh"])}
	if len(f.Facts) > 0 && v.Message == (text{}) { // a code that the catalogue does not have
		var facts []string
		for _, name := range slices.Sorted(maps.Keys(f.Facts)) {
			facts = append(facts, name+": "+f.Facts[name])
		}
		v.Message.EN = cut(strings.Join(facts, "; "))
		v.Message.ZH = v.Message.EN
	}
	return v
}

// relation tells both sides of a relation that fails.
func (e *entry) relation(x *schema.Result, f schema.Finding) *relationView {
	fact := func(name string) text {
		return text{strings.TrimSpace(cut(f.Facts[name+"_en"])), strings.TrimSpace(cut(f.Facts[name+"_zh"]))}
	}
	op := "≠"
	if x.Relation.Op == schema.AtMost {
		op = ">"
	}
	where := fact("where")
	if where.EN != "" {
		where.EN = " " + where.EN
	}
	v := &relationView{
		Name: x.Relation.Form + "/" + x.Relation.Name, Op: op, Note: cut(x.Relation.Note),
		Text: fact("relation"), Where: where, Missing: fact("missing"), Hint: fact("hint"),
		Left: e.side(x.Left, f.Facts["left"]), Right: e.side(x.Right, f.Facts["right"]), Difference: f.Facts["difference"],
		Issuer: cut(x.Issuer), Year: x.Year, Code: string(f.Code), Severity: string(f.Code.Kind().Severity),
	}
	// What the relation wants at the cell of the finding, if the other side is
	// right and its own side has nothing else.
	for _, s := range [][2]schema.Side{{x.Left, x.Right}, {x.Right, x.Left}} {
		if len(s[0].Parts) != 1 || s[0].Parts[0].Source != f.Source || len(x.Missing()) > 0 {
			continue
		}
		sum := fmt.Sprint(s[1].Sum, unitOf(x.Unit))
		v.Want = text{"= " + sum + ", if the other side is right", "= " + sum + "（若另一边无误）"}
		if x.Relation.Op == schema.AtMost {
			sign := "≤ "
			if s[0].Parts[0].Source == x.Right.Parts[0].Source {
				sign = "≥ "
			}
			v.Want = text{sign + sum + ", if the other side is right", sign + sum + "（若另一边无误）"}
		}
	}
	return v
}

// unitOf returns a unit of money; counts are told without.
func unitOf(unit string) string {
	if strings.HasSuffix(unit, "元") {
		return unit
	}
	return ""
}

func (e *entry) side(s schema.Side, sum string) sideView {
	v := sideView{Sum: cut(sum)}
	for i, q := range s.Parts {
		part := partView{Name: subject(q.Indicator, q.Applicant, q.Scope), Value: string(q.Value) + unitOf(q.Unit), Status: status(q.Status)}
		if q.Status != schema.Absent {
			part.At = e.place(q.Source)
		} else {
			part.Value = ""
		}
		switch {
		case q.Minus:
			part.Sign = "−"
		case i > 0:
			part.Sign = "+"
		}
		v.Parts = append(v.Parts, part)
	}
	return v
}

// place links to a cell in the file's own drawings.
func (e *entry) place(s schema.Source) place {
	return place{File: cut(s.File), Sheet: cut(s.Sheet), Cell: cut(s.Cell), in: e, id: e.cellID(s.Sheet, s.Cell)}
}
