"""What is decided for a whole file, counted beforehand where the file is standardised in parts.

The order of day and month, letters for sex, codes of BPS or of Kemendagri, tails and zeros that a spreadsheet took: all
these are habits of a file, and a part of it may not show them. The counts by which the standardisers decide can be
added up; with them, a file read in parts is read as it would be at once.
"""

from collections.abc import Iterable

import polars as pl

from flows.region_lookup import region_table
from flows.source_rows import DATES, NUMBERS, Counts, SourceRows
from matchers.standardise.codes import count_lengths, count_sex_letters
from matchers.standardise.dates import count_dates
from matchers.standardise.number_tails import count_tails
from matchers.standardise.regions import count_codings
from matchers.standardise.text import lossless_digits

_TAILS = ("nik", "kk")
_REGIONS = ("village_code", "region_code", "payer_code")
# The fields of which something is counted.
COUNTED = ("birth_date", "sex", *_TAILS, *NUMBERS, *DATES, *_REGIONS)


def count_files(rows: SourceRows) -> Counts:
    """By field, the counts of these rows, a row a file (`file` and numbers)."""
    file, counts = rows.file, dict[str, pl.DataFrame]()
    if rows.has("birth_date"):
        counts["birth_date"] = count_dates(rows.field("birth_date"), file, rows.as_of, rows.witness())
    if rows.has("sex"):
        counts["sex"] = count_sex_letters(rows.field("sex"), file)
    for name in (name for name in _TAILS if rows.has(name) and name not in rows.lengths):
        counts[name] = count_tails(lossless_digits(rows.field(name))["digits"], file)
    for name in filter(rows.has, rows.lengths):
        counts[name] = count_lengths(rows.field(name), rows.lengths[name], file)
    for name in filter(rows.has, DATES):
        counts[name] = count_dates(rows.field(name), file, rows.as_of + DATES[name])
    for name in filter(rows.has, _REGIONS):
        counts[name] = count_codings(rows.field(name), region_table(), file)
    return counts


def added_up(parts: Iterable[Counts]) -> Counts:
    """The counts of all parts together."""
    by_field: dict[str, list[pl.DataFrame]] = {}
    for counts in parts:
        for name, counted in counts.items():
            by_field.setdefault(name, []).append(counted)
    return {name: _summed(pl.concat(frames)) for name, frames in by_field.items()}


def _summed(frame: pl.DataFrame) -> pl.DataFrame:
    keys = [name for name, dtype in frame.schema.items() if dtype != pl.Int64]
    return frame.group_by(keys, maintain_order=True).agg(pl.all().sum())
