"""The audit of a new database before it becomes current: what must hold of its rows, whatever the sources sent."""

from collections.abc import Mapping

import duckdb

from schemas.errors import PadanError
from schemas.tables import load_tables

# What must not be, in words, and a query that counts it. {new} is the catalog of the new file.
NEVER = {
    "a record without its one link": "SELECT count(*) FROM {new}.record ANTI JOIN {new}.link USING (record_id)",
    "a link without its record": "SELECT count(*) FROM {new}.link ANTI JOIN {new}.record USING (record_id)",
    "a link without its person": "SELECT count(*) FROM {new}.link ANTI JOIN {new}.person USING (person_id)",
    "a person without a record": "SELECT count(*) FROM {new}.person ANTI JOIN {new}.link USING (person_id)",
    "a pair without its records": (
        "SELECT count(*) FROM {new}.pair AS p ANTI JOIN {new}.record AS r ON r.record_id = p.left_record_id "
        "UNION ALL SELECT count(*) FROM {new}.pair AS p ANTI JOIN {new}.record AS r ON r.record_id = p.right_record_id"
    ),
    "a finding of an undeclared class": "SELECT count(*) FROM {new}.finding ANTI JOIN {new}.finding_type USING (code)",
    "an open finding without its person": (
        "SELECT count(*) FROM {new}.finding ANTI JOIN {new}.person USING (person_id) "
        "WHERE state = 'open' AND finding.person_id IS NOT NULL"
    ),
    "an open finding without records": (
        "SELECT count(*) FROM {new}.finding "
        "WHERE state = 'open' AND person_id IS NOT NULL AND coalesce(len(record_ids), 0) = 0"
    ),
    "a finding that names a record which is not there": (
        "SELECT count(*) FROM (SELECT unnest(record_ids) AS record_id FROM {new}.finding) "
        "ANTI JOIN {new}.record USING (record_id)"
    ),
    "a person with two primary findings": (
        "SELECT count(*) FROM (SELECT person_id FROM {new}.finding WHERE is_primary "
        "AND person_id IS NOT NULL GROUP BY person_id HAVING count(*) > 1)"
    ),
    "a person with open findings and no primary one": (
        "SELECT count(*) FROM (SELECT person_id FROM {new}.finding WHERE state = 'open' AND person_id IS NOT NULL "
        "GROUP BY person_id HAVING NOT bool_or(is_primary))"
    ),
    "an indicator without denominator": (
        "SELECT count(*) FROM {new}.indicator WHERE coalesce(denominator, 0) <= 0 "
        "UNION ALL SELECT count(*) FROM {new}.indicator_part WHERE coalesce(denominator, 0) <= 0"
    ),
    "a payer of nobody": "SELECT count(*) FROM {new}.payer ANTI JOIN {new}.person USING (person_id)",
    "a table, view or column without a comment": (
        "SELECT count(*) FROM (SELECT comment FROM duckdb_tables() WHERE database_name = '{new}' "
        "UNION ALL SELECT comment FROM duckdb_views() WHERE database_name = '{new}' AND NOT internal "
        "UNION ALL SELECT comment FROM duckdb_columns() WHERE database_name = '{new}') WHERE coalesce(comment, '') = ''"
    ),
}


def audit(con: duckdb.DuckDBPyConnection, new: str, expected: Mapping[str, int]) -> None:
    """Check the database attached as `new`; raises PadanError naming the first thing that does not hold.

    expected: table name -> number of rows it must have.
    """
    for name, rows in expected.items():
        if _one(con, f"SELECT count(*) FROM {new}.{name}") != rows:
            raise PadanError(
                f"The audit of the new database failed: the table {name} does not have the rows it was given."
            )
    for table in load_tables().values():
        if table.key:
            key = ", ".join(table.key)
            # The rows of earlier runs were looked at in their night.
            own = table.keeps_earlier_runs and "run_id" in table.key
            written = f"{new}.{table.name}" + (f" WHERE run_id = (SELECT run_id FROM {new}.parameter)" if own else "")
            doubled = _one(con, f"SELECT count(*) FROM (SELECT {key} FROM {written} GROUP BY ALL HAVING count(*) > 1)")
            if doubled:
                raise PadanError(f"The audit of the new database failed: {table.name} has keys ({key}) more than once.")
    for what, query in NEVER.items():
        if _one(con, f"SELECT sum(#1) FROM ({query.format(new=new)})"):
            raise PadanError(f"The audit of the new database failed: there is {what}.")


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
