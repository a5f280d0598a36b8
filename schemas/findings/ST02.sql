-- code: ST02
-- term_id: Status hidup berbeda
-- term_en: Alive in one register, dead in another
-- definition: Satu register mencatat meninggal (register kabupaten/kota, DTSEN, atau kartu JKN), register lain mencatat hidup (register kabupaten/kota atau DTSEN HIDUP, kartu JKN atau Jamsostek aktif), dan tidak ada akta kematian.
-- definition_en: No civil_deaths row; a regency, province or bpjs_kesehatan row with status MENINGGAL; and a regency or province row with status HIDUP or an active JKN card or active Jamsostek membership.
-- severity: 1
-- actor: Desa/kelurahan
-- action_id: Pastikan di lapangan; bila meninggal, uruskan akta kematian.
-- action_en: Verify on the ground; if dead, obtain the death certificate.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff when a PBI card is active, plus the PBPU Pemda tariff when a PDA card is active or the person is billed
-- needs: civil_deaths, province, regency, bpjs_kesehatan
-- partly: province|regency, regency|bpjs_kesehatan, province|bpjs_kesehatan
WITH said AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, r.status = 'MENINGGAL' AS dead,
           CASE r.source
               WHEN 'province' THEN 'DTSEN provinsi'
               WHEN 'regency' THEN 'register kabupaten/kota' || coalesce(' ' || r.owner_code, '')
               WHEN 'bpjs_kesehatan' THEN 'kartu JKN'
               ELSE 'BPJS Ketenagakerjaan' END AS place
    FROM record AS r
    JOIN link AS l USING (record_id)
    WHERE (r.source IN ('province', 'regency') AND r.status IN ('HIDUP', 'MENINGGAL'))
       OR (r.source = 'bpjs_kesehatan' AND r.status IN ('AKTIF', 'MENINGGAL'))
       OR (r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF')
), conflicting AS (
    SELECT DISTINCT person_id FROM said SEMI JOIN (FROM said WHERE dead) AS gone USING (person_id) WHERE NOT dead
)
SELECT
    p.person_id,
    list(s.record_id ORDER BY s.record_id) AS record_ids,
    arg_min(s.owner_code, s.record_id) FILTER (s.dead) AS owner_code,
    any_value(coalesce(p.regency_code, s.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(CASE WHEN p.has_pbi_active THEN m.tariff_pbi ELSE 0 END
        + CASE WHEN p.has_pda_active OR p.billed THEN m.tariff_pda ELSE 0 END) AS rupiah_per_month,
    'Meninggal menurut ' || string_agg(DISTINCT s.place, ', ' ORDER BY s.place) FILTER (s.dead) || '; hidup atau aktif menurut '
        || string_agg(DISTINCT s.place, ', ' ORDER BY s.place) FILTER (NOT s.dead) || '; tanpa akta kematian.' AS detail,
    '' AS discriminator
FROM said AS s
CROSS JOIN parameter AS m
SEMI JOIN conflicting USING (person_id)
JOIN person AS p USING (person_id)
WHERE NOT p.dead_in_civil_deaths
GROUP BY p.person_id
