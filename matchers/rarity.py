"""How telling an agreement is: two people share a common name by chance, hardly ever a rare one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.spec import Comparison
from matchers.table import MISSING, Table

FloatArray = NDArray[np.float64]

# How strongly a fuzzy agreement follows the rarity of its words (1 would treat it as an exact one), and its bounds
# in natural-log units: a rare name helps, but one mistyped word cannot decide alone.
SLOPE: Final = 0.6
BOUNDS: Final = (-5.0, 2.0)
LEAST_CHANCE: Final = 1e-8


@dataclass(frozen=True)
class Rarity:
    """For each distinct value: the log chance that a stranger has the same one, and the log frequency of its words.

    `fuzzy` says whether rarity counts in partial agreement too (in texts it does, in dates not).
    """

    same_value: FloatArray
    words: FloatArray
    fuzzy: bool = True


def measure(table: Table, comparison: Comparison) -> Rarity:
    """Measure how common the values of a comparison's column are among different people.

    Records of one source are taken to be different people, so that a person's own records in other sources do not
    make a name look common; the product of the words' frequencies stands in for values seen once.
    """
    column = table.columns[comparison.column]
    count = column.values.len()
    if not count:
        return Rarity(np.zeros(0), np.zeros(0))
    present = column.codes != MISSING
    value, source = column.codes[present].astype(np.int64), table.source[present].astype(np.int64)
    sources = len(table.sources)
    cell, seen = np.unique(value * sources + source, return_counts=True)
    size = np.bincount(source, minlength=sources).astype(float)
    own = cell // sources
    others_with = np.bincount(own, weights=seen * (seen - 1.0), minlength=count)
    others = np.bincount(own, weights=seen * (size[cell % sources] - 1.0), minlength=count)
    words = _words(column.values, np.bincount(value, minlength=count).astype(float))
    chance = (others_with + np.exp(words) * size.mean()) / (others + size.mean())
    return Rarity(np.log(np.clip(chance, LEAST_CHANCE, 1.0)), words, column.values.dtype == pl.String)


def _words(values: pl.Series, weight: FloatArray) -> FloatArray:
    """The log of the product of each value's word frequencies; for values that are no texts, of the value's own."""
    if values.dtype != pl.String:
        return np.asarray(np.log(np.clip(weight / weight.sum(), 1e-9, 1.0)))
    words = pl.DataFrame({"value": np.arange(values.len()), "word": values.str.split(" "), "weight": weight})
    exploded = words.explode("word")
    total = float(weight.sum())
    frequency = exploded.group_by("word").agg((pl.col("weight").sum() / total).clip(1e-9, 1.0).log().alias("log"))
    summed = (
        exploded.join(frequency, on="word", how="left", maintain_order="left")
        .group_by("value", maintain_order=True)
        .agg(pl.col("log").sum())
        .sort("value")
    )
    return summed["log"].to_numpy().astype(np.float64)


def mean_words(
    rarity: Rarity,
    comparison: Comparison,
    codes: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: NDArray[np.uint8],
) -> FloatArray:
    """For each level, the mean log word frequency of strangers' pairs that reach it (0 where none did)."""
    count = len(comparison.levels)
    both = levels < count
    commoner = np.maximum(rarity.words[codes[0][both]], rarity.words[codes[1][both]])
    seen = np.bincount(levels[both], minlength=count)
    total = np.bincount(levels[both], weights=commoner, minlength=count)
    overall = float(commoner.mean()) if len(commoner) else 0.0
    return np.where(seen >= 20, total / np.maximum(seen, 1), overall)


def adjust(
    rarity: Rarity,
    mean: FloatArray,
    codes: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: NDArray[np.uint8],
    log_stranger: FloatArray,
) -> FloatArray:
    """The strangers' log frequency of each pair's level, made less or more by how rare the two values are.

    An exact agreement has the chance of that very value; the last level (no agreement) is left as it is.
    """
    out = log_stranger.copy()
    exact = levels == 0
    out[exact] = rarity.same_value[codes[0][exact]]
    if not rarity.fuzzy:
        return out
    fuzzy = (levels > 0) & (levels < len(mean) - 1)
    commoner = np.maximum(rarity.words[codes[0][fuzzy]], rarity.words[codes[1][fuzzy]])
    out[fuzzy] += np.clip(SLOPE * (commoner - mean[levels[fuzzy]]), *BOUNDS)
    return out
