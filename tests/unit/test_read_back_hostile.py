"""Files handed in that are no worklists of padan: refused in one sentence, and nothing is taken of any."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports.return_form import HIDDEN
from schemas.errors import PadanError
from tests.officer import back, filled_in, kept, some, worklists


def _other_book(path: Path, book: Path) -> None:
    opened = openpyxl.Workbook()
    opened.active["A1"] = "ID Temuan"
    opened.save(path)


def _edited(edit: Callable[[Any], None]) -> Callable[[Path, Path], None]:
    """Makes of the worklist a file in which something was changed."""

    def make(path: Path, book: Path) -> None:
        opened = openpyxl.load_workbook(book)
        edit(opened)
        opened.save(path)

    return make


def _without_hidden(opened: Any) -> None:
    del opened[HIDDEN]


def _hidden_changed(opened: Any) -> None:
    opened[HIDDEN]["B1"] = "padan-9"


def _hidden_emptied(opened: Any) -> None:
    opened[HIDDEN].delete_rows(1, 500)


def _column_lost(opened: Any) -> None:
    sheet, _, heads = next(worklists(opened))
    sheet.delete_cols(heads["NIK"])


def _lists_lost(opened: Any) -> None:
    for sheet, _, _ in list(worklists(opened)):
        del opened[sheet.title]


def _other_province(opened: Any) -> None:
    opened[HIDDEN]["B3"] = "32"


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
    (_edited(_without_hidden), "has lost its hidden sheet"),
    (_edited(_hidden_changed), "was changed, or another version of padan wrote it"),
    (_edited(_hidden_emptied), "was changed, or another version of padan wrote it"),
    (_edited(_column_lost), "has lost the column NIK"),
    (_edited(_lists_lost), "has no sheet with the columns ID Temuan and Putusan"),
    (_edited(_other_province), "is a worklist of the province 32, not of 36"),
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
