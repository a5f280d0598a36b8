-- code: DM04
-- term_id: Nomor KK berbeda
-- term_en: Family card differs
-- definition: Nomor KK pada baris register berbeda dari nomor KK yang berlaku bagi orang itu.
-- definition_en: The family card number of a row differs from the one that stands for the person. One finding a person and register.
-- severity: 3
-- actor: Desa/kelurahan dan Dukcapil
-- action_id: Samakan nomor KK dengan kartu keluarga terbaru; desil keluarga ikut salah bila KK salah.
-- action_en: Copy the number from the latest family card; a wrong card gives the wrong family decile.
-- payer: -
-- rupiah: none; the family decile may be wrong
-- needs: province|regency|bpjs_kesehatan
WITH deviating AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, p.regency_code AS home, p.village_code,
           r.kk AS written, p.kk AS standing
    FROM record AS r
    JOIN link AS l USING (record_id)
    JOIN person AS p USING (person_id)
    WHERE r.source <> 'bpjs_kesehatan_bill'
      AND r.kk <> p.kk
), beside AS (
    SELECT d.person_id, list(r.record_id) AS record_ids
    FROM (SELECT DISTINCT person_id, standing FROM deviating) AS d
    JOIN link AS l USING (person_id)
    JOIN record AS r USING (record_id)
    WHERE r.source <> 'bpjs_kesehatan_bill' AND r.kk = d.standing
    GROUP BY d.person_id
)
SELECT
    r.person_id,
    list_sort(list_concat(list(r.record_id), coalesce(any_value(b.record_ids), []))) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, r.home, r.regency_code)) AS regency_code,
    any_value(r.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Nomor KK di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' '
        || string_agg(DISTINCT left(r.written, 4) || '••••••••' || right(r.written, 4), ', '
            ORDER BY left(r.written, 4) || '••••••••' || right(r.written, 4))
        || any_value(', yang berlaku ' || left(r.standing, 4) || '••••••••' || right(r.standing, 4))
        || CASE min(hamming(r.written, r.standing)) WHEN 1 THEN ' (berbeda satu angka).' ELSE ' (kartu lain).' END AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM deviating AS r
LEFT JOIN beside AS b USING (person_id)
GROUP BY r.person_id, r.source, r.owner_code
