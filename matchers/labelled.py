"""How right a linkage is by a sample of pairs that people have decided, weighted to all pairs.

The sample is rarely drawn at random: people are shown what is doubtful. So pairs are put into bands by their chance of
being an error (`matchers.doubts`), and what the labels say of a band counts for that band only. A band with too few
labels is taken as the probabilities have it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betaincinv

from matchers.doubts import Compared, Doubts, false_links, missed_links
from matchers.errors import LEVEL, OFF, Expected, interval, positions
from matchers.never_compared import KEYS, key_columns, never_compared
from matchers.resolve import resolve
from matchers.spec import Spec

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
# Bands of the chance to be an error; the last one ends at 1.
BANDS: Final = (0.0, 0.001, 0.01, 0.05, 0.2, 0.5)
# With fewer labels a band is taken as the probabilities have it.
LEAST_LABELS: Final = 5


@dataclass(frozen=True)
class Estimate:
    """An error rate by labels: of `pairs` pairs `errors` are expected to be wrong, between `low` and `high` of them.

    `labels` of the sample's pairs were used; they stand for the share `covered` of the pairs.
    """

    pairs: float
    errors: float
    low: float
    high: float
    labels: int
    covered: float


def by_evidence(scored: pl.DataFrame, records: pl.DataFrame, spec: Spec, link: float) -> pl.DataFrame:
    """The `records` with the `entity` that the match weights alone give, without what people have decided.

    `scored`, `records` and `spec` are as in `matchers.errors.link_errors`; `link` is the probability from which pairs
    are linked. Only so can decisions show how right the linkage would have been without them.
    """
    records = records.sort("record_id").with_columns(entity=pl.int_range(pl.len()))
    found, pairs, _ = positions(scored, records, spec.repeats)
    register = np.arange(records.height, dtype=np.int32) if spec.repeats else found.register
    entity = resolve(register, pairs.left, pairs.right, pairs.weight, link).entity
    return records.with_columns(entity=pl.Series(entity))


def labelled_errors(
    scored: pl.DataFrame,
    records: pl.DataFrame,
    labels: pl.DataFrame,
    spec: Spec,
    between: tuple[str, str] | None = None,
) -> dict[str, Estimate]:
    """The shares of `false` and of `missed` links, by labels.

    `scored`, `records` and `spec` are as in `matchers.errors.link_errors`, with people found without the labels
    (`by_evidence`). `labels` are decided pairs: `left_record_id, right_record_id, same: Boolean`; the errors are those
    among the pairs that are not decided. `between` names two sources when only pairs of those count. Pairs that were
    never compared, and those out of the question, are taken as estimated without labels.
    """
    found, pairs, cells = positions(scored, records, spec.repeats)
    chosen = None if between is None else cells.number(*between)

    def counts(doubts: Doubts) -> Doubts:
        return doubts if chosen is None else doubts.at(np.flatnonzero(cells.pair(doubts.left, doubts.right) == chosen))

    together = found.entity[pairs.left] == found.entity[pairs.right]
    inside = pairs.at(np.flatnonzero(together))
    wrong, unseen = false_links(found, inside)
    linked = cells.table(inside.left, inside.right) + cells.table(*unseen)
    all_linked = float(linked[-1, -1 if chosen is None else chosen])
    one, other, same = _sample(records, labels)
    if chosen is not None:
        keep = cells.pair(one, other) == chosen
        one, other, same = one[keep], other[keep], same[keep]
    is_linked = found.entity[one] == found.entity[other]
    false = _estimate(counts(wrong), (one[is_linked], other[is_linked], ~same[is_linked]), all_linked)
    possible = counts(missed_links(found, pairs, together))
    # What only a decision brought up is no part of what the keys found and the linkage left apart.
    possible = possible.at(_found_by_keys(pairs, possible))
    asked = (one[~is_linked], other[~is_linked], same[~is_linked])
    missed = _estimate(possible, asked)
    never = _by_model(counts(never_compared(found, inside, key_columns(spec))))
    errors = missed.errors + never.errors
    below = np.hypot(missed.errors - missed.low, never.errors - never.low)
    above = np.hypot(missed.high - missed.errors, never.high - never.errors)
    true_pairs = max(all_linked - false.errors, 0.0) + errors
    return {
        "false": false,
        "missed": replace(
            missed, pairs=true_pairs, errors=errors, low=max(float(errors - below), 0.0), high=float(errors + above)
        ),
    }


def _estimate(
    doubts: Doubts, sample: tuple[IntArray, IntArray, NDArray[np.bool_]], pairs: float | None = None
) -> Estimate:
    """Errors among `pairs` pairs, of which the `doubts` tell the chance and the others have next to none.

    `sample` has labelled pairs and whether each is an error. Without `pairs` it is the doubts only that count.
    """
    chance = _chances(doubts, sample[0], sample[1])
    counted = np.flatnonzero(chance >= (0.0 if pairs is None else -1.0))
    band_of_label = np.digitize(np.maximum(chance[counted], 0.0), BANDS[1:])
    band_of_pair = np.digitize(doubts.chance, BANDS[1:])
    size = np.bincount(band_of_pair, minlength=len(BANDS)).astype(float)
    if pairs is not None:
        size[0] += pairs - doubts.left.size
    count = np.bincount(band_of_label, minlength=len(BANDS))
    errors = np.bincount(band_of_label, sample[2][counted], minlength=len(BANDS))
    used = (count >= LEAST_LABELS) & (size > 0)
    middle, low, high = np.zeros(len(BANDS)), np.zeros(len(BANDS)), np.zeros(len(BANDS))
    for band in np.flatnonzero(size).tolist():
        if used[band]:
            below, above = jeffreys(int(errors[band]), int(count[band]))
            shares = np.array([errors[band] / count[band], below, above])
            middle[band], low[band], high[band] = max(size[band] - count[band], 0.0) * shares
        else:
            model = _by_model(doubts.at(np.flatnonzero(band_of_pair == band)))
            middle[band], low[band], high[band] = model.errors, model.low, model.high
    # Each band is off by itself: the intervals' arms add up as squares.
    mean = float(middle.sum())
    return Estimate(
        pairs=float(size.sum()),
        errors=mean,
        low=max(mean - float(np.hypot.reduce(middle - low)), 0.0),
        high=mean + float(np.hypot.reduce(high - middle)),
        labels=int(count[used].sum()),
        covered=float(size[used].sum() / max(size.sum(), 1.0)),
    )


def jeffreys(errors: int, labels: int) -> tuple[float, float]:
    """Jeffreys' interval for a share of which `errors` of `labels` were seen."""
    below, above = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    low = 0.0 if errors == 0 else float(betaincinv(errors + 0.5, labels - errors + 0.5, below))
    high = 1.0 if errors == labels else float(betaincinv(errors + 0.5, labels - errors + 0.5, above))
    return low, high


