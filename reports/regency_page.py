"""The page of a regency: its figures against the province, by district, who must act, its senders, its nights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from reports import form, mismatch
from reports.against import against, compared, masses, open_line
from reports.areas import COVERED, MEASURES, covered, texts
from reports.costs import payers, scenarios
from reports.coverage_trend import coverage_lines
from reports.feedback_rows import FOLDER, offices
from reports.heat import FIGURES, grouped
from reports.history_tables import NIGHT
from reports.labels import file_stem, regency_pages
from reports.quality import quality
from reports.tables import ReportTables
from reports.words import say

Row = dict[str, Any]
UNKNOWN = ""  # the column of findings of which the district is not known
MOST = 3  # classes named beside a district
PEOPLE = 1_000
SECTIONS = ("first", "compare", "districts", "findings", "actions", "changes", "costs", "quality")


def regency(tables: ReportTables, code: str, every: dict[str, Row]) -> Row:
    """What the template `regency.html` shows of the regency `code`; `every` is `areas.figures(tables)`."""
    name = dict(tables.regencies.iter_rows())[code]
    found = tables.places.found.filter(pl.col("regency_code") == code)
    parts = {
        "first": mismatch.first(tables, code),
        "payers": payers(tables, code),
        "scenarios": scenarios(tables, code),
    }
    sent = [one for one in offices(tables.quality, tables.province_code) if one.code == code]
    return {
        "place": name,
        "short": regency_pages(tables)[code]["name"],
        "sections": shown(SECTIONS, parts),
        **parts,
        "tiles": _tiles(every[code], every[tables.province_code]),
        "lead": _lead(tables, code, every),
        "compared": compared(tables),
        "actions": mismatch.blocks(tables, tables.places.actions.filter(pl.col("regency_code") == code)),
        "book": f"{file_stem(code, name)}.xlsx" if code in set(tables.workbooks["place_code"]) else "",
        "sent_back": [{"file": f"{FOLDER}/{one.book}", "name": one.name} for one in sent],
        "compare": _compare(tables, code, every),
        "districts": _districts(tables, code, found),
        "with_uhc": bool(_uhc(tables)),
        "columns": _columns(tables, found),
        "heat": _heat(tables, found),
        "against": against(tables, code),
        "masses": masses(tables, code),
        "trends": [open_line(tables, "trend-open", code), *coverage_lines(tables, code)],
        "quality": quality(tables, code),
    }


def shown(sections: Sequence[str], parts: dict[str, Any]) -> list[str]:
    """The sections that have something to show: `first` needs actions, `costs` payers or scenarios."""
    lacking = {"first": not parts["first"], "costs": not (parts["payers"] or parts["scenarios"])}
    return [section for section in sections if not lacking.get(section)]


def _tiles(own: Row, whole: Row) -> list[Row]:
    told, of = texts(own), texts(whole)
    share = own["rupiah"] / whole["rupiah"] if whole["rupiah"] else None
    tiles = [
        {"label": say("tile_people"), "value": told["people"],
         "note": say("tile_of_province", share=form.percent((own["people"] or 0) / (whole["people"] or 1)))},
        {"label": say("tile_money"), "value": told["short"], "title": told["rupiah"],
         "note": say("tile_of_province", share=form.percent(share))},
        {"label": say("tile_urgent"), "value": told["urgent"], "loud": own["urgent"] > 0,
         "note": say("tile_urgent_note", findings=told["findings"])},
    ]  # fmt: skip
    return [
        *tiles,
        *(
            {
                "label": say(f"tile_{key}"),
                "value": told[key]["value"],
                "note": say("tile_against_province", value=of[key]["value"]),
            }
            for key in COVERED
        ),
    ]


def _lead(tables: ReportTables, code: str, every: dict[str, Row]) -> list[Any]:
    own = every[code]
    if not own["findings"]:
        return [say("lead_none")]
    told = texts(own)
    sentences = [
        say("lead_regency", findings=told["findings"], urgent=told["urgent"]),
        say("lead_regency_rank", money=told["rupiah"], **_rank(tables, code, every, "rupiah")),
    ]
    names = dict(tables.places.districts.iter_rows())
    found = tables.places.found.filter(pl.col("regency_code") == code).drop_nulls("district_code")
    most = found.group_by("district_code").agg(pl.sum("findings"))
    most = most.sort("findings", "district_code", descending=[True, False]).head(MOST)
    places = ", ".join(f"{names.get(place, place)} ({form.number(n)})" for place, n in most.iter_rows())
    return [*sentences, say("lead_regency_most", places=places)] if places else sentences


def _value(row: Row, key: str) -> float | None:
    """What regencies are compared by: a share, or a count for each PEOPLE people."""
    if key in COVERED:
        value = (row[key] or {}).get("value")
    elif key == "missed":
        value = row["missed"]
    else:
        value = row[key] / row["people"] * PEOPLE if row["people"] else None
    return None if value is None else float(value)


def _rank(tables: ReportTables, code: str, every: dict[str, Row], key: str) -> dict[str, str]:
    """The place of a regency among all by money at stake, the most first."""
    values = [every[one][key] for one in tables.regencies["regency_code"]]
    return {"rank": form.number(1 + sum(value > every[code][key] for value in values)), "all": form.number(len(values))}


def _compare(tables: ReportTables, code: str, every: dict[str, Row]) -> list[Row]:
    names = {"rupiah": "rupiah_per_person", "urgent": "urgent_per_thousand", "findings": "per_thousand",
             "uhc": "tile_uhc", "ucj": "tile_ucj", "missed": "missed_long"}  # fmt: skip
    rows = []
    for key in MEASURES:
        own, whole = every[code], every[tables.province_code]
        values = {one: _value(every[one], key) for one in tables.regencies["regency_code"]}
        known = [value for value in values.values() if value is not None]
        mine = values[code]
        worse = sum((value < mine) if key in COVERED else (value > mine) for value in known) if mine is not None else 0
        rows.append(
            {
                "name": say(names[key]),
                **{f"{side}_of": _of(row, key) for side, row in (("own", own), ("whole", whole))},
                **{side: _said(row, key) for side, row in (("own", own), ("whole", whole))},
                "target": texts(whole)[key]["target"] if key in COVERED else "",
                "rank": say("rank_of", n=worse + 1, all=len(known)) if mine is not None else form.DASH,
            }
        )
    return rows


def _said(row: Row, key: str) -> str:
    if key in COVERED:
        return str(texts(row)[key]["value"])
    value = _value(row, key)
    if key == "missed":
        return form.percent(value)
    return form.rupiah(round(value)) if key == "rupiah" and value is not None else form.decimal(value)


def _of(row: Row, key: str) -> str:
    if key in COVERED:
        return str(texts(row)[key]["of"])
    return str(texts(row)["missed_of"]) if key == "missed" else str(texts(row)[key])


def _columns(tables: ReportTables, found: pl.DataFrame) -> list[Row]:
    """The districts with findings, by code, and one for findings without a district."""
    names = dict(tables.places.districts.iter_rows())
    codes = sorted(found["district_code"].drop_nulls().unique())
    own = [{"code": code, "name": names.get(code, code), "page": ""} for code in codes]
    unknown = {"code": UNKNOWN, "name": say("district_short"), "page": ""}
    return [*own, unknown] if found["district_code"].null_count() else own


def _heat(tables: ReportTables, found: pl.DataFrame) -> Row:
    placed = found.select("code", pl.col("district_code").fill_null(UNKNOWN).alias("place"), *FIGURES)
    places = [column["code"] for column in _columns(tables, found)]
    return {**grouped(tables, placed, places), "compared": NIGHT in tables.history.against}


def _districts(tables: ReportTables, code: str, found: pl.DataFrame) -> list[Row]:
    """One row a district where people live or findings lie, the dearest first; the unknown one last."""
    names = dict(tables.places.districts.iter_rows())
    people = {row["area"]: row for row in tables.places.people.iter_rows(named=True) if row["area"][:4] == code}
    sums = found.with_columns(pl.col("district_code").fill_null(UNKNOWN)).group_by("district_code")
    counted = {row["district_code"]: row for row in sums.agg(pl.sum(*FIGURES)).iter_rows(named=True)}
    most, uhc = _most(found), _uhc(tables)
    areas = sorted(
        {*counted, *(area for area in people if len(area) > 4)},
        key=lambda area: (area == UNKNOWN, -counted.get(area, {"rupiah": 0})["rupiah"], area),
    )
    rows = []
    for area in areas:
        row, live = counted.get(area, dict.fromkeys(FIGURES, 0)), people.get(area, {})
        share = live["missed"] / live["eligible"] if live.get("eligible") else None
        rows.append(
            {
                "name": names.get(area, area) if area != UNKNOWN else say("district_unknown"),
                "people": form.number(live.get("people")),
                **{name: form.number(row[name]) for name in ("findings", "urgent")},
                "rupiah": form.rupiah(row["rupiah"]) if row["rupiah"] else form.DASH,
                "missed": form.percent(share),
                "missed_of": f"{form.number(live['missed'])} / {form.number(live['eligible'])}" if live else "",
                "uhc": covered(uhc.get(area)),
                "most": most.get(area, []),
                "sort": {
                    **{name: row[name] for name in FIGURES},
                    "people": live.get("people", 0),
                    "missed": share or 0,
                    "uhc": (uhc.get(area) or {}).get("value") or 0,
                },
            }
        )
    return rows


def _uhc(tables: ReportTables) -> dict[str, Row]:
    """District -> its figure of UHC, where the database has figures by district."""
    parts = tables.costs.parts.filter(pl.col("dimension") == "district", pl.col("indicator") == COVERED["uhc"])
    return {row["dimension_value"]: row for row in parts.iter_rows(named=True)}


def _most(found: pl.DataFrame) -> dict[str, list[Row]]:
    """The classes with the most findings of each district."""
    ordered = found.with_columns(pl.col("district_code").fill_null(UNKNOWN)).sort(
        "findings", "code", descending=[True, False]
    )
    best = ordered.group_by("district_code", maintain_order=True).head(MOST)
    most: dict[str, list[Row]] = {}
    for row in best.iter_rows(named=True):
        told = {"code": row["code"], "findings": form.number(row["findings"])}
        most.setdefault(row["district_code"], []).append(told)
    return most
