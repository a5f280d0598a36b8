"""Validation: the suites of the staged kinds are run, verdicts and quarantine are written.

The order is `stage`, `validate`, `accept`, `source_file_rows` (all to be had from here): frames become tables,
Great Expectations judges them, the rows fit for use become `record`, and everything is counted by file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from flows.gx_suite import Outcome, evaluated_condition, run_suites
from flows.set_aside import BROKEN, find_broken, make_mark, set_aside
from flows.staging import count, insert, make_quarantine, staged
from schemas.errors import PadanError
from schemas.expectations import Expectation, Suite, load_suites

VALIDATION = pl.Schema(
    {
        "run_id": pl.String,
        "source": pl.String,
        "owner_code": pl.String,
        "file": pl.String,
        "expectation": pl.String,
        "column_name": pl.String,
        "success": pl.Boolean,
        "evaluated": pl.Int64,
        "unexpected": pl.Int64,
        "severity": pl.String,
        "source_success": pl.Boolean,
        "scope": pl.String,
        "type": pl.String,
        "reason": pl.String,
        "reason_id": pl.String,
        "correct": pl.String,
        "correct_id": pl.String,
    }
)
_SQL: Mapping[pl.DataType, str] = {pl.String(): "VARCHAR", pl.Boolean(): "BOOLEAN", pl.Int64(): "BIGINT"}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What validation found.

    `validation`: the frame behind the table of that name (`VALIDATION`): a row a file and expectation, and one
    with a null file where the kind is judged as a whole. `success` is the file's own verdict, `source_success`
    that of Great Expectations on all files together. `rows` and `quarantined`: rows staged, and rows that
    broke an expectation of severity error, by kind.
    """

    validation: pl.DataFrame
    rows: Mapping[str, int]
    quarantined: Mapping[str, int]


def validate(
    con: duckdb.DuckDBPyConnection,
    kinds: Iterable[str],
    run_id: str,
    suites: Mapping[str, Suite] | None = None,
) -> Verdicts:
    """Run the suites of the staged kinds (`suites`, by default the declared ones); before `accept`, after `stage`.

    Makes the table `validation` and fills `quarantine` beside the rows that could not be read. Raises PadanError
    naming suite and expectation, and no value, when an expectation cannot be evaluated: that is a failure of the
    run, never of the data.
    """
    declared = load_suites() if suites is None else suites
    chosen = tuple(kinds)
    if unknown := [kind for kind in chosen if kind not in declared]:
        raise PadanError(f"There is no expectation suite for the kind {unknown[0]!r}.")
    make_quarantine(con)
    make_mark(con)
    parts = [VALIDATION.to_frame()]
    rows: dict[str, int] = {}
    quarantined: dict[str, int] = {}
    for suite, outcomes in run_suites(con, {staged(kind): declared[kind] for kind in chosen}):
        kind, numbered = suite.kind, dict(enumerate(outcomes))
        find_broken(con, numbered)
        parts.append(_verdict_rows(run_id, kind, numbered, _counts(con, kind, numbered)))
        rows[kind] = count(con, f"select count(*) from {staged(kind)}")
        quarantined[kind] = set_aside(con, kind, numbered)
    validation = pl.concat(parts)
    con.execute(f"drop table if exists {BROKEN}; drop table if exists validation")
    con.execute(f"create table validation ({', '.join(f'{name} {_SQL[type_]}' for name, type_ in VALIDATION.items())})")
    insert(con, "validation", validation)
    return Verdicts(validation, rows, quarantined)


