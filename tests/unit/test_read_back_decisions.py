"""Verdicts of returned workbooks become decisions: once each, of what is as it was; contradictions are told."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from flows.decisions import FILE
from flows.read_back import told
from schemas.errors import PadanError
from tests.officer import NAME, back, filled_in, kept, rows_of, some


def test_verdicts_become_dated_decisions_with_an_author(office: Path, book: Path, tmp_path: Path) -> None:
    first, second, third = some(book, count=3)
    verdicts = {
        first: {"Putusan": "SALAH", "Catatan": "lihat =1+1, sudah benar"},
        second: {"Putusan": " benar ", "Petugas": "Budi"},
        third: {"Putusan": "DIKECUALIKAN", "Berlaku sampai": date(2026, 12, 31)},
    }
    report = back(office, tmp_path / "d", filled_in(book, tmp_path / "r.xlsx", verdicts))
    assert (report.taken, report.known, report.sentences) == (3, 0, [])
    found = {one["finding_id"]: one for one in kept(tmp_path / "d")}
    assert {key: (one["verdict"], one["author"], one["note"]) for key, one in found.items()} == {
        first: ("wrong", NAME, "lihat =1+1, sudah benar"),
        second: ("confirmed", "Budi", None),
        third: ("justified", NAME, None),
    }
    assert {one["decided_on"] for one in found.values()} == {"2026-11-23"}
    assert found[third]["valid_until"] == "2026-12-31" and found[first]["valid_until"] is None
    places = {f: (s.title, n) for s, n, _, f in rows_of(openpyxl.load_workbook(book))}
    assert {key: (one["sheet"], one["sheet_row"]) for key, one in found.items()} == {k: places[k] for k in found}
    assert (tmp_path / "d" / FILE).stat().st_mode & 0o777 == 0o640


def test_reading_twice_changes_nothing(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    returned = filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH"}})
    back(office, tmp_path / "d", returned)
    before = (tmp_path / "d" / FILE).read_bytes()
    saved_again = tmp_path / "again.xlsx"
    openpyxl.load_workbook(returned).save(saved_again)
    for files in ([returned], [returned, returned], [saved_again]):
        report = back(office, tmp_path / "d", *files, today=date(2027, 1, 1))
        assert report.taken == 0 and report.known == len(files) and not report.sentences
        assert (tmp_path / "d" / FILE).read_bytes() == before


def test_an_old_workbook_read_again_does_not_undo_a_later_verdict(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    first = filled_in(book, tmp_path / "1.xlsx", {one: {"Putusan": "SALAH"}})
    second = filled_in(book, tmp_path / "2.xlsx", {one: {"Putusan": "BENAR"}})
    for file in (first, second, first):
        back(office, tmp_path / "d", file)
    assert [decision["verdict"] for decision in kept(tmp_path / "d")] == ["wrong", "confirmed"]
    third = filled_in(book, tmp_path / "3.xlsx", {one: {"Putusan": "SALAH", "Catatan": "ternyata"}})
    back(office, tmp_path / "d", third)
    assert [decision["verdict"] for decision in kept(tmp_path / "d")] == ["wrong", "confirmed", "wrong"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("update finding set state = 'closed', record_ids = []", "sudah tertutup"),
        ("update finding set state = 'untested', record_ids = []", "tidak dapat diuji"),
        ("delete from finding", "tidak ada lagi di basis data"),
        ("update record set decile = 10, status = 'LAIN'", "nilai temuan ini berubah"),
    ],
)
def test_a_verdict_on_what_is_not_as_it_was(office: Path, book: Path, tmp_path: Path, change: str, reason: str) -> None:
    (one,) = some(book)
    shutil.copytree(office / "out", tmp_path / "out")
    with duckdb.connect(str(tmp_path / "out" / "padan.duckdb")) as con:
        con.execute(change)
    returned = filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH"}})
    (sentence,) = back(tmp_path, tmp_path / "d", returned).sentences
    assert reason in sentence and "lembar" in sentence
    assert kept(tmp_path / "d") == []


def test_two_officers_who_contradict_each_other_are_told_until_they_agree(
    office: Path, book: Path, tmp_path: Path
) -> None:
    (one,) = some(book)
    ani = filled_in(book, tmp_path / "ani.xlsx", {one: {"Putusan": "SALAH"}}, "Ani")
    budi = filled_in(book, tmp_path / "budi.xlsx", {one: {"Putusan": "BENAR"}}, "Budi")
    report = back(office, tmp_path / "d", ani, budi)
    assert report.taken == 2
    (sentence,) = report.sentences
    assert "bertentangan" in sentence and "Ani: SALAH (ani.xlsx, lembar" in sentence and "Budi: BENAR" in sentence
    agrees = filled_in(book, tmp_path / "budi2.xlsx", {one: {"Putusan": "SALAH"}}, "Budi")
    assert back(office, tmp_path / "d", agrees).sentences == []


def test_an_overruling_verdict_ends_a_contradiction(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    files = [
        filled_in(book, tmp_path / f"{name}.xlsx", {one: {"Putusan": verdict}}, name)
        for name, verdict in (("Ani", "SALAH"), ("Budi", "BENAR"), ("Kepala", "DIKECUALIKAN"))
    ]
    assert back(office, tmp_path / "d", *files[:2]).sentences
    report = back(office, tmp_path / "d", files[2], overrule=True)
    assert (report.taken, report.sentences) == (1, [])
    assert back(office, tmp_path / "d", files[2], overrule=True).known == 1


def test_one_officer_who_says_two_things_at_once_is_told_and_neither_taken(
    office: Path, book: Path, tmp_path: Path
) -> None:
    (one,) = some(book)
    files = [filled_in(book, tmp_path / f"{v}.xlsx", {one: {"Putusan": v}}) for v in ("SALAH", "BENAR")]
    report = back(office, tmp_path / "d", *files)
    (sentence,) = report.sentences
    assert sentence.startswith(f"{NAME} memutuskan temuan yang sama dengan dua cara")
    assert "SALAH.xlsx" in sentence and "BENAR.xlsx" in sentence and kept(tmp_path / "d") == []


def test_the_report_ends_with_the_counts_in_either_language(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    returned = filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SETUJU"}})
    assert told(back(office, tmp_path / "d", returned)).endswith(
        "Putusan diambil: 0; sudah dibaca sebelumnya: 0; hal yang perlu dilihat: 1."
    )
    english = told(back(office, tmp_path / "d", returned, language="en"))
    assert "the verdict is not in the list" in english and english.endswith("things to look at: 1.")


def test_damaged_decisions_are_not_written_over(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    returned = filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH"}})
    (tmp_path / "d").mkdir()
    for damage in ('{"decision_id": "D1"', '{"decision_id": "D1"}\n', "\x00\x01"):
        (tmp_path / "d" / FILE).write_text(damage)
        with pytest.raises(PadanError, match="are damaged"):
            back(office, tmp_path / "d", returned)
        assert (tmp_path / "d" / FILE).read_text() == damage
