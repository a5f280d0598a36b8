"""Candidate pairs after a night's changes: only the groups that a record came to or left are looked at.

A group of records that share a blocking key, at some depth of splitting, is over its limit or not. Where it was not
and is not, the pairs of those that came are new and nothing else; where it was and is, it is handed on to the groups
of the next depth; where that has changed, all its pairs are made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.lookup import places
from matchers.again.state import Depth, Part, Segment
from matchers.blocks import deeper_key, packed_pairs
from matchers.sorting import starts
from matchers.spec import Block, KeyPart, Spec

IntArray = NDArray[np.int64]
Hashed = NDArray[np.uint64]
Flags = NDArray[np.bool_]
# The hash of a part of the key for records at positions of tonight, and whether it is there.
PartOf = Callable[[KeyPart, IntArray], tuple[Hashed, Flags]]
WORKERS: Final = 2


@dataclass(frozen=True)
class Moves:
    """Who came and who went.

    `segments` has tonight's slots: last night's segments and, as the last one, those who came; `place` the position
    tonight of each slot (-1 of those who went and of slots long empty); `gone` the slots of those who went.
    """

    segments: tuple[Segment, ...]
    place: NDArray[np.int32]
    gone: IntArray

    @property
    def came(self) -> IntArray:
        """The slots of those who came."""
        return np.arange(len(self.place) - self.segments[-1].size, len(self.place))

    def key(self, row: int, slots: IntArray) -> tuple[Hashed, IntArray]:
        """The keys in the row `row` of the slots that have one, and these slots."""
        out, present = np.zeros(len(slots), dtype=np.uint64), np.zeros(len(slots), dtype=np.bool_)
        start = 0
        for segment in self.segments:
            inside = np.flatnonzero((slots >= start) & (slots < start + segment.size))
            at = slots[inside] - start
            out[inside] = segment.keys[row][at]
            present[inside] = segment.present[at] >> np.uint64(row) & np.uint64(1) > 0
            start += segment.size
        return out[present], slots[present]

    def holders(self, row: int, wanted: Hashed, cut: np.uint64) -> tuple[IntArray, IntArray]:
        """The slots of last night's records still there that have one of the wanted keys, and which one."""
        slots, which = [], []
        start = 0
        for segment in self.segments[:-1]:
            at, found = places(segment.keys[row], wanted, cut)
            has = segment.present[at] >> np.uint64(row) & np.uint64(1) > 0
            slots.append(at[has] + start)
            which.append(found[has])
            start += segment.size
        every, found = np.concatenate(slots), np.concatenate(which)
        here = self.place[every] >= 0
        return every[here], found[here]


@dataclass(frozen=True)
class Regrouped:
    """What became of one block: `pairs` are those that it makes now and need not have made before (packed), `lost`
    the positions of records whose earlier pairs by this block are all void, `report` the differences in its row."""

    pairs: Hashed
    lost: IntArray
    depths: tuple[Depth, ...]
    report: dict[str, int]


def regroup(
    spec: Spec, moves: Moves, depths: tuple[tuple[Depth, ...], ...], part_of: PartOf, cut: np.uint64
) -> list[Regrouped]:
    """What became of each block of the spec; keys are compared without their highest `cut` bits."""

    def one(number: int) -> Regrouped:
        return _of_block(number, spec.blocks[number], moves, depths[number], part_of, cut)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(len(spec.blocks))))


def changed_report(report: pl.DataFrame, regrouped: list[Regrouped]) -> pl.DataFrame:
    """The report of blocking with the night's differences."""
    added = pl.DataFrame([entry.report for entry in regrouped])
    return report.with_columns(pl.col(name) + added[name] for name in added.columns)


@dataclass(frozen=True)
class _Some:
    """Records at one depth of a block: their slots, positions tonight (-1 of those gone), keys and groups."""

    slot: IntArray
    place: IntArray
    key: Hashed
    group: IntArray

    def where(self, which: Flags) -> _Some:
        return _Some(self.slot[which], self.place[which], self.key[which], self.group[which])


@dataclass(frozen=True)
class _Groups:
    """The groups of one depth that records have come to (`came`) or left (`went`); `stay` are the others in them.

    Of groups that were and are over the limit, `stay` has none: nothing is asked of them. Of each group, `before`
    and `after` say how many records it held, `was` and `now` whether that is over the limit; `stirred` that records
    have left it which are still there.
    """

    key: Hashed
    stay: _Some
    came: _Some
    went: _Some
    before: IntArray
    after: IntArray
    was: Flags
    now: Flags
    stirred: Flags


