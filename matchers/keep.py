"""What a linkage hands out: a row a record, and a row for each pair worth keeping, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.blocks import Candidates
from matchers.judge import Judged
from matchers.levels import all_levels
from matchers.model import Model
from matchers.rarity import Rarity
from matchers.resolve import Resolved
from matchers.score import Scores, added, scores_of, weights
from matchers.spec import MISSING_EN, Spec
from matchers.table import Table

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Levels = NDArray[np.uint8]
# A pair that was not linked is worth keeping for people to look at from this probability.
NEAR_MISS: Final = 0.05
# What becomes of a pair.
OUTCOMES: Final = ("link", "review", "distinct")


def links_frame(
    table: Table, spec: Spec, resolved: Resolved, best: IntArray, scores: Scores, levels: Levels
) -> pl.DataFrame:
    """`Linkage.links`: each record's person, with the probability and weight of its `best` pair there."""
    alone = best < 0
    at = np.where(alone, 0, best)
    if levels.shape[1]:
        probability, weight = scores.probability[at], scores.match_weight[at]
    else:
        probability, weight = np.ones(table.size), np.zeros(table.size)
    basis = bases(spec, levels, at, alone)
    return pl.DataFrame(
        {
            "record_id": table.frame[spec.record],
            "entity": resolved.entity,
            "probability": np.where(alone, 1.0, probability),
            "match_weight": pl.Series(weight).set(pl.Series(alone), None),
            "basis": pl.Series(basis_names(spec)).gather(basis),
        }
    )


def basis_names(spec: Spec) -> list[str]:
    """What a link may rest on, in the order of the numbers that `bases` gives."""
    return ["fields", "single", *(comparison.name for comparison in spec.comparisons if comparison.identifier)]


