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
//
// # Relations
//
// A form ties its figures together: 第一项加第二项之和，等于第三项加第四项之和.
// [Relations] holds what is printed on the forms and what follows from their
// structure, and names what looks like a relation and is none. [Check] gives a
// finding for each that fails, with both sides, the difference, the cells of all
// parts, and a [Hint] where the figures suggest what went wrong; [Evaluate] also
// gives those that hold and those that cannot be assessed, as a part is blank, a
// dash or not printed. Nothing is ever corrected, and nothing missing is taken
// for 0. [CheckLevels] compares a superior's tables with its subordinates'.
//
// # Comparable series
//
// What two forms print is rarely the same. A [Series] is a concept under which
// figures of several forms can be joined, and a [Mapping] says by which formula
// a form answers to it and how well, in the words of SKOS for mappings between
// concepts, on which XKOS builds for statistical classifications:
//
//   - exact: what the formula counts is what the series' name says; figures of
//     exact mappings may be compared without a remark (skos:exactMatch);
//   - close: nearly so, close enough for most uses; the note says in which way
//     it differs, and it may be on either side (skos:closeMatch);
//   - broader: the formula counts all that the name says, and more: it is an
//     upper bound (skos:broadMatch, from the series to what is counted);
//   - narrower: the formula counts only a part of what the name says: it is a
//     lower bound (skos:narrowMatch, from the series to what is counted).
//
// [Panel] turns reports into a [Point] for each issuer, year and series, with the
// formula, the cells, and a mark where the form has changed since the issuer's
// point before (observation status B of SDMX, a break in the time series).
// [Shares] gives what is granted, refused or upheld of what, as exact fractions.
//
// # More
//
// [Diff] compares two reports figure by figure. [Aggregate] adds figures up over
// issuers within one form, [AggregateSeries] over forms; both count what is
// missing.
//
// # What is not here
//
// How a form is printed, and how it is found in a file, is the business of
// package convert; what a file is, of package xlsx. This package keys relations
// and series by the names of forms, and knows nothing else of them.
package schema
