-- One row of a bill with what is known of the person and the tariff of its month (id: baris tagihan).
-- question_id: Baris tagihan mana yang perlu dipertanyakan?
-- question_en: Which lines of the bill are to be questioned?
CREATE VIEW bill_line (
    record_id,             -- The record (id: nomor rekaman)
    payer_code,            -- Regency that is billed (id: kode pemda)
    payer_name,            -- Its name (id: pemda)
    period,                -- First day of the billed month (id: bulan tagihan)
    covered_month,         -- First day of the month it covers (id: bulan pelayanan)
    card,                  -- JKN card (id: PSNOKA)
    nik,                   -- Population number in the bill (id: NIK)
    name,                  -- Name in the bill (id: nama)
    person_id,             -- The person (id: kode orang)
    segment,               -- Segment billed (id: segmen)
    amount,                -- Billed, rupiah (id: iuran)
    tariff,                -- Tariff of the segment in the covered month, rupiah (id: tarif)
    difference,            -- Billed less tariff, rupiah (id: selisih)
    in_decree,             -- TRUE when the person is in a decree of that regency in force (id: ada di SK)
    active_pda,            -- TRUE when the person has an active PBPU Pemda card (id: PBPU Pemda aktif)
    alive,                 -- FALSE when known dead (id: masih hidup)
    times_billed,          -- How often the card is billed for that covered month (id: kali ditagih)
    file,                  -- File the row stands in (id: nama berkas)
    source_row             -- Data row of the file, from 1 (id: nomor baris data)
) AS
WITH listed AS (
    SELECT DISTINCT l.person_id, r.owner_code AS payer_code
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE)
), billed AS (
    SELECT r.*, coalesce(r.payer_code, r.regency_code, r.owner_code) AS payer,
           count(*) OVER (PARTITION BY r.card, r.covered_month) AS times
    FROM record AS r
    WHERE r.source = 'bpjs_kesehatan_bill'
)
SELECT
    b.record_id,
    b.payer AS payer_code,
    k.region_name AS payer_name,
    b.period,
    b.covered_month,
    b.card,
    b.nik,
    b.name,
    l.person_id,
    b.segment,
    b.amount,
    t.value::BIGINT AS tariff,
    b.amount - t.value::BIGINT AS difference,
    s.person_id IS NOT NULL AS in_decree,
    p.has_pda_active AS active_pda,
    p.alive,
    CASE WHEN b.card IS NULL OR b.covered_month IS NULL THEN 1 ELSE b.times END AS times_billed,
    b.file,
    b.source_row
FROM billed AS b
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
LEFT JOIN listed AS s ON s.person_id = l.person_id AND s.payer_code = b.payer
LEFT JOIN rule AS t ON t.rule = 'jkn_tariff' AND t.item = coalesce(b.segment, 'PDA')
    AND coalesce(b.covered_month, b.period) BETWEEN t.berlaku_mulai AND coalesce(t.berlaku_sampai, DATE '9999-12-31')
LEFT JOIN region AS k ON k.region_code = b.payer
