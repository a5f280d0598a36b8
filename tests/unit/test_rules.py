"""The dated rules: complete, not overlapping, looked up by day; and the findings declared over them."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from schemas.declared import COLUMN_TERMS, kinds_in_words, missing_kinds, read_declared
from schemas.errors import PadanError
from schemas.findings import OUTPUT, load_finding_types
from schemas.indicators import FACT as INDICATOR_FACT
from schemas.indicators import INTERVAL as INDICATOR_INTERVAL
from schemas.indicators import OUTPUT as INDICATOR_OUTPUT
from schemas.indicators import PLACED as INDICATOR_PLACED
from schemas.indicators import load_indicator_types
from schemas.layouts import KINDS
from schemas.rule_kinds import load_rule_kinds
from schemas.rules import SCHEMA, check_rules, load_rules, rule_value
from schemas.tables import create_statement, load_tables

CODES = sorted(load_finding_types())


def line(begin: date | None, end: date | None = None, value: float | None = 1.0, **more: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(SCHEMA, "x")
    return {**row, "value": value, "berlaku_mulai": begin, "berlaku_sampai": end, "mark": "F", **more}


def table(*lines: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=SCHEMA)


def test_every_rule_has_a_value_a_basis_and_a_first_day() -> None:
    rules = load_rules()
    assert rules.height > 20
    assert rules.columns == list(SCHEMA)
    assert set(rules["mark"]) <= {"F", "K", "P"}
    assert rules.select("rule", "item", "berlaku_mulai").is_duplicated().sum() == 0


@pytest.mark.parametrize(
    "lines",
    [
        [line(None)],
        [line(date(2026, 1, 1), value=None)],
        [line(date(2026, 1, 1), legal_basis="")],
        [line(date(2026, 1, 1), mark="?")],
        [line(date(2026, 1, 1), date(2025, 1, 1))],
        [line(date(2025, 1, 1)), line(date(2026, 1, 1))],
        [line(date(2025, 1, 1), date(2026, 1, 1)), line(date(2026, 1, 1))],
    ],
)
def test_an_incomplete_or_overlapping_rule_is_refused(lines: list[dict[str, object]]) -> None:
    with pytest.raises(PadanError, match="The rule x x"):
        check_rules(table(*lines))


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2024, 6, 1), 1.0), (date(2025, 12, 31), 1.0), (date(2026, 1, 1), 2.0), (date(2030, 1, 1), 2.0)],
)
def test_the_value_in_force_on_a_day(day: date, value: float) -> None:
    rules = table(line(date(2025, 1, 1), date(2025, 12, 31), 1.0), line(date(2026, 1, 1), None, 2.0))
    assert rule_value(check_rules(rules), "x", day, "x") == value


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(PadanError, match="no rule speed"):
        rule_value(load_rules(), "speed", date(2026, 1, 1))


def test_all_codes_are_declared_with_their_words() -> None:
    for code, one in load_finding_types().items():
        assert one.code == code
        assert one.severity in (1, 2, 3)
        needs = {need.strip() for part in f"{one.needs},{one.partly}".split(",") for need in part.split("|")}
        rules = {f"rule:{name}" for name in load_rule_kinds()}
        assert {need.partition(".")[0] for need in needs} <= {*KINDS, *rules, "civil_registry", "signed_total"}
        assert {need.partition(".")[2] for need in needs} <= {"", *COLUMN_TERMS}


def test_precedence_is_that_of_domain_5() -> None:
    types = load_finding_types()
    order = [
        *("ST01", "ID06", "ID07", "ID08", "ID09", "ID10", "FN01", "FN06", "WL01", "WL03", "EL01", "EL10", "TK01"),
        *("KL01", "KL03", "ST02", "ST05", "ID01", "ID05", "ID11", "ID12", "WL02", "DM01", "DM05"),
    ]
    assert sorted(order, key=lambda code: types[code].precedence) == order


@pytest.mark.parametrize("code", CODES)
def test_a_findings_query_runs_on_the_declared_tables_and_gives_the_agreed_columns(code: str) -> None:
    with duckdb.connect() as con:
        for declared in load_tables().values():
            con.execute(create_statement(declared))
        assert tuple(con.sql(load_finding_types()[code].query).columns) == OUTPUT


@pytest.mark.parametrize("name", sorted(load_indicator_types()))
def test_an_indicators_query_runs_on_the_declared_tables_and_gives_the_agreed_columns(name: str) -> None:
    with duckdb.connect() as con:
        for declared in load_tables().values():
            con.execute(create_statement(declared))
        one = load_indicator_types()[name]
        columns = tuple(con.sql(one.query).columns)
        if one.by_person:
            assert columns == INDICATOR_FACT
            assert {"dimension", "numerator", "denominator"} < set(con.sql(one.figures).columns)
        elif one.form == "place":
            assert columns == INDICATOR_PLACED
            assert tuple(con.sql(one.figures).columns) == INDICATOR_OUTPUT
        else:
            assert columns in (INDICATOR_OUTPUT, INDICATOR_OUTPUT + INDICATOR_INTERVAL)


@pytest.mark.parametrize(
    ("needs", "present", "missing"),
    [
        ("a", {"a"}, []),
        ("a, b", {"a"}, ["b"]),
        ("a, b|c", {"a", "c"}, []),
        ("a, b|c", {"a"}, ["b|c"]),
        ("a, b|c", set(), ["a", "b|c"]),
    ],
)
def test_what_a_needs_line_lacks(needs: str, present: set[str], missing: list[str]) -> None:
    assert missing_kinds(needs, frozenset(present)) == missing


def test_missing_kinds_in_words() -> None:
    assert (
        kinds_in_words(["province", "decree|regency"]) == "DTSEN provinsi, SK PBPU Pemda atau register kabupaten/kota"
    )


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("-- code: X", "does not say its name"),
        ("-- code: X\n-- name: Y\n-- colour: red", "unknown heading colour"),
        ("-- code: X\n-- no colon here", "cannot be read"),
    ],
)
def test_an_incomplete_description_is_refused(tmp_path, head: str, says: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "X.sql"
    path.write_text(f"{head}\nSELECT 1\n", encoding="utf-8")
    with pytest.raises(PadanError, match=says):
        read_declared(path, ("code", "name"))
