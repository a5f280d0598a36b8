-- code: TK07
-- term_id: Subsidi BPU terputus
-- term_en: Lapsed subsidy
-- definition: Keanggotaan BPU yang disubsidi, tetapi bulan iuran terakhirnya sebelum periode ini, orangnya tidak diketahui meninggal dan tidak punya keanggotaan lain yang iurannya masih berjalan.
-- definition_en: A subsidised own-account membership (BPU), active or not, whose last month paid is before the period (as_of's month without bills) less bpu_grace_months, of a person not known dead who has no other membership paid up to then. A membership without a last month paid is not tested; one that is active without it counts as paid.
-- severity: 1
-- actor: Pembayar subsidi
-- action_id: Perpanjang iuran, atau nyatakan subsidinya berakhir.
-- action_en: Renew the dues, or declare the subsidy ended.
-- payer: APBD, dana desa, DBHCHT, Baznas atau CSR
-- rupiah: the own-account tariff with two programmes (JKK and JKM)
-- needs: bpjs_ketenagakerjaan
WITH subsidy AS (
    SELECT item AS funding FROM rule, parameter AS m
    WHERE rule = 'subsidy_funding' AND value > 0 AND m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
), since AS (
    SELECT (date_trunc('month', coalesce(m.period, m.as_of)) - to_months(m.bpu_grace_months))::DATE AS paid_from FROM parameter AS m
), membership AS (
    SELECT l.person_id, r.record_id, r.owner_code, r.regency_code, r.funding, r.paid_until,
           r.segment = 'BPU' AND coalesce(r.funding IN (SELECT funding FROM subsidy), FALSE) AS subsidised,
           coalesce(r.paid_until >= s.paid_from, r.paid_until IS NULL AND r.status = 'AKTIF', FALSE) AS running
    FROM record AS r JOIN link AS l USING (record_id), since AS s
    WHERE r.source = 'bpjs_ketenagakerjaan'
)
SELECT
    p.person_id,
    list(s.record_id ORDER BY s.record_id) FILTER (s.subsidised) AS record_ids,
    arg_min(s.owner_code, s.record_id) FILTER (s.subsidised) AS owner_code,
    coalesce(any_value(p.regency_code), arg_min(s.regency_code, s.record_id)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_bpu) AS rupiah_per_month,
    'Iuran BPU dari ' || arg_max(s.funding, s.paid_until) FILTER (s.subsidised) || ' terakhir untuk '
        || strftime(max(s.paid_until) FILTER (s.subsidised), '%m-%Y') || '; bila meninggal, ahli waris tidak menerima santunan Rp'
        || any_value(m.jkm_benefit) || '.' AS detail,
    '' AS discriminator
FROM membership AS s
JOIN person AS p USING (person_id)
CROSS JOIN parameter AS m
WHERE p.alive
GROUP BY p.person_id
HAVING max(s.paid_until) FILTER (s.subsidised) IS NOT NULL AND NOT bool_or(s.running)
