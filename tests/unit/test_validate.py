"""Validation of hand-made rows: what is judged and what is set aside."""

import logging
import socket
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows import gx_suite
from flows.staging import accept, stage
from flows.validate import VALIDATION, Verdicts, validate
from schemas.errors import PadanError
from schemas.expectations import Expectation, Suite, load_suites
from schemas.layouts import PERSON_KINDS
from schemas.tables import load_tables
from tests.staged import NOBODY, ODD, more_frames, other_frames, people

MARKER = "SUPARNO PENANDA"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        yield connection


def suite(kind: str, *expectations: Expectation) -> dict[str, Suite]:
    return {kind: Suite(kind, "Judul", "Title", expectations)}


def expectation(
    name: str, type_: str, *columns: str, kind: str = "regency", severity: Any = "warning", **more: Any
) -> Expectation:
    values: dict[str, Any] = {"args": {}, "mostly": 1.0, "when": {}, "given": (), "scope": "kind", "because": ""} | more
    return Expectation(
        id=name,
        kind=kind,
        type=type_,
        columns=columns,
        severity=severity,
        reason_id="Alasan.",
        reason_en="Reason.",
        correct_id="Perbaiki.",
        correct_en="Correct it.",
        **values,
    )


def judge(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, *expectations: Expectation) -> Verdicts:
    stage(con, {"regency": frame})
    return validate(con, ["regency"], "run", suite("regency", *expectations))


