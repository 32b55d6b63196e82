// Package form reads the figures of the standard tables from any document.
//
// What a figure is, is decided by what the labels of its row and column say
// in their place, never by position alone: a row that is inserted, missing or
// moved shifts nothing. labels.csv holds every label with its spellings, and the
// rows of the lists; what columns a form has, in which orders they are printed and
// which sums hold is in the catalogue. A new spelling or form is new rows there.
//
// The way through the files: layout.go walks the blocks and decides the
// layout; label.go recognises labels; cell.go tells what a cell or a piece of text may
// be, and figure.go reads what it says; grid.go finds headers and rows in grids, flat.go
// cuts what a copy flattened into pieces, of which flow.go makes headers and rows, and
// judge.go says of which of them nobody knows whose the figures are; header.go tells the
// columns of either, with tile.go putting broken labels together. Both hand on a table, rows
// of a section under its columns: rows.go parts rows at their labels and gives the figures
// to their columns, by their places (place.go), their order or their sums (solve.go), and
// blocks.go those that a copy has apart from their labels; requests.go knows what is
// peculiar to section three, annex.go the list of 2014; copies.go joins what a page prints
// more than once.
//
// It refuses to guess. Cells that could belong to two columns, rows that
// stand twice with different figures and digits glued to a label are left out
// with a finding. Blank is not zero: a cell that is there and empty gives a
// fact of status blank.
package form
