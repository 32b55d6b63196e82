-- Reports whose figures contradict each other, or need a second look.
SELECT r.region_name, r.year, f.rule, f.severity, f.expected, f.actual
  FROM finding f
  JOIN current_report r ON r.id = f.report_id
 WHERE f.severity <> 'info'
 ORDER BY r.region_code, r.year, f.rule;
