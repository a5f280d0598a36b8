"""`padan query --tables` and `--describe`: what the published database holds, in the terminal."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from flows.publish import open_published
from flows.text_table import text_table
from schemas.dictionary import term_and_meaning
from schemas.errors import UsageError
from schemas.queries import Query, load_queries

BRIEF = 90  # letters of a meaning in the list of tables
HELD = """
SELECT table_name AS name, 'table' AS kind, comment FROM duckdb_tables() WHERE NOT internal
UNION ALL
SELECT view_name, 'view', comment FROM duckdb_views() WHERE NOT internal
ORDER BY kind DESC, name
"""
COLUMNS = """
SELECT column_name, data_type, comment FROM duckdb_columns()
WHERE NOT internal AND table_name = $name ORDER BY column_index
"""


def tables(output: Path) -> str:
    """Every view and table of the published database in `output`: its name, its Indonesian term, what one row is."""
    with open_published(output) as con:
        held = con.execute(HELD).fetchall()
    rows = [(name, kind, *_brief(comment or "")) for name, kind, comment in held]
    return _text(("name", "kind", "istilah", "one row is"), rows)


def _brief(comment: str) -> tuple[str, str]:
    """The Indonesian term and the begin of the meaning, as much as fits a line."""
    term, meaning = term_and_meaning(comment)
    return term, meaning if len(meaning) <= BRIEF else f"{meaning[: BRIEF - 1].rpartition(' ')[0]} …"


def described(output: Path, name: str) -> str:
    """The columns of one table or view with type, Indonesian term and meaning; raises UsageError when there is none."""
    with open_published(output) as con:
        comment = _comment(con, name)
        columns = con.execute(COLUMNS, {"name": name}).fetchall()
    term, meaning = term_and_meaning(comment)
    rows = [(column, kind, *term_and_meaning(text or "")) for column, kind, text in columns]
    return "\n".join([f"{name} ({term}): {meaning}", "", _text(("column", "type", "istilah", "meaning"), rows)])


def _comment(con: duckdb.DuckDBPyConnection, name: str) -> str:
    found = {str(row[0]): str(row[2] or "") for row in con.execute(HELD).fetchall()}
    if name not in found:
        raise UsageError(f"The published database has no table or view {name}; padan query --tables lists them.")
    return found[name]


def examples() -> str:
    """The example queries: name and question in both languages."""
    rows = [(one.name, one.question_id, one.question_en) for one in load_queries().values()]
    return _text(("example", "pertanyaan", "question"), rows)


def example(name: str) -> Query:
    """An example by its name, its number, or its name without the number; raises UsageError when there is none."""
    for one in load_queries().values():
        number, _, bare = one.name.partition("_")
        if name in (one.name, bare) or (name.isdigit() and int(name) == int(number)):
            return one
    raise UsageError(f"There is no example {name}; padan query --examples lists them.")


def _text(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return "\n".join(text_table(frame, names, [False] * len(names)))
