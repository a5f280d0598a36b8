"""Whole nights through the command line: what a run publishes, carries over, and leaves behind when it fails."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flows import night as flow
from flows import publish
from tests.conftest import copied
from tests.flows.nights import (
    LATEST,
    Told,
    asked,
    changed,
    filling_disk,
    killed,
    known_values,
    only,
    padan,
    personal,
    published,
    rows_of,
    run_id,
    undisturbed,
)

TOMORROW = "2026-11-21"


# --- a good night -------------------------------------------------------------------------------------------------


def test_a_first_night_publishes_and_says_where(first_run: tuple[Path, Told]) -> None:
    world, told = first_run
    output = world / "out"
    assert (told.code, told.err) == (0, "")
    assert told.out.endswith(
        f"\nDatabase: {output / 'padan.duckdb'}\nReport:   {output / 'reports' / '2026-11-20' / 'index.html'}\n"
    )
    assert personal(told.out, world) == []
    assert (output / "padan.duckdb").readlink() == Path("versions") / f"padan-{run_id(world)}.duckdb"
    pages = output / "reports" / "2026-11-20"
    assert len(list(pages.glob("36??_*.xlsx"))) == 8
    for page in ("index.html", "summary.json"):
        assert known_values((pages / page).read_text(encoding="utf-8"), world) == []
    assert not (output / ".work").exists() or not list((output / ".work").iterdir())
    assert not (output / "failure.txt").exists()
    assert {path.stat().st_mode & 0o007 for path in (output / "versions").iterdir()} == {0}


def test_the_same_sources_give_the_same_tables(first_night: Path, world: Path) -> None:
    """A night from nothing again, and a second night upon it, an hour or a month later."""
    assert padan("run", world).code == 0
    assert rows_of(world) == rows_of(first_night)
    before = rows_of(world)
    assert padan("run", world).code == 0
    after = rows_of(world)
    assert {name for name in before if before[name] != after[name]} == {"run", "finding_event"}
    assert after["finding_event"] == []
    assert after["person_event"] == []
    assert asked(world, "SELECT count(*) FROM run") == [(2,)]


def test_a_changed_file_changes_what_it_must_and_nothing_else(night: Path) -> None:
    """The office takes back a double bill and bills someone else twice."""
    ((taken_back, file, row),) = asked(
        night,
        "SELECT finding_id, file, max(source_row) FROM finding JOIN record ON list_contains(record_ids, record_id) "
        "WHERE code = 'FN03' GROUP BY ALL HAVING count(*) = 2 ORDER BY ALL LIMIT 1",
    )
    people = asked(night, "SELECT person_id FROM person ORDER BY ALL")
    bill = night / str(file)
    billed_once = asked(
        night,
        f"SELECT source_row FROM record WHERE file = '{file}' AND record_id NOT IN "
        "(SELECT unnest(record_ids) FROM finding WHERE code = 'FN03') ORDER BY ALL LIMIT 1",
    )
    again = int(str(billed_once[0][0])) - 1
    changed(bill, lambda rows: [line for at, line in enumerate(rows, 1) if at != row] + [rows[again]])

    with published(night) as reader:
        assert padan("run", night, "--as-of", TOMORROW).code == 0
        assert reader.execute(f"SELECT count(*) FROM finding WHERE finding_id = '{taken_back}'").fetchall() == [(1,)]
    life = "SELECT state, first_seen::VARCHAR, last_seen::VARCHAR, record_ids FROM finding"
    assert asked(night, f"{life} WHERE finding_id = '{taken_back}'") == [("closed", "2026-11-20", "2026-11-20", [])]
    fresh = asked(night, "SELECT code FROM finding WHERE first_seen = '2026-11-21' ORDER BY ALL")
    assert fresh == [("FN03",)]
    assert asked(night, "SELECT DISTINCT state, last_seen::VARCHAR FROM finding ORDER BY ALL") == [
        ("closed", "2026-11-20"),
        ("open", TOMORROW),
    ]
    assert asked(night, "SELECT count(*) FROM finding WHERE state = 'closed'") == [(1,)]
    assert asked(night, "SELECT person_id FROM person ORDER BY ALL") == people
    assert asked(night, "SELECT DISTINCT event FROM person_event") == []
    assert sorted(path.name for path in (night / "out" / "reports").iterdir()) == ["2026-11-20", TOMORROW]


def test_an_absent_optional_source_makes_findings_untestable_and_never_zero(night: Path) -> None:
    """No deaths, no workforce, and workers no longer required: what was open stays, as untested."""
    (night / "civil_deaths.csv").unlink()
    config = night / "padan.toml"
    head, *sources = config.read_text(encoding="utf-8").split("\n[[source]]\n")
    gone = ("workforce", "bpjs_ketenagakerjaan")
    kept = [source for source in sources if not any(f'kind = "{kind}"' in source for kind in gone)]
    head = head.replace('  "bpjs_ketenagakerjaan",\n', "")
    config.write_text("\n[[source]]\n".join([head, *kept]), encoding="utf-8")
    lost = ["FN02", "ST01", "TK01"]
    codes = ", ".join(f"'{code}'" for code in lost)
    counts = asked(night, f"SELECT code, count(*) FROM finding WHERE code IN ({codes}) GROUP BY ALL ORDER BY ALL")
    assert len(counts) == len(lost)

    told = padan("run", night)
    assert (told.code, told.err) == (0, "")
    assert asked(
        night, f"SELECT problem, rows_accepted FROM source_file WHERE source = 'civil_deaths' AND run_id = {LATEST}"
    ) == [("missing", 0)]
    untested = {code for (code,) in asked(night, "SELECT code FROM finding_type WHERE NOT testable")}
    assert untested >= {*lost, "ID09"}
    assert untested.isdisjoint({"EL01", "FN01", "ID06", "DM02"})
    states = (
        f"SELECT code, count(*) FROM finding WHERE code IN ({codes}) AND state <> 'closed' GROUP BY ALL ORDER BY ALL"
    )
    assert asked(night, states) == counts
    assert asked(night, "SELECT count(*) FROM finding WHERE state = 'closed'") == [(0,)]
    assert asked(night, "SELECT DISTINCT indicator FROM indicator WHERE indicator LIKE 'UCJ%'") == []
    assert asked(night, "SELECT bool_or(testable) FROM indicator_type WHERE indicator LIKE 'UCJ%'") == [(False,)]
    told = padan("evaluate", night, "--truth", night / "truth")
    assert all(f"finding {code}" in told.out for code in lost)
    assert told.out.count("tidak dapat diuji") >= len(lost)


# --- two at once, and readers -------------------------------------------------------------------------------------

READER = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
for _ in sys.stdin:
    told = con.execute("SELECT max(run_id), (SELECT count(*) FROM record), (SELECT max(name) FROM person) FROM run")
    print(told.fetchone(), flush=True)
"""


