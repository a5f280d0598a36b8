"""The workbook that goes back to a sender: grade and counts, rows to correct, what was marked, the months before."""

from __future__ import annotations

import io
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

from reports import form
from reports.feedback_rows import Feedback, collect_feedback
from reports.long_sheet import PROTECTED, TITLE, fit_row, formats_of, long_sheet
from reports.sheet import Column, fill
from reports.words import plain
from reports.workbook import write_line
from reports.written import whole
from schemas.grades import load_grades

ROW_COLUMNS = (
    Column("title", "Sumber", 30),
    Column("file", "Berkas", 30),
    Column("source_row", "Baris data", 11, "number"),
    Column("line", "Baris berkas ±", 13, "number"),
    Column("column", "Kolom", 20),
    Column("written", "Yang tertulis", 50),
    Column("reason", "Alasan", 50),
    Column("correct", "Perbaikan", 50),
    Column("answer", "Catatan pengirim", 30, "input"),
)
MARK_COLUMNS = tuple(
    Column("text", column.heading, column.width) if column.field == "reason" else column for column in ROW_COLUMNS
)
MONTH_COLUMNS = (
    Column("month_name", "Bulan", 18),
    Column("title", "Sumber", 38),
    Column("nights", "Malam", 9, "number"),
    Column("rows_read", "Baris", 12, "number"),
    Column("rows_accepted", "Layak pakai", 12, "number"),
    Column("rows_quarantined", "Dikarantina", 12, "number"),
    Column("missing", "Tanpa NIK", 12),
    Column("grade", "Nilai", 8),
    Column("worst", "Nilai terburuk", 14),
    Column("stale", "Data lama per", 20),
)
# Grades in the tones of the page.
TONES = {
    "A": ("#E2F1E9", "#12583A"), "B": ("#E2F1E9", "#12583A"), "C": ("#FBEFD6", "#6E4300"),
    "D": ("#FBEFD6", "#6E4300"), "E": ("#FBE6E2", "#8A1F13"), "F": ("#FBE6E2", "#8A1F13"),
}  # fmt: skip

WIDTHS = (40, 34, 9, 12, 12, 12, 12, 64)  # characters of the summary's columns


def write_feedback(con: duckdb.DuckDBPyConnection, folder: Path, run_id: str, as_of: date, province: str) -> list[Path]:
    """Write a workbook a sender into `folder`, made if need be; gives the files written, by name.

    con: a published (or the work) database, only read. Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    books = []
    for feedback in collect_feedback(con, run_id, as_of, province):
        books.append(folder / feedback.office.book)
        whole(books[-1], partial(write_book, feedback=feedback, as_of=as_of))
    return books


def write_book(path: Path, feedback: Feedback, as_of: date) -> Path:
    """Write one sender's workbook; the same rows give the same bytes.

    Every value of a row is a text cell, never a formula or a link. Raises OSError when it cannot be written.
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made_on = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001  a constant: same input, same bytes
    book.set_properties({"title": plain("feedback_title", sender=feedback.office.name), "created": made_on})
    formats = formats_of(book)
    for grade, (fill_color, color) in TONES.items():
        more = {"bold": True, "bg_color": fill_color, "font_color": color, "align": "center", "valign": "top"}
        formats[f"grade_{grade}"] = book.add_format(more)
    formats["input"].set_locked(False)
    _summary(book, formats, feedback, as_of)
    rows = feedback.rows
    sheet = long_sheet(book, formats, plain("sheet_correct"), ROW_COLUMNS, rows)
    sheet.protect("", PROTECTED)
    marks = long_sheet(book, formats, plain("sheet_marks"), MARK_COLUMNS, feedback.marks)
    marks.protect("", PROTECTED)
    months = _months(feedback.months)
    history = long_sheet(book, formats, plain("sheet_months"), MONTH_COLUMNS, months)
    history.protect("", PROTECTED)
    _tones(history, formats, months.height, (7, 8))
    book.close()
    long = [(rows, ROW_COLUMNS, 2), (feedback.marks, MARK_COLUMNS, 2), (months, MONTH_COLUMNS, 2)]
    fill(made, path, {f"sheet{number}": part for number, part in enumerate(long, 2)})
    return path


def _months(months: pl.DataFrame) -> pl.DataFrame:
    """The months with their names, shares and dates as the sheet shows them."""
    shown = [
        {
            "month_name": f"{form.MONTHS['id'][row['month'].month - 1]} {row['month'].year}",
            "missing": form.percent(row["nik_missing"] / row["nik_rows"]) if row["nik_rows"] else form.DASH,
            "stale": form.long_date(row["stale_since"]) if row["stale_since"] else None,
        }
        for row in months.iter_rows(named=True)  # a row a month and kind, not a row of data
    ]
    schema = {"month_name": pl.String, "missing": pl.String, "stale": pl.String}
    return months.hstack(pl.DataFrame(shown, schema=schema))


