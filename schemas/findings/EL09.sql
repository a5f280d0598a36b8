-- code: EL09
-- term_id: Belum diperingkat
-- term_en: Not ranked
-- definition: Ada di DTSEN tetapi desilnya 0 atau kosong, dan tidak diketahui meninggal.
-- definition_en: In DTSEN with the decile 0 or empty in every row there, and not known dead.
-- severity: 2
-- actor: Desa/kelurahan
-- action_id: Mutakhirkan data keluarga agar diperingkat oleh BPS.
-- action_en: Update the family's data, so that BPS ranks it.
-- payer: -
-- rupiah: none
-- needs: province
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    any_value(CASE WHEN p.decile IS NULL THEN 'Ada di DTSEN tanpa desil.' ELSE 'Desil DTSEN ' || p.decile || ': belum diperingkat.' END) AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.in_province
  AND coalesce(p.decile, m.unranked_decile) = m.unranked_decile
  AND p.alive
  AND r.source = 'province'
GROUP BY p.person_id
