-- Every column of every view has a type, so that whoever asks with a text where
-- a number stands gets the rows of the number. What a finding expected and saw
-- is a number or a text, each in a column of its own.
DROP VIEW IF EXISTS requests_wide;
DROP VIEW IF EXISTS disclosure_wide;
DROP VIEW IF EXISTS review_wide;
DROP VIEW IF EXISTS headline;
DROP VIEW current_fact;
DROP VIEW effective_fact;
DROP VIEW region_series;
DROP VIEW mention;
DROP VIEW fact;

CREATE TABLE finding_data (
  -- Findings, with numbers and texts apart. Read them through the view finding.
  report_id       INTEGER NOT NULL REFERENCES report (id),
  seq             INTEGER NOT NULL,
  rule            TEXT    NOT NULL,
  severity        TEXT    NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
  indicator       TEXT    NOT NULL,               -- '' when it concerns no single indicator
  applicant       TEXT    NOT NULL,
  expected_number REAL,                           -- of number and text one is there, or none
  expected_text   TEXT,
  actual_number   REAL,
  actual_text     TEXT,
  message         TEXT    NOT NULL,
  locator         TEXT    NOT NULL,
  PRIMARY KEY (report_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO finding_data
  SELECT report_id, seq, rule, severity, indicator, applicant,
         CASE WHEN typeof(expected) <> 'text' THEN expected END, CASE WHEN typeof(expected) = 'text' THEN expected END,
         CASE WHEN typeof(actual) <> 'text' THEN actual END, CASE WHEN typeof(actual) = 'text' THEN actual END,
         message, locator
    FROM finding;
DROP TABLE finding;
CREATE INDEX finding_by_rule ON finding_data (rule, report_id);

CREATE VIEW finding AS
  -- What is wrong with a report or worth knowing. Rules that begin with panel.
  -- or hierarchy. come from comparing reports; the rest from one. expected and
  -- actual are as people write them; to reckon, take the columns of numbers.
  SELECT report_id, seq, rule, severity, indicator, applicant,
         CAST(CASE WHEN expected_number IS NULL THEN expected_text ELSE printf('%.15g', expected_number) END AS TEXT) AS expected,
         CAST(CASE WHEN actual_number IS NULL THEN actual_text ELSE printf('%.15g', actual_number) END AS TEXT) AS actual,
         message, locator, expected_number, actual_number
    FROM finding_data;

CREATE VIEW fact AS
  -- Every figure as it was read: one row for each report, indicator and
  -- applicant ('' where the indicator has no such dimension).
  SELECT f.report_id, i.code AS indicator, a.code AS applicant, f.value, s.code AS status,
         CAST(coalesce(f.raw, printf('%d', f.value)) AS TEXT) AS raw,
         CAST(CASE WHEN f.locator IS NULL THEN ''
                   WHEN typeof(f.locator) = 'text' THEN f.locator
                   WHEN f.locator < 0 THEN 'line ' || -f.locator
                   ELSE printf('table %d row %d column %d', f.locator >> 20, (f.locator >> 8) & 4095, f.locator & 255)
              END AS TEXT) AS locator
    FROM fact_data f
    JOIN indicator i ON i.number = f.indicator
    JOIN applicant a ON a.number = f.applicant
    JOIN status s ON s.number = f.status;

CREATE VIEW mention AS
  -- Every figure told in words, with its sentence.
  SELECT m.report_id, m.seq, m.metric, m.subject, m.value, m.unit, m.qualifier, m.part_of, m.section,
         CAST(CASE WHEN m.length IS NULL THEN m.sentence
                   ELSE (SELECT substr(t.text, m.sentence + 1, m.length)
                           FROM section t WHERE t.report_id = m.report_id AND t.number = m.section)
              END AS TEXT) AS sentence,
         m.char_start, m.char_end, m.raw
    FROM mention_data m;

CREATE VIEW region_series AS
  -- The code under which a region's figures make one series: the newest code
  -- of the same territory. 350427 沙县 and 350405 沙县区 are both 350405.
  WITH RECURSIVE step (code, series) AS (
    SELECT code, code FROM region
    UNION
    SELECT step.code, c.to_code FROM step JOIN region_change c ON c.from_code = step.series AND c.kind = 'renamed'
  )
  SELECT CAST(code AS TEXT) AS code, CAST(series AS TEXT) AS series FROM step
   WHERE NOT EXISTS (SELECT 1 FROM region_change c WHERE c.from_code = step.series AND c.kind = 'renamed');

CREATE VIEW effective_fact AS
  -- fact_data with the reviewers' corrections in place; packed like it.
  SELECT f.report_id, f.indicator, f.applicant,
         CAST(CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END AS REAL) AS value,
         CAST(CASE WHEN c.report_id IS NULL THEN f.status ELSE c.status END AS INTEGER) AS status,
         CAST(c.report_id IS NOT NULL AS INTEGER) AS corrected
    FROM fact_data f
    LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant;

CREATE VIEW current_fact AS
  -- The figures of the current reports with everything that names them.
  -- value is NULL where status is neither reported nor unit_assumed.
  SELECT r.id AS report_id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout,
         i.code AS indicator, i.label_zh, i.label_en, a.code AS applicant, a.label_zh AS applicant_zh,
         CAST(CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END AS REAL) AS value, i.unit, s.code AS status,
         CAST(coalesce(f.raw, printf('%d', f.value)) AS TEXT) AS raw,
         CAST(c.report_id IS NOT NULL AS INTEGER) AS corrected, c.reason AS correction_reason, r.source
    FROM report r
    JOIN fact_data f ON f.report_id = r.id
    LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
    JOIN indicator i ON i.number = f.indicator
    JOIN applicant a ON a.number = f.applicant
    JOIN status s ON s.number = CASE WHEN c.report_id IS NULL THEN f.status ELSE c.status END
   WHERE r.superseded_by IS NULL;

CREATE TABLE fact_count (
  -- How many figures there are, as read, kept with every report that is
  -- written: to count millions of them takes seconds.
  indicator INTEGER NOT NULL REFERENCES indicator (number),
  applicant INTEGER NOT NULL REFERENCES applicant (number),
  status    INTEGER NOT NULL REFERENCES status (number),
  figures   INTEGER NOT NULL,
  PRIMARY KEY (indicator, applicant, status)
) STRICT, WITHOUT ROWID;
INSERT INTO fact_count SELECT indicator, applicant, status, count(*) FROM fact_data GROUP BY indicator, applicant, status;

CREATE VIEW fact_summary AS
  -- How many figures of each indicator the view fact has, older versions of
  -- reports included.
  SELECT i.code AS indicator, i.label_zh, i.label_en, a.code AS applicant, s.code AS status, c.figures
    FROM fact_count c
    JOIN indicator i ON i.number = c.indicator
    JOIN applicant a ON a.number = c.applicant
    JOIN status s ON s.number = c.status;
