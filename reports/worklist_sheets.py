"""The sheets of a worklist workbook that officers work on: instructions, a sheet a district, and the hidden one."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped, unused-ignore]

from reports import form
from reports.long_sheet import PROTECTED, TITLE, TONES, fit_row, long_sheet
from reports.return_form import (
    AUTHOR_LABEL,
    FACTS,
    FORM,
    HIDDEN,
    HIDDEN_COLUMNS,
    HIDDEN_TOP,
    WORKLIST_COLUMNS,
    row_checksums,
)
from reports.sheet import MAX_ROWS, Column
from reports.tables import ReportTables
from reports.words import plain
from reports.worklist import PRIORITIES, UNLIKE, Worklist
from schemas.verdicts import CHOICES, VERDICTS, words_of

Long = dict[str, tuple[pl.DataFrame, tuple[Column, ...], int]]
LONGEST = 5_000  # rows of a district's sheet; a longer one is a sheet a village
LONGEST_NAME = 31  # letters of a sheet's name
HEADING = 1  # row of the headings, from 0, under the line that sums up the sheet
PLACES = {column.field: place for place, column in enumerate(WORKLIST_COLUMNS)}


def district_sheets(book: Any, formats: dict[str, Any], worklist: Worklist) -> Long:
    """A sheet a district, of a long one a sheet a village; what the long sheets are to be filled with.

    What belongs to no regency of the province stands in one sheet. A sheet's rows stand by priority.
    """
    long: Long = {}
    taken: set[str] = {plain(f"sheet_{name}").lower() for name in ("instructions", "summary", "quarantine", "glossary")}
    for name, title, rows in _parts(worklist):
        sheet = long_sheet(book, formats, _free_name(name, taken), WORKLIST_COLUMNS, rows, HEADING)
        counts = _counts(rows)
        sheet.write_string(0, 0, f"{title}: {_counted(counts)}", formats["h2"])
        sheet.freeze_panes(HEADING + 1, PLACES["name"])
        sheet.set_column(PLACES["choice"], PLACES["choice"], 8, None, {"hidden": True})
        # On paper: what an officer reads and fills in, two sheets wide; all on one would be too small to read.
        sheet.print_area(0, 0, HEADING + max(rows.height, 1), PLACES["author"])
        sheet.fit_to_pages(2, 0)
        sheet.print_across()
        _choices(sheet, formats, rows.height)
        _page_breaks(sheet, counts)
        sheet.protect("", PROTECTED)
        long[f"sheet{len(book.worksheets())}"] = (rows, WORKLIST_COLUMNS, HEADING + 2)
    return long


def _parts(worklist: Worklist) -> list[tuple[str, str, pl.DataFrame]]:
    """Name, title and rows of each sheet, by district and village; one empty sheet where there is nothing to do."""
    everything = plain("sheet_worklist")
    if not worklist.own or not worklist.rows.height:
        slices = range(0, max(worklist.rows.height, 1), MAX_ROWS)
        return [(everything, worklist.place_name, worklist.rows.slice(start, MAX_ROWS)) for start in slices]
    parts = []
    for (district,), rows in _by(worklist.rows, "district"):
        name = district or plain("sheet_no_district")
        title = plain("title_district", district=name) if district else name
        if rows.height <= LONGEST:
            parts.append((name, title, rows))
            continue
        for (village,), some in _by(rows, "village"):
            place = village or plain("sheet_no_village")
            parts.append((f"{name[:14]} {place}", plain("title_village", village=place, title=title), some))
    return parts


def _by(rows: pl.DataFrame, column: str) -> list[tuple[tuple[Any, ...], pl.DataFrame]]:
    """The rows of each value, in the order of the values, those without one last."""
    groups = rows.partition_by(column, as_dict=True, maintain_order=True)
    return sorted(groups.items(), key=lambda group: (group[0][0] is None, group[0][0] or ""))


def _free_name(name: str, taken: set[str]) -> str:
    """A sheet's name that a workbook can have, and no other sheet has."""
    bare = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:LONGEST_NAME].strip(" '") or plain("sheet_worklist")
    free, number = bare, 1
    while free.lower() in taken:
        number += 1
        free = f"{bare[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(free.lower())
    return free


def _counts(rows: pl.DataFrame) -> list[int]:
    """How many rows of each priority there are, in their order."""
    counts = dict(rows["priority"].value_counts().iter_rows())
    return [counts.get(priority, 0) for priority in PRIORITIES.values()]


def _counted(counts: list[int]) -> str:
    """The counts in words, and where in the sheet the rows begin."""
    begins = HEADING + 2
    texts = []
    for priority, count in zip(PRIORITIES.values(), counts, strict=True):
        where = f" ({plain('from_row', row=form.number(begins))})" if count else ""
        texts.append(f"{priority} {form.number(count)}{where}")
        begins += count
    return "; ".join(texts)


