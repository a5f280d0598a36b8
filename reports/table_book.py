"""Any tables as a workbook: a sheet a table, every text a text cell, the same rows the same bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

from reports.sheet import Column, fill
from reports.words import plain

NARROWEST, WIDEST = 8, 60
LOOKED_AT = 200  # rows that a column's width is taken from
SOME_DAY = date(2000, 1, 1)  # a workbook says when it was made; one without a day of its own says this


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name (31 characters at most), its rows and its columns."""

    name: str
    frame: pl.DataFrame
    columns: tuple[Column, ...]


def columns_for(frame: pl.DataFrame, headings: dict[str, str] | None = None) -> tuple[Column, ...]:
    """A column for each of a frame's, under its own name or that of `headings`, as wide as its first rows."""
    found = []
    for name, dtype in frame.schema.items():
        heading = (headings or {}).get(name, name)
        widest = frame[name].head(LOOKED_AT).cast(pl.String).str.len_chars().max()
        width = max(len(heading) + 3, widest if isinstance(widest, int) else 0, NARROWEST)
        kind = "number" if dtype.is_numeric() else "date" if dtype == pl.Date else "text"
        found.append(Column(name, heading, min(width + 1, WIDEST), kind))  # type: ignore[arg-type]
    return tuple(found)


def write_tables(path: Path, title: str, as_of: date | None, sheets: list[Sheet], foot: str | None = None) -> Path:
    """Write the sheets to a workbook at `path` and return it; raises OSError when that cannot be done.

    No cell is ever a formula or a link. as_of: the day that the workbook says it was made on.
    foot: what stands below each printed sheet; without it that the workbook holds personal data.
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = as_of or SOME_DAY
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})  # noqa: DTZ001
    base = {"valign": "top", "font_name": "Calibri", "font_size": 10}
    heading = book.add_format({**base, "bold": True, "bg_color": "#0A4F4C", "font_color": "#FFFFFF", "text_wrap": True})
    whole = book.add_format({**base, "num_format": "#,##0"})
    part = book.add_format({**base, "num_format": "#,##0.####"})
    formats = {
        "text": book.add_format({**base, "num_format": "@"}),
        "date": book.add_format({**base, "num_format": "dd-mm-yyyy", "align": "left"}),
    }
    long: dict[str, tuple[pl.DataFrame, tuple[Column, ...], int]] = {}
    for number, one in enumerate(sheets, 1):
        sheet = book.add_worksheet(one.name)
        for place, column in enumerate(one.columns):
            style = whole if one.frame.schema[column.field].is_integer() else part
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, heading)
            sheet.write_blank(1, place, None, formats.get(column.kind, style))
        if one.columns:
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(one.frame.height, 1), len(one.columns) - 1)
            sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{max(one.frame.height, 1) + 1}"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer(f"&L{foot or plain('book_private')}&R&P / &N")
        long[f"sheet{number}"] = (one.frame, one.columns, 2)
    book.close()
    fill(made, path, long)
    return path
