"""A worklist workbook that came back: what an officer filled in, and which cells were changed that should not be.

Sheets may stand in any order and have other names, columns may have moved, rows may be filtered; Excel, LibreOffice or
another program may have saved it. A row is known by its finding id, a column by its heading.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from reports.return_form import (
    AUTHOR_LABEL,
    FACTS,
    FORM,
    HEADINGS,
    HIDDEN,
    HIDDEN_COLUMNS,
    HIDDEN_TOP,
    INPUTS,
    LOCKED,
    row_checksums,
)
from reports.sheet import MAX_TEXT
from schemas.errors import UsageError

# Bounds of what a workbook of ours can become; beyond them it is not one.
MOST_BYTES: Final = 200_000_000
MOST_UNPACKED: Final = 2_000_000_000
MOST_ROWS: Final = 1_048_576
SEARCHED_ROWS: Final = 12  # where the headings, and the officer's name, are looked for


@dataclass(frozen=True)
class Returned:
    """One workbook.

    rows: those that have an id or something filled in: `sheet, row` (as shown), `finding_id, verdict, note, until,
    author` (text or null), `choice, values_digest` (of the hidden sheet; null for an unknown id), `changed` (locked
    cells are others than they were). gone: how many rows of the workbook are not in it any more.
    """

    file: str
    sha256: str
    run_id: str
    province_code: str
    author: str | None
    rows: pl.DataFrame
    gone: int


def read_returned(path: Path) -> Returned:
    """Read one workbook; raises UsageError, one sentence, when it is not a worklist that padan wrote, or is damaged."""
    content = _content(path)
    sheets = _sheets(path.name, content)
    facts, known = _hidden(path.name, sheets)
    worklists = [_worklist(path.name, name, cells) for name, cells in sheets.items() if name != HIDDEN]
    parts = [part for part in worklists if part is not None]
    if not parts:
        raise UsageError(
            f"{path.name} has no sheet with the columns {HEADINGS['finding_id']} and {HEADINGS['verdict']}."
        )
    rows = pl.concat(parts, how="diagonal")
    rows = rows.with_columns(row_checksums(rows).alias("found")).drop("choice")
    rows = rows.join(known, on="finding_id", how="left", maintain_order="left")
    gone = known.join(rows, on="finding_id", how="anti").height
    filled = pl.any_horizontal(pl.col(name).is_not_null() for name in ("finding_id", *INPUTS))
    return Returned(
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        run_id=facts["run_id"],
        province_code=facts["province_code"],
        author=_author(sheets),
        rows=rows.filter(filled).select(
            "sheet", "row", "finding_id", *INPUTS, "choice", "values_digest",
            changed=(pl.col("found") != pl.col("checksum")).fill_null(value=False),
        ),
        gone=gone,
    )  # fmt: skip


def _content(path: Path) -> bytes:
    """The bytes of the file, sure that they do not unpack to what no workbook is."""
    try:
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path.name} is larger than a worklist can be ({MOST_BYTES // 1_000_000} MB).")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The workbook {path} cannot be read: {error.strerror}.") from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise _no_workbook(path.name) from None
    if unpacked > MOST_UNPACKED:
        raise UsageError(f"{path.name} unpacks to more than a worklist can hold; nothing of it was read.")
    return content


def _no_workbook(name: str) -> UsageError:
    return UsageError(
        f"{name} is not a workbook that can be opened, or has a password; save it as .xlsx and try again."
    )


def _sheets(name: str, content: bytes) -> dict[str, pl.DataFrame]:
    """Every sheet's cells as text, by its name; the first row is the first of the sheet."""
    sheets: dict[str, pl.DataFrame] = {}
    try:
        book = fastexcel.read_excel(content)
        for sheet in book.sheet_names:
            loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
            sheets[sheet] = loaded.to_polars()
    except BaseException as error:  # calamine has many errors, and a panic of it is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise _no_workbook(name) from None
    for sheet, cells in sheets.items():
        _bounded(name, sheet, cells)
    return sheets


