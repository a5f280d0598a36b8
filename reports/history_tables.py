"""What the reports show of other nights, drawn from a published database: findings against last night and last month.

A finding keeps the first and the last night that found it, so the figures of an earlier night are counted, not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

NIGHT, MONTH = "night", "month"


@dataclass(frozen=True)
class HistoryTables:
    """Frames of the nights before.

    nights: the dates of all published nights up to this one, the oldest first.
    against: `night` and `month` -> the night that tonight is compared with: the one before, and the last one of an
    earlier month; a key is lacking where there is no such night.
    changes: `against, regency_code, code, carried, new, new_rupiah, closed, untested`: findings that were open then and
    are now, that are open since, that were open then and are gone, or were not tested tonight.
    days: `regency_code, day, began, ended`: findings first seen on a day, and last seen on it and open no more.
    """

    nights: tuple[date, ...]
    against: dict[str, date]
    changes: pl.DataFrame
    days: pl.DataFrame


NIGHTS = "select distinct as_of from run where as_of <= $as_of order by as_of"
CHANGES = """
select s.against, regency_code, code,
  count(*) filter (where state = 'open' and first_seen <= s.day) as carried,
  count(*) filter (where state = 'open' and first_seen > s.day) as new,
  coalesce(sum(rupiah_per_month) filter (where state = 'open' and first_seen > s.day and is_primary), 0)::bigint
    as new_rupiah,
  count(*) filter (where state = 'closed' and s.day between first_seen and last_seen) as closed,
  count(*) filter (where state = 'untested' and s.day between first_seen and last_seen) as untested
from finding, (select unnest($names) as against, unnest($days) as day) s
group by s.against, regency_code, code
order by s.against, regency_code, code
"""
DAYS = """
select regency_code, day, sum(began)::bigint as began, sum(ended)::bigint as ended from (
  select regency_code, first_seen as day, 1 as began, 0 as ended from finding
  union all
  select regency_code, last_seen, 0, 1 from finding where state <> 'open'
) where day is not null group by regency_code, day order by regency_code, day
"""


def collect_history(con: duckdb.DuckDBPyConnection, as_of: date) -> HistoryTables:
    """The frames of the newest run, which is of the day `as_of`. Only reads."""
    nights = [day for (day,) in con.execute(NIGHTS, {"as_of": as_of}).fetchall()]
    before = [day for day in nights if day < as_of]
    months = [day for day in before if (day.year, day.month) < (as_of.year, as_of.month)]
    against = {name: days[-1] for name, days in ((NIGHT, before), (MONTH, months)) if days}
    values = {"names": list(against), "days": list(against.values())}
    changes = con.sql(CHANGES, params=values).pl() if against else con.sql(
        CHANGES, params={"names": [""], "days": [as_of]}
    ).pl().clear()  # fmt: skip
    return HistoryTables(tuple(nights), against, changes, con.sql(DAYS).pl())
