"""The NIK (identity number): lossless repair, and what can be said against it (DOMAIN §2, §6).

A NIK is `PPKKCC DDMMYY SSSS`: place of issue, birth date (day + 40 for women), serial from 0001. It has no check digit.
Numbers are text throughout; the arithmetic below is on whole 64-bit numbers, never on floating point.
"""

import math
from collections.abc import Collection

import polars as pl

from matchers.standardise.text import EXACT_DOUBLE, lossless_digits

LENGTH = 16
# Numbers that end in so many zeros are counted, from one to this many.
MOST_ZEROS = 4
# A file is called damaged only when chance would explain it less often than once in ten thousand.
_EVIDENCE = math.log(1e4)
# Of the numbers above 2^53 a quarter can be divided by four; of numbers bent to doubles three quarters.
_FOURS_BY_CHANCE = 0.25
# A file wrote one digit too many when this share of its numbers has 17 digits, the last of them a 0.
LONG_FILE = 0.5
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# A temporary NIK: a place, then one digit over and over where the birth date should be (no date is 222222 to 999999).
_NO_BIRTH_DATE = "^[0-9]{6}(?:" + "|".join(f"{digit}{{6}}" for digit in range(2, 10)) + ")[0-9]{4}$"
_PLACEHOLDERS = ("1234567890123456", "0123456789012345", "1234567891234567", "1234567812345678")
_ONE_DIGIT_REPEATED = "^(?:" + "|".join(f"{digit}+" for digit in range(10)) + ")$"


def standardise_nik(
    raw: pl.Series,
    birth_date: pl.Series,
    sex: pl.Series,
    prefixes: Collection[str],
    *,
    kk: pl.Series | None = None,
    file: pl.Series | None = None,
) -> pl.DataFrame:
    """NIK and its status.

    raw: String as written. birth_date: Date. sex: 'L'/'P'/null. prefixes: first two or four digits a NIK may have.
    kk: the 16-digit family card number of the same row. file: which file a row is of; with it, files whose numbers lost
    their tail in a spreadsheet are found.

    Out: `nik` (16 digits, or null when they are not readable, damaged, or are the family card's number) and
    `nik_status`: valid, missing, malformed, damaged, contradicts_birth_date, contradicts_sex. The first of: missing,
    damaged, malformed, contradicts_birth_date, contradicts_sex applies.
    """
    read = lossless_digits(raw)
    digits = read["digits"] if file is None else without_a_zero_too_many(read["digits"], file)
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


def without_a_zero_too_many(digits: pl.Series, file: pl.Series, length: int = LENGTH) -> pl.Series:
    """The numbers of files that wrote `3602...0001.0` and then lost the point: 17 digits that all end in 0.

    digits: String of digits or null; file: any key. Where most of a file's numbers are one digit too long and end in 0,
    that 0 is taken away; elsewhere a number too long stays as it is, for nobody knows which digit is too many.
    """
    long = pl.col("digits").str.len_chars() == length + 1
    if not digits.to_frame("digits").select(long.any()).item():
        return digits
    frame = pl.DataFrame({"digits": digits, "file": file})
    zero = long & pl.col("digits").str.ends_with("0")
    told = frame.group_by("file").agg(
        told=(zero.sum() > LONG_FILE * pl.col("digits").count()) & (zero.sum() == long.sum())
    )
    frame = frame.join(told, on="file", how="left", maintain_order="left", nulls_equal=True)
    cut = pl.when(zero & pl.col("told")).then(pl.col("digits").str.slice(0, length)).otherwise("digits")
    return frame.select(digits=cut)["digits"]


