-- An open finding with its person, its class and its place, as an officer reads it (id: temuan terbuka).
-- question_id: Apa saja yang harus diperbaiki, oleh siapa, dan berapa rupiahnya?
-- question_en: What has to be put right, by whom, and how much money is it?
CREATE VIEW open_finding (
    finding_id,            -- Identifier of the finding (id: kode temuan)
    code,                  -- Class of mismatch (id: kode jenis temuan)
    term_id,               -- Its Indonesian term (id: istilah)
    term_en,               -- Its English term (id: istilah Inggris)
    severity,              -- 1 before the next bill, 2 this month, 3 clean-up (id: tingkat urgensi)
    is_primary,            -- TRUE for the one finding of a person whose rupiah is counted (id: temuan utama)
    regency_code,          -- Regency whose worklist it belongs to (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    village_code,          -- Village of the person (id: kode desa/kelurahan)
    village_name,          -- Its name (id: desa/kelurahan)
    person_id,             -- The person, null where it is of no person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    name,                  -- Name that stands (id: nama)
    actor,                 -- Who has to act (id: pelaksana)
    action,                -- What is proposed (id: tindakan)
    rupiah_per_month,      -- Money at stake, rupiah a month (id: rupiah per bulan)
    detail,                -- The deciding values in one sentence (id: penjelasan)
    first_seen,            -- as_of of the run that found it first (id: pertama ditemukan)
    days_open              -- Days since then (id: lama terbuka, hari)
) AS
SELECT
    f.finding_id,
    f.code,
    t.term_id,
    t.term_en,
    f.severity,
    f.is_primary,
    f.regency_code,
    k.region_name AS regency_name,
    f.village_code,
    v.region_name AS village_name,
    f.person_id,
    p.nik,
    p.name,
    f.actor,
    f.action,
    f.rupiah_per_month,
    f.detail,
    f.first_seen,
    m.as_of - f.first_seen AS days_open
FROM finding AS f
CROSS JOIN parameter AS m
JOIN finding_type AS t USING (code)
LEFT JOIN person AS p ON p.person_id = f.person_id
LEFT JOIN region AS k ON k.region_code = f.regency_code
LEFT JOIN region AS v ON v.region_code = f.village_code
WHERE f.state = 'open'
