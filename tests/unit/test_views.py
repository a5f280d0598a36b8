"""The declared views: each readable, commented in both languages, and answering its question on a small world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from flows.publish import describe_run
from flows.regions import store_regions
from schemas.errors import PadanError
from schemas.tables import create_statement, load_tables
from schemas.views import load_views, parse_view, view_statements
from tests.spec.world import AS_OF, searched

# a: on both budgets; b: dead by certificate and billed; c: eligible, card lost in time; d: eligible, never a card;
# e: moved and still paid by 3601; f: PBI without being in DTSEN; g: a wage worker on PBI; h: an uncovered worker.
WORLD = """
    person | source               | decile | status   | status_date | segment | regency_code | village_code | job
    a      | province             | 8      |          |             |         | 3601         | 3601012001   |
    a      | bpjs_kesehatan       |        | AKTIF    |             | PBI     | 3601         |              |
    a      | decree               |        |          |             |         | 3601         |              |
    b      | province             | 2      |          |             |         | 3601         | 3601012001   |
    b      | civil_deaths         |        |          | 2026-05-01  |         | 3601         |              |
    b      | bpjs_kesehatan       |        | AKTIF    |             | PDA     | 3601         |              |
    b      | bpjs_kesehatan_bill  |        |          |             |         | 3601         |              |
    c      | province             | 3      |          |             |         | 3602         | 3602012001   |
    c      | bpjs_kesehatan       |        | NONAKTIF | 2026-09-20  | PBI     | 3602         |              |
    d      | province             | 1      |          |             |         | 3602         | 3602012001   |
    e      | province             | 7      |          |             |         | 3602         | 3602012001   |
    e      | bpjs_kesehatan       |        | AKTIF    |             | PDA     | 3602         |              |
    e      | decree               |        |          |             |         | 3601         |              |
    f      | bpjs_kesehatan       |        | AKTIF    |             | PBI     | 3601         | 3601012001   |
    g      | province             | 2      |          |             |         | 3601         | 3601012001   |
    g      | bpjs_kesehatan       |        | AKTIF    |             | PBI     | 3601         |              |
    g      | bpjs_ketenagakerjaan |        | AKTIF    |             | PU      | 3601         |              |
    h      | province             | 1      |          |             |         | 3601         | 3601012001   | farmer
"""
MOMENT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A small night with every view; `who` is the person's letter by person_id."""
    con = searched(WORLD)
    describe_run(con, "run-1", AS_OF, MOMENT, MOMENT, "hash")
    store_regions(con)
    con.execute(create_statement(load_tables()["source_file"]))
    con.execute(
        "INSERT INTO source_file (run_id, source, file, sha256, rows_accepted) "
        "SELECT 'run-1', source, file, md5(file), count(*) FROM record GROUP BY source, file"
    )
    there = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    for table in load_tables().values():
        if table.name not in there:
            con.execute(create_statement(table))
    for view in load_views().values():
        for statement in view_statements(view):
            con.execute(statement)
    yield con
    con.close()


def answers(con: duckdb.DuckDBPyConnection, columns: str, view: str) -> list[tuple[object, ...]]:
    """The columns of a view's rows with the person's letter first."""
    return con.execute(f"SELECT label, {columns} FROM {view} JOIN label USING (person_id) ORDER BY ALL").fetchall()


@pytest.mark.parametrize("name", sorted(load_views()))
def test_a_view_says_what_it_is_and_its_columns_are_those_of_its_query(
    con: duckdb.DuckDBPyConnection, name: str
) -> None:
    view = load_views()[name]
    assert "(id: " in view.comment
    assert view.question_id.endswith("?")
    assert view.question_en.endswith("?")
    assert all("(id: " in comment for _, comment in view.columns)
    con.execute(f"SELECT * FROM ({view.query}) LIMIT 0")
    assert tuple(column[0] for column in con.description or ()) == view.column_names


def test_who_is_paid_twice(con: duckdb.DuckDBPyConnection) -> None:
    assert answers(con, "codes, regency_name, rupiah_per_month", "paid_twice") == [
        ("a", "FN01", "Kabupaten Pandeglang", 37800)
    ]


def test_who_is_dead_and_still_paid_for(con: duckdb.DuckDBPyConnection) -> None:
    columns = "months_since_death, has_certificate, billed, rupiah_per_month"
    assert answers(con, columns, "dead_still_paid") == [("b", 6, True, True, 37800)]


