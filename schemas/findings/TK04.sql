-- code: TK04
-- term_id: PDS upah
-- term_en: Wage under-reported
-- definition: Pekerja PU aktif yang upahnya dilaporkan di bawah UMK kabupaten/kota pemberi kerjanya; usaha mikro dan kecil tidak diuji.
-- definition_en: An active wage earner (PU), not known dead, whose wage reported to Jamsostek is below the minimum wage in force on as_of in the employer's regency (the regency of the Jamsostek row where the employer is not in the report, the province's minimum where the regency has none); one finding a membership. Employers whose size is exempt (umk_exempt_size: micro, small), a wage that is empty or 0, and a place without a dated minimum wage are not tested. BPJS Kesehatan's extract carries no wage, so that the two wages cannot be compared.
-- severity: 2
-- actor: BPJS Ketenagakerjaan dan Dinas Tenaga Kerja
-- action_id: Periksa upah sebenarnya dan minta pemberi kerja membetulkan laporannya.
-- action_en: Check the true wage and have the employer correct the report.
-- payer: Pemberi kerja dan pekerja
-- rupiah: the gap to the minimum wage times the rates (programme_rate) of the membership's programmes, of JKK and JKM where none is given
-- needs: bpjs_ketenagakerjaan, employers, rule:umk
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
), paid AS (
    SELECT r.*, coalesce(f.regency_code, r.regency_code) AS place, f.size
    FROM record AS r
    LEFT JOIN firm AS f USING (employer_no)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.segment = 'PU' AND r.wage > 0
      AND (f.size IS NULL OR f.size NOT IN (SELECT item FROM in_force WHERE rule = 'umk_exempt_size' AND value > 0))
), below AS (
    SELECT paid.*, coalesce(own.value, whole.value) AS umk
    FROM paid
    LEFT JOIN in_force AS own ON own.rule = 'umk' AND own.item = paid.place
    LEFT JOIN in_force AS whole ON whole.rule = 'umk' AND whole.item = left(paid.place, 2)
    WHERE paid.wage < floor(coalesce(own.value, whole.value))
)
SELECT
    p.person_id,
    list(b.record_id ORDER BY b.record_id) AS record_ids,
    arg_min(b.owner_code, b.record_id) AS owner_code,
    arg_min(b.place, b.record_id) AS regency_code,
    any_value(p.village_code) AS village_code,
    round(max((b.umk - b.wage) * (
        SELECT coalesce(sum(value), 0) FROM in_force
        WHERE rule = 'programme_rate' AND list_contains(string_split(coalesce(b.programs, 'JKK+JKM'), '+'), item)
    )))::BIGINT AS rupiah_per_month,
    'Upah dilaporkan Rp' || min(b.wage) || coalesce(' oleh ' || arg_min(b.employer_name, b.record_id), '')
        || ', di bawah UMK ' || arg_min(b.place, b.record_id) || ' Rp' || floor(max(b.umk))::BIGINT || '.' AS detail,
    coalesce(b.kpj, b.employer_no, '') AS discriminator
FROM below AS b
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE p.alive
GROUP BY p.person_id, coalesce(b.kpj, b.employer_no, '')
