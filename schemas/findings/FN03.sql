-- code: FN03
-- term_id: Ditagih dua kali
-- term_en: Billed twice
-- definition: Satu kartu (PSNOKA) ditagihkan lebih dari satu kali untuk satu bulan pelayanan (BLNTAG), di tagihan mana pun.
-- definition_en: One card (PSNOKA) billed more than once for one covered month (BLNTAG), in whatever bills arrived; one finding a card and month.
-- severity: 1
-- actor: Dinas Kesehatan
-- action_id: Ajukan keberatan atas tagihan ganda kepada BPJS Kesehatan.
-- action_en: Dispute the double bill with BPJS Kesehatan.
-- payer: APBD
-- rupiah: what was billed beyond the highest single bill of that card and month; the PBPU Pemda tariff where an amount is missing
-- needs: bpjs_kesehatan_bill
SELECT
    arg_min(l.person_id, r.record_id) AS person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    arg_min(coalesce(r.payer_code, r.regency_code, p.regency_code), r.record_id) AS regency_code,
    arg_min(p.village_code, r.record_id) AS village_code,
    sum(coalesce(r.amount, m.tariff_pda)) - max(coalesce(r.amount, m.tariff_pda)) AS rupiah_per_month,
    'Kartu berakhiran ' || right(r.card, 4) || ' ditagih ' || count(*) || ' kali untuk bulan pelayanan '
        || strftime(r.covered_month, '%m-%Y') || ', bulan tagihan '
        || string_agg(DISTINCT strftime(r.period, '%m-%Y'), ', ' ORDER BY strftime(r.period, '%m-%Y')) || '.' AS detail,
    r.card || '|' || r.covered_month::VARCHAR AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source = 'bpjs_kesehatan_bill'
GROUP BY r.card, r.covered_month
HAVING count(*) > 1 AND r.card IS NOT NULL AND r.covered_month IS NOT NULL
