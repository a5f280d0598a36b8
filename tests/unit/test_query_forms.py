"""`padan query` in the form of a file: exact for programs, harmless in a spreadsheet, whole or not at all."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.query import write_query
from flows.query_forms import form_of
from schemas.errors import UsageError
from tests.unit.test_publish import published

ODD = """
SELECT * FROM (VALUES
    ('3602010101800001', '=cmd|''/c calc''!A1', 1, 0.5, [1, 2], DATE '2026-11-20', TRUE),
    ('0812', '-1; "quoted"', -2, -0.25, NULL, NULL, FALSE),
    (NULL, '', NULL, NULL, [], NULL, NULL)
) AS t(nik, name, number, share, ids, day, yes)
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    published(folder, "run-1")
    return folder


def answer(output: Path, sql: str, form: str, for_excel: bool = False) -> bytes:
    stream = io.BytesIO()
    write_query(output, sql, form, stream, for_excel)
    return stream.getvalue()


def test_csv_is_exact(output: Path) -> None:
    assert answer(output, ODD, "csv").decode().splitlines() == [
        "nik,name,number,share,ids,day,yes",
        "3602010101800001,=cmd|'/c calc'!A1,1,0.50,\"[1, 2]\",2026-11-20,true",
        '0812,"-1; ""quoted""",-2,-0.25,,,false',
        ',"",,,[],,',
    ]


def test_csv_for_excel_has_no_formula_and_loses_no_digit(output: Path) -> None:
    made = answer(output, ODD, "csv", for_excel=True)
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.decode("utf-8-sig").split("\r\n") == [
        "nik;name;number;share;ids;day;yes",
        "'3602010101800001;'=cmd|'/c calc'!A1;1;0,50;[1, 2];2026-11-20;true",
        '\'0812;"\'-1; ""quoted""";-2;-0,25;;;false',
        ';"";;;[];;',
        "",
    ]


def test_json_is_an_array_of_objects(output: Path) -> None:
    first, second, third = json.loads(answer(output, ODD, "json"))
    assert first == {
        "nik": "3602010101800001", "name": "=cmd|'/c calc'!A1", "number": 1, "share": 0.5, "ids": [1, 2],
        "day": "2026-11-20", "yes": True,
    }  # fmt: skip
    assert second["share"] == -0.25
    assert third["nik"] is None
    assert json.loads(answer(output, "FROM person WHERE FALSE", "json")) == []
    assert json.loads(answer(output, "SELECT sum(i) AS s FROM range(250000) AS t(i)", "json")) == [{"s": 31249875000}]
    assert len(json.loads(answer(output, "FROM range(250000)", "json"))) == 250_000


def test_parquet_keeps_types(output: Path) -> None:
    frame = pl.read_parquet(io.BytesIO(answer(output, ODD, "parquet")))
    assert frame["nik"].to_list() == ["3602010101800001", "0812", None]
    assert frame.schema["day"] == pl.Date
    assert frame["ids"].to_list() == [[1, 2], None, []]
    assert answer(output, ODD, "parquet") == answer(output, ODD, "parquet")


def test_a_workbook_holds_texts_as_text(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "answer.xlsx"
    write_query(output, ODD, "xlsx", path)
    (sheet,) = openpyxl.load_workbook(path).worksheets
    cells = list(sheet.iter_rows(min_row=2))
    assert [cell.value for cell in cells[0]][:5] == ["3602010101800001", "=cmd|'/c calc'!A1", 1, 0.5, "[1, 2]"]
    assert [cell.data_type for cell in cells[0]][:5] == ["s", "s", "n", "n", "s"]
    assert path.read_bytes() == answer(output, ODD, "xlsx")


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
def test_two_columns_of_one_name_are_both_there(output: Path, form: str) -> None:
    assert answer(output, "SELECT 1 AS a, 2 AS a", form)


def test_an_answer_that_fails_leaves_the_file_as_it_was(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("before")
    with pytest.raises(UsageError, match="a value cannot be converted"):
        write_query(output, "SELECT name::INTEGER FROM person", "csv", path)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["answer.csv"]
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write_query(output, "SELECT 1", "csv", tmp_path / "nowhere" / "answer.csv")


@pytest.mark.parametrize(
    ("asked", "name", "form"),
    [(None, None, "table"), ("csv", None, "csv"), (None, "a.CSV", "csv"), ("xlsx", "a.xlsx", "xlsx"),
     (None, "a.txt", "table"), ("table", "a.txt", "table")],
)  # fmt: skip
def test_the_form_is_asked_for_or_that_of_the_files_name(asked: str | None, name: str | None, form: str) -> None:
    assert form_of(asked, Path(name) if name else None) == form


@pytest.mark.parametrize(
    ("asked", "name", "says"),
    [
        (None, "padan.duckdb", "The name of a file ends in .csv, .json, .parquet, .xlsx or .txt; padan.duckdb does"),
        ("csv", "a.json", "The name of a file in the form csv ends in .csv; a.json does not."),
        ("table", "a.csv", "in the form table ends in .txt; a.csv does not."),
    ],
)
def test_a_name_of_another_form_is_refused(asked: str | None, name: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        form_of(asked, Path(name))
    assert says in str(caught.value)
