-- A person for whom public money is paid more than once: by two budgets, by two regions, twice on the bill, on two cards (id: dibayar ganda).
-- It rests on the findings FN01, FN03, ID10 and WL03.
-- question_id: Siapa yang dibayar dua kali?
-- question_en: Who is paid for twice?
CREATE VIEW paid_twice (
    person_id,             -- The person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    name,                  -- Name that stands (id: nama)
    birth_date,            -- Date of birth that stands (id: tanggal lahir)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    village_name,          -- Village of residence (id: desa/kelurahan)
    codes,                 -- The classes of mismatch, comma separated (id: kode jenis temuan)
    rupiah_per_month,      -- Money at stake in the dearest of them, rupiah a month (id: rupiah per bulan)
    detail                 -- The deciding values of each, in Indonesian (id: penjelasan)
) AS
SELECT
    p.person_id,
    any_value(p.nik) AS nik,
    any_value(p.name) AS name,
    any_value(p.birth_date) AS birth_date,
    any_value(p.regency_code) AS regency_code,
    any_value(k.region_name) AS regency_name,
    any_value(v.region_name) AS village_name,
    string_agg(DISTINCT f.code, ', ' ORDER BY f.code) AS codes,
    max(f.rupiah_per_month) AS rupiah_per_month,
    string_agg(f.detail, ' ' ORDER BY f.code, f.finding_id) AS detail
FROM finding AS f
JOIN person AS p USING (person_id)
LEFT JOIN region AS k ON k.region_code = p.regency_code
LEFT JOIN region AS v ON v.region_code = p.village_code
WHERE f.state = 'open'
  AND f.code IN ('FN01', 'FN03', 'ID10', 'WL03')
  AND f.rupiah_per_month > 0
GROUP BY p.person_id
