-- On what ground somebody pays for a person: an active JKN card, a decree in force, a bill of the period, an active Jamsostek membership (id: siapa membayar siapa).
-- A person with several rows is not by that paid for twice: a card, a decree and a bill are usually one and the same payment.
-- question_id: Siapa membayar iuran siapa, dan atas dasar apa?
-- question_en: Who pays for whom, and on what ground?
CREATE VIEW who_pays (
    person_id,             -- The person (id: kode orang)
    programme,             -- JKN or Jamsostek (id: program)
    ground,                -- kartu, SK, tagihan or kepesertaan (id: dasar)
    payer,                 -- APBN, APBD, PEMBERI KERJA, MANDIRI, or the funding that Jamsostek states (id: pembayar)
    payer_code,            -- Regency or province that pays, where the row says so (id: kode pemda)
    payer_name,            -- Its name (id: pemda)
    records,               -- Records that say so (id: jumlah rekaman)
    rupiah_per_month       -- What is paid, rupiah a month: billed, else the tariff; null where it depends on a wage (id: rupiah per bulan)
) AS
WITH ground AS (
    SELECT l.person_id, 'JKN' AS programme, 'kartu' AS ground,
           CASE r.segment WHEN 'PBI' THEN 'APBN' WHEN 'PDA' THEN 'APBD' WHEN 'PPU' THEN 'PEMBERI KERJA'
               ELSE 'MANDIRI' END AS payer,
           r.payer_code,
           CASE r.segment WHEN 'PBI' THEN m.tariff_pbi WHEN 'PDA' THEN m.tariff_pda END AS rupiah
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF'
    UNION ALL
    SELECT l.person_id, 'JKN', 'SK', 'APBD', r.owner_code, m.tariff_pda
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE)
    UNION ALL
    SELECT l.person_id, 'JKN', 'tagihan', 'APBD', coalesce(r.payer_code, r.regency_code, r.owner_code),
           coalesce(r.amount, m.tariff_pda)
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
    UNION ALL
    SELECT l.person_id, 'Jamsostek', 'kepesertaan',
           CASE WHEN r.segment = 'PU' THEN 'PEMBERI KERJA' ELSE coalesce(r.funding, 'MANDIRI') END, NULL,
           CASE WHEN r.segment = 'BPU' THEN m.tariff_bpu END
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF'
)
SELECT
    g.person_id,
    g.programme,
    g.ground,
    g.payer,
    g.payer_code,
    any_value(k.region_name) AS payer_name,
    count(*) AS records,
    sum(g.rupiah)::BIGINT AS rupiah_per_month
FROM ground AS g
LEFT JOIN region AS k ON k.region_code = g.payer_code
GROUP BY g.person_id, g.programme, g.ground, g.payer, g.payer_code
