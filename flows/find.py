"""Findings and indicators: run the declared SQL over the work database, and carry over what earlier runs saw.

A finding's life: first seen, open while it is found, closed when a whole test no longer finds it; while its sources
are not all there it is `untested`, because not found then says nothing. What an officer judged wrong or accepted is
`settled` while its values are the same (`flows.judged`).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.indicate import count_indicators
from flows.judged import judge_findings
from flows.parameter import fill_table, fresh_table
from flows.previous import attached, columns_of
from flows.scenarios import store_scenarios
from flows.staging import OTHER_TABLES
from schemas.findings import FindingType, load_finding_types
from schemas.tables import create_statement, load_tables

# What a province may lack, or a stage did not make: lists that are of no person, what findings of files (SB) read.
OF_FILES = ("source_file", "source_quality", "source_shift", "signed_total")
ABSENT = (*OTHER_TABLES.values(), *OF_FILES, "link_error", "decision")
FOUND = """
CREATE OR REPLACE TEMP TABLE found (
    finding_id VARCHAR, code VARCHAR, person_id VARCHAR, record_ids BIGINT[], owner_code VARCHAR,
    regency_code VARCHAR, village_code VARCHAR, rupiah_per_month BIGINT, detail VARCHAR, discriminator VARCHAR
)
"""
# person_id is null in a finding that is of no person: of a quota, a project, a file.
FINDING_ID = "'F' || left(md5(concat_ws('|', {code}, person_id, discriminator)), 15)"
RUN_ONE = f"""
INSERT INTO found BY NAME
SELECT {FINDING_ID.format(code="'{code}'")} AS finding_id, '{{code}}' AS code, *
FROM ({{query}})
"""
# One primary finding a person, so that money is counted once; a finding of no person is one by itself, but for those of
# files (SB), which are of no money.
OPEN = """
INSERT INTO finding BY NAME
SELECT
    found.* EXCLUDE (discriminator),
    NOT starts_with(found.code, 'SB') AND coalesce(judged.state, 'open') = 'open' AND row_number() OVER (
        PARTITION BY coalesce(found.person_id, found.finding_id), coalesce(judged.state, 'open')
        ORDER BY precedence, found.rupiah_per_month DESC, found.finding_id
    ) = 1 AS is_primary,
    t.severity,
    t.actor,
    t.action,
    least($as_of, coalesce(earlier.first_seen, $as_of)) AS first_seen,
    $as_of AS last_seen,
    coalesce(judged.state, 'open') AS state,
    judged.verdict,
    judged.decision_id
FROM found
JOIN finding_type AS t USING (code)
LEFT JOIN judged ON judged.finding_id = found.finding_id
LEFT JOIN earlier ON earlier.finding_id = found.finding_id
ORDER BY found.finding_id
"""
EARLIER = """
CREATE OR REPLACE TEMP TABLE earlier AS
SELECT finding_id, code, person_id, owner_code, regency_code, village_code, severity, actor, action, rupiah_per_month,
       detail, first_seen, last_seen, state
FROM {catalog}finding
"""
# The registers in which a finding was seen; none for one that has been untested for longer.
EVIDENCE = """
CREATE OR REPLACE TEMP TABLE evidence AS
SELECT DISTINCT finding_id, code, source, register
FROM (SELECT finding_id, code, unnest(record_ids) AS record_id FROM {catalog}finding)
JOIN {catalog}record USING (record_id)
WHERE register IS NOT NULL
"""
# A class may be testable though one of several registers did not come (`needs` with |): what was found in that register
# is not closed then. Where the registers are no longer known, all kinds of the class must be there again.
NOT_FOUND = """
INSERT INTO finding BY NAME
WITH class AS (
    SELECT code, testable, regexp_split_to_array(needs, '[|, ]+') AS kinds FROM finding_type
), lost AS (
    SELECT DISTINCT finding_id
    FROM evidence JOIN class USING (code) ANTI JOIN (SELECT DISTINCT register FROM record) USING (register)
    WHERE list_contains(kinds, source)
      AND (source IN (SELECT source FROM record) OR NOT list_contains($present, source))
)
SELECT
    earlier.* EXCLUDE (state),
    FALSE AS is_primary,
    []::BIGINT[] AS record_ids,
    CASE WHEN state = 'closed' THEN 'closed'
         WHEN NOT testable OR u.code IS NOT NULL OR finding_id IN (FROM lost) THEN 'untested'
         WHEN earlier.person_id IS NULL THEN 'closed'
         WHEN finding_id IN (SELECT finding_id FROM evidence) OR list_has_all($present, kinds) THEN 'closed'
         ELSE 'untested' END AS state
FROM earlier
JOIN class USING (code)
LEFT JOIN unreached AS u ON u.code = earlier.code AND u.regency_code = earlier.owner_code
ANTI JOIN finding USING (finding_id)
ORDER BY finding_id
"""
# Rules that a class needs rows of (`needs: rule:umk`), as far as any is in force for this province.
RULES_IN_FORCE = """
SELECT DISTINCT 'rule:' || rule FROM rule, parameter AS m
WHERE m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
  AND (rule <> 'umk' OR left(item, 2) = m.province_code)
