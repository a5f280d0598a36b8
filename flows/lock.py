"""One run at a time: a lock on the output folder that the operating system frees even after a kill."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.publish import disk_is_full, what_failed
from schemas.errors import Held, PadanError, UsageError


@contextmanager
def run_lock(output: Path) -> Iterator[None]:
    """Hold the output folder's lock while the block runs; makes the folder when it is not there.

    Raises Held when another run holds it, UsageError when the folder cannot be made or written, PadanError when the
    disk is full.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        handle = os.open(output / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        if disk_is_full(error):
            raise PadanError(what_failed(error, output)) from None
        raise UsageError(f"The output folder {output} (setting run.output) cannot be used: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held(f"Another run is under way in {output}; the published database still stands.") from None
        yield
    finally:
        os.close(handle)
