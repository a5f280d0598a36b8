"""Employers, the workers of BPJS Ketenagakerjaan and the workers a regency has to cover."""

import numpy as np
import polars as pl

from sample_data import numbers
from sample_data.common import choose, draw, rng_for, strings, where, zipf
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
# fmt: off
LEGAL_FORMS = ("PT", "PT", "PT", "CV", "UD")
FIRST = ("Karya", "Sinar", "Mitra", "Tirta", "Bumi", "Graha", "Cipta", "Surya", "Multi", "Prima", "Indah", "Sumber")
SECOND = ("Jaya", "Abadi", "Makmur", "Sentosa", "Lestari", "Mandiri", "Persada", "Utama", "Perkasa", "Bahari")
THIRD = ("Plastik", "Garmen", "Logam", "Pangan", "Kimia", "Logistik", "Kayu", "Elektronik", "Sepatu", "Bangunan")
# fmt: on


def employers(world: World) -> pl.DataFrame:
    """business_no, employer_no, employer_name, owner (0-7), mean_wage: about one for a hundred people."""
    rng = rng_for(world.seed, "employers")
    count = max(12, world.people.height // PEOPLE_AN_EMPLOYER)
    words = [strings(part).gather(rng.integers(0, len(part), count)) for part in (LEGAL_FORMS, FIRST, SECOND, THIRD)]
    index = np.arange(count)
    return pl.DataFrame(
        {
            "business_no": numbers.nib(index),
            "employer_no": numbers.npp(index),
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


def headcount(firms: pl.DataFrame, workers: pl.DataFrame) -> pl.DataFrame:
    """employer_no, workers: what each employer reports, those active in Jamsostek and some who are not there."""
    counted = workers.filter(pl.col("status") == "AKTIF").group_by("employer_no").len("known")
    joined = firms.join(counted, on="employer_no", how="left", maintain_order="left")
    total = pl.col("known").cast(pl.Int64).fill_null(0) + 1 + pl.col("owner") % 3
    return joined.select("employer_no", total.alias("workers"))


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