def _bounded(name: str, sheet: str, cells: pl.DataFrame) -> None:
    """No program that officers use writes more rows, or a longer cell."""
    if cells.height > MOST_ROWS:
        raise UsageError(f"The sheet {sheet} of {name} has more rows than a worklist can have; nothing of it was read.")
    texts = cells.select(pl.col(pl.String).str.len_chars())
    if not texts.width or not texts.height:
        return
    longest = texts.max_horizontal().fill_null(0)
    if longest.max() > MAX_TEXT:  # type: ignore[operator]
        row = longest.arg_max() or 0
        raise UsageError(
            f"Row {row + 1} of the sheet {sheet} of {name} has a cell longer than {MAX_TEXT} letters; nothing of the "
            "workbook was read."
        )


def _hidden(name: str, sheets: Mapping[str, pl.DataFrame]) -> tuple[dict[str, str], pl.DataFrame]:
    """The facts of the hidden sheet, and its rows by the names of HIDDEN_COLUMNS."""
    cells = sheets.get(HIDDEN)
    if cells is None:
        raise UsageError(
            f"{name} is not a worklist that padan wrote, or has lost its hidden sheet {HIDDEN}: the whole "
            "workbook must come back."
        )
    head = {str(row[0]): str(row[1]) for row in cells.head(len(FACTS)).rows() if len(row) > 1 and row[1] is not None}
    headings = cells.row(HIDDEN_TOP)[: len(HIDDEN_COLUMNS)] if cells.height > HIDDEN_TOP else ()
    ours = tuple(column.heading for column in HIDDEN_COLUMNS)
    if set(head) != set(FACTS) or head["form"] != FORM or headings != ours:
        raise UsageError(f"The hidden sheet {HIDDEN} of {name} was changed, or another version of padan wrote it.")
    columns = [pl.nth(place).cast(pl.String).alias(column.field) for place, column in enumerate(HIDDEN_COLUMNS)]
    known = cells.slice(HIDDEN_TOP + 1).select(columns).drop_nulls("finding_id")
    return head, known.unique("finding_id", keep="first", maintain_order=True)


def _worklist(name: str, sheet: str, cells: pl.DataFrame) -> pl.DataFrame | None:
    """The rows below the headings, with columns named by field; None for a sheet that is no worklist.

    Raises UsageError when a column is gone: nobody can tell then what its rows said.
    """
    fields = {_plain(heading): field for field, heading in HEADINGS.items()}
    head = [_places(row, fields) for row in cells.head(SEARCHED_ROWS).rows()]
    at = next((at for at, places in enumerate(head) if {"finding_id", "verdict"} <= set(places)), None)
    if at is None:
        return None
    places = head[at]
    lost = [column.heading for column in LOCKED if column.field not in places]
    if lost:
        raise UsageError(
            f"The sheet {sheet} of {name} has lost the column {lost[0]}; nothing of the workbook was read."
        )
    shown = cells.select(pl.nth(place).cast(pl.String).alias(field) for field, place in places.items()).slice(at + 1)
    missing = [pl.lit(None, pl.String).alias(name) for name in INPUTS if name not in places]
    filled = [pl.col(name).str.strip_chars().replace("", None) for name in ("finding_id", *INPUTS)]
    number = pl.int_range(at + 2, at + 2 + shown.height, dtype=pl.Int32)
    return (
        shown.with_columns(missing).with_columns(filled).with_columns(pl.lit(sheet).alias("sheet"), number.alias("row"))
    )


def _places(row: tuple[object, ...], fields: Mapping[str, str]) -> dict[str, int]:
    """Where each field's heading stands in a row, the first time it does."""
    places: dict[str, int] = {}
    for place, cell in enumerate(row):
        field = fields.get(_plain(cell)) if cell is not None else None
        if field is not None:
            places.setdefault(field, place)
    return places


def _plain(cell: object) -> str:
    return " ".join(str(cell).split()).casefold()


def _author(sheets: Mapping[str, pl.DataFrame]) -> str | None:
    """What stands right of the cell that asks for the officer's name."""
    for name, cells in sheets.items():
        if name == HIDDEN:
            continue
        for row in cells.head(SEARCHED_ROWS).rows():
            texts = [" ".join(str(cell).split()) for cell in row if cell is not None]
            if AUTHOR_LABEL in texts[:-1]:
                return texts[texts.index(AUTHOR_LABEL) + 1]
    return None