def test_who_is_eligible_and_uncovered_and_what_can_be_done(con: duckdb.DuckDBPyConnection) -> None:
    found = answers(con, "remedy, days_left, regency_name", "eligible_uncovered")
    assert found == [
        ("c", "reaktivasi", 120, "Kabupaten Lebak"),
        ("d", "usul baru", None, "Kabupaten Lebak"),
        ("h", "usul baru", None, "Kabupaten Pandeglang"),
    ]


def test_who_moved_and_who_pays(con: duckdb.DuckDBPyConnection) -> None:
    assert answers(con, "payer_code, regency_code", "moved_still_paid") == [("e", "3601", "3602")]
    assert answers(con, "programme, ground, payer, payer_code, rupiah_per_month", "who_pays") == [
        ("a", "JKN", "SK", "APBD", "3601", 37800),
        ("a", "JKN", "kartu", "APBN", None, 42000),
        ("b", "JKN", "kartu", "APBD", None, 37800),
        ("b", "JKN", "tagihan", "APBD", "3601", 37800),
        ("e", "JKN", "SK", "APBD", "3601", 37800),
        ("e", "JKN", "kartu", "APBD", None, 37800),
        ("f", "JKN", "kartu", "APBN", None, 42000),
        ("g", "JKN", "kartu", "APBN", None, 42000),
        ("g", "Jamsostek", "kepesertaan", "PEMBERI KERJA", None, None),
    ]


def test_who_receives_without_qualifying(con: duckdb.DuckDBPyConnection) -> None:
    assert answers(con, "reason", "misdirected_pbi") == [("a", "desil 8"), ("f", "tidak di DTSEN")]
    assert answers(con, "has_pbi_active", "subsidised_worker") == [("g", True)]
    assert answers(con, "is_poorest", "uncovered_worker") == [("h", True)]


def test_a_finding_leads_to_file_checksum_and_row(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT e.source, e.file, e.source_row = r.source_row, e.sha256 = md5(e.file), e.status "
        "FROM finding_evidence AS e JOIN record AS r USING (record_id) WHERE code = 'ST01' ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("bpjs_kesehatan", "bpjs_kesehatan.csv", True, True, "AKTIF"),
        ("bpjs_kesehatan_bill", "bpjs_kesehatan_bill.csv", True, True, None),
        ("civil_deaths", "civil_deaths.csv", True, True, "MENINGGAL"),
    ]


def test_the_counts_are_those_of_the_findings(con: duckdb.DuckDBPyConnection) -> None:
    counted = con.execute(
        "SELECT sum(findings), sum(rupiah_counted) FROM finding_by_regency "
        "UNION ALL SELECT count(*), sum(rupiah_per_month) FILTER (is_primary) FROM finding WHERE state = 'open' "
        "UNION ALL SELECT count(*), sum(rupiah_per_month) FILTER (is_primary) FROM open_finding"
    ).fetchall()
    assert counted[0] == counted[1] == counted[2]
    assert (
        con.execute("SELECT sum(findings) FROM money_by_payer").fetchall()
        == con.execute(
            "SELECT count(*) FROM finding WHERE state = 'open' AND is_primary AND rupiah_per_month > 0"
        ).fetchall()
    )


def test_a_regencys_decree_and_bill_stand_side_by_side(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute("SELECT * EXCLUDE (regency_name) FROM regency_account").fetchall()
    assert rows == [("3601", 2, 2, 1, 1, 37800, 0, 2, 1, 1)]
    line = con.execute("SELECT amount, tariff, difference, in_decree, alive, times_billed FROM bill_line").fetchall()
    assert line == [(37800, 37800, 0, False, False, 1)]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("-- no view", "does not hold CREATE VIEW a"),
        ("CREATE VIEW a (\n    b,  -- comment (id: b)\n) AS\nSELECT 1 AS b\n", "does not say its question_id"),
        ("-- question_id: x?\n-- question_en: x?\nCREATE VIEW a (\n    b,\n) AS\nSELECT 1 AS b\n", "without comment"),
    ],
)
def test_a_malformed_declaration_is_refused(sql: str, says: str) -> None:
    with pytest.raises(PadanError, match=says):
        parse_view("a", sql)
