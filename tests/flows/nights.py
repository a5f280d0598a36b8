"""The command line as a test uses it, and what must not change when a run comes to nothing."""

import contextlib
import importlib
import io
import json
import multiprocessing
import os
import re
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from flows.cli import main

# A server that has imported everything once and is copied for each process: the imports take seconds.
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["flows.cli", "flows.night", "flows.gx_duckdb", "great_expectations.expectations"])
PEOPLE = 600
AS_OF = "2026-11-20"
LATEST = "(SELECT max(run_id) FROM run)"
LONG_NUMBER = re.compile(r"\d{13,}")  # NIK, KK and card numbers; no count or date is that long


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one plain sentence of an error."""
        assert "Traceback" not in self.err
        assert self.err.startswith("padan: ")
        assert self.err.endswith(".\n")
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("padan: ").removesuffix(".\n")


def padan(*arguments: object) -> Told:
    """Run one command as the command line does, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # of --help
            code = int(end.code or 0)
    return Told(code, out.getvalue(), err.getvalue())


def only(folder: Path, *kinds: str) -> None:
    """Leave in a world's configuration the sources of some kinds, which are then the required ones: a shorter night."""
    config = folder / "padan.toml"
    head, *sources = config.read_text(encoding="utf-8").split("\n[[source]]\n")
    head = re.sub(r"required = \[.*?\]", f"required = {json.dumps(kinds)}", head, flags=re.DOTALL)
    kept = [source for source in sources if any(f'kind = "{kind}"' in source for kind in kinds)]
    config.write_text("\n[[source]]\n".join([head, *kept]), encoding="utf-8")


def published(folder: Path) -> duckdb.DuckDBPyConnection:
    """A reader of the database that is published in a world's `out`.

    By the file and not by the link: within one process DuckDB gives whoever opens a path again the same open database.
    """
    return duckdb.connect(str((folder / "out" / "padan.duckdb").resolve(strict=True)), read_only=True)


def asked(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """The answer of the published database."""
    with published(folder) as con:
        return con.execute(sql).fetchall()


def run_id(folder: Path) -> str:
    """The newest run of the published database."""
    return str(asked(folder, "SELECT max(run_id) FROM run")[0][0])


def rows_of(folder: Path) -> dict[str, object]:
    """Each published table's rows of the latest run, in the order they lie in, without the run's id and times."""
    found: dict[str, object] = {}
    with published(folder) as con:
        columns: dict[str, list[str]] = {}
        for table, column in con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() SEMI JOIN duckdb_tables() USING (table_name) "
            "WHERE NOT internal"
        ).fetchall():
            columns.setdefault(table, []).append(column)
        for table, names in sorted(columns.items()):
            kept = [name for name in names if name not in ("run_id", "started_at", "finished_at")]
            where = f"WHERE run_id = {LATEST}" if "run_id" in names else ""
            found[table] = con.execute(f"SELECT {', '.join(kept)} FROM {table} {where} ORDER BY rowid").fetchall()
    return found


def changed(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Rewrite a text file's data rows."""
    heading, *rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([heading, *change(rows)]))


@contextlib.contextmanager
def undisturbed(folder: Path, but: tuple[str, ...] = ()) -> Iterator[None]:
    """Whatever the block does: a reader from before keeps its answers, the next reader gets the same, and in the
    output folder no file is new, changed or gone, except below the names in `but` and in the archive of what came."""
    before = _files(folder / "out", but)
    with published(folder) as reader:
        answer = _answer(reader)
        yield
        assert _answer(reader) == answer
    with published(folder) as reader:
        assert _answer(reader) == answer
    assert _files(folder / "out", but) == before


def _answer(reader: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return reader.execute(
        "SELECT max(run_id), (SELECT md5(string_agg(p::VARCHAR, '' ORDER BY person_id)) FROM person AS p), "
        "(SELECT count(*) FROM finding), (SELECT sum(length(name)) FROM record) FROM run"
    ).fetchall()


def _files(output: Path, but: tuple[str, ...]) -> Mapping[str, object]:
    """Every file of an output folder with its size and time, every link with its target."""
    found: dict[str, object] = {}
    for root, _, names in os.walk(output):
        for name in names:
            path = Path(root) / name
            place = path.relative_to(output)
            if place.parts[0] not in (*but, ".lock", "archive"):
                stat = path.lstat()
                found[place.as_posix()] = path.readlink() if path.is_symlink() else (stat.st_size, stat.st_mtime_ns)
    return found


def killed(folder: Path, moment: str) -> None:
    """Run a world in a process of its own that dies as by `kill -9` at a moment: when it has said the stage of that
    name, or, for a name with a dot, when it calls that function."""
    process = SPAWN.Process(target=_run_and_die, args=(folder, moment))
    process.start()
    process.join(120)
    ended = process.exitcode
    process.kill()
    assert ended == -signal.SIGKILL


def _run_and_die(folder: Path, moment: str) -> None:
    multiprocessing.set_start_method("fork", force=True)  # semaphores of its own vanish with it and are not mourned

    class Deadly(io.StringIO):
        def write(self, text: str) -> int:
            if text.startswith(moment):
                _die()
            return len(text)

    sys.stdout = Deadly()
    if "." in moment:
        module, _, name = moment.rpartition(".")
        setattr(importlib.import_module(module), name, _die)
    sys.exit(main(["run", str(folder)]))


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextlib.contextmanager
def filling_disk(bytes_left: int = 20_000) -> Iterator[Callable[[], None]]:
    """Gives a function; from its call to the end of the block no file grows beyond some bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def personal(text: str, folder: Path) -> list[str]:
    """The personal values in what a command said: numbers as long as a card's, and the world's names and numbers."""
    return LONG_NUMBER.findall(text) + known_values(text, folder)


def known_values(text: str, folder: Path) -> list[str]:
    """The names and numbers of a world's people that stand in a text."""
    upper = text.upper()
    return [value for value in _values(folder) if value in upper]


@cache
def _values(folder: Path) -> tuple[str, ...]:
    columns = ("nik", "kk", "card", "family_card", "kpj", "name_std")
    parts = [f"SELECT DISTINCT {name} AS value FROM record WHERE length({name}) > 8" for name in columns]
    return tuple(str(value) for (value,) in asked(folder, " UNION ".join(parts)) if " " in value or value.isdigit())
