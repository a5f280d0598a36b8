"""What stood behind the frequencies of a model: how many pairs, which levels no pair of a class ever had.

Such a level's frequency is supposed, not counted, and whoever reads its weight should know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matchers.spec import Comparison, Spec

if TYPE_CHECKING:
    from matchers.model import Model, Weights

FloatArray = NDArray[np.float64]
# The classes of pair: the same person, a relative, a stranger.
KINDS: Final = ("same", "relative", "stranger")


@dataclass(frozen=True)
class Unseen:
    """No pair of a class (`kind`) had a level, so that how often it occurs there is not counted but supposed.

    `comparison` and `level` are places in the spec; `given` is the level of the comparison it depends on, one more
    than the last for "missing", None for whatever that one was. A `level` of None stands for all of them: the class
    had no pair with that `given`, and is taken to be as it is whatever the given. `pairs` is how many pairs of the
    class there were to see it in; `met` says whether pairs of another class had it.
    """

    comparison: int
    given: int | None
    level: int | None
    kind: str
    pairs: int
    met: bool


def whole(counts: FloatArray) -> FloatArray:
    """Counts in whole pairs: a part of a pair that is less than half has not been seen."""
    return np.rint(counts)


def counted_as(weights: Weights, comparison: Comparison, kind: str) -> str:
    """The class whose pairs show what `kind` looks like: relatives may stand as the person does, or as strangers do."""
    if kind != "relative":
        return kind
    if comparison.household:
        return "same"
    return "relative" if whole(weights.counts["relative"][-1]).any() else "stranger"


def behind(weights: Weights, comparison: Comparison, kind: str) -> FloatArray:
    """How many pairs each frequency of a class rests on, in the shape of `weights.given`.

    Where a class had no pair with the `given` of a row, its frequencies there rest on all its pairs.
    """
    counts = whole(weights.counts[counted_as(weights, comparison, kind)])
    return np.where(counts.sum(axis=1, keepdims=True) > 0, counts, counts[-1:])


def without_data(model: Model) -> tuple[str, ...]:
    """The names of comparisons of which no class had a pair with both values: they say nothing of any pair."""
    return tuple(w.name for w in model.weights if not any(whole(w.counts[kind]).any() for kind in KINDS))


def unseen(model: Model, spec: Spec) -> tuple[Unseen, ...]:
    """Every level that some class never had, in the order of the spec; comparisons without data are left out.

    A class is left out where it borrows its frequencies (`counted_as`), and so are the levels of a row that is empty
    only because the class never had its `given`: that is told of the comparison it depends on.
    """
    empty = without_data(model)
    found: list[Unseen] = []
    for number, comparison in enumerate(spec.comparisons):
        if comparison.name not in empty:
            weights = model.weights[number]
            for kind in KINDS:
                if counted_as(weights, comparison, kind) == kind:
                    found += _unseen_of(model, spec, number, kind)
    return tuple(found)


def _unseen_of(model: Model, spec: Spec, number: int, kind: str) -> list[Unseen]:
    """What one class never had in one comparison."""
    weights = model.weights[number]
    seen = whole(weights.counts[kind])
    every = np.sum([whole(weights.counts[k]) for k in KINDS], axis=0)
    if not seen.any():
        return [Unseen(number, None, None, kind, 0, met=True)]
    anywhere = seen.any(axis=0)
    found = [
        Unseen(number, None, level, kind, int(seen[-1].sum()), met=bool(every[:, level].any()))
        for level in np.flatnonzero(~anywhere).tolist()
    ]
    # Strangers' names, for one, are not told apart by what the name depends on.
    if weights.parent is None or not seen[:-1].any():
        return found
    given_seen = whole(model.weights[weights.parent].counts[kind][-1])
    for row, pairs in enumerate(seen.sum(axis=1).astype(int).tolist()):
        if pairs:
            found += [
                Unseen(number, row, level, kind, pairs, met=bool(every[row, level]))
                for level in np.flatnonzero(anywhere & (seen[row] == 0)).tolist()
            ]
        elif row < len(given_seen) and given_seen[row]:
            found.append(Unseen(number, row, None, kind, 0, met=bool(every[row].any())))
    return found


def once(never: tuple[Unseen, ...]) -> list[Unseen]:
    """Of the levels that no class had, one entry each whatever the number of classes, in the order of the spec."""
    places = {(u.comparison, *(-1 if at is None else at for at in (u.given, u.level))): u for u in never if not u.met}
    return [places[place] for place in sorted(places)]
