-- One territory over the years, through a change of its name and code.
SELECT h.year, h.region_name, h.requests_received
  FROM headline h
  JOIN region_series s ON s.code = h.region_code
 WHERE s.series = (SELECT series FROM region_series WHERE code = '653101') AND h.scope = 'region'
 ORDER BY h.year;
