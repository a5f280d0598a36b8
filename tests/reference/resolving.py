"""From weighed pairs to people."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from math import inf, log2

from matchers.partition import LARGEST, NEVER, UNKNOWN
from matchers.resolve import BOUND, DECIDED, DOUBLED_TWICE, REGISTER_RULE, UNSEEN_IN_ONE_REGISTER

Pair = tuple[int, int]


def people(register: list[str], weight: dict[Pair, float], link: float) -> list[int]:
    """Each record's person, numbered in the order of the people's first records."""
    threshold = log2(link / (1 - link)) if link < 1 else DECIDED
    found: list[set[int]] = []
    for group in connected(len(register), [pair for pair, bits in weight.items() if bits >= threshold]):
        inside = {pair: bits for pair, bits in weight.items() if set(pair) <= group}
        if not contradicted(group, register, inside, threshold):
            found.append(group)
        elif len(group) <= LARGEST:
            found += parted_in_the_best_way(group, register, inside, threshold)
        else:
            found += joined_best_first(group, register, inside, threshold)
    found.sort(key=min)
    return [next(number for number, group in enumerate(found) if record in group) for record in range(len(register))]


def worth_by_group(entity: list[int], register: list[str], weight: dict[Pair, float], link: float) -> list[float]:
    """For each connected group, what the people that it was parted into are worth."""
    threshold = log2(link / (1 - link)) if link < 1 else DECIDED
    out = []
    for group in connected(len(register), [pair for pair, bits in weight.items() if bits >= threshold]):
        parts = [{record for record in group if entity[record] == person} for person in {entity[at] for at in group}]
        out.append(worth(parts, register, weight, threshold))
    return out


def connected(size: int, pairs: list[Pair]) -> list[set[int]]:
    """The groups of records that chains of pairs connect."""
    groups = [{record} for record in range(size)]
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if not group & set(pair)] + [set().union(*touched)]
    return groups


def contradicted(group: set[int], register: list[str], weight: dict[Pair, float], threshold: float) -> bool:
    """Whether a pair speaks against the group, or two of its records in one register are not shown to be duplicates.

    Where more than one register holds the group twice, showing it takes more.
    """
    if any(bits < 0 for bits in weight.values()):
        return True
    needed = max(threshold, DOUBLED_TWICE) if doubled(group, register) > 1 else threshold
    return any(
        register[one] == register[other] and weight.get((one, other), -inf) < needed
        for one, other in itertools.combinations(sorted(group), 2)
    )


def doubled(group: Iterable[int], register: list[str]) -> int:
    """How many registers hold more than one record of the group."""
    return sum(count > 1 for count in Counter(register[record] for record in group).values())


# --- a small contradicted group: the best of all ways ----------------------------------------------------------------


def parted_in_the_best_way(
    group: set[int], register: list[str], weight: dict[Pair, float], threshold: float
) -> list[set[int]]:
    """Of all ways to part the group, the one whose pairs that stay together have the most evidence in sum."""
    return max(ways(sorted(group)), key=lambda way: worth(way, register, weight, threshold))


def ways(records: list[int]) -> Iterator[list[set[int]]]:
    """All ways to part some records; everyone together first, everyone alone last."""
    if not records:
        yield []
        return
    *others, last = records
    for way in ways(others):
        for chosen in range(len(way)):
            yield [part | {last} if place == chosen else part for place, part in enumerate(way)]
        yield [*way, {last}]


def worth(way: list[set[int]], register: list[str], weight: dict[Pair, float], threshold: float) -> float:
    """The bits of all pairs that a way of parting a group leaves together."""
    group = set().union(*way)
    pairs = (pair for part in way for pair in itertools.combinations(sorted(part), 2))
    return sum(joining(pair, group, register, weight, threshold) for pair in pairs)


def joining(pair: Pair, group: set[int], register: list[str], weight: dict[Pair, float], threshold: float) -> float:
    """The bits for leaving two records of a group together; NEVER when nothing may outvote what speaks against it."""
    one, other = pair
    bits = _known(one, other, weight, threshold)
    if register[one] != register[other]:
        bits = UNKNOWN if bits is None else bits
    else:
        bits = UNSEEN_IN_ONE_REGISTER if bits is None else bits
        # A third record may tie the two together: as much as it fits the one that it fits less.
        ties = [-BOUND]
        for third in group - {one, other}:
            to_both = [_known(record, third, weight, threshold) for record in pair]
            ties.append(min(-BOUND if tie is None else tie for tie in to_both))
        if bits < 0 and max(ties) + REGISTER_RULE * bits <= 0:
            return NEVER
        if doubled(group, register) > 1 and bits < DOUBLED_TWICE:
            return NEVER
    return NEVER if bits <= -DECIDED else bits


def _known(one: int, other: int, weight: dict[Pair, float], threshold: float) -> float | None:
    """The bounded evidence for a pair, none where it was not compared; too little to link is nothing for it."""
    bits = weight.get((min(one, other), max(one, other)))
    if bits is None:
        return None
    return bounded(bits) if bits >= threshold else min(bounded(bits), UNKNOWN)


def bounded(bits: float) -> float:
    """What people have decided is not bounded, everything else is."""
    return bits if abs(bits) >= DECIDED else min(max(bits, -BOUND), BOUND)


# --- a large one: best pair first ------------------------------------------------------------------------------------


def joined_best_first(
    group: set[int], register: list[str], weight: dict[Pair, float], threshold: float
) -> list[set[int]]:
    """Every record alone; then the best pair's two groups joined when all between them speaks for it, and so on."""
    groups = [{record} for record in group]
    strong = [pair for pair, bits in weight.items() if bits >= threshold]
    for pair in sorted(strong, key=lambda pair: (-weight[pair], pair)):
        one, other = (next(some for some in groups if record in some) for record in pair)
        if one is not other and evidence(one, other, register, weight) > 0:
            groups = [some for some in groups if some is not one and some is not other] + [one | other]
    return groups


def evidence(one: set[int], other: set[int], register: list[str], weight: dict[Pair, float]) -> float:
    """The bits for joining two groups.

    No more than the best pair across registers and the rule that a register holds a person once, where it would be
    broken, allow.
    """
    across, inside = [], []
    total = 0.0
    for a, b in itertools.product(sorted(one), sorted(other)):
        bits = weight.get((min(a, b), max(a, b)))
        if bits is not None:
            bits = bounded(bits)
            total += bits
        if register[a] == register[b]:
            inside.append(UNSEEN_IN_ONE_REGISTER if bits is None else bits)
        elif bits is not None:
            across.append(bits)
    least = min(inside, default=inf)
    if len({register[a] for a in one} & {register[b] for b in other}) > 1 and least < DOUBLED_TWICE:
        return -BOUND
    if least >= 0:
        return total
    return min(total, max(across, default=-BOUND) + REGISTER_RULE * least)
