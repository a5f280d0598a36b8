"""Records made ready for comparison: every compared column as integer codes over its distinct values.

An exact agreement is then an integer equality, and a text is scored once for each distinct pair of values.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.sorting import distinct_numbers, sorted_numbers, starts
from matchers.spec import Comparison, KeyPart, Spec, SpecError

IntArray = NDArray[np.int64]
MISSING: Final = -1
# A value that a register gives to more than this many different people identifies nobody (a placeholder).
SHARED_BY_TOO_MANY: Final = 4
# Two of a million values have hashes that begin alike about once in eight times; under eight seeds, never.
SEEDS: Final = range(7, 15)
WORKERS: Final = 2


@dataclass(frozen=True)
class Coded:
    """One column: `codes` (a record's value number, -1 when missing) and its distinct `values` in order.

    `numbers` holds, for digits, the value packed four bits a digit (0 when it is none or longer than 16); for dates,
    year, month and day in 23, 4 and 5 bits. `width` is the length of the longest text of digits.
    """

    codes: NDArray[np.int32]
    values: pl.Series
    numbers: NDArray[np.uint64] | None = None
    width: int = 0


@dataclass(frozen=True)
class Table:
    """All records in coded form, in the order of the frame they came from.

    `texts` keeps what has been looked up of text columns (`matchers.texts`), by comparison.
    """

    frame: pl.DataFrame
    columns: dict[str, Coded]
    register: NDArray[np.int32]
    registers: list[str]
    source: NDArray[np.int32]
    sources: list[str]
    household: NDArray[np.int32] | None
    placeholders: dict[str, pl.Series] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many records there are."""
        return self.frame.height


def prepare(frame: pl.DataFrame, spec: Spec) -> Table:
    """Code the columns of `frame` (those of `spec.columns`; one row a record) for comparison.

    Raises SpecError when a column that the spec names is missing. Values of digit columns that one register gives to
    many different names are placeholders and count as missing.
    """
    missing = [column for column in spec.columns if column not in frame.columns]
    if missing:
        raise SpecError(f"the records have no column {', '.join(map(repr, missing))}, which the spec compares")
    frame = frame.select(spec.columns)
    held = placeholders(frame, spec)
    return replace(coded(without_placeholders(frame, held), spec), placeholders=held)


def coded(frame: pl.DataFrame, spec: Spec) -> Table:
    """Code the columns of a frame that holds no placeholders."""
    uses: dict[str, Comparison | None] = {}
    for comparison in spec.comparisons:
        for column in comparison.columns:
            uses.setdefault(column, comparison)
    if spec.household:
        uses.setdefault(spec.household, None)
    with ThreadPoolExecutor(WORKERS) as pool:
        columns = dict(zip(uses, pool.map(lambda name: _code(frame[name], uses[name], name), uses), strict=True))
    register, registers = _labels(frame, spec.register)
    source, sources = _labels(frame, spec.source)
    household = columns[spec.household].codes if spec.household else None
    return Table(frame, columns, register, registers, source, sources, household)


def placeholders(frame: pl.DataFrame, spec: Spec) -> dict[str, pl.Series]:
    """For each column of identifiers the values that one register gives to too many different names."""
    return {column: shared_by_many(frame, spec, column) for column in identifiers(spec)}


def shared_by_many(frame: pl.DataFrame, spec: Spec, column: str) -> pl.Series:
    """The values of one column of identifiers that one register gives to too many different names."""
    names = [comparison.column for comparison in spec.comparisons if comparison.kind == "name"]
    if not names:
        return frame[column].clear()
    place = [spec.register] if spec.register else []
    there = frame.filter(pl.col(column).is_not_null()).select(*place, column, names[0])
    # Hardly any value stands in one register so often at all: those few only are looked at.
    held = there.select(*place, column).hash_rows(seed=7).to_numpy()
    value, times = distinct_numbers(held)
    often = value[times > SHARED_BY_TOO_MANY]
    at = np.minimum(np.searchsorted(often, held), max(len(often) - 1, 0))
    some = there.filter(pl.Series(often[at] == held)) if len(often) else there.clear()
    return (
        some.group_by(*place, column)
        .agg(pl.col(names[0]).n_unique().alias("names"))
        .filter(pl.col("names") > SHARED_BY_TOO_MANY)[column]
        .unique()
    )


def identifiers(spec: Spec) -> tuple[str, ...]:
    """The columns that hold a number of an office."""
    return tuple(dict.fromkeys(comparison.column for comparison in spec.comparisons if comparison.identifier))


def without_placeholders(frame: pl.DataFrame, held: dict[str, pl.Series]) -> pl.DataFrame:
    """The frame with each column's placeholders taken out."""
    for column, shared in held.items():
        if shared.len():
            frame = frame.with_columns(
                pl.when(pl.col(column).is_in(shared.implode())).then(None).otherwise(pl.col(column)).alias(column)
            )
    return frame


def _labels(frame: pl.DataFrame, column: str | None) -> tuple[NDArray[np.int32], list[str]]:
    if column is None:
        return np.zeros(frame.height, dtype=np.int32), ["file"]
    names = frame[column].cast(pl.String)
    values = names.drop_nulls().unique().sort()
    codes = names.cast(pl.Enum(values)).to_physical().cast(pl.Int32).fill_null(MISSING)
    return np.array(codes.to_numpy()), values.to_list()


def _code(column: pl.Series, comparison: Comparison | None, name: str) -> Coded:
    if column.dtype == pl.String:
        column = pl.select(pl.when(column.str.len_bytes() > 0).then(column)).to_series()
    codes, values = distinct(column)
    if values.len() == 0:
        return Coded(codes, values, np.zeros(0, dtype=np.uint64))
    numbers, width = None, 0
    if comparison is not None and (name == comparison.column or comparison.kind == "cross"):
        if comparison.kind == "digits":
            numbers = _packed_digits(values)
            width = width_of(values, numbers)
        elif comparison.kind in {"date", "cross"}:
            if values.dtype != pl.Date:
                raise SpecError(f"comparison {comparison.name!r}: column {name!r} must be a date")
            parts = values.dt.year().cast(pl.Int64) * 512 + values.dt.month().cast(pl.Int64) * 32 + values.dt.day()
            numbers = parts.to_numpy().astype(np.uint64)
    return Coded(codes, values, numbers, width)


def distinct(column: pl.Series) -> tuple[NDArray[np.int32], pl.Series]:
    """Each row's number among the distinct values, in the order in which they first come (-1 for null); the values.

    Hash and position are sorted as one number: several times faster than a join of each row with its value. Where the
    hashes of two values begin alike, which is rare, another seed is taken.
    """
    present = np.flatnonzero(column.is_not_null().to_numpy())
    codes = np.full(column.len(), MISSING, dtype=np.int32)
    if not len(present):
        return codes, column.clear()
    bits = np.uint64(max(int(column.len()).bit_length(), 1))
    for seed in SEEDS:
        hashed = column.hash(seed=seed).to_numpy()
        ordered = sorted_numbers(hashed[present] >> bits << bits | present.astype(np.uint64))
        place = (ordered & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
        start = starts(ordered >> bits)
        whole = hashed[place]
        if not np.any(~start[1:] & (whole[1:] != whole[:-1])):
            break
    else:
        raise AssertionError("the hashes of several values begin alike under every seed")
    first = np.zeros(column.len(), dtype=np.bool_)
    first[place[start]] = True
    number = np.cumsum(first, dtype=np.int32) - 1
    codes[place] = number[place[start]][np.cumsum(start) - 1]
    return codes, column.filter(pl.Series(first))


def width_of(values: pl.Series, numbers: NDArray[np.uint64] | None = None) -> int:
    """The length of the longest text of digits; `numbers` are the values packed, where that has been done."""
    numeric = values.filter(pl.Series((_packed_digits(values) if numbers is None else numbers) > 0))
    return int(numeric.str.strip_chars().str.len_chars().max() or 0)  # type: ignore[arg-type]


def _packed_digits(values: pl.Series) -> NDArray[np.uint64]:
    """Each digit in four bits, so that one XOR shows which digits of two numbers differ."""
    # Read as hexadecimal, a text of decimal digits is just that packing.
    text = values.cast(pl.String).str.strip_chars()
    fits = text.str.contains(r"^[0-9]{1,16}$")
    high = text.str.head(-8).str.to_integer(base=16, dtype=pl.Int64, strict=False).fill_null(0)
    low = text.str.tail(8).str.to_integer(base=16, dtype=pl.Int64, strict=False).fill_null(0)
    packed = (high.to_numpy().astype(np.uint64) << np.uint64(32)) | low.to_numpy().astype(np.uint64)
    return np.where(fits.to_numpy(), packed, np.uint64(0))


class Hashes:
    """64-bit hashes of blocking keys; the distinct values of a column, or of a part of one, are hashed once.

    `groups` keeps the records grouped by a block's key (`matchers.blocks`), by the block's name, until they are used.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.groups: dict[str, Any] = {}
        self._known: dict[KeyPart, tuple[NDArray[np.uint64], NDArray[np.bool_]]] = {}

    @property
    def size(self) -> int:
        """How many records there are."""
        return self._table.size

    def key(
        self, parts: tuple[KeyPart, ...], at: IntArray | None = None
    ) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """One number a record for the given parts together, and whether all parts are present; of the records `at`
        some positions, or of all."""
        size = self._table.size if at is None else len(at)
        total = np.zeros(size, dtype=np.uint64)
        present = np.ones(size, dtype=np.bool_)
        for part in parts:
            known = self._known.get(part)
            if known is None:
                known = self._known[part] = self._hash(part)
            hashed, filled = known
            coded = self._table.columns.get(part.column)
            if coded is not None:
                codes = coded.codes if at is None else coded.codes[at]
                hashed, filled = hashed[codes], filled[codes]
            elif at is not None:
                hashed, filled = hashed[at], filled[at]
            present &= filled
            total ^= hashed
            total *= np.uint64(0x9E3779B97F4A7C15)
            total ^= total >> np.uint64(29)
        return total, present

    def _hash(self, part: KeyPart) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """Of each distinct value, with a last place for a missing one; of each row where a column is not compared."""
        coded = self._table.columns.get(part.column)
        series = _part(self._table.frame[part.column] if coded is None else coded.values, part.part)
        filled = series.is_not_null()
        if series.dtype == pl.String:
            filled = filled & (series.str.len_bytes() > 0)
        hashed, there = series.hash(seed=7).to_numpy().astype(np.uint64), filled.fill_null(False).to_numpy()
        return (hashed, there) if coded is None else (np.append(hashed, np.uint64(0)), np.append(there, False))


def _part(column: pl.Series, part: str | None) -> pl.Series:
    if part is None:
        return column
    if part == "year":
        return column.dt.year()
    if part == "month":
        return column.dt.year().cast(pl.Int32) * 12 + column.dt.month()
    if part == "day_month":
        return column.dt.month().cast(pl.Int32) * 32 + column.dt.day()
    if part == "first_token":
        return column.str.extract(r"^(\S+)")
    if part == "last_token":
        return column.str.extract(r"(\S+)$")
    if part == "joined":
        return column.str.replace_all(" ", "", literal=True)
    length = int(part)
    return column.str.tail(-length) if length < 0 else column.str.head(length)
