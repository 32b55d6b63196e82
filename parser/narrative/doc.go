// Package narrative reads the figures that a report tells in words: each
// becomes a [report.Mention] with its metric, the noun it counts, value, unit,
// qualifier, the figure it is a part of, its sentence and its place.
//
// Every figure with a counting unit (2165条, 1.53万件, 百分之九十五, 120多个) is a
// mention, and so is one without a unit where the wording says what it counts
// (办结254) and 无 where it fills a slot (行政复议:无). The metric is one of
// catalog.Metrics, or empty where none fits with certainty: a figure without a
// metric costs a reader less than one with the wrong metric.
//
// No figures are: dates, years and spans of time, document, article, phone,
// room and post code numbers, list ordinals, ranks and scores, ranges (3至5次),
// names that hold numerals (“三大攻坚战”), titles in 《》, and amounts without
// a number of their own (数十件).
//
// # What a mention holds
//
// Raw, and with it Start and End, is the number with its unit: 2165条, 120多个,
// 99.58%, 百分之九十五, 无. Value is the plain number: 1.53万条 is 15300 and its unit
// 条; only money keeps its multiplier, for 万元 and 亿元 are the units of the tables.
// A qualifier beside the number (约, 余, 超, 不足, 以上 …) goes before cumulative, which
// is what counts from some earlier year on (历年累计, 施行以来): 全年累计, and 截至 the end
// of the report's own year, are the year's total and have no qualifier. None is a
// figure too: the word that denies (未收到, 没有发生, 无) is a mention of 0 qualified none.
// A part told after 其中, 包括, in a bracket or behind a colon has no metric of its own
// where it would be that of its whole. One figure told of reviews and lawsuits together (行政复议、行政诉讼均为0) is
// two mentions; a sum of both is one without a metric.
//
// # How a sentence is read
//
// Figures are found first, on the characters as they stand, because the
// segmenter cuts 1,234 at its comma and full-width digits one by one. What stands
// between figures and marks in the clauses that they need is cut and tagged by
// gojieba with a dictionary of the field's terms, and remembered, for offices use
// the same words again and again. The terms of a figure's clause, of its
// sentence and of the heading above it are then held against the rules.
//
// A figure keeps its metric only where nothing else in its clause may make it another's:
// what is left of the words before it, when terms, names of the publisher and plain words
// are taken away, must be nothing (see strange.go). Words that may make it another's have
// no end (县残联, 原定, 防火培训), those that may not are some 600, tables/plain.tsv; a report
// whose words are not there loses a metric, and gets none wrongly. What is strange before
// the verb holds for the figures behind it, and so does a time that is not the report's
// year (time.go): another year, a part of one, or a plan.
//
// Terms, sets of their concepts, names, words and rules are tables under tables/, each
// read by the one reader of that package's tables: a new wording is a new row. What is
// cut is 0.94 times the bytes of the clauses that tell figures.
//
// testdata/gold holds sentences with what is to be found in them. The sets of
// paragraphs beside it were labelled before any run, by pens who knew no rule; their
// README tells how each did at first sight, and parser/README.md what that means.
//
// # What it needs
//
// gojieba opens its dictionaries as files, by the path its source had when it
// was built. This package embeds them instead, so that a binary works wherever it
// is moved: gojieba is opened with an empty dictionary in a temporary directory,
// and gets those of its 350,000 words that a text holds before it cuts the text (see
// vocabulary.go).
//
// [Reader.Mentions] is pure and safe for many goroutines. Invalid UTF-8, NUL
// characters and texts of any length are read without loss around them.
package narrative