def test_a_second_run_is_refused_and_readers_never_notice(night: Path) -> None:
    """In processes of their own; with keep = 1 the file that is being read is even deleted by the new run."""
    config = night / "padan.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("keep = 7", "keep = 1"), encoding="utf-8")
    first = run_id(night)
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    reader = subprocess.Popen([sys.executable, "-c", READER, str(night / "out" / "padan.duckdb")], **pipes)
    running = subprocess.Popen([sys.executable, "-m", "flows.cli", "run", str(night)], **pipes)
    try:
        answer = _answer(reader)
        assert first in answer
        assert any(line.startswith("standardise") for line in running.stdout)
        os.kill(running.pid, signal.SIGSTOP)
        started = time.monotonic()
        told = padan("run", night)
        assert (told.code, told.out) == (3, "")
        assert told.sentence.startswith("Another run is under way in ")
        assert time.monotonic() - started < 5
        assert first in padan("query", "SELECT run_id FROM run", night).out
        assert _answer(reader) == answer
        os.kill(running.pid, signal.SIGCONT)
        out, err = running.communicate(timeout=120)
        assert (running.returncode, err) == (0, "")
        assert personal(out, night) == []
        left = sorted(path.name for path in (night / "out" / "versions").iterdir())
        assert left == [f"padan-{run_id(night)}.duckdb", f"padan-{run_id(night)}.state"]
        assert run_id(night) != first
        assert _answer(reader) == answer
    finally:
        for process in (reader, running):
            process.kill()
            process.communicate()


def _answer(reader: "subprocess.Popen[str]") -> str:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write("\n")
    reader.stdin.flush()
    return reader.stdout.readline()


# --- killed -------------------------------------------------------------------------------------------------------

# After two of the stages, in the middle of writing the new database, and a hair's breadth before it is the new one.
MOMENTS = ["pull", "validate", "flows.publish.audit", "flows.publish._swap"]


def test_a_run_may_be_killed_at_any_stage(first_night: Path, tmp_path: Path) -> None:
    worlds = {moment: copied(first_night, tmp_path / moment) for moment in MOMENTS}
    with ThreadPoolExecutor(max_workers=2) as pool:
        dead = {moment: pool.submit(_killed_and_swept, folder, moment) for moment, folder in worlds.items()}
    for moment, future in dead.items():
        assert future.exception() is None, moment
    folder = worlds["validate"]
    killed(folder, "pull")
    assert padan("run", folder, "--as-of", TOMORROW).code == 0
    assert asked(folder, "SELECT count(*) FROM run") == [(2,)]
    assert not list((folder / "out" / ".work").iterdir())
    assert sorted(path.name for path in (folder / "out" / "reports").iterdir()) == ["2026-11-20", TOMORROW]


