"""The workbook that goes back to a sender: what to correct, as text, in words; the grade; the months."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from reports.feedback import MONTH_COLUMNS, ROW_COLUMNS, write_feedback
from reports.page import render_page
from reports.tables import collect
from tests.report_fixture import RUN, database

AS_OF = date(2026, 11, 20)
LEBAK = "3602_Dinas_Sosial_Kab_Lebak.xlsx"
HOSTILE = ("=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)", "http://example.invalid", "<script>&</script>", "a\x00b")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database() as connection:
        yield connection


def written(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    return write_feedback(con, folder, RUN, AS_OF, "36")


def sheet_rows(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[tuple[object, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]


def test_each_office_gets_one_workbook_with_all_it_sends(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    names = [path.name for path in written(con, tmp_path / "new" / "books")]
    assert LEBAK in names and "36_Dinas_Sosial_Provinsi.xlsx" in names and "36_BPJS_Kesehatan.xlsx" in names
    assert len(names) == len(set(names)) == 8 + 4
    book = openpyxl.load_workbook(tmp_path / "new" / "books" / LEBAK)
    assert book.sheetnames == ["Ringkasan", "Perlu diperbaiki", "Perlu diperiksa", "Riwayat"]
    assert book["Ringkasan"]["A1"].value == "Umpan balik mutu data – Dinas Sosial Kab. Lebak"


def test_every_quarantined_row_is_there_with_its_place_and_what_to_correct(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    con.execute("update quarantine set expectation = 'identifiable', written = 'NIK: 36x' where line % 2 = 0")
    con.execute("update quarantine set expectation = 'row_has_every_field', line = null where line % 2 = 1")
    con.execute("update source_file set heading_row = 5")
    written(con, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / LEBAK)["Perlu diperbaiki"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in ROW_COLUMNS]
    rows = sheet_rows(sheet)
    query = (
        "select source_row, coalesce(line, 5 + source_row), coalesce(written, raw) from quarantine "
        "where source = 'regency' and owner_code = '3602' order by 2, 1"
    )
    assert [(row[2], row[3], row[5]) for row in rows] == con.execute(query).fetchall()
    assert {row[7] for row in rows} <= {
        "Lengkapi nama atau NIK, lalu kirim ulang baris ini.",
        "Lengkapi kolom yang hilang; baris ini mungkin terpotong saat disimpan.",
    }
    assert {row[0] for row in rows} == {"Register verifikasi kabupaten/kota"}


def test_no_row_of_another_office_is_in_it(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("update quarantine set written = owner_code || ':' || source")
    con.execute("update mark set written = owner_code || ':' || source")
    written(con, tmp_path)
    book = openpyxl.load_workbook(tmp_path / LEBAK)
    for name in ("Perlu diperbaiki", "Perlu diperiksa"):
        assert {row[5] for row in sheet_rows(book[name])} == {"3602:regency"}
    all_rows = sum(openpyxl.load_workbook(path)["Perlu diperbaiki"].max_row - 1 for path in tmp_path.glob("*.xlsx"))
    assert (all_rows,) == con.execute("select count(*) from quarantine").fetchone()


def test_grade_reason_and_older_data_are_said_first(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written(con, tmp_path)
    text = [
        str(cell.value) for row in openpyxl.load_workbook(tmp_path / LEBAK)["Ringkasan"].iter_rows() for cell in row
    ]
    assert "F" in text
    assert "sebab C Berkas ini tidak dipakai; dipakai data per 19 November 2026." in text
    assert "≥ 99,9\u00a0%" in text


def test_the_last_night_of_a_month_speaks_for_it(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written(con, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / LEBAK)["Riwayat"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in MONTH_COLUMNS]
    rows = sheet_rows(sheet)
    assert [(row[0], row[2], row[7], row[8], row[9]) for row in rows] == [
        ("November 2026", 2, "F", "F", "19 November 2026"),
        ("Oktober 2026", 2, "A", "E", None),
    ]
    ((missing, among),) = con.execute(
        "select nik_missing, nik_rows from source_quality where run_id = $1 and owner_code = '3602'", [RUN]
    ).fetchall()
    assert rows[0][6] == f"{missing / among:.1%}".replace(".", ",").replace("%", "\u00a0%")


def test_values_are_text_and_nothing_runs(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE):
        con.execute(
            "update quarantine set written = $1, reason_id = $1, file = $1 where rowid % $2 = $3",
            [text, len(HOSTILE), number],
        )
        con.execute("update mark set written = $1, file = $1 where rowid % $2 = $3", [text, len(HOSTILE), number])
    con.execute("update source_quality set file = $1, reason_id = $1 where source <> 'regency'", [HOSTILE[0]])
    con.execute("update mark set written = '3602010101700001' where rowid % 10 = 0")
    for path in written(con, tmp_path):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f" and cell.hyperlink is None
                    assert cell.value != 3602010101700001


def test_headings_are_protected_and_the_answer_is_not(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written(con, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / LEBAK)["Perlu diperbaiki"]
    assert sheet.protection.sheet and not sheet.protection.autoFilter and not sheet.protection.sort
    assert sheet["A1"].protection.locked and sheet["F2"].protection.locked
    assert not sheet.cell(2, len(ROW_COLUMNS)).protection.locked
    assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref == f"A1:I{sheet.max_row}"
    assert all(sheet.column_dimensions[letter].width >= 10 for letter in "ABCDEFGH")


def test_the_same_rows_give_the_same_bytes(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    pairs = zip(written(con, tmp_path / "a"), written(con, tmp_path / "b"), strict=True)
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairs)


def test_a_sender_without_a_fault_is_thanked(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("delete from quarantine; delete from mark")
    written(con, tmp_path)
    book = openpyxl.load_workbook(tmp_path / LEBAK)
    assert "Tidak ada baris yang dikarantina. Terima kasih." in [cell.value for cell in book["Ringkasan"]["A"]]
    assert book["Perlu diperbaiki"].max_row == 1


def test_the_page_has_the_months_and_a_link_to_each_workbook(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute(
        "update source_file set stale_since = '2026-11-19', rows_stood_in = 17 "
        "where run_id = $1 and owner_code = '3602'",
        [RUN],
    )
    page = render_page(collect(con))
    section = page[page.index('<section id="quality"') : page.index('<section id="quarantine"')]
    for path in written(con, tmp_path):
        assert f'href="umpan-balik/{path.name}"' in section
    assert "Nov 2026" in section and "Okt 2026" in section
    assert "Dipakai data per 19 November 2026." in section
    assert section.count('class="chip grade-F"') == 2
    assert "Data lama" in page


def test_a_first_night_without_grades_says_so(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from source_quality")
    assert "Belum ada nilai mutu." in render_page(collect(con))
