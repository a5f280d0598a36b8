"""Dates and months in every form that offices write them (DOMAIN §6).

The order of day and month is a habit of a file, not of a value: it is decided once a file and column, from the values
that allow only one reading.
"""

from datetime import date

import polars as pl

from matchers.standardise.text import distinct, map_distinct, squeezed

# Of the values that decide the order, this share (and three at least) makes the rarer order believable in one file.
MIXED = 0.02
FEW = 3
# So many witnesses, of which this share agree, say how a file writes its dates.
WITNESSES = 5
CLEAR = 0.75
# So many cells between the 2nd and the 12th and none later: a file would come to that once in ten thousand times.
EARLY_BY_CHANCE = 10
# Values that can be read in one order only; witnesses for either; cells after the 12th, cells from the 2nd to the 12th;
# witnesses for and against cells that were turned.
_COUNTS = ("only_day", "only_month", "says_day", "says_month", "late", "early", "says_straight", "says_turned")
EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 2_201, 73_050  # 1906 to 2099; smaller numbers are years or slips
_FIRST_YEAR, _LAST_YEAR = 1850, 2199
_TIME = (
    r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r" ?(?:AM|PM|Z|WIB|WITA|WIT)?(?:[+-][0-9]{2}:?[0-9]{2})?)$"
)
_WEEKDAY = r"^(?:SENIN|SELASA|RABU|KAMIS|JUM.?AT|SABTU|MINGGU|AHAD|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)[ ,]+"
# Place and date of birth in one cell: `LEBAK, 17-08-1945`, `17-08-1945 (LEBAK)`.
_PLACE_BEFORE = r"^[A-Z][A-Z .'\-]*[,/] *([0-9])"
_PLACE_BEHIND = r"([0-9]) *\([A-Z][A-Z .'\-]*\)$"
# Letters O, I and l typed for digits; a month of letters alone (II) is a Roman number.
_TYPED = "(?:[0-9][0-9OIL|]?|[OIL|][0-9])"
_LETTERS_AS_DIGITS = rf"^{_TYPED}[^0-9A-Z|]+{_TYPED}[^0-9A-Z|]+[0-9OIL|]{{0,3}}[0-9][0-9OIL|]{{0,3}}$"
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
    raw: pl.Series,
    group: pl.Series | None,
    as_of: date,
    order: pl.Series | None = None,
    witness: pl.Series | None = None,
    counts: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """As `parse_dates`, and tells the order found.

    order: for each row, whether its file writes the month first as far as another column shows (Boolean or null); used
    when this column does not decide. witness: of birth dates, the number of the same person in which day and month
    stand too (16 digits or null): it decides for files whose dates allow both readings, and shows with them where a
    spreadsheet of another country took 5/8/1990 for the 8th of May and left 25/8/1990 as text. counts: of `count_dates`
    over the whole files, where these rows are only parts of them.

    Out: `date` (Date), `month_first` (Boolean; null where the file does not show) and `turned` (Boolean: day and month
    were changed back).
    """
    values, place = distinct(raw)
    read = _readings(values, as_of)
    births, file = witness is not None, group if group is not None else pl.repeat(0, raw.len(), eager=True)
    habits = _habits(counts if counts is not None else _counted(read, place, file, witness), births)
    if habits.height <= 1 and not habits["turn"].any() and read.select(_one_reading()).item():
        first = habits["found"].to_list()
        days = read["by_day"].gather(place).rename("date")
        return days.to_frame().with_columns(month_first=pl.lit(first[0] if first else None, pl.Boolean), turned=False)
    by_day, by_month = pl.col("by_day"), pl.col("by_month")
    frame = read.select(pl.all().gather(place)).with_columns(
        file=file, hint=order if order is not None else pl.lit(None, dtype=pl.Boolean)
    )
    frame = frame.join(habits, on="file", how="left", maintain_order="left", nulls_equal=True)
    month_first = pl.coalesce("found", "hint", pl.lit(False))
    usual = pl.when(month_first).then(by_month).otherwise(by_day)
    read_as = pl.when("mixed").then(pl.coalesce(usual, by_day, by_month)).otherwise(usual)
    turned = pl.col("turn") & pl.col("turned").is_not_null()
    return frame.select(
        date=pl.when(turned).then("turned").otherwise(read_as), month_first=pl.col("found"), turned=turned
    )


