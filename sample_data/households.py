"""Who lives with whom: heads, spouses, children, twins, grandparents and relatives, with birth dates."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sample_data.common import Bools, Dates, Floats, Ints, Rng, choose

HEAD, SPOUSE, CHILD, PARENT, RELATIVE = range(5)
CHILDREN = 6  # slots a household
HEAD_AGES = (20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80)
HEAD_AGE_WEIGHTS = (4, 9, 12, 13, 13, 12, 10, 9, 7, 5, 3, 2, 1)
TWIN_RATE = 0.013  # of births
YEAR = 365.25
FEWEST_DEAD = 40  # in a small world, a thirtieth of the people at most
CERTIFICATE_DAYS = ((1, 1), (7, 1), (12, 31))  # birth days that were guessed when an elder was first enrolled


@dataclass(frozen=True)
class Members:
    """One element a person, sorted by household and place in it.

    `household`; `role` (HEAD ... RELATIVE); `order` among the children; `female`; `birth`; `twin`: this person
    was born on the same day as the sibling before him.
    """

    household: Ints
    role: Ints
    order: Ints
    female: Bools
    birth: Dates
    twin: Bools


def members(people: int, as_of: date, rng: Rng) -> Members:
    """Households until there are exactly `people` members (the last household is cut short)."""
    count = people // 3 + 50
    five_years = np.asarray(HEAD_AGES)[choose(rng, HEAD_AGE_WEIGHTS, count)]
    head_age = five_years + rng.random(count) * 5
    couple = rng.random(count) < np.where(head_age < 60, 0.87, 0.62)
    female_head = ~couple & (rng.random(count) < 0.68)
    spouse_age = np.maximum(18.0 + 3 * rng.random(count), head_age - rng.normal(3.5, 3.5, count))
    mother_age = np.where(couple, spouse_age, np.where(female_head, head_age, 0.0))
    child_age, at_home, twin = _children(mother_age, rng)
    parent = rng.random(count) < 0.08
    parent_age = np.minimum(96.0, head_age + 20 + rng.gamma(3.0, 2.5, count))
    relative = rng.random(count) < 0.07
    relative_age = 1 + rng.random(count) * 30

    ages = [head_age, spouse_age, *child_age.T, parent_age, relative_age]
    exists = [np.ones(count, dtype=np.bool_), couple, *at_home.T, parent, relative]
    girls = rng.random((count, CHILDREN)) < 0.487
    females = [
        female_head,
        np.ones(count, dtype=np.bool_),
        *girls.T,
        rng.random(count) < 0.72,
        rng.random(count) < 0.5,
    ]
    roles = [HEAD, SPOUSE, *[CHILD] * CHILDREN, PARENT, RELATIVE]
    orders = [0, 0, *range(CHILDREN), 0, 0]
    twins = [np.zeros(count, dtype=np.bool_)] * 2 + [*twin.T] + [np.zeros(count, dtype=np.bool_)] * 2
    keep = np.stack(exists, axis=1).ravel()
    flat = np.flatnonzero(keep)[:people]
    width = len(roles)
    age = np.stack(ages, axis=1).ravel()[flat]
    role = np.tile(np.asarray(roles), count)[flat]
    is_twin = np.stack(twins, axis=1).ravel()[flat]
    birth = np.datetime64(as_of, "D") - (age * YEAR).astype(np.int64).astype("timedelta64[D]")
    return Members(
        household=flat // width,
        role=role,
        order=np.tile(np.asarray(orders), count)[flat],
        female=np.stack(females, axis=1).ravel()[flat],
        birth=_guessed(birth, age, is_twin, rng),
        twin=is_twin,
    )


def _children(mother_age: Floats, rng: Rng) -> tuple[Floats, Bools, Bools]:
    """Ages of up to six children, whether each still lives at home, whether he is a twin of the one before."""
    count = len(mother_age)
    first = 19.0 + rng.gamma(2.2, 1.9, count)
    gaps = 1.6 + rng.gamma(2.0, 1.3, (count, CHILDREN))
    gaps[:, 0] = 0.0
    twin = rng.random((count, CHILDREN)) < TWIN_RATE
    twin[:, 0] = False
    gaps[twin] = 0.0
    at_birth = first[:, None] + np.cumsum(gaps, axis=1)
    age = mother_age[:, None] - at_birth
    wanted = np.clip(rng.poisson(2.5, count), 0, CHILDREN)
    born = (np.arange(CHILDREN)[None, :] < wanted[:, None]) & (age > 0.01) & (at_birth < 45)
    left_home = np.where(age < 18, 0.02, np.clip(0.25 + (age - 18) * 0.06, 0.25, 0.93))
    at_home = born & (rng.random((count, CHILDREN)) >= left_home)
    twin[:, 1:] &= at_home[:, :-1] & at_home[:, 1:]
    twin[:, 0] = False
    return age, at_home, twin


def _guessed(birth: Dates, age: Floats, twin: Bools, rng: Rng) -> Dates:
    """One elder in twelve has a birthday that a clerk chose, in the civil registry itself."""
    known = (age < 45) | twin | (rng.random(len(age)) > 0.08)
    pick = rng.integers(0, len(CERTIFICATE_DAYS), len(age))
    offset = np.asarray([(date(2001, m, d) - date(2001, 1, 1)).days for m, d in CERTIFICATE_DAYS])[pick]
    first = birth.astype("datetime64[Y]")
    number = first.astype(np.int64) + 1970
    leap = (number % 4 == 0) & ((number % 100 != 0) | (number % 400 == 0))
    shifted = first.astype("datetime64[D]") + (offset + (leap & (offset > 58))).astype("timedelta64[D]")
    return np.where(known, birth, shifted)


def alive_until(birth: Dates, as_of: date, rng: Rng, years: float = 4.0) -> Dates:
    """Death dates (NaT: alive) of those who died in the last years; the hazard grows with age (Gompertz).

    In a tiny world the dead are the most likely thirtieth of the people, so that their findings occur."""
    today = np.datetime64(as_of, "D")
    age = (today - birth).astype(np.int64) / YEAR
    hazard = np.minimum(0.4, 0.00009 * np.exp(0.083 * age)) * years
    luck = rng.random(len(birth)) / hazard
    wanted = min(FEWEST_DEAD, len(birth) // 30)
    dead = luck < max(1.0, float(np.partition(luck, wanted)[wanted]))
    lived = np.minimum((today - birth).astype(np.int64), int(years * YEAR))
    died = today - (rng.random(len(birth)) * lived).astype(np.int64).astype("timedelta64[D]")
    return np.where(dead, died, np.datetime64("NaT", "D"))
