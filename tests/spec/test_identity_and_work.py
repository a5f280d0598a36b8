"""What ID06, ID10 and TK01 find, which finding is the primary one, and what cannot be tested (CONTRACT §4)."""

import pytest

from tests.spec.test_any_world import CONTRACT
from tests.spec.world import ALL_KINDS, found, searched

# Of the other classes their own tests say what they need.
CODES = {*CONTRACT, "FN03"}


def test_id06_two_rows_of_one_person_in_one_register() -> None:
    con = searched("""
        person         | source               | owner_code
        dtsen_twice    | province             | 36
        dtsen_twice    | province             | 36
        register_twice | regency              | 3601
        register_twice | regency              | 3601
        decree_thrice  | decree               | 3602
        decree_thrice  | decree               | 3602
        decree_thrice  | decree               | 3602
        two_kpj        | bpjs_ketenagakerjaan | 36
        two_kpj        | bpjs_ketenagakerjaan | 36
        two_deaths     | civil_deaths         | 36
        two_deaths     | civil_deaths         | 36
        two_registers  | regency              | 3601
        two_registers  | regency              | 3602
        billed_twice   | bpjs_kesehatan_bill  | 3601
        billed_twice   | bpjs_kesehatan_bill  | 3601
        once_in_each   | province             | 36
        once_in_each   | regency              | 3601
        in_two         | province             | 36
        in_two         | province             | 36
        in_two         | decree               | 3601
        in_two         | decree               | 3601
    """)
    assert found(con, "ID06") == [
        "decree_thrice", "dtsen_twice", "in_two", "in_two", "register_twice", "two_deaths", "two_kpj",
    ]  # fmt: skip
    money = con.execute(
        "SELECT label, max(rupiah_per_month) FROM finding JOIN label USING (person_id) "
        "WHERE code = 'ID06' AND rupiah_per_month > 0 GROUP BY label ORDER BY label"
    ).fetchall()
    assert money == [("decree_thrice", 75600), ("in_two", 37800)]


def test_id10_two_active_cards() -> None:
    con = searched("""
        person       | source         | card          | status   | segment
        two_active   | bpjs_kesehatan | 0000000000001 | AKTIF    | PBI
        two_active   | bpjs_kesehatan | 0000000000002 | AKTIF    | PBI
        two_segments | bpjs_kesehatan | 0000000000003 | AKTIF    | PDA
        two_segments | bpjs_kesehatan | 0000000000004 | AKTIF    | MDR
        one_off      | bpjs_kesehatan | 0000000000005 | AKTIF    | PBI
        one_off      | bpjs_kesehatan | 0000000000006 | NONAKTIF | PBI
        same_card    | bpjs_kesehatan | 0000000000007 | AKTIF    | PBI
        same_card    | bpjs_kesehatan | 0000000000007 | AKTIF    | PBI
        one          | bpjs_kesehatan | 0000000000008 | AKTIF    | PBI
    """)
    assert found(con, "ID10") == ["two_active", "two_segments"]
    money = con.execute(
        "SELECT label, rupiah_per_month FROM finding JOIN label USING (person_id) WHERE code = 'ID10' ORDER BY label"
    ).fetchall()
    assert money == [("two_active", 42000), ("two_segments", 0)]


def test_tk01_poor_informal_worker_without_jamsostek() -> None:
    con = searched("""
        person      | source               | decile | job              | birth_date | status
        farmer      | province             | 1      | farmer           |            |
        eighteen    | province             | 1      | trader           | 2008-11-20 |
        seventeen   | province             | 1      | trader           | 2008-11-21 |
        fifty_nine  | province             | 1      | fisher           | 1966-11-21 |
        sixty       | province             | 1      | fisher           | 1966-11-20 |
        no_birthday | province             | 1      | fisher           | -          |
        other_work  | province             | 1      | other            |            |
        no_job      | province             | 1      |                  |            |
        decile_two  | province             | 2      | farmer           |            |
        unranked    | province             | 0      | farmer           |            |
        pupil       | province             | 1      | pupil            |            |
        housewife   | province             | 1      | housework        |            |
        workless    | province             | 1      | not_working      |            |
        retired     | province             | 1      | retired          |            |
        employee    | province             | 1      | private_employee |            |
        official    | province             | 1      | civil_servant    |            |
        soldier     | province             | 1      | military         |            |
        policeman   | province             | 1      | police           |            |
        insured     | province             | 1      | farmer           |            |
        insured     | bpjs_ketenagakerjaan |        |                  |            | AKTIF
        lapsed      | province             | 1      | farmer           |            |
        lapsed      | bpjs_ketenagakerjaan |        |                  |            | NONAKTIF
        dead        | province             | 1      | farmer           |            |
        dead        | regency              |        |                  |            | MENINGGAL
        regency_job | province             | 1      |                  |            |
        regency_job | regency              |        | driver           |            |
    """)
    assert found(con, "TK01") == [
        "eighteen", "farmer", "fifty_nine", "lapsed", "other_work", "regency_job",
    ]  # fmt: skip


