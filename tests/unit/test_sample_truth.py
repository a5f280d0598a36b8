"""The reference of the findings, held against CONTRACT section 4 by hand: one person, a few rows, the codes."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from sample_data.jobs import HOUSEWORK, PUPIL
from sample_data.truth import Written, findings

AS_OF = date(2026, 11, 20)
FARMER = 8
PERIOD = date(2026, 11, 1)
SCHEMAS: dict[str, dict[str, Any]] = {
    "province": {"decile": pl.Int64, "excluded": pl.Boolean, "job": pl.Int64},
    "regency": {"decile": pl.Int64, "status": pl.String, "job": pl.Int64},
    "decree": {},
    "bpjs_kesehatan": {"card": pl.String, "segment": pl.String, "status": pl.String, "off_date": pl.Date},
    "bpjs_kesehatan_bill": {"card": pl.String, "covered_month": pl.Date, "billed_month": pl.Date, "amount": pl.Int64},
    "bpjs_ketenagakerjaan": {"segment": pl.String, "status": pl.String},
    "civil_deaths": {},
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "province": {"decile": 3, "excluded": False, "job": PUPIL},
    "regency": {"decile": 3, "status": "HIDUP", "job": PUPIL},
    "decree": {},
    "bpjs_kesehatan": {"card": "1", "segment": "PBI JK", "status": "AKTIF", "off_date": None},
    "bpjs_kesehatan_bill": {"card": "1", "covered_month": PERIOD, "billed_month": PERIOD, "amount": 37_800},
    "bpjs_ketenagakerjaan": {"segment": "PU", "status": "AKTIF"},
    "civil_deaths": {},
}
Row = tuple[str, dict[str, Any]]


def row(kind: str, **values: Any) -> Row:
    return kind, values


def codes(*rows: Row, born: date = date(1990, 5, 5)) -> set[str]:
    """The codes that one person has who stands in these rows."""
    frames = {}
    for kind, schema in SCHEMAS.items():
        mine = [values for name, values in rows if name == kind]
        common = {"person": 1, "owner": 0, "source": kind, "file": f"{kind}.csv"}
        filled = [{**common, "source_row": n + 1, **DEFAULTS[kind], **values} for n, values in enumerate(mine)]
        base = {"person": pl.Int64, "owner": pl.Int64, "source": pl.String, "file": pl.String, "source_row": pl.Int64}
        frames[kind] = pl.DataFrame(filled, schema={**base, **schema})
    birth = pl.DataFrame({"person": [1], "birth_date": [born]})
    return set(findings(Written(**frames), birth, AS_OF)["code"])


IN_DTSEN = row("province")
PBI = row("bpjs_kesehatan")
PDA = row("bpjs_kesehatan", segment="PBPU PEMDA")
PPU = row("bpjs_kesehatan", segment="PPU BU", card="2")
LISTED = row("decree")
BILLED = row("bpjs_kesehatan_bill")
DEAD = row("civil_deaths")
DEAD_IN_REGENCY = row("regency", status="MENINGGAL")
RICH = row("province", decile=6)


def off(day: date) -> Row:
    return row("bpjs_kesehatan", status="NONAKTIF", off_date=day)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((IN_DTSEN, PBI), set()),
        ((IN_DTSEN, PBI, DEAD), {"ST01"}),
        ((IN_DTSEN, PBI, DEAD_IN_REGENCY), {"ST01"}),
        ((IN_DTSEN, row("bpjs_kesehatan", status="MENINGGAL")), set()),
        ((RICH, row("bpjs_kesehatan", status="MENINGGAL"), BILLED, LISTED, DEAD), {"ST01", "FN05"}),
        ((RICH, PBI), {"EL01"}),
        ((row("province", decile=0), PBI), set()),
        ((PBI,), {"EL02"}),
        ((IN_DTSEN,), {"EL04"}),
        ((IN_DTSEN, DEAD), set()),
        ((row("province", excluded=True),), set()),
        ((RICH,), set()),
        ((IN_DTSEN, off(date(2026, 5, 20))), {"EL05"}),
        ((IN_DTSEN, off(date(2026, 5, 19))), {"EL06"}),
        ((IN_DTSEN, off(date(2026, 5, 19)), row("bpjs_kesehatan", segment="PBPU", card="2")), {"ID06"}),
        ((IN_DTSEN, off(date(2026, 5, 20)), DEAD), set()),
        ((IN_DTSEN, PBI, row("regency", decile=4)), {"EL08"}),
        ((IN_DTSEN, PBI, row("regency", decile=3)), set()),
        ((row("province", decile=0), PBI, row("regency", decile=4)), set()),
        ((IN_DTSEN, PDA, LISTED), {"EL10"}),
        ((RICH, PDA, LISTED), set()),
        ((IN_DTSEN, PBI, LISTED), {"FN01"}),
        ((RICH, PDA, row("bpjs_kesehatan", card="2")), {"EL01", "FN01", "ID06", "ID10"}),
        ((IN_DTSEN, PBI, row("bpjs_ketenagakerjaan")), {"FN02"}),
        ((IN_DTSEN, PBI, row("bpjs_ketenagakerjaan", segment="BPU")), set()),
        ((IN_DTSEN, PBI, row("bpjs_ketenagakerjaan", status="NONAKTIF")), set()),
        ((IN_DTSEN, PBI, PPU), {"FN02", "ID06", "ID10"}),
        ((RICH, PDA, LISTED, BILLED, BILLED), {"FN03"}),
        ((RICH, PDA, LISTED, BILLED, row("bpjs_kesehatan_bill", covered_month=date(2026, 10, 1))), set()),
        ((RICH, PDA, BILLED), {"FN04"}),
        ((RICH, PDA, BILLED, row("decree", owner=1)), {"FN04"}),
        ((RICH, PDA, LISTED, BILLED), set()),
        ((RICH, LISTED), {"FN05"}),
        ((RICH, row("bpjs_kesehatan", segment="PBPU", status="PENANGGUHAN"), LISTED), {"FN05"}),
        ((RICH, PDA, LISTED, row("bpjs_kesehatan_bill", amount=35_000)), {"FN06"}),
        ((IN_DTSEN, IN_DTSEN, PBI), {"ID06"}),
        ((IN_DTSEN, PBI, row("regency"), row("regency", owner=1)), set()),
        ((IN_DTSEN, PBI, row("regency"), row("regency")), {"ID06"}),
        ((row("province", decile=1, job=FARMER), PBI), {"TK01"}),
        ((row("province", decile=1, job=HOUSEWORK), PBI), set()),
        ((row("province", decile=1, job=None), PBI), set()),
        ((row("province", decile=1, job=None), row("regency", decile=1, job=FARMER), PBI), {"TK01"}),
        ((row("province", decile=2, job=FARMER), PBI), set()),
        ((row("province", decile=1, job=FARMER), PBI, row("bpjs_ketenagakerjaan", segment="BPU")), set()),
        ((row("province", decile=1, job=FARMER), PBI, row("bpjs_ketenagakerjaan", status="NONAKTIF")), {"TK01"}),
    ],
)
def test_codes_of_a_person(rows: tuple[Row, ...], expected: set[str]) -> None:
    assert codes(*rows) == expected


@pytest.mark.parametrize(
    ("born", "worker"),
    [
        (date(2008, 11, 20), True),  # 18 today
        (date(2008, 11, 21), False),  # 18 tomorrow
        (date(1966, 11, 21), True),  # 60 tomorrow
        (date(1966, 11, 20), False),  # 60 today
    ],
)
def test_working_age_is_in_completed_years(born: date, worker: bool) -> None:
    assert ("TK01" in codes(row("province", decile=1, job=FARMER), PBI, born=born)) is worker


def test_a_bill_of_an_earlier_month_is_not_of_the_period() -> None:
    old = row("bpjs_kesehatan_bill", covered_month=date(2026, 10, 1), billed_month=date(2026, 10, 1), card="9")
    assert codes(RICH, PDA, LISTED, BILLED, old) == set()


def test_bill_findings_name_their_rows() -> None:
    base = {"person": [1, 1], "owner": [0, 0], "source": ["b", "b"], "file": ["b.csv"] * 2, "source_row": [1, 2]}
    empty = {
        kind: pl.DataFrame(
            schema={
                **dict.fromkeys(("person", "owner", "source_row"), pl.Int64),
                "source": pl.String,
                "file": pl.String,
                **schema,
            }
        )
        for kind, schema in SCHEMAS.items()
    }
    bills = pl.DataFrame(
        {**base, "card": ["1", "1"], "covered_month": [PERIOD] * 2, "billed_month": [PERIOD] * 2, "amount": [37_800, 1]}
    )
    birth = pl.DataFrame({"person": [1], "birth_date": [date(1990, 1, 1)]})
    found = findings(Written(**{**empty, "bpjs_kesehatan_bill": bills}), birth, AS_OF)
    assert found.rows() == [
        ("FN03", 1, "b", "b.csv", 1),
        ("FN03", 1, "b", "b.csv", 2),
        ("FN04", 1, None, None, None),
        ("FN06", 1, "b", "b.csv", 2),
    ]
