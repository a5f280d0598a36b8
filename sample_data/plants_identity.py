"""Planted mismatches of identity, region, status and family, beside those that faults bring about by themselves.

`plant` alters the state and marks people; the other functions alter the rows of marked people as they are written.
`truth_identity.py` computes the answer from the rows, whoever planted them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from sample_data.common import Bools, Ints, Rng, months_before, rng_for, where
from sample_data.households import HEAD, SPOUSE
from sample_data.people import World
from sample_data.state import ACTIVE, MDR, NONE, PBI, PDA, State

Take = Callable[[Bools, float], Ints]  # (candidates, share of all people) -> the people drawn, nobody twice
NEWBORN_MONTHS = 3
OTHER_SERIAL = 5000  # far above the serials that the sample gives: such a NIK is nobody's
LONG_AGO = np.datetime64("1880-01-01")
NO_REGENCY = "99"  # a regency number that no province has
NO_DISTRICT = "990"  # a district in BPS' form that no regency has: a true one may be another village's Kemendagri code


@dataclass(frozen=True)
class IdentityMismatches:
    """Shares of the people that get each planted mismatch."""

    other_nik: float = 0.0015  # ID08: DTSEN has another number
    nik_of_another: float = 0.0015  # ID07: BPJS has a stranger's number
    bad_number: float = 0.0020  # ID11: a digit too few or too many in PSNOKA or KPJ
    paid_elsewhere: float = 0.0015  # WL01: the payer is not the regency of residence
    odd_code: float = 0.0020  # WL02: DTSEN has a BPS code, or one that does not exist
    paid_twice: float = 0.0015  # WL03: in the decree of another regency as well
    other_segment: float = 0.0015  # ST04: in the decree, but self-paid
    odd_birth: float = 0.0015  # ST05: DTSEN has a birth of long ago or of the future
    newborn: float = 0.0015  # KL01: no card, although the mother's is paid


def plant(state: State, world: World, take: Take, rates: IdentityMismatches) -> None:
    """Alter the state's arrays in place and fill `state.marks` (mismatch -> people, Boolean)."""
    owner = world.places.villages["owner"].to_numpy()[world.people["village"].to_numpy()].astype(np.int64)
    one_card = (state.segment != NONE) & (state.segment2 == NONE)
    active = ~state.dead & one_card & (state.status == ACTIVE)
    pda = active & (state.segment == PDA) & state.billed & state.decree
    _insure_mothers(state, world, take)
    who = take(_newborns(state, world), rates.newborn)
    state.segment[who] = NONE
    state.decree[who] = state.billed[who] = state.excluded[who] = False
    state.in_dtsen[who] = True
    who = take(pda & state.in_dtsen, rates.paid_elsewhere)
    state.payer[who] = (owner[who] + 1 + who % 7) % 8
    who = take(pda, rates.other_segment)
    state.segment[who] = MDR
    state.billed[who] = False
    chosen = {
        "paid_twice": take(pda, rates.paid_twice),
        "bad_card": take(active, rates.bad_number),
        "bad_kpj": take(state.tk > 0, rates.bad_number),
        "other_nik": take(active & state.in_dtsen, rates.other_nik),
        "nik_of_another": take(active & state.in_dtsen, rates.nik_of_another),
        "odd_birth": take(active & state.in_dtsen, rates.odd_birth),
        "odd_code": take(state.in_dtsen, rates.odd_code),
    }
    for name, people in chosen.items():
        state.marks[name] = np.isin(np.arange(len(owner)), people)


def _newborns(state: State, world: World) -> Bools:
    """Living infants under three months whose mother has an active card that the state or a regency pays for."""
    people = world.people
    home = people["household"].to_numpy()
    paid = np.isin(state.segment, (PBI, PDA)) & (state.status == ACTIVE) & ~state.dead
    mother = people["female"].to_numpy() & np.isin(people["role"].to_numpy(), (HEAD, SPOUSE)) & paid
    found: Bools = _young(world) & ~state.dead & (np.bincount(home, mother)[home] > 0)
    return found


