"""Long worksheets written as whole columns.

xlsxwriter makes the workbook (formats, headings, filters, drop-downs, widths) with one empty model row in each
long sheet; `fill` puts the data rows in that row's place, as text that polars builds column by column.
Cell by cell, 100,000 rows of 20 columns took 10.7 s; this way 2 to 3 s (two cores), whatever the memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

import polars as pl
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped, unused-ignore]

# long: text that wraps. input, input_date: empty cells to be filled in.
Kind = Literal["text", "long", "number", "date", "input", "input_date"]
MAX_ROWS = 1_000_000  # data rows in one sheet; Excel holds 1,048,576 with the headings
MAX_TEXT = 32_767  # characters in one cell
SLICE = 20_000  # rows made and compressed at a time: bounds the memory
LEVEL = 3  # of compression: a third of the time of the usual 6, for files a seventh larger
EPOCH = pl.date(1899, 12, 30)  # day 0 of Excel's calendar
# Programs disagree on the days before, and Excel has none before 1900: they stand as text.
FIRST_DAY = pl.date(1900, 3, 1)
# Heights in points of a row of so many lines; above HIGHEST no program goes.
LINE = 13.5
HIGHEST = 400.0
# What XML 1.0 cannot hold; such characters come from damaged files and would make Excel refuse the workbook.
FORBIDDEN = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
ESCAPED = r"_x([0-9A-Fa-f]{4})_"  # Excel reads _x0041_ as the letter A


@dataclass(frozen=True)
class Column:
    """One column of a long sheet: the frame's field, its heading, its width in characters and its kind."""

    field: str
    heading: str
    width: float
    kind: Kind = "text"


# Frame, columns and the number (from 1) of the model row of a long sheet.
Long = tuple[pl.DataFrame, tuple[Column, ...], int]


@dataclass(frozen=True)
class _Sheet:
    """A long sheet as xlsxwriter made it: what stands before and after its data, and the styles of the model row."""

    before: str
    after: str
    styles: tuple[int, ...]
    long: Long


def fill(made: io.BytesIO, path: Path, sheets: dict[str, Long]) -> None:
    """Write the workbook `made` to `path`, its long sheets filled.

    `sheets`: name of the part (`sheet2` for the second sheet) -> the frame, its columns and the number (from 1)
    of the model row, in which every column holds one cell with the format that its data are to have.
    """
    with (
        zipfile.ZipFile(made) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as target,
    ):
        parts = {part: part.removeprefix("xl/worksheets/").removesuffix(".xml") for part in source.namelist()}
        long = {part: _taken_apart(source.read(part).decode(), *sheets[name]) for part, name in parts.items()
                if name in sheets}  # fmt: skip
        texts = _row_texts(long)
        for part in parts:
            # `open`, unlike `writestr`, dates every part 1980: same input, same bytes.
            with target.open(part, "w", force_zip64=True) as out:
                if part not in long:
                    out.write(source.read(part))
                    continue
                out.write(long[part].before.encode())
                for text in next(texts):
                    out.write(text.encode())
                out.write(long[part].after.encode())


