// Package export writes what a store holds in the formats that other programs
// read: CSV, JSON Lines, Parquet, XLSX, and folders that describe themselves
// (Frictionless Data Package, Datasette).
//
// Every export streams: memory stays flat at any size. Rows come in the order
// of region, year, report, indicator and applicant, and nothing depends on the
// clock, so two exports of the same data are the same bytes.
//
// Blank is not zero: a figure without value is an empty field (CSV, XLSX) or
// null (JSON Lines, Parquet), and the column status says why. Texts that a
// spreadsheet would run as a formula are defused in CSV by a leading
// apostrophe, as OWASP advises; numbers are left alone. In XLSX texts are texts.
package export
