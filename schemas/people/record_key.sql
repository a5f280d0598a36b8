-- The keys by which a row is recognised the next night.
--
-- record_key: the register (source, owner) with the row's own number there (card, KPJ, certificate);
--   a register without numbers: with NIK, standard name and birth date.
-- record_key_short: the register with the row's own number, else with a valid NIK; null when it has neither. It is asked only
--   for people none of whose record_key was known, for instance because a name was corrected.

CREATE OR REPLACE TEMP MACRO record_key_of(source, owner_code, source_key, nik, name_std, birth_date) AS
    md5_number_lower(concat_ws('|', source, owner_code,
        coalesce(source_key, concat_ws('|', coalesce(nik, ''), coalesce(name_std, ''), coalesce(birth_date::VARCHAR, '')))
    ));

CREATE OR REPLACE TEMP MACRO record_key_short_of(source, owner_code, source_key, nik, nik_status) AS
    CASE WHEN source_key IS NOT NULL OR nik_status = 'valid'
         THEN md5_number_lower(concat_ws('|', source, owner_code, coalesce(source_key, nik), 'short')) END;
