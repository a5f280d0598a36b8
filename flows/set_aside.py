"""The rows that break an expectation: those of severity error go to `quarantine`, of the others the first are kept.

All is done in SQL: no row passes through Python.
"""

from collections.abc import Mapping

import duckdb
import polars as pl

from flows.gx_suite import Outcome, union_of_rows
from flows.previous import columns_of
from flows.staging import count, quoted_name, staged
from schemas.expectations import Expectation
from schemas.layouts import load_layouts
from schemas.tables import create_statement, load_tables, quoted

# How many rows a file and expectation are kept in `mark`: enough to see what is wrong, and bounded whatever arrives.
MOST_MARKED = 500
# How an empty cell is shown to the officer who is to fill it.
EMPTY = "(kosong)"
# The table that `find_broken` makes.
BROKEN = "broken"


def find_broken(con: duckdb.DuckDBPyConnection, outcomes: Mapping[int, Outcome]) -> None:
    """Make the temporary table `broken`: the number of the outcome and the row, for each row that breaks one."""
    broken = {
        number: outcome for number, outcome in outcomes.items() if outcome.rows is not None and outcome.unexpected
    }
    none = "select 0 as number, 0::bigint as row_id, '' as owner_code, '' as file, 0::bigint as source_row where false"
    con.execute(f"create or replace temp table {BROKEN} as {union_of_rows(broken) or none}")


def make_mark(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `mark` if it is not there."""
    if not columns_of(con, "mark"):
        con.execute(create_statement(load_tables()["mark"]))


def set_aside(con: duckdb.DuckDBPyConnection, kind: str, outcomes: Mapping[int, Outcome]) -> int:
    """Fill `quarantine` and `mark` with the rows of a kind in `broken`; give how many different rows are quarantined.

    A row that breaks several expectations stands there once for each.
    """
    con.execute("delete from quarantine where source = ? and line is null", [kind])  # of a validation before
    con.execute("delete from mark where source = ?", [kind])
    errors, warnings = (
        {n: one for n, one in outcomes.items() if one.rows and one.unexpected and one.expectation.severity == severity}
        for severity in ("error", "warning")
    )
    warnings = {number: one for number, one in warnings.items() if one.expectation.marks}
    if warnings:
        first = f"qualify row_number() over (partition by owner_code, file, number order by row_id) <= {MOST_MARKED}"
        _store(con, kind, warnings, "mark", ("expectation", "column_name"), {}, first)
    if not errors:
        return 0
    raw = {"raw": _as_written(con, kind)}
    _store(con, kind, errors, "quarantine", ("expectation", "column_name", "reason", "reason_id"), raw)
    return count(con, f"select count(distinct row_id) from {BROKEN} where number in ({_numbers(errors)})")


def _store(
    con: duckdb.DuckDBPyConnection,
    kind: str,
    outcomes: Mapping[int, Outcome],
    table: str,
    words: tuple[str, ...],
    more: Mapping[str, str],
    chosen: str = "",
) -> None:
    """Insert the broken rows of these outcomes into a table, with `words` of the declaration and `more` columns."""
    declared = pl.DataFrame(
        [
            {
                "number": number,
                "expectation": outcome.expectation.id,
                "column_name": outcome.expectation.column_name or None,
                "reason": outcome.expectation.reason_en,
                "reason_id": outcome.expectation.reason_id,
            }
            for number, outcome in outcomes.items()
        ]
    )
    written = " ".join(f"when {n} then {_written(con, kind, one.expectation)}" for n, one in outcomes.items())
    columns = ["source", "owner_code", "file", "source_row", *words, "written", *more]
    values = ["$kind", "s.owner_code", "s.file", "s.source_row", *(f"d.{word}" for word in words)]
    values += [f"case b.number {written} end", *more.values()]
    rows = f"select number, row_id from {BROKEN} where number in ({_numbers(outcomes)}) {chosen}"
    con.register("declared", declared)
    try:
        con.execute(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} from ({rows}) b "
            f"join declared d using (number) join {staged(kind)} s using (row_id) order by s.row_id, b.number",
            {"kind": kind},
        )
    finally:
        con.unregister("declared")


def _numbers(outcomes: Mapping[int, Outcome]) -> str:
    return ", ".join(map(str, outcomes))


def _written(con: duckdb.DuckDBPyConnection, kind: str, expectation: Expectation) -> str:
    """An SQL expression for what stood in the columns that a row broke, under the sender's own headings."""
    present = columns_of(con, staged(kind))
    layout = load_layouts().get(kind)
    shown: dict[str, str] = {}
    for column in expectation.columns:
        if column == "owner_code":  # whose file it is, not a column of it
            continue
        field = column.removeprefix("raw_").removesuffix("_std").replace("nik_status", "nik")
        value = f"cast(s.{quoted_name(f'raw_{field}' if f'raw_{field}' in present else column)} as varchar)"
        heading = layout.heading(field) if layout and field in layout.fields else field
        shown[heading] = f"coalesce(nullif(trim({value}), ''), {quoted(EMPTY)})"
    if len(shown) < 2:
        return next(iter(shown.values()), "null")
    return "concat_ws('; ', " + ", ".join(f"{quoted(f'{name}: ')} || {text}" for name, text in shown.items()) + ")"


def _as_written(con: duckdb.DuckDBPyConnection, kind: str) -> str:
    """An SQL expression for a staged row as it was written: its raw_ columns, or all where it has none."""
    names = columns_of(con, staged(kind))
    raw = [name for name in names if name.startswith("raw_")] or [
        name for name in names if name not in ("row_id", "owner_code", "file", "source_row")
    ]
    fields = ", ".join(
        f"'{name.removeprefix('raw_')}=' || nullif(cast(s.{quoted_name(name)} as varchar), '')" for name in raw
    )
    return f"concat_ws(' | ', {fields})"
