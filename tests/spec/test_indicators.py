"""UCJ and UHC: numerator, denominator, target, and no row where a source is lacking."""

from datetime import date

import duckdb
import pytest

from flows.find import find
from tests.spec.world import ALL_KINDS, AS_OF, resolved, searched

PEOPLE = """
    person  | source               | village_code | regency_code | status    | segment
    active  | regency              | 3601012001   | 3601         |           |
    active  | bpjs_kesehatan       |              | 3601         | AKTIF     | PBI
    active  | bpjs_ketenagakerjaan |              | 3671         | AKTIF     | PU
    lapsed  | regency              | 3601012001   | 3601         |           |
    lapsed  | bpjs_kesehatan       |              | 3601         | NONAKTIF  | PBI
    lapsed  | bpjs_ketenagakerjaan |              | 3601         | NONAKTIF  | PU
    none    | regency              | 3601012001   | 3601         |           |
    none    | bpjs_ketenagakerjaan |              | 3601         | AKTIF     | BPU
    dead    | regency              | 3601012001   | 3601         | MENINGGAL |
    dead    | bpjs_kesehatan       |              | 3601         | AKTIF     | PBI
    other   | regency              | 3671012001   | 3671         |           |
    other   | bpjs_ketenagakerjaan |              | 3601         | AKTIF     | BPU
    other   | bpjs_ketenagakerjaan |              | 3671         | AKTIF     | BPU
    away    | bpjs_kesehatan       | 3201012001   | 3201         | AKTIF     | PBI
"""
TARGETS = [
    ("3601", 2025, 90, 50), ("3601", 2026, 100, 40), ("3601", 2027, 110, 30),
    ("3671", 2026, 10, 8), ("36", 2026, 999, 9),
]  # fmt: skip


def counted(targets: list[tuple[str, int, int, int]], as_of: date = AS_OF) -> duckdb.DuckDBPyConnection:
    con = resolved(PEOPLE, as_of=as_of)
    con.execute(
        "CREATE TABLE workforce (owner_code VARCHAR, file VARCHAR, source_row BIGINT, regency_code VARCHAR, "
        "year INTEGER, workers_target BIGINT, vulnerable_target BIGINT)"
    )
    if targets:
        con.executemany("INSERT INTO workforce VALUES ('36', 'workforce.csv', 1, ?, ?, ?, ?)", targets)
    find(con, as_of, ALL_KINDS | {"workforce"}, None)
    return con


def figures(con: duckdb.DuckDBPyConnection, indicator: str) -> dict[str, tuple[int, int]]:
    rows = con.execute(
        "SELECT regency_code, numerator, denominator FROM indicator WHERE indicator = $name", {"name": indicator}
    ).fetchall()
    return {str(row[0]): (row[1], row[2]) for row in rows}


def test_uhc_counts_living_people_by_where_they_live() -> None:
    con = counted(TARGETS)
    assert figures(con, "UHC_REGISTERED") == {"3601": (2, 3), "3671": (0, 1), "36": (2, 4)}
    assert figures(con, "UHC_ACTIVE") == {"3601": (1, 3), "3671": (0, 1), "36": (1, 4)}
    targets = con.execute("SELECT DISTINCT indicator, target FROM indicator WHERE indicator LIKE 'UHC%' ORDER BY 1")
    assert targets.fetchall() == [("UHC_ACTIVE", 0.8), ("UHC_REGISTERED", 0.98)]


def test_ucj_counts_active_members_by_membership_against_this_years_target() -> None:
    con = counted(TARGETS)
    assert figures(con, "UCJ") == {"3601": (2, 100), "3671": (2, 10), "36": (3, 110)}
    assert figures(con, "UCJ_RENTAN") == {"3601": (2, 40), "3671": (1, 8), "36": (2, 48)}
    values = con.execute("SELECT value, target FROM indicator WHERE indicator = 'UCJ' AND regency_code = '3601'")
    assert values.fetchall() == [(0.02, 0.3499)]


@pytest.mark.parametrize(
    ("as_of", "workers"), [(date(2028, 1, 1), 110), (date(2024, 1, 1), 90), (date(2025, 6, 1), 90)]
)
def test_ucj_takes_the_year_or_the_latest_before_or_the_earliest(as_of: date, workers: int) -> None:
    con = counted(TARGETS, as_of)
    assert figures(con, "UCJ")["3601"][1] == workers


def test_a_year_without_a_target_in_force_has_no_target() -> None:
    con = counted(TARGETS, date(2028, 1, 1))
    assert con.execute("SELECT DISTINCT target FROM indicator WHERE indicator = 'UCJ'").fetchall() == [(None,)]


def test_without_the_workforce_there_is_no_ucj_and_a_reason() -> None:
    con = searched(PEOPLE)
    assert figures(con, "UCJ") == {}
    reasons = con.execute("SELECT indicator, not_testable_reason FROM indicator_type WHERE NOT testable ORDER BY 1")
    assert reasons.fetchall() == [
        ("UCJ", "tidak dapat dihitung: sasaran pekerja tidak ada"),
        ("UCJ_RENTAN", "tidak dapat dihitung: sasaran pekerja tidak ada"),
    ]


def test_a_regency_without_a_target_has_no_row() -> None:
    con = counted([("3601", 2026, 100, 0)])
    assert figures(con, "UCJ") == {"3601": (2, 100), "36": (2, 100)}
    assert figures(con, "UCJ_RENTAN") == {}
