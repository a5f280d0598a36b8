"""What the match stage (`flows.match`) rests on: our own spec, records as it compares them, the model's tables."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from flows.model_tables import store_model_tables
from flows.parameter import fill_table, fresh_table
from matchers.households import link_households
from matchers.link import Linkage
from matchers.model import to_json
from matchers.spec import LINKED_HOUSEHOLD, Spec, SpecError, parse_spec
from matchers.standardise.names import name_key
from matchers.standardise.nik_birth import birth_date_in
from schemas.errors import UsageError

# How a standard name begins that was given before the child had one.
NEWBORN = "BAYI "
# Columns that are made of others here.
MADE = {"name_key", "nik_birth_date", LINKED_HOUSEHOLD}
SPEC_FILE = Path(__file__).parent.parent / "schemas" / "specs" / "person.toml"


def read_spec(path: Path) -> Spec:
    """The linkage spec in a TOML file; raises UsageError, with the file named, when it does not hold together."""
    try:
        return parse_spec(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"The linkage spec {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The linkage spec {path.name} is not valid TOML: {error}.") from None
    except SpecError as error:
        raise UsageError(f"In the linkage spec {path.name}, {error}.") from None


@cache
def person_spec() -> Spec:
    """The spec by which people are matched over the registers."""
    return read_spec(SPEC_FILE)


def comparable(con: duckdb.DuckDBPyConnection, as_of: date, where: str = "TRUE") -> pl.DataFrame:
    """The rows of `record` that fulfil the SQL condition, with the columns that the spec compares.

    A newborn's provisional name (BAYI NY. and the mother's name) is the name of somebody else, and is left out.
    """
    return link_households(records_to_compare(con, as_of, where), person_spec())


def records_to_compare(con: duckdb.DuckDBPyConnection, as_of: date, where: str = "TRUE") -> pl.DataFrame:
    """The same without linked households: the engine makes them itself."""
    columns = [column for column in person_spec().columns if column not in MADE]
    frame: pl.DataFrame = con.sql(f"SELECT {', '.join(columns)} FROM record WHERE {where} ORDER BY record_id").pl()
    provisional = pl.col("name_std").str.starts_with(NEWBORN)
    frame = frame.with_columns(pl.when(~provisional).then("name_std").alias("name_std"))
    return frame.with_columns(
        name_key(frame["name_std"]).alias("name_key"), birth_date_in(frame["nik"], as_of).alias("nik_birth_date")
    )


def store_model(con: duckdb.DuckDBPyConnection, linkage: Linkage, run_id: str, previous: Path | None = None) -> None:
    """Fill `model`, `model_level`, `model_change` and `blocking` of the work database from a linkage.

    `previous` is the database published before: `model_change` says what is another than there.
    """
    document = to_json(linkage.model, person_spec())
    version = hashlib.sha256(document.encode()).hexdigest()[:12]
    fresh_table(con, "model")
    fill_table(con, "model", pl.DataFrame({"run_id": [run_id], "model_version": [version], "document": [document]}))
    store_model_tables(con, person_spec(), linkage, previous)
    fresh_table(con, "blocking")
    fill_table(con, "blocking", linkage.blocking)
