-- code: FN06
-- term_id: Tarif tidak sesuai
-- term_en: Wrong tariff
-- definition: Iuran yang ditagihkan tidak sama dengan tarif segmen itu yang berlaku pada bulan pelayanannya.
-- definition_en: The amount billed differs from the tariff of that segment in force in the covered month; one finding a person, regency, covered and billed month. A bill without a segment is taken as PBPU Pemda; a segment or month without a dated tariff, or a bill without amount, is not tested.
-- severity: 2
-- actor: BPJS Kesehatan
-- action_id: Betulkan tagihan sesuai tarif yang berlaku.
-- action_en: Correct the bill to the tariff in force.
-- payer: APBD
-- rupiah: the difference from the nearest tariff, too much or too little alike
-- needs: bpjs_kesehatan_bill
WITH tariff AS (
    SELECT split_part(item, ':', 1) AS segment, value::BIGINT AS tariff, berlaku_mulai, berlaku_sampai
    FROM rule WHERE rule = 'jkn_tariff'
), judged AS (
    SELECT r.record_id, r.amount, r.covered_month, r.period, r.owner_code,
           coalesce(r.payer_code, r.regency_code, r.owner_code) AS payer,
           min(abs(r.amount - t.tariff)) AS difference,
           arg_min(t.tariff, abs(r.amount - t.tariff)) AS nearest
    FROM record AS r
    JOIN tariff AS t
      ON t.segment = coalesce(r.segment, 'PDA')
     AND r.covered_month BETWEEN t.berlaku_mulai AND coalesce(t.berlaku_sampai, r.covered_month)
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.amount IS NOT NULL
    GROUP BY ALL
    HAVING min(abs(r.amount - t.tariff)) > 0
)
SELECT
    l.person_id,
    list(j.record_id ORDER BY j.record_id) AS record_ids,
    arg_min(j.owner_code, j.record_id) AS owner_code,
    j.payer AS regency_code,
    any_value(p.village_code) AS village_code,
    sum(j.difference) AS rupiah_per_month,
    'Ditagih Rp' || string_agg(DISTINCT j.amount::VARCHAR, ' dan Rp' ORDER BY j.amount::VARCHAR)
        || ' untuk bulan pelayanan ' || strftime(j.covered_month, '%m-%Y') || ', tarif yang berlaku Rp'
        || any_value(j.nearest) || '.' AS detail,
    concat_ws('|', j.payer, j.covered_month, j.period) AS discriminator
FROM judged AS j
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
GROUP BY l.person_id, j.payer, j.covered_month, j.period
