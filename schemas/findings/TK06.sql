-- code: TK06
-- term_id: Subsidi BPU ganda
-- term_en: Double-subsidised own-account member
-- definition: Keanggotaan BPU aktif yang disubsidi, padahal orangnya juga punya keanggotaan BPU aktif lain (siapa pun yang membayar) atau aktif sebagai penerima upah (PU).
-- definition_en: An active own-account membership (BPU) that somebody subsidises (subsidy_funding) beside another active BPU membership (another KPJ), whoever pays it, or beside an active PU membership.
-- severity: 1
-- actor: Para pembayar subsidi; BPJS Ketenagakerjaan
-- action_id: Sepakati satu pembayar; hentikan subsidi yang berlebih.
-- action_en: Agree on one payer; stop the surplus subsidy.
-- payer: APBD, dana desa, DBHCHT, Baznas atau CSR
-- rupiah: the own-account tariff for each subsidised membership that is too many: all of them beside a PU or a self-paid one, else all but one
-- needs: bpjs_ketenagakerjaan
WITH subsidy AS (
    SELECT item AS funding FROM rule, parameter AS m
    WHERE rule = 'subsidy_funding' AND value > 0 AND m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
), membership AS (
    SELECT l.person_id, r.record_id, r.owner_code, r.regency_code, r.segment, r.funding, coalesce(r.kpj, r.record_id::VARCHAR) AS kpj,
           r.segment = 'BPU' AND coalesce(r.funding IN (SELECT funding FROM subsidy), FALSE) AS subsidised
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.segment IN ('BPU', 'PU')
)
SELECT
    p.person_id,
    list(s.record_id ORDER BY s.record_id) AS record_ids,
    arg_min(s.owner_code, s.record_id) AS owner_code,
    coalesce(any_value(p.regency_code), arg_min(s.regency_code, s.record_id)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_bpu) * (count(DISTINCT s.kpj) FILTER (s.subsidised) - CASE WHEN bool_or(NOT s.subsidised) THEN 0 ELSE 1 END)
        AS rupiah_per_month,
    count(DISTINCT s.kpj) || ' keanggotaan aktif: ' || string_agg(
        CASE s.segment WHEN 'PU' THEN 'PU (pemberi kerja)' ELSE 'BPU (' || coalesce(s.funding, 'pembayar tidak tercatat') || ')' END,
        ' dan ' ORDER BY s.record_id) || '.' AS detail,
    '' AS discriminator
FROM membership AS s
JOIN person AS p USING (person_id)
CROSS JOIN parameter AS m
GROUP BY p.person_id
HAVING bool_or(s.subsidised) AND (bool_or(s.segment = 'PU') OR count(DISTINCT s.kpj) FILTER (s.segment = 'BPU') > 1)
