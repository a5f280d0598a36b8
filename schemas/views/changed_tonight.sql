-- A finding that is open and was not on the last night before, or was open then and is not any more; counted by class it is what finding_change says since that night (id: perubahan temuan).
-- question_id: Apa yang berubah sejak malam sebelumnya?
-- question_en: What changed since the night before?
CREATE VIEW changed_tonight (
    change,                -- new: not known then; reopened: closed or settled then; tested_again: untested then; closed: not found any more or settled; untested: its sources were not all there (id: perubahan)
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
WITH RECURSIVE chain(run_id, history_from, as_of, step) AS (
    SELECT r.run_id, r.history_from, r.as_of, 0 FROM run AS r JOIN parameter AS m USING (run_id)
    UNION ALL
    SELECT r.run_id, r.history_from, r.as_of, c.step + 1 FROM chain AS c JOIN run AS r ON r.run_id = c.history_from
), tonight AS (
    SELECT e.finding_id FROM finding_event AS e JOIN chain AS c USING (run_id) JOIN parameter AS m ON m.as_of = c.as_of
), told AS (
    SELECT arg_min(e, c.step) AS now, arg_min(e.state, c.step) FILTER (c.as_of < m.as_of) AS state_then
    FROM finding_event AS e JOIN chain AS c USING (run_id) CROSS JOIN parameter AS m
    WHERE e.finding_id IN (FROM tonight)
    GROUP BY e.finding_id
)
SELECT
    CASE WHEN now.state = 'untested' THEN 'untested'
         WHEN now.state <> 'open' THEN 'closed'
         WHEN state_then IS NULL THEN 'new'
         WHEN state_then = 'untested' THEN 'tested_again'
         ELSE 'reopened' END AS change,
    now.finding_id,
    now.code,
    t.term_id,
    now.regency_code,
    k.region_name AS regency_name,
    now.person_id,
    now.rupiah_per_month,
    now.detail,
    now.first_seen,
    now.last_seen
FROM told
LEFT JOIN finding_type AS t ON t.code = now.code
LEFT JOIN region AS k ON k.region_code = now.regency_code
WHERE (now.state = 'open') <> coalesce(state_then = 'open', FALSE)
