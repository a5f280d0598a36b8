-- The open findings in one village, counted by what is urgent (id: temuan menurut desa/kelurahan).
-- question_id: Desa mana yang paling banyak pekerjaannya?
-- question_en: Which villages have most work?
CREATE VIEW finding_by_village (
    village_code,          -- Village of the people, 10 digits (id: kode desa/kelurahan)
    village_name,          -- Its name (id: desa/kelurahan)
    district_name,         -- Its district (id: kecamatan)
    regency_name,          -- Its regency (id: kabupaten/kota)
    findings,              -- Open findings (id: jumlah temuan)
    urgent,                -- Of these due before the next bill (id: SEGERA)
    this_month,            -- Of these due this month (id: BULAN INI)
    people,                -- People they are of (id: jumlah orang)
    rupiah_counted         -- Rupiah a month of the primary ones, each person once (id: rupiah per bulan yang dihitung)
) AS
SELECT
    f.village_code,
    any_value(v.region_name) AS village_name,
    any_value(d.region_name) AS district_name,
    any_value(k.region_name) AS regency_name,
    count(*) AS findings,
    count(*) FILTER (f.severity = 1) AS urgent,
    count(*) FILTER (f.severity = 2) AS this_month,
    count(DISTINCT f.person_id) AS people,
    coalesce(sum(f.rupiah_per_month) FILTER (f.is_primary), 0)::BIGINT AS rupiah_counted
FROM finding AS f
LEFT JOIN region AS v ON v.region_code = f.village_code
LEFT JOIN region AS d ON d.region_code = left(f.village_code, 6)
LEFT JOIN region AS k ON k.region_code = left(f.village_code, 4)
WHERE f.state = 'open' AND f.village_code IS NOT NULL
GROUP BY f.village_code
