"""What covering the uncovered costs: every amount here is worked out by hand."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from flows.simulate import Answer, Scenario, simulate
from schemas.errors import UsageError
from schemas.rules import load_rules
from tests.spec.world import resolved, searched

PEOPLE = """
    person   | source               | kk | regency_code | birth_date | decile | excluded | job    | status    | segment
    poor     | province             | 1  | 3601         | 1980-01-01 | 1      |          | farmer |           |
    driver   | province             | 2  | 3601         | 1980-01-01 | 1      |          | driver |           |
    second   | province             | 3  | 3602         | 1980-01-01 | 2      |          | farmer |           |
    pupil    | province             | 4  | 3602         | 2012-01-01 | 3      |          | pupil  |           |
    rich     | province             | 5  | 3601         | 1980-01-01 | 8      |          | trader |           |
    barred   | province             | 6  | 3601         | 1980-01-01 | 1      | true     | farmer |           |
    unranked | province             | 7  | 3601         | 1950-01-01 | 0      |          | farmer |           |
    covered  | province             | 8  | 3601         | 1980-01-01 | 1      |          | farmer |           |
    covered  | bpjs_kesehatan       |    | 3601         | 1980-01-01 |        |          |        | AKTIF     | PBI
    covered  | bpjs_ketenagakerjaan |    | 3601         | 1980-01-01 |        |          |        | AKTIF     | BPU
    dead     | province             | 9  | 3601         | 1980-01-01 | 1      |          | farmer |           |
    dead     | civil_deaths         |    | 3601         | 1980-01-01 |        |          |        |           |
    lapsed   | province             | 10 | 3601         | 1980-01-01 | 4      |          | farmer |           |
    lapsed   | bpjs_kesehatan       |    | 3601         | 1980-01-01 |        |          |        | NONAKTIF  | PBI
