"""The workbook of one regency: summary, worklist with a verdict to choose, other findings, quarantine, glossary."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

from reports import form
from reports.labels import column_names, source_title
from reports.long_sheet import PROTECTED, TITLE, fit_row, formats_of, long_sheet
from reports.sheet import MAX_ROWS, Column, fill
from reports.tables import ReportTables
from reports.words import glossary, plain
from reports.worklist import PRIORITIES, Worklist
from reports.worklist_sheets import district_sheets, hidden_sheet, instructions

QUARANTINE_COLUMNS = (
    Column("title", "Sumber", 34),
    Column("file", "Berkas", 34),
    Column("source_row", "Baris data", 11, "number"),
    Column("line", "Baris berkas", 12, "number"),
    Column("column", "Kolom", 18),
    Column("reason", "Alasan", 55),
    Column("raw", "Isi baris", 90),
)


def write_worklist(path: Path, tables: ReportTables, worklist: Worklist) -> Path:
    """Write the workbook of one place to `path` and return it; the same rows give the same bytes.

    A sheet a district (`reports.worklist_sheets`), and what reads the workbook back goes to a hidden sheet. Numbers of
    people and cards are text cells; no data cell is ever a formula or a link. Only the cells that an officer fills in
    can be changed. Raises OSError when the file cannot be written.
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    as_of = tables.run["as_of"][0]
    made_on = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001  a constant: same input, same bytes
    book.set_properties({"title": plain("book_title", place=worklist.place_name), "created": made_on})
    formats = formats_of(book)
    for name in ("input", "input_date"):
        formats[name].set_locked(False)
    instructions(book, formats, tables, worklist)
    _summary(book, formats, tables, worklist)
    long = district_sheets(book, formats, worklist)
    set_aside = _set_aside(worklist.quarantine.head(MAX_ROWS))
    sheet = long_sheet(book, formats, plain("sheet_quarantine"), QUARANTINE_COLUMNS, set_aside)
    sheet.protect("", PROTECTED)
    long[f"sheet{len(book.worksheets())}"] = (set_aside, QUARANTINE_COLUMNS, 2)
    _glossary(book, formats, tables)
    long |= hidden_sheet(book, formats, tables, worklist)
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


def _summary(book: Any, formats: dict[str, Any], tables: ReportTables, worklist: Worklist) -> None:
    """The first sheet: what is to be done, by priority, code, actor and district, and how to answer."""
    sheet = book.add_worksheet(plain("sheet_summary"))
    sheet.hide_gridlines(2)
    for place, width in enumerate((34, 50, 14, 14, 18)):
        sheet.set_column(place, place, width)
    sheet.set_row(0, TITLE)
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
    if worklist.others_shown < worklist.others_found:
        counts = {"shown": form.number(worklist.others_shown), "found": form.number(worklist.others_found)}
        sheet.write_string(row, 0, plain("book_more", **counts, query=worklist.query), formats["warn"])
    sheet.protect("", {"format_columns": True, "format_rows": True})
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
        testable = "ya" if kind["testable"] else "sebagian" if kind["tested"] else "tidak"
        told = (
            kind["code"], kind["term_id"], kind["term_en"], kind["definition"], PRIORITIES.get(kind["severity"]),
            kind["actor"], kind["action"], kind["payer"], kind["rupiah_rule"],
            ": ".join(part for part in (testable, kind["not_testable_reason"]) if part),
        )  # fmt: skip
        fit_row(sheet, row, ((text, width) for text, (_, width) in zip(told, heads, strict=True)))
        for place, text in enumerate(told):
            sheet.write_string(row, place, text or "", formats["wrap"])
        row += 1
    for one in glossary():
        fit_row(sheet, row + 1, ((one["word"], 10), (one["id"], 60), (one["en"], 30)))
        for place, text in enumerate((one["word"], one["id"], one["en"])):
            sheet.write_string(row + 1, place if place == 0 else (3 if place == 1 else 2), text, formats["wrap"])
        row += 1
