-- code: DM02
-- term_id: Tanggal lahir berbeda
-- term_en: Birth date differs
-- definition: Tanggal lahir pada baris register (bukan tagihan) berbeda dari tanggal pembanding. Nilai pembanding: akta kematian Dukcapil bila ada, selain itu nilai yang berlaku bagi orang itu.
-- definition_en: The birth date of a row (bills aside) differs from the one compared with; the detail notes day and month exchanged, a stock date (1 January, 1 July, 31 December) and a differing year. The value compared with is that of the civil registry (civil_deaths) where it has one, else the one that stands for the person. One finding a person and register, with the rows that carry the value compared with beside it.
-- severity: 3
-- actor: Pemilik register
-- action_id: Samakan tanggal lahir dengan data Dukcapil.
-- action_en: Align the birth date to the civil registry.
-- payer: -
-- rupiah: none; a reactivation is rejected
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
WITH civil AS (
    SELECT l.person_id, arg_min(r.birth_date, r.record_id) AS birth_date
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'civil_deaths' AND r.birth_date IS NOT NULL
    GROUP BY l.person_id
), deviating AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, p.regency_code AS home, p.village_code,
           r.birth_date AS written, coalesce(c.birth_date, p.birth_date) AS standing
    FROM record AS r
    JOIN link AS l USING (record_id)
    JOIN person AS p USING (person_id)
    LEFT JOIN civil AS c USING (person_id)
    WHERE r.source <> 'bpjs_kesehatan_bill'
      AND r.birth_date <> coalesce(c.birth_date, p.birth_date)
), beside AS (
    SELECT d.person_id, list(r.record_id) AS record_ids
    FROM (SELECT DISTINCT person_id, standing FROM deviating) AS d
    JOIN link AS l USING (person_id)
    JOIN record AS r USING (record_id)
    WHERE r.source <> 'bpjs_kesehatan_bill' AND r.birth_date = d.standing
    GROUP BY d.person_id
)
SELECT
    r.person_id,
    list_sort(list_concat(list(r.record_id), coalesce(any_value(b.record_ids), []))) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, r.home, r.regency_code)) AS regency_code,
    any_value(r.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Tanggal lahir di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' '
        || string_agg(DISTINCT strftime(r.written, '%d-%m-%Y') || CASE
            WHEN year(r.written) = year(r.standing) AND day(r.written) = month(r.standing) AND month(r.written) = day(r.standing)
                THEN ' (hari dan bulan tertukar)'
            WHEN strftime(r.written, '%d-%m') IN ('01-01', '01-07', '31-12') THEN ' (isian baku)'
            WHEN strftime(r.written, '%d-%m') = strftime(r.standing, '%d-%m') THEN ' (tahun berbeda)'
            ELSE '' END, ', ' ORDER BY strftime(r.written, '%d-%m-%Y') || CASE
            WHEN year(r.written) = year(r.standing) AND day(r.written) = month(r.standing) AND month(r.written) = day(r.standing)
                THEN ' (hari dan bulan tertukar)'
            WHEN strftime(r.written, '%d-%m') IN ('01-01', '01-07', '31-12') THEN ' (isian baku)'
            WHEN strftime(r.written, '%d-%m') = strftime(r.standing, '%d-%m') THEN ' (tahun berbeda)'
            ELSE '' END) || ', pembanding ' || strftime(any_value(r.standing), '%d-%m-%Y') || '.' AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM deviating AS r
LEFT JOIN beside AS b USING (person_id)
GROUP BY r.person_id, r.source, r.owner_code
