"""The history of findings: what opened, closed, opened again, moved or could not be tested, night after night.

A run goes on from a base: the newest run before it of the same day or an earlier one. So another run for the same day
adds what differs and nothing else, and a run for a past day is a view of that day that later days do not go on from.
The rules are in schemas/history/*.sql; here is their order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.config_history import STANDARD_HISTORY, STANDARD_MASS_CHANGE, History, MassChange
from flows.finding_change import count_changes, keep_states
from flows.history_sql import history_sql, stood_sql
from flows.judged import judge_findings
from flows.mass_change import find_mass_changes, name_mass_changes
from flows.parameter import fresh_table
from flows.previous import attached, columns_of
from flows.row_changes import note_changed_rows, nothing_compared
from flows.rule_changes import note_changed_rules

# What a database must have for its history to be gone on from.
KNOWN = {"finding_id", "discriminator", "registers", "closed_on", "times_reopened"}
STATE = (
    "finding_id, code, is_primary, person_id, discriminator, registers, owner_code, regency_code, village_code, "
    "severity, actor, action, rupiah_per_month, detail, first_seen, open_since, last_seen, closed_on, "
    "times_reopened, state"
)
BASE = """
SELECT run_id FROM previous.run WHERE as_of <= $as_of ORDER BY as_of DESC, finished_at DESC, run_id DESC LIMIT 1
"""
NEWEST = "SELECT run_id FROM previous.run ORDER BY finished_at DESC, run_id DESC LIMIT 1"
CHAIN = """
CREATE OR REPLACE TEMP TABLE chain AS
WITH RECURSIVE chain(run_id, history_from, as_of, step) AS (
    SELECT run_id, history_from, as_of, 0 FROM previous.run WHERE run_id = $base
    UNION ALL
    SELECT r.run_id, r.history_from, r.as_of, step + 1
    FROM chain JOIN previous.run AS r ON r.run_id = chain.history_from
)
SELECT run_id, as_of, step FROM chain
"""
# Those that left `finding` long ago, though they are found again, have the id of a new one, or were of a person who has
# an heir tonight.
WANTED = """
CREATE OR REPLACE TEMP TABLE wanted AS
WITH fresh AS (
    SELECT key, code, person_id, discriminator FROM found ANTI JOIN known ON known.finding_id = found.key
), meant AS (
    SELECT finding_id FROM previous.finding_event SEMI JOIN fresh USING (code, person_id, discriminator)
    UNION
    SELECT finding_id FROM previous.finding_event SEMI JOIN fresh ON fresh.key = finding_event.finding_id
    UNION
    SELECT finding_id FROM previous.finding_event SEMI JOIN moved ON moved.person = finding_event.person_id
)
SELECT finding_id FROM meant ANTI JOIN known USING (finding_id)
"""
ONLY_WANTED = "WHERE e.finding_id IN (SELECT finding_id FROM wanted)"
# What earlier runs of this day told.
DAY_EVENTS = """
CREATE OR REPLACE TEMP TABLE day_event AS
SELECT finding_id, event, mass_change_id
FROM previous.finding_event AS e JOIN chain USING (run_id) JOIN parameter AS m ON m.as_of = chain.as_of
"""
# Persons who were taken over or parted in the runs since the base, tonight's last, each run after the other.
RUNS_SINCE = """
SELECT run_id FROM previous.run
WHERE (finished_at, run_id) > (SELECT (finished_at, run_id) FROM previous.run WHERE run_id = $base)
ORDER BY finished_at, run_id
"""
TAKE_OVER = """
CREATE OR REPLACE TEMP TABLE moved AS
WITH merged AS (
    SELECT other_person_id AS person, person_id AS heir FROM {event} WHERE run_id = $run_id AND event = 'merge'
)
SELECT moved.person, coalesce(merged.heir, moved.heir) AS heir FROM moved LEFT JOIN merged ON merged.person = moved.heir
UNION ALL
SELECT person, heir FROM merged ANTI JOIN moved USING (person)
"""
PART = """
INSERT INTO parted
SELECT person_id, other_person_id FROM {event} WHERE run_id = $run_id AND event = 'split'
"""


@dataclass(frozen=True)
class Base:
    """The run that tonight goes on from, and whether the attached database is the one that it made."""

    run_id: str
    is_newest: bool


def keep_history(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    present: Collection[str],
    previous: Path | None,
    history: History = STANDARD_HISTORY,
    mass_change: MassChange = STANDARD_MASS_CHANGE,
) -> None:
    """Fill finding, finding_event, finding_change, mass_change and history_base of the work database.

    Needs the tables record, link, person, person_event, decision, rule, parameter, finding_type and source_file, and
    the temporary ones `found` (a row a finding, with its `key`) and `unreached`, and the macros of finding_key.sql.
    present: the kinds that arrived. previous: the database published before, or None; it is read and not changed.
    """
    for table in ("finding", "finding_event", "finding_change", "mass_change"):
        fresh_table(con, table)
    con.execute("CREATE OR REPLACE TEMP TABLE present AS SELECT unnest($kinds) AS kind", {"kinds": sorted(present)})
    with attached(con, previous) as there:
        base = _base(con, as_of) if there else None
        _read_base(con, base)
        keep_states(con)
    con.execute(f"CREATE OR REPLACE TABLE history_base AS SELECT {'$base' if base else 'NULL::VARCHAR'} AS run_id",
                {"base": base.run_id} if base else {})  # fmt: skip
    _run(con, "placed")
    _run(con, "life")
    judge_findings(con)
    databases = _databases(con, previous, base)
    compared = _note_what_changed(con, databases)
    find_mass_changes(con, [(day, path) for day, path in databases if day < as_of], compared, mass_change)
    _run(con, "events")
    name_mass_changes(con)
    con.execute(history_sql("findings"), {"closed_days": history.closed_days})
    count_changes(con)


def _run(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute(history_sql(name))


def _base(con: duckdb.DuckDBPyConnection, as_of: date) -> Base | None:
    """The run to go on from; None when there is none, or the attached database has no history."""
    if not columns_of(con, "finding_event", "previous") or not set(columns_of(con, "finding", "previous")) >= KNOWN:
        return None
    row = con.execute(BASE, {"as_of": as_of}).fetchone()
    newest = con.execute(NEWEST).fetchone()
    return Base(str(row[0]), row == newest) if row else None


def _read_base(con: duckdb.DuckDBPyConnection, base: Base | None) -> None:
    """Make the temporary tables chain, known, moved and parted; without a base they are empty."""
    con.execute("CREATE OR REPLACE TEMP TABLE chain (run_id VARCHAR, as_of DATE, step INTEGER)")
    con.execute("CREATE OR REPLACE TEMP TABLE moved (person VARCHAR, heir VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE parted (person VARCHAR, origin VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE day_event (finding_id VARCHAR, event VARCHAR, mass_change_id VARCHAR)")
    if base is None:
        con.execute(f"CREATE OR REPLACE TEMP TABLE known AS SELECT {STATE} FROM finding")
        return
    con.execute(CHAIN, {"base": base.run_id})
    con.execute(DAY_EVENTS)
    stood = stood_sql("previous.main.", "temp.chain")
    read = "FROM previous.main.finding" if base.is_newest else f"FROM ({stood})"
    con.execute(f"CREATE OR REPLACE TEMP TABLE known AS SELECT {STATE} {read}")
    tonight = con.execute("SELECT run_id FROM parameter").fetchall()[0][0]
    runs = [
        ("previous.main.person_event", run_id)
        for (run_id,) in con.execute(RUNS_SINCE, {"base": base.run_id}).fetchall()
    ]
    for event, run_id in (*runs, ("person_event", tonight)):
        con.execute(TAKE_OVER.format(event=event), {"run_id": run_id})
        con.execute(PART.format(event=event), {"run_id": run_id})
    # Who has rows tonight was taken over by nobody, whatever a run in between said.
    con.execute("DELETE FROM moved WHERE person IN (SELECT person_id FROM person)")
    if base.is_newest:
        con.execute(WANTED)
        con.execute(f"INSERT INTO known {stood_sql('previous.main.', 'temp.chain', ONLY_WANTED)}")
        con.execute("DROP TABLE wanted")


def _databases(con: duckdb.DuckDBPyConnection, previous: Path | None, base: Base | None) -> list[tuple[date, Path]]:
    """The databases of the runs that tonight goes on from, as far as they are kept, newest first, with their days."""
    found = []
    for run_id, as_of in con.execute("SELECT run_id, as_of FROM chain ORDER BY step").fetchall():
        if previous is not None and base is not None:
            its_own = base.is_newest and run_id == base.run_id
            path = previous if its_own else previous.resolve().with_name(f"padan-{run_id}.duckdb")
            if path.exists():
                found.append((as_of, path))
    return found


def _note_what_changed(con: duckdb.DuckDBPyConnection, databases: list[tuple[date, Path]]) -> Path | None:
    """Make rows_changed and rules_changed, for the causes, by the newest database there is; gives which that was."""
    nothing_compared(con)
    if not databases:
        return None
    _, path = databases[0]
    with attached(con, path):
        note_changed_rules(con)
        note_changed_rows(con)
    return path
