// Package form reads the figures of the standard tables from any document.
//
// What a figure is, is decided by what the labels of its row and column say
// in their place, never by position alone: a row that is inserted, missing or
// moved shifts nothing. labels.csv and annex2014.csv hold every label with
// its spellings; a new spelling is a new entry there.
//
// The way through the files: layout.go walks the blocks and decides the
// layout; label.go recognises labels; figure.go reads what a cell says;
// header.go and place.go join columns and cells; disclosure.go, requests.go,
// review.go and annex.go know the four kinds of tables; flat.go reads tables
// that a copy flattened to one cell a line, and solve.go places what such a
// copy lost, where arithmetic leaves one reading only; copies.go joins what a
// page prints more than once.
//
// It refuses to guess. Cells that could belong to two columns, rows that
// stand twice with different figures and digits glued to a label are left out
// with a finding. Blank is not zero: a cell that is there and empty gives a
// fact of status blank.
package form
