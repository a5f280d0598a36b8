"""Publish: write the declared tables into a new file, audit it, and make it current in one atomic step.

`<output>/padan.duckdb` is a link to `<output>/versions/padan-<run_id>.duckdb`. A published file is never opened for
writing again; whoever has the old one open keeps it, whoever opens the link next sees the new one. Beside it lies
what its run left for the next one's matching (`flows.match_state`), in a folder that comes and goes with it.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from flows.history_sql import as_of_macro
from flows.parameter import fresh_table
from flows.previous import attached, columns_of
from flows.publish_audit import audit
from schemas.errors import PadanError, UsageError
from schemas.tables import Table, comment_statements, create_statement, load_tables, quoted, with_extras
from schemas.views import load_views, view_statements

if TYPE_CHECKING:
    from flows.match import How

LINK = "padan.duckdb"
VERSIONS = "versions"
WORK = ".work"
REPORTS = "reports"
EARLIER = ".earlier"
NEW = "published"
# Read by every DuckDB from 1.4 on; the newest format only by the newest client.
STORAGE_VERSION = "v1.4.0"


def current(output: Path) -> Path | None:
    """The file of the database that is published in the folder `output`, or None when there is none."""
    link = output / LINK
    return link.resolve() if link.exists() else None


def published(output: Path) -> Path:
    """The file of the database that is published in the folder `output`; raises UsageError when there is none."""
    database = current(output)
    if database is None:
        raise UsageError(f"No database has been published in {output} yet; run padan run first.")
    return database


def state_folder(database: Path) -> Path:
    """The folder of what the run that made a database left for the next one's matching."""
    return database.with_suffix(".state")


def file_name(run_id: str) -> str:
    """The name of the file of a run's database."""
    return f"padan-{run_id}.duckdb"


