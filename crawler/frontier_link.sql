-- Links that were found and not followed, so many of each seed as the budget
-- allows. Files made before it was there get it when they are opened.
CREATE TABLE IF NOT EXISTS frontier_link (
  seed   INTEGER NOT NULL,
  key    BLOB NOT NULL,            -- as in frontier_url
  reason TEXT NOT NULL,
  url    TEXT NOT NULL,            -- canonical where it could be resolved, else as written
  text   TEXT NOT NULL,
  page   INTEGER NOT NULL,         -- the frontier_url on whose page it stood first
  PRIMARY KEY (seed, key)
) STRICT, WITHOUT ROWID;
