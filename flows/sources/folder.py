"""Files of this machine and of network folders: which ones a path means, and whether they lie still."""

import fcntl
import os
import re
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from flows.sources import trouble
from flows.sources.pattern import as_glob, chosen, has_date

# What programs put beside a file that they work on, or have not finished fetching.
TEMPORARY = ("~$", ".")
UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp")
# A file that nobody is known to write, on a file system that cannot tell, must not have changed for so long.
QUIET_SECONDS = 2.0

Look = tuple[int, int, int]


def match_files(folder: Path, pattern: str, as_of: date) -> list[Path]:
    """The files a configured path or pattern means, by name; folders and temporary files are none."""
    direct = folder / pattern
    if direct.is_file():
        return [direct]
    # The folder itself is no pattern: its name may hold brackets.
    start, wanted = folder, pattern
    if Path(wanted).is_absolute():
        start, wanted = Path(Path(wanted).anchor), Path(wanted).relative_to(Path(wanted).anchor).as_posix()
    try:
        found = sorted(start.glob(as_glob(wanted)))
    except (ValueError, OSError, re.error):
        return []
    files = [path for path in found if path.is_file() and _is_data(path.name)]
    if not has_date(wanted):
        return files
    names = {path.relative_to(start).as_posix(): path for path in files}
    return [names[name] for name in chosen(names, _plain(wanted), as_of)]


def _plain(pattern: str) -> str:
    """A pattern as pathlib writes the paths that it finds: without `./` and double slashes."""
    return "/".join(part for part in pattern.split("/") if part not in {"", "."})


def _is_data(name: str) -> bool:
    return not name.startswith(TEMPORARY) and not name.lower().endswith(UNFINISHED)


def look(path: Path) -> Look:
    """What tells whether a file is still the one it was: size, time of change, identity."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def wait_until_still(paths: Iterable[Path], deadline: float) -> dict[Path, Look]:
    """What each file looks like once nobody writes it any more.

    Files still being written at the `deadline` (of time.monotonic), and those that cannot be looked at, are left out.
    """
    still: dict[Path, Look] = {}
    restless: dict[Path, Look | None] = dict.fromkeys(paths)
    pause = 0.0
    while restless:
        time.sleep(pause)
        for path, before in list(restless.items()):
            try:
                now = look(path)
                quiet = _nobody_writes(path)
            except OSError:
                del restless[path]
                continue
            if quiet is None:
                quiet = now == before or time.time_ns() - now[1] > QUIET_SECONDS * 1e9
            if quiet:
                still[path] = now
                del restless[path]
            else:
                restless[path] = now
        if time.monotonic() > deadline:
            break
        pause = QUIET_SECONDS
    return still


def _nobody_writes(path: Path) -> bool | None:
    """Whether no process of this machine has a file open for writing; None where the file system cannot tell.

    A lease on reading is given only when nobody writes; Linux gives one to the owner of a file on a local disk.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return True
    except (OSError, AttributeError) as error:
        return False if isinstance(error, BlockingIOError) else None
    finally:
        os.close(handle)


def still_the_same(path: Path, before: Look) -> bool:
    """Whether a file looks as it did."""
    try:
        return look(path) == before
    except OSError:
        return False


def growing_or_gone(path: Path, name: str) -> trouble.Trouble:
    """Why a file was left out by `wait_until_still`."""
    return trouble.growing(name) if path.is_file() else trouble.nothing_there(name)
