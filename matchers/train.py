"""Training without labels, in a way that cannot drift from "the same person" to "the same household".

- Strangers: random pairs inside one source (one source holds a person once, so they are different people).
- Relatives: pairs of one register that share a family card.
- The same person: each comparison's levels are counted on pairs that all the *other* comparisons already show to be
  one person, and that were found by a blocking key without it. Strangers and relatives stay as measured; only this
  class and the shares move, for a few rounds.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.blocks import Candidates
from matchers.counting import Patterns, count, count_by, frequencies, index
from matchers.different import Strangers, how_common, looks_like_a_copy, stranger_tables, strangers_of
from matchers.groups import empty_groups, group_shares
from matchers.material import Material
from matchers.model import CLASSES, Model, Weights, log_likelihoods
from matchers.rarity import PARTS, Rarity, curve, parts_of, presumed_curve
from matchers.spec import Spec
from matchers.table import Table

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int32]
Levels = NDArray[np.uint8]

ROUNDS: Final = 8
# After these rounds the random pairs that turned out to be one person are taken out of the strangers.
AGAIN: Final = (2, 5)
# A comparison learns from a pair only when the others make it one person with this probability.
SURE: Final = 0.99
# Fewer pairs of relatives than this show nothing of how relatives differ.
LEAST_RELATIVES: Final = 50.0


def train(
    table: Table,
    spec: Spec,
    pairs: Candidates,
    seen: Material,
    rarities: dict[str, Rarity],
    entity: NDArray[np.int64] | None = None,
) -> Model:
    """Estimate the model from the records and their candidate pairs.

    `entity` is each record's person as far as known, where a register may hold one many times.
    """
    strangers = strangers_of(table, spec, seen.drawn, rarities, entity)
    counts, patterns = stranger_tables(spec, strangers), seen.patterns
    # Without a family card in the records, relatives are those who agree on the household's fields and no others.
    presumed = table.household is None and any(comparison.household for comparison in spec.comparisons)
    groups = empty_groups(table, seen.household_pairs, presumed)
    weights = tuple(_first_guess(spec, number, counts[number], seen.relatives[number]) for number in range(len(counts)))
    model = Model(spec.title, weights, groups)
    for done in range(ROUNDS):
        model = _round(model, spec, patterns, None if presumed else seen.per_person)
        if done in AGAIN:
            model = _without_copies(model, spec, strangers)
            if presumed and not spec.repeats:
                model = _with_relatives_seen(model, spec, patterns)
    commoner = how_common(table, spec, rarities, pairs.left[:: seen.step], pairs.right[:: seen.step])
    return _with_curves(model, spec, strangers, patterns, (seen.places, commoner))


def _without_copies(model: Model, spec: Spec, strangers: Strangers) -> Model:
    """The strangers' frequencies anew, without the random pairs that the model takes for one person."""
    same = partial(_chance_of_same, model, spec)
    weights = []
    for old, counts in zip(model.weights, stranger_tables(spec, strangers, same), strict=True):
        tables = dict(old.given) | {"stranger": frequencies(*counts, floor=0.5, pull=20.0)}
        if old.given["relative"] is old.given["stranger"]:
            tables["relative"] = tables["stranger"]
        weights.append(replace(old, given=tables, counts=dict(old.counts) | {"stranger": np.vstack(counts)}))
    return Model(model.title, tuple(weights), model.groups)


def _chance_of_same(model: Model, spec: Spec, patterns: Patterns) -> FloatArray:
    logs = [log_likelihoods(model, spec, patterns.levels, kind).sum(axis=0) for kind in CLASSES]
    return posterior(logs[0], logs[1], logs[2], group_shares(model.groups, patterns.group))


