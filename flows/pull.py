"""Pull: every configured file to raw frames, with what arrived and what could not be read.

A bad file never raises here: it is a row of `files` with a problem, and the gates decide.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows import reading_problem as problem
from flows.config import Config, Source
from flows.faults import FAULTS
from flows.reading import REJECTED_SCHEMA, Reading, read_file
from flows.reading_owner import find_owner
from flows.reading_problem import Problem
from schemas.layouts import Layout, kind_fields, layouts_of, load_layouts

MOST_AT_ONCE = 4  # files read side by side; bounds memory on large machines
Rows = pl.DataFrame | pl.LazyFrame
FILES_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "source": pl.String,
    "owner_code": pl.String,
    "file": pl.String,
    "layout": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
    "rows_read": pl.Int64,
    "rows_unreadable": pl.Int64,
    "encoding": pl.String,
    "delimiter": pl.String,
    "heading_row": pl.Int64,
    "problem": pl.String,
    "problem_text": pl.String,
    "problem_text_id": pl.String,
    "missing_columns": pl.String,
}
QUARANTINE_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "source": pl.String,
    "owner_code": pl.String,
    "file": pl.String,
    **REJECTED_SCHEMA,
}


@dataclass(frozen=True)
class Pulled:
    """What arrived.

    `frames`: kind -> `owner_code, file: String, source_row: Int64` and every field of the kind as String
    exactly as written; only kinds with at least one readable file; a LazyFrame when rows of a long file lie on
    disk, in the order of owner_code and file. `files`: a row a configured or matched file
    (FILES_SCHEMA); `rows_read` are the rows in the frame and `rows_unreadable` those in `quarantine`, together
    all data rows of the file; `missing_columns` the canonical headings that the file lacks (of a file with the
    problem column_missing only those that it must have). `quarantine`: rows that cannot be read
    (QUARANTINE_SCHEMA). `faults`: what reading set right or left out, counted (`flows.faults.FAULTS`).
    """

    frames: dict[str, Rows]
    files: pl.DataFrame
    quarantine: pl.DataFrame
    faults: pl.DataFrame


@dataclass(frozen=True)
class _Item:
    """A file to read, or (path None) a pattern that matched nothing."""

    source: Source
    path: Path | None
    file: str


@dataclass(frozen=True)
class _Arrival:
    """What came of an item."""

    reading: Reading | None
    owner: str | None
    problem: Problem | None
    sha256: str | None
    size: int | None


def pull(config: Config, spill: Path | None = None) -> Pulled:
    """Read every source of a configuration, in its order and by name within a pattern. Raises nothing for a
    file that is missing or bad: `files` says so. The rows of long files go to the folder `spill`, when there is one."""
    layouts = load_layouts()
    frames: dict[str, list[tuple[str | None, str, Rows]]] = {}
    files: list[dict[str, object]] = []
    rejected: list[pl.DataFrame] = []
    left_out: list[dict[str, object]] = []
    items = _items(config)
    for item, arrival in zip(items, _arrivals(items, layouts, config.run.province, spill), strict=True):
        files.append(_file_row(item, arrival))
        if arrival.reading is None:
            continue
        if arrival.reading.left_out:
            left_out.append(_left_out(item, arrival))
        rejected.append(_placed(arrival.reading.rejected, item, arrival.owner).select(QUARANTINE_SCHEMA.keys()))
        if arrival.reading.frame is not None:
            fields = kind_fields(item.source.kind, layouts)
            rows = _stackable(arrival.reading.frame, item, arrival.owner, fields)
            frames.setdefault(item.source.kind, []).append((arrival.owner, item.file, rows))
    quarantine = pl.concat([pl.DataFrame(schema=QUARANTINE_SCHEMA), *rejected])
    stacked = {kind: _stacked(parts) for kind, parts in frames.items()}
    return Pulled(stacked, pl.DataFrame(files, schema=FILES_SCHEMA), quarantine, pl.DataFrame(left_out, schema=FAULTS))


def _left_out(item: _Item, arrival: _Arrival) -> dict[str, object]:
    """The rows of a file that are no data, as a row of FAULTS."""
    return {
        "source": item.source.kind,
        "owner_code": arrival.owner,
        "file": item.file,
        "fault": "row_no_data",
        "rows": arrival.reading.left_out if arrival.reading else 0,
    }


def _arrivals(
    items: Sequence[_Item], layouts: Mapping[str, Layout], province: str, spill: Path | None
) -> list[_Arrival]:
    """What came of each item, in their order. Files are read side by side: calamine works on one core only."""
    with ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
        checksums = list(pool.map(lambda item: _checksum(item.path), items))
        first: dict[tuple[str, str], str] = {}
        originals = [
            first.setdefault((item.source.kind, digest), item.file) if digest else item.file
            for item, (digest, _) in zip(items, checksums, strict=True)
        ]

        def arrive(number: int, item: _Item, original: str, checksum: tuple[str | None, int | None]) -> _Arrival:
            if item.path is None:
                return _Arrival(None, item.source.owner, problem.missing_file(item.source.path), *checksum)
            if not problem.is_text(item.path.name):
                return _Arrival(None, item.source.owner, problem.odd_name(item.path.name), *checksum)
            if original != item.file:
                return _Arrival(None, item.source.owner, problem.duplicate(item.file, original), *checksum)
            own = spill / f"{number:06d}" if spill else None
            reading = read_file(item.path, _candidates(item.source, layouts), spill=own)
            owner = item.source.owner or find_owner(reading, item.path.name, province)
            return _Arrival(reading, owner, reading.problem, *checksum)

        return list(pool.map(arrive, range(len(items)), items, originals, checksums))


def match_files(folder: Path, pattern: str) -> list[Path]:
    """The files a configured path or glob means, by name; folders and temporary files are none."""
    direct = folder / pattern
    if direct.is_file():
        return [direct]
    # The folder itself is no pattern: its name may hold brackets.
    start, wanted = folder, Path(pattern)
    if wanted.is_absolute():
        start, wanted = Path(wanted.anchor), wanted.relative_to(wanted.anchor)
    try:
        found = sorted(start.glob(str(wanted)))
    except (ValueError, OSError, re.error):
        return []
    return [path for path in found if path.is_file() and not path.name.startswith(("~$", "."))]


def _items(config: Config) -> list[_Item]:
    """Each file once a kind; a base name that two files share becomes a path from the configuration's folder."""
    pairs: list[tuple[Source, Path | None]] = []
    taken: set[tuple[str, Path]] = set()
    for source in config.sources:
        matched = match_files(config.folder, source.path)
        fresh = [path for path in matched if (source.kind, path.resolve()) not in taken]
        taken.update((source.kind, path.resolve()) for path in matched)
        pairs.extend((source, path) for path in fresh)
        if not matched:
            pairs.append((source, None))
    names = Counter(path.name for path in {path.resolve(): path for _, path in pairs if path}.values())
    return [_Item(source, path, _name(source, path, names, config.folder)) for source, path in pairs]


