"""The last good night of a sender: kept in the published databases, used when tonight's file is refused.

The rows are those of `record`, `employer` or `workforce` of the newest published database that has any of that sender;
rows that stood in already keep the day from which they are. They take the place of all that the sender sent tonight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.config_quality import LastGood
from flows.gates import LATE
from flows.previous import attached, columns_of
from flows.staging import OTHER_TABLES, count, quoted_name, staged
from schemas.errors import PadanError
from schemas.tables import load_tables, quoted

SINCE = """
select min(coalesce(f.stale_since, r.as_of)) from previous.source_file f join previous.run r using (run_id)
where f.run_id = (select run_id from previous.run order by finished_at desc, run_id desc limit 1)
  and f.source = $source and f.owner_code is not distinct from $owner
  and f.rows_accepted + coalesce(f.rows_stood_in, 0) > 0
"""
# Who sent rows that were used, in any run of so many days; who sent none for longer is not expected any more.
SENDERS = """
select source, owner_code, arg_max(file, (finished_at, file)) as file
from previous.source_file join previous.run r using (run_id)
where rows_accepted + coalesce(rows_stood_in, 0) > 0 and as_of >= $as_of::date - $days::integer
group by source, owner_code order by all
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """A kind of extract and the office whose it is."""

    source: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class StandIn:
    """What stood in for a sender, or could: `rows` of the day `since`; `used` is False when the settings, or their
    age, forbid it, and `why` then says so in English and Indonesian."""

    sender: Sender
    rows: int
    since: date
    used: bool
    why: tuple[str, str] = ("", "")


def with_late_senders(
    con: duckdb.DuckDBPyConnection, files: pl.DataFrame, previous: Path | None, as_of: date, settings: LastGood
) -> pl.DataFrame:
    """`Pulled.files` and a row (problem LATE, the file of then) for each sender of whom nothing came.

    Senders are those whose rows were used in a run of the last `settings.max_age_days`, of kinds of which something is
    configured tonight. A bad file whose owner cannot be told is that of the one sender of its kind that is missed,
    where it is one.
    """
    with attached(con, previous) as there:
        if not there or "rows_stood_in" not in columns_of(con, "source_file", "previous"):
            return files
        days = {"as_of": as_of, "days": settings.max_age_days}
        before: pl.DataFrame = con.sql(SENDERS, params=days).pl()
    here = files.select("source", "owner_code").unique()
    gone = before.filter(pl.col("source").is_in(files["source"].implode())).join(
        here, on=["source", "owner_code"], how="anti", nulls_equal=True
    )
    unknown = files.filter(pl.col("owner_code").is_null() & pl.col("problem").is_not_null())
    one = (
        gone.group_by("source")
        .agg(pl.len().alias("gone"), pl.col("owner_code").first().alias("missed"))
        .join(unknown.group_by("source").len("bad"), on="source")
        .filter((pl.col("gone") == 1) & (pl.col("bad") == 1))
        .select("source", "missed")
    )
    bad = pl.col("owner_code").is_null() & pl.col("problem").is_not_null()
    named = files.join(one, on="source", how="left", maintain_order="left").with_columns(
        owner_code=pl.when(bad).then("missed").otherwise("owner_code")
    )
    # Where several are missed, each bad file says by itself what is wrong.
    late = gone.filter(~pl.col("source").is_in(unknown["source"].implode()))
    return pl.concat([named.select(files.columns), _late(late, files)])


