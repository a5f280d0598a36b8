"""Staging, validation and acceptance on hand-made rows: what is judged, what is set aside, what is kept."""

import logging
import socket
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows import gx_suite
from flows.staging import accept, keep_unreadable, source_file_rows, stage
from flows.validate import VALIDATION, Verdicts, validate
from schemas.errors import PadanError
from schemas.expectations import Expectation, Suite, load_suites
from schemas.layouts import PERSON_KINDS
from schemas.tables import load_tables

TYPES: Mapping[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "TINYINT": pl.Int8(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
}
RAW = ("nik", "kk", "card", "name", "birth_date", "sex", "village_code")
MARKER = "SUPARNO PENANDA"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        yield connection


def people(kind: str, *rows: Mapping[str, Any], start: int = 1, file: str = "file.csv") -> pl.DataFrame:
    """A standardised frame: one good row a mapping, with the mapping's values laid over it."""
    schema = {column.name: TYPES[column.type] for column in load_tables()["record"].columns}
    schema |= {f"raw_{name}": pl.String() for name in RAW}
    full = [
        {
            "record_id": start + number,
            "source": kind,
            "owner_code": "3601",
            "file": file,
            "source_row": number + 1,
            "name": "Siti Aminah",
            "name_std": "SITI AMINAH",
            "nik": f"360101410170{number % 10000:04d}",
            "nik_status": "valid",
            "raw_nik": "as written",
            "raw_name": "as written",
            **row,
        }
        for number, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=schema)


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


ODD = people(
    "regency",
    {"status": "HIDUP", "decile": 3, "birth_date": date(1970, 1, 1), "status_date": date(1990, 1, 1)},
    {"status": "MENINGGAL", "decile": 11, "birth_date": date(1890, 1, 1), "status_date": date(1880, 1, 1)},
    {"status": "MENINGGAL", "decile": None, "nik": None, "name": "O'NEIL \\d", "birth_date": date(1950, 1, 1)},
    {"status": None, "decile": 0, "nik": "3601014101700000", "name": "100%? $1", "name_std": None},
    {"status": "PINDAH", "decile": 10, "nik": "36", "name": "7", "status_date": date(2020, 1, 1)},
    {"status": "HIDUP", "decile": 1, "nik": "36", "name": None, "kk": "1"},
)

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


def other_frames() -> dict[str, pl.DataFrame]:
    place = {"owner_code": "36", "file": "list.csv"}
    return {
        "employers": pl.DataFrame(
            [
                {**place, "source_row": 1, "business_no": "1234567890123", "employer_no": "15070955"},
                {**place, "source_row": 2, "business_no": " ", "employer_no": None},
            ],
            schema={column.name: TYPES[column.type] for column in load_tables()["employer"].columns},
        ).with_columns(employer_name=pl.lit("PT Contoh"), workers=pl.lit(5, pl.Int64)),
        "workforce": pl.DataFrame(
            [
                {**place, "source_row": 1, "regency_code": "3601", "year": 2026, "workers_target": 100},
                {**place, "source_row": 2, "regency_code": None, "year": 2026, "workers_target": 100},
            ],
            schema={column.name: TYPES[column.type] for column in load_tables()["workforce"].columns},
        ),
    }


NOBODY = {"name": None, "name_std": None, "nik": None, "nik_status": "missing"}


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


# --- staging and acceptance -------------------------------------------------------------------------------------------


def test_record_has_the_declared_columns_and_only_fit_rows(con: duckdb.DuckDBPyConnection) -> None:
    frames = {
        "province": people("province", {}, NOBODY, {"decile": 4, "excluded": True}, file="province.csv"),
        "civil_deaths": people("civil_deaths", {"status_date": date(2026, 1, 1)}, start=4, file="deaths.csv"),
        **other_frames(),
    }
    kinds = stage(con, frames)
    validate(con, kinds, "run")
    assert accept(con) == {"province": 2, "civil_deaths": 1, "employers": 1, "workforce": 1}
    described = [(row[0], row[1]) for row in con.execute("describe record").fetchall()]
    assert described == [(column.name, column.type) for column in load_tables()["record"].columns]
    assert con.execute("select record_id, source, decile from record order by 1").fetchall() == [
        (1, "province", None),
        (3, "province", 4),
        (4, "civil_deaths", None),
    ]
    assert con.execute("select source_row, business_no from employer").fetchall() == [(1, "1234567890123")]
    assert con.execute("select source_row, regency_code from workforce").fetchall() == [(1, "3601")]


def test_a_quarantined_row_keeps_what_was_written(con: duckdb.DuckDBPyConnection) -> None:
    stage(con, {"regency": people("regency", {**NOBODY, "raw_nik": "36x", "raw_name": None, "raw_sex": ""})})
    validate(con, ["regency"], "run")
    rows = con.execute("select raw, reason_id, line from quarantine").fetchall()
    assert rows == [("nik=36x", "Baris tanpa nama dan tanpa NIK yang terbaca.", None)]


def test_staging_again_replaces_what_was_staged(con: duckdb.DuckDBPyConnection) -> None:
    stage(con, {"regency": ODD, **other_frames()})
    validate(con, ["regency"], "run")
    accept(con)
    assert stage(con, {"decree": people("decree", {}, {})}) == ("decree",)
    validate(con, ["decree"], "run")
    assert accept(con) == {"decree": 2}
    assert con.execute("select distinct source from record").fetchall() == [("decree",)]
    assert con.execute("select count(*) from employer").fetchall() == [(0,)]


def test_without_frames_the_tables_are_there_and_empty(con: duckdb.DuckDBPyConnection) -> None:
    assert stage(con, {}) == ()
    assert validate(con, (), "run").validation.is_empty()
    assert accept(con) == {}
    assert con.execute("select count(*) from record, employer, workforce").fetchall() == [(0,)]


@pytest.mark.parametrize("kind", ["regency", "employers"])
def test_a_column_lost_in_standardising_is_an_error(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    frames = {"regency": ODD, **other_frames()}
    column = "wage" if kind == "regency" else "size_class"
    with pytest.raises(PadanError, match=f"rows of the kind '{kind}' lack the column '{column}'"):
        stage(con, {kind: frames[kind].drop(column)})
        accept(con)


def test_source_files_are_counted(con: duckdb.DuckDBPyConnection) -> None:
    files = pl.DataFrame(
        [
            {"source": "regency", "owner_code": "3601", "file": "a.csv", "rows_read": 3, "rows_unreadable": 2},
            {"source": "regency", "owner_code": "3602", "file": "b.csv", "rows_read": 1, "rows_unreadable": 0},
            {"source": "employers", "owner_code": "36", "file": "list.csv", "rows_read": 2, "rows_unreadable": 0},
            {"source": "civil_deaths", "owner_code": None, "file": "d*.csv", "problem": "missing"},
        ],
        schema={
            column.name: TYPES[column.type]
            for column in load_tables()["source_file"].columns
            if column.name not in ("run_id", "rows_accepted", "rows_quarantined")
        },
    )
    unreadable = pl.DataFrame(
        [{"source": "regency", "file": "a.csv", "source_row": row, "line": row + 1, "raw": "x;y"} for row in (4, 5)]
    )
    frame = pl.concat([people("regency", {}, NOBODY, {}, file="a.csv"), people("regency", {}, start=10, file="b.csv")])
    kinds = stage(con, {"regency": frame, **other_frames()})
    keep_unreadable(con, unreadable)
    validate(con, kinds, "run")
    validate(con, kinds, "run")  # twice gives the same
    accept(con)
    found = source_file_rows(con, files, "run")
    names = ["run_id", "source", "file", "rows_read", "rows_accepted", "rows_quarantined", "problem"]
    assert found.select(names).rows() == [
        ("run", "civil_deaths", "d*.csv", 0, 0, 0, "missing"),
        ("run", "employers", "list.csv", 2, 1, 1, None),
        ("run", "regency", "a.csv", 5, 2, 3, None),
        ("run", "regency", "b.csv", 1, 1, 0, None),
    ]
    assert con.sql("select * from source_file").pl().equals(found)
    assert con.execute("select source, count(*) from quarantine group by 1 order by 1").fetchall() == [
        ("employers", 1),
        ("regency", 3),
        ("workforce", 1),
    ]
