-- What became of the findings since the night in then_{since}: both nights beside each other, by finding_id, counted by the
-- regency of then where it is about then, by the regency of tonight where it is about tonight.
INSERT INTO finding_change BY NAME
WITH now AS (
    SELECT night.finding_id, night.code, night.regency_code, night.state, night.rupiah_per_month, finding.is_primary
    FROM night LEFT JOIN finding USING (finding_id)
), both_nights AS (
    SELECT t.finding_id IS NOT NULL AS was_there, t.code AS code_then, t.regency_code AS then_in, t.state AS state_then,
           t.is_primary AS primary_then, t.rupiah_per_month AS rupiah_then,
           n.code AS code_now, n.regency_code AS now_in, coalesce(n.state, 'closed') AS state_now, n.is_primary AS primary_now,
           n.rupiah_per_month AS rupiah_now, t.regency_code IS DISTINCT FROM n.regency_code AS elsewhere
    FROM then_{since} AS t FULL JOIN now AS n USING (finding_id)
    WHERE t.state = 'open' OR n.state = 'open'
), counted AS (
    SELECT then_in AS regency_code, code_then AS code,
           count(*) AS open_before,
           count(*) FILTER (state_now IN ('closed', 'settled')) AS closed,
           count(*) FILTER (state_now = 'untested') AS became_untested,
           count(*) FILTER (state_now = 'open' AND elsewhere) AS went,
           sum(rupiah_then) FILTER (primary_then) AS rupiah_before,
           0 AS opened, 0 AS reopened, 0 AS tested_again, 0 AS came, 0 AS open_now, 0 AS rupiah_now
    FROM both_nights WHERE state_then = 'open'
    GROUP BY ALL
    UNION ALL BY NAME
    SELECT now_in AS regency_code, code_now AS code,
           count(*) FILTER (NOT was_there) AS opened,
           count(*) FILTER (state_then IN ('closed', 'settled')) AS reopened,
           count(*) FILTER (state_then = 'untested') AS tested_again,
           count(*) FILTER (state_then = 'open' AND elsewhere) AS came,
           count(*) AS open_now,
           sum(rupiah_now) FILTER (primary_now) AS rupiah_now
    FROM both_nights WHERE state_now = 'open'
    GROUP BY ALL
)
SELECT
    d.since,
    d.as_of AS since_as_of,
    c.regency_code,
    c.code,
    coalesce(sum(open_before), 0) AS open_before,
    coalesce(sum(opened), 0) AS opened,
    coalesce(sum(reopened), 0) AS reopened,
    coalesce(sum(tested_again), 0) AS tested_again,
    coalesce(sum(came), 0) AS came,
    coalesce(sum(closed), 0) AS closed,
    coalesce(sum(became_untested), 0) AS became_untested,
    coalesce(sum(went), 0) AS went,
    coalesce(sum(open_now), 0) AS open_now,
    coalesce(sum(rupiah_before), 0) AS rupiah_before,
    coalesce(sum(rupiah_now), 0) AS rupiah_now
FROM counted AS c JOIN then_day AS d ON d.since = '{since}'
GROUP BY d.since, d.as_of, c.regency_code, c.code
ORDER BY c.regency_code, c.code;
