-- The open findings of one class in one regency, counted (id: temuan menurut kabupaten/kota dan jenis).
-- question_id: Berapa temuan tiap jenis di tiap kabupaten/kota?
-- question_en: How many findings of each class are there in each regency?
CREATE VIEW finding_by_regency (
    regency_code,          -- Regency, null where a finding lies in none (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    code,                  -- Class of mismatch (id: kode jenis temuan)
    term_id,               -- Its Indonesian term (id: istilah)
    severity,              -- 1 before the next bill, 2 this month, 3 clean-up (id: tingkat urgensi)
    findings,              -- Open findings (id: jumlah temuan)
    new_findings,          -- Of these found for the first time in this run (id: temuan baru)
    people,                -- People they are of (id: jumlah orang)
    rupiah_per_month,      -- Money at stake in all of them, rupiah a month; a person may be in several classes (id: rupiah per bulan)
    rupiah_counted         -- Of this what is counted: the primary findings, each person once (id: rupiah per bulan yang dihitung)
) AS
SELECT
    f.regency_code,
    any_value(k.region_name) AS regency_name,
    f.code,
    any_value(t.term_id) AS term_id,
    any_value(f.severity) AS severity,
    count(*) AS findings,
    count(*) FILTER (f.first_seen = m.as_of) AS new_findings,
    count(DISTINCT f.person_id) AS people,
    coalesce(sum(f.rupiah_per_month), 0)::BIGINT AS rupiah_per_month,
    coalesce(sum(f.rupiah_per_month) FILTER (f.is_primary), 0)::BIGINT AS rupiah_counted
FROM finding AS f
CROSS JOIN parameter AS m
JOIN finding_type AS t USING (code)
LEFT JOIN region AS k ON k.region_code = f.regency_code
WHERE f.state = 'open'
GROUP BY f.regency_code, f.code
