"""A published database with plausible synthetic rows, made in SQL from row numbers: any size, always the same.

It stands for a night in Banten, so that the reports can be tested, looked at and timed without a run.
"""

from __future__ import annotations

import duckdb

from schemas import reference
from schemas.tables import create_statement, load_tables

REGENCIES = ("3601", "3602", "3603", "3604", "3671", "3672", "3673", "3674")
RUN = "20261120-a1b2c3"
EARLIER = "20261119-d4e5f6"

TYPES = [
    ("ST01", "Meninggal tetapi aktif", "Deceased but active", 1, "BPJS Kesehatan", "nonaktifkan kartu", 42000),
    ("DM01", "Nama berbeda", "Name differs", 3, "Pemilik data", "samakan dengan Dukcapil", 0),
    ("EL01", "Salah sasaran", "Inclusion error", 2, "Dinsos Kab/Kota", "verifikasi lapangan", 42000),
    ("EL02", "PBI tidak ada di DTSEN", "PBI absent from DTSEN", 2, "Desa", "daftarkan ke DTSEN", 42000),
    ("EL04", "Terlewat", "Exclusion error", 1, "Dinsos Kab/Kota", "usulkan ke PBI JK", 42000),
    ("EL05", "Layak, nonaktif ≤6 bulan", "Eligible, inactive, in window", 1, "Dinsos Kab/Kota",
     "ajukan reaktivasi", 42000),
    ("EL06", "Layak, nonaktif >6 bulan", "Eligible, window passed", 2, "Desa", "usulkan baru", 42000),
    ("EL08", "Desil berbeda provinsi–kabupaten", "Decile disagreement", 2, "Dinsos Provinsi",
     "selesaikan terhadap DTSEN", 0),
    ("EL10", "Dibiayai APBD padahal layak APBN", "On APBD but qualifies for APBN", 2, "Dinsos Kab/Kota",
     "usulkan ke PBI JK", 37800),
    ("FN01", "Biaya ganda APBN+APBD", "Double funding", 1, "BPJS Kesehatan", "kembalikan kelebihan bayar", 37800),
    ("FN04", "Ditagih, tidak ada di SK", "Billed, not listed", 1, "Dinas Kesehatan", "sanggah tagihan", 37800),
    ("FN06", "Tarif tidak sesuai", "Wrong tariff", 2, "BPJS Kesehatan", "perbaiki tagihan", 4200),
    ("ID06", "Ganda satu sumber", "Duplicate row", 1, "Pemilik data", "hapus baris ganda", 37800),
    ("TK01", "Pekerja miskin tanpa JKK/JKM", "Poor worker uncovered", 1, "Disnaker",
     "daftarkan sebagai BPU", 16800),
    ("TK06", "Subsidi BPU ganda", "Double-subsidised BPU", 1, "Pembayar", "pilih satu pembayar", 16800),
]  # fmt: skip

COMPARED = ("level_name", "weight_name", "level_nik", "weight_nik")

