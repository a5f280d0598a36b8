-- code: FN05
-- term_id: Ada di SK, tidak aktif
-- term_en: Listed, not active
-- definition: Ada di SK kabupaten/kota yang berlaku, tetapi tidak memiliki kartu JKN yang aktif.
-- definition_en: In a decree in force, yet without any active JKN card; one finding a regency.
-- severity: 1
-- actor: BPJS Kesehatan
-- action_id: Aktifkan kepesertaan sesuai SK, atau keluarkan dari SK bila tidak berhak lagi.
-- action_en: Activate the membership as the decree says, or strike off the decree when no longer entitled.
-- payer: APBD
-- rupiah: the PBPU Pemda tariff, budgeted and idle
-- needs: decree, bpjs_kesehatan
-- by_regency: decree
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(p.regency_code, r.regency_code, r.owner_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pda) AS rupiah_per_month,
    'Ada di SK' || coalesce(' ' || r.owner_code, '') || ', tetapi '
        || any_value(CASE WHEN p.in_jkn THEN 'kartu JKN berstatus ' || coalesce(p.jkn_status, 'tidak tercatat')
                          ELSE 'kartu JKN tidak ditemukan' END) || '.' AS detail,
    r.owner_code AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.in_decree
  AND NOT p.active_jkn
  AND r.source = 'decree'
  AND coalesce(r.start_date <= m.period_end, TRUE)
GROUP BY p.person_id, r.owner_code
