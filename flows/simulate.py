"""What would it cost to cover the uncovered, and from which funds: people of the database times dated tariffs.

Nothing is changed by it. Who is uncovered: alive, and for JKN without an active card, for Jamsostek without an active
membership and of the ages of own-account members. Who of them is covered: for JKN the eligible, for Jamsostek informal
workers; `anyone` lifts that. Under a budget the poorest come first: by decile, the not ranked last, within a decile
family by family.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

import duckdb
import polars as pl

from schemas.errors import UsageError
from schemas.rules import value_in_force

SEGMENTS = {"pbi": "PBI", "pda": "PDA", "bpu": "BPU"}
BPU_FUNDS = ("APBD", "APBN", "DANA DESA", "DBHCHT", "CSR", "BAZNAS", "PERUSAHAAN", "MANDIRI")
NO_JKN = "alive AND NOT active_jkn"
UNCOVERED = {
    "pbi": NO_JKN,
    "pda": NO_JKN,
    "bpu": "alive AND NOT active_jamsostek AND age BETWEEN m.worker_age_min AND m.bpu_age_max",
}
ELIGIBLE = {"pbi": "eligible", "pda": "eligible", "bpu": "informal_worker"}
MOST_MONTHS = 240
# A person's kind decides the tariff: the reduced own-account dues last longer in transport (PP 50/2025).
KINDS = {"pbi": ("any",), "pda": ("any",), "bpu": ("transport", "other")}
KIND = {"pbi": "'any'", "pda": "'any'", "bpu": "CASE WHEN job = 'driver' THEN 'transport' ELSE 'other' END"}
# `whole` is what the person costs the capped funds over all months.
CHOSEN = """
SELECT coalesce(regency_code, 'UNKNOWN') AS regency_code, kind, coalesce(decile, 0)::INTEGER AS decile,
       count(*) AS matching, count(*) FILTER ({within}) AS people
