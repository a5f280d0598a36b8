"""What pairs of different people look like: strangers drawn at random, relatives from family cards."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.counting import (
    FloatArray,
    Levels,
    Patterns,
    count,
    count_by,
    gather,
    gather_with_places,
    index,
    rows,
)
from matchers.levels import all_levels
from matchers.rarity import Rarity, commonness
from matchers.sorting import distinct_numbers, how_often, numbered, sorted_numbers, starts
from matchers.spec import Spec
from matchers.table import MISSING, Table

IndexArray = NDArray[np.int32]
# For each comparison the counts by level of its parent (row) and level (column), and over all.
Counts = list[tuple[FloatArray, FloatArray]]

SEED: Final = 20261120
WORKERS: Final = 2
RANDOM_PAIRS: Final = (100_000, 300_000)
RANDOM_PAIRS_A_RECORD: Final = 5
ALIKE_PART: Final = 6
RELATIVE_PAIRS: Final = 150_000
# So many pairs of a level must have been drawn before their number alone is believed.
FEW: Final = 5.0
# This share of the present comparisons in full agreement makes a random pair a likely second record of one person.
COPY: Final = 0.6


@dataclass(frozen=True)
class Drawn:
    """Random pairs of one source (`left`, `right`), and in `place` the number of each one's pattern in `every`.

    `alike` has, for some comparisons, the patterns of pairs drawn among those who share what the comparison is `given`.
    """

    left: IndexArray
    right: IndexArray
    every: Patterns
    place: NDArray[np.int64]
    alike: dict[int, Patterns]


@dataclass(frozen=True)
class Strangers:
    """The pairs `drawn`, and what all values say of how alike strangers are.

    `commoner` holds the commonness of the pairs drawn over all, for each comparison whose partial agreements are
    weighed by rarity; `chance`, for each comparison of one column with itself, how likely two people have the same
    value, and `alike_chance`, for names, two who are `alike`.
    """

    drawn: Drawn
    commoner: dict[int, FloatArray]
    chance: dict[int, float]
    alike_chance: dict[int, float]


def draw(table: Table, spec: Spec, pair_group: Callable[[IndexArray, IndexArray], IndexArray]) -> Drawn:
    """Draw random pairs inside one source; `pair_group` numbers a pair's group."""
    wanted = int(np.clip(RANDOM_PAIRS_A_RECORD * table.size, *RANDOM_PAIRS))
    given = [n for n in range(len(spec.comparisons)) if _what_alike_share(table, spec, n) is not None]
    with ThreadPoolExecutor(WORKERS) as pool:
        drawing = pool.map(partial(_alike, table, spec, wanted // ALIKE_PART, pair_group), given)
        left, right = _not_one_household(table, *_random_pairs(table.source, wanted, np.random.default_rng(SEED)))
        base = all_levels(table, spec, left, right)
        keep = ~looks_like_a_copy(spec, base)
        left, right = left[keep], right[keep]
        every, place = gather_with_places(spec, base[:, keep], pair_group(left, right))
        return Drawn(left, right, every, place, dict(zip(given, drawing, strict=True)))


def strangers_of(
    table: Table, spec: Spec, drawn: Drawn, rarities: dict[str, Rarity], entity: NDArray[np.int64] | None = None
) -> Strangers:
    """What all values say besides; `entity` is each record's person as far as known, where a source may hold a person
    many times."""
    alone = [n for n, c in enumerate(spec.comparisons) if c.kind != "cross"]
    names = [n for n in drawn.alike if spec.comparisons[n].kind == "name"]
    with ThreadPoolExecutor(WORKERS) as pool:
        chances = pool.map(lambda number: _chance(_of_one_value(table, spec, number, entity)), alone)
        of_names = pool.map(lambda number: _chance_of_one_age(table, spec, number, entity), names)
        common = how_common(table, spec, rarities, drawn.left, drawn.right)
        return Strangers(drawn, common, dict(zip(alone, chances, strict=True)), dict(zip(names, of_names, strict=True)))


def _alike(
    table: Table, spec: Spec, wanted: int, pair_group: Callable[[IndexArray, IndexArray], IndexArray], number: int
) -> Patterns:
    """Strangers alike in what a comparison is `given`, rare among random pairs and so drawn on purpose."""
    comparison = spec.comparisons[number]
    shared, parent = _what_alike_share(table, spec, number), index(spec, str(comparison.given))
    assert shared is not None
    blocked = np.where(shared == MISSING, -1, shared * (len(table.sources) + 1) + table.source)
    some = _not_one_household(table, *_random_pairs(blocked, wanted, np.random.default_rng((SEED, number))))
    drawn = all_levels(table, spec, *some)
    keep = ~looks_like_a_copy(spec, drawn)
    keep &= drawn[parent] > 0 if comparison.kind == "name" else ~_same_name(spec, drawn, parent)
    return gather(spec, drawn[:, keep], pair_group(some[0][keep], some[1][keep]))


def _chance_of_one_age(table: Table, spec: Spec, number: int, entity: NDArray[np.int64] | None) -> float:
    """How likely two people of one age, but not of one birth date, have the same name."""
    parent = spec.comparisons[index(spec, str(spec.comparisons[number].given))]
    dates = table.columns[parent.column].codes.astype(np.int64)
    of_year = _of_one_value(table, spec, number, entity, _what_alike_share(table, spec, number))
    return _chance(of_year - _of_one_value(table, spec, number, entity, dates))


def how_common(
    table: Table, spec: Spec, rarities: dict[str, Rarity], left: IndexArray, right: IndexArray
) -> dict[int, FloatArray]:
    """The pairs' commonness, by number of comparison, where it counts in partial agreement."""
    out = {}
    for number, comparison in enumerate(spec.comparisons):
        if comparison.name in rarities and rarities[comparison.name].fuzzy:
            codes = table.columns[comparison.column].codes
            out[number] = commonness(rarities[comparison.name], (codes[left], codes[right]))
    return out


def _what_alike_share(table: Table, spec: Spec, number: int) -> NDArray[np.int64] | None:
    """What those strangers share (a number for each record) who show how a comparison depends on its parent.

    The parent's value; but for names the birth year, where the parent is a date: people of one age have the names that
    were common then. Among the few of them who share the very date rows of one person, and twins, would creep in: they
    are left out. Of names that depend on anything else nothing is presumed.
    """
    comparison = spec.comparisons[number]
    if comparison.given is None:
        return None
    parent = spec.comparisons[index(spec, comparison.given)]
    column = table.columns[parent.column]
    codes = column.codes.astype(np.int64)
    if comparison.kind != "name":
        return codes
    if parent.kind != "date" or column.numbers is None:
        return None
    year = np.append((column.numbers >> np.uint64(9)).astype(np.int64), MISSING)
    return np.asarray(year[codes])


def stranger_tables(spec: Spec, strangers: Strangers, same: Callable[[Patterns], FloatArray] | None = None) -> Counts:
    """The levels' counts among strangers; `same` gives the probability that a pair is one person after all."""

    def weight(patterns: Patterns) -> FloatArray:
        return patterns.count if same is None else patterns.count * (1.0 - same(patterns))

    drawn = strangers.drawn
    every = weight(drawn.every)
    out = []
    for number, comparison in enumerate(spec.comparisons):
        levels = drawn.every.levels
        overall = count(comparison, levels[number], every)
        if number in strangers.chance:
            overall = _at_least_by_chance(overall, strangers.chance[number])
        if comparison.given is None:
            out.append((overall[None, :], overall))
            continue
        by_parent = count_by(spec, index(spec, comparison.given), number, levels, every)
        if number in drawn.alike:
            alike = drawn.alike[number]
            seen = count(comparison, alike.levels[number], weight(alike))
            if comparison.kind == "name":
                # Of one age they are wherever the dates agree at all.
                by_parent[:-1], by_parent[-1] = _at_least_by_chance(seen, strangers.alike_chance[number]), 0.0
            else:
                by_parent[0] = seen
        else:
            by_parent = by_parent * 0
        out.append((by_parent, overall))
    return out


def _of_one_value(
    table: Table,
    spec: Spec,
    number: int,
    entity: NDArray[np.int64] | None,
    shared: NDArray[np.int64] | None = None,
) -> FloatArray:
    """Of the pairs of one source, of two people (who have the same of what is `shared`), those that have one value,
    and all of them."""
    codes = table.columns[spec.comparisons[number].column].codes
    present = codes != MISSING
    within = table.source.astype(np.int64)
    if shared is not None:
        present &= shared != MISSING
        within += shared * len(table.sources)
    value = codes[present].astype(np.int64)
    source = within[present] if shared is None else numbered(within[present])
    if entity is not None:
        owner = entity[present]
        _, once = np.unique(value * (int(owner.max(initial=0)) + 1) + owner, return_index=True)
        value, source = value[once], source[once]
    size = np.bincount(source).astype(float)
    many = how_often(value * max(len(size), 1) + source)
    return np.array([(many * (many - 1.0)).sum(), (size * (size - 1.0)).sum()])


def _chance(pairs: FloatArray) -> float:
    return float(pairs[0] / max(pairs[1], 1.0))


def _at_least_by_chance(counts: FloatArray, chance: float) -> FloatArray:
    """Counts among strangers, mended where the drawn pairs are too few to show a rare level.

    How often strangers have the same value is known from all values, and nearly the same value is hardly rarer.
    """
    expected = chance * counts.sum()
    out = counts.copy()
    out[0] = expected
    out[1:-1] = np.maximum(out[1:-1], min(expected, FEW))
    return out


def relative_tables(table: Table, spec: Spec) -> tuple[Counts, int, float]:
    """Counts among relatives, how many pairs of relatives there are, and how many relatives a person has."""
    empty = [
        (np.zeros((rows(spec, comparison), len(comparison.levels))), np.zeros(len(comparison.levels)))
        for comparison in spec.comparisons
    ]
    if table.household is None:
        return empty, 0, 0.0
    key = table.household.astype(np.int64) * (len(table.registers) + 1) + table.register
    key = np.where(table.household == MISSING, -1, key)
    _, size = distinct_numbers(key[key >= 0].astype(np.uint64))
    pairs = int((size * (size - 1) // 2).sum())
    if not pairs:
        return empty, 0, 0.0
    left, right = _random_pairs(key, RELATIVE_PAIRS, np.random.default_rng(20261121))
    levels = all_levels(table, spec, left, right)
    levels = levels[:, ~(looks_like_a_copy(spec, levels) | _unnumbered_copy(spec, levels))]
    out = []
    for number, comparison in enumerate(spec.comparisons):
        overall = count(comparison, levels[number])
        parent = None if comparison.given is None else index(spec, comparison.given)
        by_parent = overall[None, :] if parent is None else count_by(spec, parent, number, levels)
        out.append((by_parent, overall))
    return out, pairs, 2 * pairs / max(int(size.sum()), 1)


def _random_pairs(
    key: NDArray[np.int32] | NDArray[np.int64], wanted: int, random: np.random.Generator
) -> tuple[IndexArray, IndexArray]:
    """Pairs of records that share a key (keys below 0 take no part), every such pair equally likely."""
    nothing = np.zeros(0, dtype=np.int32)
    some = np.flatnonzero(key >= 0)
    if len(some) < 2:
        return nothing, nothing
    # Key and position as one number: sorted at once, several times faster than positions by key.
    bits = np.uint64(len(key).bit_length())
    ordered = sorted_numbers(key[some].astype(np.uint64) << bits | some.astype(np.uint64))
    order = (ordered & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    first_of = np.flatnonzero(starts(ordered >> bits))
    sizes = np.diff(np.append(first_of, len(order)))
    weight = (sizes * (sizes - 1) // 2).astype(float)
    if weight.sum() == 0:
        return nothing, nothing
    drawn = random.choice(len(sizes), size=min(wanted, int(4 * weight.sum())), p=weight / weight.sum())
    first = (random.random(len(drawn)) * sizes[drawn]).astype(np.int64)
    step = 1 + (random.random(len(drawn)) * (sizes[drawn] - 1)).astype(np.int64)
    second = (first + step) % sizes[drawn]
    return order[first_of[drawn] + first].astype(np.int32), order[first_of[drawn] + second].astype(np.int32)


def _not_one_household(table: Table, left: IndexArray, right: IndexArray) -> tuple[IndexArray, IndexArray]:
    if table.household is None:
        return left, right
    apart = (table.household[left] != table.household[right]) | (table.household[left] == MISSING)
    return left[apart], right[apart]


def looks_like_a_copy(spec: Spec, levels: Levels) -> NDArray[np.bool_]:
    """A second row of one person, not a stranger: one identifier and much the same name, or nearly all the same."""
    identifier = np.zeros(levels.shape[1], dtype=np.bool_)
    name = np.ones(levels.shape[1], dtype=np.bool_)
    present, equal = np.zeros(levels.shape[1]), np.zeros(levels.shape[1])
    for number, comparison in enumerate(spec.comparisons):
        if comparison.identifier:
            identifier |= levels[number] == 0
        if comparison.kind == "name":
            name &= levels[number] < len(comparison.levels) - 1
        if not comparison.household and comparison.given is None:
            present += levels[number] < len(comparison.levels)
            equal += levels[number] == 0
    return (identifier & name) | ((equal > 2) & (equal >= COPY * present))


def _same_name(spec: Spec, levels: Levels, parent: int) -> NDArray[np.bool_]:
    """Much the same name, where the name itself is not what the pairs were drawn by."""
    alike = np.zeros(levels.shape[1], dtype=np.bool_)
    if spec.comparisons[parent].kind == "name":
        return alike
    for number, comparison in enumerate(spec.comparisons):
        if comparison.kind == "name":
            alike |= levels[number] < min(4, len(comparison.levels) - 1)
    return alike


def _unnumbered_copy(spec: Spec, levels: Levels) -> NDArray[np.bool_]:
    """The same date with the same name, or with much the same name and no identifier that tells the two apart.

    Twins often have all but the same name; their numbers differ, and they stay among the relatives.
    """
    same, name, date, told_apart = (np.zeros(levels.shape[1], dtype=np.bool_) for _ in range(4))
    for number, comparison in enumerate(spec.comparisons):
        if comparison.kind == "name":
            same |= levels[number] == 0
            name |= levels[number] < min(4, len(comparison.levels) - 1)
        if comparison.kind == "date":
            date |= levels[number] == 0
        if comparison.identifier:
            told_apart |= (levels[number] > 0) & (levels[number] < len(comparison.levels))
    return date & (same | (name & ~told_apart))
