"""The night against earlier ones: what became of the findings, and lines over the nights."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

import polars as pl

from reports import form
from reports.history_tables import MONTH, NIGHT
from reports.tables import ReportTables
from reports.trend import Point, line
from reports.words import both, plain, say

Row = dict[str, Any]
EACH = 31  # nights that a line shows one by one
COUNTS = ("carried", "new", "closed", "untested")


def against(tables: ReportTables, regency: str | None = None) -> Row:
    """`columns`: the nights compared with; `rows`: how findings open then became those open now, and add up.

    `regency`: of its findings alone. Without an earlier night `columns` is empty.
    """
    changes = tables.history.changes
    if regency is not None:
        changes = changes.filter(pl.col("regency_code") == regency)
    columns = [_column(changes, name, tables.history.against[name]) for name in _nights(tables)]
    return {
        "columns": columns,
        "rows": [
            {
                "name": say(f"against_{key}"),
                "total": key in ("then", "now"),
                "cells": [column[key] for column in columns],
            }
            for key in ("then", "closed", "untested", "new", "now")
            if key != "untested" or any(column["untested"] != "0" for column in columns)
        ],
    }


def _nights(tables: ReportTables) -> list[str]:
    """Last night, and the last one of an earlier month where that is another one."""
    nights = tables.history.against
    return [name for name in (NIGHT, MONTH) if name in nights and (name == NIGHT or nights[name] != nights[NIGHT])]


def _column(changes: pl.DataFrame, name: str, day: date) -> Row:
    own = changes.filter(pl.col("against") == name)
    n = {key: int(own[key].sum()) for key in COUNTS}
    return {
        "name": say(f"against_{name}"),
        "day": both(form.long_date(day, "id"), form.long_date(day, "en")),
        "then": form.number(n["carried"] + n["closed"] + n["untested"]),
        "closed": _signed(-n["closed"]),
        "untested": _signed(-n["untested"]),
        "new": _signed(n["new"]),
        "now": form.number(n["carried"] + n["new"]),
    }


def _signed(count: int) -> str:
    return form.change(count, 0) if count else "0"


def classes(tables: ReportTables, most: int = 5) -> list[Row]:
    """The classes that changed most since last night: new, gone, by how many; none without an earlier night."""
    kinds = {row["code"]: row for row in tables.types.iter_rows(named=True)}
    since = tables.history.changes.filter(pl.col("against") == NIGHT)
    sums = since.group_by("code").agg(pl.sum("new", "closed")).filter(pl.col("new") + pl.col("closed") > 0)
    moved = sums.sort(pl.col("new") + pl.col("closed"), "code", descending=[True, False]).head(most)
    return [
        {
            "code": row["code"],
            "term": both(kinds[row["code"]]["term_id"], kinds[row["code"]]["term_en"]),
            "new": _signed(row["new"]),
            "closed": _signed(-row["closed"]),
        }
        for row in moved.iter_rows(named=True)
        if row["code"] in kinds
    ]


def open_line(tables: ReportTables, key: str, regency: str | None = None) -> Row:
    """The number of open findings of every night, as a line; `regency`: of its findings alone."""
    days = tables.history.days
    if regency is not None:
        days = days.filter(pl.col("regency_code") == regency)
    sums = days.group_by("day").agg(pl.sum("began", "ended")).sort("day")
    return line(key, say("trend_open"), list(_open(sums, spoken(tables.history.nights))), form.number)


def _open(sums: pl.DataFrame, nights: Iterable[date]) -> Iterable[Point]:
    """Of each night: findings first seen by then, without those last seen on an earlier one."""
    days = sums["day"].to_list()
    began, ended = ([0, *accumulate(sums[name].to_list())] for name in ("began", "ended"))
    for night in nights:
        yield night, began[bisect_right(days, night)] - ended[bisect_left(days, night)]


def spoken(nights: Sequence[date]) -> list[date]:
    """The nights of a line: the last ones each, of the time before the last night of each month."""
    ends = {(day.year, day.month): day for day in nights}
    return sorted({*ends.values(), *nights[-EACH:]})


def grade_line(tables: ReportTables) -> Row | None:
    """The share of rows without a NIK by month, over all senders, as a line; None without two months."""
    sums = tables.months.group_by("month").agg(pl.sum("nik_rows", "nik_missing")).sort("month")
    points = [(row["month"], row["nik_missing"] / row["nik_rows"]) for row in sums.iter_rows(named=True) if row["nik_rows"]]
    return line("trend-nik", say("trend_nik"), points, form.percent) if len(points) > 1 else None


def compared(tables: ReportTables) -> Any:
    """With which nights this one is compared, in a sentence."""
    days = [tables.history.against[name] for name in _nights(tables)]
    if not days:
        return say("lead_first")
    told = {one: [form.long_date(day, one) for day in days] for one in ("id", "en")}
    if len(days) == 1:
        return both(*(plain("lead_compared", one, date=dates[0]) for one, dates in told.items()))
    return both(*(plain("lead_compared_two", one, date=dates[0], other=dates[1]) for one, dates in told.items()))
