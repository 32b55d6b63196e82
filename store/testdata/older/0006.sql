-- What a file of schema version 6 held: a report with a figure, a figure told
-- in words, findings with a number and with a text, a correction, a review and a copy.
INSERT INTO region VALUES ('650000', '新疆维吾尔自治区', 'province', NULL, 2020, 2024), ('653100', '喀什地区', 'prefecture', '650000', 2020, 2024),
  ('653101', '喀什市', 'county', '653100', 2020, 2024);
INSERT INTO indicator VALUES ('requests.received', 'requests', '一、本年新收政府信息公开申请数量', 'Received', '件', 'applicant', '2019;2021', 77);
INSERT INTO applicant VALUES (0, '', '', ''), (1, 'natural_person', '自然人', 'Natural persons'), (7, 'total', '总计', 'Total');
INSERT INTO document (sha256, url) VALUES ('aa', 'https://www.kashi.example/a.html'), ('bb', NULL);
INSERT INTO report (id, region_code, region_name, publisher, scope, year, layout, container, title, source, document_sha256, parser_version, ingested_at,
  content_digest, figures_digest, tables_digest)
  VALUES (5, '653101', '喀什市', '喀什市人民政府', 'region', 2021, '2021', 'html', '喀什市2021年政府信息公开工作年度报告', 'https://www.kashi.example/a.html', 'aa', '1',
  '2024-04-01T08:00:00Z', x'00', x'01', NULL);
INSERT INTO report_copy VALUES ('bb', 5);
INSERT INTO section (report_id, number, heading, text) VALUES (5, 1, '一、总体情况', '市长信箱开通。全年公开信息12条。');
INSERT INTO search_segment VALUES (1, 0, 5, 1, x'0000000006000032');
INSERT INTO search_block VALUES (1, x'E580806000818080020085F90200F986FD01000300E19C0300BFE2FC9BB7020085F882800300878B80A60200DFF6FF1100F787808A0200856D00878BFF8D060099828008008184FD910100818080AA0A0081BB82EC0400B98280CA2100ADC3FD39009BD50400DBEFFDE30100F53400B31A00C5AAFF4F0089CB801400F9B4FFB30100893800EBC80100F3FCFDF50400BDC3FD6700F7C40200938180AC0100AB8A80C00700A5A980B40A00C985FDC3080081FC82A051008184FDD15100C3BF82CA1500');
INSERT INTO fact_data VALUES (5, 77, 7, 10, 0, NULL, 3147780), (5, 77, 1, NULL, 1, '', NULL);
INSERT INTO correction VALUES (5, 77, 7, 12, 0, 'misprint', 'r', '2024-04-02T08:00:00Z');
INSERT INTO mention_data VALUES (5, 0, 'disclosed_items', '信息', 12, '条', '', NULL, 1, 7, 10, 13, 15, '12条');
INSERT INTO finding_data VALUES (5, 0, 'section.missing', 'warning', '', '', NULL, NULL, NULL, NULL, 'A section is missing.', ''),
  (5, 1, 'requests.balance', 'error', 'requests.processed_total', 'total', 40, NULL, 37.5, NULL, 'The sums differ.', 'line 3'),
  (5, 2, 'layout.citation', 'info', '', '', NULL, '2021', 2019, NULL, 'The text cites another notice.', '');
INSERT INTO fact_count VALUES (77, 7, 0, 1), (77, 1, 1, 1);
INSERT INTO review VALUES (5, 'requests.balance', 'requests.processed_total', 'total', 'confirmed', 'the page prints it', 'r', '2024-04-03T08:00:00Z');
INSERT INTO population VALUES ('653101', '2020-11-01', 782662, 'census', NULL, NULL);
INSERT INTO denominator VALUES ('staff', '653101', 2021, 4, 'a survey');
