"""What the reports show of other nights, drawn from a published database: findings against last night and last month.

A database that keeps the events of findings (`finding_event`, `finding_change`, `mass_change`) tells more than one
that only knows when each finding was first and last seen; both give the same frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

NIGHT, MONTH = "night", "month"
# How findings open then became those open now, in the order of the sum.
LESS, MORE = ("closed", "became_untested", "went"), ("opened", "reopened", "tested_again", "came")


@dataclass(frozen=True)
class HistoryTables:
    """Frames of the nights before.

    nights: the dates of all published nights up to this one, the oldest first.
    against: `night` and `month` -> the night that tonight is compared with: the one before, and one of a month ago; a
    key is lacking where there is no such night.
    changes: `since, regency_code, code, open_before`, the columns LESS and MORE, `open_now, rupiah_before, rupiah_now`,
    as in the table `finding_change`; rupiah are null where the night before did not keep them.
    days: `regency_code, day, began, ended`: findings that opened on a day, and that were last open before it.
    mass: the rows of `mass_change` of the run, the largest first; none where there is no such table.
    """

    nights: tuple[date, ...]
    against: dict[str, date]
    changes: pl.DataFrame
    days: pl.DataFrame
    mass: pl.DataFrame


NIGHTS = "select distinct as_of from run where as_of <= $as_of order by as_of"
CHANGES = """
select s.since, regency_code, code,
  count(*) filter (where s.day between first_seen and last_seen) as open_before,
  count(*) filter (where state = 'open' and first_seen > s.day) as opened,
  0 as reopened, 0 as tested_again, 0 as came,
  count(*) filter (where state not in ('open', 'untested') and s.day between first_seen and last_seen) as closed,
  count(*) filter (where state = 'untested' and s.day between first_seen and last_seen) as became_untested,
  0 as went, count(*) filter (where state = 'open') as open_now,
  null::bigint as rupiah_before,
  coalesce(sum(rupiah_per_month) filter (where state = 'open' and is_primary), 0)::bigint as rupiah_now
from finding, (select unnest($names::varchar[]) as since, unnest($days::date[]) as day) s
group by s.since, regency_code, code
order by s.since, regency_code, code
"""
KEPT_CHANGES = "select * exclude (since_as_of) from finding_change order by since, regency_code, code"
DAYS = """
with night as (select distinct as_of from run)
select regency_code, day, sum(began)::bigint as began, sum(ended)::bigint as ended from (
  select regency_code, first_seen as day, 1 as began, 0 as ended from finding
  union all
  select regency_code, as_of, 0, 1 from finding asof join night on as_of > last_seen where state <> 'open'
) where day is not null group by regency_code, day order by regency_code, day
"""
# Only the runs that this one's history goes on from: a day that was run again does not count twice.
KEPT_DAYS = """
with recursive chain as (
  select run_id, history_from, 0 as step from run where run_id = $run
  union all
  select r.run_id, r.history_from, step + 1 from chain join run r on r.run_id = chain.history_from
), told as (
  select finding_id, regency_code, as_of, state = 'open' as is_open,
    lag(state = 'open', 1, false) over before as was_open, lag(regency_code) over before as was_in
  from finding_event join chain using (run_id)
  window before as (partition by finding_id order by step desc, event = 'moved', event)
)
select regency_code, day, sum(began)::bigint as began, sum(ended)::bigint as ended from (
  select regency_code, as_of as day, 1 as began, 0 as ended from told
    where is_open and (not was_open or was_in is distinct from regency_code)
  union all
  select was_in, as_of, 0, 1 from told where was_open and (not is_open or was_in is distinct from regency_code)
) group by regency_code, day order by regency_code, day
"""
MASS = "select * from mass_change where run_id = $run order by records desc, mass_change_id"


def has_table(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the database that is read has a table."""
    found = "from duckdb_tables() where table_name = $name and database_name = current_database()"
    return bool(con.execute(found, {"name": name}).fetchall())


def has_rows(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether it has the table, and anything in it."""
    return has_table(con, name) and bool(con.execute(f"select 1 from {name} limit 1").fetchall())


def collect_history(con: duckdb.DuckDBPyConnection, run: str, as_of: date) -> HistoryTables:
    """The frames of the newest run, which is of the day `as_of`. Only reads."""
    nights = [day for (day,) in con.execute(NIGHTS, {"as_of": as_of}).fetchall()]
    kept = has_rows(con, "finding_change")
    against = _kept_against(con) if kept else _against(nights, as_of)
    if kept:
        changes = con.sql(KEPT_CHANGES).pl()
    else:
        changes = con.sql(CHANGES, params={"names": list(against), "days": list(against.values())}).pl()
    days = con.sql(KEPT_DAYS, params={"run": run}) if has_rows(con, "finding_event") else con.sql(DAYS)
    mass = con.sql(MASS, params={"run": run}).pl() if has_table(con, "mass_change") else pl.DataFrame()
    return HistoryTables(tuple(nights), against, changes, days.pl(), mass)


def _kept_against(con: duckdb.DuckDBPyConnection) -> dict[str, date]:
    kept = "select distinct since, since_as_of from finding_change where since_as_of is not null"
    return dict(sorted(con.execute(kept).fetchall(), reverse=True))


def _against(nights: list[date], as_of: date) -> dict[str, date]:
    """The night before, and the last one that is of an earlier month."""
    before = [day for day in nights if day < as_of]
    months = [day for day in before if (day.year, day.month) < (as_of.year, as_of.month)]
    return {name: days[-1] for name, days in ((NIGHT, before), (MONTH, months)) if days}
