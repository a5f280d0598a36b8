"""Coverage over the nights: a line an indicator, of the province or of a regency."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from reports import form
from reports.against import spoken
from reports.tables import ReportTables
from reports.trend import line, share_axis
from reports.words import both

Row = dict[str, Any]
INDICATORS = ("UHC_REGISTERED", "UHC_ACTIVE", "UCJ", "UCJ_RENTAN", "PBI_REALISED")


def coverage_lines(tables: ReportTables, area: str) -> list[Row]:
    """The lines of an area, its province or a regency, of the indicators that two nights or more have."""
    kinds = tables.indicator_types.select("indicator", "term_id", "term_en")
    terms = {name: both(term_id, term_en) for name, term_id, term_en in kinds.iter_rows()}
    own = tables.indicator_nights.filter(pl.col("regency_code") == area)
    return [_line(name, terms.get(name, name), rows) for name in INDICATORS if (rows := _rows(own, name)).height > 1]


def _rows(own: pl.DataFrame, name: str) -> pl.DataFrame:
    """The nights of one indicator, the oldest first: the last ones each, before them the last of each month."""
    rows = own.filter(pl.col("indicator") == name, pl.col("value").is_finite()).sort("as_of")
    return rows.filter(pl.col("as_of").is_in(spoken(rows["as_of"].to_list())))


def _line(name: str, term: Any, rows: pl.DataFrame) -> Row:
    points: list[tuple[date, float]] = list(rows.select("as_of", "value").iter_rows())
    key = f"trend-{name.lower().replace('_', '-')}"
    drawn = line(key, term, points, form.percent, axis=share_axis(points, rows["target"][-1]))
    parts = rows.reverse().select("numerator", "denominator").iter_rows()
    of = [f"{form.number(top)} / {form.number(below)}" for top, below in parts]
    return {**drawn, "rows": [{**row, "of": each} for row, each in zip(drawn["rows"], of, strict=True)]}
