"""Pull: every file that was fetched to raw frames, with what arrived and what could not be read.

A bad file never raises here: it is a row of `files` with a problem, and the gates decide.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows import reading_problem as problem
from flows.config import Config
from flows.config_sources import Source
from flows.faults import FAULTS
from flows.reading import REJECTED_SCHEMA, Reading, read_file
from flows.reading_owner import find_owner
from flows.reading_problem import Problem
from flows.sources import trouble
from flows.sources.fetch import Arrived
from flows.sources.folder import still_the_same
from schemas.errors import UsageError
from schemas.layouts import Layout, kind_fields, layouts_of

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
class _Read:
    """What came of a file."""

    reading: Reading | None
    owner: str | None
    problem: Problem | None


def pull(config: Config, arrived: Sequence[Arrived], spill: Path | None = None) -> Pulled:
    """Read what `fetch` brought, in its order. Raises nothing for a file that is missing or bad: `files` says so.

    spill: the folder for the rows of long files; without it they are held in memory. Raises UsageError when a layout
    that it would read by is unchecked.
    """
    layouts = config.layouts
    _all_checked(config)
    frames: dict[str, list[tuple[str | None, str, Rows]]] = {}
    files: list[dict[str, object]] = []
    rejected: list[pl.DataFrame] = []
    left_out: list[dict[str, object]] = []
    for item, read in zip(arrived, _readings(arrived, layouts, config.run.province, spill), strict=True):
        files.append(_file_row(item, read))
        if read.reading is None:
            continue
        if read.reading.left_out:
            left_out.append(_left_out(item, read.owner, read.reading.left_out))
        rejected.append(_placed(read.reading.rejected, item, read.owner).select(QUARANTINE_SCHEMA.keys()))
        if read.reading.frame is not None:
            fields = kind_fields(item.source.kind, layouts)
            rows = _stackable(read.reading.frame, item, read.owner, fields)
            frames.setdefault(item.source.kind, []).append((read.owner, item.file, rows))
    quarantine = pl.concat([pl.DataFrame(schema=QUARANTINE_SCHEMA), *rejected])
    stacked = {kind: _stacked(parts) for kind, parts in frames.items()}
    return Pulled(stacked, pl.DataFrame(files, schema=FILES_SCHEMA), quarantine, pl.DataFrame(left_out, schema=FAULTS))


def _left_out(item: Arrived, owner: str | None, rows: int) -> dict[str, object]:
    """The rows of a file that are no data, as a row of FAULTS."""
    return {"source": item.source.kind, "owner_code": owner, "file": item.file, "fault": "row_no_data", "rows": rows}


def _all_checked(config: Config) -> None:
    """Nothing is read by a layout that only `padan init` proposed, nor passed over while one waits for its kind."""
    for source in config.sources:
        for layout in layouts_of(source.kind, config.layouts):
            if not layout.checked and source.layout in (None, layout.name):
                raise UsageError(
                    f"The layout {layout.name!r} is a proposal that nobody has checked yet: look at each column in "
                    f"{config.run.layouts}/{layout.name}.toml, correct it, and set checked = true there."
                )


def _readings(
    arrived: Sequence[Arrived], layouts: Mapping[str, Layout], province: str, spill: Path | None
) -> list[_Read]:
    """What came of each file, in their order. Files are read side by side: calamine works on one core only."""
    first: dict[tuple[str, str], str] = {}
    originals = [
        first.setdefault((item.source.kind, item.sha256), item.file) if item.sha256 else item.file for item in arrived
    ]

    def read(number: int, item: Arrived, original: str) -> _Read:
        if item.path is None or item.problem is not None:
            return _Read(None, item.source.owner, item.problem)
        if original != item.file:
            return _Read(None, item.source.owner, problem.duplicate(item.file, original))
        own = spill / f"{number:06d}" if spill else None
        reading = read_file(item.path, _candidates(item.source, layouts), spill=own)
        if item.look is not None and not still_the_same(item.path, item.look):
            return _Read(None, item.source.owner, trouble.changed(item.file).problem)
        owner = item.source.owner or find_owner(reading, item.file, province)
        return _Read(reading, owner, reading.problem)

    with ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
        return list(pool.map(read, range(len(arrived)), arrived, originals))


def _candidates(source: Source, layouts: Mapping[str, Layout]) -> tuple[Layout, ...]:
    return (layouts[source.layout],) if source.layout else layouts_of(source.kind, layouts)


def _file_row(item: Arrived, read: _Read) -> dict[str, object]:
    """A row of `files`."""
    reading, wrong = read.reading, read.problem
    return {
        "source": item.source.kind,
        "owner_code": read.owner,
        "file": item.file,
        "layout": reading.layout.name if reading and reading.layout else item.source.layout,
        "sha256": item.sha256,
        "bytes": item.size,
        "rows_read": reading.rows if reading else 0,
        "rows_unreadable": reading.rejected.height if reading else 0,
        "encoding": reading.encoding if reading else None,
        "delimiter": reading.delimiter if reading else None,
        "heading_row": reading.heading_row if reading else None,
        "problem": wrong.code if wrong else None,
        "problem_text": wrong.text if wrong else None,
        "problem_text_id": wrong.text_id if wrong else None,
        "missing_columns": ", ".join(reading.absent) or None if reading else None,
    }


def _placed(frame: pl.DataFrame, item: Arrived, owner: str | None) -> pl.DataFrame:
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


def _stackable(frame: Rows, item: Arrived, owner: str | None, fields: Iterable[str]) -> Rows:
    """The frame with every field of its kind, in the kind's order."""
    names = tuple(fields)
    have = set(frame.lazy().collect_schema().names())
    return frame.select(
        pl.lit(owner, pl.String).alias("owner_code"),
        pl.lit(item.file).alias("file"),
        "source_row",
        *(pl.col(n) if n in have else pl.lit(None, pl.String).alias(n) for n in names),
    )
