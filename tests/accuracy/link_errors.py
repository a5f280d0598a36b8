"""Whether the error rates that padan estimates without labels are the true ones, and its intervals hold.

    python -m tests.accuracy.link_errors [--people 15000] [--seeds 1 2] [--regions banten jawa] [--kinds good hard]

Each synthetic world is linked over all its registers, as in the night, and its estimates (`matchers.errors`) are set
against the truth. Printed are, for each world, the rates over all registers; for all worlds together, expected and
true errors by pair of registers; and how often the intervals hold, by size of cell. Small cells, in which there is
mostly nothing wrong, hold easily: the share among the cells with an error, true or expected, is printed beside.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import tempfile
from pathlib import Path
from typing import Final

import polars as pl

from flows.cli import main as padan
from flows.matching import person_spec
from flows.text_table import text_table
from matchers.errors import ALL, link_errors
from matchers.link import LINK, REVIEW, link_records
from sample_data.world import AS_OF, write_world
from tests.accuracy.sets import World, _accepted

CELL: Final = ("area", "left_source", "right_source", "measure")
LEVELS: Final = {
    (True, True): "province, all registers",
    (True, False): "province, two registers",
    (False, True): "regency, all registers",
    (False, False): "regency, two registers",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=15_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--regions", nargs="+", default=["banten"])
    parser.add_argument("--kinds", nargs="+", default=["good", "hard"], choices=["good", "hard"])
    options = parser.parse_args()
    worlds = []
    for region in options.regions:
        for seed in options.seeds:
            for kind in options.kinds:
                world = World(options.people, seed, kind == "hard", region)
                cells = measured(world).with_columns(kind=pl.lit(kind))
                worlds.append(cells)
                whole = cells.filter(pl.col("area") == ALL, pl.col("left_source") == ALL)
                for row in whole.sort("measure").iter_rows(named=True):
                    print(_sentence(world.words, row), flush=True)
    every = pl.concat(worlds)
    for kind in options.kinds:
        some = every.filter(pl.col("kind") == kind)
        print(f"\n{kind} files, errors in all worlds: expected and true\n{_by_pair(some)}")
        print(f"\n{kind} files, how often the interval holds the truth\n{held(some)}")


def measured(world: World) -> pl.DataFrame:
    """The estimates of one world with the truth: `link_errors`, and `true_pairs, true_errors, holds`."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_world(folder, world.people, seed=world.seed, hard=world.hard, region=world.region)
        with contextlib.redirect_stdout(io.StringIO()):
            padan(["init", str(folder)])
        records, truth = _accepted(folder, AS_OF)
    linkage = link_records(records, person_spec(), LINK, REVIEW)
    placed = (
        records.select("record_id", "register", "source", pl.col("regency_code").alias("area"))
        .join(linkage.links.select("record_id", "entity"), on="record_id")
        .join(truth, on="record_id")
    )
    return against_truth(link_errors(linkage.scored, placed, person_spec()), placed)


def against_truth(estimates: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Estimates (`matchers.errors.link_errors`) with `true_pairs, true_errors: UInt32` and `holds: Boolean`.

    `records` are those of the estimates, with their true `person`.
    """
    false = _counted(records, "entity", "person").with_columns(measure=pl.lit("false"))
    missed = _counted(records, "person", "entity").with_columns(measure=pl.lit("missed"))
    joined = estimates.join(pl.concat([false, missed]), on=CELL, how="full", coalesce=True)
    counts = joined.with_columns(pl.col("true_pairs", "true_errors").fill_null(0))
    share = pl.col("true_errors") / pl.col("true_pairs").clip(1)
    # A cell of which there is no estimate holds nothing, unless there is nothing wrong.
    holds = share.is_between(pl.col("low").fill_null(0.0) - 1e-9, pl.col("high").fill_null(0.0) + 1e-9)
    return counts.with_columns(holds=holds)


def _counted(records: pl.DataFrame, group: str, other: str) -> pl.DataFrame:
    """All pairs of one `group`, and those of two `other`, in each cell."""
    sides = records.select("record_id", group, other, "source", "area")
    pairs = sides.join(sides, on=group, suffix="_2").filter(pl.col("record_id") < pl.col("record_id_2"))
    pairs = pairs.select(
        pl.min_horizontal("source", "source_2").alias("left_source"),
        pl.max_horizontal("source", "source_2").alias("right_source"),
        pl.concat_list("area", "area_2").list.unique().list.drop_nulls().alias("areas"),
        (pl.col(other) != pl.col(f"{other}_2")).alias("wrong"),
    )
    # Each pair in the areas of both its records, and in all; with its two sources, and with all.
    placed = pairs.with_columns(pl.concat_list("areas", pl.lit([ALL])).alias("area")).explode("area")
    whole = placed.with_columns(pl.lit(ALL).alias("left_source"), pl.lit(ALL).alias("right_source"))
    return (
        pl.concat([placed, whole])
        .group_by(CELL[:3])
        .agg(pl.len().alias("true_pairs"), pl.col("wrong").sum().alias("true_errors"))
    )


def held(cells: pl.DataFrame) -> str:
    """How often intervals hold, by measure and level, and among the cells with any error, as a text table."""
    level = pl.struct(pl.col("area") == ALL, pl.col("left_source") == ALL).map_elements(
        lambda place: LEVELS[place["area"], place["left_source"]], return_dtype=pl.String
    )
    any_error = (pl.col("true_errors") > 0) | (pl.col("errors") > 1)
    counts = (
        cells.group_by("measure", level.alias("cells of"))
        .agg(
            pl.len().alias("cells"),
            pl.col("holds").mean().alias("hold"),
            any_error.sum().alias("with errors"),
            pl.col("holds").filter(any_error).mean().alias("of these hold"),
        )
        .sort("measure", "cells of")
    )
    return _table(counts, ["hold", "of these hold"])


def _by_pair(cells: pl.DataFrame) -> str:
    whole = cells.filter(pl.col("area") == ALL)
    sums = whole.group_by("left_source", "right_source", "measure").agg(
        pl.col("errors").sum().round(1), pl.col("true_errors").sum()
    )
    wide = sums.pivot(on="measure", index=["left_source", "right_source"], values=["errors", "true_errors"])
    names = {
        "errors_false": "wrong: expected",
        "true_errors_false": "true",
        "errors_missed": "missed: expected",
        "true_errors_missed": "true ",
    }
    shown = wide.sort("left_source", "right_source").rename(names)
    return _table(shown.select("left_source", "right_source", *names.values()), [])


def _table(frame: pl.DataFrame, shares: list[str]) -> str:
    numbers = [kind.is_numeric() for kind in frame.dtypes]
    texts = frame.with_columns((pl.col(shares) * 100).round(1)).select(pl.all().cast(pl.String).fill_null("-"))
    return "\n".join(text_table(texts, texts.columns, numbers))


def _sentence(world: str, row: dict[str, float]) -> str:
    true = row["true_errors"] / max(row["true_pairs"], 1)
    return (
        f"{world}: {row['measure']:6} {row['value']:.3%} ({row['low']:.3%} to {row['high']:.3%}), true {true:.3%}; "
        f"{row['errors']:.0f} expected, {row['true_errors']} true{'' if row['holds'] else '  <- NOT HELD'}"
    )


if __name__ == "__main__":
    main()
