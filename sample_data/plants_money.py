"""Planted mismatches of money and employment, and what their sources hold: the codes that `plants.py` leaves out.

`plant` chooses people and alters the state; `cards`, `workers` and `employers` then alter the rows of those people.
Beside them stand rows that look alike and are right, so that a test of a class can fail both ways.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

from sample_data import employment, numbers
from sample_data.common import Bools, Ints, Rng, rng_for, strings, where
from sample_data.households import HEAD
from sample_data.people import World
from sample_data.state import ACTIVE, BPU, INACTIVE, MDR, NONE, PBI, PDA, PPU_BU, PU, SUSPENDED, State
from schemas.rules import load_rules, value_in_force

SUBSIDIES = ("APBD", "DBHCHT", "DANA DESA", "BAZNAS", "CSR")
ALL_FOUR = employment.PROGRAMS[0]
TOO_OLD = 66  # older than BPU allows


@dataclass(frozen=True)
class MoneyMismatches:
    """Shares of the people that get each planted mismatch; the floor is that of `plants.Mismatches`."""

    excluded_poor: float = 0.0020  # EL03
    inactive_needs_care: float = 0.0020  # EL07
    not_ranked: float = 0.0020  # EL09
    poor_in_arrears: float = 0.0020  # EL11
    outside_validity: float = 0.0020  # FN07
    health_only: float = 0.0020  # TK02
    employment_only: float = 0.0020  # TK03
    wage_too_low: float = 0.0025  # TK04
    programme_missing: float = 0.0025  # TK05
    subsidised_twice: float = 0.0020  # TK06
    subsidy_lapsed: float = 0.0020  # TK07
    died_insured: float = 0.0030  # TK08, of whom a third have claimed
    too_old: float = 0.0020  # TK09


class Hand(Protocol):
    """What `plants` draws people with: nobody is drawn twice."""

    @property
    def rng(self) -> Rng: ...

    @property
    def floor(self) -> int: ...

    def take(self, candidates: Bools, rate: float, at_least: int | None = None) -> Ints: ...


def plant(state: State, world: World, hand: Hand, rates: MoneyMismatches | None = None) -> None:
    """Choose people for each code, alter the state's arrays and keep who was chosen in `state.planted`."""
    rates = rates or MoneyMismatches()
    _eligibility(state, world, rates, hand)
    _employment(state, world, rates, hand)


def _take(state: State, hand: Hand, code: str, candidates: Bools, rate: float) -> Ints:
    who = hand.take(candidates, rate)
    state.planted[code] = who
    return who


def _card(state: State, who: Ints, segment: int, status: int) -> None:
    """Give these people one card of that segment and status; nobody pays for it through a decree."""
    state.segment[who], state.status[who] = segment, status
    state.off_date[who] = np.datetime64("NaT")
    state.decree[who] = state.billed[who] = False


def _eligibility(state: State, world: World, rates: MoneyMismatches, hand: Hand) -> None:
    alive = ~state.dead
    single = state.segment2 == NONE
    poor = state.in_dtsen & (state.decile >= 1) & (state.decile <= 5) & ~state.excluded & alive & single
    state.excluded[_take(state, hand, "EL03", poor, rates.excluded_poor)] = True
    ranked = state.in_dtsen & (state.decile >= 1) & alive
    who = _take(state, hand, "EL09", ranked, rates.not_ranked)
    state.decile[who] = state.regency_decile[who] = 0
    _card(state, _take(state, hand, "EL11", poor, rates.poor_in_arrears), MDR, SUSPENDED)
    not_eligible = alive & single & ((state.decile > 5) | (state.decile == 0) | ~state.in_dtsen)
    who = _take(state, hand, "EL07", not_eligible, rates.inactive_needs_care)
    _card(state, who, PBI, INACTIVE)
    days = hand.rng.integers(20, 400, len(who)).astype("timedelta64[D]")
    state.off_date[who] = np.datetime64(world.as_of, "D") - days
    paid = alive & (state.segment == PDA) & (state.status == ACTIVE) & state.billed & single & ~state.bill_arrears
    _take(state, hand, "FN07", paid, rates.outside_validity)


