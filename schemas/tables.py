"""The published tables, declared once: schemas/tables/<table>.sql is both the DDL and the comments.

A file is one CREATE TABLE. The lines above it that begin with `--` say what one row is; among them
`-- key: a, b` names the columns that are unique together, `-- keep: earlier runs` says that the rows of the
previous database are carried over, and `-- extra <prefix>*: TYPE: comment` admits further columns whose names
begin so (the comparisons of `pair`). The text behind `--` on a column's line is that column's comment.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas.errors import PadanError

FOLDER = Path(__file__).parent / "tables"
_COLUMN = re.compile(r"^\s+(?P<name>[a-z_0-9]+)\s+(?P<type>[A-Z]+(?:\[\])?),?\s+--\s+(?P<comment>\S.*)$")
_EXTRA = re.compile(r"^(?P<prefix>[a-z_]+)\*:\s*(?P<type>[A-Z]+):\s*(?P<comment>\S.*)$")


@dataclass(frozen=True)
class Column:
    """A column: its name, DuckDB type and comment (English, Indonesian term in brackets)."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A published table; `extras` are patterns of columns that come and go with the linkage model."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    keeps_earlier_runs: bool = False
    extras: tuple[Column, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """The declared columns' names, in order."""
        return tuple(column.name for column in self.columns)


@cache
def load_tables() -> Mapping[str, Table]:
    """Every declared table by name, in alphabetical order; raises PadanError when a declaration is malformed."""
    tables = [parse_table(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.sql"))]
    return MappingProxyType({table.name: table for table in tables})


def parse_table(name: str, sql: str) -> Table:
    """Read one declaration; raises PadanError naming the table and the line that cannot be understood."""
    head, start, body = sql.partition(f"CREATE TABLE {name} (")
    if not start:
        raise PadanError(f"schemas/tables/{name}.sql does not hold CREATE TABLE {name}.")
    remarks, words = _head(head)
    columns = []
    for line in body.partition("\n);")[0].strip("\n").splitlines():
        found = _COLUMN.match(line)
        if found is None:
            raise PadanError(f"schemas/tables/{name}.sql has a column line without type or comment: {line.strip()}.")
        columns.append(Column(found["name"], found["type"], found["comment"]))
    return Table(
        name=name,
        comment=" ".join(remarks),
        columns=tuple(columns),
        key=tuple(part.strip() for part in words.get("key", [""])[0].split(",") if part.strip()),
        keeps_earlier_runs="keep" in words,
        extras=tuple(_extra(name, text) for text in words.get("extra", [])),
    )


def _head(head: str) -> tuple[list[str], dict[str, list[str]]]:
    """Split the lines above CREATE TABLE into plain remarks and the words key, keep and extra."""
    remarks: list[str] = []
    words: dict[str, list[str]] = {}
    for line in head.splitlines():
        text = line.removeprefix("--").strip()
        word, found, rest = text.replace("extra ", "extra: ", 1).partition(": ")
        if found and word in {"key", "keep", "extra"}:
            words.setdefault(word, []).append(rest.strip())
        elif text:
            remarks.append(text)
    return remarks, words


def _extra(table: str, text: str) -> Column:
    found = _EXTRA.match(text)
    if found is None:
        raise PadanError(f"schemas/tables/{table}.sql has an extra pattern that cannot be read: {text}.")
    return Column(found["prefix"], found["type"], found["comment"])


def with_extras(table: Table, present: Iterable[str]) -> tuple[Column, ...]:
    """The declared columns, and after them those of `present` that an extra pattern admits, in their order.

    `present` are the column names of the table as a run built it; names that fit no pattern are left out.
    """
    more = [
        Column(name, pattern.type, f"{name.removeprefix(pattern.name)}: {pattern.comment}")
        for name in present
        for pattern in table.extras
        if name.startswith(pattern.name) and name not in table.column_names
    ]
    return (*table.columns, *more)


def create_statement(table: Table, catalog: str = "", present: Iterable[str] = ()) -> str:
    """The CREATE TABLE statement, in `catalog` when one is named, with the extra columns found in `present`."""
    columns = ", ".join(f'"{column.name}" {column.type}' for column in with_extras(table, present))
    return f"CREATE TABLE {_full_name(table, catalog)} ({columns})"


def comment_statements(table: Table, catalog: str = "", present: Iterable[str] = ()) -> list[str]:
    """The COMMENT ON statements of the table and of each of its columns."""
    full_name = _full_name(table, catalog)
    return [
        f"COMMENT ON TABLE {full_name} IS {quoted(table.comment)}",
        *(
            f'COMMENT ON COLUMN {full_name}."{column.name}" IS {quoted(column.comment)}'
            for column in with_extras(table, present)
        ),
    ]


def quoted(text: str) -> str:
    """`text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _full_name(table: Table, catalog: str) -> str:
    return f'{catalog}."{table.name}"' if catalog else f'"{table.name}"'
