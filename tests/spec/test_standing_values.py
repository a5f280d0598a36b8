"""Which register's value stands in `person` (the rule in schemas/people/person.sql)."""

from datetime import date

from tests.spec.world import people, resolved


def test_a_valid_nik_stands_before_agreement_and_agreement_before_order() -> None:
    con = resolved("""
        person    | source               | nik              | nik_status
        most      | province             | 3601010101800001 | valid
        most      | regency              | 3601010101800002 | valid
        most      | bpjs_kesehatan       | 3601010101800002 | valid
        order     | decree               | 3601010101800003 | valid
        order     | bpjs_kesehatan       | 3601010101800004 | valid
        valid     | province             | 3601010101800005 | contradicts_birth_date
        valid     | regency              | 3601010101800005 | contradicts_birth_date
        valid     | bpjs_ketenagakerjaan | 3601010101800006 | valid
        better    | province             | -                | missing
        better    | regency              | 3601014101800007 | contradicts_sex
        damaged   | province             | 3601010101800000 | damaged
        malformed | province             | -                | malformed
    """)
    assert people(con, "nik") == {
        "most": "3601010101800002",
        "order": "3601010101800004",
        "valid": "3601010101800006",
        "better": "3601014101800007",
        "damaged": None,
        "malformed": None,
    }


def test_rows_of_one_register_agree_with_each_other_once() -> None:
    con = resolved("""
        person | source         | kk
        a      | province       | 3601010101010001
        a      | regency        | 3601010101010002
        a      | regency        | 3601010101010002
        b      | regency        | 3601010101010003
        b      | bpjs_kesehatan | 3601010101010003
        b      | province       | 3601010101010004
    """)
    assert people(con, "kk") == {"a": "3601010101010001", "b": "3601010101010003"}


def test_a_name_is_compared_in_standard_form_and_shown_as_written() -> None:
    con = resolved("""
        person | source         | name             | name_std | sex | birth_date
        a      | province       | SITI             | SITI     | L   | 1980-01-01
        a      | regency        | Hj. Siti Aminah  | SITI AMINAH | P | 1980-02-01
        a      | bpjs_kesehatan | SITI AMINAH      | SITI AMINAH | P | 1980-02-01
    """)
    assert people(con, "name", "sex", "birth_date") == {"a": ("Hj. Siti Aminah", "P", date(1980, 2, 1))}


def test_village_and_regency() -> None:
    con = resolved("""
        person    | source               | owner_code | village_code | regency_code | status
        agreed    | province             |            | 3601012001   | 3601         |
        agreed    | regency              | 3602       | 3602012001   | 3602         | HIDUP
        agreed    | bpjs_kesehatan       |            | 3602012001   | 3602         |
        moved     | regency              | 3601       | 3601012001   | 3601         | PINDAH
        moved     | bpjs_ketenagakerjaan |            |              | 3671         |
        no_code   | bpjs_kesehatan       |            |              | 3602         |
        no_code   | bpjs_ketenagakerjaan |            |              | 3671         |
        nowhere   | civil_deaths         |            |              | -            |
    """)
    assert people(con, "village_code", "regency_code") == {
        "agreed": ("3602012001", "3602"),
        "moved": (None, "3601"),
        "no_code": (None, "3602"),
        "nowhere": (None, None),
    }


def test_decile_and_flag_are_of_one_province_row() -> None:
    con = resolved("""
        person     | source   | decile | excluded
        ranked     | province | 0      | true
        ranked     | province | 4      | false
        first      | province | 3      | true
        first      | province | 2      | false
        unranked   | province |        | -
        not_listed | regency  | 2      |
    """)
    assert people(con, "decile", "excluded", "eligible") == {
        "ranked": (4, False, True),
        "first": (3, True, False),
        "unranked": (None, False, False),
        "not_listed": (None, None, False),
    }


def test_the_card_that_stands_is_an_active_one() -> None:
    con = resolved("""
        person | source               | status      | segment | start_date | card | paid_until
        a      | bpjs_kesehatan       | NONAKTIF    | PBI     | 2026-01-01 | 1    |
        a      | bpjs_kesehatan       | AKTIF       | MDR     | 2020-01-01 | 2    |
        b      | bpjs_kesehatan       | AKTIF       | PBI     | 2020-01-01 | 3    |
        b      | bpjs_kesehatan       | AKTIF       | PDA     | 2021-01-01 | 4    |
        c      | bpjs_kesehatan       | NONAKTIF    | PBI     |            | 5    |
        c      | bpjs_kesehatan       | PENANGGUHAN | MDR     |            | 6    |
        d      | bpjs_ketenagakerjaan | NONAKTIF    | PU      |            |      | 2026-10-01
        d      | bpjs_ketenagakerjaan | AKTIF       | BPU     |            |      | 2026-01-01
        e      | bpjs_ketenagakerjaan | NONAKTIF    | PU      |            |      | 2025-10-01
        e      | bpjs_ketenagakerjaan | NONAKTIF    | JAKON   |            |      | 2026-01-01
    """)
    assert people(con, "jkn_segment", "jkn_status", "jamsostek_segment", "jamsostek_status") == {
        "a": ("MDR", "AKTIF", None, None),
        "b": ("PDA", "AKTIF", None, None),
        "c": ("MDR", "PENANGGUHAN", None, None),
        "d": (None, None, "BPU", "AKTIF"),
        "e": (None, None, "JAKON", "NONAKTIF"),
    }
    assert people(con, "active_jkn_cards")["b"] == 2


def test_known_dead_and_where_it_is_known_from() -> None:
    con = resolved("""
        person    | source         | status    | status_date
        certified | civil_deaths   | MENINGGAL | 2026-03-01
        certified | regency        | MENINGGAL | 2026-04-01
        regency   | regency        | MENINGGAL |
        card      | bpjs_kesehatan | MENINGGAL | 2026-05-01
        province  | province       | MENINGGAL |
        moved     | regency        | PINDAH    | 2026-05-01
    """)
    assert people(con, "alive", "death_date") == {
        "certified": (False, date(2026, 3, 1)),
        "regency": (False, None),
        "card": (False, date(2026, 5, 1)),
        "province": (True, None),
        "moved": (True, None),
    }


def test_every_flag_is_true_or_false_and_every_person_counted() -> None:
    con = resolved("""
        person | source
        a      | province
        a      | bpjs_kesehatan_bill
        b      | civil_deaths
    """)
    flags = [
        str(row[0])
        for row in con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'person' AND data_type = 'BOOLEAN' "
            "AND column_name <> 'excluded'"
        ).fetchall()
    ]
    assert len(flags) > 15
    nulls = con.execute(f"SELECT {' + '.join(f'count(*) FILTER ({flag} IS NULL)' for flag in flags)} FROM person")
    assert nulls.fetchall() == [(0,)]
    assert people(con, "records", "registers", "in_province", "in_jkn") == {
        "a": (2, 2, True, False),
        "b": (1, 1, False, False),
    }
