"""How right the matching is: estimated wrong and missed links, by regency and by pair of registers."""

from __future__ import annotations

from typing import Any

import polars as pl
from markupsafe import Markup

from reports import form
from reports.labels import place_names, source_rank
from reports.tables import ReportTables
from reports.words import known, say

Row = dict[str, Any]
MEASURES = ("false", "missed")
EVERY = "ALL"
# The bars reach as far as the intervals of cells with so many pairs do: few pairs have long intervals.
MANY = 300


def accuracy(tables: ReportTables) -> Row:
    """The tables of the section: the province with its regencies, and the pairs of registers of the province.

    `areas` and `pairs` have a row each with `name, province, false, missed`; a measure is None where there is nothing
    to judge, else it has `bar, value, range, pairs, labels`. `scales` says for both how far the bars reach.
    """
    rates = tables.link_errors
    every = pl.col("left_source") == EVERY
    areas, pairs = rates.filter(every), rates.filter(~every, pl.col("regency_code") == tables.province_code)
    names = place_names(tables)
    of_area = areas.partition_by("regency_code", as_dict=True)
    of_pair = pairs.partition_by("left_source", "right_source", as_dict=True)
    return {
        "areas": [
            {
                "name": names.get(code, code),
                "province": code == tables.province_code,
                **_measures(of_area[(code,)], _full(areas)),
            }
            for code in sorted((code for (code,) in of_area), key=lambda code: (len(code), code))
        ],
        "pairs": [
            {"name": _pair(*both), "province": False, **_measures(of_pair[both], _full(pairs))}
            for both in sorted(of_pair, key=lambda both: [source_rank(source) for source in both])
        ],
        "scales": {
            kind: {measure: form.percent(full, 2) for measure, full in _full(rows).items()}
            for kind, rows in (("areas", areas), ("pairs", pairs))
        },
    }


def interval_bar(low: float, value: float, high: float, full: float) -> Markup:
    """A band from `low` to `high` and an upright mark at `value`, on a track that ends at `full`.

    A band that goes on beyond the track ends in a point.
    """
    start, mark, end = (min(max(share / full, 0.0), 1.0) * 100 if full > 0 else 0.0 for share in (low, value, high))
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" x="0" y="0" width="100" height="10"/>'
        '<rect class="range" x="{}" y="0" width="{}" height="10"/>{}<line x1="{}" x2="{}" y1="-3" y2="13"/></svg>'
    ).format(
        f"{start:.2f}",
        f"{max(end - start, 0.5):.2f}",
        Markup('<path class="range" d="M100 0L103 5L100 10z"/>') if high > full else "",
        f"{mark:.2f}",
        f"{mark:.2f}",
    )


def _measures(rows: pl.DataFrame, full: dict[str, float]) -> Row:
    by_basis = {(row["measure"], row["basis"]): row for row in rows.iter_rows(named=True)}
    return {measure: _measure(by_basis, measure, full[measure]) for measure in MEASURES}


def _measure(by_basis: dict[tuple[str, str], Row], measure: str, full: float) -> Row | None:
    row, labelled = by_basis.get((measure, "model")), by_basis.get((measure, "labels"))
    if row is None:
        return None
    return {
        "bar": interval_bar(row["low"], row["value"], row["high"], full),
        "value": form.percent(row["value"], 2),
        "range": _range(row),
        "pairs": form.number(row["pairs"]),
        "labels": say("by_labels", value=form.percent(labelled["value"], 2), range=_range(labelled))
        if labelled
        else "",
    }


def _range(row: Row) -> str:
    return f"{form.percent(row['low'], 2).removesuffix(f'{form.NBSP}%')}–{form.percent(row['high'], 2)}"


def _full(rows: pl.DataFrame) -> dict[str, float]:
    """How far the bars of each measure reach: its highest upper end, as far as enough pairs stand behind it."""
    many = rows.filter(pl.col("pairs") >= MANY)
    highest = {
        **dict(rows.group_by("measure").agg(pl.col("high").max()).iter_rows()),
        **dict(many.group_by("measure").agg(pl.col("high").max()).iter_rows()),
    }
    return {measure: float(highest.get(measure) or 0.0) for measure in MEASURES}


def _pair(left: str, right: str) -> Markup:
    names = [known(f"short_{source}", source) for source in (left, right)]
    return Markup("{} {}").format(say("within"), names[0]) if left == right else Markup("{} × {}").format(*names)
