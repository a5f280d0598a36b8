"""What ID01 to ID05, ID07 to ID09, ID11 and ID12 find (docs/findings_people.md)."""

import duckdb
import pytest

from tests.spec.world import ALL_KINDS, found, searched

HOLDERS = 22


def details(con: duckdb.DuckDBPyConnection, code: str) -> list[str]:
    rows = con.execute("SELECT detail FROM finding WHERE code = $code ORDER BY detail", {"code": code}).fetchall()
    return [str(row[0]) for row in rows]


def money(con: duckdb.DuckDBPyConnection, code: str) -> dict[str, int]:
    rows = con.execute(
        "SELECT label, rupiah_per_month FROM finding JOIN label USING (person_id) WHERE code = $code", {"code": code}
    )
    return dict(rows.fetchall())


def test_each_status_of_a_nik_is_a_class_of_its_own() -> None:
    con = searched("""
        person    | source              | nik              | nik_status             | birth_date | sex | owner_code
        missing   | province            |                  | missing                |            |     | 36
        malformed | regency             | 3601019902900001 | malformed              | 1990-02-01 | L   | 3601
        damaged   | decree              |                  | damaged                |            |     | 3601
        born      | province            | 3601010102900001 | contradicts_birth_date | 1990-02-02 | L   | 36
        sex       | province            | 3601014102900001 | contradicts_sex        | 1990-02-01 | L   | 36
        both      | province            | 3601014102900002 | contradicts_birth_date | 1990-02-02 | L   | 36
        no_sex    | province            | 3601014102900003 | contradicts_birth_date | 1990-02-02 | -   | 36
        valid     | province            | 3601010102900004 | valid                  | 1990-02-01 | L   | 36
        billed    | bpjs_kesehatan_bill |                  | missing                |            |     | 3601
        twice     | province            |                  | missing                |            |     | 36
        twice     | regency             |                  | missing                |            |     | 3601
        twice     | regency             |                  | missing                |            |     | 3601
    """)
    assert found(con, "ID01") == ["missing", "twice", "twice"]  # once a register, bills aside
    assert found(con, "ID02") == ["malformed"]
    assert found(con, "ID03") == ["damaged"]
    assert found(con, "ID04") == ["born", "both", "no_sex"]
    assert found(con, "ID05") == ["both", "sex"]
    (told,) = {line for line in details(con, "ID04") if "02-02-1990" in line}
    assert told == "Tanggal dalam NIK di DTSEN provinsi (01-02-90) berbeda dari tanggal lahir 02-02-1990."


def test_a_missing_nik_blocks_money_only_when_no_register_has_one() -> None:
    con = searched("""
        person   | source         | nik              | nik_status | decile | status | segment
        blocked  | province       |                  | missing    | 3      |        |
        paid     | bpjs_kesehatan |                  | missing    |        | AKTIF  | PDA
        known    | province       |                  | missing    | 3      |        |
        known    | regency        | 3601010101800001 | valid      |        |        |
        rich     | province       |                  | missing    | 8      |        |
    """)
    assert money(con, "ID01") == {"blocked": 42000, "paid": 37800, "known": 0, "rich": 0}
    (told,) = {line for line in details(con, "ID01") if "Register lain" in line}
    assert "NIK 3601••••••••0001" in told


def test_id07_one_nik_on_two_people() -> None:
    con = searched("""
        person       | source         | nik              | nik_status             | name_std      | birth_date | segment
        holder       | province       | 3601010101800001 | valid                  | BUDI SANTOSO  | 1980-01-01 |
        other        | bpjs_kesehatan | 3601010101800001 | contradicts_birth_date | SITI AMINAH   | 1991-05-06 | PDA
        twin_a       | province       | 3601010101800002 | valid                  | ASEP          | 1980-01-01 |
        twin_b       | regency        | 3601010101800002 | valid                  | UJANG         | 1980-01-01 |
        same_a       | province       | 3601010101800003 | valid                  | RINA NURHAYAT | 1980-01-01 |
        same_b       | regency        | 3601010101800003 | contradicts_birth_date | RINA NURHAYA  | 1981-01-01 |
        placeholder1 | province       |                  | missing                | AGUS          | 1980-01-01 |
        placeholder2 | province       |                  | missing                | WAWAN         | 1970-01-01 |
        bad_a        | province       | 3601019901800004 | malformed              | AGUS          | 1980-01-01 |
        bad_b        | province       | 3601019901800004 | malformed              | WAWAN         | 1970-01-01 |
        no_birth_a   | province       | 3601010101800005 | valid                  | AGUS          | -          |
        no_birth_b   | province       | 3601010101800005 | valid                  | WAWAN         | 1970-01-01 |
    """)
    assert found(con, "ID07") == ["holder", "other"]
    assert money(con, "ID07") == {"holder": 0, "other": 37800}
    assert all("3601••••••••0001" in line and "3601010101800001" not in line for line in details(con, "ID07"))


