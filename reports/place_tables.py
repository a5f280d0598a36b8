"""What the reports show of places, drawn from a published database: people, findings, actions by regency and district.

Sums only, made in SQL: as many rows as there are districts and classes, however many people live there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from schemas import reference


@dataclass(frozen=True)
class PlaceTables:
    """Frames of areas: the province (2 digits), its regencies (4) and their districts (6).

    people: `area, people, alive, eligible, missed`, counted where people live; eligible: alive, in DTSEN, decile 1 to
    5, not excluded; missed: of these, without an active JKN card.
    found: `code, regency_code, district_code, findings, urgent, new, rupiah` of open findings; the district is null
    where the person's village is unknown or in another regency than the worklist.
    actions: `regency_code, actor, action, severity, code, findings, rupiah`, in the order of urgency and money.
    districts: `district_code, district_name` of the province.
    """

    people: pl.DataFrame
    found: pl.DataFrame
    actions: pl.DataFrame
    districts: pl.DataFrame


PEOPLE = """
with resident as (
  select regency_code, if(left(village_code, 4) = regency_code, left(village_code, 6), null) as district_code, alive,
    alive and eligible as eligible, alive and eligible and not coalesce(active_jkn, false) as missed
  from person where left(regency_code, 2) = $province
)
select coalesce(district_code, regency_code, $province) as area, count(*) as people,
  count(*) filter (where alive) as alive, count(*) filter (where eligible) as eligible,
  count(*) filter (where missed) as missed
from resident group by grouping sets ((), (regency_code), (regency_code, district_code))
having grouping(district_code) = 1 or district_code is not null order by area
"""
FOUND = """
select code, regency_code,
  if(left(village_code, 4) = regency_code, left(village_code, 6), null) as district_code, count(*) as findings,
  count(*) filter (where severity = 1) as urgent, count(*) filter (where first_seen > $since) as new,
  coalesce(sum(rupiah_per_month) filter (where is_primary), 0)::bigint as rupiah
from finding where state = 'open' group by all order by all
"""
ACTIONS = """
select regency_code, actor, action, severity, code, count(*) as findings,
  coalesce(sum(rupiah_per_month) filter (where is_primary), 0)::bigint as rupiah
from finding where state = 'open' group by regency_code, actor, action, severity, code
order by severity, rupiah desc, findings desc, code, actor, action, regency_code
"""


def collect_places(con: duckdb.DuckDBPyConnection, since: date, province: str) -> PlaceTables:
    """The frames of the newest run; what was first found after the day `since` is new. Only reads."""
    districts = reference.districts().select("district_code", "district_name")
    return PlaceTables(
        people=con.sql(PEOPLE, params={"province": province}).pl(),
        found=con.sql(FOUND, params={"since": since}).pl(),
        actions=con.sql(ACTIONS).pl(),
        districts=districts.filter(pl.col("district_code").str.starts_with(province)),
    )
