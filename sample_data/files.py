"""Writing the files: delimited text of every kind, and workbooks with title and signature rows."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

from sample_data.common import Ints, Rng
from sample_data.offices import MONTHS, Office

SPLIT = "\x01"  # stands for a delimiter too many until the text is made; no name holds it
CREATED = datetime(2026, 11, 20, 8, 0)  # noqa: DTZ001  a workbook's own date, fixed so that bytes repeat
TITLES = {"regency": "REGISTER HASIL VERIFIKASI DAN VALIDASI DTSEN", "decree": "DAFTAR PESERTA PBPU PEMDA"}


def unreadable_rows(rows: int, rate: float, rng: Rng) -> Ints:
    """Which data rows (from 0) get a delimiter too many."""
    return np.flatnonzero(rng.random(rows) < rate).astype(np.int64)


def write_text(frame: pl.DataFrame, path: Path, office: Office, broken: Ints, column: str) -> None:
    """Write delimited text; the rows `broken` get an extra delimiter behind their value of `column`."""
    if len(broken):
        frame = frame.with_columns(frame[column].scatter(broken, frame[column].gather(broken) + SPLIT))
    frame = frame.with_columns(pl.col(pl.String).replace({"": None}))  # an empty cell, not a quoted ""
    buffer = BytesIO()
    frame.write_csv(buffer, separator=office.delimiter, line_terminator=office.newline, quote_style="necessary")
    data = buffer.getvalue().replace(SPLIT.encode(), office.delimiter.encode())
    if office.encoding == "utf-8-sig":
        data = b"\xef\xbb\xbf" + data
    elif office.encoding != "utf-8":
        data = data.decode("utf-8").encode(office.encoding)
    path.write_bytes(data)


def write_workbook(frame: pl.DataFrame, path: Path, office: Office, kind: str, regency: str, as_of: date) -> None:
    """Write a sheet: merged title rows, a blank row, the heading, the data as text, JUMLAH and signature rows."""
    text_only = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), text_only)
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet("DATA")
    bold = book.add_format({"bold": True, "align": "center"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    titles = _titles(kind, regency, as_of)[: office.titles]
    for row, title in enumerate(titles):
        sheet.merge_range(row, 0, row, frame.width - 1, title, bold)
    top = len(titles) + 1 if titles else 0
    sheet.write_row(top, 0, frame.columns, bold)
    rows = 0
    for number, series in enumerate(frame.iter_columns()):
        cells = _with_repeats(series, office.repeat)
        rows = len(cells)
        sheet.write_column(top + 1, number, cells, day if series.dtype == pl.Date else None)
    if office.footer:
        signature = [
            f"{as_of.day} {MONTHS[as_of.month - 1]} {as_of.year}",
            "Kepala Dinas Sosial",
            None,
            "(tanda tangan)",
        ]
        sheet.write_row(top + 1 + rows, 0, ["JUMLAH", None, None, frame.height])
        sheet.write_column(top + 3 + rows, max(0, frame.width - 4), signature)
    if office.recap:
        book.add_worksheet("REKAP").write_row(0, 0, ["JUMLAH JIWA", frame.height])
    book.close()


def _with_repeats(series: pl.Series, every: int) -> list[Any]:
    """A column's cells (None where empty), with a blank cell and the heading again after each `every` rows."""
    cells: list[Any] = series.replace({"": None}).to_list() if series.dtype == pl.String else series.to_list()
    if not every or len(cells) <= every:
        return cells
    joined = cells[:every]
    for start in range(every, len(cells), every):  # a step a printed page
        joined += [None, series.name, *cells[start : start + every]]
    return joined


def _titles(kind: str, regency: str, as_of: date) -> list[str]:
    month = MONTHS[as_of.month - 1]
    return [
        f"PEMERINTAH {regency.upper()}",
        "DINAS SOSIAL",
        TITLES[kind],
        f"PERIODE {month.upper()} {as_of.year}",
        f"Lampiran surat tanggal {as_of.day} {month} {as_of.year}",
    ]
