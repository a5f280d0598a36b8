-- What happened to a person's identifier in this run (id: perubahan kode orang).
-- question_id: Kode orang mana yang baru, digabung, dipisah, atau hilang, dan mengapa?
-- question_en: Which people are new, merged, split or gone, and why?
CREATE VIEW person_changed (
    event,                 -- new, split, merge or gone (id: peristiwa)
    cause,                 -- record_new, record_changed, record_gone or evidence (id: sebab)
    person_id,             -- The person (id: kode orang)
    other_person_id,       -- The other person of a split or merge (id: kode orang lain)
    name,                  -- Name that stands, null when the person is gone (id: nama)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    source,                -- Kind of extract of the record behind it (id: jenis sumber)
    file,                  -- Its file (id: nama berkas)
    source_row             -- Its data row (id: nomor baris data)
) AS
SELECT
    e.event,
    e.cause,
    e.person_id,
    e.other_person_id,
    p.name,
    p.regency_code,
    e.source,
    e.file,
    e.source_row
FROM person_event AS e
JOIN parameter AS m USING (run_id)
LEFT JOIN person AS p ON p.person_id = e.person_id
