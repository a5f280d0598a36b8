-- code: ID04
-- term_id: NIK tidak cocok dengan tanggal lahir
-- term_en: NIK contradicts the birth date
-- definition: NIK yang terbaca pada baris register (bukan tagihan) memuat tanggal lahir (perempuan: hari + 40) yang berbeda dari tanggal lahir baris itu.
-- definition_en: A row of a register (bills aside) has nik_status contradicts_birth_date: day (less 40 for women), month or two-digit year in the NIK differ from the birth date of the same row; one finding a person and register.
-- severity: 2
-- actor: Dukcapil
-- action_id: Pastikan NIK dan tanggal lahir pada data kependudukan, lalu betulkan yang salah.
-- action_en: Establish NIK and birth date in the civil registry and correct the wrong one.
-- payer: -
-- rupiah: none; an audit risk
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
SELECT
    l.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Tanggal dalam NIK di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' ('
        || any_value(lpad((CASE WHEN substr(r.nik, 7, 2)::INTEGER > 40 THEN substr(r.nik, 7, 2)::INTEGER - 40
                           ELSE substr(r.nik, 7, 2)::INTEGER END)::VARCHAR, 2, '0')
        || '-' || substr(r.nik, 9, 2) || '-' || substr(r.nik, 11, 2) || ') berbeda dari tanggal lahir '
        || strftime(r.birth_date, '%d-%m-%Y') || '.') AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source <> 'bpjs_kesehatan_bill'
  AND r.nik_status = 'contradicts_birth_date'
GROUP BY l.person_id, r.source, r.owner_code
