-- code: ST01
-- term_id: Meninggal tetapi aktif
-- term_en: Deceased but active
-- definition: Orang yang meninggal menurut akta kematian (Dukcapil) atau register kabupaten/kota, tetapi masih memiliki kartu JKN aktif atau masih ditagihkan pada periode ini.
-- definition_en: Dead according to a death certificate or a regency register, yet holding an active JKN card or billed this period.
-- severity: 1
-- actor: BPJS Kesehatan; Dukcapil untuk akta kematian
-- action_id: Nonaktifkan kepesertaan setelah kematian dipastikan; hentikan tagihan.
-- action_en: Deactivate the membership once the death is confirmed; stop the bill.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff when a PBI card is active, plus the PBPU Pemda tariff when a PDA card is active or the person is billed
-- needs: civil_deaths, regency, bpjs_kesehatan, bpjs_kesehatan_bill
-- partly: civil_deaths|regency, bpjs_kesehatan|bpjs_kesehatan_bill
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    coalesce(
        arg_min(r.owner_code, r.record_id) FILTER (r.source = 'bpjs_kesehatan'),
        arg_min(r.owner_code, r.record_id) FILTER (r.source = 'bpjs_kesehatan_bill')
    ) AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(CASE WHEN p.has_pbi_active THEN m.tariff_pbi ELSE 0 END
        + CASE WHEN p.has_pda_active OR p.billed THEN m.tariff_pda ELSE 0 END) AS rupiah_per_month,
    any_value('Meninggal'
        || coalesce(' ' || strftime(p.death_date, '%d-%m-%Y'), ' (tanggal tidak tercatat)')
        || ' menurut ' || concat_ws(' dan ',
            CASE WHEN p.dead_in_civil_deaths THEN 'akta kematian' END,
            CASE WHEN p.dead_in_regency THEN 'register kabupaten/kota' END)
        || ', tetapi ' || concat_ws(' dan ',
            CASE WHEN p.active_jkn THEN 'kartu JKN masih aktif (' || coalesce(p.jkn_segment, 'segmen tidak tercatat') || ')' END,
            CASE WHEN p.billed THEN 'masih ditagihkan untuk ' || strftime(m.period, '%m-%Y') END)
        || '.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE (p.dead_in_civil_deaths OR p.dead_in_regency)
  AND (p.active_jkn OR p.billed)
  AND (r.source = 'civil_deaths'
       OR (r.source = 'regency' AND r.status = 'MENINGGAL')
       OR (r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF')
       OR (r.source = 'bpjs_kesehatan_bill' AND r.period = m.period))
GROUP BY p.person_id
