-- Where last night's findings belong tonight: findings follow the persons, so that a new person_id closes and opens none.
--
-- 1. A person who was taken over by another hands every finding over to that one (moved: person, heir). Where the heir has
--    an open or untested one of the same class and discriminator, that one stands and the other is absorbed: it closes with
--    the cause person_merged. A closed one goes over only where the heir never had one.
-- 2. Of a person from whom another parted (parted: person, origin), a finding that is not found under the old id, though
--    newly under the new one, goes over to the new one.
-- A finding is recognised by its key (finding_key.sql), the same as in `found`.
--
-- Reads known, found, moved, parted; makes placed: last night's findings, with the key they have tonight. Without a key a
-- finding cannot be found again: the absorbed ones, and closed ones that another stands in front of.
CREATE OR REPLACE TEMP TABLE placed AS
WITH handed AS (
    SELECT k.*, m.heir IS NOT NULL OR d.heir IS NOT NULL AS moves,
           coalesce(m.heir, k.person_id) AS heir, coalesce(d.heir, k.discriminator) AS other
    FROM known AS k
    LEFT JOIN moved AS m ON m.person = k.person_id
    LEFT JOIN moved AS d ON d.person = k.discriminator
), ordered AS (
    -- a finding of two persons names the lower id first (ID12)
    SELECT * REPLACE (
        CASE WHEN moves AND regexp_full_match(other, 'P[0-9a-f]{13}') THEN least(heir, other) ELSE heir END AS heir,
        CASE WHEN moves AND regexp_full_match(other, 'P[0-9a-f]{13}') THEN greatest(heir, other) ELSE other END AS other
    )
    FROM handed
), keyed AS (
    SELECT *, finding_key_of(code, heir, other) AS key FROM ordered
), contested AS (
    SELECT key FROM keyed GROUP BY key HAVING count(*) > 1
), ranked AS (
    SELECT *, 1 AS place FROM keyed ANTI JOIN contested USING (key)
    UNION ALL
    SELECT *, row_number() OVER (
        PARTITION BY key ORDER BY state = 'closed', moves, last_seen DESC, first_seen, finding_id
    ) AS place
    FROM keyed SEMI JOIN contested USING (key)
)
SELECT
    * EXCLUDE (key, moves, heir, other, place, person_id, discriminator),
    CASE WHEN place = 1 THEN key END AS key,
    CASE WHEN place = 1 THEN heir ELSE person_id END AS person_id,
    CASE WHEN place = 1 THEN other ELSE discriminator END AS discriminator,
    person_id AS person_before,
    CASE WHEN moves AND place = 1 THEN 'person_merged' END AS moved_by,
    moves AND place > 1 AND state <> 'closed' AS absorbed
FROM ranked;

CREATE OR REPLACE TEMP TABLE followed AS
WITH lost AS (
    SELECT finding_id, code, person_id, discriminator FROM placed ANTI JOIN found USING (key)
    WHERE state <> 'closed' AND NOT absorbed
), fresh AS (
    SELECT key, code, person_id, discriminator FROM found ANTI JOIN placed USING (key)
), pairs AS (
    SELECT DISTINCT ON (lost.finding_id) lost.finding_id, fresh.key, fresh.person_id
    FROM lost
    JOIN parted ON parted.origin = lost.person_id
    JOIN fresh ON fresh.person_id = parted.person AND fresh.code = lost.code AND fresh.discriminator = lost.discriminator
    ORDER BY lost.finding_id, fresh.person_id
)
SELECT DISTINCT ON (key) finding_id, key, person_id FROM pairs ORDER BY key, finding_id;

UPDATE placed SET key = f.key, person_id = f.person_id, moved_by = 'person_split'
FROM followed AS f WHERE f.finding_id = placed.finding_id;
