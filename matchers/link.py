"""The linkage engine: records in, links and people out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from matchers.blocks import candidates, fit_limits
from matchers.judge import judge
from matchers.keep import links_frame, pairs_frame
from matchers.labels import decided_pairs
from matchers.levels import all_levels
from matchers.model import Model
from matchers.spec import Spec, with_limits
from matchers.table import Hashes, prepare

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

    `scored` has every pair that was compared: `left_record_id, right_record_id, probability, match_weight`.

    `model` holds all that scoring needs, `blocking` is the report of `matchers.blocks.candidates`; `torn` counts
    connected groups that were taken apart.
    """

    links: pl.DataFrame
    pairs: pl.DataFrame
    scored: pl.DataFrame
    model: Model
    blocking: pl.DataFrame
    torn: int


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

    `frame` has the columns of `spec.columns`, one row a record. `link` and `review` are the probabilities from which
    a pair is linked or goes to a person. With a `model` nothing is trained. `labels` are pairs that people have
    decided (`left_record_id`, `right_record_id` as in the frame, `same: Boolean`): they stick, and sharpen the
    probabilities of the others. With `complete`, `pairs` holds every pair of records of one person.

    Raises `matchers.spec.SpecError` when a column that the spec names is missing. The result does not depend on the
    order of the rows.
    """
    table = prepare(frame.select(spec.columns).sort(spec.record), spec)
    hashes = Hashes(table)
    limits = fit_limits(table, spec, hashes) if model is None else model.limits
    spec = with_limits(spec, limits)
    decided = decided_pairs(table, spec, labels)
    found = candidates(table, spec, (decided.left, decided.right), hashes)
    levels = all_levels(table, spec, found.left, found.right)
    judged = judge(table, spec, found, levels, decided, link, model)
    return Linkage(
        links=links_frame(table, spec, judged.resolved, found, judged.scores, levels),
        pairs=pairs_frame(table, spec, judged, found, levels, review, complete),
        scored=pl.DataFrame(
            {
                "left_record_id": table.frame[spec.record].gather(found.left),
                "right_record_id": table.frame[spec.record].gather(found.right),
                "probability": judged.scores.probability,
                "match_weight": judged.scores.match_weight,
            }
        ),
        model=replace(judged.model, limits=limits),
        blocking=found.report,
        torn=judged.resolved.torn,
    )
