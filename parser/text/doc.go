// Package text knows characters: it is the only place that tells which are
// wide forms of others, traditional forms, white space, invisible or lost, and
// that reads numerals, years, dates and units.
//
// A [Text] is a printed text beside its folded form, which has no white space
// and one form of every character, with the way back from the one to the other.
// Folding a text twice changes nothing. Text that is ASCII without white space,
// or folded already, is folded without a copy.
//
// Characters fall into four kinds. White space parts what stands beside it.
// Invisible characters take no room and stand for nothing. Lost characters
// ([HasLost]) stand for something that was printed and that nobody can know any
// more: they stay in every folded text, so that no figure closes over them. All
// others stand for themselves.
package text
