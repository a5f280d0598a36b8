-- code: FN01
-- term_id: Biaya ganda APBN dan APBD
-- term_en: Double funding
-- definition: Ada di SK kabupaten/kota yang berlaku sekaligus memiliki kartu PBI JK aktif, atau memiliki kartu aktif PBI JK dan PBPU Pemda.
-- definition_en: In a decree in force and holding an active PBI card, or holding active cards in both PBI and PBPU Pemda.
-- severity: 1
-- actor: BPJS Kesehatan dan Dinas Kesehatan
-- action_id: Hentikan salah satu pembiayaan; perhitungkan kembali iuran yang telah dibayar dua kali.
-- action_en: Stop one of the two; settle what was paid twice.
-- payer: APBD
-- rupiah: the PBPU Pemda tariff
-- needs: bpjs_kesehatan, decree
-- by_regency: decree
-- partly: bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    coalesce(
        arg_min(r.owner_code, r.record_id) FILTER (r.source = 'decree'),
        arg_min(r.owner_code, r.record_id)
    ) AS owner_code,
    coalesce(any_value(p.regency_code), arg_min(r.regency_code, r.record_id)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pda) AS rupiah_per_month,
    any_value('Kartu PBI JK aktif dan ' || concat_ws(' dan ',
        CASE WHEN p.in_decree THEN 'tercantum di SK PBPU Pemda' END,
        CASE WHEN p.has_pda_active THEN 'kartu PBPU Pemda juga aktif' END) || '.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_pbi_active
  AND (p.in_decree OR p.has_pda_active)
  AND ((r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE))
       OR (r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment IN ('PBI', 'PDA')))
GROUP BY p.person_id
