"""The rows of one workbook: open findings with the person and what each register says, and quarantined rows.

An officer's list is what asks for a decision: every SEGERA finding, and of BULAN INI a person's primary one. Clean-up,
NIKs to be written right, and what only stands beside a person's primary finding are most of the rows and little of the
money; of these a workbook has at most OTHERS_MOST rows, every village its share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from reports.tables import OPEN, frame
from reports.words import plain
from schemas import reference
from schemas.finding_values import CHOICE, FINDING_VALUES
from schemas.verdicts import VERDICTS

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
# Stands before each value that another record of the row has otherwise: the sign is read where the colour is not seen.
UNLIKE = "≠"
# Values compared among the records of a row, with the name an officer knows. Decile and status are compared where
# registers mean the same by them; a certificate of death is a status too.
COMPARED = {
    "name_std": "nama",
    "nik": "NIK",
    "birth_date": "tanggal lahir",
    "sex": "jenis kelamin",
    "kk": "No. KK",
    "village_code": "desa/kelurahan",
    "decile": "desil",
    "card_segment": "segmen",
    "card_status": "status kartu",
    "life": "hidup/meninggal",
}
ADDED = """
case when r.source in ('bpjs_kesehatan', 'bpjs_kesehatan_bill') then r.segment end as card_segment,
case when r.source = 'bpjs_kesehatan' then r.status end as card_status,
case when r.source = 'civil_deaths' or r.status = 'MENINGGAL' then 'M' when r.status in ('HIDUP', 'AKTIF') then 'H' end
  as life
"""


def _if_unlike(*columns: str) -> str:
    return "if(" + " or ".join(f"u.{column}" for column in columns) + f", '{UNLIKE} ', '')"


# What one register says of the person, in a line; concat_ws leaves out what it does not say.
SAYS = f"""concat_ws('; ', r.label || ': ' || {_if_unlike("name_std")} || coalesce(r.name, '–'),
  {_if_unlike("nik")} || 'NIK ' || r.nik, {_if_unlike("kk")} || if(u.kk, 'KK ' || r.kk, null),
  {_if_unlike("birth_date")} || 'lahir ' || strftime(r.birth_date, '%d-%m-%Y'),
  {_if_unlike("sex")} || if(u.sex, r.sex, null), 'kartu ' || r.card, 'KPJ ' || r.kpj,
  {_if_unlike("decile")} || 'desil ' || r.decile,
  if(r.excluded, 'dikecualikan', null), if(u.card_segment and r.card_segment is not null, '{UNLIKE} ', '') || r.segment,
  if((u.card_status and r.card_status is not null) or (u.life and r.life is not null), '{UNLIKE} ', '')
    || coalesce(r.status, if(u.life and r.life = 'M', 'MENINGGAL', null)),
  'sejak ' || strftime(r.status_date, '%d-%m-%Y'), 'SK ' || r.decree_no,
  'bulan ' || strftime(r.covered_month, '%m-%Y'), 'Rp ' || format('{{:t.}}', r.amount),
  {_if_unlike("village_code")} || if(u.village_code, 'desa ' || coalesce(v.village, r.village_code), null))"""
ASKS = f"(severity = 1 or severity = 2 and is_primary and code not in {OF_NUMBERS})"
# What officers said before of a finding that is still open.
SAID_BEFORE = "case d.verdict {} end".format(" ".join(f"when '{v.code}' then '{v.word}'" for v in VERDICTS))
# Two tables of the connection's own, made once for all places: the findings listed, with all that a workbook's row says
# of each but what the registers say, and the records that say it. `place` is the regency, empty where it is none of the
# reports'.
LISTED = f"""
create or replace temp table listed as
with ranked as (
  select *, {ASKS} as asks,
    row_number() over (partition by place, {ASKS}, village_code order by severity, is_primary desc, finding_id) as turn
  from (select *, $place as place from finding where {OPEN}) where $where
),
of_person as (
  select place, person_id, string_agg(distinct code, ', ' order by code) as codes from ranked
  where person_id is not null group by all
),
f as (
  select * from ranked qualify asks
    or row_number() over (partition by place, asks order by turn, village_code nulls last, finding_id) <= $most
),
digest as ({FINDING_VALUES.replace("$findings", "f")}),
asked as (
  select f.finding_id, {CHOICE} as choice from (select finding_id, code, unnest(record_ids) as record_id from f) f
  left join record r using (record_id) left join link k using (record_id) group by f.finding_id
)
select f.*, t.term_id as term, o.codes, p.nik, p.kk, p.name, p.birth_date,
  nullif(concat_ws(' ', p.jkn_segment, p.jkn_status), '') as segment,
  nullif(concat_ws(', ', p.address, 'RT ' || p.rt, 'RW ' || p.rw), '') as address,
  coalesce(asked.choice, 'T') as choice, digest.values_digest
