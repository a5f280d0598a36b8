"""What TK02 to TK11 find, and what they leave alone (docs/findings_money.md)."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.spec.world import ALL_KINDS, found, searched

WAGES = ALL_KINDS | {"employers"}


def money(con: duckdb.DuckDBPyConnection, code: str) -> dict[str, int]:
    rows = con.execute(
        "SELECT label, rupiah_per_month FROM finding JOIN label USING (person_id) WHERE code = $code ORDER BY label",
        {"code": code},
    ).fetchall()
    return {str(label): rupiah for label, rupiah in rows}


def detail(con: duckdb.DuckDBPyConnection, code: str) -> list[str]:
    rows = con.execute("SELECT detail FROM finding WHERE code = $code ORDER BY detail", {"code": code}).fetchall()
    return [str(row[0]) for row in rows]


def test_tk02_health_only_employee() -> None:
    con = searched("""
        person      | source               | status   | segment | segment_as_written | relation
        alone       | bpjs_kesehatan       | AKTIF    | PPU     | PPU BU             | head
        unsaid      | bpjs_kesehatan       | AKTIF    | PPU     | PPU                | head
        lapsed      | bpjs_kesehatan       | AKTIF    | PPU     | PPU BU             | head
        lapsed      | bpjs_ketenagakerjaan | NONAKTIF | PU      |                    |
        insured     | bpjs_kesehatan       | AKTIF    | PPU     | PPU BU             | head
        insured     | bpjs_ketenagakerjaan | AKTIF    | PU      |                    |
        own_account | bpjs_kesehatan       | AKTIF    | PPU     | PPU BU             | head
        own_account | bpjs_ketenagakerjaan | AKTIF    | BPU     |                    |
        child       | bpjs_kesehatan       | AKTIF    | PPU     | PPU BU             | child
        wife        | bpjs_kesehatan       | AKTIF    | PPU     | PPU BU             | spouse
        official    | bpjs_kesehatan       | AKTIF    | PPU     | PPU PN             | head
        soldier     | bpjs_kesehatan       | AKTIF    | PPU     | Anggota TNI        | head
        left        | bpjs_kesehatan       | NONAKTIF | PPU     | PPU BU             | head
        dead        | bpjs_kesehatan       | AKTIF    | PPU     | PPU BU             | head
        dead        | civil_deaths         |          |         |                    |
        pbi         | bpjs_kesehatan       | AKTIF    | PBI     | PBI JK             | head
    """)
    assert found(con, "TK02") == ["alone", "lapsed", "unsaid"]


def test_tk03_employment_only_employee() -> None:
    con = searched("""
        person   | source               | status   | segment | wage     | nik              | nik_status
        no_card  | bpjs_ketenagakerjaan | AKTIF    | PU      | 4000000  | 3601014101800001 | valid
        pbi      | bpjs_ketenagakerjaan | AKTIF    | PU      | 20000000 | 3601014101800001 | valid
        pbi      | bpjs_kesehatan       | AKTIF    | PBI     |          |                  |
        off      | bpjs_ketenagakerjaan | AKTIF    | PU      |          | 3601014101800001 | valid
        off      | bpjs_kesehatan       | NONAKTIF | PPU     |          |                  |
        two_jobs | bpjs_ketenagakerjaan | AKTIF    | PU      | 3000000  | 3601014101800001 | valid
        two_jobs | bpjs_ketenagakerjaan | AKTIF    | PU      | 2000000  | 3601014101800001 | valid
        right    | bpjs_ketenagakerjaan | AKTIF    | PU      | 4000000  | 3601014101800001 | valid
        right    | bpjs_kesehatan       | AKTIF    | PPU     |          |                  |
        left     | bpjs_ketenagakerjaan | NONAKTIF | PU      | 4000000  | 3601014101800001 | valid
        bpu      | bpjs_ketenagakerjaan | AKTIF    | BPU     | 4000000  | 3601014101800001 | valid
        unknown  | bpjs_ketenagakerjaan | AKTIF    | PU      | 4000000  |                  |
        listed   | bpjs_ketenagakerjaan | AKTIF    | PU      | 4000000  |                  |
        listed   | province             |          |         |          |                  |
        dead     | bpjs_ketenagakerjaan | AKTIF    | PU      | 4000000  | 3601014101800001 | valid
        dead     | civil_deaths         |          |         |          |                  |
    """)
    assert money(con, "TK03") == {"listed": 200_000, "no_card": 200_000, "off": 0, "pbi": 600_000, "two_jobs": 250_000}


FIRMS = {
    "employers": """
        employer_no | regency_code | size_class | workers | source_row
        L           | 3602         | BESAR      | 500     | 1
        M           | 3601         |            | 30      | 2
        S           | 3601         | USAHA KECIL| 15      | 3
        X           | 3601         | MIKRO      | 2       | 4
        N           | 3601         |            |         | 5
        T           | 3601         |            | 3       | 6
        T           | 3602         |            | 300     | 7
    """
}


def test_tk04_wage_below_the_minimum_of_the_employers_regency() -> None:
    # UMK 2026: 3601 Rp3,360,078.06; 3602 Rp3,330,010.62; 3671 Rp5,399,405.69
    con = searched(
        """
        person     | source               | segment | status   | wage    | employer_no | regency_code | programs
        below      | bpjs_ketenagakerjaan | PU      |          | 3360077 | M           | 3602         | JKK+JKM+JHT+JP
        equal      | bpjs_ketenagakerjaan | PU      |          | 3360078 | M           | 3602         | JKK+JKM
        elsewhere  | bpjs_ketenagakerjaan | PU      |          | 3330011 | L           | 3671         | JKK+JKM
        small      | bpjs_ketenagakerjaan | PU      |          | 1000000 | S           | 3601         | JKK+JKM
        micro      | bpjs_ketenagakerjaan | PU      |          | 1000000 | X           | 3601         | JKK+JKM
        counted    | bpjs_ketenagakerjaan | PU      |          | 1000000 | T           | 3601         |
        no_size    | bpjs_ketenagakerjaan | PU      |          | 1360078 | N           | 3601         | JKK
        not_listed | bpjs_ketenagakerjaan | PU      |          | 5399404 | ?           | 3671         | JKK+JKM
        province   | bpjs_ketenagakerjaan | PU      |          | 3100880 | ?           | 3699         | JKK+JKM
        nowhere    | bpjs_ketenagakerjaan | PU      |          | 1000000 | ?           | 3201         | JKK+JKM
        no_wage    | bpjs_ketenagakerjaan | PU      |          |         | M           | 3601         | JKK+JKM
        zero       | bpjs_ketenagakerjaan | PU      |          | 0       | M           | 3601         | JKK+JKM
        left       | bpjs_ketenagakerjaan | PU      | NONAKTIF | 1000000 | M           | 3601         | JKK+JKM
        bpu        | bpjs_ketenagakerjaan | BPU     |          | 1000000 | M           | 3601         | JKK+JKM
        dead       | bpjs_ketenagakerjaan | PU      |          | 1000000 | M           | 3601         | JKK+JKM
        dead       | civil_deaths         |         |          |         |             |              |
        """,
        more=FIRMS,
    )
    assert found(con, "TK04") == ["below", "counted", "no_size", "not_listed", "province"]
    assert money(con, "TK04")["no_size"] == round(2_000_000.06 * 0.0024)
    assert "Upah dilaporkan Rp3360077, di bawah UMK 3601 Rp3360078." in detail(con, "TK04")


def test_tk04_takes_the_minimum_wage_of_the_day() -> None:
    line = "person | source | wage | employer_no\na | bpjs_ketenagakerjaan | 3300000 | M"
    assert found(searched(line, more=FIRMS), "TK04") == ["a"]
    assert found(searched(line, more=FIRMS, as_of=date(2025, 12, 31)), "TK04") == []
    later = searched(line, more=FIRMS, as_of=date(2027, 1, 1))
    reasons = dict(later.execute("SELECT code, not_testable_reason FROM finding_type WHERE NOT testable").fetchall())
    assert reasons["TK04"] == "tidak dapat diuji: UMK kabupaten/kota (isi di folder rules) tidak ada"


def test_tk05_programme_that_the_employers_size_requires() -> None:
    con = searched(
        """
        person     | source               | segment | status   | wage    | employer_no | programs       | birth_date
        no_jp      | bpjs_ketenagakerjaan | PU      |          | 4000000 | L           | JKK+JKM+JHT    |
        two_lack   | bpjs_ketenagakerjaan | PU      |          | 4000000 | M           | JKK+JKM        |
        all_four   | bpjs_ketenagakerjaan | PU      |          | 4000000 | L           | JKK+JKM+JHT+JP |
        small      | bpjs_ketenagakerjaan | PU      |          | 4000000 | S           | JKK+JKM+JHT    |
        small_lack | bpjs_ketenagakerjaan | PU      |          |         | S           | JKK+JKM        |
        micro      | bpjs_ketenagakerjaan | PU      |          | 4000000 | X           | JKK+JKM        |
        pensioner  | bpjs_ketenagakerjaan | PU      |          | 4000000 | L           | JKK+JKM+JHT    | 1967-11-20
        last_year  | bpjs_ketenagakerjaan | PU      |          | 4000000 | L           | JKK+JKM+JHT    | 1967-11-21
        no_age     | bpjs_ketenagakerjaan | PU      |          | 4000000 | L           | JKK+JKM+JHT    | -
        unknown    | bpjs_ketenagakerjaan | PU      |          | 4000000 | L           |                |
        not_listed | bpjs_ketenagakerjaan | PU      |          | 4000000 | ?           | JKK            |
        no_size    | bpjs_ketenagakerjaan | PU      |          | 4000000 | N           | JKK            |
        largest    | bpjs_ketenagakerjaan | PU      |          | 4000000 | T           | JKK+JKM+JHT    |
        left       | bpjs_ketenagakerjaan | PU      | NONAKTIF | 4000000 | L           | JKK            |
        bpu        | bpjs_ketenagakerjaan | BPU     |          | 4000000 | L           | JKK            |
        dead       | bpjs_ketenagakerjaan | PU      |          | 4000000 | L           | JKK            |
        dead       | civil_deaths         |         |          |         |             |                |
        """,
        more=FIRMS,
    )
    assert money(con, "TK05") == {
        "largest": 120_000, "last_year": 120_000, "no_jp": 120_000, "small_lack": 0, "two_lack": 348_000,
    }  # fmt: skip
    assert "Usaha menengah, belum diikutkan program JHT, JP." in detail(con, "TK05")


def test_tk05_the_pension_age_is_that_of_the_day() -> None:
    line = (
        "person | source | employer_no | programs | birth_date\na | bpjs_ketenagakerjaan | L | JKK+JKM+JHT | 1967-06-01"
    )
    assert found(searched(line, more=FIRMS, as_of=date(2024, 12, 31)), "TK05") == ["a"]  # 57, pension age 58
    assert found(searched(line, more=FIRMS, as_of=date(2025, 7, 1)), "TK05") == ["a"]  # 58, pension age 59
    assert found(searched(line, more=FIRMS, as_of=date(2026, 7, 1)), "TK05") == []  # 59


def test_tk06_subsidised_twice_or_beside_an_employer() -> None:
    con = searched("""
        person      | source               | segment | status   | funding    | kpj
        two_payers  | bpjs_ketenagakerjaan | BPU     |          | APBD       | 1
        two_payers  | bpjs_ketenagakerjaan | BPU     |          | DANA DESA  | 2
        same_payer  | bpjs_ketenagakerjaan | BPU     |          | APBD       | 3
        same_payer  | bpjs_ketenagakerjaan | BPU     |          | APBD       | 4
        with_job    | bpjs_ketenagakerjaan | BPU     |          | CSR        | 5
        with_job    | bpjs_ketenagakerjaan | PU      |          | PERUSAHAAN | 6
        self_too    | bpjs_ketenagakerjaan | BPU     |          | BAZNAS     | 7
        self_too    | bpjs_ketenagakerjaan | BPU     |          | MANDIRI    | 8
        self_only   | bpjs_ketenagakerjaan | BPU     |          | MANDIRI    | 9
        self_only   | bpjs_ketenagakerjaan | PU      |          | PERUSAHAAN | 10
        one         | bpjs_ketenagakerjaan | BPU     |          | APBD       | 11
        same_kpj    | bpjs_ketenagakerjaan | BPU     |          | APBD       | 12
        same_kpj    | bpjs_ketenagakerjaan | BPU     |          | APBD       | 12
        earlier_job | bpjs_ketenagakerjaan | BPU     |          | APBD       | 13
        earlier_job | bpjs_ketenagakerjaan | PU      | NONAKTIF | PERUSAHAAN | 14
        builder     | bpjs_ketenagakerjaan | BPU     |          | APBD       | 15
        builder     | bpjs_ketenagakerjaan | JAKON   |          | PERUSAHAAN | 16
        no_payer    | bpjs_ketenagakerjaan | BPU     |          |            | 17
        no_payer    | bpjs_ketenagakerjaan | BPU     |          |            | 18
    """)
    assert money(con, "TK06") == {"same_payer": 16800, "self_too": 16800, "two_payers": 16800, "with_job": 16800}
    assert "2 keanggotaan aktif: BPU (CSR) dan PU (pemberi kerja)." in detail(con, "TK06")


def test_tk07_lapsed_subsidy() -> None:
    con = searched("""
        person     | source               | segment | status   | funding   | paid_until | kpj
        lapsed     | bpjs_ketenagakerjaan | BPU     | AKTIF    | APBD      | 2026-10-01 | 1
        long_ago   | bpjs_ketenagakerjaan | BPU     | NONAKTIF | DANA DESA | 2024-01-01 | 2
        paid       | bpjs_ketenagakerjaan | BPU     | AKTIF    | APBD      | 2026-11-01 | 3
        ahead      | bpjs_ketenagakerjaan | BPU     | AKTIF    | APBD      | 2027-01-01 | 4
        self_paid  | bpjs_ketenagakerjaan | BPU     | AKTIF    | MANDIRI   | 2026-01-01 | 5
        no_month   | bpjs_ketenagakerjaan | BPU     | NONAKTIF | APBD      |            | 6
        found_job  | bpjs_ketenagakerjaan | BPU     | NONAKTIF | APBD      | 2026-01-01 | 7
        found_job  | bpjs_ketenagakerjaan | PU      | AKTIF    |           | 2026-11-01 | 8
        job_undated| bpjs_ketenagakerjaan | BPU     | NONAKTIF | APBD      | 2026-01-01 | 9
        job_undated| bpjs_ketenagakerjaan | PU      | AKTIF    |           |            | 10
        lost_job   | bpjs_ketenagakerjaan | BPU     | NONAKTIF | APBD      | 2026-01-01 | 11
        lost_job   | bpjs_ketenagakerjaan | PU      | NONAKTIF |           | 2025-01-01 | 12
        builder    | bpjs_ketenagakerjaan | JAKON   | NONAKTIF | APBD      | 2026-01-01 | 13
        dead       | bpjs_ketenagakerjaan | BPU     | AKTIF    | APBD      | 2026-10-01 | 14
        dead       | civil_deaths         |         |          |           |            |
    """)
    assert money(con, "TK07") == {"lapsed": 16800, "long_ago": 16800, "lost_job": 16800}
    assert detail(con, "TK07")[0] == (
        "Iuran BPU dari APBD terakhir untuk 01-2026; bila meninggal, ahli waris tidak menerima santunan Rp42000000."
    )


def test_tk07_is_of_the_billed_period() -> None:
    con = searched("""
        person | source               | segment | funding | paid_until | kpj | period
        a      | bpjs_ketenagakerjaan | BPU     | APBD    | 2026-10-01 | 1   |
        b      | bpjs_kesehatan_bill  |         |         |            |     | 2026-10-01
    """)
    assert found(con, "TK07") == []


DEAD = """
person     | source               | segment | status    | status_date | start_date | paid_until | programs | kpj | nik
active     | bpjs_ketenagakerjaan | BPU     | AKTIF     |             | 2020-01-01 | 2026-11-01 | JKK+JKM  | 1   |
active     | civil_deaths         |         |           | 2026-06-15  |            |            |          |     |
at_death   | bpjs_ketenagakerjaan | PU      | NONAKTIF  |             | 2020-01-01 | 2026-06-01 |          | 2   |
at_death   | regency              |         | MENINGGAL | 2026-06-15  |            |            |          |     |
claimed    | bpjs_ketenagakerjaan | PU      | NONAKTIF  |             | 2020-01-01 | 2026-06-01 | JKK+JKM  | 3   |
claimed    | civil_deaths         |         |           | 2026-06-15  |            |            |          |     |
by_nik     | bpjs_ketenagakerjaan | PU      | NONAKTIF  |             | 2020-01-01 | 2026-06-01 | JKK+JKM  | 4   | N1
by_nik     | civil_deaths         |         |           | 2026-06-15  |            |            |          |     | N1
accident   | bpjs_ketenagakerjaan | PU      | NONAKTIF  |             | 2020-01-01 | 2026-06-01 | JKK+JKM  | 5   |
accident   | civil_deaths         |         |           | 2026-06-15  |            |            |          |     |
injured    | bpjs_ketenagakerjaan | PU      | NONAKTIF  |             | 2020-01-01 | 2026-06-01 | JKK+JKM  | 6   |
injured    | civil_deaths         |         |           | 2026-06-15  |            |            |          |     |
left       | bpjs_ketenagakerjaan | PU      | NONAKTIF  |             | 2020-01-01 | 2026-05-01 | JKK+JKM  | 7   |
left       | civil_deaths         |         |           | 2026-06-15  |            |            |          |     |
afterwards | bpjs_ketenagakerjaan | PU      | AKTIF     |             | 2026-06-16 | 2026-11-01 | JKK+JKM  | 8   |
afterwards | civil_deaths         |         |           | 2026-06-15  |            |            |          |     |
no_jkm     | bpjs_ketenagakerjaan | PU      | AKTIF     |             | 2020-01-01 | 2026-11-01 | JHT      | 9   |
no_jkm     | civil_deaths         |         |           | 2026-06-15  |            |            |          |     |
no_date    | bpjs_ketenagakerjaan | PU      | AKTIF     |             | 2020-01-01 | 2026-11-01 | JKK+JKM  | 10  |
no_date    | regency              |         | MENINGGAL |             |            |            |          |     |
alive      | bpjs_ketenagakerjaan | PU      | AKTIF     |             | 2020-01-01 | 2026-11-01 | JKK+JKM  | 11  |
"""
CLAIMS = {
    "claims": """
        kpj | nik              | programs | claim_date
        3   |                  | JKM      | 2026-07-01
            | 3601014101800001 | JHT+JKM  | 2026-07-01
        5   |                  | JKK      | 2026-06-15
        6   |                  | JKK      | 2026-06-14
    """
}


def test_tk08_unclaimed_death_benefit() -> None:
    con = searched(DEAD.replace("N1", "3601014101800001"), more=CLAIMS)
    assert found(con, "TK08") == ["active", "at_death", "injured", "no_date"]
    assert set(money(con, "TK08").values()) == {0}
    assert detail(con, "TK08")[0] == (
        "Meninggal (tanggal tidak tercatat), keanggotaan BPJS Ketenagakerjaan masih aktif, belum ada klaim; "
        "santunan Rp42000000 satu kali."
    )


def test_tk08_without_claims_only_who_is_still_active() -> None:
    con = searched(DEAD.replace("N1", "3601014101800001"))
    assert found(con, "TK08") == ["active", "no_date"]
    reasons = dict(con.execute("SELECT code, not_testable_reason FROM finding_type WHERE NOT testable").fetchall())
    assert reasons["TK08"].startswith("tidak dapat diuji sepenuhnya: klaim BPJS Ketenagakerjaan")


OLD = """
    person   | source               | segment | status   | funding | birth_date | job
    over     | bpjs_ketenagakerjaan | BPU     |          | APBD    | 1960-11-20 |
    at_limit | bpjs_ketenagakerjaan | BPU     |          | APBD    | 1960-11-21 |
    self     | bpjs_ketenagakerjaan | BPU     |          | MANDIRI | 1950-01-01 |
    driver   | bpjs_ketenagakerjaan | BPU     |          | MANDIRI | 1950-01-01 |
    driver   | province             |         |          |         | 1950-01-01 | driver
    employee | bpjs_ketenagakerjaan | PU      |          |         | 1950-01-01 |
    dropped  | bpjs_ketenagakerjaan | BPU     | NONAKTIF | APBD    | 1950-01-01 |
    no_age   | bpjs_ketenagakerjaan | BPU     |          | APBD    | -          |
    dead     | bpjs_ketenagakerjaan | BPU     |          | APBD    | 1950-01-01 |
    dead     | civil_deaths         |         |          |         | 1950-01-01 |
