-- A pair of records that is neither clearly one person nor clearly two, both sides in one row (id: pasangan meragukan).
-- question_id: Pasangan mana yang harus diputuskan petugas?
-- question_en: Which pairs wait for an officer's decision?
CREATE VIEW doubtful_pair (
    left_record_id,        -- The first record (id: rekaman kiri)
    right_record_id,       -- The second record (id: rekaman kanan)
    probability,           -- Probability that they are one person (id: peluang)
    match_weight,          -- Sum of the weights, in bits (id: bobot kecocokan)
    left_source,           -- Kind of extract of the first (id: jenis sumber kiri)
    right_source,          -- Kind of extract of the second (id: jenis sumber kanan)
    left_nik,              -- NIK of the first (id: NIK kiri)
    right_nik,             -- NIK of the second (id: NIK kanan)
    left_name,             -- Name in the first (id: nama kiri)
    right_name,            -- Name in the second (id: nama kanan)
    left_birth_date,       -- Date of birth in the first (id: tanggal lahir kiri)
    right_birth_date,      -- Date of birth in the second (id: tanggal lahir kanan)
    left_village_code,     -- Village in the first (id: kode desa kiri)
    right_village_code,    -- Village in the second (id: kode desa kanan)
    same_person            -- TRUE when other records bring both to one person (id: kini satu orang)
) AS
SELECT
    q.left_record_id,
    q.right_record_id,
    q.probability,
    q.match_weight,
    a.source AS left_source,
    b.source AS right_source,
    a.nik AS left_nik,
    b.nik AS right_nik,
    a.name AS left_name,
    b.name AS right_name,
    a.birth_date AS left_birth_date,
    b.birth_date AS right_birth_date,
    a.village_code AS left_village_code,
    b.village_code AS right_village_code,
    x.person_id = y.person_id AS same_person
FROM pair AS q
JOIN record AS a ON a.record_id = q.left_record_id
JOIN record AS b ON b.record_id = q.right_record_id
JOIN link AS x ON x.record_id = q.left_record_id
JOIN link AS y ON y.record_id = q.right_record_id
WHERE q.outcome = 'review'
