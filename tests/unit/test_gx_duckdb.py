"""The dialect: SQLAlchemy and Great Expectations see a live DuckDB connection as it is."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
import sqlalchemy
from sqlalchemy import types

from flows import gx_duckdb

PERSON = sqlalchemy.table("person", sqlalchemy.column("name"), sqlalchemy.column("born", types.Date))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "create table person (name varchar, born date, wage bigint, share decimal(5, 2), ok boolean not null)"
        )
        connection.execute(
            "insert into person values ('O''Neil', '1970-01-02', 5, 0.5, true), ('100% \\d?', null, 6, 1, false)"
        )
        connection.execute("create view adult as select name, wage from person")
        gx_duckdb.share("test", connection)
        yield connection
        gx_duckdb.release("test")


@pytest.fixture
def engine(con: duckdb.DuckDBPyConnection) -> Iterator[sqlalchemy.Engine]:
    made = sqlalchemy.create_engine("duckgx:///test")
    yield made
    made.dispose()


def test_share_gives_a_connection_string(con: duckdb.DuckDBPyConnection) -> None:
    assert gx_duckdb.share("again", con) == "duckgx:///again"
    gx_duckdb.release("again")
    gx_duckdb.release("again")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a?b=1", "a\n"])
def test_a_name_that_a_url_cannot_hold_is_refused(con: duckdb.DuckDBPyConnection, name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        gx_duckdb.share(name, con)


def test_a_connection_not_shared_is_an_error() -> None:
    engine = sqlalchemy.create_engine("duckgx:///nobody")
    with pytest.raises(sqlalchemy.exc.OperationalError, match="no DuckDB connection is shared"), engine.connect():
        pass


def test_closing_leaves_the_lender_open(con: duckdb.DuckDBPyConnection, engine: sqlalchemy.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("select 1"))
    engine.dispose()
    assert con.execute("select count(*) from person").fetchall() == [(2,)]


def test_release_closes_what_the_pool_still_holds(con: duckdb.DuckDBPyConnection, engine: sqlalchemy.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("select 1"))
    gx_duckdb.release("test")
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match="closed"):
        connection.execute(sqlalchemy.text("select 1"))
    assert con.execute("select count(*) from person").fetchall() == [(2,)]


def test_rows_outlive_rollback_and_connection(engine: sqlalchemy.Engine) -> None:
    """Great Expectations fetches after it gave the connection back."""
    with engine.connect() as connection:
        result = connection.execute(sqlalchemy.text("select i from range(5) t(i)"))
        connection.rollback()
        assert result.fetchone() == (0,)
        assert result.fetchmany(2) == [(1,), (2,)]
        assert result.fetchall() == [(3,), (4,)]
        assert result.fetchone() is None


@pytest.mark.parametrize("value", ["O'Neil", "100% \\d?", "$1 :name %(x)s"])
def test_parameters_arrive_as_they_are(engine: sqlalchemy.Engine, value: str) -> None:
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.select(sqlalchemy.literal(value))).scalar() == value


@pytest.mark.parametrize(
    ("value", "found"),
    [("O'Neil", 1), ("100% \\d?", 1), ("100%% \\d?", 0), ("nobody", 0)],
)
def test_literals_say_the_same_as_parameters(
    con: duckdb.DuckDBPyConnection, engine: sqlalchemy.Engine, value: str, found: int
) -> None:
    query = sqlalchemy.select(sqlalchemy.func.count()).select_from(PERSON).where(PERSON.c.name == value)
    text = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    assert con.execute(text).fetchall() == [(found,)]


def test_a_date_literal_is_a_date(con: duckdb.DuckDBPyConnection, engine: sqlalchemy.Engine) -> None:
    query = sqlalchemy.select(PERSON.c.name).where(PERSON.c.born < date(1971, 1, 1))
    text = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    assert con.execute(text).fetchall() == [("O'Neil",)]


def test_regular_expressions_match_a_part(engine: sqlalchemy.Engine) -> None:
    name = PERSON.c.name
    with engine.connect() as connection:
        for pattern, count in ((r"N", 1), (r"^N", 0), (r"\d{3}", 1), (r"'", 1), (r"\\d\?$", 1)):
            query = sqlalchemy.select(name).where(name.regexp_match(pattern))
            assert len(connection.execute(query).fetchall()) == count, pattern


def test_tables_views_and_types_are_seen(engine: sqlalchemy.Engine) -> None:
    inspector = sqlalchemy.inspect(engine)
    assert inspector.get_table_names() == ["person"]
    assert inspector.get_view_names() == ["adult"]
    assert inspector.has_table("adult") and not inspector.has_table("nobody")
    assert "main" in inspector.get_schema_names()
    columns = {column["name"]: (type(column["type"]), column["nullable"]) for column in inspector.get_columns("person")}
    assert columns == {
        "name": (types.String, True),
        "born": (types.Date, True),
        "wage": (types.BigInteger, True),
        "share": (types.Numeric, True),
        "ok": (types.Boolean, False),
    }


def test_a_table_reflects_without_keys(engine: sqlalchemy.Engine) -> None:
    table = sqlalchemy.Table("person", sqlalchemy.MetaData(), autoload_with=engine)
    assert [column.name for column in table.columns] == ["name", "born", "wage", "share", "ok"]
    assert not table.primary_key.columns


def test_an_error_of_duckdb_is_one_of_sqlalchemy(engine: sqlalchemy.Engine) -> None:
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError):
        connection.execute(sqlalchemy.text("select nothing from nowhere"))
