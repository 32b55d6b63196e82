// Package store keeps parsed reports in one SQLite file that opens in the
// sqlite3 shell, DB Browser, R, pandas, DuckDB and Datasette without anything
// of ours. It opens, migrates, writes and reads reports; package ask answers the
// questions that no single report answers, package panel checks reports against
// each other, and package index is the search index.
//
// # What it promises
//
//   - A report is there whole or not at all; a process that is killed loses at
//     most the reports of its last transaction, and the same ingest repeated
//     gives the file that an undisturbed one gives. Report numbers follow the
//     order of ingestion, so ingest in a stable order; only ingested_at, from
//     [Options].Now, follows the clock.
//   - The same bytes twice change no row. A report published again with other
//     figures is a new version: the old one stays, superseded_by set. The same
//     figures in other bytes are a copy of the report that is there.
//   - Blank is not zero. A figure that is not printed has no value anywhere:
//     not in the views, not in a sum, not in an export.
//   - Whatever a user types reaches SQL as a parameter.
//   - What stands in a title or section is found, however it was cut into words.
//
// # What it refuses
//
// Documents that are no reports ([ErrNotReport]), files that are no database
// or another program's ([ErrNotDatabase], [ErrForeign]), and files that a newer
// version wrote ([ErrNewer]).
//
// # The file
//
// The schema stands in package migrations, with comments; the sqlite3 shell's
// .schema shows them. The number of the last migration is the file's PRAGMA
// user_version, so that the file itself, not a table with clock times, says
// what it is. All tables are STRICT. The figures are packed in fact_data, some
// twenty bytes each, and read through the view fact; the same holds for
// mention_data and mention, and finding_data and finding. Every column of every
// view has a type. Views whose columns are indicators (requests_wide,
// disclosure_wide, review_wide, headline) are made from package catalog, so a
// new layout is new rows there and nothing here.
//
// A writer puts the file into WAL mode, in which readers go on during writes,
// and puts it back when it closes last, so that a finished file is one file
// and opens on a read-only medium. One process writes at a time; a second
// one waits [Options].Busy and then gets [ErrBusy].
package store
