-- code: DM03
-- term_id: Jenis kelamin berbeda
-- term_en: Sex differs
-- definition: Jenis kelamin pada baris register (bukan tagihan) berbeda dari yang berlaku bagi orang itu.
-- definition_en: The sex of a row (bills aside) differs from the one that stands for the person. One finding a person and register.
-- severity: 3
-- actor: Pemilik register
-- action_id: Samakan jenis kelamin dengan data Dukcapil.
-- action_en: Align the sex to the civil registry.
-- payer: -
-- rupiah: none
-- needs: province|regency|bpjs_kesehatan|bpjs_ketenagakerjaan|roster
WITH deviating AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, p.regency_code AS home, p.village_code,
           r.sex AS written, p.sex AS standing
    FROM record AS r
    JOIN link AS l USING (record_id)
    JOIN person AS p USING (person_id)
    WHERE r.source <> 'bpjs_kesehatan_bill'
      AND r.sex <> p.sex
), beside AS (
    SELECT d.person_id, list(r.record_id) AS record_ids
    FROM (SELECT DISTINCT person_id, standing FROM deviating) AS d
    JOIN link AS l USING (person_id)
    JOIN record AS r USING (record_id)
    WHERE r.source <> 'bpjs_kesehatan_bill' AND r.sex = d.standing
    GROUP BY d.person_id
)
SELECT
    r.person_id,
    list_sort(list_concat(list(r.record_id), coalesce(any_value(b.record_ids), []))) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, r.home, r.regency_code)) AS regency_code,
    any_value(r.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Jenis kelamin di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' '
        || any_value(CASE r.written WHEN 'P' THEN 'perempuan, yang berlaku laki-laki.'
                            ELSE 'laki-laki, yang berlaku perempuan.' END) AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM deviating AS r
LEFT JOIN beside AS b USING (person_id)
GROUP BY r.person_id, r.source, r.owner_code
