"""Long sheets of the workbooks: their formats, headings, filter, widths and print set-up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import polars as pl
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped, unused-ignore]

from reports.sheet import HIGHEST, LINE, Column
from reports.words import plain

# Headings and what padan wrote stay as they are; the reader may filter, sort, widen, and fill in what is to be.
PROTECTED = {
    "autofilter": True, "sort": True, "format_columns": True, "format_rows": True,
    "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip
INPUT = "#FFF8E1"
TITLE = 24  # points: the height of the row of a sheet's title
TONES = (
    ("SEGERA", "#FBE6E2", "#8A1F13"),
    ("BULAN INI", "#FBEFD6", "#6E4300"),
    ("PERAPIHAN", "#E8EDF1", "#37485A"),
)


def formats_of(book: Any) -> dict[str, Any]:
    """The formats of all sheets of a workbook by name; those of the kinds of column are called like them."""
    base: dict[str, Any] = {"valign": "top", "font_name": "Calibri", "font_size": 10}
    made: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 16, "font_color": "#0A4F4C"},
        "h2": {"bold": True, "font_size": 12, "font_color": "#0A4F4C"},
        "plain": {},
        "wrap": {"text_wrap": True},
        "warn": {"bold": True, "font_color": "#A3281B"},
        "heading": {
            "bold": True,
            "bg_color": "#0A4F4C",
            "font_color": "#FFFFFF",
            "text_wrap": True,
            "valign": "vcenter",
        },
        "heading_input": {"bold": True, "bg_color": "#8A5400", "font_color": "#FFFFFF", "valign": "vcenter"},
        "text": {"num_format": "@"},
        "number": {"num_format": "#,##0"},
        "date": {"num_format": "dd-mm-yyyy", "align": "left"},
        "long": {"num_format": "@", "text_wrap": True},
        "input": {"num_format": "@", "bg_color": INPUT, "border": 1, "border_color": "#E5D9B0", "text_wrap": True},
        "input_date": {"num_format": "dd-mm-yyyy", "bg_color": INPUT, "border": 1, "border_color": "#E5D9B0"},
        "unlike": {"bg_color": "#FFE3B3", "font_color": "#6E2C00"},
        "total": {"bold": True, "top": 1},
        "total_number": {"bold": True, "top": 1, "num_format": "#,##0"},
    }
    formats = {name: book.add_format({**base, **more}) for name, more in made.items()}
    for label, fill_color, color in TONES:
        formats[label] = book.add_format({"bg_color": fill_color, "font_color": color, "bold": True})
    return formats


def long_sheet(
    book: Any, formats: dict[str, Any], name: str, columns: tuple[Column, ...], rows: pl.DataFrame, top: int = 0
) -> Any:
    """A sheet with its headings in row `top` (from 0), filter, widths and model row below; its data come afterwards."""
    sheet = book.add_worksheet(name)
    for place, column in enumerate(columns):
        style = "heading_input" if column.kind in ("input", "input_date") else "heading"
        sheet.set_column(place, place, column.width)
        sheet.write_string(top, place, column.heading, formats[style])
        sheet.write_blank(top + 1, place, None, formats[column.kind])
    sheet.set_row(top, 24)
    last = top + max(rows.height, 1)
    # Excel would put a green corner on every NIK.
    sheet.ignore_errors({"number_stored_as_text": f"A{top + 1}:{xl_col_to_name(len(columns) - 1)}{last + 1}"})
    sheet.freeze_panes(top + 1, 2)
    sheet.autofilter(top, 0, last, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_footer(f"&L{plain('book_private')}&R&P / &N")
    return sheet


def fit_row(sheet: Any, row: int, texts: Iterable[tuple[str | None, float]]) -> None:
    """Make a row as high as its wrapped texts need, each with the width of its column in characters."""
    lines = max(sum(max(math.ceil(len(part) / width), 1) for part in (text or "").split("\n")) for text, width in texts)
    sheet.set_row(row, min(lines * LINE + 1.5, HIGHEST))
