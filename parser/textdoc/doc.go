// Package textdoc reads plain text: one paragraph a line, and tables written
// as `a | b | c |` lines, with tabs or with rules of + and -.
//
// Text that a copy flattened to one cell a line stays lines here; package
// layout knows how to read those. Any encoding that package charset detects
// is read; blank lines part nothing, for copies put one after every cell.
//
// Markdown is told by [IsMarkdown], and [Page] writes it as a page of HTML.
package textdoc