def _taken_apart(xml: str, frame: pl.DataFrame, columns: tuple[Column, ...], row: int) -> _Sheet:
    """The sheet without its model row, its dimension that of the rows of the frame."""
    model = re.search(rf'<row r="{row}".*?</row>', xml, re.S)
    if model is None:
        raise ValueError(f"the sheet has no model row {row}")
    styles = tuple(int(style) for style in re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"', model.group()))
    if len(styles) != len(columns):
        raise ValueError(f"the model row has {len(styles)} cells for {len(columns)} columns")
    last = f"{xl_col_to_name(len(columns) - 1)}{row + max(frame.height, 1) - 1}"
    head = re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>', xml[: model.start()])
    return _Sheet(head, xml[model.end() :], styles, (frame, columns, row))


def _row_texts(sheets: dict[str, _Sheet]) -> Iterator[Iterator[str]]:
    """The texts of each sheet's rows in turn; each sheet's must be taken before the next one's.

    Sheets that follow one another and look the same are made together: a workbook has hundreds, most of few rows.
    """
    for _, alike in groupby(sheets.values(), key=lambda sheet: (sheet.styles, sheet.long[1], sheet.long[0].schema)):
        for together in _batches(list(alike)):
            frames, columns, styles = [sheet.long[0] for sheet in together], together[0].long[1], together[0].styles
            numbers = [pl.int_range(s.long[2], s.long[2] + s.long[0].height, eager=True) for s in together]
            number = pl.concat(numbers).cast(pl.String)
            frame = pl.concat(frames)
            if len(together) == 1:
                slices = [slice(at, at + SLICE) for at in range(0, frame.height, SLICE)]
                yield (_joined(_rows(frame[part], columns, styles, number[part])) for part in slices)
                continue
            texts, start = _rows(frame, columns, styles, number), 0
            for one in frames:
                yield iter([_joined(texts.slice(start, one.height))])
                start += one.height


def _batches(sheets: list[_Sheet]) -> Iterator[list[_Sheet]]:
    """The sheets in their order, so many together as have no more than SLICE rows, at least one."""
    batch: list[_Sheet] = []
    rows = 0
    for sheet in sheets:
        if batch and rows + sheet.long[0].height > SLICE:
            yield batch
            batch, rows = [], 0
        batch.append(sheet)
        rows += sheet.long[0].height
    yield batch


def _rows(frame: pl.DataFrame, columns: tuple[Column, ...], styles: tuple[int, ...], number: pl.Series) -> pl.Series:
    """The `<row>` texts; `number` has the sheet's number of each row, as text."""
    cells = [
        _cell(frame.schema.get(column.field, pl.String()), column, style, xl_col_to_name(place))
        for place, (column, style) in enumerate(zip(columns, styles, strict=True))
    ]
    body = [pl.lit('<row r="'), pl.col("_n"), pl.lit('" ht="'), _height(frame, columns), pl.lit('">'), *cells,
            pl.lit("</row>")]  # fmt: skip
    return frame.with_columns(number.alias("_n")).select(pl.concat_str(body).alias("row")).to_series()


def _height(frame: pl.DataFrame, columns: tuple[Column, ...]) -> pl.Expr:
    """The height that the wrapped texts of a row need, as text: not every program finds it when it opens a workbook.

    It is no fixed height; a program that finds a better one may take it.
    """
    texts = [(pl.col(column.field).cast(pl.String), column.width) for column in columns
             if column.kind == "long" and column.field in frame.columns]  # fmt: skip
    needed = [
        (text.str.len_chars() / width).ceil().cast(pl.Int64) + text.str.count_matches("\n", literal=True)
        for text, width in texts
    ]
    lines = pl.max_horizontal(pl.lit(1, pl.Int64), *needed)
    return pl.min_horizontal(lines * LINE + 1.5, pl.lit(HIGHEST)).cast(pl.String)


def _joined(texts: pl.Series) -> str:
    """All texts in one; a list of them would be made and thrown away."""
    text: str = texts.str.join("").item()
    return text


def _cell(dtype: pl.DataType, column: Column, style: int, letters: str) -> pl.Expr:
    """The `<c>` texts of one column; an empty cell keeps only its format."""
    place = pl.concat_str(pl.lit(f'<c r="{letters}'), pl.col("_n"), pl.lit(f'" s="{style}"'))
    empty = pl.concat_str(place, pl.lit("/>"))
    if column.kind in ("input", "input_date"):
        return empty
    value = pl.col(column.field)
    if column.kind in ("text", "long"):
        full = _text(place, escape(value, dtype))
    else:
        amount = (value - EPOCH).dt.total_days() if column.kind == "date" else value
        full = pl.concat_str(place, pl.lit("><v>"), amount.cast(pl.String), pl.lit("</v></c>"))
    if column.kind == "date":
        full = pl.when(value < FIRST_DAY).then(_text(place, value.dt.strftime("%d-%m-%Y"))).otherwise(full)
    return pl.when(value.is_null()).then(empty).otherwise(full)


def _text(place: pl.Expr, text: pl.Expr) -> pl.Expr:
    """A cell that holds text, which stands in it and not in a list of all texts."""
    begin = pl.lit(' t="inlineStr"><is><t xml:space="preserve">')
    return pl.concat_str(place, begin, text, pl.lit("</t></is></c>"))


def escape(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A text as it stands in a cell: always text, whatever it begins with (`=cmd|…` stays four letters)."""
    text = value if dtype == pl.String else value.cast(pl.String)
    return (
        text.str.slice(0, MAX_TEXT)
        .str.replace_all(FORBIDDEN, "")
        .str.replace_all(ESCAPED, "_x005F_x${1}_")
        .str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )
