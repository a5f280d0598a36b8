"""From frames as pulled to records in the common shape."""

from datetime import date

import polars as pl
import pytest

from flows.staging import OTHER_TABLES
from flows.standardise import EXTRA, RAW_FIELDS, record_columns, standardise
from schemas.layouts import KINDS, kind_fields, load_layouts
from schemas.tables import load_tables

AS_OF = date(2026, 11, 20)
NIK, KK, CARD = "3602014101900001", "3602012005150003", "0001234567890"


def _frame(kind: str, rows: list[dict[str, str | None]], owner: str = "3602", file: str = "a.csv") -> pl.DataFrame:
    """Rows of a kind as `pull` gives them: every field of the layout, as text."""
    fields = kind_fields(kind, load_layouts())
    return pl.DataFrame(
        {
            "owner_code": [owner] * len(rows),
            "file": [file] * len(rows),
            "source_row": list(range(1, len(rows) + 1)),
            **{name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in fields},
        },
        schema_overrides={"owner_code": pl.String, "file": pl.String, "source_row": pl.Int64},
    )


def _one(kind: str, owner: str = "3602", **row: str | None) -> dict[str, object]:
    frames = {kind: _frame(kind, [row], owner)}
    return standardise(frames, "36", AS_OF)[kind].row(0, named=True)


def _check(record: dict[str, object], **expected: object) -> None:
    assert {name: record[name] for name in expected} == expected


def test_province() -> None:
    record = _one(
        "province",
        owner="36",
        kk=KK + ".0",
        nik="'" + NIK,
        name=" Hj. Siti  Fatimah, S.Pd ",
        sex="2",
        birth_place="lebak ",
        birth_date="1-1-1990",
        address="Kp. Baru",
        rt="1",
        rw="002",
        village_code="36.02.01.2001",
        decile="D3",
        excluded="0",
        job="PETANI/PEKEBUN",
        relation="KEPALA KELUARGA",
        life_status="1",
    )
    _check(
        record,
        record_id=1,
        source="province",
        register="province:36",
        source_key=None,
        nik=NIK,
        nik_status="valid",
        kk=KK,
        name="Hj. Siti Fatimah, S.Pd",
        name_std="SITI FATIMAH",
        titles="HJ SPD",
        sex="P",
        birth_date=date(1990, 1, 1),
        birth_place="LEBAK",
        rt="001",
        rw="002",
        village_code="3602012001",
        regency_code="3602",
        decile=3,
        excluded=False,
        job="farmer",
        job_as_written="PETANI/PEKEBUN",
        relation="head",
        status="HIDUP",
        period=None,
        segment=None,
        raw_nik="'" + NIK,
        raw_kk=KK + ".0",
        raw_name=" Hj. Siti  Fatimah, S.Pd ",
        raw_birth_date="1-1-1990",
        raw_sex="2",
        raw_village_code="36.02.01.2001",
    )


def test_province_without_a_usable_village_code_uses_the_names() -> None:
    record = _one(
        "province",
        owner="36",
        name="X",
        village_code="3603040010",
        village_name="PASIR BARAT",
        district_name="JAMBE",
        regency_name="KAB. TANGERANG",
    )
    _check(record, village_code="3603042010", regency_code="3603")


def test_regency() -> None:
    record = _one(
        "regency",
        nik=NIK,
        name="Suparno (Alm)",
        sex="L",
        birth_date="01/01/1990",
        village_code=None,
        status="Meninggal Dunia",
        status_date="20 Okt 2026",
        note=" akta menyusul ",
    )
    _check(
        record,
        nik_status="contradicts_sex",
        status="MENINGGAL",
        status_date=date(2026, 10, 20),
        regency_code="3602",  # of the office, where the row does not say
        deceased_mark=True,
        note="akta menyusul",
    )


def test_decree() -> None:
    record = _one("decree", card="1234567890.0", name="X", decree_no="440/1", start_date="01-Jan-26")
    _check(record, card=CARD, source_key=CARD, decree_no="440/1", start_date=date(2026, 1, 1), status=None)


