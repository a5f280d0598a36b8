"""What became of the findings since the last night and since a month ago, by regency and class (`finding_change`)."""

from __future__ import annotations

import duckdb

from flows.history_sql import history_sql, stood_sql

KEPT = "finding_id, code, regency_code, state, rupiah_per_month, is_primary"
# The run to compare with: the last one of an earlier day; the last one that is at least a month back.
THEN = {
    "night": "chain.as_of < m.as_of",
    "month": "chain.as_of <= m.as_of - INTERVAL 1 MONTH",
}


def keep_states(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables then_night and then_month, the findings as they stood in these nights, and then_day.

    Needs chain, known and parameter, and the database before attached as `previous` where chain has a run. then_day
    (since, as_of) has a row for each of the two nights that there was.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE then_day (since VARCHAR, as_of DATE)")
    for since, condition in THEN.items():
        con.execute(
            "CREATE OR REPLACE TEMP TABLE chain_then AS WITH earlier AS "
            f"(SELECT chain.run_id, chain.as_of, step FROM chain, parameter AS m WHERE {condition}) "
            "SELECT run_id, as_of, step - (SELECT min(step) FROM earlier) AS step FROM earlier"
        )
        con.execute(f"INSERT INTO then_day SELECT '{since}', as_of FROM chain_then WHERE step = 0")
        whole, run = (_count(con, name) for name in ("chain", "chain_then"))
        stood = f"({stood_sql('previous.main.', 'temp.chain_then')})"
        source = "known WHERE FALSE" if not run else "known" if run == whole else stood
        con.execute(f"CREATE OR REPLACE TEMP TABLE then_{since} AS SELECT {KEPT} FROM {source}")


def count_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Fill finding_change from then_night and then_month, the temporary table night and the table finding."""
    for since in THEN:
        con.execute(history_sql("change").format(since=since))


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
