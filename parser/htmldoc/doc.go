// Package htmldoc reads an HTML page into a [document.Document]: the blocks a
// reader of the page would see, in reading order.
//
// It promises:
//
//   - Encoding by the bytes (package charset), whatever header and meta say.
//   - Paragraphs as browsers break them: block elements end a paragraph, <br>
//     is \n within it, two of them end it too. White space is collapsed by CSS
//     Text 3, so a line break in the source between two Chinese characters
//     vanishes. No-break spaces, full-width spaces, zero-width and soft-hyphen
//     characters stay as printed; control characters go.
//   - Tables by the table model of the HTML standard: spans resolved and ended
//     with their row group, thead first and tfoot last, hidden rows, cells and
//     collapsed columns gone. A table that only lays out the page becomes its
//     cells' blocks; see table.go for how the two are told apart.
//   - Nothing hidden: the hidden attribute, display:none, visibility:hidden,
//     mso-hide:all, scripts, styles, templates, the data islands of Word.
//     <noscript> is read only when the page has nothing else. The numbers
//     browsers draw before the items of a list are no text.
//   - Nothing struck through, and what is raised or lowered written as such, by
//     element, by style, or by the rules of the page's own style sheets, but those
//     that depend on what happens to an element.
//   - No figure in the colour of what it stands on, or too small to be seen.
//   - In a cell, document.Unread for what is no text of the page: pictures,
//     drawings, fields of forms, text that was struck out without any in its place,
//     tables with data of their own; and beside a figure that something of the page
//     makes another, or may: a script, a sheet, a selector that is not understood.
//   - Of a page that was cut off the last cell is unreadable and the digits at
//     its end are left out, with the finding container.truncated.
//   - Damaged markup as browsers repair it, and beyond: cells outside any table
//     are kept as a grid, pages nested deeper than any real one are flattened.
//
// Most of a page pasted from Word is attributes that nobody reads. Therefore, where
// a page's tags are in order, its tree is built without them and without the algorithm
// of html.Parse (build.go). Any other page goes through the tokenizer of x/net/html
// (rewrite.go) and what is left of it through html.Parse. The document is the same. What
// an element looks like is told in one place, of the tree (look.go).
//
// [Show] gives the same page to look at, with the places of its document: the tree
// that gives the very blocks that were read, so that a mark is never beside its
// figure.
//
// Pages saved as one file (MHTML) are taken out of it by [Page].
//
// It refuses nothing but cancellation: what is no report, or no HTML, gives a
// document with few blocks or none. Time and memory are linear in the input
// and bounded; what lies beyond the limits leaves a container.limit finding.
package htmldoc
