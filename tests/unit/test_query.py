"""`padan query`: answers, and closed doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.query import query
from schemas.errors import UsageError
from tests.unit.test_publish import published


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    published(folder, "run-1")
    return folder


def test_a_table_with_numbers_to_the_right(output: Path) -> None:
    text = query(output, "SELECT * FROM (VALUES ('a', 1, NULL), ('long value', 1000, 'x')) AS t(word, number, empty)")
    assert text.splitlines() == [
        "word       | number | empty",
        "-----------+--------+------",
        "a          |      1 |",
        "long value |   1000 | x",
        "(2 rows)",
    ]


@pytest.mark.parametrize(
    ("sql", "last"),
    [
        ("SELECT count(*) FROM person", "(1 row)"),
        ("FROM person WHERE FALSE", "(0 rows)"),
        ("DESCRIBE link;", "(7 rows)"),
        ("WITH p AS (FROM person) SELECT count(*) FROM p -- remark", "(1 row)"),
        ("SELECT list_value(1, 2), DATE '2026-01-01', 'two\nlines'", "(1 row)"),
    ],
)
def test_statements_that_read(output: Path, sql: str, last: str) -> None:
    assert query(output, sql).splitlines()[-1] == last


def test_two_columns_of_one_name_keep_their_values(output: Path) -> None:
    assert query(output, "SELECT 1 AS a, 2 AS a").splitlines()[2] == "1 | 2"


def test_a_long_answer_is_cut_and_says_so(output: Path) -> None:
    assert query(output, "FROM range(50)", most_rows=10).splitlines()[-1] == "(the first 10 rows; there are more)"
    assert query(output, "FROM range(10)", most_rows=10).splitlines()[-1] == "(10 rows)"


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELEC 1", "The SQL was not understood: syntax error"),
        ("SELECT colour FROM person", 'Referenced column "colour" not found'),
        ("FROM nowhere", "Table with name nowhere does not exist"),
        ("", "Give one statement that reads"),
        ("SELECT 1; SELECT 2", "Give one statement that reads"),
        ("DELETE FROM person", "Give one statement that reads"),
        ("CREATE TABLE t AS SELECT 1", "Give one statement that reads"),
        ("COPY person TO '/tmp/person.csv'", "Give one statement that reads"),
        ("ATTACH '/tmp/other.duckdb'", "Give one statement that reads"),
        ("SET memory_limit = '1GB'", "Give one statement that reads"),
        ("INSTALL httpfs", "Give one statement that reads"),
        ("FROM read_csv('/etc/passwd')", "it may read the published tables only"),
        ("FROM '/etc/passwd'", "The SQL"),
        ("SELECT name::INTEGER FROM person", "a value cannot be converted"),
    ],
)
def test_everything_else_is_one_plain_sentence_without_a_value(output: Path, sql: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        query(output, sql)
    text = str(caught.value)
    assert says in text
    assert "\n" not in text
    assert text.endswith(".")


def test_without_a_database_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No database has been published"):
        query(tmp_path, "SELECT 1")