def test_bpjs_kesehatan() -> None:
    record = _one(
        "bpjs_kesehatan",
        owner="36",
        card="12345",
        family_card=CARD,
        name="X",
        relation="4",
        segment="PBI APBD",
        status="0 AKTIF",
        start_date="20240101",
        end_date="31/12/2030",
        status_date=None,
        facility_code="36012401.0",
        facility_name="PKM PATIA",
        region_code="3602012001",
    )
    _check(
        record,
        card=None,
        source_key="12345",  # the register's own key, as written where it is not readable
        family_card=CARD,
        relation="child",
        segment="PDA",
        segment_as_written="PBI APBD",
        status="AKTIF",
        start_date=date(2024, 1, 1),
        end_date=date(2030, 12, 31),
        facility_code="36012401",
        village_code="3602012001",
        regency_code="3602",
        raw_region_code="3602012001",
    )


@pytest.mark.parametrize(
    ("covered", "billed", "year", "read"),
    [
        ("202610", "NOVEMBER", "2026", (date(2026, 10, 1), date(2026, 11, 1))),
        ("Desember", "Januari", "2026", (date(2025, 12, 1), date(2026, 1, 1))),
        ("Oktober", "11", "2026", (date(2026, 10, 1), date(2026, 11, 1))),
        ("10/2026", None, None, (date(2026, 10, 1), date(2026, 10, 1))),
        (None, "11", "2026", (None, date(2026, 11, 1))),
    ],
)
def test_the_months_of_a_bill(
    covered: str | None, billed: str | None, year: str | None, read: tuple[date | None, date | None]
) -> None:
    record = _one("bpjs_kesehatan_bill", name="X", covered_month=covered, billed_month=billed, billed_year=year)
    assert (record["covered_month"], record["period"]) == read


def test_a_bill_belongs_to_its_payer() -> None:
    record = _one(
        "bpjs_kesehatan_bill", owner="3602", card=CARD, amount="37.800", central_aid="4200,00", payer_code="3601"
    )
    _check(
        record,
        amount=37800,
        central_aid=4200,
        payer_code="3601",
        regency_code="3601",
        register="bpjs_kesehatan_bill:3602",
    )
    _check(_one("bpjs_kesehatan_bill", owner="3602", card=CARD), payer_code="3602", regency_code="3602")


def test_bpjs_ketenagakerjaan() -> None:
    record = _one(
        "bpjs_ketenagakerjaan",
        owner="36",
        kpj="26133068531.0",
        name="X",
        segment="TKI",
        programs="JKM,JKK",
        employer_no="15070955.0",
        wage="Rp 4.330.000",
        paid_until="11-2026",
        status="TIDAK AKTIF",
        funding="Dana Desa",
        region_code="KAB. LEBAK",
    )
    _check(
        record,
        kpj="26133068531",
        source_key="26133068531",
        segment="PMI",
        programs="JKK+JKM",
        employer_no="15070955",
        wage=4330000,
        paid_until=date(2026, 11, 1),
        status="NONAKTIF",
        funding="DANA DESA",
        regency_code="3602",
    )


def test_civil_deaths() -> None:
    record = _one("civil_deaths", owner="36", nik=NIK, name="X", death_date="20-10-2026", certificate_no="3602-KM-1")
    _check(
        record, status="MENINGGAL", status_date=date(2026, 10, 20), source_key="3602-KM-1", certificate_no="3602-KM-1"
    )


def test_letters_and_roster() -> None:
    letter = _one(
        "letters",
        letter_no=" 445/12 ",
        status_date="20 Okt 2026",
        card="1234567890.0",
        name="X",
        facility_name="RSUD A",
    )
    _check(letter, source_key="445/12", letter_no="445/12", status_date=date(2026, 10, 20), card=CARD)
    _check(letter, facility_name="RSUD A", status=None, regency_code="3602")
    staff = _one(
        "roster",
        nik=NIK,
        name="X",
        employer_name=" Dinas  PU ",
        segment="Honorer",
        job="Penjaga",
        start_date="01/02/2020",
    )
    _check(staff, employer_name="Dinas PU", segment=None, segment_as_written="Honorer", start_date=date(2020, 2, 1))
    _check(staff, source_key=None, register="roster:3602", job="other", job_as_written="Penjaga")


