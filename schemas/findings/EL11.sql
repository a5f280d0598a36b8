-- code: EL11
-- term_id: Mandiri menunggak, layak PBI
-- term_en: Self-payer in arrears, qualifies
-- definition: Layak PBI, tidak diketahui meninggal, tidak ada kartu JKN yang aktif, dan kartu mandiri (PBPU atau BP) berstatus penangguhan karena menunggak.
-- definition_en: Eligible, not known dead, without any active JKN card, and a self-paid card (PBPU or BP) suspended for arrears (PENANGGUHAN).
-- severity: 2
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Usulkan sebagai peserta PBI JK; tunggakan diselesaikan dengan BPJS Kesehatan.
-- action_en: Propose for PBI JK; settle the arrears with BPJS Kesehatan.
-- payer: APBN (belum terlayani)
-- rupiah: the PBI tariff, the contribution the person goes without
-- needs: province, bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) FILTER (r.source = 'bpjs_kesehatan') AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pbi) AS rupiah_per_month,
    any_value('Kartu mandiri ditangguhkan karena menunggak, desil DTSEN ' || p.decile || ', tidak di-exclude: layak PBI JK.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.eligible
  AND p.alive
  AND NOT p.active_jkn
  AND (r.source = 'province' OR (r.source = 'bpjs_kesehatan' AND r.status = 'PENANGGUHAN' AND r.segment = 'MDR'))
GROUP BY p.person_id
HAVING bool_or(r.source = 'bpjs_kesehatan')
