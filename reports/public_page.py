"""Figures for outsiders: a page, a CSV and a workbook without personal values, their small cells hidden."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from markupsafe import Markup

from reports import form
from reports.coverage import indicator_rank
from reports.labels import short_place
from reports.page import environment, part
from reports.public_rows import public_rows
from reports.small_cells import OTHER, SMALL
from reports.table_book import Sheet, columns_for, write_tables
from reports.table_csv import safe_csv
from reports.words import LANGUAGES, both, known, plain, say, words
from reports.written import whole
from schemas import reference

Row = dict[str, Any]
PAGE, SHEETS, LINES = "index.html", "indikator.xlsx", "indikator.csv"
# The sheets of the workbook and the order of the page; villages are too many for a page.
DIMENSIONS = ("area", "district", "village", "sex", "age_band", "decile", "segment", "fund")
ON_PAGE = ("sex", "age_band", "decile", "segment", "fund")
STAR = "*"
HEADINGS = (
    "indikator", "nama_indikator", "kode_wilayah", "wilayah", "dimension", "rincian_menurut", "nilai_rincian",
    "nama_rincian", "pembilang", "penyebut", "capaian", "target",
)  # fmt: skip
TYPES = "SELECT * EXCLUDE (query) FROM indicator_type ORDER BY indicator"
NIGHT = "SELECT as_of, province_code FROM parameter"


def write_public(con: duckdb.DuckDBPyConnection, folder: Path, least: int, language: str = "id") -> pl.DataFrame:
    """Write `index.html`, `indikator.csv` and `indikator.xlsx` into `folder`; gives the rows as they are shown.

    con: an open connection to a published database; only read. least: the smallest count that is shown, 0 for all.
    Raises OSError when the folder cannot be written, ValueError for a language that is not there.
    """
    rows, types = public_rows(con, least), con.sql(TYPES).pl()
    ((as_of, province),) = con.execute(NIGHT).fetchall()
    frame = _told(rows, types, least)
    html = _page(rows, types, as_of, province, least, language)
    whole(folder / PAGE, partial(Path.write_text, data=html, encoding="utf-8"))
    whole(folder / LINES, partial(Path.write_bytes, data=safe_csv(frame.drop("dimension"))))
    sheets = [_sheet(name, own) for name in DIMENSIONS if (own := frame.filter(dimension=name)).height]
    foot = plain("public_foot" if least else "public_all_shown")
    whole(folder / SHEETS, lambda path: write_tables(path, _title(province), as_of, sheets, foot))
    return rows


def _sheet(name: str, frame: pl.DataFrame) -> Sheet:
    """The rows of one dimension; an area as a whole has no part to name."""
    own = frame.drop("dimension", "rincian_menurut", *(("nilai_rincian", "nama_rincian") if name == "area" else ()))
    return Sheet(plain(f"public_{name}"), own, columns_for(own))


def _title(province: str) -> str:
    return f"{plain('public_title')} {_places().get(province, province)}"


@cache
def _places() -> dict[str, str]:
    """Code -> name of every province, regency, district and village."""
    tables = (
        reference.provinces().select("province_code", "province_name"),
        reference.regencies().select("regency_code", "regency_name"),
        reference.districts().select("district_code", "district_name"),
        reference.villages().select("village_code", "village_name"),
    )
    return {code: short_place(name) for table in tables for code, name in table.iter_rows()}


# --- the texts of a row ----------------------------------------------------------------------------------------------


def count(value: int | None, mark: str | None, least: int) -> str:
    """A count as outsiders see it: `1.234`, `<5` for a small one, `*` for one hidden with it."""
    return f"<{least}" if mark == SMALL else STAR if mark == OTHER else form.number(value)


def value_name(dimension: str, value: str) -> Any:
    """What a value of a dimension is called, in both languages: `L` of sex, `0` of decile, a fund, a place."""
    if dimension in ("district", "village"):
        return _places().get(value) or known(f"public_{value}", value)
    if dimension == "fund":
        return known(f"fund_{value.replace(' ', '_')}", value)
    return known(f"public_{dimension}_{value}", "") or known(f"public_{value}", value)


def _in_indonesian(dimension: str, value: str) -> str:
    keys = (f"public_{dimension}_{value}", f"{dimension}_{value.replace(' ', '_')}", f"public_{value}")
    text = next((plain(key) for key in keys if key in words()), value)
    return _places().get(value, text) if dimension in ("district", "village") else text


def _told(rows: pl.DataFrame, types: pl.DataFrame, least: int) -> pl.DataFrame:
    """The rows as the CSV and the workbook show them, with Indonesian headings; hidden counts are `<5` or `*`."""
    terms = dict(types.select("indicator", "term_id").iter_rows())
    told = [
        {
            "indikator": row["indicator"],
            "nama_indikator": terms.get(row["indicator"], row["indicator"]),
            "kode_wilayah": row["regency_code"],
            "wilayah": _places().get(row["regency_code"], row["regency_code"]),
            "dimension": row["dimension"],
            "rincian_menurut": plain(f"public_{row['dimension']}"),
            "nilai_rincian": row["dimension_value"],
            "nama_rincian": _in_indonesian(row["dimension"], row["dimension_value"]),
            **{
                heading: f"<{least}" if mark == SMALL else STAR if mark == OTHER else str(row[name])
                for heading, name in (("pembilang", "numerator"), ("penyebut", "denominator"))
                for mark in (row[f"{name}_mark"],)
            },
            "capaian": STAR if row["value"] is None else f"{row['value']:.6f}",
            "target": "" if row["target"] is None else str(row["target"]),
        }
        for row in rows.iter_rows(named=True)
    ]
    return pl.DataFrame(told, schema=dict.fromkeys(HEADINGS, pl.String))


# --- the page --------------------------------------------------------------------------------------------------------


def _page(rows: pl.DataFrame, types: pl.DataFrame, as_of: date, province: str, least: int, language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"the page has no language {language!r}; it has {', '.join(LANGUAGES)}")
    script = part("page.js")
    hidden = rows.filter(pl.any_horizontal(pl.col("numerator_mark", "denominator_mark").is_not_null())).height
    return environment().get_template("public.html").render(
        language=language,
        script=Markup(script),  # noqa: S704  our own files, not data
        style=Markup(part("page.css")),  # noqa: S704
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        province=_places().get(province, province),
        as_of=both(form.long_date(as_of, "id"), form.long_date(as_of, "en")),
        as_of_plain=form.long_date(as_of, "id"),
        tiles=_tiles(rows, hidden, least),
        lead=[say("public_lead")],
        compared=say("public_hidden", least=least, most=least - 1) if least else say("public_all_shown"),
        sections=["public_figures", "public_notes"],
        least=least,
        files={"csv": LINES, "xlsx": SHEETS},
        indicators=list(_indicators(rows, types, least)),
    )  # fmt: skip


def _tiles(rows: pl.DataFrame, hidden: int, least: int) -> list[Row]:
    return [
        {"label": say("public_tile_indicators"), "value": form.number(rows["indicator"].n_unique()),
         "note": say("public_tile_indicators_note")},
        {"label": say("public_tile_rows"), "value": form.number(rows.height), "note": say("public_tile_rows_note")},
        {"label": say("public_tile_hidden"), "value": form.number(hidden),
         "note": say("public_tile_hidden_note", least=least) if least else say("public_all_shown")},
    ]  # fmt: skip


def _indicators(rows: pl.DataFrame, types: pl.DataFrame, least: int) -> Iterator[Row]:
    """One block an indicator: province and regencies, its districts, and the other dimensions."""
    kinds = {row["indicator"]: row for row in types.iter_rows(named=True)}
    figures = {name: own for (name,), own in rows.group_by("indicator", maintain_order=True)}
    for name in sorted(figures, key=indicator_rank):
        kind, own = kinds[name], figures[name]
        told = [_line(row, least) for row in own.iter_rows(named=True) if row["dimension"] != "village"]
        yield {
            "code": name,
            "name": both(kind["term_id"], kind["term_en"]),
            "definition": both(kind["definition"], kind["definition_en"]),
            "formula": both(kind["formula"], kind["formula_en"]),
            "areas": [row for row in told if row["dimension"] == "area"],
            "districts": [row for row in told if row["dimension"] == "district"],
            "parts": [
                {"name": say(f"public_{dimension}"), "rows": lines}
                for dimension in ON_PAGE
                if (lines := [row for row in told if row["dimension"] == dimension])
            ],
        }


def _line(row: Row, least: int) -> Row:
    return {
        "dimension": row["dimension"],
        "place": _places().get(row["regency_code"], row["regency_code"]),
        "province": len(row["regency_code"]) == 2,
        "value_name": value_name(row["dimension"], row["dimension_value"]),
        "numerator": count(row["numerator"], row["numerator_mark"], least),
        "denominator": count(row["denominator"], row["denominator_mark"], least),
        "value": STAR if row["value"] is None else form.percent(row["value"]),
        "target": form.target(row["target"]) if row["target"] is not None else "",
    }
