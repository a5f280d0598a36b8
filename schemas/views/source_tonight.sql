-- A file of this run with its grade and what became of it (id: berkas malam ini).
-- question_id: Berkas apa yang datang, dan seberapa baik mutunya?
-- question_en: Which files arrived, and how good are they?
CREATE VIEW source_tonight (
    source,                -- Kind of extract (id: jenis sumber)
    owner_code,            -- Office whose register it is (id: kode instansi pemilik)
    owner_name,            -- Its region (id: wilayah instansi)
    file,                  -- File (id: nama berkas)
    sha256,                -- SHA-256 of its bytes (id: sidik berkas)
    rows_read,             -- Data rows found in it (id: baris terbaca)
    rows_accepted,         -- Rows that are used (id: baris diterima)
    rows_quarantined,      -- Rows that were set aside (id: baris dikarantina)
    grade,                 -- A best to F, which is not used (id: nilai mutu)
    reason_id,             -- What made the grade, in Indonesian (id: alasan nilai)
    problem_text_id,       -- What is wrong with the file, in Indonesian; null when nothing is (id: masalah)
    stale_since            -- The night from which the rows in use are; null when of this night (id: data per tanggal)
) AS
SELECT
    f.source,
    f.owner_code,
    k.region_name AS owner_name,
    f.file,
    f.sha256,
    f.rows_read,
    f.rows_accepted,
    f.rows_quarantined,
    q.grade,
    q.reason_id,
    f.problem_text_id,
    f.stale_since
FROM source_file AS f
JOIN parameter AS m USING (run_id)
LEFT JOIN source_quality AS q ON q.run_id = f.run_id AND q.source = f.source AND q.file = f.file
    AND q.owner_code IS NOT DISTINCT FROM f.owner_code
LEFT JOIN region AS k ON k.region_code = f.owner_code
