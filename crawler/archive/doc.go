// Package archive writes and reads WARC files (ISO 28500:2017, WARC 1.1), the
// format in which web archives keep what they fetched.
//
// The writer makes files that other tools read: one gzip member a record,
// warcinfo first, then for each page a response (or revisit), a request and a
// metadata record, with the payload's SHA-256. A page's records are written with
// one call, so that a process that is killed leaves whole pages or, at most, one
// torn end, which [Writer] cuts off when it opens the file again.
//
// The reader takes WARC 1.0 and 1.1, compressed or not, of whatever origin:
// those of GNU wget (whose WARC-Target-URI stands in angle brackets) among them.
// It is strict about what would make a page wrong (a record shorter than its
// Content-Length, a payload that does not fit its digest) and lenient about the
// rest. A damaged record is an error of its own; in files compressed by record
// the reader goes on at the next one.
package archive
