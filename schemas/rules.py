"""Dated rules: tariffs, windows, ages, targets, each with its legal basis (schemas/reference/rules/*.csv).

No such number is written in code; a new decree is a new line with its first day in force, and the line it replaces
gets a last day. `mark` says how sure we are: F found in public material, K general knowledge still to be verified, P
padan's own definition.
"""

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from schemas.errors import PadanError

FOLDER = Path(__file__).parent / "reference" / "rules"
MARKS = ("F", "K", "P")
SCHEMA = {
    "rule": pl.String,
    "item": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "legal_basis": pl.String,
    "mark": pl.String,
    "berlaku_mulai": pl.Date,
    "berlaku_sampai": pl.Date,
    "note": pl.String,
}


@cache
def load_rules() -> pl.DataFrame:
    """Every rule, sorted by rule, item and first day; columns as SCHEMA, `item` empty where a rule has one value only.

    Raises PadanError when a rule lacks its value, basis, mark or first day, or when two lines of one rule overlap.
    """
    files = [
        pl.read_csv(path, infer_schema=False).with_columns(pl.exclude("berlaku_sampai").fill_null(""))
        for path in sorted(FOLDER.glob("*.csv"))
    ]
    rules = pl.concat(files).select(
        *("rule", "item"),
        pl.col("value").cast(pl.Float64, strict=False),
        *("unit", "legal_basis", "mark"),
        *(pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in ("berlaku_mulai", "berlaku_sampai")),
        "note",
    )
    return check_rules(rules.sort("rule", "item", "berlaku_mulai"))


def check_rules(rules: pl.DataFrame) -> pl.DataFrame:
    """Return `rules` unchanged, or raise PadanError naming the first rule that is incomplete or overlaps itself."""
    incomplete = rules.filter(
        pl.col("value").is_null()
        | pl.col("berlaku_mulai").is_null()
        | (pl.col("legal_basis") == "")
        | ~pl.col("mark").is_in(MARKS)
        | (pl.col("berlaku_sampai") < pl.col("berlaku_mulai"))
    )
    previous_end = pl.col("berlaku_sampai").shift(1).over("rule", "item")
    overlapping = rules.filter(
        (pl.int_range(pl.len()).over("rule", "item") > 0)
        & (previous_end.is_null() | (previous_end >= pl.col("berlaku_mulai")))
    )
    for problem, rows in (("is incomplete", incomplete), ("overlaps itself in time", overlapping)):
        if rows.height:
            raise PadanError(f"The rule {rows['rule'][0]} {rows['item'][0]} {problem} in schemas/reference/rules.")
    return rules


def rule_value(rules: pl.DataFrame, rule: str, day: date, item: str = "") -> float:
    """The value of `rule` in force on `day`; before its first day the earliest value is taken.

    That fallback is for definitions (ages, deciles, windows), so that a run for an early `as_of` is still possible;
    tariffs of a month and targets are looked up strictly by date in SQL. Raises PadanError when there is no such rule.
    """
    lines = rules.filter((pl.col("rule") == rule) & (pl.col("item") == item)).sort("berlaku_mulai")
    if lines.is_empty():
        raise PadanError(f"There is no rule {rule} {item} in schemas/reference/rules.")
    begun = lines.filter(pl.col("berlaku_mulai") <= day)
    return float((begun["value"].tail(1) if begun.height else lines["value"].head(1)).item())
