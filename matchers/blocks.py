"""Candidate pairs: a union of equi-joins on keys, each bounded, with the rules that found a pair kept as bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.spec import Spec
from matchers.table import Table, key_hash

_RULE_BITS = np.uint64(4)
_INDEX_BITS = np.uint64(30)
_INDEX_MASK = np.uint64((1 << 30) - 1)


@dataclass(frozen=True)
class Candidates:
    """Pairs of record positions, `left < right`, ordered; `rules` has a bit for each block that found the pair."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    rules: NDArray[np.uint16]
    report: pl.DataFrame

    @property
    def size(self) -> int:
        """How many pairs there are."""
        return len(self.left)


def candidates(table: Table, spec: Spec) -> Candidates:
    """All pairs of records that share a blocking key.

    `report` has a row a block: `block, records, pairs, split_records, dropped_records, dropped_pairs` (records in
    blocks that stayed over the limit after every split are left out of that block, and counted here).
    """
    packed: list[NDArray[np.uint64]] = []
    rows: list[dict[str, object]] = []
    for number, block in enumerate(spec.blocks):
        key, present = key_hash(table, block.key)
        members = np.flatnonzero(present)
        pairs: list[NDArray[np.uint64]] = []
        split_records = 0
        total = 0
        for depth in range(len(block.split) + 1):
            small, members = _within_limit(key, members, block.limit)
            pairs.append(_pairs(key, small, np.uint64(number)))
            total += len(small)
            if depth == 0:
                split_records = len(members)
            if depth == len(block.split) or not len(members):
                break
            finer, filled = key_hash(table, (block.split[depth],))
            key = (key ^ finer) * np.uint64(0xD6E8FEB86659FD93)
            # Absent values stay a group of their own: a record without a village is not lost from the block.
            key = np.where(filled, key, key + np.uint64(1))
        packed.extend(pairs)
        rows.append(
            {
                "block": block.name,
                "records": total,
                "pairs": sum(len(piece) for piece in pairs),
                "split_records": split_records,
                "dropped_records": len(members),
                "dropped_pairs": _count_pairs(key, members),
            }
        )
    return _unique(packed, pl.DataFrame(rows))


def _groups(key: NDArray[np.uint64], members: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The members ordered by key (then position), and the size of the group each stands in."""
    order = members[np.argsort(key[members], kind="stable")]
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(order) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(order)])
    return order, np.repeat(sizes, sizes)


def _within_limit(
    key: NDArray[np.uint64], members: NDArray[np.int64], limit: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order, size = _groups(key, members)
    return order[(size <= limit) & (size > 1)], np.sort(order[size > limit])


def _count_pairs(key: NDArray[np.uint64], members: NDArray[np.int64]) -> int:
    _, size = _groups(key, members)
    return int((size - 1).sum() // 2)


def _pairs(key: NDArray[np.uint64], members: NDArray[np.int64], number: np.uint64) -> NDArray[np.uint64]:
    order, size = _groups(key, members)
    if not len(order):
        return np.zeros(0, dtype=np.uint64)
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(order)])
    place = np.arange(len(order)) - np.repeat(starts, lengths)
    partners = size - 1 - place
    left = np.repeat(np.arange(len(order)), partners)
    first = np.repeat(np.cumsum(partners) - partners, partners)
    right = left + 1 + (np.arange(len(left)) - first)
    one, other = order[left].astype(np.uint64), order[right].astype(np.uint64)
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.asarray((((low << _INDEX_BITS) | high) << _RULE_BITS) | number)


def _unique(packed: list[NDArray[np.uint64]], report: pl.DataFrame) -> Candidates:
    every = np.concatenate(packed) if packed else np.zeros(0, dtype=np.uint64)
    every.sort()
    pair = every >> _RULE_BITS
    starts = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]) if len(pair) else np.zeros(0, dtype=np.int64)
    bits = np.left_shift(np.uint16(1), (every & np.uint64(15)).astype(np.uint16))
    rules = np.bitwise_or.reduceat(bits, starts) if len(starts) else np.zeros(0, dtype=np.uint16)
    pair = pair[starts]
    return Candidates(
        left=(pair >> _INDEX_BITS).astype(np.int32),
        right=(pair & _INDEX_MASK).astype(np.int32),
        rules=rules,
        report=report,
    )
