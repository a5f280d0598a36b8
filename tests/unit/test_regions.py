"""Region codes of either system, of today and of before, and places by name (DOMAIN §2, §6)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.region_lookup import region_table
from matchers.standardise.regions import standardise_region, village_by_name
from schemas import reference

REGIONS = region_table()


def _read(codes: list[str], coding: str | None = None) -> list[tuple[str | None, str | None, str | None]]:
    """The codes as one file."""
    raw = pl.Series(codes, dtype=pl.String)
    said = pl.repeat(coding, len(codes), dtype=pl.String, eager=True)
    return standardise_region(raw, REGIONS, pl.repeat("a", len(codes), eager=True), said).rows()


@pytest.mark.parametrize(
    ("raw", "village", "regency", "basis"),
    [
        ("3602012002", "3602012002", "3602", "code"),
        ("36.02.01.2002", "3602012002", "3602", "code"),
        ("3602012002.0", "3602012002", "3602", "code"),
        ("3602012999", "3602012999", "3602", "unknown"),  # newer than the table, perhaps
        ("3602010006", "3602012002", "3602", "bps"),  # no Kemendagri village begins with 0
        ("3602010999", None, "3602", "unknown"),  # BPS form without a bridge: the regency is known
        ("5303010999", None, "5301", "unknown"),  # BPS calls Kupang 5303; Kemendagri's 5303 is Timor Tengah Utara
        ("9101012001", "9301012001", "9301", "former"),  # Merauke before 2022
        ("9102032001", "9501022001", "9501", "former"),  # a district of Jayawijaya that got another number
        ("640405", None, "6501", "former"),  # a district of Bulungan before Kalimantan Utara
        ("3602", None, "3602", "code"),
        ("360201", None, "3602", "code"),
        ("3602010", None, "3602", "bps"),
        ("KAB. LEBAK", None, "3602", "name"),
        ("Kota Serang", None, "3673", "name"),
        ("Kabupaten Serang", None, "3604", "name"),
        ("KOTA TANGERANG SELATAN", None, "3674", "name"),
        ("Fak-Fak", None, "9203", "name"),
        ("9999012001", None, None, "unknown"),
        ("3.60201E+09", None, None, None),
        ("", None, None, None),
    ],
)
def test_a_code_becomes_todays(raw: str, village: str | None, regency: str | None, basis: str | None) -> None:
    assert _read([raw]) == [(village, regency, basis)]


def test_a_file_is_coded_in_the_system_in_which_more_of_its_codes_exist() -> None:
    """The same ten digits may be a village in both systems, and not the same one."""
    both = reference.villages().join(reference.bps_codes(), left_on="village_code", right_on="bps_code")
    shared_code, elsewhere = both.filter(pl.col("village_code") != pl.col("code")).select("village_code", "code").row(0)
    ours = reference.villages()["village_code"].head(5).to_list()
    theirs = reference.villages()["bps_code"].drop_nulls().head(5).to_list()
    assert _read([*ours, shared_code])[-1][0] == shared_code
    assert _read([*theirs, shared_code])[-1][0] == elsewhere
    assert _read([*theirs, shared_code], "kemendagri")[-1][0] == shared_code
    assert _read([*ours, shared_code], "bps")[-1][0] == elsewhere


def test_a_file_of_bps_codes_gives_no_village_by_accident() -> None:
    read = _read(["3602010006"] * 9 + ["3602012002"])
    assert read == [("3602012002", "3602", "bps")] * 9 + [(None, "3602", "unknown")]


def test_a_whole_province_of_bps_codes_is_bridged_or_left_open_never_guessed() -> None:
    ntt = reference.villages().filter(pl.col("regency_code").str.starts_with("53")).drop_nulls("bps_code")
    read = pl.DataFrame(_read(ntt["bps_code"].to_list()), schema=["village", "regency", "basis"], orient="row")
    assert read["village"].equals(ntt["village_code"], check_names=False)
    assert (read["basis"] == "bps").all()


def test_declared_codings_decide_where_both_systems_have_a_code() -> None:
    assert _read(["5303"])[0][1] == "5303"
    assert _read(["5303"], "bps")[0][1] == "5301"


@pytest.mark.parametrize(
    ("village", "district", "regency", "code", "basis"),
    [
        ("PASIR BARAT", "KEC. JAMBE", "KAB. TANGERANG", "3603042010", "name"),
        ("Desa Pasirbarat", "Jambe", "3603", "3603042010", "name"),
        ("PASIR BARAT", None, "KAB. TANGERANG", "3603042010", "name"),  # the only one of its regency
        ("PASIR BARAT", "", "KAB. TANGERANG", "3603042010", "name"),
        ("MEKARSARI", None, "3602", None, "ambiguous"),
        ("PASIR BARAT", "CISOKA", "KAB. TANGERANG", None, "not_found"),  # not in the district that is named
        ("PASIR BARRAT", "JAMBE", "KAB. TANGERANG", None, "not_found"),  # alike is not enough
        ("PASIR BARAT", "JAMBE", None, None, None),
        (None, "JAMBE", "3603", None, None),
    ],
)
def test_a_village_is_found_by_name_within_its_regency(
    village: str | None, district: str | None, regency: str | None, code: str | None, basis: str | None
) -> None:
    columns = [pl.Series([value], dtype=pl.String) for value in (village, district, regency)]
    assert village_by_name(*columns, REGIONS).row(0) == (code, basis)


def test_every_village_is_found_by_its_own_names_or_said_to_be_ambiguous() -> None:
    places = reference.villages().filter(pl.col("regency_code").str.starts_with("36"))
    districts = reference.districts().select("district_code", "district_name")
    places = places.join(districts, on="district_code", maintain_order="left")
    found = village_by_name(places["village_name"], places["district_name"], places["regency_code"], REGIONS)
    assert set(found["basis"]) <= {"name", "ambiguous"}
    named = found["basis"] == "name"
    assert found["village_code"].filter(named).equals(places["village_code"].filter(named), check_names=False)
    assert int(named.sum()) > 0.99 * named.len()


ANY_TEXT = st.lists(
    st.one_of(st.none(), st.text(max_size=20), st.from_regex(r"[0-9., -]{0,12}", fullmatch=True)), max_size=8
)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(raw=ANY_TEXT)
def test_no_text_is_too_strange(raw: list[str | None]) -> None:
    series = pl.Series(raw, dtype=pl.String)
    read = standardise_region(series, REGIONS, pl.repeat("a", len(raw), dtype=pl.String, eager=True))
    assert read.height == len(raw)
    assert read["village_code"].drop_nulls().str.contains("^[0-9]{10}$").all()
    assert read["regency_code"].drop_nulls().is_in(reference.regencies()["regency_code"].implode()).all()
