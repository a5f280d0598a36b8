"""Rows that two files of one office both hold: files that overlap, or one list sent twice in another form."""

from collections.abc import Iterable

import duckdb
import polars as pl

from flows.faults import FAULTS
from flows.previous import columns_of
from flows.staging import quoted_name, staged
from schemas.layouts import PERSON_KINDS
from schemas.tables import quoted

# What says where a row stands, not what it says.
_PLACE = ("row_id", "record_id", "file", "source_row")
# Without one of these numbers two rows that read alike may be two people.
_NUMBERS = ("nik", "kk", "card", "family_card", "kpj", "certificate_no")


def leave_out_repeated(con: duckdb.DuckDBPyConnection, kinds: Iterable[str]) -> pl.DataFrame:
    """Delete from the staged rows those that stand in an earlier file of the same office with every value alike.

    Earlier is by name. Two rows alike in one file stay: the office counts a person twice, which is a finding. Gives how
    many rows were deleted, by file, as FAULTS.
    """
    return pl.concat([FAULTS.to_frame(), *(_of_kind(con, kind) for kind in kinds if kind in PERSON_KINDS)])


def _of_kind(con: duckdb.DuckDBPyConnection, kind: str) -> pl.DataFrame:
    table = staged(kind)
    several = f"select owner_code from {table} group by owner_code having count(distinct file) > 1"
    if not con.execute(f"{several} limit 1").fetchall():
        return FAULTS.to_frame()
    # What was written may differ by the form of the file, what it says may not.
    said = [name for name in columns_of(con, table) if name not in _PLACE and not name.startswith("raw_")]
    values = ", ".join(quoted_name(name) for name in said)
    numbered = " or ".join(f"{name} is not null" for name in _NUMBERS)
    con.execute(
        f"create or replace temp table repeated as with said as (select row_id, owner_code, file, "
        f"md5_number(row({values})::varchar) as said from {table} where ({numbered}) and owner_code in ({several})), "
        "first as (select owner_code, said, min(file) as file from said group by all having count(distinct file) > 1) "
        "select said.row_id, said.owner_code, said.file from said join first using (owner_code, said) "
        "where said.file <> first.file"
    )
    con.execute(f"delete from {table} where row_id in (select row_id from repeated)")
    counted: pl.DataFrame = con.sql(
        f"select {quoted(kind)} as source, owner_code, file, null::varchar as column_name, 'row_repeated' as fault, "
        "count(*) as rows from repeated group by all"
    ).pl()
    con.execute("drop table repeated")
    return counted.cast({"source": pl.String, "column_name": pl.String, "rows": pl.Int64}).select(FAULTS.names())
