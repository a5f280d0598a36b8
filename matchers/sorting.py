"""Sorting numbers: Polars' sort is three times as fast as NumPy's, and most of linking is sorting."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

# Up to so many times as high as there are numbers, they are counted in a place each.
DENSE: Final = 4


def sorted_numbers(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers in ascending order."""
    return pl.Series(numbers).sort(multithreaded=False).to_numpy()


def distinct_numbers(numbers: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The distinct numbers in ascending order, and how often each occurs."""
    ordered = sorted_numbers(numbers)
    start = starts(ordered)
    return ordered[start], np.diff(np.append(np.flatnonzero(start), len(ordered)))


def how_often(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each of the numbers occurs, and 0 for some that do not; none may be below 0."""
    if int(numbers.max(initial=0)) <= DENSE * len(numbers):
        return np.bincount(numbers)
    return distinct_numbers(numbers.astype(np.uint64))[1]


def numbered(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each number's place among the distinct numbers in ascending order; none may be below 0."""
    bits = len(numbers).bit_length()
    if not len(numbers) or int(numbers.max()).bit_length() + bits > 64:
        return np.unique(numbers, return_inverse=True)[1]
    # Number and position are sorted as one.
    places = np.arange(len(numbers), dtype=np.uint64)
    ordered = sorted_numbers(numbers.astype(np.uint64) << np.uint64(bits) | places)
    another = starts(ordered >> np.uint64(bits))
    out = np.empty(len(numbers), dtype=np.int64)
    out[ordered & np.uint64((1 << bits) - 1)] = np.cumsum(another) - 1
    return out


def starts(ordered: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Where in ordered numbers another one begins."""
    out = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=out[1:])
    return out
