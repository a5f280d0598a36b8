"""What WL01 to WL03 find: who lives where, by which code, and who pays (docs/findings_people.md)."""

from datetime import date

import polars as pl

from flows.standardise import standardise
from tests.spec.test_numbers import money
from tests.spec.world import ALL_KINDS, found, searched


def test_wl01_paid_where_the_person_no_longer_lives() -> None:
    con = searched("""
        person   | source              | owner_code | regency_code | payer_code | status | segment | start_date | period
        moved    | province            | 36         | 3602         |            |        |         |            |
        moved    | decree              | 3601       | 3601         |            |        |         |            |
        moved    | bpjs_kesehatan      | 36         | 3602         |            | AKTIF  | PDA     |            |
        left     | regency             | 3601       | 3601         |            | PINDAH |         |            |
        left     | bpjs_kesehatan_bill | 3601       | 3601         | 3601       |        |         |            |
        left     | bpjs_kesehatan      | 36         | 3601         |            | AKTIF  | PDA     |            |
        here     | province            | 36         | 3601         |            |        |         |            |
        here     | decree              | 3601       | 3601         |            |        |         |            |
        here     | bpjs_kesehatan      | 36         | 3601         |            | AKTIF  | PDA     |            |
        both     | province            | 36         | 3601         |            |        |         |            |
        both     | province            | 36         | 3602         |            |        |         |            |
        both     | decree              | 3601       | 3601         |            |        |         |            |
        both     | bpjs_kesehatan      | 36         | 3601         |            | AKTIF  | PDA     |            |
        returned | regency             | 3601       | 3601         |            | PINDAH |         |            |
        returned | regency             | 3601       | 3601         |            | HIDUP  |         |            |
        returned | decree              | 3601       | 3601         |            |        |         |            |
        returned | bpjs_kesehatan      | 36         | 3601         |            | AKTIF  | PDA     |            |
        off      | province            | 36         | 3602         |            |        |         |            |
        off      | decree              | 3601       | 3601         |            |        |         |            |
        off      | bpjs_kesehatan      | 36         | 3602         |            | NONAKTIF | PDA   |            |
        pbi      | province            | 36         | 3602         |            |        |         |            |
        pbi      | decree              | 3601       | 3601         |            |        |         |            |
        pbi      | bpjs_kesehatan      | 36         | 3602         |            | AKTIF  | PBI     |            |
        future   | province            | 36         | 3602         |            |        |         |            |
        future   | decree              | 3601       | 3601         |            |        |         | 2026-12-01 |
        future   | bpjs_kesehatan      | 36         | 3602         |            | AKTIF  | PDA     |            |
        unlisted | decree              | 3601       | 3601         |            |        |         |            |
        unlisted | bpjs_kesehatan      | 36         | 3602         |            | AKTIF  | PDA     |            |
    """)
    assert found(con, "WL01") == ["left", "moved"]
    assert set(money(con, "WL01").values()) == {37800}
    details = dict(
        con.execute("SELECT label, detail FROM finding JOIN label USING (person_id) WHERE code = 'WL01'").fetchall()
    )
    assert details["moved"] == "Dibayar 3601 (SK), tetapi menurut DTSEN tinggal di 3602."
    assert details["left"] == "Dibayar 3601 (ditagihkan periode ini), tetapi register 3601 mencatat pindah."


def test_wl02_a_code_that_is_not_in_force() -> None:
    con = searched("""
        person   | source              | region_as_written | village_code | owner_code
        bps      | province            | 3601010001        | 3601012001   | 36
        twice    | regency             | 3699012001        | -            | 3601
        twice    | regency             | 3699012002        | -            | 3601
        in_force | regency             |                   | 3601012001   | 3601
        billed   | bpjs_kesehatan_bill | 3699              | -            | 3601
    """)
    assert found(con, "WL02") == ["bps", "twice"]
    (told,) = con.execute("SELECT detail FROM finding WHERE code = 'WL02' AND owner_code = '3601'").fetchall()
    assert told[0].startswith(
        "Kode wilayah 3699012001, 3699012002 di register kabupaten/kota 3601 bukan kode Kemendagri"
    )


def test_only_codes_that_are_not_in_force_are_kept_as_written() -> None:
    codes = [
        "36.01.01.2001",
        "3601012001",
        "3601010001",
        "3699012001",
        "9201",
        "Kab. Lebak",
        "Atlantis",
        "3602",
        "",
        None,
    ]
    rows = pl.DataFrame({"village_code": codes}, schema={"village_code": pl.String}).with_columns(
        owner_code=pl.lit("3601"), file=pl.lit("a.csv"), source_row=pl.int_range(1, len(codes) + 1, dtype=pl.Int64),
        **{name: pl.lit(None, pl.String) for name in ("nik", "name", "birth_date", "sex", "kk")},
    )  # fmt: skip
    kept = standardise({"regency": rows}, "36", date(2026, 11, 20))["regency"]["region_as_written"].to_list()
    assert kept == [None, None, "3601010001", "3699012001", "9201", None, "Atlantis", None, None, None]


def test_wl03_two_payers() -> None:
    con = searched("""
        person   | source              | owner_code | payer_code | start_date | period
        decrees  | decree              | 3601       |            |            |
        decrees  | decree              | 3602       |            |            |
        province | decree              | 3601       |            |            |
        province | decree              | 36         |            |            |
        bills    | bpjs_kesehatan_bill | 3601       | 3601       |            |
        bills    | bpjs_kesehatan_bill | 3602       | 3602       |            |
        mixed    | decree              | 3601       |            |            |
        mixed    | bpjs_kesehatan_bill | 3602       | 3602       |            |
        three    | decree              | 3601       |            |            |
        three    | decree              | 3602       |            |            |
        three    | decree              | 3603       |            |            |
        one      | decree              | 3601       |            |            |
        one      | bpjs_kesehatan_bill | 3601       | 3601       |            |
        future   | decree              | 3601       |            |            |
        future   | decree              | 3602       |            | 2026-12-01 |
        past     | decree              | 3601       |            |            |
        past     | bpjs_kesehatan_bill | 3602       | 3602       |            | 2026-10-01
    """)
    assert money(con, "WL03") == {"decrees": 37800, "province": 37800, "bills": 37800, "mixed": 37800, "three": 75600}


def test_payers_and_residence_need_their_registers() -> None:
    con = searched("person | source\na | decree", kinds=ALL_KINDS - {"bpjs_kesehatan", "decree", "bpjs_kesehatan_bill"})
    rows = con.execute(
        "SELECT code, not_testable_reason FROM finding_type WHERE code LIKE 'WL%' AND NOT testable"
    ).fetchall()
    assert dict(rows) == {
        "WL01": "tidak dapat diuji: peserta BPJS Kesehatan, SK PBPU Pemda atau tagihan BPJS Kesehatan tidak ada",
        "WL03": "tidak dapat diuji: SK PBPU Pemda atau tagihan BPJS Kesehatan tidak ada",
    }
