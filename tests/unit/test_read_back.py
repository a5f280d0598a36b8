"""Workbooks that come back: verdicts become decisions, whatever program saved them; what is amiss is told by row."""

import json
import shutil
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.decisions import FILE
from flows.read_back import Report, read_back, told
from reports.files import write_reports
from reports.return_form import HIDDEN, INPUTS, WORKLIST_COLUMNS
from schemas.errors import PadanError
from schemas.verdicts import BY_WORD, words_of
from tests.officer import NAME, filled_in, rows_of, worklists
from tests.report_fixture import database

TODAY = date(2026, 11, 23)
BOOK = "3602_Kabupaten_Lebak.xlsx"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published database, `out`, and the workbook that was made of it; only to be read."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "out").mkdir()
    with database() as con:
        con.execute("update link set record_key = record_id, record_key_short = record_id + 1000000")
        con.execute(f"attach '{folder}/out/padan.duckdb' as made; copy from database memory to made; detach made")
        write_reports(con, folder)
    return folder


@pytest.fixture
def book(office: Path) -> Path:
    return office / BOOK


@cache
def kinds(book: Path) -> dict[str, str]:
    """The kind of verdict that each finding of the workbook can have."""
    opened = openpyxl.load_workbook(book)
    return {found: sheet.cell(n, heads["Jenis putusan"]).value for sheet, n, heads, found in rows_of(opened)}


def some(book: Path, kind: str = "T", count: int = 1) -> list[str]:
    """A few findings of the workbook that can have the verdicts of a kind."""
    return sorted(found for found, one in kinds(book).items() if one == kind)[:count]


def back(office: Path, place: Path, *files: Path, **more: Any) -> Report:
    return read_back(files, office / "out", place, more.pop("today", TODAY), **more)


def kept(place: Path) -> list[dict[str, Any]]:
    file = place / FILE
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


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


def test_a_birth_date_before_the_calendar_of_workbooks_is_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with database() as con:
        con.execute("update person set birth_date = date '1884-08-22' + (abs(hash(person_id)) % 6000)::int")
        con.execute(f"attach '{tmp_path}/out/padan.duckdb' as made; copy from database memory to made; detach made")
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


# --- what is amiss in a row ------------------------------------------------------------------------------------------

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


# --- officers who say otherwise --------------------------------------------------------------------------------------


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


# --- files that are no worklists -------------------------------------------------------------------------------------


def _other_book(path: Path, book: Path) -> None:
    opened = openpyxl.Workbook()
    opened.active["A1"] = "ID Temuan"
    opened.save(path)


def _without_hidden(path: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    del opened[HIDDEN]
    opened.save(path)


def _hidden_changed(path: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened[HIDDEN]["B1"] = "padan-9"
    opened.save(path)


def _hidden_emptied(path: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened[HIDDEN].delete_rows(1, 500)
    opened.save(path)


def _column_lost(path: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    sheet, _, heads = next(worklists(opened))
    sheet.delete_cols(heads["NIK"])
    opened.save(path)


def _lists_lost(path: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    for sheet, _, _ in list(worklists(opened)):
        del opened[sheet.title]
    opened.save(path)


def _other_province(path: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened[HIDDEN]["B3"] = "32"
    opened.save(path)


def _long_cell(path: Path, book: Path) -> None:
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name).replace(b">SEGERA<", b">" + b"A" * 10_000_000 + b"<", 1)
            target.writestr(name, content)


HOSTILE = [
    (lambda path, book: None, "cannot be read: No such file or directory"),
    (lambda path, book: path.mkdir(), "cannot be read: Is a directory"),
    (lambda path, book: path.write_bytes(b""), "is not a workbook that can be opened"),
    (lambda path, book: path.write_text("nik;nama\n3602;UDIN"), "is not a workbook that can be opened"),
    (lambda path, book: path.write_bytes(book.read_bytes()[:4000]), "is not a workbook that can be opened"),
    (_other_book, "is not a worklist that padan wrote"),
    (_without_hidden, "has lost its hidden sheet"),
    (_hidden_changed, "was changed, or another version of padan wrote it"),
    (_hidden_emptied, "was changed, or another version of padan wrote it"),
    (_column_lost, "has lost the column NIK"),
    (_lists_lost, "has no sheet with the columns ID Temuan and Putusan"),
    (_other_province, "is a worklist of the province 32, not of 36"),
    (_long_cell, "has a cell longer than 32767 letters"),
]


@pytest.mark.parametrize(("make", "reason"), HOSTILE)
def test_a_file_that_is_no_worklist_is_refused_in_one_sentence_and_nothing_is_taken(
    office: Path, book: Path, tmp_path: Path, make: Any, reason: str
) -> None:
    (one,) = some(book)
    good = filled_in(book, tmp_path / "good.xlsx", {one: {"Putusan": "SALAH"}})
    make(tmp_path / "bad.xlsx", book)
    with pytest.raises(PadanError) as refused:
        back(office, tmp_path / "d", good, tmp_path / "bad.xlsx")
    sentence = str(refused.value)
    assert reason in sentence and "bad.xlsx" in sentence and sentence.endswith(".") and "\n" not in sentence
    assert kept(tmp_path / "d") == []


def test_what_unpacks_to_more_than_a_worklist_is_not_unpacked(
    office: Path, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.returned.MOST_UNPACKED", 100_000)
    with pytest.raises(PadanError, match="unpacks to more than a worklist can hold"):
        back(office, tmp_path / "d", book)


def test_damaged_decisions_are_not_written_over(office: Path, book: Path, tmp_path: Path) -> None:
    (one,) = some(book)
    returned = filled_in(book, tmp_path / "r.xlsx", {one: {"Putusan": "SALAH"}})
    (tmp_path / "d").mkdir()
    for damage in ('{"decision_id": "D1"', '{"decision_id": "D1"}\n', "\x00\x01"):
        (tmp_path / "d" / FILE).write_text(damage)
        with pytest.raises(PadanError, match="are damaged"):
            back(office, tmp_path / "d", returned)
        assert (tmp_path / "d" / FILE).read_text() == damage