def test_one_primary_finding_a_person_by_precedence() -> None:
    con = searched("""
        person | source              | owner_code | decile | status | segment | card
        dead   | civil_deaths        |            |        |        |         |
        dead   | province            |            | 8      |        |         |
        dead   | bpjs_kesehatan      |            |        | AKTIF  | PBI     | 1
        dead   | bpjs_kesehatan      |            |        | AKTIF  | PDA     | 2
        double | bpjs_kesehatan      |            |        | AKTIF  | PBI     | 3
        double | decree              |            |        |        |         |
        double | decree              |            |        |        |         |
        paid   | province            |            | 8      |        |         |
        paid   | bpjs_kesehatan      |            |        | AKTIF  | PBI     | 4
        paid   | decree              |            |        |        |         |
    """)
    rows = con.execute(
        "SELECT label, string_agg(code, ' ' ORDER BY code) FILTER (is_primary), count(*) "
        "FROM finding JOIN label USING (person_id) GROUP BY label ORDER BY label"
    ).fetchall()
    assert [(label, code) for label, code, _ in rows] == [("dead", "ST01"), ("double", "ID06"), ("paid", "FN01")]
    assert all(count > 1 for _, _, count in rows)


@pytest.mark.parametrize(
    ("missing", "untested", "partly"),
    [
        ({"civil_deaths"}, set(), {"ST01"}),
        ({"bpjs_ketenagakerjaan"}, {"TK01"}, {"FN02"}),
        ({"bpjs_kesehatan_bill"}, {"FN03", "FN04", "FN06"}, {"ST01"}),
        ({"decree"}, {"FN04", "FN05"}, {"FN01"}),
        ({"province"}, {"EL01", "EL02", "EL04", "EL05", "EL06", "EL08", "EL10", "TK01"}, set()),
    ],
)
def test_what_cannot_be_tested_is_said_and_never_zero(missing: set[str], untested: set[str], partly: set[str]) -> None:
    con = searched(
        """
        person | source         | status    | segment
        a      | regency        | MENINGGAL |
        a      | bpjs_kesehatan | AKTIF     | PBI
        """,
        kinds=ALL_KINDS - missing,
    )
    rows = con.execute("SELECT code, not_testable_reason, tested FROM finding_type WHERE NOT testable").fetchall()
    reasons = {code: reason for code, reason, _ in rows if code in CODES}
    assert set(reasons) == untested | partly
    assert {code for code, _, tested in rows if tested and code in CODES} == partly
    assert {code for code in reasons if reasons[code].startswith("tidak dapat diuji:")} == untested
    assert {code for code in reasons if reasons[code].startswith("tidak dapat diuji sepenuhnya:")} == partly
    assert found(con, "ST01") == ["a"]


def test_the_detail_tells_the_deciding_values_and_nobody_elses() -> None:
    con = searched("""
        person | source         | decile | status   | segment | status_date
        alpha  | province       | 2      |          |         |
        alpha  | bpjs_kesehatan |        | NONAKTIF | PBI     | 2026-10-01
        beta   | province       | 2      |          |         |
    """)
    details = dict(con.execute("SELECT code, detail FROM finding").fetchall())
    assert details["EL05"] == (
        "Desil DTSEN 2, kartu PBI nonaktif sejak 01-10-2026, dapat direaktivasi sampai 01-04-2027."
    )
    assert details["EL04"] == "Desil DTSEN 2, tidak di-exclude, tidak ditemukan kartu JKN."
    assert not any(name in detail for detail in details.values() for name in ("ALPHA", "BETA"))


def test_id06_decrees_of_another_number_and_file_are_another_period() -> None:
    con = searched("""
        person      | source | decree_no | file
        two_months  | decree | 1         | october.csv
        two_months  | decree | 2         | november.csv
        one_file    | decree | 1         | october.csv
        one_file    | decree | 2         | october.csv
        two_parts   | decree | 3         | part_a.csv
        two_parts   | decree | 3         | part_b.csv
        twice_in_2  | decree | 1         | october.csv
        twice_in_2  | decree | 2         | november.csv
        twice_in_2  | decree | 2         | november.csv
    """)
    assert found(con, "ID06") == ["one_file", "twice_in_2", "two_parts"]


def test_a_regency_that_sent_nothing_is_named() -> None:
    con = searched("""
        person | source              | owner_code | regency_code | decile
        a      | province            |            | 3601         | 1
        b      | province            |            | 3602         | 1
        c      | bpjs_kesehatan_bill | 3603       | 3603         |
        d      | decree              | 3601       | 3601         |
        d      | regency             | 3602       | 3601         |
    """)
    rows = con.execute(
        "SELECT code, testable, not_testable_reason FROM finding_type "
        "WHERE not_testable_reason LIKE 'tidak diuji untuk%'"
    )
    assert sorted(row for row in rows.fetchall() if row[0] in CODES) == [
        ("EL08", True, "tidak diuji untuk 3601, 3603"),
        ("FN01", True, "tidak diuji untuk 3602, 3603"),
        ("FN04", True, "tidak diuji untuk 3602, 3603"),
        ("FN05", True, "tidak diuji untuk 3602, 3603"),
    ]
