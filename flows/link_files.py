"""Any file of records, CSV or Parquet, as a frame, and a frame as a file that is there whole or not at all."""

from __future__ import annotations

import codecs
import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from flows.reading import SIGNATURES
from flows.reading_lines import Shape, read_block
from flows.reading_problem import ROW_REASONS
from reports.written import whole
from schemas.errors import PadanError, UsageError

PARQUET: Final = b"PAR1"
DELIMITERS: Final = (",", ";", "|", "\t")
BLOCK: Final = 16 << 20  # bytes cut into rows at once
SAMPLE: Final = 200  # lines by which the delimiter is found out
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Bytes that cp1252 leaves undefined are read as the control characters of latin-1, so that nothing is lost.
_CP1252: Final = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))


def read_table(path: Path) -> pl.DataFrame:
    """The rows of a file in its own order, under its own headings; what it is, its content says.

    CSV: every column is text exactly as written, without spaces around it; an empty cell is null. Parquet: types as
    they are, empty text null. Raises UsageError, one plain sentence without a value of the file, when the file is
    absent, empty, damaged, or a row has more or fewer fields than the heading.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 16)
        if head.startswith(PARQUET):
            return _filled(_parquet(path))
        if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
            raise UsageError(f"{path.name} is empty.")
        _must_be_text(path, head)
        return _filled(_csv(path, _as_utf8(path.read_bytes())))
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; give the file.") from None
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror or 'it cannot be opened'}.") from None


def check_target(path: Path, sources: tuple[Path, ...]) -> None:
    """Raise UsageError when a result cannot be written to `path`, before any work is done for it."""
    if not path.parent.is_dir():
        raise UsageError(f"The folder {path.parent} does not exist, so {path.name} cannot be written there.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give a file name.")
    if path.exists() and any(source.exists() and path.samefile(source) for source in sources):
        raise UsageError(f"{path.name} is one of the files to read; give another name for the result.")
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"The folder {path.parent} may not be written to.")


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write CSV or, by any other ending, Parquet; the file is there whole or not at all."""
    if path.suffix.lower() == ".csv":
        texts = [name for name, kind in frame.schema.items() if kind == pl.String]
        _written(path, frame.with_columns(_harmless(name) for name in texts).write_csv)
    else:
        _written(path, frame.write_parquet)


def _harmless(name: str) -> pl.Expr:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it; numbers stay as they are."""
    text = pl.col(name)
    formula = text.str.contains(r"^[=+@\t\r-]") & ~text.str.contains(r"^[+-]?[0-9.,]+$")
    return pl.when(formula).then(pl.lit("'") + text).otherwise(text).alias(name)


def write_text(text: str, path: Path) -> None:
    """Write a text file; it is there whole or not at all."""
    _written(path, lambda part: part.write_text(text, encoding="utf-8"))


def _written(path: Path, write: Callable[[Path], object]) -> None:
    try:
        whole(path, write)
    except OSError as error:
        raise PadanError(f"{path.name} cannot be written: {error.strerror or 'the disk refused it'}.") from None


# --- Parquet -------------------------------------------------------------------------------------------------------


def _parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError:
        raise UsageError(f"{path.name} cannot be read: the Parquet file is damaged or was cut off.") from None
    simple = [name for name, kind in frame.schema.items() if not kind.is_nested() and kind != pl.Binary]
    if not frame.height:
        raise UsageError(f"{path.name} has no rows.")
    # An index that pandas left behind is no column of the sender's.
    return frame.select(name for name in simple if not name.startswith("__index_level_"))


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Text without spaces around it, null when nothing is left; categories as text."""
    kinds = {name: kind for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum, pl.Null)}
    text = (pl.col(name).cast(pl.String).str.strip_chars() for name in kinds)
    frame = frame.with_columns(text)
    return frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in kinds)


# --- CSV -----------------------------------------------------------------------------------------------------------


def _must_be_text(path: Path, head: bytes) -> None:
    for signature, why, _ in (*SIGNATURES, (b"PK\x03\x04", "it is a workbook or archive, save it as CSV", "")):
        if head.startswith(signature):
            raise UsageError(f"{path.name} cannot be read: {why}.")
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    control = sum(head.count(byte) for byte in range(32) if byte not in (7, 8, 9, 10, 11, 12, 13, 26, 27))
    if not wide and control > len(head) * 0.02:
        raise UsageError(f"{path.name} cannot be read: it is neither CSV nor Parquet.")


def _as_utf8(data: bytes) -> bytes:
    """The text in UTF-8, without a mark and with line ends of today; what is no UTF-8 is cp1252 (Windows)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data.decode(encoding, "replace").encode()
            break
    if not data.isascii():
        try:
            codecs.decode(data, "utf-8")
        except UnicodeDecodeError:
            data = data.decode("latin-1").translate(dict(enumerate(_CP1252))).encode()
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\n" not in data else data


def _csv(path: Path, data: bytes) -> pl.DataFrame:
    start = len(data) - len(data.lstrip(b"\r\n \t")) if data[:1] in b"\r\n" else 0
    first_line = data.count(b"\n", 0, start) + 1
    end = data.find(b"\n", start)
    heading = data[start : end if end >= 0 else len(data)].decode().rstrip("\r")
    lines = data[start : start + (1 << 20)].decode("utf-8", "ignore").splitlines()[:SAMPLE]
    delimiter = _delimiter(lines)
    names = _headings(path, _cells(heading, delimiter))
    shape = Shape(delimiter, len(names), len(names))
    body = end + 1 if end >= 0 else len(data)
    rows = _rows(path, data, body, shape, first_line + 1)
    if not rows.height:
        raise UsageError(f"{path.name} has a heading row but no data rows.")
    return rows.rename(dict(zip(shape.columns, names, strict=True)))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _delimiter(lines: list[str]) -> str:
    """The one by which most lines have as many fields as the heading; of several, the one that makes most fields."""

    def fit(delimiter: str) -> tuple[bool, float, int]:
        widths = [len(_cells(line, delimiter)) for line in lines if line.strip()]
        same = sum(width == widths[0] for width in widths) / len(widths)
        return (widths[0] > 1, round(same, 1), widths[0])

    return max(DELIMITERS, key=fit)


def _headings(path: Path, cells: list[str]) -> list[str]:
    """The headings; a column without one is named by its place. Two alike cannot be told apart."""
    names = [cell.strip() or f"column_{place}" for place, cell in enumerate(cells, 1)]
    for place, name in enumerate(names):
        if name in names[:place]:
            # By place and not by name: in a file without headings these are a person's data.
            raise UsageError(f"{path.name}: columns {names.index(name) + 1} and {place + 1} have the same heading.")
    return names


def _rows(path: Path, data: bytes, start: int, shape: Shape, line: int) -> pl.DataFrame:
    frames: list[pl.DataFrame] = []
    rest, done = b"", 0
    while start < len(data):
        stop = data.rfind(b"\n", start, start + BLOCK) + 1 if len(data) - start > BLOCK else len(data)
        stop = stop if stop > start else len(data)  # a line longer than a block
        part = read_block(rest + data[start:stop], shape, line, stop == len(data))
        if part.bad.height:
            first, reason = part.bad["line"][0], ROW_REASONS[part.bad["reason"][0]][1]
            row = done + int((part.rows["line"] < first).sum()) + 1
            raise UsageError(f"{path.name}, data row {row} (line {first}): {reason[:1].lower()}{reason[1:]}")
        frames.append(part.rows.drop("line"))
        line, rest, start, done = line + part.lines, part.rest, stop, done + part.rows.height
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(shape.columns, pl.String))
