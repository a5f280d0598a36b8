"""How matching went: pairs by weight and probability, examples, links by basis, people by register, changed ids."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from reports import charts, drawing, form
from reports.histogram import histogram as drawn_histogram
from reports.reasons import stored_reasons
from reports.tables import BINS, ReportTables
from reports.waterfall import waterfall
from reports.words import both, known, plain, say

Row = dict[str, Any]
OUTCOMES = ("link", "review", "distinct")
REGISTERS = ("province", "regency", "jkn", "jamsostek")


def how(run: Row) -> Any:
    """What was matched in a run, and with which model; empty for a run that did not say so."""
    if run["matching"] == "changes":
        share, day = form.percent(run["changed_share"]), run["model_as_of"]
        dates = {language: form.long_date(day, language) for language in ("id", "en")}
        return both(*(plain("matched_changes", one, share=share, date=date) for one, date in dates.items()))
    return say("matched_full") if run["matching"] == "full" else ""


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


def weights(tables: ReportTables) -> Row:
    """The histogram of match weights, for a wide and a narrow screen, and what stands beside it."""
    counts = {(row["weight"], row["outcome"]): row["pairs"] for row in tables.weights.iter_rows(named=True)}
    sums = dict(tables.weights.group_by("outcome").agg(pl.col("pairs").sum()).iter_rows())
    marks = thresholds(tables)
    least = dict(tables.thresholds.select("outcome", "probability").iter_rows())
    return {
        "wide": drawn_histogram(counts, marks, "weights-wide", slim=False),
        "slim": drawn_histogram(counts, marks, "weights-slim", slim=True),
        "legend": [{"tone": o, "name": say(f"outcome_{o}"), "pairs": form.number(sums.get(o, 0))} for o in OUTCOMES],
        "marked": say("weights_marked", review=_share(least["review"]), link=_share(least["link"]))
        if len(least) == 2
        else "",
        "compared": tables.compared,
    }


def _share(probability: float) -> str:
    return form.target(probability) if 0.0001 < probability < 0.9999 else form.chance(probability, 2)


def thresholds(tables: ReportTables) -> list[drawing.Threshold]:
    """From which weight pairs are linked and reviewed, as far as the run kept it."""
    known_ones = tables.thresholds.drop_nulls("match_weight").select("outcome", "match_weight")
    return [drawing.Threshold(outcome, weight) for outcome, weight in known_ones.iter_rows()]


def pair_examples(tables: ReportTables) -> list[Row]:
    """A few pairs with their sums as pictures; none when the pairs hold no weights of comparisons."""
    if not any(name.startswith("weight_") for name in tables.pair_examples.columns):
        return []
    words, marks = tables.levels.to_dicts(), thresholds(tables)
    return [
        {
            "title": say(f"example_{row['kind']}"),
            "note": say(f"example_{row['kind']}_note"),
            "sides": [
                {"source": known(f"short_{row[f'{side}_source']}", row[f"{side}_source"] or form.DASH),
                 "nik": row[f"{side}_nik"] or say("no_nik")}
                for side in ("left", "right")
            ],
            "command": f"padan explain {row['left_record_id']} {row['right_record_id']}",
            "picture": waterfall(stored_reasons(row, words), f"example-{row['kind']}", marks),
        }
        for row in tables.pair_examples.iter_rows(named=True)
    ]  # fmt: skip


def events(tables: ReportTables) -> list[Row]:
    """What became of the persons' identifiers since the run before, and why, the commonest first."""
    return [
        {
            "event": known(f"event_{row['event']}", row["event"]),
            "cause": known(f"cause_{row['cause']}", row["cause"] or form.DASH),
            "people": form.number(row["people"]),
        }
        for row in tables.events.iter_rows(named=True)
    ]


def unseen(tables: ReportTables) -> list[Row]:
    """The levels that training never saw in pairs of one person and that pairs of the run rest on, most pairs first."""
    return [
        {
            "comparison": both(row["label_id"], row["label_en"]),
            "level": both(row["level_id"], row["level_en"]),
            "given": both(row["given_id"], row["given_en"]) if row["given_id"] else "",
            "pairs": form.number(row["pairs"]),
        }
        for row in tables.unseen.iter_rows(named=True)
    ]


def moved(tables: ReportTables) -> list[Row]:
    """The levels whose weight is another than in the model of the run before, those that moved most first."""
    return [
        {
            "comparison": both(row["label_id"], row["label_en"]),
            "level": both(row["level_id"], row["level_en"]),
            "given": both(f"{row['on_id']}: {row['given_id']}", f"{row['on_en']}: {row['given_en']}")
            if row["on_id"]
            else "",
            "before": form.decimal(row["weight_before"]),
            "now": form.decimal(row["weight"]),
            "pairs": form.number(row["behind"]),
        }
        for row in tables.moved.iter_rows(named=True)
    ]


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
