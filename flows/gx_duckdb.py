"""A SQLAlchemy dialect that lets Great Expectations' SQL engine run on a live DuckDB connection.

Great Expectations 1.24 has no DuckDB engine, and duckdb-engine 0.17 fails on DuckDB 2.0 in two ways:
GX fetches rows after the connection went back to the pool (DuckDB drops an open result on rollback),
and reflection asks PostgreSQL catalogues that DuckDB does not have. So:

- a cursor here fetches everything when it executes; commit and rollback do nothing (each statement commits);
- tables and columns are read from `duckdb_columns()`;
- parameters are `$1`, a style that GX does not know: where it does, it writes Python's `repr` of the values into its
  `unexpected_index_query`, which doubles backslashes and breaks quotes and dates; now SQLAlchemy writes the literals;
- the dialect calls itself `postgresql`, because GX switches on that name regular expressions (`~`, which is a
  partial match in DuckDB 2 as in PostgreSQL), types and subquery aliases.

Only tables and plain views can be seen: a TEMP table lives in one connection, and GX gets its own.
"""

import re
from collections.abc import Sequence
from typing import Any

import duckdb
from sqlalchemy import pool, types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import (
    PGCompiler,
    PGDDLCompiler,
    PGIdentifierPreparer,
    PGTypeCompiler,
)
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.default import DefaultDialect

DRIVER = "duckgx"

# The connections lent to GX, by name. GX only takes a connection string, so the object waits here.
_SHARED: dict[str, duckdb.DuckDBPyConnection] = {}
_CURSORS: dict[str, list[duckdb.DuckDBPyConnection]] = {}

_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")

Row = tuple[Any, ...]


def share(name: str, con: duckdb.DuckDBPyConnection) -> str:
    """Lend an open DuckDB connection under a name; return the connection string for GX.

    GX works on cursors of `con`, so it sees committed tables and views, on disk or in memory.
    Call `release(name)` when the validation is over. Raises ValueError for a name that a URL cannot hold.
    """
    if not _NAME.match(name):
        raise ValueError(f"a shared connection's name has letters, digits, _ and - only, not {name!r}")
    _SHARED[name] = con
    return f"{DRIVER}:///{name}"


def release(name: str) -> None:
    """Take back a connection lent by `share`: it stays open, the cursors that GX's pool still holds are closed.

    Otherwise the database would stay in memory for as long as GX's engine does. A name not lent is no error.
    """
    _SHARED.pop(name, None)
    for cursor in _CURSORS.pop(name, []):
        cursor.close()


class _Cursor:
    """A DBAPI cursor that holds all its rows: GX fetches after the connection was given back."""

    arraysize = 1
    rowcount = -1
    lastrowid = None

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._rows: list[Row] = []
        self._next = 0
        self.description: Any = None

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> "_Cursor":
        result = self._con.execute(sql, list(parameters)) if parameters else self._con.execute(sql)
        # Names only: SQLAlchemy keeps the description, and DuckDB's type objects in it would outlive the module.
        self.description = [(column[0], *[None] * 6) for column in result.description or []] or None
        self._rows = result.fetchall() if self.description else []
        self._next = 0
        return self

    def executemany(self, sql: str, sequence: Sequence[Sequence[Any]]) -> None:
        self._con.executemany(sql, [list(parameters) for parameters in sequence])

    def fetchone(self) -> Row | None:
        if self._next >= len(self._rows):
            return None
        self._next += 1
        return self._rows[self._next - 1]

    def fetchmany(self, size: int | None = None) -> list[Row]:
        rows = self._rows[self._next : self._next + (size or self.arraysize)]
        self._next += len(rows)
        return rows

    def fetchall(self) -> list[Row]:
        rows = self._rows[self._next :]
        self._next = len(self._rows)
        return rows

    def close(self) -> None:
        self._rows = []

    def setinputsizes(self, *_: Any) -> None:
        """DBAPI asks for it; DuckDB needs no sizes."""

    def setoutputsize(self, *_: Any) -> None:
        """DBAPI asks for it; DuckDB needs no sizes."""