FROM (
    SELECT *, sum(whole) OVER (
        ORDER BY decile BETWEEN 1 AND 10 DESC NULLS LAST, decile, kk NULLS LAST, person_id ROWS UNBOUNDED PRECEDING
    ) AS spent
    FROM (
        SELECT person_id, kk, regency_code, decile, {kind} AS kind, {whole} AS whole
        FROM subset, parameter AS m
        WHERE {uncovered} AND {eligible}
    )
)
GROUP BY ALL
ORDER BY ALL
"""
COLUMNS = {
    "segment": pl.String,
    "fund": pl.String,
    "regency_code": pl.String,
    "from_month": pl.Date,
    "to_month": pl.Date,
    "months": pl.Int64,
    "people": pl.Int64,
    "rupiah_per_month": pl.Int64,
    "rupiah_total": pl.Int64,
}


@dataclass(frozen=True)
class Scenario:
    """One question.

    cover: `pbi` (paid by APBN), `pda` (PBPU Pemda: APBD, and what APBN adds) or `bpu` (JKK and JKM, paid by `payer`,
    APBD where none is named).
    begin: first day of the first month; months: how many. where: an SQL condition on `person`. anyone: not only the
    eligible. province_share: of APBD's part of PBPU Pemda, 0 to 1. budget: rupiah over all months, of `budget_fund` or
    of all funds together.
    """

    cover: str
    begin: date
    months: int = 12
    payer: str | None = None
    where: str | None = None
    anyone: bool = False
    province_share: float = 0.0
    budget: int | None = None
    budget_fund: str | None = None


@dataclass(frozen=True)
class Answer:
    """rows: columns COLUMNS, a row a fund, regency and stretch of months of one tariff, sorted; the same people stand
    under each fund that pays for them. deciles: `decile` (0: not ranked, not in DTSEN), `matching`, `people` (those
    within the budget).
    """

    rows: pl.DataFrame
    deciles: pl.DataFrame

    @property
    def matching(self) -> int:
        """How many people could be covered."""
        return int(self.deciles["matching"].sum())

    @property
    def people(self) -> int:
        """How many of them the budget covers; all without a budget."""
        return int(self.deciles["people"].sum())


# {kind of person: {fund: rupiah a person and month}}
Prices = dict[str, dict[str, int]]


def simulate(con: duckdb.DuckDBPyConnection, asked: Scenario) -> Answer:
    """Price the scenario on the database that `con` is on; only reads.

    Raises UsageError when a month has no tariff in the dated rules or a fund is named that pays nothing, and
    what DuckDB raises when `where` is no condition on `person`.
    """
    _check(asked)
    rules = con.sql("FROM rule").pl()
    by_month = [(month, _prices(rules, asked, month)) for month in _months(asked)]
    people = con.table("person")
    if asked.where is not None:
        # The relation takes one expression and nothing behind it.
        people = people.filter(asked.where)
    answer = people.query("subset", _question(asked, [prices for _, prices in by_month]))
    chosen = answer.pl() if answer is not None else pl.DataFrame()
    deciles = chosen.group_by("decile").agg(pl.col("matching", "people").sum()).sort(pl.col("decile") == 0, "decile")
    counts = chosen.group_by("regency_code", "kind").agg(pl.col("people").sum()).filter(pl.col("people") > 0)
    return Answer(_rows(asked, by_month, counts), deciles)


def _check(asked: Scenario) -> None:
    if asked.payer is not None and asked.cover != "bpu":
        raise UsageError("A payer can be chosen for bpu only; PBI JK and PBPU Pemda are paid as the rules say.")
    if asked.payer is not None and asked.payer not in BPU_FUNDS:
        raise UsageError(f"Nobody called {asked.payer} pays own-account dues; known are {', '.join(BPU_FUNDS)}.")
    if asked.province_share and asked.cover != "pda":
        raise UsageError("A province has a share in pda only.")
    if asked.months > MOST_MONTHS:
        raise UsageError(f"A scenario has at most {MOST_MONTHS} months.")


def _months(asked: Scenario) -> list[date]:
    first = asked.begin.year * 12 + asked.begin.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, first + asked.months)]


def _prices(rules: pl.DataFrame, asked: Scenario, month: date) -> Prices:
    """What each fund pays for a person of each kind in a month."""
    if asked.cover == "pbi":
        return {"any": {"APBN": _tariff(rules, "jkn_tariff", month, "PBI")}}
    if asked.cover == "pda":
        dues = _tariff(rules, "jkn_tariff", month, "PDA")
        province = round(dues * asked.province_share)
        aid = int(value_in_force(rules, "jkn_tariff_aid", month, "PDA") or 0)
        funds = {"APBD_PROV": province, "APBD_KAB": dues - province, "APBN_PDA": aid}
        return {"any": {fund: rupiah for fund, rupiah in funds.items() if rupiah}}
    payer = asked.payer or "APBD"
    full = _tariff(rules, "bpu_tariff", month, "JKK+JKM")
    if value_in_force(rules, "bpu_reduction_excluded", month, payer):
        return {kind: {payer: full} for kind in KINDS["bpu"]}
    reduced = {kind: value_in_force(rules, "bpu_tariff_reduced", month, kind) for kind in KINDS["bpu"]}
    return {kind: {payer: full if rupiah is None else int(rupiah)} for kind, rupiah in reduced.items()}


def _tariff(rules: pl.DataFrame, rule: str, month: date, item: str) -> int:
    found = value_in_force(rules, rule, month, item)
    if found is None:
        raise UsageError(f"The dated rules have no {rule} {item} for {month:%Y-%m}; choose other months.")
    return int(found)


def _question(asked: Scenario, prices: list[Prices]) -> str:
    """The SQL over the relation `subset`; only whole numbers and words of this module are put into it."""
    funds = {fund for month in prices for kind in month.values() for fund in kind}
    if asked.budget_fund is not None and asked.budget_fund not in funds:
        raise UsageError(f"{asked.budget_fund} pays nothing here; those who do: {', '.join(sorted(funds))}.")
    capped = funds if asked.budget_fund is None else {asked.budget_fund}
    whole = {
        kind: sum(rupiah for month in prices for fund, rupiah in month[kind].items() if fund in capped)
        for kind in KINDS[asked.cover]
    }
    return CHOSEN.format(
        within="TRUE" if asked.budget is None else f"spent <= {asked.budget}",
        kind=KIND[asked.cover],
        whole="CASE kind " + " ".join(f"WHEN '{kind}' THEN {rupiah}" for kind, rupiah in whole.items()) + " END",
        uncovered=UNCOVERED[asked.cover],
        eligible="TRUE" if asked.anyone else ELIGIBLE[asked.cover],
    )


def _rows(asked: Scenario, by_month: list[tuple[date, Prices]], counts: pl.DataFrame) -> pl.DataFrame:
    """The answer's rows: neighbouring months of one tariff are one stretch."""
    rows = []
    for _, stretch in groupby(by_month, key=lambda one: one[1]):
        months = list(stretch)
        prices = months[0][1]
        for (regency,), theirs in sorted(counts.partition_by("regency_code", as_dict=True).items()):
            people = dict(theirs.select("kind", "people").iter_rows())  # a row a kind of people
            funds = sorted({fund for kind in people for fund in prices[kind]})
            for fund in funds:
                number = sum(count for kind, count in people.items() if fund in prices[kind])
                rupiah = sum(count * prices[kind].get(fund, 0) for kind, count in people.items())
                rows.append(
                    (SEGMENTS[asked.cover], fund, regency, months[0][0], months[-1][0], len(months), number, rupiah)
                )
    frame = pl.DataFrame(rows, schema=dict(list(COLUMNS.items())[:-1]), orient="row")
    return frame.with_columns(rupiah_total=pl.col("rupiah_per_month") * pl.col("months")).sort(
        "fund", "regency_code", "from_month"
    )