"""


@pytest.mark.parametrize(
    ("as_of", "driver", "other"),
    [
        (date(2026, 2, 1), 8400, 16800),  # transport since January, the others not yet
        (date(2026, 11, 20), 8400, 8400),
        (date(2027, 1, 1), 8400, 16800),  # the others until December
        (date(2027, 4, 1), 16800, 16800),
        (date(2025, 12, 31), 16800, 16800),
    ],
)
def test_tk09_too_old_and_who_pays_decides_the_tariff(as_of: date, driver: int, other: int) -> None:
    answer = money(searched(OLD, as_of=as_of), "TK09")
    assert answer.pop("over", 16800) == answer.pop("at_limit", 16800) == 16800  # subsidised: no reduction
    assert answer == {"driver": driver, "self": other}


def test_tk09_the_limit_is_in_completed_years() -> None:
    assert found(searched(OLD), "TK09") == ["driver", "over", "self"]


def test_tk10_staff_of_the_region_without_cover() -> None:
    con = searched("""
        person    | source               | status    | segment | segment_as_written | employer_name
        alone     | roster               |           |         | Kader              | Desa Sukamaju
        lapsed    | roster               |           |         |                    |
        lapsed    | bpjs_ketenagakerjaan | NONAKTIF  | PU      |                    |
        insured   | roster               |           |         |                    |
        insured   | bpjs_ketenagakerjaan | AKTIF     | PU      |                    |
        bpu       | roster               |           |         |                    |
        bpu       | bpjs_ketenagakerjaan | AKTIF     | BPU     |                    |
        dead      | roster               |           |         |                    |
        dead      | regency              | MENINGGAL |         |                    |
        not_staff | regency              |           |         |                    |
    """)
    assert money(con, "TK10") == {"alone": 16800, "lapsed": 16800}
    assert detail(con, "TK10")[1] == (
        "Tercantum sebagai kader pada Desa Sukamaju, tidak ditemukan di BPJS Ketenagakerjaan."
    )


PROJECTS = {
    "construction": """
    contract_no | project_name | contractor_name | contract_value | start_date | end_date   | regency_code | project_no
    1/SPK       | Jalan A      | CV Karya        | 1500000000     | 2026-06-01 | 2026-11-20 | 3601         |
    2/SPK       | Jalan B      | CV Karya        | 1500000000     | 2026-06-01 | 2026-12-31 | 3601         | 23000010780
    3/SPK       | Jalan C      | CV Karya        | 1500000000     | 2026-06-01 | 2026-11-19 | 3601         |
    4/SPK       | Jalan D      | CV Karya        | 1500000000     | 2026-11-21 | 2027-11-19 | 3601         |
    5/SPK       | Jembatan     |                 |                |            |            |              |
                | Gedung       | PT Bangun       | 50000000       | 2026-06-01 | 2026-12-31 | 3602         |
    """
}


def test_tk11_projects_without_a_number() -> None:
    con = searched("person | source\na | province", more=PROJECTS)
    rows = con.execute(
        "SELECT regency_code, person_id, is_primary, rupiah_per_month FROM finding WHERE code = 'TK11' ORDER BY detail"
    )
    assert rows.fetchall() == [("3601", None, True, 0), (None, None, True, 0), ("3602", None, True, 0)]
    assert detail(con, "TK11") == [
        "Kontrak 1/SPK (Jalan A), penyedia CV Karya, nilai Rp1500000000, perkiraan iuran Jakon Rp2350000 satu kali, "
        "tanpa nomor Jakon (construction.csv baris 1).",
        "Kontrak 5/SPK (Jembatan), tanpa nomor Jakon (construction.csv baris 5).",
        "Kontrak Gedung (Gedung), penyedia PT Bangun, nilai Rp50000000, perkiraan iuran Jakon Rp120000 satu kali, "
        "tanpa nomor Jakon (construction.csv baris 6).",
    ]


@pytest.mark.parametrize(
    ("missing", "untested"),
    [
        ({"employers"}, {"TK04", "TK05"}),
        ({"roster"}, {"TK10"}),
        ({"bpjs_ketenagakerjaan"}, {"TK02", "TK03", "TK04", "TK05", "TK06", "TK07", "TK08", "TK09", "TK10"}),
        ({"bpjs_kesehatan"}, {"TK02", "TK03"}),
    ],
)
def test_what_lacks_is_said_and_never_zero(missing: set[str], untested: set[str]) -> None:
    everything = ALL_KINDS | {"employers", "construction", "quota", "claims"}
    con = searched("person | source\na | province", kinds=everything - missing)
    rows = con.execute(
        "SELECT code FROM finding_type WHERE NOT testable AND code LIKE 'TK%' AND code <> 'TK01' "
        "AND not_testable_reason LIKE 'tidak dapat diuji:%'"
    )
    assert {row[0] for row in rows.fetchall()} == untested