def _late(gone: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    who = pl.concat_str("source", "owner_code", separator=" ", ignore_nulls=True)
    told = gone.select(
        "source",
        "owner_code",
        "file",
        problem=pl.lit(LATE),
        problem_text="Nothing came from " + who + " tonight.",
        problem_text_id="Tidak ada kiriman dari " + who + " malam ini.",
        rows_read=pl.lit(0, pl.Int64),
        rows_unreadable=pl.lit(0, pl.Int64),
    )
    return pl.concat([files.clear(), told], how="diagonal_relaxed").select(files.columns)


def stand_in(
    con: duckdb.DuckDBPyConnection,
    refused: Iterable[tuple[Sender, bool]],
    settings: LastGood,
    as_of: date,
    databases: Iterable[Path],
) -> list[StandIn]:
    """Put the last good rows of refused senders in the place of what they sent, where the settings allow it.

    refused: senders, and whether their file came at all. Of an optional kind that does not come nothing stands in
    (`settings.use` names it only for files that are refused): its findings then cannot be tested, as is promised.
    databases: the published ones, newest first. A sender without rows in any of them is left out of the answer.
    """
    found = []
    published = list(databases)
    for sender, may_use in refused:
        for database in published:
            with attached(con, database) as there:
                if not there or "rows_stood_in" not in columns_of(con, "source_file", "previous"):
                    continue
                known = _last_good(con, sender, settings, as_of, may_use)
                if known is None:
                    continue
                if known.used:
                    _replace(con, sender)
                found.append(known)
            break
    return found


def _last_good(
    con: duckdb.DuckDBPyConnection, sender: Sender, settings: LastGood, as_of: date, may_use: bool
) -> StandIn | None:
    row = con.execute(SINCE, {"source": sender.source, "owner": sender.owner}).fetchone()
    rows = count(con, f"select count(*) {_of_sender(sender)}")
    if row is None or row[0] is None or not rows:
        return None
    since: date = row[0]
    age = (as_of - since).days
    if not may_use:
        why = ("what does not come cannot be tested", "yang tidak datang tidak dapat diuji")
    elif not settings.allows(sender.source, sender.owner):
        why = ("[last_good] does not name this sender", "[last_good] tidak menyebut pengirim ini")
    elif not 0 <= age <= settings.max_age_days:
        why = (
            f"they are {age} days old, more than the {settings.max_age_days} allowed",
            f"umurnya {age} hari, melebihi batas {settings.max_age_days}",
        )
    else:
        return StandIn(sender, rows, since, True)
    return StandIn(sender, rows, since, False, why)


def _of_sender(sender: Sender) -> str:
    """FROM and WHERE of the sender's rows in the attached database."""
    table = OTHER_TABLES.get(sender.source, "record")
    owner = "null" if sender.owner is None else quoted(sender.owner)
    kind = f" and source = {quoted(sender.source)}" if table == "record" else ""
    return f"from previous.{table} where owner_code is not distinct from {owner}{kind}"


def _replace(con: duckdb.DuckDBPyConnection, sender: Sender) -> None:
    """Delete what the sender sent tonight from its staged table, and put the rows of the attached database there.

    Their record numbers follow those of tonight's rows.
    """
    kind = sender.source
    declared = load_tables()[OTHER_TABLES.get(kind, "record")]
    if not columns_of(con, staged(kind)):
        columns = ", ".join(f"{quoted_name(column.name)} {column.type}" for column in declared.columns)
        con.execute(f"create table {staged(kind)} ({columns}, row_id bigint)")
    owner = "null" if sender.owner is None else quoted(sender.owner)
    con.execute(f"delete from {staged(kind)} where owner_code is not distinct from {owner}")
    kept = [name for name in columns_of(con, declared.name, "previous") if name in declared.column_names]
    kept = [name for name in kept if name != "record_id"]
    chosen = ", ".join(quoted_name(name) for name in kept)
    last = _last_number(con, kind)
    order = "record_id" if kind not in OTHER_TABLES else "file, source_row"
    number = f"{last} + row_number() over (order by {order})"
    numbers = f"{number} as row_id" + (f", {number} as record_id" if kind not in OTHER_TABLES else "")
    con.execute(f"insert into {staged(kind)} by name select {chosen}, {numbers} {_of_sender(sender)} order by {order}")


def _last_number(con: duckdb.DuckDBPyConnection, kind: str) -> int:
    """The highest number in use: of all records, or of the rows of a kind without people."""
    if kind in OTHER_TABLES:
        return count(con, f"select coalesce(max(row_id), 0) from {staged(kind)}")
    tables = con.execute(
        "select distinct table_name from duckdb_columns() where starts_with(table_name, 'staged_') "
        "and column_name = 'record_id' and database_name = current_database()"
    ).fetchall()
    highest = [count(con, f"select coalesce(max(record_id), 0) from {quoted_name(name)}") for (name,) in tables]
    if not highest:
        raise PadanError("There is no staged table to number the last good rows in.")
    return max(highest)
