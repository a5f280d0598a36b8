"""Findings and indicators: run the declared SQL over the work database, and go on with the history of findings."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.config_history import STANDARD_HISTORY, STANDARD_MASS_CHANGE, History, MassChange
from flows.history import keep_history
from flows.history_sql import history_sql
from flows.indicate import count_indicators
from flows.parameter import fill_table, fresh_table
from flows.previous import columns_of
from flows.scenarios import store_scenarios
from flows.staging import OTHER_TABLES
from schemas.findings import FindingType, load_finding_types
from schemas.tables import create_statement, load_tables

# What a province may lack, or a stage did not make: lists that are of no person, what findings of files (SB) read.
OF_FILES = ("source_file", "source_quality", "source_shift", "signed_total")
ABSENT = (*OTHER_TABLES.values(), *OF_FILES, "link_error", "decision")
FOUND = """
CREATE OR REPLACE TEMP TABLE found (
    key VARCHAR, code VARCHAR, person_id VARCHAR, record_ids BIGINT[], owner_code VARCHAR,
    regency_code VARCHAR, village_code VARCHAR, rupiah_per_month BIGINT, detail VARCHAR, discriminator VARCHAR
)
"""
RUN_ONE = """
INSERT INTO found BY NAME
SELECT finding_key_of('{code}', person_id, discriminator) AS key, '{code}' AS code, *
FROM ({query})
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


def find(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    kinds_present: Collection[str],
    previous: Path | None,
    history: History = STANDARD_HISTORY,
    mass_change: MassChange = STANDARD_MASS_CHANGE,
) -> None:
    """Fill finding, finding_event, finding_change, mass_change, finding_type and the tables of
    indicators and scenarios.

    They are tables of the work database. Needs record, link, person, person_event, rule, parameter and, taken as empty
    when they are not there, the tables in ABSENT.
    kinds_present: kinds of extract of which rows were accepted; a class that lacks one is marked not testable.
    previous: the database published before, or None.
    """
    with _absent_as_empty(con):
        types = load_finding_types()
        present = frozenset(kinds_present) | _columns_present(con, types.values()) | _rules_present(con)
        fresh_table(con, "finding_type")
        fill_table(con, "finding_type", _type_rows(types.values(), present))
        con.execute(FOUND)
        con.execute(history_sql("finding_key"))
        for one in types.values():
            if one.runs_with(present):
                con.execute(RUN_ONE.format(code=one.code, query=one.query))
        _say_where_not_tested(con, types.values(), present)
        keep_history(con, as_of, present, previous, history, mass_change)
        for table in ("found", "unreached"):
            con.execute(f"DROP TABLE {table}")
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
                "tested": one.runs_with(present),
                "not_testable_reason": one.not_testable_reason(present),
                "precedence": one.precedence,
                "query": one.query,
            }
            for one in types
        ],
        schema_overrides={"not_testable_reason": pl.String},
    )
