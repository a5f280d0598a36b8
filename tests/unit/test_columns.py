"""Columns that a spec makes, and the standardisers that know no country."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.columns import STANDARDISERS, make_columns
from matchers.spec import KeyPart, Spec, SpecError, parse_spec
from matchers.standardise import general

NAMES = st.lists(st.one_of(st.none(), st.text(max_size=25)), max_size=8)
ASCII_NAMES = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ ", max_size=20), min_size=1, max_size=8)
DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(2199, 12, 31))


def spec(*columns: dict[str, Any], compared: str = "x", kind: str = "category") -> Spec:
    levels = [{"test": "equal"}, {"test": "else"}]
    return parse_spec(
        {
            "record": "id",
            "column": list(columns),
            "comparison": [{"name": compared, "column": compared, "kind": kind, "levels": levels}],
            "block": [{"name": "all", "key": [compared]}],
        }
    )


def made(step: str, *values: str | None) -> list[Any]:
    return STANDARDISERS[step](pl.Series("x", values, dtype=pl.String)).to_list()


# --- standardisers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "raw", "out"),
    [
        ("text", "  12/b, Straße des 17. Juni ", "12 B STRASSE DES 17 JUNI"),
        ("text", "São Paulo", "SAO PAULO"),
        ("text", "Łódź", "LODZ"),
        ("text", "--", None),
        ("letters", "Flat 4, 2nd floor", "FLAT ND FLOOR"),
        ("name", "Dr. Seán O'Brien-Smith Jr.", "SEAN OBRIEN SMITH"),
        ("name", "MRS. J0hn", "JOHN"),
        ("name", "Miss", "MISS"),
        ("name", "佐藤 太郎", "佐藤 太郎"),
        ("name", "анна-мария", "АННА МАРИЯ"),
        ("name", "?", None),
        ("digits", "0042-17 ", "004217"),
        ("digits", "4223.0", "4223"),
        ("digits", "none", None),
        ("code", "sw1a 1aa", "SW1A1AA"),
        ("sex", "Female", "F"),
        ("sex", "m", "M"),
        ("sex", "2", "F"),
        ("sex", "?", None),
        ("sound", "PHILIPPA SCHMIDT", "FLP SKMDT"),
        ("sound", "STEPHEN", "STFN"),
        ("sound", "STEFAN", "STFN"),
        ("sorted_words", "SMITH ANNA", "ANNA SMITH"),
        ("joined", "MARY ANN", "MARYANN"),
        ("first_word", "MARY ANN SMITH", "MARY"),
        ("last_word", "MARY ANN SMITH", "SMITH"),
        ("indonesian_name", "H. Moh. Suhardi, S.Pd", "MUHAMMAD SUHARDI"),
        ("indonesian_sex", "Perempuan", "P"),
        ("nik", "3602 0412 0588 0001", "3602041205880001"),
        ("nik", "12345", None),
    ],
)
def test_what_each_standardiser_makes_of_a_value(step: str, raw: str, out: str | None) -> None:
    assert made(step, raw, None) == [out, None]


@pytest.mark.parametrize("step", sorted(set(STANDARDISERS) - {"date"}))
@settings(max_examples=25, deadline=None)
@given(values=NAMES)
def test_every_standardiser_gives_a_text_for_each_value_and_nothing_for_nothing(
    step: str, values: list[str | None]
) -> None:
    raw = pl.Series("x", values, dtype=pl.String)
    out = STANDARDISERS[step](raw)
    assert (out.name, out.dtype, out.len()) == ("x", pl.String, raw.len())
    assert "" not in out.to_list()
    assert out.filter(raw.is_null()).null_count() == raw.null_count()


@pytest.mark.parametrize("step", ["text", "letters", "digits", "code", "sorted_words", "joined", "date_digits"])
@settings(max_examples=25, deadline=None)
@given(values=NAMES)
def test_standardising_twice_changes_nothing_more(step: str, values: list[str | None]) -> None:
    once = STANDARDISERS[step](pl.Series("x", values, dtype=pl.String))
    if step != "date_digits" or not once.str.contains("^[0-9]{4,7}$").any():  # what is no whole date may read as one
        assert STANDARDISERS[step](once).to_list() == once.to_list()


@settings(max_examples=40, deadline=None)
@given(values=ASCII_NAMES)
def test_a_sound_has_the_words_and_the_first_letters_of_the_name(values: list[str]) -> None:
    names = general.name(pl.Series("x", values))
    for name, skeleton in zip(names.to_list(), general.sound(names).to_list(), strict=True):
        assert (name is None) == (skeleton is None)
        if name is not None:
            assert len(skeleton.split(" ")) == len(name.split(" "))
            assert all(
                len(short) <= len(word) + word.count("X")
                for short, word in zip(skeleton.split(" "), name.split(" "), strict=True)
            )


@settings(max_examples=40, deadline=None)
@given(values=ASCII_NAMES)
def test_exchanged_words_agree_once_sorted(values: list[str]) -> None:
    turned = [" ".join(reversed(value.split())) for value in values]
    assert made("sorted_words", *values) == made("sorted_words", *turned)


# --- dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y"])
@settings(max_examples=40, deadline=None)
@given(days=st.lists(DAYS, min_size=1, max_size=6))
def test_a_date_is_read_in_every_form(form: str, days: list[date]) -> None:
    # So many days over the 12th and years above 1300 leave the column no other order.
    days = [*days, *(date(1985, 11, 20 + extra) for extra in range(8))]
    texts = [day.strftime(form) for day in days]
    assert made("date", *texts) == days
    assert made("date_digits", *texts) == [day.strftime("%Y%m%d") for day in days]


def test_packed_dates_are_read_by_the_habit_of_their_column() -> None:
    assert made("date", "19151112", "20021130", "19991231")[0] == date(1915, 11, 12)
    assert made("date", "19151112", "30112002", "31121999") == [None, date(2002, 11, 30), date(1999, 12, 31)]


def test_the_month_stands_first_where_the_column_shows_it() -> None:
    assert made("date", "01/02/1990", "12/31/1999") == [date(1990, 1, 2), date(1999, 12, 31)]
    assert made("date", "01/02/1990", "03/04/1999") == [date(1990, 2, 1), date(1999, 4, 3)]


@pytest.mark.parametrize(
    ("raw", "day", "digits"),
    [
        ("1985-13-45", None, "19851345"),
        ("19151331", None, "19151331"),
        ("1985-00-00", None, "19850000"),
        ("1985", None, "19850000"),
        ("17 Agustus 1985", date(1985, 8, 17), "19850817"),
        ("July 4, 1985", date(1985, 7, 4), "19850704"),
        ("1985-08-17 00:00:00.000", date(1985, 8, 17), "19850817"),
        ("1630-08-01", date(1630, 8, 1), "16300801"),
        ("unknown", None, None),
        ("-", None, None),
    ],
)
def test_impossible_dates_are_none_and_keep_their_digits(raw: str, day: date | None, digits: str | None) -> None:
    assert made("date", raw) == [day]
    assert made("date_digits", raw) == [digits]


@settings(max_examples=40, deadline=None)
@given(day=DAYS, slip=st.integers(1, 400))
def test_digits_of_dates_differ_where_the_dates_do(day: date, slip: int) -> None:
    other = day + timedelta(days=slip)
    if other.year < 2200:
        first, second = made("date_digits", day.isoformat(), other.isoformat())
        assert first != second


# --- columns of a file -----------------------------------------------------------------------------------------------


def test_headings_are_matched_without_case_spaces_dots_and_underscores() -> None:
    frame = pl.DataFrame({"ID": ["1"], " First.Name": ["ann"], "SUR_NAME": ["lee"]})
    wanted = spec(
        {"name": "given", "any_of": ["forename", "first_name"], "standardise": ["name"]},
        {"name": "x", "from": ["given", "surname"]},
    )
    out = make_columns(frame, wanted)
    assert out["x"].to_list() == ["ann lee".upper().replace("LEE", "lee")]
    assert out["id"].to_list() == ["1"]


def test_what_is_empty_is_left_out_of_a_joined_column() -> None:
    frame = pl.DataFrame({"id": [1, 2, 3], "a": ["A", None, None], "b": ["B", "B", None]})
    assert make_columns(frame, spec({"name": "x", "from": ["a", "b"]}))["x"].to_list() == ["A B", "B", None]


def test_an_optional_column_that_is_absent_is_empty() -> None:
    frame = pl.DataFrame({"id": [1]})
    columns = (
        {"name": "phone", "any_of": ["phone", "mobile"], "optional": True},
        {"name": "x", "from": ["phone", "fax"], "optional": True, "standardise": ["digits"]},
    )
    assert make_columns(frame, spec(*columns))["x"].to_list() == [None]


def test_steps_run_in_turn_and_columns_may_be_made_of_made_ones() -> None:
    frame = pl.DataFrame({"id": [1], "name": ["Mr Smith, Ann"]})
    columns = (
        {"name": "clean", "from": "name", "standardise": ["name"]},
        {"name": "x", "from": "clean", "standardise": ["sorted_words", "joined"]},
    )
    assert make_columns(frame, spec(*columns))["x"].to_list() == ["ANNSMITH"]


def test_numbers_are_compared_as_text_and_dates_as_dates() -> None:
    frame = pl.DataFrame({"id": [1, 2, 3], "x": [4223.0, None, float("nan")], "y": ["1985-08-17", None, "?"]})
    assert make_columns(frame, spec())["x"].to_list() == ["4223", None, None]
    assert make_columns(frame, spec(compared="y", kind="date"))["y"].to_list() == [date(1985, 8, 17), None, None]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (
            {"name": "x", "standardise": ["soundex"]},
            "column 'x': 'standardise' names 'soundex', which does not exist; ",
        ),
        ({"name": "x", "from": "surname"}, "column 'x': there is no column 'surname', which 'from' names"),
        ({"name": "x", "any_of": ["a", "b"]}, "column 'x': there is no column 'a' or 'b', which 'any_of' names"),
        ({"name": "x", "from": "id", "standardise": ["date", "text"]}, "'date' gives a date and must be the last step"),
        ({"name": "x", "from": "TWO"}, "column 'x': the columns 't.wo', 't_wo' of the file are all 'TWO'"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_sentence(column: dict[str, Any], said: str) -> None:
    with pytest.raises(SpecError) as error:
        make_columns(pl.DataFrame({"id": ["7"], "t.wo": ["7"], "t_wo": ["7"]}), spec(column))
    assert said in str(error.value)


def test_a_text_is_not_taken_apart_as_a_date_nor_a_date_compared_as_a_text() -> None:
    frame = pl.DataFrame({"id": ["7"], "x": ["19850817"]})
    by_year = replace(spec(), blocks=(replace(spec().blocks[0], key=(KeyPart("x", "year"),)),))
    with pytest.raises(SpecError, match="block 'all': part 'year' is for a date, and the column 'x' is text"):
        make_columns(frame, by_year)
    as_text = spec({"name": "x", "standardise": ["date"]}, kind="text")
    with pytest.raises(SpecError, match="comparison 'x': kind 'text' is for text, and the column 'x' is a date"):
        make_columns(frame, as_text)


def test_an_unknown_step_is_told_with_those_that_exist() -> None:
    with pytest.raises(SpecError, match=r"date_digits.*indonesian_name.*sound"):
        make_columns(pl.DataFrame({"id": ["7"], "x": ["7"]}), spec({"name": "x", "standardise": ["soundex"]}))
