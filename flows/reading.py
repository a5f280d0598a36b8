"""One file to one frame: the content decides what it is, the layouts what it means.

A file that cannot be read is told about, never raised; a row that cannot be read is kept.
"""

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from flows import reading_problem as problem
from flows.reading_heading import MOST_COLUMNS, Heading, Recognition
from flows.reading_kept import KeptRows
from flows.reading_lines import BAD_SCHEMA
from flows.reading_problem import ROW_REASONS, Problem
from flows.reading_text import EndlessLineError, WideTableError, is_blank, read_text
from flows.reading_workbook import BrokenWorkbookError, GreedyWorkbookError, LockedWorkbookError, read_workbook
from schemas.layouts import Layout

REJECTED_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "source_row": pl.Int64,
    "line": pl.Int64,
    "expectation": pl.String,
    "column_name": pl.String,
    "reason": pl.String,
    "reason_id": pl.String,
    "raw": pl.String,
}
NONE_REJECTED = pl.DataFrame(schema=REJECTED_SCHEMA)
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# First bytes of files that people rename: (signature, what it is, the same in Indonesian).
SIGNATURES = (
    (b"%PDF", "it is a PDF document", "berkas ini dokumen PDF"),
    (b"\x1f\x8b", "it is a compressed archive, unpack it first", "berkas ini arsip terkompresi, bongkar dahulu"),
    (b"BZh", "it is a compressed archive, unpack it first", "berkas ini arsip terkompresi, bongkar dahulu"),
    (b"\xfd7zXZ", "it is a compressed archive, unpack it first", "berkas ini arsip terkompresi, bongkar dahulu"),
    (b"7z\xbc\xaf", "it is a compressed archive, unpack it first", "berkas ini arsip terkompresi, bongkar dahulu"),
    (b"Rar!", "it is a compressed archive, unpack it first", "berkas ini arsip terkompresi, bongkar dahulu"),
    (b"\x89PNG", "it is a picture", "berkas ini gambar"),
    (b"\xff\xd8\xff", "it is a picture", "berkas ini gambar"),
    (b"PAR1", "it is a Parquet file", "berkas ini Parquet"),
    (b"SQLite format 3", "it is a database", "berkas ini basis data"),
)
# Bytes that a workbook may say it unpacks to; one that lies is stopped where it is read.
UNPACKED = 4 << 30
MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml")


@dataclass(frozen=True)
class Reading:
    """What came of a file.

    `frame`: `source_row: Int64` and every field of the layout as String exactly as written, null when empty
    or when the file lacks the column; None when there is a `problem`, a LazyFrame when the rows are many and lie
    on disk. `rows`: how many these are, `left_out` how many more are no data: blank, repeated heading, total,
    signature. `rejected`: rows that cannot be read (columns REJECTED_SCHEMA). `heading_row` counts physical lines
    or sheet rows from 1. `absent` are the canonical headings that the file lacks.
    """

    frame: pl.DataFrame | pl.LazyFrame | None
    rejected: pl.DataFrame
    rows: int = 0
    left_out: int = 0
    layout: Layout | None = None
    recognition: Recognition | None = None
    encoding: str | None = None
    delimiter: str | None = None
    heading_row: int | None = None
    absent: tuple[str, ...] = ()
    problem: Problem | None = None


def read_file(path: Path, layouts: Iterable[Layout], head_only: bool = False, spill: Path | None = None) -> Reading:
    """Read a file by whichever of `layouts` fits its heading; with `head_only` the first part of it.

    spill: a folder to be made for the rows of a long text, which must live as long as they are wanted; without it they
    are held in memory.
    """
    candidates = tuple(layouts)
    try:
        if is_blank(path):
            return _failed(problem.empty(path.name))
        form = _form(path)
        if isinstance(form, Problem):
            return _failed(form)
        if form == "workbook":
            return _workbook(path, candidates)
        return _text(path, candidates, head_only, spill)
    except LockedWorkbookError:
        return _failed(problem.locked(path.name))
    except BrokenWorkbookError:
        return _failed(
            problem.unreadable(path.name, "the workbook is damaged or was cut off", "buku kerja rusak atau terpotong")
        )
    except WideTableError:
        return _failed(problem.too_wide(path.name, MOST_COLUMNS))
    except EndlessLineError:
        return _failed(problem.endless_line(path.name))
    except GreedyWorkbookError:
        return _failed(problem.greedy(path.name))
    except OSError as error:
        why = str(error.strerror or "it cannot be opened").lower()
        return _failed(problem.unreadable(path.name, why, "berkas tidak dapat dibuka"))


def _form(path: Path) -> str | Problem:
    """`workbook`, `text`, or why it is neither, by the first bytes and never by the name."""
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if head.startswith(b"PK\x03\x04"):
        return _zip_form(path)
    if head.startswith(OLE):
        # An encrypted workbook is an OLE container with a stream of this name (in UTF-16); a bare one is old XLS.
        return problem.locked(path.name) if _holds(path, "EncryptedPackage".encode("utf-16-le")) else "workbook"
    for signature, why, why_id in SIGNATURES:
        if head.startswith(signature):
            return problem.unreadable(path.name, why, why_id)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return problem.unreadable(
            path.name,
            "it is a web page or XML, save it as XLSX or CSV",
            "berkas ini halaman web atau XML, simpan sebagai XLSX atau CSV",
        )
    if _is_binary(head):
        return problem.unreadable(
            path.name, "it is neither text nor a workbook", "berkas ini bukan teks dan bukan buku kerja"
        )
    return "text"


