"""UCJ and UHC: numerator, denominator, target, and no row where a source is lacking."""

from datetime import date

import duckdb
import pytest

from flows.find import find
from schemas.tables import create_statement, load_tables
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
    reasons = con.execute(
        "SELECT indicator, not_testable_reason FROM indicator_type WHERE indicator LIKE 'UCJ%' ORDER BY 1"
    )
    assert reasons.fetchall() == [
        ("UCJ", "tidak dapat dihitung: sasaran pekerja tidak ada"),
        ("UCJ_RENTAN", "tidak dapat dihitung: sasaran pekerja tidak ada"),
    ]


def test_a_regency_without_a_target_has_no_row() -> None:
    con = counted([("3601", 2026, 100, 0)])
    assert figures(con, "UCJ") == {"3601": (2, 100), "36": (2, 100)}
    assert figures(con, "UCJ_RENTAN") == {}


def estimated(errors: list[tuple[str, str, float, float]]) -> dict[str, tuple[float, float, float]]:
    """indicator -> value, low, high of 3601, where the links of DTSEN and JKN have these shares of errors."""
    con = resolved(
        "person | source | decile | status | segment\n"
        + "\n".join(f"p{n} | province | {1 if n < 8 else 7} | |" for n in range(10))
        + "\n"
        + "\n".join(f"p{n} | bpjs_kesehatan | | AKTIF | PBI" for n in range(4, 10))
    )
    con.execute(create_statement(load_tables()["link_error"]))
    con.executemany(
        "INSERT INTO link_error VALUES ('3601', 'province', ?, ?, 100, 1, 0.1, ?, ?, 'model')",
        errors or [("x", "x", 0, 0)],
    )
    find(con, AS_OF, ALL_KINDS, None)
    rows = con.execute("SELECT indicator, value, low, high FROM indicator WHERE regency_code = '3601'").fetchall()
    return {row[0]: row[1:] for row in rows}


def test_shares_that_rest_on_links_have_the_interval_that_wrong_links_leave() -> None:
    # 8 eligible, of whom 4 linked to an active card; 6 active PBI cards, of which 4 linked to an eligible person
    figures = estimated([("bpjs_kesehatan", "false", 0.0, 0.1), ("bpjs_kesehatan", "missed", 0.0, 0.2)])
    fewest, most = 4 * (1 - 0.1), 4 / (1 - 0.2)
    assert figures["PBI_REALISED"] == (0.5, pytest.approx(fewest / 8), pytest.approx(most / 8))
    assert figures["MISSED"] == (0.5, pytest.approx(1 - most / 8), pytest.approx(1 - fewest / 8))
    assert figures["MISDIRECTED"] == (
        pytest.approx(2 / 6),
        pytest.approx(1 - most / 6),
        pytest.approx(1 - fewest / 6),
    )
    assert figures["UHC_ACTIVE"][1:] == (None, None)


def test_an_interval_holds_the_figure_and_no_more_than_all() -> None:
    figures = estimated([("bpjs_kesehatan", "false", 0.0, 0.0), ("bpjs_kesehatan", "missed", 0.6, 0.9)])
    assert figures["MISSED"] == (0.5, 0.0, 0.5)
    assert figures["PBI_REALISED"] == (0.5, 0.5, 1.0)


@pytest.mark.parametrize(
    "errors", [[], [("bpjs_kesehatan", "false", 0.0, 0.1)], [("bpjs_ketenagakerjaan", "missed", 0.0, 0.1)]]
)
def test_without_both_estimates_there_is_no_interval(errors: list[tuple[str, str, float, float]]) -> None:
    assert estimated(errors)["MISSED"] == (0.5, None, None)


def test_the_query_of_an_indicator_gives_its_figures_by_hand() -> None:
    con = counted(TARGETS)
    for name, query in con.execute(
        "SELECT indicator, query FROM indicator_type WHERE testable AND unit <> 'pairs'"
    ).fetchall():
        by_hand = f"SELECT count(*), coalesce(sum(numerator), 0) FROM ({query}) WHERE denominator > 0"
        stored = (
            "SELECT count(*), coalesce(sum(numerator), 0) FROM (SELECT indicator, numerator FROM indicator "
            "UNION ALL SELECT indicator, numerator FROM indicator_part) WHERE indicator = $name"
        )
        assert con.execute(stored, {"name": name}).fetchall() == con.execute(by_hand).fetchall(), name
