-- code: FN04
-- term_id: Ditagih, tidak ada di SK
-- term_en: Billed, not listed
-- definition: Ditagihkan ke kabupaten/kota pada periode ini, tetapi tidak ada di SK kabupaten/kota itu yang berlaku. Hanya diuji untuk kabupaten/kota yang SK-nya diterima.
-- definition_en: Billed to a regency this period, yet not in a decree of that regency that is in force. Tested only for regencies whose decree arrived; one finding a regency.
-- severity: 1
-- actor: Dinas Kesehatan dan BPJS Kesehatan
-- action_id: Keluarkan dari tagihan, atau masukkan ke SK bila memang berhak.
-- action_en: Take off the bill, or put into the decree when entitled.
-- payer: APBD
-- rupiah: what was billed for the person this period; the PBPU Pemda tariff where an amount is missing
-- needs: bpjs_kesehatan_bill, decree
-- by_regency: decree
WITH listed AS (
    SELECT DISTINCT l.person_id, r.owner_code AS payer
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE)
), billed AS (
    SELECT l.person_id, coalesce(r.payer_code, r.regency_code, r.owner_code) AS payer, r.record_id, r.owner_code,
           coalesce(r.amount, m.tariff_pda) AS amount, m.period
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
)
SELECT
    b.person_id,
    list(b.record_id ORDER BY b.record_id) AS record_ids,
    b.payer AS owner_code,
    b.payer AS regency_code,
    any_value(p.village_code) AS village_code,
    sum(b.amount) AS rupiah_per_month,
    'Ditagihkan ke ' || b.payer || ' untuk ' || any_value(strftime(b.period, '%m-%Y')) || ', tidak ada di SK '
        || b.payer || ' yang berlaku.' AS detail,
    b.payer AS discriminator
FROM billed AS b
ANTI JOIN listed USING (person_id, payer)
SEMI JOIN (SELECT DISTINCT owner_code AS payer FROM record WHERE source = 'decree') AS received USING (payer)
JOIN person AS p USING (person_id)
GROUP BY b.person_id, b.payer