def _killed_and_swept(folder: Path, moment: str) -> None:
    """The old database answers after the kill; what the next run does first leaves the folder as it was."""
    with undisturbed(folder):
        before = run_id(folder)
        killed(folder, moment)
        assert list((folder / "out" / ".work").iterdir())
        assert run_id(folder) == before
        publish.sweep(folder / "out")


# --- a full disk --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["build", "write_reports"])
def test_a_full_disk_at_a_stage(night: Path, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """From this stage on no file grows any more; the file being written is cut off in its middle."""
    place, name = (publish, "build") if stage == "build" else (flow, stage)
    original = getattr(place, name)

    def without_room(*arguments: Any, **named: Any) -> Any:
        fill()
        return original(*arguments, **named)

    monkeypatch.setattr(place, name, without_room)
    with undisturbed(night), filling_disk() as fill:
        told = padan("run", night)
    assert told.code == 1
    assert told.sentence == _full(night)


def _full(folder: Path) -> str:
    return f"The disk is full: the new database could not be written in {folder / 'out'}; the previous one still stands"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 30 MB; only the superuser can have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m,mode=755", "padan-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("free", [0, 3 << 20])
def test_a_disk_without_room(first_night: Path, small_disk: Path, free: int) -> None:
    """A real full disk, from the start and from somewhere on the way."""
    folder = copied(first_night, small_disk / "world")
    room = os.statvfs(small_disk)
    filler = small_disk / "filler"
    filler.write_bytes(bytes(room.f_bavail * room.f_frsize - free))
    with undisturbed(folder):
        told = padan("run", folder)
    assert told.code == 1
    assert told.sentence == _full(folder)


# --- what nobody foresaw ------------------------------------------------------------------------------------------

NAME, NIK = "MARKER ZULAIKHA WIRADIREJA", "3601015512870007"


class Panic(BaseException):
    """As Polars raises when its Rust code panics: no Exception."""


Panic.__name__ = flow.PANIC


@pytest.fixture
def marked(night: Path) -> Path:
    """The small world with a marker person in the register."""
    path = night / "province.csv"
    heading, first, *rest = path.read_bytes().split(b"\n")
    cells = dict(zip(heading.split(b";"), first.split(b";"), strict=True))
    cells |= {b"nomor_induk_kependudukan": NIK.encode(), b"nama": NAME.encode()}
    path.write_bytes(b"\n".join([heading, b";".join(cells.values()), *rest]))
    return night


@pytest.mark.parametrize(
    ("stage", "error"),
    [("pull", ValueError), ("stage_in_parts", Panic)],
)
def test_a_failing_stage_tells_no_personal_value(
    marked: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    stage: str,
    error: type[BaseException],
) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(*_: object, **__: object) -> None:
        try:
            raise error(f"cannot take {NAME} ({NIK})")
        except error as first:
            raise error(f"{NAME}: {NIK}") from first

    monkeypatch.setattr(flow, stage, fail)
    with undisturbed(marked, but=("failure.txt",)):
        told = padan("run", marked)
    assert told.code == 1
    assert "stopped on something unforeseen" in told.sentence
    note = (marked / "out" / "failure.txt").read_text(encoding="utf-8")
    assert error.__name__ in note
    assert "test_night.py" in note
    everything = told.out + told.err + note + caplog.text
    assert personal(everything.replace(str(marked), ""), marked) == []
    assert NAME not in everything
    assert NIK not in everything


def test_an_error_of_the_database_tells_no_personal_value(marked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB puts the value that it cannot convert into its message."""
    monkeypatch.setattr(
        flow, "find", lambda con, *_: con.execute("SELECT name::DATE FROM record WHERE name LIKE 'MARKER%'").fetchall()
    )
    with undisturbed(marked, but=("failure.txt",)):
        told = padan("run", marked)
    assert told.code == 1
    assert "(ConversionException)" in told.sentence
    assert "MARKER" not in told.out + told.err + (marked / "out" / "failure.txt").read_text(encoding="utf-8")


def test_an_operator_may_stop_a_run(night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note of an earlier failure does not outlive the next run."""
    (night / "out" / "failure.txt").write_text("stage find: ValueError\n", encoding="utf-8")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(flow, "pull", stop)
    with undisturbed(night, but=("failure.txt",)):
        told = padan("run", night)
    assert not (night / "out" / "failure.txt").exists()
    assert told.code == 1
    assert told.sentence == "Stopped by the operator; the published database still stands"


def test_a_published_file_that_is_no_database_is_named(world: Path) -> None:
    only(world, "province")
    (world / "out").mkdir()
    (world / "out" / "padan.duckdb").write_text("no database", encoding="utf-8")
    told = padan("run", world)
    assert told.code == 1
    assert told.sentence == "The previous database padan.duckdb could not be read"
    assert (world / "out" / "padan.duckdb").read_text(encoding="utf-8") == "no database"
