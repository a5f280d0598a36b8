-- code: FN02
-- term_id: PBI/PBPU Pemda tetapi pekerja upah aktif
-- term_en: Subsidised active wage worker
-- definition: Kartu PBI JK atau PBPU Pemda aktif, padahal peserta aktif segmen PU di BPJS Ketenagakerjaan atau memiliki kartu PPU aktif.
-- definition_en: An active PBI or PBPU Pemda card while actively insured as a wage earner (PU) in Jamsostek or holding an active PPU card.
-- severity: 1
-- actor: BPJS Kesehatan; Dinas Sosial kabupaten/kota
-- action_id: Pindahkan ke segmen PPU melalui pemberi kerja; keluarkan dari PBI JK/PBPU Pemda.
-- action_en: Move to the PPU segment through the employer; take off PBI JK or PBPU Pemda.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff for an active PBI card, plus the PBPU Pemda tariff for an active PDA card
-- needs: bpjs_kesehatan, bpjs_ketenagakerjaan
-- partly: bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) FILTER (r.source = 'bpjs_kesehatan') AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(CASE WHEN p.has_pbi_active THEN m.tariff_pbi ELSE 0 END
        + CASE WHEN p.has_pda_active THEN m.tariff_pda ELSE 0 END) AS rupiah_per_month,
    any_value('Kartu ' || concat_ws(' dan ',
            CASE WHEN p.has_pbi_active THEN 'PBI JK' END,
            CASE WHEN p.has_pda_active THEN 'PBPU Pemda' END)
        || ' aktif, padahal ' || concat_ws(' dan ',
            CASE WHEN p.has_pu_active THEN 'aktif sebagai pekerja penerima upah di BPJS Ketenagakerjaan' END,
            CASE WHEN p.has_ppu_active THEN 'memiliki kartu PPU aktif' END)
        || '.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE (p.has_pbi_active OR p.has_pda_active)
  AND (p.has_pu_active OR p.has_ppu_active)
  AND r.status = 'AKTIF'
  AND ((r.source = 'bpjs_kesehatan' AND r.segment IN ('PBI', 'PDA', 'PPU'))
       OR (r.source = 'bpjs_ketenagakerjaan' AND r.segment = 'PU'))
GROUP BY p.person_id
