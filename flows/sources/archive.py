"""What was read is kept once, by its SHA-256, compressed: `<output>/archive/ab/abcd....zst`.

A checksum in `source_file` leads to the very bytes that a run read, for as long as `run.archive_days` says.
"""

import hashlib
import os
import threading
import time
from pathlib import Path

import pyarrow as pa

from flows.sources import trouble

FOLDER = "archive"
CHUNK = 4 << 20
DAY_SECONDS = 86_400
NEW = ".new-"


def checksum(path: Path) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and size in bytes of a file; raises OSError when it cannot be read."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return digest, stream.tell()


def place_of(archive: Path, sha256: str) -> Path:
    """Where the bytes with a checksum are kept."""
    return archive / sha256[:2] / f"{sha256}.zst"


def keep(path: Path, sha256: str, archive: Path) -> None:
    """Archive a file whose checksum is known, unless its bytes are there already; their age begins anew.

    Raises Trouble when the file no longer has that checksum, OSError when it cannot be read or the archive not written.
    """
    target = place_of(archive, sha256)
    if target.exists():
        os.utime(target)
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(f"{NEW}{sha256}-{threading.get_ident()}")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        digest = hashlib.sha256()
        with path.open("rb") as stream, pa.output_stream(str(fresh), compression="zstd") as packed:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                packed.write(chunk)
        if digest.hexdigest() != sha256:
            raise trouble.changed(path.name)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def prune(archive: Path, days: int) -> None:
    """Delete what no run has read for `days` days, and what a killed run left half written."""
    oldest = time.time() - days * DAY_SECONDS
    for file in archive.glob("??/*"):
        if file.name.startswith(NEW) or file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