from f left join digest using (finding_id) left join asked using (finding_id)
left join person p on p.person_id = f.person_id left join finding_type t on t.code = f.code
left join of_person o on o.person_id = f.person_id and o.place = f.place
"""
SHOWN_ROWS = f"""
create or replace temp table shown as
with label(n, source, label) as (values $labels)
select x.place, x.finding_id, l.label, l.n, r.*, {ADDED}
from (select place, finding_id, unnest(record_ids) as record_id from listed) x
join record r using (record_id) join label l on l.source = r.source
"""
WORKLIST = f"""
with r as (select * from shown where place = $of),
unlike as (
  select finding_id, {", ".join(f"min({column}) <> max({column}) as {column}" for column in COMPARED)}
  from r group by finding_id
),
said as (
  select r.finding_id,
    string_agg({SAYS}, chr(10) order by r.n, r.record_id) filter (where r.n <= {len(OURS)}) as ours,
    string_agg({SAYS}, chr(10) order by r.n, r.record_id) filter (where r.n > {len(OURS)}) as theirs,
    string_agg(concat(r.file, ' baris ', r.source_row), '; ' order by r.n, r.record_id) as places,
    arg_min(r.card, r.record_id) as card
  from r join unlike u using (finding_id) left join village v on v.village_code = r.village_code
  group by r.finding_id
),
differing as (
  select finding_id, nullif(concat_ws(', ', {", ".join(f"if({c}, '{word}', null)" for c, word in COMPARED.items())}),
    '') as differing from unlike
),
told as (
  select finding_id, string_agg({SAID_BEFORE} || ' (' || author || ', ' || strftime(decided_on, '%d-%m-%Y') || ')'
      || coalesce(': ' || nullif(note, ''), ''), chr(10) order by decided_on, author) as told
  from decision d where state in ('stands', 'conflict') group by finding_id
)
select f.severity, f.code, f.term, f.action, f.actor, f.nik, f.kk, said.card, f.name, f.birth_date,
  f.village_code, f.segment, f.address, f.detail, said.ours, said.theirs,
  differing.differing, said.places, f.rupiah_per_month, f.is_primary, f.asks, f.codes, f.first_seen, f.finding_id,
  nullif(concat_ws(chr(10), told.told, case f.verdict when 'still_there' then $still when 'conflict' then $conflict
    end), '') as told, f.choice, f.values_digest
from listed f left join said using (finding_id) left join differing using (finding_id)
left join told using (finding_id)
where f.place = $of
order by f.severity, f.is_primary desc, f.village_code nulls last, f.name nulls last, f.code, f.finding_id
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

    place_code, place_name: the regency, or the province for what belongs to no regency of it (`own` is false then).
    rows: a row an open finding, sorted by severity, primary ones first, village and name: `priority, severity, code,
    term, action, actor, nik, kk, card, name, birth_date, district, village, address, segment, detail, ours, theirs`
    (a line a record; UNLIKE stands before what differs), `differing` (what does, in words), `places,
    rupiah_per_month, primary` ('YA' or null), `codes` (every class of the person), `first_seen, finding_id, told`
    (earlier verdicts), `choice` (a key of `schemas.verdicts.CHOICES`), `values_digest`; `asks` is true for those that
    ask for a decision, of the others there are at most OTHERS_MOST. counts: of all of them `priority, severity, code,
    term, actor, district, n, rupiah` (the primary ones' a month). query: SQL that gives all of them. quarantine:
    `source, file, source_row, line, column_name, reason, raw`.
    """

    place_code: str
    place_name: str
    own: bool
    rows: pl.DataFrame
    counts: pl.DataFrame
    query: str
    quarantine: pl.DataFrame

    @property
    def others_shown(self) -> int:
        """How many rows do not ask for a decision."""
        return self.rows.filter(~pl.col("asks")).height

    @property
    def others_found(self) -> int:
        """How many findings do not ask for a decision, whether they are shown or not."""
        return int(self.counts["n"].sum()) - self.rows.height + self.others_shown


def collect_worklist(
    con: duckdb.DuckDBPyConnection, place_code: str, place_name: str, regencies: tuple[str, ...]
) -> Worklist:
    """The worklist of one place alone, see `collect_worklists`."""
    return next(collect_worklists(con, [(place_code, place_name)], regencies))


def collect_worklists(
    con: duckdb.DuckDBPyConnection, places: Sequence[tuple[str, str]], regencies: tuple[str, ...]
) -> Iterator[Worklist]:
    """The worklists of places (code, name) from an open connection to a published (or the work) database, in turn.

    A place that is one of `regencies` gets the findings of that regency and the quarantined rows that its office
    sent; any other place gets what belongs to none of them, so that no row is without a workbook. Only reads.
    """
    con = con.cursor()
    codes = ", ".join(f"'{code}'" for code in regencies) or "''"
    known = {code: code if code in regencies else "" for code, _ in places}
    wanted = ", ".join(f"'{place}'" for place in known.values())
    of_regency = f"case when regency_code in ({codes}) then regency_code else '' end"
    con.execute(
        LISTED.replace("$place", of_regency)
        .replace("$where", f"place in ({wanted})")
        .replace("$most", f"{OTHERS_MOST}")
    )
    labels = ", ".join(f"({n}, '{source}', '{plain(f'short_{source}')}')" for n, source in enumerate(SHOWN, 1))
    con.execute(SHOWN_ROWS.replace("$labels", labels))
    con.register("village", reference.villages().select("village_code", pl.col("village_name").alias("village")))
    for code, name in places:
        place = known[code]
        finding = f"regency_code = '{code}'" if place else f"coalesce(regency_code, '') not in ({codes})"
        quarantined = finding.replace("regency_code", "owner_code")
        told = {"still": plain("told_still_there"), "conflict": plain("told_conflict")}
        yield Worklist(
            place_code=code,
            place_name=name,
            own=bool(place),
            rows=_named(frame(con, WORKLIST, of=place, **told)),
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