"""
DECEMBER = date(2026, 12, 1)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return resolved(PEOPLE)


def rows(answer: Answer) -> list[tuple[object, ...]]:
    """fund, regency, first and last month as YYYY-MM, people, rupiah a month and in all."""
    months = pl.col("from_month", "to_month").dt.strftime("%Y-%m")
    return answer.rows.select("fund", "regency_code", months, "people", "rupiah_per_month", "rupiah_total").rows()


def test_pbi_is_for_the_eligible_without_an_active_card_and_paid_by_apbn(con: duckdb.DuckDBPyConnection) -> None:
    # 3601: poor, driver, lapsed; 3602: second, pupil
    assert rows(simulate(con, Scenario("pbi", DECEMBER, 2))) == [
        ("APBN", "3601", "2026-12", "2027-01", 3, 3 * 42000, 2 * 3 * 42000),
        ("APBN", "3602", "2026-12", "2027-01", 2, 2 * 42000, 2 * 2 * 42000),
    ]


def test_pda_is_shared_by_province_and_regency_and_apbn_adds_its_part(con: duckdb.DuckDBPyConnection) -> None:
    answer = simulate(con, Scenario("pda", DECEMBER, 12, province_share=0.4, where="regency_code = '3602'"))
    assert rows(answer) == [
        ("APBD_KAB", "3602", "2026-12", "2027-11", 2, 2 * 22680, 24 * 22680),
        ("APBD_PROV", "3602", "2026-12", "2027-11", 2, 2 * 15120, 24 * 15120),
        ("APBN_PDA", "3602", "2026-12", "2027-11", 2, 2 * 4200, 24 * 4200),
    ]
    assert answer.rows["segment"].unique().to_list() == ["PDA"]


def test_anyone_takes_in_who_is_not_eligible_but_nobody_dead_or_covered(con: duckdb.DuckDBPyConnection) -> None:
    answer = simulate(con, Scenario("pda", DECEMBER, 1, anyone=True))
    assert answer.people == 8
    assert answer.deciles.rows() == [(1, 3, 3), (2, 1, 1), (3, 1, 1), (4, 1, 1), (8, 1, 1), (0, 1, 1)]


def test_who_pays_himself_pays_half_as_long_as_the_rule_lasts(con: duckdb.DuckDBPyConnection) -> None:
    # poor and barred work elsewhere, the driver in transport, whose reduction lasts until March 2027
    asked = Scenario("bpu", date(2026, 11, 1), 6, payer="MANDIRI", where="decile = 1")
    assert rows(simulate(con, asked)) == [
        ("MANDIRI", "3601", "2026-11", "2026-12", 3, 3 * 8400, 2 * 3 * 8400),
        ("MANDIRI", "3601", "2027-01", "2027-03", 3, 8400 + 2 * 16800, 3 * (8400 + 2 * 16800)),
        ("MANDIRI", "3601", "2027-04", "2027-04", 3, 3 * 16800, 3 * 16800),
    ]


@pytest.mark.parametrize(
    ("payer", "month", "dues"),
    [
        ("APBD", date(2026, 5, 1), 16800),
        ("APBN", date(2026, 5, 1), 16800),
        ("DBHCHT", date(2026, 5, 1), 16800),
        ("DANA DESA", date(2026, 5, 1), 16800),
        ("CSR", date(2026, 5, 1), 8400),
        ("BAZNAS", date(2026, 5, 1), 8400),
        ("CSR", date(2026, 3, 1), 16800),
        ("CSR", date(2027, 1, 1), 16800),
        ("MANDIRI", date(2025, 12, 1), 16800),
    ],
)
def test_the_reduction_depends_on_payer_and_month(
    con: duckdb.DuckDBPyConnection, payer: str, month: date, dues: int
) -> None:
    answer = simulate(con, Scenario("bpu", month, 1, payer=payer, where="job = 'farmer' AND decile = 2"))
    assert answer.rows["rupiah_total"].to_list() == [dues]


def test_months_across_a_change_of_tariff_are_priced_each_by_its_own() -> None:
    old = load_rules()
    at = (pl.col("rule") == "jkn_tariff") & (pl.col("item") == "PBI")
    line = old.filter(at)
    changed = pl.concat(
        [
            old.filter(~at),
            line.with_columns(berlaku_sampai=pl.lit(date(2027, 1, 31))),
            line.with_columns(berlaku_mulai=pl.lit(date(2027, 2, 1)), value=pl.lit(70000.0)),
        ]
    )
    con = resolved(PEOPLE, rules=changed)
    assert rows(simulate(con, Scenario("pbi", DECEMBER, 3, where="regency_code = '3602'"))) == [
        ("APBN", "3602", "2026-12", "2027-01", 2, 84000, 168000),
        ("APBN", "3602", "2027-02", "2027-02", 2, 140000, 140000),
    ]


@pytest.mark.parametrize(
    ("budget", "fund", "deciles"),
    [
        (12 * 42000 * 3, None, [(1, 2, 2), (2, 1, 1), (3, 1, 0), (4, 1, 0)]),
        (12 * 42000 * 3 - 1, None, [(1, 2, 2), (2, 1, 0), (3, 1, 0), (4, 1, 0)]),
        (12 * 37800 * 4, "APBD_KAB", [(1, 2, 2), (2, 1, 1), (3, 1, 1), (4, 1, 0)]),
        (12 * 4200, "APBN_PDA", [(1, 2, 1), (2, 1, 0), (3, 1, 0), (4, 1, 0)]),
        (1, None, [(1, 2, 0), (2, 1, 0), (3, 1, 0), (4, 1, 0)]),
    ],
)
def test_a_budget_goes_to_the_poorest_first(
    con: duckdb.DuckDBPyConnection, budget: int, fund: str | None, deciles: list[tuple[int, int, int]]
) -> None:
    answer = simulate(con, Scenario("pda", DECEMBER, budget=budget, budget_fund=fund))
    assert answer.deciles.rows() == deciles
    assert answer.matching == 5
    capped = answer.rows if fund is None else answer.rows.filter(fund=fund)
    assert capped["rupiah_total"].sum() <= budget


def test_a_budget_counts_what_each_person_costs(con: duckdb.DuckDBPyConnection) -> None:
    # January to March 2027: the driver 3 x 8,400, the farmers 3 x 16,800
    asked = Scenario("bpu", date(2027, 1, 1), 3, payer="MANDIRI", where="decile = 1", budget=3 * (8400 + 16800))
    assert simulate(con, asked).rows["rupiah_total"].sum() in (3 * 16800, 3 * (8400 + 16800))


def test_nobody_to_cover_gives_no_row(con: duckdb.DuckDBPyConnection) -> None:
    answer = simulate(con, Scenario("pbi", DECEMBER, where="decile = 9"))
    assert (answer.people, answer.rows.height) == (0, 0)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Scenario("pbi", date(2019, 1, 1)), "no jkn_tariff PBI for 2019-01"),
        (Scenario("pbi", DECEMBER, budget=1, budget_fund="CSR"), "CSR pays nothing here; those who do: APBN"),
        (Scenario("bpu", DECEMBER, payer="TOKO"), "Nobody called TOKO"),
        (Scenario("pbi", DECEMBER, payer="CSR"), "A payer can be chosen for bpu only"),
        (Scenario("bpu", DECEMBER, province_share=0.5), "A province has a share in pda only"),
        (Scenario("pbi", DECEMBER, 241), "at most 240 months"),
    ],
)
def test_what_cannot_be_priced_is_said(con: duckdb.DuckDBPyConnection, asked: Scenario, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        simulate(con, asked)


def test_every_night_answers_the_standing_questions() -> None:
    con = searched(PEOPLE)
    # informal workers of decile 1 without cover: poor, driver, barred
    assert con.execute(
        "SELECT scenario, from_month, months, people, rupiah_total FROM scenario ORDER BY 1"
    ).fetchall() == [
        ("ELIGIBLE_PBI", DECEMBER, 12, 5, 5 * 12 * 42000),
        ("ELIGIBLE_PDA", DECEMBER, 12, 5, 5 * 12 * 42000),
        ("POOR_WORKERS_APBD", DECEMBER, 12, 3, 3 * 12 * 16800),
        ("POOR_WORKERS_MANDIRI", DECEMBER, 12, 3, 3 * 8400 + 3 * (8400 + 2 * 16800) + 8 * 3 * 16800),
    ]
    differ = (
        "SELECT count(*) FROM (SELECT scenario, sum(rupiah_total) AS s FROM simulation GROUP BY 1) JOIN scenario "
        "USING (scenario) WHERE s <> rupiah_total"
    )
    assert con.execute(differ).fetchall() == [(0,)]


def test_a_night_before_the_tariffs_says_so() -> None:
    con = searched(PEOPLE, as_of=date(2015, 1, 1))
    reasons = con.execute("SELECT DISTINCT testable, not_testable_reason, people FROM scenario").fetchall()
    assert reasons == [(False, "tidak dapat dihitung: tarif bulan-bulan itu tidak ada di aturan bertanggal", None)]
