"""The first rows of any table, as they stand: for `padan init`, which must look at files of no known layout."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import fastexcel
import polars as pl

from flows.reading_heading import SEARCHED_ROWS

ROWS = 2000
NEARLY_ALL = 0.8
TEXT_BYTES = 1 << 20
DELIMITERS = (";", "|", "\t", ",")
LONG_NUMBER = re.compile(r"[\s'.-]*(?:\d[\s'.-]*){8,}")
Grid = list[list[str | None]]


def first_rows(path: Path) -> Grid:
    """The first rows of a workbook's fullest visible sheet, or of a text by its most usual delimiter; empty when the
    file is neither. Raises nothing for a damaged file."""
    with path.open("rb") as stream:
        head = stream.read(TEXT_BYTES)
    if head.startswith((b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))):
        return _sheet(path)
    return _text(head)


def _sheet(path: Path) -> Grid:
    try:
        book = fastexcel.read_excel(path.read_bytes())
        sheets = [
            book.load_sheet(name, header_row=None, n_rows=ROWS, dtypes="string", whitespace_as_null=True)
            for name in book.sheet_names
        ]
    except Exception:  # calamine has an error for every damage; the reader has told which
        return []
    frames = [sheet.to_polars() for sheet in sheets if sheet.visible == "visible"]
    fullest = max(frames, key=lambda frame: frame.height * frame.width, default=pl.DataFrame())
    return [[None if cell is None else str(cell) for cell in row] for row in fullest.rows()]


def _text(head: bytes) -> Grid:
    text = _decoded(head)
    lines = text.splitlines()[:ROWS]
    if "\x00" in text or not lines:
        return []
    width = {mark: Counter(line.count(mark) for line in lines if mark in line) for mark in DELIMITERS}
    # The delimiter that most lines hold the same number of times, at least twice.
    steady = {
        mark: max(((n, times) for times, n in c.items() if times > 1), default=(0, 0)) for mark, c in width.items()
    }
    delimiter = max(DELIMITERS, key=lambda mark: steady[mark])
    if not steady[delimiter][0]:
        return []
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    except csv.Error:
        rows = [line.split(delimiter) for line in lines]
    return [[cell.strip() or None for cell in row] for row in rows]


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Only a character cut off by the end of what was read is no sign of another encoding.
        return (
            head[: error.start].decode("utf-8-sig") if error.start > len(head) - 4 else head.decode("cp1252", "replace")
        )


def heading_and_columns(grid: Grid) -> tuple[list[str], list[pl.Series]]:
    """The headings and the values under each; nothing when no row looks like a heading.

    A heading is the first row that fills most of the table's width with words; rows above it are titles. Where the next
    row fills gaps with words too, the two are one heading, the lower word before the upper.
    """
    filled = [sum(1 for cell in row if cell) for row in grid]
    usual = Counter(n for n in filled if n > 1).most_common(1)
    if not usual:
        return [], []
    width = usual[0][0]
    at = next(
        (n for n, row in enumerate(grid[:SEARCHED_ROWS]) if filled[n] >= max(3, 0.6 * width) and _words(row)), None
    )
    if at is None or any(_data(row) for row in grid[:at]):
        return [], []  # a row of words among the data is a person, not a heading
    heading, start = list(grid[at]), at + 1
    if start < len(grid) and _words(grid[start]) and filled[start] < filled[at] and _fills_gaps(heading, grid[start]):
        below = [*grid[start], *[None] * len(heading)]
        heading = [lower or upper for upper, lower in zip(heading, below, strict=False)]
        start += 1
    rows = [[*row, *[None] * len(heading)][: len(heading)] for row in grid[start:]]
    columns = [pl.Series("", [row[n] for row in rows], dtype=pl.String) for n in range(len(heading))]
    return [cell or "" for cell in heading], columns


def _words(row: Sequence[str | None]) -> bool:
    """Whether the filled cells could be headings: letters in nearly all, few digits and no long text in any."""
    cells = [cell for cell in row if cell]
    lettered = sum(1 for cell in cells if any(c.isalpha() for c in cell))
    short = all(sum(c.isdigit() for c in cell) <= 2 and len(cell) <= 60 for cell in cells)
    return bool(cells) and short and lettered >= NEARLY_ALL * len(cells)


def _data(row: Sequence[str | None]) -> bool:
    """Whether a row holds a number as long as those of people and places."""
    return any(cell and LONG_NUMBER.fullmatch(cell) for cell in row)


def _fills_gaps(upper: Sequence[str | None], lower: Sequence[str | None]) -> bool:
    return any(below and not above for above, below in zip(upper, lower, strict=False))
