"""The table `link_error` of a night and the indicators made of it; what `padan link` tells."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl
import pytest

from flows.find import find
from flows.link_errors import store_link_errors, told_errors
from matchers.link import Linkage
from matchers.model import Model
from schemas.tables import create_statement, load_tables
from tests.spec.world import AS_OF, resolved
from tests.unit.test_errors import SPEC
from tests.unit.test_labelled import labels, records, scored

WORLD = """
    person | source         | regency
    a      | province       | 3601
    a      | bpjs_kesehatan | 3601
    b      | province       | 3602
    b      | bpjs_kesehatan | 3601
    c      | province       | 1101
    c      | bpjs_kesehatan | 3602
"""


def linkage(found: pl.DataFrame, pairs: pl.DataFrame) -> Linkage:
    return Linkage(
        links=found.select("record_id", "entity"),
        pairs=pl.DataFrame(),
        scored=pairs.with_columns(probability=1 / (1 + 2 ** -pl.col("match_weight"))),
        model=Model("", (), ()),
        blocking=pl.DataFrame(),
        torn=0,
    )


@pytest.fixture
def night() -> duckdb.DuckDBPyConnection:
    """A night of three people, each linked over two registers with a weight of 2, 3 and 4 bits."""
    con = duckdb.connect()
    for table in ("record", "parameter", "link_error"):
        con.execute(create_statement(load_tables()[table]))
    con.execute("INSERT INTO parameter BY NAME SELECT '36' AS province_code")
    con.execute(
        """INSERT INTO record BY NAME
        SELECT * FROM (VALUES
            (1, 'province', 'province:36', '3601'), (2, 'province', 'province:36', '3602'),
            (3, 'province', 'province:36', '1101'), (7, 'bpjs_kesehatan', 'bpjs_kesehatan:36', '3601'),
            (8, 'bpjs_kesehatan', 'bpjs_kesehatan:36', '3601'), (9, 'bpjs_kesehatan', 'bpjs_kesehatan:36', NULL)
        ) t(record_id, source, register, regency_code)"""
    )
    found = pl.DataFrame({"record_id": [1, 2, 3, 7, 8, 9], "entity": [0, 1, 2, 0, 1, 2]})
    pairs = pl.DataFrame(
        {"left_record_id": [1, 2, 3], "right_record_id": [7, 8, 9], "match_weight": [2.0, 3.0, 4.0], "rules": [7] * 3},
        schema_overrides={"rules": pl.UInt32},
    )
    store_link_errors(con, SPEC, linkage(found, pairs))
    return con


def asked(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def test_rates_by_regency_and_pair_of_registers(night: duckdb.DuckDBPyConnection) -> None:
    rates = asked(
        night,
        "SELECT regency_code, left_source, right_source, pairs, round(errors, 4) FROM link_error "
        "WHERE measure = 'false' AND basis = 'model' ORDER BY ALL",
    )
    # Person b lies in both regencies; person c in none of this province, but counts in it. BPJS comes after DTSEN.
    assert rates == [
        ("36", "ALL", "ALL", 3, round(1 / 5 + 1 / 9 + 1 / 17, 4)),
        ("36", "province", "bpjs_kesehatan", 3, round(1 / 5 + 1 / 9 + 1 / 17, 4)),
        ("3601", "ALL", "ALL", 2, round(1 / 5 + 1 / 9, 4)),
        ("3601", "province", "bpjs_kesehatan", 2, round(1 / 5 + 1 / 9, 4)),
        ("3602", "ALL", "ALL", 1, round(1 / 9, 4)),
        ("3602", "province", "bpjs_kesehatan", 1, round(1 / 9, 4)),
    ]


def test_rates_lie_in_their_intervals(night: duckdb.DuckDBPyConnection) -> None:
    assert asked(night, "SELECT count(*) FROM link_error WHERE value NOT BETWEEN low AND high OR high > 1") == [(0,)]
    assert asked(night, "SELECT DISTINCT measure FROM link_error ORDER BY 1") == [("false",), ("missed",)]


def test_the_indicators_are_of_whole_pairs_with_an_interval() -> None:
    con = resolved(WORLD)
    con.execute(create_statement(load_tables()["link_error"]))
    con.execute(
        "INSERT INTO link_error VALUES ('3601', 'ALL', 'ALL', 'false', 200, 3.4, 0.017, 0.0162, 0.03, 'model'), "
        "('3601', 'ALL', 'ALL', 'false', 200, 9, 0.045, 0.03, 0.06, 'labels'), "
        "('3601', 'province', 'province', 'false', 20, 3.4, 0.17, 0.1, 0.3, 'model'), "
        "('36', 'ALL', 'ALL', 'missed', 400, 6.0, 0.015, 0.01, 0.02, 'model')"
    )
    find(con, AS_OF, {"province", "bpjs_kesehatan"}, None)
    rows = asked(
        con,
        "SELECT indicator, regency_code, segment, numerator, denominator, value, low, high, target FROM indicator "
        "WHERE indicator LIKE 'LINK%' ORDER BY ALL",
    )
    assert rows == [
        ("LINK_FALSE", "3601", "ALL", 3, 200, 0.015, 0.015, 0.03, None),
        ("LINK_MISSED", "36", "ALL", 6, 400, 0.015, 0.01, 0.02, None),
    ]
    assert asked(con, "SELECT count(*) FROM indicator WHERE indicator LIKE 'UHC%' AND low IS NOT NULL") == [(0,)]


def test_without_estimates_there_is_no_such_indicator() -> None:
    con = resolved(WORLD)
    find(con, AS_OF, {"province", "bpjs_kesehatan"}, None)
    assert asked(con, "SELECT count(*) FROM indicator WHERE indicator LIKE 'LINK%'") == [(0,)]


def test_what_two_files_are_told() -> None:
    found = linkage(records(), scored())
    every = records().select("record_id", "register", "source")
    alone = told_errors(found, every, SPEC, 0.5, None)
    assert [line.split(":")[0] for line in alone] == ["Estimated wrong", "Estimated missed"]
    assert alone[0].startswith("Estimated wrong:   8.0 pairs, 2.00% (from ")
    both = told_errors(found, every, SPEC, 0.5, labels(10, 10))
    assert [line.split(":")[0].strip() for line in both] == ["Estimated wrong", "by 20 labels", "Estimated missed"]
    assert both[1].startswith("  by 20 labels:    10.0 pairs, 2.50% (from ")
