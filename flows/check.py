"""padan check: read and validate the sources, tell what would happen to them, change nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl

from flows.config import Config
from flows.gates import Gate
from flows.intake import take_in
from flows.open_villages import proposals
from flows.parts import stage_in_parts
from flows.previous import attached, columns_of
from flows.publish import newest_first
from flows.pull import pull
from flows.sources.fetch import fetch
from reports.feedback import write_feedback
from schemas.errors import UsageError

Say = Callable[[str], None]
REASONS_SHOWN = 20
FAULTS_SHOWN = 40
RUN = "check"
# The figures of earlier nights beside tonight's, so that the workbooks can show the months.
EARLIER = "insert into source_quality by name select {columns} from previous.source_quality"


def check(config: Config, as_of: date, say: Say, out: Path | None = None) -> int:
    """Say what arrived with its grade, what would be quarantined and why, and which gates would hold a run; 0, or 3.

    The published databases are only read; everything else is in a temporary folder. out: a folder for the senders'
    workbooks, the same that a run writes; raises UsageError when it cannot be written.
    """
    databases = newest_first(config.output_folder)
    with (
        tempfile.TemporaryDirectory(prefix="padan-") as folder,
        duckdb.connect(str(Path(folder) / "work.duckdb")) as con,
    ):
        con.execute("SET enable_progress_bar = false; SET autoinstall_known_extensions = false")
        arrived = fetch(config, Path(folder) / "fetched", as_of, keep=False)
        pulled = pull(config, arrived, Path(folder) / "pulled")
        kinds = stage_in_parts(con, pulled, config, as_of, RUN)
        taken = take_in(con, pulled, kinds, config, RUN, as_of, databases)
        _files(taken.files, taken.quality, say)
        _faults(con, say)
        _quarantine(con, say)
        _open_villages(con, say)
        books = _books(con, databases, config.run.province, as_of, out) if out is not None else []
    held = [gate for gate in taken.judged if not gate.passed]
    say("")
    for gate in taken.judged:
        if label := _label(gate):
            say(f"  {label}: {gate.sentence}")
    if books:
        say(f"  {len(books)} workbooks for the senders in {out}")
    say("A run would be held back." if held else "A run would go through.")
    return 3 if held else 0


def _label(gate: Gate) -> str | None:
    if not gate.passed:
        return "held"
    return {"last_good": "last good rows", "last_good_unused": "last good rows"}.get(gate.code)


def _files(files: pl.DataFrame, quality: pl.DataFrame, say: Say) -> None:
    graded = quality.select("source", "owner_code", "file", "grade", "reason")
    told = files.join(graded, on=["source", "owner_code", "file"], how="left", nulls_equal=True, maintain_order="left")
    say(f"{'source':<22}{'file':<38}{'read':>10}{'accepted':>10}{'quarant.':>10}")
    # A line a file, not a row of data.
    for row in told.iter_rows(named=True):
        say(
            f"{row['source']:<22}{row['file']:<38}{row['rows_read'] or 0:>10}"
            f"{row['rows_accepted']:>10}{row['rows_quarantined']:>10}"
        )
        if row["problem_text"]:
            say(f"    ! {row['problem_text']}")
        if row["grade"]:
            say(f"    grade {row['grade']}" + (f": {row['reason']}" if row["problem_text"] is None else ""))
        if row["rows_stood_in"]:
            say(f"    instead {row['rows_stood_in']:,} rows of {row['stale_since']:%d-%m-%Y}")


def _open_villages(con: duckdb.DuckDBPyConnection, say: Say) -> None:
    """Villages that were named and not found, with what each may mean; nothing is accepted that is merely alike."""
    found = list(islice(proposals(con), REASONS_SHOWN))
    if found:
        say("\nDesa yang belum dikenali / villages not found:")
    for sentence in found:
        say(sentence)


def _faults(con: duckdb.DuckDBPyConnection, say: Say) -> None:
    rows = con.execute(
        "SELECT treatment, rows, source, file, column_name, text FROM source_fault ORDER BY ALL LIMIT ?", [FAULTS_SHOWN]
    ).fetchall()
    if rows:
        say("\nRepaired, lost, or left out:")
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


def _books(
    con: duckdb.DuckDBPyConnection, databases: tuple[Path, ...], province: str, as_of: date, out: Path
) -> list[Path]:
    """Write the senders' workbooks from the work database."""
    with attached(con, databases[0] if databases else None) as there:
        known = columns_of(con, "source_quality", "previous") if there else ()
        own = columns_of(con, "source_quality")
        if columns := ", ".join(name for name in known if name in own):
            con.execute(EARLIER.format(columns=columns))
    try:
        return write_feedback(con, out, RUN, as_of, province)
    except OSError as error:
        raise UsageError(f"The workbooks cannot be written in {out}: {error.strerror}.") from None
