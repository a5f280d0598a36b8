"""Names in place of codes: kinds of extract, their senders, places, expectations."""

from __future__ import annotations

from functools import cache
from typing import Any

from reports.form import DASH
from reports.tables import ReportTables
from reports.words import both
from schemas.expectations import load_suites
from schemas.layouts import Layout, load_layouts
from schemas.reference import villages

SOURCES = (
    "province", "regency", "decree", "bpjs_kesehatan", "bpjs_kesehatan_bill", "bpjs_ketenagakerjaan", "employers",
    "civil_deaths", "workforce", "letters", "roster", "construction", "quota", "claims",
)  # fmt: skip


def source_rank(source: str) -> tuple[int, str]:
    """Where a kind of extract stands in every list."""
    return (SOURCES.index(source) if source in SOURCES else len(SOURCES), source)


@cache
def _layouts() -> dict[str, Layout]:
    """A layout a kind: the one that is called like it, else the first."""
    layouts = load_layouts()
    first = {layouts[name].kind: layouts[name] for name in sorted(layouts, reverse=True)}
    return {**first, **{layout.kind: layout for layout in layouts.values() if layout.name == layout.kind}}


def source_name(source: str) -> Any:
    """The title of a kind of extract in both languages, as its layout declares it."""
    layout = _layouts().get(source)
    return both(layout.title_id, layout.title_en) if layout else source


def source_title(source: str) -> str:
    """The Indonesian title of a kind of extract."""
    layout = _layouts().get(source)
    return layout.title_id if layout else source


def sender(source: str, owner: str | None, places: dict[str, str], brief: bool = False) -> str:
    """Who sent it: the declared sender, with the regency where there are several; `brief`: the regency alone."""
    layout = _layouts().get(source)
    office = layout.sender if layout else ""
    place = places.get(owner or "", owner or "")
    if owner and len(owner) == 4:
        return place if brief else f"{office.removesuffix(' Kabupaten/Kota')} {place}".strip()
    return office or place or DASH


def short_place(name: str) -> str:
    """'Kabupaten Lebak' -> 'Kab. Lebak'."""
    return name.replace("Kabupaten ", "Kab. ")


def file_stem(code: str, name: str) -> str:
    """What the files of a place are called: '3602', 'Kabupaten Lebak' -> '3602_Kabupaten_Lebak'."""
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
    return "_".join(part for part in (code, *letters.split("_")) if part)


def page_name(code: str, name: str) -> str:
    """The file name of a regency's page: `3602_Kabupaten_Lebak.html`."""
    return f"{file_stem(code, name)}.html"


def regency_pages(tables: ReportTables) -> dict[str, dict[str, str]]:
    """Code -> `name` (short) and `page` of each regency."""
    return {
        code: {"name": short_place(name), "page": page_name(code, name)}
        for code, name in tables.regencies.select("regency_code", "regency_name").iter_rows()
    }


def place_names(tables: ReportTables) -> dict[str, str]:
    """Code -> short name of the province and its regencies."""
    names = {
        code: short_place(name) for code, name in tables.regencies.select("regency_code", "regency_name").iter_rows()
    }
    return {tables.province_code: f"Provinsi {tables.province_name}", **names}


@cache
def village_names() -> dict[str, str]:
    """Village code -> name, for the whole country."""
    return dict(villages().select("village_code", "village_name").iter_rows())


def column_names(source: str, fields: str | None) -> str:
    """The columns as the sender's headings call them: 'nik_status, birth_date' -> 'NIK, TGL_LAHIR'; a dash for none."""
    layout = _layouts().get(source)
    names = []
    for field in (fields or "").split(", "):
        if field == "owner_code":  # whose file it is, not a column of it
            continue
        bare = field.removeprefix("raw_").removesuffix("_std").removesuffix("_status" if field == "nik_status" else "")
        known = layout is not None and bare in layout.fields
        names.append(layout.heading(bare) if layout and known else field)
    return ", ".join(dict.fromkeys(names)) or DASH


@cache
def _expectations() -> dict[tuple[str, str], Any]:
    return {(suite.kind, one.id): one for suite in load_suites().values() for one in suite.expectations}


def expectation_text(source: str, expectation: str) -> Any:
    """What an expectation says is wrong, in both languages; its own name when it is not declared."""
    found = _expectations().get((source, expectation))
    return both(found.reason_id, found.reason_en) if found else expectation


def expectation_text_id(source: str, expectation: str) -> str:
    """What an expectation says is wrong, in Indonesian alone; its own name when it is not declared."""
    found = _expectations().get((source, expectation))
    return found.reason_id if found else expectation


def expectation_cure_id(source: str, expectation: str) -> str:
    """What to do about it, in Indonesian alone; empty when it is not declared."""
    found = _expectations().get((source, expectation))
    return found.correct_id if found else ""


def expectation_cure(source: str, expectation: str) -> Any:
    """What to do about it, in both languages; empty when it is not declared."""
    found = _expectations().get((source, expectation))
    return both(found.correct_id, found.correct_en) if found else ""


def lacking(reason: str | None) -> str:
    """What a reason says is lacking, without the words "cannot be tested" before it, which the page says itself."""
    return (reason or "").removeprefix("tidak dapat diuji: ").removeprefix("tidak dapat dihitung: ")
