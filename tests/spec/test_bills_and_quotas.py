"""What FN07 and FN08 find, and what they leave alone (docs/findings_money.md)."""

import pytest

from tests.spec.world import ALL_KINDS, found, searched

CARDS = """
    person      | source              | card | status | segment | start_date | end_date   | covered_month | amount
    before      | bpjs_kesehatan      | 1    | AKTIF  | PDA     | 2026-12-01 |            |               |
    before      | bpjs_kesehatan_bill | 1    |        |         |            |            | 2026-11-01    |
    after       | bpjs_kesehatan      | 2    | AKTIF  | PDA     | 2020-01-01 | 2026-10-31 |               |
    after       | bpjs_kesehatan_bill | 2    |        |         |            |            | 2026-11-01    | 42000
    same_month  | bpjs_kesehatan      | 3    | AKTIF  | PDA     | 2026-11-30 |            |               |
    same_month  | bpjs_kesehatan_bill | 3    |        |         |            |            | 2026-11-01    |
    last_month  | bpjs_kesehatan      | 4    | AKTIF  | PDA     | 2020-01-01 | 2026-11-01 |               |
    last_month  | bpjs_kesehatan_bill | 4    |        |         |            |            | 2026-11-01    |
    no_dates    | bpjs_kesehatan      | 5    | AKTIF  | PDA     |            |            |               |
    no_dates    | bpjs_kesehatan_bill | 5    |        |         |            |            | 2026-11-01    |
    renewed     | bpjs_kesehatan      | 6    | AKTIF  | PDA     | 2026-11-01 |            |               |
    renewed     | bpjs_kesehatan      | 6    | NONAKTIF | PDA   | 2020-01-01 | 2025-01-31 |               |
    renewed     | bpjs_kesehatan_bill | 6    |        |         |            |            | 2026-11-01    |
    unknown     | bpjs_kesehatan_bill | 7    |        |         |            |            | 2026-11-01    |
    no_month    | bpjs_kesehatan      | 8    | AKTIF  | PDA     | 2026-12-01 |            |               |
    no_month    | bpjs_kesehatan_bill | 8    |        |         |            |            | -             |
    two_months  | bpjs_kesehatan      | 9    | AKTIF  | PDA     | 2026-12-01 |            |               |
    two_months  | bpjs_kesehatan_bill | 9    |        |         |            |            | 2026-10-01    |
    two_months  | bpjs_kesehatan_bill | 9    |        |         |            |            | 2026-11-01    |
"""


def test_fn07_billed_outside_validity() -> None:
    con = searched(CARDS)
    assert found(con, "FN07") == ["after", "before", "two_months", "two_months"]
    rows = con.execute(
        "SELECT label, rupiah_per_month, detail FROM finding JOIN label USING (person_id) WHERE code = 'FN07' "
        "AND label IN ('after', 'before') ORDER BY label"
    ).fetchall()
    assert rows == [
        ("after", 42000, "Ditagih untuk bulan pelayanan 11-2026, kartu berlaku 01-01-2020 sampai 31-10-2026."),
        ("before", 37800, "Ditagih untuk bulan pelayanan 11-2026, kartu berlaku 01-12-2026 sampai sekarang."),
    ]


BILLS = "person | source | card | regency_code | payer_code | covered_month | status | segment\n" + "\n".join(
    [
        *(f"p{number} | bpjs_kesehatan_bill | {number} | 3601 | 3601 | 2026-11-01 | | " for number in range(100)),
        "p1 | bpjs_kesehatan_bill | 1 | 3601 | 3601 | 2026-11-01 | | ",  # billed twice, one card
        "p2 | bpjs_kesehatan_bill | 2 | 3601 | 3601 | 2026-10-01 | | ",  # arrears of another month
        *(f"q{number} | bpjs_kesehatan | {200 + number} | 3602 | | | AKTIF | PBI" for number in range(50)),
        "q1 | bpjs_kesehatan | 300 | 3602 | | | NONAKTIF | PBI",
        "q2 | bpjs_kesehatan | 301 | 3602 | | | AKTIF | PDA",
    ]
)


def quotas(*lines: str) -> dict[str, str]:
    return {"quota": "regency_code | segment | period | quota\n" + "\n".join(lines)}


@pytest.mark.parametrize(
    ("quota", "rupiah", "says"),
    [
        (100, None, ""),
        (99, 37800, "terlampaui 1 orang"),
        (101, None, ""),  # 1 of 101 unused: no more than 1 %
        (102, 2 * 37800, "sisa 2 orang"),
    ],
)
def test_fn08_people_billed_against_the_quota(quota: int, rupiah: int | None, says: str) -> None:
    con = searched(BILLS, more=quotas(f"3601 | PDA | 2026-11-01 | {quota}"))
    rows = con.execute(
        "SELECT regency_code, person_id, is_primary, rupiah_per_month, detail FROM finding WHERE code = 'FN08'"
    )
    answer = rows.fetchall()
    assert [row[:4] for row in answer] == ([("3601", None, True, rupiah)] if rupiah else [])
    assert all(says in row[4] and "quota.csv baris 1" in row[4] for row in answer)


def test_fn08_counts_active_pbi_cards_by_region_and_each_finding_counts_by_itself() -> None:
    con = searched(
        BILLS,
        more=quotas(
            "3602 | PBI | 2026-11-01 | 40",
            "3602 | PBI | 2026-10-01 | 1",  # another month
            "3601 | PDA | 2026-11-01 | 10",
            "3603 | PDA | 2026-11-01 | 10",  # no bill arrived
            "3601 | MDR | 2026-11-01 | 10",
        ),
    )
    rows = con.execute(
        "SELECT regency_code, rupiah_per_month, is_primary FROM finding WHERE code = 'FN08' ORDER BY regency_code"
    )
    assert rows.fetchall() == [("3601", 90 * 37800, True), ("3602", 10 * 42000, True)]


def test_without_quotas_fn08_is_not_tested() -> None:
    con = searched(BILLS, kinds=ALL_KINDS)
    reasons = dict(con.execute("SELECT code, not_testable_reason FROM finding_type WHERE NOT testable").fetchall())
    assert reasons["FN08"] == "tidak dapat diuji: kuota peserta tidak ada"
    assert "FN07" not in reasons
