-- What a file of schema version 1 held: a report with a figure, a figure told
-- in words, a finding, a correction, a copy and its words in the full text index.
INSERT INTO region VALUES ('650000', '新疆维吾尔自治区', 'province', NULL, 2020, 2024), ('653100', '喀什地区', 'prefecture', '650000', 2020, 2024),
  ('653101', '喀什市', 'county', '653100', 2020, 2024);
INSERT INTO indicator VALUES ('requests.received', 'requests', '一、本年新收政府信息公开申请数量', 'Received', '件', 'applicant', '2019;2021', 77);
INSERT INTO applicant VALUES (0, '', '', ''), (1, 'natural_person', '自然人', 'Natural persons'), (7, 'total', '总计', 'Total');
INSERT INTO document (sha256, url) VALUES ('aa', 'https://www.kashi.example/a.html'), ('bb', NULL);
INSERT INTO report (id, region_code, region_name, publisher, scope, year, layout, container, title, source, document_sha256, parser_version, ingested_at,
  content_digest, figures_digest, tables_digest, search_id)
  VALUES (5, '653101', '喀什市', '喀什市人民政府', 'region', 2021, '2021', 'html', '喀什市2021年政府信息公开工作年度报告', 'https://www.kashi.example/a.html', 'aa', '1',
  '2024-04-01T08:00:00Z', x'00', x'01', NULL, 9);
INSERT INTO report_copy VALUES ('bb', 5);
INSERT INTO section (report_id, number, heading, text) VALUES (5, 1, '一、总体情况', '市长信箱开通。全年公开信息12条。');
INSERT INTO search_index (docid, title, body) VALUES (9, '喀什市 2021 年', '市长 信箱 开通');
INSERT INTO fact_data VALUES (5, 77, 7, 10, 0, NULL, 3147780), (5, 77, 1, NULL, 1, '', NULL);
INSERT INTO correction VALUES (5, 77, 7, 12, 0, 'misprint', 'r', '2024-04-02T08:00:00Z');
INSERT INTO mention_data VALUES (5, 0, 'disclosed_items', '信息', 12, '条', '', NULL, 1, 7, 10, 13, 15, '12条');
INSERT INTO finding VALUES (5, 0, 'section.missing', 'warning', '', '', NULL, NULL, 'A section is missing.', '');