def _young(world: World) -> Bools:
    first_day = np.datetime64(months_before(world.as_of, NEWBORN_MONTHS), "D")
    young: Bools = world.people["birth_date"].to_numpy().astype("datetime64[D]") > first_day
    return young


def _insure_mothers(state: State, world: World, take: Take) -> None:
    """The few mothers of newborns get a card that the state pays for; nothing else befalls it, as they are drawn."""
    people = world.people
    home = people["household"].to_numpy()
    mother = people["female"].to_numpy() & np.isin(people["role"].to_numpy(), (HEAD, SPOUSE)) & ~state.dead
    who = take(mother & np.isin(home, home[_young(world)]) & (state.segment2 == NONE), 1.0)
    state.segment[who], state.status[who] = PBI, ACTIVE
    state.off_date[who] = np.datetime64("NaT")
    state.decree[who] = state.billed[who] = False


def paid_twice(rows: pl.DataFrame, state: State) -> pl.DataFrame:
    """The decrees' rows; marked people stand in another regency's decree as well."""
    marked = rows.filter(pl.Series(state.marks["paid_twice"][rows["person"].to_numpy()]))
    again = marked.with_columns(((pl.col("owner") + 1 + pl.col("person") % 7) % 8).alias("owner"))
    return pl.concat([rows, again])


def bad_numbers(rows: pl.DataFrame, state: State, column: str) -> pl.DataFrame:
    """Rows whose `column` (card or kpj, String) lacks the last digit, or has one too many, for marked people."""
    person = rows["person"].to_numpy()
    short, long = rows[column].str.head(-1), rows[column] + "7"
    wrong = where(person % 2 == 0, short, long)
    return rows.with_columns(where(state.marks[f"bad_{column}"][person], wrong, rows[column]).alias(column))


def identities(kind: str, rows: pl.DataFrame, who: pl.DataFrame, state: State, world: World) -> pl.DataFrame:
    """What stands in the identity columns (`who`, a row each of `rows`), with the marked people's mismatches."""
    person = rows["person"].to_numpy()
    rng = rng_for(world.seed, "identity plants", kind)
    if kind == "bpjs_kesehatan":
        other = world.people["nik"].gather((person + 7919) % world.people.height)
        return who.with_columns(where(state.marks["nik_of_another"][person], other, who["nik"]).alias("nik"))
    if kind != "province":
        return who
    nik = where(state.marks["other_nik"][person], _other_niks(world, person, rng), who["nik"])
    birth = np.where(state.marks["odd_birth"][person], _odd_births(world, person, rng), who["birth_date"].to_numpy())
    return who.with_columns(nik.alias("nik"), pl.Series("birth_date", birth.astype("datetime64[D]")))


def _other_niks(world: World, person: Ints, rng: Rng) -> pl.Series:
    """A second number of each person: another serial, for every other one of another district as well."""
    people = world.people[person]
    districts = world.places.villages["district_code"]
    other = districts.gather(rng.integers(0, len(districts), len(person)))
    place = where(person % 2 == 0, people["nik"].str.slice(0, 6), other)
    serial = pl.Series(OTHER_SERIAL + person % 4999).cast(pl.String)
    return place + people["nik"].str.slice(6, 6) + serial


def _odd_births(world: World, person: Ints, rng: Rng) -> np.ndarray:
    ahead = np.datetime64(world.as_of, "D") + rng.integers(1, 2000, len(person)).astype("timedelta64[D]")
    before = LONG_AGO + rng.integers(0, 9000, len(person)).astype("timedelta64[D]")
    return np.where(person % 2 == 0, ahead, before)


def odd_codes(frame: pl.DataFrame, rows: pl.DataFrame, state: State) -> pl.DataFrame:
    """The province's file; marked people's code is one of BPS' form, or of a regency that does not exist."""
    person = rows["person"].to_numpy()
    code = frame["kode_wilayah"]
    bps = code.str.slice(0, 4) + NO_DISTRICT + code.str.slice(7)
    nowhere = code.str.slice(0, 2) + NO_REGENCY + code.str.slice(4)
    odd = where(person % 2 == 0, bps, nowhere)
    return frame.with_columns(where(state.marks["odd_code"][person], odd, code).alias("kode_wilayah"))
