// Package officedoc reads the files of office programs and the archives they
// travel in.
//
//   - [ReadDOCX] reads WordprocessingML (ECMA-376 part 1, §17): paragraphs and
//     headings, tables with gridSpan, hMerge and vMerge resolved, lists numbered in the
//     styles that reports number their sections with. What a reader of the
//     printed page does not see is left out: deleted and hidden text, field
//     instructions, comments, headers and footers, the fallback of alternate
//     content. Packages that are one XML file (Flat OPC) are read, too.
//   - [ReadXLSX] reads SpreadsheetML (§18): each visible sheet is a grid, figures
//     as the sheet displays them.
//   - [ReadWordML] and [ReadSpreadsheetML] read the XML of Word 2003 and Excel 2003.
//   - [Converter] turns the binary formats (.doc, .wps, .xls), RTF and OpenDocument
//     into .docx and .xlsx with an installed LibreOffice; without one it returns [ErrNoConverter].
//   - [EachMember] takes the members out of a ZIP archive within [Limits].
//   - In all of them raised and lowered text is written as such and struck text
//     left out; a cell that shows a picture, a shape or a field of a form is
//     document.Unread, and so is the cell that a file ends in.
//   - [Detect] tells the container from the bytes, never from a name.
//
// A flawed file gives what could be read, with findings in the document. An
// error means that there is no document: it wraps document.ErrFormat,
// document.ErrEncrypted or document.ErrDamaged, or is the context's.
//
// Everything is bounded in size, depth and time; nothing is written to disk
// except by Converter, into a directory that it removes.
package officedoc
