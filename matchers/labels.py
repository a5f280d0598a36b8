"""What people have decided about pairs: it stands, and it sharpens the probabilities of the pairs still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.blocks import Candidates
from matchers.model import Calibration
from matchers.spec import Spec, SpecError
from matchers.table import Table

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int32]

# A decision outweighs any evidence (bits).
DECISION: Final = 1000.0
# With fewer labelled pairs the probabilities are left as trained.
LEAST_LABELS: Final = 20
# How far, before any label, the trained weights are believed to be off: a shift in bits, and a slope about 1.
SHIFT_SPREAD: Final = 2.0
SLOPE_SPREAD: Final = 0.25
NEWTON_STEPS: Final = 60
LONGEST_STEP: Final = 0.25
# Weights beyond this say nothing about the slope that a few labels could correct.
FARTHEST: Final = 30.0


@dataclass(frozen=True)
class Decided:
    """Decided pairs of record positions (`left < right`) and whether each is one person."""

    left: IndexArray
    right: IndexArray
    same: NDArray[np.bool_]

    def places(self, found: Candidates) -> NDArray[np.int64]:
        """Where each decided pair stands among the candidates, which must hold them all."""
        packed = found.left.astype(np.int64) << 32 | found.right
        return np.searchsorted(packed, self.left.astype(np.int64) << 32 | self.right)


def decided_pairs(table: Table, spec: Spec, labels: pl.DataFrame | None) -> Decided:
    """The decisions `left_record_id, right_record_id, same` as positions of records.

    Decisions about records that are no longer there are left out; of several about one pair the last one stands.
    Raises SpecError when a column is missing.
    """
    nothing = np.zeros(0, dtype=np.int32)
    if labels is None or not labels.height:
        return Decided(nothing, nothing, np.zeros(0, dtype=np.bool_))
    absent = {"left_record_id", "right_record_id", "same"} - set(labels.columns)
    if absent:
        raise SpecError(f"the decisions have no column {', '.join(sorted(absent))}")
    places = pl.DataFrame({"id": table.frame[spec.record], "at": np.arange(table.size, dtype=np.int32)})
    placed = (
        labels.select("left_record_id", "right_record_id", pl.col("same").cast(pl.Boolean))
        .drop_nulls()
        .join(places, left_on="left_record_id", right_on="id", maintain_order="left")
        .join(places, left_on="right_record_id", right_on="id", suffix="_right", maintain_order="left")
        .filter(pl.col("at") != pl.col("at_right"))
        .select(
            pl.min_horizontal("at", "at_right").alias("low"), pl.max_horizontal("at", "at_right").alias("high"), "same"
        )
        .unique(["low", "high"], keep="last", maintain_order=True)
        .sort("low", "high")
    )
    return Decided(placed["low"].to_numpy(), placed["high"].to_numpy(), placed["same"].to_numpy())


def with_decisions(weight: FloatArray, found: Candidates, decided: Decided) -> FloatArray:
    """The match weights with those of the decided pairs put beyond all evidence."""
    if not len(decided.left):
        return weight
    out = weight.copy()
    out[decided.places(found)] = np.where(decided.same, DECISION, -DECISION)
    return out


def sharpen(weight: FloatArray, found: Candidates, decided: Decided) -> Calibration | None:
    """How trained match weights (bits) must be shifted and stretched to fit the decided pairs; None with too few.

    A logistic regression of the decisions on the weights, held near "no change" by a normal prior, so that twenty
    labels move it a little and some hundreds decide it.
    """
    if len(decided.left) < LEAST_LABELS:
        return None
    evidence = np.clip(weight[decided.places(found)], -FARTHEST, FARTHEST)
    sign = np.where(decided.same, 1.0, -1.0)

    # Newton's method on a convex loss of two parameters: natural-log odds are evidence (bits) times log 2.
    inputs = np.stack([np.ones(len(evidence)), evidence]) * np.log(2)
    spread = np.array([SHIFT_SPREAD, SLOPE_SPREAD])
    best = start = np.array([0.0, 1.0])
    for _ in range(NEWTON_STEPS):
        wrong = 1.0 / (1.0 + np.exp(np.clip(sign * (best @ inputs), -500, 500)))
        gradient = -(inputs * (sign * wrong)).sum(axis=1) + (best - start) / spread**2
        curvature = (inputs * (wrong * (1.0 - wrong))) @ inputs.T + np.diag(1.0 / spread**2)
        # A bounded step: far from the best the curvature is too flat to be believed.
        step = np.linalg.solve(curvature, gradient)
        best = best - step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), LONGEST_STEP))
    return Calibration(float(best[0]), float(max(best[1], 0.05)), len(decided.left))
