package schema

// Version is the version of the shared schema: of the Go types in this package
// as far as they appear in JSON, and of the JSON itself. A change that a reader
// of the JSON must know of raises it.
const Version = "1"

// A Report is everything that was read from one file.
type Report struct {
	// File is the file's name as it was given to the reader.
	File string
	// Sheets are the names of the sheets that were looked at, in the file's
	// order.
	Sheets []string
	// Tables are the recognised tables in the order of the file.
	Tables []Table
	// Findings are all remarks on the file, in the order of the file.
	Findings []Finding
}

// A Table holds what one printed table says of one issuer and year. The two
// national forms may be mixed in one printed table; it then gives two Tables.
type Table struct {
	Layout  string `json:"layout"`         // the name of the form, such as "national-2021"
	Version string `json:"layout_version"` // the version of the layout that it was read with
	Name    string `json:"table"`          // the table within the form, such as "applications"

	Title     string `json:"title,omitempty"`     // the printed title next above the table, if there is one
	TitleFrom Source `json:"title_from,omitzero"` // where the title stands

	Issuer     string `json:"issuer,omitempty"`     // the organ that reports, as printed; empty when unknown
	IssuerFrom Source `json:"issuer_from,omitzero"` // where the issuer was found: a cell, or only a file name
	// Coverage is what the table says that it covers of the issuer's bodies, as
	// printed, where a file tells tables apart by it: 全市, 市本级.
	Coverage string `json:"coverage,omitempty"`
	Year     int    `json:"year,omitempty"`     // the report year; 0 when unknown
	YearFrom Source `json:"year_from,omitzero"` // where the year was found: a cell, or only a file name

	Evidence     Evidence      `json:"evidence"`
	Observations []Observation `json:"observations"`
}

// Evidence says why a table was taken for one of its layout.
type Evidence struct {
	Matched  int      `json:"matched"`            // labels of the layout that were found in print
	Asked    int      `json:"asked"`              // labels that the layout has
	Unknown  int      `json:"unknown,omitempty"`  // printed labels that the layout does not have
	Deciding []string `json:"deciding,omitempty"` // printed labels that set the layout apart from its nearest rival
	Rival    string   `json:"rival,omitempty"`    // the layout that came next, as layout/table
}

// An Observation is what one cell of a form says: a figure, or in which way
// there is none. A cell that the printed form does not have gives no
// observation.
type Observation struct {
	Indicator Code      `json:"indicator"`
	Applicant Applicant `json:"applicant,omitempty"`
	Scope     Scope     `json:"scope,omitempty"`
	Status    Status    `json:"status"`
	Value     Decimal   `json:"value,omitempty"` // set where Status is Number or None, and then never empty
	Unit      string    `json:"unit,omitempty"`  // the unit that counts for the value
	Source    Source    `json:"source"`
}

// A Status tells in which way a cell answers (the observation status of SDMX).
type Status string

// The statuses.
const (
	Number Status = "number" // a figure is printed
	None   Status = "none"   // 无, 没有, 未发生: none, which means 0
	Dash   Status = "dash"   // a dash or a slash, which may mean 0 or not applicable
	Blank  Status = "blank"  // the cell is empty: nobody knows
	Text   Status = "text"   // something that is no figure; a finding tells of it
)

// HasValue reports whether an observation of this status has a value.
func (s Status) HasValue() bool { return s == Number || s == None }

// A Source is a place in a file and what is printed there.
type Source struct {
	File    string `json:"-"` // the file's name as it was given to the reader; in JSON it stands once, in the report
	Sheet   string `json:"sheet,omitempty"`
	Cell    string `json:"cell,omitempty"`    // the address in A1 notation, of the first cell of a merged range
	Printed string `json:"printed,omitempty"` // the text of the cell as shown
	Label   string `json:"label,omitempty"`   // the printed label that the cell belongs to
}

// A Key tells apart the observations of one issuer in one file.
type Key struct {
	Layout, Table string
	Indicator     Code
	Applicant     Applicant
	Scope         Scope
}

// Key returns the key of an observation of the table.
func (t *Table) Key(o Observation) Key {
	return Key{t.Layout, t.Name, o.Indicator, o.Applicant, o.Scope}
}