def _employment(state: State, world: World, rates: MoneyMismatches, hand: Hand) -> None:
    age, role = world.people["age"].to_numpy(), world.people["role"].to_numpy()
    alive, grown = ~state.dead, (age >= 19) & (age < 56)
    employee = alive & (state.segment == PPU_BU) & (state.status == ACTIVE)
    who = _take(state, hand, "TK02", employee & (role == HEAD), rates.health_only)
    state.tk[who], state.tk_active[who] = 0, False
    working = alive & (state.tk == PU) & state.tk_active & (state.segment2 == NONE) & ~state.tk_second
    _card(state, _take(state, hand, "TK03", working & employee, rates.employment_only), MDR, ACTIVE)
    _take(state, hand, "TK04", working, rates.wage_too_low)
    _take(state, hand, "TK05", working & (age < 56), rates.programme_missing)
    free = alive & grown & (state.tk == 0)
    unpaid = ~np.isin(state.segment, (PBI, PDA)) | (state.status != ACTIVE)
    for code, candidates, rate in (
        ("TK06", free & unpaid, rates.subsidised_twice),
        ("TK07", free, rates.subsidy_lapsed),
        ("TK09", alive & (age >= TOO_OLD), rates.too_old),
    ):
        who = _take(state, hand, code, candidates, rate)
        state.tk[who], state.tk_active[who], state.tk_second[who] = BPU, True, False
    # The dead may be those of ST01 as well: they are few.
    known = np.flatnonzero(state.dead & (age >= 18) & (state.certificate | (state.regency_dead & state.in_regency)))
    wanted = min(len(known), max(2 * hand.floor, round(rates.died_insured * len(age))))
    who = np.sort(hand.rng.permutation(known)[:wanted])
    state.planted["TK08"] = who
    state.tk[who], state.tk_active[who] = np.where(np.arange(len(who)) % 2, BPU, PU), np.arange(len(who)) % 3 == 0


# --- the rows of these people ----------------------------------------------------------------------------------------


def _chosen(frame: pl.DataFrame, state: State, code: str) -> Bools:
    """Which rows are of people planted for a code."""
    rows: Bools = np.isin(frame["person"].to_numpy(), state.planted.get(code, np.zeros(0, dtype=np.int64)))
    return rows


def cards(frame: pl.DataFrame, state: State, world: World) -> pl.DataFrame:
    """FN07: half of the planted cards begin after the month they are billed for, half ended before it."""
    planted = _chosen(frame, state, "FN07") & (frame["segment"] == "PBPU PEMDA").to_numpy()
    late = planted & (frame["person"].to_numpy() % 2 == 0)
    month = np.datetime64(world.as_of, "M")
    following, before = (month + 1).astype("datetime64[D]"), month.astype("datetime64[D]") - np.timedelta64(1, "D")
    return frame.with_columns(
        start_date=pl.when(pl.Series(late)).then(pl.lit(following)).otherwise("start_date"),
        end_date=pl.when(pl.Series(planted & ~late)).then(pl.lit(before)).otherwise("end_date"),
    )


def workers(frame: pl.DataFrame, state: State, world: World, firms: pl.DataFrame) -> pl.DataFrame:
    """Wages, programmes and payers as rules ask for, but for the planted; second memberships at the end (TK06)."""
    frame = _second_memberships(frame, state, world, firms)
    rng = rng_for(world.seed, "plants money", "workers")
    pu, bpu = (frame["segment"] == "PU").to_numpy(), (frame["segment"] == "BPU").to_numpy()
    active = (frame["status"] == "AKTIF").to_numpy()
    floor, bound = _minimum(frame, state, world, firms)
    wage = np.where(pu & bound, np.maximum(frame["wage"].to_numpy(), np.ceil(floor)), frame["wage"].to_numpy())
    share = 0.55 + 0.44 * rng.random(frame.height)
    wage = np.where(_chosen(frame, state, "TK04") & pu & active & (floor > 0), np.floor(floor * share), wage)
    programs = where(pu & bound, strings([ALL_FOUR] * frame.height), frame["programs"])
    fewer = strings(employment.PROGRAMS[1:]).gather(rng.integers(0, 2, frame.height))
    programs = where(_chosen(frame, state, "TK05") & pu & active, fewer, programs)
    with_jkm = strings([employment.PROGRAMS[2]] * frame.height)
    programs = where(_chosen(frame, state, "TK08") & ~pu, with_jkm, programs)
    funding = _payers(frame, state, rng)
    subsidised = bpu & funding.is_in(SUBSIDIES).to_numpy()
    paid = frame["paid_until"].to_numpy().astype("datetime64[M]")
    paid = np.where(subsidised & active, np.datetime64(world.as_of, "M"), paid)
    lapsed = _chosen(frame, state, "TK07")
    paid = np.where(lapsed, paid - rng.integers(1, 9, frame.height).astype("timedelta64[M]"), paid)
    dead = _chosen(frame, state, "TK08")
    died = world.people["death_date"].to_numpy().astype("datetime64[M]")[frame["person"].to_numpy()]
    paid = np.where(dead, died, paid)
    began = frame["start_date"].to_numpy().astype("datetime64[D]")
    began = np.where(dead, np.minimum(began, died.astype("datetime64[D]") - np.timedelta64(90, "D")), began)
    return frame.with_columns(
        wage=pl.Series(wage.astype(np.int64)),
        programs=programs,
        funding=funding,
        paid_until=pl.Series(paid.astype("datetime64[D]")),
        start_date=pl.Series(np.minimum(began, paid.astype("datetime64[D]"))),
        status=where(
            lapsed & (frame["person"].to_numpy() % 2 == 1), strings(["NONAKTIF"] * frame.height), frame["status"]
        ),
    )


