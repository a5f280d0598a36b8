-- code: TK03
-- term_id: PU di Ketenagakerjaan, bukan PPU di Kesehatan
-- term_en: Employment-only employee
-- definition: Aktif sebagai pekerja penerima upah (PU) di BPJS Ketenagakerjaan, tidak diketahui meninggal, tetapi tidak memiliki kartu JKN PPU yang aktif. Yang hanya ada di BPJS Ketenagakerjaan tanpa NIK tidak diuji.
-- definition_en: Actively insured as a wage earner (PU) in Jamsostek and not known dead, yet without an active PPU card, of his own or through the family. Who is in Jamsostek alone and has no NIK there that can be used is not tested: nobody could look for the card.
-- severity: 2
-- actor: BPJS Kesehatan
-- action_id: Minta pemberi kerja mendaftarkan pekerja dan keluarganya sebagai PPU.
-- action_en: Ask the employer to enrol the worker and the family as PPU.
-- payer: Pemberi kerja dan pekerja
-- rupiah: ppu_share (5 %) of the wages reported to Jamsostek, each up to ppu_wage_cap (Rp12,000,000); none where the wage is not given
-- needs: bpjs_kesehatan, bpjs_ketenagakerjaan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    coalesce(any_value(p.regency_code), arg_min(r.regency_code, r.record_id)) AS regency_code,
    any_value(p.village_code) AS village_code,
    round(any_value(m.ppu_share) * coalesce(sum(least(r.wage, m.ppu_wage_cap)) FILTER (r.wage IS NOT NULL), 0))::BIGINT AS rupiah_per_month,
    'Aktif sebagai PU di BPJS Ketenagakerjaan' || coalesce(' pada ' || arg_min(r.employer_name, r.record_id), '') || ', '
        || any_value(CASE WHEN p.jkn_segment IS NULL AND NOT p.in_jkn THEN 'kartu JKN tidak ditemukan'
                          ELSE 'kartu JKN ' || coalesce(p.jkn_segment, 'tanpa segmen') || ' berstatus ' || coalesce(p.jkn_status, 'tidak tercatat') END)
        || '.' AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_pu_active
  AND p.alive
  AND NOT p.has_ppu_active
  AND (p.nik IS NOT NULL OR p.registers > 1)
  AND r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.segment = 'PU'
GROUP BY p.person_id
