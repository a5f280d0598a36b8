"""The night itself: its figures, what arrived, what was set aside, which expectations failed."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
from markupsafe import Markup

from reports import form
from reports.areas import COVERED
from reports.history_tables import NIGHT
from reports.labels import (
    column_names,
    expectation_cure,
    expectation_text,
    place_names,
    regency_pages,
    sender,
    source_name,
    source_rank,
)
from reports.tables import REASONS, ReportTables
from reports.words import both, known, plain, say

Row = dict[str, Any]
WHERE = 3  # regencies named in the lead
ABSENT = ("missing", "late")


def lead(tables: ReportTables, every: dict[str, Row]) -> list[Any]:
    """The night in a few sentences, the most important first; `every` is `areas.figures(tables)`."""
    f = tables.figures.row(0, named=True)
    sentences = [
        say("lead_findings", findings=form.number(f["findings"]), affected=form.number(f["affected"]),
            urgent=form.number(f["urgent"])) if f["findings"] else say("lead_none"),
        *_where(tables, every),
    ]  # fmt: skip
    if f["rupiah"]:
        sentences.append(say("lead_money", money=form.rupiah(f["rupiah"])))
    if f["decisions"]:
        counts = {name: form.number(f[name]) for name in ("decisions", "settled")}
        sentences.append(say("lead_decisions", **counts))
    if f["conflicts"]:
        sentences.append(say("lead_conflicts", n=form.number(f["conflicts"])))
    odd = pl.col("problem").is_not_null() | pl.col("gone") | pl.col("stale_since").is_not_null()
    troubled = tables.files.filter(odd).height
    if troubled:
        sentences.append(say("lead_problem", n=troubled))
    return sentences


def _where(tables: ReportTables, every: dict[str, Row]) -> list[Any]:
    """In which regencies most of what is due before the next bill lies."""
    pages = regency_pages(tables)
    most = sorted((code for code in pages if every[code]["urgent"]), key=lambda code: (-every[code]["urgent"], code))
    told = ", ".join(f"{pages[code]['name']} ({form.number(every[code]['urgent'])})" for code in most[:WHERE])
    return [say("lead_where", places=told)] if told else []


def tiles(tables: ReportTables, every: dict[str, Row]) -> list[Row]:
    """The five figures of the night: people, money, what is due before the next bill, UHC and UCJ."""
    f = tables.figures.row(0, named=True)
    arrived = tables.files.filter(pl.sum_horizontal("rows_accepted", "rows_stood_in") > 0)["source"].n_unique()
    note = say("tile_urgent_note", findings=form.number(f["findings"]))
    if NIGHT in tables.history.against:
        closed = form.number(every[tables.province_code]["closed"])
        changed = say("tile_findings_note", new=form.number(f["new"]), closed=closed)
        note = Markup("{}; {}").format(note, changed)
    return [
        {"label": say("tile_people"), "value": form.number(f["people"]),
         "note": say("tile_people_of", records=form.number(f["records"]), sources=arrived)},
        {"label": say("tile_money"), "value": form.short_rupiah(f["rupiah"]), "title": form.rupiah(f["rupiah"]),
         "note": say("tile_money_note")},
        {"label": say("tile_urgent"), "value": form.number(f["urgent"]), "note": note, "loud": f["urgent"] > 0},
        *(_covered(key, every[tables.province_code][key]) for key in COVERED),
    ]  # fmt: skip


def _covered(key: str, row: Row | None) -> Row:
    """The tile of UHC or UCJ: the value, and how many people it is short of its target."""
    if row is None or row["value"] is None:
        return {"label": say(f"tile_{key}"), "value": form.DASH, "note": say("tile_no_figure")}
    target = row["target"]
    if target is None:
        note = say("tile_no_target")
    elif row["value"] >= target:
        note = say("tile_reached", target=form.target(target))
    else:
        short = math.ceil(target * row["denominator"]) - row["numerator"]
        note = say("tile_below", target=form.target(target), short=form.number(short))
    return {"label": say(f"tile_{key}"), "value": form.measured(row["value"], target), "note": note}


def arrivals(tables: ReportTables) -> list[Row]:
    """One group a kind of extract, with its files."""
    kinds = sorted(tables.files["source"].unique(), key=source_rank)
    return [_arrival(tables, kind) for kind in kinds]


def _arrival(tables: ReportTables, kind: str) -> Row:
    files = tables.files.filter(pl.col("source") == kind)
    rows = [_file(row, tables) for row in files.iter_rows(named=True)]
    names = ("rows_read", "rows_accepted", "rows_quarantined", "before")
    read, accepted, quarantined, before = (int(files[name].sum()) for name in names)
    accepted += int(files["rows_stood_in"].sum())
    worst = min((row["state"] for row in rows), key=("gone", "problem", "stale", "new", "ok").index)
    return {
        "name": source_name(kind),
        "count": len(rows),
        **_counts(read, accepted, quarantined),
        "change": form.change(accepted, before) if files["before"].drop_nulls().len() else "",
        "fell": before > 0 and accepted < before * 0.9,
        "state": worst,
        "files": rows,
        # A kind that one file brings needs no second line that repeats it, unless there is something to say.
        "folded": len(rows) > 1,
    }


def _file(row: Row, tables: ReportTables) -> Row:
    missing = row["gone"] or row["problem"] in ABSENT
    state = "gone" if missing else "problem" if row["problem"] else "ok"
    if row["stale_since"] is not None:
        state = "stale"
    if state == "ok" and row["before"] is None and tables.earlier.height:
        state = "new"
    used = (row["rows_accepted"] or 0) + (row["rows_stood_in"] or 0)
    return {
        "name": row["file"],
        "sender": sender(row["source"], row["owner_code"], place_names(tables)),
        **_counts(row["rows_read"], used, row["rows_quarantined"]),
        "change": form.change(used, row["before"]),
        "fell": bool(row["before"]) and used < row["before"] * 0.9,
        "state": state,
        "text": both(_told(row, "id"), _told(row, "en")),
    }


def _told(row: Row, language: str) -> str:
    """What is wrong with a file, and from which night the rows are that stand in for it."""
    text = (row["problem_text_id"] if language == "id" else None) or row["problem_text"] or ""
    if row["stale_since"] is None:
        return text
    return f"{text} {plain('stale', language, date=form.long_date(row['stale_since'], language))}".strip()


def _counts(read: int | None, accepted: int | None, quarantined: int | None) -> Row:
    share = quarantined / read if read and quarantined is not None else None
    return {
        "read": form.number(read),
        "accepted": form.number(accepted),
        "quarantined": form.number(quarantined),
        "share": form.percent(share),
        "sort": accepted or 0,
    }


def quarantine(tables: ReportTables) -> Row:
    """One row a reason, the commonest first, with its senders and how many rows each of them sent."""
    names = place_names(tables)
    groups = tables.quarantine.group_by("source", "column_name", "reason", "reason_id", maintain_order=True).agg(
        pl.col("rows").sum(), pl.col("owner_code"), pl.col("rows").alias("each")
    )
    groups = groups.sort("rows", descending=True, maintain_order=True)
    return {
        "rows": [_reason(row, names) for row in groups.head(REASONS).iter_rows(named=True)],
        "total": form.number(tables.quarantine["rows"].sum()),
        "shown": min(groups.height, REASONS),
        "all": groups.height,
    }


def _reason(row: Row, names: dict[str, str]) -> Row:
    many = len(row["owner_code"]) > 1
    senders = [
        {"name": sender(row["source"], owner, names, brief=many), "rows": form.number(rows) if many else ""}
        for owner, rows in zip(row["owner_code"], row["each"], strict=True)
    ]
    return {
        "source": source_name(row["source"]),
        "senders": senders,
        "column": column_names(row["source"], row["column_name"]),
        "reason": both(row["reason_id"] or row["reason"], row["reason"]),
        "rows": form.number(row["rows"]),
        "sort": row["rows"],
    }


def validation(tables: ReportTables) -> Row:
    """The expectations that were not met, the gravest first."""
    order = {"critical": 0, "error": 1, "warning": 2}
    failed = sorted(
        tables.validation.iter_rows(named=True),
        key=lambda row: (order.get(row["severity"], 3), source_rank(row["source"]), -(row["unexpected"] or 0)),
    )
    names = place_names(tables)
    return {
        "rows": [_expectation(row, names) for row in failed],
        "count": form.number(len(failed)),
        "all": form.number(tables.validated),
    }


def _expectation(row: Row, names: dict[str, str]) -> Row:
    owners = row["owner_codes"] or []
    share = row["unexpected"] / row["evaluated"] if row["evaluated"] and row["unexpected"] is not None else None
    return {
        "source": source_name(row["source"]),
        "senders": ", ".join(sender(row["source"], owner, names, brief=len(owners) > 1) for owner in owners),
        "text": expectation_text(row["source"], row["expectation"]),
        "cure": expectation_cure(row["source"], row["expectation"]),
        "column": column_names(row["source"], row["column_name"]),
        "unexpected": form.number(row["unexpected"]),
        "evaluated": form.number(row["evaluated"]),
        "share": form.percent(share),
        "sort": row["unexpected"] or 0,
        "severity": row["severity"],
        "level": known(f"level_{row['severity']}", row["severity"] or ""),
    }