def _second_memberships(frame: pl.DataFrame, state: State, world: World, firms: pl.DataFrame) -> pl.DataFrame:
    """Half of the people of TK06 get another BPU membership, half an employer's."""
    more = frame.filter(pl.Series(_chosen(frame, state, "TK06")))
    person = more["person"].to_numpy()
    job = np.arange(more.height) % 2 == 0
    firm = firms[(person % firms.height).tolist()]
    year = more["start_date"].dt.year().cast(pl.Int64).to_numpy()
    second = more.with_columns(
        kpj=numbers.kpj(person * 2 + 1, year),
        segment=where(job, strings(["PU"] * more.height), more["segment"]),
        employer_no=where(job, firm["employer_no"], more["employer_no"]),
        employer_name=where(job, firm["employer_name"], more["employer_name"]),
        programs=where(job, strings([ALL_FOUR] * more.height), more["programs"]),
    )
    return pl.concat([frame, second])


def _payers(frame: pl.DataFrame, state: State, rng: Rng) -> pl.Series:
    """Who pays: a subsidy for the planted BPU memberships of TK06, TK07; the employer for PU."""
    planted = _chosen(frame, state, "TK06") | _chosen(frame, state, "TK07")
    bpu = (frame["segment"] == "BPU").to_numpy()
    drawn = strings(SUBSIDIES).gather(rng.integers(0, len(SUBSIDIES), frame.height))
    payer = where(planted & bpu, drawn, frame["funding"])
    return where(~bpu, strings([employment.FUNDING[employment.BY_EMPLOYER]] * frame.height), payer)


def _minimum(frame: pl.DataFrame, state: State, world: World, firms: pl.DataFrame) -> tuple[np.ndarray, Bools]:
    """Of each row the minimum wage at its employer (0: none known), and whether the employer is bound to it."""
    rules = load_rules()
    codes = world.places.regencies
    known = [
        value_in_force(rules, "umk", world.as_of, code) or value_in_force(rules, "umk", world.as_of, code[:2]) or 0.0
        for code in codes
    ]
    places = firms.select(
        "employer_no",
        pl.Series("umk", np.asarray(known)[firms["owner"].to_numpy()]),
        pl.Series("bound", employment.may_be_bound(firms, frame)),
    )
    joined = frame.select("employer_no").join(places, on="employer_no", how="left", maintain_order="left")
    large = frame.filter(pl.Series(_grown(frame, state)))["employer_no"].unique()
    bound = joined["bound"].fill_null(False) | joined["employer_no"].is_in(large.implode())
    return joined["umk"].fill_null(0.0).to_numpy(), bound.to_numpy()


def _grown(frame: pl.DataFrame, state: State) -> Bools:
    """Rows of the people whose employer must be no small one, for the mismatch to be one."""
    rows: Bools = _chosen(frame, state, "TK04") | _chosen(frame, state, "TK05")
    return rows


def employers(listed: pl.DataFrame, frame: pl.DataFrame, state: State) -> pl.DataFrame:
    """The employers of the people of TK04 and TK05 are of medium size: capital and sales count for it as well."""
    large = frame.filter(pl.Series(_grown(frame, state)))["employer_no"].unique()
    grown = pl.col("NPP").is_in(large.implode()) & pl.col("SKALA").is_in(["MIKRO", "KECIL"])
    return listed.with_columns(SKALA=pl.when(grown).then(pl.lit("MENENGAH")).otherwise("SKALA"))
