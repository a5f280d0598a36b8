"""`padan minutes`: the berita acara of a regency and month, from the databases of that month and the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.audit_pack import regency_name
from flows.minutes_members import (
    GONE,
    IDENTITY,
    LISTS,
    NEW,
    NEWBORN,
    NOT_BILLED,
    NOT_LISTED,
    OTHERWISE,
    REASONS_IN,
    REASONS_OUT,
    REMOVED,
    arrived,
    by_reason,
    members,
    on_list,
    reason_of,
)
from flows.period import open_period, open_version, periods
from reports.minutes import Annex, Bill, Minutes, Movement, write_annex
from reports.minutes_docx import write_docx
from reports.minutes_pdf import write_pdf
from reports.written import whole
from schemas.errors import PadanError, UsageError

WRITERS = {".docx": write_docx, ".pdf": write_pdf}
RUN = """
SELECT r.run_id, r.as_of, r.model_version, m.period, m.period_end,
       (SELECT any_value(value) FROM rule_in_force WHERE rule = 'newborn_months') AS newborn_months
FROM run AS r JOIN parameter AS m USING (run_id)
"""
# What the rows of the bill come to by tariff, and what was billed: by the month that they cover.
BILL = """
SELECT covered_month, tariff, count(*) AS rows,
       coalesce(sum(amount), 0)::BIGINT AS billed,
       count(*) FILTER (amount IS NULL) AS without_amount,
       count(*) FILTER (amount <> tariff) AS otherwise,
       coalesce(sum(amount - tariff) FILTER (amount <> tariff), 0)::BIGINT AS difference
FROM bill_line JOIN parameter AS m USING (period)
WHERE payer_code = $regency
GROUP BY ALL ORDER BY ALL
"""
TARIFF = """
SELECT value::BIGINT AS tariff, legal_basis FROM rule, parameter AS m
WHERE rule = 'jkn_tariff' AND item = 'PDA'
  AND coalesce(m.period, m.as_of) BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, DATE '9999-12-31')
"""
CODES = ("FN01", "FN03", "FN04", "FN05", "FN06", "FN07", "ID06", "ID10", "ST01", "WL01", "WL03")
CLASSES = """
SELECT t.code, t.term_id,
       t.tested,
       t.not_testable_reason,
       count(f.finding_id) AS findings,
       count(DISTINCT f.person_id) AS people,
       coalesce(sum(f.rupiah_per_month), 0)::BIGINT AS rupiah
