package schema

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// JSONSchema is the published JSON Schema (draft 2020-12) of a Report in JSON.
//
//go:embed report.schema.json
var JSONSchema []byte

// ErrVersion is the error for JSON of another version of the shared schema.
var ErrVersion = errors.New("schema: JSON of another schema version")

type jsonReport struct {
	SchemaVersion string    `json:"schema_version"`
	File          string    `json:"file"`
	Sheets        []string  `json:"sheets"`
	Tables        []Table   `json:"tables"`
	Findings      []Finding `json:"findings"`
}

// MarshalJSON writes the report as JSONSchema describes it. The same report
// gives the same bytes.
func (r *Report) MarshalJSON() ([]byte, error) {
	j := jsonReport{Version, r.File, r.Sheets, r.Tables, r.Findings}
	// The schema promises lists, not null.
	if j.Sheets == nil {
		j.Sheets = []string{}
	}
	if j.Tables == nil {
		j.Tables = []Table{}
	}
	if j.Findings == nil {
		j.Findings = []Finding{}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes. JSON of another schema version
// gives ErrVersion. An observation whose status and value do not go together,
// or whose indicator, applicant or scope is not in its code list, is an error
// that names it.
func (r *Report) UnmarshalJSON(data []byte) error {
	// The version comes first: the rest of another version need not fit the types.
	var v struct {
		SchemaVersion string `json:"schema_version"`
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	if v.SchemaVersion != Version {
		return fmt.Errorf("%w: %.20q, want %q", ErrVersion, v.SchemaVersion, Version)
	}
	var j jsonReport
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*r = Report{j.File, nilIfEmpty(j.Sheets), nilIfEmpty(j.Tables), nilIfEmpty(j.Findings)}
	file := func(s *Source) {
		if *s != (Source{}) {
			s.File = r.File
		}
	}
	for i := range r.Tables {
		t := &r.Tables[i]
		t.Observations = nilIfEmpty(t.Observations)
		file(&t.TitleFrom)
		file(&t.IssuerFrom)
		file(&t.YearFrom)
		for k := range t.Observations {
			o := &t.Observations[k]
			o.Source.File = r.File
			if err := o.check(); err != nil {
				return fmt.Errorf("schema: table %d (%s/%s), observation %d (%s %s): %w",
					i, t.Layout, t.Name, k, o.Indicator, o.Source.Cell, err)
			}
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Source.File = r.File
		for k := range f.Related {
			f.Related[k].File = cmp.Or(f.Related[k].File, r.File)
		}
	}
	return nil
}

func nilIfEmpty[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

// check reports what contradicts the types' documentation.
func (o *Observation) check() error {
	if _, ok := Lookup(o.Indicator); !ok {
		return fmt.Errorf("unknown indicator %.60q", o.Indicator)
	}
	if o.Applicant != "" && !slices.Contains(Applicants(), o.Applicant) {
		return fmt.Errorf("unknown applicant %.60q", o.Applicant)
	}
	if o.Scope != "" && !slices.Contains(Scopes(), o.Scope) {
		return fmt.Errorf("unknown scope %.60q", o.Scope)
	}
	switch o.Status {
	case Number, None, Dash, Blank, Text:
	default:
		return fmt.Errorf("unknown status %.60q", o.Status)
	}
	switch {
	case o.Status.HasValue() && o.Value == "":
		return fmt.Errorf("status %s without a value", o.Status)
	case !o.Status.HasValue() && o.Value != "":
		return fmt.Errorf("status %s with the value %s", o.Status, o.Value)
	case o.Status == None && o.Value != "0":
		return fmt.Errorf("status none with the value %s", o.Value)
	}
	return nil
}
