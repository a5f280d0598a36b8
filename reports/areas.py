"""The figures of the province and each regency side by side, and how dark each is painted on the map."""

from __future__ import annotations

from typing import Any

import polars as pl

from reports import form
from reports.heat import ELSEWHERE, FIGURES, by_regency, shade
from reports.history_tables import NIGHT
from reports.labels import regency_pages, short_place
from reports.tables import ReportTables
from reports.words import say

Row = dict[str, Any]
EVERY_SEGMENT = "ALL"
# The measures of the map: key -> what is counted. Darker is always worse: more of it, or further below the target.
COUNTED = ("rupiah", "urgent", "findings", "missed")
COVERED = {"uhc": "UHC_ACTIVE", "ucj": "UCJ"}
MEASURES = ("rupiah", "urgent", "findings", "uhc", "ucj", "missed")


def figure(tables: ReportTables, indicator: str, area: str) -> Row | None:
    """The row of `indicator` for an area over all segments; None where it was not reckoned."""
    rows = tables.indicators.filter(
        pl.col("indicator") == indicator,
        pl.col("regency_code") == area,
        pl.col("segment").fill_null(EVERY_SEGMENT) == EVERY_SEGMENT,
    )
    return rows.row(0, named=True) if rows.height else None


def figures(tables: ReportTables) -> dict[str, Row]:
    """Raw figures by area: each regency, ELSEWHERE where findings lie outside them, and the province under its code.

    Keys: FIGURES (open findings, of them urgent and new, rupiah a month), `closed` since last night, `people`,
    `eligible`, `missed` (a share, or None), `uhc` and `ucj` (rows of `indicator`, or None).
    """
    sums = [pl.col(name).sum() for name in FIGURES]
    found = by_regency(tables).group_by("place").agg(sums)
    counted = {row["place"]: row for row in found.iter_rows(named=True)}
    codes = [*tables.regencies["regency_code"], *([ELSEWHERE] if ELSEWHERE in counted else [])]
    whole = {name: sum(row[name] for row in counted.values()) for name in FIGURES}
    closed, people = _closed(tables), {row["area"]: row for row in tables.places.people.iter_rows(named=True)}
    areas = {code: counted.get(code, dict.fromkeys(FIGURES, 0)) for code in codes}
    areas[tables.province_code] = whole
    return {
        code: {
            **{name: row[name] for name in FIGURES},
            **_residents(people.get(code)),
            **{key: figure(tables, name, code) for key, name in COVERED.items()},
            "closed": closed.get(code, 0) if code != tables.province_code else sum(closed.values()),
        }
        for code, row in areas.items()
    }


def _closed(tables: ReportTables) -> dict[str, int]:
    own = set(tables.regencies["regency_code"])
    since = tables.history.changes.filter(pl.col("since") == NIGHT).group_by("regency_code").agg(pl.sum("closed"))
    sums: dict[str, int] = {}
    for code, closed in since.iter_rows():
        place = code if code in own else ELSEWHERE
        sums[place] = sums.get(place, 0) + closed
    return sums


def _residents(row: Row | None) -> Row:
    if row is None:
        return {"people": None, "eligible": None, "missed": None, "missed_people": None}
    share = row["missed"] / row["eligible"] if row["eligible"] else None
    return {"people": row["people"], "eligible": row["eligible"], "missed": share, "missed_people": row["missed"]}


def table(tables: ReportTables) -> list[Row]:
    """One row a regency in the order of money at stake, the province last: texts with their sorting values."""
    every, pages = figures(tables), regency_pages(tables)
    codes = sorted((c for c in every if c != tables.province_code), key=lambda c: (-every[c]["rupiah"], c == "", c))
    return [
        {
            **texts(every[code]),
            "province": code == tables.province_code,
            "name": pages[code]["name"] if code in pages else _other(tables, code),
            "page": pages[code]["page"] if code in pages else "",
        }
        for code in [*codes, tables.province_code]
    ]


def _other(tables: ReportTables, code: str) -> Any:
    return say("elsewhere") if code == ELSEWHERE else short_place(f"Provinsi {tables.province_name}")


def texts(row: Row) -> Row:
    """The figures of an area as the page shows them, and under `sort` as numbers."""
    return {
        **{name: form.number(row[name]) for name in ("people", "findings", "urgent", "new", "closed")},
        "rupiah": form.rupiah(row["rupiah"]),
        "short": form.short_rupiah(row["rupiah"]),
        "missed": form.percent(row["missed"]),
        "missed_of": f"{form.number(row['missed_people'])} / {form.number(row['eligible'])}",
        **{key: covered(row[key]) for key in COVERED},
        "sort": {
            **{name: row[name] or 0 for name in ("people", "missed", "rupiah", *FIGURES, "closed")},
            **{key: (row[key] or {}).get("value") or 0 for key in COVERED},
        },
    }


def covered(row: Row | None) -> Row:
    """A row of `indicator` in words: `value, of, target`, and whether the target is `reached` or it is `below`."""
    value: float | None = row["value"] if row else None
    target: float | None = row["target"] if row else None
    reached = value is not None and target is not None and value >= target
    return {
        "value": form.measured(value, target),
        "of": f"{form.number(row['numerator'])} / {form.number(row['denominator'])}" if row else "",
        "target": form.target(target) if target is not None else "",
        "reached": reached,
        "below": value is not None and target is not None and not reached,
    }


def painted(tables: ReportTables) -> list[Row]:
    """One a regency, by code, for the map: `code, name, page` and under each of MEASURES `text, shade, reached`."""
    every, pages = figures(tables), regency_pages(tables)
    codes = [code for code in every if code in pages]
    paint: dict[str, dict[str, Row]] = {}
    for key in COUNTED:
        most = max((every[code][key] or 0 for code in codes), default=0)
        paint[key] = {code: _counted(key, every[code][key], most) for code in codes}
    for key in COVERED:
        lacking = {code: _lacking(every[code][key]) for code in codes}
        most = max(lacking.values(), default=0)
        paint[key] = {code: {**covered(every[code][key]), "shade": shade(lacking[code], most)} for code in codes}
        for row in paint[key].values():
            row["text"] = row["value"]
    return [{"code": code, **pages[code], **{key: paint[key][code] for key in MEASURES}} for code in codes]


def _counted(key: str, value: float | None, most: float) -> Row:
    if key == "missed":
        text = form.percent(value)
    else:
        text = form.short_rupiah(value) if key == "rupiah" else form.number(value)
    # On a phone a tile is narrow: its figure may break after "Rp 11,5".
    return {"text": text.replace(form.NBSP, " "), "shade": shade(value or 0, most), "reached": False}


def _lacking(row: Row | None) -> float:
    """How far an indicator is from its target (without one, from all); 0 where it is reached or unknown."""
    if row is None or row["value"] is None:
        return 0.0
    return float(max((row["target"] or 1.0) - row["value"], 0.0))
