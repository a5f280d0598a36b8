"""What a linkage hands out: a row a record, and a row for each pair worth keeping, with its reasons."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.blocks import Candidates
from matchers.judge import Judged
from matchers.levels import all_levels
from matchers.resolve import Resolved
from matchers.score import Scores, scores_of, weights
from matchers.spec import Spec
from matchers.table import Table

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Levels = NDArray[np.uint8]
# A pair that was not linked is worth keeping for people to look at from this probability.
NEAR_MISS: Final = 0.05


def links_frame(
    table: Table, spec: Spec, resolved: Resolved, found: Candidates, scores: Scores, levels: Levels
) -> pl.DataFrame:
    """`Linkage.links`: each record's person, with the probability and weight of its best pair there."""
    best = _best_pairs(resolved, found, scores, table.size)
    alone = best < 0
    at = np.where(alone, 0, best)
    if found.size:
        probability, weight = scores.probability[at], scores.match_weight[at]
    else:
        probability, weight = np.ones(table.size), np.zeros(table.size)
    basis = np.zeros(table.size, dtype=np.uint32)
    names = ["fields", "single"]
    for number, comparison in reversed(list(enumerate(spec.comparisons))):
        if comparison.identifier and found.size:
            names.append(comparison.name)
            basis[levels[number][at] == 0] = len(names) - 1
    basis[alone] = 1
    return pl.DataFrame(
        {
            "record_id": table.frame[spec.record],
            "entity": resolved.entity,
            "probability": np.where(alone, 1.0, probability),
            "match_weight": pl.Series(weight).set(pl.Series(alone), None),
            "basis": pl.Series(names, dtype=pl.String).gather(basis),
        }
    )


def pairs_frame(
    table: Table, spec: Spec, judged: Judged, found: Candidates, levels: Levels, review: float, complete: bool
) -> pl.DataFrame:
    """`Linkage.pairs`: each record's best pair and every pair that came near; with `complete` all pairs of a person.

    A pair from the probability `review` that was not linked is for people to look at.
    """
    resolved, scores = judged.resolved, judged.scores
    together = resolved.entity[found.left] == resolved.entity[found.right]
    keep = ~together & (scores.probability >= NEAR_MISS)
    if complete:
        keep |= together
    else:
        best = _best_pairs(resolved, found, scores, table.size)
        keep[best[best >= 0]] = True
    at = np.flatnonzero(keep)
    kept = _described(table, spec, judged, (found.left[at], found.right[at]), levels[:, at], judged.rivals[at], review)
    if not complete:
        return kept
    left, right = _not_compared(resolved, found, together)
    more = _described(table, spec, judged, (left, right), all_levels(table, spec, left, right), None, review)
    return pl.concat([kept, more])


def level_labels(spec: Spec, number: int, levels: Levels, language: str = "id") -> pl.Series:
    """The words for each pair's level in one comparison, in Indonesian (`id`) or English (`en`)."""
    missing = (
        ("kosong di satu sisi", "kosong di kedua sisi")
        if language == "id"
        else ("missing on one side", "missing on both sides")
    )
    words = [level.label_id if language == "id" else level.label_en for level in spec.comparisons[number].levels]
    return pl.Series([*words, *missing]).gather(pl.Series(levels).cast(pl.UInt32))


def _described(
    table: Table,
    spec: Spec,
    judged: Judged,
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: Levels,
    rivals: FloatArray | None,
    review: float,
) -> pl.DataFrame:
    prior, parts = weights(table, spec, judged.model, judged.rarities, pairs, levels)
    rival = np.zeros(len(prior)) if rivals is None else rivals
    scores = scores_of(prior + parts.sum(axis=0) + rival)
    together = judged.resolved.entity[pairs[0]] == judged.resolved.entity[pairs[1]]
    outcome = np.where(together, 0, np.where(scores.probability >= review, 1, 2)).astype(np.uint32)
    ids = table.frame[spec.record]
    columns: dict[str, object] = {
        "left_record_id": ids.gather(pairs[0]),
        "right_record_id": ids.gather(pairs[1]),
        "probability": scores.probability,
        "match_weight": scores.match_weight,
        "outcome": pl.Series(["link", "review", "distinct"]).gather(outcome),
        "prior_weight": prior,
        "rival_weight": rival,
    }
    for number, comparison in enumerate(spec.comparisons):
        columns[f"level_{comparison.name}"] = level_labels(spec, number, levels[number])
        columns[f"weight_{comparison.name}"] = parts[number]
    return pl.DataFrame(columns)


def _best_pairs(resolved: Resolved, found: Candidates, scores: Scores, size: int) -> IntArray:
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


def _not_compared(
    resolved: Resolved, found: Candidates, together: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The pairs of one person's records that no blocking key brought together."""
    order = np.argsort(resolved.entity, kind="stable")
    _, size = np.unique(resolved.entity, return_counts=True)
    starts = np.cumsum(size) - size
    member = np.repeat(starts + size, size) - np.arange(len(order)) - 1  # how many members follow each one
    left = np.repeat(np.arange(len(order)), member)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(member) - member, member)
    every = order[left].astype(np.int64) << 32 | order[right]
    known = found.left[together].astype(np.int64) << 32 | found.right[together]
    rest = every[~np.isin(every, known)]
    return (rest >> 32).astype(np.int32), (rest & 0xFFFFFFFF).astype(np.int32)
