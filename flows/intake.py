"""From staged rows to what the night may use: verdicts, grades, last good rows for refused files, and the gates.

`padan run` and `padan check` both go through here, so that what a check says is what a run does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows import gates, grading, last_good, quality, staging, validate
from flows.config import Config
from flows.gates import LATE
from flows.last_good import Sender, StandIn
from flows.parameter import fresh_table
from flows.pull import Pulled
from flows.refused import refusals

# Problems of a file that did not come at all.
ABSENT = ("missing", LATE)


@dataclass(frozen=True)
class Intake:
    """The tables `source_file` (`files`) and `source_quality`, the rows in use by kind, and the gates."""

    files: pl.DataFrame
    quality: pl.DataFrame
    accepted: Mapping[str, int]
    judged: list[gates.Gate]


def take_in(
    con: duckdb.DuckDBPyConnection,
    pulled: Pulled,
    kinds: tuple[str, ...],
    config: Config,
    run_id: str,
    as_of: date,
    databases: tuple[Path, ...],
) -> Intake:
    """Validate, accept, grade, stand in, judge; then `record`, `employer` and `workforce` are what may be used.

    Fills quarantine, validation, source_file, source_quality, source_regency, source_shift and signed_total.
    databases: the published ones, newest first. The gates are judged and not yet held: `gates.hold` does that.
    """
    previous = databases[0] if databases else None
    before = gates.previous_counts(previous)
    staging.keep_unreadable(con, pulled.quarantine)
    verdicts = validate.validate(con, kinds, run_id)
    figures = quality.measure(con, kinds)
    staging.accept(con)
    arrived = last_good.with_late_senders(con, pulled.files, previous, as_of, config.last_good)
    files = staging.source_file_rows(con, arrived, run_id)
    last = quality.last_night(con, previous)
    shifts = quality.compare(figures, files.select(*quality.FILE, "rows_accepted"), last, config.quality, config.gates)
    graded = grading.grade_files(
        files, figures, shifts, last, verdicts.validation, config.quality, config.gates.max_quarantine, run_id, as_of
    )
    refused = [
        (Sender(source, owner), came or source in config.gates.required)
        for source, owner, came in _refused(files, graded)
    ]
    stand_ins = last_good.stand_in(con, refused, config.last_good, as_of, databases)
    files, graded = _told(files, graded, stand_ins)
    accepted = staging.accepted_views(con)
    _store(con, files, graded, figures.spread, shifts, config, run_id)
    used = validate.of_files_in_use(verdicts.validation, files)
    judged = gates.gates(files, validate.Verdicts(used, verdicts.rows, verdicts.quarantined), accepted, before,
                         config.gates)  # fmt: skip
    return Intake(files, graded, accepted, [*judged, *refusals(graded, stand_ins, judged)])


def _refused(files: pl.DataFrame, graded: pl.DataFrame) -> list[tuple[str, str | None, bool]]:
    """The senders with a refused file, and whether anything of them came."""
    problem = files.select(*quality.FILE, "problem")
    senders = (
        graded.join(problem, on=list(quality.FILE), how="left", nulls_equal=True)
        .group_by("source", "owner_code", maintain_order=True)
        .agg(
            refused=(pl.col("verdict") == "refused").any(),
            came=(~pl.col("problem").is_in(ABSENT).fill_null(value=False)).any(),
        )
        .filter("refused")
    )
    return list(senders.select("source", "owner_code", "came").iter_rows())  # a row a sender


def _told(files: pl.DataFrame, graded: pl.DataFrame, stand_ins: list[StandIn]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables source_file and source_quality with what stood in for whom.

    A sender's rows of the last good night are counted at its first file.
    """
    used = pl.DataFrame(
        [(one.sender.source, one.sender.owner, one.rows, one.since) for one in stand_ins if one.used],
        schema={"source": pl.String, "owner_code": pl.String, "rows_used": pl.Int64, "since": pl.Date},
        orient="row",
    )
    first = pl.int_range(pl.len()).over("source", "owner_code") == 0
    files, graded = (
        frame.join(used, on=["source", "owner_code"], how="left", nulls_equal=True, maintain_order="left").with_columns(
            stale_since="since", rows_stood_in=pl.when(first).then("rows_used").fill_null(0)
        )
        for frame in (files, graded)
    )
    stale = pl.col("stale_since").is_not_null()
    files = files.with_columns(
        rows_refused=pl.when(stale).then("rows_accepted").otherwise(0),
        rows_accepted=pl.when(stale).then(0).otherwise("rows_accepted"),
    )
    graded = graded.with_columns(verdict=pl.when(stale).then(pl.lit("stood_in")).otherwise("verdict"))
    return files.drop("rows_used", "since"), graded.drop("rows_used", "since")


def _store(
    con: duckdb.DuckDBPyConnection,
    files: pl.DataFrame,
    graded: pl.DataFrame,
    spread: pl.DataFrame,
    shifts: pl.DataFrame,
    config: Config,
    run_id: str,
) -> None:
    run = pl.lit(run_id).alias("run_id")
    signed = pl.DataFrame(
        [(one.kind, one.owner, one.rows, one.rupiah, one.document) for one in config.signed_total],
        schema={"source": pl.String, "owner_code": pl.String, "rows_signed": pl.Int64, "rupiah_signed": pl.Int64,
                "document": pl.String},
        orient="row",
    )  # fmt: skip
    tables = {
        "source_file": files,
        "source_quality": graded,
        "source_regency": spread.select(run, pl.all()),
        "source_shift": shifts.filter(pl.col("verdict") != "ok").select(run, pl.all()),
        "signed_total": signed,
    }
    for name, frame in tables.items():
        fresh_table(con, name)
        staging.insert(con, name, frame)
