"""The reference tables of regions: complete, consistent, and honest about former codes."""

import pytest

from schemas import reference

# DOMAIN §2: the regencies of the founding provinces, as named there.
NAMED = [
    ("3601", "Pandeglang"),
    ("3602", "Lebak"),
    ("3674", "Tangerang Selatan"),
    ("3302", "Banyumas"),
    ("5171", "Denpasar"),
    ("5303", "Timor Tengah Utara"),
    ("9301", "Merauke"),
    ("9404", "Mimika"),
    ("9604", "Tambrauw"),
    ("9605", "Maybrat"),
    ("9671", "Sorong"),
]


def test_counts_are_those_of_the_package_named_in_the_attribution() -> None:
    tables = (reference.provinces(), reference.regencies(), reference.districts(), reference.villages())
    assert [table.height for table in tables] == [38, 514, 7285, 83762]


@pytest.mark.parametrize(("code", "name"), NAMED)
def test_a_regency_has_its_name(code: str, name: str) -> None:
    names = dict(reference.regencies().select("regency_code", "regency_name").rows())
    assert names[code].removeprefix("Kabupaten ").removeprefix("Kota ") == name


def test_every_code_is_digits_unique_and_below_its_parent() -> None:
    below = [
        (reference.regencies(), "regency_code", 4, reference.provinces(), "province_code"),
        (reference.districts(), "district_code", 6, reference.regencies(), "regency_code"),
        (reference.villages(), "village_code", 10, reference.districts(), "district_code"),
    ]
    for table, code, length, parents, parent in below:
        assert table[code].is_unique().all()
        assert table[code].str.contains(f"^[0-9]{{{length}}}$").all()
        assert table[parent].is_in(parents[parent].to_list()).all()
        assert (table[code].str.slice(0, table[parent].str.len_chars()[0]) == table[parent]).all()


def test_a_village_number_begins_with_1_2_or_3_which_tells_kemendagri_from_bps() -> None:
    assert set(reference.villages()["village_code"].str.slice(6, 1)) == {"1", "2", "3"}


def test_every_former_code_is_a_gap_in_the_numbering_of_its_old_province() -> None:
    current = set(reference.regencies()["regency_code"])
    former = reference.former_regencies()
    assert not current & set(former)
    assert set(former.values()) <= current
    assert len([code for code in former if code[:2] in {"91", "92"}]) == 26
    for old in former:
        kind = [
            int(code[2:]) for code in {*current, *former} if code[:2] == old[:2] and (code[2] == "7") == (old[2] == "7")
        ]
        assert int(old[2:]) in range(1, max(kind) + 1)
        assert len(kind) >= max(kind) % 70  # with the former codes no gap is left


def test_each_former_code_says_how_sure_it_is() -> None:
    assert set(reference.history()["mark"]) == {"F", "K"}


@pytest.mark.parametrize("prefix", ["36", "3602", "9101", "9301", "6473", "54", "97", "9271"])
def test_a_nik_may_begin_with_present_and_former_codes(prefix: str) -> None:
    assert prefix in reference.nik_prefixes()


@pytest.mark.parametrize("prefix", ["00", "10", "20", "37", "99", "3699"])
def test_other_beginnings_are_not_listed(prefix: str) -> None:
    assert prefix not in reference.nik_prefixes()
