"""From rows as pulled to staged records, part by part: a file of ten million rows never stands in memory as a whole.

Files are never divided but the longest, and those into equal parts; what is judged by file (the order of day and month,
numbers that lost their tails) is judged by part there, each being larger than most offices' whole files.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import duckdb
import polars as pl

from flows import staging
from flows.faults import count_faults, store_faults
from flows.pull import Pulled, Rows
from flows.repeated import leave_out_repeated
from flows.standardise import in_order, standardise
from schemas.layouts import KINDS, PERSON_KINDS

PART = 250_000  # rows
BATCH = 100_000  # rows taken from disk at once
MEMORY = "1GB"  # for DuckDB meanwhile: what is written need not stay in memory beside the parts in work
AHEAD = 2  # parts in work while one is written: two processors are busy and three parts in memory


def stage_in_parts(
    con: duckdb.DuckDBPyConnection,
    pulled: Pulled,
    province_code: str,
    as_of: date,
    run_id: str,
) -> tuple[str, ...]:
    """Standardise what `flows.pull` read and stage it; give the kinds staged, in the order of `KINDS`.

    province_code, as_of: as `flows.standardise.standardise` takes them. Makes the table `source_fault` beside the
    staged ones. `pulled.frames` is empty afterwards: it is large, and no stage reads it again.
    """
    staging.clear(con)
    faults = [pulled.faults]
    kinds = tuple(kind for kind in KINDS if kind in pulled.frames)
    next_id = 1
    allowed = con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0]
    con.execute(f"SET memory_limit = '{MEMORY}'")
    with ThreadPoolExecutor(max_workers=AHEAD) as pool:
        for kind in kinds:
            lengths, parts = _parts(pulled.frames.pop(kind))
            # Compressing takes longer than all the rest; a work database of many rows is written plain.
            con.execute(f"SET force_compression = '{'uncompressed' if len(lengths) > 1 else 'auto'}'")
            starts = [next_id + sum(lengths[:number]) for number in range(len(lengths))]
            for standard, counted in _in_work(pool, kind, zip(parts, starts, strict=True), province_code, as_of):
                staging.append(con, kind, standard)
                faults.append(counted)
            next_id += sum(lengths) if kind in PERSON_KINDS else 0
    con.execute(f"SET force_compression = 'auto'; SET memory_limit = '{allowed}'")
    store_faults(con, [*faults, leave_out_repeated(con, kinds)], run_id)
    return kinds


def _in_work(
    pool: ThreadPoolExecutor, kind: str, jobs: Iterable[tuple[pl.DataFrame, int]], province_code: str, as_of: date
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The parts standardised, and their faults, in their order; AHEAD of them are in work at once."""
    waiting: deque[Future[tuple[pl.DataFrame, pl.DataFrame]]] = deque()
    for raw, first_id in jobs:
        waiting.append(pool.submit(_standardised, kind, raw, province_code, as_of, first_id))
        if len(waiting) > AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _standardised(
    kind: str, raw: pl.DataFrame, province_code: str, as_of: date, first_id: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    standard = standardise({kind: raw}, province_code, as_of, first_id)[kind]
    return standard, count_faults(kind, raw, standard)


def _parts(frame: Rows) -> tuple[list[int], Iterator[pl.DataFrame]]:
    """How many rows each part has, and the parts, in the order of record ids.

    Rows on disk lie in that order already (`flows.pull`).
    """
    if isinstance(frame, pl.DataFrame):
        frame = in_order(frame)
        if frame.height <= PART:
            return [frame.height], iter([frame])
    files = frame.lazy().select("owner_code", "file").with_row_index("at")
    files = files.group_by("owner_code", "file").agg(pl.col("at").min(), rows=pl.len()).sort("at")
    lengths = _lengths(files.collect()["rows"].to_list())
    if isinstance(frame, pl.DataFrame):
        batches: Iterator[pl.DataFrame] = frame.iter_slices(BATCH)
    else:
        batches = iter(frame.collect_batches(chunk_size=BATCH, maintain_order=True))
    return lengths, _cut(batches, lengths)


def _lengths(files: Sequence[int]) -> list[int]:
    """Rows of each part: small files together, large ones divided evenly."""
    lengths: list[int] = []
    together = 0
    for rows in files:
        if together and together + rows > PART:
            lengths.append(together)
            together = 0
        if rows > PART:
            pieces = -(-rows // PART)
            lengths += [rows // pieces + (number < rows % pieces) for number in range(pieces)]
        else:
            together += rows
    return [*lengths, together] if together or not lengths else lengths


def _cut(batches: Iterator[pl.DataFrame], lengths: Sequence[int]) -> Iterator[pl.DataFrame]:
    """The rows of the batches in parts of these lengths."""
    held: list[pl.DataFrame] = []
    for length in lengths:
        while sum(batch.height for batch in held) < length:
            held.append(next(batches))
        whole = pl.concat(held)
        held = [whole.slice(length)]
        yield whole.head(length)
