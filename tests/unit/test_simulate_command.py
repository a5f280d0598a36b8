"""`padan simulate` on a published database: what is told, what is written, closed doors."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.scenarios import month_after
from flows.simulate import Scenario
from flows.simulate_command import simulate_published
from schemas.errors import UsageError
from tests.unit.test_publish import published

PBI = Scenario("pbi", date.min, 2, anyone=True)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    published(folder, "run-1")  # c alone is alive and without JKN; not in DTSEN
    return folder


def test_the_answer_is_told_by_regency_and_fund(output: Path) -> None:
    assert simulate_published(output, PBI, None, None).splitlines() == [
        "1 people would be covered.",
        "",
        "fund | regency_code | from_month | to_month | people | rupiah_per_month | rupiah_total",
        "-----+--------------+------------+----------+--------+------------------+-------------",
        "APBN | 3601         | 2026-12    | 2027-01  |      1 |           42.000 |       84.000",
        "",
        "fund | from_month | to_month | people | rupiah_per_month | rupiah_total",
        "-----+------------+----------+--------+------------------+-------------",
        "APBN | 2026-12    | 2027-01  |      1 |           42.000 |       84.000",
        "",
        "fund      | rupiah_total",
        "----------+-------------",
        "APBN      |       84.000",
        "all funds |       84.000",
    ]


def test_a_budget_is_told_by_decile(output: Path) -> None:
    told = simulate_published(output, Scenario("pbi", date.min, 2, anyone=True, budget=83999), None, None)
    assert told.splitlines() == [
        "The budget of Rp83.999 covers 0 of 1 people.",
        "",
        "desil (0: not ranked) | matching | people",
        "----------------------+----------+-------",
        "                    0 |        1 |      0",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".xlsx"])
def test_the_rows_are_written(output: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"rows{suffix}"
    assert simulate_published(output, PBI, date(2027, 3, 1), out).splitlines()[-1] == f"Rows: {out}"
    assert list(tmp_path.iterdir()) == [out]
    if suffix == ".json":
        (row,) = json.loads(out.read_text(encoding="utf-8"))
    elif suffix == ".xlsx":
        (row,) = pl.read_excel(out).to_dicts()
    else:
        (row,) = (pl.read_csv(out) if suffix == ".csv" else pl.read_parquet(out)).to_dicts()
    assert {name: str(value) for name, value in row.items()} == {
        "segment": "PBI", "fund": "APBN", "regency_code": "3601", "from_month": "2027-03-01", "to_month": "2027-04-01",
        "months": "2", "people": "1", "rupiah_per_month": "42000", "rupiah_total": "84000",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("where", "people"),
    [
        ("regency_code = '3601'", 1),
        ("decile <= 2", 0),
        ("person_id IN (SELECT person_id FROM finding WHERE code = 'TK02')", 0),
        ("EXISTS (FROM link AS l WHERE l.person_id = person.person_id) -- a remark", 1),
    ],
)
def test_any_condition_on_a_person_chooses(output: Path, where: str, people: int) -> None:
    asked = Scenario("pbi", date.min, 2, anyone=True, where=where)
    assert simulate_published(output, asked, None, None).startswith(f"{people} people")


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("", "The SQL was not understood"),
        ("colour = 'red'", 'Referenced column "colour" not found'),
        ("TRUE) UNION SELECT (TRUE", "The SQL was not understood: syntax error"),
        ("TRUE; DROP TABLE person", "The SQL was not understood"),
        ("TRUE ORDER BY 1", "The SQL was not understood"),
        ("person_id IN (SELECT content FROM read_text('/etc/hostname'))", "it may read the published tables only"),
        ("name::INTEGER = 1", "a value cannot be converted"),
        ("error(name) IS NULL", "The SQL could not be run"),
    ],
)
def test_anything_else_is_one_plain_sentence_without_a_value(output: Path, where: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        simulate_published(output, Scenario("pbi", date.min, anyone=True, where=where), None, None)
    text = str(caught.value)
    assert says in text
    assert "\n" not in text
    with duckdb.connect(str(output / "padan.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM person").fetchall() == [(3,)]


def test_the_tables_are_written_as_a_text(output: Path, tmp_path: Path) -> None:
    told = simulate_published(output, PBI, None, tmp_path / "told.txt").splitlines()
    assert (tmp_path / "told.txt").read_text(encoding="utf-8").splitlines() == told[:-1]


def test_what_cannot_be_written_or_read_is_said(output: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"rows\.pdf does not"):
        simulate_published(output, PBI, None, tmp_path / "rows.pdf")
    for suffix in (".csv", ".parquet", ".json", ".xlsx", ".txt"):
        with pytest.raises(UsageError, match=f"The file .*rows\\{suffix} cannot be written"):
            simulate_published(output, PBI, None, tmp_path / "nowhere" / f"rows{suffix}")
    with pytest.raises(UsageError, match="No database has been published"):
        simulate_published(tmp_path, PBI, None, None)


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2026, 11, 20), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2026, 1, 1), date(2026, 2, 1)),
    ],
)
def test_a_scenario_begins_with_the_next_month(day: date, month: date) -> None:
    assert month_after(day) == month
