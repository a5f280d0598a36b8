"""Dates and months in every form that offices write them (DOMAIN §6).

The order of day and month is a habit of a file, not of a value: it is decided once a file and column, from the values
that allow only one reading.
"""

from datetime import date

import polars as pl

from matchers.standardise.text import map_distinct, squeezed

# Of the values that decide the order, this share (and three at least) makes the rarer order believable in one file.
MIXED = 0.02
FEW = 3
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 2_201, 73_050  # 1906 to 2099; smaller numbers are years or slips
_FIRST_YEAR, _LAST_YEAR = 1850, 2199
_TIME = (
    r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r" ?(?:AM|PM|Z|WIB|WITA|WIT)?(?:[+-][0-9]{2}:?[0-9]{2})?)$"
)
_WEEKDAY = r"^(?:SENIN|SELASA|RABU|KAMIS|JUM.?AT|SABTU|MINGGU|AHAD|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)[ ,]+"
# The first three letters of a month's name tell it, in Indonesian (old and new spelling) and in English.
MONTHS = {
    **{"JAN": 1, "FEB": 2, "PEB": 2, "MAR": 3, "MRT": 3, "MAC": 3, "APR": 4, "MEI": 5, "MAY": 5, "JUN": 6},
    **{"JUL": 7, "AGU": 8, "AGS": 8, "AGT": 8, "AUG": 8, "SEP": 9, "OKT": 10, "OCT": 10, "NOV": 11, "NOP": 11},
    **{"DES": 12, "DEC": 12},
    **{"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11},
    **{"XII": 12},
}


def parse_dates(raw: pl.Series, group: pl.Series | None, as_of: date) -> pl.Series:
    """Dates as written -> Date; what is no possible date is null.

    raw: String. group: the file of each row (None: one file). as_of: two-digit years are read as the latest century
    that does not lie after it.
    """
    return parse_dates_in_order(raw, group, as_of)["date"]


def parse_dates_in_order(
    raw: pl.Series, group: pl.Series | None, as_of: date, order: pl.Series | None = None
) -> pl.DataFrame:
    """As `parse_dates`, and tells the order found.

    order: for each row, whether its file writes the month first as far as another column shows (Boolean or null); used
    when this column does not decide. Out: `date` (Date) and `month_first` (Boolean; null where the file does not show).
    """
    read = map_distinct(raw, lambda values: _readings(values, as_of))
    by_day, by_month = pl.col("by_day"), pl.col("by_month")
    frame = read.with_columns(
        file=group if group is not None else pl.lit(0),
        hint=order if order is not None else pl.lit(None, dtype=pl.Boolean),
    )
    only_day = (by_day.is_not_null() & by_month.is_null()).sum()
    only_month = (by_month.is_not_null() & by_day.is_null()).sum()
    counted = frame.group_by("file").agg(only_day=only_day, only_month=only_month)
    decided = pl.col("only_day") + pl.col("only_month")
    rarer = pl.min_horizontal("only_day", "only_month")
    habits = counted.select(
        "file",
        found=pl.when(decided > 0).then(pl.col("only_month") > pl.col("only_day")),
        mixed=(rarer >= FEW) & (rarer >= MIXED * decided),
    )
    frame = frame.join(habits, on="file", how="left", maintain_order="left", nulls_equal=True)
    month_first = pl.coalesce("found", "hint", pl.lit(False))
    usual = pl.when(month_first).then(by_month).otherwise(by_day)
    either = pl.coalesce(usual, by_day, by_month)
    return frame.select(date=pl.when("mixed").then(either).otherwise(usual), month_first=pl.col("found"))


def parse_month(raw: pl.Series, year: pl.Series | None = None) -> pl.Series:
    """Months as written -> the first of the month (Date).

    raw: String such as `2026-10`, `202610`, `10/2026`, `OKTOBER 2026`, `Oktober`, `10`, or any date in the month.
    year: String; the year when the month stands alone. A month that stands alone without a year is null.
    """
    frame = map_distinct(raw, _months)
    years = year if year is not None else pl.repeat(None, raw.len(), dtype=pl.String, eager=True)
    given = pl.col("given").str.extract("([0-9]{2,4})(?:[.,]0+)?[^0-9]*$").cast(pl.Int64, strict=False)
    full = pl.when(given < 100).then(given + 2000).otherwise(given)
    return frame.with_columns(given=years).select(
        pl.coalesce("first", _date(full, pl.col("month"), pl.lit(1))).alias(raw.name)
    )[raw.name]


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A date, or null when there is no such day. By way of text: `pl.date` raises on 30 February."""
    parts = pl.concat_str(year.cast(pl.String).str.zfill(4), month.cast(pl.String), day.cast(pl.String), separator="-")
    believable = year.is_between(_FIRST_YEAR, _LAST_YEAR)
    return pl.when(believable).then(parts).str.to_date("%Y-%m-%d", strict=False)


def _text(values: pl.Series) -> pl.DataFrame:
    """Upper case, without time of day and weekday: column `text`."""
    text = squeezed(pl.col("text").str.to_uppercase()).str.strip_chars("'\"`=,. ")
    text = text.str.replace(_TIME, "").str.replace(_WEEKDAY, "").str.replace(r"^([0-9]+)[.,][0-9]+$", "$1")
    return values.rename("text").to_frame().select(text)


def _month_of(name: pl.Expr) -> pl.Expr:
    roman = name.str.contains("^[IVX]+$")
    key = pl.when(roman).then(name).otherwise(name.str.slice(0, 3))
    return key.replace_strict(MONTHS, default=None, return_dtype=pl.Int64)


def _number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int64, strict=False)


def _in_century(year: pl.Expr, month: pl.Expr, day: pl.Expr, as_of: date) -> pl.Expr:
    """A date whose year may have two digits: the latest century not after `as_of`."""
    short = year.str.len_chars() == 2
    late = _date(_number(year) + as_of.year // 100 * 100, month, day)
    early = _date(_number(year) + as_of.year // 100 * 100 - 100, month, day)
    # 29 February exists in one century only, hence the coalesce.
    two_digits = pl.when(late <= as_of).then(late).otherwise(early)
    return pl.when(short).then(two_digits).when(year.str.len_chars() == 4).then(_date(_number(year), month, day))


def _readings(values: pl.Series, as_of: date) -> pl.DataFrame:
    """`by_day`, `by_month`: what each distinct value is, day before month or month before day."""
    frame = _text(values).with_columns(
        parts=pl.col("text").str.extract_groups(r"^([0-9]{1,4})[^0-9A-Z]+([0-9]{1,2})[^0-9A-Z]+([0-9]{1,4})$"),
        named=pl.col("text").str.extract_groups(r"^([0-9]{1,4})[^0-9A-Z]*([A-Z]+)[^0-9A-Z]*([0-9]{1,4})$"),
        english=pl.col("text").str.extract_groups(r"^([A-Z]{3,})[^0-9A-Z]*([0-9]{1,2})[^0-9A-Z]+([0-9]{2,4})$"),
    )
    fixed = pl.coalesce(_packed(as_of), _named("named", as_of), _english(as_of), _year_first(as_of))
    first, second = pl.col("parts").struct.field("1"), pl.col("parts").struct.field("2")
    year = pl.col("parts").struct.field("3")
    short_first = first.str.len_chars() <= 2
    by_day = pl.when(short_first).then(_in_century(year, _number(second), _number(first), as_of))
    by_month = pl.when(short_first).then(_in_century(year, _number(first), _number(second), as_of))
    return frame.select(by_day=pl.coalesce(fixed, by_day), by_month=pl.coalesce(fixed, by_month))


def _packed(as_of: date) -> pl.Expr:
    """YYYYMMDD, DDMMYYYY (its leading zero perhaps lost), DDMMYY, or an Excel serial number."""
    text, length = pl.col("text"), pl.col("text").str.len_chars()
    digits = text.str.contains("^[0-9]+$")
    eight = text.str.zfill(8)
    year_last = _date(_number(eight.str.slice(4, 4)), _number(eight.str.slice(2, 2)), _number(eight.str.slice(0, 2)))
    year_first = _date(_number(text.str.slice(0, 4)), _number(text.str.slice(4, 2)), _number(text.str.slice(6, 2)))
    six = _in_century(text.str.slice(4, 2), _number(text.str.slice(2, 2)), _number(text.str.slice(0, 2)), as_of)
    serial = _number(text)
    is_serial = serial.is_between(_FIRST_SERIAL, _LAST_SERIAL) & (length <= 5)
    counted = pl.lit(_EXCEL_EPOCH) + pl.duration(days=serial)
    return (
        pl.when(~digits)
        .then(None)
        .when(length == 8)
        .then(pl.coalesce(year_first, year_last))
        .when(length == 7)
        .then(year_last)
        .when(length == 6)
        .then(six)
        .when(is_serial)
        .then(counted)
    )


def _named(column: str, as_of: date) -> pl.Expr:
    """17 Agustus 1945, 17-Agu-85, 1945 Agustus 17, 17-VIII-1945."""
    first, name, last = (pl.col(column).struct.field(field) for field in ("1", "2", "3"))
    year_first = first.str.len_chars() == 4
    year, day = pl.when(year_first).then(first).otherwise(last), pl.when(year_first).then(last).otherwise(first)
    return _in_century(year, _month_of(name), _number(day), as_of)


def _english(as_of: date) -> pl.Expr:
    """August 17, 1945."""
    name, day, year = (pl.col("english").struct.field(field) for field in ("1", "2", "3"))
    return _in_century(year, _month_of(name), _number(day), as_of)


def _year_first(as_of: date) -> pl.Expr:
    """1945-08-17; 1945-17-08; 85-08-17."""
    first, second, third = (pl.col("parts").struct.field(field) for field in ("1", "2", "3"))
    long = first.str.len_chars() == 4
    short = (first.str.len_chars() == 2) & (_number(first) > 31) & (third.str.len_chars() <= 2)
    year_month_day = _in_century(first, _number(second), _number(third), as_of)
    year_day_month = _in_century(first, _number(third), _number(second), as_of)
    return pl.when(long | short).then(pl.coalesce(year_month_day, year_day_month))


def _months(values: pl.Series) -> pl.DataFrame:
    """`first`: the first of the month when the value tells it; else `month`: 1-12 that stands alone."""
    text, length = pl.col("text"), pl.col("text").str.len_chars()
    frame = _text(values).with_columns(
        pair=text.str.extract_groups(r"^([0-9]{1,2}|[A-Z]+)[^0-9A-Z]*(?:[^0-9A-Z]|)([0-9]{4}|[0-9]{2})$"),
        turned=text.str.extract_groups(r"^([0-9]{4})[^0-9A-Z]+([0-9]{1,2}|[A-Z]+)$"),
    )
    frame = frame.with_columns(_readings(values, date(2099, 12, 31)))
    alone = pl.coalesce(_number(text), _month_of(pl.when(length >= 3).then(text))).cast(pl.Int64)
    digits = text.str.contains("^[0-9]+$")
    packed_year_first = _month_start(text.str.slice(0, 4), text.str.slice(4, 2))
    packed_year_last = _month_start(text.str.slice(-4, 4), text.str.slice(0, length - 4))
    named = ~digits | ~length.is_in([3, 4])
    pair = pl.when(named).then(_month_start(pl.col("pair").struct.field("2"), pl.col("pair").struct.field("1")))
    turned = _month_start(pl.col("turned").struct.field("1"), pl.col("turned").struct.field("2"))
    # A covered month written as a date is its first day: where only one order gives that, it is the order.
    written = pl.when(pl.col("by_day").dt.day() == 1).then("by_day").when(pl.col("by_month").dt.day() == 1)
    full = written.then("by_month").otherwise(pl.coalesce("by_day", "by_month")).dt.truncate("1mo")
    first = (
        pl.when(digits & (length == 6))
        .then(pl.coalesce(packed_year_first, packed_year_last))
        .when(digits & (length == 5) & text.str.contains("^[1-9]20"))
        .then(packed_year_last)
        .when(digits & (length <= 4))
        .then(None)
        .otherwise(pl.coalesce(turned, pair, full))
    )
    return frame.select(first=first, month=pl.when(alone.is_between(1, 12)).then(alone))


def _month_start(year: pl.Expr, month: pl.Expr) -> pl.Expr:
    number = pl.coalesce(_number(month), _month_of(month))
    full = pl.when(year.str.len_chars() == 2).then(_number(year) + 2000).otherwise(_number(year))
    return _date(full, number, pl.lit(1))
