"""NIK: lossless repair, status, and what a spreadsheet did to a file (DOMAIN §2, §6)."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.standardise.nik import standardise_nik
from matchers.standardise.number_tails import sound_tails
from schemas.reference import nik_prefixes

BORN = date(1990, 1, 1)
WOMAN = "3602014101900001"


def _status(
    raw: str | None, born: date | None = BORN, sex: str | None = "P", kk: str | None = None
) -> tuple[str | None, str]:
    out = standardise_nik(
        pl.Series([raw], dtype=pl.String),
        pl.Series([born], dtype=pl.Date),
        pl.Series([sex], dtype=pl.String),
        nik_prefixes(),
        kk=pl.Series([kk], dtype=pl.String),
    )
    return out.row(0)


@pytest.mark.parametrize(
    "raw",
    [
        WOMAN,
        f"'{WOMAN}",
        f"{WOMAN}.0",
        f"{WOMAN},00",
        f"  {WOMAN}\u00a0",
        f"\u200b{WOMAN}",
        f'="{WOMAN}"',
        "3602 0141 0190 0001",
        "36.02.01.410190.0001",
        "360201-410190-0001",
        "36O2O141O19OOOO1",
        "3602014l0190000I",
        "3,602,014,101,900,001",
        "3.602014101900001E+15",
    ],
)
def test_what_loses_no_digit_is_repaired(raw: str) -> None:
    assert _status(raw) == (WOMAN, "valid")


@pytest.mark.parametrize(
    "raw", [None, "", " ", "-", "0", "000", "0000000000000000", "TIDAK ADA", "9999999999999999", "3602999999990000"]
)
def test_missing(raw: str | None) -> None:
    assert _status(raw) == (None, "missing")


@pytest.mark.parametrize("raw", ["3.60201E+15", "3,6E+15", "3.6E15", "3602010000000000", "9.201010101900017E+15"])
def test_a_tail_that_is_gone_is_damage_and_never_guessed(raw: str) -> None:
    assert _status(raw) == (None, "damaged")


@pytest.mark.parametrize(
    ("raw", "nik"),
    [
        ("360201410190000", None),  # 15 digits
        ("36020141019000011", None),  # 17 digits
        ("36020141019OX001", None),
        ("3602013202900001", "3602013202900001"),  # 32 February
        ("3602013002900001", "3602013002900001"),  # 30 February
        ("3602012902910001", "3602012902910001"),  # 29 February 1991 or 2091
        ("3602014113900001", "3602014113900001"),  # month 13
        ("3602017201900001", "3602017201900001"),  # day 72
        ("0002014101900001", "0002014101900001"),  # no such province
        ("3600014101900001", "3600014101900001"),  # no such regency
        ("3602014101900000", "3602014101900000"),  # serial 0000
    ],
)
def test_malformed_keeps_sixteen_readable_digits(raw: str, nik: str | None) -> None:
    assert _status(raw) == (nik, "malformed")


def test_the_family_card_number_is_nobodys_nik() -> None:
    assert _status(WOMAN, kk=WOMAN) == (None, "malformed")


@pytest.mark.parametrize(
    ("born", "sex", "status"),
    [
        (date(1990, 1, 1), "P", "valid"),
        (date(1990, 1, 1), None, "valid"),
        (None, "P", "valid"),
        (None, "L", "contradicts_sex"),
        (date(1990, 1, 1), "L", "contradicts_sex"),
        (date(1990, 1, 2), "P", "contradicts_birth_date"),
        (date(1990, 2, 1), "P", "contradicts_birth_date"),
        (date(1991, 1, 1), "L", "contradicts_birth_date"),
        (date(1890, 1, 1), "P", "valid"),  # the NIK does not tell the century
    ],
)
def test_contradictions(born: date | None, sex: str | None, status: str) -> None:
    assert _status(WOMAN, born, sex) == (WOMAN, status)


@pytest.mark.parametrize(
    ("nik", "sex"),
    [
        ("9201010101900017", "L"),  # above 2^53: it was never a number here
        ("9101014101900003", "P"),  # Merauke before 2022
        ("6473010101900001", "L"),  # Tarakan before Kalimantan Utara
        ("3602990101900001", "L"),  # a district we do not know
        ("9799010101900001", "L"),  # a province of BPS-style files
    ],
)
def test_old_and_unknown_places_of_issue_are_possible(nik: str, sex: str) -> None:
    assert _status(nik, BORN, sex) == (nik, "valid")


def _file_of(numbers: list[str]) -> list[bool]:
    return sound_tails(pl.Series(numbers), pl.Series(["a"] * len(numbers)))["lost"].to_list()


def _numbers(n: int, prefix: str = "360201010190") -> list[str]:
    return [f"{prefix}{serial:04d}" for serial in range(1, n + 1)]


def test_serials_of_0000_typed_by_hand_are_no_spreadsheets_doing() -> None:
    few = [number for number in _numbers(300) if number[-1] not in "09"]
    assert not any(_file_of([*few, *(f"36020103{n:02d}900000" for n in range(1, 13))]))
    numbers = _numbers(300)
    assert not any(_file_of([*numbers, *(f"36020103{n:02d}900000" for n in range(1, 13))]))
    rounded = [f"36020103{n % 12 + 1:02d}900000" for n in range(200)]
    assert sum(_file_of([*numbers, *rounded])) == 200


def test_a_file_rounded_to_fifteen_digits_is_found_and_only_its_zeros_doubted() -> None:
    rounded = [number[:15] + "0" for number in _numbers(40)]
    assert all(_file_of(rounded))
    mixed = rounded + _numbers(20)
    assert _file_of(mixed) == [number.endswith("0") for number in mixed]


def test_an_honest_file_is_not_accused() -> None:
    assert not any(_file_of(_numbers(500)))
    assert not any(_file_of(["3602010101900010", "3602010101900020", "3602010101900003"]))


@pytest.mark.parametrize(
    ("prefix", "born", "status"),
    [
        ("9101", date(1980, 5, 1), "valid"),  # Merauke, given before 2022 and kept for life
        ("9101", date(2023, 5, 1), "valid"),  # the office's tables were not changed at once
        ("9101", date(2025, 5, 1), "malformed"),  # nobody gave this code any more
        ("9301", date(1980, 5, 1), "valid"),  # registered late
        ("6473", date(2010, 5, 1), "valid"),
        ("6473", date(2020, 5, 1), "malformed"),
        ("3219", date(1975, 5, 1), "valid"),  # Jawa Barat when Banten was a part of it
        ("3219", date(2015, 5, 1), "malformed"),
        ("5403", date(1970, 5, 1), "valid"),  # Timor Timur
        ("5403", date(2010, 5, 1), "malformed"),
        ("9702", date(2024, 5, 1), "valid"),  # BPS-style numbers of Papua are met to this day
        ("3699", date(1990, 5, 1), "malformed"),
        ("3799", date(1990, 5, 1), "malformed"),
    ],
)
def test_the_place_of_a_nik_must_have_given_numbers_in_the_persons_lifetime(
    prefix: str, born: date, status: str
) -> None:
    assert _status(f"{prefix}01{born:%d%m%y}0001", born, None)[1] == status


def test_a_former_code_is_good_when_no_birth_date_is_known() -> None:
    assert _status("9101010105250001", None, None)[1] == "valid"


def test_double_precision_above_2_to_53_is_found_by_the_lack_of_odd_numbers() -> None:
    stored = [str(int(float(number))) for number in _numbers(60, "920101010190")]
    lost = _file_of(stored)
    assert any(lost)
    for written, read, doubted in zip(_numbers(60, "920101010190"), stored, lost, strict=True):
        assert doubted or written == read
    assert not any(_file_of(_numbers(60, "920101010190")))


def test_damage_is_judged_file_by_file() -> None:
    numbers = _numbers(40) + [number[:15] + "0" for number in _numbers(40)]
    out = standardise_nik(
        pl.Series(numbers),
        pl.Series([BORN] * 80),
        pl.Series(["L"] * 80),
        nik_prefixes(),
        file=pl.Series(["good"] * 40 + ["bad"] * 40),
    )
    assert set(out["nik_status"][:40]) == {"valid"}
    assert set(out["nik_status"][40:]) == {"damaged"}
    assert out["nik"][40:].null_count() == 40


NIKS = st.builds(
    lambda place, district, born, woman, serial: (
        f"{place}{district:02d}{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}",
        born,
        "P" if woman else "L",
    ),
    st.sampled_from(sorted(prefix for prefix, end in nik_prefixes().items() if len(prefix) == 4 and end is None)),
    st.integers(1, 60),
    st.dates(date(1930, 1, 1), date(2026, 11, 20)),
    st.booleans(),
    st.integers(1, 9999),
)
DAMAGE = st.sampled_from(["'{}", "{}.0", "{},0", " {} ", "\u00a0{}", "{}\t", '="{}"', "`{}", "{}\u200e"])


@settings(deadline=None, derandomize=True)
@given(NIKS, DAMAGE, st.integers(1, 15), st.sampled_from([" ", ".", "-", ""]))
def test_a_valid_nik_comes_back_from_every_lossless_damage(
    made: tuple[str, date, str], damage: str, place: int, separator: str
) -> None:
    nik, born, sex = made
    if len(set(nik)) == 1 or nik[9:] == "0000000":
        return
    written = damage.format(nik) if separator == "" else damage.format(nik[:place] + separator + nik[place:])
    if damage.endswith("0") and separator == ".":
        return  # among other dots a last ".0" may be a digit
    assert _status(written, born, sex) == (nik, "valid")


@settings(deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.none(), st.text(max_size=25)), min_size=1, max_size=8))
def test_no_text_is_too_strange(raw: list[str | None]) -> None:
    out = standardise_nik(
        pl.Series(raw, dtype=pl.String),
        pl.Series([None] * len(raw), dtype=pl.Date),
        pl.Series([None] * len(raw), dtype=pl.String),
        nik_prefixes(),
        file=pl.Series(["a"] * len(raw)),
    )
    assert out.height == len(raw)
    assert out["nik"].drop_nulls().str.contains("^[0-9]{16}$").all()
    again = standardise_nik(
        out["nik"],
        pl.Series([None] * len(raw), dtype=pl.Date),
        pl.Series([None] * len(raw), dtype=pl.String),
        nik_prefixes(),
    )
    assert again["nik"].equals(out["nik"])


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("kept", [15, 13, 12])
def test_a_file_of_which_a_part_was_rounded_is_found(share: float, kept: int) -> None:
    """Two villages of ten pasted their numbers from a spreadsheet: their tails are gone, the others' are not."""
    numbers = [f"36020101{serial % 9 + 1:02d}90{serial * 7919 % 9999 + 1:04d}" for serial in range(1000)]
    bad = int(len(numbers) * share)
    written = [number[:kept].ljust(16, "0") for number in numbers[:bad]] + numbers[bad:]
    lost = _file_of(written)
    assert all(lost[:bad])
    assert [number for number, doubted in zip(written, lost, strict=True) if doubted and number[kept:].strip("0")] == []
    out = standardise_nik(
        pl.Series(written),
        pl.Series([None] * 1000, dtype=pl.Date),
        pl.Series([None] * 1000, dtype=pl.String),
        nik_prefixes(),
        file=pl.Series(["a"] * 1000),
    )
    assert set(out["nik_status"][:bad]) == {"damaged"}
    assert out["nik"][:bad].null_count() == bad
    assert not any(_file_of(numbers))


