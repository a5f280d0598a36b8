"""Coverage over the nights: what is kept of each night's indicators, and the lines drawn from it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.publish import build, current, make_current
from reports.coverage_trend import coverage_lines
from reports.page import render_page, render_regencies
from reports.tables import collect
from reports.trend import share_axis
from tests.report_fixture import RUN, database
from tests.spec.world import searched

DAY = date(2026, 11, 20)
# Night, day, UHC_ACTIVE of Lebak: two runs of one day, and one of a later day than the newest run's.
NIGHTS = [
    ("a1", "2026-09-30", 70),
    ("a2", "2026-10-15", 71),
    ("b1", "2026-10-31", 10),
    ("b2", "2026-10-31", 72),
    ("c", "2026-12-31", 99),
]


@pytest.fixture
def con():
    with database() as con:
        for number, (run, day, top) in enumerate(NIGHTS):
            con.execute(
                "INSERT INTO run (run_id, as_of, finished_at) "
                "VALUES ($1, $2, TIMESTAMP '2026-01-01' + INTERVAL ($3) DAY)",
                [run, day, number],
            )
            con.execute(
                "INSERT INTO indicator_history VALUES ($1, $2, 'UHC_ACTIVE', '3602', $3, 100, $3 / 100, 0.8)",
                [run, day, top],
            )
        con.execute(
            "INSERT INTO indicator_history SELECT $1, DATE '2026-11-20', indicator, regency_code, numerator, "
            "denominator, value, target FROM indicator",
            [RUN],
        )
        yield con


def test_a_line_has_the_last_run_of_each_night_up_to_this_one(con: duckdb.DuckDBPyConnection) -> None:
    (one,) = coverage_lines(collect(con), "3602")
    days = [str(row["day"]).partition("</span>")[0].rpartition(">")[2] for row in one["rows"]]
    assert days == ["20 November 2026", "31 Oktober 2026", "15 Oktober 2026", "30 September 2026"]
    assert [row["of"] for row in one["rows"][1:]] == ["72 / 100", "71 / 100", "70 / 100"]
    assert [row["value"] for row in one["rows"][1:]] == ["72,0\u00a0%", "71,0\u00a0%", "70,0\u00a0%"]
    assert "Dari 70,0\u00a0% (30 September 2026) menjadi" in one["told"]
    assert "target 80\u00a0%" in one["aim"]


def test_one_night_alone_is_no_line(con: duckdb.DuckDBPyConnection) -> None:
    assert coverage_lines(collect(con), "3601") == []
    assert "Cakupan dari malam ke malam" not in render_page(collect(con))


def test_a_figure_that_was_not_reckoned_is_no_point(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE indicator_history SET value = NULL WHERE run_id = 'b2'")
    (one,) = coverage_lines(collect(con), "3602")
    assert len(one["rows"]) == 3


def test_the_pages_draw_them_and_say_them_in_words(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO indicator_history SELECT * REPLACE ('36' AS regency_code) FROM indicator_history "
                "WHERE regency_code = '3602' AND indicator = 'UHC_ACTIVE' AND run_id <> $1", [RUN])  # fmt: skip
    tables = collect(con)
    pages = {"36": render_page(tables), "3602": dict(render_regencies(tables))["3602_Kabupaten_Lebak.html"]}
    assert "Cakupan dari malam ke malam" in pages["36"]
    for page in pages.values():
        (picture,) = re.findall(r'<svg class="trend"[^>]*aria-labelledby="trend-uhc-active-t".*?</svg>', page, re.S)
        assert '<title id="trend-uhc-active-t">Dari 70,0' in picture and 'class="aim"' in picture
        assert "72 / 100" in page and "Grafik dari" in page and "The picture reaches from" in page
    assert "trend-uhc-active" not in dict(render_regencies(tables))["3601_Kabupaten_Pandeglang.html"]


@pytest.mark.parametrize(
    ("values", "target", "axis"),
    [((0.96, 0.97), 0.98, (0.95, 0.99)), ((0.5, 0.9), None, (0.45, 0.95)), ((0.999, 1.0), 0.98, (0.97, 1.0))],
)
def test_the_axis_lies_around_the_line_and_its_target(
    values: tuple[float, float], target: float | None, axis: tuple[float, float]
) -> None:
    found = share_axis([(DAY, value) for value in values], target)
    assert (found.low, found.high) == pytest.approx(axis)


PEOPLE = """
    person | source         | status
    a      | regency        |
    b      | regency        |
    a      | bpjs_kesehatan | {}
"""


def test_every_night_is_kept_from_database_to_database(tmp_path: Path) -> None:
    output = tmp_path / "out"
    for run, day, status in (("run-1", date(2026, 10, 31), "NONAKTIF"), ("run-2", DAY, "AKTIF")):
        con = searched(PEOPLE.format(status), as_of=day, run_id=run, previous=current(output))
        make_current(build(con, tmp_path / run, output, run), None, output, day, keep=1)
    with duckdb.connect(str(output / "padan.duckdb"), read_only=True) as con:
        kept = con.execute(
            "SELECT run_id, as_of, numerator, denominator, target FROM indicator_history "
            "WHERE indicator = 'UHC_ACTIVE' AND regency_code = '3601' ORDER BY as_of"
        ).fetchall()
        assert kept == [("run-1", date(2026, 10, 31), 0, 2, 0.8), ("run-2", DAY, 1, 2, 0.8)]
        tonight = "SELECT {} indicator, regency_code, numerator, denominator, value, target FROM {} {} ORDER BY ALL"
        assert (
            con.execute(tonight.format("", "indicator", "")).fetchall()
            == con.execute(tonight.format("", "indicator_history", "WHERE run_id = 'run-2'")).fetchall()
        )