def _of_block(
    number: int, block: Block, moves: Moves, depths: tuple[Depth, ...], part_of: PartOf, cut: np.uint64
) -> Regrouped:
    came, went = moves.key(number, moves.came), moves.key(number, moves.gone)
    pairs: list[Hashed] = []
    lost: list[IntArray] = []
    out = list(depths)
    report = dict.fromkeys(("records", "pairs", "split_records", "dropped_records", "dropped_pairs"), 0)
    for depth in range(len(block.split) + 1):
        if not len(came[0]) and not len(went[0]):
            break
        groups = _groups(number, block.limit, moves, depths[depth], depth, came, went, cut)
        _count(report, groups, depth == 0, depth == len(block.split))
        out[depth] = _with_sizes(out[depth], groups)
        void = (groups.was != groups.now) | (groups.stirred & ~groups.now)
        lost.append(groups.stay.place[void[groups.stay.group]])
        pairs.append(_new_pairs(groups, number))
        if depth == len(block.split):
            break
        # Those who come to the next depth, and those who leave it.
        comes = groups.came.where(groups.now[groups.came.group])
        fallen = groups.stay.where((groups.now & ~groups.was)[groups.stay.group])
        leaves = groups.went.where(groups.was[groups.went.group])
        risen = groups.stay.where((groups.was & ~groups.now)[groups.stay.group])
        places_there = np.concatenate([comes.place, fallen.place])
        key = np.concatenate([comes.key, fallen.key])
        if len(key):
            key = deeper_key(key, *part_of(block.split[depth], places_there))
        came = key, np.concatenate([comes.slot, fallen.slot])
        went = _keys_of(depths[depth + 1].parts, np.concatenate([leaves.slot, risen.slot]))
        out[depth + 1] = _with_part(depths[depth + 1], came, int(moves.came[0]) if len(moves.came) else 0)
    return Regrouped(
        np.concatenate(pairs) if pairs else np.zeros(0, dtype=np.uint64),
        np.concatenate(lost) if lost else np.zeros(0, dtype=np.int64),
        tuple(out),
        report,
    )


def _groups(
    number: int,
    limit: int,
    moves: Moves,
    known: Depth,
    depth: int,
    comes: tuple[Hashed, IntArray],
    goes: tuple[Hashed, IntArray],
    cut: np.uint64,
) -> _Groups:
    asked = np.concatenate([comes[0], goes[0]]) << cut
    order = np.argsort(asked)
    first = starts(asked[order])
    wanted = asked[order][first]
    count = len(wanted)
    group = np.empty(len(asked), dtype=np.int64)
    group[order] = np.cumsum(first) - 1
    came, went = (
        _Some(slots, moves.place[slots].astype(np.int64), key, group[part])
        for (key, slots), part in ((comes, slice(0, len(comes[0]))), (goes, slice(len(comes[0]), None)))
    )
    arriving = np.bincount(came.group, minlength=count)
    leaving = np.bincount(went.group, minlength=count)
    large = np.zeros(count, dtype=np.int64)
    if len(known.over):
        at = np.minimum(np.searchsorted(known.over, wanted), len(known.over) - 1)
        large = np.where(known.over[at] == wanted, known.size[at], 0)
    # A record alone is no group, whatever the limit.
    most = max(limit, 1)
    heavy = (large > 0) & (large - leaving + arriving > most)
    light = np.flatnonzero(~heavy)
    if depth == 0:
        slots, which = moves.holders(number, wanted[light], cut)
        key = moves.key(number, slots)[0]
    else:
        slots, key, which = _holders(known.parts, wanted[light], cut)
        # Of those still there, some leave this depth or come back to it.
        turned = np.zeros(len(moves.place), dtype=np.bool_)
        turned[went.slot] = turned[came.slot] = True
        here = (moves.place[slots] >= 0) & ~turned[slots]
        slots, which, key = slots[here], which[here], key[here]
    stay = _Some(slots, moves.place[slots].astype(np.int64), key, light[which])
    staying = np.bincount(stay.group, minlength=count)
    before = np.where(heavy, large, staying + leaving)
    after = before - leaving + arriving
    stirred = np.bincount(went.group[went.place >= 0], minlength=count) > 0
    return _Groups(wanted, stay, came, went, before, after, before > most, after > most, stirred)


