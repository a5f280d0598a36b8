"""The figures of the articles that the project rests on (Banyumas): those that add up come out of the same tables."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from flows.indicate import count_indicators
from flows.parameter import set_parameter
from flows.simulate import Scenario, simulate
from schemas.rules import load_rules
from schemas.tables import create_statement, load_tables

AS_OF = date(2025, 6, 1)
MEMBERS = {"PU": 159_475, "BPU": 35_814, "JAKON": 19_398}
WORKERS, INFORMAL = 684_654, 223_022


@pytest.fixture(scope="module")
def banyumas() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for table in load_tables().values():
        con.execute(create_statement(table))
    first = 0
    for segment, number in MEMBERS.items():
        con.execute(
            "INSERT INTO record BY NAME SELECT i AS record_id, 'bpjs_ketenagakerjaan' AS source, 'AKTIF' AS status, "
            "$segment AS segment, '3302' AS regency_code FROM range($first, $last) AS t(i)",
            {"segment": segment, "first": first, "last": first + number},
        )
        first += number
    con.execute("INSERT INTO link BY NAME SELECT record_id, 'p' || record_id AS person_id FROM record")
    con.execute(
        "INSERT INTO person BY NAME SELECT 'p' || i AS person_id, '3302' AS regency_code, 40 AS age, TRUE AS alive, "
        "i < $members AS active_jamsostek, i >= $members AS informal_worker FROM range($every) AS t(i)",
        {"members": first, "every": first + INFORMAL},
    )
    con.execute("INSERT INTO workforce VALUES ('33', 'w.csv', 1, '3302', 2025, $w, $v)", {"w": WORKERS, "v": INFORMAL})
    set_parameter(con, AS_OF, "run-1", load_rules())
    count_indicators(con, frozenset({"bpjs_ketenagakerjaan", "workforce"}))
    return con


def test_the_three_segments_are_the_members_told(banyumas: duckdb.DuckDBPyConnection) -> None:
    parts = banyumas.execute(
        "SELECT dimension_value, numerator, round(100 * numerator / sum(numerator) OVER (), 1) FROM indicator_part "
        "WHERE indicator = 'UCJ' AND regency_code = '3302' AND dimension = 'segment' ORDER BY numerator DESC"
    )
    assert parts.fetchall() == [("PU", 159_475, 74.3), ("BPU", 35_814, 16.7), ("JAKON", 19_398, 9.0)]


def test_the_coverage_is_31_36_percent_and_not_the_31_6_that_was_printed(banyumas: duckdb.DuckDBPyConnection) -> None:
    ((members, workers, value, target, goal),) = banyumas.execute(
        "SELECT numerator, denominator, value, target, goal FROM indicator "
        "WHERE indicator = 'UCJ' AND regency_code = '3302'"
    ).fetchall()
    assert (members, workers, workers - members) == (214_687, 684_654, 469_967)
    assert round(100 * value, 2) == 31.36
    assert round(100 * value, 1) != 31.6
    # 99.5 % is the goal of 2045; the national path asks for 32.15 % this year
    assert (target, goal) == (0.3215, 0.995)
    assert round(goal * workers) - members == 466_544


def test_covering_all_informal_workers_costs_45_billion_a_year(banyumas: duckdb.DuckDBPyConnection) -> None:
    answer = simulate(banyumas, Scenario("bpu", date(2025, 1, 1), 12))
    assert (answer.people, answer.rows["rupiah_total"].sum()) == (223_022, 44_961_235_200)
