"""The answer to a query in a file's form: CSV, Parquet, JSON, a workbook. Written in batches, whatever its length."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from flows.staging import quoted_name
from reports.sheet import MAX_ROWS
from reports.table_book import Sheet, columns_for, write_tables
from reports.table_csv import csv_bytes
from reports.written import whole
from schemas.errors import UsageError

TABLE = "table"
FORMS = ("csv", "json", "parquet", "xlsx")
BATCH = 100_000
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def write_form(answer: duckdb.DuckDBPyRelation, form: str, out: IO[bytes], for_excel: bool) -> None:
    """Write the whole answer to a stream of bytes in one of FORMS; raises UsageError when it is too long for it."""
    if form == "csv":
        _csv(answer, out, for_excel)
    elif form == "json":
        _json(answer, out)
    elif form == "parquet":
        _parquet(answer, out)
    else:
        _xlsx(answer, out)


def write_file(answer: duckdb.DuckDBPyRelation, form: str, out: Path, for_excel: bool = False) -> None:
    """Write the whole answer to a file in one of FORMS, whole or not at all; raises UsageError when that cannot be."""

    def write(path: Path) -> None:
        with path.open("wb") as stream:
            write_form(answer, form, stream, for_excel)

    _written(out, write)


def write_text(text: str, out: Path) -> None:
    """Write a text and a line's end to a file, whole or not at all; raises UsageError when that cannot be."""
    _written(out, lambda path: path.write_text(f"{text}\n", encoding="utf-8", newline="\n"))


def _written(out: Path, write: Callable[[Path], object]) -> None:
    try:
        whole(out, write)
    except OSError as error:
        raise UsageError(f"The file {out} cannot be written: {error.strerror}.") from None


def form_of(asked: str | None, out: Path | None) -> str:
    """The form to answer in: what was asked for, else what the file's name ends in, else a text table.

    Raises UsageError when the name's end is none of a form's, or of another one than was asked for.
    """
    if out is None:
        return asked or TABLE
    ending = out.suffix.lower().removeprefix(".")
    if ending == "txt":
        ending = TABLE
    if ending not in (*FORMS, TABLE) or (asked or ending) != ending:
        of = f" in the form {asked}" if asked else ""
        ends = "txt" if asked == TABLE else asked or f"{', .'.join(FORMS)} or .txt"
        raise UsageError(f"The name of a file{of} ends in .{ends}; {out.name} does not.")
    return ending


def _names(answer: duckdb.DuckDBPyRelation) -> list[str]:
    """The columns' names, a second one of a name with a number: `a, a` -> `a, a_2`."""
    names: list[str] = []
    for name in answer.columns:
        number, unique = 1, name
        while unique in names:
            number += 1
            unique = f"{name}_{number}"
        names.append(unique)
    return names


def _reader(answer: duckdb.DuckDBPyRelation, typed: dict[str, str]) -> pa.RecordBatchReader:
    """The answer in batches under unique names; typed: type without size -> what it is cast to, "" for any other."""
    names = [quoted_name(name) for name in _names(answer)]
    chosen = []
    for name, kind in zip(names, answer.types, strict=True):
        to = typed.get(re.sub(r"\(\d+,\d+\)$", "", str(kind)), typed.get(""))
        chosen.append(f"{name}::{to} AS {name}" if to else name)
    renamed = answer.query("answer", f"SELECT {', '.join(chosen)} FROM answer AS t({', '.join(names)})")
    # A SELECT always gives a relation.
    reader: pa.RecordBatchReader = cast(duckdb.DuckDBPyRelation, renamed).to_arrow_reader(BATCH)
    return reader


def _batches(reader: pa.RecordBatchReader) -> Iterator[pl.DataFrame]:
    for batch in reader:
        yield pl.DataFrame(pl.from_arrow(batch))


def _csv(answer: duckdb.DuckDBPyRelation, out: IO[bytes], for_excel: bool) -> None:
    """Every value as DuckDB writes it, NULL as nothing, an empty text as `""`."""
    numbers = [str(kind).startswith((*WHOLE, "DOUBLE", "FLOAT", "DECIMAL")) for kind in answer.types]
    names = _names(answer)
    out.write(csv_bytes(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), numbers, for_excel))
    for frame in _batches(_reader(answer, {"": "VARCHAR"})):
        out.write(csv_bytes(frame, numbers, for_excel, heading=False))


def _json(answer: duckdb.DuckDBPyRelation, out: IO[bytes]) -> None:
    """One array, one object a line; dates and times as text."""
    before = b"["
    for frame in _batches(_reader(answer, {"HUGEINT": "BIGINT", "UHUGEINT": "BIGINT", "DECIMAL": "DOUBLE"})):
        lines = frame.write_ndjson().rstrip("\n")
        if lines:
            out.write(before + b"\n" + lines.replace("\n", ",\n").encode())
            before = b","
    out.write(b"[]\n" if before == b"[" else b"\n]\n")


def _parquet(answer: duckdb.DuckDBPyRelation, out: IO[bytes]) -> None:
    reader = _reader(answer, {"HUGEINT": "BIGINT", "UHUGEINT": "BIGINT"})
    with pq.ParquetWriter(out, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _xlsx(answer: duckdb.DuckDBPyRelation, out: IO[bytes]) -> None:
    """A workbook of one sheet: texts are text cells, numbers of people among them; nothing is a formula."""
    casts = dict.fromkeys(WHOLE, "BIGINT") | dict.fromkeys(("DOUBLE", "FLOAT", "DECIMAL"), "DOUBLE") | {"DATE": "DATE"}
    frames = list(_batches(_reader(answer.limit(MAX_ROWS + 1), {**casts, "": "VARCHAR"})))
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(_names(answer), pl.String))
    if frame.height > MAX_ROWS:
        raise UsageError(f"A sheet holds {MAX_ROWS} rows and the answer has more; write it as .csv or .parquet.")
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "answer.xlsx"
        write_tables(book, "padan query", None, [Sheet("Data", frame, columns_for(frame))])
        out.write(book.read_bytes())
