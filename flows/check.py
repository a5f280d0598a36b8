"""padan check: read and validate the sources, tell what would happen to them, change nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows import gates, staging, validate
from flows.config import Config
from flows.parts import stage_in_parts
from flows.publish import current
from flows.pull import pull

Say = Callable[[str], None]
REASONS_SHOWN = 20
FAULTS_SHOWN = 40


def check(config: Config, as_of: date, say: Say) -> int:
    """Say what arrived, what would be quarantined and why, and which gates would hold a run; 0, or 3 when one would.

    The published database is only read, for the counts of the last run; everything else is in a temporary folder.
    """
    with (
        tempfile.TemporaryDirectory(prefix="padan-") as folder,
        duckdb.connect(str(Path(folder) / "work.duckdb")) as con,
    ):
        con.execute("SET enable_progress_bar = false; SET autoinstall_known_extensions = false")
        pulled = pull(config, Path(folder) / "pulled")
        kinds = stage_in_parts(con, pulled, config.run.province, as_of, "check")
        staging.keep_unreadable(con, pulled.quarantine)
        verdicts = validate.validate(con, kinds, "check")
        accepted = staging.accept(con)
        files = staging.source_file_rows(con, pulled.files, "check")
        before = gates.previous_counts(current(config.output_folder))
        judged = gates.gates(files, verdicts, accepted, before, config.gates)
        _files(files, say)
        _faults(con, say)
        _quarantine(con, say)
    held = [gate for gate in judged if not gate.passed]
    say("")
    for gate in held:
        say(f"  held: {gate.sentence}")
    say("A run would be held back." if held else "A run would go through.")
    return 3 if held else 0


def _files(files: pl.DataFrame, say: Say) -> None:
    say(f"{'source':<22}{'file':<38}{'read':>10}{'accepted':>10}{'quarant.':>10}")
    # A line a file, not a row of data.
    for row in files.iter_rows(named=True):
        say(
            f"{row['source']:<22}{row['file']:<38}{row['rows_read'] or 0:>10}"
            f"{row['rows_accepted']:>10}{row['rows_quarantined']:>10}"
        )
        if row["problem_text"]:
            say(f"    ! {row['problem_text']}")


def _faults(con: duckdb.DuckDBPyConnection, say: Say) -> None:
    rows = con.execute(
        "SELECT treatment, rows, source, file, column_name, text FROM source_fault ORDER BY ALL LIMIT ?", [FAULTS_SHOWN]
    ).fetchall()
    if rows:
        say("\nRepaired, marked as lost, or left out:")
    for treatment, count, source, file, column, text in rows:
        say(f"{count:>8}  {treatment:<9} {source} {file}{f', {column}' if column else ''}: {text}")


def _quarantine(con: duckdb.DuckDBPyConnection, say: Say) -> None:
    rows = con.execute(
        "SELECT source, file, reason, count(*) FROM quarantine GROUP BY ALL "
        "ORDER BY count(*) DESC, source, file, reason LIMIT ?",
        [REASONS_SHOWN],
    ).fetchall()
    if rows:
        say("\nQuarantined:")
    for source, file, reason, count in rows:
        say(f"{count:>8}  {source} {file}: {reason}")
