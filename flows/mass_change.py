"""Mass changes: many rows of one sender that changed in the same way, told as one event (schemas/history/mass.sql)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from flows.config_history import MassChange
from flows.history_sql import history_sql
from flows.previous import attached
from flows.row_changes import compare_rows

# Columns of `record` whose change in many rows says something; months and other dates move by themselves.
WATCHED = (
    "status", "segment", "decile", "excluded", "regency_code", "village_code", "sex", "job", "relation", "decree_no",
    "facility_code", "amount", "payer_code", "programs", "employer_no", "wage", "funding", "end_date",
)  # fmt: skip
# Of these the values are personal, and are not told.
PERSONAL = ("nik", "kk", "card", "kpj", "name_std", "birth_date")
SINCE_LONGER = """
INSERT INTO rows_changed SELECT person_id FROM row_change WHERE register IN (FROM absent_before)
"""
ALTERED = """
INSERT INTO altered
SELECT register, regency_code, person_id, now_id, '{name}', {before}, {now} FROM both_nights
WHERE b_{name} IS DISTINCT FROM n_{name}
"""


def find_mass_changes(
    con: duckdb.DuckDBPyConnection, databases: list[tuple[date, Path]], compared: Path | None, settings: MassChange
) -> None:
    """Fill mass_change; and rows_changed with the persons of a sender who was absent on the night before.

    databases: those of the nights before, newest first, with their days. Each sender of whom rows came tonight is
    compared with the newest that has rows of it. compared: the database that row_change is of already. Rows of an
    earlier night that stood in are no rows of tonight.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE waiting AS SELECT DISTINCT register FROM record WHERE register NOT IN "
        "(SELECT concat_ws(':', source, owner_code) FROM source_file WHERE run_id = (SELECT run_id FROM parameter) "
        "AND rows_stood_in > 0)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE mass_row (mass_change_id VARCHAR, source VARCHAR, person_id VARCHAR)")
    for day, path in databases:
        with attached(con, path):
            if path != compared:
                compare_rows(con)
            con.execute("DELETE FROM row_change WHERE register NOT IN (FROM waiting)")
            con.execute(SINCE_LONGER)
            _note_altered(con)
            _run(con, "mass", since=f"DATE '{day}'", records=settings.records, share=settings.share)
            con.execute("DELETE FROM waiting WHERE register IN (SELECT register FROM previous.main.record)")
        if not con.execute("SELECT count(*) FROM waiting").fetchall()[0][0]:
            break


def name_mass_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Name the mass changes in the findings' events that follow from them, and count these."""
    _run(con, "mass_findings")


def _run(con: duckdb.DuckDBPyConnection, name: str, **values: object) -> None:
    con.execute(history_sql(name).format(**values))


def _note_altered(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `altered`: one row a changed row and column, with both values where they may be told."""
    names = (*WATCHED, *PERSONAL)
    sides = ", ".join(f"b.{name} AS b_{name}, n.{name} AS n_{name}" for name in names)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE both_nights AS "
        f"SELECT c.register, c.regency_code, c.person_id, c.now_id, {sides} "
        "FROM row_change AS c JOIN record AS n ON n.record_id = c.now_id "
        "JOIN previous.main.record AS b ON b.record_id = c.before_id WHERE c.kind = 'changed'"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE altered (register VARCHAR, regency_code VARCHAR, person_id VARCHAR, "
        "now_id BIGINT, column_name VARCHAR, from_value VARCHAR, to_value VARCHAR)"
    )
    for name in names:
        before, now = ("NULL", "NULL") if name in PERSONAL else (f"b_{name}::VARCHAR", f"n_{name}::VARCHAR")
        con.execute(ALTERED.format(name=name, before=before, now=now))
    con.execute("DROP TABLE both_nights")
