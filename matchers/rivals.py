"""A record has at most one place in a register: what fits it better speaks against everything else there.

Scored alone, a person's twin or namesake looks likely; beside the person's own record it does not. And where nearly
everyone of one register stands in the other too, two records that both lack a partner are likelier to be one person
than any two records are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.model import Free
from matchers.sorting import numbered
from matchers.table import Table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]

# Pairs below this match weight (bits) neither are rivals worth counting nor have a probability worth lowering.
FAINT: Final = -12.0
# Above this weight more evidence does not make a rival stronger (and 2 ** weight stays a sound number).
CERTAIN: Final = 60.0
# How often rivals are weighed against their own rivals; more changes next to nothing.
ROUNDS: Final = 3
# The least share of a register's people taken to stand in another register, or in any other at all, not at all.
LEAST_FREE: Final = 0.02
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


def free_table(table: Table, entity: IntArray) -> tuple[Free, ...]:
    """For each two registers the share of people of each that, as far as linked, do not stand in the other.

    The entry of a register with itself has the share of its people that stand in no other register at all.
    """
    registers = len(table.registers)
    # A bit a person: whether a register has a record of theirs.
    there = np.zeros((registers, (int(entity.max(initial=0)) + 8) // 8), dtype=np.uint8)
    for register in range(registers):
        present = np.zeros(there.shape[1] * 8, dtype=np.bool_)
        present[entity[table.register == register]] = True
        there[register] = np.packbits(present)
    people = [max(int(np.bitwise_count(there[register]).sum(dtype=np.int64)), 1) for register in range(registers)]
    alone = np.bincount(table.register[alone_records(entity)], minlength=registers)

    def free(low: int, high: int) -> tuple[float, float]:
        if low == high:
            share = max(int(alone[low]) / people[low], LEAST_FREE)
            return share, share
        shared = int(np.bitwise_count(there[low] & there[high]).sum(dtype=np.int64))
        return max(1.0 - shared / people[low], LEAST_FREE), max(1.0 - shared / people[high], LEAST_FREE)

    return tuple(
        Free(table.registers[low], table.registers[high], *free(low, high))
        for low in range(registers)
        for high in range(low, registers)
    )


def alone_records(entity: IntArray) -> NDArray[np.bool_]:
    """Which records are the only one of their person."""
    return np.asarray(np.bincount(entity)[entity] == 1)


def free_of_registers(table: Table, free: tuple[Free, ...]) -> FloatArray:
    """A square table over the table's registers: log2 of the chance that one record of each both lack a partner."""
    place = {name: number for number, name in enumerate(table.registers)}
    out = np.zeros((len(place), len(place)))
    for entry in free:
        if entry.left in place and entry.right in place and entry.left != entry.right:
            low, high = place[entry.left], place[entry.right]
            out[low, high] = out[high, low] = np.log2(entry.left_free) + np.log2(entry.right_free)
    return out


def alone_of_registers(table: Table, free: tuple[Free, ...]) -> FloatArray:
    """A square table over the table's registers: what a pair gains more (bits) whose one record, of the first register
    (row), stands alone, the other being of the second: few stand nowhere at all, many are absent from one register.
    """
    place = {name: number for number, name in enumerate(table.registers)}
    absent, alone = np.zeros((len(place), len(place))), np.zeros(len(place))
    for entry in free:
        if entry.left in place and entry.right in place:
            low, high = place[entry.left], place[entry.right]
            if low == high:
                alone[low] = np.log2(entry.left_free)
            else:
                absent[low, high], absent[high, low] = np.log2(entry.left_free), np.log2(entry.right_free)
    out: FloatArray = np.maximum(absent - alone[:, None], 0.0)
    np.fill_diagonal(out, 0.0)
    return out


