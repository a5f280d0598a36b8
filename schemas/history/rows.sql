-- The rows of some senders that differ between two nights.
--
-- A row is known again by its record_key (schemas/people/keys.sql); among those whose key is not found again, rows of one
-- person in one register are the same row. Rows with the same key and content on both nights are left aside.
--
-- Reads record and link of tonight and of the attached database, sender (register), moved (person, heir); content is an
-- expression over a row's columns. Makes row_change: register, regency_code (as before, where the row was there), kind (new, gone, changed), person_id,
-- now_id, before_id; and row_count: the rows of each register and regency on both nights.
CREATE OR REPLACE TEMP TABLE row_now AS
SELECT record_id, register, regency_code, record_key, person_id, {content} AS content
FROM record JOIN link USING (record_id) WHERE register IN (SELECT register FROM sender);

CREATE OR REPLACE TEMP TABLE row_before AS
SELECT record_id, register, regency_code, record_key, coalesce(m.heir, person_id) AS person_id, {content} AS content
FROM previous.record JOIN previous.link USING (record_id) LEFT JOIN moved AS m ON m.person = person_id
WHERE register IN (SELECT register FROM sender);

CREATE OR REPLACE TEMP TABLE left_now AS
SELECT *, row_number() OVER (PARTITION BY record_key ORDER BY record_id) AS copy
FROM row_now ANTI JOIN row_before USING (record_key, content);

CREATE OR REPLACE TEMP TABLE left_before AS
SELECT *, row_number() OVER (PARTITION BY record_key ORDER BY record_id) AS copy
FROM row_before ANTI JOIN row_now USING (record_key, content);

CREATE OR REPLACE TEMP TABLE row_change AS
WITH by_key AS (
    SELECT n.register, n.person_id, n.record_id AS now_id, b.record_id AS before_id,
           coalesce(b.regency_code, n.regency_code) AS regency_code
    FROM left_now AS n JOIN left_before AS b USING (record_key, copy)
), others_now AS (
    SELECT *, row_number() OVER (PARTITION BY register, person_id ORDER BY record_id) AS number
    FROM left_now ANTI JOIN by_key ON by_key.now_id = left_now.record_id
), others_before AS (
    SELECT *, row_number() OVER (PARTITION BY register, person_id ORDER BY record_id) AS number
    FROM left_before ANTI JOIN by_key ON by_key.before_id = left_before.record_id
), by_person AS (
    SELECT register, person_id, n.record_id AS now_id, b.record_id AS before_id,
           coalesce(b.regency_code, n.regency_code) AS regency_code
    FROM others_now AS n FULL JOIN others_before AS b USING (register, person_id, number)
)
SELECT register, regency_code, person_id, now_id, before_id,
       CASE WHEN before_id IS NULL THEN 'new' WHEN now_id IS NULL THEN 'gone' ELSE 'changed' END AS kind
FROM (FROM by_key UNION ALL BY NAME FROM by_person);

CREATE OR REPLACE TEMP TABLE row_count AS
SELECT register, regency_code, count(*) FILTER (night = 'before') AS rows_before, count(*) FILTER (night = 'now') AS rows_now
FROM (SELECT register, regency_code, 'now' AS night FROM row_now UNION ALL SELECT register, regency_code, 'before' FROM row_before)
GROUP BY register, regency_code;
