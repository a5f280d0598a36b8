"""Indicators for outsiders: their rows with small cells hidden, the same in numerator, denominator and share.

What is known to be one and the same count is one count: two indicators of the same people share their denominators, and
the rest of one (denominator less numerator) may be the numerator of another. So a count that is hidden in one place
is not shown, nor left to be reckoned, in another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import polars as pl

from reports.small_cells import Sum, hide
from schemas.indicators import SPLITS

Row = dict[str, Any]
Cell = tuple[str, str, str]  # regency_code, dimension, dimension_value
Key = tuple[Any, ...]
AREA = ("area", "ALL")
# Counts only: rupiah by a fixed tariff would tell the number of people, and pairs of records are no figure of an area.
COUNTED = ("people", "employers", "projects")
ROWS = """
SELECT indicator, regency_code, 'area' AS dimension, 'ALL' AS dimension_value, NULL AS district_code,
    NULL AS village_code, unit, numerator, denominator, value, target
FROM indicator WHERE list_contains($units, unit)
UNION ALL
SELECT indicator, regency_code, dimension, dimension_value, district_code, village_code, unit, numerator, denominator,
    value, target
FROM indicator_part WHERE list_contains($units, unit)
ORDER BY indicator, length(regency_code), regency_code, dimension, dimension_value
"""


def public_rows(con: duckdb.DuckDBPyConnection, least: int) -> pl.DataFrame:
    """The figures that may leave the office, a row a figure, from an open connection to a published database.

    least: the smallest count of people that is shown; 0 shows all. Columns: those of `indicator_part` with the
    dimension `area` for an area as a whole, and `numerator_mark, denominator_mark`: `small`, `other` or null. Where a
    mark stands its count is null, and the share too.
    """
    rows: pl.DataFrame = con.sql(ROWS, params={"units": list(COUNTED)}).pl()
    marks = _marks(list(rows.iter_rows(named=True)), least)
    marked = rows.with_columns(
        pl.Series(f"{name}_mark", [mark[place] for mark in marks], dtype=pl.String)
        for place, name in enumerate(("numerator", "denominator"))
    )
    hidden = {name: pl.col(f"{name}_mark").is_not_null() for name in ("numerator", "denominator")}
    return marked.with_columns(
        *(pl.when(~gone).then(pl.col(name)).alias(name) for name, gone in hidden.items()),
        pl.when(~hidden["numerator"] & ~hidden["denominator"]).then(pl.col("value")).alias("value"),
    )


def _marks(rows: list[Row], least: int) -> list[tuple[str | None, str | None]]:
    """The marks of numerator and denominator of each row."""
    naming = _Naming()
    by_indicator: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_indicator[row["indicator"]].append(row)
    figures = [_Figure(own, naming) for own in by_indicator.values()]
    counts: dict[Key, int] = {}
    for one in figures:
        counts.update(one.shown())
    sums: list[Sum[Key]] = []
    for one in figures:
        for rest, count, total in one.rests():
            if rest in counts or 0 < count < least:
                counts[rest] = count
                sums.append(total)
        sums += one.sums()
    hidden = hide(counts, sums, least)
    keys = {(row["indicator"], *_cell(row)): key for one in figures for row, key in one.named()}
    return [tuple(hidden.get(key) for key in keys[row["indicator"], *_cell(row)]) for row in rows]  # type: ignore[misc]


def _cell(row: Row) -> Cell:
    return row["regency_code"], row["dimension"], row["dimension_value"]


class _Naming:
    """Gives equal counts one name: a number for each different set of figures met."""

    def __init__(self) -> None:
        self.numbers: dict[frozenset[Any], int] = {}

    def number(self, counts: Mapping[Any, int]) -> int:
        """The number of these counts; what is nothing is as if it were not there."""
        return self.numbers.setdefault(frozenset((k, v) for k, v in counts.items() if v), len(self.numbers))


class _Measure:
    """One kind of count (numerators, denominators or the rest of an indicator) with the keys of its cells."""

    def __init__(self, cells: Mapping[Cell, int], naming: _Naming) -> None:
        self.cells = cells
        self.of_areas = naming.number({cell[0]: count for cell, count in cells.items() if cell[1:] == AREA})
        self.of_all = naming.number(cells)

    def key(self, cell: Cell) -> Key:
        """Areas have names of their own: a segment, known for areas only, may be the same as an indicator there."""
        return ("area", self.of_areas, cell[0]) if cell[1:] == AREA else ("part", self.of_all, *cell)


class _Figure:
    """One indicator: what is shown of it, and what adds up to what."""

    def __init__(self, rows: list[Row], naming: _Naming) -> None:
        self.rows = rows
        self.whole = [row for row in rows if row["dimension"] not in SPLITS]
        self.split = [row for row in rows if row["dimension"] in SPLITS]
        tops = {_cell(row): row["numerator"] for row in self.whole}
        bases = {_cell(row): row["denominator"] for row in self.whole}
        self.top, self.base = _Measure(tops, naming), _Measure(bases, naming)
        self.rest = _Measure({cell: bases[cell] - count for cell, count in tops.items()}, naming)
        parts: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self.split:
            parts[row["dimension_value"]][row["regency_code"]] = row["numerator"]
        self.parts = {part: naming.number(areas) for part, areas in parts.items()}

    def named(self) -> Iterator[tuple[Row, tuple[Key, Key]]]:
        """Each row with the keys of its numerator and denominator."""
        for row in self.whole:
            yield row, (self.top.key(_cell(row)), self.base.key(_cell(row)))
        for row in self.split:
            area = row["regency_code"]
            yield row, (("area", self.parts[row["dimension_value"]], area), self.base.key((area, *AREA)))

    def shown(self) -> Iterator[tuple[Key, int]]:
        """The counts that stand in the tables."""
        for row, (top, base) in self.named():
            yield top, row["numerator"]
            yield base, row["denominator"]

    def rests(self) -> Iterator[tuple[Key, int, Sum[Key]]]:
        """What denominator less numerator tells: its key, the count, and the sum that tells it."""
        for cell, count in self.rest.cells.items():
            top, base, rest = self.top.key(cell), self.base.key(cell), self.rest.key(cell)
            yield rest, count, Sum(base, (top, rest))
        for row, (top, base) in ((row, key) for row, key in self.named() if row["dimension"] in SPLITS):
            count = row["denominator"] - row["numerator"]
            rest = ("rest", *top, base)
            yield rest, count, Sum(base, (top, rest))

    def sums(self) -> Iterator[Sum[Key]]:
        """What adds up: places to the area above them, each dimension to its area, segments to the numerator.

        Where people stand under several funds, or in several regencies, the sum is larger than its total by a number
        that is taken as known: whoever knows less can reckon less.
        """
        for measure in (self.top, self.base):
            yield from self._within(measure)
        areas: dict[str, list[Key]] = defaultdict(list)
        values: dict[str, dict[str, Key]] = defaultdict(dict)
        for row in self.split:
            area, part = row["regency_code"], row["dimension_value"]
            key = ("area", self.parts[part], area)
            areas[area].append(key)
            values[part][area] = key
        for area, keys in areas.items():
            yield Sum(self.top.key((area, *AREA)), tuple(keys))
        for by_area in values.values():
            yield from _over_regencies(by_area)

    def _within(self, measure: _Measure) -> Iterator[Sum[Key]]:
        groups: dict[Cell, list[Key]] = defaultdict(list)  # total -> its parts
        places: dict[tuple[str, str], dict[str, Key]] = defaultdict(dict)
        for row in self.whole:
            area, dimension, value = cell = _cell(row)
            if dimension == "village":
                groups[area, "district", row["district_code"] or "UNKNOWN"].append(measure.key(cell))
                continue
            if dimension != "area":
                groups[area, *AREA].append(measure.key(cell))
            if dimension != "district":
                places[dimension, value][area] = measure.key(cell)
        # Each dimension alone adds up to the area.
        for total, parts in groups.items():
            kinds: dict[Any, list[Key]] = defaultdict(list)
            for key in parts:
                kinds[key[3]].append(key)
            for keys in kinds.values():
                yield Sum(measure.key(total), tuple(keys))
        for by_area in places.values():
            yield from _over_regencies(by_area)


def _over_regencies(by_area: Mapping[str, Key]) -> Iterator[Sum[Key]]:
    """The province is the sum of its regencies."""
    regencies = tuple(key for area, key in sorted(by_area.items()) if len(area) > 2)
    for area, key in by_area.items():
        if len(area) == 2 and regencies:
            yield Sum(key, regencies)
