"""The rows of each register with their true content, before identity faults and office habits.

Every frame has `person` (number), `owner` (0-7, or -1 for a register of the whole province), `old` (the row
must show the former village and card) and the content columns named as in padan's canonical shape.
"""

from datetime import date

import numpy as np
import polars as pl

from sample_data import numbers
from sample_data.common import Bools, Dates, Ints, Rng, days, rng_for, strings, where
from sample_data.people import World
from sample_data.state import AID, CUT_OFF, DECEASED, INACTIVE, NONE, PDA, SEGMENTS, STATUSES, TARIFF, State

NO_DATE = np.datetime64("NaT", "D")
JOB_MISSING = {"province": 0.04, "regency": 0.08}
PARENTS_FAMILY = 10_000_019  # added to the family number of a second row: another family claims the person
JKN_BEGAN, JKN_DAYS = np.datetime64("2014-01-01"), 4300
SINCE_JANUARY = 0.7  # of a decree's people were on it from the year's first month


def frame(person: Ints, owner: Ints | int, old: Bools | bool, **content: pl.Series | Ints | Dates) -> pl.DataFrame:
    """The columns every register has, and its content."""
    count = len(person)
    return pl.DataFrame(
        {
            "person": person,
            "owner": np.broadcast_to(np.asarray(owner, dtype=np.int64), count).copy(),
            "old": np.broadcast_to(np.asarray(old, dtype=np.bool_), count).copy(),
            **{name: pl.Series(values) for name, values in content.items()},
        }
    )


def owner_of(world: World, village: Ints) -> Ints:
    """The regency (0-7) of each village."""
    owners: Ints = world.places.villages["owner"].to_numpy()[village].astype(np.int64)
    return owners


def _twice(rows: Ints, copies: Bools) -> tuple[Ints, Bools]:
    """The people of a register, those with a second row again at the end; and which rows are the second."""
    extra = rows[copies[rows]]
    again = np.repeat([False, True], [len(rows), len(extra)])
    return np.concatenate([rows, extra]), again


def _jobs(state: State, person: Ints, kind: str, rng: Rng) -> pl.Series:
    """Job numbers, null where the register does not know."""
    job = pl.Series(state.job[person])
    unknown = pl.Series(rng.random(len(person)) < JOB_MISSING[kind])
    return pl.select(pl.when(~unknown).then(job).alias("job"))["job"]


def _column(world: World, name: str, person: Ints) -> Dates:
    return days(world.people[name].to_numpy())[person]


def province(state: State, world: World) -> pl.DataFrame:
    """decile, excluded, job, dead, family_id."""
    rng = rng_for(world.seed, "rows", "province")
    person, again = _twice(np.flatnonzero(state.in_dtsen), state.copies["province"])
    home = world.people["household"].to_numpy()[person]
    return frame(
        person,
        -1,
        again,
        decile=state.decile[person],
        excluded=pl.Series(state.excluded[person]),
        job=_jobs(state, person, "province", rng),
        dead=pl.Series(state.province_dead[person]),
        family_id=pl.Series(np.where(again, PARENTS_FAMILY + home, home)),
    )


def regency(state: State, world: World) -> pl.DataFrame:
    """decile, job, status (HIDUP, MENINGGAL, PINDAH), status_date, note.

    A household that moved to another regency may still stand in the former register, as PINDAH or as if it
    lived there. A person's second row stands in the former village when that is in the same regency.
    """
    rng = rng_for(world.seed, "rows", "regency")
    now, twice = _twice(np.flatnonzero(state.in_regency), state.copies["regency"])
    left = np.flatnonzero(state.left_behind)
    person = np.concatenate([now, left])
    again = np.concatenate([twice, np.zeros(len(left), dtype=np.bool_)])
    stayed = np.repeat([True, False], [len(now), len(left)])
    present = owner_of(world, world.people["village"].to_numpy()[person])
    former = owner_of(world, world.people["village_old"].to_numpy()[person])
    owner = np.where(stayed, present, former)
    moved_on = days(world.households["moved_on"].to_numpy())[world.people["household"].to_numpy()[person]]
    gone = ~stayed & (state.left_status[person] == 1)
    dead = stayed & state.regency_dead[person]
    checked = ~gone & ~dead & (rng.random(len(person)) < 0.05)
    return frame(
        person,
        owner,
        ~stayed | (again & (former == owner)),
        decile=state.regency_decile[person],
        job=_jobs(state, person, "regency", rng),
        status=strings(("HIDUP", "MENINGGAL", "PINDAH")).gather(dead + 2 * gone),
        status_date=np.select([gone, dead], [moved_on, _column(world, "death_date", person)], NO_DATE),
        note=strings(("", "AKTA KEMATIAN", "PINDAH DOMISILI", "HASIL VERVAL")).gather(dead + 2 * gone + 3 * checked),
    )


