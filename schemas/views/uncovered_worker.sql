-- A living informal worker without active Jamsostek membership, from the poorest decile up (id: pekerja informal tanpa Jamsostek).
-- question_id: Pekerja informal mana yang belum terlindungi JKK/JKM?
-- question_en: Which informal workers are without work-accident and death cover?
CREATE VIEW uncovered_worker (
    person_id,             -- The person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    name,                  -- Name that stands (id: nama)
    age,                   -- Completed years at as_of (id: umur)
    job,                   -- Occupation as a standard code (id: kode pekerjaan)
    job_as_written,        -- Occupation as written (id: pekerjaan)
    decile,                -- Decile in DTSEN; null when not in DTSEN (id: desil)
    is_poorest,            -- TRUE up to the decile of the finding TK01 (id: termasuk desil termiskin)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    village_name,          -- Village of residence (id: desa/kelurahan)
    rupiah_per_month       -- What somebody else pays for cover (BPU), rupiah a month (id: rupiah per bulan)
) AS
SELECT
    p.person_id,
    p.nik,
    p.name,
    p.age,
    p.job,
    p.job_as_written,
    p.decile,
    coalesce(p.decile BETWEEN 1 AND m.poorest_decile_max, FALSE) AS is_poorest,
    p.regency_code,
    k.region_name AS regency_name,
    v.region_name AS village_name,
    m.tariff_bpu AS rupiah_per_month
FROM person AS p
CROSS JOIN parameter AS m
LEFT JOIN region AS k ON k.region_code = p.regency_code
LEFT JOIN region AS v ON v.region_code = p.village_code
WHERE p.informal_worker AND p.alive AND NOT p.active_jamsostek
