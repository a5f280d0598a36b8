"""Small cells: counts of one to a few people that must not stand in a table for outsiders, nor be reckoned from it.

A small count is hidden (`SMALL`, shown as `<5`). Where a total is shown, another count must be hidden with it
(`OTHER`, shown as `*`), else the total less the rest gives the count away. Two things hold of what is shown at the end:

1. no hidden count is the sum and difference of shown ones, over all totals together (exact linear algebra);
2. within one total the marks leave each hidden count more than one value: five times `<5` under a total of 5 do not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, TypeVar

SMALL, OTHER = "small", "other"
Key = TypeVar("Key", bound=Hashable)
Terms = dict[int, int]
# Rows are reduced in whole numbers modulo this prime: exact but for a chance of one in billions.
PRIME = (1 << 61) - 1


@dataclass(frozen=True)
class Sum(Generic[Key]):
    """`total` is the sum of `parts`; all are keys of the counts."""

    total: Key
    parts: tuple[Key, ...]


@dataclass
class _Table(Generic[Key]):
    """The counts by number, the sums over them, and what is hidden so far."""

    keys: list[Key]
    counts: list[int]
    totals: list[int]
    sums: list[tuple[int, ...]]
    least: int
    sums_of: list[list[int]] = field(default_factory=list)
    nothing: frozenset[int] = frozenset()  # what every reader knows to be 0, and hiding would not hide
    hidden: dict[int, str] = field(default_factory=dict)


def hide(counts: Mapping[Key, int], sums: Iterable[Sum[Key]], least: int) -> dict[Key, str]:
    """Which counts are hidden: key -> SMALL or OTHER.

    counts: whole numbers from 0. sums: what adds up to what, as whoever reads the tables knows it; a key that is not in
    `counts` is nothing. least: the smallest count that may be shown; 0 itself tells of nobody and may. With `least` 1
    or less nothing is hidden. Equal counts and sums give equal answers.
    """
    if least <= 1:
        return {}
    table = _table(counts, sums, least)
    table.hidden = {place: SMALL for place, count in enumerate(table.counts) if 0 < count < least}
    todo = set(range(len(table.sums)))
    while todo:
        todo = _hide_more(table, todo)
        if not todo:
            todo = _hide_combined(table)
    return {table.keys[place]: mark for place, mark in table.hidden.items()}


def _table(counts: Mapping[Key, int], sums: Iterable[Sum[Key]], least: int) -> _Table[Key]:
    keys = sorted(counts, key=repr)
    place = {key: number for number, key in enumerate(keys)}
    rows = []
    for one in sums:
        parts = tuple(place[key] for key in one.parts if key in place)
        if one.total in place and place[one.total] not in parts:
            rows.append((place[one.total], *parts))
    rows = list(dict.fromkeys(rows))
    numbers = [counts[key] for key in keys]
    nothing = _known_nothing(row for row in rows if not any(numbers[place] for place in row))
    rows = [row for row in rows if len(row) > 1]
    table = _Table(keys, numbers, [row[0] for row in rows], rows, least, nothing=nothing)
    table.sums_of = [[] for _ in keys]
    for number, row in enumerate(rows):
        for one_place in set(row):
            table.sums_of[one_place].append(number)
    return table


def _known_nothing(empty: Iterable[tuple[int, ...]]) -> frozenset[int]:
    """The counts that must be 0: totals of no parts, totals of parts that are 0, and parts of a total that is 0.

    empty: the sums in which every count is 0.
    """
    rows = list(empty)
    nothing: set[int] = set()
    before = -1
    while before < len(nothing):
        before = len(nothing)
        for row in rows:
            if row[0] in nothing or nothing.issuperset(row[1:]):
                nothing.update(row)
    return frozenset(nothing)


# --- one sum at a time -----------------------------------------------------------------------------------------------


def _hide_more(table: _Table[Any], todo: set[int]) -> set[int]:
    """Hide more where one sum alone gives a count away; gives the sums to look at next."""
    after: set[int] = set()
    for number in sorted(todo):
        row = table.sums[number]
        if not _gives_away(table, row):
            continue
        shown = [place for place in row if place not in table.hidden and place not in table.nothing]
        if shown:
            place = min(shown, key=lambda one: _loss(table, one, row[0]))
        else:  # all are hidden, but `<5` says too much
            place = max((one for one in row if table.hidden[one] == SMALL), key=lambda one: (one == row[0], one))
        table.hidden[place] = OTHER
        after.update(table.sums_of[place])
    return after


def _loss(table: _Table[Any], place: int, total: int) -> tuple[bool, bool, int, int]:
    """What is hidden first: a part before the total, a count before nothing, a little before much."""
    return place == total, table.counts[place] == 0, table.counts[place], place


def _gives_away(table: _Table[Any], row: tuple[int, ...]) -> bool:
    """Whether a sum with its marks leaves one of its hidden counts a single value."""
    hidden = [(1 if place == row[0] else -1, place) for place in row if place in table.hidden]
    if len({place for _, place in hidden}) < 2:
        return bool(hidden)
    known = sum(sign * table.counts[place] for sign, place in hidden)
    spans = [_span(table, sign, place) for sign, place in hidden]
    for number, (low, high) in enumerate(spans):
        others = spans[:number] + spans[number + 1 :]
        if max(low, known - sum(top for _, top in others)) == min(high, known - sum(base for base, _ in others)):
            return True
    return False


def _span(table: _Table[Any], sign: int, place: int) -> tuple[float, float]:
    """The smallest and largest value that a mark leaves, with its sign."""
    low, high = (1, table.least - 1) if table.hidden[place] == SMALL else (0, float("inf"))
    return (low, high) if sign > 0 else (-high, -low)


# --- all sums together -----------------------------------------------------------------------------------------------


def _hide_combined(table: _Table[Any]) -> set[int]:
    """Hide more where several sums together give a count away; gives the sums to look at next."""
    after: set[int] = set()
    for rows in _entangled(table):
        known = derived([_factors(row) for row in rows], table.hidden)
        shown = set(chain.from_iterable(rows)) - set(table.hidden) - table.nothing
        for place in sorted(known):
            near = [row for row in rows if place in row]
            ways = [_loss(table, one, row[0]) for row in near or rows for one in row if one in shown]
            if not ways:
                ways = [_loss(table, one, row[0]) for row in rows for one in row if one in shown]
            if not ways:
                break
            # Hidden for one of them it may serve the others too: they are looked at again.
            chosen = min(ways)[-1]
            table.hidden[chosen] = OTHER
            after.update(table.sums_of[chosen])
            break
    return after


def _entangled(table: _Table[Any]) -> list[list[tuple[int, ...]]]:
    """Sums whose hidden counts hang together, without those that give nothing away whatever the others say.

    That is so of a sum with two hidden counts that no other sum (still there) has: whatever is known besides, one can
    make up for the other.
    """
    left = {number: {place for place in row if place in table.hidden} for number, row in enumerate(table.sums)}
    left = {number: places for number, places in left.items() if places}
    holders: dict[int, set[int]] = defaultdict(set)
    for number, places in left.items():
        for place in places:
            holders[place].add(number)
    todo = sorted(left)
    while todo:
        number = todo.pop()
        if number not in left or sum(len(holders[place]) == 1 for place in left[number]) < 2:
            continue
        for place in left.pop(number):
            holders[place].discard(number)
            todo.extend(sorted(holders[place]))
    groups, seen = [], set()
    for start in sorted(left):
        if start in seen:
            continue
        group, queue = [], [start]
        seen.add(start)
        while queue:
            number = queue.pop()
            group.append(number)
            for place in left[number]:
                fresh = holders[place] - seen
                seen |= fresh
                queue.extend(fresh)
        groups.append([table.sums[number] for number in sorted(group)])
    return groups


def _factors(row: tuple[int, ...]) -> Terms:
    """A sum as an equation: its total less its parts is nothing more to be known."""
    return {place: 1 if place == row[0] else -number for place, number in Counter(row).items()}


def derived(rows: Sequence[Mapping[int, int]], hidden: Mapping[int, Any]) -> set[int]:
    """The hidden unknowns that the rows determine when all others are known.

    rows: equations, the factor of each unknown. In the reduced row form such an unknown stands alone in its row.
    """
    pivots: dict[int, Terms] = {}
    users: dict[int, set[int]] = defaultdict(set)  # unknown -> pivots in whose rows it stands
    for row in rows:
        terms = {place: factor % PRIME for place, factor in row.items() if place in hidden}
        for pivot in [place for place in terms if place in pivots]:
            _add(terms, pivots[pivot], -terms[pivot])
        if not terms:
            continue
        lead = min(terms, key=lambda place: (len(users[place]), place))
        inverse = pow(terms[lead], -1, PRIME)
        terms = {place: factor * inverse % PRIME for place, factor in terms.items()}
        for pivot in list(users[lead]):
            before = set(pivots[pivot])
            _add(pivots[pivot], terms, -pivots[pivot][lead])
            for place in before ^ set(pivots[pivot]):
                (users[place].add if place in pivots[pivot] else users[place].discard)(pivot)
        pivots[lead] = terms
        for place in terms:
            users[place].add(lead)
    return {place for place, terms in pivots.items() if len(terms) == 1}


def _add(terms: Terms, other: Mapping[int, int], factor: int) -> None:
    for place, value in other.items():
        total = (terms.get(place, 0) + factor * value) % PRIME
        if total:
            terms[place] = total
        else:
            terms.pop(place, None)
