"""Training without labels, in a way that cannot drift from "the same person" to "the same household".

- Strangers: random pairs inside one source (one source holds a person once, so they are different people).
- Relatives: pairs of one register that share a family card.
- The same person: each comparison's levels are counted on pairs that all the *other* comparisons already show to be
  one person, and that were found by a blocking key without it. Strangers and relatives stay as measured; only this
  class and the shares move, for a few rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.blocks import Candidates
from matchers.levels import compare
from matchers.model import Group, Model, Weights, log_likelihoods
from matchers.rarity import Rarity, mean_words
from matchers.spec import Comparison, Spec
from matchers.table import MISSING, Table

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int32]
Levels = NDArray[np.uint8]

RANDOM_PAIRS: Final = 1_000_000
RELATIVE_PAIRS: Final = 300_000
TRAINING_PAIRS: Final = 3_000_000
ROUNDS: Final = 8
# A comparison learns from a pair only when the others make it one person with this probability.
SURE: Final = 0.99
# The least share of pairs of two sources, or of one register with itself, taken to be one person before any is seen.
LEAST_SAME: Final = 1e-4


@dataclass(frozen=True)
class Patterns:
    """Candidate pairs gathered by what they look like: levels, group, and which comparisons may learn from them."""

    levels: Levels
    group: NDArray[np.int64]
    fair: NDArray[np.uint32]
    count: FloatArray


def train(
    table: Table,
    spec: Spec,
    pairs: Candidates,
    levels: Levels,
    group: NDArray[np.int32],
    rarities: dict[str, Rarity],
) -> Model:
    """Estimate the model from the records and their candidate pairs.

    `levels` has a row a comparison and a column a candidate pair; `group` numbers each pair's group as
    `pair_groups` does.
    """
    strangers, means = _stranger_tables(table, spec, rarities)
    relatives, household_pairs, per_person = _relative_tables(table, spec)
    groups = empty_groups(table, household_pairs)
    patterns = _patterns(spec, pairs, levels, group)
    weights = tuple(
        _first_guess(spec, number, strangers[number], relatives[number], means.get(comparison.name))
        for number, comparison in enumerate(spec.comparisons)
    )
    model = Model(spec.title, weights, groups)
    for _ in range(ROUNDS):
        model = _round(model, spec, patterns, per_person)
    return model


# --- groups of pairs -------------------------------------------------------------------------------------------


def pair_groups(table: Table, left: IndexArray, right: IndexArray) -> NDArray[np.int32]:
    """Each pair's group number: its two sources (in order), and whether both stand in one register."""
    count = len(table.sources)
    one, other = table.source[left], table.source[right]
    low, high = np.minimum(one, other), np.maximum(one, other)
    same_register = table.register[left] == table.register[right]
    return ((low * count + high) * 2 + same_register).astype(np.int32)


def empty_groups(table: Table, household_pairs: int) -> tuple[Group, ...]:
    """All groups in the order of `pair_groups`, with how many pairs of records each holds."""
    count = len(table.sources)
    size = np.bincount(table.source, minlength=count).astype(float)
    register_size = np.bincount(table.register).astype(float)
    source_of = np.zeros(len(register_size), dtype=np.int64)
    source_of[table.register] = table.source
    inside = np.zeros(count)
    np.add.at(inside, source_of, register_size * (register_size - 1) / 2)
    groups = []
    for low in range(count):
        for high in range(count):
            for one_register in (False, True):
                if low > high or (one_register and low != high):
                    pairs = 0.0
                elif low == high:
                    pairs = inside[low] if one_register else size[low] * (size[low] - 1) / 2 - inside[low]
                else:
                    pairs = size[low] * size[high]
                least = LEAST_SAME * min(size[low], size[high])
                share = float(inside[low] / max(inside.sum(), 1.0)) if one_register else 0.0
                groups.append(
                    Group(
                        table.sources[low],
                        table.sources[high],
                        one_register,
                        max(pairs, 0.0),
                        (0.01 if low == high else 0.3) * min(size[low], size[high]) + least if pairs > 0 else 0.0,
                        household_pairs * share,
                    )
                )
    return tuple(groups)


# --- strangers and relatives -----------------------------------------------------------------------------------


