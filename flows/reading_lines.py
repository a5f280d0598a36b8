"""Delimited text, block by block: which lines are rows, which cannot be read, nothing lost.

The fast path hands a whole block to Polars and proves afterwards that every line had the right number of
fields. Only a block that shows trouble is taken apart line by line (still as columns), so that a ragged row,
a quote that does not close or a record over several lines is told apart from good rows.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

QUOTE = '"'
JOINED_LINES = 20  # a quoted field may run over at most this many lines; beyond that the quote is a stray one
LONGEST_RECORD = 100_000  # characters; below the field limit of the csv module
Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BAD_SCHEMA = {"line": pl.Int64, "raw": pl.String, "reason": pl.String}


@dataclass(frozen=True)
class Shape:
    """How lines are cut: the delimiter, the fields of the heading and of these the ones that have a name; trailing:
    whether delimiters beyond the last field are the sender's habit, not a slip."""

    delimiter: str
    fields: int
    named: int
    trailing: bool = False

    @property
    def columns(self) -> list[str]:
        """Names of the cells of a row, `c0` and on."""
        return [f"c{number}" for number in range(self.fields)]


@dataclass(frozen=True)
class Part:
    """What a block gave: rows (`line`, `c0`...), bad lines (`line, raw, reason`), and text left for the next."""

    rows: pl.DataFrame
    bad: pl.DataFrame
    lines: int
    rest: bytes = b""


def read_block(block: bytes, shape: Shape, first_line: int, last: bool) -> Part:
    """Cut a block of whole lines (UTF-8) into rows.

    `first_line` is the number of its first line in the file. When the block is not the `last`, an open quote
    near its end is handed back as `rest` to stand before the next block.
    """
    quick = _fast(block, shape, first_line)
    return quick if quick is not None else _slow(block, shape, first_line, last)


def _fast(block: bytes, shape: Shape, first_line: int) -> Part | None:
    """The whole block at once, if every line provably has exactly the fields of the heading.

    Without quotes the proof is a count: Polars refuses longer lines and fills shorter ones up, so when it did
    not refuse and there are as many delimiters as all lines need, no line was short either.
    """
    lines = block.count(b"\n") + (0 if block.endswith(b"\n") else 1)
    quote = None
    if QUOTE.encode() in block:
        quote = QUOTE
        if not _well_quoted(block, shape):
            return None
    elif block.count(shape.delimiter.encode()) != (shape.fields - 1) * lines:
        return None
    frame = _parse(block, shape, quote)
    if frame is None or frame.height != lines:
        return None
    if quote:
        frame = frame.with_columns(pl.col(pl.String).replace("", None))
    return Part(_numbered(frame, first_line), pl.DataFrame(schema=BAD_SCHEMA), lines)


def _well_quoted(block: bytes, shape: Shape) -> bool:
    """Whether each line of a block with quotes is a record of its own with exactly the fields of the heading.

    A byte is inside quotes when an odd number of quotes came before it. The structure is sound when every
    quote opens at the start of a field and closes at its end, no line ends inside quotes, and of the
    delimiters and line ends outside every `fields`-th is a line end, and only those.
    """
    text = np.frombuffer(block if block.endswith(b"\n") else block + b"\n", dtype=np.uint8)
    quotes = text == ord(QUOTE)
    inside = (np.cumsum(quotes, dtype=np.uint8) & 1).astype(bool)
    ends = text == ord("\n")
    if inside[-1] or bool((ends & inside).any()):
        return False
    marks = np.flatnonzero((ends | (text == ord(shape.delimiter))) & ~inside)
    is_end = ends[marks]
    if len(marks) % shape.fields or not is_end[shape.fields - 1 :: shape.fields].all():
        return False
    if int(is_end.sum()) != len(marks) // shape.fields:
        return False
    return _at_edges(text, np.flatnonzero(quotes), inside, shape)


def _at_edges(text: Bytes, places: Places, inside: Flags, shape: Shape) -> bool:
    """Whether opening quotes follow a delimiter, a line end or a closing quote, and closing ones precede such."""
    edges = np.zeros(256, dtype=bool)
    edges[[ord(QUOTE), ord("\n"), ord(shape.delimiter)]] = True
    opening = places[inside[places]]
    before = opening[opening > 0] - 1
    edges_after = edges.copy()
    edges_after[ord("\r")] = True
    closing = places[~inside[places]]
    return bool(edges[text[before]].all() and edges_after[text[closing + 1]].all())


