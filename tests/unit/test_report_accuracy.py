"""The section on how right the matching is."""

from __future__ import annotations

import duckdb
import pytest

from reports.accuracy import accuracy, interval_bar
from reports.coverage import coverage
from reports.page import render_page
from reports.tables import collect
from tests.report_fixture import database

RATES = """
delete from link_error;
insert into link_error (regency_code, left_source, right_source, measure, pairs, errors, value, low, high, basis) values
  ('36', 'ALL', 'ALL', 'false', 5000, 5, 0.001, 0.0005, 0.002, 'model'),
  ('36', 'ALL', 'ALL', 'false', 5000, 10, 0.002, 0.001, 0.004, 'labels'),
  ('36', 'ALL', 'ALL', 'missed', 5100, 51, 0.01, 0.004, 0.02, 'model'),
  ('3602', 'ALL', 'ALL', 'false', 1000, 3, 0.003, 0, 0.008, 'model'),
  ('3602', 'province', 'regency', 'false', 1000, 3, 0.003, 0, 0.008, 'model'),
  ('36', 'regency', 'regency', 'false', 12, 0.1, 0.008, 0, 0.1, 'model'),
  ('36', 'province', 'regency', 'false', 4000, 4, 0.001, 0, 0.002, 'model');
insert into indicator (indicator, regency_code, segment, numerator, denominator, value, low, high, basis)
  values ('LINK_FALSE', '36', 'ALL', 5, 5000, 0.001, 0.0005, 0.002, 'dugaan');
"""


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = database(200)
    con.execute(RATES)
    return con


def test_the_province_stands_first_and_each_measure_has_its_interval(con: duckdb.DuckDBPyConnection) -> None:
    province, lebak = accuracy(collect(con))["areas"]
    assert (province["name"], province["province"], lebak["name"]) == ("Provinsi Banten", True, "Kab. Lebak")
    assert (province["false"]["value"], province["false"]["range"]) == ("0,10\u00a0%", "0,05–0,20\u00a0%")
    assert province["false"]["pairs"] == "5.000"
    assert "0,20\u00a0% (0,10–0,40\u00a0%)" in province["false"]["labels"]
    assert province["missed"]["labels"] == ""
    assert lebak["missed"] is None


def test_pairs_of_registers_are_those_of_the_province_in_the_usual_order(con: duckdb.DuckDBPyConnection) -> None:
    shown = accuracy(collect(con))
    assert [row["name"].striptags() for row in shown["pairs"]] == ["DTSEN × Register", "di dalamwithin Register"]
    # The bar of a cell with few pairs goes on beyond the edge, and does not make all the others short.
    assert shown["scales"]["pairs"]["false"] == "0,20\u00a0%"
    assert [("path" in row["false"]["bar"]) for row in shown["pairs"]] == [False, True]


def test_a_bar() -> None:
    bar = interval_bar(0.1, 0.2, 0.4, 0.4)
    assert 'class="range" x="25.00" y="0" width="75.00"' in bar
    assert '<line x1="50.00" x2="50.00"' in bar
    assert 'width="0.50"' in interval_bar(0.0, 0.0, 0.0, 0.0)


def test_the_page_shows_the_rates_and_they_are_no_coverage(con: duckdb.DuckDBPyConnection) -> None:
    tables = collect(con)
    assert not any(block["code"].startswith("LINK") for block in coverage(tables))
    page = render_page(tables)
    assert 'id="accuracy"' in page
    assert "Seberapa benar pemadanan" in page
    assert page.count('class="range"') >= 6


def test_without_rates_the_page_says_so() -> None:
    con = database(200)
    con.execute("delete from link_error")
    assert "Belum ada dugaan" in render_page(collect(con))
