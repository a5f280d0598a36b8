"""The best way to part a few records into people: every way is weighed, and the best overall taken."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Eight records can be parted in 4,140 ways, nine in 21,147.
LARGEST: Final = 8
# A sum of evidence that no way of parting may rest on.
NEVER: Final = -1e6
# Bits that joining two records costs of which nothing is known: of two equal ways the one that joins less is taken.
UNKNOWN: Final = -0.01
_AT_A_TIME: Final = 2_000


@cache
def partitions(size: int) -> tuple[NDArray[np.int64], FloatArray]:
    """All ways of parting `size` records: labels (a row a way, a column a record), and which pairs stand together.

    Pairs are in the order of `np.triu_indices(size, 1)`. The first way is everyone together; the last, everyone alone.
    """
    labels = [[0]]
    for _ in range(size - 1):
        labels = [[*way, label] for way in labels for label in range(max(way) + 2)]
    ways = np.array(labels, dtype=np.int64)
    low, high = np.triu_indices(size, 1)
    return ways, (ways[:, low] == ways[:, high]).astype(np.float64)


def best_partitions(weight: FloatArray, size: int) -> IntArray:
    """The best way of parting each of several groups of `size` records.

    `weight` has a row a group and a column a pair (order of `np.triu_indices(size, 1)`): the evidence in bits for the
    two being one person. The best way has the greatest sum over the pairs it puts together. Returns labels, a row a
    group and a column a record, numbered from 0 in the order of each part's first record.
    """
    ways, together = partitions(size)
    best = [
        (weight[start : start + _AT_A_TIME] @ together.T).argmax(axis=1) for start in range(0, len(weight), _AT_A_TIME)
    ]
    return np.asarray(ways[np.concatenate(best)])
