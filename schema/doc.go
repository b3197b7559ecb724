// Package schema holds the shared schema onto which the statistics tables of
// China's annual reports on government information disclosure
// (政府信息公开工作年度报告) are mapped, whatever form they were printed in.
//
// A [Report] is what was read from one file. It has a [Table] for each
// recognised printed table, and a table has an [Observation] for each cell
// that the form asks for:
//
//   - which [Indicator] it is, by its [Code]: one code for one printed meaning.
//     不同意公开答复数 of the form of 2014 is application.outcome.not_agreed and
//     不予公开 of 2019 is application.outcome.refused, as they do not count the
//     same; 国家秘密 has one code, as it means the same in every form;
//   - for which [Applicant] and [Scope], where the form tells them apart;
//   - its [Status]: a number, 无, a dash, a blank or a text are five different
//     answers, and none of them is turned into 0 (无 is, being a word for it);
//   - the exact [Decimal] value and its unit;
//   - its [Source]: file, sheet, cell and the text as printed.
//
// What a form does not print is absent: there is no observation.
//
// A [Finding] is a remark on a place in the file that a person should know of.
// Findings have stable codes, and messages in English and Chinese.
//
// A Report is written and read as JSON (see [JSONSchema]) and written as one
// long table by [WriteCSV].
package schema
