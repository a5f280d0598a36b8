"""What KL01 to KL03 find on family cards (docs/findings_people.md)."""

from tests.spec.test_numbers import details, money
from tests.spec.world import found, searched


def test_kl01_a_newborn_of_a_mother_whose_card_is_paid() -> None:
    con = searched("""
        person    | source         | kk | birth_date | sex | relation | status   | segment
        baby      | province       | 1  | 2026-10-01 | L   | child    |          |
        mother    | bpjs_kesehatan | 1  | 1995-01-01 | P   | spouse   | AKTIF    | PBI
        baby_pda  | regency        | 2  | 2026-08-21 | P   | child    | HIDUP    |
        mother2   | bpjs_kesehatan | 2  | 1995-01-01 | P   | head     | AKTIF    | PDA
        three     | regency        | 3  | 2026-08-20 | P   | child    | HIDUP    |
        mother3   | bpjs_kesehatan | 3  | 1995-01-01 | P   | head     | AKTIF    | PBI
        father    | bpjs_kesehatan | 4  | 1995-01-01 | L   | head     | AKTIF    | PBI
        of_father | province       | 4  | 2026-10-01 | L   | child    |          |
        sister    | bpjs_kesehatan | 5  | 2005-01-01 | P   | child    | AKTIF    | PBI
        of_sister | province       | 5  | 2026-10-01 | L   | child    |          |
        enrolled  | province       | 6  | 2026-10-01 | L   | child    |          |
        enrolled  | bpjs_kesehatan | 6  | 2026-10-01 | L   | child    | NONAKTIF | PBI
        mother6   | bpjs_kesehatan | 6  | 1995-01-01 | P   | spouse   | AKTIF    | PBI
        self_paid | bpjs_kesehatan | 7  | 1995-01-01 | P   | spouse   | AKTIF    | MDR
        of_self   | province       | 7  | 2026-10-01 | L   | child    |          |
        dead      | regency        | 1  | 2026-10-01 | L   | child    | MENINGGAL |
        alone     | province       | 8  | 2026-10-01 | L   | child    |          |
        unborn    | province       | 1  | 2026-12-01 | L   | child    |          |
    """)
    assert found(con, "KL01") == ["baby", "baby_pda"]
    assert money(con, "KL01") == {"baby": 42000, "baby_pda": 37800}


def test_kl01_without_relations_is_not_tested() -> None:
    con = searched("""
        person | source         | kk | birth_date | sex | status | segment
        baby   | province       | 1  | 2026-10-01 | L   |        |
        mother | bpjs_kesehatan | 1  | 1995-01-01 | P   | AKTIF  | PBI
    """)
    assert found(con, "KL01") == []
    rows = con.execute(
        "SELECT code, not_testable_reason FROM finding_type WHERE code IN ('KL01', 'KL02', 'KL03')"
    ).fetchall()
    reasons = dict(rows)
    assert reasons["KL02"] is None
    assert reasons["KL03"].endswith(
        "hubungan keluarga pada DTSEN provinsi atau hubungan keluarga pada register kabupaten/kota tidak ada"
    )
    assert reasons["KL01"].startswith("tidak dapat diuji: hubungan keluarga pada DTSEN provinsi")


def test_kl02_a_family_of_which_some_are_left_out() -> None:
    con = searched("""
        person    | source         | kk | status    | segment
        covered   | bpjs_kesehatan | 1  | AKTIF     | PBI
        left_out  | province       | 1  |           |
        regional  | bpjs_kesehatan | 1  | AKTIF     | PDA
        switched  | bpjs_kesehatan | 1  | NONAKTIF  | PBI
        paid_self | bpjs_kesehatan | 1  | AKTIF     | MDR
        dead      | regency        | 1  | MENINGGAL |
        pda       | bpjs_kesehatan | 2  | AKTIF     | PDA
        no_card   | province       | 2  |           |
        whole_a   | bpjs_kesehatan | 3  | AKTIF     | PBI
        whole_b   | bpjs_kesehatan | 3  | AKTIF     | PBI
        none_a    | province       | 4  |           |
        none_b    | province       | 4  |           |
        no_kk     | province       | -  |           |
        both      | bpjs_kesehatan | 5  | AKTIF     | PBI
        both      | bpjs_kesehatan | 5  | AKTIF     | PDA
        self_b    | bpjs_kesehatan | 5  | AKTIF     | MDR
    """)
    assert found(con, "KL02") == ["left_out", "no_card", "regional"]
    assert money(con, "KL02") == {"left_out": 42000, "regional": 42000, "no_card": 37800}
    assert (
        "Anggota ini tidak memiliki kartu JKN; pada KK yang sama 1 orang PBPU Pemda, 1 orang tanpa kartu."
        in details(con, "KL02")
    )


def test_kl03_cards_without_one_head() -> None:
    con = searched("""
        person  | source   | owner_code | kk               | relation | birth_date | status
        head_a  | province | 36         | 3601010101200001 | head     | 1970-01-01 |
        head_b  | province | 36         | 3601010101200001 | head     | 1972-01-01 |
        wife    | province | 36         | 3601010101200001 | spouse   | 1972-01-01 |
        mother  | regency  | 3601       | 3601010101200002 | spouse   | 1970-01-01 | HIDUP
        son     | regency  | 3601       | 3601010101200002 | child    | 2000-01-01 | HIDUP
        widow   | regency  | 3601       | 3601010101200003 | spouse   | 1970-01-01 | HIDUP
        orphan  | regency  | 3601       | 3601010101200003 | child    | 2000-01-01 | HIDUP
        late    | regency  | 3601       | 3601010101200003 | head     | 1960-01-01 | MENINGGAL
        single  | regency  | 3601       | 3601010101200004 | child    | 2000-01-01 | HIDUP
        good    | regency  | 3601       | 3601010101200005 | head     | 1970-01-01 | HIDUP
        good_b  | regency  | 3601       | 3601010101200005 | child    | 2000-01-01 | HIDUP
        here    | regency  | 3601       | 3601010101200006 | head     | 1970-01-01 | HIDUP
        there   | regency  | 3602       | 3601010101200006 | head     | 1970-01-01 | HIDUP
        twice   | province | 36         | 3601010101200007 | head     | 1970-01-01 |
        twice   | province | 36         | 3601010101200007 | head     | 1970-01-01 |
        unsaid  | province | 36         | 3601010101200008 | -        | 1970-01-01 |
        unsaid2 | province | 36         | 3601010101200008 | child    | 2000-01-01 |
    """)
    assert found(con, "KL03") == ["head_a", "head_b", "mother", "widow"]
    assert (
        details(con, "KL03")[0] == "KK 3601••••••••0001 di DTSEN provinsi (3 baris) memiliki 2 orang kepala keluarga."
    )
