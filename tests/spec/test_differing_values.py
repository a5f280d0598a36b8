"""What DM01 to DM05 find: a register that says something else of a person (docs/findings_people.md)."""

import pytest

from tests.spec.test_numbers import details
from tests.spec.world import ALL_KINDS, found, searched


def test_dm01_a_name_too_unlike_the_one_that_stands() -> None:
    con = searched("""
        person   | source              | name         | name_std
        other    | province            | Siti Aminah  | SITI AMINAH
        other    | regency             | Siti Aminah  | SITI AMINAH
        other    | bpjs_kesehatan      | Nengsih      | NENGSIH
        slip     | province            | Siti Aminah  | SITI AMINAH
        slip     | regency             | Siti Amniah  | SITI AMNIAH
        turned   | province            | Rina Yuniati | RINA YUNIATI
        turned   | regency             | Yuniati Rina | YUNIATI RINA
        billed   | province            | Siti Aminah  | SITI AMINAH
        billed   | bpjs_kesehatan_bill | Nengsih      | NENGSIH
        nameless | province            | Siti Aminah  | SITI AMINAH
        nameless | regency             | -            | -
        registry | province            | Wati         | WATI
        registry | regency             | Wati         | WATI
        registry | civil_deaths        | Siti Yulia   | SITI YULIA
    """)
    assert found(con, "DM01") == ["other", "registry", "registry"]
    told = details(con, "DM01")
    assert sum('tertulis "Nengsih", pembanding "Siti Aminah"' in line for line in told) == 1
    assert sum('tertulis "Wati", pembanding "Siti Yulia"' in line for line in told) == 2


def test_dm01_just_above_and_below_the_threshold() -> None:
    con = searched("""
        person | source   | name_std
        above  | province | AGUS SEPTIAN
        above  | regency  | AGUS S
        below  | province | RINA NUR HASANAH
        below  | regency  | RINA
    """)
    assert found(con, "DM01") == ["below"]  # 0.90 and 0.85, the threshold is 0.88


def test_dm02_birth_dates_with_the_kind_of_difference() -> None:
    con = searched("""
        person   | source              | birth_date
        swapped  | province            | 1980-03-05
        swapped  | regency             | 1980-05-03
        stock    | province            | 1980-03-05
        stock    | regency             | 1980-01-01
        year     | province            | 1980-03-05
        year     | regency             | 1981-03-05
        day      | province            | 1980-03-05
        day      | regency             | 1980-03-06
        same     | province            | 1980-03-05
        same     | regency             | 1980-03-05
        unknown  | province            | 1980-03-05
        unknown  | regency             | -
        billed   | province            | 1980-03-05
        billed   | bpjs_kesehatan_bill | 1980-03-06
        registry | province            | 1980-03-05
        registry | regency             | 1980-03-05
        registry | civil_deaths        | 1980-03-06
    """)
    assert found(con, "DM02") == ["day", "registry", "registry", "stock", "swapped", "year"]
    told = details(con, "DM02")
    for kind in ("(hari dan bulan tertukar)", "(isian baku)", "(tahun berbeda)"):
        assert sum(kind in line for line in told) == 1
    assert (
        "Tanggal lahir di register kabupaten/kota 3601 03-05-1980 (hari dan bulan tertukar), pembanding 05-03-1980."
        in told
    )


def test_dm03_dm04_dm05_sex_family_card_and_village() -> None:
    con = searched("""
        person  | source         | sex | kk               | village_code | status | owner_code
        apart   | province       | L   | 3601010101200001 | 3601012001   |        | 36
        apart   | regency        | P   | 3601010101200002 | 3602012001   | HIDUP  | 3602
        alike   | province       | L   | 3601010101200003 | 3601012001   |        | 36
        alike   | regency        | L   | 3601010101200003 | 3601012001   | HIDUP  | 3601
        gone    | province       | L   | 3601010101200004 | 3601012001   |        | 36
        gone    | regency        | L   | 3601010101200004 | 3602012001   | PINDAH | 3602
        silent  | province       | L   | 3601010101200005 | 3601012001   |        | 36
        silent  | regency        | -   | -                | -            | HIDUP  | 3601
    """)
    assert (found(con, "DM03"), found(con, "DM04"), found(con, "DM05")) == (["apart"], ["apart"], ["apart"])
    owner = con.execute(
        "SELECT DISTINCT owner_code, regency_code, severity FROM finding WHERE code LIKE 'DM%'"
    ).fetchall()
    assert owner == [("3602", "3602", 3)]
    (card,) = details(con, "DM04")
    assert card.endswith("3601••••••••0002, yang berlaku 3601••••••••0001 (berbeda satu angka).")
    assert details(con, "DM05")[0].endswith("3602012001, yang berlaku 3601012001 (kabupaten/kota lain).")


@pytest.mark.parametrize(
    ("kinds", "untested"),
    [
        (ALL_KINDS, set()),
        (frozenset({"decree", "civil_deaths"}), {"DM03", "DM04"}),
        (frozenset({"bpjs_ketenagakerjaan"}), {"DM04", "DM05"}),
    ],
)
def test_values_that_no_register_has_are_not_tested(kinds: frozenset[str], untested: set[str]) -> None:
    con = searched("person | source\na | decree", kinds=kinds)
    rows = con.execute("SELECT code FROM finding_type WHERE NOT testable AND code LIKE 'DM%'").fetchall()
    assert {code for (code,) in rows} == untested
