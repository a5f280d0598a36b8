"""Publishing: whole or not at all. Commented tables, history, a swap no reader notices, kills, full disks."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows import publish
from flows.publish import LINK, VERSIONS, build, current, describe_run, make_current, open_published
from schemas.errors import PadanError, UsageError
from schemas.findings import load_finding_types
from schemas.tables import load_tables
from schemas.views import load_views
from tests.spec.world import AS_OF, searched

ROOT = Path(__file__).parents[2]
WORLD = """
    person | source               | decile | status    | segment | village_code
    a      | province             | 8      |           |         | 3601012001
    a      | bpjs_kesehatan       |        | AKTIF     | PBI     |
    a      | decree               |        |           |         |
    b      | province             | 1      |           |         | 3601012001
    b      | regency              | 2      | MENINGGAL |         |
    c      | bpjs_ketenagakerjaan |        | AKTIF     | PU      |
"""
MOMENT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def work(output: Path, run_id: str) -> duckdb.DuckDBPyConnection:
    """A work database of a night over WORLD, ready to be published."""
    con = searched(WORLD, run_id=run_id, previous=current(output))
    describe_run(con, run_id, AS_OF, MOMENT, MOMENT, "hash")
    con.execute(
        "CREATE TABLE source_file AS SELECT $run AS run_id, 'province' AS source, 'p.csv' AS file", {"run": run_id}
    )
    return con


def published(output: Path, run_id: str, keep: int = 3, pages: Path | None = None) -> Path:
    """Publish a night over WORLD in the folder `output`."""
    folder = output / ".work" / run_id
    folder.mkdir(parents=True, exist_ok=True)
    return make_current(build(work(output, run_id), folder, output, run_id), pages, output, AS_OF, keep)


def run_in_database(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as con:
        return str(con.execute("SELECT max(run_id) FROM run").fetchall()[0][0])


# --- what is in the file ----------------------------------------------------------------------------------------------


def test_every_declared_table_and_view_is_there_with_its_comments(tmp_path: Path) -> None:
    published(tmp_path, "run-1")
    with open_published(tmp_path) as con:
        tables = con.execute("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall()
        views = con.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
        columns = con.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    assert dict(tables) == {name: table.comment for name, table in load_tables().items()}
    assert dict(views) == {name: view.comment for name, view in load_views().items()}
    declared = {(name, c.name): c.comment for name, table in load_tables().items() for c in table.columns}
    declared |= {(name, column): text for name, view in load_views().items() for column, text in view.columns}
    assert {(table, column): comment for table, column, comment in columns} == declared


def test_an_auditor_can_run_every_finding_by_hand(tmp_path: Path) -> None:
    published(tmp_path, "run-1")
    with open_published(tmp_path) as con:
        for code, one in load_finding_types().items():
            by_hand = con.execute(one.query).fetchall()
            stored = con.execute("SELECT count(*) FROM finding WHERE code = $code", {"code": code}).fetchall()
            assert len(by_hand) == stored[0][0], code
        assert con.execute("SELECT count(*) > 3 FROM finding").fetchall() == [(True,)]


def test_columns_that_are_not_declared_stay_behind(tmp_path: Path) -> None:
    con = work(tmp_path, "run-1")
    con.execute("ALTER TABLE record ADD COLUMN raw_nik VARCHAR")
    con.execute("ALTER TABLE pair ADD COLUMN level_name VARCHAR")
    folder = tmp_path / ".work"
    folder.mkdir()
    make_current(build(con, folder, tmp_path, "run-1"), None, tmp_path, AS_OF, 3)
    with open_published(tmp_path) as reader:
        assert "raw_nik" not in reader.sql("FROM record").columns
        assert "level_name" in reader.sql("FROM pair").columns


def test_runs_and_their_files_accumulate(tmp_path: Path) -> None:
    published(tmp_path, "run-1")
    published(tmp_path, "run-2")
    with open_published(tmp_path) as con:
        assert con.execute("SELECT run_id FROM run ORDER BY 1").fetchall() == [("run-1",), ("run-2",)]
        assert con.execute("SELECT run_id FROM source_file ORDER BY 1").fetchall() == [("run-1",), ("run-2",)]
        assert con.execute("SELECT started_at, status FROM run").fetchall()[0] == (
            MOMENT.replace(tzinfo=None),
            "published",
        )


def test_the_same_night_twice_gives_the_same_tables(tmp_path: Path) -> None:
    for name in ("one", "two"):
        published(tmp_path / name, "run-1")
    with open_published(tmp_path / "one") as one, open_published(tmp_path / "two") as two:
        for table in load_tables():
            assert one.execute(f"FROM {table}").fetchall() == two.execute(f"FROM {table}").fetchall(), table


def test_the_file_is_of_the_agreed_storage_version(tmp_path: Path) -> None:
    path = published(tmp_path, "run-1")
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{path}' AS there (READ_ONLY)")
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'there'").fetchall()[0][0]
    assert "v1.4.0" in tags["storage_version"]


# --- the swap ---------------------------------------------------------------------------------------------------------


def test_the_link_points_at_a_read_only_version(tmp_path: Path) -> None:
    path = published(tmp_path, "run-1")
    assert (tmp_path / LINK).is_symlink()
    assert (tmp_path / LINK).readlink() == Path(VERSIONS) / "padan-run-1.duckdb"
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert current(tmp_path) == path.resolve()


def test_a_reader_keeps_the_old_and_the_next_one_sees_the_new(tmp_path: Path) -> None:
    published(tmp_path, "run-1")
    with open_published(tmp_path) as reader:
        published(tmp_path, "run-2", keep=1)
        assert reader.execute("SELECT max(run_id) FROM run").fetchall() == [("run-1",)]
        assert reader.execute("SELECT count(*) FROM person").fetchall() == [(3,)]
        with open_published(tmp_path) as another:
            assert another.execute("SELECT max(run_id) FROM run").fetchall() == [("run-2",)]


def test_the_last_n_are_kept(tmp_path: Path) -> None:
    for number in range(1, 6):
        published(tmp_path, f"run-{number}", keep=2)
    assert sorted(path.name for path in (tmp_path / VERSIONS).iterdir()) == ["padan-run-4.duckdb", "padan-run-5.duckdb"]


def test_the_last_of_the_month_before_is_kept_beside_them(tmp_path: Path) -> None:
    days = ("20260930", "20261030", "20261031", "20261101", "20261102", "20261103")
    for day in days:
        folder = tmp_path / ".work" / day
        folder.mkdir(parents=True)
        built = build(work(tmp_path, f"{day}-1"), folder, tmp_path, f"{day}-1")
        (folder / f"padan-{day}-1.state").mkdir()
        as_of = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()
        make_current(built, None, tmp_path, as_of, keep=2, keep_months=1)
    assert sorted(path.name for path in (tmp_path / VERSIONS).iterdir()) == [
        "padan-20261031-1.duckdb",
        *(f"padan-{day}-1.{ending}" for day in ("20261102", "20261103") for ending in ("duckdb", "state")),
    ]


def test_a_published_run_is_never_overwritten(tmp_path: Path) -> None:
    published(tmp_path, "run-1")
    with pytest.raises(PadanError, match=r"has keys \(run_id.*\) more than once"):
        published(tmp_path, "run-1")
    assert run_in_database(tmp_path / LINK) == "run-1"


def test_reports_take_the_place_of_the_same_days(tmp_path: Path) -> None:
    for number in (1, 2):
        pages = tmp_path / ".work" / "pages"
        pages.mkdir(parents=True)
        (pages / "index.html").write_text(f"run {number}")
        published(tmp_path, f"run-{number}", pages=pages)
    place = tmp_path / "reports" / AS_OF.isoformat()
    assert (place / "index.html").read_text() == "run 2"
    assert [path.name for path in place.parent.iterdir()] == [AS_OF.isoformat()]


def test_when_the_swap_fails_the_earlier_reports_and_database_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        pages = tmp_path / ".work" / f"pages-{number}"
        pages.mkdir(parents=True)
        (pages / "index.html").write_text(f"run {number}")
        if number == 2:
            monkeypatch.setattr(publish, "_swap", _no_room)
            with pytest.raises(PadanError, match="disk is full"):
                published(tmp_path, "run-2", pages=pages)
        else:
            published(tmp_path, "run-1", pages=pages)
    assert (tmp_path / "reports" / AS_OF.isoformat() / "index.html").read_text() == "run 1"
    assert run_in_database(tmp_path / LINK) == "run-1"
    assert [path.name for path in (tmp_path / VERSIONS).iterdir()] == ["padan-run-1.duckdb"]


def _no_room(output: Path, target: Path) -> None:
    raise OSError(28, "No space left on device")


def test_without_a_database_there_is_a_sentence(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    with pytest.raises(UsageError, match="No database has been published"):
        open_published(tmp_path)


# --- the audit --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("DELETE FROM link WHERE record_id = 1", "a record without its one link"),
        ("INSERT INTO link SELECT * FROM link LIMIT 1", "keys .record_id. more than once"),
        (
            "INSERT INTO link (record_id, person_id) SELECT 99, min(person_id) FROM person",
            "a link without its record",
        ),
        ("DELETE FROM person WHERE person_id = (SELECT min(person_id) FROM person)", "a link without its person"),
        ("INSERT INTO person (person_id) VALUES ('P1')", "a person without a record"),
        ("INSERT INTO pair (left_record_id, right_record_id) VALUES (1, 99)", "a pair without its records"),
        ("UPDATE finding SET code = 'XX01'", "a finding of an undeclared class"),
        ("UPDATE finding SET person_id = 'P1'", "an open finding without its person"),
        ("UPDATE finding SET record_ids = []", "an open finding without records"),
        ("UPDATE finding SET record_ids = [99]", "names a record which is not there"),
        ("UPDATE finding SET is_primary = FALSE", "no primary one"),
        ("UPDATE finding SET is_primary = TRUE", "two primary findings"),
        ("UPDATE indicator SET denominator = 0", "an indicator without denominator"),
        ("UPDATE indicator_part SET denominator = NULL", "an indicator without denominator"),
        ("INSERT INTO payer (person_id, scheme) VALUES ('P1', 'JKN')", "a payer of nobody"),
    ],
)
def test_a_wrong_database_is_never_published(tmp_path: Path, damage: str, says: str) -> None:
    published(tmp_path, "run-1")
    con = work(tmp_path, "run-2")
    con.execute(damage)
    folder = tmp_path / ".work" / "run-2"
    folder.mkdir()
    with pytest.raises(PadanError, match=says):
        build(con, folder, tmp_path, "run-2")
    assert list(folder.iterdir()) == []
    assert run_in_database(tmp_path / LINK) == "run-1"


# --- kills and full disks ---------------------------------------------------------------------------------------------

CHILD = """
import os, resource, signal, sys
from pathlib import Path
from flows import publish
from schemas.errors import PadanError
from tests.unit.test_publish import published

