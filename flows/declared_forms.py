"""What a layout declares of an office's own habits: its codes, the form of its dates, whose region codes it writes.

The frames of `flows.pull` keep every value as written. Here the values of the files whose layout declares something
become what the standardisers read; values that the declaration does not name stay as they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from schemas.layouts import Column, Layout

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES")
_PARTS = {
    "d": r"(?P<d>\d{1,2})",
    "m": r"(?P<m>\d{1,2})",
    "b": r"(?P<b>\p{L}+)",
    "B": r"(?P<b>\p{L}+)",
    "y": r"(?P<y>\d{2})",
    "Y": r"(?P<y>\d{4})",
}


@dataclass(frozen=True)
class Form:
    """One column as some files of a kind write it."""

    column: Column
    files: tuple[str, ...]


Forms = Mapping[tuple[str, str], tuple[Form, ...]]


def declared_forms(files: pl.DataFrame, layouts: Mapping[str, Layout]) -> Forms:
    """The habits declared for the files that arrived: (kind, field) -> forms.

    files: `Pulled.files` (`source, file, layout`). Only columns that declare values, a pattern or a coding are there.
    """
    found: dict[tuple[str, str], tuple[Form, ...]] = {}
    by_layout = files.drop_nulls("layout").group_by("source", "layout", maintain_order=True).agg("file")
    for kind, name, names in by_layout.iter_rows():  # a row a layout, not of data
        for column in layouts[name].columns:
            if column.values or column.pattern or column.coding:
                found[kind, column.field] = (*found.get((kind, column.field), ()), Form(column, tuple(names)))
    return found


def as_read(raw: pl.Series, file: pl.Series, forms: tuple[Form, ...]) -> pl.Series:
    """A column with the declared codes and dates of its files turned into what the standardisers read."""
    for form in forms:
        if form.column.values or form.column.pattern:
            mine = file.is_in(form.files)
            raw = raw.zip_with(~mine, _translated(raw, form.column))
    return raw


def codings(file: pl.Series, forms: tuple[Form, ...]) -> pl.Series:
    """Whose region codes each row has by declaration: `kemendagri`, `bps`, or null where the file decides."""
    said = {name: form.column.coding for form in forms for name in form.files if form.column.coding}
    return file.replace_strict(said, default=None, return_dtype=pl.String)


def _translated(raw: pl.Series, column: Column) -> pl.Series:
    text = raw.str.strip_chars()
    if column.values:
        words = {code.strip().casefold(): word for code, word in column.values.items()}
        named = text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)
        raw = named.fill_null(raw)
    return _dates(raw, column.pattern) if column.pattern else raw


def _dates(raw: pl.Series, pattern: str) -> pl.Series:
    """Dates with the month's name, which no reader can take for a day: `31/12/85` by `%d/%m/%y` is `31 DES 85`."""
    expression = "".join(_PARTS[piece[1]] if piece[0] == "%" else re.escape(piece) for piece in _pieces(pattern))
    parts = raw.to_frame("raw").select(pl.col("raw").str.strip_chars().str.extract_groups(f"^{expression}$"))["raw"]
    fields = parts.struct.unnest()
    month = (
        fields["m"].cast(pl.Int64).replace_strict(dict(enumerate(_MONTHS, 1)), default=None, return_dtype=pl.String)
        if "m" in fields.columns
        else fields["b"]
    )
    whole = pl.select(pl.concat_str([fields["d"], month, fields["y"]], separator=" ")).to_series()
    return whole.fill_null(raw)


def _pieces(pattern: str) -> list[str]:
    return re.findall("%.|[^%]", pattern)
