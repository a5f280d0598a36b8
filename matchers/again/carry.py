"""Last night's pairs among tonight's records: what stays is carried over in order, and what is new is put between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matchers.again.state import BESIDES_BIT, NEAR, RULES, Pairs
from matchers.blocks import Candidates

IndexArray = NDArray[np.int32]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]
# So many pairs at a time: what a chunk needs besides its result stays in the cache.
CHUNK: Final = 1 << 16
WORKERS: Final = 2


@dataclass(frozen=True)
class Carried:
    """Tonight's pairs, ordered: those of the record at position p as the left one from `start[p]` on.

    The evidence and nearness of those at `fresh` is still to come, `rivals` are those of the other near pairs.
    `dropped` are pairs of records that are still there, as positions tonight; `left_alone` the positions of records
    that were in a near pair which is no more.
    """

    start: IndexArray
    left: IndexArray
    right: IndexArray
    rules: NDArray[np.uint32]
    evidence: FloatArray
    rivals: FloatArray
    fresh: IntArray
    dropped: tuple[IndexArray, IndexArray]
    left_alone: IndexArray

    def inside(self, flags: Flags) -> IntArray:
        """The pairs of which both records are flagged."""
        records = np.flatnonzero(flags)
        at = _ranges(self.start[records], self.start[records + 1])
        return at[flags[self.right[at]]]


def carry(
    old: Pairs,
    before: IndexArray,
    after: IndexArray,
    lost: dict[int, IntArray],
    undecided: tuple[IndexArray, IndexArray],
    found: Candidates,
) -> Carried:
    """Carry `old` over.

    `before` has the position last night of each of tonight's records, `after` the other way round (-1 for none);
    `lost` has, for a block, the positions last night of records whose earlier pairs by it are void; `undecided` are
    the pairs that people had decided, by last night's positions. `found` are pairs that tonight's blocks and decisions
    make and last night's may not have made (positions tonight).
    """
    left, right = np.repeat(after, np.diff(old.start)), after[old.right]
    rules = old.rules.copy()
    touched = [_ranges(old.start[records], old.start[records + 1]) for records in lost.values()]
    for block, at in zip(lost, touched, strict=True):
        rules[at] &= ~np.uint32(1 << block)
    touched.append(_lower_bound(old, *undecided))
    rules[touched[-1]] &= ~BESIDES_BIT
    fresh = _not_before(old, rules, before, found)
    keep = right >= 0
    left_gone = np.flatnonzero(after < 0)
    keep[_ranges(old.start[left_gone], old.start[left_gone + 1])] = False
    at = np.concatenate(touched)
    at = np.unique(at[keep[at] & (rules[at] & RULES == 0)])
    keep[at] = False
    dropped = left[at], right[at]
    gone = np.flatnonzero(~keep)
    lonely = gone[old.rules[gone] & NEAR != 0]
    ends = np.concatenate([left[lonely], right[lonely]])
    one, other = found.left[fresh], found.right[fresh]
    insertion = _insertion(old, before, one, other)
    place = insertion - np.searchsorted(gone, insertion) + np.arange(len(fresh))
    count = np.zeros(len(before), dtype=np.int32)
    if len(after):
        np.take(np.diff(old.start), before, out=count, mode="wrap")
        count[before < 0] = 0
    left_of_gone = left[gone]
    np.subtract.at(count, left_of_gone[left_of_gone >= 0], 1)
    np.add.at(count, one, 1)
    between = _between(keep, gone, insertion, place)
    with ThreadPoolExecutor(WORKERS) as pool:
        arrays = [
            (old.evidence, np.full(len(fresh), np.nan)),
            (right, other),
            (rules, found.rules[fresh]),
        ]
        merged = list(pool.map(lambda pair: between.merged(*pair), arrays))
    return Carried(
        start=np.append(np.int32(0), np.cumsum(count, dtype=np.int32)),
        left=np.repeat(np.arange(len(before), dtype=np.int32), count),
        right=merged[1],
        rules=merged[2],
        evidence=merged[0],
        rivals=old.rivals[keep[near_pairs(old.rules)]],
        fresh=place,
        dropped=dropped,
        left_alone=ends[ends >= 0],
    )


@dataclass(frozen=True)
class _Between:
    """Which old values stay (`keep`); of the merged ones, which are old (`is_old`) and where the new ones stand
    (`place`); and where chunks of old values begin, before and after."""

    keep: Flags
    is_old: Flags
    place: IntArray
    starts: IntArray
    targets: IntArray

    def merged(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """The old values that stay with the new ones between."""
        out = np.empty(len(self.is_old), dtype=old.dtype)
        for number in range(len(self.starts) - 1):
            part, target = slice(*self.starts[number : number + 2]), slice(*self.targets[number : number + 2])
            out[target][self.is_old[target]] = old[part][self.keep[part]]
        out[self.place] = new
        return out


def _between(keep: Flags, gone: IntArray, insertion: IntArray, place: IntArray) -> _Between:
    """All old values stay but those at `gone`; before the ones at `insertion` new ones are put, to stand at `place`."""
    is_old = np.ones(len(keep) - len(gone) + len(place), dtype=np.bool_)
    is_old[place] = False
    starts = np.append(np.arange(0, len(keep), CHUNK), len(keep))
    targets = starts - np.searchsorted(gone, starts) + np.searchsorted(insertion, starts, side="right")
    return _Between(keep, is_old, place, starts, targets)


def _ranges(start: IndexArray, end: IndexArray) -> IntArray:
    """The numbers from each start to before its end, one range after the other."""
    count = (end - start).astype(np.int64)
    return np.repeat(start - np.cumsum(count) + count, count) + np.arange(int(count.sum()))


def near_pairs(rules: NDArray[np.uint32]) -> IntArray:
    """The pairs marked as near."""
    return np.flatnonzero(rules & NEAR != 0)


def _not_before(old: Pairs, rules: NDArray[np.uint32], before: IndexArray, found: Candidates) -> IntArray:
    """Note in `rules` the found pairs that there were before; give where the others stand among the found."""
    both = np.flatnonzero((before[found.left] >= 0) & (before[found.right] >= 0))
    one, other = before[found.left[both]], before[found.right[both]]
    at = _lower_bound(old, one, other)
    there = at < old.start[one + 1]
    there[there] = old.right[at[there]] == other[there]
    rules[at[there]] |= found.rules[both[there]]
    new = np.ones(found.size, dtype=np.bool_)
    new[both[there]] = False
    return np.flatnonzero(new)


def _insertion(old: Pairs, before: IndexArray, left: IndexArray, right: IndexArray) -> IntArray:
    """How many old pairs stand before each new one."""
    # Of a record that is new, the place among last night's records: before the next one that was there.
    came = np.flatnonzero(before < 0)
    last_of_run = np.append(came[1:] != came[:-1] + 1, True) if len(came) else np.zeros(0, dtype=np.bool_)
    ends = came[last_of_run] + 1
    following = np.append(before, len(old.start) - 1)[ends]
    rank = before.copy()
    rank[came] = np.repeat(following, np.diff(np.append(0, np.flatnonzero(last_of_run) + 1)))
    out = old.start[rank[left]].astype(np.int64)
    was = np.flatnonzero(before[left] >= 0)
    out[was] = _lower_bound(old, rank[left[was]], rank[right[was]])
    return out


def _lower_bound(old: Pairs, left: IndexArray, right: IndexArray) -> IntArray:
    """In the row of each `left`, the first pair whose other record is not below `right`."""
    low, high = old.start[left].astype(np.int64), old.start[left + 1].astype(np.int64)
    longest = int((high - low).max(initial=0))
    for _ in range(longest.bit_length()):
        middle = (low + high) >> 1
        below = low < high
        below[below] = old.right[middle[below]] < right[below]
        open_row = low < high
        high = np.where(open_row & ~below, middle, high)
        low = np.where(below, middle + 1, low)
    return low
