"""Small helpers that every part of the generator shares: seeded randomness and whole-column string work."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]
Rng = np.random.Generator
Rule = Callable[[pl.Series, Ints], pl.Series]  # (some values, their rows) -> as many values


def rng_for(seed: int, *labels: str | int) -> Rng:
    """A generator of its own for each piece of work, so that one piece's draws never move another's."""
    return np.random.default_rng([seed, *(zlib.crc32(str(label).encode()) for label in labels)])


def zipf(count: int, exponent: float = 0.75, offset: float = 9.0) -> Floats:
    """Cumulative shares of `count` things whose frequency falls as 1 / (rank + offset) ** exponent."""
    weights = 1.0 / (np.arange(count) + offset) ** exponent
    cumulative: Floats = np.cumsum(weights / weights.sum())
    return cumulative


def draw(rng: Rng, cumulative: Floats, size: int) -> Ints:
    """`size` positions drawn with the given cumulative shares."""
    found = np.searchsorted(cumulative, rng.random(size), side="right")
    return np.minimum(found, len(cumulative) - 1).astype(np.int64)


def choose(rng: Rng, weights: Sequence[float], size: int) -> Ints:
    """`size` positions drawn with the given weights (of any sum)."""
    share = np.asarray(weights, dtype=np.float64)
    return draw(rng, np.cumsum(share / share.sum()), size)


def category(rng: Rng, rates: Sequence[float], size: int) -> Ints:
    """0 for "nothing", else k+1 with probability rates[k]: at most one thing happens to a row."""
    total = np.cumsum(np.asarray(rates, dtype=np.float64))
    found = np.searchsorted(total, rng.random(size), side="right")
    return np.where(found >= len(total), 0, found + 1).astype(np.int64)


def strings(values: Sequence[str]) -> pl.Series:
    return pl.Series("value", values, dtype=pl.String)


def by_group(values: pl.Series, group: Ints, rules: Mapping[int, Rule]) -> pl.Series:
    """Apply `rules[g](part, rows)` to the rows of each group g and put the parts back in order.

    Groups without a rule stay as they are. The loop is over rules, never over rows.
    """
    rows_of: list[Ints] = []
    parts: list[pl.Series] = []
    for number in np.unique(group).tolist():
        rows = np.flatnonzero(group == number).astype(np.int64)
        part = values.gather(rows) if len(rows) < len(values) else values
        rows_of.append(rows)
        parts.append((rules[number](part, rows) if number in rules else part).alias("value"))
    if not parts:
        return values
    order = np.argsort(np.concatenate(rows_of), kind="stable")
    return pl.concat(parts).gather(order).alias(values.name)


def where(mask: Bools, yes: pl.Series, no: pl.Series) -> pl.Series:
    """`yes` where the mask is true, else `no`."""
    return yes.zip_with(pl.Series(mask), no)


def months_before(day: date, months: int) -> date:
    """The same day of the month, `months` earlier (or the last day of that month when it is shorter)."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def days(values: Any) -> Dates:
    """A polars date column or a list of dates as a numpy array of whole days."""
    array: Dates = np.asarray(values, dtype="datetime64[D]")
    return array
