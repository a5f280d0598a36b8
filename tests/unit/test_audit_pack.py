"""The auditors' pack: five tests, every count to be found again in the database, every row in its file."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.audit_pack import audit_pack
from flows.publish import open_published
from schemas.audit_tests import load_audit_tests
from schemas.errors import UsageError
from tests.small_night import MOMENT, publish_night
from tests.spec.world import ALL_KINDS

NOVEMBER = date(2026, 11, 1)
# dead: billed and dead by certificate. own: dead, but on an employer's card. moved: 3601 pays, DTSEN says 3602.
# twice: two rows in a decree. cards: two cards of PBI. again: one card billed twice. nameless: no NIK in the decree.
# poor: NIK missing in DTSEN alone. siti, bambang: one NIK on two people. =1+1: two NIKs on one person.
WORLD = """
    person   | source              | owner_code | regency_code | nik              | birth_date | segment | card
    dead     | province            |            | 3601         | 3601010101800001 |            |         |
    dead     | civil_deaths        |            | 3601         | 3601010101800001 |            |         |
    dead     | bpjs_kesehatan      |            | 3601         | 3601010101800001 |            | PDA     | 1
    dead     | bpjs_kesehatan_bill |            | 3601         | 3601010101800001 |            |         | 1
    own      | civil_deaths        |            | 3601         | 3601010101800002 |            |         |
    own      | bpjs_kesehatan      |            | 3601         | 3601010101800002 |            | PPU     | 2
    moved    | province            |            | 3602         | 3601010101800003 |            |         |
    moved    | decree              |            | 3601         | 3601010101800003 |            |         |
    moved    | bpjs_kesehatan      |            | 3602         | 3601010101800003 |            | PDA     | 3
    twice    | decree              | 3602       | 3602         | 3601010101800004 |            |         |
    twice    | decree              | 3602       | 3602         | 3601010101800004 |            |         |
    cards    | bpjs_kesehatan      |            | 3601         | 3601010101800005 |            | PBI     | 5
    cards    | bpjs_kesehatan      |            | 3601         | 3601010101800005 |            | PBI     | 55
    again    | bpjs_kesehatan_bill |            | 3601         | 3601010101800006 |            |         | 6
    again    | bpjs_kesehatan_bill |            | 3601         | 3601010101800006 |            |         | 6
    nameless | decree              |            | 3601         |                  |            |         |
    poor     | province            |            | 3601         |                  |            |         |
    poor     | bpjs_kesehatan      |            | 3601         | 3601010101800007 |            | PBI     | 7
    siti     | bpjs_kesehatan      |            | 3601         | 3601010101800008 | 1980-01-01 | PBI     | 8
    bambang  | province            |            | 3601         | 3601010101800008 | 1955-07-09 |         |
    =1+1     | bpjs_kesehatan      |            | 3602         | 3601010101800009 |            | PBI     | 9
    =1+1     | province            |            | 3602         | 3601010101800010 |            |         |
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    publish_night(folder, WORLD)
    return folder


