-- code: WL02
-- term_id: Kode wilayah tidak dikenal atau usang
-- term_en: Unknown or old region code
-- definition: Kode desa atau wilayah yang tertulis pada baris register (bukan tagihan) bukan kode Kemendagri yang berlaku: tidak dikenal, kode lama, atau kode BPS.
-- definition_en: The region code written on a row (bills aside) is no Kemendagri code in force: unknown, outdated or of BPS (record.region_as_written is filled then, and only then). A code newer than the region table counts too. One finding a person and register.
-- severity: 3
-- actor: Pengirim berkas
-- action_id: Ganti dengan kode wilayah Kemendagri yang berlaku.
-- action_en: Replace by the Kemendagri code in force.
-- payer: -
-- rupiah: none
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
SELECT
    l.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Kode wilayah ' || string_agg(DISTINCT r.region_as_written, ', ' ORDER BY r.region_as_written)
        || ' di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' bukan kode Kemendagri yang berlaku'
        || any_value(CASE WHEN r.village_code IS NOT NULL THEN '; dibaca sebagai desa ' || r.village_code
                          WHEN r.regency_code IS NOT NULL THEN '; kabupaten/kota dibaca sebagai ' || r.regency_code ELSE '' END) || '.' AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source <> 'bpjs_kesehatan_bill'
  AND r.region_as_written IS NOT NULL
GROUP BY l.person_id, r.source, r.owner_code
