"""The decisions of officers on the disk: `decisions.jsonl` in the configured folder, a line a decision, oldest first.

Lines are only ever added, and the file is replaced whole, so that no reader meets half of one. It lies apart from the
published databases, which come and go; each night publishes all of it as the table `decision`.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import polars as pl

from schemas.errors import PadanError, UsageError
from schemas.verdicts import BY_CODE

FILE: Final = "decisions.jsonl"
# A side is how a record is known again: its two keys and digests of its NIK, name and birth date, joined by `|`.
SCHEMA: Final[dict[str, Any]] = {
    "decision_id": pl.String,
    "finding_id": pl.String,
    "code": pl.String,
    "verdict": pl.String,
    "note": pl.String,
    "valid_until": pl.String,
    "author": pl.String,
    "decided_on": pl.String,
    "overrules": pl.Boolean,
    "values_digest": pl.String,
    "files_digest": pl.String,
    "left_sides": pl.List(pl.String),
    "right_sides": pl.List(pl.String),
    "file": pl.String,
    "file_sha256": pl.String,
    "sheet": pl.String,
    "sheet_row": pl.Int32,
    "workbook_run_id": pl.String,
}
DAYS: Final = ("valid_until", "decided_on")


def read_decisions(folder: Path) -> pl.DataFrame:
    """All decisions in the order in which they were read back: SCHEMA, the days as dates; empty when there are none.

    Raises PadanError when the file cannot be read or is damaged: to go on without it would undo what officers said.
    """
    file = folder / FILE
    if not file.exists():
        return pl.DataFrame(schema=SCHEMA).with_columns(pl.col(DAYS).cast(pl.Date))
    damaged = PadanError(f"The decisions of officers in {file} are damaged; put back a whole copy of that file.")
    try:
        frame = pl.read_ndjson(file.read_bytes(), schema=SCHEMA) if file.stat().st_size else pl.DataFrame(schema=SCHEMA)
        frame = frame.with_columns(pl.col(DAYS).str.to_date("%Y-%m-%d", strict=True))
    except OSError as error:
        raise PadanError(f"The decisions of officers in {file} cannot be read: {error.strerror}.") from None
    except pl.exceptions.PolarsError:
        raise damaged from None
    whole = frame.select("decision_id", "finding_id", "author", "decided_on").null_count().row(0) == (0, 0, 0, 0)
    if not whole or not set(frame["verdict"]) <= set(BY_CODE):
        raise damaged
    return frame


@contextmanager
def decisions_lock(folder: Path) -> Iterator[None]:
    """Hold the decisions while the block runs: two who read back at once come one after the other.

    Raises UsageError when the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise UsageError(f"The folder {folder} (setting run.decisions) cannot be used: {error.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def add_decisions(folder: Path, decisions: Sequence[Mapping[str, Any]]) -> None:
    """Add decisions (mappings of SCHEMA) behind those that are there; within `decisions_lock`.

    The file is readable for its owner and group: notes may name people. Raises PadanError when it cannot be written;
    then it is as it was.
    """
    file, unfinished = folder / FILE, folder / f".{FILE}.part"
    lines = "".join(json.dumps(dict(one), ensure_ascii=False, default=str) + "\n" for one in decisions)
    try:
        before = file.read_bytes() if file.exists() else b""
        with unfinished.open("wb") as handle:
            handle.write(before + lines.encode("utf-8", errors="replace"))
            handle.flush()
            os.fsync(handle.fileno())
        unfinished.chmod(0o640)
        unfinished.replace(file)
    except OSError as error:
        raise PadanError(f"The decisions could not be written in {folder}: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
