"""What ST01 and EL01 to EL10 find, and what they leave alone (CONTRACT §4)."""

from datetime import date

from tests.spec.world import found, searched


def test_st01_dead_but_active_or_billed() -> None:
    con = searched("""
        person            | source              | status    | segment | period
        certified_active  | civil_deaths        |           |         |
        certified_active  | bpjs_kesehatan      | AKTIF     | MDR     |
        regency_active    | regency             | MENINGGAL |         |
        regency_active    | bpjs_kesehatan      | AKTIF     | PBI     |
        certified_billed  | civil_deaths        |           |         |
        certified_billed  | bpjs_kesehatan_bill |           |         |
        billed_last_month | civil_deaths        |           |         |
        billed_last_month | bpjs_kesehatan_bill |           |         | 2026-10-01
        switched_off      | civil_deaths        |           |         |
        switched_off      | bpjs_kesehatan      | MENINGGAL | PBI     |
        only_bpjs_says    | bpjs_kesehatan      | MENINGGAL | PBI     |
        only_bpjs_says    | bpjs_kesehatan_bill |           |         |
        moved_away        | regency             | PINDAH    |         |
        moved_away        | bpjs_kesehatan      | AKTIF     | PBI     |
        no_card           | civil_deaths        |           |         |
    """)
    assert found(con, "ST01") == ["certified_active", "certified_billed", "regency_active"]


def test_st01_costs_what_is_still_paid() -> None:
    con = searched("""
        person | source              | segment
        pbi    | civil_deaths        |
        pbi    | bpjs_kesehatan      | PBI
        pda    | civil_deaths        |
        pda    | bpjs_kesehatan      | PDA
        pda    | bpjs_kesehatan_bill |
        self   | civil_deaths        |
        self   | bpjs_kesehatan      | MDR
    """)
    rows = con.execute(
        "SELECT label, rupiah_per_month, len(record_ids) FROM finding JOIN label USING (person_id) "
        "WHERE code = 'ST01' ORDER BY label"
    ).fetchall()
    assert rows == [("pbi", 42000, 2), ("pda", 37800, 3), ("self", 0, 2)]


def test_el01_active_pbi_with_decile_6_to_10() -> None:
    con = searched("""
        person      | source         | decile | status   | segment
        six         | province       | 6      |          |
        six         | bpjs_kesehatan |        | AKTIF    | PBI
        ten         | province       | 10     |          |
        ten         | bpjs_kesehatan |        | AKTIF    | PBI
        five        | province       | 5      |          |
        five        | bpjs_kesehatan |        | AKTIF    | PBI
        unranked    | province       | 0      |          |
        unranked    | bpjs_kesehatan |        | AKTIF    | PBI
        no_decile   | province       |        |          |
        no_decile   | bpjs_kesehatan |        | AKTIF    | PBI
        inactive    | province       | 8      |          |
        inactive    | bpjs_kesehatan |        | NONAKTIF | PBI
        self_paid   | province       | 8      |          |
        self_paid   | bpjs_kesehatan |        | AKTIF    | MDR
        other_card  | province       | 8      |          |
        other_card  | bpjs_kesehatan |        | NONAKTIF | PBI
        other_card  | bpjs_kesehatan |        | AKTIF    | PPU
    """)
    assert found(con, "EL01") == ["six", "ten"]


def test_el02_active_pbi_not_in_dtsen() -> None:
    con = searched("""
        person       | source         | status   | segment
        only_card    | bpjs_kesehatan | AKTIF    | PBI
        in_regency   | regency        |          |
        in_regency   | bpjs_kesehatan | AKTIF    | PBI
        in_dtsen     | province       |          |
        in_dtsen     | bpjs_kesehatan | AKTIF    | PBI
        inactive     | bpjs_kesehatan | NONAKTIF | PBI
        paid_by_apbd | bpjs_kesehatan | AKTIF    | PDA
    """)
    assert found(con, "EL02") == ["in_regency", "only_card"]


def test_el04_eligible_without_any_card() -> None:
    con = searched("""
        person      | source              | decile | excluded | status
        one         | province            | 1      |          |
        five        | province            | 5      |          |
        billed_only | province            | 3      |          |
        billed_only | bpjs_kesehatan_bill |        |          |
        six         | province            | 6      |          |
        unranked    | province            | 0      |          |
        excluded    | province            | 2      | true     |
        flag_empty  | province            | 2      | -        |
        inactive    | province            | 2      |          |
        inactive    | bpjs_kesehatan      |        |          | NONAKTIF
        dead        | province            | 2      |          |
        dead        | civil_deaths        |        |          |
        dead_too    | province            | 2      |          |
        dead_too    | regency             |        |          | MENINGGAL
        moved       | province            | 2      |          |
        moved       | regency             |        |          | PINDAH
        not_listed  | regency             | 2      |          |
    """)
    assert found(con, "EL04") == ["billed_only", "five", "flag_empty", "moved", "one"]


