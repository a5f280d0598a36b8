-- code: EL07
-- term_id: Nonaktif desil 0/6–10, butuh layanan
-- term_en: Inactive, needs care
-- definition: Kartu PBI nonaktif dan tidak ada kartu JKN yang aktif, desil DTSEN 0, kosong, atau 6 sampai 10 (atau tidak ada di DTSEN), tidak diketahui meninggal, dan ada surat keterangan fasilitas kesehatan yang tidak lebih tua daripada penonaktifan.
-- definition_en: A PBI card NONAKTIF and no active JKN card, DTSEN decile 0, empty or 6 to 10 (or not in DTSEN), not known dead, and a letter of a health facility that is not older than the deactivation. A letter or a deactivation without a date counts.
-- severity: 1
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Verifikasi dan ajukan reaktivasi di SIKS-NG dengan surat faskes; lewat 6 bulan, usulkan baru.
-- action_en: Verify and apply for reactivation in SIKS-NG with the letter; after six months, propose anew.
-- payer: APBN (belum terlayani)
-- rupiah: the PBI tariff, the contribution the person goes without
-- needs: province, bpjs_kesehatan, letters
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) FILTER (r.source = 'letters') AS owner_code,
    coalesce(any_value(p.regency_code), arg_min(r.regency_code, r.record_id) FILTER (r.source = 'letters')) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_pbi) AS rupiah_per_month,
    'Kartu PBI nonaktif' || coalesce(' sejak ' || strftime(any_value(p.pbi_inactive_since), '%d-%m-%Y'), '') || ', '
        || any_value(CASE WHEN NOT p.in_province THEN 'tidak ada di DTSEN'
                          WHEN coalesce(p.decile, m.unranked_decile) = m.unranked_decile THEN 'belum diperingkat di DTSEN'
                          ELSE 'desil DTSEN ' || p.decile END)
        || ', surat faskes' || coalesce(' tanggal ' || strftime(max(r.status_date) FILTER (r.source = 'letters'), '%d-%m-%Y'), '')
        || any_value(CASE WHEN p.pbi_inactive_since >= m.reactivation_from THEN ', dapat direaktivasi sampai '
                              || strftime(p.pbi_inactive_since + to_months(m.reactivation_months), '%d-%m-%Y')
                          WHEN p.pbi_inactive_since < m.reactivation_from THEN ', jendela reaktivasi sudah lewat'
                          ELSE '' END) || '.' AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_pbi_inactive
  AND NOT p.active_jkn
  AND p.alive
  AND (coalesce(p.decile, m.unranked_decile) = m.unranked_decile OR p.decile > m.eligible_decile_max)
  AND (r.source = 'province'
       OR (r.source = 'bpjs_kesehatan' AND r.status = 'NONAKTIF' AND r.segment = 'PBI')
       OR (r.source = 'letters' AND coalesce(r.status_date >= p.pbi_inactive_since, TRUE)))
GROUP BY p.person_id
HAVING bool_or(r.source = 'letters')
