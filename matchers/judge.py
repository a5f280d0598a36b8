"""From compared pairs to people: train or take a model, score, resolve, and weigh each pair against its rivals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.blocks import Candidates
from matchers.components import components
from matchers.groups import pair_groups
from matchers.labels import Decided, sharpen, with_decisions
from matchers.material import material
from matchers.model import Model
from matchers.rarity import Rarity, for_values, measure
from matchers.resolve import Resolved, resolve
from matchers.rivals import alone_of_registers, free_of_registers, free_table, rival_weights
from matchers.score import Scores, score
from matchers.spec import Spec
from matchers.table import Table
from matchers.train import SURE, train

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Levels = NDArray[np.uint8]
WORKERS: Final = 2


@dataclass(frozen=True)
class Judged:
    """The judgement on all candidate pairs.

    `scores` holds the weight of each pair's `rivals` already; `rarities` is in the order of the table's values.
    `evidence` is the match weight before rivals, `first` the people found by it.
    """

    model: Model
    rarities: dict[str, Rarity]
    scores: Scores
    rivals: FloatArray
    resolved: Resolved
    evidence: FloatArray
    first: Resolved


def judge(
    table: Table,
    spec: Spec,
    found: Candidates,
    levels: Levels,
    decided: Decided,
    link: float,
    model: Model | None,
) -> Judged:
    """Judge candidate pairs whose `levels` are known (a row a comparison, a column a pair).

    Without a `model` one is trained; with one nothing about it changes, so that two records have the same weight
    whatever else there is to compare.
    """
    given, model = model, model or _train(table, spec, found, levels)
    rarities = rarities_of(table, spec, model)
    scores = score(table, spec, model, rarities, (found.left, found.right), levels)
    resolved = _resolved(table, spec, found, scores, decided, link)
    if given is None:
        model = _with_free(table, spec, model, resolved)
        if len(decided.left):
            # People decide on pairs that are doubtful beside their rivals.
            beside = _rivals(table, spec, model, found, scores, resolved)
            model = replace(model, calibration=sharpen(scores.match_weight, found, decided, beside))
        if model.calibration is not None:
            scores = score(table, spec, model, rarities, (found.left, found.right), levels)
            resolved = _resolved(table, spec, found, scores, decided, link)
            model = _with_free(table, spec, model, resolved)
    rivals = _rivals(table, spec, model, found, scores, resolved)
    if spec.repeats:
        return Judged(model, rarities, scores, rivals, resolved, scores.match_weight, resolved)
    after = scores.plus(rivals)
    second = _resolved(table, spec, found, after, decided, link)
    return Judged(model, rarities, after, rivals, second, scores.match_weight, resolved)


def rarities_of(table: Table, spec: Spec, model: Model, entity: IntArray | None = None) -> dict[str, Rarity]:
    """What the model knows of each column's values, in the order of the table's; measured where it knows nothing."""
    return {
        c.name: for_values(model.values[c.name], table.columns[c.column])
        if c.name in model.values
        else measure(table, c, entity)
        for c in spec.comparisons
        if c.rarity
    }


def _train(table: Table, spec: Spec, found: Candidates, levels: Levels) -> Model:
    with ThreadPoolExecutor(WORKERS) as pool:
        measuring = pool.submit(_measured, table, spec)
        seen = material(table, spec, found, levels, pair_groups(table, found.left, found.right))
        rarities = measuring.result()
    model = train(table, spec, found, seen, rarities)
    if spec.repeats:
        # A value is common only when many *people* have it, and who is one person is known after a first go only.
        scores = score(table, spec, model, rarities, (found.left, found.right), levels)
        sure = scores.probability >= SURE
        entity = components(table.size, found.left[sure], found.right[sure])
        rarities = _measured(table, spec, entity)
        model = train(table, spec, found, seen, rarities, entity)
    return replace(model, values=rarities)


def _measured(table: Table, spec: Spec, entity: IntArray | None = None) -> dict[str, Rarity]:
    weighed = [comparison for comparison in spec.comparisons if comparison.rarity]
    with ThreadPoolExecutor(WORKERS) as pool:
        measured = list(pool.map(lambda comparison: measure(table, comparison, entity), weighed))
    return {comparison.name: rarity for comparison, rarity in zip(weighed, measured, strict=True)}


def _with_free(table: Table, spec: Spec, model: Model, resolved: Resolved) -> Model:
    return model if spec.repeats else replace(model, free=free_table(table, resolved.entity))


def _rivals(
    table: Table, spec: Spec, model: Model, found: Candidates, scores: Scores, resolved: Resolved
) -> FloatArray:
    if spec.repeats:
        return np.zeros(found.size)
    free, alone = free_of_registers(table, model.free), alone_of_registers(table, model.free)
    pairs = (found.left, found.right)
    return rival_weights(table.register, resolved.entity, pairs, scores.match_weight, free, alone)


def _resolved(table: Table, spec: Spec, found: Candidates, scores: Scores, decided: Decided, link: float) -> Resolved:
    # Where a person may stand many times in a register, each record is a register of its own: no rule holds.
    register = np.arange(table.size, dtype=np.int32) if spec.repeats else table.register
    return resolve(register, found.left, found.right, with_decisions(scores.match_weight, found, decided), link)