def _parse(text: bytes, shape: Shape, quote: str | None, ragged: bool = False) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            io.BytesIO(text),
            separator=shape.delimiter,
            quote_char=quote,
            has_header=False,
            schema=dict.fromkeys(shape.columns, pl.String),
            truncate_ragged_lines=ragged,
        )
    except pl.exceptions.PolarsError:
        return None


def _numbered(frame: pl.DataFrame, first_line: int) -> pl.DataFrame:
    lines = pl.int_range(first_line, first_line + frame.height, dtype=pl.Int64, eager=True).alias("line")
    return frame.insert_column(0, lines)


def _slow(block: bytes, shape: Shape, first_line: int, last: bool) -> Part:
    lines = _classified(block, shape, first_line)
    joined, used, rest_from = _join_records(lines, shape, last)
    total = lines.height
    rest = b""
    if rest_from is not None:
        rest = "\n".join(lines["text"].slice(rest_from).to_list()).encode() + b"\n"
        lines = lines.head(rest_from)
        total = rest_from
    if used:
        lines = lines.filter(~pl.col("line").is_in(list(used)))
    rows = [
        _rows_of(lines.filter(pl.col("class") == "plain"), shape, None),
        _rows_of(lines.filter(pl.col("class") == "quoted"), shape, QUOTE),
        _rows_of(lines.filter(pl.col("class") == "stray"), shape, None),
        joined,
    ]
    bad = lines.filter(pl.col("class") == "bad").select(
        "line",
        pl.col("text").alias("raw"),
        pl.when(pl.col("quotes") % 2 == 1)
        .then(pl.lit("open_quote"))
        .when(pl.col("cells") < shape.named)
        .then(pl.lit("too_few_fields"))
        .otherwise(pl.lit("too_many_fields"))
        .alias("reason"),
    )
    filled = [frame for frame in rows if frame.height]
    frame = pl.concat(filled).sort("line") if filled else rows[0]
    return Part(frame, bad, total, rest)


def _classified(block: bytes, shape: Shape, first_line: int) -> pl.DataFrame:
    """One row a line: `line, text, quotes, cells, class`.

    blank: nothing but delimiters · plain: no quote and the right fields · quoted: well-formed quotes and the
    right fields · stray: quotes that are none, right fields when cut without them · bad: the rest.
    """
    text = block.decode()
    lines = pl.DataFrame({"text": text.removesuffix("\n").split("\n")}, schema={"text": pl.String})
    cut = re.escape(shape.delimiter)
    well_formed = rf'^(?:[^"{cut}]*|"(?:[^"]|"")*")(?:{cut}(?:[^"{cut}]*|"(?:[^"]|"")*"))*$'
    lines = lines.select(
        pl.int_range(first_line, first_line + pl.len(), dtype=pl.Int64).alias("line"),
        unwrapped(pl.col("text").str.strip_suffix("\r"), shape.delimiter),
    ).with_columns(
        pl.col("text").str.count_matches(QUOTE, literal=True).alias("quotes"),
        (pl.col("text").str.strip_chars(f" \t{shape.delimiter}{QUOTE}") == "").alias("blank"),
    )
    bare = (
        pl.when(pl.col("quotes") > 0)
        .then(pl.col("text").str.replace_all(r'"(?:[^"]|"")*"', "Q"))
        .otherwise(pl.col("text"))
    )
    lines = lines.with_columns(
        (pl.col("quotes") > 0).and_(pl.col("text").str.contains(well_formed)).alias("well"),
        bare.alias("bare"),
    )
    right_bare, right_text = _right(pl.col("bare"), shape), _right(pl.col("text"), shape)
    return lines.select(
        "line",
        "text",
        "quotes",
        (pl.col("text").str.count_matches(shape.delimiter, literal=True) + 1).alias("cells"),
        pl.when("blank")
        .then(pl.lit("blank"))
        .when((pl.col("quotes") == 0) & right_text)
        .then(pl.lit("plain"))
        .when(pl.col("well") & right_bare)
        .then(pl.lit("quoted"))
        .when((pl.col("quotes") > 0) & ~pl.col("well") & right_text)
        .then(pl.lit("stray"))
        .otherwise(pl.lit("bad"))
        .alias("class"),
    )


def unwrapped(line: pl.Expr, delimiter: str) -> pl.Expr:
    """A line that a spreadsheet took for one cell and put in quotes as a whole, without them: `"1;SITI ""IIS"";L"`."""
    wrapped = line.str.contains(r'^"(?:[^"]|"")*" *$') & line.str.contains(delimiter, literal=True)
    inside = line.str.strip_chars_end(" ").str.strip_prefix(QUOTE).str.strip_suffix(QUOTE)
    return pl.when(wrapped).then(inside.str.replace_all('""', QUOTE, literal=True)).otherwise(line)


