-- code: DM05
-- term_id: Desa/kelurahan berbeda
-- term_en: Village differs
-- definition: Desa/kelurahan pada baris register, sesudah kodenya dipetakan, berbeda dari desa yang berlaku bagi orang itu. Baris kabupaten/kota berstatus PINDAH tidak dihitung.
-- definition_en: The village of a row, its code mapped to today's, differs from the one that stands for the person; a regency row that says PINDAH is not tested. One finding a person and register.
-- severity: 3
-- actor: Desa/kelurahan
-- action_id: Pastikan tempat tinggal, lalu samakan kode desa.
-- action_en: Establish where the person lives and align the village code.
-- payer: -
-- rupiah: none
-- needs: province|regency|decree|letters|roster
WITH deviating AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, p.regency_code AS home, p.village_code,
           r.village_code AS written, p.village_code AS standing
    FROM record AS r
    JOIN link AS l USING (record_id)
    JOIN person AS p USING (person_id)
    WHERE r.source <> 'bpjs_kesehatan_bill'
      AND r.village_code <> p.village_code
      AND NOT (r.source = 'regency' AND r.status IS NOT DISTINCT FROM 'PINDAH')
), beside AS (
    SELECT d.person_id, list(r.record_id) AS record_ids
    FROM (SELECT DISTINCT person_id, standing FROM deviating) AS d
    JOIN link AS l USING (person_id)
    JOIN record AS r USING (record_id)
    WHERE r.source <> 'bpjs_kesehatan_bill' AND r.village_code = d.standing
    GROUP BY d.person_id
)
SELECT
    r.person_id,
    list_sort(list_concat(list(r.record_id), coalesce(any_value(b.record_ids), []))) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, r.home, r.regency_code)) AS regency_code,
    any_value(r.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Kode desa di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' '
        || string_agg(DISTINCT r.written, ', ' ORDER BY r.written) || ', yang berlaku ' || any_value(r.standing)
        || CASE WHEN min(left(r.written, 4) = left(r.standing, 4)) THEN '.' ELSE ' (kabupaten/kota lain).' END AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM deviating AS r
LEFT JOIN beside AS b USING (person_id)
GROUP BY r.person_id, r.source, r.owner_code