def precision_lost(digits: pl.Series, file: pl.Series) -> pl.Series:
    """Which 16-digit numbers may have lost their last digits in a spreadsheet, judged by their file.

    digits: String of digits or null; file: any key. Out: Boolean, never null.
    Two kinds, each found as well where only some of a file's rows passed through the spreadsheet. *Digits cut off*:
    many more of the file's numbers end in 0, 00, 000 or 0000 than chance allows; those that do are not to be believed.
    *Double precision*: of the numbers above 2^53 many more can be divided by four than chance allows; they may stand
    for an odd neighbour.
    """
    number = pl.when(pl.col("digits").str.len_chars() == LENGTH).then("digits").cast(pl.Int64, strict=False)
    frame = pl.DataFrame({"digits": digits, "file": file}).select("file", number=number)
    judged = _judged_files(frame)
    if judged.select(pl.col("ends").is_null().all() & ~pl.col("doubled").any()).item():
        return pl.repeat(False, digits.len(), dtype=pl.Boolean, eager=True).rename("lost")
    joined = frame.join(judged, on="file", how="left", maintain_order="left", nulls_equal=True)
    cut = pl.any_horizontal((pl.col("ends") == k) & (pl.col("number") % 10**k == 0) for k in range(1, MOST_ZEROS + 1))
    bent = pl.col("doubled") & (pl.col("number") > EXACT_DOUBLE) & (pl.col("number") % 4 == 0)
    return joined.select(lost=cut.fill_null(False) | bent.fill_null(False))["lost"]


def _judged_files(frame: pl.DataFrame) -> pl.DataFrame:
    """`file`, `ends`: from how many zeros at the end its numbers are lost (null: from none); `doubled`."""
    number = pl.col("number")
    large = (number > EXACT_DOUBLE).fill_null(False)
    ends = [(number % 10**k == 0).sum().alias(f"zeros_{k}") for k in range(1, MOST_ZEROS + 1)]
    counted = frame.group_by("file").agg(
        number.count().alias("n"),
        *ends,
        nines=(number % 10 == 9).sum(),
        large=large.sum(),
        odd=(large & (number % 2 == 1)).sum(),
        fours=(large & (number % 4 == 0)).sum(),
    )
    counted = counted.with_columns(ends=pl.lit(None, pl.Int8), explained=pl.lit(0, pl.UInt32))
    for k in range(MOST_ZEROS, 0, -1):  # what longer tails explain is not asked twice
        counted = counted.with_columns(more=pl.col(f"zeros_{k}") - pl.col("explained"))
        beyond = _beyond("more", "n", 10.0**-k)
        if k == 1:
            # Serials count up from 0001, so of sound numbers no more end in 0 than in 9, whatever their number.
            counted = counted.with_columns(tens=pl.col("more") + pl.col("nines"))
            beyond = beyond | _beyond("more", "tens", 0.5)
        counted = counted.with_columns(beyond=beyond).with_columns(
            ends=pl.when("beyond").then(pl.lit(k, pl.Int8)).otherwise("ends"),
            explained=pl.when("beyond").then(f"zeros_{k}").otherwise("explained"),
        )
    no_odd = (pl.col("odd") == 0) & (pl.col("large") * math.log(2) >= _EVIDENCE)
    return counted.select("file", "ends", doubled=no_odd | _beyond("fours", "large", _FOURS_BY_CHANCE))


def _beyond(count: str, of: str, chance: float) -> pl.Expr:
    """Whether a count is larger than chance would make it, by Chernoff: P <= exp(-n * KL(share || chance))."""
    n = pl.col(of)
    share = pl.col(count) / n
    other = 1 - share
    divergence = share * (share / chance).log() + pl.when(other > 0).then(
        other * (other / (1 - chance)).log()
    ).otherwise(0.0)
    return ((share > chance) & (n * divergence >= _EVIDENCE)).fill_null(False)


def _status(prefixes: Collection[str]) -> pl.Expr:
    digits, number = pl.col("digits"), pl.col("number")
    said = digits.fill_null("")
    missing = (
        (digits.is_null() & ~pl.col("raw").fill_null("").str.contains("[0-9]"))
        | said.str.contains(_ONE_DIGIT_REPEATED)
        | said.str.contains(_NO_BIRTH_DATE)
        | said.is_in(list(_PLACEHOLDERS))
    )
    # 3.2E+15 written out in full is 16 digits with a tail of zeros: the same loss in another dress.
    expanded = (number % 10**7 == 0).fill_null(False)
    place = digits.str.slice(0, 2).is_in(sorted(prefixes)) | digits.str.slice(0, 4).is_in(sorted(prefixes))
    known_place = place & (number // 10**12 % 100 > 0) & (number // 10**10 % 100 > 0)
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
