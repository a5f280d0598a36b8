"""What a file is, which of a workbook's sheets are read, and which layout a heading belongs to."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows.reading import read_file
from flows.reading_heading import recognise
from schemas.layouts import load_layouts
from tests.unit.test_reading import DECREE, code, names, read, row, text, workbook

LAYOUTS = load_layouts()


# --- what a file is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 4096])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert code(read(tmp_path, content)) == "empty"


def test_a_heading_without_rows_is_empty_too(tmp_path: Path) -> None:
    reading = read(tmp_path, text([DECREE]))
    assert (code(reading), reading.layout) == ("empty", LAYOUTS["decree"])


def test_a_lost_heading_row(tmp_path: Path) -> None:
    assert code(read(tmp_path, text([row(1), row(2), row(3)]))) == "no_heading"


def test_a_lost_column_is_named(tmp_path: Path) -> None:
    headings = [h for h in DECREE if h != "NIK"]
    reading = read(tmp_path, text([headings, [c for c, h in zip(row(1), DECREE, strict=True) if h != "NIK"]]))
    assert reading.problem is not None
    assert (reading.problem.code, reading.problem.missing) == ("column_missing", ("NIK",))
    assert reading.problem.text == "sk.csv lacks the column NIK that the layout decree needs."


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000
    assert code(read(tmp_path, ole, name="sk.xlsx")) == "locked"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 x",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"\x1f\x8b\x08" + bytes(range(256)),
        b"<html><table><tr><td>NIK</td></tr></table></html>",
        bytes(range(256)) * 100,
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000,
        b"PK\x03\x04" + b"\0" * 100,
    ],
)
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, content: bytes) -> None:
    for name in ("sk.csv", "sk.xlsx"):
        reading = read(tmp_path, content, name=name)
        assert reading.problem is not None
        assert reading.problem.code == "unreadable"
        assert reading.problem.text.startswith(f"{name} cannot be read: ")


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    assert len(names(read(tmp_path, text([DECREE, row(1)]), name="sk.xlsx"))) == 1
    book = workbook(tmp_path / "a.xlsx", {"SK": [DECREE, row(1)]}).read_bytes()
    assert len(names(read(tmp_path, book, name="sk.csv"))) == 1


def test_an_archive_and_a_workbook_cut_in_the_middle(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sk.csv", text([DECREE, row(1)]))
    assert code(read(tmp_path, packed.getvalue(), name="sk.xlsx")) == "unreadable"
    book = workbook(tmp_path / "a.xlsx", {"SK": [DECREE, *(row(n) for n in range(500))]}).read_bytes()
    assert code(read(tmp_path, book[: len(book) // 2], name="sk.xlsx")) == "unreadable"


# --- workbooks ----------------------------------------------------------------------------------------------------


def test_a_workbook_with_titles_and_other_sheets(tmp_path: Path) -> None:
    titled = [["DAFTAR PESERTA"], ["KABUPATEN LEBAK"], [], DECREE, row(1), row(2)]
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "Rekap": [["Kecamatan", "Jumlah"], ["A", 3]],
        "Lama": [DECREE, row(7)],
        "SK": titled,
        "Kosong": [],
    }
    reading = read_file(workbook(tmp_path / "sk.xlsx", sheets, hidden=["Lama"]), [LAYOUTS["decree"]])
    assert names(reading) == [(1, "SUPARNO"), (2, "SUPARNO")]
    assert reading.heading_row == 4


def test_sheets_of_one_list_follow_each_other_and_a_copy_counts_once(tmp_path: Path) -> None:
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "Cipanas": [DECREE, row(1, "A")],
        "Maja": [["Maja"], DECREE, row(2, "B")],
        "Maja (2)": [DECREE, row(2, "B")],
    }
    reading = read_file(workbook(tmp_path / "sk.xlsx", sheets), [LAYOUTS["decree"]])
    assert names(reading) == [(1, "A"), (2, "B")]


def test_an_old_copy_or_an_example_is_left_aside(tmp_path: Path) -> None:
    sheets = {
        "Contoh pengisian": [DECREE, row(9, "CONTOH")],
        "SK": [DECREE, row(1, "A")],
        "SK_lama": [DECREE, row(2, "B")],
    }
    assert names(read_file(workbook(tmp_path / "sk.xlsx", sheets), [LAYOUTS["decree"]])) == [(1, "A")]


def test_a_hidden_sheet_is_read_when_no_other_fits(tmp_path: Path) -> None:
    path = workbook(tmp_path / "sk.xlsx", {"Sampul": [["SK"]], "Data": [DECREE, row(1)]}, hidden=["Data"])
    assert names(read_file(path, [LAYOUTS["decree"]])) == [(1, "SUPARNO")]


def test_a_heading_over_two_rows(tmp_path: Path) -> None:
    upper = ["NO", "IDENTITAS", "", "", "", "KODE DESA", "SK", ""]
    lower = ["", "NO KARTU", "NIK", "NAMA", "TGL LAHIR", "", "NOMOR SK", "TMT"]
    reading = read_file(workbook(tmp_path / "sk.xlsx", {"SK": [upper, lower, row(1)]}), [LAYOUTS["decree"]])
    assert names(reading) == [(1, "SUPARNO")]
    assert reading.absent == ()


@pytest.mark.parametrize(
    ("rows", "told"), [([], "empty"), ([["DAFTAR"], ["x", "y"]], "no_heading"), ([DECREE], "empty")]
)
def test_a_workbook_with_nothing_to_read(tmp_path: Path, rows: list[Sequence[object]], told: str) -> None:
    assert code(read_file(workbook(tmp_path / "sk.xlsx", {"SK": rows}), [LAYOUTS["decree"]])) == told


# --- which layout -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("alias", [0, 1, 3, -1])
def test_each_layout_is_recognised_by_any_of_its_headings(kind: str, alias: int) -> None:
    columns = LAYOUTS[kind].columns
    headings = [c.headings[alias % len(c.headings)].replace("_", " ").title() for c in columns]
    found = recognise([["DAFTAR"], [], headings], LAYOUTS.values())
    assert (found.verdict, found.best and found.best.layout.name) == ("fit", kind)


def test_two_layouts_that_both_fit() -> None:
    bill = [c.heading for c in LAYOUTS["bpjs_kesehatan_bill"].columns]
    others = ["KPJ", "NPP", "NAMA_PERUSAHAAN", "UPAH", "PROGRAM", "SUMBER_IURAN", "STATUS", "JENKEL"]
    found = recognise([[*bill, *others]], LAYOUTS.values())
    assert found.verdict == "ambiguous"
    assert {h.layout.name for h in found.rivals} == {"bpjs_kesehatan_bill", "bpjs_ketenagakerjaan"}


def test_a_register_with_a_few_foreign_columns_is_still_a_register() -> None:
    headings = [c.heading for c in LAYOUTS["regency"].columns]
    found = recognise([[*headings, "PSNOKA", "NO_SK"]], LAYOUTS.values())
    assert (found.verdict, found.best and found.best.layout.name) == ("fit", "regency")


def test_a_misspelt_heading_is_understood_and_a_near_one_is_not() -> None:
    misspelt = ["NO", "PSNOKA", "NIK", "NAMA LENGKP", "TANGGAL LAHRI", "KODE DESA", "NOMOR SKK", "TMT"]
    found = recognise([misspelt], [LAYOUTS["decree"]])
    assert (found.verdict, found.best and len(found.best.positions)) == ("fit", 8)
    register = ["NIK", "NAMA", "DESIL", "NOMOR RT", "STATUS", "KODE DESA", "TGL LAHIR", "NOMOR RK"]
    found = recognise([register], [LAYOUTS["regency"]])
    assert found.best is not None
    assert "rw" not in found.best.positions
