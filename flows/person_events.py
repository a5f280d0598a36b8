"""What became of the persons' identifiers and why: last night's rows beside tonight's (schemas/people/events.sql)."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.matching import person_spec
from flows.previous import columns_of
from schemas.tables import load_tables

SQL_FOLDER = Path(__file__).parent.parent / "schemas" / "people"
VIEWS = ("compared_now", "compared_before", "linked_before")


def note_events(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `person_event` of the work database, while the database before is attached as `previous`.

    Needs the tables `record`, `parameter` and `pair`, and the temporary tables vote, identity, entity, keyed and
    previous_link of `flows.people`. Without the records of the database before, a row with the same key counts as
    unchanged.
    """
    compared = compared_columns()
    lately = set(columns_of(con, "record", "previous"))
    con.execute(f"CREATE OR REPLACE TEMP VIEW compared_now AS {_rows('record', compared)}")
    before = _rows("previous.record", compared) if {*compared, "record_id", "file"} <= lately else NO_ROWS
    con.execute(f"CREATE OR REPLACE TEMP VIEW compared_before AS {before}")
    linked = LINKED if columns_of(con, "pair", "previous") else NO_LINKS
    con.execute(f"CREATE OR REPLACE TEMP VIEW linked_before AS {linked}")
    con.execute((SQL_FOLDER / "events.sql").read_text(encoding="utf-8"))
    for view in VIEWS:
        con.execute(f"DROP VIEW temp.{view}")


LINKED = "SELECT left_record_id, right_record_id FROM previous.pair WHERE outcome = 'link'"
NO_LINKS = "SELECT NULL::BIGINT AS left_record_id, NULL::BIGINT AS right_record_id LIMIT 0"
NO_ROWS = (
    "SELECT NULL::BIGINT AS record_id, NULL::VARCHAR AS source, NULL::VARCHAR AS file, NULL::BIGINT AS source_row, "
    "NULL::UBIGINT AS content LIMIT 0"
)


def _rows(table: str, compared: tuple[str, ...]) -> str:
    return f"SELECT record_id, source, file, source_row, hash({', '.join(compared)}) AS content FROM {table}"


def compared_columns() -> tuple[str, ...]:
    """The columns of `record` that the linkage spec compares: a row whose values in them stay has not changed."""
    spec = person_spec()
    named = {column for comparison in spec.comparisons for column in comparison.columns}
    named.update(source for made in spec.made if made.name in named for source in made.sources)
    return tuple(name for name in load_tables()["record"].column_names if name in named)
