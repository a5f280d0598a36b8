"""What FN01 to FN06 find, and what they leave alone (CONTRACT §4)."""

from datetime import date

import pytest

from tests.spec.world import found, searched


def test_fn01_paid_by_both() -> None:
    con = searched("""
        person        | source              | status   | segment | start_date
        listed        | decree              |          |         |
        listed        | bpjs_kesehatan      | AKTIF    | PBI     |
        both_cards    | bpjs_kesehatan      | AKTIF    | PBI     |
        both_cards    | bpjs_kesehatan      | AKTIF    | PDA     |
        later_decree  | decree              |          |         | 2026-12-01
        later_decree  | bpjs_kesehatan      | AKTIF    | PBI     |
        this_month    | decree              |          |         | 2026-11-30
        this_month    | bpjs_kesehatan      | AKTIF    | PBI     |
        pbi_off       | decree              |          |         |
        pbi_off       | bpjs_kesehatan      | NONAKTIF | PBI     |
        pda_off       | bpjs_kesehatan      | AKTIF    | PBI     |
        pda_off       | bpjs_kesehatan      | NONAKTIF | PDA     |
        as_it_should  | decree              |          |         |
        as_it_should  | bpjs_kesehatan      | AKTIF    | PDA     |
        as_it_should  | bpjs_kesehatan_bill |          |         |
    """)
    assert found(con, "FN01") == ["both_cards", "listed", "this_month"]


def test_fn02_subsidised_wage_worker() -> None:
    con = searched("""
        person       | source               | status   | segment
        pbi_pu       | bpjs_kesehatan       | AKTIF    | PBI
        pbi_pu       | bpjs_ketenagakerjaan | AKTIF    | PU
        pda_pu       | bpjs_kesehatan       | AKTIF    | PDA
        pda_pu       | bpjs_ketenagakerjaan | AKTIF    | PU
        pbi_ppu      | bpjs_kesehatan       | AKTIF    | PBI
        pbi_ppu      | bpjs_kesehatan       | AKTIF    | PPU
        bpu          | bpjs_kesehatan       | AKTIF    | PBI
        bpu          | bpjs_ketenagakerjaan | AKTIF    | BPU
        builder      | bpjs_kesehatan       | AKTIF    | PBI
        builder      | bpjs_ketenagakerjaan | AKTIF    | JAKON
        left_job     | bpjs_kesehatan       | AKTIF    | PBI
        left_job     | bpjs_ketenagakerjaan | NONAKTIF | PU
        ppu_off      | bpjs_kesehatan       | AKTIF    | PBI
        ppu_off      | bpjs_kesehatan       | NONAKTIF | PPU
        pbi_off      | bpjs_kesehatan       | NONAKTIF | PBI
        pbi_off      | bpjs_ketenagakerjaan | AKTIF    | PU
        self_paid    | bpjs_kesehatan       | AKTIF    | MDR
        self_paid    | bpjs_ketenagakerjaan | AKTIF    | PU
    """)
    assert found(con, "FN02") == ["pbi_ppu", "pbi_pu", "pda_pu"]


def test_fn03_one_card_billed_twice_for_one_month() -> None:
    con = searched("""
        person       | source              | card          | covered_month | period     | owner_code
        same_file    | bpjs_kesehatan_bill | 0000000000001 | 2026-11-01    | 2026-11-01 | 3601
        same_file    | bpjs_kesehatan_bill | 0000000000001 | 2026-11-01    | 2026-11-01 | 3601
        later_bill   | bpjs_kesehatan_bill | 0000000000002 | 2026-10-01    | 2026-10-01 | 3601
        later_bill   | bpjs_kesehatan_bill | 0000000000002 | 2026-10-01    | 2026-11-01 | 3601
        two_payers   | bpjs_kesehatan_bill | 0000000000003 | 2026-11-01    | 2026-11-01 | 3601
        two_payers   | bpjs_kesehatan_bill | 0000000000003 | 2026-11-01    | 2026-11-01 | 3602
        each_month   | bpjs_kesehatan_bill | 0000000000004 | 2026-10-01    | 2026-10-01 | 3601
        each_month   | bpjs_kesehatan_bill | 0000000000004 | 2026-11-01    | 2026-11-01 | 3601
        two_cards    | bpjs_kesehatan_bill | 0000000000005 | 2026-11-01    | 2026-11-01 | 3601
        two_cards    | bpjs_kesehatan_bill | 0000000000006 | 2026-11-01    | 2026-11-01 | 3601
        card_unread  | bpjs_kesehatan_bill | -             | 2026-11-01    | 2026-11-01 | 3601
        card_unread  | bpjs_kesehatan_bill | -             | 2026-11-01    | 2026-11-01 | 3601
    """)
    assert found(con, "FN03") == ["later_bill", "same_file", "two_payers"]
    assert con.execute("SELECT DISTINCT rupiah_per_month FROM finding WHERE code = 'FN03'").fetchall() == [(37800,)]


