package schema_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// published are examples of the field guide of SDMX-CSV 2.0
// (https://github.com/sdmx-twg/sdmx-csv, "Ordinary case" and "Data for a
// non-versioned data structure definition"): what the checker has to accept.
var published = []string{
	`STRUCTURE,STRUCTURE_ID,ACTION,DIM_1,DIM_2,DIM_3,OBS_VALUE,ATTR_2,ATTR_3,ATTR_1,UPDATED
dataflow,ESTAT:NA_MAIN(1.6.0),I,A,B,2014-01,12.4,Y,"Normal, special and other values",N,2021-01-22T13:15:41Z
dataflow,ESTAT:NA_MAIN(1.6.0),I,A,B,2014-02,10.8,Y,"Normal, special and other values",Y,2021-01-22T13:15:41Z
`,
	`STRUCTURE,STRUCTURE_ID,ACTION,DIM_1,DIM_2,DIM_3,OBS_VALUE,ATTR_1
datastructure,AGENCY:DF_ID,I,A,B,2014-01,12.4,N
datastructure,AGENCY:DF_ID,I,A,B,2014-02,10.8,Y
`,
}

// An sdmxMessage is what a data message says.
type sdmxMessage struct {
	columns []string
	rows    [][]string
}

// sdmxIdentifier is the type IDType of SDMX, and sdmxStructure a reference
// AGENCY:ID(VERSION), of which the version may be missing.
var (
	sdmxIdentifier = regexp.MustCompile(`^[A-Za-z0-9_@$\-]+$`)
	sdmxStructure  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.\-]*:[A-Za-z0-9_@$\-]+(\([0-9]+(\.[0-9]+){0,2}\))?$`)
)

// readSDMX reads SDMX-CSV 2.0 by the rules of the field guide as far as they
// hold for a message without options: the fixed columns, identifiers as column
// names, none twice, every row with a structure, an action, its dimensions (the
// columns before the measure) and no key twice.
func readSDMX(r io.Reader) (*sdmxMessage, error) {
	records, err := csv.NewReader(r).ReadAll() // RFC 4180: all rows are of one length
	if err != nil {
		return nil, err
	}
	head := records[0]
	if len(head) < 4 || head[0] != "STRUCTURE" || head[1] != "STRUCTURE_ID" || head[2] != "ACTION" {
		return nil, fmt.Errorf("the columns are %q", head)
	}
	measure := slices.Index(head, "OBS_VALUE")
	if measure < 4 {
		return nil, errors.New("no dimension before a measure OBS_VALUE")
	}
	for i, name := range head {
		if !sdmxIdentifier.MatchString(name) || slices.Contains(head[:i], name) {
			return nil, fmt.Errorf("%q is no name for a column, or stands twice", name)
		}
	}
	seen := map[string]bool{}
	for n, row := range records[1:] {
		key := strings.Join(row[:measure], "\x00")
		switch {
		case !slices.Contains([]string{"dataflow", "datastructure", "dataprovision"}, row[0]):
			return nil, fmt.Errorf("row %d: structure %q", n+1, row[0])
		case !sdmxStructure.MatchString(row[1]):
			return nil, fmt.Errorf("row %d: structure %q", n+1, row[1])
		case !slices.Contains([]string{"I", "A", "R", "D"}, row[2]):
			return nil, fmt.Errorf("row %d: action %q", n+1, row[2])
		case slices.Contains(row[3:measure], ""):
			return nil, fmt.Errorf("row %d: a dimension is empty: %q", n+1, row)
		case seen[key]:
			return nil, fmt.Errorf("row %d: the key %q stands twice", n+1, row[3:measure])
		}
		seen[key] = true
	}
	return &sdmxMessage{head, records[1:]}, nil
}

// TestReadSDMX makes sure that the checker accepts what is published and can
// refuse.
func TestReadSDMX(t *testing.T) {
	for _, text := range published {
		m, err := readSDMX(strings.NewReader(text))
		if err != nil || len(m.rows) != 2 {
			t.Errorf("%v for\n%s", err, text)
		}
	}
	for from, to := range map[string]string{
		"STRUCTURE,":            "DATAFLOW,",
		",ACTION,":              ",DIM_0,",
		"OBS_VALUE":             "VALUE",
		"DIM_2":                 "DIM_1",
		"DIM_3":                 "DIM.3",
		"dataflow,":             "flow,",
		"ESTAT:NA_MAIN(1.6.0)":  "NA_MAIN",
		",I,":                   ",X,",
		",A,B,2014-01":          ",A,,2014-01",
		"2014-01":               "2014-02",
		"12.4,Y":                "12.4,Y,Z",
		"I,A,B,2014-01,12.4,Y,": "I,A,B,2014-01,12.4,",
	} {
		text := strings.Replace(published[0], from, to, 1)
		if _, err := readSDMX(strings.NewReader(text)); err == nil || text == published[0] {
			t.Errorf("%q for %q is accepted", to, from)
		}
	}
}

// TestSDMXStatus spells out the map that is documented.
func TestSDMXStatus(t *testing.T) {
	got := map[schema.Status]string{}
	for _, s := range []schema.Status{schema.Number, schema.None, schema.Dash, schema.Blank, schema.Text} {
		got[s] = s.SDMX()
	}
	want := map[schema.Status]string{"number": "A", "none": "A", "dash": "O", "blank": "O", "text": "O"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSDMXObservations(t *testing.T) {
	r := &schema.Report{File: "a.xls", Sheets: []string{"一"}, Tables: []schema.Table{
		{Layout: "national-2019", Name: "applications", Issuer: "某市", Year: 2019, Coverage: "全市", Observations: []schema.Observation{
			{Indicator: "application.received", Applicant: schema.Total, Status: schema.Number, Value: "1234.5", Unit: "件", Source: schema.Source{Sheet: "一", Cell: "B2", Printed: "1,234.5", Label: "收到"}},
			{Indicator: "application.received", Applicant: schema.Enterprise, Status: schema.None, Value: "0", Source: schema.Source{Sheet: "一", Cell: "C2", Printed: "无"}},
		}},
		{Layout: "fujian-2008", Name: "statistics", Year: 2010, Observations: []schema.Observation{
			{Indicator: "staff", Scope: schema.Year, Status: schema.Dash, Source: schema.Source{Sheet: "一", Cell: "B9", Printed: "—"}},
		}},
		{Layout: "fujian-2008", Name: "statistics", Issuer: "no year", Observations: []schema.Observation{
			{Indicator: "staff", Status: schema.Blank, Source: schema.Source{Sheet: "一", Cell: "B10"}},
		}},
	}}
	const want = `STRUCTURE,STRUCTURE_ID,ACTION,SOURCE,ISSUER,FORM,TABLE,INDICATOR,APPLICANT,SCOPE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,STATUS,COVERAGE,PRINTED,LABEL
