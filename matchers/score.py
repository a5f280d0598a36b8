"""From levels to match weights and probabilities.

A comparison's match weight is log2 of how much likelier its level is for one person than for two different ones
(relatives and strangers together, each as likely as the comparisons before have left them), so the weights shown
add up exactly to the score.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchers.groups import group_shares, pair_groups
from matchers.model import Model, log_likelihoods
from matchers.rarity import Rarity, adjust
from matchers.spec import Spec
from matchers.table import Table

FloatArray = NDArray[np.float64]
_CHUNK: Final = 250_000
WORKERS: Final = 2


@dataclass(frozen=True)
class Scores:
    """For each pair: the probability that both records are one person and the total match weight (log2 units)."""

    probability: FloatArray
    match_weight: FloatArray

    def plus(self, more: FloatArray) -> Scores:
        """The scores with more weight (bits) on each pair."""
        return scores_of(self.match_weight + more)


def scores_of(match_weight: FloatArray) -> Scores:
    """Probabilities of match weights: odds of 2 to the weight."""
    return Scores(1.0 / (1.0 + np.exp2(-np.clip(match_weight, -1000.0, 1000.0))), match_weight)


def added(parts: FloatArray) -> FloatArray:
    """The sum of the rows, in their order: of one column alone numpy would add in another order than of many."""
    out: FloatArray = np.zeros(parts.shape[1])
    for row in parts:
        out += row
    return out


def score(
    table: Table,
    spec: Spec,
    model: Model,
    rarities: dict[str, Rarity],
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: NDArray[np.uint8],
) -> Scores:
    """Score pairs of record positions whose levels are known; the weight holds the prior of their group."""
    left, right = pairs
    weight = np.empty(len(left))

    def fill(start: int) -> None:
        part = slice(start, start + _CHUNK)
        logs = _logs(table, spec, model, rarities, (left[part], right[part]), levels[:, part])
        shares = group_shares(model.groups, pair_groups(table, left[part], right[part]))
        totals = [added(values) for values in logs]
        different = np.logaddexp(np.log(shares[1] + 1e-300) + totals[1], np.log(shares[2]) + totals[2])
        weight[part] = (np.log(shares[0] + 1e-300) + totals[0] - different) / np.log(2)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(fill, range(0, len(left), _CHUNK)))
    if model.calibration is not None:
        weight = model.calibration.shift + model.calibration.slope * weight
    return scores_of(weight)


def weights(
    table: Table,
    spec: Spec,
    model: Model,
    rarities: dict[str, Rarity],
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: NDArray[np.uint8],
) -> tuple[FloatArray, FloatArray]:
    """The prior weight of each pair, and the weight of each comparison (row) for each pair (column), in log2 units.

    Prior and comparisons together are the pair's match weight.
    """
    left, right = pairs
    prior, out = np.empty(len(left)), np.empty(levels.shape)

    def fill(start: int) -> None:
        part = slice(start, start + _CHUNK)
        logs = _logs(table, spec, model, rarities, (left[part], right[part]), levels[:, part])
        shares = group_shares(model.groups, pair_groups(table, left[part], right[part]))
        prior[part], out[:, part] = _apart(logs, shares)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(fill, range(0, len(left), _CHUNK)))
    if model.calibration is not None:
        return model.calibration.shift + model.calibration.slope * prior, model.calibration.slope * out
    return prior, out


def _apart(logs: list[FloatArray], shares: tuple[FloatArray, ...]) -> tuple[FloatArray, FloatArray]:
    """The prior weight of some pairs, and the weight of each comparison."""
    same, relative, stranger = logs
    log_relative, log_stranger = np.log(shares[1] + 1e-300), np.log(shares[2])
    before = np.logaddexp(log_relative, log_stranger)
    prior = (np.log(shares[0] + 1e-300) - before) / np.log(2)
    out = np.empty(same.shape)
    for number in range(len(same)):
        log_relative = log_relative + relative[number]
        log_stranger = log_stranger + stranger[number]
        after = np.logaddexp(log_relative, log_stranger)
        out[number] = (same[number] - (after - before)) / np.log(2)
        before = after
    return prior, out


def _logs(
    table: Table,
    spec: Spec,
    model: Model,
    rarities: dict[str, Rarity],
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: NDArray[np.uint8],
) -> list[FloatArray]:
    same, relative, stranger = (log_likelihoods(model, spec, levels, kind) for kind in ("same", "relative", "stranger"))
    for number, comparison in enumerate(spec.comparisons):
        curve = model.weights[number].rarity
        if curve is not None and comparison.name in rarities:
            codes = table.columns[comparison.column].codes
            sides = (codes[pairs[0]], codes[pairs[1]])
            log_equal = float(np.log(model.weights[number].given["stranger"][-1, 0]))
            known = rarities[comparison.name]
            stranger[number] = adjust(known, curve, sides, levels[number], stranger[number], log_equal)
    return [same, relative, stranger]
