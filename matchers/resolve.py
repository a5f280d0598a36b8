"""From scored pairs to people: every record in one person, a person once in a register unless shown otherwise.

Where all pairs of a connected group agree it is one person. Where they do not, the best way of parting a small group
is found among all ways; in a large one records are joined best pair first, and two parts only when the evidence
between all their records together speaks for it. Neither chains from a person to a relative through one doubtful
record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.components import components
from matchers.partition import LARGEST, NEVER, UNKNOWN, best_partitions
from matchers.sorting import distinct_numbers

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]
# Left and right record, bounded evidence in bits, whether it is enough to join them, and the evidence unbounded.
Pairs = tuple[IndexArray, IndexArray, FloatArray, NDArray[np.bool_], FloatArray]

# Evidence is counted in log2 units, bounded so that no one pair outvotes all others.
BOUND: Final = 16.0
# From this weight on it is no evidence, but what people have decided.
DECIDED: Final = 900.0
# Two records of one register that no blocking key brought together: nothing shows a duplicate.
UNSEEN_IN_ONE_REGISTER: Final = -10.0
# Evidence against a duplicate inside one register weighs so many times as much as evidence for a link across.
REGISTER_RULE: Final = 2.0
# Whom two registers hold twice are nearly always two people, twins or namesakes: each pair of rows must show by so many
# bits that it is one.
DOUBLED_TWICE: Final = 7.0


@dataclass(frozen=True)
class Resolved:
    """`entity` numbers each record's person from 0, in the order of each person's first record.

    `group` numbers each record's connected group, `contradicted` says of each group whether it was taken apart.
    """

    entity: IntArray
    group: IntArray
    contradicted: NDArray[np.bool_]

    @property
    def torn(self) -> int:
        """How many connected groups held contradicting pairs and were taken apart."""
        return int(self.contradicted.sum())


def resolve(
    register: IndexArray,
    left: IndexArray,
    right: IndexArray,
    match_weight: FloatArray,
    link: float,
) -> Resolved:
    """Group records (positions in `register`) into people by their scored pairs.

    `match_weight` is in bits; beyond `DECIDED` it is a decision of people, which no evidence outvotes. `link` is the
    probability from which a pair may join two records. `torn` says how many connected groups held contradicting pairs
    and were taken apart.
    """
    size = len(register)
    strong = match_weight >= np.log2(link / (1.0 - link)) if link < 1.0 else match_weight >= DECIDED
    connected = group = components(size, left[strong], right[strong])
    of_pair = group[left]
    together = np.flatnonzero(of_pair == group[right])
    left, right, of_pair, strong = left[together], right[together], of_pair[together], strong[together]
    match_weight = match_weight[together]
    dirty = _contradicted(register, group, (left, right), of_pair, strong, match_weight)
    if dirty.any():
        size_of = np.bincount(group, minlength=len(dirty))
        small = dirty & (size_of <= LARGEST)
        inside = dirty[of_pair]
        weight = match_weight[inside]
        bounded = np.where(np.abs(weight) < DECIDED, np.clip(weight, -BOUND, BOUND), weight)
        pairs = (left[inside], right[inside], bounded, strong[inside], weight)
        group = _part_small(register, group, small, size_of, pairs)
        group = _take_apart(register, group, connected, dirty & ~small, pairs)
    return Resolved(_in_order(group), connected, dirty)


def _contradicted(
    register: IndexArray,
    group: IntArray,
    pairs: tuple[IndexArray, IndexArray],
    of_pair: IntArray,
    strong: NDArray[np.bool_],
    match_weight: FloatArray,
) -> NDArray[np.bool_]:
    """Which groups hold a pair that speaks against them, or two records of one register not shown to be duplicates.

    `pairs` are those inside a group, `of_pair` the group of each.
    """
    count = int(group.max()) + 1 if len(group) else 0
    against = np.bincount(of_pair[match_weight < 0.0], minlength=count) > 0
    registers = int(register.max(initial=0)) + 1
    cell, members = distinct_numbers((group * registers + register).astype(np.uint64))
    of_group = (cell // np.uint64(registers)).astype(np.int64)
    needed = np.bincount(of_group, weights=members * (members - 1) / 2, minlength=count)
    doubled = np.bincount(of_group[members > 1], minlength=count)
    at_least = np.where(doubled > 1, DOUBLED_TWICE, -np.inf)
    shown_pairs = strong & (register[pairs[0]] == register[pairs[1]]) & (match_weight >= at_least[of_pair])
    shown = np.bincount(of_pair[shown_pairs], minlength=count)
    return np.asarray(against | (shown < needed))


def _part_small(
    register: IndexArray, group: IntArray, small: NDArray[np.bool_], size_of: IntArray, pairs: Pairs
) -> IntArray:
    """Part the `small` groups in the best way overall; each part gets a number of its own."""
    left, right, weight, strong, _ = pairs
    out = group.copy()
    fresh = len(small)
    records = np.flatnonzero(small[group])
    records = records[np.argsort(group[records], kind="stable")]
    place = np.zeros(len(group), dtype=np.int64)  # of a record within its group
    first = np.zeros(len(small), dtype=np.int64)
    first[group[records[::-1]]] = np.arange(len(records))[::-1]
    place[records] = np.arange(len(records)) - first[group[records]]
    for size in range(2, LARGEST + 1):
        mine = records[size_of[group[records]] == size].reshape(-1, size)
        if not len(mine):
            continue
        row = np.full(len(small), -1, dtype=np.int64)
        row[group[mine[:, 0]]] = np.arange(len(mine))
        chosen = row[group[left]] >= 0
        evidence = np.full((len(mine), size, size), np.nan)
        # Left of a pair is the lower position, and so the earlier place.
        evidence[row[group[left[chosen]]], place[left[chosen]], place[right[chosen]]] = np.where(
            strong[chosen], weight[chosen], np.minimum(weight[chosen], UNKNOWN)
        )
        label = best_partitions(_joining(evidence, register[mine]), size)
        out[mine] = fresh + np.arange(len(mine))[:, None] * size + label
        fresh += mine.size
    return out


def _joining(evidence: FloatArray, register: IndexArray) -> FloatArray:
    """The evidence for joining each pair of each group, in the order of `np.triu_indices`, under the register rule.

    `evidence` has a square a group, its upper half in bits and nan where nothing is known. Against a duplicate in one
    register it counts for more than the best that ties the two together: pairs with the records of one person tell
    much the same thing again, and must not outvote it by their number.
    """
    size = register.shape[1]
    low, high = np.triu_indices(size, 1)
    both = np.fmax(evidence, np.swapaxes(evidence, 1, 2))
    known = both[:, low, high]
    one_register = register[:, low] == register[:, high]
    known = np.where(np.isnan(known), np.where(one_register, UNSEEN_IN_ONE_REGISTER, UNKNOWN), known)
    ties = np.fmin(np.nan_to_num(both[:, low], nan=-BOUND), np.nan_to_num(both[:, high], nan=-BOUND)).max(axis=2)
    against = one_register & (known < 0) & (ties + REGISTER_RULE * known <= 0)
    ordered = np.sort(register, axis=1)
    again = ordered[:, 1:] == ordered[:, :-1]
    again[:, 1:] &= ordered[:, 2:] != ordered[:, :-2]  # a third record doubles no further register
    against |= one_register & (again.sum(axis=1) > 1)[:, None] & (known < DOUBLED_TWICE)
    return np.where(against | (known <= -DECIDED), NEVER, known)


def _take_apart(
    register: IndexArray, group: IntArray, connected: IntArray, dirty: NDArray[np.bool_], pairs: Pairs
) -> IntArray:
    """Join the records of the `dirty` connected groups anew, best pair first."""
    # A loop over the pairs of these groups only: each decision depends on the one before.
    theirs = np.flatnonzero(dirty[connected[pairs[0]]])
    left, right, weight, strong = pairs[0][theirs], pairs[1][theirs], pairs[2][theirs], pairs[3][theirs]
    best = -pairs[4][theirs]
    evidence = dict(zip(zip(left.tolist(), right.tolist(), strict=True), weight.tolist(), strict=True))
    members: dict[int, list[int]] = {}
    home: dict[int, int] = {}
    for record in np.flatnonzero(dirty[connected]).tolist():
        members[record] = [record]
        home[record] = record
    registers = register.tolist()
    edges = np.flatnonzero(strong)
    edges = edges[np.lexsort((right[edges], left[edges], best[edges]))]
    for one, other in zip(left[edges].tolist(), right[edges].tolist(), strict=True):
        a, b = home[one], home[other]
        if a != b and _together(members[a], members[b], evidence, registers) > 0:
            if len(members[a]) < len(members[b]):
                a, b = b, a
            for record in members[b]:
                home[record] = a
            members[a].extend(members.pop(b))
    out = group.copy()
    start = int(group.max()) + 1
    records = np.fromiter(home, dtype=np.int64, count=len(home))
    out[records] = start + np.fromiter(home.values(), dtype=np.int64, count=len(home))
    return out


def _together(
    some: Iterable[int], others: list[int], evidence: dict[tuple[int, int], float], registers: list[int]
) -> float:
    """The evidence for joining two groups, over all pairs between them."""
    total, best, least = 0.0, -BOUND, np.inf
    doubled: set[int] = set()
    for one in some:
        for other in others:
            weight = evidence.get((one, other) if one < other else (other, one))
            if registers[one] == registers[other]:
                doubled.add(registers[one])
                least = min(least, UNSEEN_IN_ONE_REGISTER if weight is None else weight)
            elif weight is not None:
                best = max(best, weight)
            total += weight or 0.0
    if len(doubled) > 1 and least < DOUBLED_TWICE:
        return -BOUND
    # Pairs with the records of one person tell much the same thing again: they must not outvote, by their number,
    # the rule that a register holds a person once.
    return min(total, best + REGISTER_RULE * least) if least < 0 else total


def _in_order(group: IntArray) -> IntArray:
    """Groups numbered anew from 0, in the order of their first records."""
    first = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    leads = np.zeros(len(group), dtype=np.int64)
    leads[first[first >= 0]] = 1
    return (np.cumsum(leads) - 1)[first[group]]