def newest_first(output: Path) -> tuple[Path, ...]:
    """The databases published in the folder `output`: the current one, then the older ones that are kept."""
    now = current(output)
    if now is None:
        return ()
    older = sorted((output / VERSIONS).glob("padan-*.duckdb"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return (now, *(path for path in older if path != now))


def open_published(output: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published database of the folder `output`; raises UsageError when there is none."""
    database = published(output)
    try:
        return duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise PadanError(f"The published database {database.name} cannot be opened.") from error


def describe_run(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    as_of: date,
    started: datetime,
    finished: datetime,
    config_hash: str,
    how: How | None = None,
) -> None:
    """Fill the table `run` of the work database with this run; the model's version is that of its table `model`.

    `how` is how the run was matched, None when it was not. The run that its history goes on from is that of the table
    `history_base`, where it is there.
    """
    version = con.execute("SELECT any_value(model_version) FROM model").fetchone() if columns_of(con, "model") else None
    base = con.execute("SELECT run_id FROM history_base").fetchone() if columns_of(con, "history_base") else None
    fresh_table(con, "run")
    con.execute(
        "INSERT INTO run BY NAME SELECT $run_id AS run_id, $as_of AS as_of, $started AS started_at, "
        "$finished AS finished_at, 'published' AS status, $version AS model_version, $config_hash AS config_hash, "
        "$matching AS matching, $reason AS matching_reason, $changed AS changed_share, $model_day AS model_as_of, "
        "$history_from AS history_from",
        {
            "run_id": run_id,
            "as_of": as_of,
            "started": started.astimezone(UTC).replace(tzinfo=None),
            "finished": finished.astimezone(UTC).replace(tzinfo=None),
            "version": version[0] if version else None,
            "config_hash": config_hash,
            "matching": how and how.kind,
            "reason": how and how.reason,
            "changed": how and how.changed,
            "model_day": how and how.model_day,
            "history_from": base[0] if base else None,
        },
    )


def build(con: duckdb.DuckDBPyConnection, run_folder: Path, output: Path, run_id: str) -> Path:
    """Write the declared tables into a new file in `run_folder`, audit it, and give its path.

    con: the work database, with the tables of schemas/tables as the stages filled them; a table or column that no
    stage made is built empty. The history of runs is carried over from the database published in `output`.
    Raises PadanError when the disk is full or the audit finds the file wrong; then nothing of the file is left.
    """
    built = run_folder / file_name(run_id)
    try:
        _write(con, built, current(output))
        with built.open("rb") as handle:
            os.fsync(handle.fileno())
        built.chmod(0o440)
    except BaseException as error:
        built.unlink(missing_ok=True)
        built.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        if isinstance(error, (OSError, duckdb.Error)):
            raise PadanError(what_failed(error, output)) from None
        raise
    return built


def make_current(built: Path, pages: Path | None, output: Path, as_of: date, keep: int, keep_months: int = 0) -> Path:
    """Make a built database the published one, in one atomic step, and give its new path; its state goes with it.

    pages: the folder with the night's reports, which takes the place of `<output>/reports/<as_of>`; None leaves the
    reports alone. keep: how many published databases stay, the new one included; older ones are deleted, but for the
    last one of each of `keep_months` months before that of as_of.
    Raises PadanError, with the published database and reports as they were, when anything fails before the step.
    """
    target = output / VERSIONS / built.name
    if target == current(output):
        raise PadanError(f"The database {target.name} has been published already.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if state_folder(built).exists():
            state_folder(built).replace(state_folder(target))
        built.replace(target)
        _sync(target.parent)
        with _pages_in_place(pages, output / REPORTS / as_of.isoformat()):
            _swap(output, target)
    except OSError as error:
        if current(output) != target:
            _remove(target)
        raise PadanError(what_failed(error, output)) from None
    _prune(target, max(keep, 1), _months_before(as_of, keep_months))
    return target


def sweep(output: Path) -> None:
    """Undo what a killed run left half done in the folder `output`; for the start of a run, when no other is under way.

    `.work/<run_id>` is there only while a run is, so the ids that stand there are of killed runs. Unless such a run had
    come to its last step, its database and its reports were never the published ones: they go, the earlier ones return.
    """
    published = current(output)
    left = [(folder.name, output / VERSIONS / f"padan-{folder.name}.duckdb") for folder in (output / WORK).glob("*")]
    killed = {run_id: database for run_id, database in left if published is None or database.name != published.name}
    for database in killed.values():
        _remove(database)
    for summary in (output / REPORTS).glob("*/summary.json") if killed else ():
        if any(f'"{run_id}"' in summary.read_text(encoding="utf-8") for run_id in killed):
            shutil.rmtree(summary.parent)
    for earlier in (output / REPORTS).glob(f".*{EARLIER}"):
        place = earlier.with_name(earlier.name.removeprefix(".").removesuffix(EARLIER))
        if place.exists():
            shutil.rmtree(earlier, ignore_errors=True)
        else:
            earlier.rename(place)
    shutil.rmtree(output / WORK, ignore_errors=True)


@contextmanager
def _pages_in_place(pages: Path | None, place: Path) -> Iterator[None]:
    """Put the reports in their place while the block runs; when it fails, the earlier ones come back."""
    if pages is None:
        yield
        return
    earlier = place.with_name(f".{place.name}{EARLIER}")
    shutil.rmtree(earlier, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(earlier)
    try:
        pages.rename(place)
        yield
    except BaseException:
        if place.exists():
            place.rename(pages)
        if earlier.exists():
            earlier.rename(place)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _write(con: duckdb.DuckDBPyConnection, built: Path, previous: Path | None) -> None:
    """Write every declared table with its comments into the new file and audit it there."""
    built.parent.mkdir(parents=True, exist_ok=True)
    built.unlink(missing_ok=True)
    con.execute(f"ATTACH {quoted(str(built))} AS {NEW} (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        _declare(con)
        with attached(con, previous) as there:
            expected = {table.name: _copy(con, table, there) for table in load_tables().values()}
        audit(con, NEW, expected)
        con.execute(f"CHECKPOINT {NEW}")
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("ROLLBACK")
        with suppress(duckdb.Error):  # after a full disk the detach fails too; the first error is the one to tell
            con.execute(f"DETACH {NEW}")
        raise
    con.execute(f"DETACH {NEW}")


def _declare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the declared tables and views, commented, in one transaction: each alone would wait for the disk."""
    con.execute("BEGIN")
    for table in load_tables().values():
        work = columns_of(con, table.name)
        con.execute(create_statement(table, NEW, work))
        for statement in comment_statements(table, NEW, work):
            con.execute(statement)
    for view in load_views().values():
        for statement in view_statements(view, NEW):
            con.execute(statement)
    with _at_home_in(con, NEW):
        for statement in as_of_macro(NEW):
            con.execute(statement)
    con.execute("COMMIT")


@contextmanager
def _at_home_in(con: duckdb.DuckDBPyConnection, catalog: str) -> Iterator[None]:
    """Take names without a catalog from this one while the block runs: a macro's are looked up when it is made."""
    row = con.execute("SELECT current_database()").fetchone()
    con.execute(f"USE {catalog}")
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # a failed transaction takes no more statements; it is undone, and this with it
            con.execute(f'USE "{row[0] if row else "memory"}"')


def _copy(con: duckdb.DuckDBPyConnection, table: Table, there: bool) -> int:
    """Write one table: the rows of earlier runs where they are kept, then this run's. Gives the rows it must have."""
    work = columns_of(con, table.name)
    columns = {column.name for column in with_extras(table, work)}
    rows = 0
    earlier = columns_of(con, table.name, "previous") if there and table.keeps_earlier_runs else ()
    for catalog, found in (("previous.", earlier), ("", work)):
        kept = ", ".join(f'"{name}"' for name in found if name in columns)
        if kept:
            # In one order, whatever order the stages wrote in: equal runs give equal tables; earlier ones lie in it.
            order = f"ORDER BY {', '.join(name for name in table.key if name in found) or 'ALL'}" if not catalog else ""
            con.execute(f"INSERT INTO {NEW}.{table.name} BY NAME SELECT {kept} FROM {catalog}main.{table.name} {order}")
            rows += _rows(con, f"{catalog}main.{table.name}")
    return rows


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _sync(folder: Path) -> None:
    """Bring a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swap(output: Path, target: Path) -> None:
    """Point the link at the new file: a link of another name is made first and then takes the old one's place."""
    new_link = output / f".{LINK}.new"
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(Path(VERSIONS) / target.name)
    new_link.replace(output / LINK)
    _sync(output)


def _months_before(as_of: date, number: int) -> tuple[str, ...]:
    """The months before that of a day, as they begin in a run's id: 2026-01-20 and 2 -> 202512, 202511."""
    first = as_of.year * 12 + as_of.month - 1
    return tuple(f"{month // 12:04d}{month % 12 + 1:02d}" for month in range(first - 1, first - 1 - number, -1))


def _prune(target: Path, keep: int, months: tuple[str, ...]) -> None:
    """Delete all but the `keep` newest published files and the last of each of `months`; the current one always stays.

    Of what stays for its month alone the state goes: no night goes on from it.
    """
    files = sorted(target.parent.glob("padan-*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    last = {month: path for path in files for month in months if path.name.startswith(f"padan-{month}")}
    for old in [path for path in files if path != target][: -(keep - 1) or None]:
        with suppress(OSError):  # the new one is published whatever becomes of the old
            if old in last.values():
                shutil.rmtree(state_folder(old), ignore_errors=True)
            else:
                _remove(old)


def _remove(database: Path) -> None:
    """Delete a version: the database, and its state."""
    database.unlink(missing_ok=True)
    shutil.rmtree(state_folder(database), ignore_errors=True)


def disk_is_full(error: Exception) -> bool:
    """Whether an error of the operating system or of DuckDB says that there is no room left to write."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return True
    text = str(error)
    return any(sign in text for sign in ("No space left", "File too large", "Disk quota exceeded"))


def what_failed(error: Exception, output: Path) -> str:
    """One plain sentence for an operator; DuckDB's own text may hold a row's values and is not passed on."""
    if disk_is_full(error):
        return f"The disk is full: the new database could not be written in {output}; the previous one still stands."
    reason = error.strerror if isinstance(error, OSError) else type(error).__name__
    return f"The new database could not be written in {output} ({reason}); the previous one still stands."
