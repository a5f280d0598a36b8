"""How right a linkage is, without labels: the share of wrong links and of missed ones, each with an interval.

By area and by pair of sources. What may be wrong is found person by person (`matchers.doubts`), what was never
compared by how few blocking keys found the rest (`matchers.never_compared`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import nbdtrik, pdtrik

from matchers.doubts import Compared, Doubts, Found, IndexArray, false_links, missed_links
from matchers.never_compared import key_columns, never_compared
from matchers.sorting import starts
from matchers.spec import Spec

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Stands for all areas together, or for all sources.
ALL: Final = "ALL"
# The share of intervals that should hold the true rate.
LEVEL: Final = 0.95
# Chance alone would make the intervals far too narrow: the probabilities themselves may be off. Assumed is that the
# expected errors of a cell, of each kind, are off by a standard deviation of half their number, and that in one of
# 50,000 pairs a person is involved whom nothing shows to be doubtful. On synthetic worlds of two unrelated makers, good
# files and bad, intervals hold somewhat oftener than they promise; registers in the world may be stranger than those.
# tests/accuracy/link_errors.py measures it.
OFF: Final = 0.5
UNFORESEEN: Final = 2e-5
# A chance below this is counted, but not followed to the pairs it is wrong together with.
LITTLE: Final = 1e-4


@dataclass(frozen=True)
class Expected:
    """Expected errors in each cell (area x pair of sources): mean, variance by chance, variance of being off."""

    mean: FloatArray
    variance: FloatArray
    off: FloatArray

    def plus(self, other: Expected) -> Expected:
        """Both kinds of error together."""
        return Expected(self.mean + other.mean, self.variance + other.variance, self.off + other.off)


@dataclass(frozen=True)
class Cells:
    """In which cells a pair counts: `source` of each record, `area` of each (-1 without one), and their names.

    A pair counts in the area of each of its records, once where it is the same. Tables of cells have a row an area and
    a column a pair of sources, and a last row and column for all of them.
    """

    source: IndexArray
    area: IndexArray
    sources: Sequence[str]
    areas: Sequence[str]

    @cached_property
    def _pair(self) -> IndexArray:
        number = np.arange(len(self.sources), dtype=np.int32)
        low, high = np.minimum(number[:, None], number), np.maximum(number[:, None], number)
        return np.asarray(low * len(self.sources) + high)

    def number(self, one: str, other: str) -> int:
        """The number of a pair of sources, which is its column."""
        return int(self._pair[self.sources.index(one), self.sources.index(other)])

    def pair(self, left: IndexArray | IntArray, right: IndexArray | IntArray) -> IndexArray:
        """The number of the pair of sources of each pair of records."""
        return self._pair[self.source[left], self.source[right]]

    def table(self, left: IndexArray, right: IndexArray, value: FloatArray | None = None) -> FloatArray:
        """How many pairs each cell has, or the sum of a value over them."""
        rows, columns = len(self.areas), len(self.sources) ** 2
        pair, here, there = self.pair(left, right), self.area[left], self.area[right]
        # One row more, before the others, for pairs whose left record has no area.
        flat = (here + np.int32(1)) * np.int32(columns) + pair
        first = np.bincount(flat, value, (rows + 1) * columns).reshape(rows + 1, columns)
        also = np.flatnonzero((here != there) & (there >= 0))
        flat = there[also] * np.int32(columns) + pair[also]
        second = np.bincount(flat, None if value is None else value[also], rows * columns).reshape(rows, columns)
        inner = np.vstack([first[1:] + second, first.sum(axis=0)])
        return np.hstack([inner, inner.sum(axis=1, keepdims=True)]).astype(float)

    def each(self, doubts: Doubts) -> list[tuple[IntArray, IntArray]]:
        """For each way of counting, the pairs that count (their places) and the number of the cell they count in."""
        rows, columns = len(self.areas) + 1, len(self.sources) ** 2 + 1
        pair = self.pair(doubts.left, doubts.right).astype(np.int64)
        here, there = self.area[doubts.left].astype(np.int64), self.area[doubts.right].astype(np.int64)
        first, second = np.flatnonzero(here >= 0), np.flatnonzero((there >= 0) & (there != here))
        area = np.concatenate([here[first], there[second]]) * columns
        place = np.concatenate([first, second])
        every, last = np.arange(len(pair)), (rows - 1) * columns
        return [
            (place, area + pair[place]),
            (place, area + columns - 1),
            (every, last + pair),
            (every, np.full(len(pair), last + columns - 1)),
        ]


def link_errors(scored: pl.DataFrame, records: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """Error rates of a linkage, estimated from its own probabilities.

    `scored` is that of a `Linkage` (`left_record_id, right_record_id, match_weight, rules`); `records` has a row a
    record: `record_id`, `entity` (the person it was found to be), `register`, `source`, `area` (may be null). Of `spec`
    its blocking keys count, and whether a register may hold a person any number of times.

    A row for each area, pair of sources and measure that has any pair: `area, left_source, right_source, measure`
    (`false`, the share of linked pairs that are not one person; `missed`, the share of the pairs of one person that
    are not linked), `pairs: Int64` (what the share is of), `errors: Float64` (how many of them are expected to be
    wrong), `value`, `low`, `high: Float64`. `ALL` stands for all areas (`area`) and for all sources; a source with
    itself is about its second records of one person. The interval should hold the true share in 95 of 100 cells.
    """
    found, pairs, cells = positions(scored, records, spec.repeats)
    together = found.entity[pairs.left] == found.entity[pairs.right]
    inside = pairs.at(np.flatnonzero(together))
    wrong, unseen = false_links(found, inside)
    linked = cells.table(inside.left, inside.right) + cells.table(*unseen)
    false = _expected(cells, wrong)
    missed = _expected(cells, missed_links(found, pairs, together)).plus(
        _expected(cells, never_compared(found, inside, key_columns(spec)))
    )
    more = _unforeseen(found, linked)
    low, high = interval(false, more)
    share = np.maximum(linked, 1.0)
    rows = [_rows(cells, "false", linked, false.mean, false.mean / share, low / share, np.minimum(high / share, 1.0))]
    right = np.maximum(linked - false.mean, 0.0)
    low, high = interval(missed, more)
    shares = [part / np.maximum(right + part, 1e-9) for part in (missed.mean, low, high)]
    rows.append(_rows(cells, "missed", right + missed.mean, missed.mean, *shares))
    return pl.concat(rows).sort("area", "left_source", "right_source", "measure")


def interval(expected: Expected, unforeseen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Between which numbers of errors the truth should lie; `unforeseen` come on top of the upper one.

    Errors come in events, a person at a time: their number is taken as negative binomial (Poisson, with a mean that
    may be off), each event as large as the events are on average.
    """
    mean = np.maximum(expected.mean, 1e-12)
    event = np.maximum(expected.variance / mean, 1e-3)
    shape = mean**2 / np.maximum(expected.off, 1e-24)
    chance = shape / (shape + mean / event)
    low, high = (_whole(nbdtrik(q, shape, chance)) for q in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return np.minimum(low * event, expected.mean), np.maximum(high * event, expected.mean) + unforeseen


def _unforeseen(found: Found, pairs: FloatArray) -> FloatArray:
    """How many errors that nothing shows there may be in each cell of so many pairs, at most.

    Each makes a person of two, or two of one: twice the pairs that a person has there, which is one for two sources.
    Nowhere is less than one pair promised.
    """
    a_person = pairs[-1, -1] / max(int((found.size > 1).sum()), 1)
    size = np.ones(pairs.shape[1])
    size[-1] = max(a_person, 1.0)
    return np.maximum(2.0 * size * _whole(pdtrik((1 + LEVEL) / 2, np.maximum(pairs * UNFORESEEN, 1e-12))), 1.0)


def _whole(quantile: FloatArray) -> FloatArray:
    """A quantile of whole numbers from its continuous inverse, which falls below zero where zero is enough."""
    return np.asarray(np.maximum(np.ceil(np.nan_to_num(quantile, nan=0.0) - 1e-9), 0.0))


def _expected(cells: Cells, doubts: Doubts) -> Expected:
    """The expected errors of each cell. An event of which a cell has several pairs is one error of that size."""
    little = doubts.at(np.flatnonzero(doubts.chance < LITTLE))
    mean = cells.table(little.left, little.right, little.chance)
    variance = mean.copy()
    large = doubts.at(np.flatnonzero(doubts.chance >= LITTLE))
    _, event = np.unique(large.event, return_inverse=True)
    for place, cell in cells.each(large):
        # Added up in one order, so that the same night always gives the same digits.
        packed = cell * (int(event.max(initial=0)) + 1) + event[place]
        order = np.argsort(packed, kind="stable")
        first = np.flatnonzero(starts(packed[order].astype(np.uint64)))
        chance = large.chance[place][order]
        total = np.add.reduceat(chance, first) if len(first) else chance
        top = np.maximum.reduceat(chance, first) if len(first) else chance
        at = cell[order][first]
        mean += np.bincount(at, total, mean.size).reshape(mean.shape)
        variance += np.bincount(at, total**2 / top, mean.size).reshape(mean.shape)
    return Expected(mean, variance, (OFF * mean) ** 2)


# --- frames in, a frame out --------------------------------------------------------------------------------------


def positions(scored: pl.DataFrame, records: pl.DataFrame, repeats: bool) -> tuple[Found, Compared, Cells]:
    """The frames of `link_errors` as arrays over the positions of the records, in the order of their ids."""
    if not records["record_id"].is_sorted():
        records = records.sort("record_id")
    source, sources = _codes(records["source"])
    area, areas = _codes(records["area"])
    register, _ = _codes(records["register"])
    entity = records["entity"]
    # People numbered from 0, as a linkage numbers them.
    if entity.min() != 0 or entity.max() != entity.n_unique() - 1:
        entity = entity.rank("dense") - 1
    pairs = Compared(
        left=_places(records["record_id"], scored["left_record_id"]),
        right=_places(records["record_id"], scored["right_record_id"]),
        weight=scored["match_weight"].to_numpy(),
        rules=scored["rules"].to_numpy(),
    )
    found = Found(entity.cast(pl.Int32).to_numpy(), register, source, repeats)
    return found, pairs, Cells(source, area, sources, areas)


def _codes(values: pl.Series) -> tuple[IndexArray, list[str]]:
    """Each value's place among the distinct ones, which are given too; -1 for null."""
    distinct = values.cast(pl.String).drop_nulls().unique().sort()
    places = values.cast(pl.String).cast(pl.Enum(distinct)).to_physical()
    return places.cast(pl.Int32).fill_null(-1).to_numpy(), distinct.to_list()


def _places(ids: pl.Series, wanted: pl.Series) -> IndexArray:
    """Where records stand among the ordered ids."""
    if ids.dtype.is_integer() and len(ids) and ids[0] >= 0 and ids[-1] < 8 * len(ids) + 1_000_000:
        place = np.zeros(ids[-1] + 1, dtype=np.int32)
        place[ids.to_numpy()] = np.arange(len(ids), dtype=np.int32)
        return np.asarray(place[wanted.to_numpy()])
    places = pl.DataFrame({"id": ids, "at": np.arange(len(ids), dtype=np.int32)})
    return wanted.alias("id").to_frame().join(places, on="id", how="left", maintain_order="left")["at"].to_numpy()


def _rows(
    cells: Cells,
    measure: str,
    pairs: FloatArray,
    errors: FloatArray,
    value: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> pl.DataFrame:
    area, pair = np.nonzero(pairs.round() > 0)
    number = len(cells.sources)
    names = pl.Series([*cells.sources, ALL], dtype=pl.String)
    every = pair == number**2
    left, right = np.where(every, number, pair // number), np.where(every, number, pair % number)
    return pl.DataFrame(
        {
            "area": pl.Series([*cells.areas, ALL], dtype=pl.String).gather(area),
            "left_source": names.gather(left),
            "right_source": names.gather(right),
            "measure": pl.repeat(measure, len(area), dtype=pl.String, eager=True),
            "pairs": pairs[area, pair].round().astype(np.int64),
            "errors": errors[area, pair],
            "value": value[area, pair],
            "low": low[area, pair],
            "high": high[area, pair],
        }
    )
