-- What the reports say of one indicator, blanks kept apart from zeros.
SELECT status, count(*) AS reports, sum(value) AS total
  FROM current_fact
 WHERE indicator = 'requests.received' AND applicant = 'total' AND year = 2021 AND scope = 'region'
 GROUP BY status
 ORDER BY status;
