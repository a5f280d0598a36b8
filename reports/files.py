"""All reports of a night into one folder."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import duckdb

from reports.changes import changes
from reports.page import render_page, render_regencies, workbook_name
from reports.summary import summary
from reports.tables import ReportTables, collect
from reports.workbook import write_worklist
from reports.worklist import collect_worklists
from reports.written import whole


def write_reports(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    language: str = "id",
    geojson: Path | None = None,
    geojson_code: str | None = None,
) -> list[Path]:
    """Write `index.html`, a page and a workbook a regency and `summary.json` into `folder`, made if need be.

    geojson, geojson_code: a map of the regencies and its property with their codes, see `render_page`.
    `con`: an open connection to a published (or the work) database; only read. Workbooks are made one after the
    other, so that the memory holds two regencies' worklists: while one is written, the next is asked for. Returns the
    files written, the page first. Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = collect(con)
    page, figures = folder / "index.html", folder / "summary.json"
    html = render_page(tables, language, geojson, geojson_code)
    whole(page, lambda path: path.write_text(html, encoding="utf-8"))
    pages = []
    for name, text in render_regencies(tables, language):
        pages.append(folder / name)
        whole(pages[-1], partial(Path.write_text, data=text, encoding="utf-8"))
    text = json.dumps(summary(tables) | changes(con), ensure_ascii=False, indent=1) + "\n"
    whole(figures, lambda path: path.write_text(text, encoding="utf-8"))
    return [page, figures, *_workbooks(con, folder, tables), *pages]


def _workbooks(con: duckdb.DuckDBPyConnection, folder: Path, tables: ReportTables) -> list[Path]:
    """Write the workbook of each regency, and of what belongs to none."""
    places = tables.workbooks.select("place_code", "place_name").rows()
    worklists = collect_worklists(con, places, tuple(tables.regencies["regency_code"]))
    books = [folder / workbook_name(code, name) for code, name in places]
    with ThreadPoolExecutor(1) as pool:
        answers = [pool.submit(next, worklists) for _ in books[:1]]
        for number, book in enumerate(books, 1):
            worklist = answers.pop().result()
            if number < len(books):
                answers.append(pool.submit(next, worklists))
            whole(book, partial(write_worklist, tables=tables, worklist=worklist))
    return books
