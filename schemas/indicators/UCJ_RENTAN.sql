-- indicator: UCJ_RENTAN
-- term_id: UCJ pekerja rentan
-- term_en: UCJ of vulnerable workers
-- definition: Orang yang aktif sebagai BPU di BPJS Ketenagakerjaan menurut wilayah kepesertaannya dibagi sasaran pekerja rentan wilayah itu.
-- definition_en: Persons active as own-account workers (BPU) in Jamsostek, by the regency of the membership, divided by the vulnerable workers to be covered there.
-- formula: orang aktif sebagai BPU di BPJS Ketenagakerjaan menurut wilayah kepesertaan ÷ sasaran pekerja rentan
-- formula_en: persons active as own-account workers (BPU) in Jamsostek by the regency of the membership ÷ vulnerable workers to be covered
-- unit: people
-- by: area
-- limits: Di bawah kabupaten/kota dan menurut jenis kelamin, umur dan desil tidak dapat dihitung: sasaran pekerja hanya per kabupaten/kota.
-- limits_en: Not below the regency nor by sex, age or decile: the workers to be covered are known by regency only.
-- needs: bpjs_ketenagakerjaan, workforce
WITH goal AS (
    -- the year of as_of, else the latest before it, else the earliest after it; a province's own row would count twice
    SELECT DISTINCT ON (regency_code) regency_code, year, vulnerable_target AS workers
    FROM workforce, parameter
    WHERE vulnerable_target > 0 AND length(regency_code) = 4
    ORDER BY regency_code, year > year(as_of), abs(year - year(as_of)), source_row
), active AS (
    SELECT DISTINCT l.person_id, coalesce(r.regency_code, p.regency_code) AS regency_code
    FROM record AS r JOIN link AS l USING (record_id) JOIN person AS p USING (person_id)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.segment = 'BPU'
), area AS (
    SELECT regency_code AS area, regency_code, workers, year FROM goal
    UNION ALL
    SELECT m.province_code, regency_code, workers, year FROM goal, parameter AS m WHERE left(regency_code, 2) = m.province_code
), counted AS (
    SELECT area, count(DISTINCT person_id) AS persons FROM area JOIN active USING (regency_code) GROUP BY area
)
SELECT
    a.area AS regency_code,
    'BPU' AS segment,
    coalesce(any_value(c.persons), 0) AS numerator,
    sum(a.workers)::BIGINT AS denominator,
    arg_max(t.value, t.item) AS target,
    'orang aktif sebagai BPU di BPJS Ketenagakerjaan menurut wilayah kepesertaan ÷ sasaran pekerja rentan '
        || string_agg(DISTINCT a.year::VARCHAR, ', ' ORDER BY a.year::VARCHAR)
        || coalesce('; target: ' || arg_max(t.legal_basis || CASE t.item WHEN 'UCJ' THEN ', untuk semua pekerja' ELSE '' END, t.item), '')
        AS basis
FROM area AS a
CROSS JOIN parameter AS m
LEFT JOIN counted AS c USING (area)
LEFT JOIN rule AS t
  -- a target of their own stands before the path of all workers: 'UCJ_RENTAN' sorts after 'UCJ'
  ON t.rule = 'target' AND t.item IN ('UCJ', 'UCJ_RENTAN') AND m.as_of BETWEEN t.berlaku_mulai AND coalesce(t.berlaku_sampai, m.as_of)
GROUP BY a.area
