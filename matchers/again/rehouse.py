"""Linked households from night to night: only people of households that a record came to or left are counted again.

What is found is what `matchers.households.link_households` finds. Household numbers and people are known by their
hashes here, and of households that are one, the number with the lowest hash stands for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from matchers.households import MOST_HOUSEHOLDS, MOST_NUMBERS, SHARED
from matchers.sorting import sorted_numbers, starts
from matchers.spec import LINKED_HOUSEHOLD, Spec

IntArray = NDArray[np.int64]
Hashed = NDArray[np.uint64]
Flags = NDArray[np.bool_]
# Who stands where: hashes of people and of household numbers, record by record.
Places = tuple[Hashed, Hashed]
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Sharing:
    """Two households each, the lower hash first, and how many people stand in both; ordered by a hash of the two."""

    pair: Hashed
    one: Hashed
    other: Hashed
    people: IntArray


@dataclass(frozen=True)
class Households:
    """For each way of knowing people, who shares them; and for household numbers that are linked with others
    (`number`, ordered) the one that stands for them all (`same`)."""

    sharing: tuple[Sharing, ...]
    number: Hashed
    same: Hashed

    def linked(self, records: pl.DataFrame, spec: Spec) -> pl.Series:
        """The column `linked_household` of some records: equal where households are one, null where there is none."""
        assert spec.household is not None
        numbers = records[spec.household]
        hashed = numbers.hash(seed=7).to_numpy()
        at = np.minimum(np.searchsorted(self.number, hashed), max(len(self.number) - 1, 0))
        same = np.where(self.number[at] == hashed, self.same[at], hashed) if len(self.number) else hashed
        there = numbers.is_not_null()
        return pl.select(pl.when(there).then(pl.Series(same))).to_series().alias(LINKED_HOUSEHOLD)


def by_hash(spec: Spec) -> bool:
    """Whether linked households are only asked to be equal, so that a hash serves for the number."""
    blocks = (part for block in spec.blocks for part in (*block.key, *block.split))
    compared = (c for c in spec.comparisons if c.kind != "category" and c.column == LINKED_HOUSEHOLD)
    keys = (c for c in spec.comparisons if c.kind in {"name", "cross"} and c.key == LINKED_HOUSEHOLD)
    whole = all(part.part is None for part in blocks if part.column == LINKED_HOUSEHOLD)
    return bool(spec.household and spec.household_people) and whole and not any(compared) and not any(keys)


def standing(frame: pl.DataFrame, spec: Spec) -> list[tuple[Hashed, Flags]]:
    """For each record the hash of its household, then of its person in each way of knowing people; and who has one."""
    assert spec.household is not None
    house = frame[spec.household]
    out = [(house.hash(seed=7).to_numpy(), house.is_not_null().to_numpy())]
    for people in spec.household_people:
        there = frame.select(pl.all_horizontal(pl.col(people).is_not_null())).to_series().to_numpy()
        out.append((frame.select(people).hash_rows(seed=7).to_numpy(), there & out[0][1]))
    return out


def households(frame: pl.DataFrame, spec: Spec) -> Households:
    """The linked households of all records."""
    (house, _), *people = standing(frame, spec)
    nothing = np.zeros(0, dtype=np.uint64)
    nobody = Sharing(nothing, nothing, nothing, np.zeros(0, dtype=np.int64))
    sharing = []
    for person, there in people:
        shared = _shared(*_in_several(person[there], house[there]))
        sharing.append(_updated(nobody, (nothing, nothing), shared))
    return _linked(tuple(sharing))


def rehouse(old: Households, went: list[Places], came: list[Places], stay: list[Places]) -> tuple[Households, Hashed]:
    """Tonight's linked households, and the numbers for which another one stands than last night.

    For each way of knowing people: those of records that went and that came, and of all other records of the same
    people.
    """
    sharing = []
    for known, gone, new, rest in zip(old.sharing, went, came, stay, strict=True):
        before = _shared(*(np.concatenate(sides) for sides in zip(gone, rest, strict=True)))
        after = _shared(*(np.concatenate(sides) for sides in zip(new, rest, strict=True)))
        sharing.append(_updated(known, before, after))
    new_houses = _linked(tuple(sharing))
    every = np.unique(np.concatenate([old.number, new_houses.number]))
    other = _same_of(old, every) != _same_of(new_houses, every)
    return new_houses, every[other]


def _same_of(houses: Households, numbers: Hashed) -> Hashed:
    at = np.minimum(np.searchsorted(houses.number, numbers), max(len(houses.number) - 1, 0))
    return np.where(houses.number[at] == numbers, houses.same[at], numbers) if len(houses.number) else numbers


def _in_several(person: Hashed, house: Hashed) -> Places:
    """The records of people who stand in more than one household, and of some others."""
    bits = np.uint64(max(len(person).bit_length(), 1))
    ordered = sorted_numbers(person >> bits << bits | np.arange(len(person), dtype=np.uint64))
    place = (ordered & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    start = starts(ordered >> bits)
    whose = np.cumsum(start) - 1
    first = place[start]
    several = np.zeros(len(first), dtype=np.bool_)
    several[whose[house[place] != house[first[whose]]]] = True
    some = place[several[whose]]
    return person[some], house[some]


def _shared(person: Hashed, house: Hashed) -> tuple[Hashed, Hashed]:
    """Each two households that a person stands in, the lower one first; once a person."""
    order = np.lexsort((house, person))
    person, house = person[order], house[order]
    once = starts(person)
    once[1:] |= house[1:] != house[:-1]
    person, house = person[once], house[once]
    start = np.flatnonzero(starts(person))
    size = np.diff(np.append(start, len(person)))
    keep = np.repeat((size > 1) & (size <= MOST_HOUSEHOLDS), size)
    person, house = person[keep], house[keep]
    start = np.flatnonzero(starts(person))
    size = np.diff(np.append(start, len(person)))
    at = np.arange(len(person))
    partners = np.repeat(start + size, size) - at - 1
    left = np.repeat(at, partners)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(partners) - partners, partners)
    return house[left], house[right]


def _pair(one: Hashed, other: Hashed) -> Hashed:
    """A hash of two households."""
    mixed = one * _MIX
    return np.asarray((mixed ^ mixed >> np.uint64(29) ^ other) * _MIX)


def _updated(known: Sharing, before: tuple[Hashed, Hashed], after: tuple[Hashed, Hashed]) -> Sharing:
    """The counts with one person less for each pair in `before`, and one more for each in `after`."""
    one, other = np.append(before[0], after[0]), np.append(before[1], after[1])
    sign = np.ones(len(one), dtype=np.int64)
    sign[: len(before[0])] = -1
    pair, first, whose = np.unique(_pair(one, other), return_index=True, return_inverse=True)
    more = np.bincount(whose, weights=sign, minlength=len(pair)).astype(np.int64)
    at = np.searchsorted(known.pair, pair)
    there = at < len(known.pair)
    there[there] = known.pair[at[there]] == pair[there]
    people = known.people.copy()
    people[at[there]] += more[there]
    new = ~there
    arrays: list[NDArray[Any]] = [
        np.insert(old, at[new], fresh[new])
        for old, fresh in (
            (known.pair, pair),
            (known.one, one[first]),
            (known.other, other[first]),
            (people, more),
        )
    ]
    keep = arrays[3] > 0
    return Sharing(arrays[0][keep], arrays[1][keep], arrays[2][keep], arrays[3][keep])


def _linked(sharing: tuple[Sharing, ...]) -> Households:
    """Households are one when enough people stand in both, in one of the ways of knowing them."""
    enough = [shared.people >= SHARED for shared in sharing]
    one = np.concatenate([shared.one[many] for shared, many in zip(sharing, enough, strict=True)])
    other = np.concatenate([shared.other[many] for shared, many in zip(sharing, enough, strict=True)])
    number = np.unique(np.concatenate([one, other]))
    left, right = np.searchsorted(number, one), np.searchsorted(number, other)
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(number), len(number)))
    _, group = connected_components(graph, directed=False)
    first = np.zeros(len(number), dtype=np.int64)
    first[group[::-1]] = np.arange(len(number) - 1, -1, -1)
    few = np.bincount(group, minlength=1)[group] <= MOST_NUMBERS
    return Households(sharing, number, np.where(few, number[first[group]], number))