def quarantined(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute("select file, source_row, expectation from quarantine order by all").fetchall()


# What each type finds in ODD, against SQL written by hand: evaluated rows, and the source rows that break it.
CASES = [
    (expectation("a", "ExpectColumnValuesToNotBeNull", "name_std"), "true", "name_std is null"),
    (expectation("b", "ExpectColumnValuesToBeNull", "kk"), "true", "kk is not null"),
    (
        expectation("c", "ExpectColumnValuesToMatchRegex", "nik", args={"regex": r"^\d{16}$"}),
        "nik is not null",
        "not regexp_full_match(nik, '[0-9]{16}')",
    ),
    (
        expectation("d", "ExpectColumnValuesToNotMatchRegex", "name", args={"regex": r"'|\\d|[%?$]"}),
        "name is not null",
        "source_row in (3, 4)",
    ),
    (
        expectation("e", "ExpectColumnValuesToBeInSet", "name", args={"value_set": ("Siti Aminah", "O'NEIL \\d")}),
        "name is not null",
        "source_row in (4, 5)",
    ),
    (
        expectation("f", "ExpectColumnValuesToNotBeInSet", "status", args={"value_set": ("PINDAH",)}),
        "status is not null",
        "status = 'PINDAH'",
    ),
    (
        expectation("g", "ExpectColumnValuesToBeBetween", "decile", args={"min_value": 0, "max_value": 10}),
        "decile is not null",
        "decile > 10",
    ),
    (
        expectation("h", "ExpectColumnValuesToBeBetween", "birth_date", args={"min_value": date(1900, 1, 1)}),
        "birth_date is not null",
        "birth_date < date '1900-01-01'",
    ),
    (
        expectation("i", "ExpectColumnValueLengthsToEqual", "nik", args={"value": 16}),
        "nik is not null",
        "length(nik) <> 16",
    ),
    (
        expectation("j", "ExpectColumnValueLengthsToBeBetween", "name", args={"min_value": 2}),
        "name is not null",
        "length(name) < 2",
    ),
    (expectation("k", "ExpectColumnValuesToBeUnique", "nik"), "nik is not null", "source_row in (1, 4, 5, 6)"),
    (
        expectation("l", "ExpectCompoundColumnsToBeUnique", "nik", "status"),
        "nik is not null and status is not null",
        "false",
    ),
    (
        expectation("m", "ExpectCompoundColumnsToBeUnique", "owner_code", "nik"),
        "nik is not null",
        "source_row in (1, 4, 5, 6)",
    ),
    (
        expectation(
            "n", "ExpectColumnPairValuesAToBeGreaterThanB", "status_date", "birth_date", args={"or_equal": True}
        ),
        "status_date is not null and birth_date is not null",
        "status_date < birth_date",
    ),
    (
        expectation("o", "ExpectColumnPairValuesToBeEqual", "name", "raw_name"),
        "name is not null and raw_name is not null",
        "name <> raw_name",
    ),
    (
        expectation("p", "ExpectColumnValuesToNotBeNull", "status_date", when={"status": "MENINGGAL"}),
        "status = 'MENINGGAL'",
        "status = 'MENINGGAL' and status_date is null",
    ),
    (
        expectation(
            "q",
            "ExpectColumnValuesToBeInSet",
            "status",
            args={"value_set": ("HIDUP",)},
            when={"status": "HIDUP", "decile": 1},
            given=("kk", "nik"),
        ),
        "status = 'HIDUP' and decile = 1 and kk is not null",
        "false",
    ),
    (
        expectation("r", "ExpectColumnValuesToBeUnique", "nik", when={"status": "HIDUP"}, given=("nik",)),
        "status = 'HIDUP' and nik is not null",
        "false",
    ),
    (
        expectation(
            "s", "UnexpectedRowsExpectation", "nik", args={"where": r"nik is null or regexp_matches(nik, '^\d{2}$')"}
        ),
        "true",
        "nik is null or nik = '36'",
    ),
    (
        expectation(
            "t",
            "UnexpectedRowsExpectation",
            "nik",
            args={"where": "nik in (select nik from {batch} group by nik having count(*) > 1)"},
        ),
        "true",
        "source_row in (1, 4, 5, 6)",
    ),
]


def test_counts_and_rows_are_those_of_plain_sql(con: duckdb.DuckDBPyConnection) -> None:
    verdicts = judge(con, ODD, *(case[0] for case in CASES))
    told = {row["expectation"]: row for row in verdicts.validation.iter_rows(named=True)}
    for case, evaluated, breaks in CASES:
        total = con.execute(
            f"select count(*) filter (where {evaluated}), count(*) filter (where ({evaluated}) and {breaks}) "
            "from staged_regency"
        ).fetchone()
        row = told[case.id]
        assert (row["evaluated"], row["unexpected"]) == total, case
        assert row["success"] is row["source_success"] is (total[1] == 0), case


@pytest.mark.parametrize(("case", "evaluated", "breaks"), CASES, ids=[f"{case[0].id}-{case[0].type}" for case in CASES])
def test_an_error_quarantines_just_the_rows_that_break_it(
    con: duckdb.DuckDBPyConnection, case: Expectation, evaluated: str, breaks: str
) -> None:
    values = {name: getattr(case, name) for name in ("args", "when", "given")}
    strict = expectation(case.id, case.type, *case.columns, severity="error", **values)
    judge(con, ODD, strict)
    expected = con.execute(
        f"select file, source_row, '{case.id}' from staged_regency where ({evaluated}) and {breaks} order by all"
    ).fetchall()
    assert quarantined(con) == expected


def test_quarantine_is_complete_beyond_the_lists_of_great_expectations(con: duckdb.DuckDBPyConnection) -> None:
    rows = [{"name": MARKER if number % 2 else None, "name_std": None} for number in range(3000)]
    verdicts = judge(
        con, people("regency", *rows), expectation("e", "ExpectColumnValuesToNotBeNull", "name", severity="error")
    )
    assert verdicts.quarantined == {"regency": 1500}
    assert con.execute("select count(*), count(distinct source_row) from quarantine").fetchall() == [(1500, 1500)]


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(NAMES, st.booleans()), min_size=1, max_size=8))
def test_any_text_is_quarantined_by_its_value(marked: list[tuple[str, bool]]) -> None:
    """Quotes, backslashes, percent and dollar signs: the query that finds the rows means the value declared."""
    fit = tuple(sorted({name for name, good in marked if good}))
    assume(fit and not any("%%" in name for name in fit))  # GX 1.24 halves %%; the counts would fail the run
    rule = expectation("e", "ExpectColumnValuesToBeInSet", "name", severity="error", args={"value_set": fit})
    with duckdb.connect() as con:
        judge(con, people("regency", *({"name": name} for name, _ in marked)), rule)
        expected = [("file.csv", row, "e") for row, (name, _) in enumerate(marked, start=1) if name not in fit]
        assert quarantined(con) == expected


def test_a_passing_share_still_quarantines_the_rows_that_fail(con: duckdb.DuckDBPyConnection) -> None:
    rows = [{"name": None}, *({} for _ in range(9))]
    lenient = expectation("e", "ExpectColumnValuesToNotBeNull", "name", severity="error", mostly=0.5)
    verdicts = judge(con, people("regency", *rows), lenient)
    assert verdicts.validation["success"].to_list() == [True]
    assert quarantined(con) == [("file.csv", 1, "e")]