def _by_model(doubts: Doubts) -> Estimate:
    """The same without labels."""
    mean = np.array([doubts.chance.sum()])
    _, event = np.unique(doubts.event, return_inverse=True)
    total = np.bincount(event, doubts.chance)
    top = np.zeros(len(total))
    np.maximum.at(top, event, doubts.chance)
    squares = np.array([(total**2 / np.maximum(top, 1e-12)).sum()])
    low, high = interval(Expected(mean, squares, (OFF * mean) ** 2), np.zeros(1))
    return Estimate(float(doubts.left.size), float(mean[0]), float(low[0]), float(high[0]), 0, 0.0)


def _chances(doubts: Doubts, one: IntArray, other: IntArray) -> FloatArray:
    """The chance of each asked pair; -1 where the doubts do not have it."""
    known = pl.DataFrame({"pair": _packed(doubts.left, doubts.right), "chance": doubts.chance}).unique("pair")
    asked = pl.DataFrame({"pair": _packed(one, other)})
    return asked.join(known, on="pair", how="left", maintain_order="left")["chance"].fill_null(-1.0).to_numpy()


def _found_by_keys(pairs: Compared, doubts: Doubts) -> IntArray:
    rules = pl.DataFrame({"pair": _packed(pairs.left, pairs.right), "keys": pairs.rules & KEYS})
    asked = pl.DataFrame({"pair": _packed(doubts.left, doubts.right)})
    return np.flatnonzero(asked.join(rules, on="pair", how="left", maintain_order="left")["keys"].to_numpy())


def _packed(one: NDArray[np.integer], other: NDArray[np.integer]) -> IntArray:
    return np.asarray(np.minimum(one, other).astype(np.int64) << 32 | np.maximum(one, other).astype(np.int64))


def _sample(records: pl.DataFrame, labels: pl.DataFrame) -> tuple[IntArray, IntArray, NDArray[np.bool_]]:
    """The labelled pairs as positions of records, each pair once, the last decision standing."""
    places = records.sort("record_id").select(id="record_id", at=pl.int_range(pl.len(), dtype=pl.Int64))
    placed = (
        labels.select("left_record_id", "right_record_id", "same")
        .drop_nulls()
        .join(places, left_on="left_record_id", right_on="id", maintain_order="left")
        .join(places, left_on="right_record_id", right_on="id", suffix="_right", maintain_order="left")
        .filter(pl.col("at") != pl.col("at_right"))
        .select(low=pl.min_horizontal("at", "at_right"), high=pl.max_horizontal("at", "at_right"), same="same")
        .unique(["low", "high"], keep="last", maintain_order=True)
    )
    return placed["low"].to_numpy(), placed["high"].to_numpy(), placed["same"].to_numpy()
