"""What a linkage hands out, again: rows of last night where nothing has changed, new ones where it has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.begin import with_slots
from matchers.again.carry import Carried
from matchers.again.reresolve import People
from matchers.again.reweigh import Compared, Weighed, compare, rivals_at
from matchers.again.state import Rows, State
from matchers.again.tonight import Tonight
from matchers.keep import NEAR_MISS, bases, best_pairs, described, in_words, summed_up
from matchers.spec import Spec

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]
Flags = NDArray[np.bool_]
# The records of a stored row.
SLOTS = ("left_slot", "right_slot")


@dataclass(frozen=True)
class Best:
    """Each record's other record in its best pair (-1 without one), that pair's weight, and what the link rests on."""

    other: IndexArray
    weight: FloatArray
    basis: NDArray[np.uint8]


def keep_again(
    night: Tonight,
    state: State,
    carried: Carried,
    compared: Compared,
    weighed: Weighed,
    probability: FloatArray,
    people: People,
) -> tuple[Best, Rows]:
    """Best pairs, and the rows of `Linkage.pairs`.

    Pairs inside the groups that were resolved again, fresh ones and those with other rivals are looked at; all other
    rows stand, and so do those of these pairs that turn out the same.
    """
    best, best_at = _best(night, state, carried, weighed.weight, people)
    asked = np.zeros(len(carried.left), dtype=np.bool_)
    asked[people.inside] = asked[carried.fresh] = asked[weighed.altered] = True
    at = np.flatnonzero(asked)
    left, right = carried.left[at], carried.right[at]
    together = people.person[left] == people.person[right]
    keep = (~together & (probability[at] >= NEAR_MISS)) | (best.other[left] == right) | (best.other[right] == left)
    fresh = np.zeros(len(at), dtype=np.bool_)
    fresh[np.searchsorted(at, carried.fresh)] = True
    stored = _Stored(night, state.rows)
    row = stored.places(left, right)
    known = np.flatnonzero(keep & (row >= 0))
    rivals = rivals_at(night, state, carried, weighed, at[known])
    again, other = stored.summed_up(row[known], rivals, together[known], state.review)
    gone = np.concatenate([row[~keep & (row >= 0)], row[known[other]], stored.places(*carried.dropped)])
    new, unknown = at[keep & fresh], at[keep & ~fresh & (row < 0)]
    more = compare(night, state, carried.left[unknown], carried.right[unknown])
    segment = [
        _described(night, state, people, some, which, rivals_at(night, state, carried, weighed, of))
        for some, which, of in (
            (compared, np.searchsorted(carried.fresh, new), new),
            (more, np.arange(len(unknown)), unknown),
        )
    ]
    of = np.concatenate([new, unknown, at[known[other]]])
    slots = (night.slot[carried.left[of]], night.slot[carried.right[of]])
    rows, packed = stored.merged(gone, with_slots(pl.concat([*segment, again]), *slots))
    best.basis[people.redone] = _bases(night, carried, best_at, rows, packed)
    return best, rows


def _bases(night: Tonight, carried: Carried, best_at: IntArray, rows: Rows, packed: IntArray) -> NDArray[np.uint32]:
    """What links rest on, for records whose best pairs are known (-1: none); `rows` stand for the `packed` pairs."""
    alone = best_at < 0
    found = best_at[~alone]
    standing = rows.standing[np.searchsorted(packed, _packed(carried.left[found], carried.right[found]))]
    place = np.zeros(len(alone), dtype=np.int64)
    place[~alone] = np.arange(len(found))
    return bases(night.spec, _levels(night.spec, rows, standing), place, alone)


def pairs_again(night: Tonight, rows: Rows) -> pl.DataFrame:
    """`Linkage.pairs` of the rows that stand."""
    standing = pl.concat(rows.segments, rechunk=True)[rows.standing]
    ids, place = night.ids, night.moves.place
    left, right = (ids.gather(place[standing[name].to_numpy()]) for name in SLOTS)
    return in_words(standing.drop(SLOTS), night.spec, left, right)


def _best(night: Tonight, state: State, carried: Carried, weight: FloatArray, people: People) -> tuple[Best, IntArray]:
    """Best pairs, found again of the records that were resolved again; and which pair it is of those (-1: none).

    What the links of these rest on is still to come: it needs the levels.
    """
    old = state.records
    other = night.carried(old.best)
    # Of records that came it is found again in any case.
    of_other, basis = np.zeros(night.size), np.zeros(night.size, dtype=np.uint8)
    if old.size:
        np.take(old.weight, night.before, out=of_other, mode="wrap")
        np.take(old.basis, night.before, out=basis, mode="wrap")
    records, inside = np.flatnonzero(people.redone), people.inside
    local = np.cumsum(people.redone, dtype=np.int32) - 1
    own = best_pairs(
        people.person[records].astype(np.int64),
        (local[carried.left[inside]], local[carried.right[inside]]),
        weight[inside],
    )
    at = np.full(len(records), -1, dtype=np.int64)
    found = own >= 0
    at[found] = inside[own[found]]
    other[records], of_other[records] = -1, 0.0
    of, pair = records[found], at[found]
    other[of] = np.where(carried.left[pair] == of, carried.right[pair], carried.left[pair])
    of_other[of] = weight[pair]
    return Best(other, of_other, basis), at


def _described(
    night: Tonight, state: State, people: People, compared: Compared, which: IntArray, rivals: FloatArray
) -> pl.DataFrame:
    """Rows of some of the compared pairs."""
    return described(
        compared.table,
        night.spec,
        state.model,
        compared.rarities,
        people.person[compared.records].astype(np.int64),
        state.review,
        (compared.left[which], compared.right[which]),
        compared.levels[:, which],
        rivals,
    )


def _levels(spec: Spec, rows: Rows, which: IndexArray) -> NDArray[np.uint8]:
    """The levels of stored rows, a comparison a row; of identifiers, which is all that is asked."""
    out = np.zeros((len(spec.comparisons), len(which)), dtype=np.uint8)
    for number, comparison in enumerate(spec.comparisons):
        if comparison.identifier:
            name = f"level_{comparison.name}"
            out[number] = np.concatenate([part[name].to_numpy() for part in rows.segments])[which]
    return out


class _Stored:
    """Last night's rows by tonight's positions: of pairs whose records are both still there, in order."""

    def __init__(self, night: Tonight, rows: Rows) -> None:
        place = night.moves.place
        left, right = (
            place[np.concatenate([part[name].to_numpy() for part in rows.segments])[rows.standing]] for name in SLOTS
        )
        here = (left >= 0) & (right >= 0)
        self._place, self._segments = place, rows.segments
        self._row, self._packed = rows.standing[here], _packed(left[here], right[here])

    def places(self, left: IndexArray, right: IndexArray) -> IntArray:
        """Where the rows of some pairs stand, -1 of those that have none."""
        asked = _packed(left, right)
        at = np.searchsorted(self._packed, asked)
        inside = np.flatnonzero(at < len(self._packed))
        found = inside[self._packed[at[inside]] == asked[inside]]
        out = np.full(len(asked), -1, dtype=np.int64)
        out[found] = at[found]
        return out

    def summed_up(self, at: IntArray, rivals: FloatArray, together: Flags, review: float) -> tuple[pl.DataFrame, Flags]:
        """The rows there that turn out otherwise with these rivals and people, as they are now; and which they are."""
        rows = pl.concat(self._segments)[self._row[at]].drop(SLOTS)
        parts = np.stack([rows[name].to_numpy() for name in rows.columns if name.startswith("weight_")])
        scores, outcome = summed_up(rows["prior_weight"].to_numpy(), parts, rivals, together, review)
        other = (rows["rival_weight"].to_numpy() != rivals) | (rows["outcome"].to_numpy() != outcome)
        made = rows.with_columns(
            pl.Series("probability", scores.probability),
            pl.Series("match_weight", scores.match_weight),
            pl.Series("outcome", outcome),
            pl.Series("rival_weight", rivals),
        )
        return made.filter(pl.Series(other)), other

    def merged(self, gone: IntArray, segment: pl.DataFrame) -> tuple[Rows, IntArray]:
        """The rows without those that are gone (-1 for none), with the new ones between; and their pairs, packed."""
        keep = np.ones(len(self._row) + 1, dtype=np.bool_)
        keep[gone] = False
        keep = keep[:-1]
        new = _packed(*(self._place[segment[name].to_numpy()] for name in SLOTS))
        first = sum(part.height for part in self._segments)
        every = np.concatenate([self._row[keep], np.arange(first, first + len(new), dtype=np.int32)])
        packed = np.concatenate([self._packed[keep], new])
        # One run in order, and a short one that is not.
        order = np.argsort(packed, kind="stable")
        return Rows((*self._segments, segment), every[order]), packed[order]


def _packed(left: IndexArray, right: IndexArray) -> IntArray:
    return np.asarray(left.astype(np.int64) << 32 | right)
