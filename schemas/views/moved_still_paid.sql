-- A person whom a regency still pays for after a move, the finding WL01 (id: pindah masih dibayar).
-- question_id: Siapa yang sudah pindah tetapi masih dibayar daerah lama?
-- question_en: Who has moved away and is still paid for by the old regency?
CREATE VIEW moved_still_paid (
    person_id,             -- The person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    name,                  -- Name that stands (id: nama)
    payer_code,            -- Regency that pays (id: kode pemda pembayar)
    payer_name,            -- Its name (id: pemda pembayar)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota domisili)
    rupiah_per_month,      -- Money at stake, rupiah a month (id: rupiah per bulan)
    detail                 -- The deciding values in one sentence (id: penjelasan)
) AS
SELECT
    p.person_id,
    p.nik,
    p.name,
    f.regency_code AS payer_code,
    y.region_name AS payer_name,
    p.regency_code,
    k.region_name AS regency_name,
    f.rupiah_per_month,
    f.detail
FROM finding AS f
JOIN person AS p USING (person_id)
LEFT JOIN region AS y ON y.region_code = f.regency_code
LEFT JOIN region AS k ON k.region_code = p.regency_code
WHERE f.state = 'open' AND f.code = 'WL01'
