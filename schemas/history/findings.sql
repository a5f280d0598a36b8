-- The table finding: what is open, settled or untested, and what closed within $closed_days days.
-- One primary finding a person, so that money is counted once; a finding of no person is one by itself, but for those of
-- files (SB), which are of no money.
INSERT INTO finding BY NAME
SELECT
    n.finding_id,
    n.code,
    n.state = 'open' AND NOT starts_with(n.code, 'SB') AND row_number() OVER (
        PARTITION BY n.state = 'open', coalesce(n.person_id, n.finding_id)
        ORDER BY t.precedence, n.rupiah_per_month DESC, n.finding_id
    ) = 1 AS is_primary,
    n.person_id,
    n.discriminator,
    coalesce(n.record_ids, []) AS record_ids,
    n.registers,
    n.owner_code,
    n.regency_code,
    n.village_code,
    n.severity,
    t.actor,
    t.action,
    n.rupiah_per_month,
    n.detail,
    n.first_seen,
    n.open_since,
    n.last_seen,
    n.closed_on,
    n.times_reopened,
    n.state,
    j.verdict,
    j.decision_id
FROM night AS n
JOIN finding_type AS t USING (code)
LEFT JOIN judged AS j USING (finding_id)
CROSS JOIN parameter AS m
WHERE n.state <> 'closed' OR n.closed_on >= m.as_of - $closed_days::INTEGER