def bases(spec: Spec, levels: Levels, best: IntArray, alone: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """For each record what its best pair (a column of `levels`) rests on: the first identifier that agrees."""
    basis = np.zeros(len(alone), dtype=np.uint32)
    named = [number for number, comparison in enumerate(spec.comparisons) if comparison.identifier]
    for place, number in reversed(list(enumerate(named))):
        if levels.shape[1]:
            basis[levels[number][best] == 0] = 2 + place
    basis[alone] = 1
    return basis


@dataclass(frozen=True)
class Kept:
    """Pairs of record positions worth keeping; `rows` is `Linkage.pairs` without ids, and numbers for its words."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    rows: pl.DataFrame


def kept_pairs(
    table: Table, spec: Spec, judged: Judged, found: Candidates, levels: Levels, best: IntArray | None, review: float
) -> Kept:
    """Each record's `best` pair and every pair that came near; without `best` all pairs of a person.

    A pair from the probability `review` that was not linked is for people to look at.
    """
    resolved = judged.resolved
    at = _worth_keeping(judged, found, best)
    describe = partial(described, table, spec, judged.model, judged.rarities, resolved.entity, review)
    left, right = found.left[at], found.right[at]
    rows = describe((left, right), levels[:, at], judged.rivals[at])
    if best is not None:
        return Kept(left, right, rows)
    more = _not_compared(resolved, found)
    others = describe(more, all_levels(table, spec, *more), np.zeros(len(more[0])))
    return Kept(np.append(left, more[0]), np.append(right, more[1]), pl.concat([rows, others]))


def in_words(rows: pl.DataFrame, spec: Spec, left: pl.Series, right: pl.Series) -> pl.DataFrame:
    """`Linkage.pairs` of kept rows and the ids of their records."""
    columns = [left.alias("left_record_id"), right.alias("right_record_id"), *rows.get_columns()]
    outcome = pl.Series("outcome", OUTCOMES).gather(rows["outcome"].cast(pl.UInt32))
    words = {"outcome": outcome}
    for number, comparison in enumerate(spec.comparisons):
        name = f"level_{comparison.name}"
        words[name] = level_labels(spec, number, rows[name].to_numpy()).alias(name)
    return pl.DataFrame([words.get(column.name, column) for column in columns])


def _worth_keeping(judged: Judged, found: Candidates, best: IntArray | None) -> IntArray:
    entity = judged.resolved.entity
    together = entity[found.left] == entity[found.right]
    keep = ~together & (judged.scores.probability >= NEAR_MISS)
    if best is None:
        keep |= together
    else:
        keep[best[best >= 0]] = True
    return np.flatnonzero(keep)


def level_labels(spec: Spec, number: int, levels: Levels, language: str = "id") -> pl.Series:
    """The words for each pair's level in one comparison, in Indonesian (`id`) or English (`en`)."""
    missing = spec.missing if language == "id" else MISSING_EN
    words = [level.label_id if language == "id" else level.label_en for level in spec.comparisons[number].levels]
    return pl.Series([*words, *missing]).gather(pl.Series(levels).cast(pl.UInt32))


def described(
    table: Table,
    spec: Spec,
    model: Model,
    rarities: dict[str, Rarity],
    entity: IntArray,
    review: float,
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    levels: Levels,
    rivals: FloatArray,
) -> pl.DataFrame:
    """The rows of pairs of records whose levels, people (`entity`) and rivals are known, as in `Kept.rows`."""
    prior, parts = weights(table, spec, model, rarities, pairs, levels)
    scores, outcome = summed_up(prior, parts, rivals, entity[pairs[0]] == entity[pairs[1]], review)
    columns: dict[str, object] = {
        "probability": scores.probability,
        "match_weight": scores.match_weight,
        "outcome": outcome,
        "prior_weight": prior,
        "rival_weight": rivals,
    }
    for number, comparison in enumerate(spec.comparisons):
        columns[f"level_{comparison.name}"] = levels[number]
        columns[f"weight_{comparison.name}"] = parts[number]
    return pl.DataFrame(columns)


def summed_up(
    prior: FloatArray, parts: FloatArray, rivals: FloatArray, together: NDArray[np.bool_], review: float
) -> tuple[Scores, NDArray[np.uint8]]:
    """What the weights of pairs come to, and what becomes of them: a place in `OUTCOMES`."""
    scores = scores_of(prior + added(parts) + rivals)
    return scores, np.where(together, 0, np.where(scores.probability >= review, 1, 2)).astype(np.uint8)


def best_pairs(
    entity: IntArray, pairs: tuple[NDArray[np.int32], NDArray[np.int32]], match_weight: FloatArray
) -> IntArray:
    """For each record its best pair within its person (-1 when the person has no other record)."""
    left, right = pairs
    together = np.flatnonzero(entity[left] == entity[right])
    order = together[np.lexsort((together, match_weight[together]))]
    best = np.full(len(entity), -1, dtype=np.int64)
    # Ascending, so that the last writer of each record is its best pair.
    best[left[order]] = order
    best_right = np.full(len(entity), -1, dtype=np.int64)
    best_right[right[order]] = order
    weight = np.append(match_weight, -np.inf)
    return np.where(weight[best_right] > weight[best], best_right, best)


def _not_compared(resolved: Resolved, found: Candidates) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The pairs of one person's records that no blocking key brought together."""
    entity = resolved.entity
    together = np.flatnonzero(entity[found.left] == entity[found.right])
    people = int(entity.max(initial=-1)) + 1
    sizes = np.bincount(entity, minlength=people)
    compared = np.bincount(entity[found.left[together]], minlength=people)
    # Of nearly everyone all records have been compared with each other; only the others are looked through.
    some = sizes * (sizes - 1) // 2 > compared
    together = together[some[entity[found.left[together]]]]
    order = np.flatnonzero(some[entity])
    order = order[np.argsort(entity[order], kind="stable")]
    size = sizes[some]
    starts = np.cumsum(size) - size
    member = np.repeat(starts + size, size) - np.arange(len(order)) - 1  # how many members follow each one
    left = np.repeat(np.arange(len(order)), member)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(member) - member, member)
    every = order[left].astype(np.int64) << 32 | order[right]
    known = found.left[together].astype(np.int64) << 32 | found.right[together]
    rest = every[~np.isin(every, known)]
    return (rest >> 32).astype(np.int32), (rest & 0xFFFFFFFF).astype(np.int32)
