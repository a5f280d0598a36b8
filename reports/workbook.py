"""The workbook of one regency: summary, worklist with a verdict to choose, other findings, quarantine, glossary."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter  # type: ignore[import-untyped, unused-ignore]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped, unused-ignore]

from reports import form
from reports.labels import column_names, source_title
from reports.sheet import MAX_ROWS, Column, fill
from reports.tables import ReportTables
from reports.words import glossary, plain
from reports.worklist import PRIORITIES, Worklist

VERDICTS = ("SETUJU", "TOLAK", "TUNDA", "SUDAH DIPERBAIKI")
WORKLIST_COLUMNS = (
    Column("priority", "Prioritas", 12),
    Column("code", "Kode", 7),
    Column("term", "Temuan", 32),
    Column("action", "Tindakan", 40),
    Column("actor", "Pelaksana", 22),
    Column("nik", "NIK", 18),
    Column("kk", "No. KK", 18),
    Column("card", "No. kartu JKN", 15),
    Column("name", "Nama", 30),
    Column("birth_date", "Tanggal lahir", 12, "date"),
    Column("district", "Kecamatan", 20),
    Column("village", "Desa/kelurahan", 22),
    Column("address", "Alamat", 30),
    Column("segment", "Segmen JKN", 14),
    Column("detail", "Penjelasan", 55),
    Column("ours", "Menurut Dinsos", 50),
    Column("theirs", "Menurut BPJS/Dukcapil", 50),
    Column("places", "Berkas dan baris", 34),
    Column("rupiah_per_month", "Rp per bulan", 13, "number"),
    Column("primary", "Utama", 8),
    Column("codes", "Semua kode orang ini", 22),
    Column("first_seen", "Ditemukan sejak", 14, "date"),
    Column("finding_id", "ID Temuan", 20),
    Column("verdict", "Putusan", 18, "input"),
    Column("remark", "Catatan", 36, "input"),
)
QUARANTINE_COLUMNS = (
    Column("title", "Sumber", 34),
    Column("file", "Berkas", 34),
    Column("source_row", "Baris data", 11, "number"),
    Column("line", "Baris berkas", 12, "number"),
    Column("column", "Kolom", 18),
    Column("reason", "Alasan", 55),
    Column("raw", "Isi baris", 90),
)
INPUT = "#FFF8E1"
TONES = (
    ("SEGERA", "#FBE6E2", "#8A1F13"),
    ("BULAN INI", "#FBEFD6", "#6E4300"),
    ("PERAPIHAN", "#E8EDF1", "#37485A"),
)


def write_worklist(path: Path, tables: ReportTables, worklist: Worklist) -> Path:
    """Write the workbook of one place to `path` and return it; the same rows give the same bytes.

    Numbers of people and cards are text cells; no data cell is ever a formula or a link. A sheet holds at most
    1,000,000 findings, what is beyond goes to further sheets; the findings that stand apart (`Worklist.others`) have a
    sheet of their own. Raises OSError when the file cannot be written.
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    as_of = tables.run["as_of"][0]
    made_on = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001  a constant: same input, same bytes
    book.set_properties({"title": plain("book_title", place=worklist.place_name), "created": made_on})
    formats = formats_of(book)
    _summary(book, formats, tables, worklist)
    long: dict[str, tuple[pl.DataFrame, tuple[Column, ...], int]] = {}
    lists = [
        (plain("sheet_worklist") + (f" {number + 1}" if number else ""), worklist.findings.slice(start, MAX_ROWS))
        for number, start in enumerate(range(0, max(worklist.findings.height, 1), MAX_ROWS))
    ]
    for name, rows in [*lists, (plain("sheet_others"), worklist.others)]:
        sheet = long_sheet(book, formats, name, WORKLIST_COLUMNS, rows)
        _choices(sheet, formats, rows.height)
        long[f"sheet{len(book.worksheets())}"] = (rows, WORKLIST_COLUMNS, 2)
    set_aside = _set_aside(worklist.quarantine.head(MAX_ROWS))
    long_sheet(book, formats, plain("sheet_quarantine"), QUARANTINE_COLUMNS, set_aside)
    long[f"sheet{len(book.worksheets())}"] = (set_aside, QUARANTINE_COLUMNS, 2)
    _glossary(book, formats, tables)
    book.close()
    fill(made, path, long)
    return path


