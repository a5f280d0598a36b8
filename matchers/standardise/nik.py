"""The NIK (identity number): lossless repair, and what can be said against it (DOMAIN §2, §6).

A NIK is `PPKKCC DDMMYY SSSS`: place of issue, birth date (day + 40 for women), serial from 0001. It has no check digit.
Numbers are text throughout; the arithmetic below is on whole 64-bit numbers, never on floating point.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from matchers.standardise.number_tails import LENGTH, WRITTEN_OUT, sound_tails
from matchers.standardise.text import lossless_digits

# After a re-coding the registry offices go on giving numbers of the old code until their own tables are changed.
NEW_CODE_LATE = timedelta(days=2 * 365)
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# A temporary NIK: a place, then one digit over and over where the birth date should be (no date is 222222 to 999999).
_NO_BIRTH_DATE = "^[0-9]{6}(?:" + "|".join(f"{digit}{{6}}" for digit in range(2, 10)) + ")[0-9]{4}$"
_PLACEHOLDERS = ("1234567890123456", "0123456789012345", "1234567891234567", "1234567812345678")
_ONE_DIGIT_REPEATED = "^(?:" + "|".join(f"{digit}+" for digit in range(10)) + ")$"


def standardise_nik(
    raw: pl.Series,
    birth_date: pl.Series,
    sex: pl.Series,
    prefixes: Mapping[str, date | None],
    *,
    kk: pl.Series | None = None,
    file: pl.Series | None = None,
    counts: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """NIK and its status.

    raw: String as written. birth_date: Date. sex: 'L'/'P'/null. prefixes: the first four digits (or two: any regency of
    that number) a NIK may have, and the last day on which such numbers were given; who was born well after that day
    cannot have one. kk: the 16-digit family card number of the same row. file: which file a row is of; with it, files
    whose numbers lost their tail in a spreadsheet are found; counts: of `count_tails` over the whole files, where these
    rows are only parts of them.

    Out: `nik` (16 digits, or null when they are not readable, damaged, or are the family card's number) and
    `nik_status`: valid, missing, malformed, damaged, contradicts_birth_date, contradicts_sex. The first of: missing,
    damaged, malformed, contradicts_birth_date, contradicts_sex applies.
    """
    read = lossless_digits(raw)
    tails = read.select("digits", lost=pl.lit(False)) if file is None else sound_tails(read["digits"], file, counts)
    frame = pl.DataFrame(
        {
            "raw": raw,
            "digits": tails["digits"],
            "scientific": read["damaged"],
            "lost": tails["lost"],
            "birth_date": birth_date,
            "sex": sex,
            "kk": kk if kk is not None else pl.repeat(None, raw.len(), dtype=pl.String, eager=True),
        }
    ).with_columns(
        number=pl.when(pl.col("digits").str.len_chars() == LENGTH).then("digits").cast(pl.Int64, strict=False)
    )
    status = _status(prefixes)
    readable = pl.col("number").is_not_null() & ~pl.col("status").is_in(["missing", "damaged"])
    own = ~pl.col("digits").eq_missing(pl.col("kk"))
    return frame.with_columns(status=status).select(nik=pl.when(readable & own).then("digits"), nik_status="status")


def _known_place(prefixes: Mapping[str, date | None]) -> pl.Expr:
    """Whether the first digits are a place that gave numbers when the person could first get one."""
    digits, known = pl.col("digits"), pl.lit(False)
    for size in (2, 4):
        ends = {prefix: (end or date.max - NEW_CODE_LATE) for prefix, end in prefixes.items() if len(prefix) == size}
        if ends:
            last = digits.str.slice(0, size).replace_strict(ends, default=None, return_dtype=pl.Date)
            in_time = (pl.col("birth_date") <= last + NEW_CODE_LATE).fill_null(True)
            known |= last.is_not_null() & in_time
    return known


def _status(prefixes: Mapping[str, date | None]) -> pl.Expr:
    digits, number = pl.col("digits"), pl.col("number")
    said = digits.fill_null("")
    missing = (
        (digits.is_null() & ~pl.col("raw").fill_null("").str.contains("[0-9]"))
        | said.str.contains(_ONE_DIGIT_REPEATED)
        | said.str.contains(_NO_BIRTH_DATE)
        | said.is_in(list(_PLACEHOLDERS))
    )
    # 3.2E+15 written out in full is 16 digits with a tail of zeros: the same loss in another dress.
    expanded = (number % 10**WRITTEN_OUT == 0).fill_null(False)
    known_place = _known_place(prefixes) & (number // 10**12 % 100 > 0) & (number // 10**10 % 100 > 0)
    coded_day, month, year = number // 10**8 % 100, number // 10**6 % 100, number // 10**4 % 100
    day = coded_day - 40 * (coded_day > 40).cast(pl.Int64)
    last_day = month.replace_strict(range(1, 13), _DAYS_IN_MONTH, default=0, return_dtype=pl.Int64)
    leap_day_of_common_year = (day == 29) & (month == 2) & (year % 4 != 0)
    possible_date = (day >= 1) & (day <= last_day) & ~leap_day_of_common_year
    well_formed = known_place & possible_date & (number % 10**4 > 0)
    born = pl.col("birth_date").dt
    other_date = (day != born.day()) | (month != born.month()) | (year != born.year() % 100)
    other_sex = (coded_day > 40) != (pl.col("sex") == "P")
    return (
        pl.when(missing)
        .then(pl.lit("missing"))
        .when(pl.col("scientific") | expanded | pl.col("lost"))
        .then(pl.lit("damaged"))
        .when(number.is_null() | (digits == pl.col("kk")) | ~well_formed)
        .then(pl.lit("malformed"))
        .when(other_date)
        .then(pl.lit("contradicts_birth_date"))
        .when(other_sex)
        .then(pl.lit("contradicts_sex"))
        .otherwise(pl.lit("valid"))
    )
