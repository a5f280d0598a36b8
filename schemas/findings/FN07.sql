-- code: FN07
-- term_id: Ditagih di luar TMT–TAT
-- term_en: Billed outside validity
-- definition: Bulan pelayanan (BLNTAG) yang ditagihkan berakhir sebelum TMT kartu itu, atau mulai sesudah TAT-nya, menurut data peserta BPJS Kesehatan.
-- definition_en: The covered month of a bill (BLNTAG) ends before the card's TMT or begins after its TAT, by BPJS Kesehatan's own participants; where the card has several rows, none covers the month; one finding a person, regency, covered and billed month. A card that is not among the participants, or a bill without a covered month, is not tested.
-- severity: 1
-- actor: BPJS Kesehatan
-- action_id: Keluarkan bulan di luar masa berlaku dari tagihan.
-- action_en: Take the months outside validity off the bill.
-- payer: APBD
-- rupiah: what was billed for those months; the PBPU Pemda tariff where an amount is missing
-- needs: bpjs_kesehatan_bill, bpjs_kesehatan
WITH judged AS (
    SELECT b.record_id, any_value(b.covered_month) AS covered_month, any_value(b.period) AS period,
           any_value(b.owner_code) AS owner_code, any_value(coalesce(b.payer_code, b.regency_code, b.owner_code)) AS payer,
           any_value(coalesce(b.amount, m.tariff_pda)) AS amount, list(v.record_id) AS cards,
           min(v.start_date) AS tmt, max(v.end_date) AS tat
    FROM record AS b
    CROSS JOIN parameter AS m
    JOIN record AS v ON v.source = 'bpjs_kesehatan' AND v.card = b.card
    WHERE b.source = 'bpjs_kesehatan_bill' AND b.covered_month IS NOT NULL
    GROUP BY b.record_id
    HAVING NOT bool_or(coalesce(v.start_date <= last_day(b.covered_month), TRUE)
                       AND coalesce(v.end_date >= b.covered_month, TRUE))
)
SELECT
    l.person_id,
    list_sort(list_distinct(flatten(list(list_append(j.cards, j.record_id))))) AS record_ids,
    arg_min(j.owner_code, j.record_id) AS owner_code,
    j.payer AS regency_code,
    any_value(p.village_code) AS village_code,
    sum(j.amount) AS rupiah_per_month,
    'Ditagih untuk bulan pelayanan ' || strftime(j.covered_month, '%m-%Y') || ', kartu berlaku '
        || coalesce(strftime(min(j.tmt), '%d-%m-%Y'), '…') || ' sampai '
        || coalesce(strftime(max(j.tat), '%d-%m-%Y'), 'sekarang') || '.' AS detail,
    concat_ws('|', j.payer, j.covered_month, j.period) AS discriminator
FROM judged AS j
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
GROUP BY l.person_id, j.payer, j.covered_month, j.period