"""
# Regencies that have a place in DTSEN or get a bill, but did not send the kind a class needs from each of them. Stray
# codes, of less than a two-hundredth of the rows, are not regencies that failed to send something.
UNREACHED = """
INSERT INTO unreached
SELECT $code, regency_code
FROM (
    SELECT regency_code, count(*) AS n, sum(count(*)) OVER (PARTITION BY source) AS every
    FROM record
    WHERE source IN ('province', 'bpjs_kesehatan_bill')
      AND left(regency_code, 2) = (SELECT province_code FROM parameter)
    GROUP BY source, regency_code
)
WHERE 200 * n > every
  AND regency_code NOT IN (SELECT owner_code FROM record WHERE source = $kind AND owner_code IS NOT NULL)
GROUP BY regency_code
"""
TELL_UNREACHED = """
UPDATE finding_type SET not_testable_reason = concat_ws('; ', not_testable_reason, 'tidak diuji untuk ' || places)
FROM (SELECT code, string_agg(regency_code, ', ' ORDER BY regency_code) AS places FROM unreached GROUP BY code) AS u
WHERE u.code = finding_type.code
"""


def find(con: duckdb.DuckDBPyConnection, as_of: date, kinds_present: Collection[str], previous: Path | None) -> None:
    """Fill finding, finding_type and the tables of indicators and scenarios of the work database.

    Needs record, link, person, rule, parameter and, taken as empty when they are not there, the tables in ABSENT.
    kinds_present: kinds of extract of which rows were accepted; a class that lacks one is marked not testable.
    previous: the database published before, or None.
    """
    with _absent_as_empty(con):
        types = load_finding_types()
        present = frozenset(kinds_present) | _columns_present(con, types.values()) | _rules_present(con)
        fresh_table(con, "finding_type")
        fill_table(con, "finding_type", _type_rows(types.values(), present))
        con.execute(FOUND)
        for one in types.values():
            if one.runs_with(present):
                con.execute(RUN_ONE.format(code=one.code, query=one.query))
        _say_where_not_tested(con, types.values(), present)
        _store(con, as_of, present, previous)
        count_indicators(con, present)
        store_scenarios(con, as_of, present)


@contextmanager
def _absent_as_empty(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Those of ABSENT that are not there, empty while the block runs."""
    absent = [table for table in ABSENT if not columns_of(con, table)]
    for table in absent:
        con.execute(create_statement(load_tables()[table]).replace("CREATE", "CREATE TEMP", 1))
    try:
        yield
    finally:
        for table in absent:
            con.execute(f"DROP TABLE temp.{table}")


def _columns_present(con: duckdb.DuckDBPyConnection, types: Collection[FindingType]) -> frozenset[str]:
    """Of the columns that a class needs, as `kind.column`, those that some record of the kind has filled."""
    needed = {need.strip() for one in types for part in one.needs.split(",") for need in part.split("|") if "." in need}
    columns = sorted({need.partition(".")[2] for need in needed})
    filled: set[str] = set()
    for column in columns:
        kinds = con.execute(f"SELECT DISTINCT source FROM record WHERE {column} IS NOT NULL").fetchall()
        filled |= {f"{kind}.{column}" for (kind,) in kinds}
    return frozenset(filled & needed)


def _rules_present(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The rules in force for this province, as `rule:name`."""
    return frozenset(str(row[0]) for row in con.execute(RULES_IN_FORCE).fetchall())


def _say_where_not_tested(
    con: duckdb.DuckDBPyConnection, types: Collection[FindingType], present: frozenset[str]
) -> None:
    """Fill the temporary table `unreached` (code, regency_code) and tell of it in finding_type."""
    con.execute("CREATE OR REPLACE TEMP TABLE unreached (code VARCHAR, regency_code VARCHAR)")
    for one in types:
        if one.by_regency in present:
            con.execute(UNREACHED, {"code": one.code, "kind": one.by_regency})
    con.execute(TELL_UNREACHED)


def _store(con: duckdb.DuckDBPyConnection, as_of: date, present: frozenset[str], previous: Path | None) -> None:
    """Join what was found with what earlier runs saw, into the table finding."""
    fresh_table(con, "finding")
    with attached(con, previous) as there:
        known = there and set(columns_of(con, "finding")) <= set(columns_of(con, "finding", "previous"))
        known = known and "register" in columns_of(con, "record", "previous")
        for copy in (EARLIER, EVIDENCE):
            con.execute(copy.format(catalog="previous.main." if known else ""))
    judge_findings(con)
    con.execute(OPEN, {"as_of": as_of})
    con.execute(NOT_FOUND, {"present": sorted(present)})
    for table in ("found", "earlier", "evidence", "unreached", "judged"):
        con.execute(f"DROP TABLE {table}")


def _type_rows(types: Collection[FindingType], present: frozenset[str]) -> pl.DataFrame:
    """One row a class, in the columns of the table finding_type."""
    return pl.DataFrame(
        [
            {
                "code": one.code,
                "term_id": one.term_id,
                "term_en": one.term_en,
                "definition": one.definition,
                "definition_en": one.definition_en,
                "severity": one.severity,
                "actor": one.actor,
                "action": one.action,
                "action_en": one.action_en,
                "payer": one.payer,
                "rupiah_rule": one.rupiah_rule,
                "needs": one.needs,
                "testable": one.not_testable_reason(present) is None,
                "not_testable_reason": one.not_testable_reason(present),
                "precedence": one.precedence,
                "query": one.query,
            }
            for one in types
        ],
        schema_overrides={"not_testable_reason": pl.String},
    )
