// Package parser turns the bytes of a published report into a
// [report.Report], in one direction: [Parser.Parse] detects the container by its
// content and reads it into a document; the outline tells what the document says
// of itself and where its sections begin; the form reads the standard tables of
// the outline's year; the narrative finds the figures told in the sections; the
// checks hold all of it against itself. Each step gets what those before it
// made, and none asks back.
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