FROM finding_type AS t
LEFT JOIN finding AS f ON f.code = t.code AND f.state = 'open' AND f.regency_code = $regency
WHERE list_contains($codes, t.code)
GROUP BY ALL ORDER BY t.code
"""
SIGNED = """
SELECT source, rows_signed, rupiah_signed, document FROM signed_total
WHERE owner_code = $regency AND source IN ('decree', 'bpjs_kesehatan_bill') ORDER BY ALL
"""
VILLAGES = "SELECT region_code AS village_code, region_name AS village FROM region WHERE level = 'village'"
# Who became whom, both ways round, by merges and splits since a day: they only seem to come or go.
EVENTS = """
SELECT DISTINCT unnest([person_id, other_person_id]) AS person_id, unnest([other_person_id, person_id]) AS other
FROM person_event JOIN run USING (run_id)
WHERE event IN ('merge', 'split') AND run.as_of > $since
"""


def minutes(
    output: Path,
    regency: str,
    month: date,
    out: Path,
    say: Callable[[str], None],
    previous: Path | None = None,
    numbers: tuple[str | None, str | None] = (None, None),
) -> None:
    """Write the berita acara of `regency` for `month` (its first day) to `out`, .docx or .pdf, with its name annex.

    previous: a database of the month before, where it is no longer among those that are kept; without one the opening
    is told as unknown. numbers: those of the document at the social office and at BPJS. `say` takes the verdicts.
    Raises UsageError, one plain sentence, when no database is of the month or a file cannot be written.
    """
    name = regency_name(regency)
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        raise UsageError(f"The name of the document ends in .docx or .pdf; {out.name} does not.")
    before = _month_before(month)
    with open_period(output, month) as con:
        earlier, why = _earlier(output, before, previous)
        try:
            found = _collect(con, earlier, regency, month)
        except (duckdb.CatalogException, duckdb.BinderException):
            raise UsageError("That database was published by an earlier padan; run padan run again.") from None
        finally:
            if earlier is not None:
                earlier.close()
    told = Minutes(regency=regency, place=name, month=month, before=before, why_unknown=why, numbers=numbers, **found)
    try:
        annex = write_annex(told, out.with_suffix(""))
        whole(out, partial(writer, minutes=told, annex=annex))
    except OSError as error:
        raise UsageError(f"The document {out} cannot be written: {error.strerror}.") from None
    _tell(told, annex, out, say)


def _tell(told: Minutes, annex: Annex, out: Path, say: Callable[[str], None]) -> None:
    for sentence in told.verdicts:
        say(f"  {sentence}")
    say(f"Berita acara: {out}")
    for path, digest in annex.files:
        say(f"Lampiran:     {path.name} (SHA-256 {digest[:12]}…)")


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _earlier(output: Path, before: date, given: Path | None) -> tuple[duckdb.DuckDBPyConnection | None, str]:
    """The database of the month before, or why there is none, in Indonesian.

    Raises UsageError when the one that was given is not there or is of another month.
    """
    if given is not None:
        if not given.is_file():
            raise UsageError(f"There is no database {given}.")
        con = open_version(given)
        try:
            found = periods(con)
        except duckdb.Error:
            raise PadanError(f"The file {given.name} is not a database of padan.") from None
        if found != {before}:
            con.close()
            raise UsageError(f"The database {given.name} is not of the month before, {before:%Y-%m}.")
        return con, ""
    try:
        return open_period(output, before), ""
    except UsageError:
        return None, f"basis data bulan {before:%m-%Y} tidak tersimpan"


def _collect(
    con: duckdb.DuckDBPyConnection, earlier: duckdb.DuckDBPyConnection | None, regency: str, month: date
) -> dict[str, Any]:
    """What the minutes show, but for what was asked."""
    here = arrived(con, regency)
    there = arrived(earlier, regency) if earlier is not None else dict.fromkeys(LISTS, False)
    nobody = pl.Series("person_id", [], pl.String)
    then = members(earlier, regency, nobody) if earlier is not None else None
    now = members(con, regency, then["person_id"] if then is not None else nobody)
    if earlier is not None and then is not None:
        # Once more, with what that month knew of those who came since.
        then = members(earlier, regency, now["person_id"])
    run = con.sql(RUN).pl().row(0, named=True)
    identity = _identity(con, earlier)
    newborn = _born_after(run, month)
    listed = {name: on_list(now, name) for name in LISTS}
    return {
        "run": run,
        "movements": tuple(
            _movement(name, now, then if there[name] else None, identity, newborn) if here[name] else None
            for name in LISTS
        ),
        "bill": _bill(con, regency) if here["bill"] else None,
        "tariff": con.sql(TARIFF).pl().row(0, named=True),
        "bridge": _bridge(now) if all(here.values()) else None,
        "classes": con.sql(CLASSES, params={"regency": regency, "codes": list(CODES)}).pl(),
        "signed": con.sql(SIGNED, params={"regency": regency}).pl(),
        "names": _names(con, pl.concat(listed.values()).unique("person_id")),
    }


def _born_after(run: dict[str, Any], month: date) -> pl.Expr:
    """Who was born so short before the month's end that the registration is a newborn's."""
    end = run["period_end"] or month
    return pl.col("birth_date") > pl.lit(end).dt.offset_by(f"-{int(run['newborn_months'] or 0)}mo")


def _identity(con: duckdb.DuckDBPyConnection, earlier: duckdb.DuckDBPyConnection | None) -> pl.DataFrame:
    """Who was merged or parted since the earlier database: `person_id, other`."""
    since = earlier.execute("SELECT as_of FROM parameter").fetchall()[0][0] if earlier is not None else date.max
    events: pl.DataFrame = con.sql(EVENTS, params={"since": since}).pl()
    return events.cast(pl.String)


def _movement(
    name: str, now: pl.DataFrame, then: pl.DataFrame | None, identity: pl.DataFrame, newborn: pl.Expr
) -> Movement:
    """One list's opening, who came and went by reason, and closing, in people."""
    closing = on_list(now, name)
    if then is None:
        return Movement(name, None, (), (), closing.height)
    opening = on_list(then, name)
    came = closing.join(opening, on="person_id", how="anti").select("person_id", "birth_date")
    # What was known of them the month before; nothing of those who were in no register then.
    came = came.join(then.drop("birth_date"), on="person_id", how="left").with_columns(
        pl.col("pbi", "other_segment", "paid_elsewhere", "in_jkn", "active_jkn").fill_null(value=False)
    )
    went = opening.select("person_id").join(closing, on="person_id", how="anti").join(now, on="person_id", how="left")
    was = _became(identity, opening)
    missing = pl.col("alive").is_null()
    became = _became(identity, closing) | missing & pl.col("person_id").is_in(identity["person_id"].implode())
    return Movement(
        name,
        opening.height,
        tuple(by_reason(came, ((IDENTITY, was), (NEWBORN, newborn), *REASONS_IN), NEW)),
        tuple(by_reason(went, ((IDENTITY, became), (GONE, missing), *REASONS_OUT), REMOVED)),
        closing.height,
    )


