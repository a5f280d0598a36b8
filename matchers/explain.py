"""Why two records are, or are not, one person: each comparison, its level in words, its weight, the sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from matchers.judge import rarities_of
from matchers.keep import level_labels
from matchers.levels import all_levels
from matchers.model import Model
from matchers.score import score, weights
from matchers.spec import Spec
from matchers.table import prepare


@dataclass(frozen=True)
class Reason:
    """One comparison of a pair: its labels, its level in words (id/en), and its weight in bits."""

    comparison: str
    label_id: str
    label_en: str
    level_id: str
    level_en: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """A pair's reasons; `prior_weight` and the reasons' weights add up to `match_weight` (bits)."""

    prior_weight: float
    reasons: tuple[Reason, ...]
    match_weight: float
    probability: float


def explain_pair(frame: pl.DataFrame, spec: Spec, model: Model, left: int, right: int) -> Explanation:
    """Explain the pair of records with the ids `left` and `right`.

    `frame` holds all records of the linkage (columns of `spec.columns`): how rare a name is depends on the others,
    where the model does not hold it.
    Raises KeyError when a record is not in the frame.
    """
    frame = frame.select(spec.columns).sort(spec.record)
    ids = frame[spec.record]
    places = []
    for wanted in (left, right):
        found = ids.index_of(wanted)
        if found is None:
            raise KeyError(wanted)
        places.append(found)
    table = prepare(frame, spec)
    rarities = rarities_of(table, spec, model)
    pair = (np.array([min(places)], dtype=np.int32), np.array([max(places)], dtype=np.int32))
    levels = all_levels(table, spec, *pair)
    scores = score(table, spec, model, rarities, pair, levels)
    prior, parts = weights(table, spec, model, rarities, pair, levels)
    reasons = tuple(
        Reason(
            comparison.name,
            comparison.label_id,
            comparison.label_en,
            str(level_labels(spec, number, levels[number]).item()),
            str(level_labels(spec, number, levels[number], "en").item()),
            float(parts[number, 0]),
        )
        for number, comparison in enumerate(spec.comparisons)
    )
    return Explanation(float(prior[0]), reasons, float(scores.match_weight[0]), float(scores.probability[0]))
