package schema_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// samples of real reports, several forms and years.
func reports(t *testing.T) []*schema.Report {
	t.Helper()
	var list []*schema.Report
	for _, name := range samples {
		list = append(list, sample(t, name))
	}
	return list
}

// TestWriterStreams writes reports one by one and together: the same bytes,
// with one header line.
func TestWriterStreams(t *testing.T) {
	var together, apart bytes.Buffer
	if err := schema.WriteCSV(&together, reports(t)...); err != nil {
		t.Fatal(err)
	}
	w := schema.ObservationRows().CSV(&apart)
	for _, r := range reports(t) {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(together.String(), apart.String()); diff != "" {
		t.Errorf("(-together +one by one):\n%s", diff)
	}
	if n := strings.Count(apart.String(), "file,sheet,cell,"); n != 1 {
		t.Errorf("%d header lines", n)
	}
}

func TestWriterEmpty(t *testing.T) {
	for _, test := range []struct {
		reason string
		write  func(io.Writer) *schema.Writer[schema.Indicator]
		want   string
	}{
		{"CSV has its header line", func(w io.Writer) *schema.Writer[schema.Indicator] { return schema.IndicatorRows().CSV(w) }, "code,zh,en,unit,kind,parent\n"},
		{"the byte order mark comes first", func(w io.Writer) *schema.Writer[schema.Indicator] {
			return schema.IndicatorRows().CSV(w, schema.WithBOM())
		}, "\ufeffcode,zh,en,unit,kind,parent\n"},
		{"JSON Lines has no line", func(w io.Writer) *schema.Writer[schema.Indicator] { return schema.IndicatorRows().JSONL(w) }, ""},
	} {
		var b bytes.Buffer
		w := test.write(&b)
		for range 2 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(test.want, b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.reason, diff)
		}
	}
}

// TestWriterErrors has no room at the header, in the middle and at the end.
func TestWriterErrors(t *testing.T) {
	r := sample(t, "2024-national-2021-huaian")
	for _, room := range []int{0, 10, 5000} {
		for name, rows := range map[string]func(io.Writer) *schema.Writer[*schema.Report]{
			"CSV": func(w io.Writer) *schema.Writer[*schema.Report] {
				return schema.ObservationRows().CSV(w, schema.WithBOM())
			},
			"JSON Lines": schema.ObservationRows().JSONL,
		} {
			full := limited(room)
			w := rows(&full)
			if err := errors.Join(w.Write(r), w.Flush()); !errors.Is(err, errFull) {
				t.Errorf("%s, %d bytes: got %v, want %v", name, room, err, errFull)
			}
		}
	}
}

func TestSpreadsheetGuard(t *testing.T) {
	for _, test := range []struct {
		reason, printed, guarded string
	}{
		{"a formula", "=1+1", "'=1+1"},
		{"a call", "@SUM(A1)", "'@SUM(A1)"},
		{"a formula behind a plus", "+cmd|'/c calc'!A1", "'+cmd|'/c calc'!A1"},
		{"a formula behind a minus", "-1+cmd", "'-1+cmd"},
		{"full width", "＝1+1", "'＝1+1"},
		{"a tab before it", "\t=1", "'\t=1"},
		{"a carriage return before it", "\r=1", "'\r=1"},
		{"a signed number", "-12", "-12"},
		{"with a sign of plus", "+21", "+21"},
		{"with a fraction and thousands", "-1,234.50", "-1,234.50"},
		{"a percentage", "-3.5%", "-3.5%"},
		{"a dash", "-", "-"},
		{"a long dash, which no program takes for a sign", "——", "——"},
		{"two dashes", "--", "--"},
		{"a dash in full width", "－", "－"},
		{"a text", "a=b", "a=b"},
		{"nothing", "", ""},
		{"an apostrophe of its own", "'x", "'x"},
	} {
		r := &schema.Report{Tables: []schema.Table{{Observations: []schema.Observation{{Source: schema.Source{Printed: test.printed}}}}}}
		for _, want := range []struct {
			opts []schema.CSVOption
			text string
		}{{nil, test.printed}, {[]schema.CSVOption{schema.WithSpreadsheetGuard()}, test.guarded}} {
			var b bytes.Buffer
			w := schema.ObservationRows().CSV(&b, want.opts...)
			if err := errors.Join(w.Write(r), w.Flush()); err != nil {
				t.Fatal(err)
			}
			records, err := csv.NewReader(&b).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			if got := records[1][11]; got != want.text {
				t.Errorf("%s: got %q, want %q", test.reason, got, want.text)
			}
		}
	}
}

