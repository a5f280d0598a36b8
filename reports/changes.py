"""What became of the findings since the last night and since a month ago, and the mass changes, as plain values."""

from __future__ import annotations

from typing import Any

import duckdb

COUNTS = (
    "open_before", "opened", "reopened", "tested_again", "came", "closed", "became_untested", "went", "open_now",
    "rupiah_before", "rupiah_now",
)  # fmt: skip
SUMS = ", ".join(f"sum({name})::bigint as {name}" for name in COUNTS)
WHOLE = f"""
select since, since_as_of, {SUMS} from finding_change group by since, since_as_of order by since desc
"""
PARTS = f"select regency_code, code, {', '.join(COUNTS)} from finding_change where since = $since order by all"
# The gravest class of what opened with it, so that one line can stand for thousands of findings.
MASS = """
select m.mass_change_id, m.since, m.source, m.owner_code, m.regency_code, m.kind, m.column_name,
  m.from_value, m.to_value,
  m.records, m.people, m.compared, round(m.share, 4) as share,
  m.findings_opened, m.findings_closed, m.findings_changed,
  min(e.severity) filter (e.event in ('opened', 'reopened')) as severity,
  list(distinct e.code order by e.code) as codes
from mass_change as m left join finding_event as e
  on e.mass_change_id = m.mass_change_id and e.as_of = (select as_of from parameter)
where m.run_id = (select run_id from parameter)
group by all order by severity nulls last, m.people desc, m.mass_change_id
"""


def changes(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """`since` and `mass_changes` of a published database; the same database gives the same, in one order.

    since: `night` and `month`, each null without such a night, else `as_of`, the counts of `finding_change` over all,
    and `parts`, a row a regency and class. mass_changes: the rows of the run, gravest first, with the lowest `severity`
    and the `codes` of the findings that follow.
    """
    since: dict[str, Any] = {"night": None, "month": None}
    for row in _rows(con, WHOLE):
        name, day = row.pop("since"), row.pop("since_as_of")
        since[name] = {"as_of": day.isoformat(), **row, "parts": _rows(con, PARTS, {"since": name})}
    events = [
        {**row, "since": row["since"].isoformat(), "codes": [code for code in row["codes"] or [] if code]}
        for row in _rows(con, MASS)
    ]
    return {"since": since, "mass_changes": events}


def _rows(con: duckdb.DuckDBPyConnection, query: str, values: dict[str, str] | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = con.sql(query, params=values).pl().to_dicts()
    return rows
