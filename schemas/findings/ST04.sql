-- code: ST04
-- term_id: Segmen berbeda
-- term_en: Segment mismatch
-- definition: Ada di SK yang berlaku (segmen PBPU Pemda), tetapi kartu JKN yang aktif semuanya bersegmen lain.
-- definition_en: In a decree in force (segment PDA), active in JKN, yet no active card is PDA.
-- severity: 2
-- actor: BPJS Kesehatan
-- action_id: Tetapkan segmen yang benar dan pembayarnya; keluarkan dari SK bila segmen lain yang benar.
-- action_en: Settle the segment and its payer; strike off the decree when the other segment is right.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBPU Pemda tariff, which shifts to the payer of the other segment
-- needs: decree, bpjs_kesehatan
-- by_regency: decree
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    min(r.owner_code) FILTER (r.source = 'decree') AS owner_code,
    coalesce(min(r.owner_code) FILTER (r.source = 'decree'), any_value(p.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pda) AS rupiah_per_month,
    'Ada di SK ' || coalesce(min(r.owner_code) FILTER (r.source = 'decree'), '') || ' (PBPU Pemda), kartu aktif bersegmen '
        || string_agg(DISTINCT coalesce(r.segment_as_written, r.segment, 'tidak tercatat'), ', '
            ORDER BY coalesce(r.segment_as_written, r.segment, 'tidak tercatat')) FILTER (r.source = 'bpjs_kesehatan')
        || '.' AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.in_decree
  AND p.active_jkn
  AND NOT p.has_pda_active
  AND ((r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE))
       OR (r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF'))
GROUP BY p.person_id