def decree(state: State, world: World) -> pl.DataFrame:
    """card (PSNOKA), decree_no, start_date; the list of the month of `as_of`."""
    rng = rng_for(world.seed, "rows", "decree")
    person, again = _twice(np.flatnonzero(state.decree), state.copies["decree"])
    months = rng.integers(0, world.as_of.month, len(person)) * (rng.random(len(person)) > SINCE_JANUARY)
    start = np.datetime64(world.as_of, "Y").astype("datetime64[M]") + months.astype("timedelta64[M]")
    owner = state.payer[person]
    decrees = strings([f"440/Kep.{121 + 17 * number}-Huk/{world.as_of.year}" for number in range(8)])
    card = numbers.card(person * 2 + (state.segment2[person] == PDA))
    known = (state.segment[person] != NONE) & ~(again & (rng.random(len(person)) < 0.5))
    return frame(
        person,
        owner,
        False,
        card=where(known, card, card.str.slice(0, 0)),
        decree_no=decrees.gather(owner),
        start_date=start.astype("datetime64[D]"),
    )


def cards(state: State, world: World) -> pl.DataFrame:
    """One row a JKN card: card, family_card, card_number (0, 1), segment, status, start_date, end_date, off_date."""
    rng = rng_for(world.seed, "rows", "cards")
    first, second = np.flatnonzero(state.segment != NONE), np.flatnonzero(state.segment2 != NONE)
    person = np.concatenate([first, second])
    extra = np.repeat([0, 1], [len(first), len(second)])
    segment = np.where(extra == 0, state.segment[person], state.segment2[person])
    status = np.where(extra == 0, state.status[person], state.status2[person])
    off = np.where(extra == 0, state.off_date[person], CUT_OFF)
    off = np.select([status == INACTIVE, status == DECEASED], [off, _column(world, "death_date", person)], NO_DATE)
    begun = JKN_BEGAN + rng.integers(0, JKN_DAYS, len(person)).astype("timedelta64[D]")
    begun = np.maximum(begun, _column(world, "birth_date", person)).astype("datetime64[M]").astype("datetime64[D]")
    family = world.people["household"].to_numpy()[person] * 16 + segment * 2 + extra
    return frame(
        person,
        -1,
        False,
        card=numbers.card(person * 2 + extra),
        family_card=numbers.jkn_family(family),
        card_number=extra,
        segment=strings(SEGMENTS).gather(segment),
        status=strings(STATUSES).gather(status),
        start_date=np.where(np.isnat(off), begun, np.minimum(begun, off)),
        end_date=off,
        off_date=off,
    )


def bills(state: State, world: World, cards_: pl.DataFrame) -> pl.DataFrame:
    """One row a billed head-month: card, family_card, card_row, covered_month, billed_month, amount, central_aid.

    `card_row` is the row of `cards_` whose master record was billed. A person with two cards of the segment is
    billed for the first.
    """
    billable = np.flatnonzero(
        (cards_["segment"] == SEGMENTS[PDA]).to_numpy() & (cards_["status"] == "AKTIF").to_numpy()
    )
    person, number = (cards_[name].to_numpy()[billable] for name in ("person", "card_number"))
    once = billable[state.billed[person] & ((number == 0) | (state.segment[person] != PDA))]
    person = cards_["person"].to_numpy()[once]
    row = np.concatenate([once, once[state.bill_copy[person]], once[state.bill_arrears[person]]])
    late = np.arange(len(row)) >= len(row) - int(state.bill_arrears[person].sum())
    person = cards_["person"].to_numpy()[row]
    covered = np.datetime64(world.as_of, "M") - late.astype("timedelta64[M]")
    return frame(
        person,
        state.payer[person],
        False,
        card=cards_["card"].gather(row),
        family_card=cards_["family_card"].gather(row),
        card_row=row,
        covered_month=covered.astype("datetime64[D]"),
        billed_month=np.full(len(row), np.datetime64(period(world.as_of), "D")),
        amount=np.where(late, TARIFF, state.amount[person]),
        central_aid=np.full(len(row), AID),
    )


def deaths(state: State, world: World) -> pl.DataFrame:
    """One row a death certificate: death_date, certificate_no."""
    person, again = _twice(np.flatnonzero(state.certificate), state.copies["civil_deaths"])
    died = _column(world, "death_date", person)
    year = pl.Series(died).dt.year().cast(pl.String)
    regency_ = strings(world.places.regencies).gather(owner_of(world, world.people["village"].to_numpy()[person]))
    serial = pl.Series(person * 2 + again).cast(pl.String).str.zfill(6)
    return frame(person, -1, False, death_date=died, certificate_no=regency_ + "-KM-" + year + "-" + serial)


def period(as_of: date) -> date:
    """The month of the bills: that of `as_of`."""
    return as_of.replace(day=1)
