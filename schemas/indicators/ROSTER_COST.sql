-- indicator: ROSTER_COST
-- term_id: Biaya melindungi non-ASN, perangkat desa, dan kader
-- term_en: Cost of covering non-civil-servants, village staff and cadres
-- definition: Iuran sebulan (JKK dan JKM, dibayar pihak lain) untuk semua orang hidup di daftar non-ASN yang belum terlindungi, dibagi semua orang hidup di daftar itu; pembilang adalah rupiah sebulan.
-- definition_en: Dues a month (JKK and JKM, paid by somebody else) for all living persons of the roster without cover, divided by all living persons of the roster; the numerator is rupiah a month.
-- formula: iuran BPU dua program × orang di daftar non-ASN tanpa perlindungan ÷ orang hidup di daftar non-ASN
-- formula_en: own-account dues of two programmes × persons of the roster without cover ÷ living persons of the roster
-- unit: rupiah
-- by: place
-- needs: roster, bpjs_ketenagakerjaan
SELECT
    coalesce(s.regency_code, p.regency_code) AS regency_code,
    CASE WHEN p.active_jamsostek THEN 0 ELSE m.tariff_bpu END AS numerator,
    1 AS denominator
FROM person AS p
CROSS JOIN parameter AS m
JOIN (
    SELECT l.person_id, arg_min(r.regency_code, r.record_id) AS regency_code
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'roster'
    GROUP BY l.person_id
) AS s USING (person_id)
WHERE p.alive
