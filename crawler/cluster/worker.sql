-- The rights that a worker needs, for psql as the role that began the crawl; again
-- after a newer version of the program, without the first line.
-- Afterwards: CREATE ROLE worker1 LOGIN PASSWORD '…' IN ROLE nianbao_worker;
CREATE ROLE nianbao_worker;
GRANT USAGE ON SCHEMA nianbao TO nianbao_worker;
GRANT SELECT ON nianbao.schema_version, nianbao.crawl TO nianbao_worker;
GRANT SELECT, INSERT, UPDATE ON nianbao.archive, nianbao.stored, nianbao.session, nianbao.platform, nianbao.host, nianbao.robots, nianbao.seed, nianbao.url,
  nianbao.refused, nianbao.link TO nianbao_worker;
GRANT INSERT, SELECT (id) ON nianbao.parcel TO nianbao_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA nianbao TO nianbao_worker;
