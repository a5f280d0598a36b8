-- Which of the day's events of findings follow from a mass change: those of its persons, of classes that read its kind of
-- extract. Of several the one with the most rows counts. The day's earlier runs have told theirs already (day_event).
UPDATE finding_event SET mass_change_id = chosen.mass_change_id
FROM (
    WITH class AS (
        SELECT code, unnest(list_distinct(list_transform(regexp_split_to_array(needs, '[|, ]+'), lambda x: split_part(x, '.', 1))))
            AS source
        FROM finding_type
    )
    SELECT e.finding_id, arg_max(r.mass_change_id, (m.records, r.mass_change_id)) AS mass_change_id
    FROM finding_event AS e
    JOIN class USING (code)
    JOIN (SELECT DISTINCT mass_change_id, source, person_id FROM mass_row) AS r USING (source, person_id)
    JOIN mass_change AS m ON m.mass_change_id = r.mass_change_id
    WHERE e.cause NOT IN ('source_absent', 'source_back')
    GROUP BY e.finding_id
) AS chosen
WHERE chosen.finding_id = finding_event.finding_id;

UPDATE mass_change SET findings_opened = counted.opened, findings_closed = counted.closed, findings_changed = counted.changed
FROM (
    SELECT mass_change_id,
           count(DISTINCT finding_id) FILTER (event IN ('opened', 'reopened')) AS opened,
           count(DISTINCT finding_id) FILTER (event = 'closed') AS closed,
           count(DISTINCT finding_id) FILTER (event = 'changed') AS changed
    FROM (SELECT finding_id, event, mass_change_id FROM finding_event UNION ALL BY NAME FROM day_event)
    WHERE mass_change_id IS NOT NULL
    GROUP BY mass_change_id
) AS counted
WHERE counted.mass_change_id = mass_change.mass_change_id;
