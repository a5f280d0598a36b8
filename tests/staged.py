"""Hand-made standardised rows for the tests of validation and staging."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from flows.staging import OTHER_TABLES
from schemas.tables import load_tables

TYPES: Mapping[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "TINYINT": pl.Int8(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
}
RAW = ("nik", "kk", "card", "name", "birth_date", "sex", "village_code")


def people(kind: str, *rows: Mapping[str, Any], start: int = 1, file: str = "file.csv") -> pl.DataFrame:
    """A standardised frame: one good row a mapping, with the mapping's values laid over it."""
    schema = {column.name: TYPES[column.type] for column in load_tables()["record"].columns}
    schema |= {f"raw_{name}": pl.String() for name in RAW}
    full = [
        {
            "record_id": start + number,
            "source": kind,
            "owner_code": "3601",
            "file": file,
            "source_row": number + 1,
            "name": "Siti Aminah",
            "name_std": "SITI AMINAH",
            "nik": f"360101410170{number % 10000:04d}",
            "nik_status": "valid",
            "raw_nik": "as written",
            "raw_name": "as written",
            **row,
        }
        for number, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=schema)


def other_frames() -> dict[str, pl.DataFrame]:
    place = {"owner_code": "36", "file": "list.csv"}
    return {
        "employers": pl.DataFrame(
            [
                {**place, "source_row": 1, "business_no": "1234567890123", "employer_no": "15070955"},
                {**place, "source_row": 2, "business_no": " ", "employer_no": None},
            ],
            schema={column.name: TYPES[column.type] for column in load_tables()["employer"].columns},
        ).with_columns(employer_name=pl.lit("PT Contoh"), workers=pl.lit(5, pl.Int64)),
        "workforce": pl.DataFrame(
            [
                {**place, "source_row": 1, "regency_code": "3601", "year": 2026, "workers_target": 100},
                {**place, "source_row": 2, "regency_code": None, "year": 2026, "workers_target": 100},
            ],
            schema={column.name: TYPES[column.type] for column in load_tables()["workforce"].columns},
        ),
    }


def more_frames() -> dict[str, pl.DataFrame]:
    """A row of each of the kinds that stand for no person and are seldom there."""
    place = {"owner_code": "36", "file": "list.csv", "source_row": 1, "regency_code": "3601"}
    rows: dict[str, dict[str, Any]] = {
        "construction": {**place, "contract_no": "1", "contract_value": 1_000_000},
        "quota": {**place, "segment": "PDA", "period": date(2026, 11, 1), "quota": 10},
        "claims": {"owner_code": "36", "file": "list.csv", "source_row": 1, "kpj": "26133068531", "programs": "JKM"},
    }
    return {
        kind: pl.DataFrame(
            [row], schema={column.name: TYPES[column.type] for column in load_tables()[OTHER_TABLES[kind]].columns}
        )
        for kind, row in rows.items()
    }


NOBODY = {"name": None, "name_std": None, "nik": None, "nik_status": "missing"}

ODD = people(
    "regency",
    {"status": "HIDUP", "decile": 3, "birth_date": date(1970, 1, 1), "status_date": date(1990, 1, 1)},
    {"status": "MENINGGAL", "decile": 11, "birth_date": date(1890, 1, 1), "status_date": date(1880, 1, 1)},
    {"status": "MENINGGAL", "decile": None, "nik": None, "name": "O'NEIL \\d", "birth_date": date(1950, 1, 1)},
    {"status": None, "decile": 0, "nik": "3601014101700000", "name": "100%? $1", "name_std": None},
    {"status": "PINDAH", "decile": 10, "nik": "36", "name": "7", "status_date": date(2020, 1, 1)},
    {"status": "HIDUP", "decile": 1, "nik": "36", "name": None, "kk": "1"},
)