def count_dates(raw: pl.Series, file: pl.Series, as_of: date, witness: pl.Series | None = None) -> pl.DataFrame:
    """What the dates of each file say of its order of day and month; counts of parts of a file can be added up.

    The columns are those of `parse_dates_in_order`; out: `file` and the counts by which it decides.
    """
    values, place = distinct(raw)
    return _counted(_readings(values, as_of), place, file, witness)


def _one_reading() -> pl.Expr:
    """Whether no date can be read in two ways: each names its month, or begins with the year."""
    return pl.col("by_day").eq_missing(pl.col("by_month")).all()


def _beyond_doubt(births: bool) -> pl.Expr:
    """Whether nothing but `late` can matter for the file: no date has two readings, and among cells of births there are
    some later than the 12th, which nobody can have turned, or none that could have been turned."""
    cells = pl.col("cell") & pl.col("turned").is_not_null() & (pl.col("turned") != pl.col("by_day"))
    early = pl.col("cell") & (pl.col("by_day").dt.day() <= 12)
    late = pl.col("cell") & (pl.col("by_day").dt.day() > 12)
    return _one_reading() & (pl.lit(not births) | late.any() | ~(cells | early).any())


def _told(witness: pl.Series) -> pl.Series:
    """Day and month inside a NIK (day + 40 for women), as day * 100 + month."""
    part = witness.set(witness.str.len_chars() != 16, None).str.slice(6, 4).cast(pl.Int64, strict=False)
    return part - 4000 * (part > 4000).cast(pl.Int64)


def _counted(read: pl.DataFrame, place: pl.Series, file: pl.Series, witness: pl.Series | None) -> pl.DataFrame:
    """By file, the counts of the readings of distinct values that stand in these places."""
    by_day, by_month, turned = pl.col("by_day"), pl.col("by_month"), pl.col("turned")
    if file.n_unique() <= 1 and read.select(_beyond_doubt(births=witness is not None)).item():
        late = read.select((pl.col("cell") & (by_day.dt.day() > 12)).any()).item()
        known = pl.DataFrame({"file": file.head(1)})
        return known.with_columns(pl.lit(int(late and name == "late"), pl.Int64).alias(name) for name in _COUNTS)
    frame = read.select(pl.all().gather(place)).with_columns(
        file=file, told=_told(witness) if witness is not None else pl.lit(None, dtype=pl.Int64)
    )

    def agrees(reading: pl.Expr) -> pl.Expr:
        return reading.dt.day().cast(pl.Int64) * 100 + reading.dt.month() == pl.col("told")

    either = by_day != by_month
    cell, other = pl.col("cell"), turned != by_day
    day = by_day.dt.day()
    counts = (
        by_day.is_not_null() & by_month.is_null(),
        by_month.is_not_null() & by_day.is_null(),
        either & agrees(by_day),
        either & agrees(by_month),
        cell & (day > 12),
        cell & (day > 1) & (day <= 12),
        cell & other & agrees(by_day),
        cell & other & agrees(turned),
    )
    return frame.group_by("file").agg(
        count.sum().cast(pl.Int64).alias(name) for name, count in zip(_COUNTS, counts, strict=True)
    )


def _habits(counted: pl.DataFrame, births: bool) -> pl.DataFrame:
    """By file: `found` (month first, null when it does not show), `mixed` (both orders), `turn` (dates of cells)."""
    decided = pl.col("only_day") + pl.col("only_month")
    rarer = pl.min_horizontal("only_day", "only_month")
    # No cell is later than the 12th, and what could not be taken for a date of the other country is still text.
    looks_turned = (pl.col("early") >= EARLY_BY_CHANCE) & (pl.col("only_day") > 0) & (pl.col("only_month") == 0)
    turn = pl.coalesce(_said("says_turned", "says_straight"), looks_turned) & (pl.col("late") == 0)
    return counted.select(
        "file",
        found=pl.when(decided > 0)
        .then(pl.col("only_month") > pl.col("only_day"))
        .otherwise(_said("says_month", "says_day")),
        mixed=(rarer >= FEW) & (rarer >= MIXED * decided),
        turn=turn.fill_null(False) if births else pl.lit(False),
    )


