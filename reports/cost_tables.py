"""What the reports show of parts of areas and of costs: indicators by part, scenarios."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl


@dataclass(frozen=True)
class CostTables:
    """Frames of the newest run.

    parts: `indicator, regency_code, dimension, dimension_value, numerator, denominator, value, target`, the rows of
    `indicator_part` of districts and funds. scenarios: the table `scenario`, with `testable` ones first. simulation:
    the table `simulation`. costs: `scenario, fund, regency_code, people, rupiah_per_month, rupiah_last, rupiah_total`:
    people and money of the first month, money of the last one, and of all months together.
    """

    parts: pl.DataFrame
    scenarios: pl.DataFrame
    simulation: pl.DataFrame
    costs: pl.DataFrame


PARTS = """
select indicator, regency_code, dimension, dimension_value, numerator, denominator, value, target
from indicator_part where dimension in ('district', 'fund') order by all
"""
COSTS = """
select scenario, fund, regency_code, arg_min(people, from_month) as people,
  arg_min(rupiah_per_month, from_month)::bigint as rupiah_per_month,
  arg_max(rupiah_per_month, from_month)::bigint as rupiah_last, sum(rupiah_total)::bigint as rupiah_total
from (select scenario, fund, regency_code, from_month, sum(people) as people, sum(rupiah_per_month) as rupiah_per_month,
  sum(rupiah_total) as rupiah_total from simulation group by scenario, fund, regency_code, from_month)
group by scenario, fund, regency_code order by scenario, fund, regency_code
"""


def collect_costs(con: duckdb.DuckDBPyConnection) -> CostTables:
    """The frames of the newest run. Only reads."""
    return CostTables(
        parts=con.sql(PARTS).pl(),
        scenarios=con.sql("from scenario order by testable desc, scenario").pl(),
        simulation=con.sql("from simulation order by scenario, fund, regency_code, from_month").pl(),
        costs=con.sql(COSTS).pl(),
    )
