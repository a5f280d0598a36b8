"""Whom a regency pays for: the people of its decrees and of its bill in one period, and what is known of them."""

from __future__ import annotations

import duckdb
import polars as pl

# A row a person of a decree in force, of the period's bill, or of `wanted`; null where a list does not have them.
MEMBERS = """
WITH decree AS (
    SELECT l.person_id, count(*) AS decree_rows, min(r.decree_no) AS decree_no
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'decree' AND r.owner_code = $regency AND coalesce(r.start_date <= m.period_end, TRUE)
    GROUP BY l.person_id
), bill AS (
    SELECT l.person_id, count(*) AS bill_rows, sum(r.amount)::BIGINT AS billed, min(r.card) AS card
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
      AND coalesce(r.payer_code, r.regency_code, r.owner_code) = $regency
    GROUP BY l.person_id
), elsewhere AS (
    SELECT DISTINCT l.person_id
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE (r.source = 'decree' AND r.owner_code <> $regency AND coalesce(r.start_date <= m.period_end, TRUE))
       OR (r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
           AND coalesce(r.payer_code, r.regency_code, r.owner_code) <> $regency)
), moved AS (
    SELECT l.person_id
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'regency' AND r.owner_code = $regency
    GROUP BY l.person_id
    HAVING bool_or(r.status = 'PINDAH') AND NOT bool_or(coalesce(r.status, '') = 'HIDUP')
)
SELECT p.person_id, p.nik, p.name, p.birth_date, p.village_code, p.alive, p.in_jkn, p.active_jkn,
       p.has_pbi_active AS pbi, p.has_pda_active AS pda, p.has_ppu_active OR p.has_mdr_active AS other_segment,
       p.person_id IN (FROM elsewhere) AS paid_elsewhere,
       p.person_id IN (FROM moved) OR p.regency_code <> $regency AS away,
       d.decree_rows, d.decree_no, b.bill_rows, b.billed, b.card
FROM person AS p
LEFT JOIN decree AS d USING (person_id)
LEFT JOIN bill AS b USING (person_id)
WHERE d.person_id IS NOT NULL OR b.person_id IS NOT NULL OR p.person_id IN (FROM wanted)
ORDER BY p.person_id
"""
# The lists that arrived at all: what did not come is unknown and not empty.
ARRIVED = """
SELECT
    bool_or(r.source = 'decree' AND r.owner_code = $regency) AS decree,
    bool_or(r.source = 'bpjs_kesehatan_bill' AND r.period = m.period
        AND coalesce(r.payer_code, r.regency_code, r.owner_code) = $regency) AS bill
FROM record AS r, parameter AS m
"""
LISTS = ("decree", "bill")
IDENTITY = "Identitas digabung atau dipisah (bukan mutasi)"
GONE = "Tidak ada lagi di register mana pun"
NEWBORN = "Bayi baru lahir"
NEW, REMOVED = "Pendaftaran baru", "Dikeluarkan, alasan tidak tercatat"
# Why somebody is on the list now who was not the month before: the first that holds, by what that month knew.
REASONS_IN = (
    ("Alih dari PBI JK", pl.col("pbi")),
    ("Alih dari segmen lain (PPU, mandiri)", pl.col("other_segment")),
    ("Dari tanggungan daerah lain", pl.col("paid_elsewhere")),
    ("Reaktivasi kartu nonaktif", pl.col("in_jkn") & ~pl.col("active_jkn")),
    ("Kartu sudah aktif, baru masuk daftar", pl.col("active_jkn")),
)
# Why somebody is no longer on the list: the first that holds, by what this month knows.
REASONS_OUT = (
    ("Meninggal", ~pl.col("alive")),
    ("Alih ke PBI JK", pl.col("pbi")),
    ("Alih ke segmen lain (PPU, mandiri)", pl.col("other_segment")),
    ("Pindah atau ditanggung daerah lain", pl.col("away") | pl.col("paid_elsewhere")),
)
NOT_BILLED = (
    ("Meninggal", ~pl.col("alive")),
    ("Sudah ditanggung PBI JK", pl.col("pbi")),
    ("Aktif di segmen lain (PPU, mandiri)", pl.col("other_segment") & ~pl.col("pda")),
    ("Ditagih ke daerah lain", pl.col("paid_elsewhere")),
    ("Kartu tidak aktif atau belum ada", ~pl.col("pda")),
)
NOT_LISTED = (
    ("Meninggal", ~pl.col("alive")),
    ("Ada di SK daerah lain", pl.col("paid_elsewhere")),
    ("Tinggal di daerah lain", pl.col("away")),
)
OTHERWISE = "Alasan tidak tercatat"


def members(con: duckdb.DuckDBPyConnection, regency: str, wanted: pl.Series) -> pl.DataFrame:
    """The people of a regency's decree and bill in a published database, and those of `wanted` (person ids).

    Columns as MEMBERS names them: decree_rows and bill_rows are null for who is not in that list.
    """
    named = con.cursor()
    named.register("wanted", pl.DataFrame({"person_id": wanted.cast(pl.String)}))
    found: pl.DataFrame = named.sql(MEMBERS, params={"regency": regency}).pl()
    facts = ("alive", "in_jkn", "active_jkn", "pbi", "pda", "other_segment", "paid_elsewhere", "away")
    return found.with_columns(pl.col(name).fill_null(name == "alive") for name in facts)


def arrived(con: duckdb.DuckDBPyConnection, regency: str) -> dict[str, bool]:
    """Which of the lists a database has of a regency."""
    row = con.sql(ARRIVED, params={"regency": regency}).pl().row(0, named=True)
    return {name: bool(row[name]) for name in LISTS}


def on_list(people: pl.DataFrame, name: str) -> pl.DataFrame:
    """Those of `people` who are on the list `decree` or `bill`."""
    return people.filter(pl.col(f"{name}_rows").is_not_null())


def by_reason(people: pl.DataFrame, reasons: tuple[tuple[str, pl.Expr], ...], otherwise: str) -> list[tuple[str, int]]:
    """How many people each reason counts, in the order of the reasons; those without any are left out."""
    told = people.select(reason_of(reasons, otherwise))["reason"]
    counts = dict(told.value_counts().iter_rows())  # a row a reason
    order = [*(label for label, _ in reasons), otherwise]
    return [(label, counts[label]) for label in order if label in counts]


def reason_of(reasons: tuple[tuple[str, pl.Expr], ...], otherwise: str) -> pl.Expr:
    """The first reason that holds, as the column `reason`."""
    chain = [pl.when(holds).then(pl.lit(label)) for label, holds in reasons]
    return pl.coalesce(*chain, pl.lit(otherwise)).alias("reason")
