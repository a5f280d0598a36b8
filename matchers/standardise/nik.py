"""The NIK (identity number): lossless repair, and what can be said against it (DOMAIN §2, §6).

A NIK is `PPKKCC DDMMYY SSSS`: place of issue, birth date (day + 40 for women), serial from 0001. It has no check digit.
Numbers are text throughout; the arithmetic below is on whole 64-bit numbers, never on floating point.
"""

import math
from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from matchers.standardise.text import EXACT_DOUBLE, lossless_digits

LENGTH = 16
# After a re-coding the registry offices go on giving numbers of the old code until their own tables are changed.
NEW_CODE_LATE = timedelta(days=2 * 365)
# Above this share of numbers ending in 0, the 15 significant digits of a spreadsheet are the explanation (DOMAIN ID03).
ENDING_IN_ZERO = 0.30
BY_CHANCE = 0.10
# A file is called damaged only when chance would explain it less often than once in a million.
_EVIDENCE = math.log(1e6)
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
) -> pl.DataFrame:
    """NIK and its status.

    raw: String as written. birth_date: Date. sex: 'L'/'P'/null. prefixes: the first four digits (or two: any regency of
    that number) a NIK may have, and the last day on which such numbers were given; who was born well after that day
    cannot have one. kk: the 16-digit family card number of the same row. file: which file a row is of; with it, files
    whose numbers lost their tail in a spreadsheet are found.

    Out: `nik` (16 digits, or null when they are not readable, damaged, or are the family card's number) and
    `nik_status`: valid, missing, malformed, damaged, contradicts_birth_date, contradicts_sex. The first of: missing,
    damaged, malformed, contradicts_birth_date, contradicts_sex applies.
    """
    read = lossless_digits(raw)
    digits = read["digits"]
    lost = precision_lost(digits, file) if file is not None else pl.repeat(False, raw.len(), eager=True)
    frame = pl.DataFrame(
        {
            "raw": raw,
            "digits": digits,
            "scientific": read["damaged"],
            "lost": lost,
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


def precision_lost(digits: pl.Series, file: pl.Series) -> pl.Series:
    """Which 16-digit numbers may have lost their last digits in a spreadsheet, judged by their file.

    digits: String of digits or null; file: any key. Out: Boolean, never null.
    Two kinds. *15 digits kept*: far more than a tenth of the file's numbers end in 0; those that do are not to be
    believed. *Double precision*: of the numbers above 2^53 not one is odd; those divisible by four may stand for an odd
    neighbour.
    """
    number = pl.when(pl.col("digits").str.len_chars() == LENGTH).then("digits").cast(pl.Int64, strict=False)
    frame = pl.DataFrame({"digits": digits, "file": file}).select("file", number=number)
    zero = (pl.col("number") % 10 == 0).fill_null(False)
    large = (pl.col("number") > EXACT_DOUBLE).fill_null(False)
    odd = large & (pl.col("number") % 2 == 1)
    counted = frame.group_by("file").agg(n=pl.col("number").count(), zeros=zero.sum(), large=large.sum(), odd=odd.sum())
    share = pl.col("zeros") / pl.col("n")
    other = 1 - share
    # Chernoff: P(at least this share by chance) <= exp(-n * KL(share || BY_CHANCE)).
    divergence = share * (share / BY_CHANCE).log() + pl.when(other > 0).then(
        other * (other / (1 - BY_CHANCE)).log()
    ).otherwise(0.0)
    judged = counted.select(
        "file",
        rounded=(share > ENDING_IN_ZERO) & (pl.col("n") * divergence >= _EVIDENCE),
        doubled=(pl.col("odd") == 0) & (pl.col("large") * math.log(2) >= _EVIDENCE),
    ).with_columns(pl.col("rounded", "doubled").fill_null(False))
    if not (judged["rounded"].any() or judged["doubled"].any()):
        return pl.repeat(False, digits.len(), dtype=pl.Boolean, eager=True).rename("lost")
    joined = frame.join(judged, on="file", how="left", maintain_order="left", nulls_equal=True)
    lost = (pl.col("rounded") & zero) | (pl.col("doubled") & large & (pl.col("number") % 4 == 0))
    return joined.select(lost=lost.fill_null(False))["lost"]


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
        ~pl.col("raw").fill_null("").str.contains("[0-9]")
        | said.str.contains(_ONE_DIGIT_REPEATED)
        | said.str.contains(_NO_BIRTH_DATE)
        | said.is_in(list(_PLACEHOLDERS))
    )
    # 3.2E+15 written out in full is 16 digits with a tail of zeros: the same loss in another dress.
    expanded = (number % 10**7 == 0).fill_null(False)
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
