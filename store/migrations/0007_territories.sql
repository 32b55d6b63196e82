-- Comparisons of territories find in this index all that they need of the reports,
-- and fetch of the file only the pages with the figures.
CREATE INDEX report_of_territory ON report (year, scope, region_code, layout, region_name, publisher, source, superseded_by)
  WHERE scope = 'region' AND superseded_by IS NULL;

-- Errors are few among findings: lists that begin with them look here.
CREATE INDEX finding_error ON finding_data (report_id) WHERE severity = 'error';

DROP VIEW fact;
CREATE VIEW fact AS
  -- Every figure as it was read: one row for each report, indicator and
  -- applicant ('' where the indicator has no such dimension). To count millions
  -- of figures takes seconds here: ask fact_summary how many there are.
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

-- Openings do not count as copied any more: `nianbao copies` compares all anew.
DELETE FROM similarity_done;