def _tones(sheet: Any, formats: dict[str, Any], rows: int, places: tuple[int, ...]) -> None:
    for place in places:
        for grade in TONES:
            rule = {"type": "cell", "criteria": "==", "value": f'"{grade}"', "format": formats[f"grade_{grade}"]}
            sheet.conditional_format(1, place, max(rows, 1), place, rule)


def _summary(book: Any, formats: dict[str, Any], feedback: Feedback, as_of: date) -> None:
    """The first sheet: the files and their grades, the reasons with what to correct, what was marked, how to answer."""
    sheet = book.add_worksheet(plain("sheet_summary"))
    sheet.hide_gridlines(2)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.set_row(0, TITLE)
    sheet.write_string(0, 0, plain("feedback_title", sender=feedback.office.name), formats["title"])
    sheet.write_string(1, 0, plain("as_of", date=form.long_date(as_of)), formats["plain"])
    sheet.write_string(2, 0, plain("book_private"), formats["warn"])
    row = _files(sheet, formats, feedback, 4)
    row = _block(sheet, formats, row, plain("feedback_correct"), ("Alasan", "Perbaikan", "Baris"),
                 [(one["reason"], one["correct"], one["row_count"]) for one in feedback.counts.iter_rows(named=True)],
                 plain("feedback_correct_none"))  # fmt: skip
    marked = [
        (one["text"], one["correct"], one["unexpected"], one["evaluated"], one["file"])
        for one in feedback.marked.iter_rows(named=True)
    ]
    heads = ("Yang perlu diperiksa", "Saran", "Baris", "Diperiksa", "Berkas")
    row = _block(sheet, formats, row, plain("feedback_marked"), heads, marked, plain("feedback_marked_none"))
    row = _block(sheet, formats, row, plain("feedback_grades"), ("Ukuran", "", "A", "B", "C", "D"), _scale(), "")
    sheet.write_string(row - 1, 0, plain("feedback_scale_note"), formats["plain"])
    sheet.write_string(row + 1, 0, plain("feedback_how"), formats["h2"])
    for step, key in enumerate(("feedback_how_1", "feedback_how_2", "feedback_how_3", "feedback_how_4"), 2):
        sheet.write_string(row + step, 0, f"{step - 1}. {plain(key)}", formats["plain"])
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _files(sheet: Any, formats: dict[str, Any], feedback: Feedback, row: int) -> int:
    """The files with grade, counts and reason; gives the next free row."""
    heads = ("Berkas", "Sumber", "Nilai", "Baris", "Layak pakai", "Dikarantina", "Tanpa NIK", "Alasan nilai")
    sheet.write_string(row, 0, plain("feedback_files"), formats["h2"])
    for place, head in enumerate(heads):
        sheet.write_string(row + 1, place, head, formats["heading"])
    row += 2
    for one in feedback.files.iter_rows(named=True):
        share = one["nik_missing"] / one["nik_rows"] if one["nik_rows"] else None
        sheet.write_string(row, 0, one["file"], formats["wrap"])
        sheet.write_string(row, 1, one["title"], formats["wrap"])
        grade = one["grade"]
        sheet.write_string(row, 2, grade or form.DASH, formats[f"grade_{grade}"] if grade else formats["plain"])
        for place, name in enumerate(("rows_read", "rows_accepted", "rows_quarantined"), 3):
            sheet.write_number(row, place, one[name] or 0, formats["number"])
        sheet.write_string(row, 6, form.percent(share), formats["plain"])
        sheet.write_string(row, 7, said_of_file(one), formats["wrap"])
        fit_row(sheet, row, ((one["file"], WIDTHS[0]), (one["title"], WIDTHS[1]), (said_of_file(one), WIDTHS[7])))
        row += 1
    return row + 1


def said_of_file(row: dict[str, Any]) -> str:
    """What made the grade, and what became of a refused file, in Indonesian."""
    reason = row["reason_id"] or ""
    if row["verdict"] == "stood_in":
        return f"{reason} {plain('feedback_stale', date=form.long_date(row['stale_since']))}"
    if row["verdict"] == "refused":
        return f"{reason} {plain('feedback_refused')}"
    return reason


def _block(
    sheet: Any, formats: dict[str, Any], row: int, title: str, heads: tuple[str, ...], lines: list[tuple[Any, ...]],
    none: str,
) -> int:  # fmt: skip
    """A small table, or a sentence where there is nothing to show; gives the next free row."""
    sheet.write_string(row, 0, title, formats["h2"])
    if not lines:
        sheet.write_string(row + 1, 0, none, formats["plain"])
        return row + 3
    for place, head in enumerate(heads):
        sheet.write_string(row + 1, place, head, formats["heading"])
    for at, line in enumerate(lines, row + 2):
        fit_row(sheet, at, ((text, width) for text, width in zip(line, WIDTHS, strict=False) if isinstance(text, str)))
        write_line(sheet, at, line, formats["wrap"], formats["number"])
    return row + 3 + len(lines)


def _scale() -> list[tuple[Any, ...]]:
    """What each measure asks for."""
    return [
        (plain(f"measure_{one.name}"), "", *(f"≥ {form.target(least)}" for least in one.at_least.values()))
        for one in load_grades().measures
    ]
