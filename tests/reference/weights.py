"""The match weight of one pair: plain products of plain frequencies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import exp, log, log2, prod
from typing import Any

from matchers.model import Group, Model, Weights
from matchers.rarity import LEAST_CHANCE, LEAST_FREQUENCY
from matchers.spec import Comparison, Spec

Row = dict[str, Any]
NEARLY_NONE = 1e-300


@dataclass(frozen=True)
class Common:
    """How common a column's values are: each value's chance to be a stranger's too, and the product of its words'."""

    chance: dict[Any, float]
    words: dict[Any, float]
    texts: bool


def how_common(rows: list[Row], column: str, sources: list[str], source: list[str], entity: list[int] | None) -> Common:
    """`source` and `entity` (each record's person, where a source may hold a person many times) are by record.

    Records of one source are different people; of one person in one source, equal values count once.
    """
    held = [
        (row[column], source[at], at if entity is None else entity[at]) for at, row in enumerate(rows) if row[column]
    ]
    held = list(dict.fromkeys(held))
    texts = all(isinstance(value, str) for value, _, _ in held)
    words_of = {value: value.split(" ") if texts else [value] for value, _, _ in held}
    count = Counter(word for value, _, _ in held for word in words_of[value])
    often = {word: min(max(count[word] / len(held), LEAST_FREQUENCY), 1.0) for word in count}
    words = {value: prod(often[word] for word in words_of[value]) for value in words_of}
    size = Counter(place for _, place, _ in held)
    seen = Counter((value, place) for value, place, _ in held)
    mean = max(len(held) / len(sources), 1.0)
    chance = {}
    for value in words_of:
        same = sum(seen[value, place] * (seen[value, place] - 1) for place in sources)
        other = sum(seen[value, place] * (size[place] - 1) for place in sources)
        # The words stand in for as many more people as a source has on average.
        chance[value] = min(max((same + words[value] * mean) / (other + mean), LEAST_CHANCE), 1.0)
    return Common(chance, words, texts)


def probability(bits: float) -> float:
    """Odds of 2 to the match weight, as a probability."""
    odds: float = 2.0 ** min(bits, 1000.0)
    return odds / (1 + odds)


def frequency(
    weights: Weights, comparisons: tuple[Comparison, ...], levels: list[int], number: int, kind: str
) -> float:
    """How often pairs of one class have a pair's level in comparison `number`; 1 where a value is missing."""
    if levels[number] >= len(comparisons[number].levels):
        return 1.0
    row = 0
    if weights.parent is not None:
        # The last row is for a parent that is missing.
        row = min(levels[weights.parent], len(comparisons[weights.parent].levels))
    return float(weights.given[kind][row][levels[number]])


def stranger_frequency(
    weights: Weights, spec: Spec, levels: list[int], number: int, common: Common | None, values: tuple[Any, Any]
) -> float:
    """The same for strangers, by how common the values are: an equal value has its own chance, one alike a part."""
    comparison = spec.comparisons[number]
    plain = frequency(weights, spec.comparisons, levels, number, "stranger")
    if common is None or weights.rarity is None:
        return plain
    if levels[number] == 0:
        # As much more or less as equal values are more or less common given the comparison that this one depends on.
        return common.chance[values[0]] * plain / float(weights.given["stranger"][-1][0])
    if not common.texts or levels[number] >= len(comparison.levels) - 1:
        return plain
    commoner = log(max(common.words[value] for value in values))
    places, *rows = weights.rarity.tolist()
    return plain * exp(_between(commoner, places, rows[levels[number]]))


def _between(commoner: float, places: list[float], heights: list[float]) -> float:
    """A line through the points; level before the first and after the last."""
    before = [at for at, place in enumerate(places) if place <= commoner]
    if not before or before[-1] == len(places) - 1:
        return heights[before[-1] if before else 0]
    at = before[-1]
    part = (commoner - places[at]) / (places[at + 1] - places[at])
    return heights[at] + part * (heights[at + 1] - heights[at])


def pair_weight(
    model: Model, spec: Spec, common: dict[str, Common], pair: tuple[Row, Row], levels: list[int], group: Group
) -> tuple[float, list[float]]:
    """The prior weight of a pair and the weight of each comparison, in bits: together the pair's match weight.

    Different people are relatives or strangers, in the shares that the comparisons so far have left.
    """
    same = group.same + NEARLY_NONE
    relative = group.relatives + NEARLY_NONE
    stranger = max(group.pairs - group.same - group.relatives, 1.0)
    prior = before = log2(same / (relative + stranger))
    parts = []
    for number, comparison in enumerate(spec.comparisons):
        weights = model.weights[number]
        values = (pair[0][comparison.column], pair[1][comparison.column])
        same *= frequency(weights, spec.comparisons, levels, number, "same")
        relative *= frequency(weights, spec.comparisons, levels, number, "relative")
        stranger *= stranger_frequency(weights, spec, levels, number, common.get(comparison.name), values)
        after = log2(same / (relative + stranger))
        parts.append(after - before)
        before = after
    if model.calibration is None:
        return prior, parts
    shift, slope = model.calibration.shift, model.calibration.slope
    return shift + slope * prior, [slope * part for part in parts]


def group_of(model: Model, sources: tuple[str, str], one_register: bool) -> Group:
    """The pairs of the same kind: of these two sources, inside one register or not."""
    low, high = sorted(sources)
    return next(g for g in model.groups if (g.left_source, g.right_source, g.one_register) == (low, high, one_register))
