-- code: TK10
-- term_id: Non-ASN, perangkat desa, atau kader tak terlindungi
-- term_en: Non-civil-servant uncovered
-- definition: Tercantum di daftar pegawai non-ASN, perangkat desa, atau kader, tidak diketahui meninggal, tetapi tidak aktif di BPJS Ketenagakerjaan.
-- definition_en: In a roster of non-civil-servants, village staff or cadres, not known dead, and not active in Jamsostek in any segment.
-- severity: 2
-- actor: Perangkat daerah (OPD)
-- action_id: Daftarkan ke BPJS Ketenagakerjaan dengan anggaran OPD atau desa.
-- action_en: Enrol in Jamsostek out of the office's or the village's budget.
-- payer: APBD atau dana desa
-- rupiah: the own-account tariff with two programmes (JKK and JKM)
-- needs: roster, bpjs_ketenagakerjaan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    coalesce(arg_min(r.regency_code, r.record_id), any_value(p.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_bpu) AS rupiah_per_month,
    'Tercantum sebagai ' || coalesce(lower(arg_min(r.segment_as_written, r.record_id)), 'pegawai non-ASN')
        || coalesce(' pada ' || arg_min(r.employer_name, r.record_id), '') || ', '
        || any_value(CASE WHEN p.in_jamsostek THEN 'keanggotaan BPJS Ketenagakerjaan tidak aktif'
                          ELSE 'tidak ditemukan di BPJS Ketenagakerjaan' END) || '.' AS detail,
    '' AS discriminator
FROM record AS r
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
CROSS JOIN parameter AS m
WHERE r.source = 'roster'
  AND p.alive
  AND NOT p.active_jamsostek
GROUP BY p.person_id
