"""The night's model as tables: what each level weighs and rests on, and what changed against the model before."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from flows.parameter import fill_table, fresh_table
from flows.previous import attached, columns_of
from matchers.link import Linkage
from matchers.model import Model, from_json
from matchers.model_report import ENOUGH, PLACE, changed_levels, model_levels, resting_pairs
from matchers.spec import Spec
from schemas.tables import load_tables

# A weight that moved by less (bits) tells nobody anything.
MOVED: Final = 0.5
BEFORE: Final = {"weight_old": "weight_before", "behind_old": "behind_before"}


def store_model_tables(con: duckdb.DuckDBPyConnection, spec: Spec, linkage: Linkage, previous: Path | None) -> None:
    """Fill `model_level` and `model_change` of the work database.

    `previous` is the database published before, or None. Raises PadanError when it cannot be opened; without a model
    in it that fits the spec nothing has changed.
    """
    before = previous_model(con, spec, previous)
    for name, frame in (
        ("model_level", levels_table(linkage, spec)),
        ("model_change", changes_table(before, linkage.model, spec)),
    ):
        fresh_table(con, name)
        fill_table(con, name, frame.select(load_tables()[name].column_names))


def previous_model(con: duckdb.DuckDBPyConnection, spec: Spec, previous: Path | None) -> Model | None:
    """The model of the database published before, when there is one that fits the spec."""
    with attached(con, previous) as there:
        if not there or not {"run_id", "document"} <= set(columns_of(con, "model", "previous")):
            return None
        found = con.execute("SELECT document FROM previous.model ORDER BY run_id DESC LIMIT 1").fetchone()
    try:
        return None if found is None else from_json(str(found[0]), spec)
    except ValueError:
        return None


def levels_table(linkage: Linkage, spec: Spec) -> pl.DataFrame:
    """The table `model_level`: the levels of the linkage's model, and how many of its pairs have each."""
    levels = model_levels(linkage.model, spec)
    now = resting_pairs(linkage.pairs, spec).rename({"pairs": "pairs_now"})
    return levels.join(now, on=PLACE, how="left", maintain_order="left").with_columns(pl.col("pairs_now").fill_null(0))


def changes_table(before: Model | None, now: Model, spec: Spec) -> pl.DataFrame:
    """The table `model_change`: the levels that moved between two models and rest on enough pairs in both."""
    if before is None:
        return changed_levels(now, now, spec).clear().rename(BEFORE)
    return (
        changed_levels(before, now, spec)
        .filter(pl.col("difference").abs() >= MOVED, pl.min_horizontal("behind", "behind_old") >= ENOUGH)
        .rename(BEFORE)
    )
