"""All reports of a night into one folder."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import duckdb

from reports.changes import changes
from reports.page import render_page, render_regencies, workbook_name
from reports.summary import summary
from reports.tables import collect
from reports.workbook import write_worklist
from reports.worklist import collect_worklist
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
    other, so that the memory holds one regency's worklist. Returns the files written, the page first. Raises
    OSError when the folder cannot be written.
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
    regencies = tuple(tables.regencies["regency_code"])
    books = []
    for code, name in tables.workbooks.select("place_code", "place_name").iter_rows():
        worklist = collect_worklist(con, code, name, regencies)
        books.append(folder / workbook_name(code, name))
        whole(books[-1], partial(write_worklist, tables=tables, worklist=worklist))
    return [page, figures, *books, *pages]
