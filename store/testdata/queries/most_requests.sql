-- The counties with the most requests for information in a year.
SELECT region_name, requests_received
  FROM headline
 WHERE year = 2021 AND scope = 'region' AND requests_received IS NOT NULL
 ORDER BY requests_received DESC, region_code
 LIMIT 5;
