// Package parser turns the bytes of a published report into a
// [report.Report]: [Parser.Parse] detects the container by its content, reads
// it into a document, matches the standard tables, tells the metadata, cuts
// the prose into sections, finds the figures told in words, and checks all of
// it against itself.
//
// A flawed document gives a partial report and findings. A document that is
// no annual report gives a report with an empty layout and the one finding
// report.not_recognised, which says why. An error means I/O, cancellation or
// a reader that could not be started, never a bad document.
//
// Parsing is pure: it is bounded in size, depth and time, it writes nothing,
// and it asks no network. The one exception is named in [Config]: legacy Word
// and Excel files go through an installed LibreOffice.
package parser
