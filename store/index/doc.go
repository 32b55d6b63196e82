// Package index is the search index of the store: it tells which reports may
// have a text, and whoever asks reads those to see. It knows the tables
// search_segment and search_block and, to be made anew, report and section.
package index