def test_a_row_that_breaks_several_is_one_row_quarantined(con: duckdb.DuckDBPyConnection) -> None:
    verdicts = judge(
        con,
        people("regency", {"name": None, "nik": None}, {}),
        expectation("no_name", "ExpectColumnValuesToNotBeNull", "name", severity="error"),
        expectation("no_nik", "ExpectColumnValuesToNotBeNull", "nik", severity="error"),
    )
    assert quarantined(con) == [("file.csv", 1, "no_name"), ("file.csv", 1, "no_nik")]
    assert verdicts.quarantined == {"regency": 1}
    assert accept(con) == {"regency": 1}


def test_each_file_has_its_own_verdict(con: duckdb.DuckDBPyConnection) -> None:
    good = people("regency", *({} for _ in range(8)), file="good.csv")
    bad = people("regency", {"name": None}, {"name": None}, start=100, file="bad.csv")
    empty = people("regency", {"status": "HIDUP"}, start=200, file="living.csv")
    verdicts = judge(
        con,
        pl.concat([good, bad, empty]),
        expectation("name", "ExpectColumnValuesToNotBeNull", "name", mostly=0.6),
        expectation("dead", "ExpectColumnValuesToNotBeNull", "status_date", when={"status": "MENINGGAL"}),
        expectation("some", "ExpectTableRowCountToBeBetween", args={"min_value": 1}),
        expectation("many", "ExpectTableRowCountToBeBetween", args={"min_value": 100}),
    )
    told = verdicts.validation.select("expectation", "file", "success", "evaluated", "unexpected", "source_success")
    assert told.rows() == [
        ("name", "bad.csv", False, 2, 2, True),
        ("name", "good.csv", True, 8, 0, True),
        ("name", "living.csv", True, 1, 0, True),
        ("dead", "bad.csv", True, 0, 0, True),
        ("dead", "good.csv", True, 0, 0, True),
        ("dead", "living.csv", True, 0, 0, True),
        ("some", None, True, 1, 0, True),
        ("many", None, False, 1, 1, False),
    ]


def test_the_validation_table_is_the_frame_and_the_declaration(con: duckdb.DuckDBPyConnection) -> None:
    verdicts = judge(con, ODD, expectation("e", "ExpectColumnValuesToNotBeNull", "name"))
    assert verdicts.validation.schema == VALIDATION
    assert con.sql("select * from validation").pl().equals(verdicts.validation)
    assert set(load_tables()["validation"].column_names) <= set(VALIDATION)


