"""Coverage: UHC and UCJ of the province and its regencies, always with numerator and denominator."""

from __future__ import annotations

from typing import Any

import polars as pl

from reports import charts, form
from reports.areas import figure
from reports.labels import lacking, place_names
from reports.tables import ReportTables
from reports.words import both, say

Row = dict[str, Any]
INDICATORS = (
    *("UHC_REGISTERED", "UHC_ACTIVE", "UCJ", "UCJ_RENTAN", "PBI_REALISED", "MISSED", "MISDIRECTED"),
    *("POOR_WORKER_UNCOVERED", "EMPLOYEES_COVERED", "PWBD", "PDS", "PDS_WORKERS", "PDS_WAGE", "PDS_PROGRAMME"),
    *("ROSTER_COVERED", "PROJECT_COVERED"),
)
EVERY_SEGMENT = "ALL"
# What covering the rest would cost: indicator -> the one of the money, and the sentence that tells it.
COSTS = {
    "POOR_WORKER_UNCOVERED": ("POOR_WORKER_COST", "cover_cost_month"),
    "ROSTER_COVERED": ("ROSTER_COST", "cover_cost_month"),
    "PROJECT_COVERED": ("PROJECT_DUES", "cover_cost_once"),
}
# Indicators of the matching itself, which are no coverage; who pays, and what it costs.
ELSEWHERE = ("LINK_", "JKN_", "TK_", *(cost for cost, _ in COSTS.values()))


def indicator_rank(name: str) -> tuple[int, str]:
    """Where an indicator stands in every list."""
    return (INDICATORS.index(name) if name in INDICATORS else len(INDICATORS), name)


def coverage(tables: ReportTables) -> list[Row]:
    """One block an indicator: province and regencies, with numerator, denominator and target."""
    types = {row["indicator"]: row for row in tables.indicator_types.iter_rows(named=True)}
    names = sorted(
        (n for n in {*types, *tables.indicators["indicator"]} if not n.startswith(ELSEWHERE)),
        key=indicator_rank,
    )
    return [_indicator(tables, name, types.get(name, {})) for name in names]


def _indicator(tables: ReportTables, name: str, kind: Row) -> Row:
    rows = tables.indicators.filter(pl.col("indicator") == name)
    whole = rows.filter(pl.col("segment").fill_null(EVERY_SEGMENT) == EVERY_SEGMENT).sort(
        pl.col("regency_code").str.len_chars(), "regency_code"
    )
    if not whole.height:  # an indicator of one segment only
        whole = rows.sort(pl.col("regency_code").str.len_chars(), "regency_code")
        rows = rows.clear()
    province = whole.filter(pl.col("regency_code").str.len_chars() == 2)
    parts = rows.filter(
        (pl.col("regency_code").str.len_chars() == 2) & (pl.col("segment").fill_null(EVERY_SEGMENT) != EVERY_SEGMENT)
    ).sort("numerator", "segment", descending=[True, False])
    longest = max([1.0, *whole["value"].fill_nan(None).drop_nulls(), *whole["target"].drop_nulls()])
    goals = whole["target"].unique().to_list()
    base = (province if province.height else whole)["basis"]
    return {
        "code": name,
        "name": both(kind.get("term_id") or name, kind.get("term_en") or name),
        "definition": both(kind.get("definition") or "", kind.get("definition_en") or ""),
        "testable": kind.get("testable", True) is not False,
        "reason": lacking(kind.get("not_testable_reason")),
        "target": form.target(goals[0]) if len(goals) == 1 and goals[0] is not None else "",
        "basis": base[0] if base.len() else "",
        "cost": _cost(tables, name),
        "rows": [_measure(row, tables, longest) for row in whole.iter_rows(named=True)],
        "parts": [_measure(row, tables, longest) for row in parts.iter_rows(named=True)],
    }


def _cost(tables: ReportTables, name: str) -> Any:
    """What covering the rest of an indicator would cost in the province, in a sentence; empty without a figure."""
    cost, sentence = COSTS.get(name, ("", ""))
    row = figure(tables, cost, tables.province_code) if cost else None
    return say(sentence, money=form.rupiah(row["numerator"])) if row and row["numerator"] else ""


def _measure(row: Row, tables: ReportTables, longest: float) -> Row:
    value, target = row["value"], row["target"]
    reached = value is not None and target is not None and value >= target
    tone = "plain" if target is None else "good" if reached else "bad"
    return {
        "place": place_names(tables).get(row["regency_code"], row["regency_code"]),
        "segment": row["segment"],
        "province": len(row["regency_code"]) == 2,
        "value": form.measured(value, target),
        "range": _range(row["low"], row["high"]),
        "numerator": form.number(row["numerator"]),
        "denominator": form.number(row["denominator"]),
        "target": form.target(target) if target is not None else "",
        "reached": reached,
        "tone": tone,
        "bar": charts.bar([((value or 0) / longest, tone)], target / longest if target is not None else None),
    }


def _range(low: float | None, high: float | None) -> str:
    """The interval of an estimate; empty for what was counted."""
    if low is None or high is None:
        return ""
    return f"{form.percent(low).removesuffix(f'{form.NBSP}%')}–{form.percent(high)}"
