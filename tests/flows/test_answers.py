"""What is asked of a published night through the command line: queries and their forms, audit packs, minutes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from schemas.queries import load_queries
from schemas.tables import load_tables
from schemas.views import load_views
from tests.flows.nights import asked, padan, published, undisturbed

pytestmark = pytest.mark.long

# The small world holds none of these; the committed sample does.
MAY_BE_EMPTY = {"25_pairs_to_decide"}


# --- query --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_every_example_answers_its_question(first_night: Path, name: str) -> None:
    with published(first_night) as con:
        rows = con.execute(load_queries()[name].sql).fetchall()
    assert rows or name in MAY_BE_EMPTY


@pytest.mark.parametrize("name", sorted(load_views()))
def test_every_view_has_rows(first_night: Path, name: str) -> None:
    assert asked(first_night, f"SELECT count(*) FROM {name}")[0][0] or name in {"doubtful_pair", "person_changed"}


def test_every_open_finding_leads_to_a_file_and_its_checksum(first_night: Path) -> None:
    assert asked(
        first_night,
        "SELECT count(*) FILTER (length(sha256) = 64) = count(*), count(DISTINCT finding_id) = "
        "(SELECT count(*) FROM finding WHERE len(record_ids) > 0) FROM finding_evidence",
    ) == [(True, True)]


def test_what_there_is_to_ask_is_told_in_the_terminal(first_night: Path) -> None:
    told = padan("query", "--tables", first_night)
    assert (told.code, told.err) == (0, "")
    names = {line.partition(" ")[0] for line in told.out.splitlines()[2:]}
    assert names == {*load_tables(), *load_views()}
    told = padan("query", "--describe", "paid_twice", first_night)
    assert told.out.startswith("paid_twice (dibayar ganda): ")
    assert [line.partition(" ")[0] for line in told.out.splitlines()[4:]] == list(
        load_views()["paid_twice"].column_names
    )
    told = padan("query", "--describe", "nothing", first_night)
    assert (told.code, told.sentence) == (
        2,
        "The published database has no table or view nothing; padan query --tables lists them",
    )


def test_an_example_runs_by_name_or_number(first_night: Path) -> None:
    assert "Siapa yang dibayar dua kali di Lebak?" in padan("query", "--examples").out
    by_number = padan("query", "--example", 27, first_night)
    assert by_number.out == padan("query", "--example", "whose_money", first_night).out
    assert by_number.out == padan("query", load_queries()["27_whose_money"].sql, first_night).out
    assert "There is no example 99" in padan("query", "--example", 99, first_night).sentence


def test_an_answer_goes_into_a_file_of_each_form(first_night: Path, tmp_path: Path) -> None:
    sql = "SELECT person_id, nik, name FROM person ORDER BY person_id"
    people = asked(first_night, sql)
    with undisturbed(first_night):
        for name in ("a.csv", "a.json", "a.parquet", "a.xlsx", "a.txt"):
            told = padan("query", sql, first_night, "--out", tmp_path / name)
            assert (told.code, told.out, told.err) == (0, "", "")
    assert pl.read_csv(tmp_path / "a.csv", infer_schema=False).rows() == people
    assert [tuple(row.values()) for row in json.loads((tmp_path / "a.json").read_text())] == people
    assert pl.read_parquet(tmp_path / "a.parquet").rows() == people
    (sheet,) = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == people
    assert (tmp_path / "a.txt").read_text().endswith(f"({len(people)} rows)\n")


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_an_answer_goes_to_whoever_reads(first_night: Path, tmp_path: Path, form: str) -> None:
    sql = "SELECT name FROM person ORDER BY name"
    command = [sys.executable, "-m", "flows.cli", "query", sql, str(first_night), "--format", form]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert padan("query", sql, first_night, "--out", tmp_path / f"a.{form}").code == 0
    assert done.stdout == (tmp_path / f"a.{form}").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give the SQL to run; padan query --examples lists some"),
        (("SELECT 1", "{}", "--out", "a.duckdb"), "The name of a file ends in .csv"),
        (("SELECT 1", "{}", "--excel", "--format", "json"), "--excel is for CSV"),
        (("SELECT 1", "{}", "--tables"), "Give SQL, or one of --tables"),
        (("--tables", "--examples"), "Argument --examples: not allowed with argument --tables"),
    ],
)
def test_options_that_do_not_fit_are_told(first_night: Path, arguments: tuple[str, ...], said: str) -> None:
    told = padan("query", *(one.format(first_night) for one in arguments))
    assert (told.code, told.out) == (2, "")
    assert told.sentence.startswith(said)


# --- audit-pack ---------------------------------------------------------------------------------------------------


def test_a_pack_is_made_of_the_published_night(first_night: Path, tmp_path: Path) -> None:
    with undisturbed(first_night):
        told = padan("audit-pack", first_night, "--period", "2026-11", "--out", tmp_path / "pack")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[-1] == f"Pack: {tmp_path / 'pack'}"
    rows = pl.read_csv(tmp_path / "pack" / "rekonsiliasi.csv").filter("tested")
    open_now = dict(asked(first_night, "SELECT code, count(*) FROM finding WHERE state = 'open' GROUP BY code"))
    assert {row["code"]: row["open_findings"] for row in rows.iter_rows(named=True)} == {
        code: open_now.get(code, 0) for code in rows["code"]
    }
    assert rows["in_pack"].sum() > 100
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "pack", capture_output=True, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("period", "said"),
    [("November", "Argument --period: must be a month, as 2026-11"), ("2025-01", "No kept database is of the period")],
)
def test_a_pack_of_another_month_is_refused(first_night: Path, tmp_path: Path, period: str, said: str) -> None:
    told = padan("audit-pack", first_night, "--period", period, "--out", tmp_path / "pack")
    assert (told.code, told.out) == (2, "")
    assert told.sentence.startswith(said)


# --- minutes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_minutes_are_made_of_the_published_night(first_night: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"ba.{ending}"
    with undisturbed(first_night):
        told = padan("minutes", first_night, "--regency", "3602", "--month", "2026-11", "--out", out)
    assert (told.code, told.err) == (0, "")
    assert f"Berita acara: {out}" in told.out
    assert "saldo awal tidak diketahui" in told.out
    ((people, rows, rupiah),) = asked(
        first_night, "SELECT bill_people, bill_rows, bill_rupiah FROM regency_account WHERE regency_code = '3602'"
    )
    names = pl.read_csv(tmp_path / "ba-lampiran.csv")
    assert (names["Ditagihkan"] == "ya").sum() == people
    assert (names["Baris tagihan"].sum(), names["Iuran ditagih, Rp"].sum()) == (rows, rupiah)
    assert {path.name for path in tmp_path.iterdir()} == {out.name, "ba-lampiran.csv", "ba-lampiran.xlsx"}


def test_minutes_of_no_regency_are_refused(first_night: Path, tmp_path: Path) -> None:
    told = padan("minutes", first_night, "--regency", "3699", "--month", "2026-11", "--out", tmp_path / "ba.pdf")
    assert (told.code, told.out, told.sentence) == (2, "", "There is no regency 3699; give its four digits, as 3602")
