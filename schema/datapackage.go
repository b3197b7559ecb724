package schema

import (
	"encoding/json"
	"io"
)

// A DataPackage is a Frictionless data package: the description of a folder of
// files, which stands in it as datapackage.json. The types have the properties
// of Data Package 2.0 (https://datapackage.org/standard/data-package/) that are
// used here, under its names.
type DataPackage struct {
	Schema      string     `json:"$schema"` // DataPackageProfile
	Name        string     `json:"name"`    // lower case letters, digits, and - . _
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Version     string     `json:"version,omitempty"`
	Keywords    []string   `json:"keywords,omitempty"`
	Licenses    []License  `json:"licenses,omitempty"`
	Resources   []Resource `json:"resources"`
}

// DataPackageProfile identifies the version of the standard.
const DataPackageProfile = "https://datapackage.org/profiles/2.0/datapackage.json"

// A License is one under which data may be used: an identifier of
// https://licenses.opendefinition.org, and where its text is.
type License struct {
	Name  string `json:"name,omitempty"`
	Path  string `json:"path,omitempty"`
	Title string `json:"title,omitempty"`
}

// A Resource is a file of a data package.
type Resource struct {
	Name      string       `json:"name"`
	Path      string       `json:"path"`
	Type      string       `json:"type,omitempty"` // "table" where Schema is set
	Title     string       `json:"title,omitempty"`
	Format    string       `json:"format,omitempty"`
	MediaType string       `json:"mediatype,omitempty"`
	Encoding  string       `json:"encoding,omitempty"`
	Bytes     int64        `json:"bytes,omitempty"`
	Hash      string       `json:"hash,omitempty"` // "sha256:" and hexadecimal digits
	Schema    *TableSchema `json:"schema,omitempty"`
}

// A TableSchema describes a table (https://datapackage.org/standard/table-schema/).
type TableSchema struct {
	Fields        []Field      `json:"fields"`
	MissingValues []string     `json:"missingValues,omitempty"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	ForeignKeys   []ForeignKey `json:"foreignKeys,omitempty"`
}

// A ForeignKey says that the fields of a table have values that stand in
// another resource of the package.
type ForeignKey struct {
	Fields    []string  `json:"fields"`
	Reference Reference `json:"reference"`
}

// A Reference is what a foreign key points to.
type Reference struct {
	Resource string   `json:"resource"`
	Fields   []string `json:"fields"`
}

// Resource describes the table as a CSV file at a path within a data package. An
// empty field is a missing value; which way a figure is missing stands in a
// field of its own.
func (t Rows[T]) Resource(path string) Resource {
	return Resource{
		Name: t.name, Path: path, Type: "table", Title: t.title,
		Format: "csv", MediaType: "text/csv", Encoding: "utf-8",
		Schema: &TableSchema{Fields: t.Fields(), MissingValues: []string{""}},
	}
}

// Write writes the description as datapackage.json has it.
func (p DataPackage) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p)
}
