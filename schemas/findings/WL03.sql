-- code: WL03
-- term_id: Dibayar dua daerah
-- term_en: Paid by two regions
-- definition: Satu orang dibayar sebagai PBPU Pemda oleh dua pemerintah daerah atau lebih: ada di SK yang berlaku, atau ditagihkan pada periode ini, dari daerah yang berbeda (kabupaten/kota lain, atau provinsi dan kabupaten/kota).
-- definition_en: In decrees in force, or billed this period, of two or more different payers (regencies, or the province and a regency); one finding a person.
-- severity: 1
-- actor: Dinas Sosial provinsi
-- action_id: Menengahi: tetapkan satu pembayar; yang lain mengeluarkan dari SK dan meminta pengembalian.
-- action_en: Mediate: settle on one payer; the other strikes off its decree and claims back.
-- payer: APBD
-- rupiah: the PBPU Pemda tariff for each payer beyond the first
-- needs: decree|bpjs_kesehatan_bill
WITH paid AS (
    SELECT l.person_id, r.owner_code AS payer, r.record_id, FALSE AS billed
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE)
    UNION ALL
    SELECT l.person_id, coalesce(r.payer_code, r.regency_code, r.owner_code), r.record_id, TRUE
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
), several AS (
    SELECT person_id FROM paid GROUP BY person_id HAVING min(payer) <> max(payer)
)
SELECT
    p.person_id,
    list(paid.record_id ORDER BY paid.record_id) AS record_ids,
    min(paid.payer) AS owner_code,
    any_value(coalesce(p.regency_code, CASE WHEN length(paid.payer) = 4 THEN paid.payer END)) AS regency_code,
    any_value(p.village_code) AS village_code,
    (count(DISTINCT paid.payer) - 1) * any_value(m.tariff_pda) AS rupiah_per_month,
    'Dibayar ' || count(DISTINCT paid.payer) || ' daerah: '
        || string_agg(DISTINCT paid.payer || CASE WHEN paid.billed THEN ' (tagihan)' ELSE ' (SK)' END, ', '
            ORDER BY paid.payer || CASE WHEN paid.billed THEN ' (tagihan)' ELSE ' (SK)' END) || '.' AS detail,
    '' AS discriminator
FROM paid
CROSS JOIN parameter AS m
SEMI JOIN several USING (person_id)
JOIN person AS p USING (person_id)
GROUP BY p.person_id
