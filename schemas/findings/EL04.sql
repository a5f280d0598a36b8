-- code: EL04
-- term_id: Terlewat
-- term_en: Exclusion error
-- definition: Layak PBI (ada di DTSEN, desil 1 sampai 5, tidak di-exclude), tidak diketahui meninggal, tetapi sama sekali tidak memiliki kartu JKN.
-- definition_en: Eligible (in DTSEN, decile 1 to 5, not excluded), not known dead, and without any JKN card.
-- severity: 1
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Usulkan sebagai peserta PBI JK.
-- action_en: Propose for PBI JK.
-- payer: APBN (belum terlayani)
-- rupiah: the PBI tariff, the contribution the person goes without
-- needs: province, bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pbi) AS rupiah_per_month,
    any_value('Desil DTSEN ' || p.decile || ', tidak di-exclude, tidak ditemukan kartu JKN.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.eligible
  AND p.alive
  AND NOT p.in_jkn
  AND r.source = 'province'
GROUP BY p.person_id
