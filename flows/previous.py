"""The database of the run before: what this run carries over from it (ids, finding dates, the history of runs)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from schemas.errors import PadanError
from schemas.tables import quoted

ALIAS = "previous"


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, database: Path | None) -> Iterator[bool]:
    """Attach a published database read-only as `previous` while the block runs; gives False when there is none.

    Raises PadanError when the file cannot be opened.
    """
    if database is None:
        yield False
        return
    try:
        con.execute(f"ATTACH {quoted(str(database.resolve(strict=True)))} AS {ALIAS} (READ_ONLY)")
    except (duckdb.Error, OSError) as error:
        raise PadanError(f"The previous database {database.name} could not be opened.") from error
    try:
        yield True
    finally:
        with suppress(duckdb.Error):  # never in place of the error that ended the block
            con.execute(f"DETACH {ALIAS}")


def columns_of(con: duckdb.DuckDBPyConnection, table: str, catalog: str = "") -> tuple[str, ...]:
    """The column names of `table` in `catalog` (by default the work database); empty when there is no such table."""
    rows = con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = $table AND schema_name = 'main' "
        "AND database_name = coalesce(nullif($catalog, ''), current_database()) ORDER BY column_index",
        {"table": table, "catalog": catalog},
    ).fetchall()
    return tuple(str(row[0]) for row in rows)
