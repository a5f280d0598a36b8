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

# A decision outweighs all evidence between two people together, however many records they have (bits).
DECISION: Final = 1e6
# With fewer labelled pairs, or fewer of either answer, the probabilities are left as trained: who tells only what is
# one person shows nothing of how often a pair like it is not.
LEAST_LABELS: Final = 20
LEAST_OF_EACH: Final = 5
# How far, before any label, the trained weights are believed to be off: a shift in bits, and a slope about 1.
SHIFT_SPREAD: Final = 2.0
SLOPE_SPREAD: Final = 0.25
NEWTON_STEPS: Final = 200
LONGEST_STEP: Final = 0.25
# Weights beyond this say nothing about the slope that a few labels could correct.
FARTHEST: Final = 30.0


@dataclass(frozen=True)
class Decided:
    """Decided pairs of record positions (`left < right`), in order, and whether each is one person.

    `stated` says which of them people decided, the others follow from those; without it all are stated.
    """

    left: IndexArray
    right: IndexArray
    same: NDArray[np.bool_]
    stated: NDArray[np.bool_] | None = None

    def places(self, found: Candidates) -> NDArray[np.int64]:
        """Where each decided pair stands among the candidates, which must hold them all."""
        packed = found.left.astype(np.int64) << 32 | found.right
        return np.searchsorted(packed, self.left.astype(np.int64) << 32 | self.right)

    def told(self) -> Decided:
        """Only what people decided."""
        if self.stated is None:
            return self
        return Decided(self.left[self.stated], self.right[self.stated], self.same[self.stated])


def decided_pairs(table: Table, spec: Spec, labels: pl.DataFrame | None) -> Decided:
    """The decisions `left_record_id, right_record_id, same` as positions of records.

    Decisions about records that are no longer there are left out; of several about one pair the last one stands.
    Where decisions contradict each other through third records, two records decided to be different stay apart, and
    of the decisions that would bring them together the earlier ones give way (`giving_way`).

    Raises SpecError when a column is missing or holds something else.
    """
    nothing = np.zeros(0, dtype=np.int32)
    if labels is None or not labels.height:
        return Decided(nothing, nothing, np.zeros(0, dtype=np.bool_))
    placed = _last_of_each(_placed(table, spec, labels))
    group, stands = _one_person(placed["low"].to_list(), placed["high"].to_list(), placed["same"].to_list())
    placed = placed.filter(pl.Series(stands, dtype=pl.Boolean)).with_columns(stated=True)
    # Where a register holds a person once, records of one register are shown to be one person pair by pair.
    if not spec.repeats:
        placed = _with_what_follows(placed, group, table.register)
    placed = placed.sort("low", "high")
    columns = (placed[name].to_numpy() for name in ("low", "high", "same", "stated"))
    return Decided(*columns)


def giving_way(labels: pl.DataFrame) -> int:
    """How many of the decisions give way to others that contradict them through third records.

    `labels` has the columns `left_record_id, right_record_id, same: Boolean`.
    """
    ids = pl.concat([labels["left_record_id"], labels["right_record_id"].alias("left_record_id")]).unique()
    places = pl.DataFrame({"id": ids, "at": np.arange(ids.len(), dtype=np.int32)})
    placed = _last_of_each(_positions(labels, places))
    _, stands = _one_person(placed["low"].to_list(), placed["high"].to_list(), placed["same"].to_list())
    return stands.count(False)


def _placed(table: Table, spec: Spec, labels: pl.DataFrame) -> pl.DataFrame:
    """`low, high: Int32, same: Boolean`, in the order of the labels."""
    absent = {"left_record_id", "right_record_id", "same"} - set(labels.columns)
    if absent:
        raise SpecError(f"the decisions have no column {', '.join(sorted(absent))}")
    if not (labels.schema["same"].is_integer() or labels.schema["same"] in {pl.Boolean, pl.Null}):
        raise SpecError("the column 'same' of the decisions must be true or false")
    ids = table.frame[spec.record]
    for side in ("left_record_id", "right_record_id"):
        kind = labels.schema[side]
        if kind != ids.dtype and not (kind.is_integer() and ids.dtype.is_integer()) and kind != pl.Null:
            raise SpecError(
                f"the column {side!r} of the decisions is {kind}, and the ids of the records are {ids.dtype}"
            )
    return _positions(labels, pl.DataFrame({"id": ids, "at": np.arange(table.size, dtype=np.int32)}))