def test_fn03_three_times_costs_two_bills() -> None:
    con = searched("""
        person | source              | amount
        a      | bpjs_kesehatan_bill | 37800
        a      | bpjs_kesehatan_bill | 37800
        a      | bpjs_kesehatan_bill | 37800
    """)
    rows = con.execute("SELECT rupiah_per_month, len(record_ids) FROM finding WHERE code = 'FN03'").fetchall()
    assert rows == [(75600, 3)]


def test_fn04_billed_but_not_in_the_decree_of_that_regency() -> None:
    con = searched("""
        person          | source              | owner_code | payer_code | start_date | period
        not_listed      | bpjs_kesehatan_bill | 3601       | 3601       |            |
        listed          | bpjs_kesehatan_bill | 3601       | 3601       |            |
        listed          | decree              | 3601       |            | 2026-01-01 |
        listed_next     | bpjs_kesehatan_bill | 3601       | 3601       |            |
        listed_next     | decree              | 3601       |            | 2026-12-01 |
        listed_nearby   | bpjs_kesehatan_bill | 3602       | 3602       |            |
        listed_nearby   | decree              | 3601       |            |            |
        there           | decree              | 3602       |            |            |
        decree_not_sent | bpjs_kesehatan_bill | 3603       | 3603       |            |
        last_month      | bpjs_kesehatan_bill | 3601       | 3601       |            | 2026-10-01
    """)
    assert found(con, "FN04") == ["listed_nearby", "listed_next", "not_listed"]


def test_fn05_listed_but_not_active() -> None:
    con = searched("""
        person      | source         | status      | segment | start_date
        no_card     | decree         |             |         |
        switched_off| decree         |             |         |
        switched_off| bpjs_kesehatan | NONAKTIF    | PDA     |
        suspended   | decree         |             |         |
        suspended   | bpjs_kesehatan | PENANGGUHAN | MDR     |
        active      | decree         |             |         |
        active      | bpjs_kesehatan | AKTIF       | PDA     |
        active_else | decree         |             |         |
        active_else | bpjs_kesehatan | AKTIF       | PPU     |
        next_month  | decree         |             |         | 2026-12-01
        not_listed  | bpjs_kesehatan | NONAKTIF    | PDA     |
    """)
    assert found(con, "FN05") == ["no_card", "suspended", "switched_off"]


@pytest.mark.parametrize(
    ("segment", "covered", "amount", "wrong"),
    [
        ("PDA", "2026-11-01", "37800", False),
        ("PDA", "2026-11-01", "35000", True),
        ("PDA", "2026-11-01", "42000", True),
        ("PDA", "2026-11-01", "-", False),  # no amount: nothing to judge
        ("PDA", "-", "35000", False),  # no month: no dated tariff
        ("PDA", "2020-12-01", "37800", False),  # before the first dated tariff
        ("PDA", "2021-01-01", "37801", True),
        ("-", "2026-11-01", "37800", False),  # without a segment it is what a regency is billed for
        ("-", "2026-11-01", "40000", True),
        ("PBI", "2026-11-01", "42000", False),
        ("PBI", "2026-11-01", "37800", True),
        ("MDR", "2026-11-01", "100000", False),  # one of three classes
        ("MDR", "2026-11-01", "99000", True),
        ("PPU", "2026-11-01", "1", False),  # a share of the wage, no tariff in rupiah
    ],
)
def test_fn06_amount_against_the_tariff_of_segment_and_month(
    segment: str, covered: str, amount: str, wrong: bool
) -> None:
    con = searched(f"""
        person | source              | segment   | covered_month | amount
        a      | bpjs_kesehatan_bill | {segment} | {covered}     | {amount}
    """)
    assert found(con, "FN06") == (["a"] if wrong else [])


def test_fn06_costs_the_difference_either_way() -> None:
    con = searched("""
        person | source              | amount
        over   | bpjs_kesehatan_bill | 42000
        under  | bpjs_kesehatan_bill | 35000
    """)
    rows = con.execute(
        "SELECT label, rupiah_per_month FROM finding JOIN label USING (person_id) WHERE code = 'FN06' ORDER BY label"
    ).fetchall()
    assert rows == [("over", 4200), ("under", 2800)]


@pytest.mark.parametrize(
    ("months", "as_of", "period"),
    [
        (["2026-10-01", "2026-11-01"], date(2026, 11, 20), date(2026, 11, 1)),
        (["2026-10-01", "2026-11-01"], date(2026, 10, 31), date(2026, 10, 1)),
        (["2026-12-01", "2027-01-01"], date(2026, 11, 20), date(2026, 12, 1)),  # none yet: the earliest
        (["2026-10-01"] * 30 + ["2026-11-01"], date(2026, 11, 20), date(2026, 10, 1)),  # a stray row is no period
        ([], date(2026, 11, 20), None),
    ],
)
def test_the_period_is_the_latest_billed_month(months: list[str], as_of: date, period: date | None) -> None:
    lines = "\n".join(f"p{number} | bpjs_kesehatan_bill | {month}" for number, month in enumerate(months))
    con = searched(f"person | source | period\n{lines or 'a | province |'}", as_of=as_of)
    assert con.execute("SELECT period FROM parameter").fetchall() == [(period,)]
