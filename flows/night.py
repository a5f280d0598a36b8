"""One night's reconciliation: the order of the stages, and nothing else.

The same order runs in the foreground (`padan run`) and as a Prefect flow (`flows/nightly.py`): both hand in a `Step`,
which calls a stage, times it and says how it went.
"""

from __future__ import annotations

import hashlib
import shutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import duckdb

from flows import gates, publish
from flows.comparison_table import store_comparisons
from flows.config import Config
from flows.find import find
from flows.intake import take_in
from flows.judged import take_decisions
from flows.link_errors import store_link_errors
from flows.lock import run_lock
from flows.match import How, Matched, match
from flows.match_state import write_state
from flows.matching import person_spec, store_model
from flows.parts import stage_in_parts
from flows.people import resolve_people
from flows.pull import Pulled, pull
from flows.regions import store_regions
from flows.sources.fetch import fetch
from matchers.link import Linkage
from reports.feedback import write_feedback
from reports.feedback_rows import FOLDER
from reports.files import write_reports
from schemas.errors import PadanError
from schemas.rules import load_rules

T = TypeVar("T")
# How often a stage that reaches outside this machine is tried again.
OUTSIDE = 3
# A panic of a library written in Rust (Polars, calamine) is no Exception, and each has a class of its own.
PANIC = "PanicException"
# What DuckDB may keep in memory beside the frames; beyond it, it spills into the run's folder.
MEMORY = "3GB"
# Where in the program an unforeseen error arose; in the output folder.
FAILURE = "failure.txt"


class Step(Protocol):
    """Calls one stage of the night. `retries` is how often a stage that touches the outside world is tried again."""

    def __call__(self, name: str, stage: Callable[[], T], retries: int = 0) -> T: ...


@dataclass(frozen=True)
class Outcome:
    """What a published run leaves behind; `counts` holds figures of the night and no personal value."""

    run_id: str
    as_of: date
    database: Path
    report: Path
    counts: dict[str, int]


@dataclass(frozen=True)
class Night:
    """One run: its configuration, its day, its id and start (UTC), its folder and its work database.

    `tell` takes a plain sentence for the operator.
    """

    config: Config
    as_of: date
    run_id: str
    started: datetime
    folder: Path
    con: duckdb.DuckDBPyConnection
    tell: Callable[[str], None]

    @property
    def previous(self) -> Path | None:
        """The database that is published when the run begins."""
        return publish.current(self.config.output_folder)


def run_night(config: Config, as_of: date, step: Step, tell: Callable[[str], None]) -> Outcome:
    """Reconcile once and publish; `tell` takes what an operator should know besides, in plain sentences.

    Raises Held when a gate holds the run back or another run is under way, PadanError with one plain sentence on
    anything else. Whatever happens the published database stays whole: the old one until the last step, then the new.
    """
    output = config.output_folder
    with run_lock(output):
        started = datetime.now(UTC)
        run_id = _run_id(output, as_of, started)
        folder = output / publish.WORK / run_id
        try:
            _make_room(output, folder)
            with duckdb.connect(str(folder / "work.duckdb")) as con:
                con.execute(f"SET memory_limit = '{MEMORY}'")
                con.execute("SET enable_progress_bar = false; SET autoinstall_known_extensions = false")
                return _stages(Night(config, as_of, run_id, started, folder, con, tell), _guarded(step, output))
        except (duckdb.Error, OSError) as error:
            raise PadanError(publish.what_failed(error, output)) from None
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _stages(night: Night, step: Step) -> Outcome:
    config = night.config
    arrived = step("fetch", lambda: fetch(config, night.folder / "fetched", night.as_of), retries=OUTSIDE)
    pulled = step("pull", lambda: pull(config, arrived, night.folder / "pulled"), retries=OUTSIDE)
    kinds = step("standardise", lambda: _standardise(night, pulled))
    step("validate", lambda: _validate(night, pulled, kinds))
    matched = [step("match", lambda: _match(night))]
    how = matched[0].how
    night.tell(how.sentence)
    step("people", lambda: _people(night, matched.pop().linkage))
    step("find", lambda: _find(night))
    built = step("audit", lambda: _build(night, how))
    pages = step("report", lambda: _report(night, built))
    step("publish", lambda: _publish(night, built, pages))
    output = config.output_folder
    report = output / "reports" / night.as_of.isoformat() / "index.html"
    return Outcome(night.run_id, night.as_of, output / publish.LINK, report, _figures(night.con))


# --- stages ----------------------------------------------------------------------------------------------------------


def _standardise(night: Night, pulled: Pulled) -> tuple[str, ...]:
    return stage_in_parts(night.con, pulled, night.config, night.as_of, night.run_id)


def _validate(night: Night, pulled: Pulled, kinds: tuple[str, ...]) -> None:
    """Verdicts, quarantine and the gates; then `record` is what may be used."""
    databases = publish.newest_first(night.config.output_folder)
    taken = take_in(night.con, pulled, kinds, night.config, night.run_id, night.as_of, databases)
    gates.hold(taken.judged)


