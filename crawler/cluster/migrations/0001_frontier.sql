-- The frontier of one crawl, shared by its workers.
CREATE TABLE crawl (                     -- how the workers are to go about it
  id       smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  settings jsonb NOT NULL
);

CREATE TABLE archive (                   -- a folder of WARC files on some worker's disk
  id      int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name    text NOT NULL UNIQUE,          -- as the folder itself says
  worker  text NOT NULL,                 -- the worker that last wrote there
  seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE session (                   -- a worker's lease; never renewed once it has ended
  id         uuid PRIMARY KEY,
  worker     text NOT NULL,
  archive    int REFERENCES archive,
  started_at timestamptz NOT NULL DEFAULT now(),
  lease_ends timestamptz NOT NULL,       -- others may have its platforms from then on
  ended_at   timestamptz,                -- its platforms were given free
  held       int NOT NULL DEFAULT 0,     -- platforms
  progress   jsonb
);
CREATE INDEX session_live ON session (lease_ends) WHERE ended_at IS NULL;

CREATE TABLE platform (                  -- hosts that one worker asks at a time
  id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name        text NOT NULL UNIQUE,      -- a host, a domain that is a platform's, or an address
  owner       uuid,                      -- a session
  waiting     boolean NOT NULL DEFAULT false, -- an address in state 0 may be there
  quiet_since timestamptz                -- nobody has asked since; NULL: never or not now
) WITH (fillfactor = 70);
CREATE INDEX platform_free ON platform (id) WHERE waiting AND owner IS NULL;
CREATE INDEX platform_owner ON platform (owner) WHERE owner IS NOT NULL;

CREATE TABLE host (
  id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name        text NOT NULL UNIQUE,      -- with its port when it is not the scheme's own
  platform    int NOT NULL REFERENCES platform,
  address     inet,                      -- the first it resolved to
  resolved    boolean NOT NULL DEFAULT false,
  next_at     timestamptz,               -- not to be asked before
  crawl_delay interval NOT NULL DEFAULT '0'
) WITH (fillfactor = 70);
CREATE INDEX host_platform ON host (platform);
CREATE INDEX host_address ON host (address) WHERE address IS NOT NULL;

CREATE TABLE robots (
  origin text PRIMARY KEY,               -- scheme://host:port
  body   bytea NOT NULL,
  till   timestamptz NOT NULL
);

CREATE TABLE seed (
  id    int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key   uuid NOT NULL UNIQUE,            -- of its URL, as in url
  row   jsonb NOT NULL,
  added int NOT NULL DEFAULT 0           -- addresses added for it, its own included
) WITH (fillfactor = 70);

CREATE SEQUENCE url_place INCREMENT 16777216; -- room for the links of one transaction

CREATE TABLE url (
  key        uuid PRIMARY KEY,           -- the first 16 octets of the SHA-256 of the request's key: the URL, with a form that too
  place      bigint NOT NULL,            -- the order of adding
  host       int NOT NULL,
  seed       int NOT NULL,
  ready_at   timestamptz,                -- of postponed ones
  ended_at   timestamptz,
  position   bigint,                     -- in the WARC file
  archive    int,
  page       int NOT NULL,
  state      smallint NOT NULL DEFAULT 0, -- 0 waiting, 1 postponed, 2 done, 3 failed
  priority   smallint NOT NULL,
  depth      smallint NOT NULL,
  tries      smallint NOT NULL DEFAULT 0,
  status     smallint NOT NULL DEFAULT 0,
  url        text NOT NULL,
  role       text NOT NULL,
  text       text NOT NULL,
  referrer   text NOT NULL,
  hops       text NOT NULL DEFAULT '',   -- JSON, or empty
  form       text NOT NULL DEFAULT '',   -- the body of a POST, or empty
  site       text NOT NULL DEFAULT '',   -- what makes the site the seed's region's, or empty
  reason     text NOT NULL DEFAULT '',
  detail     text NOT NULL DEFAULT '',
  validators text NOT NULL DEFAULT '',   -- JSON: what a conditional request needs
  file       text NOT NULL DEFAULT ''    -- the WARC file with its capture
) WITH (fillfactor = 85);
CREATE INDEX url_next ON url (host, priority DESC, place) WHERE state = 0;
CREATE INDEX url_later ON url (ready_at) WHERE state = 1;

CREATE TABLE refused (                   -- links that were not followed, counted
  session uuid NOT NULL,
  reason  text NOT NULL,
  n       bigint NOT NULL,
  PRIMARY KEY (session, reason)
) WITH (fillfactor = 70);

CREATE TABLE link (                      -- some of them
  seed   int NOT NULL,
  key    uuid NOT NULL,
  page   uuid NOT NULL,
  reason text NOT NULL,
  url    text NOT NULL,
  text   text NOT NULL,
  PRIMARY KEY (seed, key)
);

CREATE TABLE parcel (                    -- reports on their way to the collector
  id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  data bytea NOT NULL
);
ALTER TABLE parcel ALTER data SET STORAGE EXTERNAL; -- it is compressed already
