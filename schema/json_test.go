package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

var samples = []string{
	"2018-baohe-annex-2018-baohe", "2018-national-2014-qiqihar", "2018-national-2014-rudong",
	"2019-national-2019-shanghai", "2023-national-2021-jinhu", "2023-national-2021-suqian",
	"2024-national-2021-huaian", "2024-national-2021-office", "2025-national-2021-shuyang",
}

// full returns a report that uses every field.
func full(t *testing.T) *schema.Report {
	r := sample(t, "2019-national-2019-shanghai")
	r.Sheets = []string{"proactive", "applications", "remedies", "说明"}
	t0 := &r.Tables[0]
	t0.Title = "上海市人民政府办公厅2019年政府信息公开工作年度报告"
	t0.Coverage = "市本级"
	t0.TitleFrom = schema.Source{File: r.File, Sheet: "proactive", Cell: "A1", Printed: t0.Title}
	t0.IssuerFrom, t0.YearFrom = t0.TitleFrom, schema.Source{File: r.File, Printed: r.File}
	t0.Evidence = schema.Evidence{Matched: 30, Asked: 32, Unknown: 1, Deciding: []string{"本年新\n公开数量"}, Rival: "national-2021/proactive"}
	enter(t, &t0.Observations[0], "/")
	enter(t, &t0.Observations[1], "xx")
	enter(t, &t0.Observations[2], "无")
	t0.Observations[3].Scope = schema.Year
	enter(t, cell(t, r, "application.outcome", schema.Total), "804")
	r.Findings = append(schema.Check(r), schema.Finding{
		Code:    "value-text",
		Source:  t0.Observations[1].Source,
		Related: []schema.Source{{File: "2018.xls", Sheet: "表", Cell: "B2", Printed: "xx"}},
	})
	return r
}

func TestJSONRoundTrip(t *testing.T) {
	reports := map[string]*schema.Report{"full": full(t), "empty": {}, "named": {File: "空.xlsx", Sheets: []string{"Sheet1"}}}
	for _, name := range samples {
		reports[name] = sample(t, name)
	}
	for name, want := range reports {
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got schema.Report
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, &got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		again, err := json.Marshal(&got)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%s: the same report gives other bytes (%v)", name, err)
		}
	}
}

func TestJSONAgainstSchema(t *testing.T) {
	reports := map[string]*schema.Report{"full": full(t), "empty": {}}
	for _, name := range samples {
		reports[name] = sample(t, name)
	}
	v := newValidator(t)
	for name, r := range reports {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if errs := v.validate(t, data); len(errs) > 0 {
			t.Errorf("%s: %s", name, strings.Join(errs, "\n"))
		}
	}

	// What must not be valid.
	good, err := json.Marshal(full(t))
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		`"schema_version":"1"`:     `"schema_version":"2"`,
		`"sheets":[`:               `"sheets":[7,`,
		`"status":"blank"`:         `"status":"unknown"`,
		`"value":"368"`:            `"value":368`,
		`"value":"767"`:            `"value":"0767"`,
		`"applicant":"enterprise"`: `"applicant":"company"`,
		`"scope":"year"`:           `"scope":"decade"`,
		`"cell":"C1"`:              `"cell":"1C"`,
		`"year":2019`:              `"year":19`,
		`"matched":30`:             `"matched":-1`,
		`"layout":"national-2019"`: `"form":"national-2019"`,
		`"severity":"error"`:       `"severity":"fatal"`,
		`"file":"2018.xls"`:        `"path":"2018.xls"`,
		`"asked":32`:               `"asked":32.5`,
	} {
		bad := bytes.Replace(good, []byte(from), []byte(to), 1)
		if bytes.Equal(bad, good) {
			t.Errorf("the report has no %s", from)
		}
		if errs := v.validate(t, bad); len(errs) == 0 {
			t.Errorf("%s instead of %s is valid", to, from)
		}
	}
}

// A validator knows what report.schema.json uses of JSON Schema 2020-12, and
// refuses to work on anything else.
type validator struct {
	root map[string]any
	defs map[string]any
}

func newValidator(t *testing.T) *validator {
	t.Helper()
	v := &validator{}
	if err := json.Unmarshal(schema.JSONSchema, &v.root); err != nil {
		t.Fatal(err)
	}
	if got := v.root["$schema"]; got != "https://json-schema.org/draft/2020-12/schema" {
		t.Fatalf("the schema is one of %v", got)
	}
	v.defs = v.root["$defs"].(map[string]any)
	return v
}

func (v *validator) validate(t *testing.T, data []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return v.check("", v.root, value)
}

