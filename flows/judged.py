"""What officers' decisions do in a night: which of them stand, the labels for the linker, the findings they settle."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.decisions import read_decisions
from flows.parameter import fresh_table
from flows.person_events import SQL_FOLDER
from schemas.finding_values import FINDING_VALUES
from schemas.verdicts import VERDICTS

VERDICT = "CREATE OR REPLACE TEMP TABLE verdict (verdict VARCHAR, stance VARCHAR, settles BOOLEAN, same BOOLEAN)"
# A later verdict of the same officer on the same finding takes the place of the earlier one, and one that overrules
# takes that of everybody's. Of what is left, verdicts of two stances on one question (about the finding with the same
# values, or about the people) contradict each other, and none has effect.
STANDING = """
CREATE OR REPLACE TEMP TABLE standing AS
WITH later AS (
    SELECT s.*, v.stance, v.same, max(n) FILTER (overrules) OVER (PARTITION BY finding_id) AS last_word,
           lead(decision_id) OVER (PARTITION BY finding_id, author ORDER BY n) AS own,
           arg_max(decision_id, n) FILTER (overrules) OVER (PARTITION BY finding_id) AS overruled_by
    FROM store AS s JOIN verdict AS v USING (verdict)
), placed AS (
    SELECT *, CASE WHEN n < last_word THEN overruled_by ELSE own END AS superseded_by,
           CASE WHEN same IS NULL THEN values_digest END AS question
    FROM later
), left_over AS (
    SELECT *, superseded_by IS NULL AND coalesce(valid_until >= $as_of, TRUE) AS holds FROM placed
)
SELECT * EXCLUDE (holds, question, last_word, own, overruled_by),
       CASE WHEN superseded_by IS NOT NULL THEN 'superseded'
            WHEN NOT holds THEN 'lapsed'
            WHEN count(DISTINCT stance) FILTER (holds) OVER (
                PARTITION BY finding_id, same IS NULL, question) > 1 AND stance IS NOT NULL THEN 'conflict'
            ELSE 'stands' END AS state
FROM left_over
"""
# Of the records that have a side's key, or else its short key, those with most of NIK, name and birth date as they
# were; none where all three are others: the row is of somebody else now.
RECOGNISED = """
CREATE OR REPLACE TEMP TABLE recognised AS
WITH side AS (
    SELECT DISTINCT side, string_split(side, '|') AS part
    FROM (SELECT unnest(left_sides) AS side FROM standing UNION SELECT unnest(right_sides) FROM standing)
), told AS (
    SELECT record_id, record_key_of(source, owner_code, source_key, nik, name_std, birth_date)::VARCHAR AS key,
           record_key_short_of(source, owner_code, source_key, nik, nik_status)::VARCHAR AS short,
           [md5_number_lower('nik|' || nik)::VARCHAR, md5_number_lower('name|' || name_std)::VARCHAR,
            md5_number_lower('birth|' || birth_date::VARCHAR)::VARCHAR] AS facts
    FROM record
), found AS (
    SELECT side, record_id, 1 AS means, facts, part FROM side JOIN told ON key = part[1]
    UNION ALL
    SELECT side, record_id, 2 AS means, facts, part FROM side JOIN told ON short = part[2] AND part[2] <> ''
), weighed AS (
    SELECT side, record_id, means,
           (facts[1] IS NOT DISTINCT FROM part[3])::INTEGER + (facts[2] IS NOT DISTINCT FROM part[4])::INTEGER
           + (facts[3] IS NOT DISTINCT FROM part[5])::INTEGER AS alike
    FROM found
)
SELECT side, record_id FROM weighed WHERE alike > 0
QUALIFY rank() OVER (PARTITION BY side ORDER BY means, alike DESC) = 1
"""
# How a record is known again, of a published database; the other half of RECOGNISED.
SIDE = """concat_ws('|', k.record_key::VARCHAR, coalesce(k.record_key_short::VARCHAR, ''),
    coalesce(md5_number_lower('nik|' || r.nik)::VARCHAR, ''), coalesce(md5_number_lower('name|' || r.name_std)::VARCHAR,
    ''), coalesce(md5_number_lower('birth|' || r.birth_date::VARCHAR)::VARCHAR, ''))"""
PAIRS = """
CREATE OR REPLACE TEMP TABLE decided_pair AS
SELECT DISTINCT d.decision_id, d.n, d.same, d.state, l.record_id AS left_record_id, r.record_id AS right_record_id
FROM (SELECT decision_id, n, same, state, unnest(left_sides) AS left_side, unnest(right_sides) AS right_side
      FROM standing WHERE same IS NOT NULL) AS d
