-- indicator: UHC_ACTIVE
-- term_id: UHC, aktif JKN
-- term_en: UHC, active in JKN
-- definition: Orang hidup yang memiliki kartu JKN aktif dibagi semua orang hidup yang dikenal di wilayah itu.
-- definition_en: Living persons with an active JKN card divided by all living persons known in the area.
-- needs: bpjs_kesehatan, province|regency
SELECT
    coalesce(p.regency_code, any_value(m.province_code)) AS regency_code,
    'ALL' AS segment,
    count(*) FILTER (p.active_jkn) AS numerator,
    count(*) AS denominator,
    any_value(t.value) AS target,
    'orang hidup yang memiliki kartu JKN aktif ÷ orang hidup yang dikenal di wilayah dari semua register padan (bukan proyeksi penduduk)'
        || coalesce('; target: ' || any_value(t.legal_basis), '') AS basis
FROM person AS p
CROSS JOIN parameter AS m
LEFT JOIN rule AS t
  ON t.rule = 'target' AND t.item = 'UHC_ACTIVE'
 AND m.as_of BETWEEN t.berlaku_mulai AND coalesce(t.berlaku_sampai, m.as_of)
WHERE p.alive AND left(p.regency_code, 2) = m.province_code
GROUP BY ROLLUP (p.regency_code)
