"""Runs a declared suite with Great Expectations on a DuckDB table and says, in SQL, which rows broke what.

Great Expectations judges; rows are never taken from its result lists, which stop at 20 or 200 without a word.
They come from its `unexpected_index_query`, which needs two repairs (GX 1.24, both held by tests):

- it forgets the row condition and, for pairs, that rows with a missing value are ignored, so both are put around it;
- for compound uniqueness it is a cross join with ambiguous columns, so the equivalent is written here.

The number of rows so found must equal the number GX counted; if not, the run fails rather than the data.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from flows.staging import quoted_name
from schemas.errors import PadanError
from schemas.expectations import COLUMN_AGGREGATES, Expectation, Suite
from schemas.tables import quoted

# What every staged table has to name a row; the index query selects them.
ROW = ("row_id", "owner_code", "file", "source_row")

# GX's names for our severities: it has no quarantine.
_GX_SEVERITY = {"critical": "critical", "error": "warning", "warning": "info"}

_NULL_TESTS = frozenset({"ExpectColumnValuesToNotBeNull", "ExpectColumnValuesToBeNull"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """An expectation's verdict on a whole table.

    `evaluated` and `unexpected` are GX's counts (None where the type has none); `rows` is a SELECT of `ROW`
    for the rows that break it, None for a type that judges the table as a whole.
    """

    expectation: Expectation
    success: bool
    evaluated: int | None
    unexpected: int | None
    rows: str | None


def run_suites(
    con: duckdb.DuckDBPyConnection, suites: Mapping[str, Suite]
) -> Iterator[tuple[Suite, tuple[Outcome, ...]]]:
    """Run each suite on its table (`suites` is by table name) and yield its outcomes, in the suite's order.

    Raises PadanError, naming suite and expectation and no value, when an expectation cannot be evaluated.
    """
    # Imported here: 2.5 s and 200 MB that only a run that validates should pay.
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    from flows import gx_duckdb  # noqa: PLC0415

    name = f"padan-{id(con)}"
    with _silent_gx():
        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        source = context.data_sources.add_sql("staged", connection_string=gx_duckdb.share(name, con))
    try:
        for table, suite in suites.items():
            with _silent_gx():
                outcomes = _run(con, source, table, suite)
            yield suite, outcomes
    finally:
        gx_duckdb.release(name)


def _run(con: duckdb.DuckDBPyConnection, source: Any, table: str, suite: Suite) -> tuple[Outcome, ...]:
    """One suite on one table."""
    import great_expectations as gx  # noqa: PLC0415

    _check_columns(con, table, suite)
    built = [_build(suite, expectation) for expectation in suite.expectations]
    conditions = sorted({name for item in suite.expectations for name in (*item.when, *item.given)} - set(ROW))
    # BASIC gives counts and the index query; COMPLETE would also fetch values, which nobody needs here.
    result_format = {
        "result_format": "BASIC",
        "partial_unexpected_count": 0,
        "exclude_unexpected_values": True,
        "return_unexpected_index_query": True,
        "unexpected_index_column_names": [*ROW, *conditions],
    }
    try:
        batch = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table("all").get_batch()
        validated = batch.validate(
            gx.ExpectationSuite(name=suite.kind, expectations=built), result_format=result_format
        )
    except Exception:  # whatever GX raises is a failure of the run; its text may hold values
        raise PadanError(f"The suite {suite.kind!r} could not be run on its table.") from None
    results = {result.expectation_config.meta["padan"]: result for result in validated.results}
    return tuple(_outcome(table, suite, item, results.get(item.id)) for item in suite.expectations)


def _check_columns(con: duckdb.DuckDBPyConnection, table: str, suite: Suite) -> None:
    present = {row[0] for row in con.execute(f"describe {quoted_name(table)}").fetchall()}
    for expectation in suite.expectations:
        if missing := [name for name in expectation.needs if name not in present]:
            raise PadanError(
                f"The expectation {expectation.id!r} of the suite {suite.kind!r} asks for the column "
                f"{missing[0]!r}, which the staged table does not have."
            )


def _build(suite: Suite, expectation: Expectation) -> Any:
    """The Great Expectations object of a declaration."""
    import great_expectations.expectations as types  # noqa: PLC0415

    arguments: dict[str, Any] = {"meta": {"padan": expectation.id}}
    arguments["severity"] = _GX_SEVERITY[expectation.severity]
    columns = expectation.columns
    if expectation.shape == "rows":
        arguments["unexpected_rows_query"] = _braces(f"select row_id from {{batch}} where {_where(expectation)}")
    else:
        arguments |= {
            name: list(value) if isinstance(value, tuple) else value for name, value in expectation.args.items()
        }
    if expectation.shape == "column" or expectation.type in COLUMN_AGGREGATES:
        arguments["column"] = columns[0]
    elif expectation.shape == "pair":
        arguments |= {"column_A": columns[0], "column_B": columns[1], "ignore_row_if": "either_value_is_missing"}
    elif expectation.shape == "columns":
        arguments |= {"column_list": list(columns), "ignore_row_if": "any_value_is_missing"}
    if expectation.shape in ("column", "pair", "columns"):
        arguments["mostly"] = expectation.mostly
    if expectation.when or expectation.given:
        arguments["row_condition"] = _row_condition(expectation)
    try:
        return getattr(types, expectation.type)(**arguments)
    except Exception as error:
        raise PadanError(
            f"The expectation {expectation.id!r} of the suite {suite.kind!r} is not one that Great Expectations "
            f"accepts: {type(error).__name__}."
        ) from None


def _row_condition(expectation: Expectation) -> Any:
    from great_expectations.expectations.row_conditions import Column, Condition  # noqa: PLC0415

    parts: list[Condition] = [Column(name) == value for name, value in expectation.when.items()]
    parts += [Column(name).is_not_null() for name in expectation.given]
    condition = parts[0]
    for part in parts[1:]:
        condition = condition & part
    return condition


def _outcome(table: str, suite: Suite, expectation: Expectation, result: Any) -> Outcome:
    """Our reading of a GX result; a missing result or one with an exception fails the run."""
    if result is None or _raised(result.exception_info):
        raise PadanError(
            f"The expectation {expectation.id!r} of the suite {suite.kind!r} could not be evaluated; "
            "this is a fault of the expectation or of the run, not of the data."
        )
    found = result.result
    if expectation.shape == "table":
        return Outcome(expectation, bool(result.success), None, None, None)
    if expectation.shape == "rows":
        return Outcome(
            expectation, bool(result.success), None, int(found["observed_value"]), breaking_rows(table, expectation)
        )
    evaluated = int(found["element_count"]) - int(found.get("missing_count") or 0)
    rows = breaking_rows(table, expectation, found.get("unexpected_index_query"))
    unexpected = int(found["unexpected_count"] or 0)  # None is SQL's sum over no row
    return Outcome(expectation, bool(result.success), evaluated, unexpected, rows)


def _raised(info: Mapping[str, Any] | None) -> bool:
    """Whether a result's exception_info reports an exception, by itself or for one of its metrics."""
    if not info:
        return False
    if info.get("raised_exception"):
        return True
    return any(isinstance(value, Mapping) and bool(value.get("raised_exception")) for value in info.values())


