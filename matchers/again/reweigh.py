"""Match weights again: new pairs are compared and scored, and rivals weighed where they have changed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.carry import Carried, near_pairs
from matchers.again.reresolve import People
from matchers.again.state import NEAR, State
from matchers.again.tonight import Tonight
from matchers.judge import rarities_of
from matchers.levels import all_levels
from matchers.rarity import Rarity, for_values
from matchers.rivals import ROUNDS, alone_of_registers, free_of_registers, rival_weights, telling
from matchers.score import score, scores_of
from matchers.spec import Spec
from matchers.table import Coded, Table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]
Flags = NDArray[np.bool_]
CHUNK: Final = 1 << 17
WORKERS: Final = 2


@dataclass(frozen=True)
class Weighed:
    """The final match weight of all pairs, rivals counted.

    `near` are the pairs near enough to be rivals, and `rivals` what each gains or loses by others; `altered` those
    of them that were there before with other rivals.
    """

    weight: FloatArray
    near: IntArray
    rivals: FloatArray
    altered: IntArray


@dataclass(frozen=True)
class Compared:
    """Some pairs compared: a small table of their records (positions), the pairs as places in it, their levels."""

    records: IndexArray
    table: Table
    rarities: dict[str, Rarity]
    left: IndexArray
    right: IndexArray
    levels: NDArray[np.uint8]


def compare(night: Tonight, state: State, left: IndexArray, right: IndexArray) -> Compared:
    """Compare pairs of positions."""
    there = np.zeros(night.size, dtype=np.bool_)
    there[left] = there[right] = True
    local = np.cumsum(there, dtype=np.int32) - 1
    records = np.flatnonzero(there).astype(np.int32)
    table = night.table_of(records, state.widths)
    levels = all_levels(table, night.spec, local[left], local[right])
    return Compared(records, table, known_rarities(state, night.spec, table), local[left], local[right], levels)


def compare_fresh(night: Tonight, state: State, carried: Carried) -> Compared:
    """Compare the fresh pairs, fill in their evidence and mark those that are near."""
    at = carried.fresh
    left, right = carried.left[at], carried.right[at]
    found = compare(night, state, left, right)
    pairs = (found.left, found.right)
    scores = score(found.table, night.spec, state.model, found.rarities, pairs, found.levels)
    carried.evidence[at] = scores.match_weight
    if not night.spec.repeats:
        free = free_of_registers(night.table, state.model.free)
        near = telling(night.table.register, (left, right), scores.match_weight, free)[1]
        carried.rules[at[near]] |= NEAR
    return found


def known_rarities(state: State, spec: Spec, table: Table) -> dict[str, Rarity]:
    """What the model knows of the values of a small table: what `matchers.judge.rarities_of` gives, looked up."""
    out = {}
    for comparison in spec.comparisons:
        if not comparison.rarity:
            continue
        rarity, known = state.model.values[comparison.name], state.known[comparison.name]
        column = table.columns[comparison.column]
        hashed = column.values.hash(seed=7).to_numpy()
        at = np.minimum(np.searchsorted(known.hashed, hashed), max(len(known.hashed) - 1, 0))
        there = known.hashed[at] == hashed if len(known.hashed) else np.zeros(len(hashed), dtype=np.bool_)
        place = known.place[at[there]]
        if not rarity.values.gather(place).equals(column.values.filter(pl.Series(there))):
            return rarities_of(table, spec, state.model)  # two values with one hash
        nothing = np.zeros(0)
        unknown = replace(rarity, values=rarity.values.clear(), same_value=nothing, words=nothing)
        codes = np.zeros(0, dtype=np.int32)
        unseen = for_values(unknown, Coded(codes, column.values.filter(pl.Series(~there))))
        same, words = np.empty(len(hashed)), np.empty(len(hashed))
        same[there], words[there] = rarity.same_value[place], rarity.words[place]
        same[~there], words[~there] = unseen.same_value, unseen.words
        out[comparison.name] = replace(rarity, values=column.values, same_value=same, words=words)
    return out


def weigh_rivals(night: Tonight, state: State, carried: Carried, first: People) -> Weighed:
    """Weigh the near pairs against their rivals where these have changed; `first` are the people found without."""
    register = night.table.register
    free = free_of_registers(night.table, state.model.free)
    near = near_pairs(carried.rules)
    left, right = carried.left[near], carried.right[near]
    fresh = np.zeros(len(carried.rules), dtype=np.bool_)
    fresh[carried.fresh] = True
    fresh = fresh[near]
    rivals = np.zeros(len(near))
    rivals[~fresh] = carried.rivals
    # The rivals of a pair are the other near pairs of its two records; who is whose person among their partners counts,
    # and who stands alone.
    touched = first.redone.copy()
    touched[carried.left_alone] = True
    touched[left[fresh]] = touched[right[fresh]] = True
    touched = _with_partners(touched, left, right, 1 + ROUNDS)
    asked = touched[left] | touched[right]
    around = np.zeros(night.size, dtype=np.bool_)
    around[left[asked]] = around[right[asked]] = True
    around = _with_partners(around, left, right, ROUNDS)
    some = np.flatnonzero(around[left] | around[right])
    pairs = (left[some], right[some])
    alone = alone_of_registers(night.table, state.model.free)
    entity = first.person.astype(np.int64)
    anew = rival_weights(register, entity, pairs, carried.evidence[near[some]], free, alone)[asked[some]]
    at = some[asked[some]]
    altered = near[at[(rivals[at] != anew) & ~fresh[at]]]
    rivals[at] = anew
    weight = _with_gains(carried, register, free)
    weight[near] = carried.evidence[near] + rivals
    return Weighed(weight, near, rivals, altered)


def _with_partners(records: Flags, left: IndexArray, right: IndexArray, steps: int) -> Flags:
    """The flagged records, their partners in the pairs, and so on for so many steps."""
    out = records.copy()
    for _ in range(steps):
        one, other = out[left], out[right]
        out[left[other]] = True
        out[right[one]] = True
    return out


def rivals_at(night: Tonight, state: State, carried: Carried, weighed: Weighed, at: IntArray) -> FloatArray:
    """What rivals take from some pairs, or their absence adds."""
    if night.spec.repeats:
        return np.zeros(len(at))
    gain = _gains(free_of_registers(night.table, state.model.free))
    out = gain[night.table.register[carried.left[at]], night.table.register[carried.right[at]]]
    near = (carried.rules[at] & NEAR) != 0
    out[near] = weighed.rivals[np.searchsorted(weighed.near, at[near])]
    return out


def probabilities(weight: FloatArray) -> FloatArray:
    """The probability of each match weight."""
    out = np.empty(len(weight))

    def fill(part: slice) -> None:
        out[part] = scores_of(weight[part]).probability

    _in_chunks(fill, len(weight))
    return out


def _with_gains(carried: Carried, register: IndexArray, free: FloatArray) -> FloatArray:
    gain = _gains(free)
    out, flat, count = np.empty(len(carried.evidence)), gain.ravel(), max(len(gain), 1)
    # Small numbers, so that those of all records stay in the cache.
    numbers: NDArray[Any] = (register % count).astype(np.uint8 if count <= 256 else np.int32)

    def fill(part: slice) -> None:
        cell = numbers[carried.left[part]].astype(np.intp) * count + numbers[carried.right[part]]
        np.add(carried.evidence[part], flat[cell], out=out[part])

    _in_chunks(fill, len(out))
    return out


def _gains(free: FloatArray) -> FloatArray:
    """What a pair of two registers gains where both records may lack a partner; nothing inside one register."""
    gain = -free
    np.fill_diagonal(gain, 0.0)
    return gain


def _in_chunks(fill: Callable[[slice], None], size: int) -> None:
    parts = [slice(start, start + CHUNK) for start in range(0, size, CHUNK)]
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(fill, parts))