func TestJSONL(t *testing.T) {
	r := &schema.Report{File: `a"b.xls`, Sheets: []string{"一"}, Tables: []schema.Table{{
		Layout: "f", Name: "t", Issuer: "某市\n政府", Year: 2018,
		Observations: []schema.Observation{
			{Indicator: "x.y", Status: schema.Number, Value: "12345678901234567890.125", Unit: "元", Source: schema.Source{Sheet: "一", Cell: "B2", Printed: "<1>"}},
			{Indicator: "x.z", Applicant: schema.Total, Status: schema.Dash, Source: schema.Source{Sheet: "一", Cell: "B3", Printed: "—"}},
		},
	}}}
	const want = `{"file":"a\"b.xls","sheet":"一","cell":"B2","layout":"f","table":"t","indicator":"x.y","value":12345678901234567890.125,"status":"number","unit":"元","printed":"\u003c1\u003e","issuer":"某市\n政府","year":2018}
{"file":"a\"b.xls","sheet":"一","cell":"B3","layout":"f","table":"t","indicator":"x.z","applicant":"total","status":"dash","printed":"—","issuer":"某市\n政府","year":2018}
`
	var b bytes.Buffer
	w := schema.ObservationRows().JSONL(&b)
	if err := errors.Join(w.Write(r), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRowsAgree writes every table of the sample reports as CSV and as JSON
// Lines and reads both back: they say the same, and every value is one of its
// field's type and within its constraints, as the data package promises.
func TestRowsAgree(t *testing.T) {
	list := reports(t)
	var findings []schema.Finding
	for _, r := range list {
		findings = append(findings, r.Findings...)
	}
	agree(t, schema.ObservationRows(), list)
	agree(t, schema.TableRows(), list)
	agree(t, schema.SDMXObservationRows(), list)
	agree(t, schema.FindingRows(), append(findings, schema.Check(list...)...))
	agree(t, schema.PointRows(), schema.Panel(list...))
	agree(t, schema.SDMXPointRows(), schema.Panel(list...))
	agree(t, schema.IndicatorRows(), schema.Indicators())
}

func agree[T any](t *testing.T, rows schema.Rows[T], values []T) {
	t.Helper()
	var table, lines bytes.Buffer
	c, j := rows.CSV(&table), rows.JSONL(&lines)
	if err := errors.Join(c.Write(values...), c.Flush(), j.Write(values...), j.Flush()); err != nil {
		t.Fatal(err)
	}
	resource := rows.Resource("x.csv")
	records, err := csv.NewReader(&table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) < 2 {
		t.Fatalf("%s: no rows", resource.Name)
	}
	d := json.NewDecoder(&lines)
	d.UseNumber()
	for n, record := range records[1:] {
		want := map[string]any{}
		for i, f := range resource.Schema.Fields {
			if records[0][i] != f.Name {
				t.Fatalf("%s: column %d is %s, described as %s", resource.Name, i, records[0][i], f.Name)
			}
			if err := conforms(f, record[i]); err != nil {
				t.Errorf("%s, row %d, %s: %v", resource.Name, n+1, f.Name, err)
			}
			switch text := record[i]; {
			case text == "":
			case f.Type == schema.StringField:
				want[f.Name] = text
			case f.Type == schema.BooleanField:
				want[f.Name] = text == "true"
			default:
				want[f.Name] = json.Number(text)
			}
		}
		var got map[string]any
		if err := d.Decode(&got); err != nil {
			t.Fatalf("%s, line %d: %v", resource.Name, n+1, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s, row %d (-CSV +JSON Lines):\n%s", resource.Name, n+1, diff)
		}
	}
	if d.More() {
		t.Errorf("%s: JSON Lines has more rows", resource.Name)
	}
}

// conforms reports whether a text is a value of the field, in the lexical form
// that Table Schema has for its type.
func conforms(f schema.Field, text string) error {
	c := f.Constraints
	if c == nil {
		c = &schema.Constraints{}
	}
	if text == "" {
		if c.Required {
			return errors.New("a value is missing")
		}
		return nil
	}
	var err error
	switch f.Type {
	case schema.StringField:
	case schema.IntegerField:
		_, err = strconv.Atoi(text)
	case schema.NumberField:
		_, err = schema.ParseDecimal(text)
	case schema.YearField:
		if !regexp.MustCompile(`^[0-9]{4}$`).MatchString(text) {
			err = fmt.Errorf("%q is no year", text)
		}
	case schema.BooleanField:
		if text != "true" && text != "false" {
			err = fmt.Errorf("%q is no boolean", text)
		}
	default:
		err = fmt.Errorf("unknown type %q", f.Type)
	}
	if err == nil && c.Enum != nil && !slices.Contains(c.Enum, text) {
		err = fmt.Errorf("%q is none of %q", text, c.Enum)
	}
	if err == nil && c.Pattern != "" && !regexp.MustCompile("^(?:"+c.Pattern+")$").MatchString(text) {
		err = fmt.Errorf("%q is not like %s", text, c.Pattern)
	}
	return err
}

// TestConforms makes sure that the check of TestRowsAgree can fail.
func TestConforms(t *testing.T) {
	for _, test := range []struct {
		field schema.Field
		text  string
	}{
		{schema.Field{Type: schema.IntegerField}, "1.5"},
		{schema.Field{Type: schema.NumberField}, "1e5"},
		{schema.Field{Type: schema.YearField}, "18"},
		{schema.Field{Type: schema.BooleanField}, "yes"},
		{schema.Field{Type: "text"}, "x"},
		{schema.Field{Type: schema.StringField, Constraints: &schema.Constraints{Required: true}}, ""},
		{schema.Field{Type: schema.StringField, Constraints: &schema.Constraints{Enum: []string{"a"}}}, "b"},
		{schema.Field{Type: schema.StringField, Constraints: &schema.Constraints{Pattern: "[0-9]"}}, "12"},
	} {
		if conforms(test.field, test.text) == nil {
			t.Errorf("%q conforms to %+v", test.text, test.field)
		}
	}
}

// TestTableRows has what is found in a cell, in a file's name and in a file of
// corrections, and what is not found.
func TestTableRows(t *testing.T) {
	at := func(file, sheet, cell, printed string) schema.Source {
		return schema.Source{File: file, Sheet: sheet, Cell: cell, Printed: printed}
	}
	r := &schema.Report{File: "a.xls", Tables: []schema.Table{
		{Layout: "f", Version: "1", Name: "t", Title: "表", Issuer: "甲", IssuerFrom: at("a.xls", "一", "A2", "填报单位：甲"), Year: 2018, YearFrom: at("a.xls", "", "", "2018.xls"),
			Coverage: "全市", Evidence: schema.Evidence{Matched: 3, Asked: 4, Unknown: 1}, Observations: []schema.Observation{{Source: at("a.xls", "一", "B3", "")}}},
		{Layout: "f", Version: "1", Name: "u", Issuer: "乙", IssuerFrom: at("fix.csv", "", "C7", "甲"), Year: 2019, YearFrom: at("fix.csv", "", "", "")},
		{Layout: "f", Version: "1", Name: "v"},
	}}
	const want = `file,sheet,layout,layout_version,table,title,issuer,issuer_from,issuer_printed,coverage,year,year_from,labels_matched,labels_asked,labels_unknown,observations
a.xls,一,f,1,t,表,甲,一!A2,填报单位：甲,全市,2018,file name,3,4,1,1
a.xls,,f,1,u,,乙,fix.csv:C7,甲,,2019,fix.csv,0,0,0,0
a.xls,,f,1,v,,,,,,,,0,0,0,0
`
	var b bytes.Buffer
	w := schema.TableRows().CSV(&b)
	if err := errors.Join(w.Write(r), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPointRows has a value, one that is missing with its lower bound, and a
// break.
func TestPointRows(t *testing.T) {
	cell := func(file, at string) schema.Source { return schema.Source{File: file, Sheet: "一", Cell: at} }
	mapping := schema.Mapping{Form: "national-2014", Match: schema.Close, Note: "counted in 条",
		Expression: schema.Expression{{Indicator: "application.received"}, {Indicator: "application.carried_in", Minus: true}}}
	points := []schema.Point{
		{Issuer: "甲", Coverage: "全市", Year: 2018, Series: "applications_received", Value: "10", Unit: "件", Forms: []string{"national-2014", "f"}, Mapping: mapping, Parts: []schema.Part{
			{Status: schema.Number, Source: cell("a.xls", "C1")},
			{Status: schema.Absent},
			{Status: schema.Number, Source: cell("b.xls", "D2")},
		}},
		{File: "c.xls", Series: "applications_received", AtLeast: "1", Break: true, Forms: []string{"f"}, Mapping: mapping, Parts: []schema.Part{
			{Indicator: "application.received", Status: schema.Blank, Source: cell("c.xls", "G1")},
		}},
	}
	want := `issuer,coverage,file,year,series,value,unit,at_least,obs_status,break,forms,relation,expression,note,reason,reason_zh,cells
甲,全市,,2018,applications_received,10,件,,A,false,national-2014 f,close,application.received − application.carried_in,counted in 条,,,a.xls:一!C1 b.xls:一!D2
,,c.xls,,applications_received,,,1,B,true,f,close,application.received − application.carried_in,counted in 条,REASON,REASON_ZH,c.xls:一!G1
`
	// The words are those of Reason, which has tests of its own.
	want = strings.NewReplacer("REASON_ZH", points[1].Reason(schema.Chinese), "REASON", points[1].Reason(schema.English)).Replace(want)
	var b bytes.Buffer
	w := schema.PointRows().CSV(&b)
	if err := errors.Join(w.Write(points...), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNewRows writes a table of a caller's own.
func TestNewRows(t *testing.T) {
	rows := schema.NewRows("pairs", "Pairs", []schema.Field{{Name: "a", Type: schema.StringField}, {Name: "n", Type: schema.IntegerField}},
		func(s string, emit func([]string) error) error {
			for i, c := range s {
				if err := emit([]string{string(c), strconv.Itoa(i)}); err != nil {
					return err
				}
			}
			return nil
		})
	var b bytes.Buffer
	w := rows.JSONL(&b)
	if err := errors.Join(w.Write("xy", ""), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("{\"a\":\"x\",\"n\":0}\n{\"a\":\"y\",\"n\":1}\n", b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stop := errors.New("stop")
	n := 0
	if err := rows.Each("xyz", func([]string) error { n++; return stop }); err != stop || n != 1 {
		t.Errorf("got %v after %d rows, want the error after one", err, n)
	}
}
