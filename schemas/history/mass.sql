-- Mass changes of the senders in row_change: so many rows ({records}) and such a share ({share}) of a sender's, or else of a
-- sender's rows in one regency, that left, came or changed in one column.
--
-- regency_code is told where the change concerns one regency of several. from_value and to_value are those that more than
-- half of the changed rows have in common.
-- Reads row_change, row_count, altered, parameter; fills mass_change and mass_row (mass_change_id, source, person_id).
CREATE OR REPLACE TEMP TABLE happening AS
SELECT register, regency_code, kind, NULL::VARCHAR AS column_name, NULL::VARCHAR AS from_value, NULL::VARCHAR AS to_value,
       person_id
FROM row_change WHERE kind <> 'changed'
UNION ALL
SELECT register, regency_code, 'changed', column_name, from_value, to_value, person_id FROM altered;

CREATE OR REPLACE TEMP TABLE mass AS
WITH part AS (
    SELECT register, regency_code, kind, column_name, count(*) AS records
    FROM happening GROUP BY ALL
), size AS (
    SELECT c.register, c.regency_code, c.rows_before, c.rows_now,
           c.rows_before - count(r.register) FILTER (r.kind = 'gone') AS rows_both
    FROM row_count AS c LEFT JOIN row_change AS r
        ON r.register = c.register AND r.regency_code IS NOT DISTINCT FROM c.regency_code
    GROUP BY c.register, c.regency_code, c.rows_before, c.rows_now
), whole AS (
    SELECT register, sum(rows_before) AS rows_before, sum(rows_now) AS rows_now, sum(rows_both) AS rows_both,
           count(*) AS places
    FROM size GROUP BY register
), everywhere AS (
    SELECT p.register, p.kind, p.column_name, sum(p.records) AS records, count(*) AS places,
           any_value(p.regency_code) AS only_place,
           CASE p.kind WHEN 'gone' THEN any_value(w.rows_before) WHEN 'new' THEN any_value(w.rows_now)
                       ELSE any_value(w.rows_both) END AS compared,
           any_value(w.places) AS all_places
    FROM part AS p JOIN whole AS w USING (register)
    GROUP BY p.register, p.kind, p.column_name
), marked AS (
    SELECT *, records >= {records} AND records >= {share} * compared AS is_mass FROM everywhere
), somewhere AS (
    SELECT p.register, p.regency_code, p.kind, p.column_name, p.records,
           CASE p.kind WHEN 'gone' THEN s.rows_before WHEN 'new' THEN s.rows_now ELSE s.rows_both END AS compared
    FROM part AS p
    JOIN size AS s ON s.register = p.register AND s.regency_code IS NOT DISTINCT FROM p.regency_code
    JOIN marked AS m ON m.register = p.register AND m.kind = p.kind
        AND m.column_name IS NOT DISTINCT FROM p.column_name
    WHERE NOT m.is_mass AND p.regency_code IS NOT NULL
)
SELECT register, kind, column_name, records, compared, TRUE AS in_all,
       CASE WHEN places = 1 AND all_places > 1 THEN only_place END AS regency_code
FROM marked WHERE is_mass
UNION ALL
SELECT register, kind, column_name, records, compared, FALSE, regency_code
FROM somewhere WHERE records >= {records} AND records >= {share} * compared;

INSERT INTO mass_row
SELECT 'M' || left(md5(concat_ws('|', p.as_of, m.register, m.regency_code, m.kind, m.column_name)), 15),
       split_part(m.register, ':', 1), h.person_id
FROM mass AS m
CROSS JOIN parameter AS p
JOIN happening AS h ON h.register = m.register AND h.kind = m.kind AND h.column_name IS NOT DISTINCT FROM m.column_name
    AND (m.in_all OR h.regency_code = m.regency_code);

INSERT INTO mass_change BY NAME
WITH told AS (
    SELECT *, 'M' || left(md5(concat_ws('|', as_of, register, regency_code, kind, column_name)), 15) AS mass_change_id
    FROM mass CROSS JOIN parameter
), swapped AS (
    SELECT t.mass_change_id, h.from_value, h.to_value, count(*) AS n
    FROM told AS t
    JOIN happening AS h ON h.register = t.register AND h.kind = t.kind AND h.column_name IS NOT DISTINCT FROM t.column_name
        AND (t.in_all OR h.regency_code = t.regency_code)
    GROUP BY ALL
), most AS (
    SELECT mass_change_id, arg_max(struct_pack(f := from_value, t := to_value), n) AS pair
    FROM swapped GROUP BY mass_change_id HAVING 2 * max(n) > sum(n)
)
SELECT
    t.run_id,
    t.mass_change_id,
    {since} AS since,
    split_part(t.register, ':', 1) AS source,
    nullif(split_part(t.register, ':', 2), '') AS owner_code,
    t.regency_code,
    t.kind,
    t.column_name,
    most.pair.f AS from_value,
    most.pair.t AS to_value,
    t.records,
    (SELECT count(DISTINCT person_id) FROM mass_row AS r WHERE r.mass_change_id = t.mass_change_id) AS people,
    t.compared,
    t.records / t.compared AS share,
    0 AS findings_opened,
    0 AS findings_closed,
    0 AS findings_changed
FROM told AS t LEFT JOIN most USING (mass_change_id)
ORDER BY t.records DESC, mass_change_id;
