package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Name returns the applicant's name, in Chinese that of the forms.
func (a Applicant) Name(lang Lang) string {
	en, zh := "", ""
	switch a {
	case NaturalPerson:
		en, zh = "natural persons", "自然人"
	case Enterprise:
		en, zh = "enterprises", "商业企业"
	case Research:
		en, zh = "research bodies", "科研机构"
	case PublicBenefit:
		en, zh = "public-benefit organisations", "社会公益组织"
	case LegalService:
		en, zh = "legal services", "法律服务机构"
	case OtherApplicants:
		en, zh = "other organisations", "其他"
	case Total:
		en, zh = "total", "总计"
	}
	return either(lang, en, zh)
}

// Name returns the scope's name.
func (s Scope) Name(lang Lang) string {
	en, zh := "", ""
	switch s {
	case Period:
		en, zh = "this period", "本期"
	case Year:
		en, zh = "this year", "本年累计"
	case Cumulative:
		en, zh = "all years", "历年累计"
	case Government:
		en, zh = "government", "区政府"
	case Departments:
		en, zh = "departments", "区直单位"
	case Townships:
		en, zh = "townships", "乡镇街道"
	}
	return either(lang, en, zh)
}

// Name returns the indicator's name.
func (i Indicator) Name(lang Lang) string { return either(lang, i.EN, i.ZH) }

func either(lang Lang, en, zh string) string {
	if lang == Chinese {
		return zh
	}
	return en
}

// why says why a part has no value.
func (s Status) why(lang Lang) string {
	switch s {
	case Blank:
		return either(lang, "blank", "空白")
	case Dash:
		return either(lang, "a dash", "填横线")
	case Text:
		return either(lang, "no figure", "不是数字")
	case Conflict:
		return either(lang, "contradictory", "数值矛盾")
	case OtherUnit:
		return either(lang, "in another unit", "单位不同")
	}
	return either(lang, "not printed", "未列")
}

// Finding returns the finding that a relation fails, or false when it does not.
func (r *Result) Finding() (Finding, bool) {
	if r.Outcome != Fails {
		return Finding{}, false
	}
	f := Finding{Code: RelationFails}
	switch r.Relation.Kind {
	case AcrossYears:
		f.Code = RelationAcrossYears
	case AcrossLevels:
		f.Code = RelationAcrossLevels
	}
	// The finding stands at the whole, or else at the first part that is printed.
	home := r.Right.Parts
	if r.Relation.Kind == AcrossLevels {
		home = r.Left.Parts
	}
	parts := slices.Concat(r.Left.Parts, r.Right.Parts)
	for _, p := range slices.Concat(home, parts) {
		if p.Status != Absent {
			f.Source = p.Source
			break
		}
	}
	for _, p := range parts {
		if p.Status != Absent {
			f.Related = append(f.Related, p.Source)
		}
	}
	difference := r.Difference
	if difference.negative() {
		difference = difference.Neg()
	}
	unit := ""
	if _, money := yuan(r.Unit); money {
		unit = r.Unit
	}
	f.Facts = map[string]string{
		"relation":   r.Relation.Form + "/" + r.Relation.Name,
		"left":       string(r.Left.Sum) + unit,
		"right":      string(r.Right.Sum) + unit,
		"difference": string(difference) + unit,
	}
	if r.Relation.Kind == AcrossLevels {
		reported, all := r.Reported()
		f.Facts["reported"], f.Facts["subordinates"] = fmt.Sprint(reported), fmt.Sprint(all)
	}
	t := teller{home: f.Source, issuer: r.Relation.Kind == AcrossLevels, applicant: r.Relation.Over == EachIndicator}
	for _, t.lang = range []Lang{English, Chinese} {
		suffix := "_" + string(t.lang)
		f.Facts["relation"+suffix] = t.failing(r.Relation)
		f.Facts["where"+suffix] = t.where(r)
		f.Facts["parts"+suffix] = t.sides(r)
		f.Facts["missing"+suffix] = t.missing(r.Missing())
		f.Facts["hint"+suffix] = t.hints(r.Hints)
	}
	return f, true
}

