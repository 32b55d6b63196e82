-- The sentence behind a figure told in words.
SELECT r.region_name, m.value, m.unit, m.sentence
  FROM mention m
  JOIN current_report r ON r.id = m.report_id
 WHERE m.metric = 'disclosed_items' AND m.part_of IS NULL AND r.year = 2020
 ORDER BY r.region_code;
