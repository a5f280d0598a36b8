-- Which register's value stands in `person`: the one stated rule.
--
-- nik, kk, name, sex, birth_date, village_code: of the values that the person's records carry,
--   the one on which most kinds of register agree; among equals the one found in the first register of the order
--   province, regency, bpjs_kesehatan, decree, bpjs_ketenagakerjaan, bpjs_kesehatan_bill, civil_deaths, letters, roster;
--   among equals the one of the lowest record_id.
--   For nik a valid number stands before one that contradicts the birth date or sex; a malformed or damaged one never stands.
--   Names are compared in their standard form and shown as the first such record writes them.
--   A regency row that says PINDAH (moved away) has no say in the village.
-- regency_code: of the village that stands; without a village, the regency code chosen by the same rule.
-- address, rt, rw: of the first record, in the register order, that has an address.
-- decile, excluded: of one and the same province row: a ranked one (1 to 10) before an unranked one, then the lowest record_id.
-- job: of the first record, in the register order, that gives one.
-- jkn_segment, jkn_status: of the card that is AKTIF, then PENANGGUHAN, NONAKTIF, MENINGGAL, then any other;
--   among equals the one that started last, then the lowest record_id.
-- jamsostek_segment, jamsostek_status: of the membership that is AKTIF, then any other; among equals the one paid longest.
-- alive: FALSE when known dead: a civil_deaths row, a regency row with MENINGGAL, or a JKN card with MENINGGAL.
-- in_decree: has a decree row whose start date is empty or not after the end of the period.
-- The period, ages and deciles are those of the one-row table `parameter`.
--
-- It reads record, link, rule and parameter, and fills the temporary table `resolved`, which has the columns of person.

CREATE OR REPLACE TEMP TABLE member AS
SELECT
    l.person_id,
    r.*,
    list_position(
        ['province', 'regency', 'bpjs_kesehatan', 'decree', 'bpjs_ketenagakerjaan', 'bpjs_kesehatan_bill', 'civil_deaths',
         'letters', 'roster'],
        r.source
    ) AS register_rank,
    -- lower stands first: the register's place in the order, then the record's number
    (register_rank::BIGINT << 40) + r.record_id AS seniority
FROM link AS l
JOIN (
    SELECT record_id, source, nik, nik_status, kk, name, name_std, sex, birth_date, address, rt, rw, village_code,
           regency_code, decile, excluded, job, job_as_written, card, segment, status, status_date, start_date,
           paid_until, period
    FROM record
) AS r USING (record_id);

-- one row a person and value: on how many kinds of register it rests, and which record carries it first
CREATE OR REPLACE TEMP MACRO standing(value_rank, registers, seniority) AS
    (value_rank::BIGINT << 56) + (registers::BIGINT << 48) - seniority;

CREATE OR REPLACE TEMP TABLE standing_nik AS
SELECT person_id, arg_max(nik, weight) AS nik
FROM (
    SELECT person_id, nik,
           standing(max((nik_status = 'valid')::INTEGER), bit_count(bit_or(1 << register_rank)), min(seniority)) AS weight
    FROM member
    WHERE nik IS NOT NULL AND nik_status IN ('valid', 'contradicts_birth_date', 'contradicts_sex')
    GROUP BY person_id, nik
)
GROUP BY person_id;

CREATE OR REPLACE TEMP TABLE standing_kk AS
SELECT person_id, arg_max(kk, weight) AS kk
FROM (
    SELECT person_id, kk, standing(0, bit_count(bit_or(1 << register_rank)), min(seniority)) AS weight
    FROM member
    WHERE kk IS NOT NULL
    GROUP BY person_id, kk
)
GROUP BY person_id;

CREATE OR REPLACE TEMP TABLE standing_name AS
SELECT person_id, arg_max(name, weight) AS name
FROM (
    SELECT person_id, arg_min(name, seniority) AS name,
           standing(0, bit_count(bit_or(1 << register_rank)), min(seniority)) AS weight
    FROM member
    WHERE name IS NOT NULL
    GROUP BY person_id, coalesce(name_std, name)
)
GROUP BY person_id;

