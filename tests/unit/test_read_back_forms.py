"""Workbooks that come back: what is filled in is read, whatever program saved them; what is amiss is told by row."""

import shutil
import zipfile
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.files import write_reports
from reports.return_form import HIDDEN, INPUTS, WORKLIST_COLUMNS
from schemas.verdicts import BY_WORD, words_of
from tests.officer import BOOK, back, filled_in, kept, kinds, publish, rows_of, some, worklists
from tests.report_fixture import database


def test_a_birth_date_before_the_calendar_of_workbooks_is_as_it_was_written(tmp_path: Path) -> None:
    with database() as con:
        con.execute("update person set birth_date = date '1884-08-22' + (abs(hash(person_id)) % 6000)::int")
        publish(con, tmp_path)
        write_reports(con, tmp_path)
        born = dict(con.execute("select finding_id, birth_date from finding join person using (person_id)").fetchall())
    book = tmp_path / BOOK
    shown = {f: s.cell(n, heads["Tanggal lahir"]).value for s, n, heads, f in rows_of(openpyxl.load_workbook(book))}
    early = {f: value for f, value in shown.items() if born[f] < date(1900, 3, 1)}
    assert early == {f: born[f].strftime("%d-%m-%Y") for f in early} and len(early) > 3
    assert all(value.date() == born[f] for f, value in shown.items() if f not in early)
    saved = filled_in(book, tmp_path / "r.xlsx", {f: {"Putusan": "PERLU CEK LAPANGAN"} for f in shown})
    report = back(tmp_path, tmp_path / "d", saved)
    assert (report.taken, report.sentences) == (len(shown), [])


def shuffled(book: Path, place: Path, random: Random) -> Path:
    """The same workbook with sheets in another order and of other names, columns and rows moved, some rows hidden."""
    opened = openpyxl.load_workbook(book)
    for number, (sheet, top, heads) in enumerate(list(worklists(opened))):
        order = random.sample(range(1, len(heads) + 1), len(heads))
        rows = [
            [(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=top)
        ]
        body = random.sample(rows[1:], len(rows) - 1)
        for at, row in enumerate([rows[0], *body], top):
            for place_, old in enumerate(order, 1):
                cell = sheet.cell(at, place_)
                # By itself openpyxl would make a formula of a name like =A1.
                cell.value, cell.data_type, cell.number_format = row[old - 1]
            sheet.row_dimensions[at + 1].hidden = bool(at % 2)
        sheet.title = f"Lembar {number}"
    opened._sheets = random.sample(opened._sheets, len(opened._sheets))
    opened.active = next(n for n, sheet in enumerate(opened.worksheets) if sheet.title != HIDDEN)
    opened.save(place)
    return place


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seed=st.integers(0, 1000))
def test_whatever_is_filled_in_and_moved_comes_back(office: Path, book: Path, tmp_path: Path, data: Any, seed: int):
    shutil.rmtree(tmp_path / "d", ignore_errors=True)
    known = kinds(book)
    chosen = data.draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=8))
    letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
    # A text that begins with = would be written as a formula, which has no value until a spreadsheet reckons it.
    notes = st.text(letters, max_size=30).filter(lambda text: not text.startswith("="))
    verdicts: dict[str, dict[str, Any]] = {}
    for found in chosen:
        verdicts[found] = {"Putusan": data.draw(st.sampled_from(words_of(known[found])))}
        verdicts[found]["Catatan"] = data.draw(notes)
    returned = shuffled(filled_in(book, tmp_path / "f.xlsx", verdicts), tmp_path / "r.xlsx", Random(seed))
    report = back(office, tmp_path / "d", returned)
    assert report.sentences == [] and report.taken == len(chosen)
    found_back = {one["finding_id"]: (one["verdict"], one["note"]) for one in kept(tmp_path / "d")}
    wanted = {key: (BY_WORD[v["Putusan"]].code, v["Catatan"].strip() or None) for key, v in verdicts.items()}
    assert found_back == wanted


def as_ods(book: Path, place: Path) -> Path:
    """The workbook as LibreOffice would save it in its own format: every sheet's values, the hidden one too."""
    tables = []
    for sheet in openpyxl.load_workbook(book).worksheets:
        rows = ["".join(map(_ods_cell, (cell.value for cell in row))) for row in sheet.iter_rows()]
        body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
        tables.append(f'<table:table table:name="{escape(sheet.title)}">{body}</table:table>')
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    text = f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(place, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr(
            "content.xml", f"<?xml version='1.0'?><office:document-content {spaces}>{text}</office:document-content>"
        )
        parts.writestr("META-INF/manifest.xml", "<?xml version='1.0'?><manifest/>")
    return place


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()[:10]}"/>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def test_a_workbook_saved_by_libreoffice_in_its_own_format(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    returned = as_ods(filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH"}}), tmp_path / "r.ods")
    report = back(office, tmp_path / "d", returned)
    assert (report.taken, report.sentences) == (1, [])


