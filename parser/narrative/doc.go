// Package narrative reads the figures that a report tells in words: each
// becomes a [report.Mention] with its metric, the noun it counts, value, unit,
// qualifier, the figure it is a part of, its sentence and its place.
//
// Every figure with a counting unit (2165条, 1.53万件, 百分之九十五, 120多个) is a
// mention, and so is one without a unit where the wording says what it counts
// (办结254) and 无 where it fills a slot (行政复议:无). The metric is one of
// [Metrics], or empty where none fits with certainty: a figure without a
// metric costs a reader less than one with the wrong metric.
//
// No figures are: dates, years and spans of time, document, article, phone,
// room and post code numbers, list ordinals, ranks and scores, ranges (3至5次),
// names that hold numerals (“三大攻坚战”), titles in 《》, and amounts without
// a number of their own (数十件).
//
// # How a sentence is read
//
// Figures are found first, on the characters as they stand, because the
// segmenter cuts 1,234 at its comma and full-width digits one by one. The rest
// of a sentence that holds a figure is cut and tagged by gojieba with a
// dictionary of the field's terms. The terms of a figure's clause, of its
// sentence and of the heading above it are then held against the rules.
//
// Metrics, terms, units and rules are tables under tables/, each read by the
// one reader of that package's tables: a new wording is a new row.
//
// # What it needs
//
// gojieba opens its dictionaries as files, by the path its source had when it
// was built. This package embeds them instead, unpacks them once into a cache
// directory and opens them there, so that a binary works wherever it is moved.
// Loading takes about 0.3 s and is done by [New], never by importing.
//
// [Reader.Mentions] is pure and safe for many goroutines. Invalid UTF-8, NUL
// characters and texts of any length are read without loss around them.
package narrative