def _zip_form(path: Path) -> str | Problem:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            unpacked = sum(member.file_size for member in archive.infolist())
    except Exception:  # a damaged archive raises many kinds of error
        raise BrokenWorkbookError from None
    if unpacked > UNPACKED:
        raise GreedyWorkbookError
    if any(name.lower().startswith("xl/") for name in names) or "content.xml" in names:
        return "workbook"
    if any(name.lower().startswith(("word/", "ppt/")) for name in names):
        return problem.unreadable(path.name, "it is a document, not a workbook", "berkas ini dokumen, bukan buku kerja")
    return problem.unreadable(
        path.name, "it is a compressed archive, unpack it first", "berkas ini arsip terkompresi, bongkar dahulu"
    )


def _holds(path: Path, needle: bytes) -> bool:
    return needle in path.read_bytes()


def _is_binary(head: bytes) -> bool:
    """Control characters beyond those of text; UTF-16 and stray NULs are still text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    control = sum(head.count(byte) for byte in range(1, 32) if byte not in (7, 8, 9, 10, 11, 12, 13, 26, 27))
    return control > len(head) * 0.02


def _text(path: Path, layouts: tuple[Layout, ...], head_only: bool, spill: Path | None) -> Reading:
    table = read_text(path, layouts, head_only)
    about = Reading(
        frame=None,
        rejected=NONE_REJECTED,
        recognition=table.recognition,
        encoding=table.encoding,
        delimiter=table.delimiter,
        heading_row=table.heading_line,
    )
    heading = table.recognition.best
    if table.parts is None or heading is None:
        return _unfit(path, about)
    kept = KeptRows(heading, spill)
    for part in table.parts:
        kept.add(part.rows, part.bad)
    return _numbered(path, replace(about, encoding=table.encoding), heading, kept)


def _workbook(path: Path, layouts: tuple[Layout, ...]) -> Reading:
    book = read_workbook(path, layouts)
    if not book.has_cells:
        return _failed(problem.empty(path.name))
    found = book.recognition.best
    about = Reading(None, NONE_REJECTED, recognition=book.recognition, heading_row=found.row + 1 if found else None)
    if not book.sheets:
        return _unfit(path, about)
    # Each sheet has a heading and an end of its own; their rows follow each other.
    parts: list[pl.DataFrame] = []
    rejected: list[pl.DataFrame] = []
    left_out = 0
    for sheet in book.sheets:
        kept = KeptRows(sheet.heading, None)
        kept.add(sheet.rows, pl.DataFrame(schema=BAD_SCHEMA))
        rows, bad = kept.numbered(None)
        left_out += kept.left_out
        before = sum(part.height + refused.height for part, refused in zip(parts, rejected, strict=True))
        parts.append(rows.lazy().collect().with_columns(pl.col("source_row") + before))
        rejected.append(bad.with_columns(pl.col("source_row") + before))
    first = book.sheets[0].heading
    about = replace(about, heading_row=first.row + 1, left_out=left_out)
    return _finished(path, about, first, pl.concat(parts), pl.concat(rejected))


def _numbered(path: Path, about: Reading, heading: Heading, kept: KeptRows) -> Reading:
    rows, bad = kept.numbered(about.delimiter)
    return _finished(path, replace(about, left_out=kept.left_out), heading, rows, bad)


def _finished(
    path: Path, about: Reading, heading: Heading, rows: pl.DataFrame | pl.LazyFrame, bad: pl.DataFrame
) -> Reading:
    """The reading with its rows, or the problem that there are none."""
    count = rows.height if isinstance(rows, pl.DataFrame) else int(rows.select(pl.len()).collect().item())
    nothing = not count and not bad.height
    return replace(
        about,
        frame=None if nothing else rows,
        rows=count,
        rejected=_rejected(bad),
        layout=heading.layout,
        absent=heading.absent,
        problem=problem.without_rows(path.name) if nothing else None,
    )


def _rejected(bad: pl.DataFrame) -> pl.DataFrame:
    texts = [pl.DataFrame({"reason": [code], "e": [e], "r": [r], "i": [i]}) for code, (e, r, i) in ROW_REASONS.items()]
    return bad.join(pl.concat(texts), on="reason", how="left", maintain_order="left").select(
        "source_row",
        "line",
        pl.col("e").alias("expectation"),
        pl.lit(None, pl.String).alias("column_name"),
        pl.col("r").alias("reason"),
        pl.col("i").alias("reason_id"),
        "raw",
    )


def _unfit(path: Path, about: Reading) -> Reading:
    """A heading that fits no layout: why, and the layout it is nearest to."""
    found = about.recognition or Recognition("no_heading")
    trouble = problem.unfit(path.name, found)
    layout = found.best.layout if found.best else None
    return replace(about, layout=layout, absent=trouble.missing, problem=trouble)


def _failed(trouble: Problem) -> Reading:
    return Reading(None, NONE_REJECTED, problem=trouble)
