"""The linkage engine: records in, links and people out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.blocks import Candidates, candidates
from matchers.model import Model
from matchers.rarity import Rarity, measure
from matchers.resolve import Resolved, resolve
from matchers.score import Scores, all_levels, score, weights
from matchers.spec import Spec
from matchers.table import Table, prepare
from matchers.train import pair_groups, train

IndexArray = NDArray[np.int32]
# A pair that was not linked is worth keeping for people to look at from this probability.
NEAR_MISS: Final = 0.05


@dataclass(frozen=True)
class Linkage:
    """The result of a linkage.

    `links` has a row a record: `record_id` (as given), `entity: Int64` (the person's number from 0), `probability:
    Float64`, `match_weight: Float64` (of the record's best pair in that person; null for a person of one record),
    `basis: String` (the identifier that agreed, `fields`, or `single`).

    `pairs` has a row a pair worth keeping: `left_record_id, right_record_id, probability, match_weight, outcome`
    (`link`, `review`, `distinct`), `prior_weight`, and `level_<comparison>: String`, `weight_<comparison>: Float64`.

    `blocking` is the report of `matchers.blocks.candidates`; `torn` counts connected groups that were taken apart.
    """

    links: pl.DataFrame
    pairs: pl.DataFrame
    model: Model
    blocking: pl.DataFrame
    torn: int


def link_records(frame: pl.DataFrame, spec: Spec, link: float, review: float, model: Model | None = None) -> Linkage:
    """Find which records are one person.

    `frame` has the columns of `spec.columns`, one row a record. `link` and `review` are the probabilities from which
    a pair is linked or goes to a person. With a `model` nothing is trained.

    Raises `matchers.spec.SpecError` when a column that the spec names is missing. The result does not depend on the
    order of the rows.
    """
    frame = frame.select(spec.columns).sort(spec.record)
    table = prepare(frame, spec)
    rarities = {c.name: measure(table, c) for c in spec.comparisons if c.rarity}
    found = candidates(table, spec)
    levels = all_levels(table, spec, found.left, found.right)
    if model is None:
        group = pair_groups(table, found.left, found.right)
        model = train(table, spec, found, levels, group, rarities)
    scores = score(table, spec, model, rarities, (found.left, found.right), levels)
    resolved = resolve(table.register, found.left, found.right, scores.match_weight, scores.probability, link)
    best = _best_pairs(resolved, found, scores, table.size)
    return Linkage(
        links=_links(table, spec, resolved, found, scores, best, levels),
        pairs=_pairs_to_keep(table, spec, model, rarities, found, levels, scores, resolved, best, review),
        model=model,
        blocking=found.report,
        torn=resolved.torn,
    )


def _best_pairs(resolved: Resolved, found: Candidates, scores: Scores, size: int) -> NDArray[np.int64]:
    """For each record its best pair within its person (-1 when the person has no other record)."""
    together = np.flatnonzero(resolved.entity[found.left] == resolved.entity[found.right])
    order = together[np.lexsort((together, scores.match_weight[together]))]
    best = np.full(size, -1, dtype=np.int64)
    # Ascending, so that the last writer of each record is its best pair.
    best[found.left[order]] = order
    best_right = np.full(size, -1, dtype=np.int64)
    best_right[found.right[order]] = order
    weight = np.append(scores.match_weight, -np.inf)
    return np.where(weight[best_right] > weight[best], best_right, best)


def _links(
    table: Table,
    spec: Spec,
    resolved: Resolved,
    found: Candidates,
    scores: Scores,
    best: NDArray[np.int64],
    levels: NDArray[np.uint8],
) -> pl.DataFrame:
    alone = best < 0
    at = np.where(alone, 0, best)
    if found.size:
        probability, weight = scores.probability[at], scores.match_weight[at]
    else:
        probability, weight = np.ones(table.size), np.zeros(table.size)
    basis = np.full(table.size, "fields", dtype=object)
    identifiers = [(n, c) for n, c in enumerate(spec.comparisons) if c.kind == "digits" and not c.household]
    for number, comparison in reversed(identifiers):
        if found.size:
            basis[levels[number][at] == 0] = comparison.name
    basis[alone] = "single"
    return pl.DataFrame(
        {
            "record_id": table.frame[spec.record],
            "entity": resolved.entity,
            "probability": np.where(alone, 1.0, probability),
            "match_weight": pl.Series(weight).set(pl.Series(alone), None),
            "basis": pl.Series(basis, dtype=pl.String),
        }
    )


def _pairs_to_keep(
    table: Table,
    spec: Spec,
    model: Model,
    rarities: dict[str, Rarity],
    found: Candidates,
    levels: NDArray[np.uint8],
    scores: Scores,
    resolved: Resolved,
    best: NDArray[np.int64],
    review: float,
) -> pl.DataFrame:
    """Each record's best pair, and every pair that was not linked although it came near."""
    together = resolved.entity[found.left] == resolved.entity[found.right]
    keep = ~together & (scores.probability >= NEAR_MISS)
    keep[best[best >= 0]] = True
    at = np.flatnonzero(keep)
    pairs = (found.left[at], found.right[at])
    prior, parts = weights(table, spec, model, rarities, pairs, levels[:, at])
    outcome = np.where(together[at], "link", np.where(scores.probability[at] >= review, "review", "distinct"))
    ids = table.frame[spec.record]
    columns: dict[str, object] = {
        "left_record_id": ids.gather(pairs[0]),
        "right_record_id": ids.gather(pairs[1]),
        "probability": scores.probability[at],
        "match_weight": scores.match_weight[at],
        "outcome": outcome.astype(object),
        "prior_weight": prior,
    }
    for number, comparison in enumerate(spec.comparisons):
        columns[f"level_{comparison.name}"] = level_labels(spec, number, levels[number, at])
        columns[f"weight_{comparison.name}"] = parts[number]
    return pl.DataFrame(columns, schema_overrides={"outcome": pl.String})


def level_labels(spec: Spec, number: int, levels: NDArray[np.uint8], language: str = "id") -> pl.Series:
    """The words for each pair's level in one comparison, in Indonesian (`id`) or English (`en`)."""
    missing = (
        ("kosong di satu sisi", "kosong di kedua sisi")
        if language == "id"
        else ("missing on one side", "missing on both sides")
    )
    words = [level.label_id if language == "id" else level.label_en for level in spec.comparisons[number].levels]
    return pl.Series([*words, *missing]).gather(pl.Series(levels).cast(pl.UInt32))
