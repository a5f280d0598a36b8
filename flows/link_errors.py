"""How right matching is: the table `link_error` of the night, and what `padan link` tells of two files."""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from flows.parameter import fill_table, fresh_table
from matchers.errors import ALL, link_errors
from matchers.labelled import by_evidence, labelled_errors
from matchers.link import Linkage
from matchers.spec import Spec
from schemas.layouts import PERSON_KINDS

# A regency of another province is no area of this one; its records count in the province as a whole.
RECORDS = """
SELECT record_id, register, source, CASE WHEN left(regency_code, 2) = province_code THEN regency_code END AS area
FROM record, parameter
ORDER BY record_id
"""
# Kinds of register in the order in which everybody names them.
ORDER: Final = (*PERSON_KINDS, ALL)


def store_link_errors(con: duckdb.DuckDBPyConnection, spec: Spec, linkage: Linkage) -> None:
    """Fill `link_error` of the work database; needs its tables `record` and `parameter`.

    `linkage` covers the records one to one, and was made by `spec`.
    """
    records = con.sql(RECORDS).pl().join(linkage.links.select("record_id", "entity"), on="record_id", how="left")
    province = con.execute("SELECT province_code FROM parameter").fetchone()
    fresh_table(con, "link_error")
    fill_table(
        con, "link_error", _published(link_errors(linkage.scored, records, spec), province[0] if province else None)
    )


def _published(errors: pl.DataFrame, province: str | None) -> pl.DataFrame:
    """The estimates in the columns of `link_error`, the province for all areas, kinds in their usual order."""
    place = {name: number for number, name in enumerate(ORDER)}
    left, right = (
        pl.col(name).replace_strict(place, return_dtype=pl.Int32) for name in ("left_source", "right_source")
    )
    swap = left > right
    return errors.with_columns(
        pl.col("area").replace({ALL: province}).alias("regency_code"),
        pl.when(swap).then("right_source").otherwise("left_source").alias("left_source"),
        pl.when(swap).then("left_source").otherwise("right_source").alias("right_source"),
        pl.lit("model").alias("basis"),
    ).drop("area")


def told_errors(
    linkage: Linkage, records: pl.DataFrame, spec: Spec, link: float, labels: pl.DataFrame | None
) -> list[str]:
    """Lines that say how right the links of one or two files are.

    `records` has `record_id`, `register` and `source`; of two sources only pairs across them are told. `labels` are
    pairs decided by people (`left_record_id, right_record_id, same`): what they say is told beside what the
    probabilities alone say, and both are about the pairs that they leave open.
    """
    found = linkage.links.select("record_id", "entity")
    records = records.with_columns(area=pl.lit(None, dtype=pl.String)).join(found, on="record_id")
    if labels is not None:
        records = by_evidence(linkage.scored, records, spec, link)
    sources = sorted(records["source"].unique())
    between = (sources[0], sources[-1])
    rates = link_errors(linkage.scored, records, spec).filter(
        pl.col("area") == ALL, pl.col("left_source") == between[0], pl.col("right_source") == between[1]
    )
    by_labels = None if labels is None else labelled_errors(linkage.scored, records, labels, spec, between)
    lines = []
    for measure, heading in (("false", "Estimated wrong: "), ("missed", "Estimated missed:")):
        for row in rates.filter(pl.col("measure") == measure).iter_rows(named=True):  # one, or none
            lines.append(f"{heading}  {_told(row['errors'], row['value'], row['low'], row['high'])}")
        if by_labels is not None and by_labels[measure].labels:
            one = by_labels[measure]
            every = max(one.pairs, 1.0)
            told = _told(one.errors, one.errors / every, one.low / every, min(one.high / every, 1.0))
            lines.append(f"{f'  by {one.labels} labels:':17}  {told}")
    return lines


def _told(errors: float, share: float, low: float, high: float) -> str:
    return f"{errors:.1f} pairs, {share:.2%} (from {low:.2%} to {high:.2%}, 19 times out of 20)"
