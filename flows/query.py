"""`padan query`: read-only SQL on the published database, in a sandbox, as a text table or in a file's form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import duckdb
import polars as pl

from flows.publish import published
from flows.query_forms import write_file, write_form
from flows.text_table import text_table
from schemas.errors import PadanError, UsageError
from schemas.tables import quoted

MOST_ROWS = 10_000
RIGHT_ALIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "DOUBLE", "DECIMAL")
# These errors name what the reader typed; the others may hold a row's values and are told without them.
SPEAKS_OF_THE_QUERY = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.SyntaxException)


def query(output: Path, sql: str, most_rows: int = MOST_ROWS) -> str:
    """The answer to one SQL statement on the published database of the folder `output`, as a text table.

    Nothing can be written, no file read or written, no setting changed. At most `most_rows` rows are given; the last
    line says whether there are more. Raises UsageError, one plain sentence, when there is no database or the SQL
    does not run.
    """
    with _answer(output, sql) as answer:
        return _table(answer, most_rows)


def write_query(output: Path, sql: str, form: str, out: Path | IO[bytes], for_excel: bool = False) -> None:
    """The whole answer to one SQL statement in one of FORMS, into the file `out` or a stream of bytes.

    A file is written whole or not at all. for_excel: a CSV that Excel opens with its numbers whole and no formula run.
    Raises UsageError as `query` does, and when the file cannot be written.
    """
    with _answer(output, sql) as answer:
        if isinstance(out, Path):
            write_file(answer, form, out, for_excel)
        else:
            write_form(answer, form, out, for_excel)


@contextmanager
def _answer(output: Path, sql: str) -> Iterator[duckdb.DuckDBPyRelation]:
    """The answer to one statement, to be read in the block; what goes wrong in it is told in one plain sentence."""
    database = published(output)
    with duckdb.connect() as con:
        lock_in(con, database)
        try:
            statements = con.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UsageError("Give one statement that reads: SELECT, FROM, WITH, DESCRIBE, SHOW or SUMMARIZE.")
            yield con.sql(sql)
        except duckdb.Error as error:
            raise told(error) from None


def lock_in(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Attach the database for reading and close every door to files, settings and extensions."""
    try:
        con.execute(f"ATTACH {quoted(str(database))} AS padan (READ_ONLY)")
    except duckdb.Error as error:
        raise PadanError(f"The published database {database.name} cannot be opened.") from error
    con.execute("USE padan")
    con.execute("SET enable_progress_bar = false")
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def _table(answer: duckdb.DuckDBPyRelation, most_rows: int) -> str:
    """Columns padded to their widest value, numbers to the right; NULL is shown as an empty cell."""
    names, types = list(answer.columns), [str(kind) for kind in answer.types]
    # Numbered names, because a query may give two columns of one name.
    places = ", ".join(f"c{place}" for place in range(len(names)))
    texts = answer.query("answer", f"SELECT COLUMNS(*)::VARCHAR FROM answer AS t({places}) LIMIT {most_rows + 1}")
    rows = texts.pl() if texts is not None else pl.DataFrame()
    shown = rows.head(most_rows)
    lines = text_table(shown, names, [kind.startswith(RIGHT_ALIGNED) for kind in types])
    number = f"{shown.height} {'row' if shown.height == 1 else 'rows'}"
    return "\n".join(
        [*lines, f"({number})" if rows.height == shown.height else f"(the first {number}; there are more)"]
    )


def told(error: duckdb.Error) -> UsageError:
    """The sentence for SQL that an operator typed and that did not run, without a row's value."""
    if isinstance(error, SPEAKS_OF_THE_QUERY):
        return UsageError(f"The SQL was not understood: {_first_line(error)}.")
    return UsageError(f"The SQL could not be run: {_kind(error)}.")


def _first_line(error: duckdb.Error) -> str:
    """What DuckDB says of the query itself, without its own heading and the excerpt below."""
    line = str(error).split("\n", 1)[0].partition("Error: ")[2]
    return line.rstrip(".!") or "it cannot be parsed"


def _kind(error: duckdb.Error) -> str:
    if isinstance(error, duckdb.PermissionException):
        return "it may read the published tables only"
    if isinstance(error, duckdb.ConversionException):
        return "a value cannot be converted to the type it asks for"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "it needs more memory than there is"
    return f"{type(error).__name__.removesuffix('Exception')} error"
