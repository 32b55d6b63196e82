// Package document is what every container becomes once its bytes are read: a
// sequence of [Block]s in reading order, each a paragraph, a heading or a
// [Grid] whose row and column spans are resolved.
//
// Container (HTML, text, docx, xlsx, pdf) and layout (2014, 2019, 2021) are
// independent: the readers (htmldoc, textdoc, officedoc, pdfdoc) make a
// Document, and package form reads figures from any Document. A new
// container is one reader and nothing else.
//
// A Document is bounded: readers stop at [MaxBlocks], [MaxCells] and
// [MaxText] and leave a finding. Hidden content never becomes a block, for a
// reader of the page would not see it either.
package document