def _positions(labels: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    both = ("left_record_id", "right_record_id")
    return (
        labels.select(pl.col(both).cast(places.schema["id"], strict=False), pl.col("same").cast(pl.Boolean))
        .drop_nulls()
        .join(places, left_on="left_record_id", right_on="id", maintain_order="left")
        .join(places, left_on="right_record_id", right_on="id", suffix="_right", maintain_order="left")
        .filter(pl.col("at") != pl.col("at_right"))
        .select(low=pl.min_horizontal("at", "at_right"), high=pl.max_horizontal("at", "at_right"), same="same")
    )


def _last_of_each(placed: pl.DataFrame) -> pl.DataFrame:
    return placed.unique(["low", "high"], keep="last", maintain_order=True)


def _one_person(low: list[int], high: list[int], same: list[bool]) -> tuple[dict[int, int], list[bool]]:
    """Which records the decisions make one person (a number for each record that is in one), and which stand.

    Two records decided to be different stay apart. Beginning with the last one, a decision that two are the same
    stands unless it would bring such two together.
    """
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    apart: dict[int, set[int]] = {}
    for record in {*low, *high}:
        group[record], members[record], apart[record] = record, [record], set()
    for one, other, together in zip(low, high, same, strict=True):
        if not together:
            apart[one].add(other)
            apart[other].add(one)
    stands = [True] * len(low)
    for place in range(len(low) - 1, -1, -1):
        a, b = group[low[place]], group[high[place]]
        if not same[place] or a == b:
            continue
        if b in apart[a]:
            stands[place] = False
            continue
        if len(members[a]) < len(members[b]):
            a, b = b, a
        for record in members[b]:
            group[record] = a
        members[a] += members.pop(b)
        for enemy in apart.pop(b):
            apart[enemy].remove(b)
            apart[enemy].add(a)
            apart[a].add(enemy)
    return {record: place for record, place in group.items() if len(members[place]) > 1}, stands


def _with_what_follows(placed: pl.DataFrame, group: dict[int, int], register: IndexArray) -> pl.DataFrame:
    """The decisions and, for records of one register whom they make one person through others, that they are."""
    if not group:
        return placed
    records = np.fromiter(group, dtype=np.int32, count=len(group))
    held = pl.DataFrame({"at": records, "person": list(group.values()), "register": register[records]})
    follows = (
        held.join(held, on=["person", "register"])
        .filter(pl.col("at") < pl.col("at_right"))
        .select(low="at", high="at_right", same=pl.lit(True), stated=pl.lit(False))
    )
    return pl.concat([placed, follows]).unique(["low", "high"], keep="first", maintain_order=True)


def settled(pairs: pl.DataFrame, ids: pl.Series, decided: Decided) -> pl.DataFrame:
    """`Linkage.pairs`, in which no pair is for review that people have decided to be different; `ids` by position."""
    apart = ~decided.same
    if not apart.any():
        return pairs
    sides = ("left_record_id", "right_record_id")
    left, right = (
        ids.gather(at[apart]).alias(side) for at, side in zip((decided.left, decided.right), sides, strict=True)
    )
    told = pairs.join(
        pl.DataFrame([left, right]).with_columns(_apart=True), on=sides, how="left", maintain_order="left"
    )
    open_still = pl.col("_apart").is_null() | (pl.col("outcome") != "review")
    return told.with_columns(pl.when(open_still).then("outcome").otherwise(pl.lit("distinct"))).drop("_apart")


def with_decisions(weight: FloatArray, found: Candidates, decided: Decided) -> FloatArray:
    """The match weights with those of the decided pairs put beyond all evidence."""
    if not len(decided.left):
        return weight
    out = weight.copy()
    out[decided.places(found)] = np.where(decided.same, DECISION, -DECISION)
    return out


def sharpen(
    weight: FloatArray, found: Candidates, decided: Decided, beside: FloatArray | None = None
) -> Calibration | None:
    """How trained match weights (bits) must be shifted and stretched to fit the decided pairs; None with too few.

    A logistic regression of the decisions on the weights, held near "no change" by a normal prior, so that twenty
    labels move it a little and some hundreds decide it. `beside` is what each pair has besides its weight and keeps
    as it is: the weight of its rivals. People decide on pairs that are doubtful with it, so it cannot be left out.
    """
    decided = decided.told()
    if len(decided.left) < LEAST_LABELS or min(decided.same.sum(), (~decided.same).sum()) < LEAST_OF_EACH:
        return None
    places = decided.places(found)
    evidence = np.clip(weight[places], -FARTHEST, FARTHEST)
    fixed = (np.zeros(len(places)) if beside is None else np.clip(beside[places], -FARTHEST, FARTHEST)) * np.log(2)
    sign = np.where(decided.same, 1.0, -1.0)

    # Newton's method on a convex loss of two parameters: natural-log odds are evidence (bits) times log 2.
    inputs = np.stack([np.ones(len(evidence)), evidence]) * np.log(2)
    spread = np.array([SHIFT_SPREAD, SLOPE_SPREAD])
    best = start = np.array([0.0, 1.0])
    for _ in range(NEWTON_STEPS):
        wrong = 1.0 / (1.0 + np.exp(np.clip(sign * (best @ inputs + fixed), -500, 500)))
        gradient = -(inputs * (sign * wrong)).sum(axis=1) + (best - start) / spread**2
        curvature = (inputs * (wrong * (1.0 - wrong))) @ inputs.T + np.diag(1.0 / spread**2)
        # A bounded step: far from the best the curvature is too flat to be believed.
        step = np.linalg.solve(curvature, gradient)
        best = best - step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), LONGEST_STEP))
    return Calibration(float(best[0]), float(max(best[1], 0.05)), len(decided.left))
