-- The findings as they stood after a run, from the events of the runs its history goes on from.
--
-- Reads finding_event, finding_type and the relation chain (run_id, as_of, step; step 0 is the run itself). Each event holds
-- the finding as it stood after its run, so the last one of a finding tells all; what is open or settled was last seen by the run itself.
-- Of the open findings of a person the one that stands first in precedence is the primary one.
WITH last_event AS (
    SELECT arg_min(e.rowid, step) AS place FROM {catalog}finding_event AS e JOIN {chain} AS chain USING (run_id)
    {only}
    GROUP BY finding_id
), stood AS (
    SELECT e.* FROM {catalog}finding_event AS e WHERE e.rowid IN (SELECT place FROM last_event)
)
SELECT
    s.finding_id,
    s.code,
    s.state = 'open' AND NOT starts_with(s.code, 'SB') AND row_number() OVER (
        PARTITION BY s.state = 'open', coalesce(s.person_id, s.finding_id)
        ORDER BY t.precedence, s.rupiah_per_month DESC, s.finding_id
    ) = 1 AS is_primary,
    s.person_id,
    s.discriminator,
    s.registers,
    s.owner_code,
    s.regency_code,
    s.village_code,
    s.severity,
    t.actor,
    t.action,
    s.rupiah_per_month,
    s.detail,
    s.first_seen,
    s.open_since,
    CASE WHEN s.state IN ('open', 'settled') THEN (SELECT as_of FROM {chain} WHERE step = 0) ELSE s.last_seen END AS last_seen,
    s.closed_on,
    s.times_reopened,
    s.state
FROM stood AS s
LEFT JOIN {catalog}finding_type AS t USING (code)
