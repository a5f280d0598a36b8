"""People found again where something has changed; all others stay as they were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.begin import first_places
from matchers.again.carry import Carried
from matchers.again.state import Others, Records
from matchers.again.tonight import Tonight
from matchers.blocks import Candidates
from matchers.labels import Decided, with_decisions
from matchers.resolve import resolve

IndexArray = NDArray[np.int32]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """Each record's connected group and person, as the position of their first record.

    `torn` are the records of groups that were taken apart, `redone` those that were looked at again, `inside` the
    pairs between the latter; `moved` those of them whose person is another one than before, or is new.
    """

    group: IndexArray
    person: IndexArray
    torn: IndexArray
    redone: Flags
    inside: IntArray
    moved: Flags


@dataclass(frozen=True)
class Before:
    """Last night's people, by tonight's records.

    `group` and `person` are -1 for records that came, and where the first record is gone; `left` are the groups that
    a record has gone from, `torn` the records of groups that were taken apart.
    """

    group: IndexArray
    person: IndexArray
    left: IndexArray
    torn: IndexArray


@dataclass(frozen=True)
class Changed:
    """Pairs of records that are new, gone or of another weight: positions tonight, and whether one may join two
    groups now."""

    left: IndexArray
    right: IndexArray
    joins: Flags


def people_before(night: Tonight, old: Records) -> tuple[Before, Before]:
    """Last night's people, before rivals were weighed and after."""
    carried, gone = night.carried(old.person), np.flatnonzero(night.after < 0)

    def one(group: Others, person: IndexArray, torn: IndexArray) -> Before:
        left = group.within(old.person)[gone]
        return Before(night.others(carried, group), person, night.still(left), night.still(torn))

    first = one(old.first_group, night.others(carried, old.first_person), old.first_torn)
    return first, one(old.group, carried, old.torn)


def touched(night: Tonight, before: Before, changed: list[Changed]) -> Flags:
    """The records whose group must be looked at again: whole groups.

    These are those that came, the groups of those that went, and the groups of changed pairs where both records
    stood in one group or may be joined now.
    """
    hit = np.zeros(night.size + 1, dtype=np.bool_)
    hit[before.left] = True
    for pairs in changed:
        one, other = before.group[pairs.left], before.group[pairs.right]
        counts = pairs.joins | (one == other)
        hit[one[counts]] = hit[other[counts]] = True
    hit[-1] = True  # no group, or one whose first record is gone
    return np.asarray(hit[before.group])


def resolve_again(
    night: Tonight, pairs: Carried, weight: FloatArray, decided: Decided, link: float, redone: Flags, before: Before
) -> People:
    """Resolve the flagged records, which are whole groups, and take all others as they were; uses up `before`.

    `weight` has the match weight of every pair.
    """
    inside = pairs.inside(redone)
    records = np.flatnonzero(redone).astype(np.int32)
    local = np.cumsum(redone, dtype=np.int32) - 1
    left, right = local[pairs.left[inside]], local[pairs.right[inside]]
    both = redone[decided.left] & redone[decided.right]
    some = Decided(local[decided.left[both]], local[decided.right[both]], decided.same[both])
    found = Candidates(left, right, np.zeros(len(inside), dtype=np.uint32), pl.DataFrame())
    # Where a person may stand many times in a register, each record is a register of its own: no rule holds.
    register = np.arange(len(records), dtype=np.int32) if night.spec.repeats else night.table.register[records]
    resolved = resolve(register, left, right, with_decisions(weight[inside], found, some), link)
    person = records[first_places(resolved.entity)]
    moved = np.zeros(night.size, dtype=np.bool_)
    moved[records] = before.person[records] != person
    # Last night's people have done their service: these take their place.
    before.group[records], before.person[records] = records[first_places(resolved.group)], person
    torn = np.concatenate([before.torn[~redone[before.torn]], records[resolved.contradicted[resolved.group]]])
    return People(before.group, before.person, np.sort(torn), redone, inside, moved)


def numbered(person: IndexArray) -> IntArray:
    """The people numbered from 0 in the order of their first records."""
    first = person == np.arange(len(person), dtype=np.int32)
    return np.asarray((np.cumsum(first) - 1)[person], dtype=np.int64)
