"""A workbook: the sheets that hold the extract, every cell as text, by calamine."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from flows import workbook_cells
from flows.reading_heading import SEARCHED_ROWS, Heading, Recognition, recognise
from schemas.layouts import Layout

SEARCHED = SEARCHED_ROWS + 5
# Sheets that officers keep beside the list; read only when no other sheet fits.
ASIDE = re.compile(r"(?i)(?<![a-z])(lama|backup|contoh|arsip|template|format|salinan|copy|old|draft)(?![a-z])")

# A sheet goes on with the list before it when this share of its rows has a number of so many digits in that place.
GOES_ON = 0.5
DIGITS_OF_A_NUMBER = 8


class LockedWorkbookError(Exception):
    """The workbook has a password."""


class BrokenWorkbookError(Exception):
    """The file is no workbook that can be opened."""


class GreedyWorkbookError(Exception):
    """Reading the workbook would take more memory or time than a workbook may have."""


@dataclass(frozen=True)
class SheetTable:
    """The part of a sheet below its heading: `rows` (`line` as in the sheet from 1, `c0`...: String)."""

    name: str
    heading: Heading
    rows: pl.DataFrame


@dataclass(frozen=True)
class WorkbookTable:
    """The sheets to read, in the order of the workbook; none when no layout fits."""

    recognition: Recognition
    sheets: tuple[SheetTable, ...]
    has_cells: bool


@dataclass(frozen=True)
class _Sheet:
    name: str
    visible: bool
    cells: pl.DataFrame | None  # None: the sheet is damaged
    found: Recognition


def read_workbook(path: Path, layouts: Iterable[Layout]) -> WorkbookTable:
    """Read every visible sheet that fits; hidden ones, examples and old copies only when no other does.

    Sheets of one workbook are parts of one list when they fit the same layout; a copy of a sheet counts once.
    Raises LockedWorkbookError, BrokenWorkbookError and GreedyWorkbookError.
    """
    looked = _look(path, tuple(layouts))
    has_cells = any(sheet.cells is not None and sheet.cells.height for sheet in looked)
    best = _best(looked)
    if best.verdict != "fit" or best.best is None:
        if any(sheet.cells is None for sheet in looked):
            raise BrokenWorkbookError
        return WorkbookTable(best, (), has_cells)
    fitting = [s for s in looked if s.found.best and s.found.best.fits and s.found.best.layout == best.best.layout]
    visible = [sheet for sheet in fitting if sheet.visible]
    chosen = [sheet for sheet in visible if not ASIDE.search(sheet.name)] or visible or fitting[:1]
    chosen = _with_continuations(looked, chosen)
    tables: list[SheetTable] = []
    for sheet in chosen:
        if sheet.cells is None or sheet.found.best is None:
            continue
        heading = sheet.found.best
        rows = _below(sheet.cells, heading)
        if not any(rows.drop("line").equals(other.rows.drop("line")) for other in tables):
            tables.append(SheetTable(sheet.name, heading, rows))
    return WorkbookTable(best, tuple(tables), has_cells)


def _with_continuations(looked: Sequence[_Sheet], chosen: Sequence[_Sheet]) -> list[_Sheet]:
    """The chosen sheets, and behind each those that go on with its list without a heading: an old sheet was full."""
    found: list[_Sheet] = []
    before: _Sheet | None = None
    for sheet in looked:
        if any(sheet is one for one in chosen):
            before = sheet
        elif before is not None and _goes_on(sheet, before):
            heading = replace(before.found.best, row=-1, height=1) if before.found.best else None
            sheet = replace(sheet, found=Recognition("fit", heading))  # noqa: PLW2901 - the same sheet, understood
        else:
            continue
        found.append(sheet)
    return found


def _goes_on(sheet: _Sheet, before: _Sheet) -> bool:
    """Whether a sheet without a heading holds, where the sheet before it has its long numbers, long numbers too."""
    heading = before.found.best
    if heading is None or sheet.cells is None or not sheet.visible or ASIDE.search(sheet.name):
        return False
    types = {column.field: column.type for column in heading.layout.columns}
    places = [at for field, at in heading.positions.items() if types[field] in ("nik", "kk", "card")]
    if sheet.found.verdict != "no_heading" or not places or max(places) >= sheet.cells.width:
        return False
    numbers = [sheet.cells.to_series(at).str.count_matches("[0-9]") >= DIGITS_OF_A_NUMBER for at in places]
    shares = [long.fill_null(False).mean() for long in numbers]
    return max((float(share) for share in shares if isinstance(share, float)), default=0.0) >= GOES_ON


def _look(path: Path, layouts: tuple[Layout, ...]) -> list[_Sheet]:
    """Every sheet with its cells and what its first rows are."""
    looked = []
    for name, visible, cells in _sheets(path):
        if cells is None:
            looked.append(_Sheet(name, False, None, Recognition("no_heading")))
            continue
        head = [list(row) for row in cells.head(SEARCHED).rows()]
        looked.append(_Sheet(name, visible, cells, recognise(head, layouts)))
    return looked


def _sheets(path: Path) -> list[tuple[str, bool, pl.DataFrame | None]]:
    """Name, whether it can be seen, and cells of each sheet; read in a process of its own, which may come to harm."""
    command = [sys.executable, "-I", workbook_cells.__file__, str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script and a path
            command, capture_output=True, check=False, timeout=workbook_cells.SECONDS
        )
    except subprocess.TimeoutExpired:
        raise GreedyWorkbookError from None
    if done.returncode == workbook_cells.LOCKED:
        raise LockedWorkbookError
    if done.returncode < 0:
        raise GreedyWorkbookError
    if done.returncode:
        raise BrokenWorkbookError
    sheets: list[tuple[str, bool, pl.DataFrame | None]] = []
    told = io.BytesIO(done.stdout)
    while line := told.readline():
        about = json.loads(line)
        cells = pl.read_ipc_stream(told.read(about["bytes"])) if about["bytes"] is not None else None
        sheets.append((about["name"], about["visible"], cells))
    return sheets


def _best(looked: Sequence[_Sheet]) -> Recognition:
    """The verdict on a workbook: that of its best sheet, visible ones first."""
    order = ("no_heading", "column_missing", "ambiguous", "fit")
    ranked = [(order.index(s.found.verdict), s.visible, _size(s.found), -at, s.found) for at, s in enumerate(looked)]
    return max(ranked, key=lambda item: item[:4])[4] if ranked else Recognition("no_heading")


def _size(found: Recognition) -> int:
    return len(found.best.positions) if found.best else 0


def _below(sheet: pl.DataFrame, heading: Heading) -> pl.DataFrame:
    """The rows under the heading as `line, c0`...."""
    start = heading.row + heading.height
    rows = sheet.slice(start).select(
        *(pl.col(name).cast(pl.String).alias(f"c{number}") for number, name in enumerate(sheet.columns)),
        *(pl.lit(None, pl.String).alias(f"c{number}") for number in range(sheet.width, heading.width)),
    )
    lines = pl.int_range(start + 1, start + 1 + rows.height, dtype=pl.Int64, eager=True)
    return rows.insert_column(0, lines.alias("line"))