dataflow,STATABLE:OBSERVATIONS(1.0.0),I,a.xls:一!B2,某市,national-2019,applications,application-received,_T,_Z,2019,1234.5,A,件,number,全市,"1,234.5",收到
dataflow,STATABLE:OBSERVATIONS(1.0.0),I,a.xls:一!C2,某市,national-2019,applications,application-received,enterprise,_Z,2019,0,A,,none,全市,无,
dataflow,STATABLE:OBSERVATIONS(1.0.0),I,a.xls:一!B9,_U,fujian-2008,statistics,staff,_Z,year,2010,,O,,dash,,—,
`
	var b bytes.Buffer
	w := schema.SDMXObservationRows().CSV(&b)
	if err := errors.Join(w.Write(r), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSDMXSamples reads the messages of the sample reports: they are by the
// rules, and lack nothing that has a year.
func TestSDMXSamples(t *testing.T) {
	list := reports(t)
	observations := 0
	for _, r := range list {
		for _, table := range r.Tables {
			observations += len(table.Observations)
		}
	}
	points := schema.Panel(list...)
	// A point without an issuer, of which there are as many as files.
	points = append(points, schema.Point{File: "a.xls", Year: 2018, Series: "applications_received"}, schema.Point{File: "b.xls", Year: 2018, Series: "applications_received"})
	var one, two bytes.Buffer
	o, p := schema.SDMXObservationRows().CSV(&one), schema.SDMXPointRows().CSV(&two)
	if err := errors.Join(o.Write(list...), o.Flush(), p.Write(points...), p.Flush()); err != nil {
		t.Fatal(err)
	}
	m, err := readSDMX(&one)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.rows) != observations {
		t.Errorf("%d rows for %d observations", len(m.rows), observations)
	}
	identifiers(t, m, "FORM", "TABLE", "INDICATOR", "APPLICANT", "SCOPE", "TIME_PERIOD", "OBS_STATUS")
	if m, err = readSDMX(&two); err != nil {
		t.Fatal(err)
	}
	if len(m.rows) != len(points) {
		t.Errorf("%d rows for %d points", len(m.rows), len(points))
	}
	identifiers(t, m, "SERIES", "TIME_PERIOD", "OBS_STATUS")
}

// identifiers makes sure that coded columns hold identifiers.
func identifiers(t *testing.T, m *sdmxMessage, columns ...string) {
	t.Helper()
	for _, name := range columns {
		i := slices.Index(m.columns, name)
		for _, row := range m.rows {
			if i < 0 || !sdmxIdentifier.MatchString(row[i]) {
				t.Fatalf("%s: %q", name, row)
			}
		}
	}
}

// TestSDMXCodes makes sure that no two codes become one identifier.
func TestSDMXCodes(t *testing.T) {
	seen := map[string]string{}
	add := func(code string) {
		id := strings.ReplaceAll(code, ".", "-")
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s are both %s", code, other, id)
		}
		seen[id] = code
		if !sdmxIdentifier.MatchString(id) {
			t.Errorf("%s is no identifier", id)
		}
	}
	for _, i := range schema.Indicators() {
		add(string(i.Code))
	}
	clear(seen)
	for _, s := range schema.SeriesList() {
		add(string(s.Code))
	}
}