def test_an_expectation_that_raises_fails_the_run_and_tells_no_value(
    con: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = expectation("broken", "UnexpectedRowsExpectation", args={"where": "cast(name as integer) > 0"})
    with caplog.at_level(logging.DEBUG), pytest.raises(PadanError) as caught:
        judge(con, people("regency", {"name": MARKER}), broken)
    assert str(caught.value).startswith("The expectation 'broken' of the suite 'regency' could not be evaluated")
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    said = str(caught.value) + caplog.text + "".join(capsys.readouterr())
    assert MARKER not in said
    assert quarantined(con) == []


def test_an_expectation_on_a_lost_column_fails_the_run(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(PadanError, match="'e' of the suite 'regency' asks for the column 'shoe_size'"):
        judge(con, ODD, expectation("e", "ExpectColumnValuesToNotBeNull", "shoe_size"))


def test_arguments_that_great_expectations_refuses_fail_the_run(con: duckdb.DuckDBPyConnection) -> None:
    wrong = expectation("e", "ExpectColumnValueLengthsToEqual", "name", args={"value": MARKER})
    with pytest.raises(PadanError, match="'e' of the suite 'regency' is not one that Great Expectations accepts"):
        judge(con, ODD, wrong)


def test_a_suite_that_raises_as_a_whole_fails_the_run(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(MARKER)

    monkeypatch.setattr("great_expectations.datasource.fluent.interfaces.Batch.validate", fail)
    with pytest.raises(PadanError, match="The suite 'regency' could not be run on its table") as caught:
        judge(con, ODD, expectation("e", "ExpectColumnValuesToNotBeNull", "name"))
    assert caught.value.__suppress_context__ and MARKER not in str(caught.value)


def test_rows_other_than_those_counted_fail_the_run(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a new Great Expectations wrote another index query, nobody may be quarantined by it."""
    everyone = "select row_id, owner_code, file, source_row from staged_regency"
    monkeypatch.setattr(gx_suite, "breaking_rows", lambda *_: everyone)
    with pytest.raises(PadanError, match="broke on 1 of 6 rows, but 6 of 6 were found; nothing was quarantined"):
        judge(con, ODD, expectation("e", "ExpectColumnValuesToNotBeNull", "name", severity="error"))
    assert quarantined(con) == []


def test_a_kind_without_a_suite_is_an_error(con: duckdb.DuckDBPyConnection) -> None:
    stage(con, {"regency": ODD})
    with pytest.raises(PadanError, match="no expectation suite for the kind 'regency'"):
        validate(con, ["regency"], "run", {})


def test_nothing_leaves_the_machine(con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    assert judge(con, ODD, *(case[0] for case in CASES)).rows == {"regency": 6}


# --- the declared suites ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PERSON_KINDS)
def test_the_declared_suites_quarantine_only_rows_that_name_nobody(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    carded = kind in ("decree", "bpjs_kesehatan", "bpjs_kesehatan_bill")
    rows: list[dict[str, Any]] = [
        {},
        NOBODY,
        {**NOBODY, "name": "  "},
        {**NOBODY, "name": "--"},
        {**NOBODY, "name": "12345", "name_std": None},
        {**NOBODY, "nik": "3601014101700001", "name": "-"},
        {**NOBODY, "name": "Ujang", "name_std": "UJANG", "nik_status": "malformed", "raw_nik": "36010141"},
        {"village_code": None, "birth_date": None, "sex": None, "decile": None, "status": None},
        {**NOBODY, "card": "0001234567890", "name": "-"} if carded else {},
        {**NOBODY, "kpj": "26133068531"} if kind == "bpjs_ketenagakerjaan" else {},
    ]
    stage(con, {kind: people(kind, *rows)})
    validate(con, [kind], "run")
    assert con.execute("select distinct source_row from quarantine order by 1").fetchall() == [(2,), (3,), (4,), (5,)]
    accept(con)
    assert con.execute("select source_row from record order by record_id").fetchall() == [
        (1,), (6,), (7,), (8,), (9,), (10,),
    ]  # fmt: skip


def test_every_declared_suite_runs_and_finds_the_critical_faults(con: duckdb.DuckDBPyConnection) -> None:
    lost = [{"raw_nik": None, "raw_birth_date": "31-31-31", "birth_date": None, "name_std": None} for _ in range(10)]
    frames = {kind: people(kind, *lost, start=100 * n) for n, kind in enumerate(PERSON_KINDS)} | other_frames()
    frames |= more_frames()
    kinds = stage(con, frames)
    verdicts = validate(con, kinds, "run")
    assert tuple(verdicts.rows) == kinds == tuple(frames)
    assert set(verdicts.validation["source"]) == set(load_suites())
    declared = {(suite.kind, item.id) for suite in load_suites().values() for item in suite.expectations}
    assert set(verdicts.validation.select("source", "expectation").rows()) == declared
    failed = verdicts.validation.filter((pl.col("severity") == "critical") & ~pl.col("source_success"))
    assert {(row["source"], row["expectation"]) for row in failed.iter_rows(named=True)} >= {
        ("province", "nik_filled"),
        ("province", "name_readable"),
        ("province", "birth_date_readable"),
        ("province", "decile_recognised"),
        ("regency", "birth_date_readable"),
        ("decree", "key_filled"),
        ("bpjs_kesehatan", "status_recognised"),
        ("bpjs_kesehatan", "card_filled"),
        ("bpjs_kesehatan_bill", "amount_recognised"),
        ("bpjs_kesehatan_bill", "covered_month_readable"),
        ("bpjs_ketenagakerjaan", "status_recognised"),
        ("civil_deaths", "death_date_readable"),
    }


def test_an_empty_required_kind_fails_a_critical_expectation(con: duckdb.DuckDBPyConnection) -> None:
    verdicts = judge(con, people("regency"), *load_suites()["regency"].expectations)
    failed = verdicts.validation.filter(~pl.col("success"))
    assert failed.select("expectation", "file", "severity").rows() == [("not_empty", None, "critical")]
