-- code: ID05
-- term_id: NIK tidak cocok dengan jenis kelamin
-- term_en: NIK contradicts the sex
-- definition: NIK berbentuk sah pada baris register (bukan tagihan) memuat hari di atas 40, padahal jenis kelamin baris itu bukan perempuan, atau sebaliknya.
-- definition_en: A row of a register (bills aside) whose NIK is well formed (status valid, contradicts_birth_date or contradicts_sex) has a day above 40 although its sex is L, or up to 40 although it is P; one finding a person and register.
-- severity: 3
-- actor: Dukcapil
-- action_id: Pastikan NIK dan jenis kelamin pada data kependudukan, lalu betulkan yang salah.
-- action_en: Establish NIK and sex in the civil registry and correct the wrong one.
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
    'Di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' jenis kelamin '
        || any_value(CASE r.sex WHEN 'P' THEN 'perempuan, tetapi NIK memuat tanggal laki-laki (hari sampai 31).'
                                ELSE 'laki-laki, tetapi NIK memuat tanggal perempuan (hari + 40).' END) AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source <> 'bpjs_kesehatan_bill'
  AND r.nik_status IN ('contradicts_sex', 'contradicts_birth_date')
  AND r.sex IS NOT NULL
  AND (substr(r.nik, 7, 2)::INTEGER > 40) <> (r.sex = 'P')
GROUP BY l.person_id, r.source, r.owner_code
