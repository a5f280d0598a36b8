"""An officer who fills in a worklist workbook: opens it, writes into cells found by their headings, saves it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl

NAME = "Ani, Dinsos Lebak"


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
