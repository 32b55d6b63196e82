-- The frontier of one crawl. A lease is not written down: it lives as long as the
-- process that holds the file's lock, so a crash frees it.
CREATE TABLE frontier_seed (
  id    INTEGER PRIMARY KEY,
  url   TEXT NOT NULL UNIQUE,
  row   TEXT NOT NULL,              -- the seed as JSON
  added INTEGER NOT NULL DEFAULT 0  -- addresses added for it, its own included
) STRICT;

CREATE TABLE frontier_host (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE         -- host, with its port when it is not the scheme's own
) STRICT;

CREATE TABLE frontier_url (
  id       INTEGER PRIMARY KEY,
  key      BLOB NOT NULL,           -- the first 16 octets of the SHA-256 of the request's key: the URL, with a form that too
  url      TEXT NOT NULL,
  host     INTEGER NOT NULL,
  seed     INTEGER NOT NULL,
  state    INTEGER NOT NULL,        -- 0 waiting, 1 postponed, 2 done, 3 failed
  priority INTEGER NOT NULL,
  role     TEXT NOT NULL,
  depth    INTEGER NOT NULL,
  page     INTEGER NOT NULL,
  tries    INTEGER NOT NULL DEFAULT 0,
  ready_at INTEGER NOT NULL DEFAULT 0, -- Unix milliseconds; of postponed ones
  text     TEXT NOT NULL,
  referrer TEXT NOT NULL,
  hops     TEXT NOT NULL,           -- JSON, or empty
  form     TEXT NOT NULL DEFAULT '', -- the body of a POST, or empty
  site     TEXT NOT NULL DEFAULT '', -- what makes the site the seed's region's, or empty
  reason   TEXT NOT NULL DEFAULT '',
  detail   TEXT NOT NULL DEFAULT '',
  status   INTEGER NOT NULL DEFAULT 0,
  ended_at INTEGER NOT NULL DEFAULT 0, -- Unix milliseconds
  validators TEXT NOT NULL DEFAULT ''  -- JSON: what a conditional request needs
) STRICT;
CREATE UNIQUE INDEX frontier_url_key ON frontier_url (key);
CREATE INDEX frontier_url_next ON frontier_url (host, priority DESC, id) WHERE state = 0;
CREATE INDEX frontier_url_postponed ON frontier_url (ready_at) WHERE state = 1;

CREATE TABLE frontier_tally (      -- how many addresses are in which state, for which reason
  state  INTEGER NOT NULL,         -- as above, and 4: links not followed
  reason TEXT NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (state, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE frontier_run (        -- the run that is or was last at work
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  progress TEXT NOT NULL           -- Progress as JSON
) STRICT;
