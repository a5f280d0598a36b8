-- code: WL01
-- term_id: Pindah domisili
-- term_en: Moved away
-- definition: Memiliki kartu PBPU Pemda aktif yang dibayar suatu kabupaten/kota (SK berlaku atau tagihan periode ini), padahal DTSEN menempatkannya di kabupaten/kota lain, atau register kabupaten/kota pembayar mencatat PINDAH.
-- definition_en: An active PDA card, in a decree in force or billed this period, while either every DTSEN row of the person lies in another regency than the payer, or the payer's own register has the person as PINDAH and in no row as HIDUP; one finding a person and payer.
-- severity: 1
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Lepaskan dari SK setelah kepindahan dipastikan; alihkan ke kabupaten/kota tujuan.
-- action_en: Release from the decree once the move is certain; hand over to the regency of residence.
-- payer: APBD
-- rupiah: the PBPU Pemda tariff
-- needs: bpjs_kesehatan, decree|bpjs_kesehatan_bill, province|regency
WITH paid AS (
    SELECT l.person_id, r.owner_code AS payer, r.record_id, FALSE AS billed
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE)
    UNION ALL
    SELECT l.person_id, coalesce(r.payer_code, r.regency_code, r.owner_code), r.record_id, TRUE
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
), active AS (
    SELECT person_id, payer, list(record_id) AS paid_ids, bool_or(billed) AS billed
    FROM paid SEMI JOIN (FROM person WHERE has_pda_active) USING (person_id)
    WHERE length(payer) = 4
    GROUP BY person_id, payer
), resident AS (
    SELECT l.person_id, a.payer, list(r.record_id) AS resident_ids,
           min(r.regency_code) FILTER (r.source = 'province') AS lives_in,
           bool_and(r.regency_code <> a.payer) FILTER (r.source = 'province') AS elsewhere,
           bool_or(r.status = 'PINDAH') FILTER (r.source = 'regency')
               AND NOT coalesce(bool_or(r.status = 'HIDUP') FILTER (r.source = 'regency'), FALSE) AS left_payer,
           min(r.status_date) FILTER (r.source = 'regency' AND r.status = 'PINDAH') AS left_on
    FROM active AS a
    JOIN link AS l USING (person_id)
    JOIN record AS r USING (record_id)
    WHERE (r.source = 'province' AND r.regency_code IS NOT NULL) OR (r.source = 'regency' AND r.owner_code = a.payer)
    GROUP BY l.person_id, a.payer
)
SELECT
    a.person_id,
    list_sort(list_concat(a.paid_ids, s.resident_ids)) AS record_ids,
    a.payer AS owner_code,
    a.payer AS regency_code,
    p.village_code,
    m.tariff_pda AS rupiah_per_month,
    'Dibayar ' || a.payer || CASE WHEN a.billed THEN ' (ditagihkan periode ini)' ELSE ' (SK)' END || ', tetapi '
        || concat_ws(' dan ', CASE WHEN s.elsewhere THEN 'menurut DTSEN tinggal di ' || s.lives_in END,
            CASE WHEN s.left_payer THEN 'register ' || a.payer || ' mencatat pindah'
                || coalesce(' sejak ' || strftime(s.left_on, '%d-%m-%Y'), '') END)
        || '.' AS detail,
    a.payer AS discriminator
FROM active AS a
CROSS JOIN parameter AS m
JOIN resident AS s USING (person_id, payer)
JOIN person AS p USING (person_id)
WHERE s.elsewhere OR s.left_payer
