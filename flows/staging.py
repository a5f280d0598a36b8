"""Between standardising and matching: frames become tables of the work database, fit rows become `record`.

Each kind's rows are written once, to `staged_<kind>`. `record` is a view: all staged rows of people that are left when
the quarantined ones are gone.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import polars as pl

from flows.previous import columns_of
from schemas.errors import PadanError
from schemas.layouts import KINDS, PERSON_KINDS
from schemas.tables import Column, create_statement, load_tables, quoted

# The tables that the kinds without a person in each row become.
OTHER_TABLES = {
    "employers": "employer",
    "workforce": "workforce",
    "construction": "construction",
    "quota": "quota",
    "claims": "claim",
}


def staged(kind: str) -> str:
    """The name of a kind's staged rows."""
    return f"staged_{kind}"


def stage(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """Load the standardised frames (by kind) as `staged_<kind>`; give the kinds staged, in the order of `KINDS`.

    A kind with people: the columns of `schemas/tables/record.sql`, and further ones such as raw_nik. Another kind:
    those of its table. Each staged row has a BIGINT `row_id` beside its columns: its record_id, or 1..N. What was
    staged before is replaced. Raises PadanError when a declared column is lacking.
    """
    clear(con)
    for kind, frame in frames.items():
        append(con, kind, frame)
    return tuple(kind for kind in KINDS if kind in frames)


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what was staged before."""
    for name in ("record", *map(staged, KINDS)):
        _drop(con, name)


def append(con: duckdb.DuckDBPyConnection, kind: str, frame: pl.DataFrame) -> None:
    """Put standardised rows behind those staged of their kind; `stage` says what they hold and what is raised."""
    columns = load_tables()[OTHER_TABLES.get(kind, "record")].columns
    if missing := [column.name for column in columns if column.name not in frame.columns]:
        raise PadanError(f"The standardised rows of the kind {kind!r} lack the column {missing[0]!r}.")
    there = bool(columns_of(con, staged(kind)))
    first = count(con, f"select count(*) from {staged(kind)}") + 1 if there and kind in OTHER_TABLES else 1
    own = pl.int_range(first, first + pl.len()) if kind in OTHER_TABLES else pl.col("record_id")
    typed = ", ".join(_typed(column, quoted_name(column.name)) for column in columns)
    target = f"insert into {staged(kind)}" if there else f"create table {staged(kind)} as"
    with _incoming(con, frame.with_columns(row_id=own)):
        con.execute(f"{target} select * replace ({typed}) from incoming")


def _typed(column: Column, value: str) -> str:
    return f"cast({value} as {column.type}) as {quoted_name(column.name)}"


def keep_unreadable(con: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Put the rows that `pull` could not read (its `quarantine` frame) into the table `quarantine`."""
    make_quarantine(con)
    known = load_tables()["quarantine"].column_names
    insert(con, "quarantine", rows.select(name for name in rows.columns if name in known))


def make_quarantine(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `quarantine` if it is not there."""
    if not columns_of(con, "quarantine"):
        con.execute(create_statement(load_tables()["quarantine"]))


def accept(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Make the view `record` and those of OTHER_TABLES of the staged rows that are not quarantined.

    Their columns and types are those of `schemas/tables/`. The quarantined rows are deleted from the staged ones
    (`quarantine.raw` keeps them) and `record` is a view on what is left, so that a province's rows are not written
    twice. Gives the rows accepted by kind, of the kinds staged.
    """
    make_quarantine(con)
    present = [kind for kind in KINDS if columns_of(con, staged(kind))]
    for kind in present:
        con.execute(
            f"delete from {staged(kind)} s where exists (select 1 from quarantine q where q.source = {quoted(kind)} "
            "and q.file = s.file and q.source_row = s.source_row)"
        )
    return accepted_views(con)


def accepted_views(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Make the views of `accept` on the staged rows as they are; gives the rows by kind, of the kinds staged."""
    present = [kind for kind in KINDS if columns_of(con, staged(kind))]
    _accept_as(con, "record", [kind for kind in PERSON_KINDS if kind in present])
    for kind, name in OTHER_TABLES.items():
        _accept_as(con, name, [kind] if kind in present else [])
    return {kind: count(con, f"select count(*) from {staged(kind)}") for kind in present}


def _accept_as(con: duckdb.DuckDBPyConnection, name: str, kinds: list[str]) -> None:
    """Make the view `name` with its declared columns, on the staged rows of the kinds; without rows when none is."""
    columns = load_tables()[name].columns
    chosen = ", ".join(quoted_name(column.name) for column in columns)
    none = f"select {', '.join(_typed(column, 'null') for column in columns)} limit 0"
    parts = [f"select {chosen} from {staged(kind)}" for kind in kinds]
    _drop(con, name)
    con.execute(f"create view {name} as {' union all '.join(parts) or none}")


def source_file_rows(con: duckdb.DuckDBPyConnection, files: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Make the table `source_file`, a row a file of `pull`, after `accept`; give it as a frame too.

    `files` is `Pulled.files`. Here rows_read counts all data rows of a file, those that could not be read
    included, so it is rows_accepted + rows_quarantined; rows that another file of the office holds count there only.
    """
    others = [f"select '{kind}', file, count(*) from {name} group by all" for kind, name in OTHER_TABLES.items()]
    records = "select source, file, count(*) as rows_accepted from record group by all"
    accepted = con.sql(" union all ".join([records, *others])).pl()
    table = load_tables()["source_file"]
    found = files.join(accepted, on=["source", "file"], how="left")
    found = found.join(_repeated(con), on=["source", "file"], how="left").with_columns(
        run_id=pl.lit(run_id),
        rows_read=pl.col("rows_read").fill_null(0)
        + pl.col("rows_unreadable").fill_null(0)
        - pl.col("repeated").fill_null(0),
        rows_accepted=pl.col("rows_accepted").fill_null(0),
        rows_refused=pl.lit(0, pl.Int64),
        rows_stood_in=pl.lit(0, pl.Int64),
        stale_since=pl.lit(None, pl.Date),
    )
    frame = (
        found.with_columns(rows_quarantined=pl.col("rows_read") - pl.col("rows_accepted"))
        .select(table.column_names)
        .sort("source", "owner_code", "file")
    )
    _drop(con, table.name)
    con.execute(create_statement(table))
    insert(con, table.name, frame)
    return frame


def _repeated(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """`source, file, repeated`: rows left out because another file of the office holds them too."""
    if not columns_of(con, "source_fault"):
        return pl.DataFrame(schema={"source": pl.String, "file": pl.String, "repeated": pl.Int64})
    found: pl.DataFrame = con.sql(
        "select source, file, sum(rows)::bigint as repeated from source_fault where fault = 'row_repeated' group by all"
    ).pl()
    return found


def insert(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table by its columns' names."""
    columns = ", ".join(quoted_name(name) for name in frame.columns)
    with _incoming(con, frame):
        con.execute(f"insert into {table} ({columns}) select {columns} from incoming")


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one number a query gives."""
    return int(con.execute(sql).fetchall()[0][0])  # not fetchone: the connection would wait for the end of the result


def quoted_name(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _incoming(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> Iterator[None]:
    """The frame as the view `incoming` while the block runs."""
    con.register("incoming", frame)
    try:
        yield
    finally:
        con.unregister("incoming")


def _drop(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop a table or a view, whichever it is."""
    found = con.execute(
        "select table_type from information_schema.tables where table_name = ? and table_schema = 'main' "
        "and table_catalog = current_database()",
        [name],
    ).fetchall()
    if found:
        con.execute(f"drop {'view' if found[0][0] == 'VIEW' else 'table'} {name}")
