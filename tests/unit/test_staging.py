"""Staging and acceptance: what is kept of hand-made rows, and how it is counted."""

from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl
import pytest

from flows.staging import accept, keep_unreadable, source_file_rows, stage
from flows.validate import validate
from schemas.errors import PadanError
from schemas.tables import load_tables
from tests.staged import NOBODY, ODD, TYPES, other_frames, people


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        yield connection


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
