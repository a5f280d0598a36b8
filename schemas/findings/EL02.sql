-- code: EL02
-- term_id: PBI tidak ada di DTSEN
-- term_en: PBI absent from DTSEN
-- definition: Kartu PBI JK aktif, tetapi orangnya tidak ada di DTSEN provinsi.
-- definition_en: An active PBI card, yet the person has no row in DTSEN.
-- severity: 2
-- actor: Desa/kelurahan
-- action_id: Daftarkan ke DTSEN melalui musyawarah desa, atau pastikan sudah pindah/meninggal.
-- action_en: Register in DTSEN through the village meeting, or establish that the person moved or died.
-- payer: APBN
-- rupiah: the PBI tariff
-- needs: province, bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pbi) AS rupiah_per_month,
    'Kartu PBI JK aktif, tidak ditemukan di DTSEN provinsi.' AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_pbi_active
  AND NOT p.in_province
  AND r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment = 'PBI'
GROUP BY p.person_id