func (v *validator) check(path string, s map[string]any, value any) (errs []string) {
	fail := func(format string, args ...any) { errs = append(errs, path+": "+fmt.Sprintf(format, args...)) }
	object, isObject := value.(map[string]any)
	array, isArray := value.([]any)
	text, isText := value.(string)
	number, isNumber := value.(json.Number)
	for key, arg := range s {
		switch key {
		case "$schema", "$id", "title", "description", "$defs":
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/$defs/")
			errs = append(errs, v.check(path, v.defs[name].(map[string]any), value)...)
		case "type":
			types, ok := arg.([]any)
			if !ok {
				types = []any{arg}
			}
			_, notInteger := number.Int64()
			is := map[any]bool{
				"object": isObject, "array": isArray, "string": isText, "null": value == nil,
				"integer": isNumber && notInteger == nil,
			}
			if !slices.ContainsFunc(types, func(n any) bool {
				known, ok := is[n]
				if !ok {
					fail("the validator does not know the type %v", n)
				}
				return known
			}) {
				fail("%v is not of type %v", value, arg)
			}
		case "const":
			if value != arg {
				fail("%v is not %v", value, arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), value) {
				fail("%v is not one of %v", value, arg)
			}
		case "pattern":
			if isText && !regexp.MustCompile(arg.(string)).MatchString(text) {
				fail("%q does not match %s", text, arg)
			}
		case "minimum", "maximum":
			n, err := number.Float64()
			if limit := arg.(float64); isNumber && (err != nil || key == "minimum" && n < limit || key == "maximum" && n > limit) {
				fail("%s is beyond the %s %v", number, key, limit)
			}
		case "required":
			for _, name := range arg.([]any) {
				if _, ok := object[name.(string)]; isObject && !ok {
					fail("%s is missing", name)
				}
			}
		case "properties":
			for name, sub := range arg.(map[string]any) {
				if value, ok := object[name]; ok {
					errs = append(errs, v.check(path+"/"+name, sub.(map[string]any), value)...)
				}
			}
		case "additionalProperties":
			properties, _ := s["properties"].(map[string]any)
			for name, value := range object {
				if _, ok := properties[name]; ok {
					continue
				}
				if sub, ok := arg.(map[string]any); ok {
					errs = append(errs, v.check(path+"/"+name, sub, value)...)
				} else if arg != false {
					fail("the validator does not know additionalProperties %v", arg)
				} else {
					fail("%s is not a property", name)
				}
			}
		case "items":
			for i, value := range array {
				errs = append(errs, v.check(fmt.Sprintf("%s/%d", path, i), arg.(map[string]any), value)...)
			}
		default:
			fail("the validator does not know %q", key)
		}
	}
	return errs
}

// TestJSONSchemaNamesFields compares the properties of the schema with what a
// report that uses every field has.
func TestJSONSchemaNamesFields(t *testing.T) {
	data, err := json.Marshal(full(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`"([a-z_]+)": \{\s+"(type|const|enum|\$ref)`).FindAllSubmatch(schema.JSONSchema, -1) {
		if slices.Contains([]string{"source", "related", "table", "evidence", "observation", "finding", "items"}, string(name[1])) {
			continue // definitions, and a keyword
		}
		if !bytes.Contains(data, []byte(`"`+string(name[1])+`":`)) {
			t.Errorf("no field of a report is called %q", name[1])
		}
	}
}

func TestUnmarshalReport(t *testing.T) {
	const observation = `{"schema_version":"1","file":"a.xlsx","sheets":[],"findings":[],"tables":[{"layout":"national-2021","layout_version":"1","table":"remedies","evidence":{"matched":1,"asked":1},"observations":[%s]}]}`
	tests := []struct {
		name, json string
		want       string // in the error; empty: none
		version    bool   // the error is ErrVersion
	}{
		{"empty", `{"schema_version":"1","file":"","sheets":[],"tables":[],"findings":[]}`, "", false},
		{"no version", `{"file":"a.xlsx"}`, `""`, true},
		{"another version", `{"schema_version":"2","file":"a.xlsx"}`, `"2", want "1"`, true},
		{"another version of another shape", `{"schema_version":"2","file":{"name":"a.xlsx"},"tables":7}`, `"2"`, true},
		{"a version that is a number", `{"schema_version":1}`, "schema_version", false},
		{"a list", `[]`, "cannot unmarshal", false},
		{"good", fmt.Sprintf(observation, `{"indicator":"reconsideration","status":"number","value":"08.0","source":{}}`), "", false},
		{"unknown indicator", fmt.Sprintf(observation, `{"indicator":"appeals","status":"blank","source":{"cell":"B7"}}`), `table 0 (national-2021/remedies), observation 0 (appeals B7): unknown indicator "appeals"`, false},
		{"unknown status", fmt.Sprintf(observation, `{"indicator":"appeal","status":"absent","source":{}}`), `unknown status "absent"`, false},
		{"unknown applicant", fmt.Sprintf(observation, `{"indicator":"appeal","applicant":"all","status":"blank","source":{}}`), `unknown applicant "all"`, false},
		{"unknown scope", fmt.Sprintf(observation, `{"indicator":"appeal","scope":"month","status":"blank","source":{}}`), `unknown scope "month"`, false},
		{"number without a value", fmt.Sprintf(observation, `{"indicator":"appeal","status":"number","source":{}}`), "status number without a value", false},
		{"blank with a value", fmt.Sprintf(observation, `{"indicator":"appeal","status":"blank","value":"0","source":{}}`), "status blank with the value 0", false},
		{"none that is not 0", fmt.Sprintf(observation, `{"indicator":"appeal","status":"none","value":"1","source":{}}`), "status none with the value 1", false},
		{"a value that is no decimal", fmt.Sprintf(observation, `{"indicator":"appeal","status":"number","value":"1e3","source":{}}`), "not a plain decimal number", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r schema.Report
			err := json.Unmarshal([]byte(tt.json), &r)
			switch {
			case (err == nil) != (tt.want == ""), err != nil && !strings.Contains(err.Error(), tt.want):
				t.Errorf("got %v, want %s", err, tt.want)
			case errors.Is(err, schema.ErrVersion) != tt.version:
				t.Errorf("%v: is ErrVersion %t, want %t", err, !tt.version, tt.version)
			}
		})
	}
	var r schema.Report
	if err := json.Unmarshal([]byte(tests[6].json), &r); err != nil {
		t.Fatal(err)
	}
	if o := r.Tables[0].Observations[0]; o.Value != "8" || o.Source.File != "a.xlsx" {
		t.Errorf("got %v: want the value 8, of a.xlsx", o)
	}
}
