"""The data dictionary and the book of queries are what the declarations say."""

from __future__ import annotations

from pathlib import Path

from schemas.dictionary import data_dictionary, query_book, term_and_meaning
from schemas.queries import load_queries
from schemas.tables import load_tables
from schemas.views import load_views

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_pages_are_what_the_generator_writes() -> None:
    again = "; run python -m schemas.dictionary"
    assert (DOCS / "data_dictionary.md").read_text(encoding="utf-8") == data_dictionary(), again
    assert (DOCS / "queries.md").read_text(encoding="utf-8") == query_book(), again


def test_every_table_view_and_column_is_in_the_dictionary() -> None:
    text = data_dictionary()
    for table in load_tables().values():
        part = text.partition(f"\n### {table.name}\n")[2].partition("\n### ")[0]
        assert all(f"| `{column.name}` | {column.type} |" in part for column in table.columns), table.name
    for view in load_views().values():
        part = text.partition(f"\n### {view.name}\n")[2].partition("\n### ")[0]
        assert view.question_id in part
        assert all(f"| `{name}` | " in part for name in view.column_names), view.name


def test_at_least_thirty_queries_ask_in_two_languages() -> None:
    assert len(load_queries()) >= 30
    assert all(one.question_id.endswith("?") and one.question_en.endswith("?") for one in load_queries().values())


def test_a_comment_is_parted_into_term_and_meaning() -> None:
    assert term_and_meaning("Its name (id: nama)") == ("nama", "Its name")
    assert term_and_meaning("a: Level (id: tingkat): more") == ("tingkat", "a: Level: more")
    assert term_and_meaning("Nothing") == ("", "Nothing")
