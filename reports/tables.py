"""What the reports show, drawn from a published database: small frames, counted in SQL.

No whole table of people, records or findings is ever fetched: a province of a million people gives the same few
thousand rows as one of five thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from reports.cost_tables import CostTables, collect_costs
from reports.history_tables import NIGHT, HistoryTables, collect_history
from reports.place_tables import PlaceTables, collect_places
from schemas import reference

BINS = 10  # bars of the probability histogram
BITS = (-60, 79)  # pairs beyond these weights stand in the outermost bars
EXAMPLES = 3  # masked examples shown a code
MOST_MOVED = 10  # levels shown whose weight is another than in the run before
MONTHS_BACK = 24  # months of the senders' grades that are looked back on
REASONS = 200  # groups of quarantined rows shown, the largest first


@dataclass(frozen=True)
class ReportTables:
    """The frames behind the page, the summary and the workbooks' first and last sheets.

    run: one row: `run_id, as_of, finished_at, status, model_version`; earlier: the run before it, none or one row.
    figures: one row of whole numbers: `people, records, linked, review, closed, decisions` (of officers, that stand),
    `conflicts` (findings of which officers say otherwise), `settled, findings, affected, urgent, new, rupiah`.
    files: `source, owner_code, file, rows_read, rows_accepted, rows_quarantined, problem, problem_text,
    problem_text_id, before, gone, rows_stood_in, stale_since`; before: rows used in the run before of the same file,
    or of its sender's only file; gone: it came then and not now. quarantine: `source, owner_code, column_name, reason,
    reason_id, rows`.
    findings: `code, regency_code, findings, people, new, rupiah`; the regency is null where none is known.
    types: `finding_type` without its queries. actions: `actor, action, severity, code, findings, rupiah`.
    examples: `code, nik, village_code, regency_code, rupiah_per_month`, the NIK masked in SQL already.
    indicators: the table `indicator`; indicator_types: `indicator_type` without its queries.
    validation: `source, expectation, column_name, severity, evaluated, unexpected, owner_codes`, a row an expectation
    that failed, over the files that failed it; validated: how many were judged. bases: `basis, records`.
    histogram: `bin` (0..9, a tenth each), `outcome, pairs`, of the pairs kept. weights: `weight` (whole bits),
    `outcome, pairs`, of all compared pairs where `compared` is true, else of those kept; thresholds: `match_threshold`.
    pair_examples: `kind` (sure, least, review) and a row of `pair`, with `left_source, left_nik, right_source,
    right_nik`, the NIKs masked in SQL already; levels: `comparison_level`. events: `event, cause, people` of the run.
    unseen: `label_id, label_en, level_id, level_en, pairs, given_id, given_en`, the levels that no pair of one person
    had in training (with a given: not with that one) and that pairs of the run rest on.
    moved: `model_change` with `label_id, label_en` of the comparison and `on_id, on_en` of the one it depends on, the
    most moved first.
    link_errors: the rows of `link_error` of all registers together, and of the whole province.
    quality: the rows of `source_quality` of the run; months: a row a sender and month (`reports/feedback_rows.py`).
    indicator_nights: `as_of, indicator, regency_code, numerator, denominator, value, target`, of each night up to this.
    registers: `in_province, in_regency, in_jkn, in_jamsostek, people`.
    regencies: `regency_code, regency_name` of the province, and its codes that the reference does not know.
    workbooks: `place_code, place_name`: the regencies and, when something belongs to none of them, the province.
    places: sums by regency and district (`reports/place_tables.py`); history: of other nights
    (`reports/history_tables.py`); costs: parts of areas, payers, scenarios (`reports/cost_tables.py`).

    Findings are the open ones; rupiah are per month and of primary findings only, so that a person counts once.
    """

    run: pl.DataFrame
    earlier: pl.DataFrame
    figures: pl.DataFrame
    files: pl.DataFrame
    quarantine: pl.DataFrame
    findings: pl.DataFrame
    types: pl.DataFrame
    actions: pl.DataFrame
    examples: pl.DataFrame
    indicators: pl.DataFrame
    indicator_types: pl.DataFrame
    validation: pl.DataFrame
    validated: int
    bases: pl.DataFrame
    histogram: pl.DataFrame
    weights: pl.DataFrame
    compared: bool
    thresholds: pl.DataFrame
    pair_examples: pl.DataFrame
    levels: pl.DataFrame
    events: pl.DataFrame
    unseen: pl.DataFrame
    moved: pl.DataFrame
    link_errors: pl.DataFrame
    quality: pl.DataFrame
    months: pl.DataFrame
    indicator_nights: pl.DataFrame
    registers: pl.DataFrame
    regencies: pl.DataFrame
    workbooks: pl.DataFrame
    places: PlaceTables
    history: HistoryTables
    costs: CostTables
    province_code: str
    province_name: str


OPEN = "state = 'open'"

RUN = """
select run_id, as_of, finished_at, status, model_version, matching, changed_share, model_as_of from run
order by started_at desc, run_id desc limit 2
"""
FIGURES = f"""
select (select count(*) from person) as people, (select count(*) from record) as records,
  (select coalesce(sum(n), 0)::bigint from (select count(*) as n from link group by person_id) where n > 1) as linked,
  (select count(*) from pair where outcome = 'review') as review,
  (select count(*) from finding where state = 'closed' and last_seen >= $since) as closed,
  (select count(*) from decision where state = 'stands') as decisions,
  (select count(distinct finding_id) from decision where state = 'conflict') as conflicts,
  (select count(*) from finding where state = 'settled') as settled, f.*
from (select count(*) as findings, count(distinct person_id) as affected,
  count(*) filter (where severity = 1) as urgent, count(*) filter (where first_seen > $since) as new,
  coalesce(sum(rupiah_per_month) filter (where is_primary), 0)::bigint as rupiah from finding where {OPEN}) f
"""
FILES = """
with now as (select *, count(*) over (partition by source, owner_code) as n from source_file where run_id = $run),
old as (select *, count(*) over (partition by source, owner_code) as n from source_file where run_id = $earlier
  and rows_accepted + coalesce(rows_stood_in, 0) > 0)
select coalesce(now.source, old.source) as source, coalesce(now.owner_code, old.owner_code) as owner_code,
  coalesce(now.file, old.file) as file, now.rows_read, now.rows_accepted, now.rows_quarantined,
  now.problem, now.problem_text, now.problem_text_id,
  old.rows_accepted + coalesce(old.rows_stood_in, 0) as before, now.file is null as gone,
  now.rows_stood_in, now.stale_since
from now full join old on now.source = old.source and now.owner_code is not distinct from old.owner_code
  and (now.file = old.file or (now.n = 1 and old.n = 1))
order by source, owner_code, file
"""
QUARANTINE = """
select source, owner_code, column_name, reason, any_value(reason_id) as reason_id, count(*) as rows
from quarantine group by source, owner_code, column_name, reason
order by rows desc, source, owner_code, column_name nulls first, reason
"""
FINDINGS = f"""
select code, regency_code, count(*) as findings, count(distinct person_id) as people,
  count(*) filter (where first_seen > $since) as new,
  coalesce(sum(rupiah_per_month) filter (where is_primary), 0)::bigint as rupiah
from finding where {OPEN} group by code, regency_code order by code, regency_code
"""
ACTIONS = f"""
select actor, action, severity, code, count(*) as findings,
  coalesce(sum(rupiah_per_month) filter (where is_primary), 0)::bigint as rupiah
from finding where {OPEN} group by actor, action, severity, code
order by severity, rupiah desc, findings desc, code, actor, action
"""
EXAMPLE_ROWS = f"""
with chosen as (select code, unnest(arg_min(finding, finding_id, {EXAMPLES})) as f from finding where {OPEN}
  group by code)
select c.code, left(p.nik, 4) || repeat('•', 8) || right(p.nik, 4) as nik, c.f.village_code, c.f.regency_code,
  c.f.rupiah_per_month
from chosen c left join person p on p.person_id = c.f.person_id order by c.code, c.f.finding_id
"""
HISTOGRAM = f"""
select least(floor(probability * {BINS}), {BINS - 1})::int as bin, outcome, count(*) as pairs
from pair group by bin, outcome order by bin, outcome
"""
WEIGHTS = "select weight, outcome, sum(pairs)::bigint as pairs from weight_histogram group by all order by all"
KEPT_WEIGHTS = f"""
select greatest(least(floor(match_weight), {BITS[1]}), {BITS[0]})::int as weight, outcome, count(*) as pairs
from pair where match_weight is not null and outcome is not null group by all order by all
"""
# A link in the middle of all, the weakest one that its own weight carries, and the pair nearest to even odds.
PAIR_EXAMPLES = """
with least as (
  select coalesce(max(match_weight), 0) as weight from match_threshold where outcome = 'link'
), middle as (
  select median(match_weight) as weight from pair where outcome = 'link'
), chosen as (
  (select 1 as n, 'sure' as kind, pair.* from pair, middle where outcome = 'link'
    order by abs(match_weight - middle.weight), left_record_id, right_record_id limit 1)
  union all
  (select 2, 'least', pair.* from pair, least where outcome = 'link' and match_weight >= least.weight
    order by match_weight, left_record_id, right_record_id limit 1)
  union all
  (select 3, 'review', pair.* from pair where outcome = 'review'
    order by abs(match_weight), left_record_id, right_record_id limit 1)
)
select chosen.* exclude (n), a.source as left_source, b.source as right_source,
  left(a.nik, 4) || repeat('•', 8) || right(a.nik, 4) as left_nik,
  left(b.nik, 4) || repeat('•', 8) || right(b.nik, 4) as right_nik
from chosen left join record a on a.record_id = left_record_id left join record b on b.record_id = right_record_id
order by n
"""
EVENTS = """
select event, cause, count(*) as people from person_event where run_id = $run
group by event, cause order by people desc, event, cause
"""
UNSEEN = """
with name as (select distinct comparison, position, label_id, label_en from comparison_level),
never as (
  select *, list_contains(unseen, 'same') as never, bool_and(never) over (partition by comparison, level) as everywhere
  from model_level
)
select n.position, m.level, n.label_id, n.label_en, m.level_id, m.level_en, sum(m.pairs_now)::bigint as pairs,
  if(everywhere, null, o.label_id || ': ' || m.given_id) as given_id,
  if(everywhere, null, o.label_en || ': ' || m.given_en) as given_en
from never m join name n using (comparison) left join name o on o.comparison = m.depends_on
where never and m.pairs_now > 0
group by all order by pairs desc, position, level, given_id nulls first
"""
# The row for missing is counted over all pairs, and says again what a row of the commonest given says.
MOVED = f"""
with name as (select distinct comparison, position, label_id, label_en from comparison_level)
select m.*, n.label_id, n.label_en, o.label_id as on_id, o.label_en as on_en
from model_change m join name n using (comparison) left join name o on o.comparison = m.depends_on
where m.given_en is distinct from 'missing' or not exists (
  from model_change other where other.comparison = m.comparison and other.level = m.level and other.given < m.given)
order by round(abs(m.difference), 6) desc, n.position, m.given, m.level limit {MOST_MOVED}
"""
LINK_ERRORS = """
from link_error where regency_code is not null and (left_source = 'ALL' or length(regency_code) = 2)
order by regency_code, left_source, right_source, measure, basis
"""
QUALITY = """
from source_quality where run_id = $run order by source, owner_code, file
"""
# The last night of each month speaks for it; the worst grade of all its nights stands beside.
# Of a day that was run again the last run counts.
INDICATOR_NIGHTS = """
with night as (
  select arg_max(run_id, (finished_at, run_id)) as run_id from run where as_of <= $as_of group by as_of
)
select as_of, indicator, regency_code, numerator, denominator, value, target
from indicator_history semi join night using (run_id) order by as_of, indicator, regency_code
"""
MONTHS = """
with last as (
  select source, owner_code, date_trunc('month', as_of)::date as month, arg_max(run_id, (as_of, run_id)) as run_id,
    count(distinct run_id) as nights, max(grade) as worst
  from source_quality group by all
)
select l.month, q.source, q.owner_code, any_value(l.nights) as nights, sum(q.rows_read)::bigint as rows_read,
  sum(q.rows_accepted)::bigint as rows_accepted, sum(q.rows_quarantined)::bigint as rows_quarantined,
  sum(q.nik_rows)::bigint as nik_rows, sum(q.nik_missing)::bigint as nik_missing, max(q.grade) as grade,
  any_value(l.worst) as worst, max(q.stale_since) as stale_since
from last l join source_quality q on q.run_id = l.run_id and q.source = l.source
  and q.owner_code is not distinct from l.owner_code
where l.month > $as_of::date - interval $back month
group by l.month, q.source, q.owner_code order by q.source, q.owner_code, l.month desc
""".replace("$back", str(MONTHS_BACK))
REGISTERS = """
select in_province, in_regency, in_jkn, in_jamsostek, count(*) as people from person
group by all order by people desc, in_province desc, in_regency desc, in_jkn desc, in_jamsostek desc
"""
REGENCIES = """
select regency_code from (
  select distinct regency_code from person union select distinct regency_code from finding where state = 'open'
  union select distinct regency_code from indicator
  union select distinct owner_code from source_file where run_id = $run
) where left(regency_code, 2) = $province and length(regency_code) = 4 order by regency_code
"""
VALIDATION = """
select source, expectation, any_value(column_name) as column_name, any_value(severity) as severity,
  coalesce(sum(evaluated) filter (where file is not null), any_value(evaluated))::bigint as evaluated,
  coalesce(sum(unexpected) filter (where file is not null), any_value(unexpected))::bigint as unexpected,
  list(distinct owner_code order by owner_code) filter (where owner_code is not null) as owner_codes
from validation where run_id = $run and not success group by source, expectation order by source, expectation
"""
VALIDATED = "select count(distinct (source, expectation)) as n from validation where run_id = $run"


def frame(con: duckdb.DuckDBPyConnection, query: str, **values: Any) -> pl.DataFrame:
    """The answer to a query, as a frame; `values` are its `$name` parameters."""
    used = {name: value for name, value in values.items() if f"${name}" in query}
    answer: pl.DataFrame = con.sql(query, params=used or None).pl()
    return answer


def collect(con: duckdb.DuckDBPyConnection) -> ReportTables:
    """What the reports show of the newest run, from an open connection to a published (or the work) database.

    Only reads. Raises what DuckDB raises when a declared table is missing.
    """
    con = con.cursor()
    runs = frame(con, RUN)
    run, earlier = runs.head(1), runs.slice(1, 1)
    code, name = _province(con)
    history = collect_history(con, run["run_id"][0], run["as_of"][0])
    values = {
        "run": run["run_id"][0],
        # Found first after that day: new. Still found on it and no more: closed since. A day that is run again is
        # compared with the day before, for the findings.
        "since": history.against.get(NIGHT, date.min),
        "earlier": earlier["run_id"][0] if earlier.height else "",
    }
    findings = frame(con, FINDINGS, **values)
    indicators = frame(con, "from indicator order by indicator, segment nulls first, regency_code")
    regencies = _regencies(con, code, values["run"])
    weights = frame(con, WEIGHTS)
    return ReportTables(
        run=run,
        earlier=earlier,
        figures=frame(con, FIGURES, **values),
        files=frame(con, FILES, **values),
        quarantine=frame(con, QUARANTINE),
        findings=findings,
        types=frame(con, "select * exclude (query) from finding_type order by severity, code"),
        actions=frame(con, ACTIONS),
        examples=frame(con, EXAMPLE_ROWS),
        indicators=indicators,
        indicator_types=frame(con, "select * exclude (query) from indicator_type order by indicator"),
        validation=frame(con, VALIDATION, **values),
        validated=frame(con, VALIDATED, **values)["n"][0],
        bases=frame(con, "select basis, count(*) as records from link group by basis order by records desc, basis"),
        histogram=frame(con, HISTOGRAM),
        weights=weights if weights.height else frame(con, KEPT_WEIGHTS),
        compared=weights.height > 0,
        thresholds=frame(con, "from match_threshold order by outcome"),
        pair_examples=frame(con, PAIR_EXAMPLES),
        levels=frame(con, "from comparison_level order by position, level"),
        events=frame(con, EVENTS, **values),
        unseen=frame(con, UNSEEN),
        moved=frame(con, MOVED),
        link_errors=frame(con, LINK_ERRORS),
        quality=frame(con, QUALITY, **values),
        months=frame(con, MONTHS, as_of=run["as_of"][0]),
        indicator_nights=frame(con, INDICATOR_NIGHTS, as_of=run["as_of"][0]),
        registers=frame(con, REGISTERS),
        regencies=regencies,
        workbooks=_workbooks(con, regencies, code, name),
        places=collect_places(con, values["since"], code),
        history=history,
        costs=collect_costs(con),
        province_code=code,
        province_name=name,
    )


def _province(con: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """Code and name of the province that the run is of."""
    found = frame(con, "select province_code from parameter")["province_code"]
    code = (found[0] if found.len() else None) or ""
    name = reference.provinces().filter(pl.col("province_code") == code)["province_name"]
    return code, name[0] if name.len() else code


def _regencies(con: duckdb.DuckDBPyConnection, province: str, run: str) -> pl.DataFrame:
    """The regencies of the province that somebody lives in, sends files for or has findings in, by code."""
    met = frame(con, REGENCIES, province=province, run=run)["regency_code"]
    names = reference.regencies().select("regency_code", "regency_name")
    named = pl.DataFrame({"regency_code": met}).join(names, on="regency_code", how="left", maintain_order="left")
    return named.with_columns(pl.coalesce("regency_name", "regency_code"))


def _workbooks(con: duckdb.DuckDBPyConnection, regencies: pl.DataFrame, code: str, name: str) -> pl.DataFrame:
    """The places that get a workbook: each regency, and the province for what belongs to no regency of it."""
    own = regencies.select(pl.col("regency_code").alias("place_code"), pl.col("regency_name").alias("place_name"))
    codes = ", ".join(f"'{regency}'" for regency in own["place_code"]) or "''"
    query = f"""select exists (from finding where {OPEN} and coalesce(regency_code, '') not in ({codes}))
      or exists (from quarantine where coalesce(owner_code, '') not in ({codes})) as rest"""
    if not frame(con, query)["rest"][0]:
        return own
    province = {"place_code": [code], "place_name": [f"Provinsi {name}"]}
    return pl.concat([own, pl.DataFrame(province, schema=own.schema)])
