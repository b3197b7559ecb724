// Package xlsx reads what stands in the cells of workbooks, and writes
// workbooks.
//
// It is made for tables that offices publish: small, of every age and make,
// now and then damaged, and never to be trusted. It gives each cell its
// address, its text as a person reads it and its number in full, the merged
// ranges, and what is hidden, and knows nothing of fonts, formulas or charts.
//
//	w, err := xlsx.Open("report.xls")
//	if err != nil {
//		return err
//	}
//	for _, s := range w.Sheets {
//		for _, c := range s.Cells {
//			fmt.Println(s.Name, c.Ref, c.Kind, c.Text)
//		}
//	}
//
// # What is read
//
// What a file is, its content says; its name does not count: many a file called
// .xls is an HTML page. Open and Read take Office Open XML workbooks (.xlsx and
// .xlsm, transitional and strict), the binary workbooks of Excel 5 to 2003
// (.xls), and the tables of the other kinds of files that the constants of type
// Format name. Of anything else the error says what it was found to be.
//
// A cell is in Cells if there is something in it. Its Text is a person's:
//
//   - A number is given in plain decimals and in full. The file stores 0.1 as
//     0.1 or as 0.10000000000000001; both are 0.1 here. What the sheet rounds
//     for display is not rounded.
//   - A number with a percent format is given as a percentage, 0.3125 as
//     31.25%; with a date or time format as 2006-01-02, as 15:04:05, or both.
//     Number still is the number.
//   - Text is given as it is, even if it looks like a number, with line ends as
//     "\n". Phonetic guides are left out.
//   - Of a formula the stored result is given. Nothing is calculated.
//
// Cells inside a merged range are cells like others; usually only the first of
// them has something in it.
//
// # What is damaged
//
// A file is read to its end or not at all: a part that breaks off, is not
// well-formed or fails its check sum is an error, ErrDamaged, and never a
// shorter sheet. What is wrong with a single cell or range, and can be told
// from the rest, is left out or read as text, and Warnings says so.
//
// Reading takes time and memory in proportion to a file's size within Limits,
// whatever numbers the file claims.
//
// # What is written
//
// Save and Write write .xlsx files with the same cells, merged ranges and
// hidden parts. Texts stay texts, whatever they look like. The same workbook
// gives the same bytes.
package xlsx
