"""Households that are one although their numbers differ: two or more of their people are the same.

A family that got a new card stands under the old number in one register and the new one in another. Which numbers
mean one household is found from all records before any two people are compared, so that it can be evidence for the
members who have no number of their own, and a key that brings them together.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.components import components
from matchers.sorting import distinct_numbers
from matchers.spec import LINKED_HOUSEHOLD, Spec
from matchers.table import distinct

# So many people must stand in both: one alone may have married from the one into the other.
SHARED: Final = 2
# What stands in more households than this tells none of them apart (a placeholder, a common name).
MOST_HOUSEHOLDS: Final = 6
# More numbers than this are no household with an old card and a new one.
MOST_NUMBERS: Final = 6


def link_households(frame: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """Add the column `linked_household: String`: one and the same value for household numbers that are one household.

    `frame` has the spec's `household` column (String) and the columns of its `household_people`. Two numbers are one
    household when at least two people, each known by the same values of one of the `household_people`, stand under
    both. Where a number is linked with no other, the value is the number itself; null where there is none. Gives the
    frame as it is when the spec names no `household_people`.
    """
    if not spec.household or not spec.household_people:
        return frame
    place, known = distinct(frame[spec.household])
    codes = pl.select(pl.when(pl.Series(place) >= 0).then(pl.Series(place))).to_series()
    links = pl.concat([_sharing(frame, codes, people) for people in spec.household_people])
    one, other = links["one"].to_numpy(), links["other"].to_numpy()
    group = components(known.len(), one, other)
    size = np.bincount(group, minlength=1)[group] if known.len() else np.zeros(0, dtype=np.int64)
    first = np.full(known.len(), -1, dtype=np.int64)
    first[group[::-1]] = np.arange(known.len())[::-1]
    same = np.where(size <= MOST_NUMBERS, first[group], np.arange(known.len()))
    value = known.gather(same)
    return frame.with_columns(
        pl.when(codes.is_not_null()).then(value.gather(codes.fill_null(0))).otherwise(None).alias(LINKED_HOUSEHOLD)
        if known.len()
        else pl.lit(None, dtype=pl.String).alias(LINKED_HOUSEHOLD)
    )


def _sharing(frame: pl.DataFrame, codes: pl.Series, people: tuple[str, ...]) -> pl.DataFrame:
    """Pairs of households (`one` below `other`) in which at least two people are the same by these columns."""
    person = frame.select(people).hash_rows(seed=7)
    there = frame.select(pl.all_horizontal(pl.col(people).is_not_null())).to_series() & codes.is_not_null()
    members = _in_several(person.filter(there).to_numpy(), codes.filter(there).to_numpy())
    members = members.filter(pl.len().over("person").is_between(2, MOST_HOUSEHOLDS))
    return (
        members.join(members, on="person", suffix="_other")
        .filter(pl.col("code") < pl.col("code_other"))
        .group_by(one="code", other="code_other")
        .agg(pl.len().alias("shared"))
        .filter(pl.col("shared") >= SHARED)
        .select("one", "other")
        .sort("one", "other")
    )


def _in_several(person: NDArray[np.uint64], code: NDArray[np.int32]) -> pl.DataFrame:
    """Each person (a hash) with each of their households, for those who stand in more than one.

    Most stand in one only. The hash and the household are sorted as one number, which is cheaper than any join; the
    few people whose hashes begin alike do no harm, since two must be shared.
    """
    bits = np.uint64(max(int(code.max(initial=0)).bit_length(), 1))
    ordered, _ = distinct_numbers(person >> bits << bits | code.astype(np.uint64))
    whose = ordered >> bits
    again = np.zeros(len(ordered), dtype=np.bool_)
    same = whose[1:] == whose[:-1]
    again[1:] |= same
    again[:-1] |= same
    ordered = ordered[again]
    household = (ordered & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int32)
    return pl.DataFrame({"person": ordered >> bits, "code": household})
