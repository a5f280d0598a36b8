"""A full run that leaves its state for the next night."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.alignment import contents, ordered
from matchers.again.rehouse import households
from matchers.again.state import (
    NEAR,
    Depth,
    Keyed,
    Known,
    Pairs,
    Part,
    Records,
    Rows,
    Segment,
    State,
    fingerprint,
    others,
)
from matchers.again.tonight import compared_by_beginnings, segment_of
from matchers.blocks import Keys, position_bits
from matchers.keep import bases
from matchers.link import Linkage, Work, linked
from matchers.model import Model
from matchers.rivals import free_of_registers, telling
from matchers.sorting import distinct_numbers
from matchers.spec import LINKED_HOUSEHOLD, Spec
from matchers.table import MISSING, Table

IndexArray = NDArray[np.int32]
Hashed = NDArray[np.uint64]
Flags = NDArray[np.bool_]


def link_with_state(
    frame: pl.DataFrame,
    spec: Spec,
    link: float,
    review: float,
    model: Model | None = None,
    labels: pl.DataFrame | None = None,
) -> tuple[Linkage, State]:
    """What `matchers.link.link_records` gives, and the state from which `matchers.again.link_again` goes on."""
    keys: Keys = []
    frame = ordered(frame, spec)
    houses = None
    linked_frame = frame
    if set(spec.columns) - set(frame.columns) == {LINKED_HOUSEHOLD}:
        houses = households(frame, spec)
        linked_frame = frame.with_columns(houses.linked(frame, spec))
    linkage, work = linked(linked_frame, spec, link, review, model, labels, keys=keys)
    state = _state(frame, spec, linkage, work, keys, link, review)
    return linkage, replace(state, households=houses)


def _state(
    frame: pl.DataFrame, spec: Spec, linkage: Linkage, work: Work, keys: Keys, link: float, review: float
) -> State:
    """The state that the linkage leaves; empties `keys`, which hold as much as all else of it."""
    table, kept = work.table, work.kept
    depths = _depths(work.spec, keys, table.size)
    model = replace(linkage.model, values=work.judged.model.values or work.judged.rarities)
    rows = with_slots(kept.rows, kept.left, kept.right)
    return State(
        made_for=fingerprint(spec),
        model=model,
        link=link,
        review=review,
        registers=tuple(table.registers),
        sources=tuple(table.sources),
        placeholders=table.placeholders,
        widths={column: table.columns[column].width for column in compared_by_beginnings(spec)},
        keyed=_keyed(table, spec),
        decided=work.decided,
        report=linkage.blocking,
        segments=(_segment(frame, table, spec, keys),),
        depths=depths,
        records=_records(frame, spec, work),
        pairs=_pairs(work),
        rows=Rows((rows,), np.arange(rows.height, dtype=np.int32)),
        households=None,
        known={name: _known(rarity.values) for name, rarity in model.values.items()},
    )


def with_slots(rows: pl.DataFrame, left_slot: IndexArray, right_slot: IndexArray) -> pl.DataFrame:
    """Rows of kept pairs with the slots of their records."""
    return rows.select(pl.Series("left_slot", left_slot), pl.Series("right_slot", right_slot), pl.all())


def _segment(frame: pl.DataFrame, table: Table, spec: Spec, keys: Keys) -> Segment:
    known: list[tuple[Hashed, Flags]] = []
    for block in keys:
        members, key = block[0]
        every, has = np.zeros(table.size, dtype=np.uint64), np.zeros(table.size, dtype=np.bool_)
        every[members], has[members] = key, True
        known.append((every, has))
        block.clear()
    return segment_of(frame, table.frame, spec, known)


def _depths(spec: Spec, keys: Keys, size: int) -> tuple[tuple[Depth, ...], ...]:
    cut = position_bits(size)
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)
    out = []
    for block, levels in zip(spec.blocks, keys, strict=True):
        every = [levels[depth] if depth < len(levels) else nothing for depth in range(len(block.split) + 1)]
        depths = []
        for depth, (members, key) in enumerate(every):
            if depth < len(block.split):
                # Who comes to the next depth stands in a group over the limit here.
                beyond = every[depth + 1][0]
                over, number = distinct_numbers(key[np.searchsorted(members, beyond)] << cut)
            else:
                over, number = distinct_numbers(key << cut)
                many = number > max(block.limit, 1)
                over, number = over[many], number[many]
            depths.append(Depth((Part(members.astype(np.int32), key),) if depth else (), over, number))
        out.append(tuple(depths))
    return tuple(out)


def _records(frame: pl.DataFrame, spec: Spec, work: Work) -> Records:
    table, judged, found, best = work.table, work.judged, work.found, work.best
    alone = best < 0
    at = np.where(alone, 0, best)
    partner = np.full(table.size, -1, dtype=np.int32)
    weight = np.zeros(table.size)
    if found.size:
        here = np.arange(table.size)
        other = np.where(found.left[at] == here, found.right[at], found.left[at])
        partner = np.where(alone, -1, other).astype(np.int32)
        weight = judged.scores.match_weight[at]
    first, second = judged.first, judged.resolved
    person = first_places(second.entity)
    return Records(
        content=contents(frame, spec),
        slot=np.arange(table.size, dtype=np.int32),
        register=table.register,
        source=table.source,
        person=person,
        group=others(first_places(second.group), person),
        first_person=others(first_places(first.entity), person),
        first_group=others(first_places(first.group), person),
        torn=np.flatnonzero(second.contradicted[second.group]).astype(np.int32),
        first_torn=np.flatnonzero(first.contradicted[first.group]).astype(np.int32),
        best=partner,
        weight=weight,
        basis=bases(spec, work.levels, at, alone).astype(np.uint8),
    )


def _pairs(work: Work) -> Pairs:
    table, found, judged = work.table, work.found, work.judged
    rules = found.rules.copy()
    near = np.zeros(found.size, dtype=np.bool_)
    if not work.spec.repeats:
        free = free_of_registers(table, judged.model.free)
        near = telling(table.register, (found.left, found.right), judged.evidence, free)[1]
        rules[near] |= NEAR
    start = np.append(0, np.cumsum(np.bincount(found.left, minlength=table.size))).astype(np.int32)
    return Pairs(start, found.right, rules, judged.evidence, judged.rivals[near])


def _known(values: pl.Series) -> Known:
    hashed = values.hash(seed=7).to_numpy()
    place = np.argsort(hashed, kind="stable").astype(np.int32)
    return Known(hashed[place], place)


def first_places(number: NDArray[np.int64]) -> IndexArray:
    """For each record the position of the first record that has the same number."""
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int32)
    # From the last to the first, so that the first one is the last to write.
    first[number[::-1]] = np.arange(len(number) - 1, -1, -1, dtype=np.int32)
    return first[number]


def _keyed(table: Table, spec: Spec) -> dict[str, Keyed] | None:
    """The names compared by keys; None when one of them has more than one key."""
    out = {}
    for comparison in spec.comparisons:
        if comparison.kind != "name" or not comparison.key:
            continue
        names, keys = table.columns[comparison.column], table.columns[comparison.key]
        there = np.flatnonzero(names.codes != MISSING)
        of_name = np.full(names.values.len(), MISSING, dtype=np.int32)
        of_name[names.codes[there]] = keys.codes[there]
        if np.any(of_name[names.codes[there]] != keys.codes[there]):
            return None
        hashed = names.values.hash(seed=7).to_numpy()
        order = np.argsort(hashed)
        key = np.append(keys.values.hash(seed=7).to_numpy(), np.uint64(0))[of_name]
        out[comparison.name] = Keyed(hashed[order], key[order])
    return out
