"""On a whole synthetic province with the true links, the SQL finds whom the slow reference finds, class by class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.cli import main
from flows.config import load
from flows.find import find
from flows.people import resolve_people
from flows.standardise import standardise
from sample_data import faults
from sample_data.world import AS_OF, write_world
from schemas.layouts import PERSON_KINDS
from schemas.tables import create_statement, load_tables
from tests.arrivals import read_sources
from tests.spec.world import NO_PAIRS

CODES = [
    *("ID01", "ID02", "ID03", "ID04", "ID05", "ID07", "ID08", "ID11", "DM01", "DM02", "DM03", "DM04", "DM05"),
    *("WL01", "WL02", "WL03", "ST02", "ST03", "ST04", "ST05", "KL01", "KL02", "KL03"),
]
Found = Mapping[str, set[str]]


def with_true_links(folder: Path, as_of: date) -> duckdb.DuckDBPyConnection:
    """A work database of the folder's extracts, every record linked to its true person."""
    assert main(["init", str(folder)]) == 0
    config = load(folder / "padan.toml")
    frames = standardise(read_sources(config, as_of).frames, "36", as_of)
    names = load_tables()["record"].column_names
    records = pl.concat([frames[kind].select(names) for kind in PERSON_KINDS])
    truth = pl.read_csv(folder / "truth" / "record.csv")
    placed = records.select("record_id", "source", "file", "source_row").join(
        truth, on=["source", "file", "source_row"], how="left"
    )
    assert placed["person"].null_count() == 0
    con = duckdb.connect()
    con.execute(create_statement(load_tables()["record"]))
    con.register("rows", records)
    con.execute("INSERT INTO record SELECT * FROM rows")
    links = placed.select(
        "record_id",
        pl.col("person").str.slice(1).cast(pl.Int64).alias("entity"),
        pl.lit(1.0).alias("probability"),
        pl.lit(20.0).alias("match_weight"),
        pl.lit("truth").alias("basis"),
    )
    resolve_people(con, links, NO_PAIRS, as_of=as_of, run_id="run-1", previous=None)
    con.register("true_place", placed)
    con.execute(
        "CREATE TEMP TABLE true_person AS SELECT DISTINCT person_id, person FROM link JOIN true_place USING (record_id)"
    )
    find(con, as_of, PERSON_KINDS, None)
    return con


# In the last one spreadsheets cut the last digit off in some rows of each file: a habit that only the file shows.
WORLDS = {"good": faults.GOOD, "hard": faults.HARD, "spreadsheet": replace(faults.GOOD, nik_rounded=0.06)}


# The others take as long again, and run with the long tests.
USUAL = "hard"
PARAMS = [name if name == USUAL else pytest.param(name, marks=pytest.mark.long) for name in WORLDS]


@pytest.fixture(scope="module", params=PARAMS)
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Found, Found]:
    """By code the persons that the SQL finds, and those of the truth."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, 2500, seed=8, faults=WORLDS[request.param])
    con = with_true_links(folder, AS_OF)
    rows = con.execute("SELECT DISTINCT code, person FROM finding JOIN true_person USING (person_id)").fetchall()
    truth = pl.read_csv(folder / "truth" / "finding.csv").select("code", "person").unique().rows()
    found, expected = ({code: {p for c, p in pairs if c == code} for code in CODES} for pairs in (rows, truth))
    return found, expected


@pytest.mark.parametrize("code", CODES)
def test_the_sql_finds_whom_the_reference_finds(answers: tuple[Found, Found], code: str) -> None:
    found, expected = answers
    assert expected[code]
    assert found[code] == expected[code]
