-- A finding's life tonight: what was found beside what stood.
--
-- found, not known: opened. Found, closed before: reopened, under the same finding_id and first_seen. Found, untested before:
-- open again, without having been closed. Not found: closed, when its test was whole; untested where it was not: the class cannot
-- be tested, the regency sent nothing that the class needs, or a register in which the finding was seen did not come.
-- A class may be testable though one of several registers did not come (`needs` with |): what was found in that register is not
-- closed then. Where the registers are not known, all kinds of the class must be there.
--
-- What officers settled by a decision is found and marked afterwards (flows.judged): `settled` in place of `open`.
--
-- Reads found, placed, unreached, present (kind), record, finding_type, parameter; makes night: each finding as it was
-- (state_before, null when it was not known) and as it is.
CREATE OR REPLACE TEMP TABLE seen AS
SELECT key, list(register ORDER BY register) AS registers
FROM (
    SELECT DISTINCT key, register FROM (SELECT key, unnest(record_ids) AS record_id FROM found) JOIN record USING (record_id)
    WHERE register IS NOT NULL
)
GROUP BY key;

CREATE OR REPLACE TEMP TABLE night AS
WITH class AS (
    SELECT code, severity, testable, regexp_split_to_array(needs, '[|, ]+') AS kinds FROM finding_type
), evidence AS (
    SELECT finding_id, code, unnest(registers) AS register FROM placed ANTI JOIN found USING (key)
    WHERE state <> 'closed' AND NOT absorbed
), lost AS (
    SELECT DISTINCT finding_id
    FROM (SELECT *, split_part(register, ':', 1) AS source FROM evidence) JOIN class USING (code)
    ANTI JOIN (SELECT DISTINCT register FROM record) USING (register)
    WHERE list_contains(kinds, source)
      AND (source IN (SELECT source FROM record) OR source NOT IN (FROM present))
), beside AS (
    SELECT
        coalesce(p.finding_id, CASE WHEN f.key IN (SELECT finding_id FROM placed)
                                    THEN hashed_finding_id(concat_ws('|', f.key, m.as_of)) ELSE f.key END) AS finding_id,
        coalesce(f.code, p.code) AS code,
        f.key IS NOT NULL AS is_found,
        p.state AS state_before,
        p.moved_by,
        p.person_before,
        p.absorbed,
        coalesce(f.person_id, p.person_id) AS person_id,
        coalesce(f.discriminator, p.discriminator) AS discriminator,
        f.record_ids,
        CASE WHEN is_found THEN coalesce(s.registers, []) ELSE p.registers END AS registers,
        CASE WHEN is_found THEN f.owner_code ELSE p.owner_code END AS owner_code,
        CASE WHEN is_found THEN f.regency_code ELSE p.regency_code END AS regency_code,
        CASE WHEN is_found THEN f.village_code ELSE p.village_code END AS village_code,
        CASE WHEN is_found THEN class.severity ELSE p.severity END AS severity,
        CASE WHEN is_found THEN f.rupiah_per_month ELSE p.rupiah_per_month END AS rupiah_per_month,
        CASE WHEN is_found THEN f.detail ELSE p.detail END AS detail,
        p.rupiah_per_month IS DISTINCT FROM f.rupiah_per_month OR p.detail IS DISTINCT FROM f.detail
            OR p.owner_code IS DISTINCT FROM f.owner_code OR p.regency_code IS DISTINCT FROM f.regency_code
            OR p.village_code IS DISTINCT FROM f.village_code OR p.severity IS DISTINCT FROM class.severity
            OR p.registers IS DISTINCT FROM coalesce(s.registers, []) AS differs,
        CASE WHEN is_found THEN 'open'
             WHEN p.state = 'closed' OR p.absorbed OR class.code IS NULL THEN 'closed'
             WHEN NOT class.testable OR u.code IS NOT NULL OR p.finding_id IN (FROM lost) THEN 'untested'
             WHEN p.person_id IS NULL OR len(p.registers) > 0 THEN 'closed'
             WHEN list_has_all((SELECT list(kind) FROM present), class.kinds) THEN 'closed'
             ELSE 'untested' END AS state,
        p.first_seen, p.open_since, p.last_seen, p.closed_on, p.times_reopened,
        m.as_of
    FROM found AS f
    FULL JOIN placed AS p USING (key)
    CROSS JOIN parameter AS m
    LEFT JOIN seen AS s ON s.key = f.key
    LEFT JOIN class ON class.code = coalesce(f.code, p.code)
    LEFT JOIN unreached AS u ON u.code = p.code AND u.regency_code = p.owner_code
)
SELECT
    * EXCLUDE (first_seen, open_since, last_seen, closed_on, times_reopened, as_of),
    coalesce(first_seen, as_of) AS first_seen,
    CASE WHEN state = 'open' AND coalesce(state_before = 'closed', TRUE) THEN as_of ELSE open_since END AS open_since,
    CASE WHEN state = 'open' THEN as_of ELSE last_seen END AS last_seen,
    CASE WHEN state <> 'closed' THEN NULL WHEN state_before = 'closed' THEN closed_on ELSE as_of END AS closed_on,
    coalesce(times_reopened, 0) + (state = 'open' AND coalesce(state_before = 'closed', FALSE))::INTEGER AS times_reopened
FROM beside;
