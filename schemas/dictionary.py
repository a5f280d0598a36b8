"""The data dictionary and the book of example queries, made from the declarations.

    python -m schemas.dictionary

writes docs/data_dictionary.md and docs/queries.md anew; to be run after a table, a view or an example has changed.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.queries import load_queries
from schemas.tables import Table, create_statement, load_tables
from schemas.views import View, load_views, view_statements

DOCS = Path(__file__).parent.parent / "docs"
MARK = " (id: "


def term_and_meaning(comment: str) -> tuple[str, str]:
    """A comment's Indonesian term and its meaning: `Its name (id: nama)` -> `("nama", "Its name")`."""
    meaning, _, rest = comment.partition(MARK)
    term, _, more = rest.partition(")")
    return term, f"{meaning}{more}".strip()


def data_dictionary() -> str:
    """Every published table and view with its columns, as one Markdown text."""
    types = _view_types()
    parts = [
        "# Data dictionary",
        "Of the published database, `padan.duckdb`. Made from `schemas/tables` and `schemas/views` by `python -m "
        "schemas.dictionary`; the same words stand in the database as comments, and `padan query --tables` and `padan "
        "query --describe NAME` show them in a terminal. Views answer questions and read the tables only.",
        "\n".join(["## Views", *_contents((view.name, view.comment) for view in load_views().values())]),
        "\n".join(["## Tables", *_contents((table.name, table.comment) for table in load_tables().values())]),
        *(_view(view, types[view.name]) for view in load_views().values()),
        *(_table(table) for table in load_tables().values()),
    ]
    return "\n\n".join(parts) + "\n"


def query_book() -> str:
    """The example queries with their questions, as one Markdown text."""
    parts = [
        "# Example queries",
        "Each runs as it stands with `padan query`, or by name: `padan query --example 04_paid_twice_in_lebak "
        "--out dibayar_ganda.xlsx`. They are kept in `schemas/queries` and run in the tests; this page is made of them "
        "by `python -m schemas.dictionary`. What the columns mean: [data_dictionary.md](data_dictionary.md).",
        *(
            f"## {query.name}\n\n{query.question_id} *{query.question_en}*\n\n```sql\n{query.sql}\n```"
            for query in load_queries().values()
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _contents(named: Iterable[tuple[str, str]]) -> list[str]:
    lines = ["", "| name | istilah | one row is |", "|---|---|---|"]
    for name, comment in named:
        term, meaning = term_and_meaning(comment)
        lines.append(f"| [{name}](#{name}) | {_cell(term)} | {_cell(meaning)} |")
    return lines


def _view(view: View, types: dict[str, str]) -> str:
    head = [f"### {view.name}", "", f"{view.question_id} *{view.question_en}*", "", view.comment]
    return "\n".join([*head, *_columns((name, types[name], comment) for name, comment in view.columns)])


def _table(table: Table) -> str:
    key = f" Unique together: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    kept = " The rows of earlier runs are kept." if table.keeps_earlier_runs else ""
    columns = [(column.name, column.type, column.comment) for column in table.columns]
    columns += [(f"{extra.name}*", extra.type, extra.comment) for extra in table.extras]
    return "\n".join([f"### {table.name}", "", f"{table.comment.rstrip('.')}.{key}{kept}", *_columns(columns)])


def _columns(columns: Iterable[tuple[str, str, str]]) -> list[str]:
    lines = ["", "| column | type | istilah | meaning |", "|---|---|---|---|"]
    for name, kind, comment in columns:
        term, meaning = term_and_meaning(comment)
        lines.append(f"| `{name}` | {kind} | {_cell(term)} | {_cell(meaning)} |")
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _view_types() -> dict[str, dict[str, str]]:
    """The columns' types of each view, as the database gives them."""
    with duckdb.connect() as con:
        for table in load_tables().values():
            con.execute(create_statement(table))
        for view in load_views().values():
            con.execute(view_statements(view)[0])
        rows = con.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal")
        types: dict[str, dict[str, str]] = {}
        for name, column, kind in rows.fetchall():
            types.setdefault(name, {})[column] = kind
    return types


if __name__ == "__main__":
    (DOCS / "data_dictionary.md").write_text(data_dictionary(), encoding="utf-8")
    (DOCS / "queries.md").write_text(query_book(), encoding="utf-8")
