-- The living people of a village and how they are covered (id: perlindungan menurut desa/kelurahan).
-- question_id: Di desa mana orang layak PBI paling banyak belum terlindungi?
-- question_en: In which villages are most eligible people without cover?
CREATE VIEW village_coverage (
    village_code,          -- Village, 10 digits (id: kode desa/kelurahan)
    village_name,          -- Its name (id: desa/kelurahan)
    district_name,         -- Its district (id: kecamatan)
    regency_code,          -- Its regency (id: kode kabupaten/kota)
    people,                -- People living there, known dead ones left out (id: jumlah orang)
    eligible,              -- Of these eligible for PBI (id: layak PBI)
    active,                -- Of these active in JKN (id: aktif JKN)
    pbi,                   -- Of these on an active PBI card (id: PBI JK aktif)
    pda,                   -- Of these on an active PBPU Pemda card (id: PBPU Pemda aktif)
    eligible_uncovered,    -- Of these eligible and not active (id: layak, belum aktif)
    informal_workers,      -- Of these informal workers (id: pekerja informal)
    informal_covered       -- Of the informal workers active in Jamsostek (id: pekerja informal aktif Jamsostek)
) AS
SELECT
    p.village_code,
    any_value(v.region_name) AS village_name,
    any_value(d.region_name) AS district_name,
    left(p.village_code, 4) AS regency_code,
    count(*) AS people,
    count(*) FILTER (p.eligible) AS eligible,
    count(*) FILTER (p.active_jkn) AS active,
    count(*) FILTER (p.has_pbi_active) AS pbi,
    count(*) FILTER (p.has_pda_active) AS pda,
    count(*) FILTER (p.eligible AND NOT p.active_jkn) AS eligible_uncovered,
    count(*) FILTER (p.informal_worker) AS informal_workers,
    count(*) FILTER (p.informal_worker AND p.active_jamsostek) AS informal_covered
FROM person AS p
LEFT JOIN region AS v ON v.region_code = p.village_code
LEFT JOIN region AS d ON d.region_code = left(p.village_code, 6)
WHERE p.alive AND p.village_code IS NOT NULL
GROUP BY p.village_code