def test_papuan_numbers_of_which_a_part_passed_through_a_spreadsheet() -> None:
    sound = [f"9201010101{serial % 90 + 10:02d}{serial:04d}" for serial in range(1, 1001)]
    written = [str(int(float(number))) for number in sound[:300]] + sound[300:]
    lost = _file_of(written)
    assert all(doubted for number, old, doubted in zip(written, sound, lost, strict=True) if number != old)
    assert not any(_file_of(sound))


def test_a_zero_too_many_is_taken_away_where_the_whole_file_has_it() -> None:
    def read(numbers: list[str]) -> list[str | None]:
        rows = len(numbers)
        none = pl.Series([None] * rows, dtype=pl.String)
        file = pl.Series(["a"] * rows)
        return standardise_nik(pl.Series(numbers), none.cast(pl.Date), none, nik_prefixes(), file=file)["nik"].to_list()

    sound = _numbers(9)
    assert read([number + "0" for number in sound]) == sound
    assert read([sound[0] + "0", *sound[1:]]) == [None, *sound[1:]]
    assert read([number + digit for number, digit in zip(sound, "012345678", strict=True)]) == [None] * 9


@pytest.mark.parametrize("raw", ["NIK 3602014101900001", "NIK: 3602014101900001", "3602014101900001 (KTP)",
                                 "3602014101900001;", "３６０２０１４１０１９００００１"])  # fmt: skip
def test_what_stands_beside_a_number_in_its_cell_does_no_harm(raw: str) -> None:
    assert _status(raw) == (WOMAN, "valid")
