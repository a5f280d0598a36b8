"""Counting levels, and turning counts into frequencies that few pairs cannot throw off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.spec import Comparison, Spec
from matchers.table import distinct

FloatArray = NDArray[np.float64]
Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class Patterns:
    """Pairs gathered by what they look like: `levels` a row a comparison, `group`, `fair` bits, how many there are."""

    levels: Levels
    group: NDArray[np.int64]
    fair: NDArray[np.uint32]
    count: FloatArray


def gather(
    spec: Spec, levels: Levels, group: NDArray[np.int32], fair: NDArray[np.uint32] | None = None, times: int = 1
) -> Patterns:
    """Gather pairs with the same levels, group and fair bits; each pair stands for `times` pairs."""
    return gather_with_places(spec, levels, group, fair, times)[0]


def gather_with_places(
    spec: Spec, levels: Levels, group: NDArray[np.int32], fair: NDArray[np.uint32] | None = None, times: int = 1
) -> tuple[Patterns, NDArray[np.int64]]:
    """The same, and the number of each pair's pattern."""
    packed = group.astype(np.uint64)
    if fair is None:
        fair = np.zeros(len(group), dtype=np.uint32)
    for number, comparison in enumerate(spec.comparisons):
        packed = packed * np.uint64(len(comparison.levels) + 2) + levels[number]
    packed = packed * np.uint64(1 << len(spec.comparisons)) + fair
    pattern, values = distinct(pl.Series(packed))
    first = np.empty(values.len(), dtype=np.int64)
    # From the last to the first, so that the first one is the last to write.
    first[pattern[::-1]] = np.arange(len(packed) - 1, -1, -1)
    count = np.bincount(pattern, minlength=len(first)).astype(float) * times
    return Patterns(levels[:, first], group[first].astype(np.int64), fair[first], count), pattern.astype(np.int64)


def index(spec: Spec, name: str) -> int:
    return [comparison.name for comparison in spec.comparisons].index(name)


def rows(spec: Spec, comparison: Comparison) -> int:
    return 1 if comparison.given is None else len(spec.comparisons[index(spec, comparison.given)].levels)


def count(comparison: Comparison, levels: Levels, weight: FloatArray | None = None) -> FloatArray:
    count = len(comparison.levels)
    return np.bincount(levels, weights=weight, minlength=count + 2)[:count].astype(float)


def count_by(spec: Spec, parent: int, number: int, levels: Levels, weight: FloatArray | None = None) -> FloatArray:
    """Counts by level of the parent (row) and of the comparison (column); missing on either takes no part."""
    rows, columns = len(spec.comparisons[parent].levels), len(spec.comparisons[number].levels)
    there = (levels[parent] < rows) & (levels[number] < columns)
    cell = levels[parent][there].astype(np.int64) * columns + levels[number][there]
    some = None if weight is None else weight[there]
    return np.bincount(cell, weights=some, minlength=rows * columns).reshape(rows, columns).astype(float)


def frequencies(by_parent: FloatArray, overall: FloatArray, floor: float, pull: float) -> FloatArray:
    """Frequencies a row, drawn towards the overall ones where few pairs stand behind a row; a last row for missing.

    `floor` pseudo-pairs a level keep a level that was never seen from being impossible.
    """
    shares = (overall + floor) / (overall + floor).sum()
    if len(by_parent) == 1:
        return np.vstack([shares, shares])
    rows = (by_parent + pull * shares) / (by_parent.sum(axis=1, keepdims=True) + pull)
    return np.vstack([rows, shares])
