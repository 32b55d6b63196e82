// Package pdfdoc reads the text layer of PDF files (ISO 32000) with PDFium,
// compiled to WebAssembly and run by wazero: pure Go, in a sandbox that sees no
// file of the machine, no network and a bounded memory.
//
// A PDF has no paragraphs and no tables, only characters at places and lines
// between them. The reader takes the places and builds:
//
//   - grids from ruling lines (strokes, thin rectangles, the edges of shaded
//     boxes): a cell is a region the lines enclose, and a line that is missing
//     between two regions makes them one cell with a span;
//   - tables that go on on the next page as one grid, where their columns agree;
//   - paragraphs from visual lines, over the page's end too.
//
// Page numbers, running headers, watermarks, characters drawn twice to look bold
// and spaces between Chinese characters are left out. So is what a line strikes
// through, and invisible text: white on nothing but paper, and the words a scanner's
// software lays under a picture, which are its guess, not the page. Raised and lowered digits are written as
// such; a cell that shows a picture or a field of a form is not blank.
//
// Tables without ruling lines become lines of text whose parts are separated by
// tabs. So do those of texts that other programs made of pages, with the place of
// each word: [ReadPlaced].
package pdfdoc
