-- code: EL01
-- term_id: Salah sasaran
-- term_en: Inclusion error
-- definition: Kartu PBI JK aktif, padahal desil DTSEN 6 sampai 10.
-- definition_en: An active PBI card although the DTSEN decile is 6 to 10.
-- severity: 2
-- actor: Dinas Sosial kabupaten/kota; lalu Kementerian Sosial
-- action_id: Verifikasi lapangan; bila benar, usulkan keluar dari PBI JK.
-- action_en: Verify on the ground; if right, propose removal from PBI JK.
-- payer: APBN
-- rupiah: the PBI tariff
-- needs: province, bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) FILTER (r.source = 'bpjs_kesehatan') AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pbi) AS rupiah_per_month,
    any_value('Kartu PBI JK aktif, desil DTSEN ' || p.decile || ' (batas layak ' || m.eligible_decile_max || ').') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_pbi_active
  AND p.decile > m.eligible_decile_max
  AND (r.source = 'province' OR (r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment = 'PBI'))
GROUP BY p.person_id