PEOPLE = """
create table someone as
select i, ['3601','3602','3603','3604','3671','3672','3673','3674'][1 + dice(i) % 8] as regency,
  dice(i * 7 + 1) % 1000 as a, dice(i * 13 + 5) % 1000 as b
from range($people) t(i);
create table somewhere as
select regency_code, village_code, row_number() over (partition by regency_code order by village_code) - 1 as n,
  count(*) over (partition by regency_code) as many from place;
insert into person (person_id, nik, kk, name, sex, birth_date, village_code, regency_code, decile, excluded, alive,
  in_province, in_regency, in_jkn, in_jamsostek, jkn_segment, jkn_status, jamsostek_segment,
  jamsostek_status, eligible, active_jkn)
select 'p' || lpad(i::varchar, 8, '0'),
  case when a < 940 then regency || '01' || lpad((1 + a % 28)::varchar, 2, '0') || '0780'
    || lpad((1 + i % 9999)::varchar, 4, '0') end,
  regency || '01' || '010115' || lpad((1 + i % 9999)::varchar, 4, '0'),
  case i when 0 then '<script>alert(1)</script>' when 1 then '=cmd|''/c calc''!A1'
    else ['SITI AMINAH','MUHAMMAD YUSUF','ASEP SUNANDAR','NUR HAYATI','UDIN','TB. AHMAD FAUZI',
      'RT. DEWI SARTIKA'][1 + a % 7]
    || ' ' || ['BIN ALI','','SUHENDAR','MULYANI','HIDAYAT'][1 + b % 5] end,
  if(a % 2 = 0, 'L', 'P'), date '1950-01-01' + (b * 25)::int, w.village_code, regency,
  (a % 11)::tinyint, a % 50 = 0, a % 97 <> 0, b < 900, b between 100 and 980, a < 850, b < 300,
  case when a < 500 then 'PBI' when a < 640 then 'PDA' when a < 780 then 'PPU' when a < 850 then 'MDR' end,
  case when a < 760 then 'AKTIF' when a < 850 then 'NONAKTIF' end,
  case when b < 120 then 'PU' when b < 300 then 'BPU' end, case when b < 240 then 'AKTIF' when b < 300 then
    'NONAKTIF' end, b < 900 and a % 11 between 1 and 5 and a % 50 <> 0, a < 760
from someone s join somewhere w on w.regency_code = s.regency and w.n = s.b % w.many;
insert into record (record_id, source, owner_code, file, source_row, source_key, nik, nik_status, kk, card, name, sex,
  birth_date, address, rt, rw, village_code, regency_code, decile, segment, status, status_date,
  amount, decree_no, covered_month)
select row_number() over (order by k, p.person_id), kind, if(kind = 'regency', p.regency_code, '36'),
  if(kind = 'regency', 'register_' || p.regency_code || '.xlsx', kind || '.csv'),
  row_number() over (partition by kind, if(kind = 'regency', p.regency_code, '36') order by p.person_id),
  p.person_id, p.nik, if(p.nik is null, 'missing', 'valid'), p.kk,
  if(kind = 'bpjs_kesehatan', '000' || lpad(right(p.person_id, 8), 10, '0'), null),
  p.name, p.sex, p.birth_date, 'KP. BARU', '001', '002', p.village_code, p.regency_code,
  if(kind in ('province', 'regency'), p.decile, null),
  case kind when 'bpjs_kesehatan' then p.jkn_segment when 'bpjs_ketenagakerjaan' then p.jamsostek_segment end,
  case kind when 'bpjs_kesehatan' then p.jkn_status when 'bpjs_ketenagakerjaan' then p.jamsostek_status
    when 'regency' then if(p.alive, 'HIDUP', 'MENINGGAL') end, null, null, null, null
from person p, (values (1, 'province'), (2, 'regency'), (4, 'bpjs_kesehatan'), (6, 'bpjs_ketenagakerjaan')) t(k, kind)
where (kind = 'province' and in_province) or (kind = 'regency' and in_regency)
  or (kind = 'bpjs_kesehatan' and in_jkn) or (kind = 'bpjs_ketenagakerjaan' and in_jamsostek);
insert into link (record_id, person_id, probability, match_weight, basis)
select record_id, source_key, if(dice(record_id) % 10 = 0, 0.9 + (dice(record_id) % 97) / 1000, 0.99 +
  (dice(record_id) % 97) / 10000),
  8 + dice(record_id) % 20, ['nik', 'nik', 'nik', 'nik', 'card', 'fields', 'single'][1 + dice(record_id * 3) % 7]
from record;
insert into pair (left_record_id, right_record_id, probability, match_weight, outcome, prior_weight, rival_weight,
  level_name, weight_name, level_nik, weight_nik)
select record_id, record_id + 1, p, 20 * p - 10, case when p >= 0.9 then 'link' when p >= 0.5 then 'review' else
  'distinct' end, -9, 0.25, if(p < 0.5, 'berbeda', 'sama'), 20 * p - 1.25, 'kosong di satu sisi', 0
from (select record_id, case dice(record_id * 31) % 20 when 0 then (dice(record_id * 17) % 1000) / 1000
  when 1 then 0.1 * (dice(record_id * 17) % 1000) / 1000 else 0.97 + (dice(record_id * 17) % 30) / 1000 end as p
    from record);
"""

