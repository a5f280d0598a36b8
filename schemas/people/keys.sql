-- How a row, and through it a person, is recognised the next night. The keys themselves are written in record_key.sql.
--
-- Reads record and linked (record_id, entity); fills the temporary tables keyed and entity.

CREATE OR REPLACE TEMP TABLE keyed AS
SELECT
    record_id,
    l.entity,
    record_key_of(r.source, r.owner_code, r.source_key, r.nik, r.name_std, r.birth_date) AS record_key,
    record_key_short_of(r.source, r.owner_code, r.source_key, r.nik, r.nik_status) AS record_key_short
FROM linked AS l
JOIN record AS r USING (record_id);

CREATE OR REPLACE TEMP TABLE entity AS
SELECT entity, min(record_id) AS first_record, arg_min(record_key, record_id) AS first_key
FROM keyed
GROUP BY entity;