def breaking_rows(table: str, expectation: Expectation, index_query: str | None = None) -> str:
    """A SELECT of `ROW` for the rows of `table` that break a row-level expectation.

    `index_query` is GX's; it is needed for the shapes column and pair.
    """
    names = ", ".join(ROW)
    if expectation.shape == "rows":
        return f"select {names} from {quoted_name(table)} where {_where(expectation, table)}"
    if expectation.shape == "columns":
        columns = ", ".join(quoted_name(name) for name in expectation.columns)
        inside = evaluated_condition(expectation)
        repeated = f"select {columns} from {quoted_name(table)} where {inside} group by all having count(*) > 1"
        return f"select {names} from {quoted_name(table)} semi join ({repeated}) using ({columns}) where {inside}"
    if index_query is None:
        raise PadanError(
            f"Great Expectations gave no query for the rows that break {expectation.id!r} of {expectation.kind!r}."
        )
    query = index_query.strip().rstrip(";")
    return f"select {names} from ({query}) where {evaluated_condition(expectation)}"


def evaluated_condition(expectation: Expectation) -> str:
    """An SQL condition for the rows that an expectation judges: its own condition holds and it has its values."""
    judged = expectation.columns if expectation.shape in ("column", "pair", "columns") else ()
    if expectation.type in _NULL_TESTS:
        judged = ()
    return " and ".join([_condition(expectation), *(f"{quoted_name(name)} is not null" for name in judged)])


def _condition(expectation: Expectation) -> str:
    parts = [f"{quoted_name(name)} = {literal(value)}" for name, value in expectation.when.items()]
    parts += [f"{quoted_name(name)} is not null" for name in expectation.given]
    return " and ".join(parts) or "true"


def _where(expectation: Expectation, table: str | None = None) -> str:
    """The declared condition of an `UnexpectedRowsExpectation`, with `{batch}` filled in when a table is given."""
    where = str(expectation.args["where"])
    return f"({where if table is None else where.replace('{batch}', quoted_name(table))})"


def _braces(query: str) -> str:
    """GX formats the query: every brace but those of `{batch}` is doubled."""
    return query.replace("{", "{{").replace("}", "}}").replace("{{batch}}", "{batch}")


def literal(value: str | int | float | bool | date) -> str:
    """A declared value as an SQL literal."""
    if isinstance(value, date):
        return f"date {quoted(str(value))}"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def union_of_rows(outcomes: Mapping[int, Outcome]) -> str:
    """One SELECT of a number and `ROW` for all rows that break any of the outcomes, by their numbers."""
    return " union all ".join(
        f"select {number} as number, * from ({outcome.rows})" for number, outcome in outcomes.items()
    )


@contextmanager
def _silent_gx() -> Iterator[None]:
    """No log line of GX: they may quote an exception, and an exception may quote a value."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