def telling(
    register: IndexArray, pairs: tuple[IndexArray, IndexArray], match_weight: FloatArray, free: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """What each pair gains where both records may lack a partner (bits), and whether it is a rival worth counting."""
    one, other = register[pairs[0]], register[pairs[1]]
    bonus = -free[one, other]
    return bonus, (match_weight + bonus > FAINT) & (one != other)


def rival_weights(
    register: IndexArray,
    entity: IntArray,
    pairs: tuple[IndexArray, IndexArray],
    match_weight: FloatArray,
    free: FloatArray,
    alone: FloatArray,
) -> FloatArray:
    """What the rivals of each pair take from its match weight, or their absence adds: bits.

    A pair's rivals are the other pairs of one of its two records with records of the same register that belong to
    another person (`entity`). At most one of a record's pairs holds, so the odds of a pair are divided, at each of its
    two ends, by one and the sum of its rivals' odds. A rival is the weaker for its own rivals at its other end: who has
    a record of their own in the register is no rival there. So each sum is taken `ROUNDS` times more, with what the
    last one has left of the rivals (belief propagation on a matching; every second sum is too small, the others too
    large). A weight so depends on pairs up to `ROUNDS` rivals away, and on nothing else.

    The odds are those among records without a partner: n pairs of one person among N and M records leave
    (N - n)(M - n) pairs to choose from, not NM, hence `free`; for a record that is the only one of its person, hence
    `alone` (`free_of_registers`, `alone_of_registers`). Pairs inside one register have no rivals.
    """
    left, right = pairs
    bonus, counts = telling(register, pairs, match_weight, free)
    out = np.where(register[left] != register[right], bonus, 0.0)
    strong = np.flatnonzero(counts)
    if not len(strong):
        return out
    one, other = left[strong].astype(np.int64), right[strong].astype(np.int64)
    out[strong] += _of_the_alone(register, entity, (one, other), alone)
    odds = np.exp2(np.minimum(match_weight[strong] + out[strong], CERTAIN))
    # Each pair from both its ends: a record may be the left one of this pair and the right one of its rival.
    places = _places(np.append(one, other), np.append(other, one), register, entity)
    against = _of_others(places, np.append(odds, odds))
    for _ in range(ROUNDS):
        # What a record sees of a pair is what the rivals at the pair's other end leave of it.
        seen = np.append(odds / (1.0 + against[len(one) :]), odds / (1.0 + against[: len(one)]))
        against = _of_others(places, seen)
    out[strong] -= np.log2(1.0 + against[: len(one)]) + np.log2(1.0 + against[len(one) :])
    return out


def _of_the_alone(
    register: IndexArray, entity: IntArray, pairs: tuple[IntArray, IntArray], alone: FloatArray
) -> FloatArray:
    """What the pairs gain by a record that stands alone; by two, the larger of both gains."""
    left, right = pairs
    single = alone_records(entity)
    one, other = register[left], register[right]
    gains = np.where(single[left], alone[one, other], 0.0), np.where(single[right], alone[other, one], 0.0)
    return np.asarray(np.maximum(*gains))


def _places(
    record: IntArray, partner: IntArray, register: IndexArray, entity: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Which of these pairs, seen from a record, may have rivals; and for each of them a number for the record and the
    partner's register, and one for the partner's person too."""
    registers = int(register.max()) + 1
    place = record * registers + register[partner]
    # Most records have one likely partner in a register, and that one has no rival.
    some = np.flatnonzero(_in_company(place))
    if not len(some):
        return some, some, some
    cell = numbered(place[some])
    return some, cell, numbered(cell * (int(entity.max()) + 1) + entity[partner[some]])


def _of_others(places: tuple[IntArray, IntArray, IntArray], odds: FloatArray) -> FloatArray:
    """For each record of a pair its odds with other people's records of the partner's register, added up."""
    some, cell, same = places
    out = np.zeros(len(odds))
    if len(some):
        every = np.bincount(cell, weights=odds[some])[cell]
        own = np.bincount(same, weights=odds[some])[same]
        # The difference of two sums may fall a hair below zero.
        out[some] = np.maximum(every - own, 0.0)
    return out


def _in_company(place: IntArray) -> NDArray[np.bool_]:
    """Which numbers occur more than once; a few that do not, beside them."""
    bits = max(len(place).bit_length() + 1, 10)
    bucket = ((place.astype(np.uint64) * _MIX) >> np.uint64(64 - bits)).astype(np.int64)
    return np.asarray(np.bincount(bucket, minlength=1 << bits)[bucket] > 1)
