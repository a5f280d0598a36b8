"""What leaves the office: the indicators of a world of people, their small cells hidden and not to be reckoned."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from reports.public_page import write_public
from reports.public_rows import public_rows
from tests.spec.test_indicators_on_a_world import WORKFORCE, world
from tests.spec.world import searched

LEAST = 5
Unknown = tuple[str, ...]
# Counts that are one and the same by their definitions: of numerator (n), denominator (d) and the rest of them (r).
SAME = {
    ("d", "UHC_REGISTERED"): ("d", "UHC_ACTIVE"),
    ("d", "MISSED"): ("d", "PBI_REALISED"),
    ("r", "MISDIRECTED"): ("n", "PBI_REALISED"),
    ("d", "JKN_UNPRICED"): ("d", "JKN_PAYER"),
    ("d", "JKN_MULTI_PAYER"): ("d", "JKN_PAYER"),
    ("d", "TK_UNPRICED"): ("d", "TK_PAYER"),
    ("d", "TK_MULTI_PAYER"): ("d", "TK_PAYER"),
}


@pytest.fixture(scope="module", params=[1, 2])
def con(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    return searched(world(request.param, 80), more={"workforce": WORKFORCE})


def true_rows(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return public_rows(con, 0)


def test_small_counts_are_hidden_and_their_shares_too(con: duckdb.DuckDBPyConnection) -> None:
    shown, true = public_rows(con, LEAST), true_rows(con)
    assert shown.height == true.height > 150
    for row, real in zip(shown.iter_rows(named=True), true.iter_rows(named=True), strict=True):
        for name in ("numerator", "denominator"):
            assert (row[name] is None) == (row[f"{name}_mark"] is not None)
            assert row[name] in (None, real[name])
            assert not 0 < (row[name] or 0) < LEAST
            if row[f"{name}_mark"] == "small":
                assert 0 < real[name] < LEAST
        both_shown = row["numerator"] is not None and row["denominator"] is not None
        assert row["value"] == (real["value"] if both_shown else None)
        assert not both_shown or not 0 < row["denominator"] - row["numerator"] < LEAST
    assert shown["numerator_mark"].null_count() > 50, "a table that hides nearly all is of no use"


def test_no_hidden_count_can_be_reckoned_from_all_the_figures_together(con: duckdb.DuckDBPyConnection) -> None:
    rows = list(public_rows(con, LEAST).iter_rows(named=True))
    known, sums = known_and_sums(rows)
    unknown = sorted({one for row in sums for one in row} - known)
    place = {one: number for number, one in enumerate(unknown)}
    matrix = np.zeros((len(sums), len(unknown)))
    for number, row in enumerate(sums):
        for one, factor in row.items():
            if one in place:
                matrix[number, place[one]] += factor
    # An unknown is determined when every way to satisfy the equations leaves it as it is.
    _, sizes, ways = np.linalg.svd(matrix[np.any(matrix != 0, axis=1)], full_matrices=True)
    free = ways[np.count_nonzero(sizes > 1e-9) :]
    assert free.shape[0] > 0
    fixed = {one for one in unknown if np.abs(free[:, place[one]]).max() < 1e-9}
    hidden = {key for row in rows for key in names(row)[:2] if key in place}
    assert hidden and not fixed & hidden


def names(row: dict[str, Any]) -> tuple[Unknown, Unknown, Unknown]:
    """How a row's numerator, denominator and rest are called here: alike where they are the same count."""
    cell = (row["regency_code"], row["dimension"], row["dimension_value"])
    split = row["dimension"] in ("segment", "fund")
    base = (row["regency_code"], "area", "ALL") if split else cell
    found = []
    for kind, where in (("n", cell), ("d", base), ("r", cell)):
        same = (kind, row["indicator"]) if split and kind != "d" else SAME.get((kind, row["indicator"]))
        found.append((*(same or (kind, row["indicator"])), *where))
    return found[0], found[1], found[2]


def known_and_sums(rows: list[dict[str, Any]]) -> tuple[set[Unknown], list[dict[Unknown, int]]]:
    """What stands in the tables, and everything that adds up there: each equation by the factors of its counts."""
    known: set[Unknown] = set()
    sums: list[dict[Unknown, int]] = []
    inside: defaultdict[tuple[str, ...], list[Unknown]] = defaultdict(list)
    over: defaultdict[tuple[str, ...], list[Unknown]] = defaultdict(list)
    for row in rows:
        top, base, rest = names(row)
        known |= {key for key, name in ((top, "numerator"), (base, "denominator")) if row[name] is not None}
        sums.append({base: 1, top: -1, rest: -1})
        area, dimension, value = row["regency_code"], row["dimension"], row["dimension_value"]
        for kind, key in (("n", top), ("d", base)):
            if kind == "d" and dimension in ("segment", "fund"):
                continue
            if dimension == "village":
                inside[kind, row["indicator"], area, "village", row["district_code"] or "UNKNOWN"].append(key)
            elif dimension != "area":
                inside[kind, row["indicator"], area, dimension].append(key)
            if dimension not in ("village", "district") and len(area) == 4:
                over[kind, row["indicator"], "36", dimension, value].append(key)
    for (kind, name, area, _, *district), parts in inside.items():
        whole = (area, "district", *district) if district else (area, "area", "ALL")
        sums.append({(*SAME.get((kind, name), (kind, name)), *whole): 1, **dict.fromkeys(parts, -1)})
    for (kind, name, area, dimension, value), parts in over.items():
        same = (kind, name) if dimension in ("segment", "fund") else SAME.get((kind, name), (kind, name))
        sums.append({(*same, area, dimension, value): 1, **dict.fromkeys(parts, -1)})
    return known, sums


def test_the_page_the_csv_and_the_workbook_say_the_same(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = write_public(con, tmp_path, LEAST)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "indikator.csv", "indikator.xlsx"]
    lines = pl.read_csv(tmp_path / "indikator.csv", infer_schema=False)
    assert lines.height == rows.height
    marked = {"small": "<5", "other": "*"}
    for line, row in zip(lines.iter_rows(named=True), rows.iter_rows(named=True), strict=True):
        for heading, name in (("pembilang", "numerator"), ("penyebut", "denominator")):
            assert line[heading] == marked.get(row[f"{name}_mark"], str(row[name]))
        assert (line["capaian"] == "*") == (row["value"] is None)
    sheets = pl.read_excel(tmp_path / "indikator.xlsx", sheet_id=0, engine="calamine")
    assert list(sheets) == [
        "Wilayah", "Kecamatan", "Desa dan kelurahan", "Jenis kelamin", "Umur", "Desil", "Segmen", "Sumber dana",
    ]  # fmt: skip
    assert sum(sheet.height for sheet in sheets.values()) == lines.height
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "&lt;5" in page and "Jumlah 1 sampai 4" in page and "UU 27/2022" in page
    assert "Tidak ada di DTSEN" in page and "Perempuan" in page
    for (person,) in con.execute("SELECT person_id FROM person").fetchall():
        assert person not in page


def test_money_and_pairs_of_records_stay_in_the_office(con: duckdb.DuckDBPyConnection) -> None:
    shown = set(public_rows(con, LEAST)["indicator"])
    assert {"UHC_ACTIVE", "UCJ", "MISSED"} <= shown
    assert not {"JKN_PAYER_RUPIAH", "POOR_WORKER_COST", "LINK_FALSE"} & shown


def test_nothing_is_hidden_when_the_office_says_so(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = write_public(con, tmp_path, 0)
    assert rows["numerator_mark"].null_count() == rows.height
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Sel kecil tidak disembunyikan" in page and "&lt;5" not in page
