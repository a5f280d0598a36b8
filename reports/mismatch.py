"""Findings: by who acts, what each class means, and what could not be tested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from reports import form
from reports.labels import place_names, regency_pages, village_names
from reports.tables import ReportTables
from reports.words import both, plain, say

Row = dict[str, Any]
FIRST = 6  # actions that a head of office reads first
WHERE = 3  # regencies named beside an action, those with the most first


def priority(severity: int) -> Row:
    """The name of a severity and its tone."""
    return {
        "severity": severity,
        "label": say(f"severity_{severity}"),
        "note": say(f"severity_{severity}_note"),
    }


def names_of(kind: Row) -> Row:
    """Code and term of a class, and what the search box finds it by."""
    return {
        "code": kind["code"],
        "term": both(kind["term_id"], kind["term_en"]),
        "find": f"{kind['code']} {kind['term_id']} {kind['term_en']}".lower(),
    }


def actions(tables: ReportTables) -> list[Row]:
    """One block an actor, whoever has the most urgent and dearest work first."""
    return blocks(tables, tables.actions)


def blocks(tables: ReportTables, rows: pl.DataFrame) -> list[Row]:
    """The rows of `actions`, or of one regency, in a block an actor, the most urgent and dearest first."""
    types = {row["code"]: row for row in tables.types.iter_rows(named=True)}
    by_actor: dict[str, list[Row]] = {}
    for row in rows.iter_rows(named=True):
        by_actor.setdefault(row["actor"] or form.DASH, []).append(row)
    found = [_block(actor, own, types) for actor, own in by_actor.items()]
    return sorted(found, key=lambda block: (-block["urgent"], -block["rupiah"], -block["findings"], block["actor"]))


def first(tables: ReportTables, regency: str | None = None) -> list[Row]:
    """The few actions to take first: those due before the next bill, the dearest first, and where the most of it is.

    regency: of this one alone, without saying where.
    """
    types = {row["code"]: row for row in tables.types.iter_rows(named=True)}
    rows = tables.actions if regency is None else tables.places.actions.filter(pl.col("regency_code") == regency)
    urgent = rows.filter(pl.col("severity") == 1).head(FIRST)
    return [
        {
            **_action(row, types.get(row["code"], {})),
            "actor": row["actor"] or form.DASH,
            "where": _where(row, tables) if regency is None else [],
        }
        for row in urgent.iter_rows(named=True)
    ]


def _where(action: Row, tables: ReportTables) -> list[Row]:
    """The regencies with the most of an action: name, page and count."""
    same = [pl.col(name).eq_missing(pl.lit(action[name])) for name in ("actor", "action", "severity", "code")]
    most = tables.places.actions.filter(same).sort("findings", "regency_code", descending=[True, False])
    pages = regency_pages(tables)
    return [
        {**pages[row["regency_code"]], "findings": form.number(row["findings"])}
        for row in most.iter_rows(named=True)
        if row["regency_code"] in pages
    ][:WHERE]


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
            **names_of(kind),
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
            {**kind, "code": kind["indicator"], "tested": kind["testable"], "empty": kind["indicator"] not in counted}
            for kind in tables.indicator_types.iter_rows(named=True)
        ),
    ]
    return [
        {
            "code": kind["code"],
            "term": both(kind["term_id"], kind["term_en"]),
            "partly": kind["tested"] and not kind["empty"],
            "reason": kind["not_testable_reason"]
            or (say("no_figure") if kind["testable"] is not False else plain("why_unknown")),
        }
        for kind in kinds
        if kind["testable"] is False or kind["not_testable_reason"] or kind["empty"]
    ]
