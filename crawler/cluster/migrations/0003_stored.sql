-- WARC files that are in a store, and not only on the disk of the worker that
-- made them.
ALTER TABLE archive ADD COLUMN store text NOT NULL DEFAULT ''; -- s3://bucket/folder, or empty
CREATE TABLE stored (
  archive int NOT NULL REFERENCES archive,
  file    text NOT NULL,
  PRIMARY KEY (archive, file)
);
