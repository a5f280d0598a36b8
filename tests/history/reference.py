"""The life of findings told slowly and plainly: dictionaries and loops, no SQL. What the history is compared with.

A row is a dictionary: person (the label of whom it belongs to that night), source, owner, decile, status, segment.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str, str]  # code, person, discriminator
NEEDS = {
    "EL01": {"province", "bpjs_kesehatan"},
    "EL02": {"province", "bpjs_kesehatan"},
    "ST01": {"civil_deaths", "regency", "bpjs_kesehatan", "bpjs_kesehatan_bill"},
    "EL08": {"province", "regency"},
    "FN05": {"decree", "bpjs_kesehatan"},
}


@dataclass
class Life:
    """A finding as it stands; `number` is its identity."""

    number: int
    state: str
    first_seen: date
    open_since: date
    last_seen: date
    closed_on: date | None
    times_reopened: int
    registers: set[str]


@dataclass
class Run:
    """What a run left behind: every finding by its key, and what it told."""

    as_of: date
    findings: dict[Key, Life]
    events: set[tuple[int, str, str]] = field(default_factory=set)  # identity, event, person


def registers_of(rows: Iterable[Row]) -> set[str]:
    return {f"{row['source']}:{row['owner']}" for row in rows}


def found(rows: list[Row], kinds: set[str], decile_max: int) -> dict[Key, set[str]]:
    """The findings of some classes, by their words in the contract, with the registers of the deciding rows."""
    out: dict[Key, set[str]] = {}
    for person in {row["person"] for row in rows}:
        own = [row for row in rows if row["person"] == person]
        province = [row for row in own if row["source"] == "province"]
        cards = [row for row in own if row["source"] == "bpjs_kesehatan" and row["status"] == "AKTIF"]
        pbi = [row for row in cards if row["segment"] == "PBI"]
        dead = [row for row in own if row["source"] == "civil_deaths"]
        regency = [row for row in own if row["source"] == "regency"]
        decree = [row for row in own if row["source"] == "decree"]
        if kinds >= NEEDS["EL01"]:
            if pbi and province and province[0]["decile"] > decile_max:
                out["EL01", person, ""] = registers_of(pbi + province)
            if pbi and not province:
                out["EL02", person, ""] = registers_of(pbi)
        if {"civil_deaths", "bpjs_kesehatan"} <= kinds and dead and cards:
            out["ST01", person, ""] = registers_of(dead + cards)
        for row in regency:
            if kinds >= NEEDS["EL08"] and province and row["decile"] and row["decile"] != province[0]["decile"]:
                out["EL08", person, row["owner"]] = registers_of([row, *province])
        for row in decree:
            if kinds >= NEEDS["FN05"] and not cards:
                out["FN05", person, row["owner"]] = registers_of([row])
    return out


class Reference:
    """Every run so far, in the order in which they were published."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.numbers = 0

    def base(self, as_of: date) -> Run | None:
        """The run to go on from: of the runs up to that day those of the latest day, and of these the last."""
        before = [run for run in self.runs if run.as_of <= as_of]
        return max(before, key=lambda run: (run.as_of, self.runs.index(run))) if before else None

    def night(
        self,
        as_of: date,
        rows: list[Row],
        kinds: set[str],
        *,
        decile_max: int = 5,
        merged: tuple[tuple[str, str], ...] = (),
        split: tuple[tuple[str, str], ...] = (),
    ) -> Run:
        """One more run. merged: (gone, heir); split: (origin, new)."""
        base = self.base(as_of)
        run = Run(as_of, copy.deepcopy(base.findings) if base else {})
        for gone, heir in merged:
            self._hand_over(run, gone, heir)
        tonight = found(rows, kinds, decile_max)
        for origin, new in split:
            for code, person, other in list(run.findings):
                here, there = (code, person, other), (code, new, other)
                stays = person != origin or run.findings[here].state == "closed"
                if not stays and here not in tonight and there in tonight and there not in run.findings:
                    run.findings[there] = run.findings.pop(here)
                    run.events.add((run.findings[there].number, "moved", new))
        for key, registers in tonight.items():
            self._seen(run, key, registers)
        came = registers_of(rows)
        for key, life in run.findings.items():
            if key not in tonight and life.state != "closed":
                whole = NEEDS[key[0]] <= kinds and life.registers <= came
                self._missed(run, key, life, whole)
        self.runs.append(run)
        return run

    def _hand_over(self, run: Run, gone: str, heir: str) -> None:
        for code, person, other in list(run.findings):
            here, there = (code, person, other), (code, heir, other)
            if person != gone:
                continue
            life, his = run.findings[here], run.findings.get(there)
            if his is None or (his.state == "closed" and life.state != "closed"):
                if his is not None:
                    run.findings[code, f"{heir} before", other] = his
                run.findings[there] = run.findings.pop(here)
                run.events.add((life.number, "moved", heir))
            elif life.state != "closed":
                life.state, life.closed_on = "closed", run.as_of
                run.events.add((life.number, "closed", gone))

    def _seen(self, run: Run, key: Key, registers: set[str]) -> None:
        life = run.findings.get(key)
        if life is None:
            self.numbers += 1
            life = Life(self.numbers, "open", run.as_of, run.as_of, run.as_of, None, 0, registers)
            run.findings[key] = life
            run.events.add((life.number, "opened", key[1]))
        elif life.state == "closed":
            life.open_since, life.closed_on, life.times_reopened = run.as_of, None, life.times_reopened + 1
            run.events.add((life.number, "reopened", key[1]))
        elif life.state == "untested":
            run.events.add((life.number, "tested_again", key[1]))
        life.state, life.last_seen, life.registers = "open", run.as_of, registers

    def _missed(self, run: Run, key: Key, life: Life, whole: bool) -> None:
        if whole:
            life.state, life.closed_on = "closed", run.as_of
            run.events.add((life.number, "closed", key[1]))
        elif life.state == "open":
            life.state = "untested"
            run.events.add((life.number, "untested", key[1]))


def kept(run: Run, closed_days: int) -> dict[Key, Life]:
    """The findings that stand in the table `finding` after a run."""
    oldest = run.as_of - timedelta(days=closed_days)
    return {key: life for key, life in run.findings.items() if life.closed_on is None or life.closed_on >= oldest}
