"""The moment of a run: the dated rules in force, and which billed month counts as "this period"."""

from datetime import date

import duckdb
import polars as pl

from schemas.rules import rule_value, value_in_force
from schemas.tables import create_statement, load_tables

# The latest billed month up to as_of; a month with only a few stray rows does not become the period. Without any
# month up to as_of, the earliest one.
PERIOD = """
SELECT coalesce(
    max(period) FILTER (period <= $as_of AND bills >= $share * fullest),
    min(period) FILTER (bills >= $share * fullest)
)
FROM (
    SELECT period, bills, max(bills) OVER (PARTITION BY period <= $as_of) AS fullest
    FROM (
        SELECT period, count(*) AS bills FROM record
        WHERE source = 'bpjs_kesehatan_bill' AND period IS NOT NULL
        GROUP BY period
    )
)
"""


def fresh_table(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the declared table `name` anew and empty in the work database, without the columns that come and go."""
    con.execute(f"DROP TABLE IF EXISTS {name}")
    con.execute(create_statement(load_tables()[name]))


def fill_table(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Append a (small) frame to the declared table `name`, by column name."""
    con.register("frame_to_fill", frame)
    con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM frame_to_fill")
    con.unregister("frame_to_fill")


def billed_period(con: duckdb.DuckDBPyConnection, as_of: date, rules: pl.DataFrame) -> date | None:
    """First day of the month that counts as this period, from the bills in `record`; None without bills."""
    share = rule_value(rules, "bill_period_share", as_of)
    row = con.execute(PERIOD, {"as_of": as_of, "share": share}).fetchone()
    return row[0] if row else None


PROVINCE = """
SELECT left(regency_code, 2) AS province FROM record
WHERE regency_code IS NOT NULL
GROUP BY province ORDER BY count(*) FILTER (source = 'province') DESC, count(*) DESC, province LIMIT 1
"""


def province_code(con: duckdb.DuckDBPyConnection) -> str | None:
    """The province (2 digits) in which most rows of DTSEN lie, else most rows of any register; None without any."""
    row = con.execute(PROVINCE).fetchone()
    return str(row[0]) if row else None


# Columns of `parameter` that are one rule's value on the day of the run, with the item where the rule has several.
IN_FORCE = {
    "eligible_decile_min": ("eligible_decile_min", ""),
    "eligible_decile_max": ("eligible_decile_max", ""),
    "excluded_is_ineligible": ("excluded_is_ineligible", ""),
    "unranked_decile": ("unranked_decile", ""),
    "reactivation_months": ("reactivation_months", ""),
    "worker_age_min": ("worker_age_min", ""),
    "worker_age_max": ("worker_age_max", ""),
    "poorest_decile_max": ("poorest_decile_max", ""),
    "pension_age": ("pension_age", ""),
    "bpu_age_max": ("bpu_age_max", ""),
    "bpu_grace_months": ("bpu_grace_months", ""),
    "tariff_pbi": ("jkn_tariff", "PBI"),
    "tariff_pda": ("jkn_tariff", "PDA"),
    "tariff_bpu": ("bpu_tariff", "JKK+JKM"),
    "jkm_benefit": ("jkm_benefit", ""),
    "ppu_wage_cap": ("ppu_wage_cap", ""),
}
SHARES = {"ppu_share": "ppu_share", "quota_unused_share": "quota_unused_share"}


def set_parameter(con: duckdb.DuckDBPyConnection, as_of: date, run_id: str, rules: pl.DataFrame) -> None:
    """Fill the tables `rule` and `parameter` of the work database; needs `record`.

    `parameter` has one row, so that the SQL of people, findings and indicators is the same by hand and at night.
    """
    fresh_table(con, "rule")
    fill_table(con, "rule", rules)
    numbers = {name: int(rule_value(rules, rule, as_of, item)) for name, (rule, item) in IN_FORCE.items()}
    for work in ("transport", "other"):
        reduced = value_in_force(rules, "bpu_tariff_reduced", as_of, work)
        numbers[f"tariff_bpu_self_{work}"] = numbers["tariff_bpu"] if reduced is None else int(reduced)
    moment = pl.DataFrame(
        {"as_of": [as_of], "period": [billed_period(con, as_of, rules)], "province_code": [province_code(con)]},
        schema_overrides={"period": pl.Date, "province_code": pl.String},
    )
    parameter = moment.select(
        pl.lit(run_id).alias("run_id"),
        "as_of",
        "province_code",
        "period",
        pl.coalesce("period", "as_of").dt.month_end().alias("period_end"),
        pl.col("as_of").dt.offset_by(f"-{numbers['reactivation_months']}mo").alias("reactivation_from"),
        *(pl.lit(value).alias(name) for name, value in numbers.items() if name != "excluded_is_ineligible"),
        pl.lit(bool(numbers["excluded_is_ineligible"])).alias("excluded_is_ineligible"),
        *(pl.lit(rule_value(rules, rule, as_of)).alias(name) for name, rule in SHARES.items()),
    )
    fresh_table(con, "parameter")
    fill_table(con, "parameter", parameter)
