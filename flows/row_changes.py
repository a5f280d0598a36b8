"""Which rows of the registers differ between two nights (schemas/history/rows.sql)."""

from __future__ import annotations

import duckdb

from flows.history_sql import history_sql
from schemas.tables import load_tables

# Where a row stands is no content; whose it is is in its key.
PLACE = {"record_id", "source", "owner_code", "file", "source_row", "source_key", "register"}
CONTENT = tuple(name for name in load_tables()["record"].column_names if name not in PLACE)
NOTHING = """
CREATE OR REPLACE TEMP TABLE rows_changed (person_id VARCHAR);
CREATE OR REPLACE TEMP TABLE rules_changed (code VARCHAR);
CREATE OR REPLACE TEMP TABLE laid_beside (night VARCHAR);
CREATE OR REPLACE TEMP TABLE absent_before (register VARCHAR);
"""
# A sender whose files are the same, byte for byte, has the same rows.
SAME = """
DELETE FROM sender WHERE register IN (
    SELECT register FROM ({now}) JOIN ({before}) USING (register, content)
)
"""
FILES = """
SELECT concat_ws(':', source, owner_code) AS register, list((sha256, rows_accepted) ORDER BY sha256, file) AS content
FROM {catalog}source_file WHERE run_id = ({run})
GROUP BY register HAVING NOT bool_or(sha256 IS NULL OR coalesce(rows_stood_in, 0) > 0)
"""
ABSENT = """
INSERT INTO absent_before
SELECT DISTINCT register FROM record WHERE register NOT IN (SELECT register FROM previous.main.record)
"""
NEWEST = "SELECT run_id FROM previous.main.run ORDER BY finished_at DESC, run_id DESC LIMIT 1"
PERSONS = """
INSERT INTO rows_changed
SELECT person_id FROM row_change
UNION
SELECT p.person_id FROM person AS p LEFT JOIN previous.main.person AS b USING (person_id)
WHERE p.records IS DISTINCT FROM b.records
"""


def nothing_compared(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables rows_changed, rules_changed, laid_beside and absent_before, empty."""
    con.execute(NOTHING)


def compare_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables row_change and row_count against the database attached as `previous`.

    Senders of whom nothing came, tonight or then, are left aside, and so are those whose files are the same.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sender AS SELECT register FROM (SELECT DISTINCT register FROM record) "
        "SEMI JOIN (SELECT DISTINCT register FROM previous.main.record) USING (register) WHERE register IS NOT NULL"
    )
    now = FILES.format(catalog="", run="SELECT run_id FROM parameter")
    con.execute(SAME.format(now=now, before=FILES.format(catalog="previous.main.", run=NEWEST)))
    con.execute(history_sql("rows").format(content=f"hash({', '.join(CONTENT)})"))


def note_changed_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Fill rows_changed with the persons whose rows differ from those of the attached database.

    absent_before gets the registers that it has no rows of.
    """
    compare_rows(con)
    con.execute(PERSONS)
    con.execute("INSERT INTO laid_beside SELECT 'before'")
    con.execute(ABSENT)
