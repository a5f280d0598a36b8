"""From the linker's entities to people: ids that are stable from night to night, and one row a person.

The rule of identity is here; the rule of which register's value stands is in schemas/people/person.sql, that of what
became of an id and why in schemas/people/events.sql.
"""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.parameter import fill_table, fresh_table, set_parameter
from flows.person_events import SQL_FOLDER, note_events
from flows.previous import attached, columns_of
from schemas.errors import PadanError
from schemas.rules import load_rules
from schemas.tables import create_statement, load_tables

# What the links of the database before must tell for ids to be carried over.
KNOWN = {"record_id", "record_key", "record_key_short", "person_id"}

# A person_id is P and 13 hexadecimal digits; here it is that number, which is faster to join on.
PREVIOUS_LINKS = """
CREATE OR REPLACE TEMP TABLE previous_link AS
SELECT record_id, record_key, record_key_short, ('0x' || substr(person_id, 2))::BIGINT AS person
FROM previous.link WHERE regexp_full_match(person_id, 'P[0-9a-f]{13}')
"""
# A key that led to two people says nothing about which of them it is now.
VOTES = """
CREATE OR REPLACE TEMP TABLE vote AS
SELECT entity, person, count(*) AS votes
FROM (SELECT DISTINCT entity, record_key FROM keyed)
JOIN (SELECT record_key, min(person) AS person FROM previous_link GROUP BY record_key HAVING min(person) = max(person))
  USING (record_key)
GROUP BY entity, person
"""
# The short key is asked for entities none of whose rows is known, and of rows of last night that are not found again:
# a row that is still there has its person, whoever else comes with its number.
VOTES_BY_SHORT_KEY = """
INSERT INTO vote
WITH asked AS (
    SELECT DISTINCT entity, record_key_short FROM keyed ANTI JOIN vote USING (entity) WHERE record_key_short IS NOT NULL
), last_night AS (
    SELECT record_key, record_key_short, person FROM previous_link SEMI JOIN asked USING (record_key_short)
), known AS (
    SELECT record_key_short, min(person) AS person FROM last_night ANTI JOIN keyed USING (record_key)
    GROUP BY record_key_short HAVING min(person) = max(person)
)
SELECT entity, person, count(*) AS votes FROM asked JOIN known USING (record_key_short) GROUP BY entity, person
"""
# Where an entity has one candidate only and the candidate no other entity, there is nothing to weigh.
TAKE_UNDISPUTED = """
INSERT INTO identity
SELECT entity, any_value(person) AS person, FALSE
FROM vote
GROUP BY entity
HAVING count(*) = 1 AND person IN (SELECT person FROM vote GROUP BY person HAVING count(*) = 1)
"""
# Each entity's best candidate and each candidate's best entity, in one total order: where they agree, the id is taken.
TAKE = """
INSERT INTO identity
WITH best_of_entity AS (
    SELECT DISTINCT ON (entity) entity, person FROM open_vote ORDER BY entity, votes DESC, first_key, person
), best_of_person AS (
    SELECT DISTINCT ON (person) entity, person FROM open_vote ORDER BY person, votes DESC, first_key, first_record
)
SELECT entity, person, FALSE FROM best_of_entity SEMI JOIN best_of_person USING (entity, person)
"""
OPEN_VOTES = """
CREATE OR REPLACE TEMP TABLE open_vote AS
SELECT entity, person, votes, first_key, first_record
FROM vote JOIN entity USING (entity)
ANTI JOIN identity AS i ON i.entity = vote.entity
ANTI JOIN identity AS j ON j.person = vote.person
"""
# A new id is a hash of the first record's key; `copy` tells rows of the same content apart, `salt` steps aside from an
# id that is in use.
NEW_IDS = """
INSERT INTO identity
WITH nameless AS (
    SELECT entity, first_record, first_key, row_number() OVER (PARTITION BY first_key ORDER BY first_record) AS copy
    FROM entity ANTI JOIN identity USING (entity)
)
SELECT DISTINCT ON (person) entity, person, TRUE
FROM (
    SELECT entity, first_record,
           (md5_number_lower(concat_ws('|', first_key, copy, $salt::INTEGER)) >> 12)::BIGINT AS person
    FROM nameless
) ANTI JOIN identity USING (person)
ORDER BY person, first_record
"""
LINKS = """
INSERT INTO link BY NAME
SELECT record_id, printf('P%013x', person) AS person_id, probability, match_weight, basis, record_key, record_key_short
FROM keyed JOIN linked USING (record_id, entity) JOIN identity USING (entity)
ORDER BY record_id
"""
# Whose rows were changed and joined someone in the same night has no vote yet; the short keys say where they went.
VOTES_OF_THE_LOST = """
INSERT INTO vote
WITH lost AS (
    SELECT person, record_key, record_key_short
    FROM previous_link ANTI JOIN identity USING (person) ANTI JOIN vote USING (person)
), gone AS (
    SELECT DISTINCT person, record_key_short FROM lost ANTI JOIN keyed USING (record_key)
), carried AS (
    SELECT entity, record_key, record_key_short
    FROM keyed SEMI JOIN gone USING (record_key_short) SEMI JOIN (FROM identity WHERE NOT is_new) USING (entity)
), changed AS (
    SELECT DISTINCT entity, record_key_short FROM carried ANTI JOIN previous_link USING (record_key)
)
SELECT entity, person, count(*) AS votes FROM gone JOIN changed USING (record_key_short) GROUP BY entity, person
"""


