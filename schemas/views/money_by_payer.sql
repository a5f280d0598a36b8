-- The money at stake by whose it is and by class, each person counted once (id: rupiah menurut sumber dana).
-- question_id: Uang siapa yang dipertaruhkan, dan oleh temuan apa?
-- question_en: Whose money is at stake, and by which class of mismatch?
CREATE VIEW money_by_payer (
    payer,                 -- Whose money it is (id: sumber dana)
    code,                  -- Class of mismatch (id: kode jenis temuan)
    term_id,               -- Its Indonesian term (id: istilah)
    findings,              -- Open primary findings (id: jumlah temuan utama)
    rupiah_per_month,      -- Their money at stake, rupiah a month (id: rupiah per bulan)
    share                  -- Its part of all counted money; 1 is all (id: bagian)
) AS
SELECT
    t.payer,
    f.code,
    t.term_id,
    count(*) AS findings,
    sum(f.rupiah_per_month)::BIGINT AS rupiah_per_month,
    sum(f.rupiah_per_month) / nullif(sum(sum(f.rupiah_per_month)) OVER (), 0) AS share
FROM finding AS f
JOIN finding_type AS t USING (code)
WHERE f.state = 'open' AND f.is_primary AND f.rupiah_per_month > 0
GROUP BY t.payer, f.code, t.term_id
