"""What the registers hold about each person before any fault: who is where, in which segment, paid by whom."""

from dataclasses import dataclass, field

import numpy as np

from sample_data.common import Bools, Dates, Ints, Rng, choose, rng_for
from sample_data.households import CHILD, HEAD, SPOUSE
from sample_data.jobs import CIVIL_SERVANT, FORMAL, WAGE_JOBS
from sample_data.people import World

NONE, PBI, PDA, PPU_BU, PPU_PN, MDR, BP = range(7)  # JKN segments
SEGMENTS = ("", "PBI JK", "PBPU PEMDA", "PPU BU", "PPU PN", "PBPU", "BP")
ACTIVE, INACTIVE, DECEASED, SUSPENDED = range(4)  # JKN status
STATUSES = ("AKTIF", "NONAKTIF", "MENINGGAL", "PENANGGUHAN")
PU, BPU, JAKON, PMI = 1, 2, 3, 4  # Jamsostek segments
TARIFF, AID = 37_800, 4_200  # rupiah a month of PBPU Pemda: APBD's part and APBN's (DOMAIN section 3)
CUT_OFF = np.datetime64("2026-02-01")  # the mass deactivation of SK 3/HUK/2026 (DOMAIN section 3)

# Coverage of the registers, chosen so that 100,000 people give about 330,000 person rows.
IN_DTSEN, IN_DTSEN_BABY = 0.89, 0.70
IN_REGENCY = 0.88
LEFT_BEHIND, ARRIVED = 0.75, 0.65  # movers between regencies: still on the old register, on the new one
# JKN of the eligible without an employer: PBI, PBI cut off, PDA, self-paid, in arrears, none
ELIGIBLE_JKN = (0.86, 0.03, 0.035, 0.03, 0.02, 0.025)
# of the others: PDA, self-paid, in arrears, BP, PBI cut off, PBI still, former employee, none
OTHER_JKN = (0.42, 0.21, 0.11, 0.02, 0.11, 0.02, 0.05, 0.06)
DEATH_CERTIFICATE, REGENCY_KNOWS, PROVINCE_KNOWS = 0.62, 0.55, 0.4
BPU_SHARE, PMI_SHARE, JAKON_SHARE, FORMER_WORKER = 0.22, 0.006, 0.006, 0.09


@dataclass(frozen=True)
class State:
    """One element a person in every array; the arrays are filled here and then altered by `plants.plant`."""

    in_dtsen: Bools
    decile: Ints
    excluded: Bools
    dead: Bools
    in_regency: Bools
    left_behind: Bools  # a row of the former regency's register as well
    left_status: Ints  # of that row: 0 HIDUP, 1 PINDAH
    regency_decile: Ints
    certificate: Bools  # a death certificate
    regency_dead: Bools
    province_dead: Bools
    segment: Ints
    status: Ints
    off_date: Dates
    segment2: Ints  # a second card, NONE for nobody
    status2: Ints
    decree: Bools
    billed: Bools
    bill_copy: Bools
    bill_arrears: Bools
    amount: Ints
    payer: Ints  # 0-7: the regency whose decree and bill it is
    tk: Ints  # Jamsostek segment, 0 for none
    tk_active: Bools
    tk_second: Bools  # a second KPJ of an earlier employer
    job: Ints
    copies: dict[str, Bools]  # kind -> people with two rows in one register of that kind
    marks: dict[str, Bools] = field(default_factory=dict)  # people whose rows `plants_identity` alters, by mismatch
    planted: dict[str, Ints] = field(default_factory=dict)  # code -> people chosen by `plants_money.plant`


def base(world: World) -> State:
    """The registers as they would be with the everyday disorder of their rules but no planted mismatch."""
    people, homes = world.people, world.households
    home = people["household"].to_numpy()
    rng = rng_for(world.seed, "state")
    count, houses = people.height, homes.height
    age = people["age"].to_numpy()
    dead = people["death_date"].is_not_null().to_numpy()
    decile = homes["decile"].to_numpy()[home].astype(np.int64)
    in_dtsen = (rng.random(houses) < IN_DTSEN)[home] & (rng.random(count) < 0.99)
    in_dtsen &= (age > 0) | (rng.random(count) < IN_DTSEN_BABY)
    excluded = homes["excluded"].to_numpy()[home] & in_dtsen
    eligible = in_dtsen & (decile >= 1) & (decile <= 5) & ~excluded
    segment, status, off = _jkn(world, eligible, rng)
    status, off = _after_death(world, dead, status, off, rng)
    owner = world.places.villages["owner"].to_numpy()
    now, before = (
        owner[people["village"].to_numpy()],
        owner[people["village_old"].to_numpy()],
    )
    moved = now != before
    on_register = (rng.random(houses) < IN_REGENCY)[home] & (rng.random(count) < 0.985)
    tk, tk_active = _jamsostek(people["job"].to_numpy(), age, segment, status, rng)
    pda = (segment == PDA) & (status == ACTIVE)
    none = np.zeros(count, dtype=np.bool_)
    kinds = ("province", "regency", "decree", "civil_deaths")
    return State(
        in_dtsen=in_dtsen,
        decile=decile,
        excluded=excluded,
        dead=dead,
        in_regency=on_register & (~moved | (rng.random(count) < ARRIVED)),
        left_behind=on_register & moved & (rng.random(count) < LEFT_BEHIND),
        left_status=(rng.random(houses) < 0.7)[home].astype(np.int64),
        regency_decile=decile.copy(),
        certificate=dead & (rng.random(count) < DEATH_CERTIFICATE),
        regency_dead=dead & (rng.random(count) < REGENCY_KNOWS),
        province_dead=dead & (rng.random(count) < PROVINCE_KNOWS),
        segment=segment,
        status=status,
        off_date=off,
        segment2=np.zeros(count, dtype=np.int64),
        status2=np.zeros(count, dtype=np.int64),
        decree=pda.copy(),
        billed=pda.copy(),
        bill_copy=none.copy(),
        bill_arrears=pda & (rng.random(count) < 0.01),
        amount=np.full(count, TARIFF),
        payer=np.where(moved & (rng.random(count) < 0.5), before, now).astype(np.int64),
        tk=tk,
        tk_active=tk_active,
        tk_second=none.copy(),
        job=people["job"].to_numpy().copy(),
        copies={kind: none.copy() for kind in kinds},
    )


