"""The rows of one workbook: open findings with the person and what each register says, and quarantined rows.

An officer's list is what asks for a decision: every SEGERA finding, and of BULAN INI a person's primary one. Clean-up,
NIKs to be written right, and what only stands beside a person's primary finding are most of the rows and little of the
money; they stand apart, of each workbook at most OTHERS_MOST rows, every village its share.
"""

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

OTHERS_MOST = 5_000
# Of a NIK as one row has it: a village or sender mends the row, and in a bad file they are half of all findings.
OF_NUMBERS = ("ID01", "ID02", "ID03", "ID04", "ID05")

# What one register says of the person, in a line; concat_ws leaves out what it does not say.
SAYS = """concat_ws('; ', l.label || ': ' || coalesce(r.name, '–'), 'NIK ' || r.nik,
  'lahir ' || strftime(r.birth_date, '%d-%m-%Y'), 'kartu ' || r.card, 'KPJ ' || r.kpj, 'desil ' || r.decile,
  if(r.excluded, 'dikecualikan', null), r.segment, r.status, 'sejak ' || strftime(r.status_date, '%d-%m-%Y'),
  'SK ' || r.decree_no, 'bulan ' || strftime(r.covered_month, '%m-%Y'), 'Rp ' || format('{:t.}', r.amount))"""
ASKS = f"(severity = 1 or severity = 2 and is_primary and code not in {OF_NUMBERS})"
WORKLIST = f"""
with ranked as (
  select *, {ASKS} as asks,
    row_number() over (partition by {ASKS}, village_code order by severity, is_primary desc, finding_id) as place
  from finding where {OPEN} and $where
),
of_person as (
  select person_id, string_agg(distinct code, ', ' order by code) as codes from ranked
  where person_id is not null group by person_id
),
f as (
  select * from ranked qualify asks
    or row_number() over (partition by asks order by place, village_code nulls last, finding_id) <= $most
),
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
  said.places, f.rupiah_per_month, f.is_primary, f.asks, o.codes, f.first_seen, f.finding_id
from f left join said using (finding_id) left join person p on p.person_id = f.person_id
left join finding_type t on t.code = f.code left join of_person o on o.person_id = f.person_id
order by f.severity, f.is_primary desc, f.village_code nulls last, p.name nulls last, f.code, f.finding_id
"""
COUNTS = f"""
select f.severity, f.code, t.term_id as term, f.actor, left(f.village_code, 6) as district_code, count(*) as n,
  coalesce(sum(f.rupiah_per_month) filter (where f.is_primary), 0)::bigint as rupiah
from finding f left join finding_type t using (code) where {OPEN} and $where group by all
"""
QUARANTINE = """
select source, file, source_row, line, column_name, coalesce(reason_id, reason) as reason, raw from quarantine
where $where order by source, file, source_row nulls last, line nulls last, column_name nulls first, reason
"""


@dataclass(frozen=True)
class Worklist:
    """What one workbook holds.

    place_code, place_name: the regency, or the province for what belongs to no regency of it. findings: a row an
    open finding that asks for a decision, sorted by severity, primary ones first, village and name: `priority,
    severity, code, term, action, actor, nik, kk, card, name, birth_date, district, village, address, segment, detail,
    ours, theirs, places, rupiah_per_month, primary` ('YA' or null), `codes` (every class of the person), `first_seen,
    finding_id`. others: the same of the rest, at most OTHERS_MOST. counts: of all of them `priority, severity, code,
    term, actor, district, n, rupiah` (the primary ones' a month). query: SQL that gives all of them. quarantine:
    `source, file, source_row, line, column_name, reason, raw`.
    """

    place_code: str
    place_name: str
    findings: pl.DataFrame
    others: pl.DataFrame
    counts: pl.DataFrame
    query: str
    quarantine: pl.DataFrame

    @property
    def others_found(self) -> int:
        """How many findings stand apart, whether they are shown or not."""
        return int(self.counts["n"].sum()) - self.findings.height


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
    query = (
        WORKLIST.replace("$where", finding)
        .replace("$most", str(OTHERS_MOST))
        .replace("with ranked as", f"with label(n, source, label) as (values {labels}), ranked as")
    )
    shown = _named(frame(con, query))
    return Worklist(
        place_code=place_code,
        place_name=place_name,
        findings=shown.filter("asks"),
        others=shown.filter(~pl.col("asks")),
        counts=_levels_and_districts(frame(con, COUNTS.replace("$where", finding))),
        query=f"SELECT * FROM finding WHERE {OPEN} AND {finding}",
        quarantine=frame(con, QUARANTINE.replace("$where", quarantined)),
    )


def _named(findings: pl.DataFrame) -> pl.DataFrame:
    """Codes replaced by the names an officer knows; the order stays."""
    villages = reference.villages().select("village_code", pl.col("village_name").alias("village"))
    return (
        _levels_and_districts(findings.with_columns(pl.col("village_code").str.slice(0, 6).alias("district_code")))
        .join(villages, on="village_code", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("village", "village_code").alias("village"),
            pl.when("is_primary").then(pl.lit("YA")).alias("primary"),
        )
        .drop("village_code", "is_primary")
    )


def _levels_and_districts(rows: pl.DataFrame) -> pl.DataFrame:
    """`priority` from the severity and `district` in place of `district_code`."""
    districts = reference.districts().select("district_code", pl.col("district_name").alias("district"))
    priority = pl.col("severity").replace_strict(PRIORITIES, default=None, return_dtype=pl.String).alias("priority")
    return (
        rows.join(districts, on="district_code", how="left", maintain_order="left")
        .with_columns(priority)
        .drop("district_code")
    )