CREATE OR REPLACE TEMP TABLE standing_sex AS
SELECT person_id, arg_max(sex, weight) AS sex
FROM (
    SELECT person_id, sex, standing(0, bit_count(bit_or(1 << register_rank)), min(seniority)) AS weight
    FROM member
    WHERE sex IS NOT NULL
    GROUP BY person_id, sex
)
GROUP BY person_id;

CREATE OR REPLACE TEMP TABLE standing_birth_date AS
SELECT person_id, arg_max(birth_date, weight) AS birth_date
FROM (
    SELECT person_id, birth_date, standing(0, bit_count(bit_or(1 << register_rank)), min(seniority)) AS weight
    FROM member
    WHERE birth_date IS NOT NULL
    GROUP BY person_id, birth_date
)
GROUP BY person_id;

CREATE OR REPLACE TEMP TABLE standing_village AS
SELECT person_id, arg_max(village_code, weight) AS village_code
FROM (
    SELECT person_id, village_code, standing(0, bit_count(bit_or(1 << register_rank)), min(seniority)) AS weight
    FROM member
    WHERE village_code IS NOT NULL AND NOT (source = 'regency' AND status IS NOT DISTINCT FROM 'PINDAH')
    GROUP BY person_id, village_code
)
GROUP BY person_id;

CREATE OR REPLACE TEMP TABLE standing_regency AS
SELECT person_id, arg_max(regency_code, weight) AS regency_code
FROM (
    SELECT person_id, regency_code, standing(0, bit_count(bit_or(1 << register_rank)), min(seniority)) AS weight
    FROM member ANTI JOIN standing_village USING (person_id)
    WHERE regency_code IS NOT NULL
    GROUP BY person_id, regency_code
)
GROUP BY person_id;

-- what the person has in each register; bool_or over no rows is null, so each is closed with FALSE below
CREATE OR REPLACE TEMP TABLE standing_flags AS
SELECT
    person_id,
    count(*) AS records,
    bit_count(bit_or(1 << register_rank)) AS registers,
    bool_or(source = 'province') AS in_province,
    bool_or(source = 'regency') AS in_regency,
    bool_or(source = 'decree' AND coalesce(start_date <= period_end, TRUE)) AS in_decree,
    bool_or(source = 'bpjs_kesehatan') AS in_jkn,
    bool_or(source = 'bpjs_ketenagakerjaan') AS in_jamsostek,
    coalesce(bool_or(source = 'bpjs_kesehatan_bill' AND member.period = parameter.period), FALSE) AS billed,
    bool_or(source = 'civil_deaths') AS dead_in_civil_deaths,
    coalesce(bool_or(source = 'regency' AND status = 'MENINGGAL'), FALSE) AS dead_in_regency,
    coalesce(bool_or(source = 'bpjs_kesehatan' AND status = 'MENINGGAL'), FALSE) AS dead_in_jkn,
    coalesce(
        min(status_date) FILTER (source = 'civil_deaths'),
        min(status_date) FILTER (source = 'regency' AND status = 'MENINGGAL'),
        min(status_date) FILTER (source = 'bpjs_kesehatan' AND status = 'MENINGGAL')
    ) AS death_date,
    coalesce(bool_or(source = 'bpjs_kesehatan' AND status = 'AKTIF'), FALSE) AS active_jkn,
    count(DISTINCT card) FILTER (source = 'bpjs_kesehatan' AND status = 'AKTIF') AS active_jkn_cards,
    coalesce(bool_or(source = 'bpjs_kesehatan' AND status = 'AKTIF' AND segment = 'PBI'), FALSE) AS has_pbi_active,
    coalesce(bool_or(source = 'bpjs_kesehatan' AND status = 'AKTIF' AND segment = 'PDA'), FALSE) AS has_pda_active,
    coalesce(bool_or(source = 'bpjs_kesehatan' AND status = 'AKTIF' AND segment = 'PPU'), FALSE) AS has_ppu_active,
    coalesce(bool_or(source = 'bpjs_kesehatan' AND status = 'AKTIF' AND segment = 'MDR'), FALSE) AS has_mdr_active,
    coalesce(bool_or(source = 'bpjs_kesehatan' AND status = 'NONAKTIF' AND segment = 'PBI'), FALSE) AS has_pbi_inactive,
    max(status_date) FILTER (source = 'bpjs_kesehatan' AND status = 'NONAKTIF' AND segment = 'PBI') AS pbi_inactive_since,
    coalesce(bool_or(source = 'bpjs_ketenagakerjaan' AND status = 'AKTIF'), FALSE) AS active_jamsostek,
    coalesce(bool_or(source = 'bpjs_ketenagakerjaan' AND status = 'AKTIF' AND segment = 'PU'), FALSE) AS has_pu_active,
    coalesce(bool_or(source = 'bpjs_ketenagakerjaan' AND status = 'AKTIF' AND segment = 'BPU'), FALSE) AS has_bpu_active,
    arg_min(
        struct_pack(decile, excluded),
        (CASE WHEN decile BETWEEN 1 AND 10 THEN 0 ELSE 1 END::BIGINT << 40) + record_id
    ) FILTER (source = 'province') AS dtsen,
    arg_min(struct_pack(job, job_as_written), seniority) FILTER (job IS NOT NULL) AS work,
    arg_min(struct_pack(address, rt, rw), seniority) FILTER (address IS NOT NULL) AS home,
    arg_min(
        struct_pack(segment, status),
        (coalesce(list_position(['AKTIF', 'PENANGGUHAN', 'NONAKTIF', 'MENINGGAL'], status), 5)::BIGINT << 56)
        + ((100000 - coalesce(start_date - DATE '1900-01-01', 0))::BIGINT << 36) + record_id
    ) FILTER (source = 'bpjs_kesehatan') AS card,
    arg_min(
        struct_pack(segment, status),
        (CASE WHEN status = 'AKTIF' THEN 1 ELSE 2 END::BIGINT << 56)
        + ((100000 - coalesce(paid_until - DATE '1900-01-01', 0))::BIGINT << 36) + record_id
    ) FILTER (source = 'bpjs_ketenagakerjaan') AS membership
