-- What rates may divide by: residents, and what users bring along.
CREATE TABLE population (
  -- Residents by region on one day, which stand for every year from from_year to
  -- to_year. Outside of these the code means a territory that was drawn otherwise.
  -- A later or earlier code of the same territory has the same figure; prefectures and
  -- provinces have the sum of what lies in them. A territory that was cut anew has no row.
  region_code TEXT    NOT NULL PRIMARY KEY REFERENCES region (code),
  date        TEXT    NOT NULL,                   -- the day they were counted on, ISO 8601
  residents   INTEGER NOT NULL,
  source      TEXT    NOT NULL,
  from_year   INTEGER,                            -- NULL: no bound is known
  to_year     INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE denominator (
  -- What a user brought along to divide by: `nianbao denominators` imports, lists and removes it.
  name        TEXT    NOT NULL,
  region_code TEXT    NOT NULL REFERENCES region (code),
  year        INTEGER NOT NULL,
  value       REAL    NOT NULL CHECK (value > 0),
  source      TEXT    NOT NULL CHECK (source <> ''),
  PRIMARY KEY (name, region_code, year)
) STRICT, WITHOUT ROWID;
