-- Who pays the dues of each person: fills `payer` from person, record, link, rule and parameter.
--
-- JKN, of whoever has an active card or is billed to a Pemda in the period; each payer once, however many cards:
--   PBI JK: APBN. PBPU Pemda (an active card, or billed): each Pemda that names the person in a decree in force or a bill of
--   the period, by the length of its code APBD_PROV or APBD_KAB; APBD where none does; and APBN_PDA once, the part of APBN.
--   PPU: PERUSAHAAN, a share of the wage, once for the wage earner and nothing for the family; not priced without a wage.
--   Self-paid: MANDIRI, not priced, because no extract gives the class.
-- Jamsostek (TK), of each active membership: SUMBER_IURAN; where it is empty PERUSAHAAN of PU and JAKON, else UNKNOWN.
--   BPU by the tariff of its programmes, reduced where it is and the fund is not left out of it (bpu_reduction_excluded);
--   PU by the rates of the programmes and the wage.
--   JAKON (by contract) and PMI are not priced.

INSERT INTO payer BY NAME
WITH m AS (
    SELECT
        p.*,
        (SELECT sum(value)::BIGINT FROM rule WHERE rule = 'jkn_tariff_aid' AND item = 'PDA'
            AND p.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, p.as_of)) AS aid
    FROM parameter AS p
), insured AS (
    SELECT person_id, has_pbi_active, has_pda_active OR billed AS by_pemda, has_ppu_active, has_mdr_active
    FROM person WHERE active_jkn OR billed
), named AS (
    SELECT DISTINCT l.person_id, CASE r.source WHEN 'decree' THEN r.owner_code
        ELSE coalesce(r.payer_code, r.regency_code, r.owner_code) END AS payer_code
    FROM record AS r JOIN link AS l USING (record_id), m
    WHERE (r.source = 'decree' AND coalesce(r.start_date <= m.period_end, TRUE))
       OR (r.source = 'bpjs_kesehatan_bill' AND r.period = m.period)
), card AS (
    -- a card whose family relation is not told is taken as the wage earner's own
    SELECT l.person_id, bool_or(coalesce(r.relation, 'head') = 'head') AS earner
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment = 'PPU'
    GROUP BY l.person_id
), wage AS (
    SELECT l.person_id, max(r.wage) AS wage
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.segment = 'PU'
    GROUP BY l.person_id
)
SELECT person_id, 'JKN' AS scheme, 'APBN' AS fund, '' AS payer_code, tariff_pbi AS rupiah_per_month, NULL AS not_priced
FROM insured, m WHERE has_pbi_active
UNION ALL
SELECT person_id, 'JKN', CASE length(payer_code) WHEN 2 THEN 'APBD_PROV' WHEN 4 THEN 'APBD_KAB' ELSE 'APBD' END,
       coalesce(payer_code, ''), m.tariff_pda, NULL
FROM insured LEFT JOIN named USING (person_id) CROSS JOIN m WHERE by_pemda
UNION ALL
SELECT person_id, 'JKN', 'APBN_PDA', '', aid, NULL FROM insured, m WHERE by_pemda AND aid > 0
UNION ALL
SELECT person_id, 'JKN', 'PERUSAHAAN', '',
       -- least() passes over a null, which would make the cap of a wage that is not known
       CASE WHEN NOT earner THEN 0 WHEN wage IS NOT NULL THEN round(least(wage, m.ppu_wage_cap) * m.ppu_share)::BIGINT END,
       CASE WHEN earner AND wage IS NULL THEN 'wage' END
FROM insured JOIN card USING (person_id) LEFT JOIN wage USING (person_id) CROSS JOIN m
WHERE has_ppu_active
UNION ALL
SELECT person_id, 'JKN', 'MANDIRI', '', NULL, 'class' FROM insured WHERE has_mdr_active;

INSERT INTO payer BY NAME
WITH in_force AS (
    SELECT rule, item, value FROM rule, parameter AS m WHERE m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
), old_age AS (
    -- what the old-age programme (JHT) adds to the dues of an own-account worker
    SELECT sum(value) FILTER (item = 'JKK+JKM+JHT') - sum(value) FILTER (item = 'JKK+JKM') AS jht FROM in_force WHERE rule = 'bpu_tariff'
), rated AS (
    SELECT programs, sum(value) AS rate
    FROM (SELECT DISTINCT programs, unnest(string_split(programs, '+')) AS item FROM record WHERE source = 'bpjs_ketenagakerjaan')
    JOIN in_force USING (item) WHERE rule = 'programme_rate'
    GROUP BY programs
), membership AS (
    SELECT
        l.person_id,
        coalesce(r.funding, CASE WHEN r.segment IN ('PU', 'JAKON') THEN 'PERUSAHAAN' ELSE 'UNKNOWN' END) AS fund,
        r.segment,
        CASE r.segment
            WHEN 'PU' THEN round(r.wage * t.rate)::BIGINT
            WHEN 'BPU' THEN
                CASE WHEN r.funding IS NULL THEN NULL
                     WHEN r.funding IN (SELECT item FROM in_force WHERE rule = 'bpu_reduction_excluded' AND value > 0) THEN m.tariff_bpu
                     WHEN p.job = 'driver' THEN m.tariff_bpu_self_transport
                     ELSE m.tariff_bpu_self_other END
                + CASE WHEN list_contains(string_split(r.programs, '+'), 'JHT') THEN o.jht ELSE 0 END::BIGINT
        END AS rupiah
    FROM record AS r
    JOIN link AS l USING (record_id)
    JOIN person AS p USING (person_id)
    LEFT JOIN rated AS t USING (programs)
    CROSS JOIN parameter AS m
    CROSS JOIN old_age AS o
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF'
)
SELECT
    person_id,
    'TK' AS scheme,
    fund,
    '' AS payer_code,
    -- of several memberships none or all can be priced
    CASE WHEN count(*) = count(rupiah) THEN sum(rupiah)::BIGINT END AS rupiah_per_month,
    CASE
        WHEN count(*) = count(rupiah) THEN NULL
        WHEN fund = 'UNKNOWN' THEN 'fund'
        WHEN bool_or(segment = 'JAKON') THEN 'contract'
        WHEN bool_or(segment = 'PU' AND rupiah IS NULL) THEN 'wage'
        ELSE 'tariff'
    END AS not_priced
FROM membership
GROUP BY person_id, fund;
