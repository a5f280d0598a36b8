"""What the reports show of other nights, from a published database: findings against last night and last month."""

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
    as in the table `finding_change`.
    days: `regency_code, day, began, ended`: findings that opened on a day, and that were last open before it.
    mass: the rows of `mass_change` of the run, the largest first.
    """

    nights: tuple[date, ...]
    against: dict[str, date]
    changes: pl.DataFrame
    days: pl.DataFrame
    mass: pl.DataFrame


NIGHTS = "select distinct as_of from run where as_of <= $as_of order by as_of"
# The runs that this one's history goes on from: a day that was run again does not count twice.
CHAIN = """
with recursive chain as (
  select run_id, as_of, history_from, 0 as step from run where run_id = $run
  union all
  select r.run_id, r.as_of, r.history_from, step + 1 from chain join run r on r.run_id = chain.history_from
)"""
# A night on which nothing was open, neither then nor now, has no row in finding_change.
AGAINST = f"""{CHAIN}
select '{NIGHT}', max(as_of) from chain where as_of < $as_of having count(*) > 0
union select since, since_as_of from finding_change
"""
CHANGES = "select * exclude (since_as_of) from finding_change order by since, regency_code, code"
DAYS = f"""{CHAIN}, told as (
  select finding_id, regency_code, e.as_of, state = 'open' as is_open,
    lag(state = 'open', 1, false) over before as was_open, lag(regency_code) over before as was_in
  from finding_event e join chain using (run_id)
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


def collect_history(con: duckdb.DuckDBPyConnection, run: str, as_of: date) -> HistoryTables:
    """The frames of the newest run, which is of the day `as_of`. Only reads."""
    nights = tuple(day for (day,) in con.execute(NIGHTS, {"as_of": as_of}).fetchall())
    against = con.execute(AGAINST, {"run": run, "as_of": as_of}).fetchall()
    return HistoryTables(
        nights,
        against=dict(sorted(against, reverse=True)),
        changes=con.sql(CHANGES).pl(),
        days=con.sql(DAYS, params={"run": run}).pl(),
        mass=con.sql(MASS, params={"run": run}).pl(),
    )
