-- The findings as they stood after the last run of a day, or of the last day before it that has one (id: temuan per tanggal).
-- Columns as in finding, without record_ids, verdict and decision_id; closed ones never leave. is_primary and the action are by the classes as they are declared now.
CREATE MACRO {catalog}findings_as_of(day) AS TABLE
WITH RECURSIVE chain(run_id, history_from, as_of, step) AS (
    (SELECT run_id, history_from, as_of, 0 FROM run WHERE as_of <= day::DATE
     ORDER BY as_of DESC, finished_at DESC, run_id DESC LIMIT 1)
    UNION ALL
    SELECT r.run_id, r.history_from, r.as_of, step + 1 FROM chain JOIN run AS r ON r.run_id = chain.history_from
)
SELECT * FROM (
{known}
)
