"""What ST02 to ST05 find: registers that disagree on life, membership or age (docs/findings_people.md)."""

import pytest

from tests.spec.test_numbers import details, money
from tests.spec.world import ALL_KINDS, found, searched


def test_st02_dead_in_one_register_alive_in_another() -> None:
    con = searched("""
        person   | source               | status      | segment | owner_code
        regency  | regency              | MENINGGAL   |         | 3601
        regency  | bpjs_kesehatan       | AKTIF       | PDA     | 36
        province | province             | MENINGGAL   |         | 36
        province | regency              | HIDUP       |         | 3601
        card     | bpjs_kesehatan       | MENINGGAL   | PBI     | 36
        card     | bpjs_ketenagakerjaan | AKTIF       | PU      | 36
        registry | regency              | MENINGGAL   |         | 3601
        registry | bpjs_kesehatan       | AKTIF       | PBI     | 36
        registry | civil_deaths         | MENINGGAL   |         | 36
        agreed   | regency              | MENINGGAL   |         | 3601
        agreed   | province             | MENINGGAL   |         | 36
        moved    | regency              | PINDAH      |         | 3601
        moved    | province             | MENINGGAL   |         | 36
        off      | province             | MENINGGAL   |         | 36
        off      | bpjs_kesehatan       | NONAKTIF    | PBI     | 36
        one      | regency              | MENINGGAL   |         | 3601
        two_say  | regency              | MENINGGAL   |         | 3601
        two_say  | regency              | HIDUP       |         | 3602
    """)
    assert found(con, "ST02") == ["card", "province", "regency", "two_say"]
    assert money(con, "ST02") == {"card": 0, "province": 0, "regency": 37800, "two_say": 0}
    told = (
        "Meninggal menurut DTSEN provinsi; hidup atau aktif menurut register kabupaten/kota 3601; tanpa akta kematian."
    )
    assert told in details(con, "ST02")


def test_st03_decree_and_membership_disagree() -> None:
    con = searched("""
        person   | source         | status       | segment | start_date | regency_code | owner_code
        off      | decree         |              |         |            | 3601         | 3601
        off      | bpjs_kesehatan | NONAKTIF     | PDA     |            | 3601         | 36
        unlisted | bpjs_kesehatan | AKTIF        | PDA     |            | 3601         | 36
        agreed   | decree         |              |         |            | 3601         | 3601
        agreed   | bpjs_kesehatan | AKTIF        | PDA     |            | 3601         | 36
        one_on   | decree         |              |         |            | 3601         | 3601
        one_on   | bpjs_kesehatan | AKTIF        | PDA     |            | 3601         | 36
        one_on   | bpjs_kesehatan | NONAKTIF     | PDA     |            | 3601         | 36
        later    | decree         |              |         | 2026-12-01 | 3601         | 3601
        later    | bpjs_kesehatan | AKTIF        | PDA     |            | 3601         | 36
        neither  | bpjs_kesehatan | NONAKTIF     | PDA     |            | 3601         | 36
        no_card  | decree         |              |         |            | 3601         | 3601
        other    | decree         |              |         |            | 3601         | 3601
        other    | bpjs_kesehatan | NONAKTIF     | PBI     |            | 3601         | 36
        silent   | bpjs_kesehatan | AKTIF        | PDA     |            | 3609         | 36
    """)
    assert found(con, "ST03") == ["later", "off", "unlisted"]  # the decree of 3609 did not come
    assert set(money(con, "ST03").values()) == {37800}


def test_st04_active_in_another_segment_than_the_decree_says() -> None:
    con = searched("""
        person | source         | status      | segment
        pbi    | decree         |             |
        pbi    | bpjs_kesehatan | AKTIF       | PBI
        self   | decree         |             |
        self   | bpjs_kesehatan | AKTIF       | MDR
        both   | decree         |             |
        both   | bpjs_kesehatan | AKTIF       | PDA
        both   | bpjs_kesehatan | AKTIF       | PPU
        off    | decree         |             |
        off    | bpjs_kesehatan | PENANGGUHAN | MDR
        free   | bpjs_kesehatan | AKTIF       | MDR
    """)
    assert found(con, "ST04") == ["pbi", "self"]
    assert details(con, "ST04") == [
        "Ada di SK 3601 (PBPU Pemda), kartu aktif bersegmen MDR.",
        "Ada di SK 3601 (PBPU Pemda), kartu aktif bersegmen PBI.",
    ]


def test_st05_births_to_come_and_of_long_ago() -> None:
    con = searched("""
        person   | source              | birth_date
        tomorrow | province            | 2026-11-21
        today    | province            | 2026-11-20
        too_old  | regency             | 1915-11-20
        old      | regency             | 1915-11-21
        unknown  | regency             | -
        billed   | bpjs_kesehatan_bill | 1880-01-01
        dead     | civil_deaths        | 1880-01-01
    """)
    assert found(con, "ST05") == ["tomorrow", "too_old"]
    assert details(con, "ST05") == [
        "Tanggal lahir 20-11-1915 di register kabupaten/kota 3601 berarti umur 111 tahun.",
        "Tanggal lahir 21-11-2026 di DTSEN provinsi terletak di masa depan.",
    ]


@pytest.mark.parametrize(
    ("missing", "untested", "partly"),
    [
        ({"civil_deaths"}, set(), {"ST02"}),
        ({"decree"}, {"ST03", "ST04"}, set()),
        ({"bpjs_kesehatan"}, {"ST03", "ST04"}, {"ST02"}),
        ({"province"}, set(), {"ST02"}),
        ({"province", "regency"}, {"ST02"}, set()),
    ],
)
def test_status_classes_need_two_registers(missing: set[str], untested: set[str], partly: set[str]) -> None:
    con = searched("person | source\na | province", kinds=ALL_KINDS - missing)
    rows = con.execute(
        "SELECT code, not_testable_reason FROM finding_type WHERE NOT testable AND code LIKE 'ST%' AND code <> 'ST01'"
    ).fetchall()
    assert {code for code, reason in rows if reason.startswith("tidak dapat diuji:")} == untested
    assert {code for code, reason in rows if reason.startswith("tidak dapat diuji sepenuhnya:")} == partly