def of_files_in_use(validation: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """The verdicts without those on files whose place the last good rows take (`stale_since` of `source_file`).

    Where a file is left out, its kind's `source_success` is reckoned anew from the files that remain; a verdict on the
    table as a whole stays what it is.
    """
    stale = files.filter(pl.col("stale_since").is_not_null()).select("source", "file").unique()
    if stale.is_empty():
        return validation
    touched = pl.col("source").is_in(stale["source"].implode()) & pl.col("file").is_not_null()
    mostly = pl.DataFrame(
        [(suite.kind, one.id, one.mostly) for suite in load_suites().values() for one in suite.expectations],
        schema=["source", "expectation", "mostly"],
        orient="row",
    )
    sums = [pl.col(name).sum().over("source", "expectation") for name in ("evaluated", "unexpected")]
    kept = (sums[0] - sums[1]) >= pl.col("mostly") * sums[0]
    return (
        validation.join(stale, on=["source", "file"], how="anti", maintain_order="left")
        .join(mostly, on=["source", "expectation"], how="left", maintain_order="left")
        .with_columns(source_success=pl.when(touched).then(kept).otherwise("source_success"))
        .select(VALIDATION.names())
    )


def _counts(con: duckdb.DuckDBPyConnection, kind: str, outcomes: Mapping[int, Outcome]) -> pl.DataFrame:
    """How many rows each row-level outcome evaluated and found unexpected in each file.

    After `find_broken`. Gives `owner_code, file, number, evaluated, unexpected`. Raises PadanError when a sum is not
    the count of Great Expectations: then the rows found are not the rows it judged.
    """
    row_level = {number: outcome for number, outcome in outcomes.items() if outcome.rows is not None}
    tallies = ", ".join(
        f'count(*) filter (where {evaluated_condition(outcome.expectation)}) as "{number}"'
        for number, outcome in row_level.items()
    )
    wide: pl.DataFrame = con.sql(
        f"select owner_code, file, {tallies} from {staged(kind)} group by owner_code, file"
    ).pl()
    counts = wide.unpivot(index=["owner_code", "file"], variable_name="number", value_name="evaluated").cast(
        {"number": pl.Int32, "evaluated": pl.Int64}
    )
    sql = f"select owner_code, file, number, count(*) as unexpected from {BROKEN} group by all"
    found = con.sql(sql).pl().cast({"number": pl.Int32, "unexpected": pl.Int64})
    counts = counts.join(found, on=["owner_code", "file", "number"], how="left", nulls_equal=True)
    counts = counts.with_columns(pl.col("unexpected").fill_null(0))
    _check_counts(kind, row_level, counts)
    return counts


def _check_counts(kind: str, outcomes: Mapping[int, Outcome], counts: pl.DataFrame) -> None:
    sums = counts.group_by("number").agg(pl.col("evaluated", "unexpected").sum())
    found = {number: (evaluated, unexpected) for number, evaluated, unexpected in sums.iter_rows()}  # each a rule
    for number, outcome in outcomes.items():
        evaluated, unexpected = found.get(number, (0, 0))
        if outcome.unexpected != unexpected or outcome.evaluated not in (None, evaluated):
            raise PadanError(
                f"The expectation {outcome.expectation.id!r} of the suite {kind!r} broke on {outcome.unexpected} of "
                f"{outcome.evaluated} rows, but {unexpected} of {evaluated} were found; nothing was quarantined."
            )


def _verdict_rows(run_id: str, kind: str, outcomes: Mapping[int, Outcome], counts: pl.DataFrame) -> pl.DataFrame:
    """The `VALIDATION` rows of a kind: by file where rows are judged, one with a null file where the table is."""
    whole = pl.DataFrame(
        {"number": [number for number, outcome in outcomes.items() if outcome.rows is None]},
        schema={"number": pl.Int32},
    ).with_columns(evaluated=pl.lit(1, pl.Int64), unexpected=None)
    declared = pl.DataFrame(
        [
            {"number": number, "source_success": outcome.success, **_declared(outcome.expectation)}
            for number, outcome in outcomes.items()
        ],
        schema_overrides={"number": pl.Int32},
    )
    kept = (pl.col("evaluated") - pl.col("unexpected")) / pl.col("evaluated")  # as GX compares with `mostly`
    success = (
        pl.when(pl.col("file").is_null())
        .then("source_success")
        .when(pl.col("row_wise") | (pl.col("evaluated") == 0))
        .then(pl.col("unexpected") == 0)
        .otherwise(kept >= pl.col("mostly"))
    )
    return (
        pl.concat([counts, whole], how="diagonal_relaxed")
        .join(declared, on="number", how="left")
        .with_columns(
            run_id=pl.lit(run_id),
            source=pl.lit(kind),
            success=success,
            unexpected=pl.coalesce("unexpected", (~pl.col("source_success")).cast(pl.Int64)),
        )
        .sort("number", "file", "owner_code", nulls_last=False)
        .select(VALIDATION.names())
        .cast(VALIDATION)
    )


def _declared(expectation: Expectation) -> dict[str, str | float | bool | None]:
    """What `validation` says of an expectation, whatever its verdict."""
    return {
        "expectation": expectation.id,
        "column_name": expectation.column_name or None,
        "severity": expectation.severity,
        "scope": expectation.scope,
        "type": expectation.type,
        "reason": expectation.reason_en,
        "reason_id": expectation.reason_id,
        "correct": expectation.correct_en,
        "correct_id": expectation.correct_id,
        "mostly": expectation.mostly,
        "row_wise": expectation.shape == "rows",
    }