def _with_curves(
    model: Model,
    spec: Spec,
    strangers: Strangers,
    patterns: Patterns,
    pairs: tuple[NDArray[np.int64], dict[int, FloatArray]],
) -> Model:
    """With how each level depends on how common the values are, among strangers and among the sure pairs.

    `pairs` are the numbers of the candidate pairs' patterns, and their commonness. Where a register may hold a person
    many times the curve is presumed: measured it made people more precise there and less complete, by more.
    """
    places, commoner = pairs
    logs = {kind: log_likelihoods(model, spec, patterns.levels, kind) for kind in CLASSES}
    totals = {kind: values.sum(axis=0) for kind, values in logs.items()}
    shares, random_pairs = group_shares(model.groups, patterns.group), strangers.drawn
    apart = (1.0 - _chance_of_same(model, spec, random_pairs.every))[random_pairs.place]
    weights = []
    for number, (comparison, old) in enumerate(zip(spec.comparisons, model.weights, strict=True)):
        count = len(comparison.levels)
        found = np.zeros((count + 1, 1)) if comparison.rarity else None
        if number in strangers.commoner:
            drawn = random_pairs.every.levels[number][random_pairs.place]
            known = drawn < count
            of_random = strangers.commoner[number][known]
            if spec.repeats:
                found = presumed_curve(of_random, drawn[known], count)
            else:
                random = (parts_of(of_random, of_random), drawn[known], apart[known])
                levels = patterns.levels[number][places]
                both = levels < count
                cell = levels[both].astype(np.int64) * PARTS + parts_of(of_random, commoner[number][both])
                sure = _sure(model, spec, patterns, number, logs, totals, shares) / patterns.count
                same = np.bincount(cell, weights=sure[places][both], minlength=count * PARTS)
                found = curve(of_random, random, same.reshape(count, PARTS).astype(float))
        weights.append(replace(old, rarity=found))
    return replace(model, weights=tuple(weights))


# --- the same person -------------------------------------------------------------------------------------------


def _first_guess(
    spec: Spec,
    number: int,
    stranger: tuple[FloatArray, FloatArray],
    relative: tuple[FloatArray, FloatArray],
) -> Weights:
    comparison = spec.comparisons[number]
    levels = len(comparison.levels)
    same = np.full(levels, 0.15 / max(levels - 1, 1))
    same[0] = 0.85
    rows = stranger[0].shape[0]
    tables = {
        "same": frequencies(np.zeros((rows, levels)), same * 1000, 0.0, 1.0),
        "stranger": frequencies(*stranger, floor=0.5, pull=20.0),
    }
    counts = {
        "same": np.zeros((rows + 1, levels)),
        "stranger": np.vstack([stranger[0], stranger[1]]),
        "relative": np.vstack([relative[0], relative[1]]),
    }
    if comparison.household or not relative[1].sum():
        tables["relative"] = tables["same"] if comparison.household else tables["stranger"]
    else:
        tables["relative"] = frequencies(*relative, floor=0.5, pull=20.0)
    parent = None if comparison.given is None else index(spec, comparison.given)
    return Weights(comparison.name, parent, tables, counts)


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


def _round(model: Model, spec: Spec, patterns: Patterns, per_person: float | None) -> Model:
    """One round: what each comparison shows of the same person, then how many pairs of each group are of which class.

    `per_person` is how many relatives a person has; None when that is to be learnt from the pairs too.
    """
    logs = {kind: log_likelihoods(model, spec, patterns.levels, kind) for kind in ("same", "relative", "stranger")}
    totals = {kind: values.sum(axis=0) for kind, values in logs.items()}
    shares = group_shares(model.groups, patterns.group)
    weights = tuple(_learn(model, spec, patterns, number, logs, totals, shares) for number in range(len(model.weights)))
    probability = posterior(totals["same"], totals["relative"], totals["stranger"], shares)
    same = _in_groups(model, patterns, probability)
    if per_person is None:
        kin = posterior(totals["relative"], totals["same"], totals["stranger"], (shares[1], shares[0], shares[2]))
        relatives = _in_groups(model, patterns, kin)
    else:
        relatives = np.array(
            [g.relatives if g.one_register else per_person * same[n] for n, g in enumerate(model.groups)]
        )
    groups = tuple(replace(g, same=float(same[n]), relatives=float(relatives[n])) for n, g in enumerate(model.groups))
    return Model(model.title, weights, groups)