@pytest.mark.parametrize(("people", "held"), [(20, 0), (HOLDERS, HOLDERS)])
def test_a_nik_on_very_many_people_is_held_against_all_of_them(people: int, held: int) -> None:
    lines = [f"p{n} | province | 3601010101800001 | valid | SAMA | 1980-01-{n % 28 + 1:02d}" for n in range(people)]
    con = searched("\n".join(["person | source | nik | nik_status | name_std | birth_date", *lines]))
    assert len(found(con, "ID07")) == held


def test_id08_two_valid_niks_of_one_person_and_their_distance() -> None:
    con = searched("""
        person     | source         | nik              | nik_status             | segment
        digit      | province       | 3601010101800001 | valid                  |
        digit      | bpjs_kesehatan | 3601010101800002 | valid                  | PBI
        swapped    | province       | 3601010101800112 | valid                  |
        swapped    | regency        | 3601010101800121 | valid                  |
        elsewhere  | province       | 3601010101800005 | valid                  |
        elsewhere  | regency        | 3273120101800077 | valid                  |
        slip       | province       | 3601010101800006 | valid                  |
        slip       | regency        | 3601011101800006 | contradicts_birth_date |
        same       | province       | 3601010101800007 | valid                  |
        same       | regency        | 3601010101800007 | valid                  |
        none       | province       |                  | missing                |
    """)
    assert found(con, "ID08") == ["digit", "elsewhere", "swapped"]
    assert money(con, "ID08") == {"digit": 42000, "elsewhere": 0, "swapped": 0}
    told = " ".join(details(con, "ID08"))
    for distance in ("berbeda satu angka", "dua angka bertukar tempat", "nomor lain sama sekali"):
        assert told.count(distance) == 1
    assert "3601010101800001" not in told


def test_id09_cannot_be_tested_and_says_what_is_missing() -> None:
    con = searched("person | source | nik | nik_status\na | province | 3601010101800001 | valid")
    assert found(con, "ID09") == []
    said = con.execute("SELECT testable, not_testable_reason FROM finding_type WHERE code = 'ID09'").fetchall()
    assert said == [(False, "tidak dapat diuji: data penduduk Dukcapil (belum ada jenis berkasnya) tidak ada")]


def test_id11_a_written_number_that_is_no_card_or_kpj() -> None:
    con = searched("""
        person   | source               | card          | kpj         | source_key
        card     | bpjs_kesehatan       | -             |             | 000123456789
        decree   | decree               | -             |             | 12AB
        kpj      | bpjs_ketenagakerjaan |               | -           | 123456789012
        good     | bpjs_kesehatan       | 0001234567890 |             | 0001234567890
        good_kpj | bpjs_ketenagakerjaan |               | 26133068531 | 26133068531
        empty    | decree               | -             |             | -
        billed   | bpjs_kesehatan_bill  | -             |             | 123
        dead     | civil_deaths         | -             |             | 3601-KM-1
    """)
    assert found(con, "ID11") == ["card", "decree", "kpj"]
    assert any("tertulis 12 huruf, berakhiran 6789" in line for line in details(con, "ID11"))


def test_id12_a_pair_in_doubt_between_two_people() -> None:
    con = searched("""
        person | source
        a      | province
        a      | regency
        b      | regency
        c      | regency
    """)
    con.execute("""
        INSERT INTO pair BY NAME
        SELECT a AS left_record_id, b AS right_record_id, 0.7 AS probability, outcome
        FROM (VALUES (1, 2, 'review'), (1, 3, 'review'), (2, 3, 'review'), (1, 4, 'distinct')) AS v(a, b, outcome)
    """)
    query = con.execute("SELECT query FROM finding_type WHERE code = 'ID12'").fetchall()[0][0]
    rows = con.execute(f"SELECT record_ids, detail FROM ({query})").fetchall()
    assert rows == [
        (
            [1, 2, 3],
            "Mungkin orang yang sama (peluang 70 %): province.csv baris 1; regency.csv baris 2; regency.csv baris 3.",
        )
    ]


@pytest.mark.parametrize(
    ("kinds", "untested"),
    [
        (ALL_KINDS - {"bpjs_kesehatan", "decree", "bpjs_ketenagakerjaan"}, {"ID09", "ID11"}),
        (frozenset({"employers"}), {"ID01", "ID02", "ID03", "ID04", "ID05", "ID07", "ID08", "ID09", "ID11", "ID12"}),
    ],
)
def test_numbers_without_their_registers_are_not_tested(kinds: frozenset[str], untested: set[str]) -> None:
    con = searched("person | source | nik_status\na | civil_deaths | missing", kinds=kinds)
    rows = con.execute("SELECT code FROM finding_type WHERE NOT testable AND code LIKE 'ID%'").fetchall()
    assert {code for (code,) in rows} - {"ID06", "ID10"} == untested