@pytest.fixture(scope="module")
def pack(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "pack"
    audit_pack(output, NOVEMBER, None, folder, lambda _: None)
    return folder


def table(pack: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(pack / f"{name}.csv", infer_schema=False)


def who(output: Path, pack: Path, name: str) -> set[tuple[str, str]]:
    """Class and name of a test's people."""
    with open_published(output) as con:
        names = dict(con.execute("SELECT person_id, name FROM person").fetchall())
    return {(row["code"], names[row["person_id"]]) for row in table(pack, name).iter_rows(named=True)}


def test_each_test_finds_whom_it_should_and_only_if_paid_for(output: Path, pack: Path) -> None:
    assert who(output, pack, "bukti_1_meninggal") == {("ST01", "DEAD")}
    assert who(output, pack, "bukti_2_pindah") == {("WL01", "MOVED")}
    assert who(output, pack, "bukti_3_ganda") == {
        ("ID06", "TWICE"), ("ID06", "CARDS"), ("ID10", "CARDS"), ("FN03", "AGAIN")
    }  # fmt: skip
    assert who(output, pack, "bukti_4_nik_tidak_ditemukan") == {("ID01", "NAMELESS")}
    assert who(output, pack, "bukti_5_orang_berbeda") == {("ID07", "SITI"), ("ID08", "=1+1")}


def test_counts_reconcile_with_the_findings_of_the_database(output: Path, pack: Path) -> None:
    rows = {row["code"]: row for row in table(pack, "rekonsiliasi").iter_rows(named=True)}
    with open_published(output) as con:
        there = dict(con.execute("SELECT code, count(*) FROM finding WHERE state = 'open' GROUP BY code").fetchall())
    assert set(rows) == {code for test in load_audit_tests() for code in test.codes}
    for code, row in rows.items():
        if row["tested"] == "true":
            parts = [int(row[name]) for name in ("in_pack", "not_paid", "other_register")]
            assert int(row["open_findings"]) == sum(parts) == there.get(code, 0), code
    assert (rows["ST01"]["in_pack"], rows["ST01"]["not_paid"]) == ("1", "1")
    assert (rows["ID01"]["in_pack"], rows["ID01"]["other_register"]) == ("1", "1")
    assert rows["ID09"]["open_findings"] is None


def test_people_and_money_are_counted_once_over_all_tests(pack: Path) -> None:
    rows = table(pack, "ringkasan").to_dicts()
    assert [(row["people"], row["rupiah_once"], row["billed"]) for row in rows[:3]] == [
        ("1", "37800", "37800"), ("1", "37800", "0"), ("3", "117600", "75600")
    ]  # fmt: skip
    assert "ID09: tidak dapat diuji" in str(rows[3]["note"])
    assert rows[-1]["people"] == "8"
    evidence = pl.concat(table(pack, f"bukti_{test.number}_{test.key}") for test in load_audit_tests())
    dearest = evidence.group_by("person_id").agg(pl.col("rupiah_per_month").cast(pl.Int64).max())
    assert int(str(rows[-1]["rupiah_once"])) == dearest["rupiah_per_month"].sum()


def test_every_row_of_evidence_names_its_file_checksum_and_row(output: Path, pack: Path) -> None:
    evidence = pl.concat(table(pack, f"bukti_{test.number}_{test.key}") for test in load_audit_tests())
    files = dict(table(pack, "berkas").select("file", "sha256").iter_rows())
    with open_published(output) as con:
        places = set(con.execute("SELECT record_id::VARCHAR, file, source_row::VARCHAR FROM record").fetchall())
    assert set(evidence.select("record_id", "file", "source_row").iter_rows()) <= places
    assert all(files[file] == digest for file, digest in evidence.select("file", "sha256").iter_rows())


def test_the_sql_in_the_pack_makes_its_rows(output: Path, pack: Path) -> None:
    with open_published(output) as con:
        for test in load_audit_tests():
            name = f"bukti_{test.number}_{test.key}"
            made = con.execute((pack / "sql" / f"{name}.sql").read_text(encoding="utf-8")).fetchall()
            assert len(made) == table(pack, name).height > 0
            for code in test.codes:
                con.execute((pack / "sql" / f"{code}.sql").read_text(encoding="utf-8")).fetchall()


def test_the_manifest_and_the_sums_are_those_of_the_files(pack: Path) -> None:
    names = {path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file()}
    sums = dict(reversed(line.split("  ")) for line in (pack / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == names - {"SHA256SUMS"}
    assert all(hashlib.sha256((pack / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    told = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    assert (told["period"], told["regency"], told["run_id"]) == ("2026-11", None, "20261120-1")
    assert {one["file"] for one in told["files"]} == names - {"SHA256SUMS", "manifest.json"}


def test_the_workbook_shows_the_same_and_runs_no_formula(pack: Path) -> None:
    book = openpyxl.load_workbook(pack / "paket-audit-2026-11.xlsx")
    assert book.sheetnames[:3] == ["ringkasan", "rekonsiliasi", "bukti_1_meninggal"]
    for test in load_audit_tests():
        name = f"bukti_{test.number}_{test.key}"
        rows = list(book[name].iter_rows(min_row=2))
        assert len(rows) == table(pack, name).height
        assert all(cell.data_type != "f" for row in rows for cell in row)
    assert "'=1+1" in (pack / "bukti_5_orang_berbeda.csv").read_text(encoding="utf-8")


def test_the_note_says_model_rules_and_what_could_not_be_tested(pack: Path) -> None:
    note = (pack / "metode.md").read_text(encoding="utf-8")
    for told in ("20261120-1", "Provinsi Banten", "37.800", "sejak 01-01-2021", "Perpres 64/2020", "ID09: tidak dapat"):
        assert told in note


def test_the_same_database_gives_the_same_bytes_whenever_it_was_made(output: Path, pack: Path, tmp_path: Path) -> None:
    publish_night(tmp_path / "other", WORLD, moment=MOMENT + timedelta(hours=7))
    audit_pack(tmp_path / "other", NOVEMBER, None, tmp_path / "pack", lambda _: None)
    for path in pack.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "pack" / path.relative_to(pack)).read_bytes(), path.name


def test_a_regency_gets_its_own(output: Path, tmp_path: Path) -> None:
    audit_pack(output, NOVEMBER, "3602", tmp_path / "pack", lambda _: None)
    assert who(output, tmp_path / "pack", "bukti_3_ganda") == {("ID06", "TWICE")}
    assert table(tmp_path / "pack", "bukti_1_meninggal").height == 0
    assert (tmp_path / "pack" / "paket-audit-2026-11-3602.xlsx").exists()
    assert "Kabupaten Lebak" in (tmp_path / "pack" / "metode.md").read_text(encoding="utf-8")


def test_what_was_not_tested_is_never_zero(tmp_path: Path) -> None:
    kept = "\n".join(line for line in WORLD.splitlines() if "civil_deaths" not in line)
    publish_night(tmp_path / "out", kept, kinds=ALL_KINDS - {"civil_deaths", "regency"})
    told: list[str] = []
    audit_pack(tmp_path / "out", NOVEMBER, None, tmp_path / "pack", told.append)
    first = table(tmp_path / "pack", "ringkasan").row(0, named=True)
    assert first["findings"] is first["rupiah_once"] is None
    assert "tidak dapat diuji" in told[0]
    assert "**Tidak dapat diuji**" in (tmp_path / "pack" / "metode.md").read_text(encoding="utf-8")


def test_what_cannot_be_made_is_told_in_a_sentence(output: Path, pack: Path, tmp_path: Path) -> None:
    for period, regency, folder, says in (
        (date(2026, 10, 1), None, tmp_path / "new", "No kept database is of the period 2026-10; there are 2026-11."),
        (NOVEMBER, "9999", tmp_path / "new", "There is no regency 9999"),
        (NOVEMBER, None, pack, "is not empty; give a new one"),
        (NOVEMBER, None, pack / "metode.md", "is not empty; give a new one"),
        (NOVEMBER, None, pack / "metode.md" / "new", "cannot be written"),
    ):
        with pytest.raises(UsageError, match=says):
            audit_pack(output, period, regency, folder, lambda _: None)
    assert not (tmp_path / "new").exists()
    with pytest.raises(UsageError, match="No database has been published"):
        audit_pack(tmp_path / "nowhere", NOVEMBER, None, tmp_path / "new", lambda _: None)
