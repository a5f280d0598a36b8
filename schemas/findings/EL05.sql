-- code: EL05
-- term_id: Layak, nonaktif paling lama 6 bulan
-- term_en: Eligible, inactive, within the window
-- definition: Layak PBI, tidak diketahui meninggal, tidak aktif di JKN, dan kartu PBI dinonaktifkan paling lama 6 bulan sebelum tanggal acuan; masih dapat direaktivasi.
-- definition_en: Eligible, not known dead, not active in JKN, and a PBI card made NONAKTIF at most 6 months before as_of; it can still be reactivated. The latest such card counts; one without a date cannot be placed and is in neither EL05 nor EL06.
-- severity: 1
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Ajukan reaktivasi di SIKS-NG sebelum jendela 6 bulan habis.
-- action_en: Apply for reactivation in SIKS-NG before the six-month window closes.
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
        || ', dapat direaktivasi sampai ' || strftime(p.pbi_inactive_since + to_months(m.reactivation_months), '%d-%m-%Y') || '.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.eligible
  AND p.alive
  AND NOT p.active_jkn
  AND p.pbi_inactive_since >= m.reactivation_from
  AND (r.source = 'province' OR (r.source = 'bpjs_kesehatan' AND r.status = 'NONAKTIF' AND r.segment = 'PBI'))
GROUP BY p.person_id
