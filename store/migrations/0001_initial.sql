-- The first schema. Comments inside the statements stay in the file: `.schema`
-- in the sqlite3 shell shows them.

CREATE TABLE meta (
  -- What this file is: schema_version, tool, licence, citation …
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE region (
  -- Administrative divisions, GB/T 2260. A division whose code changed has a
  -- row for each code; region_change and region_series tie them together.
  code        TEXT    NOT NULL PRIMARY KEY CHECK (length(code) = 6),
  name        TEXT    NOT NULL,
  level       TEXT    NOT NULL CHECK (level IN ('province', 'prefecture', 'county')),
  parent_code TEXT    REFERENCES region (code),   -- NULL for a province
  first_list  INTEGER NOT NULL,                   -- the first yearly list of codes that has it, of those consulted
  last_list   INTEGER NOT NULL                    -- the last one
) STRICT, WITHOUT ROWID;
CREATE INDEX region_by_parent ON region (parent_code);
CREATE INDEX region_by_name ON region (name);

CREATE TABLE region_change (
  -- What became of a division: renamed is the same territory under another
  -- name, rank or code, and its figures are one series; merged is a part of a
  -- larger one from then on, and its figures end.
  from_code TEXT    NOT NULL,                     -- '' where only the name is known
  from_name TEXT    NOT NULL,
  to_code   TEXT    NOT NULL REFERENCES region (code),
  to_name   TEXT    NOT NULL,
  year      INTEGER NOT NULL,                     -- the year it was approved in
  kind      TEXT    NOT NULL CHECK (kind IN ('renamed', 'merged')),
  PRIMARY KEY (from_code, from_name, to_code)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
  -- One body of bytes as it was fetched or read from disk.
  sha256       TEXT    NOT NULL PRIMARY KEY,
  url          TEXT,                              -- NULL when it was read from disk
  fetched_at   TEXT,                              -- ISO 8601, UTC
  http_status  INTEGER,
  content_type TEXT,
  charset      TEXT,
  bytes        INTEGER,
  warc_file    TEXT,                              -- the archive that keeps the bytes
  warc_offset  INTEGER
) STRICT;

CREATE TABLE report (
  -- One parsed report. NULL means that the document does not say.
  id              INTEGER PRIMARY KEY,
  region_code     TEXT    REFERENCES region (code),
  region_name     TEXT,                           -- as the report gives it
  publisher       TEXT,
  scope           TEXT    CHECK (scope IN ('region', 'agency')),  -- the whole territory, or one office
  year            INTEGER,                        -- the year reported on
  layout          TEXT    NOT NULL,               -- 2008, 2014, 2019, 2021: decided by the tables
  container       TEXT    NOT NULL,               -- html, text, docx, pdf …
  title           TEXT    NOT NULL,
  period_start    TEXT,                           -- ISO 8601 dates
  period_end      TEXT,
  published_on    TEXT,
  source          TEXT    NOT NULL,               -- path or URL, as given
  document_sha256 TEXT    NOT NULL UNIQUE REFERENCES document (sha256),
  parser_version  TEXT    NOT NULL,
  ingested_at     TEXT    NOT NULL,               -- ISO 8601, UTC
  superseded_by   INTEGER REFERENCES report (id), -- the next version published with other figures; NULL: current
  content_digest  BLOB    NOT NULL,               -- tells whether a second reading of the same bytes says the same
  figures_digest  BLOB    NOT NULL,               -- tells whether a second publication has other figures
  tables_digest   BLOB,                           -- tells whether two reports have the same tables; NULL where no figure is other than zero
  search_id       INTEGER                         -- the row of search_index; NULL: not indexed
) STRICT;
CREATE INDEX report_by_region ON report (region_code, year);
CREATE INDEX report_by_year ON report (year, scope, region_code);
CREATE INDEX report_by_tables ON report (tables_digest) WHERE tables_digest IS NOT NULL;
CREATE UNIQUE INDEX report_by_search ON report (search_id) WHERE search_id IS NOT NULL;
CREATE INDEX report_by_superseded ON report (superseded_by) WHERE superseded_by IS NOT NULL;

CREATE TABLE report_copy (
  -- Another document with the same report and the same figures: a copy on a
  -- second site, or the same page fetched again with another visitor count.
  document_sha256 TEXT    NOT NULL PRIMARY KEY REFERENCES document (sha256),
  report_id       INTEGER NOT NULL REFERENCES report (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_copy_by_report ON report_copy (report_id);

CREATE TABLE indicator (
  -- What the standard tables count.
  code      TEXT    NOT NULL PRIMARY KEY,
  section   TEXT    NOT NULL,
  label_zh  TEXT    NOT NULL,                     -- the printed path of labels
  label_en  TEXT    NOT NULL,
  unit      TEXT    NOT NULL,
  dimension TEXT    NOT NULL CHECK (dimension IN ('none', 'applicant')),
  layouts   TEXT    NOT NULL,                     -- separated by semicolons
  number    INTEGER NOT NULL UNIQUE               -- stands for the code in fact_data; never changes
) STRICT;

CREATE TABLE applicant (
  -- The kinds of applicants: the columns of the requests table.
  number   INTEGER PRIMARY KEY,                   -- stands for the code in fact_data; 0: no such dimension
  code     TEXT    NOT NULL UNIQUE,
  label_zh TEXT    NOT NULL,
  label_en TEXT    NOT NULL
) STRICT;

CREATE TABLE status (
  -- What the cell of a figure says. Blank is not zero.
  number  INTEGER PRIMARY KEY,
  code    TEXT    NOT NULL UNIQUE,
  meaning TEXT    NOT NULL
) STRICT;
INSERT INTO status VALUES
  (0, 'reported',       'a figure is printed; zero is a figure'),
  (1, 'blank',          'the cell is there and empty'),
  (2, 'not_applicable', 'the cell holds a dash, a slash, 不适用 or 无'),
  (3, 'unreadable',     'the cell holds something that should be a figure and is not'),
  (4, 'unit_assumed',   'a figure is printed without any unit where the unit cannot be told');

CREATE TABLE fact_data (
  -- The figures of the standard tables, packed: codes as numbers, so that a
  -- figure takes some twenty bytes. Read them through the view fact.
  report_id INTEGER NOT NULL REFERENCES report (id),
  indicator INTEGER NOT NULL REFERENCES indicator (number),
  applicant INTEGER NOT NULL REFERENCES applicant (number),
  value     REAL,                                 -- NULL unless status is 0 or 4
  status    INTEGER NOT NULL REFERENCES status (number),
  raw       TEXT,                                 -- the cell's text; NULL where it is the value, printed plainly
  locator   ANY,                                  -- cell: table<<20 | row<<8 | column; line: its negative number; else text
  PRIMARY KEY (report_id, indicator, applicant),
  CHECK ((value IS NOT NULL) = (status IN (0, 4)))
) STRICT, WITHOUT ROWID;

CREATE VIEW fact AS
  -- Every figure as it was read: one row for each report, indicator and
  -- applicant ('' where the indicator has no such dimension).
  SELECT f.report_id, i.code AS indicator, a.code AS applicant, f.value, s.code AS status,
         coalesce(f.raw, printf('%d', f.value)) AS raw,
         CASE WHEN f.locator IS NULL THEN ''
              WHEN typeof(f.locator) = 'text' THEN f.locator
              WHEN f.locator < 0 THEN 'line ' || -f.locator
              ELSE printf('table %d row %d column %d', f.locator >> 20, (f.locator >> 8) & 4095, f.locator & 255)
         END AS locator
    FROM fact_data f
    JOIN indicator i ON i.number = f.indicator
    JOIN applicant a ON a.number = f.applicant
    JOIN status s ON s.number = f.status;

CREATE TABLE correction (
  -- A figure that a reviewer set right. The figure as read stays in fact; the
  -- views current_fact, headline and *_wide show this one and mark it.
  report_id    INTEGER NOT NULL REFERENCES report (id),
  indicator    INTEGER NOT NULL REFERENCES indicator (number),
  applicant    INTEGER NOT NULL REFERENCES applicant (number),
  value        REAL,
  status       INTEGER NOT NULL REFERENCES status (number),
  reason       TEXT    NOT NULL CHECK (reason <> ''),
  reviewer     TEXT    NOT NULL,
  corrected_at TEXT    NOT NULL,                  -- ISO 8601, UTC
  PRIMARY KEY (report_id, indicator, applicant),
  CHECK ((value IS NOT NULL) = (status IN (0, 4)))
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
  -- A numbered part of the prose, without the standard tables. Number 0 is
  -- what stands before the first heading.
  id        INTEGER PRIMARY KEY,
  report_id INTEGER NOT NULL REFERENCES report (id),
  number    INTEGER NOT NULL,
  heading   TEXT    NOT NULL,
  text      TEXT    NOT NULL
) STRICT;
CREATE INDEX section_by_report ON section (report_id, number);

CREATE TABLE mention_data (
  -- Figures told in words, packed: a sentence that stands in the text of its
  -- section is kept as a place there. Read them through the view mention.
  report_id  INTEGER NOT NULL REFERENCES report (id),
  seq        INTEGER NOT NULL,                    -- counted from zero within the report
  metric     TEXT    NOT NULL,                    -- '' where no metric fits
  subject    TEXT    NOT NULL,                    -- the noun phrase the figure counts, as printed
  value      REAL    NOT NULL,                    -- the plain number: 1.53万条 is 15300
  unit       TEXT    NOT NULL,
  qualifier  TEXT    NOT NULL,                    -- '', approx, at_least, at_most, cumulative
  part_of    INTEGER,                             -- seq of the figure this one is a part of (其中)
  section    INTEGER NOT NULL,                    -- section.number
  sentence   ANY     NOT NULL,                    -- text, or the first character's place in the section's text, from 0
  length     INTEGER,                             -- the sentence's characters; NULL where sentence is text
  char_start INTEGER NOT NULL,                    -- the figure's place in the section's text, in characters from 0
  char_end   INTEGER NOT NULL,
  raw        TEXT    NOT NULL,
  PRIMARY KEY (report_id, seq)
) STRICT, WITHOUT ROWID;

CREATE VIEW mention AS
  -- Every figure told in words, with its sentence.
  SELECT m.report_id, m.seq, m.metric, m.subject, m.value, m.unit, m.qualifier, m.part_of, m.section,
         CASE WHEN m.length IS NULL THEN m.sentence
              ELSE (SELECT substr(t.text, m.sentence + 1, m.length)
                      FROM section t WHERE t.report_id = m.report_id AND t.number = m.section)
         END AS sentence,
         m.char_start, m.char_end, m.raw
    FROM mention_data m;

CREATE TABLE finding (
  -- What is wrong with a report or worth knowing. Rules that begin with
  -- panel. or hierarchy. come from comparing reports; the rest from one.
  report_id INTEGER NOT NULL REFERENCES report (id),
  seq       INTEGER NOT NULL,
  rule      TEXT    NOT NULL,
  severity  TEXT    NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
  indicator TEXT    NOT NULL,                     -- '' when it concerns no single indicator
  applicant TEXT    NOT NULL,
  expected  ANY,                                  -- a number, a text or nothing
  actual    ANY,
  message   TEXT    NOT NULL,
  locator   TEXT    NOT NULL,
  PRIMARY KEY (report_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_by_rule ON finding (rule, report_id);

CREATE TABLE crosswalk (
  -- Which indicators of two layouts may be compared.
  indicator_a TEXT NOT NULL REFERENCES indicator (code),
  indicator_b TEXT NOT NULL REFERENCES indicator (code),
  quality     TEXT NOT NULL CHECK (quality IN ('exact', 'close', 'none')),
  note        TEXT NOT NULL,
  PRIMARY KEY (indicator_a, indicator_b)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric (
  -- What figures told in words count: mention.metric is one of these or ''.
  code     TEXT NOT NULL PRIMARY KEY,
  label_zh TEXT NOT NULL,
  label_en TEXT NOT NULL,
  unit     TEXT NOT NULL                          -- the usual one; a mention has its own as printed
) STRICT, WITHOUT ROWID;

CREATE TABLE region_due (
  -- Regions to be looked at by the checks across reports: written with the
  -- report, emptied by the checks.
  code    TEXT    NOT NULL PRIMARY KEY REFERENCES region (code),
  changed INTEGER NOT NULL CHECK (changed IN (0, 1))  -- 1: its reports changed, so the regions it is compared with are due too
) STRICT, WITHOUT ROWID;

-- Full text of titles and sections, words cut and separated by spaces. It keeps
-- no text of its own: search_index.docid = report.search_id.
CREATE VIRTUAL TABLE search_index USING fts4 (title, body, content="", tokenize=unicode61);

CREATE VIEW region_series AS
  -- The code under which a region's figures make one series: the newest code
  -- of the same territory. 350427 沙县 and 350405 沙县区 are both 350405.
  WITH RECURSIVE step (code, series) AS (
    SELECT code, code FROM region
    UNION
    SELECT step.code, c.to_code FROM step JOIN region_change c ON c.from_code = step.series AND c.kind = 'renamed'
  )
  SELECT code, series FROM step
   WHERE NOT EXISTS (SELECT 1 FROM region_change c WHERE c.from_code = step.series AND c.kind = 'renamed');

CREATE VIEW current_report AS
  -- The newest version of each report: region × publisher × scope × year.
  SELECT id, region_code, region_name, publisher, scope, year, layout, container, title, period_start, period_end,
         published_on, source, document_sha256, parser_version, ingested_at
    FROM report WHERE superseded_by IS NULL;

CREATE VIEW effective_fact AS
  -- fact_data with the reviewers' corrections in place; packed like it.
  SELECT f.report_id, f.indicator, f.applicant,
         CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END AS value,
         CASE WHEN c.report_id IS NULL THEN f.status ELSE c.status END AS status,
         c.report_id IS NOT NULL AS corrected
    FROM fact_data f
    LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant;

CREATE VIEW current_fact AS
  -- The figures of the current reports with everything that names them.
  -- value is NULL where status is neither reported nor unit_assumed.
  SELECT r.id AS report_id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout,
         i.code AS indicator, i.label_zh, i.label_en, a.code AS applicant, a.label_zh AS applicant_zh,
         CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END AS value, i.unit, s.code AS status,
         coalesce(f.raw, printf('%d', f.value)) AS raw,
         c.report_id IS NOT NULL AS corrected, c.reason AS correction_reason, r.source
    FROM report r
    JOIN fact_data f ON f.report_id = r.id
    LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
    JOIN indicator i ON i.number = f.indicator
    JOIN applicant a ON a.number = f.applicant
    JOIN status s ON s.number = CASE WHEN c.report_id IS NULL THEN f.status ELSE c.status END
   WHERE r.superseded_by IS NULL;