def _said(yes: str, no: str) -> pl.Expr:
    """What the witnesses say, when they are enough and clear; else null."""
    votes, more = pl.col(yes) + pl.col(no), pl.max_horizontal(yes, no)
    return pl.when((votes >= WITNESSES) & (more >= CLEAR * votes)).then(pl.col(yes) > pl.col(no))


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
    text = text.str.replace(_PLACE_BEFORE, "$1").str.replace(_PLACE_BEHIND, "$1")
    typed = text.str.replace_all("O", "0").str.replace_all("[IL|]", "1")
    slipped = text.str.contains(_LETTERS_AS_DIGITS) & ~text.str.contains("^[0-9]+$")
    return values.rename("text").to_frame().select(pl.when(slipped).then(typed).otherwise(text))


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
    """`by_day`, `by_month`: what each distinct value is, day before month or month before day; `cell`: whether it was
    a date in a spreadsheet, and `turned`, that date with day and month changed."""
    # Most files write 1945-08-17: it is told at once, without asking for every other form.
    dates = values.str.to_date("%Y-%m-%d", strict=False)
    plain = values.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & dates.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)
    plain = plain.fill_null(False)
    if not plain.any():
        return _any_form(values, as_of)
    text = pl.concat_str(*(pl.col("text").str.slice(at, length) for at, length in ((0, 5), (8, 2), (4, 3))))
    told = pl.DataFrame({"text": values, "date": dates}).filter(plain)
    told = told.select(by_day="date", by_month="date", cell=True, turned=text.str.to_date("%Y-%m-%d", strict=False))
    place = pl.concat([plain.arg_true(), (~plain).arg_true()])
    return pl.concat([told, _any_form(values.filter(~plain), as_of)]).select(pl.all().gather(place.arg_sort()))


def _any_form(values: pl.Series, as_of: date) -> pl.DataFrame:
    frame = _text(values).with_columns(
        parts=pl.col("text").str.extract_groups(r"^([0-9]{1,4})[^0-9A-Z]+([0-9]{1,2})[^0-9A-Z]+([0-9]{1,4})$"),
        named=pl.col("text").str.extract_groups(r"^([0-9]{1,4})[^0-9A-Z]*([A-Z]+)[^0-9A-Z]*([0-9]{1,4})$"),
        english=pl.col("text").str.extract_groups(r"^([A-Z]{3,})[^0-9A-Z]*([0-9]{1,2})[^0-9A-Z]+([0-9]{2,4})$"),
    )
    frame = frame.with_columns(
        fixed=pl.coalesce(_packed(as_of), _named("named", as_of), _english(as_of), _year_first(as_of)),
        # A date that was a date in a spreadsheet's cell: 1990-05-08, or its serial number.
        cell=pl.col("text").str.contains("^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{5})$"),
    )
    fixed = pl.col("fixed")
    first, second = pl.col("parts").struct.field("1"), pl.col("parts").struct.field("2")
    year = pl.col("parts").struct.field("3")
    short_first = first.str.len_chars() <= 2
    by_day = pl.when(short_first).then(_in_century(year, _number(second), _number(first), as_of))
    by_month = pl.when(short_first).then(_in_century(year, _number(first), _number(second), as_of))
    turned = pl.when(pl.col("cell") & (fixed.dt.day() <= 12)).then(
        _date(fixed.dt.year(), fixed.dt.day(), fixed.dt.month())
    )
    return frame.select(
        by_day=pl.coalesce(fixed, by_day), by_month=pl.coalesce(fixed, by_month), cell="cell", turned=turned
    )


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
    counted = pl.lit(EXCEL_EPOCH) + pl.duration(days=serial)
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
    frame = frame.with_columns(_readings(values, date(2099, 12, 31)).select("by_day", "by_month"))
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
