"""The linkage engine: records in, links and people out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.blocks import Candidates, Keys, candidates, fit_limits
from matchers.households import link_households
from matchers.judge import Judged, judge
from matchers.keep import Kept, best_pairs, in_words, kept_pairs, links_frame
from matchers.labels import Decided, decided_pairs, settled
from matchers.levels import LevelArray, all_levels
from matchers.model import Model
from matchers.spec import LINKED_HOUSEHOLD, Spec, SpecError, with_limits
from matchers.table import Hashes, Table, prepare

# The probabilities from which a pair is linked, and from which it goes to a person.
LINK: Final = 0.5
REVIEW: Final = 0.2


@dataclass(frozen=True)
class Linkage:
    """The result of a linkage.

    `links` has a row a record: `record_id` (as given), `entity: Int64` (the person's number from 0), `probability:
    Float64`, `match_weight: Float64` (of the record's best pair in that person; null for a person of one record),
    `basis: String` (the identifier that agreed, `fields`, or `single`).

    `pairs` has a row a pair worth keeping: `left_record_id, right_record_id, probability, match_weight, outcome`
    (`link`, `review`, `distinct`), `prior_weight`, `rival_weight`, and `level_<comparison>: String`,
    `weight_<comparison>: Float64`; prior, rivals and comparisons add up to the match weight.

    `scored` has every pair that was compared: `left_record_id, right_record_id, probability, match_weight`, and
    `rules: UInt32`, a bit for each blocking rule that found it.

    `model` holds all that scoring needs, `blocking` is the report of `matchers.blocks.candidates`; `torn` counts
    connected groups that were taken apart.
    """

    links: pl.DataFrame
    pairs: pl.DataFrame
    scored: pl.DataFrame
    model: Model
    blocking: pl.DataFrame
    torn: int


@dataclass(frozen=True)
class Work:
    """What a linkage was made of: the spec with its limits fitted, the records, pairs, levels and the judgement, and
    each record's best pair (-1 without one), and the pairs kept."""

    spec: Spec
    table: Table
    decided: Decided
    found: Candidates
    levels: LevelArray
    judged: Judged
    best: NDArray[np.int64]
    kept: Kept


def link_records(
    frame: pl.DataFrame,
    spec: Spec,
    link: float = LINK,
    review: float = REVIEW,
    model: Model | None = None,
    labels: pl.DataFrame | None = None,
    complete: bool = False,
) -> Linkage:
    """Find which records are one person.

    `frame` has the columns of `spec.given_columns`, one row a record. `link` and `review` are the probabilities from
    which a pair is linked or goes to a person. With a `model` nothing is trained. `labels` are pairs that people have
    decided (`left_record_id`, `right_record_id` as in the frame, `same: Boolean`): they stick, and sharpen the
    probabilities of the others. With `complete`, `pairs` holds every pair of records of one person.

    Raises `matchers.spec.SpecError` when a column that the spec names is missing, or when the model was trained for
    other sources. The result does not depend on the order of the rows.
    """
    return linked(frame, spec, link, review, model, labels, complete)[0]


def linked(
    frame: pl.DataFrame,
    spec: Spec,
    link: float,
    review: float,
    model: Model | None,
    labels: pl.DataFrame | None,
    complete: bool = False,
    keys: Keys | None = None,
) -> tuple[Linkage, Work]:
    """What `link_records` gives, and what it was made of; `keys` is for `matchers.blocks.candidates`."""
    if spec.household_people and LINKED_HOUSEHOLD not in frame.columns:
        frame = link_households(frame, spec)
    frame = frame.select(spec.columns)
    table = prepare(frame if frame[spec.record].is_sorted() else frame.sort(spec.record), spec)
    if model is not None:
        _must_be_for(model, table)
    hashes = Hashes(table)
    limits = fit_limits(table, spec, hashes) if model is None else model.limits
    spec = with_limits(spec, limits)
    decided = decided_pairs(table, spec, labels)
    found = candidates(table, spec, (decided.left, decided.right), hashes, keys)
    levels = all_levels(table, spec, found.left, found.right)
    judged = judge(table, spec, found, levels, decided, link, model)
    best = best_pairs(judged.resolved.entity, (found.left, found.right), judged.scores.match_weight)
    kept = kept_pairs(table, spec, judged, found, levels, None if complete else best, review)
    ids = table.frame[spec.record]
    linkage = Linkage(
        links=links_frame(table, spec, judged.resolved, best, judged.scores, levels),
        pairs=settled(in_words(kept.rows, spec, ids.gather(kept.left), ids.gather(kept.right)), ids, decided),
        scored=pl.DataFrame(
            {
                "left_record_id": ids.gather(found.left),
                "right_record_id": ids.gather(found.right),
                "probability": judged.scores.probability,
                "match_weight": judged.scores.match_weight,
                "rules": found.rules,
            }
        ),
        model=replace(judged.model, limits=limits),
        blocking=found.report,
        torn=judged.resolved.torn,
    )
    return linkage, Work(spec, table, decided, found, levels, judged, best, kept)


def _must_be_for(model: Model, table: Table) -> None:
    """How many people two sources share is the model's: it knows nothing of others."""
    trained = sorted({name for group in model.groups for name in (group.left_source, group.right_source)})
    if trained != table.sources:
        raise SpecError(
            f"the model was trained for other sources ({', '.join(trained)}) than {', '.join(table.sources)}"
        )
