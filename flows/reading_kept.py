"""The rows of one file as they come: in memory, or on disk when they are many; numbered when all have come."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from flows.reading_heading import Heading
from flows.reading_lines import BAD_SCHEMA
from flows.reading_rows import Survey, furniture, is_footer, survey

HELD = 1_000_000  # rows that are held in memory; the rows of a longer file go to disk in portions of so many
LONGEST_CELL = 5_000  # bytes; no value of any register is longer, and comparing one that is would never end
LONGEST_RAW = 10_000  # characters of an unreadable row that are kept
CUT = " …"


class KeptRows:
    """Rows below a heading (`add`, in order), then all of them (`numbered`).

    spill: a folder of this file's own, which is made when its rows go to disk; None keeps them in memory.
    """

    def __init__(self, heading: Heading, spill: Path | None) -> None:
        self._heading, self._spill = heading, spill
        self._held: list[pl.DataFrame] = []
        self._files: list[Path] = []
        self._surveys: list[Survey] = []
        self._bad: list[pl.DataFrame] = []
        self._count = 0
        self.left_out = 0  # rows that are no data, known when all are numbered

    def add(self, rows: pl.DataFrame, bad: pl.DataFrame) -> None:
        """Rows (`line: Int64, c0`...: String) and the lines among them that are none (BAD_SCHEMA)."""
        endless = _endless(rows)
        if endless is not None:
            bad = pl.concat([bad, _as_bad(rows.filter(endless))])
            rows = rows.filter(~endless)
        if bad.height:
            self._bad.append(bad)
        self._surveys.append(survey(rows, self._heading, self._count))
        self._held.append(_fields(rows, self._heading))
        self._count += rows.height
        if self._spill is not None and sum(frame.height for frame in self._held) >= HELD:
            self._write(self._spill)

    def numbered(self, delimiter: str | None) -> tuple[pl.DataFrame | pl.LazyFrame, pl.DataFrame]:
        """The data rows (`source_row: Int64` and the fields of the layout; a LazyFrame when they are on disk) and the
        unreadable ones (`source_row, line, raw, reason`), numbered among each other in the order of the file."""
        gone = np.array(sorted(furniture(self._surveys)), dtype=np.int64)
        self.left_out = len(gone)
        bad = pl.concat([pl.DataFrame(schema=BAD_SCHEMA), *self._bad]).sort("line", maintain_order=True)
        if bad.height and delimiter is not None:
            bad = bad.filter(~is_footer(pl.col("raw"), delimiter))
        frame = self._all()
        number, kept = pl.col("index"), frame
        if len(gone):
            kept = frame.filter(~pl.col("index").is_in(gone.tolist()))
            number = number - pl.lit(pl.Series(gone)).search_sorted(pl.col("index")).cast(pl.Int64)
        if bad.height:
            number = number + pl.lit(bad["line"]).search_sorted(pl.col("line")).cast(pl.Int64)
        rows = kept.select((number + 1).alias("source_row"), *self._heading.layout.fields)
        return rows, self._bad_numbered(bad, frame, gone)

    def _bad_numbered(
        self, bad: pl.DataFrame, frame: pl.DataFrame | pl.LazyFrame, gone: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> pl.DataFrame:
        numbers = np.arange(1, bad.height + 1, dtype=np.int64)
        if bad.height:
            lines = frame.lazy().select("index", "line").collect()
            kept = lines.filter(~pl.col("index").is_in(gone.tolist()))["line"].to_numpy()
            numbers += np.searchsorted(kept, bad["line"].to_numpy())
        cut = pl.when(pl.col("raw").str.len_chars() > LONGEST_RAW)
        raw = cut.then(pl.col("raw").str.slice(0, LONGEST_RAW) + CUT).otherwise("raw")
        return bad.with_columns(raw).insert_column(0, pl.Series("source_row", numbers, dtype=pl.Int64))

    def _all(self) -> pl.DataFrame | pl.LazyFrame:
        """`index: Int64, line: Int64` and the fields."""
        if not self._files or self._spill is None:
            return _indexed(self._held, 0) if self._held else _nothing(self._heading)
        if self._held:
            self._write(self._spill)
        return pl.scan_parquet(self._files)

    def _write(self, spill: Path) -> None:
        spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = spill / f"{len(self._files):06d}.parquet"
        rows = sum(frame.height for frame in self._held)
        _indexed(self._held, self._count - rows).write_parquet(path, compression="lz4", statistics=False)
        self._files.append(path)
        self._held = []


def _indexed(frames: Sequence[pl.DataFrame], first: int) -> pl.DataFrame:
    whole = pl.concat(frames)
    return whole.insert_column(0, pl.int_range(first, first + whole.height, dtype=pl.Int64, eager=True).alias("index"))


def _nothing(heading: Heading) -> pl.DataFrame:
    return pl.DataFrame(schema={"index": pl.Int64, "line": pl.Int64, **dict.fromkeys(heading.layout.fields, pl.String)})


def _fields(rows: pl.DataFrame, heading: Heading) -> pl.DataFrame:
    """`line` and every field of the layout, null where the file has no such column."""
    at = heading.positions
    return rows.select(
        "line",
        *(
            pl.col(f"c{at[name]}").alias(name) if name in at else pl.lit(None, pl.String).alias(name)
            for name in heading.layout.fields
        ),
    )


def _endless(rows: pl.DataFrame) -> pl.Series | None:
    """Which rows hold a cell longer than any value; None when no row does."""
    if not rows.height:
        return None
    lengths = rows.select(pl.col(pl.String).str.len_bytes().max())
    names = [
        name for name, longest in zip(lengths.columns, lengths.row(0), strict=True) if (longest or 0) > LONGEST_CELL
    ]
    if not names:
        return None
    return rows.select((pl.max_horizontal(pl.col(names).str.len_bytes()) > LONGEST_CELL).fill_null(False)).to_series()


def _as_bad(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with an endless cell as lines that cannot be read, each cell cut."""
    cells = pl.concat_str(pl.col(pl.String).fill_null("").str.slice(0, LONGEST_CELL), separator=";")
    return rows.select("line", raw=cells, reason=pl.lit("cell_too_long"))
