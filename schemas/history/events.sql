-- What happened tonight, and why: one row a finding and event. The cause is the first that holds, in the order of the CASE.
--
-- Reads night, person, moved, parted, rules_changed (code), rows_changed (person_id), laid_beside (a row where
-- last night's rows could be compared with tonight's), parameter; fills finding_event.
INSERT INTO finding_event BY NAME
WITH happened AS (
    SELECT *, CASE
        WHEN state_before IS NULL THEN 'opened'
        WHEN state = 'settled' AND state_before <> 'settled' THEN 'settled'
        WHEN state = 'open' AND state_before = 'settled' THEN 'unsettled'
        WHEN state = 'open' AND state_before = 'closed' THEN 'reopened'
        WHEN state = 'open' AND state_before = 'untested' THEN 'tested_again'
        WHEN state IN ('open', 'settled') AND differs THEN 'changed'
        WHEN state = 'closed' AND state_before <> 'closed' THEN 'closed'
        WHEN state = 'untested' AND state_before IN ('open', 'settled') THEN 'untested'
        END AS event
    FROM night
), told AS (
    SELECT *, unnest(list_filter([CASE WHEN moved_by IS NOT NULL THEN 'moved' END, event], lambda x: x IS NOT NULL)) AS told
    FROM happened
    WHERE event IS NOT NULL OR moved_by IS NOT NULL
), merged AS (
    SELECT heir AS person_id FROM moved UNION SELECT person FROM moved
), split AS (
    SELECT person AS person_id FROM parted UNION SELECT origin FROM parted
)
SELECT
    m.run_id,
    m.as_of,
    t.finding_id,
    t.told AS event,
    CASE
        WHEN t.told = 'moved' THEN t.moved_by
        WHEN t.told IN ('settled', 'unsettled') THEN 'decision'
        WHEN t.told = 'untested' THEN 'source_absent'
        WHEN t.told = 'tested_again' THEN 'source_back'
        WHEN t.absorbed THEN 'person_merged'
        WHEN t.told = 'closed' AND t.code NOT IN (SELECT code FROM finding_type) THEN 'rule_changed'
        WHEN t.person_id IN (FROM merged) THEN 'person_merged'
        WHEN t.person_id IN (FROM split) THEN 'person_split'
        WHEN t.told = 'closed' AND t.person_id IS NOT NULL AND t.person_id NOT IN (SELECT person_id FROM person)
            THEN 'person_left'
        WHEN t.person_id IN (FROM rows_changed) THEN 'source'
        WHEN t.code IN (FROM rules_changed) THEN 'rule_changed'
        WHEN t.person_id IS NULL OR NOT EXISTS (FROM laid_beside) THEN 'source'
        ELSE 'other'
    END AS cause,
    t.code,
    t.person_id,
    CASE WHEN t.told = 'moved' THEN t.person_before END AS person_before,
    t.discriminator, t.registers, t.owner_code, t.regency_code, t.village_code, t.severity, t.rupiah_per_month, t.detail,
    t.first_seen, t.open_since, t.last_seen, t.closed_on, t.times_reopened, t.state
FROM told AS t
CROSS JOIN parameter AS m;
