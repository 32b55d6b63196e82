// Package check holds a report against itself: the relations that the forms
// print in their own corner (勾稽关系), what a count can be, which notice the
// text cites, and the words against the tables.
//
// A check never changes a figure. It compares what is there: a side that is
// blank or missing is not evaluated, and the finding check.not_evaluated says
// so once for each rule. Within a sum whose total and some of whose terms are
// given, blank terms count as zero, for that sum only, and the finding names
// them. The sums are data, in the catalogue, and so is which told figure is held
// against which of a table, in words.csv. What the words around a figure say of
// its time and its reach comes with the mention; nothing is searched again.
package check