def _match(night: Night) -> Matched:
    """Link the records, and put the state for the next night where it will go with the database."""
    labels = take_decisions(night.con, night.config.decisions_folder, night.as_of)
    matched = match(night.con, night.as_of, night.config.match, night.previous, labels)
    place = publish.state_folder(night.folder / publish.file_name(night.run_id))
    try:
        write_state(place, matched.state, matched.how.model_day, matched.before)
    except OSError:
        # Without it the next night matches all records again.
        shutil.rmtree(place, ignore_errors=True)
        night.tell("The state for the next night's matching could not be written; that night will match in full.")
    return matched


def _people(night: Night, linkage: Linkage) -> None:
    resolve_people(
        night.con,
        linkage.links,
        linkage.pairs,
        as_of=night.as_of,
        run_id=night.run_id,
        previous=night.previous,
        rules=load_rules(night.config.rules_folder),
    )
    store_regions(night.con)
    store_model(night.con, linkage, night.run_id, night.previous)
    store_comparisons(night.con, person_spec(), linkage, night.config.match.link, night.config.match.review)
    store_link_errors(night.con, person_spec(), linkage)


def _find(night: Night) -> None:
    config = night.config
    find(night.con, night.as_of, _accepted_kinds(night.con), night.previous, config.history, config.mass_change)


def _build(night: Night, how: How) -> Path:
    publish.describe_run(
        night.con, night.run_id, night.as_of, night.started, datetime.now(UTC), _digest(night.config.path), how
    )
    return publish.build(night.con, night.folder, night.config.output_folder, night.run_id)


def _report(night: Night, built: Path) -> Path:
    folder = night.folder / "reports"
    with duckdb.connect(str(built), read_only=True) as con:
        write_reports(con, folder, geojson=night.config.map_file, geojson_code=night.config.report.map_code)
        write_feedback(con, folder / FOLDER, night.run_id, night.as_of, night.config.run.province)
    return folder


def _publish(night: Night, built: Path, pages: Path) -> None:
    run = night.config.run
    publish.make_current(built, pages, night.config.output_folder, night.as_of, run.keep, run.keep_months)


# --- around the stages -----------------------------------------------------------------------------------------------


def _guarded(step: Step, output: Path) -> Step:
    """A step whose unforeseen errors are told by stage and type only: their own text may hold a row's values."""

    def guarded(name: str, stage: Callable[[], T], retries: int = 0) -> T:
        def run() -> T:
            try:
                return stage()
            except (PadanError, OSError):
                raise
            except BaseException as error:
                if not isinstance(error, Exception) and type(error).__name__ != PANIC:
                    raise
                raise PadanError(_unforeseen(name, error, output)) from None

        try:
            return step(name, run, retries)
        except OSError as error:
            raise PadanError(publish.what_failed(error, output)) from None

    return guarded


def _unforeseen(name: str, error: BaseException, output: Path) -> str:
    """The sentence for an unforeseen error; where in the code it arose is kept in `<output>/failure.txt`."""
    if isinstance(error, duckdb.Error) and publish.disk_is_full(error):
        return publish.what_failed(error, output)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    note = output / FAILURE
    note.write_text("\n".join([f"stage {name}: {type(error).__name__}", *lines]) + "\n", encoding="utf-8")
    return (
        f"The stage {name} stopped on something unforeseen ({type(error).__name__}); the previous database still "
        f"stands, and {note} says where in the program."
    )


def _run_id(output: Path, as_of: date, started: datetime) -> str:
    """The day of the data and the moment of the run; a second run within one second waits for no one."""
    first = f"{as_of.isoformat().replace('-', '')}-{started:%Y%m%dT%H%M%S}"
    run_id, number = first, 1
    while (output / publish.VERSIONS / publish.file_name(run_id)).exists():
        number += 1
        run_id = f"{first}-{number}"
    return run_id


def _make_room(output: Path, folder: Path) -> None:
    """Make the folder of this run's own; what a killed or failed run left behind is swept away first."""
    publish.sweep(output)
    (output / FAILURE).unlink(missing_ok=True)
    folder.mkdir(parents=True, mode=0o700)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _accepted_kinds(con: duckdb.DuckDBPyConnection) -> set[str]:
    rows = con.execute(
        "SELECT source FROM source_file WHERE rows_accepted + rows_stood_in > 0 "
        "UNION SELECT 'signed_total' FROM signed_total"
    ).fetchall()
    return {str(row[0]) for row in rows}


FIGURES = """
SELECT
    (SELECT count(*) FROM record) AS records_accepted,
    (SELECT count(*) FROM quarantine) AS rows_quarantined,
    (SELECT count(*) FROM person) AS people,
    (SELECT count(*) FROM pair WHERE outcome = 'review') AS pairs_for_review,
    (SELECT count(*) FROM finding WHERE state = 'open') AS open_findings,
    (SELECT count(*) FROM decision WHERE state = 'stands') AS decisions_of_officers,
    (SELECT coalesce(sum(rupiah_per_month), 0)::BIGINT FROM finding WHERE state = 'open' AND is_primary)
        AS rupiah_per_month
"""


def _figures(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    found = con.execute(FIGURES)
    names = [column[0] for column in found.description or []]
    row = found.fetchone() or ()
    return {name: int(value) for name, value in zip(names, row, strict=True)}
