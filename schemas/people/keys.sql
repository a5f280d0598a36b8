-- How a row, and through it a person, is recognised the next night.
--
-- record_key: the register (source, owner) with the row's own number there (card, KPJ, certificate);
--   a register without numbers: with NIK, standard name and birth date.
-- record_key_short: the register with the row's own number, else with a valid NIK; null when it has neither. It is asked only
--   for people none of whose record_key was known, for instance because a name was corrected.
-- Reads record and linked (record_id, entity); fills the temporary tables keyed and entity.

CREATE OR REPLACE TEMP TABLE keyed AS
SELECT
    record_id,
    l.entity,
    md5_number_lower(concat_ws('|', r.source, r.owner_code,
        coalesce(r.source_key, concat_ws('|', coalesce(r.nik, ''), coalesce(r.name_std, ''), coalesce(r.birth_date::VARCHAR, '')))
    )) AS record_key,
    CASE WHEN r.source_key IS NOT NULL OR r.nik_status = 'valid'
         THEN md5_number_lower(concat_ws('|', r.source, r.owner_code, coalesce(r.source_key, r.nik), 'short')) END AS record_key_short
FROM linked AS l
JOIN record AS r USING (record_id);

CREATE OR REPLACE TEMP TABLE entity AS
SELECT entity, min(record_id) AS first_record, arg_min(record_key, record_id) AS first_key
FROM keyed
GROUP BY entity;