FINDINGS = """
insert into finding (finding_id, code, is_primary, person_id, record_ids, owner_code, regency_code, village_code,
  severity, actor, action, rupiah_per_month, detail, first_seen, last_seen, state)
select left(md5(code || person_id), 16), code, n = 1, person_id, ids, if(code like 'FN%', regency_code, '36'),
  regency_code, village_code, severity, actor, action, nullif(money, 0), detail,
  if(h % 5 = 0 and h % 17 <> 0, date '2026-11-20', date '2026-10-01' + (h % 40)::int),
  if(h % 17 = 0, date '2026-11-19', date '2026-11-20'),
  if(h % 17 = 0, 'closed', 'open')
from (
  select *, row_number() over (partition by person_id order by severity, code) as n from (
    select t.code, t.severity, t.actor, t.action, m.money, p.person_id, p.regency_code, p.village_code,
      dice(t.code || p.person_id) as h, r.ids, 'desil ' || p.decile || ', ' || coalesce(p.jkn_status,
        'tanpa kartu') as detail
    from finding_type t join money m using (code), person p
    join (select source_key, list(record_id order by record_id) as ids from record group by all) r
      on r.source_key = p.person_id
    where t.testable and (dice(t.code || p.person_id) % 1000 < 4 + dice(t.code) % 40 or p.person_id = 'p00000000')
  )
);
"""

HISTORY = f"""
delete from finding_event;
insert into finding_event by name
select * exclude (told), told.* from (
  select finding_id, code, person_id, owner_code, regency_code, village_code, severity, rupiah_per_month, detail,
    first_seen, last_seen, 'source' as cause, unnest([
      {{'event': 'opened', 'state': 'open', 'run_id': if(first_seen < date '2026-11-20', '{EARLIER}', '{RUN}')}},
      {{'event': if(state = 'untested', 'untested', 'closed'), 'state': state, 'run_id': '{RUN}'}}
    ][:if(state = 'open', 1, 2)]) as told
  from finding);
update finding_event set as_of = run.as_of from run where run.run_id = finding_event.run_id;
delete from finding_change;
insert into finding_change by name
select since, day as since_as_of, regency_code, code, count(*) filter (was_open) as open_before,
  count(*) filter (is_open and not was_open) as opened, 0 as reopened, 0 as tested_again, 0 as came,
  count(*) filter (was_open and state = 'closed') as closed,
  count(*) filter (was_open and state = 'untested') as became_untested, 0 as went,
  count(*) filter (is_open) as open_now,
  coalesce(sum(rupiah_per_month) filter (was_open and is_primary), 0) as rupiah_before,
  coalesce(sum(rupiah_per_month) filter (is_open and is_primary), 0) as rupiah_now
from (
  select *, day between first_seen and last_seen as was_open, state = 'open' as is_open
  from finding, (values ('night', date '2026-11-19'), ('month', date '2026-10-31')) night(since, day)
) where was_open or is_open group by all;
"""


def remember(con: duckdb.DuckDBPyConnection) -> None:
    """The history of the findings as they stand now: open since they were first seen, settled in the newest run."""
    con.execute(HISTORY)


