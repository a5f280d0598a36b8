"""The moment of a run: the dated rules in force, and which billed month counts as "this period"."""

from datetime import date

import duckdb
import polars as pl

from schemas.rules import load_rules, rule_value
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


def billed_period(con: duckdb.DuckDBPyConnection, as_of: date) -> date | None:
    """First day of the month that counts as this period, from the bills in `record`; None without bills."""
    share = rule_value(load_rules(), "bill_period_share", as_of)
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


def set_parameter(con: duckdb.DuckDBPyConnection, as_of: date, run_id: str) -> None:
    """Fill the tables `rule` and `parameter` of the work database; needs `record`.

    `parameter` has one row, so that the SQL of people, findings and indicators is the same by hand and at night.
    """
    rules = load_rules()
    fresh_table(con, "rule")
    fill_table(con, "rule", rules)
    numbers = {
        "eligible_decile_min": rule_value(rules, "eligible_decile_min", as_of),
        "eligible_decile_max": rule_value(rules, "eligible_decile_max", as_of),
        "reactivation_months": rule_value(rules, "reactivation_months", as_of),
        "worker_age_min": rule_value(rules, "worker_age_min", as_of),
        "worker_age_max": rule_value(rules, "worker_age_max", as_of),
        "poorest_decile_max": rule_value(rules, "poorest_decile_max", as_of),
        "tariff_pbi": rule_value(rules, "jkn_tariff", as_of, "PBI"),
        "tariff_pda": rule_value(rules, "jkn_tariff", as_of, "PDA"),
        "tariff_bpu": rule_value(rules, "bpu_tariff", as_of, "JKK+JKM"),
    }
    months = f"-{int(numbers['reactivation_months'])}mo"
    moment = pl.DataFrame(
        {"as_of": [as_of], "period": [billed_period(con, as_of)], "province_code": [province_code(con)]},
        schema_overrides={"period": pl.Date, "province_code": pl.String},
    )
    parameter = moment.select(
        pl.lit(run_id).alias("run_id"),
        "as_of",
        "province_code",
        "period",
        pl.coalesce("period", "as_of").dt.month_end().alias("period_end"),
        pl.col("as_of").dt.offset_by(months).alias("reactivation_from"),
        *(pl.lit(int(value)).alias(name) for name, value in numbers.items()),
    )
    fresh_table(con, "parameter")
    fill_table(con, "parameter", parameter)