def _set_aside(quarantine: pl.DataFrame) -> pl.DataFrame:
    """The quarantined rows with the names of source and columns in place of their codes."""
    pairs = quarantine.select("source", "column_name").unique()
    # The distinct pairs only: a handful, whatever the number of rows.
    named = [(*pair, source_title(pair[0]), column_names(*pair)) for pair in pairs.iter_rows()]
    schema = dict.fromkeys(("source", "column_name", "title", "column"), pl.String)
    names = pl.DataFrame(named, schema=schema, orient="row")
    return quarantine.join(names, on=["source", "column_name"], how="left", nulls_equal=True, maintain_order="left")


def formats_of(book: Any) -> dict[str, Any]:
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
        "input": {"num_format": "@", "bg_color": INPUT, "border": 1, "border_color": "#E5D9B0"},
        "total": {"bold": True, "top": 1},
        "total_number": {"bold": True, "top": 1, "num_format": "#,##0"},
    }
    formats = {name: book.add_format({**base, **more}) for name, more in made.items()}
    for label, fill_color, color in TONES:
        formats[label] = book.add_format({"bg_color": fill_color, "font_color": color, "bold": True})
    return formats


def long_sheet(book: Any, formats: dict[str, Any], name: str, columns: tuple[Column, ...], rows: pl.DataFrame) -> Any:
    """A sheet with its headings, filter, widths and model row; its data come afterwards."""
    sheet = book.add_worksheet(name)
    for place, column in enumerate(columns):
        style = "heading_input" if column.kind == "input" else "heading"
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, formats[style])
        sheet.write_blank(1, place, None, formats[column.kind])
    sheet.set_row(0, 24)
    # Excel would put a green corner on every NIK.
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(columns) - 1)}{max(rows.height, 1) + 1}"})
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(rows.height, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{plain('book_private')}&R&P / &N")
    return sheet


def _choices(sheet: Any, formats: dict[str, Any], rows: int) -> None:
    """The verdict's drop-down and the colours of the priorities."""
    place = next(n for n, column in enumerate(WORKLIST_COLUMNS) if column.field == "verdict")
    sheet.data_validation(
        1, place, max(rows, 1), place,
        {"validate": "list", "source": list(VERDICTS), "error_title": "Putusan",
         "error_message": "Pilih salah satu putusan dari daftar.", "input_title": "Putusan",
         "input_message": "SETUJU, TOLAK, TUNDA, atau SUDAH DIPERBAIKI"},
    )  # fmt: skip
    for label, _, _ in TONES:
        rule = {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": formats[label]}
        sheet.conditional_format(1, 0, max(rows, 1), 0, rule)


def _summary(book: Any, formats: dict[str, Any], tables: ReportTables, worklist: Worklist) -> None:
    """The first sheet: what is to be done, by priority, code, actor and district, and how to answer."""
    sheet = book.add_worksheet(plain("sheet_summary"))
    sheet.hide_gridlines(2)
    for place, width in enumerate((34, 34, 14, 14, 18)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, plain("book_title", place=worklist.place_name), formats["title"])
    sheet.write_string(1, 0, plain("as_of", date=form.long_date(tables.run["as_of"][0])), formats["plain"])
    sheet.write_string(2, 0, plain("book_private"), formats["warn"])
    row = 4
    for title, heads, lines, total in _summary_blocks(worklist):
        if not lines:
            continue
        sheet.write_string(row, 0, title, formats["h2"])
        for place, head in enumerate(heads):
            sheet.write_string(row + 1, place, head, formats["heading"])
        row += 2
        for line in lines:
            write_line(sheet, row, line, formats["plain"], formats["number"])
            row += 1
        if total:
            write_line(sheet, row, total, formats["total"], formats["total_number"])
            row += 1
        row += 1
    sheet.write_string(row, 0, plain("book_how"), formats["h2"])
    for step, key in enumerate(("book_how_1", "book_others", "book_how_2", "book_how_3", "book_money"), 1):
        sheet.write_string(row + step, 0, f"{step}. {plain(key)}", formats["plain"])
    if worklist.others.height < worklist.others_found:
        counts = {"shown": form.number(worklist.others.height), "found": form.number(worklist.others_found)}
        sheet.write_string(row + 6, 0, plain("book_more", **counts, query=worklist.query), formats["warn"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def write_line(sheet: Any, row: int, values: tuple[Any, ...], text: Any, number: Any) -> None:
    for place, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(row, place, value, text)
        elif value is not None:
            sheet.write_number(row, place, value, number)


Block = tuple[str, tuple[str, ...], list[tuple[Any, ...]], tuple[Any, ...] | None]


def _summary_blocks(worklist: Worklist) -> list[Block]:
    """Title, headings, lines and total line of each small table of the summary."""
    found = worklist.counts.with_columns(pl.col("district").fill_null("(tidak diketahui)"))
    sums = (pl.col("n").sum().cast(pl.Int64), pl.col("rupiah").sum())
    by_code = found.group_by("severity", "code", "term").agg(sums).sort("severity", "code")
    by_actor = found.group_by("actor").agg(sums).sort(["n", "actor"], descending=[True, False])
    levels = [
        pl.col("n").filter(pl.col("severity") == level).sum().cast(pl.Int64).alias(name)
        for level, name in PRIORITIES.items()
    ]
    by_district = found.group_by("district").agg(*levels, pl.col("rupiah").sum()).sort("district")
    levelled = {row[0]: row[1:] for row in found.group_by("priority").agg(sums).iter_rows()}
    total = (int(found["n"].sum()), int(found["rupiah"].sum()))
    aside = (
        worklist.quarantine.group_by("source", "reason")
        .len()
        .sort(["len", "source", "reason"], descending=[True, False, False])
    )
    return [
        ("Menurut prioritas", ("Prioritas", "", "Jumlah", "Rp per bulan"),
         [(name, plain(f"severity_{level}_note"), *levelled.get(name, (0, 0))) for level, name in PRIORITIES.items()],
         ("Jumlah", "", *total)),
        ("Menurut jenis temuan", ("Kode", "Temuan", "Prioritas", "Jumlah", "Rp per bulan"),
         [(row["code"], row["term"] or "", PRIORITIES.get(row["severity"], ""), row["n"], row["rupiah"])
          for row in by_code.iter_rows(named=True)], None),
        ("Menurut pelaksana", ("Pelaksana", "", "Jumlah", "Rp per bulan"),
         [(actor or form.DASH, "", n, rupiah) for actor, n, rupiah in by_actor.iter_rows()], None),
        ("Menurut kecamatan", ("Kecamatan", *PRIORITIES.values(), "Rp per bulan"), list(by_district.iter_rows()), None),
        ("Baris dikarantina", ("Sumber", "Alasan", "Baris"),
         [(source_title(source), reason or "", n) for source, reason, n in aside.iter_rows()], None),
    ]  # fmt: skip


def _glossary(book: Any, formats: dict[str, Any], tables: ReportTables) -> None:
    """The last sheet: every class of finding, then the general terms."""
    sheet = book.add_worksheet(plain("sheet_glossary"))
    heads = (
        ("Kode", 10), ("Istilah", 30), ("English", 30), ("Rumusan", 60), ("Prioritas", 12), ("Pelaksana", 22),
        ("Tindakan", 40), ("Sumber dana", 18), ("Rupiah (English)", 34), ("Dapat diuji malam ini", 40),
    )  # fmt: skip
    for place, (head, width) in enumerate(heads):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, formats["heading"])
    sheet.freeze_panes(1, 1)
    row = 1
    for kind in tables.types.sort("code").iter_rows(named=True):
        testable = "ya" if kind["testable"] is not False else "tidak"
        told = (
            kind["code"], kind["term_id"], kind["term_en"], kind["definition"], PRIORITIES.get(kind["severity"]),
            kind["actor"], kind["action"], kind["payer"], kind["rupiah_rule"],
            ": ".join(part for part in (testable, kind["not_testable_reason"]) if part),
        )  # fmt: skip
        for place, text in enumerate(told):
            sheet.write_string(row, place, text or "", formats["wrap"])
        row += 1
    for one in glossary():
        for place, text in enumerate((one["word"], one["id"], one["en"])):
            sheet.write_string(row + 1, place if place == 0 else (3 if place == 1 else 2), text, formats["wrap"])
        row += 1
