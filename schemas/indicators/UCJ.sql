-- indicator: UCJ
-- term_id: UCJ, cakupan jaminan sosial ketenagakerjaan
-- term_en: UCJ, coverage of employment social security
-- definition: Orang yang aktif di BPJS Ketenagakerjaan menurut wilayah kepesertaannya dibagi sasaran pekerja wilayah itu. Menurut segmen: orang dengan beberapa segmen dihitung sekali, PU lebih dahulu, lalu BPU, JAKON, PMI.
-- definition_en: Persons active in Jamsostek, by the regency of the membership, divided by the workers to be covered there. By segment: who has several counts once, PU first, then BPU, JAKON, PMI.
-- formula: orang aktif di BPJS Ketenagakerjaan menurut wilayah kepesertaan ÷ sasaran pekerja
-- formula_en: persons active in Jamsostek by the regency of the membership ÷ workers to be covered
-- unit: people
-- by: area, segment
-- limits: Di bawah kabupaten/kota dan menurut jenis kelamin, umur dan desil tidak dapat dihitung: sasaran pekerja hanya per kabupaten/kota.
-- limits_en: Not below the regency nor by sex, age or decile: the workers to be covered are known by regency only.
-- needs: bpjs_ketenagakerjaan, workforce
WITH goal AS (
    -- the year of as_of, else the latest before it, else the earliest after it; a province's own row would count twice
    SELECT DISTINCT ON (regency_code) regency_code, year, workers_target AS workers
    FROM workforce, parameter
    WHERE workers_target > 0 AND length(regency_code) = 4
    ORDER BY regency_code, year > year(as_of), abs(year - year(as_of)), source_row
), active AS (
    SELECT
        l.person_id,
        coalesce(r.regency_code, p.regency_code) AS regency_code,
        min(coalesce(list_position(['PU', 'BPU', 'JAKON', 'PMI'], r.segment), 5)) AS place
    FROM record AS r JOIN link AS l USING (record_id) JOIN person AS p USING (person_id)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF'
    GROUP BY ALL
), area AS (
    SELECT regency_code AS area, regency_code, workers, year FROM goal
    UNION ALL
    SELECT m.province_code, regency_code, workers, year FROM goal, parameter AS m WHERE left(regency_code, 2) = m.province_code
), placed AS (
    SELECT area, person_id, min(place) AS place FROM area JOIN active USING (regency_code) GROUP BY area, person_id
), counted AS (
    SELECT area, ['PU', 'BPU', 'JAKON', 'PMI', 'UNKNOWN'][place] AS segment, count(*) AS persons FROM placed GROUP BY ALL
    UNION ALL
    SELECT a.area, 'ALL', count(p.person_id) FROM (SELECT DISTINCT area FROM area) AS a LEFT JOIN placed AS p USING (area) GROUP BY a.area
), needed AS (
    SELECT area, sum(workers)::BIGINT AS workers, string_agg(DISTINCT year::VARCHAR, ', ' ORDER BY year::VARCHAR) AS years
    FROM area GROUP BY area
)
SELECT
    n.area AS regency_code,
    c.segment,
    c.persons AS numerator,
    n.workers AS denominator,
    t.value AS target,
    'orang aktif di BPJS Ketenagakerjaan menurut wilayah kepesertaan ÷ sasaran pekerja ' || n.years
        || coalesce('; target: ' || t.legal_basis, '') AS basis
FROM needed AS n
JOIN counted AS c USING (area)
CROSS JOIN parameter AS m
LEFT JOIN rule AS t
  ON t.rule = 'target' AND t.item = 'UCJ' AND c.segment = 'ALL'
 AND m.as_of BETWEEN t.berlaku_mulai AND coalesce(t.berlaku_sampai, m.as_of)
