"""What each file is like: its figures, how they shifted since the sender's last good night, its grade, what to refuse.

A sender is a kind and an owner. Figures and grades are of files; shifts are of senders, because an office names its
files anew. Everything is counted in SQL, a pass a kind; what passes through Python are rows a file, not rows of data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import duckdb
import polars as pl

from flows import gates
from flows.config_quality import Quality
from flows.previous import attached, columns_of
from flows.staging import staged
from schemas.layouts import PERSON_KINDS

FILE = ("source", "owner_code", "file")
SENDER = ("source", "owner_code")
# Measures of `source_shift`: a share of `nik_rows`, or of all readable rows.
SHARES = {"nik_missing": "nik_rows", "nik_zero_end": "nik_rows", "duplicates": "rows_readable"}
# What must not repeat within a file; elsewhere the register's own key, else the NIK.
OWN_KEY = "coalesce(source_key, nik)"
KEYS: Mapping[str, tuple[str, ...]] = {
    "decree": (OWN_KEY, "decree_no"),
    "bpjs_kesehatan_bill": (OWN_KEY, "covered_month", "period"),
    "employers": ("employer_no",),
    "workforce": ("regency_code", "year"),
    "construction": ("contract_no",),
    "quota": ("regency_code", "segment", "period"),
    "claims": ("coalesce(kpj, nik)", "programs", "claim_date"),
}
# The last digit as written: damaged NIKs are null in `nik`, and it is these that end in 0.
LAST_DIGIT = "right(if(ends_with(raw_nik, '.0'), left(raw_nik, -2), raw_nik), 1)"
PERSON_FIGURES = """
    count(*) as nik_rows,
    count(*) filter (nik_status = 'missing') as nik_missing,
    count(*) filter (nik_status = 'valid') as nik_trusted,
    count(*) filter ({last_digit} = '0') as nik_zero_end,
    count(*) filter (name_std is null) as name_missing,
    count(*) filter (birth_date is null) as birth_missing,
"""
OTHER_FIGURES = """
    0 as nik_rows, 0 as nik_missing, 0 as nik_trusted, 0 as nik_zero_end, 0 as name_missing, 0 as birth_missing,
"""
FIGURES = """
select '{kind}' as source, owner_code, file, count(*) as rows_readable, {figures}
    count({first}) - count(distinct hash({key})) filter ({first} is not null) as duplicates
from {table} group by owner_code, file
"""
SPREAD = "select '{kind}' as source, owner_code, file, {place}, count(*) as row_count from {table} group by all"
FIGURES_SCHEMA = pl.Schema(
    {"source": pl.String, "owner_code": pl.String, "file": pl.String}
    | dict.fromkeys(("rows_readable", "nik_rows", "nik_missing", "nik_trusted", "nik_zero_end"), pl.Int64)
    | dict.fromkeys(("name_missing", "birth_missing", "duplicates"), pl.Int64)
)
SPREAD_SCHEMA = pl.Schema({**dict.fromkeys((*FILE, "regency_code"), pl.String), "row_count": pl.Int64})
SHIFT_SCHEMA = pl.Schema(
    {"source": pl.String, "owner_code": pl.String, "measure": pl.String}
    | dict.fromkeys(("before", "now", "shift", "told_from", "refused_from"), pl.Float64)
    | {"verdict": pl.String, "since": pl.Date}
)
# The latest published night on which a sender's files were used as they came.
LAST_USED = """
create or replace temp table last_used as
select source, owner_code, arg_max(q.run_id, r.finished_at) as run_id, arg_max(q.as_of, r.finished_at) as since
from previous.source_quality q join previous.run r using (run_id)
where verdict = 'used' group by source, owner_code
"""
OF_LAST_USED = """
from previous.{table} q join last_used l
  on q.run_id = l.run_id and q.source = l.source and q.owner_code is not distinct from l.owner_code
"""


class Limits(Protocol):
    """What `compare` reads of the configuration: `[gates]`."""

    @property
    def max_drop(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a night: `files`, a row a file (FIGURES_SCHEMA); `spread`, a row a file and regency (SPREAD_SCHEMA)."""

    files: pl.DataFrame
    spread: pl.DataFrame


