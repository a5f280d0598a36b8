"""The heat-table: findings by class and regency, the classes gathered in families."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from reports import form
from reports.history_tables import NIGHT
from reports.labels import lacking, page_name, place_names
from reports.mismatch import names_of, priority
from reports.tables import ReportTables
from reports.words import known, say

Row = dict[str, Any]
ELSEWHERE = ""  # the column of findings outside the province's regencies, or without one
DARKEST = 0.5  # opacity of the fullest cell: the text on it keeps a contrast above 6:1
FIGURES = ("findings", "urgent", "new", "rupiah")
NOTHING = dict.fromkeys(FIGURES, 0)


def columns(tables: ReportTables) -> list[Row]:
    """The heat-table's columns: the regencies, and one for everywhere else when something lies there."""
    names = place_names(tables)
    own = [
        {"code": code, "name": names[code], "page": page_name(code, name)}
        for code, name in tables.regencies.select("regency_code", "regency_name").iter_rows()
    ]
    outside = {"code": ELSEWHERE, "name": say("elsewhere"), "page": ""}
    return [*own, outside] if _placed(tables)[1] else own


def by_regency(tables: ReportTables) -> pl.DataFrame:
    """Open findings by `code, place`, every regency outside the province's gathered under ELSEWHERE, with FIGURES."""
    return _placed(tables)[0]


def _placed(tables: ReportTables) -> tuple[pl.DataFrame, bool]:
    own = tables.regencies["regency_code"].implode()
    place = pl.when(pl.col("regency_code").is_in(own)).then("regency_code").otherwise(pl.lit(ELSEWHERE))
    sums = [pl.col(name).sum() for name in FIGURES]
    placed = tables.places.found.with_columns(place.alias("place")).group_by("code", "place").agg(sums)
    return placed.sort("code", "place"), (placed["place"] == ELSEWHERE).any()


def heat(tables: ReportTables) -> Row:
    """The heat-table of the province: families with their classes, a cell a regency, and a row of totals."""
    places = [column["code"] for column in columns(tables)]
    return {**grouped(tables, by_regency(tables), places), "compared": NIGHT in tables.history.against}


def grouped(tables: ReportTables, placed: pl.DataFrame, places: Sequence[str]) -> Row:
    """Families of classes with a cell a place, the most urgent and dearest family first; and the totals.

    placed: `code, place` and FIGURES; places: the columns, in order. In a family the gravest and dearest class comes
    first, what could not be tested last. A family opens when something in it is due before the next bill.
    """
    cells = {(row["code"], row["place"]): row for row in placed.iter_rows(named=True)}
    rows = [_class(kind, cells, places) for kind in tables.types.iter_rows(named=True)]
    families: dict[str, list[Row]] = {}
    for row in rows:
        families.setdefault(row["code"][:2], []).append(row)
    found = [_family(name, members) for name, members in families.items()]
    found.sort(key=lambda one: (not one["urgent"], -one["rupiah"], -one["findings"], one["family"]))
    return {"families": found, **_sums(rows, len(places))}


def _family(name: str, rows: list[Row]) -> Row:
    rows.sort(key=lambda row: (not row["testable"], row["severity"], -row["rupiah"], -row["findings"], row["code"]))
    sums = _sums(rows, len(rows[0]["own"]))
    return {"family": name, "name": known(f"family_{name}", name), "rows": rows, "classes": len(rows), **sums}


def _sums(rows: list[Row], width: int) -> Row:
    total = {name: sum(row[name] for row in rows) for name in FIGURES}
    own = [{name: sum(row["own"][at][name] for row in rows) for name in FIGURES} for at in range(width)]
    return {**_texts(total), "cells": _cells(own)}


def _texts(total: Row) -> Row:
    return {
        **total,
        "findings_text": form.number(total["findings"]),
        "urgent_text": form.number(total["urgent"]),
        "new_text": form.number(total["new"]),
        "rupiah_text": form.rupiah(total["rupiah"]) if total["rupiah"] else form.DASH,
    }


def _class(kind: Row, cells: dict[tuple[str, str], Row], places: Sequence[str]) -> Row:
    own = [cells.get((kind["code"], place), NOTHING) for place in places]
    return {
        **names_of(kind),
        **priority(kind["severity"]),
        **_texts({name: sum(cell[name] for cell in own) for name in FIGURES}),
        "testable": kind["testable"] is not False,
        "reason": lacking(kind["not_testable_reason"]),
        "own": own,
        "cells": _cells(own),
    }


def _cells(own: list[Row]) -> list[Row]:
    most, dearest = (max((cell[name] for cell in own), default=0) for name in ("findings", "rupiah"))
    return [
        {
            "findings": form.number(cell["findings"]) if cell["findings"] else form.DASH,
            "rupiah": form.short_rupiah(cell["rupiah"]) if cell["rupiah"] else form.DASH,
            "many": shade(cell["findings"], most),
            "dear": shade(cell["rupiah"], dearest),
            "sort": cell["findings"],
        }
        for cell in own
    ]


def shade(value: float, most: float) -> str:
    """How opaque a cell's colour is: nothing for 0, DARKEST for the most."""
    return f"{DARKEST * value / most:.2g}" if most > 0 and value > 0 else "0"
