-- A finding that this run found for the first time, or that the run before still found and this one does not (id: perubahan temuan).
-- question_id: Apa yang berubah sejak proses sebelumnya?
-- question_en: What changed since the run before?
CREATE VIEW changed_tonight (
    change,                -- new or closed (id: perubahan)
    finding_id,            -- Identifier of the finding (id: kode temuan)
    code,                  -- Class of mismatch (id: kode jenis temuan)
    term_id,               -- Its Indonesian term (id: istilah)
    regency_code,          -- Regency whose worklist it belongs to (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    person_id,             -- The person, null where it is of no person (id: kode orang)
    rupiah_per_month,      -- Money at stake, rupiah a month (id: rupiah per bulan)
    detail,                -- The deciding values in one sentence (id: penjelasan)
    first_seen,            -- as_of of the run that found it first (id: pertama ditemukan)
    last_seen              -- as_of of the last run that found it (id: terakhir ditemukan)
) AS
WITH before AS (
    SELECT max(run.as_of) AS as_of FROM run, parameter AS m WHERE run.as_of < m.as_of
)
SELECT
    CASE f.state WHEN 'open' THEN 'new' ELSE 'closed' END AS change,
    f.finding_id,
    f.code,
    t.term_id,
    f.regency_code,
    k.region_name AS regency_name,
    f.person_id,
    f.rupiah_per_month,
    f.detail,
    f.first_seen,
    f.last_seen
FROM finding AS f
CROSS JOIN parameter AS m
CROSS JOIN before AS b
JOIN finding_type AS t USING (code)
LEFT JOIN region AS k ON k.region_code = f.regency_code
WHERE (f.state = 'open' AND f.first_seen = m.as_of)
   OR (f.state = 'closed' AND f.last_seen >= b.as_of)
