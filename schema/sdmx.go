package schema

import (
	"cmp"
	"strings"
)

// SDMX-CSV 2.0 is the CSV of SDMX 3.0 (field guide:
// https://github.com/sdmx-twg/sdmx-csv). Its code lists:
// https://sdmx.org/guidelines/code-lists, of which CL_OBS_STATUS 2.2 has the
// observation statuses and _T, _U and _Z stand for total, unknown and not
// applicable.

// SDMXDataflow and SDMXSeriesDataflow identify the data that
// [SDMXObservationRows] and [SDMXPointRows] write.
const (
	SDMXDataflow       = "STATABLE:OBSERVATIONS(1.0.0)"
	SDMXSeriesDataflow = "STATABLE:SERIES(1.0.0)"
)

// SDMX returns the status in the code list of observation statuses of SDMX
// (CL_OBS_STATUS 2.2). That list does not tell apart in which way a figure is
// missing, so that [SDMXObservationRows] also writes our own status.
//
//	number  A  normal value
//	none    A  normal value: 无 is a word for 0
//	dash    O  missing value: a dash may mean 0 or not applicable, which
//	           M (data cannot exist) would claim
//	blank   O  missing value: L (data exist but were not collected) would
//	           claim to know that there is a figure
//	text    O  missing value
//
// A dash is not called 0 and none of the three is called L, M or Q, as a status
// must not say more than the cell does.
func (s Status) SDMX() string {
	if s.HasValue() {
		return ObsNormal
	}
	return ObsMissing
}

// sdmxCode makes a code an identifier of SDMX, which has no dots. No code of
// ours has a hyphen where another has a dot.
func sdmxCode(code string) string { return strings.ReplaceAll(code, ".", "-") }

// sdmxDimension is the value of a dimension that may be without one.
func sdmxDimension(code string) string {
	switch code {
	case "":
		return "_Z"
	case string(Total):
		return "_T"
	}
	return sdmxCode(code)
}

func sdmxHead[R any](flow string) []column[R] {
	return []column[R]{
		text("STRUCTURE", func(R) string { return "dataflow" }, required),
		text("STRUCTURE_ID", func(R) string { return flow }, required),
		text("ACTION", func(R) string { return "I" }, required), // information
	}
}

// SDMXObservationRows is SDMX-CSV 2.0 of the dataflow [SDMXDataflow], whose
// observations are the cells. Its dimensions are
//
//	SOURCE       file:sheet!cell, which alone tells the observations apart: two
//	             files may report on one issuer and year
//	ISSUER       the organ that reports, or _U
//	FORM, TABLE  the form, and the table in it
//	INDICATOR    the code, with hyphens for dots
//	APPLICANT, SCOPE  the code, _T for the total of applicants, _Z for none
//	TIME_PERIOD  the report year
//
// its measure is OBS_VALUE, empty where there is none, and its attributes are
// OBS_STATUS (see [Status.SDMX]), UNIT_MEASURE, STATUS (our own), COVERAGE,
// PRINTED and LABEL. All of ISSUER, UNIT_MEASURE and what is printed are free
// text.
//
// SDMX has no data without a time. Tables without a year give no rows.
func SDMXObservationRows() Rows[*Report] {
	type row = observationRow
	return newRows("sdmx-observations", "SDMX-CSV 2.0 of the observations", append(sdmxHead[row](SDMXDataflow),
		text("SOURCE", func(r row) string { return r.report.File + ":" + r.Source.Sheet + "!" + r.Source.Cell }, required),
		text("ISSUER", func(r row) string { return cmp.Or(r.Issuer, "_U") }, required),
		text("FORM", func(r row) string { return r.Layout }, required),
		text("TABLE", func(r row) string { return r.Name }, required),
		text("INDICATOR", func(r row) string { return sdmxCode(string(r.Indicator)) }, required),
		text("APPLICANT", func(r row) string { return sdmxDimension(string(r.Applicant)) }, required),
		text("SCOPE", func(r row) string { return sdmxDimension(string(r.Scope)) }, required),
		text("TIME_PERIOD", func(r row) string { return yearText(r.Year) }, required, is(YearField)),
		text("OBS_VALUE", func(r row) string { return string(r.Value) }, is(NumberField)),
		text("OBS_STATUS", func(r row) string { return r.Status.SDMX() }, required, oneOf(ObsNormal, ObsMissing)),
		text("UNIT_MEASURE", func(r row) string { return r.Unit }),
		text("STATUS", func(r row) string { return string(r.Status) }, required, oneOf(Number, None, Dash, Blank, Text)),
		text("COVERAGE", func(r row) string { return r.Coverage }),
		text("PRINTED", func(r row) string { return r.Source.Printed }),
		text("LABEL", func(r row) string { return r.Source.Label }),
	), func(r *Report, emit func(row) error) error {
		return eachObservation(r, func(o row) error {
			if o.Year == 0 {
				return nil
			}
			return emit(o)
		})
	})
}

// SDMXPointRows is SDMX-CSV 2.0 of the dataflow [SDMXSeriesDataflow]: the
// points of a panel. Its dimensions are ISSUER (_U and the file where it is not
// known), COVERAGE (_Z for none), SERIES and TIME_PERIOD; its attributes
// OBS_STATUS (see [Point.ObsStatus]), UNIT_MEASURE, FORM and RELATION. Points
// without a year give no rows.
func SDMXPointRows() Rows[Point] {
	return newRows("sdmx-series", "SDMX-CSV 2.0 of the comparable series", append(sdmxHead[Point](SDMXSeriesDataflow),
		text("ISSUER", func(p Point) string {
			if p.Issuer == "" {
				return "_U:" + p.File
			}
			return p.Issuer
		}, required),
		text("COVERAGE", func(p Point) string { return cmp.Or(p.Coverage, "_Z") }, required),
		text("SERIES", func(p Point) string { return sdmxCode(string(p.Series)) }, required),
		text("TIME_PERIOD", func(p Point) string { return yearText(p.Year) }, required, is(YearField)),
		text("OBS_VALUE", func(p Point) string { return string(p.Value) }, is(NumberField)),
		text("OBS_STATUS", func(p Point) string { return p.ObsStatus() }, required, oneOf(ObsNormal, ObsBreak, ObsMissing)),
		text("UNIT_MEASURE", func(p Point) string { return p.Unit }),
		text("FORM", func(p Point) string { return strings.Join(p.Forms, " ") }),
		text("RELATION", func(p Point) string { return string(p.Mapping.Match) }),
	), func(p Point, emit func(Point) error) error {
		if p.Year == 0 {
			return nil
		}
		return emit(p)
	})
}
