"""Findings: by code and regency, by who acts, what each means, and what could not be tested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from reports import form
from reports.labels import place_names, village_names
from reports.tables import ReportTables
from reports.words import both, plain, say

Row = dict[str, Any]
ELSEWHERE = ""  # the column of findings outside the province's regencies, or without one
DARKEST = 0.5  # opacity of the fullest cell: the text on it keeps a contrast above 6:1


def priority(severity: int) -> Row:
    """The name of a severity and its tone."""
    return {
        "severity": severity,
        "label": say(f"severity_{severity}"),
        "note": say(f"severity_{severity}_note"),
    }


def columns(tables: ReportTables) -> list[Row]:
    """The heat-table's columns: the regencies, and one for everywhere else when something lies there."""
    names = place_names(tables)
    own = [{"code": code, "name": names[code]} for code in tables.regencies["regency_code"]]
    return [*own, {"code": ELSEWHERE, "name": say("elsewhere")}] if _placed(tables)[1] else own


def _placed(tables: ReportTables) -> tuple[pl.DataFrame, bool]:
    """The findings with every regency outside the province's gathered under ELSEWHERE, and whether there are any."""
    own = tables.regencies["regency_code"].implode()
    place = pl.when(pl.col("regency_code").is_in(own)).then("regency_code").otherwise(pl.lit(ELSEWHERE))
    sums = [pl.col(name).sum() for name in ("findings", "people", "new", "rupiah")]
    placed = tables.findings.with_columns(place.alias("place")).group_by("code", "place").agg(sums)
    return placed.sort("code", "place"), (placed["place"] == ELSEWHERE).any()


def heat(tables: ReportTables) -> Row:
    """The heat-table: a row a code, the gravest and dearest first, a cell a regency; and a row of totals."""
    placed, _ = _placed(tables)
    cells = {(row["code"], row["place"]): row for row in placed.iter_rows(named=True)}
    places = [column["code"] for column in columns(tables)]
    rows = [_heat_row(kind, cells, places) for kind in tables.types.iter_rows(named=True)]
    rows.sort(key=lambda row: (not row["testable"], row["severity"], -row["rupiah"], -row["findings"], row["code"]))
    totals = [
        {
            "findings": form.number(sum(row["findings"] for row in cells.values() if row["place"] == place)),
            "rupiah": form.short_rupiah(sum(row["rupiah"] for row in cells.values() if row["place"] == place)),
        }
        for place in places
    ]
    return {
        "rows": rows,
        "totals": totals,
        "findings": form.number(tables.findings["findings"].sum()),
        "new": form.number(tables.findings["new"].sum()),
        "compared": tables.earlier.height > 0,
        "rupiah": form.rupiah(tables.findings["rupiah"].sum()),
    }


def _heat_row(kind: Row, cells: dict[tuple[str, str], Row], places: list[str]) -> Row:
    none = {"findings": 0, "new": 0, "rupiah": 0}
    own = [cells.get((kind["code"], place), none) for place in places]
    most, dearest = max(c["findings"] for c in own), max(c["rupiah"] for c in own)
    findings, rupiah = sum(c["findings"] for c in own), sum(c["rupiah"] for c in own)
    return {
        **_names(kind),
        **priority(kind["severity"]),
        "testable": kind["testable"] is not False,
        "reason": kind["not_testable_reason"] or "",
        "findings": findings,
        "rupiah": rupiah,
        "findings_text": form.number(findings),
        "rupiah_text": form.rupiah(rupiah) if rupiah else form.DASH,
        "new_text": form.number(sum(c["new"] for c in own)),
        "cells": [
            {
                "findings": form.number(c["findings"]) if c["findings"] else form.DASH,
                "rupiah": form.short_rupiah(c["rupiah"]) if c["rupiah"] else form.DASH,
                "many": f"{DARKEST * c['findings'] / most:.2f}" if most else "0",
                "dear": f"{DARKEST * c['rupiah'] / dearest:.2f}" if dearest else "0",
                "sort": c["findings"],
            }
            for c in own
        ],
    }


def _names(kind: Row) -> Row:
    return {
        "code": kind["code"],
        "term": both(kind["term_id"], kind["term_en"]),
        "find": f"{kind['code']} {kind['term_id']} {kind['term_en']}".lower(),
    }


