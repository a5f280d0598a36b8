"""The page of the night: one self-contained HTML file, Indonesian first, that contacts nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import accuracy, coverage, form, matching, mismatch, night
from reports.feedback_rows import FOLDER, offices
from reports.labels import short_place
from reports.quality import quality
from reports.tables import ReportTables
from reports.words import LANGUAGES, TEMPLATES, both, glossary, known, plain, say

SECTIONS = (
    "arrivals", "quality", "quarantine", "findings", "actions", "coverage", "warnings", "untestable", "matching",
    "accuracy", "glossary",
)  # fmt: skip


def workbook_name(regency_code: str, regency_name: str) -> str:
    """The file name of a regency's workbook: `3602_Kabupaten_Lebak.xlsx`."""
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in regency_name)
    return "_".join(part for part in (regency_code, *letters.split("_")) if part) + ".xlsx"


@cache
def _environment() -> Environment:
    """Templates with every value escaped; an unknown name in a template is an error, not an empty place."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(say=say, both=both, number=form.number, known=known, plain=plain)
    return environment


def render_page(tables: ReportTables, language: str = "id") -> str:
    """The report of the newest run as HTML text.

    `language` is the one shown first, 'id' or 'en'; the reader can switch, both are in the page. Raises ValueError
    for another language. Personal numbers come masked from `tables.examples`; there is no other personal value.
    """
    if language not in LANGUAGES:
        raise ValueError(f"the page has no language {language!r}; it has {', '.join(LANGUAGES)}")
    script, style = _part("page.js"), _part("page.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    values = {
        "language": language,
        "script": Markup(script),  # noqa: S704  our own files, not data
        "style": Markup(style),  # noqa: S704
        "digest": digest,
        "sections": SECTIONS,
        **_head(tables),
        **_sections(tables),
    }
    return _environment().get_template("index.html").render(values)


def _part(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _head(tables: ReportTables) -> dict[str, Any]:
    run = tables.run.row(0, named=True)
    return {
        "province": tables.province_name,
        "as_of": both(form.long_date(run["as_of"], "id"), form.long_date(run["as_of"], "en")),
        "as_of_plain": form.long_date(run["as_of"], "id"),
        "run": run,
        "matched": matching.how(run),
        "status": known(f"status_{run['status']}", run["status"] or form.DASH),
        "lead": night.lead(tables),
        "compared": night.compared(tables),
        "tiles": night.tiles(tables),
        "first": mismatch.first(tables),
    }


def _sections(tables: ReportTables) -> dict[str, Any]:
    return {
        "arrivals": night.arrivals(tables),
        "quality": quality(tables),
        "sent_back": [
            {"file": f"{FOLDER}/{one.book}", "name": one.name} for one in offices(tables.quality, tables.province_code)
        ],
        "quarantine": night.quarantine(tables),
        "columns": mismatch.columns(tables),
        "heat": mismatch.heat(tables),
        "meanings": mismatch.meanings(tables),
        "actions": mismatch.actions(tables),
        "workbooks": [
            {"file": workbook_name(code, name), "name": short_place(name)}
            for code, name in tables.workbooks.select("place_code", "place_name").iter_rows()
        ],
        "indicators": coverage.coverage(tables),
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
