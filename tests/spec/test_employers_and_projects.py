"""Employers that register nothing (PWBD) or a part (PDS), the roster of non-civil-servants, construction projects.

Each indicator counts what its class of finding finds: TK04, TK05, TK10, TK11.
"""

from __future__ import annotations

from datetime import date
from random import Random

import duckdb
import polars as pl
import pytest

from schemas.rules import load_rules
from tests.spec.world import found, searched

EMPLOYERS = """
    employer_no | business_no | regency_code | size_class | workers
    FULL        | 1           | 3601         | BESAR      | 2
    FEW         | 2           | 3601         | BESAR      | 3
    LOW         | 3           | 3601         | BESAR      | 1
    LACKS       | 4           | 3602         | BESAR      | 1
    GONE        | 5           | 3602         | KECIL      | 4
    NOBODY      | 6           | 3602         | KECIL      | 5
                | 7           | 3602         |            | 6
                | 8           | 3602         |            | 0
    FULL        | 1           | 3602         | BESAR      | 1
"""
ALL = "JKK+JKM+JHT+JP"
PEOPLE = f"""
    person | source               | status   | employer_no | programs | wage
    a      | bpjs_ketenagakerjaan | AKTIF    | FULL        | {ALL}    | 9000000
    b      | bpjs_ketenagakerjaan | AKTIF    | FULL        | {ALL}    | 9000000
    c      | bpjs_ketenagakerjaan | AKTIF    | FEW         | {ALL}    | 9000000
    c      | bpjs_ketenagakerjaan | AKTIF    | FEW         | {ALL}    | 9000000
    d      | bpjs_ketenagakerjaan | AKTIF    | LOW         | {ALL}    | 1000000
    e      | bpjs_ketenagakerjaan | AKTIF    | LACKS       | JKK+JKM  | 9000000
    f      | bpjs_ketenagakerjaan | NONAKTIF | GONE        | {ALL}    | 9000000
"""
AIM = load_rules().filter(rule="target").head(1).with_columns(
    rule=pl.lit("target"), item=pl.lit("PWBD"), value=pl.lit(0.1), legal_basis=pl.lit("uji"),
    berlaku_mulai=pl.lit(date(2026, 1, 1)), berlaku_sampai=pl.lit(None, pl.Date),
)  # fmt: skip


def figures(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, tuple[int, int]]:
    rows = con.execute("SELECT regency_code, numerator, denominator FROM indicator WHERE indicator = $1", [name])
    return {str(area): (top, below) for area, top, below in rows.fetchall()}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return searched(PEOPLE, more={"employers": EMPLOYERS})


def test_who_has_no_membership_at_all_is_pwbd(con: duckdb.DuckDBPyConnection) -> None:
    # of seven employers with workers: NOBODY's number is in no membership, and one has no number
    assert figures(con, "PWBD") == {"36": (2, 7), "3601": (0, 3), "3602": (2, 4)}
    ((basis,),) = con.execute("SELECT DISTINCT basis FROM indicator WHERE indicator = 'PWBD'").fetchall()
    assert basis.startswith("pemberi kerja WLKP tanpa kepesertaan")


def test_who_registers_part_of_the_workers_wages_or_programmes_is_pds(con: duckdb.DuckDBPyConnection) -> None:
    assert figures(con, "PDS_WORKERS") == {"36": (2, 5), "3601": (1, 3), "3602": (1, 2)}  # FEW, GONE
    assert figures(con, "PDS_WAGE") == {"36": (1, 5), "3601": (1, 3), "3602": (0, 2)}  # LOW
    assert figures(con, "PDS_PROGRAMME") == {"36": (1, 5), "3601": (0, 3), "3602": (1, 2)}  # LACKS
    assert figures(con, "PDS") == {"36": (4, 5), "3601": (2, 3), "3602": (2, 2)}
    assert figures(con, "EMPLOYEES_COVERED") == {"36": (5, 22), "3601": (4, 6), "3602": (1, 16)}
    assert con.execute("SELECT DISTINCT unit FROM indicator WHERE indicator LIKE 'P%DS%'").fetchall() == [
        ("employers",)
    ]


def test_the_employers_counted_are_those_of_the_findings(con: duckdb.DuckDBPyConnection) -> None:
    for code, column, name in (("TK04", "wage_findings", "PDS_WAGE"), ("TK05", "programme_findings", "PDS_PROGRAMME")):
        of_findings = {
            row[0]
            for row in con.execute(
                "SELECT DISTINCT employer_no FROM record SEMI JOIN (SELECT unnest(record_ids) AS record_id "
                "FROM finding WHERE code = $1 AND state = 'open') USING (record_id)",
                [code],
            ).fetchall()
        }
        counted = con.execute(f"SELECT employer_no FROM employer_compliance WHERE {column} > 0").fetchall()
        assert {row[0] for row in counted} == of_findings
        assert figures(con, name)["36"][0] == len(of_findings)


def test_an_office_may_set_a_target() -> None:
    con = searched(PEOPLE, more={"employers": EMPLOYERS}, rules=pl.concat([load_rules(), AIM]))
    row = con.execute("SELECT DISTINCT target, basis LIKE '%; target: uji' FROM indicator WHERE indicator = 'PWBD'")
    assert row.fetchall() == [(0.1, True)]


