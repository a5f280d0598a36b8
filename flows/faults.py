"""What was wrong with the files and could be set right, or was lost: counted by file, column and fault.

Each value that is not what was written is compared with what was written; only the distinct ones are looked at closely.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import polars as pl

from flows.parameter import fill_table, fresh_table

FAULTS = pl.Schema(
    {
        "source": pl.String,
        "owner_code": pl.String,
        "file": pl.String,
        "column_name": pl.String,
        "fault": pl.String,
        "rows": pl.Int64,
    }
)
REPAIRED, LOST, LEFT_OUT = "repaired", "lost", "left_out"


@dataclass(frozen=True)
class Fault:
    """A kind of fault: what padan does about it, and what it is, in English and in Indonesian."""

    treatment: str
    text: str
    text_id: str


FAULT_KINDS = {
    "number_marks": Fault(
        REPAIRED,
        "Apostrophes, blanks, dots or words stood beside the digits and were taken away.",
        "Tanda petik, spasi, titik, atau kata di samping angka dibuang.",
    ),
    "number_decimal": Fault(
        REPAIRED, "A number ended in .0 and was cut back.", "Nomor berakhiran .0 dikembalikan ke bentuk semula."
    ),
    "number_scientific": Fault(
        REPAIRED,
        "A number in scientific notation still had all its digits.",
        "Nomor dalam notasi ilmiah masih lengkap angkanya dan dituliskan kembali.",
    ),
    "number_letters": Fault(
        REPAIRED, "Letters O, l or I stood for 0 and 1.", "Huruf O, l, atau I dibaca sebagai angka 0 dan 1."
    ),
    "number_zeros": Fault(
        REPAIRED, "Zeros lost at the front were put back.", "Angka nol di depan yang hilang dikembalikan."
    ),
    "number_zero_too_many": Fault(
        REPAIRED,
        "All numbers of the file had a 0 too many at the end, which was taken away.",
        "Semua nomor dalam berkas kelebihan satu angka 0 di belakang; angka itu dibuang.",
    ),
    "number_tail_lost": Fault(
        LOST,
        "The last digits were lost in a spreadsheet; the number is not used, the row is matched on its other fields.",
        "Angka terakhir hilang karena lembar kerja; nomor tidak dipakai dan baris dipadankan dengan isian lain.",
    ),
    "number_unreadable": Fault(
        LOST,
        "The number cannot be read and is not used.",
        "Nomor tidak terbaca dan tidak dipakai.",
    ),
    "date_serial": Fault(
        REPAIRED,
        "A date stood as the serial number of a spreadsheet.",
        "Tanggal tertulis sebagai nomor seri lembar kerja dan dikembalikan menjadi tanggal.",
    ),
    "date_turned": Fault(
        REPAIRED,
        "A spreadsheet had exchanged day and month; they were changed back.",
        "Hari dan bulan tertukar oleh lembar kerja dan dikembalikan.",
    ),
    "date_month_first": Fault(
        REPAIRED, "The file writes the month before the day.", "Berkas menulis bulan di depan hari."
    ),
    "date_two_digit_year": Fault(
        REPAIRED,
        "A year of two digits was read as the latest possible.",
        "Tahun dua angka dibaca sebagai tahun terdekat yang mungkin.",
    ),
    "date_unreadable": Fault(
        LOST, "The date is no possible date and is not used.", "Tanggal tidak mungkin dan tidak dipakai."
    ),
    "neighbourhood_date": Fault(
        REPAIRED,
        "A spreadsheet had made a date of RT/RW; it was read back.",
        "RT/RW berubah menjadi tanggal karena lembar kerja dan dikembalikan.",
    ),
    "name_marks": Fault(
        REPAIRED,
        "Invisible characters in a name were taken away.",
        "Karakter tak terlihat dalam nama dibuang.",
    ),
    "value_unreadable": Fault(LOST, "The value cannot be read and is not used.", "Isian tidak terbaca."),
    "row_no_data": Fault(
        LEFT_OUT,
        "Blank rows, repeated headings, totals and signatures are no data.",
        "Baris kosong, judul yang berulang, jumlah, dan tanda tangan bukan data.",
    ),
    "row_repeated": Fault(
        LEFT_OUT,
        "The row stands word for word in another file of the same office.",
        "Baris yang sama persis ada pada berkas lain dari instansi yang sama.",
    ),
}

_NUMBERS = ("nik", "kk", "card", "family_card", "kpj", "project_no")
_DATES = ("birth_date", "start_date", "end_date", "status_date", "claim_date")
_VALUES = ("sex", "decile", "amount", "wage", "contract_value", "quota", "rt", "rw")


def count_faults(kind: str, raw: pl.DataFrame, standard: pl.DataFrame) -> pl.DataFrame:
    """The faults (FAULTS) of one part: `raw` as `flows.pull` gives it, `standard` the same rows standardised."""
    parts = [FAULTS.to_frame()]
    for name in (*_NUMBERS, *_DATES, *_VALUES, "name"):
        written = "death_date" if kind == "civil_deaths" and name == "status_date" else name
        if written in raw.columns and name in standard.columns:
            changed = _changed(raw, written, standard, name)
            if changed.height:
                parts.append(_counted(changed.with_columns(fault=_fault(name)), kind, written))
    return pl.concat(parts)


def _changed(raw: pl.DataFrame, written: str, standard: pl.DataFrame, name: str) -> pl.DataFrame:
    """`owner_code, file, written, read, status, rows`: the distinct values that are not what was written."""
    judged = name == "nik" and "nik_status" in standard.columns
    status = standard["nik_status"] if judged else pl.lit(None, pl.String)
    pairs = raw.select("owner_code", "file", written=written).with_columns(
        read=standard[name].cast(pl.String), status=status
    )
    return (
        pairs.filter(pl.col("written").is_not_null() & pl.col("written").ne_missing(pl.col("read")))
        .group_by("owner_code", "file", "written", "read", "status")
        .agg(rows=pl.len().cast(pl.Int64))
    )


def _counted(changed: pl.DataFrame, kind: str, column: str) -> pl.DataFrame:
    return (
        changed.filter(pl.col("fault").is_not_null())
        .group_by("owner_code", "file", "fault")
        .agg(pl.col("rows").sum())
        .with_columns(source=pl.lit(kind), column_name=pl.lit(column))
        .select(FAULTS.names())
    )


def _fault(name: str) -> pl.Expr:
    if name in _NUMBERS:
        return _number_fault()
    if name in _DATES:
        return _date_fault()
    written, lost = pl.col("written"), pl.col("read").is_null()
    if name == "name":
        return pl.when(written.str.contains(r"[^\P{C}\t\r\n]")).then(pl.lit("name_marks"))
    unread = lost & written.str.contains("[1-9]" if name in ("rt", "rw") else r"[\p{L}0-9]")
    dated = ~lost & written.str.contains(r"[A-Za-z]{3}-|-[A-Za-z]{3}|[0-9]{4}-|^4[0-9]{4}$|[/-]20[0-9]{2}$")
    repaired = pl.when(dated & pl.lit(name in ("rt", "rw"))).then(pl.lit("neighbourhood_date"))
    return repaired.when(unread).then(pl.lit("value_unreadable"))


def _number_fault() -> pl.Expr:
    written, read = pl.col("written"), pl.col("read")
    scientific = written.str.contains(r"^\W*[0-9](?:[.,][0-9]*)?[eE]\+?[0-9]{1,2}\W*$")
    plain = written.str.contains("^[0-9]+$")
    longer = written.str.len_chars() > read.str.len_chars()
    lost = read.is_null()
    return (
        pl.when(lost & (scientific | (pl.col("status") == "damaged").fill_null(False)))
        .then(pl.lit("number_tail_lost"))
        .when(lost & (pl.col("status") == "missing").fill_null(False))
        .then(None)
        .when(lost & written.str.contains("[1-9]"))
        .then(pl.lit("number_unreadable"))
        .when(lost)
        .then(None)
        .when(scientific)
        .then(pl.lit("number_scientific"))
        .when(plain & longer)
        .then(pl.lit("number_zero_too_many"))
        .when(plain)
        .then(pl.lit("number_zeros"))
        .when(written.str.contains("[0-9][OoIl|]|[OoIl|][0-9]"))
        .then(pl.lit("number_letters"))
        .when(written.str.contains("[.,]0+$") & (written.str.count_matches("[.,]") == 1))
        .then(pl.lit("number_decimal"))
        .otherwise(pl.lit("number_marks"))
    )


def _date_fault() -> pl.Expr:
    written, read = pl.col("written").str.strip_chars(" '\"\t"), pl.col("read").str.to_date("%Y-%m-%d", strict=False)
    leading = written.str.extract("^([0-9]{1,2})[^0-9A-Za-z]+[0-9]{1,2}[^0-9A-Za-z]").cast(pl.Int8)
    cell = written.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}")
    return (
        pl.when(read.is_null() & written.str.contains("[1-9]"))
        .then(pl.lit("date_unreadable"))
        .when(read.is_null())
        .then(None)
        .when(written.str.contains(r"^[0-9]{5}(?:[.,][0-9]+)?$"))
        .then(pl.lit("date_serial"))
        .when(cell & (written.str.slice(0, 10) != pl.col("read")))
        .then(pl.lit("date_turned"))
        .when(leading.is_not_null() & (leading != read.dt.day()))
        .then(pl.lit("date_month_first"))
        .when(written.str.contains("[^0-9][0-9]{2}$|^[0-9]{6}$") & ~cell)
        .then(pl.lit("date_two_digit_year"))
    )


def store_faults(con: duckdb.DuckDBPyConnection, parts: Iterable[pl.DataFrame], run_id: str) -> None:
    """Make the table `source_fault` of the counts (FAULTS) of all parts."""
    known = pl.DataFrame(
        [(code, kind.treatment, kind.text, kind.text_id) for code, kind in FAULT_KINDS.items()],
        schema=["fault", "treatment", "text", "text_id"],
        orient="row",
    )
    key = [name for name in FAULTS.names() if name != "rows"]
    summed = (
        pl.concat([FAULTS.to_frame(), *parts])
        .group_by(key)
        .agg(pl.col("rows").sum())
        .join(known, on="fault", how="left")
        .with_columns(run_id=pl.lit(run_id))
        .sort(key, nulls_last=False)
    )
    fresh_table(con, "source_fault")
    fill_table(con, "source_fault", summed)
