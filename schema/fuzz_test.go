package schema_test

import (
	"encoding/json"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// FuzzReport reads JSON and does with the report all that can be done with one:
// nothing panics, the report stays as it is, and it differs not from itself.
func FuzzReport(f *testing.F) {
	f.Add([]byte(`{"schema_version":"1","file":"a.xlsx","sheets":["表"],"tables":[{"layout":"national-2021","layout_version":"1","table":"applications","issuer":"某市","coverage":"市本级","year":2024,"evidence":{"matched":1,"asked":1},"observations":[` +
		`{"indicator":"application.received","applicant":"total","status":"number","value":"5","source":{"sheet":"表","cell":"I1"}},` +
		`{"indicator":"application.received","applicant":"natural_person","status":"number","value":"62","source":{"sheet":"表","cell":"C1"}},` +
		`{"indicator":"application.received","applicant":"enterprise","status":"blank","source":{"sheet":"表","cell":"D1"}},` +
		`{"indicator":"reconsideration","status":"number","value":"-0.5","unit":"万元","source":{}},` +
		`{"indicator":"reconsideration.upheld","scope":"year","status":"none","value":"0","source":{"cell":"B999999999999999999999"}}]}],` +
		`"findings":[{"code":"x","severity":"note","source":{},"related":[{"file":"b","cell":"A1"}],"facts":{"hint_en":"{"},"message":"","message_zh":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r, same schema.Report
		if json.Unmarshal(data, &r) != nil {
			return
		}
		if err := json.Unmarshal(data, &same); err != nil {
			t.Fatal(err)
		}
		for _, f := range append(schema.Check(&r, &r), schema.CheckLevels(&r, &r, nil)...) {
			if _, err := json.Marshal(f); err != nil {
				t.Error(err)
			}
		}
		points := schema.Panel(&r, &r)
		for i := range points {
			points[i].Reason(schema.English)
		}
		for _, s := range schema.Shares(points...) {
			s.Percent(2)
		}
		schema.Aggregate(&r, &r)
		schema.AggregateSeries(points...)
		if d := schema.Diff(&r, &same); d != nil {
			t.Errorf("it differs from itself: %v", d)
		}
		if err := schema.WriteCSV(io.Discard, &r); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(&same, &r); diff != "" {
			t.Errorf("the report has changed:\n%s", diff)
		}
		again, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		var back schema.Report
		if err := json.Unmarshal(again, &back); err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
	})
}
