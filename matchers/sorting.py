"""Sorting numbers: Polars' sort is three times as fast as NumPy's, and most of linking is sorting."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray


def sorted_numbers(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers in ascending order."""
    return pl.Series(numbers).sort(multithreaded=False).to_numpy()


def distinct_numbers(numbers: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The distinct numbers in ascending order, and how often each occurs."""
    ordered = sorted_numbers(numbers)
    start = starts(ordered)
    return ordered[start], np.diff(np.append(np.flatnonzero(start), len(ordered)))


def starts(ordered: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Where in ordered numbers another one begins."""
    out = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=out[1:])
    return out