def test_projects_quotas_and_claims() -> None:
    frames = {
        "construction": _frame(
            "construction",
            [
                {
                    "contract_no": "1/SPK",
                    "contract_value": "Rp 1.500.000.000",
                    "end_date": "31-12-2027",
                    "project_no": "x",
                },
                {"contract_no": "2/SPK", "contract_value": "250000000", "project_no": "2300001078094.0"},
            ],
        ),
        "quota": _frame(
            "quota",
            [{"region_code": "36.01", "segment": "PBI APBD", "month": "NOVEMBER", "year": "2026", "quota": "1.200"}],
        ),
        "claims": _frame("claims", [{"kpj": "26133068531.0", "programs": "Klaim JKM", "claim_date": "2026-10-01"}]),
    }
    out = standardise(frames, "36", AS_OF)
    assert out["construction"].select("contract_value", "end_date", "project_no", "regency_code").rows() == [
        (1_500_000_000, date(2027, 12, 31), None, "3602"),
        (250_000_000, None, "2300001078094", "3602"),
    ]
    _check(out["quota"].row(0, named=True), regency_code="3601", segment="PDA", period=date(2026, 11, 1), quota=1200)
    _check(out["claims"].row(0, named=True), kpj="26133068531", programs="JKM", claim_date=date(2026, 10, 1), nik=None)


def test_employers_and_workforce() -> None:
    frames = {
        "employers": _frame(
            "employers",
            [
                {
                    "business_no": "9120000000000",
                    "employer_name": " PT A ",
                    "region_code": "3601",
                    "workers": "1.237",
                    "mean_wage": "5480000",
                }
            ],
        ),
        "workforce": _frame("workforce", [{"region_code": "3601", "year": "2026.0", "workers_target": "4.730"}], "36"),
    }
    out = standardise(frames, "36", AS_OF)
    _check(
        out["employers"].row(0, named=True),
        business_no="9120000000000",
        employer_name="PT A",
        regency_code="3601",
        workers=1237,
        mean_wage=5480000,
    )
    _check(
        out["workforce"].row(0, named=True), regency_code="3601", year=2026, workers_target=4730, vulnerable_target=None
    )


def test_every_kind_has_the_declared_columns_and_types() -> None:
    frames = {kind: _frame(kind, [{"name": "X"}, {"name": "Y"}]) for kind in KINDS}
    for kind, frame in standardise(frames, "36", AS_OF).items():
        if kind in OTHER_TABLES:
            names = [column.name for column in load_tables()[OTHER_TABLES[kind]].columns]
            assert frame.columns == names
            continue
        declared = record_columns()
        assert frame.columns[: len(declared)] == list(declared)
        assert list(declared)[-len(EXTRA) :] == list(EXTRA)
        assert frame.dtypes[: len(declared)] == list(declared.values())
        assert set(frame.columns[len(declared) :]) <= {f"raw_{name}" for name in (*RAW_FIELDS, "village_name")}
        assert "raw_name" in frame.columns


def test_record_ids_follow_kind_office_file_and_row_whatever_order_they_arrive_in() -> None:
    first = _frame("regency", [{"name": "A"}, {"name": "B"}], "3602", "b.csv")
    second = _frame("regency", [{"name": "C"}], "3601", "c.csv")
    province = _frame("province", [{"name": "D"}], "36")
    deaths = _frame("civil_deaths", [{"name": "E"}], "36")
    out = standardise(
        {"civil_deaths": deaths, "regency": pl.concat([first, second]).reverse(), "province": province}, "36", AS_OF
    )
    assert list(out) == ["province", "regency", "civil_deaths"]
    ids = [out[kind].select("record_id", "name").rows() for kind in out]
    assert ids == [[(1, "D")], [(2, "C"), (3, "A"), (4, "B")], [(5, "E")]]


def test_an_empty_frame_and_no_frame_at_all() -> None:
    assert standardise({}, "36", AS_OF) == {}
    out = standardise({kind: _frame(kind, []) for kind in KINDS}, "36", AS_OF)
    assert all(frame.height == 0 for frame in out.values())


def test_a_file_with_the_month_first_is_read_so_in_all_its_columns() -> None:
    rows = [
        {"name": "A", "birth_date": "07/13/1985", "start_date": "02/01/2026"},
        {"name": "B", "birth_date": "01/02/1990", "start_date": "03/01/2026"},
    ]
    out = standardise({"decree": _frame("decree", rows)}, "36", AS_OF)["decree"]
    assert out["birth_date"].to_list() == [date(1985, 7, 13), date(1990, 1, 2)]
    assert out["start_date"].to_list() == [date(2026, 2, 1), date(2026, 3, 1)]


def test_same_input_same_output() -> None:
    rows = [{"name": name, "nik": NIK, "birth_date": "1/1/90"} for name in ("A", "B", "A")]
    once, twice = (standardise({"regency": _frame("regency", rows)}, "36", AS_OF)["regency"] for _ in range(2))
    assert once.equals(twice)
