"""The table `region`: names of regions for whoever reads the database with SQL."""

import duckdb
import polars as pl

from flows.parameter import fill_table, fresh_table
from schemas.reference import districts, provinces, regencies, villages


def store_regions(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `region` of the work database: the country's provinces and regencies, this province's places below them.

    The province is that of the table `parameter`; without one there are no districts and villages.
    """
    row = con.execute("SELECT any_value(province_code) FROM parameter").fetchone()
    province = str(row[0]) if row and row[0] else None
    levels = (
        ("province", provinces(), None, False),
        ("regency", regencies(), "province_code", False),
        ("district", districts(), "regency_code", True),
        ("village", villages(), "district_code", True),
    )
    fresh_table(con, "region")
    for level, table, parent, only_here in levels:
        code = pl.col(f"{level}_code")
        kept = table.filter(code.str.slice(0, 2).eq_missing(pl.lit(province))) if only_here else table
        rows = kept.select(
            region_code=code,
            level=pl.lit(level),
            region_name=f"{level}_name",
            parent_code=parent or pl.lit(None, pl.String),
        )
        fill_table(con, "region", rows)