def _fields(text: pl.Expr, shape: Shape) -> pl.Expr:
    return text.str.count_matches(shape.delimiter, literal=True) + 1


def _right(text: pl.Expr, shape: Shape) -> pl.Expr:
    """Whether a line has as many fields as the heading: fields without a heading may be left out at the end.

    Empty fields beyond the heading do no harm where `trailing` delimiters are the sender's habit; in a lone line
    they mean that a delimiter stands inside a value and everything behind it has moved by one.
    """
    fields = _fields(text, shape)
    if shape.trailing:
        filled = _fields(text.str.strip_chars_end(shape.delimiter), shape)
        return (fields >= shape.named) & (filled <= shape.fields)
    return (fields >= shape.named) & (fields <= shape.fields)


def _rows_of(lines: pl.DataFrame, shape: Shape, quote: str | None) -> pl.DataFrame:
    """Lines of one class as rows; their numbers are kept."""
    if not lines.height:
        return pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(shape.columns, pl.String)})
    text = lines["text"].str.join("\n").item()
    frame = _parse(text.encode(), shape, quote, ragged=True)
    if frame is None or frame.height != lines.height:
        # A proven shape that Polars cuts otherwise would be a fault of ours; cut it the plain way.
        cells = [_cells(line, shape, quote) for line in lines["text"].to_list()]
        frame = pl.DataFrame(cells, schema=dict.fromkeys(shape.columns, pl.String), orient="row")
    if quote:
        frame = frame.with_columns(pl.col(pl.String).replace("", None))
    return frame.insert_column(0, lines["line"])


def _cells(record: str, shape: Shape, quote: str | None) -> list[str | None]:
    """The cells of one record by the csv module, exactly as many as the heading has."""
    if quote:
        cells = next(csv.reader([record], delimiter=shape.delimiter, quotechar=quote))
    else:
        cells = record.split(shape.delimiter)
    padded = [*cells, *[""] * shape.fields][: shape.fields]
    return [cell or None for cell in padded]


def _join_records(lines: pl.DataFrame, shape: Shape, last: bool) -> tuple[pl.DataFrame, set[int], int | None]:
    """Records whose quoted field runs over several lines, put together again.

    Returns the rows, the numbers of the lines they took, and the index of a line whose quote is still open
    at the end of a block that is not the last. Loops over suspect lines only, which are few.
    """
    suspect = (
        (pl.col("class") == "bad")
        | (pl.col("class") == "blank")
        | ((pl.col("class") == "stray") & (pl.col("quotes") % 2 == 1))
    )
    indexed = lines.with_row_index("index").filter(suspect)
    texts: dict[int, str] = dict(zip(indexed["index"].to_list(), indexed["text"].to_list(), strict=True))
    cut = re.escape(shape.delimiter)
    pattern = re.compile(rf'(?:[^"{cut}]*|"(?:[^"]|"")*")(?:{cut}(?:[^"{cut}]*|"(?:[^"]|"")*"))*')
    records: list[list[str | int | None]] = []
    used: set[int] = set()
    done = -1
    for index in sorted(texts):
        if index <= done or texts[index].count(QUOTE) % 2 == 0:
            continue
        end, cells = _record_from(index, texts, pattern, shape)
        if cells is not None:
            numbers = range(index, end + 1)
            used.update(int(lines["line"][number]) for number in numbers)
            records.append([int(lines["line"][index]), *cells])
            done = end
        elif not last and end >= lines.height:
            return _records(records, shape), used, index
    return _records(records, shape), used, None


def _record_from(
    index: int, texts: dict[int, str], pattern: re.Pattern[str], shape: Shape
) -> tuple[int, list[str | None] | None]:
    """The record that starts at a line with an open quote: its last line and its cells, or where it broke."""
    joined = texts[index]
    for end in range(index + 1, index + JOINED_LINES):
        if end not in texts or len(joined) > LONGEST_RECORD:
            return end, None
        joined = f"{joined}\n{texts[end]}"
        if joined.count(QUOTE) % 2 == 0:
            if pattern.fullmatch(joined):
                cells: Sequence[str] = next(csv.reader(io.StringIO(joined, newline=""), delimiter=shape.delimiter))
                beyond = any(cells[shape.fields :])
                if len(cells) >= shape.named and not beyond:
                    return end, _cells(joined, shape, QUOTE)
            return end, None
    return index, None


def _records(records: list[list[str | int | None]], shape: Shape) -> pl.DataFrame:
    schema = {"line": pl.Int64, **dict.fromkeys(shape.columns, pl.String)}
    return pl.DataFrame(records, schema=schema, orient="row")
