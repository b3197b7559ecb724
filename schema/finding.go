package schema

import (
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A FindingCode names a kind of finding. Codes are stable.
type FindingCode string

// A Severity tells how much a finding matters.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"   // something printed could not be taken over, or figures contradict each other
	SeverityWarning Severity = "warning" // a person should look
	SeverityNote    Severity = "note"    // a decision that was taken, or context
)

// A FindingKind is an entry of the catalogue of findings. The texts hold
// names in braces that stand for the facts of a finding.
type FindingKind struct {
	Code                 FindingCode
	Severity             Severity
	TitleEN, TitleZH     string
	MessageEN, MessageZH string
	AdviceEN, AdviceZH   string
}

// The codes of the findings that this package makes.
const (
	RelationFails        FindingCode = "relation-fails"
	RelationAcrossYears  FindingCode = "relation-across-years"
	RelationAcrossLevels FindingCode = "relation-across-levels"
)

// Error makes a code a target for errors.Is: errors.Is(err, RelationFails) is
// true where err is or wraps a Finding of that code.
func (c FindingCode) Error() string { return string(c) }

// A Finding is a remark on a place in a file. It is an error value, so that a
// finding for which a caller gives up can be returned, wrapped and found again
// with errors.As; in itself it stops nothing.
type Finding struct {
	Code    FindingCode
	Source  Source
	Related []Source          // the other cells that it speaks of, as all parts of a relation
	Facts   map[string]string // what the message tells, by the names in the catalogue's texts
}

// Error returns the finding on one line, in English.
func (f Finding) Error() string { return f.Line(English) }

// Is reports whether the target is the finding's code.
func (f Finding) Is(target error) bool {
	c, ok := target.(FindingCode)
	return ok && c == f.Code
}

// A Lang is a language that messages for people exist in.
type Lang string

// The languages.
const (
	English Lang = "en"
	Chinese Lang = "zh"
)

//go:embed data/findings.csv
var findingsCSV string

var catalogue = sync.OnceValue(func() (c struct {
	kinds  []FindingKind
	byCode map[FindingCode]int
}) {
	records, err := csv.NewReader(strings.NewReader(findingsCSV)).ReadAll()
	if err != nil {
		panic("schema: embedded catalogue of findings: " + err.Error()) // a test reads it
	}
	c.byCode = make(map[FindingCode]int, len(records))
	for i, r := range records[1:] {
		c.kinds = append(c.kinds, FindingKind{
			FindingCode(r[0]), Severity(r[1]), r[2], r[3], r[4], r[5], r[6], r[7],
		})
		c.byCode[FindingCode(r[0])] = i
	}
	return c
})

// FindingKinds returns the catalogue of findings. The caller may keep and
// change the slice.
func FindingKinds() []FindingKind { return slices.Clone(catalogue().kinds) }

// Kind returns the catalogue's entry. For a code that the catalogue does not
// have, as one read from JSON may be, it is a warning without texts.
func (c FindingCode) Kind() FindingKind {
	cat := catalogue()
	if i, ok := cat.byCode[c]; ok {
		return cat.kinds[i]
	}
	return FindingKind{Code: c, Severity: SeverityWarning}
}

// Message returns the finding's text in a language, without the place.
func (f Finding) Message(lang Lang) string {
	k := f.Code.Kind()
	text := k.MessageEN
	if lang == Chinese {
		text = k.MessageZH
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		switch name {
		case "printed":
			b.WriteString(f.Source.Printed)
		case "label":
			b.WriteString(f.Source.Label)
		default:
			b.WriteString(f.Facts[name])
		}
		text = after
	}
}

// Line returns the finding on one line: file, sheet and cell, severity, code
// and message.
func (f Finding) Line(lang Lang) string {
	var b strings.Builder
	b.WriteString(f.Source.File)
	if f.Source.Sheet != "" {
		b.WriteString(":" + f.Source.Sheet)
		if f.Source.Cell != "" {
			b.WriteString("!" + f.Source.Cell)
		}
	}
	fmt.Fprintf(&b, ": %s: %s", f.Code, f.Message(lang))
	return strings.Join(strings.Fields(b.String()), " ")
}

type jsonFinding struct {
	Code      FindingCode       `json:"code"`
	Severity  Severity          `json:"severity"`
	Source    Source            `json:"source"`
	Related   []jsonRelated     `json:"related,omitempty"`
	Facts     map[string]string `json:"facts,omitempty"`
	Message   string            `json:"message"`
	MessageZH string            `json:"message_zh"`
}

// A jsonRelated is a source that names its file where that is another than the
// finding's.
type jsonRelated struct {
	File string `json:"file,omitempty"`
	Source
}

// MarshalJSON adds the severity and the messages to what a Finding holds.
func (f Finding) MarshalJSON() ([]byte, error) {
	j := jsonFinding{
		Code: f.Code, Severity: f.Code.Kind().Severity, Source: f.Source, Facts: f.Facts,
		Message: f.Message(English), MessageZH: f.Message(Chinese),
	}
	for _, s := range f.Related {
		r := jsonRelated{s.File, s}
		if r.File == f.Source.File {
			r.File = ""
		}
		j.Related = append(j.Related, r)
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes; severity and messages follow
// from the code and the facts.
func (f *Finding) UnmarshalJSON(data []byte) error {
	var j jsonFinding
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*f = Finding{Code: j.Code, Source: j.Source, Facts: j.Facts}
	for _, r := range j.Related {
		r.Source.File = r.File
		f.Related = append(f.Related, r.Source)
	}
	return nil
}
