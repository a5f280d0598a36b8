"""From scored pairs to people: every record in one person, a person once in a register unless shown otherwise.

Where all pairs of a connected group agree it is one person. Where they do not, records are joined best pair first,
and two groups only when the evidence between all their records together speaks for it: no chaining from a person to
a relative through one doubtful record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]

# Evidence is counted in log2 units, bounded so that no one pair outvotes all others.
BOUND: Final = 16.0
# From this weight on it is no evidence, but what people have decided.
DECIDED: Final = 900.0
# Two records of one register that no blocking key brought together: nothing shows a duplicate.
UNSEEN_IN_ONE_REGISTER: Final = -10.0
# Evidence against a duplicate inside one register weighs so many times as much as evidence for a link across.
REGISTER_RULE: Final = 2.0


@dataclass(frozen=True)
class Resolved:
    """`entity` numbers each record's person from 0, in the order of each person's first record."""

    entity: IntArray
    torn: int


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
    group = components(size, left[strong], right[strong])
    dirty = _contradicted(register, group, left, right, strong, match_weight)
    inside = (group[left] == group[right]) & dirty[group[left]]
    if inside.any():
        group = _take_apart(register, group, dirty, left[inside], right[inside], match_weight[inside], strong[inside])
    return Resolved(_in_order(group), int(dirty.sum()))


def components(size: int, left: IndexArray, right: IndexArray) -> IntArray:
    """Each record's number of the group that the pairs connect it with."""
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _contradicted(
    register: IndexArray,
    group: IntArray,
    left: IndexArray,
    right: IndexArray,
    strong: NDArray[np.bool_],
    match_weight: FloatArray,
) -> NDArray[np.bool_]:
    """Which groups hold a pair that speaks against them, or two records of one register not shown to be duplicates."""
    count = int(group.max()) + 1 if len(group) else 0
    inside = group[left] == group[right]
    against = np.bincount(group[left[inside & (match_weight < 0.0)]], minlength=count) > 0
    cell, members = np.unique(group * (int(register.max(initial=0)) + 1) + register, return_counts=True)
    of_group = cell // (int(register.max(initial=0)) + 1)
    needed = np.bincount(of_group, weights=members * (members - 1) / 2, minlength=count)
    shown_pairs = inside & strong & (register[left] == register[right])
    shown = np.bincount(group[left[shown_pairs]], minlength=count)
    return np.asarray(against | (shown < needed))


def _take_apart(
    register: IndexArray,
    group: IntArray,
    dirty: NDArray[np.bool_],
    left: IndexArray,
    right: IndexArray,
    match_weight: FloatArray,
    strong: NDArray[np.bool_],
) -> IntArray:
    # A loop over the pairs of contradicted groups only: each decision depends on the one before.
    bounded = np.where(np.abs(match_weight) < DECIDED, np.clip(match_weight, -BOUND, BOUND), match_weight)
    evidence = dict(zip(zip(left.tolist(), right.tolist(), strict=True), bounded.tolist(), strict=True))
    members: dict[int, list[int]] = {}
    home: dict[int, int] = {}
    for record in np.flatnonzero(dirty[group]).tolist():
        members[record] = [record]
        home[record] = record
    registers = register.tolist()
    edges = np.flatnonzero(strong)
    edges = edges[np.lexsort((right[edges], left[edges], -match_weight[edges]))]
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
    total, best, worst = 0.0, -BOUND, 0.0
    for one in some:
        for other in others:
            weight = evidence.get((one, other) if one < other else (other, one))
            if registers[one] == registers[other]:
                worst = min(worst, UNSEEN_IN_ONE_REGISTER if weight is None else weight)
            elif weight is not None:
                best = max(best, weight)
            total += weight or 0.0
    # Pairs with the records of one person tell much the same thing again: they must not outvote, by their number,
    # the rule that a register holds a person once.
    return min(total, best + REGISTER_RULE * worst) if worst < 0 else total


def _in_order(group: IntArray) -> IntArray:
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]