def _name(source: Source, path: Path | None, names: Counter[str], folder: Path) -> str:
    if path is None:
        return source.path
    name = path.name if names[path.name] == 1 else Path(os.path.relpath(path, folder)).as_posix()
    return name if problem.is_plain(name) else ascii(name)


def _checksum(path: Path | None) -> tuple[str | None, int | None]:
    """SHA-256 and size in bytes; nothing when the file cannot be opened (reading it then says why)."""
    if path is None:
        return None, None
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size
    except OSError:
        return None, None


def _candidates(source: Source, layouts: Mapping[str, Layout]) -> tuple[Layout, ...]:
    return (layouts[source.layout],) if source.layout else layouts_of(source.kind, layouts)


def _file_row(item: _Item, arrival: _Arrival) -> dict[str, object]:
    """A row of `files`."""
    reading, trouble = arrival.reading, arrival.problem
    return {
        "source": item.source.kind,
        "owner_code": arrival.owner,
        "file": item.file,
        "layout": reading.layout.name if reading and reading.layout else item.source.layout,
        "sha256": arrival.sha256,
        "bytes": arrival.size,
        "rows_read": reading.rows if reading else 0,
        "rows_unreadable": reading.rejected.height if reading else 0,
        "encoding": reading.encoding if reading else None,
        "delimiter": reading.delimiter if reading else None,
        "heading_row": reading.heading_row if reading else None,
        "problem": trouble.code if trouble else None,
        "problem_text": trouble.text if trouble else None,
        "problem_text_id": trouble.text_id if trouble else None,
        "missing_columns": ", ".join(reading.absent) or None if reading else None,
    }


def _placed(frame: pl.DataFrame, item: _Item, owner: str | None) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(item.source.kind).alias("source"),
        pl.lit(owner, pl.String).alias("owner_code"),
        pl.lit(item.file).alias("file"),
    )


def _stacked(parts: Sequence[tuple[str | None, str, Rows]]) -> Rows:
    """The rows of all files of a kind; as long as they are in memory, in memory, else by owner and file."""
    held = [part for _, _, part in parts if isinstance(part, pl.DataFrame)]
    if len(held) == len(parts):
        return pl.concat(held)
    ordered = sorted(parts, key=lambda part: (part[0] is not None, part[0] or "", part[1]))
    return pl.concat([part.lazy() for _, _, part in ordered])


def _stackable(frame: Rows, item: _Item, owner: str | None, fields: Iterable[str]) -> Rows:
    """The frame with every field of its kind, in the kind's order."""
    names = tuple(fields)
    have = set(frame.lazy().collect_schema().names())
    return frame.select(
        pl.lit(owner, pl.String).alias("owner_code"),
        pl.lit(item.file).alias("file"),
        "source_row",
        *(pl.col(n) if n in have else pl.lit(None, pl.String).alias(n) for n in names),
    )