def resolve_people(
    con: duckdb.DuckDBPyConnection,
    links: pl.DataFrame,
    pairs: pl.DataFrame,
    *,
    as_of: date,
    run_id: str,
    previous: Path | None,
    rules: pl.DataFrame | None = None,
) -> None:
    """Fill rule, parameter, link, pair, person and person_event of the work database; needs its table `record`.

    links: record_id Int64, entity Int64, probability Float64, match_weight Float64, basis String, one row a record.
    pairs: left_record_id, right_record_id Int64, probability, match_weight Float64, outcome String and, for each
    comparison, level_<name> String and weight_<name> Float64.
    previous: the database published before, or None. rules: the dated rules (`schemas.rules`), padan's own when None.
    Raises PadanError when the links do not cover the records one to one.
    """
    set_parameter(con, as_of, run_id, load_rules() if rules is None else rules)
    _take_links(con, links)
    for keys in ("record_key.sql", "keys.sql"):
        con.execute((SQL_FOLDER / keys).read_text(encoding="utf-8"))
    _store_pairs(con, pairs)
    _identify(con, previous)
    con.execute((SQL_FOLDER / "person.sql").read_text(encoding="utf-8"))
    fresh_table(con, "person")
    con.execute("INSERT INTO person BY NAME SELECT * FROM resolved ORDER BY person_id")
    _drop_helpers(con)


def _take_links(con: duckdb.DuckDBPyConnection, links: pl.DataFrame) -> None:
    """Copy the linker's answer into the temporary table `linked`, sure that it covers `record` one to one."""
    con.register("links_frame", links)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linked AS "
        "SELECT record_id, entity, probability, match_weight, basis FROM links_frame"
    )
    con.unregister("links_frame")
    wrong = con.execute(
        "SELECT (SELECT count(*) FROM record) <> count(*) OR count(*) <> count(DISTINCT record_id) "
        "OR count(*) <> count(entity) OR count(*) <> (SELECT count(*) FROM linked SEMI JOIN record USING (record_id)) "
        "FROM linked"
    ).fetchone()
    if wrong is None or wrong[0]:
        raise PadanError("The linkage does not give every record exactly one entity.")


def _identify(con: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """Give every entity its person_id, fill `link` and note what became of the previous ids and why."""
    con.execute("CREATE OR REPLACE TEMP TABLE identity (entity BIGINT, person BIGINT, is_new BOOLEAN)")
    fresh_table(con, "person_event")
    with attached(con, previous) as there:
        known = there and set(columns_of(con, "link", "previous")) >= KNOWN
        if known:
            _carry_ids(con)
        _new_ids(con)
        if known:
            con.execute(VOTES_OF_THE_LOST)
            note_events(con)
    fresh_table(con, "link")
    con.execute(LINKS)


def _carry_ids(con: duckdb.DuckDBPyConnection) -> None:
    """An entity takes the previous id carried by most of its records, an id goes to one entity at most."""
    con.execute(PREVIOUS_LINKS)
    con.execute(VOTES)
    con.execute(VOTES_BY_SHORT_KEY)
    con.execute(TAKE_UNDISPUTED)
    con.execute(OPEN_VOTES)
    # Each round settles at least the strongest vote left; two or three rounds settle them all.
    while _count(con, "open_vote"):
        con.execute(TAKE)
        con.execute(OPEN_VOTES)


def _new_ids(con: duckdb.DuckDBPyConnection) -> None:
    """Ids for the entities that have none; another round only where two hashes fell together."""
    entities, salt = _count(con, "entity"), 0
    while _count(con, "identity") < entities:
        con.execute(NEW_IDS, {"salt": salt})
        salt += 1


def _store_pairs(con: duckdb.DuckDBPyConnection, pairs: pl.DataFrame) -> None:
    """Keep the scored pairs, with the columns of this linkage model's comparisons."""
    con.execute("DROP TABLE IF EXISTS pair")
    con.execute(create_statement(load_tables()["pair"], present=pairs.columns))
    kept = [name for name in columns_of(con, "pair") if name in pairs.columns]
    fill_table(con, "pair", pairs.select(kept).sort("left_record_id", "right_record_id"))


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _drop_helpers(con: duckdb.DuckDBPyConnection) -> None:
    """Free the temporary tables; the findings need the memory."""
    rows = con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    for (name,) in rows:
        con.execute(f"DROP TABLE temp.{name}")
