-- code: EL06
-- term_id: Layak, nonaktif lebih dari 6 bulan
-- term_en: Eligible, inactive, window passed
-- definition: Layak PBI, tidak diketahui meninggal, tidak aktif di JKN, dan kartu PBI dinonaktifkan lebih dari 6 bulan sebelum tanggal acuan; harus diusulkan baru.
-- definition_en: Eligible, not known dead, not active in JKN, and a PBI card made NONAKTIF more than 6 months before as_of; a new proposal is needed. The latest such card counts; one without a date cannot be placed and is in neither EL05 nor EL06.
-- severity: 2
-- actor: Desa/kelurahan
-- action_id: Usulkan baru sebagai peserta PBI JK melalui musyawarah desa.
-- action_en: Propose anew for PBI JK through the village meeting.
-- payer: APBN (belum terlayani)
-- rupiah: the PBI tariff, the contribution the person goes without
-- needs: province, bpjs_kesehatan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) FILTER (r.source = 'bpjs_kesehatan') AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pbi) AS rupiah_per_month,
    any_value('Desil DTSEN ' || p.decile || ', kartu PBI nonaktif sejak ' || strftime(p.pbi_inactive_since, '%d-%m-%Y')
        || ', lebih dari ' || m.reactivation_months || ' bulan.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.eligible
  AND p.alive
  AND NOT p.active_jkn
  AND p.pbi_inactive_since < m.reactivation_from
  AND (r.source = 'province' OR (r.source = 'bpjs_kesehatan' AND r.status = 'NONAKTIF' AND r.segment = 'PBI'))
GROUP BY p.person_id
