-- code: EL03
-- term_id: Ter-exclude tetapi desil rendah
-- term_en: Excluded by flag though poor
-- definition: Ada di DTSEN dengan desil 1 sampai 5, tidak diketahui meninggal, tetapi bertanda exclude.
-- definition_en: In DTSEN with a decile of 1 to 5 and not known dead, yet the exclude flag is set.
-- severity: 2
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Cek lapangan alasan exclude; bila tidak benar, usulkan perbaikan DTSEN.
-- action_en: Check the reason for the flag on the ground; if it is wrong, propose a correction of DTSEN.
-- payer: APBN (belum terlayani)
-- rupiah: the PBI tariff, which is at stake whether the flag is right or not
-- needs: province
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pbi) AS rupiah_per_month,
    any_value('Desil DTSEN ' || p.decile || ', tetapi bertanda exclude.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.excluded
  AND p.decile BETWEEN m.eligible_decile_min AND m.eligible_decile_max
  AND p.alive
  AND r.source = 'province'
GROUP BY p.person_id
