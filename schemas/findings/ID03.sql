-- code: ID03
-- term_id: NIK rusak oleh lembar sebar
-- term_en: NIK damaged by a spreadsheet
-- definition: NIK pada baris register (bukan tagihan) kehilangan angka belakang: bentuk ilmiah (3,2E+15), tujuh angka terakhir atau lebih nol, atau berkasnya berisi jauh lebih banyak NIK berakhiran 0 daripada kebetulan.
-- definition_en: A row of a register (bills aside) has nik_status damaged: scientific notation, seven or more zeros at the end, or a number ending in 0 in a file where far more do than chance allows (or, in a file kept in double precision, a number divisible by four); one finding a person and register.
-- severity: 2
-- actor: Pengirim berkas
-- action_id: Kirim ulang berkas dengan kolom NIK sebagai teks.
-- action_en: Send the file again with the NIK column as text.
-- payer: -
-- rupiah: none: the file is sent again as a whole
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
SELECT
    l.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    'NIK di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' kehilangan angka belakang (berkas ' || any_value(r.file) || ', baris ' || min(r.source_row) || ').' AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source <> 'bpjs_kesehatan_bill'
  AND r.nik_status = 'damaged'
GROUP BY l.person_id, r.source, r.owner_code
