"""The rows of one workbook: open findings with the person and what each register says, and quarantined rows."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from reports.tables import OPEN, frame
from reports.words import plain
from schemas import reference

PRIORITIES = {1: "SEGERA", 2: "BULAN INI", 3: "PERAPIHAN"}
OURS = (
    "province",
    "regency",
    "decree",
)  # registers of the social offices; the others stand on the other side
SHOWN = (*OURS, "bpjs_kesehatan", "bpjs_kesehatan_bill", "bpjs_ketenagakerjaan", "civil_deaths", "letters", "roster")

# What one register says of the person, in a line; concat_ws leaves out what it does not say.
SAYS = """concat_ws('; ', l.label || ': ' || coalesce(r.name, '–'), 'NIK ' || r.nik,
  'lahir ' || strftime(r.birth_date, '%d-%m-%Y'), 'kartu ' || r.card, 'KPJ ' || r.kpj, 'desil ' || r.decile,
  if(r.excluded, 'dikecualikan', null), r.segment, r.status, 'sejak ' || strftime(r.status_date, '%d-%m-%Y'),
  'SK ' || r.decree_no, 'bulan ' || strftime(r.covered_month, '%m-%Y'), 'Rp ' || format('{:t.}', r.amount))"""
WORKLIST = f"""
with f as (select * from finding where {OPEN} and $where),
said as (
  select x.finding_id,
    string_agg({SAYS}, ' | ' order by l.n, r.record_id) filter (where l.n <= {len(OURS)}) as ours,
    string_agg({SAYS}, ' | ' order by l.n, r.record_id) filter (where l.n > {len(OURS)}) as theirs,
    string_agg(concat(r.file, ' baris ', r.source_row), '; ' order by l.n, r.record_id) as places,
    arg_min(r.card, r.record_id) as card
  from (select finding_id, unnest(record_ids) as record_id from f) x
  join record r using (record_id) join label l on l.source = r.source group by x.finding_id
)
select f.severity, f.code, t.term_id as term, f.action, f.actor, p.nik, p.kk, said.card, p.name, p.birth_date,
  f.village_code, nullif(concat_ws(' ', p.jkn_segment, p.jkn_status), '') as segment,
  nullif(concat_ws(', ', p.address, 'RT ' || p.rt, 'RW ' || p.rw), '') as address, f.detail, said.ours, said.theirs,
  said.places, f.rupiah_per_month, f.is_primary, f.first_seen, f.finding_id
from f left join said using (finding_id) left join person p on p.person_id = f.person_id
left join finding_type t on t.code = f.code
order by f.severity, f.village_code nulls last, p.name nulls last, f.code, f.finding_id
"""
QUARANTINE = """
select source, file, source_row, line, column_name, coalesce(reason_id, reason) as reason, raw from quarantine
where $where order by source, file, source_row nulls last, line nulls last, column_name nulls first, reason
"""


@dataclass(frozen=True)
class Worklist:
    """What one workbook holds.

    place_code, place_name: the regency, or the province for what belongs to no regency of it. findings: a row an
    open finding, sorted by severity, village and name: `priority, severity, code, term, action, actor, nik, kk,
    card, name, birth_date, district, village, address, segment, detail, ours, theirs, places, rupiah_per_month,
    primary` ('YA' or null), `first_seen, finding_id`. quarantine: `source, file, source_row, line, column_name,
    reason, raw`.
    """

    place_code: str
    place_name: str
    findings: pl.DataFrame
    quarantine: pl.DataFrame


def collect_worklist(
    con: duckdb.DuckDBPyConnection, place_code: str, place_name: str, regencies: tuple[str, ...]
) -> Worklist:
    """The rows of one place from an open connection to a published (or the work) database.

    A place that is one of `regencies` gets the findings of that regency and the quarantined rows that its office
    sent; any other place gets what belongs to none of them, so that no row is without a workbook. Only reads.
    """
    con = con.cursor()
    codes = ", ".join(f"'{code}'" for code in regencies) or "''"
    own = place_code in regencies
    finding = f"regency_code = '{place_code}'" if own else f"coalesce(regency_code, '') not in ({codes})"
    quarantined = finding.replace("regency_code", "owner_code")
    labels = ", ".join(f"({n}, '{source}', '{plain(f'short_{source}')}')" for n, source in enumerate(SHOWN, 1))
    query = WORKLIST.replace("$where", finding).replace(
        "with f as", f"with label(n, source, label) as (values {labels}), f as"
    )
    return Worklist(
        place_code=place_code,
        place_name=place_name,
        findings=_named(frame(con, query)),
        quarantine=frame(con, QUARANTINE.replace("$where", quarantined)),
    )


def _named(findings: pl.DataFrame) -> pl.DataFrame:
    """Codes replaced by the names an officer knows; the order stays."""
    villages = reference.villages().select("village_code", pl.col("village_name").alias("village"))
    districts = reference.districts().select("district_code", pl.col("district_name").alias("district"))
    code = pl.col("village_code")
    return (
        findings.with_columns(code.str.slice(0, 6).alias("district_code"))
        .join(villages, on="village_code", how="left", maintain_order="left")
        .join(districts, on="district_code", how="left", maintain_order="left")
        .with_columns(
            pl.col("severity").replace_strict(PRIORITIES, default=None, return_dtype=pl.String).alias("priority"),
            pl.coalesce("village", "village_code").alias("village"),
            pl.when("is_primary").then(pl.lit("YA")).alias("primary"),
        )
        .drop("district_code", "village_code", "is_primary")
    )