def _in_groups(model: Model, patterns: Patterns, probability: FloatArray) -> FloatArray:
    """How many pairs of each group are expected in a class; never quite none where there are pairs at all."""
    expected = np.bincount(patterns.group, weights=probability * patterns.count, minlength=len(model.groups))
    return np.where(np.array([g.pairs for g in model.groups]) > 0, expected + 0.5, 0.0)


def _with_relatives_seen(model: Model, spec: Spec, patterns: Patterns) -> Model:
    """What relatives look like, from pairs inside one register that are no strangers.

    A register holds a person once, so two of its records that look like one person are two of one household: twins
    and namesakes among them. Where few such pairs are seen, relatives stay presumed.
    """
    logs = {kind: log_likelihoods(model, spec, patterns.levels, kind).sum(axis=0) for kind in CLASSES}
    shares = group_shares(model.groups, patterns.group)
    stranger = posterior(logs["stranger"], logs["same"], logs["relative"], (shares[2], shares[0], shares[1]))
    inside = np.array([g.one_register for g in model.groups])[patterns.group]
    seen = inside & ~looks_like_a_copy(spec, patterns.levels)
    weight = np.where(seen, (1.0 - stranger) * patterns.count, 0.0)
    if weight.sum() < LEAST_RELATIVES:
        return model
    weights = []
    for number, (comparison, old) in enumerate(zip(spec.comparisons, model.weights, strict=True)):
        overall = count(comparison, patterns.levels[number], weight)
        by_parent = overall[None, :]
        if old.parent is not None:
            by_parent = count_by(spec, old.parent, number, patterns.levels, weight)
        tables = dict(old.given)
        if not comparison.household:
            tables["relative"] = frequencies(by_parent, overall, floor=0.5, pull=20.0)
        counts = dict(old.counts) | {"relative": np.vstack([by_parent, overall])}
        weights.append(replace(old, given=tables, counts=counts))
    return replace(model, weights=tuple(weights))


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
    weight = _sure(model, spec, patterns, number, logs, totals, shares)
    overall = count(comparison, patterns.levels[number], weight)
    by_parent = (
        overall[None, :] if weights.parent is None else count_by(spec, weights.parent, number, patterns.levels, weight)
    )
    if not overall.sum():
        return weights
    tables = dict(weights.given)
    tables["same"] = frequencies(by_parent, overall, floor=0.5, pull=20.0)
    if comparison.household:
        tables["relative"] = tables["same"]
    counts = dict(weights.counts)
    counts["same"] = np.vstack([by_parent, overall])
    return Weights(weights.name, weights.parent, tables, counts, weights.rarity)


def _sure(
    model: Model,
    spec: Spec,
    patterns: Patterns,
    number: int,
    logs: dict[str, FloatArray],
    totals: dict[str, FloatArray],
    shares: tuple[FloatArray, ...],
) -> FloatArray:
    """How many pairs of each pattern all other comparisons make sure, found by a key without this one."""
    comparison = spec.comparisons[number]
    others = {kind: totals[kind] - logs[kind][number] for kind in totals}
    for child, child_weights in enumerate(model.weights):
        if child_weights.parent != number:
            continue
        if set(spec.comparisons[child].columns) & set(comparison.columns):
            # A child that reads the very same column agrees where its parent does: it is no witness at all.
            others = {kind: values - logs[kind][child] for kind, values in others.items()}
        else:
            # A child's level must not vouch for its parent's: take it as if the parent were missing.
            others = {
                kind: values - logs[kind][child] + _unconditional(spec, child_weights, child, patterns, kind)
                for kind, values in others.items()
            }
    probability = posterior(others["same"], others["relative"], others["stranger"], shares)
    usable = (patterns.fair >> np.uint32(number) & 1).astype(bool) & (probability >= SURE)
    return np.where(usable, probability * patterns.count, 0.0)


def _unconditional(spec: Spec, weights: Weights, number: int, patterns: Patterns, kind: str) -> FloatArray:
    levels = patterns.levels[number]
    present = levels < len(spec.comparisons[number].levels)
    out = np.zeros(len(levels))
    out[present] = np.log(weights.given[kind][-1])[levels[present]]
    return out
