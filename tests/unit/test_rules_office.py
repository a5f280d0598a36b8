"""An office's own dated rules: laid over padan's, and refused in one sentence that names the file and the row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.cli import main
from flows.config import load
from schemas.errors import UsageError
from schemas.rule_kinds import UNITS, load_rule_kinds
from schemas.rules import load_rules, rule_value, value_in_force
from tests.spec.world import found, searched

HEAD = "rule,item,value,unit,legal_basis,berlaku_mulai,berlaku_sampai"
CONFIG = '[run]\nprovince = "36"\n{more}\n[[source]]\nkind = "province"\npath = "a.csv"\n'


def office(folder: Path, *lines: str, name: str = "umk.csv", head: str = HEAD) -> Path:
    place = folder / "rules"
    place.mkdir(exist_ok=True)
    (place / name).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8-sig")
    return place


def test_every_rule_is_declared_and_listed_in_the_documentation() -> None:
    assert set(load_rules()["rule"]) <= set(load_rule_kinds())
    documented = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert [name for name in load_rule_kinds() if f"`{name}`" not in documented] == []
    assert {kind.unit for kind in load_rule_kinds().values()} <= set(UNITS)


def test_an_offices_line_stands_for_its_days_and_padans_before_and_after(tmp_path: Path) -> None:
    place = office(tmp_path, "jkn_tariff,PDA,40000,rupiah/month,Perda 1/2026,2026-03-01,2026-08-31")
    rules = load_rules(place)
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1)]
    assert [value_in_force(rules, "jkn_tariff", day, "PDA") for day in days] == [37800, 40000, 40000, 37800]
    lines = rules.filter(rule="jkn_tariff", item="PDA").select("berlaku_mulai", "berlaku_sampai", "mark", "origin")
    assert lines.rows() == [
        (date(2021, 1, 1), date(2026, 2, 28), "F", "padan"),
        (date(2026, 3, 1), date(2026, 8, 31), "O", "rules/umk.csv"),
        (date(2026, 9, 1), None, "F", "padan"),
    ]
    assert value_in_force(load_rules(), "jkn_tariff", date(2026, 5, 1), "PDA") == 37800


def test_a_line_without_an_end_replaces_all_that_comes_after(tmp_path: Path) -> None:
    rules = load_rules(office(tmp_path, "pension_age,,58,years,Perbup 2/2024,2024-06-01,"))
    assert [rule_value(rules, "pension_age", date(year, 1, 1)) for year in (2024, 2025, 2029)] == [58, 58, 58]
    assert rules.filter(rule="pension_age").height == 4


def test_a_spreadsheets_csv_is_read(tmp_path: Path) -> None:
    head = "Rule;Item;Value;Unit;Legal_basis;Berlaku_mulai;Note"
    place = office(tmp_path, "umk;3302;2474598,99;rupiah/month;Kepgub;2027-01-01;x", "", ";;;;;;", head=head)
    assert value_in_force(load_rules(place), "umk", date(2027, 5, 1), "3302") == 2474598.99


GOOD = "umk,3601,3500000,rupiah/month,Kepgub 1/2026,2027-01-01,2027-12-31"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (GOOD.replace("umk", "ump"), "names a rule that padan does not know"),
        (GOOD.replace("3601", "9999"), "must name a province or regency by its Kemendagri code"),
        (GOOD.replace("rupiah/month", "rupiah"), "must have the unit rupiah/month"),
        (GOOD.replace("3500000", "3.500.000"), "has a value that is not a number"),
        (GOOD.replace("3500000", ""), "has a value that is not a number"),
        (GOOD.replace("3500000", "nan"), "has a value that is not a number"),
        (GOOD.replace("3500000", "3500"), "must have a value of 100000 or more, in rupiah/month"),
        (GOOD.replace("Kepgub 1/2026", ""), "has no legal_basis"),
        (GOOD.replace("2027-01-01", "01/01/2027"), "has a berlaku_mulai that is not a date like 2026-01-31"),
        (GOOD.replace("2027-01-01", ""), "has no berlaku_mulai"),
        (GOOD.replace("2027-12-31", "2026-12-31"), "ends before it begins"),
        (GOOD + ",x", "has 8 cells under 7 headings"),
        ("jkn_tariff,XYZ,1,rupiah/month,x,2027-01-01,", "must have one of these items: PBI, PDA,"),
        ("pension_age,BESAR,60,years,x,2027-01-01,", "must have no item"),
        ("pension_age,,59.5,years,x,2027-01-01,", "must have a whole number as its value, in years"),
        ("ppu_share,,5,share,x,2027-01-01,", "must have a value from 0 to 1, in share"),
        ("jakon_rate,banyak,0.1,share,x,2027-01-01,", "must have a whole number of rupiah as its item"),
    ],
)
def test_a_wrong_line_is_one_sentence_with_file_and_row(tmp_path: Path, line: str, says: str) -> None:
    place = office(tmp_path, GOOD.replace("3601", "3602"), line)
    with pytest.raises(UsageError) as told:
        load_rules(place)
    assert str(told.value).startswith(f"The rule in rules/umk.csv row 2 {says}")
    assert str(told.value).endswith(".")


def test_two_lines_on_one_day_are_told_with_both_places(tmp_path: Path) -> None:
    office(tmp_path, GOOD, name="a.csv")
    place = office(tmp_path, GOOD.replace("2027-01-01", "2027-12-31"), name="b.csv")
    with pytest.raises(UsageError, match=r"in rules/a.csv row 1 and rules/b.csv row 1 are in force at the same time"):
        load_rules(place)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (HEAD.replace("unit", "satuan"), "has no heading unit"),
        (HEAD + ",warna", "has an unknown or repeated heading warna"),
        (HEAD + ",rule", "has an unknown or repeated heading rule"),
        ("", "has no heading rule"),
    ],
)
def test_a_wrong_heading_is_told(tmp_path: Path, head: str, says: str) -> None:
    with pytest.raises(UsageError, match=f"rules/umk.csv {says}"):
        load_rules(office(tmp_path, head=head))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    place = office(tmp_path, GOOD)
    (place / "umk.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"The rule table rules/umk.csv is not UTF-8 text"):
        load_rules(place)


def test_the_folder_beside_the_configuration_is_used_and_another_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "padan.toml").write_text(CONFIG.format(more=""), encoding="utf-8")
    assert load(tmp_path).rules_folder is None
    place = office(tmp_path, GOOD)
    assert load(tmp_path).rules_folder == place
    place.rename(tmp_path / "aturan")
    (tmp_path / "padan.toml").write_text(CONFIG.format(more='rules = "aturan"'), encoding="utf-8")
    assert load(tmp_path).rules_folder == tmp_path / "aturan"
    (tmp_path / "padan.toml").write_text(CONFIG.format(more='rules = "hukum"'), encoding="utf-8")
    with pytest.raises(UsageError, match=r"In padan.toml the setting run.rules names the folder hukum"):
        load(tmp_path)


def test_a_wrong_line_stops_a_command_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "padan.toml").write_text(CONFIG.format(more=""), encoding="utf-8")
    office(tmp_path, GOOD.replace("umk", "ump"))
    assert main(["check", str(tmp_path)]) == 2
    assert "rules/umk.csv row 1" in capsys.readouterr().err


PEOPLE = """
    person | source              | decile | excluded | status   | segment | status_date | amount
    short  | province            | 6      |          |          |         |             |
    short  | bpjs_kesehatan      |        |          | NONAKTIF | PBI     | 2026-08-01  |
    flag   | province            | 5      | true     |          |         |             |
    billed | bpjs_kesehatan_bill |        |          |          |         |             | 40000
    job    | province            | 1      |          |          |         |             |
"""


def test_an_offices_rules_decide_what_is_found(tmp_path: Path) -> None:
    place = office(
        tmp_path,
        "eligible_decile_max,,6,decile,Perbup 3/2026,2026-10-01,",
        "reactivation_months,,3,months,Perbup 3/2026,2026-10-01,",
        "excluded_is_ineligible,,0,flag,Perbup 3/2026,2026-10-01,",
        "jkn_tariff,PDA,40000,rupiah/month,Perbup 3/2026,2026-11-01,",
    )
    rules = load_rules(place)
    now, usual = searched(PEOPLE, rules=rules), searched(PEOPLE)
    codes = ("EL04", "EL05", "EL06", "FN06")
    assert [found(now, code) for code in codes] == [["flag", "job"], [], ["short"], []]
    assert [found(usual, code) for code in codes] == [["job"], [], [], ["billed"]]
    # before their first day the usual rules hold
    past = searched(PEOPLE, rules=rules, as_of=date(2026, 9, 30))
    assert [found(past, code) for code in ("EL04", "EL05", "EL06")] == [["job"], [], []]
    origins = now.execute("SELECT DISTINCT origin FROM rule WHERE value = 40000").fetchall()
    assert origins == [("rules/umk.csv",)]