@dataclass(frozen=True, slots=True)
class LastNight:
    """The senders' last good nights: a row a file with its figures, `rows_accepted`, `columns_missing` and `since`;
    the spread over regencies; and `same`, `sha256, file, as_of` of every file of earlier nights."""

    files: pl.DataFrame
    spread: pl.DataFrame
    same: pl.DataFrame


def measure(con: duckdb.DuckDBPyConnection, kinds: Iterable[str]) -> Figures:
    """Count the staged rows of each file; before `accept`, so that quarantined rows count too."""
    figures, spread = [FIGURES_SCHEMA.to_frame()], [SPREAD_SCHEMA.to_frame()]
    for kind in kinds:
        table, key = staged(kind), KEYS.get(kind, (OWN_KEY,))
        person = kind in PERSON_KINDS
        columns = columns_of(con, table)
        last_digit = LAST_DIGIT if "raw_nik" in columns else "right(nik, 1)"
        place = "regency_code" if "regency_code" in columns else "null as regency_code"
        counted = (PERSON_FIGURES if person else OTHER_FIGURES).format(last_digit=last_digit)
        sql = FIGURES.format(kind=kind, figures=counted, first=key[0], key=", ".join(key), table=table)
        figures.append(con.sql(sql).pl().cast(FIGURES_SCHEMA))
        spread.append(con.sql(SPREAD.format(kind=kind, place=place, table=table)).pl().cast(SPREAD_SCHEMA))
    return Figures(pl.concat(figures), pl.concat(spread))


def last_night(con: duckdb.DuckDBPyConnection, previous: Path | None) -> LastNight | None:
    """What is known of the senders' last good nights; None without a published database that knows of grades."""
    with attached(con, previous) as there:
        if not there or not columns_of(con, "source_quality", "previous"):
            return None
        con.execute(LAST_USED)
        files = con.sql(
            "select q.*, l.since, f.missing_columns as columns_missing "
            + OF_LAST_USED.format(table="source_quality")
            + " left join previous.source_file f on f.run_id = q.run_id and f.source = q.source "
            "and f.owner_code is not distinct from q.owner_code and f.file = q.file"
        ).pl()
        spread = con.sql("select q.* " + OF_LAST_USED.format(table="source_regency")).pl()
        same = con.sql(
            "select f.source, f.sha256, f.file, max(r.as_of) as as_of from previous.source_file f "
            "join previous.run r using (run_id) where sha256 is not null and rows_accepted > 0 group by all"
        ).pl()
        con.execute("drop table last_used")
    return LastNight(files, spread, same)


def compare(
    figures: Figures, accepted: pl.DataFrame, last: LastNight | None, settings: Quality, limits: Limits
) -> pl.DataFrame:
    """The shifts of each sender that has a last good night and sends rows tonight (SHIFT_SCHEMA). Pure.

    accepted: `source, owner_code, file, rows_accepted` of tonight.
    """
    if last is None:
        return SHIFT_SCHEMA.to_frame()
    now = _by_sender(figures.files.join(accepted, on=list(FILE), nulls_equal=True))
    then = _by_sender(last.files, pl.col("since").max())
    both = now.join(then, on=list(SENDER), suffix="_then", nulls_equal=True)
    parts = [_rows(both, settings, limits)]
    parts += [_share(both, name, among, settings) for name, among in SHARES.items()]
    parts.append(_regencies(both, figures.spread, last.spread, settings))
    return pl.concat(parts).sort("source", "owner_code", "measure")


