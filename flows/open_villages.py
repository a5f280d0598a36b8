"""Villages that were named and not found: which village of the regency each name may mean, for a person to decide.

Only proposals: no record gets a village by a likeness. What was written is not repeated, for a shifted column may hold
anything; the rows are numbered instead.
"""

from collections.abc import Iterator

import duckdb
import polars as pl
from rapidfuzz import fuzz, process

from flows.previous import columns_of
from flows.region_lookup import region_table
from flows.staging import staged
from matchers.standardise.regions import bare_names
from schemas.layouts import PERSON_KINDS

ALIKE = 80.0  # likeness of two names (0-100) from which one may be meant by the other
ROWS_NAMED = 5


def proposals(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A sentence for each file and name: how many rows, which, and the village that may be meant. After `stage`."""
    for kind in PERSON_KINDS:
        if "raw_village_name" in columns_of(con, staged(kind)):
            yield from _of_kind(con, kind)


def _of_kind(con: duckdb.DuckDBPyConnection, kind: str) -> Iterator[str]:
    named = con.sql(
        "select file, regency_code, village_basis, raw_village_name as written, count(*) as n, "
        f"list(source_row order by source_row)[:{ROWS_NAMED}] as rows from {staged(kind)} "
        "where village_basis in ('ambiguous', 'not_found') and regency_code is not null group by all "
        "order by n desc, file, rows"
    ).pl()
    villages = region_table().villages
    for row in named.with_columns(plain=bare_names(named["written"])).iter_rows(named=True):  # a row a name
        there = villages.filter(pl.col("regency_code") == row["regency_code"])
        at = ", ".join(str(number) for number in row["rows"]) + (", ..." if row["n"] > ROWS_NAMED else "")
        answer = _meant(row["plain"], there, row["village_basis"])
        yield f"{row['n']:>8}  {kind} {row['file']}, baris / rows {at}: {answer}"


def _meant(plain: str, villages: pl.DataFrame, basis: str) -> str:
    names = bare_names(villages["village_name"])
    if basis == "ambiguous":
        several = int((names == plain).sum())
        return f"{several} desa bernama sama, tulis kecamatan atau kodenya / {several} villages of that name"
    nearest = process.extractOne(plain, names.to_list(), scorer=fuzz.ratio, score_cutoff=ALIKE)
    if nearest is None:
        return "tidak ada desa yang namanya mirip / no village has a name like it"
    found = villages.row(nearest[2], named=True)
    return f"mungkin / perhaps {found['village_name']} ({found['village_code']})"
