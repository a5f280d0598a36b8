"""Which links may be wrong, and which pairs that were not linked may be one person: each with its chance.

The probability of a pair speaks of its two records alone. Whether they are one person is told by all records of both:
a weak pair whose records both fit a third one well is no weak link, and a likely pair whose records both have a person
of their own is hardly a missed one. So probabilities are read here person by person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

# The chance of a pair of this weight (bits) to be wrong, one in four thousand, is not looked at person by person.
SURE: Final = 12.0
# From this weight on, less than one in a million, it is not looked at at all.
CERTAIN: Final = 20.0
# A pair of one person that was not compared brings no evidence of its own (bits).
NO_EVIDENCE: Final = -50.0
# Two records of one register that were not compared are hardly one person (bits).
NOT_COMPARED_TWICE: Final = -10.0
# What speaks for one person in whom a register stands twice repeats itself (two people who look alike look alike to
# every third record), and people who look alike are commoner than chance has it. How much of the evidence counts, and
# how many bits stand against it, was measured on synthetic worlds of two unrelated makers.
REPEATED: Final = 0.7
LOOK_ALIKE: Final = 2.0
# A pair that was not linked is out of the question below this weight (bits).
FAINT: Final = -10.0
# Even a record that is sure to belong where it is was put there instead of elsewhere with this chance (measured too).
LEAST_MISPLACED: Final = 0.05
# No share of a register's people that stand nowhere else, or stand there twice, is taken to be below this.
LEAST_SHARE: Final = 0.002
# The least share of a source's people taken to be absent from another one.
LEAST_ABSENT: Final = 0.02
# So many cells of a table of pairs (persons x records x records) are worked on at a time.
_CELLS: Final = 2_000_000


@dataclass(frozen=True)
class Found:
    """Records by their position: who they were found to be (`entity`, numbered from 0), their register and source.

    `register` and `source` are numbers from 0. With `repeats` a register may hold a person any number of times.
    """

    entity: IndexArray
    register: IndexArray
    source: IndexArray
    repeats: bool = False

    @cached_property
    def size(self) -> IntArray:
        """How many records each person has."""
        return np.bincount(self.entity)

    @cached_property
    def absent(self) -> FloatArray:
        """For each two sources the share of the people of the first that do not stand in the second; 1 for itself."""
        sources = int(self.source.max(initial=0)) + 1
        there = np.zeros((sources, len(self.size)), dtype=np.bool_)
        there[self.source, self.entity] = True
        bits = np.packbits(there, axis=1)
        shared = np.array([[np.bitwise_count(one & other).sum(dtype=np.int64) for other in bits] for one in bits])
        out = np.maximum(1.0 - shared / np.maximum(np.diag(shared), 1)[:, None], LEAST_ABSENT)
        np.fill_diagonal(out, 1.0)
        return out

    def of_people(self, chosen: BoolArray) -> IntArray:
        """The records of the chosen people, person by person."""
        records = np.flatnonzero(chosen[self.entity])
        return records[np.argsort(self.entity[records], kind="stable")]


@dataclass(frozen=True)
class Compared:
    """Pairs that were compared: positions of records, match weight (bits), a bit for each blocking rule."""

    left: IndexArray
    right: IndexArray
    weight: FloatArray
    rules: NDArray[np.uint32]

    def at(self, places: IntArray) -> Compared:
        """Some of the pairs."""
        return Compared(self.left[places], self.right[places], self.weight[places], self.rules[places])


@dataclass(frozen=True)
class Doubts:
    """Pairs of record positions with the chance that each is an error.

    Pairs of one `event` are wrong together or not at all: a record in the wrong person makes as many wrong pairs as
    that person has records.
    """

    left: IndexArray
    right: IndexArray
    chance: FloatArray
    event: IntArray | IndexArray

    @classmethod
    def joined(cls, parts: Sequence[Doubts]) -> Doubts:
        """Several as one."""
        names = ("left", "right", "chance", "event")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def at(self, places: IntArray) -> Doubts:
        """Some of them."""
        return Doubts(self.left[places], self.right[places], self.chance[places], self.event[places])


def chance_of(weight: FloatArray) -> FloatArray:
    """The probability of a weight in bits."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(weight, -1000.0, 1000.0))))


