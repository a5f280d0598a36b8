-- indicator: ROSTER_COVERED
-- term_id: Non-ASN, perangkat desa, dan kader terlindungi
-- term_en: Non-civil-servants, village staff and cadres covered
-- definition: Orang hidup di daftar pegawai non-ASN, perangkat desa, dan kader yang aktif di BPJS Ketenagakerjaan, dibagi semua orang hidup di daftar itu; sisanya orang yang sama dengan temuan TK10.
-- definition_en: Living persons of the roster of non-civil-servants, village staff and cadres who are active in Jamsostek, divided by all living persons of that roster; the rest are the people of finding TK10.
-- formula: orang hidup di daftar non-ASN yang aktif di BPJS Ketenagakerjaan ÷ orang hidup di daftar non-ASN
-- formula_en: living persons of the roster active in Jamsostek ÷ living persons of the roster
-- unit: people
-- by: person
-- needs: roster, bpjs_ketenagakerjaan
WITH listed AS (
    -- where the roster places them, as TK10 does
    SELECT l.person_id, arg_min(r.regency_code, r.record_id) AS regency_code
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'roster'
    GROUP BY l.person_id
)
SELECT
    coalesce(s.regency_code, p.regency_code) AS regency_code,
    CASE WHEN left(p.village_code, 4) = coalesce(s.regency_code, p.regency_code) THEN p.village_code END AS village_code,
    p.sex, p.age, p.decile, NULL AS part, p.active_jamsostek::INTEGER AS numerator, 1 AS denominator
FROM person AS p JOIN listed AS s USING (person_id)
WHERE p.alive
