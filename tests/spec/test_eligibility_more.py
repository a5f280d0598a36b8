"""What EL03, EL07, EL09 and EL11 find, and what they leave alone (docs/findings_money.md)."""

from datetime import date

from tests.spec.world import ALL_KINDS, found, people, searched


def test_el03_excluded_though_poor() -> None:
    con = searched("""
        person    | source   | decile | excluded | status
        one       | province | 1      | true     |
        five      | province | 5      | true     |
        six       | province | 6      | true     |
        unranked  | province | 0      | true     |
        no_decile | province |        | true     |
        not_flag  | province | 3      | false    |
        no_flag   | province | 3      | -        |
        dead      | province | 3      | true     |
        dead      | regency  |        |          | MENINGGAL
        registered| regency  | 3      | true     |
    """)
    assert found(con, "EL03") == ["five", "one"]
    assert con.execute("SELECT DISTINCT rupiah_per_month FROM finding WHERE code = 'EL03'").fetchall() == [(42000,)]


def test_el07_inactive_and_needs_care() -> None:
    con = searched("""
        person     | source         | decile | excluded | status    | segment | status_date
        six        | province       | 6      |          |           |         |
        six        | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-10-01
        six        | letters        |        |          |           |         | 2026-11-02
        unranked   | province       | 0      |          |           |         |
        unranked   | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-02-01
        unranked   | letters        |        |          |           |         | 2026-02-01
        no_decile  | province       |        |          |           |         |
        no_decile  | bpjs_kesehatan |        |          | NONAKTIF  | PBI     |
        no_decile  | letters        |        |          |           |         | 2026-01-01
        not_listed | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-10-01
        not_listed | letters        |        |          |           |         |
        eligible   | province       | 5      |          |           |         |
        eligible   | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-10-01
        eligible   | letters        |        |          |           |         | 2026-11-02
        no_letter  | province       | 8      |          |           |         |
        no_letter  | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-10-01
        old_letter | province       | 8      |          |           |         |
        old_letter | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-10-01
        old_letter | letters        |        |          |           |         | 2026-09-30
        other_card | province       | 8      |          |           |         |
        other_card | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-10-01
        other_card | bpjs_kesehatan |        |          | AKTIF     | MDR     |
        other_card | letters        |        |          |           |         | 2026-11-02
        self_paid  | province       | 8      |          |           |         |
        self_paid  | bpjs_kesehatan |        |          | NONAKTIF  | MDR     | 2026-10-01
        self_paid  | letters        |        |          |           |         | 2026-11-02
        dead       | province       | 8      |          |           |         |
        dead       | bpjs_kesehatan |        |          | NONAKTIF  | PBI     | 2026-10-01
        dead       | letters        |        |          |           |         | 2026-11-02
        dead       | civil_deaths   |        |          |           |         | 2026-11-03
    """)
    assert found(con, "EL07") == ["no_decile", "not_listed", "six", "unranked"]
    details = dict(
        con.execute("SELECT label, detail FROM finding JOIN label USING (person_id) WHERE code = 'EL07'").fetchall()
    )
    assert details["six"] == (
        "Kartu PBI nonaktif sejak 01-10-2026, desil DTSEN 6, surat faskes tanggal 02-11-2026, "
        "dapat direaktivasi sampai 01-04-2027."
    )
    assert details["unranked"].endswith(
        "belum diperingkat di DTSEN, surat faskes tanggal 01-02-2026, jendela reaktivasi sudah lewat."
    )
    assert details["not_listed"].endswith("tidak ada di DTSEN, surat faskes, dapat direaktivasi sampai 01-04-2027.")


def test_several_letters_of_one_person_are_one_need_and_no_double_row() -> None:
    con = searched("""
        person | source         | decile | status   | segment | status_date
        a      | province       | 9      |          |         |
        a      | bpjs_kesehatan |        | NONAKTIF | PBI     | 2026-10-01
        a      | letters        |        |          |         | 2026-11-02
        a      | letters        |        |          |         | 2026-11-09
    """)
    assert found(con, "EL07") == ["a"]
    assert found(con, "ID06") == []


def test_el09_not_ranked() -> None:
    con = searched("""
        person    | source   | decile | status
        unranked  | province | 0      |
        no_decile | province |        |
        two_rows  | province | 0      |
        two_rows  | province | 4      |
        ranked    | province | 10     |
        dead      | province | 0      |
        dead      | regency  |        | MENINGGAL
        register  | regency  | 0      |
    """)
    assert found(con, "EL09") == ["no_decile", "unranked"]


def test_el11_self_payer_in_arrears_who_qualifies() -> None:
    con = searched("""
        person    | source         | decile | excluded | status      | segment
        arrears   | province       | 5      |          |             |
        arrears   | bpjs_kesehatan |        |          | PENANGGUHAN | MDR
        pays      | province       | 5      |          |             |
        pays      | bpjs_kesehatan |        |          | AKTIF       | MDR
        better    | province       | 6      |          |             |
        better    | bpjs_kesehatan |        |          | PENANGGUHAN | MDR
        excluded  | province       | 5      | true     |             |
        excluded  | bpjs_kesehatan |        |          | PENANGGUHAN | MDR
        regency   | province       | 5      |          |             |
        regency   | bpjs_kesehatan |        |          | PENANGGUHAN | PDA
        covered   | province       | 5      |          |             |
        covered   | bpjs_kesehatan |        |          | PENANGGUHAN | MDR
        covered   | bpjs_kesehatan |        |          | AKTIF       | PPU
        off       | province       | 5      |          |             |
        off       | bpjs_kesehatan |        |          | NONAKTIF    | MDR
        dead      | province       | 5      |          |             |
        dead      | bpjs_kesehatan |        |          | PENANGGUHAN | MDR
        dead      | civil_deaths   |        |          |             |
        not_there | bpjs_kesehatan |        |          | PENANGGUHAN | MDR
    """)
    assert found(con, "EL11") == ["arrears"]


def test_without_letters_el07_is_not_tested() -> None:
    con = searched("person | source | decile\na | province | 9", kinds=ALL_KINDS - {"letters"})
    reasons = dict(con.execute("SELECT code, not_testable_reason FROM finding_type WHERE NOT testable").fetchall())
    assert reasons["EL07"] == "tidak dapat diuji: surat keterangan faskes tidak ada"


def test_a_family_that_is_not_ranked_is_not_eligible() -> None:
    con = searched("person | source | decile\na | province | 0\nb | province | 1", as_of=date(2026, 11, 20))
    assert people(con, "eligible") == {"a": False, "b": True}
