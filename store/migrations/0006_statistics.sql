-- What SQLite ought to know of the figures before it plans a question: some two
-- hundred to a report, five to an indicator of it. Without it, an indicator of all
-- years is looked for in every figure. The shape is that of any file, whatever its
-- size; whoever runs ANALYZE replaces it.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat)
  SELECT 'fact_data', 'fact_data', '6000000 200 5 1' WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = 'fact_data');
