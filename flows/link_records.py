"""The files of `padan link` as records that the engine takes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from flows.link_files import read_table
from matchers.columns import make_columns
from matchers.spec import Spec, SpecError
from schemas.errors import UsageError

# Made here for the engine: each record's number over both files, and which file it is from.
NUMBER: Final = "_number"
PLACE: Final = "_file"
SIDES: Final = ("left", "right")


@dataclass(frozen=True)
class Records:
    """The records of one or two files as the engine takes them.

    `frame` has the columns of `spec.columns`, numbered over all records. `ids` has, for each side, `NUMBER: Int64`
    and `id` as the file has it. `notes` are to be told to the user.
    """

    frame: pl.DataFrame
    ids: dict[str, pl.DataFrame]
    spec: Spec
    notes: tuple[str, ...]

    @property
    def one_file(self) -> bool:
        """Whether a file is compared with itself."""
        return len(self.ids) == 1


def read_records(left: Path, right: Path, spec: Spec, spec_name: str) -> Records:
    """The records of two files, or of one when both are the same, with the columns that the spec compares.

    Without a register or source of its own each file is one of both. Raises UsageError, with the file and the column
    or data row named.
    """
    paths = {"left": left, "right": right}
    if left.exists() and right.exists() and left.samefile(right):
        del paths["right"]
        spec = replace(spec, repeats=True, register=None, source=None)
    notes: list[str] = []
    frames: dict[str, pl.DataFrame] = {}
    ids: dict[str, pl.DataFrame] = {}
    start = 0
    with ThreadPoolExecutor(len(SIDES)) as pool:
        made = list(pool.map(lambda path: _made(path, spec_name, spec), paths.values()))
    for (side, path), table in zip(paths.items(), made, strict=True):
        frame, told = _numbered(path, table, spec, start)
        notes += told
        ids[side] = frame.select(NUMBER, pl.col(spec.record).alias("id"))
        frames[side] = frame.with_columns(pl.lit(side).alias(PLACE))
        start += frame.height
    spec = replace(spec, record=NUMBER)
    if len(frames) == 2:
        spec = _placed(spec, list(frames.values()))
    return Records(_union(list(frames.values()), spec), ids, spec, tuple(notes))


def _made(path: Path, spec_name: str, spec: Spec) -> pl.DataFrame:
    """The records of a file with the columns that the spec compares."""
    table = read_table(path)
    try:
        frame = make_columns(table, spec)
    except SpecError as error:
        raise UsageError(f"{path.name} does not go with the linkage spec {spec_name}: {error}.") from None
    _must_have(path, spec_name, frame, spec)
    # What else the file holds only takes memory.
    wanted = {spec.record, spec.register, spec.source, *spec.given_columns}
    return frame.select(name for name in frame.columns if name in wanted)


def _must_have(path: Path, spec_name: str, frame: pl.DataFrame, spec: Spec) -> None:
    given = {spec.record, spec.register, spec.source}
    missing = [name for name in spec.given_columns if name not in frame.columns and name not in given]
    if missing:
        listed = ", ".join(map(repr, missing))
        raise UsageError(f"{path.name} has no column {listed}, which the linkage spec {spec_name} compares.")


def _numbered(path: Path, frame: pl.DataFrame, spec: Spec, start: int) -> tuple[pl.DataFrame, list[str]]:
    """Records ordered by id and numbered from `start`, so that the order of the rows makes no difference."""
    notes = []
    frame = frame.with_row_index("_row", offset=1)
    if spec.record not in frame.columns:
        notes.append(f"{path.name} has no column {spec.record}: the number of the data row, from 1, is the id.")
        frame = frame.with_columns(pl.col("_row").cast(pl.Int64).alias(spec.record))
    ids = frame[spec.record]
    if ids.null_count():
        raise UsageError(f"{path.name}, data row {ids.is_null().arg_true()[0] + 1}: the id {spec.record!r} is empty.")
    if ids.is_duplicated().any():
        again = ids.is_first_distinct().not_().arg_true()[0]
        first = ids.index_of(ids[again])
        raise UsageError(
            f"{path.name}: the data rows {(first or 0) + 1} and {again + 1} have the same id in {spec.record!r}."
        )
    frame = frame.sort(spec.record)
    number = pl.int_range(start + 1, start + frame.height + 1, dtype=pl.Int64, eager=True).alias(NUMBER)
    return frame.with_columns(number).drop("_row"), notes


def _placed(spec: Spec, frames: list[pl.DataFrame]) -> Spec:
    """The spec with each file as one register and source, unless the files say in columns of their own which."""
    held = {name for name in (spec.register, spec.source) if name and all(name in frame.columns for frame in frames)}
    return replace(
        spec,
        register=spec.register if spec.register in held else PLACE,
        source=spec.source if spec.source in held else PLACE,
    )


def _union(frames: list[pl.DataFrame], spec: Spec) -> pl.DataFrame:
    chosen = [frame.select(spec.given_columns) for frame in frames]
    for name in spec.given_columns:
        kinds = {frame.schema[name] for frame in chosen}
        if len(kinds) > 1:
            chosen = [frame.with_columns(pl.col(name).cast(pl.String)) for frame in chosen]
    return pl.concat(chosen)