stage, output = sys.argv[1], Path(sys.argv[2])

def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

copy = publish._copy
def die_at_person(con, table, there):
    return die() if table.name == "person" else copy(con, table, there)

if stage == "small":
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
elif stage == "_copy":
    publish._copy = die_at_person
elif stage != "none":
    setattr(publish, stage, die)
try:
    published(output, "run-2")
except PadanError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def child(stage: str, output: Path) -> subprocess.CompletedProcess[str]:
    """Publish run-2 in a process of its own, which is killed when it comes to `stage`."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), stage, str(output)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    ("stage", "run_id"),
    [("_copy", "run-1"), ("audit", "run-1"), ("_sync", "run-1"), ("_swap", "run-1"), ("_prune", "run-2")],
)
def test_a_kill_at_any_stage_leaves_a_whole_database(tmp_path: Path, stage: str, run_id: str) -> None:
    published(tmp_path, "run-1")
    with open_published(tmp_path) as reader:
        assert child(stage, tmp_path).returncode == -signal.SIGKILL
        assert reader.execute("SELECT max(run_id), count(*) FROM run").fetchall() == [("run-1", 1)]
        assert run_in_database(tmp_path / LINK) == run_id
    published(tmp_path, "run-3")
    assert run_in_database(tmp_path / LINK) == "run-3"


def test_a_file_that_cannot_grow_is_told_as_a_full_disk(tmp_path: Path) -> None:
    published(tmp_path, "run-1")
    done = child("small", tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("The disk is full: the new database could not be written")
    assert run_in_database(tmp_path / LINK) == "run-1"
    assert list((tmp_path / ".work" / "run-2").iterdir()) == []


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that is a disk of 24 megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if (
        not mount
        or not umount
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no right to mount a small disk here; the file-size limit is tested instead")
    try:
        yield folder
    finally:
        subprocess.run([umount, "-l", str(folder)], check=False)


def test_a_full_disk_leaves_the_published_database(little_disk: Path) -> None:
    first = published(little_disk, "run-1")
    room = shutil.disk_usage(little_disk).free
    (little_disk / "other").write_bytes(b"x" * max(room - first.stat().st_size // 2, 0))
    with open_published(little_disk) as reader:
        done = child("none", little_disk)
        assert done.returncode == 1
        assert "The disk is full" in done.stdout
        assert reader.execute("SELECT count(*) FROM person").fetchall() == [(3,)]
    assert run_in_database(little_disk / LINK) == "run-1"
    (little_disk / "other").unlink()
    assert child("none", little_disk).returncode == 0
    assert run_in_database(little_disk / LINK) == "run-2"
