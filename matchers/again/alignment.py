"""Which of tonight's records are last night's: rows with the same content, in the same order."""

from __future__ import annotations

from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.lookup import places
from matchers.again.rehouse import by_hash
from matchers.again.state import State
from matchers.households import link_households
from matchers.spec import LINKED_HOUSEHOLD, Spec

IndexArray = NDArray[np.int32]
IntArray = NDArray[np.int64]
Hashed = NDArray[np.uint64]

# Every so many rows one is looked up among all of last night's.
EVERY: Final = 64
# So many anchors at a time: what is between them stays in the cache.
CHUNK: Final = 1 << 10
WORKERS: Final = 2


@dataclass(frozen=True)
class Aligned:
    """Tonight's records beside last night's.

    `frame` has tonight's records in the order of their ids, `content` a hash of each one's compared columns; `before`
    is each record's position last night, -1 for what is new; it rises from record to record. `gone` is how many of
    last night's records have no like tonight.
    """

    frame: pl.DataFrame
    content: Hashed
    before: IndexArray
    gone: int

    @property
    def changed(self) -> float:
        """The share of records that are new or gone."""
        new = int((self.before < 0).sum())
        return (new + self.gone) / max(2 * len(self.before) + self.gone - new, 1)


def ordered(frame: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """The columns that the spec reads, in the order of the records' ids.

    Linked households are left out where they are to be made by their hashes (`matchers.again.rehouse`).
    """
    if LINKED_HOUSEHOLD in frame.columns or not spec.household_people:
        frame = frame.select(spec.columns)
    elif by_hash(spec):
        frame = frame.select(spec.given_columns)
    else:
        frame = link_households(frame, spec).select(spec.columns)
    ids = frame[spec.record]
    return frame if ids.is_sorted() else frame.sort(spec.record)


def contents(frame: pl.DataFrame, spec: Spec) -> Hashed:
    """A hash of each row, its id left out."""
    compared = frame.drop(spec.record)
    half = (frame.height + 1) // 2
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = pool.map(lambda start: compared.slice(start, half).hash_rows(seed=7).to_numpy(), (0, half))
    return np.concatenate(list(parts))


def align(frame: pl.DataFrame, spec: Spec, state: State) -> Aligned:
    """Find which of the records of `frame` are those of which the night before has left `state`.

    Of several equal rows the first is taken for the first, and so on. A record that has changed its place among the
    others counts as new: those that are the same stand in the same order on both nights.
    """
    frame = ordered(frame, spec)
    content = contents(frame, spec)
    before = _in_order(_same_rows(state.records.content, content))
    return Aligned(frame, content, before, state.records.size - int((before >= 0).sum()))


def _same_rows(old: Hashed, new: Hashed) -> IndexArray:
    """For each new row the place of an old one with the same hash that no other new row has; -1 where there is none."""
    out = _same_beside_anchors(old, new)
    open_new = np.flatnonzero(out < 0)
    taken = np.zeros(len(old), dtype=np.bool_)
    taken[out[out >= 0]] = True
    open_old = np.flatnonzero(~taken)
    rest = _same_anywhere(old[open_old], new[open_new])
    out[open_new[rest >= 0]] = open_old[rest[rest >= 0]]
    return out


def _same_beside_anchors(old: Hashed, new: Hashed) -> IndexArray:
    """The same for most rows, where the order is much the same: found by how far some rows have moved.

    A row between two such anchors has moved as far as the one before it or the one after it, unless both a row came
    and another went between them.
    """
    out = np.full(len(new), -1, dtype=np.int32)
    wanted, first, count = np.unique(new[::EVERY], return_index=True, return_counts=True)
    at, which = places(old, wanted)
    seen = np.bincount(which, minlength=len(wanted))
    alone = (seen[which] == 1) & (count[which] == 1)
    anchor = np.full(-(-len(new) // EVERY), -1, dtype=np.int32)
    anchor[first[which[alone]]] = at[alone]
    anchor = _in_order(anchor)
    known = np.flatnonzero(anchor >= 0)
    if not len(known):
        return out
    moved = anchor[known] - known.astype(np.int32) * EVERY
    bounds = np.concatenate([[0], anchor[known[1:]], [len(old)]]).astype(np.int32)
    length = np.diff(np.concatenate([[0], known[1:] * EVERY, [len(new)]]))
    # Two anchors bound the places of the rows between them, so that no two rows are given one place.
    taken = np.zeros(len(old), dtype=np.bool_)
    end = 0
    for number in range(0, len(length), CHUNK):
        some = slice(number, number + CHUNK)
        size = length[some]
        begin, end = end, end + int(size.sum())
        rows = np.arange(begin, end, dtype=np.int32)
        low, high = np.repeat(bounds[:-1][some], size), np.repeat(bounds[1:][some], size)
        for shift in (moved, np.append(moved[1:], moved[-1])):
            place = rows + np.repeat(shift[some], size)
            inside = np.clip(place, 0, len(old) - 1)
            same = (old[inside] == new[rows]) & (place >= low) & (place < high) & (out[rows] < 0) & ~taken[inside]
            out[rows[same]] = place[same]
            taken[place[same]] = True
    return out


def _same_anywhere(old: Hashed, new: Hashed) -> IndexArray:
    """For each new row the place of the old one with the same hash, the i-th for the i-th; -1 where there is none."""
    bits = np.uint64(max(len(old), len(new), 1).bit_length())
    # Hash, night and place as one number: sorted, a row stands beside its like.
    places = (np.uint64(1) << bits) - np.uint64(1)
    every = np.concatenate([old, new]) << (bits + np.uint64(1))
    every[: len(old)] |= np.arange(len(old), dtype=np.uint64)
    every[len(old) :] |= np.arange(len(new), dtype=np.uint64) | (places + np.uint64(1))
    every.sort()
    is_new = (every >> bits & np.uint64(1)).astype(np.bool_)
    same = every[1:] >> (bits + np.uint64(1)) == every[:-1] >> (bits + np.uint64(1))
    place = (every & places).astype(np.int32)
    out = np.full(len(new), -1, dtype=np.int32)
    # Nearly all rows are alone with their like; where more are alike, the i-th new row follows the i-th old one by
    # as many places as there are old ones.
    start = np.flatnonzero(np.append(True, ~same)) if len(every) else np.zeros(0, dtype=np.int64)
    size = np.diff(np.append(start, len(every)))
    olds = np.add.reduceat((~is_new).astype(np.int64), start) if len(start) else start
    single = (size == 2) & (olds == 1)
    at = start[single]
    out[place[at + 1]] = place[at]
    several = np.flatnonzero((size > 2) & (olds > 0) & (olds < size))
    begin, count, of_old = start[several], size[several], olds[several]
    pairs = np.minimum(of_old, count - of_old)
    first = np.repeat(begin, pairs) + np.arange(int(pairs.sum())) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    out[place[first + np.repeat(of_old, pairs)]] = place[first]
    # The hashes were cut to make room: whole ones decide.
    found = np.flatnonzero(out >= 0)
    out[found[old[out[found]] != new[found]]] = -1
    return out


def _in_order(before: IndexArray) -> IndexArray:
    """Leave out what stands in another order than before, as little as can be."""
    at = np.flatnonzero(before >= 0)
    place = before[at]
    if not np.any(place[1:] <= place[:-1]):
        return before
    highest = np.maximum.accumulate(place)
    lowest = np.minimum.accumulate(place[::-1])[::-1]
    settled = (place >= highest) & (place <= lowest)  # after all before it and before all after it
    keep = settled.copy()
    open_at = np.flatnonzero(~settled)
    for run in np.split(open_at, np.flatnonzero(np.diff(open_at) > 1) + 1):
        keep[run[_longest_rise(place[run].tolist())]] = True
    out = before.copy()
    out[at[~keep]] = -1
    return out


def _longest_rise(values: list[int]) -> list[int]:
    """Where the longest rising run through a list of different numbers stands."""
    ends: list[int] = []
    last: list[int] = []
    follows: list[int] = []
    for number, value in enumerate(values):
        length = bisect_left(ends, value)
        if length == len(ends):
            ends.append(value)
            last.append(number)
        else:
            ends[length], last[length] = value, number
        follows.append(last[length - 1] if length else -1)
    out: list[int] = []
    number = last[-1] if last else -1
    while number >= 0:
        out.append(number)
        number = follows[number]
    return out[::-1]
