-- A search index that finds every run of characters, however it was cut into
-- words, and takes less room than full text of words with their places.
DROP TABLE search_index;
DROP INDEX report_by_search;
ALTER TABLE report DROP COLUMN search_id;

CREATE TABLE search_segment (
  -- The search index of titles and sections is for `nianbao search` and tells
  -- which reports have a pair of neighbouring characters, or a word. A segment
  -- is that of some reports, in blocks.
  id     INTEGER PRIMARY KEY,
  level  INTEGER NOT NULL,                        -- sixteen of a level are merged into one of the next
  base   INTEGER NOT NULL,                        -- the least report_id
  start  INTEGER NOT NULL,                        -- search_block.id of the first block; the others follow
  firsts BLOB    NOT NULL                         -- the first key of each block, eight bytes each
) STRICT;

CREATE TABLE search_block (
  -- Ascending keys, each with the report_ids that have it, in Rice's code.
  id   INTEGER PRIMARY KEY,
  data BLOB    NOT NULL
) STRICT;