class _Lent:
    """A DBAPI connection on a cursor of the lent connection; closing it leaves the lender's open."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def cursor(self) -> _Cursor:
        return _Cursor(self._con)

    def commit(self) -> None:
        """Each statement commits by itself."""

    def rollback(self) -> None:
        """Nothing to undo; above all, nothing to discard."""

    def close(self) -> None:
        self._con.close()


class _DBAPI:
    """The DBAPI module that SQLAlchemy expects, as names on a class."""

    paramstyle = "numeric_dollar"
    apilevel = "2.0"
    threadsafety = 1
    Error = duckdb.Error
    Warning = duckdb.Warning
    DatabaseError = duckdb.DatabaseError
    DataError = duckdb.DataError
    IntegrityError = duckdb.IntegrityError
    InterfaceError = duckdb.Error
    InternalError = duckdb.InternalError
    NotSupportedError = duckdb.NotSupportedError
    OperationalError = duckdb.OperationalError
    ProgrammingError = duckdb.ProgrammingError

    @staticmethod
    def connect(name: str) -> _Lent:
        if name not in _SHARED:
            raise duckdb.OperationalError(f"no DuckDB connection is shared under the name {name!r}")
        con = _SHARED[name].cursor()
        _CURSORS.setdefault(name, []).append(con)
        con.execute("set enable_progress_bar = false")  # a client setting: a new cursor has the default
        return _Lent(con)


_TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    "BIGINT": types.BigInteger,
    "INTEGER": types.Integer,
    "SMALLINT": types.SmallInteger,
    "TINYINT": types.SmallInteger,
    "UBIGINT": types.BigInteger,
    "UINTEGER": types.BigInteger,
    "HUGEINT": types.Numeric,
    "DOUBLE": types.Float,
    "FLOAT": types.Float,
    "VARCHAR": types.String,
    "DATE": types.Date,
    "TIMESTAMP": types.DateTime,
    "TIMESTAMP WITH TIME ZONE": types.DateTime,
    "BOOLEAN": types.Boolean,
}


def _type_of(name: str) -> types.TypeEngine[Any]:
    """The SQLAlchemy type of a DuckDB type's name; what GX need not tell apart is text."""
    return types.Numeric() if name.startswith("DECIMAL") else _TYPES.get(name, types.String)()


def _rows(connection: Connection, sql: str, *parameters: Any) -> list[Row]:
    return [tuple(row) for row in connection.exec_driver_sql(sql, parameters).fetchall()]


class DuckGXDialect(DefaultDialect):
    """What GX's SQL engine needs of a dialect, on DuckDB; signatures are SQLAlchemy's."""

    name = "postgresql"
    driver = DRIVER
    statement_compiler = PGCompiler
    ddl_compiler = PGDDLCompiler
    type_compiler_cls = PGTypeCompiler
    preparer = PGIdentifierPreparer
    default_paramstyle = "numeric_dollar"
    supports_statement_cache = True
    supports_native_boolean = True
    supports_sane_rowcount = False
    postfetch_lastrowid = False
    server_version_info = (16,)
    # Read by the PostgreSQL compilers borrowed above.
    supports_smallserial = False
    _backslash_escapes = False
    _supports_create_index_concurrently = False
    _supports_drop_index_concurrently = False

    @classmethod
    def import_dbapi(cls) -> Any:
        return _DBAPI

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        return pool.SingletonThreadPool

    def create_connect_args(self, url: URL) -> Any:
        return [url.database], {}

    def initialize(self, connection: Connection) -> None:
        self.default_schema_name = "main"

    def do_commit(self, dbapi_connection: Any) -> None:
        """See `_Lent.commit`."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """See `_Lent.rollback`."""

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        rows = _rows(
            connection,
            "select column_name, data_type, is_nullable from duckdb_columns() where table_name = ? "
            "and schema_name = coalesce(?, current_schema()) and database_name = current_database() "
            "order by column_index",
            table_name,
            schema,
        )
        return [
            {"name": name, "type": _type_of(data_type), "nullable": bool(nullable), "default": None}
            for name, data_type, nullable in rows
        ]

    def has_table(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> bool:
        return bool(self.get_columns(connection, table_name, schema))

    def get_table_names(self, connection: Connection, schema: str | None = None, **_: Any) -> list[str]:
        sql = "select table_name from duckdb_tables() where schema_name = coalesce(?, current_schema())"
        return [row[0] for row in _rows(connection, sql, schema)]

    def get_view_names(self, connection: Connection, schema: str | None = None, **_: Any) -> list[str]:
        sql = "select view_name from duckdb_views() where schema_name = coalesce(?, current_schema())"
        return [row[0] for row in _rows(connection, sql + " and not internal", schema)]

    def get_schema_names(self, connection: Connection, **_: Any) -> list[str]:
        return [row[0] for row in _rows(connection, "select distinct schema_name from duckdb_schemas()")]

    # DuckDB has what these ask for, but GX only reads rows: no key or index bears on an expectation.
    def get_temp_table_names(self, connection: Connection, schema: str | None = None, **_: Any) -> list[str]:
        return []

    def get_pk_constraint(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return {"constrained_columns": [], "name": None}

    def get_foreign_keys(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[Any]:
        return []

    def get_indexes(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        return []

    def get_unique_constraints(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[Any]:
        return []

    def get_check_constraints(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[Any]:
        return []


registry.register(DRIVER, __name__, "DuckGXDialect")
