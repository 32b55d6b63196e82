// Package report is the model every other package speaks: one annual report on
// government information disclosure (政府信息公开工作年度报告) as it was read.
//
// It is a leaf: it imports the standard library only. The readers fill it, the
// checks add findings to it, the store keeps it and the commands print it; the
// JSON form written by [Report] is the one users rely on.
//
// Two promises hold everywhere. A figure keeps the text it was read from and
// the place it stood in. And blank is not zero: a [Fact] carries a [Status]
// beside its value, and a value is there only where a figure was printed.
//
// Start with [Report]; [Fact] is a figure of a standard table, [Mention] a
// figure told in words, [Finding] what is wrong or worth knowing, [Section] a
// part of the prose, [Locator] a place in the source.
package report