def test_what_did_not_come_cannot_be_counted() -> None:
    con = searched(PEOPLE, kinds=frozenset({"bpjs_ketenagakerjaan"}))
    rows = con.execute("SELECT indicator, not_testable_reason FROM indicator_type").fetchall()
    reasons = dict(rows)
    assert reasons["PWBD"] == reasons["PDS"] == "tidak dapat dihitung: WLKP Disnaker tidak ada"
    assert reasons["PDS_WAGE"] == reasons["PWBD"]  # the minimum wages of Banten come with padan
    assert reasons["ROSTER_COVERED"] == "tidak dapat dihitung: daftar pegawai non-ASN tidak ada"
    assert reasons["PROJECT_COVERED"] == "tidak dapat dihitung: daftar proyek jasa konstruksi tidak ada"
    assert not figures(con, "PWBD") and not figures(con, "ROSTER_COVERED") and not figures(con, "PROJECT_COVERED")


ROSTER = """
    person  | source               | regency_code | village_code | status   | sex
    insured | roster               | 3601         | 3601012001   |          | P
    insured | bpjs_ketenagakerjaan |              |              | AKTIF    |
    lapsed  | roster               | 3601         | 3602012001   |          | P
    lapsed  | bpjs_ketenagakerjaan |              |              | NONAKTIF |
    lacking | roster               | 3602         |              |          | L
    dead    | roster               | 3601         |              |          | L
    dead    | civil_deaths         |              |              |          |
"""


def test_the_roster_counts_the_living_and_leaves_those_of_tk10() -> None:
    con = searched(ROSTER)
    assert figures(con, "ROSTER_COVERED") == {"36": (1, 3), "3601": (1, 2), "3602": (0, 1)}
    assert figures(con, "ROSTER_COST") == {"36": (33_600, 3), "3601": (16_800, 2), "3602": (16_800, 1)}
    assert found(con, "TK10") == ["lacking", "lapsed"]
    money = con.execute(
        "SELECT regency_code, sum(rupiah_per_month)::BIGINT FROM finding WHERE code = 'TK10' GROUP BY 1"
    )
    assert dict(money.fetchall()) == {"3601": 16_800, "3602": 16_800}
    parts = con.execute(
        "SELECT dimension, dimension_value, numerator, denominator FROM indicator_part "
        "WHERE indicator = 'ROSTER_COVERED' AND regency_code = '3601' AND dimension IN ('sex', 'village') ORDER BY ALL"
    )
    # a village of another regency than the roster names is not known here
    assert parts.fetchall() == [("sex", "P", 1, 2), ("village", "3601012001", 1, 1), ("village", "UNKNOWN", 0, 1)]


PROJECTS = """
    contract_no | project_name | contract_value | start_date | end_date   | regency_code | project_no
    K1          | Jalan        | 100000000      | 2026-01-01 | 2026-12-31 | 3601         | 2300001078094
    K2          | Jembatan     | 100000000      | 2026-01-01 |            | 3601         |
    K3          | Gedung       | 900000000      | 2026-01-01 | 2026-11-19 | 3601         |
    K4          | Irigasi      | 300000000      | 2026-11-21 | 2026-12-31 | 3602         |
    K5          | Pasar        | 200000000      |            |            | 3602         |
    K5          | Pasar        | 200000000      |            |            | 3602         | 2300001078095
"""


def test_projects_under_way_leave_those_of_tk11() -> None:
    con = searched("person | source\na | province", more={"construction": PROJECTS})
    assert figures(con, "PROJECT_COVERED") == {"36": (1, 3), "3601": (1, 2), "3602": (0, 1)}
    contracts = con.execute("SELECT regency_code, count(*) FROM finding WHERE code = 'TK11' GROUP BY 1 ORDER BY 1")
    assert contracts.fetchall() == [("3601", 1), ("3602", 1)]
    unpaid, every = figures(con, "PROJECT_DUES")["36"]
    told = con.execute("SELECT detail FROM finding WHERE code = 'TK11'").fetchall()
    assert unpaid == sum(int(text.split("iuran Jakon Rp")[1].split()[0]) for (text,) in told)
    assert unpaid < every
    assert con.execute("SELECT DISTINCT unit FROM indicator WHERE indicator = 'PROJECT_COVERED'").fetchall() == [
        ("projects",)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_employers_of_any_world_are_those_of_the_plain_reference(seed: int) -> None:
    random = Random(seed)
    numbers = [f"N{number}" for number in range(30)]
    employers = [
        (number if random.random() < 0.9 else "", random.choice(["3601", "3602"]), random.randint(0, 4))
        for number in numbers
    ]
    jobs = [(random.choice(numbers[:25]), random.choice(["AKTIF", "AKTIF", "NONAKTIF"])) for _ in range(50)]
    con = searched(
        "person | source | status | employer_no\n"
        + "\n".join(f"p{n} | bpjs_ketenagakerjaan | {status} | {number}" for n, (number, status) in enumerate(jobs)),
        more={
            "employers": "employer_no | business_no | regency_code | workers\n"
            + "\n".join(f"{number} | {n} | {area} | {workers}" for n, (number, area, workers) in enumerate(employers))
        },
    )
    duty = [one for one in employers if one[2]]
    known = [one for one in duty if one[0] in {number for number, _ in jobs}]
    active = {number: sum(job == (number, "AKTIF") for job in jobs) for number in numbers}
    for area in ("3601", "3602", "36"):
        inside = [one for one in duty if one[1].startswith(area)]
        registered = [one for one in inside if one in known]
        assert figures(con, "PWBD")[area] == (len(inside) - len(registered), len(inside))
        partial = [number for number, _, workers in registered if active[number] < workers]
        assert figures(con, "PDS_WORKERS")[area] == (len(partial), len(registered))
