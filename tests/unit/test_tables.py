"""The declared tables: each readable, commented in both languages, and as CONTRACT §3 promises."""

from __future__ import annotations

import duckdb
import pytest

from schemas.errors import PadanError
from schemas.tables import comment_statements, create_statement, load_tables, parse_table, with_extras

# CONTRACT §3, word for word.
PROMISED = {
    "run": "run_id, as_of, started_at, finished_at, status, model_version, config_hash",
    "source_file": "run_id, source, owner_code, file, sha256, rows_read, rows_accepted, rows_quarantined",
    "validation": "run_id, source, file, expectation, column_name, success, evaluated, unexpected, severity",
    "quarantine": "source, file, source_row, expectation, column_name, reason",
    "record": (
        "record_id, source, owner_code, file, source_row, source_key, nik, nik_status, kk, name, name_std, sex, "
        "birth_date, birth_place, address, rt, rw, village_code, regency_code, decile, excluded, job, segment, "
        "status, status_date"
    ),
    "person": (
        "person_id, nik, kk, name, sex, birth_date, village_code, regency_code, decile, excluded, alive, in_province, "
        "in_regency, in_jkn, in_jamsostek, jkn_segment, jkn_status, jamsostek_segment, jamsostek_status"
    ),
    "link": "record_id, person_id, probability, match_weight, basis",
    "pair": "left_record_id, right_record_id, probability, match_weight, outcome",
    "finding": (
        "finding_id, code, is_primary, person_id, record_ids, owner_code, regency_code, village_code, severity, actor, "
        "action, rupiah_per_month, detail, first_seen, last_seen, state"
    ),
    "finding_type": "code, term_id, term_en, definition, severity, actor, action, testable",
    "indicator": "indicator, regency_code, segment, numerator, denominator, value, target, basis",
}


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_a_promised_table_has_every_promised_column(name: str) -> None:
    assert set(PROMISED[name].split(", ")) <= set(load_tables()[name].column_names)


@pytest.mark.parametrize("name", sorted(load_tables()))
def test_a_table_is_made_with_a_comment_on_itself_and_each_column(name: str) -> None:
    table = load_tables()[name]
    assert "(id: " in table.comment
    assert all("(id: " in column.comment for column in table.columns)
    assert set(table.key) <= set(table.column_names)
    with duckdb.connect() as con:
        con.execute(create_statement(table))
        for statement in comment_statements(table):
            con.execute(statement)
        stored = con.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
        )
        assert stored.fetchall() == [(column.name, column.type, column.comment) for column in table.columns]
        assert con.execute("SELECT comment FROM duckdb_tables() WHERE NOT internal").fetchall() == [(table.comment,)]


def test_the_columns_of_the_comparisons_come_with_the_model() -> None:
    pair = load_tables()["pair"]
    present = ["left_record_id", "level_name", "weight_name", "outcome", "unforeseen"]
    more = with_extras(pair, present)[len(pair.columns) :]
    assert [(column.name, column.type) for column in more] == [("level_name", "VARCHAR"), ("weight_name", "DOUBLE")]
    assert all(column.comment.startswith("name: ") for column in more)
    assert with_extras(load_tables()["link"], present) == load_tables()["link"].columns


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("-- no table", "does not hold CREATE TABLE a"),
        ("CREATE TABLE a (\n    b VARCHAR,\n);\n", "without type or comment"),
        ("CREATE TABLE a (\n    b,  -- comment\n);\n", "without type or comment"),
        ("-- extra level: VARCHAR\nCREATE TABLE a (\n    b VARCHAR  -- c\n);\n", "cannot be read"),
    ],
)
def test_a_malformed_declaration_is_refused(sql: str, says: str) -> None:
    with pytest.raises(PadanError, match=says):
        parse_table("a", sql)
