-- A well-formed NIK that stands on records of two or more people; bills are left out (id: NIK dipakai lebih dari satu orang).
-- question_id: NIK mana yang dipakai lebih dari satu orang?
-- question_en: Which NIKs stand on more than one person?
CREATE VIEW nik_shared (
    nik,                   -- The number (id: NIK)
    people,                -- People on whose records it stands (id: jumlah orang)
    records,               -- Records that carry it (id: jumlah rekaman)
    person_ids,            -- These people (id: kode orang)
    names                  -- The names written beside it, with a slash between (id: nama)
) AS
SELECT
    r.nik,
    count(DISTINCT l.person_id) AS people,
    count(*) AS records,
    list(DISTINCT l.person_id ORDER BY l.person_id) AS person_ids,
    string_agg(DISTINCT upper(r.name), ' / ' ORDER BY upper(r.name)) AS names
FROM record AS r
JOIN link AS l USING (record_id)
WHERE r.source <> 'bpjs_kesehatan_bill'
  AND r.nik_status IN ('valid', 'contradicts_birth_date', 'contradicts_sex')
GROUP BY r.nik
HAVING count(DISTINCT l.person_id) > 1
