"""Tables as CSV: exact for programs, or for Excel, in which no cell becomes a formula and no number loses a digit."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

BOM = "\ufeff"
# What a spreadsheet takes for the begin of a formula.
FORMULA = r"^[=+\-@\t\r]"
# Excel keeps fifteen digits and no leading zeros.
LOST_DIGITS = r"^(?:\d{12,}|0\d+)$"


def harmless(text: pl.Expr) -> pl.Expr:
    """A text of which no spreadsheet makes a formula: what looks like one gets an apostrophe before it."""
    return pl.when(text.str.contains(FORMULA)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def csv_bytes(frame: pl.DataFrame, numbers: Sequence[bool], for_excel: bool, heading: bool = True) -> bytes:
    """The rows of a frame of texts as CSV, in UTF-8: null as nothing, an empty text as `""`.

    numbers: which columns are numbers. for_excel: semicolons, decimal commas and a byte order mark, as Excel with
    Indonesian settings expects; an apostrophe stands before texts that would become formulas, and before numbers of
    people and cards (`'3602…`), which would lose digits.
    """
    if not for_excel:
        return frame.write_csv(include_header=heading).encode()
    made = frame.with_columns(
        pl.col(name).str.replace(".", ",", literal=True) if number else _for_excel(pl.col(name)).alias(name)
        for name, number in zip(frame.columns, numbers, strict=True)
    )
    text = made.write_csv(include_header=heading, separator=";", line_terminator="\r\n")
    return ((BOM if heading else "") + text).encode()


def _for_excel(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(LOST_DIGITS)).then(pl.concat_str(pl.lit("'"), text)).otherwise(harmless(text))


def safe_csv(frame: pl.DataFrame) -> bytes:
    """A frame as CSV with commas, exact but for texts that would become formulas: an apostrophe stands before those."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(harmless(pl.col(name)).alias(name) for name in texts).write_csv().encode()
