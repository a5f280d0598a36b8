"""An officer who fills in a worklist workbook, by the headings of its cells, saves it and hands it in."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from flows.decisions import FILE
from flows.read_back import Report, read_back

NAME = "Ani, Dinsos Lebak"
BOOK = "3602_Kabupaten_Lebak.xlsx"
TODAY = date(2026, 11, 23)


def worklists(book: Any) -> Iterator[tuple[Any, int, dict[str, int]]]:
    """Each worklist of an open workbook: the sheet, the row of its headings, and the column of each heading."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=12):
            heads = {cell.value: cell.column for cell in row if cell.value is not None}
            if {"ID Temuan", "Putusan"} <= set(heads):
                yield sheet, row[0].row, heads
                break


def rows_of(book: Any) -> Iterator[tuple[Any, int, dict[str, int], str]]:
    """Each row of the worklists: sheet, number, columns by heading, finding id."""
    for sheet, top, heads in worklists(book):
        for number in range(top + 1, sheet.max_row + 1):
            found = sheet.cell(number, heads["ID Temuan"]).value
            if found is not None:
                yield sheet, number, heads, found


def filled_in(path: Path, place: Path, verdicts: Mapping[str, Mapping[str, Any]], name: str | None = NAME) -> Path:
    """The workbook with, for each finding id, the cells named by their headings; saved in `place`."""
    book = openpyxl.load_workbook(path)
    book["Petunjuk"]["B5"] = name
    written = 0
    for sheet, number, heads, found in rows_of(book):
        for heading, value in verdicts.get(found, {}).items():
            sheet.cell(number, heads[heading]).value = value
            written += 1
    assert written == sum(map(len, verdicts.values()))
    book.save(place)
    return place


def publish(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Put the database of `tests.report_fixture` into `<folder>/out`, as read-back looks for it."""
    (folder / "out").mkdir()
    con.execute(f"attach '{folder}/out/padan.duckdb' as made; copy from database memory to made; detach made")


@cache
def kinds(book: Path) -> dict[str, str]:
    """The kind of verdict that each finding of the workbook can have."""
    opened = openpyxl.load_workbook(book)
    return {found: sheet.cell(n, heads["Jenis putusan"]).value for sheet, n, heads, found in rows_of(opened)}


def some(book: Path, kind: str = "T", count: int = 1) -> list[str]:
    """A few findings of the workbook that can have the verdicts of a kind."""
    return sorted(found for found, one in kinds(book).items() if one == kind)[:count]


def back(office: Path, place: Path, *files: Path, **more: Any) -> Report:
    """What read-back says of the files, with the decisions in `place`."""
    return read_back(files, office / "out", place, more.pop("today", TODAY), **more)


def kept(place: Path) -> list[dict[str, Any]]:
    """The decisions in `place`."""
    file = place / FILE
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
