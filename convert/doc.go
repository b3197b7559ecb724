// Package convert maps statistics tables of any known form onto the shared
// schema, and back.
//
// The forms are data: one file a [Layout], embedded, with the labels as the
// form prints them and the indicator that each cell asks for. One engine reads
// all of them:
//
//	book, err := xlsx.Open("report.xls")
//	if err != nil {
//		return err
//	}
//	report, err := convert.ToSchema(book)
//
// A table is told by its labels, never by the year of the report or the name
// of the file. Labels are compared in a form that leaves out what copies of a
// form differ in (width, white space, Traditional script, numbering, quotes),
// and the printed rows are aligned with the rows of the layout in order and
// under their parents. What cannot be placed with certainty is refused, with a
// finding that says where and why.
package convert
