"""From rows as pulled to staged records, part by part: a file of ten million rows never stands in memory as a whole.

Files are never divided but the longest, and those into equal parts. What is decided for a file as a whole is counted
over all of its parts before the first of them is standardised.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import duckdb
import polars as pl

from flows import staging
from flows.config import Config
from flows.declared_forms import Forms, declared_forms
from flows.faults import count_faults, store_faults
from flows.file_counts import COUNTED, added_up, count_files
from flows.pull import Pulled, Rows
from flows.repeated import leave_out_repeated
from flows.source_rows import Counts, SourceRows, in_order
from flows.standardise import standardise
from schemas.layouts import KINDS, PERSON_KINDS

PART = 250_000  # rows
BATCH = 100_000  # rows taken from disk at once
MEMORY = "1GB"  # for DuckDB meanwhile: what is written need not stay in memory beside the parts in work
AHEAD = 2  # parts in work while one is written: two processors are busy and three parts in memory

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True)
class _How:
    """What every part is standardised with; `counts` are those of whole files, for the parts of divided ones."""

    kind: str
    province_code: str
    as_of: date
    forms: Forms
    counts: Counts | None = None


def stage_in_parts(
    con: duckdb.DuckDBPyConnection, pulled: Pulled, config: Config, as_of: date, run_id: str
) -> tuple[str, ...]:
    """Standardise what `flows.pull` read and stage it; give the kinds staged, in the order of `KINDS`.

    Makes the table `source_fault` beside the staged ones. `pulled.frames` is empty afterwards: it is large, and no
    stage reads it again.
    """
    staging.clear(con)
    faults = [pulled.faults]
    forms = declared_forms(pulled.files, config.layouts)
    kinds = tuple(kind for kind in KINDS if kind in pulled.frames)
    next_id = 1
    allowed = con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0]
    con.execute(f"SET memory_limit = '{MEMORY}'")
    with ThreadPoolExecutor(max_workers=AHEAD) as pool:
        for kind in kinds:
            how = _How(kind, config.run.province, as_of, forms)
            next_id = _stage_kind(con, pool, pulled.frames.pop(kind), how, next_id, faults)
    con.execute(f"SET force_compression = 'auto'; SET memory_limit = '{allowed}'")
    store_faults(con, [*faults, leave_out_repeated(con, kinds)], run_id)
    return kinds


def _stage_kind(
    con: duckdb.DuckDBPyConnection,
    pool: ThreadPoolExecutor,
    frame: Rows,
    how: _How,
    next_id: int,
    faults: list[pl.DataFrame],
) -> int:
    """Stage the rows of a kind and add their faults to `faults`; gives the next record id."""
    frame = in_order(frame) if isinstance(frame, pl.DataFrame) else frame
    lengths = _lengths(_files(frame))
    # Compressing takes longer than all the rest; a work database of many rows is written plain.
    con.execute(f"SET force_compression = '{'uncompressed' if len(lengths) > 1 else 'auto'}'")
    divided = _counts_of_divided(pool, frame, how)
    starts = [next_id + sum(lengths[:number]) for number in range(len(lengths))]

    def standardised(job: tuple[pl.DataFrame, int]) -> tuple[pl.DataFrame, pl.DataFrame]:
        raw, first_id = job
        counts = divided.get(raw["file"][0]) if raw.height else None
        standard = standardise({how.kind: raw}, how.province_code, how.as_of, how.forms, first_id, counts)[how.kind]
        return standard, count_faults(how.kind, raw, standard)

    for standard, counted in _in_work(pool, standardised, zip(_cut(frame, lengths), starts, strict=True)):
        staging.append(con, how.kind, standard)
        faults.append(counted)
    return next_id + sum(lengths) if how.kind in PERSON_KINDS else next_id


def _counts_of_divided(pool: ThreadPoolExecutor, frame: Rows, how: _How) -> dict[str, Counts]:
    """By file, for each that is divided, the counts by which its habits are judged."""
    found: dict[str, Counts] = {}
    schema = frame.lazy().collect_schema().names()
    wanted = [name for name in schema if name in ("owner_code", "file", "source_row", *COUNTED)]

    def counted(raw: pl.DataFrame) -> Counts:
        return count_files(SourceRows(how.kind, raw, how.as_of, how.forms, {}))

    for file, rows in _files(frame):
        if rows > PART:
            own = frame.lazy().filter(pl.col("file") == file).select(wanted)
            found[file] = added_up(_in_work(pool, counted, _cut(own, _lengths([(file, rows)]))))
    return found


def _in_work(pool: ThreadPoolExecutor, work: Callable[[S], T], jobs: Iterable[S]) -> Iterator[T]:
    """What comes of the jobs, in their order; AHEAD of them are in work at once."""
    waiting: deque[Future[T]] = deque()
    for job in jobs:
        waiting.append(pool.submit(work, job))
        if len(waiting) > AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _files(frame: Rows) -> list[tuple[str, int]]:
    """The files in the order of their rows, and how many each has."""
    files = frame.lazy().select("owner_code", "file").with_row_index("at")
    counted = files.group_by("owner_code", "file").agg(pl.col("at").min(), rows=pl.len()).sort("at").collect()
    return list(counted.select("file", "rows").iter_rows())  # a row a file


def _lengths(files: Sequence[tuple[str, int]]) -> list[int]:
    """Rows of each part, in the order of record ids: small files together, large ones divided evenly."""
    lengths: list[int] = []
    together = 0
    for _, rows in files:
        if together and together + rows > PART:
            lengths.append(together)
            together = 0
        if rows > PART:
            pieces = -(-rows // PART)
            lengths += [rows // pieces + (number < rows % pieces) for number in range(pieces)]
        else:
            together += rows
    return [*lengths, together] if together or not lengths else lengths


def _cut(frame: Rows, lengths: Sequence[int]) -> Iterator[pl.DataFrame]:
    """The rows in parts of these lengths. Rows on disk lie in the order of record ids already (`flows.pull`)."""
    if isinstance(frame, pl.DataFrame):
        batches: Iterator[pl.DataFrame] = frame.iter_slices(BATCH) if frame.height else iter([frame])
    else:
        batches = iter(frame.collect_batches(chunk_size=BATCH, maintain_order=True))
    held: list[pl.DataFrame] = []
    for length in lengths:
        while sum(batch.height for batch in held) < length:
            held.append(next(batches))
        whole = pl.concat(held) if held else next(batches)
        held = [whole.slice(length)]
        yield whole.head(length)
