"""How telling an agreement is: two people share a common name by chance, hardly ever a rare one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.sorting import distinct_numbers
from matchers.spec import Comparison
from matchers.table import MISSING, Coded, Table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Levels = NDArray[np.uint8]

# So many parts of the values, from rare to common, are told apart when partial agreement is measured.
PARTS: Final = 8
# How much a value's commonness may say of a level at most (natural log), apart from the chance of the very value.
BOUND: Final = 3.5
# The curve presumed where it cannot be measured: how strongly a partial agreement follows the rarity of its words (1
# would treat it as an exact one), and its bounds (natural log).
SLOPE: Final = 0.6
SLOPE_BOUNDS: Final = (-5.0, 2.0)
# With fewer pairs at a level their mean is not believed.
ENOUGH: Final = 20
# So many pairs of a level count as much as what is known of all levels.
FEW: Final = 5.0
LEAST_CHANCE: Final = 1e-8
LEAST_FREQUENCY: Final = 1e-9


@dataclass(frozen=True)
class Rarity:
    """What is known of the values of one comparison's column.

    For each of the distinct `values`, in order: `same_value`, the log chance that a stranger has the same one, and
    `words`, the log of the product of its words' frequencies. `of_word` has the log frequency of each word (`word`,
    `log`), `unseen` that of a word that occurs once. `fuzzy` says whether rarity counts in partial agreement too (in
    texts it does, in dates not).
    """

    values: pl.Series
    same_value: FloatArray
    words: FloatArray
    of_word: pl.DataFrame
    unseen: float
    fuzzy: bool = True


def measure(table: Table, comparison: Comparison, entity: IntArray | None = None) -> Rarity:
    """Measure how common the values of a comparison's column are among different people.

    Records of one source are taken to be different people, so that a person's own records in other sources do not
    make a name look common; the product of the words' frequencies stands in for values seen once. Where a source may
    hold a person many times, `entity` (each record's person, as far as known) makes a person count once for each
    value.
    """
    column = table.columns[comparison.column]
    count = column.values.len()
    present = column.codes != MISSING
    value, source = column.codes[present].astype(np.int64), table.source[present].astype(np.int64)
    sources = len(table.sources)
    if entity is not None:
        owner = entity[present] * sources + source
        _, once = np.unique(value * (int(owner.max(initial=0)) + 1) + owner, return_index=True)
        value, source = value[once], source[once]
    weight = np.bincount(value, minlength=count).astype(float)
    total = max(float(weight.sum()), 1.0)
    unseen = float(np.log(np.clip(1.0 / total, LEAST_FREQUENCY, 1.0)))
    of_word = _word_frequencies(column.values, weight, total)
    words = _sum_of_words(column.values, of_word, unseen)
    there, seen = distinct_numbers((value * sources + source).astype(np.uint64))
    cell = there.astype(np.int64)
    size = np.bincount(source, minlength=sources).astype(float)
    own = cell // sources
    others_with = np.bincount(own, weights=seen * (seen - 1.0), minlength=count)
    others = np.bincount(own, weights=seen * (size[cell % sources] - 1.0), minlength=count)
    mean = max(float(size.mean()), 1.0) if len(size) else 1.0
    chance = (others_with + np.exp(words) * mean) / (others + mean)
    fuzzy = column.values.dtype == pl.String
    return Rarity(column.values, np.log(np.clip(chance, LEAST_CHANCE, 1.0)), words, of_word, unseen, fuzzy)


def for_values(rarity: Rarity, column: Coded) -> Rarity:
    """The same knowledge in the order of another column's distinct values; a value never seen has its words' chance."""
    if column.values is rarity.values:
        return rarity
    words = _sum_of_words(column.values, rarity.of_word, rarity.unseen)
    known = pl.DataFrame({"value": rarity.values, "at": np.arange(rarity.values.len(), dtype=np.int64)})
    at = column.values.alias("value").to_frame().join(known, on="value", how="left", maintain_order="left")["at"]
    place = at.fill_null(-1).to_numpy()
    same = np.log(np.clip(np.exp(words), LEAST_CHANCE, 1.0))
    same[place >= 0] = rarity.same_value[place[place >= 0]]
    words[place >= 0] = rarity.words[place[place >= 0]]
    return Rarity(column.values, same, words, rarity.of_word, rarity.unseen, rarity.fuzzy)


def _word_frequencies(values: pl.Series, weight: FloatArray, total: float) -> pl.DataFrame:
    """The log frequency of each word of texts; of each value where values are no texts."""
    log = (pl.col("weight").sum() / total).clip(LEAST_FREQUENCY, 1.0).log().alias("log")
    word = values.str.split(" ") if values.dtype == pl.String else values
    counted = pl.DataFrame({"word": word, "weight": weight})
    if values.dtype == pl.String:
        counted = counted.explode("word")
    return counted.group_by("word").agg(log).sort("word")


def _sum_of_words(values: pl.Series, of_word: pl.DataFrame, unseen: float) -> FloatArray:
    if not values.len():
        return np.zeros(0)
    number = pl.Series("value", np.arange(values.len()))
    if values.dtype == pl.String:
        exploded = pl.DataFrame([number, values.str.split(" ").alias("word")]).explode("word")
    else:
        exploded = pl.DataFrame([number, values.alias("word")])
    found = exploded.join(of_word, on="word", how="left", maintain_order="left")
    log = found["log"].fill_null(unseen).to_numpy()
    # One after the other: a sum in Polars depends in its last digit on what other values there are.
    return np.asarray(np.bincount(found["value"].to_numpy(), weights=log, minlength=values.len()))


def commonness(rarity: Rarity, codes: tuple[NDArray[np.int32], NDArray[np.int32]]) -> FloatArray:
    """How common the two values of each pair are: the log word frequency of the commoner one."""
    if not len(rarity.words):
        return np.zeros(len(codes[0]))
    return np.asarray(np.maximum(rarity.words[codes[0]], rarity.words[codes[1]]))


def parts_of(commoner: FloatArray, of_pairs: FloatArray) -> NDArray[np.int64]:
    """In which of the `PARTS` parts, from rare to common, each pair of the commonness `of_pairs` falls.

    `commoner` is that of random pairs. The commoner of two values is among the rarest eighth in one of 64 pairs: so
    each part holds an eighth of the values, and the rare ones, that matter most, are not all thrown together.
    """
    edges = np.quantile(commoner, (np.arange(1, PARTS) / PARTS) ** 2) if len(commoner) else np.zeros(PARTS - 1)
    return np.searchsorted(edges, of_pairs, side="right")


def curve(commoner: FloatArray, strangers: tuple[IntArray, Levels, FloatArray], same: FloatArray) -> FloatArray:
    """How much oftener strangers than one person reach each level the commoner the values, both as measured.

    `strangers` are pairs of strangers: their parts (`parts_of`), levels and weights; `commoner` is their commonness.
    `same` counts, for one person, pairs by level (row) and part. The first row of the result has the mean commonness of
    each part, each further one, for a level, the log of strangers' share of the part over that of one person. The
    first level, which has the chance of its very value, and the last, no agreement, have 0 everywhere.
    """
    part, levels, weight = strangers
    count = len(same)
    cells = np.bincount(levels.astype(np.int64) * PARTS + part, weights=weight, minlength=count * PARTS)
    seen = cells.reshape(count, PARTS).astype(float)
    every = seen.sum(axis=0)
    there = every > 0
    if not there.any() or not same.sum():
        return np.zeros((count + 1, 1))
    middle = np.bincount(part, weights=weight * commoner, minlength=PARTS)[there] / every[there]
    of_same = _shares(same[:, there], same.sum(axis=0)[there] + 1.0)
    out = np.clip(_shares(seen[:, there], every[there]) - of_same, -BOUND, BOUND)
    out[[0, -1]] = 0.0
    return np.vstack([middle, out])


def presumed_curve(commoner: FloatArray, levels: Levels, count: int) -> FloatArray:
    """The same for `count` levels, presumed: straight lines through the mean commonness of strangers at each level."""
    if not len(levels):
        return np.zeros((count + 1, 1))
    seen = np.bincount(levels, minlength=count)
    total = np.bincount(levels, weights=commoner, minlength=count)
    mean = np.where(seen >= ENOUGH, total / np.maximum(seen, 1), commoner.mean())
    # The lines are straight between the places where one of them meets its bounds.
    middle = np.unique(mean[:, None] + np.array(SLOPE_BOUNDS) / SLOPE)
    out = np.clip(SLOPE * (middle - mean[:, None]), *SLOPE_BOUNDS)
    out[[0, -1]] = 0.0
    return np.vstack([middle, out])


def _shares(seen: FloatArray, every: FloatArray) -> FloatArray:
    """Each level's log shares of the parts, drawn to those of `every` level where few pairs were seen."""
    return np.asarray(np.log((seen + FEW * every / every.sum()) / (seen.sum(axis=1, keepdims=True) + FEW)))


def adjust(
    rarity: Rarity,
    curve: FloatArray,
    codes: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: NDArray[np.uint8],
    log_stranger: FloatArray,
    log_equal: float,
) -> FloatArray:
    """The strangers' log frequency of each pair's level, made less or more by how rare the two values are.

    An exact agreement has the chance of that very value, as much more or less as `log_stranger` has exact agreements
    more or less often than they are over all (`log_equal`); partial ones follow the `curve`, no agreement stays.
    """
    out = log_stranger.copy()
    exact = levels == 0
    out[exact] += rarity.same_value[codes[0][exact]] - log_equal
    if not rarity.fuzzy:
        return out
    for level in range(1, len(curve) - 2):
        at = np.flatnonzero(levels == level)
        out[at] += _on_the_curve(curve[0], curve[level + 1], commonness(rarity, (codes[0][at], codes[1][at])))
    return out


def _on_the_curve(middle: FloatArray, height: FloatArray, commoner: FloatArray) -> FloatArray:
    """The height at each commonness, straight between the middles of the parts and level beyond the outer ones.

    As `numpy.interp`, which rounds a few values otherwise than many: a pair's weight must not hang on what else is
    scored with it.
    """
    if len(middle) == 1:
        return np.full(len(commoner), height[0])
    wide = np.diff(middle)
    slope = np.divide(np.diff(height), wide, out=np.zeros(len(wide)), where=wide > 0)
    inside = np.clip(commoner, middle[0], middle[-1])
    part = np.clip(np.searchsorted(middle, inside, side="right") - 1, 0, len(wide) - 1)
    return np.asarray(height[part] + slope[part] * (inside - middle[part]))
