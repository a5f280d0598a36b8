"""The night against earlier ones: what became of the findings, and lines over the nights."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

import polars as pl

from reports import form
from reports.history_tables import LESS, MONTH, MORE, NIGHT
from reports.labels import column_names, place_names, sender, source_name
from reports.tables import ReportTables
from reports.trend import Point, line
from reports.words import both, known, plain, say

Row = dict[str, Any]
EACH = 31  # nights that a line shows one by one


def against(tables: ReportTables, regency: str | None = None) -> Row:
    """`columns`: the nights compared with; `rows`: how findings open then became those open now, and add up.

    `regency`: of its findings alone. Without an earlier night `columns` is empty. Parts that are nothing everywhere
    are left out.
    """
    changes = tables.history.changes
    if regency is not None:
        changes = changes.filter(pl.col("regency_code") == regency)
    nights = _nights(tables)
    sums = [changes.filter(pl.col("since") == name).sum().row(0, named=True) for name in nights]
    rows = [("open_before", True), *((key, False) for key in (*LESS, *MORE)), ("open_now", True)]
    counted = [
        {
            "name": say(f"against_{key}"),
            "total": total,
            "cells": [_cell(key, column[key]) for column in sums],
        }
        for key, total in rows
        if total or key in ("opened", "closed") or any(column[key] for column in sums)
    ]
    return {"columns": [_column(tables, name) for name in nights], "rows": [*counted, *_money(sums)]}


def _nights(tables: ReportTables) -> list[str]:
    """Last night, and the one of a month ago where that is another one."""
    nights = tables.history.against
    return [name for name in (NIGHT, MONTH) if name in nights and (name == NIGHT or nights[name] != nights.get(NIGHT))]


def _column(tables: ReportTables, name: str) -> Row:
    day = tables.history.against[name]
    return {"name": say(f"against_{name}"), "day": both(form.long_date(day, "id"), form.long_date(day, "en"))}


def _cell(key: str, count: int | None) -> str:
    if not count:
        return "0"
    return form.change(0, count) if key in LESS else form.change(count, 0) if key in MORE else form.number(count)


def _money(sums: list[Row]) -> list[Row]:
    """Money at stake then, now, and the change; nothing without an earlier night."""
    if not sums:
        return []
    pairs = [(column["rupiah_before"], column["rupiah_now"]) for column in sums]
    return [
        {"name": say("against_rupiah_before"), "total": True, "cells": [form.rupiah(before) for before, _ in pairs]},
        {"name": say("against_rupiah_change"), "total": False,
         "cells": [form.change(now, before) or "±0" for before, now in pairs]},
        {"name": say("against_rupiah_now"), "total": True, "cells": [form.rupiah(now) for _, now in pairs]},
    ]  # fmt: skip


def classes(tables: ReportTables, most: int = 6) -> list[Row]:
    """The classes that changed most since last night: new and closed; none without an earlier night."""
    kinds = {row["code"]: row for row in tables.types.iter_rows(named=True)}
    since = tables.history.changes.filter(pl.col("since") == NIGHT)
    opened, moved = pl.col("opened") + pl.col("reopened"), pl.col("opened") + pl.col("reopened") + pl.col("closed")
    sums = since.group_by("code").agg(pl.sum("opened", "reopened", "closed")).filter(moved > 0)
    sums = sums.sort(moved, "code", descending=[True, False]).with_columns(opened.alias("new")).head(most)
    return [
        {
            "code": row["code"],
            "term": both(kinds[row["code"]]["term_id"], kinds[row["code"]]["term_en"]),
            "new": _cell("opened", row["new"]),
            "closed": _cell("closed", row["closed"]),
        }
        for row in sums.iter_rows(named=True)
        if row["code"] in kinds
    ]


def masses(tables: ReportTables, regency: str | None = None) -> list[Row]:
    """Rows of one sender that changed alike, told as one event each; `regency`: of its own files or people alone."""
    rows, names = tables.history.mass, place_names(tables)
    if regency is not None and rows.height:
        rows = rows.filter((pl.col("regency_code") == regency) | (pl.col("owner_code") == regency))
    return [
        {
            "sender": sender(row["source"], row["owner_code"], names),
            "source": source_name(row["source"]),
            "where": names.get(row["regency_code"] or "", ""),
            "kind": known(f"mass_{row['kind']}", row["kind"]),
            "column": column_names(row["source"], row["column_name"]) if row["column_name"] else "",
            "was": f"{row['from_value']} → {row['to_value']}" if row["from_value"] and row["to_value"] else "",
            "records": form.number(row["records"]),
            "people": form.number(row["people"]),
            "share": form.percent(row["share"]),
            "opened": form.number(row["findings_opened"]),
            "closed": form.number(row["findings_closed"]),
        }
        for row in rows.iter_rows(named=True)
    ]


def open_line(tables: ReportTables, key: str, regency: str | None = None) -> Row:
    """The number of open findings of every night, as a line; `regency`: of its findings alone."""
    days = tables.history.days
    if regency is not None:
        days = days.filter(pl.col("regency_code") == regency)
    sums = days.group_by("day").agg(pl.sum("began", "ended")).sort("day")
    return line(key, say("trend_open"), list(_open(sums, spoken(tables.history.nights))), form.number)


def _open(sums: pl.DataFrame, nights: Iterable[date]) -> Iterable[Point]:
    """Of each night: findings that opened by then, without those that ended by then."""
    days = sums["day"].to_list()
    began, ended = ([0, *accumulate(sums[name].to_list())] for name in ("began", "ended"))
    for night in nights:
        until = bisect_right(days, night)
        yield night, began[until] - ended[until]


def spoken(nights: Sequence[date]) -> list[date]:
    """The nights of a line: the last ones each, of the time before the last night of each month."""
    ends = {(day.year, day.month): day for day in nights}
    return sorted({*ends.values(), *nights[-EACH:]})


def grade_line(tables: ReportTables) -> Row | None:
    """The share of rows without a NIK by month, over all senders, as a line; None without two months."""
    sums = tables.months.group_by("month").agg(pl.sum("nik_rows", "nik_missing")).sort("month")
    points = [(month, missing / rows) for month, rows, missing in sums.iter_rows() if rows]
    return line("trend-nik", say("trend_nik"), points, form.percent, monthly=True) if len(points) > 1 else None


def compared(tables: ReportTables) -> Any:
    """With which nights this one is compared, in a sentence."""
    days = [tables.history.against[name] for name in _nights(tables)]
    if not days:
        return say("lead_first")
    told = {one: [form.long_date(day, one) for day in days] for one in ("id", "en")}
    if len(days) == 1:
        return both(*(plain("lead_compared", one, date=dates[0]) for one, dates in told.items()))
    return both(*(plain("lead_compared_two", one, date=dates[0], other=dates[1]) for one, dates in told.items()))