def false_links(found: Found, inside: Compared) -> tuple[Doubts, tuple[IndexArray, IndexArray]]:
    """Pairs of records of one person with the chance that it is two people; and its pairs that were not compared.

    `inside` are all compared pairs inside a person. Pairs that are certain are left out. Two records are as surely one
    person as the weakest step of the best path from one to the other. Where a register stands in a person twice, the
    person may be two (`_two_people`).
    """
    size = found.size
    entity = found.entity[inside.left]
    doubtful = np.bincount(entity, minlength=len(size)) < size * (size - 1) // 2
    doubtful[entity[inside.weight < SURE]] = True
    if not found.repeats:
        doubtful[entity[found.register[inside.left] == found.register[inside.right]]] = True
    left = doubtful[entity]
    near = np.flatnonzero(~left & (inside.weight < CERTAIN))
    parts = [Doubts(inside.left[near], inside.right[near], chance_of(-inside.weight[near]), entity[near])]
    none = np.zeros(0, dtype=np.int32)
    unseen: list[tuple[IndexArray, IndexArray]] = [(none, none)]
    again = _again(found, doubtful)
    for members, weight in _people(found, inside.at(np.flatnonzero(left)), doubtful):
        chance = chance_of(-_weakest_step(weight))
        if not found.repeats:
            chance = _two_people(found, members, weight, chance, again)
        one, other = np.triu_indices(members.shape[1], 1)
        first, second, flat = members[:, one].ravel(), members[:, other].ravel(), chance[:, one, other].ravel()
        parts.append(Doubts(first, second, flat, np.repeat(found.entity[members[:, 0]], len(one))))
        missing = weight[:, one, other].ravel() == NO_EVIDENCE
        unseen.append((first[missing], second[missing]))
    not_compared = np.concatenate([first for first, _ in unseen]), np.concatenate([second for _, second in unseen])
    return Doubts.joined(parts), not_compared


def missed_links(found: Found, pairs: Compared, together: BoolArray) -> Doubts:
    """The pairs of two people's records that were compared, with the chance that they are one person.

    `pairs` are all compared pairs, `together` says which are inside a person. Pairs out of the question are left out.

    A record that stands alone has no person of its own that would speak against the pair. That those who are found
    nowhere else are few is in the match weight of pairs of two registers already (`matchers.rivals`), and is added to
    that of pairs inside one. Of a record that has a person a pair with somebody else, who stands in the same register
    as that person does, can hold only as far as the record is not sure to belong where it is.
    """
    alone = found.size[found.entity] == 1
    bonus = _bonus_of_the_alone(found, alone)
    some = pairs.at(np.flatnonzero(~together & (pairs.weight > FAINT - bonus.max())))
    more = np.where(alone[some.left] | alone[some.right], bonus[found.source[some.left]], 0.0)
    more[found.register[some.left] != found.register[some.right]] = 0.0
    keep = np.flatnonzero(some.weight + more > FAINT)
    some, more = some.at(keep), more[keep]
    one, other = found.entity[some.left].astype(np.int64), found.entity[some.right].astype(np.int64)
    event = np.minimum(one, other) << 32 | np.maximum(one, other)
    chance = chance_of(some.weight + more)
    if not found.repeats:
        settled = np.flatnonzero(~(alone[some.left] | alone[some.right]))
        settled = settled[_share_a_register(found, one[settled], other[settled])]
        misplaced = 1.0 - chance_of(_support(found, pairs, together, some.at(settled)))
        chance[settled] *= np.maximum(misplaced, LEAST_MISPLACED)
    return Doubts(some.left, some.right, chance, event)


# --- persons as tables of pairs ----------------------------------------------------------------------------------


