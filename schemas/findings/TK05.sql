-- code: TK05
-- term_id: PDS program
-- term_en: Programme missing
-- definition: Pekerja PU aktif yang tidak diikutkan dalam program yang wajib bagi skala usaha pemberi kerjanya; JP tidak diwajibkan sejak usia pensiun.
-- definition_en: An active wage earner (PU), not known dead, who lacks a programme that his employer's size requires on as_of (required_programme); one finding a membership. The size is that of the compulsory report, else it follows from the workers reported there; JP is not required from the pension age on, nor where the age is not known. A membership without programmes, or of an employer that is not in the report, is not tested.
-- severity: 2
-- actor: BPJS Ketenagakerjaan
-- action_id: Minta pemberi kerja melengkapi program yang wajib.
-- action_en: Ask the employer to take the required programmes.
-- payer: Pemberi kerja dan pekerja
-- rupiah: the wage times the rates (programme_rate) of the programmes that lack; none where the wage is not given
-- needs: bpjs_ketenagakerjaan, employers
WITH in_force AS (
    SELECT rule, item, value FROM rule, parameter AS m
    WHERE m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
), firm AS (
    -- one row an employer: the one that reports most workers
    SELECT DISTINCT ON (e.employer_no) e.employer_no, e.regency_code,
           coalesce(
               nullif(regexp_extract(e.size_class, 'MIKRO|KECIL|MENENGAH|BESAR'), ''),
               (SELECT arg_max(s.item, s.value) FROM in_force AS s WHERE s.rule = 'employer_size_min_workers' AND s.value <= e.workers)
           ) AS size
    FROM employer AS e
    WHERE e.employer_no IS NOT NULL
    ORDER BY e.employer_no, e.workers DESC NULLS LAST, e.source_row
), required AS (
    SELECT split_part(item, ':', 1) AS size, split_part(item, ':', 2) AS programme
    FROM in_force WHERE rule = 'required_programme' AND value > 0
), lacking AS (
    SELECT r.record_id, r.owner_code, r.kpj, r.employer_no, r.employer_name, r.wage, l.person_id, p.village_code,
           coalesce(f.regency_code, p.regency_code, r.regency_code) AS place, f.size, q.programme
    FROM record AS r
    JOIN firm AS f USING (employer_no)
    JOIN required AS q USING (size)
    JOIN link AS l USING (record_id)
    JOIN person AS p USING (person_id)
    CROSS JOIN parameter AS m
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.segment = 'PU' AND r.programs IS NOT NULL
      AND NOT list_contains(string_split(r.programs, '+'), q.programme)
      AND (q.programme <> 'JP' OR p.age < m.pension_age)
      AND p.alive
)
SELECT
    k.person_id,
    list(DISTINCT k.record_id ORDER BY k.record_id) AS record_ids,
    arg_min(k.owner_code, k.record_id) AS owner_code,
    arg_min(k.place, k.record_id) AS regency_code,
    any_value(k.village_code) AS village_code,
    round(coalesce(max(k.wage), 0) * coalesce(
        (SELECT sum(value) FROM in_force WHERE rule = 'programme_rate' AND list_contains(list(DISTINCT k.programme), item)), 0
    ))::BIGINT AS rupiah_per_month,
    'Usaha ' || lower(any_value(k.size)) || coalesce(' ' || arg_min(k.employer_name, k.record_id), '')
        || ', belum diikutkan program ' || string_agg(DISTINCT k.programme, ', ' ORDER BY k.programme) || '.' AS detail,
    coalesce(k.kpj, k.employer_no, '') AS discriminator
FROM lacking AS k
GROUP BY k.person_id, coalesce(k.kpj, k.employer_no, '')
