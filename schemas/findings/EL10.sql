-- code: EL10
-- term_id: Dibiayai APBD padahal layak APBN
-- term_en: Paid by the regency although eligible for the central budget
-- definition: Kartu PBPU Pemda aktif, padahal layak PBI JK (ada di DTSEN, desil 1 sampai 5, tidak di-exclude).
-- definition_en: An active PBPU Pemda card although eligible for PBI JK (in DTSEN, decile 1 to 5, not excluded).
-- severity: 2
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Usulkan pindah ke PBI JK agar APBD tidak lagi membayar.
-- action_en: Propose for PBI JK, so that the regency no longer pays.
-- payer: APBD
-- rupiah: the PBPU Pemda tariff, which the regency would save
-- needs: province, bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) FILTER (r.source = 'bpjs_kesehatan') AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pda) AS rupiah_per_month,
    any_value('Kartu PBPU Pemda aktif, desil DTSEN ' || p.decile || ', tidak di-exclude: layak PBI JK.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_pda_active
  AND p.eligible
  AND (r.source = 'province' OR (r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment = 'PDA'))
GROUP BY p.person_id