def _people(found: Found, inside: Compared, chosen: BoolArray) -> Iterator[tuple[IndexArray, FloatArray]]:
    """The chosen people by their size: positions in order (a row a person), weights (person x record x record).

    `inside` are the compared pairs of the chosen; a pair that was not compared has the weight `NO_EVIDENCE`.
    """
    size = found.size
    records = found.of_people(chosen).astype(np.int32)
    entity = found.entity[records]
    first = np.flatnonzero(np.append(True, entity[1:] != entity[:-1]))[: len(records)]
    people = entity[first]
    start, row = np.zeros(len(size), dtype=np.int64), np.zeros(len(size), dtype=np.int64)
    start[people] = first
    place = np.zeros(len(found.entity), dtype=np.int64)
    place[records] = np.arange(len(records)) - start[entity]
    of_pair = found.entity[inside.left]
    order = np.argsort(size[of_pair], kind="stable")
    sizes = size[of_pair][order]
    for many in np.unique(size[people]).tolist():
        those = people[size[people] == many]
        row[those] = np.arange(len(those))
        mine = order[np.searchsorted(sizes, many) : np.searchsorted(sizes, many, side="right")]
        step = max(1, _CELLS // (many * many))
        for begin in range(0, len(those), step):
            part = those[begin : begin + step]
            at = row[of_pair[mine]] - begin
            here = mine if len(those) <= step else mine[(at >= 0) & (at < step)]
            at = row[of_pair[here]] - begin
            weight = np.full((len(part), many, many), NO_EVIDENCE)
            one, other = place[inside.left[here]], place[inside.right[here]]
            weight[at, one, other] = weight[at, other, one] = inside.weight[here]
            yield records[start[part][:, None] + np.arange(many)], weight


def _weakest_step(weight: FloatArray) -> FloatArray:
    """For each two records of each person the weight of the weakest step on the best path between them."""
    best = weight.copy()
    for through in range(weight.shape[1]):
        np.maximum(best, np.minimum(best[:, :, through, None], best[:, None, through, :]), out=best)
    return best


def _two_people(
    found: Found, members: IndexArray, weight: FloatArray, chance: FloatArray, again: FloatArray
) -> FloatArray:
    """The chances, raised for persons in whom a register stands twice: they may be two that look alike.

    For one person speaks what the two records of the register have in common, or a third record that fits both, and
    that the person stands only once in every other source, where two people would mostly stand twice. Against it
    speaks every further register that has the person twice, since few people are in any register twice.
    """
    twice = found.register[members][:, :, None] == found.register[members][:, None, :]
    twice &= ~np.eye(members.shape[1], dtype=bool)
    at = np.flatnonzero(twice.any(axis=(1, 2)))
    if not len(at):
        return chance
    weight, twice, source = weight[at], twice[at], found.source[members[at]]
    repeated = twice.any(axis=2)
    own = np.where(twice, np.where(weight > NO_EVIDENCE, weight, NOT_COMPARED_TWICE), np.inf)
    rows, many = np.arange(len(at)), members.shape[1]
    one, other = np.divmod(own.reshape(len(at), -1).argmin(axis=1), many)
    first = source[rows, one]
    elsewhere = ~twice[rows, one]
    elsewhere[rows, one] = False
    through = np.where(elsewhere, np.minimum(weight[rows, one], weight[rows, other]), -np.inf)
    evidence = np.maximum(own[rows, one, other], through.max(axis=1) + again[first])
    # Of the records of one repeated register the first counts, and the register of the pair itself not once more.
    earlier = np.tril(np.ones((many, many), dtype=bool), -1)
    further = repeated & ~(twice & earlier).any(axis=2) & elsewhere
    evidence += np.where(further, again[source], 0.0).sum(axis=1)
    once = ~repeated & (source != first[:, None])
    evidence -= np.where(once, np.log2(found.absent[first[:, None], source]), 0.0).sum(axis=1)
    apart = chance_of(LOOK_ALIKE - REPEATED * evidence)[:, None, None]
    half = weight[rows, one] < weight[rows, other]
    half[rows, one], half[rows, other] = False, True
    across = half[:, :, None] != half[:, None, :]
    out = chance.copy()
    out[at] = np.where(across, 1.0 - (1.0 - out[at]) * (1.0 - apart), out[at])
    return out


# --- who stands where --------------------------------------------------------------------------------------------


def _again(found: Found, chosen: BoolArray) -> FloatArray:
    """For each source, log2 of the share of its records that are not the first of their person in their register.

    `chosen` are people among whom all are that stand in a register twice.
    """
    sources = int(found.source.max(initial=0)) + 1
    records = found.of_people(chosen)
    held = found.entity[records].astype(np.int64) << 32 | found.register[records]
    second = found.source[records][~pl.Series(held).is_first_distinct().to_numpy()]
    share = np.bincount(second, minlength=sources) / np.maximum(np.bincount(found.source, minlength=sources), 1)
    return np.asarray(np.log2(np.maximum(share, LEAST_SHARE)))


def _bonus_of_the_alone(found: Found, alone: BoolArray) -> FloatArray:
    """Bits for a pair inside one register (by source) one of whose records stands alone."""
    sources = int(found.source.max(initial=0)) + 1
    every = np.maximum(np.bincount(found.source, minlength=sources), 1)
    share = np.maximum(np.bincount(found.source[alone], minlength=sources) / every, LEAST_SHARE)
    return np.asarray(-np.log2(share))


def _share_a_register(found: Found, one: IntArray, other: IntArray) -> BoolArray:
    """For each two people (entities) whether some register has both."""
    chosen = np.zeros(len(found.size), dtype=np.bool_)
    chosen[one] = chosen[other] = True
    records = np.flatnonzero(chosen[found.entity])
    held = pl.LazyFrame({"entity": found.entity[records].astype(np.int64), "register": found.register[records]})
    asked = pl.LazyFrame({"one": one, "other": other}).with_row_index("place")
    both = asked.join(held, left_on="one", right_on="entity").join(
        held, left_on=["other", "register"], right_on=["entity", "register"], how="semi"
    )
    out = np.zeros(len(one), dtype=np.bool_)
    out[both.select(pl.col("place").unique()).collect()["place"].to_numpy()] = True
    return out


def _support(found: Found, pairs: Compared, together: BoolArray, asked: Compared) -> FloatArray:
    """How surely (bits) the two records of each asked pair belong where they are: the less sure one's best pair."""
    wanted = np.zeros(len(found.entity), dtype=np.bool_)
    wanted[asked.left] = wanted[asked.right] = True
    best = np.full(len(found.entity), NO_EVIDENCE)
    for side in (pairs.left, pairs.right):
        at = np.flatnonzero(together & wanted[side])
        np.maximum.at(best, side[at], pairs.weight[at])
    return np.asarray(np.minimum(best[asked.left], best[asked.right]))
