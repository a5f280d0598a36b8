"""The night's figures for machines: `summary.json`."""

from __future__ import annotations

from typing import Any

import polars as pl

from reports.tables import ReportTables


def summary(tables: ReportTables) -> dict[str, Any]:
    """The figures of the newest run as plain values; the same database gives the same dictionary, in one order.

    Keys: `run_id, as_of, status, model_version, province_code, province_name, compared_with, figures, sources, quality,
    quarantine, findings, indicators, simulation, not_testable, validation`. Money is in rupiah per month, counted
    once a person. No personal value.
    """
    run = tables.run.row(0, named=True)
    return {
        "run_id": run["run_id"],
        "as_of": run["as_of"].isoformat(),
        "status": run["status"],
        "model_version": run["model_version"],
        "province_code": tables.province_code,
        "province_name": tables.province_name,
        "compared_with": tables.earlier["as_of"][0].isoformat() if tables.earlier.height else None,
        "figures": tables.figures.row(0, named=True),
        "sources": tables.files.select(
            "source",
            "owner_code",
            "file",
            "rows_read",
            "rows_accepted",
            "rows_quarantined",
            "before",
            "problem",
            "gone",
        ).to_dicts(),
        "quality": [
            {**row, "stale_since": row["stale_since"] and row["stale_since"].isoformat()}
            for row in tables.quality.select(
                "source", "owner_code", "file", "grade", "reason", "verdict", "stale_since", "rows_stood_in"
            ).to_dicts()
        ],
        "quarantine": tables.quarantine.select("source", "owner_code", "column_name", "reason", "rows").to_dicts(),
        "findings": tables.findings.to_dicts(),
        "indicators": tables.indicators.to_dicts(),
        "simulation": _simulation(tables),
        "not_testable": [
            {"code": code, "reason": reason}
            for code, reason in tables.types.filter(~pl.col("testable").fill_null(True))
            .sort("code")
            .select("code", "not_testable_reason")
            .iter_rows()
        ],
        "validation": {"expectations": tables.validated, "failed": tables.validation.to_dicts()},
        "links": dict(tables.bases.iter_rows()),
        "pairs": dict(tables.histogram.group_by("outcome").agg(pl.col("pairs").sum()).sort("outcome").iter_rows()),
    }


def _simulation(tables: ReportTables) -> list[dict[str, Any]]:
    """Each scenario with its rows; months as `2026-12-01`."""
    costs = tables.costs
    scenarios, rows = (
        frame.with_columns(pl.col(pl.Date).dt.to_string())
        for frame in (costs.scenarios.sort("scenario"), costs.simulation)
    )
    return [
        {**one, "rows": rows.filter(scenario=one["scenario"]).drop("scenario").to_dicts()}
        for one in scenarios.to_dicts()
    ]
