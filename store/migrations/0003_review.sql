-- What people say of findings, and how much prose reports share.
CREATE TABLE review (
  -- A finding that somebody confirmed or dismissed. It outlives a second reading
  -- of the report: the key is what the finding says, not its place in a list.
  report_id   INTEGER NOT NULL REFERENCES report (id),
  rule        TEXT    NOT NULL,
  indicator   TEXT    NOT NULL,                   -- '' as in finding
  applicant   TEXT    NOT NULL,
  verdict     TEXT    NOT NULL CHECK (verdict IN ('confirmed', 'dismissed')),
  reason      TEXT    NOT NULL CHECK (reason <> ''),
  reviewer    TEXT    NOT NULL CHECK (reviewer <> ''),
  reviewed_at TEXT    NOT NULL,                   -- ISO 8601, UTC
  PRIMARY KEY (report_id, rule, indicator, applicant)
) STRICT, WITHOUT ROWID;

CREATE TABLE similarity (
  -- How much of a report's prose stands in another report: the same office's of
  -- the year before, or another office's of the same year. `nianbao copies` fills it.
  report_id INTEGER NOT NULL REFERENCES report (id),
  other_id  INTEGER NOT NULL REFERENCES report (id),
  kind      TEXT    NOT NULL CHECK (kind IN ('year_before', 'other_office')),
  share     REAL    NOT NULL,                     -- of the characters of report_id's prose, 0 to 1; what nearly every report says is left out
  passages  TEXT    NOT NULL,                     -- JSON: the longest shared passages with their places in both texts
  PRIMARY KEY (report_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX similarity_by_other ON similarity (other_id);

CREATE TABLE similarity_done (
  -- The reports that were compared, and with what text.
  report_id INTEGER PRIMARY KEY REFERENCES report (id),
  digest    BLOB    NOT NULL                      -- report.content_digest at that time
) STRICT;
