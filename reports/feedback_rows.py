"""What goes back to one sender: its files and grades, the rows to correct, what to look at, the months before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from reports.labels import (
    column_names,
    expectation_cure_id,
    expectation_text_id,
    sender,
    short_place,
    source_rank,
    source_title,
)
from reports.sheet import MAX_ROWS
from reports.tables import MONTHS, frame
from reports.words import plain, words
from schemas import reference

FOLDER = "umpan-balik"  # beside the page
FILES = """
select q.*, f.problem, f.problem_text_id, f.heading_row
from source_quality q left join source_file f on f.run_id = q.run_id and f.source = q.source
  and f.owner_code is not distinct from q.owner_code and f.file = q.file
where q.run_id = $run order by q.source, q.owner_code, q.file
"""
# The line of the file is known of rows that could not be cut into fields; of the others the heading's line tells it, as
# long as no empty line stands between.
QUARANTINE = """
select q.source, q.owner_code, q.file, q.source_row, coalesce(q.line, f.heading_row + q.source_row) as line,
  q.expectation, q.column_name, coalesce(q.written, q.raw) as written, coalesce(q.reason_id, q.reason) as reason
from quarantine q left join source_file f on f.run_id = $run and f.source = q.source
  and f.owner_code is not distinct from q.owner_code and f.file = q.file
where {where} order by q.source, q.file, line nulls last, q.source_row nulls last, q.column_name nulls first, reason
limit {most}
"""
QUARANTINE_COUNTS = """
select q.source, q.expectation, q.column_name, coalesce(q.reason_id, q.reason) as reason, count(*) as row_count
from quarantine q where {where} group by all order by row_count desc, source, reason
"""
# A critical expectation speaks of a whole file, so it is told only where it fails.
MARKED = """
select q.source, q.file, q.expectation, q.column_name, q.unexpected, q.evaluated from validation q
where q.run_id = $run and {where} and q.file is not null and q.unexpected > 0
  and (q.severity = 'warning' or (q.severity = 'critical' and not q.success))
order by q.unexpected desc, q.source, q.file, q.expectation
"""
MARKS = """
select q.source, q.owner_code, q.file, q.source_row, f.heading_row + q.source_row as line, q.expectation, q.column_name,
  q.written
from mark q left join source_file f on f.run_id = $run and f.source = q.source
  and f.owner_code is not distinct from q.owner_code and f.file = q.file
where {where} order by q.source, q.file, q.expectation, q.source_row limit {most}
"""


@dataclass(frozen=True)
class Office:
    """Who gets one workbook: its region's code, its name, the kinds and owners it sends for."""

    code: str
    name: str
    sends: tuple[tuple[str, str | None], ...]

    @property
    def book(self) -> str:
        """`3602_Dinas_Sosial_Kab_Lebak.xlsx`."""
        letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in self.name)
        return "_".join(part for part in (self.code, *letters.split("_")) if part) + ".xlsx"


@dataclass(frozen=True)
class Feedback:
    """What one workbook holds.

    files: FILES with `title`; rows: `title, file, source_row, line, column, written, reason, correct` of each
    quarantined row; marks: the same of the first marked rows, the reason as `text`; counts: `title, reason, correct,
    row_count` of all quarantined rows; marked: `title, file, text, column, unexpected, evaluated, correct`, how many
    rows were only marked; months: MONTHS with `title`.
    """

    office: Office
    files: pl.DataFrame
    rows: pl.DataFrame
    marks: pl.DataFrame
    counts: pl.DataFrame
    marked: pl.DataFrame
    months: pl.DataFrame


def collect_feedback(con: duckdb.DuckDBPyConnection, run_id: str, as_of: date, province: str) -> Iterator[Feedback]:
    """One sender after the other, by region and name, from a published (or the work) database; only read.

    A sender is an office: the kinds of extract that it sends stand in one workbook.
    """
    con = con.cursor()
    files = frame(con, FILES, run=run_id)
    months = frame(con, MONTHS, as_of=as_of)
    for office in offices(files, province):
        where = " or ".join(_is(source, owner) for source, owner in office.sends)
        own = pl.DataFrame(office.sends, schema={"source": pl.String, "owner_code": pl.String}, orient="row")
        yield Feedback(
            office=office,
            files=_titled(_of(files, own)),
            rows=_told(frame(con, QUARANTINE.format(where=f"({where})", most=MAX_ROWS), run=run_id)),
            marks=_told(frame(con, MARKS.format(where=f"({where})", most=MAX_ROWS), run=run_id)),
            counts=_told(frame(con, QUARANTINE_COUNTS.format(where=f"({where})"))),
            marked=_told(frame(con, MARKED.format(where=f"({where})"), run=run_id)),
            months=_titled(_of(months, own)),
        )


def offices(files: pl.DataFrame, province: str) -> list[Office]:
    """The offices behind the rows of `source_quality`, by region and name."""
    places = region_names(province)
    found: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
    for source, owner in files.select("source", "owner_code").unique(maintain_order=True).iter_rows():
        found.setdefault((owner or "", sender(source, owner, places)), []).append((source, owner))
    return [
        Office(code, name, tuple(sorted(sends, key=lambda one: source_rank(one[0]))))
        for (code, name), sends in sorted(found.items())
    ]


def region_names(province: str) -> dict[str, str]:
    """Code -> short name of the regencies of a province."""
    regencies = reference.regencies().filter(pl.col("province_code") == province)
    return {code: short_place(name) for code, name in regencies.select("regency_code", "regency_name").iter_rows()}


def _is(source: str, owner: str | None) -> str:
    """SQL for the rows of a sender; the values are codes of ours, not data."""
    of_owner = "q.owner_code is null" if owner is None else f"q.owner_code = '{owner}'"
    return f"(q.source = '{source}' and {of_owner})"


def _of(rows: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    return rows.join(own, on=["source", "owner_code"], how="semi", nulls_equal=True, maintain_order="left")


def _titled(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(_named(rows, ["source"], "title", source_title))


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Codes in words: the kind, the columns by the sender's headings, what is wrong and what to correct."""
    return _titled(rows).with_columns(
        _named(rows, ["source", "column_name"], "column", column_names),
        _named(rows, ["source", "expectation"], "correct", correction),
        _named(rows, ["source", "expectation"], "text", expectation_text_id),
    )


def _named(rows: pl.DataFrame, keys: list[str], name: str, say: Callable[..., str]) -> pl.Series:
    """A column of words for the distinct values of `keys`: a handful, whatever the number of rows."""
    known = {key: say(*key) for key in rows.select(keys).unique().iter_rows()}
    table = pl.DataFrame([(*key, text) for key, text in known.items()], schema=dict.fromkeys([*keys, name], pl.String),
                         orient="row")  # fmt: skip
    return rows.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")[name]


def correction(source: str, expectation: str | None) -> str:
    """What the sender is to do about a row, in Indonesian."""
    key = f"correct_{expectation}"
    return expectation_cure_id(source, expectation or "") or plain(key if key in words() else "correct_row")