def _with_sizes(depth: Depth, groups: _Groups) -> Depth:
    """The depth with the sizes of its groups over the limit as they are now."""
    over, size = depth.over, depth.size.copy()
    at = np.searchsorted(over, groups.key)
    both = groups.was & groups.now
    size[at[both]] = groups.after[both]
    fell, rose = at[groups.was & ~groups.now], ~groups.was & groups.now
    at = at[rose] - np.searchsorted(fell, at[rose])
    over = np.insert(np.delete(over, fell), at, groups.key[rose])
    return replace(depth, over=over, size=np.insert(np.delete(size, fell), at, groups.after[rose]))


def _count(report: dict[str, int], groups: _Groups, first: bool, last: bool) -> None:
    """Add what this depth changes in the block's row of the report."""
    for size, over, sign in ((groups.after, groups.now, 1), (groups.before, groups.was, -1)):
        within = size[~over & (size > 1)]
        report["records"] += sign * int(within.sum())
        report["pairs"] += sign * int((within * (within - 1) // 2).sum())
        beyond = size[over]
        if first:
            report["split_records"] += sign * int(beyond.sum())
        if last:
            report["dropped_records"] += sign * int(beyond.sum())
            report["dropped_pairs"] += sign * int((beyond * (beyond - 1) // 2).sum())


def _new_pairs(groups: _Groups, number: int) -> Hashed:
    """The pairs of those who came; of groups whose pairs are all made anew, every pair."""
    whole = (groups.was | groups.stirred) & ~groups.now
    makes = ~groups.now & (groups.after > 1)
    makes &= whole | (np.bincount(groups.came.group, minlength=len(whole)) > 0)
    stay, came = groups.stay.where(makes[groups.stay.group]), groups.came.where(makes[groups.came.group])
    # Group, position and whether it came as one number: sorted, the members of a group stand together, in order.
    member = np.concatenate([stay.group << 32 | stay.place << 1, came.group << 32 | came.place << 1 | 1])
    member.sort()
    group, place = member >> 32, (member >> 1 & 0x7FFFFFFF).astype(np.uint64)
    first = np.flatnonzero(starts(group.astype(np.uint64)))
    size = np.diff(np.append(first, len(group)))
    at = np.arange(len(group))
    partners = np.repeat(first + size, size) - at - 1
    left = np.repeat(at, partners)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(partners) - partners, partners)
    new = (member & 1).astype(np.bool_) | whole[group]
    wanted = new[left] | new[right]
    return packed_pairs(place[left[wanted]], place[right[wanted]], np.uint64(number))


def _holders(parts: tuple[Part, ...], wanted: Hashed, cut: np.uint64) -> tuple[IntArray, Hashed, IntArray]:
    """The slots that have one of the wanted keys, their keys, and which one it is."""
    found = [places(part.key, wanted, cut) for part in parts]
    slots = [part.slot[at].astype(np.int64) for part, (at, _) in zip(parts, found, strict=True)]
    keys = [part.key[at] for part, (at, _) in zip(parts, found, strict=True)]
    return np.concatenate(slots), np.concatenate(keys), np.concatenate([which for _, which in found])


def _keys_of(parts: tuple[Part, ...], slots: IntArray) -> tuple[Hashed, IntArray]:
    """The keys of slots that have come so deep, and the slots."""
    out, there = np.zeros(len(slots), dtype=np.uint64), np.zeros(len(slots), dtype=np.bool_)
    for part in parts:
        at = np.searchsorted(part.slot, slots.astype(np.int32))
        inside = np.flatnonzero(at < len(part.slot))
        inside = inside[part.slot[at[inside]] == slots[inside]]
        out[inside], there[inside] = part.key[at[inside]], True
    return out[there], slots[there]


def _with_part(depth: Depth, came: tuple[Hashed, IntArray], fresh: int) -> Depth:
    """The depth with those who came; slots from `fresh` on are new tonight.

    Who leaves keeps his row: it tells nothing until he comes again.
    """
    again = came[1][came[1] < fresh]
    new = (came[1] >= fresh) | ~np.isin(came[1], _keys_of(depth.parts, again)[1])
    slot, key = came[1][new], came[0][new]
    if not len(slot):
        return depth
    order = np.argsort(slot)
    return replace(depth, parts=(*depth.parts, Part(slot[order].astype(np.int32), key[order])))
