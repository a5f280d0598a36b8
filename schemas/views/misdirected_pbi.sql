-- A person with an active PBI card who does not qualify for it (id: PBI salah sasaran).
-- question_id: Siapa penerima PBI yang menurut DTSEN tidak layak?
-- question_en: Who receives PBI without qualifying for it?
CREATE VIEW misdirected_pbi (
    person_id,             -- The person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    name,                  -- Name that stands (id: nama)
    decile,                -- Decile in DTSEN; 0 not ranked; null when not in DTSEN (id: desil)
    excluded,              -- TRUE when DTSEN excludes the person (id: status exclude)
    reason,                -- tidak di DTSEN, dikecualikan, belum diperingkat, or desil above the limit (id: alasan)
    alive,                 -- FALSE when known dead (id: masih hidup)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    village_name,          -- Village of residence (id: desa/kelurahan)
    rupiah_per_month       -- PBI tariff, rupiah a month (id: rupiah per bulan)
) AS
SELECT
    p.person_id,
    p.nik,
    p.name,
    p.decile,
    p.excluded,
    CASE WHEN NOT p.in_province THEN 'tidak di DTSEN'
         WHEN p.excluded THEN 'dikecualikan'
         WHEN p.decile = m.unranked_decile OR p.decile IS NULL THEN 'belum diperingkat'
         ELSE 'desil ' || p.decile END AS reason,
    p.alive,
    p.regency_code,
    k.region_name AS regency_name,
    v.region_name AS village_name,
    m.tariff_pbi AS rupiah_per_month
FROM person AS p
CROSS JOIN parameter AS m
LEFT JOIN region AS k ON k.region_code = p.regency_code
LEFT JOIN region AS v ON v.region_code = p.village_code
WHERE p.has_pbi_active AND NOT coalesce(p.eligible, FALSE)
