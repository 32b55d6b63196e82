// Package bucket keeps WARC files in a store that speaks Amazon's S3: Amazon's
// own, MinIO, Ceph, and what the clouds have of the kind.
//
// A crawl goes on writing to a folder on its machine, its spool: S3 has no file
// that grows and none that can be cut back after a crash. A Spool sends each file
// when it is complete and everything in it was acknowledged, and takes it away
// from the folder only when the store has said that it is kept. What was not sent
// when a process ended stays in the folder, and the next one sends it. Sending a
// file again changes nothing: it has the same name and the same octets.
//
// So what is in the folder and not in the store, the file being written at most
// when the store answers, is on one disk only.
package bucket
