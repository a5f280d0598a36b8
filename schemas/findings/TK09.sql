-- code: TK09
-- term_id: Umur di luar BPU
-- term_en: Outside the own-account age
-- definition: Peserta BPU aktif yang berumur lebih dari 65 tahun dan tidak diketahui meninggal.
-- definition_en: An active own-account member (BPU) older than bpu_age_max (65 completed years on as_of), not known dead.
-- severity: 3
-- actor: BPJS Ketenagakerjaan; pembayar iuran
-- action_id: Keluarkan dari daftar BPU.
-- action_en: Drop from the list of own-account members.
-- payer: Pembayar iuran BPU
-- rupiah: for each membership the own-account tariff: in full where somebody subsidises it, what PP 50/2025 leaves of it for a member who pays himself (by sector, while that is in force)
-- needs: bpjs_ketenagakerjaan
WITH subsidy AS (
    SELECT item AS funding FROM rule, parameter AS m
    WHERE rule = 'subsidy_funding' AND value > 0 AND m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
)
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    coalesce(any_value(p.regency_code), arg_min(r.regency_code, r.record_id)) AS regency_code,
    any_value(p.village_code) AS village_code,
    sum(CASE WHEN r.funding IN (SELECT funding FROM subsidy) THEN m.tariff_bpu
             WHEN p.job = 'driver' THEN m.tariff_bpu_self_transport
             ELSE m.tariff_bpu_self_other END)::BIGINT AS rupiah_per_month,
    any_value('Umur ' || p.age || ' tahun, batas BPU ' || m.bpu_age_max || ' tahun') || ', iuran dari '
        || string_agg(DISTINCT coalesce(r.funding, 'sumber tidak tercatat'), ' dan ' ORDER BY coalesce(r.funding, 'sumber tidak tercatat')) || '.' AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_bpu_active
  AND p.age > m.bpu_age_max
  AND p.alive
  AND r.source = 'bpjs_ketenagakerjaan' AND r.status = 'AKTIF' AND r.segment = 'BPU'
GROUP BY p.person_id