def _by_sender(files: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    names = ("rows_accepted", "rows_readable", "nik_rows", "nik_missing", "nik_zero_end", "duplicates")
    return files.group_by(SENDER, maintain_order=True).agg(*(pl.col(name).sum() for name in names), *more)


def _rows(both: pl.DataFrame, settings: Quality, limits: Limits) -> pl.DataFrame:
    """The change of the accepted rows; only a fall is refused, and its limit is that of the gate."""
    known = both.filter(pl.col("rows_accepted_then") >= gates.ENOUGH_ROWS).with_columns(
        before=pl.col("rows_accepted_then").cast(pl.Float64), now=pl.col("rows_accepted").cast(pl.Float64)
    )
    shift = (pl.col("now") - pl.col("before")) / pl.col("before")
    return _judged(known, "rows", shift, -shift, shift.abs(), settings.rows_told, limits.max_drop)


def _share(both: pl.DataFrame, name: str, among: str, settings: Quality) -> pl.DataFrame:
    """The change of a share; only a rise is told."""
    known = both.filter(pl.min_horizontal(among, f"{among}_then") >= settings.enough_rows).with_columns(
        before=pl.col(f"{name}_then") / pl.col(f"{among}_then"), now=pl.col(name) / pl.col(among)
    )
    shift = pl.col("now") - pl.col("before")
    told, refused = (float(getattr(settings, f"{name}_{word}")) for word in ("told", "refused"))
    return _judged(known, name, shift, shift, shift, told, refused)


def _regencies(both: pl.DataFrame, now: pl.DataFrame, then: pl.DataFrame, settings: Quality) -> pl.DataFrame:
    """Which share of the rows lies in another regency than before (half the sum of the differences of shares)."""
    known = both.filter(pl.min_horizontal("rows_readable", "rows_readable_then") >= settings.enough_rows)
    place = [*SENDER, "regency_code"]
    sums = [frame.group_by(place).agg(pl.col("row_count").sum()) for frame in (now, then)]
    parts = [frame.with_columns(share=pl.col("row_count") / pl.col("row_count").sum().over(SENDER)) for frame in sums]
    moved = (
        parts[0]
        .join(parts[1], on=place, how="full", coalesce=True, suffix="_then", nulls_equal=True)
        .with_columns(pl.col("share", "share_then").fill_null(0.0))
        .group_by(SENDER)
        .agg(now=(pl.col("share") - pl.col("share_then")).abs().sum() / 2)
    )
    known = known.join(moved, on=list(SENDER), nulls_equal=True).with_columns(before=pl.lit(0.0))
    shift = pl.col("now")
    return _judged(known, "regency", shift, shift, shift, settings.regency_told, settings.regency_refused)


def _judged(
    known: pl.DataFrame, name: str, shift: pl.Expr, worse: pl.Expr, moved: pl.Expr, told: float, refused: float
) -> pl.DataFrame:
    """The rows of one measure: refused where `worse` is beyond that limit, told where `moved` reaches the other."""
    verdict = pl.when(worse > refused + 1e-9).then(pl.lit("refused")).when(moved >= told).then(pl.lit("told"))
    return (
        known.with_columns(measure=pl.lit(name), shift=shift, told_from=pl.lit(told), refused_from=pl.lit(refused))
        .with_columns(verdict=verdict.otherwise(pl.lit("ok")))
        .select(SHIFT_SCHEMA.names())
        .cast(SHIFT_SCHEMA)
    )


# --- words ------------------------------------------------------------------------------------------------------------

WHAT = {
    "rows": ("the accepted rows went from {before} to {now}", "baris layak pakai berubah dari {before} menjadi {now}"),
    "nik_missing": (
        "the share of rows without a NIK went from {before} to {now}",
        "bagian baris tanpa NIK berubah dari {before} menjadi {now}",
    ),
    "nik_zero_end": (
        "the share of NIKs that end in 0 went from {before} to {now}",
        "bagian NIK berakhiran 0 berubah dari {before} menjadi {now}",
    ),
    "duplicates": (
        "the share of repeated rows went from {before} to {now}",
        "bagian baris ganda berubah dari {before} menjadi {now}",
    ),
    "regency": ("{now} of the rows lie in another regency", "{now} barisnya berada di kabupaten/kota lain"),
}


def in_words(shift: Mapping[str, Any]) -> tuple[str, str]:
    """A row of `source_shift` in words, English and Indonesian, without a full stop."""
    english, indonesian = WHAT[shift["measure"]]
    whole = shift["measure"] == "rows"
    values = {name: (f"{shift[name]:,.0f}" if whole else percent(shift[name])) for name in ("before", "now")}
    return english.format(**values), indonesian.format(**{name: swapped(text) for name, text in values.items()})


def percent(share: float) -> str:
    """A share in per cent, rounded down to a decimal: what is not all never reads 100.0%."""
    return f"{int(share * 1000 + 1e-6) / 10:.1f}%"


def swapped(number: str) -> str:
    """An English number as Indonesian writes it: 1,234.5% -> 1.234,5 %."""
    return number.translate(str.maketrans(",.", ".,")).replace("%", " %")


def day_in_words(day: date) -> str:
    """A date as both languages of the sentences can read it: 20-11-2026."""
    return f"{day:%d-%m-%Y}"
