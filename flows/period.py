"""The kept databases by the month that they are of, for the papers of a month: audit packs and minutes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from flows.publish import newest_first, published
from schemas.errors import PadanError, UsageError

# The month that a database is of: the billed one, or without bills the one of its day.
PERIOD = "SELECT coalesce(period, date_trunc('month', as_of)::DATE) FROM parameter"


def open_period(output: Path, period: date) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the newest kept database of a period; raises UsageError when none is of it."""
    published(output)  # without any there is nothing to look through, and this says so
    there: set[date] = set()
    for path in newest_first(output):
        con = open_version(path)
        found = periods(con)
        if period in found:
            return con
        con.close()
        there |= found
    months = ", ".join(f"{one:%Y-%m}" for one in sorted(there))
    raise UsageError(f"No kept database is of the period {period:%Y-%m}; there are {months}.")


def open_version(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to one kept database."""
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise PadanError(f"The database {path.name} cannot be opened.") from error


def periods(con: duckdb.DuckDBPyConnection) -> set[date]:
    """The month that a database is of, one at most; raises duckdb.Error when it is none of padan's."""
    # Not fetchone: the connection would wait for the end of the result.
    return {month for (month,) in con.execute(PERIOD).fetchall() if month}
