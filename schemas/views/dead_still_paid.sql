-- A person known dead for whom an active JKN card or a bill of the period is still there, the finding ST01 (id: meninggal masih dibayar).
-- question_id: Siapa yang sudah meninggal tetapi masih dibayar?
-- question_en: Who is dead and still paid for?
CREATE VIEW dead_still_paid (
    person_id,             -- The person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    name,                  -- Name that stands (id: nama)
    birth_date,            -- Date of birth that stands (id: tanggal lahir)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    village_name,          -- Village of residence (id: desa/kelurahan)
    death_date,            -- Date of death where it is known (id: tanggal meninggal)
    months_since_death,    -- Whole months since then at as_of (id: bulan sejak meninggal)
    has_certificate,       -- TRUE with a death certificate; else a regency's register says so (id: ada akta kematian)
    jkn_segment,           -- Segment of the card that stands (id: segmen JKN)
    billed,                -- Billed to a regency in the period (id: ditagihkan)
    rupiah_per_month,      -- Money at stake, rupiah a month (id: rupiah per bulan)
    detail                 -- The deciding values in one sentence (id: penjelasan)
) AS
SELECT
    p.person_id,
    p.nik,
    p.name,
    p.birth_date,
    p.regency_code,
    k.region_name AS regency_name,
    v.region_name AS village_name,
    p.death_date,
    datesub('month', p.death_date, m.as_of) AS months_since_death,
    p.dead_in_civil_deaths AS has_certificate,
    p.jkn_segment,
    p.billed,
    f.rupiah_per_month,
    f.detail
FROM finding AS f
CROSS JOIN parameter AS m
JOIN person AS p USING (person_id)
LEFT JOIN region AS k ON k.region_code = p.regency_code
LEFT JOIN region AS v ON v.region_code = p.village_code
WHERE f.state = 'open' AND f.code = 'ST01'
