"""Planted mismatches: enough of every finding code in any world, at rates that have names.

`truth.py` computes the answer from the rows afterwards; what happens here only makes sure that each code occurs.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sample_data import plants_identity, plants_money
from sample_data.common import Bools, Dates, Ints, Rng, months_before, rng_for
from sample_data.jobs import FIRST_INFORMAL
from sample_data.people import World
from sample_data.plants_identity import IdentityMismatches
from sample_data.state import (
    ACTIVE,
    INACTIVE,
    MDR,
    NONE,
    PBI,
    PDA,
    PPU_BU,
    PU,
    TARIFF,
    State,
)

WRONG_AMOUNTS = (35_000, 25_500, 42_000, 23_000, 75_600)  # without the 2,800; former tariffs; PBI; two months
Days = npt.NDArray[np.timedelta64]


@dataclass(frozen=True)
class Mismatches:
    """Shares of the people (of the candidates where said) that get each planted mismatch; `floor` at least."""

    floor: int = 40  # people a code, in any world large enough (a fiftieth of the people at most)
    dead_active: float = 0.0010  # ST01
    active_not_poor: float = 0.0020  # EL01
    active_not_listed: float = 0.0015  # EL02
    poor_without_card: float = 0.0020  # EL04
    poor_cut_off_recently: float = 0.0025  # EL05
    poor_cut_off_before: float = 0.0030  # EL06
    decile_differs: float = 0.0080  # EL08
    poor_paid_by_regency: float = 0.0020  # EL10
    listed_and_pbi: float = 0.0020  # FN01
    worker_subsidised: float = 0.0025  # FN02
    billed_twice: float = 0.0015  # FN03
    billed_not_listed: float = 0.0020  # FN04
    listed_not_active: float = 0.0025  # FN05
    wrong_tariff: float = 0.0015  # FN06
    duplicate_row: float = 0.0015  # ID06, in each register with names
    two_active_cards: float = 0.0015  # ID10
    poor_worker: float = 0.0005  # TK01, beside the many that occur by themselves
    identity: IdentityMismatches = field(default_factory=IdentityMismatches)


@dataclass(frozen=True)
class _Hand:
    """Draws people for one plant after the other; nobody is drawn twice."""

    rng: Rng
    free: Bools
    floor: int

    def take(self, candidates: Bools, rate: float, at_least: int | None = None) -> Ints:
        rows = np.flatnonzero(candidates & self.free)
        floor = self.floor if at_least is None else at_least
        wanted = min(len(rows), max(floor, round(rate * len(self.free))))
        chosen = np.sort(self.rng.permutation(rows)[:wanted])
        self.free[chosen] = False
        return chosen


def plant(state: State, world: World, rates: Mismatches) -> None:
    """Alter the state's arrays in place so that every code occurs."""
    count = world.people.height
    floor = max(1, min(rates.floor, count // 50))
    hand = _Hand(rng_for(world.seed, "plants"), np.ones(count, dtype=np.bool_), floor)
    _eligibility(state, world, rates, hand)
    _money(state, world, rates, hand)
    _identity(state, world, rates, hand)
    plants_money.plant(state, world, hand)
    plants_identity.plant(state, world, hand.take, rates.identity)


def _set_card(state: State, who: Ints, segment: int, status: int, off: Dates | None = None) -> None:
    state.segment[who] = segment
    state.status[who] = status
    state.off_date[who] = np.datetime64("NaT") if off is None else off
    state.decree[who] = state.billed[who] = (segment == PDA) and (status == ACTIVE)


def _eligibility(state: State, world: World, rates: Mismatches, hand: _Hand) -> None:
    alive = ~state.dead
    single = state.segment2 == NONE
    poor = state.in_dtsen & (state.decile >= 1) & (state.decile <= 5) & ~state.excluded & alive & single
    known = state.dead & (state.certificate | (state.regency_dead & state.in_regency))
    who = hand.take(known, rates.dead_active)
    _set_card(state, who, PBI, ACTIVE)
    _set_card(state, who[::2], PDA, ACTIVE)
    not_poor = state.in_dtsen & (state.decile >= 6) & alive
    _set_card(state, hand.take(not_poor, rates.active_not_poor), PBI, ACTIVE)
    _set_card(state, hand.take(~state.in_dtsen & alive, rates.active_not_listed), PBI, ACTIVE)
    _set_card(state, hand.take(poor, rates.poor_without_card), NONE, ACTIVE)
    limit = np.datetime64(months_before(world.as_of, 6), "D")
    who = hand.take(poor, rates.poor_cut_off_recently)
    _set_card(state, who, PBI, INACTIVE, limit + _some_days(hand.rng, len(who), 0, 180))
    who = hand.take(poor, rates.poor_cut_off_before)
    _set_card(state, who, PBI, INACTIVE, limit - _some_days(hand.rng, len(who), 1, 700))
    _set_card(state, hand.take(poor, rates.poor_paid_by_regency), PDA, ACTIVE)
    both = state.in_dtsen & (state.decile >= 1) & state.in_regency & alive
    who = hand.take(both, rates.decile_differs)
    state.regency_decile[who] = (state.decile[who] - 1 + hand.rng.integers(1, 10, len(who))) % 10 + 1
    age = world.people["age"].to_numpy()
    who = hand.take(poor & (state.decile == 1) & (age >= 19) & (age <= 58), rates.poor_worker)
    state.job[who] = FIRST_INFORMAL
    state.tk[who] = 0
    state.tk_active[who] = False


def _some_days(rng: Rng, count: int, low: int, high: int) -> Days:
    days: Days = rng.integers(low, high, count).astype("timedelta64[D]")
    return days


def _money(state: State, world: World, rates: Mismatches, hand: _Hand) -> None:
    alive = ~state.dead
    active = alive & (state.status == ACTIVE)
    pbi, pda = active & (state.segment == PBI), active & (state.segment == PDA)
    who = hand.take(pbi, rates.listed_and_pbi)
    state.decree[who] = True
    who = who[::4]  # a quarter has a card in both segments and is billed
    state.segment2[who] = PDA
    state.status2[who] = ACTIVE
    state.billed[who] = True
    age = world.people["age"].to_numpy()
    who = hand.take((pbi | pda) & (age >= 19) & (age < 56), rates.worker_subsidised)
    state.tk[who] = PU
    state.tk_active[who] = True
    who = who[::6]  # a sixth is also on an employer's JKN card
    state.segment2[who] = PPU_BU
    state.status2[who] = ACTIVE
    state.bill_copy[hand.take(pda, rates.billed_twice)] = True
    state.decree[hand.take(pda, rates.billed_not_listed)] = False
    who = hand.take(pda, rates.listed_not_active)
    state.status[who] = INACTIVE
    state.off_date[who] = np.datetime64(world.as_of, "M").astype("datetime64[D]")
    state.billed[who] = False
    _set_card(state, who[::5], NONE, ACTIVE)
    state.decree[who] = True
    who = hand.take(pda & state.billed, rates.wrong_tariff)
    state.amount[who] = hand.rng.permutation(np.resize(np.asarray(WRONG_AMOUNTS), len(who)))
    state.amount[state.billed & (state.amount == 0)] = TARIFF


def _identity(state: State, world: World, rates: Mismatches, hand: _Hand) -> None:
    share = hand.floor // 3 + 1
    inside = {
        "province": state.in_dtsen,
        "regency": state.in_regency,
        "decree": state.decree,
        "civil_deaths": state.certificate,
    }
    for kind, candidates in inside.items():
        state.copies[kind][hand.take(candidates, rates.duplicate_row, share)] = True
    state.tk_second[hand.take(state.tk > 0, rates.duplicate_row, share)] = True
    active = ~state.dead & (state.status == ACTIVE) & (state.segment != NONE) & (state.segment2 == NONE)
    who = hand.take(active, rates.two_active_cards)
    state.segment2[who] = state.segment[who]
    state.status2[who] = ACTIVE
    who = hand.take(active & (state.segment == MDR), rates.two_active_cards / 2, 1)
    state.segment2[who] = PBI  # an older card that was rightly switched off
    state.status2[who] = INACTIVE
