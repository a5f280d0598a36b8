-- What became of the persons' identifiers in this run, and why: the one stated rule.
--
-- event
--   merge: an old id of which records live on, though no one carries it; it went to the entity with most of its records.
--   split: a new id for an entity whose records belonged to someone who lives on under the old id.
--   new: an id that was not there, of records that belonged to nobody. gone: an id that is there no more, nor its records.
-- cause: the rows of the persons concerned, last night's and tonight's, are laid side by side.
--   record_new: a row that neither of its keys (schemas/people/keys.sql) knows from last night.
--   record_changed: a row that a key knows, but whose compared values (the columns of the linkage spec) are others, or
--     whose key is.
--   record_gone: a row of last night that neither key finds again.
--   evidence: no such row: the same records with the same values, judged otherwise (another model, other rows, a decision).
-- Where several rows come into question, the first of this order is the cause:
--   1. a row at the joint before any other. At the joint of a merge: the row and those it is linked to by tonight's pairs
--      come from both persons; of a split: the row and those it was linked to by last night's pairs went to both.
--   2. merge, new: record_new, record_changed, record_gone; split, gone: record_gone, record_changed, record_new.
--   3. the lowest record_id.
-- record_id: tonight's record behind it: the new or changed one; with `evidence` the first that changed hands. Null when
--   the record left. source, file and source_row say where it stands, or stood last night when it left.
--
-- Reads vote, identity, entity, keyed, pair, parameter, record, previous_link (with record_id), and the temporary views
-- compared_now and compared_before (record_id, source, file, source_row, content) and linked_before (left_record_id,
-- right_record_id); fills person_event.

CREATE OR REPLACE TEMP TABLE happened AS
WITH lost AS (
    SELECT DISTINCT person FROM previous_link ANTI JOIN identity USING (person)
), heir AS (
    SELECT DISTINCT ON (person) person, entity
    FROM vote JOIN entity USING (entity) SEMI JOIN lost USING (person)
    ORDER BY person, votes DESC, first_key, first_record
), fresh AS (
    -- rows of the same content have the same new ids each night: such an id is not new
    SELECT entity, person FROM identity ANTI JOIN previous_link USING (person) WHERE is_new
), origin AS (
    SELECT DISTINCT ON (entity) entity, person
    FROM vote SEMI JOIN fresh USING (entity)
    ORDER BY entity, votes DESC, person
), told AS (
    SELECT 'merge' AS event, heir.entity, identity.person, lost.person AS other
    FROM lost JOIN heir USING (person) JOIN identity ON identity.entity = heir.entity
    UNION ALL
    SELECT 'gone', NULL, lost.person, NULL FROM lost ANTI JOIN heir USING (person)
    UNION ALL
    SELECT CASE WHEN origin.person IS NULL THEN 'new' ELSE 'split' END, fresh.entity, fresh.person, origin.person
    FROM fresh LEFT JOIN origin USING (entity)
)
SELECT row_number() OVER (ORDER BY event, person, other) AS happening, * FROM told;

-- whose rows of last night, and which entities' rows of tonight, are laid side by side
CREATE OR REPLACE TEMP TABLE concerned_before AS
SELECT happening, person FROM happened WHERE event IN ('merge', 'gone')
UNION
SELECT happening, other FROM happened WHERE event IN ('merge', 'split');

CREATE OR REPLACE TEMP TABLE concerned_now AS
SELECT happening, entity FROM happened WHERE event <> 'gone'
UNION
SELECT happening, identity.entity FROM happened JOIN identity ON identity.person = other WHERE event = 'split';

CREATE OR REPLACE TEMP TABLE row_now AS
SELECT record_id, entity, record_key, record_key_short FROM keyed SEMI JOIN concerned_now USING (entity);

CREATE OR REPLACE TEMP TABLE row_before AS
SELECT record_id, person, record_key, record_key_short FROM previous_link SEMI JOIN concerned_before USING (person);

-- which rows of last night a row of tonight is, and the other way round: by the first key, else by the short one among the
-- rows that the first key leaves without a counterpart
CREATE OR REPLACE TEMP TABLE came AS
WITH by_key AS (
    SELECT n.record_id, p.record_id AS earlier, p.person, TRUE AS whole
    FROM row_now AS n JOIN previous_link AS p USING (record_key)
), by_short AS (
    SELECT n.record_id, p.record_id AS earlier, p.person, p.record_key
    FROM row_now AS n ANTI JOIN by_key USING (record_id) JOIN previous_link AS p USING (record_key_short)
)
FROM by_key
UNION ALL
SELECT record_id, earlier, person, FALSE FROM by_short ANTI JOIN keyed USING (record_key);

CREATE OR REPLACE TEMP TABLE went AS
WITH by_key AS (
    SELECT p.record_id AS earlier, n.record_id, n.entity FROM row_before AS p JOIN keyed AS n USING (record_key)
), by_short AS (
    SELECT p.record_id AS earlier, n.record_id, n.entity, n.record_key
    FROM row_before AS p ANTI JOIN by_key ON by_key.earlier = p.record_id JOIN keyed AS n USING (record_key_short)
)
FROM by_key
UNION ALL
SELECT earlier, record_id, entity FROM by_short ANTI JOIN previous_link USING (record_key);

