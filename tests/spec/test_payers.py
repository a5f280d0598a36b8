"""Who pays the dues of a person, and what that is a month (schemas/people/payer.sql)."""

from __future__ import annotations

from tests.spec.world import searched

PEOPLE = """
    person   | source               | owner_code | segment | status   | relation | funding | programs       | wage
    centre   | bpjs_kesehatan       |            | PBI     | AKTIF    |          |         |                |
    listed   | bpjs_kesehatan       |            | PDA     | AKTIF    |          |         |                |
    listed   | decree               | 3601       |         |          |          |         |                |
    listed   | decree               | 36         |         |          |          |         |                |
    billed   | bpjs_kesehatan       |            | PDA     | NONAKTIF |          |         |                |
    billed   | bpjs_kesehatan_bill  |            |         |          |          |         |                |
    unnamed  | bpjs_kesehatan       |            | PDA     | AKTIF    |          |         |                |
    self     | bpjs_kesehatan       |            | MDR     | AKTIF    |          |         |                |
    earner   | bpjs_kesehatan       |            | PPU     | AKTIF    | head     |         |                |
    earner   | bpjs_ketenagakerjaan |            | PU      | AKTIF    |          |         | JKK+JKM+JHT+JP | 20000000
    child    | bpjs_kesehatan       |            | PPU     | AKTIF    | child    |         |                |
    official | bpjs_kesehatan       |            | PPU     | AKTIF    | head     |         |                |
    farmer   | bpjs_ketenagakerjaan |            | BPU     | AKTIF    |          | APBD    | JKK+JKM        |
    seller   | bpjs_ketenagakerjaan |            | BPU     | AKTIF    |          | MANDIRI | JKK+JKM+JHT    |
    twice    | bpjs_ketenagakerjaan |            | BPU     | AKTIF    |          | CSR     | JKK+JKM        |
    twice    | bpjs_ketenagakerjaan |            | BPU     | AKTIF    |          | DBHCHT  | JKK+JKM        |
    builder  | bpjs_ketenagakerjaan |            | JAKON   | AKTIF    |          |         | JKK+JKM        |
    strange  | bpjs_ketenagakerjaan |            | BPU     | AKTIF    |          |         | JKK+JKM        |
    left     | bpjs_ketenagakerjaan |            | PU      | NONAKTIF |          |         | JKK+JKM        | 3000000
"""


def test_each_payer_of_each_person_with_the_dues_of_a_month() -> None:
    con = searched(PEOPLE)
    answer = con.execute(
        "SELECT label, scheme, fund, payer_code, rupiah_per_month, not_priced FROM payer JOIN label USING (person_id) "
        "ORDER BY ALL"
    )
    assert answer.fetchall() == [
        ("billed", "JKN", "APBD_KAB", "3601", 37800, None),
        ("billed", "JKN", "APBN_PDA", "", 4200, None),
        ("builder", "TK", "PERUSAHAAN", "", None, "contract"),
        ("centre", "JKN", "APBN", "", 42000, None),
        ("child", "JKN", "PERUSAHAAN", "", 0, None),
        ("earner", "JKN", "PERUSAHAAN", "", 600000, None),
        ("earner", "TK", "PERUSAHAAN", "", 1848000, None),
        ("farmer", "TK", "APBD", "", 16800, None),
        ("listed", "JKN", "APBD_KAB", "3601", 37800, None),
        ("listed", "JKN", "APBD_PROV", "36", 37800, None),
        ("listed", "JKN", "APBN_PDA", "", 4200, None),
        ("official", "JKN", "PERUSAHAAN", "", None, "wage"),
        ("self", "JKN", "MANDIRI", "", None, "class"),
        ("seller", "TK", "MANDIRI", "", 28400, None),
        ("strange", "TK", "UNKNOWN", "", None, "fund"),
        ("twice", "TK", "CSR", "", 8400, None),
        ("twice", "TK", "DBHCHT", "", 16800, None),
        ("unnamed", "JKN", "APBD", "", 37800, None),
        ("unnamed", "JKN", "APBN_PDA", "", 4200, None),
    ]
    doubled = con.execute(
        "SELECT indicator, numerator, denominator FROM indicator WHERE indicator LIKE '%MULTI_PAYER' "
        "AND length(regency_code) = 4 ORDER BY 1"
    )
    assert doubled.fetchall() == [("JKN_MULTI_PAYER", 1, 8), ("TK_MULTI_PAYER", 1, 6)]
