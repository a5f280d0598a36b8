"""Which records hang together: connected components of pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IndexArray = NDArray[np.int32]


def components(size: int, left: IndexArray, right: IndexArray) -> NDArray[np.int64]:
    """Each record's number of the group that the pairs connect it with, from 0 in the order of the first records."""
    lead = np.arange(size, dtype=np.int32)
    while len(left):
        left, right = lead[left], lead[right]
        apart = left != right
        left, right = left[apart], right[apart]
        # Of two leads the higher follows the lower (any of several), so no circle arises.
        lead[np.maximum(left, right)] = np.minimum(left, right)
        followed = lead[lead]
        while not np.array_equal(followed, lead):
            lead, followed = followed, followed[followed]
    return np.asarray((np.cumsum(lead == np.arange(size), dtype=np.int64) - 1)[lead])