-- the rows that differ between the nights, with the entity of tonight or the person of last night
CREATE OR REPLACE TEMP TABLE differing_now AS
SELECT n.record_id, n.entity,
       CASE WHEN count(came.earlier) = 0 THEN 'record_new' ELSE 'record_changed' END AS cause
FROM row_now AS n
JOIN compared_now AS tonight USING (record_id)
LEFT JOIN came USING (record_id)
LEFT JOIN compared_before AS lately ON lately.record_id = came.earlier
GROUP BY n.record_id, n.entity
HAVING NOT coalesce(bool_or(whole AND coalesce(lately.content = tonight.content, TRUE)), FALSE);

CREATE OR REPLACE TEMP TABLE differing_before AS
SELECT row_before.record_id AS earlier, person FROM row_before ANTI JOIN went ON went.earlier = row_before.record_id;

-- each row with itself and the rows it is linked to, tonight and last night
CREATE OR REPLACE TEMP TABLE beside_now AS
SELECT record_id, record_id AS other FROM row_now
UNION ALL
SELECT left_record_id, right_record_id FROM pair SEMI JOIN row_now ON record_id = left_record_id WHERE outcome = 'link'
UNION ALL
SELECT right_record_id, left_record_id FROM pair SEMI JOIN row_now ON record_id = right_record_id WHERE outcome = 'link';

CREATE OR REPLACE TEMP TABLE beside_before AS
SELECT record_id AS earlier, record_id AS other FROM row_before
UNION ALL
SELECT left_record_id, right_record_id FROM linked_before SEMI JOIN row_before ON record_id = left_record_id
UNION ALL
SELECT right_record_id, left_record_id FROM linked_before SEMI JOIN row_before ON record_id = right_record_id;

CREATE OR REPLACE TEMP TABLE joint_before AS
SELECT happening, p.record_id AS earlier
FROM happened
JOIN identity AS stayed ON stayed.person = other
JOIN row_before AS p ON p.person = other
JOIN beside_before AS b ON b.earlier = p.record_id
JOIN went ON went.earlier = b.other
WHERE event = 'split'
GROUP BY happening, p.record_id
HAVING bool_or(went.entity = happened.entity) AND bool_or(went.entity = stayed.entity);

CREATE OR REPLACE TEMP TABLE joint_now AS
SELECT happening, n.record_id
FROM happened
JOIN row_now AS n USING (entity)
JOIN beside_now AS b USING (record_id)
JOIN came ON came.record_id = b.other
WHERE event = 'merge'
GROUP BY happening, n.record_id
HAVING bool_or(came.person = happened.person) AND bool_or(came.person = happened.other)
UNION
SELECT happening, went.record_id FROM joint_before JOIN went USING (earlier);

-- every row that may be the cause; where nothing differs, the first row that changed hands
CREATE OR REPLACE TEMP TABLE candidate AS
SELECT c.happening, d.cause, d.record_id, NULL::BIGINT AS earlier, joint_now.record_id IS NOT NULL AS at_joint
FROM concerned_now AS c
JOIN differing_now AS d USING (entity)
LEFT JOIN joint_now ON joint_now.happening = c.happening AND joint_now.record_id = d.record_id
UNION ALL
SELECT c.happening, 'record_gone', NULL, d.earlier, joint_before.earlier IS NOT NULL
FROM concerned_before AS c
JOIN differing_before AS d USING (person)
LEFT JOIN joint_before ON joint_before.happening = c.happening AND joint_before.earlier = d.earlier
UNION ALL
SELECT happening, 'evidence', min(n.record_id), NULL, FALSE
FROM happened JOIN row_now AS n USING (entity) JOIN came USING (record_id)
WHERE event <> 'merge' OR came.person = other
GROUP BY happening
UNION ALL
SELECT happening, 'evidence', NULL, min(p.record_id), FALSE
FROM happened JOIN row_before AS p USING (person)
WHERE event = 'gone'
GROUP BY happening;

INSERT INTO person_event BY NAME
WITH chosen AS (
    SELECT DISTINCT ON (happening) happening, cause, record_id, earlier
    FROM happened JOIN candidate USING (happening)
    ORDER BY happening, at_joint DESC,
             list_position(CASE WHEN event IN ('merge', 'new') THEN ['record_new', 'record_changed', 'record_gone', 'evidence']
                                ELSE ['record_gone', 'record_changed', 'record_new', 'evidence'] END, cause),
             record_id, earlier
)
SELECT parameter.run_id, event, printf('P%013x', person) AS person_id,
       CASE WHEN other IS NOT NULL THEN printf('P%013x', other) END AS other_person_id,
       cause, chosen.record_id,
       coalesce(tonight.source, lately.source) AS source,
       coalesce(tonight.file, lately.file) AS file,
       coalesce(tonight.source_row, lately.source_row) AS source_row
FROM happened
CROSS JOIN parameter
LEFT JOIN chosen USING (happening)
LEFT JOIN compared_now AS tonight ON tonight.record_id = chosen.record_id
LEFT JOIN compared_before AS lately ON lately.record_id = chosen.earlier
ORDER BY event, person_id, other_person_id;
