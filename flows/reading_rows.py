"""Which rows below a heading are data: blank, numbering, repeated heading, total and signature rows are not.

Works on candidates: the whole frame is only asked how many cells a row has and whether it repeats the
heading; the few rows that answer oddly are looked at closely.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from flows.reading_heading import Heading

# What a row of sums begins with (a company called "Total ..." is none), and what ends a list that is printed
# and signed.
TOTAL = (
    r"(?i)^\W*(sub\W*|grand\W*)?(jumlah|total|jml|jlh)\W*(jumlah|total|keseluruhan|seluruh\w*|semua\w*|akhir|umum|provinsi"
    r"|kab\w*|kota|kec\w*|desa|kel\w*|peserta|penerima|penduduk|jiwa|orang|pekerja|tenaga kerja|tk|kk|baris|data"
    r"|records?|iuran|tagihan|rp|\d|$)"
)
FOOTER = (
    TOTAL + r"|(?i)^\W*(sumber\b|catatan\b|mengetahui|menyetujui|dibuat oleh|dicetak|halaman\b|nip\b|keterangan\s*:"
    r"|\d+\s+(rows?|baris|records?)\b|(eof|selesai|trailer)\W*$)|^\W*(-{3,}|={3,})\W*$"
)
# A line alone in its row that names a part of the list.
SECTION = (
    r"(?i)^\W*(provinsi|kabupaten|kab|kota|kecamatan|kec|distrik|desa|kelurahan|kel|dusun|lingkungan"
    r"|halaman|lanjutan)\b"
)
WIDE = 6  # columns
ID_TYPES = ("nik", "kk", "card")


@dataclass(frozen=True)
class Survey:
    """What was seen of a stretch of rows: the suspects, closely looked at, and the last row with most of its cells.

    Rows are numbered (`index`) from the first one below the heading.
    """

    looked: pl.DataFrame | None
    last_full: int | None


def survey(rows: pl.DataFrame, heading: Heading, first: int) -> Survey:
    """Look over a stretch of `rows` (`line: Int64`, `c0`...: String); `first` is the number of its first row."""
    # What stands right of the last heading is no part of the table: a signature, a stray note.
    cells = [f"c{number}" for number in range(heading.width) if f"c{number}" in rows.columns]
    # A narrow table is looked at row by row; of a wide one, rows with at most half their cells.
    half = len(cells) // 2 if len(cells) >= WIDE else len(cells) - 1
    flags = rows.select(*_flags(heading, cells)).with_row_index("index", offset=first)
    suspects = flags.filter((pl.col("filled") <= half) | pl.col("repeat") | pl.col("odd_start"))
    last_full = flags.select(pl.col("index").filter(pl.col("filled") > half).max()).item()
    if not suspects.height:
        return Survey(None, last_full)
    near = rows[suspects["index"] - first]
    return Survey(_looked_at(near, suspects, heading, cells), last_full)


def furniture(surveys: Sequence[Survey]) -> set[int]:
    """The numbers of all rows that are no data."""
    stretches = [found.looked for found in surveys if found.looked is not None]
    if not stretches:
        return set()
    looked = pl.concat(stretches)
    ends = [found.last_full for found in surveys if found.last_full is not None]
    if not ends:
        ends = looked.filter(pl.col("identified") & ~pl.col("total"))["index"].to_list()
    drop = looked.filter(_is_furniture(max(ends, default=-1)))
    return {*drop["index"].to_list(), *_above_repeats(drop, looked)}


def is_footer(raw: pl.Expr, delimiter: str) -> pl.Expr:
    """Whether a line that is no proper row is a footer of the list rather than a broken row.

    A row of sums may have any number of fields; any other footer is a sentence in one field.
    """
    text = raw.str.strip_chars(f' \t"{delimiter}')
    alone = ~text.str.contains(delimiter, literal=True)
    return text.str.contains(TOTAL) | (alone & text.str.contains(FOOTER))


def _sparse(cells: list[str]) -> int:
    """So few cells that a row of this many columns is no row of a register, unless it identifies someone."""
    return 2 if len(cells) >= WIDE else 1


def _flags(heading: Heading, cells: list[str]) -> list[pl.Expr]:
    """Cheap questions to every row: how many cells, does it repeat the heading, does it begin oddly."""
    filled = pl.sum_horizontal(pl.col(c).is_not_null().cast(pl.UInt16) for c in cells)
    repeats = pl.sum_horizontal(
        (pl.col(f"c{at}") == heading.cells[at]).fill_null(False).cast(pl.UInt16) for at in heading.positions.values()
    )
    at = min(heading.positions.values())
    first = pl.col(f"c{at}")
    one = first.is_in([f"{at + 1}", f"({at + 1})", f"{at + 1}.", f"{at + 1})", f"[{at + 1}]", f"{at + 1}.0"])
    space = first.str.starts_with(" ") | first.str.starts_with("\t")
    odd_start = (one | space | first.str.contains(TOTAL)).fill_null(False)
    return [filled.alias("filled"), (repeats >= 2).alias("repeat"), odd_start.alias("odd_start")]


def _looked_at(near: pl.DataFrame, suspects: pl.DataFrame, heading: Heading, cells: list[str]) -> pl.DataFrame:
    """The suspect rows with what tells data from furniture."""
    near = near.with_columns(pl.when(pl.col(c).str.strip_chars() != "").then(pl.col(c)).alias(c) for c in cells)
    near = near.with_columns(
        suspects["index"],
        suspects["repeat"],
        pl.sum_horizontal(pl.col(c).is_not_null().cast(pl.UInt16) for c in cells).alias("filled"),
    )
    sparse = _sparse(cells)
    types = {column.field: column.type for column in heading.layout.columns}
    at = heading.positions
    digits = [
        pl.col(f"c{position}").str.count_matches(r"\d") >= 8
        for field, position in at.items()
        if types[field] in ID_TYPES or field in heading.layout.key
    ]
    numbered = pl.lit(False)
    if "row_no" in at and "name" in at:
        numbered = (
            pl.col(f"c{at['row_no']}").str.contains(r"^\s*\d+(\.0)?\.?\s*$") & pl.col(f"c{at['name']}").is_not_null()
        )
    lead = pl.coalesce(cells)
    numbers = pl.all_horizontal(
        pl.col(c).is_null() | pl.col(c).str.strip_chars("()[]. ").str.strip_suffix(".0").eq(str(number + 1))
        for number, c in enumerate(cells)
    )
    return near.select(
        "index",
        "filled",
        "repeat",
        (pl.any_horizontal(digits) if digits else pl.lit(False)).fill_null(False).alias("has_id"),
        numbered.fill_null(False).alias("numbered"),
        lead.str.contains(TOTAL).fill_null(False).alias("total"),
        lead.str.contains(FOOTER).fill_null(False).alias("footer"),
        lead.str.contains(SECTION).fill_null(False).alias("section"),
        (numbers & (pl.col("filled") > sparse)).alias("column_numbers"),
        (pl.col("filled") <= sparse).alias("few"),
    ).with_columns((pl.col("has_id") & ~pl.col("footer") | pl.col("numbered")).alias("identified"))


def _is_furniture(end: int) -> pl.Expr:
    """Rows that are no data. After row `end`, the last full one, sparse rows are the signature block."""
    sparse = pl.col("few") & ~pl.col("identified")
    return (
        (pl.col("filled") == 0)
        | pl.col("repeat")
        | pl.col("column_numbers")
        | (pl.col("total") & ~pl.col("has_id"))
        | (sparse & (pl.col("index") > end))
        | (sparse & pl.col("footer"))
        | ((pl.col("filled") == 1) & pl.col("section") & ~pl.col("identified"))
    )


def _above_repeats(drop: pl.DataFrame, looked: pl.DataFrame) -> set[int]:
    """Sparse rows right above a repeated heading are its title: pages of a printed list glued together."""
    candidates = set(looked.filter(pl.col("few") & ~pl.col("identified"))["index"].to_list())
    titles: set[int] = set()
    for index in drop.filter("repeat")["index"].to_list():
        above = index - 1
        while above in candidates:
            titles.add(above)
            above -= 1
    return titles