# --- what is amiss in a row -------------------------------------------------------------------------------------------

LOCKED = [column.heading for column in WORKLIST_COLUMNS if column.field not in INPUTS and column.field != "finding_id"]


@pytest.mark.parametrize("heading", LOCKED)
def test_an_edit_outside_the_allowed_cells_is_told_and_the_row_not_taken(
    office: Path, book: Path, tmp_path: Path, heading: str
) -> None:
    one, other = some(book, count=2)
    verdicts = {one: {"Putusan": "BENAR", heading: "1234567890123456"}, other: {"Putusan": "BENAR"}}
    report = back(office, tmp_path / "d", filled_in(book, tmp_path / "r.xlsx", verdicts))
    ((sheet, row),) = [(s.title, n) for s, n, _, f in rows_of(openpyxl.load_workbook(book)) if f == one]
    assert [decision["finding_id"] for decision in kept(tmp_path / "d")] == [other]
    (sentence,) = report.sentences
    assert sentence.startswith(f"r.xlsx, lembar {sheet}, baris {row}: sel di luar Putusan")
    assert "1234567890123456" not in sentence


AMISS = [
    ({"Putusan": "SETUJU"}, "putusan tidak ada dalam daftar"),
    ({"Putusan": "SAMA ORANG"}, "putusan SAMA ORANG tidak berlaku untuk temuan ini"),
    ({"Catatan": "lupa memilih"}, "putusan kosong"),
    ({"Putusan": "DIKECUALIKAN", "Berlaku sampai": "tahun depan"}, "Berlaku sampai bukan tanggal"),
    ({"Putusan": "DIKECUALIKAN", "Berlaku sampai": "31-02-2027"}, "Berlaku sampai bukan tanggal"),
    ({"Putusan": "SALAH", "Berlaku sampai": "31-12-2026"}, "hanya untuk DIKECUALIKAN"),
    ({"Putusan": "SALAH", "ID Temuan": "F000000000000000"}, "bukan dari buku kerja ini"),
    ({"Putusan": "SALAH", "Petugas": "x" * 101}, "nama petugas terlalu panjang"),
]


@pytest.mark.parametrize(("cells", "reason"), AMISS)
def test_a_row_that_cannot_be_taken_is_told(office: Path, book: Path, tmp_path: Path, cells: Any, reason: str) -> None:
    (one,) = some(book)
    report = back(office, tmp_path / "d", filled_in(book, tmp_path / "r.xlsx", {one: cells}))
    assert kept(tmp_path / "d") == [] and report.taken == 0
    assert [reason in sentence for sentence in report.sentences if "baris buku kerja" not in sentence] == [True]
    assert "lembar" in report.sentences[-1] and "baris" in report.sentences[-1]


@pytest.mark.parametrize("text", ["31-12-2026", "31/12/2026", "2026-12-31"])
def test_a_day_may_be_written_in_several_ways(office: Path, book: Path, tmp_path: Path, text: str) -> None:
    (one,) = some(book)
    cells = {one: {"Putusan": "DIKECUALIKAN", "Berlaku sampai": text}}
    back(office, tmp_path / "d", filled_in(book, tmp_path / "r.xlsx", cells))
    assert [decision["valid_until"] for decision in kept(tmp_path / "d")] == ["2026-12-31"]


def test_without_a_name_nothing_is_taken_unless_one_is_given(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    returned = filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH"}}, name=None)
    (sentence,) = back(office, tmp_path / "d", returned).sentences
    assert "nama petugas tidak ada" in sentence
    assert back(office, tmp_path / "d", returned, author="Cici").taken == 1
    assert kept(tmp_path / "d")[0]["author"] == "Cici"


def test_a_long_note_is_cut_and_told(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    returned = filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH", "Catatan": "a" * 3000}})
    report = back(office, tmp_path / "d", returned)
    assert report.taken == 1 and "dipotong" in report.sentences[0]
    assert len(kept(tmp_path / "d")[0]["note"]) == 2000


def test_rows_copied_or_deleted_are_told(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    opened = openpyxl.load_workbook(filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH"}}))
    sheet, number, _, _ = next(row for row in rows_of(opened) if row[3] == one)
    other = next(s for s, _, _ in worklists(opened) if s.title != sheet.title)
    for place, cell in enumerate(sheet[number], 1):
        other.cell(other.max_row + (place == 1), place).value = cell.value
    gone = next(row for row in rows_of(opened) if row[0].title not in (sheet.title, other.title))
    gone[0].delete_rows(gone[1])
    opened.save(tmp_path / "r.xlsx")
    report = back(office, tmp_path / "d", tmp_path / "r.xlsx")
    assert report.taken == 0
    assert report.sentences[0] == "r.xlsx: 1 baris buku kerja tidak ada lagi di dalamnya."
    assert len(report.sentences) == 3 and all("lebih dari satu baris" in text for text in report.sentences[1:])
