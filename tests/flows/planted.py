"""Values planted in a row of every source of a world, whatever its form."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from flows.config import load
from flows.sources.folder import match_files
from schemas.headings import normal_heading
from schemas.layouts import Layout, load_layouts

AS_OF = date(2026, 11, 20)
Change = Callable[[str, str, str], str]  # field, type and value of a cell -> what it becomes


def plant(folder: Path, change: Change, row: int = 3) -> list[str]:
    """Put through `change` each cell of one data row (from 1; the last of a short file) of every source.

    Gives the files' names."""
    config = load(folder)
    changed = []
    for source in config.sources:
        layout = load_layouts()[source.layout or source.kind]
        for path in match_files(config.folder, source.path or "", AS_OF):
            (_in_workbook if path.suffix == ".xlsx" else _in_text)(path, layout, change, row)
            changed.append(path.name)
    return changed


def _columns(layout: Layout, headings: list[str]) -> dict[int, tuple[str, str]]:
    known = {normal_heading(name): (c.field, c.type) for c in layout.columns for name in c.headings}
    return {at: known[normal_heading(name)] for at, name in enumerate(headings) if normal_heading(name) in known}


def _in_text(path: Path, layout: Layout, change: Change, row: int) -> None:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    delimiter = max(";,|\t", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    row = min(row, len(rows) - 1)
    for at, (field, kind) in _columns(layout, rows[0]).items():
        rows[row][at] = change(field, kind, rows[row][at])
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_text(made.getvalue(), encoding="utf-8")


def _in_workbook(path: Path, layout: Layout, change: Change, row: int) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    found = (
        (at, _columns(layout, [str(cell.value or "") for cell in cells])) for at, cells in enumerate(sheet.rows, 1)
    )
    heading, columns = max(found, key=lambda pair: len(pair[1]))
    for at, (field, kind) in columns.items():
        cell = sheet.cell(heading + row, at + 1)
        # A workbook cannot hold control characters at all.
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", change(field, kind, str(cell.value or "")))
        cell.data_type = "s"  # openpyxl would make a formula of text that begins like one
    book.save(path)
