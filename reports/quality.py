"""The quality of what each sender sent: tonight's grade and why, and the grades of the months before, on one table."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from reports import form
from reports.labels import place_names, sender, source_name, source_rank
from reports.tables import ReportTables
from reports.words import both, plain

Row = dict[str, Any]
MONTHS_SHOWN = 6


def quality(tables: ReportTables, owner_code: str | None = None) -> Row:
    """`months`: names of the last months, the newest first; `rows`: a sender each, kinds in their usual order.

    owner_code: of this office's region alone.
    """
    months = sorted(tables.months["month"].unique(), reverse=True)[:MONTHS_SHOWN]
    cells = {(row["source"], row["owner_code"], row["month"]): row for row in tables.months.iter_rows(named=True)}
    names = place_names(tables)
    senders = sorted(
        (one for one in tables.quality.select("source", "owner_code").unique().rows() if owner_code in (None, one[1])),
        key=lambda one: (source_rank(one[0]), one[1] or ""),
    )
    return {
        "months": [both(_month(month, "id"), _month(month, "en")) for month in months],
        "rows": [
            {
                "source": source_name(source),
                "sender": sender(source, owner, names),
                **_tonight(tables.quality, source, owner),
                "cells": [_cell(cells.get((source, owner, month))) for month in months],
            }
            for source, owner in senders
        ],
    }


def _month(month: date, language: str) -> str:
    return f"{form.MONTHS[language][month.month - 1][:3]} {month.year}"


def _tonight(quality: pl.DataFrame, source: str, owner: str | None) -> Row:
    """The worst of the sender's files tonight, with what is said of it."""
    same_owner = pl.col("owner_code").eq_missing(pl.lit(owner))
    files = quality.filter((pl.col("source") == source) & same_owner).sort("grade", descending=True, nulls_last=True)
    row = files.row(0, named=True)
    return {
        "grade": row["grade"] or form.DASH,
        "why": both(_why(row, "id"), _why(row, "en")),
        "sort": "ABCDEF".find(row["grade"] or "A"),
    }


def _why(row: Row, language: str) -> str:
    reason = row["reason_id" if language == "id" else "reason"] or ""
    if row["verdict"] == "stood_in":
        return f"{reason} {plain('stale', language, date=form.long_date(row['stale_since'], language))}"
    return f"{reason} {plain('not_used', language)}" if row["verdict"] == "refused" else reason


def _cell(row: Row | None) -> Row:
    """One month of a sender: its grade, and the share of rows without a NIK."""
    if row is None:
        return {"grade": "", "note": "", "rows": ""}
    missing = form.percent(row["nik_missing"] / row["nik_rows"]) if row["nik_rows"] else ""
    return {"grade": row["grade"] or form.DASH, "note": missing, "rows": form.number(row["rows_accepted"])}