JOIN recognised AS l ON l.side = d.left_side JOIN recognised AS r ON r.side = d.right_side
WHERE l.record_id <> r.record_id
"""
FILL = """
INSERT INTO decision BY NAME
SELECT s.* EXCLUDE (n, stance, same, left_sides, right_sides), p.left_record_ids, p.right_record_ids
FROM standing AS s LEFT JOIN (
    SELECT decision_id, list(left_record_id ORDER BY left_record_id, right_record_id) AS left_record_ids,
           list(right_record_id ORDER BY left_record_id, right_record_id) AS right_record_ids
    FROM decided_pair GROUP BY decision_id
) AS p USING (decision_id) ORDER BY n
"""
LABELS = """
SELECT left_record_id, right_record_id, same FROM decided_pair WHERE state = 'stands'
ORDER BY n, left_record_id, right_record_id
"""


def take_decisions(con: duckdb.DuckDBPyConnection, folder: Path, as_of: date) -> pl.DataFrame | None:
    """Fill the table `decision` of the work database and give the labels for the linker; needs `record`.

    The labels: `left_record_id, right_record_id: Int64, same: Boolean`, oldest decision first; None without any.
    Raises PadanError when the decisions cannot be read.
    """
    fresh_table(con, "decision")
    decisions = read_decisions(folder)
    if not decisions.height:
        return None
    _stand(con, decisions, as_of)
    con.execute((SQL_FOLDER / "record_key.sql").read_text(encoding="utf-8"))
    for statement in (RECOGNISED, PAIRS, FILL):
        con.execute(statement)
    labels: pl.DataFrame = con.sql(LABELS).pl()
    for table in ("standing", "recognised", "decided_pair", "verdict"):
        con.execute(f"DROP TABLE temp.{table}")
    return labels if labels.height else None


def standing_of(decisions: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The decisions (`read_decisions`) with `state` and `superseded_by`, as far as decisions alone tell."""
    with duckdb.connect() as con:
        _stand(con, decisions, as_of)
        found: pl.DataFrame = con.sql("FROM standing ORDER BY n").pl()
        return found


def _stand(con: duckdb.DuckDBPyConnection, decisions: pl.DataFrame, as_of: date) -> None:
    """Fill the temporary tables `verdict` and `standing`."""
    _verdicts(con)
    con.register("store", decisions.with_row_index("n"))
    con.execute(STANDING, {"as_of": as_of})
    con.unregister("store")


def _verdicts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(VERDICT)
    rows = [(verdict.code, verdict.stance, verdict.settles, verdict.same) for verdict in VERDICTS]
    con.executemany("INSERT INTO verdict VALUES (?, ?, ?, ?)", rows)


# --- findings --------------------------------------------------------------------------------------------------------

# Files have come again since a decision when the deciding records stand in other bytes now.
FILES = """
SELECT f.finding_id, CASE WHEN count(*) = count(s.sha256)
    THEN md5(string_agg(DISTINCT s.sha256, '|' ORDER BY s.sha256)) END AS files_digest
FROM (SELECT finding_id, unnest(record_ids) AS record_id FROM $findings) AS f
JOIN record AS r USING (record_id)
LEFT JOIN source_file AS s ON s.source = r.source AND s.file = r.file AND s.owner_code IS NOT DISTINCT FROM r.owner_code
    AND s.run_id = (SELECT run_id FROM parameter)
GROUP BY f.finding_id
"""
DECIDED = (
    "(SELECT * FROM night SEMI JOIN (FROM decision WHERE state IN ('stands', 'conflict')) USING (finding_id) "
    "WHERE night.state = 'open')"
)
LAPSE = f"""
CREATE OR REPLACE TEMP TABLE found_values AS
SELECT finding_id, values_digest, files_digest
FROM ({FINDING_VALUES.replace("$findings", DECIDED)}) LEFT JOIN ({FILES.replace("$findings", DECIDED)})
USING (finding_id);
UPDATE decision SET state = 'lapsed'
FROM found_values AS f, verdict AS v
WHERE f.finding_id = decision.finding_id AND v.verdict = decision.verdict AND v.same IS NULL
  AND decision.state IN ('stands', 'conflict') AND f.values_digest <> decision.values_digest;
"""
JUDGED = """
CREATE OR REPLACE TEMP TABLE judged AS
SELECT DISTINCT ON (finding_id) finding_id,
    CASE WHEN d.state = 'conflict' THEN 'conflict'
         WHEN d.verdict = 'corrected' AND d.files_digest <> f.files_digest THEN 'still_there'
         ELSE d.verdict END AS verdict,
    CASE WHEN d.state = 'stands' THEN d.decision_id END AS decision_id,
    d.state = 'stands' AND v.settles AS settled
FROM decision AS d JOIN found_values AS f USING (finding_id) JOIN verdict AS v ON v.verdict = d.verdict
WHERE d.state IN ('stands', 'conflict')
ORDER BY finding_id, d.state = 'conflict' DESC, v.settles DESC, v.stance IS NOT NULL DESC, d.decided_on DESC,
    d.rowid DESC
"""
SETTLE = """
UPDATE night SET state = 'settled'
FROM judged WHERE judged.finding_id = night.finding_id AND judged.settled AND night.state = 'open'
"""


