package schema_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

// TestDataPackage compares a small description with what the standard has it
// look like (https://datapackage.org/standard/data-package/).
func TestDataPackage(t *testing.T) {
	r := schema.IndicatorRows().Resource("indicators.csv")
	r.Bytes, r.Hash = 12, "sha256:0a"
	r.Schema.Fields = r.Schema.Fields[:1]
	r.Schema.PrimaryKey = []string{"code"}
	r.Schema.ForeignKeys = []schema.ForeignKey{{Fields: []string{"code"}, Reference: schema.Reference{Resource: "other", Fields: []string{"id"}}}}
	p := schema.DataPackage{
		Schema: schema.DataPackageProfile, Name: "p", Title: "A & B",
		Licenses:  []schema.License{{Name: "CC-BY-4.0", Path: "https://creativecommons.org/licenses/by/4.0/"}},
		Resources: []schema.Resource{r},
	}
	const want = `{
  "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
  "name": "p",
  "title": "A & B",
  "licenses": [
    {
      "name": "CC-BY-4.0",
      "path": "https://creativecommons.org/licenses/by/4.0/"
    }
  ],
  "resources": [
    {
      "name": "indicators",
      "path": "indicators.csv",
      "type": "table",
      "title": "Code list of indicators",
      "format": "csv",
      "mediatype": "text/csv",
      "encoding": "utf-8",
      "bytes": 12,
      "hash": "sha256:0a",
      "schema": {
        "fields": [
          {
            "name": "code",
            "type": "string",
            "constraints": {
              "required": true,
              "unique": true
            }
          }
        ],
        "missingValues": [
          ""
        ],
        "primaryKey": [
          "code"
        ],
        "foreignKeys": [
          {
            "fields": [
              "code"
            ],
            "reference": {
              "resource": "other",
              "fields": [
                "id"
              ]
            }
          }
        ]
      }
    }
  ]
}
`
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestResources holds the descriptions of all tables against what the profile
// of Data Package 2.0 asks for: names, paths, media types, types of fields.
func TestResources(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9._-]+$`)
	path := regexp.MustCompile(`^[^./~][^\\]*$`)
	media := regexp.MustCompile(`^.+/.+$`)
	seen := map[string]bool{}
	for _, r := range []schema.Resource{
		schema.ObservationRows().Resource("a.csv"), schema.TableRows().Resource("b.csv"), schema.FindingRows().Resource("c.csv"),
		schema.PointRows().Resource("d.csv"), schema.IndicatorRows().Resource("e.csv"),
		schema.SDMXObservationRows().Resource("f.csv"), schema.SDMXPointRows().Resource("g.csv"),
	} {
		if !name.MatchString(r.Name) || seen[r.Name] || !path.MatchString(r.Path) || !media.MatchString(r.MediaType) || r.Type != "table" || r.Encoding != "utf-8" {
			t.Errorf("%+v", r)
		}
		seen[r.Name] = true
		fields := map[string]bool{}
		for _, f := range r.Schema.Fields {
			switch f.Type {
			case schema.StringField, schema.IntegerField, schema.NumberField, schema.YearField, schema.BooleanField:
			default:
				t.Errorf("%s, %s: type %q", r.Name, f.Name, f.Type)
			}
			if f.Name == "" || fields[f.Name] {
				t.Errorf("%s: the field %q has no name, or stands twice", r.Name, f.Name)
			}
			fields[f.Name] = true
		}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back schema.Resource
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, back); diff != "" {
			t.Errorf("%s through JSON (-want +got):\n%s", r.Name, diff)
		}
	}
}
