-- Requests received by all counties of each prefecture, and how many counties that rests on.
SELECT p.name AS prefecture, count(h.requests_received) AS counties, sum(h.requests_received) AS requests
  FROM headline h
  JOIN region c ON c.code = h.region_code AND c.level = 'county'
  JOIN region p ON p.code = c.parent_code
 WHERE h.year = 2021 AND h.scope = 'region'
   AND h.region_code NOT IN (  -- two reports of one territory: nobody knows which is right
     SELECT region_code FROM headline WHERE year = 2021 AND scope = 'region' AND region_code IS NOT NULL GROUP BY region_code HAVING count(*) > 1)
 GROUP BY p.code
 ORDER BY p.code;
