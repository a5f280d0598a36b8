-- A regency's decree, bill and cards of the period side by side (id: posisi kabupaten/kota).
-- question_id: Bagaimana SK, tagihan, dan kartu aktif tiap kabupaten/kota dibandingkan?
-- question_en: How do decree, bill and active cards of each regency compare?
CREATE VIEW regency_account (
    regency_code,          -- Regency, 4 digits (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    decree_rows,           -- Rows of its decrees in force (id: baris SK)
    decree_people,         -- People in them (id: orang dalam SK)
    bill_rows,             -- Rows of its bill of the period (id: baris tagihan)
    bill_people,           -- People in it (id: orang dalam tagihan)
    bill_rupiah,           -- Billed in the period, rupiah (id: jumlah tagihan)
    in_both,               -- People in decree and bill (id: ada di keduanya)
    decree_only,           -- People in the decree and not billed (id: hanya di SK)
    bill_only,             -- People billed and not in the decree (id: hanya di tagihan)
    active_pda             -- People living there with an active PBPU Pemda card, whoever pays (id: PBPU Pemda aktif)
) AS
WITH listed AS (
    SELECT r.owner_code AS regency_code, l.person_id, count(*) AS rows
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE)
    GROUP BY ALL
), billed AS (
    SELECT coalesce(r.payer_code, r.regency_code, r.owner_code) AS regency_code, l.person_id, count(*) AS rows,
           sum(r.amount) AS amount
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
    GROUP BY ALL
), both_sides AS (
    SELECT coalesce(s.regency_code, b.regency_code) AS regency_code,
           coalesce(sum(s.rows), 0)::BIGINT AS decree_rows, count(s.person_id) AS decree_people,
           coalesce(sum(b.rows), 0)::BIGINT AS bill_rows, count(b.person_id) AS bill_people,
           coalesce(sum(b.amount), 0)::BIGINT AS bill_rupiah,
           count(*) FILTER (s.person_id IS NOT NULL AND b.person_id IS NOT NULL) AS in_both
    FROM listed AS s
    FULL JOIN billed AS b ON b.regency_code = s.regency_code AND b.person_id = s.person_id
    GROUP BY 1
), cards AS (
    SELECT regency_code, count(*) AS active_pda FROM person WHERE has_pda_active GROUP BY regency_code
)
SELECT
    a.regency_code,
    k.region_name AS regency_name,
    a.decree_rows,
    a.decree_people,
    a.bill_rows,
    a.bill_people,
    a.bill_rupiah,
    a.in_both,
    a.decree_people - a.in_both AS decree_only,
    a.bill_people - a.in_both AS bill_only,
    coalesce(c.active_pda, 0) AS active_pda
FROM both_sides AS a
LEFT JOIN cards AS c USING (regency_code)
LEFT JOIN region AS k ON k.region_code = a.regency_code
