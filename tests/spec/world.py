"""A province of a few rows, written as a text table: rows in, findings out.

One line is one row of a register; `person` says whose it is (the linkage is taken as perfect), every other heading is a
column of `record`, an empty cell is null. What the columns left out would hold in an ordinary file is in DEFAULTS.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.find import find
from flows.people import resolve_people
from flows.staging import OTHER_TABLES
from schemas.layouts import PERSON_KINDS
from schemas.tables import create_statement, load_tables

AS_OF = date(2026, 11, 20)
ALL_KINDS = frozenset(PERSON_KINDS)
NO_PAIRS = pl.DataFrame(
    schema={
        "left_record_id": pl.Int64,
        "right_record_id": pl.Int64,
        "probability": pl.Float64,
        "match_weight": pl.Float64,
        "outcome": pl.String,
    }
)
DEFAULTS: dict[str, dict[str, str]] = {
    "province": {"owner_code": "36", "excluded": "false", "status": "HIDUP"},
    "regency": {"owner_code": "3601", "status": "HIDUP"},
    "decree": {"owner_code": "3601"},
    "bpjs_kesehatan": {"owner_code": "36", "status": "AKTIF", "segment": "PBI"},
    "bpjs_kesehatan_bill": {
        "owner_code": "3601", "payer_code": "3601", "segment": "PDA", "amount": "37800",
        "period": "2026-11-01", "covered_month": "2026-11-01",
    },
    "bpjs_ketenagakerjaan": {"owner_code": "36", "status": "AKTIF", "segment": "PU"},
    "civil_deaths": {"owner_code": "36", "status": "MENINGGAL"},
    "letters": {"owner_code": "36", "facility_name": "RSUD"},
    "roster": {"owner_code": "36", "employer_name": "Dinas PU", "segment_as_written": "Honorer"},
}  # fmt: skip


def rows(text: str) -> list[dict[str, str | None]]:
    """The lines of a text table as dictionaries, headings in the first line."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], (cell or None for cell in line), strict=True)) for line in lines[1:] if any(line)]


def records(text: str) -> tuple[pl.DataFrame, list[str]]:
    """The rows in the shape of `record`, every column as text, and the person of each row; registers in their order."""
    given = sorted(rows(text), key=lambda row: PERSON_KINDS.index(str(row["source"])))
    filled = []
    for number, row in enumerate(given, start=1):
        source, person = str(row["source"]), str(row.pop("person"))
        basic = {
            "record_id": str(number),
            "file": f"{source}.csv",
            "source_row": str(number),
            "name": person.upper(),
            "name_std": person.upper(),
            "regency_code": "3601",
            "birth_date": "1980-01-01",
            "nik_status": "valid" if row.get("nik") else "missing",
        }
        # A cell that is written as `-` is null where there would be a default.
        written = {name: None if value == "-" else value for name, value in row.items() if value is not None}
        full = {**basic, **DEFAULTS[source], **written, "person": person}
        full.setdefault("register", f"{source}:{full['owner_code']}")
        if source in {"bpjs_kesehatan", "bpjs_kesehatan_bill"}:
            full.setdefault("card", str(abs(hash_of(person)) % 10**13).zfill(13))
        full.setdefault("source_key", full.get("card") or full.get("kpj"))
        filled.append(full)
    names = [*load_tables()["record"].column_names, "person"]
    frame = pl.DataFrame(
        [{name: row.get(name) for name in names} for row in filled], schema=dict.fromkeys(names, pl.String)
    )
    return frame.drop("person"), frame["person"].to_list()


def hash_of(person: str) -> int:
    """A number of the person's label that is the same in every process."""
    return int.from_bytes(person.encode()[:6].ljust(6, b"."), "big")


def resolved(
    text: str,
    *,
    as_of: date = AS_OF,
    run_id: str = "run-1",
    previous: Path | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
    rules: pl.DataFrame | None = None,
) -> duckdb.DuckDBPyConnection:
    """A work database in which the rows are `record` and the people are resolved as the column `person` says."""
    con = con or duckdb.connect()
    frame, people = records(text)
    con.execute("DROP TABLE IF EXISTS record")
    con.execute(create_statement(load_tables()["record"]))
    con.register("rows", frame)
    con.execute("INSERT INTO record SELECT * FROM rows")
    order = {person: number for number, person in enumerate(dict.fromkeys(people))}
    links = pl.DataFrame(
        {
            "record_id": frame["record_id"].cast(pl.Int64),
            "entity": [order[person] for person in people],
            "probability": 1.0,
            "match_weight": 20.0,
            "basis": "test",
        },
        schema_overrides={"entity": pl.Int64},
    )
    resolve_people(con, links, NO_PAIRS, as_of=as_of, run_id=run_id, previous=previous, rules=rules)
    con.register("label_rows", pl.DataFrame({"record_id": links["record_id"], "label": people}))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE label AS "
        "SELECT DISTINCT person_id, label FROM link JOIN label_rows USING (record_id)"
    )
    return con


def searched(
    text: str,
    *,
    as_of: date = AS_OF,
    kinds: frozenset[str] = ALL_KINDS,
    run_id: str = "run-1",
    previous: Path | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
    rules: pl.DataFrame | None = None,
    more: Mapping[str, str] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Like `resolved`, and the findings and indicators are made.

    more: text tables of kinds that are of no person, by kind; such a kind is there as soon as it is given.
    """
    con = resolved(text, as_of=as_of, run_id=run_id, previous=previous, con=con, rules=rules)
    for kind, table in (more or {}).items():
        lay_down(con, kind, table)
    find(con, as_of, kinds | set(more or {}), previous)
    return con


def lay_down(con: duckdb.DuckDBPyConnection, kind: str, text: str) -> None:
    """Make the table of a kind that is of no person out of a text table."""
    table = load_tables()[OTHER_TABLES[kind]]
    lines = [
        {"owner_code": "36", "file": f"{kind}.csv", "source_row": str(number), **row}
        for number, row in enumerate(rows(text), 1)
    ]
    frame = pl.DataFrame(lines, schema=dict.fromkeys(table.column_names, pl.String))
    con.execute(create_statement(table))
    con.register("lines", frame)
    con.execute(f"INSERT INTO {table.name} SELECT * FROM lines")


def found(con: duckdb.DuckDBPyConnection, code: str) -> list[str]:
    """The persons with an open finding of this code, as the text table calls them, one entry a finding, sorted."""
    answer = con.execute(
        "SELECT label FROM finding JOIN label USING (person_id) WHERE code = $code AND state = 'open' ORDER BY label",
        {"code": code},
    ).fetchall()
    return [str(row[0]) for row in answer]


def people(con: duckdb.DuckDBPyConnection, *columns: str) -> dict[str, object]:
    """Person label -> the value of the column of `person` (a tuple when several are named)."""
    answer = con.execute(f"SELECT label, {', '.join(columns)} FROM person JOIN label USING (person_id)").fetchall()
    return {str(row[0]): row[1] if len(columns) == 1 else tuple(row[1:]) for row in answer}
