// Package flattened makes annual reports with known figures and prints them as
// the plain text that people really get of them: what pdftotext, text
// recognition, a viewer's clipboard, a data frame or an extractor of web pages
// leaves of the standard tables. It is for tests only.
//
// Generate is deterministic: the same seed gives the same bytes and the same
// Truth. The labels and the ways of printing are written from the forms and
// from printed reports, not from the reader: what the reader knows of the
// world is not asked here.
//
// Every cell of the Truth says what is printed. A reader may give it or leave
// it out; Judge tells wrong figures and false blanks, which no style excuses,
// from figures that are missing. No style asks for a guess the other way
// either: where cells vanish, the sums of the tables hold, so that what the
// arithmetic leaves with exactly one reading is what was printed.
package flattened