FROM member, parameter
GROUP BY person_id;

CREATE OR REPLACE TEMP TABLE resolved AS
SELECT
    f.person_id,
    nik,
    kk,
    name,
    sex,
    birth_date,
    date_sub('year', birth_date, p.as_of)::INTEGER AS age,
    village_code,
    coalesce(left(village_code, 4), r.regency_code) AS regency_code,
    f.home.address AS address,
    f.home.rt AS rt,
    f.home.rw AS rw,
    f.dtsen.decile AS decile,
    CASE WHEN in_province THEN coalesce(f.dtsen.excluded, FALSE) END AS excluded,
    coalesce(
        f.dtsen.decile BETWEEN p.eligible_decile_min AND p.eligible_decile_max
        AND (f.dtsen.excluded IS DISTINCT FROM TRUE OR NOT p.excluded_is_ineligible),
        FALSE
    ) AS eligible,
    f.work.job AS job,
    f.work.job_as_written AS job_as_written,
    coalesce(
        age BETWEEN p.worker_age_min AND p.worker_age_max
        AND f.work.job IS NOT NULL
        AND f.work.job NOT IN (
            SELECT item FROM rule
            WHERE rule = 'not_informal_job' AND value > 0 AND p.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, p.as_of)
        ),
        FALSE
    ) AS informal_worker,
    NOT (dead_in_civil_deaths OR dead_in_regency OR dead_in_jkn) AS alive,
    death_date,
    dead_in_civil_deaths,
    dead_in_regency,
    dead_in_jkn,
    in_province,
    in_regency,
    in_decree,
    in_jkn,
    in_jamsostek,
    billed,
    f.card.segment AS jkn_segment,
    f.card.status AS jkn_status,
    active_jkn,
    active_jkn_cards,
    has_pbi_active,
    has_pda_active,
    has_ppu_active,
    has_mdr_active,
    has_pbi_inactive,
    pbi_inactive_since,
    f.membership.segment AS jamsostek_segment,
    f.membership.status AS jamsostek_status,
    active_jamsostek,
    has_pu_active,
    has_bpu_active,
    records,
    registers
FROM standing_flags AS f
CROSS JOIN parameter AS p
LEFT JOIN standing_nik USING (person_id)
LEFT JOIN standing_kk USING (person_id)
LEFT JOIN standing_name USING (person_id)
LEFT JOIN standing_sex USING (person_id)
LEFT JOIN standing_birth_date USING (person_id)
LEFT JOIN standing_village USING (person_id)
LEFT JOIN standing_regency AS r USING (person_id);
