"""Fetch: every file that the sources mean, whole, lying still and archived, ready to be read.

What cannot be had is told of, never raised: it is a file with a problem, and the gates decide.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flows import reading_problem as problem
from flows.config import Config, Fetch
from flows.config_sources import Source
from flows.reading_problem import Problem
from flows.sources import archive, trouble
from flows.sources.folder import Look, growing_or_gone, match_files, still_the_same, wait_until_still
from flows.sources.inbox import DiskError, Inbox, Place
from flows.sources.places import collector, full_name, is_remote, name_of, place_of
from flows.sources.trouble import Trouble, shown
from flows.sources.unzip import is_archive, unpack

MOST_AT_ONCE = 4
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
GIGABYTE = 1_000_000_000

_Address = tuple[str | None, ...]


@dataclass(frozen=True)
class Arrived:
    """A file to read, or (path None) what should have come and why it did not.

    `file` is what it is called; `look` is what a file that is not our own copy looked like when its checksum was taken.
    """

    source: Source
    path: Path | None
    file: str
    problem: Problem | None = None
    sha256: str | None = None
    size: int | None = None
    look: Look | None = None


@dataclass(frozen=True)
class _Found:
    """A file on the way: `key` tells it from all others, `short` and `full` are its names; `here`: it is no copy."""

    source: Source
    path: Path | None
    key: str
    short: str
    full: str
    why: Trouble | None = None
    here: bool = False
    look: Look | None = None


def fetch(config: Config, folder: Path, as_of: date, keep: bool = True) -> tuple[Arrived, ...]:
    """Every file that the sources of a configuration mean on a day, in their order and by name within one.

    folder: the run's own, where what lies elsewhere is copied to. keep: whether what will be read is archived.
    Raises OSError when the disk of this machine fails, nothing for what cannot be fetched.
    """
    bounds = config.fetch
    inboxes = _collect(config, folder, as_of)
    found: list[_Found] = []
    for source in config.sources:
        found.extend(
            _of_inbox(source, *inboxes[_address(source)]) if is_remote(source) else _local(source, config, as_of)
        )
    found = _lying_still(found, bounds)
    found = list(_unpacked(found, folder, as_of, bounds))
    try:
        return _archived(_once(found), config, keep)
    finally:
        if keep:
            archive.prune(config.output_folder / archive.FOLDER, config.run.archive_days)


# --- elsewhere -------------------------------------------------------------------------------------------------------


def _address(source: Source) -> _Address:
    """What two sources share when the same thing is fetched for both."""
    of_query = source.kind if source.query else None
    return source.connection, source.path, source.url, source.table, source.query, of_query


def _collect(config: Config, folder: Path, as_of: date) -> dict[_Address, tuple[Inbox, Trouble | None]]:
    """What came of each remote address, fetched side by side; secrets are looked up before, one after the other."""
    sources = {_address(source): source for source in reversed(config.sources) if is_remote(source)}
    places: list[Place | Trouble] = []
    for source in sources.values():
        try:
            places.append(place_of(source, config.connection, as_of, config.folder))
        except Trouble as why:
            places.append(why)

    def bring(number: int, place: Place | Trouble) -> tuple[Inbox, Trouble | None]:
        inbox = _inbox(folder / f"place-{number}", config.fetch)
        return inbox, place if isinstance(place, Trouble) else _tried(place, inbox, config.fetch)

    with ThreadPoolExecutor(max_workers=MOST_AT_ONCE) as pool:
        return dict(zip(sources, pool.map(bring, range(1, len(places) + 1), places), strict=True))


def _inbox(folder: Path, bounds: Fetch) -> Inbox:
    return Inbox(folder, int(bounds.max_gigabytes * GIGABYTE), time.monotonic() + bounds.transfer_seconds)


def _tried(place: Place, inbox: Inbox, bounds: Fetch) -> Trouble | None:
    """Fetch from a place, again and again with longer pauses while it may get better; what was wrong at last."""
    collect = collector(place.connection.type)
    give_up = time.monotonic() + bounds.retry_seconds
    pause = FIRST_PAUSE
    while True:
        why: Trouble | None = None
        try:
            collect(place, inbox)
            again = any(isinstance(file, Trouble) and file.again for file in inbox.files.values())
        except Trouble as error:
            why, again = error, error.again
        except DiskError as error:
            raise error.error from None
        except Exception as error:  # of a library: its text may hold what the server said
            why, again = trouble.asked_wrongly(place.name, type(error).__name__), False
        if not again or time.monotonic() + pause > give_up:
            return why
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _of_inbox(source: Source, inbox: Inbox, why: Trouble | None) -> Iterator[_Found]:
    """The files of an inbox, and what kept others from coming."""
    for name, file in sorted(inbox.files.items()):
        full = full_name(source, name)
        landed, trouble_of_it = (file, None) if isinstance(file, Path) else (None, file)
        yield _Found(source, landed, f"{_address(source)} {name}", name.rsplit("/", 1)[-1] or full, full, trouble_of_it)
    if why is not None:
        yield _Found(source, None, f"{_address(source)}", name_of(source), name_of(source), why)


# --- here ------------------------------------------------------------------------------------------------------------


def _local(source: Source, config: Config, as_of: date) -> Iterator[_Found]:
    """The files of a folder that a source means; one that is not there when none is."""
    matched = match_files(config.folder, source.path or "", as_of)
    for path in matched:
        full = Path(os.path.relpath(path, config.folder)).as_posix()
        yield _Found(source, path, str(path.resolve()), path.name, full, here=True)
    if not matched:
        name = source.path or ""
        yield _Found(source, None, f"{name} ", name, name, trouble.nothing_there(name))


def _lying_still(found: Sequence[_Found], bounds: Fetch) -> list[_Found]:
    """The files, each local one with what it looks like; what is still being written has a problem instead."""
    local = [item.path for item in found if item.path is not None and item.here]
    looks = wait_until_still(local, time.monotonic() + bounds.retry_seconds)
    settled = []
    for item in found:
        if item.path is None or not item.here:
            settled.append(item)
        elif item.path in looks:
            settled.append(replace(item, look=looks[item.path]))
        else:
            settled.append(replace(item, path=None, why=growing_or_gone(item.path, item.short)))
    return settled


def _unpacked(found: Sequence[_Found], folder: Path, as_of: date, bounds: Fetch) -> Iterator[_Found]:
    """The files, and for each ZIP of files those in it that its source means."""
    for number, item in enumerate(found, 1):
        if item.path is None or not is_archive(item.path):
            yield item
            continue
        inbox = _inbox(folder / f"archive-{number}", bounds)
        try:
            unpack(item.path, item.short, item.source.members, as_of, inbox)
            if item.look is not None and not still_the_same(item.path, item.look):
                raise trouble.changed(item.short)
        except Trouble as why:
            yield replace(item, path=None, look=None, why=why)
            continue
        except DiskError as error:
            raise error.error from None
        for name, path in inbox.files.items():
            if isinstance(path, Path):
                inside = name.removeprefix(item.short)
                yield _Found(item.source, path, item.key + inside, name, item.full + inside)
        if not inbox.files:
            wanted = f"{item.short}/{item.source.members or '*'}"
            yield replace(item, path=None, look=None, why=trouble.nothing_there(wanted), short=wanted)


# --- both ------------------------------------------------------------------------------------------------------------


def _once(found: Sequence[_Found]) -> list[_Found]:
    """Each file once a kind, by the first source that means it."""
    first: dict[tuple[str, str], _Found] = {}
    for item in found:
        first.setdefault((item.source.kind, item.key), item)
    return list(first.values())


def _names(found: Sequence[_Found]) -> dict[str, str]:
    """What each file is called: its short name if no other has it, else the full one, else that and a number."""
    files = {item.key: item for item in found}
    short = Counter(item.short for item in files.values())
    full: Counter[str] = Counter()
    names = {}
    for key, item in files.items():
        name = shown(item.short if short[item.short] == 1 or item.path is None else item.full)
        full[name] += 1
        name = name if full[name] == 1 else f"{name} ({full[name]})"
        names[key] = name if problem.is_text(name) else ascii(name)
    return names


def _archived(found: Sequence[_Found], config: Config, keep: bool) -> tuple[Arrived, ...]:
    """The files with their names, checksums and sizes, each in the archive."""
    names = _names(found)
    folder = config.output_folder / archive.FOLDER if keep and config.run.archive_days else None

    def arrive(item: _Found) -> Arrived:
        name = names[item.key]
        if item.path is None:
            return Arrived(item.source, None, name, item.why.problem if item.why else None)
        if not problem.is_text(item.path.name):
            return Arrived(item.source, None, name, problem.odd_name(item.path.name))
        try:
            sha256, size = archive.checksum(item.path)
        except OSError:
            return Arrived(item.source, item.path, name, look=item.look)  # reading it says why
        try:
            if folder is not None and size:
                archive.keep(item.path, sha256, folder)
        except Trouble as why:
            return Arrived(item.source, None, name, why.problem, sha256, size)
        return Arrived(item.source, item.path, name, None, sha256, size, item.look)

    with ThreadPoolExecutor(max_workers=MOST_AT_ONCE) as pool:
        return tuple(pool.map(arrive, found))
