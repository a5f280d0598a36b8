"""How matching went: links by basis, pairs by probability, people by the registers they are in."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from reports import charts, form
from reports.tables import BINS, ReportTables
from reports.words import known, say

Row = dict[str, Any]
OUTCOMES = ("link", "review", "distinct")
REGISTERS = ("province", "regency", "jkn", "jamsostek")


def bases(tables: ReportTables) -> list[Row]:
    """What links rest on, the commonest first."""
    every = max(tables.bases["records"].sum(), 1)
    return [
        {
            "name": known(f"basis_{row['basis']}", row["basis"] or form.DASH),
            "records": form.number(row["records"]),
            "share": form.percent(row["records"] / every),
            "bar": charts.bar([(row["records"] / every, "plain")]),
        }
        for row in tables.bases.iter_rows(named=True)
    ]


def histogram(tables: ReportTables) -> list[Row]:
    """Pairs in each tenth of probability, the likeliest first; bars are logarithmic, their parts are shares."""
    counts = {(row["bin"], row["outcome"]): row["pairs"] for row in tables.histogram.iter_rows(named=True)}
    totals = [sum(counts.get((place, outcome), 0) for outcome in OUTCOMES) for place in range(BINS)]
    longest = math.log1p(max(totals, default=0)) or 1.0
    rows = []
    for place in reversed(range(BINS)):
        length = math.log1p(totals[place]) / longest
        parts = [(length * counts.get((place, o), 0) / (totals[place] or 1), o) for o in OUTCOMES]
        rows.append(
            {
                "range": f"{form.decimal(place / BINS)}–{form.decimal((place + 1) / BINS)}",
                "pairs": form.number(totals[place]),
                "outcomes": [say(f"outcome_{o}") for o in OUTCOMES if counts.get((place, o))],
                "bar": charts.bar(parts),
            }
        )
    return rows


def outcomes(tables: ReportTables) -> list[Row]:
    """How many pairs were linked, await review, or are different people."""
    sums = dict(tables.histogram.group_by("outcome").agg(pl.col("pairs").sum()).iter_rows())
    return [{"tone": o, "name": say(f"outcome_{o}"), "pairs": form.number(sums.get(o, 0))} for o in OUTCOMES]


def registers(tables: ReportTables) -> list[Row]:
    """In which registers people are found together, the commonest combination first."""
    every = max(tables.registers["people"].sum(), 1)
    return [
        {
            "held": [bool(row[f"in_{register}"]) for register in REGISTERS],
            "people": form.number(row["people"]),
            "share": form.percent(row["people"] / every),
            "bar": charts.bar([(row["people"] / every, "plain")]),
        }
        for row in tables.registers.iter_rows(named=True)
    ]
