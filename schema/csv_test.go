package schema_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

func TestWriteCSV(t *testing.T) {
	obs := func(sheet, cell, printed string) schema.Observation {
		return schema.Observation{
			Indicator: "application.received", Status: schema.Blank,
			Source: schema.Source{File: "a.xlsx", Sheet: sheet, Cell: cell, Printed: printed},
		}
	}
	number := obs("一", "B2", "1,234")
	number.Status, number.Value, number.Unit, number.Applicant, number.Scope = schema.Number, "1234", "件", schema.Total, schema.Year
	number.Source.Label = "收到“申请”,\n数"
	first := &schema.Report{
		File:   "a.xlsx",
		Sheets: []string{"二", "一"}, // the file's order
		Tables: []schema.Table{
			{Layout: "f", Name: "right", Issuer: `某"市"`, Year: 2024, Observations: []schema.Observation{obs("一", "AA1", ""), obs("一", "C2", "=1+1"), obs("一", "B10", "")}},
			{Layout: "f", Name: "left", Observations: []schema.Observation{obs("一", "Z1", ""), obs("一", "Y1", ""), number, obs("二", "A9", " ")}},
		},
	}
	second := &schema.Report{File: "b.xlsx", Sheets: []string{"一"}, Tables: []schema.Table{{Layout: "f", Name: "t", Observations: []schema.Observation{obs("一", "A1", "")}}}}
	const want = `file,sheet,cell,layout,table,indicator,applicant,scope,value,status,unit,printed,label,issuer,year
a.xlsx,二,A9,f,left,application.received,,,,blank,," ",,,
a.xlsx,一,Y1,f,left,application.received,,,,blank,,,,,
a.xlsx,一,Z1,f,left,application.received,,,,blank,,,,,
a.xlsx,一,AA1,f,right,application.received,,,,blank,,,,"某""市""",2024
a.xlsx,一,B2,f,left,application.received,total,year,1234,number,件,"1,234","收到“申请”,
数",,
a.xlsx,一,C2,f,right,application.received,,,,blank,,=1+1,,"某""市""",2024
a.xlsx,一,B10,f,right,application.received,,,,blank,,,,"某""市""",2024
b.xlsx,一,A1,f,t,application.received,,,,blank,,,,,
`
	var b bytes.Buffer
	if err := schema.WriteCSV(&b, first, second); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if bytes.HasPrefix(b.Bytes(), []byte("\ufeff")) || bytes.Contains(b.Bytes(), []byte("\r")) {
		t.Error("a byte order mark, or a carriage return")
	}
}

// TestWriteCSVReadBack reads every sample back with the standard reader.
func TestWriteCSVReadBack(t *testing.T) {
	for _, name := range samples {
		r := sample(t, name)
		var b bytes.Buffer
		if err := schema.WriteCSV(&b, r); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n := 0
		for _, table := range r.Tables {
			for _, o := range table.Observations {
				n++
				got := records[n]
				want := []string{name, table.Name, o.Source.Cell, table.Layout, table.Name, string(o.Indicator), string(o.Applicant), string(o.Scope), string(o.Value), string(o.Status)}
				if diff := cmp.Diff(want, got[:len(want)]); diff != "" {
					t.Fatalf("%s, line %d (-want +got):\n%s", name, n+1, diff)
				}
			}
		}
		if n != len(records)-1 {
			t.Errorf("%s: %d lines for %d observations", name, len(records)-1, n)
		}
	}
}

var errFull = errors.New("no room")

// limited is a writer that has no room after some bytes.
type limited int

func (l *limited) Write(p []byte) (int, error) {
	if *l -= limited(len(p)); *l < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteCSVError(t *testing.T) {
	r := sample(t, "2024-national-2021-huaian")
	for _, room := range []limited{0, 100, 5000} {
		if err := schema.WriteCSV(&room, r); !errors.Is(err, errFull) {
			t.Errorf("got %v, want %v", err, errFull)
		}
	}
	if err := schema.WriteCSV(new(strings.Builder)); err != nil {
		t.Errorf("no report at all: %v", err)
	}
}