def actions(tables: ReportTables) -> list[Row]:
    """One block an actor, whoever has the most urgent and dearest work first."""
    types = {row["code"]: row for row in tables.types.iter_rows(named=True)}
    blocks: dict[str, list[Row]] = {}
    for row in tables.actions.iter_rows(named=True):
        blocks.setdefault(row["actor"] or form.DASH, []).append(row)
    found = [_block(actor, rows, types) for actor, rows in blocks.items()]
    return sorted(found, key=lambda block: (-block["urgent"], -block["rupiah"], -block["findings"], block["actor"]))


def first(tables: ReportTables, most: int = 4) -> list[Row]:
    """The few actions to take first: those due before the next bill, the dearest first."""
    types = {row["code"]: row for row in tables.types.iter_rows(named=True)}
    urgent = tables.actions.filter(pl.col("severity") == 1).head(most)
    return [
        {**_action(row, types.get(row["code"], {})), "actor": row["actor"] or form.DASH}
        for row in urgent.iter_rows(named=True)
    ]


def _block(actor: str, rows: list[Row], types: dict[str, Row]) -> Row:
    rupiah, findings = sum(row["rupiah"] for row in rows), sum(row["findings"] for row in rows)
    return {
        "actor": actor,
        "rupiah": rupiah,
        "findings": findings,
        "urgent": sum(row["findings"] for row in rows if row["severity"] == 1),
        "rupiah_text": form.rupiah(rupiah) if rupiah else "",
        "findings_text": form.number(findings),
        "rows": [_action(row, types.get(row["code"], {})) for row in rows],
    }


def _action(row: Row, kind: Row) -> Row:
    english = kind.get("action_en") if row["action"] == kind.get("action") else None
    return {
        **priority(row["severity"]),
        "code": row["code"],
        "term": both(kind.get("term_id") or row["code"], kind.get("term_en") or row["code"]),
        "action": both(row["action"] or "", english or row["action"] or ""),
        "findings_text": form.number(row["findings"]),
        "rupiah_text": form.rupiah(row["rupiah"]) if row["rupiah"] else form.DASH,
    }


def meanings(tables: ReportTables) -> list[Row]:
    """What each code means, who acts, and a few masked examples."""
    examples = tables.examples.partition_by("code", as_dict=True)
    return [
        {
            **_names(kind),
            **priority(kind["severity"]),
            "definition": both(kind["definition"] or "", kind["definition_en"] or ""),
            "actor": kind["actor"] or form.DASH,
            "action": both(kind["action"] or "", kind["action_en"] or ""),
            "payer": kind["payer"] or "",
            "money_rule": kind["rupiah_rule"] or "",
            "testable": kind["testable"] is not False,
            "examples": _examples(examples[(kind["code"],)], tables) if (kind["code"],) in examples else [],
        }
        for kind in tables.types.sort("code").iter_rows(named=True)
    ]


def _examples(rows: pl.DataFrame, tables: ReportTables) -> list[Row]:
    names, villages = place_names(tables), village_names()
    return [
        {
            "nik": row["nik"] or say("no_nik"),
            "place": ", ".join(_known(villages.get(row["village_code"] or ""), names.get(row["regency_code"] or ""))),
            "rupiah": form.rupiah(row["rupiah_per_month"]) if row["rupiah_per_month"] else "",
        }
        for row in rows.iter_rows(named=True)
    ]


def _known(*texts: str | None) -> Iterable[str]:
    return (text for text in texts if text)


def untestable(tables: ReportTables) -> list[Row]:
    """The findings and indicators that could not be tested, or only in part, and why; findings first."""
    counted = set(tables.indicators["indicator"])
    kinds = [
        *({**kind, "empty": False} for kind in tables.types.sort("code").iter_rows(named=True)),
        *(
            {**kind, "code": kind["indicator"], "empty": kind["indicator"] not in counted}
            for kind in tables.indicator_types.iter_rows(named=True)
        ),
    ]
    return [
        {
            "code": kind["code"],
            "term": both(kind["term_id"], kind["term_en"]),
            "partly": kind["testable"] is not False and not kind["empty"],
            "reason": kind["not_testable_reason"]
            or (say("no_figure") if kind["testable"] is not False else plain("why_unknown")),
        }
        for kind in kinds
        if kind["testable"] is False or kind["not_testable_reason"] or kind["empty"]
    ]
