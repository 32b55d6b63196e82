// Package ask answers the questions that no single report answers: comparisons,
// trends, medians, what is there and what is missing, and full-text search. It
// reads a store and writes nothing.
//
// Like is compared with like: a territory's reports with those of other
// territories, an office's with those of offices. A blank is a status, never a
// zero. Whatever a user types reaches SQL as a parameter.
package ask