def judge_findings(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the temporary table `judged` (finding_id, verdict, decision_id, settled) for what was found and decided on.

    What is settled is marked in the temporary table `night` (schemas/history/life.sql).

    Needs night, record, decision, parameter and source_file. A decision on values that are others by now lapses.
    """
    _verdicts(con)
    con.execute(LAPSE)
    con.execute(JUDGED)
    con.execute(SETTLE)
    for table in ("found_values", "verdict"):
        con.execute(f"DROP TABLE temp.{table}")


# --- what a verdict is about, at the time of reading back ------------------------------------------------------------

# The pairs that a verdict about people decides: all those across two people, or the only two records of one.
ASKED = f"""
WITH f AS (
    FROM finding SEMI JOIN asked USING (finding_id)
), member AS (
    SELECT d.finding_id, k.record_id, k.person_id
    FROM (SELECT finding_id, unnest(record_ids) AS record_id FROM f) AS d JOIN link AS k USING (record_id)
), people AS (
    SELECT finding_id, count(DISTINCT person_id) AS people, count(*) AS records FROM member GROUP BY finding_id
), every AS (
    FROM member
    UNION
    SELECT m.finding_id, k.record_id, k.person_id
    FROM member AS m JOIN people AS p USING (finding_id) JOIN link AS k ON k.person_id = m.person_id
    JOIN record AS r ON r.record_id = k.record_id
    WHERE p.people = 2 AND r.source <> 'bpjs_kesehatan_bill'
), side AS (
    SELECT e.finding_id, e.record_id, e.person_id, {SIDE} AS side
    FROM every AS e JOIN link AS k USING (record_id) JOIN record AS r USING (record_id)
), pairs AS (
    SELECT a.finding_id, list(a.side ORDER BY a.record_id, b.record_id) AS left_sides,
           list(b.side ORDER BY a.record_id, b.record_id) AS right_sides
    FROM side AS a JOIN side AS b ON a.finding_id = b.finding_id AND a.record_id < b.record_id
    JOIN people AS p ON p.finding_id = a.finding_id
    WHERE (p.people = 2 AND a.person_id <> b.person_id) OR (p.people = 1 AND p.records = 2)
    GROUP BY a.finding_id
)
SELECT f.finding_id, f.code, f.state, v.values_digest, s.files_digest, coalesce(p.left_sides, []) AS left_sides,
       coalesce(p.right_sides, []) AS right_sides
FROM f LEFT JOIN ({FINDING_VALUES.replace("$findings", "f")}) AS v USING (finding_id)
LEFT JOIN ({FILES.replace("$findings", "f")}) AS s USING (finding_id) LEFT JOIN pairs AS p USING (finding_id)
"""


def findings_asked(con: duckdb.DuckDBPyConnection, asked: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Of a published database, the findings in `asked` (`finding_id`) by their id.

    Each: `code, state, values_digest, files_digest, left_sides, right_sides`; the sides are the pairs that a verdict
    about people decides.
    """
    con.register("asked", asked)
    try:
        # A row a finding that an officer wrote a verdict for.
        return {row["finding_id"]: row for row in con.sql(ASKED).pl().iter_rows(named=True)}
    finally:
        con.unregister("asked")
