"""The standing questions of schemas/scenarios.toml, answered every night: the tables scenario and simulation."""

import tomllib
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

import schemas
from flows.parameter import fill_table, fresh_table
from flows.simulate import Scenario, simulate
from schemas.declared import kinds_in_words, missing_kinds
from schemas.errors import UsageError

DECLARED = Path(schemas.__file__).parent / "scenarios.toml"
MONTHS = 12
NO_TARIFF = "tidak dapat dihitung: tarif bulan-bulan itu tidak ada di aturan bertanggal"


def month_after(day: date) -> date:
    """First day of the month after the one that `day` lies in."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def store_scenarios(con: duckdb.DuckDBPyConnection, as_of: date, present: frozenset[str]) -> None:
    """Fill scenario and simulation of the work database, for the year from the month after as_of.

    Needs person, rule and parameter. present: the kinds of extract that are there; a scenario that lacks one has no
    rows in simulation, and scenario says why.
    """
    fresh_table(con, "scenario")
    fresh_table(con, "simulation")
    begin = month_after(as_of)
    for name, declared in tomllib.loads(DECLARED.read_text(encoding="utf-8")).items():
        missing = missing_kinds(declared["needs"], present)
        reason = f"tidak dapat dihitung: {kinds_in_words(missing)} tidak ada" if missing else None
        asked = Scenario(declared["cover"], begin, MONTHS, payer=declared.get("payer"), where=declared.get("where"))
        people = total = None
        if reason is None:
            try:
                answer = simulate(con, asked)
            except UsageError:
                reason = NO_TARIFF
            else:
                people, total = answer.people, int(answer.rows["rupiah_total"].sum())
                fill_table(con, "simulation", answer.rows.select(pl.lit(name).alias("scenario"), pl.all()))
        values = [name, declared["term_id"], declared["term_en"], reason is None, reason, begin, MONTHS, people, total]
        con.execute("INSERT INTO scenario VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
