"""Dates and months in every form met (DOMAIN §6)."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.standardise.dates import parse_dates, parse_dates_in_order, parse_month

AS_OF = date(2026, 11, 20)
NO_DATES = (
    "|-|31/02/1990|29/02/1991|00/00/0000|1900-01-00|1990|12|abc|12:00|99999999|17 Xyz 1945|1/2|32/01/1990|10/10/123"
    "|9999-12-31|TANGERANG"
)
MONTHS = (
    "2026-10|202610|10/2026|10-2026|OKTOBER 2026|Okt-26|Oktober26|2026 Oktober|102026|10/26|01/10/2026|10/01/2026"
    "|31/10/2026|2026-10-01|2026-10-01 00:00:00|46296|Oktober|OKT|10|10.0"
)


def _one(raw: str) -> date | None:
    return parse_dates(pl.Series([raw]), None, AS_OF)[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("17/08/1945", date(1945, 8, 17)),
        ("17-08-1945", date(1945, 8, 17)),
        ("17.08.1945", date(1945, 8, 17)),
        ("17 08 1945", date(1945, 8, 17)),
        ("17 - 8 - 1945", date(1945, 8, 17)),
        ("7-8-45", date(1945, 8, 7)),
        ("1945-08-17", date(1945, 8, 17)),
        ("1945/8/17", date(1945, 8, 17)),
        ("19450817", date(1945, 8, 17)),
        ("17081945", date(1945, 8, 17)),
        ("1081945", date(1945, 8, 1)),  # its leading zero was lost
        ("19450817.0", date(1945, 8, 17)),
        ("170845", date(1945, 8, 17)),
        ("85-08-17", date(1985, 8, 17)),
        ("1990-01-01 00:00:00", date(1990, 1, 1)),
        ("1990-01-01T07:30:00+07:00", date(1990, 1, 1)),
        ("17/08/1945 0:00", date(1945, 8, 17)),
        ("33000", date(1990, 5, 7)),
        ("33000.0", date(1990, 5, 7)),
        ("17 Agustus 1945", date(1945, 8, 17)),
        ("17-Agu-85", date(1985, 8, 17)),
        ("1 Ags 2001", date(2001, 8, 1)),
        ("17AGT1985", date(1985, 8, 17)),
        ("5 Mei 1990", date(1990, 5, 5)),
        ("31 Des 1999", date(1999, 12, 31)),
        ("1-Okt-70", date(1970, 10, 1)),
        ("2 Pebruari 1980", date(1980, 2, 2)),
        ("9 Nopember 1980", date(1980, 11, 9)),
        ("17/VIII/1945", date(1945, 8, 17)),
        ("Jumat, 17 Agustus 1945", date(1945, 8, 17)),
        ("August 17, 1945", date(1945, 8, 17)),
        ("17-Aug-1945", date(1945, 8, 17)),
        ("'17/08/1945", date(1945, 8, 17)),
        ("29/02/00", date(2000, 2, 29)),
    ],
)
def test_forms(raw: str, read: date) -> None:
    assert _one(raw) == read


@pytest.mark.parametrize(
    "raw",
    NO_DATES.split("|"),
)
def test_what_is_no_date_is_null(raw: str) -> None:
    assert _one(raw) is None


@pytest.mark.parametrize(
    ("raw", "year"), [("20/11/26", 2026), ("21/11/26", 1926), ("01/01/00", 2000), ("01/01/99", 1999)]
)
def test_two_digit_years_never_lie_after_the_day_of_the_run(raw: str, year: int) -> None:
    read = _one(raw)
    assert read is not None
    assert read.year == year


def test_a_file_that_writes_the_month_first_is_found_by_its_own_values() -> None:
    raw = pl.Series(["05/06/1990", "07/13/1985", "05/06/1990", "13/06/1990", "05/06/1990"])
    file = pl.Series(["us", "us", "id", "id", "unknown"])
    assert parse_dates(raw, file, AS_OF).to_list() == [
        date(1990, 5, 6),
        date(1985, 7, 13),
        date(1990, 6, 5),
        date(1990, 6, 13),
        date(1990, 6, 5),
    ]


def test_a_column_that_does_not_show_its_order_follows_the_file() -> None:
    born = parse_dates_in_order(pl.Series(["07/13/1985", "01/02/1990"]), pl.Series(["us", "us"]), AS_OF)
    start = parse_dates_in_order(
        pl.Series(["02/01/2026", "03/01/2026"]), pl.Series(["us", "us"]), AS_OF, born["month_first"]
    )
    assert start["date"].to_list() == [date(2026, 2, 1), date(2026, 3, 1)]


def test_one_slip_does_not_turn_a_file_and_two_habits_in_it_are_both_read() -> None:
    slips = pl.Series(["25/12/1990"] * 200 + ["12/25/1990"])
    assert parse_dates(slips, None, AS_OF)[200] is None
    mixed = pl.Series(["25/12/1990"] * 20 + ["12/25/1990"] * 10)
    assert set(parse_dates(mixed, None, AS_OF)) == {date(1990, 12, 25)}


_FORMS = [
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%Y%m%d",
    "%d%m%Y",
    "%Y-%m-%d 00:00:00",
    "%d %B %Y",
    "%d-%b-%Y",
]
_MONTHS = {"May": "Mei", "August": "Agustus", "October": "Oktober", "December": "Desember"}


@settings(deadline=None, derandomize=True)
@given(st.dates(date(1920, 1, 1), AS_OF), st.sampled_from(_FORMS), st.booleans())
def test_a_date_comes_back_from_every_form(day: date, form: str, indonesian: bool) -> None:
    written = day.strftime(form)
    if indonesian:
        for english, own in _MONTHS.items():
            written = written.replace(english, own).replace(english[:3], own[:3])
    assert _one(written) == day


@settings(deadline=None, derandomize=True)
@given(st.dates(date(1920, 1, 1), AS_OF))
def test_a_date_comes_back_from_its_serial_number(day: date) -> None:
    assert _one(str((day - date(1899, 12, 30)) // timedelta(days=1))) == day


@settings(deadline=None, derandomize=True)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=20), st.from_regex(r"[0-9]{1,4}[/. -][0-9A-Z]{1,3}[/. -][0-9]{1,4}")),
        max_size=9,
    )
)
def test_no_text_is_too_strange(raw: list[str | None]) -> None:
    series = pl.Series(raw, dtype=pl.String)
    days = parse_dates(series, None, AS_OF)
    assert days.len() == len(raw)
    assert parse_month(series, series).len() == len(raw)
    again = parse_dates(days.cast(pl.String), None, AS_OF)
    assert again.equals(days)


@pytest.mark.parametrize(
    "raw",
    MONTHS.split("|"),
)
def test_months(raw: str) -> None:
    assert parse_month(pl.Series([raw]), pl.Series(["2026"]))[0] == date(2026, 10, 1)


@pytest.mark.parametrize("raw", ["", "13", "0", "45", "X", "2026", "13/2026", "bulan ini"])
def test_what_is_no_month_is_null(raw: str) -> None:
    assert parse_month(pl.Series([raw]), pl.Series(["2026"]))[0] is None


@pytest.mark.parametrize("year", ["2026", "2026.0", "26", " 2026 "])
def test_a_month_alone_takes_the_year_beside_it(year: str) -> None:
    assert parse_month(pl.Series(["November"]), pl.Series([year]))[0] == date(2026, 11, 1)
    assert parse_month(pl.Series(["November"]))[0] is None


@pytest.mark.parametrize(
    "raw",
    [
        "LEBAK, 17-08-1945",
        "Kab. Lebak, 17 Agustus 1945",
        "17-08-1945 (LEBAK)",
        "I7/O8/1945",
        "17-O8-1945",
        "l7.08.1945",
    ],
)
def test_a_place_beside_the_date_and_letters_for_digits(raw: str) -> None:
    assert _one(raw) == date(1945, 8, 17)


def test_roman_months_are_not_taken_for_slips() -> None:
    assert _one("1/II/1990") == date(1990, 2, 1)


BORN = [date(1950, 1, 1) + timedelta(days=83 * number) for number in range(300)]
NIKS = pl.Series([f"360201{day:%d%m%y}0001" for day in BORN])


def _witnessed(written: list[str], witness: pl.Series) -> list[date | None]:
    return parse_dates_in_order(pl.Series(written), None, AS_OF, witness=witness)["date"].to_list()


@pytest.mark.parametrize("witness", [NIKS, pl.Series([None] * 300, dtype=pl.String)], ids=["with NIKs", "without"])
def test_a_file_that_another_countrys_spreadsheet_half_converted_is_turned_back(witness: pl.Series) -> None:
    """5/8/1990 became the cell 1990-05-08; 25/8/1990 could not be such a date and is still text."""
    written = [f"{d.year}-{d.day:02d}-{d.month:02d} 00:00:00" if d.day <= 12 else f"{d:%d/%m/%Y}" for d in BORN]
    assert _witnessed(written, witness) == BORN
    serials = [str((date(d.year, d.day, d.month) - date(1899, 12, 30)).days) if d.day <= 12 else f"{d:%d/%m/%Y}"
               for d in BORN]  # fmt: skip
    assert _witnessed(serials, witness) == BORN


def test_sound_dates_are_not_turned() -> None:
    assert _witnessed([day.isoformat() for day in BORN], NIKS) == BORN
    half = [day.isoformat() if number % 2 else f"{day:%d/%m/%Y}" for number, day in enumerate(BORN)]
    assert _witnessed(half, NIKS) == BORN
    # The first of a month, a default that many offices write, says nothing.
    firsts = [date(1950 + number % 60, number % 12 + 1, 1) for number in range(200)]
    written = [day.isoformat() for day in firsts] + ["25/12/1990"]
    assert _witnessed(written, pl.Series([None] * 201, dtype=pl.String)) == [*firsts, date(1990, 12, 25)]


def test_the_niks_tell_the_order_where_no_date_does() -> None:
    early = [day for day in BORN if day.day <= 12]
    niks = pl.Series([f"360201{day:%d%m%y}0001" for day in early])
    assert _witnessed([f"{day:%m/%d/%Y}" for day in early], niks) == early
    assert _witnessed([f"{day:%d/%m/%Y}" for day in early], niks) == early
