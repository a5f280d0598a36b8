"""Nights over a small world whose rows, and whose people, are as a plan says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.config_history import STANDARD_MASS_CHANGE, History, MassChange
from flows.find import find
from flows.publish import build, current, describe_run, make_current
from tests.history.reference import Row
from tests.spec.world import ALL_KINDS, resolved

MOMENT = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
COLUMNS = ("person", "source", "owner_code", "decile", "status", "segment", "card", "nik", "name", "name_std")


def human(number: int, **rows: Row) -> list[Row]:
    """The rows of one human being, by kind; who they belong to in a night is their `person`."""
    out = []
    for name, values in rows.items():
        source, _, owner = name.partition("__")
        out.append(
            {
                "human": number,
                "person": f"p{number}",
                "source": source,
                "owner": owner or ("3601" if source in {"regency", "decree"} else "36"),
                "decile": None,
                "status": "AKTIF" if source == "bpjs_kesehatan" else None,
                "segment": "PBI" if source == "bpjs_kesehatan" else None,
                **values,
            }
        )
    return out


def as_text(rows: list[Row]) -> str:
    """The rows as `tests.spec.world` reads them; numbers and names are the human being's, whoever the linkage says."""
    lines = ["|".join(COLUMNS)]
    for row in rows:
        number = row["human"]
        cells: dict[str, Any] = {
            **row,
            "owner_code": row["owner"],
            "nik": f"36010101018{number:05d}",
            "name": f"NAMA {number}",
            "name_std": f"NAMA {number}",
            "card": f"{number:013d}" if row["source"] == "bpjs_kesehatan" else "",
        }
        lines.append("|".join("" if cells[name] is None else str(cells[name]) for name in COLUMNS))
    return "\n".join(lines)


class Nights:
    """Runs one after the other into one output folder."""

    def __init__(self, output: Path, keep: int = 40, closed_days: int = 90, mass: MassChange = STANDARD_MASS_CHANGE):
        self.output, self.keep, self.number = output, keep, 0
        self.history, self.mass = History(closed_days=closed_days), mass
        self.run_ids: list[str] = []

    def run(
        self,
        as_of: date,
        rows: list[Row],
        kinds: frozenset[str] = ALL_KINDS,
        rules: pl.DataFrame | None = None,
        *,
        fails: bool = False,
    ) -> duckdb.DuckDBPyConnection:
        """One run; one that fails comes to all its tables and is not published."""
        self.number += 1
        run_id = f"{as_of:%Y%m%d}-{self.number:03d}"
        previous = current(self.output)
        con = resolved(as_text(rows), as_of=as_of, run_id=run_id, previous=previous, rules=rules)
        find(con, as_of, kinds, previous, self.history, self.mass)
        finished = MOMENT + timedelta(hours=self.number)
        describe_run(con, run_id, as_of, finished, finished, "hash")
        if fails:
            return con
        folder = self.output / ".work"
        folder.mkdir(parents=True, exist_ok=True)
        make_current(build(con, folder, self.output, run_id), None, self.output, as_of, self.keep)
        self.run_ids.append(run_id)
        return con

    def asked(self, sql: str, run_id: str | None = None) -> list[tuple[Any, ...]]:
        """The answer of the published database, or of that of a run."""
        path = current(self.output) if run_id is None else self.output / "versions" / f"padan-{run_id}.duckdb"
        with duckdb.connect(str(path), read_only=True) as con:
            return con.execute(sql).fetchall()
