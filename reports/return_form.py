"""What the writer of a worklist workbook and its reader must agree on: columns, the hidden sheet, checksums of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import polars as pl

from reports.sheet import FORBIDDEN, MAX_TEXT, Column

WORKLIST_COLUMNS = (
    Column("priority", "Prioritas", 12),
    Column("code", "Kode", 7),
    Column("term", "Temuan", 26, "long"),
    Column("action", "Tindakan", 34, "long"),
    Column("actor", "Pelaksana", 20, "long"),
    Column("name", "Nama", 26, "long"),
    Column("nik", "NIK", 18),
    Column("detail", "Penjelasan", 46, "long"),
    Column("differing", "Beda", 16, "long"),
    Column("ours", "Menurut Dinsos", 44, "long"),
    Column("theirs", "Menurut BPJS/Dukcapil", 44, "long"),
    Column("verdict", "Putusan", 20, "input"),
    Column("note", "Catatan", 32, "input"),
    Column("until", "Berlaku sampai", 13, "input_date"),
    Column("author", "Petugas", 18, "input"),
    Column("told", "Putusan sebelumnya", 26, "long"),
    Column("rupiah_per_month", "Rp per bulan", 13, "number"),
    Column("primary", "Utama", 8),
    Column("codes", "Semua kode orang ini", 20),
    Column("village", "Desa/kelurahan", 20),
    Column("address", "Alamat", 28, "long"),
    Column("kk", "No. KK", 18),
    Column("card", "No. kartu JKN", 15),
    Column("birth_date", "Tanggal lahir", 12, "date"),
    Column("segment", "Segmen JKN", 14),
    Column("places", "Berkas dan baris", 34, "long"),
    Column("first_seen", "Ditemukan sejak", 14, "date"),
    Column("choice", "Jenis putusan", 8),
    Column("finding_id", "ID Temuan", 20),
)
HEADINGS = {column.field: column.heading for column in WORKLIST_COLUMNS}
INPUTS = tuple(column.field for column in WORKLIST_COLUMNS if column.kind.startswith("input"))
# What the checksum of a row is made of, in this order, wherever the columns stand.
LOCKED = tuple(column for column in WORKLIST_COLUMNS if column.field not in INPUTS)
# Right of this cell of the first sheet the officer writes a name.
AUTHOR_LABEL = "Nama petugas"
HIDDEN = "_padan"
HIDDEN_COLUMNS = (
    Column("finding_id", "ID Temuan", 20),
    Column("values_digest", "Sidik nilai", 34),
    Column("checksum", "Sidik baris", 18),
    Column("choice", "Jenis putusan", 8),
)
# The hidden sheet begins with one row a fact of the workbook (the word, the value); then come headings and rows.
FORM = "padan-2"
FACTS = ("form", "run_id", "province_code", "place_code")
HIDDEN_TOP = len(FACTS) + 1  # heading's row, from 0


def canonical(value: pl.Expr, column: Column) -> pl.Expr:
    """A cell's text in the one form in which it comes back, whichever program saved the workbook: never null."""
    text = value.cast(pl.String)
    if column.kind == "date":
        text = text.str.slice(0, 10).str.replace(r"^(\d\d)-(\d\d)-(\d{4})$", "${3}-${2}-${1}")
    elif column.kind == "number":
        text = text.str.replace(r"\.0+$", "")
    else:
        # Cut as it is written; Excel reads _x0041_ as a letter, other programs as it stands.
        text = text.str.slice(0, MAX_TEXT).str.replace_all(r"(_x005[Ff])?_x[0-9A-Fa-f]{4}_", "")
        text = text.str.replace_all(FORBIDDEN, "").str.replace_all(r"\s+", " ").str.strip_chars()
    return text.fill_null("")


def row_checksums(rows: pl.DataFrame) -> pl.Series:
    """`checksum`: of each row's locked cells (columns named by field), of which a missing column is empty cells."""
    parts = [
        canonical(pl.col(column.field) if column.field in rows.columns else pl.lit(None, pl.String), column)
        for column in LOCKED
    ]
    texts: Sequence[str] = rows.select(pl.concat_str(parts, separator="\x1f").alias("text"))["text"].to_list()
    sums = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in texts]
    return pl.Series("checksum", sums, dtype=pl.String)