def _became(identity: pl.DataFrame, listed: pl.DataFrame) -> pl.Expr:
    """Whether somebody was merged with, or parted from, a person of a list."""
    found = identity.filter(pl.col("other").is_in(listed["person_id"].implode()))
    return pl.col("person_id").is_in(found["person_id"].implode())


def _bill(con: duckdb.DuckDBPyConnection, regency: str) -> Bill:
    return Bill(con.sql(BILL, params={"regency": regency}).pl())


def _bridge(now: pl.DataFrame) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """Why people of the decree are not billed, and why people billed are not in the decree."""
    decree, bill = on_list(now, "decree"), on_list(now, "bill")
    not_billed = decree.join(bill, on="person_id", how="anti")
    not_listed = bill.join(decree, on="person_id", how="anti")
    return (
        tuple(by_reason(not_billed, NOT_BILLED, OTHERWISE)),
        tuple(by_reason(not_listed, NOT_LISTED, OTHERWISE)),
    )


def _names(con: duckdb.DuckDBPyConnection, people: pl.DataFrame) -> pl.DataFrame:
    """The name annex: a row a person of either list, in the order of villages and names, with what is to be cleared."""
    listed, billed = pl.col("decree_rows").is_not_null(), pl.col("bill_rows").is_not_null()
    remark = (
        pl.when(~billed).then(pl.concat_str(pl.lit("tidak ditagih: "), reason_of(NOT_BILLED, OTHERWISE)))
        .when(~listed).then(pl.concat_str(pl.lit("tidak di SK: "), reason_of(NOT_LISTED, OTHERWISE)))
        .when(pl.col("bill_rows") > 1).then(pl.lit("lebih dari satu baris tagihan"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    yes = (pl.lit("tidak"), pl.lit("ya"))
    ordered = people.join(con.sql(VILLAGES).pl(), on="village_code", how="left").sort(
        "village_code", "name", "birth_date", "person_id", nulls_last=True
    )
    return ordered.select(
        pl.int_range(1, pl.len() + 1).alias("number"),
        "nik",
        "name",
        "birth_date",
        "card",
        "village_code",
        "village",
        pl.when(listed).then(yes[1]).otherwise(yes[0]).alias("in_decree"),
        "decree_no",
        pl.when(billed).then(yes[1]).otherwise(yes[0]).alias("in_bill"),
        pl.col("bill_rows").fill_null(0),
        "billed",
        remark.alias("remark"),
    )
