package document

import "nianbao/parser/report"

// Mark asks a facsimile of a document to show a place. Either At or Text says
// which.
type Mark struct {
	// At is a cell, a row, a table or a line, as a figure or finding names it. Of
	// a table that is drawn with text the row is marked for a cell.
	At report.Locator
	// Text is marked wherever it stands; white space does not count. Of it the
	// characters between From and To are, where To is not 0.
	Text     string
	From, To int
	Class    string // of the elements that mark the place
	ID       string // of the first of them; "" for none
	Title    string // what a reader who points at it is told; "" for nothing
}