// A teller puts parts into words in one language. What stands in the file and
// sheet of home is told without them.
type teller struct {
	lang Lang
	home Source
	// What parts differ by, where it is not the indicator.
	issuer, applicant bool
}

func (t teller) say(en, zh string) string { return either(t.lang, en, zh) }

// failing returns the relation in words, with the operator that does hold.
func (t teller) failing(r Relation) string {
	return strings.NewReplacer(" = ", " ≠ ", " ≤ ", " > ").Replace(t.say(r.EN, r.ZH))
}

func (t teller) name(c Code) string {
	i, ok := Lookup(c)
	if !ok {
		return string(c)
	}
	return i.Name(t.lang)
}

// where tells the row or column of a result.
func (t teller) where(r *Result) string {
	var words []string
	if r.Indicator != "" {
		words = append(words, t.name(r.Indicator))
	}
	for _, w := range []string{r.Applicant.Name(t.lang), r.Scope.Name(t.lang)} {
		if w != "" {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return t.say(" ("+strings.Join(words, ", ")+")", "（"+strings.Join(words, "，")+"）")
}

// cell tells an address, as short as it is clear.
func (t teller) cell(s Source) string {
	if s == (Source{}) {
		return ""
	}
	c := s.Cell
	if s.Sheet != "" && (s.Sheet != t.home.Sheet || s.File != t.home.File) {
		c = s.Sheet + "!" + c
	}
	if s.File != t.home.File {
		c = s.File + ":" + c
	}
	return c
}

// subject tells a part without its figure.
func (t teller) subject(p Part) string {
	switch {
	case t.issuer && p.Issuer != "" && p.Coverage != "":
		return p.Issuer + t.say(" ("+p.Coverage+")", "（"+p.Coverage+"）")
	case t.issuer && p.Issuer != "":
		return p.Issuer
	case t.issuer:
		return t.say("a subordinate", "某下级单位")
	case t.applicant && p.Applicant != "":
		return p.Applicant.Name(t.lang)
	}
	return t.name(p.Indicator)
}

func (t teller) at(s Source) string {
	if c := t.cell(s); c != "" {
		return t.say(" ("+c+")", "（"+c+"）")
	}
	return ""
}

// sides tells all parts with their figures. Of many parts, those that are 0 are
// only counted.
func (t teller) sides(r *Result) string {
	if r.Relation.Kind == AcrossLevels {
		return ""
	}
	const many = 6
	side := func(s Side) string {
		var b strings.Builder
		zeros := 0
		for _, p := range s.Parts {
			if len(s.Parts) > many && p.Value == "0" {
				zeros++
				continue
			}
			switch {
			case p.Minus:
				b.WriteString(" − ")
			case b.Len() > 0:
				b.WriteString(" + ")
			}
			figure := "?"
			if p.Status.HasValue() {
				figure = string(p.Value)
				if _, money := yuan(p.Unit); money {
					figure += p.Unit
				}
			}
			b.WriteString(t.subject(p) + " " + figure + t.at(p.Source))
		}
		if zeros > 0 {
			b.WriteString(t.say(fmt.Sprintf(" + %d that are 0", zeros), fmt.Sprintf(" + 其余 %d 项为 0", zeros)))
		}
		return b.String()
	}
	return t.say(
		" Left: "+side(r.Left)+"; right: "+side(r.Right)+".",
		"左边："+side(r.Left)+"；右边："+side(r.Right)+"。")
}

func (t teller) missing(parts []Part) string {
	const most = 10
	var words []string
	for i, p := range parts {
		if i == most {
			words = append(words, t.say(fmt.Sprintf("and %d more", len(parts)-most), fmt.Sprintf("等 %d 项", len(parts))))
			break
		}
		words = append(words, t.subject(p)+t.say(": ", "：")+p.Status.why(t.lang)+t.at(p.Source))
	}
	if len(words) == 0 {
		return ""
	}
	return t.say(" Without a figure: "+strings.Join(words, "; ")+".", "缺数："+strings.Join(words, "；")+"。")
}

func (t teller) hints(hints []Hint) string {
	var b strings.Builder
	for _, h := range hints {
		b.WriteString(t.say(" Hint: ", "提示：") + t.hint(h) + t.say(".", "。"))
	}
	return b.String()
}

// hint tells a hint.
func (t teller) hint(h Hint) string {
	if len(h.Parts) == 0 {
		return string(h.Kind)
	}
	// A figure in words: J12, or what it is where it has no address.
	place := func(p Part) string {
		if c := t.cell(p.Source); p.Source.Cell != "" {
			return c
		}
		name := t.name(p.Indicator)
		if a := p.Applicant.Name(t.lang); a != "" {
			name += t.say(", ", "·") + a
		}
		return name
	}
	first, last := h.Parts[0], h.Parts[len(h.Parts)-1]
	a, b := place(first.Part), place(last.Part)
	was, would := string(first.Part.Value), string(first.Value)
	all := func() string {
		var words []string
		for _, s := range h.Parts {
			v := string(s.Value)
			if v == "" {
				v = "?"
			}
			words = append(words, place(s.Part)+" "+v)
		}
		return strings.Join(words, t.say(", ", "，"))
	}
	switch h.Kind {
	case HintFigure:
		return t.say(fmt.Sprintf("with %s in %s instead of %s, all relations of that cell would hold", would, a, was),
			fmt.Sprintf("%s 若为 %s 而不是 %s，则与之有关的各项关系均成立", a, would, was))
	case HintDigit:
		return t.say(fmt.Sprintf("%s may be %s instead of %s: one digit differs", a, would, was),
			fmt.Sprintf("%s 可能应为 %s 而不是 %s（差一位数字）", a, would, was))
	case HintTransposed:
		return t.say(fmt.Sprintf("%s may be %s instead of %s: two digits are the wrong way round", a, would, was),
			fmt.Sprintf("%s 可能应为 %s 而不是 %s（相邻两位数字颠倒）", a, would, was))
	case HintUnit:
		unit, other := first.Part.Unit, "万元"
		if unit == "万元" {
			other = "元"
		}
		return t.say(fmt.Sprintf("%s %s in %s may have been entered in %s; it would be %s%s", was, unit, a, other, would, unit),
			fmt.Sprintf("%s 的 %s%s 可能是按%s填的，应为 %s%s", a, was, unit, other, would, unit))
	case HintSwapped:
		return t.say(fmt.Sprintf("%s and %s may stand in each other's place", a, b),
			fmt.Sprintf("%s 与 %s 可能互相填错了位置", a, b))
	case HintShifted:
		return t.say(fmt.Sprintf("the figures from %s to %s may be off by one cell; they would be %s", a, b, all()),
			fmt.Sprintf("%s 至 %s 可能错开一格，应为 %s", a, b, all()))
	case HintJoined:
		return t.say(fmt.Sprintf("%s in %s may be two neighbouring figures read as one; they would be %s", was, a, all()),
			fmt.Sprintf("%s 的 %s 可能是相邻两格的数连成一个，应为 %s", a, was, all()))
	case HintSplit:
		return t.say(fmt.Sprintf("%s may be one number, split over two cells, of which %s holds the first digits; the figures would be %s", would, a, all()),
			fmt.Sprintf("%s 可能是一个数拆成两格（%s 起），应为 %s", would, a, all()))
	case HintLeftOut, HintCountedTwice:
		part := t.subject(first.Part)
		at := t.at(first.Part.Source)
		how, chance := t.say("left out", "漏计"), ""
		if h.Kind == HintCountedTwice {
			how = t.say("counted twice", "重复计入")
		}
		if h.Weak {
			chance = t.say("; one wrong digit would make such a difference, too", "；填错一位数字也会有这样的差额")
		}
		side := t.say(" on the other side", "另一边")
		if t.issuer {
			side = ""
		}
		return t.say(fmt.Sprintf("the difference equals %s %s%s, which may be %s%s%s", part, was, at, how, side, chance),
			fmt.Sprintf("差额恰为“%s”%s%s，%s可能%s%s", part, was, at, side, how, chance))
	}
	return string(h.Kind)
}
