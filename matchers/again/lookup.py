"""Finding few numbers among many, in one pass over the many."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Hashed = NDArray[np.uint64]
IntArray = NDArray[np.int64]

# The table that a pass asks first has so many places for each wanted number that few others come through by chance,
# and no more than stay in the cache.
SPARSE: Final = 6
LEAST_BITS: Final = 12
MOST_BITS: Final = 22
CHUNK: Final = 1 << 16
ALL: Final = np.uint64(0)


def places(many: Hashed, wanted: Hashed, cut: np.uint64 = ALL) -> tuple[IntArray, IntArray]:
    """Where the numbers `many` are among the `wanted` (each once): their places, and which wanted one it is.

    Numbers are compared without their highest `cut` bits, and `wanted` has them shifted out already.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if not len(wanted) or not len(many):
        return nothing, nothing
    bits = min(max(len(wanted).bit_length() + SPARSE, LEAST_BITS), MOST_BITS, 64 - int(cut))
    mask = np.uint64((1 << bits) - 1)
    own = (wanted >> cut & mask).astype(np.intp)
    there = np.zeros(1 << bits, dtype=np.bool_)
    there[own] = True
    found = []
    low = np.empty(CHUNK, dtype=np.intp)
    for start in range(0, len(many), CHUNK):
        part = many[start : start + CHUNK]
        at = low[: len(part)]
        np.bitwise_and(part, mask, out=at.view(np.uint64))
        found.append(np.flatnonzero(there[at]) + start)
    at = np.concatenate(found)
    asked = many[at] << cut
    first = np.zeros(1 << bits, dtype=np.int32)
    first[own] = np.arange(len(wanted), dtype=np.int32)
    which = first[(many[at] & mask).astype(np.intp)].astype(np.int64)
    # Of several wanted numbers in one place the table knows the last: the others are looked for among themselves.
    others = np.flatnonzero(first[own] != np.arange(len(wanted)))
    if len(others):
        others = others[np.argsort(wanted[others])]
        unsure = np.flatnonzero(wanted[which] != asked)
        of = np.minimum(np.searchsorted(wanted[others], asked[unsure]), len(others) - 1)
        which[unsure] = others[of]
    right = wanted[which] == asked
    return at[right], which[right]