def database(people: int = 600) -> duckdb.DuckDBPyConnection:
    """An open in-memory database as a good run publishes it, with an earlier run's rows beside this one's."""
    con = duckdb.connect()
    con.execute("set threads to 2")
    con.execute("create temp macro dice(x) as (hash(x) % 1000000007)::bigint")
    for table in load_tables().values():
        con.execute(create_statement(table, present=COMPARED if table.name == "pair" else ()))
    place = reference.villages().filter(reference.villages()["regency_code"].is_in(REGENCIES))
    con.register("place", place.select("regency_code", "village_code").to_arrow())
    con.executemany(
        """insert into finding_type (code, term_id, term_en, severity, actor, action, action_en, testable,
        tested, definition, definition_en, payer, rupiah_rule, needs, not_testable_reason)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (code, term, english, severity, actor, action, "to be done", code != "TK06", code != "TK06",
             f"Orang dengan keadaan {code}.", f"A person in the state {code}.", "APBN", "iuran sebulan",
               "bpjs_kesehatan",
             "Sumber Akta kematian tidak datang." if code == "TK06" else None)
            for code, term, english, severity, actor, action, _ in TYPES
        ],
    )  # fmt: skip
    con.execute("create table money (code varchar, money bigint)")
    con.executemany("insert into money values (?, ?)", [(t[0], t[6]) for t in TYPES])
    for statement in PEOPLE.replace("$people", str(people)).split(";"):
        if statement.strip():
            con.execute(statement)
    con.execute(FINDINGS)
    _night(con)
    remember(con)
    con.execute("drop table someone; drop table somewhere; drop table money")
    con.unregister("place")
    return con


def _night(con: duckdb.DuckDBPyConnection) -> None:
    """The run, its files, verdicts, quarantine and indicators."""
    con.execute(f"""
insert into parameter (run_id, as_of, province_code) values ('{RUN}', '2026-11-20', '36');
insert into run (run_id, as_of, started_at, finished_at, status, model_version, config_hash, matching, changed_share,
  model_as_of, history_from) values
  ('{EARLIER}', '2026-11-19', '2026-11-19 01:00:00', '2026-11-19 01:04:00', 'published', 'em-1', 'c0ffee', 'full',
   null, '2026-11-19', null),
  ('{RUN}', '2026-11-20', '2026-11-20 01:00:00', '2026-11-20 01:04:10', 'published', 'em-1', 'c0ffee', 'changes',
   0.0123, '2026-11-19', '{EARLIER}');
insert into match_threshold values ('link', 0.5, 0), ('review', 0.2, -2);
insert into comparison_level values ('nik', 1, 'NIK', 'NIK', 1, 'kosong di satu sisi', 'missing on one side', true),
  ('name', 2, 'Nama', 'Name', 1, 'sama', 'equal', false), ('name', 2, 'Nama', 'Name', 2, 'berbeda', 'differs', false);
insert into person_event (run_id, event, person_id, other_person_id, cause, record_id)
select '{RUN}', 'merge', 'p00000001', 'p00000002', 'record_changed', 1 union all
select '{RUN}', 'new', 'p' || i, null, 'record_new', i from range(3, 8) t(i) union all
select '{EARLIER}', 'gone', 'p00000009', null, 'record_gone', null;
insert into source_file (run_id, source, owner_code, file, sha256, rows_read, rows_accepted, rows_quarantined, problem,
  problem_text, problem_text_id)
select '{RUN}', source, owner_code, file, md5(file), n + n // 50, n, n // 50, null, null, null
from (select source, owner_code, file, count(*) as n from record group by all)
union all
select '{EARLIER}', source, owner_code, file, md5(file || 'x'), n + n // 50, n - 3 + dice(file) % 12, n // 60,
  null, null, null
from (select source, owner_code, file, count(*) as n from record group by all)
union all
select unnest(['{RUN}', '{EARLIER}']), 'employers', '36', 'wlkp.csv', 'e', 120, 118, 2, null, null, null
union all
select '{EARLIER}', 'workforce', '36', 'sasaran_pekerja.csv', 'w', 8, 8, 0, null, null, null
union all
select '{RUN}', 'civil_deaths', '', 'akta_kematian*.csv', null, 0, 0, 0, 'missing',
  'no file matches akta_kematian*.csv',
  'tidak ada berkas yang cocok dengan akta_kematian*.csv';
insert into source_quality (run_id, as_of, source, owner_code, file, rows_read, rows_readable, rows_accepted,
  rows_quarantined, nik_rows, nik_missing, nik_trusted, grade, reason, reason_id, verdict, stale_since, rows_stood_in)
select run_id, day, source, owner_code, file, rows_read, rows_read, rows_accepted, rows_quarantined, rows_read,
  rows_read // 20, rows_read - rows_read // 10, if(stale, 'F', grade), 'why ' || grade, 'sebab ' || grade,
  if(stale, 'stood_in', 'used'), if(stale, date '2026-11-19', null), if(stale, 17, 0)
from (select * exclude (run_id, stale_since, rows_stood_in) from source_file
    where run_id = '{RUN}' and problem is null),
  lateral (select run_id, day, grade, night = 1 and source = 'regency' and owner_code = '3602' as stale
    from (values (1, '{RUN}', date '2026-11-20', 'C'), (2, '{EARLIER}', date '2026-11-19', 'B'),
      (3, '20261031-a', date '2026-10-31', 'A'), (4, '20261001-b', date '2026-10-01', 'E'))
      n(night, run_id, day, grade));
insert into mark (source, owner_code, file, source_row, expectation, column_name, written)
select source, owner_code, file, source_row, 'nik_given', 'nik_status', '(kosong)' from record
where source in ('regency', 'province') and nik is null;
insert into quarantine (source, owner_code, file, source_row, line, expectation, column_name, reason, reason_id, raw)
select source, owner_code, file, source_row, source_row + 1,
  ['values_to_match_regex', 'row_readable', 'values_to_be_in_set'][1 + dice(record_id) % 3],
  ['nik', null, 'status'][1 + dice(record_id) % 3],
  ['NIK is not 16 digits', 'the row has another number of fields than the heading', 'unknown status'][1 +
    dice(record_id) % 3],
  ['NIK bukan 16 angka', 'banyaknya kolom pada baris berbeda dari judul', 'status tidak dikenal'][1 +
    dice(record_id) % 3],
  name || ';' || coalesce(nik, '') || ';=1+1'
from record where dice(record_id * 11) % 50 = 0 or record_id = 1;
insert into validation (run_id, source, file, expectation, column_name, success, evaluated, unexpected, severity)
select '{RUN}', source, file, e, c, source <> 'bpjs_kesehatan' or c <> 'nik', n, if(source <> 'bpjs_kesehatan'
  or c <> 'nik', 0, n // 20), s
from (select source, file, count(*) as n from record group by all),
  (values ('expect_column_values_to_match_regex', 'nik', 'warning'),
    ('expect_column_values_to_not_be_null', 'name', 'critical')) t(e, c, s);
insert into indicator (indicator, regency_code, segment, numerator, denominator, value, target, basis)
select i, regency_code, 'ALL', n, d, n / d, target, basis from (
  select 'UHC_REGISTERED' as i, regency_code, count(*) filter (where in_jkn) as n, count(*) as d, 0.98 as target,
    'orang dengan kartu JKN ÷ orang hidup' as basis from person where alive group by all
  union all
  select 'UHC_ACTIVE', regency_code, count(*) filter (where jkn_status = 'AKTIF'), count(*), 0.8,
    'orang dengan kartu JKN aktif ÷ orang hidup' from person where alive group by all
  union all
  select 'UCJ', regency_code, count(*) filter (where jamsostek_status = 'AKTIF'), (count(*) * 0.55)::bigint, 0.3499,
    'pekerja aktif ÷ sasaran pekerja' from person where alive group by all
);
insert into indicator_type (indicator, term_id, term_en, definition, definition_en, needs, testable,
  not_testable_reason, query)
select * from (values ('UHC_REGISTERED', 'UHC terdaftar', 'UHC registered'), ('UHC_ACTIVE', 'UHC aktif', 'UHC active'),
  ('UCJ', 'Cakupan pekerja (UCJ)', 'Workers covered (UCJ)'), ('UCJ_RENTAN', 'Pekerja rentan',
    'Vulnerable workers')) t(a, b, c),
  (values ('Angka cakupan.', 'A coverage figure.', 'workforce')) u(d, e, f),
  (values (true, null, '')) v(g, h, i);
update indicator_type set testable = false, not_testable_reason = 'Sasaran pekerja tidak datang.' where
  indicator = 'UCJ_RENTAN';
insert into link_error (regency_code, left_source, right_source, measure, pairs, errors, value, low, high, basis)
select area, one, other, m, 40 * d, d * share * 40, share, share / 4, share * 2.5, 'model' from (
  select r.area, p.one, p.other, m, 1 + dice(r.area || p.one) % 90 as d,
    (1 + dice(r.area || p.one || p.other || m) % 60) / if(m = 'false', 100000, 10000) as share
  from (values ('36'), ('3601'), ('3602'), ('3603'), ('3604'), ('3671'), ('3672'), ('3673'), ('3674')) r(area),
    (values ('ALL', 'ALL'), ('province', 'regency'), ('province', 'bpjs_kesehatan'), ('regency', 'regency'))
      p(one, other),
    (values ('false'), ('missed')) t(m)
);
insert into indicator (indicator, regency_code, segment, numerator, denominator, value, target, basis)
select indicator, '36', segment, sum(numerator), sum(denominator), sum(numerator) / sum(denominator),
  max(target), max(basis)
from indicator group by indicator, segment;
""")
