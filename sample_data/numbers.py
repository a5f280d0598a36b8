"""Numbers that identify: NIK and family card by the civil registry's rule, BPJS cards, KPJ, NPP, NIB."""

import numpy as np
import polars as pl

from sample_data.common import Bools, Dates, Ints, Rng

FEMALE_DAY = 40  # a woman's birth day in the NIK is raised by 40 (DOMAIN section 2)
# Odd multipliers without the factor 5 permute 0 ... 10**n - 1: numbers look random and never meet.
CARD_STEP, KPJ_STEP, NPP_STEP, NIB_STEP = 6_180_339_887, 314_159_269, 2_718_281, 161_803_398_87


def nik(district: pl.Series, birth: Dates, female: Bools, rng: Rng) -> pl.Series:
    """16 digits: district of issue, DDMMYY (women DD + 40), serial from 0001; unique.

    Serials run on among all who share the first twelve digits, with gaps for people outside this world.
    """
    return _numbered(district, birth, np.where(female, FEMALE_DAY, 0), rng)


def family_card(district: pl.Series, issued: Dates, rng: Rng) -> pl.Series:
    """16 digits: district of issue, DDMMYY of the issue, serial; unique within one call."""
    return _numbered(district, issued, np.zeros(len(issued), dtype=np.int64), rng)


def _numbered(district: pl.Series, day: Dates, add: Ints, rng: Rng) -> pl.Series:
    frame = pl.DataFrame(
        {
            "district": district.cast(pl.Int64),
            "day": pl.Series(day.astype("datetime64[D]")),
            "add": add,
            "gap": rng.integers(1, 4, len(add)),
        }
    )
    date_digits = (
        (pl.col("day").dt.day() + pl.col("add")) * 10_000
        + pl.col("day").dt.month().cast(pl.Int64) * 100
        + pl.col("day").dt.year().cast(pl.Int64) % 100
    )
    frame = frame.with_columns((pl.col("district") * 1_000_000 + date_digits).alias("head"))
    serial = pl.col("gap").cum_sum().over("head")
    return frame.select((pl.col("head") * 10_000 + serial).cast(pl.String).alias("number"))["number"]


def _padded(values: Ints, width: int) -> pl.Series:
    return pl.Series("number", values).cast(pl.String).str.zfill(width)


def card(index: Ints) -> pl.Series:
    """PSNOKA of person-card number `index`: 13 digits that begin with zeros, as the real ones do."""
    return _padded((index * CARD_STEP + 1_618_033) % 10**10, 13)


def jkn_family(index: Ints) -> pl.Series:
    """NOKA of family `index`: 13 digits."""
    return _padded((index * KPJ_STEP + 27_182_818) % 10**10, 13)


def kpj(index: Ints, year: Ints) -> pl.Series:
    """KPJ: 11 digits, the first two the year of enrolment."""
    return _padded((year % 100) * 10**9 + (index * KPJ_STEP + 577_215) % 10**9, 11)


def npp(index: Ints) -> pl.Series:
    """NPP of employer `index`: 8 digits."""
    return _padded((index * NPP_STEP + 15_070_955) % 10**8, 8)


def nib(index: Ints) -> pl.Series:
    """NIB of employer `index`: 13 digits."""
    return _padded(9_120_000_000_000 + (index * NIB_STEP) % 10**10, 13)