def _stranger_tables(
    table: Table, spec: Spec, rarities: dict[str, Rarity]
) -> tuple[list[tuple[FloatArray, FloatArray]], dict[str, FloatArray]]:
    """For each comparison the counts among strangers (by level of its parent, and over all); mean rarity by level."""
    random = np.random.default_rng(20261120)
    left, right = _random_pairs(table.source, RANDOM_PAIRS, random)
    left, right = _not_one_household(table, left, right)
    base = _levels(table, spec, left, right)
    means = _mean_rarity(table, spec, rarities, (left, right), base)
    base = base[:, ~_looks_like_a_copy(spec, base)]
    out = []
    for number, comparison in enumerate(spec.comparisons):
        overall = _count(comparison, base[number])
        if comparison.given is None:
            out.append((overall[None, :], overall))
            continue
        parent = _index(spec, comparison.given)
        by_parent = _count_by(spec, parent, number, base)
        # Strangers who share the parent's value are rare among random pairs: draw them on purpose.
        column = table.columns[spec.comparisons[parent].column]
        blocked = column.codes.astype(np.int64) * (len(table.sources) + 1) + table.source
        blocked = np.where(column.codes == MISSING, -1, blocked)
        some_left, some_right = _not_one_household(table, *_random_pairs(blocked, RANDOM_PAIRS // 4, random))
        drawn = _levels(table, spec, some_left, some_right)
        alike = _looks_like_a_copy(spec, drawn) | _same_name(spec, drawn, parent)
        by_parent[0] = _count(comparison, drawn[number][~alike])
        out.append((by_parent, overall))
    return out, means


def _mean_rarity(
    table: Table, spec: Spec, rarities: dict[str, Rarity], pairs: tuple[IndexArray, IndexArray], levels: Levels
) -> dict[str, FloatArray]:
    means = {}
    for number, comparison in enumerate(spec.comparisons):
        if comparison.name in rarities:
            codes = table.columns[comparison.column].codes
            sides = (codes[pairs[0]], codes[pairs[1]])
            means[comparison.name] = mean_words(rarities[comparison.name], comparison, sides, levels[number])
    return means


def _relative_tables(table: Table, spec: Spec) -> tuple[list[tuple[FloatArray, FloatArray]], int, float]:
    """Counts among relatives, how many pairs of relatives there are, and how many relatives a person has."""
    empty = [
        (np.zeros((_rows(spec, comparison), len(comparison.levels))), np.zeros(len(comparison.levels)))
        for comparison in spec.comparisons
    ]
    if table.household is None:
        return empty, 0, 0.0
    key = table.household.astype(np.int64) * (len(table.registers) + 1) + table.register
    key = np.where(table.household == MISSING, -1, key)
    _, size = np.unique(key[key >= 0], return_counts=True)
    pairs = int((size * (size - 1) // 2).sum())
    if not pairs:
        return empty, 0, 0.0
    left, right = _random_pairs(key, RELATIVE_PAIRS, np.random.default_rng(20261121))
    levels = _levels(table, spec, left, right)
    levels = levels[:, ~(_looks_like_a_copy(spec, levels) | _same_name_and_date(spec, levels))]
    out = []
    for number, comparison in enumerate(spec.comparisons):
        overall = _count(comparison, levels[number])
        parent = None if comparison.given is None else _index(spec, comparison.given)
        by_parent = overall[None, :] if parent is None else _count_by(spec, parent, number, levels)
        out.append((by_parent, overall))
    return out, pairs, 2 * pairs / max(int(size.sum()), 1)


def _random_pairs(
    key: NDArray[np.int32] | NDArray[np.int64], wanted: int, random: np.random.Generator
) -> tuple[IndexArray, IndexArray]:
    """Pairs of records that share a key (keys below 0 take no part), every such pair equally likely."""
    order = np.argsort(key, kind="stable")
    order = order[np.searchsorted(key[order], 0) :]
    if len(order) < 2:
        nothing = np.zeros(0, dtype=np.int32)
        return nothing, nothing
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(order)])
    weight = (sizes * (sizes - 1) // 2).astype(float)
    if weight.sum() == 0:
        nothing = np.zeros(0, dtype=np.int32)
        return nothing, nothing
    drawn = random.choice(len(sizes), size=min(wanted, int(4 * weight.sum())), p=weight / weight.sum())
    first = (random.random(len(drawn)) * sizes[drawn]).astype(np.int64)
    step = 1 + (random.random(len(drawn)) * (sizes[drawn] - 1)).astype(np.int64)
    second = (first + step) % sizes[drawn]
    return order[starts[drawn] + first].astype(np.int32), order[starts[drawn] + second].astype(np.int32)


def _not_one_household(table: Table, left: IndexArray, right: IndexArray) -> tuple[IndexArray, IndexArray]:
    if table.household is None:
        return left, right
    apart = (table.household[left] != table.household[right]) | (table.household[left] == MISSING)
    return left[apart], right[apart]


def _levels(table: Table, spec: Spec, left: IndexArray, right: IndexArray) -> Levels:
    return np.stack([compare(table, comparison, left, right) for comparison in spec.comparisons])


def _looks_like_a_copy(spec: Spec, levels: Levels) -> NDArray[np.bool_]:
    """One identifier and much the same name: a second row of one person, not a stranger."""
    identifier = np.zeros(levels.shape[1], dtype=np.bool_)
    name = np.ones(levels.shape[1], dtype=np.bool_)
    for number, comparison in enumerate(spec.comparisons):
        if comparison.kind == "digits" and not comparison.household:
            identifier |= levels[number] == 0
        if comparison.kind == "name":
            name &= levels[number] < len(comparison.levels) - 1
    return identifier & name


def _same_name(spec: Spec, levels: Levels, parent: int) -> NDArray[np.bool_]:
    """Much the same name, where the name itself is not what the pairs were drawn by."""
    alike = np.zeros(levels.shape[1], dtype=np.bool_)
    if spec.comparisons[parent].kind == "name":
        return alike
    for number, comparison in enumerate(spec.comparisons):
        if comparison.kind == "name":
            alike |= levels[number] < min(4, len(comparison.levels) - 1)
    return alike


def _same_name_and_date(spec: Spec, levels: Levels) -> NDArray[np.bool_]:
    name = np.zeros(levels.shape[1], dtype=np.bool_)
    date = np.zeros(levels.shape[1], dtype=np.bool_)
    for number, comparison in enumerate(spec.comparisons):
        if comparison.kind == "name":
            name |= levels[number] < min(4, len(comparison.levels) - 1)
        if comparison.kind == "date":
            date |= levels[number] == 0
    return name & date


# --- counting ---------------------------------------------------------------------------------------------------


def _index(spec: Spec, name: str) -> int:
    return [comparison.name for comparison in spec.comparisons].index(name)


def _rows(spec: Spec, comparison: Comparison) -> int:
    return 1 if comparison.given is None else len(spec.comparisons[_index(spec, comparison.given)].levels)


def _count(comparison: Comparison, levels: Levels, weight: FloatArray | None = None) -> FloatArray:
    count = len(comparison.levels)
    return np.bincount(levels, weights=weight, minlength=count + 2)[:count].astype(float)


def _count_by(spec: Spec, parent: int, number: int, levels: Levels, weight: FloatArray | None = None) -> FloatArray:
    """Counts by level of the parent (row) and of the comparison (column); missing on either takes no part."""
    rows, columns = len(spec.comparisons[parent].levels), len(spec.comparisons[number].levels)
    there = (levels[parent] < rows) & (levels[number] < columns)
    cell = levels[parent][there].astype(np.int64) * columns + levels[number][there]
    some = None if weight is None else weight[there]
    return np.bincount(cell, weights=some, minlength=rows * columns).reshape(rows, columns).astype(float)


def _frequencies(by_parent: FloatArray, overall: FloatArray, floor: float, pull: float) -> FloatArray:
    """Frequencies a row, drawn towards the overall ones where few pairs stand behind a row; a last row for missing.

    `floor` pseudo-pairs a level keep a level that was never seen from being impossible.
    """
    shares = (overall + floor) / (overall + floor).sum()
    rows = (by_parent + pull * shares) / (by_parent.sum(axis=1, keepdims=True) + pull)
    return np.vstack([rows, shares])


# --- the same person -------------------------------------------------------------------------------------------


def _first_guess(
    spec: Spec,
    number: int,
    stranger: tuple[FloatArray, FloatArray],
    relative: tuple[FloatArray, FloatArray],
    rarity: FloatArray | None,
) -> Weights:
    comparison = spec.comparisons[number]
    levels = len(comparison.levels)
    same = np.full(levels, 0.15 / max(levels - 1, 1))
    same[0] = 0.85
    rows = stranger[0].shape[0]
    tables = {
        "same": _frequencies(np.zeros((rows, levels)), same * 1000, 0.0, 1.0),
        "stranger": _frequencies(*stranger, floor=0.5, pull=20.0),
    }
    counts = {
        "same": np.zeros((rows + 1, levels)),
        "stranger": np.vstack([stranger[0], stranger[1]]),
        "relative": np.vstack([relative[0], relative[1]]),
    }
    if comparison.household or not relative[1].sum():
        tables["relative"] = tables["same"] if comparison.household else tables["stranger"]
    else:
        tables["relative"] = _frequencies(*relative, floor=0.5, pull=20.0)
    parent = None if comparison.given is None else _index(spec, comparison.given)
    return Weights(comparison.name, parent, tables, counts, rarity)


def _patterns(spec: Spec, pairs: Candidates, levels: Levels, group: NDArray[np.int32]) -> Patterns:
    step = max(1, -(-pairs.size // TRAINING_PAIRS))
    levels, group = levels[:, ::step], group[::step]
    fair = _fair(spec)[pairs.rules[::step]]
    packed = group.astype(np.uint64)
    for number, comparison in enumerate(spec.comparisons):
        packed = packed * np.uint64(len(comparison.levels) + 2) + levels[number]
    packed = packed * np.uint64(1 << len(spec.comparisons)) + fair
    _, first, count = np.unique(packed, return_index=True, return_counts=True)
    return Patterns(levels[:, first], group[first].astype(np.int64), fair[first], count.astype(float) * step)


def _fair(spec: Spec) -> NDArray[np.uint32]:
    """For each set of blocking rules, a bit a comparison that at least one of those rules does not use."""
    table = np.zeros(1 << len(spec.blocks), dtype=np.uint32)
    rules = np.arange(1 << len(spec.blocks))
    for rule, block in enumerate(spec.blocks):
        used = {part.column for part in block.key}
        bits = sum(1 << n for n, c in enumerate(spec.comparisons) if not used & set(c.columns))
        table |= np.where(rules >> rule & 1, np.uint32(bits), np.uint32(0)).astype(np.uint32)
    return table


def posterior(
    log_same: FloatArray, log_relative: FloatArray, log_stranger: FloatArray, shares: tuple[FloatArray, ...]
) -> FloatArray:
    """The probability of the first class, given log likelihoods and how many pairs of each class there are."""
    with np.errstate(divide="ignore"):
        terms = np.stack(
            [np.log(shares[0]) + log_same, np.log(shares[1]) + log_relative, np.log(shares[2]) + log_stranger]
        )
    terms -= terms.max(axis=0)
    weights = np.exp(terms)
    return np.asarray(weights[0] / weights.sum(axis=0))


def group_shares(groups: tuple[Group, ...], group: NDArray[np.int32] | NDArray[np.int64]) -> tuple[FloatArray, ...]:
    """For each pair, how many pairs of its group are one person, relatives and strangers."""
    same = np.array([g.same for g in groups])
    relatives = np.array([g.relatives for g in groups])
    strangers = np.array([max(g.pairs - g.same - g.relatives, 1.0) for g in groups])
    return same[group], relatives[group], strangers[group]


def _round(model: Model, spec: Spec, patterns: Patterns, per_person: float) -> Model:
    logs = {kind: log_likelihoods(model, spec, patterns.levels, kind) for kind in ("same", "relative", "stranger")}
    totals = {kind: values.sum(axis=0) for kind, values in logs.items()}
    shares = group_shares(model.groups, patterns.group)
    weights = tuple(_learn(model, spec, patterns, number, logs, totals, shares) for number in range(len(model.weights)))
    probability = posterior(totals["same"], totals["relative"], totals["stranger"], shares)
    same = np.bincount(patterns.group, weights=probability * patterns.count, minlength=len(model.groups))
    groups = tuple(
        Group(
            g.left_source,
            g.right_source,
            g.one_register,
            g.pairs,
            float(same[n]) + 0.5 if g.pairs else 0.0,
            g.relatives if g.one_register else per_person * (float(same[n]) + 0.5),
        )
        for n, g in enumerate(model.groups)
    )
    return Model(model.title, weights, groups)


def _learn(
    model: Model,
    spec: Spec,
    patterns: Patterns,
    number: int,
    logs: dict[str, FloatArray],
    totals: dict[str, FloatArray],
    shares: tuple[FloatArray, ...],
) -> Weights:
    """One comparison's frequencies among the same person, from pairs that the others make sure."""
    weights, comparison = model.weights[number], spec.comparisons[number]
    others = {kind: totals[kind] - logs[kind][number] for kind in totals}
    for child, child_weights in enumerate(model.weights):
        if child_weights.parent == number:
            # A child's level must not vouch for its parent's: take it as if the parent were missing.
            for kind in others:
                others[kind] = others[kind] - logs[kind][child] + _unconditional(spec, child_weights, child, patterns, kind)
    probability = posterior(others["same"], others["relative"], others["stranger"], shares)
    usable = (patterns.fair >> np.uint32(number) & 1).astype(bool) & (probability >= SURE)
    weight = np.where(usable, probability * patterns.count, 0.0)
    overall = _count(comparison, patterns.levels[number], weight)
    by_parent = (
        overall[None, :]
        if weights.parent is None
        else _count_by(spec, weights.parent, number, patterns.levels, weight)
    )
    if not overall.sum():
        return weights
    tables = dict(weights.given)
    tables["same"] = _frequencies(by_parent, overall, floor=0.5, pull=20.0)
    if comparison.household:
        tables["relative"] = tables["same"]
    counts = dict(weights.counts)
    counts["same"] = np.vstack([by_parent, overall])
    return Weights(weights.name, weights.parent, tables, counts, weights.rarity)


def _unconditional(spec: Spec, weights: Weights, number: int, patterns: Patterns, kind: str) -> FloatArray:
    levels = patterns.levels[number]
    present = levels < len(spec.comparisons[number].levels)
    out = np.zeros(len(levels))
    out[present] = np.log(weights.given[kind][-1])[levels[present]]
    return out

