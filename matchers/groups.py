"""The groups that candidate pairs fall into: their two sources, and whether both records stand in one register."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.model import Group
from matchers.table import Table

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int32]

# The least share of pairs of two sources, or of one register with itself, taken to be one person before any is seen.
LEAST_SAME: Final = 1e-4


def pair_groups(table: Table, left: IndexArray, right: IndexArray) -> NDArray[np.int32]:
    """Each pair's group number: its two sources (in order), and whether both stand in one register."""
    sources = len(table.sources)
    one, other = table.source[left], table.source[right]
    low, high = np.minimum(one, other), np.maximum(one, other)
    same_register = table.register[left] == table.register[right]
    return np.asarray((low * sources + high) * 2 + same_register, dtype=np.int32)


def empty_groups(table: Table, household_pairs: int, presumed: bool = False) -> tuple[Group, ...]:
    """All groups in the order of `pair_groups`, with how many pairs of records each holds.

    `household_pairs` is how many pairs of one register share a household; when relatives are only `presumed`, a first
    guess is that there are as many of them as pairs of one person.
    """
    count = len(table.sources)
    size = np.bincount(table.source, minlength=count).astype(float)
    register_size = np.bincount(table.register).astype(float)
    source_of = np.zeros(len(register_size), dtype=np.int64)
    source_of[table.register] = table.source
    inside = np.zeros(count)
    np.add.at(inside, source_of, register_size * (register_size - 1) / 2)
    groups = []
    for low in range(count):
        for high in range(count):
            for one_register in (False, True):
                if low > high or (one_register and low != high):
                    pairs = 0.0
                elif low == high:
                    pairs = inside[low] if one_register else size[low] * (size[low] - 1) / 2 - inside[low]
                else:
                    pairs = size[low] * size[high]
                least = LEAST_SAME * min(size[low], size[high])
                share = float(inside[low] / max(inside.sum(), 1.0)) if one_register else 0.0
                same = (0.01 if low == high else 0.3) * min(size[low], size[high]) + least if pairs > 0 else 0.0
                relatives = same if presumed else household_pairs * share
                groups.append(
                    Group(table.sources[low], table.sources[high], one_register, max(pairs, 0.0), same, relatives)
                )
    return tuple(groups)


def group_shares(groups: tuple[Group, ...], group: NDArray[np.int32] | NDArray[np.int64]) -> tuple[FloatArray, ...]:
    """For each pair, how many pairs of its group are one person, relatives and strangers."""
    same = np.array([g.same for g in groups])
    relatives = np.array([g.relatives for g in groups])
    strangers = np.array([max(g.pairs - g.same - g.relatives, 1.0) for g in groups])
    return same[group], relatives[group], strangers[group]
