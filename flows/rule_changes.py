"""Which classes are tested by other rules than the night before: a dated rule, or the class itself, changed."""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb

from flows.parameter import IN_FORCE, SHARES
from schemas.findings import load_finding_types

# The rules in force on the day of a run, by its own tables; a rule without a line for the day counts by its first one.
IN_FORCE_THEN = """
SELECT rule, item, value FROM {catalog}rule CROSS JOIN (SELECT as_of FROM {catalog}parameter)
WHERE as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, as_of)
"""
CHANGED = """
SELECT DISTINCT rule FROM (
    (({now}) EXCEPT ({before})) UNION ALL (({before}) EXCEPT ({now}))
)
"""
REDEFINED = """
SELECT code FROM finding_type AS now LEFT JOIN previous.main.finding_type AS before USING (code)
WHERE now.query IS DISTINCT FROM before.query OR now.severity IS DISTINCT FROM before.severity
"""
# Columns of `person` and `parameter` that are made from rules, beside those that hold one rule's value.
MADE_FROM = {
    "eligible": ("eligible_decile_min", "eligible_decile_max", "excluded_is_ineligible"),
    "informal_worker": ("worker_age_min", "worker_age_max", "not_informal_job"),
    "reactivation_from": ("reactivation_months",),
    "period": ("bill_period_share",),
    "period_end": ("bill_period_share",),
    "billed": ("bill_period_share",),
    "tariff_bpu_self_transport": ("bpu_tariff", "bpu_tariff_reduced"),
    "tariff_bpu_self_other": ("bpu_tariff", "bpu_tariff_reduced"),
}


def note_changed_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the temporary table rules_changed (code) against the database attached as `previous`."""
    now, before = (IN_FORCE_THEN.format(catalog=catalog) for catalog in ("", "previous.main."))
    changed = {str(rule) for (rule,) in con.execute(CHANGED.format(now=now, before=before)).fetchall()}
    codes = {str(code) for (code,) in con.execute(REDEFINED).fetchall()}
    codes |= {code for code, one in load_finding_types().items() if changed & rules_of(one.query)}
    con.execute("INSERT INTO rules_changed SELECT unnest($codes::VARCHAR[])", {"codes": sorted(codes)})


def rules_of(query: str) -> set[str]:
    """The names of the rules that a class's SQL may read: by name, by a column of `parameter`, or through `person`."""
    words = set(re.findall(r"\w+", query))
    found = set(words)
    for column, (rule, _) in IN_FORCE.items():
        found |= _if_named(column, words, [rule])
    for column, rule in SHARES.items():
        found |= _if_named(column, words, [rule])
    for column, rules in MADE_FROM.items():
        found |= _if_named(column, words, rules)
    return found


def _if_named(column: str, words: set[str], rules: Iterable[str]) -> set[str]:
    return set(rules) if column in words else set()