def test_el05_and_el06_part_at_six_calendar_months() -> None:
    con = searched("""
        person      | source         | decile | status      | segment | status_date
        same_day    | province       | 1      |             |         |
        same_day    | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-05-20
        day_before  | province       | 1      |             |         |
        day_before  | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-05-19
        yesterday   | province       | 5      |             |         |
        yesterday   | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-11-19
        two_cards   | province       | 2      |             |         |
        two_cards   | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2024-01-01
        two_cards   | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-10-01
        no_date     | province       | 2      |             |         |
        no_date     | bpjs_kesehatan |        | NONAKTIF    | PBI     |
        active_too  | province       | 2      |             |         |
        active_too  | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-10-01
        active_too  | bpjs_kesehatan |        | AKTIF       | PDA     |
        self_paid   | province       | 2      |             |         |
        self_paid   | bpjs_kesehatan |        | NONAKTIF    | MDR     | 2026-10-01
        in_arrears  | province       | 2      |             |         |
        in_arrears  | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-10-01
        in_arrears  | bpjs_kesehatan |        | PENANGGUHAN | MDR     |
        too_rich    | province       | 6      |             |         |
        too_rich    | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-10-01
        dead        | province       | 2      |             |         |
        dead        | civil_deaths   |        |             |         |
        dead        | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-10-01
        dead_card   | province       | 2      |             |         |
        dead_card   | bpjs_kesehatan |        | NONAKTIF    | PBI     | 2026-10-01
        dead_card   | bpjs_kesehatan |        | MENINGGAL   | PBI     | 2026-10-02
    """)
    assert found(con, "EL05") == ["in_arrears", "same_day", "two_cards", "yesterday"]
    assert found(con, "EL06") == ["day_before"]


def test_el05_window_ends_on_the_last_day_of_a_shorter_month() -> None:
    text = """
        person | source         | decile | status   | segment | status_date
        a      | province       | 1      |          |         |
        a      | bpjs_kesehatan |        | NONAKTIF | PBI     | 2026-02-28
        b      | province       | 1      |          |         |
        b      | bpjs_kesehatan |        | NONAKTIF | PBI     | 2026-02-27
    """
    con = searched(text, as_of=date(2026, 8, 31))
    assert (found(con, "EL05"), found(con, "EL06")) == (["a"], ["b"])


def test_el08_decile_differs_between_province_and_regency() -> None:
    con = searched("""
        person        | source   | owner_code | decile | status
        differs       | province | 36         | 3      |
        differs       | regency  | 3601       | 4      |
        agrees        | province | 36         | 3      |
        agrees        | regency  | 3601       | 3      |
        two_registers | province | 36         | 3      |
        two_registers | regency  | 3601       | 4      | PINDAH
        two_registers | regency  | 3602       | 5      |
        one_of_two    | province | 36         | 3      |
        one_of_two    | regency  | 3601       | 3      |
        one_of_two    | regency  | 3601       | 9      |
        unranked      | province | 36         | 0      |
        unranked      | regency  | 3601       | 4      |
        not_given     | province | 36         | 3      |
        not_given     | regency  | 3601       |        |
        zero          | province | 36         | 3      |
        zero          | regency  | 3601       | 0      |
        not_listed    | regency  | 3601       | 4      |
    """)
    assert found(con, "EL08") == ["differs", "one_of_two", "two_registers", "two_registers"]


def test_el10_paid_by_the_regency_although_eligible() -> None:
    con = searched("""
        person     | source         | decile | excluded | status   | segment
        eligible   | province       | 5      |          |          |
        eligible   | bpjs_kesehatan |        |          | AKTIF    | PDA
        excluded   | province       | 5      | true     |          |
        excluded   | bpjs_kesehatan |        |          | AKTIF    | PDA
        six        | province       | 6      |          |          |
        six        | bpjs_kesehatan |        |          | AKTIF    | PDA
        inactive   | province       | 5      |          |          |
        inactive   | bpjs_kesehatan |        |          | NONAKTIF | PDA
        pbi        | province       | 5      |          |          |
        pbi        | bpjs_kesehatan |        |          | AKTIF    | PBI
        not_listed | bpjs_kesehatan |        |          | AKTIF    | PDA
    """)
    assert found(con, "EL10") == ["eligible"]


def test_of_two_province_rows_the_ranked_one_decides() -> None:
    con = searched("""
        person   | source         | decile | excluded
        a        | province       | 0      | true
        a        | province       | 7      |
        a        | bpjs_kesehatan |        |
        b        | province       | 7      |
        b        | province       | 2      |
        b        | bpjs_kesehatan |        |
    """)
    assert found(con, "EL01") == ["a", "b"]
