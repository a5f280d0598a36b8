"""The pages of the night: self-contained HTML files, Indonesian first, that contact nothing.

`index.html` is of the province; beside it stands a page a regency.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import accuracy, against, areas, costs, coverage, form, heat, matching, mismatch, night
from reports.coverage_trend import coverage_lines
from reports.feedback_rows import FOLDER, offices
from reports.geomap import draw_map
from reports.history_tables import NIGHT
from reports.labels import file_stem, page_name, short_place
from reports.quality import quality
from reports.regency_page import regency, shown
from reports.tables import ReportTables
from reports.tilemap import tiles
from reports.words import LANGUAGES, TEMPLATES, both, glossary, known, plain, say

SECTIONS = (
    "first", "regencies", "changes", "findings", "actions", "coverage", "costs", "arrivals", "quality", "quarantine",
    "warnings", "untestable", "matching", "accuracy", "glossary",
)  # fmt: skip


def workbook_name(regency_code: str, regency_name: str) -> str:
    """The file name of a regency's workbook: `3602_Kabupaten_Lebak.xlsx`."""
    return f"{file_stem(regency_code, regency_name)}.xlsx"


@cache
def environment() -> Environment:
    """Templates with every value escaped; an unknown name in a template is an error, not an empty place."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(say=say, both=both, number=form.number, known=known, plain=plain)
    return environment


def render_page(
    tables: ReportTables, language: str = "id", geojson: Path | None = None, geojson_code: str | None = None
) -> str:
    """The report of the newest run as HTML text.

    `language` is the one shown first, 'id' or 'en'; the reader can switch, both are in the page. geojson: a map to
    draw instead of the tiles, geojson_code: its property with the Kemendagri codes; a map that cannot be drawn is
    told in the page. Raises ValueError for another language. Personal numbers come masked from `tables.examples`;
    there is no other personal value.
    """
    every = areas.figures(tables)
    blocks = {
        "first": mismatch.first(tables),
        "payers": costs.payers(tables, tables.province_code),
        "scenarios": costs.scenarios(tables),
    }
    values = {
        **_shared(tables, language),
        **blocks,
        "codes_in": "",
        "sections": shown(SECTIONS, blocks),
        **_head(tables, every),
        **_regencies(tables, geojson, geojson_code),
        **_sections(tables),
    }
    return environment().get_template("index.html").render(values)


def render_regencies(tables: ReportTables, language: str = "id") -> Iterator[tuple[str, str]]:
    """File name and HTML text of each regency's page, one after the other; `language` as in `render_page`."""
    every, shared = areas.figures(tables), _shared(tables, language)
    template = environment().get_template("regency.html")
    for code, name in tables.regencies.select("regency_code", "regency_name").iter_rows():
        values = {**shared, "codes_in": "index.html", **regency(tables, code, every)}
        yield page_name(code, name), template.render(values)


def _shared(tables: ReportTables, language: str) -> dict[str, Any]:
    """What every page has: language, script and style, the day."""
    if language not in LANGUAGES:
        raise ValueError(f"the page has no language {language!r}; it has {', '.join(LANGUAGES)}")
    script, style = part("page.js"), part("page.css")
    day = tables.run["as_of"][0]
    return {
        "language": language,
        "script": Markup(script),  # noqa: S704  our own files, not data
        "style": Markup(style),  # noqa: S704
        "digest": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "measure_keys": areas.MEASURES,
        "province": tables.province_name,
        "as_of": both(form.long_date(day, "id"), form.long_date(day, "en")),
        "as_of_plain": form.long_date(day, "id"),
        "compared_night": NIGHT in tables.history.against,
    }


def part(name: str) -> str:
    """The text of one of our own files that a page is made of: its script or its style."""
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _head(tables: ReportTables, every: dict[str, Any]) -> dict[str, Any]:
    run = tables.run.row(0, named=True)
    return {
        "run": run,
        "matched": matching.how(run),
        "status": known(f"status_{run['status']}", run["status"] or form.DASH),
        "lead": night.lead(tables, every),
        "compared": against.compared(tables),
        "tiles": night.tiles(tables, every),
    }


def _regencies(tables: ReportTables, geojson: Path | None, geojson_code: str | None) -> dict[str, Any]:
    """The map and the table of regencies; those that a supplied map lacks stand as tiles below it."""
    painted = areas.painted(tables)
    picture, drawn, fault = draw_map(painted, geojson, geojson_code) if geojson else ("", [], "")
    return {
        "geo": picture,
        "map_fault": fault,
        "tilemap": tiles([one for one in painted if one["code"] not in drawn]),
        "areas": areas.table(tables),
        "workbooks": [
            {"file": workbook_name(code, name), "name": short_place(name)}
            for code, name in tables.workbooks.select("place_code", "place_name").iter_rows()
        ],
    }


def _changes(tables: ReportTables) -> dict[str, Any]:
    return {
        "against": against.against(tables),
        "masses": against.masses(tables),
        "moved_classes": against.classes(tables),
        "trends": [one for one in (against.open_line(tables, "trend-open"), against.grade_line(tables)) if one],
    }


def _sections(tables: ReportTables) -> dict[str, Any]:
    return {
        **_changes(tables),
        "columns": heat.columns(tables),
        "heat": heat.heat(tables),
        "arrivals": night.arrivals(tables),
        "quality": quality(tables),
        "sent_back": [
            {"file": f"{FOLDER}/{one.book}", "name": one.name} for one in offices(tables.quality, tables.province_code)
        ],
        "quarantine": night.quarantine(tables),
        "meanings": mismatch.meanings(tables),
        "actions": mismatch.actions(tables),
        "indicators": coverage.coverage(tables),
        "coverage_trends": coverage_lines(tables, tables.province_code),
        "validation": night.validation(tables),
        "untestable": mismatch.untestable(tables),
        "bases": matching.bases(tables),
        "histogram": matching.histogram(tables),
        "weights": matching.weights(tables),
        "pair_examples": matching.pair_examples(tables),
        "events": matching.events(tables),
        "unseen": matching.unseen(tables),
        "moved": matching.moved(tables),
        "review": form.number(tables.figures["review"][0]),
        "accuracy": accuracy.accuracy(tables),
        "registers": matching.registers(tables),
        "register_names": [say(f"register_{name}") for name in matching.REGISTERS],
        "glossary": glossary(),
    }
