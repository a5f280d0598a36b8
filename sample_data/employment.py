"""Employers, the workers of BPJS Ketenagakerjaan and the workers a regency has to cover."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from sample_data import numbers
from sample_data.common import Bools, Ints, Rng, choose, draw, rng_for, strings, where, zipf
from sample_data.jobs import FIRST_INFORMAL, WAGE_JOBS
from sample_data.people import World
from sample_data.rows import frame, owner_of
from sample_data.state import BPU, JAKON, PMI, PU, State

TK_SEGMENTS = ("", "PU", "BPU", "JAKON", "PMI")
PROGRAMS = ("JKK+JKM+JHT+JP", "JKK+JKM+JHT", "JKK+JKM")
FUNDING = ("MANDIRI", "APBD", "DBHCHT", "DANA DESA", "BAZNAS", "CSR", "PERUSAHAAN")
FUNDING_WEIGHTS = (38, 28, 12, 9, 7, 6)
BY_EMPLOYER = 6
MINIMUM_WAGE = 2_600_000  # rupiah a month, lowest of the sample's employers
OTHER_WAGE = {BPU: 1_000_000, JAKON: 2_400_000, PMI: 5_000_000}
PEOPLE_AN_EMPLOYER = 110
SMALL = 20  # an employer of fewer workers is not bound to the minimum wage, nor to the pension programme
# What employers report to the manpower office (WLKP). No register with these shares is public: they are assumptions.
UNREGISTERED = 0.12  # without a number (PWBD), for each one with: below the 30 % that Pandeglang's office told in 2025
UNREGISTERED_WORKERS = (2, 15)  # least and most of such a one: mostly sole traders and small firms
PARTIAL = 0.18  # of those with a number, who insure a part of their workers (PDS): rather more than insure nobody
NOT_INSURED = (0.1, 0.5)  # of the workers of such a one: from a year's newcomers to half of them
BEHIND = 0.2  # of the others, whose report lacks the newest one or two members: it is made once a year
# fmt: off
LEGAL_FORMS = ("PT", "PT", "PT", "CV", "UD")
FORMS_UNREGISTERED = ("PT", "CV", "UD", "UD")
FIRST = ("Karya", "Sinar", "Mitra", "Tirta", "Bumi", "Graha", "Cipta", "Surya", "Multi", "Prima", "Indah", "Sumber")
SECOND = ("Jaya", "Abadi", "Makmur", "Sentosa", "Lestari", "Mandiri", "Persada", "Utama", "Perkasa", "Bahari")
THIRD = ("Plastik", "Garmen", "Logam", "Pangan", "Kimia", "Logistik", "Kayu", "Elektronik", "Sepatu", "Bangunan")
# fmt: on


def employers(world: World) -> pl.DataFrame:
    """business_no, employer_no, employer_name, owner (0-7), mean_wage: about one for a hundred people."""
    index = np.arange(max(12, world.people.height // PEOPLE_AN_EMPLOYER))
    firms = _firms(rng_for(world.seed, "employers"), world, index, LEGAL_FORMS)
    return firms.with_columns(numbers.npp(index).alias("employer_no"))


def unregistered(world: World, firms: pl.DataFrame) -> pl.DataFrame:
    """As `employers`, and `workers`, how many each reports: employers without a number, so that no member is theirs."""
    rng = rng_for(world.seed, "employers", "unregistered")
    index = firms.height + np.arange(max(1, round(UNREGISTERED * firms.height)))
    made = _firms(rng, world, index, FORMS_UNREGISTERED)
    low, high = UNREGISTERED_WORKERS
    return made.with_columns(pl.Series("workers", rng.integers(low, high + 1, len(index))))


def _firms(rng: Rng, world: World, index: Ints, forms: Sequence[str]) -> pl.DataFrame:
    """The employers of these numbers, registered nowhere (employer_no is empty)."""
    count = len(index)
    words = [strings(part).gather(rng.integers(0, len(part), count)) for part in (forms, FIRST, SECOND, THIRD)]
    return pl.DataFrame(
        {
            "business_no": numbers.nib(index),
            "employer_no": strings([""] * count),
            "employer_name": words[0] + " " + words[1] + " " + words[2] + " " + words[3],
            "owner": choose(rng, world.setting["weights"], count),
            "mean_wage": MINIMUM_WAGE + rng.integers(0, 400, count) * 10_000,
        }
    )


def workers(state: State, world: World, firms: pl.DataFrame) -> pl.DataFrame:
    """One row a KPJ: kpj, segment, programs, employer_no, employer_name, wage, start_date, paid_until, status,
    funding. A second KPJ is that of an earlier employer, NONAKTIF."""
    rng = rng_for(world.seed, "rows", "workers")
    main = np.flatnonzero(state.tk > 0)
    second = main[state.tk_second[main]]
    person = np.concatenate([main, second])
    count = len(person)
    extra = np.repeat([0, 1], [len(main), len(second)])
    segment = np.where(extra == 1, PU, state.tk[person])
    active = state.tk_active[person] & (extra == 0)
    employed = np.isin(segment, (PU, JAKON))
    firm = draw(rng, zipf(firms.height, 0.8), count)
    paid_by = np.where(employed, BY_EMPLOYER, choose(rng, FUNDING_WEIGHTS, count))
    enrolled = np.datetime64(world.as_of, "D") - rng.integers(200, 3600, count).astype("timedelta64[D]")
    months_ago = np.where(active, rng.integers(0, 2, count), rng.integers(2, 40, count))
    paid = (np.datetime64(world.as_of, "M") - months_ago.astype("timedelta64[M]")).astype("datetime64[D]")
    own_wage = firms["mean_wage"].to_numpy()[firm] + rng.integers(-60, 90, count) * 10_000
    bpu_program = 1 + (rng.random(count) < 0.8)
    program = np.select([segment == PU, segment == BPU], [rng.integers(0, 2, count), bpu_program], 2)
    names, codes = firms["employer_name"].gather(firm), firms["employer_no"].gather(firm)
    return frame(
        person,
        -1,
        False,
        kpj=numbers.kpj(person * 2 + extra, enrolled.astype("datetime64[Y]").astype(np.int64) + 1970),
        segment=strings(TK_SEGMENTS).gather(segment),
        programs=strings(PROGRAMS).gather(program),
        employer_no=where(employed, codes, codes.str.slice(0, 0)),
        employer_name=where(employed, names, names.str.slice(0, 0)),
        wage=np.select([segment == number for number in OTHER_WAGE], list(OTHER_WAGE.values()), own_wage),
        start_date=np.minimum(enrolled, paid),
        paid_until=paid,
        status=strings(("NONAKTIF", "AKTIF")).gather(active.astype(np.int64)),
        funding=strings(FUNDING).gather(paid_by),
    )


def members(firms: pl.DataFrame, workers: pl.DataFrame) -> Ints:
    """How many workers are active in Jamsostek under the number of each employer."""
    counted = workers.filter(pl.col("status") == "AKTIF").group_by("employer_no").len("known")
    joined = firms.join(counted, on="employer_no", how="left", maintain_order="left")
    known: Ints = joined["known"].cast(pl.Int64).fill_null(0).to_numpy()
    return known


def may_be_bound(firms: pl.DataFrame, workers: pl.DataFrame) -> Bools:
    """Which employers pay as one that is not small: also who would be none with the next one to three newcomers."""
    near: Bools = members(firms, workers) + 1 + firms["owner"].to_numpy() % 3 >= SMALL
    return near


def reported(world: World, firms: pl.DataFrame, workers: pl.DataFrame) -> Ints:
    """Workers that each employer with a number reports: its members, a few less (BEHIND) or clearly more (PARTIAL)."""
    rng = rng_for(world.seed, "employers", "reported")
    known = members(firms, workers)
    some = rng.permutation(np.flatnonzero(known))[: max(1, round(PARTIAL * len(known)))]
    all_of_them = np.ceil(known / (1 - rng.uniform(*NOT_INSURED, len(known)))).astype(np.int64)
    late = np.where(rng.random(len(known)) < BEHIND, rng.integers(1, 3, len(known)), 0)
    # Who pays as a small employer stays one: a larger one would owe more, and findings nobody planted would arise.
    all_of_them = np.where(may_be_bound(firms, workers), all_of_them, np.minimum(all_of_them, SMALL - 1))
    told = np.where(np.isin(np.arange(len(known)), some), np.maximum(all_of_them, known + 1), known - late)
    return np.maximum(told, 1)


def workforce(world: World) -> pl.DataFrame:
    """region, workers, vulnerable: a regency's people of 18-64 who work, and the informal, poor ones among them."""
    informal = pl.col("job") >= FIRST_INFORMAL
    owner = owner_of(world, world.people["village"].to_numpy())
    decile = world.households["decile"].gather(world.people["household"])
    people = world.people.with_columns(pl.Series("owner", owner), decile.alias("decile"))
    working = people.filter(
        pl.col("death_date").is_null() & pl.col("age").is_between(18, 64) & (pl.col("job").is_in(WAGE_JOBS) | informal)
    )
    counted = working.group_by("owner").agg(
        pl.len().alias("workers"), (informal & (pl.col("decile") <= 5)).sum().alias("vulnerable")
    )
    codes = pl.DataFrame({"owner": range(8), "region": world.places.regencies})
    return codes.join(counted, on="owner", how="left").sort("owner").fill_null(0)
