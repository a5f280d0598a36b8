"""What `padan query` was asked for: SQL, an example, or what there is to ask."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from flows.describe import described, example, examples, tables
from flows.query import query, write_query
from flows.query_forms import TABLE, form_of, write_text
from schemas.errors import UsageError


def run_query(options: argparse.Namespace, output: Callable[[], Path], say: Callable[[str], None]) -> None:
    """Answer one `padan query`; `output` gives the output folder once the configuration is known.

    Raises UsageError, one plain sentence, when the options do not fit or the SQL does not run.
    """
    if options.sql is not None and (options.tables or options.describe or options.examples or options.example):
        # No SQL is asked for, so that what stands in its place is the configuration.
        if options.config is not None:
            raise UsageError("Give SQL, or one of --tables, --describe, --examples and --example, not both.")
        options.config, options.sql = Path(options.sql), None
    if options.examples:
        say(examples())
    elif options.tables:
        say(tables(output()))
    elif options.describe:
        say(described(output(), options.describe))
    else:
        sql = example(options.example).sql if options.example else options.sql
        if sql is None:
            raise UsageError("Give the SQL to run; padan query --examples lists some, --tables what there is to ask.")
        _answer(options, output(), sql, say)


def _answer(options: argparse.Namespace, output: Path, sql: str, say: Callable[[str], None]) -> None:
    out: Path | None = options.out
    form = form_of("csv" if options.excel and options.format is None and out is None else options.format, out)
    if options.excel and form != "csv":
        raise UsageError("--excel is for CSV; a workbook is .xlsx and needs no option.")
    if form == TABLE:
        text = query(output, sql)
        if out is None:
            say(text)
        else:
            write_text(text, out)
    elif out is not None:
        write_query(output, sql, form, out, options.excel)
    else:
        _to_stdout(output, sql, form, options.excel)


def _to_stdout(output: Path, sql: str, form: str, for_excel: bool) -> None:
    """The answer's bytes to whoever reads; when nobody does any more (`| head`), the rest is left."""
    if form in {"parquet", "xlsx"} and sys.stdout.isatty():
        raise UsageError(f"A terminal cannot show {form}; add --out FILE.{form}.")
    stream = sys.stdout.buffer
    try:
        sys.stdout.flush()
        write_query(output, sql, form, stream, for_excel)
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
