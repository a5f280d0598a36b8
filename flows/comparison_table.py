"""What readers of `pair` need beside it: the words of the comparisons, the thresholds, the histogram of all weights."""

from __future__ import annotations

import math
from typing import Final

import duckdb
import numpy as np
import polars as pl

from flows.parameter import fill_table, fresh_table
from matchers.keep import level_labels
from matchers.link import Linkage
from matchers.spec import Spec

# Pairs beyond these weights (bits) are counted in the outermost bins.
LOWEST: Final = -60
HIGHEST: Final = 79
OUTCOMES: Final = ("link", "review", "distinct")
CHUNK: Final = 1_000_000


def store_comparisons(con: duckdb.DuckDBPyConnection, spec: Spec, linkage: Linkage, link: float, review: float) -> None:
    """Fill `comparison_level`, `match_threshold` and `weight_histogram` of the work database.

    `link` and `review` are the probabilities with which `linkage` was made.
    """
    for name, frame in (
        ("comparison_level", comparison_levels(spec)),
        ("match_threshold", thresholds(link, review)),
        ("weight_histogram", weight_histogram(linkage, review)),
    ):
        fresh_table(con, name)
        fill_table(con, name, frame)


def comparison_levels(spec: Spec) -> pl.DataFrame:
    """The table `comparison_level` of a spec: every level that a comparison may have, in words."""
    frames = []
    for number, comparison in enumerate(spec.comparisons):
        levels = np.arange(len(comparison.levels) + 2, dtype=np.uint8)
        frames.append(
            pl.DataFrame(
                {
                    "comparison": comparison.name,
                    "position": number + 1,
                    "label_id": comparison.label_id,
                    "label_en": comparison.label_en,
                    "level": levels.astype(np.int32) + 1,
                    "level_id": level_labels(spec, number, levels, "id"),
                    "level_en": level_labels(spec, number, levels, "en"),
                    "is_missing": levels >= len(comparison.levels),
                }
            )
        )
    return pl.concat(frames)


def thresholds(link: float, review: float) -> pl.DataFrame:
    """The table `match_threshold`; a probability of 0 or 1 has no weight."""
    return pl.DataFrame(
        {
            "outcome": ["link", "review"],
            "probability": [link, review],
            "match_weight": [math.log2(p / (1 - p)) if 0 < p < 1 else None for p in (link, review)],
        },
        schema_overrides={"match_weight": pl.Float64},
    )


def weight_histogram(linkage: Linkage, review: float) -> pl.DataFrame:
    """The table `weight_histogram` of a linkage: its compared pairs counted by whole bits and outcome."""
    # By record_id: the person of each record. Record numbers of a run are 1, 2, 3 and so on.
    ids = linkage.links["record_id"].to_numpy()
    entity = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int64)
    entity[ids] = linkage.links["entity"].to_numpy()
    counts = np.zeros((HIGHEST - LOWEST + 1) * 3, dtype=np.int64)
    for part in linkage.scored.iter_slices(CHUNK):
        one, other = (entity[part[name].to_numpy()] for name in ("left_record_id", "right_record_id"))
        cell = np.floor(np.clip(part["match_weight"].to_numpy(), LOWEST, HIGHEST)).astype(np.int64)
        cell = (cell - LOWEST) * 3
        cell[one != other] += 1
        cell[(one != other) & (part["probability"].to_numpy() < review)] += 1
        counts += np.bincount(cell, minlength=len(counts))
    cells = np.flatnonzero(counts)
    return pl.DataFrame(
        {
            "weight": (cells // 3 + LOWEST).astype(np.int32),
            "outcome": pl.Series(OUTCOMES).gather(pl.Series(cells % 3)),
            "pairs": counts[cells],
        }
    )