def _jkn(world: World, eligible: Bools, rng: Rng) -> tuple[Ints, Ints, Dates]:
    """Segment, status and date of deactivation by the family's means; a household mostly shares its fate."""
    people = world.people
    home = people["household"].to_numpy()
    role, age, job = (people[name].to_numpy() for name in ("role", "age", "job"))
    count, houses = people.height, world.households.height
    together = rng.random(count) < 0.85
    low = np.where(together, choose(rng, ELIGIBLE_JKN, houses)[home], choose(rng, ELIGIBLE_JKN, count))
    high = np.where(together, choose(rng, OTHER_JKN, houses)[home], choose(rng, OTHER_JKN, count))
    segment = np.where(
        eligible,
        np.asarray((PBI, PBI, PDA, MDR, MDR, NONE))[low],
        np.asarray((PDA, MDR, MDR, BP, PBI, PBI, PPU_BU, NONE))[high],
    )
    status = np.where(
        eligible,
        np.asarray((ACTIVE, INACTIVE, ACTIVE, ACTIVE, SUSPENDED, ACTIVE))[low],
        np.asarray((ACTIVE, ACTIVE, SUSPENDED, ACTIVE, INACTIVE, ACTIVE, INACTIVE, ACTIVE))[high],
    )
    breadwinner = np.isin(job, WAGE_JOBS)
    state_paid = np.bincount(home, breadwinner & (job >= CIVIL_SERVANT), houses)[home] > 0
    employed_home = np.bincount(home, breadwinner & np.isin(role, (HEAD, SPOUSE)), houses)[home] > 0
    covered = breadwinner | (employed_home & (np.isin(role, (HEAD, SPOUSE)) | ((role == CHILD) & (age < 21))))
    segment = np.where(covered, np.where(state_paid, PPU_PN, PPU_BU), segment)
    status = np.where(covered, np.where(rng.random(count) < 0.05, INACTIVE, ACTIVE), status)
    return segment.astype(np.int64), status.astype(np.int64), _off_dates(world, segment, status, rng)


def _off_dates(world: World, segment: Ints, status: Ints, rng: Rng) -> Dates:
    """When a card was switched off: first of a month; half of the PBI cards in the mass cut-off."""
    count = len(segment)
    this_month = np.datetime64(world.as_of, "M")
    months = rng.integers(0, 30, count).astype("timedelta64[M]")
    off = (this_month - months).astype("datetime64[D]")
    mass = (segment == PBI) & (rng.random(count) < 0.5) & (np.datetime64(world.as_of, "D") > CUT_OFF)
    off = np.where(mass, CUT_OFF.astype("datetime64[D]"), off)
    return np.where(status == INACTIVE, off, np.datetime64("NaT", "D"))


def _after_death(world: World, dead: Bools, status: Ints, off: Dates, rng: Rng) -> tuple[Ints, Dates]:
    """Half of the dead stand as MENINGGAL, a third were switched off, the others are as they were."""
    fate = choose(rng, (0.5, 0.33, 0.17), len(dead))
    died = world.people["death_date"].to_numpy().astype("datetime64[D]")
    status = np.where(dead & (fate == 0), DECEASED, np.where(dead & (fate == 1), INACTIVE, status))
    return status.astype(np.int64), np.where(dead & (fate < 2), died, off)


def _jamsostek(job: Ints, age: Ints, segment: Ints, status: Ints, rng: Rng) -> tuple[Ints, Bools]:
    """Wage workers are PU; some informal workers BPU, some with a finished membership of an earlier job.

    Nobody whose JKN is subsidised gets an active PU here: those are planted (FN02).
    """
    count = len(job)
    worker = (age >= 18) & (age < 62)
    wage = worker & np.isin(job, WAGE_JOBS[:1])
    informal = worker & ~np.isin(job, tuple(FORMAL))
    draw_ = rng.random(count)
    limits = np.cumsum((BPU_SHARE, PMI_SHARE, JAKON_SHARE, FORMER_WORKER))
    tk = np.where(informal, np.select([draw_ < limit for limit in limits], [BPU, PMI, JAKON, PU], 0), 0)
    tk = np.where(wage & (draw_ < 0.9), PU, tk)
    tk = np.where(worker & ~informal & ~wage & (draw_ < 0.12), PU, tk)
    former = (tk == PU) & ~wage
    active = (tk > 0) & ~former & (rng.random(count) < np.where(tk == BPU, 0.8, 0.93))
    subsidised = np.isin(segment, (PBI, PDA)) & (status == ACTIVE)
    return tk.astype(np.int64), active & ~((tk == PU) & subsidised)