def _page_breaks(sheet: Any, counts: list[int]) -> None:
    """On paper each priority begins on a page of its own."""
    ends = [HEADING + 1 + sum(counts[:number]) for number in (1, 2)]
    breaks = sorted({end for end in ends if HEADING + 1 < end < HEADING + 1 + sum(counts)})
    if breaks:
        sheet.set_h_pagebreaks(breaks)


def _choices(sheet: Any, formats: dict[str, Any], rows: int) -> None:
    """The verdicts that each row can have, and the colours of priorities and of what differs."""
    first, last = HEADING + 1, HEADING + max(rows, 1)
    asked = xl_rowcol_to_cell(first, PLACES["choice"], row_abs=False, col_abs=True)
    source = f'=IF({asked}="O",putusan_O,IF({asked}="G",putusan_G,putusan_T))'
    place = PLACES["verdict"]
    sheet.data_validation(
        first, place, last, place,
        {"validate": "list", "source": source, "error_title": "Putusan",
         "error_message": "Pilih salah satu putusan dari daftar.", "input_title": "Putusan",
         "input_message": "Pilih dari daftar; artinya ada di lembar Petunjuk."},
    )  # fmt: skip
    for label, _, _ in TONES:
        rule = {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": formats[label]}
        sheet.conditional_format(first, 0, last, 0, rule)
    for field in ("ours", "theirs"):
        rule = {"type": "text", "criteria": "containing", "value": UNLIKE, "format": formats["unlike"]}
        sheet.conditional_format(first, PLACES[field], last, PLACES[field], rule)


def instructions(book: Any, formats: dict[str, Any], tables: ReportTables, worklist: Worklist) -> None:
    """The first sheet: who fills the workbook in, how, and what each verdict does."""
    sheet = book.add_worksheet(plain("sheet_instructions"))
    sheet.hide_gridlines(2)
    widths = (24, 90, 70)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_row(0, TITLE)
    sheet.write_string(0, 0, plain("book_title", place=worklist.place_name), formats["title"])
    sheet.write_string(1, 0, plain("as_of", date=form.long_date(tables.run["as_of"][0])), formats["plain"])
    sheet.write_string(2, 0, plain("book_private"), formats["warn"])
    sheet.write_string(4, 0, AUTHOR_LABEL, formats["h2"])
    sheet.write_blank(4, 1, None, formats["input"])
    sheet.write_string(5, 1, plain("book_author"), formats["wrap"])
    sheet.write_string(7, 0, plain("book_how"), formats["h2"])
    keys = ("book_how_1", "book_unlike", "book_how_2", "book_how_3", "book_how_4", "book_how_5", "book_money")
    for step, key in enumerate(keys, 1):
        sheet.write_number(7 + step, 0, step, formats["number"])
        sheet.write_string(7 + step, 1, plain(key), formats["wrap"])
        sheet.write_string(7 + step, 2, plain(key, "en"), formats["wrap"])
        fit_row(sheet, 7 + step, zip((plain(key), plain(key, "en")), widths[1:], strict=True))
    row = 9 + len(keys)
    for place, head in enumerate(("Putusan", "Arti dan akibatnya", "English")):
        sheet.write_string(row, place, head, formats["heading"])
    for at, verdict in enumerate(VERDICTS, row + 1):
        texts = (verdict.word, verdict.meaning_id, verdict.meaning_en)
        fit_row(sheet, at, zip(texts, widths, strict=True))
        for place, text in enumerate(texts):
            sheet.write_string(at, place, text, formats["wrap"])
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def hidden_sheet(book: Any, formats: dict[str, Any], tables: ReportTables, worklist: Worklist) -> Long:
    """The sheet that `padan read-back` knows the workbook by: run, findings, the checksum of each row; the choices."""
    sheet = book.add_worksheet(HIDDEN)
    facts = (FORM, tables.run["run_id"][0], tables.province_code, worklist.place_code)
    for row, (word, value) in enumerate(zip(FACTS, facts, strict=True)):
        sheet.write_string(row, 0, word)
        sheet.write_string(row, 1, value or "", formats["text"])
    for row, choice in enumerate(CHOICES):
        words, start = words_of(choice), len(HIDDEN_COLUMNS) + 1
        for place, word in enumerate(words, start):
            sheet.write_string(row, place, word)
        ends = f"${xl_col_to_name(start)}${row + 1}:${xl_col_to_name(start + len(words) - 1)}${row + 1}"
        book.define_name(f"putusan_{choice}", f"={HIDDEN}!{ends}")
    for place, column in enumerate(HIDDEN_COLUMNS):
        sheet.write_string(HIDDEN_TOP, place, column.heading)
        sheet.write_blank(HIDDEN_TOP + 1, place, None, formats[column.kind])
    sheet.protect("")
    sheet.hide()
    known = worklist.rows.with_columns(row_checksums(worklist.rows)).head(MAX_ROWS)
    return {f"sheet{len(book.worksheets())}": (known, HIDDEN_COLUMNS, HIDDEN_TOP + 2)}
