"""Who pays for whom, and what it would cost to cover the uncovered."""

from __future__ import annotations

from typing import Any

import polars as pl

from reports import charts, form
from reports.areas import figure
from reports.tables import ReportTables
from reports.words import both, known, say

Row = dict[str, Any]
SCHEMES = ("JKN", "TK")
FUND = "fund"


def payers(tables: ReportTables, area: str) -> list[Row]:
    """One block a scheme: `name`, `rows` (fund, people, share, rupiah a month), `notes`; none without such figures."""
    return [block for scheme in SCHEMES if (block := _scheme(tables, scheme, area))["rows"]]


def _scheme(tables: ReportTables, scheme: str, area: str) -> Row:
    parts = tables.costs.parts.filter(pl.col("dimension") == FUND, pl.col("regency_code") == area)
    people, money = (
        {row["dimension_value"]: row for row in parts.filter(pl.col("indicator") == name).iter_rows(named=True)}
        for name in (f"{scheme}_PAYER", f"{scheme}_PAYER_RUPIAH")
    )
    funds = sorted(
        {*people, *money},
        key=lambda fund: (-(money.get(fund) or {"numerator": 0})["numerator"], -_count(people.get(fund)), fund),
    )
    return {
        "name": say(f"scheme_{scheme}"),
        "rows": [_fund(fund, people.get(fund), money.get(fund)) for fund in funds],
        "notes": [
            say(f"payer_{name.lower()}", n=form.number(row["numerator"]))
            for name in ("MULTI_PAYER", "UNPRICED")
            if (row := figure(tables, f"{scheme}_{name}", area)) and row["numerator"]
        ],
    }


def _count(row: Row | None) -> int:
    return row["numerator"] if row else 0


def _fund(fund: str, people: Row | None, money: Row | None) -> Row:
    share = people["value"] if people else None
    return {
        "fund": known(f"fund_{fund.replace(' ', '_')}", fund),
        "people": form.number(people["numerator"]) if people else form.DASH,
        "share": form.percent(share),
        "bar": charts.bar([(share or 0.0, "plain")]),
        "rupiah": form.rupiah(money["numerator"]) if money else form.DASH,
    }


def scenarios(tables: ReportTables, regency: str | None = None) -> list[Row]:
    """One row a scenario and fund: people, rupiah a month at first, over all months; of one regency or of all."""
    costs = tables.costs.costs
    if regency is not None:
        costs = costs.filter(pl.col("regency_code") == regency)
    sums = costs.group_by("scenario", "fund", maintain_order=True).agg(
        pl.sum("people", "rupiah_per_month", "rupiah_last", "rupiah_total")
    )
    by_scenario = sums.partition_by("scenario", as_dict=True)
    return [
        {
            "term": both(one["term_id"], one["term_en"]),
            "months": form.number(one["months"]),
            "reason": "" if one["testable"] else one["not_testable_reason"] or say("not_tested"),
            "rows": [
                _cost(row) for row in (by_scenario.get((one["scenario"],), sums.clear())).iter_rows(named=True)
            ],
        }
        for one in tables.costs.scenarios.iter_rows(named=True)
    ]  # fmt: skip


def _cost(row: Row) -> Row:
    moved = row["rupiah_last"] != row["rupiah_per_month"]
    return {
        "fund": known(f"fund_{row['fund'].replace(' ', '_')}", row["fund"]),
        "people": form.number(row["people"]),
        "rupiah": form.rupiah(row["rupiah_per_month"]),
        "later": say("cost_later", money=form.rupiah(row["rupiah_last"])) if moved else "",
        "total": form.rupiah(row["rupiah_total"]),
    }
